//! Where the value of a label stands: right of it or below it.

use super::strip::{ItemId, RowId, Strip};
use crate::model::grid::GridKind;

/// What stands at the place of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Filled cells, in reading order.
    Cells(Vec<ItemId>),
    /// A blank cell: the value is printed blank.
    Blank,
    /// No cell, or another label: the value is not here.
    Nothing,
}

/// The cell right of a label. With `tall`, all cells along the label's height.
///
/// Where rules show the cells, it is the adjacent one. Elsewhere a merged value cell may follow
/// after blank ones, so it is the next filled one before the next label.
pub(super) fn right(
    strip: &Strip,
    label: ItemId,
    tall: bool,
    is_label: impl Fn(ItemId) -> bool,
) -> Found {
    let item = &strip.items[label];
    let next = item.col.saturating_add(item.col_span);
    let view = &strip.blocks[item.block];
    if view.kind.is_some_and(GridKind::has_drawn_columns) {
        let Some(first) = strip.at(item.block, item.row, next) else { return Found::Nothing };
        if is_label(first) {
            return Found::Nothing;
        }
        let mut cells = vec![first];
        if tall {
            for row in item.row + 1..item.row.saturating_add(item.row_span) {
                match strip.at(item.block, row, next) {
                    Some(id) if is_label(id) => break,
                    Some(id) if !cells.contains(&id) => cells.push(id),
                    _ => {}
                }
            }
        }
        cells.retain(|&id| strip.items[id].filled);
        return if cells.is_empty() { Found::Blank } else { Found::Cells(cells) };
    }
    let in_row = |row: u32| {
        for col in next..view.columns {
            match strip.at(item.block, row, col) {
                Some(id) if !strip.items[id].filled => {}
                Some(id) if is_label(id) && col == next => return Found::Nothing,
                Some(id) if is_label(id) => return Found::Blank,
                Some(id) => return Found::Cells(vec![id]),
                None => {}
            }
        }
        if next < view.columns { Found::Blank } else { Found::Nothing }
    };
    let rows = item.row..item.row.saturating_add(item.row_span);
    if view.kind.is_some_and(GridKind::has_drawn_rows) || rows.len() < 2 {
        return in_row(item.row);
    }
    // Which rows a label stands for was guessed; its value stands beside its text.
    let off = |found: &Found| match (found, middle(strip, label)) {
        (Found::Cells(cells), Some(own)) => {
            let off = cells.iter().filter_map(|&id| Some((middle(strip, id)? - own).abs()));
            off.reduce(f32::min).unwrap_or(f32::MAX)
        }
        _ => f32::MAX,
    };
    let found = rows.map(in_row);
    found.min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(Found::Nothing)
}

/// The vertical middle of a cell's text, in points.
fn middle(strip: &Strip, id: ItemId) -> Option<f32> {
    let boxes = || strip.items[id].lines.iter().filter_map(|l| l.bbox);
    let (top, bottom) =
        (boxes().map(|b| b.y0).reduce(f32::min)?, boxes().map(|b| b.y1).reduce(f32::max)?);
    Some(f32::midpoint(top, bottom))
}

/// The cell below a label, within its columns; `below` is the row that follows the label's.
///
/// Where the extent of merged cells is not known, a label's columns reach to the next filled cell
/// of its row.
pub(super) fn below(
    strip: &Strip,
    label: ItemId,
    below: RowId,
    is_label: impl Fn(ItemId) -> bool,
) -> Found {
    let item = &strip.items[label];
    let view = &strip.blocks[item.block];
    let (from, to) = if view.kind.is_some_and(GridKind::has_drawn_columns) {
        item.x
    } else {
        let row = strip.row_of(label);
        let next = strip.filled(row).map(|id| strip.items[id].x.0).find(|&x| x > item.x.0);
        (item.x.0, next.unwrap_or(view.frame.1.max(item.x.1)))
    };
    let overlap = |id: &ItemId| {
        let x = strip.items[*id].x;
        let common = x.1.min(to) - x.0.max(from);
        let least = (x.1 - x.0).min(to - from);
        (common > 0.0 && common >= least / 2.0).then_some(common)
    };
    let mut under: Vec<(f32, ItemId)> =
        strip.covering(below).into_iter().filter_map(|id| Some((overlap(&id)?, id))).collect();
    if under.is_empty() || under.iter().any(|(_, id)| *id == label) {
        return Found::Nothing;
    }
    if under.iter().any(|(_, id)| is_label(*id)) {
        return Found::Nothing;
    }
    under.retain(|(_, id)| strip.items[*id].filled);
    // The widest share; the left one of equals.
    let best = under.iter().max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    best.map_or(Found::Blank, |(_, id)| Found::Cells(vec![*id]))
}

/// The row of `rows` (ascending) that follows the cell of an item.
pub(super) fn row_after(strip: &Strip, item: ItemId, rows: &[RowId]) -> Option<RowId> {
    let span = strip.items[item].row_span as usize;
    let last = strip.row_of(item).saturating_add(span.saturating_sub(1));
    let after = rows.partition_point(|&r| r <= last);
    rows[after..].iter().copied().find(|&r| strip.kind(r).is_some())
}

/// The nearest cell above a label, in its grid and right of it, whose folded text is a header.
pub(super) fn header_above(
    strip: &Strip,
    label: ItemId,
    is_header: impl Fn(&str) -> bool,
) -> Option<ItemId> {
    let item = &strip.items[label];
    let row = strip.row_of(label);
    let end = strip.reach(label).1;
    let heads = |id: &ItemId| strip.reach(*id).0 >= end && is_header(strip.fold(*id));
    let above = (strip.blocks[item.block].rows.start..row).rev();
    above.into_iter().find_map(|r| strip.filled(r).find(heads))
}

/// The cell of a label's row in the column of a header.
pub(super) fn cross(strip: &Strip, label: ItemId, header: ItemId) -> Found {
    let (x0, x1) = strip.reach(header);
    let (label, header) = (&strip.items[label], &strip.items[header]);
    let middle = f32::midpoint(x0, x1);
    let first = header.col.max(label.col + label.col_span);
    let columns = first..header.col + header.col_span;
    let cells = columns.filter_map(|c| strip.at(label.block, label.row, c));
    // The widest common part, the left one of equals.
    let common = |id: &ItemId| {
        let x = strip.items[*id].x;
        (x.1.min(x1) - x.0.max(x0), -(x.0 - middle).abs())
    };
    let best = cells.max_by(|a, b| {
        let (a, b) = (common(a), common(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    match best {
        Some(id) if strip.items[id].filled => Found::Cells(vec![id]),
        Some(_) => Found::Blank,
        None => Found::Nothing,
    }
}
