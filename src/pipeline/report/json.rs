//! The report for programs.

use super::{Report, command, moment, speed, stages};
use crate::model::finding::Severity;
use crate::pipeline::ledger::Run;
use serde_json::{Map, Value, json};

/// Version of what the report looks like.
pub const SCHEMA: &str = "shenbao-report/1";

/// The report as text.
#[must_use]
pub fn render(report: &Report) -> String {
    format!("{:#}\n", value(report))
}

/// The report as a value.
#[must_use]
pub fn value(report: &Report) -> Value {
    let failures: Map<String, Value> = report
        .failures
        .iter()
        .map(|(code, failures)| {
            let first: Vec<Value> = failures
                .first
                .iter()
                .map(|(path, message)| {
                    json!({"file": path, "message": message, "command": command(path)})
                })
                .collect();
            let value = json!({"count": failures.count, "hint": failures.hint, "first": first});
            (code.clone(), value)
        })
        .collect();
    let findings: Vec<Value> = report
        .findings
        .iter()
        .rev()
        .map(|((severity, code), found)| {
            json!({
                "code": code,
                "severity": severity.name(),
                "count": found.count,
                "documents": found.documents,
            })
        })
        .collect();
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|(path, reason)| {
            json!({"file": path, "reason": reason.code, "message": reason.message})
        })
        .collect();
    let slowest: Vec<Value> = report
        .slowest
        .iter()
        .map(|slow| json!({"file": slow.path, "seconds": slow.seconds, "pages": slow.pages}))
        .collect();
    json!({
        "schema": SCHEMA,
        "documents": {
            "converted": report.converted,
            "failed": report.failed,
            "at_second_try": report.retried,
        },
        "pages": report.pages,
        "forms": report.forms,
        "indicators": report.indicators,
        "tables": report.tables,
        "findings": {
            "error": report.found(Severity::Error),
            "warning": report.found(Severity::Warning),
            "info": report.found(Severity::Info),
            "codes": findings,
        },
        "failures": failures,
        "not_found": problems,
        "slowest": slowest,
        "runs": report.runs.iter().map(run).collect::<Vec<_>>(),
    })
}

fn run(run: &Run) -> Value {
    let start = &run.start;
    let mut value = json!({
        "run": run.id,
        "started": moment(start.started),
        "version": start.version,
        "jobs": start.jobs,
        "engine": start.engine,
        "ended": null,
    });
    if let (Some(end), Some(members)) = (&run.end, value.as_object_mut()) {
        let seconds: Map<String, Value> =
            stages(&end.timings).map(|(name, time)| (name.to_owned(), json!(time))).collect();
        let more = [
            ("ended", json!(moment(end.ended))),
            ("exit", json!(end.status)),
            ("seconds", json!(end.seconds)),
            ("documents", json!(end.documents)),
            ("converted", json!(end.converted)),
            ("unchanged", json!(end.unchanged)),
            ("failed", json!(end.failed)),
            ("pages", json!(end.pages)),
            ("pages_per_second", json!(speed(run))),
            ("stage_seconds", Value::Object(seconds)),
        ];
        members.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    value
}
