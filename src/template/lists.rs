//! Tables of records in the head: a row of headers and a row for each record below it.

use super::compile::{ListColumn, Use};
use super::scope::Scope;
use super::strip::{ItemId, RowId};
use crate::model::finding::{Finding, Severity};
use crate::model::form::BoundField;
use crate::model::pointer::Pointer;

/// Finds the lists of a family in `rows` (ascending), claims what they show, and returns their
/// fields: the lists in the template's order, records in printed order.
pub(super) fn read(scope: &mut Scope, rows: &[RowId]) -> Vec<BoundField> {
    let mut fields = Vec::new();
    for (list, spec) in scope.family().lists.iter().zip(&scope.spec.lists) {
        let at_row = |at: usize| Some((at, header(scope, &list.columns, *rows.get(at)?)?));
        let Some(found) = (0..rows.len()).find_map(at_row) else { continue };
        // The lower row of divided headers names more of the columns.
        let count = |(_, header): &(usize, Vec<Option<ItemId>>)| header.iter().flatten().count();
        let below = at_row(found.0 + 1).filter(|below| count(below) > count(&found));
        let (at, header) = below.unwrap_or(found);
        scope.claim(&header.iter().flatten().copied().collect::<Vec<_>>());
        let root = Pointer::from_dotted(&spec.key);
        for (n, (row, record)) in records(scope, &header, &rows[at + 1..]).into_iter().enumerate() {
            report_rest(scope, &header, row, &record, root.index(n));
            for (column, cell) in spec.columns.iter().zip(record) {
                scope.claim(&cell.into_iter().collect::<Vec<_>>());
                fields.push(BoundField {
                    at: root.index(n).key(&column.key),
                    kind: column.kind,
                    printed: cell.map(|id| scope.printed(&[id])),
                    sign: None,
                    unit: None,
                });
            }
        }
    }
    fields
}

/// The headers over a row, by column, if every column that a form must have is there. Headers of
/// one list may begin in different rows.
fn header(scope: &Scope, columns: &[ListColumn], row: RowId) -> Option<Vec<Option<ItemId>>> {
    let strip = scope.strip;
    strip.kind(row)?;
    let covering = strip.covering(row);
    let names = |id: ItemId, column: &ListColumn| scope.is_header(strip.fold(id), &column.headers);
    let mut taken: Vec<ItemId> = Vec::new();
    let mut found = Vec::with_capacity(columns.len());
    for column in columns {
        let id = covering.iter().copied().find(|&id| !taken.contains(&id) && names(id, column));
        taken.extend(id);
        found.push(id);
    }
    let begins = taken.iter().any(|&id| strip.row_of(id) == row);
    let complete = found.iter().zip(columns).all(|(id, c)| id.is_some() || c.optional);
    (begins && complete).then_some(found)
}

/// The rows below the headers, each as its cells by column; up to a label of the form, or a row
/// with nothing in these columns.
fn records(
    scope: &Scope,
    header: &[Option<ItemId>],
    rows: &[RowId],
) -> Vec<(RowId, Vec<Option<ItemId>>)> {
    let strip = scope.strip;
    let last = header.iter().flatten().map(|&id| {
        let item = &strip.items[id];
        (item.block, item.row + item.row_span)
    });
    let Some((block, below)) = last.max_by_key(|(_, row)| *row) else { return Vec::new() };
    let mut records = Vec::new();
    for &row in
        rows.iter().filter(|&&r| strip.rows[r].block == block && strip.rows[r].inside >= below)
    {
        let labelled = |id: ItemId| {
            scope.uses(id).any(|u| matches!(u, Use::Field(_) | Use::Header(_) | Use::End))
        };
        let record = by_order(scope, header, row).unwrap_or_else(|| {
            header.iter().map(|h| h.and_then(|h| cell_below(scope, h, row))).collect()
        });
        let filled = || record.iter().flatten();
        if filled().next().is_none() || strip.filled(row).any(labelled) {
            break;
        }
        records.push((row, record));
    }
    records
}

/// Reports a row with cells that no header took, though headers stand left of them: its values may
/// be under the wrong headers.
fn report_rest(
    scope: &mut Scope,
    header: &[Option<ItemId>],
    row: RowId,
    record: &[Option<ItemId>],
    at: Pointer,
) {
    let strip = scope.strip;
    let first = header.iter().flatten().map(|&h| strip.items[h].col).min();
    let mut rest = strip.filled(row).filter(|&id| {
        !record.contains(&Some(id)) && first.is_some_and(|col| strip.items[id].col >= col)
    });
    if let Some(id) = rest.next() {
        let message = format!("{} stands under none of the headers of its list", scope.quote(id));
        let hint = "compare the row with the page; its values may stand under the wrong headers";
        let finding = Finding::new("row.straddles", Severity::Warning, message, hint).at(at);
        scope.report(finding, Some(id));
    }
}

/// A full row of a table whose columns are not drawn: its cells in the order of the headers, which
/// may well stand beside the middle of what is below them.
fn by_order(scope: &Scope, header: &[Option<ItemId>], row: RowId) -> Option<Vec<Option<ItemId>>> {
    let strip = scope.strip;
    if strip.kind(row)?.has_drawn_columns() {
        return None;
    }
    let left = |id: ItemId| strip.items[id].x.0;
    let mut heads: Vec<(usize, ItemId)> =
        header.iter().enumerate().filter_map(|(c, h)| Some((c, (*h)?))).collect();
    heads.sort_by(|a, b| left(a.1).total_cmp(&left(b.1)));
    let first = heads.first().map(|h| strip.items[h.1].col)?;
    let cells: Vec<ItemId> = strip.filled(row).filter(|&id| strip.items[id].col >= first).collect();
    if cells.len() != heads.len() {
        return None;
    }
    let mut record = vec![None; header.len()];
    for ((column, _), cell) in heads.into_iter().zip(cells) {
        record[column] = Some(cell);
    }
    Some(record)
}

/// The filled cell that covers most of a header's columns in a row and begins there.
fn cell_below(scope: &Scope, header: ItemId, row: RowId) -> Option<ItemId> {
    let strip = scope.strip;
    let (x0, x1) = strip.reach(header);
    let common = |id: &ItemId| {
        let x = strip.items[*id].x;
        x.1.min(x1) - x.0.max(x0)
    };
    let cells = strip.covering(row).into_iter().filter(|id| common(id) > 0.0);
    let cell = cells.max_by(|a, b| common(a).total_cmp(&common(b)))?;
    (strip.items[cell].filled && strip.row_of(cell) == row).then_some(cell)
}
