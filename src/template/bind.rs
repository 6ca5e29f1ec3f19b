//! One region → one bound form.

use super::body::{self, Body, Record};
use super::carry::{self, LevelCells, Source, Tag};
use super::columns::{Extents, Header};
use super::head;
use super::reading::Reader;
use super::scope::Scope;
use super::select::Match;
use super::split::Region;
use super::strip::{ItemId, RowId};
use crate::model::finding::{Finding, Severity};
use crate::model::form::{BoundField, BoundForm, FieldKind, Leftover, Printed};
use crate::model::grid::{GridKind, TextLine};
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, ColumnSpec, IndicatorSpec, Place};
use rustc_hash::FxHashSet;

/// A bound form and the rows of the strip that it takes up.
pub(super) struct Part {
    pub form: BoundForm,
    /// Ascending.
    pub rows: Vec<RowId>,
}

/// Binds a region to the family that it matched.
pub(super) fn bind(scope: &mut Scope, region: &Region, found: &Match) -> Part {
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
    above.extend(&body.rest);
    if region.title.is_empty()
        && scope.family().fields.iter().any(|f| f.places.contains(&Place::Title))
    {
        let message = "the form has no title that is known; it was recognised by its labels";
        let hint =
            "check that it is a form of this template; its title can be added to the template";
        let finding = Finding::new("form.untitled", Severity::Info, message, hint);
        let first = above.first().and_then(|&r| scope.strip.filled(r).next());
        scope.report_on_page(finding, first);
    }
    let states = head::read(scope, &above, &region.title);
    let mut fields: Vec<BoundField> = Vec::new();
    for (state, spec) in states.into_iter().zip(&scope.spec.fields) {
        fields.push(BoundField {
            at: Pointer::from_dotted(&spec.key),
            kind: spec.kind,
            printed: state.printed,
            sign: None,
            unit: None,
        });
    }
    if let Some(list) = &scope.spec.indicators {
        emit(scope, list, &body, &mut fields);
    }
    let leftovers = leftovers(scope, &rows);
    let mut pages: Vec<u32> = rows
        .iter()
        .flat_map(|&r| {
            let row = &scope.strip.rows[r];
            let items = scope.strip.filled(r).flat_map(|id| scope.strip.items[id].lines);
            std::iter::once(row.page).chain(items.map(|l| l.page))
        })
        .collect();
    pages.sort_unstable();
    pages.dedup();
    let form = BoundForm {
        template: scope.spec.id.clone(),
        pages,
        fields,
        leftovers,
        findings: std::mem::take(&mut scope.findings),
        ..BoundForm::default()
    };
    Part { form, rows }
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
        kind: view.kind.unwrap_or_default(),
    };
    let ruled = reader.kind == GridKind::Ruled;
    let mut complete = false;
    for &row in chunk.iter().filter(|&&r| strip.rows[r].filled > 0) {
        if starts_with_label(scope, row) {
            return true;
        }
        let Some(reading) = reader.by_position(row) else { return false };
        let both = reader.is_complete(&reading);
        let either =
            reader.has(&reading, ColumnRole::Name) || reader.has(&reading, ColumnRole::Target);
        if reading.straddles || !reading.extra.is_empty() || !either {
            return false;
        }
        complete |= both;
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
        for (column, _) in missing.filter(|(c, i)| i.is_none() && !c.optional) {
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

/// Turns the records into fields, one for each keyed column, in the template's order.
fn emit(scope: &mut Scope, list: &IndicatorSpec, body: &Body, fields: &mut Vec<BoundField>) {
    let levels: Vec<LevelCells> = body.records.iter().map(|r| r.levels.clone()).collect();
    let tags = carry::resolve(scope.strip, &levels);
    for id in tags.iter().flatten().flatten().flat_map(|t| t.cells.clone()) {
        scope.claimed[id] = true;
    }
    let root = Pointer::from_dotted(&list.key);
    let mut seen = FxHashSet::default();
    let records = body.records.iter().zip(&tags).filter(|(r, _)| !r.empty);
    for (n, (record, tags)) in records.enumerate() {
        let at = root.index(n);
        report_row(scope, list, record, &at);
        for column in &list.columns {
            if let (Some(key), Some(level)) = (&column.key, level_of(column)) {
                report_level(scope, column, record, tags, level, &at.key(key), &mut seen);
            }
        }
        for (c, column) in list.columns.iter().enumerate() {
            let Some(key) = &column.key else { continue };
            let text = |role: ColumnRole| {
                let c = list.columns.iter().position(|c| c.role == role)?;
                value(scope, &record.cells[c])
            };
            let mut field = BoundField {
                at: at.key(key),
                kind: kind_of(column),
                printed: None,
                sign: None,
                unit: None,
            };
            field.printed = match level_of(column) {
                Some(level) => tags[level].as_ref().map(|t| tag_text(scope, t, record)),
                None => value(scope, &record.cells[c]),
            };
            if column.role == ColumnRole::Target {
                field.sign = text(ColumnRole::Sign);
                field.unit = text(ColumnRole::Unit);
            }
            fields.push(field);
        }
    }
}

fn level_of(column: &ColumnSpec) -> Option<usize> {
    match column.role {
        ColumnRole::Level1 => Some(0),
        ColumnRole::Level2 => Some(1),
        _ => None,
    }
}

fn kind_of(column: &ColumnSpec) -> FieldKind {
    match column.role {
        ColumnRole::Level1 | ColumnRole::Level2 => FieldKind::Label,
        ColumnRole::Target => FieldKind::Target,
        _ => column.kind.unwrap_or(FieldKind::Text),
    }
}

fn value(scope: &Scope, cells: &[ItemId]) -> Option<Printed> {
    (!cells.is_empty()).then(|| scope.printed(cells))
}

fn tag_text(scope: &Scope, tag: &Tag, record: &Record) -> Printed {
    let mut printed = scope.printed(&tag.cells);
    if tag.implied {
        // The value is implied: a line without text says where.
        let (page, bbox) = (printed.page, printed.bbox);
        let like =
            scope.strip.filled(record.row).find_map(|id| scope.strip.items[id].lines.first());
        let blank = like.map(|l| TextLine { text: String::new(), page, bbox, ..l.clone() });
        printed.lines = blank.into_iter().collect();
    }
    printed.repaired.clone_from(&tag.repaired);
    printed
}

fn report_row(scope: &mut Scope, list: &IndicatorSpec, record: &Record, at: &Pointer) {
    let first = scope.strip.filled(record.row).next();
    let line = first.map(|id| scope.whereabouts(id)).unwrap_or_default();
    let role = |role| list.columns.iter().position(|c| c.role == role);
    let cells = |r| role(r).map(|c| record.cells[c].as_slice()).unwrap_or_default();
    let (name, target) = (cells(ColumnRole::Name), cells(ColumnRole::Target));
    if record.realigned {
        let shown = name.first().map(|&id| scope.quote(id)).unwrap_or_default();
        let message = format!("the cells of {shown} stand in other columns than the headers{line}");
        let hint = "the row was read by its labels: compare it with the document";
        let finding =
            Finding::new("row.realigned", Severity::Warning, message, hint).at(at.clone());
        scope.report(finding, first);
    }
    if record.joined {
        let message = format!("the row goes on over a page break and was put together{line}");
        let hint = "compare the row with the document";
        let finding = Finding::new("row.joined", Severity::Info, message, hint).at(at.clone());
        scope.report(finding, first);
    }
    let (there, gone) = match (name, target) {
        ([], [target, ..]) => (*target, "name"),
        ([name, ..], []) => (*name, "target value"),
        _ => return,
    };
    let message = format!("the row with {} has no {gone}{line}", scope.quote(there));
    let hint = "look at the row in the document; cells may be shifted or lost";
    let finding = Finding::new("row.incomplete", Severity::Error, message, hint).at(at.clone());
    scope.report(finding, Some(there));
}

/// Reports how a row came by a label that is not simply printed; once for each cell.
fn report_level(
    scope: &mut Scope,
    column: &ColumnSpec,
    record: &Record,
    tags: &[Option<Tag>; 2],
    level: usize,
    at: &Pointer,
    seen: &mut FxHashSet<ItemId>,
) {
    let name = column.header.first().map_or("", String::as_str);
    let first = scope.strip.filled(record.row).next();
    let Some(tag) = &tags[level] else {
        let line = first.map(|id| scope.whereabouts(id)).unwrap_or_default();
        let message = format!("the row has no label 「{name}」 and none can be inherited{line}");
        let hint = "add the label by hand after a look at the document";
        let finding = Finding::new("level.missing", Severity::Error, message, hint).at(at.clone());
        return scope.report(finding, first);
    };
    let key = match tag.source {
        Source::Printed | Source::Centred => tag.cells.first().copied(),
        Source::Above => return,
        _ => record.levels.cell[level].or(first),
    };
    let Some(cell) = key.filter(|id| !seen.contains(id)) else { return };
    let printed = tag
        .repaired
        .clone()
        .unwrap_or_else(|| tag.cells.iter().map(|&id| scope.strip.fold(id)).collect());
    let line = scope.whereabouts(tag.cells.first().copied().unwrap_or(cell));
    let (code, severity, message) = match tag.source {
        Source::Printed | Source::Centred if tag.repaired.is_some() => (
            "label.repaired",
            Severity::Warning,
            format!("the label {} was read as 「{printed}」{line}", scope.quote(cell)),
        ),
        Source::Printed | Source::Above => return,
        Source::Unclear => (
            "level.unclear",
            Severity::Warning,
            format!("no rule shows if 「{printed}」 or the label below it holds for this row"),
        ),
        Source::Centred => (
            "level.derived",
            Severity::Info,
            format!(
                "no rule shows how far 「{printed}」 reaches; it was taken for the middle of its rows"
            ),
        ),
        Source::AboveBlank => (
            "level.derived",
            Severity::Info,
            format!("「{name}」 is blank here; 「{printed}」 was taken from the row above"),
        ),
        Source::Ahead => (
            "level.derived",
            Severity::Info,
            format!(
                "「{name}」 is blank here; 「{printed}」 stands in the rest of the cell on the next page"
            ),
        ),
        Source::Derived => (
            "level.derived",
            Severity::Info,
            format!("「{name}」 is blank here; 「{printed}」 follows from the level below{line}"),
        ),
    };
    seen.insert(cell);
    let hint = "compare the label with the document";
    scope.report(Finding::new(code, severity, message, hint).at(at.clone()), Some(cell));
}

/// The filled cells of the form that nothing claimed, each with a finding.
fn leftovers(scope: &mut Scope, rows: &[RowId]) -> Vec<Leftover> {
    let strip = scope.strip;
    let left: Vec<ItemId> =
        rows.iter().flat_map(|&r| strip.filled(r)).filter(|&id| !scope.claimed[id]).collect();
    let mut leftovers = Vec::with_capacity(left.len());
    for id in left {
        let item = &strip.items[id];
        let message = format!("{} belongs to no field{}", scope.quote(id), scope.whereabouts(id));
        let hint = "check if a field or an indicator is missing; a label can be added to the \
                    template";
        // Lines between the grids of a PDF are mostly running heads and page numbers.
        let outside = strip.kind(strip.row_of(id)).is_none() && item.bbox.is_some();
        let severity = if outside { Severity::Info } else { Severity::Warning };
        let finding = Finding::new("cell.leftover", severity, message, hint);
        scope.report(finding, Some(id));
        leftovers.push(Leftover { text: strip.text(id), page: item.page, bbox: item.bbox });
    }
    leftovers
}
