//! Values that are words: empty marks, scales, free text, and numbers that hide in it.

use super::cursor::Folded;
use super::number::number;
use super::unit::unit;
use crate::model::script::is_ideograph;
use crate::normalize::doubt::Doubt;
use crate::normalize::fold::is_blank_mark;

/// Whether a value says nothing: `/`, `-`, `无`, `XX`.
pub(super) fn is_empty(folded: &str) -> bool {
    is_blank_mark(folded) || is_placeholder(folded)
}

fn is_placeholder(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_placeholder_mark)
}

fn is_placeholder_mark(c: char) -> bool {
    matches!(c, 'X' | 'x' | '×' | '✕' | '╳' | '*' | '○' | '□' | '_' | '?')
}

/// Whether a value has a placeholder where its number belongs: `≥XX%`, `××个`.
pub(super) fn has_placeholder(folded: &str) -> bool {
    let rest = folded.trim_start_matches(|c: char| "≥≤=<>".contains(c));
    let tail = rest.trim_start_matches(is_placeholder_mark);
    let marks = rest.chars().count() - tail.chars().count();
    marks >= 2
        && tail.chars().count() <= 6
        && !tail.contains(|c: char| c.is_ascii_alphanumeric())
        && tail.chars().all(|c| is_ideograph(c) || "%‰/()".contains(c))
}

/// Marks of scales: grades in order, each once.
const SCALES: [&str; 7] =
    ["优良中低差", "优良中差", "高中低", "好中差", "优良合格不合格", "大中小", "强中弱"];

/// Whether a value lists the grades of a scale: `优良中低差`, `高/中/低`, `优、良、中、差`.
pub(super) fn is_scale(folded: &str) -> bool {
    let grades: String = folded
        .chars()
        .filter(|c| !matches!(c, '/' | '、' | ',' | '(' | ')' | ' ' | '|' | ';' | '-'))
        .collect();
    // At least three grades, in the order of a scale: 优良 alone is a judgement.
    SCALES.contains(&grades.as_str())
        || (grades.chars().count() >= 3
            && SCALES.iter().any(|s| {
                let mut rest = s.chars();
                grades.chars().all(|g| rest.any(|r| r == g))
            }))
}

/// Whether an indicator's name promises a ratio: `及时率`, `满意度`, `占比`.
pub(super) fn is_rate_name(name: &str) -> bool {
    let folded = Folded::new(name).text();
    let stem = folded.split('(').next().unwrap_or("").trim_end_matches(['%', ':']);
    ["率", "满意度", "比例", "占比", "百分比", "比重"].iter().any(|end| stem.ends_with(end))
        && !["效率", "概率"].iter().any(|end| stem.ends_with(end))
}

/// The doubt that a value read as words holds a measurable number.
///
/// Numbers inside the names of standards, documents and grades do not count: `GB/T 50328-2014`,
/// `〔2020〕6号`, `2级等保`, `ISO9001`.
pub(super) fn number_in_text(folded: &Folded) -> Option<Doubt> {
    let measured = is_ratio(folded) || (0..folded.chars.len()).any(|at| is_measured(folded, at));
    measured.then(|| {
        Doubt::info(
            "target.number-in-text",
            format!(
                "“{}” is read as words, though it holds a number.",
                crate::normalize::text::excerpt(folded.printed(0, folded.chars.len()))
            ),
            "Read the value by hand if the number is the target.",
        )
    })
}

/// Digits before a percent sign, however they are written, or `三分之二`.
fn is_ratio(folded: &Folded) -> bool {
    let text = folded.text();
    text.contains("分之")
        || text.match_indices(['%', '‰']).any(|(at, _)| {
            let before = text.get(..at).unwrap_or("").trim_end_matches('(');
            before.ends_with(|c: char| c.is_ascii_digit())
        })
}

fn is_measured(folded: &Folded, at: usize) -> bool {
    let mut c = folded.cursor(at);
    let after_sign = c.before().is_some_and(|b| "≥≤<>=±".contains(b));
    // 〔2020〕6号, 50328-2014, GB/T 50328, (1)
    if !c.peek().is_some_and(|d| d.is_ascii_digit() || d == '百')
        || c.before()
            .is_some_and(|b| matches!(b, '〔' | '〕' | '[' | ']' | '/') || b == '-' || b == ' ')
    {
        return false;
    }
    let start = c.at;
    let Some(number) = number(&mut c) else {
        // 1:1, 7*24 and the like: digits that no number explains.
        return at == 0 && folded.chars.iter().all(|c| !is_ideograph(*c)) || after_sign;
    };
    if c.peek() == Some('-') && c.rest().get(1).is_some_and(char::is_ascii_digit) && start > 0 {
        return false;
    }
    if after_sign || number.unit.is_some() || (start == 0 && c.is_done()) {
        return true;
    }
    // 100余人, 30多家
    c.eat_longest(&["余", "多", "几"]);
    let Some(unit) = unit(&mut c) else { return start == 0 };
    let year = unit.text == "年" && number.value >= rust_decimal::Decimal::ONE_THOUSAND;
    if unit.is_naming() || unit.is_lettered() || year {
        return false;
    }
    !unit.unlisted || start == 0 || unit.text.starts_with('月')
}
