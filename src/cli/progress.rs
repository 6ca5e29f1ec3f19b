//! What a run reports while it goes on and at its end: a bar and a summary for people, or events
//! as JSON Lines.

use super::arguments::{Conversion, Log};
use super::exit::Exit;
use super::summary::{Failed, Summary, count};
use super::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use shenbao::model::finding::Severity;
use shenbao::pipeline::batch::{Seen, target};
use shenbao::pipeline::digest::Counts;
use shenbao::pipeline::names;
use std::time::Duration;

pub struct Reporter {
    log: Log,
    /// Hidden where nobody watches.
    bar: ProgressBar,
}

impl Reporter {
    pub fn start(conversion: &Conversion) -> Self {
        let documents = conversion.found.inputs.len();
        // Indicatif hides a bar by itself where standard error is no terminal.
        let target = match conversion.log {
            Log::Human => ProgressDrawTarget::stderr(),
            Log::Json | Log::Quiet => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(documents as u64), target);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} documents, {msg} [{elapsed}]")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        let reporter = Self { log: conversion.log, bar };
        reporter.event(|| {
            json!({
                "event": "start",
                "version": env!("CARGO_PKG_VERSION"),
                "documents": documents,
                "jobs": conversion.jobs,
                "out": names::lossless(conversion.out.as_os_str()),
            })
        });
        reporter
    }

    pub fn failed(&self, failed: &Failed, is_unchanged: bool) {
        self.event(|| {
            json!({
                "event": "document",
                "file": failed.path,
                "status": "failed",
                "unchanged": is_unchanged,
                "page": failed.page,
                "reason": failed.code,
                "message": failed.message,
                "hint": failed.hint,
            })
        });
    }

    pub fn converted(&self, conversion: &Conversion, seen: &Seen, counts: Counts) {
        let [info, warning, error] = counts.findings;
        let path = |extension: &str| {
            let path = target(&conversion.out, &seen.record.output, extension);
            names::lossless(path.as_os_str())
        };
        self.event(|| {
            json!({
                "event": "document",
                "file": seen.record.path,
                "status": "converted",
                "unchanged": seen.is_unchanged,
                "pages": counts.pages,
                "forms": counts.forms,
                "indicators": counts.indicators,
                "tables": counts.tables,
                "findings": {"error": error, "warning": warning, "info": info},
                "seconds": seen.record.seconds,
                "files": conversion.formats.extensions().map(path).collect::<Vec<_>>(),
            })
        });
    }

    /// Moves the bar.
    pub fn advance(&self, summary: &Summary) {
        let done = summary.documents + summary.failures.len();
        self.bar.set_position(done as u64);
        let pages = count(summary.pages as usize, "page");
        self.bar.set_message(match summary.failures.len() {
            0 => pages,
            n => format!("{pages}, {n} failed"),
        });
    }

    /// Clears the bar before a failure of the whole run is reported.
    pub fn abandon(&self) {
        self.bar.finish_and_clear();
    }

    pub fn finish(&self, conversion: &Conversion, summary: &Summary, exit: Exit, took: Duration) {
        self.bar.finish_and_clear();
        match self.log {
            Log::Json => self.event(|| summary_event(conversion, summary, exit, took)),
            Log::Quiet => failures(summary),
            Log::Human => {
                for line in summary.lines() {
                    terminal::line(&line);
                }
                notes(conversion, summary, exit, took);
                failures(summary);
            }
        }
    }

    fn event(&self, event: impl FnOnce() -> Value) {
        if self.log == Log::Json {
            terminal::json_line(&event());
        }
    }
}

fn failures(summary: &Summary) {
    for failed in &summary.failures {
        terminal::line(&failed.line());
    }
}

fn notes(conversion: &Conversion, summary: &Summary, exit: Exit, took: Duration) {
    let found = &conversion.found;
    let stages: Vec<String> = summary
        .timings
        .stages()
        .iter()
        .map(|(name, time)| format!("{name} {:.2}", time.as_secs_f64()))
        .collect();
    terminal::line(&format!("time: {:.2} s ({})", took.as_secs_f64(), stages.join(", ")));
    if summary.documents > 0 {
        let each = conversion.formats.extensions().map(|e| format!("{} {e}", summary.documents));
        let all = summary.files.iter().map(|f| (*f).to_owned());
        let files: Vec<String> = each.chain(all).collect();
        let out = names::lossless(conversion.out.as_os_str());
        terminal::line(&format!("written to {out}: {}", files.join(", ")));
    }
    for renamed in &found.renamed {
        let why = match &renamed.taken_by {
            Some(other) => format!("{other} already has the plain name"),
            None => "the plain name is not available".to_owned(),
        };
        terminal::line(&format!("renamed: {} -> {}; {why}", renamed.input, renamed.output));
    }
    if found.others + found.links > 0 {
        terminal::line(&format!(
            "left alone: {} of other types, {} (links in folders are not followed)",
            count(found.others as usize, "file"),
            count(found.links as usize, "link"),
        ));
    }
    if matches!(exit, Exit::Interrupted | Exit::Terminated) {
        let left = found.inputs.len() + found.problems.len();
        let left = left - summary.documents - summary.failures.len();
        terminal::line(&format!(
            "interrupted: {} not converted, nothing written over all documents; run the same \
             command again",
            count(left, "document")
        ));
    }
}

fn summary_event(conversion: &Conversion, s: &Summary, exit: Exit, took: Duration) -> Value {
    let codes: serde_json::Map<String, Value> =
        s.findings.iter().map(|((_, code), n)| (code.clone(), json!(n))).collect();
    let stages: serde_json::Map<String, Value> = s
        .timings
        .stages()
        .map(|(name, t)| (name.to_owned(), json!(t.as_secs_f64())))
        .into_iter()
        .collect();
    let renamed: Vec<Value> = conversion
        .found
        .renamed
        .iter()
        .map(|r| json!({"file": r.input, "output": r.output, "taken_by": r.taken_by}))
        .collect();
    json!({
        "event": "summary",
        "exit": exit as u8,
        "engine": s.engine,
        "documents": s.documents,
        "unchanged": s.unchanged,
        "failed": s.failures.len(),
        "pages": s.pages,
        "forms": s.forms,
        "indicators": s.indicators,
        "tables": s.tables,
        "findings": {
            "error": s.found(Severity::Error),
            "warning": s.found(Severity::Warning),
            "info": s.found(Severity::Info),
            "codes": codes,
        },
        "files": s.files,
        "renamed": renamed,
        "left_alone": {"files": conversion.found.others, "links": conversion.found.links},
        "seconds": took.as_secs_f64(),
        "stage_seconds": stages,
    })
}
