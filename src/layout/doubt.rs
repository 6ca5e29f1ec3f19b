//! Text that a table's lines do not hold well: it keeps its place, but loses our trust.
//!
//! Text that runs over a line between two cells belongs to one of them; which one, only a person
//! can tell.

use crate::model::page::Glyph;

/// Confidence of text whose cell is in doubt; far below what counts as trusted.
pub const DOUBTFUL: f32 = 0.5;

/// A glyph reaches over a line if this share of an em stands on the far side.
const REACH: f32 = 0.2;

/// Two neighbours closer than this share of an em are one run of text.
const RUN_GAP: f32 = 0.1;

/// Lowers the confidence of runs that cross from one cell into another. `home` tells each
/// glyph's cell and its left and right edge in points.
pub fn doubt_crossing(glyphs: &mut [Glyph], home: impl Fn(usize) -> Option<(u64, f32, f32)>) {
    let mut crossing: Vec<usize> = Vec::new();
    for i in 0..glyphs.len() {
        let Some((cell, left, right)) = home(i) else { continue };
        let g = &glyphs[i];
        let over = REACH * g.font_size;
        if !g.ch.is_whitespace() && (left - g.bbox.x0 > over || g.bbox.x1 - right > over) {
            crossing.push(i);
        }
        let Some(next) = glyphs.get(i + 1) else { continue };
        let Some((other, ..)) = home(i + 1) else { continue };
        let same_line = (next.origin.y - g.origin.y).abs() < 0.1 * g.font_size;
        let gap = next.bbox.x0 - g.bbox.x1;
        let visible = !g.ch.is_whitespace() && !next.ch.is_whitespace();
        if cell != other && same_line && visible && gap.abs() < RUN_GAP * g.font_size {
            crossing.extend([i, i + 1]);
        }
    }
    for i in crossing {
        glyphs[i].confidence = glyphs[i].confidence.min(DOUBTFUL);
    }
}
