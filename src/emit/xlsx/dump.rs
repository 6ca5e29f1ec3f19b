//! A workbook as text, for golden files and for people.
//!
//! One line a cell, with what a reader of the workbook would see and what a program would get:
//!
//! ```text
//! # 汇总
//! columns 6 20 7
//! frozen A2
//! A2    n 0    1
//! B2    t    财政项目支出绩效目标申报表
//! ```
//!
//! The second column is the kind of content (`t` text, `n` number, `d` date, `s` sum, `b` blank
//! but coloured) with its number format; notes, links and merged areas follow the cells.

use super::plan::{Cell, Content, Sheet, cell_name};
use super::style::{Fill, Format};
use crate::emit::EmitError;
use crate::model::form::Converted;
use crate::model::spec::FormSpec;
use std::fmt::Write;

/// The workbook of a document as text, sheets in their order.
pub fn document(document: &Converted, specs: &[FormSpec]) -> Result<String, EmitError> {
    let mut sheets: Vec<(usize, String)> = Vec::new();
    super::for_each_sheet(document, specs, |position, planned| {
        sheets.push((position, sheet(&planned)));
        Ok(())
    })?;
    sheets.sort_by_key(|(position, _)| *position);
    Ok(sheets.into_iter().map(|(_, text)| text).collect())
}

/// One sheet as text.
pub fn sheet(sheet: &Sheet) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut out, sheet);
    out
}

fn write(out: &mut String, sheet: &Sheet) -> std::fmt::Result {
    writeln!(out, "# {}", sheet.name)?;
    let setup = &sheet.setup;
    out.push_str("columns");
    for column in &setup.columns {
        write!(out, " {}{}", column.width, if column.hidden { " (hidden)" } else { "" })?;
    }
    out.push('\n');
    if setup.frozen != (0, 0) {
        writeln!(out, "frozen {}", cell_name(setup.frozen.0, setup.frozen.1))?;
    }
    if let Some(filter) = setup.filter {
        writeln!(out, "filter {filter}")?;
    }
    if setup.landscape {
        out.push_str("landscape\n");
    }
    for row in &sheet.rows {
        if let Some(height) = row.height {
            writeln!(out, "row {} {height:.1}", row.index + 1)?;
        }
        for cell in &row.cells {
            self::cell(out, row.index, cell)?;
        }
    }
    for merge in &sheet.merges {
        writeln!(out, "merge {merge}")?;
    }
    out.push('\n');
    Ok(())
}

fn cell(out: &mut String, row: u32, cell: &Cell) -> std::fmt::Result {
    let name = cell_name(row, cell.col);
    let fill = match cell.style.fill {
        Fill::None | Fill::Header | Fill::Total => "",
        Fill::Info => " info",
        Fill::Warning => " warning",
        Fill::Error => " error",
    };
    let format = match cell.style.format {
        Format::General | Format::Text => String::new(),
        format => format.code().map_or_else(String::new, |code| format!(" {code}")),
    };
    match &cell.content {
        // Blank cells carry borders; they say nothing unless coloured.
        Content::Blank if fill.is_empty() && cell.note.is_none() => {}
        Content::Blank => writeln!(out, "{name}\tb{fill}")?,
        Content::Text(text) => writeln!(out, "{name}\tt{fill}\t{}", one_line(text))?,
        Content::Number(number) => writeln!(out, "{name}\tn{format}{fill}\t{number}")?,
        Content::Date(day) => writeln!(out, "{name}\td{format}{fill}\t{day}")?,
        Content::Sum(area, value) => {
            writeln!(out, "{name}\ts{format}{fill}\tSUM({area}) = {value}")?;
        }
    }
    if let Some(note) = &cell.note {
        writeln!(out, "{name}\tnote\t{}", one_line(note))?;
    }
    if let Some(link) = &cell.link {
        writeln!(out, "{name}\tlink\t{link}")?;
    }
    Ok(())
}

/// The text with what would break the line written as escapes.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\t' => line.push_str("\\t"),
            c if c.is_control() => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
    line
}
