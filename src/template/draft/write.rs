//! A draft → TOML, in the order and wording of the embedded families.

use super::{Draft, DraftColumn, DraftField};
use crate::model::form::FieldKind;
use crate::model::spec::{ColumnRole, FormSpec, Place, SumCode};
use std::fmt::Write;

/// Values in remarks are cut behind this many characters.
const SHOWN: usize = 30;

/// So many labels that every form of the family is supposed to have.
const REQUIRED: usize = 4;

/// The template's text. `unit` is the text in which the unit of amounts was found.
pub(super) fn toml(draft: &Draft, id: &str, unit: Option<&str>, families: &[FormSpec]) -> String {
    let mut out = String::from(
        "# Drafted by `shenbao template new` from one specimen. Go through it from top to bottom:\n\
         # give every `field_N` and `column_N` a name of your own, join labels that belong together,\n\
         # and see with `shenbao template check THIS-FILE DOCUMENT` what it reads.\n",
    );
    let name = without_year(&draft.title);
    // Writing to a String does not fail.
    let _ = writeln!(out, "id = {}\nname = {}\n", quoted(id), quoted(&name));
    out.push_str("# A regular expression, matched whole against the title without blanks.\n");
    let _ = writeln!(out, "titles = [{}]\n", literal(&title_pattern(&draft.title)));
    if let Some(each) = &draft.each {
        let _ =
            writeln!(out, "# One form for each cell of this column.\neach = {}\n", quoted(each));
    }
    if !draft.labels.is_empty() {
        out.push_str("# Printed words that hold no value of their own.\n");
        let labels: Vec<String> = draft.labels.iter().map(|l| quoted(l)).collect();
        let _ = writeln!(out, "labels = [{}]", labels.join(", "));
    }
    out.push_str(TITLE_FIELDS);
    let mut required = 0;
    for field in &draft.fields {
        let named = !field.key.starts_with("signatures.");
        let short = matches!(field.place, Place::Right) && named && required < REQUIRED;
        required += usize::from(short);
        write_field(&mut out, field, short);
    }
    let money = draft.fields.iter().any(|f| f.kind == FieldKind::Money);
    if money && !draft.fields.iter().any(|f| f.kind == FieldKind::MoneyUnit) {
        let _ = write!(out, "\n{}", remark(unit.unwrap_or_default()));
        out.push_str(UNIT_FIELD);
    }
    write_lists(&mut out, draft);
    write_table(&mut out, &draft.columns);
    write_checks(&mut out, draft, money, families);
    out
}

const TITLE_FIELDS: &str = r#"
[[fields]]
key = "title"
kind = "text"
place = ["title"]
pattern = '^(.+?)(?:\(\d{4}年度?\))?$'
heading = "表名"

[[fields]]
key = "fiscal_year"
kind = "integer"
place = ["caption", "title"]
pattern = '(?:^|\D)(\d{4})年(?:\D|$)'
heading = "年度"
"#;

const UNIT_FIELD: &str = r#"[[fields]]
key = "funds.unit"
kind = "money-unit"
place = ["caption", "anywhere"]
pattern = '(?:[(:]|单位)((?:人民币)?[百千万亿]*元)(?:\)|$)'
heading = "金额单位"
"#;

fn write_field(out: &mut String, field: &DraftField, required: bool) {
    out.push('\n');
    if field.guessed {
        out.push_str("# TODO: name this key.\n");
    }
    out.push_str(&remark(&field.value));
    let _ = writeln!(out, "[[fields]]\nkey = {}\nkind = {}", quoted(&field.key), kind(field.kind));
    let _ = writeln!(out, "label = [{}]", quoted(&field.label));
    match field.place {
        Place::Below => out.push_str("place = [\"below\"]\n"),
        Place::Inline => out.push_str("place = [\"inline\"]\n"),
        Place::Column => out.push_str("place = [\"column\"]\n"),
        Place::Cross => {
            let under = field.under.as_deref().unwrap_or_default();
            let _ = writeln!(out, "place = [\"cross\"]\nunder = [{}]", quoted(under));
            let _ = writeln!(out, "heading = {}", quoted(&format!("{}（{under}）", field.label)));
        }
        _ => {}
    }
    if required {
        out.push_str("required = true\n");
    }
}

fn write_lists(out: &mut String, draft: &Draft) {
    for (n, columns) in draft.lists.iter().enumerate() {
        let _ = writeln!(out, "\n# TODO: name this list and its columns.\n[[lists]]");
        let _ = writeln!(out, "key = \"list_{}\"", n + 1);
        for (c, (header, k)) in columns.iter().enumerate() {
            let _ = writeln!(out, "\n[[lists.columns]]\nkey = \"column_{}\"", c + 1);
            let _ = writeln!(out, "kind = {}\nheader = [{}]", kind(*k), quoted(header));
        }
    }
}

fn write_table(out: &mut String, columns: &[DraftColumn]) {
    let has = |role| columns.iter().any(|c| c.role == role);
    if !has(ColumnRole::Name) || !has(ColumnRole::Target) {
        return;
    }
    out.push_str("\n[indicators]\nkey = \"indicators\"\n# Words that end the table.\n");
    out.push_str("end = [\"备注\", \"说明\", \"填表人\", \"填报人\", \"审核人\", \"联系电话\"]\n");
    for column in columns {
        out.push_str("\n[[indicators.columns]]\n");
        if column.guessed {
            out.push_str("# TODO: check the role and name this key.\n");
        }
        if let Some(key) = &column.key {
            let _ = writeln!(out, "key = {}", quoted(key));
        }
        let role = format!("{:?}", column.role).to_lowercase();
        let _ = writeln!(out, "role = {}", quoted(&role));
        if let Some(k) = column.kind.filter(|_| column.role == ColumnRole::Other) {
            let _ = writeln!(out, "kind = {}", kind(k));
        }
        let _ = writeln!(out, "header = [{}]", quoted(&column.header));
        if matches!(column.role, ColumnRole::Other | ColumnRole::Sign | ColumnRole::Unit) {
            out.push_str("optional = true\n");
        }
    }
}

fn write_checks(out: &mut String, draft: &Draft, money: bool, families: &[FormSpec]) {
    let levels = draft.columns.iter().any(|c| c.role == ColumnRole::Level2);
    let _ = writeln!(out, "\n[checks]\ntaxonomy = {levels}");
    let paragraphs = draft.fields.iter().filter(|f| f.kind == FieldKind::Paragraphs);
    let goals: Vec<String> = paragraphs.map(|f| quoted(&f.key)).collect();
    if !goals.is_empty() {
        let _ = writeln!(out, "goals = [{}]", goals.join(", "));
    }
    if money {
        out.push_str("money-unit = \"funds.unit\"\n");
    }
    out.push_str("dates = { year = \"fiscal_year\" }\n");
    let weight = draft.columns.iter().find(|c| c.key.as_deref() == Some("weight"));
    if weight.is_some() {
        out.push_str("weights = { column = \"weight\", totals = [100, 90] }\n");
    }
    // An equation of any family whose total and parts the form prints.
    let has = |key: &str| draft.fields.iter().any(|f| f.key == key && f.kind == FieldKind::Money);
    let mut totals: Vec<&str> = Vec::new();
    for sum in families.iter().flat_map(|f| &f.checks.sums) {
        let parts: Vec<String> =
            sum.addends.iter().filter(|key| has(key)).map(|key| quoted(key)).collect();
        if !has(&sum.total) || parts.len() < 2 || totals.contains(&sum.total.as_str()) {
            continue;
        }
        totals.push(&sum.total);
        let _ = write!(
            out,
            "\n[[checks.sums]]\ncode = \"{}\"\ntotal = {}\naddends = [{}]\n",
            match sum.code {
                SumCode::AnnualSum => "annual-sum",
                SumCode::ProjectSum => "project-sum",
                SumCode::FiscalSum => "fiscal-sum",
            },
            quoted(&sum.total),
            parts.join(", ")
        );
    }
}

fn remark(value: &str) -> String {
    let mut shown: String =
        value.chars().take(SHOWN).collect::<String>().replace(['\n', '\r'], " ");
    shown.retain(|c| !c.is_control());
    if value.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    if shown.trim().is_empty() { String::new() } else { format!("# In the specimen: {shown}\n") }
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text | FieldKind::Label => "\"text\"",
        FieldKind::Paragraphs => "\"paragraphs\"",
        FieldKind::Money => "\"money\"",
        FieldKind::Number => "\"number\"",
        FieldKind::Integer => "\"integer\"",
        FieldKind::Date => "\"date\"",
        FieldKind::Target => "\"target\"",
        FieldKind::MoneyUnit => "\"money-unit\"",
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A literal string of TOML, which takes an expression as it is; a basic one if it holds a quote.
fn literal(pattern: &str) -> String {
    if pattern.contains('\'') { quoted(pattern) } else { format!("'{pattern}'") }
}

/// The title as an expression: its year is any, and may stand before or behind.
fn title_pattern(title: &str) -> String {
    let name = without_year(title);
    let name = if name.is_empty() { ".+表".to_owned() } else { regex::escape(&name) };
    format!(r"(?:\d{{4}}年度?)?{name}(?:\(\d{{4}}年度?\))?")
}

/// A title without `2026年度` before it or `(2026年度)` behind it.
fn without_year(title: &str) -> String {
    let year = |text: &str| {
        let digits = text.get(..4).is_some_and(|y| y.chars().all(|c| c.is_ascii_digit()));
        let rest = text.get(4..).filter(|_| digits)?.strip_prefix('年')?;
        Some(rest.strip_prefix('度').unwrap_or(rest).to_owned())
    };
    let title = year(title).unwrap_or_else(|| title.to_owned());
    match title.rsplit_once('(') {
        Some((name, inside)) if year(inside).is_some_and(|rest| rest == ")") => name.to_owned(),
        _ => title,
    }
}

#[cfg(test)]
mod tests {
    use super::{literal, quoted, title_pattern};

    #[test]
    fn titles_become_expressions_for_any_year() {
        let want = r"(?:\d{4}年度?)?项目表(?:\(\d{4}年度?\))?";
        for title in ["项目表", "2024年项目表", "项目表(2024年度)", "2024年度项目表"]
        {
            assert_eq!(title_pattern(title), want);
        }
        assert_eq!(quoted("a\"\\\n"), r#""a\"\\""#);
        assert_eq!(literal("it's"), "\"it's\"");
    }
}
