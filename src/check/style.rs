//! V5: a value that almost has the style of all the others.
//!
//! Budget systems print sign, number and unit from three columns: `≥95.00(%)`. In a form that
//! does so, a value with two of the three marks is probably misread or retyped.

use super::context::{Context, Row};
use super::outcome::Outcome;
use crate::model::finding::{Finding, Severity};
use crate::model::spec::ColumnRole;
use regex::Regex;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Fewer machine-printed values do not make a style.
const LEAST_STRICT: usize = 3;

/// More than one near miss for so many machine-printed values is another style, not damage.
const STRICT_PER_NEAR: usize = 3;

/// How a value stands to the machine-printed style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Sign, two decimals, unit in brackets.
    Strict,
    /// Two marks of the three.
    Near,
    /// Free text, or a number in another style.
    Other,
}

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    findings.extend(near_misses(ctx).into_iter().filter_map(Outcome::finding));
}

fn near_misses(ctx: &Context<'_>) -> Vec<Outcome> {
    let styles: Vec<(&Row<'_>, Style)> =
        ctx.rows.iter().filter_map(|r| Some((r, style(&r.target?.text)))).collect();
    let count = |wanted| styles.iter().filter(|s| s.1 == wanted).count();
    let (strict, near) = (count(Style::Strict), count(Style::Near));
    if near == 0 {
        return vec![Outcome::NotApplicable];
    }
    if strict < LEAST_STRICT || near * STRICT_PER_NEAR > strict {
        return vec![Outcome::Insufficient(None)];
    }
    let report = |row: &Row<'_>| {
        Outcome::Found(ctx.row_finding(
            "target.near-miss",
            Severity::Warning,
            row,
            ColumnRole::Target,
            format!(
                "\"{}\" of \"{}\" almost has the style of the other values, such as \"≥95.00(%)\"",
                row.target.map_or("", |t| t.text.as_str()),
                row.called()
            ),
            "compare sign, decimal point and brackets with the document",
        ))
    };
    styles.iter().filter(|s| s.1 == Style::Near).map(|s| report(s.0)).collect()
}

/// Judges a printed value. Letters that look like digits count as digits, so that `9O.OO` is
/// seen as the number it was.
fn style(text: &str) -> Style {
    static VALUE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^([≥≧⩾≤≦⩽=><]{0,2})([0-9OoDIlSBZ|,.]*[0-9][0-9OoDIlSBZ|,.]*)(.*)$")
            .expect("constant pattern")
    });
    static DECIMALS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(\d+|\d{1,3}(,\d{3})+)\.\d{2}$").expect("constant pattern"));
    static UNIT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\([^()]+\)$").expect("constant pattern"));

    let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    let Some(parts) = VALUE.captures(&folded) else { return Style::Other };
    let part = |i: usize| parts.get(i).map_or("", |m| m.as_str());
    // Digits behind the number make it a date, a range or a sentence.
    if part(3).contains(|c: char| c.is_ascii_digit()) {
        return Style::Other;
    }
    let marks = [!part(1).is_empty(), DECIMALS.is_match(part(2)), UNIT.is_match(part(3))];
    match marks.iter().filter(|m| **m).count() {
        3 => Style::Strict,
        2 => Style::Near,
        _ => Style::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Style, style};

    #[test]
    fn knows_the_style() {
        for strict in ["≥95.00(%)", "≤140.00(万元/年)", "＝100.00（%）", "≥10,000.00(套)"]
        {
            assert_eq!(style(strict), Style::Strict, "{strict}");
        }
        for near in ["95.00(%)", "≥9500(%)", "≥95.00%", "≥9O.OO(%)", "2280.00(次)", "≥95.00%)"]
        {
            assert_eq!(style(near), Style::Near, "{near}");
        }
        for other in ["≥95%", "985米", "11月底前完成", "及时", "2026/6/30", "100%", "80%-90%", ""]
        {
            assert_eq!(style(other), Style::Other, "{other}");
        }
    }
}
