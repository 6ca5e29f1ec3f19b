use super::builder::Build;
use crate::model::finding::Severity;

#[test]
fn t4_the_number_of_indicators() {
    let many = |count| {
        (0..count).fold(Build::sound(), |form, i| {
            form.row("产出指标", "数量指标", &format!("培训班{i}"), "≥1.00(个)")
        })
    };
    assert_eq!(many(36).found(), [""; 0]);
    assert_eq!(many(37).found(), ["indicator.count warning /indicators"]);
    let few = Build::sound().no_rows();
    let findings = few.clone().check();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code, finding.page), ("indicator.count", Some(4)));
    let two = few.row("产出指标", "数量指标", "培训人数", "≥1.00(人)").row(
        "效益指标",
        "服务对象满意度指标",
        "满意度",
        "≥90.00(%)",
    );
    assert_eq!(two.found(), ["indicator.count warning /indicators"]);
}

#[test]
fn t5_duplicates() {
    let twice = |level2, name, target| {
        Build::sound()
            .row("产出指标", level2, name, target)
            .check()
            .pop()
            .map(|f| (f.code, f.severity))
    };
    let code = "indicator.duplicate";
    assert_eq!(twice("数量指标", "培训 人数", "≥100.00（人）"), Some((code, Severity::Warning)));
    assert_eq!(twice("数量", "培训人数", "≥10.00(人)"), Some((code, Severity::Error)));
    assert_eq!(twice("质量指标", "培训人数", "≥100.00(人)"), None);
    assert_eq!(twice("数量指标", "培训人次", "≥100.00(人)"), None);
}

#[test]
fn t6_incomplete_rows() {
    let row = |name, target| Build::sound().row("产出指标", "数量指标", name, target).check();
    let findings = row("培训班次", "");
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code, finding.severity), ("indicator.no-value", Severity::Error));
    // A blank cell has no place; the row's first printed cell stands for it.
    assert_eq!(finding.page, Some(5));
    assert!(finding.bbox.is_some());
    let findings = row("", "≥1.00(个)");
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code, finding.severity), ("indicator.no-name", Severity::Error));
    assert!(row("", "").is_empty());
}
