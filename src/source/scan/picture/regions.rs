//! Rules → the regions that they enclose.

use super::{PixelBox, PixelRule};
use crate::model::page::Axis;

/// A map of the page, one entry a point: which region lies there.
pub struct Regions {
    scale: f32,
    cols: usize,
    rows: usize,
    /// 0 on a rule, else the region's number from 1.
    labels: Vec<u32>,
    /// Of each region, from 1 on, its box in points.
    boxes: Vec<PixelBox>,
}

impl Regions {
    /// Floods the page between the rules. `size` in pixels, `scale` in pixels a point.
    pub fn of(rules: &[PixelRule], size: (usize, usize), scale: f32) -> Self {
        let cols = (size.0 as f32 / scale).ceil() as usize + 1;
        let rows = (size.1 as f32 / scale).ceil() as usize + 1;
        let mut labels = vec![u32::MAX; cols * rows];
        let closing = open_sides(rules, scale);
        for (axis, at, span) in rules.iter().map(|r| (r.axis, r.position, r.span)).chain(closing) {
            let point = |v: f32| (v / scale).max(0.0) as usize;
            let (at, from, to) = (point(at), point(span.0), point(span.1));
            match axis {
                Axis::Horizontal if at < rows => {
                    labels[at * cols..][from.min(cols - 1)..=to.min(cols - 1)].fill(0);
                }
                Axis::Vertical if at < cols => {
                    for row in from..=to.min(rows - 1) {
                        labels[row * cols + at] = 0;
                    }
                }
                _ => {}
            }
        }
        let mut found = Self { scale, cols, rows, labels, boxes: Vec::new() };
        let mut stack = Vec::new();
        for start in 0..found.labels.len() {
            if found.labels[start] == u32::MAX {
                found.flood(start, &mut stack);
            }
        }
        found
    }

    fn flood(&mut self, start: usize, stack: &mut Vec<usize>) {
        let id = self.boxes.len() as u32 + 1;
        let point = |i: usize| ((i % self.cols) as u32, (i / self.cols) as u32);
        let (x, y) = point(start);
        let mut bbox = PixelBox { x0: x, y0: y, x1: x + 1, y1: y + 1 };
        self.labels[start] = id;
        stack.push(start);
        while let Some(i) = stack.pop() {
            let (x, y) = point(i);
            bbox = bbox.union(&PixelBox { x0: x, y0: y, x1: x + 1, y1: y + 1 });
            let (x, y) = (x as usize, y as usize);
            let mut visit = |j: usize| {
                if self.labels[j] == u32::MAX {
                    self.labels[j] = id;
                    stack.push(j);
                }
            };
            if x > 0 {
                visit(i - 1);
            }
            if x + 1 < self.cols {
                visit(i + 1);
            }
            if y > 0 {
                visit(i - self.cols);
            }
            if y + 1 < self.rows {
                visit(i + self.cols);
            }
        }
        self.boxes.push(bbox);
    }

    /// The region at a pixel; on a rule, the nearest beside it.
    pub fn at(&self, x: f32, y: f32) -> u32 {
        let col = ((x / self.scale).max(0.0) as usize).min(self.cols - 1);
        let row = ((y / self.scale).max(0.0) as usize).min(self.rows - 1);
        for reach in 0..4 {
            let near_rows = row.saturating_sub(reach)..=(row + reach).min(self.rows - 1);
            let label = near_rows
                .flat_map(|r| {
                    let near = col.saturating_sub(reach)..=(col + reach).min(self.cols - 1);
                    near.map(move |c| (r, c))
                })
                .map(|(r, c)| self.labels[r * self.cols + c])
                .find(|&label| label != 0);
            if let Some(label) = label {
                return label;
            }
        }
        0
    }

    /// The region's box in pixels.
    pub fn bbox(&self, region: u32) -> PixelBox {
        let pixel = |v: u32| (v as f32 * self.scale) as u32;
        match (region as usize).checked_sub(1).and_then(|i| self.boxes.get(i)) {
            Some(b) => {
                PixelBox { x0: pixel(b.x0), y0: pixel(b.y0), x1: pixel(b.x1), y1: pixel(b.y1) }
            }
            None => PixelBox::default(),
        }
    }
}

/// Sides of tables that are not drawn: lines through the free ends of at least three rules. Without
/// them the cells along such a side would be one region.
fn open_sides(rules: &[PixelRule], scale: f32) -> Vec<(Axis, f32, (f32, f32))> {
    let slack = 3.0 * scale;
    let mut sides = Vec::new();
    for (axis, other) in [(Axis::Vertical, Axis::Horizontal), (Axis::Horizontal, Axis::Vertical)] {
        let crossing: Vec<&PixelRule> = rules.iter().filter(|r| r.axis == other).collect();
        let is_free = |at: f32, end: f32| {
            !crossing.iter().any(|c| {
                (c.position - end).abs() <= slack
                    && c.span.0 - slack <= at
                    && at <= c.span.1 + slack
            })
        };
        // (free end, position)
        let mut ends: Vec<(f32, f32)> = rules
            .iter()
            .filter(|r| r.axis == axis)
            .flat_map(|r| [(r.span.0, r.position), (r.span.1, r.position)])
            .filter(|&(end, at)| is_free(at, end))
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for group in ends.chunk_by(|a, b| b.0 - a.0 <= slack) {
            if group.len() < 3 {
                continue;
            }
            let low = group.iter().map(|g| g.1).fold(f32::INFINITY, f32::min);
            let high = group.iter().map(|g| g.1).fold(0.0, f32::max);
            sides.push((other, group[group.len() / 2].0, (low, high)));
        }
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;

    #[test]
    fn a_box_with_a_bar_has_two_regions_inside() {
        let rule = |axis, position: f32, from: f32, to: f32| PixelRule {
            axis,
            position,
            span: (from, to),
            width: 2.0,
            strength: Strength::Drawn,
        };
        let rules = [
            rule(Axis::Horizontal, 20.0, 20.0, 200.0),
            rule(Axis::Horizontal, 120.0, 20.0, 200.0),
            rule(Axis::Vertical, 20.0, 20.0, 120.0),
            rule(Axis::Vertical, 100.0, 20.0, 120.0),
            rule(Axis::Vertical, 200.0, 20.0, 120.0),
        ];
        let regions = Regions::of(&rules, (300, 200), 2.0);
        let (a, b, out) = (regions.at(50.0, 60.0), regions.at(150.0, 60.0), regions.at(5.0, 5.0));
        assert!(a != b && a != out && b != out);
        assert_eq!(regions.at(290.0, 190.0), out);
        assert_eq!(Regions::of(&[], (1, 1), 2.0).at(0.0, 0.0), 1);
    }
}
