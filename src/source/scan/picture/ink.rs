//! Gray pictures → black and white ones.

use super::PixelRule;
use crate::model::page::Axis;
use image::GrayImage;

/// What of a gray picture is ink of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Ridge {
    /// Gray level below which everything is ink.
    pub threshold: u8,
    /// Least difference in gray levels to both sides.
    pub contrast: u8,
    /// Distance to the sides in pixels.
    pub reach: usize,
}

/// A black and white picture, one byte a pixel: 1 is ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ink {
    pub width: usize,
    pub height: usize,
    /// Row by row, `width * height` bytes.
    pub data: Vec<u8>,
}

impl Ink {
    /// Pixels darker than `threshold` (gray level) are ink.
    pub fn darker(gray: &GrayImage, threshold: u8) -> Self {
        let data = gray.as_raw().iter().map(|&v| u8::from(v < threshold)).collect();
        Self { width: gray.width() as usize, height: gray.height() as usize, data }
    }

    /// Ink of rules that run along `axis`: pixels darker than `threshold`, and those darker by
    /// `contrast` than what lies `reach` pixels away on both sides of such a rule. A hairline is
    /// never black, but it is darker than the paper beside it.
    pub fn of_rules(gray: &GrayImage, axis: Axis, ridge: Ridge) -> Self {
        let mut ink = Self::darker(gray, ridge.threshold);
        let (w, h) = (ink.width, ink.height);
        let reach = ridge.reach;
        let data = gray.as_raw().as_slice();
        let mut mark = |from: usize, n: usize, step: usize| {
            let out = &mut ink.data[from..from + n];
            let before = &data[from - step..][..n];
            let (own, after) = (&data[from..][..n], &data[from + step..][..n]);
            for (((v, &a), &o), &b) in out.iter_mut().zip(before).zip(own).zip(after) {
                *v |= u8::from(a.min(b).saturating_sub(o) >= ridge.contrast);
            }
        };
        match axis {
            Axis::Horizontal if h > 2 * reach => {
                mark(reach * w, (h - 2 * reach) * w, reach * w);
            }
            Axis::Vertical if w > 2 * reach => {
                for y in 0..h {
                    mark(y * w + reach, w - 2 * reach, reach);
                }
            }
            _ => {}
        }
        ink
    }

    pub fn row(&self, y: usize) -> &[u8] {
        &self.data[y * self.width..(y + 1) * self.width]
    }

    /// Whether the pixel exists and is ink.
    pub fn at(&self, x: isize, y: isize) -> bool {
        (0..self.width.cast_signed()).contains(&x)
            && (0..self.height.cast_signed()).contains(&y)
            && self.data[y as usize * self.width + x as usize] != 0
    }

    /// Rows and columns swapped, so that what is written for rows serves columns.
    pub fn transposed(&self) -> Self {
        // Square blocks keep both sides within the cache.
        const BLOCK: usize = 32;
        let (w, h) = (self.width, self.height);
        let mut data = vec![0; w * h];
        for by in (0..h).step_by(BLOCK) {
            for bx in (0..w).step_by(BLOCK) {
                for y in by..(by + BLOCK).min(h) {
                    for x in bx..(bx + BLOCK).min(w) {
                        data[x * h + y] = self.data[y * w + x];
                    }
                }
            }
        }
        Self { width: h, height: w, data }
    }
}

/// Runs of ink in one row, as half-open ranges.
pub fn runs(row: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + row[at..].iter().position(|&v| v != 0)?;
        let end = row[start..].iter().position(|&v| v == 0).map_or(row.len(), |n| start + n);
        at = end;
        Some((start, end))
    })
}

/// Otsu's threshold of the print on a picture with white ground, kept within `low..=high`.
///
/// The ink of `rules` is left out: heavy borders are blacker than the thin strokes of small print,
/// and the split between these two would win. So are levels of the ground itself (above 235): a page
/// is nearly all ground, and the split of its noise would win over the split between ink and ground.
pub fn threshold(gray: &GrayImage, rules: &[PixelRule], low: u8, high: u8) -> u8 {
    let mut counts = [0_u64; 256];
    for &v in gray.as_raw() {
        counts[v as usize] += 1;
    }
    let (width, height) = gray.dimensions();
    for rule in rules {
        let clip = |from: f32, to: f32, size: u32| {
            from.max(0.0).floor() as u32..(to.max(0.0).ceil() as u32).min(size)
        };
        // A blurred border has a fringe of about a pixel.
        let half = rule.width / 2.0 + 1.5;
        let across = (rule.position - half, rule.position + half);
        let ((x0, x1), (y0, y1)) = match rule.axis {
            Axis::Horizontal => (rule.span, across),
            Axis::Vertical => (across, rule.span),
        };
        for y in clip(y0, y1, height) {
            for x in clip(x0, x1, width) {
                let count = &mut counts[gray.get_pixel(x, y)[0] as usize];
                // Where two rules cross, ink is taken away twice.
                *count = count.saturating_sub(1);
            }
        }
    }
    counts[235..].fill(0);
    // The ground counts as much as what may be ink, whatever its share of the page.
    let ink: u64 = counts[..high as usize].iter().sum();
    counts[255] = ink;
    let total: u64 = counts.iter().sum();
    let sum: u64 = counts.iter().enumerate().map(|(v, n)| v as u64 * n).sum();
    let (mut below, mut sum_below, mut best) = (0_u64, 0_u64, (0.0_f64, low));
    for (v, n) in counts.iter().enumerate() {
        below += n;
        sum_below += v as u64 * n;
        let above = total - below;
        if below == 0 || above == 0 {
            continue;
        }
        let apart = sum_below as f64 / below as f64 - (sum - sum_below) as f64 / above as f64;
        let between = below as f64 * above as f64 * apart * apart;
        if between > best.0 {
            best = (between, v as u8);
        }
    }
    best.1.saturating_add(1).clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;

    #[test]
    fn runs_are_found_at_both_ends() {
        assert_eq!(runs(&[1, 1, 0, 1, 0, 0, 1]).collect::<Vec<_>>(), [(0, 2), (3, 4), (6, 7)]);
        assert_eq!(runs(&[0, 0]).count(), 0);
        assert_eq!(runs(&[]).count(), 0);
    }

    #[test]
    fn transposing_twice_changes_nothing() {
        let ink =
            Ink { width: 37, height: 70, data: (0..37 * 70).map(|i| (i % 3) as u8).collect() };
        let once = ink.transposed();
        assert_eq!((once.width, once.height), (70, 37));
        assert_eq!(once.data[5 * 70 + 9], ink.data[9 * 37 + 5]);
        assert_eq!(once.transposed(), ink);
    }

    #[test]
    fn the_threshold_lies_between_ink_and_ground() {
        let gray = GrayImage::from_fn(100, 100, |x, _| image::Luma([if x < 3 { 60 } else { 250 }]));
        assert!((61..=200).contains(&threshold(&gray, &[], 40, 200)));
        assert!((40..=200).contains(&threshold(&GrayImage::new(0, 0), &[], 40, 200)));
    }
    #[test]
    fn heavy_borders_do_not_make_small_print_ground() {
        // A black border of 20 columns, and 3 columns of gray print.
        let level = |x: u32| if x < 20 { 0 } else { 170 };
        let page = GrayImage::from_fn(200, 100, |x, _| {
            image::Luma([if x < 20 || (60..63).contains(&x) { level(x) } else { 250 }])
        });
        let border = PixelRule {
            axis: Axis::Vertical,
            position: 10.0,
            span: (0.0, 100.0),
            width: 20.0,
            strength: Strength::Drawn,
        };
        assert!(threshold(&page, &[], 40, 200) <= 170);
        assert!(threshold(&page, &[border], 40, 200) > 170);
    }
}
