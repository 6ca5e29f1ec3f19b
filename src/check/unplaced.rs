//! Recognised cells that stand in the wrong field, or in none beside fields that found nothing.
//!
//! A line between two cells that was not found makes one value of a value and a label. A label
//! that was misread leaves its value behind. On a text layer such a cell is a note that
//! the template does not know; on a scan it may well be the value that is missing. Where no rules
//! show the cells, a label of the indicator table may be taken for a value.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::{FieldKind, Leftover};
use crate::model::geometry::Rect;
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::script::is_comparison;
use crate::model::spec::{ColumnRole, FieldSpec, Place};
use std::collections::BTreeSet;

/// Shorter labels are words that names may well begin or end with.
const LABEL: usize = 4;

/// The same for a text layer, where lines are seldom missing.
const LONG_LABEL: usize = 6;

/// What kind of value a printed text may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Amount,
    Date,
    Words,
}

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    levels_as_values(ctx, findings);
    labels_in_values(ctx, findings);
    empty_lists(ctx, findings);
    if !ctx.form.evidence.values().any(|e| e.from == Origin::Recognised) {
        return;
    }
    unlike(ctx, findings);
    lost_year(ctx, findings);
    lost_rows(ctx, findings);
    let seen: BTreeSet<Look> = ctx.form.leftovers.iter().filter_map(look).collect();
    for field in &ctx.spec.fields {
        let Some(wanted) = wanted(field.kind) else { continue };
        if !seen.contains(&wanted) || ctx.has(&field.key) {
            continue;
        }
        let message = format!(
            "{} is blank, but the page shows a cell that belongs to no field and may be its value",
            ctx.label(&field.key)
        );
        let hint = "compare the form with the picture; a label may have been misread";
        let at = Pointer::from_dotted(&field.key);
        findings.push(ctx.finding("field.unplaced", Severity::Warning, at, message, hint));
    }
}

/// A value that is a label of the indicator table comes from a table whose cells were guessed.
fn levels_as_values(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let labels: BTreeSet<String> = ctx
        .taxonomy
        .level1
        .iter()
        .flat_map(|l| l.level2.iter().map(|l| &l.name).chain([&l.name]))
        .map(|name| fold(name))
        .collect();
    let sides: Vec<String> = ctx.spec.labels.iter().map(|l| fold(l)).collect();
    // A label that runs down beside rows comes in pieces where no rules show its cell.
    let is_label = |text: &&str| {
        let folded = fold(text);
        let is_piece = folded.chars().count() > 1;
        labels.contains(&folded) || is_piece && sides.iter().any(|side| side.contains(&folded))
    };
    let texts = |f: &&FieldSpec| {
        let is_title = f.place.contains(&Place::Title);
        matches!(f.kind, FieldKind::Text | FieldKind::Paragraphs) && !is_title
    };
    for field in ctx.spec.fields.iter().filter(texts) {
        let Some(text) = ctx.text(&field.key).filter(is_label) else { continue };
        let message = format!(
            "“{}” is a label of the form, or a piece of one, hardly a value",
            text.replace('\n', "")
        );
        let hint = "compare the form with the page; the value may stand in a cell nearby";
        let at = Pointer::from_dotted(&field.key);
        findings.push(ctx.finding("field.holds-label", Severity::Warning, at, message, hint));
    }
    for row in &ctx.rows {
        // What begins with a sign is a target: the cells of the row stand a column beside theirs.
        if row.folded_name.starts_with(is_comparison) {
            let message = format!("the name “{}” looks like a target value", row.called());
            let hint = "compare the row with the page; its cells may be shifted by a column";
            let (code, severity) = ("field.holds-target", Severity::Warning);
            findings.push(ctx.whole_row_finding(code, severity, row, message, hint));
            continue;
        }
        let own =
            [row.level1, row.level2].into_iter().flatten().any(|l| fold(l) == row.folded_name);
        // Two cells without a line between them: the label of the row stands before its name.
        let swallowed = (row.level1.is_none() || row.level2.is_none())
            && labels.iter().any(|label| {
                label.chars().count() >= LABEL && row.folded_name.starts_with(label.as_str())
            });
        // On a scan the level may come from the row above, its own label being the one in the name.
        let is_longer = |label: &&String| {
            let name = &row.folded_name;
            label.chars().count() >= LABEL && name != *label && name.starts_with(label.as_str())
        };
        let name_at = ctx.column(ColumnRole::Name).map(|key| row.at.key(key));
        let scanned =
            name_at.and_then(|at| ctx.evidence(&at)).is_some_and(|e| e.from == Origin::Recognised);
        // 质量指标 may begin a name of its own, a longer label hardly does.
        let told = |label: &&String| scanned || label.chars().count() >= LONG_LABEL;
        if let Some(label) = labels.iter().filter(is_longer).find(told) {
            let message = format!("“{}” begins with the label “{label}”", row.called());
            let hint = "compare the row with the page; a line between two cells was not found";
            let (code, severity) = ("field.holds-label", Severity::Warning);
            findings.push(ctx.whole_row_finding(code, severity, row, message, hint));
            continue;
        }
        let held = own || swallowed || labels.contains(&row.folded_name);
        let Some(name) = row.name.filter(|_| held) else { continue };
        let message = format!("“{name}” holds a label of the indicator table, hardly a name");
        let hint = "compare the row with the page; its cells may be shifted by a column";
        let (code, role) = ("field.holds-label", ColumnRole::Name);
        findings.push(ctx.row_finding(code, Severity::Warning, row, role, message, hint));
    }
}

/// A form that shows less than half of the labels of its template, but print that belongs to none, is
/// a form of another kind, or was not understood: what is blank may well be printed, and what is
/// filled may be something else.
fn unlike(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let labelled = ctx.spec.fields.iter().filter(|f| !f.label.is_empty()).count();
    let missing = ctx.form.findings.iter().filter(|f| f.code == "field.label-missing").count();
    let unclaimed = ctx.form.leftovers.iter().filter(|left| look(left).is_some()).count();
    if missing * 2 <= labelled || unclaimed * 2 <= missing {
        return;
    }
    let message = format!("{missing} of the {labelled} labels of this kind of form were not found");
    let hint = "compare the whole form with the picture; it may be of another kind";
    let (code, at) = ("form.unlike", Pointer::root());
    findings.push(ctx.finding(code, Severity::Error, at, message, hint));
}

/// Every form tells its year; one that was recognised without any lost the line that does.
fn lost_year(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(key) = ctx.spec.checks.dates.as_ref().and_then(|d| d.year.as_ref()) else { return };
    if ctx.has(key) {
        return;
    }
    let message = "no year was recognised on the form".to_owned();
    let hint = "look for it in the picture, and for what else was lost near it";
    let at = Pointer::from_dotted(key);
    findings.push(ctx.finding("field.unplaced", Severity::Warning, at, message, hint));
}

/// A recognised cell that belongs to no field and stands where the names and values of indicator
/// rows stand, but beside none of them: the row that it is of was lost.
fn lost_rows(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let cell = |at: Pointer| {
        let evidence = ctx.evidence(&at).filter(|e| e.from == Origin::Recognised)?;
        Some((evidence.page, evidence.bbox?))
    };
    let columns = [ColumnRole::Name, ColumnRole::Target].map(|role| ctx.column(role));
    let cells: Vec<(u32, Rect)> = ctx
        .rows
        .iter()
        .flat_map(|row| columns.iter().flatten().filter_map(|key| cell(row.at.key(key))))
        .collect();
    let is_row = |left: &&Leftover| {
        let Some(own) = left.bbox.filter(|_| look(left).is_some()) else { return false };
        let beside = |c: &Rect| c.y1.min(own.y1) - c.y0.max(own.y0) > 0.5 * own.height();
        let on_page = || cells.iter().filter(|c| c.0 == left.page).map(|c| &c.1);
        let Some(all) = on_page().copied().reduce(|a, b| a.union(&b)) else { return false };
        // A row that follows the last one is as lost as one between two, and one before the first where
        // the table goes on from another page: there are no headers above it.
        let goes_on = cells.iter().any(|c| c.0 < left.page);
        let above = if goes_on { own.height() } else { 0.0 };
        let table = Rect { y0: all.y0 - above, y1: all.y1 + own.height(), ..all };
        table.contains(own.center()) && !on_page().any(beside)
    };
    let Some(left) = ctx.form.leftovers.iter().find(is_row) else { return };
    let message = format!(
        "“{}” stands among the indicators, but no row holds it",
        left.text.trim().replace('\n', " ")
    );
    let hint = "compare the rows with the picture: one is missing, and those below it are numbered \
                as if it were not there";
    findings.push(ctx.table_finding("indicator.lost-row", Severity::Warning, message, hint));
}

/// A list without a record beside cells that nobody took: its header has other words, or its
/// columns were not told apart.
fn empty_lists(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let [first, _, ..] = ctx.form.leftovers.as_slice() else { return };
    for list in ctx.spec.lists.iter().filter(|list| !ctx.has_records(&list.key)) {
        let message = format!(
            "the list “{}” is empty, but “{}” and {} more cells belong to no field",
            list.key,
            first.text.replace('\n', " "),
            ctx.form.leftovers.len() - 1
        );
        let hint = "compare the form with the page; if it has this list in other words, add its \
                    headers to the template";
        let at = Pointer::from_dotted(&list.key);
        findings.push(ctx.finding("list.unplaced", Severity::Warning, at, message, hint));
    }
}

/// A value that holds another field's label, or a header of a list, is two cells whose line was
/// not found.
fn labels_in_values(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let recognised = ctx.form.evidence.values().any(|e| e.from == Origin::Recognised);
    let least = if recognised { LABEL } else { LONG_LABEL };
    let is_title = |f: &&FieldSpec| f.place.contains(&Place::Title);
    let texts = ctx.spec.fields.iter().filter(|f| f.kind == FieldKind::Text);
    for field in texts.filter(|f| !is_title(f)) {
        let Some(text) = ctx.text(&field.key) else { continue };
        let printed = fold(text);
        let others = ctx.spec.fields.iter().filter(|other| other.key != field.key);
        let headers = ctx.spec.lists.iter().flat_map(|l| &l.columns).flat_map(|c| &c.header);
        let mut labels = others.flat_map(|other| &other.label).chain(headers).map(|l| fold(l));
        let holds = |label: &String| {
            label.chars().count() >= least
                && (printed.ends_with(label.as_str()) || printed.starts_with(label.as_str()))
        };
        let Some(label) = labels.find(holds) else { continue };
        let message = format!("“{text}” holds the label “{label}” of another field");
        let hint = "compare the form with the page; a line between two cells was not found";
        let at = Pointer::from_dotted(&field.key);
        findings.push(ctx.finding("field.holds-label", Severity::Warning, at, message, hint));
    }
}

fn wanted(kind: FieldKind) -> Option<Look> {
    match kind {
        FieldKind::Money => Some(Look::Amount),
        FieldKind::Date => Some(Look::Date),
        FieldKind::Text | FieldKind::Paragraphs => Some(Look::Words),
        _ => None,
    }
}

/// What a leftover looks like; `None` for a speck.
fn look(leftover: &Leftover) -> Option<Look> {
    let dense = || leftover.text.chars().filter(|c| !c.is_whitespace());
    let digits = dense().filter(char::is_ascii_digit).count();
    let words = dense().filter(|c| c.is_alphabetic()).count();
    let dated = dense().any(|c| matches!(c, '-' | '/' | '年' | '月' | '日'));
    // A digit or two may have been read as letters.
    if digits > 2 * words && !dated {
        Some(Look::Amount)
    } else if digits >= 5 && words <= 3 && dated {
        Some(Look::Date)
    } else if words > 1 {
        Some(Look::Words)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};

    /// Pointers of the findings of a form without one of its amounts, read from `from`.
    fn doubted(from: Origin, leftover: &str) -> Vec<String> {
        let mut form = Build::sound().null("funds.annual.other").form();
        form.evidence.values_mut().for_each(|e| e.from = from);
        form.leftovers =
            vec![Leftover { text: leftover.into(), page: 1, bbox: None, ..Leftover::default() }];
        let mut findings = Vec::new();
        check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
        findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
    }

    #[test]
    fn an_amount_that_no_label_claimed_is_looked_for() {
        let other = "/funds/annual/other".to_owned();
        assert!(doubted(Origin::Recognised, "40.00").contains(&other));
        assert!(!doubted(Origin::Recognised, "备注说明").contains(&other));
        assert_eq!(doubted(Origin::TextLayer, "40.00"), [""; 0]);
    }

    #[test]
    fn a_cell_among_the_rows_that_none_of_them_holds_is_a_lost_row() {
        let found_on = |pages: [u32; 4], text: &str, y: f32| {
            let mut form = Build::sound().form();
            for (i, page) in pages.into_iter().enumerate() {
                for (key, x) in [("level3", 0.0), ("target", 100.0)] {
                    let at = Pointer::from_dotted("indicators").index(i).key(key);
                    let evidence = form.evidence.get_mut(&at).unwrap();
                    // The third row is missing.
                    let y = 20.0 * (i + usize::from(i > 1)) as f32;
                    evidence.bbox = Some(Rect::new(x, y, x + 100.0, y + 20.0));
                    (evidence.from, evidence.page) = (Origin::Recognised, page);
                }
            }
            let bbox = Some(Rect::new(0.0, y, 200.0, y + 20.0));
            form.leftovers =
                vec![Leftover { text: text.into(), page: pages[3], bbox, ..Leftover::default() }];
            let mut findings = Vec::new();
            lost_rows(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.len()
        };
        let found = |text: &str, y: f32| found_on([1; 4], text, y);
        assert_eq!(found("工程验收合格率 =100.00(%)", 40.0), 1);
        assert_eq!(found("工程验收合格率 =100.00(%)", 100.0), 1, "below the last one");
        assert_eq!(found("工程验收合格率 =100.00(%)", 60.0), 0, "beside another row's cells");
        assert_eq!(found("工程验收合格率 =100.00(%)", 200.0), 0, "elsewhere");
        assert_eq!(found("·", 40.0), 0, "a speck");
        let row = "工程验收合格率 =100.00(%)";
        assert_eq!(found_on([1, 1, 2, 2], row, 40.0), 1, "on top of the next page");
        assert_eq!(found(row, -20.0), 0, "above the first row stand its headers");
    }

    #[test]
    fn a_label_of_the_indicator_table_is_no_value() {
        let found = |text: &str| {
            let form = Build::sound().text("project_nature", text).form();
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.len()
        };
        assert_eq!([found("数量指标"), found("产出 指标"), found("经常性项目")], [1, 1, 0]);
    }

    #[test]
    fn a_form_without_most_of_its_labels_is_doubted_as_a_whole() {
        let found = |share: usize, unclaimed: usize, from: Origin| {
            let mut form = Build::sound().form();
            let left =
                Leftover {
                    text: "项目类别".into(), page: 1, bbox: None, ..Leftover::default()
                };
            form.leftovers = vec![left; unclaimed];
            form.evidence.values_mut().for_each(|e| e.from = from);
            let labelled = SPEC.fields.iter().filter(|f| !f.label.is_empty()).count();
            let missing = Finding::new("field.label-missing", Severity::Warning, "", "");
            form.findings = vec![missing; labelled * share / 10];
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            let root = Some(Pointer::root());
            findings.iter().any(|f| f.code == "form.unlike" && f.at == root)
        };
        assert!(found(6, 40, Origin::Recognised));
        assert!(!found(4, 40, Origin::Recognised));
        assert!(!found(6, 2, Origin::Recognised), "its own labels are simply not printed");
        assert!(!found(6, 40, Origin::TextLayer));
    }

    #[test]
    fn a_name_that_begins_with_a_label_doubts_its_row() {
        let found = |name: &str, from: Origin| {
            let mut form = Build::sound().row("产出指标", "数量指标", name, "≥1(个)").form();
            form.evidence.values_mut().for_each(|e| e.from = from);
            let mut findings = Vec::new();
            levels_as_values(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect::<Vec<_>>()
        };
        let rows = Context::new(&Build::sound().form(), &SPEC, &TAXONOMY).rows.len();
        let own = [format!("/indicators/{rows}")];
        assert_eq!(found("质量指标平行样合格率", Origin::Recognised), own);
        assert!(found("质量指标平行样合格率", Origin::TextLayer).is_empty());
        assert!(found("平行样合格率", Origin::Recognised).is_empty());
    }

    #[test]
    fn a_name_that_is_a_target_doubts_its_row() {
        let found = |name: &str| {
            let form = Build::sound().row("产出指标", "数量指标", name, "20").form();
            let mut findings = Vec::new();
            levels_as_values(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter(|f| f.code == "field.holds-target").count()
        };
        assert_eq!([found("≥1200人"), found("＝100%"), found("培训学员人数")], [1, 1, 0]);
    }

    #[test]
    fn two_cells_in_one_are_noticed() {
        let found = |text: &str| {
            let mut form = Build::sound().text("project_nature", text).form();
            form.evidence.values_mut().for_each(|e| e.from = Origin::Recognised);
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().any(|f| f.code == "field.holds-label")
        };
        let other = SPEC.fields.iter().filter(|f| f.key != "project_nature");
        let label = other.flat_map(|f| &f.label).find(|l| l.chars().count() >= LABEL).unwrap();
        assert!(found(&format!("经常性专项业务费 {label}")));
        assert!(!found("经常性专项业务费"));
    }

    #[test]
    fn texts_look_like_what_they_may_be() {
        let look = |text: &str| {
            look(&Leftover { text: text.into(), page: 1, bbox: None, ..Leftover::default() })
        };
        assert_eq!([look("0.00"), look("2,000,00O")], [Some(Look::Amount); 2]);
        assert_eq!([look("2026-01-01"), look("2026年1月")], [Some(Look::Date); 2]);
        assert_eq!([look("宣传工作"), look("·"), look("一")], [Some(Look::Words), None, None]);
    }
}
