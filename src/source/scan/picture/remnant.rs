//! What stands at the edge of a cell: print, or what is left of its border.
//!
//! # Rules
//! - Thin ink along the edge and close to it is a remnant, unless white stands between.
//! - A remnant that looks like a stroke of a character is one if the rest of its character, or the next
//!   one, stands beside it: the bar of ≤ a hair above a rule, the first stroke of IPv6 in a narrow cell.
//! - One that touches the border itself may be either: its neighbour is doubted.

use super::PixelBox;
use super::blobs::Blob;
use super::ink::Ink;
use super::strike::RULE;
use std::ops::Range;

/// What a piece of ink is, as far as it can be told by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Print,
    /// A remnant, or a stroke of the print that [`is_one_with`] it.
    Unclear,
    /// An upright stroke that a border touches.
    Joined,
    /// A remnant.
    Border,
}

/// Judges a blob of a region, whose box is in pixels as well; a page has `scale` pixels a point. `em` is
/// the size of a character and `rough` a page whose borders fall into pieces.
pub fn judge(
    blob: &Blob,
    region: &PixelBox,
    (ink, em, rough): (&Ink, f32, bool),
    scale: f32,
) -> Edge {
    let b = &blob.bbox;
    if !is_remnant(b, region, (ink, em, rough), scale) {
        Edge::Print
    } else if is_stroke_high(b, em) {
        if is_joined(b, ink) { Edge::Joined } else { Edge::Unclear }
    } else if is_bar(b, em) && !is_laid_on(b, ink) {
        Edge::Unclear
    } else {
        Edge::Border
    }
}

/// Whether a stroke and a piece of print are parts of one character or of one word.
pub fn is_one_with(stroke: &PixelBox, print: &PixelBox, em: f32) -> bool {
    stands_beside(stroke, print, em) || is_part_of(stroke, print, em)
}

/// Height in em of what may be a character's upright stroke: I and 1 are the lowest, brackets the
/// highest.
const UPRIGHT: Range<f32> = 0.5..1.3;

/// White between a border and the print beside it, in points; less is the border's own edge.
const WHITE: f32 = 0.4;

/// Whether a box is what is left of a rule: thin, along the region's edge and close to it. An
/// upright stroke of a character's height with white before the border is one: the first of `IPv6`,
/// the last of `100.01`.
fn is_remnant(
    b: &PixelBox,
    region: &PixelBox,
    (ink, em, rough): (&Ink, f32, bool),
    scale: f32,
) -> bool {
    let near = |a: u32, b: u32| a.abs_diff(b) as f32 <= 2.5 * scale;
    let flat = b.height() as f32 <= 1.5 * scale && b.width() >= 2 * b.height();
    let upright = b.width() as f32 <= 1.5 * scale && b.height() >= 2 * b.width();
    let is_stroke = || {
        !rough
            && UPRIGHT.contains(&(b.height() as f32 / em))
            && !touches_rule(b, ink, WHITE * scale)
    };
    flat && (near(b.y0, region.y0) || near(b.y1, region.y1))
        || upright && (near(b.x0, region.x0) || near(b.x1, region.x1)) && !is_stroke()
}

/// Width in em of the white between two characters of one word, at most, and the share of an upright stroke
/// that its neighbour has beside it.
const NEXT: f32 = 0.45;
const BESIDE: f32 = 0.8;

/// Whether a box is upright and as high as a character.
fn is_stroke_high(b: &PixelBox, em: f32) -> bool {
    b.height() >= 2 * b.width() && UPRIGHT.contains(&(b.height() as f32 / em))
}

/// Whether a character stands right beside an upright stroke: together they are a word. What is left of
/// a border is as high as the cell, or as a break in it, not as the print.
pub fn stands_beside(stroke: &PixelBox, other: &PixelBox, em: f32) -> bool {
    let shared = stroke.y1.min(other.y1).saturating_sub(stroke.y0.max(other.y0)) as f32;
    let apart = other.x0.saturating_sub(stroke.x1).max(stroke.x0.saturating_sub(other.x1)) as f32;
    shared >= BESIDE * stroke.height() as f32
        && other.height() as f32 <= 1.4 * stroke.height() as f32
        && apart > 0.0
        && apart <= NEXT * em
}

/// Most width of a bar in em, and of the white between it and the rest of its character; how wide that rest
/// is at most, in widths of the bar.
const BAR: f32 = 1.2;
const PARTED: f32 = 0.35;
const REST: f32 = 1.6;

/// Whether a box lies and is no longer than a character.
fn is_bar(b: &PixelBox, em: f32) -> bool {
    b.width() >= 2 * b.height() && b.width() as f32 <= BAR * em
}

/// Whether a bar belongs to what stands right above or below it: that of ≤, the upper stroke of 元.
fn is_part_of(bar: &PixelBox, other: &PixelBox, em: f32) -> bool {
    let shared = bar.x1.min(other.x1).saturating_sub(bar.x0.max(other.x0)) as f32;
    let apart = other.y0.saturating_sub(bar.y1).max(bar.y0.saturating_sub(other.y1)) as f32;
    is_bar(bar, em)
        && shared >= BESIDE * bar.width() as f32
        && other.width() as f32 <= REST * bar.width() as f32
        && apart > 0.0
        && apart <= PARTED * em
}

/// Whether ink of a rule touches a box from above or below.
fn is_laid_on(b: &PixelBox, ink: &Ink) -> bool {
    let (y0, y1) = (b.y0 as usize, b.y1 as usize);
    let is_rule = |x: usize, y: usize| ink.data[y * ink.width + x] == RULE;
    let touching = (b.x0 as usize..b.x1 as usize)
        .filter(|&x| y0 > 0 && is_rule(x, y0 - 1) || y1 < ink.height && is_rule(x, y1));
    touching.count() * 4 > b.width() as usize
}

/// Whether ink of a rule touches a box on the left or the right.
fn is_joined(b: &PixelBox, ink: &Ink) -> bool {
    let (x0, x1) = (b.x0 as usize, b.x1 as usize);
    let touching = (b.y0 as usize..b.y1 as usize).filter(|&y| {
        let row = ink.row(y);
        x0 > 0 && row[x0 - 1] == RULE || row.get(x1) == Some(&RULE)
    });
    touching.count() * 4 > b.height() as usize
}

/// Whether ink of a rule stands so close to the left or right of a box, in pixels, at some row.
fn touches_rule(b: &PixelBox, ink: &Ink, close: f32) -> bool {
    let close = (close.ceil() as usize).max(2);
    let (x0, x1) = (b.x0 as usize, b.x1 as usize);
    (b.y0 as usize..b.y1 as usize).any(|y| {
        let row = ink.row(y);
        let beside = [x0.saturating_sub(close)..x0, x1..(x1 + close).min(row.len())];
        beside.into_iter().flatten().any(|x| row[x] == RULE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upright_stroke_apart_from_the_border_is_print() {
        // A border of two columns at 10, its roughness, and a stroke two points away from it.
        let at = |x: usize, y: usize| match x {
            10 | 11 => RULE,
            13 if (40..60).contains(&y) => 1,
            18 | 19 if (80..100).contains(&y) => 1,
            _ => 0,
        };
        let data = (0..100 * 200).map(|i| at(i % 100, i / 100)).collect();
        let ink = Ink { width: 100, height: 200, data };
        let region = PixelBox { x0: 12, y0: 0, x1: 100, y1: 200 };
        let judged_on = |rough: bool, x0: u32, y0: u32, x1: u32, y1: u32| {
            let blob = Blob { bbox: PixelBox { x0, y0, x1, y1 }, area: 40 };
            judge(&blob, &region, (&ink, 30.0, rough), 3.0)
        };
        let judged = |x0, y0, x1, y1| judged_on(false, x0, y0, x1, y1);
        assert_eq!(judged(18, 80, 20, 100), Edge::Print, "the I of IPv6");
        assert_eq!(
            judged_on(true, 18, 80, 20, 100),
            Edge::Unclear,
            "on a fax, a piece of the border"
        );
        assert_eq!(judged(12, 80, 14, 100), Edge::Joined);
        assert_eq!(
            judged(13, 40, 14, 60),
            Edge::Unclear,
            "roughness, if no print stands beside it"
        );
        assert_eq!(judged(18, 80, 20, 180), Edge::Border, "another border");
    }

    #[test]
    fn a_bar_belongs_to_the_sign_above_it_and_a_stroke_to_the_word_beside_it() {
        let sign = PixelBox { x0: 20, y0: 100, x1: 40, y1: 116 };
        let bar = |x0: u32, y0: u32, x1: u32| PixelBox { x0, y0, x1, y1: y0 + 3 };
        assert!(is_one_with(&bar(20, 120, 40), &sign, 30.0), "the bar of ≤");
        assert!(!is_one_with(&bar(20, 140, 40), &sign, 30.0), "far below");
        assert!(!is_one_with(&bar(60, 120, 80), &sign, 30.0), "beside");
        let letter = PixelBox { x0: 20, y0: 100, x1: 35, y1: 122 };
        let stroke = |x0: u32, y1: u32| PixelBox { x0, y0: 100, x1: x0 + 3, y1 };
        assert!(is_one_with(&stroke(12, 122), &letter, 30.0), "the I of IPv6");
        assert!(!is_one_with(&stroke(1, 122), &letter, 30.0), "a word apart");
        assert!(!is_one_with(&stroke(12, 180), &letter, 30.0), "a border");
    }
}
