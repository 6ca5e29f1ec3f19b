//! The columns of the tables over many forms, taken from the templates.
//!
//! Forms of several families share a table: a key that two templates have is one column, under
//! the heading of the template that comes first.

use crate::model::form::{FieldKind, Form};
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, ColumnSpec, FieldSpec, FormSpec, Place};
use crate::model::value::Value;

/// A column of the table with one row a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldColumn {
    /// Dotted key in a form's data.
    pub key: String,
    pub heading: String,
    pub kind: FieldKind,
}

/// A column of the table with one row an indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct IndicatorColumn {
    /// Key in an indicator's record.
    pub key: String,
    pub part: Part,
    pub heading: String,
    /// Whether every family has it: a level, the name or the target.
    pub core: bool,
}

/// Which part of a value a column shows. All but `Whole` take apart a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    Operator,
    Value,
    ValueMax,
    Unit,
    DeadlineStart,
    Deadline,
    Reference,
}

/// The parts of a target that have columns of their own, with their headings.
const PARTS: [(Part, &str); 7] = [
    (Part::Operator, "运算符"),
    (Part::Value, "数值"),
    (Part::ValueMax, "数值上限"),
    (Part::Unit, "单位"),
    (Part::DeadlineStart, "期限起"),
    (Part::Deadline, "期限"),
    (Part::Reference, "参照"),
];

/// The columns for the head fields of some templates: those of the first, then what the others
/// add. What the forms are about stands first, the unit of amounts before the first amount,
/// running text at the end.
pub fn fields(specs: &[&FormSpec]) -> Vec<FieldColumn> {
    let mut columns: Vec<FieldColumn> = Vec::new();
    for field in specs.iter().flat_map(|spec| &spec.fields) {
        if columns.iter().all(|column| column.key != field.key) {
            columns.push(FieldColumn {
                key: field.key.clone(),
                heading: heading(field),
                kind: field.kind,
            });
        }
    }
    let rank = |kind| match kind {
        FieldKind::MoneyUnit => 1,
        FieldKind::Money => 2,
        FieldKind::Paragraphs => 3,
        _ => 0,
    };
    let subjects: Vec<&str> =
        specs.iter().filter_map(|spec| subject(spec)).map(|field| field.key.as_str()).collect();
    columns.sort_by_key(|column| (!subjects.contains(&column.key.as_str()), rank(column.kind)));
    tell_apart(&mut columns);
    columns
}

fn heading(field: &FieldSpec) -> String {
    let label = field.heading.as_ref().or(field.label.first());
    let label = label.map_or(field.key.as_str(), |text| text.trim_end_matches([':', '：']));
    match (&field.heading, &field.below) {
        (None, Some(below)) => format!("{}·{label}", below.trim_end_matches([':', '：'])),
        _ => label.to_owned(),
    }
}

/// Columns that would have the same heading get their key behind it.
fn tell_apart(columns: &mut [FieldColumn]) {
    for i in 0..columns.len() {
        let Some((column, rest)) = columns.get_mut(i..).and_then(<[_]>::split_first_mut) else {
            return;
        };
        let heading = column.heading.clone();
        for other in rest.iter_mut().filter(|other| other.heading == heading) {
            other.heading = format!("{heading}（{}）", other.key);
            column.heading = format!("{heading}（{}）", column.key);
        }
    }
}

/// The columns for the indicators of some templates, in the order of the roles: levels, name,
/// target with its parts, everything else.
pub fn indicators(specs: &[&FormSpec]) -> Vec<IndicatorColumn> {
    let mut columns: Vec<IndicatorColumn> = Vec::new();
    let specs = specs.iter().filter_map(|spec| spec.indicators.as_ref());
    let mut all: Vec<&ColumnSpec> = specs.flat_map(|indicators| &indicators.columns).collect();
    all.sort_by_key(|column| column.role as u8);
    for spec in all {
        let Some(key) = &spec.key else { continue };
        if columns.iter().any(|column| column.key == *key) {
            continue;
        }
        let heading = spec.header.first().unwrap_or(key);
        let core = !matches!(spec.role, ColumnRole::Other | ColumnRole::Part);
        let column =
            |part, heading: String| IndicatorColumn { key: key.clone(), part, heading, core };
        columns.push(column(Part::Whole, heading.clone()));
        let is_target = spec.role == ColumnRole::Target || spec.kind == Some(FieldKind::Target);
        if is_target {
            // The parts of the first target are the ones people filter by; those of others say
            // whose they are.
            let first = columns.iter().all(|column| column.part == Part::Whole);
            columns.extend(PARTS.map(|(part, name)| {
                column(part, if first { name.to_owned() } else { format!("{heading}·{name}") })
            }));
        }
    }
    columns
}

/// The template of a form.
pub fn spec_of<'a>(form: &Form, specs: &'a [FormSpec]) -> Option<&'a FormSpec> {
    specs.iter().find(|spec| spec.id == form.template)
}

/// The field that says what a form is about: the first one of text that stands neither in the
/// title nor in a caption.
pub fn subject(spec: &FormSpec) -> Option<&FieldSpec> {
    let titled = |field: &FieldSpec| {
        field.place.iter().any(|place| matches!(place, Place::Title | Place::Caption))
    };
    spec.fields.iter().find(|field| field.kind == FieldKind::Text && !titled(field))
}

/// What a form is about, if it says so.
pub fn subject_of<'a>(form: &'a Form, spec: Option<&FormSpec>) -> Option<&'a str> {
    form.data.get(&subject(spec?)?.key)?.as_text()
}

/// The indicators of a form.
#[derive(Clone, Debug, Default)]
pub struct Rows<'a> {
    /// Of their list, relative to the form's data; `None` if the template has no indicators.
    pub at: Option<Pointer>,
    pub values: &'a [Value],
}

/// The indicators of a form.
pub fn rows_of<'a>(form: &'a Form, spec: Option<&FormSpec>) -> Rows<'a> {
    let Some(key) = spec.and_then(|spec| spec.indicators.as_ref()).map(|i| i.key.as_str()) else {
        return Rows::default();
    };
    let values = form.data.get(key).and_then(Value::as_list).unwrap_or_default();
    Rows { at: Some(Pointer::from_dotted(key)), values }
}

/// The page on which an indicator stands, by the evidence of any of its values.
pub fn page_of_row(form: &Form, row: &Pointer, columns: &[IndicatorColumn]) -> Option<u32> {
    let mut values = columns.iter().filter(|column| column.part == Part::Whole).rev();
    values.find_map(|column| form.evidence.get(&row.key(&column.key))).map(|evidence| evidence.page)
}
