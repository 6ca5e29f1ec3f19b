//! Input that cannot be converted, or only just: one clear line for each, the others convert.

use crate::pdf::Pdf;
use crate::shenbao::{Outcome, names, run, shenbao};
use std::fs;
use std::path::Path;

/// A good document beside each bad one.
fn good() -> Vec<u8> {
    Pdf::with_pages(1).bytes()
}

/// Converts `in` and makes sure that the good document came through, with no partial file.
fn convert(dir: &Path, arguments: &[&str]) -> Outcome {
    fs::write(dir.join("in/good.pdf"), good()).unwrap();
    let outcome = run(shenbao()
        .current_dir(dir)
        .args(["convert", "in", "--out", "out", "--formats", "json"])
        .args(arguments));
    let names = names(&dir.join("out"));
    assert!(names.iter().any(|n| n == "good.json"), "{names:?} {outcome:?}");
    assert!(names.iter().all(|n| n.ends_with(".json")), "{names:?}");
    outcome
}

/// A folder `in` with one bad file.
fn with(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    fs::write(dir.path().join("in").join(name), bytes).unwrap();
    dir
}

/// Expects exit 2 and exactly one line of failure, which holds all of `parts`.
fn fails(name: &str, bytes: &[u8], parts: &[&str]) {
    let dir = with(name, bytes);
    let outcome = convert(dir.path(), &[]);
    let lines: Vec<&str> = outcome.err.lines().filter(|l| l.starts_with("failed: ")).collect();
    assert_eq!((outcome.code, lines.len()), (2, 1), "{outcome:?}");
    for part in parts.iter().chain([&"in/"]) {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
    assert!(outcome.out.is_empty(), "{outcome:?}");
    assert_eq!(names(&dir.path().join("out")), ["good.json"]);
}

/// Expects a conversion, whatever its findings.
fn converts(name: &str, bytes: &[u8]) -> serde_json::Value {
    let dir = with(name, bytes);
    let outcome = convert(dir.path(), &[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let stem = Path::new(name).file_stem().unwrap().to_str().unwrap();
    let json = fs::read(dir.path().join("out").join(format!("{stem}.json"))).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn has_finding(output: &serde_json::Value, code: &str) -> bool {
    output["findings"].as_array().unwrap().iter().any(|f| f["code"] == code)
}

#[test]
fn an_empty_file() {
    fails("x.pdf", b"", &["in/x.pdf", "empty", "source.empty"]);
}

#[test]
fn a_folder_named_like_a_file_is_a_folder() {
    let dir = with("note.md", b"");
    fs::create_dir(dir.path().join("in/x.pdf")).unwrap();
    fs::write(dir.path().join("in/x.pdf/inside.pdf"), good()).unwrap();
    let outcome = convert(dir.path(), &[]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(names(&dir.path().join("out")), ["good.json", "x.pdf/inside.json"]);
}

#[test]
fn a_web_page_named_like_a_pdf() {
    let page = b"<!DOCTYPE html><html><body>404</body></html>";
    fails("x.pdf", page, &["in/x.pdf", "HTML", "give a PDF", "source.not-a-pdf"]);
}

#[test]
fn forms_that_draw_each_other_for_ever_cost_their_page_only() {
    let form = |resources: &str, content: &str| {
        format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] {resources} /Length {} >>\n\
             stream\n{content}\nendstream",
            content.len()
        )
    };
    let drawn = |content: &str, forms: &[String]| {
        let mut pdf = Pdf::with_pages(2);
        let names: Vec<String> = (0..forms.len()).map(|i| format!("/X{i} {} 0 R", 8 + i)).collect();
        pdf.objects[5] = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R \
             /Resources << /Font << /F1 3 0 R >> /XObject << {} >> >> >>",
            names.join(" ")
        );
        pdf.objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        pdf.objects.extend_from_slice(forms);
        converts("x.pdf", &pdf.bytes())
    };
    // Each draws the next one twice, by the page's names, one of which is written otherwise.
    let doubling: Vec<String> =
        (1..40).map(|i| form("", &format!("/X{i} Do /#58{i} Do"))).collect();
    let resources = |next: usize| format!("/Resources << /XObject << /Y {next} 0 R >> >>");
    let own: Vec<String> = (0..39).map(|i| form(&resources(9 + i), "/Y Do /Y Do")).collect();
    let itself = [form("", "/X0 Do /X0 Do")];
    for forms in [&doubling[..], &own, &itself] {
        let output = drawn("/X0 Do", forms);
        assert!(has_finding(&output, "page.limit"), "{output}");
        assert_eq!(output["tables"].as_array().map(Vec::len), Some(1), "the other page: {output}");
    }
    // Forms that are not drawn are none, and forms drawn one after the other are no harm.
    let many = [form("", "0 0 9 9 re f")];
    for (content, forms) in [("0 0 9 9 re f", &doubling[..]), ("/X0 Do /X0 Do /X0 Do", &many)] {
        let output = drawn(content, forms);
        assert!(!has_finding(&output, "page.limit"), "{output}");
    }
}

#[test]
fn a_picture_or_an_archive_named_like_a_pdf() {
    fails("x.pdf", b"GIF89a....", &["GIF"]);
    let output = converts("x.pdf", b"\x89PNG\r\n\x1a\n....");
    assert!(has_finding(&output, "page.unreadable"), "{output}");
    fails("x.pdf", b"PK\x03\x04....word/[Content_Types].xml", &["docx"]);
}

#[test]
fn text_that_is_not_utf8() {
    fails("x.txt", b"ab\t\xcf\xee\xc4\xbf", &["not UTF-8", "offset 3", "iconv"]);
}

#[test]
fn a_file_truncated_anywhere_gives_a_failure_or_findings() {
    let whole = Pdf::with_pages(3).bytes();
    let dir = with("note.md", b"");
    let mut count = 0;
    for end in (0..whole.len()).step_by(whole.len() / 60) {
        fs::write(dir.path().join(format!("in/cut-{end:05}.pdf")), &whole[..end]).unwrap();
        count += 1;
    }
    let outcome = convert(dir.path(), &[]);
    let failed = outcome.err.lines().filter(|l| l.starts_with("failed: ")).count();
    let written = names(&dir.path().join("out")).len() - 1;
    assert_eq!(failed + written, count, "{outcome:?}");
    assert!(!outcome.err.contains("document.panic"), "{outcome:?}");
    for name in names(&dir.path().join("out")).iter().filter(|n| n.starts_with("cut-")) {
        let json = fs::read(dir.path().join("out").join(name)).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let tables = json["tables"].as_array().unwrap().len();
        let findings = json["findings"].as_array().unwrap().len();
        assert!(tables == 3 || findings > 0, "{name} lost pages and says nothing");
    }
}

#[test]
fn a_password_that_is_needed_wrong_or_right() {
    let secret = Pdf::with_pages(1).encrypted("secret");
    fails("x.pdf", &secret, &["in/x.pdf", "password", "--password", "source.password-needed"]);
    let dir = with("x.pdf", &secret);
    let wrong = convert(dir.path(), &["--password", "guess"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    let right = convert(dir.path(), &["--password", "secret"]);
    assert_eq!(right.code, 0, "{right:?}");
    let open = Pdf::with_pages(1).encrypted("");
    assert_eq!(converts("x.pdf", &open)["source"]["pages"], 1);
}

/// A page without a mark.
fn nothing() -> Pdf {
    Pdf::with_pages(1)
        .replace("(Name) Tj 150 0 Td (Value) Tj", "")
        .replace("100 700 300 40 re S 250 700 m 250 740 l S", "")
}

/// Short data in the format of zlib (RFC 1950), not compressed.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    let (a, b) = data.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    let head = [[0x78, 1].as_slice(), &[1], &length.to_le_bytes(), &(!length).to_le_bytes()];
    [&head.concat(), data, &(b << 16 | a).to_be_bytes()].concat()
}

/// The reader gives up on either without a word.
#[test]
fn a_page_whose_text_gets_lost_is_not_blank() {
    let operands = Pdf::with_pages(1).replace("0.5 w", &"1 ".repeat(100_000));
    let filters = "/Filter [/ASCIIHexDecode /FlateDecode] \
                   /DecodeParms [null << /Predictor 12 /Columns -1 >>]";
    let content = "0.5 w 100 700 300 40 re S BT /F1 10 Tf 110 715 Td (Name) Tj ET";
    let hex = stored(content.as_bytes()).iter().fold(String::new(), |h, b| format!("{h}{b:02x}"));
    let mut undone = Pdf::with_pages(1);
    undone.objects[3] =
        format!("<< {filters} /Length {} >>\nstream\n{hex}>\nendstream", hex.len() + 1);
    let note = "/Annots [<< /Type /Annot /Subtype /FreeText /Rect [90 700 300 740] \
                /DA (/F1 9 Tf) /Contents (Name) >>] /Resources";
    let noted = nothing().replace("/Resources", note);
    let lost = [
        ("operands.pdf", operands.bytes()),
        ("predictor.pdf", undone.bytes()),
        ("note.pdf", noted.bytes()),
    ];
    for (name, bytes) in lost {
        let output = converts(name, &bytes);
        let is_told = has_finding(&output, "page.unreadable")
            || !output["tables"].as_array().unwrap().is_empty();
        assert!(is_told && !has_finding(&output, "document.blank"), "{name}: {output}");
    }
    let beside = Pdf::with_pages(1).replace("/Resources", note);
    assert!(has_finding(&converts("beside.pdf", &beside.bytes()), "text.annotation"));
    let empty = nothing();
    assert!(has_finding(&converts("empty.pdf", &empty.bytes()), "document.blank"));
}

#[test]
fn a_broken_cross_reference_table() {
    let text = String::from_utf8(good()).unwrap();
    let start = text.rfind("startxref").unwrap();
    let broken = format!("{}startxref\n99999999\n%%EOF\n", &text[..start]);
    let output = converts("x.pdf", broken.as_bytes());
    assert_eq!(output["tables"].as_array().unwrap().len(), 1);
    let shifted = text.replace("0000000009 00000 n", "0000000900 00000 n");
    assert_ne!(shifted, text);
    converts("x.pdf", shifted.as_bytes());
}

#[test]
fn a_page_tree_that_bites_its_tail() {
    let mut pdf = Pdf::with_pages(1);
    pdf.objects[1] = "<< /Type /Pages /Count 2 /Kids [5 0 R 2 0 R] >>".to_owned();
    let dir = with("x.pdf", &pdf.bytes());
    let outcome = convert(dir.path(), &[]);
    assert!(matches!(outcome.code, 0 | 2), "{outcome:?}");
    pdf.objects[1] = "<< /Type /Pages /Count 1 /Kids [2 0 R] >>".to_owned();
    fails("x.pdf", &pdf.bytes(), &["in/x.pdf"]);
}

#[test]
fn a_huge_page_box() {
    let pdf = Pdf::with_pages(1).replace("[0 0 595 842]", "[0 0 1e9 1e9]");
    let dir = with("x.pdf", &pdf.bytes());
    let outcome = convert(dir.path(), &[]);
    assert!(matches!(outcome.code, 0 | 2), "{outcome:?}");
    assert!(!outcome.err.contains("document.panic"), "{outcome:?}");
}

#[test]
fn ten_thousand_pages() {
    let output = converts("x.pdf", &Pdf::with_pages(10_000).bytes());
    assert_eq!(output["source"]["pages"], 10_000);
}

#[test]
fn cells_of_forty_thousand_characters() {
    let cell = "长".repeat(40_000);
    let text = format!("名称\t{cell}\n值\t{cell}\n");
    let dir = with("x.txt", text.as_bytes());
    let outcome = run(shenbao().current_dir(&dir).args(["convert", "in", "--out", "out"]));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let json = fs::read_to_string(dir.path().join("out/x.json")).unwrap();
    assert!(json.contains(&cell), "the whole cell is in the output");
}

#[test]
fn control_characters_in_text_and_name_do_not_reach_the_terminal() {
    let name = "x\u{1b}[31m\u{202e}.txt";
    let dir = with(name, b"a\x1b[31m\tb\x00\x07\n");
    let outcome = run(shenbao().current_dir(&dir).args(["convert", "in", "--out", "out"]));
    let unsafe_char = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!outcome.err.contains(unsafe_char), "{outcome:?}");
    let log =
        run(shenbao().current_dir(&dir).args(["convert", "in", "--out", "out", "--log", "json"]));
    assert!(!log.err.contains(unsafe_char), "{log:?}");
    assert!(log.err.contains(r"x\u001b[31m\u202e.txt"), "{log:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8() {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let dir = with("note.md", b"");
    let name = std::ffi::OsStr::from_bytes(b"\xcf\xee.pdf");
    fs::write(dir.path().join("in").join(name), good()).unwrap();
    fs::write(dir.path().join("in").join(std::ffi::OsStr::from_bytes(b"\xff.pdf")), b"").unwrap();
    let outcome = run(shenbao().current_dir(&dir).args([
        "convert",
        "in",
        "--out",
        "out",
        "--formats",
        "json",
    ]));
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.err.contains(r"failed: in/\xFF.pdf"), "{outcome:?}");
    let written: Vec<Vec<u8>> = dir
        .path()
        .join("out")
        .read_dir()
        .unwrap()
        .map(|e| e.unwrap().file_name().into_vec())
        .filter(|name| name != b".shenbao")
        .collect();
    assert_eq!(written, [b"\xcf\xee.json".to_vec()]);
}

#[test]
fn two_inputs_of_the_same_name() {
    let dir = with("good.txt", "名称\t值\n甲\t乙\n".as_bytes());
    fs::create_dir(dir.path().join("more")).unwrap();
    fs::write(dir.path().join("more/good.pdf"), good()).unwrap();
    let outcome = convert(dir.path(), &["more/good.pdf", "in/good.pdf"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(
        names(&dir.path().join("out")),
        ["good.json", "good.pdf.json", "good.txt.json"],
        "every document is there, and the one given twice is there once"
    );
    assert_eq!(outcome.err.matches("renamed: ").count(), 2, "{outcome:?}");
}

#[test]
fn a_blank_document_says_so() {
    let blank = Pdf::with_pages(1).replace("/Contents 4 0 R", "");
    assert!(has_finding(&converts("x.pdf", &blank.bytes()), "document.blank"));
}

#[test]
fn prose_without_any_table_is_an_error_finding() {
    let prose = Pdf::with_pages(1)
        .replace("0.5 w 100 700 300 40 re S 250 700 m 250 740 l S ", "")
        .replace("/Length 110", "/Length 63");
    let output = converts("x.pdf", &prose.bytes());
    assert!(has_finding(&output, "document.nothing-found"), "{output:#}");
    let dir = with("x.pdf", &prose.bytes());
    assert_eq!(convert(dir.path(), &["--strict"]).code, 3);
}

/// Text that is drawn, but cannot be read, is told of, however it is lost.
#[test]
fn a_page_whose_text_is_not_seen_is_told_from_a_blank_one() {
    let shown = |content: &str| {
        let pdf = Pdf::with_pages(1).replace("BT /F1 10 Tf", content).replace("re S", "re n");
        converts("lost.pdf", &pdf.replace("m 250 740 l S", "m n").bytes())
    };
    assert!(has_finding(&shown("BT /F1 0.5 Tf"), "text.tiny"));
    assert!(has_finding(&shown("BT 3 Tr /F1 10 Tf"), "text.hidden"));
    assert!(has_finding(&shown("1 g BT /F1 10 Tf"), "text.hidden"));
    let plain = shown("BT /F1 10 Tf");
    assert!(!has_finding(&plain, "text.tiny") && !has_finding(&plain, "text.hidden"));
}

#[test]
fn a_font_that_cannot_be_loaded_is_told() {
    let pdf = Pdf::with_pages(1).replace("/Subtype /Type1", "/Subtype /Type0");
    assert!(has_finding(&converts("font.pdf", &pdf.bytes()), "text.font-lost"));
}

#[test]
fn a_limit_of_the_configuration_is_named_where_it_is_reached() {
    let dir = with("three.pdf", &Pdf::with_pages(3).bytes());
    let converted = |limits: &str| {
        fs::write(dir.path().join("limits.toml"), format!("[limits]\n{limits}\n")).unwrap();
        let outcome = convert(dir.path(), &["--config", "limits.toml"]);
        let json = fs::read_to_string(dir.path().join("out/three.json")).unwrap_or_default();
        (outcome, json)
    };
    let (outcome, _) = converted("pages = 2");
    assert!(outcome.err.contains("3 pages, beyond `limits.pages` = 2"), "{outcome:?}");
    for (limit, named) in [
        ("glyphs = 5", "goes beyond `limits.glyphs` = 5"),
        ("rules = 2", "goes beyond `limits.rules` = 2"),
        ("slots = 1", "2 columns, beyond `limits.slots` = 1"),
    ] {
        // A changed limit converts again.
        let (outcome, json) = converted(limit);
        assert!(json.contains(named), "{limit}: {outcome:?} {json}");
    }
    let (outcome, json) = converted("pages = 3");
    assert!(outcome.code == 0 && !json.contains("`limits."), "{outcome:?}");
}
