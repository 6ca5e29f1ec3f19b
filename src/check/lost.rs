//! What recognised pages lost without a trace in the value itself.
//!
//! A cell that was not read is blank, a line between two rows that was not found makes one cell of
//! two. The other rows of the table, and the cells beside, tell.

use super::context::{Context, Row};
use super::distance::distance;
use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, FieldKind, Leftover};
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::ColumnRole;
use crate::model::target::TargetKind;
use std::collections::BTreeSet;

/// A column is filled as a rule if it has so many values for each blank.
const RULE: usize = 3;

/// Shorter labels are parts of many a text, in characters.
const LABEL: usize = 3;

/// Two parts of one text stand no further apart than this, in heights of their cell.
const BESIDE: f32 = 0.3;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    if !ctx.form.evidence.values().any(|e| e.from == Origin::Recognised) {
        return;
    }
    blank_cells(ctx, findings);
    blank_beside(ctx, findings);
    blank_amounts(ctx, findings);
    lost_signs(ctx, findings);
    shared_names(ctx, findings);
    cut_values(ctx, findings);
}

/// A blank cell in a column where the other rows have a value.
fn blank_cells(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let columns = ctx.spec.indicators.iter().flat_map(|i| &i.columns);
    for key in columns.filter(|c| c.role == ColumnRole::Other).filter_map(|c| c.key.as_ref()) {
        let rows = || ctx.rows.iter().filter(|row| row.is_filled());
        let (blank, filled): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows().partition(|row| !row.has(key));
        if blank.is_empty() || filled.len() < RULE * blank.len() {
            continue;
        }
        for row in blank {
            let message =
                format!("“{}” has a blank cell where the other rows have a value", row.called());
            let hint = "look whether the picture shows a value there";
            let at = row.at.key(key);
            findings.push(ctx.finding("row.blank-cell", Severity::Warning, at, message, hint));
        }
    }
}

/// Blank cells of rows beside which print stands that no field claims: it may be theirs. What holds a
/// label at the side of the table can only tell which part of it the rows are of.
fn blank_beside(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let labels: Vec<String> =
        ctx.spec.labels.iter().map(|l| fold(l)).filter(|l| l.chars().count() >= LABEL).collect();
    let is_print = |left: &&Leftover| left.text.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let left: Vec<&Leftover> = ctx.form.leftovers.iter().filter(is_print).collect();
    if left.is_empty() {
        return;
    }
    for row in ctx.rows.iter().filter(|row| row.is_filled()) {
        let place = [ColumnRole::Name, ColumnRole::Target].into_iter().find_map(|role| {
            let evidence = ctx.evidence(&row.at.key(ctx.column(role)?))?;
            Some((evidence.page, evidence.bbox?))
        });
        let Some((page, own)) = place else { continue };
        let beside = |left: &&&Leftover| {
            let overlap = left.bbox.map_or(0.0, |b| b.y1.min(own.y1) - b.y0.max(own.y0));
            left.page == page && overlap > 0.5 * own.height()
        };
        let Some(left) = left.iter().find(beside) else { continue };
        let text = fold(&left.text);
        let is_label = labels.iter().any(|label| text.contains(label.as_str()));
        let columns = ctx
            .spec
            .indicators
            .iter()
            .flat_map(|i| &i.columns)
            .filter(|c| c.role == ColumnRole::Part || c.role == ColumnRole::Other && !is_label);
        for key in columns.filter_map(|c| c.key.as_ref()).filter(|key| !row.has(key)) {
            let message = format!(
                "“{}” has a blank cell, and “{}” beside it belongs to no field",
                row.called(),
                left.text.trim().replace('\n', " ")
            );
            let hint = "look whether the picture shows it as the row's value";
            let at = row.at.key(key);
            findings.push(ctx.finding("row.blank-cell", Severity::Warning, at, message, hint));
        }
    }
}

/// A blank part of a sum of which other amounts are printed: a lone 0 is easily lost, and no sum
/// tells 0 from nothing.
fn blank_amounts(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let reported = |key: &str| {
        let at = Pointer::from_dotted(key);
        ctx.form.findings.iter().any(|f| f.at.as_ref() == Some(&at))
    };
    let mut seen = BTreeSet::new();
    for sum in &ctx.spec.checks.sums {
        let mut keys = std::iter::once(&sum.total).chain(&sum.addends);
        if !keys.any(|key| ctx.has(key) || reported(key)) {
            continue;
        }
        for key in &sum.addends {
            if ctx.has(key) || reported(key) || !seen.insert(key) {
                continue;
            }
            let message = format!("{} is blank beside other amounts of its sum", ctx.label(key));
            let hint = "look whether the picture shows an amount there, be it 0";
            let at = Pointer::from_dotted(key);
            findings.push(ctx.finding("funds.blank-part", Severity::Warning, at, message, hint));
        }
    }
}

/// A number without a sign in a form that prints the signs in a column of their own.
fn lost_signs(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut columns = ctx.spec.indicators.iter().flat_map(|i| &i.columns);
    if !columns.any(|c| c.role == ColumnRole::Sign) {
        return;
    }
    let numbers = || {
        let is_number = |row: &&Row<'_>| {
            row.target.is_some_and(|t| {
                t.kind == Some(TargetKind::Quantitative) && t.operator_explicit.is_some()
            })
        };
        ctx.rows.iter().filter(is_number)
    };
    let unsigned = |row: &&Row<'_>| row.target.is_some_and(|t| t.operator_explicit == Some(false));
    if numbers().filter(|row| !unsigned(row)).count() == 0 {
        return;
    }
    for row in numbers().filter(unsigned) {
        let Some(key) = ctx.column(ColumnRole::Target) else { return };
        let message =
            format!("the value of “{}” has no sign, as others of the form have", row.called());
        let hint = "look whether the picture shows one";
        let at = row.at.key(key).key("operator");
        findings.push(ctx.finding("target.sign-missing", Severity::Warning, at, message, hint));
    }
}

/// Neighbouring rows with one cell for their names and values of their own: the line between their
/// names was not found.
fn shared_names(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let place = |row: &Row<'_>, role| {
        let evidence = ctx.evidence(&row.at.key(ctx.column(role)?))?;
        Some((evidence.page, evidence.bbox?))
    };
    let shared = |a: &Row<'_>, b: &Row<'_>| {
        let same = |role| place(a, role).is_some() && place(a, role) == place(b, role);
        same(ColumnRole::Name) && !same(ColumnRole::Target)
    };
    for (i, row) in ctx.rows.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| ctx.rows.get(i));
        let beside = [before, ctx.rows.get(i + 1)];
        if !beside.into_iter().flatten().any(|other| shared(row, other)) {
            continue;
        }
        findings.push(ctx.row_finding(
            "indicator.shared-name",
            Severity::Warning,
            row,
            ColumnRole::Name,
            format!(
                "“{}” stands in one cell for several rows with values of their own",
                row.called()
            ),
            "look whether a line parts the names in the picture",
        ));
    }
}

/// A value before a cell that belongs to no field may be cut in two by a line that is none.
fn cut_values(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let labels: Vec<String> =
        ctx.spec.fields.iter().flat_map(|f| &f.label).map(|l| fold(l)).collect();
    // A label that was misread is no part of a value.
    let is_label = |left: &Leftover| {
        let text = fold(&left.text);
        labels.iter().any(|l| {
            l.chars().count() >= LABEL && (text.contains(l.as_str()) || distance(l, &text, 1) <= 1)
        })
    };
    for field in &ctx.spec.fields {
        if !matches!(field.kind, FieldKind::Text | FieldKind::Paragraphs) {
            continue;
        }
        let at = Pointer::from_dotted(&field.key);
        let Some(evidence) = ctx.form.evidence.get(&at) else { continue };
        let Some(rest) =
            ctx.form.leftovers.iter().find(|left| is_beside(evidence, left) && !is_label(left))
        else {
            continue;
        };
        let message =
            format!("“{}” stands beside the value and belongs to no field", rest.text.trim());
        let hint = "look whether it is a part of the value in the picture";
        findings.push(ctx.finding("field.cut", Severity::Warning, at, message, hint));
    }
}

fn is_beside(value: &Evidence, left: &Leftover) -> bool {
    let (Some(a), Some(b)) = (value.bbox, left.bbox) else { return false };
    let overlap = a.y1.min(b.y1) - a.y0.max(b.y0);
    let lower = a.height().min(b.height());
    value.from == Origin::Recognised
        && value.page == left.page
        && overlap > 0.5 * lower
        && (b.x0 - a.x1).abs() <= BESIDE * lower
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};
    use crate::model::form::Form;
    use crate::model::geometry::Rect;

    fn found(form: &Form) -> Vec<String> {
        let mut findings = Vec::new();
        check(&Context::new(form, &SPEC, &TAXONOMY), &mut findings);
        let line =
            |f: Finding| format!("{} {}", f.code, f.at.map(|a| a.to_string()).unwrap_or_default());
        findings.into_iter().map(line).collect()
    }

    fn recognised(build: Build) -> Form {
        let mut form = build.form();
        form.evidence.values_mut().for_each(|e| e.from = Origin::Recognised);
        form
    }

    #[test]
    fn a_blank_cell_among_filled_ones_is_doubted() {
        let rows = |blank: &[usize]| {
            (0..4).fold(Build::blank().text("goals.annual", "甲。"), |build, i| {
                let build = build.row("产出指标", "数量指标", &format!("甲{i}"), "≥1(个)");
                if blank.contains(&i) { build } else { build.with("weight", "10") }
            })
        };
        assert_eq!(found(&recognised(rows(&[2]))), ["row.blank-cell /indicators/2/weight"]);
        assert!(found(&recognised(rows(&[]))).is_empty());
        assert!(found(&recognised(rows(&[1, 2]))).is_empty());
        assert!(found(&rows(&[2]).form()).is_empty(), "it is printed so");
    }

    #[test]
    fn a_blank_cell_beside_print_that_nobody_claims_is_doubted() {
        let doubted = |text: &str, y: f32| {
            let rows = Build::blank().text("goals.annual", "甲。");
            let mut form = recognised(rows.row("产出指标", "数量指标", "甲", "≥1(个)"));
            let at = Pointer::from_dotted("indicators").index(0).key("level3");
            let evidence = form.evidence.get_mut(&at).unwrap();
            evidence.bbox = Some(Rect::new(50.0, 0.0, 90.0, 20.0));
            let bbox = Some(Rect::new(0.0, y, 20.0, y + 60.0));
            form.leftovers = vec![Leftover {
                text: text.into(),
                page: evidence.page,
                bbox,
                ..Leftover::default()
            }];
            found(&form).iter().any(|f| f.starts_with("row.blank-cell"))
        };
        assert!(doubted("一 年度", -20.0));
        assert!(!doubted("一", -20.0), "a speck");
        assert!(!doubted("一 年度", 40.0), "elsewhere");
    }

    #[test]
    fn a_blank_part_beside_other_amounts_is_doubted() {
        let build = || Build::sound().null("funds.annual.other");
        assert!(
            found(&recognised(build())).contains(&"funds.blank-part /funds/annual/other".into())
        );
        assert!(found(&build().form()).is_empty(), "it is printed so");
        assert!(found(&recognised(Build::sound())).iter().all(|f| !f.contains("annual")));
    }

    #[test]
    fn one_name_for_two_values_is_doubted() {
        let mut form = recognised(Build::sound());
        let cell = |y: f32| Some(Rect::new(10.0, y, 90.0, y + 20.0));
        for (i, y) in [(0, 0.0), (1, 0.0), (2, 40.0), (3, 60.0)] {
            let at = Pointer::from_dotted("indicators").index(i);
            form.evidence.get_mut(&at.key("level3")).unwrap().bbox = cell(y);
            form.evidence.get_mut(&at.key("target")).unwrap().bbox = cell(20.0 * i as f32);
        }
        let at = |i| format!("indicator.shared-name /indicators/{i}/level3");
        assert_eq!(found(&form), [at(0), at(1)]);
    }

    #[test]
    fn what_stands_beside_a_value_may_be_its_rest() {
        let mut form = recognised(Build::sound());
        let key = Pointer::from_dotted("goals.annual");
        let value = form.evidence.get_mut(&key).unwrap();
        value.bbox = Some(Rect::new(0.0, 0.0, 50.0, 10.0));
        let page = value.page;
        let left = |x: f32| Leftover {
            text: "务中心".into(),
            page,
            bbox: Some(Rect::new(x, 0.0, x + 30.0, 10.0)),
            in_table: true,
        };
        let (near, far) = (left(50.0), left(80.0));
        form.leftovers = vec![far];
        assert!(found(&form).is_empty());
        form.leftovers = vec![near];
        assert_eq!(found(&form), ["field.cut /goals/annual"]);
    }
}
