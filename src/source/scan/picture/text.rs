//! Ink between the rules → lines of text.
//!
//! # Steps
//! 1. Ink on the rules is struck out; the rest falls into blobs, each in one region.
//! 2. Each region is cut into bands by its empty rows, bands at wide gaps, and again.
//! 3. Dots belong to the line they stand in; dots in no line are specks.
//! 4. [`faint`] strokes join the lines.

use super::blobs::{self, Blob, Run};
use super::crop::crops;
use super::crossed;
use super::ends;
use super::faint;
use super::ink::Ink;
use super::regions::Regions;
use super::remnant::{self, Edge};
use super::strike;
use super::{Mark, MarkKind, PixelBox, PixelRule, TextLine};
use crate::model::page::Axis;
use image::GrayImage;
use std::collections::BTreeMap;

/// Least longer side of ink that makes a line by itself, in points: a hyphen of 6 pt print.
const SOLID: f32 = 2.2;

/// Ink of fewer square points is a speck: a full stop of 6 pt print has about half a square point.
const SPECK: f32 = 0.25;

/// Higher ink is no character, in points.
const TALLEST: f32 = 60.0;

/// Gap within a line at which it is cut in two, in heights of the line.
const APART: f32 = 2.5;

/// More lines than this are a photograph or noise.
const MOST_LINES: usize = 4000;

/// Share of the way from print to white below which ink is pale, but ink; the thin strokes of a
/// blurred scan reach half of it.
const PALE: f32 = 0.5;

/// The same for the core of a stroke that is in no line yet; print that shines through is
/// paler.
const STROKE: f32 = 0.42;

/// Fewer strokes of that kind may be dirt: a character has three and more.
const FAINT_STROKES: usize = 3;

/// The lines of text in reading order of their regions, and ink that is none.
///
/// `dark` is the gray level below which ink is print; a page has `scale` pixels a point and may be
/// `rough`: pieces of its borders look like strokes of characters.
pub fn lines(
    gray: &GrayImage,
    dark: u8,
    rules: &[PixelRule],
    (scale, rough): (f32, bool),
) -> (Vec<TextLine>, Vec<Mark>) {
    let mut ink = Ink::darker(gray, dark);
    strike::out(&mut ink, rules);
    let regions = Regions::of(rules, (ink.width, ink.height), scale);
    let (blobs, runs) = blobs::find(&without_rules(ink.clone()));
    let em = typical(&blobs, scale);
    // Where nothing is drawn between columns, white space alone tells them apart.
    let has_columns = rules.iter().any(|rule| rule.axis == Axis::Vertical);
    let gap = (!has_columns).then_some(BETWEEN * em);
    let mut marks = Vec::new();
    let mut solid: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut dots: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut unclear: Vec<(u32, usize)> = Vec::new();
    let mut joined: Vec<PixelBox> = Vec::new();
    for (i, blob) in blobs.iter().enumerate() {
        let b = blob.bbox;
        let (x, y) = b.center();
        let region = regions.at(x, y);
        let longer = b.width().max(b.height()) as f32;
        if b.height() as f32 > TALLEST * scale {
            marks.push(Mark { kind: MarkKind::Unknown, bbox: b });
        } else if longer < SOLID * scale {
            if blob.area as f32 > SPECK * scale * scale {
                dots.entry(region).or_default().push(i);
            }
        } else {
            match remnant::judge(blob, &regions.bbox(region), (&ink, em, rough), scale) {
                Edge::Print => solid.entry(region).or_default().push(i),
                Edge::Unclear => unclear.push((region, i)),
                Edge::Joined => joined.push(b),
                Edge::Border => {}
            }
        }
    }
    for (region, i) in unclear {
        let own = &blobs[i].bbox;
        if let Some(members) = solid.get_mut(&region)
            && members.iter().any(|&m| remnant::is_one_with(own, &blobs[m].bbox, em))
        {
            members.push(i);
        }
    }
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (region, members) in &solid {
        let own = cut(&blobs, members.clone(), (em, gap), 0);
        let own = own.into_iter().flat_map(|line| ends::part(&blobs, line, em));
        let first = found.len();
        found.extend(own);
        if let Some(dots) = dots.get(region) {
            place_dots(&blobs, dots, &mut found[first..], em);
        }
    }
    if found.len() > MOST_LINES {
        let whole = PixelBox { x0: 0, y0: 0, x1: gray.width(), y1: gray.height() };
        marks.push(Mark { kind: MarkKind::Unknown, bbox: whole });
        found.clear();
    }
    let mut owner = vec![u32::MAX; blobs.len()];
    for (line, members) in found.iter().enumerate() {
        for &m in members {
            owner[m] = line as u32;
        }
    }
    let at = |b: &PixelBox| regions.at(b.center().0, b.center().1);
    let homes: Vec<u32> =
        found.iter().map(|l| l.first().map_or(0, |&m| at(&blobs[m].bbox))).collect();
    let mut boxes: Vec<PixelBox> = found.iter().map(|l| bbox(&blobs, l)).collect();
    let mut pale = Ink::darker(gray, paler(dark, PALE));
    strike::out(&mut pale, rules);
    let (pale, pale_runs) = blobs::find(&without_rules(pale));
    let cores = cores(&pale_runs, pale.len(), gray);
    let stroke = |i: usize| {
        let b = &pale[i].bbox;
        let is_stroke = cores[i] < paler(dark, STROKE)
            && b.width().max(b.height()) as f32 >= SOLID * scale
            && remnant::judge(&pale[i], &regions.bbox(at(b)), (&ink, em, rough), scale)
                == Edge::Print;
        is_stroke.then(|| (at(b), cores[i]))
    };
    let ends = (&mut boxes[..], &homes[..]);
    let faint = faint::claim((&pale, &pale_runs), (&runs, &owner), gray, ends, stroke);
    marks.extend(faint_print(&faint.lost, at));
    let mut lines = crops(&boxes, (&runs, &owner), &faint, &ink, gray, scale);
    for (line, doubtful) in lines.iter_mut().zip(faint.doubtful) {
        let crossed = crossed::ends(&line.bbox, rules, &ink);
        line.crossed = [crossed[0] | doubtful[0], crossed[1] | doubtful[1]];
        for stroke in joined.iter().filter(|s| remnant::stands_beside(s, &line.bbox, em)) {
            line.crossed[usize::from(stroke.x0 >= line.bbox.x1)] = true;
        }
    }
    (lines, marks)
}

/// Print that is too pale to be read: several strokes in one region that belong to no line.
fn faint_print(strokes: &[PixelBox], region: impl Fn(&PixelBox) -> u32) -> Vec<Mark> {
    let mut found: BTreeMap<u32, (usize, PixelBox)> = BTreeMap::new();
    for stroke in strokes {
        let (count, bbox) = found.entry(region(stroke)).or_insert((0, *stroke));
        (*count, *bbox) = (*count + 1, bbox.union(stroke));
    }
    let many = found.into_values().filter(|(count, _)| *count >= FAINT_STROKES);
    many.map(|(_, bbox)| Mark { kind: MarkKind::Faint, bbox }).collect()
}

/// The gray level that lies at a share of the way from a darker one to white.
fn paler(dark: u8, share: f32) -> u8 {
    dark + (f32::from(255 - dark) * share) as u8
}

/// The gray levels of each blob's core.
fn cores(runs: &[Run], blobs: usize, gray: &GrayImage) -> Vec<u8> {
    let mut pixels: Vec<Vec<u8>> = vec![Vec::new(); blobs];
    for run in runs {
        pixels[run.blob as usize].extend(faint::row(gray, run.y, run.x0..run.x1));
    }
    pixels.into_iter().map(faint::core).collect()
}

/// Ink of text alone, for blobs.
fn without_rules(mut ink: Ink) -> Ink {
    ink.data.iter_mut().for_each(|v| *v &= 1);
    ink
}

/// The typical size of a character in pixels.
fn typical(blobs: &[Blob], scale: f32) -> f32 {
    let mut sizes: Vec<u32> = blobs
        .iter()
        .map(|b| (b.bbox.width().max(b.bbox.height()), b.bbox.width().min(b.bbox.height())))
        .filter(|&(long, short)| short as f32 >= 3.5 * scale && long as f32 <= 40.0 * scale)
        .map(|(long, _)| long)
        .collect();
    if sizes.is_empty() {
        return 10.0 * scale;
    }
    let middle = sizes.len() / 2;
    *sizes.select_nth_unstable(middle).1 as f32
}

/// Cuts blobs of one region into lines, from top to bottom, left to right.
/// `gap` is the least white between two of them, in pixels; else it goes by their height.
fn cut(
    blobs: &[Blob],
    members: Vec<usize>,
    (em, gap): (f32, Option<f32>),
    depth: u32,
) -> Vec<Vec<usize>> {
    let bands = bands(blobs, members, em);
    let single = bands.len() == 1;
    let mut lines = Vec::new();
    for band in bands {
        let pieces = pieces(blobs, band, gap);
        if pieces.len() == 1 && single || depth >= 4 {
            lines.extend(pieces);
        } else {
            for piece in pieces {
                lines.extend(cut(blobs, piece, (em, gap), depth + 1));
            }
        }
    }
    lines
}

/// White between two columns of a page that draws none between them, in em: wider than any blank of a
/// text, which is widest behind a mark.
const BETWEEN: f32 = 0.9;

/// White between the parts of one character, in em; lines of text are further apart.
const CLOSE: f32 = 0.12;

/// Blobs that share rows, from top to bottom.
fn bands(blobs: &[Blob], mut members: Vec<usize>, em: f32) -> Vec<Vec<usize>> {
    // A little overlap of two lines (a comma's tail, a bracket) joins them no more than none.
    let span = |i: usize| {
        let b = blobs[i].bbox;
        let less = b.height() as f32 * 0.12;
        (b.y0 as f32 + less, b.y1 as f32 - less)
    };
    members.sort_by(|&a, &b| span(a).0.total_cmp(&span(b).0).then(a.cmp(&b)));
    // (members, top, bottom)
    let mut bands: Vec<(Vec<usize>, f32, f32)> = Vec::new();
    for i in members {
        let (top, bottom) = span(i);
        match bands.last_mut() {
            Some((band, _, end)) if top < *end => {
                band.push(i);
                *end = end.max(bottom);
            }
            _ => bands.push((vec![i], top, bottom)),
        }
    }
    // The strokes of 二 and 三, the dots of 言: what together is no higher than a character.
    let mut joined: Vec<(Vec<usize>, f32, f32)> = Vec::new();
    let mut bands = bands.into_iter().peekable();
    while let Some(band) = bands.next() {
        if let Some(last) = joined.last_mut() {
            let gap = band.1 - last.2;
            let flat = (band.2 - band.1).min(last.2 - last.1) <= 0.45 * em;
            // 八 and 刀 of 分, which stands alone in its line.
            let close = gap <= CLOSE * em;
            let fits = (flat && gap <= 0.65 * em || close) && band.2 - last.1 <= 1.1 * em;
            // The upper stroke of 元 beside a bracket, and the lower one of 上 unless the next line is as near.
            let next = bands.peek().map_or(f32::INFINITY, |next| next.1 - band.2);
            let within = || {
                is_within(blobs, &last.0, &band.0)
                    || next > gap.max(0.0) + CLOSE * em && is_within(blobs, &band.0, &last.0)
            };
            if fits || within() {
                last.0.extend(band.0);
                last.2 = last.2.max(band.2);
                continue;
            }
        }
        joined.push(band);
    }
    joined.into_iter().map(|(members, ..)| members).collect()
}

/// A stroke is no higher than this share of the line in whose rows it lies.
const STROKE_HEIGHT: f32 = 0.25;

/// Whether a stroke lies within the rows and the columns of a line as a whole.
fn is_within(blobs: &[Blob], stroke: &[usize], line: &[usize]) -> bool {
    let (inner, outer) = (bbox(blobs, stroke), bbox(blobs, line));
    inner.y0 >= outer.y0
        && inner.y1 <= outer.y1
        && inner.x0 >= outer.x0
        && inner.x1 <= outer.x1
        && inner.height() as f32 <= STROKE_HEIGHT * outer.height() as f32
}

/// Cuts a band where it is blank for long, from left to right.
fn pieces(blobs: &[Blob], mut band: Vec<usize>, gap: Option<f32>) -> Vec<Vec<usize>> {
    let top = band.iter().map(|&i| blobs[i].bbox.y0).min().unwrap_or(0);
    let bottom = band.iter().map(|&i| blobs[i].bbox.y1).max().unwrap_or(0);
    let most = gap.unwrap_or((bottom - top) as f32 * APART);
    band.sort_by_key(|&i| (blobs[i].bbox.x0, i));
    let mut pieces: Vec<Vec<usize>> = Vec::new();
    let mut end = 0;
    for i in band {
        let b = blobs[i].bbox;
        match pieces.last_mut() {
            Some(piece) if b.x0 as f32 - end as f32 <= most => piece.push(i),
            _ => pieces.push(vec![i]),
        }
        end = end.max(b.x1);
    }
    pieces
}

/// How far from a line's end the middle of a dot of it may stand, in heights of the line: a point
/// beside a digit. The ring of 。 stands in the middle of its own place in some fonts.
const DOT_ASIDE: f32 = 0.5;
const RING_ASIDE: f32 = 0.85;

/// Least size of such a ring in heights of the line; points and specks are smaller.
const RING: f32 = 0.16;

/// A lone character is no wider than this, in em, and one that lacks a part is lower.
const LONE: f32 = 1.2;
const LOW: f32 = 0.85;

/// Fewest dots that are a part of a lone character (灬 has four), and their least size in em.
const PART: usize = 2;
const PART_SIZE: f32 = 0.1;

/// Puts dots into the line in which, or close to whose end, they stand. `em` is the typical size of a
/// character in pixels.
fn place_dots(blobs: &[Blob], dots: &[usize], lines: &mut [Vec<usize>], em: f32) {
    let boxes: Vec<PixelBox> = lines.iter().map(|l| bbox(blobs, l)).collect();
    for &dot in dots {
        let (x, y) = blobs[dot].bbox.center();
        let size = blobs[dot].bbox.width().min(blobs[dot].bbox.height()) as f32;
        let home = boxes.iter().position(|b| {
            let high = b.height() as f32;
            let (aside, over) = (DOT_ASIDE * high, 0.08 * high);
            let is_ring = size >= RING * high;
            x >= b.x0 as f32 - aside
                && x <= b.x1 as f32 + if is_ring { RING_ASIDE * high } else { aside }
                && y >= b.y0 as f32 - over
                && y <= b.y1 as f32 + over
        });
        if let Some(home) = home {
            lines[home].push(dot);
        }
    }
    complete_lone(blobs, dots, (lines, &boxes), em);
}

/// Puts several dots above or below a lone character into it, as far as they fit into its square.
fn complete_lone(
    blobs: &[Blob],
    dots: &[usize],
    (lines, boxes): (&mut [Vec<usize>], &[PixelBox]),
    em: f32,
) {
    let is_low = |b: &PixelBox| (b.height() as f32) < LOW * em && (b.width() as f32) < LONE * em;
    for (line, b) in lines.iter_mut().zip(boxes).filter(|(_, b)| is_low(b)) {
        let is_part = |dot: &Blob| {
            let both = b.union(&dot.bbox);
            let is_stroke = dot.bbox.width().max(dot.bbox.height()) as f32 >= PART_SIZE * em;
            is_stroke && (both.width().max(both.height()) as f32) < LONE * em
        };
        let mut own: Vec<usize> = dots.iter().copied().filter(|&d| is_part(&blobs[d])).collect();
        own.retain(|dot| !line.contains(dot));
        let around = own.iter().fold(*b, |all, &d| all.union(&blobs[d].bbox));
        if own.len() >= PART && (around.width().max(around.height()) as f32) < LONE * em {
            line.append(&mut own);
        }
    }
}

/// The box around some blobs.
pub fn bbox(blobs: &[Blob], members: &[usize]) -> PixelBox {
    members.iter().map(|&i| blobs[i].bbox).reduce(|a, b| a.union(&b)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_lost_strokes_of_a_region_are_faint_print() {
        let stroke = |x0: u32| PixelBox { x0, y0: 5, x1: x0 + 9, y1: 7 };
        let region = |b: &PixelBox| b.x0 / 100;
        let strokes = [10, 30, 50, 110, 130].map(stroke);
        let bbox = PixelBox { x0: 10, y0: 5, x1: 59, y1: 7 };
        assert_eq!(faint_print(&strokes, region), [Mark { kind: MarkKind::Faint, bbox }]);
    }

    #[test]
    fn a_stroke_beside_a_bracket_belongs_to_its_line() {
        let blob = |x0: u32, y0: u32, x1: u32, y1: u32| Blob {
            bbox: PixelBox { x0, y0, x1, y1 },
            area: (x1 - x0) * (y1 - y0),
        };
        // (元): the upper stroke ends where the brackets have just begun.
        let word =
            [blob(0, 0, 8, 46), blob(14, 1, 40, 5), blob(12, 12, 44, 42), blob(46, 0, 54, 46)];
        assert_eq!(bands(&word, vec![0, 1, 2, 3], 30.0).len(), 1);
        // The 一 of the next line begins where the brackets end.
        let next = blob(14, 44, 40, 48);
        let both = [word[0], word[1], word[2], word[3], next, blob(44, 52, 70, 90)];
        let found = bands(&both, (0..6).collect(), 40.0);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2], "{found:?}");
    }

    #[test]
    fn a_full_stop_in_the_middle_of_its_place_belongs_to_its_line() {
        let blob = |x0: u32, y0: u32, x1: u32, y1: u32| Blob {
            bbox: PixelBox { x0, y0, x1, y1 },
            area: (x1 - x0) * (y1 - y0),
        };
        // A line of 20 pixels, a ring and a speck beside it.
        let blobs = [blob(0, 0, 100, 20), blob(112, 14, 116, 18), blob(113, 8, 115, 10)];
        let mut lines = vec![vec![0]];
        place_dots(&blobs, &[1, 2], &mut lines, 20.0);
        assert_eq!(lines, [[0, 1]]);
    }

    #[test]
    fn dots_below_a_lone_character_are_its_own() {
        let blob = |x0: u32, y0: u32, x1: u32, y1: u32| Blob {
            bbox: PixelBox { x0, y0, x1, y1 },
            area: (x1 - x0) * (y1 - y0),
        };
        // 点: 占 above four dots.
        let dots = [2, 14, 24, 34].map(|x| blob(x, 30, x + 4, 38));
        let placed = |blobs: &[Blob]| {
            let mut lines = vec![vec![0]];
            place_dots(blobs, &[1, 2, 3, 4], &mut lines, 40.0);
            lines.remove(0).len()
        };
        let with = |first: Blob| [&[first][..], &dots].concat();
        assert_eq!(placed(&with(blob(10, 0, 30, 26))), 5);
        assert_eq!(placed(&with(blob(10, 0, 200, 26))), 1, "a line of text");
    }
}
