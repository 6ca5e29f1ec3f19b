//! Field-by-field comparison of JSON values.

use crate::model::pointer::Pointer;
use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// One place at which an output is not what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// JSON Pointer into the output, or file and line of the workbook's text.
    pub at: String,
    /// As JSON; [`ABSENT`] if nothing is expected here.
    pub want: String,
    /// As JSON; [`ABSENT`] if the output has nothing here.
    pub got: String,
    /// Page of the document, from 1, as far as it is known.
    pub page: Option<u32>,
}

/// Codes of findings about what a table has not: they doubt none of the values that it has.
const OF_THE_WHOLE: [&str; 2] = ["indicator.count", "taxonomy.missing-level"];

/// Stands for a value that is not there at all, unlike `null`.
pub const ABSENT: &str = "(absent)";

/// The result of comparing one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Leaves of the expected data.
    pub fields: usize,
    /// Those that are right, to the degree that [`Reading`] asks for.
    pub exact: usize,
    /// Those that are wrong, but doubted by a finding; never as [`Reading::Printed`].
    pub flagged: usize,
    pub differences: Vec<Difference>,
}

/// How a document's values came about, and so what is asked of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// They are printed, and are to be as printed.
    #[default]
    Printed,
    /// They are printed, and may be doubted instead: nobody looked whether the page shows enough
    /// to read them. Nor do blanks count, which a line break swallows.
    Doubtable,
    /// They were recognised, all or some of them.
    Recognised,
}

/// Compares the forms and the error findings of an output with a golden.
///
/// Every key of the golden counts, and the output must have no others; only target objects may
/// tell more than the golden asks. Numbers are equal if value and scale are: `95.00` is not `95`.
///
/// Of recognised values blanks and the width of characters do not count, which no recogniser tells;
/// of those that may be doubted blanks alone.
/// One that is wrong is then no difference if a warning or an error points at it, at a part of it or at
/// what it is part of; and there may be error findings that the golden does not ask for.
#[must_use]
pub fn compare(golden: &Value, output: &Value, reading: Reading) -> Comparison {
    let doubted = match reading {
        Reading::Printed => Vec::new(),
        Reading::Doubtable | Reading::Recognised => list(output, "findings")
            .iter()
            .filter(|f| f["severity"] != "info")
            .filter(|f| f["code"].as_str().is_none_or(|code| !OF_THE_WHOLE.contains(&code)))
            .filter_map(|f| f["at"].as_str())
            .collect(),
    };
    let mut work = Work { output, reading, doubted, done: Comparison::default() };
    let forms = Pointer::root().key("forms");
    work.forms(&forms, list(golden, "forms"), list(output, "forms"));
    work.error_findings(golden.pointer("/findings/errors"), list(output, "findings"));
    work.done
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

struct Work<'a> {
    output: &'a Value,
    reading: Reading,
    /// Where findings point.
    doubted: Vec<&'a str>,
    done: Comparison,
}

impl Work<'_> {
    fn forms(&mut self, at: &Pointer, want: &[Value], got: &[Value]) {
        for i in 0..want.len().max(got.len()) {
            let at = at.index(i);
            match (want.get(i), got.get(i)) {
                // What the golden says of a form beside its data (the template) is compared; what
                // it does not mention (pages) is not.
                (Some(Value::Object(want)), Some(got)) => {
                    for (key, want) in want {
                        self.value(&at.key(key), want, got.get(key));
                    }
                }
                (Some(want), got) => self.value(&at, want, got),
                (None, Some(got)) => self.differ(&at, ABSENT.to_owned(), summary(got)),
                (None, None) => {}
            }
        }
    }

    fn value(&mut self, at: &Pointer, want: &Value, got: Option<&Value>) {
        match (want, got) {
            (Value::Object(want), Some(Value::Object(got))) => self.object(at, want, got),
            (Value::Array(want), Some(Value::Array(got))) => {
                for i in 0..want.len().max(got.len()) {
                    if let Some(want) = want.get(i) {
                        self.value(&at.index(i), want, got.get(i));
                    } else {
                        let got = got.get(i).map_or(String::new(), summary);
                        self.surplus(&at.index(i), got);
                    }
                }
            }
            (want, got) => {
                let fields = leaves(want);
                self.done.fields += fields;
                if got.is_some_and(|got| same_leaf(want, got, self.reading)) {
                    self.done.exact += fields;
                } else if self.is_doubted(at) {
                    self.done.flagged += fields;
                } else {
                    let got = got.map_or(ABSENT.to_owned(), summary);
                    self.differ(at, summary(want), got);
                }
            }
        }
    }

    fn object(&mut self, at: &Pointer, want: &Map<String, Value>, got: &Map<String, Value>) {
        for (key, want) in want {
            self.value(&at.key(key), want, got.get(key));
        }
        if is_target(want) {
            return;
        }
        for (key, got) in got.iter().filter(|(key, _)| !want.contains_key(*key)) {
            self.surplus(&at.key(key), summary(got));
        }
    }

    /// Something that the golden does not have.
    fn surplus(&mut self, at: &Pointer, got: String) {
        if !self.is_doubted(at) {
            self.differ(at, ABSENT.to_owned(), got);
        }
    }

    fn is_doubted(&self, at: &Pointer) -> bool {
        let at = at.as_str();
        let is_inside = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // A finding about a whole form or document doubts none of its values.
        let is_value = |at: &str| at.matches('/').count() > 3;
        self.doubted.iter().any(|d| is_value(d) && (is_inside(at, d) || is_inside(d, at)))
    }

    fn error_findings(&mut self, want: Option<&Value>, got: &[Value]) {
        let mut surplus: BTreeMap<&str, (i64, Option<u32>)> = BTreeMap::new();
        for finding in got.iter().filter(|f| f["severity"] == "error") {
            let entry = surplus.entry(finding["code"].as_str().unwrap_or_default()).or_default();
            entry.0 += 1;
            entry.1 = entry.1.or(page_number(&finding["page"]));
        }
        for code in want.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            surplus.entry(code).or_default().0 -= 1;
        }
        let counts = |n: i64| n < 0 || n > 0 && self.reading == Reading::Printed;
        for (code, (n, page)) in surplus.into_iter().filter(|(_, (n, _))| counts(*n)) {
            let count = format!("{}× {code}", n.abs());
            let (want, got) =
                if n > 0 { (ABSENT.to_owned(), count) } else { (count, ABSENT.to_owned()) };
            self.done.differences.push(Difference {
                at: "/findings/errors".to_owned(),
                want,
                got,
                page,
            });
        }
    }

    fn differ(&mut self, at: &Pointer, want: String, got: String) {
        let page = self.page(at);
        self.done.differences.push(Difference { at: at.to_string(), want, got, page });
    }

    /// The page of the nearest value with evidence: the value itself, something below it, or
    /// else the first page of its form.
    fn page(&self, at: &Pointer) -> Option<u32> {
        let evidence = self.output.get("evidence").and_then(Value::as_object)?;
        let own = evidence.get(at.as_str());
        let below = || {
            let prefix = format!("{at}/");
            evidence.iter().find(|(key, _)| key.starts_with(&prefix)).map(|(_, e)| e)
        };
        let form = || {
            let index: usize = at.steps().nth(1)?.parse().ok()?;
            self.output.get("forms")?.get(index)?.get("pages")?.get(0)
        };
        own.or_else(below)
            .and_then(|e| page_number(&e["page"]))
            .or_else(|| form().and_then(page_number))
    }
}

fn page_number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|n| u32::try_from(n).ok())
}

/// Target objects are told by two of the keys that the data contract gives them.
fn is_target(object: &Map<String, Value>) -> bool {
    object.contains_key("text") && (object.contains_key("operator") || object.contains_key("kind"))
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

fn same_leaf(want: &Value, got: &Value, reading: Reading) -> bool {
    match (want, got) {
        (Value::String(a), Value::String(b)) => match reading {
            Reading::Printed => a == b,
            Reading::Doubtable => a
                .split_whitespace()
                .flat_map(str::chars)
                .eq(b.split_whitespace().flat_map(str::chars)),
            Reading::Recognised => {
                let folded =
                    |text: &str| -> String { text.nfkc().filter(|c| !c.is_whitespace()).collect() };
                folded(a) == folded(b)
            }
        },
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        (a, b) => a == b,
    }
}

fn same_number(a: &Number, b: &Number) -> bool {
    let (a, b) = (a.to_string(), b.to_string());
    match (Decimal::from_str(&a), Decimal::from_str(&b)) {
        (Ok(x), Ok(y)) => x == y && x.scale() == y.scale(),
        _ => a == b,
    }
}

/// Longest value quoted, in characters.
const QUOTED: usize = 300;

fn summary(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Compares two texts line by line; `file` names them.
#[must_use]
pub fn compare_lines(file: &str, want: &str, got: &str) -> Vec<Difference> {
    /// A shifted text differs everywhere; the first lines tell why.
    const MOST: usize = 20;
    let mut wants = want.lines();
    let mut gots = got.lines();
    let mut differences = Vec::new();
    let mut more = 0;
    for number in 1.. {
        let (want, got) = (wants.next(), gots.next());
        if want.is_none() && got.is_none() {
            break;
        }
        if want == got {
            continue;
        }
        if differences.len() == MOST {
            more += 1;
            continue;
        }
        let quote = |line: Option<&str>| line.map_or(ABSENT.to_owned(), str::to_owned);
        differences.push(Difference {
            at: format!("{file}:{number}"),
            want: quote(want),
            got: quote(got),
            page: None,
        });
    }
    if more > 0 {
        differences.push(Difference {
            at: file.to_owned(),
            want: format!("{more} more lines"),
            got: "that differ".to_owned(),
            page: None,
        });
    }
    differences
}

#[cfg(test)]
mod tests;
