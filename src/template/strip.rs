//! A document as one strip of rows: what binding walks over.
//!
//! Grids and free lines are laid one below another, each cell is an [`Item`] with its folded
//! text, its columns and its horizontal extent. Nothing is copied but the folded labels.

use super::compile::{Compiled, Use};
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Grid, GridKind, TextLine};
use crate::model::label::folded;
use crate::model::page::Origin;
use std::borrow::Cow;
use std::ops::Range;

/// Index of an [`Item`] in its strip.
pub(super) type ItemId = usize;
/// Index of a [`Row`] in its strip.
pub(super) type RowId = usize;

/// Longer texts (in bytes) are never labels or titles and are not folded.
const LABEL_BYTES: usize = 240;

/// More slots than this make no form; such a grid is left as a table.
const MAX_SLOTS: u64 = 4_000_000;

/// All rows of a document in reading order.
pub(super) struct Strip<'a> {
    pub compiled: &'a Compiled,
    pub rows: Vec<Row>,
    pub items: Vec<Item<'a>>,
    pub blocks: Vec<View>,
}

/// One row of a grid, or one free line.
#[derive(Debug)]
pub(super) struct Row {
    pub block: usize,
    /// Number inside the block's grid; 0 for a line.
    pub inside: u32,
    /// Page of the cells that begin here, from 1.
    pub page: u32,
    /// Cells that begin in this row, from left to right.
    pub items: Range<ItemId>,
    /// How many of them show something.
    pub filled: usize,
}

/// A cell or a free line.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub lines: &'a [TextLine],
    pub block: usize,
    pub row: u32,
    pub col: u32,
    pub row_span: u32,
    pub col_span: u32,
    pub page: u32,
    pub bbox: Option<Rect>,
    /// Left and right end: points on the page, or columns where there is no geometry.
    pub x: (f32, f32),
    pub filled: bool,
    /// Folded text; empty for a blank cell and for one too long to be a label.
    pub fold: Cow<'a, str>,
    /// What the folded text may be, in any family.
    pub uses: &'a [(usize, Use)],
    pub nested: &'a [Grid],
}

/// What the strip knows about a block.
pub(super) struct View {
    /// `None` for a free line.
    pub kind: Option<GridKind>,
    pub rows: Range<RowId>,
    pub columns: u32,
    /// Left and right end of the block, in the unit of [`Item::x`].
    pub frame: (f32, f32),
    /// Borders of the columns, in the unit of [`Item::x`].
    pub edges: Vec<f32>,
    /// The table runs off its page.
    pub cut: bool,
    /// The item that covers each slot, row by row; empty for lines and outsized grids.
    slots: Vec<u32>,
}

const NO_ITEM: u32 = u32::MAX;

impl<'a> Strip<'a> {
    pub(super) fn new(blocks: &'a [Block], compiled: &'a Compiled) -> Self {
        // Growing would hold the lists of a long document twice while they are moved.
        let (mut rows, mut items) = (0, 0);
        for block in blocks {
            let (own_rows, own_items) = match block {
                Block::Line(_) => (1, 1),
                Block::Grid(grid) if is_outsized(grid) => (0, 0),
                Block::Grid(grid) => (grid.rows as usize, grid.cells.len()),
            };
            (rows, items) = (rows + own_rows, items + own_items);
        }
        let mut strip = Self {
            compiled,
            rows: Vec::with_capacity(rows),
            items: Vec::with_capacity(items),
            blocks: Vec::with_capacity(blocks.len()),
        };
        for (index, block) in blocks.iter().enumerate() {
            match block {
                Block::Line(line) => strip.push_line(index, line),
                Block::Grid(grid) => strip.push_grid(index, grid),
            }
        }
        strip
    }

    fn push_line(&mut self, block: usize, line: &'a TextLine) {
        let x = line.bbox.map_or((0.0, 1.0), |b| (b.x0, b.x1));
        let (id, row) = (self.items.len(), self.rows.len());
        let filled = !line.text.trim().is_empty();
        let lines = std::slice::from_ref(line);
        let (fold, uses) = label(lines, self.compiled);
        self.items.push(Item {
            lines,
            block,
            row: 0,
            col: 0,
            row_span: 1,
            col_span: 1,
            page: line.page,
            bbox: line.bbox,
            x,
            filled,
            uses,
            fold,
            nested: &[],
        });
        self.rows.push(Row {
            block,
            inside: 0,
            page: line.page,
            items: id..id + 1,
            filled: usize::from(filled),
        });
        self.blocks.push(View {
            kind: None,
            rows: row..row + 1,
            columns: 1,
            frame: x,
            edges: vec![x.0, x.1],
            cut: false,
            slots: Vec::new(),
        });
    }

    fn push_grid(&mut self, block: usize, grid: &'a Grid) {
        let edges = column_edges(grid);
        let first_row = self.rows.len();
        let mut view = View {
            kind: Some(grid.kind),
            rows: first_row..first_row,
            columns: grid.columns,
            frame: (edges.first().copied().unwrap_or(0.0), edges.last().copied().unwrap_or(0.0)),
            edges: Vec::new(),
            cut: grid.cut.anywhere(),
            slots: Vec::new(),
        };
        if is_outsized(grid) {
            view.edges = edges;
            self.blocks.push(view);
            return;
        }
        view.slots = vec![NO_ITEM; slots(grid) as usize];
        let mut cells = grid.cells.iter().peekable();
        let mut page = grid.page;
        for grid_row in 0..grid.rows {
            let start = self.items.len();
            while let Some(cell) = cells.next_if(|c| c.row <= grid_row) {
                view.cover(cell, self.items.len(), grid.rows);
                self.items.push(item(self.compiled, block, cell, grid, &edges));
            }
            let items = start..self.items.len();
            let filled = self.items[items.clone()].iter().filter(|i| i.filled).count();
            // A row in which no cell begins belongs to the page of the row above.
            page = self.items[items.clone()].iter().map(|i| i.page).min().unwrap_or(page);
            self.rows.push(Row { block, inside: grid_row, page, items, filled });
        }
        view.rows = first_row..self.rows.len();
        view.edges = edges;
        self.blocks.push(view);
    }

    /// The item that covers a slot of a block's grid.
    pub(super) fn at(&self, block: usize, row: u32, col: u32) -> Option<ItemId> {
        let view = self.blocks.get(block)?;
        if col >= view.columns {
            return None;
        }
        let slot = u64::from(row) * u64::from(view.columns) + u64::from(col);
        view.slots.get(slot as usize).filter(|&&id| id != NO_ITEM).map(|&id| id as usize)
    }

    /// The items that cover a row, each once, from left to right.
    pub(super) fn covering(&self, row: RowId) -> Vec<ItemId> {
        let Some(row) = self.rows.get(row) else { return Vec::new() };
        let view = &self.blocks[row.block];
        if view.slots.is_empty() {
            return row.items.clone().collect();
        }
        let mut ids: Vec<ItemId> = Vec::with_capacity(view.columns as usize);
        for col in 0..view.columns {
            if let Some(id) = self.at(row.block, row.inside, col)
                && ids.last() != Some(&id)
            {
                ids.push(id);
            }
        }
        ids
    }

    /// The filled items that begin in a row, from left to right.
    pub(super) fn filled(&self, row: RowId) -> impl Iterator<Item = ItemId> + '_ {
        let range = self.rows.get(row).map_or(0..0, |r| r.items.clone());
        range.filter(|&id| self.items[id].filled)
    }

    /// Left and right end of a cell as far as they are certain: its text's where the columns are
    /// inferred.
    pub(super) fn reach(&self, id: ItemId) -> (f32, f32) {
        let item = &self.items[id];
        let inferred =
            matches!(self.blocks[item.block].kind, Some(GridKind::Aligned | GridKind::RowRuled));
        let boxes = item.lines.iter().filter(|_| inferred).filter_map(|l| l.bbox);
        let text = boxes.map(|b| (b.x0, b.x1)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        text.unwrap_or(item.x)
    }

    /// The row of the strip in which an item begins.
    pub(super) fn row_of(&self, id: ItemId) -> RowId {
        let item = &self.items[id];
        self.blocks[item.block].rows.start + item.row as usize
    }

    pub(super) fn kind(&self, row: RowId) -> Option<GridKind> {
        self.rows.get(row).and_then(|r| self.blocks[r.block].kind)
    }

    pub(super) fn fold(&self, id: ItemId) -> &str {
        &self.items[id].fold
    }

    /// What an item's text may be in any family.
    pub(super) fn uses(&self, id: ItemId) -> &'a [(usize, Use)] {
        self.items[id].uses
    }

    /// What an item's text may be in one family.
    pub(super) fn uses_in(&self, family: usize, id: ItemId) -> impl Iterator<Item = Use> + use<'a> {
        self.uses(id).iter().filter(move |(f, _)| *f == family).map(|(_, u)| *u)
    }

    /// Whether an item's text was recognised in a picture.
    pub(super) fn is_recognised(&self, id: ItemId) -> bool {
        self.items[id].lines.iter().any(|l| l.from == Origin::Recognised)
    }

    pub(super) fn is_side(&self, family: usize, id: ItemId) -> bool {
        self.uses_in(family, id).any(|u| u == Use::Side)
    }

    /// The printed text of an item, lines joined by a line feed.
    pub(super) fn text(&self, id: ItemId) -> String {
        let item = &self.items[id];
        let mut text = lines_text(item.lines);
        for cell in item.nested.iter().flat_map(|g| &g.cells).filter(|c| !c.is_blank()) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&lines_text(&cell.lines));
        }
        text
    }
}

impl View {
    /// Records which slots a cell covers; slots outside the grid or taken twice are ignored.
    fn cover(&mut self, cell: &Cell, id: ItemId, rows: u32) {
        let columns = self.columns as usize;
        for row in cell.row..cell.row.saturating_add(cell.row_span.max(1)).min(rows) {
            let from = row as usize * columns;
            let last = cell.col.saturating_add(cell.col_span.max(1)).min(self.columns) as usize;
            if let Some(slots) = self.slots.get_mut(from + cell.col as usize..from + last) {
                slots.iter_mut().filter(|s| **s == NO_ITEM).for_each(|s| *s = id as u32);
            }
        }
    }
}

/// Places in a grid, rows times columns.
fn slots(grid: &Grid) -> u64 {
    u64::from(grid.rows) * u64::from(grid.columns)
}

/// Whether a grid has nothing to look into, or too much.
fn is_outsized(grid: &Grid) -> bool {
    !(1..=MAX_SLOTS).contains(&slots(grid))
}

fn item<'a>(
    compiled: &'a Compiled,
    block: usize,
    cell: &'a Cell,
    grid: &Grid,
    edges: &[f32],
) -> Item<'a> {
    let (fold, uses) = label(&cell.lines, compiled);
    let edge = |i: u32| edges.get(i as usize).or(edges.last()).copied().unwrap_or(0.0);
    let within = |span: u32, from: u32, end: u32| span.min(end.saturating_sub(from)).max(1);
    let col = cell.col.min(grid.columns);
    let col_span = within(cell.col_span, col, grid.columns);
    Item {
        lines: &cell.lines,
        block,
        row: cell.row,
        col,
        row_span: within(cell.row_span, cell.row, grid.rows),
        col_span,
        page: cell.page,
        bbox: cell.bbox,
        x: (edge(col), edge(col + col_span)),
        filled: !cell.is_blank(),
        uses,
        fold,
        nested: &cell.nested,
    }
}

/// Positions of the column borders: points where the widths are known, else column numbers.
fn column_edges(grid: &Grid) -> Vec<f32> {
    if let Some(bbox) = grid.bbox
        && grid.column_widths.len() == grid.columns as usize
    {
        let mut x = bbox.x0;
        let inner = grid.column_widths.iter().map(|w| {
            x += w;
            x
        });
        return std::iter::once(bbox.x0).chain(inner).collect();
    }
    (0..=grid.columns).map(|c| c as f32).collect()
}

/// The folded text of a cell, and what it may be. Dirt beside a label is read as marks; if it is a
/// label without them, they are none of it.
fn label<'a>(lines: &'a [TextLine], compiled: &'a Compiled) -> (Cow<'a, str>, &'a [(usize, Use)]) {
    let printed = fold(lines);
    let uses = compiled.uses(&printed);
    if !uses.is_empty() || lines.iter().all(|l| l.from != Origin::Recognised) {
        return (printed, uses);
    }
    let without_specks = printed.trim_matches(is_speck);
    // Print of the other side, or a seal, is read as anything but ideographs.
    let words = printed.trim_matches(|c: char| !is_han(c));
    let long = |label: &&str| label.chars().count() >= LONG_LABEL;
    for bare in [Some(without_specks), Some(words).filter(long)].into_iter().flatten() {
        let uses = compiled.uses(bare);
        let known = compiled.lexicon.known(bare);
        if !uses.is_empty() || known.is_any() && known.full {
            return (Cow::Owned(bare.to_owned()), uses);
        }
    }
    (printed, &[])
}

/// A label with so many characters is none by chance.
const LONG_LABEL: usize = 4;

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// What recognition makes of dirt and of pieces of rules.
fn is_speck(c: char) -> bool {
    matches!(c, '.' | '·' | '。' | '•' | '˙' | ',' | '\'' | '`' | '´' | '-' | '—' | '_' | '|' | '~')
}

fn fold(lines: &[TextLine]) -> Cow<'_, str> {
    match lines {
        [line] if line.text.len() <= LABEL_BYTES => folded(&line.text),
        _ if lines.iter().map(|l| l.text.len()).sum::<usize>() <= LABEL_BYTES => {
            Cow::Owned(lines.iter().map(|l| folded(&l.text)).collect())
        }
        _ => Cow::default(),
    }
}

pub(super) fn lines_text(lines: &[TextLine]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|l| l.text.len() + 1).sum());
    for line in lines {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line.text);
    }
    text
}
