use super::builder::Build;
use crate::model::finding::Severity;

/// The sound form with one more row.
fn row(level1: &str, level2: &str, name: &str, target: &str) -> Vec<String> {
    Build::sound().row(level1, level2, name, target).found()
}

#[test]
fn t1_pairs() {
    for (level1, level2) in [
        ("产出指标", "质量指标"),
        ("产出指标(50分)", "质量"),
        ("产出", "成本指标"),
        ("成本指标(0-20)分", "生态成本指标"),
        ("效果指标", "环境效益指标"),
        ("效益指标", "可持续发展指标"),
        ("满意度指标", "社会公众或服务对象满意度指标"),
        ("满意度指标", "满意度指标"),
    ] {
        assert_eq!(row(level1, level2, "某项工作", "完成"), [""; 0], "{level1}/{level2}");
    }
    assert_eq!(
        row("效益指标", "数量指标", "某项工作", "完成"),
        ["taxonomy.pair error /indicators/4"]
    );
    assert_eq!(
        row("产出指标", "教量指橡", "某项工作", "完成"),
        ["taxonomy.unknown-label error /indicators/4/level2"]
    );
    assert_eq!(
        row("广出指标", "数量指标", "某项工作", "完成"),
        ["taxonomy.unknown-label error /indicators/4/level1"]
    );
}

#[test]
fn t1_local_wording_is_no_error() {
    let severity = |label: &str| {
        let findings = Build::sound().row("产出指标", label, "某项工作", "完成").check();
        findings.first().map(|f| (f.code, f.severity))
    };
    let code = "taxonomy.unknown-label";
    assert_eq!(severity("安全生产指标"), Some((code, Severity::Warning)));
    // A known label misread, and a name in the column of labels.
    assert_eq!(severity("教量指标"), Some((code, Severity::Error)));
    assert_eq!(severity("可续影晌指标"), Some((code, Severity::Error)));
    assert_eq!(severity("参加培训的人员"), Some((code, Severity::Error)));
}

#[test]
fn t1_blank_labels() {
    assert_eq!(
        row("产出指标", "", "某项工作", "完成"),
        ["taxonomy.level-blank warning /indicators/4/level2"]
    );
    assert_eq!(
        row("", "数量指标", "某项工作", "完成"),
        ["taxonomy.level-blank warning /indicators/4/level1"]
    );
    assert_eq!(row("产出指标", "", "", ""), [""; 0]);
}

#[test]
fn t1_a_form_keeps_to_its_period() {
    let former = Build::sound().row("产出指标", "成本指标", "培训总成本", "≤1.00(元)").row(
        "效益指标",
        "满意度指标",
        "家长满意度",
        "≥90.00(%)",
    );
    // Satisfaction stands in both places, cost in one.
    assert_eq!(former.clone().found(), ["taxonomy.mixed-periods warning /indicators/5/level2"]);
    assert_eq!(
        former.row("成本指标", "经济成本指标", "人均成本", "≤2.00(元)").found(),
        [
            "taxonomy.mixed-periods warning /indicators/4/level2",
            "taxonomy.mixed-periods warning /indicators/5/level2"
        ]
    );
    let consistent = Build::sound()
        .no_rows()
        .row("产出指标", "数量指标", "培训人数", "≥100.00(人)")
        .row("产出指标", "成本指标", "培训总成本", "≤1.00(元)")
        .row("效益指标", "社会效益指标", "提升技能", "得到提升")
        .row("效益指标", "服务对象满意度指标", "学员满意度", "≥90.00(%)");
    assert_eq!(consistent.found(), [""; 0]);
}

#[test]
fn t3_required_levels() {
    let without = |level: &str| {
        let rows = [
            ("产出指标", "数量指标", "培训人数", "≥100.00(人)"),
            ("产出指标", "数量指标", "培训班次", "≥10.00(次)"),
            ("产出指标", "质量指标", "考核合格率", "≥90.00(%)"),
            ("效益指标", "社会效益指标", "提升技能", "得到提升"),
            ("效益指标", "社会效益指标", "扩大影响", "有效"),
            ("效益指标", "经济效益指标", "降低企业成本", "有效"),
            ("满意度指标", "服务对象满意度指标", "学员满意度", "≥90.00(%)"),
        ];
        let rows = rows.into_iter().filter(|r| r.0 != level);
        rows.fold(Build::sound().no_rows(), |b, r| b.row(r.0, r.1, r.2, r.3)).check()
    };
    assert!(without("").is_empty());
    for level in ["产出指标", "效益指标", "满意度指标"] {
        let findings = without(level);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(finding.code, "taxonomy.missing-level");
        assert!(finding.message.contains(level));
        assert_eq!(finding.page, Some(5));
    }
    // A label printed with nothing in its rows.
    assert_eq!(
        row("成本指标", "经济成本指标", "", ""),
        ["taxonomy.missing-level warning /indicators"]
    );
    // Other frameworks have no minimum that is known.
    let local = Build::sound()
        .no_rows()
        .row("投入指标", "资金落实", "资金到位及时率", "=100.00(%)")
        .row("产出指标", "数量指标", "培训人数", "≥100.00(人)")
        .row("效果指标", "社会效益", "提升技能", "得到提升");
    assert_eq!(local.found(), [""; 0]);
}

#[test]
fn t7_names_and_labels() {
    let at = ["indicator.level-contradiction warning /indicators/4/level3"];
    for (level1, level2, name) in [
        ("效益指标", "社会效益指标", "失业人员对到账的满意率"),
        ("产出指标", "质量指标", "资金支付及时率（%）"),
        ("产出指标", "数量指标", "维修单位成本"),
        ("效益指标", "经济效益指标", "成本控制率"),
        ("产出指标", "数量指标", "人员补贴标准"),
        ("满意度指标", "服务对象满意度指标", "长效管理制度执行有效性"),
        ("满意度指标", "服务对象满意度指标", "制度健全性"),
        ("满意度指标", "服务对象满意度指标", "待遇足额发放到位"),
    ] {
        assert_eq!(row(level1, level2, name, "≥95.00(%)"), at, "{name}");
    }
    for (level1, level2, name) in [
        ("满意度指标", "服务对象满意度指标", "对服务及时性的满意度"),
        ("满意度指标", "满意度", "居民满意程度"),
        ("产出指标", "时效指标", "满意度调查及时率"),
        ("产出指标", "数量指标", "满意度调查份数占计划比例"),
        ("效益指标", "经济效益指标", "降低企业融资成本"),
        ("效益指标", "可持续影响指标", "长效管理机制健全性"),
        ("产出指标", "质量指标", "及时率达标情况"),
        ("产出指标", "成本指标", "成本控制率"),
        ("成本指标", "社会成本指标", "人均成本"),
    ] {
        assert_eq!(row(level1, level2, name, "≥95.00(%)"), [""; 0], "{name}");
    }
}
