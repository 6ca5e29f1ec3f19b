//! Labels of the indicator hierarchy as values.

/// Takes off a score glued to a label: `产出指标(50分)`, `成本指标（0-20）分`, `产出指标50分`.
///
/// Characters stay as printed; the text holds no blanks.
pub(super) fn without_score(label: &str) -> &str {
    let is_number = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let stem = label.trim_end_matches(['分', ')', '）']);
    let had_mark = stem.len() < label.len();
    let number = stem.trim_end_matches(|c: char| {
        is_number(c) || matches!(c, '-' | '~' | '.' | '－' | '—' | '％' | '%')
    });
    let score = stem.get(number.len()..).unwrap_or("");
    if !had_mark || !score.contains(is_number) {
        return label;
    }
    let name = number.trim_end_matches(['(', '（']);
    if name.is_empty() { label } else { name }
}

#[cfg(test)]
mod tests {
    use super::without_score;

    #[test]
    fn scores_go_and_names_stay() {
        for (printed, want) in [
            ("产出指标(50分)", "产出指标"),
            ("产出指标（50分）", "产出指标"),
            ("成本指标(0-20)分", "成本指标"),
            ("效益指标３０分", "效益指标"),
            ("满意度指标(10%)", "满意度指标"),
            ("产出指标", "产出指标"),
            ("指标1", "指标1"),
            ("得分", "得分"),
            ("50分", "50分"),
            ("社会效益(含经济)", "社会效益(含经济)"),
        ] {
            assert_eq!(without_score(printed), want);
        }
    }
}
