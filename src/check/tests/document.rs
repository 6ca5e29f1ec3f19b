use super::builder::{Build, SPEC, TAXONOMY, line};
use crate::check;
use crate::model::form::Form;
use crate::model::value::Value;

fn found(forms: &[Form]) -> Vec<String> {
    check::document(forms, std::slice::from_ref(&SPEC), &TAXONOMY).iter().map(line).collect()
}

fn with_total(project: &str, total: &str) -> Form {
    Build::sound().text("project_name", project).amount("funds.annual.total", total).form()
}

#[test]
fn d3_one_form_of_another_year() {
    let year = |year| Build::sound().set("fiscal_year", Value::Integer(year)).form();
    let odd = [year(2026), year(2026), year(2025), year(2026)];
    assert_eq!(found(&odd), ["dates.document-year warning /forms/2/data/fiscal_year"]);
    assert_eq!(found(&odd[1..]), [""; 0]);
    assert_eq!(found(&[year(2026), year(2025), year(2026), year(2025)]), [""; 0]);
}

#[test]
fn f9_one_project_in_two_units() {
    let twice = [with_total("道路维修", "6421500.00"), with_total("道路 维修", "642.15")];
    assert_eq!(found(&twice), ["funds.unit-swap warning /forms/1/data/funds/annual/total"]);
    let others = [with_total("道路维修", "6421500.00"), with_total("河道维修", "642.15")];
    assert_eq!(found(&others), [""; 0]);
}

#[test]
fn f9_one_total_far_off_all_others() {
    let list = |last| {
        let totals = ["6421500.00", "1790920.00", "280000.00", "517901680.00", last];
        totals.iter().enumerate().map(|(i, t)| with_total(&i.to_string(), t)).collect::<Vec<_>>()
    };
    let at = ["funds.unit-swap warning /forms/4/data/funds/annual/total"];
    assert_eq!(found(&list("64.00")), at);
    assert_eq!(found(&list("5179016800000.00")), at);
    assert_eq!(found(&list("6400.00")), [""; 0]);
    assert_eq!(found(&list("1.00")), [""; 0]);
}

#[test]
fn forms_of_unknown_templates_are_left_out() {
    let form = || Form { template: "other".to_owned(), ..with_total("a", "1.00") };
    assert_eq!(found(&[form(), form()]), [""; 0]);
}
