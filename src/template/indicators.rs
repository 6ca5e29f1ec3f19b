//! The records of the indicator table → fields, and what is to be said about them.

use super::body::Record;
use super::carry::{self, LevelCells, Source, Tag};
use super::scope::Scope;
use super::strip::ItemId;
use crate::model::finding::{Finding, Severity};
use crate::model::form::{BoundField, FieldKind, Printed};
use crate::model::grid::TextLine;
use crate::model::label::fold;
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, ColumnSpec, IndicatorSpec};
use rustc_hash::FxHashSet;

/// Blanks behind so many labels are no accident.
const LEADING: usize = 2;

/// Shorter labels are words with which names begin, in characters.
const LEAST_LABEL: usize = 4;

/// Turns the records into fields, one for each keyed column, in the template's order.
pub(super) fn bind(
    scope: &mut Scope,
    list: &IndicatorSpec,
    records: &[Record],
    fields: &mut Vec<BoundField>,
) {
    let levels: Vec<LevelCells> = records.iter().map(|r| r.levels.clone()).collect();
    let tags = carry::resolve(scope.strip, &levels);
    for id in tags.iter().flatten().flatten().flat_map(|t| t.cells.clone()) {
        scope.claimed[id] = true;
    }
    let root = Pointer::from_dotted(&list.key);
    let mut seen = FxHashSet::default();
    let shown: Vec<Shown> = records.iter().zip(&tags).filter(|(r, _)| !r.empty).collect();
    let usual = [0, 1].map(|level| is_printed_once(scope, &shown, level));
    for (n, &(record, tags)) in shown.iter().enumerate() {
        let at = root.index(n);
        report_row(scope, list, record, &at);
        report_swallowed(scope, list, (&shown, n), &root);
        for column in &list.columns {
            if let (Some(key), Some(level)) = (&column.key, level_of(column)) {
                let place = (level, at.key(key));
                report_level(scope, column, (record, tags), usual[level], &place, &mut seen);
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
                None if column.role == ColumnRole::Part => part_name(scope, record),
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

/// The name of the part in which a row stands, printed in or above the cell that says so.
fn part_name(scope: &Scope, record: &Record) -> Option<Printed> {
    let part = record.part?;
    let name = scope.family().table.as_ref()?.parts.get(part.number)?;
    let mut printed = scope.printed(&[part.cell]);
    printed.repaired = Some(name.clone()).filter(|n| n != scope.strip.fold(part.cell));
    Some(printed)
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
    if record.mended {
        let message = format!("a line parts the name of the row from its target{line}");
        let hint = "compare the row with the document";
        let finding = Finding::new("row.joined", Severity::Warning, message, hint).at(at.clone());
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

/// A record with the labels of its levels.
type Shown<'a> = (&'a Record, &'a [Option<Tag>; 2]);

/// Doubts the levels that a row shares with its neighbours if its name holds the label of one: how
/// far that label reaches is not known.
fn report_swallowed(
    scope: &mut Scope,
    list: &IndicatorSpec,
    (rows, n): (&[Shown], usize),
    root: &Pointer,
) {
    let Some(c) = list.columns.iter().position(|c| c.role == ColumnRole::Name) else { return };
    let Some(&name) = rows[n].0.cells[c].first() else { return };
    let Some(label) = swallowed_label(scope, name) else { return };
    let message = format!(
        "the name {} begins with the label 「{label}」: the line between them was lost",
        scope.quote(name)
    );
    let known = scope.strip.compiled.lexicon.known(&fold(&label));
    let fits = rows[n].1[0].as_ref().is_some_and(|one| known.fits_below(&one.known) == Some(true));
    for column in &list.columns {
        let (Some(key), Some(level)) = (&column.key, level_of(column)) else { continue };
        // The level above holds for that label as well.
        if level == 0 && fits {
            continue;
        }
        let cells = |m: usize| rows[m].1[level].as_ref().map(|t| &t.cells);
        let same = |m: &usize| cells(*m) == cells(n);
        let before = (0..n).rev().take_while(same);
        for m in before.chain((n..rows.len()).take_while(same)) {
            let hint = "compare the levels of this row with the picture";
            let finding = Finding::new("level.unclear", Severity::Warning, message.clone(), hint);
            scope.report(finding.at(root.index(m).key(key)), Some(name));
        }
    }
}

/// The level label with which the recognised text of a name begins, set apart from what follows, or
/// behind what is left of a line.
fn swallowed_label(scope: &Scope, name: ItemId) -> Option<String> {
    if !scope.strip.is_recognised(name) {
        return None;
    }
    let text = scope.strip.text(name);
    let known = |label: &str| {
        let known = scope.strip.compiled.lexicon.known(&fold(label));
        (known.is_any() && known.full).then(|| label.to_owned())
    };
    // What is left of the line between them may be read as a stroke before the label.
    let text = text.trim();
    let label = text.trim_start_matches(['i', 'l', 'I', '|', '1', '!', '丨']).trim_start();
    if let Some((label, rest)) = label.split_once(char::is_whitespace)
        && !rest.trim().is_empty()
    {
        return known(label);
    }
    if label.len() == text.len() {
        return None;
    }
    let ends = label.char_indices().map(|(at, _)| at).skip(LEAST_LABEL);
    ends.filter_map(|end| known(label.get(..end)?)).last()
}

/// Whether the label of level 1 is the one that the label of level 2 belongs under.
fn is_implied(tags: &[Option<Tag>; 2], level: usize) -> bool {
    let [Some(one), Some(two)] = tags else { return false };
    level == 0 && one.known.one.is_some() && two.known.parent() == one.known.one
}

/// Whether the labels of a level stand in the first of their rows alone: blanks follow several of them,
/// and none is printed twice in a row.
fn is_printed_once(scope: &Scope, rows: &[Shown], level: usize) -> bool {
    let text = |tag: &Tag| -> String { tag.cells.iter().map(|&id| scope.strip.fold(id)).collect() };
    let mut led: FxHashSet<&[ItemId]> = FxHashSet::default();
    let mut twice = false;
    let pairs =
        rows.windows(2).filter_map(|w| Some((w[0].1[level].as_ref()?, w[1].1[level].as_ref()?)));
    for (before, own) in pairs {
        match own.source {
            Source::AboveBlank => {
                led.insert(&own.cells);
            }
            Source::Printed => {
                twice |= before.cells != own.cells && text(before) == text(own);
            }
            _ => {}
        }
    }
    led.len() >= LEADING && !twice
}

/// Whether what a row shows was read from a picture.
fn is_recognised(scope: &Scope, record: &Record) -> bool {
    scope.strip.filled(record.row).any(|id| scope.strip.is_recognised(id))
}

/// Reports how a row came by a label that is not simply printed; once for each cell.
fn report_level(
    scope: &mut Scope,
    column: &ColumnSpec,
    (record, tags): Shown,
    usual: bool,
    (level, at): &(usize, Pointer),
    seen: &mut FxHashSet<ItemId>,
) {
    let level = *level;
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
        // A cell may be right for some of its rows.
        Source::Unclear => first,
        _ => record.levels.cell[level].or(first),
    };
    let each = tag.source == Source::Unclear;
    let Some(cell) = key.filter(|id| each || !seen.contains(id)) else { return };
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
            format!("no rule shows if 「{printed}」 or another label holds for this row"),
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
            // A label may have been printed and not read, unless it can be no other or the form
            // leaves such cells blank.
            if is_recognised(scope, record) && !is_implied(tags, level) && !usual {
                Severity::Warning
            } else {
                Severity::Info
            },
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
