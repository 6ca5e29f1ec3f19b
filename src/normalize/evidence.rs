//! Where each leaf of the data is printed.

use crate::model::form::{Evidence, Printed};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::target::Target;
use indexmap::IndexMap;

/// The evidence that a printed cell gives.
pub(super) fn of(printed: &Printed) -> Evidence {
    let mut text = String::new();
    for (i, line) in printed.lines.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        text.push_str(&line.text);
    }
    let first = printed.lines.first();
    let page = if printed.page > 0 { printed.page } else { first.map_or(0, |l| l.page) };
    let on_page = printed.lines.iter().filter(|l| l.page == page).filter_map(|l| l.bbox);
    Evidence {
        page,
        bbox: printed.bbox.or_else(|| on_page.reduce(|a, b| a.union(&b))),
        text: text.into(),
        confidence: confidence(printed),
        // The least trusted reader of the cell: origins are ordered so.
        from: printed.lines.iter().map(|l| l.from).max().unwrap_or(Origin::TextLayer),
        repaired: printed.repaired.clone(),
        source_line: first.map_or(0, |l| l.source_line),
    }
}

/// The least confidence of the cell's lines, 0 to 1.
pub(super) fn confidence(printed: &Printed) -> f32 {
    printed.lines.iter().map(|l| l.confidence).fold(1.0, f32::min)
}

/// The cells that a target value is read from.
#[derive(Debug)]
pub(super) struct TargetCells {
    pub text: Evidence,
    /// The sign column's cell, if the operator comes from it.
    pub sign: Option<Evidence>,
    /// The unit column's cell, if the unit comes from it.
    pub unit: Option<Evidence>,
}

/// Adds evidence for every non-null leaf of `target` at `at`, in the order of the output.
pub(super) fn add_target(
    at: &Pointer,
    target: &Target,
    cells: &TargetCells,
    evidence: &mut IndexMap<Pointer, Evidence>,
) {
    let text = &cells.text;
    let sign = cells.sign.as_ref().unwrap_or(text);
    let unit = cells.unit.as_ref().unwrap_or(text);
    let leaves = [
        ("text", true, text),
        ("kind", target.kind.is_some(), text),
        ("operator", target.operator.is_some(), sign),
        ("value", target.value.is_some(), text),
        ("value_max", target.value_max.is_some(), text),
        ("unit", target.unit.is_some(), unit),
        ("deadline", target.deadline.is_some(), text),
        ("deadline_start", target.deadline_start.is_some(), text),
        ("reference", target.reference.is_some(), text),
        ("subkind", target.subkind.is_some(), text),
        ("operator_explicit", target.operator_explicit.is_some(), sign),
        ("base_value", target.base_value.is_some(), text),
        ("base_unit", target.base_unit.is_some(), unit),
        ("qualitative", target.qualitative.is_some(), text),
    ];
    for (key, filled, source) in leaves {
        if filled {
            evidence.insert(at.key(key), source.clone());
        }
    }
    let parts = at.key("parts");
    for (i, part) in target.parts.iter().enumerate() {
        add_target(&parts.index(i), part, cells, evidence);
    }
}
