//! Pages → grids of cells and free lines.
//!
//! # Steps
//! 1. [`frame`]: turn the page so that its text is upright.
//! 2. [`rules`] → [`components`] → [`slots`] → [`ruled`]: tables from ruling lines.
//! 3. [`lines`]: the text of cells, and the lines between tables.
//! 4. [`aligned`]: tables among those lines, from white space.
//! 5. [`pages`] and [`lone_rows`]: tables that run over page breaks are joined.
//!
//! Text exports, whose source delimits the cells, take the short way through [`delimited`].

mod aligned;
mod beside;
mod components;
mod cut_lines;
pub mod delimited;
mod divided_cells;
mod doubt;
mod frame;
mod implied;
mod lines;
mod lone_rows;
mod margins;
mod merged_rows;
mod overflow;
mod pages;
mod ruled;
mod rules;
mod slots;
mod stray_rows;
mod strips;
#[cfg(test)]
mod tests;
mod tolerance;
mod watermark;

pub use pages::join_pages;

use crate::model::geometry::Rect;
use crate::model::grid::{Block, PageLayout};
use crate::model::limits::Limits;
use crate::model::page::Page;
use ruled::Ruled;

/// Lays out one page: tables and the lines between them, from top to bottom.
#[must_use]
pub fn page(mut page: Page, limits: &Limits) -> PageLayout {
    if !page.rows.is_empty() {
        return delimited::page(page);
    }
    let mut findings = std::mem::take(&mut page.findings);
    findings.extend(watermark::leave_out(&mut page));
    let size_pt = page.size_pt;
    let frame = frame::Frame::of(&page);
    frame.enter(&mut page);

    let mut drawn = ruled::drawn(&page);
    let mut ruled = aligned::without_coarse(ruled::tables(&mut page, &drawn, limits), &page);
    let columns =
        aligned::columns(page.number, &drawn, &boxes(&ruled), || free_lines(&page, &ruled));
    if !columns.lines.is_empty() {
        drawn.extend(columns.lines);
        ruled = ruled::tables(&mut page, &drawn, limits);
        aligned::mark_row_ruled(&mut ruled.grids, &columns.boxes);
        ruled = aligned::without_coarse(ruled, &page);
        findings.extend(columns.findings);
    }
    let lines = free_lines(&page, &ruled);
    let boxes = boxes(&ruled);
    findings.extend(ruled.findings);
    let around = aligned::Surroundings { page: page.number, height: page.size_pt.1, ruled: &boxes };
    let aligned = aligned::tables(&lines, &around);
    findings.extend(aligned.findings);
    let mut grids = ruled.grids;
    grids.extend(aligned.grids);
    if page.outside > 0 {
        // Where no line is drawn, the text beyond the edge is all that tells of lost columns.
        let inferred = grids.iter_mut().filter(|g| !g.kind.has_drawn_columns());
        inferred.for_each(|g| g.cut.beside = true);
    }
    let mut blocks: Vec<Block> = grids.into_iter().map(Block::Grid).collect();
    let tables: Vec<Rect> = blocks.iter().filter_map(bbox).collect();
    let strips = strips::Strips::of(&tables, page.size_pt);
    let rest = lines.iter().zip(&aligned.claimed).filter(|(_, claimed)| !**claimed);
    let pieces = rest.flat_map(|(l, _)| strips.cut(l));
    blocks.extend(pieces.filter_map(|l| lines::text_line(l, page.number)).map(Block::Line));
    blocks.sort_by(|a, b| {
        let key = |block: &Block| (strips.of_box(bbox(block)), bbox(block).map_or(0.0, |b| b.y0));
        let ((strip_a, y_a), (strip_b, y_b)) = (key(a), key(b));
        strip_a.cmp(&strip_b).then(y_a.total_cmp(&y_b))
    });
    let strip = |block: &Block| strips.of_box(bbox(block));
    let starts = (1..blocks.len()).filter(|&i| strip(&blocks[i]) != strip(&blocks[i - 1]));
    let strips = starts.collect();
    frame.leave(&mut blocks);
    let apart = if frame.is_upright() { aligned.apart } else { Vec::new() };
    PageLayout { page: page.number, size_pt, blocks, strips, apart, findings }
}

/// The lines of text outside the tables found so far.
fn free_lines<'p>(page: &'p Page, ruled: &Ruled) -> Vec<Vec<lines::Placed<'p>>> {
    let free = page.glyphs.iter().zip(&ruled.claimed).filter(|(_, claimed)| !**claimed);
    lines::group(free.map(|(g, _)| g))
}

fn boxes(ruled: &Ruled) -> Vec<Rect> {
    ruled.grids.iter().filter_map(|g| g.bbox).collect()
}

fn bbox(block: &Block) -> Option<Rect> {
    match block {
        Block::Grid(g) => g.bbox,
        Block::Line(l) => l.bbox,
    }
}
