//! What a clip leaves of a glyph.

use super::glyphs::{ASCENT, DESCENT, Placed};
use crate::model::geometry::{Point, Rect};
use crate::model::page::Turn;
use hayro_interpret::font::Glyph as FontGlyph;
use hayro_interpret::kurbo::Shape;

/// Whether a clip hides a glyph: neither the middle of its place is in it nor that of its shape.
/// A bracket fills one half of its place, and some producers clip text where its ink ends.
pub(super) fn is_hidden(glyph: &FontGlyph<'_>, placed: &Placed, clip: Rect) -> bool {
    !clip.contains(placed.bbox.center())
        && (clip.intersection(&placed.bbox).is_none()
            || shape_center(glyph, placed).is_none_or(|p| !clip.contains(p)))
}

/// The middle of what is drawn of upright text.
fn shape_center(glyph: &FontGlyph<'_>, placed: &Placed) -> Option<Point> {
    let FontGlyph::Outline(outline) = glyph else { return None };
    if placed.turn != Turn::None || placed.advance <= 0.0 {
        return None;
    }
    let shape = outline.outline().bounding_box();
    if shape.area() <= 0.0 {
        return None;
    }
    let middle = shape.center();
    Some(at(placed.bbox, middle.x / f64::from(placed.advance * 1000.0), middle.y))
}

/// A point of a glyph's place: `along` in shares of its width, `up` in thousandths of an em.
fn at(place: Rect, along: f64, up: f64) -> Point {
    let down = (ASCENT - up) / (ASCENT - DESCENT);
    Point { x: place.x0 + along as f32 * place.width(), y: place.y0 + down as f32 * place.height() }
}

/// Whether a hidden piece of text that begins with `first` is the next line of the text taken in
/// last, which ends with `last`: a cell too low for its text hides its last lines.
pub(super) fn is_next_line(first: &Placed, last: &Placed, clip: Rect) -> bool {
    let em = first.font_size;
    let down = (first.origin.y - last.origin.y) as f32;
    first.turn == Turn::None
        && last.turn == Turn::None
        && (em - last.font_size).abs() < 0.1 * em
        && (0.8 * em..LEADING * em).contains(&down)
        && first.bbox.center().y > clip.y1
        && (clip.x0..clip.x1).contains(&first.bbox.center().x)
}

/// Widest distance of two lines of a cell, in em.
const LEADING: f32 = 2.0;

/// What a clip leaves of a place, or the strip along its lower edge that is next to it.
pub(super) fn remnant(place: Rect, clip: Rect) -> Rect {
    clip.intersection(&place).unwrap_or(Rect {
        y0: (clip.y1 - STRIP).max(clip.y0),
        y1: clip.y1,
        ..place
    })
}

/// Height of the place that is given to a hidden line, in points.
const STRIP: f32 = 0.5;

/// Whether it is the page's edge that hides a point, and not a clip inside of it.
pub(super) fn is_beyond(page: Rect, clip: Rect, p: Point) -> bool {
    let open = Rect::new(
        if clip.x0 > page.x0 { clip.x0 } else { f32::NEG_INFINITY },
        if clip.y0 > page.y0 { clip.y0 } else { f32::NEG_INFINITY },
        if clip.x1 < page.x1 { clip.x1 } else { f32::INFINITY },
        if clip.y1 < page.y1 { clip.y1 } else { f32::INFINITY },
    );
    !page.contains(p) && open.contains(p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hayro_interpret::kurbo::Affine;

    #[test]
    fn a_point_of_a_place_is_told_from_its_left_and_its_baseline() {
        let place = Rect::new(100.0, 50.0, 110.0, 60.0);
        let p = at(place, 0.75, ASCENT);
        assert_eq!((p.x, p.y), (107.5, 50.0));
        assert_eq!(at(place, 0.0, DESCENT).y, 60.0);
    }

    #[test]
    fn the_next_line_of_a_low_cell_is_found_below_its_clip() {
        let line = |x: f64, y: f64| {
            let m = Affine::new([0.01, 0.0, 0.0, -0.01, x, y]);
            Placed::new(m, 1000.0, None).unwrap()
        };
        let clip = Rect::new(100.0, 180.0, 300.0, 203.0);
        let (seen, hidden) = (line(250.0, 200.0), line(100.0, 212.0));
        assert!(is_next_line(&hidden, &seen, clip));
        assert!(!is_next_line(&line(100.0, 240.0), &seen, clip), "another text");
        assert!(!is_next_line(&line(400.0, 212.0), &seen, clip), "another cell");
        let strip = remnant(hidden.bbox, clip);
        assert!(clip.contains(strip.center()) && strip.x0 == 100.0);
    }

    #[test]
    fn the_edge_of_the_page_is_told_from_a_clip_inside() {
        let page = Rect::new(0.0, 0.0, 100.0, 100.0);
        let clip = Rect::new(0.0, 0.0, 50.0, 100.0);
        assert!(is_beyond(page, clip, Point { x: -5.0, y: 50.0 }));
        assert!(!is_beyond(page, clip, Point { x: 105.0, y: 50.0 }));
    }
}
