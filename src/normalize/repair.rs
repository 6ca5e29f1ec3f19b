//! What recognition garbles in machine-printed values, put right where only one reading is left.
//!
//! Budget systems print amounts as `6,421,500.00` and targets as `≥95.00(%)`. Recognition takes
//! commas for points, drops a bracket at a line, reads a speck as a mark. Where the digits stand
//! as such a value has them, the marks between them can only be what the pattern says, and a letter
//! in an amount only the digit that it resembles. No digit is ever changed here. A text layer is
//! never repaired: there the document is what is wrong.

use super::doubt::Doubt;
use super::fold::{compact, narrow};
use crate::model::finding::{AMOUNT_GUESSED, AMOUNT_REPAIRED};
use crate::model::form::Printed;
use crate::model::page::Origin;
use crate::model::script::{STROKES, is_comparison};
use regex::Regex;
use std::sync::LazyLock;

/// Marks that are taken for one another at the size of a comma.
const MARK: &str = r"[,.;:·、'`]";

fn pattern(cell: &'static LazyLock<Regex>) -> &'static Regex {
    cell
}

/// An amount whose grouping and decimal marks are told by the places of its digits.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    // A speck before or behind the number is none of it.
    let text = format!(
        r"^[\]\[|({{.·'`]?(-?)(\d{{1,3}}(?:{MARK}\d{{3}})*){MARK}(\d{{2}})[\]\[|)}}.·'`]?$"
    );
    Regex::new(&text).expect("constant pattern")
});

/// A target: sign, number with two decimals, unit in brackets, of which one may be lost.
static TARGET: LazyLock<Regex> = LazyLock::new(|| {
    let text = format!(
        r"^([≥≤=><])(\d{{1,3}}(?:{MARK}\d{{3}})*|\d+){MARK}(\d{{2}})([(\[{{|]?)([^()\[\]{{}}|\d]+?)([)\]}}|]?)$"
    );
    Regex::new(&text).expect("constant pattern")
});

/// Whether every line of the cell was recognised, and nobody has repaired it yet.
fn is_recognised(printed: &Printed) -> bool {
    printed.repaired.is_none()
        && !printed.lines.is_empty()
        && printed.lines.iter().all(|l| l.from == Origin::Recognised)
}

/// The amount that `text` must be; `None` if nothing needs repair or nothing can be said.
pub(super) fn amount(printed: &Printed, text: &str) -> Option<(String, Doubt)> {
    if !is_recognised(printed) {
        return None;
    }
    let dense = folded(text);
    if !dense.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits: String = dense.chars().map(digit).collect();
    let found = pattern(&AMOUNT).captures(&digits)?;
    let repaired = format!("{}{}.{}", &found[1], grouped(&found[2]), &found[3]);
    (repaired != dense).then(|| (repaired.clone(), doubt(AMOUNT_REPAIRED, text, &repaired)))
}

/// The amount that letters among digits stand for, if each is taken for the digit that it
/// resembles. Only the form's arithmetic can tell that it is so.
pub(super) fn letters(printed: &Printed, text: &str) -> Option<(String, Doubt)> {
    static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$").expect("constant pattern")
    });
    if !is_recognised(printed) {
        return None;
    }
    let dense = folded(text);
    let digits: String = dense.chars().map(digit).collect();
    (digits != dense && pattern(&PLAIN).is_match(&digits)).then(|| {
        let doubt = Doubt::warning(
            AMOUNT_GUESSED,
            format!("“{text}” was recognised; with “{digits}” the amounts of the form add up."),
            "Compare the value with the picture.",
        );
        (digits.clone(), doubt)
    })
}

/// The target that `text` must be, in a form whose targets are machine-printed.
pub(super) fn target(printed: &Printed, text: &str) -> Option<(String, Doubt)> {
    if !is_recognised(printed) {
        return None;
    }
    let dense = folded(text);
    let found = pattern(&TARGET).captures(&dense)?;
    // Without any bracket it may be a value that a person wrote.
    if found[4].is_empty() && found[6].is_empty() {
        return None;
    }
    let repaired = format!("{}{}.{}({})", &found[1], grouped(&found[2]), &found[3], &found[5]);
    (repaired != dense).then(|| (repaired.clone(), doubt("target.repaired", text, &repaired)))
}

/// Whether a recognised target has the pattern of machine-printed ones but for its marks.
pub(super) fn resembles(printed: &Printed, text: &str) -> bool {
    is_recognised(printed) && pattern(&TARGET).is_match(&folded(text))
}

/// Whether a text shows a comma between thousands.
pub(super) fn has_groups(text: &str) -> bool {
    static GROUPS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^\d.,])[1-9]\d{0,2}(?:,\d{3})+(?:[^\d,]|$)").expect("constant pattern")
    });
    pattern(&GROUPS).is_match(&folded(text))
}

/// The target with a comma for the point before its last three digits, in a form that prints such commas:
/// values of three decimals are rarer than points that were commas.
pub(super) fn thousands(printed: &Printed, text: &str) -> Option<(String, Doubt)> {
    static POINT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(\D*[1-9]\d{0,2})\.(\d{3}\D*)$").expect("constant pattern"));
    let found = pattern(&POINT).captures(text).filter(|_| is_recognised(printed))?;
    let repaired = format!("{},{}", &found[1], &found[2]);
    Some((repaired.clone(), doubt("target.repaired", text, &repaired)))
}

/// The target without the remnant of a border before its sign of comparison, before which nothing stands.
pub(super) fn without_stroke(printed: &Printed, text: &str) -> Option<(String, Doubt)> {
    let rest = text.trim_start().strip_prefix(STROKES)?.trim_start();
    let is_remnant = rest.starts_with(is_comparison) && is_recognised(printed);
    is_remnant.then(|| (rest.to_owned(), doubt("target.repaired", text, rest)))
}

/// The digit that a letter among digits was; a nought that a border touches reads as C.
fn digit(c: char) -> char {
    match c {
        'O' | 'o' | 'D' | 'Q' | 'C' | 'c' => '0',
        'l' | 'I' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        _ => c,
    }
}

fn folded(text: &str) -> String {
    compact(&text.chars().map(narrow).collect::<String>())
}

/// Whatever stands between groups of three digits is a comma.
fn grouped(digits: &str) -> String {
    digits.chars().map(|c| if c.is_ascii_digit() { c } else { ',' }).collect()
}

fn doubt(code: &'static str, text: &str, repaired: &str) -> Doubt {
    Doubt::warning(
        code,
        format!("“{text}” was recognised; by its pattern it must be “{repaired}”."),
        "Compare the value with the picture.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::grid::{Certainty, TextLine};

    fn cell(from: Origin) -> Printed {
        let line = TextLine {
            text: String::new(),
            page: 1,
            bbox: None,
            font_size: 10.0,
            from,
            confidence: 0.9,
            certainty: Certainty::default(),
            source_line: 0,
        };
        Printed { lines: vec![line], ..Printed::default() }
    }

    #[test]
    fn marks_follow_from_the_places_of_digits() {
        let amount = |text| amount(&cell(Origin::Recognised), text).map(|r| r.0);
        assert_eq!(amount("6.421,500.00").as_deref(), Some("6,421,500.00"));
        assert_eq!(amount("2,000.000;00").as_deref(), Some("2,000,000.00"));
        assert_eq!(amount("0.00]").as_deref(), Some("0.00"));
        assert_eq!(amount("6.421.500.0C").as_deref(), Some("6,421,500.00"));
        assert_eq!(amount(".2,500.00").as_deref(), Some("2,500.00"));
        assert_eq!(amount("0.00.").as_deref(), Some("0.00"));
        for whole in ["6,421,500.00", "0.00", "1000", "12.345", "6,42,500.00", "", "甲", "O.OO"] {
            assert_eq!(amount(whole), None, "{whole}");
        }
    }

    #[test]
    fn letters_stand_for_digits_that_they_resemble() {
        let letters = |from, text| letters(&cell(from), text).map(|r| r.0);
        let read = |text| letters(Origin::Recognised, text);
        assert_eq!(read("486000C").as_deref(), Some("4860000"));
        assert_eq!(read("C").as_deref(), Some("0"));
        for other in ["4860000", "486000《", "4,8C", "甲", ""] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(letters(Origin::TextLayer, "486000C"), None);
    }

    #[test]
    fn brackets_follow_from_the_style() {
        let target = |text| target(&cell(Origin::Recognised), text).map(|r| r.0);
        assert_eq!(target("≥50.00块)").as_deref(), Some("≥50.00(块)"));
        assert_eq!(target("=100,00(%)").as_deref(), Some("=100.00(%)"));
        for other in ["≥95.00(%)", "≥95.00%", "95.00(%)", "≥95.00(3个)", "11月底前", ""] {
            assert_eq!(target(other), None, "{other}");
        }
    }

    #[test]
    fn a_point_before_three_digits_was_a_comma() {
        let read = |from, text| thousands(&cell(from), text).map(|r| r.0);
        let scanned = |text| read(Origin::Recognised, text);
        assert_eq!(scanned("≤7.974元").as_deref(), Some("≤7,974元"));
        assert_eq!(scanned("不少于13.602册").as_deref(), Some("不少于13,602册"));
        for other in ["≤7.97元", "≤0.125元", "≤1,007.974元", "7.974元至8元", "优"] {
            assert_eq!(scanned(other), None, "{other}");
        }
        assert_eq!(read(Origin::TextLayer, "≤7.974元"), None);
        assert!(has_groups("≥22,741人次") && has_groups("1,204,000"));
        assert!(!has_groups("2274,1") && !has_groups("0,741") && !has_groups("22.741"));
    }

    #[test]
    fn a_stroke_before_a_sign_was_a_border() {
        let read = |from, text| without_stroke(&cell(from), text).map(|r| r.0);
        assert_eq!(
            read(Origin::Recognised, "一≤69196.00(万元)").as_deref(),
            Some("≤69196.00(万元)")
        );
        assert_eq!(read(Origin::Recognised, "— =5").as_deref(), Some("=5"));
        for other in ["一级", "-5", "≤5", "一"] {
            assert_eq!(read(Origin::Recognised, other), None, "{other}");
        }
        assert_eq!(read(Origin::TextLayer, "一≤5"), None);
    }

    #[test]
    fn a_text_layer_is_never_repaired() {
        assert_eq!(amount(&cell(Origin::TextLayer), "6.421,500.00"), None);
        assert_eq!(target(&cell(Origin::SecondReader), "≥50.00块)"), None);
    }
}
