//! A line's picture in the shape that the network takes.

use crate::model::recognizer::LineImage;

/// Height of the network's input in pixels (PP-OCR, `rec_img_shape`).
pub const HEIGHT: u32 = 48;

/// Widths are filled up to a multiple of this: the network halves them three times.
const GRAIN: u32 = 8;

/// Widest input in pixels. A line of 200 characters is about 9,600 wide; what is wider is no
/// line of text, and is squeezed.
const MAX_WIDTH: u32 = 12_800;

/// Width of a line's picture at the network's height, in pixels, before it is filled up.
pub fn scaled_width(line: &LineImage) -> u32 {
    let width = f64::from(line.width) * f64::from(HEIGHT) / f64::from(line.height.max(1));
    (width.ceil() as u32).clamp(1, MAX_WIDTH)
}

/// The width of the network's input for a picture that is `scaled` pixels wide.
pub fn input_width(scaled: u32) -> u32 {
    scaled.next_multiple_of(GRAIN)
}

/// Scales a picture to [`HEIGHT`] × `scaled` pixels by linear interpolation, fills it up on the
/// right with the middle gray that the network was trained with, and maps 0–255 to −1–1.
/// Row by row, `HEIGHT * input_width(scaled)` values.
pub fn normalised(line: &LineImage, scaled: u32) -> Vec<f32> {
    let stride = input_width(scaled) as usize;
    let mut plane = vec![0.0; stride * HEIGHT as usize];
    let columns = samples(line.width, scaled);
    let rows = samples(line.height, HEIGHT);
    let width = line.width as usize;
    for (row, target) in rows.iter().zip(plane.chunks_exact_mut(stride)) {
        let upper = &line.pixels[row.0 * width..][..width];
        let lower = &line.pixels[row.1 * width..][..width];
        for (column, value) in columns.iter().zip(target) {
            let mix = |line: &[u8]| {
                let (a, b) = (f32::from(line[column.0]), f32::from(line[column.1]));
                a + (b - a) * column.2
            };
            let (a, b) = (mix(upper), mix(lower));
            // Whole levels, as the pictures that the network was trained with.
            let level = (a + (b - a) * row.2).round();
            *value = (level / 255.0 - 0.5) / 0.5;
        }
    }
    plane
}

/// For each of `to` pixels the two neighbours among `from` pixels and the weight of the second;
/// pixel centres stand at halves.
fn samples(from: u32, to: u32) -> Vec<(usize, usize, f32)> {
    let last = from.saturating_sub(1);
    (0..to)
        .map(|i| {
            let at = (i as f32 + 0.5) * from as f32 / to as f32 - 0.5;
            let at = at.clamp(0.0, last as f32);
            let low = at.floor();
            (low as usize, (low as usize + 1).min(last as usize), at - low)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(width: u32, height: u32, level: u8) -> LineImage {
        LineImage { width, height, pixels: vec![level; (width * height) as usize] }
    }

    #[test]
    fn pictures_keep_their_aspect_and_are_filled_up() {
        let picture = line(100, 24, 255);
        assert_eq!(scaled_width(&picture), 200);
        assert_eq!(scaled_width(&line(1, 1000, 0)), 1);
        let plane = normalised(&picture, 197);
        assert_eq!(plane.len(), 48 * 200);
        assert!(plane[..197].iter().all(|v| *v == 1.0) && plane[197..200] == [0.0; 3]);
    }

    #[test]
    fn levels_are_mixed_between_pixels() {
        let picture = LineImage { width: 2, height: 1, pixels: vec![0, 255] };
        let plane = normalised(&picture, 4);
        assert_eq!(plane[0], -1.0);
        assert!((plane[1] + 0.5).abs() < 0.01 && (plane[2] - 0.5).abs() < 0.01);
        assert_eq!(plane[3], 1.0);
    }
}
