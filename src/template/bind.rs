//! One region → its bound form, or forms.

use super::body::{self, Body, Record};
use super::columns::{Extents, Header};
use super::reading::{Reader, Reading};
use super::scope::Scope;
use super::select::Match;
use super::split::Region;
use super::strip::{ItemId, RowId};
use super::{divided, doubts, each, head, indicators, lists, vocabulary, year};
use crate::model::finding::{Finding, Severity};
use crate::model::form::{BoundField, BoundForm, Leftover};
use crate::model::grid::GridKind;
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, Place};
use std::collections::{BTreeMap, BTreeSet};

/// A bound form and the rows of the strip that it takes up.
pub(super) struct Part {
    pub form: BoundForm,
    /// Ascending.
    pub rows: Vec<RowId>,
}

/// Binds a region to the family that it matched: one form, or one for each cell of the column
/// that tells the forms of a table apart.
pub(super) fn bind(scope: &mut Scope, region: &Region, found: &Match) -> Vec<Part> {
    let rows = own_rows(scope, region, found.header.as_ref());
    let (mut above, behind) = match &found.header {
        Some(header) => {
            let at = rows.partition_point(|&r| r < header.row);
            (rows[..at].to_vec(), rows[at + 1..].to_vec())
        }
        None => match first_indicator(scope, &rows) {
            Some(at) => (rows[..at].to_vec(), rows[at..].to_vec()),
            None => (rows.clone(), Vec::new()),
        },
    };
    if let Some(header) = &found.header {
        body::claim_header(scope, header);
    }
    let body = body::read(scope, found.header.as_ref(), &behind, &region.repeated, &above);
    report_table(scope, found, &body);
    above.retain(|r| region.repeated.binary_search(r).is_err());
    // The headers of columns with fields are labels of the head, too.
    above.extend(found.header.iter().map(|h| h.row).filter(|_| scope.family().each.is_some()));
    above.extend(&body.rest);
    scope.year = year::fiscal_year(scope, &above, &region.title);
    if region.title.is_empty() {
        report_untitled(scope, &above);
    }
    let lists = lists::read(scope, &above);
    let head = head::read(scope, &above, &region.title);
    report_outside(scope, region, &rows);
    let groups = each::groups(scope, &body.records);
    let mut rest = rows.as_slice();
    let mut parts = Vec::with_capacity(groups.len());
    for (n, group) in groups.iter().enumerate() {
        let records = &body.records[group.clone()];
        let next = groups.get(n + 1).and_then(|g| body.records.get(g.start)).map(|r| r.row);
        let end = next.map_or(rest.len(), |row| rest.partition_point(|&r| r < row));
        let (own, after) = rest.split_at(end);
        rest = after;
        let printed = each::fields(scope, &head, &body.records, group);
        let mut fields: Vec<BoundField> = Vec::new();
        let specs = &scope.spec.fields;
        for (mut printed, spec) in printed.into_iter().zip(specs) {
            vocabulary::settle(scope, spec, &mut printed);
            let at = Pointer::from_dotted(&spec.key);
            fields.push(BoundField { at, kind: spec.kind, printed, sign: None, unit: None });
        }
        fields.extend(lists.iter().cloned());
        if let Some(list) = &scope.spec.indicators {
            indicators::bind(scope, list, records, &mut fields);
            let root = Pointer::from_dotted(&list.key);
            let shown = records.iter().filter(|r| !r.empty).enumerate();
            for (n, record) in shown {
                let Some(header) = &found.header else { break };
                let cells = (record.row, record.cells.as_slice());
                divided::report(scope, list, header, cells, &root.index(n));
            }
        }
        doubts::report(scope, &head, own);
        let leftovers = leftovers(scope, own, records);
        let form = BoundForm {
            template: scope.spec.id.clone(),
            pages: pages(scope, own),
            fields,
            leftovers,
            findings: std::mem::take(&mut scope.findings),
            ..BoundForm::default()
        };
        parts.push(Part { form, rows: own.to_vec() });
    }
    parts
}

/// The pages on which rows show something, ascending.
fn pages(scope: &Scope, rows: &[RowId]) -> Vec<u32> {
    let strip = scope.strip;
    let lines = |r: RowId| strip.filled(r).flat_map(|id| strip.items[id].lines).map(|l| l.page);
    let all = rows.iter().flat_map(|&r| std::iter::once(strip.rows[r].page).chain(lines(r)));
    all.collect::<BTreeSet<u32>>().into_iter().collect()
}

fn report_untitled(scope: &mut Scope, rows: &[RowId]) {
    let titled = scope.spec.fields.iter().find(|f| f.place.contains(&Place::Title));
    if let Some(field) = titled {
        let message = "the form has no title that is known; it was recognised by its labels";
        let hint =
            "check that it is a form of this template; its title can be added to the template";
        let finding = Finding::new("form.untitled", Severity::Warning, message, hint)
            .at(Pointer::from_dotted(&field.key));
        let first = rows.first().and_then(|&r| scope.strip.filled(r).next());
        scope.report_on_page(finding, first);
        let year = scope.spec.checks.dates.as_ref().and_then(|dates| dates.year.as_deref());
        if let (None, Some(key)) = (scope.year, year) {
            let message = "the form shows neither a title that is known nor its year";
            let hint = "look for the year where the title should be";
            let finding = Finding::new("form.untitled", Severity::Warning, message, hint)
                .at(Pointer::from_dotted(key));
            scope.report_on_page(finding, first);
        }
    }
}

/// Reports fields whose label stands outside of the form alone: a row that could not be read as one.
fn report_outside(scope: &mut Scope, region: &Region, own: &[RowId]) {
    let fields = |rows: &mut dyn Iterator<Item = RowId>| -> BTreeMap<usize, ItemId> {
        let items = rows.flat_map(|r| scope.strip.filled(r));
        items.flat_map(|id| scope.fields_of(id).map(move |f| (f, id))).collect()
    };
    let outside = region.rows.iter().copied().filter(|r| own.binary_search(r).is_err());
    let outside = fields(&mut outside.into_iter());
    if outside.is_empty() {
        return;
    }
    let inside = fields(&mut own.iter().copied());
    for (f, id) in outside.into_iter().filter(|(f, _)| !inside.contains_key(f)) {
        let Some(spec) = scope.spec.fields.get(f) else { continue };
        let message = format!("the label {} stands outside of the form's tables", scope.quote(id));
        let hint = "enter the value by hand, if it is printed beside the label";
        let finding = Finding::new("field.label-missing", Severity::Warning, message, hint);
        scope.report(finding.at(Pointer::from_dotted(&spec.key)), Some(id));
    }
}

/// The rows of a region that belong to the form: its grids as far as they show labels of the
/// head or go on with the indicator table, and the lines between them.
fn own_rows(scope: &Scope, region: &Region, header: Option<&Header>) -> Vec<RowId> {
    let strip = scope.strip;
    let chunks: Vec<&[RowId]> =
        region.rows.chunk_by(|a, b| strip.rows[*a].block == strip.rows[*b].block).collect();
    let labelled = |rows: &&[RowId]| {
        rows.iter().any(|&r| strip.filled(r).any(|id| scope.fields_of(id).next().is_some()))
    };
    let head_end = match header {
        Some(h) => chunks.iter().position(|c| c.contains(&h.row)),
        None => chunks.iter().rposition(labelled),
    };
    let head_end = head_end.unwrap_or(0);
    let mut rows: Vec<RowId> =
        chunks.iter().take(head_end + 1).flat_map(|c| c.iter().copied()).collect();
    let extents = header.and_then(|h| Extents::new(strip, h));
    let mut pending: Vec<RowId> = Vec::new();
    for chunk in &chunks[(head_end + 1).min(chunks.len())..] {
        if chunk.first().is_some_and(|&r| strip.kind(r).is_none()) {
            pending.extend(*chunk);
            continue;
        }
        let repeats = chunk.iter().any(|r| region.repeated.binary_search(r).is_ok());
        if repeats || goes_on(scope, header, extents.as_ref(), chunk) {
            rows.append(&mut pending);
            rows.extend(*chunk);
        } else {
            pending.clear();
        }
    }
    rows
}

/// Whether a grid without a head goes on with the indicator table: it shows column headers or a
/// level label before values, or its rows read as name and target in the columns of the table.
fn goes_on(
    scope: &Scope,
    header: Option<&Header>,
    extents: Option<&Extents>,
    chunk: &[RowId],
) -> bool {
    let strip = scope.strip;
    let Some(table) = scope.family().table.as_ref() else { return false };
    let Some(view) = chunk.first().map(|&r| &strip.blocks[strip.rows[r].block]) else {
        return false;
    };
    let again = |r: &RowId| super::columns::header(strip, scope.family, *r).is_some();
    if chunk.iter().any(again) {
        return true;
    }
    let tail = header.map(|h| h.tail(strip, table)).unwrap_or_default();
    let reader = Reader {
        strip,
        family: scope.family,
        table,
        columns: extents.map(|e| e.map(view)).unwrap_or_default(),
        tail,
        foreign: extents.map(|e| e.foreign(view)).unwrap_or_default(),
        kind: view.kind.unwrap_or_default(),
    };
    let ruled = reader.kind.has_drawn_columns();
    let shifts = reader.kind == GridKind::Delimited;
    let mut complete = false;
    for &row in chunk.iter().filter(|&&r| strip.rows[r].filled > 0) {
        if starts_with_label(scope, row) {
            return true;
        }
        let fits = |reading: &Reading| {
            let has = |role| reader.has(reading, role);
            !reading.straddles
                && reading.extra.is_empty()
                && (has(ColumnRole::Name) || has(ColumnRole::Target))
        };
        let reading = reader.by_position(row).filter(fits);
        // Cells of a text export slide: a name and a target stand in two others.
        if reading.is_none() && !(shifts && strip.rows[row].filled == 2) {
            return false;
        }
        complete |= reading.is_some_and(|reading| reader.is_complete(&reading));
    }
    // Where rules show the columns, they must be those of the table.
    if ruled { extents.is_some_and(|e| e.nests(view)) } else { complete }
}

/// Whether a row begins with a full level label before at least a name and a target.
fn starts_with_label(scope: &Scope, row: RowId) -> bool {
    let filled: Vec<ItemId> = scope.strip.filled(row).collect();
    filled.iter().rev().skip(2).any(|&id| {
        let known = scope.strip.compiled.lexicon.known(scope.strip.fold(id));
        known.is_any() && known.full
    })
}

fn first_indicator(scope: &Scope, rows: &[RowId]) -> Option<usize> {
    scope.family().table.as_ref()?;
    rows.iter().position(|&r| scope.strip.kind(r).is_some() && starts_with_label(scope, r))
}

fn report_table(scope: &mut Scope, found: &Match, body: &Body) {
    let Some(list) = &scope.spec.indicators else { return };
    let at = Pointer::from_dotted(&list.key);
    let first = body.records.first().and_then(|r| scope.strip.filled(r.row).next());
    let heads: Vec<&str> =
        list.columns.iter().filter_map(|c| c.header.first().map(|h| &**h)).collect();
    if body.records.iter().all(|r| r.empty) {
        let message = "the form has no row in its indicator table";
        let hint = "check the document; the table may be a picture or have other column headers";
        let finding = Finding::new("table.no-rows", Severity::Warning, message, hint).at(at);
        scope.report(finding, found.header.as_ref().and_then(|h| scope.strip.filled(h.row).next()));
    } else if found.header.is_none() {
        let message =
            format!("the indicator table has no column headers 「{}」", heads.join("」, 「"));
        let hint = "the rows were read by their level labels: compare them with the document";
        let finding = Finding::new("table.no-header", Severity::Warning, message, hint).at(at);
        scope.report(finding, first);
    } else if let Some(header) = &found.header {
        let missing = list.columns.iter().zip(&header.items);
        for (column, _) in
            missing.filter(|(c, i)| i.is_none() && !c.optional && c.role != ColumnRole::Part)
        {
            let name = column.header.first().map_or("", String::as_str);
            let message = format!("the indicator table has no column 「{name}」");
            let hint = "check the document if it prints this column under another header, and add \
                        that header to the template";
            let finding = Finding::new("table.column-missing", Severity::Warning, message, hint)
                .at(at.clone());
            scope.report(finding, scope.strip.filled(header.row).next());
        }
    }
}

/// The filled cells of the form that nothing claimed, each with a finding.
fn leftovers(scope: &mut Scope, rows: &[RowId], records: &[Record]) -> Vec<Leftover> {
    let strip = scope.strip;
    let left: Vec<ItemId> =
        rows.iter().flat_map(|&r| strip.filled(r)).filter(|&id| !scope.claimed[id]).collect();
    // A dash in a cell of a matrix says that nothing is meant to stand there.
    let dash = |c: char| matches!(c, '-' | '—' | '–' | '－' | '/' | '／' | '\\');
    let left: Vec<ItemId> =
        left.into_iter().filter(|&id| !strip.text(id).trim().chars().all(dash)).collect();
    let beside = doubt_beside(scope, &left, records);
    let mut leftovers = Vec::with_capacity(left.len());
    for id in left {
        let item = &strip.items[id];
        let message = format!("{} belongs to no field{}", scope.quote(id), scope.whereabouts(id));
        let hint = "check if a field or an indicator is missing; a label can be added to the \
                    template";
        // Lines between the grids of a PDF are mostly running heads and page numbers.
        let outside = strip.kind(strip.row_of(id)).is_none() && item.bbox.is_some();
        let severity = if outside { Severity::Info } else { Severity::Warning };
        let mut finding = Finding::new("cell.leftover", severity, message, hint);
        finding.at = beside.get(&id).cloned();
        scope.report(finding, Some(id));
        leftovers.push(Leftover {
            text: strip.text(id),
            page: item.page,
            bbox: item.bbox,
            in_table: !outside,
        });
    }
    leftovers
}

/// What recognised cells that belong to no field make doubtful: the indicator of their row, or all
/// of them where every other row has such a cell, so that a whole part of the table was not
/// understood. Of exported pages the text is sure, and with it what each column is.
fn doubt_beside(scope: &Scope, left: &[ItemId], records: &[Record]) -> BTreeMap<ItemId, Pointer> {
    let strip = scope.strip;
    let Some(list) = &scope.spec.indicators else { return BTreeMap::new() };
    let at = Pointer::from_dotted(&list.key);
    let shown = records.iter().filter(|r| !r.empty).enumerate();
    let row_of: BTreeMap<RowId, usize> = shown.map(|(n, r)| (r.row, n)).collect();
    let found: Vec<(ItemId, usize)> = left
        .iter()
        .filter(|id| strip.is_recognised(**id))
        .filter_map(|&id| Some((id, *row_of.get(&strip.row_of(id))?)))
        .collect();
    let rows: BTreeSet<usize> = found.iter().map(|(_, n)| *n).collect();
    let part = rows.len() > 1 && rows.len() * 2 >= records.len();
    found.into_iter().map(|(id, n)| (id, if part { at.clone() } else { at.index(n) })).collect()
}
