//! Printed dates → calendar days.

use super::amount::positional_digit;
use super::doubt::Doubt;
use super::fold::{compact, is_blank_mark};
use jiff::civil::{Date, date};

/// Which end of a period a field holds, for dates printed without a day and for periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    First,
    Last,
}

/// Reads a date: `2026-01-01`, `2026/1/1`, `2026.1.1`, `2026年1月1日`, `20260101`, full width,
/// `二〇二六年一月一日`; a midnight time behind it is dropped.
///
/// A month or year alone (`2026年1月`) is read as the first or last day of it, by `end`, with
/// the warning `date.partial`; a period (`2026.01-2026.12`) as its first or last day, with
/// `date.period`. A blank mark is `None` without a doubt; what is no date, or not in the
/// calendar, is `None` with `date.unparsed`.
#[must_use]
pub fn parse(text: &str, end: End) -> (Option<Date>, Vec<Doubt>) {
    let dense = compact(text);
    if is_blank_mark(&dense) {
        return (None, Vec::new());
    }
    let digits = arabic(&dense);
    if let Some(printed) = Printed::read(&digits) {
        return match printed.day(end) {
            Some(day) if printed.day.is_some() => (Some(day), Vec::new()),
            Some(day) => (Some(day), vec![partial(text, day)]),
            None => (None, vec![unparsed(text, "is not in the calendar")]),
        };
    }
    match period(&digits) {
        Some((first, last)) => match (first.day(End::First), last.day(End::Last)) {
            (Some(first), Some(last)) => {
                let day = if end == End::First { first } else { last };
                let doubt = Doubt::warning(
                    "date.period",
                    format!("“{text}” is a period; {day} is taken from it."),
                    "Compare both dates of the form with the page.",
                );
                (Some(day), vec![doubt])
            }
            _ => (None, vec![unparsed(text, "is not in the calendar")]),
        },
        None => (None, vec![unparsed(text, "is not a date")]),
    }
}

/// A date as printed; the day, or the month and the day, may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Printed {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl Printed {
    /// Reads a whole text without blanks, half width, arabic digits.
    fn read(text: &str) -> Option<Self> {
        let text = midnight_off(text);
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self {
                year: number(text.get(..4)?)?,
                month: Some(number(text.get(4..6)?)?),
                day: Some(number(text.get(6..)?)?),
            });
        }
        let text = text.trim_end_matches(['日', '号', '月', '年']);
        let mut parts = text.split(['-', '/', '.', '年', '月']);
        let year = parts.next().filter(|y| y.len() == 4).and_then(number)?;
        let month = parts.next();
        let day = parts.next();
        if parts.next().is_some() || !(1900..2200).contains(&year) {
            return None;
        }
        let small = |part: Option<&str>| match part {
            None => Some(None),
            Some(p) if p.len() <= 2 => number(p).map(Some),
            Some(_) => None,
        };
        Some(Self { year, month: small(month)?, day: small(day)? })
    }

    fn day(self, end: End) -> Option<Date> {
        let month = self.month.unwrap_or(if end == End::First { 1 } else { 12 });
        match (self.day, end) {
            (Some(day), _) => Date::new(self.year, month, day).ok(),
            (None, End::First) => Date::new(self.year, month, 1).ok(),
            (None, End::Last) => Date::new(self.year, month, 1).ok().map(Date::last_of_month),
        }
    }
}

/// Splits a period at the sign or word between two dates; the second may lack the year.
fn period(text: &str) -> Option<(Printed, Printed)> {
    text.char_indices().filter(|(_, c)| matches!(c, '-' | '~' | '至' | '到')).find_map(|(at, c)| {
        let first = Printed::read(text.get(..at)?)?;
        let rest = text.get(at + c.len_utf8()..)?.trim_start_matches('-');
        let last = Printed::read(rest)
            .or_else(|| Printed::read(&format!("{}年{rest}", first.year)))
            .filter(|last| last.day.is_some() == first.day.is_some())?;
        (first.day(End::First)? <= last.day(End::Last)?).then_some((first, last))
    })
}

/// Systems print a date column with a time of midnight behind it.
fn midnight_off(text: &str) -> &str {
    match text.find(':') {
        Some(colon) => {
            let time_at = colon.saturating_sub(2);
            match text.get(time_at..) {
                Some(time) if time.chars().all(|c| matches!(c, '0' | ':' | '.')) => {
                    text.get(..time_at).unwrap_or(text).trim_end_matches('T')
                }
                _ => text,
            }
        }
        None => text,
    }
}

/// Chinese numerals of years, months and days as arabic digits: `十二` → `12`.
fn arabic(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit =
        |at: Option<usize>| at.and_then(|i| chars.get(i)).and_then(|c| positional_digit(*c));
    let mut out = String::with_capacity(text.len());
    for (i, c) in chars.iter().enumerate() {
        match (c, digit(i.checked_sub(1)), digit(Some(i + 1))) {
            ('十', None, None) => out.push_str("10"),
            ('十', Some(_), None) => out.push('0'),
            ('十', None, Some(_)) => out.push('1'),
            ('十', Some(_), Some(_)) => {}
            (c, _, _) => out.push(positional_digit(*c).unwrap_or(*c)),
        }
    }
    out
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn partial(text: &str, day: Date) -> Doubt {
    Doubt::warning(
        "date.partial",
        format!("“{text}” does not name a day; it is read as {day}."),
        "Compare the date with the page, and with the other date of the period.",
    )
}

fn unparsed(text: &str, what: &str) -> Doubt {
    Doubt::error(
        "date.unparsed",
        format!("“{text}” {what}."),
        "Read the date on the page and correct it by hand.",
    )
}

/// The last day of a month; 28 for a February whose year is not known.
pub(super) fn last_day(year: Option<i16>, month: i8) -> i8 {
    date(year.unwrap_or(2001).clamp(1, 9999), month.clamp(1, 12), 1).days_in_month()
}

#[cfg(test)]
mod tests {
    use super::{End, parse};
    use proptest::prelude::*;

    fn read(text: &str, end: End) -> (Option<String>, Vec<&'static str>) {
        let (day, doubts) = parse(text, end);
        (day.map(|d| d.to_string()), doubts.iter().map(|d| d.code).collect())
    }

    #[test]
    fn days_in_every_writing() {
        for text in [
            "2026-01-09",
            "2026/1/9",
            "2026.1.9",
            "2026年1月9日",
            "2026年01月09日",
            "20260109",
            "２０２６－０１－０９",
            " 2026 年 1 月 9 日",
            "2026-1-9 00:00:00",
            "2026-01-09T00:00:00.0",
            "二〇二六年一月九日",
            "2026年1月9号",
        ] {
            assert_eq!(read(text, End::First), (Some("2026-01-09".into()), vec![]), "{text}");
        }
        assert_eq!(read("二○二六年十二月三十一日", End::First).0, Some("2026-12-31".into()));
        assert_eq!(read("2026年十月二十日", End::First).0, Some("2026-10-20".into()));
    }

    #[test]
    fn months_years_and_periods_are_doubted() {
        let partial = |d: &str| (Some(d.to_owned()), vec!["date.partial"]);
        assert_eq!(read("2026年2月", End::First), partial("2026-02-01"));
        assert_eq!(read("2026.02", End::Last), partial("2026-02-28"));
        assert_eq!(read("2026", End::First), partial("2026-01-01"));
        assert_eq!(read("2026年", End::Last), partial("2026-12-31"));
        let period = |d: &str| (Some(d.to_owned()), vec!["date.period"]);
        assert_eq!(read("2023.07-2024.01", End::First), period("2023-07-01"));
        assert_eq!(read("2023.07-2024.01", End::Last), period("2024-01-31"));
        assert_eq!(read("2026年1月1日至12月31日", End::Last), period("2026-12-31"));
        assert_eq!(read("2026-01-01—2026-12-31", End::Last), period("2026-12-31"));
    }

    #[test]
    fn what_is_no_date_is_an_error() {
        for text in [
            "2026-02-30",
            "2026-13-01",
            "26.1.1",
            "长期",
            "2026-01-01 10:30",
            "2026-01-011",
            "2026--01-01",
            "1月1日",
            "46023",
            "2026年1月1日前",
            "2O26-01-01",
        ] {
            assert_eq!(read(text, End::First), (None, vec!["date.unparsed"]), "{text}");
        }
        assert_eq!(read("/", End::First), (None, vec![]));
    }

    proptest! {
        #[test]
        fn every_day_comes_back(year in 1900i16..2200, month in 1i8..=12, day in 1i8..=28, style in 0usize..5) {
            let text = match style {
                0 => format!("{year}-{month:02}-{day:02}"),
                1 => format!("{year}/{month}/{day}"),
                2 => format!("{year}.{month}.{day}"),
                3 => format!("{year}年{month}月{day}日"),
                _ => format!("{year}{month:02}{day:02}"),
            };
            let want = format!("{year}-{month:02}-{day:02}");
            prop_assert_eq!(read(&text, End::Last), (Some(want), vec![]));
        }

        #[test]
        fn no_text_panics(text in "[0-9年月日十二至.:/-]{0,16}|\\PC{0,16}") {
            let _ = parse(&text, End::First);
        }
    }
}
