//! Tables of figures: what belongs to them above and below.

use super::pieces::Piece;
use std::ops::Range;

/// Share of the texts beside the first column that are numbers, in a table of figures.
const FIGURES: f32 = 0.4;

/// A note is longer than this share of the table's width.
const NOTE: f32 = 0.6;

/// Most characters of a mark that refers to a note, or of a word that begins one.
const MARK: u32 = 8;

/// A head over several columns is at most this much further away than the lines are apart.
const HEAD: f32 = 1.5;

/// A head's middle is that of its columns within this, in em.
const MIDDLE: f32 = 1.2;

/// Whether most texts beside the first column are numbers.
pub fn are_in(pieces: &[Piece], lines: &[Range<usize>]) -> bool {
    let beside = || lines.iter().flat_map(|l| pieces[l.clone()].iter().skip(1));
    let numbers = beside().filter(|p| p.is_number).count() as f32;
    numbers >= FIGURES * beside().count().max(1) as f32
}

/// The lines of a table of figures without the notes below it and the caption above it.
///
/// `corridors` run between its columns.
pub fn without_notes(
    pieces: &[Piece],
    lines: &[Range<usize>],
    zone: Range<usize>,
    corridors: &[(f32, f32)],
) -> Range<usize> {
    let all = lines[zone.clone()].iter().flat_map(|l| &pieces[l.clone()]);
    let (x0, x1) = all
        .filter(|p| !p.is_number)
        .fold((f32::INFINITY, f32::NEG_INFINITY), |a, p| (a.0.min(p.x0), a.1.max(p.x1)));
    let crosses = |p: &Piece| corridors.iter().any(|c| p.x0 < c.0 && p.x1 > c.1);
    let is_note = |line: &[Piece], at_end: bool| {
        let Some(first) = line.first() else { return false };
        let no_figures = !line.iter().skip(1).any(|p| p.is_number);
        let long = line.iter().any(|p| crosses(p) && p.width() >= NOTE * (x1 - x0));
        let at_left = first.x0 <= x0 + first.size;
        let marked = at_end
            && line.len() > 1
            && first.chars <= MARK
            && (first.is_number || first.ends_open || first.begins_low);
        no_figures
            && ((long && at_left)
                || marked && line.iter().any(crosses)
                || marked && first.ends_open)
    };
    let (mut start, mut end) = (zone.start, zone.end);
    while start + 1 < end && is_note(&pieces[lines[start].clone()], false) {
        start += 1;
    }
    while end > start + 1 && is_note(&pieces[lines[end - 1].clone()], true) {
        end -= 1;
    }
    start..end
}

/// Takes in lines above a zone that are heads over several of its columns: one text in the middle
/// of what stands below it beside the first column.
pub fn with_heads(
    pieces: &[Piece],
    lines: &[Range<usize>],
    zone: Range<usize>,
    free: usize,
) -> Range<usize> {
    let mut start = zone.start;
    let mut apart: Vec<f32> = lines[zone.clone()]
        .windows(2)
        .map(|w| pieces[w[1].start].base - pieces[w[0].start].base)
        .collect();
    apart.sort_by(f32::total_cmp);
    let pitch = apart.get(apart.len() / 2).copied().unwrap_or(0.0);
    // What stands beside the first column in the first lines.
    let left = lines[zone.clone()]
        .iter()
        .filter(|l| l.len() > 1)
        .map(|l| pieces[l.start].x1)
        .fold(f32::NEG_INFINITY, f32::max);
    let body = lines[zone.clone()].iter().flat_map(|l| &pieces[l.clone()]);
    let (x0, x1) = body
        .filter(|p| p.x0 >= left)
        .fold((f32::INFINITY, f32::NEG_INFINITY), |a, p| (a.0.min(p.x0), a.1.max(p.x1)));
    while start > free {
        let ([head], [first, ..]) =
            (&pieces[lines[start - 1].clone()], &pieces[lines[start].clone()])
        else {
            break;
        };
        let near = first.base - head.base <= HEAD * pitch.max(first.size);
        let middle = ((head.x0 + head.x1) - (x0 + x1)).abs() <= 2.0 * MIDDLE * head.size;
        let inside = head.x0 >= left.min(x0) && head.x1 <= x1 + head.size;
        if !(near && middle && inside) || head.is_caption {
            break;
        }
        start -= 1;
    }
    start..zone.end
}
