//! Recognised rows whose cells are narrower than the header above them.
//!
//! Strokes of characters that end rows of text at one place may pass for a rule. It cuts the cells
//! of some rows in two, with what stood there; the header, which has other text, shows it.

use super::columns::Header;
use super::scope::Scope;
use super::strip::{ItemId, RowId};
use crate::model::finding::{Finding, Severity};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::IndicatorSpec;

/// A strip beside a cell that is narrower than this, in heights of its print, holds no character.
const NARROW: f32 = 0.8;

/// Doubts the cells of a record in `row` beside which a blank cell stands under the same header.
/// `cells` are those of the template's columns, `at` is the record's place.
pub(super) fn report(
    scope: &mut Scope,
    list: &IndicatorSpec,
    header: &Header,
    (row, cells): (RowId, &[Vec<ItemId>]),
    at: &Pointer,
) {
    let strip = scope.strip;
    let beside = strip.covering(row);
    let columns = list.columns.iter().zip(cells).zip(&header.items);
    let divided: Vec<(ItemId, &str)> = columns
        .filter_map(|((column, cells), head)| {
            let ([cell], Some(head)) = (cells.as_slice(), head) else { return None };
            let (item, head) = (&strip.items[*cell], &strip.items[*head]);
            let print = item.lines.iter().find(|l| l.from == Origin::Recognised)?.font_size;
            let same_frame = item.block == head.block;
            let rest = beside.iter().map(|&id| &strip.items[id]).any(|other| {
                let under = other.x.0 >= head.x.0 - 1.0 && other.x.1 <= head.x.1 + 1.0;
                !other.filled && under && other.x.1 - other.x.0 > NARROW * print
            });
            let under = item.x.0 >= head.x.0 - 1.0 && item.x.1 <= head.x.1 + 1.0;
            (same_frame && under && rest).then(|| (*cell, column.key.as_deref().unwrap_or("")))
        })
        .collect();
    for (cell, key) in divided {
        let message =
            format!("the cell {} is narrower than the header above it", scope.quote(cell));
        let hint = "compare it with the picture: its last characters may be lost";
        let finding = Finding::new("cell.divided", Severity::Warning, message, hint);
        scope.report(finding.at(if key.is_empty() { at.clone() } else { at.key(key) }), Some(cell));
    }
}
