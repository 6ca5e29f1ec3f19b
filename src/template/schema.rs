//! TOML text → a template, with errors that name the place and the mend.

use super::distance::nearest;
use super::rules::{self, Fault, Step};
use crate::model::spec::FormSpec;
use crate::model::taxonomy::Taxonomy;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a template, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}; {mend}")]
pub struct TemplateError {
    /// The name given with the text.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub message: String,
    /// What to do about it.
    pub mend: String,
}

/// Reads and validates one template. `file` is only named in errors.
///
/// # Errors
///
/// Everything that is wrong with it: bad TOML and unknown keys one at a time, after that all
/// violated rules at once (expressions that do not compile, keys given twice, missing parts,
/// references to keys or labels that do not exist).
pub fn parse(file: &str, text: &str) -> Result<FormSpec, Vec<TemplateError>> {
    let spec = read(file, text).map_err(|e| vec![e])?;
    let faults = rules::faults(&spec);
    if faults.is_empty() {
        return Ok(spec);
    }
    let table = DeTable::parse(text).ok();
    let locate = |fault: Fault| {
        let offset = table.as_ref().map_or(0, |t| offset_of(t.get_ref(), &fault.path));
        error(file, text, offset, fault.message, fault.mend)
    };
    let mut errors: Vec<_> = faults.into_iter().map(locate).collect();
    errors.sort_by_key(|e| (e.line, e.column));
    Err(errors)
}

/// Reads a template that is known to make sense.
pub(super) fn read(file: &str, text: &str) -> Result<FormSpec, TemplateError> {
    deserialize(file, text)
}

/// Reads a taxonomy. `file` is only named in errors.
///
/// # Errors
///
/// The first thing that is wrong with it.
pub fn parse_taxonomy(file: &str, text: &str) -> Result<Taxonomy, TemplateError> {
    deserialize(file, text)
}

fn deserialize<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, TemplateError> {
    toml::from_str(text).map_err(|e| {
        let offset = e.span().map_or(0, |s| s.start);
        error(file, text, offset, e.message().replace('\n', " "), mend(e.message()))
    })
}

/// Two templates of one identifier.
pub(super) fn same_id(file: &str, text: &str, id: &str, other: &str) -> TemplateError {
    let offset =
        DeTable::parse(text).ok().map_or(0, |t| offset_of(t.get_ref(), &[Step::Key("id")]));
    let message = format!("the identifier `{id}` is that of {other} too");
    error(file, text, offset, message, "rename one of the two")
}

/// An expression that `parse` let pass.
pub(super) fn compiling(reason: &regex::Error) -> TemplateError {
    error("templates", "", 0, reason.to_string(), "make the expressions smaller")
}

/// What to do about an error of the TOML reader, from its message.
fn mend(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [unknown, known @ ..] if message.starts_with("unknown") && !known.is_empty() => {
            match nearest(unknown, known.iter().map(|k| (*k, *k))) {
                Some((key, _)) => format!("did you mean `{key}`?"),
                None => format!("use one of: {}", known.join(", ")),
            }
        }
        [key, ..] if message.starts_with("missing field") => format!("add `{key} = …`"),
        [key, ..] if message.starts_with("duplicate") => format!("keep one `{key}` only"),
        _ => "see the embedded templates (`shenbao template show`) for the form expected".into(),
    }
}

fn error(
    file: &str,
    text: &str,
    offset: usize,
    message: String,
    mend: impl Into<String>,
) -> TemplateError {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    TemplateError {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message,
        mend: mend.into(),
    }
}

/// Where the value at a path begins; the nearest enclosing value if it is not there itself.
fn offset_of(table: &DeTable<'_>, path: &[Step]) -> usize {
    let Some((Step::Key(key), rest)) = path.split_first() else { return 0 };
    let Some((name, value)) = table.iter().find(|(k, _)| k.get_ref() == key) else { return 0 };
    match rest {
        [] => name.span().start,
        _ => offset_in(value.get_ref(), rest).unwrap_or(name.span().start),
    }
}

fn offset_in(value: &DeValue<'_>, path: &[Step]) -> Option<usize> {
    let (step, rest) = path.split_first()?;
    let (start, inner) = match (step, value) {
        (Step::Key(key), DeValue::Table(table)) => {
            let (name, inner) = table.iter().find(|(k, _)| k.get_ref() == key)?;
            (name.span().start, inner)
        }
        (Step::Index(i), DeValue::Array(array)) => {
            let inner = array.get(*i)?;
            (inner.span().start, inner)
        }
        _ => return None,
    };
    Some(offset_in(inner.get_ref(), rest).unwrap_or(start))
}

#[cfg(test)]
mod tests {
    use super::parse;

    const GOOD: &str = r#"
id = "leave-request"
name = "Leave request"
titles = ['请假(申请)?表']

[[fields]]
key = "person.name"
kind = "text"
label = ["姓名"]
required = true

[[fields]]
key = "days"
kind = "number"
label = ["天数"]
pattern = '(\d+)天?'
"#;

    fn errors(text: &str) -> Vec<String> {
        parse("x.toml", text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    fn error_with(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        let found = errors(&GOOD.replacen(from, to, 1));
        assert_eq!(found.len(), 1, "{found:#?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn a_sound_template_passes() {
        assert_eq!(parse("x.toml", GOOD).unwrap().id, "leave-request");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_place_and_the_key_meant() {
        let message = error_with("required = true", "requird = true");
        assert!(message.starts_with("x.toml:10:1: unknown field `requird`"), "{message}");
        assert!(message.ends_with("did you mean `required`?"), "{message}");
        let message = error_with("\"number\"", "\"numeral\"");
        assert!(message.starts_with("x.toml:14:8: unknown variant `numeral`"), "{message}");
    }

    #[test]
    fn broken_toml_and_missing_parts_are_named() {
        assert!(error_with("name = \"Leave request\"", "name = ").starts_with("x.toml:3:"));
        let message = error_with("id = \"leave-request\"\n", "");
        assert!(message.contains("missing field `id`; add `id = …`"), "{message}");
        let message = error_with("titles = ['请假(申请)?表']", "titles = []");
        assert!(message.starts_with("x.toml:4:1: no title"), "{message}");
    }

    #[test]
    fn a_bad_expression_is_named_with_its_place() {
        let message = error_with(r"'(\d+)天?'", r"'(\d+天?'");
        assert!(message.starts_with("x.toml:16:1: not a regular expression"), "{message}");
        let message = error_with("'请假(申请)?表'", "'请假[申请'");
        assert!(message.starts_with("x.toml:4:11: not a regular expression"), "{message}");
    }

    #[test]
    fn keys_must_be_distinct() {
        let message = error_with("\"days\"", "\"person.name\"");
        assert!(
            message.starts_with("x.toml:13:1: the key `person.name` stands twice"),
            "{message}"
        );
        let message = error_with("\"days\"", "\"person\"");
        assert!(message.starts_with("x.toml:13:1: the key `person` is a value and"), "{message}");
        let message = error_with("\"days\"", "\"Days!\"");
        assert!(message.starts_with("x.toml:13:1: `Days!` is not a key"), "{message}");
    }

    #[test]
    fn references_must_exist() {
        let message = error_with("label = [\"天数\"]", "label = [\"天数\"]\nbelow = \"期间\"");
        assert!(message.starts_with("x.toml:16:1: no field has the label `期间`"), "{message}");
        let sums = "\n[checks]\nmoney-unit = \"unit\"\n";
        let message = errors(&format!("{GOOD}{sums}")).remove(0);
        assert!(message.starts_with("x.toml:19:1: there is no field `unit`"), "{message}");
    }

    #[test]
    fn sums_must_not_go_in_a_circle() {
        let sums = "\n[[fields]]\nkey = \"a\"\nkind = \"money\"\nlabel = [\"甲\"]\n\n[[fields]]\nkey = \"b\"\n\
                    kind = \"money\"\nlabel = [\"乙\"]\n\n[checks]\n[[checks.sums]]\ncode = \"annual-sum\"\n\
                    total = \"a\"\naddends = [\"b\"]\n[[checks.sums]]\ncode = \"project-sum\"\n\
                    total = \"b\"\naddends = [\"a\"]\n";
        let found = errors(&format!("{GOOD}{sums}"));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0].starts_with("x.toml:31:1: the sums go in a circle: a → b → a"),
            "{found:#?}"
        );
    }

    #[test]
    fn an_expression_that_explodes_is_refused() {
        let message = error_with(r"'(\d+)天?'", r"'((\w{900}){900}){900}'");
        assert!(message.starts_with("x.toml:16:1: the expression grows too large"), "{message}");
    }

    #[test]
    fn a_cross_needs_the_header_of_its_column() {
        let message = error_with("pattern = ", "place = [\"cross\"]\npattern = ");
        assert!(message.contains("`cross` and the header in `under` need each other"), "{message}");
    }

    #[test]
    fn two_fields_need_two_labels() {
        let (label, pattern) = ("label = [\"天数\"]\n", "pattern = '(\\d+)天?'\n");
        let message = error_with(&format!("{label}{pattern}"), "label = [\"姓 名\"]\n");
        assert!(message.contains("`姓名` is also the label of `person.name`"), "{message}");
    }
}
