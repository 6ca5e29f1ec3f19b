//! Blocks → rows.
//!
//! The cells of a row share their vertical middle (or their first baseline, if they are aligned
//! to the top). Labels of several rows stand between them or tower over them. Rows are the
//! heaviest set of groups of blocks that stand clear of each other.

use super::blocks::Block;
use crate::layout::components::DisjointSets;
use std::collections::BTreeMap;

/// Blocks of a row agree within this share of an em.
const LEVEL: f32 = 0.16;

/// A label between two rows is off the middle of their gap by this share of it at most.
const MIDDLE: f32 = 0.25;

/// No two rows that a label stands between are further above it, in em.
const FAR: f32 = 8.0;

/// Rows keep at least this share of the usual white space between them.
const CLEAR: f32 = 0.6;

/// And so much, in em, where the usual space is wide: a cell without padding, as the next row's
/// text follows that of a paragraph.
const BETWEEN: f32 = 0.5;

/// Gaps up to this factor wider than the middle one of their column are between neighbouring
/// rows; a row without text in the column makes more than two of it.
const USUAL: f32 = 1.6;

/// A label's middle is that of its rows within this share of the lowest row's height.
pub const CENTRED: f32 = 0.2;

/// A row's text box, in points.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub top: f32,
    pub bottom: f32,
}

/// The rows of a table.
#[derive(Debug)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// Where rows meet, one more than rows.
    pub edges: Vec<f32>,
    /// For each block its first row and the one after its last, as far as overlap shows.
    pub of: Vec<(usize, usize)>,
    /// Cells are aligned to the top rather than to the middle.
    pub at_top: bool,
}

impl Rows {
    /// Rows that are known: their text boxes, and the rows of each block.
    pub fn of_lines(rows: Vec<Row>, of: Vec<(usize, usize)>) -> Self {
        let mut gaps: Vec<f32> = rows.windows(2).map(|w| w[1].top - w[0].bottom).collect();
        gaps.sort_by(f32::total_cmp);
        let gap = gaps.get(gaps.len() / 2).copied().unwrap_or(0.0).max(0.0);
        let edges = edges(&rows, gap);
        // A label beside two rows stands in the middle of its own.
        let at_top = of.iter().all(|(from, to)| to - from < 2);
        Self { rows, edges, of, at_top }
    }
}

/// Blocks of one height on the page.
#[derive(Debug)]
struct Group {
    top: f32,
    bottom: f32,
    weight: f32,
    members: Vec<usize>,
}

/// Finds the rows of a table's blocks.
pub fn find(blocks: &[Block]) -> Rows {
    let gaps = gaps(blocks);
    let gap = typical_gap(&gaps);
    let size = blocks.first().map_or(0.0, |b| b.size);
    let clear = (gap * CLEAR).min(BETWEEN * size);
    let passes = Passes::new(gaps);
    let towers: Vec<bool> = blocks.iter().map(|b| passes.beside(b, clear)).collect();
    // What stands alone between two rows is a label of both.
    let alone = |g: &Group| matches!(g.members[..], [b] if passes.around(&blocks[b]));
    let mut by_middle = groups(blocks, &towers, Block::middle);
    let mut by_first = groups(blocks, &towers, |b| b.first);
    by_middle.retain(|g| !alone(g));
    by_first.retain(|g| !alone(g));
    let shared = |groups: &[Group]| groups.iter().map(|g| g.members.len() - 1).sum::<usize>();
    let at_top = match shared(&by_first).cmp(&shared(&by_middle)) {
        std::cmp::Ordering::Equal => stand_at_top(blocks, &towers, &by_first, &passes),
        more => more.is_gt(),
    };
    let chosen = schedule(if at_top { by_first } else { by_middle }, clear);

    let mut of = vec![(usize::MAX, 0); blocks.len()];
    let mut rows: Vec<Row> = Vec::with_capacity(chosen.len());
    for (r, group) in chosen.iter().enumerate() {
        for &b in &group.members {
            of[b] = (r, r + 1);
        }
        rows.push(Row { top: group.top, bottom: group.bottom });
    }
    let loose: Vec<usize> = (0..of.len()).filter(|&b| of[b].0 == usize::MAX).collect();
    for &b in &loose {
        of[b] = overlapped(&rows, &blocks[b]);
    }
    for &b in &loose {
        heighten(&mut rows, of[b], &blocks[b], clear);
    }
    let edges = edges(&rows, gap);
    if !at_top {
        let room = room(blocks);
        let heights = Heights { edges: &edges, rows: &rows };
        for &b in &loose {
            // A page break cuts the last cell of a column, whose text then stands at the top.
            let first = rows.get(of[b].0);
            let is_cut = room[b].1 == f32::INFINITY
                && first.is_some_and(|r| (r.top - blocks[b].top).abs() <= LEVEL * blocks[b].size);
            if !is_cut {
                of[b] = heights.around(&blocks[b], of[b], room[b]);
            }
        }
    }
    Rows { rows, edges, of, at_top }
}

/// Whether labels of several lines begin beside the first line of a row, and none stands between two
/// rows: where each row has one line, nothing else shows how cells are aligned.
fn stand_at_top(blocks: &[Block], towers: &[bool], rows: &[Group], passes: &Passes) -> bool {
    let firsts: Vec<f32> = rows.iter().map(|row| blocks[row.members[0]].first).collect();
    let begins = |b: &Block| {
        let near = LEVEL * b.size;
        let at = firsts.partition_point(|&first| first < b.first - near);
        firsts.get(at).is_some_and(|first| first - b.first <= near)
    };
    let labels = || (0..blocks.len()).filter(|&b| towers[b]).map(|b| &blocks[b]);
    labels().any(|b| b.lines > 1 && begins(b))
        && labels().all(begins)
        && !blocks.iter().any(|b| !begins(b) && passes.around(b))
}

/// A label that is higher than the text of its rows makes the outer ones higher, as far as the rows
/// above and below leave room.
fn heighten(rows: &mut [Row], (from, to): (usize, usize), block: &Block, clear: f32) {
    let above = from.checked_sub(1).and_then(|r| rows.get(r)).map_or(f32::MIN, |r| r.bottom);
    let below = rows.get(to).map_or(f32::MAX, |r| r.top);
    let Some(own @ [.., _]) = rows.get_mut(from..to) else { return };
    let higher = own[own.len() - 1].bottom - own[0].top < block.height();
    if higher && block.top - clear >= above && block.bottom + clear <= below {
        own[0].top = own[0].top.min(block.top);
        let last = &mut own[own.len() - 1];
        last.bottom = last.bottom.max(block.bottom);
    }
}

/// Row edges half-way between the texts of neighbouring rows, one more than rows.
fn edges(rows: &[Row], gap: f32) -> Vec<f32> {
    let half = (gap / 2.0).max(1.0);
    let mut ys = vec![rows.first().map_or(0.0, |r| r.top - half)];
    ys.extend(rows.windows(2).map(|w| (w[0].bottom + w[1].top) / 2.0));
    ys.push(rows.last().map_or(0.0, |r| r.bottom + half));
    ys
}

/// For each block where the next text above and below it ends and begins.
fn room(blocks: &[Block]) -> Vec<(f32, f32)> {
    let mut room = vec![(f32::NEG_INFINITY, f32::INFINITY); blocks.len()];
    for (upper, lower) in neighbours(blocks) {
        room[lower].0 = room[lower].0.max(blocks[upper].bottom);
        room[upper].1 = room[upper].1.min(blocks[lower].top);
    }
    room
}

/// Consecutive rows, to find those in whose middle a label stands.
///
/// Where rows end is not drawn. Two guesses are good: half-way to the next row's text, and as
/// far below the last text as above the first; rows of set heights spoil the one or the other.
#[derive(Clone, Copy)]
pub struct Heights<'a> {
    /// One more than rows.
    pub edges: &'a [f32],
    pub rows: &'a [Row],
}

impl Heights<'_> {
    /// Height of the lowest row.
    pub fn pitch(&self) -> f32 {
        self.edges.windows(2).map(|w| w[1] - w[0]).reduce(f32::min).unwrap_or(0.0)
    }

    /// How far a label is from the middle of the rows `from..to`, which are not empty.
    pub fn off(&self, (from, to): (usize, usize), middle: f32) -> f32 {
        let by_edges = f32::midpoint(self.edges[from], self.edges[to]);
        let by_texts = f32::midpoint(self.rows[from].top, self.rows[to - 1].bottom);
        (by_edges - middle).abs().min((by_texts - middle).abs())
    }

    /// The ends of the ranges from `from` on in whose middle a label may stand: near guesses, to
    /// be tried.
    pub fn ends(&self, from: usize, middle: f32) -> impl Iterator<Item = usize> + use<> {
        let n = self.rows.len();
        let (top, edge) = (self.rows[from].top, self.edges[from]);
        let by_texts = self.rows.partition_point(|r| r.bottom < 2.0 * middle - top);
        let by_edges = self.edges.partition_point(|&e| e < 2.0 * middle - edge);
        let (low, high) = (by_texts.min(by_edges.saturating_sub(1)), (by_texts + 1).max(by_edges));
        low.max(from + 1)..=high.min(n)
    }

    /// The smallest range of rows around `range` in whose middle the block stands, if there is
    /// one in the room that other blocks leave.
    fn around(&self, block: &Block, range: (usize, usize), room: (f32, f32)) -> (usize, usize) {
        let n = self.rows.len();
        if range.0 >= range.1 || range.1 > n {
            return range;
        }
        let slack = CENTRED * self.pitch();
        let mut from = range.0;
        loop {
            for to in self.ends(from, block.middle()) {
                let free = self.rows[to - 1].bottom <= room.1;
                if to >= range.1 && free && self.off((from, to), block.middle()) <= slack {
                    return (from, to);
                }
            }
            let beyond = 2.0 * block.middle() - self.edges[from] > self.edges[n] + block.size;
            if from == 0 || self.rows[from - 1].top < room.0 || beyond {
                return range;
            }
            from -= 1;
        }
    }
}

/// Pairs of blocks, one below the other without text between.
fn neighbours(blocks: &[Block]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by(|&a, &b| blocks[a].top.total_cmp(&blocks[b].top));
    // The lowest blocks so far, by left edge; they do not overlap.
    let mut open: BTreeMap<i64, usize> = BTreeMap::new();
    let key = |x: f32| (f64::from(x) * 1000.0) as i64;
    let mut pairs = Vec::new();
    for &i in &order {
        let b = &blocks[i];
        let over: Vec<(i64, usize)> = open
            .range(..key(b.x1))
            .rev()
            .take_while(|(_, j)| blocks[**j].x1 > b.x0)
            .map(|(k, j)| (*k, *j))
            .collect();
        for (k, j) in over {
            open.remove(&k);
            pairs.push((j, i));
        }
        open.insert(key(b.x0), i);
    }
    pairs
}

/// The white space between two blocks of one column, in points.
#[derive(Clone, Copy, Debug)]
struct Gap {
    from: f32,
    to: f32,
    /// Not wider than rows are usually apart in that column.
    is_usual: bool,
}

fn gaps(blocks: &[Block]) -> Vec<Gap> {
    let mut columns = DisjointSets::new(blocks.len());
    let mut found: Vec<(usize, Gap)> = Vec::new();
    for (a, b) in neighbours(blocks) {
        let (from, to) = (blocks[a].bottom, blocks[b].top);
        if from < to && blocks[a].shares_column(&blocks[b]) {
            columns.union(a, b);
            found.push((a, Gap { from, to, is_usual: false }));
        }
    }
    for f in &mut found {
        f.0 = columns.find(f.0);
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then((a.1.to - a.1.from).total_cmp(&(b.1.to - b.1.from))));
    let middle =
        |gaps: &[(usize, Gap)]| gaps.get(gaps.len() / 2).map_or(0.0, |(_, g)| g.to - g.from);
    let mut sizes: Vec<f32> = found.iter().map(|(_, g)| g.to - g.from).collect();
    sizes.sort_by(f32::total_cmp);
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    for column in found.chunk_by_mut(|a, b| a.0 == b.0) {
        // Columns of labels have wide gaps throughout.
        let usual = if column.len() >= 3 { usual.min(middle(column)) } else { usual };
        for (_, gap) in column {
            gap.is_usual = gap.to - gap.from <= USUAL * usual;
        }
    }
    found.into_iter().map(|f| f.1).collect()
}

/// The smaller gaps are those between cells; the larger ones come from rows with taller cells.
fn typical_gap(gaps: &[Gap]) -> f32 {
    let mut sizes: Vec<f32> = gaps.iter().map(|g| g.to - g.from).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 6).copied().unwrap_or(0.0)
}

/// Where columns pass from one row to the next.
struct Passes {
    gaps: Vec<Gap>,
    /// The least end of the gaps from each one on.
    least: Vec<f32>,
}

impl Passes {
    fn new(mut gaps: Vec<Gap>) -> Self {
        gaps.sort_by(|a, b| a.from.total_cmp(&b.from));
        let mut least = vec![f32::INFINITY; gaps.len() + 1];
        for i in (0..gaps.len()).rev() {
            least[i] = least[i + 1].min(gaps[i].to);
        }
        Self { gaps, least }
    }

    /// Whether a column passes beside the block, up to `clear` points beyond its ends.
    fn beside(&self, b: &Block, clear: f32) -> bool {
        let from = self.gaps.partition_point(|g| g.from <= b.top - clear);
        if self.least[from] >= b.bottom + clear {
            return false;
        }
        // A gap that ends where the block begins is the block's own.
        let to = self.gaps.partition_point(|g| g.from < b.bottom);
        self.gaps[from..to].iter().any(|g| g.to > b.top && g.to < b.bottom + clear)
    }

    /// Whether the block stands between two neighbouring rows of another column, about in the middle
    /// of their gap, which may be smaller than the block.
    fn around(&self, b: &Block) -> bool {
        let slack = 0.3 * b.size;
        let from = self.gaps.partition_point(|g| g.from < b.top - FAR * b.size);
        let to = self.gaps.partition_point(|g| g.from <= b.top + slack);
        self.gaps[from..to].iter().any(|g| {
            let off = f32::midpoint(g.from, g.to) - b.middle();
            let near = slack.max(MIDDLE * (g.to - g.from));
            g.is_usual && g.to >= b.bottom - slack && off.abs() <= near
        })
    }
}

fn groups(blocks: &[Block], towers: &[bool], key: impl Fn(&Block) -> f32) -> Vec<Group> {
    let mut order: Vec<usize> = (0..blocks.len()).filter(|&b| !towers[b]).collect();
    order.sort_by(|&a, &b| key(&blocks[a]).total_cmp(&key(&blocks[b])));
    let mut groups: Vec<Group> = Vec::new();
    let mut last = f32::NEG_INFINITY;
    let mut first = last;
    for b in order {
        let block = &blocks[b];
        let at = key(block);
        let weight = 1.0 + (block.chars as f32 / 1000.0).min(0.5);
        match groups.last_mut() {
            Some(g) if at - last <= LEVEL * block.size && at - first <= 0.5 * block.size => {
                g.top = g.top.min(block.top);
                g.bottom = g.bottom.max(block.bottom);
                g.weight += weight;
                g.members.push(b);
            }
            _ => {
                first = at;
                groups.push(Group {
                    top: block.top,
                    bottom: block.bottom,
                    weight,
                    members: vec![b],
                });
            }
        }
        last = at;
    }
    groups
}

/// The heaviest set of groups with at least `gap` points between them (weighted interval
/// scheduling, `O(n log n)`), top to bottom.
fn schedule(mut groups: Vec<Group>, gap: f32) -> Vec<Group> {
    groups.sort_by(|a, b| a.bottom.total_cmp(&b.bottom));
    // best[i]: weight of the best choice among the first i groups, and whether it takes i - 1.
    let mut best: Vec<(f32, bool)> = vec![(0.0, false)];
    let before = |groups: &[Group], i: usize| {
        groups[..i].partition_point(|g| g.bottom + gap <= groups[i].top)
    };
    for i in 0..groups.len() {
        let with = best[before(&groups, i)].0 + groups[i].weight;
        let without = best[i].0;
        best.push(if with > without { (with, true) } else { (without, false) });
    }
    let mut taken = vec![false; groups.len()];
    let mut i = groups.len();
    while i > 0 {
        if best[i].1 {
            taken[i - 1] = true;
            i = before(&groups, i - 1);
        } else {
            i -= 1;
        }
    }
    let mut keep = taken.into_iter();
    groups.retain(|_| keep.next().unwrap_or(false));
    groups
}

/// The rows that a block stands beside; those above and below it, if it stands between two.
fn overlapped(rows: &[Row], block: &Block) -> (usize, usize) {
    let slack = 0.3 * block.size;
    let from = rows.partition_point(|r| r.bottom <= block.top + slack);
    let to = rows.partition_point(|r| r.top < block.bottom - slack);
    if from < to {
        return (from, to);
    }
    // Between row `to - 1` and row `from`: beside the nearer one, or both.
    match (to.checked_sub(1), (from < rows.len()).then_some(from)) {
        (Some(a), Some(b)) => {
            let (up, down) = (block.top - rows[a].bottom, rows[b].top - block.bottom);
            if (up - down).abs() <= block.size * 0.3 {
                (a, b + 1)
            } else if up < down {
                (a, a + 1)
            } else {
                (b, b + 1)
            }
        }
        (Some(a), None) => (a, a + 1),
        (None, Some(b)) => (b, b + 1),
        (None, None) => (0, 0),
    }
}
