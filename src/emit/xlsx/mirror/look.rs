//! How a piece looks: font, alignment, borders, and the room it needs.

use super::Shown;
use super::frame::Frame;
use super::pieces::{Piece, Source};
use super::typed::Typed;
use crate::emit::text;
use crate::emit::xlsx::cells;
use crate::emit::xlsx::measure;
use crate::emit::xlsx::plan::Content;
use crate::emit::xlsx::style::{Across, Border, Down, Font, Format, Style};
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, GridKind, TextLine};
use std::collections::BTreeMap;

/// Font size where none is known, in half points.
const BODY: u16 = 20;
/// Font size of a title where none is known, in half points.
const TITLE: u16 = 28;
/// Sizes that are still read on a sheet, in half points.
const SIZES: std::ops::RangeInclusive<u16> = 12..=44;

/// Share of the width within which the gaps on both sides may differ in centred text.
const CENTRED: f32 = 0.08;

/// The font size that most lines in cells have, in half points.
pub fn body_size(blocks: &[Block]) -> u16 {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for block in blocks {
        let Block::Grid(grid) = block else { continue };
        for line in grid.cells.iter().flat_map(|cell| &cell.lines) {
            if let Some(size) = half_points(line) {
                *counts.entry(size).or_default() += 1;
            }
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(BODY, |(size, _)| size)
}

fn half_points(line: &TextLine) -> Option<u16> {
    let size = (line.font_size * 2.0).round();
    (size > 0.0).then(|| (size as u16).clamp(*SIZES.start(), *SIZES.end()))
}

/// A piece with its content and look.
pub fn shown(piece: &Piece<'_>, typed: Option<&Typed>, body: u16, frame: &Frame) -> Shown {
    let (style, printed) = match piece.source {
        Source::Cell(cell, kind) => {
            let full = piece.area.left == 0 && piece.area.right + 1 >= frame.columns();
            (of_cell(cell, kind, body, full), text::of_cell(cell))
        }
        Source::Line { line, alone, before_grids } => {
            (of_line(line, alone, before_grids, body, frame), line.text.trim().to_owned())
        }
    };
    let as_text = |text: &str| cells::text(0, text, style);
    let cell = match typed {
        Some(Typed { content: Content::Text(text), .. }) => as_text(text),
        Some(Typed { content, format }) => {
            let across = if style.across == Across::Left { Across::Right } else { style.across };
            let across = if has_geometry(piece) { style.across } else { across };
            let style = Style { format: *format, across, wrap: false, shrink: true, ..style };
            super::Cell { content: content.clone(), style, ..super::Cell::default() }
        }
        None => as_text(&printed),
    };
    Shown { area: piece.area, content: cell.content, style: cell.style, note: cell.note }
}

fn has_geometry(piece: &Piece<'_>) -> bool {
    piece.lines().iter().any(|line| line.bbox.is_some())
}

fn of_cell(cell: &Cell, kind: GridKind, body: u16, full_width: bool) -> Style {
    let size = cell.lines.iter().filter_map(half_points).max().unwrap_or(body);
    let (across, down) = match (kind, cell.bbox) {
        (GridKind::Delimited, _) | (_, None) => {
            let short = text::columns(&text::of_cell(cell)) < 60;
            (if full_width && short { Across::Center } else { Across::Left }, Down::Center)
        }
        (_, Some(bbox)) => alignment(cell, bbox),
    };
    Style {
        font: Font { half_points: size, ..Font::default() },
        border: if kind == GridKind::Aligned { Border::Hair } else { Border::Thin },
        across: if cell.vertical { Across::Center } else { across },
        down: if cell.vertical { Down::Center } else { down },
        wrap: !cell.vertical,
        stacked: cell.vertical,
        format: Format::Text,
        ..Style::default()
    }
}

/// How text stands in a cell, by the room around it.
fn alignment(cell: &Cell, bbox: Rect) -> (Across, Down) {
    let lines = || cell.lines.iter().filter(|l| l.page == cell.page).filter_map(|l| l.bbox);
    let Some(block) = lines().reduce(|a, b| a.union(&b)) else {
        return (Across::Left, Down::Center);
    };
    // Only a line that leaves room says how it is set: full lines touch both sides anyway.
    let shortest = lines().min_by(|a, b| a.width().total_cmp(&b.width())).unwrap_or(block);
    let (left, right) = (shortest.x0 - bbox.x0, bbox.x1 - shortest.x1);
    let across = if shortest.width() > 0.85 * bbox.width() && lines().count() > 1 {
        Across::Left
    } else if (left - right).abs() <= (CENTRED * bbox.width()).max(2.0) {
        Across::Center
    } else if right < left {
        Across::Right
    } else {
        Across::Left
    };
    let (above, below) = (block.y0 - bbox.y0, bbox.y1 - block.y1);
    let line = block.height() / lines().count() as f32;
    let down = match above - below {
        d if d < -line => Down::Top,
        d if d > line => Down::Bottom,
        _ => Down::Center,
    };
    (across, down)
}

fn of_line(line: &TextLine, alone: bool, before_grids: bool, body: u16, frame: &Frame) -> Style {
    let size = half_points(line);
    let across = match line.bbox {
        None if before_grids => Across::Center,
        None => Across::Left,
        Some(bbox) => {
            let (left, right) = frame.sides(line.page);
            let (before, after) = (bbox.x0 - left, right - bbox.x1);
            if alone && (before - after).abs() <= CENTRED * (right - left) {
                Across::Center
            } else if after < before && (alone || after < bbox.width()) {
                Across::Right
            } else {
                Across::Left
            }
        }
    };
    let assumed = if before_grids { TITLE } else { body };
    let half_points = size.unwrap_or(assumed);
    let bold = before_grids && f32::from(half_points) >= 1.25 * f32::from(body);
    let font = Font { half_points, bold, link: false };
    Style { font, across, wrap: true, format: Format::Text, ..Style::default() }
}

/// Height in points that a piece needs in a merged area of a width in points.
pub fn height_needed(content: &Content, style: &Style, width: f32) -> f32 {
    let Content::Text(text) = content else {
        return measure::height(1, style.font.half_points);
    };
    let lines = if style.stacked {
        text.chars().count()
    } else {
        measure::lines(text, measure::columns_in(width, style.font.half_points))
    };
    measure::height(lines, style.font.half_points)
}
