//! What became of every document of an output folder: an SQLite file that survives kills.
//!
//! A row is written after the files it speaks of are on disk. A run that was killed therefore
//! finds a row for everything that is complete, and converts the rest again, to the same bytes.

mod past;
mod schema;

use super::digest::{Counts, Digest, Packed};
use super::outcome::Reason;
use super::settings::Timings;
use crate::model::finding::Severity;
pub use past::{Run, RunEnd, RunStart};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Folder of the program's own files below the output folder.
pub const FOLDER: &str = ".shenbao";

/// File name of the ledger in it.
const FILE: &str = "ledger.sqlite";

/// How long a program waits for another one that is writing a few rows.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the ledger cannot be used. It ends the run: no document is to blame.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} the ledger {}: {cause}", path.display())]
pub struct LedgerError {
    action: &'static str,
    path: PathBuf,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

/// The ledger of an output folder.
pub struct Ledger {
    db: Connection,
    path: PathBuf,
}

/// What became of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Where its outputs are, below the output folder, without an extension; unique.
    pub output: PathBuf,
    /// Folder and name below the argument that led to it.
    pub relative: PathBuf,
    /// The path as messages show it.
    pub path: String,
    /// Of its content, in hexadecimal; blank where it could not be read.
    pub sha256: String,
    /// Configuration and version of the program, as one hash.
    pub key: String,
    /// See [`super::stamp`]; blank if it is not to be trusted.
    pub stamp: String,
    pub result: Result<Counts, Reason>,
    /// How often each code was found.
    pub codes: BTreeMap<(Severity, String), usize>,
    pub timings: Timings,
    /// From the time it was handed out until it was answered, in seconds.
    pub seconds: f64,
    pub attempts: u8,
    /// The files that were written.
    pub files: Vec<FileRecord>,
}

/// An output as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// Without the dot.
    pub extension: String,
    pub sha256: String,
    pub stamp: String,
}

impl Ledger {
    /// Opens the ledger of an output folder, or begins one. A damaged one is put aside and begun
    /// anew: its documents are converted again.
    pub fn open(out: &Path) -> Result<Self, LedgerError> {
        let path = out.join(FOLDER).join(FILE);
        match Self::try_open(&path) {
            Err(e) if is_damaged(&e) => {
                for suffix in ["", "-wal", "-shm"] {
                    let mut file = path.clone().into_os_string();
                    file.push(suffix);
                    let mut aside = path.clone().into_os_string();
                    aside.push(".damaged");
                    aside.push(suffix);
                    match std::fs::rename(&file, &aside) {
                        Err(e) if e.kind() != io::ErrorKind::NotFound => {
                            return Err(failed("put aside", &path, e));
                        }
                        _ => {}
                    }
                }
                Self::try_open(&path)
            }
            result => result,
        }
        .map(|db| Self { db, path: path.clone() })
        .map_err(|e| failed("open", &path, e))
    }

    /// Opens the ledger of an output folder to read it; `None` if there is none.
    pub fn read(out: &Path) -> Result<Option<Self>, LedgerError> {
        let path = out.join(FOLDER).join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|db| {
                db.busy_timeout(PATIENCE)?;
                schema::is_current(&db).map(|is_current| (db, is_current))
            })
            .map_err(|e| failed("open", &path, e))?;
        match db {
            (db, true) => Ok(Some(Self { db, path })),
            _ => Err(failed("read", &path, "another version of the program wrote it")),
        }
    }

    fn try_open(path: &Path) -> rusqlite::Result<Connection> {
        let db = Connection::open(path)?;
        db.busy_timeout(PATIENCE)?;
        // Otherwise the look-up of a document is planned anew for every document, in case that a
        // partial index serves for its name: a third of a run that finds everything unchanged.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        schema::prepare(&db)?;
        Ok(db)
    }

    fn failed(&self, action: &'static str) -> impl Fn(rusqlite::Error) -> LedgerError + '_ {
        move |e| failed(action, &self.path, e)
    }

    /// What is known of the document whose outputs are at `output`.
    pub fn find(&self, output: &Path) -> Result<Option<Record>, LedgerError> {
        let bytes = output.as_os_str().as_bytes();
        let find = || {
            let mut select = self.db.prepare_cached(schema::SELECT)?;
            let found = select.query_row([bytes], record).optional()?;
            let Some(mut record) = found else { return Ok(None) };
            let mut files = self.db.prepare_cached(schema::SELECT_FILES)?;
            let rows = files.query_map([bytes], |row| {
                Ok(FileRecord { extension: row.get(0)?, sha256: row.get(1)?, stamp: row.get(2)? })
            })?;
            record.files = rows.collect::<rusqlite::Result<_>>()?;
            Ok(Some(record))
        };
        find().map_err(self.failed("read"))
    }

    /// The digest of a converted document.
    pub fn digest(&self, output: &Path) -> Result<Option<Digest>, LedgerError> {
        let bytes = output.as_os_str().as_bytes();
        let blob = || {
            let mut select = self.db.prepare_cached(schema::SELECT_DIGEST)?;
            select.query_row([bytes], |row| row.get::<_, Vec<u8>>(0)).optional()
        };
        let Some(blob) = blob().map_err(self.failed("read"))? else { return Ok(None) };
        // A digest that cannot be read is none: the document is converted again.
        Ok(Packed::from_bytes(blob).unpack())
    }

    /// Begins to gather rows; [`Ledger::save`] makes them last.
    pub fn gather(&self) -> Result<(), LedgerError> {
        if self.db.is_autocommit() {
            self.db.execute_batch("BEGIN IMMEDIATE").map_err(self.failed("write"))?;
        }
        Ok(())
    }

    /// Puts the rows that were gathered on disk.
    pub fn save(&self) -> Result<(), LedgerError> {
        if self.db.is_autocommit() {
            return Ok(());
        }
        self.db.execute_batch("COMMIT").map_err(self.failed("write"))
    }

    /// Writes what became of a document, in the place of what was known of it.
    pub fn record(
        &self,
        run: i64,
        record: &Record,
        digest: Option<&Packed>,
    ) -> Result<(), LedgerError> {
        let output = record.output.as_os_str().as_bytes();
        let (counts, reason) = match &record.result {
            Ok(counts) => (Some(counts), None),
            Err(reason) => (None, Some(reason)),
        };
        let [info, warning, error] = counts.map(|c| c.findings).unwrap_or_default();
        let codes: Vec<(Severity, &str, usize)> =
            record.codes.iter().map(|((s, code), n)| (*s, code.as_str(), *n)).collect();
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        let write = || {
            self.db.prepare_cached(schema::INSERT)?.execute(params![
                output,
                record.relative.as_os_str().as_bytes(),
                record.path,
                record.sha256,
                record.key,
                record.stamp,
                counts.is_some(),
                reason.map(|r| r.code.as_str()),
                reason.map(|r| r.message.as_str()),
                reason.map(|r| r.hint.as_str()),
                reason.and_then(|r| r.page),
                counts.map(|c| c.pages),
                counts.map(|c| c.forms),
                counts.map(|c| c.indicators),
                counts.map(|c| c.tables),
                info,
                warning,
                error,
                json(serde_json::to_string(&codes)),
                json(serde_json::to_string(&record.timings)),
                record.seconds,
                record.attempts,
                run,
            ])?;
            self.db.prepare_cached(schema::DELETE_DIGEST)?.execute([output])?;
            if let Some(digest) = digest {
                let mut insert = self.db.prepare_cached(schema::INSERT_DIGEST)?;
                insert.execute(params![output, digest.bytes()])?;
            }
            self.db.prepare_cached(schema::DELETE_FILES)?.execute([output])?;
            let mut insert = self.db.prepare_cached(schema::INSERT_FILE)?;
            for file in &record.files {
                insert.execute(params![output, file.extension, file.sha256, file.stamp])?;
            }
            Ok(())
        };
        write().map_err(self.failed("write"))
    }

    /// Notes that a document was met again, unchanged: under this path, with this stamp.
    pub fn seen(&self, output: &Path, path: &str, stamp: &str) -> Result<(), LedgerError> {
        let update = || {
            let mut update = self.db.prepare_cached(schema::UPDATE_SEEN)?;
            update.execute(params![path, stamp, output.as_os_str().as_bytes()])
        };
        update().map(drop).map_err(self.failed("write"))
    }

    /// Notes that an output was met again, unchanged, with this stamp.
    pub fn file_seen(&self, output: &Path, file: &FileRecord) -> Result<(), LedgerError> {
        let update = || {
            let mut update = self.db.prepare_cached(schema::UPDATE_FILE_SEEN)?;
            update.execute(params![file.stamp, output.as_os_str().as_bytes(), file.extension])
        };
        update().map(drop).map_err(self.failed("write"))
    }

    /// Every document and the run that converted it, in the order of their outputs' names.
    pub fn each(&self, visit: impl FnMut(Record, i64)) -> Result<(), LedgerError> {
        self.visit(schema::SELECT_ALL, visit)
    }

    /// The same for those that failed.
    pub fn each_failed(&self, visit: impl FnMut(Record, i64)) -> Result<(), LedgerError> {
        self.visit(schema::SELECT_FAILED, visit)
    }

    fn visit(&self, select: &str, mut visit: impl FnMut(Record, i64)) -> Result<(), LedgerError> {
        let mut all = || {
            let mut select = self.db.prepare(select)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                visit(record(row)?, row.get(22)?);
            }
            Ok(())
        };
        all().map_err(self.failed("read"))
    }
}

/// A document of a row; its files are not among the columns.
fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let path = |bytes: Vec<u8>| PathBuf::from(OsStr::from_bytes(&bytes));
    let number =
        |i| row.get::<_, Option<i64>>(i).map(|n| usize::try_from(n.unwrap_or(0)).unwrap_or(0));
    let text = |i| row.get::<_, Option<String>>(i).map(Option::unwrap_or_default);
    let result = if row.get(6)? {
        Ok(Counts {
            pages: row.get::<_, Option<u32>>(11)?.unwrap_or(0),
            forms: number(12)?,
            indicators: number(13)?,
            tables: number(14)?,
            findings: [number(15)?, number(16)?, number(17)?],
        })
    } else {
        Err(Reason { code: text(7)?, message: text(8)?, hint: text(9)?, page: row.get(10)? })
    };
    let codes: Vec<(Severity, String, usize)> =
        serde_json::from_str(&text(18)?).unwrap_or_default();
    Ok(Record {
        output: path(row.get(0)?),
        relative: path(row.get(1)?),
        path: row.get(2)?,
        sha256: row.get(3)?,
        key: row.get(4)?,
        stamp: row.get(5)?,
        result,
        codes: codes.into_iter().map(|(s, code, n)| ((s, code), n)).collect(),
        timings: serde_json::from_str(&text(19)?).unwrap_or_default(),
        seconds: row.get(20)?,
        attempts: row.get(21)?,
        files: Vec::new(),
    })
}

fn failed(
    action: &'static str,
    path: &Path,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> LedgerError {
    LedgerError { action, path: path.to_owned(), cause: cause.into() }
}

fn is_damaged(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

#[cfg(test)]
mod tests;
