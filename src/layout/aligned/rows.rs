//! Blocks → rows.
//!
//! The cells of a row share their vertical middle (or their first baseline, if they are aligned
//! to the top). Labels of several rows stand between them or tower over them. Rows are the
//! heaviest set of groups of blocks that stand clear of each other.

use super::blocks::Block;

/// Blocks of a row agree within this share of an em.
const LEVEL: f32 = 0.16;

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
    /// For each block its first row and the one after its last, as far as overlap shows.
    pub of: Vec<(usize, usize)>,
    /// Cells are aligned to the top rather than to the middle.
    pub at_top: bool,
    /// White space between rows, in points.
    pub gap: f32,
    /// Blocks that belong to no row of their own.
    pub loose: usize,
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
    let towers = towers(blocks, &gaps);
    let by_middle = groups(blocks, &towers, Block::middle);
    let by_first = groups(blocks, &towers, |b| b.first);
    let shared = |groups: &[Group]| groups.iter().map(|g| g.members.len() - 1).sum::<usize>();
    let at_top = shared(&by_first) > shared(&by_middle);
    let gap = typical_gap(&gaps);
    let chosen = schedule(if at_top { by_first } else { by_middle }, gap * 0.6);

    let mut of = vec![(usize::MAX, 0); blocks.len()];
    let mut rows: Vec<Row> = Vec::with_capacity(chosen.len());
    for (r, group) in chosen.iter().enumerate() {
        for &b in &group.members {
            of[b] = (r, r + 1);
        }
        rows.push(Row { top: group.top, bottom: group.bottom });
    }
    let mut loose = 0;
    for (b, range) in of.iter_mut().enumerate() {
        if range.0 == usize::MAX {
            *range = overlapped(&rows, &blocks[b]);
            loose += 1;
        }
    }
    Rows { rows, of, at_top, gap, loose }
}

/// The white space between each block and the next below it in its column: (from, to).
fn gaps(blocks: &[Block]) -> Vec<(f32, f32)> {
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by(|&a, &b| blocks[a].top.total_cmp(&blocks[b].top));
    // The lowest block of each column so far, as (x0, x1, bottom); few columns, so a list does.
    let mut open: Vec<(f32, f32, usize)> = Vec::new();
    let mut gaps = Vec::new();
    for &i in &order {
        let b = &blocks[i];
        open.retain(|&(x0, x1, j)| {
            let shares = x0 < b.x1 && b.x0 < x1;
            if shares && blocks[j].bottom < b.top && blocks[j].shares_column(b) {
                gaps.push((blocks[j].bottom, b.top));
            }
            !shares
        });
        open.push((b.x0, b.x1, i));
    }
    gaps
}

/// The smaller gaps are those between cells; the larger ones come from rows with taller cells.
fn typical_gap(gaps: &[(f32, f32)]) -> f32 {
    let mut sizes: Vec<f32> = gaps.iter().map(|g| g.1 - g.0).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 6).copied().unwrap_or(0.0)
}

/// Blocks beside which another column passes from one cell to the next.
fn towers(blocks: &[Block], gaps: &[(f32, f32)]) -> Vec<bool> {
    let mut sorted = gaps.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The least end of the gaps from each one on.
    let mut least = vec![f32::INFINITY; sorted.len() + 1];
    for i in (0..sorted.len()).rev() {
        least[i] = least[i + 1].min(sorted[i].1);
    }
    blocks
        .iter()
        .map(|b| {
            let slack = 0.3 * b.size;
            let from = sorted.partition_point(|g| g.0 < b.top + slack);
            b.lines > 1 && least[from] <= b.bottom - slack
        })
        .collect()
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
