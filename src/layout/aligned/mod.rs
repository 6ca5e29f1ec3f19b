//! Tables without ruling lines, or ruled in one direction only: cells from white space.
//!
//! # Steps
//! 1. [`pieces`]: lines of text are split at gaps wider than any blank.
//! 2. [`zones`]: stretches of lines with several pieces are candidates.
//! 3. [`spacing`] and [`blocks`]: lines of one cell are told from rows by their distance.
//! 4. [`rows`]: blocks of one height make a row; labels of several rows stand between.
//! 5. [`bands`] and [`edges`]: columns, first for rows that share them, then for the table.
//! 6. [`levels`] and [`grid`]: labels take in the rows they stand for; cells tile the grid.
//! 7. [`judge`]: what is prose, a list or an address is given back as lines.
//!
//! Where every row is drawn, [`row_ruled`] infers the columns alone.
//!
//! # Limitations
//! A blank cell can be seen only where its column shows text in a row nearby.

mod autospace;
mod bands;
mod blocks;
mod coarse;
mod corridors;
mod edges;
mod evidence;
mod figures;
mod flush;
mod grid;
mod judge;
mod levels;
mod pieces;
mod row_ruled;
mod rows;
mod solid;
mod spacing;
#[cfg(test)]
mod tests;
mod zones;

use super::lines::{Placed, text_line};
use super::ruled::Ruled;
use super::rules::Line;
use super::tolerance::PAGE_EDGE;
use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::grid::{Grid, GridKind, TextLine};
use crate::model::page::{Origin, Page};
use pieces::Piece;
use spacing::Leading;
use std::ops::Range;

/// A table that goes on over the page break ends below this share of the page's height.
const LOW: f32 = 0.6;

/// So many lines below a table are a page number and a running foot.
const FOOT: usize = 2;

/// What else stands on the page.
pub struct Surroundings<'a> {
    /// Counted from 1.
    pub page: u32,
    /// Height of the page, in points.
    pub height: f32,
    /// Boxes of the ruled tables, in points.
    pub ruled: &'a [Rect],
}

/// Tables found by white space.
#[derive(Default)]
pub struct Found {
    pub grids: Vec<Grid>,
    /// For each line of text whether a grid holds it.
    pub claimed: Vec<bool>,
    /// Texts that stand apart on a line that no grid holds, line by line.
    pub apart: Vec<Vec<TextLine>>,
    pub findings: Vec<Finding>,
}

/// Gives back the glyphs of ruled grids whose cells hold tables of their own.
pub fn without_coarse(mut ruled: Ruled, page: &Page) -> Ruled {
    if !ruled.grids.iter().any(coarse::is_coarse) {
        return ruled;
    }
    let (coarse, grids): (Vec<Grid>, Vec<Grid>) =
        ruled.grids.into_iter().partition(coarse::is_coarse);
    ruled.grids = grids;
    let boxes: Vec<Rect> = coarse.iter().filter_map(|g| g.bbox).collect();
    for (glyph, claimed) in page.glyphs.iter().zip(&mut ruled.claimed) {
        let centre = glyph.bbox.center();
        *claimed &= !boxes.iter().any(|b| b.contains(centre));
    }
    ruled
}

/// Columns of tables that have drawn rows alone.
#[derive(Default)]
pub struct Columns {
    /// Boxes of the tables, in points.
    pub boxes: Vec<Rect>,
    /// Vertical, sides included.
    pub lines: Vec<Line>,
    pub findings: Vec<Finding>,
}

/// Infers the columns of the tables whose rows alone are drawn. `ruled` are the boxes of the
/// ruled tables of the page, `lines` gives the text outside of them.
pub fn columns<'g>(
    page: u32,
    drawn: &[Line],
    ruled: &[Rect],
    lines: impl Fn() -> Vec<Vec<Placed<'g>>>,
) -> Columns {
    let stacks = row_ruled::stacks(drawn, ruled);
    let mut columns = Columns::default();
    if stacks.is_empty() {
        return columns;
    }
    let text = lines();
    let scanned = is_recognised(&text);
    for (bbox, lines) in row_ruled::columns(&stacks, &text) {
        columns.lines.extend(lines);
        columns.boxes.push(bbox);
        columns.findings.push(inferred(page, Some(bbox), (false, scanned)));
    }
    columns
}

/// Tells the grids that stand in one of the boxes from those ruled in both directions.
pub fn mark_row_ruled(grids: &mut [Grid], boxes: &[Rect]) {
    for grid in grids {
        let inside = |b: &&Rect| grid.bbox.is_some_and(|g| b.inflate(PAGE_EDGE).encloses(&g, 0.0));
        if boxes.iter().any(|b| inside(&b)) {
            grid.kind = GridKind::RowRuled;
        }
    }
}

/// Finds the tables among the free lines of a page, which are ordered from top to bottom.
pub fn tables(lines: &[Vec<Placed<'_>>], around: &Surroundings<'_>) -> Found {
    let mut found = Found { claimed: vec![false; lines.len()], ..Found::default() };
    let pieces = pieces::split(lines);
    let ranges = zones::lines_of(&pieces);
    let zones = zones::find(&pieces, &ranges, around);
    let scanned = is_recognised(lines);
    let of = |zone: &Range<usize>| &pieces[ranges[zone.start].start..ranges[zone.end - 1].end];
    let leadings: Vec<Leading> = zones.iter().filter_map(|z| leading(of(z))).collect();
    let mut start = 0;
    for (i, zone) in zones.iter().enumerate() {
        let free = start..zones.get(i + 1).map_or(ranges.len(), |next| next.start);
        let Some((zone, grid, doubtful)) =
            table(lines, &pieces, &ranges, (zone.clone(), free, &leadings), around)
        else {
            continue;
        };
        start = zone.end;
        for piece in &pieces[ranges[zone.start].start..ranges[zone.end - 1].end] {
            if let Some(claimed) = found.claimed.get_mut(piece.line) {
                *claimed = true;
            }
        }
        found.findings.push(inferred(around.page, grid.bbox, (doubtful, scanned)));
        found.grids.push(grid);
    }
    let free = ranges.iter().filter(|r| r.len() > 1 && !found.claimed[pieces[r.start].line]);
    let text = |p: &Piece| text_line(&lines[p.line][p.glyphs.clone()], around.page);
    found.apart = free.map(|r| pieces[r.clone()].iter().filter_map(text).collect()).collect();
    found
}

/// The table that a zone of lines makes up, with the lines around that belong to it, and
/// whether its structure is uncertain. `free` bounds the lines that it may take, `leadings` are those
/// of the tables on the page.
fn table(
    lines: &[Vec<Placed<'_>>],
    pieces: &[Piece],
    ranges: &[Range<usize>],
    (zone, free, leadings): (Range<usize>, Range<usize>, &[Leading]),
    around: &Surroundings<'_>,
) -> Option<(Range<usize>, Grid, bool)> {
    let of = |zone: &Range<usize>| &pieces[ranges[zone.start].start..ranges[zone.end - 1].end];
    let limit = leading(of(&zone)).map(|l| l.limit);
    let mut zone = zones::attach(pieces, ranges, zone, free.clone(), limit);
    let corridors = corridors::find(of(&zone), &zones::lines_of(of(&zone)));
    if figures::are_in(pieces, &ranges[zone.clone()]) {
        zone = figures::without_notes(pieces, ranges, zone, &corridors);
        zone = figures::with_heads(pieces, ranges, zone, free.start);
    }
    let pieces = of(&zone);
    let cut = corridors::cut(pieces, &corridors, lines);
    let pieces = cut.as_deref().unwrap_or(pieces);
    let lines_of_zone = zones::lines_of(pieces);
    let below = spacing::next_below(pieces, &lines_of_zone);
    let leading = spacing::leading(pieces, &below)
        .map(|own| own.or_closer(leadings))
        .or_else(|| spacing::as_elsewhere(pieces, &below, leadings))
        .or_else(|| spacing::far_apart(pieces, &below))
        .map(|l| l.limit);
    let solid = match leading {
        None => solid::rows(pieces, &lines_of_zone, &corridors),
        Some(_) => None,
    };
    let (blocks, rows) = solid.unwrap_or_else(|| {
        let blocks = blocks::stack(pieces, &below, leading);
        let rows = rows::find(&blocks);
        (blocks, rows)
    });
    let bands = bands::find(&blocks, &rows);
    judge::is_table(pieces, &blocks, &rows, &bands, around).then_some(())?;
    let (edges, bands) = edges::unite(&bands, &[]);
    let lowest = rows.rows.last().map_or(0.0, |row| row.bottom);
    let parts = grid::Parts {
        page: around.page,
        lines,
        pieces,
        blocks: &blocks,
        rows: &rows,
        edges: &edges,
        bands: &bands,
        open_below: ranges.len() - zone.end <= FOOT && lowest >= LOW * around.height,
    };
    let (grid, doubtful) = parts.grid();
    Some((zone, grid, doubtful))
}

fn leading(pieces: &[Piece]) -> Option<Leading> {
    spacing::leading(pieces, &spacing::next_below(pieces, &zones::lines_of(pieces)))
}

fn is_recognised(lines: &[Vec<Placed<'_>>]) -> bool {
    lines.iter().flatten().any(|p| p.glyph.from == Origin::Recognised)
}

/// What is to be said of an inferred table, whose structure may be uncertain, and may have been measured
/// on a picture: there a row is as easily lost as a gap.
fn inferred(page: u32, bbox: Option<Rect>, (doubtful, scanned): (bool, bool)) -> Finding {
    let (severity, message, hint) = if scanned {
        (
            Severity::Warning,
            format!(
                "the table on page {page} has no ruling lines in one or both directions; on a scan its \
                 rows and columns are guesses"
            ),
            "compare all values of the form with the picture",
        )
    } else if doubtful {
        (
            Severity::Warning,
            format!(
                "the table on page {page} has no ruling lines; its columns were inferred from \
                 white space, and which rows some of its labels stand for is uncertain"
            ),
            "compare the rows and the labels beside them with the page",
        )
    } else {
        (
            Severity::Info,
            format!(
                "the table on page {page} has no ruling lines in one or both directions; its \
                 columns were inferred from white space"
            ),
            "nothing to do, unless a value stands under a wrong label",
        )
    };
    Finding::new("table.borderless", severity, message, hint).on_page(page).in_box(bbox)
}
