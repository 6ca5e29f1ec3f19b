//! Line spacing: is the next line below a piece its continuation or the next row?
//!
//! Tables set with padding show two distances between a piece and the next one below: the
//! leading inside a cell and, clearly larger, the pitch of the rows. Tables set solid show one.

use super::evidence::{INDENT, evidence};
use super::pieces::Piece;
use super::solid;

/// How many lines below a piece are searched for the next one in its column. Rows whose cells
/// wrap differently put a few lines in between.
const SEARCH: usize = 14;

/// Distances that differ by less, in em, belong to one mode.
const MODE: f32 = 0.12;

/// Distances of lines that a program set alike differ by less, in em.
const SAME: f32 = 0.02;

/// Largest leading, in em: double spacing in a face with high lines.
const MAX_LEADING: f32 = 2.6;

/// Share of the smallest distances that must look like wrapped lines, and the same if they are less
/// than three fifths as many as the others.
const WRAPPED: f32 = 0.8;
const WRAPPED_AMONG_ROWS: f32 = 0.5;

/// So many pairs of rows are no accident: three columns, one row below the other.
const ROWS_APART: usize = 3;

/// So many pairs of rows are those of a table: four rows of three columns.
const TABLE: usize = 9;

/// For each piece the next below that shares at least half of the narrower one's width, or is the end
/// of a paragraph below the indent of its first line.
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
                });
                let short = || row[..from].iter().rposition(|q| is_short_end(p, q));
                hit.map(|hit| from + hit).or_else(short).map(|hit| next.start + hit)
            });
        }
    }
    below
}

/// Whether `q` is the second and last line of a paragraph, no wider than the indent of the first, `p`.
fn is_short_end(p: &Piece, q: &Piece) -> bool {
    let indent = (p.x0 - q.x0) / p.size;
    q.ends_sentence
        && q.x1 <= p.x0 + 0.1 * p.size
        && (INDENT.0..=INDENT.1).contains(&indent)
        && (0.0..=MAX_LEADING * p.size).contains(&(q.base - p.base))
}

/// Two lines, one below the other in a column.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub upper: usize,
    pub lower: usize,
    /// Distance of the baselines, in em.
    pub distance: f32,
}

/// How far apart lines of one cell are, in em.
#[derive(Clone, Copy, Debug)]
pub struct Leading {
    /// The next line below goes on with the same cell up to this distance.
    pub limit: f32,
    /// The distances that occur, and the size of the type in points; `None` if no cell wraps.
    shown: Option<(f32, f32, f32)>,
    /// How many pairs of lines show it, and how many stand further apart.
    count: usize,
    apart: usize,
}

impl Leading {
    /// No cell has a second line: the closest ones are rows.
    fn below(first: f32) -> Self {
        Self { limit: (first - SAME).min(MAX_LEADING), shown: None, count: 0, apart: 0 }
    }

    /// The leading of another table of the page in the same type, if lines stand closer there, as more
    /// of them show, or rows hardly show here: what looks like lines are rows.
    pub fn or_closer(self, others: &[Self]) -> Self {
        let Some((first, _, size)) = self.shown else { return self };
        let closer = others.iter().find(|other| {
            let same = other.shown.is_some_and(|(_, _, em)| (em / size - 1.0).abs() <= SAME);
            same && other.limit < first && (other.count > self.count || self.apart < self.count)
        });
        closer.copied().unwrap_or(self)
    }
}

/// How far apart the lines of cells are; `None` if rows are set as close as lines.
pub fn leading(pieces: &[Piece], below: &[Option<usize>]) -> Option<Leading> {
    let mut pairs = pairs(pieces, below);
    let first = pairs.first()?.distance;
    if first > MAX_LEADING {
        // No cell has a second line.
        return Some(Leading::below(first));
    }
    let end = close(&pairs);
    if told_by(pieces, &mut pairs, end) {
        return Some(limit(pieces, &pairs, end));
    }
    // Rows may be set hardly wider than lines, as far as a whole table shows that.
    pairs.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    let end = pairs.partition_point(|p| p.distance <= first + SAME);
    let (close, apart) = pairs.split_at_mut(end);
    let shown = evidence(pieces, close);
    let all_wrap = shown.rows == 0 && shown.wrapped as f32 >= WRAPPED * close.len() as f32;
    let rows = evidence(pieces, apart).rows;
    if all_wrap && rows >= TABLE {
        return Some(limit(pieces, &pairs, end));
    }
    // Cells without padding stand close, too: a head below a line of text.
    let none_wraps = shown.rows == 0 && shown.wrapped == 0 && close.len() * 5 < apart.len();
    (none_wraps && rows >= TABLE).then_some(Leading::below(first))
}

/// Whether the closest `end` pairs are lines of cells.
fn told_by(pieces: &[Piece], pairs: &mut [Pair], end: usize) -> bool {
    let (close, apart) = pairs.split_at_mut(end);
    let shown = evidence(pieces, close);
    // Where most lines are further apart, the few that are close need less to show that they wrap.
    let needed = if close.len() * 5 < apart.len() * 3 { WRAPPED_AMONG_ROWS } else { WRAPPED };
    // Where rows hardly show, lines with room for what follows them are rows, and so are those as
    // close as they are.
    let are_rows = apart.len() < close.len() && shown.roomy > 0;
    // Paragraphs end before their cell does. But no row is set close, and rows are set apart.
    let mut are_paragraphs =
        || shown.wrapped > 0 && shown.rows == 0 && evidence(pieces, apart).rows >= ROWS_APART;
    !are_rows && (shown.wrapped as f32 >= needed * close.len() as f32 || are_paragraphs())
}

/// What tells the closest `end` pairs from the others, whatever the order of each.
fn limit(pieces: &[Piece], pairs: &[Pair], end: usize) -> Leading {
    let (close, apart) = pairs.split_at(end);
    let all = || close.iter().map(|p| p.distance);
    let (first, last) = (all().fold(f32::MAX, f32::min), all().fold(f32::MIN, f32::max));
    let next = apart.iter().map(|p| p.distance).reduce(f32::min);
    let limit = match next {
        Some(next) => f32::midpoint(last, next.min(last + 0.5)),
        // Nothing but one block of text per column.
        None => last + 0.05,
    };
    let size = close.first().map_or(0.0, |p| pieces[p.upper].size);
    Leading { limit, shown: Some((first, last, size)), count: end, apart: apart.len() }
}

/// The leading of another table of the page, if it tells the lines here from the rows: a table of a
/// few rows, in each of which several cells wrap, does not show its own.
pub fn as_elsewhere(
    pieces: &[Piece],
    below: &[Option<usize>],
    others: &[Leading],
) -> Option<Leading> {
    let pairs = pairs(pieces, below);
    let (own, next) = (pairs.first()?, pairs.get(close(&pairs))?.distance);
    let (size, own) = (pieces[own.upper].size, own.distance);
    let same = |a: f32, b: f32| (a - b).abs() <= SAME;
    let found = others.iter().find(|other| {
        other.shown.is_some_and(|(first, last, em)| {
            same(em / size, 1.0) && own >= first - SAME && own <= last + SAME && next > other.limit
        })
    });
    found.copied()
}

/// Rows that nothing shows to wrap, but whose texts stand too far apart in each column for a table set
/// solid, however close the labels between them are.
pub fn far_apart(pieces: &[Piece], below: &[Option<usize>]) -> Option<Leading> {
    let first = pairs(pieces, below).first()?.distance;
    (first > solid::PITCH).then(|| Leading::below(first))
}

/// The lines of one column, one below the other, closest first.
fn pairs(pieces: &[Piece], below: &[Option<usize>]) -> Vec<Pair> {
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
    pairs
}

/// How many pairs are of the closest mode, which ends where the next distance is further off than
/// rounding allows.
fn close(pairs: &[Pair]) -> usize {
    let Some(first) = pairs.first() else { return 0 };
    let goes_on = |w: &&[Pair]| {
        w[1].distance - w[0].distance <= MODE && w[1].distance - first.distance <= 0.3
    };
    1 + pairs.windows(2).take_while(goes_on).count()
}
