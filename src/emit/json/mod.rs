//! The JSON of the data contract, `shenbao/1`.
//!
//! One line a field, an indicator, a finding and an evidence entry, so that two versions of a
//! file can be compared line by line. The text is UTF-8 and ends with a line feed.

mod write;

#[cfg(test)]
mod tests;

use super::{EmitError, Emitter, text};
use crate::model::finding::Finding;
use crate::model::form::{Converted, Evidence, Form, Leftover};
use crate::model::grid::{Cell, Grid};
use crate::model::pointer::Pointer;
use crate::model::spec::FormSpec;
use crate::model::value::Value;
use indexmap::IndexMap;

/// The version of the data contract.
pub const SCHEMA: &str = "shenbao/1";

/// Room for a value and its evidence, in bytes; the forms of the samples take about 530.
const VALUE_BYTES: usize = 600;

/// Writes `<name>.json`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Emitter for Json {
    fn extension(&self) -> &'static str {
        "json"
    }

    fn serialize(&self, document: &Converted, _: &[FormSpec]) -> Result<Vec<u8>, EmitError> {
        Ok(serialize(document))
    }
}

/// The whole document.
#[must_use]
pub fn serialize(document: &Converted) -> Vec<u8> {
    // Enough for most documents: growing would hold a long one twice while it is moved.
    let values: usize = document.forms.iter().map(|form| form.evidence.len()).sum();
    let mut out = Vec::with_capacity(4096 + document.forms.len() * 2048 + values * VALUE_BYTES);
    out.extend_from_slice(b"{\n \"schema\": ");
    write::string(&mut out, SCHEMA);
    out.extend_from_slice(b",\n \"source\": ");
    source(&mut out, document);
    out.extend_from_slice(b",\n \"forms\": ");
    list(&mut out, " ", document.forms.iter(), form);
    out.extend_from_slice(b",\n \"tables\": ");
    list(&mut out, " ", document.tables.iter(), |out, grid| table(out, grid, "  "));
    out.extend_from_slice(b",\n \"findings\": ");
    list(&mut out, " ", findings(document), |out, (form, f)| finding(out, form, f));
    out.extend_from_slice(b",\n \"evidence\": ");
    evidence(&mut out, &document.forms);
    out.extend_from_slice(b"\n}\n");
    out
}

/// Every finding with the number of the form its pointer is relative to: those of the document
/// first, then those of the forms in order.
pub fn findings(document: &Converted) -> impl Iterator<Item = (Option<usize>, &Finding)> {
    let of_forms = document.forms.iter().enumerate();
    document
        .findings
        .iter()
        .map(|f| (None, f))
        .chain(of_forms.flat_map(|(i, form)| form.findings.iter().map(move |f| (Some(i), f))))
}

/// The pointer to a form's data, `/forms/3/data`.
pub fn data_pointer(form: usize) -> Pointer {
    Pointer::root().key("forms").index(form).key("data")
}

/// `[` one item a line `]`, or `[]`.
fn list<T>(
    out: &mut Vec<u8>,
    indent: &str,
    items: impl Iterator<Item = T>,
    write: impl Fn(&mut Vec<u8>, T),
) {
    out.push(b'[');
    let mut any = false;
    for item in items {
        out.extend_from_slice(if any { b",\n" } else { b"\n" });
        any = true;
        out.extend_from_slice(indent.as_bytes());
        out.push(b' ');
        write(out, item);
    }
    if any {
        out.push(b'\n');
        out.extend_from_slice(indent.as_bytes());
    }
    out.push(b']');
}

fn source(out: &mut Vec<u8>, document: &Converted) {
    let source = &document.source;
    out.extend_from_slice(b"{\"file\": ");
    write::string(out, &source.file);
    out.extend_from_slice(b", \"sha256\": ");
    write::string(out, &source.sha256);
    out.extend_from_slice(b", \"pages\": ");
    write::plain(out, source.pages);
    out.extend_from_slice(b", \"kind\": ");
    write::string(out, source.kind.name());
    out.push(b'}');
}

fn form(out: &mut Vec<u8>, form: &Form) {
    out.extend_from_slice(b"{\n   \"template\": ");
    write::string(out, &form.template);
    out.extend_from_slice(b",\n   \"pages\": [");
    for (i, page) in form.pages.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        write::plain(out, page);
    }
    out.extend_from_slice(b"],\n   \"data\": ");
    match &form.data {
        Value::Record(members) => record(out, members, "   "),
        other => write::value(out, other),
    }
    if !form.leftovers.is_empty() {
        out.extend_from_slice(b",\n   \"leftovers\": ");
        list(out, "   ", form.leftovers.iter(), leftover);
    }
    out.extend_from_slice(b"\n  }");
}

/// A record with one line a member.
fn record(out: &mut Vec<u8>, members: &IndexMap<String, Value>, indent: &str) {
    let inner = format!("{indent} ");
    out.push(b'{');
    for (i, (name, value)) in members.iter().enumerate() {
        out.extend_from_slice(if i > 0 { b",\n" } else { b"\n" });
        out.extend_from_slice(inner.as_bytes());
        write::key(out, name);
        match value {
            Value::Record(members) if members.values().any(has_members) => {
                record(out, members, &inner);
            }
            Value::List(items) => list(out, &inner, items.iter(), write::value),
            other => write::value(out, other),
        }
    }
    out.push(b'\n');
    out.extend_from_slice(indent.as_bytes());
    out.push(b'}');
}

/// Records and lists inside a record spread it over lines; one of single values stays on its own.
fn has_members(value: &Value) -> bool {
    matches!(value, Value::Record(_) | Value::List(_))
}

fn leftover(out: &mut Vec<u8>, leftover: &Leftover) {
    out.extend_from_slice(b"{\"text\": ");
    write::string(out, &leftover.text);
    out.extend_from_slice(b", \"page\": ");
    write::plain(out, leftover.page);
    out.extend_from_slice(b", \"bbox\": ");
    write::rect_or_null(out, leftover.bbox);
    out.push(b'}');
}

fn table(out: &mut Vec<u8>, grid: &Grid, indent: &str) {
    out.extend_from_slice(b"{\"page\": ");
    write::plain(out, grid.page);
    out.extend_from_slice(b", \"bbox\": ");
    write::rect_or_null(out, grid.bbox);
    out.extend_from_slice(b", \"columns\": ");
    write::plain(out, grid.columns);
    out.extend_from_slice(b", \"rows\": ");
    write::plain(out, grid.rows);
    out.extend_from_slice(b", \"cells\": ");
    list(out, indent, grid.cells.iter(), |out, c| cell(out, c, grid.page, indent));
    out.push(b'}');
}

fn cell(out: &mut Vec<u8>, cell: &Cell, table_page: u32, indent: &str) {
    for (name, value) in [
        ("{\"row\": ", cell.row),
        (", \"col\": ", cell.col),
        (", \"row_span\": ", cell.row_span),
        (", \"col_span\": ", cell.col_span),
    ] {
        out.extend_from_slice(name.as_bytes());
        write::plain(out, value);
    }
    out.extend_from_slice(b", \"text\": ");
    write::string(out, &text::of_cell(cell));
    out.extend_from_slice(b", \"bbox\": ");
    write::rect_or_null(out, cell.bbox);
    if cell.page != table_page {
        out.extend_from_slice(b", \"page\": ");
        write::plain(out, cell.page);
    }
    if !cell.nested.is_empty() {
        let inner = format!("{indent}  ");
        out.extend_from_slice(b", \"nested\": ");
        list(out, &inner, cell.nested.iter(), |out, grid| table(out, grid, &format!("{inner} ")));
    }
    out.push(b'}');
}

fn finding(out: &mut Vec<u8>, form: Option<usize>, finding: &Finding) {
    out.extend_from_slice(b"{\"code\": ");
    write::string(out, finding.code);
    out.extend_from_slice(b", \"severity\": ");
    write::string(out, finding.severity.name());
    out.extend_from_slice(b", \"at\": ");
    let absolute = match (&finding.at, form) {
        (Some(at), Some(form)) => Some(at.below(&data_pointer(form))),
        (at, _) => at.clone(),
    };
    write::text_or_null(out, absolute.as_ref().map(Pointer::as_str));
    out.extend_from_slice(b", \"page\": ");
    write::integer_or_null(out, finding.page);
    out.extend_from_slice(b", \"bbox\": ");
    write::rect_or_null(out, finding.bbox);
    out.extend_from_slice(b", \"message\": ");
    write::string(out, &finding.message);
    out.extend_from_slice(b", \"hint\": ");
    write::string(out, &finding.hint);
    out.push(b'}');
}

fn evidence(out: &mut Vec<u8>, forms: &[Form]) {
    out.push(b'{');
    let mut any = false;
    let mut pointer = String::new();
    for (i, form) in forms.iter().enumerate() {
        let base = data_pointer(i);
        for (at, entry) in &form.evidence {
            pointer.clear();
            pointer.push_str(base.as_str());
            pointer.push_str(at.as_str());
            let whole = pointer.len();
            // Every leaf has an entry of its own in the output.
            let names = std::iter::once("").filter(|_| entry.members.is_empty());
            for name in names.chain(entry.members.names()) {
                out.extend_from_slice(if any { b",\n  " } else { b"\n  " });
                any = true;
                pointer.truncate(whole);
                if !name.is_empty() {
                    pointer.push('/');
                    pointer.push_str(name);
                }
                write::key(out, &pointer);
                evidence_entry(out, entry);
            }
        }
    }
    out.extend_from_slice(if any { b"\n }" } else { b"}" });
}

fn evidence_entry(out: &mut Vec<u8>, entry: &Evidence) {
    out.extend_from_slice(b"{\"page\": ");
    write::plain(out, entry.page);
    out.extend_from_slice(b", \"bbox\": ");
    write::rect_or_null(out, entry.bbox);
    if entry.source_line > 0 {
        out.extend_from_slice(b", \"line\": ");
        write::plain(out, entry.source_line);
    }
    out.extend_from_slice(b", \"text\": ");
    write::string(out, &entry.text);
    out.extend_from_slice(b", \"confidence\": ");
    write::confidence(out, entry.confidence);
    out.extend_from_slice(b", \"from\": ");
    write::string(out, entry.from.name());
    out.extend_from_slice(b", \"repaired\": ");
    write::text_or_null(out, entry.repaired.as_deref());
    out.push(b'}');
}
