//! White space that runs down through most lines of a zone.

use super::pieces::{Gap, Piece, gaps, piece};
use crate::layout::lines::{Placed, is_wide};
use std::ops::Range;

/// A corridor may be crossed by this share of the lines: heads over several columns, notes.
const CROSSED: f32 = 0.2;

/// Share of the lines that must have text on each side of a corridor.
const BOTH_SIDES: f32 = 0.3;

/// Narrowest corridor, in em.
const NARROW: f32 = 0.25;

/// Narrowest gap between words, in em.
const BLANK: f32 = 0.15;

/// Widest gap between words of a justified line, in em.
const JOINED: f32 = 2.5;

/// Narrowest gap at which a piece is split in a corridor, in em: wider than a blank.
const WIDER: f32 = 0.42;

/// The same as a multiple of the usual blank.
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

/// Cuts the pieces anew by the corridors: a piece is split where a gap clearly wider than a
/// blank lies in one, and pieces of letters are joined over a gap in which there is none, as
/// justified lines have. `None` if nothing changes.
pub fn cut(
    pieces: &[Piece],
    corridors: &[(f32, f32)],
    lines: &[Vec<Placed<'_>>],
) -> Option<Vec<Piece>> {
    if corridors.is_empty() {
        return None;
    }
    let meets = |x0: f32, x1: f32| {
        let from = corridors.partition_point(|c| c.1 <= x0);
        corridors.get(from).is_some_and(|c| c.0 < x1)
    };
    let usual = usual_blank(pieces, lines);
    let mut cut: Vec<Piece> = Vec::with_capacity(pieces.len() + 8);
    let mut changed = false;
    for p in pieces {
        let Some(line) = lines.get(p.line) else { continue };
        let joined = cut.last().filter(|q| {
            q.line == p.line
                && p.x0 - q.x1 <= JOINED * p.size
                && !(q.is_number || p.is_number)
                && !meets_wide(q, p, line)
                && !meets(q.x1, p.x0)
        });
        if let Some(q) = joined {
            let both = piece(p.line, line, q.glyphs.start..p.glyphs.end);
            cut.pop();
            cut.push(both);
            changed = true;
            continue;
        }
        let mut start = p.glyphs.start;
        if meets(p.x0, p.x1) {
            let glyphs = &line[p.glyphs.clone()];
            let gaps = gaps(glyphs);
            let width = |g: &Gap| glyphs[g.after].u0 - glyphs[g.before].u1;
            let own = sorted(gaps.iter().map(width).filter(|w| *w >= BLANK * p.size));
            let own = if own.len() > 2 { own[own.len() / 2] } else { 0.0 };
            let least = (WIDER * p.size).max(CLEARER * own.max(usual * p.size));
            for gap in &gaps {
                if width(gap) >= least && meets(glyphs[gap.before].u1, glyphs[gap.after].u0) {
                    cut.push(piece(p.line, line, start..p.glyphs.start + gap.before + 1));
                    start = p.glyphs.start + gap.after;
                    changed = true;
                }
            }
        }
        if start == p.glyphs.start {
            cut.push(p.clone());
        } else {
            cut.push(piece(p.line, line, start..p.glyphs.end));
        }
    }
    changed.then_some(cut)
}

/// Whether an ideograph ends the first or begins the second: between those lines are not justified
/// by words.
fn meets_wide(a: &Piece, b: &Piece, line: &[Placed<'_>]) -> bool {
    let of = |p: &Piece| &line[p.glyphs.clone()];
    let ends = [of(a).last(), of(b).first()];
    ends.into_iter().flatten().any(|g| is_wide(g.glyph.ch))
}

/// The usual gap between words inside pieces, in em.
fn usual_blank(pieces: &[Piece], lines: &[Vec<Placed<'_>>]) -> f32 {
    let mut widths: Vec<f32> = Vec::new();
    for p in pieces {
        let Some(glyphs) = lines.get(p.line).and_then(|l| l.get(p.glyphs.clone())) else {
            continue;
        };
        let all = gaps(glyphs);
        let width = |g: &Gap| (glyphs[g.after].u0 - glyphs[g.before].u1) / p.size.max(0.01);
        widths.extend(all.iter().map(width).filter(|w| *w >= BLANK));
    }
    widths.sort_by(f32::total_cmp);
    widths.get(widths.len() / 2).copied().unwrap_or(0.0)
}

fn sorted(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values
}
