//! Ends of texts that a page break cuts off, of tables without ruling lines.
//!
//! The last lines of cells that the break cuts stand above everything else on the next page: alone, or
//! as the first row of a table, behind its repeated header. Where no rule shows the rest of a cell, its
//! place does: in line with the text that it goes on with, in the same type, below a line without room
//! for more.
//!
//! # Rules
//! - Lines of one cell that stand alone, the rests of paragraphs, and a row that lacks what all rows
//!   above it have are joined with the row above. What is joined is in doubt.
//! - A row that may be one of its own is left, and the table doubted.

use super::doubt::DOUBTFUL;
use super::lone_rows::{apart, is_in_line, leading};
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

/// Moves such lines into the cells that they are the end of. `O(blocks)`, and of the tables on both
/// sides of a break their cells for each line that is looked at.
pub(super) fn join(pages: &mut [PageLayout], margins: &Margins) {
    for next in 1..pages.len() {
        let (before, after) = pages.split_at_mut(next);
        let (Some(page), Some(next)) = (before.last_mut(), after.first_mut()) else { continue };
        if page.page + 1 != next.page {
            continue;
        }
        let runs = |b: &Block, page: &PageLayout| match b {
            Block::Line(line) => margins.is_marginal(line, page.size_pt.1),
            Block::Grid(_) => false,
        };
        let Some(start) = next.blocks.iter().position(|b| !runs(b, next)) else { continue };
        let Some(last) = page.blocks.iter().rposition(|b| !runs(b, page)) else { continue };
        let Block::Grid(table) = &mut page.blocks[last] else { continue };
        if table.kind != GridKind::Aligned {
            continue;
        }
        let cut = cut_cells(table);
        let mut rest = Rest::new();
        let (own, count) = stack(table, &cut, next, start);
        match judge(table, &own, true) {
            Verdict::Rest => {
                next.blocks.drain(start..start + count);
                rest.extend(own);
            }
            Verdict::Unclear => next.findings.push(unclear(table, next.page, &own)),
            Verdict::Other => {}
        }
        if let Some(Block::Grid(below)) = next.blocks.get_mut(start)
            && let at = repeated_rows(table, &cut, below)
            && let Some(row) = row_at(table, &cut, below, at)
        {
            match judge(table, &row, false) {
                Verdict::Rest => {
                    rest.extend(row);
                    drop_row(below, at);
                }
                Verdict::Unclear => next.findings.push(unclear(table, next.page, &row)),
                Verdict::Other => {}
            }
        }
        for (cell, text) in rest {
            let confidence = text.confidence.min(DOUBTFUL);
            table.cells[cell].lines.push(TextLine { confidence, ..text });
        }
    }
}

/// Lines, and the cells of the last row that they may go on with.
type Rest = Vec<(usize, TextLine)>;

/// What lines are that may go on with cells.
enum Verdict {
    Rest,
    /// A row of its own, or the rest of one.
    Unclear,
    Other,
}

/// Tells a rest by what a row of its own would have; `alone` if the lines stand outside of tables.
fn judge(table: &Grid, lines: &Rest, alone: bool) -> Verdict {
    let Some((first, _)) = lines.first() else { return Verdict::Other };
    let of_one = lines.iter().all(|(cell, _)| cell == first);
    let are_paragraphs = || lines.iter().all(|&(i, _)| table.cells[i].lines.len() >= PARAGRAPH);
    let are_short = || !lines.iter().any(|(cell, line)| is_long(table, *cell, line));
    let is_rest = are_paragraphs() || alone && (of_one || are_short());
    if is_rest || lacks_some(table, lines) { Verdict::Rest } else { Verdict::Unclear }
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

/// Row `at` of the table below a break, if all its texts go on with cells.
fn row_at(table: &Grid, cut: &[usize], below: &Grid, at: u32) -> Option<Rest> {
    // A label beside it stands for more rows.
    let single = |c: &&Cell| c.row == at && c.row_span == 1 && !c.is_blank();
    let row = below.cells.iter().filter(single);
    let plain = row.clone().all(|c| c.nested.is_empty());
    if below.kind != GridKind::Aligned || below.rows < at + 2 || !plain {
        return None;
    }
    let mut rest = Rest::new();
    for text in row.flat_map(|c| &c.lines) {
        let cell = goes_on_in(table, cut, &rest, text)?;
        rest.push((cell, text.clone()));
    }
    Some(rest)
}

/// A doubt about a table whose last row may go on in a row of its own below the break.
fn unclear(table: &Grid, page: u32, row: &Rest) -> Finding {
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

/// Whether the lines have no text in a column in which each of the last rows of the table has its own,
/// as a row has that is none's rest.
fn lacks_some(table: &Grid, lines: &Rest) -> bool {
    let first = table.rows.saturating_sub(LAST_ROWS);
    let count = (table.rows - first) as usize;
    let filled = |c: &&Cell| c.row == table.rows - 1 && c.row_span == 1 && !c.is_blank();
    let mut usual = table.cells.iter().filter(filled).filter(|last| {
        let same = |c: &&Cell| (c.col, c.col_span, c.row_span) == (last.col, last.col_span, 1);
        let rows = table.cells.iter().filter(same).filter(|c| c.row >= first && !c.is_blank());
        rows.count() == count
    });
    let columns: Vec<u32> = lines.iter().map(|&(i, _)| table.cells[i].col).collect();
    usual.any(|column| {
        // The levels of a list are blank where they are those of the row above.
        let may_lack = count < 2 && columns.iter().all(|&own| own > column.col);
        !columns.contains(&column.col) && !may_lack
    })
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

/// The lines from block `start` on that stand together, if all go on with cells, and how many they are.
fn stack(table: &Grid, cut: &[usize], page: &PageLayout, start: usize) -> (Rest, usize) {
    let leading = leading(table).unwrap_or(LEADING);
    let (mut rest, mut count, mut above) = (Rest::new(), 0, f32::INFINITY);
    for block in &page.blocks[start..] {
        let Block::Line(line) = block else { break };
        let Some(bbox) = line.bbox.filter(|_| line.from != Origin::Recognised) else { break };
        if bbox.y1 - above > leading * line.font_size {
            break;
        }
        for text in apart(page, line).unwrap_or(std::slice::from_ref(line)) {
            let Some(cell) = goes_on_in(table, cut, &rest, text) else { return (Rest::new(), 0) };
            rest.push((cell, text.clone()));
        }
        (count, above) = (count + 1, bbox.y1);
    }
    (rest, count)
}

/// The only one of the cells with which a text may go on, behind those that do so far: in line with
/// two is in line with neither.
fn goes_on_in(table: &Grid, cut: &[usize], rest: &Rest, text: &TextLine) -> Option<usize> {
    let begun = |i: usize| rest.iter().any(|&(own, _)| own == i);
    let follows =
        |&i: &usize| goes_on(&table.cells[i], text) && (begun(i) || has_no_room(table, i, text));
    let mut own = cut.iter().copied().filter(follows);
    own.next().filter(|_| own.next().is_none())
}

/// The cells of the last row whose text may go on: it is no amount, and ends no sentence, if it is no
/// paragraph.
fn cut_cells(table: &Grid) -> Vec<usize> {
    let is_cut = |cell: &Cell| {
        let Some(last) = cell.lines.last() else { return false };
        let text = last.text.trim_end();
        let is_amount = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '，'));
        let ends = text.ends_with(['。', '；', '！', '？']);
        !is_amount && (cell.lines.len() >= PARAGRAPH || !ends)
    };
    let last = |c: &Cell| c.row + c.row_span == table.rows && is_cut(c);
    (0..table.cells.len()).filter(|&i| last(&table.cells[i])).collect()
}

/// Whether the last line of a cell, if it is no paragraph, has no room for the first word of a text,
/// as far as the other cells of its columns show. Ideographs are words, and so is a number.
fn has_no_room(table: &Grid, cell: usize, text: &TextLine) -> bool {
    let cell = &table.cells[cell];
    let word = text.text.trim_start().chars().take_while(char::is_ascii_graphic).count() as f32;
    let word = (word / 2.0).max(1.0) * text.font_size;
    let last = cell.lines.last().and_then(|l| l.bbox);
    cell.lines.len() >= PARAGRAPH || last.is_some_and(|b| b.width() + word > widest(table, cell))
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

    /// A table of rows of texts, in columns of 200 pt, centred.
    fn table(page: u32, rows: &[[&str; 3]]) -> Grid {
        let cell = |(row, col): (usize, usize), text: &&str| {
            let (x, y) = (50.0 + 200.0 * col as f32, 100.0 + 40.0 * row as f32);
            let lines = Some(line(text, page, (x, y), 10.0)).filter(|l| !l.text.is_empty());
            Cell {
                row: row as u32,
                col: col as u32,
                row_span: 1,
                col_span: 1,
                page,
                bbox: Some(Rect::new(x - 100.0, y - 10.0, x + 100.0, y + 20.0)),
                lines: lines.into_iter().collect(),
                ..Cell::default()
            }
        };
        let cells = rows
            .iter()
            .enumerate()
            .flat_map(|(r, row)| row.iter().enumerate().map(move |(c, text)| cell((r, c), text)));
        Grid {
            page,
            rows: rows.len() as u32,
            columns: 3,
            row_heights: vec![40.0; rows.len()],
            kind: GridKind::Aligned,
            cells: cells.collect(),
            ..Grid::default()
        }
    }

    /// The texts of the last row above a break, the number of rows below it, and of doubts.
    fn over(above: &[[&str; 3]], below: &[[&str; 3]]) -> (Vec<String>, u32, usize) {
        let page = |page: u32, rows: &[[&str; 3]]| PageLayout {
            page,
            size_pt: (595.0, 842.0),
            blocks: vec![Block::Grid(table(page, rows))],
            ..PageLayout::default()
        };
        let mut pages = vec![page(1, above), page(2, below)];
        let margins = Margins::of(&pages);
        join(&mut pages, &margins);
        let grid = |page: &PageLayout| match &page.blocks[0] {
            Block::Grid(grid) => grid.clone(),
            Block::Line(_) => panic!("no table"),
        };
        let (above, below) = (grid(&pages[0]), grid(&pages[1]));
        let last = above.cells.iter().filter(|c| c.row == above.rows - 1);
        (last.map(Cell::compact_text).collect(), below.rows, pages[1].findings.len())
    }

    const LIST: [[&str; 3]; 3] = [
        ["三级指标", "指标值", "分值"],
        ["绿化覆盖情况", "不低于百分之五", "10"],
        ["服务对象满意", "有效保障业务正", "20"],
    ];

    #[test]
    fn a_first_row_without_what_all_rows_have_is_the_rest_of_one() {
        let next = ["雨水管网响应", "及时到位", "5"];
        let rest = ["度", "常开展", ""];
        let whole =
            (vec!["服务对象满意度".into(), "有效保障业务正常开展".into(), "20".into()], 1, 0);
        assert_eq!(over(&LIST, &[rest, next]), whole);
        // Behind a header that is printed again.
        let (last, rows, doubts) = over(&LIST, &[LIST[0], rest, next]);
        assert_eq!((last, rows, doubts), (whole.0, 2, 0));
        // Nothing shows that it is no row of its own, and nothing that it is one.
        let (last, rows, doubts) = over(&LIST, &[["度提升", "常开展", "5"], next]);
        assert_eq!(
            (last[0].as_str(), rows, doubts),
            ("服务对象满意", 2, 0),
            "5 goes on with no number"
        );
        let two: Vec<[&str; 3]> = LIST.iter().map(|row| [row[0], row[1], ""]).collect();
        let (last, rows, doubts) = over(&two, &[["度提升", "常开展", ""], next]);
        assert_eq!((last[0].as_str(), rows, doubts), ("服务对象满意", 2, 1));
    }
}
