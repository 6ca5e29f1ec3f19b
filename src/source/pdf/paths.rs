//! Painted paths → ruling lines.
//!
//! # Steps
//! 1. Apply the matrix, cut at the clip.
//! 2. A stroked axis-parallel segment is a rule; so is a filled shape whose short side is at
//!    most [`MAX_THICKNESS`], along its centre line.
//! 3. A filled shape with other outlines is read by its edges: two opposite edges at most
//!    [`MAX_THICKNESS`] apart bound a line (frames, mitred borders, grids filled as one path).
//! 4. The edges of a larger filled box are weak rules: shading may stand for a border. White boxes
//!    count beside coloured ones, and on dark ones.

use super::device::{Ink, to_rect};
use super::stripes;
use crate::model::geometry::{Point, Rect};
use crate::model::limits::Limit;
use crate::model::page::{Axis, Rule, Strength};
use hayro_interpret::DrawMode;
use hayro_interpret::kurbo::{self, Affine, BezPath, PathEl};
use std::ops::Range;

/// Thickest filled shape that counts as a line, in points. Office software draws its thickest
/// table border with 6 pt, but a filled box of 3 pt may already be a bar of a chart.
const MAX_THICKNESS: f32 = 2.5;

/// Thickest stroke that counts as a line, in points.
const MAX_STROKE: f32 = 6.5;

/// A line may lean by this much over its whole length, in points, plus 0.3 degrees.
const LEAN: f32 = 0.4;
const TAN_LEAN: f32 = 0.005;

/// Segments shorter than this are no rules by themselves, in points; dots of a dotted line are
/// filled or stroked squares of the line's width.
const MIN_LENGTH: f32 = 0.2;

/// A thin shape at most this many times longer than wide is a dot.
const DOT_RATIO: f32 = 1.5;

/// A line that goes on for so much beyond the edge of a clip is cut by it, in points: ends drawn
/// over by their width are not.
const CUT_AWAY: f32 = 4.0;

#[derive(Default)]
pub(super) struct RuleSink {
    rules: Vec<Rule>,
    /// Dark filled boxes, in painting order: white boxes on them leave lines between.
    backdrops: Vec<Rect>,
    /// White boxes on paper, which are not seen.
    blanks: Vec<Rect>,
    /// All boxes that are not white, in painting order, with their luminance.
    grounds: Vec<(Rect, f32)>,
    edges: Vec<Edge>,
    /// Where the edge of the page or of a clip ends a line that goes on beyond.
    cuts: Vec<Point>,
    /// Rules that are parts of shapes with other sides: perhaps strokes of characters.
    shaped: Vec<Range<usize>>,
    /// Shapes seen that are not made of lines along the axes alone.
    shapes: usize,
    /// Most rules that are kept.
    most: u32,
    full: bool,
}

/// The lines of a page.
pub(super) struct Drawn {
    pub rules: Vec<Rule>,
    /// Where the edge of the page or of a clip ends a line that goes on beyond.
    pub cuts: Vec<Point>,
    /// Rules that are parts of shapes with other sides, ascending: perhaps strokes of characters.
    pub shaped: Vec<Range<usize>>,
    /// Shapes seen that are not made of lines along the axes alone, as characters are.
    pub shapes: usize,
}

/// An axis-parallel edge of a filled outline.
#[derive(Clone, Copy)]
struct Edge {
    axis: Axis,
    position: f32,
    span: (f32, f32),
}

impl RuleSink {
    /// A sink for at most so many rules.
    pub fn new(most: u32) -> Self {
        Self { most, ..Self::default() }
    }

    /// The limit, if it was reached.
    pub fn reached(&self) -> Option<Limit> {
        self.full.then_some(Limit { key: "rules", value: self.most })
    }

    /// Whether a coloured box was painted at a place.
    pub fn is_coloured(&self, at: Point) -> bool {
        self.grounds.iter().any(|(b, _)| b.contains(at))
    }

    /// The luminance of what was painted last at a place; paper is white.
    pub fn ground(&self, at: Point) -> f32 {
        let last = self.grounds.iter().rev().find(|(b, _)| b.contains(at));
        last.map_or(1.0, |(_, luminance)| *luminance)
    }

    pub fn finish(mut self) -> Drawn {
        let grounds = self.grounds.iter().map(|(bbox, _)| *bbox);
        for blank in stripes::beside(&self.blanks, grounds) {
            self.weak_box(blank);
        }
        Drawn { rules: self.rules, cuts: self.cuts, shaped: self.shaped, shapes: self.shapes }
    }

    /// A picture stretched to a thin strip is a line too.
    pub fn image(&mut self, bbox: Rect) {
        if bbox.width().min(bbox.height()) <= MAX_THICKNESS {
            self.thin(bbox, Strength::Drawn);
        }
    }

    /// A rectangle in user space.
    pub fn rect(&mut self, r: kurbo::Rect, ctm: Affine, mode: &DrawMode, ink: Ink, clip: Rect) {
        if ink.is_invisible() {
            return;
        }
        let [a, b, c, d, ..] = ctm.as_coeffs();
        if a.hypot(b) == 0.0 || c.hypot(d) == 0.0 || !is_axis_parallel(ctm) {
            return;
        }
        let bbox = to_rect(ctm.transform_rect_bbox(r));
        match mode {
            DrawMode::Stroke(stroke) => {
                let width = stroke.line_width * scale(ctm);
                self.frame(bbox, width, strength(ink), clip);
            }
            _ => self.filled_box(bbox, ink, clip),
        }
    }

    /// Any path in user space.
    pub fn path(&mut self, path: &BezPath, ctm: Affine, mode: &DrawMode, ink: Ink, clip: Rect) {
        if ink.is_invisible() {
            return;
        }
        let before = self.rules.len();
        match mode {
            DrawMode::Stroke(stroke) => {
                let width = stroke.line_width * scale(ctm);
                self.stroked(path, ctm, width, strength(ink), clip);
            }
            _ => self.filled(path, ctm, ink, clip),
        }
        let leans = |s: &Segment| Edge::between(s.from, s.to).is_none();
        let Some(leaning) = Segments::new(path, ctm).find(leans) else { return };
        self.shapes += usize::from(!ink.is_white() && clip.contains(to_point(leaning.from)));
        if self.rules.len() > before {
            self.shaped.push(before..self.rules.len());
        }
    }

    fn stroked(&mut self, path: &BezPath, ctm: Affine, width: f32, strength: Strength, clip: Rect) {
        for Segment { from, to, .. } in Segments::new(path, ctm) {
            let Some(edge) = Edge::between(from, to) else { continue };
            if width <= MAX_STROKE {
                self.push(edge, width, strength, clip);
            } else if let Some(bbox) = edge.stroke_box(width).intersection(&clip) {
                // A very wide stroke paints a box.
                self.weak_box(bbox);
            }
        }
    }

    fn frame(&mut self, bbox: Rect, width: f32, strength: Strength, clip: Rect) {
        if bbox.width() <= MAX_THICKNESS || bbox.height() <= MAX_THICKNESS {
            // A degenerate rectangle has no area that could be cut at the clip.
            if clip.inflate(0.5).contains(bbox.center()) {
                self.thin(bbox, strength);
            }
            return;
        }
        for edge in Edge::sides(bbox) {
            self.push(edge, width, strength, clip);
        }
    }

    fn filled_box(&mut self, bbox: Rect, ink: Ink, clip: Rect) {
        let Some(seen) = bbox.intersection(&clip) else { return };
        if seen.width().min(seen.height()) <= MAX_THICKNESS {
            // White strips erase; they do not draw.
            if !ink.is_white() {
                self.note_cuts(bbox, seen);
                self.thin(seen, Strength::Drawn);
            }
            return;
        }
        if ink.is_white() {
            let on_backdrop = self.backdrops.iter().rev().take(16).any(|b| b.encloses(&seen, 0.5));
            if !on_backdrop {
                if self.blanks.len() < self.most as usize {
                    self.blanks.push(seen);
                }
                return;
            }
        } else {
            let luminance = 1.0 - (1.0 - ink.luminance) * ink.alpha;
            self.grounds.push((seen, luminance));
            if ink.luminance < 0.6 {
                self.backdrops.push(seen);
            }
        }
        self.weak_box(seen);
    }

    /// Notes the ends of a drawn line of which only a part is `seen`.
    fn note_cuts(&mut self, whole: Rect, seen: Rect) {
        let Point { x, y } = seen.center();
        let beyond = [
            (seen.x0 - whole.x0, Point { x: seen.x0, y }),
            (whole.x1 - seen.x1, Point { x: seen.x1, y }),
            (seen.y0 - whole.y0, Point { x, y: seen.y0 }),
            (whole.y1 - seen.y1, Point { x, y: seen.y1 }),
        ];
        let cuts = beyond.into_iter().filter(|(lost, _)| *lost > CUT_AWAY).map(|(_, at)| at);
        if self.cuts.len() < self.most as usize {
            self.cuts.extend(cuts);
        }
    }

    fn weak_box(&mut self, bbox: Rect) {
        for edge in Edge::sides(bbox) {
            self.push(edge, 0.0, Strength::Weak, bbox.inflate(1.0));
        }
    }

    fn thin(&mut self, bbox: Rect, strength: Strength) {
        let width = bbox.width().min(bbox.height());
        let centre = bbox.center();
        // A dot may belong to a dotted line in either direction; layout joins what is one.
        let is_dot = bbox.width().max(bbox.height()) <= width * DOT_RATIO;
        if is_dot || bbox.width() >= bbox.height() {
            let span = (bbox.x0, bbox.x1);
            let edge = Edge { axis: Axis::Horizontal, position: centre.y, span };
            self.push(edge, width, strength, bbox.inflate(1.0));
        }
        if is_dot || bbox.height() > bbox.width() {
            let span = (bbox.y0, bbox.y1);
            let edge = Edge { axis: Axis::Vertical, position: centre.x, span };
            self.push(edge, width, strength, bbox.inflate(1.0));
        }
    }

    fn filled(&mut self, path: &BezPath, ctm: Affine, ink: Ink, clip: Rect) {
        let mut edges = std::mem::take(&mut self.edges);
        edges.clear();
        let mut outlines = 0;
        let mut last: Option<Outline> = None;
        let mut segments = Segments::new(path, ctm);
        loop {
            let next = segments.next();
            if let Some(outline) = last.take_if(|o| next.is_none_or(|s| s.outline != o.number)) {
                outlines += 1;
                self.outline(&outline, &mut edges, ink, clip);
            }
            let Some(segment) = next else { break };
            let number = segment.outline;
            last.get_or_insert_with(|| Outline::new(number, edges.len())).add(segment, &mut edges);
        }
        // A single box was taken as one; anything else is read by pairs of edges.
        if outlines > 0 && !ink.is_white() {
            self.paired(&mut edges, clip);
        }
        self.edges = edges;
    }

    /// Takes thin outlines and single boxes; leaves the edges of others for pairing.
    fn outline(&mut self, outline: &Outline, edges: &mut Vec<Edge>, ink: Ink, clip: Rect) {
        let whole = outline.bbox;
        let is_box = outline.pieces <= 5 && edges.len() - outline.first_edge == outline.pieces;
        if whole.width().min(whole.height()) <= MAX_THICKNESS {
            edges.truncate(outline.first_edge);
            if let Some(seen) = whole.intersection(&clip)
                && !ink.is_white()
            {
                self.note_cuts(whole, seen);
                self.thin(seen, Strength::Drawn);
            }
        } else if is_box && outline.number == 1 {
            self.filled_box(whole, ink, clip);
        }
    }

    /// Lines that filled outlines draw: overlapping edges at most [`MAX_THICKNESS`] apart.
    ///
    /// Edges are grouped by position and merged along the axis, so that the work is linear in
    /// their number once they are sorted.
    fn paired(&mut self, edges: &mut [Edge], clip: Rect) {
        const SAME: f32 = 0.05;
        edges.sort_by(|a, b| {
            let key = |e: &Edge| (e.axis, (e.position / SAME).round() as i64);
            key(a).cmp(&key(b)).then(a.span.0.total_cmp(&b.span.0))
        });
        let mut lines: Vec<EdgeLine> = Vec::new();
        for edge in edges.iter() {
            match lines.last_mut() {
                Some((axis, position, spans))
                    if *axis == edge.axis && (edge.position - *position).abs() <= SAME =>
                {
                    match spans.last_mut() {
                        Some(last) if edge.span.0 <= last.1 => last.1 = last.1.max(edge.span.1),
                        _ => spans.push(edge.span),
                    }
                }
                _ => lines.push((edge.axis, edge.position, vec![edge.span])),
            }
        }
        for (i, (axis, position, spans)) in lines.iter().enumerate() {
            let near = lines[i + 1..]
                .iter()
                .take_while(|(a, p, _)| a == axis && p - position <= MAX_THICKNESS);
            for (_, other, other_spans) in near {
                let gap = other - position;
                for span in common(spans, other_spans).filter(|s| s.1 - s.0 > gap) {
                    let edge = Edge { axis: *axis, position: position + gap / 2.0, span };
                    self.push(edge, gap, Strength::Drawn, clip);
                }
            }
        }
    }

    fn push(&mut self, edge: Edge, width: f32, strength: Strength, clip: Rect) {
        let (across, along) = match edge.axis {
            Axis::Horizontal => ((clip.y0, clip.y1), (clip.x0, clip.x1)),
            Axis::Vertical => ((clip.x0, clip.x1), (clip.y0, clip.y1)),
        };
        let slack = width / 2.0 + 0.5;
        if edge.position < across.0 - slack || edge.position > across.1 + slack {
            return;
        }
        let span = (edge.span.0.max(along.0), edge.span.1.min(along.1));
        if span.1 - span.0 < MIN_LENGTH || !edge.position.is_finite() {
            return;
        }
        if self.rules.len() >= self.most as usize {
            self.full = true;
            return;
        }
        if span != edge.span && strength == Strength::Drawn {
            let seen = Edge { span, ..edge };
            self.note_cuts(edge.stroke_box(0.0), seen.stroke_box(0.0));
        }
        self.rules.push(Rule { axis: edge.axis, position: edge.position, span, width, strength });
    }
}

fn to_point(p: kurbo::Point) -> Point {
    Point { x: p.x as f32, y: p.y as f32 }
}

impl Edge {
    fn between(a: kurbo::Point, b: kurbo::Point) -> Option<Self> {
        let (dx, dy) = ((b.x - a.x).abs() as f32, (b.y - a.y).abs() as f32);
        if dy <= LEAN.min(dx) + dx * TAN_LEAN && dx > dy {
            Some(Self {
                axis: Axis::Horizontal,
                position: f64::midpoint(a.y, b.y) as f32,
                span: (a.x.min(b.x) as f32, a.x.max(b.x) as f32),
            })
        } else if dx <= LEAN.min(dy) + dy * TAN_LEAN && dy > dx {
            Some(Self {
                axis: Axis::Vertical,
                position: f64::midpoint(a.x, b.x) as f32,
                span: (a.y.min(b.y) as f32, a.y.max(b.y) as f32),
            })
        } else {
            None
        }
    }

    fn stroke_box(self, width: f32) -> Rect {
        let (from, to) = self.span;
        let (low, high) = (self.position - width / 2.0, self.position + width / 2.0);
        match self.axis {
            Axis::Horizontal => Rect::new(from, low, to, high),
            Axis::Vertical => Rect::new(low, from, high, to),
        }
    }

    fn sides(r: Rect) -> [Self; 4] {
        let h = |position| Self { axis: Axis::Horizontal, position, span: (r.x0, r.x1) };
        let v = |position| Self { axis: Axis::Vertical, position, span: (r.y0, r.y1) };
        [h(r.y0), h(r.y1), v(r.x0), v(r.x1)]
    }
}

/// White lines separate shaded cells, but are not seen on paper.
fn strength(ink: Ink) -> Strength {
    if ink.is_white() { Strength::Weak } else { Strength::Drawn }
}

fn scale(ctm: Affine) -> f32 {
    ctm.determinant().abs().sqrt() as f32
}

fn is_axis_parallel(ctm: Affine) -> bool {
    let [a, b, c, d, ..] = ctm.as_coeffs().map(f64::abs);
    let small = 0.005;
    (b <= a * small && c <= d * small) || (a <= b * small && d <= c * small)
}

/// Edges on one position, merged along their axis: axis, position, ascending spans.
type EdgeLine = (Axis, f32, Vec<(f32, f32)>);

/// One outline of a filled path while it is read.
struct Outline {
    /// Counted from 1 within the path.
    number: usize,
    first_edge: usize,
    pieces: usize,
    bbox: Rect,
}

impl Outline {
    fn new(number: usize, first_edge: usize) -> Self {
        let nothing = f32::INFINITY;
        let bbox = Rect { x0: nothing, y0: nothing, x1: -nothing, y1: -nothing };
        Self { number, first_edge, pieces: 0, bbox }
    }

    fn add(&mut self, segment: Segment, edges: &mut Vec<Edge>) {
        edges.extend(Edge::between(segment.from, segment.to));
        let piece = to_rect(kurbo::Rect::from_points(segment.from, segment.to));
        self.bbox = self.bbox.union(&piece);
        self.pieces += 1;
    }
}

/// The overlaps of two lists of disjoint ascending spans.
fn common<'s>(a: &'s [(f32, f32)], b: &'s [(f32, f32)]) -> impl Iterator<Item = (f32, f32)> + 's {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let (x, y) = (a.get(i)?, b.get(j)?);
            let overlap = (x.0.max(y.0), x.1.min(y.1));
            if x.1 <= y.1 {
                i += 1;
            } else {
                j += 1;
            }
            if overlap.0 < overlap.1 {
                return Some(overlap);
            }
        }
    })
}

/// A straight piece of a path on the page.
#[derive(Clone, Copy)]
struct Segment {
    from: kurbo::Point,
    to: kurbo::Point,
    /// Number of the outline it belongs to, from 1.
    outline: usize,
}

/// The segments of a path on the page. A curve counts as its chord, which is never parallel to
/// an axis for the corner of a rounded box. Fills close each outline by themselves.
struct Segments<'p> {
    elements: std::slice::Iter<'p, PathEl>,
    ctm: Affine,
    start: kurbo::Point,
    at: kurbo::Point,
    outline: usize,
}

impl<'p> Segments<'p> {
    fn new(path: &'p BezPath, ctm: Affine) -> Self {
        let at = kurbo::Point::ZERO;
        Self { elements: path.elements().iter(), ctm, start: at, at, outline: 0 }
    }
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Self::Item> {
        for element in self.elements.by_ref() {
            let to = match *element {
                PathEl::MoveTo(p) => {
                    self.at = self.ctm * p;
                    self.start = self.at;
                    self.outline += 1;
                    continue;
                }
                PathEl::LineTo(p) | PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => self.ctm * p,
                PathEl::ClosePath => self.start,
            };
            let from = std::mem::replace(&mut self.at, to);
            if from != to {
                return Some(Segment { from, to, outline: self.outline });
            }
        }
        None
    }
}
