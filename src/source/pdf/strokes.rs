//! Strokes of characters that are drawn as shapes, told from the rules of tables.
//!
//! Some writers draw bold text twice, as text and as its outline; print shops turn all text into
//! outlines. The bars of 主 or 目 are no lines of a table.

use super::squares::Squares;
use crate::model::geometry::{Point, Rect};
use crate::model::page::{Axis, Glyph, Rule};
use std::ops::Range;

/// So much of a character's ink may leave its box, in em.
const OVERHANG: f32 = 0.1;

/// Removes the rules that lie within a character, as far as they are among `shapes` (ascending
/// ranges of their numbers).
pub(super) fn leave_out(rules: &mut Vec<Rule>, shapes: &[Range<usize>], glyphs: &[Glyph]) {
    if shapes.is_empty() || glyphs.is_empty() {
        return;
    }
    let boxes: Vec<Rect> = glyphs.iter().map(|g| g.bbox.inflate(OVERHANG * g.font_size)).collect();
    let printed = glyphs.iter().enumerate().filter(|(_, g)| !g.ch.is_whitespace());
    let squares = Squares::of(printed.map(|(i, _)| (i, boxes[i])));
    let is_stroke = |rule: &Rule| {
        let at = |along: f32| match rule.axis {
            Axis::Horizontal => Point { x: along, y: rule.position },
            Axis::Vertical => Point { x: rule.position, y: along },
        };
        let (from, to) = (at(rule.span.0), at(rule.span.1));
        squares.at(from).any(|i| boxes[i].contains(from) && boxes[i].contains(to))
    };
    let mut shapes = shapes.iter().peekable();
    let mut number = 0;
    rules.retain(|rule| {
        while shapes.next_if(|s| s.end <= number).is_some() {}
        let shaped = shapes.peek().is_some_and(|s| s.contains(&number));
        number += 1;
        !(shaped && is_stroke(rule))
    });
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
