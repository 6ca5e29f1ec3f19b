use super::*;

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("test data is JSON")
}

fn golden() -> Value {
    parse(
        r#"{"forms": [{"template": "t", "data": {
            "title": "甲", "start": null, "funds": {"total": 95.00},
            "rows": [{"name": "a", "target": {"text": "=1", "operator": "=", "value": 1}},
                     {"name": "b", "target": {"text": "x", "operator": null, "value": null}}]}}],
            "findings": {"errors": ["funds.sum"]}}"#,
    )
}

fn output() -> Value {
    parse(
        r#"{"forms": [{"template": "t", "pages": [4], "data": {
            "title": "甲", "start": null, "funds": {"total": 95.00},
            "rows": [{"name": "a", "target": {"text": "=1", "operator": "=", "value": 1, "subkind": "number"}},
                     {"name": "b", "target": {"text": "x", "operator": null, "value": null, "parts": null}}]}}],
            "findings": [{"code": "funds.sum", "severity": "error", "page": 4},
                         {"code": "text.note", "severity": "warning", "page": 4}],
            "evidence": {"/forms/0/data/rows/1/name": {"page": 5}}}"#,
    )
}

fn differences(change: impl Fn(&mut Value)) -> Vec<(String, String, String, Option<u32>)> {
    let mut output = output();
    change(&mut output);
    let comparison = compare(&golden(), &output, Reading::Printed);
    comparison.differences.into_iter().map(|d| (d.at, d.want, d.got, d.page)).collect()
}

fn one(at: &str, want: &str, got: &str, page: u32) -> Vec<(String, String, String, Option<u32>)> {
    vec![(at.to_owned(), want.to_owned(), got.to_owned(), Some(page))]
}

#[test]
fn an_equal_output_is_exact_in_every_field() {
    let comparison = compare(&golden(), &output(), Reading::Printed);
    assert_eq!(comparison, Comparison { fields: 12, exact: 12, flagged: 0, differences: vec![] });
}

#[test]
fn numbers_differ_by_value_and_by_scale() {
    for (got, equal) in [("95.00", true), ("95.0", false), ("95", false), ("96.00", false)] {
        let found = differences(|o| o["forms"][0]["data"]["funds"]["total"] = parse(got));
        assert_eq!(found.is_empty(), equal, "{got}");
    }
    let found = differences(|o| o["forms"][0]["data"]["funds"]["total"] = parse("\"95.00\""));
    assert_eq!(found, one("/forms/0/data/funds/total", "95.00", "\"95.00\"", 4));
}

#[test]
fn null_and_absent_are_told_apart() {
    let found = differences(|o| {
        o["forms"][0]["data"].as_object_mut().expect("object").shift_remove("start");
    });
    assert_eq!(found, one("/forms/0/data/start", "null", ABSENT, 4));
}

#[test]
fn an_unknown_key_is_a_difference_outside_targets() {
    let found = differences(|o| o["forms"][0]["data"]["extra"] = Value::Null);
    assert_eq!(found, one("/forms/0/data/extra", ABSENT, "null", 4));
}

#[test]
fn pages_come_from_the_evidence() {
    let found = differences(|o| o["forms"][0]["data"]["rows"][1]["name"] = parse("\"c\""));
    assert_eq!(found, one("/forms/0/data/rows/1/name", "\"b\"", "\"c\"", 5));
}

#[test]
fn rows_and_forms_too_many_or_too_few_differ() {
    let found = differences(|o| {
        o["forms"][0]["data"]["rows"].as_array_mut().expect("array").pop();
    });
    assert_eq!(found[0].0, "/forms/0/data/rows/1");
    assert_eq!(found[0].2, ABSENT);
    let found = differences(|o| o["forms"].as_array_mut().expect("array").push(Value::Null));
    assert_eq!(found[0].0, "/forms/1");
    let found = differences(|o| o["forms"] = parse("[]"));
    assert_eq!(found[0].0, "/forms/0");
    let none = compare(&golden(), &parse("{}"), Reading::Printed);
    assert_eq!((none.exact, none.fields > 0), (0, true));
}

#[test]
fn error_findings_are_compared_as_a_set_with_counts() {
    let missing = differences(|o| o["findings"] = parse("[]"));
    assert_eq!(missing[0].1, "1× funds.sum");
    let surplus = differences(|o| {
        let twice = o["findings"][0].clone();
        o["findings"].as_array_mut().expect("array").push(twice);
    });
    assert_eq!(surplus, one("/findings/errors", ABSENT, "1× funds.sum", 4));
}

#[test]
fn a_recognised_value_is_right_or_doubted() {
    let change = |title: &str, at: &str, severity: &str| {
        let mut output = output();
        output["forms"][0]["data"]["title"] = title.into();
        let finding = serde_json::json!({"code": "x.y", "severity": severity, "at": at});
        output["findings"].as_array_mut().expect("array").push(finding);
        let done = compare(&golden(), &output, Reading::Recognised);
        (done.exact, done.flagged, done.differences.len())
    };
    let title = "/forms/0/data/title";
    assert_eq!(change(" 甲", "", "warning"), (12, 0, 0), "blanks do not count");
    assert_eq!(change("乙", title, "warning"), (11, 1, 0));
    assert_eq!(change("乙", title, "error"), (11, 1, 0), "the error is no difference");
    assert_eq!(change("乙", title, "info"), (11, 0, 1));
    for elsewhere in ["/forms/0/data/titles", "/forms/0/data/start", "/forms/0/data", "/forms/0"] {
        assert_eq!(change("乙", elsewhere, "warning"), (11, 0, 1), "{elsewhere}");
    }
    let printed = compare(&golden(), &output(), Reading::Printed);
    assert_eq!(printed, compare(&golden(), &output(), Reading::Recognised));
}

#[test]
fn a_printed_value_that_nobody_looked_at_may_be_doubted_but_not_by_what_is_missing() {
    let done = |title: &str, code: &str, reading| {
        let mut output = output();
        output["forms"][0]["data"]["title"] = title.into();
        let at = "/forms/0/data/title";
        let finding = serde_json::json!({"code": code, "severity": "warning", "at": at});
        output["findings"].as_array_mut().expect("array").push(finding);
        let done = compare(&golden(), &output, reading);
        (done.exact, done.flagged, done.differences.len())
    };
    assert_eq!(done(" 甲", "x.y", Reading::Doubtable), (12, 0, 0), "blanks do not count");
    assert_eq!(done("乙", "x.y", Reading::Doubtable), (11, 1, 0));
    assert_eq!(done("乙", "x.y", Reading::Printed), (11, 0, 1));
    assert_eq!(done("乙", "taxonomy.missing-level", Reading::Doubtable), (11, 0, 1));
}

#[test]
fn rows_that_recognition_lost_or_invented_are_doubted_or_differ() {
    let row = "/forms/0/data/rows/1";
    let done = |rows: usize, at: &str| {
        let mut output = output();
        let list = output["forms"][0]["data"]["rows"].as_array_mut().expect("array");
        let last = list[1].clone();
        list.resize(rows, last);
        output["findings"] = serde_json::json!([{"code": "x", "severity": "warning", "at": at}]);
        compare(
            &parse(&golden().to_string().replace("funds.sum", "x")),
            &output,
            Reading::Recognised,
        )
    };
    let golden_errors = 1;
    assert_eq!(done(1, "").differences.len(), 1 + golden_errors);
    assert_eq!(done(1, row).flagged, 4);
    assert_eq!(done(3, "").differences.len(), 1 + golden_errors);
    assert_eq!(done(3, "/forms/0/data/rows/2").differences.len(), golden_errors);
}

#[test]
fn texts_are_compared_by_line() {
    assert!(compare_lines("w", "a\nb\n", "a\nb\n").is_empty());
    let found = compare_lines("w", "a\nb\nc\n", "a\nx\n");
    let at: Vec<_> = found.iter().map(|d| (d.at.as_str(), d.got.as_str())).collect();
    assert_eq!(at, [("w:2", "x"), ("w:3", ABSENT)]);
    let many = compare_lines("w", &"a\n".repeat(100), &"b\n".repeat(100));
    assert_eq!((many.len(), many[20].want.as_str()), (21, "80 more lines"));
}
