//! Ink of a line → its type size and baseline.
//!
//! A picture shows where ink ends. Figures are lower than ideographs, a comma reaches below both, so that
//! the ink of two texts of one size, side by side in a row, neither is equally high nor ends at one
//! height. What the characters of a face fill of an em tells the size; the texts of a page have few.

use super::glyphs::is_ideograph;
use crate::model::recognizer::RecognisedLine;

/// Shares of an em below (negative) and above the baseline that ink reaches, as in the usual faces: Song
/// and Hei with their Latin letters.
const IDEOGRAPH: (f32, f32) = (-0.08, 0.84);
const FIGURE: (f32, f32) = (0.0, 0.72);
const BRACKET: (f32, f32) = (-0.14, 0.82);
const COMMA: (f32, f32) = (-0.14, 0.12);
const LOW: (f32, f32) = (-0.2, 0.55);
const SMALL: (f32, f32) = (0.0, 0.55);
const MIDDLE: (f32, f32) = (0.2, 0.5);

/// Sizes that differ by less than this share of the page's usual one are that.
const SAME: f32 = 0.25;

/// Share of an ideograph's height that stands below the baseline, where nothing else tells.
const DESCENT: f32 = 0.12;

/// Lines of fewer ideographs do not tell what is usual: 一二 are flat.
const TELLING: usize = 3;

/// The usual type size of a page, in the unit of the heights.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usual(Option<f32>);

impl Usual {
    /// Of lines with the heights of their ink.
    pub fn of<'a>(lines: impl Iterator<Item = (&'a RecognisedLine, f32)>) -> Self {
        let mut sizes: Vec<f32> = lines
            .filter(|(line, _)| line.chars.iter().filter(|c| is_ideograph(c.ch)).count() >= TELLING)
            .map(|(line, height)| size(line, height).0)
            .collect();
        sizes.sort_by(f32::total_cmp);
        Self(sizes.get(sizes.len() / 2).copied())
    }

    /// Type size and baseline of a line whose ink reaches from `top` to `bottom`, downwards.
    pub fn measure(self, line: &RecognisedLine, (top, bottom): (f32, f32)) -> (f32, f32) {
        let height = bottom - top;
        let (own, (low, high)) = size(line, height);
        match self.0 {
            Some(usual) if (own - usual).abs() <= SAME * usual => {
                (usual, f32::midpoint(top, bottom) + f32::midpoint(low, high) * usual)
            }
            _ => (height, bottom - DESCENT * height),
        }
    }
}

/// The size of a line whose ink is so high, and what its ink fills of an em.
fn size(line: &RecognisedLine, height: f32) -> (f32, (f32, f32)) {
    let extents = line.chars.iter().filter(|c| !c.ch.is_whitespace()).map(|c| extent(c.ch));
    let whole = extents.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or(IDEOGRAPH);
    (height / (whole.1 - whole.0).max(0.1), whole)
}

fn extent(c: char) -> (f32, f32) {
    match c {
        '一' | '-' | '—' | '–' | '=' | '~' | '·' | '二' => MIDDLE,
        '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】' | '/' | '|' | '《' | '》' => {
            BRACKET
        }
        ',' | '.' | '。' | '、' | '，' | ';' | '；' | '．' => COMMA,
        'g' | 'j' | 'p' | 'q' | 'y' => LOW,
        'a' | 'c' | 'e' | 'm' | 'n' | 'o' | 'r' | 's' | 'u' | 'v' | 'w' | 'x' | 'z' => SMALL,
        c if is_ideograph(c) => IDEOGRAPH,
        _ => FIGURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recognizer::RecognisedChar;

    fn read(text: &str) -> RecognisedLine {
        let char = |ch| RecognisedChar { ch, confidence: 0.99, span: (0.0, 1.0) };
        RecognisedLine { chars: text.chars().map(char).collect() }
    }

    #[test]
    fn texts_of_one_row_have_one_size_and_baseline() {
        // Type of 20 on a baseline at 100.
        let ink = |(low, high): (f32, f32)| (100.0 - 20.0 * high, 100.0 - 20.0 * low);
        let name = read("山洪预警补助标准");
        let usual = Usual::of([(&name, 20.0 * 0.92)].into_iter());
        for (text, extent) in [
            ("山洪预警补助标准", (-0.08, 0.84)),
            ("≥88%", (0.0, 0.72)),
            ("≤15,106元/人", (-0.14, 0.84)),
            ("1,053", (-0.14, 0.72)),
        ] {
            let (size, base) = usual.measure(&read(text), ink(extent));
            assert!(
                (size - 20.0).abs() < 0.01 && (base - 100.0).abs() < 0.3,
                "{text}: {size} {base}"
            );
        }
        let title = (100.0 - 36.0 * 0.84, 100.0 + 36.0 * 0.08);
        assert!(usual.measure(&name, title).0 > 30.0, "larger type stays larger");
    }
}
