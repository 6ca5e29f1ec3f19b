//! Forms whose values a budget system prints from separate columns: sign, number with two
//! decimals, unit in brackets (`≥95.00(%)`).

use super::cursor::Folded;
use crate::model::target::{Subkind, Target};
use crate::normalize::doubt::Doubt;

/// Whether a value is printed from sign, number and unit columns: `^[≥≤=<>]\d+\.\d{2}\([^()]+\)$`.
#[must_use]
pub fn is_machine_printed(text: &str) -> bool {
    let inner = text
        .strip_prefix(['≥', '≤', '=', '>', '<'])
        .and_then(|t| t.strip_suffix(')'))
        .and_then(|t| t.split_once('('));
    let Some((number, unit)) = inner else { return false };
    let Some((whole, decimals)) = number.split_once('.') else { return false };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && digits(decimals)
        && decimals.len() == 2
        && !unit.is_empty()
        && !unit.contains(['(', ')'])
}

/// The doubt about a value that almost matches, in a form where the others match.
pub(super) fn near_miss(text: &str, target: &Target) -> Option<Doubt> {
    let typed_in = matches!(
        target.subkind,
        Some(Subkind::Reference | Subkind::Change | Subkind::Deadline | Subkind::Compound)
    );
    if typed_in || is_machine_printed(text) {
        return None;
    }
    let folded = Folded::new(text).text();
    // A misread sign is one character, such as `z95.00(%)`.
    let digit = |c: char| c.is_ascii_digit();
    let start = folded.char_indices().take(2).find(|(_, c)| digit(*c)).map_or(0, |(at, _)| at);
    let (sign, number) = folded.split_at(start);
    let unit = number.trim_start_matches(|c: char| digit(c) || " .,OolI|".contains(c));
    let digits = number.get(..number.len() - unit.len()).unwrap_or("");
    let decimals = digits.rsplit_once('.').is_some_and(|(_, d)| d.len() == 2);
    let compared = sign.starts_with(|c: char| "≥≤=<>".contains(c));
    let bracketed = unit.starts_with('(') || (unit.ends_with(')') && unit.chars().count() <= 8);
    let near = digits.contains(digit) && (compared || bracketed || decimals);
    near.then(|| {
        Doubt::warning(
            "target.machine-near-miss",
            format!("“{text}” almost has the pattern in which this form prints its values."),
            "Compare sign, decimals and brackets with the page: a character may be misread.",
        )
    })
}
