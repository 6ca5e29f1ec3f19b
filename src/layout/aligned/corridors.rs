//! White space that runs down through most lines of a zone.

use super::pieces::{Gap, Piece, gaps, piece};
use crate::layout::lines::Placed;
use std::ops::Range;

/// A corridor may be crossed by this share of the lines: heads over several columns, notes.
const CROSSED: f32 = 0.2;

/// Share of the lines that must have text on each side of a corridor.
const BOTH_SIDES: f32 = 0.3;

/// Narrowest corridor, in em.
const NARROW: f32 = 0.25;

/// Narrowest gap at which a piece is split in a corridor, in em: wider than a blank.
const WIDER: f32 = 0.42;

/// The same as a share of the usual blanks of the piece.
const CLEARER: f32 = 1.4;

/// The corridors of a zone as intervals of x, from left to right. Only lines of several pieces
/// are looked at. `O(n log n)` in the pieces.
pub fn find(pieces: &[Piece], lines: &[Range<usize>]) -> Vec<(f32, f32)> {
    let tabular: Vec<&[Piece]> =
        lines.iter().filter(|l| l.len() > 1).map(|l| &pieces[l.clone()]).collect();
    let n = tabular.len();
    if n < 3 {
        return Vec::new();
    }
    let size = tabular.iter().map(|l| l[0].size).fold(0.0, f32::max);
    // Where texts begin (+1) and end (-1).
    let mut turns: Vec<(f32, i32)> =
        tabular.iter().flat_map(|l| l.iter()).flat_map(|p| [(p.x0, 1), (p.x1, -1)]).collect();
    turns.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let firsts = sorted(tabular.iter().map(|l| l[0].x0));
    let lasts = sorted(tabular.iter().filter_map(|l| l.last()).map(|p| p.x1));
    let most = (CROSSED * n as f32) as i32;
    let needed = BOTH_SIDES * n as f32;
    let mut found = Vec::new();
    let mut covering = 0;
    let mut start: Option<f32> = None;
    for (x, turn) in turns {
        let before = covering;
        covering += turn;
        if before > most && covering <= most {
            start = Some(x);
        } else if before <= most
            && covering > most
            && let Some(from) = start.take()
        {
            let left = firsts.partition_point(|&f| f < from) as f32;
            let right = (n - lasts.partition_point(|&l| l <= x)) as f32;
            if x - from >= NARROW * size && left >= needed && right >= needed {
                found.push((from, x));
            }
        }
    }
    found
}

/// Splits pieces where a gap clearly wider than their blanks lies in a corridor.
pub fn split(
    pieces: &[Piece],
    corridors: &[(f32, f32)],
    lines: &[Vec<Placed<'_>>],
) -> Option<Vec<Piece>> {
    let crosses = |p: &Piece| {
        let from = corridors.partition_point(|c| c.1 <= p.x0);
        corridors.get(from).is_some_and(|c| c.0 < p.x1)
    };
    if !pieces.iter().any(crosses) {
        return None;
    }
    let mut split = Vec::with_capacity(pieces.len() + 8);
    for p in pieces {
        let line = &lines[p.line];
        let glyphs = &line[p.glyphs.clone()];
        let gaps = if crosses(p) { gaps(glyphs) } else { Vec::new() };
        let width = |g: &Gap| glyphs[g.after].u0 - glyphs[g.before].u1;
        let usual = sorted(gaps.iter().filter(|g| g.has_blank).map(width));
        let usual = usual.get(usual.len() / 2).copied().unwrap_or(0.0);
        let mut start = p.glyphs.start;
        for gap in &gaps {
            let (x0, x1) = (glyphs[gap.before].u1, glyphs[gap.after].u0);
            let from = corridors.partition_point(|c| c.1 <= x0);
            let in_corridor = corridors.get(from).is_some_and(|c| c.0 < x1);
            let wide = width(gap) >= WIDER * p.size
                && (gaps.len() < 2 || width(gap) >= CLEARER * usual || usual == width(gap));
            if in_corridor && wide {
                split.push(piece(p.line, line, start..p.glyphs.start + gap.before + 1));
                start = p.glyphs.start + gap.after;
            }
        }
        if start == p.glyphs.start {
            split.push(p.clone());
        } else {
            split.push(piece(p.line, line, start..p.glyphs.end));
        }
    }
    Some(split)
}

fn sorted(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values
}
