//! Reading order: tables that stand side by side make vertical strips, read one after another.

use super::lines::Placed;
use super::tolerance::PIECE_GAP;
use crate::model::geometry::Rect;

/// Two tables stand side by side if they share at least this part of the lower one's height.
const SIDE_BY_SIDE: f32 = 0.3;

/// Two pages on one sheet: it is wider than high by this factor, parted within this share of its
/// width from the middle, and each half is filled to at least this share.
const SHEET: f32 = 1.2;
const MIDDLE: f32 = 0.1;
const HALF: f32 = 0.5;

/// The vertical strips of a page; one for most pages.
pub struct Strips {
    /// x at which one strip ends and the next begins, ascending.
    edges: Vec<f32>,
    /// Lines above this height may run over all strips.
    top: f32,
}

impl Strips {
    /// The strips that tables make on a page of this width and height, in points.
    pub fn of(tables: &[Rect], (width, height): (f32, f32)) -> Self {
        let mut sorted: Vec<&Rect> = tables.iter().collect();
        sorted.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        // Groups of tables whose widths overlap: (x from, x to, y from, y to).
        let mut groups: Vec<Rect> = Vec::new();
        for table in sorted {
            match groups.last_mut() {
                Some(group) if table.x0 < group.x1 => *group = group.union(table),
                _ => groups.push(*table),
            }
        }
        let beside = |w: &[Rect]| {
            let shared = w[0].y1.min(w[1].y1) - w[0].y0.max(w[1].y0);
            let edge = f32::midpoint(w[0].x1, w[1].x0);
            let halves = groups.len() == 2
                && width > SHEET * height
                && (edge - width / 2.0).abs() < MIDDLE * width
                && w.iter().all(|group| group.width() > HALF * width / 2.0);
            halves || shared >= SIDE_BY_SIDE * w[0].height().min(w[1].height())
        };
        let edges = groups
            .windows(2)
            .filter(|w| beside(w))
            .map(|w| f32::midpoint(w[0].x1, w[1].x0))
            .collect();
        let top = tables.iter().map(|t| t.y0).reduce(f32::min).unwrap_or_default();
        Self { edges, top }
    }

    /// Number of the strip in which a box stands, from 0. A line that runs over all strips above
    /// the first table comes first.
    pub fn of_box(&self, bbox: Option<Rect>) -> usize {
        let Some(bbox) = bbox else { return 0 };
        if self.edges.is_empty() {
            return 0;
        }
        let crosses = self.edges.iter().any(|&e| bbox.x0 < e && bbox.x1 > e);
        if crosses && bbox.y1 <= self.top {
            return 0;
        }
        let x = bbox.center().x;
        self.edges.iter().filter(|&&e| x > e).count()
    }

    /// Cuts a line of text where it runs from one strip into the next over a clear gap.
    pub fn cut<'l, 'g>(&self, line: &'l [Placed<'g>]) -> Vec<&'l [Placed<'g>]> {
        let mut pieces = Vec::new();
        let mut start = 0;
        for i in 1..line.len() {
            let (a, b) = (&line[i - 1], &line[i]);
            let clear = b.u0 - a.u1 > PIECE_GAP * a.glyph.font_size.max(b.glyph.font_size);
            if clear && self.edges.iter().any(|&e| a.u1 <= e && b.u0 >= e) {
                pieces.push(&line[start..i]);
                start = i;
            }
        }
        pieces.push(&line[start..]);
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::Strips;
    use crate::model::geometry::Rect;

    #[test]
    fn tables_below_one_another_make_one_strip() {
        let strips = [Rect::new(0.0, 0.0, 90.0, 50.0), Rect::new(100.0, 60.0, 190.0, 90.0)];
        let strip =
            |page| Strips::of(&strips, page).of_box(Some(Rect::new(120.0, 70.0, 150.0, 80.0)));
        assert_eq!(strip((190.0, 300.0)), 0);
        assert_eq!(strip((190.0, 100.0)), 1, "two pages on one sheet");
    }

    #[test]
    fn tables_side_by_side_are_read_one_after_another() {
        let strips = [Rect::new(100.0, 20.0, 190.0, 90.0), Rect::new(0.0, 20.0, 90.0, 80.0)];
        let strips = Strips::of(&strips, (190.0, 300.0));
        assert_eq!(strips.of_box(Some(Rect::new(10.0, 5.0, 80.0, 15.0))), 0);
        assert_eq!(strips.of_box(Some(Rect::new(110.0, 5.0, 180.0, 15.0))), 1);
        assert_eq!(strips.of_box(Some(Rect::new(10.0, 5.0, 180.0, 15.0))), 0);
    }
}
