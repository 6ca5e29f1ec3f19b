//! Ones that may be what is left of a 4.
//!
//! A fax loses the thin strokes of a 4, and its stem is read as a 1 with all confidence. The stem of a
//! 4 stands right of the middle of its place, that of a 1 in it or left of it. Where the digits around
//! show where the middle is, the picture tells.

use super::bar::{ink_rows, middle_gray};
use crate::model::recognizer::RecognisedChar;
use image::GrayImage;

/// A stem that stands further right of the middle of its place than this share of it may be that of a
/// 4. Of 117 ones on simulated scans that were ones 5 did, most of them on the poorest copies; of
/// two that had been fours both.
const RIGHT: f32 = 0.1;

/// Confidence of such a one.
const DOUBTED: f32 = 0.6;

/// Share of the height of a digit's highest column that the columns of its stem have.
const HIGH: f32 = 0.7;

/// Doubts the ones of a line whose stem is out of place.
pub fn doubt(chars: &mut [RecognisedChar], crop: &GrayImage) {
    if !chars.iter().any(|c| c.ch == '1') {
        return;
    }
    let ink = Ink::of(crop);
    let places: Vec<Option<f32>> = chars
        .iter()
        .map(|c| (c.ch.is_ascii_digit() && c.ch != '1').then(|| ink.middle(c)).flatten())
        .collect();
    let pitch = pitch(&places);
    for i in 1..chars.len() {
        let Some(before) = places[i - 1].filter(|_| chars[i].ch == '1') else { continue };
        let behind = places.get(i + 1).copied().flatten();
        let ends = chars.get(i + 1).is_none_or(|c| !c.ch.is_ascii_digit());
        let Some(pitch) = behind.map(|b| (b - before) / 2.0).or(pitch.filter(|_| ends)) else {
            continue;
        };
        let Some(stem) = ink.stem(&chars[i]).filter(|_| pitch > 0.0) else { continue };
        if (stem - before - pitch) / pitch > RIGHT {
            chars[i].confidence = chars[i].confidence.min(DOUBTED);
        }
    }
}

/// The usual distance of neighbouring digits, if several pairs tell it.
fn pitch(places: &[Option<f32>]) -> Option<f32> {
    let mut steps: Vec<f32> = places.windows(2).filter_map(|w| Some(w[1]? - w[0]?)).collect();
    steps.sort_by(f32::total_cmp);
    (steps.len() >= 2).then(|| steps[steps.len() / 2])
}

/// The columns of a line's picture that show ink.
struct Ink {
    /// First row of ink of each column and the one behind the last.
    rows: Vec<Option<(u32, u32)>>,
    /// Runs of columns with ink, as the first and the one behind the last, from left to right.
    runs: Vec<(usize, usize)>,
}

impl Ink {
    fn of(crop: &GrayImage) -> Self {
        let rows = ink_rows(crop, middle_gray(crop));
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for x in (0..rows.len()).filter(|&x| rows[x].is_some()) {
            match runs.last_mut() {
                Some(run) if run.1 == x => run.1 = x + 1,
                _ => runs.push((x, x + 1)),
            }
        }
        Self { rows, runs }
    }

    /// The ink of a character, if it touches no other.
    fn run(&self, c: &RecognisedChar) -> Option<(usize, usize)> {
        let centre = f32::midpoint(c.span.0, c.span.1);
        let after = self.runs.partition_point(|r| middle(*r) < centre);
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten();
        let away = |r: &(usize, usize)| (middle(*r) - centre).abs();
        let near = near.filter_map(|i| self.runs.get(i).copied());
        near.min_by(|a, b| away(a).total_cmp(&away(b)))
            .filter(|run| (run.1 - run.0) as f32 <= (c.span.1 - c.span.0).max(1.0) * 2.0)
    }

    fn middle(&self, c: &RecognisedChar) -> Option<f32> {
        self.run(c).map(middle)
    }

    /// The middle of the highest columns of a character.
    fn stem(&self, c: &RecognisedChar) -> Option<f32> {
        let (from, to) = self.run(c)?;
        let height = |x: usize| self.rows[x].map_or(0.0, |(top, bottom)| (bottom - top) as f32);
        let most = (from..to).map(height).fold(0.0, f32::max);
        let high: Vec<usize> = (from..to).filter(|&x| height(x) >= HIGH * most).collect();
        let sum = high.iter().sum::<usize>() as f32;
        (!high.is_empty()).then(|| sum / high.len() as f32 + 0.5)
    }
}

fn middle((from, to): (usize, usize)) -> f32 {
    (from + to) as f32 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Which characters of a number lose trust whose digits are 20 pixels apart, a one's stem `shift`
    /// right of the middle of its place.
    fn doubted(number: &str, shift: i32) -> Vec<usize> {
        let digits: Vec<char> = number.chars().collect();
        let crop = GrayImage::from_fn(20 * digits.len() as u32, 30, |x, y| {
            let from_middle = (x % 20).cast_signed() - 10;
            let inked = match digits[x as usize / 20] {
                '1' => (shift - 1..=shift + 1).contains(&from_middle),
                '.' => (-1..=1).contains(&from_middle) && y > 24,
                _ => (-6..=6).contains(&from_middle),
            };
            Luma([if inked && (4..28).contains(&y) { 30 } else { 255 }])
        });
        let mut chars: Vec<RecognisedChar> = digits
            .iter()
            .enumerate()
            .map(|(i, &ch)| {
                let at = 20.0 * i as f32;
                RecognisedChar { ch, confidence: 1.0, span: (at + 4.0, at + 16.0) }
            })
            .collect();
        doubt(&mut chars, &crop);
        (0..chars.len()).filter(|&i| chars[i].confidence < 1.0).collect()
    }

    #[test]
    fn a_one_whose_stem_stands_right_may_be_a_four() {
        assert_eq!(doubted("3159", 4), [1]);
        assert_eq!(doubted("7891.00", 4), [3], "the last before the point");
        assert_eq!(doubted("3159", 0), [0; 0]);
        assert_eq!(doubted("3159", -3), [0; 0]);
        assert_eq!(doubted("1", 4), [0; 0], "nothing tells where its middle is");
    }
}
