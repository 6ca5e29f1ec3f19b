//! Numbers as printed: digits with groups, Chinese numerals, 百分之N, N成, misread letters.

use super::cursor::Cursor;
use rust_decimal::Decimal;

/// A number and how it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    /// Scale as printed.
    pub value: Decimal,
    /// The unit that the writing implies: `%` of 百分之九十 and of 九成.
    pub unit: Option<&'static str>,
    /// Written with Chinese numerals.
    pub numerals: bool,
    /// Letters were read as digits.
    pub letters: bool,
}

/// Whether a number can begin with `c`, its sign aside.
pub(super) fn begins_number(c: char) -> bool {
    is_digit_like(c) || matches!(c, '十' | '百') || numeral_digit(c).is_some()
}

/// Reads a number at the cursor, or leaves the cursor where it is.
pub(super) fn number(cursor: &mut Cursor) -> Option<Number> {
    // Inside a word or a longer number nothing begins: GB50328, 1.2.3, 第3.
    if cursor.before().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '第' | '_'))
    {
        return None;
    }
    let mut c = *cursor;
    let fraction = c.eat_longest(&["百分之", "千分之", "负百分之"]);
    let minus = c.eat("-") || c.eat("负") || fraction == Some("负百分之");
    if !minus {
        c.eat("+");
    }
    let hundred = fraction.is_some() && c.eat("百");
    let mut found = if hundred {
        Number { value: Decimal::ONE_HUNDRED, unit: None, numerals: true, letters: false }
    } else {
        digits(&mut c).or_else(|| numerals(&mut c))?
    };
    match fraction {
        Some("千分之") => found.unit = Some("‰"),
        Some(_) => {
            found.unit = Some("%");
            c.eat("%");
        }
        None => tenths(&mut c, &mut found),
    }
    if c.looking_at("分之") {
        return None;
    }
    if minus {
        found.value = -found.value;
    }
    *cursor = c;
    Some(found)
}

/// `12`, `1,200.50`, `1 200.50`, `9O.OO`. Fails where digits go on in a way that no number does.
fn digits(cursor: &mut Cursor) -> Option<Number> {
    let mut c = *cursor;
    let (whole, mut letters) = run(&mut c)?;
    let mut text = whole;
    let grouped = |c: &Cursor| {
        c.peek().is_some_and(|s| s == ',' || s == ' ')
            && c.rest().iter().skip(1).take_while(|d| d.is_ascii_digit()).count() == 3
    };
    if text.len() <= 3 {
        while grouped(&c) {
            c.next();
            text.push_str(&c.eat_while(|d| d.is_ascii_digit()));
        }
    }
    if c.peek() == Some('.') && c.rest().get(1).is_some_and(|d| is_digit_like(*d)) {
        let mut decimals = c;
        decimals.next();
        let (run, odd) = run(&mut decimals)?;
        text.push('.');
        text.push_str(&run);
        letters |= odd;
        c = decimals;
    }
    let goes_on = |n: usize| c.rest().get(n).is_some_and(char::is_ascii_digit);
    let cut = match c.peek() {
        Some('.' | ',' | ' ') => goes_on(1),
        Some(d) => d.is_ascii_digit(),
        None => false,
    };
    if cut {
        return None;
    }
    let value = Decimal::from_str_exact(&text).ok()?;
    *cursor = c;
    Some(Number { value, unit: None, numerals: false, letters })
}

/// A run of digits in which O, o, l, I and | may stand for 0 and 1.
///
/// Letters count only beside a digit and where the run ends as a number does, so that `10l`
/// stays ten litres and `5G` no number at all.
fn run(cursor: &mut Cursor) -> Option<(String, bool)> {
    let run: Vec<char> = cursor.rest().iter().copied().take_while(|c| is_digit_like(*c)).collect();
    let plain = run.iter().take_while(|c| c.is_ascii_digit()).count();
    let after = cursor.rest().get(run.len());
    let ends_well = after.is_none_or(|c| !c.is_ascii_alphabetic());
    let anchored = after.is_some_and(|c| matches!(c, '%' | '(' | '.' | '‰'));
    let behind_operator = cursor.before().is_some_and(|c| "≥≤=<>±".contains(c));
    let inner = run.last().is_some_and(char::is_ascii_digit)
        && (behind_operator || run.first().is_some_and(char::is_ascii_digit));
    let has_digit = run.iter().any(char::is_ascii_digit) || cursor.before() == Some('.');
    let take = if has_digit && ends_well && (anchored || inner) { run.len() } else { plain };
    if take == 0 {
        return None;
    }
    let text = run.iter().take(take).map(|c| digit_of(*c)).collect();
    cursor.at += take;
    Some((text, take > plain))
}

fn is_digit_like(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, 'O' | 'o' | 'l' | 'I' | '|')
}

/// The digit that a letter of the confusion set stands for.
fn digit_of(c: char) -> char {
    match c {
        'O' | 'o' => '0',
        'l' | 'I' | '|' => '1',
        c => c,
    }
}

/// `九成` is 90 %, `八成五` 85 %. 成 begins many words, so only an end or a modifier may follow.
fn tenths(cursor: &mut Cursor, number: &mut Number) {
    let mut c = *cursor;
    if !c.eat("成") || number.value.abs() > Decimal::TEN {
        return;
    }
    let half = c.peek().and_then(numeral_digit).filter(|d| (1..=9).contains(d));
    if half.is_some() {
        c.next();
    }
    let ends = c.is_done()
        || ["以上", "以下", "及以上", "及以下", "左右", "(", "以内", "-", "~", "至", "到"]
            .iter()
            .any(|t| c.looking_at(t));
    if ends {
        number.value = number.value * Decimal::TEN + Decimal::from(half.unwrap_or(0));
        number.unit = Some("%");
        *cursor = c;
    }
}

fn numeral_digit(c: char) -> Option<u32> {
    if c == '两' {
        return Some(2);
    }
    "〇一二三四五六七八九"
        .chars()
        .position(|n| n == c)
        .map(|n| n as u32)
        .or((c == '零').then_some(0))
}

/// `两`, `十二`, `三百`, `三万五千`, `九十五点五`. A final 万 or 亿 is left for the unit.
///
/// Colloquial `一百二` (120) and digits without ranks (`二六`) are no numbers here.
fn numerals(cursor: &mut Cursor) -> Option<Number> {
    let mut c = *cursor;
    let mut parts = Numeral::default();
    let mut seen = false;
    let mut final_mark = None; // position of a final 万 or 亿, and the number before it
    while let Some(ch) = c.peek() {
        let so_far = parts.section + parts.digit.unwrap_or(0);
        if let Some(d) = numeral_digit(ch) {
            if parts.digit.is_some_and(|d| d != 0) {
                return None;
            }
            parts.after_zero = parts.digit.is_some();
            parts.digit = Some(d.into());
            final_mark = None;
        } else if let Some(rank) = rank(ch) {
            if parts.digit.is_none() && rank != 10 {
                break; // 百 and 千 alone begin words and units
            }
            parts.section = parts.section.checked_add(parts.digit.take().unwrap_or(1) * rank)?;
            parts.lowest = rank;
            final_mark = None;
        } else if let (Some(mark), true) = (mark(ch), so_far > 0) {
            // 亿 multiplies all before it, 万 only what stands behind 亿.
            let total = match mark {
                10_000 if parts.total % 100_000_000 == 0 => parts.total + so_far * mark,
                10_000 => return None,
                _ => parts.total.checked_add(so_far)?.checked_mul(mark)?,
            };
            final_mark = Some((c.at, total / mark));
            parts = Numeral { total, lowest: mark, ..Numeral::default() };
        } else {
            break;
        }
        seen = true;
        c.next();
    }
    let colloquial = parts.digit.is_some_and(|d| d != 0) && parts.lowest > 10 && !parts.after_zero;
    if !seen || colloquial {
        return None;
    }
    let mut value = Decimal::from(
        parts.total.checked_add(parts.section)?.checked_add(parts.digit.unwrap_or(0))?,
    );
    if let Some((at, number)) = final_mark {
        c.at = at;
        value = Decimal::from(number);
    } else if c.looking_at("点") {
        let decimals: String = (c.rest().iter().skip(1))
            .map_while(|d| numeral_digit(*d))
            .map(|d| d.to_string())
            .collect();
        if !decimals.is_empty() {
            c.at += 1 + decimals.len();
            value = Decimal::from_str_exact(&format!("{value}.{decimals}")).ok()?;
        }
    }
    *cursor = c;
    Some(Number { value, unit: None, numerals: true, letters: false })
}

/// A Chinese numeral while it is read.
#[derive(Clone, Copy, Debug, Default)]
struct Numeral {
    /// Whole 万 and 亿.
    total: u64,
    /// Tens, hundreds and thousands below them.
    section: u64,
    /// A digit whose rank is still to come.
    digit: Option<u64>,
    /// That digit stands behind 零.
    after_zero: bool,
    /// The last rank or mark that was read.
    lowest: u64,
}

fn rank(c: char) -> Option<u64> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

fn mark(c: char) -> Option<u64> {
    match c {
        '万' => Some(10_000),
        '亿' => Some(100_000_000),
        _ => None,
    }
}

/// Reads a small whole number in digits or numerals: a month, a day, a quarter.
pub(super) fn small(cursor: &mut Cursor) -> Option<i8> {
    let mut c = *cursor;
    let ascii = c.eat_while(|d| d.is_ascii_digit());
    if ascii.is_empty() {
        let number = numerals(&mut c)?;
        *cursor = c;
        return i8::try_from(number.value.mantissa()).ok().filter(|_| number.value.scale() == 0);
    }
    let n = (ascii.len() <= 2).then(|| ascii.parse().ok()).flatten()?;
    *cursor = c;
    Some(n)
}

#[cfg(test)]
mod tests {
    use super::super::cursor::Folded;
    use super::{Number, number};

    fn read(text: &str) -> Option<(String, Option<&'static str>, usize)> {
        let folded = Folded::new(text);
        let mut cursor = folded.cursor(0);
        let Number { value, unit, .. } = number(&mut cursor)?;
        Some((value.to_string(), unit, folded.chars.len() - cursor.at))
    }

    #[test]
    fn digits_groups_and_signs() {
        for (text, want, left) in [
            ("95.00", "95.00", 0),
            ("１２，０００人", "12000", 1),
            ("1 200.50", "1200.50", 0),
            ("-5%", "-5", 1),
            ("+3", "3", 0),
            ("10l", "10", 1),
            ("1O5天", "105", 1),
            ("l00.00", "100.00", 0),
            ("12345678", "12345678", 0),
        ] {
            assert_eq!(read(text), Some((want.to_owned(), None, left)), "{text}");
        }
        for text in ["1.2.3", "12,34", "1,2000", "O2O平台", "5 10", "x", "", "一致", "百年", "二六"]
        {
            assert!(read(text).is_none() || text == "一致", "{text} {:?}", read(text));
        }
    }

    #[test]
    fn chinese_numerals() {
        for (text, want, unit, left) in [
            ("两次", "2", None, 1),
            ("十二期", "12", None, 1),
            ("三百人次", "300", None, 2),
            ("二十", "20", None, 0),
            ("三万元", "3", None, 2),
            ("三万五千元", "35000", None, 1),
            ("一亿二千万", "12000", None, 1),
            ("一千零五", "1005", None, 0),
            ("百分之九十五点五", "95.5", Some("%"), 0),
            ("百分之百", "100", Some("%"), 0),
            ("千分之三", "3", Some("‰"), 0),
            ("九成以上", "90", Some("%"), 2),
            ("八成五", "85", Some("%"), 0),
            ("9.5成", "95.0", Some("%"), 0),
            ("一成果", "1", None, 2),
        ] {
            assert_eq!(read(text), Some((want.to_owned(), unit, left)), "{text}");
        }
        assert_eq!(read("一百二"), None);
    }
}
