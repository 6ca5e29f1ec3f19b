//! D5: a year in a goal that is not the year of the plan.
//!
//! A goal is often last year's goal with a new title. But goals also rightly name other years:
//! those of the project, ranges ("2021-2025年"), years in titles and quotations, comparisons ("较
//! 2025年增长"), bases ("根据2025年…") and history ("2025年已…"). What is left is reported: past years
//! of the last three, and any year that the words after it make the year of the plan ("2025年度").

use super::context::Context;
use super::outcome::Outcome;
use crate::model::finding::Severity;
use crate::model::pointer::Pointer;
use regex::{Match, Regex};
use std::ops::Range;
use std::sync::LazyLock;

/// A form copied from an older one names a year this far back at most; older ones are history.
const COPIED_BACK: i16 = 3;

/// Ends a clause.
const CLAUSE_ENDS: [char; 10] = ['，', '。', '；', '！', '？', ',', ';', '!', '?', '\n'];

static YEAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"((?:19|20)\d{2})\s*年").expect("constant pattern"));

/// Two years joined to a range or a list, with or without 年 after the first.
static YEARS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:19|20)\d{2}\s*年?度?\s*(?:\d{1,2}\s*月\s*(?:\d{1,2}\s*日)?)?\s*",
        r"(?:[-—–~～－]+|[至到、和及与])\s*(?:19|20)\d{2}\s*年?"
    ))
    .expect("constant pattern")
});

/// What is quoted, or the title or number of a document.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"《[^》]*》|“[^”]*”|"[^"\n]*"|「[^」]*」|『[^』]*』|〔[^〕]*〕|\[[^\]]*\]"#)
        .expect("constant pattern")
});

/// One outcome for each year that is out of place; none if all are in order.
pub(super) fn other_year(ctx: &Context<'_>, key: &str, text: &str) -> Vec<Outcome> {
    let mut years = YEAR.captures_iter(text).peekable();
    if years.peek().is_none() {
        return vec![Outcome::NotApplicable];
    }
    let Some(fiscal) = ctx.year() else { return vec![Outcome::Insufficient(None)] };
    let (start, end) = ctx.span();
    let project = start.map_or(fiscal, |d| d.year().min(fiscal))
        ..=end.map_or(fiscal, |d| d.year().max(fiscal));
    let apart: Vec<Range<usize>> = QUOTED
        .find_iter(text)
        .filter(|m| !opens_a_paragraph(m, text))
        .chain(YEARS.find_iter(text))
        .map(|m| m.range())
        .collect();

    let mut seen = Vec::new();
    let mut outcomes = Vec::new();
    for captures in years {
        let (Some(whole), Some(digits)) = (captures.get(0), captures.get(1)) else { continue };
        let Ok(year) = digits.as_str().parse::<i16>() else { continue };
        if project.contains(&year)
            || seen.contains(&year)
            || !stands_alone(text, whole.start())
            || apart.iter().any(|r| r.contains(&whole.start()))
            || !is_meant(ctx, text, &whole, fiscal, year)
        {
            continue;
        }
        seen.push(year);
        let clause = clause(text, &whole);
        outcomes.push(Outcome::Found(ctx.finding(
            "goal.other-year",
            Severity::Warning,
            Pointer::from_dotted(key),
            format!("the goal of a form for {fiscal} says \"{clause}\""),
            format!("check whether {fiscal} is meant: the text may come from an older form"),
        )));
    }
    outcomes
}

/// Some editors wrap whole paragraphs in quotes; that quotes nothing.
fn opens_a_paragraph(quoted: &Match<'_>, text: &str) -> bool {
    let before = text[..quoted.start()].trim_end_matches([' ', '\u{3000}', '\t']);
    quoted.as_str().starts_with(['"', '“']) && (before.is_empty() || before.ends_with('\n'))
}

/// Whether the four digits are not the end of a longer number.
fn stands_alone(text: &str, start: usize) -> bool {
    !text[..start].ends_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// Whether the words around a year let it be the year of the plan.
fn is_meant(ctx: &Context<'_>, text: &str, found: &Match<'_>, fiscal: i16, year: i16) -> bool {
    let words = &ctx.taxonomy.lexicon.other_year;
    let before = text[..found.start()].trim_end();
    let after = text[found.end()..].trim_start();
    let later = after.split(CLAUSE_ENDS).next().unwrap_or_default();
    if words.before.iter().any(|w| before.ends_with(w.as_str()))
        || words.next.iter().any(|w| after.starts_with(w.as_str()))
        || words.later.iter().any(|w| later.contains(w.as_str()))
    {
        return false;
    }
    let planned = words.plan.iter().any(|w| after.starts_with(w.as_str()));
    planned || (fiscal - COPIED_BACK..fiscal).contains(&year)
}

/// The clause around a match, for the message.
fn clause<'t>(text: &'t str, found: &Match<'_>) -> &'t str {
    let start = text[..found.start()]
        .rfind(CLAUSE_ENDS)
        .map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let end = text[found.end()..].find(CLAUSE_ENDS).map_or(text.len(), |i| found.end() + i);
    text[start..end].trim()
}
