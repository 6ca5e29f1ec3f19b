//! One printed date of any grain, as the span of days that it names.

use super::cursor::Cursor;
use super::number::small;
use crate::normalize::amount::positional_digit;
use crate::normalize::date::last_day;
use jiff::civil::Date;

/// A year as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    Printed(i16),
    /// 当年 is 0, 次年 is 1: counted from the form's year.
    Relative(i16),
    /// None printed: the form's year.
    Missing,
}

/// How fine the printed date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    Year,
    /// A half year, quarter or month, from the first month to the last.
    Months,
    /// A third of a month.
    Third,
    Day,
}

/// A printed date as the span of days that it names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub year: Year,
    pub grain: Grain,
    pub first: (i8, i8),
    /// Month, and day or 0 for the month's last.
    pub last: (i8, i8),
    /// 底, 末 or 止 is printed: the end of the span is meant.
    pub at_end: bool,
    /// Written as a bare decimal such as `2026.06`.
    pub bare: bool,
}

pub(super) fn separator(c: &mut Cursor) -> bool {
    c.eat_longest(&["--", "-", "~", "至", "到"]).is_some()
}

/// The beginning of a period whose unit stands behind its end only: `1-12月`, `2024-2026年`,
/// `2026年1-12月`.
pub(super) fn bare_start(cursor: &mut Cursor) -> Option<Span> {
    let mut c = *cursor;
    if let Some(span) = bare_year(&mut c).filter(|_| separator(&mut c)) {
        *cursor = c;
        return Some(span);
    }
    c = *cursor;
    let year = year(&mut c).unwrap_or(Year::Missing);
    let quarters = c.eat("第");
    let number = small(&mut c)?;
    separator(&mut c).then_some(())?;
    // The unit is that of the end.
    let mut ahead = c;
    ahead.eat("第");
    small(&mut ahead)?;
    let first = match ahead.eat_longest(&["月", "季度"])? {
        "月" if !quarters && !ahead.looking_at("以") => (number, number),
        "季度" if (1..=4).contains(&number) => (number * 3 - 2, number * 3),
        _ => return None,
    };
    months(year, first.0, first.1).inspect(|_| *cursor = c)
}

/// Four digits of a year without 年.
pub(super) fn bare_year(cursor: &mut Cursor) -> Option<Span> {
    let mut c = *cursor;
    let digits = c.eat_while(|d| d.is_ascii_digit());
    let year =
        (digits.len() == 4).then(|| digits.parse().ok()).flatten().filter(|y| is_year(*y))?;
    *cursor = c;
    Some(Span {
        year: Year::Printed(year),
        grain: Grain::Year,
        first: (1, 1),
        last: (12, 31),
        at_end: false,
        bare: true,
    })
}

fn is_year(year: i16) -> bool {
    (1949..2100).contains(&year)
}

/// Reads one date of any grain.
pub(super) fn span(cursor: &mut Cursor) -> Option<Span> {
    let mut c = *cursor;
    let span = numeric(&mut c).or_else(|| worded(&mut c))?;
    *cursor = c;
    Some(span)
}

/// `2026-12-31`, `2026/6/30`, `2026.12`, `20261231`.
fn numeric(cursor: &mut Cursor) -> Option<Span> {
    let mut c = *cursor;
    let digits = c.eat_while(|d| d.is_ascii_digit());
    let ends =
        |c: &Cursor| !c.peek().is_some_and(|d| d.is_ascii_digit() || "%.(人次个元万".contains(d));
    let (year, month, day, bare) = if digits.len() == 8 {
        let part = |a, b| digits.get(a..b).and_then(|d: &str| d.parse::<i8>().ok());
        (digits.get(..4)?.parse().ok()?, part(4, 6)?, part(6, 8), true)
    } else {
        let year: i16 = (digits.len() == 4).then(|| digits.parse().ok()).flatten()?;
        let mark = c.next().filter(|m| matches!(m, '-' | '/' | '.'))?;
        let month_digits = c.eat_while(|d| d.is_ascii_digit());
        let month = (month_digits.len() <= 2).then(|| month_digits.parse().ok()).flatten()?;
        let mut ahead = c;
        let day = (ahead.next() == Some(mark))
            .then(|| ahead.eat_while(|d| d.is_ascii_digit()))
            .filter(|d| d.len() <= 2)
            .and_then(|d| d.parse::<i8>().ok());
        if day.is_some() {
            c = ahead;
            c.eat("日");
        } else {
            c.eat("月");
        }
        (year, month, day, day.is_none() && mark == '.')
    };
    if !is_year(year) || !ends(&c) {
        return None;
    }
    let mut span = match day {
        Some(day) => {
            Date::new(year, month, day).ok()?;
            Span {
                year: Year::Printed(year),
                grain: Grain::Day,
                first: (month, day),
                last: (month, day),
                at_end: false,
                bare,
            }
        }
        None => Span { bare, ..months(Year::Printed(year), month, month)? },
    };
    ending(&mut c, &mut span);
    *cursor = c;
    Some(span)
}

/// `2026年11月30日`, `第三季度`, `上半年`, `年底`, `次年3月中旬`.
fn worded(cursor: &mut Cursor) -> Option<Span> {
    let mut c = *cursor;
    let year = year(&mut c);
    c.eat_longest(&["的", ","]);
    let y = year.unwrap_or(Year::Missing);
    let mut span = if c.eat_longest(&["上半年", "前半年"]).is_some() {
        // 上半年前 cannot mean before the year begins.
        Span { at_end: true, ..months(y, 1, 6)? }
    } else if c.eat_longest(&["下半年", "后半年"]).is_some() {
        months(y, 7, 12)?
    } else if let Some(quarter) = quarter(&mut c) {
        months(y, quarter * 3 - 2, quarter * 3)?
    } else if let Some(span) = month(&mut c, y) {
        span
    } else {
        let ended =
            c.eat_longest(&["年底", "年末", "年终", "年度末", "年度底", "底", "末", "年内"]);
        if year.is_none() && !ended.is_some_and(|e| e.starts_with('年')) {
            return None;
        }
        Span {
            year: y,
            grain: Grain::Year,
            first: (1, 1),
            last: (12, 31),
            at_end: ended.is_some_and(|e| e != "年内"),
            bare: false,
        }
    };
    ending(&mut c, &mut span);
    *cursor = c;
    Some(span)
}

fn ending(c: &mut Cursor, span: &mut Span) {
    const ENDS: [&str; 9] = ["底", "末", "月底", "月末", "季末", "止", "最后一天", "末期", "底止"];
    if c.eat_longest(&ENDS).is_some() {
        span.at_end = true;
    }
}

fn months(year: Year, first: i8, last: i8) -> Option<Span> {
    let valid = (1..=12).contains(&first) && (1..=12).contains(&last);
    valid.then_some(Span {
        year,
        grain: Grain::Months,
        first: (first, 1),
        last: (last, 0),
        at_end: false,
        bare: false,
    })
}

fn quarter(cursor: &mut Cursor) -> Option<i8> {
    let mut c = *cursor;
    c.eat_longest(&["第", "Q", "q"]);
    let lettered = c.before().is_some_and(|b| b.eq_ignore_ascii_case(&'q'));
    let number = small(&mut c)?;
    if !(c.eat_longest(&["季度", "季"]).is_some() || lettered) || !(1..=4).contains(&number) {
        return None;
    }
    *cursor = c;
    Some(number)
}

/// `11月`, `11月30日`, `11月中旬`. 个月 is a duration and does not match.
fn month(cursor: &mut Cursor, year: Year) -> Option<Span> {
    let mut c = *cursor;
    let month = small(&mut c)?;
    if !(c.eat("月份") || c.eat("月")) {
        return None;
    }
    let mut span = months(year, month, month)?;
    let thirds = ["上旬", "中旬", "下旬"];
    if let Some(third) = c.eat_longest(&thirds) {
        let n = thirds.iter().position(|t| *t == third).unwrap_or(0) as i8;
        span.grain = Grain::Third;
        span.first = (month, n * 10 + 1);
        span.last = (month, if n == 2 { 0 } else { n * 10 + 10 });
    } else {
        let mut day = c;
        if let Some(number) = small(&mut day) {
            let named = day.eat("日") || day.eat("号");
            let bare_end = day.is_done() || day.looking_at("前");
            if !(named || bare_end) || number < 1 || number > last_day(Some(2000), month) {
                return None;
            }
            span.grain = Grain::Day;
            span.first = (month, number);
            span.last = (month, number);
            c = day;
        }
    }
    *cursor = c;
    Some(span)
}

/// `2026年`, `2026年度`, `二〇二六年`, `当年`, `次年`.
pub(super) fn year(cursor: &mut Cursor) -> Option<Year> {
    let mut c = *cursor;
    const THIS: [&str; 8] = ["当年度", "当年", "本年度", "本年", "今年", "该年", "年度", "当期"];
    const NEXT: [&str; 7] = ["次年", "次年度", "明年", "下年", "下年度", "下一年度", "翌年"];
    let year = if c.eat_longest(&THIS).is_some() {
        Year::Relative(0)
    } else if c.eat_longest(&NEXT).is_some() {
        Year::Relative(1)
    } else {
        let digits = c.eat_while(|d| positional_digit(d).is_some());
        let ascii: String = digits.chars().filter_map(positional_digit).collect();
        let year =
            (ascii.len() == 4).then(|| ascii.parse().ok()).flatten().filter(|y| is_year(*y))?;
        // 2026年年底 and 2026年底 are the same; the second 年 belongs to 年底.
        if !c.eat("年") {
            return None;
        }
        c.eat("度");
        Year::Printed(year)
    };
    *cursor = c;
    Some(year)
}
