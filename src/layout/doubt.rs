//! Text that a table's lines do not hold well: it keeps its place, but loses our trust.
//!
//! Text that runs over a line between two cells belongs to one of them; which one, only a person
//! can tell.

use super::lines::{first_word_share, is_wide};
use crate::model::grid::{Grid, TextLine};
use crate::model::page::{Glyph, Origin};
use std::collections::BTreeMap;

/// Confidence of text whose cell is in doubt; far below what counts as trusted.
pub const DOUBTFUL: f32 = 0.5;

/// A glyph reaches over a line if this share of an em stands on the far side.
const REACH: f32 = 0.2;

/// Two neighbours closer than this share of an em are one run of text.
const RUN_GAP: f32 = 0.1;

/// Lowers the confidence of runs that cross from one cell into another. `home` tells each
/// glyph's cell and its left and right edge in points.
pub fn doubt_crossing(glyphs: &mut [Glyph], home: impl Fn(usize) -> Option<(u64, f32, f32)>) {
    let mut crossing: Vec<usize> = Vec::new();
    for i in 0..glyphs.len() {
        let Some((cell, left, right)) = home(i) else { continue };
        let g = &glyphs[i];
        let over = REACH * g.font_size;
        let (x0, x1) = inked(g);
        if !g.ch.is_whitespace() && (left - x0 > over || x1 - right > over) {
            crossing.push(i);
        }
        let Some(next) = glyphs.get(i + 1) else { continue };
        let Some((other, ..)) = home(i + 1) else { continue };
        let same_line = (next.origin.y - g.origin.y).abs() < 0.1 * g.font_size;
        let gap = next.bbox.x0 - g.bbox.x1;
        let visible = !g.ch.is_whitespace() && !next.ch.is_whitespace();
        if cell != other && same_line && visible && gap.abs() < RUN_GAP * g.font_size {
            crossing.extend([i, i + 1]);
        }
    }
    for i in crossing {
        glyphs[i].confidence = glyphs[i].confidence.min(DOUBTFUL);
    }
}

/// From where to where a glyph may show ink: a mark of Chinese print leaves half of its em blank, which
/// hangs over the end of a full line.
fn inked(glyph: &Glyph) -> (f32, f32) {
    let bbox = glyph.bbox;
    let blank = (bbox.width() - 0.5 * glyph.font_size).max(0.0);
    match glyph.ch {
        '、' | '，' | '。' | '；' | '：' | '！' | '？' | '）' | '》' | '」' | '』' | '】'
        | '〕' | '”' | '’' => (bbox.x0, bbox.x1 - blank),
        '（' | '《' | '「' | '『' | '【' | '〔' | '“' | '‘' => (bbox.x0 + blank, bbox.x1),
        _ => (bbox.x0, bbox.x1),
    }
}

/// Lines of one text are set no closer, in em.
const SET: f32 = 0.8;

/// Lowers the confidence of lines of a text layer that stand on each other; `lines` go from top to
/// bottom.
pub fn doubt_overprinted(lines: &mut [TextLine]) {
    for i in 1..lines.len() {
        let (a, b) = (&lines[i - 1], &lines[i]);
        let (Some(above), Some(below)) = (a.bbox, b.bbox) else { continue };
        let in_layer = a.from == Origin::TextLayer && b.from == Origin::TextLayer;
        let em = a.font_size.min(b.font_size);
        let step = below.center().y - above.center().y;
        let shared = above.x1.min(below.x1) - above.x0.max(below.x0);
        if in_layer && step < SET * em && shared > 0.5 * em {
            for line in &mut lines[i - 1..=i] {
                line.confidence = line.confidence.min(DOUBTFUL);
            }
        }
    }
}

/// Print of one cell is not set further apart than this, in heights of its line: ticks and words
/// that are spread out stay below.
const APART: f32 = 2.5;

/// Lowers the confidence of recognised characters that stand far apart in one cell: the line
/// between two cells was not found.
pub fn doubt_apart(glyphs: &mut [Glyph], home: impl Fn(usize) -> Option<u64>) {
    for i in 1..glyphs.len() {
        let (a, b) = (&glyphs[i - 1], &glyphs[i]);
        let recognised = a.from == Origin::Recognised && b.from == Origin::Recognised;
        let height = a.font_size.min(b.font_size);
        let beside = (a.bbox.center().y - b.bbox.center().y).abs() < 0.5 * height;
        let apart = b.bbox.x0 - a.bbox.x1 > APART * height;
        if recognised && beside && apart && home(i).is_some() && home(i - 1) == home(i) {
            for glyph in &mut glyphs[i - 1..=i] {
                glyph.confidence = glyph.confidence.min(DOUBTFUL);
            }
        }
    }
}

/// Fewest cells of a column that show where its text begins.
const COLUMN: usize = 5;

/// Text begins at one place if it does so within this share of an em; the recogniser tells no
/// better.
const SAME_START: f32 = 0.35;

/// Text that begins further right than the others by this many em has lost a character.
const LOST_START: std::ops::Range<f32> = 0.7..1.7;

/// Lowers the confidence of recognised lines that begin a character later than those of the other
/// cells in their column: a stamp or a rule took the first one.
pub fn doubt_indented(grid: &mut Grid) {
    /// A cell's number, where its text begins, and its font size.
    type Start = (usize, f32, f32);
    let mut columns: BTreeMap<(u32, u32), Vec<Start>> = BTreeMap::new();
    for (i, cell) in grid.cells.iter().enumerate() {
        let Some(line) = cell.lines.first() else { continue };
        let (Some(outer), Some(inner)) = (cell.bbox, line.bbox) else { continue };
        let wide = line.text.chars().next().is_some_and(is_wide);
        if line.from == Origin::Recognised && line.page == cell.page && wide && !cell.vertical {
            let column = columns.entry((cell.col, cell.col_span)).or_default();
            column.push((i, inner.x0 - outer.x0, line.font_size));
        }
    }
    for cells in columns.into_values().filter(|cells| cells.len() >= COLUMN) {
        let middle = |mut values: Vec<f32>| {
            values.sort_by(f32::total_cmp);
            values[values.len() / 2]
        };
        let usual = middle(cells.iter().map(|c| c.1).collect());
        let em = middle(cells.iter().map(|c| c.2).collect()).max(1.0);
        let later = |start: f32| (start - usual) / em;
        let same = cells.iter().filter(|c| later(c.1).abs() <= SAME_START).count();
        if same * 4 < cells.len() * 3 {
            continue;
        }
        for (i, ..) in cells.into_iter().filter(|c| LOST_START.contains(&later(c.1))) {
            for line in &mut grid.cells[i].lines {
                line.confidence = line.confidence.min(DOUBTFUL);
            }
        }
    }
}

/// A line of a paragraph that ends so many em before the others, though the next line's first word
/// would have fitted, has lost its last character. Recognition tells where a line ends within half
/// an em.
const SHORT: f32 = 0.8;

/// A paragraph may end further from the edge than this, in em.
const PARAGRAPH: f32 = 3.0;

/// What recognition may be off at the end of a line, in em.
const SLACK: f32 = 0.2;

/// Lines of a cell that tell where its text ends.
const LINES: usize = 3;

/// Lowers the confidence of recognised lines of paragraphs that end a character too early: a mark
/// beside a border is taken for a part of it.
pub fn doubt_short(grid: &mut Grid) {
    let plain = |line: &TextLine| line.from == Origin::Recognised && line.bbox.is_some();
    for cell in grid.cells.iter_mut().filter(|c| c.lines.len() >= LINES && !c.vertical) {
        if !cell.lines.iter().all(plain) {
            continue;
        }
        let end = |line: &TextLine| line.bbox.map_or(0.0, |b| b.x1);
        let right = cell.lines.iter().map(end).fold(f32::NEG_INFINITY, f32::max);
        for i in 1..cell.lines.len() {
            let (line, next) = (&cell.lines[i - 1], &cell.lines[i]);
            let em = line.font_size.max(f32::MIN_POSITIVE);
            let room = (right - end(line)) / em;
            let width = next.bbox.map_or(0.0, |b| b.width());
            let word = first_word_share(&next.text) * width / em;
            let ends_in_text = line.text.chars().next_back().is_some_and(char::is_alphanumeric);
            if ends_in_text && (SHORT..PARAGRAPH).contains(&room) && word <= room + SLACK {
                let line = &mut cell.lines[i - 1];
                line.confidence = line.confidence.min(DOUBTFUL);
            }
        }
    }
}

/// Lowers the confidence of recognised lines that end an item of a list without the mark with which other
/// items of their cell end: it was not read.
pub fn doubt_unended(grid: &mut Grid) {
    let plain = |line: &TextLine| line.from == Origin::Recognised;
    for cell in
        grid.cells.iter_mut().filter(|c| c.lines.len() >= LINES && c.lines.iter().all(plain))
    {
        let last = cell.lines.len() - 1;
        let ends: Vec<usize> =
            (0..=last).filter(|&i| i == last || begins_item(&cell.lines[i + 1].text)).collect();
        let is_open =
            |i: &usize| cell.lines[*i].text.chars().next_back().is_some_and(char::is_alphanumeric);
        let (open, closed): (Vec<usize>, Vec<usize>) = ends.into_iter().partition(is_open);
        if closed.is_empty() {
            continue;
        }
        for i in open {
            let line = &mut cell.lines[i];
            line.confidence = line.confidence.min(DOUBTFUL);
        }
    }
}

/// Whether a line begins with the number of an item: `2、`, `(2)`, `2.`.
fn begins_item(text: &str) -> bool {
    let rest = text.trim_start_matches(['(', '（']);
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let mark = rest.chars().nth(digits);
    (1..=2).contains(&digits)
        && match mark {
            Some('、' | '．' | ')' | '）') => true,
            // Not a decimal point.
            Some('.') => !rest.chars().nth(digits + 1).is_some_and(|c| c.is_ascii_digit()),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::tests::line_of_text;

    fn text(text: &str, x: f32) -> Vec<Glyph> {
        line_of_text(text, x, 10.0)
    }

    /// Which glyphs lose trust if a line at 50 pt divides a cell of 0 to 50 from one of 50 to 100.
    fn doubted(mut glyphs: Vec<Glyph>) -> String {
        let cell = |g: &Glyph| {
            let right = g.bbox.center().x > 50.0;
            let left = if right { 50.0 } else { 0.0 };
            (u64::from(right), left, left + 50.0)
        };
        let cells: Vec<_> = glyphs.iter().map(cell).collect();
        doubt_crossing(&mut glyphs, |i| Some(cells[i]));
        glyphs.iter().filter(|g| g.confidence < 1.0).map(|g| g.ch).collect()
    }

    #[test]
    fn a_run_over_the_line_is_doubted_where_it_crosses() {
        assert_eq!(doubted(text("一二三四", 30.0)), "二三");
        // A glyph that stands on the line by itself.
        assert_eq!(doubted(text("一", 44.0)), "一");
    }

    #[test]
    fn text_that_keeps_to_its_cell_is_trusted() {
        assert_eq!(doubted([text("一二", 10.0), text("三四", 60.0)].concat()), "");
        // Italics and rounding reach over the line by a little.
        assert_eq!(doubted(text("一", 41.0)), "");
        // So does the blank half of a mark.
        assert_eq!(doubted(text("一、", 34.0)), "");
        assert_eq!(doubted(text("（", 43.0)), "（", "its ink crosses");
    }

    #[test]
    fn an_item_without_the_mark_of_the_others_is_doubted() {
        let doubted = |texts: [&str; 3], from: Origin| {
            let line = |text: &str| TextLine {
                text: text.to_owned(),
                page: 1,
                bbox: None,
                font_size: 10.0,
                from,
                confidence: 1.0,
                certainty: crate::model::grid::Certainty::default(),
                source_line: 0,
            };
            let lines = texts.map(line).to_vec();
            let cell = crate::model::grid::Cell { lines, ..Default::default() };
            let mut grid = Grid { cells: vec![cell], ..Grid::default() };
            doubt_unended(&mut grid);
            grid.cells[0].lines.iter().map(|l| l.confidence < 1.0).collect::<Vec<_>>()
        };
        let lost = ["1、建立制度", "2、组织培训，提高", "3.5万人的效率。"];
        assert_eq!(doubted(lost, Origin::Recognised), [true, false, false]);
        assert_eq!(doubted(lost, Origin::TextLayer), [false; 3], "as it was printed");
        let none = ["1、建立制度", "2、组织培训", "3、提高效率"];
        assert_eq!(doubted(none, Origin::Recognised), [false; 3], "nobody's habit");
    }

    #[test]
    fn words_far_apart_in_one_cell_of_a_scan_are_doubted() {
        let doubted = |gap: f32, from: Origin, cells: [u64; 2]| {
            let mut glyphs = [text("一二", 0.0), text("三四", 20.0 + gap)].concat();
            for glyph in &mut glyphs {
                glyph.from = from;
            }
            doubt_apart(&mut glyphs, |i| Some(cells[i / 2]));
            glyphs.iter().filter(|g| g.confidence < 1.0).map(|g| g.ch).collect::<String>()
        };
        assert_eq!(doubted(40.0, Origin::Recognised, [1, 1]), "二三");
        assert_eq!(doubted(15.0, Origin::Recognised, [1, 1]), "");
        assert_eq!(doubted(40.0, Origin::Recognised, [1, 2]), "");
        assert_eq!(doubted(40.0, Origin::TextLayer, [1, 1]), "", "as it was printed");
    }

    #[test]
    fn text_that_begins_a_character_late_has_lost_it() {
        use crate::model::geometry::Rect;
        use crate::model::grid::{Cell, Certainty, TextLine};
        let doubted = |starts: &[f32], from: Origin| {
            let cell = |(row, x): (usize, &f32)| {
                let y = row as f32 * 20.0;
                let line = TextLine {
                    text: "互联网培训".to_owned(),
                    page: 1,
                    bbox: Some(Rect::new(*x, y, x + 50.0, y + 10.0)),
                    font_size: 10.0,
                    from,
                    confidence: 1.0,
                    certainty: Certainty::default(),
                    source_line: 0,
                };
                let bbox = Some(Rect::new(0.0, y, 100.0, y + 20.0));
                let row = row as u32;
                Cell {
                    row,
                    row_span: 1,
                    col_span: 1,
                    page: 1,
                    bbox,
                    lines: vec![line],
                    ..Cell::default()
                }
            };
            let mut grid =
                Grid { cells: starts.iter().enumerate().map(cell).collect(), ..Grid::default() };
            doubt_indented(&mut grid);
            let low = |c: &Cell| c.lines[0].confidence < 1.0;
            grid.cells.iter().filter(|c| low(c)).map(|c| c.row).collect::<Vec<_>>()
        };
        let late = [2.0, 3.0, 12.0, 2.5, 1.5];
        assert_eq!(doubted(&late, Origin::Recognised), [2]);
        assert!(doubted(&late, Origin::TextLayer).is_empty(), "as it was printed");
        // Centred text begins anywhere.
        assert!(doubted(&[2.0, 20.0, 12.0, 30.0, 1.5], Origin::Recognised).is_empty());
    }

    #[test]
    fn a_line_that_ends_early_within_a_paragraph_is_doubted() {
        use crate::model::geometry::Rect;
        use crate::model::grid::{Cell, Certainty};
        let doubted = |texts: &[&str]| {
            let line = |(i, text): (usize, &&str)| {
                let (y, width) = (i as f32 * 12.0, text.chars().count() as f32 * 10.0);
                TextLine {
                    text: (*text).to_owned(),
                    page: 1,
                    bbox: Some(Rect::new(0.0, y, width, y + 10.0)),
                    font_size: 10.0,
                    from: Origin::Recognised,
                    confidence: 1.0,
                    certainty: Certainty::default(),
                    source_line: 0,
                }
            };
            let lines = texts.iter().enumerate().map(line).collect();
            let mut grid =
                Grid { cells: vec![Cell { lines, ..Cell::default() }], ..Grid::default() };
            doubt_short(&mut grid);
            grid.cells[0].lines.iter().filter(|l| l.confidence < 1.0).count()
        };
        assert_eq!(doubted(&["组织全市性演练", "修订完善预案规范", "处置。"]), 1);
        assert_eq!(doubted(&["组织全市性的演练", "修订完善预案规范", "处置。"]), 0);
        assert_eq!(doubted(&["组织全市性演练", "完。修订完善预案", "处置。"]), 0, "a mark");
        assert_eq!(doubted(&["组织全市性。", "修订完善预案规范", "处置。"]), 0, "a sentence");
        assert_eq!(doubted(&["组织", "修订完善预案规范", "处置。"]), 0, "a paragraph");
    }
}
