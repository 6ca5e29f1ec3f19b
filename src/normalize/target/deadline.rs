//! Deadlines and periods: `11月底前完成`, `2024.01-2026.12`, `次年3月底前`.

use super::Found;
use super::cursor::{Cursor, Folded};
use super::operator;
use super::span::{Grain, Year, bare_start, bare_year, separator, span, year};
use crate::model::target::{Operator, Subkind, TargetDate, TargetKind};
use crate::normalize::date::last_day;
use crate::normalize::doubt::Doubt;
use jiff::ToSpan;
use jiff::civil::Date;

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
