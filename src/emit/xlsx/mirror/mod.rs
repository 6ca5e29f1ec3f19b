//! A sheet that looks like the printed form, or like a table that belongs to no form.
//!
//! # Steps
//! 1. [`frame`]: the columns that all grids of the form share.
//! 2. [`pieces`]: cells and lines of text → areas of the sheet.
//! 3. [`typed`]: pieces that show a number, a day or paragraphs → such content.
//! 4. [`look`]: font, alignment and room for each piece.
//! 5. here: remarks on pieces, rows tall enough, merged areas.

mod frame;
mod look;
mod pieces;
mod typed;

use super::cells;
use super::plan::{Area, Cell, Column, Content, Link, MAX_ROWS, Row, Setup, Sheet, Tab};
use super::remarks::{self, Flag, Remark};
use super::style::Style;
use super::write::MAX_HEIGHT;
use crate::model::finding::Severity;
use crate::model::form::Form;
use crate::model::grid::Block;
use crate::model::pointer::Pointer;
use crate::model::value::Value;
use frame::Frame;
use pieces::Pieces;
use rustc_hash::FxHashMap;
use typed::Places;

/// Height of a row that nothing is known about, in points.
const ROW_HEIGHT: f32 = 16.0;

/// Slots of a sheet up to which the blank cells inside merged areas are written, too; they carry
/// the borders. A grid beyond that is no form, and its sheet does without.
const MAX_SLOTS: usize = 4_000_000;

/// A piece with what it shows.
struct Shown {
    area: Area,
    content: Content,
    style: Style,
    note: Option<String>,
}

/// The sheet of one form. The remarks at `of_form` learn where they stand on it.
pub fn form(name: &str, form: &Form, of_form: &[usize], remarks: &mut [Remark<'_>]) -> Sheet {
    let frame = Frame::of(&form.blocks);
    let pieces = Pieces::of(&form.blocks, &frame);
    let places = Places::of(&pieces.list);
    let typed = places.typed(form);
    let body = look::body_size(&form.blocks);
    let mut shown: Vec<Shown> = Vec::with_capacity(pieces.list.len());
    for (i, piece) in pieces.list.iter().enumerate() {
        shown.push(look::shown(piece, typed.get(&i), body, &frame));
    }
    let mut sorted: Vec<&Pointer> = Vec::new();
    if !of_form.is_empty() {
        sorted.extend(form.evidence.keys());
        sorted.sort_unstable();
    }
    let mut flags: FxHashMap<usize, Flag> = FxHashMap::default();
    let mut placed: Vec<(usize, usize)> = Vec::new();
    for &i in of_form {
        let Some(remark) = remarks.get(i) else { continue };
        if let Some(piece) = piece_of(remark, form, &sorted, &places) {
            flags.entry(piece).or_default().add(remark);
            placed.push((i, piece));
        }
    }
    for (piece, flag) in &flags {
        if let Some(shown) = shown.get_mut(*piece) {
            let mut cell = Cell { style: shown.style, note: shown.note.take(), ..Cell::default() };
            flag.mark(&mut cell);
            shown.style = cell.style;
            shown.note = cell.note;
        }
    }
    let severities = of_form.iter().filter_map(|i| remarks.get(*i)).map(|r| r.finding.severity);
    let tab = match severities.max() {
        Some(Severity::Error) => Tab::Error,
        Some(Severity::Warning) => Tab::Warning,
        _ => Tab::Plain,
    };
    let (sheet, areas) = assemble(name, &frame, &pieces, shown, tab);
    for (remark, piece) in placed {
        if let (Some(remark), Some(area)) = (remarks.get_mut(remark), areas.get(piece)) {
            let sheet = name.to_owned();
            remark.in_mirror = Some(Link { sheet, row: area.top, col: area.left });
        }
    }
    sheet
}

/// The sheet of a table that belongs to no form.
pub fn table(name: &str, block: &Block) -> Sheet {
    let blocks = std::slice::from_ref(block);
    let frame = Frame::of(blocks);
    let pieces = Pieces::of(blocks, &frame);
    let body = look::body_size(blocks);
    let shown = pieces.list.iter().map(|piece| look::shown(piece, None, body, &frame)).collect();
    assemble(name, &frame, &pieces, shown, Tab::Plain).0
}

/// The piece that a remark is about: the one its value was read from, or the one at its box, or
/// the one of the first value inside its value. A remark about a whole list is about no piece.
/// `sorted` are the pointers of the form's evidence in ascending order.
fn piece_of(
    remark: &Remark<'_>,
    form: &Form,
    sorted: &[&Pointer],
    places: &Places<'_>,
) -> Option<usize> {
    let finding = remark.finding;
    let at = remark.at.as_ref().filter(|at| !at.as_str().is_empty());
    let exact = at.and_then(|at| places.find(form.evidence_at(at)?));
    let boxed = || places.at(finding.page?, finding.bbox?);
    let inside = || {
        let at = at.filter(|at| !matches!(form.data.at(at), Some(Value::List(_))))?.as_str();
        let first = sorted.partition_point(|pointer| pointer.as_str() < at);
        let within = sorted.get(first..)?.iter().take_while(|p| p.as_str().starts_with(at));
        let mut within = within.filter(|p| remarks::is_within(p.as_str(), at));
        within.find_map(|pointer| places.find(form.evidence.get(*pointer)?))
    };
    exact.or_else(boxed).or_else(inside)
}

/// Pieces → sheet; with it the areas in which the pieces came to stand.
fn assemble(
    name: &str,
    frame: &Frame,
    pieces: &Pieces<'_>,
    mut shown: Vec<Shown>,
    tab: Tab,
) -> (Sheet, Vec<Area>) {
    let heights = heights(frame, &pieces.heights, &shown);
    // A printed row may be taller than a row of a sheet can be: it takes several.
    let mut starts = Vec::with_capacity(heights.len() + 1);
    let mut rows: Vec<Row> = Vec::new();
    for height in &heights {
        starts.push(rows.len() as u32);
        let parts = (height / MAX_HEIGHT).ceil().clamp(1.0, 1000.0);
        for _ in 0..parts as usize {
            let index = rows.len() as u32;
            rows.push(Row { index, height: Some(height / parts), cells: Vec::new() });
        }
    }
    starts.push(rows.len() as u32);
    let start = |row: u32| starts.get(row as usize).copied().unwrap_or(rows.len() as u32);
    let mut areas = Vec::with_capacity(shown.len());
    for piece in &mut shown {
        let below = start(piece.area.bottom + 1).max(start(piece.area.top) + 1);
        piece.area = Area { top: start(piece.area.top), bottom: below - 1, ..piece.area };
        areas.push(piece.area);
    }
    let mut left_out = pieces.left_out;
    let columns = frame.columns();
    let mut slots = Slots::new(rows.len(), columns as usize);
    let mut merges = Vec::new();
    for mut piece in shown {
        if piece.area.bottom >= MAX_ROWS || !slots.take(piece.area) {
            left_out += 1;
            continue;
        }
        if piece.area.is_merge() && slots.is_tracked() {
            merges.push(piece.area);
        }
        let area = piece.area;
        let bottom = if slots.is_tracked() { area.bottom } else { area.top };
        for row in area.top..=bottom {
            let Some(row) = rows.get_mut(row as usize) else { break };
            let right = if slots.is_tracked() { area.right } else { area.left };
            for col in area.left..=right {
                let first = row.index == area.top && col == area.left;
                let mut cell = Cell { col, style: piece.style, ..Cell::default() };
                if first {
                    cell.content = std::mem::take(&mut piece.content);
                    cell.note = piece.note.take();
                } else {
                    cell.style.quoted = false;
                }
                row.cells.push(cell);
            }
        }
    }
    for row in &mut rows {
        row.cells.sort_by_key(|cell| cell.col);
        row.cells.dedup_by_key(|cell| cell.col);
    }
    rows.truncate(MAX_ROWS as usize - 1);
    if left_out > 0 {
        let text = format!("{left_out} cells do not fit on this sheet; the JSON file has them.");
        let index = rows.len() as u32;
        rows.push(Row {
            index,
            height: None,
            cells: vec![cells::text(0, &text, Style::default())],
        });
    }
    let width: f32 = frame.widths().sum();
    let bottom = (rows.len() as u32).saturating_sub(1);
    let setup = Setup {
        columns: frame.widths().map(Column::points).collect(),
        landscape: width > A4_TEXT_WIDTH && width > pieces.tallest,
        print_area: Some(Area { top: 0, left: 0, bottom, right: columns.saturating_sub(1) }),
        tab,
        ..Setup::default()
    };
    (Sheet { name: name.to_owned(), setup, rows, merges }, areas)
}

/// Width of an upright A4 page, in points, less a quarter inch on either side: what is wider was
/// printed on a page on its side, unless it is taller still.
const A4_TEXT_WIDTH: f32 = 559.0;

/// The height of each row in points: as printed, and enough for what stands in it.
fn heights(frame: &Frame, printed: &[Option<f32>], shown: &[Shown]) -> Vec<f32> {
    let valid = |height: &f32| height.is_finite() && *height > 0.0;
    let mut heights: Vec<f32> =
        printed.iter().map(|height| height.filter(valid).unwrap_or(0.0)).collect();
    let needed = |piece: &Shown| {
        let width = frame.width_between(piece.area.left, piece.area.right + 1);
        look::height_needed(&piece.content, &piece.style, width)
    };
    // Pieces of one row first: what spans several has their room together.
    let (single, spanning): (Vec<_>, Vec<_>) =
        shown.iter().partition(|piece| piece.area.top == piece.area.bottom);
    for piece in single {
        if let Some(height) = heights.get_mut(piece.area.top as usize) {
            *height = height.max(needed(piece));
        }
    }
    for height in &mut heights {
        if *height == 0.0 {
            *height = ROW_HEIGHT;
        }
    }
    for piece in spanning {
        let rows = heights.get_mut(piece.area.top as usize..=piece.area.bottom as usize);
        let Some(rows) = rows else { continue };
        let there: f32 = rows.iter().sum();
        let missing = needed(piece) - there;
        if let Some(last) = rows.last_mut().filter(|_| missing > 0.0) {
            *last += missing;
        }
    }
    heights
}

/// Which slots of a sheet are taken. Areas that overlap would make a workbook unreadable.
struct Slots {
    taken: Vec<bool>,
    columns: usize,
}

impl Slots {
    fn new(rows: usize, columns: usize) -> Self {
        let slots = rows.saturating_mul(columns);
        let tracked = if slots <= MAX_SLOTS { slots } else { 0 };
        Self { taken: vec![false; tracked], columns }
    }

    fn is_tracked(&self) -> bool {
        !self.taken.is_empty()
    }

    /// Takes an area; `false` if a part of it is taken or does not exist.
    fn take(&mut self, area: Area) -> bool {
        if !self.is_tracked() {
            return true;
        }
        let range = |row: u32| {
            let first = row as usize * self.columns;
            first + area.left as usize..=first + area.right as usize
        };
        let fits = (area.right as usize) < self.columns;
        let mut rows = area.top..=area.bottom;
        let free =
            fits && rows.all(|row| self.taken.get(range(row)).is_some_and(|s| !s.contains(&true)));
        if free {
            for row in area.top..=area.bottom {
                let range = range(row);
                if let Some(slots) = self.taken.get_mut(range) {
                    slots.fill(true);
                }
            }
        }
        free
    }
}
