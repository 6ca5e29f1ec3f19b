use super::Combined;
use crate::emit::sample;
use crate::model::form::Converted;
use crate::model::spec::FormSpec;
use calamine::{Data, Range, Reader, Xlsx};
use std::io::Cursor;

type Book = Xlsx<Cursor<Vec<u8>>>;

fn bytes(combined: Combined) -> Vec<u8> {
    combined.finish(Cursor::new(Vec::new())).unwrap().into_inner()
}

fn book(combined: Combined) -> Book {
    calamine::open_workbook_from_rs(Cursor::new(bytes(combined))).unwrap()
}

fn text(text: &str) -> Data {
    Data::String(text.into())
}

fn col(range: &Range<Data>, heading: &str) -> u32 {
    let found =
        (0..range.width() as u32).find(|c| range.get_value((0, *c)) == Some(&text(heading)));
    found.unwrap_or_else(|| panic!("no column {heading}"))
}

/// A family that no document has.
fn other_family() -> FormSpec {
    toml::from_str(
        r#"
        id = "other"
        name = "另表"
        titles = ["另表"]
        fields = [{ key = "elsewhere", kind = "text", label = ["别处"] }]
        [indicators]
        key = "indicators"
        columns = [
          { key = "level1", role = "level1", header = ["一级"] },
          { key = "score", role = "other", kind = "number", header = ["得分"] },
        ]"#,
    )
    .unwrap()
}

#[test]
fn documents_stand_one_below_another() {
    let mut combined = Combined::new(&sample::specs()).unwrap();
    combined.push(&sample::document(), "甲/a.pdf").unwrap();
    combined.push(&sample::document(), "乙/a.pdf").unwrap();
    combined.push_failure("丙.pdf", "password needed").unwrap();
    let mut book = book(combined);
    assert_eq!(book.sheet_names(), ["汇总", "指标", "校验", "文件"]);
    let summary = book.worksheet_range("汇总").unwrap();
    assert_eq!(summary.height(), 1 + 4 + 1);
    assert_eq!(summary.get_value((3, 0)), Some(&text("乙/a.pdf")));
    let total = summary.get_value((5, col(&summary, "年度资金申请总额")));
    assert_eq!(total, Some(&Data::Float(2.0 * 8_421_500.01)));
    let indicators = book.worksheet_range("指标").unwrap();
    assert_eq!(indicators.height(), 1 + 16);
    assert_eq!(indicators.get_value((9, 0)), Some(&text("乙/a.pdf")));
    assert_eq!(
        indicators.get_value((9, col(&indicators, "年度(/项目)指标值"))),
        Some(&text("=100.00(%)"))
    );
    let findings = book.worksheet_range("校验").unwrap();
    assert_eq!(findings.height(), 1 + 10);
    let place = findings.get_value((9, col(&findings, "数据"))).unwrap();
    // The label of the second document's sixth indicator, in the sheet's fifteenth row.
    assert_eq!(*place, text("指标!F15"));
    let files = book.worksheet_range("文件").unwrap();
    assert_eq!(files.get_value((1, col(&files, "指标数"))), Some(&Data::Float(8.0)));
    assert_eq!(files.get_value((1, col(&files, "错误"))), Some(&Data::Float(2.0)));
    assert_eq!(files.get_value((3, col(&files, "状态"))), Some(&text("password needed")));
}

#[test]
fn a_list_goes_on_on_the_next_sheet() {
    // A header and four rows a sheet.
    let mut combined = Combined::with_capacity(&sample::specs(), 5).unwrap();
    combined.push(&sample::document(), "a.pdf").unwrap();
    combined.push(&sample::document(), "b.pdf").unwrap();
    let mut book = book(combined);
    assert_eq!(
        book.sheet_names(),
        ["汇总", "指标", "指标2", "指标3", "指标4", "校验", "校验2", "校验3", "文件"]
    );
    let mut rows = Vec::new();
    for name in ["指标", "指标2", "指标3", "指标4"] {
        let range = book.worksheet_range(name).unwrap();
        assert_eq!(range.get_value((0, 0)), Some(&text("文件")));
        assert!(range.height() <= 5);
        rows.extend((1..range.height() as u32).filter_map(|r| range.get_value((r, 0)).cloned()));
    }
    assert_eq!(rows.len(), 16);
    // The sixth indicator is the second of the second sheet.
    let findings = book.worksheet_range("校验").unwrap();
    let place = findings.get_value((4, col(&findings, "数据"))).unwrap();
    assert_eq!(*place, text("指标2!F3"));
}

#[test]
fn columns_of_families_that_no_document_has_are_hidden() {
    let mut specs = sample::specs();
    specs.push(other_family());
    let mut combined = Combined::new(&specs).unwrap();
    combined.push(&sample::document(), "a.pdf").unwrap();
    let bytes = bytes(combined);
    let sheet = |number: usize| {
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let path = format!("xl/worksheets/sheet{number}.xml");
        let mut part = archive.by_name(&path).unwrap();
        let mut xml = String::new();
        std::io::Read::read_to_string(&mut part, &mut xml).unwrap();
        xml
    };
    // 别处 in the first sheet, 得分 in the second, the mirrored form in the third.
    for number in [1, 2, 3] {
        assert_eq!(sheet(number).matches("hidden=\"1\"").count(), 1, "sheet {number}");
    }
    assert_eq!(sheet(4).matches("hidden=\"1\"").count(), 0);
}

#[test]
fn a_run_without_documents_is_a_workbook() {
    let mut book = book(Combined::new(&sample::specs()).unwrap());
    assert_eq!(book.worksheet_range("文件").unwrap().height(), 1);
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let run = || {
        let mut combined = Combined::new(&sample::specs()).unwrap();
        combined.push(&sample::document(), "a.pdf").unwrap();
        let plain = sample::document();
        let forms = plain.forms.iter().map(sample::delimited).collect();
        combined.push(&Converted { forms, ..plain }, "b.txt").unwrap();
        bytes(combined)
    };
    assert_eq!(run(), run());
}
