//! Workbooks opened by an office suite. `make office` installs LibreOffice and runs these.
//!
//! The suite loads each workbook and saves it anew; both files are then read cell by cell. What
//! it had to repair, could not show or took for another type comes back changed.

use crate::shenbao::{names, root, run, shenbao};
use calamine::{Data, Reader, Xlsx, open_workbook};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a cell holds, as far as two programs can agree on it.
fn essence(cell: &Data) -> Option<String> {
    match cell {
        Data::Empty => None,
        // Fifteen digits is what a spreadsheet keeps.
        Data::Float(n) => Some(format!("n {n:.4}")),
        Data::Int(n) => Some(format!("n {n:.4}")),
        Data::DateTime(day) => Some(format!("d {:.4}", day.as_f64())),
        Data::String(s) if s.is_empty() => None,
        Data::String(s) => Some(format!("t {}", s.replace("\r\n", "\n"))),
        other => Some(format!("? {other:?}")),
    }
}

type Cells = BTreeMap<(String, u32, u32), String>;

/// Every filled cell of a workbook by sheet, row and column, and each sheet's merged areas.
fn cells(path: &Path) -> (Cells, BTreeMap<String, Vec<String>>) {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let mut found = Cells::new();
    let mut merges = BTreeMap::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let (top, left) = range.start().unwrap_or_default();
        for (row, col, cell) in range.used_cells() {
            let at = (name.clone(), top + row as u32, left + col as u32);
            found.extend(essence(cell).map(|e| (at, e)));
        }
        let areas = book.merge_cells_by_sheet_name(&name).unwrap();
        let mut areas: Vec<String> =
            areas.iter().map(|m| format!("{:?}-{:?}", m.start, m.end)).collect();
        areas.sort();
        merges.insert(name, areas);
    }
    (found, merges)
}

/// Has the suite convert `files` into `folder`.
fn office(to: &str, files: &[PathBuf], folder: &Path) {
    let profile = folder.join("profile");
    let done = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(folder)
        .args(files)
        .output()
        .expect("soffice starts; `make office` installs it");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
#[ignore = "needs LibreOffice: make office"]
fn an_office_suite_opens_every_workbook_unrepaired() {
    let dir = tempfile::tempdir().unwrap();
    let (ours, theirs) = (dir.path().join("ours"), dir.path().join("theirs"));
    let samples = root("samples").join("*/*.pdf");
    let outcome = run(shenbao()
        .args(["convert", samples.to_str().unwrap(), "--formats", "xlsx", "--out"])
        .arg(&ours));
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let workbooks: Vec<PathBuf> = names(&ours).iter().map(|n| ours.join(n)).collect();
    assert!(workbooks.len() > 50, "{} workbooks", workbooks.len());
    std::fs::create_dir(&theirs).unwrap();
    office("xlsx:Calc MS Excel 2007 XML", &workbooks, &theirs);
    for workbook in &workbooks {
        let saved = theirs.join(workbook.file_name().unwrap());
        let (want, want_merges) = cells(workbook);
        let (got, got_merges) = cells(&saved);
        assert!(!want.is_empty());
        for (at, want) in &want {
            assert_eq!(got.get(at), Some(want), "{} {at:?}", workbook.display());
        }
        assert_eq!(got.len(), want.len(), "{}", workbook.display());
        assert_eq!(got_merges, want_merges, "{}", workbook.display());
    }
}

/// The data of each form of a document.
fn data(document: &Path, out: &Path) -> Vec<serde_json::Value> {
    let formats = ["--formats", "json,xlsx", "--out"];
    let outcome = run(shenbao().arg("convert").arg(document).args(formats).arg(out));
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let name = document.with_extension("json");
    let json = std::fs::read(out.join(name.file_name().unwrap())).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    json["forms"].as_array().unwrap().iter().map(|form| form["data"].clone()).collect()
}

#[test]
#[ignore = "needs LibreOffice: make office"]
fn the_print_of_a_workbook_says_what_the_document_says() {
    let dir = tempfile::tempdir().unwrap();
    let printed = data(&root("samples/seed/seed-calc.pdf"), dir.path());
    office("pdf", &[dir.path().join("seed-calc.xlsx")], dir.path());
    let again = data(&dir.path().join("seed-calc.pdf"), &dir.path().join("again"));
    assert_eq!(printed.len(), 10);
    assert_eq!(again, printed);
}
