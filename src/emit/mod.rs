//! Forms → bytes. An emitter serialises; it opens nothing.

use crate::model::form::Converted;
use crate::model::spec::FormSpec;

pub mod json;

/// Why a document could not be serialised.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    #[error("workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("csv: {0}")]
    Csv(#[from] csv::Error),
}

/// Serialises one converted document.
pub trait Emitter {
    /// Extension of the output file, without the dot.
    fn extension(&self) -> &'static str;
    /// The whole output, deterministic.
    fn serialize(&self, document: &Converted, specs: &[FormSpec]) -> Result<Vec<u8>, EmitError>;
}
