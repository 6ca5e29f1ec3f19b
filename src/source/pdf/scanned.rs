//! A page whose text or rules are in a picture: recognised, or reported.
//!
//! - [`recognised`]: the page is a picture. Text hidden in it is a second opinion.
//! - [`completed`]: text is printed over a picture, which may hold the table and its labels.
//! - [`outlined`]: the page shows shapes alone, which may be text.
//! - [`patched`]: a few characters of the text layer are not what is printed.
//! - [`instead`]: the text layer is garbage; what the page shows is read instead.
//!
//! A page with a text layer and a table of its own never comes here.

use super::raster::{self, PictureSource, Placed};
use super::squares::Squares;
use super::{classify, plausible, strokes};
use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::page::{Axis, Glyph, Page, Rule};
use crate::model::recognizer::Recognizer;
use crate::source::scan::{self, PictureError, Scan};

/// Fills a page without a text layer with what its picture says.
pub(super) fn recognised(
    mut read: Page,
    source: &PictureSource<'_>,
    recognizer: Option<&dyn Recognizer>,
    hidden: Vec<Glyph>,
) -> Page {
    let Some(recognizer) = recognizer else {
        read.findings.push(scan::needs_recognition(read.number, None));
        return read;
    };
    match seen(raster::of_scan(source, &read.images), read.number, recognizer) {
        Ok((scan, at)) => {
            // A page that had to be turned does not fit what is hidden in it any more.
            let fits = scan.turned == 0;
            scan.onto(&mut read, at);
            if !hidden.is_empty() {
                let hidden = if fits { hidden } else { Vec::new() };
                scan::opinion::weigh(&mut read, hidden);
            }
        }
        Err(finding) => read.findings.push(finding),
    }
    read
}

/// Fewest rules in each direction that make a table of their own.
const LATTICE: usize = 2;

/// Whether the page draws a table by itself.
pub(super) fn has_lattice(rules: &[Rule]) -> bool {
    let count = |axis| rules.iter().filter(|r| r.axis == axis).count();
    count(Axis::Horizontal) >= LATTICE && count(Axis::Vertical) >= LATTICE
}

/// Adds to a page with text what the picture behind that text shows: rules, and print that the
/// text layer does not have. Without a recogniser rules only.
pub(super) fn completed(
    mut read: Page,
    source: &PictureSource<'_>,
    recognizer: Option<&dyn Recognizer>,
) -> Page {
    let placed = match raster::of_scan(source, &read.images) {
        Ok(placed) => placed,
        Err(error) => {
            read.findings.push(scan::no_picture(read.number, &error));
            return read;
        }
    };
    let (at, points) = (placed.at, 72.0 / placed.picture.dpi);
    // Where the text layer's characters stand, in pixels of the picture.
    let printed = read.glyphs.iter().filter(|g| !g.ch.is_whitespace()).map(|g| g.bbox.center());
    let known = printed.map(|p| ((p.x - at.0) / points, (p.y - at.1) / points)).collect();
    match scan::beside(placed.picture, read.number, recognizer, known) {
        Ok(scan) if scan.turned == 0 => scan.under(&mut read, at),
        // A picture that had to be turned does not fit the text over it any more.
        Ok(scan) => {
            read.findings.extend(scan.findings);
            if !scan.glyphs.is_empty() {
                read.findings.push(scan::unread_print(read.number, scan.lines));
            }
        }
        Err(error) => read.findings.push(scan::unrecognised(read.number, &error)),
    }
    read
}

/// Least share of the text layer's characters that recognition must find on the rendered page,
/// and how sure it must be of them on average, to be believed instead: a page whose fonts are
/// missing renders without them.
const ENOUGH: f32 = 0.5;
const SURE: f32 = 0.8;

/// Reads the rendered page instead of a text layer that says nothing; where that does not succeed
/// the layer stays, trusted no more than `confidence`.
pub(super) fn instead(
    mut read: Page,
    source: &PictureSource<'_>,
    recognizer: Option<&dyn Recognizer>,
    confidence: f32,
) -> Page {
    let seen = recognizer.and_then(|r| seen(raster::rendered(source), read.number, r).ok());
    let Some((scan, at)) = seen else { return classify::distrusted(read, confidence) };
    let is_readable = read.findings.iter().all(|f| f.code != "text.undecodable");
    if is_readable && plausible::is_alike(&read.glyphs, &scan.glyphs) {
        // It is what is printed, however strange.
        read.findings.retain(|f| f.code != "text.garbled");
        return read;
    }
    if !is_better(&scan, &read) {
        return classify::distrusted(read, confidence);
    }
    let kind = read.kind;
    put(scan, at, &mut read);
    read.kind = kind;
    read.findings.retain(|f| !matches!(f.code, "text.undecodable" | "text.garbled"));
    let message = format!(
        "the characters of page {} have no known meaning; its print was recognised",
        read.number
    );
    report_recognised(&mut read, message);
    read
}

/// Reads the rendered page of shapes without a character: print shops turn text into outlines.
/// Without a recogniser, and where it sees no text, the page stays as it is; it has its finding.
pub(super) fn outlined(
    mut read: Page,
    source: &PictureSource<'_>,
    recognizer: Option<&dyn Recognizer>,
) -> Page {
    let Some(recognizer) = recognizer else { return read };
    match seen(raster::rendered(source), read.number, recognizer) {
        Ok((scan, _)) if scan.glyphs.is_empty() => return read,
        Ok((scan, at)) => put(scan, at, &mut read),
        Err(finding) => {
            read.findings.push(finding);
            return read;
        }
    }
    read.findings.retain(|f| f.code != "page.no-text");
    let message =
        format!("page {} has its text drawn as shapes; its print was recognised", read.number);
    report_recognised(&mut read, message);
    read
}

/// What is seen on a picture, and where the picture stands.
fn seen(
    placed: Result<Placed, PictureError>,
    number: u32,
    recognizer: &dyn Recognizer,
) -> Result<(Scan, (f32, f32)), Finding> {
    let placed = placed.map_err(|e| scan::no_picture(number, &e))?;
    let scan = scan::read(placed.picture, number, recognizer);
    Ok((scan.map_err(|e| scan::unrecognised(number, &e))?, placed.at))
}

/// Puts what is seen of a rendered page in the place of its text. Its rules stay, if they make a
/// table: what is drawn is more exact than what is seen, but for the strokes of characters.
fn put(scan: Scan, at: (f32, f32), read: &mut Page) {
    let (upright, mut drawn) = (scan.turned == 0, std::mem::take(&mut read.rules));
    scan.onto(read, at);
    strokes::leave_out(&mut drawn, std::slice::from_ref(&(0..usize::MAX)), &read.glyphs);
    if upright && has_lattice(&drawn) {
        read.rules = drawn;
    }
}

fn report_recognised(read: &mut Page, message: String) {
    let hint = "compare the values of this page with the print";
    let finding = Finding::new("text.recognised", Severity::Warning, message, hint);
    read.findings.push(finding.on_page(read.number));
}

/// Puts what recognition sees in the place of the characters that are not what is printed: writers
/// that pass a document on lose the meaning of single characters. One that cannot be recognised
/// stays as it is, without any trust.
pub(super) fn patched(
    mut read: Page,
    source: &PictureSource<'_>,
    recognizer: Option<&dyn Recognizer>,
    doubtful: &[usize],
) -> Page {
    let (Some(recognizer), Ok(placed)) = (recognizer, raster::rendered(source)) else {
        return read;
    };
    let pixels = placed.picture.dpi / 72.0;
    let places = doubtful.iter().map(|&i| read.glyphs[i].bbox.center());
    let places = places.map(|p| (p.x * pixels, p.y * pixels)).collect();
    let seen = match scan::around(placed.picture, read.number, recognizer, places) {
        Ok(scan) if scan.turned == 0 => scan.glyphs,
        _ => return read,
    };
    let printed = || seen.iter().enumerate().filter(|(_, g)| !g.ch.is_whitespace());
    let centres = Squares::of(printed().map(|(i, g)| (i, Rect::at(g.bbox.center()))));
    let (mut mended, mut left) = (0, 0);
    for &i in doubtful {
        let place = read.glyphs[i].bbox;
        let mut there = centres.near(place).filter(|&i| place.contains(seen[i].bbox.center()));
        let (glyph, one) = (&mut read.glyphs[i], there.next());
        let is_sure = glyph.confidence == 0.0;
        match one.filter(|_| there.next().is_none()).map(|i| seen[i]) {
            Some(seen) if is_same(seen.ch, glyph.ch) => glyph.confidence = 1.0,
            // One of two digits is wrong; which, nobody knows.
            Some(seen) if !is_sure && seen.ch.is_ascii_digit() && glyph.ch.is_ascii_digit() => {}
            Some(seen) => {
                (glyph.ch, glyph.confidence, glyph.from) = (seen.ch, seen.confidence, seen.from);
                mended += 1;
            }
            None => left += usize::from(is_sure),
        }
    }
    if left == 0 {
        read.findings.retain(|f| !matches!(f.code, "text.undecodable" | "text.misfit"));
    }
    if mended > 0 {
        let message = format!(
            "{mended} characters of page {} had no meaning or a wrong one; their print was \
             recognised",
            read.number
        );
        report_recognised(&mut read, message);
    }
    read
}

/// Whether two characters are the same but for their width.
fn is_same(a: char, b: char) -> bool {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    narrow(a) == narrow(b)
}

fn is_better(scan: &Scan, read: &Page) -> bool {
    let printed = |glyphs: &[Glyph]| glyphs.iter().filter(|g| !g.ch.is_whitespace()).count();
    let seen = printed(&scan.glyphs);
    let sum: f32 = scan.glyphs.iter().filter(|g| !g.ch.is_whitespace()).map(|g| g.confidence).sum();
    seen as f32 >= ENOUGH * printed(&read.glyphs) as f32 && sum >= SURE * seen.max(1) as f32
}
