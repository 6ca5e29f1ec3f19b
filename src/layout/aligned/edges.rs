//! Column edges common to all bands of a table.

use super::bands::{Band, Extent};

/// Prices that differ by less, in points, are the same.
const SAME: f32 = 1.0;

/// Price of a text that is in line with nothing, in points.
const FAR: f32 = 40.0;

/// A band's columns as ranges of the table's columns.
#[derive(Clone, Debug)]
pub struct Placed {
    /// First row and the one after the last.
    pub rows: (usize, usize),
    /// First table column of each band column; the last entry is the number of table columns.
    pub starts: Vec<usize>,
}

/// Chooses the fewest edges such that one stands in the white space between any two neighbours
/// of every band; where one of the `known` positions, which ascend, may serve, it does. Returns the
/// inner edges, ascending, and the bands on them.
pub fn unite(bands: &[Band], known: &[f32]) -> (Vec<f32>, Vec<Placed>) {
    let mut gaps: Vec<(f32, f32)> =
        bands.iter().flat_map(|b| b.columns.windows(2).map(|w| (w[0].x1, w[1].x0))).collect();
    gaps.sort_by(|a, b| a.1.total_cmp(&b.1));
    // Stabbing intervals by their right ends; the edge lies in the middle of what they share.
    let stab = |(from, to): (f32, f32)| {
        let middle = f32::midpoint(from, to);
        let within =
            &known[known.partition_point(|&k| k <= from)..known.partition_point(|&k| k < to)];
        let off = |k: &f32| (k - middle).abs();
        within.iter().copied().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(middle)
    };
    let mut edges: Vec<f32> = Vec::new();
    let mut shared: Option<(f32, f32)> = None;
    for (from, to) in gaps {
        match &mut shared {
            Some(s) if from < s.1 => s.0 = s.0.max(from),
            _ => {
                edges.extend(shared.map(stab));
                shared = Some((from, to));
            }
        }
    }
    edges.extend(shared.map(stab));
    let none = vec![None; edges.len() + 1];
    let placed: Vec<Placed> = bands.iter().map(|b| place(b, &edges, &none)).collect();
    let columns = columns(bands, &placed, edges.len() + 1);
    let placed = bands.iter().map(|b| place(b, &edges, &columns)).collect();
    (edges, placed)
}

/// Where the texts of each column stand that span no other.
fn columns(bands: &[Band], placed: &[Placed], count: usize) -> Vec<Option<(f32, f32)>> {
    let mut columns: Vec<Option<(f32, f32)>> = vec![None; count];
    for (band, place) in bands.iter().zip(placed) {
        for (cell, span) in band.columns.iter().zip(place.starts.windows(2)) {
            if span[1] - span[0] == 1 {
                let own = &mut columns[span[0]];
                *own =
                    Some(own.map_or((cell.x0, cell.x1), |o| (o.0.min(cell.x0), o.1.max(cell.x1))));
            }
        }
    }
    columns
}

/// Most edges between two texts among which the boundary of their cells is sought.
const CHOICES: usize = 12;

/// Places a band's columns on the table's. Where several edges lie between two texts, the ones
/// are taken that bring the texts in line with the texts of the columns they then span; if that
/// makes no difference, the right one takes the room: a value stands in the middle of its cell,
/// with white space towards its label.
fn place(band: &Band, edges: &[f32], columns: &[Option<(f32, f32)>]) -> Placed {
    let cells = &band.columns;
    let (Some(first), Some(last)) = (cells.first(), cells.last()) else {
        return Placed { rows: band.rows, starts: vec![0, edges.len() + 1] };
    };
    // Where each cell may begin, and the last one end.
    let mut choices: Vec<Vec<usize>> = vec![margin(0, edges.partition_point(|&e| e < first.x0))];
    for pair in cells.windows(2) {
        let from = edges.partition_point(|&e| e <= pair[0].x1) + 1;
        let to = edges.partition_point(|&e| e < pair[1].x0).max(from);
        let from = if pair[1].is_fixed { to } else { from };
        choices.push((from..=to).take(CHOICES).collect());
    }
    let end = edges.len() + 1;
    choices.push(margin(end, edges.partition_point(|&e| e <= last.x1) + 1));
    // Cheapest way to each choice of where a cell begins: (price, choice before).
    let mut best: Vec<Vec<(f32, usize)>> = vec![vec![(0.0, 0); choices[0].len()]];
    for (i, cell) in cells.iter().enumerate() {
        let step = choices[i + 1]
            .iter()
            .map(|&to| {
                let ways = choices[i].iter().zip(&best[i]).enumerate();
                ways.map(|(w, (&from, before))| (before.0 + off(cell, from, to, columns), w))
                    .fold((f32::INFINITY, 0), |a, b| if b.0 < a.0 - SAME { b } else { a })
            })
            .collect();
        best.push(step);
    }
    let mut at = cheapest(&best[cells.len()]);
    let mut starts = vec![0; cells.len() + 1];
    for i in (0..=cells.len()).rev() {
        starts[i] = choices[i][at];
        at = best[i][at].1;
    }
    if starts[0] > 0 {
        starts.insert(0, 0);
    }
    if starts.last().is_some_and(|&s| s < end) {
        starts.push(end);
    }
    Placed { rows: band.rows, starts }
}

/// The outer end of a band: at the table's, or at the text.
fn margin(outer: usize, own: usize) -> Vec<usize> {
    if outer == own { vec![outer] } else { vec![outer, own] }
}

fn cheapest(ways: &[(f32, usize)]) -> usize {
    let mut best = 0;
    for (i, way) in ways.iter().enumerate() {
        if way.0 < ways[best].0 - SAME {
            best = i;
        }
    }
    best
}

/// How far a text is from being in line with those of the columns `from..to`, in points.
fn off(cell: &Extent, from: usize, to: usize, columns: &[Option<(f32, f32)>]) -> f32 {
    let spanned = columns.get(from..to).into_iter().flatten().flatten();
    let Some((x0, x1)) = spanned.copied().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return FAR;
    };
    let sides = (cell.x0 - x0).abs().min((cell.x1 - x1).abs());
    sides.min(f32::midpoint(cell.x0 + cell.x1, -x0 - x1).abs()).min(FAR)
}
