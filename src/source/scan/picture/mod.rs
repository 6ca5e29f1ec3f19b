//! The picture of a page → a straight, clean picture, its rules and its lines of text.
//!
//! # Steps
//! 1. [`colour`], [`hairlines`] and [`bilevel`] on 1-bit pages, then [`light`]: seals, specks and shade go, the
//!    ground becomes white, faded print dark.
//! 2. [`strokes`] of long rules tell skew and perspective, without [`streak`]s; [`warp`] puts them right.
//!    [`turn`] serves pages without rules and pages that lie on their side.
//! 3. [`rules`]: strokes of the straight picture that are borders.
//! 4. [`text`]: lines between the rules, cut out by [`crop`].
//!
//! All lengths are pixels of the picture at hand, unless they say points; `scale` is pixels a
//! point.

mod bilevel;
mod blobs;
mod colour;
mod crop;
mod crossed;
pub mod ends;
mod faint;
mod hairlines;
mod ink;
mod light;
mod regions;
mod remnant;
mod rules;
pub mod streak;
mod strike;
mod strokes;
#[cfg(test)]
mod tests;
mod text;
mod turn;
mod warp;

use crate::model::page::{Axis, Strength};
use image::{DynamicImage, GrayImage};
use ink::Ink;
use streak::Streak;

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
    /// Lines over the whole picture that were taken out of it.
    pub streaks: Vec<Streak>,
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

impl Prepared {
    /// Adds what was told of the same picture before it was turned by a half and prepared again.
    pub fn take_over(&mut self, before: Self) {
        let (width, height) = before.image.dimensions();
        let turned = before.marks.into_iter().map(|mut mark| {
            mark.turn(height);
            mark.turn(width);
            mark
        });
        self.marks.extend(turned.filter(|m| matches!(m.kind, MarkKind::Seal | MarkKind::Coloured)));
        self.streaks.extend(before.streaks.into_iter().map(|mut streak| {
            streak.turn(height);
            streak.turn(width);
            streak
        }));
        self.turned = (self.turned + before.turned + 180) % 360;
    }
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
    /// Whether its first and its last character stand on a border.
    pub crossed: [bool; 2],
}

/// Ink that is neither rule nor text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Mark {
    pub kind: MarkKind,
    /// In pixels of the prepared picture.
    pub bbox: PixelBox,
}

impl Mark {
    /// Turns it clockwise by a quarter, with a picture of this height.
    fn turn(&mut self, height: u32) {
        let b = self.bbox;
        let (x0, x1) = (height - b.y1.min(height), height - b.y0.min(height));
        self.bbox = PixelBox { x0, y0: b.x0, x1, y1: b.x1 };
    }

    /// Moves the box to a straightened picture of a size; false if it lies outside.
    fn moved(&mut self, back: &warp::Homography, (width, height): (u32, u32)) -> bool {
        let Some(there) = back.inverse() else { return false };
        let b = self.bbox;
        let corners = [(b.x0, b.y0), (b.x1, b.y0), (b.x1, b.y1), (b.x0, b.y1)]
            .map(|(x, y)| there.apply(f64::from(x), f64::from(y)));
        let clip = |v: f64, most: u32| v.clamp(0.0, f64::from(most)) as u32;
        self.bbox = corners
            .map(|(x, y)| {
                let (x, y) = (clip(x, width), clip(y, height));
                PixelBox { x0: x, y0: y, x1: x, y1: y }
            })
            .into_iter()
            .reduce(|a, b| a.union(&b))
            .unwrap_or_default();
        self.bbox.width() > 0 && self.bbox.height() > 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum MarkKind {
    /// A round or square stamp in colour; the black print beneath was kept.
    Seal,
    /// Other coloured ink, such as handwriting with a pen.
    Coloured,
    /// Print that is too pale to be read.
    Faint,
    /// Ink that is too large or too dense to be read.
    Unknown,
}

/// Resolutions outside these are told wrongly; the page is then taken for A4.
const DPI: std::ops::RangeInclusive<f32> = 50.0..=1300.0;

/// Larger pictures are reduced: A3 at 400 dpi has 31 million pixels.
const MOST_PIXELS: f32 = 32e6;

/// Strokes that tell the skew are at least this long, in points.
const TELLING: f32 = 40.0;

/// What is darker than this on a white ground may be ink of a rule; what shines through from the
/// reverse side of a page is lighter.
const RULE_INK: u8 = 190;

/// A rule is darker than the paper on both sides by at least this many gray levels; the noise of
/// a JPEG at quality 40 stays below.
const RULE_CONTRAST: u8 = 28;

/// Half the width in points of what [`RULE_CONTRAST`] finds: hairlines.
const HAIRLINE: f32 = 1.1;

/// A page with a larger share of ink is a photograph or noise; dense print stays below a fifth.
const MOST_INK: f32 = 0.4;

/// Ink that may belong to rules.
pub struct RuleInks {
    /// For vertical rules.
    upright: Ink,
    /// For horizontal rules, rows and columns swapped.
    turned: Ink,
}

impl RuleInks {
    fn of(gray: &GrayImage, scale: f32) -> Self {
        let reach = ((HAIRLINE * scale).round() as usize).max(2);
        let ridge = ink::Ridge { threshold: RULE_INK, contrast: RULE_CONTRAST, reach };
        Self {
            upright: Ink::of_rules(gray, Axis::Vertical, ridge),
            turned: Ink::of_rules(gray, Axis::Horizontal, ridge).transposed(),
        }
    }
}

/// Prepares the picture of a page scanned at `dpi` dots an inch.
pub(in crate::source) fn prepare(image: DynamicImage, dpi: f32) -> Prepared {
    let (image, dpi) = reduced(image, dpi);
    let scale = dpi / 72.0;
    let (mut gray, mut marks) = colour::remove(image, scale);
    let rough = bilevel::is_bilevel(&gray);
    if rough {
        hairlines::mend(&mut gray, scale);
        bilevel::clean(&mut gray);
    }
    let gray = light::flatten(gray, dpi);
    let gray = if rough { gray } else { light::deepen(gray, dpi) };
    let (mut straight, mut streaks) = straighten(gray, scale, &mut marks);
    let mut reading = read(&straight, scale, rough);
    let mut turned = 0;
    if turn::is_doubtful(&reading.lines) {
        let other = Straight::of(image::imageops::rotate90(&straight.gray), scale);
        let sideways = read(&other, scale, rough);
        if turn::reading(&sideways.lines) > turn::reading(&reading.lines) {
            let height = straight.gray.height();
            for streak in &mut streaks {
                streak.turn(height);
            }
            for mark in &mut marks {
                mark.turn(height);
            }
            (straight, reading, turned) = (other, sideways, 90);
        }
    }
    marks.extend(reading.marks);
    let Reading { rules, lines, .. } = reading;
    Prepared { image: straight.gray, dpi, rules, lines, turned, marks, streaks }
}

/// The picture at no more than about 400 dpi and [`MOST_PIXELS`], and its resolution: recognisers
/// read lines 48 pixels high, which is 10 pt at 345 dpi.
fn reduced(image: DynamicImage, dpi: f32) -> (DynamicImage, f32) {
    let (w, h) = (image.width(), image.height());
    let dpi = if DPI.contains(&dpi) {
        dpi
    } else {
        (w.max(h) as f32 / 11.69).clamp(*DPI.start(), *DPI.end())
    };
    let by_size = (w as f32 * h as f32 / MOST_PIXELS).sqrt().ceil();
    let factor = (dpi / 300.0).round().max(by_size).max(1.0);
    if factor < 2.0 {
        return (image, dpi);
    }
    let size = |v: u32| ((v as f32 / factor).round() as u32).max(1);
    (image.thumbnail_exact(size(w), size(h)), dpi / factor)
}

/// A picture whose rules run along the axes.
struct Straight {
    gray: GrayImage,
    inks: RuleInks,
}

impl Straight {
    fn of(gray: GrayImage, scale: f32) -> Self {
        let inks = RuleInks::of(&gray, scale);
        Self { gray, inks }
    }
}

/// Puts skew and perspective right, as rules tell them, or lines of text where there are none; streaks go.
fn straighten(gray: GrayImage, scale: f32, marks: &mut Vec<Mark>) -> (Straight, Vec<Streak>) {
    let mut given = Straight::of(gray, scale);
    let (mut across, mut down) = telling(&given.inks, scale);
    let mut streaks = streak::lift(&mut given.gray, &given.inks, (&across, &down), scale);
    if !streaks.is_empty() {
        given = Straight::of(given.gray, scale);
        (across, down) = telling(&given.inks, scale);
    }
    let ink = &given.inks.upright;
    if across.is_empty() && down.is_empty() {
        across.extend(turn::baseline(ink, scale));
    }
    match warp::straightening(&across, &down, (ink.width, ink.height)) {
        Some((map, size)) => {
            marks.retain_mut(|m| m.moved(&map, size));
            for streak in &mut streaks {
                streak.moved(&map);
            }
            (Straight::of(warp::resample(&given.gray, &map, size), scale), streaks)
        }
        None => (given, streaks),
    }
}

/// Strokes that tell the skew, horizontal and vertical ones.
fn telling(inks: &RuleInks, scale: f32) -> (Vec<strokes::Stroke>, Vec<strokes::Stroke>) {
    let limits = strokes::Limits { long: (TELLING * scale) as usize, ..rules::limits(scale) };
    (strokes::down(&inks.turned, limits), strokes::down(&inks.upright, limits))
}

/// What stands on a straight picture.
struct Reading {
    rules: Vec<PixelRule>,
    lines: Vec<TextLine>,
    marks: Vec<Mark>,
}

/// Reads a picture of `scale` pixels a point; `rough` are the edges of a 1-bit page.
fn read(straight: &Straight, scale: f32, rough: bool) -> Reading {
    let gray = &straight.gray;
    let ink = &straight.inks.upright;
    let inked: u64 = ink.data.iter().map(|&v| u64::from(v)).sum();
    if inked as f32 > MOST_INK * ink.data.len() as f32 {
        let bbox = PixelBox { x0: 0, y0: 0, x1: gray.width(), y1: gray.height() };
        let marks = vec![Mark { kind: MarkKind::Unknown, bbox }];
        return Reading { rules: Vec::new(), lines: Vec::new(), marks };
    }
    let rules = rules::find(&straight.inks, gray, scale);
    let dark = ink::threshold(gray, &rules, 110, RULE_INK);
    let (lines, marks) = text::lines(gray, dark, &rules, (scale, rough));
    Reading { rules, lines, marks }
}
