//! The ledger keeps what it is told.

use super::*;

fn record_of(output: &str, result: Result<Counts, Reason>) -> Record {
    Record {
        output: output.into(),
        relative: format!("{output}.pdf").into(),
        path: format!("in/{output}.pdf"),
        sha256: "ab".repeat(32),
        key: "k".into(),
        stamp: "s".into(),
        result,
        codes: [((Severity::Error, "funds.sum".to_owned()), 2)].into(),
        timings: Timings { source: std::time::Duration::from_millis(7), ..Timings::default() },
        seconds: 0.5,
        attempts: 1,
        files: vec![FileRecord {
            extension: "json".into(),
            sha256: "cd".into(),
            stamp: "t".into(),
        }],
    }
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(FOLDER)).unwrap();
    dir
}

#[test]
fn records_come_back_as_they_were_written() {
    let dir = folder();
    let counts = Counts { pages: 3, forms: 2, indicators: 9, tables: 1, findings: [1, 0, 2] };
    let converted = record_of("a", Ok(counts));
    let reason = Reason { page: Some(4), ..Reason::new("source.damaged", "m", "h") };
    let failed = Record { files: Vec::new(), ..record_of("子/b", Err(reason)) };
    {
        let ledger = Ledger::open(dir.path()).unwrap();
        ledger.gather().unwrap();
        ledger.record(1, &failed, None).unwrap();
        ledger.record(1, &converted, None).unwrap();
        ledger.record(1, &converted, None).unwrap();
        ledger.save().unwrap();
        ledger.gather().unwrap();
        ledger.record(1, &record_of("lost", Ok(counts)), None).unwrap();
    }
    let ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(ledger.find(Path::new("a")).unwrap(), Some(converted));
    assert_eq!(ledger.find(Path::new("子/b")).unwrap(), Some(failed));
    assert_eq!(ledger.find(Path::new("lost")).unwrap(), None, "it was not saved");
    let mut outputs = Vec::new();
    ledger.each(|record, run| outputs.push((record.output, run))).unwrap();
    assert_eq!(outputs, [("a".into(), 1), ("子/b".into(), 1)]);
}

#[test]
fn runs_end_or_are_known_not_to_have() {
    let dir = folder();
    let ledger = Ledger::open(dir.path()).unwrap();
    assert!(ledger.was_left_in_order().unwrap());
    let start = RunStart {
        started: 5.0,
        version: "1".into(),
        key: "k".into(),
        jobs: 2,
        engine: "workers".into(),
    };
    let run = ledger.begin(&start).unwrap();
    assert!(!ledger.was_left_in_order().unwrap());
    let end = RunEnd { ended: 6.0, status: 2, seconds: 1.0, documents: 3, ..RunEnd::default() };
    ledger.end(run, "workers", &end).unwrap();
    assert!(ledger.was_left_in_order().unwrap());
    assert_eq!(ledger.runs(5).unwrap(), [Run { id: run, start, end: Some(end) }]);
}

#[test]
fn a_damaged_ledger_is_put_aside() {
    let dir = folder();
    let path = dir.path().join(FOLDER).join(FILE);
    std::fs::write(
        &path,
        "this is no database, and long enough to be looked at as one ".repeat(99),
    )
    .unwrap();
    let ledger = Ledger::open(dir.path()).unwrap();
    assert_eq!(ledger.find(Path::new("a")).unwrap(), None);
    assert!(dir.path().join(FOLDER).join("ledger.sqlite.damaged").exists());
}
