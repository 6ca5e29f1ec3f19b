//! Lines of text → small pictures that show nothing else.

use super::blobs::Run;
use super::faint::Faint;
use super::ink::Ink;
use super::strike::RULE;
use super::{PixelBox, TextLine};
use image::{GrayImage, Luma};

/// White around a line, in points.
const MARGIN: f32 = 1.2;

/// Cuts out each line: the gray of its own ink and the fringe around, on white.
///
/// `boxes` are those of the lines, `dark` the runs of dark ink with the line of each blob. One
/// pass over the runs of the page serves all lines.
pub fn crops(
    boxes: &[PixelBox],
    (dark, owner): (&[Run], &[u32]),
    faint: &Faint<'_>,
    ink: &Ink,
    gray: &GrayImage,
    scale: f32,
) -> Vec<TextLine> {
    let margin = (MARGIN * scale).ceil().max(2.0) as u32;
    let fringe = (0.35 * scale).round().max(1.0) as u32;
    let blank = |bbox: &PixelBox| {
        let size = (bbox.width() + 2 * margin, bbox.height() + 2 * margin);
        let crop = GrayImage::from_pixel(size.0, size.1, Luma([255]));
        TextLine { bbox: *bbox, crop, crossed: [false; 2] }
    };
    let mut found: Vec<TextLine> = boxes.iter().map(blank).collect();
    let (w, h) = gray.dimensions();
    let mut paint = |run: &Run, line: u32| {
        let Some(line) = found.get_mut(line as usize) else { return };
        let PixelBox { x0, y0, x1, y1 } = line.bbox;
        let columns = run.x0.saturating_sub(fringe).max(x0.saturating_sub(fringe))
            ..(run.x1 + fringe).min(x1 + fringe).min(w);
        let rows = run.y.saturating_sub(fringe).max(y0.saturating_sub(fringe))
            ..(run.y + fringe + 1).min(y1 + fringe).min(h);
        for y in rows {
            for x in columns.clone() {
                if ink.data[y as usize * ink.width + x as usize] != RULE {
                    let at = (x + margin - x0, y + margin - y0);
                    line.crop.put_pixel(at.0, at.1, *gray.get_pixel(x, y));
                }
            }
        }
    };
    for run in dark {
        paint(run, owner[run.blob as usize]);
    }
    for run in faint.runs {
        for &line in &faint.lines[run.blob as usize] {
            paint(run, line);
        }
    }
    found
}
