//! Several forms in one table: fields of the head that stand in columns of the indicator table.

use super::body::Record;
use super::head::State;
use super::scope::Scope;
use super::strip::ItemId;
use crate::model::finding::{Finding, Severity};
use crate::model::form::Printed;
use crate::model::pointer::Pointer;
use std::ops::Range;

/// The records of each form: all of them, or, if a column tells forms apart, a run for each of
/// its cells. A blank cell, or one that says the same again, goes on with the form above.
pub(super) fn groups(scope: &Scope, records: &[Record]) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    if let Some(column) = scope.family().each {
        let mut last: Option<ItemId> = None;
        for (i, record) in records.iter().enumerate() {
            let Some(&id) = record.cells[column].first() else { continue };
            let new = last.is_some_and(|l| l != id && scope.strip.text(l) != scope.strip.text(id));
            if new {
                starts.push(i);
            }
            last = Some(id);
        }
    }
    let ends = starts.iter().copied().skip(1).chain([records.len()]);
    starts.iter().copied().zip(ends).map(|(from, to)| from..to).collect()
}

/// What is printed for every field of the head: as read above the table, or in its column.
pub(super) fn fields(
    scope: &mut Scope,
    head: &[State],
    records: &[Record],
    group: &Range<usize>,
) -> Vec<Option<Printed>> {
    let mut printed: Vec<Option<Printed>> = head.iter().map(|s| s.printed.clone()).collect();
    let columns = scope.family().table.iter().flat_map(|t| t.columns.iter().enumerate());
    let columns: Vec<(usize, usize)> =
        columns.filter_map(|(c, col)| Some((c, col.field?))).collect();
    for (column, field) in columns {
        let own = cells(scope, &records[group.clone()], column);
        let cells = if own.is_empty() { above(scope, records, group, column) } else { own };
        let inferred = |r: &Record| !r.levels.kind.has_drawn_columns();
        if cells.len() > 1 && records[group.clone()].iter().any(inferred) {
            report_several(scope, field, &cells);
        }
        if !cells.is_empty() {
            printed[field] = Some(scope.printed(&cells));
        }
    }
    printed
}

/// Without rules nobody can tell a value that goes on from that of the next form.
fn report_several(scope: &mut Scope, field: usize, cells: &[ItemId]) {
    let [first, .., last] = cells else { return };
    let message = format!(
        "{} and {} are taken for one value, though no rules show that they are",
        scope.quote(*first),
        scope.quote(*last)
    );
    let hint = "compare the form with the page; its cells were inferred from white space";
    let at = Pointer::from_dotted(&scope.spec.fields[field].key);
    let finding = Finding::new("field.several-cells", Severity::Warning, message, hint).at(at);
    scope.report(finding, Some(*last));
}

/// The cells of a column over some rows, those that say the same again left out: a page break
/// cuts a cell or repeats it.
fn cells(scope: &Scope, records: &[Record], column: usize) -> Vec<ItemId> {
    let mut cells: Vec<ItemId> = Vec::new();
    for &id in records.iter().flat_map(|r| &r.cells[column]) {
        let known = |&c: &ItemId| c == id || scope.strip.text(c) == scope.strip.text(id);
        if !cells.last().is_some_and(known) && !cells.contains(&id) {
            cells.push(id);
        }
    }
    cells
}

/// A merged cell over several forms, where no rules show it: the last one above.
fn above(scope: &Scope, records: &[Record], group: &Range<usize>, column: usize) -> Vec<ItemId> {
    let ruled = records.get(group.start).is_none_or(|r| r.levels.kind.has_drawn_rows());
    if ruled || scope.family().each == Some(column) {
        return Vec::new();
    }
    let before = records[..group.start].iter().rev();
    before.map(|r| &r.cells[column]).find(|cells| !cells.is_empty()).cloned().unwrap_or_default()
}
