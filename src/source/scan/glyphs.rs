//! Recognised lines → glyphs, in points.

use crate::model::geometry::{Point, Rect};
use crate::model::page::{Glyph, Origin, Turn};
use crate::model::recognizer::RecognisedLine;

/// Share of an ideograph's height that stands below the baseline.
const DESCENT: f32 = 0.12;

/// Confidence of a mark that is probably dirt; too low for a label to settle it.
const STRAY: f32 = 0.3;

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
            confidence: if is_stray(line, i) || is_look_alike(line, i) {
                STRAY.min(c.confidence)
            } else {
                c.confidence
            },
            pale: false,
        });
    }
    glyphs
}

/// Whether a mark at the end of a line is more likely a speck: ideographs are neither preceded
/// nor followed by a point of their own at the edge of a line.
fn is_stray(line: &RecognisedLine, i: usize) -> bool {
    let at = |i: usize| line.chars.get(i).map(|c| c.ch);
    let is_mark = at(i).is_some_and(|c| matches!(c, '.' | '·' | '\'' | '`' | '´' | '•' | '˙'));
    let neighbour = match i {
        0 => at(1),
        last if last + 1 == line.chars.len() => at(last - 1),
        _ => None,
    };
    is_mark && neighbour.is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

/// Whether a character is probably another of the same shape: a letter or stroke among
/// ideographs (工 read as I, 一 as -), or the second ring of ‰ read by itself.
fn is_look_alike(line: &RecognisedLine, i: usize) -> bool {
    let at = |i: usize| line.chars.get(i).map(|c| c.ch);
    let before = i.checked_sub(1).and_then(at);
    let is_ideograph = |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let among = is_ideograph(before) && is_ideograph(at(i + 1));
    // A word may end with a letter, but hardly with one that is a mere stroke.
    let ends = is_ideograph(before) && i + 1 == line.chars.len();
    match at(i) {
        Some('|' | 'I' | 'l' | '-' | '—' | '_') => among || ends,
        Some('=') => among,
        Some('o' | 'O' | '0' | '。') if matches!(before, Some('%' | '％')) => true,
        Some(c) => among && c.is_ascii_alphabetic(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recognizer::RecognisedChar;

    #[test]
    fn a_point_beside_an_ideograph_at_the_edge_is_doubtful() {
        let read = |text: &str| {
            let chars = text.chars().enumerate().map(|(i, ch)| RecognisedChar {
                ch,
                confidence: 1.0,
                span: (i as f32 * 10.0, i as f32 * 10.0 + 9.0),
            });
            let line = RecognisedLine { chars: chars.collect() };
            let glyphs = of_line(&line, Rect::new(0.0, 0.0, 50.0, 10.0), 100.0);
            glyphs.iter().map(|g| g.confidence).fold(1.0, f32::min)
        };
        assert_eq!([read("质量指标."), read("·质量")], [STRAY, STRAY]);
        assert_eq!([read("1.质量"), read("95.00"), read("质量。")], [1.0; 3]);
        assert_eq!([read("施I期"), read("付施I"), read("<1%o"), read("第-季")], [STRAY; 4]);
        assert_eq!([read("A类"), read("维生素C"), read("1月5日"), read("100%")], [1.0; 4]);
    }

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
