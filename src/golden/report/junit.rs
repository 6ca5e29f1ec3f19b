//! JUnit XML: one test case a document.

use super::{Totals, escape};
use crate::golden::check::Verdict;
use std::fmt::Write;

/// The whole file.
#[must_use]
pub fn render(verdicts: &[Verdict]) -> String {
    let totals = Totals::of(verdicts);
    let failures = verdicts.iter().filter(|v| v.fails()).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String does not fail.
    let _ = writeln!(
        xml,
        "<testsuites>\n  <testsuite name=\"golden\" tests=\"{}\" failures=\"{failures}\" skipped=\"{}\">",
        totals.documents, totals.skipped
    );
    for v in verdicts {
        let name = escape(&v.id);
        let file = escape(&v.document);
        let _ = write!(xml, "    <testcase name=\"{name}\" classname=\"golden\" file=\"{file}\"");
        if v.passes() {
            xml.push_str("/>\n");
            continue;
        }
        if let Some(why) = &v.skipped {
            let _ = writeln!(xml, "><skipped message=\"{}\"/></testcase>", escape(why));
            continue;
        }
        let count = v.comparison.differences.len();
        let _ = writeln!(xml, ">\n      <failure message=\"{count} differences\">");
        for d in &v.comparison.differences {
            let page = d.page.map_or(String::new(), |p| format!(" (page {p})"));
            let line = format!("{}{page}: want {}, got {}", d.at, d.want, d.got);
            let _ = writeln!(xml, "{}", escape(&line));
        }
        xml.push_str("      </failure>\n    </testcase>\n");
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}
