//! The ledger's tables and the statements on them.

use rusqlite::Connection;

/// Version of the tables below. A ledger of another version is begun anew, and its documents are
/// converted again.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE documents (
  output BLOB PRIMARY KEY,
  relative BLOB NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  key TEXT NOT NULL,
  stamp TEXT NOT NULL,
  converted INTEGER NOT NULL,
  code TEXT, message TEXT, hint TEXT, page INTEGER,
  pages INTEGER, forms INTEGER, indicators INTEGER, tables INTEGER,
  info INTEGER NOT NULL, warning INTEGER NOT NULL, error INTEGER NOT NULL,
  codes TEXT NOT NULL,
  timings TEXT NOT NULL,
  seconds REAL NOT NULL,
  attempts INTEGER NOT NULL,
  run INTEGER NOT NULL
);
CREATE INDEX failed ON documents (output) WHERE NOT converted;
CREATE TABLE digests (
  output BLOB PRIMARY KEY,
  digest BLOB NOT NULL
);
CREATE TABLE files (
  output BLOB NOT NULL,
  extension TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  stamp TEXT NOT NULL,
  PRIMARY KEY (output, extension)
) WITHOUT ROWID;
CREATE TABLE collected (
  name TEXT PRIMARY KEY,
  content TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  stamp TEXT NOT NULL
);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started REAL NOT NULL,
  version TEXT NOT NULL,
  key TEXT NOT NULL,
  jobs INTEGER NOT NULL,
  engine TEXT NOT NULL,
  ended REAL,
  status INTEGER,
  seconds REAL,
  documents INTEGER, converted INTEGER, unchanged INTEGER, failed INTEGER,
  pages INTEGER,
  timings TEXT
);
CREATE TABLE problems (
  run INTEGER NOT NULL,
  path TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  hint TEXT NOT NULL
);
";

/// Columns of a document; `record` reads them by their number.
macro_rules! columns {
    () => {
        "output, relative, path, sha256, key, stamp, converted, code, message, hint, page, pages, \
         forms, indicators, tables, info, warning, error, codes, timings, seconds, attempts"
    };
}

pub(super) const SELECT: &str = concat!("SELECT ", columns!(), " FROM documents WHERE output = ?");
pub(super) const SELECT_ALL: &str =
    concat!("SELECT ", columns!(), ", run FROM documents ORDER BY output");
pub(super) const SELECT_FAILED: &str =
    concat!("SELECT ", columns!(), ", run FROM documents WHERE NOT converted ORDER BY output");
pub(super) const SELECT_DIGEST: &str = "SELECT digest FROM digests WHERE output = ?";
pub(super) const DELETE_DIGEST: &str = "DELETE FROM digests WHERE output = ?";
pub(super) const INSERT_DIGEST: &str = "INSERT INTO digests (output, digest) VALUES (?, ?)";
pub(super) const SELECT_FILES: &str =
    "SELECT extension, sha256, stamp FROM files WHERE output = ? ORDER BY extension";
pub(super) const INSERT: &str = concat!(
    "INSERT OR REPLACE INTO documents (",
    columns!(),
    ", run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
);
pub(super) const DELETE_FILES: &str = "DELETE FROM files WHERE output = ?";
pub(super) const INSERT_FILE: &str =
    "INSERT INTO files (output, extension, sha256, stamp) VALUES (?, ?, ?, ?)";
pub(super) const UPDATE_SEEN: &str = "UPDATE documents SET path = ?, stamp = ? WHERE output = ?";
pub(super) const UPDATE_FILE_SEEN: &str =
    "UPDATE files SET stamp = ? WHERE output = ? AND extension = ?";

/// Makes the tables if they are not there, and sets how the file is written.
pub(super) fn prepare(db: &Connection) -> rusqlite::Result<()> {
    // Readers and the writer do not block each other, and a commit is on disk when it returns.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    if is_current(db)? {
        return Ok(());
    }
    db.execute_batch("BEGIN IMMEDIATE")?;
    for table in ["documents", "digests", "files", "collected", "runs", "problems"] {
        db.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    db.execute_batch(TABLES)?;
    db.pragma_update(None, "user_version", VERSION)?;
    db.execute_batch("COMMIT")
}

/// Whether the tables are those of this version.
pub(super) fn is_current(db: &Connection) -> rusqlite::Result<bool> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(version == VERSION)
}
