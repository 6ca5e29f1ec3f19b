//! Columns, found band by band.
//!
//! A form's head has other columns than its list of indicators. A band is a run of rows that
//! share columns: intervals with white space between them from its first row to its last. The
//! division into bands is the one with the shortest description: columns, changes of columns,
//! stretches of blank cells and texts out of line all cost.

use super::blocks::Block;
use super::rows::Rows;

/// What a new band costs, beside its columns.
const BAND: f32 = 2.0;
/// What each column of a band costs.
const COLUMN: f32 = 1.0;
/// What a stretch of blank cells costs, and each further cell of it.
const BLANK: f32 = 0.5;
const MORE_BLANK: f32 = 0.05;
/// What a text costs that shares neither edge nor centre with the others of its column.
const STRAY: f32 = 5.0;
/// Edges and centres agree within this share of an em.
const ALIGNED: f32 = 0.15;
/// Texts with less white space between them, in points, are in one column.
const TOUCH: f32 = 0.5;
/// Rows that are looked at together; longer bands come out in parts.
const WINDOW: usize = 64;

/// Rows with common columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// First row and the one after the last.
    pub rows: (usize, usize),
    /// Extent of the text of each column, from left to right.
    pub columns: Vec<(f32, f32)>,
}

/// Divides rows into bands. Blocks stand in the rows that `rows.of` tells.
pub fn find(blocks: &[Block], rows: &Rows) -> Vec<Band> {
    let n = rows.rows.len();
    let mut in_row: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (b, &(from, to)) in rows.of.iter().enumerate() {
        for row in in_row.iter_mut().take(to).skip(from) {
            row.push(b);
        }
    }
    // best[j]: least cost of rows 0..j and where its last band begins.
    let mut best: Vec<(f32, usize)> = vec![(f32::INFINITY, 0); n + 1];
    best[0].0 = 0.0;
    for i in 0..n {
        let mut band = Growing::default();
        for j in i..n.min(i + WINDOW) {
            if !band.grow(j, &in_row[j], blocks) {
                break;
            }
            let cost = best[i].0 + band.cost();
            if cost < best[j + 1].0 {
                best[j + 1] = (cost, i);
            }
        }
    }
    let mut bands = Vec::new();
    let mut end = n;
    while end > 0 {
        let start = best[end].1.min(end - 1);
        let mut band = Growing::default();
        for (j, row) in in_row.iter().enumerate().take(end).skip(start) {
            band.grow(j, row, blocks);
        }
        bands.push(Band {
            rows: (start, end),
            columns: band.columns.iter().map(|c| (c.x0, c.x1)).collect(),
        });
        end = start;
    }
    bands.reverse();
    bands
}

/// A band that takes in row after row.
#[derive(Default)]
struct Growing {
    first: usize,
    rows: usize,
    columns: Vec<Column>,
}

impl Growing {
    /// Takes in a row; `false` if the row's cells, or columns of the rows before, would run
    /// together.
    fn grow(&mut self, row: usize, of_row: &[usize], blocks: &[Block]) -> bool {
        if self.rows == 0 {
            self.first = row;
        }
        let cells = cells_of_row(of_row, blocks);
        let mut old = std::mem::take(&mut self.columns).into_iter().peekable();
        let mut new = cells.into_iter().peekable();
        let mut merged: Vec<Column> = Vec::new();
        // How many old columns and new cells the last merged column holds.
        let mut held = (0, 0);
        loop {
            let take_old = match (old.peek(), new.peek()) {
                (Some(o), Some(n)) => o.x0 <= n.x0,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            let Some(mut part) = (if take_old { old.next() } else { new.next() }) else { break };
            let one = (u32::from(take_old), u32::from(!take_old));
            match merged.last_mut() {
                Some(column) if part.x0 < column.x1 + TOUCH => {
                    held = (held.0 + one.0, held.1 + one.1);
                    if held.0 > 1 || held.1 > 1 {
                        return false;
                    }
                    if take_old {
                        std::mem::swap(column, &mut part);
                    }
                    column.take_in(part);
                }
                _ => {
                    held = one;
                    merged.push(part);
                }
            }
        }
        for column in &mut merged {
            column.pass(row, self.first, blocks);
        }
        self.columns = merged;
        self.rows += 1;
        true
    }

    fn cost(&self) -> f32 {
        let columns = self.columns.iter().map(|c| {
            let (runs, cells) = c.blanks;
            COLUMN + BLANK * runs as f32 + MORE_BLANK * cells as f32 + STRAY * c.strays() as f32
        });
        BAND + columns.sum::<f32>()
    }
}

/// A column of a growing band.
#[derive(Clone, Debug, Default)]
struct Column {
    x0: f32,
    x1: f32,
    /// Blocks of the row that is being taken in.
    fresh: Vec<usize>,
    /// The last block taken in: it may stand in several rows.
    newest: Option<usize>,
    /// Last row with a block.
    last: Option<usize>,
    /// Stretches of rows without a block, and their rows.
    blanks: (u32, u32),
    /// Left edges, centres and right edges, each with the number of blocks that share it.
    edges: [Vec<(f32, u32)>; 3],
    /// Blocks counted in `edges`.
    counted: u32,
}

impl Column {
    /// Adds the cell of a row.
    fn take_in(&mut self, cell: Self) {
        self.x0 = self.x0.min(cell.x0);
        self.x1 = self.x1.max(cell.x1);
        self.fresh.extend(cell.fresh);
    }

    /// Closes a row: counts its blocks, or the blank.
    fn pass(&mut self, row: usize, first: usize, blocks: &[Block]) {
        if self.fresh.is_empty() {
            self.blanks.1 += 1;
            if self.last.is_some_and(|l| l + 1 == row) {
                self.blanks.0 += 1;
            }
            return;
        }
        if self.last.is_none() && row > first {
            self.blanks = (1, (row - first) as u32);
        }
        self.last = Some(row);
        for b in std::mem::take(&mut self.fresh) {
            if self.newest == Some(b) {
                continue;
            }
            self.newest = Some(b);
            let block = &blocks[b];
            // Wrapped text fills its cell, whatever the alignment.
            if block.is_full {
                continue;
            }
            self.counted += 1;
            let near = ALIGNED * block.size;
            let values = [block.x0, (block.x0 + block.x1) / 2.0, block.x1];
            for (edges, value) in self.edges.iter_mut().zip(values) {
                match edges.iter_mut().find(|e| (e.0 - value).abs() <= near) {
                    Some(e) => e.1 += 1,
                    None => edges.push((value, 1)),
                }
            }
        }
    }

    /// Blocks out of line with the others.
    fn strays(&self) -> u32 {
        let best = self.edges.iter().flatten().map(|e| e.1).max().unwrap_or(0);
        self.counted - best
    }
}

/// The cells of one row: blocks that overlap are one cell.
fn cells_of_row(of_row: &[usize], blocks: &[Block]) -> Vec<Column> {
    let mut order = of_row.to_vec();
    order.sort_by(|&a, &b| blocks[a].x0.total_cmp(&blocks[b].x0));
    let mut cells: Vec<Column> = Vec::with_capacity(order.len());
    for b in order {
        let block = &blocks[b];
        match cells.last_mut() {
            Some(cell) if block.x0 < cell.x1 + TOUCH => {
                cell.x1 = cell.x1.max(block.x1);
                cell.fresh.push(b);
            }
            _ => cells.push(Column {
                x0: block.x0,
                x1: block.x1,
                fresh: vec![b],
                ..Column::default()
            }),
        }
    }
    cells
}
