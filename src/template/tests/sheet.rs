//! Hand-made grids with true spans, the way layout yields them from a ruled form.

use super::super::{Bound, Library};
use crate::model::form::{BoundForm, Printed};
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Certainty, Grid, GridKind, Layout, TextLine};
use crate::model::page::Origin;

/// A cell as in HTML: text, columns, rows.
#[derive(Clone, Debug)]
pub struct Td(pub String, pub u32, pub u32);

pub fn td(text: &str) -> Td {
    Td(text.to_owned(), 1, 1)
}

pub fn wide(text: &str, columns: u32) -> Td {
    Td(text.to_owned(), columns, 1)
}

pub fn tall(text: &str, rows: u32) -> Td {
    Td(text.to_owned(), 1, rows)
}

pub fn text_line(text: &str, page: u32, bbox: Rect) -> TextLine {
    TextLine {
        text: text.to_owned(),
        page,
        bbox: Some(bbox),
        font_size: 9.0,
        from: Origin::TextLayer,
        confidence: 1.0,
        certainty: Certainty::default(),
        source_line: 0,
    }
}

pub fn line(text: &str, page: u32) -> Block {
    Block::Line(text_line(text, page, Rect::new(200.0, 40.0, 400.0, 52.0)))
}

/// A ruled grid whose columns have these widths; rows are 20 points high. Line feeds in a text
/// divide lines.
pub fn ruled(page: u32, left: f32, widths: &[f32], rows: &[Vec<Td>]) -> Grid {
    let columns = widths.len() as u32;
    let x: Vec<f32> = widths.iter().scan(left, |x, w| Some(std::mem::replace(x, *x + w))).collect();
    let edge = |c: u32| x.get(c as usize).copied().unwrap_or(left + widths.iter().sum::<f32>());
    let mut taken = vec![vec![false; widths.len()]; rows.len()];
    let mut cells = Vec::new();
    for (r, row) in rows.iter().enumerate() {
        for Td(text, col_span, row_span) in row {
            let col = taken[r].iter().position(|t| !t).expect("a free slot");
            for slots in &mut taken[r..r + *row_span as usize] {
                slots[col..col + *col_span as usize].fill(true);
            }
            let (row, col) = (r as u32, col as u32);
            let (y0, y1) = (60.0 + 20.0 * r as f32, 60.0 + 20.0 * (row + row_span) as f32);
            let bbox = Rect::new(edge(col), y0, edge(col + col_span), y1);
            let lines = text.split('\n').filter(|t| !t.is_empty());
            cells.push(Cell {
                row,
                col,
                row_span: *row_span,
                col_span: *col_span,
                page,
                bbox: Some(bbox),
                lines: lines.map(|t| text_line(t, page, bbox)).collect(),
                ..Cell::default()
            });
        }
    }
    assert!(taken.iter().flatten().all(|t| *t), "the cells tile the grid");
    let height = 20.0 * rows.len() as f32;
    Grid {
        page,
        bbox: Some(Rect::new(left, 60.0, edge(columns), 60.0 + height)),
        columns,
        rows: rows.len() as u32,
        left,
        column_widths: widths.to_vec(),
        row_heights: vec![20.0; rows.len()],
        cells,
        kind: GridKind::Ruled,
        ..Grid::default()
    }
}

/// A grid of a text export; short rows are filled up.
pub fn delimited(rows: &[Vec<&str>]) -> Grid {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut grid = Grid {
        page: 1,
        columns: columns as u32,
        rows: rows.len() as u32,
        kind: GridKind::Delimited,
        ..Grid::default()
    };
    for (r, row) in rows.iter().enumerate() {
        for c in 0..columns {
            let text = row.get(c).copied().unwrap_or("");
            let line = TextLine {
                text: text.to_owned(),
                page: 1,
                bbox: None,
                font_size: 0.0,
                from: Origin::TextExport,
                confidence: 1.0,
                certainty: Certainty::default(),
                source_line: r as u32 + 1,
            };
            let lines = if text.is_empty() { Vec::new() } else { vec![line] };
            let (row, col) = (r as u32, c as u32);
            grid.cells.push(Cell {
                row,
                col,
                row_span: 1,
                col_span: 1,
                page: 1,
                lines,
                ..Cell::default()
            });
        }
    }
    grid
}

/// Widths of the family's true grid of eight columns.
pub const WIDTHS: [f32; 8] = [30.0, 60.0, 80.0, 40.0, 90.0, 80.0, 30.0, 90.0];

/// The head on the true grid, down to the column headers; `left` is the column of side labels.
pub fn head(name: &str, goal: &str) -> Vec<Vec<Td>> {
    let pair = |label: &str, value: &str| vec![wide(label, 2), wide(value, 2)];
    let row = |left: Vec<Td>, right: Vec<Td>| [left, right].concat();
    vec![
        row(
            pair("项目名称", name),
            vec![td("项目性质"), td("经常性专项业务费"), td("项目类别"), td("特定目标类")],
        ),
        row(pair("主管部门", "甲局"), vec![td("实施单位"), wide("乙中心", 3)]),
        row(pair("计划开始日期", "2026-01-01"), vec![td("计划完成日期"), wide("2026-12-31", 3)]),
        vec![
            Td("项目资金\n（元）".into(), 2, 4),
            wide("项目资金总额：", 2),
            td("900.00"),
            wide("年度资金申请总额：", 2),
            td("300.00"),
        ],
        vec![wide("其中：财政资金", 2), td("600.00"), wide("其中：当年财政拨款", 2), td("100.00")],
        vec![wide("", 2), td(""), wide("上年结转资金", 2), td("150.00")],
        vec![wide("其他资金", 2), td("300.00"), wide("其他资金", 2), td("50.00")],
        vec![tall("项目\n绩效\n目标", 2), wide("项目总目标", 4), wide("年度总体目标", 3)],
        vec![wide("", 4), wide(goal, 3)],
        headers("绩效\n指标", 1),
    ]
}

/// The column headers beside a side label over `rows` rows.
pub fn headers(side: &str, rows: u32) -> Vec<Td> {
    vec![
        tall(side, rows),
        td("一级指标"),
        td("二级指标"),
        wide("三级指标", 3),
        wide("年度（/项目）指标值", 2),
    ]
}

/// An indicator row; `None` where a merged cell above covers the level.
pub fn indicator(one: Option<Td>, two: Option<Td>, name: &str, target: &str) -> Vec<Td> {
    let side = vec![td("")];
    let values = vec![wide(name, 3), wide(target, 2)];
    [side, one.into_iter().chain(two).collect(), values].concat()
}

pub fn sample_rows() -> Vec<Vec<Td>> {
    vec![
        indicator(Some(tall("产出指标", 3)), Some(tall("数量指标", 2)), "培训人数", "≥100.00(人)"),
        indicator(None, None, "班级数", "≥3.00(个)"),
        indicator(None, Some(td("质量指标")), "合格率", "≥95.00(%)"),
        indicator(
            Some(td("满意度指标")),
            Some(td("服务对象\n满意度指\n标")),
            "服务对象满意度",
            "≥90.00(%)",
        ),
    ]
}

/// The levels, names and targets of [`sample_rows`].
pub const SAMPLE: [[&str; 4]; 4] = [
    ["产出指标", "数量指标", "培训人数", "≥100.00(人)"],
    ["产出指标", "数量指标", "班级数", "≥3.00(个)"],
    ["产出指标", "质量指标", "合格率", "≥95.00(%)"],
    ["满意度指标", "服务对象满意度指标", "服务对象满意度", "≥90.00(%)"],
];

pub fn bind(blocks: Vec<Block>) -> Bound {
    Library::embedded().bind(Layout { blocks, ..Layout::default() }, None)
}

/// Binds blocks that hold exactly one form and nothing else.
pub fn bind_one(blocks: Vec<Block>) -> BoundForm {
    let mut bound = bind(blocks);
    assert_eq!(bound.forms.len(), 1, "{:#?}", bound.findings);
    assert!(bound.tables.is_empty());
    bound.forms.remove(0)
}

pub fn text(printed: &Printed) -> String {
    let lines: String = printed.lines.iter().map(|l| l.text.as_str()).collect();
    printed.repaired.clone().unwrap_or(lines)
}

/// The printed text of a field by its pointer; `None` for blank.
pub fn field(form: &BoundForm, at: &str) -> Option<String> {
    let found = form.fields.iter().find(|f| f.at.as_str() == at);
    found.unwrap_or_else(|| panic!("no field {at}")).printed.as_ref().map(text)
}

/// Levels, name and target of every indicator.
pub fn indicators(form: &BoundForm) -> Vec<[String; 4]> {
    let count = form.fields.iter().filter(|f| f.at.as_str().ends_with("/target")).count();
    let keys = ["level1", "level2", "level3", "target"];
    let row = |i| keys.map(|k| field(form, &format!("/indicators/{i}/{k}")).unwrap_or_default());
    (0..count).map(row).collect()
}

/// Codes of the findings that are not merely informative, with their pointers.
pub fn troubles(form: &BoundForm) -> Vec<String> {
    use crate::model::finding::Severity;
    let serious = form.findings.iter().filter(|f| f.severity > Severity::Info);
    serious.map(|f| format!("{} {}", f.code, f.at.as_ref().map_or("", |p| p.as_str()))).collect()
}

/// Codes of all findings but missing labels.
pub fn codes(form: &BoundForm) -> Vec<&'static str> {
    form.findings.iter().map(|f| f.code).filter(|c| *c != "field.label-missing").collect()
}
