//! The year of a form, before its fields are read: headers may name years by it.

use super::plain::Plain;
use super::scope::Scope;
use super::strip::{ItemId, RowId};
use crate::model::form::FieldKind;
use crate::model::label::fold;

/// So many rows above and at the beginning of the head may hold captions.
const CAPTIONS: usize = 4;

/// The year that the title or a caption over the head names.
pub(super) fn fiscal_year(scope: &Scope, rows: &[RowId], title: &[ItemId]) -> Option<i32> {
    let captions = rows.iter().take(CAPTIONS).flat_map(|&r| scope.strip.filled(r));
    let cells: Vec<ItemId> = title.iter().copied().chain(captions).collect();
    let years = scope.family().fields.iter().filter(|f| f.kind == FieldKind::Integer);
    years.filter_map(|f| f.pattern.as_ref()).find_map(|pattern| {
        cells.iter().find_map(|&id| {
            let lines = scope.strip.items[id].lines;
            let found = Plain::new(lines).capture(pattern, lines)?;
            fold(&found.first()?.text).parse().ok()
        })
    })
}
