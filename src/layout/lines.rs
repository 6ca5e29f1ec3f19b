//! Glyphs → lines of text.
//!
//! Glyphs are grouped by baseline, sorted along it and given the blanks that are printed or
//! shown by a gap. Turned text is read in its own direction.

use super::doubt::{DOUBTFUL, doubt_overprinted};
use super::tolerance::{BASELINE, CJK_GAP, LATIN_GAP, MIXED_GAP};
use crate::model::geometry::Rect;
use crate::model::grid::{Certainty, TextLine};
use crate::model::page::{Glyph, Origin, Turn};

/// A glyph in reading direction: `u` along the baseline, `v` across.
#[derive(Clone, Copy)]
pub struct Placed<'g> {
    pub glyph: &'g Glyph,
    pub u0: f32,
    pub u1: f32,
    pub v: f32,
}

impl<'g> Placed<'g> {
    fn new(glyph: &'g Glyph) -> Self {
        let (b, o) = (&glyph.bbox, glyph.origin);
        let (u0, u1, v) = match glyph.turn {
            Turn::None | Turn::Oblique => (b.x0, b.x1, o.y),
            Turn::Right => (b.y0, b.y1, -o.x),
            Turn::UpsideDown => (-b.x1, -b.x0, -o.y),
            Turn::Left => (-b.y1, -b.y0, o.x),
        };
        Self { glyph, u0, u1, v }
    }
}

/// Groups glyphs into lines, top to bottom; within a line left to right.
pub fn group<'g>(glyphs: impl Iterator<Item = &'g Glyph>) -> Vec<Vec<Placed<'g>>> {
    let mut placed: Vec<Placed<'g>> = glyphs.map(Placed::new).collect();
    let mut lines: Vec<Vec<Placed<'g>>> = Vec::new();
    let mut rest = sorted(&mut placed);
    while !rest.is_empty() {
        let (line, below) = rest.split_at_mut(line_end(rest));
        line.sort_by(|a, b| a.u0.total_cmp(&b.u0));
        if line.iter().any(|p| !p.glyph.ch.is_whitespace()) {
            lines.push(line.to_vec());
        }
        rest = below;
    }
    lines
}

/// By direction, then from the top.
fn sorted<'p, 'g>(placed: &'p mut [Placed<'g>]) -> &'p mut [Placed<'g>] {
    placed.sort_by(|a, b| a.glyph.turn.cmp(&b.glyph.turn).then(a.v.total_cmp(&b.v)));
    placed
}

/// How many of the first glyphs stand on the first one's baseline.
fn line_end(placed: &[Placed<'_>]) -> usize {
    let Some(first) = placed.first() else { return 0 };
    let mut size = first.glyph.font_size;
    let on_line = |p: &&Placed<'_>| {
        let same = first.glyph.turn == p.glyph.turn
            && p.v - first.v <= BASELINE * size.max(p.glyph.font_size);
        size = size.max(p.glyph.font_size);
        same
    };
    placed.iter().take_while(on_line).count().max(1)
}

/// The lines of a cell.
pub fn of_cell<'g>(glyphs: impl Iterator<Item = &'g Glyph>, page: u32) -> Vec<TextLine> {
    let mut placed: Vec<Placed<'g>> = glyphs.map(Placed::new).collect();
    let mut lines = Vec::new();
    let mut rest = sorted(&mut placed);
    while !rest.is_empty() {
        let (line, below) = rest.split_at_mut(line_end(rest));
        line.sort_by(|a, b| a.u0.total_cmp(&b.u0));
        lines.extend(text_line(line, page));
        rest = below;
    }
    doubt_overprinted(&mut lines);
    lines
}

/// One line of text from sorted glyphs; `None` if nothing is printed.
pub fn text_line(line: &[Placed<'_>], page: u32) -> Option<TextLine> {
    let mut text = String::with_capacity(line.len() * 3);
    let mut bbox: Option<Rect> = None;
    let mut last: Option<&Placed<'_>> = None;
    let mut blank: Option<&Placed<'_>> = None;
    let mut font_size = 0.0_f32;
    let mut from = Origin::TextLayer;
    let mut confidence = 1.0_f32;
    let mut certainty = Certainty::default();
    let tracking = letter_spacing(line);
    for p in line {
        let g = p.glyph;
        if g.ch.is_whitespace() || g.ch == '\u{200b}' {
            if !last.is_some_and(|before| is_other_line(before, p)) {
                blank = Some(p);
            }
            continue;
        }
        if let Some(before) = last
            && (blank.is_some_and(|b| !is_other_line(p, b)) || shows_blank(before, p, tracking))
        {
            text.push(' ');
        }
        if last.is_some_and(|before| is_overprinted(before, p)) {
            confidence = confidence.min(DOUBTFUL);
        }
        blank = None;
        text.push(g.ch);
        bbox = Some(bbox.map_or(g.bbox, |b| b.union(&g.bbox)));
        font_size = font_size.max(g.font_size);
        from = from.max(g.from);
        confidence = confidence.min(g.confidence);
        certainty.add(g.ch, g.confidence);
        last = Some(p);
    }
    let bbox = Some(bbox?);
    Some(TextLine { text, page, bbox, font_size, from, confidence, certainty, source_line: 0 })
}

/// Whether a blank that stands on a character is that of another line: iText ends paragraphs with one, a
/// few points further down.
fn is_other_line(on: &Placed<'_>, blank: &Placed<'_>) -> bool {
    let inside = (on.u0..on.u1).contains(&f32::midpoint(blank.u0, blank.u1));
    inside && (blank.v - on.v).abs() > SAME_BASELINE * on.glyph.font_size
}

/// Baselines of one line differ by less, in em, but for what is raised or lowered.
const SAME_BASELINE: f32 = 0.05;

/// Whether a character stands on the one before it: two texts are printed in one place. Typesetters
/// close up marks, which leave a half of their place blank.
fn is_overprinted(before: &Placed<'_>, p: &Placed<'_>) -> bool {
    let (a, b) = (before.glyph, p.glyph);
    a.from == Origin::TextLayer
        && b.from == Origin::TextLayer
        && a.ch.is_alphanumeric()
        && b.ch.is_alphanumeric()
        && gap_in_em(before, p) < -OVERLAP
        && p.u1 - p.u0 > OVERLAP * b.font_size
        && before.u1 - before.u0 > OVERLAP * a.font_size
}

/// Characters of one text overlap by less, in em: kerning, and marks that combine.
const OVERLAP: f32 = 0.4;

/// The white space in em that a line sets between all of its characters.
///
/// That is the gap which three quarters of the pairs reach; words are set further apart, so a few
/// of them do not matter. Lines of few characters show no habit.
fn letter_spacing(line: &[Placed<'_>]) -> f32 {
    let gap = |pair: &[Placed<'_>]| {
        let (a, b) = (&pair[0], &pair[1]);
        let blank = a.glyph.ch.is_whitespace() || b.glyph.ch.is_whitespace();
        (!blank).then(|| gap_in_em(a, b))
    };
    // Nothing to find in most lines, whose characters touch.
    let touching = line.windows(2).filter_map(gap).take(4).filter(|g| *g < LATIN_GAP / 4.0);
    if line.len() < SPACED_LINE || touching.count() >= 2 {
        return 0.0;
    }
    let mut gaps: Vec<f32> = line.windows(2).filter_map(gap).collect();
    if gaps.len() + 1 < SPACED_LINE {
        return 0.0;
    }
    gaps.sort_by(f32::total_cmp);
    gaps[gaps.len() / 4].clamp(0.0, MAX_LETTER_SPACING)
}

fn gap_in_em(a: &Placed<'_>, b: &Placed<'_>) -> f32 {
    (b.u0 - a.u1) / a.glyph.font_size.max(b.glyph.font_size).max(0.01)
}

/// Fewest characters of a line that shows how wide its letters are spaced.
const SPACED_LINE: usize = 5;

/// Letters further apart than this are words of one letter, in em: office software offers
/// spacing of some points, and half an em is twice a blank.
const MAX_LETTER_SPACING: f32 = 0.5;

/// Whether the gap between two neighbours, beyond what the line sets between all letters
/// (`tracking`, in em), is as wide as a blank.
fn shows_blank(a: &Placed<'_>, b: &Placed<'_>, tracking: f32) -> bool {
    let gap = gap_in_em(a, b) - tracking;
    let needed = match (is_wide(a.glyph.ch), is_wide(b.glyph.ch)) {
        (true, true) => CJK_GAP,
        (false, false) if is_word_end(a, b) => LATIN_GAP,
        // Figures are set on equal widths, which leaves room beside a 1 or a point.
        (false, false) => LATIN_GAP * 1.5,
        _ => MIXED_GAP,
    };
    gap > needed
}

/// Whether a gap between two characters parts words: both are letters, or one is a figure whose
/// place the font tells.
fn is_word_end(a: &Placed<'_>, b: &Placed<'_>) -> bool {
    let (a, b) = (a.glyph, b.glyph);
    let in_font = a.from == Origin::TextLayer && b.from == Origin::TextLayer;
    match (a.ch.is_alphabetic(), b.ch.is_alphabetic()) {
        (true, true) => true,
        (true, false) => in_font && b.ch.is_ascii_digit(),
        (false, true) => in_font && a.ch.is_ascii_digit(),
        (false, false) => false,
    }
}

/// Characters that fill a whole em: ideographs, kana, full-width forms and CJK punctuation.
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}'
        | '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// The share of a line's width that its first word takes: what cannot be parted from its beginning.
pub fn first_word_share(text: &str) -> f32 {
    em_width(first_word(text)) / em_width(text).max(0.5)
}

/// The usual width of a text in em.
pub fn em_width(text: &str) -> f32 {
    text.chars().map(|c| if is_wide(c) { 1.0 } else { 0.5 }).sum()
}

/// An ideograph, or letters and digits, with the marks around.
fn first_word(text: &str) -> &str {
    let is_mark = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    let mut chars = text.char_indices().skip_while(|(_, c)| is_mark(*c)).peekable();
    if chars.next_if(|(_, c)| is_wide(*c)).is_none() {
        while chars.next_if(|(_, c)| !is_wide(*c) && !c.is_whitespace()).is_some() {}
    }
    let end = chars.find(|(_, c)| !is_mark(*c)).map_or(text.len(), |(i, _)| i);
    &text[..end]
}

/// Whether the lines are single characters one under another: a vertical label.
pub fn is_stacked(lines: &[TextLine]) -> bool {
    lines.len() >= 2 && lines.iter().all(|l| l.text.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Point;

    fn glyph(ch: char, x: f32, y: f32, width: f32) -> Glyph {
        Glyph {
            ch,
            bbox: Rect::new(x, y - 8.8, x + width, y + 1.2),
            origin: Point { x, y },
            font_size: 10.0,
            turn: Turn::None,
            from: Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        }
    }

    fn read(glyphs: &[Glyph]) -> Vec<String> {
        of_cell(glyphs.iter(), 1).into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn a_word_ends_before_the_next_ideograph() {
        let first =
            ["甲乙", "（甲）乙", "2026年9月", "≥90.00(%)", "完成。", "", "。"].map(first_word);
        assert_eq!(first, ["甲", "（甲）", "2026", "≥90.00(%)", "完", "", "。"]);
    }

    #[test]
    fn blanks_come_from_gaps_or_glyphs() {
        let latin =
            [glyph('a', 0.0, 10.0, 5.0), glyph('b', 5.3, 10.0, 5.0), glyph('c', 13.0, 10.0, 5.0)];
        assert_eq!(read(&latin), ["ab c"]);
        let justified = [glyph('项', 0.0, 10.0, 10.0), glyph('目', 18.0, 10.0, 10.0)];
        assert_eq!(read(&justified), ["项目"]);
        let shrunk = [glyph('T', 0.0, 10.0, 5.0), glyph('1', 7.2, 10.0, 5.0)];
        assert_eq!(read(&shrunk), ["T 1"]);
        let autospace = [glyph('第', 0.0, 10.0, 10.0), glyph('3', 12.5, 10.0, 5.0)];
        assert_eq!(read(&autospace), ["第3"]);
        let printed = [
            glyph('第', 0.0, 10.0, 10.0),
            glyph(' ', 10.0, 10.0, 2.5),
            glyph('3', 12.5, 10.0, 5.0),
        ];
        assert_eq!(read(&printed), ["第 3"]);
        let of_the_next = [
            glyph('绩', 0.0, 10.0, 10.0),
            glyph(' ', 4.0, 12.0, 2.5),
            glyph('效', 10.0, 10.0, 10.0),
            glyph(' ', 19.5, 12.0, 2.5),
            glyph('目', 20.0, 10.0, 10.0),
        ];
        assert_eq!(read(&of_the_next), ["绩效目"]);
    }

    #[test]
    fn text_printed_on_other_text_is_doubted() {
        let doubted = |x: f32, y: f32| {
            let line =
                |x: f32, y: f32| (0..4).map(move |i| glyph('项', x + 10.0 * i as f32, y, 10.0));
            let glyphs: Vec<Glyph> = line(0.0, 10.0).chain(line(x, y)).collect();
            of_cell(glyphs.iter(), 1).iter().filter(|l| l.confidence < 1.0).count()
        };
        assert_eq!(doubted(5.0, 16.0), 2, "between the lines");
        assert_eq!(doubted(5.0, 10.0), 1, "in the line");
        assert_eq!(doubted(0.0, 21.0), 0);
        assert_eq!(doubted(40.0, 10.0), 0);
    }

    #[test]
    fn turned_text_reads_in_its_direction() {
        let up = ['甲', '乙'].iter().enumerate().map(|(i, &ch)| Glyph {
            ch,
            bbox: Rect::new(0.0, 90.0 - 10.0 * i as f32, 10.0, 100.0 - 10.0 * i as f32),
            origin: Point { x: 9.0, y: 100.0 - 10.0 * i as f32 },
            turn: Turn::Left,
            ..glyph('x', 0.0, 0.0, 10.0)
        });
        let glyphs: Vec<Glyph> = up.collect();
        assert_eq!(read(&glyphs), ["甲乙"]);
    }

    #[test]
    fn letter_spacing_is_no_blank() {
        let spaced = |text: &str, step: f32| -> Vec<Glyph> {
            let place = |(i, c): (usize, char)| glyph(c, i as f32 * step, 10.0, 5.0);
            text.chars().enumerate().map(place).collect()
        };
        assert_eq!(read(&spaced("≥90.00(%)", 8.2)), ["≥90.00(%)"]);
        // Two letters apart show a blank, not a habit.
        assert_eq!(read(&spaced("AB", 8.2)), ["A B"]);
        let mut words = spaced("abcdefgh", 8.2);
        for g in &mut words[4..] {
            g.bbox.x0 += 4.0;
            g.bbox.x1 += 4.0;
        }
        assert_eq!(read(&words), ["abcd efgh"]);
    }

    #[test]
    fn stacked_labels_are_recognised() {
        let stack: Vec<Glyph> = "绩效"
            .chars()
            .enumerate()
            .map(|(i, c)| glyph(c, 0.0, 10.0 + 12.0 * i as f32, 10.0))
            .collect();
        let lines = of_cell(stack.iter(), 1);
        assert!(is_stacked(&lines));
    }
}
