//! Templates of the user's own: a first draft from a specimen, and what one does on a document.

use super::error::DocumentError;
use super::guard::stage;
use super::opened::Opened;
use super::settings::{Settings, Tables};
use super::{convert, library::Library};
use crate::emit::Emitter;
use crate::emit::Json;
use crate::model::form::Converted;
use crate::model::inspection::TemplateRule;
use crate::template::draft;
use crate::template::outline::outline;
use serde_json::Value;

/// The text of a template for the form in a document, with the identifier `id`; `None` if it
/// shows no grid.
///
/// # Errors
/// Whatever makes the document unreadable as a whole.
pub fn draft(
    name: &str,
    bytes: Vec<u8>,
    id: &str,
    settings: &Settings,
    library: &Library,
) -> Result<Option<String>, DocumentError> {
    let layout = Opened::open(name, bytes, settings)?.layout(&settings.limits)?;
    stage("template", None, || draft::draft(library, &layout, id))
}

/// What a template (its text, and its identifier in `library`) does on a document: a line for
/// each of its keys and form, what is left over, and the findings.
///
/// # Errors
/// Whatever makes the document unreadable as a whole.
pub fn explain(
    text: &str,
    id: &str,
    (name, bytes): (&str, Vec<u8>),
    settings: &Settings,
    library: &Library,
) -> Result<Vec<String>, DocumentError> {
    let settings = Settings {
        template: Some(id.to_owned()),
        tables: Tables::Unmatched,
        keep_blocks: false,
        ..settings.clone()
    };
    let converted = convert::document(name, bytes, &settings, library)?;
    let json = Json.serialize(&converted, &library.specs).map_err(DocumentError::Emit)?;
    let document: Value = serde_json::from_slice(&json).unwrap_or_default();
    let mut lines = Vec::new();
    let rules = outline(text);
    for (number, form) in converted.forms.iter().enumerate() {
        let pages: Vec<String> = form.pages.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "form {} of {}, page {}",
            number + 1,
            converted.forms.len(),
            pages.join(", ")
        ));
        let width = rules.iter().map(|r| r.key.len()).max().unwrap_or(0);
        for rule in &rules {
            let what = fate(&document, number, rule, library, id);
            lines.push(format!("  line {:>4}  {:width$}  {what}", rule.line, rule.key));
        }
        for left in &form.leftovers {
            lines.push(format!("  left over, page {}: {}", left.page, short(&left.text)));
        }
    }
    if converted.forms.is_empty() {
        lines.push("no form of this template was found".to_owned());
    }
    lines.extend(findings(&converted, &document));
    Ok(lines)
}

/// What became of one rule in one form.
fn fate(document: &Value, form: usize, rule: &TemplateRule, library: &Library, id: &str) -> String {
    let data = format!("/forms/{form}/data");
    let spec = library.spec(id);
    let pointer = |key: &str| format!("{data}/{}", key.replace('.', "/"));
    if let Some((list, column)) = rule.key.rsplit_once('.')
        && let Some(rows) = document.pointer(&pointer(list)).and_then(Value::as_array)
    {
        let filled: Vec<&Value> =
            rows.iter().filter_map(|r| r.get(column)).filter(|v| !v.is_null()).collect();
        let first = filled.first().map(|v| format!(", first {}", shown(v))).unwrap_or_default();
        return format!("{} of {} rows{first}", filled.len(), rows.len());
    }
    match document.pointer(&pointer(&rule.key)) {
        Some(Value::Array(rows)) => format!("{} rows", rows.len()),
        Some(Value::Null) | None => {
            let missing = document["findings"].as_array().into_iter().flatten().any(|f| {
                f["code"] == "field.label-missing" && f["at"] == pointer(&rule.key).as_str()
            });
            let field = spec.and_then(|s| s.fields.iter().find(|f| f.key == rule.key));
            let labels = field.map(|f| f.label.join("」 or 「")).unwrap_or_default();
            match (labels.is_empty(), missing) {
                (true, _) => "nothing found".to_owned(),
                (false, true) => format!("no label 「{labels}」"),
                (false, false) => "label found, nothing printed at its place".to_owned(),
            }
        }
        Some(value) => {
            let evidence = &document["evidence"][pointer(&rule.key).as_str()];
            let page = evidence["page"].as_u64().map(|p| format!(" (page {p})"));
            format!("{}{}", shown(value), page.unwrap_or_default())
        }
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(target) => {
            target.get("text").and_then(Value::as_str).unwrap_or("").to_owned()
        }
        other => other.to_string(),
    };
    short(&text)
}

fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut short: String = text.chars().take(SHOWN).collect::<String>().replace('\n', " ");
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    format!("「{short}」")
}

fn findings(converted: &Converted, document: &Value) -> Vec<String> {
    // Missing labels stand at their keys already, leftovers behind them.
    let told = ["field.label-missing", "cell.leftover"];
    let all = document["findings"].as_array().into_iter().flatten();
    let text = |f: &Value, key: &str| f[key].as_str().unwrap_or_default().to_owned();
    let lines = all.filter(|f| !told.contains(&f["code"].as_str().unwrap_or_default())).map(|f| {
        let page = f["page"].as_u64().map(|p| format!(", page {p}")).unwrap_or_default();
        format!("{} {}{page}: {}", text(f, "severity"), text(f, "code"), text(f, "message"))
    });
    let mut lines: Vec<String> = lines.collect();
    if lines.is_empty() && !converted.forms.is_empty() {
        lines.push("no findings".to_owned());
    }
    lines
}
