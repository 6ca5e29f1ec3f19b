//! Text that stands beyond the edge which a page break gives its table.
//!
//! Some producers draw the text of a merged cell in the middle of all of its rows, on each page
//! that shows some of them: it may stand below the last rule of a page, or above the first.

use super::Open;
use crate::model::geometry::Rect;
use crate::model::grid::{Cell, Grid, TextLine};

/// Text of a cut cell goes on beyond its edge line by line, in heights of its print.
const OVERHANG: f32 = 1.5;

/// The bottom cell of the open table that goes on in `line`, which stands right below it.
pub(super) fn cell_above(open: &Open, table: &Grid, line: &TextLine) -> Option<usize> {
    let at = line.bbox?;
    let lines = (open.overhang.len() + 1) as f32;
    open.bottom.iter().copied().find(|&i| {
        let cell = &table.cells[i];
        let below = |b: Rect| spans(b, at) && at.y0 - b.y1 < OVERHANG * lines * line.font_size;
        cell.cut_below && cell.page == line.page && cell.bbox.is_some_and(below)
    })
}

/// For each of the lines above a `part` of the open table, its first cell that begins in it: the
/// line stands right above a cell that the break cuts, or says what the cell above the break says.
pub(super) fn cells_below(
    lines: &[&TextLine],
    part: &Grid,
    table: &Grid,
    open: &Open,
) -> Vec<Option<usize>> {
    let first: Vec<(usize, Rect)> = (0..part.cells.len())
        .take_while(|&i| part.cells[i].row == 0)
        .filter(|&i| part.cells[i].cut_above)
        .filter_map(|i| Some((i, part.cells[i].bbox?)))
        .collect();
    let mut found = vec![None; lines.len()];
    let mut hanging = vec![0_u8; part.cells.len()];
    for (line, found) in lines.iter().zip(&mut found).rev() {
        let Some(at) = line.bbox else { continue };
        *found = first.iter().find_map(|&(i, cell)| {
            let lines = f32::from(hanging[i] + 1);
            let is_near = cell.y0 - at.y1 < OVERHANG * lines * line.font_size;
            let is_said_above = || said_above(line, cell, table, open);
            (spans(cell, at) && (is_near || is_said_above())).then_some(i)
        });
        if let Some(i) = *found {
            hanging[i] = hanging[i].saturating_add(1);
        }
    }
    found
}

/// Whether a line is print of the cell above the break in the same place.
fn said_above(line: &TextLine, below: Rect, table: &Grid, open: &Open) -> bool {
    let said: String = line.text.split_whitespace().collect();
    open.bottom.iter().map(|&i| &table.cells[i]).any(|cell: &Cell| {
        cell.cut_below
            && cell.bbox.is_some_and(|b| spans(b, below) || spans(below, b))
            && cell.compact_text().contains(&said)
    })
}

fn spans(cell: Rect, line: Rect) -> bool {
    cell.x0 <= line.x0 && line.x1 <= cell.x1
}
