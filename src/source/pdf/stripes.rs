//! Cells without a ground beside cells with one: every second row of a table is grey, and no line
//! is drawn. The white boxes of the others are not seen, but show where their cells are.

use crate::model::geometry::Rect;
use rustc_hash::FxHashMap;

/// Sides at most so far apart are the same one, in points.
const SAME: f32 = 0.5;

/// Sides by their position: axis, position in steps of [`SAME`] → the spans there.
type Sides = FxHashMap<(bool, i64), Vec<(f32, f32)>>;

/// Cells that are followed from a coloured one through white ones; tables have fewer columns.
const STEPS: usize = 32;

/// The white boxes that share a side with coloured ones, or with white ones that do, the one being
/// part of the other. `O(n log n)`.
pub(super) fn beside(white: &[Rect], coloured: impl Iterator<Item = Rect>) -> Vec<Rect> {
    let mut left = white.to_vec();
    let mut sides = Sides::default();
    let mut found: Vec<Rect> = coloured.collect();
    let mut all = Vec::new();
    for _ in 0..STEPS {
        if left.is_empty() || found.is_empty() {
            break;
        }
        for bbox in found.drain(..) {
            for (axis, position, span) in sides_of(bbox) {
                sides.entry((axis, step(position))).or_default().push(span);
            }
        }
        sides.values_mut().for_each(join);
        left.retain(|bbox| {
            let touches = touches(&sides, *bbox);
            if touches {
                found.push(*bbox);
            }
            !touches
        });
        all.extend_from_slice(&found);
    }
    all
}

fn touches(sides: &Sides, bbox: Rect) -> bool {
    sides_of(bbox).into_iter().any(|(axis, position, span)| {
        let step = step(position);
        (step - 1..=step + 1)
            .filter_map(|near| sides.get(&(axis, near)))
            .any(|spans| shares(spans, span))
    })
}

/// Joins spans that touch, so that they are ascending and apart.
fn join(spans: &mut Vec<(f32, f32)>) {
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    spans.dedup_by(|next, last| {
        let touches = next.0 <= last.1 + SAME;
        if touches {
            last.1 = last.1.max(next.1);
        }
        touches
    });
}

/// Whether a side is part of one of `spans`, or one of them part of it.
fn shares(spans: &[(f32, f32)], side: (f32, f32)) -> bool {
    let within = |inner: (f32, f32), outer: (f32, f32)| {
        inner.0 >= outer.0 - SAME && inner.1 <= outer.1 + SAME
    };
    let begin = spans.partition_point(|span| span.1 < side.0);
    let overlapping = spans[begin..].iter().take_while(|span| span.0 <= side.1);
    overlapping.take(2).any(|span| within(*span, side) || within(side, *span))
}

fn sides_of(bbox: Rect) -> [(bool, f32, (f32, f32)); 4] {
    let (x, y) = ((bbox.x0, bbox.x1), (bbox.y0, bbox.y1));
    [(true, bbox.y0, x), (true, bbox.y1, x), (false, bbox.x0, y), (false, bbox.x1, y)]
}

fn step(position: f32) -> i64 {
    (position / SAME).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_cells_between_grey_ones_count_and_a_white_page_does_not() {
        let grey = [Rect::new(10.0, 20.0, 110.0, 40.0), Rect::new(10.0, 60.0, 110.0, 80.0)];
        let page = Rect::new(0.0, 0.0, 600.0, 800.0);
        let cells = [Rect::new(10.0, 40.0, 60.0, 60.0), Rect::new(60.2, 40.1, 110.0, 60.0)];
        let next = Rect::new(110.0, 40.0, 150.0, 60.0);
        let apart = Rect::new(10.0, 200.0, 110.0, 220.0);
        let all = [page, next, cells[0], cells[1], apart];
        assert_eq!(beside(&all, grey.into_iter()), [cells[0], cells[1], next]);
    }
}
