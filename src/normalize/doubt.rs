//! What a parser noticed about a text, before it is known where the text stands.

use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::pointer::Pointer;

/// An observation about one printed text. [`Doubt::into_finding`] gives it a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Dotted, kebab-case, as in a [`Finding`].
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

    /// The finding about the value at `at`, printed on `page` (from 1) in `bbox` (points).
    #[must_use]
    pub fn into_finding(self, at: Pointer, page: u32, bbox: Option<Rect>) -> Finding {
        Finding::new(self.code, self.severity, self.message, self.hint)
            .at(at)
            .on_page(page)
            .in_box(bbox)
    }
}
