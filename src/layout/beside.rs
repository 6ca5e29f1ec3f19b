//! Tables that are wider than their page: spreadsheets print the columns that do not fit on a page
//! of their own. Neither page shows the whole form, so both are said to run off.

use super::tolerance::{PAGE_EDGE, SNAP};
use crate::model::finding::{Finding, Severity};
use crate::model::grid::{Block, Grid, GridKind, PageLayout};
use rustc_hash::FxHashMap;

/// Fewer rows agree by chance.
const ROWS: usize = 4;

/// Earlier tables of the same height that one is compared with; the pages with the further columns
/// come behind all that lie one below another.
const COMPARED: usize = 16;

/// Marks the parts of wide tables as cut off, with a finding for each pair.
///
/// Two parts have the same rows at the same heights, and other columns. Rows that are all equally
/// high tell little: then nothing may stand above the second part, where a table has its title.
/// `O(tables)`.
pub(super) fn mark(pages: &mut [PageLayout]) {
    let mut seen: FxHashMap<(i32, i32), Vec<(usize, usize)>> = FxHashMap::default();
    let mut found: Vec<[(usize, usize); 2]> = Vec::new();
    for (p, page) in pages.iter().enumerate() {
        let mut titled = false;
        for (b, block) in page.blocks.iter().enumerate() {
            let grid = match block {
                Block::Grid(grid) => grid,
                Block::Line(_) => {
                    titled = true;
                    continue;
                }
            };
            let Some(bbox) = grid.bbox.filter(|_| grid.kind == GridKind::Ruled) else { continue };
            let (above, below) = (bucket(bbox.y0), bucket(bbox.y1));
            // Heights that agree may be rounded apart.
            let near = (-1..=1).flat_map(|a| (-1..=1).map(move |b| (above + a, below + b)));
            let earlier = near
                .filter_map(|key| seen.get(&key))
                .flat_map(|own| own.iter().rev().take(COMPARED));
            let mut parts = earlier.filter(|(q, _)| *q != p);
            if let Some(&left) = parts.find(|&&(q, a)| {
                matches!(&pages[q].blocks[a], Block::Grid(left) if goes_on(left, grid, titled))
            }) {
                found.push([left, (p, b)]);
            }
            seen.entry((above, below)).or_default().push((p, b));
        }
    }
    for parts in found {
        let [left, right] = parts.map(|(p, _)| pages[p].page);
        let message = format!(
            "the table on page {left} is wider than the page: its further columns stand on page \
             {right}"
        );
        let hint = "print the sheet anew, fitted to the width of one page";
        pages[parts[0].0]
            .findings
            .push(Finding::new("table.beside", Severity::Warning, message, hint).on_page(left));
        for (p, b) in parts {
            if let Some(Block::Grid(grid)) = pages[p].blocks.get_mut(b) {
                grid.cut.beside = true;
            }
        }
    }
}

fn bucket(y: f32) -> i32 {
    (y / PAGE_EDGE).round() as i32
}

/// Whether `right` shows further columns of the rows of `left`.
fn goes_on(left: &Grid, right: &Grid, titled: bool) -> bool {
    let (a, b) = (edges(left), edges(right));
    let (richer, poorer) = if a.len() >= b.len() { (&a, &b) } else { (&b, &a) };
    let uneven = right.row_heights.iter().any(|h| (h - right.row_heights[0]).abs() > PAGE_EDGE);
    poorer.len() > ROWS
        && (uneven || !titled)
        && !same_columns(left, right)
        && poorer.iter().all(|y| {
            let next = richer.partition_point(|e| *e < y - SNAP);
            richer.get(next).is_some_and(|e| (e - y).abs() <= SNAP)
        })
        && a.first().zip(b.first()).is_some_and(|(a, b)| (a - b).abs() <= SNAP)
        && a.last().zip(b.last()).is_some_and(|(a, b)| (a - b).abs() <= SNAP)
}

/// The heights of a table's row edges, from top to bottom.
fn edges(grid: &Grid) -> Vec<f32> {
    let mut at = grid.bbox.map_or(0.0, |b| b.y0);
    let below = grid.row_heights.iter().map(|h| {
        at += h;
        at
    });
    std::iter::once(grid.bbox.map_or(0.0, |b| b.y0)).chain(below).collect()
}

/// Another form of the same kind, or a table that goes on below.
fn same_columns(a: &Grid, b: &Grid) -> bool {
    let widths = |g: &Grid| -> f32 { g.column_widths.iter().sum() };
    (widths(a) - widths(b)).abs() <= PAGE_EDGE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;

    fn page(number: u32, heights: &[f32], widths: &[f32]) -> PageLayout {
        let (height, width): (f32, f32) = (heights.iter().sum(), widths.iter().sum());
        let grid = Grid {
            page: number,
            bbox: Some(Rect::new(40.0, 60.0, 40.0 + width, 60.0 + height)),
            rows: heights.len() as u32,
            columns: widths.len() as u32,
            row_heights: heights.to_vec(),
            column_widths: widths.to_vec(),
            kind: GridKind::Ruled,
            ..Grid::default()
        };
        PageLayout { page: number, blocks: vec![Block::Grid(grid)], ..PageLayout::default() }
    }

    /// Which pages hold a part of a wide table.
    fn parts(mut pages: Vec<PageLayout>) -> Vec<u32> {
        mark(&mut pages);
        let cut = |p: &&PageLayout| matches!(&p.blocks[0], Block::Grid(g) if g.cut.beside);
        pages.iter().filter(cut).map(|p| p.page).collect()
    }

    const ROWS: [f32; 6] = [20.0, 20.0, 45.0, 20.0, 31.0, 20.0];

    #[test]
    fn further_columns_of_the_same_rows_are_found() {
        let merged = [20.0, 20.0, 65.0, 31.0, 20.0];
        let pages = vec![page(1, &ROWS, &[60.0, 90.0, 200.0]), page(2, &merged, &[80.0])];
        assert_eq!(parts(pages), [1, 2]);
        // All upper parts are printed first.
        let lower = [30.0, 20.0, 20.0, 55.0];
        let pages = vec![
            page(1, &ROWS, &[60.0, 90.0, 200.0]),
            page(2, &lower, &[60.0, 90.0, 200.0]),
            page(3, &ROWS, &[80.0]),
            page(4, &lower, &[80.0]),
        ];
        assert_eq!(parts(pages), [1, 2, 3, 4]);
    }

    #[test]
    fn forms_of_one_kind_and_other_rows_are_whole() {
        let same = vec![page(1, &ROWS, &[60.0, 90.0]), page(2, &ROWS, &[60.0, 90.0])];
        assert_eq!(parts(same), [0; 0]);
        let others = [20.0, 25.0, 40.0, 20.0, 31.0, 20.0];
        assert_eq!(parts(vec![page(1, &ROWS, &[60.0]), page(2, &others, &[80.0])]), [0; 0]);
    }

    #[test]
    fn rows_of_one_height_tell_nothing_below_a_title() {
        let rows = [20.0; 8];
        let mut second = page(2, &rows, &[80.0]);
        assert_eq!(parts(vec![page(1, &rows, &[60.0, 90.0]), second.clone()]), [1, 2]);
        let grid = second.blocks.remove(0);
        let mut titled = vec![page(1, &rows, &[60.0, 90.0]), second];
        titled[1].blocks.push(Block::Line(crate::model::grid::TextLine {
            text: "附表二".to_owned(),
            page: 2,
            bbox: Some(Rect::new(40.0, 40.0, 80.0, 50.0)),
            font_size: 10.0,
            from: crate::model::page::Origin::TextLayer,
            confidence: 1.0,
            certainty: crate::model::grid::Certainty::default(),
            source_line: 0,
        }));
        titled[1].blocks.push(grid);
        mark(&mut titled);
        assert!(titled.iter().all(|p| p.findings.is_empty()));
    }
}
