//! What the ledger of an output folder says, for people and for programs.

pub mod html;
pub mod json;
pub mod lines;
pub mod metrics;

use super::ledger::{Ledger, LedgerError, Record, Run};
use super::names;
use super::outcome::Reason;
use super::settings::Timings;
use crate::model::finding::Severity;
use std::collections::{BTreeMap, BinaryHeap};
use std::ffi::OsStr;

/// How many documents are named for each reason, and as the slowest.
const NAMED: usize = 20;

/// How many runs are shown.
const RUNS: usize = 20;

/// File names of the report in the output folder.
pub const HTML: &str = "shenbao-report.html";
pub const JSON: &str = "shenbao-report.json";

/// The state of an output folder: every document that was ever given to it, and its latest runs.
#[derive(Debug, Default)]
pub struct Report {
    /// The latest first.
    pub runs: Vec<Run>,
    /// Arguments of the latest run that led to no document.
    pub problems: Vec<(String, Reason)>,
    pub converted: usize,
    pub failed: usize,
    pub pages: u64,
    pub forms: usize,
    pub indicators: usize,
    pub tables: usize,
    /// Documents that were converted at the second try.
    pub retried: usize,
    /// By code.
    pub failures: BTreeMap<String, Failures>,
    pub findings: BTreeMap<(Severity, String), Findings>,
    /// The slowest first.
    pub slowest: Vec<Slow>,
}

/// Documents that failed for one reason.
#[derive(Debug, Default)]
pub struct Failures {
    pub count: usize,
    pub hint: String,
    /// Path and message of the first of them.
    pub first: Vec<(String, String)>,
}

/// How often a code was found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Findings {
    pub count: usize,
    pub documents: usize,
}

/// A document that took long.
#[derive(Clone, Debug)]
pub struct Slow {
    pub path: String,
    pub seconds: f64,
    pub pages: u32,
}

impl Report {
    /// Reads the whole ledger once.
    pub fn of(ledger: &Ledger) -> Result<Self, LedgerError> {
        let runs = ledger.runs(RUNS)?;
        let problems = runs.first().map_or(Ok(Vec::new()), |run| ledger.problems(run.id))?;
        let mut report = Self { runs, problems, ..Self::default() };
        let mut slowest = BinaryHeap::new();
        ledger.each(|record, _| {
            slowest.push(std::cmp::Reverse(BySeconds(Slow {
                path: record.path.clone(),
                seconds: record.seconds,
                pages: record.result.as_ref().map_or(0, |counts| counts.pages),
            })));
            if slowest.len() > NAMED {
                slowest.pop();
            }
            report.add(record);
        })?;
        let mut slowest: Vec<Slow> = slowest.into_iter().map(|slow| slow.0.0).collect();
        slowest.sort_by(|a, b| b.seconds.total_cmp(&a.seconds).then_with(|| a.path.cmp(&b.path)));
        report.slowest = slowest;
        Ok(report)
    }

    fn add(&mut self, record: Record) {
        match record.result {
            Ok(counts) => {
                self.converted += 1;
                self.pages += u64::from(counts.pages);
                self.forms += counts.forms;
                self.indicators += counts.indicators;
                self.tables += counts.tables;
                self.retried += usize::from(record.attempts > 1);
            }
            Err(reason) => {
                self.failed += 1;
                let failures = self.failures.entry(reason.code).or_default();
                failures.count += 1;
                failures.hint = reason.hint;
                if failures.first.len() < NAMED {
                    failures.first.push((record.path, reason.message));
                }
            }
        }
        for (code, n) in record.codes {
            let findings = self.findings.entry(code).or_default();
            findings.count += n;
            findings.documents += 1;
        }
    }

    /// The latest run that came to its end.
    #[must_use]
    pub fn latest(&self) -> Option<&Run> {
        self.runs.iter().find(|run| run.end.is_some())
    }

    /// Findings of one weight.
    #[must_use]
    pub fn found(&self, severity: Severity) -> usize {
        let of_weight = self.findings.iter().filter(|((s, _), _)| *s == severity);
        of_weight.map(|(_, findings)| findings.count).sum()
    }
}

/// Pages that a run converted in a second; `None` if it converted none, or has not ended.
#[must_use]
pub fn speed(run: &Run) -> Option<f64> {
    let end = run.end.as_ref().filter(|end| end.pages > 0 && end.seconds > 0.0)?;
    Some(end.pages as f64 / end.seconds)
}

/// Seconds by stage.
fn stages(timings: &Timings) -> impl Iterator<Item = (&'static str, f64)> {
    timings.stages().into_iter().map(|(name, time)| (name, time.as_secs_f64()))
}

/// A moment in seconds since the epoch, in UTC to the second.
fn moment(seconds: f64) -> String {
    let moment = jiff::Timestamp::from_second(seconds as i64);
    moment.map_or_else(|_| String::new(), |moment| moment.to_string())
}

/// The command that converts one document by itself, to be pasted into a shell.
#[must_use]
pub fn command(path: &str) -> String {
    format!("shenbao convert {} --out repeated", quoted(path))
}

/// A path for a POSIX shell, or where it holds what does not print for bash, ksh and zsh.
fn quoted(path: &str) -> String {
    let leading = if path.starts_with('-') { "./" } else { "" };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    // A backslash may be the notation of a byte that is not UTF-8, see `names::lossless`.
    let prints = |c: char| !c.is_control() && !is_invisible(c) && c != '\\';
    if !path.is_empty() && path.chars().all(plain) {
        return format!("{leading}{path}");
    }
    if path.chars().all(prints) {
        return format!("'{leading}{}'", path.replace('\'', r"'\''"));
    }
    let escaped = path.chars().fold(String::new(), |mut text, c| {
        match c {
            '\'' => text.push_str(r"\'"),
            '\\' => text.push('\\'),
            c if prints(c) => text.push(c),
            c => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    text.push_str(&format!("\\x{byte:02x}"));
                }
            }
        }
        text
    });
    format!("$'{leading}{escaped}'")
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{61c}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A path given by the user, as the report names it.
#[must_use]
pub fn shown(path: &OsStr) -> String {
    names::lossless(path)
}

/// Ordered by time, so that the slowest can be kept in a heap.
struct BySeconds(Slow);

impl Ord for BySeconds {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_time = self.0.seconds.total_cmp(&other.0.seconds);
        by_time.then_with(|| other.0.path.cmp(&self.0.path))
    }
}

impl PartialOrd for BySeconds {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for BySeconds {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for BySeconds {}

#[cfg(test)]
mod tests;
