//! Line spacing: is the next line below a piece its continuation or the next row?
//!
//! Tables set with padding show two distances between a piece and the next one below: the
//! leading inside a cell and, clearly larger, the pitch of the rows. Tables set solid show one.

use super::pieces::Piece;
use rustc_hash::{FxHashMap, FxHashSet};

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

/// So many texts with one middle or left edge are a column.
const COLUMN: usize = 4;

/// The first line of a paragraph is indented by so much, in em.
const INDENT: (f32, f32) = (1.0, 3.0);

/// A line this long, in em, is seldom a cell's whole text and as wide as its cell by accident.
const LONG: f32 = 14.0;

/// So many pairs of rows are no accident: three columns, one row below the other.
const ROWS_APART: usize = 3;

/// So many pairs of rows are those of a table: four rows of three columns.
const TABLE: usize = 9;

/// Share of the smallest distances that must look like wrapped lines.
const WRAPPED: f32 = 0.8;

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
struct Pair {
    upper: usize,
    lower: usize,
    /// Distance of the baselines, in em.
    distance: f32,
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
        return Some(Leading { limit: MAX_LEADING, shown: None, count: 0, apart: 0 });
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
    (none_wraps && rows >= TABLE).then_some(Leading {
        limit: first - SAME,
        shown: None,
        count: 0,
        apart: 0,
    })
}

/// Whether the closest `end` pairs are lines of cells.
fn told_by(pieces: &[Piece], pairs: &mut [Pair], end: usize) -> bool {
    let (close, apart) = pairs.split_at_mut(end);
    let shown = evidence(pieces, close);
    // Where most lines are further apart, the few that are close need less to show that they wrap.
    let needed = if close.len() * 5 < apart.len() * 3 { WRAPPED_AMONG_ROWS } else { WRAPPED };
    // Paragraphs end before their cell does. But no row is set close, and rows are set apart.
    let mut are_paragraphs =
        || shown.wrapped > 0 && shown.rows == 0 && evidence(pieces, apart).rows >= ROWS_APART;
    shown.wrapped as f32 >= needed * close.len() as f32 || are_paragraphs()
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

/// Distances of lines that a program set alike differ by less, in em.
const SAME: f32 = 0.02;

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

/// What pairs of lines, one below the other, show of themselves.
#[derive(Default)]
struct Evidence {
    /// Pairs whose lower line may be the continuation of the upper one: its first word had no
    /// room left there, in a cell as wide as the widest line of the stack.
    wrapped: usize,
    /// Pairs that are rows for sure: numbers, or texts in several columns at once, none of which
    /// is long and fills its line.
    rows: usize,
}

fn evidence(pieces: &[Piece], pairs: &mut [Pair]) -> Evidence {
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
    for p in pairs.iter() {
        let (upper, lines) = (&pieces[p.upper], (pieces[p.upper].line, pieces[p.lower].line));
        *beside.entry(lines).or_default() += 1;
        if peers[p.upper].is_none_or(|widest| upper.width() + upper.size <= widest) {
            short.insert(lines);
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
        let whole_row = beside.get(&lines).is_some_and(|&n| n >= ROW) && short.contains(&lines);
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
