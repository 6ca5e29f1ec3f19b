//! T1, T3, T7: the labels above the indicators.

use super::context::{Context, Row};
use super::distance::distance;
use super::outcome::Outcome;
use super::place::Pair;
use crate::model::finding::{Finding, Severity};
use crate::model::label::fold;
use crate::model::spec::ColumnRole;
use crate::model::taxonomy::{Level1, Period, Taxonomy, strip_score};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if !ctx.spec.checks.taxonomy || ctx.taxonomy.level1.is_empty() {
        return;
    }
    let rows = || ctx.rows.iter().filter(|row| row.is_filled());
    findings.extend(rows().filter_map(|row| pair(ctx, row).finding()));
    findings.extend(mixed_periods(ctx).into_iter().filter_map(Outcome::finding));
    findings.extend(missing_levels(ctx).into_iter().filter_map(Outcome::finding));
    findings.extend(rows().filter_map(|row| name_under_level(ctx, row).finding()));
}

/// T1: the taxonomy has the printed pair, in whatever period.
fn pair(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let unknown = |role, level: u8, label: &str| {
        let (severity, hint) = if is_local_wording(ctx.taxonomy, label) {
            (Severity::Warning, "nothing to do if this is local wording; it is kept as printed")
        } else {
            (Severity::Error, "compare the label with the document; it may be cut off or misread")
        };
        let message = format!("\"{label}\" is no level-{level} label that the taxonomy knows");
        Outcome::Found(ctx.row_finding(
            "taxonomy.unknown-label",
            severity,
            row,
            role,
            message,
            hint,
        ))
    };
    match (row.level1, row.level2) {
        (Some(label), _) if row.place.level1.is_none() => unknown(ColumnRole::Level1, 1, label),
        (_, Some(label)) if row.place.pair.is_none() => unknown(ColumnRole::Level2, 2, label),
        (Some(_), Some(_)) if row.place.is_a_pair() => Outcome::Holds,
        (Some(level1), Some(level2)) => {
            let usual = row.place.pair.map_or("", |p| p.level1.name.as_str());
            // Either label may be the wrong one.
            Outcome::Found(ctx.whole_row_finding(
                "taxonomy.pair",
                Severity::Error,
                row,
                format!("\"{level2}\" stands under \"{level1}\"; it belongs under \"{usual}\""),
                "compare both labels with the document; a merged cell may be read for too many rows",
            ))
        }
        (level1, level2) => blank_level(ctx, row, level1.is_none(), level2.is_none()),
    }
}

/// Whether an unknown label looks like a label and like no known one, so that it is not a known
/// one misread: more than two characters apart from each, or one from those that have but four.
fn is_local_wording(taxonomy: &Taxonomy, label: &str) -> bool {
    let folded = fold(label);
    let label = strip_score(&folded);
    let limit = if label.chars().count() <= 4 { 1 } else { 2 };
    let level2 = taxonomy.level1.iter().flat_map(|l| &l.level2);
    let mut known = taxonomy
        .level1
        .iter()
        .flat_map(|l| std::iter::once(&l.name).chain(&l.variants))
        .chain(level2.flat_map(|l| std::iter::once(&l.name).chain(&l.variants)));
    let suffixes = &taxonomy.lexicon.label_suffixes;
    suffixes.iter().any(|s| label.len() > s.len() && label.ends_with(s.as_str()))
        && !known.any(|k| distance(k, label, limit) <= limit)
}

/// A row without a label though its template has the column: what it measures is not known.
fn blank_level(ctx: &Context<'_>, row: &Row<'_>, first: bool, second: bool) -> Outcome {
    let printed = |role| {
        let columns = ctx.spec.indicators.iter().flat_map(|i| &i.columns);
        columns.filter(|c| c.role == role).any(|c| !c.optional && c.key.is_some())
    };
    let role = if second { ColumnRole::Level2 } else { ColumnRole::Level1 };
    // Labels of columns that the template has not, or not always, are no loss.
    if !(first && printed(ColumnRole::Level1) || second && printed(ColumnRole::Level2)) {
        return Outcome::NotApplicable;
    }
    Outcome::Found(ctx.row_finding(
        "taxonomy.level-blank",
        Severity::Warning,
        row,
        role,
        format!("\"{}\" has no label of level {}", row.called(), if second { 2 } else { 1 }),
        "look in the document under which label the row stands",
    ))
}

/// T1: a form keeps to one period, so that each label has one place in it.
///
/// 成本指标 is level 2 under 产出指标 in the former period and level 1 in the current one; a form
/// that has it in both places mixes them. Which period a form uses is its own choice.
fn mixed_periods(ctx: &Context<'_>) -> Vec<Outcome> {
    let mut level1 = BTreeSet::new();
    let mut above: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in ctx.rows.iter().filter(|r| r.place.is_a_pair()) {
        let Some(Pair { level1: first, level2: second }) = row.place.pair else { continue };
        level1.insert(first.name.as_str());
        above.entry(second.name.as_str()).or_default().insert(first.name.as_str());
    }
    let mut seen = BTreeSet::new();
    let mut outcomes = Vec::new();
    for row in ctx.rows.iter().filter(|r| r.place.is_a_pair()) {
        let Some(Pair { level1: first, level2: second }) = row.place.pair else { continue };
        let (first, name) = (first.name.as_str(), second.name.as_str());
        let elsewhere = level1.contains(name) || above.get(name).is_some_and(|l| l.len() > 1);
        if second.period == Period::Current || !elsewhere || !seen.insert((first, name)) {
            continue;
        }
        outcomes.push(Outcome::Found(ctx.row_finding(
            "taxonomy.mixed-periods",
            Severity::Warning,
            row,
            ColumnRole::Level2,
            format!(
                "\"{}\" stands under \"{}\" by an older or local order, and elsewhere in this form \
                 by the current one",
                row.level2.unwrap_or(name),
                row.level1.unwrap_or(first)
            ),
            "ask the author of the form which of the two places is meant",
        )));
    }
    outcomes
}

/// T3: every required level-1 label has an indicator, and so has every printed one.
fn missing_levels(ctx: &Context<'_>) -> Vec<Outcome> {
    // Without rows there is nothing to miss a level in; the number of indicators is reported.
    // Local and older practice has other level-1 labels, and no minimum that is known.
    if ctx.rows.iter().any(|r| r.place.is_local()) || !ctx.rows.iter().any(Row::is_filled) {
        return vec![Outcome::NotApplicable];
    }
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut printed: BTreeSet<&str> = BTreeSet::new();
    for row in &ctx.rows {
        let labels = [
            row.place.level1.map(|l| l.name.as_str()),
            row.place.pair.map(|p| p.level2.name.as_str()),
            // Level 1 follows from level 2 where it is blank.
            row.place.pair.filter(|_| row.level1.is_none()).map(|p| p.level1.name.as_str()),
        ];
        let set = if row.is_filled() { &mut used } else { &mut printed };
        set.extend(labels.into_iter().flatten());
    }
    // 满意度 under 效益, as in the former period, is satisfaction all the same: what counts is
    // where a label stands now.
    let has = |level: &Level1| {
        let mut below = level.level2.iter().filter(|l| l.period == Period::Current);
        used.contains(level.name.as_str()) || below.any(|l| used.contains(l.name.as_str()))
    };
    let missing =
        |level: &&Level1| (level.required || printed.contains(level.name.as_str())) && !has(level);
    let report = |level: &Level1| {
        Outcome::Found(ctx.table_finding(
            "taxonomy.missing-level",
            Severity::Warning,
            format!("no indicator stands under \"{}\"", level.name),
            "look whether the form prints such rows; if not, the form is incomplete",
        ))
    };
    ctx.taxonomy.level1.iter().filter(missing).map(report).collect()
}

/// T7: a name that belongs elsewhere than where it stands.
fn name_under_level(ctx: &Context<'_>, row: &Row<'_>) -> Outcome {
    let Some(name) = row.name else { return Outcome::NotApplicable };
    // Local frameworks file 到位及时率 under 过程, and so on.
    if row.place.pair.is_none() || row.place.is_local() {
        return Outcome::Insufficient(None);
    }
    let rules = ctx.taxonomy.lexicon.belongs.iter();
    let found = rules.filter_map(|rule| Some((rule.name.find(&row.folded_name)?, rule)));
    // The head of the name decides, see `NamePattern::find`.
    let Some((word, rule)) = found.max_by_key(|(w, _)| (w.end, w.word.len())) else {
        return Outcome::NotApplicable;
    };
    let misplaced = !rule.under.is_empty() && !row.place.is_under(&rule.under)
        || row.place.is_under(&rule.not_under);
    if !misplaced {
        return Outcome::Holds;
    }
    let where_to = match rule.under.first() {
        Some(label) => format!("under \"{label}\""),
        None => "elsewhere".to_owned(),
    };
    let level2 = row.level2.unwrap_or_default();
    Outcome::Found(ctx.row_finding(
        "indicator.level-contradiction",
        Severity::Warning,
        row,
        ColumnRole::Name,
        format!("\"{name}\" stands under \"{level2}\", but \"{}\" belongs {where_to}", word.word),
        "check with the document under which label the row stands; the printed one is kept",
    ))
}
