//! Lines → groups of lines that touch, by union-find over a sweep.

use super::rules::Line;
use super::tolerance::TOUCH;
use crate::model::page::Axis;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of at least one horizontal and one vertical line that hang together; each group is a
/// list of indices into `lines`, ascending.
///
/// A sweep from left to right keeps the horizontal lines that reach the current x, ordered by y;
/// each vertical line joins those within its span. `O((n + k) log n)` for `k` crossings.
pub fn touching(lines: &[Line]) -> Vec<Vec<usize>> {
    let mut starts: Vec<usize> = Vec::new();
    let mut verticals: Vec<usize> = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        match line.axis {
            Axis::Horizontal => starts.push(i),
            Axis::Vertical => verticals.push(i),
        }
    }
    let mut ends = starts.clone();
    starts.sort_by(|&a, &b| lines[a].from.total_cmp(&lines[b].from));
    ends.sort_by(|&a, &b| lines[a].to.total_cmp(&lines[b].to));
    verticals.sort_by(|&a, &b| lines[a].position.total_cmp(&lines[b].position));

    let mut sets = DisjointSets::new(lines.len());
    let mut active: BTreeSet<(i64, usize)> = BTreeSet::new();
    let (mut s, mut e) = (0, 0);
    for &v in &verticals {
        let x = lines[v].position;
        while let Some(&h) = starts.get(s).filter(|&&h| lines[h].from - TOUCH <= x) {
            active.insert((key(lines[h].position), h));
            s += 1;
        }
        while let Some(&h) = ends.get(e).filter(|&&h| lines[h].to + TOUCH < x) {
            active.remove(&(key(lines[h].position), h));
            e += 1;
        }
        let low = (key(lines[v].from - TOUCH), 0);
        let high = (key(lines[v].to + TOUCH), usize::MAX);
        for &(_, h) in active.range(low..=high) {
            sets.union(v, h);
        }
    }

    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in 0..lines.len() {
        groups.entry(sets.find(i)).or_default().push(i);
    }
    groups.into_values().filter(|g| g.len() > 1).collect()
}

/// An ordered key of a coordinate, a thousandth of a point.
fn key(position: f32) -> i64 {
    (f64::from(position) * 1000.0) as i64
}

/// Union-find with path halving and union by size (Tarjan and van Leeuwen, 1984).
pub struct DisjointSets {
    parent: Vec<usize>,
    size: Vec<u32>,
}

impl DisjointSets {
    /// `n` sets of one element.
    pub fn new(n: usize) -> Self {
        Self { parent: (0..n).collect(), size: vec![1; n] }
    }

    pub fn find(&mut self, mut i: usize) -> usize {
        while self.parent[i] != i {
            self.parent[i] = self.parent[self.parent[i]];
            i = self.parent[i];
        }
        i
    }

    pub fn union(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        let (small, large) = if self.size[a] < self.size[b] { (a, b) } else { (b, a) };
        self.parent[small] = large;
        self.size[large] += self.size[small];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(axis: Axis, position: f32, from: f32, to: f32) -> Line {
        Line { axis, position, from, to }
    }

    #[test]
    fn two_boxes_are_two_groups_and_a_lone_line_is_none() {
        let mut lines = Vec::new();
        for x in [0.0, 200.0] {
            for y in [0.0, 50.0] {
                lines.push(line(Axis::Horizontal, y, x, x + 100.0));
            }
            for dx in [0.0, 100.0] {
                lines.push(line(Axis::Vertical, x + dx, 0.0, 50.0));
            }
        }
        lines.push(line(Axis::Horizontal, 300.0, 0.0, 500.0));
        let groups = touching(&lines);
        assert_eq!(groups.len(), 2);
        assert!(groups.iter().all(|g| g.len() == 4));
    }

    #[test]
    fn a_gap_wider_than_the_tolerance_separates() {
        let near = [line(Axis::Horizontal, 0.0, 0.0, 98.0), line(Axis::Vertical, 100.0, 0.0, 50.0)];
        assert_eq!(touching(&near).len(), 1);
        let far = [line(Axis::Horizontal, 0.0, 0.0, 90.0), line(Axis::Vertical, 100.0, 0.0, 50.0)];
        assert!(touching(&far).is_empty());
    }
}
