//! Rows at the bottom of a page, which begin the table of the next.

use super::{Row, apart_by, grid, is_in_line, is_marginal, leading, texts};
use crate::layout::margins::Margins;
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Grid, GridKind, PageLayout, TextLine};

/// A row may stand beyond the sides of the table that it begins by so much, in em.
const SIDES: f32 = 2.0;

/// Makes grids of the rows at the bottom of pages that begin the table of the next page. `O(blocks)`.
pub fn begin(pages: &mut [PageLayout], margins: &Margins) {
    for page in 1..pages.len() {
        let (before, after) = pages.split_at_mut(page);
        let (Some(page), Some(next)) = (before.last_mut(), after.first()) else { continue };
        if page.page + 1 != next.page {
            continue;
        }
        let last = page.blocks.iter().enumerate().rfind(|(_, b)| !is_marginal(page, margins, b));
        let last = last.and_then(|(n, block)| line(page, n, block));
        if let Some(table) = last.and_then(|last| first_table(next, margins, last.2)) {
            last_rows(page, margins, table);
        }
    }
}

/// The table without rules that begins a page, below the ends of texts of the row above the break.
fn first_table<'p>(page: &'p PageLayout, margins: &Margins, row: &[TextLine]) -> Option<&'p Grid> {
    let is_end = |b: &Block| {
        let Block::Line(line) = b else { return false };
        let same = |t: &TextLine| (t.font_size - line.font_size).abs() <= 0.1 * line.font_size;
        let below = |t: &TextLine| {
            t.bbox.zip(line.bbox).is_some_and(|(a, b)| is_in_line(a, b, line.font_size))
        };
        row.iter().any(|t| same(t) && below(t))
    };
    let mut blocks = page.blocks.iter().filter(|b| !is_marginal(page, margins, b));
    match blocks.find(|b| !is_end(b))? {
        Block::Grid(grid) => Some(grid).filter(|g| g.kind == GridKind::Aligned),
        Block::Line(_) => None,
    }
}

/// A line of a page: its block, its box and its texts.
type Line<'p> = (usize, Rect, &'p [TextLine]);

/// Makes grids of the rows at the bottom of a page that begin a table.
fn last_rows(page: &mut PageLayout, margins: &Margins, table: &Grid) {
    let Some(end) = page.blocks.iter().rposition(|b| !is_marginal(page, margins, b)) else {
        return;
    };
    let leading = leading(table).unwrap_or(0.0);
    let mut grids: Vec<(usize, usize, Grid)> = Vec::new();
    let mut row: Vec<Line<'_>> = Vec::new();
    for (block, content) in page.blocks[..=end].iter().enumerate().rev() {
        let line = line(page, block, content).filter(|line| is_inside(line, table));
        let goes_on = line.as_ref().is_some_and(|line| is_of_row(line, &row, leading));
        if !row.is_empty() && !goes_on {
            let Some(made) = made(page, &row) else { break };
            grids.push(made);
            row.clear();
        }
        let Some(line) = line else { break };
        row.push(line);
    }
    // Above them stands another line: a title.
    let start = grids.last().map_or(0, |grid| grid.0);
    if !matches!(start.checked_sub(1).map(|above| &page.blocks[above]), Some(Block::Line(_))) {
        return;
    }
    for (start, end, grid) in grids {
        page.blocks.splice(start..end, [Block::Grid(grid)]);
    }
}

/// A line of text that is no label with its value, and was not recognised.
fn line<'p>(page: &'p PageLayout, block: usize, content: &'p Block) -> Option<Line<'p>> {
    let Block::Line(line) = content else { return None };
    Some((block, line.bbox?, texts(page, line)?))
}

fn is_inside((_, _, texts): &Line<'_>, table: &Grid) -> bool {
    let slack = SIDES * texts.iter().map(|t| t.font_size).fold(0.0, f32::max);
    let sides = table.bbox.map(|b| (b.x0 - slack, b.x1 + slack));
    let inside = |b: Rect| sides.is_some_and(|(x0, x1)| b.x0 >= x0 && b.x1 <= x1);
    texts.iter().all(|t| t.bbox.is_some_and(inside))
}

/// Whether a line is one of the row that follows it: partly beside its lines, or right above the first
/// of them, where each text of the one is in line with one of the other.
fn is_of_row((_, bbox, texts): &Line<'_>, row: &[Line<'_>], leading: f32) -> bool {
    let beside = row.iter().any(|(_, other, _)| bbox.y1 > other.y0);
    let Some((_, _, first)) = row.last() else { return true };
    let goes_on = |text: &TextLine, below: &TextLine| {
        let boxes = text.bbox.zip(below.bbox);
        boxes.is_some_and(|(a, b)| is_in_line(a, b, text.font_size))
            && apart_by(text, below).is_some_and(|apart| apart <= leading)
    };
    let wrap = || first.iter().all(|below| texts.iter().any(|text| goes_on(text, below)));
    let are_wrapped = || texts.iter().all(|text| first.iter().any(|below| goes_on(text, below)));
    beside || wrap() || are_wrapped()
}

/// The row that lines make up, the lowest first, with the blocks that it takes; `None` if it has one
/// column alone.
fn made(page: &PageLayout, row: &[Line<'_>]) -> Option<(usize, usize, Grid)> {
    let (last, first) = (row.first()?.0, row.last()?.0);
    let texts: Vec<&TextLine> = row.iter().rev().flat_map(|line| line.2).collect();
    let mut spans: Vec<(f32, f32)> =
        texts.iter().filter_map(|t| t.bbox).map(|b| (b.x0, b.x1)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f32, f32)> = Vec::new();
    for (x0, x1) in spans {
        match columns.last_mut() {
            Some(last) if x0 < last.1 => last.1 = last.1.max(x1),
            _ => columns.push((x0, x1)),
        }
    }
    let (left, right) = (columns.first()?.0, columns.last()?.1);
    let mut edges = vec![left];
    edges.extend(columns.windows(2).map(|w| f32::midpoint(w[0].1, w[1].0)));
    edges.push(right);
    let mut cells: Row<'_> = vec![Vec::new(); columns.len()];
    for text in texts {
        let middle = text.bbox.map(|b| b.center().x)?;
        cells[columns.partition_point(|c| c.1 < middle)].push(text);
    }
    let places: Vec<(u32, u32)> = (0..).take(cells.len()).map(|c| (c, 1)).collect();
    let grid = grid(page.page, &[cells], &places, &edges).filter(|_| places.len() > 1)?;
    Some((first, last + 1, grid))
}
