//! Values of the template that are blank although what belongs to no field shows that they are
//! printed: the header of a column, in the table of indicators or in the head, and the year of the form.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::label::fold;
use crate::model::pointer::Pointer;

/// Fewest characters of a header of which a cell shows a part only.
const PART: usize = 3;

/// A line that holds the year says little more, in characters.
const YEAR_LINE: usize = 16;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let texts: Vec<(String, u32)> =
        ctx.form.leftovers.iter().map(|left| (fold(&left.text), left.page)).collect();
    columns(ctx, &texts, findings);
    crossings(ctx, &texts, findings);
    year(ctx, &texts, findings);
}

/// Columns that are blank in each row, and whose header is left over, whole or cut, perhaps with
/// what stands below it.
fn columns(ctx: &Context<'_>, texts: &[(String, u32)], findings: &mut Vec<Finding>) {
    let Some(indicators) = ctx.spec.indicators.as_ref().filter(|_| !ctx.rows.is_empty()) else {
        return;
    };
    for column in &indicators.columns {
        let Some(key) = column.key.as_deref() else { continue };
        if ctx.rows.iter().any(|row| row.has(key)) {
            continue;
        }
        let Some((_, page)) = texts.iter().find(|(text, _)| shows_one(&column.header, text)) else {
            continue;
        };
        let header = column.header.first().map_or(key, String::as_str);
        let message = format!(
            "the column 「{header}」 is blank, but what may be its header belongs to no field"
        );
        let hint = "compare the column with the page";
        let finding = ctx.table_finding("field.unplaced", Severity::Warning, message, hint);
        findings.push(finding.on_page(*page));
    }
}

/// Fields below a header of the head's table that are blank, where the header is left over.
fn crossings(ctx: &Context<'_>, texts: &[(String, u32)], findings: &mut Vec<Finding>) {
    let blank = ctx.spec.fields.iter().filter(|f| !f.under.is_empty() && !ctx.has(&f.key));
    for field in blank {
        let Some((text, page)) = texts.iter().find(|(text, _)| shows_one(&field.under, text))
        else {
            continue;
        };
        let message = format!(
            "{} is blank, but 「{text}」, which may head its column, belongs to no field",
            ctx.label(&field.key)
        );
        let at = Pointer::from_dotted(&field.key);
        let hint = "compare the column with the page";
        let finding = ctx.finding("field.unplaced", Severity::Warning, at, message, hint);
        findings.push(finding.on_page(*page));
    }
}

/// Whether a text is one of some headers, cut at its end or with more behind it.
fn shows_one(headers: &[String], text: &str) -> bool {
    headers.iter().map(|header| fold(header)).any(|header| {
        let is_cut = text.chars().count() >= PART && header.starts_with(text);
        is_cut || header.chars().count() >= PART && text.starts_with(&header)
    })
}

/// The year, where a short text that belongs to no field holds one.
fn year(ctx: &Context<'_>, texts: &[(String, u32)], findings: &mut Vec<Finding>) {
    let Some(key) = ctx.spec.checks.dates.as_ref().and_then(|dates| dates.year.as_ref()) else {
        return;
    };
    let shown = texts.iter().find(|(text, _)| holds_year(text)).filter(|_| !ctx.has(key));
    let Some((text, page)) = shown else { return };
    let message = format!("{} is blank, but 「{text}」 belongs to no field", ctx.label(key));
    let at = Pointer::from_dotted(key);
    let hint = "compare the form's title with the page";
    findings
        .push(ctx.finding("field.unplaced", Severity::Warning, at, message, hint).on_page(*page));
}

/// Whether a short text holds four digits, and no more, that may be a year.
fn holds_year(text: &str) -> bool {
    text.chars().count() <= YEAR_LINE
        && text
            .split(|c: char| !c.is_ascii_digit())
            .any(|digits| digits.len() == 4 && matches!(&digits[..2], "19" | "20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_four_digits_of_this_age() {
        for yes in ["(2026", "2026年度", "(2026年度)"] {
            assert!(holds_year(yes), "{yes}");
        }
        for no in ["20260101", "GB50328", "3026", "年度", "关于2026年度部门预算绩效目标的公开说明"]
        {
            assert!(!holds_year(no), "{no}");
        }
    }
}
