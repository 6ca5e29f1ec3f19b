//! What keeps a nightly run going: reports, shares, metrics, a watched folder.

use super::{convert, documents};
use crate::shenbao::{names, run, shenbao};
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn status_and_report_agree_with_the_files_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 5);
    fs::write(dir.path().join("in/<b>'bad $(x).pdf"), "").unwrap();
    let on = |args: &[&str]| run(shenbao().current_dir(&dir).args(args));
    assert_eq!(on(&["status", "out"]).code, 66);
    let metrics = ["--formats", "json", "--metrics", "m.prom"];
    assert_eq!(convert(dir.path(), &metrics).code, 2);
    assert_eq!(convert(dir.path(), &metrics).code, 2);
    let status = on(&["status", "out"]);
    assert_eq!(status.code, 0, "{status:?}");
    assert!(status.out.contains("exit 2: 0 converted, 6 unchanged, 1 failed"), "{status:?}");
    assert!(status.out.contains("documents: 5 converted, 1 failed; 9 pages"), "{status:?}");
    let report = on(&["report", "out"]);
    assert_eq!(report.out, "out/shenbao-report.html\nout/shenbao-report.json\n", "{report:?}");
    let json = fs::read(dir.path().join("out/shenbao-report.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let written = names(&dir.path().join("out"));
    let converted = written.iter().filter(|n| !n.starts_with("shenbao-report")).count();
    assert_eq!(json["documents"]["converted"], converted);
    assert_eq!(json["runs"].as_array().unwrap().len(), 2);
    let first = &json["failures"]["source.empty"]["first"][0];
    assert_eq!(first["file"], "in/<b>'bad $(x).pdf");
    // The command to repeat it does just that, through a shell.
    let program = env!("CARGO_BIN_EXE_shenbao");
    let command = first["command"].as_str().unwrap().replacen("shenbao", program, 1);
    let repeated = Command::new("sh").arg("-c").arg(command).current_dir(&dir).output().unwrap();
    let err = String::from_utf8(repeated.stderr).unwrap();
    assert!(repeated.status.code() == Some(2) && err.contains("[source.empty]"), "{err}");
    let html = fs::read_to_string(dir.path().join("out/shenbao-report.html")).unwrap();
    assert!(html.contains("&lt;b&gt;") && !html.contains("<b>") && !html.contains("<script"));
    let metrics = fs::read_to_string(dir.path().join("m.prom")).unwrap();
    assert!(metrics.contains("\nshenbao_documents{state=\"failed\"} 1\n"), "{metrics}");
}

#[test]
fn shares_cover_every_document_once() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 12);
    let mut all = Vec::new();
    for share in ["1/3", "2/3", "3/3"] {
        let out = share.replace('/', "-");
        let args = ["convert", "in", "--formats", "json", "--shard", share, "--out", &out];
        let outcome = run(shenbao().current_dir(&dir).args(args));
        assert_eq!(outcome.code, 0, "{outcome:?}");
        all.extend(names(&dir.path().join(out)));
    }
    all.sort();
    assert_eq!(all.len(), 12, "{all:?}");
    all.dedup();
    assert_eq!(all.len(), 12, "{all:?}");
    let wrong = ["convert", "in", "--out", "x", "--shard", "4/3"];
    assert_eq!(run(shenbao().current_dir(&dir).args(wrong)).code, 64);
}

#[test]
fn the_configuration_is_printed_and_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let defaults = run(shenbao().arg("config"));
    assert!(defaults.out.contains("[worker]") && defaults.out.contains("memory_mib = "));
    fs::write(dir.path().join("all.toml"), defaults.out.replace("seconds = 300", "seconds = 7"))
        .unwrap();
    let on = |file: &str| run(shenbao().current_dir(&dir).args(["config", "--config", file]));
    assert!(on("all.toml").out.contains("\nseconds = 7\n"));
    assert_eq!(on("none.toml").code, 66);
    fs::write(dir.path().join("bad.toml"), "[worker]\nmemory = 7\n").unwrap();
    let bad = on("bad.toml");
    assert!(bad.code == 64 && bad.err.contains("memory"), "{bad:?}");
}

#[test]
fn a_watched_folder_is_converted_as_files_come() {
    let dir = tempfile::tempdir().unwrap();
    documents(dir.path(), 2);
    let watch = |out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shenbao"));
        command
            .args(["watch", "in", "--formats", "json", "--every", "0", "--settle", "0", "-q"])
            .args(["--out", out])
            .current_dir(&dir)
            .stderr(Stdio::null());
        command
    };
    for inside in ["in", "in/sub", "in/new"] {
        assert_eq!(watch(inside).status().unwrap().code(), Some(64), "{inside}");
    }
    let mut child = watch("out").spawn().unwrap();
    let mut wait_for = |name: &str| {
        while !dir.path().join("out").join(name).exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
    };
    wait_for("001.json");
    fs::copy(dir.path().join("in/001.pdf"), dir.path().join("in/late.pdf")).unwrap();
    wait_for("late.json");
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(status.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
}
