//! Prints the sample's forms: cells with boxes and lines, and the evidence that points at them.

use super::Content;
use crate::emit::text;
use crate::model::form::{Evidence, Form};
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Certainty, Grid, GridKind, TextLine};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::target::Members;
use indexmap::IndexMap;
use rust_decimal::Decimal;

const SIZE: f32 = 9.0;
const LEFT: f32 = 50.0;
const WIDTHS: [f32; 8] = [28.0, 62.0, 62.0, 58.0, 82.0, 78.0, 55.0, 75.0];

pub struct Printer {
    page: u32,
    lines: Vec<Block>,
    grid: Grid,
    pub evidence: IndexMap<Pointer, Evidence>,
}

impl Printer {
    pub fn new(page: u32) -> Self {
        let mut printer =
            Self { page, lines: Vec::new(), grid: Grid::default(), evidence: IndexMap::new() };
        printer.grid = printer.grid(&WIDTHS, 110.0);
        printer
    }

    pub fn blocks(&self) -> Vec<Block> {
        let grid = Block::Grid(self.grid.clone());
        self.lines.iter().cloned().chain([grid]).collect()
    }

    /// An empty grid of these column widths, so far below the top of the page.
    pub fn grid(&self, widths: &[f32], top: f32) -> Grid {
        let right = LEFT + widths.iter().sum::<f32>();
        Grid {
            page: self.page,
            bbox: Some(Rect::new(LEFT, top, right, top)),
            columns: widths.len() as u32,
            column_widths: widths.to_vec(),
            ..Grid::default()
        }
    }

    fn line(&self, text: &str, center: f32, top: f32, size: f32) -> TextLine {
        let width = text::columns(text) as f32 * size / 2.0;
        TextLine {
            text: text.into(),
            page: self.page,
            bbox: Some(Rect::new(center - width / 2.0, top, center + width / 2.0, top + size)),
            font_size: size,
            from: Origin::TextLayer,
            confidence: 1.0,
            certainty: Certainty::default(),
            source_line: 0,
        }
    }

    /// A cell at (row, column, row span, column span) of a grid whose rows are known so far.
    pub fn cell(&self, grid: &Grid, at: (u32, u32, u32, u32), text: &str) -> Cell {
        let (row, col, row_span, col_span) = at;
        let sum = |sizes: &[f32], n: u32| sizes.iter().take(n as usize).sum::<f32>();
        let origin = grid.bbox.unwrap_or_default();
        let bbox = Rect::new(
            origin.x0 + sum(&grid.column_widths, col),
            origin.y0 + sum(&grid.row_heights, row),
            origin.x0 + sum(&grid.column_widths, col + col_span),
            origin.y0 + sum(&grid.row_heights, row + row_span),
        );
        let room = ((bbox.width() - 4.0) / (SIZE / 2.0)) as usize;
        let wrapped = wrap(text, room);
        let top = bbox.center().y - wrapped.len() as f32 * SIZE * 0.6;
        let left = |line: &str| bbox.x0 + 2.0 + text::columns(line) as f32 * SIZE / 4.0;
        let lines = wrapped.iter().enumerate().map(|(i, line)| {
            let center = if wrapped.len() > 1 { left(line) } else { bbox.center().x };
            self.line(line, center, top + i as f32 * SIZE * 1.2, SIZE)
        });
        Cell {
            row,
            col,
            row_span,
            col_span,
            page: self.page,
            bbox: Some(bbox),
            lines: lines.collect(),
            vertical: room < 6 && row_span > 1,
            ..Cell::default()
        }
    }

    fn put(&mut self, at: (u32, u32, u32, u32), text: &str) {
        let cell = self.cell(&self.grid, at, text);
        self.grid.cells.push(cell);
    }

    /// A cell whose text is the value at a pointer below the form's data.
    fn value(&mut self, at: (u32, u32, u32, u32), text: &str, pointer: &Pointer) {
        self.put(at, text);
        if let Some(cell) = self.grid.cells.last().filter(|_| !text.is_empty()) {
            let evidence = evidence(cell);
            self.evidence.insert(pointer.clone(), evidence);
        }
    }

    pub fn print(&mut self, content: &Content) {
        let middle = LEFT + WIDTHS.iter().sum::<f32>() / 2.0;
        let title = self.line("财政项目支出绩效目标申报表", middle, 60.0, 16.0);
        let year = self.line("(2026 年度)", middle, 84.0, 10.0);
        for (key, line) in [("title", &title), ("fiscal_year", &year)] {
            let entry = Evidence {
                page: self.page,
                bbox: line.bbox,
                text: line.text.as_str().into(),
                confidence: 1.0,
                from: Origin::TextLayer,
                repaired: None,
                source_line: 0,
                members: Members::default(),
            };
            self.evidence.insert(Pointer::from_dotted(key), entry);
        }
        self.lines = vec![Block::Line(title), Block::Line(year)];
        let indicators = content.indicators.len() as u32;
        self.grid.rows = 10 + indicators;
        self.grid.row_heights = vec![28.0, 28.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 120.0, 20.0];
        self.grid.row_heights.extend((0..indicators).map(|_| 28.0));
        self.head(content);
        self.funds(content);
        self.goals(content);
        self.indicators(content);
        self.grid.cells.sort_by_key(|cell| (cell.row, cell.col));
        let height: f32 = self.grid.row_heights.iter().sum();
        self.grid.bbox = self.grid.bbox.map(|b| Rect::new(b.x0, b.y0, b.x1, b.y0 + height));
    }

    fn head(&mut self, content: &Content) {
        let key = Pointer::from_dotted;
        self.put((0, 0, 1, 2), "项目名称");
        self.value((0, 2, 1, 2), &content.project, &key("project_name"));
        self.put((0, 4, 1, 1), "项目性质");
        self.value((0, 5, 1, 1), "经常性专项业务费", &key("project_nature"));
        self.put((0, 6, 1, 1), "项目类别");
        self.value((0, 7, 1, 1), "特定目标类", &key("project_category"));
        self.put((1, 0, 1, 2), "主管部门");
        self.value((1, 2, 1, 2), "上海市人力资源和社会保障局", &key("competent_department"));
        self.put((1, 4, 1, 1), "实施单位");
        self.value((1, 5, 1, 3), "上海市就业促进中心", &key("implementing_unit"));
        self.put((2, 0, 1, 2), "计划开始日期");
        self.value((2, 2, 1, 2), &content.dates.0.to_string(), &key("start_date"));
        self.put((2, 4, 1, 1), "计划完成日期");
        self.value((2, 5, 1, 3), &content.dates.1.to_string(), &key("end_date"));
    }

    fn funds(&mut self, content: &Content) {
        self.value((3, 0, 4, 2), "项目资金 (元)", &Pointer::from_dotted("funds.unit"));
        let labels = [
            ("项目资金总额:", "年度资金申请总额:"),
            ("其中: 财政资金", "其中: 当年财政拨款"),
            ("", "上年结转资金"),
            ("其他资金", "其他资金"),
        ];
        let [total, fiscal, other] = content.project_funds;
        let project = [("total", total), ("fiscal", fiscal), ("", None), ("other", other)];
        let keys = ["total", "fiscal_appropriation", "carry_over", "other"];
        let rows = labels.into_iter().zip(project).zip(keys.into_iter().zip(content.annual_funds));
        for (row, ((labels, project), annual)) in (3..).zip(rows) {
            self.put((row, 2, 1, 2), labels.0);
            let key = Pointer::from_dotted("funds.project").key(project.0);
            self.value((row, 4, 1, 1), &amount(project.1), &key);
            self.put((row, 5, 1, 2), labels.1);
            let key = Pointer::from_dotted("funds.annual").key(annual.0);
            self.value((row, 7, 1, 1), &amount(annual.1), &key);
        }
    }

    fn goals(&mut self, content: &Content) {
        self.put((7, 0, 2, 1), "项目绩效目标");
        self.put((7, 1, 1, 4), "项目总目标");
        self.put((7, 5, 1, 3), "年度总体目标");
        let project = content.goals.0.as_deref().unwrap_or_default();
        self.value((8, 1, 1, 4), project, &Pointer::from_dotted("goals.project"));
        self.value((8, 5, 1, 3), &content.goals.1, &Pointer::from_dotted("goals.annual"));
    }

    fn indicators(&mut self, content: &Content) {
        let rows = content.indicators.len() as u32;
        self.put((9, 0, rows + 1, 1), "绩效指标");
        for (at, label) in [
            ((9, 1, 1, 1), "一级指标"),
            ((9, 2, 1, 1), "二级指标"),
            ((9, 3, 1, 3), "三级指标"),
            ((9, 6, 1, 2), "年度(/项目)指标值"),
        ] {
            self.put(at, label);
        }
        let mut first = 0;
        for group in content.indicators.chunk_by(|a, b| a.0 == b.0) {
            let span = group.len() as u32;
            self.put((10 + first, 1, span, 1), group[0].0);
            let level1 = self.grid.cells.last().map(evidence);
            for (i, (_, level2, name, target)) in (first..).zip(group) {
                let row = Pointer::root().key("indicators").index(i as usize);
                self.evidence.extend(level1.clone().map(|entry| (row.key("level1"), entry)));
                self.value((10 + i, 2, 1, 1), level2, &row.key("level2"));
                self.value((10 + i, 3, 1, 3), name, &row.key("level3"));
                let target_at = row.key("target");
                self.value((10 + i, 6, 1, 2), &target.text, &target_at);
                if let Some(entry) = self.evidence.get_mut(&target_at) {
                    entry.members = target.filled();
                }
            }
            first += span;
        }
    }
}

fn evidence(cell: &Cell) -> Evidence {
    let lines: Vec<&str> = cell.lines.iter().map(|line| line.text.as_str()).collect();
    Evidence {
        page: cell.page,
        bbox: cell.bbox,
        text: lines.join("\n").into(),
        confidence: 1.0,
        from: Origin::TextLayer,
        repaired: None,
        source_line: 0,
        members: Members::default(),
    }
}

/// `6,421,500.00`, or nothing.
fn amount(amount: Option<Decimal>) -> String {
    let Some(amount) = amount else { return String::new() };
    let text = amount.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|g| g.iter().collect()).collect();
    format!("{}.{cents}", groups.join(","))
}

fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for c in paragraph.chars() {
            if text::columns(&line) + text::columns(&c.to_string()) > room.max(2) {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
        lines.push(line);
    }
    lines
}

/// The form as a text export has it: rows of cells without boxes, each cell's lines joined.
pub fn without_geometry(form: &Form) -> Form {
    let mut form = form.clone();
    let flat = |cell: &Cell, line: u32| {
        let joined = text::of_cell(cell);
        let line = TextLine {
            text: joined,
            page: 1,
            bbox: None,
            font_size: 0.0,
            from: Origin::TextExport,
            confidence: 1.0,
            certainty: Certainty::default(),
            source_line: line,
        };
        Cell { row_span: 1, col_span: 1, page: 1, bbox: None, lines: vec![line], ..cell.clone() }
    };
    let mut boxes: Vec<(Rect, u32)> = Vec::new();
    for block in &mut form.blocks {
        match block {
            Block::Line(line) => {
                line.bbox = None;
                line.font_size = 0.0;
            }
            Block::Grid(grid) => {
                boxes = grid.cells.iter().filter_map(|c| Some((c.bbox?, c.row + 3))).collect();
                let mut cells = Vec::new();
                for row in 0..grid.rows {
                    for col in 0..grid.columns {
                        let found = grid.cells.iter().find(|c| (c.row, c.col) == (row, col));
                        let blank = Cell { row, col, page: 1, ..Cell::default() };
                        cells.push(flat(found.unwrap_or(&blank), row + 3));
                    }
                }
                *grid = Grid {
                    page: 1,
                    columns: grid.columns,
                    rows: grid.rows,
                    cells,
                    kind: GridKind::Delimited,
                    ..Grid::default()
                };
            }
        }
    }
    for evidence in form.evidence.values_mut() {
        let line = boxes.iter().find(|(bbox, _)| Some(*bbox) == evidence.bbox).map_or(1, |b| b.1);
        evidence.text = text::join(evidence.text.lines()).into();
        evidence.bbox = None;
        evidence.from = Origin::TextExport;
        evidence.source_line = line;
    }
    form
}
