//! What stays in doubt: cells that two fields took for their own, blank fields whose label begins a
//! cell that is nobody's, and where columns were inferred, fields beside any such cell.

use super::head::State;
use super::scope::Scope;
use super::strip::{ItemId, RowId};
use crate::model::finding::{Finding, Severity};
use crate::model::grid::GridKind;
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Shorter labels begin many a text by chance, in characters.
const LABEL: usize = 3;

/// Reports the doubtful fields of a form; `rows` are its own.
pub(super) fn report(scope: &mut Scope, states: &[State], rows: &[RowId]) {
    let strip = scope.strip;
    cut_off(scope, rows);
    let inferred = |id: &ItemId| {
        let kind = strip.blocks[strip.items[*id].block].kind;
        matches!(kind, Some(GridKind::Aligned | GridKind::RowRuled))
    };
    let (left, ruled): (Vec<ItemId>, Vec<ItemId>) = rows
        .iter()
        .flat_map(|&r| strip.filled(r))
        .filter(|&id| !scope.claimed[id])
        .partition(inferred);
    shared(scope, states);
    if left.is_empty() && ruled.is_empty() {
        return;
    }
    for (f, state) in states.iter().enumerate().filter(|(_, s)| s.printed.is_none()) {
        let field = &scope.family().fields[f];
        let begins = |id: &ItemId| {
            let text = fold(&strip.text(*id));
            let mut labels = field.labels.iter().map(|l| fold(l));
            labels.any(|l| l.chars().count() >= LABEL && text.starts_with(&l))
        };
        let cell = if state.found {
            left.first()
        } else {
            left.iter().chain(&ruled).find(|id| begins(id))
        };
        let (Some(&cell), Some(name)) = (cell, field.labels.first()) else { continue };
        let message = format!("「{name}」 is blank, but {} belongs to no field", scope.quote(cell));
        let hint = "compare the form with the page: a line between the label and its value may be \
                    lost, or the value be printed across it";
        let at = Pointer::from_dotted(&scope.spec.fields[f].key);
        let finding = Finding::new("field.unplaced", Severity::Warning, message, hint).at(at);
        scope.report(finding, Some(cell));
    }
    parted(scope, states, &left);
}

/// Reports the fields whose values stand right beside one of the cells that are `left`, whose
/// columns were inferred: white space in a value may have parted it.
fn parted(scope: &mut Scope, states: &[State], left: &[ItemId]) {
    let strip = scope.strip;
    let owners: FxHashMap<ItemId, usize> = states
        .iter()
        .enumerate()
        .flat_map(|(f, state)| state.cells.iter().map(move |&cell| (cell, f)))
        .collect();
    for &cell in left {
        // A cell that was taken out of its line may have come to stand in the rows around as well.
        let first = strip.row_of(cell);
        let mut parted = BTreeSet::new();
        for row in first..first + strip.items[cell].row_span as usize {
            let mut row = strip.covering(row);
            row.retain(|&id| strip.items[id].filled);
            let Some(at) = row.iter().position(|&id| id == cell) else { continue };
            let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
            parted.extend(beside.filter_map(|i| owners.get(row.get(i)?).copied()));
        }
        for f in parted {
            let message = format!("{} beside it may be a part of this value", scope.quote(cell));
            let hint = "compare the form with the page; its cells were inferred from white space";
            let at = Pointer::from_dotted(&scope.spec.fields[f].key);
            let finding = Finding::new("field.unplaced", Severity::Warning, message, hint).at(at);
            scope.report(finding, Some(cell));
        }
    }
}

/// Reports a form whose table runs off the page: no blank of it says that nothing was filled in.
fn cut_off(scope: &mut Scope, rows: &[RowId]) {
    let strip = scope.strip;
    let is_cut = |r: &&RowId| strip.blocks[strip.rows[**r].block].cut;
    let Some(&row) = rows.iter().find(is_cut) else { return };
    let message = format!(
        "the table on page {} runs off the edge of the page; what stands beyond is not seen",
        strip.rows[row].page
    );
    let hint = "look what the edge cuts off; ask the publisher for a copy that shows it";
    let finding = Finding::new("form.cut-off", Severity::Warning, message, hint);
    let first = strip.rows[row].items.clone().next();
    scope.report_on_page(finding.at(Pointer::root()), first);
}

/// Reports the fields that took one cell for theirs, without patterns that part it. Where rules
/// made the cell, some were not drawn, and no field of the form is certain; a copy, though, loses a
/// piece of a line here and there.
fn shared(scope: &mut Scope, states: &[State]) {
    let mut takers: FxHashMap<ItemId, Vec<usize>> = FxHashMap::default();
    for (f, state) in states.iter().enumerate() {
        if scope.family().fields[f].pattern.is_some() {
            continue;
        }
        for &cell in &state.cells {
            takers.entry(cell).or_default().push(f);
        }
    }
    let mut twice: Vec<(ItemId, Vec<usize>)> =
        takers.into_iter().filter(|(_, fields)| fields.len() > 1).collect();
    twice.sort_unstable();
    let strip = scope.strip;
    let ruled = twice.iter().find(|(cell, _)| {
        let item = &strip.items[*cell];
        matches!(strip.blocks[item.block].kind, Some(GridKind::Ruled))
            && item.lines.iter().all(|l| l.from != Origin::Recognised)
    });
    if let Some((cell, _)) = ruled {
        let message = format!("the cell {} holds the values of several fields", scope.quote(*cell));
        let hint = "compare the form with the page; lines between its cells are not drawn";
        let finding = Finding::new("field.shared-cell", Severity::Warning, message, hint);
        scope.report(finding.at(Pointer::root()), Some(*cell));
    }
    for (cell, fields) in twice {
        for f in fields {
            let message =
                format!("{} was taken for the value of several fields", scope.quote(cell));
            let hint = "compare the form with the page; the lines between its cells are not drawn";
            let at = Pointer::from_dotted(&scope.spec.fields[f].key);
            let finding =
                Finding::new("field.shared-cell", Severity::Warning, message, hint).at(at);
            scope.report(finding, Some(cell));
        }
    }
}
