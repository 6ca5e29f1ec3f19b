//! Where each leaf of the data is printed.

use crate::model::form::{Evidence, Printed};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::target::{Members, Target};
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
        members: Members::default(),
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

/// Adds evidence for every non-null leaf of `target` at `at`: one entry for what the value's own
/// cell shows, and one for each member that comes from the columns beside it.
pub(super) fn add_target(
    at: &Pointer,
    target: &Target,
    cells: &TargetCells,
    evidence: &mut IndexMap<Pointer, Evidence>,
) {
    const SIGN: [&str; 2] = ["operator", "operator_explicit"];
    const UNIT: [&str; 2] = ["unit", "base_unit"];
    let filled = target.filled();
    let beside = [(&cells.sign, SIGN), (&cells.unit, UNIT)];
    let own = beside.iter().fold(filled, |own, (cell, names)| match cell {
        Some(_) => own.without(names),
        None => own,
    });
    evidence.insert(at.clone(), Evidence { members: own, ..cells.text.clone() });
    for (cell, names) in beside {
        let Some(cell) = cell else { continue };
        for name in names.into_iter().filter(|n| filled.contains(n)) {
            evidence.insert(at.key(name), cell.clone());
        }
    }
    let parts = at.key("parts");
    for (i, part) in target.parts.iter().enumerate() {
        add_target(&parts.index(i), part, cells, evidence);
    }
}
