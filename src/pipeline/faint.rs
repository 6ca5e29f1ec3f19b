//! Print that is too pale to be read, or was taken away with coloured ink, and the values that it may be.

use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, Form};
use crate::model::geometry::Rect;
use crate::model::pointer::Pointer;
use crate::model::value::Value;
use std::collections::BTreeMap;

/// The codes of places with such print.
const FAINT: &str = "scan.faint-print";
const COLOURED: &str = "scan.coloured-ink";

/// Coloured ink concerns a value if they share so much of the smaller one.
const SHARED: f32 = 0.25;

/// A record of a list on a page.
struct Row<'a> {
    list: &'a str,
    number: usize,
    /// The lowest of its cells: a label may stand for several rows.
    cell: Rect,
}

/// Doubts blank values of records beside which a page shows such print, outside of any value, and values
/// over which coloured ink stood.
///
/// Which cell a blank value stands in is not known; it is one of its row, and in a column that other rows
/// fill. The time taken is that for the forms' evidence, and for each such place that for the values of
/// its page.
#[must_use]
pub fn doubted(findings: &[Finding], forms: &[Form]) -> Vec<Finding> {
    let mut places: BTreeMap<u32, Vec<(Rect, bool)>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| [FAINT, COLOURED].contains(&f.code)) {
        if let (Some(page), Some(bbox)) = (finding.page, finding.bbox) {
            places.entry(page).or_default().push((bbox, finding.code == COLOURED));
        }
    }
    let mut doubts = Vec::new();
    for (n, form) in forms.iter().enumerate() {
        let root = Pointer::root().key("forms").index(n).key("data");
        for &page in &form.pages {
            for &(place, coloured) in places.get(&page).into_iter().flatten() {
                let at =
                    if coloured { over(form, page, &place) } else { beside(form, page, &place) };
                doubts.extend(
                    at.into_iter()
                        .map(|at| doubt(coloured, page).at(at.below(&root)).in_box(Some(place))),
                );
            }
        }
    }
    doubts
}

fn doubt(coloured: bool, page: u32) -> Finding {
    let (code, message) = if coloured {
        (
            "field.coloured-ink",
            "coloured ink stands over the value or in its row; it was taken away",
        )
    } else {
        (
            "field.faint-print",
            "the value is blank, but its row shows print that is too pale to be read",
        )
    };
    let hint = "compare the row with the page";
    Finding::new(code, Severity::Warning, message, hint).on_page(page)
}

/// The values over which ink stands on a page; else the blank ones beside it.
fn over(form: &Form, page: u32, place: &Rect) -> Vec<Pointer> {
    let is_over = |e: &Evidence| {
        e.bbox.is_some_and(|b| {
            let shared = b.intersection(place).map_or(0.0, |both| both.area());
            shared > 0.0 && shared >= SHARED * b.area().min(place.area())
        })
    };
    let mut found: Vec<Pointer> = form
        .evidence
        .iter()
        .filter(|(_, e)| e.page == page && is_over(e))
        .map(|(at, _)| at.clone())
        .collect();
    found.extend(blank_beside(form, page, place));
    found
}

/// The blank values beside print on a page that stands in no value.
fn beside(form: &Form, page: u32, place: &Rect) -> Vec<Pointer> {
    let is_inside = |e: &Evidence| e.bbox.is_some_and(|b| b.contains(place.center()));
    if form.evidence.values().any(|e| e.page == page && is_inside(e)) {
        return Vec::new();
    }
    blank_beside(form, page, place)
}

fn blank_beside(form: &Form, page: u32, place: &Rect) -> Vec<Pointer> {
    let here = form.evidence.iter().filter(|(_, e)| e.page == page);
    let rows = rows(here);
    let beside = rows.iter().filter(|row| is_beside(row, place));
    beside
        .flat_map(|row| {
            let record = Pointer::root().key(row.list).index(row.number);
            blanks(&form.data, row).into_iter().map(move |key| record.key(key))
        })
        .collect()
}

/// Whether a place overlaps the middle of a row, or its own middle lies in it.
fn is_beside(row: &Row<'_>, place: &Rect) -> bool {
    let middle = row.cell.center().y;
    (row.cell.y0..=row.cell.y1).contains(&place.center().y)
        || (place.y0..=place.y1).contains(&middle)
}

/// The records that values stand in.
fn rows<'a>(evidence: impl Iterator<Item = (&'a Pointer, &'a Evidence)>) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<(&str, usize), Rect> = BTreeMap::new();
    for (at, evidence) in evidence {
        let mut steps = at.as_str().split('/').skip(1);
        let (Some(list), Some(Ok(number))) = (steps.next(), steps.next().map(str::parse)) else {
            continue;
        };
        let Some(cell) = evidence.bbox else { continue };
        let own = rows.entry((list, number)).or_insert(cell);
        if cell.height() < own.height() {
            *own = cell;
        }
    }
    rows.into_iter().map(|((list, number), cell)| Row { list, number, cell }).collect()
}

/// The keys of a record that are blank in it, and in others are not.
fn blanks<'a>(data: &'a Value, row: &Row<'_>) -> Vec<&'a str> {
    let Some(records) = data.get(row.list).and_then(Value::as_list) else { return Vec::new() };
    let Some(Value::Record(own)) = records.get(row.number) else { return Vec::new() };
    let is_filled = |key: &str| records.iter().any(|r| r.get(key).is_some_and(|v| !v.is_null()));
    let blank = own.iter().filter(|(key, value)| value.is_null() && is_filled(key));
    blank.map(|(key, _)| key.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Origin;
    use crate::model::target::Members;
    use rust_decimal::Decimal;

    /// Two rows of 20 points from y = 100 on, of which the first has a weight, the second none; its name
    /// stands at x = 50 to 150.
    fn form() -> Form {
        let record = |weight: Value| {
            let name = Value::Text("甲".into());
            Value::Record(
                [("level3", name), ("weight", weight), ("note", Value::Null)]
                    .map(|(key, value)| (key.to_owned(), value))
                    .into(),
            )
        };
        let rows = vec![record(Value::Number(Decimal::TEN)), record(Value::Null)];
        let data = Value::Record([("indicators".to_owned(), Value::List(rows))].into());
        let mut form = Form { pages: vec![1], data, ..Form::default() };
        for i in 0..2 {
            let y = 100.0 + 20.0 * i as f32;
            let evidence = Evidence {
                page: 1,
                bbox: Some(Rect::new(50.0, y, 150.0, y + 20.0)),
                text: "甲".into(),
                confidence: 1.0,
                from: Origin::Recognised,
                repaired: None,
                source_line: 0,
                members: Members::default(),
            };
            form.evidence
                .insert(Pointer::from_dotted("indicators").index(i).key("level3"), evidence);
        }
        form
    }

    #[test]
    fn a_blank_value_beside_pale_print_is_doubted() {
        let found = |x: f32, y: f32| -> Vec<String> {
            let finding = Finding::new(FAINT, Severity::Warning, "", "").on_page(1);
            let place = Rect::new(x, y, x + 10.0, y + 8.0);
            let doubts = doubted(&[finding.in_box(Some(place))], &[form()]);
            doubts.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
        };
        assert_eq!(found(300.0, 126.0), ["/forms/0/data/indicators/1/weight"]);
        assert!(found(300.0, 106.0).is_empty(), "nothing of that row is blank");
        assert!(found(80.0, 126.0).is_empty(), "it is a part of another value, or dirt on it");
        assert!(found(300.0, 200.0).is_empty(), "below");
    }

    #[test]
    fn values_under_coloured_ink_are_doubted() {
        let found = |place: Rect| -> Vec<String> {
            let finding = Finding::new(COLOURED, Severity::Info, "", "").on_page(1);
            let doubts = doubted(&[finding.in_box(Some(place))], &[form()]);
            doubts.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
        };
        let both = ["/forms/0/data/indicators/0/level3", "/forms/0/data/indicators/1/level3"];
        let blank = "/forms/0/data/indicators/1/weight";
        assert_eq!(found(Rect::new(60.0, 105.0, 120.0, 135.0)), [both[0], both[1], blank]);
        assert_eq!(found(Rect::new(300.0, 105.0, 360.0, 135.0)), [blank], "none has a value there");
        assert!(found(Rect::new(300.0, 300.0, 360.0, 330.0)).is_empty());
    }
}
