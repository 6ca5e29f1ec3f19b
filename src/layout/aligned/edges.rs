//! Column edges common to all bands of a table.

use super::bands::Band;

/// A band's columns as ranges of the table's columns.
#[derive(Clone, Debug)]
pub struct Placed {
    /// First row and the one after the last.
    pub rows: (usize, usize),
    /// First table column of each band column; the last entry is the number of table columns.
    pub starts: Vec<usize>,
}

/// Chooses the fewest edges such that one stands in the white space between any two neighbours
/// of every band. Returns the inner edges, ascending, and the bands on them.
pub fn unite(bands: &[Band]) -> (Vec<f32>, Vec<Placed>) {
    let mut gaps: Vec<(f32, f32)> =
        bands.iter().flat_map(|b| b.columns.windows(2).map(|w| (w[0].x1, w[1].x0))).collect();
    gaps.sort_by(|a, b| a.1.total_cmp(&b.1));
    // Stabbing intervals by their right ends; the edge lies in the middle of what they share.
    let mut edges: Vec<f32> = Vec::new();
    let mut shared: Option<(f32, f32)> = None;
    for (from, to) in gaps {
        match &mut shared {
            Some(s) if from < s.1 => s.0 = s.0.max(from),
            _ => {
                edges.extend(shared.map(|s| (s.0 + s.1) / 2.0));
                shared = Some((from, to));
            }
        }
    }
    edges.extend(shared.map(|s| (s.0 + s.1) / 2.0));
    let placed = bands.iter().map(|b| place(b, &edges)).collect();
    (edges, placed)
}

fn place(band: &Band, edges: &[f32]) -> Placed {
    let mut starts = vec![0];
    for pair in band.columns.windows(2) {
        // Where several edges lie between two texts, the right one takes the room: a value
        // stands in the middle of its cell, with white space towards its label. Not so if it is
        // known to begin where its cell does.
        let first = edges.partition_point(|&e| e <= pair[0].x1) + 1;
        let last = edges.partition_point(|&e| e < pair[1].x0);
        starts.push(if pair[1].is_fixed { last.max(first) } else { first });
    }
    starts.push(edges.len() + 1);
    Placed { rows: band.rows, starts }
}
