//! The sheet with one row an indicator.

use super::cells::{self, BODY, HEADER};
use super::measure;
use super::plan::{Cell, Column, Link, Row, Rows, Sheet};
use super::remarks::{Flag, Remark};
use super::style::{Across, Style};
use super::summary::{count, list_setup};
use crate::emit::EmitError;
use crate::emit::columns::{self, IndicatorColumn, Part};
use crate::model::form::{FieldKind, Form};
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, FormSpec};
use crate::model::value::Value;
use rustc_hash::FxHashMap;

/// Columns in front of an indicator's values: the form's number, what it is about, the number of
/// the indicator in its form.
const LEAD: [(&str, f64); 3] = [("表序号", 9.0), ("项目", 22.0), ("行号", 7.0)];
/// Columns behind them: the page, the codes of the findings.
const TRAIL: [(&str, f64); 2] = [("页", 6.0), ("校验", 20.0)];

/// The columns of the sheet.
#[derive(Clone, Debug)]
pub struct Indicators {
    pub columns: Vec<IndicatorColumn>,
    widths: Vec<f64>,
}

impl Indicators {
    pub fn new(specs: &[&FormSpec]) -> Self {
        let columns = columns::indicators(specs);
        let all = || specs.iter().filter_map(|spec| spec.indicators.as_ref());
        let widths = columns.iter().map(|column| {
            let spec = all().flat_map(|i| &i.columns).find(|c| c.key.as_ref() == Some(&column.key));
            width(column, spec.map_or(ColumnRole::Other, |c| c.role), spec.and_then(|c| c.kind))
        });
        let widths = widths.collect();
        Self { columns, widths }
    }

    /// Number of columns.
    pub fn width(&self) -> u32 {
        (LEAD.len() + self.columns.len() + TRAIL.len()) as u32
    }

    /// The key of the value in a column, if it is one of an indicator's.
    pub fn key_of(&self, left: u32, col: u32) -> Option<&str> {
        let column = col.checked_sub(left + LEAD.len() as u32)?;
        self.columns.get(column as usize).map(|column| column.key.as_str())
    }

    /// The headings in order.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        let columns = self.columns.iter().map(|column| column.heading.as_str());
        let lead = LEAD.iter().map(|(name, _)| *name);
        lead.chain(columns).chain(TRAIL.iter().map(|(name, _)| *name))
    }

    /// The header row, from column `left` on.
    pub fn header(&self, left: u32) -> Vec<Cell> {
        (left..).zip(self.headings()).map(|(col, name)| Cell::text(col, name, HEADER)).collect()
    }

    pub fn sheet_columns(&self) -> impl Iterator<Item = Column> + '_ {
        let trail = TRAIL.iter().map(|(_, width)| *width);
        let widths = LEAD.iter().map(|(_, width)| *width).chain(self.widths.iter().copied());
        widths.chain(trail).map(Column::chars)
    }

    /// The sheet's column for a value of an indicator, given the pointer relative to its record;
    /// the first column if the sheet does not show the value.
    pub fn column_at(&self, left: u32, at: &str) -> u32 {
        let mut steps = at.split('/').skip(1);
        let key = steps.next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        let part = match steps.next() {
            Some("operator") => Part::Operator,
            Some("value") => Part::Value,
            Some("value_max") => Part::ValueMax,
            Some("unit") => Part::Unit,
            Some("deadline_start") => Part::DeadlineStart,
            Some("deadline") => Part::Deadline,
            Some("reference") => Part::Reference,
            _ => Part::Whole,
        };
        let of_key = |column: &IndicatorColumn| column.key == key;
        let found = self.columns.iter().position(|c| c.part == part && of_key(c));
        let found = found.or_else(|| self.columns.iter().position(of_key));
        left + found.map_or(0, |i| (LEAD.len() + i) as u32)
    }

    /// The rows of a form's indicators, from column `left` on. Remarks about them learn where they
    /// stand.
    pub fn rows(
        &self,
        left: u32,
        (number, form, spec): (usize, &Form, Option<&FormSpec>),
        of_form: &[usize],
        remarks: &mut [Remark<'_>],
        rows: &mut impl Rows,
    ) -> Result<(), EmitError> {
        let list = columns::rows_of(form, spec);
        let Some(list_at) = &list.at else { return Ok(()) };
        let mut flagged = remarks_by_row(list_at, of_form, remarks);
        let subject = columns::subject_of(form, spec).unwrap_or_default();
        for (i, value) in list.values.iter().enumerate() {
            let (sheet, row) = rows.next();
            let mut flags: FxHashMap<u32, Flag> = FxHashMap::default();
            let mut codes: Vec<&str> = Vec::new();
            for (remark, rest) in flagged.remove(&i).unwrap_or_default() {
                let Some(remark) = remarks.get_mut(remark) else { continue };
                let col = self.column_at(left, &rest);
                remark.in_list = Some(Link { sheet: sheet.clone(), row, col });
                flags.entry(col).or_default().add(remark);
                codes.push(remark.finding.code);
            }
            codes.dedup();
            let page = columns::page_of_row(form, &list_at.index(i), &self.columns);
            let lead = (number + 1, subject, i + 1);
            let mut cells = self.cells(left, lead, value, page, &codes.join(", "));
            for cell in &mut cells {
                if let Some(flag) = flags.get(&cell.col) {
                    flag.mark(cell);
                }
            }
            let height = self.row_height(&cells);
            rows.take(cells, height)?;
        }
        Ok(())
    }

    /// The cells of one row, from column `left` on. `codes` are those of the findings about it.
    fn cells(
        &self,
        left: u32,
        (form, subject, row): (usize, &str, usize),
        value: &Value,
        page: Option<u32>,
        codes: &str,
    ) -> Vec<Cell> {
        let centred = Style { across: Across::Center, ..BODY };
        let mut cells = Vec::with_capacity(self.width() as usize);
        cells.push(count(left, form, centred));
        cells.push(cells::text(left + 1, subject, BODY));
        cells.push(count(left + 2, row, centred));
        for (col, column) in (left + LEAD.len() as u32..).zip(&self.columns) {
            let value = match value {
                Value::Record(members) => members.get(&column.key),
                _ => None,
            };
            cells.push(cells::value(col, value, column.part, false, BODY));
        }
        let trail = left + (LEAD.len() + self.columns.len()) as u32;
        cells.push(match page {
            Some(page) => count(trail, page as usize, centred),
            None => Cell { col: trail, style: BODY, ..Cell::default() },
        });
        cells.push(cells::text(trail + 1, codes, BODY));
        cells
    }

    fn row_height(&self, cells: &[Cell]) -> f32 {
        measure::list_row(self.sheet_columns(), cells, usize::MAX)
    }
}

fn width(column: &IndicatorColumn, role: ColumnRole, kind: Option<FieldKind>) -> f64 {
    match (column.part, role) {
        (Part::Whole, ColumnRole::Level1) => 14.0,
        (Part::Whole, ColumnRole::Level2) => 18.0,
        (Part::Whole, ColumnRole::Name) => 36.0,
        (Part::Whole, ColumnRole::Target) => 21.0,
        (Part::Whole, _) => measure::list_column(kind.unwrap_or(FieldKind::Text), &column.heading),
        (Part::Operator | Part::Unit, _) => 9.0,
        _ => 12.0,
    }
}

/// The sheet of one document. Remarks about values that it shows learn where they stand.
pub fn sheet(
    name: &str,
    forms: &[Form],
    specs: &[FormSpec],
    indicators: &Indicators,
    by_form: &[Vec<usize>],
    remarks: &mut [Remark<'_>],
) -> Result<Sheet, EmitError> {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    sheet.rows.push(Row { index: 0, height: Some(32.0), cells: indicators.header(0) });
    for (number, (form, of_form)) in forms.iter().zip(by_form).enumerate() {
        let spec = columns::spec_of(form, specs);
        indicators.rows(0, (number, form, spec), of_form, remarks, &mut sheet)?;
    }
    let rows = sheet.rows.len() as u32 - 1;
    sheet.setup = list_setup(indicators.sheet_columns().collect(), rows, 0);
    Ok(sheet)
}

/// The remarks about each row of a list, with the pointer relative to the row.
fn remarks_by_row(
    list: &Pointer,
    candidates: &[usize],
    remarks: &[Remark<'_>],
) -> FxHashMap<usize, Vec<(usize, String)>> {
    let mut by_row: FxHashMap<usize, Vec<(usize, String)>> = FxHashMap::default();
    for &i in candidates {
        let at = remarks.get(i).and_then(|remark| remark.at.as_ref());
        let rest = at.and_then(|at| at.as_str().strip_prefix(list.as_str()));
        let Some(rest) = rest.and_then(|rest| rest.strip_prefix('/')) else { continue };
        let digits = rest.find('/').unwrap_or(rest.len());
        let (number, rest) = rest.split_at(digits);
        if let Ok(number) = number.parse() {
            by_row.entry(number).or_default().push((i, rest.to_owned()));
        }
    }
    by_row
}
