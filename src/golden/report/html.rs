//! One self-contained HTML page: no script, nothing loaded from elsewhere.

use super::{Totals, escape};
use crate::golden::check::Verdict;
use crate::golden::diff::Difference;
use std::fmt::Write;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#222}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}\
th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\
td.v{font-family:ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;width:34%}\
td.at{font-family:ui-monospace,monospace;overflow-wrap:anywhere}\
del{background:#fde2e0;text-decoration:none}ins{background:#dff5e1;text-decoration:none}\
.ok{color:#176b2c}.fail{color:#a3160d;font-weight:600}";

/// The whole file.
#[must_use]
pub fn render(verdicts: &[Verdict]) -> String {
    let t = Totals::of(verdicts);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Golden check</title><style>{STYLE}</style></head><body>\n<h1>Golden check</h1>\n\
         <p>{} of {} documents as expected, {} of {} fields exact, {} differences.</p>\n",
        t.passed, t.documents, t.exact, t.fields, t.differences
    );
    html.push_str(
        "<table><tr><th>sample<th>document<th>result<th class=n>forms<th class=n>exact fields\
         <th class=n>errors<th class=n>warnings<th class=n>info</tr>\n",
    );
    for (i, v) in verdicts.iter().enumerate() {
        let result = if let Some(why) = &v.skipped {
            format!("skipped: {}", escape(why))
        } else if v.passes() {
            "<span class=ok>ok</span>".to_owned()
        } else {
            format!(
                "<a class=fail href=\"#d{i}\">{} differences</a>",
                v.comparison.differences.len()
            )
        };
        let [info, warnings, errors] = v.findings;
        // Writing to a String does not fail.
        let _ = writeln!(
            html,
            "<tr><td>{}<td>{}<td>{result}<td class=n>{}<td class=n>{} / {}<td class=n>{errors}\
             <td class=n>{warnings}<td class=n>{info}</tr>",
            escape(&v.id),
            escape(&v.document),
            v.forms,
            v.comparison.exact,
            v.comparison.fields,
        );
    }
    html.push_str("</table>\n");
    for (i, v) in verdicts.iter().enumerate().filter(|(_, v)| v.fails()) {
        let _ = writeln!(html, "<h2 id=\"d{i}\">{}</h2>\n<table>", escape(&v.id));
        html.push_str("<tr><th>at<th class=n>page<th>want<th>got</tr>\n");
        for d in &v.comparison.differences {
            difference(d, &mut html);
        }
        html.push_str("</table>\n");
    }
    html.push_str("</body></html>\n");
    html
}

/// A row with the parts that differ marked.
fn difference(d: &Difference, html: &mut String) {
    let page = d.page.map_or(String::new(), |p| p.to_string());
    let (head, want, got, tail) = split(&d.want, &d.got);
    let marked = |tag: &str, middle: &str| {
        format!("{}<{tag}>{}</{tag}>{}", escape(head), escape(middle), escape(tail))
    };
    let _ = writeln!(
        html,
        "<tr><td class=at>{}<td class=n>{page}<td class=v>{}<td class=v>{}</tr>",
        escape(&d.at),
        marked("del", want),
        marked("ins", got),
    );
}

/// Common beginning, the two middles, common end.
fn split<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str, &'a str, &'a str) {
    let same = |(x, y): &(char, char)| x == y;
    let head: usize = a.chars().zip(b.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (a, b, start) = (&a[head..], &b[head..], &a[..head]);
    let tail: usize =
        a.chars().rev().zip(b.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    (start, &a[..a.len() - tail], &b[..b.len() - tail], &a[a.len() - tail..])
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn only_what_differs_is_marked() {
        assert_eq!(split("项目=100.00", "项目=10.00"), ("项目=10", "0", "", ".00"));
        assert_eq!(split("同", "同"), ("同", "", "", ""));
        assert_eq!(split("aa", "a"), ("a", "a", "", ""));
        assert_eq!(split("甲", "乙"), ("", "甲", "乙", ""));
    }
}
