//! What is converted stays converted; what changed is converted again, and nothing else.

use super::{convert, counts, documents};
use crate::shenbao::{files, run, shenbao};
use std::fs;

#[test]
fn a_second_run_converts_what_changed() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    documents(dir.path(), 8);
    fs::write(dir.path().join("in/bad.pdf"), "").unwrap();
    let again = |arguments: &[&str]| {
        let outcome = convert(dir.path(), &[&["--log", "json"], arguments].concat());
        assert_eq!(outcome.code, 2, "the old failure is not forgotten: {outcome:?}");
        counts(&outcome)
    };
    assert_eq!(again(&[]), (9, 0));
    let first = files(&out);
    assert_eq!(again(&[]), (9, 9));
    assert_eq!(again(&["--verify-outputs"]), (9, 9));

    // Outputs that were changed, removed, or written by somebody else.
    fs::write(out.join("001.json"), "{}").unwrap();
    fs::remove_file(out.join("002.xlsx")).unwrap();
    assert_eq!(again(&[]), (9, 7));
    assert!(files(&out) == first);
    fs::remove_file(out.join("indicators.csv")).unwrap();
    assert_eq!(again(&[]), (9, 9));
    assert!(files(&out) == first);

    // Touched, but the same: it is read again, not converted.
    let path = dir.path().join("in/001.pdf");
    fs::write(&path, fs::read(&path).unwrap()).unwrap();
    assert_eq!(again(&[]), (9, 9));
    // An input of the same size and other content.
    let changed = String::from_utf8(fs::read(&path).unwrap()).unwrap().replace("cell", "CELL");
    fs::write(&path, changed).unwrap();
    fs::copy(dir.path().join("in/002.pdf"), &path).unwrap();
    assert_eq!(again(&[]), (9, 8));
    assert!(files(&out) != first);

    assert_eq!(again(&["--retry-failed"]), (9, 8));
    assert_eq!(again(&["--tables", "none"]), (9, 0));
    assert_eq!(again(&["--tables", "none", "--formats", "json"]), (9, 9));
}

#[test]
fn a_document_that_cannot_be_read_any_more_leaves_no_outputs() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 3);
    assert_eq!(convert(dir.path(), &[]).code, 0);
    fs::write(dir.path().join("in/001.pdf"), "").unwrap();
    assert_eq!(convert(dir.path(), &[]).code, 2);
    let out = files(&dir.path().join("out"));
    assert!(!out.keys().any(|name| name.to_string_lossy().contains("001")), "{:?}", out.keys());
    assert!(out.keys().any(|name| name.to_string_lossy().contains("002")));
}

#[test]
fn a_resumed_run_yields_what_an_undisturbed_one_does() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 9);
    assert_eq!(convert(dir.path(), &[]).code, 0);
    let whole = files(&dir.path().join("out"));
    fs::remove_dir_all(dir.path().join("out")).unwrap();
    // One half, then all: the lists over all documents are made from both.
    let half = ["convert", "in/sub", "--out", "out", "--config", "limits.toml"];
    fs::create_dir(dir.path().join("part")).unwrap();
    fs::rename(dir.path().join("in/001.pdf"), dir.path().join("part/001.pdf")).unwrap();
    assert_eq!(run(shenbao().current_dir(&dir).args(["convert", "in"]).args(&half[2..])).code, 0);
    assert!(files(&dir.path().join("out")) != whole);
    fs::rename(dir.path().join("part/001.pdf"), dir.path().join("in/001.pdf")).unwrap();
    let outcome = convert(dir.path(), &["--log", "json"]);
    assert_eq!((outcome.code, counts(&outcome)), (0, (9, 8)), "{outcome:?}");
    assert!(files(&dir.path().join("out")) == whole);
}

#[test]
fn two_runs_do_not_share_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = super::hanging(dir.path());
    while !dir.path().join("out/.shenbao/ledger.sqlite").exists() {
        assert!(first.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    let second = convert(dir.path(), &[]);
    assert_eq!(second.code, 75, "{second:?}");
    assert!(second.err.contains("another run") && second.err.contains("hint: "), "{second:?}");
    first.kill().unwrap();
    first.wait().unwrap();
    let third = convert(dir.path(), &[]);
    assert_eq!(third.code, 2, "a killed run holds nothing: {third:?}");
}

/// Answers the C library's question for the time of day with a clock that jumps by years at every
/// question, back and forth.
const JUMPY_CLOCK: &str = r"
#define _GNU_SOURCE
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
static int asked;
int clock_gettime(clockid_t clock, struct timespec *at) {
  int result = syscall(SYS_clock_gettime, clock, at);
  if (clock == CLOCK_REALTIME && result == 0)
    at->tv_sec += (__sync_add_and_fetch(&asked, 1) % 2 ? 1 : -1) * 100000000L;
  return result;
}
";

#[cfg(target_os = "linux")]
#[test]
fn a_clock_that_jumps_loses_and_repeats_nothing() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 6);
    assert_eq!(convert(dir.path(), &[]).code, 0);
    let whole = files(&dir.path().join("out"));
    fs::remove_dir_all(dir.path().join("out")).unwrap();
    fs::write(dir.path().join("clock.c"), JUMPY_CLOCK).unwrap();
    let compiled = std::process::Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o", "clock.so", "clock.c"])
        .current_dir(&dir)
        .status();
    if !compiled.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no C compiler");
        return;
    }
    let preload = dir.path().join("clock.so");
    let jumpy = |arguments: &[&str]| {
        run(shenbao().current_dir(&dir).env("LD_PRELOAD", &preload).args(arguments))
    };
    let again = ["convert", "in", "--out", "out", "--config", "limits.toml", "--log", "json"];
    let first = jumpy(&again);
    assert_eq!((first.code, counts(&first)), (0, (6, 0)), "{first:?}");
    assert!(files(&dir.path().join("out")) == whole);
    // From the distant future and past: nothing is done again, and a change is seen.
    let past = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let future = std::time::SystemTime::now() + std::time::Duration::from_secs(1 << 31);
    for (name, time) in [("in/001.pdf", past), ("in/002.pdf", future)] {
        let file = fs::File::options().write(true).open(dir.path().join(name)).unwrap();
        file.set_modified(time).unwrap();
    }
    for _ in 0..3 {
        let outcome = jumpy(&again);
        assert_eq!((outcome.code, counts(&outcome)), (0, (6, 6)), "{outcome:?}");
    }
    fs::write(dir.path().join("in/004.pdf"), crate::pdf::Pdf::with_pages(3).bytes()).unwrap();
    let outcome = jumpy(&again);
    assert_eq!((outcome.code, counts(&outcome)), (0, (6, 5)), "{outcome:?}");
    let status = jumpy(&["status", "out"]);
    assert!(status.out.contains("documents: 6 converted, 0 failed"), "{status:?}");
    assert_eq!(jumpy(&["report", "out"]).code, 0);
}
