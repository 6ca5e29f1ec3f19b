//! First and last rows of a stack that no rule closes.
//!
//! Many styles draw rules between rows and none around the table. A row is told by its texts, which
//! stand side by side, and by its place: next to the stack, in the columns of the row beside it.

use super::{HEADING, Stack};
use crate::layout::aligned::pieces::Piece;
use crate::layout::rules::Line;
use crate::layout::tolerance::{PAGE_EDGE, SLIVER};
use crate::model::page::Axis;

/// A row beside the stack begins within so many heights of its usual rooms.
const NEAR: f32 = 1.5;

/// Rules of one table are no further apart than so many of its usual rooms: a row may wrap.
const APART: f32 = 3.0;

/// Lines of one row follow each other within this many ems.
const LEADING: f32 = 1.6;

/// Takes more of `rules`, ordered by position, into those from `first` to `last`: those that end at the
/// same side (`right`) but begin beside a label of several rows, no further apart than a row of
/// several lines is high, or than those of the stack.
pub(super) fn widen(
    rules: &[Line],
    right: f32,
    (mut first, mut last): (usize, usize),
) -> (usize, usize) {
    let apart = |a: &Line, b: &Line| b.position - a.position;
    let is_side = |l: &&Line| (l.to - right).abs() <= PAGE_EDGE;
    let sides: Vec<&Line> = rules.iter().filter(is_side).collect();
    let mut gaps: Vec<f32> = sides.windows(2).map(|w| apart(w[0], w[1])).collect();
    gaps.retain(|gap| *gap > SLIVER);
    gaps.sort_by(f32::total_cmp);
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0.0);
    let own = rules[first..=last].windows(2).map(|w| apart(&w[0], &w[1])).fold(0.0, f32::max);
    let most = own.max(APART * usual);
    for i in last + 1..rules.len() {
        if apart(&rules[last], &rules[i]) > most {
            break;
        }
        if is_side(&&rules[i]) {
            last = i;
        }
    }
    for i in (0..first).rev() {
        if apart(&rules[i], &rules[first]) > most {
            break;
        }
        if is_side(&&rules[i]) {
            first = i;
        }
    }
    (first, last)
}

impl Stack {
    /// The stack with rules above and below, where the page shows rows there and draws none.
    pub(super) fn closed(&self, pieces: &[Piece]) -> Self {
        let lines: Vec<Vec<&Piece>> = pieces
            .chunk_by(|a, b| a.line == b.line)
            .map(|line| line.iter().filter(|p| self.holds(p)).collect())
            .filter(|line: &Vec<&Piece>| {
                let base = line.first().map(|p| p.base);
                base.is_some_and(|base| self.reach.0 < base && base < self.reach.1)
            })
            .collect();
        let ends = [self.above(&lines), self.below(&lines)];
        let implied: Vec<Line> = ends
            .into_iter()
            .flatten()
            .map(|position| Line { axis: Axis::Horizontal, position, from: self.x0, to: self.x1 })
            .collect();
        if implied.is_empty() {
            return self.clone();
        }
        let mut rules = [&self.rules[..], &implied].concat();
        rules.sort_by(|a, b| a.position.total_cmp(&b.position));
        let implied = [&self.implied[..], &implied].concat();
        Self { implied, reach: self.reach, ..Self::of(self.x0, self.x1, rules) }
    }

    /// The height of most of the rooms.
    fn usual_room(&self) -> f32 {
        let mut heights: Vec<f32> = self.ys.windows(2).map(|y| y[1] - y[0]).collect();
        heights.sort_by(f32::total_cmp);
        heights.get(heights.len() / 2).copied().unwrap_or(0.0)
    }

    /// Where the rule above a first row without one would be.
    fn above(&self, lines: &[Vec<&Piece>]) -> Option<f32> {
        let &top = self.ys.first()?;
        let within = lines.partition_point(|line| line[0].base < top);
        let (before, inside) = lines.split_at(within);
        // Titles stand above the row, each line by itself.
        let is_title = |row: &[&Vec<&Piece>], line: &[&Piece]| {
            let fits = |p: &Piece| row.iter().any(|line| line.iter().any(|own| is_below(own, p)));
            line.len() == 1 && !fits(line[0])
        };
        let row = row_of(before.iter().rev(), |row, line| {
            row[row.len() - 1][0].base - line[0].base <= leading(row, line) && !is_title(row, line)
        });
        let (nearest, furthest) = (row.first()?[0], row.last()?[0]);
        let pad = top - nearest.bottom();
        let first_below = inside.first()?[0];
        let is_row = pad > 0.0
            && nearest.base > top - NEAR * self.usual_room()
            && is_tabular(&row)
            && row.iter().any(|line| overlap(line[0], first_below));
        let next = before.len().checked_sub(row.len() + 1).map(|i| before[i][0]);
        let y = furthest.top() - pad;
        is_row.then(|| next.map_or(y, |p| y.max(p.bottom())))
    }

    /// Where the rule below a last row without one would be.
    fn below(&self, lines: &[Vec<&Piece>]) -> Option<f32> {
        let (&bottom, rest) = self.ys.split_last()?;
        let &last_room = rest.last()?;
        let within = lines.partition_point(|line| line[0].base < bottom);
        let (inside, after) = lines.split_at(within);
        let size = inside.last()?[0].size;
        let is_heading = |line: &[&Piece]| line.len() == 1 && line[0].size > HEADING * size;
        let row = row_of(after.iter().take_while(|line| !is_heading(line)), |row, line| {
            line[0].base - row[row.len() - 1][0].base <= leading(row, line)
        });
        let (nearest, furthest) = (row.first()?[0], row.last()?[0]);
        let pad = nearest.top() - bottom;
        let above = || inside.iter().rev().take_while(|line| line[0].base > last_room).flatten();
        let texts = row.iter().flat_map(|line| line.iter());
        let in_columns = texts.filter(|p| above().any(|a| overlap(a, p))).count();
        let is_row = pad > 0.0
            && nearest.top() < bottom + NEAR * self.usual_room()
            && is_tabular(&row)
            && in_columns > 1;
        let y = furthest.bottom() + pad;
        is_row.then(|| after.get(row.len()).map_or(y, |line| y.min(line[0].top())))
    }
}

/// Whether some of the texts of a row stand side by side, and none announces another.
fn is_tabular(row: &[&Vec<&Piece>]) -> bool {
    row.iter().any(|line| line.len() > 1)
        && !row.iter().any(|line| line.iter().any(|p| p.ends_open))
}

/// The lines from the first on that go on with the row.
fn row_of<'l, 'p: 'l>(
    lines: impl Iterator<Item = &'l Vec<&'p Piece>>,
    goes_on: impl Fn(&[&Vec<&Piece>], &[&Piece]) -> bool,
) -> Vec<&'l Vec<&'p Piece>> {
    let mut row: Vec<&Vec<&Piece>> = Vec::new();
    for line in lines {
        if !row.is_empty() && !goes_on(&row, line) {
            break;
        }
        row.push(line);
    }
    row
}

/// How far the lines of one cell are apart.
fn leading(row: &[&Vec<&Piece>], line: &[&Piece]) -> f32 {
    LEADING * row[row.len() - 1][0].size.max(line[0].size)
}

/// Whether two texts in like type begin at one place or have one middle, as the lines of a cell do.
fn is_below(a: &Piece, b: &Piece) -> bool {
    let near = |a: f32, b: f32, size: f32| (a - b).abs() < ALIGNED * size;
    near(a.size, b.size, a.size * 0.2)
        && (near(a.x0, b.x0, a.size)
            || near(f32::midpoint(a.x0, a.x1), f32::midpoint(b.x0, b.x1), a.size))
}

/// Lines of one cell agree within so many ems.
const ALIGNED: f32 = 0.5;

fn overlap(a: &Piece, b: &Piece) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1
}
