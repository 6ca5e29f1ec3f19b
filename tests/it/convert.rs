//! `shenbao convert` as a whole.

use crate::pdf::Pdf;
use crate::shenbao::{files, names, root, run, shenbao};
use std::fs;

fn samples() -> String {
    root("samples/seed").to_str().unwrap().to_owned()
}

#[test]
fn outputs_do_not_depend_on_jobs_place_locale_zone_or_repetition() {
    let dir = tempfile::tempdir().unwrap();
    let convert = |out: &str, jobs: &str, tz: &str, locale: &str| {
        let outcome = run(shenbao()
            .current_dir(&dir)
            .env("TZ", tz)
            .env("LC_ALL", locale)
            .env("LANG", locale)
            .args(["convert", &samples(), "--out", out, "--jobs", jobs]));
        assert_eq!(outcome.code, 0, "{outcome:?}");
        files(&dir.path().join(out))
    };
    let first = convert("one", "1", "UTC", "C");
    assert!(first.len() > 5, "{:?}", first.keys());
    assert!(first.values().all(|bytes| !bytes.is_empty()));
    let elsewhere = dir.path().join("elsewhere");
    let args = ["convert", ".", "--out"];
    let outcome = run(shenbao().current_dir(samples()).args(args).arg(&elsewhere));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(files(&elsewhere) == first, "the working folder matters");
    for (out, jobs, tz, locale) in [
        ("four", "4", "UTC", "C"),
        ("two", "2", "Asia/Shanghai", "zh_CN.UTF-8"),
        ("deep/three", "3", "America/New_York", "tr_TR.UTF-8"),
        ("one", "4", "UTC", "C"),
    ] {
        let other = convert(out, jobs, tz, locale);
        assert!(first.keys().eq(other.keys()), "{out}");
        for (name, bytes) in &first {
            assert!(*bytes == other[name], "{} differs in {out}", name.display());
        }
    }
}

#[test]
fn the_tree_of_a_folder_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["in/a.pdf", "in/2026/上海/b.pdf"] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, Pdf::with_pages(1).bytes()).unwrap();
    }
    let outcome = run(shenbao().current_dir(&dir).args(["convert", "in/", "--out", "out"]));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(
        names(&dir.path().join("out")),
        [
            "2026/上海/b.json",
            "2026/上海/b.xlsx",
            "a.json",
            "a.xlsx",
            "indicators.csv",
            "shenbao-combined.xlsx"
        ]
    );
    assert!(outcome.out.is_empty(), "standard output carries only what was asked for");
}

#[test]
fn formats_choose_the_outputs() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), Pdf::with_pages(1).bytes()).unwrap();
    for (formats, expected) in [
        ("json", vec!["a.json"]),
        ("xlsx", vec!["a.xlsx"]),
        ("csv", vec!["indicators.csv"]),
        ("json,csv", vec!["a.json", "indicators.csv"]),
    ] {
        let out = format!("out-{formats}");
        let outcome = run(shenbao().current_dir(&dir).args([
            "convert",
            "a.pdf",
            "--out",
            &out,
            "--formats",
            formats,
        ]));
        assert_eq!(outcome.code, 0, "{outcome:?}");
        assert_eq!(names(&dir.path().join(out)), expected);
    }
}

#[test]
fn standard_input_and_lists_of_files() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["convert", "-", "--out", "out", "--formats", "json"];
    let outcome =
        run(shenbao().current_dir(&dir).args(args).write_stdin(Pdf::with_pages(1).bytes()));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let json = fs::read_to_string(dir.path().join("out/stdin.json")).unwrap();
    assert!(json.contains("\"file\": \"stdin\"") || json.contains("\"file\":\"stdin\""), "{json}");

    fs::write(dir.path().join("a [1].pdf"), Pdf::with_pages(1).bytes()).unwrap();
    for list in [&b"a [1].pdf\r\n"[..], b"a [1].pdf\0"] {
        let outcome = run(shenbao()
            .current_dir(&dir)
            .args(["convert", "--files-from", "-", "--out", "listed", "--formats", "json"])
            .write_stdin(list));
        assert_eq!(outcome.code, 0, "{outcome:?}");
        assert_eq!(names(&dir.path().join("listed")), ["a [1].json"]);
    }
    let both = run(shenbao()
        .current_dir(&dir)
        .args(["convert", "-", "--files-from", "-", "--out", "out"])
        .write_stdin("x"));
    assert_eq!(both.code, 64, "{both:?}");
}

#[test]
fn patterns_that_the_shell_left() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["in/x/a.pdf", "in/y/b.pdf", "in/y/c.txt"] {
        fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        fs::write(dir.path().join(name), Pdf::with_pages(1).bytes()).unwrap();
    }
    let args = ["convert", "in/**/*.pdf", "--out", "out", "--formats", "json"];
    let outcome = run(shenbao().current_dir(&dir).args(args));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(names(&dir.path().join("out")), ["x/a.json", "y/b.json"]);
}

#[test]
fn a_dry_run_lists_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    for name in ["a.pdf", "b.txt"] {
        fs::write(dir.path().join("in").join(name), "not even read").unwrap();
    }
    let before = files(dir.path());
    let args = ["convert", "in", "--out", "out", "--dry-run", "--formats", "json,csv"];
    let outcome = run(shenbao().current_dir(&dir).args(args));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(
        outcome.out,
        "in/a.pdf -> out/a.json\nin/b.txt -> out/b.json\nall -> out/indicators.csv\n"
    );
    assert_eq!(files(dir.path()), before);
    assert!(!dir.path().join("out").exists());
}

#[test]
fn the_log_is_json_lines() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), Pdf::with_pages(2).bytes()).unwrap();
    fs::write(dir.path().join("b.pdf"), "").unwrap();
    let outcome = run(shenbao()
        .current_dir(&dir)
        .args(["convert", "a.pdf", "b.pdf", "c.pdf", "--out", "out", "--log", "json"]));
    assert_eq!(outcome.code, 2, "{outcome:?}");
    let events: Vec<serde_json::Value> =
        outcome.err.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let kinds: Vec<_> = events.iter().map(|e| e["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["start", "document", "document", "document", "summary"]);
    let find = |file: &str| events.iter().find(|e| e["file"] == file).unwrap();
    assert_eq!(find("a.pdf")["status"], "converted");
    assert_eq!(find("a.pdf")["pages"], 2);
    assert_eq!(find("b.pdf")["reason"], "source.empty");
    assert_eq!(find("c.pdf")["reason"], "input.missing");
    let summary = events.last().unwrap();
    assert_eq!((&summary["documents"], &summary["failed"]), (&1.into(), &2.into()));
}

#[test]
fn quiet_prints_failures_only() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), Pdf::with_pages(1).bytes()).unwrap();
    let quiet = |input: &str| {
        run(shenbao().current_dir(&dir).args(["convert", "-q", input, "a.pdf", "--out", "out"]))
    };
    assert_eq!(quiet("a.pdf").err, "");
    assert_eq!(quiet("b.pdf").err.lines().count(), 1);
}

#[test]
fn exit_codes_of_what_cannot_begin() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), Pdf::with_pages(1).bytes()).unwrap();
    fs::write(dir.path().join("taken"), "").unwrap();
    fs::create_dir(dir.path().join("empty")).unwrap();
    for (args, code) in [
        (&["convert"][..], 64),
        (&["convert", "a.pdf"], 64),
        (&["convert", "a.pdf", "--out", "o", "--jobs", "0"], 64),
        (&["convert", "a.pdf", "--out", "o", "--formats", "docx"], 64),
        (&["convert", "a.pdf", "--out", "o", "--template", "no-such"], 64),
        (&["frobnicate"], 64),
        (&[], 64),
        (&["convert", "b.pdf", "--out", "o"], 66),
        (&["convert", "empty", "--out", "o"], 66),
        (&["convert", "*.txt", "--out", "o"], 66),
        (&["convert", "--files-from", "none.txt", "--out", "o"], 66),
        (&["convert", "a.pdf", "--out", "o", "--template-dir", "none"], 66),
        (&["convert", "a.pdf", "--out", "taken"], 73),
        (&["convert", "a.pdf", "--out", "taken/below"], 73),
    ] {
        let outcome = run(shenbao().current_dir(&dir).args(args));
        assert_eq!(outcome.code, code, "{args:?} {outcome:?}");
        assert!(!outcome.err.is_empty() && outcome.out.is_empty(), "{args:?} {outcome:?}");
    }
    assert!(!dir.path().join("o").exists(), "nothing was made for nothing");
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_ends_the_run() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), Pdf::with_pages(1).bytes()).unwrap();
    // A folder in the place of the file makes the rename fail, for any user.
    fs::create_dir_all(dir.path().join("out/a.json/x")).unwrap();
    let outcome = run(shenbao().current_dir(&dir).args(["convert", "a.pdf", "--out", "out"]));
    assert_eq!(outcome.code, 74, "{outcome:?}");
    assert!(outcome.err.contains("out/a.json"), "{outcome:?}");
    assert!(files(&dir.path().join("out")).is_empty(), "no partial file");
}

/// The limit on file sizes stands for a full disk here: writing fails in the middle.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_leaves_no_file_behind() {
    use std::process::Command;
    let dir = tempfile::tempdir().unwrap();
    // The ledger fits below the limit, the later documents do not.
    for i in 0..20 {
        let rows: Vec<String> = (0..i * 200).map(|n| format!("第{n}行\t值{n}")).collect();
        let text = format!("名称\t值\n{}\n", rows.join("\n"));
        fs::write(dir.path().join(format!("{i:02}.txt")), text).unwrap();
    }
    let script = format!(
        "trap '' XFSZ; ulimit -f 800; exec '{}' convert '*.txt' --out out --formats json --jobs 1",
        env!("CARGO_BIN_EXE_shenbao")
    );
    let output = Command::new("sh").arg("-c").arg(script).current_dir(&dir).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(74), "{err}");
    assert!(err.contains("cannot write out/") && err.contains("hint: "), "{err}");
    let written = files(&dir.path().join("out"));
    assert!(!written.is_empty() && written.len() < 20, "{:?}", written.keys());
    for (name, bytes) in written {
        assert!(serde_json::from_slice::<serde_json::Value>(&bytes).is_ok(), "{}", name.display());
    }
}

#[test]
fn verifying_asks_the_second_reader() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.pdf"), Pdf::with_pages(2).bytes()).unwrap();
    let args = ["convert", "a.pdf", "--out", "out", "--formats", "json", "--verify"];
    let outcome = run(shenbao().current_dir(&dir).args(args));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let json = fs::read_to_string(dir.path().join("out/a.json")).unwrap();
    assert!(!json.contains("text.not-verified"), "it could read the pages: {json}");
    assert!(!json.contains("text.readers-disagree"), "and read the same: {json}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_reader_that_has_gone_is_no_error_but_a_full_device_is() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_shenbao"))
        .arg("man")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_shenbao"))
        .arg("man")
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(74));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_run_with_whole_files() {
    use std::process::{Command, Stdio};
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("in")).unwrap();
        let long = Pdf::with_pages(400).bytes();
        for i in 0..200 {
            fs::write(dir.path().join(format!("in/{i:03}.pdf")), &long).unwrap();
        }
        let out = dir.path().join("out");
        let mut child = Command::new(env!("CARGO_BIN_EXE_shenbao"))
            .args(["convert", "in", "--out", "out", "--jobs", "1", "--formats", "json"])
            .current_dir(&dir)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The first output shows that the run is under way.
        while !out.join("000.json").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
        let kill = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        let written = files(&out);
        assert!(written.len() < 200, "it stopped early");
        for (name, bytes) in written {
            assert!(name.extension().is_some_and(|e| e == "json"), "{}", name.display());
            serde_json::from_slice::<serde_json::Value>(&bytes).expect("a whole file");
        }
    }
}
