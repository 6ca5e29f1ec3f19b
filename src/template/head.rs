//! The head of a form: which cell is the value of which field.

mod missing;

use super::compile::{Field, Use};
use super::distance::nearest;
use super::inline;
use super::place::{self, Found};
use super::plain::Plain;
use super::scope::{Scope, quote};
use super::strip::{ItemId, RowId};
use crate::model::finding::{Finding, Severity};
use crate::model::form::{FieldKind, Printed};
use crate::model::grid::GridKind;
use crate::model::label::fold;
use crate::model::pointer::Pointer;
use crate::model::spec::Place;
use rustc_hash::{FxHashMap, FxHashSet};

/// Longer texts (in characters) are no labels with a unit behind them.
const SHORT: usize = 16;

/// The head of one form under way.
pub(super) struct Head<'s, 'a> {
    scope: &'s mut Scope<'a>,
    /// Rows that may hold head fields, ascending.
    rows: &'s [RowId],
    /// The cells of the title.
    title: &'s [ItemId],
    /// Label cells by field, in reading order.
    labels: Vec<Vec<ItemId>>,
    is_label: FxHashSet<ItemId>,
    fields: Vec<State>,
}

/// What is known of a field.
#[derive(Clone, Default)]
pub(super) struct State {
    pub label: Option<ItemId>,
    /// The label was found, though its value may be blank.
    pub found: bool,
    pub printed: Option<Printed>,
    /// The cells of the value.
    pub cells: Vec<ItemId>,
    /// A cell where the value should stand, whose text is not what the field's pattern says.
    pub other: Option<ItemId>,
}

/// Finds the fields of the head in `rows`; one state for each field of the family.
pub(super) fn read(scope: &mut Scope, rows: &[RowId], title: &[ItemId]) -> Vec<State> {
    let count = scope.family().fields.len();
    let mut head = Head {
        scope,
        rows,
        title,
        labels: vec![Vec::new(); count],
        is_label: FxHashSet::default(),
        fields: vec![State::default(); count],
    };
    head.find_labels();
    head.take_headed_paragraphs();
    // Labels that stand alone first: they are the anchors of the others.
    for anchored in [false, true] {
        head.resolve_exact(anchored);
        head.resolve_inline(anchored);
        head.resolve_damaged(anchored);
    }
    head.resolve_surroundings();
    head.claim_plain_labels();
    head.continue_texts();
    head.report_missing();
    head.report_others();
    head.fields
}

impl Head<'_, '_> {
    fn items(&self) -> impl Iterator<Item = ItemId> + '_ {
        self.rows.iter().flat_map(|&r| self.scope.strip.filled(r))
    }

    fn field(&self, f: usize) -> &Field {
        &self.scope.family().fields[f]
    }

    fn find_labels(&mut self) {
        let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
        let strip = self.scope.strip;
        let mut candidates = Vec::new();
        for id in self.rows.iter().flat_map(|&r| strip.filled(r)) {
            // Headings of lists and of parts of the table may read like labels of fields.
            let head = self.scope.uses(id).any(|u| matches!(u, Use::Header(_)));
            if self.scope.claimed[id] && !head {
                continue;
            }
            let fold = strip.fold(id);
            let mut any = false;
            for what in self.scope.uses(id) {
                any |= matches!(what, Use::Field(_) | Use::Side | Use::Heading);
            }
            if any {
                *seen.entry(fold).or_default() += 1;
                candidates.push(id);
                self.is_label.insert(id);
            }
        }
        for id in candidates {
            if !self.is_label.contains(&id) {
                continue;
            }
            let fields: Vec<usize> = self.scope.fields_of(id).collect();
            if let Some(value) = self.label_as_value(id, &fields, &seen) {
                self.is_label.remove(&value);
                seen.entry(strip.fold(value)).and_modify(|n| *n -= 1);
            }
            for f in fields {
                self.labels[f].push(id);
            }
        }
    }

    /// The cell right of a label that reads like a label but is its value: a project may be named
    /// like a label. So it is if rules show the cells, or if the label stands elsewhere too.
    fn label_as_value(
        &self,
        label: ItemId,
        fields: &[usize],
        seen: &FxHashMap<&str, usize>,
    ) -> Option<ItemId> {
        let text = |f: &usize| {
            let field = self.field(*f);
            matches!(field.kind, FieldKind::Text | FieldKind::Paragraphs)
                && field.places.first() == Some(&Place::Right)
        };
        if fields.is_empty() || !fields.iter().all(text) {
            return None;
        }
        let strip = self.scope.strip;
        let item = &strip.items[label];
        let next = strip.at(item.block, item.row, item.col + item.col_span)?;
        if !self.is_label.contains(&next) {
            return None;
        }
        let elsewhere = seen.get(strip.fold(next)).is_some_and(|&n| n > 1);
        let right_only = fields.iter().all(|f| !self.field(*f).places.contains(&Place::Below));
        let ruled = strip.blocks[item.block].kind.is_some_and(GridKind::has_drawn_columns);
        (elsewhere || (ruled && right_only)).then_some(next)
    }

    fn fields_to_resolve(&self, anchored: bool) -> Vec<usize> {
        let open =
            |f: &usize| self.field(*f).anchor.is_some() == anchored && !self.fields[*f].found;
        (0..self.fields.len()).filter(open).collect()
    }

    fn resolve_exact(&mut self, anchored: bool) {
        for f in self.fields_to_resolve(anchored) {
            let by_cell = |p: &Place| matches!(p, Place::Right | Place::Below | Place::Cross);
            if !self.field(f).places.iter().any(by_cell) {
                continue;
            }
            let labels = self.labels[f].clone();
            // A heading over several labels may be another wording of one of them: the label is
            // the one that has a place for a value.
            let mut labels = labels.into_iter().filter(|&id| self.in_scope(f, id)).peekable();
            let Some(&first) = labels.peek() else { continue };
            let labels: Vec<ItemId> = labels.collect();
            let placed = labels.iter().position(|&id| self.has_place(f, id));
            if let Some(n) = placed {
                self.scope.claim(&labels[..n]);
            }
            self.take(f, placed.map_or(first, |n| labels[n]));
        }
    }

    /// Whether there is a cell, filled or blank, where the value of a label should stand.
    fn has_place(&self, f: usize, label: ItemId) -> bool {
        self.field(f).places.iter().any(|place| self.at(f, label, *place) != Found::Nothing)
    }

    /// What stands at one of the places of a field.
    fn at(&self, f: usize, label: ItemId, place: Place) -> Found {
        let strip = self.scope.strip;
        let is_label = |id: ItemId| self.is_label.contains(&id);
        match place {
            Place::Right => {
                let tall = self.field(f).kind == FieldKind::Paragraphs;
                place::right(strip, label, tall, is_label)
            }
            Place::Cross => self.cross(f, label),
            Place::Below => match place::row_after(strip, label, self.rows) {
                Some(row) => place::below(strip, label, row, is_label),
                None => Found::Nothing,
            },
            _ => Found::Nothing,
        }
    }

    /// Records a label and the value beside it.
    fn take(&mut self, f: usize, label: ItemId) {
        self.scope.claimed[label] = true;
        self.fields[f].label = Some(label);
        self.fields[f].found = true;
        for where_ in &self.field(f).places.clone() {
            let found = self.at(f, label, *where_);
            if *where_ == Place::Cross
                && let Some(header) = self.header_over(f, label)
            {
                self.scope.claimed[header] = true;
            }
            match found {
                Found::Cells(cells) => {
                    if *where_ == Place::Right
                        && (self.is_damaged_label(label, cells[0])
                            || self.is_inline_label(f, cells[0]))
                    {
                        return;
                    }
                    return self.fill(f, label, cells, *where_);
                }
                Found::Blank => return,
                Found::Nothing => {}
            }
        }
    }

    /// The cell where the row of a label meets the column that one of the field's headers heads.
    fn cross(&self, f: usize, label: ItemId) -> Found {
        let header = self.header_over(f, label).filter(|&h| h != label);
        header.map_or(Found::Nothing, |h| place::cross(self.scope.strip, label, h))
    }

    fn header_over(&self, f: usize, label: ItemId) -> Option<ItemId> {
        let under = &self.scope.family().fields[f].under;
        place::header_above(self.scope.strip, label, |text| self.scope.is_header(text, under))
    }

    /// Whether a cell that stands apart from its label is rather the damaged label of a field
    /// that is still missing.
    fn is_damaged_label(&self, label: ItemId, cell: ItemId) -> bool {
        let strip = self.scope.strip;
        let (label, item) = (&strip.items[label], &strip.items[cell]);
        let adjacent = label.col + label.col_span == item.col;
        let missing = (0..self.fields.len()).filter(|&f| self.labels[f].is_empty());
        !adjacent && nearest(&item.fold, self.words(missing)).is_some()
    }

    /// Whether a cell holds another field that is still missing, label and value.
    fn is_inline_label(&self, f: usize, cell: ItemId) -> bool {
        let missing = |g: usize| {
            let field = self.field(g);
            g != f && field.places.contains(&Place::Inline) && self.labels[g].is_empty()
        };
        let (strip, family) = (self.scope.strip, self.scope.family);
        self.field(f).kind == FieldKind::Text
            && inline::find(strip, family, cell).first().is_some_and(|i| missing(i.field))
    }

    fn words<'s>(
        &'s self,
        fields: impl Iterator<Item = usize> + 's,
    ) -> impl Iterator<Item = (&'s str, &'s str)> + 's {
        fields.flat_map(|f| self.field(f).labels.iter().map(|l| (l.as_str(), l.as_str())))
    }

    fn fill(&mut self, f: usize, label: ItemId, cells: Vec<ItemId>, where_: Place) {
        let strip = self.scope.strip;
        let mut printed = self.scope.printed(&cells);
        if let Some(pattern) = self.field(f).pattern.clone() {
            let Some(lines) = Plain::new(&printed.lines).capture(&pattern, &printed.lines) else {
                self.fields[f].other = Some(cells[0]);
                return;
            };
            printed.lines = lines;
        }
        let (at, cell) = (&strip.items[label], &strip.items[cells[0]]);
        let apart = where_ == Place::Below && cell.x.0.total_cmp(&at.x.0).is_ne();
        if apart && strip.blocks[at.block].kind == Some(GridKind::Delimited) {
            let message = format!(
                "the value below {} stands in another column than its label{}",
                self.scope.quote(label),
                self.scope.whereabouts(cells[0])
            );
            let hint = "compare the value with the document";
            let finding = Finding::new("field.misaligned", Severity::Warning, message, hint)
                .at(self.pointer(f));
            self.scope.report(finding, Some(cells[0]));
        }
        self.scope.claim(&cells);
        self.fields[f].printed = Some(printed);
        self.fields[f].cells = cells;
    }

    fn pointer(&self, f: usize) -> Pointer {
        Pointer::from_dotted(&self.scope.spec.fields[f].key)
    }

    /// Paragraphs that stand in one cell with their label, because no line is drawn between: its
    /// first line is the whole label of a field below labels that no other cell names.
    fn take_headed_paragraphs(&mut self) {
        let strip = self.scope.strip;
        let cells: Vec<ItemId> = self.items().filter(|id| !self.is_label.contains(id)).collect();
        for id in cells {
            let Some((first, rest)) = strip.items[id].lines.split_first() else { continue };
            // A colon makes it a sentence's beginning.
            if rest.is_empty() || first.text.trim_end().ends_with([':', '：']) {
                continue;
            }
            let label = fold(&first.text);
            let headed = (0..self.fields.len()).find(|&f| {
                let field = self.field(f);
                field.kind == FieldKind::Paragraphs
                    && field.places.contains(&Place::Below)
                    && field.labels.contains(&label)
                    && self.labels[f].is_empty()
                    && !self.fields[f].found
            });
            let Some(f) = headed else { continue };
            let message = format!(
                "the label {} stands in one cell with the text below it{}",
                quote(&first.text),
                self.scope.whereabouts(id)
            );
            let hint = "compare the text with the document";
            let finding = Finding::new("field.label-in-cell", Severity::Warning, message, hint)
                .at(self.pointer(f));
            self.scope.report(finding, Some(id));
            self.scope.claimed[id] = true;
            self.is_label.insert(id);
            let item = &strip.items[id];
            let printed =
                Printed { lines: rest.to_vec(), bbox: item.bbox, page: item.page, repaired: None };
            let cells = vec![id];
            self.fields[f] =
                State { label: Some(id), found: true, printed: Some(printed), cells, other: None };
        }
    }

    fn resolve_inline(&mut self, anchored: bool) {
        let open: Vec<usize> = self.fields_to_resolve(anchored);
        let family_fields = self.scope.family();
        let inline = |f: &usize| family_fields.fields[*f].places.contains(&Place::Inline);
        if !open.iter().any(inline) {
            return;
        }
        let scope = &self.scope;
        let free: Vec<ItemId> = self.items().filter(|&id| !scope.claimed[id]).collect();
        let (strip, family) = (self.scope.strip, self.scope.family);
        for id in free {
            for part in inline::find(strip, family, id) {
                let f = part.field;
                let wanted = open.contains(&f) && inline(&f);
                if !wanted || self.fields[f].found || !self.in_scope(f, id) {
                    continue;
                }
                self.scope.claimed[id] = true;
                self.fields[f].found = true;
                self.fields[f].label = Some(id);
                self.fields[f].cells = vec![id];
                let item = &self.scope.strip.items[id];
                let lines = match &self.field(f).pattern {
                    Some(p) => Plain::new(&part.value).capture(p, &part.value),
                    None => Some(part.value).filter(|v| !v.is_empty()),
                };
                let (bbox, page) = (item.bbox, item.page);
                self.fields[f].printed =
                    lines.map(|lines| Printed { lines, bbox, page, repaired: None });
            }
        }
    }

    /// Labels with a few wrong characters, for fields that are missing.
    fn resolve_damaged(&mut self, anchored: bool) {
        let strip = self.scope.strip;
        let free = |id: &ItemId| !self.scope.claimed[*id] && !self.is_label.contains(id);
        let free: Vec<ItemId> = self.items().filter(free).collect();
        for id in free {
            let open = self.fields_to_resolve(anchored);
            let missing = open.iter().copied().filter(|&f| self.labels[f].is_empty());
            // What stands among headers and is as near to one of them is no label.
            let headers = self.headers_beside(id).map(|h| (h, ""));
            let words = self.words(missing).chain(headers);
            let Some((_, word)) = nearest(strip.fold(id), words) else { continue };
            let word = word.to_owned();
            let owner = open.into_iter().find(|&f| {
                let field = self.field(f);
                field.labels.contains(&word)
                    && field
                        .places
                        .iter()
                        .any(|p| matches!(p, Place::Right | Place::Below | Place::Cross))
                    && self.labels[f].is_empty()
                    && self.in_scope(f, id)
            });
            let Some(f) = owner else { continue };
            if self.scope.claimed[id] {
                continue;
            }
            let message = format!(
                "the label {} was read as 「{word}」{}",
                self.scope.quote(id),
                self.scope.whereabouts(id)
            );
            let hint = "compare the label with the document";
            let finding = Finding::new("label.repaired", Severity::Warning, message, hint)
                .at(self.pointer(f));
            self.scope.report(finding, Some(id));
            self.is_label.insert(id);
            self.take(f, id);
        }
    }

    /// The headers of the lists and of the indicator table of which one stands beside a cell.
    fn headers_beside(&self, id: ItemId) -> impl Iterator<Item = &str> {
        let (scope, family) = (&self.scope, self.scope.family());
        let strip = scope.strip;
        let lists = family.lists.iter().map(|l| l.columns.iter().map(|c| &c.headers).collect());
        let table = family
            .table
            .iter()
            .map(|t| t.columns.iter().filter(|c| c.field.is_none()).map(|c| &c.headers).collect());
        let tables: Vec<Vec<&Vec<String>>> = lists.chain(table).collect();
        let beside = move |columns: &Vec<&Vec<String>>| {
            let heads =
                |other: ItemId| columns.iter().any(|h| scope.is_header(strip.fold(other), h));
            strip.filled(strip.row_of(id)).any(|other| other != id && heads(other))
        };
        tables.into_iter().filter(beside).flatten().flatten().map(String::as_str)
    }

    /// Whether a label cell is one of field `f`, by the anchor above it.
    fn in_scope(&self, f: usize, id: ItemId) -> bool {
        let Some(anchor) = self.field(f).anchor else { return true };
        self.anchor_of(f, id) == Some(anchor)
    }

    /// The anchor that a label belongs to: the last one above it in the same columns; else, where
    /// columns may be shifted, the one of the same place in the order from left to right.
    fn anchor_of(&self, f: usize, id: ItemId) -> Option<usize> {
        let strip = self.scope.strip;
        let item = &strip.items[id];
        let row = strip.row_of(id);
        let rivals = (0..self.fields.len()).filter(|&g| {
            g == f || self.field(g).labels.iter().any(|l| self.field(f).labels.contains(l))
        });
        let mut anchors: Vec<(usize, ItemId, RowId)> = Vec::new();
        for anchor in rivals.filter_map(|g| self.field(g).anchor) {
            let Some(at) = self.fields[anchor].label else { continue };
            let above = strip.row_of(at);
            let before = above < row || (above == row && at < id);
            if before && !anchors.iter().any(|(a, ..)| *a == anchor) {
                anchors.push((anchor, at, above));
            }
        }
        anchors.sort_by_key(|(_, at, _)| *at);
        let x = |id: ItemId| strip.items[id].x;
        let lowest = anchors.iter().map(|(.., r)| *r).max()?;
        let in_order: Vec<usize> =
            anchors.iter().filter(|(.., r)| *r == lowest).map(|(a, ..)| *a).collect();
        if strip.blocks[item.block].kind == Some(GridKind::Delimited) {
            let siblings: Vec<ItemId> = strip
                .filled(row)
                .filter(|s| self.labels[f].contains(s) || *s == id)
                .filter(|&s| strip.fold(s) == strip.fold(id))
                .collect();
            if siblings.len() == in_order.len()
                && let Some(n) = siblings.iter().position(|s| *s == id)
            {
                return Some(in_order[n]);
            }
        }
        let common = |a: (f32, f32), b: (f32, f32)| a.1.min(b.1) - a.0.max(b.0);
        let over = anchors.iter().filter(|(_, at, _)| common(x(*at), item.x) > 0.0);
        if let Some((anchor, ..)) = over.max_by_key(|(.., r)| *r) {
            return Some(*anchor);
        }
        let left = |(_, at, r): &&(usize, ItemId, RowId)| *r == lowest && x(*at).0 <= item.x.0;
        anchors.iter().rfind(left).map(|(a, ..)| *a).or(in_order.first().copied())
    }

    /// Values in the title, in captions near it, or inside a label.
    fn resolve_surroundings(&mut self) {
        let captions = self.captions();
        for f in 0..self.fields.len() {
            if self.fields[f].printed.is_some() {
                continue;
            }
            for where_ in self.field(f).places.clone() {
                let taken = match where_ {
                    Place::Title => !self.title.is_empty() && self.take_part(f, self.title),
                    Place::Caption => captions.iter().any(|&id| self.take_part(f, &[id])),
                    Place::Label => {
                        self.labels[f].clone().into_iter().any(|id| self.take_part(f, &[id]))
                    }
                    Place::Anywhere => {
                        let short = |id: &ItemId| {
                            (1..=SHORT).contains(&self.scope.strip.fold(*id).chars().count())
                        };
                        let cells: Vec<ItemId> = self.items().filter(short).collect();
                        cells.into_iter().any(|id| self.take_part(f, &[id]))
                    }
                    _ => false,
                };
                if taken {
                    break;
                }
            }
        }
        self.scope.claim(self.title);
    }

    /// Single cells and lines between the title and the first label.
    fn captions(&self) -> Vec<ItemId> {
        let strip = self.scope.strip;
        let labelled = |r: &RowId| {
            strip
                .filled(*r)
                .any(|id| self.is_label.contains(&id) && self.scope.fields_of(id).next().is_some())
        };
        let rows = self.rows.iter().copied().take_while(|r| !labelled(r));
        rows.flat_map(|r| strip.filled(r)).filter(|id| !self.title.contains(id)).collect()
    }

    /// Takes a value from the text of some cells: what the pattern finds, or all of it.
    fn take_part(&mut self, f: usize, cells: &[ItemId]) -> bool {
        let mut printed = self.scope.printed(cells);
        if let Some(pattern) = &self.field(f).pattern {
            let Some(lines) = Plain::new(&printed.lines).capture(pattern, &printed.lines) else {
                return false;
            };
            printed.lines = lines;
        }
        self.scope.claim(cells);
        let cells = cells.to_vec();
        self.fields[f] = State { printed: Some(printed), found: true, cells, ..State::default() };
        true
    }

    /// Labels without a value of their own, and those whose text is searched for a value.
    fn claim_plain_labels(&mut self) {
        for &id in &self.is_label {
            let family = self.scope.family();
            let searched = |f: usize| family.fields[f].places.contains(&Place::Label);
            let plain = self.scope.uses(id).any(|u| match u {
                Use::Side | Use::Heading => true,
                Use::Field(f) => searched(f),
                _ => false,
            });
            self.scope.claimed[id] |= plain;
        }
    }

    /// Text that runs on: below its cell over a page break, or, where merged cells are not known,
    /// in rows of its own.
    fn continue_texts(&mut self) {
        let strip = self.scope.strip;
        for pair in self.rows.windows(2) {
            let (above, row) = (pair[0], pair[1]);
            let Some(kind) = strip.kind(row) else { continue };
            let (a, b) = (&strip.rows[above], &strip.rows[row]);
            let broken = a.page != b.page || a.block != b.block;
            if (kind.has_drawn_rows() && !broken) || strip.kind(above).is_none() {
                continue;
            }
            let filled: Vec<ItemId> = strip.filled(row).collect();
            let loose = |id: &ItemId| !self.scope.claimed[*id] && !self.is_label.contains(id);
            if filled.is_empty() || !filled.iter().all(loose) {
                continue;
            }
            for id in filled {
                let x = strip.items[id].x;
                let ends_above = |s: &State| {
                    s.cells.last().is_some_and(|&c| {
                        let cell = &strip.items[c];
                        let last = strip.row_of(c) + cell.row_span as usize - 1;
                        last == above && cell.x.0 < x.1 && x.0 < cell.x.1
                    })
                };
                let long = |f: &usize| self.field(*f).kind == FieldKind::Paragraphs;
                let owner =
                    (0..self.fields.len()).filter(long).find(|&f| ends_above(&self.fields[f]));
                let Some(f) = owner else { continue };
                self.scope.claimed[id] = true;
                let lines = strip.items[id].lines.to_vec();
                let state = &mut self.fields[f];
                state.cells.push(id);
                if let Some(printed) = &mut state.printed {
                    printed.lines.extend(lines);
                }
            }
        }
    }
}
