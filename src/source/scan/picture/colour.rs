//! Colour → gray, without seals, stamps and underlays.
//!
//! A seal's colour hides black text only in the channels it absorbs: in the brightest one the seal
//! is nearly as light as paper, and black stays black. Coloured ink in the shape of lines of text is
//! kept as it is: some forms print values in colour.

use super::{Mark, MarkKind, PixelBox};
use image::{DynamicImage, GrayImage, RgbImage};

/// Difference between the brightest and the darkest channel from which a pixel begins to be
/// coloured, and from which it is wholly so. JPEG stains gray pictures by some levels only.
const PALE: i32 = 18;
const FULL: i32 = 42;

/// How far colour is washed out, in points: JPEG keeps it at half the resolution, so that the edges of
/// coloured ink are grey.
const SPREAD: f32 = 1.0;

/// Share of the paper's light that coloured ink takes from its brightest channel, for each share by which
/// the channels differ, and the most that it takes. Red ink of a seal, as simulated on a bad copy.
const ABSORBED: f32 = 0.5;
const MOST_ABSORBED: f32 = 0.25;

/// Side of the squares, in points, in which coloured pixels are counted.
const SQUARE: f32 = 3.0;

/// Coloured ink no higher than this many points is a line of text.
const TEXT_HEIGHT: f32 = 24.0;

/// Width in points of the slices in which the lines of a text lie apart, though the page is skew: 5° lift
/// them by less than what is blank between two.
const SLICE: f32 = 36.0;

/// Share of a slice's fullest row of pixels below which a row is blank, but for what JPEG stains.
const STAINED: f32 = 0.03;

/// Least side of a seal in points: the smallest in use is 20 mm.
const SEAL: f32 = 48.0;

/// A seal covers no more than this many points (60 mm).
const LARGEST_SEAL: f32 = 190.0;

/// The page in gray and what coloured ink was taken away. `scale` is pixels a point.
pub fn remove(image: DynamicImage, scale: f32) -> (GrayImage, Vec<Mark>) {
    if !image.color().has_color() {
        return (image.into_luma8(), Vec::new());
    }
    let rgb = image.into_rgb8();
    let side = ((SQUARE * scale).round() as usize).max(2);
    let squares = Squares::of(&rgb, side);
    let mut gray = GrayImage::new(rgb.width(), rgb.height());
    let mut marks = Vec::new();
    let kept =
        squares.clusters().into_iter().fold(vec![false; squares.coloured.len()], |mut kept, c| {
            let (wide, high) = (c.bbox.width() as f32 / scale, c.bbox.height() as f32 / scale);
            let round = wide.max(high) <= 1.8 * wide.min(high);
            if c.pale {
                return kept;
            }
            // A column of values may be as large as a seal and as square; what is larger both ways is a
            // table, printed in colour as a whole.
            let is_table = wide.min(high) > LARGEST_SEAL;
            if is_table || high <= TEXT_HEIGHT || is_lines(&rgb, &c.bbox, scale) {
                // Hairlines of its characters are too pale to be coloured themselves.
                for i in c.squares.into_iter().flat_map(|i| squares.around(i, 1)) {
                    kept[i] = true;
                }
            } else if high.min(wide) >= SEAL && wide.max(high) <= LARGEST_SEAL && round {
                marks.push(Mark { kind: MarkKind::Seal, bbox: c.bbox });
            } else {
                marks.push(Mark { kind: MarkKind::Coloured, bbox: c.bbox });
            }
            kept
        });
    let paper = squares.paper();
    let near = Nearby::of(&rgb, ((SPREAD * scale).round() as usize).max(1));
    let width = rgb.width() as usize;
    for (y, (row, out)) in rgb
        .as_raw()
        .chunks_exact((width * 3).max(1))
        .zip(gray.chunks_exact_mut(width.max(1)))
        .enumerate()
    {
        let squares_row = (y / side) * squares.cols;
        for (x, (p, v)) in row.chunks_exact(3).zip(out).enumerate() {
            let luma = (77 * i32::from(p[0]) + 150 * i32::from(p[1]) + 29 * i32::from(p[2])) >> 8;
            let square = squares_row + x / side;
            let colour = i32::from(near.strongest(x, y));
            *v = if colour <= PALE || kept[square] {
                luma
            } else {
                let share = (colour - PALE).min(FULL - PALE);
                let (low, high) = (p[0].min(p[1]).min(p[2]), p[0].max(p[1]).max(p[2]));
                // The brightest channel of a dark ink (blue) is not white; lift it as far as its own
                // colour says that it is no black.
                let own = i32::from(high) + (255 - i32::from(high)) * i32::from(high - low) / 255;
                let bright = own.max(i32::from(lifted(high, colour, paper[square])));
                luma + (bright - luma) * share / (FULL - PALE)
            } as u8;
        }
    }
    (gray, marks)
}

/// Whether coloured ink is lines of text, one below another: in each slice of it blank rows part what is no
/// higher than a line. The sides of a stamp and the strokes of a signature go on.
fn is_lines(rgb: &RgbImage, bbox: &PixelBox, scale: f32) -> bool {
    let most = (TEXT_HEIGHT * scale) as usize;
    let (x1, y1) = (bbox.x1.min(rgb.width()), bbox.y1.min(rgb.height()));
    let is_coloured = |x: u32, y: u32| {
        let p = rgb.get_pixel(x, y).0;
        i32::from(p[0].max(p[1]).max(p[2])) - i32::from(p[0].min(p[1]).min(p[2])) >= FULL
    };
    let step = ((SLICE * scale) as usize).max(1);
    (bbox.x0..x1).step_by(step).all(|x0| {
        let columns = x0..(x0 + step as u32).min(x1);
        let rows: Vec<usize> =
            (bbox.y0..y1).map(|y| columns.clone().filter(|&x| is_coloured(x, y)).count()).collect();
        let fullest = rows.iter().copied().max().unwrap_or(0) as f32;
        let lines = rows.split(|&count| count as f32 <= STAINED * fullest);
        lines.map(<[usize]>::len).all(|high| high <= most)
    })
}

/// The brightest channel of a pixel without the coloured ink near it, on paper of a level.
///
/// Print absorbs the paper's light as a whole, coloured ink a part of it that its colour tells: what is
/// darker by no more than that is ink alone, and what is darker yet is print.
fn lifted(brightest: u8, colour: i32, paper: u8) -> u8 {
    let paper = f32::from(paper.max(brightest).max(1));
    let missing = 1.0 - f32::from(brightest) / paper;
    let own = (ABSORBED * colour as f32 / paper).min(MOST_ABSORBED);
    (paper * (1.0 - ((missing - own) / (1.0 - own)).max(0.0))) as u8
}

/// How strongly the pixels around each pixel are coloured.
struct Nearby {
    width: usize,
    /// Difference between the brightest and the darkest channel, the greatest within reach.
    strongest: Vec<u8>,
}

impl Nearby {
    /// The pixels up to `reach` to the sides, above and below count.
    fn of(rgb: &RgbImage, reach: usize) -> Self {
        let width = rgb.width() as usize;
        let pixels = rgb.as_raw().chunks_exact(3);
        let own: Vec<u8> =
            pixels.map(|p| p[0].max(p[1]).max(p[2]) - p[0].min(p[1]).min(p[2])).collect();
        let mut across = own.clone();
        for (row, out) in own.chunks(width.max(1)).zip(across.chunks_mut(width.max(1))) {
            for by in 1..=reach.min(width) {
                out[by..].iter_mut().zip(row).for_each(|(v, &o)| *v = (*v).max(o));
                out.iter_mut().zip(&row[by..]).for_each(|(v, &o)| *v = (*v).max(o));
            }
        }
        let mut strongest = across.clone();
        for by in (1..=reach).map(|rows| (rows * width).min(across.len())) {
            strongest[by..].iter_mut().zip(&across).for_each(|(v, &o)| *v = (*v).max(o));
            strongest.iter_mut().zip(&across[by..]).for_each(|(v, &o)| *v = (*v).max(o));
        }
        Self { width, strongest }
    }

    fn strongest(&self, x: usize, y: usize) -> u8 {
        self.strongest[y * self.width + x]
    }
}

/// Where on the page there is colour.
struct Squares {
    cols: usize,
    side: usize,
    /// Of each square, its number of coloured pixels.
    coloured: Vec<u32>,
    /// Of each square, the sum of the darkest channel over its coloured pixels.
    dark: Vec<u32>,
    /// Of each square, the sum of the brightest channel over its pixels.
    bright: Vec<u32>,
    /// Pixels of each square.
    pixels: Vec<u32>,
}

/// Squares that hang together.
struct Cluster {
    bbox: PixelBox,
    squares: Vec<usize>,
    /// A tint, as behind the heads of tables, not ink.
    pale: bool,
}

impl Squares {
    fn of(rgb: &RgbImage, side: usize) -> Self {
        let width = rgb.width() as usize;
        let cols = width.div_ceil(side);
        let rows = (rgb.height() as usize).div_ceil(side);
        let mut coloured = vec![0; cols * rows];
        let mut dark = vec![0; cols * rows];
        let mut bright = vec![0; cols * rows];
        let mut pixels = vec![0; cols * rows];
        for (y, row) in rgb.as_raw().chunks_exact((width * 3).max(1)).enumerate() {
            let start = (y / side) * cols;
            for (x, p) in row.chunks_exact(3).enumerate() {
                let (low, high) = (p[0].min(p[1]).min(p[2]), p[0].max(p[1]).max(p[2]));
                let square = start + x / side;
                bright[square] += u32::from(high);
                pixels[square] += 1;
                if i32::from(high - low) >= FULL {
                    coloured[square] += 1;
                    dark[square] += u32::from(low);
                }
            }
        }
        Self { cols, side, coloured, dark, bright, pixels }
    }

    /// The level of the paper at each square: the brightest of those around it.
    fn paper(&self) -> Vec<u8> {
        let mean = |i: usize| (self.bright[i] / self.pixels[i].max(1)) as u8;
        let brightest = |i: usize| self.around(i, 2).map(mean).max().unwrap_or(255);
        (0..self.coloured.len()).map(brightest).collect()
    }

    /// A square and those around it, up to a distance.
    fn around(&self, i: usize, reach: usize) -> impl Iterator<Item = usize> + use<> {
        let (cols, rows) = (self.cols, self.coloured.len() / self.cols.max(1));
        let (x, y) = (i % cols.max(1), i / cols.max(1));
        let columns = x.saturating_sub(reach)..(x + reach + 1).min(cols);
        let near = y.saturating_sub(reach)..(y + reach + 1).min(rows);
        near.flat_map(move |y| columns.clone().map(move |x| y * cols + x))
    }

    fn clusters(&self) -> Vec<Cluster> {
        // A tenth of a square's pixels is a thin stroke; less is noise.
        let enough = (self.side * self.side / 10).max(2) as u32;
        let mut seen = vec![false; self.coloured.len()];
        let mut clusters = Vec::new();
        for start in 0..self.coloured.len() {
            if seen[start] || self.coloured[start] < enough {
                continue;
            }
            seen[start] = true;
            let mut squares = vec![start];
            let mut next = 0;
            while let Some(&i) = squares.get(next) {
                next += 1;
                // Squares two apart belong together: strokes of one seal, characters of one line.
                for j in self.around(i, 2) {
                    if !seen[j] && self.coloured[j] >= enough {
                        seen[j] = true;
                        squares.push(j);
                    }
                }
            }
            clusters.push(self.cluster(squares));
        }
        merged(clusters)
    }

    fn cluster(&self, squares: Vec<usize>) -> Cluster {
        let pixel = |v: usize| (v * self.side) as u32;
        let one = |&i: &usize| {
            let (x, y) = (i % self.cols, i / self.cols);
            PixelBox { x0: pixel(x), y0: pixel(y), x1: pixel(x + 1), y1: pixel(y + 1) }
        };
        let bbox = squares.iter().map(one).reduce(|a, b| a.union(&b)).unwrap_or_default();
        let sum = |of: &[u32]| squares.iter().map(|&i| u64::from(of[i])).sum::<u64>();
        let pale = sum(&self.dark) > 150 * sum(&self.coloured);
        Cluster { bbox, squares, pale }
    }
}

/// Clusters within the box of a larger one become part of it: the star within a seal's ring.
fn merged(mut clusters: Vec<Cluster>) -> Vec<Cluster> {
    let area = |c: &Cluster| u64::from(c.bbox.width()) * u64::from(c.bbox.height());
    clusters.sort_by_key(|c| std::cmp::Reverse(area(c)));
    let mut whole: Vec<Cluster> = Vec::new();
    // A page of scattered colour has many clusters and no seal.
    const MOST: usize = 200;
    for cluster in clusters {
        let b = cluster.bbox;
        let around = whole.iter_mut().take(MOST).find(|w| {
            let a = w.bbox;
            a.x0 <= b.x0 && a.y0 <= b.y0 && a.x1 >= b.x1 && a.y1 >= b.y1 && w.pale == cluster.pale
        });
        match around {
            Some(around) => around.squares.extend(cluster.squares),
            None => whole.push(cluster),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn page(paint: impl Fn(u32, u32) -> Option<[u8; 3]>) -> DynamicImage {
        let pixel = |x, y| Rgb(paint(x, y).unwrap_or([255; 3]));
        DynamicImage::ImageRgb8(RgbImage::from_fn(400, 400, pixel))
    }

    #[test]
    fn a_seal_goes_and_the_text_beneath_stays() {
        let image = page(|x, y| {
            let r = (f64::from(x) - 200.0).hypot(f64::from(y) - 200.0);
            if (195..205).contains(&y) {
                Some([10, 10, 10])
            } else {
                (r < 100.0 && !(40.0..=90.0).contains(&r)).then_some([215, 45, 50])
            }
        });
        let (gray, marks) = remove(image, 2.0);
        assert!(gray.get_pixel(200, 180)[0] > 200);
        assert!(gray.get_pixel(200, 200)[0] < 40);
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].kind, MarkKind::Seal);
    }

    #[test]
    fn the_grey_fringe_of_coloured_ink_goes_with_it() {
        // A stroke of a seal whose edge lost its colour, on paper in the shade, beside print.
        let image = page(|x, y| match x {
            100..106 => Some([130, 70, 72]),
            106..108 => Some([150, 140, 140]),
            140..144 if y > 200 => Some([60, 58, 60]),
            _ => Some([200, 198, 200]),
        });
        let (gray, _) = remove(image, 2.0);
        let fringe = gray.get_pixel(107, 300)[0];
        assert!(fringe > 170, "{fringe}");
        assert!(gray.get_pixel(102, 300)[0] > 150, "{:?}", gray.get_pixel(102, 300));
        assert!(gray.get_pixel(141, 300)[0] < 70);
    }

    #[test]
    fn a_dark_stamp_is_lifted_as_far_as_it_is_coloured() {
        let image = page(|x, _| (100..110).contains(&x).then_some([25, 30, 130]));
        let (gray, _) = remove(image, 2.0);
        assert!(gray.get_pixel(105, 200)[0] > 165, "{:?}", gray.get_pixel(105, 200));
    }

    #[test]
    fn values_printed_in_colour_below_each_other_stay_and_a_stamp_goes() {
        // Rows of 9 points every 15, at two pixels a point, which lean by 5 pixels in 100.
        let rows = |x: u32, y: u32| {
            let y = y + x / 20;
            (40..360).contains(&x) && (60..300).contains(&y) && y % 30 < 18 && x % 20 < 16
        };
        let (gray, marks) = remove(page(|x, y| rows(x, y).then_some([190, 30, 40])), 2.0);
        assert!(marks.is_empty(), "{marks:?}");
        assert!(gray.get_pixel(182, 125)[0] < 120, "{:?}", gray.get_pixel(182, 125));
        // The same text in a frame.
        let frame = |x: u32, y: u32| {
            (20..380).contains(&x)
                && (40..320).contains(&y)
                && !((26..374).contains(&x) && (46..314).contains(&y))
        };
        let stamp = page(|x, y| (rows(x, y) || frame(x, y)).then_some([190, 30, 40]));
        let (gray, marks) = remove(stamp, 2.0);
        assert_eq!(marks.iter().map(|m| m.kind).collect::<Vec<_>>(), [MarkKind::Seal]);
        assert!(gray.get_pixel(182, 125)[0] > 180);
    }

    #[test]
    fn a_table_printed_in_colour_stays() {
        let is_rule = |x: u32, y: u32| {
            (10..390).contains(&x) && (10..390).contains(&y) && (x % 76 < 12 || y % 38 < 12)
        };
        let (gray, marks) = remove(page(|x, y| is_rule(x, y).then_some([40, 60, 150])), 1.0);
        assert!(marks.is_empty(), "{marks:?}");
        assert!(gray.get_pixel(80, 100)[0] < 120);
    }

    #[test]
    fn a_line_printed_in_colour_stays_and_a_tint_goes_silently() {
        let image = page(|x, y| {
            if (100..300).contains(&x) && (50..62).contains(&y) && x % 12 < 8 {
                Some([200, 20, 20])
            } else {
                ((100..300).contains(&x) && (200..330).contains(&y)).then_some([190, 205, 250])
            }
        });
        let (gray, marks) = remove(image, 2.0);
        assert!(gray.get_pixel(102, 55)[0] < 120);
        assert!(gray.get_pixel(200, 260)[0] > 235);
        assert!(marks.is_empty(), "{marks:?}");
    }
}
