//! Typed values → cells.

use super::plan::{Cell, Content};
use super::style::{Across, Border, DateFormat, Down, Fill, Font, Format, Style};
use crate::emit::columns::Part;
use crate::model::target::{Operator, Target, TargetDate};
use crate::model::value::Value;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// UTF-16 units that a cell holds (a limit of spreadsheet programs).
const MAX_TEXT: usize = 32_767;
/// Text up to this many characters gets the text format; longer text in that format is displayed
/// as `####` by older spreadsheet programs.
const MAX_TEXT_FORMAT: usize = 255;

/// The look of the cells of a list: 10 pt, framed, wrapped.
pub const BODY: Style = Style {
    font: Font { half_points: 20, bold: false, link: false },
    fill: Fill::None,
    border: Border::Thin,
    across: Across::Left,
    down: Down::Center,
    wrap: true,
    shrink: false,
    stacked: false,
    format: Format::General,
    quoted: false,
};

/// The look of a list's header row.
pub const HEADER: Style = Style {
    font: Font { half_points: 20, bold: true, link: false },
    fill: Fill::Header,
    across: Across::Center,
    ..BODY
};

/// A cell with a text of the document, whatever it begins with.
pub fn text(col: u32, text: &str, style: Style) -> Cell {
    let (text, note) = fit(text);
    let short = text.len() <= MAX_TEXT_FORMAT || text.chars().count() <= MAX_TEXT_FORMAT;
    let style = Style {
        format: if short { Format::Text } else { Format::General },
        quoted: text.starts_with(['=', '+', '-', '@', '\'']),
        ..style
    };
    Cell { note, ..Cell::text(col, text, style) }
}

/// A text that fits into a cell, with a remark if it had to be cut.
pub fn fit(text: &str) -> (String, Option<String>) {
    if text.len() <= MAX_TEXT || text.encode_utf16().count() <= MAX_TEXT {
        return (text.to_owned(), None);
    }
    let characters = text.chars().count();
    let marker = format!("…[truncated, {characters} characters; full text in JSON]");
    let room = MAX_TEXT - marker.encode_utf16().count();
    let mut units = 0;
    let cut = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > room
    });
    let head = cut.and_then(|(at, _)| text.get(..at)).unwrap_or(text);
    let note = format!(
        "This text has {characters} characters, more than a cell can hold. \
         The JSON file has all of it."
    );
    (format!("{head}{marker}"), Some(note))
}

/// A cell with a number, shown with thousands separated and at least two decimals if it is an
/// amount, else as printed; to the right, unless the style centres it.
pub fn number(col: u32, number: Decimal, amount: bool, style: Style) -> Cell {
    let format =
        if amount { Format::Grouped(number.scale().max(2)) } else { Format::Plain(number.scale()) };
    let across = if style.across == Across::Center { Across::Center } else { Across::Right };
    let style = Style { across, wrap: false, shrink: true, ..style };
    if is_exact(number) {
        let style = Style { format, ..style };
        return Cell { col, content: Content::Number(number), style, ..Cell::default() };
    }
    let note = "More than 15 digits: kept as text, because a spreadsheet would round the number.";
    Cell { note: Some(note.to_owned()), ..text(col, &number.to_string(), style) }
}

/// Whether a spreadsheet, which computes with 15 significant digits, keeps the number.
pub fn is_exact(number: Decimal) -> bool {
    let mut digits = number.mantissa().unsigned_abs();
    while digits >= 1_000_000_000_000_000 && digits.is_multiple_of(10) {
        digits /= 10;
    }
    digits < 1_000_000_000_000_000
}

/// A cell with a day; text before March 1900, where spreadsheets count days wrongly.
pub fn date(col: u32, day: Date, style: Style) -> Cell {
    let style = Style { across: Across::Center, wrap: false, shrink: true, ..style };
    if !has_serial(day) {
        return text(col, &day.to_string(), style);
    }
    let style = Style { format: Format::Date(DateFormat::Iso), ..style };
    Cell { col, content: Content::Date(day), style, ..Cell::default() }
}

/// Whether spreadsheets have a number for the day.
pub fn has_serial(day: Date) -> bool {
    day >= jiff::civil::date(1900, 3, 1)
}

/// A cell with a value, or one part of a target.
pub fn value(col: u32, value: Option<&Value>, part: Part, amount: bool, style: Style) -> Cell {
    let blank = Cell { col, style, ..Cell::default() };
    match (value.unwrap_or(&Value::Null), part) {
        (Value::Target(target), part) => target_part(col, target, part, style),
        (Value::Text(t), Part::Whole) => text(col, t, style),
        (Value::Integer(n), Part::Whole) => {
            number(col, Decimal::from(*n), false, Style { across: Across::Center, ..style })
        }
        (Value::Number(n), Part::Whole) => number(col, *n, amount, style),
        (Value::Date(day), Part::Whole) => date(col, *day, style),
        _ => blank,
    }
}

fn target_part(col: u32, target: &Target, part: Part, style: Style) -> Cell {
    let blank = Cell { col, style, ..Cell::default() };
    let number = |n: Option<Decimal>| n.map(|n| number(col, n, false, style));
    let day = |day: Option<TargetDate>| {
        day.map(|day| match day {
            TargetDate::Day(day) => date(col, day, style),
            unknown @ TargetDate::YearUnknown { .. } => text(col, &unknown.to_string(), style),
        })
    };
    let centred = Style { across: Across::Center, ..style };
    match part {
        Part::Whole => Some(text(col, &target.text, style)),
        Part::Operator => target.operator.map(|o| text(col, Operator::symbol(o), centred)),
        Part::Value => number(target.value),
        Part::ValueMax => number(target.value_max),
        Part::Unit => target.unit.as_deref().map(|unit| text(col, unit, centred)),
        Part::DeadlineStart => day(target.deadline_start),
        Part::Deadline => day(target.deadline),
        Part::Reference => target.reference.as_deref().map(|t| text(col, t, style)),
    }
    .unwrap_or(blank)
}

#[cfg(test)]
mod tests {
    use super::{BODY, MAX_TEXT, date, is_exact, number, text};
    use crate::emit::xlsx::plan::Content;
    use crate::emit::xlsx::style::Format;
    use rust_decimal::Decimal;

    #[test]
    fn text_stays_text_whatever_it_begins_with() {
        let cell = text(0, "=100.00(%)", BODY);
        assert_eq!(cell.content, Content::Text("=100.00(%)".into()));
        assert!(cell.style.quoted);
        assert!(!text(0, "≥90%", BODY).style.quoted);
    }

    #[test]
    fn long_text_is_cut_at_a_character_and_says_so() {
        // Each of these takes two UTF-16 units.
        let cell = text(0, &"𠮷".repeat(40_000), BODY);
        let Content::Text(cut) = cell.content else { panic!("text expected") };
        assert!((MAX_TEXT - 1..=MAX_TEXT).contains(&cut.encode_utf16().count()));
        assert!(cut.ends_with("…[truncated, 40000 characters; full text in JSON]"));
        assert!(cell.note.is_some_and(|note| note.contains("40000")));
        let fits = "指".repeat(MAX_TEXT);
        assert_eq!(text(0, &fits, BODY).content, Content::Text(fits));
    }

    #[test]
    fn numbers_that_a_spreadsheet_would_round_stay_text() {
        let exact = Decimal::new(999_999_999_999_999, 2);
        assert_eq!(number(0, exact, true, BODY).content, Content::Number(exact));
        assert_eq!(number(0, exact, true, BODY).style.format, Format::Grouped(2));
        let long = Decimal::new(12_345_678_901_234_567, 2);
        assert!(!is_exact(long));
        let cell = number(0, long, true, BODY);
        assert_eq!(cell.content, Content::Text("123456789012345.67".into()));
        assert!(cell.note.is_some());
        assert!(is_exact(Decimal::new(1_000_000_000_000_000_000, 2)));
    }

    #[test]
    fn days_before_march_1900_stay_text() {
        let old = date(0, jiff::civil::date(1899, 12, 31), BODY);
        assert_eq!(old.content, Content::Text("1899-12-31".into()));
        let day = jiff::civil::date(2026, 1, 1);
        assert_eq!(date(0, day, BODY).content, Content::Date(day));
    }
}
