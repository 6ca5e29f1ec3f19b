//! Tests of whole forms.

use super::TRUSTED;
use super::form;
use crate::model::finding::Severity;
use crate::model::form::{BoundField, BoundForm, Evidence, FieldKind, Form, Printed};
use crate::model::geometry::Rect;
use crate::model::grid::{Certainty, TextLine};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::value::Value;

fn printed(text: &str, y: f32) -> Printed {
    let line = |(i, t): (usize, &str)| TextLine {
        text: t.to_owned(),
        page: 2,
        bbox: Some(Rect::new(12.0, y + i as f32 * 12.0, 90.0, y + i as f32 * 12.0 + 10.0)),
        font_size: 10.0,
        from: Origin::TextLayer,
        confidence: 1.0,
        certainty: Certainty::default(),
        source_line: 0,
    };
    Printed {
        lines: text.split('\n').enumerate().map(line).collect(),
        bbox: Some(Rect::new(10.0, y, 100.0, y + 30.0)),
        page: 2,
        repaired: None,
    }
}

fn field(key: &str, kind: FieldKind, text: &str) -> BoundField {
    let printed = (!text.is_empty()).then(|| printed(text, 50.0));
    BoundField { at: Pointer::from_dotted(key), kind, printed, sign: None, unit: None }
}

fn typed(fields: Vec<BoundField>) -> Form {
    trusting(fields, TRUSTED)
}

/// The same where values of less confidence are doubted.
fn trusting(fields: Vec<BoundField>, trusted: f32) -> Form {
    let bound = BoundForm { template: "t".into(), pages: vec![2], fields, ..BoundForm::default() };
    form(bound, trusted)
}

fn codes(form: &Form) -> Vec<(&'static str, &str)> {
    form.findings.iter().map(|f| (f.code, f.at.as_ref().map_or("", Pointer::as_str))).collect()
}

#[test]
fn a_form_is_typed_whole() {
    use FieldKind::{Date, Integer, Label, Money, MoneyUnit, Paragraphs, Target, Text};
    let form = typed(vec![
        field("title", Text, "财政项目支出绩效\n目标申报表"),
        field("year", Integer, "２０２６年度"),
        field("start", Date, "2026-01-01"),
        field("end", Date, "2026/12/31"),
        field("funds.unit", MoneyUnit, "（元）"),
        field("funds.annual.total", Money, "6,421,500.00"),
        field("funds.annual.other", Money, ""),
        field("goals.annual", Paragraphs, "<p>甲。</p><p>乙。</p>"),
        field("rows.0.level1", Label, "产出指\n标(50分)"),
        field("rows.0.name", Text, "资金支付及时率"),
        field("rows.0.target", Target, "11月底前完成"),
        field("rows.1.level1", Label, "产出指标"),
        field("rows.1.name", Text, "资金支付及时率"),
        field("rows.1.target", Target, "及时"),
    ]);
    let text = |key: &str| form.data.get(key).and_then(Value::as_text);
    assert_eq!(text("title"), Some("财政项目支出绩效目标申报表"));
    assert_eq!(form.data.get("year"), Some(&Value::Integer(2026)));
    assert_eq!(
        form.data.get("end").and_then(Value::as_date).map(|d| d.to_string()),
        Some("2026-12-31".into())
    );
    assert_eq!(text("funds.unit"), Some("元"));
    let total = form.data.get("funds.annual.total").and_then(Value::as_number);
    assert_eq!(total.map(|n| n.to_string()), Some("6421500.00".into()));
    assert_eq!(form.data.get("funds.annual.other"), Some(&Value::Null));
    assert_eq!(text("goals.annual"), Some("甲。\n乙。"));
    assert_eq!(text("rows.0.level1"), Some("产出指标"));
    let target = form.data.get("rows.0.target").and_then(Value::as_target);
    assert_eq!(target.and_then(|t| t.deadline).map(|d| d.to_string()), Some("2026-11-30".into()));
    assert_eq!(
        codes(&form),
        [("text.markup", "/goals/annual"), ("target.rate-with-text", "/rows/1/target")]
    );
    // The template's order is kept.
    let Value::Record(map) = &form.data else { panic!("a record") };
    let keys: Vec<_> = map.keys().map(String::as_str).collect();
    assert_eq!(keys, ["title", "year", "start", "end", "funds", "goals", "rows"]);
}

/// Pointers of all leaves that are not null.
fn leaves(value: &Value, at: &Pointer, out: &mut Vec<Pointer>) {
    match value {
        Value::Null => {}
        Value::Record(map) => map.iter().for_each(|(k, v)| leaves(v, &at.key(k), out)),
        Value::List(items) => {
            items.iter().enumerate().for_each(|(i, v)| leaves(v, &at.index(i), out));
        }
        Value::Target(t) => {
            for (key, there) in [
                ("text", true),
                ("kind", t.kind.is_some()),
                ("operator", t.operator.is_some()),
                ("value", t.value.is_some()),
                ("unit", t.unit.is_some()),
                ("subkind", t.subkind.is_some()),
                ("operator_explicit", t.operator_explicit.is_some()),
                ("base_value", t.base_value.is_some()),
                ("base_unit", t.base_unit.is_some()),
            ] {
                if there {
                    out.push(at.key(key));
                }
            }
        }
        _ => out.push(at.clone()),
    }
}

#[test]
fn every_leaf_has_evidence_and_nothing_else_has() {
    let form = typed(vec![
        field("name", FieldKind::Text, "项目\n名称"),
        field("blank", FieldKind::Text, ""),
        field("total", FieldKind::Money, "abc"),
        field("rows.0.target", FieldKind::Target, "≥95.00(%)"),
        field("rows.1.target", FieldKind::Target, "/"),
    ]);
    let mut want = Vec::new();
    leaves(&form.data, &Pointer::root(), &mut want);
    let keys = |(at, e): (&Pointer, &Evidence)| {
        let whole = e.members.is_empty().then(|| at.clone());
        whole.into_iter().chain(e.members.names().map(|name| at.key(name))).collect::<Vec<_>>()
    };
    let got: Vec<_> = form.evidence.iter().flat_map(keys).collect();
    assert_eq!(got, want);
    let name = &form.evidence[&Pointer::from_dotted("name")];
    assert_eq!((&*name.text, name.page, name.bbox.is_some()), ("项目\n名称", 2, true));
    assert_eq!(codes(&form), [("amount.unparsed", "/total")]);
    let finding = &form.findings[0];
    assert_eq!((finding.severity, finding.page), (Severity::Error, Some(2)));
    assert!(finding.bbox.is_some() && finding.message.contains("abc"));
}

#[test]
fn columns_beside_a_target_are_its_evidence() {
    let mut target = field("rows.0.target", FieldKind::Target, "95");
    target.sign = Some(printed("≥", 200.0));
    target.unit = Some(printed("%", 300.0));
    let form = typed(vec![target]);
    let at = |key: &str| {
        let pointer = Pointer::from_dotted(&format!("rows.0.target.{key}"));
        form.evidence_at(&pointer).map(|e| &*e.text)
    };
    assert_eq!((at("operator"), at("unit"), at("value")), (Some("≥"), Some("%"), Some("95")));
    assert!(form.findings.is_empty());
}

#[test]
fn recognised_text_carries_its_origin_and_a_finding() {
    let mut money = field("total", FieldKind::Money, "1,000.00");
    if let Some(line) = money.printed.as_mut().and_then(|p| p.lines.first_mut()) {
        line.from = Origin::Recognised;
        line.confidence = 0.8;
    }
    let mut label = field("level1", FieldKind::Label, "产出指");
    if let Some(p) = label.printed.as_mut() {
        p.repaired = Some("产出指标".into());
    }
    let form = typed(vec![money, label, field("unit", FieldKind::MoneyUnit, "")]);
    let evidence = &form.evidence[&Pointer::from_dotted("total")];
    assert_eq!((evidence.from, evidence.confidence), (Origin::Recognised, 0.8));
    let label = &form.evidence[&Pointer::from_dotted("level1")];
    assert_eq!((&*label.text, label.repaired.as_deref()), ("产出指", Some("产出指标")));
    assert_eq!(form.data.get("level1").and_then(Value::as_text), Some("产出指标"));
    assert_eq!(codes(&form), [("field.low-confidence", "/total"), ("funds.unit-unknown", "/unit")]);
}

#[test]
fn ink_that_was_not_read_is_no_blank_and_no_value() {
    let found = |from| {
        let mut name = field("name", FieldKind::Number, "\u{fffd}");
        name.printed.as_mut().unwrap().lines[0].from = from;
        let form = typed(vec![name]);
        assert!(form.data.get("name").is_some_and(Value::is_null));
        codes(&form).into_iter().map(|c| c.0).collect::<Vec<_>>()
    };
    assert_eq!(found(Origin::Recognised), ["field.unread"]);
    assert!(!found(Origin::TextLayer).contains(&"field.unread"), "it is printed so");
}

#[test]
fn a_guess_that_nothing_confirms_is_withdrawn() {
    let guessed = || {
        let mut money = field("total", FieldKind::Money, "486000C");
        money.printed.as_mut().unwrap().lines[0].from = Origin::Recognised;
        typed(vec![money, field("unit", FieldKind::MoneyUnit, "元")])
    };
    let total = Pointer::from_dotted("total");
    let mut form = guessed();
    super::withdraw_guesses(&mut form, std::slice::from_ref(&total));
    assert_eq!(form.data.get("total").and_then(Value::as_number), Some(4_860_000.into()));
    assert_eq!(form.evidence[&total].repaired.as_deref(), Some("4860000"));
    assert_eq!(codes(&form), [("amount.guessed", "/total")]);
    let mut form = guessed();
    super::withdraw_guesses(&mut form, &[]);
    assert!(
        form.data.get("total").is_some_and(Value::is_null) && form.evidence_at(&total).is_none()
    );
    assert_eq!(codes(&form), [("amount.unparsed", "/total")]);
}

#[test]
fn the_user_says_what_is_trusted() {
    let doubted = |trusted: f32| {
        let mut name = field("name", FieldKind::Text, "甲");
        if let Some(line) = name.printed.as_mut().and_then(|p| p.lines.first_mut()) {
            (line.from, line.confidence) = (Origin::Recognised, 0.9);
        }
        codes(&trusting(vec![name], trusted)).len() == 1
    };
    assert!(
        doubted(TRUSTED) && doubted(0.8) && !doubted(0.7),
        "of free text, a part of the room for doubt"
    );
}

#[test]
fn the_second_of_two_dates_ends_the_period() {
    let day =
        |form: &Form, key: &str| form.data.get(key).and_then(Value::as_date).map(|d| d.to_string());
    let form = typed(vec![
        field("start", FieldKind::Date, "2026年1月"),
        field("end", FieldKind::Date, "2026年6月"),
    ]);
    assert_eq!(day(&form, "end"), Some("2026-06-30".into()));
    assert_eq!(codes(&form), [("date.partial", "/start"), ("date.partial", "/end")]);
    let period = "2023.07-2024.01";
    let form =
        typed(vec![field("a", FieldKind::Date, period), field("b", FieldKind::Date, period)]);
    assert_eq!(
        (day(&form, "a"), day(&form, "b")),
        (Some("2023-07-01".into()), Some("2024-01-31".into()))
    );
    assert!(form.findings.is_empty());
}

#[test]
fn misreadings_show_where_the_others_are_machine_printed() {
    let target = |i: usize, text: &str| field(&format!("rows.{i}.target"), FieldKind::Target, text);
    let form = typed(vec![target(0, "≥95.00(%)"), target(1, "=12.00(个)"), target(2, "292.00(%)")]);
    assert_eq!(codes(&form), [("target.machine-near-miss", "/rows/2/target")]);
    let form = typed(vec![target(0, "≥95.00(%)"), target(1, "985米"), target(2, "92%")]);
    assert!(codes(&form).is_empty());
}

#[test]
fn two_values_for_one_place_are_reported() {
    let form = typed(vec![field("a", FieldKind::Text, "甲"), field("a", FieldKind::Text, "乙")]);
    assert_eq!(form.data.get("a").and_then(Value::as_text), Some("甲"));
    assert_eq!(codes(&form), [("field.conflict", "/a")]);
}

#[test]
fn a_large_form_keeps_every_row() {
    let fields: Vec<_> = (0..20_000)
        .map(|i| {
            field(&format!("rows.{}.{}", i / 2, ["name", "target"][i % 2]), FieldKind::Text, "甲")
        })
        .collect();
    let form = typed(fields);
    assert_eq!(form.data.get("rows").and_then(Value::as_list).map(<[_]>::len), Some(10_000));
    assert_eq!(form.evidence.len(), 20_000);
}
