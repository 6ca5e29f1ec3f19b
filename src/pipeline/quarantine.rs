//! Documents that broke a worker twice: one file each, `quarantine/<sha256>.json`.

use super::commit::{self, CommitError};
use super::ledger::{Ledger, LedgerError};
use super::outcome::Reason;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Folder below the output folder.
pub const FOLDER: &str = "quarantine";

/// Why the quarantine could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum QuarantineError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Makes the quarantine say what the ledger says: a file for each content that broke a worker,
/// none for any other.
pub fn update(out: &Path, ledger: &Ledger) -> Result<(), QuarantineError> {
    let mut wanted: BTreeMap<String, (Reason, Vec<String>)> = BTreeMap::new();
    ledger.each_failed(|record, _| {
        if let Err(reason) = record.result
            && reason.is_fault()
            && !record.sha256.is_empty()
        {
            let (_, paths) = wanted.entry(record.sha256).or_insert((reason, Vec::new()));
            paths.push(record.path);
        }
    })?;
    let folder = out.join(FOLDER);
    for (sha256, (reason, paths)) in &wanted {
        let text = text(sha256, reason, paths);
        let path = folder.join(format!("{sha256}.json"));
        if std::fs::read(&path).ok().as_deref() != Some(text.as_bytes()) {
            commit::write(&path, text.as_bytes())?;
        }
    }
    let is_wanted = |name: &str| name.strip_suffix(".json").is_some_and(|s| wanted.contains_key(s));
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| is_ours(name) && !is_wanted(name));
        if ours {
            let path = entry.path();
            commit::remove(&path)?;
        }
    }
    if wanted.is_empty() {
        // Fails where somebody keeps something else in it.
        let _ = std::fs::remove_dir(&folder);
    }
    Ok(())
}

/// `<64 hexadecimal digits>.json`
fn is_ours(name: &str) -> bool {
    let digits = name.strip_suffix(".json").unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn text(sha256: &str, reason: &Reason, paths: &[String]) -> String {
    let value = json!({
        "schema": "shenbao-quarantine/1",
        "sha256": sha256,
        "reason": reason.code,
        "message": reason.message,
        "hint": reason.hint,
        "page": reason.page,
        "files": paths,
    });
    format!("{value:#}\n")
}
