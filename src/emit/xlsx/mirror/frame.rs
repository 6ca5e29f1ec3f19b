//! The columns that the grids of one form share.
//!
//! A form is often printed as several grids: one above another, one inside another, or one cut by
//! a page break. On the sheet they stand in common columns. Their vertical edges are the columns'
//! borders, and edges that differ by less than a border's play are one.

use crate::model::grid::{Block, Cell, Grid};

/// Distance up to which edges of different grids count as one, in points: rules are drawn up to
/// a point thick, and producers round to pixels.
const PLAY: f32 = 3.0;

/// Width of a grid whose columns have none, in points: the text width of an A4 page.
const PAGE_WIDTH: f32 = 500.0;

/// The common columns of a form's grids.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Ascending, one more than there are columns; in points from the left edge.
    edges: Vec<f32>,
    /// Left edge of the grids on each page, ascending by page.
    origins: Vec<(u32, f32)>,
}

impl Frame {
    /// The frame of all grids of a form, nested ones included.
    pub fn of(blocks: &[Block]) -> Self {
        let mut grids = Vec::new();
        for block in blocks {
            if let Block::Grid(grid) = block {
                collect(grid, &mut grids);
            }
        }
        let mut frame = Self::default();
        for grid in &grids {
            let left = left_edge(grid);
            match frame.origins.binary_search_by_key(&grid.page, |(page, _)| *page) {
                Ok(i) => {
                    if let Some((_, origin)) = frame.origins.get_mut(i) {
                        *origin = origin.min(left);
                    }
                }
                Err(i) => frame.origins.insert(i, (grid.page, left)),
            }
        }
        // The grid with most columns sets the edges; the others fit into them where they can.
        grids.sort_by_key(|grid| std::cmp::Reverse(grid.columns));
        for grid in grids {
            frame.merge(grid);
        }
        if frame.edges.len() < 2 {
            frame.edges = vec![0.0, PAGE_WIDTH];
        }
        frame
    }

    /// Adds the edges of a grid that none of the frame's stands for.
    fn merge(&mut self, grid: &Grid) {
        let mut from = 0;
        for edge in self.positions(grid) {
            from = 1 + match self.find(from, edge) {
                Ok(at) => at,
                Err(at) => {
                    // The edge before may lie a little to the right of where this grid has it.
                    let before = at.checked_sub(1).and_then(|i| self.edges.get(i));
                    let edge = before.map_or(edge, |before| edge.max(*before));
                    self.edges.insert(at, edge);
                    at
                }
            };
        }
    }

    /// The first edge from number `from` on that stands for an edge of a grid, or the number that
    /// a new one would get.
    fn find(&self, from: usize, edge: f32) -> Result<usize, usize> {
        let rest = self.edges.get(from..).unwrap_or_default();
        let near = rest.partition_point(|known| *known <= edge - PLAY);
        if rest.get(near).is_some_and(|known| *known < edge + PLAY) {
            return Ok(from + near);
        }
        Err(from + rest.partition_point(|known| *known < edge))
    }

    /// The vertical edges of a grid in points from the frame's left edge.
    fn positions(&self, grid: &Grid) -> Vec<f32> {
        let mut at = left_edge(grid) - self.origin(grid.page);
        let mut positions = vec![at];
        for width in widths(grid) {
            at += width;
            positions.push(at);
        }
        positions
    }

    /// Left edge of the grids on a page.
    fn origin(&self, page: u32) -> f32 {
        let found = self.origins.binary_search_by_key(&page, |(page, _)| *page);
        let nearest = found.unwrap_or_else(|next| next.saturating_sub(1));
        self.origins.get(nearest).map_or(0.0, |(_, origin)| *origin)
    }

    /// For each vertical edge of a grid the number of the frame's edge it is.
    pub fn edges_of(&self, grid: &Grid) -> Vec<u32> {
        let mut from = 0;
        let positions = self.positions(grid);
        let edges = positions.iter().map(|edge| {
            let at = self.find(from, *edge).unwrap_or_else(|next| next);
            from = at + 1;
            at as u32
        });
        edges.collect()
    }

    /// The number of the edge next to a position on a page, in points.
    pub fn nearest(&self, page: u32, x: f32) -> u32 {
        let x = x - self.origin(page);
        let distances = self.edges.iter().map(|edge| (edge - x).abs());
        let nearest = distances.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
        nearest.map_or(0, |(i, _)| i as u32)
    }

    /// Left and right edge of all grids on a page, in points.
    pub fn sides(&self, page: u32) -> (f32, f32) {
        let origin = self.origin(page);
        let last = self.edges.last().copied().unwrap_or_default();
        (origin + self.edges.first().copied().unwrap_or_default(), origin + last)
    }

    /// Widths of the columns in points.
    pub fn widths(&self) -> impl Iterator<Item = f32> + '_ {
        self.edges.iter().zip(self.edges.iter().skip(1)).map(|(left, right)| right - left)
    }

    /// Number of columns.
    pub fn columns(&self) -> u32 {
        self.edges.len() as u32 - 1
    }

    /// Width of the columns from edge `left` to edge `right`, in points.
    pub fn width_between(&self, left: u32, right: u32) -> f32 {
        let edge = |i: u32| self.edges.get(i as usize).copied().unwrap_or_default();
        edge(right) - edge(left)
    }
}

fn collect<'a>(grid: &'a Grid, into: &mut Vec<&'a Grid>) {
    into.push(grid);
    for nested in grid.cells.iter().flat_map(|cell| &cell.nested) {
        collect(nested, into);
    }
}

fn left_edge(grid: &Grid) -> f32 {
    grid.bbox.map_or(0.0, |bbox| bbox.x0)
}

/// Widths of a grid's columns in points; where they are not known, by what stands in them.
fn widths(grid: &Grid) -> Vec<f32> {
    let known = grid.column_widths.len() == grid.columns as usize
        && grid.column_widths.iter().all(|width| width.is_finite() && *width > 0.0);
    if known { grid.column_widths.clone() } else { widths_by_text(grid) }
}

/// Room for the text of each column, in points. A row's last filled cell may run on to the right
/// edge, so it does not count unless it stands there, and nobody sets a column wider than a line
/// of text needs to wrap.
fn widths_by_text(grid: &Grid) -> Vec<f32> {
    const NARROW: usize = 8;
    const WIDE: usize = 24;
    let columns = (grid.columns as usize).max(1);
    let mut needed = vec![NARROW; columns];
    for row in grid.cells.chunk_by(|a, b| a.row == b.row) {
        let filled = row.iter().filter(|cell| !cell.is_blank()).rev().enumerate();
        let runs_on = |cell: &Cell| cell.col + 1 < grid.columns;
        for (_, cell) in filled.filter(|(i, cell)| *i > 0 || !runs_on(cell)) {
            if let Some(width) = needed.get_mut(cell.col as usize) {
                let text: usize =
                    cell.lines.iter().map(|l| crate::emit::text::columns(&l.text)).sum();
                *width = (*width).max(text + 1).min(WIDE);
            }
        }
    }
    // The columns share the width of a page: what is left goes to the last one.
    let page = PAGE_WIDTH / POINTS_A_COLUMN;
    let total: usize = needed.iter().sum();
    let scale = (page / total as f32).min(1.0);
    if let Some(last) = needed.last_mut() {
        *last += (page as usize).saturating_sub(total);
    }
    needed
        .iter()
        .map(|columns| (*columns as f32 * scale * POINTS_A_COLUMN).max(NARROWEST))
        .collect()
}

/// Narrowest column that is still read, in points.
const NARROWEST: f32 = 20.0;

/// Width of a half-width character of 10 pt.
const POINTS_A_COLUMN: f32 = 5.0;

#[cfg(test)]
mod tests {
    use super::Frame;
    use crate::model::geometry::Rect;
    use crate::model::grid::{Block, Grid};
    use proptest::prelude::*;

    fn grid(page: u32, x0: f32, widths: &[f32]) -> Grid {
        let width: f32 = widths.iter().sum();
        Grid {
            page,
            bbox: Some(Rect::new(x0, 0.0, x0 + width, 10.0)),
            columns: widths.len() as u32,
            rows: 1,
            column_widths: widths.to_vec(),
            ..Grid::default()
        }
    }

    #[test]
    fn grids_share_edges_that_almost_agree() {
        let wide = grid(1, 50.0, &[100.0, 200.0, 100.0]);
        let narrow = grid(1, 51.0, &[299.5, 99.0]);
        let blocks = [Block::Grid(narrow.clone()), Block::Grid(wide.clone())];
        let frame = Frame::of(&blocks);
        assert_eq!(frame.columns(), 3);
        assert_eq!(frame.edges_of(&wide), [0, 1, 2, 3]);
        assert_eq!(frame.edges_of(&narrow), [0, 2, 3]);
    }

    #[test]
    fn a_grid_moved_sideways_on_the_next_page_keeps_its_columns() {
        let blocks = [
            Block::Grid(grid(1, 50.0, &[100.0, 200.0])),
            Block::Grid(grid(2, 80.0, &[100.0, 200.0])),
        ];
        assert_eq!(Frame::of(&blocks).columns(), 2);
    }

    proptest! {
        /// Whatever the grids, each of their columns gets at least one column of the sheet.
        #[test]
        fn no_column_is_lost(
            grids in prop::collection::vec(
                (1u32..3, 0f32..50.0, prop::collection::vec(0.5f32..80.0, 1..9)), 1..5)
        ) {
            let grids: Vec<_> = grids.iter().map(|(page, x, w)| grid(*page, *x, w)).collect();
            let blocks: Vec<_> = grids.iter().cloned().map(Block::Grid).collect();
            let frame = Frame::of(&blocks);
            for grid in &grids {
                let edges = frame.edges_of(grid);
                prop_assert!(edges.windows(2).all(|pair| pair[0] < pair[1]), "{edges:?}");
                prop_assert!(edges.iter().all(|edge| *edge <= frame.columns()));
            }
            prop_assert!(frame.widths().all(|width| width >= 0.0));
        }
    }
}
