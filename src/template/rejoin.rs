//! Rows that a page break cuts within the text of their label.
//!
//! Where a program draws an edge at the end of a page and another at the beginning of the next, both
//! halves of a row look like rows of their own. A label cut in two is none in either half, but is one
//! when both are read together: 年度 above the break and 总体目标 below it.

use super::compile::{Compiled, Use};
use crate::model::grid::{Block, Cell, Grid};
use crate::model::label::fold;

/// Shorter texts are names, in characters.
const SENTENCE: usize = 12;

/// Makes one cell of the two halves of each cell of such a row, in all grids.
pub(super) fn cut_rows(blocks: &mut [Block], compiled: &Compiled) {
    for block in blocks {
        if let Block::Grid(grid) = block {
            let breaks: Vec<usize> = breaks(&grid.cells).collect();
            for at in breaks.into_iter().rev() {
                rejoin(grid, at, compiled);
            }
        }
    }
}

/// Where a row begins that is the first one on its page, as indices into the cells.
fn breaks(cells: &[Cell]) -> impl Iterator<Item = usize> + '_ {
    let starts = |i: &usize| {
        let (before, own) = (&cells[i - 1], &cells[*i]);
        before.row < own.row && before.page < own.page
    };
    (1..cells.len()).filter(starts)
}

/// Joins the row that begins with the cell `at` to the one above if it is cut off from it.
fn rejoin(grid: &mut Grid, at: usize, compiled: &Compiled) {
    let row = grid.cells[at].row;
    let lower = at..at + grid.cells[at..].iter().take_while(|c| c.row == row).count();
    let first = grid.cells[..at].partition_point(|c| c.row + 1 < row);
    let single = |c: &Cell| c.row_span == 1;
    let same = |a: &Cell, b: &Cell| (a.col, a.col_span) == (b.col, b.col_span);
    let (uppers, lowers) = (&grid.cells[first..at], &grid.cells[lower.clone()]);
    let is_alike = uppers.len() == lowers.len()
        && uppers.iter().chain(lowers).all(single)
        && uppers.iter().zip(lowers).all(|(a, b)| same(a, b));
    if !is_alike || !is_cut(uppers, lowers, compiled) {
        return;
    }
    let rests: Vec<Cell> = grid.cells.drain(lower).collect();
    for (upper, rest) in grid.cells[first..at].iter_mut().zip(rests) {
        upper.row_span += rest.row_span;
        upper.cut_below = rest.cut_below;
        upper.lines.extend(rest.lines);
        upper.nested.extend(rest.nested);
    }
}

/// Whether two halves of a row show the label of a field when read together. Where one of them is a
/// label by itself, the text beside it has to go on too.
fn is_cut(uppers: &[Cell], lowers: &[Cell], compiled: &Compiled) -> bool {
    let goes_on = || uppers.iter().zip(lowers).any(|(a, b)| !b.is_blank() && is_unfinished(a));
    uppers.iter().zip(lowers).any(|(upper, lower)| {
        let (above, below) = (fold(&upper.compact_text()), fold(&lower.compact_text()));
        if above.is_empty() || below.is_empty() {
            return false;
        }
        let whole = format!("{above}{below}");
        let is_label = compiled.uses(&whole).iter().any(|u| matches!(u.1, Use::Field(_)));
        let is_known = |half: &str| !compiled.uses(half).is_empty();
        is_label && (!is_known(&above) && !is_known(&below) || goes_on())
    })
}

/// Whether a cell holds a sentence without its end.
fn is_unfinished(cell: &Cell) -> bool {
    let text = cell.compact_text();
    text.chars().count() >= SENTENCE && !text.ends_with(['。', '；', '！', '？', '.', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Library;
    use crate::template::tests::sheet::{ruled, td};

    /// How many rows the cells of a table span in which a page break follows the first two rows.
    fn spans(upper: [&str; 2], lower: [&str; 2]) -> Vec<u32> {
        let row = |[label, text]: [&str; 2]| vec![td(label), td(text)];
        let rows = [row(["项目名称", "甲"]), row(upper), row(lower), row(["项目属性", "新增"])];
        let mut grid = ruled(1, 50.0, &[60.0, 300.0], &rows);
        grid.cells.iter_mut().filter(|c| c.row > 1).for_each(|c| c.page = 2);
        let mut blocks = [Block::Grid(grid)];
        cut_rows(&mut blocks, Library::embedded().compiled());
        let [Block::Grid(grid)] = blocks else { panic!("a grid") };
        assert_eq!(grid.rows, 4);
        grid.cells.iter().map(|c| c.row_span).collect()
    }

    #[test]
    fn a_label_that_the_break_cuts_joins_its_row() {
        let (upper, lower) = ("开展公共图书馆阅读推广，建立健全长效管理制", "度。");
        assert_eq!(spans(["年度总", upper], ["体目标", lower]), [1, 1, 2, 2, 1, 1]);
        assert_eq!(spans(["年度", upper], ["总体目标", lower]), [1, 1, 2, 2, 1, 1]);
        let whole = "开展公共图书馆阅读推广，建立健全长效管理制度。";
        assert_eq!(spans(["年度", whole], ["总体目标", "完成。"]), [1; 8], "two labels");
        assert_eq!(spans(["年度", "2026"], ["总体目标", "完成。"]), [1; 8], "two labels");
        assert_eq!(spans(["主管部门", upper], ["实施单位", lower]), [1; 8]);
    }
}
