//! T4 to T6: the rows of the indicator table.

use super::context::{Context, Row};
use super::outcome::Outcome;
use crate::model::finding::{Finding, Severity};
use crate::model::label::fold;
use crate::model::spec::ColumnRole;
use std::collections::BTreeMap;

/// T4: how many indicators a form usually has. Fewer say too little, more are not followed up.
const USUAL_COUNT: std::ops::RangeInclusive<usize> = 3..=40;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(count(ctx).finding());
    findings.extend(duplicates(ctx).into_iter().filter_map(Outcome::finding));
    findings.extend(ctx.rows.iter().filter_map(|row| incomplete(ctx, row).finding()));
}

/// T4: the number of indicators.
fn count(ctx: &Context<'_>) -> Outcome {
    if !ctx.spec.checks.taxonomy || ctx.spec.indicators.is_none() {
        return Outcome::NotApplicable;
    }
    let count = ctx.rows.iter().filter(|r| r.is_filled()).count();
    if USUAL_COUNT.contains(&count) {
        return Outcome::Holds;
    }
    let (least, most) = (USUAL_COUNT.start(), USUAL_COUNT.end());
    Outcome::Found(ctx.table_finding(
        "indicator.count",
        Severity::Warning,
        format!("the form has {count} indicators; {least} to {most} are usual"),
        "count the rows in the document: some may not have been read, or read twice",
    ))
}

/// T5: one name stands once under a level-2 label.
fn duplicates(ctx: &Context<'_>) -> Vec<Outcome> {
    let mut first: BTreeMap<(&str, String, &str), &Row<'_>> = BTreeMap::new();
    let mut outcomes = Vec::new();
    for row in &ctx.rows {
        if row.folded_name.is_empty() {
            continue;
        }
        let level2 = match row.place.pair {
            Some(pair) => pair.level2.name.clone(),
            None => fold(row.level2.unwrap_or_default()),
        };
        // The year's indicators may well be those of the long term again.
        let part = row.part.unwrap_or_default();
        let earlier = *first.entry((part, level2, row.folded_name.as_str())).or_insert(row);
        if !std::ptr::eq(earlier, row) {
            outcomes.push(duplicate(ctx, earlier, row));
        }
    }
    outcomes
}

fn duplicate(ctx: &Context<'_>, earlier: &Row<'_>, row: &Row<'_>) -> Outcome {
    let value = |row: &Row<'_>| row.target.map(|t| t.text.clone());
    let (one, other) = (value(earlier), value(row));
    // A blank value is reported as such and contradicts nothing.
    let differ = matches!((&one, &other), (Some(a), Some(b)) if fold(a) != fold(b));
    let blank = || "(blank)".to_owned();
    Outcome::Found(ctx.row_finding(
        "indicator.duplicate",
        if differ { Severity::Error } else { Severity::Warning },
        row,
        ColumnRole::Name,
        format!(
            "\"{}\" stands twice under \"{}\", with \"{}\" and \"{}\"",
            row.called(),
            row.level2.unwrap_or_default(),
            one.unwrap_or_else(blank),
            other.unwrap_or_else(blank)
        ),
        "look whether the document prints the row twice or one of the names is misread",
    ))
}

/// T6: a name has a value and a value has a name. Otherwise the row is usually shifted.
fn incomplete(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let hint = "compare the row with the document: its cells may be shifted by a column";
    match (row.name, row.target) {
        (Some(_), Some(_)) => Outcome::Holds,
        // A printed label without an indicator.
        (None, None) => Outcome::NotApplicable,
        (Some(_), None) if ctx.column(ColumnRole::Target).is_none() => Outcome::NotApplicable,
        (Some(name), None) => Outcome::Found(ctx.row_finding(
            "indicator.no-value",
            Severity::Error,
            row,
            ColumnRole::Target,
            format!("\"{name}\" has no value"),
            hint,
        )),
        (None, Some(_)) if ctx.column(ColumnRole::Name).is_none() => Outcome::NotApplicable,
        (None, Some(target)) => Outcome::Found(ctx.row_finding(
            "indicator.no-name",
            Severity::Error,
            row,
            ColumnRole::Name,
            format!("the value \"{}\" has no name", target.text),
            hint,
        )),
    }
}
