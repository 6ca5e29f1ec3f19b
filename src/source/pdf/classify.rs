//! Judges whether a page's text layer can be used.

use super::device::Marks;
use super::glyphs::{HIDDEN, MISFIT, UNKNOWN};
use super::plausible;
use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::page::{Glyph, Page, PageKind};

/// A page whose pictures cover at least this share is (also) a scan.
pub(super) const SCAN_COVERAGE: f32 = 0.5;

/// Share of unreadable characters from which a text layer is not usable at all.
const UNUSABLE: f32 = 0.3;

/// No value of a garbled page is to be trusted, even if it looks right.
const GARBLED_CONFIDENCE: f32 = 0.3;

/// What a look at the marks tells about the page.
pub(super) struct Verdict {
    pub kind: PageKind,
    /// The second reader may do better on this page.
    pub doubtful: bool,
    /// The text layer says nothing that can be used.
    pub unusable: bool,
    /// Nothing is text, but there are shapes that may be.
    pub outlined: bool,
    /// How far the text layer as a whole can be trusted, 0 to 1.
    pub confidence: f32,
    pub findings: Vec<Finding>,
}

/// Classifies a page of the given size, in points.
pub(super) fn classify(number: u32, size_pt: (f32, f32), marks: &Marks) -> Verdict {
    let mut findings = Vec::new();
    let covered = coverage(size_pt, marks);
    let (mut printed, mut unreadable, mut misfit) = (0, 0, 0);
    for g in marks.glyphs.iter().filter(|g| g.ch != HIDDEN) {
        printed += usize::from(!g.ch.is_whitespace());
        unreadable += usize::from(is_unreadable(g.ch));
        misfit += usize::from(is_misfit(g));
    }

    let kind = if printed == 0 {
        if covered >= SCAN_COVERAGE || !marks.images.is_empty() {
            PageKind::Scanned
        } else if marks.shapes > 0 {
            PageKind::Exported
        } else {
            PageKind::Blank
        }
    } else if covered >= SCAN_COVERAGE {
        PageKind::Mixed
    } else {
        PageKind::Exported
    };

    let outlined = printed == 0 && kind == PageKind::Exported;
    if outlined || (kind == PageKind::Blank && !marks.rules.is_empty()) {
        findings.push(
            Finding::new(
                "page.no-text",
                Severity::Warning,
                format!("page {number} shows lines or shapes, but no text"),
                "look at the page: its text may be drawn as shapes; if it is an empty form, ignore this",
            )
            .on_page(number),
        );
    }
    if unreadable > 0 {
        let share = unreadable as f32 / printed.max(1) as f32;
        findings.push(
            Finding::new(
                "text.undecodable",
                Severity::Error,
                format!(
                    "{unreadable} of {printed} characters on page {number} have no known meaning: \
                     the font's character map is missing"
                ),
                if share >= UNUSABLE {
                    "the page needs recognition; ask the publisher for a PDF with embedded character maps"
                } else {
                    "compare the values marked \u{fffd} with the page"
                },
            )
            .on_page(number),
        );
    }
    // One or two odd glyphs are symbols; a whole page of them is a lost character map.
    let misfits = misfit >= 8 && misfit * 5 >= printed;
    let nonsense = !misfits && plausible::is_nonsense(&marks.glyphs);
    let garbled = misfits || nonsense;
    if nonsense {
        findings.push(
            Finding::new(
                "text.garbled",
                Severity::Error,
                format!(
                    "hardly any character on page {number} is a common one: the character map of \
                     its font is probably wrong"
                ),
                "do not use the values of this page; the page needs recognition",
            )
            .on_page(number),
        );
    }
    if misfits {
        findings.push(
            Finding::new(
                "text.garbled",
                Severity::Error,
                format!(
                    "{misfit} of {printed} characters on page {number} do not fit the width of \
                     their glyphs: the text layer is probably not what is printed"
                ),
                "do not use the values of this page; the page needs recognition",
            )
            .on_page(number),
        );
    }
    if misfit > 0 && !garbled {
        findings.push(
            Finding::new(
                "text.misfit",
                Severity::Warning,
                format!(
                    "{misfit} characters on page {number} do not fit the width of their glyphs: \
                     others are printed there"
                ),
                "compare the values that are marked as uncertain with the page",
            )
            .on_page(number),
        );
    }
    if marks.tiny > 0 {
        findings.push(
            Finding::new(
                "text.tiny",
                Severity::Warning,
                format!(
                    "{} characters on page {number} are too small to be read and were left out",
                    marks.tiny
                ),
                "enlarge the page and look whether they belong to it",
            )
            .on_page(number),
        );
    }
    let seen = marks.glyphs.iter().any(|g| !g.ch.is_whitespace() && g.ch != HIDDEN);
    if !seen && !marks.hidden.is_empty() && kind != PageKind::Scanned {
        findings.push(
            Finding::new(
                "text.hidden",
                Severity::Warning,
                format!(
                    "page {number} shows no text, but holds {} characters that are not seen",
                    marks.hidden.len()
                ),
                "look at the page; if it ought to show text, ask its publisher for another copy",
            )
            .on_page(number),
        );
    }
    for limit in &marks.reached {
        findings.push(
            Finding::new(
                "page.limit",
                Severity::Error,
                format!("page {number} goes beyond {limit}; the rest was not read"),
                "look at the page: it is a drawing rather than a form; or raise the limit",
            )
            .on_page(number),
        );
    }
    let confidence = if garbled { GARBLED_CONFIDENCE } else { 1.0 };
    let unusable = garbled || unreadable as f32 >= UNUSABLE * printed.max(1) as f32;
    let unusable = unusable && printed > 0;
    Verdict { kind, doubtful: unreadable > 0 || garbled, unusable, outlined, confidence, findings }
}

/// A page of which no character is trusted more than this, 0 to 1.
pub(super) fn distrusted(mut read: Page, confidence: f32) -> Page {
    for glyph in &mut read.glyphs {
        glyph.confidence = glyph.confidence.min(confidence);
    }
    read
}

/// Characters that no printed page means: lost maps, private use, controls.
pub(super) fn is_unreadable(c: char) -> bool {
    c == UNKNOWN
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
        || (c.is_control() && !c.is_whitespace())
}

/// Confidence of characters that may be others, on a page where some are.
const SUSPECT: f32 = 0.5;

/// So many different characters on wrong glyphs show that the map of a font is wrong, rather than
/// that a font is odd.
const WRONG_MAP: usize = 2;

/// Takes the trust from characters that are not, or may not be, what is printed; returns their
/// numbers. Where a map puts Latin letters in the place of ideographs, those in the place of other
/// narrow signs cannot be told by their widths: `f` for `≤`.
pub(super) fn doubt(glyphs: &mut [Glyph]) -> Vec<usize> {
    let mut misfits: Vec<char> = glyphs.iter().filter(|g| is_misfit(g)).map(|g| g.ch).collect();
    misfits.sort_unstable();
    misfits.dedup();
    let wrong_map = misfits.len() >= WRONG_MAP;
    let mut doubtful = Vec::new();
    for (i, glyph) in glyphs.iter_mut().enumerate() {
        if is_unreadable(glyph.ch) || is_misfit(glyph) {
            glyph.confidence = 0.0;
        } else if wrong_map && is_western(glyph.ch) {
            glyph.confidence = glyph.confidence.min(SUSPECT);
        } else {
            continue;
        }
        doubtful.push(i);
    }
    doubtful
}

fn is_western(c: char) -> bool {
    c.is_ascii_graphic() || matches!(c, '\u{a1}'..='\u{24f}')
}

/// Whether the glyph was found to show something else than its character.
fn is_misfit(g: &Glyph) -> bool {
    g.confidence == MISFIT
}

/// Share of the page that pictures cover, counting overlaps once per picture at most.
fn coverage(size_pt: (f32, f32), marks: &Marks) -> f32 {
    let page = Rect::new(0.0, 0.0, size_pt.0, size_pt.1);
    let area: f32 =
        marks.images.iter().filter_map(|i| page.intersection(&i.bbox)).map(|r| r.area()).sum();
    if page.area() > 0.0 { (area / page.area()).min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Point;
    use crate::model::page::{Origin, Turn};

    /// A line of characters, each with what is known of its glyph.
    fn line(chars: &[(char, f32)]) -> Vec<Glyph> {
        let mut x = 0.0;
        let glyph = |&(ch, confidence): &(char, f32)| {
            let bbox = Rect::new(x, 0.0, x + 10.0, 10.0);
            x += 10.0;
            Glyph {
                ch,
                bbox,
                origin: Point { x: bbox.x0, y: 8.8 },
                font_size: 10.0,
                turn: Turn::None,
                from: Origin::TextLayer,
                confidence,
                pale: false,
            }
        };
        chars.iter().map(glyph).collect()
    }

    #[test]
    fn one_odd_letter_is_doubted_alone_but_two_put_all_narrow_signs_in_doubt() {
        let sound = [('单', 1.0), ('a', 1.0), ('W', 1.0), ('，', 1.0), ('·', 1.0), (',', 1.0)];
        assert_eq!(doubt(&mut line(&sound)), [0; 0]);
        assert_eq!(doubt(&mut line(&[('W', MISFIT), ('位', 1.0), ('8', 1.0)])), [0]);
        let mut wrong = line(&[('W', MISFIT), ('ÿ', MISFIT), ('位', 1.0), ('f', 1.0), ('8', 1.0)]);
        assert_eq!(doubt(&mut wrong), [0, 1, 3, 4]);
        let trust: Vec<f32> = wrong.iter().map(|g| g.confidence).collect();
        assert_eq!(trust, [0.0, 0.0, 1.0, SUSPECT, SUSPECT]);
    }

    #[test]
    fn a_page_of_shapes_alone_is_not_blank() {
        let page = |shapes: usize| {
            let marks = Marks {
                glyphs: Vec::new(),
                hidden: Vec::new(),
                tiny: 0,
                outside: 0,
                rules: Vec::new(),
                cuts: Vec::new(),
                shapes,
                images: Vec::new(),
                reached: Vec::new(),
            };
            classify(1, (595.0, 842.0), &marks)
        };
        let (shown, empty) = (page(3), page(0));
        assert!(shown.outlined && shown.kind == PageKind::Exported);
        assert!(shown.findings.iter().any(|f| f.code == "page.no-text"));
        assert!(!empty.outlined && empty.kind == PageKind::Blank && empty.findings.is_empty());
    }
}
