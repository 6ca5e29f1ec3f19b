//! Parts of a table on two scanned pages → laid over each other.
//!
//! Each sheet lies a little elsewhere on the glass, and is straightened by itself: the same columns
//! stand some points to the side, and a little closer or wider, on every page. Where the outer
//! edges of the second part come to lie on edges of the first, its other edges do as well.

use super::edges_of;
use crate::layout::tolerance::PAGE_EDGE;
use crate::model::grid::Grid;
use crate::model::page::Origin;

/// How far a sheet lies from where the one before it lay, in points: feeders and hands are off by
/// a few millimetres, and a skew that is put right moves the edges by as much again.
const ASIDE: f32 = 24.0;

/// How much wider or closer a page is than the one before it, as a share: straightening takes the
/// mean of the sides of a sheet that lay in perspective.
const STRETCH: f32 = 0.02;

/// The second part moved over the first, if both were recognised and it fits better there.
pub(super) fn over(first: &Grid, second: &Grid) -> Option<Grid> {
    if !is_recognised(first) || !is_recognised(second) {
        return None;
    }
    let moved = fit(&edges_of(first), &edges_of(second))?;
    let column_widths = moved.windows(2).map(|w| w[1] - w[0]).collect();
    Some(Grid { left: *moved.first()?, column_widths, ..second.clone() })
}

/// The second part, which stands in another strip, moved so that its left or its right side lies on
/// that of the first, whichever brings more of its edges onto edges there.
pub(super) fn beside(first: &Grid, second: &Grid) -> Option<Grid> {
    let (edges, own) = (edges_of(first), edges_of(second));
    let on = |x: f32| edges.iter().any(|e| (e - x).abs() <= PAGE_EDGE);
    let shared = |by: f32| own.iter().filter(|&&x| on(x + by)).count();
    let left = edges.first()? - own.first()?;
    let right = edges.last()? - own.last()?;
    let by = if shared(right) > shared(left) { right } else { left };
    (shared(by) > shared(0.0)).then(|| Grid { left: second.left + by, ..second.clone() })
}

fn is_recognised(grid: &Grid) -> bool {
    grid.cells.iter().flat_map(|c| &c.lines).any(|l| l.from == Origin::Recognised)
}

/// The edges `other` where most of them lie on `edges`; nothing if they do so without a move.
fn fit(edges: &[f32], other: &[f32]) -> Option<Vec<f32>> {
    let (&first, &last) = (other.first()?, other.last()?);
    let width = last - first;
    let on = |x: f32| edges.iter().any(|e| (e - x).abs() <= PAGE_EDGE);
    let shared = |placed: &[f32]| placed.iter().filter(|x| on(**x)).count();
    let mut best = (shared(other), 0.0, None);
    for &left in edges.iter().filter(|e| (*e - first).abs() <= ASIDE) {
        for &right in edges.iter().filter(|e| (*e - last).abs() <= ASIDE && **e > left) {
            let stretch = (right - left) / width;
            if (stretch - 1.0).abs() > STRETCH {
                continue;
            }
            let placed: Vec<f32> = other.iter().map(|x| left + (x - first) * stretch).collect();
            let (count, way) = (shared(&placed), (left - first).abs() + (right - last).abs());
            if count > best.0 || count == best.0 && best.2.is_some() && way < best.1 {
                best = (count, way, Some(placed));
            }
        }
    }
    best.2
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGES: [f32; 5] = [50.0, 90.0, 170.0, 300.0, 550.0];

    #[test]
    fn a_sheet_that_lies_aside_is_moved_back() {
        let aside: Vec<f32> = EDGES.iter().map(|x| (x - 50.0) * 1.008 + 43.0).collect();
        let placed = fit(&EDGES, &aside).unwrap();
        assert!(placed.iter().zip(EDGES).all(|(a, b)| (a - b).abs() < 0.01), "{placed:?}");
        assert_eq!(fit(&EDGES, &EDGES), None, "it lies there already");
    }

    #[test]
    fn a_part_may_lack_outer_columns() {
        let placed = fit(&EDGES, &[84.0, 164.0, 294.0, 544.0]).unwrap();
        assert_eq!(placed, [90.0, 170.0, 300.0, 550.0]);
    }

    #[test]
    fn a_part_in_the_next_strip_is_moved_over_the_first() {
        let grid = |edges: &[f32]| Grid {
            left: edges[0],
            column_widths: edges.windows(2).map(|w| w[1] - w[0]).collect(),
            ..Grid::default()
        };
        let beside = |edges: &[f32]| {
            let moved: Vec<f32> = edges.iter().map(|x| x + 640.0).collect();
            super::beside(&grid(&EDGES), &grid(&moved)).map(|g| edges_of(&g))
        };
        assert_eq!(beside(&EDGES), Some(EDGES.to_vec()));
        assert_eq!(beside(&EDGES[1..]), Some(EDGES[1..].to_vec()), "without the first column");
        assert!(super::beside(&grid(&EDGES), &grid(&EDGES)).is_none());
    }

    #[test]
    fn other_tables_are_left_where_they_are() {
        assert_eq!(fit(&EDGES, &[120.0, 170.0, 480.0]), None);
        assert_eq!(fit(&EDGES, &[50.0, 120.0, 250.0, 500.0]), None);
    }
}
