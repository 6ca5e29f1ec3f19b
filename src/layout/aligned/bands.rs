//! Columns, found band by band.
//!
//! A form's head has other columns than its list of indicators. A band is a run of rows that
//! share columns: intervals with white space between them from its first row to its last. The
//! division into bands is the one with the shortest description: columns, changes of columns,
//! stretches of blank cells and texts out of line all cost.

use super::blocks::Block;
use super::rows::Rows;
use std::borrow::Cow;

/// What a new band costs, beside its columns.
const BAND: f32 = 2.0;
/// What each column of a band costs.
const COLUMN: f32 = 1.0;
/// What a stretch of blank cells costs, and each further cell of it.
const BLANK: f32 = 0.5;
const MORE_BLANK: f32 = 0.05;
/// What a text beside a blank cell costs that is out of line with its column: it may stand in
/// the middle of both.
const STRAY: f32 = 5.0;
/// Edges and centres agree within this share of an em.
const ALIGNED: f32 = 0.15;
/// Texts with less white space between them, in points, are in one column.
const TOUCH: f32 = 0.5;
/// Twice the distance from the middle of two columns, as a share of their width, within which a
/// text may belong to both.
const AMID: f32 = 0.2;
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
            columns: band.with_heads().iter().map(|c| (c.x0, c.x1)).collect(),
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
        let mut old = std::mem::take(&mut self.columns).into_iter().peekable();
        let mut new = cells_of_row(row, of_row, blocks).into_iter().peekable();
        let mut merged: Vec<Column> = Vec::new();
        loop {
            let part = match (old.peek(), new.peek()) {
                (Some(o), Some(n)) if o.x0 <= n.x0 => old.next(),
                (Some(_), None) => old.next(),
                _ => new.next(),
            };
            let Some(part) = part else { break };
            match merged.last_mut() {
                Some(column) if part.x0 < column.x1 + TOUCH => {
                    if !column.absorb(part) {
                        return false;
                    }
                }
                _ => merged.push(part),
            }
        }
        self.columns = merged;
        self.rows += 1;
        true
    }

    /// Gives heads that stand beside the text of their columns to them: a short head in the
    /// middle of a wide column may overlap none of its texts.
    fn with_heads(&self) -> Cow<'_, [Column]> {
        let head_only = |c: &Column| c.cells.len() == 1 && c.cells[0].row == self.first;
        let body_only =
            |c: &Column| c.cells[0].row > self.first && c.cells.len() * 5 >= (self.rows - 1) * 4;
        let columns = &self.columns;
        if self.rows < 2 || !columns.iter().any(head_only) || !columns.iter().any(body_only) {
            return Cow::Borrowed(columns);
        }
        let mut joined: Vec<Column> = Vec::with_capacity(columns.len());
        let mut taken = vec![false; columns.len()];
        for (k, column) in columns.iter().enumerate() {
            let near = |j: usize| {
                let other = columns.get(j).filter(|c| head_only(c) && !taken[j])?;
                Some((j, (other.x0 - column.x1).max(column.x0 - other.x1)))
            };
            let head = if body_only(column) {
                [k.checked_sub(1).and_then(near), near(k + 1)]
                    .into_iter()
                    .flatten()
                    .min_by(|a, b| a.1.total_cmp(&b.1))
            } else {
                None
            };
            let mut column = column.clone();
            if let Some((j, _)) = head {
                taken[j] = true;
                if j < k {
                    joined.pop();
                }
                column.absorb(columns[j].clone());
            } else if taken[k] {
                continue;
            }
            joined.push(column);
        }
        Cow::Owned(joined)
    }

    fn cost(&self) -> f32 {
        let joined = self.with_heads();
        let columns = joined.iter().map(|c| {
            let (runs, cells) = c.blanks(self.first, self.rows);
            COLUMN + BLANK * runs as f32 + MORE_BLANK * cells as f32
        });
        BAND + columns.sum::<f32>() + STRAY * self.strays(&joined) as f32
    }

    /// Texts beside a blank cell that are not in line with those of their column which have text
    /// beside them: their cell may reach over the blank.
    fn strays(&self, columns: &[Column]) -> usize {
        // First and last filled column of each row.
        let mut reach = vec![(usize::MAX, 0); self.rows];
        for (k, column) in columns.iter().enumerate() {
            for cell in &column.cells {
                let r = &mut reach[cell.row - self.first];
                *r = (r.0.min(k), r.1.max(k));
            }
        }
        let inside = |k: usize, cell: &Cell| {
            let r = reach[cell.row - self.first];
            r.0 < k && k < r.1
        };
        let pairs = columns.windows(2).enumerate();
        pairs
            .map(|(k, pair)| {
                strays(&pair[0], &pair[1], |c| inside(k + 1, c))
                    + strays(&pair[1], &pair[0], |c| inside(k, c))
            })
            .sum()
    }
}

/// Counts the cells of a column that have a blank beside them in `other` and are out of line.
/// `inside` tells whether that blank has text on its far side too.
fn strays(own: &Column, other: &Column, inside: impl Fn(&Cell) -> bool) -> usize {
    let mut beside = other.cells.iter().map(|c| c.row).peekable();
    let mut lone: Vec<&Cell> = Vec::new();
    // Left edges, centres and right edges.
    let mut edges: [Vec<f32>; 3] = Default::default();
    for cell in &own.cells {
        while beside.next_if(|&r| r < cell.row).is_some() {}
        if beside.peek() == Some(&cell.row) {
            for (list, edge) in edges.iter_mut().zip(cell.edges()) {
                list.push(edge);
            }
        } else if !cell.is_full && inside(cell) {
            lone.push(cell);
        }
    }
    if lone.is_empty() {
        return 0;
    }
    if edges[0].is_empty() {
        // Nothing tells how the two columns stand side by side.
        let (x0, x1) = (own.x0.min(other.x0), own.x1.max(other.x1));
        lone.retain(|c| ((c.x0 + c.x1) - (x0 + x1)).abs() <= AMID * (x1 - x0));
        return lone.len();
    }
    for list in &mut edges {
        list.sort_by(f32::total_cmp);
    }
    lone.retain(|cell| {
        !edges.iter().zip(cell.edges()).any(|(list, e)| {
            let from = list.partition_point(|&x| x < e - cell.near);
            list.get(from).is_some_and(|&x| x <= e + cell.near)
        })
    });
    lone.len()
}

/// The text of one row in a column.
#[derive(Clone, Copy, Debug)]
struct Cell {
    row: usize,
    x0: f32,
    x1: f32,
    /// Edges that differ by less are in line.
    near: f32,
    is_full: bool,
}

impl Cell {
    /// Left edge, centre and right edge.
    fn edges(&self) -> [f32; 3] {
        [self.x0, (self.x0 + self.x1) / 2.0, self.x1]
    }
}

/// A column of a growing band.
#[derive(Clone, Debug, Default)]
struct Column {
    x0: f32,
    x1: f32,
    /// From top to bottom, one a row.
    cells: Vec<Cell>,
}

impl Column {
    /// Takes in a column that overlaps; `false` if both have text in one row.
    fn absorb(&mut self, mut other: Self) -> bool {
        self.x0 = self.x0.min(other.x0);
        self.x1 = self.x1.max(other.x1);
        let in_order = match (self.cells.last(), other.cells.first()) {
            (Some(a), Some(b)) => a.row < b.row,
            _ => true,
        };
        self.cells.append(&mut other.cells);
        if in_order {
            return true;
        }
        self.cells.sort_by_key(|c| c.row);
        self.cells.windows(2).all(|pair| pair[0].row < pair[1].row)
    }

    /// Stretches of rows without text among `rows` rows from `first` on, and their rows.
    fn blanks(&self, first: usize, rows: usize) -> (usize, usize) {
        let mut runs = 0;
        let mut next = first;
        for cell in &self.cells {
            runs += usize::from(cell.row > next);
            next = cell.row + 1;
        }
        (runs + usize::from(next < first + rows), rows - self.cells.len())
    }
}

/// The cells of one row: blocks that overlap are one cell.
fn cells_of_row(row: usize, of_row: &[usize], blocks: &[Block]) -> Vec<Column> {
    let mut order = of_row.to_vec();
    order.sort_by(|&a, &b| blocks[a].x0.total_cmp(&blocks[b].x0));
    let mut cells: Vec<Column> = Vec::with_capacity(order.len());
    for b in order {
        let block = &blocks[b];
        match cells.last_mut() {
            Some(cell) if block.x0 < cell.x1 + TOUCH => {
                cell.x1 = cell.x1.max(block.x1);
                if let Some(one) = cell.cells.last_mut() {
                    one.x1 = cell.x1;
                }
            }
            _ => cells.push(Column {
                x0: block.x0,
                x1: block.x1,
                cells: vec![Cell {
                    row,
                    x0: block.x0,
                    x1: block.x1,
                    near: ALIGNED * block.size,
                    is_full: block.is_full,
                }],
            }),
        }
    }
    cells
}
