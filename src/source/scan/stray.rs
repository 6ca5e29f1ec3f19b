//! Marks that specks and remnants of rules make of themselves, where no print has any.

use super::glyphs::{BESIDE_SPECK, is_ideograph};
use crate::model::recognizer::RecognisedChar;

/// Least confidence of characters that are taken as they were read.
const SURE: f32 = 0.95;

/// So many characters before a sign may be dirt; more are a text.
const FEW: usize = 3;

/// So many ideographs before its end make a line a sentence: 降至0 has fewer.
const WORD: usize = 4;

/// The digits of an item's number: 12.开展…
const ITEM: usize = 2;

/// Drops what stands before the sign of a value, and points behind the last digit of a number. What
/// remains beside is doubted.
pub fn drop(chars: &mut Vec<RecognisedChar>) {
    drop_before_sign(chars);
    drop_points(chars);
    end_sentence(chars);
}

fn is_sign(c: char) -> bool {
    matches!(c, '≥' | '≤' | '=' | '＝' | '>' | '<')
}

/// A value begins with its sign, if it has one and a number follows.
fn drop_before_sign(chars: &mut Vec<RecognisedChar>) {
    let Some(sign) = chars.iter().position(|c| is_sign(c.ch)).filter(|i| (1..=FEW).contains(i))
    else {
        return;
    };
    let is_number = chars[sign + 1..].iter().find(|c| !c.ch.is_whitespace());
    // A piece of a border is read as 一 with all confidence.
    let is_dirt = |c: &RecognisedChar| {
        c.ch.is_whitespace() || c.ch == '一' || c.confidence < SURE && !is_ideograph(c.ch)
    };
    if is_number.is_some_and(|c| c.ch.is_ascii_digit()) && chars[..sign].iter().all(is_dirt) {
        chars.drain(..sign);
        chars[0].confidence = chars[0].confidence.min(BESIDE_SPECK);
    }
}

/// A ring behind a line of ideographs that was not read surely is a full stop: a nought reads well.
fn end_sentence(chars: &mut [RecognisedChar]) {
    let [before @ .., last] = chars else { return };
    let is_word = before.iter().rev().take(WORD).all(|c| is_ideograph(c.ch));
    if last.confidence < SURE
        && before.len() >= WORD
        && is_word
        && matches!(last.ch, '0' | 'O' | 'o' | 'D')
    {
        last.ch = '。';
        last.confidence = last.confidence.min(BESIDE_SPECK);
    }
}

/// A point belongs between two digits, or behind the number of an item, which begins its line.
fn drop_points(chars: &mut Vec<RecognisedChar>) {
    let is_digit = |c: Option<&RecognisedChar>| c.is_some_and(|c| c.ch.is_ascii_digit());
    let mut digits = 0;
    let mut i = 0;
    while i < chars.len() {
        let is_point = matches!(chars[i].ch, '.' | '．' | '·');
        let is_item = i == digits && digits <= ITEM;
        let next = chars.get(i + 1).filter(|c| is_ideograph(c.ch));
        if is_point && digits > 0 && next.is_some() && !is_item {
            for beside in [i - 1, i + 1] {
                chars[beside].confidence = chars[beside].confidence.min(BESIDE_SPECK);
            }
            chars.remove(i);
            digits = 0;
            continue;
        }
        digits = if is_digit(chars.get(i)) { digits + 1 } else { 0 };
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a line whose characters before the bar are not certain.
    fn left(line: &str) -> String {
        let sure = line.chars().position(|c| c == '|').unwrap_or(0);
        let chars = line.chars().filter(|c| *c != '|').enumerate();
        let mut chars: Vec<RecognisedChar> = chars
            .map(|(i, ch)| RecognisedChar {
                ch,
                confidence: if i < sure { 0.7 } else { 0.99 },
                span: (i as f32 * 10.0, i as f32 * 10.0 + 9.0),
            })
            .collect();
        drop(&mut chars);
        chars.iter().map(|c| c.ch).collect()
    }

    #[test]
    fn dirt_before_a_sign_goes() {
        assert_eq!(left("(!|≥948万元"), "≥948万元");
        assert_eq!(left("17 |=8832台"), "=8832台");
        assert_eq!(left("P95≥3"), "P95≥3", "read with confidence");
        assert_eq!(left("数量|≥3"), "数量≥3", "a word");
        assert_eq!(left("1|≥优"), "1≥优", "no number follows");
    }

    #[test]
    fn a_ring_ends_a_sentence() {
        assert_eq!(left("推广的经验0|"), "推广的经验。");
        assert_eq!(left("重大安全事故降至|0"), "重大安全事故降至0", "read with confidence");
        assert_eq!(left("验收合格率达到10"), "验收合格率达到10");
        assert_eq!(left("降至0|"), "降至0", "no sentence");
    }

    #[test]
    fn a_point_behind_a_number_goes() {
        assert_eq!(left("73147.元/人以内"), "73147元/人以内");
        assert_eq!(left("≥12.元"), "≥12元");
        assert_eq!(left("12.开展培训3.5次"), "12.开展培训3.5次");
        assert_eq!(left("V1.0版"), "V1.0版");
    }
}
