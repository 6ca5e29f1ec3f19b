//! Line spacing: is the next line below a piece its continuation or the next row?
//!
//! Tables set with padding show two distances between a piece and the next one below: the
//! leading inside a cell and, clearly larger, the pitch of the rows. Tables set solid show one.

use super::pieces::Piece;
use rustc_hash::FxHashMap;

/// How many lines below a piece are searched for the next one in its column. Rows whose cells
/// wrap differently put a few lines in between.
const SEARCH: usize = 14;

/// Distances that differ by less, in em, belong to one mode.
const MODE: f32 = 0.12;

/// Largest leading, in em: double spacing in a face with high lines.
const MAX_LEADING: f32 = 2.6;

/// The same if they are less than two fifths of all.
const WRAPPED_AMONG_ROWS: f32 = 0.5;

/// So many columns do not wrap at once, line by line: those are rows.
const ROW: u32 = 3;

/// What may not be broken at the beginning of a line beyond its first word, in em: a number with
/// its unit, a bracket.
const UNBROKEN: f32 = 2.0;

/// Share of the smallest distances that must look like wrapped lines.
const WRAPPED: f32 = 0.8;

/// For each piece the next below that shares at least half of the narrower one's width.
///
/// `lines` are ranges of pieces, top to bottom.
pub fn next_below(pieces: &[Piece], lines: &[std::ops::Range<usize>]) -> Vec<Option<usize>> {
    let mut below = vec![None; pieces.len()];
    for (l, range) in lines.iter().enumerate() {
        for i in range.clone() {
            let p = &pieces[i];
            below[i] = lines[l + 1..].iter().take(SEARCH).find_map(|next| {
                let row = &pieces[next.clone()];
                let from = row.partition_point(|q| q.x1 <= p.x0);
                let hit = row[from..].iter().take_while(|q| q.x0 < p.x1).position(|q| {
                    let shared = p.x1.min(q.x1) - p.x0.max(q.x0);
                    shared * 2.0 >= p.width().min(q.width()) && q.base > p.base
                })?;
                Some(next.start + from + hit)
            });
        }
    }
    below
}

/// Two lines, one below the other in a column.
#[derive(Clone, Copy, Debug)]
struct Pair {
    upper: usize,
    lower: usize,
    /// Distance of the baselines, in em.
    distance: f32,
}

/// Up to which distance, in em, the next line below goes on with the same cell; `None` if rows
/// are set as close as lines.
pub fn leading(pieces: &[Piece], below: &[Option<usize>]) -> Option<f32> {
    let mut pairs: Vec<Pair> = Vec::new();
    for (upper, next) in below.iter().enumerate() {
        let Some(lower) = *next else { continue };
        let (p, q) = (&pieces[upper], &pieces[lower]);
        let em = p.size.max(q.size);
        if em > 0.0 && (p.size - q.size).abs() <= 0.1 * em && q.base - p.base > 0.6 * em {
            pairs.push(Pair { upper, lower, distance: (q.base - p.base) / em });
        }
    }
    pairs.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    let first = pairs.first()?.distance;
    if first > MAX_LEADING {
        return None;
    }
    // A mode ends where the next distance is further off than rounding allows.
    let mut end = 1;
    while end < pairs.len()
        && pairs[end].distance - pairs[end - 1].distance <= MODE
        && pairs[end].distance - first <= 0.3
    {
        end += 1;
    }
    let wrapped = wrapped(pieces, &mut pairs[..end]);
    // Where most lines are further apart, the few that are close need less to show that they wrap.
    let needed = if end * 5 < pairs.len() * 2 { WRAPPED_AMONG_ROWS } else { WRAPPED };
    if (wrapped as f32) < needed * end as f32 {
        return None;
    }
    let last = pairs[..end].iter().map(|p| p.distance).fold(first, f32::max);
    match pairs.get(end) {
        Some(next) => Some((last + next.distance.min(last + 0.5)) / 2.0),
        // Nothing but one block of text per column.
        None => Some(last + 0.05),
    }
}

/// Counts the pairs whose lower line may be the continuation of the upper one: its first word
/// had no room left there, in a cell as wide as the widest line of the stack.
fn wrapped(pieces: &[Piece], pairs: &mut [Pair]) -> usize {
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
    let mut count = 0;
    for p in pairs.iter() {
        *beside.entry((pieces[p.upper].line, pieces[p.lower].line)).or_default() += 1;
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
            || (upper.x0 > lower.x0 && upper.x0 - lower.x0 <= 3.0 * upper.size);
        let no_room = upper.width() + lower.first_word + UNBROKEN * upper.size >= all;
        let numbers = upper.is_number && lower.is_number;
        let whole_row = beside.get(&(upper.line, lower.line)).is_some_and(|&n| n >= ROW);
        count += usize::from(aligned && no_room && !numbers && !whole_row);
    }
    count
}
