use super::builder::Build;

#[test]
fn d1_start_before_end() {
    let form = Build::sound().date("end_date", "2025-12-31");
    assert_eq!(form.found(), ["dates.order error /end_date"]);
    let day = Build::sound().date("start_date", "2026-12-31");
    assert_eq!(day.found(), [""; 0]);
}

#[test]
fn d2_the_year_is_one_of_the_project() {
    let form = |year| Build::sound().set("fiscal_year", crate::model::value::Value::Integer(year));
    assert_eq!(form(2025).found(), ["dates.year-outside error /fiscal_year"]);
    assert_eq!(form(2026).found(), [""; 0]);
    assert_eq!(form(2025).null("start_date").found(), [""; 0]);
}

#[test]
fn d4_the_nature_fits_the_length() {
    let form =
        |nature, end| Build::sound().text("project_nature", nature).date("end_date", end).found();
    let at = ["dates.nature warning /project_nature"];
    assert_eq!(form("其他一次性项目", "2027-01-01"), at);
    assert_eq!(form("其他一次性项目", "2026-12-31"), [""; 0]);
    assert_eq!(form("阶段性项目", "2026-12-31"), at);
    assert_eq!(form("阶段性项目", "2027-06-30"), [""; 0]);
    assert_eq!(form("持续性项目", "2030-12-31"), [""; 0]);
}

#[test]
fn d6_deadlines_lie_in_the_project() {
    let form = |target| Build::sound().row("产出指标", "时效指标", "完成时间", target).found();
    let at = ["dates.deadline-outside warning /indicators/4/target"];
    assert_eq!(form("2025-11-30前"), at);
    assert_eq!(form("2027-03-31前"), at);
    assert_eq!(form("2026-11-30前"), [""; 0]);
    assert_eq!(form("11月底前完成"), [""; 0]);
    let short = Build::sound().date("end_date", "2026-10-31").row(
        "产出指标",
        "时效指标",
        "完成时间",
        "11月底前完成",
    );
    assert_eq!(short.found(), at);
}
