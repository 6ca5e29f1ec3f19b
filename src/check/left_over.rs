//! What cells of the table that belong to no field say about the values that do.
//!
//! Each such cell is reported by itself. Some tell which value is wrong by being there: a label of the
//! taxonomy leads indicators that are missing, a label of a field takes its value with it, a sentence is
//! the goal that was not found or a part of the one beside.

use super::broken_off::is_sentence;
use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, FieldKind, Leftover};
use crate::model::geometry::Rect;
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::FieldSpec;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Shorter labels are parts of many a text, in characters.
const LABEL: usize = 4;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let left = || ctx.form.leftovers.iter().filter(|left| left.in_table);
    if let Some(label) = left().find(|left| is_level(ctx, left)) {
        let message = format!("「{}」 leads no indicator; some may be missing", label.text.trim());
        let hint = "compare the rows with the page";
        let (code, severity) = ("indicator.lost-row", Severity::Warning);
        findings.push(ctx.table_finding(code, severity, message, hint).on_page(label.page));
    }
    heads_in_goals(ctx, findings);
    cut_apart(ctx, findings);
    let texts: Vec<String> = left().map(|left| fold(&left.text)).collect();
    let outside = ctx.form.leftovers.iter().filter(|left| !left.in_table);
    let lines: Vec<String> = outside.map(|left| fold(&left.text)).collect();
    let sentences: Vec<&Leftover> = left().filter(|left| is_sentence(&left.text)).collect();
    let halves = halves(ctx);
    let mut above = above_rows(ctx);
    above.retain(|left| is_sentence(&left.text));
    let unplaced = sentences.first().or_else(|| above.first()).copied();
    for field in &ctx.spec.fields {
        let at = Pointer::from_dotted(&field.key);
        let is_lost = field.kind == FieldKind::Paragraphs && has_no_rows(ctx);
        let is_text = matches!(field.kind, FieldKind::Text | FieldKind::Paragraphs);
        let message = if ctx.has(&field.key) {
            let is_goal = field.kind == FieldKind::Paragraphs;
            let is_part = |s: &&&Leftover| {
                is_text && is_beside(ctx, &at, s) || is_goal && is_in_column(ctx, &at, s)
            };
            let part = sentences.iter().find(is_part);
            let half = || halves.iter().find(|half| is_stacked(ctx, &at, half));
            let line = || above.iter().find(|line| is_goal && is_near(ctx, &at, line));
            let Some(part) = part.or_else(half).or_else(line) else { continue };
            let text = part.text.trim().replace('\n', " ");
            format!("“{text}” beside it belongs to no field and may be a part of this value")
        } else if texts.iter().any(|text| holds_label(field, text))
            || is_missing(ctx, &at) && lines.iter().any(|text| holds_label(field, text))
        {
            format!(
                "{} is blank, and its label stands in a cell of no field",
                ctx.label(&field.key)
            )
        } else if field.kind == FieldKind::Money && texts.iter().any(|text| is_amount(text)) {
            format!("{} is blank, but an amount belongs to no field", ctx.label(&field.key))
        } else if is_lost {
            format!("{} is blank, and the form has no indicators either", ctx.label(&field.key))
        } else if field.kind == FieldKind::Paragraphs && !ctx.is_not_printed(&field.key) {
            let Some(sentence) = unplaced else { continue };
            format!(
                "{} is blank, but a text on page {} belongs to no field and may be its value",
                ctx.label(&field.key),
                sentence.page
            )
        } else {
            continue;
        };
        let hint = "compare the form with the page";
        findings.push(ctx.finding("field.unplaced", Severity::Warning, at, message, hint));
    }
}

/// Whether a cell holds the label of a field together with others, or around its value: where no rules
/// show the cells, the lines of a label that wraps stand above and below the value beside it.
fn holds_label(field: &FieldSpec, folded: &str) -> bool {
    let around = |label: &str| {
        let mut cuts = label.char_indices().map(|(at, _)| label.split_at(at)).skip(2);
        cuts.any(|(begin, end)| folded.starts_with(begin) && folded.ends_with(end))
    };
    let mut labels = field.label.iter().map(|label| fold(label));
    labels
        .any(|label| label.chars().count() >= LABEL && (folded.contains(&label) || around(&label)))
}

/// Whether a cell holds an amount and nothing else.
fn is_amount(folded: &str) -> bool {
    let mark = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    folded.chars().all(mark) && folded.chars().filter(char::is_ascii_digit).count() >= 3
}

/// A line goes on with a value no further away than this, in heights of its print.
const NEAR: f32 = 2.0;

/// More cells that belong to no field tell nothing of single values.
const MANY: usize = 64;

/// Two cells of one row touch where their edges are no further apart, in points.
const TOUCH: f32 = 2.0;

/// Recognised values beside which a cell of the same row belongs to no field: a stroke of a character may
/// have been taken for the line between them.
fn cut_apart(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let left = ctx.form.leftovers.iter().filter(|left| left.in_table);
    let words = left.filter(|left| left.text.chars().filter(|c| c.is_alphabetic()).count() > 1);
    let words: Vec<(&Leftover, Rect)> = words.filter_map(|left| Some((left, left.bbox?))).collect();
    if words.is_empty() {
        return;
    }
    let labels: BTreeSet<String> = ctx.spec.labels.iter().map(|label| fold(label)).collect();
    for (at, evidence) in &ctx.form.evidence {
        let Some(own) = evidence.bbox.filter(|_| evidence.from == Origin::Recognised) else {
            continue;
        };
        let is_other_half = |(left, b): &&(&Leftover, Rect)| {
            let touches = (b.x1 - own.x0).abs() <= TOUCH || (own.x1 - b.x0).abs() <= TOUCH;
            let same_row = (b.y0 - own.y0).abs() <= TOUCH && (b.y1 - own.y1).abs() <= TOUCH;
            left.page == evidence.page && touches && same_row && !labels.contains(&fold(&left.text))
        };
        let Some((left, _)) = words.iter().find(is_other_half) else { continue };
        let text = left.text.trim().replace('\n', " ");
        let message =
            format!("“{text}” beside it belongs to no field and may be a part of this value");
        let hint = "compare the value with the picture";
        findings.push(ctx.finding("field.unplaced", Severity::Warning, at.clone(), message, hint));
    }
}

/// Goals whose last line is the head of the indicator table: the line between was not found.
fn heads_in_goals(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let columns = ctx.spec.indicators.iter().flat_map(|list| &list.columns);
    let heads: Vec<String> = columns.flat_map(|c| &c.header).map(|head| fold(head)).collect();
    for field in ctx.spec.fields.iter().filter(|f| f.kind == FieldKind::Paragraphs) {
        let last = ctx.text(&field.key).and_then(|text| text.lines().last()).unwrap_or_default();
        let mut words = last.split_whitespace().map(fold).peekable();
        if words.peek().is_none() || !words.all(|word| heads.contains(&word)) {
            continue;
        }
        let message = format!("the value ends with headers of the indicator table, “{last}”");
        let hint = "compare the form with the page; a line between two cells was not found";
        let at = Pointer::from_dotted(&field.key);
        findings.push(ctx.finding("field.holds-label", Severity::Warning, at, message, hint));
    }
}

/// Whether the indicator table, which such forms have, was not found or is empty.
fn has_no_rows(ctx: &Context<'_>) -> bool {
    ctx.spec.indicators.is_some() && ctx.rows.is_empty()
}

/// Whether the form shows no label of the field.
fn is_missing(ctx: &Context<'_>, at: &Pointer) -> bool {
    let mut findings = ctx.form.findings.iter();
    findings.any(|f| f.code == "field.label-missing" && f.at.as_ref() == Some(at))
}

/// The boxes of a value's cell and of one that belongs to no field, if they are on one page.
fn boxes(ctx: &Context<'_>, at: &Pointer, left: &Leftover) -> Option<(Rect, Rect)> {
    Some((ctx.evidence(at).filter(|e| e.page == left.page)?.bbox?, left.bbox?))
}

/// Whether the cell stands in the rows of a value's cell.
fn is_beside(ctx: &Context<'_>, at: &Pointer, left: &Leftover) -> bool {
    boxes(ctx, at, left).is_some_and(|(value, own)| {
        value.y1.min(own.y1) - value.y0.max(own.y0) > 0.5 * own.height()
    })
}

/// Whether the cell stands above or below a value's cell and is as wide: paragraphs of one text.
fn is_in_column(ctx: &Context<'_>, at: &Pointer, left: &Leftover) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() <= TOUCH;
    boxes(ctx, at, left)
        .is_some_and(|(value, own)| near(value.x0, own.x0) && near(value.x1, own.x1))
}

/// Whether a line outside of the tables stands right above or below a value's cell.
fn is_near(ctx: &Context<'_>, at: &Pointer, left: &Leftover) -> bool {
    boxes(ctx, at, left).is_some_and(|(value, own)| {
        let inside = value.x0 - TOUCH <= own.x0 && own.x1 <= value.x1 + TOUCH;
        let apart = (own.y0 - value.y1).max(value.y0 - own.y1);
        inside && apart <= NEAR * own.height()
    })
}

/// Whether the cell stands right above or below a value's cell and has its width: where no rules show
/// the rows, one that wraps may be taken for two.
fn is_stacked(ctx: &Context<'_>, at: &Pointer, left: &Leftover) -> bool {
    is_in_column(ctx, at, left)
        && boxes(ctx, at, left).is_some_and(|(value, own)| {
            (value.y1 - own.y0).abs() <= TOUCH || (own.y1 - value.y0).abs() <= TOUCH
        })
}

/// Cells that may be the rest of the values above or below them: those of rows that begin with such a
/// cell. That of a field which the template does not know leaves its label before it.
fn halves<'a>(ctx: &Context<'a>) -> Vec<&'a Leftover> {
    let left = ctx.form.leftovers.iter().filter(|left| left.in_table);
    let mut cells: Vec<(&Leftover, Rect)> =
        left.filter_map(|left| Some((left, left.bbox?))).collect();
    // Few cells are left of a form that was read; of others there may be any number.
    if cells.len() > MANY {
        return Vec::new();
    }
    cells.sort_by(|a, b| {
        (a.0.page, a.1.y0).partial_cmp(&(b.0.page, b.1.y0)).unwrap_or(Ordering::Equal)
    });
    let same_row = |a: &(&Leftover, Rect), b: &(&Leftover, Rect)| {
        a.0.page == b.0.page && (a.1.y0 - b.1.y0).abs() <= TOUCH
    };
    let fields = &ctx.spec.fields;
    let labels: BTreeSet<String> = ctx
        .spec
        .labels
        .iter()
        .chain(fields.iter().flat_map(|f| &f.label))
        .map(|l| fold(l))
        .collect();
    // Others are read out of labels, or of titles.
    let is_cell = |field: &&FieldSpec| {
        let kinds = [FieldKind::Text, FieldKind::Paragraphs, FieldKind::Money, FieldKind::Date];
        kinds.contains(&field.kind)
    };
    let continues = |left: &Leftover| {
        // Pieces of a label that runs down beside its rows are no values.
        let text = fold(&left.text);
        let is_label = text.chars().count() > 1 && labels.iter().any(|label| label.contains(&text));
        let mut places = fields.iter().filter(is_cell).map(|f| Pointer::from_dotted(&f.key));
        !is_label && places.any(|at| is_stacked(ctx, &at, left))
    };
    let rows = cells.chunk_by(same_row);
    let begins = |row: &&[(&Leftover, Rect)]| {
        row.iter().min_by(|a, b| a.1.x0.total_cmp(&b.1.x0)).is_some_and(|first| continues(first.0))
    };
    rows.filter(begins).flatten().map(|cell| cell.0).collect()
}

/// The lines outside of the tables that stand between the head of the form and its first indicator.
fn above_rows<'a>(ctx: &Context<'a>) -> Vec<&'a Leftover> {
    let Some(first) = ctx.rows.first() else { return Vec::new() };
    let place = |e: &Evidence, edge: fn(Rect) -> f32| Some((e.page, edge(e.bbox?)));
    let before = |a: (u32, f32), b: (u32, f32)| a.0 < b.0 || a.0 == b.0 && a.1 <= b.1 + TOUCH;
    let evidence = || ctx.form.evidence.iter();
    let mut cells = evidence().filter(|(at, _)| at.parent().as_ref() == Some(&first.at));
    let row = cells.find_map(|(_, e)| place(e, |b| b.y0));
    let head = evidence().filter_map(|(_, e)| place(e, |b| b.y1));
    let head = head.reduce(|a, b| if before(a, b) { a } else { b });
    let (Some(row), Some(head)) = (row, head) else { return Vec::new() };
    let is_between = |left: &&Leftover| {
        left.bbox.is_some_and(|b| before(head, (left.page, b.y0)) && before((left.page, b.y1), row))
    };
    ctx.form.leftovers.iter().filter(|left| !left.in_table).filter(is_between).collect()
}

/// Whether the cell holds a label of the taxonomy and nothing else.
fn is_level(ctx: &Context<'_>, left: &Leftover) -> bool {
    let text = fold(&left.text);
    let levels = &ctx.taxonomy.level1;
    levels.iter().any(|l| fold(&l.name) == text || l.level2.iter().any(|l| fold(&l.name) == text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};
    use crate::model::form::Form;

    #[test]
    fn a_label_that_wraps_around_its_value_is_held() {
        let field = SPEC.fields.iter().find(|f| f.key == "project_nature").unwrap();
        let label = fold(field.label.first().unwrap());
        let (begin, end) = label.split_at(label.char_indices().nth(3).unwrap().0);
        assert!(holds_label(field, &format!("{begin}《取暖实施方案》。{end}")));
        assert!(holds_label(field, &format!("{label}一次性项目")));
        assert!(!holds_label(field, &format!("{begin}《取暖实施方案》。")));
    }

    fn doubted(text: &str, in_table: bool) -> Vec<String> {
        let mut form = Build::sound().null("goals.annual").form();
        form.leftovers = vec![Leftover { text: text.into(), page: 2, bbox: None, in_table }];
        let mut findings = Vec::new();
        check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
        findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
    }

    #[test]
    fn a_sentence_without_a_field_is_looked_for_in_blank_goals() {
        let goal = "完成设备更新四十台，培训操作人员。";
        assert!(doubted(goal, true).contains(&"/goals/annual".to_owned()));
        assert!(doubted(goal, false).is_empty(), "the prose around the form");
        assert!(doubted("备注", true).is_empty());
    }

    #[test]
    fn a_label_that_no_field_claimed_and_a_sentence_beside_a_value_are_doubted() {
        let mut form = Build::sound().null("project_nature").form();
        let label = SPEC.fields.iter().find(|f| f.key == "project_nature").unwrap();
        let goal = form.evidence.get_mut(&Pointer::from_dotted("goals.annual")).unwrap();
        goal.bbox = Some(Rect::new(100.0, 300.0, 300.0, 400.0));
        let page = goal.page;
        let part = |text: &str, y: f32| Leftover {
            text: text.into(),
            page,
            bbox: Some(Rect::new(300.0, y, 500.0, y + 10.0)),
            in_table: true,
        };
        let sentence = "培训基层人员三百人次，建立台账。";
        form.leftovers = vec![part(&label.label[0], 20.0), part(sentence, 340.0)];
        let doubts = |form: &Form| -> Vec<String> {
            let mut findings = Vec::new();
            check(&Context::new(form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
        };
        assert_eq!(doubts(&form), ["/goals/annual", "/project_nature"]);
        form.leftovers = vec![part("备注", 20.0), part(sentence, 440.0)];
        assert_eq!(doubts(&form), [""; 0]);
    }

    #[test]
    fn a_scanned_value_beside_a_cell_of_no_field_is_doubted() {
        let doubts = |text: &str, x1: f32, from: Origin| {
            let mut form = Build::sound().form();
            let goal = form.evidence.get_mut(&Pointer::from_dotted("goals.annual")).unwrap();
            (goal.bbox, goal.from) = (Some(Rect::new(300.0, 300.0, 500.0, 320.0)), from);
            let (page, bbox) = (goal.page, Some(Rect::new(260.0, 300.0, x1, 320.0)));
            form.leftovers = vec![Leftover { text: text.into(), page, bbox, in_table: true }];
            let mut findings = Vec::new();
            cut_apart(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.len()
        };
        assert_eq!(doubts("建成两", 300.5, Origin::Recognised), 1);
        assert_eq!(doubts("建成两", 290.0, Origin::Recognised), 0, "apart");
        assert_eq!(doubts("—", 300.5, Origin::Recognised), 0, "no word");
        assert_eq!(doubts("建成两", 300.5, Origin::TextLayer), 0);
    }

    #[test]
    fn a_goal_that_ends_with_the_head_of_the_table_is_doubted() {
        let doubts = |goal: &str| {
            let form = Build::sound().text("goals.annual", goal).form();
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter(|f| f.code == "field.holds-label").count()
        };
        assert_eq!(doubts("完成四十台设备更新。\n一级指标 二级指标"), 1);
        assert_eq!(doubts("完成四十台设备更新。\n质量指标达标"), 0);
    }

    #[test]
    fn a_blank_amount_beside_one_that_nobody_took_is_doubted() {
        let mut form = Build::sound().null("funds.annual.other").form();
        form.leftovers =
            vec![Leftover { text: "2,207.23".into(), in_table: true, ..Leftover::default() }];
        let mut findings = Vec::new();
        check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
        let at = Some(Pointer::from_dotted("funds.annual.other"));
        assert!(findings.iter().any(|f| f.at == at));
    }

    #[test]
    fn a_goal_is_hardly_blank_where_the_indicators_are_missing_too() {
        let doubts = |form: Form| {
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter(|f| f.code == "field.unplaced").count()
        };
        assert_eq!(doubts(Build::sound().null("goals.annual").form()), 0);
        assert!(doubts(Build::blank().null("goals.annual").form()) > 0);
    }

    #[test]
    fn a_level_without_indicators_doubts_the_table() {
        assert_eq!(doubted("数量 指标", true), ["/indicators"]);
        assert!(doubted("数量指标完成情况", true).is_empty());
    }

    #[test]
    fn what_stands_right_below_a_value_may_be_its_rest_unless_it_has_a_label() {
        let mut form = Build::sound().form();
        let name = form.evidence.get_mut(&Pointer::from_dotted("project_nature")).unwrap();
        name.bbox = Some(Rect::new(100.0, 300.0, 300.0, 314.0));
        let page = name.page;
        let part = |text: &str, x: (f32, f32)| Leftover {
            text: text.into(),
            page,
            bbox: Some(Rect::new(x.0, 314.0, x.1, 328.0)),
            in_table: true,
        };
        let doubts = |leftovers: Vec<Leftover>| -> Vec<String> {
            let form = Form { leftovers, ..form.clone() };
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
        };
        let rest = || part("某项目", (100.0, 300.0));
        assert_eq!(doubts(vec![rest()]), ["/project_nature"]);
        assert_eq!(doubts(vec![part("联系人", (20.0, 100.0)), rest()]), [""; 0]);
    }
}
