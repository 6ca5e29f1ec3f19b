//! A form on its way from printed cells (`BoundForm`) to typed values (`Form`), and the
//! converted document.

use super::finding::Finding;
use super::geometry::Rect;
use super::grid::{Block, Grid, TextLine};
use super::page::{Origin, SourceInfo};
use super::pointer::Pointer;
use super::target::Members;
use super::value::Value;
use indexmap::IndexMap;
use std::sync::Arc;

/// What binding yields: which printed cells belong to which field of a template.
#[derive(Clone, Debug, Default)]
pub struct BoundForm {
    /// Identifier of the template.
    pub template: String,
    /// Pages that the form covers, ascending.
    pub pages: Vec<u32>,
    /// Fields in the template's order, rows in printed order. A field printed blank, or not
    /// printed, has no `printed`.
    pub fields: Vec<BoundField>,
    /// The blocks of the form in reading order, for the mirrored sheet.
    pub blocks: Vec<Block>,
    /// Filled cells that no field claimed.
    pub leftovers: Vec<Leftover>,
    /// `at` is relative to the form's data.
    pub findings: Vec<Finding>,
}

/// One field and the cell it is printed in.
#[derive(Clone, Debug)]
pub struct BoundField {
    /// Relative to the form's data: `/funds/annual/total`, `/indicators/3/target`.
    pub at: Pointer,
    pub kind: FieldKind,
    pub printed: Option<Printed>,
    /// Cells that complete a target value: its sign and unit columns.
    pub sign: Option<Printed>,
    pub unit: Option<Printed>,
}

/// How a field's text is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// One run of text; wraps are joined.
    Text,
    /// Text whose real paragraphs stay, joined with `\n`.
    Paragraphs,
    /// A label of the indicator hierarchy.
    Label,
    /// An exact amount in the form's unit.
    Money,
    /// A number without a unit: weight, score.
    Number,
    /// A whole number, such as the fiscal year.
    Integer,
    Date,
    /// A target value, see [`super::target::Target`].
    Target,
    /// The unit of the form's amounts: 元 or 万元.
    MoneyUnit,
}

/// The printed source of a field.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// The lines of the cell, or the part of them that holds the value.
    pub lines: Vec<TextLine>,
    /// The cell's box (of its part on `page`), in points.
    pub bbox: Option<Rect>,
    /// Counted from 1.
    pub page: u32,
    /// The text after repair, where binding repaired a label.
    pub repaired: Option<String>,
}

/// A filled cell that no field claimed. It is reported, never dropped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leftover {
    pub text: String,
    pub page: u32,
    pub bbox: Option<Rect>,
    /// It stands in a table, not between tables as running heads do.
    pub in_table: bool,
}

/// A form as typed values.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Identifier of the template.
    pub template: String,
    /// Ascending, from 1.
    pub pages: Vec<u32>,
    /// Always a [`Value::Record`].
    pub data: Value,
    /// Every non-null leaf of `data`, keyed by its pointer relative to `data`.
    pub evidence: IndexMap<Pointer, Evidence>,
    pub leftovers: Vec<Leftover>,
    /// `at` is relative to `data`.
    pub findings: Vec<Finding>,
    /// The blocks of the form in reading order, for the mirrored sheet.
    pub blocks: Vec<Block>,
}

/// Where a value stands and how far it can be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Counted from 1.
    pub page: u32,
    /// In points; `None` for a text export.
    pub bbox: Option<Rect>,
    /// As printed, lines separated by `\n`; the values of one cell share it.
    pub text: Arc<str>,
    /// 0 to 1; 1 for a text layer.
    pub confidence: f32,
    pub from: Origin,
    /// The value after repair, if it differs from what is printed.
    pub repaired: Option<String>,
    /// Line number in a text export, from 1; 0 otherwise.
    pub source_line: u32,
    /// At a target: which of its members stand here. Empty for any other value.
    pub members: Members,
}

impl Form {
    /// Where the value at `at` is printed, or the target that it is a member of.
    #[must_use]
    pub fn evidence_at(&self, at: &Pointer) -> Option<&Evidence> {
        self.evidence.get(at).or_else(|| {
            let (_, name) = at.as_str().rsplit_once('/')?;
            self.evidence.get(&at.parent()?).filter(|e| e.members.contains(name))
        })
    }
}

/// A converted document: everything that the emitters need.
#[derive(Clone, Debug)]
pub struct Converted {
    pub source: SourceInfo,
    pub forms: Vec<Form>,
    /// Grids to list under `tables`.
    pub tables: Vec<Grid>,
    /// Findings of the document and its pages; those of a form stand in the form.
    pub findings: Vec<Finding>,
}
