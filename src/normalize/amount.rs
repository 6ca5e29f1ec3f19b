//! Printed amounts → exact decimals, scale as printed.

use super::doubt::Doubt;
use super::fold::{compact, is_blank_mark, narrow};
use rust_decimal::Decimal;

/// Units of money that a form may state, with 万 and 亿; longest first.
const UNITS: [&str; 8] = ["百万元", "十万元", "亿元", "万元", "千元", "百元", "元", "圆"];

/// Reads an amount. `unit` is the form's unit of money, if it states one.
///
/// `6,421,500.00`, full width, `￥`, `-1.00`, `(1.00)`, `250万`. The number stays as printed,
/// whatever unit is printed beside it: `amount.unit-differs` tells where it is not the form's.
/// A blank, `-`, `/` or `无` is `None` without a doubt; what is no amount is `None` with
/// `amount.unparsed`.
#[must_use]
pub fn parse(text: &str, unit: Option<&str>) -> (Option<Decimal>, Vec<Doubt>) {
    let folded: String = text.trim().chars().map(narrow).collect();
    let dense = compact(&folded);
    if is_blank_mark(&dense) {
        // Accounting formats print a dash for zero; others print it for "none".
        let doubts = if dense.is_empty() { Vec::new() } else { vec![dash(text)] };
        return (None, doubts);
    }
    let Some(read) = read(&folded) else {
        return (None, vec![unparsed(text)]);
    };
    let mut doubts = Vec::new();
    if let Some(own) = read.unit
        && unit.is_none_or(|form| !same_unit(own, form))
    {
        let form = unit.unwrap_or("unknown");
        doubts.push(Doubt::warning(
            "amount.unit-differs",
            format!("“{text}” carries its own unit {own}, the form's is {form}; the number is kept as printed."),
            "Convert the amount by hand if the unit printed beside it is right.",
        ));
    }
    if !read.remark.is_empty() {
        doubts.push(format_doubt(text, "has words beside the number"));
    }
    if read.irregular {
        doubts.push(format_doubt(text, "is not grouped in threes or has a zero in front"));
    }
    if read.value.scale() > 2 && read.unit.or(unit).is_some_and(|u| matches!(u, "元" | "圆")) {
        doubts.push(format_doubt(text, "has more than two decimals, though its unit is 元"));
    }
    (Some(read.value), doubts)
}

/// Reads a plain number such as a weight or a score: `10`, `10.00`, `10分`, `10%`.
#[must_use]
pub fn parse_number(text: &str) -> (Option<Decimal>, Vec<Doubt>) {
    let folded: String = text.trim().chars().map(narrow).collect();
    if is_blank_mark(&compact(&folded)) {
        return (None, Vec::new());
    }
    let number = folded.trim_end_matches(['分', '%', ' ']);
    match digits(number) {
        Some((value, false)) => (Some(value), Vec::new()),
        Some((value, true)) => (Some(value), vec![format_doubt(text, "is not grouped in threes")]),
        None => (
            None,
            vec![Doubt::error(
                "field.unparsed",
                format!("“{text}” is not a number."),
                "Read the value on the page and correct it by hand.",
            )],
        ),
    }
}

fn dash(text: &str) -> Doubt {
    Doubt::warning(
        "amount.dash",
        format!("“{text}” stands in place of an amount; it is read as none, not as zero."),
        "Check if the form means zero.",
    )
}

/// Reads a whole number such as a fiscal year: `2026`, `2026年度`, `二〇二六`.
#[must_use]
pub fn parse_integer(text: &str) -> (Option<i64>, Vec<Doubt>) {
    let dense = compact(text);
    if is_blank_mark(&dense) {
        return (None, Vec::new());
    }
    let inner = dense.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&dense);
    let number = inner.trim_end_matches('度').trim_end_matches('年');
    let ascii: Option<String> = number.chars().map(positional_digit).collect();
    match ascii.and_then(|n| n.parse().ok()) {
        Some(n) => (Some(n), Vec::new()),
        None => (
            None,
            vec![Doubt::error(
                "field.unparsed",
                format!("“{text}” is not a whole number."),
                "Read the value on the page and correct it by hand.",
            )],
        ),
    }
}

/// A decimal digit, also one of `〇一二三四五六七八九` written digit by digit.
pub(super) fn positional_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '〇' | '○' | '零' => Some('0'),
        c => "一二三四五六七八九".chars().zip('1'..='9').find(|(n, _)| *n == c).map(|(_, d)| d),
    }
}

/// The unit of money in a text such as `（元）`, `单位：万元` or `金额单位:元`.
#[must_use]
pub fn money_unit(text: &str) -> Option<&'static str> {
    let dense = compact(text);
    let inner = dense.trim_end_matches([')', ']', '】', '。', ';']).trim_end_matches("人民币");
    let inner = inner.trim_end_matches([',', '/', ')']);
    let unit = UNITS.into_iter().find(|u| inner.ends_with(u))?;
    let before = inner.strip_suffix(unit)?;
    // `美元`, `日元`, `港元` are other currencies; `次元`, `单元` are none.
    let plain = before.is_empty()
        || before.ends_with([':', '(', '[', '【', ',', '/'])
        || ["单位", "人民币", "为", "以", "按"].iter().any(|p| before.ends_with(p));
    plain.then_some(if unit == "圆" { "元" } else { unit })
}

struct Read<'a> {
    value: Decimal,
    unit: Option<&'a str>,
    /// Words in brackets behind the number.
    remark: &'a str,
    irregular: bool,
}

fn read(folded: &str) -> Option<Read<'_>> {
    let (body, in_brackets) = match folded.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (folded.trim(), false),
    };
    let (body, minus) = match body.strip_prefix('-') {
        Some(rest) => (rest.trim_start(), true),
        None => (body.strip_prefix('+').unwrap_or(body), false),
    };
    let body = ["人民币", "RMB", "CNY", "¥"]
        .iter()
        .fold(body, |b, sign| b.strip_prefix(sign).unwrap_or(b).trim_start_matches([':', ' ']));
    let (body, minus) = match body.strip_prefix('-') {
        Some(rest) if !minus => (rest, true),
        _ => (body, minus),
    };
    let part_of_number = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ');
    let end = body.find(|c| !part_of_number(c)).unwrap_or(body.len());
    let (number, rest) = match body.get(..end).zip(body.get(end..)) {
        Some((number, rest)) if !number.trim().is_empty() => (number, rest.trim()),
        _ => return None,
    };
    finish(number, rest, in_brackets || minus)
}

fn finish<'a>(number: &str, rest: &'a str, negative: bool) -> Option<Read<'a>> {
    let (mut value, irregular) = digits(number)?;
    if negative && !value.is_zero() {
        value.set_sign_negative(true);
    }
    let unit = ["万元", "亿元", "千元", "百万元", "元", "圆", "万", "亿", "千"]
        .into_iter()
        .find(|u| rest.starts_with(u));
    let (unit, remark) = match unit.and_then(|u| rest.strip_prefix(u).map(|r| (u, r))) {
        Some((unit, remark)) => (rest.get(..unit.len()), remark.trim_start_matches('整')),
        None => (None, rest),
    };
    let bracketed = remark.starts_with('(') && remark.ends_with(')');
    let wordy = bracketed && !remark.contains(|c: char| c.is_ascii_digit());
    (remark.is_empty() || wordy).then_some(Read { value, unit, remark, irregular })
}

/// Digits with groups and decimals → the number, and whether it is written irregularly.
///
/// Blanks may separate groups of three, irregularly: two numbers in a cell are not one.
fn digits(number: &str) -> Option<(Decimal, bool)> {
    let number = number.trim();
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole.trim_end(), Some(decimals.trim_start())),
        None => (number, None),
    };
    let all_digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    if decimals.is_some_and(|d| !all_digits(d)) || (whole.is_empty() && decimals.is_none()) {
        return None;
    }
    let groups: Vec<&str> = whole.split([',', ' ']).filter(|g| !g.is_empty()).collect();
    let regular = groups.len() <= 1
        || (groups.first().is_some_and(|g| g.len() <= 3)
            && groups.iter().skip(1).all(|g| g.len() == 3));
    if !groups.iter().all(|g| all_digits(g)) || (!regular && whole.contains(' ')) {
        return None;
    }
    if whole.contains(",,") || whole.starts_with(',') || whole.ends_with(',') {
        return None;
    }
    let mut text = groups.concat();
    let padded = text.len() > 1 && text.starts_with('0');
    let incomplete = text.is_empty() || decimals.is_some_and(str::is_empty);
    if text.is_empty() {
        text.push('0');
    }
    if let Some(decimals) = decimals.filter(|d| !d.is_empty()) {
        text.push('.');
        text.push_str(decimals);
    }
    let value = Decimal::from_str_exact(&text).ok()?;
    let spaced = groups.len() > 1 && whole.contains(' ');
    Some((value, !regular || padded || incomplete || spaced))
}

fn same_unit(own: &str, form: &str) -> bool {
    let base = |u: &str| u.trim_end_matches(['元', '圆']).to_owned();
    base(own) == base(form)
}

pub(super) fn unparsed(text: &str) -> Doubt {
    Doubt::error(
        "amount.unparsed",
        format!("“{text}” is not an amount."),
        "Read the amount on the page and correct it by hand.",
    )
}

fn format_doubt(text: &str, what: &str) -> Doubt {
    Doubt::warning(
        "amount.format",
        format!("“{text}” {what}."),
        "Compare the digits with the page.",
    )
}

#[cfg(test)]
mod tests {
    use super::{money_unit, parse, parse_integer, parse_number};
    use proptest::prelude::*;

    fn read(text: &str, unit: &str) -> (Option<String>, Vec<&'static str>) {
        let (value, doubts) = parse(text, Some(unit));
        (value.map(|v| v.to_string()), doubts.iter().map(|d| d.code).collect())
    }

    #[test]
    fn amounts_keep_their_scale() {
        for (text, want) in [
            ("6,421,500.00", "6421500.00"),
            ("6421500", "6421500"),
            ("６，４２１，５００．００", "6421500.00"),
            ("￥1,000.50", "1000.50"),
            ("¥ 1,000.50 元", "1000.50"),
            ("0.00", "0.00"),
            ("-1.00", "-1.00"),
            ("－１.00", "-1.00"),
            ("(1.00)", "-1.00"),
            ("（1.00）", "-1.00"),
            ("-0.00", "0.00"),
            ("人民币100元整", "100"),
        ] {
            assert_eq!(read(text, "元"), (Some(want.to_owned()), vec![]), "{text}");
        }
    }

    #[test]
    fn nothing_printed_is_null_without_a_doubt() {
        for text in ["", " "] {
            assert_eq!(read(text, "元"), (None, vec![]), "{text}");
        }
    }

    #[test]
    fn a_mark_for_nothing_is_null_with_a_doubt() {
        for text in ["-", "—", "——", "/", "无", "－"] {
            assert_eq!(read(text, "元"), (None, vec!["amount.dash"]), "{text}");
        }
    }

    #[test]
    fn units_beside_the_number() {
        assert_eq!(read("250万", "元"), (Some("250".into()), vec!["amount.unit-differs"]));
        assert_eq!(read("250万", "万元"), (Some("250".into()), vec![]));
        assert_eq!(read("250.5万元", "万元"), (Some("250.5".into()), vec![]));
        let (value, doubts) = parse("250万元", None);
        assert!(value.is_some() && doubts.len() == 1);
    }

    #[test]
    fn irregular_writing_keeps_every_digit() {
        for (text, want) in [
            ("1,234,56", "123456"),
            ("1,0000.00", "10000.00"),
            ("12.345", "12.345"),
            ("007.00", "7.00"),
            ("1 000.50", "1000.50"),
            ("5.", "5"),
            ("100.00(含税)", "100.00"),
        ] {
            assert_eq!(read(text, "元"), (Some(want.into()), vec!["amount.format"]), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_an_error() {
        for text in [
            "6,421,5OO.00",
            "7.394.000,00",
            "100 20",
            "100.00 200.00",
            "约100",
            "12a",
            "一百万",
            "100万至200万",
            "1,,000",
            "$5",
            "12345678901234567890123456789012",
            "100(2026年)",
        ] {
            assert_eq!(read(text, "元"), (None, vec!["amount.unparsed"]), "{text}");
        }
    }

    #[test]
    fn units_of_money() {
        for (text, want) in [
            ("（元）", Some("元")),
            ("项目资金 (元)", Some("元")),
            ("单位：万元", Some("万元")),
            ("金额单位:元", Some("元")),
            ("单位：人民币万元", Some("万元")),
            ("千元", Some("千元")),
            ("（亿元）", Some("亿元")),
            ("（美元）", None),
            ("单位", None),
            ("", None),
        ] {
            assert_eq!(money_unit(text), want, "{text}");
        }
    }

    #[test]
    fn plain_numbers() {
        assert_eq!(parse_number("10分").0.map(|n| n.to_string()), Some("10".into()));
        assert_eq!(parse_number("12.50").0.map(|n| n.to_string()), Some("12.50".into()));
        assert_eq!(parse_number("优").1.first().map(|d| d.code), Some("field.unparsed"));
        assert_eq!(parse_integer("（２０２６年度）").0, Some(2026));
        assert_eq!(parse_integer("二〇二六年").0, Some(2026));
        assert_eq!(parse_integer("202六").0, Some(2026));
        assert!(parse_integer("本年").0.is_none());
    }

    proptest! {
        #[test]
        fn every_regular_amount_comes_back(fen in 0u64..10_000_000_000_000) {
            let whole = (fen / 100).to_string();
            let mut grouped = String::new();
            for (i, c) in whole.chars().enumerate() {
                if i > 0 && (whole.len() - i).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(c);
            }
            let text = format!("{grouped}.{:02}", fen % 100);
            let plain = text.replace(',', "");
            prop_assert_eq!(read(&text, "元"), (Some(plain), vec![]));
        }

        #[test]
        fn no_text_panics_and_no_digit_is_dropped(text in "[0-9０-９,. 元万()（）-]{0,20}|\\PC{0,20}") {
            if let (Some(value), _) = parse(&text, Some("元")) {
                let printed: String = text.chars().map(super::narrow).filter(char::is_ascii_digit).collect();
                let kept = value.to_string().replace(['.', '-'], "");
                prop_assert_eq!(printed.trim_start_matches('0'), kept.trim_start_matches('0'));
            }
        }
    }
}
