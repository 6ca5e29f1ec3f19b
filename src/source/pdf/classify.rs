//! Judges whether a page's text layer can be used.

use super::device::Marks;
use super::glyphs::{HIDDEN, UNKNOWN};
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
        } else {
            PageKind::Blank
        }
    } else if covered >= SCAN_COVERAGE {
        PageKind::Mixed
    } else {
        PageKind::Exported
    };

    if kind == PageKind::Blank && !marks.rules.is_empty() {
        findings.push(
            Finding::new(
                "page.no-text",
                Severity::Warning,
                format!("page {number} shows lines but no text"),
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
    Verdict { kind, doubtful: unreadable > 0 || garbled, unusable, confidence, findings }
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

/// A narrow letter on a full-width glyph: distilled CJK text that has lost its map reads as
/// Latin letters with the advance of ideographs.
fn is_misfit(g: &Glyph) -> bool {
    let narrow = g.ch.is_ascii_alphanumeric() || matches!(g.ch, '\u{a1}'..='\u{24f}');
    if !narrow {
        return false;
    }
    let wide = matches!(g.ch, 'W' | 'M' | 'm' | 'w' | '\u{c6}' | '\u{152}' | '\u{bc}'..='\u{be}');
    !wide && g.bbox.width() > 0.97 * g.font_size && g.font_size > 0.0
}

/// Share of the page that pictures cover, counting overlaps once per picture at most.
fn coverage(size_pt: (f32, f32), marks: &Marks) -> f32 {
    let page = Rect::new(0.0, 0.0, size_pt.0, size_pt.1);
    let area: f32 =
        marks.images.iter().filter_map(|i| page.intersection(&i.bbox)).map(|r| r.area()).sum();
    if page.area() > 0.0 { (area / page.area()).min(1.0) } else { 0.0 }
}
