//! Workbooks.
//!
//! A workbook is first planned as plain data ([`plan`]) and then written ([`write`]), sheet by
//! sheet. What is planned can be printed ([`dump`]), which is what golden files and tests compare.
//!
//! # Steps
//! 1. [`remarks`]: findings → the forms and values they are about.
//! 2. [`mirror`]: a form's blocks → a sheet that looks like the printed form.
//! 3. [`indicators`], [`summary`], [`findings`]: the lists over all forms, linked to the mirrors.
//! 4. [`write`]: sheets → the bytes of the workbook.

pub mod dump;
pub mod plan;
pub mod style;

pub(super) mod cells;
pub(super) mod findings;
pub(super) mod indicators;
mod measure;
mod mirror;
mod names;
pub(super) mod remarks;
pub(super) mod summary;
#[cfg(test)]
mod tests;
pub(super) mod write;

use super::columns;
use super::{EmitError, Emitter};
use crate::model::form::Converted;
use crate::model::grid::Block;
use crate::model::spec::FormSpec;
use indicators::Indicators;
pub(super) use names::{FINDINGS, INDICATORS, SUMMARY};
use plan::Sheet;
use summary::Summary;
use write::Book;

/// Writes `<name>.xlsx`: the lists 汇总, 指标 and 校验, a sheet for each form that looks like the
/// printed one, and a sheet for each table that belongs to no form.
#[derive(Clone, Copy, Debug, Default)]
pub struct Workbook;

impl Emitter for Workbook {
    fn extension(&self) -> &'static str {
        "xlsx"
    }

    fn serialize(&self, document: &Converted, specs: &[FormSpec]) -> Result<Vec<u8>, EmitError> {
        let mut book = Book::new(&document.source.file)?;
        for_each_sheet(document, specs, |position, sheet| book.sheet(position, &sheet))?;
        book.finish()
    }
}

/// Lists in front of the forms' sheets.
const LISTS: usize = 3;

/// Plans the sheets of a document's workbook one after another; each comes with its position from
/// 0. The lists come last, because they tell where things stand on the other sheets.
pub fn for_each_sheet(
    document: &Converted,
    specs: &[FormSpec],
    mut take: impl FnMut(usize, Sheet) -> Result<(), EmitError>,
) -> Result<(), EmitError> {
    let names = names::of(document, specs);
    let mut remarks = remarks::of(document);
    let by_form = remarks::by_form(&remarks, document.forms.len());
    let forms = document.forms.iter().zip(&by_form).zip(&names.forms);
    for (i, ((form, of_form), name)) in forms.enumerate() {
        take(LISTS + i, mirror::form(name, form, of_form, &mut remarks))?;
    }
    for (i, (grid, name)) in document.tables.iter().zip(&names.tables).enumerate() {
        // A copy of the table, because a sheet is planned from blocks; there are few of them.
        let block = Block::Grid(grid.clone());
        take(LISTS + document.forms.len() + i, mirror::table(name, &block))?;
    }
    // Only the families that the document has: others would add empty columns.
    let used: Vec<&FormSpec> = specs
        .iter()
        .filter(|spec| document.forms.iter().any(|form| form.template == spec.id))
        .collect();
    let forms = &document.forms;
    let columns = Indicators::new(&used);
    let name = &names.indicators;
    take(1, indicators::sheet(name, forms, specs, &columns, &by_form, &mut remarks)?)?;
    let columns = Summary::new(&used);
    let flagged = (by_form.as_slice(), remarks.as_mut_slice());
    take(0, summary::sheet(&names.summary, forms, specs, &columns, &names.forms, flagged)?)?;
    let subjects: Vec<&str> = forms
        .iter()
        .map(|form| columns::subject_of(form, columns::spec_of(form, specs)).unwrap_or_default())
        .collect();
    take(2, findings::sheet(&names.findings, &remarks, &subjects)?)
}
