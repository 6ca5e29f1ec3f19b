//! Grids of a text export, whose source delimits the cells.
//!
//! Spans are not known here: every cell covers one slot, and a merged cell of the original form
//! shows as a text with blank cells beside or below it, sometimes shifted.

use crate::model::grid::{Block, Cell, Certainty, Grid, GridKind, PageLayout, TextLine};
use crate::model::page::{DelimitedRow, Origin, Page};

/// Lays out a page of delimited rows: neighbouring rows of several cells make up a grid as wide
/// as its widest row, a row of one cell is a free line, and a blank line ends a grid.
pub fn page(page: Page) -> PageLayout {
    let number = page.number;
    let mut blocks = Vec::new();
    let mut pending = Pending::default();
    for mut row in page.rows {
        match row.cells.len() {
            0 => pending.finish(number, &mut blocks),
            1 => {
                pending.finish(number, &mut blocks);
                let text = row.cells.pop().unwrap_or_default();
                blocks.extend(text_lines(text, number, row.line).into_iter().map(Block::Line));
            }
            width => {
                if !pending.accepts(width) {
                    pending.finish(number, &mut blocks);
                }
                pending.push(row);
            }
        }
    }
    pending.finish(number, &mut blocks);
    let findings = page.findings;
    PageLayout { page: number, size_pt: page.size_pt, blocks, findings, ..PageLayout::default() }
}

/// The rows of a grid that is not complete yet.
#[derive(Default)]
struct Pending {
    rows: Vec<DelimitedRow>,
    columns: usize,
    filled: usize,
}

impl Pending {
    /// Filling up ragged rows must not multiply a hostile file: a grid ends where its slots
    /// would be many times the cells that are there. No form's rows differ so much.
    fn accepts(&self, width: usize) -> bool {
        let slots = (self.rows.len() + 1).saturating_mul(self.columns.max(width));
        slots <= 4 * (self.filled + width) + 1024
    }

    fn push(&mut self, row: DelimitedRow) {
        self.columns = self.columns.max(row.cells.len());
        self.filled += row.cells.len();
        self.rows.push(row);
    }

    fn finish(&mut self, page: u32, blocks: &mut Vec<Block>) {
        let Self { rows, columns, .. } = std::mem::take(self);
        // Rows without any text are spacing, not a table.
        if rows.iter().all(|r| r.cells.iter().all(String::is_empty)) {
            return;
        }
        let mut grid = Grid {
            page,
            columns: columns as u32,
            rows: rows.len() as u32,
            cells: Vec::with_capacity(rows.len() * columns),
            kind: GridKind::Delimited,
            ..Grid::default()
        };
        for (r, row) in rows.into_iter().enumerate() {
            let texts = row.cells.into_iter().chain(std::iter::repeat_with(String::new));
            for (c, text) in texts.take(columns).enumerate() {
                let lines = text_lines(text, page, row.line);
                grid.cells.push(Cell {
                    row: r as u32,
                    col: c as u32,
                    row_span: 1,
                    col_span: 1,
                    page,
                    lines,
                    ..Cell::default()
                });
            }
        }
        blocks.push(Block::Grid(grid));
    }
}

/// The lines of a cell; those of a quoted one follow each other in the file.
fn text_lines(text: String, page: u32, first: u32) -> Vec<TextLine> {
    if text.is_empty() {
        return Vec::new();
    }
    if !text.contains('\n') {
        return vec![text_line(text, page, first)];
    }
    let lines = (first..).zip(text.split('\n')).filter(|(_, text)| !text.is_empty());
    lines.map(|(number, text)| text_line(text.to_owned(), page, number)).collect()
}

fn text_line(text: String, page: u32, source_line: u32) -> TextLine {
    TextLine {
        text,
        page,
        bbox: None,
        font_size: 0.0,
        from: Origin::TextExport,
        confidence: 1.0,
        certainty: Certainty::default(),
        source_line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn laid_out(rows: &[&[&str]]) -> Vec<Block> {
        let rows = rows
            .iter()
            .enumerate()
            .map(|(i, cells)| DelimitedRow {
                line: i as u32 + 1,
                cells: cells.iter().map(|&c| c.to_owned()).collect(),
            })
            .collect();
        page(Page { number: 3, rows, ..Page::default() }).blocks
    }

    fn shape(blocks: &[Block]) -> Vec<String> {
        blocks
            .iter()
            .map(|b| match b {
                Block::Line(l) => format!("{}: {}", l.source_line, l.text),
                Block::Grid(g) => format!("{} x {}", g.rows, g.columns),
            })
            .collect()
    }

    #[test]
    fn a_blank_line_and_a_single_cell_end_a_grid() {
        let blocks = laid_out(&[
            &["title"],
            &["a", "b"],
            &["c", "", "d"],
            &[],
            &["e", "f"],
            &[""],
            &["g", "h"],
            &["prose"],
        ]);
        assert_eq!(shape(&blocks), ["1: title", "2 x 3", "1 x 2", "1 x 2", "8: prose"]);
    }

    #[test]
    fn cells_tile_the_grid_and_know_their_line() {
        let blocks = laid_out(&[&["a", "b"], &["c", "", "d"]]);
        let Block::Grid(grid) = &blocks[0] else { panic!("a grid") };
        assert_eq!(grid.kind, GridKind::Delimited);
        let cells: Vec<_> = grid.cells.iter().map(|c| (c.row, c.col, c.compact_text())).collect();
        let expected = [(0, 0, "a"), (0, 1, "b"), (0, 2, ""), (1, 0, "c"), (1, 1, ""), (1, 2, "d")];
        assert_eq!(cells, expected.map(|(r, c, t)| (r, c, t.to_owned())));
        let line = &grid.cells[5].lines[0];
        assert_eq!((line.source_line, line.page, line.from), (2, 3, Origin::TextExport));
    }

    #[test]
    fn rows_of_blank_cells_stay_inside_a_grid_but_make_none() {
        assert_eq!(shape(&laid_out(&[&["a", "b"], &["", ""], &["c", "d"]])), ["3 x 2"]);
        assert!(laid_out(&[&["", ""], &["", "", ""]]).is_empty());
    }

    #[test]
    fn a_cell_of_several_lines_has_them_all() {
        let blocks = laid_out(&[&["a", "b\n\nc"]]);
        let Block::Grid(grid) = &blocks[0] else { panic!("a grid") };
        let lines: Vec<_> = grid.cells[1].lines.iter().map(|l| (&*l.text, l.source_line)).collect();
        assert_eq!(lines, [("b", 1), ("c", 3)]);
    }

    #[test]
    fn one_wide_row_does_not_widen_a_long_grid() {
        let narrow: Vec<&[&str]> = vec![&["a", "b"]; 5_000];
        let wide = vec!["x"; 5_000];
        let mut rows = narrow.clone();
        rows.push(&wide);
        rows.extend(narrow);
        let slots: u32 = laid_out(&rows)
            .iter()
            .map(|b| if let Block::Grid(g) = b { g.rows * g.columns } else { 0 })
            .sum();
        assert!(slots < 200_000, "{slots}");
    }

    proptest! {
        #[test]
        fn every_text_is_kept_once(rows in prop::collection::vec(
            prop::collection::vec("[a-c]{0,1}", 0..6), 0..12)) {
            let given: String = rows.iter().flatten().cloned().collect();
            let rows = rows
                .into_iter()
                .enumerate()
                .map(|(i, cells)| DelimitedRow { line: i as u32 + 1, cells })
                .collect();
            let mut kept = String::new();
            for block in page(Page { number: 1, rows, ..Page::default() }).blocks {
                match block {
                    Block::Line(l) => kept.push_str(&l.text),
                    Block::Grid(g) => {
                        prop_assert_eq!(g.cells.len() as u32, g.rows * g.columns);
                        g.cells.iter().for_each(|c| kept.push_str(&c.compact_text()));
                    }
                }
            }
            prop_assert_eq!(kept, given);
        }
    }
}
