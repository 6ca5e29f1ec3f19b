//! The content of the outputs over all documents, as one hash.

use crate::pipeline::ledger::Record;
use crate::pipeline::names::hex;
use crate::pipeline::outcome::Reason;
use crate::pipeline::output::Formats;
use sha2::{Digest, Sha256};

/// Takes in every document in its order.
pub(super) struct Content {
    hash: Sha256,
    has_documents: bool,
}

/// The hash of all of it.
pub(super) struct Contents {
    pub hash: String,
    /// Whether any document was converted.
    pub has_documents: bool,
}

impl Content {
    pub fn new(key: &str, formats: Formats) -> Self {
        let mut content = Self { hash: Sha256::new(), has_documents: false };
        content.text(key);
        content.text(&format!("{formats:?}"));
        content
    }

    pub fn add(&mut self, path: &str, record: &Record) {
        self.text(path);
        self.text(&record.sha256);
        match &record.result {
            Ok(_) => {
                self.has_documents = true;
                self.text("");
            }
            Err(reason) => self.reason(reason),
        }
    }

    pub fn add_problem(&mut self, path: &str, reason: &Reason) {
        self.text(path);
        self.reason(reason);
    }

    pub fn finish(self) -> Contents {
        Contents { hash: hex(&self.hash.finalize()), has_documents: self.has_documents }
    }

    fn reason(&mut self, reason: &Reason) {
        for text in [&reason.code, &reason.message, &reason.hint] {
            self.text(text);
        }
    }

    /// With its length, so that texts cannot run into each other.
    fn text(&mut self, text: &str) {
        self.hash.update((text.len() as u64).to_le_bytes());
        self.hash.update(text);
    }
}
