//! Pages → grids of cells and free lines.
//!
//! # Steps
//! 1. [`frame`]: turn the page so that its text is upright.
//! 2. [`rules`] → [`components`] → [`slots`] → [`ruled`]: tables from ruling lines.
//! 3. [`lines`]: the text of cells, and the lines between tables.
//! 4. [`aligned`]: tables among those lines, from white space.
//! 5. [`pages`]: tables that run over page breaks are joined.
//!
//! Text exports, whose source delimits the cells, take the short way through [`delimited`].

mod aligned;
mod components;
pub mod delimited;
mod doubt;
mod frame;
mod lines;
mod margins;
mod pages;
mod ruled;
mod rules;
mod slots;
mod strips;
#[cfg(test)]
mod tests;
mod tolerance;

pub use pages::join_pages;

use crate::model::finding::{Finding, Severity};
use crate::model::geometry::{Point, Rect};
use crate::model::grid::{Block, PageLayout};
use crate::model::page::{Page, Turn};

/// Lays out one page: tables and the lines between them, from top to bottom.
#[must_use]
pub fn page(mut page: Page) -> PageLayout {
    if !page.rows.is_empty() {
        return delimited::page(page);
    }
    let mut findings = std::mem::take(&mut page.findings);
    findings.extend(drop_watermark(&mut page));
    let frame = frame::Frame::of(&page);
    frame.enter(&mut page);

    let ruled = aligned::without_coarse(ruled::tables(&mut page), &page);
    let free = page.glyphs.iter().zip(&ruled.claimed).filter(|(_, claimed)| !**claimed);
    let lines = lines::group(free.map(|(g, _)| g));
    let boxes: Vec<Rect> = ruled.grids.iter().filter_map(|g| g.bbox).collect();
    let around = aligned::Surroundings { page: page.number, ruled: &boxes };
    let aligned = aligned::tables(&lines, &around);
    findings.extend(aligned.findings);
    let mut blocks: Vec<Block> =
        ruled.grids.into_iter().chain(aligned.grids).map(Block::Grid).collect();
    let tables: Vec<Rect> = blocks.iter().filter_map(bbox).collect();
    let strips = strips::Strips::of(&tables);
    let rest = lines.iter().zip(&aligned.claimed).filter(|(_, claimed)| !**claimed);
    let pieces = rest.flat_map(|(l, _)| strips.cut(l));
    blocks.extend(pieces.filter_map(|l| lines::text_line(l, page.number)).map(Block::Line));
    blocks.sort_by(|a, b| {
        let key = |block: &Block| (strips.of_box(bbox(block)), bbox(block).map_or(0.0, |b| b.y0));
        let ((strip_a, y_a), (strip_b, y_b)) = (key(a), key(b));
        strip_a.cmp(&strip_b).then(y_a.total_cmp(&y_b))
    });
    frame.leave(&mut blocks);
    PageLayout { page: page.number, size_pt: page.size_pt, blocks, findings }
}

fn bbox(block: &Block) -> Option<Rect> {
    match block {
        Block::Grid(g) => g.bbox,
        Block::Line(l) => l.bbox,
    }
}

/// Removes watermarks: slanting text, and lines of large letters that stand on other text.
fn drop_watermark(page: &mut Page) -> Option<Finding> {
    let large = large_letters(page);
    let before = page.glyphs.len();
    let mut text = String::new();
    let mut i = 0;
    page.glyphs.retain(|g| {
        let dropped = g.turn == Turn::Oblique || large.binary_search(&i).is_ok();
        i += 1;
        if dropped && text.chars().count() < 40 {
            text.push(g.ch);
        }
        !dropped
    });
    (page.glyphs.len() < before).then(|| {
        Finding::new(
            "page.watermark",
            Severity::Info,
            format!("a watermark on page {} was left out: {}", page.number, text.trim()),
            "nothing to do, unless the text is part of the form",
        )
        .on_page(page.number)
    })
}

/// Letters at least this many times larger than the page's text may be a watermark.
const LARGE: f32 = 1.4;

/// Indices of large letters whose line stands on smaller text, ascending.
///
/// A title is large too, but nothing is printed under it. Pages have few large letters, so that
/// each may be compared with all others.
fn large_letters(page: &Page) -> Vec<usize> {
    let mut sizes: Vec<f32> = page.glyphs.iter().map(|g| g.font_size).collect();
    if sizes.is_empty() {
        return Vec::new();
    }
    let middle = sizes.len() / 2;
    let (_, &mut median, _) = sizes.select_nth_unstable_by(middle, f32::total_cmp);
    let is_large = |g: &crate::model::page::Glyph| g.font_size >= LARGE * median;
    let large: Vec<usize> = (0..page.glyphs.len()).filter(|&i| is_large(&page.glyphs[i])).collect();
    // More than a heading's worth of large letters is simply text of another size.
    if large.is_empty() || large.len() > 200 {
        return Vec::new();
    }
    let small: Vec<Point> = page
        .glyphs
        .iter()
        .filter(|g| !is_large(g) && !g.ch.is_whitespace())
        .map(|g| g.bbox.center())
        .collect();
    let covers = |i: &&usize| {
        let big = page.glyphs[**i].bbox;
        small.iter().any(|&centre| big.contains(centre))
    };
    let covering: Vec<usize> = large.iter().filter(covers).copied().collect();
    let same_line = |i: usize, j: usize| {
        let (a, b) = (&page.glyphs[i], &page.glyphs[j]);
        (a.origin.y - b.origin.y).abs() < 0.2 * a.font_size
            && (a.font_size - b.font_size).abs() < 0.1 * a.font_size
    };
    large.into_iter().filter(|&i| covering.iter().any(|&j| same_line(i, j))).collect()
}
