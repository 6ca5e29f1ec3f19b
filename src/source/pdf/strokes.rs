//! Strokes of characters that are drawn as shapes, told from the rules of tables.
//!
//! Some writers draw bold text twice, as text and as its outline; print shops turn all text into
//! outlines. The bars of 主 or 目 are no lines of a table.

use crate::model::geometry::{Point, Rect};
use crate::model::page::{Axis, Glyph, Rule};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Side of the squares that glyphs are looked up by, in points: about the size of a character.
const SQUARE: f32 = 16.0;

/// Larger characters are none of a form's, in points; they would touch too many squares.
const LARGEST: f32 = 72.0;

/// So much of a character's ink may leave its box, in em.
const OVERHANG: f32 = 0.1;

/// Removes the rules that lie within a character, as far as they are among `shapes` (ascending
/// ranges of their numbers).
pub(super) fn leave_out(rules: &mut Vec<Rule>, shapes: &[Range<usize>], glyphs: &[Glyph]) {
    if shapes.is_empty() || glyphs.is_empty() {
        return;
    }
    let boxes = Boxes::of(glyphs);
    let mut shapes = shapes.iter().peekable();
    let mut number = 0;
    rules.retain(|rule| {
        while shapes.next_if(|s| s.end <= number).is_some() {}
        let shaped = shapes.peek().is_some_and(|s| s.contains(&number));
        number += 1;
        !(shaped && boxes.hold(rule))
    });
}

/// The boxes of characters by the squares that they touch.
struct Boxes(FxHashMap<(i32, i32), Vec<Rect>>);

impl Boxes {
    fn of(glyphs: &[Glyph]) -> Self {
        let mut boxes: FxHashMap<(i32, i32), Vec<Rect>> = FxHashMap::default();
        let readable = |g: &&Glyph| !g.ch.is_whitespace() && g.font_size < LARGEST;
        for glyph in glyphs.iter().filter(readable) {
            let b = glyph.bbox.inflate(OVERHANG * glyph.font_size);
            let corners = (square(Point { x: b.x0, y: b.y0 }), square(Point { x: b.x1, y: b.y1 }));
            for column in corners.0.0..=corners.1.0 {
                for row in corners.0.1..=corners.1.1 {
                    boxes.entry((column, row)).or_default().push(b);
                }
            }
        }
        Self(boxes)
    }

    fn hold(&self, rule: &Rule) -> bool {
        let at = |along: f32| match rule.axis {
            Axis::Horizontal => Point { x: along, y: rule.position },
            Axis::Vertical => Point { x: rule.position, y: along },
        };
        let (from, to) = (at(rule.span.0), at(rule.span.1));
        let near = self.0.get(&square(from));
        near.is_some_and(|near| near.iter().any(|b| b.contains(from) && b.contains(to)))
    }
}

fn square(p: Point) -> (i32, i32) {
    ((p.x / SQUARE).floor() as i32, (p.y / SQUARE).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::{Origin, Strength, Turn};

    fn rule(axis: Axis, position: f32, span: (f32, f32)) -> Rule {
        Rule { axis, position, span, width: 0.5, strength: Strength::Drawn }
    }

    #[test]
    fn bars_of_a_character_are_no_rules_but_borders_around_it_are() {
        let glyph = Glyph {
            ch: '目',
            bbox: Rect::new(30.0, 40.0, 40.0, 50.0),
            origin: Point { x: 30.0, y: 48.8 },
            font_size: 10.0,
            turn: Turn::None,
            from: Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        };
        let bar = rule(Axis::Horizontal, 45.0, (31.0, 39.0));
        let border = rule(Axis::Horizontal, 45.0, (20.0, 60.0));
        let side = rule(Axis::Vertical, 29.5, (39.2, 50.5));
        let mut rules = vec![bar, border, side, bar];
        leave_out(&mut rules, std::slice::from_ref(&(0..3)), &[glyph]);
        assert_eq!(rules, [border, bar]);
        leave_out(&mut rules, &[], &[glyph]);
        assert_eq!(rules.len(), 2);
        // An underline as wide as its word is longer than any character.
        let mut far = vec![rule(Axis::Horizontal, 400.0, (31.0, 39.0))];
        leave_out(&mut far, std::slice::from_ref(&(0..9)), &[glyph]);
        assert_eq!(far.len(), 1);
    }
}
