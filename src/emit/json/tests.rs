use super::{Json, serialize, write};
use crate::emit::{Emitter, sample};
use crate::model::form::Converted;
use crate::model::geometry::Rect;
use crate::model::page::{SourceInfo, SourceKind};
use crate::model::value::Value;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn parsed(document: &Converted) -> serde_json::Value {
    serde_json::from_slice(&serialize(document)).unwrap()
}

#[test]
fn an_empty_document_has_every_key() {
    let document = Converted {
        source: SourceInfo {
            file: "a.pdf".into(),
            sha256: "0".repeat(64),
            pages: 0,
            kind: SourceKind::Blank,
        },
        forms: Vec::new(),
        tables: Vec::new(),
        findings: Vec::new(),
    };
    let text = String::from_utf8(Json.serialize(&document, &[]).unwrap()).unwrap();
    assert_eq!(
        text,
        format!(
            "{{\n \"schema\": \"shenbao/1\",\n \"source\": {{\"file\": \"a.pdf\", \"sha256\": \"{}\", \
             \"pages\": 0, \"kind\": \"blank\"}},\n \"forms\": [],\n \"tables\": [],\n \
             \"findings\": [],\n \"evidence\": {{}}\n}}\n",
            "0".repeat(64)
        )
    );
}

#[test]
fn numbers_keep_the_scale_as_printed() {
    let bytes = serialize(&sample::document());
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\"annual\": {\"total\": 6421500.00, \"fiscal_appropriation\": 6421500.00, \"carry_over\": 0.00, \"other\": 0.00}"));
    assert!(text.contains("\"text\": \"=100.00(%)\", \"kind\": \"quantitative\", \"operator\": \"=\", \"value\": 100.00,"));
}

#[test]
fn pointers_are_absolute_and_lead_to_values() {
    let json = parsed(&sample::document());
    let findings = json["findings"].as_array().unwrap();
    let at: Vec<&str> = findings.iter().filter_map(|f| f["at"].as_str()).collect();
    assert_eq!(
        at,
        [
            "/forms/0/data/fiscal_year",
            "/forms/1/data/funds/annual/total",
            "/forms/1/data/indicators/0/level2",
            "/forms/1/data/indicators",
        ]
    );
    for pointer in
        at.into_iter().chain(json["evidence"].as_object().unwrap().keys().map(String::as_str))
    {
        assert!(json.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    assert_eq!(findings[0]["at"], serde_json::Value::Null);
    assert_eq!(findings[0]["bbox"], serde_json::json!([0, 0, 595.28, 841.89]));
}

#[test]
fn each_value_stands_on_a_line_of_its_own() {
    let text = String::from_utf8(serialize(&sample::document())).unwrap();
    let starts = |prefix: &str| text.lines().filter(|l| l.trim_start().starts_with(prefix)).count();
    assert_eq!(starts("{\"level1\""), 8);
    assert_eq!(starts("{\"code\""), 5);
    assert_eq!(
        starts("\"/forms/"),
        parsed(&sample::document())["evidence"].as_object().unwrap().len()
    );
    assert!(text.ends_with("}\n"));
}

#[test]
fn tables_show_nested_tables_and_joined_lines() {
    let json = parsed(&sample::document());
    let cells = &json["tables"][0]["cells"];
    assert_eq!(cells[0]["text"], "附表 new");
    assert_eq!(cells[0]["col_span"], 2);
    assert_eq!(cells[2]["nested"][0]["cells"][1]["text"], "1,5");
    assert!(cells[1].get("nested").is_none());
}

#[test]
fn a_text_export_has_lines_instead_of_boxes() {
    let mut document = sample::document();
    document.forms = document.forms.iter().map(sample::delimited).collect();
    let entry = &parsed(&document)["evidence"]["/forms/0/data/project_name"];
    assert_eq!(entry["bbox"], serde_json::Value::Null);
    assert_eq!(entry["line"], 3);
    assert_eq!(entry["from"], "text-export");
}

#[test]
fn boxes_that_are_nowhere_are_null() {
    let mut out = Vec::new();
    write::rect_or_null(&mut out, Some(Rect { x0: f32::NAN, ..Rect::default() }));
    out.push(b' ');
    write::rect_or_null(&mut out, Some(Rect::new(-0.004, -1.5, 10.126, 3e30)));
    assert_eq!(String::from_utf8(out).unwrap(), "null [0, -1.5, 10.13, 92233720368547758.07]");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(serialize(&sample::document()), serialize(&sample::document()));
}

proptest! {
    #[test]
    fn any_text_comes_back(text in any::<String>(), control in "[\\x00-\\x1f\"\\\\\u{2028}]{0,8}") {
        let text = text + &control;
        let mut out = Vec::new();
        write::string(&mut out, &text);
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }

    #[test]
    fn any_number_comes_back_with_its_scale(mantissa in any::<i64>(), scale in 0u32..12) {
        let number = Decimal::new(mantissa, scale);
        let mut out = Vec::new();
        write::value(&mut out, &Value::Number(number));
        let back: serde_json::Number = serde_json::from_slice(&out).unwrap();
        prop_assert_eq!(back.to_string(), number.to_string());
    }

    #[test]
    fn coordinates_are_rounded_to_hundredths(x in -2000f32..20000.0) {
        let mut out = Vec::new();
        write::rect_or_null(&mut out, Some(Rect { x0: x, y0: x, x1: x, y1: x }));
        let back: [f64; 4] = serde_json::from_slice(&out).unwrap();
        prop_assert!((back[0] - f64::from(x)).abs() <= 0.005_001, "{} {}", back[0], x);
    }
}
