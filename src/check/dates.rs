//! D1, D2, D4, D6: the dates of the project, its fiscal year and its deadlines.

use super::context::{Context, Row};
use super::outcome::Outcome;
use crate::model::finding::{Finding, Severity};
use crate::model::lexicon::NatureSpan;
use crate::model::pointer::Pointer;
use crate::model::spec::ColumnRole;
use crate::model::target::{Target, TargetDate};
use jiff::ToSpan;
use jiff::civil::Date;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(order(ctx).finding());
    findings.extend(year_inside(ctx).finding());
    findings.extend(nature(ctx).finding());
    findings.extend(ctx.rows.iter().filter_map(|row| deadline(ctx, row).finding()));
}

/// The pointer to one of the date fields.
fn at(key: Option<&String>) -> Pointer {
    key.map_or_else(Pointer::root, |k| Pointer::from_dotted(k))
}

/// D1: the project ends after it starts.
fn order(ctx: &Context<'_>) -> Outcome {
    let Some(dates) = &ctx.spec.checks.dates else { return Outcome::NotApplicable };
    let (Some(start), Some(end)) = ctx.span() else { return Outcome::Insufficient(None) };
    if start <= end {
        return Outcome::Holds;
    }
    Outcome::Found(ctx.finding(
        "dates.order",
        Severity::Error,
        at(dates.end.as_ref()),
        format!("the project ends on {end}, before it starts on {start}"),
        "compare both dates with the document; they may be swapped",
    ))
}

/// D2: the project runs in the fiscal year it is declared for.
fn year_inside(ctx: &Context<'_>) -> Outcome {
    let Some(dates) = &ctx.spec.checks.dates else { return Outcome::NotApplicable };
    let (Some(year), (Some(start), Some(end))) = (ctx.year(), ctx.span()) else {
        return Outcome::Insufficient(None);
    };
    // Dates in the wrong order say nothing about the year.
    if start > end {
        return Outcome::Insufficient(None);
    }
    if (start.year()..=end.year()).contains(&year) {
        return Outcome::Holds;
    }
    Outcome::Found(ctx.finding(
        "dates.year-outside",
        Severity::Error,
        at(dates.year.as_ref()),
        format!("the form is for {year}, but the project runs from {start} to {end}"),
        "compare the year in the title and both dates with the document",
    ))
}

/// D4: the nature of the project fits its length.
fn nature(ctx: &Context<'_>) -> Outcome {
    let Some(key) = &ctx.spec.checks.nature else { return Outcome::NotApplicable };
    let (Some(nature), (Some(start), Some(end))) = (ctx.text(key), ctx.span()) else {
        return Outcome::Insufficient(None);
    };
    let says = |words: &[String]| words.iter().any(|w| nature.contains(w.as_str()));
    let Some(rule) = ctx.taxonomy.lexicon.natures.iter().find(|r| says(&r.words)) else {
        return Outcome::NotApplicable;
    };
    let Ok(anniversary) = start.checked_add(1.year()) else {
        return Outcome::Insufficient(None);
    };
    let longer = end >= anniversary;
    let what = match rule.span {
        NatureSpan::OneYear if longer => "longer than",
        NatureSpan::LongerThanAYear if !longer && start <= end => "not longer than",
        _ => return Outcome::Holds,
    };
    Outcome::Found(ctx.finding(
        "dates.nature",
        Severity::Warning,
        Pointer::from_dotted(key),
        format!("a project of the nature \"{nature}\" runs from {start} to {end}, {what} a year"),
        "check the nature and both dates with the author of the form",
    ))
}

/// D6: a deadline lies within the project.
fn deadline(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let (start, end) = ctx.span();
    let mut days = row.targets().filter_map(|t| Some((t, day(ctx, t)?))).peekable();
    if days.peek().is_none() {
        return Outcome::NotApplicable;
    }
    let (Some(start), Some(end)) = (start, end) else { return Outcome::Insufficient(None) };
    if start > end {
        return Outcome::Insufficient(None);
    }
    let Some((target, day)) = days.find(|(_, d)| *d < start || *d > end) else {
        return Outcome::Holds;
    };
    Outcome::Found(ctx.row_finding(
        "dates.deadline-outside",
        Severity::Warning,
        row,
        ColumnRole::Target,
        format!(
            "the deadline \"{}\" ({day}) of \"{}\" lies outside the project, {start} to {end}",
            target.text,
            row.called()
        ),
        "check the year of the deadline and the dates of the project",
    ))
}

/// The last day of a target; a day without a year is one of the fiscal year.
fn day(ctx: &Context<'_>, target: &Target) -> Option<Date> {
    match target.deadline? {
        TargetDate::Day(day) => Some(day),
        TargetDate::YearUnknown { month, day } => Date::new(ctx.year()?, month, day).ok(),
    }
}
