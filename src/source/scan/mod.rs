//! Pictures of pages → pages of glyphs and rules.
//!
//! # Steps
//! 1. [`picture`]: upright, straight, clean; where lines are ruled and where text stands.
//! 2. The recogniser reads the pictures of the text lines, doubtful ones twice: [`second_look`].
//! 3. [`glyphs`]: pixels → points; from here on a scan is a page like any other.

mod bar;
mod dash;
mod dirt;
mod em;
pub(in crate::source) mod files;
mod fringe;
mod glyphs;
mod lone;
pub(in crate::source) mod opinion;
mod picture;
mod raw;
pub mod recognize;
mod second_look;
mod stem;
mod stray;
mod unread;

pub(in crate::source) use raw::{Picture, PictureError, RESOLUTION, check_size, is_cut_jpeg};

use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::page::{Axis, Glyph, Page, PageKind, Rule};
use crate::model::recognizer::{LineImage, RecognisedLine, Recognizer, RecognizerError};
use image::{DynamicImage, GrayImage};
use picture::{MarkKind, PixelBox, Prepared, TextLine, streak::Streak};

/// Points of an inch.
const POINTS: f32 = 72.0;

/// Below this mean confidence a page is tried upside down too. Upright print reads at 0.97 and
/// more, even on poor scans above 0.85; upside down it hardly reaches 0.6.
const UPRIGHT: f32 = 0.85;

/// Least mean confidence of a line that is print; what photographs hold reads worse.
const PRINT: f32 = 0.8;

/// Mean confidence below which a page as a whole is not legible.
const LEGIBLE: f32 = 0.6;

/// Height of a line's picture as a multiple of the ink of a usual line: ideographs fill nine tenths of
/// an em, and the line boxes of fonts, as the recogniser was trained with, are 1.3 em. A sign or a
/// dash alone keeps its size by it; closer pictures would only be wider, and cost more.
const ROOM: f32 = 1.45;

/// Confidence of a character beside one that stands on a border: too little to be trusted alone, enough for
/// an amount that the others add up to.
const CUT: f32 = 0.85;

/// The same for the first digit of a line: a border takes as much from all amounts of its column, which
/// then still add up.
const FIRST_DIGIT: f32 = 0.45;

/// How far beside a streak that is as dark as print characters are doubted, in heights of their line: it may
/// have hidden a whole one.
const BESIDE_STREAK: f32 = 0.6;

/// A line of text is so many times as long as it is high.
const LONG_LINE: u32 = 3;

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
    /// Lines of text that were found.
    pub lines: usize,
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
    let cut = picture.cut;
    let prepared = picture::prepare(picture.image, picture.dpi);
    let mut lines = recognised(&prepared, recognizer)?;
    if !is_upside_down(&prepared, &lines, recognizer)? {
        look_again(&prepared, &mut lines, recognizer)?;
        return Ok(judged(assemble(&prepared, &lines, number), number, cut));
    }
    let over = image::imageops::rotate180(&prepared.image);
    let mut upright = picture::prepare(DynamicImage::ImageLuma8(over), prepared.dpi);
    upright.take_over(prepared);
    let mut lines = recognised(&upright, recognizer)?;
    look_again(&upright, &mut lines, recognizer)?;
    Ok(judged(assemble(&upright, &lines, number), number, cut))
}

/// Says so where a page was read, but its picture is not whole, or next to nothing was understood.
fn judged(mut scan: Scan, number: u32, cut: bool) -> Scan {
    scan.findings.extend(cut.then(|| cut_off(number)));
    let printed = scan.glyphs.iter().filter(|g| !g.ch.is_whitespace());
    let (count, sum) = printed.fold((0, 0.0), |(n, sum), g| (n + 1, sum + g.confidence));
    let finding = if count == 0 {
        Finding::new(
            "scan.no-text",
            Severity::Warning,
            format!("no text was recognised on page {number}"),
            "look whether anything is printed there",
        )
    } else if sum < LEGIBLE * count as f32 {
        Finding::new(
            "scan.illegible",
            Severity::Error,
            format!(
                "page {number} could hardly be read: it is no print, in another script, or a poor scan"
            ),
            "enter its data by hand, or scan the page again",
        )
    } else {
        return scan;
    };
    scan.findings.push(finding.on_page(number));
    scan
}

fn recognised(
    prepared: &Prepared,
    recognizer: &dyn Recognizer,
) -> Result<Vec<RecognisedLine>, RecognizerError> {
    let least = roomy(&prepared.lines);
    let images: Vec<LineImage> =
        prepared.lines.iter().map(|l| line_image(&l.crop, least)).collect();
    recognizer.recognize(&images)
}

/// Reads the doubtful ones of some lines once more.
fn look_again(
    prepared: &Prepared,
    lines: &mut [RecognisedLine],
    recognizer: &dyn Recognizer,
) -> Result<(), RecognizerError> {
    let doubtful = second_look::worth(lines);
    let least = roomy(&prepared.lines);
    let image = |&i: &usize| second_look::picture(&line_image(&prepared.lines[i].crop, least));
    let images: Vec<LineImage> = doubtful.iter().map(image).collect();
    let again = recognizer.recognize(&images)?;
    for (i, again) in doubtful.into_iter().zip(&again) {
        second_look::confirm(&mut lines[i], again);
    }
    Ok(())
}

/// Reads from the picture behind a page's text what that text does not cover: `known` are the
/// middles of its characters in pixels of the picture. Without a
/// recogniser or its model only rules are found. What does not read like print is none: behind
/// text stand photographs and ornaments too.
///
/// # Errors
/// Where the recogniser fails.
pub(in crate::source) fn beside(
    picture: Picture,
    number: u32,
    recognizer: Option<&dyn Recognizer>,
    known: Vec<(f32, f32)>,
) -> Result<Scan, RecognizerError> {
    let cut = picture.cut;
    let mut prepared = picture::prepare(picture.image, picture.dpi);
    let known = Places::of(known);
    prepared.lines.retain(|line| !known.any_in(line.bbox));
    let mut lines = match recognizer {
        Some(recognizer) if !prepared.lines.is_empty() => match recognised(&prepared, recognizer) {
            Err(RecognizerError::Missing { .. }) => Vec::new(),
            read => read?,
        },
        _ => Vec::new(),
    };
    lines.resize(prepared.lines.len(), RecognisedLine::default());
    let mut unread = 0;
    for line in &mut lines {
        if line.mean_confidence() < PRINT {
            line.chars.clear();
            unread += 1;
        }
    }
    let mut scan = assemble(&prepared, &lines, number);
    scan.findings.extend(cut.then(|| cut_off(number)));
    scan.findings.extend((unread > 0).then(|| unread_print(number, unread)));
    Ok(scan)
}

/// Reads the lines of a page's picture on which certain `places` lie, in pixels.
///
/// # Errors
/// Where the recogniser fails.
pub(in crate::source) fn around(
    picture: Picture,
    number: u32,
    recognizer: &dyn Recognizer,
    places: Vec<(f32, f32)>,
) -> Result<Scan, RecognizerError> {
    let mut prepared = picture::prepare(picture.image, picture.dpi);
    let places = Places::of(places);
    prepared.lines.retain(|line| places.any_in(line.bbox));
    let lines = recognised(&prepared, recognizer)?;
    Ok(assemble(&prepared, &lines, number))
}

/// Points of a picture, from top to bottom.
struct Places(Vec<(f32, f32)>);

impl Places {
    fn of(mut places: Vec<(f32, f32)>) -> Self {
        places.sort_by(|a, b| a.1.total_cmp(&b.1));
        Self(places)
    }

    fn any_in(&self, line: PixelBox) -> bool {
        let (left, right) = (line.x0 as f32, line.x1 as f32);
        let (top, bottom) = (line.y0 as f32, line.y1 as f32);
        let first = self.0.partition_point(|p| p.1 < top);
        let beside = self.0[first..].iter().take_while(|p| p.1 <= bottom);
        beside.into_iter().any(|p| (left..=right).contains(&p.0))
    }
}

/// Whether the longest lines read better when turned over than they did as they are.
fn is_upside_down(
    prepared: &Prepared,
    lines: &[RecognisedLine],
    recognizer: &dyn Recognizer,
) -> Result<bool, RecognizerError> {
    // The longest lines, but not far too long ones: they are often not text at all.
    let aspect = |i: usize| {
        let crop = &prepared.lines[i].crop;
        crop.width() as f32 / crop.height().max(1) as f32
    };
    let mut probes: Vec<usize> = (0..lines.len().min(prepared.lines.len()))
        .filter(|&i| (2.0..15.0).contains(&aspect(i)))
        .collect();
    probes.sort_by(|&a, &b| aspect(b).total_cmp(&aspect(a)));
    probes.truncate(PROBES);
    let mean = |sum: f32| sum / probes.len().max(1) as f32;
    let as_it_is = mean(probes.iter().map(|&i| lines[i].mean_confidence()).sum());
    if probes.is_empty() || as_it_is >= UPRIGHT {
        return Ok(false);
    }
    let least = roomy(&prepared.lines);
    let over: Vec<LineImage> = probes
        .iter()
        .map(|&i| line_image(&image::imageops::rotate180(&prepared.lines[i].crop), least))
        .collect();
    let over = recognizer.recognize(&over)?;
    Ok(mean(over.iter().map(RecognisedLine::mean_confidence).sum()) > as_it_is)
}

/// Least height in pixels of the pictures of `lines`: that of a usual line of the page, and white.
fn roomy(lines: &[TextLine]) -> u32 {
    (usual_height(lines) as f32 * ROOM) as u32
}

/// Height in pixels of the page's usual line; 0 where no line looks like text.
fn usual_height(lines: &[TextLine]) -> u32 {
    let is_text = |b: &&PixelBox| b.width() >= LONG_LINE * b.height();
    let mut heights: Vec<u32> =
        lines.iter().map(|l| &l.bbox).filter(is_text).map(PixelBox::height).collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).copied().unwrap_or(0)
}

/// A line's picture with white above and below up to a least height.
fn line_image(crop: &GrayImage, least: u32) -> LineImage {
    let (width, height) = crop.dimensions();
    let more = least.saturating_sub(height) as usize;
    let (above, below) = (more / 2, more - more / 2);
    let white = |rows: usize| std::iter::repeat_n(255, rows * width as usize);
    let pixels = white(above).chain(crop.as_raw().iter().copied()).chain(white(below)).collect();
    LineImage { width, height: height + more as u32, pixels }
}

fn assemble(prepared: &Prepared, lines: &[RecognisedLine], number: u32) -> Scan {
    let scale = POINTS / prepared.dpi;
    let mut lines = lines.to_vec();
    let high = usual_height(&prepared.lines) as f32;
    let dirt = dirt::clear(prepared, &mut lines, high);
    for (line, picture) in lines.iter_mut().zip(&prepared.lines) {
        fringe::drop(line, &picture.crop, high);
        unread::doubt_digits(&mut line.chars, high);
        stem::doubt(&mut line.chars, &picture.crop);
    }
    let lines = &lines;
    let place = |b: PixelBox, margin: (f32, f32)| {
        Rect::new(
            (b.x0 as f32 - margin.0) * scale,
            (b.y0 as f32 - margin.1) * scale,
            (b.x1 as f32 + margin.0) * scale,
            (b.y1 as f32 + margin.1) * scale,
        )
    };
    let heights = prepared.lines.iter().map(|line| line.bbox.height() as f32 * scale);
    let usual = em::Usual::of(lines.iter().zip(heights));
    let mut changed: Vec<Finding> = dirt
        .into_iter()
        .map(|(ink, read)| taken(&read, "dirt", number, place(ink, (0.0, 0.0))))
        .collect();
    let read = prepared.lines.iter().zip(lines).flat_map(|(line, read)| {
        // The crop has a margin that the box has not.
        let (width, height) = (line.crop.width() as f32, line.crop.height() as f32);
        let over = |crop: f32, ink: u32| ((crop - ink as f32) / 2.0).max(0.0);
        let margin = (over(width, line.bbox.width()), over(height, line.bbox.height()));
        let sides = place(line.bbox, (margin.0, 0.0));
        let mut glyphs = glyphs::of_line(read, &line.crop, sides, usual);
        let [first, last] = line.crossed;
        if let Some(glyph) = glyphs.first_mut().filter(|_| first) {
            let is_digit = glyph.ch.is_ascii_digit();
            glyph.confidence = glyph.confidence.min(if is_digit { FIRST_DIGIT } else { CUT });
        }
        if let Some(glyph) = glyphs.last_mut().filter(|_| last) {
            glyph.confidence = glyph.confidence.min(CUT);
        }
        doubt_under(&prepared.streaks, &mut glyphs, scale);
        changed.extend(taken_for(read, &glyphs, number, sides));
        glyphs
    });
    let glyphs: Vec<Glyph> = read.collect();
    let glyphs = glyphs.into_iter().chain(lone::glyphs(prepared, lines, scale)).collect();
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
    let marks = prepared.marks.iter().map(|mark| {
        let (code, severity, what, hint) = match mark.kind {
            MarkKind::Faint => (
                "scan.faint-print",
                Severity::Warning,
                "print that is too pale to be read",
                "enter what it says by hand, or scan the page again, darker",
            ),
            MarkKind::Seal => (
                "scan.seal",
                Severity::Info,
                "a seal or stamp",
                "compare the values that it covers with the picture",
            ),
            MarkKind::Coloured => (
                "scan.coloured-ink",
                Severity::Info,
                "coloured ink, perhaps handwriting",
                "it is not in the data: enter what it says by hand if it matters",
            ),
            MarkKind::Unknown => (
                "scan.unreadable-ink",
                Severity::Info,
                "ink that is neither a line nor print",
                "look whether it says anything that belongs into the data",
            ),
        };
        Finding::new(code, severity, format!("page {number} shows {what}"), hint)
            .on_page(number)
            .in_box(Some(place(mark.bbox, (0.0, 0.0))))
    });
    let streaks = prepared.streaks.iter().map(|streak| {
        let (severity, hint) = if streak.dark {
            (
                Severity::Warning,
                "compare what stands under it with the picture, or scan the page again",
            )
        } else {
            (Severity::Info, "clean the scanner's glass; the print under the line was kept")
        };
        let message =
            format!("a line that is not printed runs over page {number} from edge to edge");
        Finding::new("scan.streak", severity, message, hint)
            .on_page(number)
            .in_box(Some(place(streak.bbox(), (0.0, 0.0))))
    });
    let findings: Vec<Finding> = marks.chain(streaks).chain(changed).collect();
    let (width, height) = prepared.image.dimensions();
    Scan {
        size_pt: (width as f32 * scale, height as f32 * scale),
        turned: prepared.turned,
        glyphs,
        rules,
        lines: prepared.lines.len(),
        findings,
    }
}

/// Doubts the characters of a line over or beside which a dark streak ran: it may have taken one away.
/// `scale` is points a pixel.
fn doubt_under(streaks: &[Streak], glyphs: &mut [Glyph], scale: f32) {
    for streak in streaks.iter().filter(|s| s.dark) {
        for glyph in glyphs.iter_mut() {
            let pixel = |v: f32| (v / scale).max(0.0) as u32;
            let b = glyph.bbox;
            let bbox =
                PixelBox { x0: pixel(b.x0), y0: pixel(b.y0), x1: pixel(b.x1), y1: pixel(b.y1) };
            if streak.is_near(&bbox, BESIDE_STREAK * bbox.height() as f32) {
                glyph.confidence = glyph.confidence.min(FIRST_DIGIT);
            }
        }
    }
}

impl Scan {
    /// Adds what was read to a page whose own text stays.
    pub fn under(self, page: &mut Page, at: (f32, f32)) {
        let mut picture = Page { size_pt: page.size_pt, ..Page::default() };
        self.onto(&mut picture, at);
        page.glyphs.extend(picture.glyphs);
        page.rules.extend(picture.rules);
        page.findings.extend(picture.findings);
    }

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

/// Puts on record what was recognised where a line was taken for something else, blanks apart.
fn taken_for(line: &RecognisedLine, glyphs: &[Glyph], number: u32, place: Rect) -> Option<Finding> {
    let dense = |text: String| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let read = dense(line.text());
    let meant = dense(glyphs.iter().map(|g| g.ch).collect());
    (read != meant).then(|| taken(&read, &format!("“{meant}”"), number, place))
}

/// What was recognised and not taken as it was read.
fn taken(read: &str, meant: &str, number: u32, place: Rect) -> Finding {
    Finding::new(
        "scan.repaired",
        Severity::Info,
        format!("“{read}” was recognised on page {number}; it was taken for {meant}"),
        "compare it with the picture",
    )
    .on_page(number)
    .in_box(Some(place))
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

/// The picture of the page ends early.
fn cut_off(number: u32) -> Finding {
    Finding::new(
        "scan.cut",
        Severity::Error,
        format!("the data of the picture on page {number} ends early; what it showed last is lost"),
        "fetch the file again from its publisher, or scan the page again",
    )
    .on_page(number)
}

/// The picture behind a page's text may hold print that was not read.
pub(in crate::source) fn unread_print(number: u32, lines: usize) -> Finding {
    Finding::new(
        "scan.unread-print",
        Severity::Warning,
        format!(
            "the picture behind the text of page {number} shows {lines} lines that were not read"
        ),
        "look whether they belong to a form; the recognition models are fetched by `make setup`",
    )
    .on_page(number)
}

/// The page is a picture that cannot be had.
pub(in crate::source) fn no_picture(number: u32, error: &PictureError) -> Finding {
    let (code, hint) = match error {
        PictureError::TooLarge { .. } => (
            "page.limit",
            "scan the page again at 300 dots an inch, or reduce its picture; or raise the limit",
        ),
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
        RecognizerError::Missing { .. }
        | RecognizerError::Unusable { .. }
        | RecognizerError::Unavailable { .. } => needs_recognition(number, Some(error)),
        RecognizerError::Failed { .. } => Finding::new(
            "page.unreadable",
            Severity::Error,
            format!("page {number} is a picture, and {error}"),
            "enter its data by hand, and report the page",
        )
        .on_page(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recognizer::RecognisedChar;

    #[test]
    fn what_was_recognised_stays_on_record() {
        let record = |text: &str| {
            let chars = text.chars().enumerate().map(|(i, ch)| RecognisedChar {
                ch,
                confidence: 1.0,
                span: (i as f32 * 10.0, i as f32 * 10.0 + 9.0),
            });
            let line = RecognisedLine { chars: chars.collect() };
            let place = Rect::new(0.0, 0.0, 50.0, 10.0);
            let glyphs =
                glyphs::of_line(&line, &GrayImage::new(100, 20), place, em::Usual::default());
            taken_for(&line, &glyphs, 3, place).map(|f| f.message)
        };
        assert_eq!(
            record("<1%o").as_deref(),
            Some("“<1%o” was recognised on page 3; it was taken for “<1‰”")
        );
        assert_eq!(record("质量 95.00"), None);
    }
}
