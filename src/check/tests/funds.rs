use super::builder::{Build, SPEC, TAXONOMY, line};
use crate::model::finding::{Finding, Severity};
use crate::model::form::{Form, Leftover};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use proptest::prelude::*;
use rust_decimal::Decimal;

const TOTAL: &str = "funds.annual.total";

#[test]
fn a_sound_form_has_no_findings() {
    assert_eq!(Build::sound().found(), [""; 0]);
}

#[test]
fn f1_a_wrong_sum_is_an_error_with_the_printed_values() {
    let form = Build::sound().amount(TOTAL, "1300.00").printed("/funds/annual/total", "1,300.00");
    let findings = form.check();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.code, "funds.annual-sum");
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.page, Some(5));
    assert!(finding.bbox.is_some());
    assert_eq!(
        finding.message,
        "年度资金申请总额 1,300.00 and 其中:当年财政拨款 200.00 + 上年结转资金 60.00 + \
         年度其他资金 40.00 do not agree: the total less its parts is 1000.00"
    );
}

#[test]
fn f1_points_at_all_amounts_that_were_recognised() {
    let found = |from: Origin| {
        let wrong = Build::sound().amount(TOTAL, "1300.00").amount("funds.annual.carry_over", "0");
        let mut form = wrong.form();
        form.evidence.values_mut().for_each(|evidence| evidence.from = from);
        let mut found: Vec<String> =
            crate::check::form(&form, &SPEC, &TAXONOMY).iter().map(line).collect();
        found.retain(|f| f.starts_with("funds.annual-sum"));
        found
    };
    assert_eq!(found(Origin::TextLayer), ["funds.annual-sum error /funds/annual/total"]);
    let all = ["fiscal_appropriation", "other", "total"];
    assert_eq!(
        found(Origin::Recognised),
        all.map(|key| format!("funds.annual-sum error /funds/annual/{key}"))
    );
}

#[test]
fn f1_blank_is_not_zero() {
    let one_blank = Build::sound().null("funds.annual.carry_over");
    // 300 = 200 + blank + 40 cannot be decided.
    assert_eq!(one_blank.clone().found(), ["funds.sum-not-checkable info /funds/annual/total"]);
    // 240 = 200 + blank + 40 holds with 0 there.
    assert_eq!(one_blank.clone().amount(TOTAL, "240.00").found(), [""; 0]);
    // 200 = 200 + blank + 40 is wrong whatever stands there.
    assert_eq!(
        one_blank.clone().amount(TOTAL, "200.00").found(),
        ["funds.annual-sum error /funds/annual/total"]
    );
    // A total that was not read.
    assert_eq!(
        Build::sound().null(TOTAL).found(),
        ["funds.sum-not-checkable info /funds/annual/total"]
    );
    // Nothing but the total.
    let alone = one_blank.null("funds.annual.fiscal_appropriation").null("funds.annual.other");
    assert_eq!(alone.found(), [""; 0]);
}

#[test]
fn f1_a_part_without_a_label_is_none() {
    let key = "funds.annual.carry_over";
    let mut form = Build::sound().null(key).amount(TOTAL, "300.00").form();
    let missing = Finding::new("field.label-missing", Severity::Info, "", "");
    form.findings.push(missing.at(Pointer::from_dotted(key)));
    let codes = |form: &Form| -> Vec<&str> {
        crate::check::form(form, &SPEC, &TAXONOMY).iter().map(|f| f.code).collect()
    };
    // 300 = 200 + 40, and no third part is printed.
    assert_eq!(codes(&form), ["funds.annual-sum"]);
    // The number that nothing claimed may be it.
    form.leftovers.push(Leftover {
        text: "60.00".to_owned(),
        page: 1,
        bbox: None,
        ..Leftover::default()
    });
    assert_eq!(codes(&form), ["funds.sum-not-checkable"]);
}

#[test]
fn f1_to_f3_round_in_ten_thousands_only() {
    let base = Build::sound()
        .text("funds.unit", "万元")
        .amount("funds.annual.fiscal_appropriation", "33.33")
        .amount("funds.annual.carry_over", "33.33")
        .amount("funds.annual.other", "33.33");
    assert_eq!(
        base.clone().amount(TOTAL, "100.00").found(),
        ["funds.sum-rounded info /funds/annual/total"]
    );
    assert_eq!(
        base.clone().amount(TOTAL, "100.01").found(),
        ["funds.annual-sum error /funds/annual/total"]
    );
    assert_eq!(
        base.text("funds.unit", "元").amount(TOTAL, "100.00").found(),
        ["funds.annual-sum error /funds/annual/total"]
    );
}

#[test]
fn f2_f3_other_equations() {
    let form = Build::sound()
        .amount("funds.project.total", "300.00")
        .amount("funds.project.fiscal", "260.00")
        .amount("funds.project.other", "40.00")
        .amount("funds.annual.fiscal", "260.00");
    assert_eq!(form.clone().found(), [""; 0]);
    assert_eq!(
        form.amount("funds.project.other", "41.00").amount("funds.annual.fiscal", "261.00").found(),
        [
            "funds.project-sum error /funds/project/total",
            "funds.fiscal-sum error /funds/annual/fiscal"
        ]
    );
}

#[test]
fn f4_within_a_year_the_totals_are_equal() {
    let form = |total| Build::sound().amount("funds.project.total", total);
    assert_eq!(form("900.00").found(), ["funds.project-not-annual warning /funds/project/total"]);
    assert_eq!(form("300.00").found(), [""; 0]);
    // Without dates nothing is known.
    assert_eq!(form("900.00").null("end_date").found(), [""; 0]);
}

#[test]
fn f5_over_years_the_project_has_at_least_the_annual_total() {
    let form = |total| {
        Build::sound()
            .text("project_nature", "阶段性项目")
            .date("end_date", "2028-12-31")
            .amount("funds.project.total", total)
    };
    assert_eq!(form("900.00").found(), [""; 0]);
    assert_eq!(form("299.00").found(), ["funds.project-below-annual warning /funds/project/total"]);
    assert_eq!(form("0.03").found(), ["funds.project-below-annual error /funds/project/total"]);
    assert_eq!(form("30.00").found(), ["funds.project-below-annual error /funds/project/total"]);
    let parts = form("900.00")
        .amount("funds.project.fiscal", "870.00")
        .amount("funds.project.other", "30.00")
        .found();
    assert_eq!(parts, ["funds.project-below-annual warning /funds/project/other"]);
}

#[test]
fn f6_signs_decimals_and_groups() {
    let negative =
        Build::sound().amount("funds.annual.carry_over", "-60.00").amount(TOTAL, "180.00");
    assert_eq!(negative.found(), ["funds.negative error /funds/annual/carry_over"]);
    let zero = Build::sound().amount("funds.annual.carry_over", "-0.00").amount(TOTAL, "240.00");
    assert_eq!(zero.found(), [""; 0]);

    let fine = Build::sound().amount("funds.annual.other", "40.000");
    assert_eq!(fine.clone().found(), ["funds.decimals warning /funds/annual/other"]);
    assert_eq!(fine.text("funds.unit", "万元").found(), [""; 0]);

    let grouped = |text| Build::sound().printed("/funds/annual/total", text).found();
    assert_eq!(grouped("1,0300.00"), ["funds.grouping warning /funds/annual/total"]);
    assert_eq!(grouped("3,00.00元"), ["funds.grouping warning /funds/annual/total"]);
    assert_eq!(grouped("300.00"), [""; 0]);
    assert_eq!(grouped("1，234，300.00 元"), [""; 0]);
}

#[test]
fn f7_a_form_without_money() {
    let zero = Build::sound()
        .amount(TOTAL, "0.00")
        .amount("funds.annual.fiscal_appropriation", "0.00")
        .amount("funds.annual.carry_over", "0.00")
        .amount("funds.annual.other", "0.00");
    assert_eq!(zero.clone().found(), ["funds.empty warning /funds/annual/total"]);
    let blank = zero
        .null(TOTAL)
        .null("funds.annual.fiscal_appropriation")
        .null("funds.annual.carry_over")
        .null("funds.annual.other");
    assert_eq!(blank.found(), ["funds.empty warning /funds/annual/total"]);
}

#[test]
fn f8_the_unit_is_known() {
    let at = ["funds.unit-unknown info /funds/unit"];
    assert_eq!(Build::sound().null("funds.unit").found(), at);
    assert_eq!(Build::sound().text("funds.unit", "人次").found(), at);
    assert_eq!(Build::sound().text("funds.unit", "万元").found(), [""; 0]);
}

fn yuan(fen: i64) -> String {
    Decimal::new(fen, 2).to_string()
}

proptest! {
    /// Consistent funds are never called wrong; with one digit changed they always are.
    #[test]
    fn f1_decides_every_single_digit(
        parts in prop::array::uniform3(0..10_000_000_000_i64),
        which in 0..4_usize,
        place in 0..10_u32,
        step in 1..10_i64,
    ) {
        let keys = [
            "funds.annual.fiscal_appropriation", "funds.annual.carry_over", "funds.annual.other",
        ];
        let amounts = [parts[0], parts[1], parts[2], parts.iter().sum()];
        let form = |amounts: [i64; 4]| {
            let form = keys.iter().zip(amounts)
                .fold(Build::sound(), |f, (key, fen)| f.amount(key, &yuan(fen)));
            form.amount(TOTAL, &yuan(amounts[3]))
        };
        let errors = |form: Build| -> Vec<&'static str> {
            form.check().iter().filter(|f| f.severity == Severity::Error).map(|f| f.code).collect()
        };
        prop_assert!(errors(form(amounts)).is_empty());

        let power = 10_i64.pow(place);
        let digit = amounts[which] / power % 10;
        let mut changed = amounts;
        changed[which] += ((digit + step) % 10 - digit) * power;
        prop_assert_eq!(errors(form(changed)), ["funds.annual-sum"]);
    }
}
