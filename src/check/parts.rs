//! Rows of which nothing tells the part of the table they belong to, while other rows have one or
//! pieces of such a label were left over: without lines, a label that runs down beside its rows may
//! fall to pieces, or seem to end before its rows do.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::label::fold;
use crate::model::spec::ColumnRole;

/// Shorter texts are pieces of nearly any label, in characters.
const PIECE: usize = 2;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let columns = ctx.spec.indicators.iter().flat_map(|i| &i.columns);
    let Some(column) = columns.into_iter().find(|c| c.role == ColumnRole::Part) else { return };
    let Some(key) = column.key.as_ref() else { return };
    let mut lost = ctx.rows.iter().filter(|row| row.part.is_none() && row.is_filled()).peekable();
    if lost.peek().is_none() {
        return;
    }
    let labels: Vec<String> =
        column.parts.iter().flat_map(|part| &part.label).map(|label| fold(label)).collect();
    let is_piece = |text: &str| {
        let text = fold(text);
        text.chars().count() >= PIECE && labels.iter().any(|label| label.contains(&text))
    };
    let others = ctx.rows.iter().find_map(|row| row.part);
    let pieces = ctx.form.leftovers.iter().filter(|left| left.in_table);
    let mut pieces = pieces.map(|left| left.text.as_str()).filter(|text| is_piece(text));
    let Some(shown) = others.or_else(|| pieces.next()) else { return };
    for row in lost {
        let message = format!(
            "“{}” belongs to no part of the table, but the table shows “{shown}”",
            row.called()
        );
        let hint = "look at the page which part of the table the row stands in";
        let (severity, at) = (Severity::Warning, row.at.key(key));
        findings.push(ctx.finding("row.part-unclear", severity, at, message, hint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};
    use crate::model::form::Leftover;
    use crate::model::spec::{ColumnSpec, PartSpec};

    #[test]
    fn rows_of_no_part_are_doubted_beside_a_piece_of_its_label() {
        let mut spec = SPEC.clone();
        let part = PartSpec { name: "长期".into(), label: vec!["长期绩效指标".into()] };
        let list = spec.indicators.as_mut().expect("the family has a list");
        list.columns.push(ColumnSpec {
            key: Some("period".into()),
            role: ColumnRole::Part,
            header: Vec::new(),
            optional: false,
            kind: None,
            parts: vec![part],
        });
        let doubts = |text: &str| {
            let mut form = Build::sound().form();
            form.leftovers =
                vec![Leftover { text: text.into(), in_table: true, ..Leftover::default() }];
            let mut findings = Vec::new();
            check(&Context::new(&form, &spec, &TAXONOMY), &mut findings);
            findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(doubts("长期").first().map(String::as_str), Some("/indicators/0/period"));
        assert!(doubts("备注").is_empty(), "a form with one part alone");
    }
}
