//! Pages that do not show all of their form.

use crate::shenbao::{root, run, shenbao};
use lopdf::{Document, Object, Stream};
use serde_json::Value;
use std::fs;

/// A form whose last column has actual values.
const FORM: &str = "samples/invented/self-bridge-typst.pdf";

/// Converts the form after a change of its only page.
fn converted(change: impl FnOnce(&mut Document)) -> Value {
    let mut document = Document::load(root(FORM)).unwrap();
    change(&mut document);
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("form.pdf"), folder.path().join("out"));
    document.save(&input).unwrap();
    let outcome =
        run(shenbao().args(["convert", "--formats", "json", "--out"]).arg(&out).arg(&input));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    serde_json::from_slice(&fs::read(out.join("form.json")).unwrap()).unwrap()
}

fn page(document: &mut Document) -> &mut lopdf::Dictionary {
    let id = *document.get_pages().values().next().unwrap();
    document.get_dictionary_mut(id).unwrap()
}

/// Sets a box of the page to its left `width` points.
fn narrow(document: &mut Document, key: &str, width: f32) {
    page(document).set(key, vec![0.into(), 0.into(), Object::Real(width), Object::Real(841.89)]);
}

/// Puts operators before and after those of the page.
fn around(document: &mut Document, before: &str, after: &str) {
    let own = page(document).get(b"Contents").unwrap().clone();
    let own = own.as_array().cloned().unwrap_or_else(|_| vec![own]);
    let mut add = |text: &str| {
        let stream = Stream::new(lopdf::Dictionary::new(), text.as_bytes().to_vec());
        Object::Reference(document.add_object(stream))
    };
    let all = [vec![add(before)], own, vec![add(after)]].concat();
    page(document).set("Contents", all);
}

/// Severities of the findings with a code, and where they point.
fn found(output: &Value, code: &str) -> Vec<(String, String)> {
    let text = |f: &Value, key: &str| f[key].as_str().unwrap_or_default().to_owned();
    let findings = output["findings"].as_array().unwrap().iter();
    findings.filter(|f| f["code"] == code).map(|f| (text(f, "severity"), text(f, "at"))).collect()
}

#[test]
fn a_form_that_shows_all_is_not_doubted() {
    let whole = converted(|_| ());
    assert_eq!(found(&whole, "form.cut-off"), []);
    assert_eq!(found(&whole, "text.outside-page"), []);
    assert!(whole["forms"][0]["data"]["indicators"][0]["score"].is_number());
}

#[test]
fn a_table_that_runs_off_the_page_puts_its_form_in_doubt() {
    for key in ["MediaBox", "CropBox"] {
        let cut = converted(|document| narrow(document, key, 500.0));
        assert_eq!(found(&cut, "form.cut-off").len(), 1, "{key}: {cut:#}");
        assert_eq!(found(&cut, "form.cut-off")[0].1, "/forms/0/data", "{key}");
        // What somebody cropped was cropped on purpose.
        let severity = if key == "CropBox" { "info" } else { "warning" };
        assert_eq!(found(&cut, "text.outside-page"), [(severity.to_owned(), String::new())]);
    }
}

#[test]
fn a_table_that_a_clip_cuts_puts_its_form_in_doubt() {
    let clip = "q 0 0 500 841.89 re W n";
    let cut = converted(|document| around(document, clip, "Q"));
    assert_eq!(found(&cut, "form.cut-off").len(), 1, "{cut:#}");
    assert_eq!(found(&cut, "text.outside-page"), []);
}
