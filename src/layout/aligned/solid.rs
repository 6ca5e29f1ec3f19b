//! Tables set solid: rows are as close as lines, so that a wrapped text is told from a new row
//! by what it says and which columns it fills.
//!
//! # Rules
//! - The head ends where the first row with figures under it begins. In the head what stands
//!   one below the other in a column is one cell; a text over several columns stays by itself.
//! - Below, a line that fills only some of the columns that the row above fills, without
//!   figures, goes on with that row if it begins in lower case or hangs behind its first line.
//! - A line of one text goes on with the row below if that begins in lower case at the same edge.

use super::blocks::Block;
use super::pieces::Piece;
use super::rows::{Row, Rows};
use std::ops::Range;

/// Largest distance of the lines of a table set solid, in em.
pub const PITCH: f32 = 1.75;

/// Lines closer than this, in em, stand partly beside each other.
const BESIDE: f32 = 0.95;

/// A continuation is at most this much further away than lines usually are.
const NEAR: f32 = 1.3;

/// Indent of a line that hangs behind the first one of its cell, in em.
const HANGING: (f32, f32) = (0.4, 3.0);

/// Texts are centred on each other if twice the distance of their middles is less, in em.
const CENTRED: f32 = 0.3;

/// So many columns do not wrap at once.
const ROW: usize = 3;

/// So many lines above and below are looked at for the width of a column.
const NEARBY: usize = 32;

/// Lines are as far apart as rows if the distances differ by less, in em: whole pixels of a screen.
const SAME_PITCH: f32 = 0.1;

/// Share of a column's texts that are numbers, if it is one of numbers.
const NUMBERS: f32 = 0.5;

/// A line with the columns of its texts. Texts of two lines stand on one if others stand in the
/// middle beside them.
struct Line {
    blocks: Vec<Block>,
    /// First and last column of each text.
    columns: Vec<(usize, usize)>,
    /// So many of the texts, the last ones, stand for the next line as well.
    tall: usize,
    base: f32,
    size: f32,
}

/// The blocks and rows of a zone whose lines are evenly close; `corridors` run between its
/// columns. `None` if the zone is not set solid.
pub fn rows(
    pieces: &[Piece],
    lines: &[Range<usize>],
    corridors: &[(f32, f32)],
) -> Option<(Vec<Block>, Rows)> {
    let mut lines = with_middles(pieces, lines);
    if !is_solid(&lines) {
        return None;
    }
    let edges: Vec<f32> = corridors.iter().map(|c| f32::midpoint(c.0, c.1)).collect();
    let column = |x: f32| edges.partition_point(|&e| e <= x);
    for line in &mut lines {
        line.columns = line.blocks.iter().map(|b| (column(b.x0), column(b.x1))).collect();
    }
    let body = body(&lines, edges.len() + 1);
    let mut table = Table { pieces, blocks: Vec::new(), rows: Vec::new(), tall: Vec::new() };
    let tail = lines.split_off(body);
    table.head(lines);
    table.body(tail);
    Some(table.finish())
}

fn is_solid(lines: &[Line]) -> bool {
    let mut apart: Vec<f32> = lines
        .windows(2)
        .map(|w| (w[1].base - w[0].base) / w[0].size.max(w[1].size).max(0.01))
        .collect();
    apart.sort_by(f32::total_cmp);
    let close = apart.partition_point(|&d| d < BESIDE);
    close * 20 <= apart.len() && apart.get(apart.len() / 2).is_some_and(|&d| d <= PITCH)
}

/// The lines of a zone; where the texts of one stand in the middle beside those of the lines
/// above and below it, the three are one.
fn with_middles(pieces: &[Piece], lines: &[Range<usize>]) -> Vec<Line> {
    let of = |l: &Range<usize>| &pieces[l.clone()];
    let pitch = pitch(pieces, lines);
    let mut found: Vec<Line> = Vec::with_capacity(lines.len());
    let mut i = 0;
    while let Some(line) = lines.get(i) {
        let (upper, middle, lower) = (of(line), lines.get(i + 1).map(of), lines.get(i + 2).map(of));
        let mut blocks: Vec<Block> = line.clone().map(|p| Block::of(p, &pieces[p])).collect();
        let mut base = upper[0].base;
        let mut tall = 0;
        if let (Some(middle), Some(lower)) = (middle, lower) {
            let em = upper[0].size.max(0.01);
            let (above, below) =
                ((middle[0].base - base) / em, (lower[0].base - middle[0].base) / em);
            let half = above < BESIDE && below < BESIDE && (above - below).abs() <= 0.15;
            let apart = |line: &[Piece]| !line.iter().any(|p| middle.iter().any(|m| meets(m, p)));
            let under = |p: &Piece| upper.iter().position(|u| meets(u, p));
            let between = half && apart(upper) && apart(lower);
            let are_like_rows = |pitch| {
                let near = &lines[i.saturating_sub(NEARBY)..(i + NEARBY).min(lines.len())];
                let pieces = &pieces[near[0].start..near[near.len() - 1].end];
                are_like_rows([upper, middle, lower], pitch, pieces)
            };
            if between && (are_rows(upper, lower) || pitch.is_some_and(are_like_rows)) {
                blocks.extend(lines[i + 1].clone().map(|p| Block::of(p, &pieces[p])));
                tall = middle.len();
                i += 1;
            } else if between && lower.iter().all(|p| under(p).is_some()) {
                base = middle[0].base;
                for (p, piece) in lines[i + 2].clone().zip(lower) {
                    if let Some(block) = under(piece).and_then(|u| blocks.get_mut(u)) {
                        block.add(p, piece);
                    }
                }
                blocks.extend(lines[i + 1].clone().map(|p| Block::of(p, &pieces[p])));
                i += 2;
            }
        }
        let size = upper[0].size;
        found.push(Line { blocks, columns: Vec::new(), tall, base, size });
        i += 1;
    }
    found
}

/// Whether two lines are rows for sure, with what stands between them a label of both: so many
/// columns do not wrap at once, and numbers do not wrap at all.
fn are_rows(upper: &[Piece], lower: &[Piece]) -> bool {
    pairs(upper, lower).count() >= ROW
        || pairs(upper, lower).any(|(u, l)| u.is_number && l.is_number)
}

/// The texts of two lines, one below the other.
fn pairs<'a>(
    upper: &'a [Piece],
    lower: &'a [Piece],
) -> impl Iterator<Item = (&'a Piece, &'a Piece)> {
    lower.iter().filter_map(move |l| Some((upper.iter().find(|u| meets(u, l))?, l)))
}

/// The usual distance, in em, of two lines that are rows for sure; where none are, of lines that share
/// two columns.
fn pitch(pieces: &[Piece], lines: &[Range<usize>]) -> Option<f32> {
    let lines = lines.windows(2).map(|w| (&pieces[w[0].clone()], &pieces[w[1].clone()]));
    let usual = |is_pair: fn(&[Piece], &[Piece]) -> bool| {
        let pairs = lines.clone().filter(|(a, b)| is_pair(a, b));
        let mut apart: Vec<f32> = pairs.map(|(a, b)| distance(a, b)).collect();
        apart.sort_by(f32::total_cmp);
        apart.get(apart.len() / 2).copied()
    };
    usual(are_rows).or_else(|| usual(|a, b| pairs(a, b).count() >= 2))
}

/// Whether the first and the last of three lines stand one below the other as rows do, in several
/// columns, one of which at least has room for more on its upper line: text that wraps leaves
/// none. `around` are the texts of the lines nearby, which tell how wide the columns are.
fn are_like_rows([upper, middle, lower]: [&[Piece]; 3], pitch: f32, around: &[Piece]) -> bool {
    if (distance(upper, lower) - pitch).abs() > SAME_PITCH || pairs(upper, lower).count() < 2 {
        return false;
    }
    // What reaches over other columns tells nothing of this one.
    let reaches = |p: &Piece, own: &Piece| {
        upper.iter().chain(middle).any(|o| !std::ptr::eq(o, own) && meets(p, o))
    };
    pairs(upper, lower).any(|(u, l)| {
        let column = around.iter().filter(|p| meets(p, u) && !reaches(p, u));
        u.width() + l.first_word <= column.map(Piece::width).fold(0.0, f32::max)
    })
}

fn meets(a: &Piece, b: &Piece) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1
}

/// Distance of two lines in em.
fn distance(upper: &[Piece], lower: &[Piece]) -> f32 {
    match (upper.first(), lower.first()) {
        (Some(u), Some(l)) => (l.base - u.base) / u.size.max(0.01),
        _ => f32::INFINITY,
    }
}

/// The first line of the body: the first with a number in a column of numbers, if there are
/// several such lines.
fn body(lines: &[Line], columns: usize) -> usize {
    let mut count = vec![(0_u32, 0_u32); columns];
    let cells = lines.iter().flat_map(|l| l.blocks.iter().zip(&l.columns));
    for (b, c) in cells.filter(|(_, c)| c.0 == c.1) {
        count[c.0].0 += u32::from(b.is_number);
        count[c.0].1 += 1;
    }
    let of_numbers: Vec<bool> =
        count.iter().map(|c| c.0 >= 2 && c.0 as f32 >= NUMBERS * c.1 as f32).collect();
    let is_body = |l: &Line| {
        let mut cells = l.blocks.iter().zip(&l.columns);
        cells.any(|(b, c)| c.0 > 0 && c.0 == c.1 && of_numbers[c.0] && b.is_number)
    };
    lines.iter().position(is_body).unwrap_or(0)
}

fn meet(a: &Block, b: &Block) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1
}

struct Table<'a> {
    pieces: &'a [Piece],
    blocks: Vec<Block>,
    /// The blocks of each row.
    rows: Vec<Vec<usize>>,
    /// Blocks that stand for the row below, too.
    tall: Vec<usize>,
}

impl Table<'_> {
    /// Begins a row with the texts of a line.
    fn begin(&mut self, line: Line) {
        let row: Vec<usize> = line.blocks.into_iter().map(|b| self.push(b)).collect();
        self.tall.extend(&row[row.len() - line.tall..]);
        self.rows.push(row);
    }

    fn push(&mut self, block: Block) -> usize {
        self.blocks.push(block);
        self.blocks.len() - 1
    }

    /// Takes the texts of a line into the last row: below what stands above them.
    fn go_on(&mut self, line: Line) {
        let Some(mut row) = self.rows.pop() else { return self.begin(line) };
        for block in line.blocks {
            match row.iter().copied().find(|&u| meet(&self.blocks[u], &block)) {
                Some(u) => self.blocks[u].append(block),
                None => row.push(self.push(block)),
            }
        }
        self.rows.push(row);
    }

    /// Unites the lines of the head into rows.
    fn head(&mut self, lines: Vec<Line>) {
        for line in lines {
            let last = self.rows.last().map(Vec::as_slice).unwrap_or_default();
            // A text over several below it, or several over one, begins another row.
            let over = |b: &Block| last.iter().filter(|&&u| meet(&self.blocks[u], b)).count();
            let under = |u: &Block| line.blocks.iter().filter(|b| meet(u, b)).count();
            let spans = line.blocks.iter().any(|b| over(b) > 1)
                || last.iter().any(|&u| under(&self.blocks[u]) > 1);
            if spans || last.is_empty() || self.is_next_label(last, &line) {
                self.begin(line);
            } else {
                self.go_on(line);
            }
        }
    }

    /// Whether a line begins with a label of its own, below that of the row above: the first text of
    /// a head stands beside what wraps in the other columns. What wraps had no room in its line.
    fn is_next_label(&self, row: &[usize], line: &Line) -> bool {
        let mut above: Vec<&Block> = row.iter().map(|&u| &self.blocks[u]).collect();
        above.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        let (Some(first), Some(label)) = (line.blocks.first(), above.first()) else { return false };
        if above.len() < 2 || line.blocks.len() < 2 || !meet(first, label) {
            return false;
        }
        let begins_low = |b: &Block| {
            b.pieces.first().and_then(|&p| self.pieces.get(p)).is_none_or(|p| p.begins_low)
        };
        let had_room = |b: &Block| {
            let Some(u) = above.iter().position(|u| meet(u, b)) else { return false };
            let left = u.checked_sub(1).map_or(first.x0, |l| above[l].x1);
            let right = above.get(u + 1).map_or(above[u].x1, |r| r.x0);
            right - left >= (above[u].x1 - above[u].x0) + (b.x1 - b.x0) + b.size
        };
        !line.blocks.iter().any(begins_low) && line.blocks.iter().any(had_room)
    }

    fn body(&mut self, lines: Vec<Line>) {
        let mut apart: Vec<f32> = lines.windows(2).map(|w| w[1].base - w[0].base).collect();
        apart.sort_by(f32::total_cmp);
        let near = NEAR * apart.get(apart.len() / 4).copied().unwrap_or(0.0);
        // Rows of the head are closed.
        let closed = self.rows.len();
        let mut before = f32::NEG_INFINITY;
        // Whether the last row is a lone text that may go on below.
        let mut lone: Option<f32> = None;
        for line in lines {
            let (base, left) = (line.base, line.blocks.first().map_or(0.0, |b| b.x0));
            let close = base - before <= near && self.rows.len() > closed;
            let single = line.blocks.len() == 1;
            if close && (self.goes_on(&line) || lone.is_some_and(|x| self.begins_above(x, &line))) {
                self.go_on(line);
                lone = None;
            } else {
                self.begin(line);
                lone = single.then_some(left);
            }
            before = base;
        }
    }

    /// Whether a line goes on with the last row.
    fn goes_on(&self, line: &Line) -> bool {
        let Some(row) = self.rows.last() else { return false };
        line.blocks.len() < row.len()
            && line.blocks.iter().all(|b| {
                let Some(p) = b.pieces.first().and_then(|&p| self.pieces.get(p)) else {
                    return false;
                };
                let above = row.iter().map(|&u| &self.blocks[u]).find(|u| meet(u, b));
                let Some(above) = above else { return false };
                let indent = (p.x0 - above.x0) / p.size.max(0.01);
                let is_centred = (p.x0 + p.x1 - above.x0 - above.x1).abs() <= CENTRED * p.size;
                let hangs = indent >= HANGING.0 && indent <= HANGING.1 && !is_centred;
                !p.is_number && !above.is_number && !p.ends_open && (p.begins_low || hangs)
            })
    }

    /// Whether a line goes on with the lone text above it, which begins at `left`.
    fn begins_above(&self, left: f32, line: &Line) -> bool {
        let upper = self.rows.last().and_then(|r| r.first()).map(|&u| &self.blocks[u]);
        let first = |b: &Block| b.pieces.first().and_then(|&p| self.pieces.get(p));
        let (Some(u), Some(l)) = (upper.and_then(first), line.blocks.first().and_then(first))
        else {
            return false;
        };
        line.blocks.len() > 1
            && l.begins_low
            && !u.ends_open
            && !u.is_number
            && (left - l.x0).abs() <= 0.3 * u.size
    }

    fn finish(self) -> (Vec<Block>, Rows) {
        let mut of = vec![(0, 0); self.blocks.len()];
        let mut boxes = Vec::with_capacity(self.rows.len());
        for (r, row) in self.rows.iter().enumerate() {
            let mut text = Row { top: f32::INFINITY, bottom: f32::NEG_INFINITY };
            for &b in row {
                of[b] = (r, r + 1);
                text.top = text.top.min(self.blocks[b].top);
                text.bottom = text.bottom.max(self.blocks[b].bottom);
            }
            boxes.push(text);
        }
        for &b in &self.tall {
            of[b].1 = (of[b].1 + 1).min(boxes.len());
        }
        let mut blocks = self.blocks;
        super::blocks::describe(&mut blocks, self.pieces);
        (blocks, Rows::of_lines(boxes, of))
    }
}
