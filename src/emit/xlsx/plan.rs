//! What a workbook will hold, as plain data: the planners fill it in, [`super::write`] writes it
//! out, [`super::dump`] prints it for people and tests.
//!
//! By construction nothing of a document can act in a workbook: the only formula is the sum over
//! an area, and links lead to cells of the same workbook.

use super::style::Style;
use crate::emit::EmitError;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Rows of a sheet (a limit of the file format).
pub const MAX_ROWS: u32 = 1_048_576;
/// Columns of a sheet (a limit of the file format).
pub const MAX_COLUMNS: u32 = 16_384;
/// Width of a column that nothing is known about, in characters.
pub const DEFAULT_WIDTH: f64 = 8.43;

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub setup: Setup,
    /// Ascending by index.
    pub rows: Vec<Row>,
    /// Do not overlap.
    pub merges: Vec<Area>,
}

/// Where the rows of a list go: to a planned sheet, or to one that is written while it grows.
pub trait Rows {
    /// The sheet and the row that the next cells will stand in.
    fn next(&self) -> (String, u32);
    /// Takes the cells of the next row and its height in points.
    fn take(&mut self, cells: Vec<Cell>, height: f32) -> Result<(), EmitError>;
}

impl Rows for Sheet {
    fn next(&self) -> (String, u32) {
        (self.name.clone(), self.rows.last().map_or(0, |row| row.index + 1))
    }

    fn take(&mut self, cells: Vec<Cell>, height: f32) -> Result<(), EmitError> {
        let (_, index) = self.next();
        if index >= MAX_ROWS {
            return Err(EmitError::TooManyRows { sheet: self.name.clone() });
        }
        self.rows.push(Row { index, height: Some(height), cells });
        Ok(())
    }
}

/// How a sheet looks and prints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setup {
    /// From column A on.
    pub columns: Vec<Column>,
    /// Rows and columns that stay while scrolling.
    pub frozen: (u32, u32),
    /// Header row and the rows below it that can be filtered.
    pub filter: Option<Area>,
    pub landscape: bool,
    /// Whether the frozen rows and columns are repeated on each printed page.
    pub repeats_frozen: bool,
    /// Printed pages side by side that the sheet is made to fit; 0 counts as 1.
    pub pages_wide: u32,
    pub gridlines: bool,
    /// What is printed; everything if `None`.
    pub print_area: Option<Area>,
    pub tab: Tab,
}

/// Colour of a sheet's tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Plain,
    Warning,
    Error,
}

/// A column's width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// In characters, the unit of spreadsheets.
    pub width: f64,
    pub hidden: bool,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// From 0.
    pub index: u32,
    /// In points; left to the spreadsheet program if `None`.
    pub height: Option<f32>,
    /// Ascending by column.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// From 0.
    pub col: u32,
    pub content: Content,
    pub style: Style,
    pub note: Option<String>,
    pub link: Option<Link>,
}

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Content {
    #[default]
    Blank,
    Text(String),
    /// At most 15 significant digits, so that a spreadsheet keeps it exactly.
    Number(Decimal),
    /// 1900-03-01 or later.
    Date(Date),
    /// The sum over an area of the same sheet, with its value.
    Sum(Area, Decimal),
}

/// A link to a cell of the same workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub sheet: String,
    pub row: u32,
    pub col: u32,
}

/// A rectangle of cells, ends included, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

impl Column {
    /// A visible column of so many characters, within what the format allows.
    pub fn chars(width: f64) -> Self {
        let width = if width.is_finite() { width.clamp(0.5, 255.0) } else { DEFAULT_WIDTH };
        Self { width, hidden: false }
    }

    /// A visible column as wide as so many points on paper.
    ///
    /// A character of the default font is 7 pixels wide at 96 pixels an inch, and a cell has 5
    /// pixels of padding (ECMA-376 part 1, 18.3.1.13).
    pub fn points(points: f32) -> Self {
        let pixels = f64::from(points) * 96.0 / 72.0;
        Self::chars(((pixels - 5.0) / 7.0 * 100.0).round() / 100.0)
    }

    /// Width in points on paper; the inverse of [`Column::points`].
    pub fn to_points(self) -> f32 {
        ((self.width * 7.0 + 5.0) * 72.0 / 96.0) as f32
    }
}

impl Link {
    /// `B10`, without the sheet.
    pub fn cell_name(&self) -> String {
        cell_name(self.row, self.col)
    }
}

impl Area {
    /// Whether it is more than one cell.
    pub fn is_merge(&self) -> bool {
        self.top != self.bottom || self.left != self.right
    }

    /// Number of rows.
    pub fn height(&self) -> u32 {
        self.bottom - self.top + 1
    }

    /// Number of columns.
    pub fn width(&self) -> u32 {
        self.right - self.left + 1
    }
}

impl std::fmt::Display for Area {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, last) = (cell_name(self.top, self.left), cell_name(self.bottom, self.right));
        if self.is_merge() { write!(f, "{first}:{last}") } else { f.write_str(&first) }
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}!{}", quoted(&self.sheet), self.cell_name())
    }
}

/// A sheet's name as it stands in references.
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// `A1` for the cell at `row`, `col`, both from 0.
pub fn cell_name(row: u32, col: u32) -> String {
    let mut name = column_name(col);
    name.push_str(&(row + 1).to_string());
    name
}

/// `A` … `Z`, `AA` … for a column from 0.
pub fn column_name(col: u32) -> String {
    let mut letters = Vec::with_capacity(3);
    let mut rest = col + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

impl Cell {
    /// A cell with text. Empty text is a blank cell.
    pub fn text(col: u32, text: impl Into<String>, style: Style) -> Self {
        let text = text.into();
        let content = if text.is_empty() { Content::Blank } else { Content::Text(text) };
        Self { col, content, style, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, Column, Link, cell_name, column_name};

    #[test]
    fn names_columns_like_a_spreadsheet() {
        for (col, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_name(col), name);
        }
        assert_eq!(column_name(super::MAX_COLUMNS - 1), "XFD");
        assert_eq!(cell_name(9, 1), "B10");
        assert_eq!(Area { top: 0, left: 0, bottom: 2, right: 7 }.to_string(), "A1:H3");
    }

    #[test]
    fn quotes_sheet_names_in_references() {
        let link = Link { sheet: "1 a'b".into(), row: 0, col: 0 };
        assert_eq!(link.to_string(), "'1 a''b'!A1");
    }

    #[test]
    fn widths_turn_back_into_points() {
        for points in [20.0, 57.3, 240.0] {
            assert!((Column::points(points).to_points() - points).abs() < 0.1);
        }
        assert_eq!(Column::points(0.0).width, 0.5);
        assert_eq!(Column::points(f32::NAN).width, super::DEFAULT_WIDTH);
    }
}
