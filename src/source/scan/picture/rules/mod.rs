//! Strokes of the straight picture → rules.
//!
//! # Steps
//! 1. Pieces on one line are joined over gaps that a bad copy leaves, and over dash patterns.
//! 2. Long thin tracks are rules. Short ones are only if they run all the way from one rule to
//!    another: strokes of characters do not touch what is printed around them.
//! 3. Between two joints a rule is there or not: each unit is judged by the ink along it, on dashed
//!    pages by the [`rhythm`] of that ink.
//! 4. [`closing`]: rules that end at nothing show where another is.

mod closing;
mod rhythm;
mod spanning;
pub mod track;

use super::strokes::{Limits, Stroke, down};
use super::{PixelRule, RuleInks};
use crate::model::page::{Axis, Strength};
use image::GrayImage;
use rhythm::{KEPT, KEPT_ALONE, Rhythm};
use track::{Seen, Side, Step, Track};

/// Lengths in points. A rule is no thicker than this; the heaviest border of office programs
/// is 6 pt, that of forms 2.25 pt, and two strokes of a double line melt into one.
const THICK: f32 = 4.5;

/// Shortest stroke that is looked at: a dash.
const SHORT: f32 = 3.0;

/// From this length on a thin straight track is a rule by itself: longer than the strokes of a
/// title's characters.
const LONG: f32 = 48.0;

/// Gap bridged while following a stroke: dots of a dotted line, dropouts of a fax.
const GAP: f32 = 1.6;

/// Longest gap that a bad copy leaves in a line between two longer pieces.
const BROKEN: f32 = 14.0;

/// Distance at which a rule meets another.
const MEET: f32 = 3.5;

/// Share of a line's two sides that is blank if the line is a rule with gaps: a row of strokes of
/// characters has other strokes above or below.
const CLEAN: f32 = 0.8;

/// The same for a rule without gaps, close by: text may touch it.
const CLEAN_NEAR: f32 = 0.6;
const CLEAN_SHORT: f32 = 0.75;

/// The same for a dash pattern, whose regular gaps speak for it.
const CLEAN_PATTERN: f32 = 0.8;

/// A line without any gap is a rule even if one side is never blank: one of a double line.
const WHOLE: f32 = 0.97;
const CLEAN_DOUBLE: f32 = 0.45;

/// Share of a unit between two joints that shows ink if a rule is drawn there.
const DRAWN: f32 = 0.75;

/// Share of a long track that shows ink, whatever stands beside it.
const DRAWN_LONG: f32 = 0.9;

/// The same for short tracks, which characters could imitate.
const DRAWN_SHORT: f32 = 0.88;

/// A unit of a broken line shows at least this share of the ink that the line shows elsewhere. One
/// break of [`BROKEN`] at most halves the lowest row; where a line is whole but for one unit, what
/// stands there is a stroke of a character.
const BROKEN_INK: f32 = 0.55;

/// Most gaps a point of a rule that is drawn without: one in 20 pt. Characters leave one each.
const GAPS: f32 = 0.05;

/// Share of the ink of a line without gaps that is no thicker than a rule if it is one: strokes of
/// characters that melted into each other are thicker here and there.
const THIN_WHOLE: f32 = 0.95;

/// Share of a long unit's ink that is no thicker than a rule if it is one, print close by or not: upright
/// strokes cross a row of characters.
const THIN_TIGHT: f32 = 0.8;

/// Darkness of a rule as a share of the page's typical rule below which it belongs to the reverse
/// side of the sheet; hairlines are darker than that.
const FADED: f32 = 0.2;

/// Darkness of a short rule as a share of that of the page's paler long ones: what is left of a seal's
/// ring runs from rule to rule as well, but is paler. A quarter of the long ones may be pale themselves.
const PALE_SHORT: f32 = 0.6;
const PALER: f32 = 0.25;

/// Where a line shows whether it goes on through one that crosses it, in points from the crossing one's
/// edge; the least number of crossings that tell, and the share of them at which dashes show ink.
const BESIDE_JOINT: std::ops::Range<f32> = 0.3..1.4;
const TELLING_JOINTS: usize = 3;
const INKED_JOINTS: f32 = 0.34;

/// Share of a line's two sides that is blank if it keeps the rhythm of the page's dashed lines: text
/// may stand all along one of them.
const CLEAN_RHYTHM: f32 = 0.45;

/// Least length in points and number of the teeth of a comb: a row of the smallest print, and a
/// table of two columns.
const TOOTH: f32 = 11.0;
const TEETH: usize = 3;

/// The rules of a straight picture; `scale` is pixels a point. Ordered by axis and position.
pub fn find(inks: &RuleInks, gray: &GrayImage, scale: f32) -> Vec<PixelRule> {
    let limits = limits(scale);
    let side = |ink, axis| {
        let mut strokes = down(ink, limits);
        // Rules of a straight picture are straight; what leans or wobbles is handwriting.
        strokes.retain(|s| s.slope.abs() * s.length() <= 1.5 * scale + s.length() * 0.01);
        Side { ink, gray, axis, tracks: join(strokes, scale) }
    };
    let mut across = side(&inks.turned, Axis::Horizontal);
    let mut vertical = side(&inks.upright, Axis::Vertical);
    let (mut rows, mut maybe_rows) = strong(&across, scale);
    let (mut columns, mut maybe_columns) = strong(&vertical, scale);
    let least = fade(&across, &mut rows, &vertical, &mut columns);
    let widest = spanning::widest([(&across, &rows), (&vertical, &columns)]);
    rows.retain(|&i| !is_column(&across, &across.tracks[i], (&vertical, &columns), scale));
    columns.retain(|&i| !is_column(&vertical, &vertical.tracks[i], (&across, &rows), scale));
    let rhythm = Rhythm::of([(&across, &rows), (&vertical, &columns)], scale);
    // A short rule may end at another short one.
    for _ in 0..4 {
        let more = spanning::find(
            &mut across,
            (&rows, &mut maybe_rows),
            &vertical,
            &columns,
            (scale, rhythm, (least, widest)),
        );
        rows.extend(&more);
        let others = spanning::find(
            &mut vertical,
            (&columns, &mut maybe_columns),
            &across,
            &rows,
            (scale, rhythm, (least, widest)),
        );
        columns.extend(&others);
        if more.is_empty() && others.is_empty() {
            break;
        }
    }
    let teeth = combs(&across, (&rows, &mut maybe_rows), &vertical, &columns, scale);
    rows.extend(teeth);
    let teeth = combs(&vertical, (&columns, &mut maybe_columns), &across, &rows, scale);
    columns.extend(teeth);
    let mut rules = units(&across, &rows, &vertical, &columns, (scale, rhythm));
    rules.extend(units(&vertical, &columns, &across, &rows, (scale, rhythm)));
    spanning::drop_loose(&mut rules, scale);
    rules.extend(closing::missing(&rules, [&across, &vertical], scale));
    rules.sort_by(|a, b| {
        a.axis
            .cmp(&b.axis)
            .then(a.position.total_cmp(&b.position))
            .then(a.span.0.total_cmp(&b.span.0))
    });
    rules
}

/// What counts as a stroke at a scale of pixels a point.
pub fn limits(scale: f32) -> Limits {
    Limits {
        thick: (THICK * scale).round().max(3.0) as usize,
        long: (SHORT * scale).round().max(3.0) as usize,
        gap: (GAP * scale).round().max(1.0) as usize,
        hidden: (8.0 * scale) as usize,
    }
}

/// Joins pieces on one line.
pub fn join(mut strokes: Vec<Stroke>, scale: f32) -> Vec<Track> {
    strokes.sort_by(|a, b| a.from.total_cmp(&b.from).then(a.at0.total_cmp(&b.at0)));
    let apart = (0.6 * scale).max(1.5);
    let mut tracks: Vec<Track> = Vec::new();
    // Index of the last track that ends at a position, by whole pixels.
    let mut ends: std::collections::BTreeMap<i32, usize> = std::collections::BTreeMap::new();
    for stroke in strokes {
        let start = stroke.at(stroke.from);
        let key = start.round() as i32;
        let reach = apart.ceil() as i32 + 1;
        let near = ends.range(key - reach..=key + reach).map(|(_, &i)| i);
        let fits = near.filter(|&i| {
            let track = &tracks[i];
            let gap = stroke.from - track.to;
            let Some(last) = track.pieces.last() else { return false };
            // Pieces of a line are longer than what is missing between them; dashes need not be.
            let shorter = last.length().min(stroke.length());
            let dashes = gap <= (10.0 * scale).min(1.3 * shorter);
            let most = (BROKEN * scale).min(shorter * 0.6).max(GAP * scale);
            (gap <= most || dashes) && gap > -scale && (track.at(track.to) - start).abs() <= apart
        });
        let best = fits.min_by(|&a, &b| {
            let off = |i: usize| (tracks[i].at(tracks[i].to) - start).abs();
            off(a).total_cmp(&off(b))
        });
        let index = if let Some(i) = best {
            tracks[i].to = tracks[i].to.max(stroke.to);
            tracks[i].pieces.push(stroke);
            i
        } else {
            tracks.push(Track::new(stroke));
            tracks.len() - 1
        };
        ends.insert(stroke.at(stroke.to).round() as i32, index);
    }
    tracks
}

/// Drops tracks that are much paler than most: rules of the reverse side of the page. Returns the least
/// darkness of short rules.
fn fade(across: &Side, rows: &mut Vec<usize>, vertical: &Side, columns: &mut Vec<usize>) -> f32 {
    let darkness = |side: &Side, i: usize| -> f32 {
        let track = &side.tracks[i];
        let all: Vec<u8> =
            track.pieces.iter().flat_map(|p| side.darkness(track, p.from, p.to)).collect();
        all.iter().map(|&d| f32::from(d)).sum::<f32>() / all.len().max(1) as f32
    };
    let dark_rows: Vec<f32> = rows.iter().map(|&i| darkness(across, i)).collect();
    let dark_columns: Vec<f32> = columns.iter().map(|&i| darkness(vertical, i)).collect();
    let mut all: Vec<f32> = dark_rows.iter().chain(&dark_columns).copied().collect();
    all.sort_by(f32::total_cmp);
    let Some(&typical) = all.get(all.len() * 2 / 3) else { return 0.0 };
    let least = typical * FADED;
    let mut keep = dark_rows.iter().map(|&d| d >= least);
    rows.retain(|_| keep.next().unwrap_or(true));
    let mut keep = dark_columns.iter().map(|&d| d >= least);
    columns.retain(|_| keep.next().unwrap_or(true));
    all.retain(|&d| d >= least);
    all.get((all.len() as f32 * PALER) as usize).map_or(0.0, |d| d * PALE_SHORT)
}

/// Whether a track keeps the rhythm of the page's dashed lines on some part of it, where it was seen to
/// look so; one with no other rule in line has to keep it better.
fn is_dashed(
    (rhythm, in_line): (Option<Rhythm>, bool),
    side: &Side,
    track: &Track,
    (from, to): (f32, f32),
    seen: &Seen,
) -> bool {
    let least = if in_line { KEPT } else { KEPT_ALONE };
    seen.near >= CLEAN_RHYTHM
        && rhythm.is_some_and(|rhythm| rhythm.is_kept(&side.steps(track, from, to), least))
}

/// Splits the tracks into rules by their own length, and short ones to be judged.
fn strong(side: &Side, scale: f32) -> (Vec<usize>, Vec<usize>) {
    let thick = THICK * scale;
    let mut rules = Vec::new();
    let mut maybe = Vec::new();
    for (i, track) in side.tracks.iter().enumerate() {
        let length = track.length();
        if length < 5.0 * scale {
            continue;
        }
        let seen = side.look(track, track.from, track.to, thick);
        let even = seen.gaps * scale <= GAPS
            && (seen.near >= CLEAN
                || seen.dark >= WHOLE && seen.thin >= THIN_WHOLE
                || side.is_even(track, track.from, track.to));
        let drawn = seen.dark >= WHOLE && even
            || seen.dark >= DRAWN_LONG && seen.near >= CLEAN_NEAR && even
            || seen.dark >= 0.6 && seen.far >= CLEAN && seen.gaps * scale <= GAPS
            || seen.dark >= 0.3 && seen.far >= CLEAN_PATTERN && track.is_pattern();
        if length >= LONG * scale && seen.thin >= 0.6 && drawn {
            rules.push(i);
        } else {
            maybe.push(i);
        }
    }
    (rules, maybe)
}

/// Whether a track of dashes is a column of print: a 1 in each row of a list is as regular, but none
/// touches the rules between the rows. The dashes of a border do not keep clear of those.
fn is_column(side: &Side, track: &Track, (other, others): (&Side, &[usize]), scale: f32) -> bool {
    if track.covered() >= DRAWN_LONG * track.length() {
        return false;
    }
    let crossing = others.iter().map(|&j| &other.tracks[j]);
    let at = track.mean();
    let crossing = crossing.filter(|t| at >= t.from && at <= t.to);
    let inside = |(joint, _): &(f32, f32)| *joint > track.from && *joint < track.to;
    let joints: Vec<(f32, f32)> = crossing.map(|t| (t.at(at), t.width())).filter(inside).collect();
    let has_ink = |from: f32, to: f32| has_ink(side, track, (from, to));
    let is_inked = |&&(joint, width): &&(f32, f32)| {
        let (near, far) = beside(width, scale);
        has_ink(joint - far, joint - near) || has_ink(joint + near, joint + far)
    };
    let inked = joints.iter().filter(is_inked).count();
    joints.len() >= TELLING_JOINTS && (inked as f32) < INKED_JOINTS * joints.len() as f32
}

/// From where to where a line of this width shows, beside its middle, whether another goes through it,
/// in pixels.
fn beside(width: f32, scale: f32) -> (f32, f32) {
    let edge = width / 2.0 + 1.0;
    (edge + BESIDE_JOINT.start * scale, edge + BESIDE_JOINT.end * scale)
}

fn has_ink(side: &Side, track: &Track, (from, to): (f32, f32)) -> bool {
    side.steps(track, from, to).iter().any(|s| *s != Step::White)
}

/// Whether what is drawn between two joints touches neither, as print in a cell. What is left of a
/// broken line ends at one of them.
fn is_free(side: &Side, track: &Track, (a, b): (f32, f32), scale: f32) -> bool {
    let (near, far) = beside(track.width(), scale);
    !has_ink(side, track, (a + near, a + far)) && !has_ink(side, track, (b - far, b - near))
}

/// Takes short tracks that hang on a rule of the other side like the teeth of a comb: rows at the
/// edge of a page whose outer border is drawn on another page, or nowhere.
fn combs(
    side: &Side,
    (rules, maybe): (&[usize], &mut Vec<usize>),
    other: &Side,
    others: &[usize],
    scale: f32,
) -> Vec<usize> {
    let meet = MEET * scale;
    // (free end, index, joint)
    let mut teeth: Vec<(f32, usize, f32)> = Vec::new();
    for &i in maybe.iter() {
        let track = &side.tracks[i];
        let seen = side.look(track, track.from, track.to, THICK * scale);
        if track.length() < TOOTH * scale || seen.dark < DRAWN_SHORT || seen.near < CLEAN_SHORT {
            continue;
        }
        let joints = joints(track, other, others, scale);
        // The free end points out of the table: within it, text hangs below rules likewise.
        match (joints.first(), joints.last()) {
            (_, Some(&last)) if (last - track.from).abs() <= 0.5 * meet => {
                teeth.push((track.to, i, last));
            }
            (Some(&first), _) if (first - track.to).abs() <= 0.5 * meet => {
                teeth.push((track.from, i, first));
            }
            _ => {}
        }
    }
    teeth.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut taken = Vec::new();
    for group in teeth.chunk_by(|a, b| b.0 - a.0 <= scale && (a.2 - b.2).abs() <= meet) {
        // Longer rules that end there are teeth as well.
        let end = group[0].0;
        let long = rules
            .iter()
            .map(|&i| &side.tracks[i])
            .filter(|t| (t.from - end).abs() <= 1.5 * scale || (t.to - end).abs() <= 1.5 * scale);
        if group.len() + long.count() >= TEETH {
            taken.extend(group.iter().map(|t| t.1));
        }
    }
    taken.sort_unstable();
    maybe.retain(|i| taken.binary_search(i).is_err());
    taken
}

/// Where rules of the other side meet the line of a track, ascending.
fn joints(track: &Track, other: &Side, others: &[usize], scale: f32) -> Vec<f32> {
    let (at, meet) = (track.mean(), MEET * scale);
    let mut joints: Vec<f32> = others
        .iter()
        .map(|&j| &other.tracks[j])
        .filter(|t| at >= t.from - meet && at <= t.to + meet)
        .map(|t| t.at(at))
        .collect();
    joints.sort_by(f32::total_cmp);
    joints.dedup_by(|b, a| *b - *a < 2.0);
    joints
}

/// Share of ink that a line shows in its units but for one, where it is drawn at all.
fn elsewhere(edges: &[f32], looks: &[Seen], but: usize) -> f32 {
    let units = edges.windows(2).zip(looks).enumerate().filter(|(n, (_, s))| {
        // Where the line is not drawn there is next to no ink.
        *n != but && s.dark >= 0.3
    });
    let (ink, length) = units.fold((0.0, 0.0), |(ink, length), (_, (w, seen))| {
        (ink + seen.dark * (w[1] - w[0]), length + w[1] - w[0])
    });
    if length > 0.0 { ink / length } else { 0.0 }
}

/// Judges the chosen tracks between each two joints; what is drawn becomes rules.
fn units(
    side: &Side,
    chosen: &[usize],
    other: &Side,
    others: &[usize],
    (scale, rhythm): (f32, Option<Rhythm>),
) -> Vec<PixelRule> {
    let meet = MEET * scale;
    let mut rules = Vec::new();
    for &i in chosen {
        let track = &side.tracks[i];
        let joints = joints(track, other, others, scale);
        // From the last joint before the track to the first after it: ends may be broken off.
        let first = joints.partition_point(|&j| j <= track.from + meet).saturating_sub(1);
        let last = joints.partition_point(|&j| j < track.to - meet);
        let inner = joints.get(first..=last.min(joints.len().saturating_sub(1))).unwrap_or(&[]);
        let mut edges: Vec<f32> = Vec::new();
        if inner.first().is_none_or(|&j| track.from < j - meet) {
            edges.push(track.from);
        }
        edges.extend(inner);
        if inner.last().is_none_or(|&j| track.to > j + meet) {
            edges.push(track.to);
        }
        let mut open: Option<(f32, f32)> = None;
        let pattern = rhythm.is_some() && track.is_pattern();
        // Ink of the crossing rule itself says nothing.
        let within = |w: &[f32]| {
            let edge = (track.width() / 2.0 + 1.0).min((w[1] - w[0]) * 0.2);
            (w[0] + edge, w[1] - edge)
        };
        let looks: Vec<Seen> = edges
            .windows(2)
            .map(|w| {
                let (from, to) = within(w);
                side.look(track, from, to, THICK * scale)
            })
            .collect();
        for (n, w) in edges.windows(2).enumerate() {
            let (a, b) = (w[0], w[1]);
            let seen = looks[n];
            let own = (track.to.min(b) - track.from.max(a)) / (b - a).max(1.0);
            let dashed = track.pieces.len() >= 3 && own > 0.8;
            let kept = is_dashed((rhythm, true), side, track, within(w), &seen);
            // Beyond the last joint a character's stroke may stand on the same line.
            let tail = !joints.contains(&a) || !joints.contains(&b);
            if tail && !joints.is_empty() && b - a < LONG * scale {
                let whole =
                    seen.dark >= DRAWN_SHORT && seen.near >= CLEAN_SHORT && seen.gap <= scale;
                if !whole && !kept {
                    rules.extend(open.take().map(|o| (i, o)));
                    continue;
                }
            }
            // A line that is dashed elsewhere shows as much ink as a stroke of a character here.
            let solid = seen.dark >= DRAWN && seen.near >= CLEAN_NEAR && !pattern;
            // In tight rows print stands right above and below.
            let tight = seen.dark >= DRAWN
                && seen.thin >= THIN_TIGHT
                && seen.gaps * scale <= GAPS
                && own > 0.8
                && b - a >= LONG * scale
                && !pattern;
            let drawn = kept
                || seen.thin >= 0.4
                    && (solid
                        || tight
                        || seen.dark >= WHOLE
                        || (own > 0.5
                            && seen.far >= CLEAN
                            && seen.dark >= if dashed { 0.3 } else { 0.4 }
                            && seen.dark >= BROKEN_INK * elsewhere(&edges, &looks, n)
                            && seen.gap <= BROKEN * scale
                            && (dashed || !is_free(side, track, (a, b), scale))));
            match (&mut open, drawn) {
                (Some(o), true) => o.1 = b,
                (None, true) => open = Some((a, b)),
                (Some(o), false) => {
                    rules.push((i, *o));
                    open = None;
                }
                (None, false) => {}
            }
        }
        rules.extend(open.map(|o| (i, o)));
    }
    let rule = |(i, span): (usize, (f32, f32))| {
        let track = &side.tracks[i];
        PixelRule {
            axis: side.axis,
            position: track.at(f32::midpoint(span.0, span.1)),
            span,
            width: track.width(),
            strength: Strength::Drawn,
        }
    };
    rules.into_iter().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_compared_with_the_rest_of_its_line() {
        let seen = |dark| Seen { dark, ..Seen::default() };
        let edges = [0.0, 20.0, 60.0, 80.0];
        let looks = [seen(0.45), seen(1.0), seen(0.0)];
        assert_eq!(elsewhere(&edges, &looks, 0), 1.0, "where nothing is drawn does not count");
        let looks = [seen(0.45), seen(0.5), seen(0.8)];
        assert!((elsewhere(&edges, &looks, 0) - 0.6).abs() < 1e-6);
        assert_eq!(elsewhere(&edges[..2], &looks[..1], 0), 0.0, "a single unit stands for itself");
    }
}
