//! The folded form in which printed labels are compared.

use super::script::meant;
use unicode_normalization::UnicodeNormalization;

/// Folds a printed label: radicals and other font artefacts to the characters meant, NFKC, no
/// white space, no colon, half-width brackets.
///
/// `其中： 财政资金` and `其中:财政资金` fold to the same text.
#[must_use]
pub fn fold(text: &str) -> String {
    // Most labels are ideographs that folding leaves alone; normalisation is slow.
    if text.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')) {
        return text.to_owned();
    }
    text.chars()
        .map(meant)
        .nfkc()
        .filter_map(|c| match c {
            c if c.is_whitespace() => None,
            ':' | '：' | '∶' | '︰' | '\u{200b}' | '\u{feff}' | '\u{ad}' => None,
            '〔' | '【' | '［' | '[' | '（' => Some('('),
            '〕' | '】' | '］' | ']' | '）' => Some(')'),
            '、' | '﹑' => Some('、'),
            '∕' | '⁄' => Some('/'),
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_width_blanks_colons_and_brackets() {
        assert_eq!(fold("其中： 财政资金"), "其中财政资金");
        assert_eq!(fold("项目资金（元）"), fold("项目资金 (元):"));
        assert_eq!(fold("⻚⻅⻓"), "页见长");
        assert_eq!(fold("年度（／项目）指标值"), "年度(/项目)指标值");
    }
}
