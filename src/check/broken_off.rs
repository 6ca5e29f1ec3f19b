//! Values that may go on in a cell or a line that nobody took: at the top of the next page, at the end
//! of the page before, or right below a paragraph.
//!
//! A cell that a page break cuts is joined with its rest where the rest follows at once. Where rows
//! are printed again in between that no one knows for repeated, or the next page draws no lines around
//! the rest, it is left over, and the value ends in the middle.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, FieldKind};
use crate::model::geometry::Rect;
use crate::model::pointer::Pointer;
use std::collections::BTreeMap;

/// Edges of one column on two pages differ by no more than this, in points: they are drawn from the
/// same widths, and a scan is laid over the page before.
const SAME_EDGE: f32 = 3.0;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    lines_below(ctx, findings);
    beginnings(ctx, findings);
    let first = ctx.form.pages.first().copied().unwrap_or(0);
    let rests: Vec<(u32, Rect, &str)> = ctx
        .form
        .leftovers
        .iter()
        .filter(|left| left.page > first && left.text.chars().any(char::is_alphanumeric))
        .filter_map(|left| Some((left.page, left.bbox?, left.text.as_str())))
        .collect();
    if rests.is_empty() {
        return;
    }
    let lowest = lowest(ctx);
    for (page, rest, text) in rests {
        let Some(cells) = lowest.get(&(page - 1)) else { continue };
        for (at, _) in cells.iter().filter(|cell| in_one_column(cell.1, rest)) {
            let text = text.replace('\n', " ");
            let message = format!(
                "“{text}” on page {page} belongs to no field and may be the rest of this value"
            );
            findings.push(cut(ctx, at, message));
        }
    }
    for (page, line) in bare_lines(ctx, first) {
        let Some(cells) = lowest.get(&(page - 1)) else { continue };
        let holds = |cell: &&(&Pointer, Rect)| {
            cell.1.x0 - SAME_EDGE <= line.x0 && line.x1 <= cell.1.x1 + SAME_EDGE
        };
        for (at, _) in cells.iter().filter(holds) {
            let message = format!(
                "the text at the top of page {page} belongs to no field and may be the rest of this \
                 value"
            );
            findings.push(cut(ctx, at, message));
        }
    }
}

fn cut(ctx: &Context<'_>, at: &Pointer, message: String) -> Finding {
    let hint = "compare the value with both pages";
    ctx.finding("field.cut", Severity::Warning, at.clone(), message, hint)
}

fn in_one_column(a: Rect, b: Rect) -> bool {
    (a.x0 - b.x0).abs() <= SAME_EDGE && (a.x1 - b.x1).abs() <= SAME_EDGE
}

/// Values at the top of a page whose column ends with a cell of no field on the page before.
fn beginnings(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let left = ctx.form.leftovers.iter().filter(|left| left.in_table);
    let text = left.filter(|left| left.text.chars().any(char::is_alphanumeric));
    let left: Vec<(u32, Rect, &str)> =
        text.filter_map(|left| Some((left.page, left.bbox?, left.text.as_str()))).collect();
    if left.is_empty() {
        return;
    }
    let (lowest, highest) = (lowest(ctx), highest(ctx));
    for (page, cell, text) in left {
        // Nothing that belongs to a field ends lower on its page.
        let is_last = lowest.get(&page).is_none_or(|cells| {
            cells.first().is_none_or(|(_, last)| last.y1 <= cell.y1 + SAME_EDGE)
        });
        let Some(cells) = highest.get(&(page + 1)).filter(|_| is_last) else { continue };
        for (at, _) in cells.iter().filter(|other| in_one_column(other.1, cell)) {
            let text = text.replace('\n', " ");
            let message = format!(
                "“{text}” on page {page} belongs to no field and may be the beginning of this value"
            );
            findings.push(cut(ctx, at, message));
        }
    }
}

/// Paragraphs that end right above a line which belongs to nothing, where white space alone shows
/// what belongs together.
fn lines_below(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let lines = ctx.form.leftovers.iter().filter(|left| !left.in_table);
    let lines: Vec<(u32, Rect)> = lines.filter_map(|l| Some((l.page, l.bbox?))).collect();
    for field in ctx.spec.fields.iter().filter(|f| f.kind == FieldKind::Paragraphs) {
        let at = Pointer::from_dotted(&field.key);
        let Some(own) = ctx.evidence(&at).filter(|_| ctx.has(&field.key)) else { continue };
        let Some(cell) = own.bbox else { continue };
        let is_below = |(page, line): &&(u32, Rect)| {
            *page == own.page
                && cell.x0 - SAME_EDGE <= line.x0
                && line.x1 <= cell.x1 + SAME_EDGE
                && (-SAME_EDGE..line.height()).contains(&(line.y0 - cell.y1))
        };
        if lines.iter().any(|line| is_below(&line)) {
            let message = "the line right below this value belongs to no field".to_owned();
            let hint = "compare the value with the page";
            findings.push(ctx.finding("field.cut", Severity::Warning, at, message, hint));
        }
    }
}

/// The first line of text that stands above all cells of a page of the form, outside of tables, for
/// each page after the `first`. A running head is short, and no sentence.
fn bare_lines(ctx: &Context<'_>, first: u32) -> BTreeMap<u32, Rect> {
    let mut tops: BTreeMap<u32, f32> = BTreeMap::new();
    for evidence in ctx.form.evidence.values() {
        if let Some(bbox) = evidence.bbox {
            let top = tops.entry(evidence.page).or_insert(bbox.y0);
            *top = top.min(bbox.y0);
        }
    }
    let mut lines: BTreeMap<u32, Rect> = BTreeMap::new();
    for left in ctx.form.leftovers.iter().filter(|left| left.page > first && !left.in_table) {
        let Some(bbox) = left.bbox else { continue };
        let is_above = tops.get(&left.page).is_some_and(|top| bbox.y1 <= top + SAME_EDGE);
        if is_above && is_sentence(&left.text) {
            lines.entry(left.page).or_insert(bbox);
        }
    }
    lines
}

/// Shorter texts are heads and notes, in characters.
const SENTENCE: usize = 12;

/// Whether a text that belongs to no field is part of a paragraph.
pub(super) fn is_sentence(text: &str) -> bool {
    text.contains(['。', '，', '；'])
        && text.chars().filter(|c| c.is_alphabetic()).count() >= SENTENCE
}

/// The values whose cells begin highest, for each page.
fn highest<'a>(ctx: &Context<'a>) -> BTreeMap<u32, Vec<(&'a Pointer, Rect)>> {
    let mut pages = by_page(ctx);
    for cells in pages.values_mut() {
        let start = cells.iter().map(|c| c.1.y0).fold(f32::MAX, f32::min);
        cells.retain(|c| c.1.y0 <= start + SAME_EDGE);
    }
    pages
}

/// The values whose cells end lowest, for each page.
fn lowest<'a>(ctx: &Context<'a>) -> BTreeMap<u32, Vec<(&'a Pointer, Rect)>> {
    let mut pages = by_page(ctx);
    for cells in pages.values_mut() {
        let end = cells.iter().map(|c| c.1.y1).fold(f32::MIN, f32::max);
        cells.retain(|c| c.1.y1 >= end - SAME_EDGE);
    }
    pages
}

/// The values with their cells, for each page.
fn by_page<'a>(ctx: &Context<'a>) -> BTreeMap<u32, Vec<(&'a Pointer, Rect)>> {
    let mut pages: BTreeMap<u32, Vec<(&Pointer, Rect)>> = BTreeMap::new();
    let boxed = |(at, e): (&'a Pointer, &'a Evidence)| Some((at, e.page, e.bbox?));
    for (at, page, bbox) in ctx.form.evidence.iter().filter_map(boxed) {
        pages.entry(page).or_default().push((at, bbox));
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};
    use crate::model::form::Leftover;

    /// Pointers that are doubted where a goal ends a page and this is left over on the next one.
    fn doubted(text: &str, page: u32, left: Rect, in_table: bool) -> Vec<String> {
        let goal = Build::blank().text("goals.annual", "建设设备、课");
        let mut form = goal.text("a", "甲").text("b", "乙").form();
        form.pages = vec![1, 2];
        for (key, y) in [("a", 100.0), ("goals.annual", 700.0)] {
            let evidence = form.evidence.get_mut(&Pointer::from_dotted(key)).unwrap();
            (evidence.page, evidence.bbox) = (1, Some(Rect::new(300.0, y, 500.0, y + 50.0)));
        }
        let second = form.evidence.get_mut(&Pointer::from_dotted("b")).unwrap();
        (second.page, second.bbox) = (2, Some(Rect::new(40.0, 90.0, 500.0, 110.0)));
        form.leftovers = vec![Leftover { text: text.into(), page, bbox: Some(left), in_table }];
        let mut findings = Vec::new();
        check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
        findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
    }

    #[test]
    fn a_rest_that_nobody_took_doubts_the_value_before_the_break() {
        let below = |x0: f32, x1: f32| Rect::new(x0, 60.0, x1, 90.0);
        let doubted = |text: &str, page, left| doubted(text, page, left, true);
        assert_eq!(doubted("程开发。", 2, below(300.5, 500.0)), ["/goals/annual"]);
        assert!(doubted("标题", 2, below(40.0, 500.0)).is_empty(), "another column");
        assert!(doubted("程开发。", 1, below(300.0, 500.0)).is_empty(), "no break between");
        assert!(doubted("—", 2, below(300.0, 500.0)).is_empty(), "no text");
    }

    #[test]
    fn a_cell_that_nobody_took_at_the_end_of_a_page_doubts_the_value_on_top_of_the_next() {
        let doubted = |y: f32, x1: f32| {
            let mut form = Build::blank().text("goals.annual", "程开发。").text("a", "甲").form();
            form.pages = vec![1, 2];
            for (key, page, y) in [("a", 1, 500.0), ("goals.annual", 2, 60.0)] {
                let evidence = form.evidence.get_mut(&Pointer::from_dotted(key)).unwrap();
                let bbox = Some(Rect::new(300.0, y, 500.0, y + 20.0));
                (evidence.page, evidence.bbox) = (page, bbox);
            }
            let bbox = Some(Rect::new(300.0, y, x1, y + 20.0));
            let text = "建设设备、课".to_owned();
            form.leftovers = vec![Leftover { text, page: 1, bbox, in_table: true }];
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(doubted(700.0, 500.0), ["/goals/annual"]);
        assert_eq!(doubted(300.0, 500.0), [""; 0], "not the last row");
        assert_eq!(doubted(700.0, 400.0), [""; 0], "another column");
    }

    #[test]
    fn a_line_right_below_a_paragraph_may_be_its_end() {
        let doubted = |y: f32| {
            let mut form = Build::sound().form();
            let goal = form.evidence.get_mut(&Pointer::from_dotted("goals.annual")).unwrap();
            goal.bbox = Some(Rect::new(300.0, 100.0, 500.0, 150.0));
            let (page, bbox) = (goal.page, Some(Rect::new(300.0, y, 420.0, y + 10.0)));
            let text = "程开发。".to_owned();
            form.leftovers = vec![Leftover { text, page, bbox, in_table: false }];
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(doubted(152.0), ["/goals/annual"]);
        assert_eq!(doubted(190.0), [""; 0]);
    }

    #[test]
    fn a_line_without_a_cell_at_the_top_of_the_next_page_doubts_it_too() {
        let doubted = |text: &str, at: Rect| doubted(text, 2, at, false);
        let rest = "程开发，完成四十个点位的能力建设。";
        assert_eq!(doubted(rest, Rect::new(310.0, 60.0, 480.0, 70.0)), ["/goals/annual"]);
        assert!(doubted("绩效目标公开", Rect::new(310.0, 60.0, 480.0, 70.0)).is_empty(), "a head");
        assert!(doubted(rest, Rect::new(310.0, 160.0, 480.0, 170.0)).is_empty(), "below the table");
    }
}
