//! The interpreter's drawing calls, collected as glyphs, rules and images.

use super::classify::SCAN_COVERAGE;
use super::glyphs::{GlyphSink, Undecoded};
use super::paths::{Drawn, RuleSink};
use super::strokes;
use crate::model::geometry::{Point, Rect};
use crate::model::limits::{Limit, Limits};
use crate::model::page::{Glyph, ImageBox, Rule};
use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::kurbo::{self, Affine, BezPath, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

/// How an area or a line is coloured, as far as borders are concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    /// Relative luminance, 0 black to 1 white.
    pub luminance: f32,
    /// 0 transparent to 1 opaque.
    pub alpha: f32,
}

impl Ink {
    /// Paper white: drawn, but not seen on an empty page.
    pub fn is_white(self) -> bool {
        self.luminance > 0.985
    }

    pub fn is_invisible(self) -> bool {
        self.alpha < 0.02
    }

    fn of(paint: &Paint<'_>) -> Self {
        match paint {
            Paint::Color(color) => {
                let [r, g, b, a] = color.to_rgba().components();
                // Rec. 709 luma.
                Self { luminance: 0.2126 * r + 0.7152 * g + 0.0722 * b, alpha: a }
            }
            // What a pattern shows is not known; treat it as visible.
            Paint::Pattern(_) => Self { luminance: 0.5, alpha: 1.0 },
        }
    }
}

/// What one pass over a page's content yields.
pub(super) struct Collector {
    page: Rect,
    clips: Vec<Rect>,
    glyphs: GlyphSink,
    rules: RuleSink,
    images: Vec<ImageBox>,
    covers: usize,
    /// Opacity of each open transparency group, those around it included.
    opacities: Vec<f32>,
}

/// Ink that differs by less from its ground is pale, in luminance. Watermarks keep off three
/// quarters of the way to white, while grey print stays darker than that to be read.
const PALE: f32 = 0.3;

/// Least side of a box that can hide text, in points.
const MIN_COVER: f32 = 4.0;

/// Boxes that are checked for text below them; cells with a ground of their own make hundreds.
const MAX_COVERS: usize = 2_000;

/// The marks of a page, in painting order.
pub(super) struct Marks {
    pub glyphs: Vec<Glyph>,
    /// Characters that are drawn, but not seen: invisibly, or beneath something opaque. Behind the
    /// picture of a page they are what another recogniser made of it.
    pub hidden: Vec<Glyph>,
    /// Characters too small to be read on paper, which were left out.
    pub tiny: usize,
    /// Characters beyond the edges of the page, which were left out.
    pub outside: usize,
    pub rules: Vec<Rule>,
    /// Where the edge of the page or of a clip ends a line that goes on beyond.
    pub cuts: Vec<Point>,
    /// Shapes that are not made of lines along the axes alone: ornaments, or text as outlines.
    pub shapes: usize,
    pub images: Vec<ImageBox>,
    /// Limits that were reached; what came after was not kept.
    pub reached: Vec<Limit>,
}

impl Marks {
    /// Whether nothing was drawn at all, not even a space, nor what nobody can see.
    pub fn shows_nothing(&self) -> bool {
        self.glyphs.is_empty()
            && self.hidden.is_empty()
            && self.tiny + self.outside + self.shapes == 0
            && self.rules.is_empty()
            && self.images.is_empty()
    }
}

impl Collector {
    /// A collector for a page of the given size as displayed, in points.
    pub fn new(size_pt: (f32, f32), limits: &Limits) -> Self {
        let page = Rect::new(0.0, 0.0, size_pt.0, size_pt.1);
        Self {
            page,
            clips: vec![page],
            glyphs: GlyphSink::new(limits.glyphs, page),
            rules: RuleSink::new(limits.rules),
            images: Vec::new(),
            covers: 0,
            opacities: Vec::new(),
        }
    }

    /// What was drawn, and the glyphs whose characters are not known yet.
    pub fn finish(self) -> (Marks, Vec<Undecoded>) {
        let reached = self.glyphs.reached().into_iter().chain(self.rules.reached()).collect();
        let (tiny, outside) = (self.glyphs.tiny(), self.glyphs.outside());
        let (glyphs, undecoded, hidden) = self.glyphs.finish();
        let Drawn { mut rules, cuts, shaped, shapes } = self.rules.finish();
        strokes::leave_out(&mut rules, &shaped, &glyphs);
        let images = self.images;
        (Marks { glyphs, hidden, tiny, outside, rules, cuts, shapes, images, reached }, undecoded)
    }

    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or(self.page)
    }

    /// Text painted before an opaque box is not seen through it.
    fn cover(&mut self, bbox: Rect) {
        // Thin boxes are lines; they strike text through, but do not hide it.
        let large = bbox.height() > MIN_COVER && bbox.width() > MIN_COVER;
        if large && self.covers < MAX_COVERS {
            self.covers += usize::from(!self.glyphs.is_empty());
            self.glyphs.hide_from(0, |g| bbox.contains(g.bbox.center()));
        }
    }

    /// Whether nothing shows through an image.
    fn is_opaque(&self, image: &Image<'_, '_>, props: &ImageDrawProps<'_>) -> bool {
        let Image::Raster(raster) = image else { return false };
        let dict = raster.stream().dict();
        let masks: [&[u8]; 3] = [b"SMask", b"Mask", b"SMaskInData"];
        props.soft_mask.is_none()
            && matches!(props.blend_mode, BlendMode::Normal)
            && self.opacities.last().is_none_or(|opacity| *opacity > 0.95)
            && masks.iter().all(|key| !dict.contains_key(*key))
    }

    fn push_clip(&mut self, bounds: kurbo::Rect) {
        let clip = self.clip().intersection(&to_rect(bounds)).unwrap_or_default();
        self.clips.push(clip);
    }
}

/// Converts the interpreter's rectangle (points, `f64`) to ours.
pub(super) fn to_rect(r: kurbo::Rect) -> Rect {
    Rect::new(r.x0 as f32, r.y0 as f32, r.x1 as f32, r.y1 as f32)
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let ink = Ink::of(&props.paint);
        self.rules.path(path, props.transform, mode, ink, self.clip());
    }

    fn draw_rect(&mut self, rect: &kurbo::Rect, props: DrawProps<'a>, mode: &DrawMode) {
        let ink = Ink::of(&props.paint);
        let opaque = ink.alpha > 0.95
            && matches!(props.paint, Paint::Color(_))
            && props.soft_mask.is_none()
            && matches!(props.blend_mode, BlendMode::Normal);
        if opaque && matches!(mode, DrawMode::Fill(_)) {
            let bbox = to_rect(props.transform.transform_rect_bbox(*rect));
            if let Some(seen) = bbox.intersection(&self.clip()) {
                self.cover(seen);
            }
        }
        self.rules.rect(*rect, props.transform, mode, ink, self.clip());
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.push_clip(clip_path.path.bounding_box());
    }

    fn push_clip_rect(&mut self, rect: &kurbo::Rect) {
        self.push_clip(*rect);
    }

    fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        _mask: Option<SoftMask<'a>>,
        _blend_mode: BlendMode,
    ) {
        let around = self.opacities.last().copied().unwrap_or(1.0);
        self.opacities.push(around * opacity);
    }

    fn pop_transparency_group(&mut self) {
        self.opacities.pop();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let ink = Ink::of(&props.paint);
        let invisible = matches!(mode, DrawMode::Invisible) || ink.is_invisible();
        let (clip, before) = (self.clip(), self.glyphs.len());
        self.glyphs.run(run, props.transform, invisible, clip);
        if ink.is_white() && self.images.is_empty() {
            // White letters are seen on a coloured ground only.
            let rules = &self.rules;
            self.glyphs.hide_from(before, |g| !rules.is_coloured(g.bbox.center()));
        }
        let opacity = ink.alpha * self.opacities.last().copied().unwrap_or(1.0);
        if (1.0 - ink.luminance) * opacity < PALE {
            let rules = &self.rules;
            self.glyphs.mark_pale_from(before, |g| {
                // Ink that is lighter than its ground is meant to be read: white on a heading.
                let darker = rules.ground(g.bbox.center()) - ink.luminance;
                darker > -0.02 && darker * opacity < PALE
            });
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        // The interpreter hands over the image's own pixel space; its corners are what counts.
        let pixels = (image.width(), image.height());
        let bounds = image_bounds(props.transform, pixels);
        let Some(bbox) = self.clip().intersection(&bounds) else { return };
        if self.is_opaque(&image, &props) && bbox.area() >= SCAN_COVERAGE * self.page.area() {
            // Some archives put the recognised text beneath the picture.
            self.glyphs.hide_from(0, |g| bbox.contains(g.bbox.center()));
        }
        self.rules.image(bbox);
        self.images.push(ImageBox { bbox, pixels });
    }

    fn begin_marked_content(&mut self, _tag: &[u8], properties: Option<&Dict<'_>>) {
        self.glyphs.begin_marked_content(properties);
    }

    fn end_marked_content(&mut self) {
        self.glyphs.end_marked_content();
    }
}

fn image_bounds(transform: Affine, (w, h): (u32, u32)) -> Rect {
    let unit = kurbo::Rect::new(0.0, 0.0, f64::from(w), f64::from(h));
    to_rect(transform.transform_rect_bbox(unit))
}
