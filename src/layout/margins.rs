//! Running heads, running feet and page numbers.

use crate::model::grid::{Block, PageLayout, TextLine};
use crate::model::page::Origin;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Share of the page's height at its top and bottom where running lines stand.
const ZONE: f32 = 0.12;

/// A running line stands at the same height on its pages, within this many points.
const SAME_HEIGHT: f32 = 3.0;

/// The same of sheets on a scanner's glass, in steps of [`SAME_HEIGHT`]: they lie a few millimetres aside,
/// and a skew that is put right moves their margins by as much again.
const SAME_HEIGHT_SCANNED: i32 = 8;

/// Dirt in the margin reads as a few characters, and with less confidence.
const DIRT: usize = 4;
const DIRT_CONFIDENCE: f32 = 0.8;

static PAGE_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) ^ [-–—·・\s]* (?: 第? \s* \d{1,4} \s* 页? | page \s* \d{1,4} )
        (?: [\s/,，、／|]* (?: of | 共 | 总 )? \s* \d{0,4} \s* 页? )? [-–—·・\s]* $",
    )
    .ok()
});

/// A page number of which recognition got the words.
static MISREAD_NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\s*第\s*\S{1,4}\s*页(?:\s*\S{0,2}\s*共\s*\S{1,4}\s*页)?\s*$").ok()
});

/// Which lines of a document run along its margins.
pub struct Margins {
    /// How many pages carry a line, by masked text and height.
    seen: FxHashMap<(String, i32), u32>,
}

impl Margins {
    /// Counts the lines in the margins of all pages.
    pub fn of(pages: &[PageLayout]) -> Self {
        let mut seen: FxHashMap<(String, i32), u32> = FxHashMap::default();
        for page in pages {
            for block in &page.blocks {
                if let Block::Line(line) = block
                    && let Some(y) = margin_height(line, page.size_pt.1)
                {
                    *seen.entry((mask(&line.text), bucket(y))).or_default() += 1;
                }
            }
        }
        Self { seen }
    }

    /// Whether a line is a page number in the margin.
    pub fn is_page_number(line: &TextLine, page_height: f32) -> bool {
        let scanned = line.from == Origin::Recognised;
        let is = |pattern: &Option<Regex>| {
            pattern.as_ref().is_some_and(|r| r.is_match(line.text.trim()))
        };
        margin_height(line, page_height).is_some()
            && (is(&PAGE_NUMBER) || scanned && is(&MISREAD_NUMBER))
    }

    /// Whether a line is a page number, dirt, or stands at the same place on another page too.
    pub fn is_marginal(&self, line: &TextLine, page_height: f32) -> bool {
        if Self::is_page_number(line, page_height) {
            return true;
        }
        let Some(y) = margin_height(line, page_height) else { return false };
        let text = mask(&line.text);
        let scanned = line.from == Origin::Recognised;
        if scanned && text.chars().count() <= DIRT && line.confidence < DIRT_CONFIDENCE {
            return true;
        }
        let apart = if scanned { SAME_HEIGHT_SCANNED } else { 1 };
        let count: u32 =
            (-apart..=apart).filter_map(|d| self.seen.get(&(text.clone(), bucket(y) + d))).sum();
        count >= 2
    }
}

fn bucket(y: f32) -> i32 {
    (y / SAME_HEIGHT).round() as i32
}

/// The line's height if it stands in the top or bottom margin.
fn margin_height(line: &TextLine, page_height: f32) -> Option<f32> {
    let bbox = line.bbox?;
    let zone = page_height * ZONE;
    (bbox.y1 <= zone || bbox.y0 >= page_height - zone).then_some(bbox.y0)
}

/// Digits vary from page to page.
fn mask(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c.is_numeric() { '#' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;

    fn line(text: &str, y: f32) -> TextLine {
        TextLine {
            text: text.to_owned(),
            page: 1,
            bbox: Some(Rect::new(100.0, y, 200.0, y + 10.0)),
            font_size: 10.0,
            from: crate::model::page::Origin::TextLayer,
            confidence: 1.0,
            certainty: crate::model::grid::Certainty::default(),
            source_line: 0,
        }
    }

    #[test]
    fn page_numbers_are_told_from_text() {
        for yes in [
            "- 3 -",
            "第 3 页",
            "第3页 共10页",
            "3/10",
            "12",
            "Page 3 of 10",
            "— 7 —",
            "第 1 页，共 4 页",
        ] {
            assert!(Margins::is_page_number(&line(yes, 820.0), 842.0), "{yes}");
        }
        for no in ["(2026 年度)", "3 个月", "财政项目支出绩效目标申报表"] {
            assert!(!Margins::is_page_number(&line(no, 820.0), 842.0), "{no}");
        }
        assert!(!Margins::is_page_number(&line("12", 400.0), 842.0));
    }

    #[test]
    fn scanned_sheets_lie_aside_and_show_dirt() {
        let scanned = |text: &str, y: f32, confidence: f32| TextLine {
            from: Origin::Recognised,
            confidence,
            ..line(text, y)
        };
        let page = |n: u32, y: f32| PageLayout {
            page: n,
            size_pt: (595.0, 842.0),
            blocks: vec![Block::Line(scanned("绩效目标公开", y, 0.9))],
            ..PageLayout::default()
        };
        let margins = Margins::of(&[page(1, 24.0), page(2, 38.0)]);
        assert!(margins.is_marginal(&scanned("绩效目标公开", 24.0, 0.9), 842.0));
        assert!(!margins.is_marginal(&line("绩效目标公开", 60.0), 842.0));
        assert!(margins.is_marginal(&scanned("一", 30.0, 0.5), 842.0), "dirt");
        assert!(!margins.is_marginal(&scanned("备注", 30.0, 0.95), 842.0));
        assert!(Margins::is_page_number(&scanned("第之页", 820.0, 0.9), 842.0));
        assert!(!Margins::is_page_number(&line("第之页", 820.0), 842.0));
    }

    #[test]
    fn a_head_on_two_pages_runs() {
        let page = |n: u32, y: f32| PageLayout {
            page: n,
            size_pt: (595.0, 842.0),
            blocks: vec![Block::Line(line(&format!("某某局部门预算 第{n}册"), y))],
            ..PageLayout::default()
        };
        let pages = [page(1, 30.0), page(2, 30.8)];
        let margins = Margins::of(&pages);
        assert!(margins.is_marginal(&line("某某局部门预算 第9册", 30.2), 842.0));
        assert!(!margins.is_marginal(&line("某某局部门预算 第9册", 300.0), 842.0));
    }
}
