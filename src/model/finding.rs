//! Observations that a user can act on.

use super::geometry::Rect;
use super::pointer::Pointer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Code of the finding that a value was not recognised surely enough.
pub const LOW_CONFIDENCE: &str = "field.low-confidence";

/// Code of the finding that a recognised amount was put right by its pattern.
pub const AMOUNT_REPAIRED: &str = "amount.repaired";

/// Code of the finding that letters of a recognised amount were taken for digits, which its form's
/// arithmetic confirms.
pub const AMOUNT_GUESSED: &str = "amount.guessed";

/// What the program noticed about a document, a page or a value.
///
/// The library reports recoverable trouble as findings, not as `Err`.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Stable, dotted, kebab-case: `funds.annual-sum`.
    pub code: &'static str,
    pub severity: Severity,
    /// The value concerned. Relative to the form's `data` while inside a form; absolute in the
    /// output. `None` if no value is concerned.
    pub at: Option<Pointer>,
    /// Counted from 1; `None` if the finding concerns the whole document.
    pub page: Option<u32>,
    /// In points.
    pub bbox: Option<Rect>,
    /// One sentence: what is the case.
    pub message: String,
    /// One sentence: what to do about it.
    pub hint: String,
}

/// How much a finding weighs. Ordered: `Info < Warning < Error`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the data is right.
    Info,
    /// A person should look.
    Warning,
    /// Data is probably wrong or missing.
    Error,
}

impl Severity {
    /// Lower-case name as in the output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Finding {
    /// A finding about the whole document; place it with [`Finding::at`], [`Finding::on_page`]
    /// and [`Finding::in_box`].
    #[must_use]
    pub fn new(
        code: &'static str,
        severity: Severity,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            at: None,
            page: None,
            bbox: None,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The same finding about one value.
    #[must_use]
    pub fn at(mut self, pointer: Pointer) -> Self {
        self.at = Some(pointer);
        self
    }

    /// The same finding about a page (from 1).
    #[must_use]
    pub fn on_page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }

    /// The same finding about a box, in points.
    #[must_use]
    pub fn in_box(mut self, bbox: Option<Rect>) -> Self {
        self.bbox = bbox;
        self
    }
}
