//! The state of an output folder in a few lines.

use super::{Report, moment, speed};
use crate::model::finding::Severity;

/// Lines for a terminal; they hold no path, and the caller escapes them all the same.
#[must_use]
pub fn render(report: &Report, is_running: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if is_running {
        lines.push("a run is going on".to_owned());
    }
    if let Some(run) = report.runs.first() {
        let started = moment(run.start.started);
        lines.push(match &run.end {
            Some(end) => format!(
                "last run: {started}, {:.1} s, exit {}: {} converted, {} unchanged, {} failed{}",
                end.seconds,
                end.status,
                end.converted,
                end.unchanged,
                end.failed,
                speed(run).map_or(String::new(), |speed| format!(", {speed:.1} pages/s")),
            ),
            None if is_running => format!("since {started}"),
            None => format!("last run: {started}, broken off; the same command resumes it"),
        });
        lines.push(format!("converted by {}", run.start.engine));
    }
    lines.push(format!(
        "documents: {} converted, {} failed; {} pages, {} forms, {} indicators, {} tables",
        report.converted,
        report.failed,
        report.pages,
        report.forms,
        report.indicators,
        report.tables
    ));
    lines.push(format!(
        "findings: {} errors, {} warnings, {} info",
        report.found(Severity::Error),
        report.found(Severity::Warning),
        report.found(Severity::Info)
    ));
    for (code, failures) in &report.failures {
        lines.push(format!("  failed   {:>6} × {code}; {}", failures.count, failures.hint));
    }
    lines
}
