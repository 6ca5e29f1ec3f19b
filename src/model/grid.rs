//! What layout yields: grids of cells and the lines of text between them, in reading order.

use super::finding::Finding;
use super::geometry::Rect;
use super::page::Origin;

/// A document after layout: blocks in reading order over all pages.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub blocks: Vec<Block>,
    pub findings: Vec<Finding>,
}

/// One page after layout, before grids are joined over page breaks.
#[derive(Clone, Debug, Default)]
pub struct PageLayout {
    /// Counted from 1.
    pub page: u32,
    /// Width and height as displayed, in points.
    pub size_pt: (f32, f32),
    /// Grids and free lines from top to bottom, strip by strip.
    pub blocks: Vec<Block>,
    /// Where tables stand side by side: at which of the blocks each further strip begins.
    pub strips: Vec<usize>,
    /// Of the free lines that show several texts far apart: these texts from left to right, line
    /// by line from top to bottom.
    pub apart: Vec<Vec<TextLine>>,
    pub findings: Vec<Finding>,
}

/// A piece of a page in reading order.
#[derive(Clone, Debug)]
pub enum Block {
    Grid(Grid),
    /// A line of text outside every grid: titles, captions, prose.
    Line(TextLine),
}

/// A table: `cells` tile `rows` × `columns`, every slot covered exactly once.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// Page of the first row, from 1.
    pub page: u32,
    /// Box on the first page, in points; `None` for a text export.
    pub bbox: Option<Rect>,
    /// Number of columns.
    pub columns: u32,
    /// Number of rows.
    pub rows: u32,
    /// Left edge of the first column in points, in the frame in which the text is upright; 0
    /// for a text export.
    pub left: f32,
    /// Widths of the columns in points; empty for a text export.
    pub column_widths: Vec<f32>,
    /// Heights of the rows in points; empty for a text export.
    pub row_heights: Vec<f32>,
    /// Ordered by row, then column.
    pub cells: Vec<Cell>,
    pub kind: GridKind,
    pub cut: CutOff,
    /// No line is drawn at its left and its right side: nor need one be at a page break.
    pub open_sides: bool,
}

/// Where a table runs off its page: what stands beyond the edge is not seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CutOff {
    /// At the left or right edge.
    pub beside: bool,
    /// At the upper edge of its first page.
    pub above: bool,
    /// At the lower edge of its last page.
    pub below: bool,
}

impl CutOff {
    #[must_use]
    pub fn anywhere(self) -> bool {
        self.beside || self.above || self.below
    }
}

/// What a grid was built from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GridKind {
    /// Ruling lines in both directions.
    #[default]
    Ruled,
    /// Ruling lines between the rows, white space between the columns.
    RowRuled,
    /// White space in both directions.
    Aligned,
    /// Delimiters of a text export: spans are not known and rows may be shifted.
    Delimited,
}

impl GridKind {
    /// Whether rules show which rows a cell takes.
    #[must_use]
    pub fn has_drawn_rows(self) -> bool {
        matches!(self, Self::Ruled | Self::RowRuled)
    }

    /// Whether rules show which columns a cell takes: a blank cell is one then.
    #[must_use]
    pub fn has_drawn_columns(self) -> bool {
        self == Self::Ruled
    }
}

/// A (merged) cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    pub row: u32,
    pub col: u32,
    pub row_span: u32,
    pub col_span: u32,
    /// Page on which the cell's text begins (the cell itself, if it is blank), from 1.
    pub page: u32,
    /// Box of the cell's part on that page, in points.
    pub bbox: Option<Rect>,
    /// Text from top to bottom; a cell that runs over a page break has lines of several pages.
    pub lines: Vec<TextLine>,
    /// Characters are stacked one under another, as in a vertical label.
    pub vertical: bool,
    /// Complete tables drawn inside the cell.
    pub nested: Vec<Grid>,
    /// No line is drawn above the cell at the top of its page: it goes on from the page before.
    pub cut_above: bool,
    /// No line is drawn below the cell at the bottom of its page: it goes on over the break.
    pub cut_below: bool,
}

/// One line of text as printed.
#[derive(Clone, Debug, PartialEq)]
pub struct TextLine {
    /// Characters in reading order with the blanks that are printed or shown by a gap.
    pub text: String,
    /// Counted from 1.
    pub page: u32,
    /// In points; `None` for a text export.
    pub bbox: Option<Rect>,
    /// Size of the line's characters in points, 0 for a text export.
    pub font_size: f32,
    pub from: Origin,
    /// The least confidence of its characters, 0 to 1.
    pub confidence: f32,
    /// The same for the kinds of its characters.
    pub certainty: Certainty,
    /// Line number in a text export, from 1; 0 otherwise.
    pub source_line: u32,
}

/// The least confidence of a line's characters by their kind, 0 to 1: a sign that is hard to tell
/// from another says nothing about the number behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certainty {
    /// Of its comparison signs: ≥ = <.
    pub signs: f32,
    /// Of its digits with the marks between them.
    pub digits: f32,
    /// Of all others.
    pub words: f32,
}

impl Default for Certainty {
    fn default() -> Self {
        Self { signs: 1.0, digits: 1.0, words: 1.0 }
    }
}

impl Certainty {
    /// Takes a character into account.
    pub fn add(&mut self, ch: char, confidence: f32) {
        let kind = match ch {
            '≥' | '≤' | '=' | '>' | '<' | '⩾' | '⩽' | '≧' | '≦' | '＝' | '＞' | '＜' => {
                &mut self.signs
            }
            '0'..='9' | '０'..='９' | '.' | ',' | '．' | '，' => &mut self.digits,
            _ => &mut self.words,
        };
        *kind = kind.min(confidence);
    }

    /// The least of both for each kind.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self {
            signs: self.signs.min(other.signs),
            digits: self.digits.min(other.digits),
            words: self.words.min(other.words),
        }
    }
}

impl TextLine {
    /// The certainty by kind. A doubt about the line as a whole, which has a lower confidence than
    /// any of its characters, holds for all of them.
    #[must_use]
    pub fn sure(&self) -> Certainty {
        let Certainty { signs, digits, words } = self.certainty;
        let whole = self.confidence;
        if whole < signs.min(digits).min(words) {
            return Certainty { signs: whole, digits: whole, words: whole };
        }
        self.certainty
    }
}

impl Cell {
    /// The lines joined without any white space: the form in which labels are compared.
    #[must_use]
    pub fn compact_text(&self) -> String {
        self.lines.iter().flat_map(|l| l.text.chars()).filter(|c| !c.is_whitespace()).collect()
    }

    /// Whether nothing is printed in the cell.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.nested.is_empty() && self.lines.iter().all(|l| l.text.trim().is_empty())
    }

    /// Whether the cell covers the slot at `row`, `col`.
    #[must_use]
    pub fn covers(&self, row: u32, col: u32) -> bool {
        (self.row..self.row + self.row_span).contains(&row)
            && (self.col..self.col + self.col_span).contains(&col)
    }
}
