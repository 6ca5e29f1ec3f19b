//! The sheet with one row a form.

use super::cells::{self, BODY, HEADER};
use super::measure;
use super::plan::{Area, Cell, Column, Content, Link, Row, Rows, Setup, Sheet};
use super::remarks::{self, Flag, Remark};
use super::style::{Across, Fill, Font, Format, Style};
use crate::emit::EmitError;
use crate::emit::columns::{self, FieldColumn, Part};
use crate::model::finding::Severity;
use crate::model::form::{FieldKind, Form};
use crate::model::pointer::Pointer;
use crate::model::spec::FormSpec;
use crate::model::value::Value;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

/// Columns in front of the fields.
const LEAD: [(&str, f64); 1] = [("序号", 7.0)];
/// Columns behind the fields: kind of form, pages, numbers of findings.
const TRAIL: [(&str, f64); 4] = [("表", 26.0), ("页", 7.0), ("错误", 8.0), ("警告", 8.0)];
/// The number and what the form is about stay while scrolling.
const FROZEN: u32 = 2;

/// Running text in this sheet shows so many lines at most; the mirrored form shows all of it.
const MAX_LINES: usize = 5;

/// The columns of the sheet.
#[derive(Clone, Debug)]
pub struct Summary {
    fields: Vec<FieldColumn>,
    /// Pointers of the fields, for the findings.
    pointers: Vec<Pointer>,
}

impl Summary {
    pub fn new(specs: &[&FormSpec]) -> Self {
        let fields = columns::fields(specs);
        let pointers = fields.iter().map(|field| Pointer::from_dotted(&field.key)).collect();
        Self { fields, pointers }
    }

    /// Number of columns.
    pub fn width(&self) -> u32 {
        (LEAD.len() + self.fields.len() + TRAIL.len()) as u32
    }

    /// The header row, from column `left` on.
    pub fn header(&self, left: u32) -> Vec<Cell> {
        let lead = LEAD.iter().map(|(name, _)| *name);
        let fields = self.fields.iter().map(|field| field.heading.as_str());
        let names = lead.chain(fields).chain(TRAIL.iter().map(|(name, _)| *name));
        (left..).zip(names).map(|(col, name)| Cell::text(col, name, HEADER)).collect()
    }

    pub fn columns(&self) -> impl Iterator<Item = Column> + '_ {
        let fields = self.fields.iter().map(|f| measure::list_column(f.kind, &f.heading));
        let trail = TRAIL.iter().map(|(_, width)| *width);
        LEAD.iter().map(|(_, width)| *width).chain(fields).chain(trail).map(Column::chars)
    }

    /// The key of the field in a column, if it is a field's.
    pub fn key_of(&self, left: u32, col: u32) -> Option<&str> {
        let field = col.checked_sub(left + LEAD.len() as u32)?;
        self.fields.get(field as usize).map(|field| field.key.as_str())
    }

    /// The column, counted from that of the first field, in which a form's value stands.
    fn field_at(&self, at: &str) -> Option<usize> {
        let exact = self.pointers.iter().position(|p| remarks::is_within(at, p.as_str()));
        exact.or_else(|| self.pointers.iter().position(|p| remarks::is_within(p.as_str(), at)))
    }

    /// The sheet's column for a value of a form; the number's column if the sheet does not show
    /// the value.
    pub fn column_at(&self, left: u32, at: Option<&str>) -> u32 {
        let field = at.filter(|at| !at.is_empty()).and_then(|at| self.field_at(at));
        left + field.map_or(0, |field| (LEAD.len() + field) as u32)
    }

    /// The cells of one form's row at a place of a sheet, from column `left` on. Remarks about the
    /// form that no other list has learn where they stand.
    pub fn row(
        &self,
        left: u32,
        (number, form, spec): (usize, &Form, Option<&FormSpec>),
        of_form: &[usize],
        remarks: &mut [Remark<'_>],
        (sheet, row): (&str, u32),
    ) -> Vec<Cell> {
        let mut found = Found::default();
        let mut flags: FxHashMap<u32, Flag> = FxHashMap::default();
        for &i in of_form {
            let Some(remark) = remarks.get_mut(i) else { continue };
            found.add(remark.finding.severity);
            if remark.in_list.is_none() {
                let col = self.column_at(left, remark.at.as_ref().map(Pointer::as_str));
                remark.in_list = Some(Link { sheet: sheet.to_owned(), row, col });
                flags.entry(col).or_default().add(remark);
            }
        }
        let mut cells = self.cells(left, number, form, spec, found);
        for cell in &mut cells {
            if let Some(flag) = flags.get(&cell.col) {
                flag.mark(cell);
            }
        }
        cells
    }

    /// The cells of one form's row, from column `left` on.
    fn cells(
        &self,
        left: u32,
        number: usize,
        form: &Form,
        spec: Option<&FormSpec>,
        found: Found,
    ) -> Vec<Cell> {
        let centred = Style { across: Across::Center, ..BODY };
        let mut cells = Vec::with_capacity(self.width() as usize);
        cells.push(count(left, number + 1, centred));
        let first = left + LEAD.len() as u32;
        for (col, field) in (first..).zip(&self.fields) {
            let style = match field.kind {
                FieldKind::MoneyUnit => centred,
                _ => BODY,
            };
            let amount = field.kind == FieldKind::Money;
            cells.push(cells::value(col, form.data.get(&field.key), Part::Whole, amount, style));
        }
        let trail = first + self.fields.len() as u32;
        let name = spec.map_or(form.template.as_str(), |spec| spec.name.as_str());
        cells.push(cells::text(trail, name, BODY));
        cells.push(cells::text(trail + 1, &pages(&form.pages), centred));
        let found = [(Severity::Error, found.errors), (Severity::Warning, found.warnings)];
        for (col, (severity, found)) in (trail + 2..).zip(found) {
            let fill = if found > 0 { remarks::fill(severity) } else { Fill::None };
            cells.push(count(col, found, Style { fill, ..centred }));
        }
        cells
    }

    /// Height of a row in points.
    pub fn row_height(&self, cells: &[Cell]) -> f32 {
        measure::list_row(self.columns(), cells, MAX_LINES)
    }

    /// The row of sums below `rows` rows, from column `left` on: under each amount, if all forms
    /// print the same unit.
    pub fn total(&self, left: u32, rows: u32, totals: &Totals) -> Option<Vec<Cell>> {
        if rows < 2 || self.fields.iter().all(|field| field.kind != FieldKind::Money) {
            return None;
        }
        let style = Style { fill: Fill::Total, font: Font { bold: true, ..BODY.font }, ..BODY };
        let mut cells: Vec<Cell> =
            (left..left + self.width()).map(|col| Cell { col, style, ..Cell::default() }).collect();
        let first = LEAD.len();
        let unit = totals.unit.as_deref().filter(|_| !totals.mixed);
        for ((i, field), sum) in self.fields.iter().enumerate().zip(&totals.sums) {
            let Some(cell) = cells.get_mut(first + i) else { continue };
            match (field.kind, unit, sum) {
                (FieldKind::MoneyUnit, Some(unit), _) => {
                    let centred = Style { across: Across::Center, ..style };
                    *cell = cells::text(cell.col, unit, centred);
                }
                (FieldKind::Money, Some(_), Sum::Of(sum)) => {
                    let column = Area { top: 1, left: cell.col, bottom: rows, right: cell.col };
                    cell.content = Content::Sum(column, *sum);
                    let format = Format::Grouped(sum.scale().max(2));
                    cell.style = Style { across: Across::Right, format, ..style };
                }
                _ => {}
            }
        }
        if let Some(cell) = cells.first_mut() {
            let label = if unit.is_some() {
                "合计"
            } else {
                "合计（金额单位不同或未注明，不相加）"
            };
            let plain = Style { wrap: false, ..style };
            *cell = Cell::text(cell.col, label, plain);
        }
        Some(cells)
    }

    /// Adds a form's amounts to the sums.
    pub fn add(&self, totals: &mut Totals, form: &Form) {
        totals.sums.resize(self.fields.len(), Sum::Nothing);
        let mut amounts = self.fields.iter().filter(|field| field.kind == FieldKind::Money);
        if amounts.all(|field| form.data.get(&field.key).is_none_or(Value::is_null)) {
            return;
        }
        let mut unit = self.fields.iter().filter(|field| field.kind == FieldKind::MoneyUnit);
        let unit = unit.find_map(|field| form.data.get(&field.key)?.as_text());
        match (&totals.unit, unit) {
            (None, Some(unit)) => totals.unit = Some(unit.to_owned()),
            (Some(known), Some(unit)) if known == unit => {}
            _ => totals.mixed = true,
        }
        for (field, sum) in self.fields.iter().zip(&mut totals.sums) {
            if let Some(Value::Number(n)) = form.data.get(&field.key) {
                *sum = match sum {
                    Sum::Nothing if cells::is_exact(*n) => Sum::Of(*n),
                    Sum::Of(so_far) if cells::is_exact(*n) => so_far
                        .checked_add(*n)
                        .filter(|sum| cells::is_exact(*sum))
                        .map_or(Sum::TooLarge, Sum::Of),
                    _ => Sum::TooLarge,
                };
            }
        }
    }

    /// How the sheet looks with `rows` rows below its header, `left` columns standing before.
    pub fn setup(&self, left: &[Column], rows: u32) -> Setup {
        let columns: Vec<Column> = left.iter().copied().chain(self.columns()).collect();
        list_setup(columns, rows, left.len() as u32 + FROZEN)
    }
}

/// Height of the row of sums in points.
pub const TOTAL_HEIGHT: f32 = 18.0;

/// Width of a printed page of a list in characters: an A4 page on its side at a little over half
/// size, about what is read without a glass.
const PAGE_WIDTH: f64 = 270.0;

/// How a list with a header row looks.
pub fn list_setup(columns: Vec<Column>, rows: u32, frozen: u32) -> Setup {
    let right = (columns.len() as u32).saturating_sub(1);
    let width: f64 = columns.iter().filter(|c| !c.hidden).map(|c| c.width).sum();
    Setup {
        filter: Some(Area { top: 0, left: 0, bottom: rows, right }),
        columns,
        frozen: (1, frozen),
        landscape: true,
        repeats_frozen: true,
        pages_wide: (width / PAGE_WIDTH).ceil() as u32,
        ..Setup::default()
    }
}

/// How many findings of each weight a form has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
}

impl Found {
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }
}

/// Sums of the amounts over the forms so far.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// The unit of the first form that prints one.
    unit: Option<String>,
    /// Some form prints another unit, or none.
    mixed: bool,
    /// One a field.
    sums: Vec<Sum>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sum {
    /// Blank in every form: blank is not zero.
    Nothing,
    Of(Decimal),
    /// More digits than a spreadsheet keeps.
    TooLarge,
}

/// A cell with a count.
pub fn count(col: u32, count: usize, style: Style) -> Cell {
    let content = Content::Number(Decimal::from(count));
    Cell { col, content, style: Style { format: Format::Plain(0), ..style }, ..Cell::default() }
}

/// `4–5, 7` for pages in ascending order.
pub fn pages(pages: &[u32]) -> String {
    let mut text = String::new();
    let mut rest = pages;
    while let Some((&first, after)) = rest.split_first() {
        let follows = |(i, page): &(usize, &u32)| **page == first.saturating_add(*i as u32 + 1);
        let run = after.iter().enumerate().take_while(follows).count();
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&first.to_string());
        if run > 0 {
            text.push_str(&format!("–{}", first.saturating_add(run as u32)));
        }
        rest = after.get(run..).unwrap_or_default();
    }
    text
}

/// The sheet of one document. Remarks that no other list has learn where they stand.
pub fn sheet(
    name: &str,
    forms: &[Form],
    specs: &[FormSpec],
    summary: &Summary,
    form_sheets: &[String],
    (by_form, remarks): (&[Vec<usize>], &mut [Remark<'_>]),
) -> Result<Sheet, EmitError> {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    sheet.rows.push(Row { index: 0, height: Some(32.0), cells: summary.header(0) });
    let mut totals = Totals::default();
    for (i, (form, of_form)) in forms.iter().zip(by_form).enumerate() {
        let spec = columns::spec_of(form, specs);
        let (_, row) = sheet.next();
        let mut cells = summary.row(0, (i, form, spec), of_form, remarks, (name, row));
        if let Some(target) = form_sheets.get(i) {
            let subject = spec.and_then(columns::subject);
            let at = subject.map(|field| Pointer::from_dotted(&field.key));
            let col = summary.column_at(0, at.as_ref().map(Pointer::as_str));
            if let Some(cell) = cells.get_mut(col as usize) {
                cell.link = Some(Link { sheet: target.clone(), row: 0, col: 0 });
                cell.style.font.link = true;
            }
        }
        summary.add(&mut totals, form);
        let height = summary.row_height(&cells);
        sheet.take(cells, height)?;
    }
    if let Some(cells) = summary.total(0, forms.len() as u32, &totals) {
        sheet.take(cells, TOTAL_HEIGHT)?;
    }
    sheet.setup = summary.setup(&[], forms.len() as u32);
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs_of_pages() {
        assert_eq!(super::pages(&[4]), "4");
        assert_eq!(super::pages(&[4, 5, 6, 9]), "4–6, 9");
        assert_eq!(super::pages(&[]), "");
        assert_eq!(super::pages(&[u32::MAX]), u32::MAX.to_string());
    }
}
