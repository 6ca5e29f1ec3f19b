//! Moves a document's blocks to the forms and tables that they belong to, cutting grids between
//! rows where one holds several.

use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Grid};
use std::ops::Range;

/// Cuts a grid before the given rows (ascending): the parts in order. A cell that reaches over a
/// cut keeps its text in the upper part; the lower part gets a blank cell in its place.
pub(super) fn cut(grid: Grid, before: &[u32]) -> Vec<Grid> {
    let mut bounds: Vec<u32> = before.iter().copied().filter(|&r| r > 0 && r < grid.rows).collect();
    bounds.dedup();
    if bounds.is_empty() {
        return vec![grid];
    }
    bounds.insert(0, 0);
    bounds.push(grid.rows);
    let mut parts: Vec<Grid> = bounds.windows(2).map(|w| empty_part(&grid, w[0]..w[1])).collect();
    for mut cell in grid.cells {
        let (row, end) = (cell.row, cell.row.saturating_add(cell.row_span.max(1)));
        let first = bounds.partition_point(|&b| b <= row).saturating_sub(1);
        for (part, bound) in parts.iter_mut().zip(bounds.windows(2)).skip(first) {
            if bound[0] >= end {
                break;
            }
            let from = row.max(bound[0]);
            let rest = Cell {
                row: from - bound[0],
                row_span: end.min(bound[1]) - from,
                lines: std::mem::take(&mut cell.lines),
                nested: std::mem::take(&mut cell.nested),
                ..cell.clone()
            };
            part.cells.push(rest);
        }
    }
    for part in &mut parts {
        part.cells.sort_by_key(|c| (c.row, c.col));
        let first = part.cells.iter().find(|c| c.row == 0);
        part.page = first.map_or(part.page, |c| c.page);
        let page = part.page;
        let boxes = part.cells.iter().filter(|c| c.page == page).filter_map(|c| c.bbox);
        part.bbox = boxes.reduce(|a: Rect, b| a.union(&b));
    }
    parts
}

fn empty_part(grid: &Grid, rows: Range<u32>) -> Grid {
    let heights = grid.row_heights.get(rows.start as usize..rows.end as usize);
    Grid {
        page: grid.page,
        bbox: None,
        columns: grid.columns,
        rows: rows.end - rows.start,
        left: grid.left,
        column_widths: grid.column_widths.clone(),
        row_heights: heights.map(<[f32]>::to_vec).unwrap_or_default(),
        cells: Vec::new(),
        kind: grid.kind,
        cut: grid.cut,
        open_sides: grid.open_sides,
    }
}

/// Replaces grids that only frame other grids by what they frame: a form may be drawn inside a
/// border of the page. `is_form` says whether nested grids are worth it.
pub(super) fn unframe(blocks: Vec<Block>, is_form: &impl Fn(&Grid) -> bool) -> Vec<Block> {
    let mut flat = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block {
            Block::Grid(grid) if frames_form(&grid, is_form) => unframe_grid(grid, &mut flat),
            other => flat.push(other),
        }
    }
    flat
}

fn frames_form(grid: &Grid, is_form: &impl Fn(&Grid) -> bool) -> bool {
    grid.cells.iter().flat_map(|c| &c.nested).any(|g| is_form(g) || frames_form(g, is_form))
}

/// Rows with nested grids dissolve into lines and grids from top to bottom; the others stay.
fn unframe_grid(grid: Grid, flat: &mut Vec<Block>) {
    let mut cuts: Vec<u32> = Vec::new();
    for cell in grid.cells.iter().filter(|c| !c.nested.is_empty()) {
        cuts.push(cell.row);
        cuts.push(cell.row.saturating_add(cell.row_span.max(1)));
    }
    cuts.sort_unstable();
    for part in cut(grid, &cuts) {
        if part.cells.iter().all(|c| c.nested.is_empty()) {
            flat.push(Block::Grid(part));
            continue;
        }
        let mut pieces: Vec<(u32, f32, Block)> = Vec::new();
        for cell in part.cells {
            let page = cell.page;
            for line in cell.lines {
                let y = line.bbox.map_or(f32::MIN, |b| b.y0);
                pieces.push((line.page, y, Block::Line(line)));
            }
            for nested in cell.nested {
                let y = nested.bbox.map_or(0.0, |b| b.y0);
                pieces.push((page.max(nested.page), y, Block::Grid(nested)));
            }
        }
        pieces.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for (_, _, piece) in pieces {
            match piece {
                Block::Grid(g) if g.cells.iter().any(|c| !c.nested.is_empty()) => {
                    unframe_grid(g, flat);
                }
                piece => flat.push(piece),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::grid::{Certainty, TextLine};
    use crate::model::page::Origin;

    fn cell(row: u32, col: u32, row_span: u32, text: &str) -> Cell {
        let line = TextLine {
            text: text.to_owned(),
            page: 1,
            bbox: None,
            font_size: 9.0,
            from: Origin::TextLayer,
            confidence: 1.0,
            certainty: Certainty::default(),
            source_line: 0,
        };
        Cell { row, col, row_span, col_span: 1, page: 1, lines: vec![line], ..Cell::default() }
    }

    fn grid() -> Grid {
        Grid {
            columns: 2,
            rows: 3,
            row_heights: vec![1.0, 2.0, 3.0],
            cells: vec![
                cell(0, 0, 3, "a"),
                cell(0, 1, 1, "b"),
                cell(1, 1, 1, "c"),
                cell(2, 1, 1, "d"),
            ],
            ..Grid::default()
        }
    }

    #[test]
    fn a_cut_cell_keeps_its_text_above_and_tiles_below() {
        let parts = cut(grid(), &[0, 1, 3]);
        let shape: Vec<_> = parts
            .iter()
            .map(|g| {
                let cells = g.cells.iter();
                cells.map(|c| (c.row, c.col, c.row_span, c.compact_text())).collect::<Vec<_>>()
            })
            .collect();
        let text = |r, c, s, t: &str| (r, c, s, t.to_owned());
        assert_eq!(shape[0], [text(0, 0, 1, "a"), text(0, 1, 1, "b")]);
        assert_eq!(shape[1], [text(0, 0, 2, ""), text(0, 1, 1, "c"), text(1, 1, 1, "d")]);
        assert_eq!(parts[1].row_heights, [2.0, 3.0]);
    }

    #[test]
    fn a_frame_dissolves_into_its_lines_and_grids() {
        let mut frame = cell(0, 0, 1, "title");
        frame.nested = vec![grid()];
        let outer = Grid { columns: 1, rows: 1, cells: vec![frame], ..Grid::default() };
        let flat = unframe(vec![Block::Grid(outer.clone())], &|g| g.rows == 3);
        assert!(matches!(flat.as_slice(), [Block::Line(_), Block::Grid(g)] if g.rows == 3));
        assert_eq!(unframe(vec![Block::Grid(outer)], &|_| false).len(), 1);
    }
}
