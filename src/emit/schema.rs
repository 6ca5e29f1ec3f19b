//! The JSON Schema of what [`super::json`] writes.
//!
//! Every object is closed and names all the keys that it always has, so that a schema that lags
//! behind the writer fails on the first document. The `data` of a form follows from its template:
//! dotted keys become nested objects.

use super::json::SCHEMA;
use crate::model::finding::Severity;
use crate::model::form::FieldKind;
use crate::model::page::{Origin, SourceKind};
use crate::model::spec::{ColumnRole, ColumnSpec, FormSpec, IndicatorSpec};
use crate::model::target::{Operator, Subkind, TargetKind};
use serde_json::{Map, Value, json};

/// The schema (draft 2020-12) of a document whose forms are of these families.
#[must_use]
pub fn schema(specs: &[FormSpec]) -> Value {
    let mut definitions = definitions();
    for spec in specs {
        definitions.insert(data_name(&spec.id), data(spec));
    }
    let mut root = object(&[
        ("schema", json!({"const": SCHEMA})),
        ("source", reference("source")),
        ("forms", array(form(specs))),
        ("tables", array(reference("table"))),
        ("findings", array(reference("finding"))),
        (
            "evidence",
            json!({
                "type": "object",
                "description": "Where each value of the forms' data stands, by JSON Pointer.",
                "propertyNames": {"pattern": "^/forms/[0-9]+/data/"},
                "additionalProperties": reference("evidence"),
            }),
        ),
    ]);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["$id"] = json!("urn:shenbao:schema:1");
    root["title"] = json!("A document converted by shenbao");
    root["$defs"] = Value::Object(definitions);
    root
}

/// An object that has exactly these keys.
fn object(members: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> =
        members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The same object with one more key, which it may lack.
fn with_optional(mut object: Value, name: &str, value: Value) -> Value {
    object["properties"][name] = value;
    object
}

#[allow(clippy::needless_pass_by_value, reason = "it becomes part of the schema")]
fn array(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// The value or `null`.
fn nullable(value: Value) -> Value {
    match value.get("type").cloned() {
        Some(Value::String(kind)) if value.get("enum").is_none() => {
            let mut value = value;
            value["type"] = json!([kind, "null"]);
            value
        }
        _ => json!({"anyOf": [value, {"type": "null"}]}),
    }
}

fn text() -> Value {
    json!({"type": "string"})
}

fn number() -> Value {
    json!({"type": "number"})
}

fn whole(minimum: u32) -> Value {
    json!({"type": "integer", "minimum": minimum})
}

fn date() -> Value {
    json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
}

fn one_of<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Value {
    let names: Vec<&str> = all.iter().map(|value| name(*value)).collect();
    json!({"type": "string", "enum": names})
}

fn definitions() -> Map<String, Value> {
    let list = [
        ("source", source()),
        ("bbox", bbox()),
        ("finding", finding()),
        ("evidence", evidence()),
        ("table", table()),
        ("cell", cell()),
        ("target", target()),
    ];
    list.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn source() -> Value {
    let kinds = [
        SourceKind::Exported,
        SourceKind::Scanned,
        SourceKind::Mixed,
        SourceKind::Text,
        SourceKind::Blank,
    ];
    object(&[
        ("file", text()),
        ("sha256", json!({"type": "string", "pattern": "^[0-9a-f]{64}$"})),
        ("pages", whole(0)),
        ("kind", one_of(&kinds, SourceKind::name)),
    ])
}

fn bbox() -> Value {
    json!({
        "description": "Left, top, right and bottom in points, from the top left corner.",
        "type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4,
    })
}

fn finding() -> Value {
    let severities = [Severity::Info, Severity::Warning, Severity::Error];
    object(&[
        ("code", json!({"type": "string", "pattern": "^[a-z0-9-]+(\\.[a-z0-9-]+)+$"})),
        ("severity", one_of(&severities, Severity::name)),
        ("at", nullable(json!({"type": "string", "pattern": "^(/.*)?$"}))),
        ("page", nullable(whole(1))),
        ("bbox", nullable(reference("bbox"))),
        ("message", text()),
        ("hint", text()),
    ])
}

fn evidence() -> Value {
    let origins = [Origin::TextLayer, Origin::SecondReader, Origin::TextExport, Origin::Recognised];
    let entry = object(&[
        ("page", whole(1)),
        ("bbox", nullable(reference("bbox"))),
        ("text", text()),
        ("confidence", json!({"type": "number", "minimum": 0, "maximum": 1})),
        ("from", one_of(&origins, Origin::name)),
        ("repaired", nullable(text())),
    ]);
    with_optional(entry, "line", whole(1))
}

fn table() -> Value {
    object(&[
        ("page", whole(1)),
        ("bbox", nullable(reference("bbox"))),
        ("columns", whole(0)),
        ("rows", whole(0)),
        ("cells", array(reference("cell"))),
    ])
}

fn cell() -> Value {
    let cell = object(&[
        ("row", whole(0)),
        ("col", whole(0)),
        ("row_span", whole(1)),
        ("col_span", whole(1)),
        ("text", text()),
        ("bbox", nullable(reference("bbox"))),
    ]);
    let cell = with_optional(cell, "page", whole(1));
    with_optional(cell, "nested", array(reference("table")))
}

fn target() -> Value {
    let kinds = [TargetKind::Quantitative, TargetKind::Qualitative];
    let subkinds = [
        Subkind::Number,
        Subkind::Percent,
        Subkind::Money,
        Subkind::Range,
        Subkind::Tolerance,
        Subkind::Reference,
        Subkind::Change,
        Subkind::Duration,
        Subkind::Recurrence,
        Subkind::Deadline,
        Subkind::Compound,
        Subkind::Text,
        Subkind::Scale,
        Subkind::Empty,
    ];
    let operators = [
        Operator::AtLeast,
        Operator::AtMost,
        Operator::Greater,
        Operator::Less,
        Operator::Equal,
        Operator::About,
        Operator::Range,
    ];
    // A day of a year that the form does not tell is `--11-30`.
    let day = json!({"type": "string", "pattern": "^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$"});
    object(&[
        ("text", text()),
        ("kind", nullable(one_of(&kinds, TargetKind::name))),
        ("operator", nullable(one_of(&operators, Operator::symbol))),
        ("value", nullable(number())),
        ("value_max", nullable(number())),
        ("unit", nullable(text())),
        ("deadline", nullable(day.clone())),
        ("deadline_start", nullable(day)),
        ("reference", nullable(text())),
        ("subkind", nullable(one_of(&subkinds, Subkind::name))),
        ("operator_explicit", nullable(json!({"type": "boolean"}))),
        ("base_value", nullable(number())),
        ("base_unit", nullable(text())),
        ("qualitative", nullable(text())),
        ("parts", nullable(array(reference("target")))),
    ])
}

/// A form of any of the families; its data is that of its template.
fn form(specs: &[FormSpec]) -> Value {
    let names: Vec<&str> = specs.iter().map(|spec| spec.id.as_str()).collect();
    let leftover =
        object(&[("text", text()), ("page", whole(1)), ("bbox", nullable(reference("bbox")))]);
    let form = object(&[
        ("template", json!({"type": "string", "enum": names})),
        ("pages", array(whole(1))),
        ("data", json!({"type": "object"})),
    ]);
    let mut form = with_optional(form, "leftovers", array(leftover));
    let cases = specs.iter().map(|spec| {
        json!({
            "if": {"properties": {"template": {"const": spec.id}}},
            "then": {"properties": {"data": reference(&data_name(&spec.id))}},
        })
    });
    form["allOf"] = cases.collect();
    form
}

fn data_name(template: &str) -> String {
    format!("data.{template}")
}

/// The data of one template.
fn data(spec: &FormSpec) -> Value {
    let mut data = object(&[]);
    for field in &spec.fields {
        let mut value = of_kind(field.kind);
        if let Some(label) = field.heading.as_ref().or(field.label.first()) {
            value["description"] = json!(label);
        }
        insert(&mut data, &field.key, value);
    }
    for list in &spec.lists {
        let mut record = object(&[]);
        for column in &list.columns {
            let mut value = of_kind(column.kind);
            if let Some(header) = column.header.first() {
                value["description"] = json!(header);
            }
            insert(&mut record, &column.key, value);
        }
        // A form that prints no such table has no such key.
        data["properties"][&list.key] = array(record);
    }
    if let Some(indicators) = &spec.indicators {
        insert(&mut data, &indicators.key, array(indicator(indicators)));
    }
    data["title"] = json!(spec.name);
    data
}

/// Puts a value under a dotted key, with the objects on the way there.
fn insert(object: &mut Value, dotted: &str, value: Value) {
    let (step, rest) = match dotted.split_once('.') {
        Some((step, rest)) => (step, Some(rest)),
        None => (dotted, None),
    };
    if object["properties"].get(step).is_none() {
        let member = if rest.is_some() { self::object(&[]) } else { Value::Null };
        object["properties"][step] = member;
        if let Some(required) = object["required"].as_array_mut() {
            required.push(json!(step));
        }
    }
    let member = &mut object["properties"][step];
    match rest {
        Some(rest) => insert(member, rest, value),
        None => *member = value,
    }
}

fn indicator(indicators: &IndicatorSpec) -> Value {
    let mut row = object(&[]);
    for column in &indicators.columns {
        let Some(key) = &column.key else { continue };
        let mut value = of_column(column);
        if let Some(header) = column.header.first() {
            value["description"] = json!(header);
        }
        if column.optional {
            row["properties"][key] = value;
        } else {
            insert(&mut row, key, value);
        }
    }
    row
}

fn of_column(column: &ColumnSpec) -> Value {
    let kind = match column.role {
        ColumnRole::Level1 | ColumnRole::Level2 | ColumnRole::Name => FieldKind::Text,
        ColumnRole::Target => FieldKind::Target,
        ColumnRole::Sign | ColumnRole::Unit | ColumnRole::Other | ColumnRole::Part => {
            column.kind.unwrap_or(FieldKind::Text)
        }
    };
    of_kind(kind)
}

fn of_kind(kind: FieldKind) -> Value {
    nullable(match kind {
        FieldKind::Text | FieldKind::Paragraphs | FieldKind::Label | FieldKind::MoneyUnit => text(),
        FieldKind::Money | FieldKind::Number => number(),
        FieldKind::Integer => json!({"type": "integer"}),
        FieldKind::Date => date(),
        FieldKind::Target => reference("target"),
    })
}

#[cfg(test)]
mod tests {
    use super::schema;
    use crate::emit::{json, sample};
    use serde_json::{Value, json};

    fn document() -> Value {
        serde_json::from_slice(&json::serialize(&sample::document())).unwrap()
    }

    #[test]
    fn accepts_what_the_writer_writes() {
        let schema = schema(&sample::specs());
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document())
            .map(|e| format!("{} {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let mut plain = sample::document();
        plain.forms = plain.forms.iter().map(sample::delimited).collect();
        let plain: Value = serde_json::from_slice(&json::serialize(&plain)).unwrap();
        assert!(validator.is_valid(&plain));
    }

    #[test]
    fn rejects_what_the_writer_must_not_write() {
        let validator = jsonschema::validator_for(&schema(&sample::specs())).unwrap();
        let with = |pointer: &str, value: Value| {
            let mut document = document();
            *document.pointer_mut(pointer).unwrap() = value;
            validator.is_valid(&document)
        };
        assert!(with("/forms/0/data/funds/annual/total", json!(null)));
        for (pointer, wrong) in [
            ("/forms/0/data/funds/annual/total", json!("6421500.00")),
            ("/forms/0/data/start_date", json!("2026/1/1")),
            ("/forms/0/data/fiscal_year", json!("2026")),
            ("/forms/0/data/funds", json!({"unit": "元", "project": null, "annual": null})),
            ("/forms/0/data/indicators/0/target/operator", json!("≥")),
            ("/forms/0/data/indicators/0/target", json!("=100.00(%)")),
            ("/forms/0/template", json!("no-such-family")),
            ("/findings/0/severity", json!("fatal")),
            ("/source/kind", json!("pdf")),
            ("/schema", json!("shenbao/2")),
        ] {
            assert!(!with(pointer, wrong.clone()), "{pointer} = {wrong} was accepted");
        }
        for pointer in ["/forms/0/data", "/forms/0/data/indicators/0", "/findings/0", "/source"] {
            let mut document = document();
            document.pointer_mut(pointer).unwrap()["surprise"] = json!(1);
            assert!(!validator.is_valid(&document), "a new key in {pointer} was accepted");
        }
    }

    #[test]
    fn every_key_that_the_writer_writes_is_required_or_named_optional() {
        let schema = schema(&sample::specs());
        let mut optional = Vec::new();
        let mut stack = vec![("", &schema)];
        while let Some((name, value)) = stack.pop() {
            if let (Some(properties), Some(required)) =
                (value["properties"].as_object(), value["required"].as_array())
            {
                for key in properties.keys() {
                    if !required.iter().any(|r| r == key) {
                        optional.push(format!("{name}.{key}"));
                    }
                }
            }
            match value {
                Value::Object(members) => {
                    stack.extend(members.iter().map(|(name, value)| (name.as_str(), value)));
                }
                Value::Array(items) => stack.extend(items.iter().map(|item| (name, item))),
                _ => {}
            }
        }
        optional.sort();
        assert_eq!(
            optional,
            ["cell.nested", "cell.page", "evidence.line", "items.leftovers", "items.weight"]
        );
    }
}
