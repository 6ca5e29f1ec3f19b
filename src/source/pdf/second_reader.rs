//! The second reader: `pdf-extract`, which decodes some fonts that the first reader cannot.
//!
//! # Limitations
//! It panics on damaged files and on predefined CJK CMaps, ignores the matrices of form
//! XObjects, and writes to standard output: run it in a process of its own, and take its text
//! only where it reads more than the first reader. Its types stay in this module.

use crate::model::geometry::{Point, Rect};
use crate::model::page::{Glyph, Origin, Turn};
use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

/// Reads the characters of page `number` (from 1); `None` if the page cannot be read.
#[must_use]
pub fn read(bytes: &[u8], number: u32) -> Option<Vec<Glyph>> {
    let document = pdf_extract::Document::load_mem(bytes).ok()?;
    let mut collector = Collector::default();
    pdf_extract::output_doc_page(&document, &mut collector, number).ok()?;
    Some(collector.glyphs)
}

#[derive(Default)]
struct Collector {
    /// Lower left and upper right corner of the page in PDF coordinates.
    media: [f64; 4],
    glyphs: Vec<Glyph>,
}

impl OutputDev for Collector {
    fn begin_page(
        &mut self,
        _page: u32,
        media: &MediaBox,
        _art: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.media = [media.llx, media.lly, media.urx, media.ury];
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let scale = (trm.m11 * trm.m11 + trm.m12 * trm.m12).sqrt();
        let size = font_size * scale;
        let (x, y) = (trm.m31 - self.media[0], self.media[3] - trm.m32);
        let n = text.chars().count().max(1) as f64;
        let step = width * size / n;
        for (i, ch) in text.chars().enumerate() {
            let x0 = x + step * i as f64;
            let bbox = Rect::new(
                x0 as f32,
                (y - 0.88 * size) as f32,
                (x0 + step) as f32,
                (y + 0.12 * size) as f32,
            );
            self.glyphs.push(Glyph {
                ch,
                bbox,
                origin: Point { x: x0 as f32, y: y as f32 },
                font_size: size as f32,
                turn: Turn::None,
                from: Origin::SecondReader,
                confidence: 0.9,
                pale: false,
            });
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}
