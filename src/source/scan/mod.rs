//! Pictures of pages → pages of glyphs and rules.
//!
//! # Steps
//! 1. [`picture`]: upright, straight, clean; where lines are ruled and where text stands.
//! 2. The recogniser reads the pictures of the text lines.
//! 3. [`glyphs`]: pixels → points; from here on a scan is a page like any other.

pub(in crate::source) mod files;
mod glyphs;
mod picture;
mod raw;
pub mod recognize;

pub(in crate::source) use raw::{MAX_PIXELS, Picture, PictureError, RESOLUTION};

use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::page::{Axis, Glyph, Page, PageKind, Rule};
use crate::model::recognizer::{LineImage, RecognisedLine, Recognizer, RecognizerError};
use image::{DynamicImage, GrayImage};
use picture::{MarkKind, PixelBox, Prepared};

/// Points of an inch.
const POINTS: f32 = 72.0;

/// Below this mean confidence a page is tried upside down too. Upright print reads at 0.97 and
/// more, even on poor scans above 0.85; upside down it hardly reaches 0.6.
const UPRIGHT: f32 = 0.85;

/// Lines that are read to find out which way up a page is.
const PROBES: usize = 6;

/// What a picture of a page says.
pub(in crate::source) struct Scan {
    /// Width and height of the page the right way up, in points.
    pub size_pt: (f32, f32),
    /// Clockwise turn that made it upright: 0, 90, 180 or 270.
    pub turned: u16,
    pub glyphs: Vec<Glyph>,
    pub rules: Vec<Rule>,
    pub findings: Vec<Finding>,
}

/// Reads page `number` (from 1) from its picture.
///
/// # Errors
/// Where the recogniser cannot be used at all.
pub(in crate::source) fn read(
    picture: Picture,
    number: u32,
    recognizer: &dyn Recognizer,
) -> Result<Scan, RecognizerError> {
    let mut prepared = picture::prepare(picture.image, picture.dpi);
    if is_upside_down(&prepared, recognizer)? {
        let turned = (prepared.turned + 180) % 360;
        let over = image::imageops::rotate180(&prepared.image);
        prepared = picture::prepare(DynamicImage::ImageLuma8(over), prepared.dpi);
        prepared.turned = turned;
    }
    let images: Vec<LineImage> = prepared.lines.iter().map(|l| line_image(&l.crop)).collect();
    let lines = recognizer.recognize(&images)?;
    Ok(assemble(&prepared, &lines, number))
}

/// Whether the longest lines read better when turned over.
fn is_upside_down(
    prepared: &Prepared,
    recognizer: &dyn Recognizer,
) -> Result<bool, RecognizerError> {
    // The longest lines, but not far too long ones: they are dear, and often not text at all.
    let aspect = |crop: &GrayImage| crop.width() as f32 / crop.height().max(1) as f32;
    let mut probes: Vec<&GrayImage> = prepared
        .lines
        .iter()
        .map(|l| &l.crop)
        .filter(|c| (2.0..15.0).contains(&aspect(c)))
        .collect();
    probes.sort_by(|a, b| aspect(b).total_cmp(&aspect(a)));
    probes.truncate(PROBES);
    let score = |crops: &[LineImage]| -> Result<f32, RecognizerError> {
        let lines = recognizer.recognize(crops)?;
        let sum: f32 = lines.iter().map(RecognisedLine::mean_confidence).sum();
        Ok(sum / lines.len().max(1) as f32)
    };
    let upright: Vec<LineImage> = probes.iter().map(|c| line_image(c)).collect();
    let as_it_is = score(&upright)?;
    if probes.is_empty() || as_it_is >= UPRIGHT {
        return Ok(false);
    }
    let over: Vec<LineImage> =
        probes.iter().map(|c| line_image(&image::imageops::rotate180(*c))).collect();
    Ok(score(&over)? > as_it_is)
}

fn line_image(crop: &GrayImage) -> LineImage {
    LineImage { width: crop.width(), height: crop.height(), pixels: crop.as_raw().clone() }
}

fn assemble(prepared: &Prepared, lines: &[RecognisedLine], number: u32) -> Scan {
    let scale = POINTS / prepared.dpi;
    let place = |b: PixelBox, margin: (f32, f32)| {
        Rect::new(
            (b.x0 as f32 - margin.0) * scale,
            (b.y0 as f32 - margin.1) * scale,
            (b.x1 as f32 + margin.0) * scale,
            (b.y1 as f32 + margin.1) * scale,
        )
    };
    let glyphs = prepared
        .lines
        .iter()
        .zip(lines)
        .flat_map(|(line, read)| {
            // The crop has a margin that the box has not.
            let (width, height) = (line.crop.width() as f32, line.crop.height() as f32);
            let over = |crop: f32, ink: u32| ((crop - ink as f32) / 2.0).max(0.0);
            let margin = (over(width, line.bbox.width()), over(height, line.bbox.height()));
            let sides = place(line.bbox, (margin.0, 0.0));
            glyphs::of_line(read, sides, width)
        })
        .collect();
    let rules = prepared
        .rules
        .iter()
        .map(|r| Rule {
            axis: r.axis,
            position: r.position * scale,
            span: (r.span.0 * scale, r.span.1 * scale),
            width: r.width * scale,
            strength: r.strength,
        })
        .collect();
    let findings = prepared
        .marks
        .iter()
        .map(|mark| {
            let (code, what, hint) = match mark.kind {
                MarkKind::Seal => (
                    "scan.seal",
                    "a seal or stamp",
                    "compare the values that it covers with the picture",
                ),
                MarkKind::Coloured => (
                    "scan.coloured-ink",
                    "coloured ink, perhaps handwriting",
                    "it is not in the data: enter what it says by hand if it matters",
                ),
                MarkKind::Unknown => (
                    "scan.unreadable-ink",
                    "ink that is neither a line nor print",
                    "look whether it says anything that belongs into the data",
                ),
            };
            Finding::new(code, Severity::Info, format!("page {number} shows {what}"), hint)
                .on_page(number)
                .in_box(Some(place(mark.bbox, (0.0, 0.0))))
        })
        .collect();
    let (width, height) = prepared.image.dimensions();
    Scan {
        size_pt: (width as f32 * scale, height as f32 * scale),
        turned: prepared.turned,
        glyphs,
        rules,
        findings,
    }
}

impl Scan {
    /// Moves what was read onto the page that the picture stands on, its corner `at`, in points.
    /// A page that had to be turned takes the picture's own measure.
    pub fn onto(self, page: &mut Page, at: (f32, f32)) {
        let (dx, dy) = if self.turned == 0 { at } else { (0.0, 0.0) };
        let shift = |r: Rect| Rect::new(r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy);
        if self.turned != 0 {
            page.size_pt = self.size_pt;
            page.rotation = (page.rotation + self.turned) % 360;
        }
        page.kind = PageKind::Scanned;
        page.glyphs = self.glyphs;
        for glyph in &mut page.glyphs {
            glyph.bbox = shift(glyph.bbox);
            glyph.origin.x += dx;
            glyph.origin.y += dy;
        }
        page.rules = self.rules;
        for rule in &mut page.rules {
            let (across, along) = match rule.axis {
                Axis::Horizontal => (dy, dx),
                Axis::Vertical => (dx, dy),
            };
            rule.position += across;
            rule.span = (rule.span.0 + along, rule.span.1 + along);
        }
        page.findings
            .extend(self.findings.into_iter().map(|f| Finding { bbox: f.bbox.map(shift), ..f }));
    }
}

/// The page is a picture, and there is nothing to recognise it with.
pub(in crate::source) fn needs_recognition(number: u32, why: Option<&RecognizerError>) -> Finding {
    let why = why.map(|e| format!(": {e}")).unwrap_or_default();
    Finding::new(
        "page.needs-recognition",
        Severity::Error,
        format!("page {number} is a picture without a usable text layer{why}"),
        "fetch the recognition models with `make setup`, or name their folder with --models",
    )
    .on_page(number)
}

/// The page is a picture that cannot be had.
pub(in crate::source) fn no_picture(number: u32, error: &PictureError) -> Finding {
    let (code, hint) = match error {
        PictureError::TooLarge { .. } => {
            ("page.limit", "scan the page again at 300 dots an inch, or reduce its picture")
        }
        PictureError::Undecodable => {
            ("page.unreadable", "fetch the file again from its publisher, or scan the page again")
        }
    };
    let message = format!("page {number} is a picture that could not be read: {error}");
    Finding::new(code, Severity::Error, message, hint).on_page(number)
}

/// The page is a picture that was not recognised.
pub(in crate::source) fn unrecognised(number: u32, error: &RecognizerError) -> Finding {
    match error {
        RecognizerError::Missing { .. } | RecognizerError::Unusable { .. } => {
            needs_recognition(number, Some(error))
        }
        RecognizerError::Failed { .. } => Finding::new(
            "page.unreadable",
            Severity::Error,
            format!("page {number} is a picture, and {error}"),
            "enter its data by hand, and report the page",
        )
        .on_page(number),
    }
}
