//! The table on standard output.

use super::Totals;
use crate::golden::check::Verdict;
use crate::golden::diff::Difference;
use unicode_width::UnicodeWidthStr;

/// One line a document, its differences below it, and the sums at the end. Lines are not
/// escaped; whoever prints them does it.
#[must_use]
pub fn render(verdicts: &[Verdict]) -> Vec<String> {
    let widest = verdicts.iter().map(|v| v.id.width()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for v in verdicts {
        let pad = " ".repeat(widest - v.id.width());
        if let Some(why) = &v.skipped {
            lines.push(format!("skip  {}{pad}  {why}", v.id));
            continue;
        }
        let mark = if v.passes() { "ok  " } else { "FAIL" };
        let flagged = match v.comparison.flagged {
            0 => String::new(),
            n => format!(", {n} wrong ones flagged"),
        };
        let [info, warnings, errors] = v.findings;
        lines.push(format!(
            "{mark}  {}{pad}  {:>5} of {:>5} fields{flagged}  {errors} errors, {warnings} warnings, {info} info",
            v.id, v.comparison.exact, v.comparison.fields
        ));
        lines.extend(v.comparison.differences.iter().flat_map(difference));
    }
    let t = Totals::of(verdicts);
    let skipped = match t.skipped {
        0 => String::new(),
        n => format!(", {n} skipped"),
    };
    lines.push(format!(
        "{} of {} documents as expected{skipped}, {} of {} fields exact, {} wrong ones flagged, \
         {} differences",
        t.passed, t.documents, t.exact, t.fields, t.flagged, t.differences
    ));
    lines
}

/// A difference in three lines: place, want, got.
pub fn difference(d: &Difference) -> [String; 3] {
    let page = d.page.map_or(String::new(), |p| format!(" (page {p})"));
    let at = if d.at.is_empty() { "the document" } else { &d.at };
    [
        format!("      {at}{page}"),
        format!("        want {}", d.want),
        format!("        got  {}", d.got),
    ]
}
