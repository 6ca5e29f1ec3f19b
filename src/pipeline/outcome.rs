//! What becomes of a document, in a form that can travel between processes.

use super::digest::Digest;
use super::error::DocumentError;
use super::output::Rendered;
use super::settings::Timings;
use serde::{Deserialize, Serialize};

/// A converted document: its files, and what the run keeps of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    pub digest: Digest,
    pub files: Vec<Rendered>,
    pub timings: Timings,
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
