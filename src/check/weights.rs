//! W1 to W3: weights, scores and the execution of the budget.

use super::context::{Context, Row};
use super::money::half_a_place;
use super::outcome::Outcome;
use crate::model::finding::{Finding, Severity};
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, ExecutionSpec, WeightSpec};
use crate::model::taxonomy::strip_score;
use indexmap::IndexMap;
use regex::Regex;
use rust_decimal::Decimal;
use std::sync::LazyLock;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let checks = &ctx.spec.checks;
    if let Some(spec) = &checks.weights {
        findings
            .extend(sum(ctx, spec).finding().into_iter().flat_map(|f| at_weights(ctx, spec, f)));
        findings.extend(level_sums(ctx, spec).into_iter().filter_map(Outcome::finding));
        findings.extend(ctx.rows.iter().filter_map(|row| score(ctx, spec, row).finding()));
        findings.extend(score_sum(ctx, spec).finding());
    }
    if let Some(spec) = &checks.execution {
        findings.extend(execution_rate(ctx, spec).finding());
        findings.extend(execution_score(ctx, spec).finding());
    }
}

/// A weight read worse than this may be misread.
const CLEAR: f32 = 0.97;

/// The numbers of one column, for rows with an indicator.
struct Column {
    sum: Decimal,
    given: usize,
    blank: usize,
}

/// Adds up a column; `None` if it is too large to hold.
fn column<'c, 'a: 'c>(rows: impl IntoIterator<Item = &'c Row<'a>>, key: &str) -> Option<Column> {
    let mut column = Column { sum: Decimal::ZERO, given: 0, blank: 0 };
    for row in rows.into_iter().filter(|r| r.is_filled()) {
        match row.number(key) {
            Some(number) => {
                column.sum = column.sum.checked_add(number)?;
                column.given += 1;
            }
            None => column.blank += 1,
        }
    }
    Some(column)
}

/// The number at an optional dotted key.
fn number(ctx: &Context<'_>, key: Option<&String>) -> Option<Decimal> {
    ctx.number(key?)
}

/// W1: the weights add up to one of the right totals, by themselves or with that of the
/// execution of the budget.
pub(super) fn sum(ctx: &Context<'_>, spec: &WeightSpec) -> Outcome {
    let Some(weights) = column(&ctx.rows, &spec.column) else { return Outcome::Insufficient(None) };
    let Some(most) = spec.totals.iter().max().filter(|_| weights.given > 0) else {
        return Outcome::NotApplicable;
    };
    let execution = ctx.spec.checks.execution.as_ref().and_then(|e| e.weight.as_ref());
    let with = number(ctx, execution).and_then(|w| w.checked_add(weights.sum));
    let is_total = |sum: Decimal| spec.totals.iter().any(|t| Decimal::from(*t) == sum);
    // A spreadsheet may print 10 % as 0.1.
    let hundredfold = weights.sum.checked_mul(Decimal::ONE_HUNDRED);
    if [Some(weights.sum), with, hundredfold].into_iter().flatten().any(is_total) {
        return Outcome::Holds;
    }
    if weights.blank > 0 && weights.sum <= Decimal::from(*most) {
        return Outcome::Insufficient(None);
    }
    let totals: Vec<String> = spec.totals.iter().map(ToString::to_string).collect();
    Outcome::Found(ctx.table_finding(
        "weight.sum",
        Severity::Error,
        format!(
            "the weights add up to {}, not to {}",
            weights.sum.normalize(),
            totals.join(" or ")
        ),
        "compare each weight with the document",
    ))
}

/// A sum of weights that is wrong, told of each weight if they were recognised and one of them must
/// have been misread. Else it may lack a row, and all of the table is in doubt.
fn at_weights(ctx: &Context<'_>, spec: &WeightSpec, finding: Finding) -> Vec<Finding> {
    let weights: Vec<(Pointer, Decimal)> = (ctx.rows.iter())
        .filter_map(|row| Some((row.at.key(&spec.column), row.number(&spec.column)?)))
        .collect();
    let read: Option<Vec<f32>> = (weights.iter())
        .map(|(at, _)| ctx.evidence(at).filter(|e| e.from == Origin::Recognised))
        .map(|e| Some(e?.confidence))
        .collect();
    let Some(read) = read else { return vec![finding] };
    let blank = ctx.rows.iter().any(|row| row.is_filled() && row.number(&spec.column).is_none());
    let most = spec.totals.iter().max().map_or(Decimal::MAX, |t| Decimal::from(*t));
    // No row that is lost makes a sum greater.
    let is_too_great = weights.iter().map(|(_, w)| *w).sum::<Decimal>() > most;
    if !is_too_great && (blank || read.iter().all(|c| *c >= CLEAR)) {
        return vec![finding];
    }
    let told = |at: Pointer| {
        let (message, hint) = (finding.message.clone(), finding.hint.clone());
        ctx.finding(finding.code, finding.severity, at, message, hint)
    };
    weights.into_iter().map(|(at, _)| told(at)).collect()
}

/// W1: the weights under a level-1 label make the score printed with it: `产出指标(50分)`, or lie
/// in the printed range: `成本指标(0-20)分`.
fn level_sums(ctx: &Context<'_>, spec: &WeightSpec) -> Vec<Outcome> {
    let mut levels: IndexMap<String, Vec<&Row<'_>>> = IndexMap::new();
    for row in &ctx.rows {
        if let Some(label) = row.level1 {
            levels.entry(strip_score(&fold(label)).to_owned()).or_default().push(row);
        }
    }
    levels.values().map(|rows| level_sum(ctx, spec, rows)).collect()
}

fn level_sum(ctx: &Context<'_>, spec: &WeightSpec, rows: &[&Row<'_>]) -> Outcome {
    let printed = rows.iter().find_map(|row| Some((*row, printed_score(ctx, row)?)));
    let Some((row, (least, most))) = printed else { return Outcome::NotApplicable };
    let Some(weights) = column(rows.iter().copied(), &spec.column) else {
        return Outcome::Insufficient(None);
    };
    let inside = (least..=most).contains(&weights.sum);
    if inside {
        return Outcome::Holds;
    }
    if weights.given == 0 || weights.blank > 0 && weights.sum <= most {
        return Outcome::Insufficient(None);
    }
    let range = if least == most { most.to_string() } else { format!("{least}-{most}") };
    Outcome::Found(ctx.row_finding(
        "weight.level-sum",
        Severity::Error,
        row,
        ColumnRole::Level1,
        format!(
            "the weights under \"{}\" add up to {}, not to the printed {range}",
            row.level1.unwrap_or_default(),
            weights.sum.normalize()
        ),
        "compare each of these weights with the document",
    ))
}

/// The score glued to a row's level-1 label, as a range. Repair may have taken it off the value,
/// but not off the print.
fn printed_score(ctx: &Context<'_>, row: &Row<'_>) -> Option<(Decimal, Decimal)> {
    static SCORE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(\d{1,3}(?:\.\d+)?)(?:[-~](\d{1,3}(?:\.\d+)?))?\)?分")
            .expect("constant pattern")
    });
    let evidence = ctx
        .column(ColumnRole::Level1)
        .and_then(|key| ctx.evidence(&row.at.key(key)))
        .map(|e| fold(&e.text));
    let texts = row.level1.map(fold).into_iter().chain(evidence);
    texts.into_iter().find_map(|text| {
        let score = SCORE.captures(&text)?;
        let least: Decimal = score.get(1)?.as_str().parse().ok()?;
        let most = score.get(2).map_or(Ok(least), |m| m.as_str().parse()).ok()?;
        Some((least, most))
    })
}

/// W2: a score does not exceed its weight.
fn score(ctx: &Context<'_>, spec: &WeightSpec, row: &Row<'_>) -> Outcome {
    let Some(key) = &spec.score else { return Outcome::NotApplicable };
    let (Some(score), Some(weight)) = (row.number(key), row.number(&spec.column)) else {
        return Outcome::Insufficient(None);
    };
    if score <= weight {
        return Outcome::Holds;
    }
    Outcome::Found(ctx.finding(
        "weight.score-above-weight",
        Severity::Error,
        row.at.key(key),
        format!("\"{}\" has the score {score} of at most {weight}", row.called()),
        "compare score and weight with the document",
    ))
}

/// W2: the printed sum of the scores.
fn score_sum(ctx: &Context<'_>, spec: &WeightSpec) -> Outcome {
    let (Some(key), Some(column_key)) = (&spec.total_score, &spec.score) else {
        return Outcome::NotApplicable;
    };
    let Some(total) = ctx.number(key) else { return Outcome::Insufficient(None) };
    let Some(scores) = column(&ctx.rows, column_key).filter(|s| s.given > 0 && s.blank == 0) else {
        return Outcome::Insufficient(None);
    };
    let execution = ctx.spec.checks.execution.as_ref().and_then(|e| e.score.as_ref());
    let sum = match execution {
        None => Some(scores.sum),
        Some(key) => ctx.number(key).and_then(|s| s.checked_add(scores.sum)),
    };
    let Some(sum) = sum else { return Outcome::Insufficient(None) };
    if sum == total {
        return Outcome::Holds;
    }
    Outcome::Found(ctx.finding(
        "weight.score-sum",
        Severity::Error,
        Pointer::from_dotted(key),
        format!("the scores add up to {}, not to {total}", sum.normalize()),
        "compare each score and the total with the document",
    ))
}

/// W2: the rate of execution is what was spent of the budget, rounded as printed.
fn execution_rate(ctx: &Context<'_>, spec: &ExecutionSpec) -> Outcome {
    let Some(key) = &spec.rate else { return Outcome::NotApplicable };
    let (Some(rate), Some(budget), Some(spent)) =
        (ctx.number(key), number(ctx, spec.budget.as_ref()), number(ctx, spec.spent.as_ref()))
    else {
        return Outcome::Insufficient(None);
    };
    let Some(quotient) = spent.checked_div(budget) else { return Outcome::Insufficient(None) };
    // Both amounts may be rounded by half a place, which moves the quotient.
    let spread = half_a_place(budget.scale().min(spent.scale()))
        .checked_div(budget)
        .and_then(|s| s.checked_mul(Decimal::ONE.checked_add(quotient.abs())?))
        .map_or(Decimal::ZERO, |s| s.abs());
    let close = |factor: Decimal| {
        let slack = spread
            .checked_mul(factor)
            .and_then(|s| s.checked_add(half_a_place(rate.scale())))
            .unwrap_or_default();
        quotient
            .checked_mul(factor)
            .and_then(|q| q.checked_sub(rate))
            .is_some_and(|d| d.abs() <= slack)
    };
    // In per cent, or as a spreadsheet's plain fraction.
    let fraction = rate.scale() > 0 || rate == quotient;
    if close(Decimal::ONE_HUNDRED) || fraction && close(Decimal::ONE) {
        return Outcome::Holds;
    }
    let percent = quotient.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default().round_dp(2);
    Outcome::Found(ctx.finding(
        "weight.execution-rate",
        Severity::Error,
        Pointer::from_dotted(key),
        format!("the rate of execution is {rate}, but {spent} of {budget} is {percent} %"),
        "compare both amounts and the rate with the document",
    ))
}

/// W3: the score of execution is its weight times the rate, at most the weight.
fn execution_score(ctx: &Context<'_>, spec: &ExecutionSpec) -> Outcome {
    let Some(key) = &spec.score else { return Outcome::NotApplicable };
    let (Some(score), Some(weight), Some(rate)) =
        (ctx.number(key), number(ctx, spec.weight.as_ref()), number(ctx, spec.rate.as_ref()))
    else {
        return Outcome::Insufficient(None);
    };
    let share = rate.min(Decimal::ONE_HUNDRED).checked_div(Decimal::ONE_HUNDRED);
    let expected = share.and_then(|s| s.checked_mul(weight));
    let slack = half_a_place(rate.scale() + 2)
        .checked_mul(weight)
        .and_then(|s| s.checked_add(half_a_place(score.scale())));
    let (Some(expected), Some(slack)) = (expected, slack) else {
        return Outcome::Insufficient(None);
    };
    if expected.checked_sub(score).is_some_and(|d| d.abs() <= slack) {
        return Outcome::Holds;
    }
    Outcome::Found(ctx.finding(
        "weight.execution-score",
        Severity::Warning,
        Pointer::from_dotted(key),
        format!(
            "the score of execution is {score}, but {weight} times {rate} % is {}",
            expected.round_dp(2).normalize()
        ),
        "check the score; local rules may compute it otherwise",
    ))
}
