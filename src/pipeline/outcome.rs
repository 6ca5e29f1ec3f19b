//! What becomes of a document, in a form that can travel between processes.

use super::digest::{Counts, Digest, Packed};
use super::error::DocumentError;
use super::output::Drafted;
use super::settings::Timings;
use crate::model::finding::Severity;
use serde::{Deserialize, Serialize};

/// A converted document: its files, not yet in their places, and what the run keeps of it.
#[derive(Debug)]
pub struct Product {
    pub facts: Facts,
    pub digest: Packed,
    pub files: Vec<Drafted>,
    pub timings: Timings,
}

/// What the ledger says of a converted document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Hash of the bytes that were read, in hexadecimal digits.
    pub sha256: String,
    pub counts: Counts,
    /// How often each code was found.
    pub codes: Vec<(Severity, String, usize)>,
}

impl Facts {
    /// The facts of a document with this digest.
    #[must_use]
    pub fn of(digest: &Digest) -> Self {
        let codes = digest.codes().into_iter();
        Self {
            sha256: digest.source.sha256.clone(),
            counts: digest.counts,
            codes: codes.map(|((severity, code), n)| (severity, code.to_owned(), n)).collect(),
        }
    }
}

/// Why a document was not converted, in words a user can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable, dotted, kebab-case: `source.password-needed`, `worker.time-limit`.
    pub code: String,
    /// One sentence: what is the case.
    pub message: String,
    /// One sentence: what to do about it.
    pub hint: String,
    /// The page on which it happened, from 1, if it is known.
    pub page: Option<u32>,
}

impl Reason {
    /// A reason without a page.
    pub fn new(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self { code: code.to_owned(), message: message.into(), hint: hint.to_owned(), page: None }
    }

    /// Whether another try may end differently: the document itself was not read, or somebody
    /// else ended the worker.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        self.code.starts_with("input.") || self.code == "worker.killed"
    }

    /// Whether this document broke the program, so that it goes into quarantine.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.code == PANIC || self.code.starts_with("worker.")
    }
}

/// Code of a panic that was contained.
pub(super) const PANIC: &str = "document.panic";

impl From<&DocumentError> for Reason {
    fn from(error: &DocumentError) -> Self {
        Self { page: error.page(), ..Self::new(error.code(), error.to_string(), error.hint()) }
    }
}
