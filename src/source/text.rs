//! Tab-separated text exports.

use super::SourceError;
use crate::model::page::Page;

/// Reads a text export as pages of delimited rows.
pub fn read(bytes: &[u8]) -> Result<Vec<Page>, SourceError> {
    let _ = bytes;
    Err(SourceError::Empty)
}
