//! What a parser noticed about a text, before it is known where the text stands.

use crate::model::finding::Severity;

/// An observation about one printed text; at a field it becomes a
/// [`Finding`](crate::model::finding::Finding).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Dotted, kebab-case, as in a finding.
    pub code: &'static str,
    pub severity: Severity,
    /// One sentence: what is the case, quoting the text.
    pub message: String,
    /// One sentence: what to do about it.
    pub hint: &'static str,
}

impl Doubt {
    pub(super) fn info(code: &'static str, message: String, hint: &'static str) -> Self {
        Self { code, severity: Severity::Info, message, hint }
    }

    pub(super) fn warning(code: &'static str, message: String, hint: &'static str) -> Self {
        Self { code, severity: Severity::Warning, message, hint }
    }

    pub(super) fn error(code: &'static str, message: String, hint: &'static str) -> Self {
        Self { code, severity: Severity::Error, message, hint }
    }
}
