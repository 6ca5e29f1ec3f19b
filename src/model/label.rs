//! The folded form in which printed labels are compared.

use super::script::meant;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Folds a printed label: radicals and other font artefacts to the characters meant, NFKC, no
/// white space, no colon, half-width brackets.
///
/// `其中： 财政资金` and `其中:财政资金` fold to the same text.
#[must_use]
pub fn fold(text: &str) -> String {
    folded(text).into_owned()
}

/// Like [`fold`]; most labels are borrowed as they are.
#[must_use]
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| plain(c) == Plain::Folds(Some(c))) {
        return Cow::Borrowed(text);
    }
    let mut short = String::with_capacity(text.len());
    for c in text.chars() {
        let Plain::Folds(folded) = plain(c) else { return Cow::Owned(by_normalisation(text)) };
        short.extend(folded);
    }
    Cow::Owned(short)
}

/// What a character of common print folds to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    /// To another one, or to nothing.
    Folds(Option<char>),
    /// That takes normalisation, which is slow, or may depend on its neighbours.
    Unknown,
}

fn plain(c: char) -> Plain {
    match c {
        '\u{4e00}'..='\u{9fff}' | '、' | '。' | '“' | '”' => Plain::Folds(Some(c)),
        ' ' | '\t' | '\n' | '\r' | '\u{3000}' => Plain::Folds(None),
        '!'..='~' | '【' | '〔' | '】' | '〕' => Plain::Folds(kept(c)),
        // Full width, in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).map_or(Plain::Unknown, plain),
        _ => Plain::Unknown,
    }
}

fn by_normalisation(text: &str) -> String {
    text.chars().map(meant).nfkc().filter_map(kept).collect()
}

/// What is kept of a normalised character.
fn kept(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() => None,
        ':' | '：' | '∶' | '︰' | '\u{200b}' | '\u{feff}' | '\u{ad}' => None,
        '〔' | '【' | '［' | '[' | '（' => Some('('),
        '〕' | '】' | '］' | ']' | '）' => Some(')'),
        '、' | '﹑' => Some('、'),
        '∕' | '⁄' => Some('/'),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_by_the_way_is_folded_alike() {
        let all: Vec<char> = ('\0'..=char::MAX).filter(|&c| plain(c) != Plain::Unknown).collect();
        assert!(all.len() > 21_000);
        for c in all {
            let by = format!("年{c}度");
            assert_eq!(fold(&by), by_normalisation(&by), "{c:?}");
        }
        assert!(matches!(folded("社会效益"), Cow::Borrowed(_)));
    }

    #[test]
    fn folds_width_blanks_colons_and_brackets() {
        assert_eq!(fold("其中： 财政资金"), "其中财政资金");
        assert_eq!(fold("项目资金（元）"), fold("项目资金 (元):"));
        assert_eq!(fold("⻚⻅⻓"), "页见长");
        assert_eq!(fold("年度（／项目）指标值"), "年度(/项目)指标值");
    }
}
