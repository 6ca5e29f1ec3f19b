//! Turns a page so that most of its text reads from left to right.

use crate::model::geometry::{Point, Rect};
use crate::model::grid::{Block, Cell, Grid, TextLine};
use crate::model::page::{Axis, Page, Rule, Turn};

/// The way from the displayed page to the frame in which its text is upright.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    turn: Turn,
    /// Displayed width and height in points.
    size: (f32, f32),
}

impl Frame {
    /// The frame of a page: turned if more than half of its characters run in one other
    /// direction than left to right.
    pub fn of(page: &Page) -> Self {
        let mut counts = [0_usize; 4];
        for g in &page.glyphs {
            match g.turn {
                Turn::None => counts[0] += 1,
                Turn::Right => counts[1] += 1,
                Turn::UpsideDown => counts[2] += 1,
                Turn::Left => counts[3] += 1,
                Turn::Oblique => {}
            }
        }
        let total: usize = counts.iter().sum();
        let turn = [Turn::Right, Turn::UpsideDown, Turn::Left]
            .into_iter()
            .zip(&counts[1..])
            .find(|(_, n)| **n * 2 > total)
            .map_or(Turn::None, |(turn, _)| turn);
        Self { turn, size: page.size_pt }
    }

    pub fn is_upright(self) -> bool {
        self.turn == Turn::None
    }

    /// Turns the page's marks into this frame.
    pub fn enter(self, page: &mut Page) {
        if self.is_upright() {
            return;
        }
        if matches!(self.turn, Turn::Left | Turn::Right) {
            page.size_pt = (self.size.1, self.size.0);
        }
        for g in &mut page.glyphs {
            g.bbox = self.rect_in(g.bbox);
            g.origin = self.point_in(g.origin);
            g.turn = self.relative(g.turn);
        }
        for r in &mut page.rules {
            *r = self.rule_in(*r);
        }
        for c in &mut page.cuts {
            *c = self.point_in(*c);
        }
        for i in &mut page.images {
            i.bbox = self.rect_in(i.bbox);
        }
    }

    /// Turns finished blocks back to the displayed page.
    pub fn leave(self, blocks: &mut [Block]) {
        if self.is_upright() {
            return;
        }
        for block in blocks {
            match block {
                Block::Grid(grid) => self.grid_out(grid),
                Block::Line(line) => self.line_out(line),
            }
        }
    }

    fn point_in(self, p: Point) -> Point {
        let (w, h) = self.size;
        match self.turn {
            Turn::Right => Point { x: p.y, y: w - p.x },
            Turn::Left => Point { x: h - p.y, y: p.x },
            Turn::UpsideDown => Point { x: w - p.x, y: h - p.y },
            Turn::None | Turn::Oblique => p,
        }
    }

    fn point_out(self, p: Point) -> Point {
        let (w, h) = self.size;
        match self.turn {
            Turn::Right => Point { x: w - p.y, y: p.x },
            Turn::Left => Point { x: p.y, y: h - p.x },
            Turn::UpsideDown => Point { x: w - p.x, y: h - p.y },
            Turn::None | Turn::Oblique => p,
        }
    }

    fn rect_in(self, r: Rect) -> Rect {
        let a = self.point_in(Point { x: r.x0, y: r.y0 });
        let b = self.point_in(Point { x: r.x1, y: r.y1 });
        Rect::new(a.x, a.y, b.x, b.y)
    }

    fn rect_out(self, r: Rect) -> Rect {
        let a = self.point_out(Point { x: r.x0, y: r.y0 });
        let b = self.point_out(Point { x: r.x1, y: r.y1 });
        Rect::new(a.x, a.y, b.x, b.y)
    }

    fn rule_in(self, r: Rule) -> Rule {
        let bbox = match r.axis {
            Axis::Horizontal => Rect::new(r.span.0, r.position, r.span.1, r.position),
            Axis::Vertical => Rect::new(r.position, r.span.0, r.position, r.span.1),
        };
        let t = self.rect_in(bbox);
        let sideways = matches!(self.turn, Turn::Left | Turn::Right);
        let axis = match (r.axis, sideways) {
            (Axis::Horizontal, true) | (Axis::Vertical, false) => Axis::Vertical,
            _ => Axis::Horizontal,
        };
        match axis {
            Axis::Horizontal => Rule { axis, position: t.y0, span: (t.x0, t.x1), ..r },
            Axis::Vertical => Rule { axis, position: t.x0, span: (t.y0, t.y1), ..r },
        }
    }

    fn relative(self, turn: Turn) -> Turn {
        const ORDER: [Turn; 4] = [Turn::None, Turn::Right, Turn::UpsideDown, Turn::Left];
        let quarter = |t: Turn| ORDER.iter().position(|o| *o == t);
        match (quarter(turn), quarter(self.turn)) {
            (Some(t), Some(f)) => ORDER[(t + 4 - f) % 4],
            _ => turn,
        }
    }

    fn grid_out(self, grid: &mut Grid) {
        grid.bbox = grid.bbox.map(|b| self.rect_out(b));
        for cell in &mut grid.cells {
            self.cell_out(cell);
        }
    }

    fn cell_out(self, cell: &mut Cell) {
        cell.bbox = cell.bbox.map(|b| self.rect_out(b));
        cell.lines.iter_mut().for_each(|l| self.line_out(l));
        cell.nested.iter_mut().for_each(|g| self.grid_out(g));
    }

    fn line_out(self, line: &mut TextLine) {
        line.bbox = line.bbox.map(|b| self.rect_out(b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_undoes_entering() {
        let r = Rect::new(10.0, 20.0, 40.0, 90.0);
        for turn in [Turn::None, Turn::Right, Turn::UpsideDown, Turn::Left] {
            let frame = Frame { turn, size: (600.0, 800.0) };
            assert_eq!(frame.rect_out(frame.rect_in(r)), r, "{turn:?}");
        }
    }

    #[test]
    fn text_running_down_becomes_upright() {
        let frame = Frame { turn: Turn::Right, size: (600.0, 800.0) };
        let (start, end) = (Point { x: 300.0, y: 100.0 }, Point { x: 300.0, y: 200.0 });
        let (a, b) = (frame.point_in(start), frame.point_in(end));
        assert!(b.x > a.x && (b.y - a.y).abs() < 0.001);
        assert_eq!(frame.relative(Turn::Right), Turn::None);
    }
}
