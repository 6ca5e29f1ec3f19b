//! Rows at the top of a page, which go on with the table of the page before.

use super::{Row, apart_by, grid, is_in_line, is_marginal, leading, texts};
use crate::layout::margins::Margins;
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Grid, GridKind, PageLayout, TextLine};

/// So many rows at the end of a table are looked at for the one with the most cells.
const LAST_ROWS: u32 = 3;

/// Makes grids of the rows at the top of pages that go on with the table of the page before.
/// `O(blocks)`, and of each table before such a row its cells.
pub fn go_on(pages: &mut [PageLayout], margins: &Margins) {
    for next in 1..pages.len() {
        if pages[next - 1].page + 1 != pages[next].page {
            continue;
        }
        let table = last_table(&pages[next - 1], margins);
        if let Some((lines, grid)) = table.and_then(|t| first_rows(&pages[next], margins, t)) {
            pages[next].blocks.splice(lines, [Block::Grid(grid)]);
        }
    }
}

/// The table that ends a page, if none of its lines need show in a single row.
fn last_table<'p>(page: &'p PageLayout, margins: &Margins) -> Option<&'p Grid> {
    match page.blocks.iter().rfind(|b| !is_marginal(page, margins, b))? {
        Block::Grid(grid) => Some(grid).filter(|g| g.kind == GridKind::Aligned || g.open_sides),
        Block::Line(_) => None,
    }
}

/// The rows at the top of a page that go on with a table: which blocks they are, and as a grid.
fn first_rows(
    page: &PageLayout,
    margins: &Margins,
    table: &Grid,
) -> Option<(std::ops::Range<usize>, Grid)> {
    let start = page.blocks.iter().position(|b| !is_marginal(page, margins, b))?;
    let columns = Columns::of(table);
    if let Block::Grid(below) = &page.blocks[start] {
        let rows = columns.rest_of(below)?;
        let grid = grid(page.page, &rows, &columns.cells, &columns.edges)?;
        return Some((start..start + 1, grid));
    }
    // The rows, and behind each of them the number of lines so far.
    let mut rows: Vec<(Row<'_>, usize)> = Vec::new();
    let mut open: Option<(Row<'_>, f32)> = None;
    // The first line of the open row, and the number of lines with it.
    let (mut first, mut begun): (Option<Row<'_>>, usize) = (None, 0);
    let mut count = 0;
    for block in &page.blocks[start..] {
        let Block::Line(line) = block else { break };
        let Some((bbox, texts)) = line.bbox.zip(texts(page, line)) else { break };
        let Some(own) = columns.row(texts) else { break };
        open = Some(match open.take() {
            Some((mut row, bottom)) if bbox.y0 < bottom || columns.wraps(&row, &own) => {
                if columns.parts(&row, &own) {
                    // Rows with a label between them: which is whose is not known here.
                    open = first.take().map(|first| (first, bottom));
                    count = begun;
                    break;
                }
                row.iter_mut().zip(own).for_each(|(cell, more)| cell.extend(more));
                (row, bottom.max(bbox.y1))
            }
            before => {
                if !take(&mut rows, before, count) {
                    break;
                }
                (first, begun) = (Some(own.clone()), count + 1);
                (own, bbox.y1)
            }
        });
        count += 1;
    }
    take(&mut rows, open, count);
    let count = rows.last()?.1;
    let rows: Vec<Row<'_>> = rows.into_iter().map(|row| row.0).collect();
    let grid = grid(page.page, &rows, &columns.cells, &columns.edges)?;
    let (kind, open_sides) = (table.kind, table.open_sides);
    Some((start..start + count, Grid { kind, open_sides, ..grid }))
}

/// How far lines in the columns that two have in common are apart, in em.
fn distances(row: &Row<'_>, next: &Row<'_>) -> impl Iterator<Item = f32> {
    row.iter().zip(next).filter_map(|(a, b)| apart_by(a.last()?, b.first()?))
}

/// Puts a row that is complete after `count` lines behind the others; `false` if it is none, having
/// text in one column alone.
fn take<'t>(rows: &mut Vec<(Row<'t>, usize)>, row: Option<(Row<'t>, f32)>, count: usize) -> bool {
    let Some((row, _)) = row else { return true };
    let is_row = row.iter().filter(|cell| !cell.is_empty()).count() > 1;
    if is_row {
        rows.push((row, count));
    }
    is_row
}

/// The columns of a table, as its last rows have them.
struct Columns<'g> {
    table: &'g Grid,
    /// x of each column's left edge, and of the last one's right edge, in points.
    edges: Vec<f32>,
    /// First column and number of columns of each cell of the row with the most cells.
    cells: Vec<(u32, u32)>,
    /// Most that lines of one cell are apart, in em, if any cell has several.
    leading: Option<f32>,
}

impl<'g> Columns<'g> {
    fn of(table: &'g Grid) -> Self {
        let mut edges = vec![table.left];
        for width in &table.column_widths {
            edges.push(edges.last().copied().unwrap_or_default() + width);
        }
        let row = |row: u32| {
            let covers = move |c: &&Cell| (c.row..c.row + c.row_span).contains(&row);
            let mut cells: Vec<(u32, u32)> =
                table.cells.iter().filter(covers).map(|c| (c.col, c.col_span)).collect();
            cells.sort_unstable();
            cells
        };
        let last = table.rows.saturating_sub(LAST_ROWS)..table.rows;
        let cells = last.map(row).max_by_key(Vec::len).unwrap_or_default();
        Self { table, edges, cells, leading: leading(table) }
    }

    /// Whether lines of a row and of the next line are lines of one cell, as far as those of the table
    /// show, in each column that both have.
    fn wraps(&self, row: &Row<'_>, next: &Row<'_>) -> bool {
        let mut apart = distances(row, next).peekable();
        apart.peek().is_some() && apart.all(|apart| self.leading.is_some_and(|most| apart <= most))
    }

    /// Whether the two are rows of their own: they share columns, in lines too far apart for one cell.
    fn parts(&self, row: &Row<'_>, next: &Row<'_>) -> bool {
        distances(row, next).any(|apart| self.leading.is_none_or(|most| apart > most))
    }

    /// The rows of a table that shows the last columns of this one alone, as its first ones have no label
    /// of their own; `None` if it is another.
    fn rest_of<'t>(&self, below: &'t Grid) -> Option<Vec<Row<'t>>> {
        let (kind, own) = (below.kind, self.table.kind);
        let fewer = (below.columns as usize) < self.cells.len() && below.columns > 1;
        let single = below.cells.iter().all(|c| c.row_span == 1 && c.nested.is_empty());
        if !(kind == GridKind::Aligned && own == kind && fewer && single) {
            return None;
        }
        let mut rows: Vec<Row<'t>> = vec![vec![Vec::new(); self.cells.len()]; below.rows as usize];
        for cell in &below.cells {
            for line in &cell.lines {
                let place = self.row(std::slice::from_ref(line))?;
                let row = rows.get_mut(cell.row as usize)?;
                row.iter_mut().zip(place).for_each(|(cell, line)| cell.extend(line));
            }
        }
        // Its columns are the last ones.
        let first = self.cells.len() - below.columns as usize;
        let last = |row: &Row<'_>| row[..first].iter().all(Vec::is_empty);
        rows.iter().all(last).then_some(rows)
    }

    /// For each cell its text on a line; `None` if a text is not in line with those of a column.
    fn row<'t>(&self, texts: &'t [TextLine]) -> Option<Row<'t>> {
        let mut row = vec![Vec::new(); self.cells.len()];
        for text in texts {
            let bbox = text.bbox?;
            let middle = f32::midpoint(bbox.x0, bbox.x1);
            let place = self.cells.iter().position(|&(col, span)| {
                let ends = (self.edges.get(col as usize), self.edges.get((col + span) as usize));
                matches!(ends, (Some(&x0), Some(&x1)) if x0 <= middle && middle < x1)
            })?;
            if !row[place].is_empty() || !self.is_in_line(self.cells[place], bbox, text.font_size) {
                return None;
            }
            row[place].push(text);
        }
        Some(row)
    }

    fn is_in_line(&self, (col, span): (u32, u32), bbox: Rect, size: f32) -> bool {
        let own = self.table.cells.iter().filter(|c| (c.col, c.col_span) == (col, span));
        let boxes = own.flat_map(|c| &c.lines).filter_map(|l| l.bbox);
        boxes.into_iter().any(|b| is_in_line(b, bbox, size))
    }
}
