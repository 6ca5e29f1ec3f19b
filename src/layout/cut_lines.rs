//! Ends of texts that a page break cuts off, of tables without ruling lines.
//!
//! The last lines of a cell that the break cuts stand alone above everything else on the next page.
//! Where no rule shows the rest of the cell, its place does: in line with the text that it goes on
//! with, in the same type, below a line without room for more. What is joined is in doubt.

use super::doubt::DOUBTFUL;
use super::lone_rows::{apart, is_in_line};
use super::margins::Margins;
use crate::model::finding::{Finding, Severity};
use crate::model::grid::{Block, Cell, Grid, GridKind, PageLayout, TextLine};
use crate::model::page::Origin;
use std::collections::{BTreeMap, BTreeSet};

/// Type sizes differ by less than this share if they are one.
const SAME_SIZE: f32 = 0.1;

/// Lines of one text are at most this far apart, in em: double spacing in a face with high lines.
const LEADING: f32 = 2.6;

/// So many lines are a paragraph, which may go on behind the end of a sentence.
const PARAGRAPH: usize = 3;

/// Rests of several texts on one line are at most this share of their columns' widest lines: a row
/// of its own is longer.
const SHORT: f32 = 0.5;

/// A repeated header is no higher, in rows.
const HEADER_ROWS: u32 = 4;

/// What so many rows, or all, have in a column, the next one has, too.
const LAST_ROWS: u32 = 3;

/// Moves such lines into the cells that they are the end of. `O(blocks)`, and of each table before
/// a page that begins with a line its cells.
pub(super) fn join(pages: &mut [PageLayout], margins: &Margins) {
    for next in 1..pages.len() {
        let (before, after) = pages.split_at_mut(next);
        let (Some(page), Some(next)) = (before.last_mut(), after.first_mut()) else { continue };
        if page.page + 1 != next.page {
            continue;
        }
        let runs = |b: &Block, page: &PageLayout| matches!(b, Block::Line(line) if margins.is_marginal(line, page.size_pt.1));
        let Some(start) = next.blocks.iter().position(|b| !runs(b, next)) else { continue };
        let Some(last) = page.blocks.iter().rposition(|b| !runs(b, page)) else { continue };
        let Block::Grid(table) = &mut page.blocks[last] else { continue };
        if table.kind != GridKind::Aligned {
            continue;
        }
        let mut cut = cut_cells(table);
        let mut rests = rests(table, &mut cut, next, start);
        next.blocks.drain(start..start + rests.len());
        if let Some(Block::Grid(below)) = next.blocks.get_mut(start)
            && let at = repeated_rows(table, &cut, below)
            && let Some(row) = rest_at(table, &cut, below, at)
        {
            let are_paragraphs = row.iter().all(|&(i, _)| table.cells[i].lines.len() >= PARAGRAPH);
            if !are_paragraphs && lacks_nothing(table, below, at) {
                next.findings.push(unclear(table, next.page, &row));
            } else {
                rests.push(row);
                drop_row(below, at);
            }
        }
        for (cell, text) in rests.into_iter().flatten() {
            let confidence = text.confidence.min(DOUBTFUL);
            table.cells[cell].lines.push(TextLine { confidence, ..text });
        }
    }
}

/// How many rows the table below a break repeats of the one above, if any cell of that may go on.
fn repeated_rows(table: &Grid, cut: &[usize], below: &Grid) -> u32 {
    if cut.is_empty() || below.kind != GridKind::Aligned {
        return 0;
    }
    let texts = |grid: &Grid| -> BTreeMap<u32, BTreeSet<String>> {
        let mut rows: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        for cell in grid.cells.iter().filter(|c| !c.is_blank()) {
            rows.entry(cell.row).or_default().insert(cell.compact_text());
        }
        rows
    };
    let above: BTreeSet<BTreeSet<String>> = texts(table).into_values().collect();
    let below = texts(below);
    let again = |row: &u32| below.get(row).is_some_and(|own| own.len() > 1 && above.contains(own));
    (0..HEADER_ROWS).take_while(again).count() as u32
}

/// Row `at` of the table below a break, if it may be the rest of cells of the row above: its
/// texts, and the cells that they go on with.
fn rest_at(table: &Grid, cut: &[usize], below: &Grid, at: u32) -> Option<Vec<(usize, TextLine)>> {
    let first = below.cells.iter().filter(|c| c.row == at && !c.is_blank());
    let texts: Vec<&TextLine> = first.clone().flat_map(|c| &c.lines).collect();
    if below.kind != GridKind::Aligned || below.rows < at + 2 || texts.is_empty() {
        return None;
    }
    first.clone().all(|c| c.row_span == 1 && c.nested.is_empty()).then_some(())?;
    texts.into_iter().map(|text| Some((goes_on_in(table, cut, text)?, text.clone()))).collect()
}

/// A doubt about a table whose last row may go on in a row of its own below the break.
fn unclear(table: &Grid, page: u32, row: &[(usize, TextLine)]) -> Finding {
    let first = row.first().map_or("", |(_, line)| line.text.as_str());
    let message = format!(
        "no rule shows if 「{first}」 at the top of page {page} begins a row or goes on with the last \
         row of page {}",
        table.page
    );
    let hint = "compare the two rows with the pages; one of them may be none";
    Finding::new("table.row-split", Severity::Warning, message, hint)
        .on_page(table.page)
        .in_box(table.bbox)
}

/// Whether row `at` has a text in all columns in which every one of the last rows of `table` has
/// its own, as a row that is none's rest has.
fn lacks_nothing(table: &Grid, below: &Grid, at: u32) -> bool {
    let first = table.rows.saturating_sub(LAST_ROWS);
    let count = (table.rows - first) as usize;
    let extent = |c: &Cell| {
        let boxes = c.lines.iter().filter_map(|l| l.bbox);
        boxes.reduce(|a, b| a.union(&b)).map(|b| (b.x0, b.x1))
    };
    let filled = |c: &&Cell| c.row == table.rows - 1 && c.row_span == 1 && !c.is_blank();
    let usual = table.cells.iter().filter(filled).filter(|last| {
        let same = |c: &&Cell| (c.col, c.col_span, c.row_span) == (last.col, last.col_span, 1);
        let rows = table.cells.iter().filter(same).filter(|c| c.row >= first && !c.is_blank());
        rows.count() == count
    });
    let row = below.cells.iter().filter(|c| c.row == at);
    let own: Vec<(f32, f32)> = row.filter_map(extent).collect();
    let has = |(x0, x1): (f32, f32)| own.iter().any(|&(a, b)| a < x1 && b > x0);
    // The levels of a list are blank where they are those of the row above.
    let may_lack = |column: (f32, f32)| count < 2 && own.iter().all(|own| own.0 >= column.1);
    usual.filter_map(extent).all(|column| has(column) || may_lack(column))
}

fn drop_row(grid: &mut Grid, at: u32) {
    grid.cells.retain(|c| c.row != at || c.row_span > 1);
    for cell in &mut grid.cells {
        if (cell.row..cell.row + cell.row_span).contains(&at) {
            cell.row_span -= 1;
        } else if cell.row > at {
            cell.row -= 1;
        }
    }
    grid.rows -= 1;
    let index = at as usize;
    let height = if index < grid.row_heights.len() { grid.row_heights.remove(index) } else { 0.0 };
    if let Some(bbox) = grid.bbox.as_mut().filter(|_| at == 0) {
        bbox.y0 += height;
    }
}

/// For each line from block `start` on that is the rest of cells of the table's last row: its texts,
/// and the cells that they go on with.
///
/// Of the cells that may go on, those remain that do.
fn rests(
    table: &Grid,
    cut: &mut Vec<usize>,
    page: &PageLayout,
    start: usize,
) -> Vec<Vec<(usize, TextLine)>> {
    let mut above = f32::INFINITY;
    let mut rests: Vec<Vec<(usize, TextLine)>> = Vec::new();
    for block in &page.blocks[start..] {
        let Block::Line(line) = block else { break };
        let Some(bbox) = line.bbox.filter(|_| line.from != Origin::Recognised) else { break };
        let texts = apart(page, line).unwrap_or(std::slice::from_ref(line));
        let near = bbox.y1 - above <= LEADING * line.font_size;
        let several = texts.len() > 1;
        let own = texts.iter().map(|text| {
            let cell = goes_on_in(table, cut, text)?;
            (!several || !is_long(table, cell, text)).then(|| (cell, text.clone()))
        });
        let Some(own) = own.collect::<Option<Vec<_>>>().filter(|_| near) else { break };
        // What goes on below goes on with one of these.
        cut.retain(|i| own.iter().any(|(own, _)| own == i));
        above = bbox.y1;
        rests.push(own);
    }
    rests
}

/// The only one of the cells with which a text may go on: in line with two is in line with neither.
fn goes_on_in(table: &Grid, cut: &[usize], text: &TextLine) -> Option<usize> {
    let mut own = cut.iter().copied().filter(|&i| goes_on(&table.cells[i], text));
    own.next().filter(|_| own.next().is_none())
}

/// The cells of the last row whose text may go on.
fn cut_cells(table: &Grid) -> Vec<usize> {
    let last = |c: &Cell| c.row + c.row_span == table.rows && is_cut(table, c);
    (0..table.cells.len()).filter(|&i| last(&table.cells[i])).collect()
}

fn is_long(table: &Grid, cell: usize, text: &TextLine) -> bool {
    text.bbox.is_none_or(|b| b.width() > SHORT * widest(table, &table.cells[cell]))
}

/// Width of the widest line in the columns of a cell, in points.
fn widest(table: &Grid, cell: &Cell) -> f32 {
    let own = table.cells.iter().filter(|c| (c.col, c.col_span) == (cell.col, cell.col_span));
    own.flat_map(|c| &c.lines).filter_map(|l| l.bbox).map(|b| b.width()).fold(0.0, f32::max)
}

/// Whether a line stands below the text of a cell as its next line would.
fn goes_on(cell: &Cell, line: &TextLine) -> bool {
    let Some(bbox) = line.bbox else { return false };
    let inside = cell.bbox.is_some_and(|c| bbox.x0 >= c.x0 && bbox.x1 <= c.x1);
    let same = |l: &TextLine| (l.font_size - line.font_size).abs() <= SAME_SIZE * line.font_size;
    inside
        && cell.lines.iter().all(same)
        && cell.lines.iter().filter_map(|l| l.bbox).any(|b| is_in_line(b, bbox, line.font_size))
}

/// Whether the text of a cell may go on: its last line has no room for another character, as far as
/// the other cells of its columns show, and it ends no sentence, if it is no paragraph.
fn is_cut(table: &Grid, cell: &Cell) -> bool {
    let Some(last) = cell.lines.last() else { return false };
    let text = last.text.trim_end();
    let is_full = last.bbox.is_some_and(|b| b.width() + last.font_size > widest(table, cell));
    let is_amount = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '，'));
    let ends = text.ends_with(['。', '；', '！', '？']);
    !is_amount && (cell.lines.len() >= PARAGRAPH || is_full && !ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;

    fn line(text: &str, page: u32, (x, y): (f32, f32), size: f32) -> TextLine {
        let width = size * text.chars().count() as f32;
        TextLine {
            text: text.to_owned(),
            page,
            bbox: Some(Rect::new(x - width / 2.0, y, x + width / 2.0, y + size)),
            font_size: size,
            from: Origin::TextLayer,
            confidence: 1.0,
            certainty: crate::model::grid::Certainty::default(),
            source_line: 0,
        }
    }

    /// The texts of the last row behind a break before `lines`, and how many lines are left.
    fn joined(name: &[&str], lines: &[TextLine]) -> (Vec<String>, usize) {
        let cell = |col: u32, texts: &[&str]| {
            let x = 50.0 + 200.0 * col as f32;
            let lines = (0_u8..).zip(texts);
            let lines = lines.map(|(n, t)| line(t, 1, (x, 700.0 + 15.0 * f32::from(n)), 10.0));
            Cell {
                col,
                row_span: 1,
                col_span: 1,
                page: 1,
                bbox: Some(Rect::new(x - 100.0, 690.0, x + 100.0, 780.0)),
                lines: lines.collect(),
                ..Cell::default()
            }
        };
        let table = Grid {
            page: 1,
            rows: 1,
            columns: 3,
            kind: GridKind::Aligned,
            cells: vec![cell(0, &["产出指标"]), cell(1, name), cell(2, &["≥20"])],
            ..Grid::default()
        };
        let page = |page: u32, blocks: Vec<Block>| PageLayout {
            page,
            size_pt: (595.0, 842.0),
            blocks,
            ..PageLayout::default()
        };
        let next = lines.iter().cloned().map(Block::Line).collect();
        let mut pages = vec![page(1, vec![Block::Grid(table)]), page(2, next)];
        let margins = Margins::of(&pages);
        join(&mut pages, &margins);
        let Block::Grid(table) = &pages[0].blocks[0] else { panic!("no table") };
        (table.cells.iter().map(Cell::compact_text).collect(), pages[1].blocks.len())
    }

    #[test]
    fn the_end_of_a_text_above_everything_else_is_joined_with_it() {
        let name = ["中小学体育设施服务对象"];
        let rest = |x: f32, size: f32| joined(&name, &[line("人数", 2, (x, 120.0), size)]);
        let (cells, left) = rest(250.0, 10.0);
        assert_eq!((cells[1].as_str(), left), ("中小学体育设施服务对象人数", 0));
        assert_eq!(rest(230.0, 10.0).1, 1, "out of line");
        assert_eq!(rest(250.0, 14.0).1, 1, "a title");
        let ended = joined(&["做好服务。"], &[line("人数", 2, (250.0, 120.0), 10.0)]);
        assert_eq!(ended.1, 1, "the end of a sentence");
    }

    #[test]
    fn lines_far_below_the_first_are_other_text() {
        let lines = [120.0, 135.0, 200.0].map(|y| line("组织业务培训", 2, (250.0, y), 10.0));
        let goal = ["推动品牌建设，进一步完善机制", "加强与部门的协调配合，提高效益", "确保安全，"];
        let (cells, left) = joined(&goal, &lines);
        assert_eq!(left, 1);
        assert!(cells[1].ends_with("确保安全，组织业务培训组织业务培训"));
    }
}
