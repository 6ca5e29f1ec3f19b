//! Lines with a doubtful character → the same lines, read once more at another size.
//!
//! A scanner's raster falls on thin strokes by chance, and the recogniser is unsure of a character
//! that it knows well at another size. Where both readings say the same, each with some doubt of its
//! own, little of it is left. Where they differ, the doubt stays.

use crate::model::recognizer::{LineImage, RecognisedChar, RecognisedLine};

/// Lines are read again for characters in this range: those above are trusted already, those below
/// are hardly legible at any size.
const DOUBTFUL: std::ops::Range<f32> = 0.4..0.98;

/// Two readings of one picture share some of their mistakes: the doubt that is left is so many times
/// that of two pictures.
const SHARED: f32 = 10.0;

/// Height of the second picture as a multiple of the first one's: characters are a fifth smaller.
const TALLER: f32 = 1.25;

/// Which of some lines are worth a second look.
pub(super) fn worth(lines: &[RecognisedLine]) -> Vec<usize> {
    let least = |line: &RecognisedLine| shown(line).map(|c| c.confidence).fold(1.0, f32::min);
    (0..lines.len()).filter(|&i| DOUBTFUL.contains(&least(&lines[i]))).collect()
}

/// The picture of a line for a second look: with more white above and below.
pub(super) fn picture(line: &LineImage) -> LineImage {
    let height = (line.height as f32 * TALLER).ceil() as u32;
    let above = (height - line.height) / 2 * line.width;
    let mut pixels = vec![255; height as usize * line.width as usize];
    pixels[above as usize..][..line.pixels.len()].copy_from_slice(&line.pixels);
    LineImage { width: line.width, height, pixels }
}

/// Lowers the doubt about the characters of a line that a second reading confirms.
pub(super) fn confirm(line: &mut RecognisedLine, again: &RecognisedLine) {
    if !shown(line).map(|c| c.ch).eq(shown(again).map(|c| c.ch)) {
        return;
    }
    let own = line.chars.iter_mut().filter(|c| !c.ch.is_whitespace());
    for (c, other) in own.zip(shown(again)) {
        let doubt = SHARED * (1.0 - c.confidence) * (1.0 - other.confidence);
        c.confidence = c.confidence.max(1.0 - doubt);
    }
}

fn shown(line: &RecognisedLine) -> impl Iterator<Item = &RecognisedChar> {
    line.chars.iter().filter(|c| !c.ch.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, confidence: f32) -> RecognisedLine {
        let chars = text.chars().map(|ch| RecognisedChar { ch, confidence, span: (0.0, 1.0) });
        RecognisedLine { chars: chars.collect() }
    }

    #[test]
    fn only_doubtful_lines_are_looked_at_again() {
        let lines = [("清楚", 0.99), ("不清", 0.9), ("污渍", 0.2), ("", 1.0)];
        assert_eq!(worth(&lines.map(|(text, c)| line(text, c))), [1]);
    }

    #[test]
    fn the_second_picture_has_more_white() {
        let given = LineImage { width: 2, height: 4, pixels: vec![0; 8] };
        let again = picture(&given);
        assert_eq!((again.width, again.height), (2, 5));
        assert_eq!(again.pixels, [0, 0, 0, 0, 0, 0, 0, 0, 255, 255]);
    }

    #[test]
    fn readings_that_agree_leave_less_doubt() {
        let confirmed = |again: &str, confidence: f32| {
            let mut own = line("交通 运输", 0.9);
            confirm(&mut own, &line(again, confidence));
            own.chars[0].confidence
        };
        assert!(confirmed("交通运输", 0.98) > 0.97);
        assert_eq!(confirmed("交通运输", 0.3), 0.9, "hardly legible");
        assert_eq!(confirmed("父通运输", 0.95), 0.9, "they differ");
    }
}
