//! Uneven light → white ground; faded print → dark print.

use image::GrayImage;

/// Side of the blocks in which the ground is looked for, in points: wider than a bold stroke, so
/// that each block of text shows some paper.
const BLOCK: f32 = 9.0;

/// Share of a block's pixels that are darker than its ground.
const GROUND: f32 = 0.85;

/// Ground darker than this share of the page's is not shade but something printed.
const DARKEST: f32 = 0.45;

/// Divides by the ground: paper becomes white wherever light was lost.
pub fn flatten(gray: GrayImage, dpi: f32) -> GrayImage {
    let (w, h) = (gray.width() as usize, gray.height() as usize);
    let size = ((BLOCK * dpi / 72.0).round() as usize).max(8);
    let (cols, rows) = (w.div_ceil(size), h.div_ceil(size));
    if cols == 0 || rows == 0 {
        return gray;
    }
    let mut ground = blocks(&gray, size, cols, rows);
    let mut sorted = ground.clone();
    sorted.sort_unstable();
    let page = sorted[sorted.len() * 3 / 4];
    let least = ((f32::from(page) * DARKEST) as u8).max(1);
    for v in &mut ground {
        if *v < least {
            *v = page;
        }
    }
    let ground = smooth(&brightest(&ground, cols, rows), cols, rows);
    if ground.iter().all(|&v| v >= 252) {
        return gray;
    }
    divide(gray, &ground, size, cols, rows)
}

/// Share of a page's pixels that are its darkest print: a third of a line of small type.
const PRINT: f64 = 0.0002;

/// Gray levels of the darkest print of sound scans end here; darker print is left as it is.
const SOUND: u8 = 100;

/// Print paler than this on white is not told from shade and from what shines through.
const PALEST: u8 = 190;

/// What is darker than this on more than this share of a block is no print: the lid of a copier, a hole.
const BLACK: u8 = 128;
const SOLID: f64 = 0.5;

/// Makes the print of a page that is pale as a whole (worn toner, copies of copies, wrong exposure) as dark
/// as that of others; `gray` has a white ground. One dark line shows that the rest is pale on purpose.
pub fn deepen(mut gray: GrayImage, dpi: f32) -> GrayImage {
    let darkest = darkest_print(&gray, ((BLOCK * dpi / 72.0).round() as usize).max(8));
    if !(SOUND + 1..=PALEST).contains(&darkest) {
        return gray;
    }
    let levels: Vec<u8> = (0..=255_u32)
        .map(|v| {
            let deeper = (255 - v) * u32::from(255 - SOUND) / u32::from(255 - darkest);
            255 - deeper.min(255) as u8
        })
        .collect();
    gray.as_flat_samples_mut().samples.iter_mut().for_each(|v| *v = levels[usize::from(*v)]);
    gray
}

/// The gray level at which a page's print begins, seen in blocks of pixels that neither are black as a whole
/// nor stand beside such.
fn darkest_print(gray: &GrayImage, size: usize) -> u8 {
    let (w, h) = (gray.width() as usize, gray.height() as usize);
    let (cols, rows) = (w.div_ceil(size), h.div_ceil(size));
    let data = gray.as_raw().as_slice();
    let block = |c: usize, r: usize| {
        let columns = c * size..((c + 1) * size).min(w);
        (r * size..((r + 1) * size).min(h)).map(move |y| &data[y * w..][columns.clone()])
    };
    let mut light = vec![255_u8; cols * rows];
    for (i, light) in light.iter_mut().enumerate() {
        let (dark, all) = block(i % cols, i / cols).fold((0, 0), |(dark, all), row| {
            (dark + row.iter().filter(|&&v| v < BLACK).count(), all + row.len())
        });
        if dark as f64 > SOLID * all as f64 {
            *light = 0;
        }
    }
    let light = around(&light, cols, rows, |near| near.min().unwrap_or(255));
    let mut counts = [0_u64; 256];
    for i in (0..light.len()).filter(|&i| light[i] > 0) {
        block(i % cols, i / cols).flatten().for_each(|&v| counts[usize::from(v)] += 1);
    }
    level(&counts, (data.len() as f64 * PRINT) as u64)
}

/// The gray level up to which more than so many pixels are counted.
fn level(counts: &[u64; 256], wanted: u64) -> u8 {
    let mut seen = 0;
    let level = counts.iter().position(|n| {
        seen += n;
        seen > wanted
    });
    level.unwrap_or(255) as u8
}

/// The ground's level of each block.
fn blocks(gray: &GrayImage, size: usize, cols: usize, rows: usize) -> Vec<u8> {
    let (w, h) = (gray.width() as usize, gray.height() as usize);
    let data = gray.as_raw();
    let mut ground = Vec::with_capacity(cols * rows);
    for by in 0..rows {
        for bx in 0..cols {
            let mut counts = [0_u64; 256];
            let mut total = 0_u64;
            // Every other pixel tells enough about a level.
            for y in (by * size..((by + 1) * size).min(h)).step_by(2) {
                for x in (bx * size..((bx + 1) * size).min(w)).step_by(2) {
                    counts[data[y * w + x] as usize] += 1;
                    total += 1;
                }
            }
            ground.push(level(&counts, (total as f32 * GROUND) as u64));
        }
    }
    ground
}

/// The brightest of each block and its neighbours: text alone never makes a ground.
fn brightest(ground: &[u8], cols: usize, rows: usize) -> Vec<u8> {
    around(ground, cols, rows, |levels| levels.max().unwrap_or(255))
}

/// The mean of each block and its neighbours.
fn smooth(ground: &[u8], cols: usize, rows: usize) -> Vec<u8> {
    around(ground, cols, rows, |levels| {
        let (sum, n) = levels.fold((0_u32, 0), |(sum, n), v| (sum + u32::from(v), n + 1));
        (sum / n) as u8
    })
}

fn around(
    ground: &[u8],
    cols: usize,
    rows: usize,
    of: impl Fn(&mut dyn Iterator<Item = u8>) -> u8,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(ground.len());
    for r in 0..rows {
        for c in 0..cols {
            let near_rows = r.saturating_sub(1)..(r + 2).min(rows);
            let mut levels = near_rows.flat_map(|y| {
                (c.saturating_sub(1)..(c + 2).min(cols)).map(move |x| ground[y * cols + x])
            });
            out.push(of(&mut levels));
        }
    }
    out
}

fn divide(mut gray: GrayImage, ground: &[u8], size: usize, cols: usize, rows: usize) -> GrayImage {
    let w = gray.width() as usize;
    if w == 0 {
        return gray;
    }
    // The reciprocal of each ground level, 16 bits after the point.
    let scale: Vec<u32> = (0..256_u32).map(|g| (255 << 16) / g.max(1)).collect();
    // Where a pixel lies between the centres of blocks: left block, right block, share of the
    // right one in 256ths.
    let between = |i: usize, n: usize| {
        let at = (i as f32 + 0.5) / size as f32 - 0.5;
        let first = at.floor().max(0.0) as usize;
        let share = ((at - first as f32).clamp(0.0, 1.0) * 256.0) as u32;
        (first.min(n - 1), (first + 1).min(n - 1), share)
    };
    let columns: Vec<(usize, usize, u32)> = (0..w).map(|x| between(x, cols)).collect();
    let mut levels = vec![0_u32; cols];
    for (y, row) in gray.chunks_exact_mut(w).enumerate() {
        let (above, below, share) = between(y, rows);
        for (c, level) in levels.iter_mut().enumerate() {
            let (a, b) = (ground[above * cols + c], ground[below * cols + c]);
            *level = u32::from(a) * (256 - share) + u32::from(b) * share;
        }
        for (v, &(left, right, share)) in row.iter_mut().zip(&columns) {
            let level = (levels[left] * (256 - share) + levels[right] * share) >> 16;
            *v = ((u32::from(*v) * scale[level as usize]) >> 16).min(255) as u8;
        }
    }
    gray
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn shade_goes_and_ink_stays() {
        let gray = GrayImage::from_fn(600, 400, |x, y| {
            let light = 255 - x / 6;
            Luma([if y % 40 < 3 { light / 5 } else { light } as u8])
        });
        let flat = flatten(gray, 150.0);
        for x in [5, 300, 595] {
            assert!(flat.get_pixel(x, 60)[0] > 245, "{:?}", flat.get_pixel(x, 60));
            assert!(flat.get_pixel(x, 41)[0] < 90, "{:?}", flat.get_pixel(x, 41));
        }
    }

    #[test]
    fn print_that_is_pale_all_over_the_page_becomes_dark() {
        let page = |print: u8, seal: u8| {
            let gray = GrayImage::from_fn(600, 400, |x, y| {
                Luma([if y % 40 == 7 {
                    print
                } else if (100..118).contains(&x) && (12..16).contains(&y) {
                    seal
                } else {
                    255
                }])
            });
            let gray = deepen(gray, 150.0);
            (gray.get_pixel(300, 7)[0], gray.get_pixel(300, 20)[0])
        };
        assert_eq!(page(155, 255), (SOUND, 255));
        assert_eq!(page(60, 255), (60, 255));
        assert_eq!(page(155, 20), (155, 255), "something on it is dark");
        assert_eq!(page(215, 255), (215, 255), "nothing but shade");
        let lid = |x: u32, y: u32| {
            if x < 60 {
                0
            } else if y % 40 == 7 {
                155
            } else {
                255
            }
        };
        let under_a_lid = deepen(GrayImage::from_fn(600, 400, |x, y| Luma([lid(x, y)])), 150.0);
        assert_eq!(under_a_lid.get_pixel(300, 7)[0], SOUND);
    }

    #[test]
    fn black_areas_stay_black() {
        let inside = |x: u32, y: u32| (100..400).contains(&x) && (100..300).contains(&y);
        let gray = GrayImage::from_fn(600, 400, |x, y| Luma([if inside(x, y) { 20 } else { 255 }]));
        assert!(flatten(gray, 150.0).get_pixel(250, 200)[0] < 60);
    }
}
