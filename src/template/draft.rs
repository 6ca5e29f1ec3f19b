//! A first template for a form that none describes yet, from one filled or blank specimen.
//!
//! # Steps
//! 1. The grid with the indicator table, or the largest one, is the form; the line above it that
//!    is printed largest is its title.
//! 2. Cells of its head are told into labels and values: what any known family has as a label is
//!    one; in a row, labels and values take turns; a row of short texts over long or blank cells
//!    is one of labels with their values below; a row of headings over rows of amounts is a matrix.
//! 3. The indicator table's columns are told by their headers, as any known family has them.
//! 4. All of it is written as TOML. What is known keeps the key that the known family has; what
//!    is not gets a numbered key and a remark, for a person to name.

mod head;
mod write;

use super::Library;
use super::compile::Use;
use super::plain::Plain;
use super::strip::{ItemId, RowId, Strip};
use crate::model::form::FieldKind;
use crate::model::grid::Layout;
use crate::model::spec::{ColumnRole, Place};

/// A template under way.
#[derive(Clone, Debug, Default)]
struct Draft {
    title: String,
    fields: Vec<DraftField>,
    /// Headings and side labels without a value.
    labels: Vec<String>,
    columns: Vec<DraftColumn>,
    /// Headers of each table of records in the head, with the kinds of their values.
    lists: Vec<Vec<(String, FieldKind)>>,
    /// Key of the column that tells the forms of a table apart.
    each: Option<String>,
}

#[derive(Clone, Debug)]
struct DraftField {
    key: String,
    /// The key is a guess that a person should replace.
    guessed: bool,
    kind: FieldKind,
    label: String,
    place: Place,
    /// The header over the value, where it stands at a cross.
    under: Option<String>,
    /// What is printed in the specimen, for a remark.
    value: String,
}

#[derive(Clone, Debug)]
struct DraftColumn {
    key: Option<String>,
    guessed: bool,
    role: ColumnRole,
    kind: Option<FieldKind>,
    header: String,
}

/// The text of a template for the form in `layout`, with the identifier `id`; `None` if there is
/// no grid to describe. Values of the specimen stand in remarks, so that a person can tell what
/// was taken for what.
#[must_use]
pub fn draft(library: &Library, layout: &Layout, id: &str) -> Option<String> {
    let strip = Strip::new(&layout.blocks, library.compiled());
    let known = Known { library, strip: &strip };
    let header = known.table_header();
    let block = header.map(|row| strip.rows[row].block).or_else(|| largest(&strip))?;
    let rows = strip.blocks[block].rows.clone();
    let mut draft = Draft { title: title(&strip, rows.start), ..Draft::default() };
    let body = header.map_or(rows.end..rows.end, |at| at..known.table_end(at, rows.end));
    let above: Vec<RowId> = (rows.start..body.start).collect();
    let behind: Vec<RowId> = (body.end..rows.end).collect();
    head::read(&known, &above, &mut draft);
    if let Some(header) = header {
        known.columns(header, body.end, &mut draft);
    }
    head::read(&known, &behind, &mut draft);
    let unit = money_unit(&strip, rows.start, body.start);
    Some(write::toml(&draft, id, unit.as_deref(), &library.specs))
}

/// The grid with most filled cells.
fn largest(strip: &Strip) -> Option<usize> {
    let filled =
        |b: &usize| -> usize { strip.blocks[*b].rows.clone().map(|r| strip.rows[r].filled).sum() };
    (0..strip.blocks.len()).filter(|b| strip.blocks[*b].kind.is_some()).max_by_key(filled)
}

/// The line above the form that is printed largest, the nearest of equals; else the first cell
/// that stands alone in its row.
fn title(strip: &Strip, first: RowId) -> String {
    let page = strip.rows.get(first).map(|r| r.page);
    let lines = (0..first).rev().take_while(|&r| strip.kind(r).is_none());
    let lines = lines.filter(|&r| Some(strip.rows[r].page) == page && strip.rows[r].filled == 1);
    let mut best: Option<(f32, RowId)> = None;
    for row in lines {
        let size = strip.filled(row).flat_map(|id| strip.items[id].lines).map(|l| l.font_size);
        let size = size.fold(0.0, f32::max);
        if best.is_none_or(|(largest, _)| size > largest + 0.5) {
            best = Some((size, row));
        }
    }
    let inside = || (first..strip.rows.len()).find(|&r| strip.rows[r].filled == 1);
    let row = best.map(|(_, row)| row).or_else(inside);
    let cell = row.and_then(|row| strip.filled(row).next());
    cell.map(|id| Plain::new(strip.items[id].lines).text).unwrap_or_default()
}

/// Whether and how the form prints the unit of its amounts: as part of a label or in a caption.
fn money_unit(strip: &Strip, first: RowId, end: RowId) -> Option<String> {
    let above = (0..first).rev().take_while(|&r| strip.kind(r).is_none()).take(4);
    let cells = above.chain(first..end).flat_map(|r| strip.filled(r));
    cells.map(|id| strip.text(id)).find(|text| {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        ["（元）", "(元)", "（万元）", "(万元)", "：万元", ":万元", "：元", ":元"]
            .iter()
            .any(|unit| text.ends_with(unit) || text.contains(unit) && text.chars().count() < 16)
    })
}

/// What the families that are known already tell about a text.
struct Known<'a> {
    library: &'a Library,
    strip: &'a Strip<'a>,
}

impl Known<'_> {
    /// The field whose label a text is, in whatever family: its key and kind. Families that share
    /// more labels with the form are no more likely to mean the same, so the first one counts.
    fn field(&self, id: ItemId, under: Option<&str>) -> Option<(String, FieldKind)> {
        let fields = self.strip.uses(id).iter().filter_map(|&(family, what)| match what {
            Use::Field(f) => self.library.specs.get(family)?.fields.get(f),
            _ => None,
        });
        let same = |f: &&crate::model::spec::FieldSpec| match under {
            Some(under) => f.under.iter().any(|u| crate::model::label::fold(u) == under),
            None => f.under.is_empty() && f.place != [Place::Column],
        };
        let money = |f: &&crate::model::spec::FieldSpec| f.kind != FieldKind::MoneyUnit;
        fields.filter(same).find(money).map(|f| (f.key.clone(), f.kind))
    }

    fn is_label(&self, id: ItemId) -> bool {
        let uses = self.strip.uses(id);
        uses.iter()
            .any(|(_, u)| matches!(u, Use::Field(_) | Use::Side | Use::Heading | Use::Part(_)))
    }

    /// The column that a text heads, in whatever family.
    fn column(&self, id: ItemId) -> Option<&crate::model::spec::ColumnSpec> {
        self.strip.uses(id).iter().find_map(|&(family, what)| match what {
            Use::Header(c) => self.library.specs.get(family)?.indicators.as_ref()?.columns.get(c),
            _ => None,
        })
    }

    /// The field that a header of the table holds, in whatever family, with its kind and whether
    /// it tells forms apart.
    fn field_column(&self, id: ItemId) -> Option<(String, FieldKind, bool)> {
        self.strip.uses(id).iter().find_map(|&(family, what)| {
            let Use::Field(f) = what else { return None };
            let spec = self.library.specs.get(family)?;
            let field = spec.fields.get(f).filter(|f| f.place.contains(&Place::Column))?;
            let each = spec.each.as_deref() == Some(&field.key);
            Some((field.key.clone(), field.kind, each))
        })
    }

    /// The first row with the headers of an indicator table: two that any family has, a level or
    /// a name among them, and a third cell.
    fn table_header(&self) -> Option<RowId> {
        let strip = self.strip;
        (0..strip.rows.len()).filter(|&r| strip.kind(r).is_some()).find(|&row| {
            let covering = strip.covering(row);
            let roles: Vec<ColumnRole> =
                covering.iter().filter_map(|&id| self.column(id)).map(|c| c.role).collect();
            let level = |r: &ColumnRole| {
                matches!(r, ColumnRole::Level1 | ColumnRole::Level2 | ColumnRole::Name)
            };
            let filled = covering.iter().filter(|&&id| strip.items[id].filled).count();
            roles.len() >= 2 && filled >= 3 && roles.iter().any(level)
        })
    }

    /// The row behind the indicator table that begins at `header`: where a label of the head
    /// begins a row, or too few cells are filled to be a row of the table.
    fn table_end(&self, header: RowId, end: RowId) -> RowId {
        let strip = self.strip;
        let heads = strip.covering(header).len();
        (header + 1..end)
            .find(|&row| {
                let Some(first) = strip.filled(row).next() else { return false };
                let known = strip.compiled.lexicon.known(strip.fold(first)).is_any();
                let label =
                    strip.uses(first).iter().any(|(_, u)| matches!(u, Use::Field(_) | Use::End));
                let wide = strip.covering(row).len() * 2 < heads;
                !known && (label || wide)
            })
            .unwrap_or(end)
    }

    fn columns(&self, header: RowId, end: RowId, draft: &mut Draft) {
        let strip = self.strip;
        let mut numbered = 0;
        for id in strip.covering(header).into_iter().filter(|&id| strip.items[id].filled) {
            let text = strip.text(id).replace('\n', "");
            let rows = strip.items[id].row_span;
            if let Some((key, kind, each)) = self.field_column(id) {
                draft.each = draft.each.take().or_else(|| Some(key.clone()).filter(|_| each));
                let place = Place::Column;
                let (label, value) = (text, String::new());
                let field =
                    DraftField { key, guessed: false, kind, label, place, under: None, value };
                draft.fields.push(field);
                continue;
            }
            // A cell beside the whole table is a side label.
            if rows > 2 || self.column(id).is_none() && self.is_label(id) {
                draft.labels.push(text);
                continue;
            }
            if draft.columns.iter().any(|c| c.header == text) {
                continue;
            }
            let column = self.column(id).filter(|known| {
                let again = |c: &DraftColumn| c.key.is_some() && c.key == known.key;
                let taken =
                    |c: &DraftColumn| c.role == known.role && known.role != ColumnRole::Other;
                !draft.columns.iter().any(|c| again(c) || taken(c))
            });
            let (key, guessed, role, kind) = if let Some(c) = column {
                (c.key.clone(), false, c.role, c.kind)
            } else {
                numbered += 1;
                let kind = self.kind_below(id, header, end);
                (Some(format!("column_{numbered}")), true, ColumnRole::Other, Some(kind))
            };
            draft.columns.push(DraftColumn { key, guessed, role, kind, header: text });
        }
        Self::settle_roles(draft);
    }

    /// Every table has a name and a target: where the headers tell only one, the first column
    /// that is not known stands for the other.
    fn settle_roles(draft: &mut Draft) {
        for (role, key) in [(ColumnRole::Name, "level3"), (ColumnRole::Target, "target")] {
            if draft.columns.iter().any(|c| c.role == role) {
                continue;
            }
            if let Some(column) = draft.columns.iter_mut().find(|c| c.role == ColumnRole::Other) {
                (column.role, column.key, column.kind) = (role, Some(key.to_owned()), None);
                column.guessed = true;
            }
        }
    }

    /// Number if everything below a header is one.
    fn kind_below(&self, header: ItemId, from: RowId, end: RowId) -> FieldKind {
        let strip = self.strip;
        let item = &strip.items[header];
        let cells =
            (from + 1..end).filter_map(|r| strip.at(item.block, strip.rows[r].inside, item.col));
        let mut texts =
            cells.filter(|&id| strip.items[id].filled).map(|id| strip.text(id)).peekable();
        if texts.peek().is_some() && texts.all(|t| head::is_number(&t)) {
            FieldKind::Number
        } else {
            FieldKind::Text
        }
    }
}
