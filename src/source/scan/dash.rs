//! Dashes that the recogniser takes for other strokes.
//!
//! The dash of Chinese print is one stroke two em long (GB/T 15834-2011, 4.13). Read are two
//! numerals 一一, one hyphen or dash, or two: among ideographs all look alike. The picture has the
//! length of the stroke, which no other character shares.

use super::bar::{ink_rows, middle_gray};
use super::glyphs::is_ideograph;
use super::unread;
use crate::model::recognizer::RecognisedChar;
use image::GrayImage;

/// Least length of a dash in em. An ideograph ends after one, and two numerals 一一 have white between
/// them.
const LONG: f32 = 1.6;

/// Greatest length in em: what is longer is a line.
const LONGEST: f32 = 2.4;

/// Greatest thickness of its stroke in em.
const THIN: f32 = 0.2;

/// A stroke goes on in a column in which its middle is so much higher or lower at most, in em.
const LEVEL: f32 = 0.1;

/// Confidence of a dash whose length was measured: where it was read as some stroke, and where as nothing.
const MEASURED: f32 = 0.985;
const UNREAD: f32 = 0.97;

/// Most characters that are read for one dash.
const READ: usize = 3;

/// Confidence of a dash that a typeface draws as two strokes, each as wide as a numeral.
const GUESSED: f32 = 0.3;

/// What follows 一一 where it is a word (一一对应, 一一落实, 一一列举).
const ONE_BY_ONE: [char; 3] = ['对', '落', '列'];

/// From the middle of one ideograph to that of the next with a dash between them, in em.
const ACROSS: std::ops::Range<f32> = 2.5..3.6;

/// Gray level below which a stroke in such a gap is looked for: a hairline is paler than print.
const HAIRLINE: u8 = 215;

/// Puts dashes where nothing was read between two ideographs, but a stroke of their length stands.
pub fn insert(chars: &mut Vec<RecognisedChar>, crop: &GrayImage) {
    let Some(em) = unread::em(chars) else { return };
    let centre = |c: &RecognisedChar| f32::midpoint(c.span.0, c.span.1);
    let mut i = 0;
    while i + 1 < chars.len() {
        let blanks = chars[i + 1..].iter().take_while(|c| c.ch.is_whitespace()).count();
        let behind = i + 1 + blanks;
        let Some(next) = chars.get(behind) else { return };
        let is_gap = is_ideograph(chars[i].ch)
            && is_ideograph(next.ch)
            && ACROSS.contains(&((centre(next) - centre(&chars[i])) / em));
        let gap = (chars[i].span.1, next.span.0);
        let found = is_gap.then(|| stroke(&ink_rows(crop, HAIRLINE), gap, em)).flatten();
        if let Some(span) = found {
            let middle = f32::midpoint(span.0, span.1);
            let half = |span| RecognisedChar { ch: '—', confidence: UNREAD, span };
            chars.splice(i + 1..behind, [half((span.0, middle)), half((middle, span.1))]);
        }
        i = behind;
    }
}

/// Puts right what was read for dashes behind, before or between ideographs.
pub fn settle(chars: &mut Vec<RecognisedChar>, crop: &GrayImage) {
    if !chars.iter().any(|c| is_stroke(c.ch)) {
        return;
    }
    let Some(em) = unread::em(chars) else { return };
    let rows = ink_rows(crop, middle_gray(crop));
    let is_word = |c: Option<&RecognisedChar>| c.is_none_or(|c| is_ideograph(c.ch));
    let mut i = 0;
    while i < chars.len() {
        let run = chars[i..].iter().take_while(|c| is_stroke(c.ch)).count();
        let before = i.checked_sub(1).and_then(|b| chars.get(b));
        let behind = chars.get(i + run);
        let is_one_word = is_word(before) && is_word(behind) && run < chars.len();
        if is_one_word && (1..=READ).contains(&run) {
            let read = (chars[i].span.0, chars[i + run - 1].span.1);
            let is_numeral = chars[i..i + run].iter().all(|c| c.ch == '一');
            let is_counted = is_numeral && behind.is_some_and(|c| ONE_BY_ONE.contains(&c.ch));
            let between = before.is_some() && behind.is_some();
            let found = stroke(&rows, read, em)
                .map(|span| (span, MEASURED))
                .or((run == 2 && between && !is_counted).then_some((read, GUESSED)));
            if let Some((span, confidence)) = found {
                let middle = f32::midpoint(span.0, span.1);
                let half = |span| RecognisedChar { ch: '—', confidence, span };
                chars.splice(i..i + run, [half((span.0, middle)), half((middle, span.1))]);
                i += 2;
                continue;
            }
        }
        i += run.max(1);
    }
}

fn is_stroke(ch: char) -> bool {
    matches!(ch, '一' | '—' | '–' | '―' | '─' | '-' | '_' | '－' | '~' | '～')
}

/// Where in the columns of a picture a thin level stroke lies that is as long as a dash and crosses
/// the middle of a span. `rows` are the first row of ink of each column and the one behind the last.
fn stroke(rows: &[Option<(u32, u32)>], span: (f32, f32), em: f32) -> Option<(f32, f32)> {
    let middle_of = |x: usize| {
        let (top, bottom) = (*rows.get(x)?)?;
        let middle = (top + bottom) as f32 / 2.0;
        ((bottom - top) as f32 <= THIN * em).then_some(middle)
    };
    let start = f32::midpoint(span.0, span.1).max(0.0) as usize;
    let level = middle_of(start)?;
    let goes_on = |x: &usize| middle_of(*x).is_some_and(|m| (m - level).abs() <= LEVEL * em);
    let left = (0..start).rev().take_while(goes_on).last().unwrap_or(start);
    let right = (start..rows.len()).take_while(goes_on).last().unwrap_or(start) + 1;
    let long = (right - left) as f32 / em;
    (LONG..=LONGEST).contains(&long).then_some((left as f32, right as f32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// 提升项目 `read` 河道整治 at 20 pixels an em, with strokes at these columns behind the first
    /// words: the text, and the least confidence in it.
    fn settled(read: &str, strokes: &[(u32, u32)]) -> (String, f32) {
        let crop = GrayImage::from_fn(200, 26, |x, y| {
            let word = !(80..120).contains(&x) && (2..18).contains(&(x % 20));
            let stroke = strokes.iter().any(|s| (s.0..s.1).contains(&x)) && (12..14).contains(&y);
            Luma([if word && (4..22).contains(&y) || stroke { 30 } else { 255 }])
        });
        let char = |ch, span| RecognisedChar { ch, confidence: 0.8, span };
        let word = |text: &str, at: usize| -> Vec<RecognisedChar> {
            let place = |i: usize| ((at + 20 * i) as f32 + 1.0, (at + 20 * i) as f32 + 19.0);
            text.chars().enumerate().map(|(i, ch)| char(ch, place(i))).collect()
        };
        let wide = 40.0 / read.chars().count() as f32;
        let place = |i: usize| (80.0 + i as f32 * wide, 80.0 + (i + 1) as f32 * wide);
        let mut chars = word("提升项目", 0);
        chars.extend(read.chars().enumerate().map(|(i, ch)| char(ch, place(i))));
        chars.extend(word("河道整治", 120));
        settle(&mut chars, &crop);
        let least = chars.iter().map(|c| c.confidence).fold(1.0, f32::min);
        (chars.iter().map(|c| c.ch).collect(), least)
    }

    #[test]
    fn a_stroke_of_two_em_is_a_dash_whatever_was_read() {
        for read in ["一一", "—", "-", "——"] {
            assert_eq!(
                settled(read, &[(81, 119)]),
                ("提升项目——河道整治".to_owned(), 0.8),
                "{read}"
            );
        }
    }

    #[test]
    fn a_dash_that_was_not_read_is_told_by_its_stroke() {
        let read = |level: u8| {
            let crop = GrayImage::from_fn(200, 26, |x, y| {
                let word = !(80..120).contains(&x) && (2..18).contains(&(x % 20));
                let print = word && (4..22).contains(&y);
                let stroke = (81..119).contains(&x) && y == 12;
                Luma([if print {
                    30
                } else if stroke {
                    level
                } else {
                    255
                }])
            });
            let place = |i: usize| (20.0 * i as f32 + 1.0, 20.0 * i as f32 + 19.0);
            let places = (0..4).chain(6..10).map(place);
            let mut chars: Vec<RecognisedChar> = "提升项目河道整治"
                .chars()
                .zip(places)
                .map(|(ch, span)| RecognisedChar { ch, confidence: 0.99, span })
                .collect();
            insert(&mut chars, &crop);
            chars.iter().map(|c| c.ch).collect::<String>()
        };
        assert_eq!(read(190), "提升项目——河道整治", "a hairline");
        assert_eq!(read(255), "提升项目河道整治", "no ink");
    }

    #[test]
    fn two_strokes_are_probably_one_dash() {
        for read in ["一一", "—一"] {
            let found = settled(read, &[(82, 98), (102, 118)]);
            assert_eq!(found, ("提升项目——河道整治".to_owned(), GUESSED), "{read}");
        }
    }

    #[test]
    fn other_strokes_stay() {
        assert_eq!(settled("一", &[(91, 109)]).0, "提升项目一河道整治", "one em");
        assert_eq!(settled("-", &[]).0, "提升项目-河道整治", "no ink");
    }
}
