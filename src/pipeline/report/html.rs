//! The report for people: one page that stands alone, without a script, with nothing loaded from
//! elsewhere.

use super::{Report, command, moment, speed, stages};
use crate::model::finding::Severity;
use std::fmt::Write;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}\
th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}\
.error{color:#a3160d}.warning{color:#8a5a00}.bar{background:#cfe0f5;height:.8rem}\
details{margin:.3rem 0}summary{cursor:pointer}";

/// The whole file. `title` is the output folder as the user named it.
#[must_use]
pub fn render(report: &Report, title: &str) -> String {
    let title = escape(title);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n"
    );
    overview(report, &mut html);
    failures(report, &mut html);
    findings(report, &mut html);
    runs(report, &mut html);
    time(report, &mut html);
    html.push_str("</body></html>\n");
    html
}

fn overview(report: &Report, html: &mut String) {
    // Writing to a String does not fail, here and below.
    let _ = writeln!(
        html,
        "<p>{} documents converted, <span class={}>{} failed</span>; {} pages, {} forms, \
         {} indicators, {} tables.<br>Findings: {} errors, {} warnings, {} info.{}</p>",
        report.converted,
        if report.failed > 0 { "error" } else { "ok" },
        report.failed,
        report.pages,
        report.forms,
        report.indicators,
        report.tables,
        report.found(Severity::Error),
        report.found(Severity::Warning),
        report.found(Severity::Info),
        match report.retried {
            0 => String::new(),
            n => format!(" {n} documents were converted at the second try."),
        },
    );
}

fn failures(report: &Report, html: &mut String) {
    if report.failures.is_empty() && report.problems.is_empty() {
        return;
    }
    html.push_str("<h2>Failures</h2>\n");
    for (code, failures) in &report.failures {
        let _ = writeln!(
            html,
            "<details><summary><code>{}</code>: {} documents; {}</summary>\n<table>\
             <tr><th>file<th>why<th>to repeat it</tr>",
            escape(code),
            failures.count,
            escape(&failures.hint)
        );
        for (path, message) in &failures.first {
            let _ = writeln!(
                html,
                "<tr><td><code>{}</code><td>{}<td><code>{}</code></tr>",
                escape(path),
                escape(message),
                escape(&command(path))
            );
        }
        html.push_str("</table></details>\n");
    }
    for (path, reason) in &report.problems {
        let _ = writeln!(
            html,
            "<p><code>{}</code>: {}; {}</p>",
            escape(path),
            escape(&reason.message),
            escape(&reason.hint)
        );
    }
}

fn findings(report: &Report, html: &mut String) {
    if report.findings.is_empty() {
        return;
    }
    html.push_str(
        "<h2>Findings</h2>\n<table><tr><th>severity<th>code<th class=n>findings\
         <th class=n>documents</tr>\n",
    );
    for ((severity, code), found) in report.findings.iter().rev() {
        let _ = writeln!(
            html,
            "<tr><td class={0}>{0}<td><code>{1}</code><td class=n>{2}<td class=n>{3}</tr>",
            severity.name(),
            escape(code),
            found.count,
            found.documents
        );
    }
    html.push_str("</table>\n");
}

fn runs(report: &Report, html: &mut String) {
    html.push_str(
        "<h2>Runs</h2>\n<table><tr><th>started (UTC)<th class=n>exit<th class=n>seconds\
         <th class=n>converted<th class=n>unchanged<th class=n>failed<th class=n>pages/s\
         <th>how</tr>\n",
    );
    for run in &report.runs {
        let started = moment(run.start.started);
        let _ = match &run.end {
            Some(end) => writeln!(
                html,
                "<tr><td>{started}<td class=n>{}<td class=n>{:.1}<td class=n>{}<td class=n>{}\
                 <td class=n>{}<td class=n>{}<td>{}, {} at a time</tr>",
                end.status,
                end.seconds,
                end.converted,
                end.unchanged,
                end.failed,
                speed(run).map_or(String::new(), |speed| format!("{speed:.1}")),
                escape(&run.start.engine),
                run.start.jobs
            ),
            None => writeln!(html, "<tr><td>{started}<td colspan=7>not ended</tr>"),
        };
    }
    html.push_str("</table>\n");
}

fn time(report: &Report, html: &mut String) {
    if let Some(end) = report.latest().and_then(|run| run.end.as_ref()) {
        let all: f64 = stages(&end.timings).map(|(_, time)| time).sum();
        if all > 0.0 {
            html.push_str("<h2>Time by stage, last run</h2>\n<table>\n");
            for (name, seconds) in stages(&end.timings) {
                let share = 100.0 * seconds / all;
                let _ = writeln!(
                    html,
                    "<tr><td>{name}<td class=n>{seconds:.2} s<td style=\"width:60%\">\
                     <div class=bar style=\"width:{share:.1}%\"></div></tr>"
                );
            }
            html.push_str("</table>\n");
        }
    }
    if !report.slowest.is_empty() {
        html.push_str("<h2>Slowest documents</h2>\n<table>\n");
        for slow in &report.slowest {
            let _ = writeln!(
                html,
                "<tr><td><code>{}</code><td class=n>{} pages<td class=n>{:.2} s</tr>",
                escape(&slow.path),
                slow.pages,
                slow.seconds
            );
        }
        html.push_str("</table>\n");
    }
}

/// Text for HTML, with what would not be seen, or would turn the direction, made visible.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || super::is_invisible(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
        out
    })
}
