//! What cells of the table that belong to no field say about the values that do.
//!
//! Each such cell is reported by itself. Some tell which value is wrong by being there: a label of the
//! taxonomy leads indicators that are missing, a sentence is the goal that was not found.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::{FieldKind, Leftover};
use crate::model::label::fold;
use crate::model::pointer::Pointer;

/// Shorter texts are notes, in characters.
const SENTENCE: usize = 12;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let left = || ctx.form.leftovers.iter().filter(|left| left.in_table);
    if let Some(label) = left().find(|left| is_level(ctx, left)) {
        let message = format!("「{}」 leads no indicator; some may be missing", label.text.trim());
        let hint = "compare the rows with the page";
        let (code, severity) = ("indicator.lost-row", Severity::Warning);
        findings.push(ctx.table_finding(code, severity, message, hint).on_page(label.page));
    }
    let Some(sentence) = left().find(|left| is_sentence(&left.text)) else { return };
    let goals = ctx.spec.fields.iter().filter(|f| f.kind == FieldKind::Paragraphs);
    for field in goals.filter(|f| !ctx.has(&f.key) && !ctx.is_not_printed(&f.key)) {
        let message = format!(
            "{} is blank, but a text on page {} belongs to no field and may be its value",
            ctx.label(&field.key),
            sentence.page
        );
        let hint = "compare the form with the page";
        let at = Pointer::from_dotted(&field.key);
        findings.push(ctx.finding("field.unplaced", Severity::Warning, at, message, hint));
    }
}

/// Whether the cell holds a label of the taxonomy and nothing else.
fn is_level(ctx: &Context<'_>, left: &Leftover) -> bool {
    let text = fold(&left.text);
    let levels = &ctx.taxonomy.level1;
    levels.iter().any(|l| fold(&l.name) == text || l.level2.iter().any(|l| fold(&l.name) == text))
}

fn is_sentence(text: &str) -> bool {
    text.contains(['。', '，', '；'])
        && text.chars().filter(|c| c.is_alphabetic()).count() >= SENTENCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};

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
    fn a_level_without_indicators_doubts_the_table() {
        assert_eq!(doubted("数量 指标", true), ["/indicators"]);
        assert!(doubted("数量指标完成情况", true).is_empty());
    }
}
