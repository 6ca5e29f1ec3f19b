//! One workbook over all documents of a run.
//!
//! Memory does not grow with the number of documents: rows go to temporary files as they come. A
//! list that outgrows the rows of a sheet goes on on the next: 指标, 指标2, ….

use super::columns;
use super::xlsx::cells::{self, BODY, HEADER};
use super::xlsx::indicators::Indicators;
use super::xlsx::plan::{Cell, Column, MAX_ROWS, Row, Rows, Setup};
use super::xlsx::remarks::{self, Remark};
use super::xlsx::style::{Across, Fill, Font, Style};
use super::xlsx::summary::{self, Found, Summary, TOTAL_HEIGHT, Totals, count};
use super::xlsx::write::Book;
use super::xlsx::{FINDINGS, INDICATORS, SUMMARY, findings};
use super::{EmitError, text};
use crate::model::finding::Severity;
use crate::model::form::Converted;
use crate::model::spec::FormSpec;
use rust_xlsxwriter::Worksheet;
use std::collections::BTreeSet;
use std::io::{Seek, Write};

/// Name of the sheet with one row a document.
const FILES: &str = "文件";

/// Headings and widths of that sheet.
const FILE_COLUMNS: [(&str, f64); 10] = [
    ("文件", 40.0),
    ("类型", 11.0),
    ("页数", 8.0),
    ("表数", 8.0),
    ("指标数", 9.0),
    ("错误", 8.0),
    ("警告", 8.0),
    ("提示", 8.0),
    ("状态", 40.0),
    ("SHA-256", 30.0),
];

/// Width of the column with the file's path in front of each list, in characters.
const FILE_WIDTH: f64 = 30.0;

/// The column of a finding's place on the mirrored form, which this workbook does not have.
const MIRROR_COLUMN: u32 = 9;

/// Gathers documents for the combined workbook.
pub struct Combined {
    specs: Vec<FormSpec>,
    summary: Summary,
    indicators: Indicators,
    book: Book,
    totals: Totals,
    /// Templates that some document has.
    used: BTreeSet<String>,
    forms: List,
    rows: List,
    findings: List,
    files: List,
}

impl Combined {
    /// A workbook for documents whose forms are of these families.
    ///
    /// # Errors
    /// A temporary file cannot be created.
    pub fn new(specs: &[FormSpec]) -> Result<Self, EmitError> {
        Self::with_capacity(specs, MAX_ROWS)
    }

    /// The same with so many rows a sheet, header included.
    fn with_capacity(specs: &[FormSpec], rows: u32) -> Result<Self, EmitError> {
        let all: Vec<&FormSpec> = specs.iter().collect();
        let (summary, indicators) = (Summary::new(&all), Indicators::new(&all));
        let mut book = Book::new(SUMMARY)?;
        let mut list = |name, header: Vec<Cell>| {
            let first = Cell::text(0, FILES, HEADER);
            List::new(name, rows, std::iter::once(first).chain(header).collect(), &mut book)
        };
        let file_header = FILE_COLUMNS.iter().skip(1).zip(1..);
        let file_header = file_header.map(|((name, _), col)| Cell::text(col, *name, HEADER));
        Ok(Self {
            forms: list(SUMMARY, summary.header(1))?,
            rows: list(INDICATORS, indicators.header(1))?,
            findings: list(FINDINGS, findings::header(1))?,
            files: list(FILES, file_header.collect())?,
            summary,
            indicators,
            specs: specs.to_vec(),
            book,
            totals: Totals::default(),
            used: BTreeSet::new(),
        })
    }

    /// Adds a document under its path relative to the output folder. Documents stand in the
    /// order in which they come.
    pub fn push(&mut self, document: &Converted, path: &str) -> Result<(), EmitError> {
        let mut remarks = remarks::of(document);
        let by_form = remarks::by_form(&remarks, document.forms.len());
        let mut indicators = 0;
        for (number, (form, of_form)) in document.forms.iter().zip(&by_form).enumerate() {
            let spec = columns::spec_of(form, &self.specs);
            indicators += columns::rows_of(form, spec).values.len();
            if !self.used.contains(&form.template) {
                self.used.insert(form.template.clone());
            }
            let mut rows = Growing { list: &mut self.rows, book: &mut self.book, path };
            let numbered = (number, form, spec);
            self.indicators.rows(1, numbered, of_form, &mut remarks, &mut rows)?;
            let mut forms = Growing { list: &mut self.forms, book: &mut self.book, path };
            let (sheet, row) = forms.next();
            let cells = self.summary.row(1, numbered, of_form, &mut remarks, (&sheet, row));
            let height = self.summary.row_height(&cells);
            forms.take(cells, height)?;
            self.summary.add(&mut self.totals, form);
        }
        let subjects: Vec<&str> = document
            .forms
            .iter()
            .map(|form| columns::subject_of(form, columns::spec_of(form, &self.specs)))
            .map(Option::unwrap_or_default)
            .collect();
        let mut found = Growing { list: &mut self.findings, book: &mut self.book, path };
        findings::rows(1, &remarks, &subjects, &mut found)?;
        self.file(document, path, indicators, &remarks)
    }

    /// Adds a document that could not be converted, with the reason.
    pub fn push_failure(&mut self, path: &str, reason: &str) -> Result<(), EmitError> {
        let blank = |col| Cell { col, style: BODY, ..Cell::default() };
        let mut cells: Vec<Cell> = (1..FILE_COLUMNS.len() as u32).map(blank).collect();
        if let Some(status) = cells.get_mut(7) {
            *status = cells::text(8, reason, Style { fill: Fill::Error, ..BODY });
        }
        let mut files = Growing { list: &mut self.files, book: &mut self.book, path };
        let height = file_row_height(path, reason);
        files.take(cells, height)
    }

    fn file(
        &mut self,
        document: &Converted,
        path: &str,
        indicators: usize,
        remarks: &[Remark<'_>],
    ) -> Result<(), EmitError> {
        let centred = Style { across: Across::Center, ..BODY };
        let mut found = Found::default();
        for remark in remarks {
            found.add(remark.finding.severity);
        }
        let filled = |severity, found: usize| {
            let fill = if found > 0 { remarks::fill(severity) } else { Fill::None };
            (found, Style { fill, ..centred })
        };
        let numbers = [
            (document.source.pages as usize, centred),
            (document.forms.len(), centred),
            (indicators, centred),
            filled(Severity::Error, found.errors),
            filled(Severity::Warning, found.warnings),
            filled(Severity::Info, found.infos),
        ];
        let mut cells = vec![cells::text(1, document.source.kind.name(), centred)];
        cells.extend((2..).zip(numbers).map(|(col, (number, style))| count(col, number, style)));
        cells.push(cells::text(8, "converted", BODY));
        cells.push(cells::text(9, &document.source.sha256, BODY));
        let mut files = Growing { list: &mut self.files, book: &mut self.book, path };
        let height = file_row_height(path, "");
        files.take(cells, height)
    }

    /// Writes the workbook; gives back what it was written to.
    pub fn finish<W: Write + Seek + Send>(mut self, out: W) -> Result<W, EmitError> {
        let used: Vec<&FormSpec> =
            self.specs.iter().filter(|spec| self.used.contains(&spec.id)).collect();
        let path_column = Column::chars(FILE_WIDTH);

        let shown = columns::fields(&used);
        let is_shown = |key: &str| shown.iter().any(|field| field.key == key);
        let setup = self.summary.setup(&[path_column], 0);
        let forms = hide(setup, |col| self.summary.key_of(1, col).is_none_or(is_shown));
        let shown = columns::indicators(&used);
        let is_shown = |key: &str| shown.iter().any(|column| column.key == key);
        let widths = [path_column].into_iter().chain(self.indicators.sheet_columns());
        let setup = summary::list_setup(widths.collect(), 0, 1);
        let rows = hide(setup, |col| self.indicators.key_of(1, col).is_none_or(is_shown));
        let widths = [path_column].into_iter().chain(findings::columns());
        let setup = summary::list_setup(widths.collect(), 0, 1);
        let found = hide(setup, |col| col != MIRROR_COLUMN);
        let widths = FILE_COLUMNS.iter().map(|(_, width)| Column::chars(*width));
        let files = summary::list_setup(widths.collect(), 0, 1);

        // Sums over one sheet only: a formula that spans several would be wrong after sorting.
        let count = self.forms.row - 1;
        if self.forms.parts.len() == 1
            && self.forms.row < self.forms.capacity
            && let Some(cells) = self.summary.total(1, count, &self.totals)
        {
            let mut list = Growing { list: &mut self.forms, book: &mut self.book, path: "" };
            list.take(cells, TOTAL_HEIGHT)?;
        }
        let lists = [
            (self.forms, forms, Some(count)),
            (self.rows, rows, None),
            (self.findings, found, None),
            (self.files, files, None),
        ];
        for (list, setup, filtered) in lists {
            for part in list.parts {
                let mut setup = setup.clone();
                if let Some(filter) = &mut setup.filter {
                    filter.bottom = filtered.unwrap_or(part.rows);
                }
                self.book.push(part.sheet, &setup)?;
            }
        }
        self.book.finish_to(out)
    }
}

/// A list's look with the columns hidden that the run has nothing for.
fn hide(mut setup: Setup, shows: impl Fn(u32) -> bool) -> Setup {
    for (column, number) in setup.columns.iter_mut().zip(0..) {
        column.hidden = !shows(number);
    }
    setup
}

/// `""`, `2`, `3`, … for the parts of a list.
fn suffix(part: usize) -> String {
    if part == 0 { String::new() } else { (part + 1).to_string() }
}

fn file_row_height(path: &str, reason: &str) -> f32 {
    let lines = text::columns(path).max(text::columns(reason)).div_ceil(40).max(1);
    (lines as f32 * 13.0 + 4.0).min(100.0)
}

/// A list that is written while it grows.
struct List {
    name: &'static str,
    /// Rows that a sheet may have, header included.
    capacity: u32,
    header: Vec<Cell>,
    /// The next row of the last part.
    row: u32,
    parts: Vec<Part>,
}

/// One sheet of a list.
struct Part {
    sheet: Worksheet,
    /// Without the header.
    rows: u32,
}

impl List {
    fn new(
        name: &'static str,
        capacity: u32,
        header: Vec<Cell>,
        book: &mut Book,
    ) -> Result<Self, EmitError> {
        let mut list = Self { name, capacity, header, row: 1, parts: Vec::new() };
        list.begin(book)?;
        Ok(list)
    }

    fn begin(&mut self, book: &mut Book) -> Result<(), EmitError> {
        let mut sheet = book.growing(&(self.name.to_owned() + &suffix(self.parts.len())))?;
        let header = Row { index: 0, height: None, cells: self.header.clone() };
        book.grow(&mut sheet, &header)?;
        self.parts.push(Part { sheet, rows: 0 });
        Ok(())
    }

    fn push(&mut self, row: &Row, book: &mut Book) -> Result<(), EmitError> {
        if row.index == 1 && self.row >= self.capacity {
            self.begin(book)?;
        }
        self.row = row.index + 1;
        if let Some(part) = self.parts.last_mut() {
            book.grow(&mut part.sheet, row)?;
            part.rows += 1;
        }
        Ok(())
    }
}

/// A list together with what its next rows need.
struct Growing<'a> {
    list: &'a mut List,
    book: &'a mut Book,
    /// The document's path, which stands in the first column.
    path: &'a str,
}

impl Rows for Growing<'_> {
    fn next(&self) -> (String, u32) {
        let full = self.list.row >= self.list.capacity;
        let part = if full { self.list.parts.len() } else { self.list.parts.len() - 1 };
        let row = if full { 1 } else { self.list.row };
        (self.list.name.to_owned() + &suffix(part), row)
    }

    fn take(&mut self, mut cells: Vec<Cell>, height: f32) -> Result<(), EmitError> {
        let (_, index) = self.next();
        for cell in &mut cells {
            // No notes and links: they would have to be kept until the sheet ends.
            cell.note = None;
            if cell.link.take().is_some() {
                cell.style.font = Font { link: false, ..cell.style.font };
            }
        }
        let style = cells.first().map_or(BODY, |cell| Style { fill: total_fill(cell), ..BODY });
        cells.insert(0, cells::text(0, self.path, style));
        self.list.push(&Row { index, height: Some(height), cells }, self.book)
    }
}

/// The fill of the row of sums goes through to the first column.
fn total_fill(cell: &Cell) -> Fill {
    if cell.style.fill == Fill::Total { Fill::Total } else { Fill::None }
}

#[cfg(test)]
mod tests;
