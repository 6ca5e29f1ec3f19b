//! Pictures of pages → pages of glyphs and rules.

mod picture;

use crate::model::geometry::{Point, Rect};
use crate::model::page::{Axis, Glyph, Origin, Page, PageKind, Rule, Turn};

/// A page of rules and of one placeholder glyph for each square of a text line.
#[doc(hidden)]
pub fn page(image: image::DynamicImage, dpi: f32) -> (Page, image::GrayImage, usize) {
    let ready = picture::prepare(image, dpi);
    let scale = ready.dpi / 72.0;
    let mut page = Page {
        number: 1,
        size_pt: (ready.image.width() as f32 / scale, ready.image.height() as f32 / scale),
        kind: PageKind::Scanned,
        rotation: ready.turned,
        ..Page::default()
    };
    page.rules = ready
        .rules
        .iter()
        .map(|r| Rule {
            axis: r.axis,
            position: r.position / scale,
            span: (r.span.0 / scale, r.span.1 / scale),
            width: r.width / scale,
            strength: r.strength,
        })
        .collect();
    for line in &ready.lines {
        let b = line.bbox;
        let (x0, x1) = (b.x0 as f32 / scale, b.x1 as f32 / scale);
        let (y0, y1) = (b.y0 as f32 / scale, b.y1 as f32 / scale);
        let n = ((x1 - x0) / (y1 - y0)).round().max(1.0);
        for i in 0..n as usize {
            let step = (x1 - x0) / n;
            let x = x0 + i as f32 * step;
            page.glyphs.push(Glyph {
                ch: '口',
                bbox: Rect::new(x, y0, x + step, y1),
                origin: Point { x, y: y1 },
                font_size: y1 - y0,
                turn: Turn::None,
                from: Origin::Recognised,
                confidence: 1.0,
            });
        }
    }
    let _ = Axis::Horizontal;
    let marks = ready.marks.len();
    (page, ready.image, marks)
}
