//! The picture of a page → a straight, clean picture, its rules and its lines of text.
//!
//! # Steps
//! 1. [`bilevel`] on 1-bit pages, then [`light`]: specks and shade go, the ground becomes white.
//! 2. [`strokes`] of long rules tell skew and perspective; [`warp`] puts them right.
//! 3. [`rules`]: strokes of the straight picture that are borders.
//! 4. [`text`]: lines between the rules, cut out by [`crop`].
//!
//! All lengths are pixels of the picture at hand, unless they say points; `scale` is pixels a
//! point.

mod bilevel;
mod blobs;
mod crop;
mod ink;
mod light;
mod regions;
mod rules;
mod strokes;
mod text;
mod warp;

use crate::model::page::{Axis, Strength};
use image::{DynamicImage, GrayImage};
use ink::Ink;

/// A page's picture made ready for recognition.
pub(in crate::source) struct Prepared {
    /// Upright (as far as lines tell), straight, without colour, on white.
    pub image: GrayImage,
    /// Resolution of `image`.
    pub dpi: f32,
    /// In pixels of `image`.
    pub rules: Vec<PixelRule>,
    pub lines: Vec<TextLine>,
    /// Clockwise quarter turns that were applied, in degrees: 0 or 90.
    pub turned: u16,
    /// Ink that is neither rule nor text.
    pub marks: Vec<Mark>,
}

/// A rule in pixels of the prepared picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::source) struct PixelRule {
    pub axis: Axis,
    /// The constant coordinate, centre of the stroke.
    pub position: f32,
    /// From and to along the axis.
    pub span: (f32, f32),
    pub width: f32,
    pub strength: Strength,
}

/// A box of whole pixels, `x0..x1` by `y0..y1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct PixelBox {
    pub x0: u32,
    pub y0: u32,
    pub x1: u32,
    pub y1: u32,
}

impl PixelBox {
    pub fn width(&self) -> u32 {
        self.x1 - self.x0
    }

    pub fn height(&self) -> u32 {
        self.y1 - self.y0
    }

    pub fn center(&self) -> (f32, f32) {
        ((self.x0 + self.x1) as f32 / 2.0, (self.y0 + self.y1) as f32 / 2.0)
    }

    pub fn union(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }
}

/// One line of text.
pub(in crate::source) struct TextLine {
    /// Box of its ink in the prepared picture.
    pub bbox: PixelBox,
    /// The line alone, black on white, with a white margin of the same width on all sides.
    pub crop: GrayImage,
}

/// Ink that is neither rule nor text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Mark {
    pub kind: MarkKind,
    /// In pixels of the prepared picture.
    pub bbox: PixelBox,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum MarkKind {
    /// A round or square stamp in colour; the black print beneath was kept.
    Seal,
    /// Other coloured ink, such as handwriting with a pen.
    Coloured,
    /// Ink that is too large or too dense to be read.
    Unknown,
}

/// Resolutions outside these are told wrongly; the page is then taken for A4.
const DPI: std::ops::RangeInclusive<f32> = 50.0..=1300.0;

/// Strokes that tell the skew are at least this long, in points.
const TELLING: f32 = 40.0;

/// Ink of rules is darker than this on a white ground. What shines through from the reverse side
/// of a page is lighter; a hairline scanned at 150 dpi is darker.
const RULE_INK: u8 = 190;

/// Prepares the picture of a page scanned at `dpi` dots an inch.
pub(in crate::source) fn prepare(image: DynamicImage, dpi: f32) -> Prepared {
    let mut gray = image.into_luma8();
    let dpi = if DPI.contains(&dpi) {
        dpi
    } else {
        (gray.width().max(gray.height()) as f32 / 11.69).clamp(*DPI.start(), *DPI.end())
    };
    let scale = dpi / 72.0;
    if bilevel::is_bilevel(&gray) {
        bilevel::clean(&mut gray);
    }
    let mut gray = light::flatten(gray, dpi);
    let mut ink = Ink::darker(&gray, RULE_INK);
    let mut turned_ink = ink.transposed();
    let telling = strokes::Limits { long: (TELLING * scale) as usize, ..rules::limits(scale) };
    let across = strokes::down(&turned_ink, telling);
    let down = strokes::down(&ink, telling);
    let size = (ink.width, ink.height);
    if let Some((map, size)) = warp::straightening(&across, &down, size) {
        gray = warp::resample(&gray, &map, size);
        ink = Ink::darker(&gray, RULE_INK);
        turned_ink = ink.transposed();
    }
    let rules = rules::find(&ink, &turned_ink, scale);
    let text_ink = Ink::darker(&gray, ink::threshold(&gray, 110, RULE_INK));
    let (lines, marks) = text::lines(text_ink, &gray, &rules, scale);
    Prepared { image: gray, dpi, rules, lines, turned: 0, marks }
}
