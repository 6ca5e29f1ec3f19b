//! Stretches of a page that may be tables.

use super::Surroundings;
use super::pieces::Piece;
use std::ops::Range;

/// Largest distance between two lines of one table, in em.
const REACH: f32 = 6.0;

/// A line that begins at the left edge and covers this share of the table's width is prose.
const PROSE: f32 = 0.7;

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

/// Candidates as ranges of pieces: from the first line with several pieces to the last, without
/// prose in between.
pub fn find(pieces: &[Piece], around: &Surroundings<'_>) -> Vec<Range<usize>> {
    let lines = lines_of(pieces);
    let mut zones: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(Range<usize>, f32, f32)> = None;
    for (l, line) in lines.iter().enumerate() {
        if line.len() < 2 {
            continue;
        }
        let (x0, x1) = (pieces[line.start].x0, pieces[line.end - 1].x1);
        open = Some(match open {
            Some((zone, zx0, zx1))
                if !restarts(pieces, &lines, &zone, l)
                    && joins(
                        pieces,
                        &lines[zone.end - 1..=l],
                        (zx0.min(x0), zx1.max(x1)),
                        around,
                    ) =>
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
    let mut taken = 0;
    zones
        .into_iter()
        .map(|zone| {
            let zone = attach(pieces, &lines, zone, taken);
            taken = zone.end;
            lines[zone.start].start..lines[zone.end - 1].end
        })
        .collect()
}

/// Whether line `l` begins with the text of the zone's first line after lines of one piece: the
/// next form of the same kind.
fn restarts(pieces: &[Piece], lines: &[Range<usize>], zone: &Range<usize>, l: usize) -> bool {
    let (first, own) = (&pieces[lines[zone.start].start], &pieces[lines[l].start]);
    l > zone.end && first.key == own.key && !own.is_number && (first.x0 - own.x0).abs() <= own.size
}

/// Whether a table goes on from the first to the last of the lines.
fn joins(
    pieces: &[Piece],
    lines: &[Range<usize>],
    (x0, x1): (f32, f32),
    around: &Surroundings<'_>,
) -> bool {
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
    let prose = inner.iter().map(first).any(|p| {
        (p.x0 <= x0 + p.size && p.x1 >= x0 + PROSE * (x1 - x0))
            || p.x0 < x0 - p.size
            || p.x1 > x1 + p.size
    });
    let heading = inner.iter().map(first).any(|p| p.size > HEADING * top.size.max(bottom.size));
    near && !cut && !prose && !heading
}

/// Takes in lines of one piece that stand partly beside the first or the last line: wrapped
/// text in the middle of its row.
fn attach(
    pieces: &[Piece],
    lines: &[Range<usize>],
    mut zone: Range<usize>,
    floor: usize,
) -> Range<usize> {
    while zone.start > floor {
        let (line, next) = (&pieces[lines[zone.start - 1].start], &pieces[lines[zone.start].start]);
        if next.base - line.base > 0.8 * next.size {
            break;
        }
        zone.start -= 1;
    }
    while zone.end < lines.len() {
        let (last, line) = (&pieces[lines[zone.end - 1].start], &pieces[lines[zone.end].start]);
        if line.base - last.base > 0.8 * line.size {
            break;
        }
        zone.end += 1;
    }
    zone
}
