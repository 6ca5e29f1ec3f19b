//! `shenbao golden` on a golden of its own making.

use crate::shenbao::{Outcome, root, run, shenbao};
use std::fs;
use std::path::Path;

fn sample() -> String {
    root("samples/seed/seed-export.txt").to_str().unwrap().to_owned()
}

fn golden(dir: &Path, command: &str, more: &[&str]) -> Outcome {
    run(shenbao().current_dir(dir).args(["golden", command, &sample(), "--golden", "g"]).args(more))
}

#[test]
fn check_and_update_go_together() {
    let dir = tempfile::tempdir().unwrap();
    let missing = golden(dir.path(), "check", &[]);
    assert_eq!(missing.code, 4, "{missing:?}");
    assert!(missing.out.contains("FAIL  seed-export"), "{missing:?}");

    let created = golden(dir.path(), "update", &["--accept-data"]);
    assert_eq!(created.code, 4, "an update that changes something is never green");
    assert!(created.out.contains("changed g/seed-export/data.json"), "{created:?}");
    let again = golden(dir.path(), "update", &["--accept-data"]);
    assert_eq!((again.code, again.out.as_str()), (0, "0 files changed\n"));
    assert_eq!(golden(dir.path(), "check", &[]).code, 0);
    let board = fs::read_to_string(dir.path().join("g/SCOREBOARD.md")).unwrap();
    assert!(board.contains("| seed-export | 10 |"), "{board}");

    let path = dir.path().join("g/seed-export/data.json");
    let text = fs::read_to_string(&path).unwrap();
    let other = text.replacen("6421500.00", "6421500.0", 1);
    assert_ne!(text, other);
    fs::write(&path, &other).unwrap();
    let args = ["--junit", "r/junit.xml", "--html", "r/report.html"];
    let differs = golden(dir.path(), "check", &args);
    assert_eq!(differs.code, 4, "{differs:?}");
    assert!(differs.out.contains("want 6421500.0\n        got  6421500.00"), "{differs:?}");
    let junit = fs::read_to_string(dir.path().join("r/junit.xml")).unwrap();
    assert!(junit.contains("failures=\"1\""), "{junit}");
    let html = fs::read_to_string(dir.path().join("r/report.html")).unwrap();
    assert!(html.contains("6421500.0"), "{html}");

    let kept = golden(dir.path(), "update", &[]);
    assert_eq!(kept.code, 4, "without --accept-data the difference remains");
    assert_eq!(fs::read_to_string(&path).unwrap(), other);
}

#[test]
fn a_document_that_fails_is_a_difference() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("x.pdf"), "").unwrap();
    let outcome = run(shenbao().current_dir(&dir).args(["golden", "check", "x.pdf"]));
    assert_eq!(outcome.code, 4, "{outcome:?}");
    assert!(outcome.out.contains("source.empty"), "{outcome:?}");
}

#[test]
fn a_scan_without_models_is_skipped_by_name() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("g/page")).unwrap();
    fs::write(dir.path().join("g/page/data.json"), r#"{"forms": []}"#).unwrap();
    fs::create_dir(dir.path().join("s")).unwrap();
    fs::copy(root("tests/fixtures/scan-b.pdf"), dir.path().join("s/page.pdf")).unwrap();
    let manifest = "[[sample]]\nid = \"page\"\nfile = \"page.pdf\"\nscan = true\n";
    fs::write(dir.path().join("s/manifest.toml"), manifest).unwrap();
    for command in ["check", "update"] {
        let arguments = ["golden", command, "s", "--golden", "g", "--models", "/nonexistent"];
        let outcome = run(shenbao().current_dir(dir.path()).args(arguments));
        assert_eq!(outcome.code, 0, "{outcome:?}");
        assert!(outcome.out.contains("page") && outcome.out.contains("make setup"), "{outcome:?}");
        assert!(outcome.out.contains("skip") && !outcome.out.contains("ok  "), "{outcome:?}");
    }
}

#[test]
fn no_sample_is_taken_for_a_form_of_another_family() {
    let board = fs::read_to_string(root("golden/SCOREBOARD.md")).unwrap();
    let (_, matrix) = board.split_once("## Families").expect("the board has the matrix");
    let rows = matrix.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| |"));
    let mut families = 0;
    for (n, row) in rows.enumerate() {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let filled: Vec<usize> = (1..cells.len()).filter(|&c| !cells[c].is_empty()).collect();
        assert_eq!(filled, [n + 1], "{row}");
        families += 1;
    }
    assert!(families >= 10, "{families} families have samples");
}
