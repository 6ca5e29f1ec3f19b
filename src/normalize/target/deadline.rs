//! Deadlines and periods: `11月底前完成`, `2024.01-2026.12`, `次年3月底前`.

use super::Found;
use super::cursor::{Cursor, Folded};
use super::number::small;
use super::operator;
use crate::model::target::{Operator, Subkind, TargetDate, TargetKind};
use crate::normalize::amount::positional_digit;
use crate::normalize::date::last_day;
use crate::normalize::doubt::Doubt;
use jiff::ToSpan;
use jiff::civil::Date;

/// A year as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Year {
    Printed(i16),
    /// 当年 is 0, 次年 is 1: counted from the form's year.
    Relative(i16),
    /// None printed: the form's year.
    Missing,
}

/// How fine the printed date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grain {
    Year,
    /// A half year, quarter or month, from the first month to the last.
    Months,
    /// A third of a month.
    Third,
    Day,
}

/// A printed date as the span of days that it names.
#[derive(Clone, Copy, Debug)]
struct Span {
    year: Year,
    grain: Grain,
    first: (i8, i8),
    /// Month, and day or 0 for the month's last.
    last: (i8, i8),
    /// 底, 末 or 止 is printed: the end of the span is meant.
    at_end: bool,
    /// Written as a bare decimal such as `2026.06`.
    bare: bool,
}

/// Words before a deadline that add nothing to it.
#[rustfmt::skip]
const BEFORE: [&str; 30] = [
    "截至", "截止到", "截止至", "截止", "最迟", "不晚于", "不迟于", "早于", "于", "在",
    "力争", "确保", "计划", "预计", "应", "须", "需", "要", "拟", "到", "至", "完成时间",
    "完成时限", "完成日期", "竣工时间", "完工时间", "时限", "期限", "时间", ":",
];

/// What is done by a deadline.
#[rustfmt::skip]
const DONE: [&str; 34] = [
    "完成", "完工", "竣工", "交付", "验收", "上线", "拨付", "支付", "发放", "到位",
    "投入使用", "投入运行", "投入", "开工", "启动", "结束", "实施", "落实", "办结", "提交",
    "报送", "全部", "按时", "及时", "如期", "全面", "建成", "执行", "编制", "出具", "投用",
    "达到", "均", "付清",
];

/// Reads a whole text as a deadline or period; `fiscal` is the form's year. With `counted` (a
/// unit stands beside the value) bare digits such as `2000-2050` are left as numbers.
pub(super) fn parse(folded: &Folded, fiscal: Option<i16>, counted: bool) -> Option<Found> {
    let mut c = folded.cursor(0);
    while c.eat_longest(&BEFORE).is_some() {}
    let mut sign = c;
    let operator = operator::before(&mut sign).filter(|o| *o != Operator::About);
    if operator.is_some() {
        c = sign;
    }
    if let Some(found) = whole_year(c, fiscal) {
        return Some(found);
    }
    if let Some(found) = period(folded, c, fiscal, counted) {
        return Some(found);
    }
    let span = span(&mut c).filter(|s| !(s.bare && counted))?;
    let from = ["起", "开始", "以后", "之后"].iter().any(|t| c.eat(t));
    let before = !from && c.eat_longest(&["前", "之前", "以前"]).is_some();
    if !before {
        c.eat_longest(&["内", "之内", "以内"]);
    }
    let marked = before || span.at_end;
    let mut found = Found::default();
    rest(&c, marked, &mut found)?;
    let ambiguous = before && !span.at_end && span.grain != Grain::Day;
    if ambiguous {
        found.doubts.push(Doubt::warning(
            "target.month-before-ambiguous",
            format!(
                "“{}” may mean before it begins or before it ends; the former is taken.",
                folded.printed(0, folded.chars.len())
            ),
            "Ask the declaring unit which day is meant.",
        ));
    }
    if span.bare {
        found.doubts.push(Doubt::warning(
            "target.date-or-number",
            format!(
                "“{}” may be a number; it is read as a date.",
                folded.printed(0, folded.chars.len())
            ),
            "Compare the value with the indicator's name.",
        ));
    }
    let day = if from {
        day(span.year, span.first, fiscal)?
    } else if ambiguous {
        day_before(span.year, span.first, fiscal)?
    } else {
        day(span.year, span.last, fiscal)?
    };
    year_doubt(&[span.year], fiscal, &mut found);
    let t = &mut found.target;
    t.kind = Some(TargetKind::Quantitative);
    t.subkind = Some(Subkind::Deadline);
    if from {
        t.deadline_start = Some(day);
        t.operator = Some(Operator::AtLeast);
    } else {
        t.deadline = Some(day);
        t.operator = Some(operator.unwrap_or(Operator::AtMost));
    }
    t.operator_explicit = operator.map(|_| true);
    Some(found)
}

/// `全年`, `2026年全年`: from the first to the last day of the year.
fn whole_year(mut c: Cursor, fiscal: Option<i16>) -> Option<Found> {
    let year = year(&mut c).unwrap_or(Year::Missing);
    c.eat_longest(&["全年", "全年度", "贯穿全年"])?;
    rest(&c, false, &mut Found::default())?;
    period_found(year, (1, 1), year, (12, 31), fiscal)
}

/// `2026年1-12月`, `2024-2026年`, `2024.01-2026.12`, `3月至次年2月`.
fn period(folded: &Folded, start: Cursor, fiscal: Option<i16>, counted: bool) -> Option<Found> {
    let mut c = start;
    let first = match span(&mut c) {
        Some(first) if separator(&mut c) => first,
        _ => {
            c = start;
            bare_start(&mut c)?
        }
    };
    let last = span(&mut c).or_else(|| bare_year(&mut c))?;
    let marked = c.eat_longest(&["期间", "之间", "内", "前", "止", "之前"]).is_some();
    let same_kind = (first.grain == Grain::Year) == (last.grain == Grain::Year);
    if !same_kind || (first.bare && last.bare && counted) {
        return None;
    }
    let mut rest_found = Found::default();
    rest(&c, marked, &mut rest_found)?;
    let last_year = if last.year == Year::Missing { first.year } else { last.year };
    // 11月至次年2月: the first month belongs to the form's year.
    let mut found = period_found(first.year, first.first, last_year, last.last, fiscal)?;
    found.doubts.append(&mut rest_found.doubts);
    if first.bare && last.bare {
        return Some(found);
    }
    if let (Some(TargetDate::Day(a)), Some(TargetDate::Day(b))) =
        (found.target.deadline_start, found.target.deadline)
        && b < a
    {
        found.doubts.push(Doubt::warning(
            "target.range-order",
            format!("“{}” ends before it begins.", folded.printed(0, folded.chars.len())),
            "Compare both dates with the page.",
        ));
    }
    Some(found)
}

fn period_found(
    first_year: Year,
    first: (i8, i8),
    last_year: Year,
    last: (i8, i8),
    fiscal: Option<i16>,
) -> Option<Found> {
    let mut found = Found::default();
    year_doubt(&[first_year, last_year], fiscal, &mut found);
    let t = &mut found.target;
    t.kind = Some(TargetKind::Quantitative);
    t.subkind = Some(Subkind::Deadline);
    t.operator = Some(Operator::Range);
    t.deadline_start = Some(day(first_year, first, fiscal)?);
    t.deadline = Some(day(last_year, last, fiscal)?);
    Some(found)
}

fn separator(c: &mut Cursor) -> bool {
    c.eat_longest(&["--", "-", "~", "至", "到"]).is_some()
}

/// The beginning of a period whose unit stands behind its end only: `1-12月`, `2024-2026年`,
/// `2026年1-12月`.
fn bare_start(cursor: &mut Cursor) -> Option<Span> {
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
fn bare_year(cursor: &mut Cursor) -> Option<Span> {
    let mut c = *cursor;
    let digits = c.eat_while(|d| d.is_ascii_digit());
    let year = (digits.len() == 4).then(|| digits.parse().ok()).flatten().filter(is_year)?;
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

fn is_year(year: &i16) -> bool {
    (1949..2100).contains(year)
}

/// Reads one date of any grain.
fn span(cursor: &mut Cursor) -> Option<Span> {
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
    if !is_year(&year) || !ends(&c) {
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
fn year(cursor: &mut Cursor) -> Option<Year> {
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
        let year = (ascii.len() == 4).then(|| ascii.parse().ok()).flatten().filter(is_year)?;
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

/// What follows the date: nothing, or what is done; other words only where the date is marked as
/// a limit.
fn rest(c: &Cursor, marked: bool, found: &mut Found) -> Option<()> {
    let rest: String = c.rest().iter().collect();
    let done = DONE.iter().any(|d| rest.starts_with(d)) && !has_digit(&rest);
    if rest.is_empty() || done {
        return Some(());
    }
    let separated = rest.contains([',', ';', '。', '、']);
    if !marked || separated || has_digit(&rest) || rest.chars().count() > 20 {
        return None;
    }
    found.doubts.push(Doubt::info(
        "target.text-beside-number",
        format!("“{rest}” stands behind the date and is kept in the text only."),
        "Nothing to do, unless the words change what the date means.",
    ));
    Some(())
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit() || "≥≤<>=%".contains(c))
}

fn resolve(year: Year, fiscal: Option<i16>) -> Option<i16> {
    match year {
        Year::Printed(year) => Some(year),
        Year::Relative(by) => fiscal.and_then(|f| f.checked_add(by)),
        Year::Missing => fiscal,
    }
}

fn day(year: Year, (month, day): (i8, i8), fiscal: Option<i16>) -> Option<TargetDate> {
    let year = resolve(year, fiscal);
    let day = if day == 0 { last_day(year, month) } else { day };
    match year {
        Some(year) => Date::new(year, month, day).ok().map(TargetDate::Day),
        None => Some(TargetDate::YearUnknown { month, day }),
    }
}

/// The day before a span begins.
fn day_before(year: Year, (month, first): (i8, i8), fiscal: Option<i16>) -> Option<TargetDate> {
    match resolve(year, fiscal) {
        Some(year) => {
            let day = Date::new(year, month, first).ok()?.checked_sub(1.day()).ok()?;
            Some(TargetDate::Day(day))
        }
        None if first > 1 => Some(TargetDate::YearUnknown { month, day: first - 1 }),
        None => {
            let month = if month == 1 { 12 } else { month - 1 };
            Some(TargetDate::YearUnknown { month, day: last_day(None, month) })
        }
    }
}

fn year_doubt(years: &[Year], fiscal: Option<i16>, found: &mut Found) {
    if years.iter().any(|y| resolve(*y, fiscal).is_none()) {
        found.doubts.push(Doubt::warning(
            "target.no-year",
            "Neither the value nor the form tells the year of the deadline.".to_owned(),
            "Look for the year on the page; the deadline is given without one.",
        ));
    }
}
