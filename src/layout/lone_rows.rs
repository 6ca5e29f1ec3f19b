//! Rows that a page break leaves alone on their page, of tables without ruling lines, or without
//! outer ones.
//!
//! White space shows a table only where several rows share it, and a single row without outer lines
//! has none that close its cells. A row or two at the top or at the bottom of a page are told by the
//! table beyond the break.
//!
//! # Rules
//! - Lines of several texts above everything else on a page go on with the table that ended the page
//!   before, if each text is in line with those of a column of it.
//! - Lines of several texts below everything else, with another line above them, begin the table at
//!   the top of the next page: a form's first rows below its title. They need not share its columns,
//!   as no head does.
//! - A label with a colon has its value beside it, and makes no row (lines for signatures).
//! - Recognised lines stay outside, where they doubt the table: on a scan an edge is off by more than
//!   columns are in line.

use super::margins::Margins;
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Grid, GridKind, PageLayout, TextLine};
use crate::model::page::Origin;

/// Texts of a column have an edge or their middle in common within this share of an em.
const IN_LINE: f32 = 0.2;

/// A row may stand beyond the sides of the table that it begins by so much, in em.
const SIDES: f32 = 2.0;

/// So many rows at the end of a table are looked at for the one with the most cells.
const LAST_ROWS: u32 = 3;

/// Makes grids of the rows at the bottom of pages that begin the table of the next page. `O(blocks)`.
pub(super) fn begin(pages: &mut [PageLayout], margins: &Margins) {
    for page in 1..pages.len() {
        let (before, after) = pages.split_at_mut(page);
        let (Some(page), Some(next)) = (before.last_mut(), after.first()) else { continue };
        if page.page + 1 != next.page {
            continue;
        }
        let last = page.blocks.iter().rfind(|b| !is_marginal(page, margins, b));
        let last = last.and_then(|b| texts(page, b));
        if let Some(table) = last.and_then(|last| first_table(next, margins, last)) {
            last_rows(page, margins, table);
        }
    }
}

/// Makes grids of the rows at the top of pages that go on with the table of the page before.
/// `O(blocks)`, and of each table before such a row its cells.
pub(super) fn go_on(pages: &mut [PageLayout], margins: &Margins) {
    for next in 1..pages.len() {
        if pages[next - 1].page + 1 != pages[next].page {
            continue;
        }
        let table = last_table(&pages[next - 1], margins);
        if let Some((lines, grid)) = table.and_then(|t| first_rows(&pages[next], margins, t)) {
            pages[next].blocks.splice(lines, [Block::Grid(grid)]);
        }
    }
}

/// The table that ends a page, if none of its lines need show in a single row.
fn last_table<'p>(page: &'p PageLayout, margins: &Margins) -> Option<&'p Grid> {
    match page.blocks.iter().rfind(|b| !is_marginal(page, margins, b))? {
        Block::Grid(grid) => Some(grid).filter(|g| g.kind == GridKind::Aligned || g.open_sides),
        Block::Line(_) => None,
    }
}

/// The table without rules that begins a page, below the ends of texts of the row above the break.
fn first_table<'p>(page: &'p PageLayout, margins: &Margins, row: &[TextLine]) -> Option<&'p Grid> {
    let is_end = |b: &Block| {
        let Block::Line(line) = b else { return false };
        let same = |t: &TextLine| (t.font_size - line.font_size).abs() <= 0.1 * line.font_size;
        let below = |t: &TextLine| {
            t.bbox.zip(line.bbox).is_some_and(|(a, b)| is_in_line(a, b, line.font_size))
        };
        row.iter().any(|t| same(t) && below(t))
    };
    let mut blocks = page.blocks.iter().filter(|b| !is_marginal(page, margins, b));
    match blocks.find(|b| !is_end(b))? {
        Block::Grid(grid) => Some(grid).filter(|g| g.kind == GridKind::Aligned),
        Block::Line(_) => None,
    }
}

fn is_marginal(page: &PageLayout, margins: &Margins, block: &Block) -> bool {
    matches!(block, Block::Line(line) if margins.is_marginal(line, page.size_pt.1))
}

/// The rows at the top of a page that go on with a table: which blocks they are, and as a grid.
fn first_rows(
    page: &PageLayout,
    margins: &Margins,
    table: &Grid,
) -> Option<(std::ops::Range<usize>, Grid)> {
    let start = page.blocks.iter().position(|b| !is_marginal(page, margins, b))?;
    let columns = Columns::of(table);
    // The rows, and behind each of them the number of lines so far.
    let mut rows: Vec<(Row<'_>, usize)> = Vec::new();
    let mut open: Option<(Row<'_>, f32)> = None;
    // The first line of the open row, and the number of lines with it.
    let (mut first, mut begun): (Option<Row<'_>>, usize) = (None, 0);
    let mut count = 0;
    for block in &page.blocks[start..] {
        let Block::Line(line) = block else { break };
        let texts = match apart(page, line) {
            Some(_) => texts(page, block),
            // The lines of cells that wrap stand at different heights.
            None => Some(std::slice::from_ref(line)).filter(|_| line.from != Origin::Recognised),
        };
        let Some((bbox, texts)) = line.bbox.zip(texts) else { break };
        let Some(own) = columns.row(texts) else { break };
        open = Some(match open.take() {
            Some((mut row, bottom)) if bbox.y0 < bottom || columns.wraps(&row, &own) => {
                if columns.parts(&row, &own) {
                    // Rows with a label between them: which is whose is not known here.
                    open = first.take().map(|first| (first, bottom));
                    count = begun;
                    break;
                }
                row.iter_mut().zip(own).for_each(|(cell, more)| cell.extend(more));
                (row, bottom.max(bbox.y1))
            }
            before => {
                if !take(&mut rows, before, count) {
                    break;
                }
                (first, begun) = (Some(own.clone()), count + 1);
                (own, bbox.y1)
            }
        });
        count += 1;
    }
    take(&mut rows, open, count);
    let count = rows.last()?.1;
    let rows: Vec<Row<'_>> = rows.into_iter().map(|row| row.0).collect();
    let grid = grid(page.page, &rows, &columns.cells, &columns.edges)?;
    let (kind, open_sides) = (table.kind, table.open_sides);
    Some((start..start + count, Grid { kind, open_sides, ..grid }))
}

/// For each cell of a row its lines, top to bottom.
type Row<'t> = Vec<Vec<&'t TextLine>>;

/// How far lines of one cell may be apart, in em, as far as the cells of a table show.
pub(super) fn leading(table: &Grid) -> Option<f32> {
    let lines = table.cells.iter().flat_map(|c| c.lines.windows(2));
    let apart = lines.filter_map(|w| apart_by(&w[0], &w[1])).filter(|&apart| apart > 0.5);
    apart.reduce(f32::max).map(|most| most + IN_LINE)
}

/// How far lines in the columns that two have in common are apart, in em.
fn distances(row: &Row<'_>, next: &Row<'_>) -> impl Iterator<Item = f32> {
    row.iter().zip(next).filter_map(|(a, b)| apart_by(a.last()?, b.first()?))
}

/// How far two lines are apart, in em.
fn apart_by(upper: &TextLine, lower: &TextLine) -> Option<f32> {
    Some((lower.bbox?.y1 - upper.bbox?.y1) / upper.font_size.max(lower.font_size))
}

/// Puts a row that is complete after `count` lines behind the others; `false` if it is none, having
/// text in one column alone.
fn take<'t>(rows: &mut Vec<(Row<'t>, usize)>, row: Option<(Row<'t>, f32)>, count: usize) -> bool {
    let Some((row, _)) = row else { return true };
    let is_row = row.iter().filter(|cell| !cell.is_empty()).count() > 1;
    if is_row {
        rows.push((row, count));
    }
    is_row
}

/// Makes grids of the rows at the bottom of a page that begin a table.
fn last_rows(page: &mut PageLayout, margins: &Margins, table: &Grid) {
    let Some(end) = page.blocks.iter().rposition(|b| !is_marginal(page, margins, b)) else {
        return;
    };
    let begins = |line: &[TextLine]| {
        let slack = SIDES * line.iter().map(|t| t.font_size).fold(0.0, f32::max);
        let sides = table.bbox.map(|b| (b.x0 - slack, b.x1 + slack));
        let inside = |b: Rect| sides.is_some_and(|(x0, x1)| b.x0 >= x0 && b.x1 <= x1);
        line.iter().all(|t| t.bbox.is_some_and(inside))
    };
    let rows = page.blocks[..=end].iter().rev();
    let count = rows.take_while(|b| texts(page, b).is_some_and(begins)).count();
    let start = end + 1 - count;
    if !matches!(start.checked_sub(1).map(|above| &page.blocks[above]), Some(Block::Line(_))) {
        return;
    }
    for block in start..=end {
        let made = texts(page, &page.blocks[block]).and_then(|texts| own_columns(page.page, texts));
        if let Some(grid) = made {
            page.blocks[block] = Block::Grid(grid);
        }
    }
}

/// The texts of a free line that stand apart, if it has several and none is a label with its value.
fn texts<'p>(page: &'p PageLayout, block: &Block) -> Option<&'p [TextLine]> {
    let Block::Line(line) = block else { return None };
    let texts = apart(page, line)?;
    let labelled = texts.iter().any(|t| t.text.contains(['：', ':']));
    (!labelled).then_some(texts)
}

/// The texts of a free line that stand apart, if it has several and was not recognised.
pub(super) fn apart<'p>(page: &'p PageLayout, line: &TextLine) -> Option<&'p [TextLine]> {
    let bbox = line.bbox.filter(|_| line.from != Origin::Recognised)?;
    let first = page.apart.partition_point(|t| top(t) < bbox.y0 - line.font_size);
    let near = page.apart[first..].iter().take_while(|t| top(t) <= bbox.y1);
    let mut own = near.filter(|t| t.iter().all(|t| t.bbox.is_some_and(|b| bbox.encloses(&b, 0.1))));
    own.next().map(Vec::as_slice)
}

fn top(texts: &[TextLine]) -> f32 {
    texts.first().and_then(|t| t.bbox).map_or(f32::INFINITY, |b| b.y0)
}

/// The columns of a table, as its last rows have them.
struct Columns<'g> {
    table: &'g Grid,
    /// x of each column's left edge, and of the last one's right edge, in points.
    edges: Vec<f32>,
    /// First column and number of columns of each cell of the row with the most cells.
    cells: Vec<(u32, u32)>,
    /// Most that lines of one cell are apart, in em, if any cell has several.
    leading: Option<f32>,
}

impl<'g> Columns<'g> {
    fn of(table: &'g Grid) -> Self {
        let mut edges = vec![table.left];
        for width in &table.column_widths {
            edges.push(edges.last().copied().unwrap_or_default() + width);
        }
        let row = |row: u32| {
            let covers = move |c: &&Cell| (c.row..c.row + c.row_span).contains(&row);
            let mut cells: Vec<(u32, u32)> =
                table.cells.iter().filter(covers).map(|c| (c.col, c.col_span)).collect();
            cells.sort_unstable();
            cells
        };
        let last = table.rows.saturating_sub(LAST_ROWS)..table.rows;
        let cells = last.map(row).max_by_key(Vec::len).unwrap_or_default();
        Self { table, edges, cells, leading: leading(table) }
    }

    /// Whether lines of a row and of the next line are lines of one cell, as far as those of the table
    /// show, in each column that both have.
    fn wraps(&self, row: &Row<'_>, next: &Row<'_>) -> bool {
        let mut apart = distances(row, next).peekable();
        apart.peek().is_some() && apart.all(|apart| self.leading.is_some_and(|most| apart <= most))
    }

    /// Whether the two are rows of their own: they share columns, in lines too far apart for one cell.
    fn parts(&self, row: &Row<'_>, next: &Row<'_>) -> bool {
        distances(row, next).any(|apart| self.leading.is_none_or(|most| apart > most))
    }

    /// For each cell its text on a line; `None` if a text is not in line with those of a column.
    fn row<'t>(&self, texts: &'t [TextLine]) -> Option<Row<'t>> {
        let mut row = vec![Vec::new(); self.cells.len()];
        for text in texts {
            let bbox = text.bbox?;
            let middle = f32::midpoint(bbox.x0, bbox.x1);
            let place = self.cells.iter().position(|&(col, span)| {
                let ends = (self.edges.get(col as usize), self.edges.get((col + span) as usize));
                matches!(ends, (Some(&x0), Some(&x1)) if x0 <= middle && middle < x1)
            })?;
            if !row[place].is_empty() || !self.is_in_line(self.cells[place], bbox, text.font_size) {
                return None;
            }
            row[place].push(text);
        }
        Some(row)
    }

    fn is_in_line(&self, (col, span): (u32, u32), bbox: Rect, size: f32) -> bool {
        let own = self.table.cells.iter().filter(|c| (c.col, c.col_span) == (col, span));
        let boxes = own.flat_map(|c| &c.lines).filter_map(|l| l.bbox);
        boxes.into_iter().any(|b| is_in_line(b, bbox, size))
    }
}

/// Whether two texts of this size, in points, have an edge or their middle in common.
pub(super) fn is_in_line(a: Rect, b: Rect, size: f32) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() <= IN_LINE * size;
    near(a.x0, b.x0) || near(a.x1, b.x1) || near(a.x0 + a.x1, b.x0 + b.x1)
}

/// A row whose columns are divided half-way between its texts.
fn own_columns(page: u32, texts: &[TextLine]) -> Option<Grid> {
    let boxes = texts.iter().map(|t| t.bbox).collect::<Option<Vec<Rect>>>()?;
    let (first, last) = (boxes.first()?, boxes.last()?);
    let mut edges = vec![first.x0];
    edges.extend(boxes.windows(2).map(|w| f32::midpoint(w[0].x1, w[1].x0)));
    edges.push(last.x1);
    let cells: Vec<(u32, u32)> = (0..).take(texts.len()).map(|c| (c, 1)).collect();
    grid(page, &[texts.iter().map(|t| vec![t]).collect()], &cells, &edges)
}

/// A grid of rows whose cells have the same columns, between these edges, in points.
fn grid(page: u32, rows: &[Row<'_>], columns: &[(u32, u32)], edges: &[f32]) -> Option<Grid> {
    let (&left, &right) = (edges.first()?, edges.last()?);
    let height = |row: &Row<'_>| {
        let boxes = row.iter().flatten().filter_map(|t| t.bbox);
        boxes.reduce(|a, b| a.union(&b)).map(|b| Rect { x0: left, x1: right, ..b })
    };
    let boxes = rows.iter().map(height).collect::<Option<Vec<Rect>>>()?;
    let bbox = boxes.iter().copied().reduce(|a, b| a.union(&b))?;
    let x = |column: u32| edges.get(column as usize).copied().unwrap_or(right);
    let cells = (0_u32..).zip(rows.iter().zip(&boxes)).flat_map(|(number, (row, bbox))| {
        columns.iter().zip(row).map(move |(&(col, col_span), text)| Cell {
            row: number,
            col,
            row_span: 1,
            col_span,
            page,
            bbox: Some(Rect { x0: x(col), x1: x(col + col_span), ..*bbox }),
            lines: text.iter().map(|&line| line.clone()).collect(),
            ..Cell::default()
        })
    });
    Some(Grid {
        page,
        bbox: Some(bbox),
        columns: edges.len() as u32 - 1,
        rows: rows.len() as u32,
        left,
        column_widths: edges.windows(2).map(|w| w[1] - w[0]).collect(),
        row_heights: boxes.iter().map(Rect::height).collect(),
        cells: cells.collect(),
        kind: GridKind::Aligned,
        ..Grid::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, page: u32, x: f32, y: f32) -> TextLine {
        let width = 10.0 * text.chars().count() as f32;
        TextLine {
            text: text.to_owned(),
            page,
            bbox: Some(Rect::new(x, y, x + width, y + 10.0)),
            font_size: 10.0,
            from: Origin::TextLayer,
            confidence: 1.0,
            certainty: crate::model::grid::Certainty::default(),
            source_line: 0,
        }
    }

    /// A line of the texts at these places.
    fn line(page: u32, y: f32, texts: &[(&str, f32)]) -> (Block, Vec<TextLine>) {
        let texts: Vec<TextLine> = texts.iter().map(|&(t, x)| text(t, page, x, y)).collect();
        let all: Vec<&str> = texts.iter().map(|t| t.text.as_str()).collect();
        let bbox = texts.iter().filter_map(|t| t.bbox).reduce(|a, b| a.union(&b));
        (Block::Line(TextLine { text: all.join(" "), bbox, ..texts[0].clone() }), texts)
    }

    fn table(page: u32, y: f32) -> Block {
        let texts = [("产出指标", 60.0), ("数量指标", 160.0), ("培训人次", 260.0), ("≥20", 400.0)];
        let (_, texts) = line(page, y, &texts);
        let edges = [50.0, 150.0, 250.0, 390.0, 500.0];
        let cells = [(0, 1), (1, 1), (2, 1), (3, 1)];
        Block::Grid(grid(page, &[texts.iter().map(|t| vec![t]).collect()], &cells, &edges).unwrap())
    }

    fn page(number: u32, parts: Vec<(Block, Vec<TextLine>)>) -> PageLayout {
        let (blocks, apart): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let apart = apart.into_iter().filter(|t| t.len() > 1).collect();
        PageLayout { page: number, size_pt: (595.0, 842.0), blocks, apart, ..PageLayout::default() }
    }

    /// The texts of the grids of a page, row by row.
    fn grids(page: &PageLayout) -> Vec<String> {
        let rows = page.blocks.iter().filter_map(|b| match b {
            Block::Grid(grid) => Some(grid),
            Block::Line(_) => None,
        });
        let rows = rows.flat_map(|g| g.cells.chunk_by(|a, b| a.row == b.row));
        rows.map(|row| {
            row.iter()
                .map(|c| c.lines.iter().map(|l| l.text.as_str()).collect::<String>())
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect()
    }

    fn joined(mut pages: Vec<PageLayout>) -> Vec<Vec<String>> {
        let margins = Margins::of(&pages);
        begin(&mut pages, &margins);
        go_on(&mut pages, &margins);
        pages.iter().map(grids).collect()
    }

    #[test]
    fn rows_in_line_with_the_table_before_the_break_go_on_with_it() {
        let lone = |texts| {
            let first = page(1, vec![(table(1, 700.0), vec![])]);
            joined(vec![first, page(2, vec![line(2, 120.0, texts)])]).remove(1)
        };
        assert_eq!(
            lone(&[("质量指标", 160.0), ("合格率", 260.0), ("≥9%", 400.0)]),
            ["|质量指标|合格率|≥9%"]
        );
        assert!(lone(&[("填表人王某", 70.0), ("负责人李某", 290.0)]).is_empty(), "out of line");
        assert!(lone(&[("填表人：", 60.0), ("李某", 260.0)]).is_empty(), "labels for signatures");
    }

    #[test]
    fn rows_below_a_title_begin_the_table_of_the_next_page() {
        let row =
            || line(1, 740.0, &[("项目名称", 60.0), ("河道整治", 170.0), ("项目性质", 420.0)]);
        let next = || page(2, vec![(table(2, 120.0), vec![])]);
        let title = || line(1, 700.0, &[("绩效目标申报表", 200.0)]);
        let found = joined(vec![page(1, vec![title(), row()]), next()]);
        assert_eq!(found[0], ["项目名称|河道整治|项目性质"]);
        let below_a_table = page(1, vec![(table(1, 600.0), vec![]), row()]);
        assert_eq!(joined(vec![below_a_table, next()])[0].len(), 1);
        let far = page(3, vec![(table(3, 120.0), vec![])]);
        assert!(joined(vec![page(1, vec![title(), row()]), far])[0].is_empty());
    }
}
