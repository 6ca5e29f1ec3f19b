//! What a document may hold before reading it stops: bounds against damage and attacks, far above
//! anything that is printed.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much of a document is read. Each limit that is reached is told with its name and value,
/// see [`Limit`]; nothing is cut in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Pages of one document; the longest archived volumes have some thousands.
    pub pages: u32,
    /// Objects of one PDF; the default is the number of indirect objects that readers are expected
    /// to manage (PDF 32000-1:2008, annex C).
    pub objects: u32,
    /// What one stream of a PDF that is no picture may unfold to, in MiB; the content of a printed
    /// page takes less than 1.
    pub inflated_mib: u32,
    /// Form objects drawn within each other; the default is as deep as the interpreter follows.
    pub nesting: u32,
    /// Form objects drawn on one page, one that others draw counted each time; office software
    /// draws some hundreds.
    pub forms: u32,
    /// Pixels of one picture, in millions; an A3 page at 600 dpi has 70.
    pub megapixels: u32,
    /// Characters of one page; a printed page has a few thousand.
    pub glyphs: u32,
    /// Ruling lines of one page, as drawn; a printed table has some hundreds.
    pub rules: u32,
    /// Places in the grid of one ruled table, rows times columns.
    pub slots: u32,
    /// Cells of one text export.
    pub cells: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: 50_000,
            objects: 8_388_607,
            inflated_mib: 1024,
            nesting: 50,
            forms: 1_000_000,
            megapixels: 100,
            glyphs: 2_000_000,
            rules: 2_000_000,
            slots: 4_000_000,
            cells: 2_000_000,
        }
    }
}

/// A limit that a document reached, as it is called in the configuration: reads as
/// `` `limits.pages` = 50000 ``.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Name of the field of [`Limits`].
    pub key: &'static str,
    pub value: u32,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`limits.{}` = {}", self.key, self.value)
    }
}
