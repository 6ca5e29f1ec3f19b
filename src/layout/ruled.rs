//! Ruled tables of a page: groups of lines → grids with text, nested tables included.

use super::components::touching;
use super::divided_cells;
use super::doubt::{doubt_apart, doubt_crossing, doubt_indented, doubt_short, doubt_unended};
use super::lines::{is_stacked, of_cell};
use super::merged_rows;
use super::overflow::keep_together;
use super::rules::{Line, join};
use super::slots::{Slots, TooFine, build};
use super::tolerance::RUNS_OFF;
use crate::model::finding::{Finding, Severity};
use crate::model::geometry::{Point, Rect};
use crate::model::grid::{Cell, CutOff, Grid, GridKind};
use crate::model::limits::{Limit, Limits};
use crate::model::page::{Axis, Glyph, Page, Rule, Strength};
use std::cell;

/// A table smaller than this in either direction is a check box or an ornament, in points.
const MIN_SIDE: f32 = 12.0;

/// The grids of a page, and which glyphs they hold.
pub struct Ruled {
    pub grids: Vec<Grid>,
    /// For each glyph of the page, whether a grid holds it.
    pub claimed: Vec<bool>,
    pub findings: Vec<Finding>,
}

/// The drawn lines of a page.
pub fn drawn(page: &Page) -> Vec<Line> {
    join(page.rules.iter().copied().filter(|r| r.strength == Strength::Drawn))
}

/// Builds the ruled tables of an upright page from its drawn lines and those inferred.
pub fn tables(page: &mut Page, drawn: &[Line], limits: &Limits) -> Ruled {
    let centres = Centres::new(&page.glyphs);
    let mut builder = Builder { centres: &centres, most_slots: limits.slots, refused: None };
    let (mut found, loose) = builder.grids_of(drawn);
    found.append(&mut builder.shaded(&page.rules, &found, &loose));
    let refused = builder.refused.map(|size| too_fine(page.number, size, limits.slots));
    // Larger ones first, so that a table inside a cell comes after the table around it.
    found.sort_by(|a, b| b.bbox().area().total_cmp(&a.bbox().area()));
    let boxes: Vec<Rect> = found.iter().map(Slots::bbox).collect();
    // Text of a table within a cell is not the cell's own.
    let holds = |i: usize| boxes[i + 1..].iter().any(|inner| boxes[i].encloses(inner, 1.0));
    let plain = found.iter_mut().enumerate().filter(|(i, _)| !holds(*i));
    let lost: usize = plain.map(|(_, s)| divided_cells::divide(s, &mut page.glyphs)).sum();
    let mut ruled = fill(page, &found);
    ruled.findings.extend((lost > 0).then(|| reunited(page.number, lost)));
    ruled.findings.extend(refused);
    ruled
}

/// Builds tables from groups of lines.
struct Builder<'c> {
    centres: &'c Centres,
    most_slots: u32,
    /// The largest table that would have had too many slots.
    refused: Option<TooFine>,
}

impl Builder<'_> {
    fn grids_of(&mut self, lines: &[Line]) -> (Vec<Slots>, Vec<Line>) {
        let groups = touching(lines);
        let mut found = Vec::new();
        let mut used = vec![false; lines.len()];
        for group in groups {
            let members: Vec<Line> = group.iter().map(|&i| lines[i]).collect();
            let slots = match build(&members, &|r| self.centres.any_in(r), self.most_slots) {
                Ok(Some(slots)) => slots,
                Ok(None) => continue,
                Err(size) => {
                    self.refused = self.refused.max(Some(size));
                    continue;
                }
            };
            let bbox = slots.bbox();
            let large = bbox.width() >= MIN_SIDE && bbox.height() >= MIN_SIDE;
            if slots.cells() >= 2 && large && self.centres.any_in(bbox) {
                for i in group {
                    used[i] = true;
                }
                found.push(slots);
            }
        }
        let loose = lines.iter().zip(used).filter(|(_, used)| !used).map(|(l, _)| *l).collect();
        (found, loose)
    }

    /// Tables whose cells are told apart by shading: weak edges count outside drawn tables only,
    /// because inside one they are highlights.
    fn shaded(&mut self, rules: &[Rule], drawn: &[Slots], loose: &[Line]) -> Vec<Slots> {
        let boxes: Vec<Rect> = drawn.iter().map(|s| s.bbox().inflate(2.0)).collect();
        let weak: Vec<Rule> = rules
            .iter()
            .copied()
            .filter(|r| r.strength == Strength::Weak)
            .filter(|r| {
                let middle = f32::midpoint(r.span.0, r.span.1);
                let at = match r.axis {
                    Axis::Horizontal => Point { x: middle, y: r.position },
                    Axis::Vertical => Point { x: r.position, y: middle },
                };
                !boxes.iter().any(|b| b.contains(at))
            })
            .collect();
        // Two boxes side by side are the least that can be a table.
        if weak.len() < 8 {
            return Vec::new();
        }
        let as_drawn = |l: &Line| Rule {
            axis: l.axis,
            position: l.position,
            span: (l.from, l.to),
            width: 0.0,
            strength: Strength::Weak,
        };
        let lines = join(weak.into_iter().chain(loose.iter().map(as_drawn)));
        // Two cells of shading are a heading with a background, not a table.
        self.grids_of(&lines).0.into_iter().filter(|s| s.cells() >= 4).collect()
    }
}

fn too_fine(page: u32, TooFine { rows, cols }: TooFine, most: u32) -> Finding {
    let limit = Limit { key: "slots", value: most };
    Finding::new(
        "page.limit",
        Severity::Error,
        format!(
            "the lines on page {page} cross to {rows} rows and {cols} columns, beyond {limit}; \
             no table was made of them"
        ),
        "look at the page: it is a drawing rather than a form; or raise the limit",
    )
    .on_page(page)
}

/// Puts each glyph into the innermost table's cell that holds its centre, or most of its text.
fn fill(page: &mut Page, found: &[Slots]) -> Ruled {
    page.cuts.sort_by(|a, b| a.y.total_cmp(&b.y));
    let index = BandIndex::new(found);
    let mut cells: Vec<Option<(u64, f32, f32)>> = vec![None; page.glyphs.len()];
    for (g, glyph) in page.glyphs.iter().enumerate() {
        let c = glyph.bbox.center();
        // Inner tables come later in the list.
        let home = index.near(c.y).iter().rev().find_map(|&t| Some((t, found[t].at(c.x, c.y)?)));
        if let Some((table, span)) = home {
            let cell = ((table as u64) << 32) | span as u64;
            let bbox = found[table].span_box(&found[table].spans[span]);
            cells[g] = Some((cell, bbox.x0, bbox.x1));
        }
    }
    doubt_crossing(&mut page.glyphs, |i| cells[i]);
    doubt_apart(&mut page.glyphs, |i| cells[i].map(|c| c.0));
    let mut cells: Vec<Option<u64>> = cells.into_iter().map(|c| c.map(|c| c.0)).collect();
    keep_together(&page.glyphs, &mut cells);
    let claimed = cells.iter().map(Option::is_some).collect();
    let home =
        |(glyph, cell): (usize, &Option<u64>)| cell.map(|cell| Home { cell, glyph: glyph as u32 });
    let mut homes: Vec<Home> = cells.iter().enumerate().filter_map(home).collect();
    homes.sort_unstable();
    let mut grids: Vec<Grid> = Vec::with_capacity(found.len());
    let mut rest = homes.as_slice();
    for (t, slots) in found.iter().enumerate() {
        let n = rest.partition_point(|h| h.cell >> 32 <= t as u64);
        let (own, tail) = rest.split_at(n);
        rest = tail;
        grids.push(grid(page, slots, own));
    }
    let mut grids = nest(grids, found, &index);
    let divided = grids.iter_mut().flat_map(divide_rows);
    let findings = divided.map(|row| undivided(page.number, row)).collect();
    Ruled { grids, claimed, findings }
}

/// Tells rows apart that have no line between them, in a grid and those inside it.
fn divide_rows(grid: &mut Grid) -> Vec<(Rect, usize)> {
    let nested = grid.cells.iter_mut().flat_map(|c| &mut c.nested);
    let mut divided: Vec<(Rect, usize)> = nested.flat_map(divide_rows).collect();
    divided.extend(merged_rows::split(grid));
    merged_rows::doubt(grid);
    doubt_indented(grid);
    doubt_short(grid);
    doubt_unended(grid);
    divided
}

fn undivided(page: u32, (place, missing): (Rect, usize)) -> Finding {
    let message = format!(
        "between rows of the table on page {page} {missing} dividing lines are not drawn; the rows \
         were told apart by their text"
    );
    let hint = "compare these rows and those that follow with the page";
    let finding = Finding::new("table.row-split", Severity::Warning, message, hint);
    finding.on_page(page).in_box(Some(place))
}

fn reunited(page: u32, missing: usize) -> Finding {
    let message = format!(
        "within cells of the table on page {page} {missing} pieces of its lines are not seen; the \
         cells were told apart by their text"
    );
    let hint = "compare the cells that are marked as uncertain with the picture";
    Finding::new("table.cell-split", Severity::Warning, message, hint).on_page(page)
}

/// The cell in which a glyph stands. Ordered by table, cell, painting order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Home {
    /// Table in the upper half, cell in the lower.
    cell: u64,
    glyph: u32,
}

fn grid(page: &Page, slots: &Slots, homes: &[Home]) -> Grid {
    let mut rest = homes;
    let cells = slots.spans.iter().enumerate().map(|(id, span)| {
        let n = rest.partition_point(|h| h.cell & 0xffff_ffff <= id as u64);
        let (own, tail) = rest.split_at(n);
        rest = tail;
        let (cut_above, cut_below) = slots.is_cut(span);
        let lines = of_cell(own.iter().map(|h| &page.glyphs[h.glyph as usize]), page.number);
        Cell {
            row: span.row as u32,
            col: span.col as u32,
            row_span: span.rows as u32,
            col_span: span.cols as u32,
            page: page.number,
            bbox: Some(slots.span_box(span)),
            vertical: is_stacked(&lines),
            lines,
            nested: Vec::new(),
            cut_above,
            cut_below,
        }
    });
    Grid {
        page: page.number,
        bbox: Some(slots.bbox()),
        cells: cells.collect(),
        columns: slots.cols() as u32,
        rows: slots.rows() as u32,
        left: slots.bbox().x0,
        column_widths: slots.xs.windows(2).map(|w| w[1] - w[0]).collect(),
        row_heights: slots.ys.windows(2).map(|w| w[1] - w[0]).collect(),
        kind: GridKind::Ruled,
        cut: cut_off(slots, page),
        open_sides: slots.completed[0] && slots.completed[1],
    }
}

/// Lines that must be seen to end at an edge before a table is said to run off it.
const CUT_LINES: usize = 2;

/// The sides that are not drawn because the lines that cross them are cut off: by the edge of the
/// page, or by a clip inside of it.
fn cut_off(slots: &Slots, page: &Page) -> CutOff {
    let (table, [left, right, upper, lower]) = (slots.bbox(), slots.completed);
    let (width, height) = page.size_pt;
    let first = page.cuts.partition_point(|p| p.y < table.y0);
    let clipped = |x: f32| {
        let cuts = page.cuts[first..].iter().take_while(|p| p.y <= table.y1);
        cuts.filter(|p| (p.x - x).abs() < RUNS_OFF).nth(CUT_LINES - 1).is_some()
    };
    CutOff {
        beside: left && (table.x0 < RUNS_OFF || clipped(table.x0))
            || right && (table.x1 > width - RUNS_OFF || clipped(table.x1)),
        above: upper && table.y0 < RUNS_OFF,
        below: lower && table.y1 > height - RUNS_OFF,
    }
}

/// Moves each table that stands inside one cell of another into that cell.
fn nest(grids: Vec<Grid>, found: &[Slots], index: &BandIndex) -> Vec<Grid> {
    let parents: Vec<Option<(usize, usize)>> = found
        .iter()
        .enumerate()
        .map(|(t, slots)| {
            let bbox = slots.bbox();
            let c = bbox.center();
            index.near(c.y).iter().rev().filter(|&&p| p < t).find_map(|&p| {
                let span = found[p].at(c.x, c.y)?;
                found[p].span_box(&found[p].spans[span]).encloses(&bbox, 1.0).then_some((p, span))
            })
        })
        .collect();
    let mut grids: Vec<Option<Grid>> = grids.into_iter().map(Some).collect();
    for t in (0..grids.len()).rev() {
        let Some((parent, span)) = parents[t] else { continue };
        let Some(inner) = grids[t].take() else { continue };
        if let Some(cell) = grids[parent].as_mut().and_then(|g| g.cells.get_mut(span)) {
            cell.nested.insert(0, inner);
        }
    }
    grids.into_iter().flatten().collect()
}

/// The centres of glyphs, to ask whether a box holds any.
struct Centres {
    all: Vec<(f32, f32)>,
    scans: cell::Cell<u32>,
    /// Sorted by x and by y (swapped), when first asked about a narrow band.
    by_x: cell::OnceCell<Vec<(f32, f32)>>,
    by_y: cell::OnceCell<Vec<(f32, f32)>>,
}

impl Centres {
    /// The first few wide boxes, the page's large tables, are answered by looking at glyph after
    /// glyph, because the first ones are usually inside.
    const SCANS: u32 = 8;
    const NARROW: f32 = 10.0;

    fn new(glyphs: &[Glyph]) -> Self {
        let centres = glyphs.iter().filter(|g| !g.ch.is_whitespace()).map(|g| g.bbox.center());
        Self {
            all: centres.map(|c| (c.x, c.y)).collect(),
            scans: cell::Cell::new(0),
            by_x: cell::OnceCell::new(),
            by_y: cell::OnceCell::new(),
        }
    }

    fn any_in(&self, r: Rect) -> bool {
        if r.width() < 0.0 || r.height() < 0.0 {
            return false;
        }
        if r.width().min(r.height()) > Self::NARROW && self.scans.get() < Self::SCANS {
            self.scans.set(self.scans.get() + 1);
            return self.all.iter().any(|&(x, y)| r.contains(Point { x, y }));
        }
        let sorted = |mut list: Vec<(f32, f32)>| {
            list.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            list
        };
        let (list, band, other) = if r.width() < r.height() {
            (self.by_x.get_or_init(|| sorted(self.all.clone())), (r.x0, r.x1), (r.y0, r.y1))
        } else {
            let swapped = || sorted(self.all.iter().map(|&(x, y)| (y, x)).collect());
            (self.by_y.get_or_init(swapped), (r.y0, r.y1), (r.x0, r.x1))
        };
        let from = list.partition_point(|c| c.0 < band.0);
        list[from..].iter().take_while(|c| c.0 <= band.1).any(|c| c.1 >= other.0 && c.1 <= other.1)
    }
}

/// Tables by horizontal band, so that a glyph looks at few of them.
struct BandIndex {
    bands: Vec<Vec<usize>>,
}

impl BandIndex {
    const HEIGHT: f32 = 24.0;
    /// Bands beyond this share the last one; no page is that high.
    const MAX: usize = 4096;

    fn new(tables: &[Slots]) -> Self {
        let mut bands: Vec<Vec<usize>> = Vec::new();
        for (t, slots) in tables.iter().enumerate() {
            let bbox = slots.bbox();
            for band in Self::band(bbox.y0)..=Self::band(bbox.y1) {
                if bands.len() <= band {
                    bands.resize_with(band + 1, Vec::new);
                }
                bands[band].push(t);
            }
        }
        Self { bands }
    }

    fn band(y: f32) -> usize {
        ((y / Self::HEIGHT).max(0.0) as usize).min(Self::MAX)
    }

    fn near(&self, y: f32) -> &[usize] {
        self.bands.get(Self::band(y)).map_or(&[], Vec::as_slice)
    }
}
