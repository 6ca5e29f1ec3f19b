//! F1 to F8: the arithmetic of the funds.

use super::context::Context;
use super::money::{Exact, is_about_times, yuan_per};
use super::outcome::Outcome;
use crate::model::finding::{Finding, Severity};
use crate::model::form::FieldKind;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::{AtLeastSpec, SumCode, SumSpec};
use regex::Regex;
use rust_decimal::Decimal;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let checks = &ctx.spec.checks;
    for spec in &checks.sums {
        let found = sum(ctx, spec).finding();
        if let Some(wrong) = found.as_ref().filter(|f| f.severity == Severity::Error) {
            findings.extend(misread_parts(ctx, spec, wrong));
        }
        findings.extend(found);
    }
    findings.extend(checks.at_least.iter().filter_map(|s| at_least(ctx, s).finding()));
    for key in money_keys(ctx) {
        findings.extend(negative(ctx, key).finding());
        findings.extend(decimals(ctx, key).finding());
        findings.extend(grouping(ctx, key).finding());
    }
    findings.extend(empty(ctx).finding());
    findings.extend(unit_unknown(ctx).finding());
}

/// Keys of the form's amounts.
pub(super) fn money_keys<'a>(ctx: &Context<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let fields = ctx.spec.fields.iter();
    fields.filter(|f| f.kind == FieldKind::Money).map(|f| f.key.as_str())
}

/// F1 to F3: a total is the sum of its parts.
///
/// Amounts in 元 must agree to the last 分. In a larger unit each part may be rounded by half a
/// place, so a difference up to (number of parts)/2 places is a note, not a contradiction. A
/// blank part leaves the sum undecided, unless the others alone already make or exceed the total.
pub(super) fn sum(ctx: &Context<'_>, spec: &SumSpec) -> Outcome {
    // A part that the form has no label for is none of its parts.
    let printed = spec.addends.iter().filter(|key| !ctx.is_not_printed(key));
    let parts: Vec<(&str, Option<Decimal>)> =
        printed.map(|key| (key.as_str(), ctx.number(key))).collect();
    let given: Vec<Decimal> = parts.iter().filter_map(|p| p.1).collect();
    let Some(total) = ctx.number(&spec.total) else {
        return if given.iter().all(Decimal::is_zero) {
            Outcome::NotApplicable
        } else {
            without_total(ctx, spec, &parts)
        };
    };
    if given.is_empty() {
        return Outcome::Insufficient(None);
    }
    let amounts: Vec<Decimal> = std::iter::once(total).chain(given.iter().copied()).collect();
    let Some((exact, residual)) = residual(&amounts) else { return Outcome::Insufficient(None) };

    let places = if ctx.money_unit().and_then(yuan_per) == Some(Decimal::ONE) {
        0
    } else {
        spec.addends.len() as u128
    };
    let rounded = residual.unsigned_abs().saturating_mul(2) <= places;
    if residual == 0 {
        return Outcome::Holds;
    }
    let equation = equation(ctx, &spec.total, total, &parts);
    let difference = exact.amount(residual).unwrap_or_default();
    let at = Pointer::from_dotted(&spec.total);
    if rounded {
        return Outcome::Found(ctx.finding(
            "funds.sum-rounded",
            Severity::Info,
            at,
            format!("{equation} differ by {difference}, no more than rounding explains"),
            "nothing to do if the amounts are rounded; otherwise compare them with the source",
        ));
    }
    let blank = parts.len() > given.len();
    let exceeds = residual < 0 && amounts.iter().all(|a| !a.is_sign_negative());
    if blank && !exceeds {
        let names = names(ctx, &parts, Option::is_none);
        return Outcome::Insufficient(Some(ctx.finding(
            "funds.sum-not-checkable",
            Severity::Info,
            at,
            format!(
                "{equation} cannot be decided: {names} is blank, and 0 there leaves {difference}"
            ),
            "look whether an amount is printed in the blank cell",
        )));
    }
    let code = match spec.code {
        SumCode::AnnualSum => "funds.annual-sum",
        SumCode::ProjectSum => "funds.project-sum",
        SumCode::FiscalSum => "funds.fiscal-sum",
    };
    Outcome::Found(ctx.finding(
        code,
        Severity::Error,
        at,
        format!("{equation} do not agree: the total less its parts is {difference}"),
        hint(ctx, &spec.total, &parts),
    ))
}

/// The same of each recognised part of a wrong sum: any of them may be the one that was misread. What
/// is nothing was hardly anything else.
fn misread_parts(ctx: &Context<'_>, spec: &SumSpec, wrong: &Finding) -> Vec<Finding> {
    let misread = |key: &&String| {
        let evidence = ctx.evidence(&Pointer::from_dotted(key));
        evidence.is_some_and(|e| e.from == Origin::Recognised)
            && ctx.number(key).is_some_and(|amount| !amount.is_zero())
    };
    let parts = spec.addends.iter().filter(misread).map(|key| Pointer::from_dotted(key));
    let same =
        |at| ctx.finding(wrong.code, wrong.severity, at, wrong.message.clone(), &*wrong.hint);
    parts.map(same).collect()
}

/// Parts without their total: something to note, unless the form just prints no subtotal.
fn without_total(ctx: &Context<'_>, spec: &SumSpec, parts: &[(&str, Option<Decimal>)]) -> Outcome {
    if spec.code == SumCode::FiscalSum {
        return Outcome::NotApplicable;
    }
    let (label, names) = (ctx.label(&spec.total), names(ctx, parts, Option::is_some));
    Outcome::Insufficient(Some(ctx.finding(
        "funds.sum-not-checkable",
        Severity::Info,
        Pointer::from_dotted(&spec.total),
        format!("{label} is blank, though {names} is given"),
        "look whether a total is printed there",
    )))
}

/// The first amount less the others, on their common scale.
fn residual(amounts: &[Decimal]) -> Option<(Exact, i128)> {
    let exact = Exact::of(amounts)?;
    let (total, parts) = exact.units.split_first()?;
    let residual = parts.iter().try_fold(*total, |rest, part| rest.checked_sub(*part))?;
    Some((exact, residual))
}

/// The equation with its amounts as printed.
fn equation(
    ctx: &Context<'_>,
    key: &str,
    total: Decimal,
    parts: &[(&str, Option<Decimal>)],
) -> String {
    let one = |&(key, amount): &(&str, Option<Decimal>)| {
        let printed = amount.map_or_else(|| "(blank)".to_owned(), |a| ctx.printed(key, a));
        format!("{} {printed}", ctx.label(key))
    };
    let parts: Vec<String> = parts.iter().map(one).collect();
    format!("{} {} and {}", ctx.label(key), ctx.printed(key, total), parts.join(" + "))
}

/// The labels of the parts whose amount passes.
fn names(
    ctx: &Context<'_>,
    parts: &[(&str, Option<Decimal>)],
    pass: impl Fn(&Option<Decimal>) -> bool,
) -> String {
    let names: Vec<&str> = parts.iter().filter(|p| pass(&p.1)).map(|p| ctx.label(p.0)).collect();
    names.join(", ")
}

/// Who is to blame depends on who read the digits.
fn hint(ctx: &Context<'_>, total: &str, parts: &[(&str, Option<Decimal>)]) -> &'static str {
    let keys = std::iter::once(total).chain(parts.iter().map(|p| p.0));
    let recognised = keys
        .filter_map(|key| ctx.evidence(&Pointer::from_dotted(key)))
        .any(|e| e.from == Origin::Recognised);
    if recognised {
        "compare each of these amounts with the picture, digit by digit"
    } else {
        "the amounts are read as the document has them; ask its author which one is right"
    }
}

/// F4, F5: a figure of the whole project against that of one year.
///
/// The project's figure is cumulative over the years: it equals the annual total only within
/// one fiscal year, and is never less than it over several.
fn at_least(ctx: &Context<'_>, spec: &AtLeastSpec) -> Outcome {
    let (Some(upper), Some(lower)) = (ctx.number(&spec.upper), ctx.number(&spec.lower)) else {
        return Outcome::Insufficient(None);
    };
    let (Some(start), Some(end)) = ctx.span() else { return Outcome::Insufficient(None) };
    if start > end {
        return Outcome::Insufficient(None);
    }
    let both = format!(
        "{} {} of the project and {} {} of the year",
        ctx.label(&spec.upper),
        ctx.printed(&spec.upper, upper),
        ctx.label(&spec.lower),
        ctx.printed(&spec.lower, lower),
    );
    let at = Pointer::from_dotted(&spec.upper);
    if start.year() == end.year() {
        // Parts of the two blocks are cut differently (carry-over), only the totals are the same.
        if ctx.annual_total_key() != Some(&spec.lower) {
            return Outcome::NotApplicable;
        }
        if upper == lower {
            return Outcome::Holds;
        }
        return Outcome::Found(ctx.finding(
            "funds.project-not-annual",
            Severity::Warning,
            at,
            format!("{both} differ, though the project lies within {}", start.year()),
            "check both totals, their units and the dates of the project",
        ));
    }
    if upper >= lower {
        return Outcome::Holds;
    }
    let slipped = [10, 10_000].into_iter().find(|f| is_about_times(lower, upper, *f));
    let (severity, what) = match slipped {
        Some(factor) => {
            (Severity::Error, format!("; the factor {factor} points to a slipped unit"))
        }
        None => (Severity::Warning, String::new()),
    };
    Outcome::Found(ctx.finding(
        "funds.project-below-annual",
        severity,
        at,
        format!("{both}: the whole of {start} to {end} is less than one year{what}"),
        "check both amounts and their units (元, 万元)",
    ))
}

/// F6: an amount below zero.
fn negative(ctx: &Context<'_>, key: &str) -> Outcome {
    match ctx.number(key) {
        None => Outcome::NotApplicable,
        Some(amount) if amount.is_sign_negative() && !amount.is_zero() => {
            Outcome::Found(ctx.finding(
                "funds.negative",
                Severity::Error,
                Pointer::from_dotted(key),
                format!("{} {} is negative", ctx.label(key), ctx.printed(key, amount)),
                "check the sign: a budget declares no negative funds",
            ))
        }
        Some(_) => Outcome::Holds,
    }
}

/// F6: a fraction of a 分.
fn decimals(ctx: &Context<'_>, key: &str) -> Outcome {
    let (Some(amount), Some(unit)) = (ctx.number(key), ctx.money_unit()) else {
        return Outcome::Insufficient(None);
    };
    if yuan_per(unit) != Some(Decimal::ONE) {
        return Outcome::NotApplicable;
    }
    if amount.scale() <= 2 {
        return Outcome::Holds;
    }
    Outcome::Found(ctx.finding(
        "funds.decimals",
        Severity::Warning,
        Pointer::from_dotted(key),
        format!("{} {} has more than two decimals in 元", ctx.label(key), ctx.printed(key, amount)),
        "check the decimal point and the unit of the form",
    ))
}

/// F6: thousands that are grouped wrongly, the trace of a lost or doubled digit.
fn grouping(ctx: &Context<'_>, key: &str) -> Outcome {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d[\d,.]*").expect("constant pattern"));
    static GROUPED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\d{1,3}(,\d{3})*(\.\d+)?$").expect("constant pattern"));
    let Some(amount) = ctx.number(key) else { return Outcome::NotApplicable };
    let Some(evidence) = ctx.evidence(&Pointer::from_dotted(key)) else {
        return Outcome::Insufficient(None);
    };
    if !evidence.text.contains([',', '，']) {
        return Outcome::NotApplicable;
    }
    let text: String = evidence.text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let broken = NUMBER
        .find_iter(&text)
        .map(|m| m.as_str().trim_end_matches([',', '.']))
        .any(|n| n.contains(',') && !GROUPED.is_match(n));
    if !broken {
        return Outcome::Holds;
    }
    Outcome::Found(ctx.finding(
        "funds.grouping",
        Severity::Warning,
        Pointer::from_dotted(key),
        format!(
            "{} \"{}\", read as {amount}, is not grouped by thousands",
            ctx.label(key),
            ctx.printed(key, amount)
        ),
        "compare the digits with the document: one may be lost or doubled",
    ))
}

/// F7: a project without money.
fn empty(ctx: &Context<'_>) -> Outcome {
    let mut amounts = money_keys(ctx).map(|key| ctx.number(key)).peekable();
    if amounts.peek().is_none() {
        return Outcome::NotApplicable;
    }
    let amounts: Vec<Decimal> = amounts.flatten().collect();
    if amounts.iter().any(|a| !a.is_zero()) {
        return Outcome::Holds;
    }
    let what = if amounts.is_empty() { "blank" } else { "zero or blank" };
    let key = ctx.annual_total_key().or(money_keys(ctx).next()).unwrap_or_default();
    Outcome::Found(ctx.finding(
        "funds.empty",
        Severity::Warning,
        Pointer::from_dotted(key),
        format!("all amounts of the form are {what}"),
        "look whether the form prints amounts that were not read",
    ))
}

/// F8: without a unit, amounts cannot be compared beyond the form.
fn unit_unknown(ctx: &Context<'_>) -> Outcome {
    let Some(key) = &ctx.spec.checks.money_unit else { return Outcome::NotApplicable };
    if money_keys(ctx).all(|key| ctx.number(key).is_none()) {
        return Outcome::NotApplicable;
    }
    let message = match ctx.money_unit() {
        Some(unit) if yuan_per(unit).is_some() => return Outcome::Holds,
        Some(unit) => format!("the unit of the amounts, \"{unit}\", is not known"),
        None => "the form does not tell the unit of its amounts".to_owned(),
    };
    Outcome::Insufficient(Some(ctx.finding(
        "funds.unit-unknown",
        Severity::Info,
        Pointer::from_dotted(key),
        message,
        "find out whether 元 or 万元 is meant before adding amounts of several forms",
    )))
}
