//! Recognised values that the form itself confirms.
//!
//! A character that was not seen clearly makes its field doubtful. Where the field fits exactly
//! into what else the form says, so that a misreading would have broken the fit, the doubt is
//! settled.

use super::context::{Context, Row};
use super::distance::distance;
use super::funds;
use super::outcome::Outcome;
use super::weights;
use crate::model::form::Evidence;
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, FieldSpec, SumSpec};
use crate::model::taxonomy::{Level1, Taxonomy, strip_score};
use crate::model::value::Value;
use std::collections::BTreeMap;

/// An amount read worse than this is not trusted whatever it adds up to.
const AMOUNT: f32 = 0.8;

/// The same where a total has several parts, so that no two amounts misread alike make up for each
/// other.
const PARTS: f32 = 0.5;

/// Amounts whose cells begin further apart than this stand in different columns, in points: one
/// border cuts the first digit off all that stand in one.
const COLUMN: f32 = 10.0;

/// The same for the fiscal year, which the dates repeat.
const YEAR: f32 = 0.5;

/// A label read worse than this is not trusted whatever it looks like. A better one is settled if
/// no other label is only one character away from it, as 质量指标 is from 数量指标.
const LABEL: f32 = 0.5;

/// The same for a text that stands elsewhere too.
const TEXT: f32 = 0.5;

/// Confidence of a text that confirms another.
const CLEAR: f32 = 0.97;

/// Shorter texts are alike by chance, in characters.
const LONG: usize = 4;

/// Values that a second source confirms, of those that were recognised.
pub(super) fn pointers(ctx: &Context<'_>) -> Vec<Pointer> {
    let seen = |at: &Pointer, least: f32| {
        ctx.evidence(at).is_some_and(|e| e.from == Origin::Recognised && e.confidence >= least)
    };
    let mut found = Vec::new();
    for sum in &ctx.spec.checks.sums {
        if funds::sum(ctx, sum) != Outcome::Holds {
            continue;
        }
        let keys = std::iter::once(&sum.total).chain(&sum.addends);
        let terms: Vec<Pointer> = keys.map(|key| Pointer::from_dotted(key)).collect();
        // A total of several parts is no part's own reading again.
        let parts = sum.addends.iter().filter_map(|key| ctx.number(key));
        let least = match parts.filter(|n| !n.is_zero()).count() {
            0 => AMOUNT,
            1 if stands_elsewhere(ctx, &sum.total) => AMOUNT,
            1 => continue,
            _ => PARTS,
        };
        // Confirmed together or not at all: one that is guessed confirms nothing.
        if terms.iter().all(|at| ctx.evidence(at).is_none() || seen(at, least)) {
            found.extend(terms);
        }
    }
    let weights = added_weights(ctx);
    if weights.iter().all(|at| seen(at, AMOUNT)) {
        found.extend(weights);
    }
    found.extend(members(ctx).filter(|at| seen(at, LABEL)));
    found.extend(repeated(ctx).filter(|at| seen(at, TEXT)));
    found.extend(year(ctx).filter(|at| seen(at, YEAR)));
    if ctx.spec.checks.taxonomy {
        found.extend(ctx.rows.iter().flat_map(|row| labels(ctx, row)).filter(|at| seen(at, LABEL)));
    }
    found
}

/// The weights of all rows, if none is blank and they add up to what they must.
fn added_weights(ctx: &Context<'_>) -> Vec<Pointer> {
    let Some(spec) = ctx.spec.checks.weights.as_ref() else { return Vec::new() };
    if weights::sum(ctx, spec) != Outcome::Holds {
        return Vec::new();
    }
    let rows = ctx.rows.iter().filter(|row| row.is_filled());
    let given = rows.map(|row| row.number(&spec.column).map(|_| row.at.key(&spec.column)));
    given.collect::<Option<_>>().unwrap_or_default()
}

/// Whether a total is printed in another column, too: the only part that repeats it stands in its own,
/// and both may be misread alike.
fn stands_elsewhere(ctx: &Context<'_>, key: &str) -> bool {
    let left = |key: &str| ctx.evidence(&Pointer::from_dotted(key))?.bbox.map(|b| b.x0);
    let (Some(total), Some(own)) = (ctx.number(key), left(key)) else { return false };
    let totals = ctx.spec.checks.sums.iter().map(|sum| sum.total.as_str());
    let mut others = totals.filter(|other| ctx.number(other) == Some(total)).filter_map(left);
    others.any(|x| (x - own).abs() > COLUMN)
}

/// The amounts of equations that hold and have no blank part.
pub(super) fn added_up(ctx: &Context<'_>) -> Vec<Pointer> {
    let keys = |sum: &'_ SumSpec| -> Vec<String> {
        std::iter::once(&sum.total).chain(&sum.addends).cloned().collect()
    };
    let holds = |sum: &&SumSpec| {
        funds::sum(ctx, sum) == Outcome::Holds && keys(sum).iter().all(|key| ctx.has(key))
    };
    let sums = ctx.spec.checks.sums.iter().filter(holds);
    sums.flat_map(keys).map(|key| Pointer::from_dotted(&key)).collect()
}

/// Fields with one of the few values that they may have, unless one misread character would make
/// another of these.
fn members(ctx: &Context<'_>) -> impl Iterator<Item = Pointer> {
    let is_member = |field: &&FieldSpec| {
        let Some(text) = ctx.text(&field.key).map(fold) else { return false };
        let known: Vec<String> = field.values.iter().map(|v| fold(v)).collect();
        known.contains(&text) && known.iter().all(|other| distance(other, &text, 1) != 1)
    };
    ctx.spec.fields.iter().filter(is_member).map(|field| Pointer::from_dotted(&field.key))
}

/// Texts that stand in another cell as well and were read there clearly. Not those with numbers:
/// two cells that differ in one digit look alike once it is misread.
fn repeated(ctx: &Context<'_>) -> impl Iterator<Item = Pointer> {
    let texts: Vec<(&Pointer, &Evidence, String)> = ctx
        .form
        .evidence
        .iter()
        .filter(|(at, _)| ctx.form.data.at(at).and_then(Value::as_text).is_some())
        .map(|(at, e)| (at, e, fold(e.repaired.as_deref().unwrap_or(&e.text))))
        .filter(|(_, _, text)| text.chars().count() >= LONG && !text.contains(is_numeral))
        .collect();
    let clear: BTreeMap<String, (u32, Option<[f32; 4]>)> = texts
        .iter()
        .filter(|(_, e, _)| e.confidence >= CLEAR)
        .map(|(_, e, text)| (text.clone(), place(e)))
        .collect();
    texts
        .into_iter()
        .filter(move |(_, e, text)| clear.get(text).is_some_and(|there| *there != place(e)))
        .map(|(at, ..)| at.clone())
}

/// Whether a character may tell one of a series from the next: `2号楼`, `第二季度`.
fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "一二三四五六七八九十".contains(c)
}

/// Where a value is printed: cells that several rows share count once.
fn place(evidence: &Evidence) -> (u32, Option<[f32; 4]>) {
    (evidence.page, evidence.bbox.map(<[f32; 4]>::from))
}

/// The fiscal year, where the project begins or ends in it.
fn year(ctx: &Context<'_>) -> Option<Pointer> {
    let year = ctx.year()?;
    let (start, end) = ctx.span();
    let agrees = start.into_iter().chain(end).any(|date| date.year() == year);
    let key = ctx.spec.checks.dates.as_ref()?.year.as_ref()?;
    agrees.then(|| Pointer::from_dotted(key))
}

/// The labels of a row that stand in the taxonomy as a pair, and that one misread character would
/// not have made of another label.
fn labels(ctx: &Context<'_>, row: &Row<'_>) -> Vec<Pointer> {
    if !row.place.is_a_pair() {
        return Vec::new();
    }
    [(ColumnRole::Level1, row.level1), (ColumnRole::Level2, row.level2)]
        .into_iter()
        .filter(|(_, label)| label.is_some_and(|label| is_alone(ctx.taxonomy, label)))
        .filter_map(|(role, _)| Some(row.at.key(ctx.column(role)?)))
        .collect()
}

/// Whether every other label of the taxonomy differs in more than one character.
fn is_alone(taxonomy: &Taxonomy, label: &str) -> bool {
    let printed = fold(label);
    let label = strip_score(&printed);
    // A score stands in brackets or is called one; a bare figure behind a label may be dirt.
    if label != printed && !printed.ends_with([')', '分']) {
        return false;
    }
    let level2 = |l: &Level1| l.level2.iter().map(|l| l.name.clone()).collect::<Vec<_>>();
    let mut known =
        taxonomy.level1.iter().flat_map(|l| std::iter::once(l.name.clone()).chain(level2(l)));
    known.all(|other| distance(&fold(&other), label, 1) != 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};
    use crate::model::geometry::Rect;

    /// Whether a value of a form that was recognised with a confidence is confirmed.
    fn is_confirmed(build: Build, confidence: f32, key: &str) -> bool {
        let mut form = build.form();
        for evidence in form.evidence.values_mut() {
            (evidence.from, evidence.confidence) = (Origin::Recognised, confidence);
        }
        pointers(&Context::new(&form, &SPEC, &TAXONOMY)).contains(&Pointer::from_dotted(key))
    }

    #[test]
    fn what_the_form_says_twice_is_confirmed() {
        for key in ["fiscal_year", "funds.annual.total", "funds.annual.other"] {
            assert!(is_confirmed(Build::sound(), 0.85, key), "{key}");
            assert!(!is_confirmed(Build::sound(), 0.4, key), "{key}");
        }
        let other_year =
            Build::sound().date("start_date", "2025-01-01").date("end_date", "2025-12-31");
        assert!(!is_confirmed(other_year, 0.85, "fiscal_year"));
        let other_sum = Build::sound().amount("funds.annual.total", "301.00");
        assert!(!is_confirmed(other_sum, 0.85, "funds.annual.other"));
    }

    #[test]
    fn a_total_of_several_parts_confirms_what_was_read_badly() {
        let one = Build::sound()
            .amount("funds.annual.fiscal_appropriation", "300.00")
            .amount("funds.annual.carry_over", "0.00")
            .amount("funds.annual.other", "0.00");
        assert!(is_confirmed(Build::sound(), 0.6, "funds.annual.total"));
        assert!(!is_confirmed(one.clone(), 0.6, "funds.annual.total"));
        assert!(!is_confirmed(one.clone(), 0.85, "funds.annual.total"), "one column");
        let twice = one.amount("funds.project.total", "300.00");
        let mut form = twice.form();
        for (at, evidence) in &mut form.evidence {
            (evidence.from, evidence.confidence) = (Origin::Recognised, 0.85);
            let x0 = if at.as_str().contains("/project/") { 100.0 } else { 300.0 };
            evidence.bbox = Some(Rect::new(x0, 100.0, x0 + 80.0, 112.0));
        }
        let total = Pointer::from_dotted("funds.annual.total");
        assert!(pointers(&Context::new(&form, &SPEC, &TAXONOMY)).contains(&total));
    }

    #[test]
    fn weights_that_add_up_are_confirmed() {
        let row = |build: Build, weight| {
            build.row("产出指标", "数量指标", "培训人数", "≥1.00(人)").with("weight", weight)
        };
        let three = |a, b, c| row(row(row(Build::blank(), a), b), c);
        let key = "indicators.1.weight";
        assert!(is_confirmed(three("50", "30", "20"), 0.85, key));
        assert!(!is_confirmed(three("50", "30", "20"), 0.6, key));
        assert!(!is_confirmed(three("50", "37", "20"), 0.85, key));
        let blank = three("50", "30", "20").row("产出指标", "数量指标", "班次", "≥1.00(个)");
        assert!(!is_confirmed(blank, 0.85, key), "a weight is blank");
    }

    /// Whether a text that was read badly is confirmed by another one, in a place of its own or in
    /// the same.
    fn is_settled(text: &str, other: &str, apart: bool) -> bool {
        let mut form = Build::blank().text("a", text).text("b", other).form();
        let place = |y: f32| Some(crate::model::geometry::Rect::new(0.0, y, 90.0, y + 10.0));
        for (key, confidence, y) in [("a", 0.7, 0.0), ("b", 0.99, if apart { 20.0 } else { 0.0 })] {
            let evidence = form.evidence.get_mut(&Pointer::from_dotted(key)).unwrap();
            evidence.from = Origin::Recognised;
            (evidence.confidence, evidence.bbox) = (confidence, place(y));
        }
        pointers(&Context::new(&form, &SPEC, &TAXONOMY)).contains(&Pointer::from_dotted("a"))
    }

    #[test]
    fn a_text_that_stands_elsewhere_is_confirmed_by_it() {
        let text = "阆川市文化和旅游局";
        assert!(is_settled(text, text, true));
        assert!(!is_settled(text, text, false), "one cell of two rows");
        assert!(!is_settled(text, "阆川市古城管理所", true));
    }

    #[test]
    fn a_number_in_a_text_is_not_confirmed_by_its_like() {
        for text in ["2号楼维修完成", "２号楼维修完成", "第二季度维修完成"] {
            assert!(!is_settled(text, text, true), "{text}");
        }
    }

    #[test]
    fn only_equations_without_a_blank_add_up() {
        let added_up = |build: Build| added_up(&Context::new(&build.form(), &SPEC, &TAXONOMY));
        let key = Pointer::from_dotted("funds.annual.total");
        assert!(added_up(Build::sound()).contains(&key));
        assert!(added_up(Build::sound().amount("funds.annual.total", "301.00")).is_empty());
        let blank =
            Build::sound().amount("funds.annual.total", "260.00").null("funds.annual.other");
        assert!(added_up(blank).is_empty());
    }

    #[test]
    fn labels_one_character_apart_do_not_confirm_themselves() {
        let alone = |label| is_alone(&TAXONOMY, label);
        assert!(!alone("数量指标") && !alone("质量指标"));
        assert!(alone("服务对象满意度指标") && alone("生态环境成本指标"));
    }
}
