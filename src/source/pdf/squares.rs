//! Boxes on a page, found again by place without looking at all of them.

use crate::model::geometry::{Point, Rect};
use rustc_hash::{FxHashMap, FxHashSet};

/// Side of a square in points: about the size of a character.
const SIDE: f32 = 16.0;

/// Boxes with a longer side are left out: they would touch too many squares, and no character of a
/// form is so large.
const LARGEST: f32 = 160.0;

/// The numbers of boxes, by the squares that they touch.
pub(super) struct Squares(FxHashMap<(i32, i32), Vec<usize>>);

impl Squares {
    pub fn of(boxes: impl Iterator<Item = (usize, Rect)>) -> Self {
        let mut squares: FxHashMap<(i32, i32), Vec<usize>> = FxHashMap::default();
        for (number, b) in boxes {
            for square in touched(b) {
                squares.entry(square).or_default().push(number);
            }
        }
        Self(squares)
    }

    /// The boxes that may hold a point.
    pub fn at(&self, p: Point) -> impl Iterator<Item = usize> + '_ {
        self.0.get(&square(p)).into_iter().flatten().copied()
    }

    /// The boxes that may touch another, each once.
    pub fn near(&self, b: Rect) -> impl Iterator<Item = usize> + '_ {
        let mut known = FxHashSet::default();
        let all = touched(b).filter_map(|square| self.0.get(&square)).flatten().copied();
        all.filter(move |&number| known.insert(number))
    }
}

fn square(p: Point) -> (i32, i32) {
    ((p.x / SIDE).floor() as i32, (p.y / SIDE).floor() as i32)
}

/// The squares that a box touches.
fn touched(b: Rect) -> impl Iterator<Item = (i32, i32)> {
    let (first, last) = (square(Point { x: b.x0, y: b.y0 }), square(Point { x: b.x1, y: b.y1 }));
    let rows = (b.width().max(b.height()) <= LARGEST).then_some(first.1..=last.1);
    rows.into_iter()
        .flatten()
        .flat_map(move |row| (first.0..=last.0).map(move |column| (column, row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_found_by_place_and_giants_are_not() {
        let boxes = [
            Rect::new(0.0, 0.0, 40.0, 10.0),
            Rect::new(100.0, 0.0, 110.0, 10.0),
            Rect::new(0.0, 0.0, 5000.0, 5000.0),
        ];
        let squares = Squares::of(boxes.into_iter().enumerate());
        assert_eq!(squares.at(Point { x: 35.0, y: 5.0 }).collect::<Vec<_>>(), [0]);
        assert_eq!(squares.near(Rect::new(10.0, 2.0, 105.0, 8.0)).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(squares.near(boxes[2]).count(), 0);
        assert_eq!(squares.at(Point { x: 300.0, y: 300.0 }).count(), 0);
    }
}
