//! Reports are true, and nothing of a document steers who reads them.

use super::*;
use crate::pipeline::digest::Counts;
use crate::pipeline::ledger::{FOLDER, RunEnd, RunStart};

const EVIL: &str = "in/<script>alert(1)</script>'\"\n\u{1b}[31m\u{202e}.pdf";

fn report() -> Report {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(FOLDER)).unwrap();
    let ledger = Ledger::open(dir.path()).unwrap();
    let start = RunStart {
        started: 1_700_000_000.0,
        version: "1".into(),
        key: "k".into(),
        jobs: 2,
        engine: "workers".into(),
    };
    let run = ledger.begin(&start).unwrap();
    for i in 0..30 {
        let failed = i % 3 == 0;
        let counts = Counts { pages: 2, findings: [0, 0, 1], ..Counts::default() };
        let record = Record {
            output: format!("{i}").into(),
            relative: format!("{i}.pdf").into(),
            path: if i == 0 { EVIL.to_owned() } else { format!("in/{i}.pdf") },
            sha256: "x".into(),
            key: "k".into(),
            stamp: String::new(),
            result: if failed { Err(Reason::new("source.empty", EVIL, "h")) } else { Ok(counts) },
            codes: if failed {
                BTreeMap::new()
            } else {
                [((Severity::Error, "a.b".to_owned()), 1)].into()
            },
            timings: Timings::default(),
            seconds: f64::from(i),
            attempts: 1,
            files: Vec::new(),
        };
        ledger.record(run, &record, None).unwrap();
    }
    let end = RunEnd {
        ended: 1_700_000_010.0,
        status: 2,
        seconds: 10.0,
        documents: 30,
        converted: 20,
        failed: 10,
        pages: 40,
        ..RunEnd::default()
    };
    ledger.end(run, "workers", &end).unwrap();
    Report::of(&ledger).unwrap()
}

#[test]
fn the_numbers_are_those_of_the_ledger() {
    let report = report();
    assert_eq!((report.converted, report.failed, report.pages), (20, 10, 40));
    assert_eq!(report.failures["source.empty"].count, 10);
    assert_eq!(report.found(Severity::Error), 20);
    assert_eq!(report.slowest.len(), NAMED);
    assert_eq!(report.slowest[0].path, "in/29.pdf");
    let value = json::value(&report);
    assert_eq!(value["runs"][0]["pages_per_second"], 4.0);
    assert_eq!(value["runs"][0]["started"], "2023-11-14T22:13:20Z");
    let metrics = metrics::render(&report);
    assert!(metrics.contains("\nshenbao_documents{state=\"failed\"} 10\n"), "{metrics}");
    assert!(metrics.contains("\nshenbao_failures{reason=\"source.empty\"} 10\n"));
    assert!(lines::render(&report, false)[0].contains("exit 2: 20 converted"));
}

#[test]
fn names_of_documents_are_text_everywhere() {
    let report = report();
    let html = html::render(&report, EVIL);
    assert!(!html.contains("<script>") && !html.contains('\u{202e}') && !html.contains('\u{1b}'));
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn commands_are_quoted_for_the_shell() {
    assert_eq!(quoted("in/a-1.pdf"), "in/a-1.pdf");
    assert_eq!(quoted("表 1.pdf"), "'表 1.pdf'");
    assert_eq!(quoted("a'$(x)`y`.pdf"), r"'a'\''$(x)`y`.pdf'");
    assert_eq!(quoted("-rf"), "./-rf");
    assert_eq!(quoted("a\n\u{1b}'.pdf"), r"$'a\x0a\x1b\'.pdf'");
    assert_eq!(quoted("a\\xFF.pdf"), r"$'a\xFF.pdf'");
    assert_eq!(quoted(""), "''");
}
