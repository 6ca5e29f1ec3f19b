//! Text that a table's lines do not hold well: it keeps its place, but loses our trust.
//!
//! # Rules
//! - Text that runs over a line between two cells belongs to one of them; which one, only a
//!   person can tell.
//! - Lines of text that are set further apart than one paragraph's, at the same heights in
//!   several cells of a row, are probably two rows whose dividing line is missing.

use crate::model::grid::Grid;
use crate::model::page::Glyph;

/// Confidence of text whose cell is in doubt; far below what counts as trusted.
const DOUBTFUL: f32 = 0.5;

/// A glyph reaches over a line if this share of an em stands on the far side.
const REACH: f32 = 0.2;

/// Two neighbours closer than this share of an em are one run of text.
const RUN_GAP: f32 = 0.1;

/// Lines of one paragraph are at most this many em apart, baseline to baseline.
const LOOSE_LEADING: f32 = 2.1;

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

/// Lowers the confidence of rows that look like two rows without a line between.
pub fn doubt_merged_rows(grid: &mut Grid) {
    let mut start = 0;
    while start < grid.cells.len() {
        let row = grid.cells[start].row;
        let end = start + grid.cells[start..].iter().take_while(|c| c.row == row).count();
        let apart: Vec<usize> = (start..end)
            .filter(|&i| {
                let cell = &grid.cells[i];
                cell.row_span == 1 && !cell.vertical && has_wide_gap(cell)
            })
            .collect();
        if apart.len() >= 2 {
            for i in apart {
                for line in &mut grid.cells[i].lines {
                    line.confidence = line.confidence.min(DOUBTFUL);
                }
            }
        }
        start = end;
    }
}

fn has_wide_gap(cell: &crate::model::grid::Cell) -> bool {
    cell.lines.windows(2).any(|pair| {
        let (Some(a), Some(b)) = (pair[0].bbox, pair[1].bbox) else { return false };
        let em = pair[0].font_size.max(pair[1].font_size);
        pair[0].page == pair[1].page && b.y1 - a.y1 > LOOSE_LEADING * em
    })
}
