//! Forms → bytes. An emitter serialises; it opens nothing.

use crate::model::form::Converted;
use crate::model::spec::FormSpec;

mod columns;
mod combined;
mod csv;
mod digits;
mod text;

#[cfg(test)]
mod sample;

pub mod inspect;
pub mod json;
pub mod schema;
pub mod xlsx;

pub use self::csv::IndicatorsCsv;
pub use combined::Combined;
pub use json::Json;
pub use xlsx::Workbook;

/// Why a document could not be serialised.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// Writing failed; a full disk is [`std::io::ErrorKind::StorageFull`].
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("workbook: {0}")]
    Workbook(rust_xlsxwriter::XlsxError),
    /// A sheet of one document would have more rows than a sheet can have.
    #[error("sheet {sheet} would have more than 1,048,576 rows")]
    TooManyRows { sheet: String },
    #[error("csv: {0}")]
    Csv(::csv::Error),
}

impl From<rust_xlsxwriter::XlsxError> for EmitError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        match error {
            rust_xlsxwriter::XlsxError::IoError(error) => Self::Io(error),
            error => Self::Workbook(error),
        }
    }
}

impl From<::csv::Error> for EmitError {
    fn from(error: ::csv::Error) -> Self {
        match error.into_kind() {
            ::csv::ErrorKind::Io(error) => Self::Io(error),
            kind => Self::Csv(::csv::Error::from(std::io::Error::other(format!("{kind:?}")))),
        }
    }
}

/// Serialises one converted document.
pub trait Emitter {
    /// Extension of the output file, without the dot.
    fn extension(&self) -> &'static str;
    /// The whole output, deterministic.
    fn serialize(&self, document: &Converted, specs: &[FormSpec]) -> Result<Vec<u8>, EmitError>;
}
