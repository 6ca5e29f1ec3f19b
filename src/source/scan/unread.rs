//! Ink of a line that no recognised character stands for.
//!
//! A character that was not read leaves no trace in the text: 互联网 reads as 联网 with all
//! confidence. Its ink is still there, before the first character, behind the last one, or where a
//! blank was read.

use super::bar::{ink_rows, middle_gray};
use super::glyphs::is_ideograph;
use crate::model::recognizer::RecognisedChar;
use image::GrayImage;

/// Confidence of the characters beside ink that was not read.
const UNREAD: f32 = 0.3;

/// From the middle of a character to the end of its ink, in em, with what the recogniser's idea of
/// the middle may be off.
const HALF_WIDE: f32 = 0.62;

/// The same for digits, letters and half-width marks.
const HALF_NARROW: f32 = 0.5;

/// Ink of less width or height, in em, is a speck or a character's own fringe; a full stop has
/// twice as much.
const LEAST: f32 = 0.13;

/// The longer side of the least ink that is a character: a comma.
const LEAST_LONG: f32 = 0.2;

/// Distance of the middles of two digits with room between them, in heights of the usual line: digits
/// are half as wide, and the recogniser is off by a quarter.
const ROOM: f32 = 0.8;

/// The same in that of two others of the line.
const WIDER: f32 = 1.4;

/// Ideographs that tell how wide one is.
const SEVERAL: usize = 4;

/// Doubts characters beside ink that was not read. `crop` shows the line and nothing else.
pub fn doubt(chars: &mut [RecognisedChar], crop: &GrayImage) {
    let Some(em) = em(chars) else { return };
    let ink = Columns::of(crop);
    let shown: Vec<usize> = (0..chars.len()).filter(|&i| !chars[i].ch.is_whitespace()).collect();
    let (Some(&first), Some(&last)) = (shown.first(), shown.last()) else { return };
    let left = |c: &RecognisedChar| centre(c) - half(c) * em;
    let right = |c: &RecognisedChar| centre(c) + half(c) * em;
    let mut doubted = Vec::new();
    if ink.holds_character(0.0, left(&chars[first]), em) {
        doubted.push(first);
    }
    if ink.holds_character(right(&chars[last]), f32::MAX, em) {
        doubted.push(last);
    }
    for pair in shown.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if b > a + 1 && ink.holds_character(right(&chars[a]), left(&chars[b]), em) {
            doubted.extend([a, b]);
        }
    }
    for i in doubted {
        chars[i].confidence = chars[i].confidence.min(UNREAD);
    }
}

/// Doubts neighbouring digits with room for a mark between them: 21.5 reads as 215 where the point
/// touches a digit. `usual` is the height of the page's usual line in the unit of the spans.
pub fn doubt_digits(chars: &mut [RecognisedChar], usual: f32) {
    let is_pair = |w: &[RecognisedChar]| w.iter().all(|c| c.ch.is_ascii_digit());
    let step = |w: &[RecognisedChar]| centre(&w[1]) - centre(&w[0]);
    let steps: Vec<f32> = chars.windows(2).filter(|w| is_pair(w)).map(step).collect();
    // Digits may be as wide as ideographs, or spaced: then they all are.
    let least = steps.iter().copied().reduce(f32::min).filter(|_| steps.len() > 1);
    for i in 1..chars.len() {
        let pair = &chars[i - 1..=i];
        let apart = step(pair);
        let is_wider = least.is_none_or(|least| apart > WIDER * least);
        if is_pair(pair) && apart > ROOM * usual && is_wider {
            for c in &mut chars[i - 1..=i] {
                c.confidence = c.confidence.min(UNREAD);
            }
        }
    }
}

fn centre(c: &RecognisedChar) -> f32 {
    f32::midpoint(c.span.0, c.span.1)
}

/// Half the width of a character in em.
fn half(c: &RecognisedChar) -> f32 {
    let is_wide = is_ideograph(c.ch) || matches!(c.ch, '\u{2010}'..='\u{ffef}');
    if is_wide { HALF_WIDE } else { HALF_NARROW }
}

/// The usual distance of neighbouring ideographs; `None` where too few tell it.
pub fn em(chars: &[RecognisedChar]) -> Option<f32> {
    let mut steps: Vec<f32> = chars
        .windows(2)
        .filter(|w| is_ideograph(w[0].ch) && is_ideograph(w[1].ch))
        .map(|w| centre(&w[1]) - centre(&w[0]))
        .collect();
    if steps.len() < SEVERAL {
        return None;
    }
    let middle = steps.len() / 2;
    let usual = *steps.select_nth_unstable_by(middle, f32::total_cmp).1;
    (usual > 0.0).then_some(usual)
}

/// The rows of ink in each column of a picture.
struct Columns(Vec<Option<(u32, u32)>>);

impl Columns {
    fn of(crop: &GrayImage) -> Self {
        Self(ink_rows(crop, middle_gray(crop)))
    }

    /// Whether the columns from `from` to `to` show ink of a character's size.
    fn holds_character(&self, from: f32, to: f32, em: f32) -> bool {
        let from = (from.max(0.0).ceil() as usize).min(self.0.len());
        let to = (to.max(0.0).min(self.0.len() as f32) as usize).max(from);
        // The longest run of columns with ink: specks apart from each other are no character.
        let runs = self.0[from..to].split(Option::is_none);
        runs.filter(|run| !run.is_empty()).any(|run| {
            let rows = run.iter().flatten();
            let top = rows.clone().map(|r| r.0).min().unwrap_or(0);
            let bottom = rows.map(|r| r.1).max().unwrap_or(0);
            let (wide, high) = (run.len() as f32 / em, (bottom - top) as f32 / em);
            wide.min(high) >= LEAST && wide.max(high) >= LEAST_LONG
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A line of ideographs of 20 pixels, its characters as ink squares; a blank is no ink.
    fn line(text: &str, read: &str) -> String {
        let count = text.chars().count() as u32;
        let crop = GrayImage::from_fn(count * 20, 24, |x, y| {
            let ch = text.chars().nth((x / 20) as usize).unwrap_or(' ');
            let (x, y) = (x % 20, y.saturating_sub(2));
            let ink = match ch {
                ' ' => false,
                '。' => x < 7 && (13..19).contains(&y),
                '·' => (8..10).contains(&x) && (9..11).contains(&y),
                _ => (1..19).contains(&x) && (1..19).contains(&y),
            };
            Luma([if ink { 0 } else { 255 }])
        });
        let mut from = 0;
        let mut chars: Vec<RecognisedChar> = Vec::new();
        for ch in read.chars() {
            let place = text.chars().skip(from).position(|c| c == ch).unwrap_or(0) + from;
            let x = place as f32 * 20.0;
            let middle = if ch == '。' { x + 3.5 } else { x + 10.0 };
            chars.push(RecognisedChar { ch, confidence: 1.0, span: (middle - 2.0, middle + 2.0) });
            from = place + 1;
        }
        doubt(&mut chars, &crop);
        chars.iter().filter(|c| c.confidence < 1.0).map(|c| c.ch).collect()
    }

    #[test]
    fn digits_far_apart_have_a_mark_between_them() {
        // Digits of half an em of 20 pixels: (character, middle).
        let doubted = |line: &[(char, f32)]| {
            let char = |&(ch, middle): &(char, f32)| RecognisedChar {
                ch,
                confidence: 1.0,
                span: (middle - 2.0, middle + 2.0),
            };
            let mut chars: Vec<RecognisedChar> = line.iter().map(char).collect();
            doubt_digits(&mut chars, 20.0);
            chars.iter().filter(|c| c.confidence < 1.0).map(|c| c.ch).collect::<String>()
        };
        assert_eq!(doubted(&[('2', 5.0), ('1', 15.0), ('5', 32.0)]), "15");
        assert_eq!(doubted(&[('2', 5.0), ('5', 22.0)]), "25");
        assert_eq!(doubted(&[('2', 5.0), ('1', 17.0), ('5', 32.0)]), "");
        assert_eq!(doubted(&[('2', 10.0), ('1', 30.0), ('5', 50.0)]), "", "all are wide");
        assert_eq!(doubted(&[('2', 5.0), ('.', 12.0), ('5', 22.0)]), "");
    }

    #[test]
    fn ink_that_was_not_read_doubts_its_neighbours() {
        assert_eq!(line("互联网培训监管手段", "联网培训监管手段"), "联");
        assert_eq!(line("满足三天的需求。", "满足三天的需求"), "求");
        assert_eq!(line("互联网培训监管手段", "互联网培训监管手段"), "");
        assert_eq!(line("满足三天的需求。", "满足三天的需求。"), "");
        // A speck is no character.
        assert_eq!(line("·互联网培训监管", "互联网培训监管"), "");
        // Too few characters tell how wide one is.
        assert_eq!(line("互联网", "联网"), "");
    }

    #[test]
    fn ink_in_a_blank_doubts_both_sides() {
        let read = |text: &str| {
            let mut chars: Vec<RecognisedChar> = Vec::new();
            for (i, ch) in "新建三片球场 增设设施".chars().enumerate() {
                let middle = i as f32 * 20.0 + 10.0;
                let span = (middle - 2.0, middle + 2.0);
                chars.push(RecognisedChar { ch, confidence: 1.0, span });
            }
            let crop = GrayImage::from_fn(11 * 20, 24, |x, y| {
                let ch = text.chars().nth((x / 20) as usize).unwrap_or(' ');
                let x = x % 20;
                let ink = match ch {
                    ' ' => false,
                    '，' => (8..12).contains(&x) && (14..21).contains(&y),
                    _ => (1..19).contains(&x) && (3..21).contains(&y),
                };
                Luma([if ink { 0 } else { 255 }])
            });
            doubt(&mut chars, &crop);
            chars.iter().filter(|c| c.confidence < 1.0).map(|c| c.ch).collect::<String>()
        };
        assert_eq!(read("新建三片球场，增设设施"), "场增");
        assert_eq!(read("新建三片球场 增设设施"), "");
    }
}
