//! The ten forms of the seed: every finding, and no other.

use super::builder::{Build, SPEC, TAXONOMY, line};
use crate::check;
use crate::model::form::Form;
use crate::model::value::Value;
use serde_json::Value as Json;

fn seed() -> Vec<Form> {
    let truth = include_str!("../../../tests/fixtures/seed-truth.json");
    let forms: Vec<Json> = serde_json::from_str(truth).unwrap();
    forms.iter().map(read).collect()
}

fn read(json: &Json) -> Form {
    let mut build = Build::blank()
        .set("fiscal_year", Value::Integer(json["fiscal_year"].as_i64().unwrap()))
        .date("start_date", json["start_date"].as_str().unwrap())
        .date("end_date", json["end_date"].as_str().unwrap())
        .text("project_name", json["project_name"].as_str().unwrap())
        .text("project_nature", json["project_nature"].as_str().unwrap())
        .text("funds.unit", "元");
    for (key, name) in [
        ("funds.project.total", "total"),
        ("funds.project.fiscal", "fiscal"),
        ("funds.project.other", "other"),
        ("funds.annual.total", "annual_total"),
        ("funds.annual.fiscal_appropriation", "annual_fiscal_current"),
        ("funds.annual.carry_over", "annual_carry_over"),
        ("funds.annual.other", "annual_other"),
    ] {
        build = match json["funds"][name].as_str() {
            Some(amount) => build.amount(key, amount),
            None => build.null(key),
        };
    }
    for (key, name) in [("goals.project", "overall_goal"), ("goals.annual", "annual_goal")] {
        build = match json[name].as_str() {
            Some(text) => build.text(key, text),
            None => build.null(key),
        };
    }
    for row in json["indicators"].as_array().unwrap() {
        let cell = |name: &str| row[name].as_str().unwrap_or_default();
        build = build.row(cell("level1"), cell("level2"), cell("level3"), cell("value_text"));
    }
    build.form()
}

#[test]
fn the_seed_has_these_findings_and_no_error() {
    let forms = seed();
    assert_eq!(forms.len(), 10);
    let mut found = Vec::new();
    for (i, form) in forms.iter().enumerate() {
        let findings = check::form(form, &SPEC, &TAXONOMY);
        found.extend(findings.iter().map(|f| format!("{} {}", i + 1, line(f))));
    }
    let expected = [
        "1 indicator.value-repeats-name warning /indicators/5/target",
        "2 indicator.level-contradiction warning /indicators/2/level3",
        "2 indicator.level-contradiction warning /indicators/3/level3",
        "2 indicator.level-contradiction warning /indicators/4/level3",
        "4 target.rate-with-text warning /indicators/20/target",
        "5 taxonomy.missing-level warning /indicators",
        "5 indicator.level-contradiction warning /indicators/1/level3",
        "5 target.rate-with-text warning /indicators/1/target",
        "5 funds.named-in-goal info /goals/annual",
        "7 goal.other-year warning /goals/annual",
        "8 goal.no-full-stop info /goals/annual",
        "8 goal.doubled-word info /goals/annual",
        "9 indicator.level-contradiction warning /indicators/7/level3",
        "9 indicator.level-contradiction warning /indicators/8/level3",
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_seed_as_a_document_is_sound() {
    assert!(check::document(&seed(), std::slice::from_ref(&SPEC), &TAXONOMY).is_empty());
}
