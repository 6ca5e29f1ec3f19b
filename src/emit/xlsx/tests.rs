//! Workbooks read back with an independent reader.

use super::plan::{Area, Content, Sheet};
use super::style::Fill;
use super::{Workbook, dump, for_each_sheet};
use crate::emit::{Emitter, json, sample};
use crate::model::finding::{Finding, Severity};
use crate::model::form::Converted;
use crate::model::grid::{Block, Cell, Grid};
use crate::model::pointer::Pointer;
use crate::model::value::Value;
use calamine::{Data, Range, Reader, Xlsx};
use proptest::prelude::*;
use std::io::Cursor;

type Book = Xlsx<Cursor<Vec<u8>>>;

fn written(document: &Converted) -> Book {
    let bytes = Workbook.serialize(document, &sample::specs()).unwrap();
    calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap()
}

fn planned(document: &Converted) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    for_each_sheet(document, &sample::specs(), |position, sheet| {
        sheets.push((position, sheet));
        Ok(())
    })
    .unwrap();
    sheets.sort_by_key(|(position, _)| *position);
    sheets.into_iter().map(|(_, sheet)| sheet).collect()
}

/// The column under a heading.
fn column(range: &Range<Data>, heading: &str) -> u32 {
    let found =
        (0..range.width() as u32).find(|c| range.get_value((0, *c)) == Some(&text(heading)));
    found.unwrap_or_else(|| panic!("no column {heading}"))
}

fn text(text: &str) -> Data {
    Data::String(text.into())
}

/// What a reader should find for a value of the JSON.
fn same(cell: Option<&Data>, json: &serde_json::Value) -> bool {
    match (cell.unwrap_or(&Data::Empty), json) {
        (Data::Empty, serde_json::Value::Null) => true,
        (Data::String(a), serde_json::Value::String(b)) => a == b,
        (Data::Float(a), serde_json::Value::Number(b)) => b.to_string().parse() == Ok(*a),
        (Data::DateTime(day), serde_json::Value::String(b)) => {
            let shown = day.to_ymd_hms_milli();
            *b == format!("{:04}-{:02}-{:02}", shown.0, shown.1, shown.2)
        }
        _ => false,
    }
}

#[test]
fn the_summary_equals_the_json() {
    let document = sample::document();
    let json: serde_json::Value = serde_json::from_slice(&json::serialize(&document)).unwrap();
    let range = written(&document).worksheet_range("汇总").unwrap();
    for (row, form) in (1..).zip(json["forms"].as_array().unwrap()) {
        for (heading, pointer) in [
            ("标题", "/data/title"),
            ("年度", "/data/fiscal_year"),
            ("项目名称", "/data/project_name"),
            ("计划开始日期", "/data/start_date"),
            ("计划完成日期", "/data/end_date"),
            ("金额单位", "/data/funds/unit"),
            ("项目资金总额", "/data/funds/project/total"),
            ("年度资金申请总额", "/data/funds/annual/total"),
            ("年度资金申请总额·其他资金", "/data/funds/annual/other"),
            ("项目总目标", "/data/goals/project"),
            ("年度总体目标", "/data/goals/annual"),
        ] {
            let cell = range.get_value((row, column(&range, heading)));
            let value = form.pointer(pointer).unwrap();
            assert!(same(cell, value), "{heading} in row {row}: {cell:?}, not {value}");
        }
    }
    // Blank is not zero: the second form prints no other funds.
    let blank = range.get_value((2, column(&range, "年度资金申请总额·其他资金")));
    assert!(blank.is_none_or(|cell| *cell == Data::Empty));
}

#[test]
fn the_indicators_equal_the_json() {
    let document = sample::document();
    let json: serde_json::Value = serde_json::from_slice(&json::serialize(&document)).unwrap();
    let range = written(&document).worksheet_range("指标").unwrap();
    let forms = json["forms"].as_array().unwrap();
    let rows = forms.iter().flat_map(|form| form["data"]["indicators"].as_array().unwrap());
    let mut count = 0;
    for (row, indicator) in (1..).zip(rows) {
        count += 1;
        for (heading, pointer) in [
            ("一级指标", "/level1"),
            ("二级指标", "/level2"),
            ("三级指标", "/level3"),
            ("年度(/项目)指标值", "/target/text"),
            ("运算符", "/target/operator"),
            ("数值", "/target/value"),
            ("数值上限", "/target/value_max"),
            ("单位", "/target/unit"),
            ("期限", "/target/deadline"),
        ] {
            let cell = range.get_value((row, column(&range, heading)));
            let value = indicator.pointer(pointer).unwrap();
            assert!(same(cell, value), "{heading} in row {row}: {cell:?}, not {value}");
        }
    }
    assert_eq!((range.height(), count), (9, 8));
    assert_eq!(range.get_value((1, column(&range, "页"))), Some(&Data::Float(1.0)));
    assert_eq!(range.get_value((6, column(&range, "校验"))), Some(&text("label.repaired")));
}

#[test]
fn the_total_is_a_formula_with_its_value() {
    let mut book = written(&sample::document());
    let range = book.worksheet_range("汇总").unwrap();
    let col = column(&range, "年度资金申请总额");
    assert_eq!(range.get_value((3, 0)), Some(&text("合计")));
    assert_eq!(range.get_value((3, col)), Some(&Data::Float(8_421_500.01)));
    let formulas = book.worksheet_formula("汇总").unwrap();
    let formula = formulas.get_value((3, col)).unwrap();
    let letter = super::plan::column_name(col);
    assert_eq!(*formula, format!("SUM({letter}2:{letter}3)"));
    // No text of a document is a formula anywhere else.
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        let found = formulas.used_cells().filter(|(.., f)| !f.is_empty()).count();
        assert_eq!(found, if name == "汇总" { 7 } else { 0 }, "{name}");
    }
}

#[test]
fn amounts_of_different_units_are_not_added() {
    let mut document = sample::document();
    let Value::Record(data) = &mut document.forms[1].data else { panic!("record expected") };
    let Some(Value::Record(funds)) = data.get_mut("funds") else { panic!("record expected") };
    funds.insert("unit".into(), Value::Text("万元".into()));
    let mut book = written(&document);
    let label = book.worksheet_range("汇总").unwrap().get_value((3, 0)).cloned();
    assert_eq!(label, Some(text("合计（金额单位不同或未注明，不相加）")));
    let formulas = book.worksheet_formula("汇总").unwrap();
    assert!(formulas.used_cells().all(|(.., f)| f.is_empty()));
}

#[test]
fn findings_link_to_the_cells_concerned() {
    let document = sample::document();
    let mut book = written(&document);
    let range = book.worksheet_range("校验").unwrap();
    assert_eq!(range.height(), 6);
    assert_eq!(range.get_value((3, 1)), Some(&text("funds.annual-sum")));
    assert_eq!(range.get_value((3, 9)), Some(&text("/forms/1/data/funds/annual/total")));
    let links = book.hyperlinks_by_sheet_name("校验").unwrap();
    let targets: Vec<&str> = links.iter().filter_map(|link| link.location.as_deref()).collect();
    assert_eq!(targets.len(), 7, "{targets:?}");
    let summary = book.worksheet_range("汇总").unwrap();
    let total = super::plan::cell_name(2, column(&summary, "年度资金申请总额"));
    assert!(targets.contains(&format!("'汇总'!{total}").as_str()));
    let mirror = book.sheet_names()[4].clone();
    assert_eq!(mirror, "2 @宣传工作_经费_ \"春风\" & <行动>");
    // The amount stands in the eighth column of the fourth row of the grid, below two lines.
    assert!(targets.contains(&format!("'{mirror}'!H6").as_str()), "{targets:?}");
}

#[test]
fn flagged_cells_are_filled_and_noted() {
    let sheets = planned(&sample::document());
    let flagged = |sheet: &Sheet| -> Vec<(String, Fill, bool)> {
        let cells = sheet.rows.iter().flat_map(|row| row.cells.iter().map(move |c| (row, c)));
        cells
            .filter(|(_, c)| matches!(c.style.fill, Fill::Warning | Fill::Error))
            .map(|(row, c)| {
                (super::plan::cell_name(row.index, c.col), c.style.fill, c.note.is_some())
            })
            .collect()
    };
    assert_eq!(
        flagged(&sheets[4]),
        [("H6".into(), Fill::Error, true), ("C13".into(), Fill::Warning, true)]
    );
    assert_eq!(flagged(&sheets[1]), [("E7".into(), Fill::Warning, true)]);
}

#[test]
fn a_mirrored_form_has_the_printed_merges_and_typed_values() {
    let document = sample::document();
    let mut book = written(&document);
    let name = book.sheet_names()[3].clone();
    let merges: Vec<String> = book
        .merge_cells_by_sheet_name(&name)
        .unwrap()
        .iter()
        .map(|m| {
            let area = Area { top: m.start.0, left: m.start.1, bottom: m.end.0, right: m.end.1 };
            area.to_string()
        })
        .collect();
    for expected in ["A1:H1", "A2:H2", "A3:B3", "C3:D3", "A6:B9", "A10:A11", "F11:H11", "B13:B15"] {
        assert!(merges.contains(&expected.to_owned()), "{expected} is missing in {merges:?}");
    }
    let range = book.worksheet_range(&name).unwrap();
    let cell = |row, col| range.get_value((row, col)).cloned().unwrap_or_default();
    assert_eq!(cell(0, 0), text("财政项目支出绩效目标申报表"));
    assert_eq!(cell(5, 7), Data::Float(6_421_500.0));
    assert!(matches!(cell(4, 2), Data::DateTime(day) if day.as_f64() == 46_023.0));
    assert_eq!(cell(12, 6), text("=100.00(%)"));
    let Data::String(goal) = cell(10, 5) else { panic!("text expected") };
    assert!(goal.ends_with("促进产业升级。\n第二段：完成验收。"), "{goal}");
}

#[test]
fn a_form_of_a_text_export_is_mirrored_with_typed_values() {
    let mut document = sample::document();
    document.forms = document.forms.iter().map(sample::delimited).collect();
    let mut book = written(&document);
    let name = book.sheet_names()[4].clone();
    let range = book.worksheet_range(&name).unwrap();
    let cell = |row, col| range.get_value((row, col)).cloned().unwrap_or_default();
    assert_eq!(cell(5, 4), Data::Float(5_000_000.0));
    assert_eq!(cell(5, 7), Data::Float(2_000_000.01));
    let sheets = planned(&document);
    let error = |c: &super::plan::Cell| c.style.fill == Fill::Error && c.note.is_some();
    let flagged: Vec<_> =
        sheets[4].rows.iter().filter(|row| row.cells.iter().any(error)).map(|r| r.index).collect();
    assert_eq!(flagged, [5]);
}

#[test]
fn tables_without_a_form_have_sheets_of_their_own() {
    let mut book = written(&sample::document());
    let range = book.worksheet_range("表1").unwrap();
    let texts: Vec<&str> =
        range.used_cells().filter_map(|(.., cell)| cell.as_string_ref()).collect();
    assert_eq!(texts, ["附表 new", "=1+1", "含", "里", "1,5"]);
}

trait AsStringRef {
    fn as_string_ref(&self) -> Option<&str>;
}

impl AsStringRef for Data {
    fn as_string_ref(&self) -> Option<&str> {
        match self {
            Data::String(s) => Some(s),
            _ => None,
        }
    }
}

#[test]
fn a_document_without_forms_has_the_three_lists() {
    let document = Converted { forms: Vec::new(), tables: Vec::new(), ..sample::document() };
    assert_eq!(written(&document).sheet_names(), ["汇总", "指标", "校验"]);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let write = || Workbook.serialize(&sample::document(), &sample::specs()).unwrap();
    assert_eq!(write(), write());
    let dump = || dump::document(&sample::document(), &sample::specs()).unwrap();
    assert_eq!(dump(), dump());
    assert!(dump().contains("\nI2\tn 0.00\t100.00\n"));
}

#[test]
fn the_dump_shows_what_a_reader_finds() {
    let document = sample::document();
    let dump = dump::document(&document, &sample::specs()).unwrap();
    let mut book = written(&document);
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let section = dump.split("# ").find(|s| s.starts_with(&format!("{name}\n"))).unwrap();
        let texts = section.lines().filter(|line| {
            line.split('\t').nth(1).is_some_and(|kind| kind.split(' ').next() == Some("t"))
        });
        let read = range.used_cells().filter(|(.., cell)| cell.as_string_ref().is_some());
        assert_eq!(texts.count(), read.count(), "{name}");
    }
}

#[test]
fn a_text_longer_than_a_cell_is_cut_and_says_so() {
    let mut content = sample::first();
    content.goals.1 = "目".repeat(40_000);
    let mut document = sample::document();
    document.forms = vec![sample::form(&content)];
    let mut book = written(&document);
    let range = book.worksheet_range("汇总").unwrap();
    let Some(Data::String(goal)) = range.get_value((1, column(&range, "年度总体目标")))
    else {
        panic!("text expected")
    };
    assert_eq!(goal.encode_utf16().count(), 32_767);
    assert!(goal.ends_with("目…[truncated, 40000 characters; full text in JSON]"));
    let sheet = &planned(&document)[3];
    let noted = sheet.rows.iter().flat_map(|row| &row.cells).filter_map(|c| c.note.as_deref());
    assert_eq!(noted.filter(|note| note.contains("40000")).count(), 1);
    assert!(sheet.rows.iter().all(|row| row.height.is_some_and(|h| h <= 409.0)));
}

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("=HYPERLINK(\"http://a\")".to_owned()),
        Just("+1".to_owned()),
        Just("@x".to_owned()),
        Just("\u{0}\u{1}\u{b}\u{1f}\u{7f}\u{fffe}\u{ffff}".to_owned()),
        Just("]]><&\"'".to_owned()),
        Just("_x0041_".to_owned()),
        Just("[]:*?/\\".to_owned()),
        Just("\u{202e}\u{200b}\u{feff}".to_owned()),
        Just("𠮷".repeat(20)),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nasty_texts_come_back(project in nasty(), target in nasty(), message in nasty()) {
        let mut content = sample::first();
        content.project.clone_from(&project);
        content.indicators[0].3.text.clone_from(&target);
        let mut document = sample::document();
        document.forms = vec![sample::form(&content), sample::form(&content)];
        document.forms[0].findings = vec![
            Finding::new("text.nasty", Severity::Warning, message.clone(), "-")
                .at(Pointer::from_dotted("project_name")),
        ];
        document.source.file.clone_from(&project);
        let mut book = written(&document);
        prop_assert_eq!(book.sheet_names().len(), 6);
        for (sheet, heading, row, expected) in [
            ("汇总", "项目名称", 1, &project),
            ("指标", "年度(/项目)指标值", 1, &target),
            ("校验", "说明", 3, &message),
        ] {
            let range = book.worksheet_range(sheet).unwrap();
            let cell = range.get_value((row, column(&range, heading)));
            let found = match cell {
                Some(Data::String(found)) => found.clone(),
                None | Some(Data::Empty) => String::new(),
                other => panic!("{other:?}"),
            };
            prop_assert_eq!(&found, expected);
        }
    }

    /// Whatever the cells of a grid claim, no two areas of a sheet overlap, and no cell is
    /// written twice: either would make the workbook unreadable.
    #[test]
    fn areas_never_overlap(
        cells in prop::collection::vec((0u32..6, 0u32..6, 0u32..4, 0u32..4), 0..20),
        (columns, rows) in (0u32..6, 0u32..6),
        widths in prop::collection::vec(-5f32..50.0, 0..6),
        nested in any::<bool>(),
    ) {
        let mut grid = Grid { page: 1, columns, rows, column_widths: widths, ..Grid::default() };
        grid.cells = cells
            .iter()
            .map(|&(row, col, row_span, col_span)| Cell { row, col, row_span, col_span, ..Cell::default() })
            .collect();
        if nested && let Some(cell) = grid.cells.clone().first_mut() {
            cell.nested = vec![grid.clone(), grid.clone()];
            grid.cells.insert(0, cell.clone());
        }
        let mut document = sample::document();
        document.forms[0].blocks = vec![Block::Grid(grid.clone())];
        document.tables = vec![grid];
        for sheet in planned(&document) {
            let mut taken = std::collections::BTreeSet::new();
            for area in &sheet.merges {
                for row in area.top..=area.bottom {
                    for col in area.left..=area.right {
                        prop_assert!(taken.insert((row, col)), "{} overlaps", area);
                    }
                }
            }
            for row in &sheet.rows {
                prop_assert!(row.cells.windows(2).all(|pair| pair[0].col < pair[1].col));
            }
            prop_assert!(sheet.rows.windows(2).all(|pair| pair[0].index < pair[1].index));
        }
        written(&document);
    }
}

#[test]
fn typed_cells_of_a_mirror_are_those_of_the_data() {
    let sheets = planned(&sample::document());
    let cells = sheets[3].rows.iter().flat_map(|row| &row.cells);
    let numbers: Vec<String> = cells
        .filter_map(|cell| match &cell.content {
            Content::Number(n) => Some(n.to_string()),
            Content::Date(day) => Some(day.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(numbers, ["2026-01-01", "2026-12-31", "6421500.00", "6421500.00", "0.00", "0.00"]);
}
