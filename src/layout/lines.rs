//! Glyphs → lines of text.
//!
//! Glyphs are grouped by baseline, sorted along it and given the blanks that are printed or
//! shown by a gap. Turned text is read in its own direction.

use super::tolerance::{BASELINE, CJK_GAP, LATIN_GAP, MIXED_GAP};
use crate::model::geometry::Rect;
use crate::model::grid::TextLine;
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
    lines
}

/// One line of text from sorted glyphs; `None` if nothing is printed.
pub fn text_line(line: &[Placed<'_>], page: u32) -> Option<TextLine> {
    let mut text = String::with_capacity(line.len() * 3);
    let mut bbox: Option<Rect> = None;
    let mut last: Option<&Placed<'_>> = None;
    let mut blank = false;
    let mut font_size = 0.0_f32;
    let mut from = Origin::TextLayer;
    let mut confidence = 1.0_f32;
    for p in line {
        let g = p.glyph;
        if g.ch.is_whitespace() || g.ch == '\u{200b}' {
            blank = true;
            continue;
        }
        if let Some(before) = last
            && (blank || shows_blank(before, p))
        {
            text.push(' ');
        }
        blank = false;
        text.push(g.ch);
        bbox = Some(bbox.map_or(g.bbox, |b| b.union(&g.bbox)));
        font_size = font_size.max(g.font_size);
        from = from.max(g.from);
        confidence = confidence.min(g.confidence);
        last = Some(p);
    }
    Some(TextLine { text, page, bbox: Some(bbox?), font_size, from, confidence, source_line: 0 })
}

/// Whether the gap between two neighbours is as wide as a blank.
fn shows_blank(a: &Placed<'_>, b: &Placed<'_>) -> bool {
    let em = a.glyph.font_size.max(b.glyph.font_size);
    let gap = (b.u0 - a.u1) / em.max(0.01);
    let needed = match (is_wide(a.glyph.ch), is_wide(b.glyph.ch)) {
        (true, true) => CJK_GAP,
        (false, false) if a.glyph.ch.is_alphabetic() && b.glyph.ch.is_alphabetic() => LATIN_GAP,
        // Figures are set on equal widths, which leaves room beside a 1 or a point.
        (false, false) => LATIN_GAP * 1.5,
        _ => MIXED_GAP,
    };
    gap > needed
}

/// Characters that fill a whole em: ideographs, kana, full-width forms and CJK punctuation.
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}'
        | '“' | '”' | '‘' | '’' | '…' | '—' | '·')
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
        }
    }

    fn read(glyphs: &[Glyph]) -> Vec<String> {
        of_cell(glyphs.iter(), 1).into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn blanks_come_from_gaps_or_glyphs() {
        let latin =
            [glyph('a', 0.0, 10.0, 5.0), glyph('b', 5.3, 10.0, 5.0), glyph('c', 13.0, 10.0, 5.0)];
        assert_eq!(read(&latin), ["ab c"]);
        let justified = [glyph('项', 0.0, 10.0, 10.0), glyph('目', 18.0, 10.0, 10.0)];
        assert_eq!(read(&justified), ["项目"]);
        let autospace = [glyph('第', 0.0, 10.0, 10.0), glyph('3', 12.5, 10.0, 5.0)];
        assert_eq!(read(&autospace), ["第3"]);
        let printed = [
            glyph('第', 0.0, 10.0, 10.0),
            glyph(' ', 10.0, 10.0, 2.5),
            glyph('3', 12.5, 10.0, 5.0),
        ];
        assert_eq!(read(&printed), ["第 3"]);
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
