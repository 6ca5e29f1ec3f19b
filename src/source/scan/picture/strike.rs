//! The ink of rules, told from the print beside it.
//!
//! # Steps
//! At each pixel along a rule, what goes on from the rule's middle without a gap is its ink, up to the
//! blur of its edges and a pixel or two of roughness. What stands off it is print: the first strokes of
//! 法 in a cell without padding. Where nothing of the rule is left, whatever stands on its line counts as
//! the rule.

use super::PixelRule;
use super::ink::Ink;
use crate::model::page::Axis;

/// A value of [`Ink`] that stands for ink of a rule.
pub const RULE: u8 = 2;

/// Pixels beside a rule that blur may darken.
const BLUR: usize = 1;

/// Most pixels by which a rule stands out where it is rough, and so many that are looked at.
const ROUGH: usize = 2;
const LOOK: usize = 4;

/// Marks the ink of `rules` as [`RULE`], so that it joins no text.
pub fn out(ink: &mut Ink, rules: &[PixelRule]) {
    for rule in rules {
        let (size, length) = match rule.axis {
            Axis::Horizontal => (ink.height, ink.width),
            Axis::Vertical => (ink.width, ink.height),
        };
        let from = (rule.span.0 - rule.width).max(0.0) as usize;
        let to = ((rule.span.1 + rule.width).max(0.0) as usize).min(length);
        let centre = rule.position.max(0.0) as usize;
        if centre >= size {
            continue;
        }
        for along in from..to {
            let width = ink.width;
            let index = |across: usize| match rule.axis {
                Axis::Horizontal => across * width + along,
                Axis::Vertical => along * width + across,
            };
            let core = (rule.width / 2.0).round().max(1.0) as usize;
            let low = centre.saturating_sub(core);
            let is_drawn = (low..=centre + core).any(|a| a < size && ink.data[index(a)] != 0);
            let reach = (rule.width / 2.0).ceil() as usize + BLUR;
            let before = (0..=centre).rev().map(index);
            side(&mut ink.data, before, (is_drawn, core, reach));
            side(&mut ink.data, (centre..size).map(index), (is_drawn, core, reach));
        }
    }
}

/// Strikes out one side of a rule at one pixel along it: the pixels from its middle outwards. `is_drawn`
/// tells whether the rule is seen here, within `core` pixels of its middle; it ends within `reach`.
fn side(
    data: &mut [u8],
    mut pixels: impl Iterator<Item = usize>,
    (is_drawn, core, reach): (bool, usize, usize),
) {
    let mut begun = false;
    for (away, i) in pixels.by_ref().take(reach + 1).enumerate() {
        match data[i] {
            0 if is_drawn && begun => return,
            0 => {}
            _ if is_drawn && !begun && away > core => return,
            _ => {
                begun = true;
                data[i] = RULE;
            }
        }
        if away == reach && data[i] != RULE {
            return;
        }
    }
    // More than a little is a character that touches the rule.
    let out: Vec<usize> = pixels.take(LOOK).take_while(|&i| data[i] == 1).collect();
    if out.len() <= ROUGH {
        for i in out {
            data[i] = RULE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;

    /// What is left of a row of pixels across a rule of four pixels in its middle, at column 10.
    fn left(row: &str) -> String {
        let data: Vec<u8> = row.bytes().map(|b| u8::from(b == b'#')).collect();
        let mut ink = Ink { width: data.len(), height: 1, data };
        let rule = PixelRule {
            axis: Axis::Vertical,
            position: 10.5,
            span: (0.0, 1.0),
            width: 4.0,
            strength: Strength::Drawn,
        };
        out(&mut ink, &[rule]);
        ink.data.iter().map(|&v| if v == 1 { '#' } else { '.' }).collect()
    }

    #[test]
    fn print_that_stands_off_a_rule_is_none_of_it() {
        assert_eq!(left("........####........."), ".....................");
        assert_eq!(left("........####..##....."), "..............##.....");
        assert_eq!(left("....##.#####........."), "....##...............");
        assert_eq!(left("........########....."), ".....................", "rough by two pixels");
        assert_eq!(
            left("........##########..."),
            "..............####...",
            "a character touches it"
        );
        assert_eq!(left(".............##......"), ".....................", "the rule is broken");
    }
}
