//! Converted documents → the bytes of the output files.

use super::error::DocumentError;
use super::names::{COMBINED, INDICATORS};
use crate::emit::{EmitError, Emitter};
use crate::model::form::Converted;
use crate::model::spec::FormSpec;

/// Which outputs are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    /// `<name>.json` for each document.
    pub json: bool,
    /// `<name>.xlsx` for each document, and one workbook over all.
    pub xlsx: bool,
    /// `indicators.csv` over all documents.
    pub csv: bool,
}

impl Formats {
    /// Every output there is.
    pub const ALL: Self = Self { json: true, xlsx: true, csv: true };
    /// None: the data alone is wanted.
    pub const NONE: Self = Self { json: false, xlsx: false, csv: false };

    /// Extensions of the files of one document, without the dot.
    pub fn extensions(self) -> impl Iterator<Item = &'static str> {
        [(self.json, "json"), (self.xlsx, "xlsx")].into_iter().filter_map(|(on, e)| on.then_some(e))
    }
}

/// One output file of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Without the dot.
    pub extension: &'static str,
    pub bytes: Vec<u8>,
}

/// The files of one document.
pub fn render(
    document: &Converted,
    specs: &[FormSpec],
    formats: Formats,
) -> Result<Vec<Rendered>, DocumentError> {
    emitters(formats)
        .iter()
        .map(|emitter| {
            let bytes = emitter.serialize(document, specs)?;
            Ok(Rendered { extension: emitter.extension(), bytes })
        })
        .collect()
}

// SEAM: the emitters as they land.
fn emitters(formats: Formats) -> Vec<Box<dyn Emitter>> {
    let _ = formats;
    Vec::new()
}

/// Outputs over all documents: they grow with each document and are written at the end.
pub struct Collected {
    formats: Formats,
    /// A workbook over all is of use only where there are several.
    several: bool,
}

impl Collected {
    #[must_use]
    pub fn new(formats: Formats, documents: usize) -> Self {
        Self { formats, several: documents > 1 }
    }

    /// Names of the files, below the output folder.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let combined = self.formats.xlsx && self.several;
        [(combined, COMBINED), (self.formats.csv, INDICATORS)]
            .into_iter()
            .filter_map(|(on, name)| on.then_some(name))
    }

    /// Adds a document. The order of the calls is that of the rows.
    pub fn add(&mut self, document: &Converted, specs: &[FormSpec]) -> Result<(), EmitError> {
        let _ = (document, specs);
        Ok(())
    }

    /// The files by name.
    pub fn finish(self, specs: &[FormSpec]) -> Result<Vec<(&'static str, Vec<u8>)>, EmitError> {
        let _ = specs;
        Ok(Vec::new())
    }
}

/// The JSON Schema of the output for these templates.
#[must_use]
pub fn schema(specs: &[FormSpec]) -> String {
    let _ = specs;
    String::new()
}

/// The workbook of a document as text, for goldens.
pub fn workbook_text(document: &Converted, specs: &[FormSpec]) -> Result<String, EmitError> {
    let _ = (document, specs);
    Ok(String::new())
}
