//! Lines beside tables without ruling lines that may be rows of theirs.
//!
//! A row that stands alone on its page, or apart from the others, is no table by itself, and white
//! space does not show where one ends. Its line is left outside, and the rows behind it move up.
//! Such a line gives itself away: its texts stand far apart.

use super::margins::Margins;
use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Grid, PageLayout, TextLine};

/// A line is loose if it is wider than its text by this factor.
const LOOSE: f32 = 1.8;

/// A line that covers so much of a table's width without gaps is no part of a row.
const PROSE: f32 = 0.4;

/// A label before a value of its own, as in the lines for signatures.
const LABELLED: [char; 2] = ['：', ':'];

/// A stray row is at most this far from the table on its page, in heights of its print.
const NEAR: f32 = 6.0;

/// Most characters of the end of a text that a page break cuts off: a line of a narrow cell.
const TAIL: usize = 6;

/// A table with the number of its page.
struct Table {
    page: u32,
    bbox: Rect,
    /// Page and lower edge of the last line beside it.
    reach: Option<(u32, f32)>,
}

/// Doubts the tables without ruling lines beside which loose lines stand: right below them, or
/// above everything else on the next page. `O(blocks)`.
pub(super) fn doubt(pages: &mut [PageLayout], margins: &Margins) {
    // The last table so far, while nothing but running lines follows it.
    let mut open: Option<Table> = None;
    let mut found: Vec<(usize, Finding)> = Vec::new();
    for (p, page) in pages.iter().enumerate() {
        let (number, height) = (page.page, page.size_pt.1);
        for block in &page.blocks {
            let line = match block {
                Block::Grid(grid) => {
                    open = table(grid, number);
                    continue;
                }
                Block::Line(line) => line,
            };
            if margins.is_marginal(line, height) {
                continue;
            }
            // Behind a line of another kind comes something else.
            let Some(mut table) = open.take().filter(|table| is_near(line, table, number)) else {
                continue;
            };
            if is_loose(line) && !line.text.contains(LABELLED) || is_tail(line, &table, number) {
                found.push((p, finding(line, &table)));
            }
            table.reach = line.bbox.map(|b| (number, b.y1));
            open = Some(table);
        }
        // A page without a table ends it.
        open = open.filter(|table| table.page == number || table.reach.is_some());
    }
    for (p, finding) in found {
        pages[p].findings.push(finding);
    }
}

fn table(grid: &Grid, page: u32) -> Option<Table> {
    let bbox = grid.bbox.filter(|_| !grid.kind.has_drawn_columns())?;
    Some(Table { page, bbox, reach: None })
}

/// Whether a line may be a part of a row: not far below the table, and no line of prose.
fn is_near(line: &TextLine, table: &Table, page: u32) -> bool {
    let Some(bbox) = line.bbox else { return false };
    let slack = 2.0 * line.font_size;
    let within = bbox.x0 >= table.bbox.x0 - slack && bbox.x1 <= table.bbox.x1 + slack;
    let (last, bottom) = table.reach.unwrap_or((table.page, table.bbox.y1));
    let near = page > last || bbox.y0 - bottom <= NEAR * line.font_size;
    let is_prose = || bbox.width() > PROSE * table.bbox.width() && !is_loose(line);
    within && near && !is_prose()
}

/// Whether a line above everything else on the next page may be the end of a text that the page break
/// cut: a few characters, and no number of an annex or a page.
fn is_tail(line: &TextLine, table: &Table, page: u32) -> bool {
    let short = line.text.chars().count() <= TAIL;
    page > table.page && table.reach.is_none() && short && !line.text.contains(char::is_numeric)
}

/// Whether the texts of a line stand far apart.
fn is_loose(line: &TextLine) -> bool {
    let Some(bbox) = line.bbox else { return false };
    let advance = |c: char| if c.is_ascii() { 0.5 } else { 1.0 };
    let own: f32 = line.text.chars().map(advance).sum::<f32>() * line.font_size;
    own > 0.0 && bbox.width() >= LOOSE * own && line.text.trim().contains(' ')
}

fn finding(line: &TextLine, table: &Table) -> Finding {
    let shown: String = line.text.chars().take(30).collect();
    let message = format!(
        "the line 「{shown}」 on page {} stands outside of the table on page {}, which has no ruling \
         lines, but looks like a row of it",
        line.page, table.page
    );
    let hint = "compare the rows of the list with the pages; one may be missing";
    Finding::new("table.row-outside", Severity::Warning, message, hint)
        .on_page(table.page)
        .in_box(Some(table.bbox))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::grid::{Cell, GridKind};
    use crate::model::page::Origin;

    fn line(page: u32, text: &str, x1: f32, y: f32) -> Block {
        Block::Line(TextLine {
            text: text.to_owned(),
            page,
            bbox: Some(Rect::new(60.0, y, x1, y + 10.0)),
            font_size: 10.0,
            from: Origin::TextLayer,
            confidence: 1.0,
            certainty: crate::model::grid::Certainty::default(),
            source_line: 0,
        })
    }

    fn grid(kind: GridKind) -> Block {
        let bbox = Some(Rect::new(50.0, 100.0, 550.0, 700.0));
        Block::Grid(Grid { bbox, kind, cells: vec![Cell::default()], ..Grid::default() })
    }

    fn found(pages: Vec<Vec<Block>>) -> usize {
        let mut pages: Vec<PageLayout> = (1..)
            .zip(pages)
            .map(|(page, blocks)| PageLayout {
                page,
                blocks,
                size_pt: (595.0, 842.0),
                ..PageLayout::default()
            })
            .collect();
        let margins = Margins::of(&pages);
        doubt(&mut pages, &margins);
        pages.iter().map(|p| p.findings.len()).sum()
    }

    #[test]
    fn a_loose_line_below_or_on_the_next_page_may_be_a_row() {
        let row = |page, y| line(page, "质量指标 验收合格率 100%", 540.0, y);
        assert_eq!(found(vec![vec![grid(GridKind::Aligned), row(1, 720.0)]]), 1);
        assert_eq!(found(vec![vec![grid(GridKind::RowRuled)], vec![row(2, 140.0)]]), 1);
        assert_eq!(found(vec![vec![grid(GridKind::Ruled)], vec![row(2, 140.0)]]), 0);
        let tail =
            |text| found(vec![vec![grid(GridKind::Aligned)], vec![line(2, text, 120.0, 140.0)]]);
        assert_eq!((tail("圾产生量"), tail("附件2"), tail("项目支出绩效目标表")), (1, 0, 0));
        let prose = line(1, &"本表由某某局填报并负责解释".repeat(2), 320.0, 720.0);
        assert_eq!(found(vec![vec![grid(GridKind::Aligned), prose.clone()]]), 0);
        assert_eq!(found(vec![vec![grid(GridKind::Aligned), prose, row(1, 740.0)]]), 0);
        let signed = line(1, "填报人：王某 联系电话：021-1234", 540.0, 720.0);
        assert_eq!(found(vec![vec![grid(GridKind::Aligned), signed]]), 0);
    }
}
