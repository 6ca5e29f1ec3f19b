//! Runs and outputs over all documents in the ledger.

use super::{FileRecord, Ledger, LedgerError};
use crate::pipeline::outcome::Reason;
use crate::pipeline::settings::Timings;
use rusqlite::{OptionalExtension, Row, params};

/// What is known when a run begins. Times are seconds since the epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct RunStart {
    pub started: f64,
    pub version: String,
    pub key: String,
    pub jobs: usize,
    /// How documents are converted: in workers and how these are confined, or in process.
    pub engine: String,
}

/// A run; one that was killed has no end.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub id: i64,
    pub start: RunStart,
    pub end: Option<RunEnd>,
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunEnd {
    pub ended: f64,
    /// Exit status of the program.
    pub status: u8,
    pub seconds: f64,
    /// All documents of the run, those that could not be found included.
    pub documents: usize,
    pub converted: usize,
    pub unchanged: usize,
    pub failed: usize,
    /// Of the documents that were converted.
    pub pages: u64,
    pub timings: Timings,
}

impl Ledger {
    /// Begins a run; its number.
    pub fn begin(&self, start: &RunStart) -> Result<i64, LedgerError> {
        let insert = || {
            self.db.execute(
                "INSERT INTO runs (started, version, key, jobs, engine) VALUES (?, ?, ?, ?, ?)",
                params![start.started, start.version, start.key, start.jobs, start.engine],
            )?;
            Ok(self.db.last_insert_rowid())
        };
        insert().map_err(self.failed("write"))
    }

    /// Ends a run.
    pub fn end(&self, run: i64, engine: &str, end: &RunEnd) -> Result<(), LedgerError> {
        let timings = serde_json::to_string(&end.timings).unwrap_or_default();
        let update = self.db.execute(
            "UPDATE runs SET engine = ?, ended = ?, status = ?, seconds = ?, documents = ?, \
             converted = ?, unchanged = ?, failed = ?, pages = ?, timings = ? WHERE id = ?",
            params![
                engine,
                end.ended,
                end.status,
                end.seconds,
                end.documents,
                end.converted,
                end.unchanged,
                end.failed,
                end.pages,
                timings,
                run
            ],
        );
        update.map(drop).map_err(self.failed("write"))
    }

    /// The latest runs, the latest first.
    pub fn runs(&self, most: usize) -> Result<Vec<Run>, LedgerError> {
        let select = || {
            let mut select = self.db.prepare(
                "SELECT id, started, version, key, jobs, engine, ended, status, seconds, \
                 documents, converted, unchanged, failed, pages, timings FROM runs \
                 ORDER BY id DESC LIMIT ?",
            )?;
            select.query_map([most], run)?.collect::<rusqlite::Result<Vec<Run>>>()
        };
        select().map_err(self.failed("read"))
    }

    /// Whether the last run came to its end by itself, so that it left no drafts behind.
    pub fn was_left_in_order(&self) -> Result<bool, LedgerError> {
        Ok(self.runs(1)?.first().is_none_or(|run| run.end.is_some()))
    }

    /// Notes an argument that led to no document.
    pub fn problem(&self, run: i64, path: &str, reason: &Reason) -> Result<(), LedgerError> {
        let insert = self.db.execute(
            "INSERT INTO problems (run, path, code, message, hint) VALUES (?, ?, ?, ?, ?)",
            params![run, path, reason.code, reason.message, reason.hint],
        );
        insert.map(drop).map_err(self.failed("write"))
    }

    /// The arguments of a run that led to no document.
    pub fn problems(&self, run: i64) -> Result<Vec<(String, Reason)>, LedgerError> {
        let select = || {
            let mut select =
                self.db.prepare("SELECT path, code, message, hint FROM problems WHERE run = ?")?;
            let rows = select.query_map([run], |row| {
                let reason = Reason {
                    code: row.get(1)?,
                    message: row.get(2)?,
                    hint: row.get(3)?,
                    page: None,
                };
                Ok((row.get(0)?, reason))
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        select().map_err(self.failed("read"))
    }

    /// An output over all documents: the hash of what it was made from, and the file.
    pub fn collected(&self, name: &str) -> Result<Option<(String, FileRecord)>, LedgerError> {
        let select = || {
            let mut select = self.db.prepare_cached(
                "SELECT content, name, sha256, stamp FROM collected WHERE name = ?",
            )?;
            let found = select.query_row([name], |row| {
                let file =
                    FileRecord { extension: row.get(1)?, sha256: row.get(2)?, stamp: row.get(3)? };
                Ok((row.get(0)?, file))
            });
            found.optional()
        };
        select().map_err(self.failed("read"))
    }

    /// Notes an output over all documents, made from what `content` is the hash of.
    pub fn collect(&self, content: &str, file: &FileRecord) -> Result<(), LedgerError> {
        let insert = self.db.execute(
            "INSERT OR REPLACE INTO collected (name, content, sha256, stamp) VALUES (?, ?, ?, ?)",
            params![file.extension, content, file.sha256, file.stamp],
        );
        insert.map(drop).map_err(self.failed("write"))
    }
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    let end = match row.get::<_, Option<f64>>(6)? {
        None => None,
        Some(ended) => Some(RunEnd {
            ended,
            status: row.get(7)?,
            seconds: row.get(8)?,
            documents: row.get(9)?,
            converted: row.get(10)?,
            unchanged: row.get(11)?,
            failed: row.get(12)?,
            pages: row.get(13)?,
            timings: serde_json::from_str(&row.get::<_, String>(14)?).unwrap_or_default(),
        }),
    };
    let start = RunStart {
        started: row.get(1)?,
        version: row.get(2)?,
        key: row.get(3)?,
        jobs: row.get(4)?,
        engine: row.get(5)?,
    };
    Ok(Run { id: row.get(0)?, start, end })
}
