//! Stretches of a page that may be tables.

use super::Surroundings;
use super::pieces::Piece;
use std::ops::Range;

/// Largest distance between two lines of one table, in em: the rest of a high row whose text
/// stands at the top.
const REACH: f32 = 12.0;

/// A line that begins at the left edge and covers this share of the table's width is prose.
const PROSE: f32 = 0.7;

/// A line up to this share of the table's width may be a heading of rows, and stand further left
/// than the rows by as much, in em.
const SHORT: f32 = 0.6;
const OUTDENT: f32 = 3.0;

/// Texts of two cells are further apart than this, in em: the padding of both.
const PADDING: f32 = 0.5;

/// The width of a label's longest line, in em.
const LABEL_WIDTH: f32 = 12.0;

/// A line in larger type than the lines around it, by this factor, begins something new.
const HEADING: f32 = 1.15;

/// The pieces of each line, as ranges, top to bottom.
pub fn lines_of(pieces: &[Piece]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for chunk in pieces.chunk_by(|a, b| a.line == b.line) {
        ranges.push(start..start + chunk.len());
        start += chunk.len();
    }
    ranges
}

/// Candidates as ranges of lines: from the first line with several pieces to the last, without
/// prose in between.
pub fn find(
    pieces: &[Piece],
    lines: &[Range<usize>],
    around: &Surroundings<'_>,
) -> Vec<Range<usize>> {
    let mut zones: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(Range<usize>, f32, f32)> = None;
    let tabular = tabular(pieces, lines);
    for (l, line) in lines.iter().enumerate() {
        if !tabular[l] || pieces[line.start].is_caption {
            continue;
        }
        let (x0, x1) = (pieces[line.start].x0, pieces[line.end - 1].x1);
        open = Some(match open {
            Some((zone, zx0, zx1))
                if !restarts(pieces, lines, &zone, l)
                    && joins(pieces, lines, (&zone, l), (zx0.min(x0), zx1.max(x1)), around) =>
            {
                (zone.start..l + 1, zx0.min(x0), zx1.max(x1))
            }
            other => {
                zones.extend(other.map(|o| o.0));
                (l..l + 1, x0, x1)
            }
        });
    }
    zones.extend(open.map(|o| o.0));
    zones
}

/// Which lines show several texts side by side: on the line itself, or on the one before or after
/// where cells that wrap put the texts of a row at different heights.
fn tabular(pieces: &[Piece], lines: &[Range<usize>]) -> Vec<bool> {
    let mut tabular: Vec<bool> = lines.iter().map(|l| l.len() > 1).collect();
    for (l, pair) in lines.windows(2).enumerate() {
        let (upper, lower) = (&pieces[pair[0].clone()], &pieces[pair[1].clone()]);
        if upper.len() > 1 && lower.len() > 1 {
            continue;
        }
        let both = upper.iter().any(|a| lower.iter().any(|b| is_beside(a, b)));
        tabular[l] |= both;
        tabular[l + 1] |= both;
    }
    tabular
}

/// Whether two texts of neighbouring lines stand side by side, partly at the same height.
fn is_beside(upper: &Piece, lower: &Piece) -> bool {
    let em = upper.size.max(lower.size);
    let same_size = (upper.size - lower.size).abs() <= 0.1 * em;
    let apart = (lower.x0 - upper.x1).max(upper.x0 - lower.x1);
    // The lines of two columns of prose are wider.
    let label = upper.width().min(lower.width()) <= LABEL_WIDTH * em;
    same_size && label && upper.bottom() >= lower.top() && apart >= PADDING * em
}

/// Fewest lines of a form that the next one follows.
const FORM: usize = 4;

/// Whether line `l` begins with the text of the zone's first line after lines of one piece: the
/// next form of the same kind. Pieces of a label that runs down beside rows are no such lines.
fn restarts(pieces: &[Piece], lines: &[Range<usize>], zone: &Range<usize>, l: usize) -> bool {
    let (first, own) = (&pieces[lines[zone.start].start], &pieces[lines[l].start]);
    let same = first.key == own.key && (first.x0 - own.x0).abs() <= own.size;
    let clear = || {
        lines[zone.end - 1..=l].windows(2).all(|w| {
            let (upper, lower) = (&pieces[w[0].start], &pieces[w[1].start]);
            lower.base - upper.base >= BESIDE * upper.size.max(lower.size)
        })
    };
    // A label that each row has begins no form.
    let repeats = || {
        let mut rows = lines[zone.start + 1..zone.end].iter().map(|r| &pieces[r.start]);
        rows.any(|p| p.key == first.key)
    };
    l > zone.end && same && zone.len() >= FORM && !own.is_number && clear() && !repeats()
}

/// Whether a table goes on from the last line of a zone to line `l`.
fn joins(
    pieces: &[Piece],
    all: &[Range<usize>],
    (zone, l): (&Range<usize>, usize),
    (x0, x1): (f32, f32),
    around: &Surroundings<'_>,
) -> bool {
    let lines = &all[zone.end - 1..=l];
    let first = |l: &Range<usize>| &pieces[l.start];
    let near = lines.windows(2).all(|w| {
        let (a, b) = (first(&w[0]), first(&w[1]));
        b.base - a.base <= REACH * a.size.max(b.size)
    });
    let (Some(top), Some(bottom)) = (lines.first().map(first), lines.last().map(first)) else {
        return false;
    };
    let cut = around.ruled.iter().any(|r| r.y0 >= top.base - top.size && r.y1 <= bottom.base);
    let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    if inner.is_empty() {
        return near && !cut;
    }
    // A row of wrapped cells is several lines.
    let row = |lines: &[Range<usize>]| lines.iter().flat_map(|r| &pieces[r.clone()]).collect();
    let above: Vec<&Piece> =
        row(&all[zone.start.max(zone.end.saturating_sub(ROW_LINES))..zone.end]);
    let below: Vec<&Piece> = row(&all[l..all.len().min(l + ROW_LINES)]);
    let prose = inner.iter().map(first).any(|p| {
        let short = p.width() <= SHORT * (x1 - x0);
        let beside = [zone.end - 1, l].into_iter().flat_map(|l| &pieces[all[l].clone()]);
        if is_side_label(p, beside, (&above, &below)) {
            return false;
        }
        (p.x0 <= x0 + p.size && p.x1 >= x0 + PROSE * (x1 - x0))
            || p.x0 < x0 - if short { OUTDENT } else { 1.0 } * p.size
            // A heading of columns may stand further right than the rows so far.
            || (p.x1 > x1 + p.size && !short)
    });
    let heading = inner.iter().map(first).any(|p| p.size > HEADING * top.size.max(bottom.size));
    let caption = inner.iter().map(first).any(|p| p.is_caption);
    near && !cut && !prose && !heading && !caption
}

/// So many lines are looked at for the texts of a row.
const ROW_LINES: usize = 4;

/// Whether a text stands to the left of the lines around it, and between two rows of one table,
/// whose label it is.
fn is_side_label<'p>(
    p: &Piece,
    mut around: impl Iterator<Item = &'p Piece>,
    (above, below): (&[&Piece], &[&Piece]),
) -> bool {
    let beside = around.all(|q| p.x1 < q.x0);
    let shared = || above.iter().filter(|a| below.iter().any(|b| is_aligned(a, b))).count();
    p.width() <= LABEL_WIDTH * p.size && beside && shared() >= 2
}

/// Takes in lines of one piece above and below a zone that belong to its first and last rows:
/// wrapped text, `leading` em apart at most, and labels of several rows.
///
/// `free` bounds the lines that may be taken.
pub fn attach(
    pieces: &[Piece],
    lines: &[Range<usize>],
    mut zone: Range<usize>,
    free: Range<usize>,
    leading: Option<f32>,
) -> Range<usize> {
    let inside = &pieces[lines[zone.start].start..lines[zone.end - 1].end];
    let (x0, x1) = extent(inside);
    let pitch = pitch(pieces, &lines[zone.clone()]);
    let wraps = |upper: &Piece, lower: &Piece, near: f32| {
        lower.base - upper.base <= near
            && (upper.size - lower.size).abs() <= 0.1 * lower.size
            && is_aligned(upper, lower)
    };
    while zone.start > free.start {
        let below = &pieces[lines[zone.start].start..lines[zone.end - 1].end];
        let ([line], [first, ..]) = (&pieces[lines[zone.start - 1].clone()], below) else { break };
        let near = leading.unwrap_or(0.0) * line.size;
        let apart = first.base - line.base;
        // Between a line and the one that it wraps to stand those of the cells beside.
        let mut next = below.iter().take_while(|p| p.base - line.base <= near.max(apart));
        if !(apart <= BESIDE * first.size || next.any(|p| wraps(line, p, near))) {
            break;
        }
        zone.start -= 1;
    }
    while zone.end < free.end {
        let last = &pieces[lines[zone.end - 1].start];
        let [line] = &pieces[lines[zone.end].clone()] else { break };
        let near = leading.unwrap_or(0.0) * line.size;
        let apart = line.base - last.base;
        let fits = line.x0 >= x0 - line.size && line.x1 <= x1 + line.size;
        // A label of several rows, which a page break may have cut, is in line with others.
        let label = apart <= LABEL * pitch && inside.iter().any(|p| is_centred(p, line));
        let wrapped = inside.iter().rev().take(WRAP).any(|p| wraps(p, line, near));
        if !(fits && (apart <= BESIDE * line.size || label || wrapped)) {
            break;
        }
        zone.end += 1;
    }
    zone
}

/// How many pieces before a line are looked at for the one that it goes on from.
const WRAP: usize = 24;

/// Lines closer than this, in em, stand partly beside each other.
const BESIDE: f32 = 0.8;

/// A label below the last row is closer to it than this share of the distance of rows.
const LABEL: f32 = 0.75;

fn extent(pieces: &[Piece]) -> (f32, f32) {
    let x0 = pieces.iter().map(|p| p.x0).fold(f32::INFINITY, f32::min);
    (x0, pieces.iter().map(|p| p.x1).fold(f32::NEG_INFINITY, f32::max))
}

/// The usual distance between lines of several pieces, in points.
fn pitch(pieces: &[Piece], lines: &[Range<usize>]) -> f32 {
    let bases: Vec<f32> =
        lines.iter().filter(|l| l.len() > 1).map(|l| pieces[l.start].base).collect();
    let mut apart: Vec<f32> = bases.windows(2).map(|w| w[1] - w[0]).collect();
    apart.sort_by(f32::total_cmp);
    apart.get(apart.len() / 2).copied().unwrap_or(0.0)
}

fn is_aligned(a: &Piece, b: &Piece) -> bool {
    let near = 0.15 * a.size.max(b.size);
    (a.x0 - b.x0).abs() <= near || (a.x1 - b.x1).abs() <= near || is_centred(a, b)
}

fn is_centred(a: &Piece, b: &Piece) -> bool {
    (a.x0 + a.x1 - b.x0 - b.x1).abs() <= 0.15 * a.size.max(b.size)
}
