//! Converted documents → the bytes of the output files.

use super::commit::{CommitError, Draft};
use super::error::DocumentError;
use super::guard;
use super::names::{COMBINED, INDICATORS, hex};
use crate::emit::{self, Combined, EmitError, Emitter, IndicatorsCsv, Json, Workbook};
use crate::model::form::Converted;
use crate::model::spec::FormSpec;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::Metadata;
use std::io::{self, BufWriter, Seek};
use std::path::Path;
use tempfile::SpooledTempFile;

/// Which outputs are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Whether documents may have outputs in common, for which their digests are needed.
    #[must_use]
    pub fn collect(self) -> bool {
        self.xlsx || self.csv
    }

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

/// Where the output with this extension of one document is begun.
pub type Drafts<'a> = dyn Fn(&'static str) -> Result<Draft, CommitError> + 'a;

/// One output file of a document on its way to the disk.
#[derive(Debug)]
pub struct Drafted {
    /// Without the dot.
    pub extension: &'static str,
    draft: Draft,
    hash: Sha256,
}

impl Drafted {
    /// Begins an output, which is empty.
    pub fn begin(extension: &'static str, drafts: &Drafts<'_>) -> Result<Self, CommitError> {
        Ok(Self { extension, draft: drafts(extension)?, hash: Sha256::new() })
    }

    /// The whole of an output.
    pub fn of(file: &Rendered, drafts: &Drafts<'_>) -> Result<Self, CommitError> {
        let mut drafted = Self::begin(file.extension, drafts)?;
        drafted.append(&file.bytes)?;
        Ok(drafted)
    }

    /// Adds to its end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), CommitError> {
        self.hash.update(bytes);
        self.draft.append(bytes)
    }

    /// Puts it in its place; its hash, and what the file system says of it.
    pub fn commit(self) -> Result<(String, Metadata), CommitError> {
        let hash = hex(&self.hash.finalize());
        Ok((hash, self.draft.commit()?))
    }
}

/// The files of one document.
pub fn render(
    document: &Converted,
    specs: &[FormSpec],
    formats: Formats,
) -> Result<Vec<Rendered>, DocumentError> {
    emitters(formats)
        .map(|emitter| {
            let bytes = emitter.serialize(document, specs)?;
            Ok(Rendered { extension: emitter.extension(), bytes })
        })
        .collect()
}

fn emitters(formats: Formats) -> impl Iterator<Item = &'static dyn Emitter> {
    let all: [(bool, &'static dyn Emitter); 2] = [(formats.json, &Json), (formats.xlsx, &Workbook)];
    all.into_iter().filter_map(|(on, emitter)| on.then_some(emitter))
}

/// Why an output over all documents could not be written.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("cannot write the outputs over all documents: {0}")]
    Emit(#[from] EmitError),
    /// The writer of the combined workbook panics where it cannot write its temporary files.
    #[error("cannot write the combined workbook: {0}")]
    Broken(#[from] DocumentError),
}

/// Outputs over all documents. They grow with each document, in temporary files rather than in
/// memory, and are put in their place at the end.
pub struct Collected {
    combined: Option<Combined>,
    indicators: Option<IndicatorsCsv<SpooledTempFile>>,
}

/// Bytes of the indicator list that stay in memory; what is beyond goes to a temporary file.
const IN_MEMORY: usize = 4 << 20;

impl Collected {
    /// Names of the files for so many documents, below the output folder.
    pub fn names(formats: Formats, documents: usize) -> impl Iterator<Item = &'static str> {
        // A workbook over all is of use only where there are several.
        let combined = formats.xlsx && documents > 1;
        let all = [(combined, COMBINED), (formats.csv, INDICATORS)];
        all.into_iter().filter_map(|(on, name)| on.then_some(name))
    }

    /// Begins the outputs for so many documents.
    pub fn new(
        formats: Formats,
        documents: usize,
        specs: &[FormSpec],
    ) -> Result<Self, CollectError> {
        let wants = |file| Self::names(formats, documents).any(|name| name == file);
        let list = || IndicatorsCsv::new(SpooledTempFile::new(IN_MEMORY), specs);
        Ok(Self {
            combined: wants(COMBINED).then(|| Combined::new(specs)).transpose()?,
            indicators: wants(INDICATORS).then(list).transpose()?,
        })
    }

    /// Adds a document. The order of the calls is that of the rows.
    pub fn push(&mut self, document: &Converted, path: &str) -> Result<(), CollectError> {
        if let Some(combined) = &mut self.combined {
            guard::stage("emit", None, || combined.push(document, path))??;
        }
        if let Some(indicators) = &mut self.indicators {
            indicators.push(document, path)?;
        }
        Ok(())
    }

    /// Adds a document that failed, with the reason.
    pub fn push_failure(&mut self, path: &str, reason: &str) -> Result<(), CollectError> {
        match &mut self.combined {
            Some(combined) => {
                Ok(guard::stage("emit", None, || combined.push_failure(path, reason))??)
            }
            None => Ok(()),
        }
    }

    /// Writes the files into `folder`; their names.
    pub fn finish(self, folder: &Path) -> Result<Vec<&'static str>, CollectError> {
        let mut written = Vec::new();
        if let Some(combined) = self.combined {
            let draft = BufWriter::new(Draft::new(&folder.join(COMBINED))?);
            let draft = guard::stage("emit", None, || combined.finish(draft))??;
            finished(draft)?.commit()?;
            written.push(COMBINED);
        }
        if let Some(indicators) = self.indicators {
            let mut list = indicators.finish()?;
            let mut draft = Draft::new(&folder.join(INDICATORS))?;
            list.rewind()
                .and_then(|()| io::copy(&mut list, &mut draft))
                .map_err(EmitError::from)?;
            draft.commit()?;
            written.push(INDICATORS);
        }
        Ok(written)
    }
}

fn finished(draft: BufWriter<Draft>) -> Result<Draft, EmitError> {
    draft.into_inner().map_err(|e| EmitError::Io(e.into_error()))
}

/// The JSON Schema of the output for these templates, as text.
#[must_use]
pub fn schema(specs: &[FormSpec]) -> String {
    format!("{:#}\n", emit::schema::schema(specs))
}

/// The workbook of a document as text, for goldens.
pub fn workbook_text(document: &Converted, specs: &[FormSpec]) -> Result<String, DocumentError> {
    Ok(emit::xlsx::dump::document(document, specs)?)
}
