//! The whole reference of the command line is one snapshot; and what the program prints about
//! itself is usable.

use crate::shenbao::{run, shenbao};

fn help(path: &[&str]) -> String {
    let outcome = run(shenbao().args(path).arg("--help"));
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""), "{path:?}");
    format!("$ shenbao {}\n\n{}", [path, &["--help"]].concat().join(" "), outcome.out)
}

#[test]
fn the_reference_is_reviewed() {
    let pages = [
        &[][..],
        &["convert"],
        &["watch"],
        &["status"],
        &["report"],
        &["golden"],
        &["golden", "check"],
        &["golden", "update"],
        &["template"],
        &["template", "list"],
        &["template", "show"],
        &["template", "check"],
        &["schema"],
        &["config"],
        &["completions"],
        &["man"],
    ];
    let reference: Vec<String> = pages.iter().map(|p| help(p)).collect();
    insta::assert_snapshot!("cli-reference", reference.join("\n\n"));
}

#[test]
fn version_manual_and_completions() {
    let version = run(shenbao().arg("--version"));
    assert_eq!(version.out, format!("shenbao {}\n", env!("CARGO_PKG_VERSION")));
    let manual = run(shenbao().arg("man"));
    for title in ["shenbao 1", "shenbao-convert 1", "shenbao-golden-check 1"] {
        assert!(manual.out.contains(&format!(".TH {title}")), "{title}");
    }
    assert!(!manual.out.contains("second-reader"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let outcome = run(shenbao().args(["completions", shell]));
        assert_eq!(outcome.code, 0);
        assert!(outcome.out.contains("convert") && !outcome.out.contains("second-reader"));
    }
}

#[test]
fn templates_are_listed_shown_and_checked() {
    let list = run(shenbao().args(["template", "list"]));
    assert_eq!(list.code, 0, "{list:?}");
    let ids: Vec<&str> = list.out.lines().filter_map(|l| l.split_whitespace().next()).collect();
    assert!(ids.contains(&"shanghai-project-target") && ids.len() >= 2, "{ids:?}");
    for id in ids {
        let shown = run(shenbao().args(["template", "show", id]));
        assert!(shown.code == 0 && shown.out.contains(id), "{shown:?}");
    }
    assert_eq!(run(shenbao().args(["template", "show", "no-such"])).code, 64);

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("t.toml");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        run(shenbao().args(["template", "check"]).arg(&file))
    };
    let good = "id = \"x\"\nname = \"X\"\ntitles = ['请假表']\n\n\
                [[fields]]\nkey = \"who\"\nkind = \"text\"\nlabel = [\"姓名\"]\nrequired = true\n";
    let sound = check(good);
    assert_eq!(sound.code, 0, "{sound:?}");
    let unsound = check(&good.replace("required", "requird"));
    assert_eq!(unsound.code, 2, "{unsound:?}");
    assert!(unsound.err.contains("requird"), "{unsound:?}");
    assert_eq!(run(shenbao().args(["template", "check", "/nonexistent"])).code, 66);
    check(good);
    let with_dir = run(shenbao().args(["template", "list", "--template-dir"]).arg(dir.path()));
    assert!(with_dir.out.lines().any(|l| l.starts_with("x ")), "{with_dir:?}");
}

#[test]
fn the_schema_is_json_and_the_same_every_time() {
    let schema = run(shenbao().arg("schema"));
    let value: serde_json::Value = serde_json::from_str(&schema.out).expect("JSON");
    assert!(value.get("$schema").is_some(), "{}", schema.out);
    assert_eq!(schema.out, run(shenbao().arg("schema").env("TZ", "Asia/Shanghai")).out);
}
