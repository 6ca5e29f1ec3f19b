//! The rows of the indicator table, over all the grids of a form.

use super::carry::LevelCells;
use super::columns::{self, Extents, Header};
use super::compile::{Table, Use};
use super::reading::{Reader, Reading};
use super::scope::Scope;
use super::strip::{ItemId, RowId};
use crate::model::finding::{Finding, Severity};
use crate::model::grid::GridKind;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::ColumnRole;

/// An indicator under way.
pub(super) struct Record {
    /// Filled cells by the template's column; levels are in `levels`.
    pub cells: Vec<Vec<ItemId>>,
    pub levels: LevelCells,
    pub row: RowId,
    pub realigned: bool,
    /// A following row was joined to it over a page break.
    pub joined: bool,
    /// A line through the row had parted its name from its target.
    pub mended: bool,
    /// Only level labels are printed: no indicator, but they hold for the rows below.
    pub empty: bool,
    pub part: Option<Part>,
}

/// The part of the table in which a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its number among the template's parts.
    pub number: usize,
    /// The cell that says so, or heads the names of a part that no cell names.
    pub cell: ItemId,
}

/// What the rows behind the column headers hold.
#[derive(Default)]
pub(super) struct Body {
    pub records: Vec<Record>,
    /// Rows behind the table's end: signatures, remarks, head fields.
    pub rest: Vec<RowId>,
}

/// Reads `rows`, which follow the row of `header` (`None` if the form shows none), part by part
/// where parts of the table stand side by side.
/// Rows in `repeated` (ascending) say again what those in `head` say.
pub(super) fn read(
    scope: &mut Scope,
    header: Option<&Header>,
    rows: &[RowId],
    repeated: &[RowId],
    head: &[RowId],
) -> Body {
    let parts = header.map(Header::side_by_side).unwrap_or_default();
    if parts.len() < 2 {
        return read_part(scope, header, 0, rows, repeated, head);
    }
    let mut body = Body::default();
    for (side, part) in parts.iter().enumerate() {
        let read = read_part(scope, Some(part), side, rows, repeated, head);
        let heading = heading(scope, part, (side, parts.len()));
        let records = read.records.into_iter();
        body.records.extend(records.map(|r| Record { part: r.part.or(heading), ..r }));
        if side == 0 {
            body.rest = read.rest;
        }
    }
    body
}

/// The part whose headers these are, one of `count` side by side: as the cell above them says, or
/// by its place among them.
fn heading(scope: &mut Scope, header: &Header, (side, count): (usize, usize)) -> Option<Part> {
    let table = scope.family().table.as_ref()?;
    let name = header.items[table.column(ColumnRole::Name)?]?;
    let (from, to) = scope.strip.items[name].x;
    let middle = f32::midpoint(from, to);
    let over = |id: &ItemId| {
        let x = scope.strip.items[*id].x;
        x.0 <= middle && middle < x.1
    };
    let first = scope.strip.blocks[scope.strip.rows[header.row].block].rows.start;
    // The nearest cell over the headers that shows anything.
    let mut rows = (first..header.row).rev();
    let above = rows.find_map(|row| {
        let mut covering = scope.strip.covering(row).into_iter();
        covering.find(|id| over(id) && scope.strip.items[*id].filled)
    });
    if let Some((number, cell)) = above.and_then(|cell| Some((part_of(scope, cell)?, cell))) {
        scope.claimed[cell] = true;
        return Some(Part { number, cell });
    }
    let number = (table.parts.len() + side).checked_sub(count)?;
    Some(Part { number, cell: name })
}

/// The part that a cell names.
fn part_of(scope: &Scope, id: ItemId) -> Option<usize> {
    scope.uses(id).find_map(|u| if let Use::Part(p) = u { Some(p) } else { None })
}

/// Reads one of the parts side by side, the one of number `side`.
fn read_part(
    scope: &mut Scope,
    header: Option<&Header>,
    side: usize,
    rows: &[RowId],
    repeated: &[RowId],
    head: &[RowId],
) -> Body {
    let Some(table) = scope.family().table.as_ref() else { return Body::default() };
    let mut walk = Walk {
        table,
        extents: header.and_then(|h| Extents::new(scope.strip, h)),
        tail: header.map(|h| h.tail(scope.strip, table)).unwrap_or_default(),
        labelled: labelled(scope, head),
        ended: false,
        last: None,
        side,
        part: None,
        body: Body::default(),
    };
    if let Some(header) = header {
        walk.enter_part(scope, header.row);
    }
    for chunk in rows.chunk_by(|a, b| scope.strip.rows[*a].block == scope.strip.rows[*b].block) {
        walk.block(scope, chunk, repeated);
    }
    walk.body
}

fn labelled(scope: &Scope, head: &[RowId]) -> Vec<bool> {
    let mut labelled = vec![false; scope.family().fields.len()];
    for id in head.iter().flat_map(|&r| scope.strip.filled(r)) {
        for f in scope.fields_of(id) {
            labelled[f] = true;
        }
    }
    labelled
}

struct Walk<'t> {
    table: &'t Table,
    extents: Option<Extents>,
    tail: Vec<usize>,
    /// Fields whose label stands in the head.
    labelled: Vec<bool>,
    ended: bool,
    /// The last row that was read as a part of the table.
    last: Option<RowId>,
    /// Which of the parts side by side is read.
    side: usize,
    part: Option<Part>,
    body: Body,
}

impl<'t> Walk<'t> {
    fn block(&mut self, scope: &mut Scope, rows: &[RowId], repeated: &[RowId]) {
        let strip = scope.strip;
        let Some(kind) = rows.first().and_then(|&r| strip.kind(r)) else {
            // Free lines between the grids.
            for &row in rows {
                match repeated.binary_search(&row) {
                    Ok(_) => strip.filled(row).for_each(|id| scope.claimed[id] = true),
                    Err(_) => self.body.rest.push(row),
                }
            }
            return;
        };
        let mut reader = self.reader(scope, rows, kind);
        for &row in rows {
            if repeated.binary_search(&row).is_ok() {
                strip.filled(row).for_each(|id| scope.claimed[id] = true);
                continue;
            }
            if strip.rows[row].filled == 0 && strip.rows[row].items.is_empty() {
                continue;
            }
            self.enter_part(scope, row);
            if let Some(header) = columns::header(strip, scope.family, row) {
                claim_header(scope, &header);
                let header = header.side_by_side().into_iter().nth(self.side).unwrap_or(header);
                self.tail = header.tail(strip, self.table);
                self.extents = Extents::new(strip, &header);
                self.ended = false;
                reader = self.reader(scope, rows, kind);
                continue;
            }
            self.ended |= self.is_end(scope, row, &reader.columns);
            if self.ended {
                self.body.rest.push(row);
                continue;
            }
            let reading = reader.read(row);
            self.row(scope, &reader, &reading);
        }
    }

    /// Takes note of a part's name beside a row or in it.
    fn enter_part(&mut self, scope: &mut Scope, row: RowId) {
        if self.table.parts.is_empty() {
            return;
        }
        for cell in scope.strip.covering(row) {
            if let Some(number) = part_of(scope, cell) {
                scope.claimed[cell] = true;
                self.part = Some(Part { number, cell });
            }
        }
    }

    fn reader<'a>(&self, scope: &Scope<'a>, rows: &[RowId], kind: GridKind) -> Reader<'a>
    where
        't: 'a,
    {
        let block = rows.first().map(|&r| scope.strip.rows[r].block);
        let (columns, foreign) = match (&self.extents, block) {
            (Some(extents), Some(block)) => {
                let view = &scope.strip.blocks[block];
                (extents.map(view), extents.foreign(view))
            }
            _ => (Vec::new(), Vec::new()),
        };
        Reader {
            strip: scope.strip,
            family: scope.family,
            table: self.table,
            columns,
            tail: self.tail.clone(),
            foreign,
            kind,
        }
    }

    /// Whether a row begins what follows the table: a remark, a signature, a head field.
    fn is_end(&self, scope: &Scope, row: RowId, columns: &[Option<usize>]) -> bool {
        let strip = scope.strip;
        let Some(first) = strip.filled(row).next() else { return false };
        let role = |id: ItemId| {
            let column = columns.get(strip.items[id].col as usize).copied().flatten();
            column.and_then(|c| self.table.role(c))
        };
        let has_target = || strip.filled(row).any(|id| role(id) == Some(ColumnRole::Target));
        match role(first) {
            Some(ColumnRole::Target) => return false,
            // A sum's label may stand in the column of the names; it has a weight, but no target.
            Some(ColumnRole::Name) if has_target() => return false,
            _ => {}
        }
        let ends = |u: Use| match u {
            Use::End => true,
            // A label of the head again is rather the name of an indicator.
            Use::Field(f) => {
                !self.labelled[f] && !scope.strip.compiled.lexicon.known(strip.fold(first)).is_any()
            }
            _ => false,
        };
        if scope.uses(first).any(ends) {
            return true;
        }
        // `填表人：张三` in one cell.
        let text = strip.text(first);
        let label = text.split([':', '：']).next().filter(|l| l.len() < text.len());
        label.is_some_and(|l| {
            let fold = crate::model::label::fold(l);
            scope.strip.compiled.uses_in(scope.family, &fold).any(ends)
        })
    }

    fn row(&mut self, scope: &mut Scope, reader: &Reader, reading: &Reading) {
        let strip = scope.strip;
        let row = reading.row;
        let begins = |role| {
            let cells = self.table.column(role).map(|c| reading.cells[c].as_slice());
            cells
                .unwrap_or_default()
                .iter()
                .any(|&id| strip.items[id].filled && strip.row_of(id) == row)
        };
        let has = [ColumnRole::Name, ColumnRole::Target].map(|r| reader.has(reading, r));
        if reading.straddles || !(begins(ColumnRole::Name) || begins(ColumnRole::Target)) {
            if !reading.straddles {
                self.without_values(scope, reader, reading);
            }
            return;
        }
        if self.is_begun(scope, reader, reading, has) {
            return;
        }
        let record = self.record(scope, reader, reading);
        if has != [true, true]
            && (self.join(scope, reader, &record, has) || self.mend(scope, &record, has))
        {
            return;
        }
        for cells in &record.cells {
            scope.claim(cells);
        }
        record.levels.cell.into_iter().flatten().for_each(|id| scope.claimed[id] = true);
        scope.claim(&reading.side);
        self.last = Some(row);
        self.body.records.push(record);
    }

    fn record(&self, scope: &Scope, reader: &Reader, reading: &Reading) -> Record {
        let strip = scope.strip;
        let row = reading.row;
        let level = |role| {
            let cells = self.table.column(role).map(|c| reading.cells[c].as_slice())?;
            cells.iter().copied().find(|&id| strip.items[id].filled).or(cells.first().copied())
        };
        let mut cells = reading.cells.clone();
        for (c, ids) in cells.iter_mut().enumerate() {
            if matches!(self.table.role(c), Some(ColumnRole::Level1 | ColumnRole::Level2)) {
                ids.clear();
            }
            ids.retain(|&id| strip.items[id].filled);
        }
        let (here, last) = (&strip.rows[row], self.last.map(|r| &strip.rows[r]));
        let levels = LevelCells {
            cell: [level(ColumnRole::Level1), level(ColumnRole::Level2)],
            rest: [None, None],
            kind: reader.kind,
            y: extent(scope, cells.iter().flatten()),
            begins_page: last.is_none_or(|l| l.block != here.block || l.page != here.page),
        };
        Record {
            cells,
            levels,
            row,
            realigned: reading.realigned,
            joined: false,
            mended: false,
            empty: false,
            part: self.part,
        }
    }

    /// Whether a row with a name or a target alone is the upper part of the next one: a line through
    /// the other cell parts it, but not this one.
    fn is_begun(&self, scope: &Scope, reader: &Reader, reading: &Reading, has: [bool; 2]) -> bool {
        let (own, other) = match has {
            [true, false] => (ColumnRole::Name, ColumnRole::Target),
            [false, true] => (ColumnRole::Target, ColumnRole::Name),
            _ => return false,
        };
        let strip = scope.strip;
        let block = |row: RowId| strip.rows.get(row).map(|r| r.block);
        if block(reading.row) != block(reading.row + 1) {
            return false;
        }
        let Some(own) = self.table.column(own) else { return false };
        let below = reader.read(reading.row + 1);
        reader.has(&below, other)
            && !reading.cells[own].is_empty()
            && reading.cells[own] == below.cells[own]
    }

    /// A row cut by a page break: on the next page only the rest of its name or of its target
    /// stands, beside blank levels. It belongs to the row before.
    fn join(&mut self, scope: &mut Scope, reader: &Reader, rest: &Record, has: [bool; 2]) -> bool {
        let strip = scope.strip;
        let shown = |level: usize| {
            let cell = rest.levels.cell[level]?;
            (strip.items[cell].filled && strip.row_of(cell) == rest.row).then_some(cell)
        };
        let Some(before) = self.body.records.iter_mut().rfind(|r| !r.empty) else { return false };
        // A label that wraps is cut with its row.
        let is_rest = |level: usize, cell: ItemId| {
            before.levels.cell[level].is_some_and(|begun| completes(scope, begun, cell))
        };
        let levels_go_on = (0..2).all(|level| shown(level).is_none_or(|c| is_rest(level, c)));
        // The row before may itself have come over the break, with all that it says.
        let said = before.cells.iter().flatten().flat_map(|&id| strip.items[id].lines);
        let page = said.map(|l| l.page).max().unwrap_or(strip.rows[before.row].page);
        let over_page = page != strip.rows[rest.row].page
            || strip.rows[before.row].block != strip.rows[rest.row].block;
        let mut columns = self.table.columns.iter().zip(&rest.cells);
        let fields_blank = columns.all(|(c, cells)| {
            c.field.is_none() || cells.iter().all(|&id| strip.row_of(id) != rest.row)
        });
        if !over_page || !levels_go_on || !fields_blank || has == [false, false] {
            return false;
        }
        // By position only: in a shifted row nothing says whether this is a name or a target.
        if reader.columns.iter().all(Option::is_none) {
            return false;
        }
        for level in 0..2 {
            if let Some(cell) = shown(level) {
                before.levels.rest[level] = Some(cell);
                scope.claimed[cell] = true;
            }
        }
        for (c, ids) in rest.cells.iter().enumerate() {
            if self.table.columns[c].field.is_none() {
                before.cells[c].extend(ids.iter().copied());
            }
            scope.claim(ids);
        }
        before.joined = true;
        self.last = Some(rest.row);
        true
    }

    /// A row with a name and no target, right above one with a target and no name, or the other way
    /// round: a line through the row parts them, as browsers draw one where a page breaks in a table.
    fn mend(&mut self, scope: &mut Scope, rest: &Record, has: [bool; 2]) -> bool {
        let strip = scope.strip;
        let column = |role| self.table.column(role);
        let (Some(name), Some(target)) = (column(ColumnRole::Name), column(ColumnRole::Target))
        else {
            return false;
        };
        let Some(before) = self.body.records.last_mut().filter(|r| !r.empty) else { return false };
        let next = before.row + 1 == rest.row
            && strip.rows[before.row].block == strip.rows[rest.row].block
            && strip.kind(rest.row) == Some(GridKind::Ruled);
        let complementary = match has {
            [true, false] => before.cells[name].is_empty() && !before.cells[target].is_empty(),
            [false, true] => !before.cells[name].is_empty() && before.cells[target].is_empty(),
            _ => false,
        };
        let own_label = |cell: &Option<ItemId>| {
            cell.is_some_and(|id| strip.items[id].filled && strip.row_of(id) == rest.row)
        };
        let free = before.cells.iter().zip(&rest.cells).all(|(a, b)| a.is_empty() || b.is_empty());
        if !(next && complementary && free) || rest.levels.cell.iter().any(own_label) {
            return false;
        }
        for (own, more) in before.cells.iter_mut().zip(&rest.cells) {
            own.extend(more.iter().copied());
            scope.claim(more);
        }
        before.mended = true;
        self.last = Some(rest.row);
        true
    }

    /// A row without name and target: labels of levels that have no indicator, the rest of a
    /// wrapped label, or nothing.
    fn without_values(&mut self, scope: &mut Scope, reader: &Reader, reading: &Reading) {
        let strip = scope.strip;
        let filled: Vec<ItemId> = reader.filled(reading.row).collect();
        if let ([only], Some(last)) = (filled.as_slice(), self.body.records.last_mut()) {
            for level in [1, 0] {
                let Some(cell) = last.levels.cell[level] else { continue };
                if completes(scope, cell, *only) && last.levels.rest[level].is_none() {
                    last.levels.rest[level] = Some(*only);
                    scope.claimed[*only] = true;
                    return;
                }
            }
        }
        let mut labels = false;
        for id in filled {
            let known = scope.strip.compiled.lexicon.known(strip.fold(id));
            let side = strip.is_side(scope.family, id);
            let in_level =
                |role| self.table.column(role).is_some_and(|c| reading.cells[c].contains(&id));
            let at_level = in_level(ColumnRole::Level1) || in_level(ColumnRole::Level2);
            let label = known.is_any() && (at_level || reader.columns.is_empty());
            scope.claimed[id] |= side || label;
            labels |= label;
        }
        if labels {
            let record = self.record(scope, reader, reading);
            self.body.records.push(Record { empty: true, ..record });
        }
    }
}

/// Whether a cell shows the rest of the label of a level that another one begins.
fn completes(scope: &Scope, begun: ItemId, rest: ItemId) -> bool {
    let lexicon = &scope.strip.compiled.lexicon;
    let (begun, rest) = (scope.strip.fold(begun), scope.strip.fold(rest));
    !lexicon.known(begun).full && lexicon.known(&format!("{begun}{rest}")).full
}

/// From which to which y some cells show text.
fn extent<'i>(scope: &Scope, cells: impl Iterator<Item = &'i ItemId>) -> Option<(f32, f32)> {
    let lines = cells.flat_map(|&id| scope.strip.items[id].lines);
    let boxes = lines.filter_map(|l| l.bbox);
    boxes.reduce(|a, b| a.union(&b)).map(|b| (b.y0, b.y1))
}

/// Claims the column headers and reports those that were guessed.
pub(super) fn claim_header(scope: &mut Scope, header: &Header) {
    for id in header.heads() {
        scope.claimed[id] = true;
    }
    for &id in &header.others {
        let side = scope.strip.is_side(scope.family, id);
        scope.claimed[id] |= side;
    }
    let Some(table) = scope.family().table.as_ref() else { return };
    let Some(list) = scope.spec.indicators.as_ref() else { return };
    for &(id, column) in &header.assumed {
        let meant = table.columns[column].headers.first().map_or("", String::as_str);
        let message = format!(
            "the column header {} was read as 「{meant}」{}",
            scope.quote(id),
            scope.whereabouts(id)
        );
        let hint = "compare the header with the document; if it is another wording, add it to the \
                    template";
        let finding = Finding::new("label.repaired", Severity::Warning, message, hint);
        // A single header that recognition garbled leaves one column and one meaning, and so do
        // those of levels, whose order is known: the finding shows its place, and the values below
        // it stay as trusted as they are.
        let recognised = (header.assumed.len() == 1
            || header.has_garbled_levels_only(scope.strip, table))
            && scope.strip.items[id].lines.iter().any(|l| l.from == Origin::Recognised);
        let finding =
            if recognised { finding } else { finding.at(Pointer::from_dotted(&list.key)) };
        scope.report(finding, Some(id));
    }
}
