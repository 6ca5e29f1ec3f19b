use super::builder::{Build, read_target};
use crate::model::target::{Subkind, Target};

/// The sound form with one more row.
fn row(level1: &str, level2: &str, name: &str, target: &str) -> Vec<String> {
    Build::sound().row(level1, level2, name, target).found()
}

fn quality(name: &str, target: &str) -> Vec<String> {
    row("产出指标", "质量指标", name, target)
}

#[test]
fn v1_shares_above_the_whole() {
    let at = ["target.over-100-percent error /indicators/4/target"];
    for (name, target) in [
        ("产品合格率", "292%"),
        ("政策覆盖", "≥120%"),
        ("项目完成比例", "≥9500.00(百分比)"),
        ("参与度", ">101%"),
    ] {
        assert_eq!(quality(name, target), at, "{name}");
    }
    for (name, target) in [
        ("产品合格率", "100%"),
        ("产品合格率", "92%"),
        ("产值增长率", "≥120%"),
        ("资金放大比例", "≥300%"),
        ("偏差率", "≤105%"),
        ("长度", "985米"),
        ("发放比例", "本市最低工资标准的 120%"),
    ] {
        assert_eq!(quality(name, target), [""; 0], "{name}");
    }
}

#[test]
fn v1_suggests_what_may_be_printed() {
    let hint = |target: &str| {
        let form = Build::sound().row("产出指标", "质量指标", "产品合格率", target);
        form.check().pop().unwrap().hint
    };
    assert!(hint("292%").contains("≥92"));
    assert!(hint("≥9500%").contains("95.00"));
    assert!(hint("≥130%").contains("compare the digits"));
}

#[test]
fn v1_looks_into_parts() {
    let target = Target {
        text: "合格率150%，优秀率20%".to_owned(),
        subkind: Some(Subkind::Compound),
        parts: vec![read_target("20%"), read_target("150%")],
        ..Target::default()
    };
    let form = Build::sound().row_with("产出指标", "质量指标", "合格率", Some(target));
    assert_eq!(form.found(), ["target.over-100-percent error /indicators/4/target"]);
}

#[test]
fn v2_directions() {
    let at = ["target.direction warning /indicators/4/target"];
    let satisfied = |name, target| row("满意度指标", "服务对象满意度指标", name, target);
    assert_eq!(satisfied("游客满意度", "≤90.00(%)"), at);
    assert_eq!(satisfied("游客满意度", "≥90.00(%)"), [""; 0]);
    assert_eq!(satisfied("游客不满意率", "≤10.00(%)"), [""; 0]);
    let cost = |name, target| row("成本指标", "经济成本指标", name, target);
    assert_eq!(cost("单位成本", "≥1.00(元/人)"), at);
    assert_eq!(cost("单位成本", "≤1.00(元/人)"), [""; 0]);
    assert_eq!(cost("节约采购成本", "≥1.00(元)"), [""; 0]);
    assert_eq!(cost("成本控制率", "≥95.00(%)"), [""; 0]);
}

#[test]
fn v3_rates_and_counts() {
    let at = ["target.rate-with-text warning /indicators/4/target"];
    assert_eq!(quality("项目验收合格率", "完成验收"), at);
    assert_eq!(quality("项目验收合格率", "=100.00(%)"), [""; 0]);
    assert_eq!(quality("办事效率", "有效提升"), [""; 0]);
    assert_eq!(quality("提高毛入学率", "有所提高"), [""; 0]);
    let at = ["target.count-with-percent warning /indicators/4/target"];
    assert_eq!(quality("培训人次", "≥90.00(%)"), at);
    assert_eq!(quality("培训人次", "≥90.00(人次)"), [""; 0]);
    assert_eq!(quality("景气指数", "≥90.00(%)"), [""; 0]);
    assert_eq!(quality("参训人数增长", "≥10.00(%)"), [""; 0]);
}

#[test]
fn v4_repetitions() {
    let at = ["indicator.value-repeats-name warning /indicators/4/target"];
    assert_eq!(quality("资助项目示范引领", "示范引领"), at);
    assert_eq!(quality("规范", "规 范"), at);
    assert_eq!(quality("制度健全性", "健全"), [""; 0]);
    assert_eq!(quality("工作按时完成", "完成"), [""; 0]);
}

#[test]
fn v5_near_misses_of_the_style() {
    let at = ["target.near-miss warning /indicators/4/target"];
    assert_eq!(quality("优秀作品", "2280.00(件)"), at);
    assert_eq!(quality("优秀作品", "≥28.00件"), at);
    assert_eq!(quality("优秀作品", "≥28.00(件)"), [""; 0]);
    assert_eq!(quality("优秀作品", "28件"), [""; 0]);
    // Two of five are a second style.
    let twice = Build::sound().row("产出指标", "数量指标", "班次", "≥28.00件").row(
        "产出指标",
        "数量指标",
        "场次",
        "≥28.00件",
    );
    assert_eq!(twice.found(), [""; 0]);
}

#[test]
fn v6_costs_above_the_annual_total() {
    let cost = |target| Build::sound().row("成本指标", "经济成本指标", "培训总成本", target);
    let at = ["target.cost-above-total warning /indicators/4/target"];
    assert_eq!(cost("≤1.00(万元/年)").found(), at);
    assert_eq!(cost("≤300.00(元/年)").found(), [""; 0]);
    assert_eq!(cost("≤1.00(万元/年)").text("funds.unit", "万元").found(), [""; 0]);
    let years =
        cost("≤1.00(万元)").text("project_nature", "阶段性项目").date("end_date", "2028-12-31");
    assert_eq!(years.found(), [""; 0]);
}
