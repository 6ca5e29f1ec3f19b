//! Rules → lines: snapped across, joined along.

use super::tolerance::{DASH_GAP, DASH_LENGTH, MIN_LINE, SNAP, SNAP_CHAIN, TOUCH};
use crate::model::geometry::Point;
use crate::model::page::{Axis, Rule};

/// A line after joining: the longest stretch without a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub axis: Axis,
    /// y of a horizontal line, x of a vertical one.
    pub position: f32,
    pub from: f32,
    pub to: f32,
}

impl Line {
    pub fn middle(&self) -> Point {
        let along = f32::midpoint(self.from, self.to);
        match self.axis {
            Axis::Horizontal => Point { x: along, y: self.position },
            Axis::Vertical => Point { x: self.position, y: along },
        }
    }
}

/// Snaps and joins rules. Sorted by axis, position and start; `O(n log n)`.
pub fn join(rules: impl Iterator<Item = Rule>) -> Vec<Line> {
    let mut rules: Vec<Rule> = rules.filter(|r| r.position.is_finite()).collect();
    rules.sort_by(|a, b| a.axis.cmp(&b.axis).then(a.position.total_cmp(&b.position)));
    let mut lines = Vec::new();
    let mut rest = rules.as_mut_slice();
    while let Some(first) = rest.first() {
        let (axis, start) = (first.axis, first.position);
        let mut last = start;
        let n = rest
            .iter()
            .take_while(|r| {
                let same =
                    r.axis == axis && r.position - last <= SNAP && r.position - start <= SNAP_CHAIN;
                last = r.position;
                same
            })
            .count();
        let (group, tail) = rest.split_at_mut(n);
        join_along(group, &mut lines);
        rest = tail;
    }
    lines.retain(|l| l.to - l.from >= MIN_LINE);
    lines
}

/// Joins rules of one position over small gaps and dash patterns.
fn join_along(group: &mut [Rule], lines: &mut Vec<Line>) {
    group.sort_by(|a, b| a.span.0.total_cmp(&b.span.0));
    let Some(first) = group.first() else { return };
    let weight: f32 = group.iter().map(|r| r.span.1 - r.span.0).sum();
    let position = if weight > 0.0 {
        group.iter().map(|r| r.position * (r.span.1 - r.span.0)).sum::<f32>() / weight
    } else {
        first.position
    };
    let reach = dash_gap(group).unwrap_or(TOUCH).max(TOUCH);
    let mut line = Line { axis: first.axis, position, from: first.span.0, to: first.span.1 };
    for rule in &group[1..] {
        if rule.span.0 - line.to <= reach {
            line.to = line.to.max(rule.span.1);
        } else {
            lines.push(line);
            (line.from, line.to) = rule.span;
        }
    }
    lines.push(line);
}

/// The gap to bridge if the rules form a dash pattern: at least four short pieces, most of the
/// gaps alike.
fn dash_gap(sorted: &[Rule]) -> Option<f32> {
    if sorted.len() < 4 {
        return None;
    }
    let short = sorted.iter().filter(|r| r.span.1 - r.span.0 <= DASH_LENGTH).count();
    if short * 4 < sorted.len() * 3 {
        return None;
    }
    let mut gaps: Vec<f32> =
        sorted.windows(2).map(|w| w[1].span.0 - w[0].span.1).filter(|g| *g > 0.05).collect();
    if gaps.len() < 3 {
        return None;
    }
    gaps.sort_by(f32::total_cmp);
    let typical = gaps[gaps.len() / 2];
    let alike = gaps.iter().filter(|g| **g <= typical * 1.5 + 0.3).count();
    (typical <= DASH_GAP && alike * 4 >= gaps.len() * 3).then_some(typical * 1.6 + 0.3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;

    fn h(position: f32, from: f32, to: f32) -> Rule {
        Rule {
            axis: Axis::Horizontal,
            position,
            span: (from, to),
            width: 0.5,
            strength: Strength::Drawn,
        }
    }

    #[test]
    fn snaps_and_joins_over_small_gaps_only() {
        let lines =
            join([h(10.0, 0.0, 50.0), h(10.6, 52.0, 90.0), h(10.2, 120.0, 150.0)].into_iter());
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].from, lines[0].to), (0.0, 90.0));
    }

    #[test]
    fn snapping_does_not_chain() {
        let ladder = (0..40).map(|i| h(i as f32 * 0.9, 0.0, 10.0));
        assert!(join(ladder).len() >= 9);
    }

    #[test]
    fn a_dotted_line_leaves_no_dots_across() {
        let dots = (0..40).flat_map(|i| {
            let x = i as f32 * 3.5;
            let across = Rule {
                axis: Axis::Vertical,
                position: x + 0.5,
                span: (4.5, 5.5),
                ..h(0.0, 0.0, 0.0)
            };
            [h(5.0, x, x + 1.0), across]
        });
        let lines = join(dots);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].axis, Axis::Horizontal);
    }

    #[test]
    fn dashes_make_one_line() {
        let dashes = (0..30).map(|i| h(5.0, i as f32 * 9.0, i as f32 * 9.0 + 4.0));
        let lines = join(dashes);
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].from, lines[0].to), (0.0, 265.0));
    }
}
