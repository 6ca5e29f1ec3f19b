//! Cells of a scan that lost the line between them.
//!
//! A copy loses pieces of a line, and two cells of a row become one. Where a line of the table goes
//! on through the white between two texts of one cell, they are two cells; which text belongs to
//! which stays doubtful. An exported page draws what it means, so that nothing is divided there.

use super::doubt::DOUBTFUL;
use super::slots::{Slots, Span};
use crate::model::page::{Glyph, Origin};

/// White between the middles of two characters, in em, that parts two texts if the line is drawn
/// above and below the cell: one em is their own, the other the margins of two cells.
const APART: f32 = 2.0;

/// The same wherever the line is drawn: the parts of one text are not set so far apart.
const FAR: f32 = 3.5;

/// Least mean confidence of characters that are print.
const PRINT: f32 = 0.8;

/// Least distance of a character's middle from the line, in em.
const CLEAR: f32 = 0.45;

/// Divides the cells of a table whose text stands on both sides of one of its lines. Returns how
/// many lines were missing.
pub fn divide(slots: &mut Slots, glyphs: &mut [Glyph]) -> usize {
    if !glyphs.iter().any(|g| g.from == Origin::Recognised) {
        return 0;
    }
    let mut held: Vec<Vec<usize>> = vec![Vec::new(); slots.spans.len()];
    for (i, glyph) in glyphs.iter().enumerate().filter(|(_, g)| !g.ch.is_whitespace()) {
        let c = glyph.bbox.center();
        if let Some(span) = slots.at(c.x, c.y) {
            held[span].push(i);
        }
    }
    let mut parts: Vec<Span> = Vec::with_capacity(slots.spans.len());
    for (span, held) in slots.spans.iter().zip(&held) {
        let mut rest = *span;
        for edge in edges(slots, *span, glyphs, held) {
            let cols = edge - rest.col;
            parts.push(Span { cols, ..rest });
            rest = Span { col: edge, cols: rest.cols - cols, ..rest };
        }
        if rest != *span {
            for &i in held {
                glyphs[i].confidence = glyphs[i].confidence.min(DOUBTFUL);
            }
        }
        parts.push(rest);
    }
    let missing = parts.len() - slots.spans.len();
    if missing > 0 {
        parts.sort_by_key(|s| (s.row, s.col));
        slots.replace(parts);
    }
    missing
}

/// The column edges at which a cell is divided, ascending.
fn edges(slots: &Slots, span: Span, glyphs: &[Glyph], held: &[usize]) -> Vec<usize> {
    let mut found = Vec::new();
    if span.outside || held.iter().any(|&i| glyphs[i].from != Origin::Recognised) {
        return found;
    }
    let mut first = f32::NEG_INFINITY;
    for edge in span.col + 1..span.col + span.cols {
        let x = slots.xs[edge];
        let middle = |i: &usize| glyphs[*i].bbox.center().x;
        let left = held.iter().filter(|i| (first..x).contains(&middle(i)));
        let left = left.max_by(|a, b| middle(a).total_cmp(&middle(b)));
        let right = held.iter().filter(|i| middle(i) >= x);
        let right = right.min_by(|a, b| middle(a).total_cmp(&middle(b)));
        let (Some(left), Some(right)) = (left, right) else { continue };
        let (left, right) = (&glyphs[*left], &glyphs[*right]);
        let em = left.font_size.max(right.font_size);
        // What lies between two characters of one line is shared by both: their other sides count.
        let (ends, begins) = (left.bbox.x0 + 0.5 * em, right.bbox.x1 - 0.5 * em);
        let clear = (x - ends).min(begins - x) >= CLEAR * em;
        let apart = (begins - ends) / em;
        let reads = |is_own: &dyn Fn(f32) -> bool| {
            let own = held.iter().filter(|i| is_own(middle(i)));
            let (count, sum) =
                own.fold((0, 0.0), |(n, sum), &i| (n + 1, sum + glyphs[i].confidence));
            sum >= PRINT * count as f32
        };
        // Dirt beside a text reads badly.
        let is_print = reads(&|m| (first..x).contains(&m)) && reads(&|m| m >= x);
        if clear && is_print && (apart >= FAR || apart >= APART && goes_on(slots, span, edge)) {
            found.push(edge);
            first = x;
        }
    }
    found
}

/// Whether a line on a column edge goes on above and below a cell, as far as the table does.
fn goes_on(slots: &Slots, span: Span, edge: usize) -> bool {
    let above = span.row.checked_sub(1);
    let below = Some(span.row + span.rows).filter(|&row| row < slots.rows());
    let rows = || [above, below].into_iter().flatten();
    rows().next().is_some() && rows().all(|row| slots.is_edge(row, edge))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::tests::line_of_text;

    /// Three rows of two columns of 100 points, the middle row without a line between.
    fn table() -> Slots {
        let span = |row, col, cols| Span { row, col, rows: 1, cols, outside: false };
        let mut slots = Slots {
            xs: vec![0.0, 100.0, 200.0],
            ys: vec![0.0, 20.0, 40.0, 60.0],
            ..Slots::default()
        };
        slots.replace(vec![
            span(0, 0, 1),
            span(0, 1, 1),
            span(1, 0, 2),
            span(2, 0, 1),
            span(2, 1, 1),
        ]);
        slots
    }

    /// Number of lines found missing with texts that begin at places of the middle row.
    fn missing(texts: &[(&str, f32)], from: Origin) -> usize {
        let mut glyphs: Vec<Glyph> =
            texts.iter().flat_map(|(text, x)| line_of_text(text, *x, 10.0)).collect();
        for glyph in &mut glyphs {
            (glyph.from, glyph.bbox.y0, glyph.bbox.y1) = (from, 25.0, 35.0);
        }
        let mut slots = table();
        let count = divide(&mut slots, &mut glyphs);
        assert_eq!(slots.spans.len(), 5 + count);
        assert_eq!(glyphs.iter().all(|g| g.confidence <= DOUBTFUL), count > 0);
        count
    }

    #[test]
    fn texts_on_both_sides_of_a_line_are_two_cells() {
        let scan = Origin::Recognised;
        assert_eq!(missing(&[("工程验收", 5.0), ("=100", 130.0)], scan), 1);
        assert_eq!(missing(&[("工程验收", 45.0), ("=100", 105.0)], scan), 1, "margins alone");
        assert_eq!(missing(&[("工程验收", 5.0), ("=100", 130.0)], Origin::TextLayer), 0);
    }

    #[test]
    fn text_that_runs_over_the_line_stays_whole() {
        let scan = Origin::Recognised;
        assert_eq!(missing(&[("远岫市体育局", 70.0)], scan), 0);
        assert_eq!(missing(&[("远岫市体育局", 5.0)], scan), 0, "one side is blank");
        assert_eq!(missing(&[("甲", 5.0), ("注", 92.0), ("乙", 140.0)], scan), 0, "on the line");
    }
}
