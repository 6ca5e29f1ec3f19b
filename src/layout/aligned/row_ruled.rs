//! Tables whose rows are drawn and whose columns are not: horizontal rules of one width, and
//! white space between the texts.
//!
//! The rules say which texts are one cell and which cells are merged, so only the columns are
//! inferred: they are drawn in, and the table is read like any ruled one. Tables with a few rules
//! around rows set solid (below the head, at the end) are left to white space altogether.
//!
//! # Steps
//! 1. Rules of one extent, one below the other, make a stack; shorter rules in it go between
//!    some of its columns. [`ends`] closes it where its first or its last row has no rule.
//! 2. A text belongs to the room between the rules that cover it above and below. Texts one below
//!    the other in one room are a cell.
//! 3. [`bands`] and [`edges`] find the columns of the rows.

mod ends;

use super::blocks::{self, Block};
use super::pieces::Piece;
use super::rows::{Row, Rows};
use super::{bands, edges, pieces};
use crate::layout::lines::Placed;
use crate::layout::rules::Line;
use crate::layout::tolerance::{PAGE_EDGE, SLIVER, SNAP, TOUCH};
use crate::model::geometry::Rect;
use crate::model::page::Axis;
use std::ops::Range;

/// Fewest rules that make a stack.
const RULES: usize = 4;

/// Fewest rooms between rules that hold several texts side by side.
const ROOMS: usize = 3;

/// A line in larger type than most of the stack, by this factor, is the title of the next table.
const HEADING: f32 = 1.15;

/// Rooms that are higher than most, by this factor, are not taken for rows: what lies between a
/// table and the rule at the head or foot of a page.
const HIGH: f32 = 2.0;

/// No blank cell is narrower, in em: two sides of cells that are closer are one.
const NARROW: f32 = 2.0;

/// A page has some hundreds of loose rules at most; a drawing may have any number.
const MAX_RULES: usize = 4096;

/// Extents of several rules that are looked at, and of one rule, for the same reason.
const MAX_STACKS: usize = 32;

/// The stacks of a page among its drawn lines; `ruled` are the boxes of its ruled tables.
///
/// Widest first; narrower ones may lie inside.
pub fn stacks(drawn: &[Line], ruled: &[Rect]) -> Vec<Stack> {
    let boxes: Vec<Rect> = ruled.iter().map(|r| r.inflate(2.0)).collect();
    let loose = |l: &&Line| {
        let middle = l.middle();
        l.axis == Axis::Horizontal && !boxes.iter().any(|b| b.contains(middle))
    };
    let loose: Vec<Line> = drawn.iter().filter(loose).copied().collect();
    if loose.len() < RULES || loose.len() > MAX_RULES {
        return Vec::new();
    }
    let (several, lone): (Vec<Extent>, Vec<Extent>) =
        extents(&loose).into_iter().partition(|e| e.rules > 1);
    let mut extents: Vec<Extent> =
        several.into_iter().take(MAX_STACKS).chain(lone.into_iter().take(MAX_STACKS)).collect();
    extents.sort_by(|a, b| (b.x1 - b.x0).total_cmp(&(a.x1 - a.x0)));
    extents.iter().filter_map(|e| Stack::between(e, &loose)).collect()
}

/// The tables among the stacks of a page: for each its box and the lines that are not drawn, the
/// vertical ones, sides included, and those of [`ends`].
/// `lines` are the text outside the ruled tables.
pub fn columns(stacks: &[Stack], lines: &[Vec<Placed<'_>>]) -> Vec<(Rect, Vec<Line>)> {
    let pieces = pieces::split(lines);
    let mut found: Vec<(Rect, Vec<Line>)> = Vec::new();
    for part in stacks.iter().flat_map(|s| s.closed(&pieces).parts(&pieces)) {
        let part = part.closed(&pieces);
        let Some(bbox) = part.bbox() else { continue };
        if !found.iter().any(|f| f.0.intersection(&bbox).is_some()) {
            let lines = part.columns(&pieces).map(|sides| [&sides[..], &part.implied].concat());
            found.extend(lines.map(|lines| (bbox, lines)));
        }
    }
    found
}

/// Where rules begin and end.
struct Extent {
    x0: f32,
    x1: f32,
    rules: usize,
}

impl Extent {
    fn is_of(&self, l: &Line) -> bool {
        (self.x0 - l.from).abs() <= PAGE_EDGE && (self.x1 - l.to).abs() <= PAGE_EDGE
    }
}

/// The distinct extents of rules, widest first.
fn extents(rules: &[Line]) -> Vec<Extent> {
    let mut order: Vec<&Line> = rules.iter().collect();
    order.sort_by(|a, b| (b.to - b.from).total_cmp(&(a.to - a.from)));
    let mut found: Vec<Extent> = Vec::new();
    for line in order {
        match found.iter_mut().find(|e| e.is_of(line)) {
            Some(extent) => extent.rules += 1,
            None => found.push(Extent { x0: line.from, x1: line.to, rules: 1 }),
        }
    }
    found
}

/// Rules of one extent with the shorter ones between them.
#[derive(Clone, Debug)]
pub struct Stack {
    x0: f32,
    x1: f32,
    /// Whole and shorter rules, by position.
    rules: Vec<Line>,
    /// Distinct positions of the rules, ascending.
    ys: Vec<f32>,
    /// Those of the rules that are not drawn.
    implied: Vec<Line>,
    /// Where the rules of other parts begin, above and below.
    reach: (f32, f32),
}

impl Stack {
    /// The rules from the first of an extent to its last, and those that go on with them.
    fn between(extent: &Extent, rules: &[Line]) -> Option<Self> {
        let inside = |l: &&Line| l.from >= extent.x0 - PAGE_EDGE && l.to <= extent.x1 + PAGE_EDGE;
        let mut rules: Vec<Line> = rules.iter().filter(inside).copied().collect();
        rules.sort_by(|a, b| a.position.total_cmp(&b.position));
        let first = rules.iter().position(|l| extent.is_of(l))?;
        let last = rules.iter().rposition(|l| extent.is_of(l))?;
        let (first, last) = ends::widen(&rules, extent.x1, (first, last));
        let own = rules.get(first..=last).filter(|own| own.len() >= RULES)?;
        Some(Self::of(extent.x0, extent.x1, own.to_vec()))
    }

    fn of(x0: f32, x1: f32, rules: Vec<Line>) -> Self {
        let mut ys: Vec<f32> = Vec::new();
        for rule in &rules {
            // The two strokes of a double line are one.
            if ys.last().is_none_or(|y| rule.position - y > SLIVER) {
                ys.push(rule.position);
            }
        }
        let reach = (f32::NEG_INFINITY, f32::INFINITY);
        Self { x0, x1, rules, ys, implied: Vec::new(), reach }
    }

    fn bbox(&self) -> Option<Rect> {
        let (&y0, &y1) = (self.ys.first()?, self.ys.last()?);
        Some(Rect { x0: self.x0, y0, x1: self.x1, y1 })
    }

    /// Index of the room between two positions that holds `y`.
    fn room(&self, y: f32) -> Option<usize> {
        let after = self.ys.partition_point(|&e| e <= y);
        (after > 0 && after < self.ys.len()).then(|| after - 1)
    }

    /// Whether rules stand at position `edge` over the middle of `x0..x1`.
    fn covers(&self, edge: usize, x: f32) -> bool {
        let y = self.ys[edge];
        let from = self.rules.partition_point(|r| r.position < y - SLIVER);
        self.rules[from..]
            .iter()
            .take_while(|r| r.position <= y + SLIVER)
            .any(|r| r.from <= x && x <= r.to)
    }

    /// Whether the rule at a position goes from side to side.
    fn is_whole(&self, edge: usize) -> bool {
        [self.x0 + PAGE_EDGE, f32::midpoint(self.x0, self.x1), self.x1 - PAGE_EDGE]
            .into_iter()
            .all(|x| self.covers(edge, x))
    }

    /// Whether text stands beside the rules of the commonest extent, if that is narrower: rules
    /// below a page's head and above its foot are no sides of the table between them.
    fn is_as_wide(&self, rooms: Range<usize>, pieces: &[Piece]) -> bool {
        let within = |r: &Line| {
            r.position >= self.ys[rooms.start] - SLIVER && r.position <= self.ys[rooms.end] + SLIVER
        };
        let rules: Vec<Line> = self.rules.iter().copied().filter(within).collect();
        let extents = extents(&rules);
        let Some(usual) = extents.iter().rev().max_by_key(|e| e.rules) else { return false };
        let beside = |side: &dyn Fn(f32) -> bool| {
            pieces.iter().filter(|p| self.holds(p)).any(|p| {
                let room = self.room(p.base - 0.3 * p.size);
                room.is_some_and(|r| rooms.contains(&r)) && side(f32::midpoint(p.x0, p.x1))
            })
        };
        (usual.x0 - self.x0 <= PAGE_EDGE || beside(&|x| x < usual.x0))
            && (self.x1 - usual.x1 <= PAGE_EDGE || beside(&|x| x > usual.x1))
    }

    /// Whether the first and the last of the rooms are rows like the others: the rules around them
    /// are sides of the table, though the page shows no text of the label beside its rows.
    fn ends_in_rows(&self, part: Range<usize>, rooms: &[Room]) -> bool {
        let height = |r: usize| self.ys[r + 1] - self.ys[r];
        let mut heights: Vec<f32> = part.clone().map(height).collect();
        heights.sort_by(f32::total_cmp);
        let usual = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
        let is_row = |r: usize, room: &Room| room.tabular > 0 && height(r) <= HIGH * usual;
        match rooms {
            [first, .., last] => is_row(part.start, first) && is_row(part.end - 1, last),
            _ => false,
        }
    }

    fn holds(&self, p: &Piece) -> bool {
        let x = f32::midpoint(p.x0, p.x1);
        self.x0 - TOUCH <= x && x <= self.x1 + TOUCH
    }

    /// The stack without titles: rooms with nothing but single texts at its top, and such rooms in
    /// larger type, end one table and begin the next.
    fn parts(&self, pieces: &[Piece]) -> Vec<Self> {
        let mut rooms: Vec<Room> = vec![Room::default(); self.ys.len().saturating_sub(1)];
        let mut sizes: Vec<f32> = Vec::new();
        for line in pieces.chunk_by(|a, b| a.line == b.line) {
            let own: Vec<&Piece> = line.iter().filter(|p| self.holds(p)).collect();
            let Some(first) = own.first() else { continue };
            if let Some(room) = self.room(first.base - 0.3 * first.size) {
                rooms[room].tabular += usize::from(own.len() > 1);
                rooms[room].counts.push(own.len());
                if own.len() == 1 {
                    rooms[room].alone = rooms[room].alone.max(first.size);
                }
                rooms[room].texts.extend(own.iter().map(|p| (p.x0, p.x1)));
                sizes.push(first.size);
            }
        }
        sizes.sort_by(f32::total_cmp);
        let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
        let mut parts = Vec::new();
        let mut from = 0;
        for (r, room) in rooms.iter().enumerate() {
            let title = room.holds_one_text() && self.is_whole(r) && self.is_whole(r + 1);
            // Rows without rules may stand around a title.
            let heading = room.alone > HEADING * usual;
            if heading || title && r == from {
                parts.push(from..r);
                from = r + 1;
            }
        }
        parts.push(from..rooms.len());
        parts
            .into_iter()
            .filter(|part| {
                let rooms_of = &rooms[part.clone()];
                let rooms = || rooms_of.iter().filter(|r| r.tabular > 0);
                let several = rooms().filter(|r| r.holds_several_rows());
                rooms().count() >= ROOMS
                    && several.map(|r| r.tabular).sum::<usize>() * 3
                        <= rooms().map(|r| r.tabular).sum()
                    && (self.is_as_wide(part.clone(), pieces)
                        || self.ends_in_rows(part.clone(), rooms_of))
            })
            .map(|part| {
                let (y0, y1) = (self.ys[part.start] - SLIVER, self.ys[part.end] + SLIVER);
                let within = |r: &&Line| r.position >= y0 && r.position <= y1;
                let of = |rules: &[Line]| rules.iter().filter(within).copied().collect();
                let implied = of(&self.implied);
                let before = part.start.checked_sub(1).map_or(self.reach.0, |r| self.ys[r]);
                let after = self.ys.get(part.end + 1).copied().unwrap_or(self.reach.1);
                let reach = (before, after);
                Self { implied, reach, ..Self::of(self.x0, self.x1, of(&self.rules)) }
            })
            .collect()
    }

    /// The vertical lines of the table.
    fn columns(&self, pieces: &[Piece]) -> Option<Vec<Line>> {
        let (blocks, rows) = self.cells(pieces);
        let end = self.ys.len() - 1;
        let mut texts: Vec<Vec<(f32, f32)>> = vec![Vec::new(); end];
        for (block, &(from, to)) in blocks.iter().zip(&rows.of) {
            texts[from..to].iter_mut().for_each(|row| row.push((block.x0, block.x1)));
        }
        let size = blocks.iter().map(|b| b.size).fold(0.0, f32::max);
        let mut corners = self.corners(&texts);
        for (block, &of) in blocks.iter().zip(&rows.of).filter(|(_, of)| of.1 - of.0 > 1) {
            carry_sides(block, of, &texts, &mut corners);
        }
        let mut known: Vec<f32> = corners.iter().flatten().copied().collect();
        known.sort_by(f32::total_cmp);
        let (edges, bands) = edges::unite(&bands::find(&blocks, &rows), &known);
        if edges.is_empty() {
            return None;
        }
        let mut sides = vec![(self.x0, 0, end), (self.x1, 0, end)];
        for (row, drawn) in corners.iter().enumerate() {
            sides.extend(drawn.iter().map(|&x| (x, row, row + 1)));
        }
        for band in &bands {
            let inner = band.starts.iter().filter(|&&s| s > 0 && s <= edges.len());
            for (x, row) in inner.flat_map(|&s| (band.rows.0..band.rows.1).map(move |r| (s, r))) {
                // A text that has its row to itself has one cell.
                if texts[row].len() < 2 && corners[row].is_empty() {
                    continue;
                }
                let x = edges[x - 1];
                // What the rules show comes before what white space suggests.
                let is_drawn = corners[row].iter().any(|&drawn| {
                    let (a, b) = (x.min(drawn), x.max(drawn));
                    b - a < NARROW * size && !texts[row].iter().any(|t| a < t.1 && t.0 < b)
                });
                if !is_drawn {
                    sides.push((x, row, row + 1));
                }
            }
        }
        Some(self.joined(sides))
    }

    /// The sides of cells (x, first row, the row after the last) as lines from rule to rule: a
    /// side beside merged cells touches rules at its ends alone.
    fn joined(&self, mut sides: Vec<(f32, usize, usize)>) -> Vec<Line> {
        sides.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut lines = Vec::new();
        for column in sides.chunk_by_mut(|a, b| b.0 - a.0 <= SNAP) {
            column.sort_by_key(|s| (s.1, s.2));
            let x = column[0].0;
            let mut open = (column[0].1, column[0].2);
            let mut close = |(from, to): (usize, usize)| {
                let (from, to) = (self.ys[from], self.ys[to]);
                lines.push(Line { axis: Axis::Vertical, position: x, from, to });
            };
            for side in &column[1..] {
                if side.1 <= open.1 {
                    open.1 = open.1.max(side.2);
                } else {
                    close(open);
                    open = (side.1, side.2);
                }
            }
            close(open);
        }
        lines
    }

    /// For each row where shorter rules above and below it end: cells meet there, unless a text
    /// stands across.
    fn corners(&self, texts: &[Vec<(f32, f32)>]) -> Vec<Vec<f32>> {
        let mut corners = vec![Vec::new(); self.ys.len() - 1];
        for rule in &self.rules {
            let edge = self.ys.partition_point(|y| *y < rule.position - SLIVER);
            for x in [rule.from, rule.to] {
                if x - self.x0 > PAGE_EDGE && self.x1 - x > PAGE_EDGE {
                    for row in [edge.checked_sub(1), Some(edge)].into_iter().flatten() {
                        let Some(row) = corners.get_mut(row).zip(texts.get(row)) else { continue };
                        if !row.1.iter().any(|t| t.0 < x - TOUCH && x + TOUCH < t.1) {
                            row.0.push(x);
                        }
                    }
                }
            }
        }
        corners
    }

    /// The cells' texts and the rows they stand in.
    fn cells(&self, pieces: &[Piece]) -> (Vec<Block>, Rows) {
        let mut placed: Vec<((usize, usize), usize)> = Vec::new();
        for (i, p) in pieces.iter().enumerate().filter(|(_, p)| self.holds(p)) {
            let Some(room) = self.room(p.base - 0.3 * p.size) else { continue };
            let x = f32::midpoint(p.x0, p.x1);
            let from = (0..=room).rev().find(|&e| self.covers(e, x)).unwrap_or(0);
            let to = (room + 1..self.ys.len()).find(|&e| self.covers(e, x));
            placed.push(((from, to.unwrap_or(self.ys.len() - 1)), i));
        }
        // Within a room from left to right: what overlaps is one cell.
        placed.sort_by(|a, b| {
            a.0.cmp(&b.0).then(pieces[a.1].x0.total_cmp(&pieces[b.1].x0)).then(a.1.cmp(&b.1))
        });
        let mut blocks: Vec<Block> = Vec::new();
        let mut of: Vec<(usize, usize)> = Vec::new();
        for &(room, i) in &placed {
            match blocks.last_mut().zip(of.last()) {
                Some((block, last)) if *last == room && pieces[i].x0 < block.x1 => {
                    block.add(i, &pieces[i]);
                }
                _ => {
                    blocks.push(Block::of(i, &pieces[i]));
                    of.push(room);
                }
            }
        }
        for block in &mut blocks {
            block.pieces.sort_unstable();
        }
        blocks::describe(&mut blocks, pieces);
        let rows = self.ys.windows(2).map(|y| Row { top: y[0], bottom: y[1] }).collect();
        (blocks, Rows { rows, edges: self.ys.clone(), of, at_top: false })
    }
}

/// Gives the sides of a merged cell, as far as corners show them in some of its rows, to all of
/// its rows.
fn carry_sides(
    block: &Block,
    (from, to): (usize, usize),
    texts: &[Vec<(f32, f32)>],
    corners: &mut [Vec<f32>],
) {
    // Corners right and left of the text without another text between.
    let beside = |row: usize, x: f32| {
        let (a, b) = (x.min(block.x1), x.max(block.x0));
        let clear = |t: &(f32, f32)| *t == (block.x0, block.x1) || t.1 <= a || b <= t.0;
        (x >= block.x1 || x <= block.x0) && texts[row].iter().all(clear)
    };
    let seen: Vec<f32> = (from..to)
        .flat_map(|row| corners[row].iter().copied().filter(move |&x| beside(row, x)))
        .collect();
    let nearest = |right: bool| {
        let own = seen.iter().copied().filter(|&x| (x >= block.x1) == right);
        own.min_by(|a, b| (a - block.x0).abs().total_cmp(&(b - block.x0).abs()))
    };
    for x in [nearest(false), nearest(true)].into_iter().flatten() {
        for row in &mut corners[from..to] {
            if !row.iter().any(|c| (c - x).abs() <= SNAP) {
                row.push(x);
            }
        }
    }
}

/// What stands between two rules.
#[derive(Clone, Debug, Default)]
struct Room {
    /// Lines with several texts.
    tabular: usize,
    /// Size of the largest type of its lines with a single text, in points.
    alone: f32,
    /// From where to where its texts reach.
    texts: Vec<(f32, f32)>,
    /// Texts of each line.
    counts: Vec<usize>,
}

impl Room {
    /// Whether nothing stands side by side in it, not even on different lines.
    fn holds_one_text(&self) -> bool {
        self.columns() == 1
    }

    /// Whether several of its lines are whole rows. Lines of one row are not: some cells wrap,
    /// the others stand in the middle.
    fn holds_several_rows(&self) -> bool {
        let columns = self.columns();
        let whole = self.counts.iter().filter(|&&n| n * 4 >= columns * 3).count();
        columns > 1 && whole > 1
    }

    /// Texts side by side.
    fn columns(&self) -> usize {
        let mut texts = self.texts.clone();
        texts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut reach = texts.first().map_or(f32::NEG_INFINITY, |t| t.1);
        let gaps = texts.iter().filter(|t| {
            let apart = t.0 > reach;
            reach = reach.max(t.1);
            apart
        });
        usize::from(!texts.is_empty()) + gaps.count()
    }
}

#[cfg(test)]
mod tests {
    use crate::layout::aligned::tests::{grids as lay_out, page};
    use crate::model::geometry::Rect;
    use crate::model::grid::{Grid, GridKind};

    fn grids(texts: &[(&str, f32, f32)], rules: &[(f32, f32, f32)]) -> Vec<Grid> {
        lay_out(page(texts, rules))
    }

    /// The cell with a text, as (row, rows, columns are those of the text).
    fn cell(grid: &Grid, text: &str) -> (u32, u32, u32) {
        let cell = grid.cells.iter().find(|c| c.compact_text() == text);
        cell.map_or((99, 99, 99), |c| (c.row, c.row_span, c.col))
    }

    const HEAD: [(&str, f32, f32); 4] = [
        ("一级指标", 60.0, 100.0),
        ("三级指标", 200.0, 100.0),
        ("指标值", 360.0, 100.0),
        ("权重", 460.0, 100.0),
    ];

    #[test]
    fn rules_show_merged_cells_and_rows_where_columns_are_not_drawn() {
        let rows = [
            ("培训人数", 200.0, 120.0),
            ("300人", 360.0, 120.0),
            ("产出指标", 60.0, 130.0),
            ("合格率", 200.0, 140.0),
            ("90%", 360.0, 140.0),
            ("20", 460.0, 140.0),
            ("满意度指标", 55.0, 160.0),
            ("群众满意", 200.0, 160.0),
            ("95%", 360.0, 160.0),
            ("10", 460.0, 160.0),
        ];
        let texts = [&HEAD[..], &rows].concat();
        let whole = [98.0, 116.0, 156.0, 176.0].map(|y| (y, 50.0, 500.0));
        let rules = [&whole[..], &[(136.0, 130.0, 500.0)]].concat();
        let found = grids(&texts, &rules);
        assert_eq!(found.len(), 1);
        let grid = &found[0];
        assert_eq!((grid.kind, grid.rows, grid.columns), (GridKind::RowRuled, 4, 4));
        assert_eq!(cell(grid, "产出指标"), (1, 2, 0));
        assert_eq!(cell(grid, "合格率"), (2, 1, 1));
        assert_eq!(cell(grid, "20"), (2, 1, 3));
        // The weight of the first row is blank, not that of the second.
        let blank = grid.cells.iter().find(|c| (c.row, c.col) == (1, 3));
        assert!(blank.is_some_and(|c| c.lines.is_empty() && c.row_span == 1));
    }

    #[test]
    fn rows_without_a_rule_above_or_below_belong_to_the_table() {
        let rows = [
            ("产出指标", 60.0, 120.0),
            ("培训人数", 200.0, 120.0),
            ("300人", 360.0, 120.0),
            ("合格率", 200.0, 140.0),
            ("90%", 360.0, 140.0),
            ("满意度指标", 55.0, 160.0),
            ("群众满意", 200.0, 160.0),
            ("95%", 360.0, 160.0),
        ];
        let texts = [&[("绩效目标表", 240.0, 84.0)], &HEAD[..3], &rows].concat();
        // Between the rows alone, and beside the label that is merged over two.
        let rules = [(116.0, 50.0, 500.0), (136.0, 130.0, 500.0), (156.0, 50.0, 500.0)];
        let more = [(176.0, 50.0, 500.0)];
        let last = [("备用", 200.0, 180.0), ("100%", 360.0, 180.0)];
        let found = grids(&[&texts[..], &last].concat(), &[&rules[..], &more].concat());
        assert_eq!(found.len(), 1);
        let grid = &found[0];
        assert_eq!((grid.kind, grid.rows), (GridKind::RowRuled, 5));
        assert_eq!(cell(grid, "三级指标"), (0, 1, 1));
        assert_eq!(cell(grid, "产出指标"), (1, 2, 0));
        assert_eq!(cell(grid, "备用"), (4, 1, 1));
        assert_eq!(cell(grid, "绩效目标表").0, 99, "the title is none of its cells");
    }

    #[test]
    fn a_few_rules_around_rows_set_solid_say_nothing_about_rows() {
        let rows: Vec<(String, f32)> =
            (0..6).map(|i| (format!("项目{i}"), 120.0 + 14.0 * i as f32)).collect();
        let mut texts = HEAD.to_vec();
        for (name, y) in &rows {
            texts.extend([(name.as_str(), 60.0, *y), ("12", 360.0, *y), ("34", 460.0, *y)]);
        }
        let rules = [98.0, 99.0, 116.0, 206.0].map(|y| (y, 50.0, 500.0));
        assert!(grids(&texts, &rules).iter().all(|g| g.kind == GridKind::Aligned));
    }

    #[test]
    fn rules_of_the_page_are_no_rules_of_the_table() {
        let rows = [
            ("项目甲", 60.0, 120.0),
            ("12", 360.0, 120.0),
            ("项目乙", 60.0, 140.0),
            ("34", 360.0, 140.0),
        ];
        let texts = [&HEAD[..], &rows, &[("文件标题", 220.0, 60.0)]].concat();
        let table = [98.0, 116.0, 136.0, 156.0].map(|y| (y, 50.0, 500.0));
        let page = [40.0, 800.0].map(|y| (y, 20.0, 575.0));
        let found = grids(&texts, &[&table[..], &page].concat());
        let boxes: Vec<Rect> = found.iter().filter_map(|g| g.bbox).collect();
        assert_eq!(boxes, [Rect { x0: 50.0, y0: 98.0, x1: 500.0, y1: 156.0 }]);
    }
}
