//! Workers that misbehave cost their document, and nothing else.

use super::{convert, documents, fault, reason};
use crate::shenbao::{names, run, shenbao};
use std::fs;

const FAULTS: [(&str, &str); 8] = [
    ("panic", "document.panic"),
    ("overflow", "worker.stack-overflow"),
    ("memory", "worker.out-of-memory"),
    ("hang", "worker.time-limit"),
    ("leave", "worker.no-answer"),
    ("half-message", "worker.no-answer"),
    ("huge-message", "worker.bad-answer"),
    ("noise", "worker.bad-answer"),
];

#[test]
fn each_fault_costs_one_document_and_has_one_reason() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 6);
    for (name, _) in FAULTS {
        fault(dir.path(), name);
    }
    let outcome = convert(dir.path(), &["--formats", "json", "--jobs", "2"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    for (name, code) in FAULTS {
        assert_eq!(reason(&outcome, name), code, "{outcome:?}");
    }
    assert!(!outcome.err.contains('\u{1b}'), "{outcome:?}");
    let failed = outcome.err.lines().filter(|l| l.starts_with("failed: ")).count();
    assert_eq!(failed, FAULTS.len(), "{outcome:?}");
    let written = names(&dir.path().join("out"));
    let (quarantine, rest): (Vec<_>, Vec<_>) =
        written.iter().partition(|n| n.starts_with("quarantine/"));
    assert_eq!((rest.len(), quarantine.len()), (6, FAULTS.len()), "{written:?}");
    for name in quarantine {
        let text = fs::read_to_string(dir.path().join("out").join(name)).unwrap();
        let entry: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(name, &format!("quarantine/{}.json", entry["sha256"].as_str().unwrap()));
        let file = entry["files"][0].as_str().unwrap();
        let known = FAULTS.iter().find(|(fault, _)| file == format!("in/{fault}.txt")).unwrap();
        assert_eq!(entry["reason"], known.1);
    }

    // The same again: nothing is tried again, and it is not forgotten either.
    let again = convert(dir.path(), &["--formats", "json", "--jobs", "2"]);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.err.starts_with("0 documents converted, 6 unchanged, 8 failed"), "{again:?}");
    // Mended documents leave the quarantine.
    for (name, _) in FAULTS {
        fs::write(dir.path().join(format!("in/{name}.txt")), "名称\t值\n甲\t乙\n").unwrap();
    }
    let mended = convert(dir.path(), &["--formats", "json"]);
    assert_eq!(mended.code, 0, "{mended:?}");
    assert!(!dir.path().join("out/quarantine").exists());
}

#[test]
fn a_document_that_cannot_join_the_others_is_a_failure_and_has_no_outputs() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 3);
    fault(dir.path(), "bad-digest");
    let outcome = convert(dir.path(), &[]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert_eq!(reason(&outcome, "bad-digest"), "worker.bad-answer", "{outcome:?}");
    let written = names(&dir.path().join("out"));
    let outputs = written.iter().filter(|name| !name.starts_with("quarantine/"));
    assert!(outputs.clone().all(|name| !name.contains("bad-digest")), "{written:?}");
    // Two of each sound document, and two over all.
    assert_eq!(outputs.count(), 3 * 2 + 2, "{written:?}");
    let again = convert(dir.path(), &[]);
    assert!(again.err.starts_with("0 documents converted, 3 unchanged, 1 failed"), "{again:?}");
}

#[test]
fn faults_are_followed_in_tests_only() {
    let dir = tempfile::tempdir().unwrap();
    fault(dir.path(), "overflow");
    let args = ["convert", "in", "--out", "out", "--formats", "json"];
    let outcome = run(shenbao().current_dir(&dir).args(args));
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[test]
fn processor_time_is_limited() {
    let dir = tempfile::tempdir().unwrap();
    fault(dir.path(), "spin");
    fs::write(dir.path().join("c.toml"), "[worker]\ncpu_seconds = 1\n").unwrap();
    let outcome = run(shenbao()
        .current_dir(&dir)
        .env("SHENBAO_FAULTS", "1")
        .args(["convert", "in", "--out", "out", "--config", "c.toml"]));
    assert_eq!((outcome.code, reason(&outcome, "spin")), (2, "worker.processor-limit"));
}

#[test]
fn outputs_and_inputs_are_limited() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    let row = format!("{}\n", "甲\t乙".repeat(50));
    fs::write(dir.path().join("in/large.txt"), row.repeat(9_000)).unwrap();
    let convert = |limits: &str| {
        fs::write(dir.path().join("c.toml"), limits).unwrap();
        run(shenbao().current_dir(&dir).args([
            "convert",
            "in",
            "--out",
            "out",
            "--formats",
            "json",
            "--config",
            "c.toml",
        ]))
    };
    let outcome = convert("[worker]\noutput_mib = 1\n");
    assert_eq!((outcome.code, reason(&outcome, "large")), (2, "limit.output"), "{outcome:?}");
    let outcome = convert("[input]\nmib = 1\n");
    assert_eq!((outcome.code, reason(&outcome, "large")), (2, "source.limit"), "{outcome:?}");
}

#[test]
fn workers_and_this_process_give_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 5);
    fs::write(dir.path().join("in/bad.pdf"), "").unwrap();
    assert_eq!(convert(dir.path(), &["--jobs", "1"]).code, 2);
    let args = ["convert", "in", "--out", "here", "--in-process", "--jobs", "3"];
    assert_eq!(run(shenbao().current_dir(&dir).args(args)).code, 2);
    let of = |out| crate::shenbao::files(&dir.path().join(out));
    assert!(of("out") == of("here"));
}
