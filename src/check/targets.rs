//! V1 to V6: what a target value says against the name of its indicator.

use super::context::{Context, Row};
use super::money::yuan_per;
use super::outcome::Outcome;
use super::style;
use crate::model::finding::{Finding, Severity};
use crate::model::label::fold;
use crate::model::spec::ColumnRole;
use crate::model::target::{Operator, Subkind, Target, TargetKind};
use rust_decimal::Decimal;

/// V4: a shorter value that ends the name is an answer ("…完成", 完成), not a repetition.
const LEAST_REPEATED: usize = 4;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let rules = [over_hundred, direction, rate_with_text, count_with_percent, repeats_name];
    for rule in rules {
        findings.extend(ctx.rows.iter().filter_map(|row| rule(ctx, row).finding()));
    }
    style::check(ctx, findings);
    findings.extend(ctx.rows.iter().filter_map(|row| cost_above_total(ctx, row).finding()));
}

/// A finding about the row's value.
fn found(
    ctx: &Context<'_>,
    row: &Row<'_>,
    code: &'static str,
    severity: Severity,
    message: String,
    hint: impl Into<String>,
) -> Outcome {
    Outcome::Found(ctx.row_finding(code, severity, row, ColumnRole::Target, message, hint))
}

fn is_percent(ctx: &Context<'_>, target: &Target) -> bool {
    let units = &ctx.taxonomy.lexicon.percent_units;
    target.unit.as_ref().is_some_and(|unit| units.contains(&fold(unit)))
}

/// V1: a share does not exceed 100 %, unless as an upper limit.
fn over_hundred(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    if ctx.taxonomy.lexicon.share.find(&row.folded_name).is_none() {
        return Outcome::NotApplicable;
    }
    let hundred = Decimal::ONE_HUNDRED;
    // A change ("比上年提高120%") and a part of something else ("最低工资的120%") are no shares.
    let shares = row.targets().filter(|t| is_percent(ctx, t)).filter(|t| {
        !matches!(t.subkind, Some(Subkind::Change | Subkind::Reference | Subkind::Compound))
    });
    let mut above = shares.filter_map(|t| {
        let value = t.value.filter(|v| *v > hundred)?;
        let limit = matches!(t.operator, Some(Operator::AtMost | Operator::Less));
        (!limit).then_some((t, value))
    });
    let Some((target, value)) = above.next() else { return Outcome::Holds };
    found(
        ctx,
        row,
        "target.over-100-percent",
        Severity::Error,
        format!("\"{}\" of \"{}\" is more than 100 %", target.text, row.called()),
        likely_print(target, value),
    )
}

/// What may have been printed instead: ≥ is often read as a 2, and a point is easily lost.
fn likely_print(target: &Target, value: Decimal) -> String {
    let whole = value.trunc().normalize().to_string();
    let plausible = |text: &str| {
        text.parse::<Decimal>().is_ok_and(|v| v <= Decimal::ONE_HUNDRED && !v.is_zero())
    };
    if target.operator_explicit != Some(true)
        && let Some(rest) = whole.strip_prefix('2').filter(|r| plausible(r))
    {
        return format!("look whether the document prints \"≥{rest}\": ≥ is often read as 2");
    }
    match whole.strip_suffix("00").filter(|r| plausible(r)) {
        Some(rest) => {
            format!("look whether the document prints \"{rest}.00\": a point may be lost")
        }
        None => "compare the digits and the sign with the document".to_owned(),
    }
}

/// V2: satisfaction has a lower limit and a cost an upper one.
fn direction(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let Some(operator) = row.target.and_then(|t| t.operator) else {
        return Outcome::NotApplicable;
    };
    let lexicon = &ctx.taxonomy.lexicon;
    let upper = matches!(operator, Operator::AtMost | Operator::Less);
    let lower = matches!(operator, Operator::AtLeast | Operator::Greater);
    let what = if upper && lexicon.satisfaction.find(&row.folded_name).is_some() {
        "an upper limit for satisfaction"
    } else if lower && cost(ctx, row).is_some() {
        "a lower limit for a cost"
    } else {
        return Outcome::Holds;
    };
    let text = row.target.map_or("", |t| t.text.as_str());
    found(
        ctx,
        row,
        "target.direction",
        Severity::Warning,
        format!("\"{text}\" of \"{}\" is {what}", row.called()),
        "compare the sign with the document; if it is printed so, ask the author",
    )
}

/// The amount, if the row's target is one and the row is about a cost.
fn cost<'a>(ctx: &Context<'_>, row: &Row<'a>) -> Option<&'a Target> {
    let lexicon = &ctx.taxonomy.lexicon;
    let target = row.target.filter(|t| t.subkind == Some(Subkind::Money))?;
    let named = lexicon.cost.find(&row.folded_name).is_some();
    let saved = lexicon.cost.except.iter().any(|w| row.folded_name.contains(w.as_str()));
    (named || row.place.is_under(&lexicon.cost_levels) && !saved).then_some(target)
}

/// V3: a rate is a number.
fn rate_with_text(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let Some(word) = ctx.taxonomy.lexicon.rate.find(&row.folded_name) else {
        return Outcome::NotApplicable;
    };
    let Some(target) = row.target.filter(|t| t.kind == Some(TargetKind::Qualitative)) else {
        return Outcome::Holds;
    };
    found(
        ctx,
        row,
        "target.rate-with-text",
        Severity::Warning,
        format!(
            "\"{}\" is a {} but its value \"{}\" is a text",
            row.called(),
            word.word,
            target.text
        ),
        "look whether a number is printed; if not, the target cannot be measured",
    )
}

/// V3: a count is not a percentage.
fn count_with_percent(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    if ctx.taxonomy.lexicon.count.find(&row.folded_name).is_none() {
        return Outcome::NotApplicable;
    }
    let share = row.target.filter(|t| is_percent(ctx, t) && t.subkind == Some(Subkind::Percent));
    let Some(target) = share else { return Outcome::Holds };
    found(
        ctx,
        row,
        "target.count-with-percent",
        Severity::Warning,
        format!(
            "\"{}\" is a count but its value \"{}\" is a percentage",
            row.called(),
            target.text
        ),
        "compare name and unit with the document; the row may be shifted",
    )
}

/// V4: a value that repeats the name sets no target.
fn repeats_name(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let Some(target) = row.target.filter(|t| t.kind != Some(TargetKind::Quantitative)) else {
        return Outcome::NotApplicable;
    };
    let value = fold(&target.text);
    let name = row.folded_name.as_str();
    let repeats = !name.is_empty()
        && (value == name
            || value.chars().count() >= LEAST_REPEATED && name.ends_with(value.as_str()));
    if !repeats {
        return Outcome::Holds;
    }
    found(
        ctx,
        row,
        "indicator.value-repeats-name",
        Severity::Warning,
        format!("the value \"{}\" repeats the name \"{}\"", target.text, row.called()),
        "look whether another value is printed; if not, the target cannot be measured",
    )
}

/// V6: a cost of the year is not above all the money of the year.
fn cost_above_total(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let Some(target) = cost(ctx, row) else { return Outcome::NotApplicable };
    let in_yuan = target.base_unit.as_ref().is_some_and(|unit| fold(unit).starts_with('元'));
    let (Some(value), true) = (target.base_value, in_yuan) else {
        return Outcome::Insufficient(None);
    };
    // A cost of several years is no part of one.
    let (Some(start), Some(end)) = ctx.span() else { return Outcome::Insufficient(None) };
    if start.year() != end.year() {
        return Outcome::NotApplicable;
    }
    let total = ctx.annual_total_key().and_then(|key| Some((key, ctx.number(key)?)));
    let unit = ctx.money_unit().and_then(yuan_per);
    let (Some((key, total)), Some(unit)) = (total, unit) else {
        return Outcome::Insufficient(None);
    };
    let Some(yuan) = total.checked_mul(unit) else { return Outcome::Insufficient(None) };
    // A total of zero is reported as such.
    if value <= yuan || yuan.is_zero() {
        return Outcome::Holds;
    }
    found(
        ctx,
        row,
        "target.cost-above-total",
        Severity::Warning,
        format!(
            "\"{}\" of \"{}\" is more than {} {}",
            target.text,
            row.called(),
            ctx.label(key),
            ctx.printed(key, total)
        ),
        "check the digits of both amounts and their units (元, 万元)",
    )
}
