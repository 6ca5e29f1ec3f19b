//! Names of sheets.

use crate::emit::columns;
use crate::model::form::Converted;
use crate::model::spec::FormSpec;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// The names of the sheets of a document's workbook, all different.
#[derive(Clone, Debug)]
pub struct SheetNames {
    pub summary: String,
    pub indicators: String,
    pub findings: String,
    /// One a form.
    pub forms: Vec<String>,
    /// One an unmatched table.
    pub tables: Vec<String>,
}

pub const SUMMARY: &str = "汇总";
pub const INDICATORS: &str = "指标";
pub const FINDINGS: &str = "校验";

/// UTF-16 units in a sheet's name (a limit of spreadsheet programs).
const MAX_NAME: usize = 31;

/// Names the sheets: forms by their number and what they are about, tables by their number.
pub fn of(document: &Converted, specs: &[FormSpec]) -> SheetNames {
    let mut taken = Taken::default();
    let summary = taken.claim(SUMMARY);
    let indicators = taken.claim(INDICATORS);
    let findings = taken.claim(FINDINGS);
    let forms = document.forms.iter().enumerate().map(|(i, form)| {
        let spec = columns::spec_of(form, specs);
        let subject = columns::subject_of(form, spec).or(spec.map(|spec| spec.name.as_str()));
        taken.claim(&format!("{} {}", i + 1, subject.unwrap_or("申报表")))
    });
    let forms = forms.collect();
    let tables = (1..=document.tables.len()).map(|n| taken.claim(&format!("表{n}"))).collect();
    SheetNames { summary, indicators, findings, forms, tables }
}

/// Names given so far, folded: spreadsheet programs ignore case, and some ignore width.
#[derive(Debug, Default)]
struct Taken(BTreeSet<String>);

impl Taken {
    /// A permitted name close to `wanted` that no other sheet has.
    fn claim(&mut self, wanted: &str) -> String {
        let name = sanitise(wanted);
        let mut candidate = name.clone();
        let mut copy = 1;
        while !self.0.insert(fold(&candidate)) {
            copy += 1;
            let suffix = format!(" ({copy})");
            candidate = shorten(&name, MAX_NAME - suffix.len()) + &suffix;
        }
        candidate
    }
}

fn fold(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).collect()
}

/// The name without what spreadsheet programs refuse: `[]:*?/\` in either width (East Asian
/// editions refuse the wide ones too), control characters, an
/// apostrophe at either end, more than 31 UTF-16 units, the reserved name History.
fn sanitise(wanted: &str) -> String {
    let mut name = String::new();
    for c in wanted.chars() {
        match c {
            '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '［' | '］' | '：' | '＊' | '？' | '／'
            | '＼' => name.push('_'),
            c if c.is_whitespace() => name.push(' '),
            c if c.is_control() || is_invisible(c) => {}
            c => name.push(c),
        }
    }
    let trim = |name: &str| name.trim_matches(|c: char| c == '\'' || c.is_whitespace()).to_owned();
    let name = trim(&shorten(&trim(&name), MAX_NAME));
    if name.is_empty() || fold(&name) == "history" { format!("_{name}") } else { name }
}

/// Characters that are not seen but would make two names differ, and the two that XML lacks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// The first characters that fit into so many UTF-16 units.
fn shorten(name: &str, units: usize) -> String {
    let mut left = units;
    name.chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_NAME, Taken, sanitise};
    use proptest::prelude::*;

    #[test]
    fn refuses_nothing_and_permits_only_what_is_allowed() {
        assert_eq!(sanitise("1 a/b:c[d]*?\\"), "1 a_b_c_d____");
        assert_eq!(sanitise("'quoted'"), "quoted");
        assert_eq!(sanitise("History"), "_History");
        assert_eq!(sanitise("\u{0}\u{200b}"), "_");
    }

    #[test]
    fn same_names_are_told_apart_within_the_limit() {
        let mut taken = Taken::default();
        let long = "指".repeat(40);
        let first = taken.claim(&long);
        let second = taken.claim(&long);
        assert_eq!(first.encode_utf16().count(), MAX_NAME);
        assert_eq!(second.encode_utf16().count(), MAX_NAME);
        assert!(second.ends_with(" (2)"));
        taken.claim("Ａbc");
        assert_eq!(taken.claim("aBC"), "aBC (2)");
    }

    proptest! {
        #[test]
        fn any_text_gives_a_permitted_name(wanted in any::<String>()) {
            let name = sanitise(&wanted);
            prop_assert!(!name.is_empty());
            prop_assert!(name.encode_utf16().count() <= MAX_NAME);
            prop_assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\']));
            prop_assert!(!name.starts_with('\'') && !name.ends_with('\''));
            prop_assert!(!name.chars().any(char::is_control));
        }
    }
}
