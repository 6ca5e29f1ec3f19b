//! Rules that end at nothing → the rules that they end at.
//!
//! The rows of a table end at its outer border. Where two neighbours end at the utmost and nothing
//! is drawn between their ends, even the faint or dashed ink there is that border. Within a table
//! such ink may be text: there it has to go on from one piece of a rule to the next, with nothing beside.

use super::super::PixelRule;
use super::super::strokes::Stroke;
use super::track::{Seen, Side, Track};
use super::{CLEAN, MEET, THICK};
use crate::model::page::{Axis, Strength};

/// Share of the way between two ends that shows ink: a pattern of short dashes.
const INK: f32 = 0.3;

/// Share of that ink that is no thicker than a rule.
const THIN: f32 = 0.9;

/// The same of a piece that is missing within a table, and the share of its two sides that is blank.
const INNER_INK: f32 = 0.35;
const INNER_CLEAN: f32 = 0.9;

/// Longest piece of that kind in points: a cell of two lines. Where more is missing, none was drawn.
const INNER: f32 = 30.0;

/// How far aside of each other two pieces of one rule lie, in points.
const ASIDE: f32 = 1.2;

/// Longest way between two ends that is closed, in points: half a page.
const FARTHEST: f32 = 400.0;

/// Parts of outer borders at which `rules` end, but which are none of them. `sides` are those of
/// horizontal and of vertical rules, `scale` is pixels a point.
pub fn missing(rules: &[PixelRule], sides: [&Side; 2], scale: f32) -> Vec<PixelRule> {
    let meet = MEET * scale;
    let mut found = Vec::new();
    for side in sides {
        let (own, crossing): (Vec<&PixelRule>, Vec<&PixelRule>) =
            rules.iter().partition(|r| r.axis == side.axis);
        let mut widths: Vec<f32> = own.iter().map(|r| r.width).collect();
        widths.sort_by(f32::total_cmp);
        let Some(&width) = widths.get(widths.len() / 2) else { continue };
        found.extend(inner(&own, side, width, scale));
        let utmost = crossing.iter().fold((f32::INFINITY, 0.0_f32), |(low, high), r| {
            (low.min(r.span.0), high.max(r.span.1))
        });
        let starts = (|r: &PixelRule| r.span.0) as fn(&PixelRule) -> f32;
        for (end, utmost) in [(starts, utmost.0), (|r| r.span.1, utmost.1)] {
            // (where the rule ends, where it lies)
            let mut ends: Vec<(f32, f32)> = crossing.iter().map(|r| (r.position, end(r))).collect();
            ends.retain(|e| (e.1 - utmost).abs() <= meet);
            ends.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in ends.windows(2) {
                let gap = Gap { from: pair[0], to: pair[1], width };
                let apart = gap.to.0 - gap.from.0;
                if apart > 2.0 * meet
                    && apart <= FARTHEST * scale
                    && !own.iter().any(|r| gap.is_filled(r, meet))
                    && gap.shows_ink(side, scale)
                {
                    found.push(gap.rule(side.axis));
                }
            }
        }
    }
    found
}

/// Pieces that are missing between two of the rules `own` on one line.
fn inner(own: &[&PixelRule], side: &Side, width: f32, scale: f32) -> Vec<PixelRule> {
    let mut sorted: Vec<&PixelRule> = own.to_vec();
    sorted.sort_by(|a, b| a.span.0.total_cmp(&b.span.0).then(a.position.total_cmp(&b.position)));
    let mut found = Vec::new();
    // The rules that have begun, by whole pixels across.
    let mut last: std::collections::BTreeMap<i32, &PixelRule> = std::collections::BTreeMap::new();
    for rule in sorted {
        let aside = ASIDE * scale;
        let near = (rule.position - aside).floor() as i32..=(rule.position + aside).ceil() as i32;
        let before = last.range(near).map(|(_, r)| *r);
        let before = before.max_by(|a, b| a.span.1.total_cmp(&b.span.1));
        if let Some(before) = before.filter(|b| (b.position - rule.position).abs() <= aside) {
            let gap = Gap {
                from: (before.span.1, before.position),
                to: (rule.span.0, rule.position),
                width,
            };
            let apart = gap.to.0 - gap.from.0;
            if apart > 2.0 * MEET * scale && apart <= INNER * scale && gap.goes_on(side, scale) {
                found.push(gap.rule(side.axis));
            }
        }
        last.insert(rule.position.round() as i32, rule);
    }
    found
}

/// The way from one end to the next: (along, across) of both, in pixels.
struct Gap {
    from: (f32, f32),
    to: (f32, f32),
    width: f32,
}

impl Gap {
    fn across(&self) -> f32 {
        f32::midpoint(self.from.1, self.to.1)
    }

    /// Whether a rule covers the middle of the way.
    fn is_filled(&self, rule: &PixelRule, meet: f32) -> bool {
        let middle = f32::midpoint(self.from.0, self.to.0);
        (rule.position - self.across()).abs() <= meet
            && rule.span.0 <= middle
            && middle <= rule.span.1
    }

    fn shows_ink(&self, side: &Side, scale: f32) -> bool {
        let (seen, length) = self.look(side, scale);
        seen.dark >= INK && seen.thin >= THIN && seen.near >= CLEAN && seen.gap <= 0.4 * length
    }

    fn goes_on(&self, side: &Side, scale: f32) -> bool {
        let (seen, _) = self.look(side, scale);
        seen.dark >= INNER_INK && seen.thin >= THIN && seen.far >= INNER_CLEAN
    }

    /// What is seen along the way, and its length.
    fn look(&self, side: &Side, scale: f32) -> (Seen, f32) {
        let length = self.to.0 - self.from.0;
        let slope = (self.to.1 - self.from.1) / length;
        let line = Stroke {
            from: self.from.0,
            to: self.to.0,
            at0: self.from.1 - slope * self.from.0,
            slope,
            width: self.width,
            covered: length,
            rough: 0.0,
        };
        // Ink of the two rules themselves says nothing.
        let edge = (self.width + 1.0).min(length * 0.2);
        let track = Track::new(line);
        (side.look(&track, line.from + edge, line.to - edge, THICK * scale), length)
    }

    fn rule(&self, axis: Axis) -> PixelRule {
        PixelRule {
            axis,
            position: self.across(),
            span: (self.from.0, self.to.0),
            width: self.width,
            strength: Strength::Drawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scan::picture::ink::Ink;
    use image::GrayImage;

    fn rule(axis: Axis, position: f32, span: (f32, f32)) -> PixelRule {
        PixelRule { axis, position, span, width: 2.0, strength: Strength::Drawn }
    }

    /// The vertical rules found missing in a frame from 20 to 180 without its right side, where
    /// `dark` tells the ink of column 180 and 181.
    fn closed(dark: impl Fn(usize) -> bool) -> Vec<PixelRule> {
        let data = (0..200 * 200).map(|i| (i % 200, i / 200));
        let data = data.map(|(x, y)| u8::from((180..182).contains(&x) && dark(y))).collect();
        let ink = Ink { width: 200, height: 200, data };
        let gray = GrayImage::new(200, 200);
        let side = |axis| Side { ink: &ink, gray: &gray, axis, tracks: Vec::new() };
        let rules = [
            rule(Axis::Horizontal, 20.0, (20.0, 181.0)),
            rule(Axis::Horizontal, 120.0, (20.0, 181.0)),
            rule(Axis::Vertical, 20.0, (20.0, 120.0)),
        ];
        missing(&rules, [&side(Axis::Horizontal), &side(Axis::Vertical)], 2.0)
    }

    #[test]
    fn dashes_between_two_ends_are_a_rule() {
        let found = closed(|y| y % 10 < 5);
        assert_eq!(found, [rule(Axis::Vertical, 181.0, (20.0, 120.0))]);
    }

    #[test]
    fn a_piece_that_is_missing_within_a_table_goes_on() {
        let found = |ink: fn(usize, usize) -> bool| {
            let data = (0..200 * 200).map(|i| u8::from(ink(i % 200, i / 200))).collect();
            let ink = Ink { width: 200, height: 200, data };
            let gray = GrayImage::new(200, 200);
            let side = |axis| Side { ink: &ink, gray: &gray, axis, tracks: Vec::new() };
            let rules = [
                rule(Axis::Vertical, 100.0, (20.0, 80.0)),
                rule(Axis::Vertical, 100.5, (110.0, 180.0)),
            ];
            missing(&rules, [&side(Axis::Horizontal), &side(Axis::Vertical)], 2.0).len()
        };
        assert_eq!(found(|x, y| (100..102).contains(&x) && y % 8 < 4), 1);
        assert_eq!(found(|x, y| (100..102).contains(&x) && y % 8 < 2), 0, "too little ink");
        assert_eq!(found(|x, y| (100..112).contains(&x) && y % 8 < 4), 0, "print");
    }

    #[test]
    fn two_ends_alone_are_none() {
        assert_eq!(closed(|_| false), []);
        assert_eq!(closed(|y| y < 40), [], "a stroke that ends on the way");
    }
}
