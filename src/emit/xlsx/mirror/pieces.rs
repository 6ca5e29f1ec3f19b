//! The printed pieces of a form – cells and lines of text – in the slots of a sheet.

use super::frame::Frame;
use crate::emit::xlsx::plan::{Area, MAX_COLUMNS};
use crate::model::grid::{Block, Cell, Grid, GridKind, TextLine};

/// A piece of the form and the area of the sheet that it takes.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    pub area: Area,
    pub source: Source<'a>,
}

/// What a piece is printed as.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// A cell of a grid.
    Cell(&'a Cell, GridKind),
    /// A line of text outside every grid; `alone` if no other stands beside it.
    Line { line: &'a TextLine, alone: bool, before_grids: bool },
}

/// The pieces in reading order and the printed heights of the sheet's rows.
#[derive(Clone, Debug, Default)]
pub struct Pieces<'a> {
    pub list: Vec<Piece<'a>>,
    /// In points; `None` where the form does not say.
    pub heights: Vec<Option<f32>>,
    /// Height of the tallest grid on one page, in points.
    pub tallest: f32,
    /// Cells that do not fit on a sheet.
    pub left_out: usize,
}

/// Gap between two grids with nothing between them, in points.
const GAP: f32 = 8.0;

impl Piece<'_> {
    /// The printed lines.
    pub fn lines(&self) -> &[TextLine] {
        match self.source {
            Source::Cell(cell, _) => &cell.lines,
            Source::Line { line, .. } => std::slice::from_ref(line),
        }
    }
}

impl<'a> Pieces<'a> {
    /// Lays out the blocks of a form one below another.
    pub fn of(blocks: &'a [Block], frame: &Frame) -> Self {
        let mut pieces = Self::default();
        let mut lines: Vec<&TextLine> = Vec::new();
        let mut grids = 0;
        let mut gap = false;
        for block in blocks {
            match block {
                Block::Line(line) => {
                    if lines.last().is_some_and(|last| !beside(last, line)) {
                        pieces.place_lines(&lines, frame, grids == 0);
                        lines.clear();
                    }
                    lines.push(line);
                    gap = false;
                }
                Block::Grid(grid) => {
                    pieces.place_lines(&lines, frame, grids == 0);
                    lines.clear();
                    if gap {
                        pieces.heights.push(Some(GAP));
                    }
                    pieces.place_grid(grid, frame);
                    grids += 1;
                    gap = true;
                }
            }
        }
        pieces.place_lines(&lines, frame, grids == 0);
        pieces
    }

    /// Puts lines that stand side by side into the next row.
    fn place_lines(&mut self, lines: &[&'a TextLine], frame: &Frame, before_grids: bool) {
        let row = self.heights.len() as u32;
        let alone = lines.len() == 1;
        let columns = frame.columns().min(MAX_COLUMNS);
        let mut lines = lines.to_vec();
        lines.sort_by(|a, b| left(a).total_cmp(&left(b)));
        if lines.is_empty() {
            return;
        }
        let mut from = 0;
        for (i, line) in lines.iter().enumerate() {
            // Each line reaches as far as the next one's beginning, and takes a column at least.
            let next = lines.get(i + 1).map(|next| frame.nearest(next.page, left(next)));
            let until = next.unwrap_or(columns).clamp(from + 1, columns.max(from + 1));
            let area = Area { top: row, left: from, bottom: row, right: until - 1 };
            self.list.push(Piece { area, source: Source::Line { line, alone, before_grids } });
            from = until;
        }
        self.heights.push(None);
    }

    fn place_grid(&mut self, grid: &'a Grid, frame: &Frame) {
        self.tallest = self.tallest.max(grid.bbox.map_or(0.0, |bbox| bbox.height()));
        let top = self.heights.len();
        let counts = row_counts(grid);
        let known = grid.row_heights.len() == counts.len();
        for (i, count) in counts.iter().enumerate() {
            let printed = grid.row_heights.get(i).copied().filter(|_| known && *count == 1);
            self.heights.push(printed);
            self.heights.extend((1..*count).map(|_| None));
        }
        let mut starts = vec![top as u32];
        for count in &counts {
            starts.push(starts.last().copied().unwrap_or_default() + count);
        }
        let edges = frame.edges_of(grid);
        let run_on = grid.kind == GridKind::Delimited;
        for row in grid.cells.chunk_by(|a, b| run_on && a.row == b.row) {
            let last = row.iter().rposition(|cell| !cell.is_blank()).filter(|_| run_on);
            for (i, cell) in row.iter().enumerate() {
                if last.is_some_and(|last| i > last) {
                    break;
                }
                // In a text export a row ends with its last filled cell, which has the rest.
                let to_the_edge = last == Some(i);
                match area_of(cell, grid, &starts, &edges, to_the_edge) {
                    Some(area) => self.place_cell(cell, grid.kind, area, frame),
                    None => self.left_out += usize::from(!cell.is_blank()),
                }
            }
        }
    }

    /// Puts a cell into its area; tables nested in it take the rows below its own text.
    fn place_cell(&mut self, cell: &'a Cell, kind: GridKind, area: Area, frame: &Frame) {
        if cell.nested.is_empty() {
            self.list.push(Piece { area, source: Source::Cell(cell, kind) });
            return;
        }
        let mut top = area.top;
        if has_text(cell) {
            let area = Area { bottom: top, ..area };
            self.list.push(Piece { area, source: Source::Cell(cell, kind) });
            top += 1;
        }
        let end = self.heights.len();
        for nested in &cell.nested {
            // Planned as if it stood alone below everything, then moved up into the cell.
            let heights = vec![None; top as usize];
            let mut inner = Pieces { heights, ..Pieces::default() };
            inner.place_grid(nested, frame);
            let rows = inner.heights.len().saturating_sub(top as usize);
            for (i, height) in inner.heights.into_iter().enumerate().skip(top as usize) {
                if let Some(slot) = self.heights.get_mut(i).filter(|slot| slot.is_none()) {
                    *slot = height;
                }
            }
            self.left_out += inner.left_out;
            for piece in inner.list {
                let within = (piece.area.bottom as usize) < end
                    && piece.area.left >= area.left
                    && piece.area.right <= area.right;
                if within {
                    self.list.push(piece);
                } else {
                    self.left_out += 1;
                }
            }
            top += rows as u32;
        }
    }
}

fn left(line: &TextLine) -> f32 {
    line.bbox.map_or(0.0, |bbox| bbox.x0)
}

/// Whether two lines stand on the same height of the same page.
fn beside(a: &TextLine, b: &TextLine) -> bool {
    let (Some(first), Some(second)) = (a.bbox, b.bbox) else { return false };
    let overlap = first.y1.min(second.y1) - first.y0.max(second.y0);
    let apart = second.x0 >= first.x1 || second.x1 <= first.x0;
    a.page == b.page && apart && overlap > 0.5 * first.height().min(second.height())
}

fn has_text(cell: &Cell) -> bool {
    cell.lines.iter().any(|line| !line.text.trim().is_empty())
}

/// Rows of the sheet for each row of a grid: one, and more where nested tables need them.
fn row_counts(grid: &Grid) -> Vec<u32> {
    let mut counts = vec![1; rows_of(grid)];
    for cell in grid.cells.iter().filter(|cell| !cell.nested.is_empty()) {
        let nested: u32 = cell.nested.iter().map(|grid| row_counts(grid).iter().sum::<u32>()).sum();
        let needed = nested + u32::from(has_text(cell));
        let first = cell.row as usize;
        let last = first + cell.row_span.max(1) as usize;
        let Some(rows) = counts.get_mut(first..last) else { continue };
        let there: u32 = rows.iter().sum();
        if let Some(last) = rows.last_mut() {
            *last += needed.saturating_sub(there);
        }
    }
    counts
}

/// Number of rows that the cells of a grid really reach.
fn rows_of(grid: &Grid) -> usize {
    let reached = grid.cells.iter().map(|c| c.row.saturating_add(c.row_span.max(1))).max();
    reached.unwrap_or(0).min(grid.rows) as usize
}

fn area_of(
    cell: &Cell,
    grid: &Grid,
    starts: &[u32],
    edges: &[u32],
    to_the_edge: bool,
) -> Option<Area> {
    let right =
        if to_the_edge { grid.columns } else { cell.col.checked_add(cell.col_span.max(1))? };
    let below = cell.row.checked_add(cell.row_span.max(1))?;
    let at = |list: &[u32], i: u32| list.get(i as usize).copied();
    let last = |list: &[u32], i: u32| at(list, i).or(list.last().copied());
    let (left, right) = (at(edges, cell.col)?, last(edges, right)?);
    let (top, below) = (at(starts, cell.row)?, last(starts, below)?);
    let fits = left < right && top < below && right <= MAX_COLUMNS;
    fits.then(|| Area { top, left, bottom: below - 1, right: right - 1 })
}
