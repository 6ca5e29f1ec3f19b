//! Planned sheets → the bytes of a workbook, through `rust_xlsxwriter`.
//!
//! # Limitations
//! A document's workbook stands in memory until it is saved; the lists over many documents do
//! not (see [`Book::growing`]).

use super::plan::{Area, Cell, Column, Content, DEFAULT_WIDTH, Row, Setup, Sheet, Tab, quoted};
use super::style::Looks;
use crate::emit::EmitError;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Formula, Note, Url, Workbook, Worksheet, XlsxError,
};

/// Links that a sheet can hold (a limit of spreadsheet programs). Those beyond it are left out;
/// their cells say where they lead.
const MAX_LINKS: usize = 65_530;

/// Height of the tallest row, in points (a limit of spreadsheet programs).
pub const MAX_HEIGHT: f32 = 409.5;

/// Number of the paper size A4 (ECMA-376 part 1, 18.3.1.63).
const A4: u8 = 9;

/// Characters of half width on a line of a note, and the pixels of a line.
const NOTE_COLUMNS: usize = 40;
const NOTE_LINE: u32 = 20;
const NOTE_WIDTH: u32 = 300;

/// A workbook that is being written.
pub struct Book {
    workbook: Workbook,
    looks: Looks,
    /// With their places among the others.
    sheets: Vec<(usize, Worksheet)>,
}

impl Book {
    /// A workbook about `title`, which the file's properties show.
    pub fn new(title: &str) -> Result<Self, EmitError> {
        let mut workbook = Workbook::new();
        // The time of writing is no part of the output.
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        let title: String = title.chars().filter(|c| !c.is_control()).take(200).collect();
        let properties = DocProperties::new()
            .set_title(title)
            .set_author("shenbao")
            .set_creation_datetime(&created);
        workbook.set_properties(&properties);
        Ok(Self { workbook, looks: Looks::default(), sheets: Vec::new() })
    }

    /// Writes the sheet that stands at `position` (from 0) among the others.
    pub fn sheet(&mut self, position: usize, sheet: &Sheet) -> Result<(), EmitError> {
        let mut out = Worksheet::new();
        out.set_name(&sheet.name)?;
        let mut links = 0;
        for area in sheet.merges.iter().filter(|a| a.is_merge()) {
            let look = look_at(&sheet.rows, area).unwrap_or_default();
            let (left, right) = (area.left as u16, area.right as u16);
            let format = self.looks.format(look);
            out.merge_range(area.top, left, area.bottom, right, "", format)?;
        }
        for row in &sheet.rows {
            if let Some(height) = row.height.filter(|h| h.is_finite()) {
                out.set_row_height(row.index, height.clamp(1.0, MAX_HEIGHT))?;
            }
            write_row(&mut out, row, &mut self.looks, &mut links)?;
        }
        set_up(&mut out, &sheet.setup)?;
        self.sheets.push((position, out));
        Ok(())
    }

    /// A sheet whose rows go to a temporary file as they are written, in ascending order.
    pub fn growing(&mut self, name: &str) -> Result<Worksheet, EmitError> {
        let mut sheet = self.workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        Ok(sheet)
    }

    /// Writes the next row of a growing sheet.
    pub fn grow(&mut self, sheet: &mut Worksheet, row: &Row) -> Result<(), EmitError> {
        write_row(sheet, row, &mut self.looks, &mut 0)
    }

    /// Takes a finished growing sheet as the next one.
    pub fn push(&mut self, mut sheet: Worksheet, setup: &Setup) -> Result<(), EmitError> {
        set_up(&mut sheet, setup)?;
        self.sheets.push((self.sheets.len(), sheet));
        Ok(())
    }

    fn assemble(&mut self) {
        self.sheets.sort_by_key(|s| s.0);
        for (position, mut sheet) in std::mem::take(&mut self.sheets) {
            if position == 0 {
                sheet.set_active(true);
            }
            self.workbook.push_worksheet(sheet);
        }
    }

    /// The workbook's bytes.
    pub fn finish(mut self) -> Result<Vec<u8>, EmitError> {
        self.assemble();
        Ok(self.workbook.save_to_buffer()?)
    }

    /// Writes the workbook; gives back what it was written to.
    pub fn finish_to<W>(mut self, mut out: W) -> Result<W, EmitError>
    where
        W: std::io::Write + std::io::Seek + Send,
    {
        self.assemble();
        self.workbook.save_to_writer(&mut out)?;
        Ok(out)
    }
}

/// The look of an area's first cell.
fn look_at(rows: &[Row], area: &Area) -> Option<super::style::Style> {
    let row = rows.binary_search_by_key(&area.top, |r| r.index).ok()?;
    let cells = &rows[row].cells;
    let cell = cells.binary_search_by_key(&area.left, |c| c.col).ok()?;
    Some(cells[cell].style)
}

fn write_row(
    out: &mut Worksheet,
    row: &Row,
    looks: &mut Looks,
    links: &mut usize,
) -> Result<(), EmitError> {
    for cell in &row.cells {
        let col = cell.col as u16;
        write_cell(out, row.index, cell, looks, links)?;
        if let Some(note) = &cell.note {
            let lines: usize = note
                .lines()
                .map(|l| crate::emit::text::columns(l).div_ceil(NOTE_COLUMNS).max(1))
                .sum();
            let note = Note::new(note)
                .set_author("shenbao")
                .add_author_prefix(false)
                .set_width(NOTE_WIDTH)
                .set_height((lines as u32 + 1) * NOTE_LINE);
            out.insert_note(row.index, col, &note)?;
        }
    }
    Ok(())
}

fn write_cell(
    out: &mut Worksheet,
    row: u32,
    cell: &Cell,
    looks: &mut Looks,
    links: &mut usize,
) -> Result<(), XlsxError> {
    let col = cell.col as u16;
    let format = looks.format(cell.style);
    match &cell.content {
        Content::Blank => out.write_blank(row, col, format)?,
        Content::Text(text) => match &cell.link {
            Some(link) if *links < MAX_LINKS => {
                *links += 1;
                let url = format!("internal:{}!{}", quoted(&link.sheet), link.cell_name());
                out.write_url_with_options(row, col, Url::new(url), text, "", Some(format))?
            }
            _ => out.write_string_with_format(row, col, text, format)?,
        },
        // At most 15 digits by the plan, so that nothing is lost in a double.
        Content::Number(n) => match n.to_f64() {
            Some(number) => out.write_number_with_format(row, col, number, format)?,
            None => out.write_string_with_format(row, col, n.to_string(), format)?,
        },
        Content::Date(day) => {
            let (y, m, d) = (day.year() as u16, day.month() as u8, day.day() as u8);
            let date = ExcelDateTime::from_ymd(y, m, d)?;
            out.write_datetime_with_format(row, col, &date, format)?
        }
        Content::Sum(area, value) => {
            let sum = Formula::new(format!("=SUM({area})")).set_result(value.to_string());
            out.write_formula_with_format(row, col, sum, format)?
        }
    };
    Ok(())
}

fn set_up(out: &mut Worksheet, setup: &Setup) -> Result<(), XlsxError> {
    for (col, Column { width, hidden }) in setup.columns.iter().enumerate() {
        let col = col as u16;
        if *width != DEFAULT_WIDTH {
            out.set_column_width(col, *width)?;
        }
        if *hidden {
            out.set_column_hidden(col)?;
        }
    }
    let (rows, columns) = setup.frozen;
    if rows > 0 || columns > 0 {
        out.set_freeze_panes(rows, columns as u16)?;
    }
    if let Some(a) = setup.filter {
        out.autofilter(a.top, a.left as u16, a.bottom, a.right as u16)?;
    }
    out.set_paper_size(A4);
    if setup.landscape {
        out.set_landscape();
    }
    out.set_print_fit_to_pages(setup.pages_wide.max(1) as u16, 0);
    out.set_margins(0.4, 0.4, 0.5, 0.5, 0.3, 0.3);
    out.set_print_center_horizontally(true);
    if setup.repeats_frozen && rows > 0 {
        out.set_repeat_rows(0, rows - 1)?;
        if columns > 0 {
            out.set_repeat_columns(0, columns as u16 - 1)?;
        }
    }
    if let Some(a) = setup.print_area {
        out.set_print_area(a.top, a.left as u16, a.bottom, a.right as u16)?;
    }
    match setup.tab {
        Tab::Plain => {}
        Tab::Warning => {
            out.set_tab_color("#FFC000");
        }
        Tab::Error => {
            out.set_tab_color("#FF0000");
        }
    }
    out.set_screen_gridlines(setup.gridlines);
    Ok(())
}
