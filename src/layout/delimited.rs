//! Grids of a text export, whose source delimits the cells.

use crate::model::grid::PageLayout;
use crate::model::page::Page;

/// Lays out a page of delimited rows.
pub fn page(page: Page) -> PageLayout {
    PageLayout { page: page.number, ..PageLayout::default() }
}
