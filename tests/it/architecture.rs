//! The walls of the house, and that they hold.

use crate::house::{Source, form_knowledge, violations};
use crate::shenbao::{files, root};
use std::collections::BTreeSet;

/// The package's own sources.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for (path, bytes) in files(&root(folder)) {
            if path.extension().is_some_and(|e| e == "rs") {
                let path = format!("{folder}/{}", path.display()).replace('\\', "/");
                sources.push(Source { path, text: String::from_utf8(bytes).expect("UTF-8") });
            }
        }
    }
    sources
}

#[test]
fn the_walls_hold() {
    let sources = sources();
    assert!(sources.len() > 50, "only {} files were found", sources.len());
    let found = violations(&sources);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// Keys (with a dot or an underscore) and labels (from four characters on) of the families; what
/// is shorter is a word of its own, such as `title` or 年度.
fn known() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for (path, bytes) in files(&root("src/template/families")) {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let family: toml::Table = text.parse().expect("TOML");
        for field in family.get("fields").and_then(toml::Value::as_array).into_iter().flatten() {
            let key = field["key"].as_str().expect("a key");
            if key.contains(['.', '_']) {
                known.insert(key.to_owned());
            }
            for label in field.get("label").and_then(toml::Value::as_array).into_iter().flatten() {
                let label = label.as_str().expect("a label");
                if label.chars().count() >= 4 {
                    known.insert(label.to_owned());
                }
            }
        }
        assert!(path.extension().is_some_and(|e| e == "toml"), "{}", path.display());
    }
    known
}

/// Words that happen to be the label of some family, where they are meant as words.
const WORDS: [(&str, &str); 1] = [
    // What may stand in front of a date within a target value.
    ("src/normalize/target/deadline.rs", "完成日期"),
];

#[test]
fn no_rust_names_a_field_or_label_of_a_form() {
    let known = known();
    assert!(known.len() > 20, "the families were not read: {known:?}");
    let mut found = form_knowledge(&sources(), &known);
    for (path, word) in WORDS {
        let before = found.len();
        found.retain(|line| !(line.starts_with(path) && line.contains(&format!("`{word}`"))));
        assert!(found.len() < before, "{word} in {path} is no exception any more");
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A file that is sound, with a line planted in it.
fn planted(path: &str, line: &str) -> Vec<String> {
    let text = format!(
        "//! Uses crate::emit and println! in words only.\nuse crate::model::page::Page;\n\
         /// \"crate::check\"\nfn f<'a>(x: &'a str) {{ let _ = (x, \"std::env\", 'x', r#\"crate::emit\"#); }}\n\
         {line}\n"
    );
    violations(&[Source { path: path.to_owned(), text }])
}

#[test]
fn planted_violations_are_found() {
    for (path, line) in [
        ("src/check/mod.rs", "use crate::emit::Json;"),
        ("src/check/sums.rs", "use crate::{model::form::Form, normalize};"),
        (
            "src/check/sums.rs",
            "use crate::{\n    model::{form::Form, page},\n    layout::page,\n};",
        ),
        ("src/check/sums.rs", "use super::super::source::text;"),
        ("src/check/mod.rs", "use super::source::text;"),
        ("src/check/mod.rs", "fn g() { crate::layout::page(); }"),
        ("src/check/mod.rs", "mod tests { use super::super::layout; }"),
        ("src/check/mod.rs", "mod tests { fn f() {} } use super::layout;"),
        ("src/model/page.rs", "use crate::layout;"),
        ("src/emit/json/mod.rs", "use crate::pipeline::Settings;"),
        ("src/pipeline/run.rs", "use crate::golden::diff;"),
        ("src/golden/diff.rs", "use crate::check;"),
        ("src/cli/convert.rs", "use shenbao::emit::Json;"),
        ("src/cli/convert.rs", "use shenbao::{pipeline, source};"),
        ("src/novelty/mod.rs", "use crate::model::page::Page;"),
        ("src/layout/mod.rs", "fn g() { println!(\"x\"); }"),
        ("src/layout/mod.rs", "fn g() { std :: process::exit(1); }"),
        ("src/layout/mod.rs", "use std::time::Instant;"),
        ("src/pipeline/run.rs", "use std::time::{Duration, SystemTime};"),
        ("src/golden/mod.rs", "fn g() { let _ = std::env::var(\"HOME\"); }"),
        ("src/golden/mod.rs", "fn g() { let _ = std::io::stdout(); }"),
        ("src/layout/mod.rs", "mod helpers;"),
        ("src/layout/utils.rs", ""),
        ("src/cli/manager/mod.rs", ""),
        ("tests/it/helpers.rs", ""),
    ] {
        assert!(!planted(path, line).is_empty(), "{path}: {line}");
    }
    let long = "\n".repeat(600);
    assert!(!planted("tests/it/long.rs", &long).is_empty());
    assert!(!planted("src/main.rs", &"\n".repeat(60)).is_empty());
}

#[test]
fn what_is_allowed_is_not_found() {
    for (path, line) in [
        ("src/check/mod.rs", ""),
        ("src/check/sums.rs", "use super::rules::Rule; use crate::check::rules;"),
        ("src/check/mod.rs", "mod tests { use super::*; use crate::model::form::Form; }"),
        ("src/check/sums/tests.rs", "use super::super::rules; use super::*;"),
        ("src/check/mod.rs", "// use crate::emit; println!()"),
        ("src/check/mod.rs", "/* use crate::emit; /* */ println!() */"),
        ("src/check/mod.rs", "struct Instantly; fn sprint() {} "),
        ("src/pipeline/run.rs", "use crate::{check, layout, source::pdf::PdfDocument};"),
        ("src/golden/diff.rs", "use crate::pipeline::Settings;"),
        ("src/cli/terminal.rs", "use std::time::Instant; fn g() { std::process::exit(2); }"),
        ("src/cli/convert.rs", "use shenbao::{golden, model, pipeline};"),
        ("tests/it/convert.rs", "fn g() { println!(\"x\"); }"),
    ] {
        assert_eq!(planted(path, line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn planted_form_knowledge_is_found() {
    let source = |text: &str| Source { path: "src/check/x.rs".into(), text: text.into() };
    let known: BTreeSet<String> = ["funds.total".to_owned(), "项目名称".to_owned()].into();
    for text in ["let k = \"funds.total\";", "let k = r\"funds.total\";", "f(\"项目名称\")"] {
        assert_eq!(form_knowledge(&[source(text)], &known).len(), 1, "{text}");
    }
    let test = "fn f() {}\n#[cfg(test)]\nmod tests { const K: &str = \"funds.total\"; }";
    let parent = Source { path: "src/check/mod.rs".into(), text: "#[cfg(test)]\nmod x;".into() };
    assert!(form_knowledge(&[parent, source("let k = \"funds.total\";")], &known).is_empty());
    for text in ["// \"funds.total\"", "let k = \"funds.total.x\";", test] {
        assert!(form_knowledge(&[source(text)], &known).is_empty(), "{text}");
    }
}
