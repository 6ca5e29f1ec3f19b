//! Row edges that are not drawn, but at which lines end.
//!
//! Two tables without outer borders that stand flush show no line between the last row of the one and
//! the first of the other; the lines between their columns end there all the same.

use super::rules::Line;
use super::tolerance::{MIN_ROW, SLIVER, SNAP, TOUCH};
use crate::model::geometry::Rect;

/// A group of lines with more such heights is a drawing; each is compared with every line.
const MOST: usize = 64;

/// A row edge at `y` from one column edge to another, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Implied {
    pub y: f32,
    pub from: f32,
    pub to: f32,
}

/// The heights at which two or more of the vertical lines `down` end, away from every row edge in
/// `ys`, with text (`filled`) between them on both sides. Each reaches from the line on the left
/// that runs on there to the one on the right, or to the outermost of the column edges `xs`, and
/// parts the cells beside that have text on one side of it only; `xs` and `ys` ascend.
pub fn implied(
    xs: &[f32],
    ys: &[f32],
    down: &[Line],
    filled: &dyn Fn(Rect) -> bool,
) -> Vec<Implied> {
    let (Some(&left), Some(&right)) = (xs.first(), xs.last()) else { return Vec::new() };
    let row = |y: f32| {
        let i = ys.partition_point(|&e| e < y);
        let (above, below) = (*ys.get(i.checked_sub(1)?)?, *ys.get(i)?);
        (y - above >= MIN_ROW && below - y >= MIN_ROW).then_some((above, below))
    };
    let mut ends: Vec<(f32, f32)> = down
        .iter()
        .flat_map(|l| [(l.from, l.position), (l.to, l.position)])
        .filter(|(y, _)| row(*y).is_some())
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut found, mut candidates) = (Vec::new(), 0);
    for group in ends.chunk_by(|a, b| b.0 - a.0 <= SNAP) {
        let y = group.iter().map(|e| e.0).sum::<f32>() / group.len() as f32;
        let first = group.iter().map(|e| e.1).fold(f32::MAX, f32::min);
        let last = group.iter().map(|e| e.1).fold(f32::MIN, f32::max);
        let Some((above, below)) = row(y).filter(|_| last - first > SLIVER) else { continue };
        candidates += 1;
        if candidates > MOST {
            return Vec::new();
        }
        let through = down.iter().filter(|l| l.from < y - TOUCH && l.to > y + TOUCH);
        let mut edges: Vec<f32> = through.map(|l| l.position).chain([left, right]).collect();
        edges.sort_by(f32::total_cmp);
        let before = |x: f32| {
            let i = edges.partition_point(|&e| e < x);
            i.checked_sub(1).map_or(left, |i| edges[i])
        };
        let after =
            |x: f32| edges.get(edges.partition_point(|&e| e <= x)).copied().unwrap_or(right);
        let holds = |x0: f32, x1: f32| {
            let half = |y0: f32, y1: f32| filled(Rect { x0, y0, x1, y1 });
            (half(above, y), half(y, below))
        };
        let (mut from, mut to) = (before(first), after(last));
        if holds(from, to) != (true, true) {
            continue;
        }
        // The label beside has its text on one side of the edge, unless it belongs to both rows.
        let is_parted = |x0: f32, x1: f32| {
            let (upper, lower) = holds(x0, x1);
            upper != lower
        };
        while from > left && is_parted(before(from), from) {
            from = before(from);
        }
        while to < right && is_parted(to, after(to)) {
            to = after(to);
        }
        found.push(Implied { y, from, to });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Axis;

    fn down(position: f32, from: f32, to: f32) -> Line {
        Line { axis: Axis::Vertical, position, from, to }
    }

    #[test]
    fn lines_that_end_together_show_the_edge_between_two_tables() {
        let (xs, ys) = ([0.0, 40.0, 100.0, 200.0], [0.0, 100.0]);
        let lines = [down(40.0, 0.0, 100.0), down(100.0, 0.0, 60.0), down(150.0, 60.2, 100.0)];
        let edge = implied(&xs, &ys, &lines, &|_| true);
        assert_eq!(edge.len(), 1);
        assert_eq!((edge[0].from, edge[0].to), (40.0, 200.0));
        let parted = implied(&xs, &ys, &lines, &|r| r.x0 >= 40.0 || r.y0 < 50.0);
        assert_eq!((parted[0].from, parted[0].to), (0.0, 200.0), "a label above");
        assert!((edge[0].y - 60.1).abs() < 0.01, "{edge:?}");
        assert!(implied(&xs, &ys, &lines, &|r| r.y0 < 50.0).is_empty(), "nothing below");
        assert!(implied(&xs, &ys, &lines[..2], &|_| true).is_empty(), "a single line");
        let near = [down(100.0, 0.0, 95.0), down(150.0, 95.0, 100.0)];
        assert!(implied(&xs, &ys, &near, &|_| true).is_empty(), "at a row edge");
    }
}
