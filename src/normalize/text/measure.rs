//! The geometry of a cell's text: its frame, its column on each page, its alignment.

use super::fragment::Fragment;
use crate::model::geometry::Rect;
use std::ops::Range;

/// Lines that end so many ems from the right edge, or less, end at it.
const FLUSH: f32 = 0.1;
/// Padding at the right edge may exceed that at the left by so many ems.
const WIDE_PADDING: f32 = 3.0;

/// The text column of a page, and the fragments in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Index after the last of its fragments.
    end: usize,
    pub left: f32,
    pub right: f32,
    /// The least distance between centres of neighbouring lines; infinite for a single line.
    pub pitch: f32,
    /// Several lines end at the right edge exactly, so it is known.
    pub firm: bool,
    /// Lines are stretched to the right edge: one that falls short is the last of a paragraph.
    pub justified: bool,
}

impl Column {
    fn of(boxes: &[Rect], end: usize, em: f32) -> Self {
        let steps = boxes.windows(2).filter_map(|pair| match pair {
            [a, b] => Some(b.center().y - a.center().y),
            _ => None,
        });
        Self {
            end,
            left: boxes.iter().map(|b| b.x0).fold(f32::INFINITY, f32::min),
            right: boxes.iter().map(|b| b.x1).fold(f32::NEG_INFINITY, f32::max),
            pitch: steps.filter(|s| *s > 0.5 * em).fold(f32::INFINITY, f32::min),
            firm: false,
            justified: false,
        }
    }

    /// Takes the cell's right edge, less the padding that the left side shows. Where several
    /// lines end together a little before it, the padding is wider on the right.
    fn reach(&mut self, cell: Rect, boxes: &[Rect], em: f32) {
        let edge = cell.x1 - (self.left - cell.x0).clamp(0.0, em);
        let agreeing = boxes.iter().filter(|b| self.right - b.x1 <= em).count();
        if !(agreeing >= 3 && edge - self.right <= WIDE_PADDING * em) {
            self.right = self.right.max(edge);
        }
    }

    /// Finds out whether lines end at the right edge, and whether they are stretched to it.
    fn judge_edge(&mut self, fragments: &[Fragment], boxes: &[Rect], em: f32) {
        let flush = fragments.iter().zip(boxes).filter(|(_, b)| self.right - b.x1 <= FLUSH * em);
        // Lines of ideographs and half-width digits are equally long without being stretched:
        // then the column is a whole number of half ems wide.
        let is_mixed = |f: &Fragment| f.text.chars().any(|c| c.is_ascii_alphanumeric());
        let (all, mixed) =
            flush.fold((0, 0), |(n, m), (f, _)| (n + 1, m + usize::from(is_mixed(f))));
        let halves = (self.right - self.left) / em * 2.0;
        let odd_width = (halves - halves.round()).abs() > 0.15;
        self.firm = all >= 3;
        self.justified = self.firm && all * 5 >= boxes.len() * 3 && mixed >= 2 && odd_width;
    }
}

/// How the page's axes lie to the text's: lines may run in any quarter turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Upright,
    UpsideDown,
    /// Lines run down the page, the next one left of the last.
    Down,
    /// Lines run up the page, the next one right of the last.
    Up,
}

impl Frame {
    /// Longer lines than tall, or taller than long; and which way the next line lies.
    fn of(fragments: &[Fragment], boxes: &[Rect]) -> Self {
        let long = fragments.iter().zip(boxes).filter(|(f, _)| f.text.chars().count() > 2);
        let (mut across, mut along) = (0.0, 0.0);
        for (_, b) in long {
            across += b.width();
            along += b.height();
        }
        let steps = fragments.windows(2).zip(boxes.windows(2));
        let step = steps.filter_map(|(f, b)| match (f, b) {
            ([f, g], [a, b]) if f.page == g.page => Some((a.center(), b.center())),
            _ => None,
        });
        let (dx, dy) = step.fold((0.0, 0.0), |(x, y), (a, b)| (x + b.x - a.x, y + b.y - a.y));
        if along > across {
            if dx > 0.0 { Self::Up } else { Self::Down }
        } else if dy < 0.0 {
            Self::UpsideDown
        } else {
            Self::Upright
        }
    }

    /// A box as the reader sees it: x along the line, y towards the next line.
    fn turn(self, b: Rect) -> Rect {
        match self {
            Self::Upright => b,
            Self::UpsideDown => Rect::new(-b.x1, -b.y1, -b.x0, -b.y0),
            Self::Down => Rect::new(b.y0, -b.x1, b.y1, -b.x0),
            Self::Up => Rect::new(-b.y1, b.x0, -b.y0, b.x1),
        }
    }
}

/// Geometry of a cell's text.
#[derive(Debug)]
pub(super) struct Measures {
    /// Of each fragment, as the reader sees it.
    pub boxes: Vec<Rect>,
    pub columns: Vec<Column>,
    /// Points.
    pub em: f32,
    /// Lines are centred, so x0 says nothing.
    pub centred: bool,
}

impl Measures {
    /// `None` if a fragment has no box.
    pub fn of(fragments: &[Fragment], cell: Option<Rect>) -> Option<Self> {
        let boxes: Vec<Rect> = fragments.iter().filter_map(|f| f.bbox).collect();
        if boxes.len() < fragments.len() {
            return None;
        }
        let frame = Frame::of(fragments, &boxes);
        let boxes: Vec<Rect> = boxes.into_iter().map(|b| frame.turn(b)).collect();
        let cell = cell.map(|c| frame.turn(c));
        let em = median_em(fragments, &boxes)?;
        let pages = || {
            fragments.chunk_by(|a, b| a.page == b.page).scan(0, |end, page| {
                let start = *end;
                *end += page.len();
                Some((page, start..*end))
            })
        };
        let on = |range: Range<usize>| boxes.get(range).unwrap_or(&[]);
        let mut columns: Vec<Column> =
            pages().map(|(_, range)| Column::of(on(range.clone()), range.end, em)).collect();
        let centred = is_centred(&boxes, &columns, em);
        if let (Some(cell), Some(first)) = (cell, columns.first_mut()) {
            first.reach(cell, on(0..first.end), em);
        }
        let widest = columns.iter().map(|c| c.right - c.left).fold(0.0, f32::max);
        for (column, (page, range)) in columns.iter_mut().zip(pages()) {
            column.right = column.right.max(column.left + widest);
            column.judge_edge(page, on(range), em);
        }
        Some(Self { boxes, columns, em, centred })
    }

    /// The column of the fragment at `index`.
    pub fn column(&self, index: usize) -> Option<&Column> {
        self.columns.get(self.columns.partition_point(|c| c.end <= index))
    }
}

/// The median font size, or the median height of the lines where sizes are not known.
fn median_em(fragments: &[Fragment], boxes: &[Rect]) -> Option<f32> {
    let mut sizes: Vec<f32> = fragments
        .iter()
        .zip(boxes)
        .map(|(f, b)| if f.font_size > 0.0 { f.font_size } else { b.height() })
        .filter(|s| s.is_finite() && *s > 0.0)
        .collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 2).copied()
}

/// Some line is shorter on both sides than its column, and all lines share their middle.
fn is_centred(boxes: &[Rect], columns: &[Column], em: f32) -> bool {
    let [column] = columns else { return false };
    let middle = f32::midpoint(column.left, column.right);
    boxes.len() > 1
        && boxes.iter().all(|b| (b.center().x - middle).abs() < 0.5 * em)
        && boxes.iter().any(|b| b.x0 - column.left > em)
}
