//! Which cells go on over a page break.
//!
//! # Rules
//! - Cells that are open towards the break on both pages are one cell. Where both pages draw the
//!   edge, a merged cell goes on if one of its parts is blank, and a row goes on if its second
//!   half could not stand alone.
//! - A table without an outer border draws no edge at a break either, whether it cuts a row or not:
//!   its text has to tell. What is joined then is in doubt.
//! - A row that is cut below its text leaves a blank row on the next page, which is dropped.

use crate::layout::doubt::DOUBTFUL;
use crate::model::grid::{Cell, Grid};

/// A line that reaches this share of its cell's width is full: the text may go on.
const FULL_LINE: f32 = 0.8;

/// For each cell of the row `first`, with which `cells` begin, the cell of `table` that goes on in
/// it. `bottom` are the table's cells that touch its last row.
pub(super) fn uppers(
    table: &mut Grid,
    cells: &mut [Cell],
    first: u32,
    bottom: &[usize],
) -> Vec<Option<usize>> {
    let len = cells.iter().take_while(|c| c.row == first).count();
    let row = &mut cells[..len];
    let is_borderless = is_borderless(table, row, bottom);
    let row_goes_on = if is_borderless {
        runs_on(table, row, bottom)
    } else {
        could_not_stand_alone(table, row, bottom)
    };
    let uppers: Vec<Option<usize>> = row
        .iter()
        .map(|cell| {
            let goes_on = |upper: &Cell| {
                let is_open = upper.cut_below && cell.cut_above && !is_borderless;
                row_goes_on || is_open || is_merged(upper, cell)
            };
            above(table, cell, bottom).filter(|&i| goes_on(&table.cells[i]))
        })
        .collect();
    if is_borderless && row_goes_on {
        for (cell, upper) in row.iter_mut().zip(&uppers) {
            let lines = upper.and_then(|i| table.cells.get_mut(i)).map(|c| &mut c.lines);
            let last = lines.and_then(|lines| lines.last_mut());
            if let (Some(last), Some(next)) = (last, cell.lines.first_mut()) {
                last.confidence = last.confidence.min(DOUBTFUL);
                next.confidence = next.confidence.min(DOUBTFUL);
            }
        }
    }
    uppers
}

/// The cell above the break with the same columns.
fn above(table: &Grid, cell: &Cell, bottom: &[usize]) -> Option<usize> {
    bottom.iter().copied().find(|&i| has_same_columns(&table.cells[i], cell))
}

fn has_same_columns(a: &Cell, b: &Cell) -> bool {
    (a.col, a.col_span) == (b.col, b.col_span)
}

/// Whether two cells on both sides of the break are one merged cell.
fn is_merged(upper: &Cell, lower: &Cell) -> bool {
    (upper.row_span > 1 || lower.row_span > 1) && upper.is_blank() != lower.is_blank()
}

/// Makes one cell of the two parts.
///
/// Some producers draw the text of a merged cell on both pages, and each shows its part of it: what
/// is seen whole counts, and counts once. In one row that is cut, the same text twice is two lines.
pub(super) fn extend(upper: &mut Cell, mut lower: Cell, shared_rows: u32) {
    if !upper.is_blank() && upper.compact_text() == lower.compact_text() {
        let sure = |cell: &Cell| cell.lines.iter().map(|l| l.confidence).fold(1.0, f32::min);
        let is_merged = upper.row_span + lower.row_span - shared_rows > 1;
        if sure(upper) < sure(&lower) {
            upper.lines.clear();
        } else if sure(&lower) < sure(upper) || is_merged {
            lower.lines.clear();
        }
    }
    if upper.is_blank() && !lower.is_blank() {
        (upper.page, upper.bbox, upper.vertical) = (lower.page, lower.bbox, lower.vertical);
    }
    upper.row_span += lower.row_span - shared_rows;
    upper.cut_below = lower.cut_below;
    upper.lines.extend(lower.lines);
    upper.nested.extend(lower.nested);
}

/// Whether the table draws no edge above its first row or at its sides, and none at the break.
fn is_borderless(table: &Grid, row: &[Cell], bottom: &[usize]) -> bool {
    let mut head = table.cells.iter().take_while(|c| c.row == 0);
    (table.open_sides || head.all(|c| c.cut_above))
        && bottom.iter().all(|&i| table.cells[i].cut_below)
        && row.iter().all(|c| c.cut_above)
}

/// Whether the text of a row may go on in the row below: where that has text, the text above fills
/// its line or ends a sentence.
fn runs_on(table: &Grid, row: &[Cell], bottom: &[usize]) -> bool {
    let mut any = false;
    for cell in row.iter().filter(|c| c.row_span == 1 && !c.is_blank()) {
        let Some(upper) = above(table, cell, bottom).map(|i| &table.cells[i]) else { return false };
        if upper.row_span > 1 {
            continue;
        }
        if upper.is_blank() || !(last_line_is_full(upper) || ends_sentence(upper)) {
            return false;
        }
        any = true;
    }
    any
}

/// Whether a row below a drawn edge is the rest of the row above: it has the same cells, fewer of
/// them filled, and the text above each filled one fills its last line or the filled one stands
/// alone.
fn could_not_stand_alone(table: &Grid, row: &[Cell], bottom: &[usize]) -> bool {
    if row.len() != bottom.len() || row.iter().any(|c| c.row_span > 1) {
        return false;
    }
    let pairs: Vec<(&Cell, &Cell)> =
        bottom.iter().map(|&i| &table.cells[i]).zip(row.iter()).collect();
    let same = pairs.iter().all(|(a, b)| has_same_columns(a, b));
    let filled: Vec<&(&Cell, &Cell)> = pairs.iter().filter(|(_, b)| !b.is_blank()).collect();
    let fewer = pairs.iter().any(|(a, b)| !a.is_blank() && b.is_blank());
    if !same || filled.is_empty() || !fewer || filled.iter().any(|(a, _)| a.is_blank()) {
        return false;
    }
    match filled.as_slice() {
        [(a, _)] => a.lines.len() > 1,
        many => many.iter().all(|(a, _)| last_line_is_full(a)),
    }
}

/// Drops the row `first`, with which `cells` begin, if it is the blank rest of the row above.
///
/// Both rows and the one that follows have the same columns, cells that span rows apart: a blank row
/// between two like rows says nothing, while a heading that is cut off from the row below it by a
/// blank one loses its value. A value that is blank is followed by other columns.
pub(super) fn drop_blank_rest(
    table: &Grid,
    cells: &mut Vec<Cell>,
    first: u32,
    bottom: &[usize],
) -> bool {
    let single = |row: u32| cells.iter().filter(move |c| c.row == row && c.row_span == 1);
    let columns = |row: u32| single(row).map(|c| (c.col, c.col_span));
    let uppers: Option<Vec<&Cell>> =
        single(first).map(|c| Some(&table.cells[above(table, c, bottom)?])).collect();
    let is_rest = single(first).all(Cell::is_blank)
        && uppers.is_some_and(|u| u.iter().any(|c| !c.is_blank()))
        && columns(first).eq(columns(first + 1))
        && single(first + 1).any(|c| !c.is_blank());
    if is_rest {
        cells.retain(|c| c.row > first || c.row_span > 1);
        for cell in cells.iter_mut().filter(|c| c.row == first) {
            cell.row += 1;
            cell.row_span -= 1;
        }
        cells.sort_by_key(|c| (c.row, c.col));
    }
    is_rest
}

fn last_line_is_full(cell: &Cell) -> bool {
    let line = cell.lines.last().and_then(|l| l.bbox);
    match (cell.bbox, line) {
        (Some(cell), Some(line)) => line.x1 - cell.x0 >= cell.width() * FULL_LINE,
        _ => false,
    }
}

fn ends_sentence(cell: &Cell) -> bool {
    let last = cell.lines.last().map_or("", |l| l.text.trim_end());
    last.ends_with(['。', '；', '！', '？'])
}
