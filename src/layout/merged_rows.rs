//! Rows whose dividing line is not drawn: told apart by their text, or doubted.
//!
//! # Rules
//! - Several cells of one row whose lines stand in groups, at the same heights, further apart than
//!   the lines of a paragraph and at least as far as the table's rows, are two rows or more.
//! - So are, on a scan, those whose lines end where the next word would have fitted: nobody wraps
//!   there, and a copy loses lines that an exported page draws.
//! - Their columns hold other rows of the table, so that a paragraph's blank line in the only row
//!   of its kind divides nothing.
//! - A merged cell beside them is divided where its own text is, and goes on where it is not.
//! - Nothing of this is certain: what was divided, or looks like it, loses our trust.

use super::doubt::DOUBTFUL;
use super::lines::{em_width, first_word_share, is_stacked};
use crate::model::geometry::Rect;
use crate::model::grid::{Cell, Grid, TextLine};
use crate::model::page::Origin;
use std::collections::BTreeMap;

/// Lines of one paragraph are at most this many em apart, baseline to baseline.
const LOOSE_LEADING: f32 = 2.1;

/// Lines this much further apart than those of other cells are two paragraphs; sizes rounded to
/// pixels differ by less.
const LEADING_SLACK: f32 = 1.1;

/// Size of recognised print, the height of its ink, may be that of a bracket; ideographs are as wide as this
/// share of it at least.
const INKED: f32 = 0.85;

/// Lines so many times as far apart as those that belong together are none of a paragraph, on a scan too.
const CLEARLY: f32 = 1.2;

/// Groups of lines are as far apart as rows if they reach this share of the lowest row's height.
const ROW_PITCH: f32 = 0.9;

/// White beside the text of a cell in em, both sides together: office programs leave 1 at most, and
/// recognition tells where a line ends within half an em.
const PADDING: f32 = 1.5;

/// So many other rows must show text in the columns of a divided row.
const OTHER_ROWS: usize = 2;

/// Up to two extreme values, each of another row, with the rows.
type Extremes = [Option<(f32, u32)>; 2];

/// First column and number of columns of a cell.
type Columns = (u32, u32);

/// Divides rows that have no line between them. Returns, for each row that was divided, its box in
/// points and how many lines were missing.
pub fn split(grid: &mut Grid) -> Vec<(Rect, usize)> {
    let columns = Habits::of(grid);
    let mut cuts: BTreeMap<u32, Vec<Cut>> = BTreeMap::new();
    let mut divided = Vec::new();
    for row in rows(&grid.cells) {
        let found = columns.cuts(row);
        let boxes = row.iter().filter(|c| c.row_span == 1).filter_map(|c| c.bbox);
        let place = boxes.reduce(|a, b| a.union(&b));
        if let (Some(cell), Some(place), false) = (row.first(), place, found.is_empty()) {
            divided.push((place, found.len()));
            cuts.insert(cell.row, found);
        }
    }
    if !cuts.is_empty() {
        divide(grid, &cuts);
    }
    divided
}

/// Lowers the confidence of rows that look like two rows without a line between.
pub fn doubt(grid: &mut Grid) {
    let habits = Habits::of(grid);
    let mut start = 0;
    while start < grid.cells.len() {
        let row = grid.cells[start].row;
        let end = start + grid.cells[start..].iter().take_while(|c| c.row == row).count();
        let is_apart = |c: &Cell| {
            let mut far = spaces(c, habits.size).filter(Space::is_white);
            is_plain(c) && far.any(|s| s.em > LOOSE_LEADING || s.broken && habits.are_shared(c))
        };
        if grid.cells[start..end].iter().filter(|c| is_apart(c)).count() >= 2 {
            grid.cells[start..end].iter_mut().filter(|c| is_apart(c)).for_each(distrust);
        }
        start = end;
    }
}

/// Recognised print of so many times the usual size is of that size.
const SAME_SIZE: std::ops::Range<f32> = 0.8..1.3;

/// The size in points that half of the recognised lines do not exceed; 0 if there are none.
fn usual_size(grid: &Grid) -> f32 {
    let lines = grid.cells.iter().flat_map(|c| &c.lines);
    let mut sizes: Vec<f32> =
        lines.filter(|l| l.from == Origin::Recognised).map(|l| l.font_size).collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
}

fn distrust(cell: &mut Cell) {
    for line in &mut cell.lines {
        line.confidence = line.confidence.min(DOUBTFUL);
    }
}

/// The cells that begin in each row.
fn rows(cells: &[Cell]) -> impl Iterator<Item = &[Cell]> {
    cells.chunk_by(|a, b| a.row == b.row)
}

/// A cell of one row with text that runs from left to right.
fn is_plain(cell: &Cell) -> bool {
    cell.row_span == 1 && !cell.vertical && !cell.lines.is_empty() && cell.nested.is_empty()
}

/// Between two neighbouring lines of a cell.
struct Space {
    /// Distance of the baselines in em.
    em: f32,
    /// The white from top to bottom in points.
    white: (f32, f32),
    /// The upper line ends though the lower one's first word would have fitted beside it.
    broken: bool,
}

impl Space {
    fn is_white(&self) -> bool {
        self.white.0 < self.white.1
    }
}

/// The spaces of a cell on a page whose recognised print has a usual size in points.
///
/// The size of recognised print is the height of the ink of its line, which differs by the characters
/// that stand in it: what is about as high as usual is as high, and lines are as far apart as their
/// middles.
fn spaces(cell: &Cell, size: f32) -> impl Iterator<Item = Space> + '_ {
    cell.lines.windows(2).filter_map(move |pair| {
        let (a, b) = (pair[0].bbox?, pair[1].bbox?);
        let own = pair[0].font_size.max(pair[1].font_size).max(f32::MIN_POSITIVE);
        let recognised = pair.iter().all(|line| line.from == Origin::Recognised);
        let (em, apart) = if recognised {
            let is_usual = SAME_SIZE.contains(&(own / size.max(f32::MIN_POSITIVE)));
            (if is_usual { size } else { own }, b.center().y - a.center().y)
        } else {
            (own, b.y1 - a.y1)
        };
        let broken = is_broken(cell, &pair[0], &pair[1]);
        let space = Space { em: apart / em, white: (a.y1, b.y0), broken };
        (pair[0].page == pair[1].page).then_some(space)
    })
}

/// Whether a recognised line ends where there was room for the next one's first word.
fn is_broken(cell: &Cell, line: &TextLine, next: &TextLine) -> bool {
    let Some(outer) = cell.bbox else { return false };
    let recognised = [line, next].iter().all(|l| l.from == Origin::Recognised);
    let em = line.font_size.max(next.font_size);
    let word = first_word_share(&next.text) * printed_width(next);
    recognised && printed_width(line) + word + PADDING * em <= outer.width()
}

/// The width of a recognised line's print in points. Recognition tells where the middles of its first
/// and last characters are, not where these begin and end.
fn printed_width(line: &TextLine) -> f32 {
    line.bbox.map_or(0.0, |b| b.width()).max(em_width(line.text.trim()) * line.font_size * INKED)
}

/// White space between lines that are no paragraph: further apart than `leading` em, or broken.
fn gaps(cell: &Cell, Loose { leading, size }: Loose) -> impl Iterator<Item = (f32, f32)> + '_ {
    let apart = spaces(cell, size).filter(move |s| s.is_white() && (s.em > leading || s.broken));
    apart.map(|s| s.white)
}

/// Where a row is divided.
#[derive(Clone, Copy)]
struct Cut {
    /// Height in points.
    y: f32,
    loose: Loose,
}

/// Which lines belong together.
#[derive(Clone, Copy)]
struct Loose {
    /// Those at most this many em apart.
    leading: f32,
    /// The usual size of recognised print in points; 0 where there is none.
    size: f32,
}

/// What is usual in the columns of a table.
struct Habits {
    columns: BTreeMap<Columns, Habit>,
    /// The largest of the columns' line distances in em, with their rows; of two rows at most.
    loosest: Extremes,
    heights: Vec<f32>,
    /// The usual size of recognised print in points; 0 where there is none.
    size: f32,
}

#[derive(Default)]
struct Habit {
    /// Rows with text in these columns.
    rows: usize,
    /// The smallest distances of lines in em, with their rows; of two rows at most. Where one
    /// cell of a row is wrapped, this is a paragraph's; where several are, it may be two rows'.
    leading: Extremes,
    paired: Extremes,
    /// The lowest rows' heights in points, with their rows; two at most.
    heights: Extremes,
}

impl Habits {
    fn of(grid: &Grid) -> Self {
        let mut columns: BTreeMap<Columns, Habit> = BTreeMap::new();
        let size = usual_size(grid);
        let plain = rows(&grid.cells).flat_map(|row| {
            let wrapped = row.iter().filter(|c| is_plain(c) && c.lines.len() > 1).count();
            row.iter().filter(|c| is_plain(c)).map(move |c| (c, wrapped > 1))
        });
        for (cell, paired) in plain {
            let habit = columns.entry((cell.col, cell.col_span)).or_default();
            habit.rows += 1;
            // Rows without a line between them say nothing about a paragraph's lines.
            let wrapped = spaces(cell, size).filter(|s| !s.broken).map(|s| s.em);
            if let Some(em) = wrapped.min_by(f32::total_cmp) {
                let known = if paired { &mut habit.paired } else { &mut habit.leading };
                enter(known, em, cell.row);
            }
            if let Some(&height) = grid.row_heights.get(cell.row as usize) {
                enter(&mut habit.heights, height, cell.row);
            }
        }
        let mut leadings: Vec<(f32, u32)> = columns.values().filter_map(|h| h.leading[0]).collect();
        leadings.sort_by(|a, b| b.0.total_cmp(&a.0));
        let first = leadings.first().copied();
        let second = leadings.iter().copied().find(|l| first.is_some_and(|f| f.1 != l.1));
        Self { columns, loosest: [first, second], heights: grid.row_heights.clone(), size }
    }

    /// Whether other rows show text in a cell's columns.
    fn are_shared(&self, cell: &Cell) -> bool {
        self.columns.get(&(cell.col, cell.col_span)).is_some_and(|h| h.rows > OTHER_ROWS)
    }

    /// Where the row of these cells is divided, from top to bottom.
    fn cuts(&self, row: &[Cell]) -> Vec<Cut> {
        let plain: Vec<&Cell> = row.iter().filter(|c| is_plain(c) && c.lines.len() > 1).collect();
        let [first, _, ..] = plain.as_slice() else { return Vec::new() };
        let number = first.row;
        let habits: Vec<&Habit> =
            plain.iter().filter_map(|c| self.columns.get(&(c.col, c.col_span))).collect();
        let elsewhere = |known: &Extremes| {
            known.iter().flatten().find(|(_, r)| *r != number).map(|(value, _)| *value)
        };
        // The loosest paragraph of the columns decides, of all columns where these show none.
        let loosest = |of: fn(&Habit) -> &Extremes| {
            habits.iter().filter_map(|h| elsewhere(of(h))).max_by(f32::total_cmp)
        };
        let known = loosest(|h| &h.leading).or_else(|| elsewhere(&self.loosest));
        let known = known.or_else(|| loosest(|h| &h.paired));
        let leading = known.map_or(LOOSE_LEADING, |em| em * LEADING_SLACK);
        let loose = Loose { leading, size: self.size };
        let apart: Vec<&Cell> =
            plain.into_iter().filter(|c| gaps(c, loose).next().is_some()).collect();
        if apart.len() < 2 || !apart.iter().all(|c| self.are_shared(c)) {
            return Vec::new();
        }
        // In tight rows the lines of a paragraph are as far apart as rows: then where they end tells.
        let recognised = |c: &&Cell| c.lines.iter().any(|l| l.from == Origin::Recognised);
        let is_clear = |c: &&Cell| {
            let mut white = spaces(c, self.size).filter(Space::is_white);
            white.any(|s| s.broken || s.em > leading * CLEARLY)
        };
        if apart.iter().any(recognised) && !apart.iter().any(is_clear) {
            return Vec::new();
        }
        let own = self.heights.get(number as usize).copied().unwrap_or(0.0);
        let pitch = habits
            .iter()
            .filter_map(|h| elsewhere(&h.heights))
            .max_by(f32::total_cmp)
            .unwrap_or(own);
        // A label that is merged over some of the rows has fewer groups than they are.
        let groups = |c: &&Cell| gaps(c, loose).count();
        let most = apart.iter().map(groups).max().unwrap_or(0);
        let apart: Vec<&Cell> = apart.into_iter().filter(|c| groups(c) == most).collect();
        let [base, others @ ..] = apart.as_slice() else { return Vec::new() };
        if others.is_empty() {
            return Vec::new();
        }
        let common = |gap: (f32, f32)| {
            others.iter().try_fold(gap, |(from, to), cell| {
                gaps(cell, loose)
                    .map(|other| (from.max(other.0), to.min(other.1)))
                    .find(|(from, to)| from < to)
            })
        };
        let mut cuts: Vec<Cut> = Vec::new();
        for (from, to) in gaps(base, loose).filter_map(common) {
            let y = f32::midpoint(from, to);
            let above = cuts.last().map_or(top(base), |c| c.y);
            if y - above >= MIN_SHARE * pitch && bottom(base) - y >= MIN_SHARE * pitch {
                cuts.push(Cut { y, loose });
            }
        }
        // All rows together are as high as so many of the lowest.
        let least = pitch * ROW_PITCH * (cuts.len() + 1) as f32;
        if own >= least { cuts } else { Vec::new() }
    }
}

/// A row is never lower than this share of the lowest one beside it: text may stand off centre.
const MIN_SHARE: f32 = 0.7;

fn top(cell: &Cell) -> f32 {
    cell.bbox.map_or(0.0, |b| b.y0)
}

fn bottom(cell: &Cell) -> f32 {
    cell.bbox.map_or(0.0, |b| b.y1)
}

/// Keeps the two smallest values of different rows, ascending.
fn enter(smallest: &mut Extremes, value: f32, row: u32) {
    let [first, second] = smallest;
    if first.is_none_or(|(v, _)| value < v) {
        (*second, *first) = (*first, Some((value, row)));
    } else if second.is_none_or(|(v, _)| value < v) {
        *second = Some((value, row));
    }
}

/// Makes the rows that the cuts leave.
fn divide(grid: &mut Grid, cuts: &BTreeMap<u32, Vec<Cut>>) {
    let mut cells: Vec<Cell> = Vec::with_capacity(grid.cells.len() + cuts.len() * 4);
    let mut heights: Vec<f32> = Vec::with_capacity(grid.row_heights.len() + cuts.len());
    // The new number of each old row.
    let mut number: Vec<u32> = Vec::with_capacity(grid.rows as usize + 1);
    let mut tops: BTreeMap<u32, f32> = BTreeMap::new();
    for cell in grid.cells.iter().filter(|c| cuts.contains_key(&c.row)) {
        tops.entry(cell.row).or_insert_with(|| top(cell));
    }
    let mut next = 0;
    for row in 0..grid.rows {
        number.push(next);
        let own = cuts.get(&row).map_or(&[][..], Vec::as_slice);
        next += 1 + own.len() as u32;
        let mut height = grid.row_heights.get(row as usize).copied().unwrap_or(0.0);
        let mut above = tops.get(&row).copied().unwrap_or(0.0);
        for cut in own {
            heights.push(cut.y - above);
            height -= cut.y - above;
            above = cut.y;
        }
        heights.push(height);
    }
    number.push(next);
    for mut cell in grid.cells.drain(..) {
        let end = cell.row + cell.row_span;
        let (first, last) = (number[cell.row as usize], number[end as usize]);
        // Each cut inside the cell with the new row that begins at it.
        let inside = cuts.range(cell.row..end).flat_map(|(row, cuts)| {
            cuts.iter().zip(number[*row as usize] + 1..).map(|(cut, row)| (*cut, row))
        });
        let blank = cell.row_span == 1 && cell.is_blank();
        let splits: Vec<(Cut, u32)> =
            inside.filter(|(cut, _)| blank || is_divided(&cell, *cut)).collect();
        cell.row = first;
        for (cut, row) in splits {
            let lower = cut_cell(&mut cell, cut.y);
            cell.row_span = row - cell.row;
            cells.push(std::mem::replace(&mut cell, lower));
            cell.row = row;
        }
        cell.row_span = last - cell.row;
        cells.push(cell);
    }
    cells.sort_by_key(|c| (c.row, c.col));
    (grid.cells, grid.rows, grid.row_heights) = (cells, next, heights);
}

/// Whether a cell's text leaves room at a cut.
fn is_divided(cell: &Cell, cut: Cut) -> bool {
    let plain = !cell.vertical && cell.nested.is_empty();
    plain && gaps(cell, cut.loose).any(|(from, to)| from < cut.y && cut.y < to)
}

/// Takes off the part of a cell below a height.
fn cut_cell(cell: &mut Cell, y: f32) -> Cell {
    distrust(cell);
    let below = |l: &TextLine| l.bbox.is_some_and(|b| b.center().y > y);
    let (lower, upper): (Vec<TextLine>, Vec<TextLine>) =
        std::mem::take(&mut cell.lines).into_iter().partition(below);
    let rest = Cell {
        bbox: cell.bbox.map(|b| Rect { y0: y, ..b }),
        vertical: is_stacked(&lower),
        lines: lower,
        nested: Vec::new(),
        cut_above: false,
        ..cell.clone()
    };
    cell.lines = upper;
    cell.bbox = cell.bbox.map(|b| Rect { y1: y, ..b });
    cell.vertical = is_stacked(&cell.lines);
    cell.cut_below = false;
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Origin;

    /// How many lines were missing.
    fn missing(table: &mut Grid) -> usize {
        split(table).iter().map(|(_, lines)| lines).sum()
    }

    /// A cell of the given place with lines of 10 pt whose baselines are given.
    fn cell(at: (u32, u32, u32), y: (f32, f32), lines: &[(&str, f32)]) -> Cell {
        let (row, col, row_span) = at;
        let x = col as f32 * 100.0;
        let line = |&(text, base): &(&str, f32)| TextLine {
            text: text.to_owned(),
            page: 1,
            bbox: Some(Rect::new(x, base - 8.8, x + 50.0, base + 1.2)),
            font_size: 10.0,
            from: Origin::TextLayer,
            confidence: 1.0,
            certainty: crate::model::grid::Certainty::default(),
            source_line: 0,
        };
        Cell {
            row,
            col,
            row_span,
            col_span: 1,
            page: 1,
            bbox: Some(Rect::new(x, y.0, x + 100.0, y.1)),
            lines: lines.iter().map(line).collect(),
            ..Cell::default()
        }
    }

    /// Rows of a label, a name and a value, 20 pt high for each of their lines' groups.
    fn grid(cells: Vec<Cell>, heights: &[f32]) -> Grid {
        Grid {
            page: 1,
            columns: 3,
            rows: heights.len() as u32,
            row_heights: heights.to_vec(),
            column_widths: vec![100.0; 3],
            cells,
            ..Grid::default()
        }
    }

    fn texts(grid: &Grid) -> Vec<(u32, u32, u32, String)> {
        grid.cells.iter().map(|c| (c.row, c.col, c.row_span, c.compact_text())).collect()
    }

    fn plain_rows(from: u32, y: f32) -> Vec<Cell> {
        let row = |n: u32| {
            let y = y + n as f32 * 20.0;
            (1..3).map(move |c| cell((from + n, c, 1), (y, y + 20.0), &[("x", y + 13.0)]))
        };
        (0..3).flat_map(row).collect()
    }

    #[test]
    fn a_row_in_which_all_texts_stand_in_two_groups_is_two_rows() {
        let mut cells = vec![
            cell((0, 0, 4), (0.0, 100.0), &[("产出", 53.0)]),
            cell((0, 1, 1), (0.0, 40.0), &[("甲", 13.0), ("乙", 33.0)]),
            cell((0, 2, 1), (0.0, 40.0), &[("1", 13.0), ("2", 33.0)]),
        ];
        cells.extend(plain_rows(1, 40.0));
        // Paragraphs elsewhere show how close their lines are.
        cells[3].lines.push(cell((1, 1, 1), (0.0, 0.0), &[("y", 66.0)]).lines.remove(0));
        let mut table = grid(cells, &[40.0, 20.0, 20.0, 20.0]);
        assert_eq!(missing(&mut table), 1);
        let found = texts(&table);
        assert_eq!(table.rows, 5);
        assert_eq!(table.row_heights.len(), 5);
        assert_eq!(found[0], (0, 0, 5, "产出".into()));
        assert_eq!(found[1], (0, 1, 1, "甲".into()));
        assert_eq!(found[3], (1, 1, 1, "乙".into()));
        assert_eq!(found[4], (1, 2, 1, "2".into()));
        assert!(table.cells[4].lines[0].confidence <= DOUBTFUL);
        assert!(table.cells[0].lines[0].confidence > DOUBTFUL);
    }

    #[test]
    fn a_merged_label_is_divided_with_its_rows() {
        let mut cells = vec![
            cell((0, 0, 2), (0.0, 60.0), &[("数量", 13.0), ("质量", 43.0)]),
            cell((0, 1, 1), (0.0, 20.0), &[("甲", 13.0)]),
            cell((0, 2, 1), (0.0, 20.0), &[("1", 13.0)]),
            cell((1, 1, 1), (20.0, 64.0), &[("乙", 33.0), ("丙", 56.0)]),
            cell((1, 2, 1), (20.0, 64.0), &[("2", 33.0), ("3", 56.0)]),
        ];
        cells[0].bbox = Some(Rect::new(0.0, 0.0, 100.0, 64.0));
        cells[0].lines[1].bbox = Some(Rect::new(0.0, 47.2, 50.0, 57.2));
        cells.extend(plain_rows(2, 64.0));
        let mut table = grid(cells, &[20.0, 44.0, 20.0, 20.0, 20.0]);
        assert_eq!(missing(&mut table), 1);
        let found = texts(&table);
        assert_eq!(found[0], (0, 0, 2, "数量".into()));
        assert_eq!(found[5], (2, 0, 1, "质量".into()));
        assert_eq!(found[6], (2, 1, 1, "丙".into()));
    }

    #[test]
    fn wrapped_names_beside_wrapped_values_stay_one_row() {
        let mut cells = vec![
            cell((0, 1, 1), (0.0, 33.0), &[("甲", 13.0), ("乙", 26.0)]),
            cell((0, 2, 1), (0.0, 33.0), &[("1", 13.0), ("2", 26.0)]),
        ];
        cells.extend(plain_rows(1, 33.0));
        let mut table = grid(cells, &[33.0, 20.0, 20.0, 20.0]);
        assert_eq!(missing(&mut table), 0);
        assert_eq!(table.rows, 4);
    }

    #[test]
    fn recognised_lines_that_leave_room_for_the_next_are_rows() {
        let rows = |from: Origin, width: f32| {
            let mut cells = vec![
                cell((0, 1, 1), (0.0, 40.0), &[("甲乙", 15.0), ("丙丁", 33.0)]),
                cell((0, 2, 1), (0.0, 40.0), &[("=1", 15.0), ("=2", 33.0)]),
            ];
            cells.extend(plain_rows(1, 40.0));
            for line in cells.iter_mut().flat_map(|c| &mut c.lines) {
                line.from = from;
                line.bbox = line.bbox.map(|b| Rect { x1: b.x0 + width, ..b });
            }
            let mut table = grid(cells, &[40.0, 20.0, 20.0, 20.0]);
            split(&mut table);
            table.rows
        };
        assert_eq!(rows(Origin::Recognised, 20.0), 5);
        assert_eq!(rows(Origin::Recognised, 80.0), 4, "a full line is wrapped");
        assert_eq!(rows(Origin::TextLayer, 20.0), 4, "as it was printed");
    }

    #[test]
    fn paragraphs_in_the_only_row_of_their_kind_are_doubted_but_not_divided() {
        let cells = vec![
            cell((0, 1, 1), (0.0, 20.0), &[("总目标", 13.0)]),
            cell((0, 2, 1), (0.0, 20.0), &[("年度目标", 13.0)]),
            cell((1, 1, 1), (20.0, 80.0), &[("甲", 33.0), ("乙", 59.0)]),
            cell((1, 2, 1), (20.0, 80.0), &[("丙", 33.0), ("丁", 59.0)]),
        ];
        let mut table = grid(cells, &[20.0, 60.0]);
        assert_eq!(missing(&mut table), 0);
        doubt(&mut table);
        assert!(table.cells[2].lines.iter().all(|l| l.confidence <= DOUBTFUL));
        assert!(table.cells[0].lines.iter().all(|l| l.confidence > DOUBTFUL));
    }

    #[test]
    fn several_missing_lines_do_not_pass_for_paragraphs() {
        let pair = |row: u32, y: f32| {
            (1..3).map(move |c| {
                cell((row, c, 1), (y, y + 40.0), &[("甲", y + 13.0), ("乙", y + 33.0)])
            })
        };
        let mut cells: Vec<Cell> = pair(0, 0.0).chain(pair(1, 40.0)).collect();
        cells.extend(plain_rows(2, 80.0));
        // One name is wrapped beside a value of one line.
        cells[4].lines.push(cell((2, 1, 1), (0.0, 0.0), &[("y", 106.0)]).lines.remove(0));
        let mut table = grid(cells, &[40.0, 40.0, 20.0, 20.0, 20.0]);
        assert_eq!(missing(&mut table), 2);
        assert_eq!((table.rows, table.cells.len()), (7, 14));
    }
}
