//! Tables of records in the head: a row of headers and a row for each record below it.

use super::compile::{List, ListColumn, Use};
use super::distance::nearest;
use super::scope::Scope;
use super::strip::{ItemId, RowId};
use crate::model::finding::{Finding, Severity};
use crate::model::form::{BoundField, FieldKind};
use crate::model::pointer::Pointer;
use crate::model::spec::ListSpec;

/// Fewer exact headers do not tell a list from any other row, where the rest is misread.
const EXACT: usize = 2;

/// The row of headers of a list.
struct Heads {
    /// Where it stands among the rows.
    at: usize,
    /// By column; `None` where it has no header in this form.
    items: Vec<Option<ItemId>>,
    /// Columns whose header is damaged.
    assumed: Vec<usize>,
}

/// Finds the lists of a family in `rows` (ascending), claims what they show, and returns their
/// fields: the lists in the template's order, records in printed order.
pub(super) fn read(scope: &mut Scope, rows: &[RowId]) -> Vec<BoundField> {
    let mut fields = Vec::new();
    for (list, spec) in scope.family().lists.iter().zip(&scope.spec.lists) {
        let root = Pointer::from_dotted(&spec.key);
        let Some(heads) = heads(scope, &list.columns, rows) else { continue };
        let header = &heads.items;
        scope.claim(&header.iter().flatten().copied().collect::<Vec<_>>());
        for (n, (row, record)) in
            records(scope, header, &rows[heads.at + 1..]).into_iter().enumerate()
        {
            let at = root.index(n);
            report_rest(scope, spec, header, row, &record, &at);
            for &column in &heads.assumed {
                report_assumed(
                    scope,
                    list,
                    header[column],
                    column,
                    at.key(&spec.columns[column].key),
                );
            }
            for (column, cell) in spec.columns.iter().zip(record) {
                scope.claim(&cell.into_iter().collect::<Vec<_>>());
                fields.push(BoundField {
                    at: at.key(&column.key),
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

/// The headers of a list: the first row that names every column that a form must have, or else
/// the first that does so once damaged headers are put right.
fn heads(scope: &Scope, columns: &[ListColumn], rows: &[RowId]) -> Option<Heads> {
    let at_row = |at: usize| Some((at, header(scope, columns, *rows.get(at)?)?));
    let complete = |found: &[Option<ItemId>]| {
        found.iter().zip(columns).all(|(id, c)| id.is_some() || c.optional)
    };
    let count = |header: &[Option<ItemId>]| header.iter().flatten().count();
    let exact = (0..rows.len()).filter_map(at_row).find(|(_, header)| complete(header));
    if let Some((at, header)) = exact {
        // The lower row of divided headers names more of the columns.
        let below = at_row(at + 1).filter(|(_, b)| complete(b) && count(b) > count(&header));
        let (at, mut items) = below.unwrap_or((at, header));
        let assumed = assume(scope, columns, rows[at], &mut items);
        return Some(Heads { at, items, assumed });
    }
    (0..rows.len()).filter_map(at_row).filter(|(_, h)| count(h) >= EXACT).find_map(
        |(at, header)| {
            let mut items = header;
            let assumed = assume(scope, columns, rows[at], &mut items);
            complete(&items).then_some(Heads { at, items, assumed })
        },
    )
}

/// The headers of a list over a row, by column. Headers of one list may begin in different rows.
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
    taken.iter().any(|&id| strip.row_of(id) == row).then_some(found)
}

/// Takes cells among the headers that read like nothing else for damaged headers of columns that
/// have none, and returns these columns.
fn assume(
    scope: &Scope,
    columns: &[ListColumn],
    row: RowId,
    found: &mut [Option<ItemId>],
) -> Vec<usize> {
    let strip = scope.strip;
    let mut assumed = Vec::new();
    for id in strip.covering(row) {
        if !strip.items[id].filled || scope.claimed[id] || scope.uses(id).next().is_some() {
            continue;
        }
        let missing = columns.iter().enumerate().filter(|(c, _)| found[*c].is_none());
        let words = missing.flat_map(|(c, col)| col.headers.iter().map(move |h| (&**h, c)));
        if let Some((_, c)) = nearest(strip.fold(id), words) {
            found[c] = Some(id);
            assumed.push(c);
        }
    }
    assumed
}

fn report_assumed(
    scope: &mut Scope,
    list: &List,
    header: Option<ItemId>,
    column: usize,
    at: Pointer,
) {
    let Some(id) = header else { return };
    let meant = list.columns[column].headers.first().map_or("", String::as_str);
    let message = format!("the header {} was read as 「{meant}」", scope.quote(id));
    let hint = "compare the header with the document; if it is another wording, add it to the \
                template";
    let finding = Finding::new("label.repaired", Severity::Warning, message, hint).at(at);
    scope.report(finding, Some(id));
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

/// Reports a row with cells that no header took. Where headers stand left of them, its values may
/// be under the wrong headers; where a column has no header, one of them may be its value.
fn report_rest(
    scope: &mut Scope,
    spec: &ListSpec,
    header: &[Option<ItemId>],
    row: RowId,
    record: &[Option<ItemId>],
    at: &Pointer,
) {
    let strip = scope.strip;
    let first = header.iter().flatten().map(|&h| strip.items[h].col).min();
    let rest: Vec<ItemId> = strip.filled(row).filter(|&id| !record.contains(&Some(id))).collect();
    let behind = |id: &&ItemId| first.is_some_and(|col| strip.items[**id].col >= col);
    if let Some(&id) = rest.iter().find(behind) {
        let message = format!("{} stands under none of the headers of its list", scope.quote(id));
        let hint = "compare the row with the page; its values may stand under the wrong headers";
        let finding =
            Finding::new("row.straddles", Severity::Warning, message, hint).at(at.clone());
        scope.report(finding, Some(id));
        return;
    }
    for (column, _) in spec.columns.iter().zip(header).filter(|(_, h)| h.is_none()) {
        let is_value = |id: &&ItemId| {
            let text = strip.text(**id);
            // A row's number is no words.
            let words = matches!(column.kind, FieldKind::Text | FieldKind::Paragraphs);
            scope.uses(**id).next().is_none()
                && text.chars().any(|c| if words { c.is_alphabetic() } else { c.is_ascii_digit() })
        };
        let Some(&id) = rest.iter().find(is_value) else { continue };
        let name = column.header.first().map_or("", String::as_str);
        let message =
            format!("no header of its list is 「{name}」, whose value may be {}", scope.quote(id));
        let hint =
            "compare the headers with the page; another wording can be added to the template";
        let finding = Finding::new("list.no-header", Severity::Warning, message, hint)
            .at(at.key(&column.key));
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
