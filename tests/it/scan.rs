//! Pictures of pages: PDFs that hold them, and image files.
//!
//! `fixtures/scan-b.pdf` and `fixtures/scan-d.tif` are the sample `children-cid` as
//! `samples/simulate.py` scans it with seed 1, grades B (200 dpi, turned, noise, JPEG) and D
//! (1-bit fax). The truth is that sample's golden. `fixtures/wrong-map.pdf` is the sample
//! `lift-truetype-fills` with its character maps moved by 7,919 places, ideographs to ideographs.

use crate::jbig2;
use crate::shenbao::{root, run, shenbao};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Where `make setup` puts the models; `None`, with a word about it, where they are not.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn models() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).map(PathBuf::from);
    let data = named("XDG_DATA_HOME").or_else(|| Some(named("HOME")?.join(".local/share")));
    let folder = named("SHENBAO_MODELS").or_else(|| Some(data?.join("shenbao/models")))?;
    let there = folder.join("PP-OCRv6_rec_small.onnx").is_file();
    if !there {
        eprintln!(
            "skipped: no recognition models in {}; `make setup` fetches them",
            folder.display()
        );
    }
    there.then_some(folder)
}

fn converted(input: &Path, arguments: &[&str]) -> Value {
    let out = tempfile::tempdir().unwrap();
    let outcome = run(shenbao()
        .args(["convert", "--formats", "json", "--out"])
        .arg(out.path())
        .arg(input)
        .args(arguments));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let name = input.file_stem().unwrap().to_str().unwrap();
    let bytes = fs::read(out.path().join(format!("{name}.json"))).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn codes(output: &Value) -> BTreeSet<&str> {
    output["findings"].as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect()
}

/// Leaves of a value with their pointers; text without blanks and width.
fn leaves(value: &Value, at: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| leaves(v, format!("{at}/{k}"), found)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| leaves(v, format!("{at}/{i}"), found));
        }
        Value::Null => {}
        Value::String(s) => {
            found.push((at, s.nfkc().filter(|c| !c.is_whitespace()).collect()));
        }
        other => found.push((at, other.to_string())),
    }
}

/// Number of the truth's fields, of those that are wrong, and those of them without a finding.
fn compared(output: &Value, id: &str) -> (usize, Vec<String>, Vec<String>) {
    let golden = fs::read(root(&format!("golden/{id}/data.json"))).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let mut truth = Vec::new();
    for (i, form) in golden["forms"].as_array().unwrap().iter().enumerate() {
        leaves(&form["data"], format!("/forms/{i}/data"), &mut truth);
    }
    let mut read = Vec::new();
    for (i, form) in output["forms"].as_array().unwrap().iter().enumerate() {
        leaves(&form["data"], format!("/forms/{i}/data"), &mut read);
    }
    let flagged: Vec<&str> = output["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["severity"] != "info")
        .filter_map(|f| f["at"].as_str())
        .collect();
    let wrong: Vec<String> = truth
        .iter()
        .filter(|leaf| !read.contains(leaf))
        .map(|(at, value)| {
            let got = read.iter().find(|(place, _)| place == at).map(|(_, v)| v.as_str());
            format!("{at}: {value} was read as {got:?}")
        })
        .collect();
    let silent =
        wrong.iter().filter(|w| !flagged.iter().any(|f| w.starts_with(f))).cloned().collect();
    (truth.len(), wrong, silent)
}

#[test]
fn a_scanned_form_is_read_like_an_exported_one() {
    let Some(models) = models() else { return };
    let models = ["--models", models.to_str().unwrap()];
    let output = converted(&root("tests/fixtures/scan-b.pdf"), &models);
    let (count, wrong, silent) = compared(&output, "children-cid");
    assert!(count > 40, "{count} fields");
    assert_eq!(silent, Vec::<String>::new(), "{wrong:#?}");
    // A border that is not seen may cost one field.
    assert!(wrong.len() <= 1, "{} of {count} are wrong: {wrong:#?}", wrong.len());
    assert_eq!(output["source"]["kind"], "scanned");
    assert_eq!(output["forms"][0]["template"], "shanghai-project-target");
    let evidence = &output["evidence"]["/forms/0/data/project_name"];
    assert_eq!(evidence["from"], "recognised", "{evidence}");
}

#[test]
fn a_picture_in_jbig2_is_read_like_the_same_in_tiff() {
    let Some(models) = models() else { return };
    let models = ["--models", models.to_str().unwrap()];
    let tiff = root("tests/fixtures/scan-d.tif");
    let (_dir, pdf) = image_file("scan.pdf", &jbig2::pdf_of(&fs::read(&tiff).unwrap()));
    let [coded, plain] = [pdf, tiff].map(|path| converted(&path, &models));
    assert_eq!(coded["forms"][0]["data"], plain["forms"][0]["data"]);
    assert!(coded["forms"][0]["data"]["indicators"].as_array().unwrap().len() > 3, "{coded}");
}

#[test]
fn a_picture_in_jpeg_2000_is_read() {
    let Some(models) = models() else { return };
    let models = ["--models", models.to_str().unwrap()];
    let output = converted(&root("samples/scans/scan-jpeg2000.pdf"), &models);
    let (count, wrong, silent) = compared(&output, "guangdong-greenway-calc");
    assert!(count > 40, "{count} fields");
    assert_eq!(silent, Vec::<String>::new(), "{wrong:#?}");
    assert!(wrong.len() * 20 <= count, "{} of {count} are wrong: {wrong:#?}", wrong.len());
}

#[test]
fn the_bytes_are_the_same_for_any_number_of_jobs() {
    let Some(models) = models() else { return };
    let models = models.to_str().unwrap();
    let read = |jobs| {
        converted(&root("tests/fixtures/scan-d.tif"), &["--models", models, "--jobs", jobs])
            .to_string()
    };
    assert_eq!(read("1"), read("3"));
}

#[test]
fn without_models_a_scan_is_reported_and_nothing_is_invented() {
    for input in ["tests/fixtures/scan-b.pdf", "tests/fixtures/scan-d.tif"] {
        for arguments in [&[][..], &["--models", "/nonexistent"]] {
            let output = converted(&root(input), arguments);
            assert!(codes(&output).contains("page.needs-recognition"), "{output}");
            assert_eq!(output["forms"], serde_json::json!([]));
            assert!(output.to_string().contains("make setup"));
        }
    }
}

/// A configuration that asks for an engine.
fn asks_for(engine: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, format!("[recognition]\nengine = \"{engine}\"\n")).unwrap();
    file
}

#[test]
fn tesseract_is_refused_where_no_program_may_be_started() {
    let (config, out) = (asks_for("tesseract"), tempfile::tempdir().unwrap());
    let input = root("tests/fixtures/scan-b.pdf");
    let outcome = run(shenbao()
        .args(["convert", "--out"])
        .arg(out.path())
        .arg(input)
        .arg("--config")
        .arg(config.path()));
    assert_eq!(outcome.code, 64, "{outcome:?}");
    assert!(outcome.err.contains("--in-process"), "{outcome:?}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}

/// Where it is not installed, the page must say so; where it is, every amount must be right or
/// flagged, however poorly it reads the rest.
#[test]
fn tesseract_reads_a_scan_or_says_why_not() {
    let config = asks_for("tesseract");
    let read = |path: &str| -> Value {
        let out = tempfile::tempdir().unwrap();
        let mut command = shenbao();
        command.env("PATH", path).args(["convert", "--in-process", "--formats", "json"]);
        command.arg(root("tests/fixtures/scan-b.pdf"));
        command.arg("--config").arg(config.path()).arg("--out").arg(out.path());
        let outcome = run(&mut command);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        serde_json::from_slice(&fs::read(out.path().join("scan-b.json")).unwrap()).unwrap()
    };
    let output = read("/nonexistent");
    assert!(output.to_string().contains("tesseract-ocr-chi-sim"), "{output}");
    assert_eq!(output["forms"], serde_json::json!([]));

    let there = std::process::Command::new("tesseract").arg("--list-langs").output();
    if !there.is_ok_and(|o| String::from_utf8_lossy(&o.stdout).contains("chi_sim")) {
        return;
    }
    let output = read(&std::env::var("PATH").unwrap());
    let (count, wrong, silent) = compared(&output, "children-cid");
    assert!(wrong.len() * 2 < count, "{wrong:#?}");
    let amounts: Vec<&String> = silent.iter().filter(|w| w.contains("/funds/")).collect();
    assert_eq!(amounts, Vec::<&String>::new());
}

#[cfg(not(feature = "ort"))]
#[test]
fn an_engine_that_was_not_built_in_is_refused_before_anything_is_read() {
    let (config, out) = (asks_for("ort"), tempfile::tempdir().unwrap());
    let input = root("tests/fixtures/scan-b.pdf");
    let outcome = run(shenbao()
        .args(["convert", "--out"])
        .arg(out.path())
        .arg(input)
        .arg("--config")
        .arg(config.path()));
    assert_eq!(outcome.code, 64, "{outcome:?}");
    assert!(outcome.err.contains("--features ort"), "{outcome:?}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}

/// `make test-ort`. Both read in a confined worker.
#[cfg(feature = "ort")]
#[test]
fn the_engines_read_the_same_text() {
    let models = models().expect("`make setup-ort` fetches the models");
    let config = asks_for("ort");
    for fixture in ["tests/fixtures/scan-b.pdf", "tests/fixtures/scan-d.tif"] {
        let read = |more: &[&str]| {
            let models = models.to_str().unwrap();
            let all = ["--models", models, "--tables", "all", "--jobs", "2"];
            converted(&root(fixture), &[&all, more].concat())
        };
        let (rten, ort) = (read(&[]), read(&["--config", config.path().to_str().unwrap()]));
        assert_eq!(codes(&ort), codes(&rten));
        assert_eq!(ort["forms"], rten["forms"]);
        assert_eq!(ort["tables"], rten["tables"]);
    }
}

/// `make test-ort`.
#[cfg(feature = "ort")]
#[test]
fn an_engine_without_its_library_is_reported() {
    let models = models().expect("`make setup-ort` fetches the models");
    let folder = tempfile::tempdir().unwrap();
    let model = "PP-OCRv6_rec_small.onnx";
    fs::copy(models.join(model), folder.path().join(model)).unwrap();
    let (config, folder) = (asks_for_ort(), folder.path().to_str().unwrap());
    let arguments = ["--models", folder, "--config", config.path().to_str().unwrap()];
    let output = converted(&root("tests/fixtures/scan-b.pdf"), &arguments);
    assert!(codes(&output).contains("page.needs-recognition"), "{output}");
    assert!(output.to_string().contains("make setup-ort"), "{output}");
}

#[test]
fn text_hidden_in_a_scan_is_an_opinion_and_never_a_value() {
    let Some(models) = models() else { return };
    let models = ["--models", models.to_str().unwrap()];
    let output = converted(&root("samples/scans/scan-hidden-text.pdf"), &models);
    let told = output["findings"].as_array().unwrap().iter();
    let told: Vec<&str> = told
        .filter(|f| f["code"] == "scan.second-opinion")
        .map(|f| f["message"].as_str().unwrap())
        .collect();
    assert!(told.iter().any(|m| m.contains("300-850") && m.contains("300-350")), "{told:?}");
    let data = output["forms"][0]["data"].to_string();
    assert!(data.contains("300-350") && !data.contains("300-850"), "{data}");
    assert!(data.contains("宁溪区环境监测站") && !data.contains("监侧站"), "{data}");
}

#[test]
fn text_beneath_the_picture_of_a_page_is_not_taken_for_print() {
    use lopdf::{Document, Object, Stream, dictionary};
    let Some(models) = models() else { return };
    let models = ["--models", models.to_str().unwrap()];
    let mut pdf = Document::load(root("tests/fixtures/scan-b.pdf")).unwrap();
    let page = *pdf.get_pages().values().next().unwrap();
    let font = pdf.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
    });
    let text = b"BT /Beneath 10 Tf 100 700 Td (999999.00) Tj ET\n".to_vec();
    let beneath = pdf.add_object(Stream::new(lopdf::Dictionary::new(), text));
    let above = pdf.get_dictionary(page).unwrap().get(b"Contents").unwrap().clone();
    let resources = pdf.get_or_create_resources(page).unwrap().as_dict_mut().unwrap();
    resources.set("Font", dictionary! { "Beneath" => font });
    let dictionary = pdf.get_object_mut(page).unwrap().as_dict_mut().unwrap();
    dictionary.set("Contents", Object::Array(vec![beneath.into(), above]));
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    let (_dir, path) = image_file("beneath.pdf", &bytes);
    let output = converted(&path, &models);
    assert_eq!(output["source"]["kind"], "scanned");
    assert!(codes(&output).contains("scan.hidden-text"), "{output}");
    assert!(!output["forms"].to_string().contains("999999"), "{output}");
    assert_eq!(compared(&output, "children-cid").2, Vec::<String>::new());
}

#[test]
fn a_character_map_that_gives_nonsense_is_found_and_the_print_recognised() {
    let without = converted(&root("tests/fixtures/wrong-map.pdf"), &["--models", "/nonexistent"]);
    assert!(codes(&without).contains("text.garbled"), "{without}");
    let Some(models) = models() else { return };
    let models = ["--models", models.to_str().unwrap()];
    let output = converted(&root("tests/fixtures/wrong-map.pdf"), &models);
    assert!(codes(&output).contains("text.recognised"), "{output}");
    let (count, wrong, silent) = compared(&output, "lift-truetype-fills");
    assert!(count > 40 && wrong.len() * 20 < count, "{wrong:#?}");
    assert_eq!(silent, Vec::<String>::new(), "{wrong:#?}");
}

fn image_file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    (dir, path)
}

#[test]
fn an_image_bomb_hits_a_named_limit() {
    // A header of 50,000 × 50,000 pixels, with its checksum, and nothing behind it.
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\0\0\0\0".to_vec();
    let mut sum = flate2::Crc::new();
    sum.update(&bytes[12..]);
    bytes.extend(sum.sum().to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    let (_dir, path) = image_file("bomb.png", &bytes);
    let output = converted(&path, &["--models", "/nonexistent"]);
    assert!(codes(&output).contains("page.limit"), "{output}");
}

#[test]
fn a_cut_picture_is_unreadable() {
    let whole = fs::read(root("tests/fixtures/scan-d.tif")).unwrap();
    let (_dir, path) = image_file("cut.tif", &whole[..whole.len() / 2]);
    let output = converted(&path, &["--models", "/nonexistent"]);
    assert!(codes(&output).contains("page.unreadable"), "{output}");
}
