//! `indicators.csv`: one row an indicator, over all documents of a run.

use super::EmitError;
use super::columns::{self, IndicatorColumn, Part};
use crate::model::form::Converted;
use crate::model::spec::FormSpec;
use crate::model::target::{Operator, Target};
use crate::model::value::Value;
use std::io::Write;

/// Headings in front of an indicator's values.
const LEAD: [&str; 4] = ["文件", "表序号", "项目", "行号"];
/// Headings behind them.
const TRAIL: [&str; 1] = ["页"];

/// Writes `indicators.csv` row by row: RFC 4180 with CRLF, UTF-8 with a byte order mark, so that
/// spreadsheet programs take it for what it is.
///
/// Every text is exactly as in the JSON, and many begin with `=` as printed. Programs read them as
/// they are; a spreadsheet program that opens the file takes such a cell for a formula and shows
/// an error. Changing the text would make the file lie to programs: people open the workbook, where
/// text is text.
pub struct IndicatorsCsv<W: Write> {
    writer: ::csv::Writer<W>,
    specs: Vec<FormSpec>,
    columns: Vec<IndicatorColumn>,
    record: ::csv::StringRecord,
}

impl<W: Write> IndicatorsCsv<W> {
    /// Writes the header row for the indicators of these families.
    pub fn new(mut out: W, specs: &[FormSpec]) -> Result<Self, EmitError> {
        out.write_all("\u{feff}".as_bytes())?;
        let all: Vec<&FormSpec> = specs.iter().collect();
        let columns = columns::indicators(&all);
        let mut writer =
            ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
        let headings = columns.iter().map(|column| column.heading.as_str());
        writer.write_record(LEAD.into_iter().chain(headings).chain(TRAIL))?;
        let record = ::csv::StringRecord::new();
        Ok(Self { writer, specs: specs.to_vec(), columns, record })
    }

    /// Adds a document under its path relative to the output folder.
    pub fn push(&mut self, document: &Converted, path: &str) -> Result<(), EmitError> {
        for (number, form) in document.forms.iter().enumerate() {
            let spec = columns::spec_of(form, &self.specs);
            let rows = columns::rows_of(form, spec);
            let Some(at) = &rows.at else { continue };
            let subject = columns::subject_of(form, spec).unwrap_or_default();
            for (i, value) in rows.values.iter().enumerate() {
                let record = &mut self.record;
                record.clear();
                record.push_field(path);
                record.push_field(&(number + 1).to_string());
                record.push_field(subject);
                record.push_field(&(i + 1).to_string());
                for column in &self.columns {
                    let value = match value {
                        Value::Record(members) => members.get(&column.key),
                        _ => None,
                    };
                    record.push_field(&field(value.unwrap_or(&Value::Null), column.part));
                }
                let page = columns::page_of_row(form, &at.index(i), &self.columns);
                record.push_field(&page.map(|page| page.to_string()).unwrap_or_default());
                self.writer.write_record(record.iter())?;
            }
        }
        Ok(())
    }

    /// Writes what is still held back; gives back what it was written to.
    pub fn finish(self) -> Result<W, EmitError> {
        self.writer.into_inner().map_err(|error| EmitError::Io(error.into_error()))
    }
}

/// A value, or one part of a target, as it stands in the file; blank for none.
fn field(value: &Value, part: Part) -> String {
    match (value, part) {
        (Value::Target(target), part) => target_field(target, part).unwrap_or_default(),
        (Value::Text(text), Part::Whole) => text.clone(),
        (Value::Integer(n), Part::Whole) => n.to_string(),
        (Value::Number(n), Part::Whole) => n.to_string(),
        (Value::Date(day), Part::Whole) => day.to_string(),
        _ => String::new(),
    }
}

fn target_field(target: &Target, part: Part) -> Option<String> {
    match part {
        Part::Whole => Some(target.text.clone()),
        Part::Operator => target.operator.map(|o| Operator::symbol(o).to_owned()),
        Part::Value => target.value.map(|n| n.to_string()),
        Part::ValueMax => target.value_max.map(|n| n.to_string()),
        Part::Unit => target.unit.clone(),
        Part::DeadlineStart => target.deadline_start.map(|day| day.to_string()),
        Part::Deadline => target.deadline.map(|day| day.to_string()),
        Part::Reference => target.reference.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::IndicatorsCsv;
    use crate::emit::sample;

    #[test]
    fn rows_are_exact_and_end_with_crlf() {
        let specs = sample::specs();
        let mut csv = IndicatorsCsv::new(Vec::new(), &specs).unwrap();
        csv.push(&sample::document(), "甲/乙,丙.pdf").unwrap();
        let bytes = csv.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.split("\r\n");
        assert_eq!(
            lines.next(),
            Some(
                "\u{feff}文件,表序号,项目,行号,一级指标,二级指标,三级指标,年度(/项目)指标值,运算符,\
                 数值,数值上限,单位,期限起,期限,参照,权重,页"
            )
        );
        assert_eq!(
            lines.next(),
            Some(
                "\"甲/乙,丙.pdf\",1,高技能人才培养基地建设资助,1,产出指标,数量指标,\
                 高技能人才培养基地资助项目验收完成率,=100.00(%),=,100.00,,%,,,,,1"
            )
        );
        assert_eq!(lines.clone().count(), 4 + 3 + 1, "{text}");
        assert!(text.ends_with("\r\n"));
        assert!(text.contains("\"@宣传工作/经费: \"\"春风\"\" & <行动>\",2,产出指标,时效指标"));
        assert!(text.contains(",6月底前,<=,,,,,--06-30,,,2"));
    }

    #[test]
    fn a_full_disk_is_an_io_error() {
        struct Full;
        impl std::io::Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let error = IndicatorsCsv::new(Full, &sample::specs()).err();
        let full = |e: &std::io::Error| e.kind() == std::io::ErrorKind::StorageFull;
        assert!(matches!(error, Some(crate::emit::EmitError::Io(e)) if full(&e)));
    }
}
