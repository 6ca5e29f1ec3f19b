//! The taxonomy's data is well formed, and no form makes a check panic.

use super::builder::{Build, SPEC, TAXONOMY, read_target};
use crate::check;
use crate::model::form::Form;
use crate::model::label::fold;
use crate::model::lexicon::NamePattern;
use crate::model::taxonomy::Period;
use crate::model::value::Value;
use proptest::prelude::*;

#[test]
fn labels_are_folded_and_end_as_labels_do() {
    for level1 in &TAXONOMY.level1 {
        let below = level1.level2.iter().flat_map(|l| std::iter::once(&l.name).chain(&l.variants));
        for label in std::iter::once(&level1.name).chain(&level1.variants).chain(below) {
            assert_eq!(&fold(label), label);
        }
        assert!(level1.name.ends_with("指标"));
    }
}

#[test]
fn level2_labels_stand_under_one_current_level1() {
    for level2 in TAXONOMY.level1.iter().flat_map(|l| &l.level2) {
        let current = TAXONOMY.level2(&level2.name).filter(|(_, l)| l.period == Period::Current);
        assert!(current.count() <= 1, "{}", level2.name);
    }
}

#[test]
fn rules_name_canonical_labels() {
    let canonical: Vec<&String> = TAXONOMY
        .level1
        .iter()
        .flat_map(|l| std::iter::once(&l.name).chain(l.level2.iter().map(|l| &l.name)))
        .collect();
    let lexicon = &TAXONOMY.lexicon;
    let rules = lexicon.belongs.iter().flat_map(|r| r.under.iter().chain(&r.not_under));
    for label in rules.chain(&lexicon.cost_levels) {
        assert!(canonical.contains(&label), "{label}");
    }
    assert!(lexicon.belongs.iter().all(|r| r.under.is_empty() != r.not_under.is_empty()));
}

#[test]
fn words_are_folded() {
    let lexicon = &TAXONOMY.lexicon;
    let words = |p: &NamePattern| {
        let NamePattern { ends, contains, except_starts, except_ends, except } = p.clone();
        [ends, contains, except_starts, except_ends, except].concat()
    };
    let patterns = lexicon.belongs.iter().map(|r| &r.name).chain([
        &lexicon.share,
        &lexicon.rate,
        &lexicon.count,
        &lexicon.satisfaction,
        &lexicon.cost,
    ]);
    for word in patterns.flat_map(words).chain(lexicon.percent_units.clone()) {
        assert_eq!(fold(&word), word);
        assert!(!word.is_empty());
    }
}

/// Text of the characters that rules look for.
fn text() -> impl Strategy<Value = String> {
    "[产出数量指标满意度率成本年月底2025元万%≥≤=.,，。\"“”()（）<>/ \n一执行]{0,24}"
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        text().prop_map(Value::Text),
        any::<i64>().prop_map(Value::Integer),
        (any::<i128>(), 0..=28_u32).prop_map(|(n, scale)| {
            let n = n % (1 << 96);
            Value::Number(rust_decimal::Decimal::try_from_i128_with_scale(n, scale).unwrap())
        }),
        (-9999..=9999_i16, 1..=12_i8, 1..=28_i8)
            .prop_map(|(y, m, d)| Value::Date(jiff::civil::date(y, m, d))),
        text().prop_map(|t| Value::Target(Box::new(read_target(&t)))),
    ]
}

/// A form with any value at any key of the family.
fn form() -> impl Strategy<Value = Form> {
    let keys: Vec<String> = SPEC
        .fields
        .iter()
        .map(|f| f.key.as_str())
        .chain(["goals.annual", "total_score", "execution.budget", "execution.spent"])
        .chain(["execution.weight", "execution.score"])
        .map(str::to_owned)
        .collect();
    let head = prop::collection::vec(value(), keys.len());
    let rows = prop::collection::vec((text(), text(), text(), text()), 0..8);
    (head, rows).prop_map(move |(head, rows)| {
        let form = keys.iter().zip(head).fold(Build::blank(), |f, (key, v)| f.set(key, v));
        rows.into_iter().fold(form, |f, (a, b, c, d)| f.row(&a, &b, &c, &d)).form()
    })
}

proptest! {
    /// Whatever a form holds: no panic, the same findings twice, each one with a pointer, a page
    /// and something to do.
    #[test]
    fn any_form_can_be_checked(form in form()) {
        let findings = check::form(&form, &SPEC, &TAXONOMY);
        prop_assert_eq!(&findings, &check::form(&form, &SPEC, &TAXONOMY));
        for finding in &findings {
            prop_assert!(finding.at.is_some() && finding.page.is_some(), "{:?}", finding);
            prop_assert!(!finding.message.is_empty() && !finding.hint.is_empty());
        }
        let _ = check::document(&[form.clone(), form], std::slice::from_ref(&SPEC), &TAXONOMY);
    }
}
