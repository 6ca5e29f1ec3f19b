//! What lines, one below the other, show of themselves: that a cell wraps, or that they are rows.

use super::pieces::Piece;
use super::spacing::Pair;
use rustc_hash::{FxHashMap, FxHashSet};

/// So many columns do not wrap at once, line by line: those are rows.
const ROW: u32 = 3;

/// What may not be broken at the beginning of a line beyond its first word, in em: a number with
/// its unit, a bracket.
const UNBROKEN: f32 = 2.0;

/// The first line of a paragraph is indented by so much, in em.
pub const INDENT: (f32, f32) = (1.0, 3.0);

/// A line this long, in em, is seldom a cell's whole text and as wide as its cell by accident.
const LONG: f32 = 14.0;

/// So many texts with one middle or left edge are a column.
const COLUMN: usize = 4;

/// What pairs of lines, one below the other, show of themselves.
#[derive(Default)]
pub struct Evidence {
    /// Pairs whose lower line may be the continuation of the upper one: its first word had no
    /// room left there, in a cell as wide as the widest line of the stack.
    pub wrapped: usize,
    /// Pairs that are rows for sure: numbers, or texts in several columns at once, none of which
    /// is long and fills its line.
    pub rows: usize,
    /// Pairs in two columns or more, each of which has room above for the word below: hardly wrapped.
    pub roomy: usize,
}

/// Reads pairs, which are put in the order of their upper lines. `O(n log n)` in the pieces.
pub fn evidence(pieces: &[Piece], pairs: &mut [Pair]) -> Evidence {
    pairs.sort_by_key(|p| p.upper);
    // The widest line of the stack that ends, so far, in a piece.
    let mut width: FxHashMap<usize, f32> = FxHashMap::default();
    for p in pairs.iter() {
        let above = width.remove(&p.upper).unwrap_or(0.0).max(pieces[p.upper].width());
        let all = width.entry(p.lower).or_default();
        *all = all.max(above).max(pieces[p.lower].width());
    }
    // Downwards the widths grow; now carry the widest up again.
    let mut widest: FxHashMap<usize, f32> = FxHashMap::default();
    let mut beside: FxHashMap<(usize, usize), u32> = FxHashMap::default();
    let mut found = Evidence::default();
    let peers = peers(pieces);
    let mut full: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut rows = Vec::new();
    let mut short: FxHashSet<(usize, usize)> = FxHashSet::default();
    let mut tight: FxHashSet<(usize, usize)> = FxHashSet::default();
    for p in pairs.iter() {
        let (upper, lines) = (&pieces[p.upper], (pieces[p.upper].line, pieces[p.lower].line));
        *beside.entry(lines).or_default() += 1;
        if peers[p.upper].is_none_or(|widest| upper.width() + upper.size <= widest) {
            short.insert(lines);
        }
        let word = pieces[p.lower].first_word;
        if peers[p.upper].is_none_or(|widest| upper.width() + word > widest) {
            tight.insert(lines);
        }
    }
    for p in pairs.iter().rev() {
        let (upper, lower) = (&pieces[p.upper], &pieces[p.lower]);
        let all = widest
            .get(&p.lower)
            .or_else(|| width.get(&p.lower))
            .copied()
            .unwrap_or(0.0)
            .max(upper.width());
        widest.insert(p.upper, all);
        let close = |a: f32, b: f32| (a - b).abs() <= 0.15 * upper.size;
        let aligned = close(upper.x0, lower.x0)
            || close(upper.x1, lower.x1)
            || close(upper.x0 + upper.x1, lower.x0 + lower.x1)
            || (INDENT.0..=INDENT.1).contains(&((upper.x0 - lower.x0) / upper.size));
        let no_room = upper.width() + lower.first_word + UNBROKEN * upper.size >= all;
        let numbers = upper.is_number && lower.is_number && !upper.breaks_off;
        let lines = (upper.line, lower.line);
        // Lines of which none has room for another character wrap, however many they are.
        let count = beside.get(&lines).copied().unwrap_or(0);
        let whole_row = count >= ROW && short.contains(&lines);
        found.roomy += usize::from(count >= 2 && !tight.contains(&lines));
        if aligned && no_room && upper.width() >= LONG * upper.size {
            full.insert(lines);
        }
        if numbers || whole_row {
            rows.push(lines);
        }
        found.wrapped += usize::from(aligned && no_room && !numbers && !whole_row);
    }
    found.rows = rows.iter().filter(|lines| !full.contains(lines)).count();
    found
}

/// For each piece the width of the widest one with the same middle or left edge, in points, if at
/// least [`COLUMN`] share it.
fn peers(pieces: &[Piece]) -> Vec<Option<f32>> {
    let mut widest: Vec<Option<f32>> = vec![None; pieces.len()];
    let keys: [fn(&Piece) -> f32; 2] = [|p| f32::midpoint(p.x0, p.x1), |p| p.x0];
    for key in keys {
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_by(|&a, &b| key(&pieces[a]).total_cmp(&key(&pieces[b])));
        let same =
            |a: &usize, b: &usize| key(&pieces[*b]) - key(&pieces[*a]) <= 0.05 * pieces[*b].size;
        for column in order.chunk_by(same).filter(|column| column.len() >= COLUMN) {
            let most = column.iter().map(|&i| pieces[i].width()).fold(0.0, f32::max);
            for &i in column {
                widest[i] = Some(widest[i].map_or(most, |other| other.max(most)));
            }
        }
    }
    widest
}
