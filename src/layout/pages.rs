//! Joins tables over page breaks.
//!
//! # Rules
//! - Only running heads, feet and page numbers lie between the two parts.
//! - Their outer edges agree, and the columns of the poorer part are (mostly) among the richer's;
//!   of scans after [`placement`] has laid them over each other.
//! - A second part whose first row repeats some of the labels with which a table began is a new
//!   table; one that repeats the whole first rows has a repeated header, which is dropped.
//! - Cells that the break cuts are one cell; [`cut`] tells which.

mod cut;
mod overhang;
mod placement;

use super::margins::Margins;
use super::tolerance::PAGE_EDGE;
use super::{beside, cut_lines, lone_rows, stray_rows};
use crate::model::grid::{Block, Cell, CutOff, Grid, GridKind, Layout, PageLayout, TextLine};
use std::collections::BTreeSet;

/// A table whose parts share only some of their columns goes on if it ends in the lower part of
/// its page and begins in the upper part of the next.
const LOWER_PART: f32 = 0.6;
const UPPER_PART: f32 = 0.35;

/// A header that is repeated on later pages stands among the first rows of its table.
const HEADER_ROWS: u32 = 24;

/// Joins grids that run over page breaks; removes page numbers and what runs between the parts.
#[must_use]
pub fn join_pages(mut pages: Vec<PageLayout>) -> Layout {
    beside::mark(&mut pages);
    let margins = Margins::of(&pages);
    lone_rows::begin(&mut pages, &margins);
    cut_lines::join(&mut pages, &margins);
    lone_rows::go_on(&mut pages, &margins);
    stray_rows::doubt(&mut pages, &margins);
    let mut layout = Layout::default();
    let mut joiner = Joiner::default();
    for mut page in pages {
        layout.findings.append(&mut page.findings);
        let height = page.size_pt.1;
        let aside = !page.strips.is_empty();
        let number = page.page;
        for blocks in sheets(page) {
            joiner.begin_sheet(number, aside);
            let mut lead: Vec<Lead> = Vec::new();
            let mut seen_grid = false;
            for block in blocks {
                match block {
                    Block::Line(line) if Margins::is_page_number(&line, height) => {}
                    Block::Line(line) => {
                        let marginal = margins.is_marginal(&line, height);
                        if seen_grid {
                            let aside = joiner.is_aside(&layout.blocks, &line);
                            let overhangs =
                                !marginal && !aside && joiner.overhangs(&layout.blocks, &line);
                            layout.blocks.push(Block::Line(line));
                            joiner.line_after(marginal || aside || overhangs);
                        } else {
                            lead.push(Lead { line, marginal });
                        }
                    }
                    Block::Grid(grid) if !seen_grid => {
                        seen_grid = true;
                        let lead = std::mem::take(&mut lead);
                        let rest = joiner.try_join(&mut layout.blocks, grid, &lead, height);
                        if let Some(grid) = rest {
                            layout.blocks.extend(lead.into_iter().map(|l| Block::Line(l.line)));
                            joiner.start(&mut layout.blocks, grid, height);
                        }
                    }
                    Block::Grid(grid) => joiner.start(&mut layout.blocks, grid, height),
                }
            }
            layout.blocks.extend(lead.into_iter().map(|l| Block::Line(l.line)));
            joiner.end_sheet();
        }
    }
    layout
}

/// The blocks of a page by its strips, one for most pages: two pages may be printed on one sheet.
fn sheets(page: PageLayout) -> Vec<Vec<Block>> {
    let mut blocks = page.blocks;
    let mut sheets: Vec<Vec<Block>> =
        page.strips.iter().rev().map(|&start| blocks.split_off(start)).collect();
    sheets.push(blocks);
    sheets.reverse();
    sheets
}

/// The table that may go on over the next page break.
#[derive(Default)]
struct Joiner {
    open: Option<Open>,
    /// First rows with which tables of this document began, as sets of cell texts.
    starts: Vec<BTreeSet<String>>,
    /// Number of the sheet: a page, or a strip of one.
    sheet: u32,
    /// Its page.
    page: u32,
    /// Whether the sheet, and the one before it, is a strip.
    aside: [bool; 2],
}

/// A line above the first grid of a page.
struct Lead {
    line: TextLine,
    /// It runs along the margin.
    marginal: bool,
}

struct Open {
    /// Index of the grid in the blocks.
    block: usize,
    /// Sheet of its last row.
    sheet: u32,
    /// The table reaches the lower part of that page.
    low: bool,
    /// Only running lines follow it.
    clear: bool,
    /// Cells that touch its last row, as indices into its cells, from left to right.
    bottom: Vec<usize>,
    /// Lines right below it that may be text of cells which the break cuts: the index of the cell,
    /// and that of the line's block.
    overhang: Vec<(usize, usize)>,
}

impl Joiner {
    fn line_after(&mut self, marginal: bool) {
        if let Some(open) = self.open.as_mut().filter(|_| !marginal) {
            open.clear = false;
        }
    }

    fn begin_sheet(&mut self, page: u32, aside: bool) {
        // A page that could not be read is a sheet, too.
        self.sheet += (page - self.page.min(page)).max(1);
        self.page = page;
        self.aside = [aside, self.aside[0]];
    }

    fn end_sheet(&mut self) {
        // A sheet without a grid ends the table.
        if self.open.as_ref().is_some_and(|o| o.sheet < self.sheet) {
            self.open = None;
        }
    }

    /// Records a grid that begins a table.
    fn start(&mut self, blocks: &mut Vec<Block>, grid: Grid, height: f32) {
        let first = first_row(&grid);
        if first.len() >= 2 && !self.starts.contains(&first) && self.starts.len() < 64 {
            self.starts.push(first);
        }
        let low = grid.bbox.is_some_and(|b| b.y1 >= height * LOWER_PART);
        let bottom = bottom_cells(&grid, 0);
        blocks.push(Block::Grid(grid));
        let overhang = Vec::new();
        self.open = Some(Open {
            block: blocks.len() - 1,
            sheet: self.sheet,
            low,
            clear: true,
            bottom,
            overhang,
        });
    }

    /// Whether a line stands beside the open table, at the height of its rows: it parts none of them.
    fn is_aside(&self, blocks: &[Block], line: &TextLine) -> bool {
        let open = self.open.as_ref().filter(|open| open.clear);
        let Some(Block::Grid(table)) = open.and_then(|open| blocks.get(open.block)) else {
            return false;
        };
        // A table that goes on from the page before has that page's box.
        let rows = table.cells.iter().filter(|c| c.page == line.page).filter_map(|c| c.bbox);
        let Some((own, rows)) = line.bbox.zip(rows.reduce(|a, b| a.union(&b))) else {
            return false;
        };
        let middle = own.center().y;
        (rows.y0..=rows.y1).contains(&middle) && (own.x1 <= rows.x0 || own.x0 >= rows.x1)
    }

    /// Whether a line, which is about to be put behind `blocks`, stands right below a cell that the
    /// break cuts: some producers draw the text of a merged cell over the edge of the page's part.
    fn overhangs(&mut self, blocks: &[Block], line: &TextLine) -> bool {
        let Some(open) = self.open.as_mut().filter(|open| open.clear) else { return false };
        let Some(Block::Grid(table)) = blocks.get(open.block) else { return false };
        let cell = overhang::cell_above(open, table, line);
        if let Some(cell) = cell {
            open.overhang.push((cell, blocks.len()));
        }
        cell.is_some()
    }

    /// Appends `grid` to the open table, or gives it back.
    fn try_join(
        &mut self,
        blocks: &mut Vec<Block>,
        mut grid: Grid,
        lead: &[Lead],
        height: f32,
    ) -> Option<Grid> {
        let sheet = self.sheet;
        let Some(open) = &mut self.open else { return Some(grid) };
        let high = grid.bbox.is_some_and(|b| b.y0 <= height * UPPER_PART);
        let possible = open.clear && open.sheet + 1 == sheet && grid.kind.has_drawn_rows();
        let Some(Block::Grid(table)) = blocks.get_mut(open.block).filter(|_| possible) else {
            return Some(grid);
        };
        let above: Vec<&TextLine> = lead.iter().filter(|l| !l.marginal).map(|l| &l.line).collect();
        let hanging = overhang::cells_below(&above, &grid, table, open);
        if hanging.contains(&None) {
            return Some(grid);
        }
        let aside = self.aside.contains(&true);
        let lying = placement::over(table, &grid)
            .or_else(|| placement::beside(table, &grid).filter(|_| aside));
        let placed = lying.as_ref().unwrap_or(&grid);
        let Some((edges, fit)) = common_edges(table, placed) else { return Some(grid) };
        if fit == Fit::Partial && !(open.low && high) {
            return Some(grid);
        }
        let first = first_row(&grid);
        let repeated = repeated_rows(table, &grid);
        let restarts = self.starts.iter().any(|s| s.intersection(&first).count() >= 2)
            || first_row(table).intersection(&first).next().is_some();
        if repeated == 0 && restarts {
            return Some(grid);
        }
        open.low = grid.bbox.is_some_and(|b| b.y1 >= height * LOWER_PART);
        open.sheet = sheet;
        if let Some(lying) = lying {
            (grid.left, grid.column_widths) = (lying.left, lying.column_widths);
        }
        let mut overhang = std::mem::take(&mut open.overhang).into_iter().peekable();
        let from = overhang.peek().map_or(blocks.len(), |&(_, block)| block);
        let mut lines: Vec<(usize, TextLine)> = Vec::new();
        for (n, block) in blocks.split_off(from).into_iter().enumerate() {
            match (overhang.next_if(|&(_, at)| at == from + n), block) {
                (Some((cell, _)), Block::Line(line)) => lines.push((cell, line)),
                (_, block) => blocks.push(block),
            }
        }
        // Lines that hang over the first row come before its own.
        for (line, cell) in above.into_iter().zip(hanging).rev() {
            if let Some(cell) = cell {
                grid.cells[cell].lines.insert(0, line.clone());
            }
        }
        if let Some(Block::Grid(table)) = blocks.get_mut(open.block) {
            for (cell, line) in lines {
                table.cells[cell].lines.push(line);
            }
            append(table, grid, &edges, repeated, &mut open.bottom);
        }
        None
    }
}

/// The filled cells of the first row, as compact texts.
fn first_row(grid: &Grid) -> BTreeSet<String> {
    grid.cells
        .iter()
        .take_while(|c| c.row == 0)
        .map(Cell::compact_text)
        .filter(|t| !t.is_empty())
        .collect()
}

fn bottom_cells(grid: &Grid, from: usize) -> Vec<usize> {
    let mut bottom: Vec<usize> = (from..grid.cells.len())
        .filter(|&i| grid.cells[i].row + grid.cells[i].row_span == grid.rows)
        .collect();
    bottom.sort_by_key(|&i| grid.cells[i].col);
    bottom
}

fn edges_of(grid: &Grid) -> Vec<f32> {
    let mut edges = Vec::with_capacity(grid.column_widths.len() + 1);
    let mut x = grid.left;
    edges.push(x);
    for w in &grid.column_widths {
        x += w;
        edges.push(x);
    }
    edges
}

/// How well the columns of two parts agree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Those of the poorer part are all among the richer's.
    Subset,
    /// At least half of the poorer's inner edges are.
    Partial,
}

/// The united column edges of two parts of a table, or `None` if they do not fit.
///
/// The second part may lack outer columns of the first: some producers draw nothing of a merged
/// cell on the pages between its first and its last.
fn common_edges(a: &Grid, b: &Grid) -> Option<(Vec<f32>, Fit)> {
    let (ea, eb) = (edges_of(a), edges_of(b));
    let close = |x: f32, y: f32| (x - y).abs() <= PAGE_EDGE;
    let among = |x: f32, edges: &[f32]| edges.iter().any(|&y| close(x, y));
    let left = close(*ea.first()?, *eb.first()?);
    let right = close(*ea.last()?, *eb.last()?);
    let shared = eb.iter().filter(|x| among(**x, &ea)).count();
    let subset = shared == eb.len() || ea.iter().all(|x| among(*x, &eb));
    let poorer = ea.len().min(eb.len()) - 2;
    if !(left && right) {
        if (left || right) && shared == eb.len() && eb.len() > 2 {
            return Some((ea, Fit::Subset));
        }
        // Columns that were inferred agree as far as the rows of each page show them; where the
        // side columns are merged, rules begin beside them.
        let inferred = a.kind == GridKind::RowRuled && b.kind == GridKind::RowRuled;
        let begins_inside = right && eb.first().is_some_and(|&x| among(x, &ea));
        if !(inferred && begins_inside && (shared - 2) * 2 >= eb.len() - 2) {
            return None;
        }
    } else if (shared - 2) * 2 < poorer {
        return None;
    }
    let mut all = ea;
    for x in eb {
        if !among(x, &all) {
            all.push(x);
        }
    }
    all.sort_by(f32::total_cmp);
    Some((all, if subset { Fit::Subset } else { Fit::Partial }))
}

/// How many first rows of `b` repeat header rows of `a` word for word.
///
/// The header may stand below a head of its own (the column headings of a form). Rows with
/// figures are data, and so are rows with few cells.
fn repeated_rows(a: &Grid, b: &Grid) -> u32 {
    let first = header_row(b, 0);
    let from = (0..a.rows.min(HEADER_ROWS)).find(|&r| {
        let row = header_row(a, r);
        row == first && (row.len() >= 3 || (r == 0 && row.len() == 2))
    });
    let Some(from) = from else { return 0 };
    let rows = a.rows.saturating_sub(from).min(b.rows);
    let is_header = |n: &u32| {
        let (ra, rb) = (header_row(a, from + n), header_row(b, *n));
        // A header is closed below: none of its cells reaches into the body.
        ra.len() >= 2 && ra == rb && ra.iter().all(|c| n + c.0 <= b.rows)
    };
    let repeated = (0..rows).take_while(is_header).count() as u32;
    // A second form with the same head goes on with the same labels; a table goes on with data.
    if from == 0 && shares_label(a, b, repeated) { 0 } else { repeated }
}

/// Whether two rows at the same place share the text of a cell without figures.
fn shares_label(a: &Grid, b: &Grid, row: u32) -> bool {
    let labels = |g: &Grid| -> BTreeSet<String> {
        let from = g.cells.partition_point(|c| c.row < row);
        let cells = g.cells[from..].iter().take_while(|c| c.row == row);
        let texts = cells.map(Cell::compact_text);
        texts.filter(|t| t.chars().count() >= 2 && !t.chars().any(char::is_numeric)).collect()
    };
    !labels(a).is_disjoint(&labels(b))
}

/// The filled cells of a row, as row span and compact text; nothing if the row has figures.
///
/// Cells that span rows are side labels: a break cuts them to another length.
fn header_row(grid: &Grid, row: u32) -> Vec<(u32, String)> {
    let from = grid.cells.partition_point(|c| c.row < row);
    let cells = grid.cells[from..].iter().take_while(|c| c.row == row);
    let filled: Vec<(u32, String)> = cells
        .filter(|c| c.row_span == 1)
        .map(|c| (c.row_span, c.compact_text()))
        .filter(|c| !c.1.is_empty())
        .collect();
    let is_data = |text: &str| text.chars().any(char::is_numeric);
    if row > 0 && filled.iter().any(|c| is_data(&c.1)) { Vec::new() } else { filled }
}

/// Index of the nearest of ascending `edges`.
fn nearest(edges: &[f32], x: f32) -> u32 {
    let i = edges.partition_point(|&e| e < x);
    let below = i > 0 && (i == edges.len() || x - edges[i - 1] <= edges[i] - x);
    (if below { i - 1 } else { i }) as u32
}

/// Moves a grid's cells onto other column edges, of which its own are a subset.
fn remap(grid: &mut Grid, edges: &[f32]) {
    if grid.column_widths.len() + 1 == edges.len() {
        return;
    }
    let to: Vec<u32> = edges_of(grid).iter().map(|&x| nearest(edges, x)).collect();
    let at = |col: u32| to.get(col as usize).copied().unwrap_or(col);
    for cell in &mut grid.cells {
        let end = at(cell.col + cell.col_span);
        cell.col = at(cell.col);
        cell.col_span = end.saturating_sub(cell.col).max(1);
    }
    grid.columns = (edges.len() - 1) as u32;
    grid.column_widths = edges.windows(2).map(|w| w[1] - w[0]).collect();
    grid.left = edges[0];
}

/// Appends the rows of `part` (without `skip` repeated header rows) to `table`.
fn append(table: &mut Grid, mut part: Grid, edges: &[f32], skip: u32, bottom: &mut Vec<usize>) {
    remap(table, edges);
    let own = edges_of(&part);
    let covered = (
        own.first().map_or(0, |&x| nearest(edges, x)),
        own.last().map_or(0, |&x| nearest(edges, x)),
    );
    remap(&mut part, edges);
    let kept = part.cells.partition_point(|c| c.row < skip);
    let mut cells: Vec<Cell> = part.cells.drain(kept..).collect();
    let skip = skip + u32::from(cut::drop_blank_rest(table, &mut cells, skip, bottom));
    let uppers = cut::uppers(table, &mut cells, skip, bottom);
    // If every cell goes on, the break cuts one printed row in two.
    let shared = u32::from(!uppers.is_empty() && uppers.iter().all(Option::is_some));
    let offset = table.rows - shared;
    table.rows += part.rows.saturating_sub(skip) - shared;
    let mut heights = part.row_heights.iter().copied().skip(skip as usize);
    if shared == 1
        && let (Some(last), Some(first)) = (table.row_heights.last_mut(), heights.next())
    {
        *last += first;
    }
    table.row_heights.extend(heights);

    table.cut = CutOff {
        beside: table.cut.beside || part.cut.beside,
        above: table.cut.above,
        below: part.cut.below,
    };
    let first_new = table.cells.len();
    let mut extended: Vec<usize> = Vec::new();
    for (n, mut cell) in cells.into_iter().enumerate() {
        cell.row = cell.row - skip + offset;
        match uppers.get(n).copied().flatten() {
            Some(i) => {
                if cell.row + cell.row_span == table.rows {
                    extended.push(i);
                }
                cut::extend(&mut table.cells[i], cell, shared);
            }
            None => table.cells.push(cell),
        }
    }
    extended.extend(carry_beside(table, covered, offset + shared, first_new, bottom));
    let mut new_bottom = bottom_cells(table, first_new);
    new_bottom.extend(extended);
    new_bottom.sort_by_key(|&i| table.cells[i].col);
    *bottom = new_bottom;
}

/// Fills the columns beside a part that lacks outer columns of its table: merged cells that the
/// break cuts go on there, and blank cells take the rest. Returns the cells that go on.
fn carry_beside(
    table: &mut Grid,
    covered: (u32, u32),
    first_row: u32,
    first_new: usize,
    bottom: &[usize],
) -> Vec<usize> {
    let rows = table.rows - first_row;
    if covered == (0, table.columns) || rows == 0 {
        return Vec::new();
    }
    let mut gone_on = Vec::new();
    let mut col = 0;
    while col < table.columns {
        if col == covered.0 {
            col = covered.1;
            continue;
        }
        let upper = bottom.iter().copied().find(|&i| {
            let c = &table.cells[i];
            let end = c.col + c.col_span;
            c.col == col && c.cut_below && (end <= covered.0 || col >= covered.1)
        });
        if let Some(i) = upper {
            let cell = &mut table.cells[i];
            cell.row_span += rows;
            col = cell.col + cell.col_span;
            gone_on.push(i);
        } else {
            let page = table.cells.get(first_new).map_or(table.page, |c| c.page);
            let blank =
                Cell { row: first_row, col, row_span: rows, col_span: 1, page, ..Cell::default() };
            table.cells.push(blank);
            col += 1;
        }
    }
    if let Some(new) = table.cells.get_mut(first_new..) {
        new.sort_by_key(|c| (c.row, c.col));
    }
    gone_on
}

#[cfg(test)]
mod tests;
