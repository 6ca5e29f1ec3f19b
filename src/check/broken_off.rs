//! Values that may go on in a cell that nobody took, at the top of the next page.
//!
//! A cell that a page break cuts is joined with its rest where the rest follows at once. Where rows
//! are printed again in between that no one knows for repeated, the rest is left over, and the value
//! ends in the middle.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::Evidence;
use crate::model::geometry::Rect;
use crate::model::pointer::Pointer;
use std::collections::BTreeMap;

/// Edges of one column on two pages differ by no more than this, in points: they are drawn from the
/// same widths, and a scan is laid over the page before.
const SAME_EDGE: f32 = 3.0;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
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
        let near = |a: f32, b: f32| (a - b).abs() <= SAME_EDGE;
        let same = |cell: &&(&Pointer, Rect)| near(cell.1.x0, rest.x0) && near(cell.1.x1, rest.x1);
        for (at, _) in cells.iter().filter(same) {
            let text = text.replace('\n', " ");
            let message = format!(
                "“{text}” on page {page} belongs to no field and may be the rest of this value"
            );
            let hint = "compare the value with both pages";
            let at = (*at).clone();
            findings.push(ctx.finding("field.cut", Severity::Warning, at, message, hint));
        }
    }
}

/// The values whose cells end lowest, for each page.
fn lowest<'a>(ctx: &Context<'a>) -> BTreeMap<u32, Vec<(&'a Pointer, Rect)>> {
    let mut pages: BTreeMap<u32, Vec<(&Pointer, Rect)>> = BTreeMap::new();
    let boxed = |(at, e): (&'a Pointer, &'a Evidence)| Some((at, e.page, e.bbox?));
    for (at, page, bbox) in ctx.form.evidence.iter().filter_map(boxed) {
        pages.entry(page).or_default().push((at, bbox));
    }
    for cells in pages.values_mut() {
        let end = cells.iter().map(|c| c.1.y1).fold(f32::MIN, f32::max);
        cells.retain(|c| c.1.y1 >= end - SAME_EDGE);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};
    use crate::model::form::Leftover;

    /// Pointers that are doubted where a goal ends a page and this is left over on the next one.
    fn doubted(text: &str, page: u32, left: Rect) -> Vec<String> {
        let mut form = Build::blank().text("goals.annual", "建设设备、课").text("a", "甲").form();
        form.pages = vec![1, 2];
        for (key, y) in [("a", 100.0), ("goals.annual", 700.0)] {
            let evidence = form.evidence.get_mut(&Pointer::from_dotted(key)).unwrap();
            (evidence.page, evidence.bbox) = (1, Some(Rect::new(300.0, y, 500.0, y + 50.0)));
        }
        form.leftovers =
            vec![Leftover { text: text.into(), page, bbox: Some(left), ..Leftover::default() }];
        let mut findings = Vec::new();
        check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
        findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
    }

    #[test]
    fn a_rest_that_nobody_took_doubts_the_value_before_the_break() {
        let below = |x0: f32, x1: f32| Rect::new(x0, 60.0, x1, 90.0);
        assert_eq!(doubted("程开发。", 2, below(300.5, 500.0)), ["/goals/annual"]);
        assert!(doubted("标题", 2, below(40.0, 500.0)).is_empty(), "another column");
        assert!(doubted("程开发。", 1, below(300.0, 500.0)).is_empty(), "no break between");
        assert!(doubted("—", 2, below(300.0, 500.0)).is_empty(), "no text");
    }
}
