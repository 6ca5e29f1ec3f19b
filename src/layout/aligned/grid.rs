//! Rows, columns and blocks → a grid whose cells tile it.

use super::blocks::Block;
use super::edges::Placed as Band;
use super::levels::{Label, Labels};
use super::pieces::Piece;
use super::rows::{Heights, Rows};
use crate::layout::doubt::DOUBTFUL;
use crate::layout::lines::{Placed, is_stacked, text_line};
use crate::model::geometry::Rect;
use crate::model::grid::{Cell, CutOff, Grid, GridKind, TextLine};

/// White space that is added around the outermost text, in points.
const MARGIN: f32 = 3.0;

/// What is needed to draw the cells of one table.
pub struct Parts<'a, 'g> {
    pub page: u32,
    pub lines: &'a [Vec<Placed<'g>>],
    pub pieces: &'a [Piece],
    pub blocks: &'a [Block],
    pub rows: &'a Rows,
    /// Inner column edges.
    pub edges: &'a [f32],
    pub bands: &'a [Band],
    /// The table may go on over the page break.
    pub open_below: bool,
}

/// A cell before its text is put together.
#[derive(Clone, Debug, Default)]
struct Slot {
    rows: (usize, usize),
    cols: (usize, usize),
    blocks: Vec<usize>,
    /// Which rows its text stands for could be read in two ways.
    in_doubt: bool,
}

impl Parts<'_, '_> {
    /// Builds the grid; `true` if labels of several rows could be read in two ways.
    pub fn grid(&self) -> (Grid, bool) {
        let ys = self.rows.edges.clone();
        let xs = self.column_edges();
        let mut slots = self.slots();
        let doubtful = self.spread_labels(&mut slots, &ys);
        slots.sort_by_key(|s| (s.rows.0, s.cols.0));
        let cells = slots.iter().map(|s| self.cell(s, &xs, &ys)).collect();
        let bbox = Rect { x0: xs[0], y0: ys[0], x1: xs[xs.len() - 1], y1: ys[ys.len() - 1] };
        let grid = Grid {
            page: self.page,
            bbox: Some(bbox),
            columns: (xs.len() - 1) as u32,
            rows: (ys.len() - 1) as u32,
            left: bbox.x0,
            column_widths: xs.windows(2).map(|w| w[1] - w[0]).collect(),
            row_heights: ys.windows(2).map(|w| w[1] - w[0]).collect(),
            cells,
            kind: GridKind::Aligned,
            cut: CutOff::default(),
            open_sides: false,
        };
        (grid, doubtful)
    }

    fn column_edges(&self) -> Vec<f32> {
        let x0 = self.blocks.iter().map(|b| b.x0).fold(f32::INFINITY, f32::min);
        let x1 = self.blocks.iter().map(|b| b.x1).fold(f32::NEG_INFINITY, f32::max);
        let mut xs = vec![x0 - MARGIN];
        xs.extend_from_slice(self.edges);
        xs.push(x1 + MARGIN);
        xs
    }

    /// The table column range of each band column.
    fn ranges(band: &Band) -> impl Iterator<Item = (usize, usize)> + '_ {
        band.starts.windows(2).map(|w| (w[0], w[1]))
    }

    /// One slot for each row and column of the bands. A block that stands beside several rows
    /// goes into the first of them; the rows below stay out until labels are spread.
    fn slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::new();
        // First slot of each row.
        let mut start: Vec<usize> = Vec::new();
        for band in self.bands {
            for row in band.rows.0..band.rows.1 {
                start.push(slots.len());
                slots.extend(Self::ranges(band).map(|cols| Slot {
                    rows: (row, row + 1),
                    cols,
                    blocks: Vec::new(),
                    in_doubt: false,
                }));
            }
        }
        for (b, block) in self.blocks.iter().enumerate() {
            let row = self.rows.of[b].0;
            let Some(&first) = start.get(row) else { continue };
            let column = self.edges.partition_point(|&e| e <= (block.x0 + block.x1) / 2.0);
            let in_row = &mut slots[first..];
            let found = in_row
                .iter_mut()
                .take_while(|s| s.rows.0 == row)
                .find(|s| s.cols.0 <= column && column < s.cols.1);
            if let Some(slot) = found {
                slot.blocks.push(b);
            }
        }
        slots
    }

    /// Lets labels of several rows take in the blank cells that are theirs.
    fn spread_labels(&self, slots: &mut Vec<Slot>, ys: &[f32]) -> bool {
        let runs = self.label_runs(slots, ys);
        let habits: Vec<Habit> = runs.iter().map(|r| self.habit(r, slots)).collect();
        let may_begin: Vec<bool> =
            runs.iter().map(|r| r.may_begin(|row| is_blank_at(slots, row, r.cols.1))).collect();
        let mut merged = vec![false; slots.len()];
        // Which columns of labels could be read in two ways.
        let mut unsure = vec![false; runs.len()];
        // After which rows parts of the columns of labels so far end.
        let mut ends: Vec<bool> = Vec::new();
        for (i, run) in runs.iter().enumerate() {
            let mut habit = habits[i];
            if habit == Habit::Either {
                habit = self::sibling(&runs, &habits, &may_begin, i).unwrap_or_else(|| {
                    unsure[i] = true;
                    Habit::Centred
                });
            }
            let spans = match habit {
                Habit::Single | Habit::Either => continue,
                // Blank cells would leave it open again which of the two fits.
                Habit::First if habits[i] == Habit::Either || run.labels.goes_on() => {
                    run.labels.until_next()
                }
                Habit::First => run.labels.labels.iter().map(|l| l.rows).collect(),
                Habit::Lost => {
                    unsure[i] = true;
                    run.labels.labels.iter().map(|l| l.rows).collect()
                }
                Habit::Centred => {
                    let within = ends.get(run.first..=run.first + run.slots.len());
                    let Some(division) = run.labels.divide(within) else {
                        unsure[i] = true;
                        continue;
                    };
                    let begin = may_begin[i] && !run.labels.is_begun_by(&division.spans);
                    unsure[i] |= division.is_doubtful
                        || begin && self::sibling(&runs, &habits, &may_begin, i).is_none();
                    division.spans
                }
            };
            merge(slots, &run.slots, &spans, &mut merged);
            ends.resize(ys.len(), false);
            for s in &spans {
                ends[run.first + s.0] = true;
                ends[run.first + s.1] = true;
            }
        }
        for (i, run) in runs.iter().enumerate() {
            // Labels of a coarser column end where those of the finer one do.
            if habits[i] != Habit::Single && unsure.contains(&true) {
                unsure[i] |= (0..i).any(|j| unsure[j] && runs[j].is_right_of(run));
            }
            if unsure[i] && run.labels.labels.len() > 1 {
                run.slots.iter().for_each(|&s| slots[s].in_doubt = true);
            }
        }
        let doubtful = unsure.contains(&true);
        let mut keep = merged.into_iter().map(|m| !m);
        slots.retain(|_| keep.next().unwrap_or(true));
        doubtful
    }

    /// The columns of labels, finer ones first.
    fn label_runs<'s>(&'s self, slots: &[Slot], ys: &'s [f32]) -> Vec<Run<'s>> {
        let run = |of: Vec<usize>| {
            let first = slots[of[0]].rows.0;
            let labels: Vec<Label> =
                of.iter().filter_map(|&s| self.label(&slots[s], first, of.len())).collect();
            let labels = Labels {
                heights: Heights {
                    edges: &ys[first..=first + of.len()],
                    rows: &self.rows.rows[first..first + of.len()],
                },
                labels,
                at_start: first == 0,
                at_end: self.open_below && first + of.len() + 1 == ys.len(),
            };
            Run { first, cols: slots[of[0]].cols, slots: of, labels }
        };
        let mut runs: Vec<Run<'_>> = Vec::new();
        for slots_of_run in self.runs(slots) {
            let whole = run(slots_of_run);
            // Labels above the head of a list and in the list need not stand alike.
            let head = whole.slots[1..].iter().rposition(|&s| {
                !slots[s].blocks.is_empty() && self.is_head(slots, slots[s].rows.0)
            });
            let is_one = || match self.habit(&whole, slots) {
                Habit::Lost => false,
                Habit::Centred => whole.labels.divide(None).is_some_and(|d| d.is_exact),
                _ => true,
            };
            match head.filter(|_| !is_one()) {
                Some(head) => {
                    let (above, below) = whole.slots.split_at(head + 1);
                    let parts = [above, below].into_iter().filter(|part| part.len() > 1);
                    runs.extend(parts.map(|part| run(part.to_vec())));
                }
                None => runs.push(whole),
            }
        }
        // Finer columns stand right of coarser ones.
        runs.sort_by_key(|r| (std::cmp::Reverse(r.cols.0), r.first));
        runs
    }

    fn habit(&self, run: &Run<'_>, slots: &[Slot]) -> Habit {
        let blank_beside = |row| is_blank_at(slots, row, run.cols.1);
        run.habit(self.rows.at_top, blank_beside, |row| self.is_head(slots, row))
    }

    /// Whether a row begins a band and has no blank cell but in front.
    fn is_head(&self, slots: &[Slot], row: usize) -> bool {
        let from = slots.partition_point(|s| s.rows.0 < row);
        self.bands.iter().any(|b| b.rows.0 == row)
            && slots[from..]
                .iter()
                .take_while(|s| s.rows.0 == row)
                .skip_while(|s| s.blocks.is_empty())
                .all(|s| !s.blocks.is_empty())
    }

    /// Columns of slots over consecutive rows in which the rows without text have text further
    /// right: where labels of several rows may stand.
    fn runs(&self, slots: &[Slot]) -> Vec<Vec<usize>> {
        let rows = self.rows.rows.len();
        // The column after the last filled one of each row.
        let mut reach = vec![0_usize; rows];
        for slot in slots.iter().filter(|s| !s.blocks.is_empty()) {
            reach[slot.rows.0] = reach[slot.rows.0].max(slot.cols.1);
        }
        let mut runs: Vec<Vec<usize>> = Vec::new();
        // Open runs by their columns; as many as a row has cells.
        let mut open: Vec<((usize, usize), Vec<usize>)> = Vec::new();
        let mut row = 0;
        let mut from = 0;
        while from < slots.len() {
            let to = from + slots[from..].iter().take_while(|s| s.rows.0 == row).count();
            let mut next = Vec::with_capacity(to - from);
            for (i, slot) in slots.iter().enumerate().take(to).skip(from) {
                let fits = !slot.blocks.is_empty() || slot.cols.1 <= reach[row];
                if !fits {
                    continue;
                }
                let mut run = match open.iter().position(|o| o.0 == slot.cols) {
                    Some(at) => open.swap_remove(at).1,
                    None => Vec::new(),
                };
                run.push(i);
                next.push((slot.cols, run));
            }
            runs.extend(std::mem::replace(&mut open, next).into_iter().map(|o| o.1));
            (from, row) = (to, row + 1);
        }
        runs.extend(open.into_iter().map(|o| o.1));
        runs.retain(|r| r.len() > 1);
        runs.sort();
        runs
    }

    /// The label in a slot, with rows counted from the run's first.
    fn label(&self, slot: &Slot, first: usize, len: usize) -> Option<Label> {
        let top = slot.blocks.iter().map(|&b| self.blocks[b].top).reduce(f32::min)?;
        let bottom = slot.blocks.iter().map(|&b| self.blocks[b].bottom).reduce(f32::max)?;
        let end = slot.blocks.iter().map(|&b| self.rows.of[b].1).max()?;
        let from = slot.rows.0.saturating_sub(first);
        let to = end.saturating_sub(first).clamp(from + 1, len.max(from + 1));
        Some(Label { rows: (from, to), middle: (top + bottom) / 2.0 })
    }

    fn cell(&self, slot: &Slot, xs: &[f32], ys: &[f32]) -> Cell {
        let mut lines = self.text(&slot.blocks);
        for line in lines.iter_mut().filter(|_| slot.in_doubt) {
            line.confidence = line.confidence.min(DOUBTFUL);
        }
        Cell {
            row: slot.rows.0 as u32,
            col: slot.cols.0 as u32,
            row_span: (slot.rows.1 - slot.rows.0) as u32,
            col_span: (slot.cols.1 - slot.cols.0) as u32,
            page: self.page,
            bbox: Some(Rect {
                x0: xs[slot.cols.0],
                y0: ys[slot.rows.0],
                x1: xs[slot.cols.1],
                y1: ys[slot.rows.1],
            }),
            vertical: is_stacked(&lines),
            lines,
            ..Cell::default()
        }
    }

    /// The lines of a cell; pieces of one printed line are one line.
    fn text(&self, blocks: &[usize]) -> Vec<TextLine> {
        let mut pieces: Vec<&Piece> =
            blocks.iter().flat_map(|&b| &self.blocks[b].pieces).map(|&p| &self.pieces[p]).collect();
        pieces.sort_by(|a, b| a.line.cmp(&b.line).then(a.x0.total_cmp(&b.x0)));
        pieces
            .chunk_by(|a, b| a.line == b.line)
            .filter_map(|chunk| {
                let (first, last) = (chunk.first()?, chunk.last()?);
                let line = self.lines.get(first.line)?;
                text_line(line.get(first.glyphs.start..last.glyphs.end)?, self.page)
            })
            .collect()
    }
}

/// How the labels of a column stand beside their rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// Each row has its own text.
    Single,
    /// In the middle.
    Centred,
    /// On the first row, with blanks below.
    First,
    /// Either of these two fits.
    Either,
    /// None of them fits.
    Lost,
}

/// A column of slots over consecutive rows.
struct Run<'a> {
    first: usize,
    cols: (usize, usize),
    /// One slot a row.
    slots: Vec<usize>,
    labels: Labels<'a>,
}

impl Run<'_> {
    /// Whether it is the next column in some of the same rows.
    fn is_right_of(&self, other: &Self) -> bool {
        let rows = |r: &Self| r.first..r.first + r.slots.len();
        let (own, others) = (rows(self), rows(other));
        self.cols.0 == other.cols.1 && own.start < others.end && others.start < own.end
    }

    /// Whether each label may stand on the first of its rows, whatever precedes the first of them.
    fn may_begin(&self, blank_beside: impl Fn(usize) -> bool) -> bool {
        let labels = &self.labels;
        !labels.stand_between()
            && !labels.labels.iter().any(|l| blank_beside(self.first + l.rows.0))
    }

    /// How the labels stand; `blank_beside` tells whether the cell right of a row's is blank.
    ///
    /// `is_head` tells whether a row begins a band and has no blank but in front.
    fn habit(
        &self,
        at_top: bool,
        blank_beside: impl Fn(usize) -> bool,
        is_head: impl Fn(usize) -> bool,
    ) -> Habit {
        let labels = &self.labels;
        let count = labels.labels.len();
        if count == 0 || (count == self.slots.len() && !labels.stand_between()) {
            return Habit::Single;
        }
        if at_top {
            return Habit::First;
        }
        // A label that begins its rows has the first of the finer labels beside it.
        let under_head = labels.labels.len() > 1
            && labels.labels[1].rows.0 > 1
            && labels.labels[0].rows.0 == 0
            && is_head(self.first);
        let begins = labels.begin_rows()
            && !labels.labels.iter().any(|l| blank_beside(self.first + l.rows.0));
        let first = begins && !under_head;
        match labels.divide(None) {
            Some(d) if begins && d.is_exact => Habit::Either,
            Some(_) if !first => Habit::Centred,
            None if labels.stand_between() => Habit::Lost,
            _ => Habit::First,
        }
    }
}

/// The habit of the column of labels right or left of a run, where that is certain.
fn sibling(runs: &[Run<'_>], habits: &[Habit], may_begin: &[bool], i: usize) -> Option<Habit> {
    let own = &runs[i];
    let beside =
        |r: &Run<'_>| r.first < own.first + own.slots.len() && own.first < r.first + r.slots.len();
    // A label at the top of a cell that a page break cuts may be anything, and so may one that stands
    // on the first of its rows by chance.
    let certain = |j: usize| match habits[j] {
        Habit::Centred => (!may_begin[j]
            && runs[j].labels.divide(None).is_some_and(|d| d.is_exact))
        .then_some(Habit::Centred),
        // A header alone says nothing, and what could be divided otherwise little.
        Habit::First => {
            let labels = &runs[j].labels;
            (labels.labels.len() > 1 && labels.divide(None).is_none()).then_some(Habit::First)
        }
        Habit::Single | Habit::Either | Habit::Lost => None,
    };
    let find = |near: &dyn Fn(&Run<'_>) -> bool| {
        (0..runs.len()).filter(|&j| near(&runs[j]) && beside(&runs[j])).find_map(certain)
    };
    find(&|r| r.cols.0 == own.cols.1).or_else(|| find(&|r| r.cols.1 == own.cols.0))
}

/// Whether the cell at `row` that begins with column `col` is blank.
fn is_blank_at(slots: &[Slot], row: usize, col: usize) -> bool {
    let from = slots.partition_point(|s| s.rows.0 < row);
    slots[from..]
        .iter()
        .take_while(|s| s.rows.0 == row)
        .any(|s| s.cols.0 == col && s.blocks.is_empty())
}

/// Gives each label the rows of its span.
fn merge(slots: &mut [Slot], run: &[usize], spans: &[(usize, usize)], merged: &mut [bool]) {
    for &(from, to) in spans {
        let Some(&head) = run.get(from) else { continue };
        let mut all = Vec::new();
        for &s in run.iter().take(to).skip(from) {
            all.append(&mut slots[s].blocks);
            merged[s] = s != head;
        }
        slots[head].blocks = all;
        slots[head].rows.1 = slots[head].rows.0 + (to - from);
    }
}
