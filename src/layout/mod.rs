//! Pages → grids of cells and free lines.

pub mod delimited;

use crate::model::grid::{Layout, PageLayout};
use crate::model::page::Page;

/// Lays out one page: rules → joints → slots → spans, and the lines of text.
pub fn page(page: Page) -> PageLayout {
    if !page.rows.is_empty() {
        return delimited::page(page);
    }
    PageLayout { page: page.number, size_pt: page.size_pt, ..PageLayout::default() }
}

/// Joins grids that run over page breaks and removes running heads and page numbers.
pub fn join_pages(pages: Vec<PageLayout>) -> Layout {
    let mut layout = Layout::default();
    for page in pages {
        layout.blocks.extend(page.blocks);
        layout.findings.extend(page.findings);
    }
    layout
}
