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
/// What a stretch of blank cells costs in addition if text stands on both sides.
const INNER: f32 = 1.0;
/// What a text beside a blank cell costs that is out of line with its column: it may stand in
/// the middle of both.
const STRAY: f32 = 5.0;
/// Edges and centres agree within this share of an em.
const ALIGNED: f32 = 0.15;
/// Texts with less white space between them, in points, are in one column.
const TOUCH: f32 = 0.5;
/// Twice the distance from the middle of the room between two texts, as a share of its width,
/// within which a text may take all of it.
const AMID: f32 = 0.1;
/// Rows that are looked at together; longer bands come out in parts.
const WINDOW: usize = 64;

/// Rows with common columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// First row and the one after the last.
    pub rows: (usize, usize),
    /// From left to right.
    pub columns: Vec<Extent>,
}

/// Where the text of a band's column stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    pub x0: f32,
    pub x1: f32,
    /// Its cells are known to begin where their texts do.
    pub is_fixed: bool,
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
            columns: band.with_heads().iter().map(Column::extent).collect(),
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
    /// middle of a wide column may overlap none of its texts. Done only if it makes the first
    /// row one of heads.
    fn with_heads(&self) -> Cow<'_, [Column]> {
        let columns = &self.columns;
        let is_head = |c: &Column| c.cells.len() == 1 && c.cells[0].row == self.first;
        let is_body =
            |c: &Column| c.cells[0].row > self.first && c.cells.len() * 5 >= (self.rows - 1) * 4;
        if self.rows < 2 || !columns.iter().any(is_head) || !columns.iter().any(is_body) {
            return Cow::Borrowed(columns);
        }
        let mut joined: Vec<Column> = Vec::with_capacity(columns.len());
        let mut taken = vec![false; columns.len()];
        for (k, column) in columns.iter().enumerate() {
            let near = |j: usize| {
                let other = columns.get(j).filter(|c| is_head(c) && !taken[j])?;
                Some((j, (other.x0 - column.x1).max(column.x0 - other.x1)))
            };
            let sides = [k.checked_sub(1).and_then(near), near(k + 1)];
            let nearest = sides.into_iter().flatten().min_by(|a, b| a.1.total_cmp(&b.1));
            let mut column = column.clone();
            if let Some((j, _)) = nearest.filter(|_| is_body(&column)) {
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
        let has_head = |c: &Column| c.cells.first().is_some_and(|c| c.row == self.first);
        let headed = joined.iter().skip_while(|c| !has_head(c)).all(has_head);
        if headed { Cow::Owned(joined) } else { Cow::Borrowed(columns) }
    }

    fn cost(&self) -> f32 {
        let columns = self.with_heads();
        let mut rows: Vec<Vec<(usize, &Cell)>> = vec![Vec::new(); self.rows];
        for (k, column) in columns.iter().enumerate() {
            for cell in &column.cells {
                rows[cell.row - self.first].push((k, cell));
            }
        }
        let blanks = columns.iter().map(|c| {
            let (runs, cells) = c.blanks(self.first, self.rows);
            BLANK * runs as f32 + MORE_BLANK * cells as f32
        });
        // Texts that never stand side by side show no columns.
        let unseen = columns.len() > 1 && rows.iter().all(|r| r.len() < 2);
        BAND + COLUMN * columns.len() as f32
            + STRAY * f32::from(u8::from(unseen))
            + blanks.sum::<f32>()
            + INNER * inner_blanks(&rows, columns.len()) as f32
            + STRAY * strays(&rows, &columns) as f32
    }
}

/// The texts of a row with the columns they stand in.
type RowOf<'a> = Vec<(usize, &'a Cell)>;

/// Counts stretches of rows in which a column has a blank between two texts.
fn inner_blanks(rows: &[RowOf<'_>], columns: usize) -> usize {
    let mut last = vec![0_usize; columns];
    let mut count = 0;
    for (r, row) in rows.iter().enumerate() {
        for pair in row.windows(2) {
            for seen in &mut last[pair[0].0 + 1..pair[1].0] {
                count += usize::from(*seen == 0 || *seen < r);
                *seen = r + 1;
            }
        }
    }
    count
}

/// Counts texts beside a blank cell that may reach over it: they are not in line with those of
/// their column which have text beside them.
fn strays(rows: &[RowOf<'_>], columns: &[Column]) -> usize {
    if rows.iter().all(|r| r.windows(2).all(|w| w[0].0 + 1 == w[1].0)) {
        return 0;
    }
    // Edges of each column's texts that have text on their left, and on their right.
    let mut beside: Vec<[Edges; 2]> = vec![Default::default(); columns.len()];
    for pair in rows.iter().flat_map(|r| r.windows(2)) {
        if pair[0].0 + 1 == pair[1].0 {
            beside[pair[0].0][1].add(pair[0].1);
            beside[pair[1].0][0].add(pair[1].1);
        }
    }
    beside.iter_mut().flatten().for_each(Edges::sort);
    let mut count = 0;
    for row in rows {
        for (i, &(k, cell)) in row.iter().enumerate().filter(|(_, c)| !c.1.is_fixed) {
            let before = i.checked_sub(1).map(|b| row[b].0);
            let after = row.get(i + 1).map(|c| c.0);
            let gaps = [before.is_some_and(|b| b + 1 < k), after.is_some_and(|a| a > k + 1)];
            // The room that the text's cell may take.
            let x0 = columns[before.map_or(0, |b| b + 1)].x0;
            let x1 = columns[after.unwrap_or(columns.len()) - 1].x1;
            let amid = ((cell.x0 + cell.x1) - (x0 + x1)).abs() <= AMID * (x1 - x0);
            let reaches = |edges: &Edges, unseen: bool| {
                if edges.is_empty() { unseen } else { !edges.holds(cell) }
            };
            // Where the two columns are never seen side by side, labels have blanks on their
            // right, which the rows beside them fill; a value has none between it and its label.
            let stray =
                gaps[0] && reaches(&beside[k][0], true) || gaps[1] && reaches(&beside[k][1], amid);
            count += usize::from(stray);
        }
    }
    count
}

/// Left edges, centres and right edges of texts.
#[derive(Clone, Debug, Default)]
struct Edges([Vec<f32>; 3]);

impl Edges {
    fn add(&mut self, cell: &Cell) {
        for (list, edge) in self.0.iter_mut().zip(cell.edges()) {
            list.push(edge);
        }
    }

    fn sort(&mut self) {
        self.0.iter_mut().for_each(|list| list.sort_by(f32::total_cmp));
    }

    fn is_empty(&self) -> bool {
        self.0[0].is_empty()
    }

    /// Whether a text is in line with one of them, or wraps below all of them.
    fn holds(&self, cell: &Cell) -> bool {
        let [lefts, _, rights] = &self.0;
        let wraps = cell.is_wrapped
            && lefts.first().is_some_and(|&x| cell.x0 <= x)
            && rights.last().is_some_and(|&x| cell.x1 >= x);
        wraps
            || self.0.iter().zip(cell.edges()).any(|(list, e)| {
                let from = list.partition_point(|&x| x < e - cell.near);
                list.get(from).is_some_and(|&x| x <= e + cell.near)
            })
    }
}

/// The text of one row in a column.
#[derive(Clone, Copy, Debug)]
struct Cell {
    row: usize,
    x0: f32,
    x1: f32,
    /// Edges that differ by less are in line.
    near: f32,
    /// Its cell is known to begin where the text does.
    is_fixed: bool,
    /// It has several lines.
    is_wrapped: bool,
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
    fn extent(&self) -> Extent {
        Extent { x0: self.x0, x1: self.x1, is_fixed: self.cells.iter().all(|c| c.is_fixed) }
    }

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
                    is_fixed: block.is_full || block.is_flush,
                    is_wrapped: block.lines > 1,
                }],
            }),
        }
    }
    cells
}
