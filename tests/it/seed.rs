//! The seed document: ten real forms as a text export, against their correct reading.

use serde_json::Value;
use shenbao::model::finding::Severity;
use shenbao::model::form::{BoundForm, Printed};
use shenbao::model::limits::Limits;
use shenbao::model::pointer::Pointer;
use shenbao::template::{Bound, Library};
use shenbao::{layout, source};
use std::collections::BTreeMap;

const SEED: &[u8] = include_bytes!("../../samples/seed/declarations-2026.txt");
const TRUTH: &str = include_str!("../fixtures/seed-truth.json");

/// Keys of the truth that the data contract calls otherwise.
const RENAMED: [(&str, &str); 9] = [
    ("/funds/total", "/funds/project/total"),
    ("/funds/fiscal", "/funds/project/fiscal"),
    ("/funds/other", "/funds/project/other"),
    ("/funds/annual_total", "/funds/annual/total"),
    ("/funds/annual_fiscal_current", "/funds/annual/fiscal_appropriation"),
    ("/funds/annual_carry_over", "/funds/annual/carry_over"),
    ("/funds/annual_other", "/funds/annual/other"),
    ("/overall_goal", "/goals/project"),
    ("/annual_goal", "/goals/annual"),
];

fn bound() -> Bound {
    let pages = source::text::read(SEED, &Limits::default()).expect("UTF-8");
    let layout = layout::join_pages(
        pages.into_iter().map(|page| layout::page(page, &Limits::default())).collect(),
    );
    Library::embedded().bind(layout, None)
}

fn truth() -> Vec<Value> {
    serde_json::from_str(TRUTH).expect("JSON")
}

/// Every leaf of the truth as pointer and text; `None` for printed blank.
fn leaves(value: &Value, at: &str, found: &mut BTreeMap<String, Option<String>>) {
    let renamed = RENAMED.iter().find(|(from, _)| *from == at).map_or(at, |(_, to)| to);
    let key = renamed.replace("/value_text", "/target");
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(k, v)| leaves(v, &format!("{at}/{k}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| leaves(v, &format!("{at}/{i}"), found));
        }
        Value::Null => drop(found.insert(key, None)),
        Value::String(s) => drop(found.insert(key, Some(s.clone()))),
        other => drop(found.insert(key, Some(other.to_string()))),
    }
}

/// What stays the same whatever normalisation does: no blanks, no markup, no thousands marks.
fn essence(text: &str, money: bool) -> String {
    let text = text.replace("<p>", "").replace("</p>", "");
    text.chars().filter(|c| !(c.is_whitespace() || money && *c == ',')).collect()
}

fn text(printed: &Printed) -> String {
    let lines: Vec<&str> = printed.lines.iter().map(|l| l.text.as_str()).collect();
    printed.repaired.clone().unwrap_or_else(|| lines.concat())
}

fn printed(form: &BoundForm) -> BTreeMap<String, Option<String>> {
    let fields = form.fields.iter().filter(|f| f.at != Pointer::from_dotted("funds.unit"));
    fields.map(|f| (f.at.to_string(), f.printed.as_ref().map(text))).collect()
}

#[test]
fn every_field_of_the_seed_is_bound_to_what_is_printed() {
    let bound = bound();
    let truth = truth();
    assert_eq!(bound.forms.len(), truth.len());
    let (mut fields, mut indicators) = (0, 0);
    for (form, truth) in bound.forms.iter().zip(&truth) {
        let mut wanted = BTreeMap::new();
        leaves(truth, "", &mut wanted);
        let got = printed(form);
        let essence_of = |all: &BTreeMap<String, Option<String>>| -> Vec<(String, Option<String>)> {
            all.iter()
                .map(|(k, v)| (k.clone(), v.as_ref().map(|v| essence(v, k.starts_with("/funds")))))
                .collect()
        };
        assert_eq!(essence_of(&got), essence_of(&wanted));
        fields += got.len();
        indicators += got.keys().filter(|k| k.ends_with("/target")).count();
    }
    assert_eq!((fields, indicators), (584, 101));
}

#[test]
fn every_form_states_its_unit() {
    for form in bound().forms {
        let unit = form.fields.iter().find(|f| f.at.as_str() == "/funds/unit").unwrap();
        assert_eq!(text(unit.printed.as_ref().unwrap()), "元");
        assert_eq!(form.template, "shanghai-project-target");
    }
}

#[test]
fn every_value_knows_its_line() {
    let source = std::str::from_utf8(SEED).unwrap();
    let source: Vec<&str> = source.lines().collect();
    for form in bound().forms {
        for printed in form.fields.iter().filter_map(|f| f.printed.as_ref()) {
            for line in &printed.lines {
                let row = source[line.source_line as usize - 1];
                assert!(row.contains(&line.text), "{} in {row}", line.text);
            }
        }
    }
}

#[test]
fn nothing_is_left_over_and_no_grid_is_unmatched() {
    let bound = bound();
    assert!(bound.tables.is_empty());
    assert!(bound.findings.is_empty(), "{:#?}", bound.findings);
    for form in &bound.forms {
        assert!(form.leftovers.is_empty(), "{:#?}", form.leftovers);
    }
}

/// Lines whose cells stand in other columns than those of the headers.
const SHIFTED: [u32; 17] =
    [18, 19, 20, 62, 111, 112, 113, 114, 115, 116, 169, 170, 171, 172, 174, 175, 176];

#[test]
fn shifted_rows_and_cut_labels_carry_findings_and_nothing_else_does() {
    let mut realigned = Vec::new();
    let mut repaired = Vec::new();
    for form in bound().forms {
        for finding in &form.findings {
            match (finding.code, finding.severity) {
                ("row.realigned", Severity::Warning) => realigned.push(finding.message.clone()),
                ("label.repaired", Severity::Warning) => repaired.push(finding.message.clone()),
                ("field.label-missing", Severity::Info) => {}
                _ => panic!("{finding:#?}"),
            }
        }
    }
    assert_eq!(repaired.len(), 2, "{repaired:#?}");
    for (message, line) in repaired.iter().zip([175, 214]) {
        assert!(message.contains("「服务对象满意度指」"), "{message}");
        assert!(message.ends_with(&format!("(line {line})")), "{message}");
    }
    assert_eq!(realigned.len(), SHIFTED.len(), "{realigned:#?}");
    for (message, line) in realigned.iter().zip(SHIFTED) {
        assert!(message.ends_with(&format!("(line {line})")), "{message}");
    }
}
