//! A document that takes over its worker finds nothing to do with it.

use super::{convert, fault, reason};
use std::fs;

#[test]
fn a_worker_cannot_read_write_connect_or_start_anything() {
    let dir = tempfile::tempdir().unwrap();
    fault(dir.path(), "escape");
    fs::write(dir.path().join("a.txt"), "here to stay").unwrap();
    let outcome = convert(dir.path(), &["--log", "json"]);
    let events: Vec<serde_json::Value> =
        outcome.err.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let document = events.iter().find(|e| e["event"] == "document").unwrap();
    let message = document["message"].as_str().unwrap();
    let summary = events.last().unwrap();
    let engine = summary["engine"].as_str().unwrap();
    // What the kernel enforces depends on the kernel; that it is told does not.
    if engine.contains("landlock full") && engine.contains("seccomp full") {
        assert!(message.contains("confined: none of"), "{message}");
    } else {
        eprintln!("not confined by this kernel: {engine}");
    }
    assert!(dir.path().join("a.txt").exists());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 4, "in, out, limits, a.txt");
    let plain = convert(dir.path(), &[]);
    assert_eq!(reason(&plain, "escape"), "document.panic");
}
