//! The head of a specimen → labels, values, and how they stand to each other.

use super::{Draft, DraftField, Known};
use crate::model::form::FieldKind;
use crate::model::label::fold;
use crate::model::spec::Place;
use crate::template::place;
use crate::template::strip::{ItemId, RowId};

/// A longer text (in characters) is no label.
const LABEL: usize = 18;

/// Reads rows of the head (ascending) into fields and headings.
pub(super) fn read(known: &Known, rows: &[RowId], draft: &mut Draft) {
    let mut at = 0;
    while let Some(&row) = rows.get(at) {
        let next = rows.get(at + 1).copied();
        if let Some(taken) = list(known, row, &rows[at + 1..], draft) {
            at += 1 + taken;
        } else if let Some(taken) = matrix(known, row, &rows[at + 1..], draft) {
            at += 1 + taken;
        } else if next.is_some_and(|next| below(known, row, next, draft)) {
            at += 2;
        } else {
            pairs(known, row, draft);
            at += 1;
        }
    }
}

/// Whether a text is an amount, a number or a per cent, or a dash for none.
pub(super) fn is_number(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let digit = text.chars().any(|c| c.is_ascii_digit());
    let plain = |c: char| c.is_ascii_digit() || ",.，%％-—/¥￥+".contains(c);
    (digit && text.chars().all(plain)) || matches!(text.as_str(), "-" | "—" | "/")
}

/// Whether a cell may be a label: known as one, or short words without digits at the start.
fn may_label(known: &Known, id: ItemId) -> bool {
    let text = known.strip.fold(id);
    let short = (1..=LABEL).contains(&text.chars().count());
    known.is_label(id)
        || short
            && !is_number(text)
            && text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
            && !text.ends_with(['。', '；', ';'])
}

/// The cells of a row without those that began above it (side labels).
fn own(known: &Known, row: RowId) -> Vec<ItemId> {
    let strip = known.strip;
    strip.covering(row).into_iter().filter(|&id| strip.row_of(id) == row).collect()
}

/// The cells of a row with its side labels taken off: a cell over several rows at the left.
fn without_sides(known: &Known, row: RowId, draft: &mut Draft) -> Vec<ItemId> {
    let strip = known.strip;
    let mut cells = own(known, row);
    while let [first, second, ..] = cells.as_slice() {
        let (side, next) = (&strip.items[*first], &strip.items[*second]);
        if side.row_span <= next.row_span || !side.filled {
            break;
        }
        heading(known, *first, draft);
        cells.remove(0);
    }
    cells
}

fn heading(known: &Known, id: ItemId, draft: &mut Draft) {
    let text = known.strip.text(id).replace('\n', "");
    if !text.is_empty() && !draft.labels.contains(&text) {
        draft.labels.push(text);
    }
}

/// Fewer columns are rather labels with their values below.
const LIST_COLUMNS: usize = 3;

/// Fewer rows below the headers do not tell a list from labels with their values below.
const LIST_ROWS: usize = 2;

/// A row of headers over rows that are divided alike: a table of records. Returns how many rows
/// below the headers it has.
fn list(known: &Known, row: RowId, below: &[RowId], draft: &mut Draft) -> Option<usize> {
    let strip = known.strip;
    let divided = |row: RowId| -> Vec<(u32, u32)> {
        own(known, row).iter().map(|&id| (strip.items[id].col, strip.items[id].col_span)).collect()
    };
    let shape = divided(row);
    let headers = own(known, row);
    let heads = headers.iter().all(|&id| strip.items[id].filled && may_label(known, id));
    // Labels that take turns with values are divided alike over several rows, too.
    let turns = headers.iter().skip(1).step_by(2).any(|&id| !known.is_label(id))
        && headers.iter().step_by(2).all(|&id| known.is_label(id));
    if headers.len() < LIST_COLUMNS || !heads || turns {
        return None;
    }
    // The headers of a list may stand beside a side label, its rows may not.
    let wide = |r: &&RowId| {
        let cells = divided(**r);
        let first = strip.filled(**r).next();
        let label = first.is_some_and(|id| known.field(id, None).is_some());
        let columns = &shape[shape.len().saturating_sub(cells.len())..];
        cells.len() >= LIST_COLUMNS && cells == columns && !label
    };
    let rows: Vec<RowId> = below.iter().take_while(wide).copied().collect();
    let alike = |a: RowId, b: RowId| {
        let texts = |r: RowId| own(known, r).iter().map(|&id| strip.fold(id).to_owned()).collect();
        let (a, b): (Vec<String>, Vec<String>) = (texts(a), texts(b));
        a == b && a.iter().any(|t| !t.is_empty())
    };
    if rows.len() < LIST_ROWS || rows.windows(2).all(|w| alike(w[0], w[1])) {
        return None;
    }
    // Where the rows hold labels and values in turns, this is a head and no list.
    let labels =
        rows.iter().flat_map(|&r| own(known, r)).filter(|&id| known.field(id, None).is_some());
    if labels.count() * 2 >= rows.len() {
        return None;
    }
    // Labels that nobody knows may take turns with values as well: in an even number of columns,
    // only one of numbers from top to bottom under words for them tells records.
    let width = divided(rows[0]).len();
    let numbers = |at: usize| {
        let cell = |&r: &RowId| own(known, r).get(at).copied();
        let header = headers.get(headers.len() - width + at).map_or("", |&id| strip.fold(id));
        let counts = header.ends_with(['数', '量', '额', '分', '重', '比', '年', '率', '价']);
        (says_money(header) || counts)
            && rows.iter().filter_map(cell).all(|id| is_number(&strip.text(id)))
    };
    if width % 2 == 0 && !(0..width).any(numbers) {
        return None;
    }
    let sides = headers.len() - width;
    headers[..sides].iter().for_each(|&id| heading(known, id, draft));
    let columns = headers[sides..].iter().map(|&id| {
        let item = &strip.items[id];
        let cells =
            rows.iter().filter_map(|&r| strip.at(item.block, strip.rows[r].inside, item.col));
        let texts: Vec<String> =
            cells.filter(|&c| strip.items[c].filled).map(|c| strip.text(c)).collect();
        let header = strip.text(id).replace('\n', "");
        let all = !texts.is_empty() && texts.iter().all(|t| is_number(t));
        let kind = match (all, says_money(&header)) {
            (true, true) => FieldKind::Money,
            (true, false) => FieldKind::Number,
            _ => FieldKind::Text,
        };
        (header, kind)
    });
    draft.lists.push(columns.collect());
    Some(rows.len())
}

/// Headings over rows of a label and numbers (or blanks): a matrix. Returns how many rows below
/// the headings it has.
fn matrix(known: &Known, row: RowId, below: &[RowId], draft: &mut Draft) -> Option<usize> {
    let strip = known.strip;
    let header = own(known, row);
    let heads: Vec<ItemId> = header
        .iter()
        .copied()
        .filter(|&id| strip.items[id].filled && may_label(known, id))
        .collect();
    let columns = |label: ItemId| -> Vec<ItemId> {
        let from = strip.items[label].x.1;
        heads.iter().copied().filter(|&h| strip.items[h].x.0 >= from - 0.5).collect()
    };
    let mut rows: Vec<(ItemId, Vec<ItemId>)> = Vec::new();
    for &next in below {
        let cells = own(known, next);
        let Some(&label) = cells.iter().find(|&&id| strip.items[id].filled) else { break };
        let heads = columns(label);
        let values = heads.iter().map(|&h| place::cross(strip, label, h));
        let numbers = values.filter(|found| match found {
            place::Found::Cells(ids) => ids.iter().all(|&id| is_number(&strip.text(id))),
            place::Found::Blank => true,
            place::Found::Nothing => false,
        });
        let all = numbers.count() == heads.len();
        let texts =
            cells.iter().filter(|&&id| strip.items[id].filled && !is_number(&strip.text(id)));
        if heads.len() < 2 || !may_label(known, label) || !all || texts.count() != 1 {
            break;
        }
        rows.push((label, heads));
    }
    // One row under headings may as well be labels with their values below.
    if rows.len() < 2 {
        return None;
    }
    for id in header.iter().copied().filter(|id| strip.items[*id].filled && !heads.contains(id)) {
        heading(known, id, draft);
    }
    let first = rows.first().map(|(_, heads)| heads.clone()).unwrap_or_default();
    for &side in heads.iter().filter(|h| !first.contains(h)) {
        heading(known, side, draft);
    }
    let taken = rows.len();
    for (label, heads) in rows {
        for head in heads {
            let under = strip.text(head).replace('\n', "");
            let value = match place::cross(strip, label, head) {
                place::Found::Cells(ids) => ids.iter().map(|&id| strip.text(id)).collect(),
                _ => String::new(),
            };
            field(known, label, Place::Cross, Some(under), value, draft);
        }
    }
    Some(taken)
}

/// A row of labels over a row of their values: long texts or blanks in the same columns.
fn below(known: &Known, row: RowId, next: RowId, draft: &mut Draft) -> bool {
    let strip = known.strip;
    let labels: Vec<ItemId> =
        own(known, row).into_iter().filter(|&id| strip.items[id].row_span == 1).collect();
    let filled = labels.iter().filter(|&&id| strip.items[id].filled).count();
    let same = |id: &ItemId| {
        let item = &strip.items[*id];
        let under = strip.at(item.block, item.row + 1, item.col)?;
        let under_item = &strip.items[under];
        let aligned = (under_item.col, under_item.col_span) == (item.col, item.col_span);
        (aligned && strip.row_of(under) == next).then_some(under)
    };
    let under: Vec<Option<ItemId>> = labels.iter().map(same).collect();
    let all_labels = filled > 0 && labels.iter().all(|&id| may_label(known, id));
    let long = |id: &ItemId| strip.fold(*id).is_empty() || strip.fold(*id).chars().count() > LABEL;
    let values = under.iter().flatten().count() == labels.len()
        && under.iter().flatten().all(|id| !known.is_label(*id))
        && under
            .iter()
            .flatten()
            .all(|id| !strip.items[*id].filled || long(id) || known.is_label(labels[0]));
    let kept: Vec<&ItemId> = labels.iter().filter(|&&id| known.field(id, None).is_some()).collect();
    if !(all_labels && values) || labels.len() > 1 && kept.is_empty() && labels.len() > 3 {
        return false;
    }
    for &id in own(known, row).iter().filter(|id| !labels.contains(id) && strip.items[**id].filled)
    {
        heading(known, id, draft);
    }
    for (label, value) in labels.into_iter().zip(under) {
        let value = value.map(|id| strip.text(id)).unwrap_or_default();
        field(known, label, Place::Below, None, value, draft);
    }
    true
}

/// Labels and values that take turns in a row. What is known to be a label is one wherever it
/// stands; a cell alone in its row is a heading.
fn pairs(known: &Known, row: RowId, draft: &mut Draft) {
    let strip = known.strip;
    let cells = without_sides(known, row, draft);
    let mut at = 0;
    while let Some(&label) = cells.get(at) {
        at += 1;
        if !strip.items[label].filled {
            continue;
        }
        let value = cells.get(at).copied();
        let is_value = |id: ItemId| !known.is_label(id);
        match value {
            Some(value) if may_label(known, label) && is_value(value) => {
                field(known, label, Place::Right, None, strip.text(value), draft);
                at += 1;
            }
            _ if strip.text(label).contains(['：', ':']) => {
                let text = strip.text(label);
                let (name, value) = text.split_once(['：', ':']).unwrap_or((&text, ""));
                named(known, name, label, Place::Inline, value.to_owned(), draft);
            }
            _ if may_label(known, label) => heading(known, label, draft),
            _ => {}
        }
    }
}

fn field(
    known: &Known,
    label: ItemId,
    place: Place,
    under: Option<String>,
    value: String,
    draft: &mut Draft,
) {
    let text = known.strip.text(label).replace('\n', "");
    add(known, text.trim(), Some(label), place, under, value, draft);
}

fn named(known: &Known, name: &str, _cell: ItemId, place: Place, value: String, draft: &mut Draft) {
    add(known, name.trim(), None, place, None, value, draft);
}

fn add(
    known: &Known,
    text: &str,
    label: Option<ItemId>,
    place: Place,
    under: Option<String>,
    value: String,
    draft: &mut Draft,
) {
    let folded = under.as_deref().map(fold);
    let known_field = label.and_then(|id| known.field(id, folded.as_deref()));
    let clash = |key: &str| {
        draft.fields.iter().any(|f| {
            f.key == key
                || f.key.starts_with(&format!("{key}."))
                || key.starts_with(&format!("{}.", f.key))
        })
    };
    let same_label = draft.fields.iter().any(|f| fold(&f.label) == fold(text) && f.under == under);
    if same_label {
        return;
    }
    let (key, guessed, kind) = match known_field.filter(|(key, _)| !clash(key)) {
        Some((key, kind)) => (key, false, kind),
        None => (format!("field_{}", draft.fields.len() + 1), true, kind_of(text, &value, place)),
    };
    let label = text.to_owned();
    draft.fields.push(DraftField { key, guessed, kind, label, place, under, value });
}

/// Whether a label speaks of money.
fn says_money(label: &str) -> bool {
    let money = ["资金", "金额", "预算", "拨款", "经费", "收入", "支出", "总额", "补助"];
    money.iter().any(|m| label.contains(m))
}

/// What the value of a label that nobody knows may be.
fn kind_of(label: &str, value: &str, place: Place) -> FieldKind {
    let dense: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let dated = dense.len() >= 8
        && dense.chars().next().is_some_and(|c| c.is_ascii_digit())
        && dense.chars().filter(|c| matches!(c, '-' | '/' | '年' | '月' | '日')).count() >= 2
        && dense.chars().all(|c| c.is_ascii_digit() || "-/年月日".contains(c))
        && dense.matches('年').count() <= 1
        && dense.len() <= "2025年12月31日".len();
    if dated || label.ends_with("日期") {
        FieldKind::Date
    } else if says_money(label) && (dense.is_empty() || is_number(&dense)) {
        FieldKind::Money
    } else if is_number(&dense) && !label.contains(['号', '码', '电', '话']) {
        FieldKind::Number
    } else if place == Place::Below || value.chars().count() > 60 || value.lines().count() > 3 {
        FieldKind::Paragraphs
    } else {
        FieldKind::Text
    }
}
