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
const PITCH: f32 = 1.75;

/// Lines closer than this, in em, stand partly beside each other: cells are in the middle of
/// their rows, and the table is not set solid.
const BESIDE: f32 = 0.95;

/// A continuation is at most this much further away than lines usually are.
const NEAR: f32 = 1.3;

/// Indent of a line that hangs behind the first one of its cell, in em.
const HANGING: (f32, f32) = (0.4, 3.0);

/// Share of a column's texts that are numbers, if it is one of numbers.
const NUMBERS: f32 = 0.5;

/// Whether the lines of a zone are evenly close.
pub fn is_solid(pieces: &[Piece], lines: &[Range<usize>]) -> bool {
    let mut apart: Vec<f32> = lines
        .windows(2)
        .map(|w| (&pieces[w[0].start], &pieces[w[1].start]))
        .map(|(a, b)| (b.base - a.base) / a.size.max(b.size).max(0.01))
        .collect();
    apart.sort_by(f32::total_cmp);
    let close = apart.partition_point(|&d| d < BESIDE);
    close * 20 <= apart.len() && apart.get(apart.len() / 2).is_some_and(|&d| d <= PITCH)
}

/// A line with the columns of its pieces.
struct Line {
    pieces: Range<usize>,
    /// First and last column of each piece.
    columns: Vec<(usize, usize)>,
    base: f32,
}

/// The blocks and rows of a zone; `corridors` run between its columns.
pub fn rows(
    pieces: &[Piece],
    lines: &[Range<usize>],
    corridors: &[(f32, f32)],
) -> (Vec<Block>, Rows) {
    let edges: Vec<f32> = corridors.iter().map(|c| f32::midpoint(c.0, c.1)).collect();
    let column = |x: f32| edges.partition_point(|&e| e <= x);
    let lines: Vec<Line> = lines
        .iter()
        .map(|l| Line {
            pieces: l.clone(),
            columns: pieces[l.clone()].iter().map(|p| (column(p.x0), column(p.x1))).collect(),
            base: pieces[l.start].base,
        })
        .collect();
    let body = body(pieces, &lines, edges.len() + 1);
    let mut table = Table { pieces, blocks: Vec::new(), rows: Vec::new() };
    table.head(&lines[..body]);
    table.body(&lines[body..]);
    table.finish()
}

/// The first line of the body: the first with a number in a column of numbers, if there are
/// several such lines.
fn body(pieces: &[Piece], lines: &[Line], columns: usize) -> usize {
    let mut count = vec![(0_u32, 0_u32); columns];
    let cells = || lines.iter().flat_map(|l| l.pieces.clone().zip(&l.columns));
    for (p, c) in cells().filter(|(_, c)| c.0 == c.1) {
        count[c.0].0 += u32::from(pieces[p].is_number);
        count[c.0].1 += 1;
    }
    let of_numbers: Vec<bool> =
        count.iter().map(|c| c.0 >= 2 && c.0 as f32 >= NUMBERS * c.1 as f32).collect();
    let is_body = |l: &Line| {
        let mut cells = l.pieces.clone().zip(&l.columns);
        cells.any(|(p, c)| c.0 > 0 && c.0 == c.1 && of_numbers[c.0] && pieces[p].is_number)
    };
    lines.iter().position(is_body).unwrap_or(0)
}

struct Table<'a> {
    pieces: &'a [Piece],
    blocks: Vec<Block>,
    /// The blocks of each row.
    rows: Vec<Vec<usize>>,
}

impl Table<'_> {
    fn line(&mut self, line: &Line) -> Vec<usize> {
        line.pieces
            .clone()
            .map(|p| {
                self.blocks.push(Block::of(p, &self.pieces[p]));
                self.blocks.len() - 1
            })
            .collect()
    }

    /// Unites the lines of the head into rows.
    fn head(&mut self, lines: &[Line]) {
        for line in lines {
            let Some(last) = self.rows.last() else {
                let row = self.line(line);
                self.rows.push(row);
                continue;
            };
            // Over which of the blocks above each piece stands.
            let above: Vec<Vec<usize>> = line
                .pieces
                .clone()
                .map(|p| {
                    let p = &self.pieces[p];
                    let over = |b: &&usize| {
                        let b = &self.blocks[**b];
                        b.x0 < p.x1 && p.x0 < b.x1
                    };
                    last.iter().filter(over).copied().collect()
                })
                .collect();
            // A text over several below it, or several over one, begins another row.
            let mut all: Vec<usize> = above.iter().flatten().copied().collect();
            all.sort_unstable();
            let spans = above.iter().any(|a| a.len() > 1) || all.windows(2).any(|w| w[0] == w[1]);
            if spans {
                let row = self.line(line);
                self.rows.push(row);
                continue;
            }
            for (p, above) in line.pieces.clone().zip(&above) {
                let piece = &self.pieces[p];
                if let Some(&b) = above.first() {
                    self.blocks[b].add(p, piece);
                } else {
                    self.blocks.push(Block::of(p, piece));
                    let new = self.blocks.len() - 1;
                    if let Some(row) = self.rows.last_mut() {
                        row.push(new);
                    }
                }
            }
        }
    }

    fn body(&mut self, lines: &[Line]) {
        let mut apart: Vec<f32> = lines.windows(2).map(|w| w[1].base - w[0].base).collect();
        apart.sort_by(f32::total_cmp);
        let near = NEAR * apart.get(apart.len() / 4).copied().unwrap_or(0.0);
        let mut first = true;
        let mut pending: Option<&Line> = None;
        let mut before: Option<&Line> = None;
        for line in lines {
            let close = before.is_some_and(|b| line.base - b.base <= near);
            if let Some(upper) = pending.take() {
                let row = self.line(upper);
                if close && self.goes_on_below(upper, line) {
                    let own = self.line(line);
                    self.join(&row, &own);
                    first = false;
                    before = Some(line);
                    continue;
                }
                self.rows.push(row);
            }
            if !first && close && self.goes_on(line) {
                let own = self.line(line);
                if let Some(row) = self.rows.pop() {
                    self.join(&row, &own);
                }
            } else if line.pieces.len() == 1 {
                pending = Some(line);
                first = false;
                before = Some(line);
                continue;
            } else {
                let row = self.line(line);
                self.rows.push(row);
            }
            first = false;
            before = Some(line);
        }
        if let Some(line) = pending {
            let row = self.line(line);
            self.rows.push(row);
        }
    }

    /// Unites two rows of blocks: what stands one below the other is one block.
    fn join(&mut self, upper: &[usize], lower: &[usize]) {
        let mut row = upper.to_vec();
        for &l in lower {
            let under = upper.iter().copied().find(|&u| {
                let (u, l) = (&self.blocks[u], &self.blocks[l]);
                u.x0 < l.x1 && l.x0 < u.x1
            });
            match under {
                Some(u) => {
                    let (index, piece) =
                        (self.blocks[l].pieces[0], &self.pieces[self.blocks[l].pieces[0]]);
                    self.blocks[u].add(index, piece);
                }
                None => row.push(l),
            }
        }
        self.rows.push(row);
    }

    /// Whether a line goes on with the last row.
    fn goes_on(&self, line: &Line) -> bool {
        let Some(row) = self.rows.last() else { return false };
        line.pieces.len() < row.len()
            && line.pieces.clone().all(|p| {
                let p = &self.pieces[p];
                let above =
                    row.iter().map(|&b| &self.blocks[b]).find(|b| b.x0 < p.x1 && p.x0 < b.x1);
                let Some(above) = above else { return false };
                let indent = (p.x0 - above.x0) / p.size.max(0.01);
                let hangs = indent >= HANGING.0 && indent <= HANGING.1;
                !p.is_number && !above.is_number && !p.ends_open && (p.begins_low || hangs)
            })
    }

    /// Whether a line of one text goes on in the line below it.
    fn goes_on_below(&self, upper: &Line, lower: &Line) -> bool {
        let (Some(u), Some(l)) =
            (self.pieces.get(upper.pieces.start), self.pieces.get(lower.pieces.start))
        else {
            return false;
        };
        lower.pieces.len() > 1
            && l.begins_low
            && !u.ends_open
            && !u.is_number
            && (u.x0 - l.x0).abs() <= 0.3 * u.size
    }

    fn finish(self) -> (Vec<Block>, Rows) {
        let Self { pieces, mut blocks, rows, .. } = self;
        // Blocks that were taken in by others belong to no row.
        let mut of = vec![usize::MAX; blocks.len()];
        for (r, row) in rows.iter().enumerate() {
            for &b in row {
                of[b] = r;
            }
        }
        let mut kept = Vec::with_capacity(blocks.len());
        let mut spans = Vec::with_capacity(blocks.len());
        for (block, &row) in blocks.drain(..).zip(&of) {
            if row != usize::MAX {
                kept.push(block);
                spans.push((row, row + 1));
            }
        }
        super::blocks::describe(&mut kept, pieces);
        let mut boxes: Vec<Row> =
            vec![Row { top: f32::INFINITY, bottom: f32::NEG_INFINITY }; rows.len()];
        for (block, span) in kept.iter().zip(&spans) {
            let row = &mut boxes[span.0];
            row.top = row.top.min(block.top);
            row.bottom = row.bottom.max(block.bottom);
        }
        (kept, Rows::of_lines(boxes, spans))
    }
}
