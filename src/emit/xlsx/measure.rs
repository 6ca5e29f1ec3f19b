//! How much room text takes. Spreadsheet programs do not fit merged cells to their text.

use super::plan::{Cell, Column, Content};
use crate::emit::text;
use crate::model::form::FieldKind;

/// Lines that a text takes in a cell so many half-width columns wide.
pub fn lines(text: &str, columns: f64) -> usize {
    // A wide character that does not fit at the end of a line leaves a column empty.
    let columns = (columns.max(2.0) as usize).max(2);
    let usable = if text.is_ascii() { columns } else { (columns - columns % 2).max(2) };
    text.lines().map(|line| text::columns(line).div_ceil(usable).max(1)).sum::<usize>().max(1)
}

/// Height in points of so many lines of a font size given in half points, with a margin.
pub fn height(lines: usize, half_points: u16) -> f32 {
    lines as f32 * f32::from(half_points) / 2.0 * LEADING + 4.0
}

/// Distance of baselines in font sizes. Spreadsheet programs take it from the font: 1.2 to 1.3 for
/// the Song fonts of Windows, 1.4 for the wider set fonts that stand in for them elsewhere.
const LEADING: f32 = 1.4;

/// Columns of `half_points` text that fit into a width in points, less the cell's padding.
pub fn columns_in(points: f32, half_points: u16) -> f64 {
    // A half-width character is half as wide as the font size, which is in half points.
    f64::from((points - 4.0).max(0.0)) / (f64::from(half_points) / 4.0)
}

/// Height in points of a list's row, with so many lines at most.
pub fn list_row(columns: impl Iterator<Item = Column>, cells: &[Cell], most: usize) -> f32 {
    let lines = columns.zip(cells).map(|(column, cell)| match &cell.content {
        Content::Text(text) => {
            let room = columns_in(column.to_points(), cell.style.font.half_points);
            lines(text, room).min(most)
        }
        _ => 1,
    });
    height(lines.max().unwrap_or(1), 20)
}

/// Width in characters of a list's column for values of a kind, with room for its heading and
/// the filter button.
pub fn list_column(kind: FieldKind, heading: &str) -> f64 {
    let content: f64 = match kind {
        FieldKind::MoneyUnit => 8.0,
        FieldKind::Integer | FieldKind::Number => 9.0,
        FieldKind::Date => 12.0,
        FieldKind::Money | FieldKind::Label => 18.0,
        FieldKind::Target => 22.0,
        FieldKind::Text => 26.0,
        FieldKind::Paragraphs => 48.0,
    };
    content.max(text::columns(heading).min(20) as f64 + 3.0)
}

#[cfg(test)]
mod tests {
    use super::{columns_in, lines};

    #[test]
    fn counts_wrapped_lines() {
        assert_eq!(lines("", 10.0), 1);
        assert_eq!(lines("0123456789", 10.0), 1);
        assert_eq!(lines("指标指标指标", 10.0), 2);
        assert_eq!(lines("一\n二", 10.0), 2);
        assert_eq!(lines("指标", 0.0), 2);
    }

    #[test]
    fn ten_point_text_takes_five_points_a_column() {
        assert_eq!(columns_in(104.0, 20), 20.0);
    }
}
