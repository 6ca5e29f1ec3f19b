//! Random tables drawn as rules, with one glyph a cell, come back with the same spans; and what
//! the tests of the stage share.

use crate::model::geometry::{Point, Rect};
use crate::model::grid::{Block, Grid, PageLayout};
use crate::model::limits::Limits;
use crate::model::page::{Axis, Glyph, Origin, Page, Rule, Strength, Turn};
use proptest::prelude::*;

fn lay_out(page: Page) -> PageLayout {
    super::page(page, &Limits::default())
}

/// A text of 10 points on the baseline at 10 points, each character `advance` points wide.
pub(super) fn line_of_text(text: &str, x: f32, advance: f32) -> Vec<Glyph> {
    let glyph = |(i, ch): (usize, char)| {
        let x = x + i as f32 * advance;
        Glyph {
            ch,
            bbox: Rect::new(x, 1.2, x + advance, 11.2),
            origin: Point { x, y: 10.0 },
            font_size: 10.0,
            turn: Turn::None,
            from: Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        }
    };
    text.chars().enumerate().map(glyph).collect()
}

/// A partition of `rows × cols` into rectangles: (row, col, row span, column span).
type Spans = Vec<(usize, usize, usize, usize)>;

fn partition(rows: usize, cols: usize, wishes: &[(usize, usize, usize, usize)]) -> Spans {
    let mut taken = vec![false; rows * cols];
    let mut spans = Vec::new();
    let wished = wishes.iter().map(|&(r, c, h, w)| {
        let (r, c) = (r % rows, c % cols);
        (r, c, h.clamp(1, rows - r), w.clamp(1, cols - c))
    });
    let single = (0..rows * cols).map(|i| (i / cols, i % cols, 1, 1));
    for (r, c, h, w) in wished.chain(single) {
        let slots: Vec<usize> =
            (r..r + h).flat_map(|y| (c..c + w).map(move |x| y * cols + x)).collect();
        if slots.iter().any(|&s| taken[s]) {
            continue;
        }
        for s in slots {
            taken[s] = true;
        }
        spans.push((r, c, h, w));
    }
    spans.sort_unstable();
    spans
}

/// How the borders are drawn.
#[derive(Clone, Copy, Debug)]
struct Style {
    /// Offset between the two lines of a double border, 0 for single ones.
    double: f32,
    /// Dash and gap, 0 for solid lines.
    dash: f32,
    jitter: f32,
    /// The outer border is left out.
    open: bool,
}

fn edges(sizes: &[f32], start: f32) -> Vec<f32> {
    let mut at = start;
    std::iter::once(start)
        .chain(sizes.iter().map(|s| {
            at += s;
            at
        }))
        .collect()
}

fn side(axis: Axis, position: f32, span: (f32, f32), style: Style, rules: &mut Vec<Rule>) {
    let mut draw = |position: f32, span: (f32, f32)| {
        rules.push(Rule { axis, position, span, width: 0.5, strength: Strength::Drawn });
    };
    let nudge = style.jitter * ((position + span.0) % 1.7 - 0.85);
    for offset in if style.double > 0.0 { vec![0.0, style.double] } else { vec![0.0] } {
        let position = position + nudge + offset;
        if style.dash > 0.0 {
            let mut from = span.0;
            while from < span.1 {
                draw(position, (from, (from + style.dash).min(span.1)));
                from += style.dash * 1.7;
            }
        } else {
            draw(position, span);
        }
    }
}

fn drawn(spans: &Spans, xs: &[f32], ys: &[f32], style: Style) -> Page {
    let (x_end, y_end) = (xs[xs.len() - 1], ys[ys.len() - 1]);
    let mut page = Page { number: 1, size_pt: (1200.0, 1600.0), ..Page::default() };
    for &(r, c, h, w) in spans {
        let b = Rect { x0: xs[c], y0: ys[r], x1: xs[c + w], y1: ys[r + h] };
        let outer = |p: f32, ends: [f32; 2]| style.open && ends.contains(&p);
        for y in [b.y0, b.y1] {
            if !outer(y, [ys[0], y_end]) {
                side(Axis::Horizontal, y, (b.x0, b.x1), style, &mut page.rules);
            }
        }
        for x in [b.x0, b.x1] {
            if !outer(x, [xs[0], x_end]) {
                side(Axis::Vertical, x, (b.y0, b.y1), style, &mut page.rules);
            }
        }
        let centre = b.center();
        page.glyphs.push(Glyph {
            ch: '格',
            bbox: Rect::new(centre.x - 4.0, centre.y - 4.0, centre.x + 4.0, centre.y + 4.0),
            origin: Point { x: centre.x - 4.0, y: centre.y + 3.0 },
            font_size: 8.0,
            turn: Turn::None,
            from: Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        });
    }
    page
}

fn only_grid(page: Page) -> Option<Grid> {
    let mut grids = lay_out(page).blocks.into_iter().filter_map(|b| match b {
        Block::Grid(g) => Some(g),
        Block::Line(_) => None,
    });
    let first = grids.next();
    assert!(grids.next().is_none(), "more than one grid");
    first
}

fn spans_of(grid: &Grid) -> Spans {
    grid.cells
        .iter()
        .map(|c| (c.row as usize, c.col as usize, c.row_span as usize, c.col_span as usize))
        .collect()
}

/// The spans as they can be seen: column or row edges at which no cell begins do not show.
fn visible(spans: &Spans) -> Spans {
    let rank = |values: Vec<usize>| {
        let mut v = values;
        v.sort_unstable();
        v.dedup();
        v
    };
    let rows = rank(spans.iter().flat_map(|s| [s.0, s.0 + s.2]).collect());
    let cols = rank(spans.iter().flat_map(|s| [s.1, s.1 + s.3]).collect());
    let at = |edges: &[usize], e: usize| edges.partition_point(|&x| x < e);
    spans
        .iter()
        .map(|&(r, c, h, w)| {
            let (r0, c0) = (at(&rows, r), at(&cols, c));
            (r0, c0, at(&rows, r + h) - r0, at(&cols, c + w) - c0)
        })
        .collect()
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![
        Just(Style { double: 0.0, dash: 0.0, jitter: 0.0, open: false }),
        Just(Style { double: 0.0, dash: 0.0, jitter: 0.5, open: false }),
        Just(Style { double: 2.0, dash: 0.0, jitter: 0.0, open: false }),
        Just(Style { double: 0.0, dash: 2.5, jitter: 0.0, open: false }),
    ]
}

proptest! {
    #[test]
    fn random_spans_come_back(
        widths in prop::collection::vec(14.0_f32..90.0, 2..9),
        heights in prop::collection::vec(14.0_f32..60.0, 2..12),
        wishes in prop::collection::vec((0..12_usize, 0..9_usize, 1..4_usize, 1..5_usize), 0..8),
        style in style(),
    ) {
        let spans = partition(heights.len(), widths.len(), &wishes);
        prop_assume!(spans.len() >= 2);
        let page = drawn(&spans, &edges(&widths, 40.0), &edges(&heights, 50.0), style);
        let grid = only_grid(page).expect("a grid");
        prop_assert_eq!(spans_of(&grid), visible(&spans));
        prop_assert!(grid.cells.iter().all(|c| c.lines.len() == 1), "each cell has its glyph");
    }

    /// Wholly, or where the right side is drawn beside some rows and the lower one below some columns.
    #[test]
    fn a_missing_outer_border_is_completed(
        widths in prop::collection::vec(20.0_f32..90.0, 3..7),
        heights in prop::collection::vec(14.0_f32..60.0, 3..10),
        (beside, below) in (0..2_usize, 0..2_usize),
    ) {
        let spans = partition(heights.len(), widths.len(), &[]);
        let style = Style { double: 0.0, dash: 0.0, jitter: 0.0, open: true };
        let (xs, ys) = (edges(&widths, 40.0), edges(&heights, 50.0));
        let mut page = drawn(&spans, &xs, &ys, style);
        let rules = &mut page.rules;
        if beside > 0 {
            side(Axis::Vertical, xs[widths.len()], (ys[0], ys[beside]), style, rules);
        }
        if below > 0 {
            side(Axis::Horizontal, ys[heights.len()], (xs[0], xs[below]), style, rules);
        }
        let grid = only_grid(page).expect("a grid");
        prop_assert_eq!(spans_of(&grid), spans);
        prop_assert!(grid.cells.iter().all(|c| c.lines.len() == 1), "each cell has its glyph");
    }
}
