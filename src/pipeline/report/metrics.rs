//! The state of an output folder for Prometheus: a text file for the collector of node_exporter.

use super::{Report, speed};
use crate::model::finding::Severity;
use std::fmt::Write;

/// The file, in the text exposition format 0.0.4.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    let mut gauge = |name: &str, help: &str, values: &[(String, f64)]| {
        // Writing to a String does not fail.
        let _ = writeln!(out, "# HELP shenbao_{name} {help}\n# TYPE shenbao_{name} gauge");
        for (labels, value) in values {
            let _ = writeln!(out, "shenbao_{name}{labels} {value}");
        }
    };
    let plain = |value: f64| vec![(String::new(), value)];
    let documents = [("converted", report.converted), ("failed", report.failed)];
    let documents = documents.map(|(state, n)| (format!("{{state=\"{state}\"}}"), n as f64));
    gauge("documents", "Documents in the ledger.", &documents);
    gauge("pages", "Pages of the converted documents.", &plain(report.pages as f64));
    let failures: Vec<(String, f64)> = report
        .failures
        .iter()
        .map(|(code, failures)| (format!("{{reason=\"{}\"}}", label(code)), failures.count as f64))
        .collect();
    gauge("failures", "Documents that failed, by reason.", &failures);
    let weights = [Severity::Error, Severity::Warning, Severity::Info];
    let findings = weights.map(|severity| {
        (format!("{{severity=\"{}\"}}", severity.name()), report.found(severity) as f64)
    });
    gauge("findings", "Findings, by severity.", &findings);
    if let Some(run) = report.latest()
        && let Some(end) = &run.end
    {
        gauge("run_exit_status", "Exit status of the last run.", &plain(f64::from(end.status)));
        gauge("run_end_time_seconds", "When the last run ended.", &plain(end.ended));
        gauge("run_duration_seconds", "How long the last run took.", &plain(end.seconds));
        let done =
            [("converted", end.converted), ("unchanged", end.unchanged), ("failed", end.failed)];
        let done = done.map(|(state, n)| (format!("{{state=\"{state}\"}}"), n as f64));
        gauge("run_documents", "Documents of the last run.", &done);
        let speed = speed(run).unwrap_or(0.0);
        gauge("run_pages_per_second", "Speed of the last run.", &plain(speed));
    }
    out
}

/// A label's value: backslash, quote and line feed are escaped.
fn label(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}
