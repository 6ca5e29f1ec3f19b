//! The interface of a second, independent PDF reader.

use super::page::Glyph;

/// Reads the text of a single page by other means than the first reader.
///
/// An implementation must survive anything that a file can hold: it answers `None` where the
/// page cannot be read, and never panics or hangs.
pub trait SecondReader: std::fmt::Debug + Send + Sync {
    /// The glyphs of page `page` (from 1) of `pdf` (the whole file), in points as displayed,
    /// marked [`super::page::Origin::SecondReader`]; `None` if this reader cannot tell.
    fn read(&self, pdf: &[u8], page: u32) -> Option<Vec<Glyph>>;
}
