//! Values that stand in one cell with a value of another field that could not be read.
//!
//! Where white space alone parts two columns, texts that stand close are one cell, and each of its
//! fields gets the whole of it: an amount that does not read like one shows that, a text would not.

use super::context::Context;
use crate::model::finding::{Finding, Severity};

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    // A label of several rows is one cell, too.
    for unread in ctx.form.findings.iter().filter(|f| f.code.ends_with(".unparsed")) {
        let (Some(own), Some(page), Some(bbox)) = (&unread.at, unread.page, unread.bbox) else {
            continue;
        };
        let same = ctx
            .form
            .evidence
            .iter()
            .filter(|(at, e)| e.page == page && e.bbox == Some(bbox) && *at != own);
        for (at, evidence) in same {
            let message = format!(
                "“{}” is also what was read as another value, and could not be understood there",
                evidence.text.replace('\n', " ")
            );
            let hint = "compare the value with the page; the cell may hold two values";
            let code = "field.shared-cell";
            findings.push(ctx.finding(code, Severity::Warning, at.clone(), message, hint));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};
    use crate::model::geometry::Rect;
    use crate::model::pointer::Pointer;

    #[test]
    fn the_other_value_of_a_cell_that_is_no_amount_is_doubted() {
        let other = Pointer::from_dotted("project_nature");
        let found = |bbox: Rect| {
            let mut form = Build::sound().form();
            let own = form.evidence[&other].clone();
            let unread = Finding::new("amount.unparsed", Severity::Error, "", "");
            let at = Pointer::from_dotted("funds.annual.other");
            let placed = unread.at(at).on_page(own.page).in_box(own.bbox.map(|_| bbox));
            form.findings.push(placed);
            form.evidence[&other].bbox = Some(Rect::new(10.0, 10.0, 50.0, 20.0));
            let findings = crate::check::form(&form, &SPEC, &TAXONOMY);
            let shared = findings.into_iter().filter(|f| f.code == "field.shared-cell");
            shared.filter_map(|f| f.at).collect::<Vec<_>>()
        };
        assert_eq!(found(Rect::new(10.0, 10.0, 50.0, 20.0)), std::slice::from_ref(&other));
        assert!(found(Rect::new(50.0, 10.0, 90.0, 20.0)).is_empty());
    }
}
