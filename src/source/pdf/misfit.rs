//! Narrow characters on wide glyphs: distilled CJK text that has lost its character map reads as
//! Latin letters with the advance of ideographs.
//!
//! # Rules
//! - The advance is a first hint, and free to test: hardly any narrow character is as wide as an em.
//! - The shape decides: fonts without widths of their own (`/DW` alone, ISO 32000-1, 9.7.4.3) set
//!   Latin letters an em apart, but draw them narrow.

use hayro_interpret::font::Glyph as FontGlyph;
use hayro_interpret::kurbo::{Rect, Shape};

/// A character narrower than this share of an em is not on the place of an ideograph.
const FULL_WIDTH: f32 = 0.97;

/// Broad letters come near to an em, but hardly ever hit it.
const EXACT: f32 = 0.002;

/// What is drawn of a letter, a digit or a sign is not broader, in em; ideographs nearly all are.
const NARROW_SHAPE: f64 = 0.62;

/// The same for capital letters.
const CAPITAL_SHAPE: f64 = 0.8;

/// A broad letter stands on the baseline to within so much of an em, where an ideograph hangs below
/// it or, as 一, is above ...
const ON_BASELINE: f64 = 0.04;

/// ... and does not rise above it further than this.
const CAP_HEIGHT: f64 = 0.82;

/// Whether `ch`, which the font calls this glyph, cannot be what is printed. `advance` is in em.
pub(super) fn is_misfit(ch: char, advance: f32, glyph: &FontGlyph<'_>) -> bool {
    is_suspect(ch, advance)
        && match glyph {
            FontGlyph::Outline(outline) => {
                !may_be(ch, outline.outline().bounding_box().scale_from_origin(0.001))
            }
            // Drawn by a program of its own; its advance has to do.
            FontGlyph::Type3(_) => true,
        }
}

/// Whether the advance speaks against the character.
fn is_suspect(ch: char, advance: f32) -> bool {
    is_latin(ch) && if is_broad(ch) { (advance - 1.0).abs() < EXACT } else { advance > FULL_WIDTH }
}

/// Whether what is drawn, in em from the baseline upwards, may be the character.
fn may_be(ch: char, drawn: Rect) -> bool {
    if is_broad(ch) {
        return drawn.y0.abs() < ON_BASELINE && drawn.y1 < CAP_HEIGHT;
    }
    drawn.width() < if ch.is_uppercase() { CAPITAL_SHAPE } else { NARROW_SHAPE }
        && match ch {
            // Quotation marks and full stops stand above and below where these do.
            '<' | '>' | '=' | '+' | '~' => MIDDLE.contains(&drawn.center().y),
            _ if ch.is_ascii_digit() || ch.is_ascii_uppercase() => {
                drawn.height() == 0.0 || drawn.y1 > LEAST_HEIGHT
            }
            _ => true,
        }
}

/// Where the middle of a sign of mathematics stands above the baseline, in em: on the axis of the
/// figures, which are some 0.7 high.
const MIDDLE: std::ops::Range<f64> = 0.15..0.6;

/// Figures and capitals rise at least so high above the baseline, in em, old style figures apart.
const LEAST_HEIGHT: f64 = 0.4;

fn is_broad(ch: char) -> bool {
    matches!(ch, 'W' | 'M' | 'm' | 'w' | '@' | '\u{c6}' | '\u{152}' | '\u{bc}'..='\u{be}')
}

/// Letters, digits and signs that no font draws as wide as an ideograph. Punctuation is left out,
/// which writers of Chinese map to its Latin twins.
fn is_latin(c: char) -> bool {
    // GB 2312 has these, and its fonts draw them as wide as the rest.
    const WIDE: &str = "¤§¨°±·×÷àáèéêìíòóùúüāēěīńňōūǎǐǒǔǖǘǚǜ";
    match c {
        '#' | '$' | '&' | '*' | '+' | '/' | '<' | '=' | '>' | '@' | '\\' | '^' | '_' | '`'
        | '{' | '|' | '}' | '~' => true,
        '\u{a1}'..='\u{24f}' => !WIDE.contains(c),
        _ => c.is_ascii_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advance_puts_narrow_characters_in_doubt() {
        let suspect = [('a', 1.0), ('8', 0.98), ('ÿ', 1.0), ('W', 1.0), ('=', 1.0)];
        assert!(suspect.iter().all(|(ch, advance)| is_suspect(*ch, *advance)));
        let sound = [
            ('a', 0.5),
            ('W', 0.94),
            ('W', 1.01),
            ('单', 1.0),
            ('，', 1.0),
            ('·', 1.0),
            (',', 1.0),
        ];
        assert!(!sound.iter().any(|(ch, advance)| is_suspect(*ch, *advance)));
    }

    #[test]
    fn the_shape_decides() {
        let upright = |width, height| Rect::new(0.05, 0.0, 0.05 + width, height);
        // Digits and letters of a Song typeface, set an em apart; a glyph that draws nothing.
        let letters = [('8', 0.42), ('i', 0.2), ('H', 0.71), ('=', 0.5), ('1', 0.0), ('W', 0.95)];
        assert!(letters.iter().all(|(ch, width)| may_be(*ch, upright(*width, 0.7))));
        let ideograph = |width| Rect::new(0.05, -0.08, 0.05 + width, 0.84);
        let others = [('f', 0.91), ('H', 0.88), ('8', 0.66), ('W', 0.9), ('m', 0.6)];
        assert!(!others.iter().any(|(ch, width)| may_be(*ch, ideograph(*width))));
        assert!(!may_be('M', Rect::new(0.05, 0.35, 0.95, 0.42)), "一");
        assert!(!may_be('<', Rect::new(0.6, 0.55, 0.95, 0.8)), "“");
        assert!(!may_be('8', Rect::new(0.05, -0.08, 0.3, 0.2)), "。");
    }
}
