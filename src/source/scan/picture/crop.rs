//! Lines of text → small pictures that show nothing else.

use super::blobs::{Blob, Run};
use super::ink::Ink;
use super::text::{RULE, bbox};
use super::{PixelBox, TextLine};
use image::{GrayImage, Luma};

/// White around a line, in points.
const MARGIN: f32 = 1.2;

/// Cuts out each line: the gray of its own ink and the fringe around, on white.
///
/// One pass over the runs of the page serves all lines.
pub fn crops(
    blobs: &[Blob],
    runs: &[Run],
    lines: &[Vec<usize>],
    ink: &Ink,
    gray: &GrayImage,
    scale: f32,
) -> Vec<TextLine> {
    let margin = (MARGIN * scale).ceil().max(2.0) as u32;
    let fringe = (0.35 * scale).round().max(1.0) as u32;
    let mut owner = vec![u32::MAX; blobs.len()];
    let mut found: Vec<TextLine> = Vec::with_capacity(lines.len());
    for (i, members) in lines.iter().enumerate() {
        for &m in members {
            owner[m] = i as u32;
        }
        let bbox = bbox(blobs, members);
        let size = (bbox.width() + 2 * margin, bbox.height() + 2 * margin);
        let crop = GrayImage::from_pixel(size.0, size.1, Luma([255]));
        found.push(TextLine { bbox, crop });
    }
    let (w, h) = gray.dimensions();
    for run in runs {
        let Some(line) = found.get_mut(owner[run.blob as usize] as usize) else { continue };
        let PixelBox { x0: left, y0: top, .. } = line.bbox;
        let columns = run.x0.saturating_sub(fringe)..(run.x1 + fringe).min(w);
        for y in run.y.saturating_sub(fringe)..=(run.y + fringe).min(h - 1) {
            for x in columns.clone() {
                if ink.data[y as usize * ink.width + x as usize] != RULE {
                    let at = (x + margin - left, y + margin - top);
                    line.crop.put_pixel(at.0, at.1, *gray.get_pixel(x, y));
                }
            }
        }
    }
    found
}
