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
//! - Lines that stand partly beside each other, or as close as those of a cell of the table, are one
//!   row, if its cells are parted then.
//! - A label with a colon has its value beside it, and makes no row (lines for signatures).
//! - Recognised lines stay outside, where they doubt the table: on a scan an edge is off by more than
//!   columns are in line.

mod begin;
mod go_on;

use super::margins::Margins;
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Grid, GridKind, PageLayout, TextLine};
use crate::model::page::Origin;
pub(super) use begin::begin;
pub(super) use go_on::go_on;

/// Texts of a column have an edge or their middle in common within this share of an em.
const IN_LINE: f32 = 0.2;

fn is_marginal(page: &PageLayout, margins: &Margins, block: &Block) -> bool {
    matches!(block, Block::Line(line) if margins.is_marginal(line, page.size_pt.1))
}

/// For each cell of a row its lines, top to bottom.
type Row<'t> = Vec<Vec<&'t TextLine>>;

/// How far lines of one cell may be apart, in em, as far as the cells of a table show.
pub(super) fn leading(table: &Grid) -> Option<f32> {
    let lines = table.cells.iter().flat_map(|c| c.lines.windows(2));
    let apart = lines.filter_map(|w| apart_by(&w[0], &w[1])).filter(|&apart| apart > 0.5);
    apart.reduce(f32::max).map(|most| most + IN_LINE)
}

/// How far two lines are apart, in em.
fn apart_by(upper: &TextLine, lower: &TextLine) -> Option<f32> {
    Some((lower.bbox?.y1 - upper.bbox?.y1) / upper.font_size.max(lower.font_size))
}

/// The texts of a line of a page: those that stand apart, if none is a label with its value, or the
/// only one, which may be a line of a cell that wraps; `None` for recognised ones.
fn texts<'p>(page: &'p PageLayout, line: &'p TextLine) -> Option<&'p [TextLine]> {
    if line.from == Origin::Recognised {
        return None;
    }
    match apart(page, line) {
        Some(texts) => {
            let labelled = texts.iter().any(|t| t.text.contains(['：', ':']));
            (!labelled).then_some(texts)
        }
        None => Some(std::slice::from_ref(line)),
    }
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

/// Whether two texts of this size, in points, have an edge or their middle in common.
pub(super) fn is_in_line(a: Rect, b: Rect, size: f32) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() <= IN_LINE * size;
    near(a.x0, b.x0) || near(a.x1, b.x1) || near(a.x0 + a.x1, b.x0 + b.x1)
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

    /// The same with a cell of two lines, 18 pt apart.
    fn wrapped(page: u32, y: f32) -> Block {
        let Block::Grid(mut grid) = table(page, y) else { panic!("no table") };
        grid.cells[2].lines.push(text("次数", page, 270.0, y + 18.0));
        Block::Grid(grid)
    }

    #[test]
    fn lines_of_cells_that_wrap_are_one_row() {
        let lines = || {
            vec![
                line(2, 120.0, &[("合格率情", 260.0)]),
                line(2, 129.0, &[("质量指标", 160.0), ("≥9%", 400.0)]),
                line(2, 138.0, &[("况", 275.0)]),
                line(2, 180.0, &[("及时率", 260.0), ("≥8%", 400.0)]),
            ]
        };
        let first = || page(1, vec![(wrapped(1, 700.0), vec![])]);
        let found = joined(vec![first(), page(2, lines())]).remove(1);
        assert_eq!(found, ["|质量指标|合格率情况|≥9%", "||及时率|≥8%"]);
        // Two rows with a label between them: which line is whose is not known.
        let dense = vec![
            line(2, 120.0, &[("合格率", 260.0), ("≥9%", 400.0)]),
            line(2, 129.0, &[("质量指标", 160.0)]),
            line(2, 138.0, &[("达标率", 260.0), ("≥7%", 400.0)]),
        ];
        let first = page(1, vec![(table(1, 700.0), vec![])]);
        assert_eq!(joined(vec![first, page(2, dense)]).remove(1), ["||合格率|≥9%"]);
    }

    #[test]
    fn the_first_row_of_a_table_may_wrap_at_the_end_of_a_page() {
        let row = vec![
            line(1, 700.0, &[("绩效目标申报表", 200.0)]),
            line(1, 731.0, &[("城市绿地提升", 170.0)]),
            line(1, 740.0, &[("项目名称", 60.0), ("项目性质", 420.0)]),
            line(1, 749.0, &[("改造", 190.0)]),
        ];
        let next = page(2, vec![(wrapped(2, 120.0), vec![])]);
        let found = joined(vec![page(1, row), next]).remove(0);
        assert_eq!(found, ["项目名称|城市绿地提升改造|项目性质"]);
    }
}
