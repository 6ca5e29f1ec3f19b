//! Kills: of the run, of its workers, at any moment.

use super::{convert, documents};
use crate::shenbao::files;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Starts a conversion of `in` in a process group of its own.
fn start(dir: &Path, out: &str) -> Child {
    use std::os::unix::process::CommandExt;
    Command::new(env!("CARGO_BIN_EXE_shenbao"))
        .args(["convert", "in", "--out", out, "--jobs", "2", "--config", "limits.toml"])
        .current_dir(dir)
        .process_group(0)
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn kill(target: &str) {
    let status = Command::new("kill").args(["-KILL", "--", target]).stderr(Stdio::null()).status();
    // What has ended meanwhile cannot be killed any more.
    let _ = status.unwrap();
}

/// Files that a run has written so far; drafts come and go while this looks.
fn written(out: &Path) -> usize {
    let folders = [out.to_owned(), out.join("sub")];
    let entries =
        folders.iter().flat_map(|folder| folder.read_dir().into_iter().flatten().flatten());
    entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')).count()
}

/// The documents in the ledger.
fn ledger(out: &Path) -> Vec<String> {
    let db = rusqlite::Connection::open(out.join(".shenbao/ledger.sqlite")).unwrap();
    let mut select = db.prepare("SELECT path FROM documents ORDER BY path").unwrap();
    let rows = select.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Runs, or workers, that are killed; `SHENBAO_KILLS=40 cargo test killed_` is the whole trial.
fn kills_wanted() -> usize {
    std::env::var("SHENBAO_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

#[test]
fn killed_runs_end_as_undisturbed_ones_do() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 40);
    assert_eq!(convert(dir.path(), &["--jobs", "2"]).code, 0);
    let whole = files(&dir.path().join("out"));
    fs::rename(dir.path().join("out"), dir.path().join("whole")).unwrap();

    let out = dir.path().join("out");
    // Each run is killed when it has written a little more than the one before.
    let (mut kills, wanted) = (0, kills_wanted());
    for target in (0..wanted).map(|i| i * 82 / wanted) {
        let mut child = start(dir.path(), "out");
        while written(&out) < target && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        kills += usize::from(child.try_wait().unwrap().is_none());
        // Alternately the whole group, and the supervisor alone.
        kill(&format!("{}{}", if target % 2 == 0 { "-" } else { "" }, child.id()));
        child.wait().unwrap();
    }
    assert!(kills * 2 >= wanted, "only {kills} runs were killed");
    eprintln!("{kills} runs were killed");
    assert_eq!(convert(dir.path(), &["--jobs", "2"]).code, 0);
    let resumed = files(&out);
    assert!(resumed.keys().eq(whole.keys()), "{:?}", resumed.keys());
    assert!(resumed == whole);
    let rows = ledger(&out);
    assert_eq!(rows.len(), 40);
    assert_eq!(rows, ledger(&dir.path().join("whole")));
}

/// The children of a process, from the kernel's own list.
fn children(parent: u32) -> Vec<String> {
    let mut found = Vec::new();
    for task in fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten() {
        let list = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(list.split_whitespace().map(str::to_owned));
    }
    found
}

/// Files that are written between two kills of workers, at least: more than both workers have under
/// way, so that no document meets two kills.
const APART: usize = 12;

#[cfg(target_os = "linux")]
#[test]
fn killed_workers_cost_a_second_try() {
    let dir = tempfile::tempdir().unwrap();
    // Two files a document: each worker that is killed has written `APART` of them before.
    let wanted = kills_wanted();
    documents(dir.path(), wanted.max(10) * APART);
    assert_eq!(convert(dir.path(), &["--jobs", "2"]).code, 0);
    let whole = files(&dir.path().join("out"));
    fs::rename(dir.path().join("out"), dir.path().join("whole")).unwrap();
    let mut child = start(dir.path(), "out");
    // A worker is killed only where something was written since, so that no document loses both
    // of its tries.
    let (mut killed, mut at) = (0, 0);
    while child.try_wait().unwrap().is_none() {
        let now = written(&dir.path().join("out"));
        let workers = children(child.id());
        // The older and the younger one by turns.
        if killed < wanted
            && now > at + APART
            && let Some(worker) = workers.get(killed % workers.len().max(1))
        {
            kill(worker);
            // On a busy machine the kill itself takes as long as a few documents.
            (killed, at) = (killed + 1, written(&dir.path().join("out")));
        }
        std::thread::yield_now();
    }
    assert!(killed * 2 >= wanted, "only {killed} workers were killed");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(files(&dir.path().join("out")) == whole);
    let rows = ledger(&dir.path().join("out"));
    assert_eq!(rows, ledger(&dir.path().join("whole")));
    eprintln!("{killed} workers were killed");
}

#[cfg(target_os = "linux")]
#[test]
fn workers_die_with_their_supervisor() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = super::hanging(dir.path());
    let workers = loop {
        let workers = children(child.id());
        if !workers.is_empty() {
            break workers;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    };
    child.kill().unwrap();
    child.wait().unwrap();
    for worker in workers {
        let status = format!("/proc/{worker}/status");
        while fs::read_to_string(&status)
            .is_ok_and(|s| s.contains("shenbao") && !s.contains("State:\tZ"))
        {
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_stop_ends_a_document_that_hangs() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 4);
    super::fault(dir.path(), "hang");
    let mut child = Command::new(env!("CARGO_BIN_EXE_shenbao"))
        .args(["convert", "in", "--out", "out", "--formats", "json", "--jobs", "2"])
        .env("SHENBAO_FAULTS", "1")
        .current_dir(&dir)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while written(&dir.path().join("out")) < 1 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
    // The document that hangs has 300 seconds; a stop does not wait for it.
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(ledger(&dir.path().join("out")).iter().all(|path| !path.contains("hang")));
}
