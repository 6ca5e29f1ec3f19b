//! PDF → pages.

use super::SourceError;
use crate::model::finding::Finding;
use crate::model::page::Page;

/// How to open a PDF.
#[derive(Clone, Debug, Default)]
pub struct PdfOptions {
    /// User or owner password; empty for none.
    pub password: String,
}

/// An opened PDF whose pages are read one by one, from any thread.
pub struct PdfDocument {
    _private: (),
}

impl PdfDocument {
    /// Opens a PDF after pre-flight.
    pub fn open(bytes: Vec<u8>, options: &PdfOptions) -> Result<Self, SourceError> {
        let _ = (bytes, options);
        Err(SourceError::Empty)
    }

    /// Number of pages.
    pub fn page_count(&self) -> u32 {
        0
    }

    /// Findings about the document as a whole (repairs, page counts that disagree).
    pub fn findings(&self) -> &[Finding] {
        &[]
    }

    /// Reads page `number` (from 1).
    pub fn read_page(&self, number: u32) -> Page {
        Page { number, ..Page::default() }
    }
}
