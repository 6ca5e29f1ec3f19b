//! Watermarks: text that stands on other text and is no part of the form.
//!
//! # Rules
//! - Slanting text is a watermark, and so are lines of large letters that stand on smaller text.
//! - Pale text is one if it runs over other text or over lines, and with it all pale text of its
//!   size; of the size of the page's own text, all that says the same. Tiles that happen to hit
//!   nothing are left out with those that do.
//! - Other pale text may be a hint that belongs to the form: it stays, but loses our trust.

use super::doubt::DOUBTFUL;
use crate::model::finding::{Finding, Severity};
use crate::model::geometry::{Point, Rect};
use crate::model::page::{Axis, Glyph, Page, Strength, Turn};
use std::collections::{BTreeMap, BTreeSet};

/// Removes the watermarks of a page.
pub fn leave_out(page: &mut Page) -> Option<Finding> {
    let mut dropped = vec![false; page.glyphs.len()];
    for i in large_letters(page).into_iter().chain(pale_letters(page)) {
        dropped[i] = true;
    }
    for (glyph, dropped) in page.glyphs.iter_mut().zip(&mut dropped) {
        *dropped |= glyph.turn == Turn::Oblique;
        if glyph.pale && !*dropped {
            glyph.confidence = glyph.confidence.min(DOUBTFUL);
        }
    }
    let mut text = String::new();
    let mut i = 0;
    let before = page.glyphs.len();
    page.glyphs.retain(|g| {
        let dropped = dropped[i];
        i += 1;
        if dropped && text.chars().count() < 40 {
            text.push(g.ch);
        }
        !dropped
    });
    (page.glyphs.len() < before).then(|| {
        Finding::new(
            "page.watermark",
            Severity::Info,
            format!("a watermark on page {} was left out: {}", page.number, text.trim()),
            "nothing to do, unless the text is part of the form",
        )
        .on_page(page.number)
    })
}

/// Pale text of about the page's own size is told apart by what it says, larger and smaller text
/// by its size: within this factor.
const SAME_SIZE: f32 = 1.15;

/// A glyph stands on another if their boxes share this part of the smaller one.
const SHARED: f32 = 0.2;

/// A rule runs through a glyph if it crosses its box further inside than this share.
const INSIDE: f32 = 0.25;

/// What makes pale text one watermark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Its size in quarter points.
    Size(i32),
    /// Its words, where it is as large as the page's own text.
    Text(String),
}

/// Indices of pale letters that belong to a watermark.
fn pale_letters(page: &Page) -> Vec<usize> {
    if !page.glyphs.iter().any(|g| g.pale) {
        return Vec::new();
    }
    let Some(own) = median_size(page.glyphs.iter().filter(|g| !g.pale)) else { return Vec::new() };
    let (others, rules) = (Others::of(page), Rules::of(page));
    let mut runs: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    let mut hits: BTreeSet<Kind> = BTreeSet::new();
    for run in runs_of(&page.glyphs, |g| g.pale) {
        let size = page.glyphs[run[0]].font_size;
        let kind = if size.max(own) / size.min(own).max(0.01) < SAME_SIZE {
            Kind::Text(run.iter().map(|&i| page.glyphs[i].ch).collect())
        } else {
            Kind::Size((size * 4.0).round() as i32)
        };
        let visible = run.iter().map(|&i| &page.glyphs[i]).filter(|g| !g.ch.is_whitespace());
        if !hits.contains(&kind) && visible.into_iter().any(|g| others.hit(g) || rules.cross(g)) {
            hits.insert(kind.clone());
        }
        runs.entry(kind).or_default().extend(run);
    }
    hits.iter().filter_map(|kind| runs.remove(kind)).flatten().collect()
}

/// Glyphs painted one after another on one line, as indices.
fn runs_of(glyphs: &[Glyph], of: impl Fn(&Glyph) -> bool) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for i in (0..glyphs.len()).filter(|&i| of(&glyphs[i])) {
        let g = &glyphs[i];
        let joins = |last: usize| {
            let before = &glyphs[last];
            last + 1 == i
                && (before.origin.y - g.origin.y).abs() < 0.1 * g.font_size
                && (g.bbox.x0 - before.bbox.x1).abs() < g.font_size
                && (before.font_size - g.font_size).abs() < 0.1 * g.font_size
        };
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|&last| joins(last)) => run.push(i),
            _ => runs.push(vec![i]),
        }
    }
    runs
}

/// The boxes of all letters that are not pale, by height.
struct Others {
    boxes: Vec<Rect>,
    tallest: f32,
}

impl Others {
    fn of(page: &Page) -> Self {
        let visible = page.glyphs.iter().filter(|g| !g.pale && !g.ch.is_whitespace());
        let mut boxes: Vec<Rect> =
            visible.filter(|g| g.turn != Turn::Oblique).map(|g| g.bbox).collect();
        boxes.sort_by(|a, b| a.y0.total_cmp(&b.y0));
        let tallest = boxes.iter().map(Rect::height).fold(0.0, f32::max);
        Self { boxes, tallest }
    }

    fn hit(&self, g: &Glyph) -> bool {
        let from = self.boxes.partition_point(|b| b.y0 < g.bbox.y0 - self.tallest);
        let near = self.boxes[from..].iter().take_while(|b| b.y0 < g.bbox.y1);
        near.filter_map(|b| Some((b.area(), b.intersection(&g.bbox)?.area())))
            .any(|(area, shared)| shared >= SHARED * area.min(g.bbox.area()))
    }
}

/// The drawn lines of a page, by position: horizontal ones and vertical ones.
struct Rules([Vec<(f32, (f32, f32))>; 2]);

impl Rules {
    fn of(page: &Page) -> Self {
        let along = |axis: Axis| {
            let drawn = page.rules.iter().filter(|r| r.strength == Strength::Drawn);
            let mut lines: Vec<(f32, (f32, f32))> =
                drawn.filter(|r| r.axis == axis).map(|r| (r.position, r.span)).collect();
            lines.sort_by(|a, b| a.0.total_cmp(&b.0));
            lines
        };
        Self([along(Axis::Horizontal), along(Axis::Vertical)])
    }

    fn cross(&self, g: &Glyph) -> bool {
        let (x, y) = ((g.bbox.x0, g.bbox.x1), (g.bbox.y0, g.bbox.y1));
        let inner = |(from, to): (f32, f32)| {
            let margin = INSIDE * (to - from);
            (from + margin, to - margin)
        };
        let through = |lines: &[(f32, (f32, f32))], across: (f32, f32), along: (f32, f32)| {
            let from = lines.partition_point(|l| l.0 < across.0);
            let near = lines[from..].iter().take_while(|l| l.0 <= across.1);
            near.into_iter().any(|l| l.1.0 <= along.0 && l.1.1 >= along.1)
        };
        through(&self.0[0], inner(y), inner(x)) || through(&self.0[1], inner(x), inner(y))
    }
}

/// The middle one of the letters' sizes in points.
fn median_size<'g>(glyphs: impl Iterator<Item = &'g Glyph>) -> Option<f32> {
    let mut sizes: Vec<f32> = glyphs.map(|g| g.font_size).collect();
    let middle = sizes.len() / 2;
    (!sizes.is_empty()).then(|| *sizes.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// Letters at least this many times larger than the page's text may be a watermark.
const LARGE: f32 = 1.4;

/// Share of an em square below which what is printed under a large letter is a speck, and no text.
const SPECK: f32 = 0.1;

/// Indices of large letters whose line stands on smaller text, ascending.
///
/// A title is large too, but nothing is printed under it, though dirt of a scan may be. Pages have few
/// large letters, so that each may be compared with all that stands between them.
fn large_letters(page: &Page) -> Vec<usize> {
    let Some(median) = median_size(page.glyphs.iter()) else { return Vec::new() };
    let is_large = |g: &Glyph| g.font_size >= LARGE * median;
    let large: Vec<usize> = (0..page.glyphs.len()).filter(|&i| is_large(&page.glyphs[i])).collect();
    // More than a heading's worth of large letters is simply text of another size.
    if large.is_empty() || large.len() > 200 {
        return Vec::new();
    }
    let hull = large.iter().map(|&i| page.glyphs[i].bbox).reduce(|a, b| a.union(&b));
    // Most headings have nothing below them: one look at the page is enough.
    let below: Vec<Point> = page
        .glyphs
        .iter()
        .filter(|g| !is_large(g) && !g.ch.is_whitespace())
        .filter(|g| g.bbox.area() >= SPECK * median * median)
        .map(|g| g.bbox.center())
        .filter(|&center| hull.is_some_and(|hull| hull.contains(center)))
        .collect();
    let covers = |i: &&usize| below.iter().any(|&at| page.glyphs[**i].bbox.contains(at));
    let covering: Vec<usize> = large.iter().filter(covers).copied().collect();
    let same_line = |i: usize, j: usize| {
        let (a, b) = (&page.glyphs[i], &page.glyphs[j]);
        (a.origin.y - b.origin.y).abs() < 0.2 * a.font_size
            && (a.font_size - b.font_size).abs() < 0.1 * a.font_size
    };
    large.into_iter().filter(|&i| covering.iter().any(|&j| same_line(i, j))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::{Origin, Rule};

    fn text(text: &str, x: f32, y: f32, size: f32, pale: bool) -> Vec<Glyph> {
        let glyph = |(i, ch): (usize, char)| {
            let x = x + i as f32 * size;
            Glyph {
                ch,
                bbox: Rect::new(x, y - 0.88 * size, x + size, y + 0.12 * size),
                origin: Point { x, y },
                font_size: size,
                turn: Turn::None,
                from: Origin::TextLayer,
                confidence: 1.0,
                pale,
            }
        };
        text.chars().enumerate().map(glyph).collect()
    }

    fn page(glyphs: &[Vec<Glyph>]) -> Page {
        let across = |position: f32| Rule {
            axis: Axis::Horizontal,
            position,
            span: (0.0, 500.0),
            width: 0.5,
            strength: Strength::Drawn,
        };
        let rules = vec![across(100.0), across(130.0), across(160.0)];
        Page { number: 1, glyphs: glyphs.concat(), rules, ..Page::default() }
    }

    fn left(mut page: Page) -> (String, Option<Finding>) {
        let finding = leave_out(&mut page);
        (page.glyphs.iter().map(|g| g.ch).collect(), finding)
    }

    #[test]
    fn pale_tiles_go_with_those_that_hit_lines_or_text() {
        // The first runs through a line, the second on text, the third stands free in a cell.
        let tiles = [(10.0, 104.0), (200.0, 120.0), (300.0, 150.0)];
        for size in [9.0, 14.0] {
            let mut all = vec![text("项目名称甲项目", 200.0, 118.0, 9.0, false)];
            all.extend(tiles.map(|(x, y)| text("样张", x, y, size, true)));
            let (rest, finding) = left(page(&all));
            assert_eq!(rest, "项目名称甲项目", "size {size}");
            assert_eq!(finding.map(|f| f.code.to_string()).as_deref(), Some("page.watermark"));
        }
    }

    #[test]
    fn a_speck_under_a_title_makes_no_watermark_of_it() {
        let with = |small: Vec<Glyph>| {
            let title = text("绩效目标表", 100.0, 60.0, 20.0, false);
            let row = text("项目名称项目名称", 10.0, 118.0, 9.0, false);
            left(page(&[title, row, small])).0.contains("绩效目标表")
        };
        let mut speck = text("一", 126.0, 52.0, 9.0, false);
        speck[0].bbox = Rect::new(126.0, 50.0, 128.2, 51.8);
        assert!(with(speck));
        assert!(!with(text("预算", 122.0, 56.0, 9.0, false)), "it stands on text");
    }

    #[test]
    fn a_pale_hint_in_its_cell_stays_and_is_doubted() {
        let mut page = page(&[
            text("项目名称", 10.0, 118.0, 9.0, false),
            text("限二十字", 300.0, 118.0, 9.0, true),
        ]);
        assert!(leave_out(&mut page).is_none());
        assert_eq!(page.glyphs.len(), 8);
        assert!(page.glyphs[7].confidence <= DOUBTFUL && page.glyphs[0].confidence > DOUBTFUL);
    }
}
