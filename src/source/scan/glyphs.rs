//! Recognised lines → glyphs, in points.

use crate::model::geometry::{Point, Rect};
use crate::model::page::{Glyph, Origin, Turn};
use crate::model::recognizer::RecognisedLine;

/// Share of an ideograph's height that stands below the baseline.
const DESCENT: f32 = 0.12;

/// The glyphs of a line. `bbox` is the place of its picture on the page, `width` the width of
/// that picture in pixels.
///
/// The recogniser knows about where a character is, not where it begins and ends: what it saw
/// between two characters is shared by both, so that only a blank that was recognised is one.
pub fn of_line(line: &RecognisedLine, bbox: Rect, width: f32) -> Vec<Glyph> {
    let scale = bbox.width() / width.max(1.0);
    let height = bbox.height();
    let mut glyphs = Vec::with_capacity(line.chars.len());
    for (i, c) in line.chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| line.chars.get(i));
        let left = before.map_or(c.span.0, |b| f32::midpoint(b.span.1, c.span.0));
        let right = line.chars.get(i + 1).map_or(c.span.1, |a| f32::midpoint(c.span.1, a.span.0));
        let (x0, x1) = (bbox.x0 + left * scale, bbox.x0 + right * scale);
        glyphs.push(Glyph {
            ch: c.ch,
            bbox: Rect::new(x0, bbox.y0, x1, bbox.y1),
            origin: Point { x: x0, y: bbox.y1 - DESCENT * height },
            font_size: height,
            turn: Turn::None,
            from: Origin::Recognised,
            confidence: c.confidence,
        });
    }
    glyphs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recognizer::RecognisedChar;

    #[test]
    fn characters_share_what_lies_between_them() {
        let c = |ch, span| RecognisedChar { ch, confidence: 0.9, span };
        let line = RecognisedLine { chars: vec![c('甲', (10.0, 20.0)), c('1', (30.0, 40.0))] };
        let glyphs = of_line(&line, Rect::new(100.0, 50.0, 150.0, 60.0), 100.0);
        assert_eq!(glyphs[0].bbox, Rect::new(105.0, 50.0, 112.5, 60.0));
        assert_eq!(glyphs[1].bbox, Rect::new(112.5, 50.0, 120.0, 60.0));
        assert_eq!((glyphs[1].from, glyphs[1].confidence), (Origin::Recognised, 0.9));
    }
}
