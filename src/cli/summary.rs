//! What a run came to.

use super::exit::Exit;
use shenbao::model::finding::{Finding, Severity};
use shenbao::model::form::Converted;
use shenbao::model::spec::FormSpec;
use shenbao::pipeline::run::Delivery;
use shenbao::pipeline::{DocumentError, Timings};
use std::collections::BTreeMap;

/// Running totals. Memory grows with the failures, not with the documents.
pub struct Summary<'a> {
    specs: &'a [FormSpec],
    pub documents: usize,
    pub pages: u64,
    pub forms: usize,
    pub indicators: usize,
    pub tables: usize,
    /// How often each code was found.
    pub findings: BTreeMap<(Severity, &'static str), usize>,
    pub failures: Vec<Failed>,
    /// Files over all documents.
    pub files: Vec<&'static str>,
    pub timings: Timings,
}

/// A document that failed.
pub struct Failed {
    pub path: String,
    pub page: Option<u32>,
    pub code: &'static str,
    pub message: String,
    pub hint: &'static str,
}

/// What one document came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub pages: u32,
    pub forms: usize,
    pub indicators: usize,
    pub tables: usize,
    /// Info, warning, error.
    pub findings: [usize; 3],
}

impl Counts {
    pub fn of(document: &Converted, specs: &[FormSpec]) -> Self {
        let mut findings = [0; 3];
        for finding in all_findings(document) {
            findings[finding.severity as usize] += 1;
        }
        Self {
            pages: document.source.pages,
            forms: document.forms.len(),
            indicators: indicators(document, specs),
            tables: document.tables.len(),
            findings,
        }
    }
}

fn all_findings(document: &Converted) -> impl Iterator<Item = &Finding> {
    document.findings.iter().chain(document.forms.iter().flat_map(|f| &f.findings))
}

/// Rows of the indicator tables, whatever key a template gives them.
fn indicators(document: &Converted, specs: &[FormSpec]) -> usize {
    let rows = document.forms.iter().filter_map(|form| {
        let spec = specs.iter().find(|s| s.id == form.template)?;
        Some(form.data.get(&spec.indicators.as_ref()?.key)?.as_list()?.len())
    });
    rows.sum()
}

impl Failed {
    pub fn new(path: &str, error: &DocumentError) -> Self {
        Self {
            path: path.to_owned(),
            page: error.page(),
            code: error.code(),
            message: error.to_string(),
            hint: error.hint(),
        }
    }

    /// One line: file, page, reason, what to do.
    pub fn line(&self) -> String {
        let page = self.page.map_or(String::new(), |p| format!("page {p}: "));
        format!("failed: {}: {page}{}; {} [{}]", self.path, self.message, self.hint, self.code)
    }
}

impl<'a> Summary<'a> {
    pub fn new(specs: &'a [FormSpec]) -> Self {
        Self {
            specs,
            documents: 0,
            pages: 0,
            forms: 0,
            indicators: 0,
            tables: 0,
            findings: BTreeMap::new(),
            failures: Vec::new(),
            files: Vec::new(),
            timings: Timings::default(),
        }
    }

    pub fn converted(&mut self, delivery: &Delivery) -> Counts {
        let counts = Counts::of(&delivery.converted, self.specs);
        self.documents += 1;
        self.pages += u64::from(counts.pages);
        self.forms += counts.forms;
        self.indicators += counts.indicators;
        self.tables += counts.tables;
        for finding in all_findings(&delivery.converted) {
            *self.findings.entry((finding.severity, finding.code)).or_default() += 1;
        }
        self.timings += delivery.timings;
        counts
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
        let mut lines = vec![format!(
            "{} converted, {} failed: {}, {}, {}, {}",
            count(self.documents, "document"),
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
