//! Dirt that was read as the first or the last character of a line.
//!
//! What a character says does not tell it from dirt; its ink does: a digit, a letter and an ideograph
//! are higher than a speck, and 一 is wider. Marks are as small as specks and stay.

use super::bar::{ink_rows, middle_gray};
use super::glyphs::BESIDE_SPECK;
use super::picture::ends::{LOW, NARROW};
use crate::model::recognizer::{RecognisedChar, RecognisedLine};
use image::GrayImage;

/// White that parts the ink of two characters, in em.
const WHITE: f32 = 0.12;

/// The recogniser's idea of where a character is may be off by so much, in em.
const OFF: f32 = 0.3;

/// Most characters that a speck was read as.
const FEW: usize = 2;

/// Drops such characters from both ends and doubts those beside them. `crop` shows the line and nothing
/// else, `usual` is the height of the page's usual line in its pixels.
pub fn drop(line: &mut RecognisedLine, crop: &GrayImage, usual: f32) {
    let ends = Ends::of(crop, usual);
    let centre = |c: &RecognisedChar| f32::midpoint(c.span.0, c.span.1);
    if let Some(edge) = ends.last {
        let from = line.chars.partition_point(|c| centre(c) < edge - OFF * usual);
        let (rest, speck) = line.chars.split_at(from);
        if is_speck(speck, rest.iter().rfind(|c| !c.ch.is_whitespace())) {
            line.chars.truncate(from);
            trim(line);
            if let Some(c) = line.chars.last_mut() {
                c.confidence = c.confidence.min(BESIDE_SPECK);
            }
        }
    }
    if let Some(edge) = ends.first {
        let to = line.chars.partition_point(|c| centre(c) <= edge + OFF * usual);
        let (speck, rest) = line.chars.split_at(to);
        if is_speck(speck, rest.iter().find(|c| !c.ch.is_whitespace())) {
            line.chars.drain(..to);
            trim(line);
            if let Some(c) = line.chars.first_mut() {
                c.confidence = c.confidence.min(BESIDE_SPECK);
            }
        }
    }
}

/// Blanks at the ends are none.
fn trim(line: &mut RecognisedLine) {
    while line.chars.last().is_some_and(|c| c.ch.is_whitespace()) {
        line.chars.pop();
    }
    let blank = line.chars.iter().take_while(|c| c.ch.is_whitespace()).count();
    line.chars.drain(..blank);
}

/// Whether small ink cannot be what it was read as; `beside` is the character that it stands beside.
///
/// Where the ink of a number is not what was read, it is not known which digit is none.
fn is_speck(read: &[RecognisedChar], beside: Option<&RecognisedChar>) -> bool {
    let mut shown = read.iter().filter(|c| !c.ch.is_whitespace());
    let count = shown.clone().count();
    let is_word = |c: &RecognisedChar| !c.ch.is_ascii_alphanumeric() && !c.ch.is_whitespace();
    (1..=FEW).contains(&count)
        && shown.all(|c| c.ch.is_ascii_alphanumeric() || c.ch == '一')
        && beside.is_some_and(is_word)
}

/// The inner edges of the small ink at both ends of a line.
struct Ends {
    first: Option<f32>,
    last: Option<f32>,
}

impl Ends {
    fn of(crop: &GrayImage, usual: f32) -> Self {
        // Thin strokes of a character are pale; dirt is no larger for it.
        let dark = u8::midpoint(middle_gray(crop), 255);
        let rows = ink_rows(crop, dark);
        let first = small(rows.iter().copied(), usual).map(|n| n as f32);
        let last = small(rows.iter().rev().copied(), usual);
        Self { first, last: last.map(|n| (rows.len() - n) as f32) }
    }
}

/// How many columns there are up to the end of the first ink, if it is small and white follows.
fn small(columns: impl Iterator<Item = Option<(u32, u32)>>, usual: f32) -> Option<usize> {
    let mut ink: Option<(usize, usize, u32, u32)> = None;
    for (x, rows) in columns.enumerate() {
        match (rows, &mut ink) {
            (Some((top, bottom)), None) => ink = Some((x, x + 1, top, bottom)),
            (Some((top, bottom)), Some((from, to, above, below))) => {
                (*to, *above, *below) = (x + 1, top.min(*above), bottom.max(*below));
                let wide = (*to - *from) as f32 >= NARROW * usual;
                if wide || (*below - *above) as f32 >= LOW * usual {
                    return None;
                }
            }
            (None, Some((_, to, ..))) if (x + 1 - *to) as f32 >= WHITE * usual => return Some(*to),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// What is left of a text of 20 pixels an em: each character with left, top, width and height of
    /// its ink.
    fn left(chars: &[(char, u32, u32, u32, u32)]) -> String {
        let mut crop = GrayImage::from_pixel(200, 24, Luma([255]));
        let mut line = RecognisedLine::default();
        for &(ch, x, y, w, h) in chars {
            for (x, y) in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                crop.put_pixel(x, y, Luma([0]));
            }
            let span = (x as f32, (x + w) as f32);
            line.chars.push(RecognisedChar { ch, confidence: 0.99, span });
        }
        super::drop(&mut line, &crop, 20.0);
        line.text()
    }

    #[test]
    fn small_ink_at_an_end_is_no_character() {
        let [three, year] = [('3', 20, 4, 10, 15), ('年', 34, 2, 18, 20)];
        assert_eq!(left(&[three, year, ('一', 58, 10, 6, 2)]), "3年");
        assert_eq!(left(&[('4', 20, 8, 6, 6), year]), "年");
        assert_eq!(left(&[three, year, ('一', 58, 10, 17, 2)]), "3年一", "as wide as one");
        assert_eq!(left(&[three, year, ('。', 58, 15, 5, 5)]), "3年。", "a mark");
        assert_eq!(left(&[three, year, ('1', 58, 5, 4, 14)]), "3年1", "as high as one");
        assert_eq!(left(&[('9', 8, 8, 6, 6), three]), "93", "a number");
        assert_eq!(left(&[('一', 8, 10, 6, 2)]), "一", "nothing else is there");
    }
}
