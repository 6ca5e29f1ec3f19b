//! Pieces → blocks: the text of one cell, as far as its lines stand together.

use super::pieces::Piece;

/// Left edges differ by less, in em, if they are one.
const FLUSH: f32 = 0.05;

/// Lines of text that belong to one cell. Lengths in points.
#[derive(Clone, Debug)]
pub struct Block {
    /// Indices of its pieces, top to bottom.
    pub pieces: Vec<usize>,
    pub x0: f32,
    pub x1: f32,
    /// Top of the first line's em box.
    pub top: f32,
    /// Bottom of the last line's em box.
    pub bottom: f32,
    /// Baseline of the first line.
    pub first: f32,
    pub size: f32,
    pub chars: u32,
    pub is_number: bool,
    /// Number of lines as printed.
    pub lines: u32,
    /// Wrapped text fills its lines, and so shows where its cell begins and ends.
    pub is_full: bool,
    /// Its left edge is that of other blocks of other widths: the text begins where its cell
    /// does.
    pub is_flush: bool,
}

impl Block {
    pub fn of(index: usize, p: &Piece) -> Self {
        Self {
            pieces: vec![index],
            x0: p.x0,
            x1: p.x1,
            top: p.top(),
            bottom: p.bottom(),
            first: p.base,
            size: p.size,
            chars: p.chars,
            is_number: p.is_number,
            lines: 1,
            is_full: false,
            is_flush: false,
        }
    }

    pub fn add(&mut self, index: usize, p: &Piece) {
        self.pieces.push(index);
        self.x0 = self.x0.min(p.x0);
        self.x1 = self.x1.max(p.x1);
        self.top = self.top.min(p.top());
        self.bottom = self.bottom.max(p.bottom());
        self.size = self.size.max(p.size);
        self.chars += p.chars;
        self.is_number &= p.is_number;
        self.lines += 1;
    }

    /// Takes in the lines of a block below.
    pub fn append(&mut self, lower: Self) {
        self.pieces.extend(lower.pieces);
        self.x0 = self.x0.min(lower.x0);
        self.x1 = self.x1.max(lower.x1);
        self.top = self.top.min(lower.top);
        self.bottom = self.bottom.max(lower.bottom);
        self.size = self.size.max(lower.size);
        self.chars += lower.chars;
        self.is_number &= lower.is_number;
        self.lines += lower.lines;
    }

    pub fn middle(&self) -> f32 {
        (self.top + self.bottom) / 2.0
    }

    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Whether two blocks share a good part of the narrower one's width.
    pub fn shares_column(&self, other: &Self) -> bool {
        let shared = self.x1.min(other.x1) - self.x0.max(other.x0);
        shared * 2.0 >= (self.x1 - self.x0).min(other.x1 - other.x0)
    }
}

/// Joins each piece to the one above it that is at most `leading` em away; none if `None`.
///
/// The blocks are ordered as their first pieces are.
pub fn stack(pieces: &[Piece], below: &[Option<usize>], leading: Option<f32>) -> Vec<Block> {
    let limit = leading.unwrap_or(0.0);
    let mut above: Vec<Option<usize>> = vec![None; pieces.len()];
    for (i, next) in below.iter().enumerate() {
        let Some(q) = *next else { continue };
        let (p, lower) = (&pieces[i], &pieces[q]);
        let em = p.size.max(lower.size);
        let same_size = (p.size - lower.size).abs() <= 0.1 * em;
        if same_size && lower.base - p.base <= limit * em && above[q].is_none() {
            above[q] = Some(i);
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut home: Vec<usize> = vec![usize::MAX; pieces.len()];
    // A piece may go on in one block only.
    let mut ended = vec![false; pieces.len()];
    for (i, p) in pieces.iter().enumerate() {
        if let Some(a) = above[i].filter(|&a| !ended[a]) {
            ended[a] = true;
            home[i] = home[a];
            blocks[home[a]].add(i, p);
        } else {
            home[i] = blocks.len();
            blocks.push(Block::of(i, p));
        }
    }
    describe(&mut blocks, pieces);
    blocks
}

/// Finds out what finished blocks tell about their cells.
pub fn describe(blocks: &mut [Block], pieces: &[Piece]) {
    for b in blocks.iter_mut() {
        b.is_full = fills_its_lines(b, pieces);
    }
    mark_flush(blocks);
}

/// Marks the blocks whose left edge is common.
fn mark_flush(blocks: &mut [Block]) {
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by(|&a, &b| blocks[a].x0.total_cmp(&blocks[b].x0));
    let same = |a: &usize, b: &usize| blocks[*b].x0 - blocks[*a].x0 <= FLUSH * blocks[*b].size;
    let groups: Vec<Vec<usize>> = order.chunk_by(same).map(<[usize]>::to_vec).collect();
    for group in groups {
        let ends = || group.iter().map(|&b| blocks[b].x1);
        let (low, high) = (ends().fold(f32::MAX, f32::min), ends().fold(f32::MIN, f32::max));
        // Centred texts of one width share their left edge too.
        if group.len() >= 3 && group.iter().all(|&b| high - low > blocks[b].size) {
            for b in group {
                blocks[b].is_flush = true;
            }
        }
    }
}

/// Whether all lines but the last reach within two ideographs of the right edge.
fn fills_its_lines(block: &Block, pieces: &[Piece]) -> bool {
    let Some((_, upper)) = block.pieces.split_last() else { return false };
    upper.len() >= 2
        && upper.iter().filter(|&&i| block.x1 - pieces[i].x1 <= 2.0 * block.size).count() * 4
            >= upper.len() * 3
}
