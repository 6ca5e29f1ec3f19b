//! Line spacing: is the next line below a piece its continuation or the next row?
//!
//! Tables set with padding show two distances between a piece and the next one below: the
//! leading inside a cell and, clearly larger, the pitch of the rows. Tables set solid show one.

use super::pieces::Piece;

/// How many lines below a piece are searched for the next one in its column. Rows whose cells
/// wrap differently put a few lines in between.
const SEARCH: usize = 14;

/// Distances that differ by less, in em, belong to one mode.
const MODE: f32 = 0.12;

/// Largest leading, in em: double spacing in a face with high lines.
const MAX_LEADING: f32 = 2.6;

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

/// Whether `lower` may be the continuation of `upper` in one cell: the first word of the lower
/// line had no room left on the upper one.
fn may_be_wrapped(upper: &Piece, lower: &Piece) -> bool {
    let close = |a: f32, b: f32| (a - b).abs() <= 0.15 * upper.size;
    let aligned = close(upper.x0, lower.x0)
        || close(upper.x1, lower.x1)
        || close(upper.x0 + upper.x1, lower.x0 + lower.x1)
        || (upper.x0 > lower.x0 && upper.x0 - lower.x0 <= 3.0 * upper.size);
    let room = upper.width() + lower.first_word + UNBROKEN * upper.size;
    aligned && !(upper.is_number && lower.is_number) && room >= lower.width()
}

/// Up to which distance, in em, the next line below goes on with the same cell; `None` if rows
/// are set as close as lines.
pub fn leading(pieces: &[Piece], below: &[Option<usize>]) -> Option<f32> {
    let mut found: Vec<(f32, bool)> = Vec::new();
    for (p, next) in pieces.iter().zip(below) {
        let Some(q) = next.map(|n| &pieces[n]) else { continue };
        let em = p.size.max(q.size);
        if em <= 0.0 || (p.size - q.size).abs() > 0.1 * em {
            continue;
        }
        found.push(((q.base - p.base) / em, may_be_wrapped(p, q)));
    }
    found.retain(|f| f.0 > 0.6);
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let first = found.first()?.0;
    if first > MAX_LEADING {
        return None;
    }
    // A mode ends where the next distance is further off than rounding allows.
    let mut end = 1;
    while end < found.len()
        && found[end].0 - found[end - 1].0 <= MODE
        && found[end].0 - first <= 0.3
    {
        end += 1;
    }
    let wrapped = found[..end].iter().filter(|f| f.1).count();
    if (wrapped as f32) < WRAPPED * end as f32 {
        return None;
    }
    let last = found[end - 1].0;
    match found.get(end) {
        Some(next) => Some((last + next.0.min(last + 0.5)) / 2.0),
        // Nothing but one block of text per column.
        None => Some(last + 0.05),
    }
}
