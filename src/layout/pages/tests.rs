use super::*;
use crate::model::geometry::Rect;
use crate::model::grid::Certainty;
use crate::model::page::Origin;

fn text(text: &str, page: u32, at: Rect) -> TextLine {
    TextLine {
        text: text.to_owned(),
        page,
        bbox: Some(Rect { x1: at.x0 + 10.0 * text.chars().count() as f32, ..at }),
        font_size: 10.0,
        from: Origin::TextLayer,
        confidence: 1.0,
        certainty: Certainty::default(),
        source_line: 0,
    }
}

/// A table of rows 20 pt high and columns 100 pt wide from a height on; an empty text is a
/// blank cell.
fn grid(page: u32, top: f32, rows: &[&[&str]]) -> Grid {
    let columns = rows[0].len();
    let cell = |r: usize, c: usize, value: &str| {
        let (x, y) = (50.0 + 100.0 * c as f32, top + 20.0 * r as f32);
        let bbox = Rect::new(x, y, x + 100.0, y + 20.0);
        Cell {
            row: r as u32,
            col: c as u32,
            row_span: 1,
            col_span: 1,
            page,
            bbox: Some(bbox),
            lines: if value.is_empty() { vec![] } else { vec![text(value, page, bbox)] },
            ..Cell::default()
        }
    };
    let cells = rows
        .iter()
        .enumerate()
        .flat_map(|(r, row)| row.iter().enumerate().map(move |(c, value)| cell(r, c, value)));
    let (width, height) = (100.0 * columns as f32, 20.0 * rows.len() as f32);
    Grid {
        page,
        bbox: Some(Rect::new(50.0, top, 50.0 + width, top + height)),
        columns: columns as u32,
        rows: rows.len() as u32,
        left: 50.0,
        column_widths: vec![100.0; columns],
        row_heights: vec![20.0; rows.len()],
        cells: cells.collect(),
        kind: GridKind::Ruled,
        ..Grid::default()
    }
}

fn page(number: u32, blocks: Vec<Block>) -> PageLayout {
    PageLayout { page: number, size_pt: (595.0, 842.0), blocks, ..PageLayout::default() }
}

fn line(value: &str, page: u32, y: f32) -> Block {
    Block::Line(text(value, page, Rect::new(250.0, y, 350.0, y + 10.0)))
}

/// The rows of each grid as texts, after joining.
fn joined(pages: Vec<PageLayout>) -> Vec<Vec<String>> {
    let grids = join_pages(pages).blocks.into_iter().filter_map(|b| match b {
        Block::Grid(g) => Some(g),
        Block::Line(_) => None,
    });
    let row = |cells: &[Cell]| -> String {
        cells.iter().map(Cell::compact_text).collect::<Vec<_>>().join("|")
    };
    grids.map(|g| g.cells.chunk_by(|a, b| a.row == b.row).map(row).collect()).collect()
}

const HEAD: &[&str] = &["名称", "单位", "数量"];

#[test]
fn a_table_goes_on_over_running_lines_and_loses_its_repeated_header() {
    let first = grid(1, 100.0, &[HEAD, &["甲", "台", "1"]]);
    let second = grid(2, 60.0, &[HEAD, &["乙", "件", "2"]]);
    let pages = vec![
        page(1, vec![line("某局预算", 1, 30.0), Block::Grid(first), line("- 1 -", 1, 820.0)]),
        page(2, vec![line("某局预算", 2, 30.0), Block::Grid(second), line("- 2 -", 2, 820.0)]),
    ];
    assert_eq!(joined(pages), [["名称|单位|数量", "甲|台|1", "乙|件|2"]]);
}

#[test]
fn what_stands_beside_its_rows_ends_no_table() {
    let pages = |x: f32, y: f32| {
        let beside = text("归档章", 1, Rect::new(x, y, x + 30.0, y + 10.0));
        vec![
            page(
                1,
                vec![Block::Grid(grid(1, 740.0, &[HEAD, &["甲", "台", "1"]])), Block::Line(beside)],
            ),
            page(2, vec![Block::Grid(grid(2, 60.0, &[&["乙", "件", "2"]]))]),
        ]
    };
    assert_eq!(joined(pages(400.0, 750.0)).len(), 1);
    assert_eq!(joined(pages(400.0, 790.0)).len(), 2, "below the table");
}

#[test]
fn a_heading_between_ends_the_table() {
    let pages = vec![
        page(1, vec![Block::Grid(grid(1, 100.0, &[HEAD, &["甲", "台", "1"]]))]),
        page(2, vec![line("二、设备", 2, 60.0), Block::Grid(grid(2, 90.0, &[&["乙", "件", "2"]]))]),
    ];
    assert_eq!(joined(pages).len(), 2);
}

#[test]
fn the_same_head_with_the_same_labels_below_begins_another_table() {
    let form = |page: u32, name: &str| {
        grid(
            page,
            100.0,
            &[&["项目名称", name, ""], &["主管部门", "甲局", "乙"], &["资金", "1", ""]],
        )
    };
    let pages = vec![
        page(1, vec![Block::Grid(form(1, "甲项目"))]),
        page(2, vec![Block::Grid(form(2, "甲项目"))]),
    ];
    assert_eq!(joined(pages).len(), 2);
}

#[test]
fn other_edges_or_a_page_between_end_the_table() {
    let rest = |page: u32| grid(page, 60.0, &[&["乙", "件", "2"]]);
    let start = || page(1, vec![Block::Grid(grid(1, 100.0, &[HEAD, &["甲", "台", "1"]]))]);
    let mut moved = rest(2);
    moved.left += 20.0;
    assert_eq!(joined(vec![start(), page(2, vec![Block::Grid(moved)])]).len(), 2);
    let apart = vec![start(), page(2, Vec::new()), page(3, vec![Block::Grid(rest(3))])];
    assert_eq!(joined(apart).len(), 2);
    assert_eq!(joined(vec![start(), page(2, vec![Block::Grid(rest(2))])]).len(), 1);
}

#[test]
fn pages_of_a_scan_may_lie_aside() {
    let scanned = |mut g: Grid| {
        g.cells.iter_mut().flat_map(|c| &mut c.lines).for_each(|l| l.from = Origin::Recognised);
        g
    };
    let first = || grid(1, 100.0, &[HEAD, &["甲", "台", "1"]]);
    let mut aside = grid(2, 60.0, &[&["乙", "件", "2"]]);
    aside.left += 8.0;
    let pages =
        |a: Grid, b: Grid| vec![page(1, vec![Block::Grid(a)]), page(2, vec![Block::Grid(b)])];
    let whole = joined(pages(scanned(first()), scanned(aside.clone())));
    assert_eq!(whole, [["名称|单位|数量", "甲|台|1", "乙|件|2"]]);
    assert_eq!(joined(pages(first(), aside)).len(), 2, "an exported page does not move");
}

/// The grid without its upper, its lower edge.
fn open(mut grid: Grid, above: bool, below: bool) -> Grid {
    let rows = grid.rows;
    for cell in &mut grid.cells {
        cell.cut_above = above && cell.row == 0;
        cell.cut_below = below && cell.row + cell.row_span == rows;
    }
    grid
}

#[test]
fn a_row_that_the_break_cuts_in_two_is_one() {
    let first = open(grid(1, 760.0, &[&["甲", "台", "一"]]), false, true);
    let second = open(grid(2, 60.0, &[&["", "", "二"]]), true, false);
    let pages = vec![page(1, vec![Block::Grid(first)]), page(2, vec![Block::Grid(second)])];
    assert_eq!(joined(pages), [["甲|台|一二"]]);
}

#[test]
fn of_a_label_that_each_page_shows_a_part_of_the_whole_one_counts() {
    let label = |upper: f32, lower: f32| {
        let rows: &[&[&str]] = &[HEAD, &["产出指标", "台", "一"]];
        let mut first = open(grid(1, 740.0, rows), false, true);
        let mut second = open(grid(2, 60.0, &[&["产出指标", "", "二"]]), true, false);
        first.cells[3].lines[0].confidence = upper;
        second.cells[0].lines[0].confidence = lower;
        let pages = vec![page(1, vec![Block::Grid(first)]), page(2, vec![Block::Grid(second)])];
        joined(pages)[0][1].clone()
    };
    assert_eq!(label(1.0, 0.5), "产出指标|台|一二");
    assert_eq!(label(0.5, 1.0), "产出指标|台|一二");
    assert_eq!(label(1.0, 1.0), "产出指标产出指标|台|一二", "it is printed twice");
}

#[test]
fn without_an_outer_border_the_text_tells_whether_a_row_goes_on() {
    let cut = |upper: &[&str], lower: &[&str]| {
        let first = open(grid(1, 740.0, &[HEAD, upper]), true, true);
        let second = open(grid(2, 60.0, &[lower, &["丙", "个", "3"]]), true, true);
        let pages = vec![page(1, vec![Block::Grid(first)]), page(2, vec![Block::Grid(second)])];
        let layout = join_pages(pages.clone());
        let doubtful = layout.blocks.iter().any(|b| match b {
            Block::Grid(g) => g.cells.iter().flat_map(|c| &c.lines).any(|l| l.confidence < 1.0),
            Block::Line(_) => false,
        });
        (joined(pages).concat().split_off(1), doubtful)
    };
    let two = cut(&["甲", "台", "1"], &["乙", "件", "2"]);
    assert_eq!(two, (vec!["甲|台|1".into(), "乙|件|2".into(), "丙|个|3".into()], false));
    let long = ["甲", "", "设备购置及安装调试和"];
    let one = cut(&long, &["", "", "验收"]);
    let text = "甲||设备购置及安装调试和验收";
    assert_eq!(one, (vec![text.into(), "丙|个|3".into()], true));
}

#[test]
fn the_blank_rest_of_a_row_does_not_part_a_heading_from_its_value() {
    let rows = |upper: &[&str], lower: &[&[&str]]| {
        let pages = vec![
            page(1, vec![Block::Grid(grid(1, 740.0, &[HEAD, upper]))]),
            page(2, vec![Block::Grid(grid(2, 60.0, lower))]),
        ];
        joined(pages).concat().split_off(1)
    };
    let heading = ["目标", "单位", ""];
    assert_eq!(rows(&heading, &[&["", "", ""], &["一", "二", ""]]), ["目标|单位|", "一|二|"]);
    // Nothing is dropped where both are blank, or where nothing follows.
    assert_eq!(rows(&["", "", ""], &[&["", "", ""], &["一", "二", ""]]).len(), 3);
    assert_eq!(rows(&heading, &[&["", "", ""]]).len(), 2);
}

#[test]
fn text_of_a_cut_cell_that_hangs_over_its_edge_ends_no_table() {
    let pages = |gap: f32| {
        let mut first = open(grid(1, 740.0, &[&["甲", "", ""], &["", "台", "1"]]), false, true);
        first.cells.remove(3);
        first.cells[0].row_span = 2;
        first.cells[0].bbox = Some(Rect::new(50.0, 740.0, 150.0, 780.0));
        first.cells[0].cut_below = true;
        let mut second = open(grid(2, 60.0, &[&["乙", "件", "2"]]), true, false);
        second.cells[0].lines = vec![text("丙", 2, Rect::new(60.0, 65.0, 70.0, 75.0))];
        let over = text("乙", 1, Rect::new(60.0, 780.0 + gap, 70.0, 790.0 + gap));
        let note = vec![Block::Grid(first), Block::Line(over)];
        joined(vec![page(1, note), page(2, vec![Block::Grid(second)])])
    };
    assert_eq!(pages(2.0)[0][0], "甲乙丙||");
    assert_eq!(pages(40.0).len(), 2, "a note below the table");
}

#[test]
fn a_label_that_each_page_draws_over_the_break_counts_once() {
    let pages = |above: &str| {
        let mut first = grid(1, 740.0, &[&["甲", "", ""], &["", "台", "1"]]);
        first.cells.remove(3);
        first.cells[0].row_span = 2;
        first.cells[0].bbox = Some(Rect::new(50.0, 740.0, 150.0, 780.0));
        first.cells[0].cut_below = true;
        let mut second = grid(2, 60.0, &[&["", "件", "2"]]);
        second.cells[0].cut_above = true;
        // Far above its cell: the text stands in the middle of all of its rows.
        let over = text(above, 2, Rect::new(60.0, 20.0, 70.0, 30.0));
        joined(vec![
            page(1, vec![Block::Grid(first)]),
            page(2, vec![Block::Line(over), Block::Grid(second)]),
        ])
    };
    assert_eq!(pages("甲"), [["甲||", "台|1", "件|2"]]);
    assert_eq!(pages("乙").len(), 2, "a heading of the next table");
}

#[test]
fn columns_that_were_inferred_join_by_those_that_rules_show() {
    let row_ruled = |page: u32, top: f32, rows: &[&[&str]]| Grid {
        kind: GridKind::RowRuled,
        ..grid(page, top, rows)
    };
    let first = row_ruled(1, 700.0, &[&["甲", "乙", "丙", "丁"], &["", "台", "1", "2"]]);
    let rest = |middle: f32, kind: GridKind| {
        // Begins beside the first column, which is merged, and parts its last columns elsewhere.
        let mut rest = grid(2, 60.0, &[&["件", "3", "4"]]);
        (rest.left, rest.column_widths) = (150.0, vec![100.0, middle, 200.0 - middle]);
        Grid { kind, ..rest }
    };
    let pages = |second: Grid| {
        joined(vec![page(1, vec![Block::Grid(first.clone())]), page(2, vec![Block::Grid(second)])])
    };
    assert_eq!(pages(rest(130.0, GridKind::RowRuled)).len(), 1);
    assert_eq!(pages(rest(130.0, GridKind::Ruled)).len(), 2, "drawn ones differ");
    assert_eq!(pages(rest(100.0, GridKind::Ruled)).len(), 1, "they agree");
}
