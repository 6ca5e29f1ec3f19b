use super::builder::{Build, SPEC, TAXONOMY, line};
use crate::model::form::Form;
use crate::model::page::Origin;

fn check(form: &Form) -> Vec<String> {
    crate::check::form(form, &SPEC, &TAXONOMY).iter().map(line).collect()
}

/// A form with the weights 50, 30, 10 and the scores 45, 30, 9.
fn weighted() -> Build {
    Build::sound()
        .no_rows()
        .row("产出指标", "数量指标", "培训人数", "≥100.00(人)")
        .with("weight", "50")
        .with("score", "45")
        .row("效益指标", "社会效益指标", "提升技能", "得到提升")
        .with("weight", "30")
        .with("score", "30")
        .row("满意度指标", "服务对象满意度指标", "学员满意度", "≥90.00(%)")
        .with("weight", "10")
        .with("score", "9")
}

fn with_row(weight: &str) -> Build {
    weighted().row("产出指标", "质量指标", "考核合格率", "≥90.00(%)").with("weight", weight)
}

#[test]
fn w1_weights_add_up() {
    assert_eq!(weighted().found(), [""; 0]);
    assert_eq!(with_row("10").found(), [""; 0]);
    assert_eq!(with_row("5").found(), ["weight.sum error /indicators"]);
    // With the weight of execution.
    assert_eq!(with_row("5").amount("execution.weight", "5").found(), [""; 0]);
    // A blank weight leaves the sum undecided, unless the others exceed it.
    let blank = |weight| with_row(weight).row("产出指标", "数量指标", "班次", "≥1.00(个)");
    assert_eq!(blank("5").found(), [""; 0]);
    assert_eq!(blank("15").found(), ["weight.sum error /indicators"]);
}

#[test]
fn w1_points_at_the_weights_if_one_must_be_misread() {
    let found = |weight: &str, confidence: f32| {
        let mut form = with_row(weight).form();
        for (at, evidence) in &mut form.evidence {
            evidence.from = Origin::Recognised;
            evidence.confidence = if at.as_str().ends_with("3/weight") { confidence } else { 0.99 };
        }
        check(&form).into_iter().filter(|f| f.starts_with("weight.sum")).collect::<Vec<_>>()
    };
    let each = ["0", "1", "2", "3"].map(|n| format!("weight.sum error /indicators/{n}/weight"));
    assert_eq!(found("110", 0.99), each, "no lost row makes the sum greater");
    assert_eq!(found("1", 0.8), each);
    assert_eq!(found("1", 0.99), ["weight.sum error /indicators"], "or a row is lost");
}

#[test]
fn w1_weights_under_a_level_add_up() {
    let scored = |label: &str| {
        weighted().row(label, "质量指标", "考核合格率", "≥90.00(%)").with("weight", "10").found()
    };
    let at = ["weight.level-sum error /indicators/3/level1"];
    assert_eq!(scored("产出指标(60分)"), [""; 0]);
    assert_eq!(scored("产出指标(50-60)分"), [""; 0]);
    assert_eq!(scored("产出指标(50分)"), at);
    assert_eq!(scored("产出指标(0-20)分"), at);
    // Repair takes the score off the label; the print keeps it.
    let printed = weighted().printed("/indicators/0/level1", "产出指标（40分）");
    assert_eq!(printed.found(), ["weight.level-sum error /indicators/0/level1"]);
}

#[test]
fn w2_scores() {
    assert_eq!(
        weighted().with("score", "11").found(),
        ["weight.score-above-weight error /indicators/2/score"]
    );
    let total =
        |total| weighted().amount("execution.score", "10").amount("total_score", total).found();
    assert_eq!(total("94.0"), [""; 0]);
    assert_eq!(total("95"), ["weight.score-sum error /total_score"]);
}

#[test]
fn w2_the_rate_of_execution() {
    let rate = |rate| {
        weighted()
            .amount("execution.budget", "300.00")
            .amount("execution.spent", "200.00")
            .amount("execution.rate", rate)
            .found()
    };
    let at = ["weight.execution-rate error /execution/rate"];
    assert_eq!(rate("66.67"), [""; 0]);
    assert_eq!(rate("67"), [""; 0]);
    assert_eq!(rate("0.667"), [""; 0]);
    assert_eq!(rate("66.76"), at);
    assert_eq!(rate("1"), at);
    let nothing = weighted().amount("execution.budget", "0").amount("execution.spent", "0");
    assert_eq!(nothing.amount("execution.rate", "100").found(), [""; 0]);
}

#[test]
fn w3_the_score_of_execution() {
    let score = |rate, score| {
        weighted()
            .amount("execution.rate", rate)
            .amount("execution.weight", "10")
            .amount("execution.score", score)
            .found()
    };
    assert_eq!(score("66.67", "6.67"), [""; 0]);
    assert_eq!(score("120", "10"), [""; 0]);
    assert_eq!(score("66.67", "8"), ["weight.execution-score warning /execution/score"]);
}
