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
