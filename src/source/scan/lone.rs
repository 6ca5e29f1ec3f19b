//! Ink that stands alone in a cell and was not read.
//!
//! A single digit is little to go by, and the recogniser may see nothing in it. Without a trace
//! the cell would pass for a blank one.

use super::picture::{PixelBox, PixelRule, Prepared};
use crate::model::geometry::{Point, Rect};
use crate::model::page::{Axis, Glyph, Origin, Turn};
use crate::model::recognizer::RecognisedLine;

/// What stands for a character that was not read (U+FFFD).
const UNREAD: char = char::REPLACEMENT_CHARACTER;

/// Least and greatest height of such ink in points, and least width: a digit of small print, and
/// a line of large print.
const HEIGHT: std::ops::Range<f32> = 4.0..24.0;
const WIDTH: f32 = 1.5;

/// A glyph for each line that was found, read as nothing, and is alone in the cell ruled around
/// it; where other text stands beside it, ink is more likely dirt.
pub(super) fn glyphs(prepared: &Prepared, lines: &[RecognisedLine], points: f32) -> Vec<Glyph> {
    let is_read = |line: &RecognisedLine| line.chars.iter().any(|c| !c.ch.is_whitespace());
    let read: Vec<PixelBox> =
        prepared.lines.iter().zip(lines).filter(|(_, l)| is_read(l)).map(|(p, _)| p.bbox).collect();
    let unread = prepared.lines.iter().zip(lines).filter(|(_, l)| !is_read(l)).map(|(p, _)| p.bbox);
    unread
        .filter(|b| HEIGHT.contains(&(b.height() as f32 * points)))
        .filter(|b| b.width() as f32 * points >= WIDTH)
        .filter(|b| {
            cell(&prepared.rules, b).is_some_and(|cell| !read.iter().any(|r| is_in(r, &cell)))
        })
        .map(|b| glyph(&b, points))
        .collect()
}

/// The sides of the cell that rules draw around ink: left, top, right, bottom, in pixels.
pub(super) fn cell(rules: &[PixelRule], ink: &PixelBox) -> Option<[f32; 4]> {
    let (x, y) = ink.center();
    let side = |axis: Axis, along: f32, across: f32, after: bool| {
        rules
            .iter()
            .filter(|r| r.axis == axis && (r.span.0..=r.span.1).contains(&along))
            .map(|r| r.position)
            .filter(|&p| (p > across) == after)
            .min_by(|a, b| (a - across).abs().total_cmp(&(b - across).abs()))
    };
    Some([
        side(Axis::Vertical, y, x, false)?,
        side(Axis::Horizontal, x, y, false)?,
        side(Axis::Vertical, y, x, true)?,
        side(Axis::Horizontal, x, y, true)?,
    ])
}

pub(super) fn is_in(line: &PixelBox, [left, top, right, bottom]: &[f32; 4]) -> bool {
    let (x, y) = line.center();
    (*left..=*right).contains(&x) && (*top..=*bottom).contains(&y)
}

fn glyph(ink: &PixelBox, points: f32) -> Glyph {
    let side = |pixels: u32| pixels as f32 * points;
    let bbox = Rect::new(side(ink.x0), side(ink.y0), side(ink.x1), side(ink.y1));
    Glyph {
        ch: UNREAD,
        bbox,
        origin: Point { x: bbox.x0, y: bbox.y1 },
        font_size: bbox.height(),
        turn: Turn::None,
        from: Origin::Recognised,
        confidence: 0.0,
        pale: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;

    fn rule(axis: Axis, position: f32) -> PixelRule {
        PixelRule { axis, position, span: (0.0, 200.0), width: 1.0, strength: Strength::Weak }
    }

    #[test]
    fn a_cell_has_rules_on_all_sides() {
        let [h, v] = [Axis::Horizontal, Axis::Vertical];
        let mut rules = vec![rule(v, 10.0), rule(v, 100.0), rule(v, 150.0), rule(h, 5.0)];
        let ink = PixelBox { x0: 110, y0: 10, x1: 116, y1: 20 };
        assert_eq!(cell(&rules, &ink), None);
        rules.push(rule(h, 40.0));
        assert_eq!(cell(&rules, &ink), Some([100.0, 5.0, 150.0, 40.0]));
        assert!(is_in(&ink, &[100.0, 5.0, 150.0, 40.0]) && !is_in(&ink, &[10.0, 5.0, 100.0, 40.0]));
    }
}
