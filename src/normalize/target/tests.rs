//! Tests of the grammar: the domain's cases, a case for each production, and properties.

use super::{TargetContext, is_machine_printed, parse};
use crate::model::finding::Severity;
use crate::model::target::{Operator, Target, TargetDate};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

const CASES: &str = include_str!("../../../tests/fixtures/indicator_values.json");

fn field<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    case.get("context").and_then(|c| c.get(key)).and_then(Value::as_str)
}

/// The target as the fixture writes it: numbers compared as numbers.
fn same(target: &Target, key: &str, want: &Value) -> bool {
    let text = |got: Option<String>| match want {
        Value::Null => got.is_none(),
        want => got.as_deref() == want.as_str(),
    };
    let number = |got: Option<Decimal>| match want {
        Value::Null => got.is_none(),
        want => got.is_some() && got == want.as_str().and_then(|w| w.parse().ok()),
    };
    match key {
        "kind" => text(target.kind.map(|k| k.name().to_owned())),
        "subkind" => text(target.subkind.map(|k| k.name().to_owned())),
        "operator" => text(target.operator.map(|o| o.symbol().to_owned())),
        "operator_explicit" => target.operator_explicit == want.as_bool(),
        "value" => number(target.value),
        "value_max" => number(target.value_max),
        "unit" => text(target.unit.clone()),
        "base_value" => number(target.base_value),
        "base_unit" => text(target.base_unit.clone()),
        "deadline" => text(target.deadline.map(|d| d.to_string())),
        "deadline_start" => text(target.deadline_start.map(|d| d.to_string())),
        "reference" => text(target.reference.clone()),
        "qualitative" => text(target.qualitative.clone()),
        "parts" => want.is_null() == target.parts.is_empty(),
        _ => false,
    }
}

#[test]
fn every_case_of_the_domain_holds() {
    let fixture: Value = serde_json::from_str(CASES).unwrap();
    let cases = fixture["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 52);
    let mut wrong = Vec::new();
    for case in cases {
        let input = case["input"].as_str().unwrap();
        let context = TargetContext {
            sign: field(case, "sign"),
            unit: field(case, "unit"),
            fiscal_year: case["context"]["fiscal_year"].as_i64().and_then(|y| y.try_into().ok()),
            level3: field(case, "level3"),
            machine_printed: false,
        };
        let (target, doubts) = parse(input, &context);
        assert_eq!(target.text, input);
        let accepts = |also: &Value| {
            case["expect"]
                .as_object()
                .unwrap()
                .iter()
                .all(|(key, want)| same(&target, key, also.get(key).unwrap_or(want)))
        };
        let alternatives = case["accept"].as_array().unwrap();
        if !accepts(&Value::Null) && !alternatives.iter().any(accepts) {
            wrong.push(format!("{} {input}: {target:?}", case["id"]));
        }
        let codes: Vec<_> =
            doubts.iter().filter(|d| d.severity > Severity::Info).map(|d| d.code).collect();
        let warnings = case["warnings"].as_array().unwrap().iter().map(|w| match w.as_str() {
            Some("unit_missing") => "target.unit-missing",
            Some("rate_indicator_with_text_value") => "target.rate-with-text",
            Some("ocr_letter_digit") => "target.letter-digit",
            other => panic!("no code for {other:?}"),
        });
        let warnings: Vec<_> = warnings.collect();
        if codes != warnings {
            wrong.push(format!("{} {input}: raised {codes:?}, want {warnings:?}", case["id"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One line: subkind, operator (`!` if assumed), numbers, unit, base, dates, reference, doubts.
fn brief(target: &Target, doubts: &[super::Doubt]) -> String {
    let mut out = vec![target.subkind.map_or("-", |s| s.name()).to_owned()];
    if let Some(o) = target.operator {
        let assumed = if target.operator_explicit == Some(false) { "!" } else { "" };
        out.push(format!("{}{assumed}", o.symbol()));
    }
    out.extend([target.value, target.value_max].into_iter().flatten().map(|n| n.to_string()));
    out.extend(target.unit.clone());
    if target.base_unit != target.unit || target.base_value != target.value {
        let base = target.base_value.map_or(String::new(), |b| b.to_string());
        out.push(format!("base {base} {}", target.base_unit.as_deref().unwrap_or("-")));
    }
    if target.deadline.is_some() || target.deadline_start.is_some() {
        let day = |d: Option<TargetDate>| d.map_or(String::new(), |d| d.to_string());
        out.push(format!("{}..{}", day(target.deadline_start), day(target.deadline)));
    }
    out.extend(target.reference.iter().map(|r| format!("of {r}")));
    out.extend(doubts.iter().map(|d| format!("?{}", d.code.trim_start_matches("target."))));
    out.join(" ")
}

fn read(text: &str) -> String {
    let context = TargetContext { fiscal_year: Some(2026), ..TargetContext::default() };
    let (target, doubts) = parse(text, &context);
    brief(&target, &doubts)
}

#[track_caller]
fn all(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, want)| read(text) != *want)
        .map(|(text, want)| format!("{text}\n   got {}\n  want {want}", read(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn operators() {
    all(&[
        ("≧95%", "percent >= 95 %"),
        ("=>95％", "percent >= 95 %"),
        ("≥ 95.00 （%）", "percent >= 95.00 %"),
        ("≦5‰", "percent <= 5 ‰"),
        ("=<5天", "duration <= 5 天"),
        ("﹥3次", "number > 3 次"),
        ("＜２０人", "number < 20 人"),
        ("大于或等于3项", "number >= 3 项"),
        ("不少于50家", "number >= 50 家"),
        ("至少2场次", "number >= 2 场次"),
        ("小于等于10%", "percent <= 10 %"),
        ("不超过100万元", "money <= 100 万元 base 1000000 元"),
        ("不得超过3起", "number <= 3 起"),
        ("至多5个", "number <= 5 个"),
        ("控制在5%以内", "percent <= 5 %"),
        ("控制在100万元", "money <= 100 万元 base 1000000 元"),
        ("控制在80%-90%", "range range 80 90 % base  -"),
        ("超过95%", "percent > 95 %"),
        ("高于3.5分", "number > 3.5 分"),
        ("不足2次", "number < 2 次"),
        ("少于10人次", "number < 10 人次"),
        ("90%以上", "percent >= 90 %"),
        ("90%及以上", "percent >= 90 %"),
        ("90%以上（含）", "percent >= 90 %"),
        ("90%（不含）以上", "percent > 90 %"),
        ("3%以下", "percent <= 3 %"),
        ("3%以内", "percent <= 3 %"),
        ("20次左右", "number ~ 20 次"),
        ("约300人", "number ~ 300 人"),
        ("达到95%以上", "percent >= 95 %"),
        ("≥95%以上", "percent >= 95 %"),
        ("不超过5%以上", "percent <= 5 % ?operator-conflict"),
    ]);
}

#[test]
fn numbers_and_units() {
    all(&[
        ("985米", "number =! 985 米"),
        ("≥320架次", "number >= 320 架次"),
        ("≥12，000人次", "number >= 12000 人次"),
        ("百分之九十五以上", "percent >= 95 %"),
        ("百分之百", "percent =! 100 %"),
        ("九成以上", "percent >= 90 %"),
        ("至少三百人次", "number >= 300 人次"),
        ("十二期", "number =! 12 期"),
        ("≥3.5亿元", "money >= 3.5 亿元 base 350000000 元"),
        ("≥2千人", "number >= 2 千人 base 2000 人"),
        ("≤4550.00(元/人次)", "money <= 4550.00 元/人次"),
        ("≤140.00(万元/年)", "money <= 140.00 万元/年 base 1400000 元/年"),
        ("≥3千米", "number >= 3 千米"),
        ("≥200㎡", "number >= 200 ㎡"),
        ("≥1.5万", "number >= 1.5 万 base 15000 - ?unit-missing"),
        ("5个百分点", "percent =! 5 个百分点"),
        ("≥5 Mbps", "number >= 5 Mbps"),
        ("≥50家企业", "number >= 50 家 ?text-beside-number"),
        ("100%完成", "percent =! 100 %"),
        ("完成3个项目", "number =! 3 个 ?text-beside-number"),
        ("承于等于15元/人", "money = 15 元/人 ?operator-unclear"),
        ("小高于15元", "money > 15 元 ?operator-unclear"),
        ("0起", "number =! 0 起"),
        ("292%", "percent =! 292 %"),
        ("9500(%)", "percent =! 9500 %"),
        ("≥95.00(%", "percent >= 95.00 % ?bracket-open"),
        ("每人500元", "money =! 500 元/人"),
        ("±3%以内", "tolerance range -3 3 % base  -"),
        ("误差±5毫米", "tolerance range -5 5 毫米 base  -"),
        ("3-5次", "range range 3 5 次 base  -"),
        ("10至20天", "range range 10 20 天 base  -"),
        ("5万—10万元", "range range 5 10 万元 base  -"),
        ("-5%~5%", "range range -5 5 % base  -"),
        ("90%-80%", "range range 90 80 % base  - ?range-order"),
    ]);
}

#[test]
fn references_and_changes() {
    all(&[
        ("不低于上年水平的90%", "reference >= 90 % of 上年水平"),
        ("占总投资的30%以内", "reference <= 30 % of 总投资"),
        ("年度预算的 5 %", "reference =! 5 % of 年度预算"),
        ("同比增长3%", "change =! 3 % of 同比增长"),
        ("较上年下降5%以上", "change >= 5 % of 较上年下降"),
        ("提高10个百分点", "change =! 10 个百分点 of 提高"),
        ("提高不低于5%", "change >= 5 % of 提高"),
        ("提升至95%", "percent =! 95 % ?text-beside-number"),
        ("增长率≥5%", "percent >= 5 % ?text-beside-number"),
        ("验收合格率达到100%", "percent =! 100 % ?text-beside-number"),
        ("满意度不低于90%", "percent >= 90 % ?text-beside-number"),
        ("群众满意度：≥90%", "percent >= 90 % ?text-beside-number"),
    ]);
}

#[test]
fn deadlines() {
    all(&[
        ("11月底前完成", "deadline <= ..2026-11-30"),
        ("11月30日前", "deadline <= ..2026-11-30"),
        ("2月底前", "deadline <= ..2026-02-28"),
        ("2024年2月底前", "deadline <= ..2024-02-29"),
        ("6月前", "deadline <= ..2026-05-31 ?month-before-ambiguous"),
        ("2026年12月31日前完成支付", "deadline <= ..2026-12-31"),
        ("于2026年6月底前完成系统上线", "deadline <= ..2026-06-30"),
        ("第三季度", "deadline <= ..2026-09-30"),
        ("四季度末前", "deadline <= ..2026-12-31"),
        ("下半年完成", "deadline <= ..2026-12-31"),
        ("年底前", "deadline <= ..2026-12-31"),
        ("2026年年底前完成", "deadline <= ..2026-12-31"),
        ("年内", "deadline <= ..2026-12-31"),
        ("当年完成", "deadline <= ..2026-12-31"),
        ("次年一季度末", "deadline <= ..2027-03-31"),
        ("全年", "deadline range 2026-01-01..2026-12-31"),
        ("6月中旬", "deadline <= ..2026-06-20"),
        ("2026-12-31", "deadline <= ..2026-12-31"),
        ("2026.06.30前", "deadline <= ..2026-06-30"),
        ("2024.01-2026.12", "deadline range 2024-01-01..2026-12-31"),
        ("2024-2026年", "deadline range 2024-01-01..2026-12-31"),
        ("2026年1月-12月", "deadline range 2026-01-01..2026-12-31"),
        ("2026年1-12月", "deadline range 2026-01-01..2026-12-31"),
        ("1-11月", "deadline range 2026-01-01..2026-11-30"),
        ("2026年1月1日至2026年12月31日", "deadline range 2026-01-01..2026-12-31"),
        ("2026-01-01至2026-12-31", "deadline range 2026-01-01..2026-12-31"),
        ("11月至次年2月", "deadline range 2026-11-01..2027-02-28"),
        ("2026年", "deadline <= ..2026-12-31"),
        ("≤2026年12月", "deadline <= ..2026-12-31"),
        ("2026.06", "deadline <= ..2026-06-30 ?date-or-number"),
        ("2026年2月30日前", "text ?number-in-text"),
        ("13月底前", "text ?number-in-text"),
    ]);
}

#[test]
fn a_year_that_nobody_tells_is_not_made_up() {
    let read = |text| {
        let (target, doubts) = parse(text, &TargetContext::default());
        brief(&target, &doubts)
    };
    assert_eq!(read("11月底前完成"), "deadline <= ..--11-30 ?no-year");
    assert_eq!(read("次年3月底前"), "deadline <= ..--03-31 ?no-year");
    assert_eq!(read("1月前"), "deadline <= ..--12-31 ?month-before-ambiguous ?no-year");
}

#[test]
fn durations_and_recurrences() {
    all(&[
        ("5个工作日内", "duration <= 5 个工作日"),
        ("≤30天", "duration <= 30 天"),
        ("3个月内完成", "duration <= 3 个月"),
        ("一年内", "duration <= 1 年"),
        ("10年", "duration =! 10 年"),
        ("≥12.00(个月)", "number >= 12.00 个月"),
        ("≤5.00(工作日)", "duration <= 5.00 工作日"),
        ("每月1次", "recurrence =! 1 次/月"),
        ("每季度不少于2次", "recurrence >= 2 次/季度"),
        ("每年 2 次", "recurrence =! 2 次/年"),
        ("1次/月", "recurrence =! 1 次/月"),
        ("≥4.00(次/年)", "recurrence >= 4.00 次/年"),
        ("一年两次", "recurrence =! 2 次/年"),
    ]);
}

#[test]
fn several_conditions() {
    all(&[
        ("≥3次，且≥50人", "compound >= 3 次 ?compound"),
        ("≥80%且≤95%", "compound >= 80 % ?compound"),
        ("不少于3个；6月底前完成", "compound >= 3 个 ?compound"),
    ]);
    let (target, _) = parse("≥3次，且≥50人", &TargetContext::default());
    let parts: Vec<_> = target.parts.iter().map(|p| (p.text.as_str(), p.value)).collect();
    assert_eq!(parts, [("≥3次", Some(3.into())), ("≥50人", Some(50.into()))]);
}

#[test]
fn words_stay_words() {
    for text in [
        "保质保量",
        "一次性完成",
        "统一管理",
        "三公经费不增长",
        "“五个中心”建设",
        "符合GB/T 50328-2014标准",
        "财预〔2020〕6号",
        "2级等保",
        "二级",
        "ISO9001认证",
        "5G网络",
        "O2O平台",
        "按月发放",
        "优",
        "不超预算",
        "万无一失",
        "十分满意",
        "近三年无事故",
        "成立工作专班",
        "第一时间",
        "百分之",
        "零投诉",
        "年度内按计划推进工作",
        "千方百计",
        "长期",
        "两全其美",
        "全年无事故",
        "4A级景区",
        "推进3.0版本升级",
    ] {
        let got = read(text);
        assert!(got == "text" || got == "text ?number-in-text", "{text}: {got}");
        let named =
            ["〔2020〕6号", "50328", "级", "ISO", "5G", "O2O"].iter().any(|n| text.contains(n));
        assert!(!named || got == "text", "{text}: {got}");
    }
    all(&[
        ("24小时值班", "text ?number-in-text"),
        ("举办3次活动", "text ?number-in-text"),
        ("完成率90%，其余按计划推进", "text ?number-in-text"),
        ("1:1", "text ?number-in-text"),
        ("优良中低差", "scale"),
        ("优/良/中/差", "scale"),
        ("高、中、低", "scale"),
    ]);
}

#[test]
fn nothing_said_is_empty() {
    for text in ["", "/", "-", "—", "——", "无", "XX", "××", "x", "N/A", "…"] {
        let (target, doubts) = parse(text, &TargetContext::default());
        assert_eq!((brief(&target, &doubts).as_str(), target.kind), ("empty", None), "{text}");
    }
    all(&[("≥XX%", "empty ?placeholder"), ("××个", "empty ?placeholder")]);
}

#[test]
fn misread_letters_are_read_and_doubted() {
    all(&[
        ("≥9O.OO(%)", "percent >= 90.00 % ?letter-digit"),
        ("≥l00.00(%)", "percent >= 100.00 % ?letter-digit"),
        ("=1OO%", "percent = 100 % ?letter-digit"),
        ("≥10l", "number >= 10 l"),
    ]);
}

#[test]
fn columns_complete_the_value() {
    let read = |text, sign, unit| {
        let context = TargetContext { sign, unit, ..TargetContext::default() };
        let (target, doubts) = parse(text, &context);
        brief(&target, &doubts)
    };
    assert_eq!(read("95", Some("≥"), Some("%")), "percent >= 95 %");
    assert_eq!(read("1", Some("＝"), Some("%")), "percent = 1 %");
    assert_eq!(read("1.5万", Some("≥"), Some("人次")), "number >= 1.5 万人次 base 15000 人次");
    assert_eq!(read("≥95%", Some("≥"), Some("%")), "percent >= 95 %");
    assert_eq!(read("≥95%", Some("≤"), Some("%")), "percent >= 95 % ?operator-conflict");
    assert_eq!(read("95%", Some("≥"), Some("个")), "percent >= 95 % ?unit-conflict");
    assert_eq!(read("3", Some("≥"), Some("/")), "number >= 3 ?unit-missing");
    assert_eq!(read("2000-2050", None, Some("人")), "range range 2000 2050 人 base  -");
    assert_eq!(read("优良中低差", Some("定性"), None), "scale");
    assert_eq!(read("有效提升", Some("定性"), Some("/")), "text");
}

#[test]
fn near_misses_count_only_in_machine_printed_forms() {
    assert!(is_machine_printed("≥95.00(%)") && is_machine_printed("≤140.00(万元/年)"));
    for text in
        ["95.00(%)", "≥95.0(%)", "≥9500(%)", "≥95.00（%）", "≥95.00(%", "292%", "≥95%", "≥9O.OO(%)"]
    {
        assert!(!is_machine_printed(text));
        let context = TargetContext { machine_printed: true, ..TargetContext::default() };
        let flagged = |c: &TargetContext| {
            parse(text, c).1.iter().any(|d| d.code == "target.machine-near-miss")
        };
        assert_eq!(flagged(&context), text != "292%", "{text}");
        assert!(!flagged(&TargetContext::default()));
    }
}

proptest! {
    #[test]
    fn machine_printed_values_come_back(
        sign in prop::sample::select(vec![("≥", ">="), ("≤", "<="), ("=", "="), (">", ">"), ("<", "<")]),
        cents in 0u64..10_000_000_000,
        unit in prop::sample::select(vec![
            "%", "个", "人次", "万元/年", "元/人次", "套", "个月", "平方米", "标段", "元/人/天", "场次", "台(套)", "人·次",
        ]),
    ) {
        let number = format!("{}.{:02}", cents / 100, cents % 100);
        let text = format!("{}{number}({unit})", sign.0);
        let (target, doubts) = parse(&text, &TargetContext::default());
        prop_assert!(doubts.is_empty() && is_machine_printed(&text) || unit.contains('('));
        prop_assert_eq!(target.operator.map(Operator::symbol), Some(sign.1));
        prop_assert_eq!(target.value.map(|v| v.to_string()), Some(number));
        prop_assert_eq!(target.unit.as_deref(), Some(unit));
        prop_assert_eq!(target.text, text);
    }

    #[test]
    fn no_text_panics_and_the_text_is_kept(
        text in "([≥≤=<>~±]|不低于|控制在|[0-9０-９]{1,9}|[.,，、；-]|[一二三十百千万亿两]|月|年|日|底|前|季度|上半年|次|%|(个)|的|[A-Za-z ]|\\PC){0,12}",
        year in proptest::option::of(any::<i16>()),
    ) {
        let context = TargetContext { fiscal_year: year, ..TargetContext::default() };
        let (target, doubts) = parse(&text, &context);
        prop_assert_eq!(&target.text, text.trim());
        // Quantities have a number or a date; words keep the whole text.
        match target.kind {
            Some(crate::model::target::TargetKind::Quantitative) => prop_assert!(
                target.value.is_some() || target.deadline.is_some() || target.deadline_start.is_some()
            ),
            Some(_) => prop_assert_eq!(target.qualitative.as_deref(), Some(text.trim())),
            None => prop_assert!(target.value.is_none()),
        }
        prop_assert!(doubts.len() < 40);
    }
}
