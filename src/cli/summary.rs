//! What a run came to.

use super::exit::Exit;
use shenbao::model::finding::Severity;
use shenbao::pipeline::Timings;
use shenbao::pipeline::batch::Seen;
use shenbao::pipeline::digest::Counts;
use shenbao::pipeline::ledger::RunEnd;
use shenbao::pipeline::outcome::Reason;
use std::collections::BTreeMap;
use std::time::Duration;

/// Running totals. Memory grows with the failures, not with the documents.
#[derive(Default)]
pub struct Summary {
    /// With outputs, those that were there before included.
    pub documents: usize,
    /// With outputs from a run before.
    pub unchanged: usize,
    /// Documents that failed in a run before and were not tried again.
    pub failed_before: usize,
    pub pages: u64,
    /// Pages of the documents that this run converted.
    pub pages_converted: u64,
    pub forms: usize,
    pub indicators: usize,
    pub tables: usize,
    /// How often each code was found.
    pub findings: BTreeMap<(Severity, String), usize>,
    pub failures: Vec<Failed>,
    /// Files over all documents.
    pub files: Vec<&'static str>,
    pub timings: Timings,
    /// How documents were converted, and how far workers were confined.
    pub engine: String,
}

/// A document that failed.
pub struct Failed {
    pub path: String,
    pub page: Option<u32>,
    pub code: String,
    pub message: String,
    pub hint: String,
}

impl Failed {
    pub fn new(path: &str, reason: &Reason) -> Self {
        let Reason { code, message, hint, page } = reason.clone();
        Self { path: path.to_owned(), page, code, message, hint }
    }

    /// One line: file, page, reason, what to do.
    pub fn line(&self) -> String {
        let page = self.page.map_or(String::new(), |p| format!("page {p}: "));
        format!("failed: {}: {page}{}; {} [{}]", self.path, self.message, self.hint, self.code)
    }
}

impl Summary {
    pub fn converted(&mut self, seen: &Seen, counts: Counts) {
        self.documents += 1;
        self.pages += u64::from(counts.pages);
        self.forms += counts.forms;
        self.indicators += counts.indicators;
        self.tables += counts.tables;
        for (code, n) in &seen.record.codes {
            *self.findings.entry(code.clone()).or_default() += n;
        }
        if seen.is_unchanged {
            self.unchanged += 1;
        } else {
            self.pages_converted += u64::from(counts.pages);
            self.timings += seen.record.timings;
        }
    }

    /// For the ledger.
    pub fn end(&self, exit: Exit, now: Duration, took: Duration) -> RunEnd {
        RunEnd {
            ended: now.as_secs_f64(),
            status: exit as u8,
            seconds: took.as_secs_f64(),
            documents: self.documents + self.failures.len(),
            converted: self.documents - self.unchanged,
            unchanged: self.unchanged + self.failed_before,
            failed: self.failures.len(),
            pages: self.pages_converted,
            timings: self.timings,
        }
    }

    pub fn found(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|((s, _), _)| *s == severity).map(|(_, n)| n).sum()
    }

    /// How a run that was not interrupted ends.
    pub fn exit(&self, strict: bool) -> Exit {
        if !self.failures.is_empty() {
            Exit::SomeFailed
        } else if strict && self.found(Severity::Error) > 0 {
            Exit::ErrorFindings
        } else {
            Exit::Success
        }
    }

    /// The totals, for people.
    pub fn lines(&self) -> Vec<String> {
        let unchanged = match self.unchanged {
            0 => String::new(),
            n => format!("{n} unchanged, "),
        };
        let mut lines = vec![format!(
            "{} converted, {unchanged}{} failed: {}, {}, {}, {}",
            count(self.documents - self.unchanged, "document"),
            self.failures.len(),
            count(self.pages as usize, "page"),
            count(self.forms, "form"),
            count(self.indicators, "indicator"),
            count(self.tables, "table"),
        )];
        lines.push(format!(
            "findings: {}, {}, {} info",
            count(self.found(Severity::Error), "error"),
            count(self.found(Severity::Warning), "warning"),
            self.found(Severity::Info),
        ));
        for ((severity, code), n) in self.findings.iter().rev() {
            if *severity > Severity::Info {
                lines.push(format!("  {:<8} {n:>6} × {code}", severity.name()));
            }
        }
        lines
    }
}

/// `1 page`, `2 pages`.
pub fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
