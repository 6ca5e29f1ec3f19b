//! What is fuzzed, from which seeds, and what must hold.

use calamine::{Data, Reader, Xlsx};
use shenbao::model::finding::Finding;
use shenbao::model::form::Converted;
use shenbao::model::geometry::{Point, Rect};
use shenbao::model::limits::Limits;
use shenbao::model::page::{Axis, Glyph, Origin, Page, Rule, SourceKind, Strength, Turn};
use shenbao::normalize::target::{TargetContext, parse};
use shenbao::pipeline::batch::target as target_of;
use shenbao::pipeline::inputs::{Argument, discover};
use shenbao::pipeline::library::Library;
use shenbao::pipeline::output::{Formats, render};
use shenbao::pipeline::{Settings, convert};
use shenbao::source::pdf::{PdfDocument, PdfOptions};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

pub struct Target {
    pub name: &'static str,
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Panics where something does not hold.
    pub run: fn(&[u8]),
}

pub const TARGETS: [Target; 7] = [
    Target { name: "document", seeds: documents, run: document },
    Target { name: "content", seeds: contents, run: content },
    Target { name: "export", seeds: exports, run: export },
    Target { name: "target", seeds: targets, run: target },
    Target { name: "grid", seeds: grids, run: grid },
    Target { name: "workbook", seeds: exports, run: workbook },
    Target { name: "names", seeds: names, run: own_outputs },
];

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::embedded);

fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn documents() -> Vec<Vec<u8>> {
    let mut all = vec![
        include_bytes!("../samples/seed/seed-reportlab-cid.pdf").to_vec(),
        include_bytes!("../samples/seed/seed-form-4.pdf").to_vec(),
    ];
    all.extend(contents().iter().map(|content| pdf(content)));
    all
}

fn converted(name: &str, input: &[u8]) -> Option<Converted> {
    let result = convert::document(name, input.to_vec(), &Settings::default(), &LIBRARY);
    match result {
        Ok(document) => Some(document),
        Err(error) => {
            assert_ne!(error.code(), "document.panic", "{error}");
            None
        }
    }
}

fn document(input: &[u8]) {
    // Changes may leave no header, and then it is no PDF.
    let Some(document) = converted("x.pdf", input).filter(|d| d.source.kind != SourceKind::Text)
    else {
        return;
    };
    let findings = document.forms.iter().flat_map(|f| &f.findings).chain(&document.findings);
    let findings: Vec<&Finding> = findings.collect();
    let pdf = PdfDocument::open(input.to_vec(), &PdfOptions::default()).unwrap();
    let mut reader = pdf.reader();
    for page in 1..=document.source.pages {
        if reader.read(page).glyphs.iter().all(|glyph| glyph.ch.is_whitespace()) {
            continue;
        }
        let filled = document.forms.iter().any(|form| form.pages.contains(&page))
            || document
                .tables
                .iter()
                .any(|t| t.page == page || t.cells.iter().any(|c| c.page == page));
        let told = findings.iter().any(|f| f.page.is_none_or(|told| told == page));
        assert!(filled || told, "page {page} is empty and nothing says so");
    }
}

fn contents() -> Vec<Vec<u8>> {
    seeds(&[
        "0.5 w 100 700 300 40 re S 250 700 m 250 740 l S BT /F1 10 Tf 110 715 Td (Name) Tj ET",
        "q 1 0 0 1 20 20 cm 0 0 100 1 re f 0 50 100 1 re f 0 0 1 50 re f 99 0 1 50 re f Q",
        "[3 2] 0 d 2 J 10 10 m 200 10 l 200 90 l 10 90 l h S BT 1 0 0 1 20 50 Tm /F1 9 Tf [(a) -250 (b)] TJ ET",
        "0 0 200 200 re W n 0.9 g 10 10 80 20 re f 1 g 90 10 80 20 re f BT /F1 8 Tf 12 12 Td (x) ' ET",
    ])
}

/// A page with this content.
fn pdf(content: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let stream = [
        format!("<< /Length {} >>\nstream\n", content.len()).into_bytes(),
        content.to_vec(),
        b"\nendstream".to_vec(),
    ]
    .concat();
    let objects: [&[u8]; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        &stream,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
    ];
    let mut table = String::from("xref\n0 6\n0000000000 65535 f \n");
    for (i, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend_from_slice(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(table.bytes());
    out.extend(format!("trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    out
}

fn content(input: &[u8]) {
    document(&pdf(input));
}

fn exports() -> Vec<Vec<u8>> {
    let mut all = seeds(&["名称\t值\n甲\t=1+1\n", "\"a\nb\"\tc\n", "项目名称\t@SUM(1)\n"]);
    all.push(include_bytes!("../samples/invented/export-shifted.txt").to_vec());
    all.push(include_bytes!("../samples/invented/export-ragged.txt").to_vec());
    all
}

fn export(input: &[u8]) {
    converted("x.txt", input);
}

fn targets() -> Vec<Vec<u8>> {
    seeds(&[
        "≥95.00(%)",
        "=100.00(%)",
        "2026年6月底前",
        "80%～90%",
        "较上年提高5个百分点",
        "≤3.5万元/年",
        "优良中低差",
        "每季度1次",
        "10±2",
        "完成率达到100%，满意度≥90%",
    ])
}

fn target(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (target, _) = parse(&text, &TargetContext::default());
    assert_eq!(target.text, text, "the text is as printed");
}

fn grids() -> Vec<Vec<u8>> {
    // Six bytes a mark: kind, four coordinates, character.
    let square = [0, 10, 10, 90, 10, 0, 0, 10, 50, 90, 50, 0, 1, 10, 10, 10, 50, 0];
    vec![
        square.to_vec(),
        [square, [2, 20, 20, 1, 1, 65, 2, 30, 20, 1, 1, 66, 0, 10, 30, 90, 30, 0]].concat(),
    ]
}

/// A page of rules and glyphs.
fn page(input: &[u8]) -> Page {
    let mut page = Page { number: 1, size_pt: (595.0, 842.0), ..Page::default() };
    for mark in input.chunks_exact(6) {
        let [a, b, c, d] = [mark[1], mark[2], mark[3], mark[4]].map(|v| f32::from(v) * 2.0);
        let rule = |axis, position, from: f32, to: f32| Rule {
            axis,
            position,
            span: (from.min(to), from.max(to)),
            width: 0.5,
            strength: if mark[5] % 2 == 0 { Strength::Drawn } else { Strength::Weak },
        };
        match mark[0] % 3 {
            0 => page.rules.push(rule(Axis::Horizontal, b, a, c)),
            1 => page.rules.push(rule(Axis::Vertical, a, b, d)),
            _ => page.glyphs.push(Glyph {
                ch: char::from(mark[5] % 94 + 33),
                bbox: Rect::new(a, b, a + 6.0, b + 9.0),
                origin: Point { x: a, y: b + 8.0 },
                font_size: 9.0,
                turn: Turn::None,
                from: Origin::TextLayer,
                confidence: 1.0,
                pale: false,
            }),
        }
    }
    page
}

fn grid(input: &[u8]) {
    drop(shenbao::layout::page(page(input), &Limits::default()));
}

fn workbook(input: &[u8]) {
    let Some(document) = converted("x.txt", input) else { return };
    let files = render(&document, &LIBRARY.specs, Formats { json: false, csv: false, xlsx: true });
    let bytes = files.unwrap().remove(0).bytes;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let errors = range.used_cells().filter(|(_, _, cell)| matches!(cell, Data::Error(_)));
        assert_eq!(errors.count(), 0, "{name}");
        let formulas = book.worksheet_formula(&name).unwrap();
        for (_, _, formula) in formulas.used_cells() {
            assert!(formula.is_empty() || formula.starts_with("SUM("), "{name}: {formula}");
        }
    }
}

fn names() -> Vec<Vec<u8>> {
    seeds(&[
        "a.pdf\na.txt\nb.pdf",
        "表 1.pdf\n.pdf\nindicators.txt",
        "x.pdf\nX.pdf\nshenbao-combined.pdf",
    ])
}

/// Files of these names, one a line, as a folder that is walked would hold them.
fn own_outputs(input: &[u8]) {
    let arguments = input.split(|b| *b == b'\n').filter_map(|name| {
        let name = String::from_utf8_lossy(name).into_owned();
        let plain = !name.is_empty() && !name.contains(['/', '\0']) && name != "." && name != "..";
        plain.then(|| Argument::Bytes { name, bytes: Vec::new().into() })
    });
    let found = discover(arguments.collect(), None);
    let outputs: BTreeSet<&PathBuf> = found.inputs.iter().map(|input| &input.output).collect();
    assert_eq!(outputs.len(), found.inputs.len(), "{:?}", found.inputs);
    for output in outputs {
        let file = target_of(Path::new("out"), output, "json");
        let output = file.strip_prefix("out").unwrap();
        assert!(output.components().count() == 1, "{}", output.display());
        assert!(
            output.components().all(|c| matches!(c, Component::Normal(_))),
            "{}",
            output.display()
        );
        let name = output.file_name().unwrap();
        assert!(name.len() <= 255, "{}", output.display());
    }
}
