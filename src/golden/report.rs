//! The results of a check: a table for people, JUnit XML for machines, one HTML page, and the
//! scoreboard that is committed.

pub mod html;
pub mod junit;
pub mod scoreboard;
pub mod table;

use super::check::Verdict;

/// Sums over all documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub documents: usize,
    pub passed: usize,
    pub forms: usize,
    pub fields: usize,
    pub exact: usize,
    /// Fields of scans that are wrong, but doubted by a finding.
    pub flagged: usize,
    pub differences: usize,
    pub skipped: usize,
    /// Info, warning, error.
    pub findings: [usize; 3],
}

impl Totals {
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Self {
        verdicts.iter().fold(Self::default(), |t, v| Self {
            documents: t.documents + 1,
            passed: t.passed + usize::from(v.passes()),
            forms: t.forms + v.forms,
            fields: t.fields + v.comparison.fields,
            exact: t.exact + v.comparison.exact,
            flagged: t.flagged + v.comparison.flagged,
            differences: t.differences + v.comparison.differences.len(),
            skipped: t.skipped + usize::from(v.skipped.is_some()),
            findings: [0, 1, 2].map(|i| t.findings[i] + v.findings[i]),
        })
    }
}

/// Escapes text for XML and HTML, elements and quoted attributes alike. Characters that XML 1.0
/// does not allow at all become U+FFFD.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len() + 8), |mut s, c| {
        match c {
            '&' => s.push_str("&amp;"),
            '<' => s.push_str("&lt;"),
            '>' => s.push_str("&gt;"),
            '"' => s.push_str("&quot;"),
            '\'' => s.push_str("&#39;"),
            '\t' | '\n' => s.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => s.push('\u{fffd}'),
            c => s.push(c),
        }
        s
    })
}

#[cfg(test)]
mod tests;
