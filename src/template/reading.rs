//! One row of the indicator table → which cell is level, name, target, and the rest.
//!
//! Two readings. By position: the headers' columns say what a cell is. By labels: the filled
//! cells of a row are level labels followed by the values; exact where a text export shifts cells
//! (`domain.md` §0.1). A cell can be a label only if at least a name and a target follow it: a
//! level-3 name may well be the beginning of a level-2 label (§0.2).

use super::compile::Table;
use super::levels::{Known, Level};
use super::strip::{Item, ItemId, RowId, Strip};
use crate::model::grid::GridKind;
use crate::model::spec::ColumnRole;

/// A cell that covers this share of a column covers all of it.
const WHOLE: f32 = 0.9;

/// What a row's cells are.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub row: RowId,
    /// By the template's column; blank cells too where the position tells them.
    pub cells: Vec<Vec<ItemId>>,
    /// Side labels without a value.
    pub side: Vec<ItemId>,
    /// Filled cells that fit nowhere.
    pub extra: Vec<ItemId>,
    /// A cell reaches over the name and the target column: no row of the table.
    pub straddles: bool,
    /// Read by labels, against the columns of the headers.
    pub realigned: bool,
}

/// Reads the rows of one block.
pub(super) struct Reader<'a> {
    pub strip: &'a Strip<'a>,
    pub family: usize,
    pub table: &'a Table,
    /// For each grid column the table's column; empty where no headers are known.
    pub columns: Vec<Option<usize>>,
    /// The table's columns behind the levels, from left to right.
    pub tail: Vec<usize>,
    /// Which grid columns belong to another part of the table, beside this one.
    pub foreign: Vec<bool>,
    pub kind: GridKind,
}

impl Reader<'_> {
    /// The filled cells that begin in a row, without those of parts beside this one.
    pub(super) fn filled(&self, row: RowId) -> impl Iterator<Item = ItemId> + '_ {
        self.strip.filled(row).filter(|&id| !self.is_foreign(id))
    }

    fn is_foreign(&self, id: ItemId) -> bool {
        let item = &self.strip.items[id];
        let columns = item.col as usize..(item.col + item.col_span) as usize;
        self.foreign.get(columns).is_some_and(|own| own.iter().all(|&f| f))
    }

    /// Reads a row by the better of the two ways.
    pub(super) fn read(&self, row: RowId) -> Reading {
        let placed = self.by_position(row);
        let Some(placed) = placed else {
            return self.by_labels(row).unwrap_or_else(|| self.nothing(row));
        };
        if self.kind.has_drawn_rows() {
            // The rules say where a cell belongs, unless a label stands among the values.
            if !self.label_among_values(&placed) {
                return placed;
            }
        } else if self.is_sound(&placed) {
            return placed;
        }
        match self.by_labels(row) {
            Some(labelled) if self.stands_before_levels(&labelled) => placed,
            Some(labelled) if labelled.cells != placed.filled_only(self.strip).cells => {
                Reading { realigned: true, ..labelled }
            }
            _ => placed,
        }
    }

    /// Whether the name stands left of all that the header names: on a page no value strays there, but
    /// a piece of a label that runs down beside the rows does. A text export moves what follows a
    /// blank as far as it likes.
    fn stands_before_levels(&self, reading: &Reading) -> bool {
        let Some(first) = self.columns.iter().position(Option::is_some) else { return false };
        let names = self.table.column(ColumnRole::Name).map(|c| reading.cells[c].as_slice());
        let before = |id: &ItemId| (self.strip.items[*id].col as usize) < first;
        self.kind != GridKind::Delimited && names.unwrap_or_default().iter().any(before)
    }

    fn nothing(&self, row: RowId) -> Reading {
        Reading {
            row,
            cells: vec![Vec::new(); self.table.columns.len()],
            extra: self.filled(row).collect(),
            ..Reading::default()
        }
    }

    /// By the columns of the headers. `None` where none are known.
    pub(super) fn by_position(&self, row: RowId) -> Option<Reading> {
        if self.columns.iter().all(Option::is_none) {
            return None;
        }
        let mut reading = self.nothing(row);
        reading.extra.clear();
        for id in self.strip.covering(row).into_iter().filter(|&id| !self.is_foreign(id)) {
            let item = &self.strip.items[id];
            match self.columns_of(id) {
                Some(columns) if columns.is_empty() => {
                    if !item.filled || self.strip.row_of(id) != row {
                        continue;
                    }
                    if self.strip.is_side(self.family, id) || self.is_piece_of_side(id) {
                        reading.side.push(id);
                    } else {
                        reading.extra.push(id);
                    }
                }
                Some(columns) => columns.into_iter().for_each(|c| reading.cells[c].push(id)),
                None => reading.straddles |= item.filled,
            }
        }
        Some(reading)
    }

    /// The table's columns that a cell belongs to by its extent, mostly one; two if a label spans
    /// both level columns. `None` for a cell over the whole of name and target.
    ///
    /// Headers and rows need not be divided alike: what a cell covers in full counts first, a
    /// target with its sign and unit, a name with levels that are not used; else the largest part.
    fn columns_of(&self, id: ItemId) -> Option<Vec<usize>> {
        let item = &self.strip.items[id];
        let edges = &self.strip.blocks[item.block].edges;
        if self.shows_before_headers(item, edges) {
            return Some(Vec::new());
        }
        let width = |i: usize| edges.get(i..i + 2).map_or(0.0, |e| e[1] - e[0]);
        let mut parts: Vec<(usize, f32)> = Vec::new();
        for i in item.col as usize..(item.col + item.col_span) as usize {
            let Some(column) = self.columns.get(i).copied().flatten() else { continue };
            match parts.iter_mut().find(|(c, _)| *c == column) {
                Some((_, covered)) => *covered += width(i),
                None => parts.push((column, width(i))),
            }
        }
        if parts.len() < 2 {
            return Some(parts.into_iter().map(|(c, _)| c).collect());
        }
        let whole = |column: usize| -> f32 {
            let own = self.columns.iter().enumerate().filter(|(_, c)| **c == Some(column));
            own.map(|(i, _)| width(i)).sum()
        };
        let full: Vec<usize> = parts
            .iter()
            .filter(|(c, covered)| *covered >= WHOLE * whole(*c))
            .map(|(c, _)| *c)
            .collect();
        let is = |c: &usize, role| self.table.role(*c) == Some(role);
        let of = |role| full.iter().copied().find(|c| is(c, role));
        let level = |c: &usize| is(c, ColumnRole::Level1) || is(c, ColumnRole::Level2);
        let levels: Vec<usize> = full.iter().copied().filter(level).collect();
        match (of(ColumnRole::Name), of(ColumnRole::Target)) {
            (Some(_), Some(_)) => return None,
            (None, Some(target)) => return Some(vec![target]),
            (Some(name), None) => {
                let known = self.strip.compiled.lexicon.known(self.strip.fold(id));
                let label = known.is_any() && known.full && !levels.is_empty();
                return Some(if label { levels } else { vec![name] });
            }
            (None, None) if !levels.is_empty() => return Some(levels),
            (None, None) => {}
        }
        let largest = parts.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
        Some(largest.into_iter().map(|(c, _)| c).collect())
    }

    /// Whether a piece of a side label stands left of all that the header names, where sides are
    /// inferred: there a label that runs down beside the rows comes in pieces.
    fn is_piece_of_side(&self, id: ItemId) -> bool {
        let item = &self.strip.items[id];
        let edges = &self.strip.blocks[item.block].edges;
        let first = self.columns.iter().position(Option::is_some);
        let before = first.is_some_and(|f| (item.col + item.col_span) as usize <= f);
        let fold = self.strip.fold(id);
        let sides = &self.strip.compiled.families[self.family].sides;
        item.filled
            && sides.iter().any(|label| label.contains(fold))
            && !self.strip.compiled.lexicon.known(fold).is_any()
            && (before && self.kind == GridKind::Aligned || self.shows_before_headers(item, edges))
    }

    /// Whether a cell whose sides are inferred shows its text left of all that the header names: it
    /// takes in blank cells beside it only because nothing tells where they begin.
    fn shows_before_headers(&self, item: &Item, edges: &[f32]) -> bool {
        let Some(first) = self.columns.iter().position(Option::is_some) else { return false };
        let before = (item.col as usize) < first && (item.col + item.col_span) as usize > first;
        let end = item.lines.iter().filter_map(|l| l.bbox).map(|b| b.x1).reduce(f32::max);
        before
            && matches!(self.kind, GridKind::Aligned | GridKind::RowRuled)
            && end.zip(edges.get(first)).is_some_and(|(end, edge)| end <= *edge)
    }

    /// By labels: those at the front, as long as enough cells follow. `None` if what remains
    /// cannot be told apart.
    pub(super) fn by_labels(&self, row: RowId) -> Option<Reading> {
        let filled: Vec<ItemId> = self.filled(row).collect();
        let mut reading = self.nothing(row);
        reading.extra.clear();
        let mut rest = filled.as_slice();
        let mut labels: Vec<(ItemId, Known)> = Vec::new();
        let tail = self.tail.len().max(2);
        while let Some((&id, after)) = rest.split_first().filter(|(_, after)| after.len() >= 2) {
            let fold = self.strip.fold(id);
            if labels.is_empty() && self.strip.is_side(self.family, id) {
                reading.side.push(id);
                rest = after;
                continue;
            }
            let lexicon = &self.strip.compiled.lexicon;
            let mut known = lexicon.known(fold);
            // What only resembles a label needs all columns behind it to be one.
            let mut sure = known.is_any() && known.full;
            if !known.is_any() {
                let repaired = lexicon
                    .repair(fold, Level::Two)
                    .or_else(|| lexicon.repair(fold, Level::One).filter(|_| labels.is_empty()));
                known = repaired.map(|r| lexicon.known(r)).unwrap_or_default();
                sure = false;
            }
            let fits = match labels.as_slice() {
                [] => known.is_any(),
                [(_, first)] => first.is(Level::One) && known.is(Level::Two),
                _ => false,
            };
            if !fits || (!sure && after.len() < tail) {
                break;
            }
            labels.push((id, known));
            rest = after;
        }
        let full = |id: &ItemId| {
            let known = self.strip.compiled.lexicon.known(self.strip.fold(*id));
            (known.is_any() && known.full).then_some((*id, known))
        };
        // Text exports put a name before the label of its level, which is no value.
        let mut swapped = Vec::new();
        if !self.kind.has_drawn_rows()
            && labels.iter().all(|(_, known)| known.is(Level::One))
            && let [name, label, _, ..] = rest
            && full(name).is_none()
            && let Some(label) = full(label).filter(|(_, known)| known.is(Level::Two))
        {
            labels.push(label);
            swapped.push(*name);
            swapped.extend(&rest[2..]);
            rest = &swapped;
        }
        // A full label is no name: either the row holds labels only, or something is missing.
        if rest.first().and_then(full).is_some() {
            labels.extend(rest.iter().map_while(full));
            let only_labels = labels.len() + reading.side.len() == filled.len();
            let in_order = match labels.as_slice() {
                [_] => true,
                [(_, one), (_, two)] => one.is(Level::One) && two.is(Level::Two),
                _ => false,
            };
            self.place_labels(&labels, &mut reading);
            return (only_labels && in_order).then_some(reading);
        }
        self.place_labels(&labels, &mut reading);
        self.place_values(rest, &mut reading).then_some(reading)
    }

    fn place_labels(&self, labels: &[(ItemId, Known)], reading: &mut Reading) {
        let one = self.table.column(ColumnRole::Level1);
        let two = self.table.column(ColumnRole::Level2);
        let mut put = |column: Option<usize>, id| match column {
            Some(c) => reading.cells[c].push(id),
            None => reading.extra.push(id),
        };
        match labels {
            [(first, _), (second, _)] => {
                put(one, *first);
                put(two, *second);
            }
            [(only, known)] => {
                // 成本指标 is a label of either level: the column decides, else level 2.
                let column = self.columns.get(self.strip.items[*only].col as usize);
                let in_one = one.is_some() && column.copied().flatten() == one;
                let first = known.is(Level::One) && (in_one || !known.is(Level::Two));
                put(if first { one } else { two }, *only);
            }
            _ => {}
        }
    }

    /// Name, target and what else the headers announce; `false` if the cells do not fit.
    fn place_values(&self, values: &[ItemId], reading: &mut Reading) -> bool {
        let name_and_target = [ColumnRole::Name, ColumnRole::Target]
            .into_iter()
            .filter_map(|r| self.table.column(r))
            .collect::<Vec<_>>();
        let tail = if self.tail.len() >= 2 { &self.tail } else { &name_and_target };
        if values.len() == tail.len() {
            tail.iter().zip(values).for_each(|(c, id)| reading.cells[*c].push(*id));
            return true;
        }
        let [first, ..] = values else { return false };
        if values.len() < 2 || values.len() > tail.len() || self.columns.is_empty() {
            return false;
        }
        // Some are blank: the distances to the name say which.
        let at = |column: usize| self.columns.iter().position(|c| *c == Some(column));
        let Some(name) = self.table.column(ColumnRole::Name).and_then(at) else { return false };
        let start = self.strip.items[*first].col as usize;
        let mut placed = Vec::with_capacity(values.len());
        for id in values {
            let offset = self.strip.items[*id].col as usize - start;
            match self.columns.get(name + offset).copied().flatten() {
                Some(c) if !placed.iter().any(|(p, _)| *p == c) => placed.push((c, *id)),
                _ => return false,
            }
        }
        let target = self.table.column(ColumnRole::Target);
        if !placed.iter().any(|(c, _)| Some(*c) == target) {
            return false;
        }
        for (c, id) in placed {
            reading.cells[c].push(id);
        }
        true
    }

    /// Whether a reading by position is beyond doubt: name and target are filled, the levels are
    /// blank or labels, and nothing is left over.
    fn is_sound(&self, reading: &Reading) -> bool {
        let level = |role, level| {
            let Some(c) = self.table.column(role) else { return true };
            reading.cells[c].iter().all(|&id| {
                let fold = self.strip.fold(id);
                !self.strip.items[id].filled
                    || self.strip.compiled.lexicon.known(fold).is(level)
                    || self.strip.compiled.lexicon.repair(fold, level).is_some()
            })
        };
        reading.extra.is_empty()
            && !reading.straddles
            && self.is_complete(reading)
            && level(ColumnRole::Level1, Level::One)
            && level(ColumnRole::Level2, Level::Two)
    }

    /// Whether name and target are filled.
    pub(super) fn is_complete(&self, reading: &Reading) -> bool {
        self.has(reading, ColumnRole::Name) && self.has(reading, ColumnRole::Target)
    }

    pub(super) fn has(&self, reading: &Reading, role: ColumnRole) -> bool {
        self.table
            .column(role)
            .is_some_and(|c| reading.cells[c].iter().any(|&id| self.strip.items[id].filled))
    }

    /// Whether a full level label stands where name or target should be, and values follow it.
    fn label_among_values(&self, reading: &Reading) -> bool {
        let filled: Vec<ItemId> = self.filled(reading.row).collect();
        let value = |id: &ItemId| {
            let level = |r| self.table.column(r).is_some_and(|c| reading.cells[c].contains(id));
            !level(ColumnRole::Level1) && !level(ColumnRole::Level2)
        };
        filled.iter().rev().skip(2).any(|id| {
            let known = self.strip.compiled.lexicon.known(self.strip.fold(*id));
            value(id) && known.is_any() && known.full
        })
    }
}

impl Reading {
    fn filled_only(&self, strip: &Strip) -> Self {
        let mut copy = self.clone();
        copy.cells.iter_mut().for_each(|ids| ids.retain(|&id| strip.items[id].filled));
        copy
    }
}
