//! The nightly run: nothing that a document, a kill or a disk does costs more than it must.

mod confined;
mod disk;
mod faults;
mod kills;
mod operation;
mod resumed;

use crate::pdf::Pdf;
use crate::shenbao::{Outcome, run, shenbao};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Writes so many small documents into `in` below a folder.
fn documents(dir: &Path, count: usize) {
    fs::create_dir_all(dir.join("in/sub")).unwrap();
    for i in 0..count {
        let folder = if i % 3 == 0 { "in/sub" } else { "in" };
        let path = dir.join(folder).join(format!("{i:03}.pdf"));
        fs::write(
            path,
            Pdf::with_pages(1 + i % 3).replace("842]", &format!("{}]", 842 + i)).bytes(),
        )
        .unwrap();
    }
}

/// A document that orders a worker to misbehave; see `pipeline/worker/faults.rs`.
fn fault(dir: &Path, name: &str) {
    fs::create_dir_all(dir.join("in")).unwrap();
    let text = format!("shenbao fault: {name}\tx\n");
    fs::write(dir.join(format!("in/{name}.txt")), text).unwrap();
}

/// Begins to convert a document that hangs its worker.
fn hanging(dir: &Path) -> Child {
    fault(dir, "hang");
    Command::new(env!("CARGO_BIN_EXE_shenbao"))
        .args(["convert", "in", "--out", "out"])
        .env("SHENBAO_FAULTS", "1")
        .current_dir(dir)
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Converts `in` into `out`, faults allowed, with limits that a test can wait for.
fn convert(dir: &Path, arguments: &[&str]) -> Outcome {
    let limits = "[worker]\nseconds = 2\nmemory_mib = 2048\n";
    fs::write(dir.join("limits.toml"), limits).unwrap();
    run(shenbao()
        .current_dir(dir)
        .env("SHENBAO_FAULTS", "1")
        .args(["convert", "in", "--out", "out", "--config", "limits.toml"])
        .args(arguments))
}

/// The code at the end of the line about a document that failed.
fn reason<'a>(outcome: &'a Outcome, name: &str) -> &'a str {
    let line = outcome.err.lines().find(|l| l.starts_with(&format!("failed: in/{name}")));
    let line = line.unwrap_or_else(|| panic!("{name} did not fail: {outcome:?}"));
    line.rsplit_once('[').map_or("", |(_, code)| code.trim_end_matches(']'))
}

/// Number of documents and of unchanged ones, from the log of a run.
fn counts(outcome: &Outcome) -> (usize, usize) {
    let events = outcome.err.lines().filter_map(|l| serde_json::from_str(l).ok());
    let mut documents: Vec<serde_json::Value> = events.collect();
    documents.retain(|e| e["event"] == "document");
    (documents.len(), documents.iter().filter(|e| e["unchanged"] == true).count())
}
