//! Short tracks that are rules because they part others.
//!
//! Strokes of characters are as long, but they do not touch what is printed around them, do not stand
//! on the line of another rule, and are not as wide as they.

use super::rhythm::Rhythm;
use super::track::{Side, Step, Track};
use super::{CLEAN_DOUBLE, CLEAN_SHORT, DRAWN_SHORT, GAPS, MEET, THICK, THIN_WHOLE, TOOTH, WHOLE};
use super::{PixelRule, is_dashed, joints};
use crate::model::page::Axis;

/// Share of its sides that is blank beside a line to which no print is near.
const CLEAR: f32 = 0.95;

/// Short rules are no wider than most long ones by this factor and a pixel.
const WIDER: f32 = 1.5;

/// In so many rows, short strokes that part two rules each and stand on one line are rules.
const IN_ROWS: usize = 3;

/// Rules that are shorter than this and stand on no other's line reach both the rules that they part: a
/// row of one line of print is no higher, in points.
const ROW: f32 = 20.0;

/// Takes the short tracks that run from one rule of the other side to another; of tracks that also
/// hold strokes of characters on the same line, the parts that do. What such a track shows beyond
/// remains to be judged: a row whose outer border is drawn on another page is open at one end.
pub fn find(
    side: &mut Side,
    (chosen, maybe): (&[usize], &mut Vec<usize>),
    other: &Side,
    others: &[usize],
    (scale, rhythm, (least, widest)): (f32, Option<Rhythm>, (f32, f32)),
) -> Vec<usize> {
    let mut taken: Vec<Track> = Vec::new();
    let mut tails: Vec<Track> = Vec::new();
    maybe.retain(|&i| {
        let track = &side.tracks[i];
        let joints = joints(track, other, others, scale);
        let in_line = is_in_line(track, side, chosen, scale);
        if !in_line && track.width() > widest {
            return true;
        }
        let mut units: Vec<(f32, f32, bool)> = Vec::new();
        for w in joints.windows(2) {
            let (a, b) = (w[0], w[1]);
            let own = track.to.min(b) - track.from.max(a);
            if own < 0.6 * (b - a) || b - a < 6.0 * scale {
                continue;
            }
            let edge = (track.width() / 2.0 + 1.0).min((b - a) * 0.2);
            let seen = side.look(track, a + edge, b - edge, THICK * scale);
            let drawn = seen.gap <= 3.0 * scale
                && (seen.dark >= DRAWN_SHORT && seen.near >= CLEAN_SHORT
                    || seen.dark >= WHOLE && seen.near >= CLEAN_DOUBLE);
            let dashes = is_dashed((rhythm, in_line), side, track, (a + edge, b - edge), &seen);
            let even = || seen.gaps * scale <= GAPS && side.is_even(track, a + edge, b - edge);
            // What melted into a line has other strokes beside it.
            let is_clear = seen.dark >= WHOLE && seen.far >= CLEAR && seen.thin >= THIN_WHOLE;
            let whole = seen.thin >= 0.5 && (drawn && (is_clear || even()) || dashes);
            let is_dark = || side.usual_darkness(track, a + edge, b - edge) >= least;
            // The stem of a character leaves some white above and below, if no more.
            let reaches = || {
                let shown = |from: f32, to: f32| {
                    side.steps(track, from, to).iter().any(|step| *step != Step::White)
                };
                let pixel = 1.5;
                shown(a + edge, a + edge + pixel) && shown(b - edge - pixel, b - edge)
            };
            if whole && (dashes || is_dark()) {
                let stands_alone = !dashes && !in_line && b - a < ROW * scale;
                units.push((a, b, !stands_alone || reaches()));
            }
        }
        // Borders may stop short of each corner; stems in several rows stand nowhere on one line.
        let supported = units.len() >= IN_ROWS;
        let mut open: Option<(f32, f32)> = None;
        units.retain(|unit| unit.2 || supported);
        if let (Some(&(first, ..)), Some(&(_, last, _))) = (units.first(), units.last()) {
            let beyond = [(track.from, first), (last, track.to)];
            let long = beyond.into_iter().filter(|(a, b)| b - a >= TOOTH * scale);
            tails.extend(long.map(|span| track.part(span)));
        }
        let found = !units.is_empty();
        for (a, b, _) in units {
            match &mut open {
                Some(o) if o.1 >= a => o.1 = b,
                _ => {
                    taken.extend(open.map(|o| track.part(o)));
                    open = Some((a, b));
                }
            }
        }
        taken.extend(open.map(|o| track.part(o)));
        !found
    });
    let first = side.tracks.len();
    side.tracks.extend(taken);
    let end = side.tracks.len();
    side.tracks.extend(tails);
    maybe.extend(end..side.tracks.len());
    (first..end).collect()
}

/// The greatest width in pixels of short rules, as those of the page's long ones tell: the stem of a
/// bold character is wider.
pub fn widest(sides: [(&Side, &[usize]); 2]) -> f32 {
    let tracks = sides.iter().flat_map(|(side, chosen)| chosen.iter().map(|&i| &side.tracks[i]));
    let mut widths: Vec<f32> = tracks.map(Track::width).collect();
    widths.sort_by(f32::total_cmp);
    widths.get(widths.len() * 9 / 10).map_or(f32::INFINITY, |w| WIDER * w + 1.0)
}

/// Whether one of the chosen tracks stands on a track's line, be it elsewhere on the page.
fn is_in_line(track: &Track, side: &Side, chosen: &[usize], scale: f32) -> bool {
    let at = track.mean();
    chosen.iter().any(|&i| (side.tracks[i].mean() - at).abs() <= scale.max(1.5))
}

/// Drops short rules that reach from one line to another of which neither is drawn: what they seemed to
/// part was itself a row of strokes.
pub fn drop_loose(rules: &mut Vec<PixelRule>, scale: f32) {
    let meet = MEET * scale;
    let mut lines: Vec<(Axis, f32, (f32, f32))> =
        rules.iter().map(|r| (r.axis, r.position, r.span)).collect();
    lines.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let is_met = |rule: &PixelRule, end: f32| {
        let across = match rule.axis {
            Axis::Horizontal => Axis::Vertical,
            Axis::Vertical => Axis::Horizontal,
        };
        let from = lines.partition_point(|l| (l.0, l.1) < (across, end - meet));
        let near = lines[from..].iter().take_while(|l| l.0 == across && l.1 <= end + meet);
        near.into_iter().any(|l| rule.position >= l.2.0 - meet && rule.position <= l.2.1 + meet)
    };
    rules.retain(|rule| {
        rule.span.1 - rule.span.0 >= TOOTH * scale
            || [rule.span.0, rule.span.1].into_iter().all(|end| is_met(rule, end))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;

    fn rule(axis: Axis, position: f32, span: (f32, f32)) -> PixelRule {
        PixelRule { axis, position, span, width: 1.0, strength: Strength::Drawn }
    }

    #[test]
    fn a_short_rule_needs_both_lines_that_it_parts() {
        let short = rule(Axis::Vertical, 50.0, (100.0, 108.0));
        let lines = [100.0, 108.0].map(|y| rule(Axis::Horizontal, y, (0.0, 200.0)));
        let left = |others: &[PixelRule]| {
            let mut rules = [others, &[short]].concat();
            drop_loose(&mut rules, 1.0);
            rules.len() - others.len()
        };
        assert_eq!(left(&lines), 1);
        assert_eq!(left(&lines[..1]), 0, "the row of strokes below is no line");
        let aside = rule(Axis::Horizontal, 108.0, (80.0, 200.0));
        assert_eq!(left(&[lines[0], aside]), 0);
        let high = rule(Axis::Vertical, 50.0, (100.0, 140.0));
        let mut rules = vec![high];
        drop_loose(&mut rules, 1.0);
        assert_eq!(rules, [high], "longer ones were looked at in their length");
    }
}
