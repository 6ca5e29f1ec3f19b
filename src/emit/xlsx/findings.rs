//! The sheet with one row a finding, with links to the cells concerned.

use super::cells::{self, BODY, HEADER};
use super::measure;
use super::plan::{Cell, Column, Link, Row, Rows, Sheet};
use super::remarks::Remark;
use super::style::{Across, Font, Style};
use super::summary::{count, list_setup};
use crate::emit::EmitError;

/// Headings and widths of the columns.
const COLUMNS: [(&str, f64); 10] = [
    ("级别", 9.0),
    ("代码", 24.0),
    ("表序号", 8.0),
    ("项目", 26.0),
    ("页", 6.0),
    ("说明", 52.0),
    ("处理建议", 44.0),
    ("数据", 12.0),
    ("原表", 8.0),
    ("指针", 34.0),
];

/// The header row, from column `left` on.
pub fn header(left: u32) -> Vec<Cell> {
    (left..).zip(COLUMNS).map(|(col, (name, _))| Cell::text(col, name, HEADER)).collect()
}

pub fn columns() -> impl Iterator<Item = Column> {
    COLUMNS.into_iter().map(|(_, width)| Column::chars(width))
}

/// The cells of one finding, from column `left` on. `subject` is what its form is about.
fn cells(left: u32, remark: &Remark<'_>, subject: &str) -> Vec<Cell> {
    let finding = remark.finding;
    let centred = Style { across: Across::Center, ..BODY };
    let number = |col: u32, value: Option<usize>| match value {
        Some(value) => count(col, value, centred),
        None => Cell { col, style: centred, ..Cell::default() },
    };
    let severity = Style { fill: remark.fill(), ..centred };
    vec![
        cells::text(left, finding.severity.name(), severity),
        cells::text(left + 1, finding.code, BODY),
        number(left + 2, remark.form.map(|form| form + 1)),
        cells::text(left + 3, subject, BODY),
        number(left + 4, finding.page.map(|page| page as usize)),
        cells::text(left + 5, &finding.message, BODY),
        cells::text(left + 6, &finding.hint, BODY),
        link(left + 7, remark.in_list.as_ref(), |l| format!("{}!{}", l.sheet, l.cell_name())),
        link(left + 8, remark.in_mirror.as_ref(), Link::cell_name),
        cells::text(left + 9, remark.pointer.as_ref().map_or("", |p| p.as_str()), BODY),
    ]
}

fn link(col: u32, link: Option<&Link>, display: impl Fn(&Link) -> String) -> Cell {
    let Some(link) = link else {
        return Cell { col, style: BODY, ..Cell::default() };
    };
    let font = Font { link: true, ..BODY.font };
    let style = Style { font, across: Across::Center, ..BODY };
    Cell { link: Some(link.clone()), ..cells::text(col, &display(link), style) }
}

/// The rows of a document's findings, from column `left` on. `subjects` say what each form is
/// about.
pub fn rows(
    left: u32,
    remarks: &[Remark<'_>],
    subjects: &[&str],
    rows: &mut impl Rows,
) -> Result<(), EmitError> {
    for remark in remarks {
        let subject = remark.form.and_then(|form| subjects.get(form)).copied();
        let cells = cells(left, remark, subject.unwrap_or_default());
        let height = measure::list_row(columns(), &cells, usize::MAX);
        rows.take(cells, height)?;
    }
    Ok(())
}

/// The sheet of one document.
pub fn sheet(name: &str, remarks: &[Remark<'_>], subjects: &[&str]) -> Result<Sheet, EmitError> {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    sheet.rows.push(Row { index: 0, height: Some(24.0), cells: header(0) });
    rows(0, remarks, subjects, &mut sheet)?;
    let rows = sheet.rows.len() as u32 - 1;
    sheet.setup = list_setup(columns().collect(), rows, 0);
    Ok(sheet)
}
