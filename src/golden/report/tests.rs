use super::*;
use crate::golden::diff::{Comparison, Difference};

fn verdicts() -> Vec<Verdict> {
    let good = Verdict {
        id: "好".into(),
        document: "a.pdf".into(),
        comparison: Comparison { fields: 5, exact: 5, flagged: 0, differences: vec![] },
        forms: 1,
        findings: [0, 2, 0],
        ..Verdict::default()
    };
    let difference = Difference {
        at: "/forms/0/data/a<b>&\"'".into(),
        want: "\"<script>alert(1)</script>\"".into(),
        got: "\u{1b}[31m\u{0}".into(),
        page: Some(3),
    };
    let bad = Verdict {
        id: "bad".into(),
        document: "<b>.pdf".into(),
        comparison: Comparison { fields: 5, exact: 4, flagged: 0, differences: vec![difference] },
        forms: 1,
        findings: [1, 0, 1],
        ..Verdict::default()
    };
    vec![good, bad]
}

#[test]
fn totals_add_up() {
    let t = Totals::of(&verdicts());
    assert_eq!((t.documents, t.passed, t.fields, t.exact, t.differences), (2, 1, 10, 9, 1));
    assert_eq!(t.findings, [1, 2, 1]);
}

#[test]
fn markup_of_documents_is_inert() {
    for text in [junit::render(&verdicts()), html::render(&verdicts())] {
        assert!(!text.contains("<script>") && !text.contains("<b>"), "{text}");
        assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{text}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
    }
}

#[test]
fn junit_is_well_formed_and_counts_failures() {
    let xml = junit::render(&verdicts());
    assert!(xml.contains("tests=\"2\" failures=\"1\""), "{xml}");
    let opened = xml.matches("<testcase").count();
    assert_eq!(opened, xml.matches("</testcase>").count() + xml.matches("\"/>").count());
}

#[test]
fn the_table_names_place_page_want_and_got() {
    let lines = table::render(&verdicts());
    assert!(lines[0].starts_with("ok    好 "), "{lines:?}");
    assert_eq!(lines[2], "      /forms/0/data/a<b>&\"' (page 3)");
    assert_eq!(
        lines.last().map(String::as_str),
        Some(
            "1 of 2 documents as expected, 9 of 10 fields exact, 0 wrong ones flagged, 1 differences"
        )
    );
}

#[test]
fn the_scoreboard_sums_up() {
    let md = scoreboard::render(&verdicts());
    assert!(md.ends_with("| **all** | 2 | 10 | 9 | 0 | 1 | 2 | 1 |\n"), "{md}");
}
