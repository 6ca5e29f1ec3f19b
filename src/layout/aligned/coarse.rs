//! Ruled grids whose cells hold tables of their own: a frame, a line below the head, a line
//! beside the first column. Their rows and columns are in the white space.

use crate::layout::lines::is_wide;
use crate::model::grid::{Cell, Grid, GridKind, TextLine};

/// Fewest lines that hold several cells, and their share of all lines of the grid.
const LINES: usize = 3;
const SHARE: f32 = 0.4;

/// A line is wider than its characters by this factor and as many ems if gaps stand in it.
const WIDER: f32 = 1.35;
const GAPS: f32 = 1.5;

/// Fewest numbers, one below the other, that are rows of their own.
const STACK: usize = 3;

/// Whether a grid's cells hold several cells each.
pub fn is_coarse(grid: &Grid) -> bool {
    if grid.kind == GridKind::RowRuled || grid.cells.iter().any(|c| !c.nested.is_empty()) {
        return false;
    }
    if is_frame_of_rows(grid) {
        return true;
    }
    let lines = || grid.cells.iter().flat_map(|c| &c.lines);
    let several = lines().filter(|l| holds_several(l)).count();
    let all = lines().count();
    several >= LINES && several as f32 >= SHARE * all as f32 || stands_in_stacks(grid)
}

/// Whether a grid of one column holds rows of several texts: sides and rows are drawn, columns are
/// not.
fn is_frame_of_rows(grid: &Grid) -> bool {
    let cells = || grid.cells.iter().filter(|c| !c.lines.is_empty());
    let wide = |c: &&Cell| c.lines.iter().any(has_gaps);
    let rows = cells().filter(wide).count();
    grid.columns == 1 && rows >= LINES && rows as f32 >= SHARE * cells().count() as f32
}

/// Whether a line is clearly wider than its characters.
fn has_gaps(line: &TextLine) -> bool {
    let natural: f32 = line.text.chars().map(|c| if is_wide(c) { 1.0 } else { 0.5 }).sum();
    let em = line.font_size.max(0.01);
    line.bbox.is_some_and(|b| b.width() > (natural * WIDER + GAPS) * em)
}

/// Whether a line is clearly wider than its characters and has figures behind a gap.
fn holds_several(line: &TextLine) -> bool {
    let Some((_, last)) = line.text.rsplit_once(' ') else { return false };
    last.chars().any(|c| c.is_ascii_digit()) && has_gaps(line)
}

/// Whether some row has two cells with numbers one below the other, line by line.
fn stands_in_stacks(grid: &Grid) -> bool {
    let is_stack = |c: &Cell| {
        c.lines.len() >= STACK && c.lines.iter().all(|l| is_number(&l.text)) && c.row_span == 1
    };
    let rows = grid.cells.chunk_by(|a, b| a.row == b.row);
    let mut stacks = rows.map(|row| row.iter().filter(|c| is_stack(c)));
    stacks.any(|row| {
        let mut counts = row.map(|c| c.lines.len());
        counts.next().is_some_and(|first| counts.any(|n| n == first))
    })
}

fn is_number(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || " .,%-–−+*()".contains(c))
}
