//! A group of lines → unit slots → cells with spans.
//!
//! # Steps
//! 1. The distinct positions of the lines cut the group's box into slots; slivers inside double
//!    lines are closed.
//! 2. A missing outer border is completed where the crossing lines end, and so is the edge between
//!    two tables that stand flush.
//! 3. Between two slots stands a border if lines cover enough of the shared side.
//! 4. Slots that can be reached from outside without crossing a border are no part of the table.
//! 5. The others are united where no border stands between, and cut to rectangles.

use super::components::DisjointSets;
use super::implied::{Implied, implied};
use super::rules::Line;
use super::tolerance::{BARE_SLIVER, BORDER_COVERAGE, MIN_ROW, SLIVER, SNAP, TOUCH};
use crate::model::geometry::Rect;
use crate::model::page::Axis;

/// Cells found from lines: a partition of a rectangle of slots.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Column edges, ascending, one more than columns.
    pub xs: Vec<f32>,
    /// Row edges, ascending, one more than rows.
    pub ys: Vec<f32>,
    pub spans: Vec<Span>,
    /// Index into `spans` of each slot, row by row.
    pub owner: Vec<usize>,
    /// For each column, whether the table's top edge is not drawn there but was completed.
    pub open_above: Vec<bool>,
    /// The same for the bottom edge.
    pub open_below: Vec<bool>,
    /// Whether the left, right, upper and lower sides were completed as a whole.
    pub completed: [bool; 4],
}

/// The size of a table that has more slots than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TooFine {
    pub rows: usize,
    pub cols: usize,
}

/// A rectangle of slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub row: usize,
    pub col: usize,
    pub rows: usize,
    pub cols: usize,
    /// Not enclosed by borders: filler beside a table that is no rectangle.
    pub outside: bool,
}

impl Slots {
    pub fn rows(&self) -> usize {
        self.ys.len().saturating_sub(1)
    }

    pub fn cols(&self) -> usize {
        self.xs.len().saturating_sub(1)
    }

    pub fn bbox(&self) -> Rect {
        match (self.xs.first(), self.ys.first(), self.xs.last(), self.ys.last()) {
            (Some(&x0), Some(&y0), Some(&x1), Some(&y1)) => Rect { x0, y0, x1, y1 },
            _ => Rect::default(),
        }
    }

    /// Whether the span's upper or lower side lies on an edge that is not drawn.
    pub fn is_cut(&self, s: &Span) -> (bool, bool) {
        let any = |open: &[bool]| open.iter().skip(s.col).take(s.cols).any(|o| *o);
        (
            s.row == 0 && any(&self.open_above),
            s.row + s.rows == self.rows() && any(&self.open_below),
        )
    }

    pub fn span_box(&self, s: &Span) -> Rect {
        Rect {
            x0: self.xs[s.col],
            y0: self.ys[s.row],
            x1: self.xs[s.col + s.cols],
            y1: self.ys[s.row + s.rows],
        }
    }

    /// Number of enclosed cells.
    pub fn cells(&self) -> usize {
        self.spans.iter().filter(|s| !s.outside).count()
    }

    /// Index of the enclosed cell at a position.
    pub fn at(&self, x: f32, y: f32) -> Option<usize> {
        let col = self.xs.partition_point(|&e| e <= x).checked_sub(1)?;
        let row = self.ys.partition_point(|&e| e <= y).checked_sub(1)?;
        if col >= self.cols() || row >= self.rows() {
            return None;
        }
        let span = *self.owner.get(row * self.cols() + col)?;
        (!self.spans[span].outside).then_some(span)
    }
}

/// Builds the cells of one group. `has_glyph` tells whether a glyph's centre lies in a box.
/// `None` if the lines enclose nothing.
///
/// # Errors
/// The lines would make more than `most` slots.
pub fn build(
    lines: &[Line],
    has_glyph: &dyn Fn(Rect) -> bool,
    most: u32,
) -> Result<Option<Slots>, TooFine> {
    let (across, down): (Vec<Line>, Vec<Line>) =
        lines.iter().partition(|l| l.axis == Axis::Horizontal);
    if across.is_empty() || down.is_empty() {
        return Ok(None);
    }
    let mut xs = positions(&down, |a, b| {
        has_glyph(Rect {
            x0: a.position,
            x1: b.position,
            y0: a.from.max(b.from),
            y1: a.to.min(b.to),
        })
    });
    let mut ys = positions(&across, |a, b| {
        has_glyph(Rect {
            x0: a.from.max(b.from),
            x1: a.to.min(b.to),
            y0: a.position,
            y1: b.position,
        })
    });
    let (width, height) =
        ((xs.first().copied(), xs.last().copied()), (ys.first().copied(), ys.last().copied()));
    let x_ends = complete(&mut xs, &across, |x0, x1| match height {
        (Some(y0), Some(y1)) => has_glyph(Rect { x0, y0, x1, y1 }),
        _ => false,
    });
    let y_ends = complete(&mut ys, &down, |y0, y1| match width {
        (Some(x0), Some(x1)) => has_glyph(Rect { x0, y0, x1, y1 }),
        _ => false,
    });
    let implied = implied(&xs, &ys, &down, has_glyph);
    ys.extend(implied.iter().map(|edge| edge.y));
    ys.sort_by(f32::total_cmp);
    let (cols, rows) = (xs.len().saturating_sub(1), ys.len().saturating_sub(1));
    if cols == 0 || rows == 0 {
        return Ok(None);
    }
    if cols.saturating_mul(rows) > most as usize {
        return Err(TooFine { rows, cols });
    }
    let mut borders = Borders::new(rows, cols);
    borders.draw(&across, &down, &xs, &ys);
    borders.imply(&implied, &xs, &ys);
    borders.complete_sides(x_ends, y_ends);
    let open_above = borders.close_end(0, y_ends.0);
    let open_below = borders.close_end(rows, y_ends.1);
    let completed = [x_ends.0, x_ends.1, y_ends.0, y_ends.1];
    let mut slots = Slots { xs, ys, open_above, open_below, completed, ..Slots::default() };
    slots.unite(&borders);
    Ok(Some(slots))
}

/// The distinct positions of parallel lines, slivers closed. `filled` tells whether a glyph stands
/// between two lines where they run side by side.
fn positions(lines: &[Line], filled: impl Fn(&Line, &Line) -> bool) -> Vec<f32> {
    let mut sorted: Vec<&Line> = lines.iter().collect();
    sorted.sort_by(|a, b| a.position.total_cmp(&b.position));
    // (mean position, weight, last line taken in)
    let mut merged: Vec<(f32, f32, &Line)> = Vec::new();
    for line in sorted {
        let (p, length) = (line.position, line.to - line.from);
        match merged.last_mut() {
            Some((mean, weight, last))
                if p - last.position <= SNAP
                    || p - *mean <= BARE_SLIVER
                    || (p - *mean <= SLIVER && !filled(last, line)) =>
            {
                let total = *weight + length;
                if total > 0.0 {
                    *mean = (*mean * *weight + p * length) / total;
                }
                (*weight, *last) = (total, line);
            }
            _ => merged.push((p, length, line)),
        }
    }
    merged.into_iter().map(|(mean, ..)| mean).collect()
}

/// Adds a first and a last edge where crossing lines reach beyond the drawn ones; tells which of
/// the two were added.
///
/// Half of the lines that reach the drawn edge must go on beyond it, or one of them by a whole
/// row that holds text (`filled`): the first row of a form often has two cells only.
fn complete(
    edges: &mut Vec<f32>,
    crossing: &[Line],
    filled: impl Fn(f32, f32) -> bool,
) -> (bool, bool) {
    let (Some(&first), Some(&last)) = (edges.first(), edges.last()) else { return (false, false) };
    let mut before: Vec<f32> =
        crossing.iter().map(|l| l.from).filter(|f| first - f > SLIVER).collect();
    let mut after: Vec<f32> = crossing.iter().map(|l| l.to).filter(|t| t - last > SLIVER).collect();
    before.sort_by(f32::total_cmp);
    after.sort_by(f32::total_cmp);
    let reaching_first = crossing.iter().filter(|l| l.from <= first + TOUCH).count();
    let reaching_last = crossing.iter().filter(|l| l.to >= last - TOUCH).count();
    let start = before.get(before.len() / 2).copied().filter(|&end| {
        before.len() * 2 >= reaching_first || (first - end >= MIN_ROW && filled(end, first))
    });
    let end = after.get(after.len() / 2).copied().filter(|&end| {
        after.len() * 2 >= reaching_last || (end - last >= MIN_ROW && filled(last, end))
    });
    if let Some(start) = start {
        edges.insert(0, start);
    }
    edges.extend(end);
    (start.is_some(), end.is_some())
}

/// Which sides of the slots are ruled.
struct Borders {
    rows: usize,
    cols: usize,
    /// `(rows + 1) × cols`: side above row r in column c.
    above: Vec<bool>,
    /// `rows × (cols + 1)`: side left of column c in row r.
    left: Vec<bool>,
}

impl Borders {
    fn new(rows: usize, cols: usize) -> Self {
        Self {
            rows,
            cols,
            above: vec![false; (rows + 1) * cols],
            left: vec![false; rows * (cols + 1)],
        }
    }

    fn draw(&mut self, across: &[Line], down: &[Line], xs: &[f32], ys: &[f32]) {
        let cols = self.cols;
        for (i, covered) in coverage(across, ys, xs) {
            self.above[i.0 * cols + i.1] |= covered >= BORDER_COVERAGE;
        }
        for (i, covered) in coverage(down, xs, ys) {
            self.left[i.1 * (cols + 1) + i.0] |= covered >= BORDER_COVERAGE;
        }
    }

    fn imply(&mut self, edges: &[Implied], xs: &[f32], ys: &[f32]) {
        for edge in edges {
            let row = nearest(ys, edge.y);
            let columns = nearest(xs, edge.from)..nearest(xs, edge.to);
            self.above[row * self.cols..][columns].fill(true);
        }
    }

    /// Draws the outer sides that were completed, and closes those that are missing only for
    /// slots with a line above and below; the first and the last edge are such lines where they are
    /// going to be completed (`y_ends`), and the last one below rows of which the side is missing.
    fn complete_sides(&mut self, ends: (bool, bool), y_ends: (bool, bool)) {
        for (edge, all) in [(0, ends.0), (self.cols, ends.1)] {
            let col = edge.min(self.cols - 1);
            let mut start = None;
            let mut is_missing = false;
            for r in 0..=self.rows {
                if all && r < self.rows {
                    self.left[r * (self.cols + 1) + edge] = true;
                }
                let completed = r == 0 && y_ends.0 || r == self.rows && (y_ends.1 || is_missing);
                if !completed && !self.above[r * self.cols + col] {
                    continue;
                }
                if let Some(start) = start {
                    let sides = (start..r).map(|row| row * (self.cols + 1) + edge);
                    is_missing = sides.clone().all(|side| !self.left[side]);
                    sides.for_each(|side| self.left[side] = true);
                }
                start = Some(r);
            }
        }
    }

    /// Closes the top (`edge` 0) or bottom (`edge` rows) side: everywhere if it was completed
    /// as a whole, else where it is missing between two vertical lines, as for merged cells
    /// that a page break cuts. Returns which columns were open.
    fn close_end(&mut self, edge: usize, all: bool) -> Vec<bool> {
        let row = edge.min(self.rows - 1);
        let mut open = vec![false; self.cols];
        let mut start = None;
        for c in 0..=self.cols {
            if !self.left[row * (self.cols + 1) + c] {
                continue;
            }
            if let Some(start) = start {
                let sides = &mut self.above[edge * self.cols..][start..c];
                for (side, open) in sides.iter_mut().zip(&mut open[start..c]) {
                    *open = !*side;
                    *side = true;
                }
            }
            start = Some(c);
        }
        if all {
            for (col, open) in open.iter_mut().enumerate() {
                let side = &mut self.above[edge * self.cols + col];
                *open |= !*side;
                *side = true;
            }
        }
        open
    }
}

/// The share of each unit side that lines cover: ((edge index, unit index), share).
///
/// Lines on one edge may cover a unit in pieces, so shares are added up.
fn coverage(lines: &[Line], edges: &[f32], units: &[f32]) -> Vec<((usize, usize), f32)> {
    let mut found: Vec<((usize, usize), f32)> = Vec::new();
    for line in lines {
        let edge = nearest(edges, line.position);
        let first = units.partition_point(|&u| u <= line.from).saturating_sub(1);
        for unit in first..units.len().saturating_sub(1) {
            let (a, b) = (units[unit], units[unit + 1]);
            if a >= line.to {
                break;
            }
            let covered = (line.to.min(b) - line.from.max(a)) / (b - a).max(f32::MIN_POSITIVE);
            if covered > 0.0 {
                found.push(((edge, unit), covered));
            }
        }
    }
    found.sort_by_key(|a| a.0);
    found.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            first.1 += later.1;
        }
        same
    });
    found
}

/// Index of the nearest of ascending `edges`, which are not empty.
fn nearest(edges: &[f32], position: f32) -> usize {
    let i = edges.partition_point(|&e| e < position);
    let closer_below =
        i > 0 && (i == edges.len() || position - edges[i - 1] <= edges[i] - position);
    if closer_below { i - 1 } else { i.min(edges.len() - 1) }
}

impl Slots {
    fn unite(&mut self, borders: &Borders) {
        let (rows, cols) = (self.rows(), self.cols());
        let outside = rows * cols;
        let mut sets = DisjointSets::new(outside + 1);
        for r in 0..rows {
            for c in 0..cols {
                let slot = r * cols + c;
                if !borders.left[r * (cols + 1) + c] {
                    sets.union(slot, if c == 0 { outside } else { slot - 1 });
                }
                if !borders.above[slot] {
                    sets.union(slot, if r == 0 { outside } else { slot - cols });
                }
                if c + 1 == cols && !borders.left[r * (cols + 1) + cols] {
                    sets.union(slot, outside);
                }
                if r + 1 == rows && !borders.above[rows * cols + c] {
                    sets.union(slot, outside);
                }
            }
        }
        let outer = sets.find(outside);
        let region: Vec<usize> = (0..outside).map(|s| sets.find(s)).collect();
        self.owner = vec![usize::MAX; outside];
        for r in 0..rows {
            for c in 0..cols {
                if self.owner[r * cols + c] == usize::MAX {
                    let span = self.rectangle(&region, r, c, outer);
                    self.take(span);
                }
            }
        }
    }

    /// The largest rectangle of its region that begins at a free slot: as wide as its first row,
    /// as high as rows of the same extent follow.
    fn rectangle(&self, region: &[usize], row: usize, col: usize, outer: usize) -> Span {
        let (rows, cols) = (self.rows(), self.cols());
        let id = region[row * cols + col];
        let free = |r: usize, c: usize| {
            region[r * cols + c] == id && self.owner[r * cols + c] == usize::MAX
        };
        let width = (col..cols).take_while(|&c| free(row, c)).count();
        let same_extent = |r: usize| {
            (col..col + width).all(|c| free(r, c))
                && (col + width == cols || !free(r, col + width))
                && (col == 0 || !free(r, col - 1))
        };
        let height = 1 + (row + 1..rows).take_while(|&r| same_extent(r)).count();
        Span { row, col, rows: height, cols: width, outside: id == outer }
    }

    /// Takes other cells, which tile the same slots, in reading order.
    pub fn replace(&mut self, spans: Vec<Span>) {
        self.spans.clear();
        self.owner = vec![usize::MAX; self.rows() * self.cols()];
        for span in spans {
            self.take(span);
        }
    }

    /// Whether two cells of a row that exists meet at a column edge.
    pub fn is_edge(&self, row: usize, edge: usize) -> bool {
        let owner = |col: usize| self.owner.get(row * self.cols() + col);
        row < self.rows() && (1..self.cols()).contains(&edge) && owner(edge - 1) != owner(edge)
    }

    fn take(&mut self, span: Span) {
        let (cols, id) = (self.cols(), self.spans.len());
        for r in span.row..span.row + span.rows {
            for c in span.col..span.col + span.cols {
                self.owner[r * cols + c] = id;
            }
        }
        self.spans.push(span);
    }
}
