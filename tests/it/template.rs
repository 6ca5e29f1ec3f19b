//! `shenbao template new` and `check` from outside.

use crate::shenbao::{Outcome, root, run, shenbao};
use std::fs;
use std::path::Path;

const FORM: &str = "docs/service-form.pdf";

fn template(arguments: &[&str]) -> Outcome {
    run(shenbao().current_dir(root("")).arg("template").args(arguments))
}

fn drafted(dir: &Path, document: &str) -> String {
    let out = dir.join("my.toml").to_str().unwrap().to_owned();
    let outcome = template(&["new", document, "--id", "mine", "--out", &out]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    out
}

#[test]
fn a_draft_reads_the_form_that_it_was_made_from() {
    let dir = tempfile::tempdir().unwrap();
    let draft = drafted(dir.path(), FORM);
    let outcome = template(&["check", &draft, FORM]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    for line in [
        "template `mine` is sound",
        "form 1 of 1, page 1",
        "「社区健康档案整理服务」 (page 1)",
        "「86.50」 (page 1)",
        "「万元」 (page 1)",
        "「为辖区六万名居民整理健康档案",
        "5 of 5 rows, first 「整理健康档案」",
        "5 of 5 rows, first 「每少100份扣1分」",
        "no findings",
    ] {
        assert!(outcome.out.contains(line), "{line} in {}", outcome.out);
    }
    assert!(!outcome.out.contains("left over"), "{}", outcome.out);
}

#[test]
fn a_family_of_ones_own_turns_a_table_into_a_form() {
    let dir = tempfile::tempdir().unwrap();
    let templates = dir.path().join("templates");
    fs::create_dir(&templates).unwrap();
    let text = fs::read_to_string(drafted(dir.path(), FORM)).unwrap();
    fs::write(templates.join("mine.toml"), text.replace("field_1\"", "service_name\"")).unwrap();
    let convert = |more: &[&str]| {
        let out = dir.path().join("out");
        let command = ["convert", FORM, "--formats", "json", "--quiet", "--out"];
        let outcome = run(shenbao().current_dir(root("")).args(command).arg(&out).args(more));
        assert_eq!(outcome.code, 0, "{outcome:?}");
        fs::read_to_string(out.join("service-form.json")).unwrap()
    };
    assert!(convert(&[]).contains("\"forms\": []"));
    let json: serde_json::Value =
        serde_json::from_str(&convert(&["--template-dir", templates.to_str().unwrap()])).unwrap();
    let data = &json["forms"][0]["data"];
    assert_eq!(data["service_name"], "社区健康档案整理服务");
    assert_eq!(data["indicators"].as_array().map(Vec::len), Some(5));
    assert_eq!(data["indicators"][0]["target"]["operator"], ">=");
}

#[test]
fn drafts_of_the_samples_are_sound() {
    let dir = tempfile::tempdir().unwrap();
    for id in ["self-grain-calc", "overall-harbour-cid", "opera-chromium", "sichuan-court-writer"] {
        let document = format!("samples/invented/{id}.pdf");
        let draft = drafted(dir.path(), &document);
        let outcome = template(&["check", &draft]);
        assert_eq!(outcome.code, 0, "{id}: {outcome:?}");
    }
}

#[test]
fn a_check_says_what_a_template_misses() {
    let dir = tempfile::tempdir().unwrap();
    let draft = drafted(dir.path(), FORM);
    let text = fs::read_to_string(&draft).unwrap();
    fs::write(&draft, text.replace("\"承接主体\"", "\"承办单位\"")).unwrap();
    let outcome = template(&["check", &draft, FORM]);
    assert!(outcome.out.contains("no label 「承办单位」"), "{}", outcome.out);
    assert!(outcome.out.contains("left over, page 1: 「承接主体」"), "{}", outcome.out);
    fs::write(&draft, text.replacen("required = true", "requird = true", 1)).unwrap();
    let outcome = template(&["check", &draft, FORM]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.err.contains("did you mean `required`?"), "{}", outcome.err);
    assert_eq!(template(&["new", "none.pdf"]).code, 66);
}
