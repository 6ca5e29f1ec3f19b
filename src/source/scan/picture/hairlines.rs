//! Hairlines of a fax: rows of dots where a thin rule was, told from noise and from text by their
//! number, and drawn again before [`super::bilevel`] takes the dots for specks.

use image::GrayImage;
use std::ops::Range;

/// Length in points along which the dots of a line are counted: longer than any stroke, shorter
/// than most cells are wide.
const WINDOW: f32 = 60.0;

/// Least number of runs of dots for each point of a line. A row through 10 pt print meets two thin
/// strokes in each character at most.
const RUNS: f32 = 0.22;

/// Longest dot in points of a line that is lost: one or two pixels, which count as specks. Dashes
/// are longer.
const SPECK: f32 = 1.0;

/// Standard deviations that a line's dots are beyond the noise of the page.
const BEYOND: f32 = 6.0;

/// Least share of the ink along a line that is thin; a row of print has more of upright strokes.
const THIN: f32 = 0.9;

/// Longest piece of a line in points that counts; the bars of characters are longer.
const DOT: f32 = 3.0;

/// Most of a line's length that may have ink right above or below it, noise apart: a row of print has
/// it along half of its length.
const BESIDE: f32 = 0.15;

/// Widest gap that is filled, in mean distances of the dots around it: at random one in fifty is
/// wider. A line ends where its dots do.
const WIDEST: f32 = 4.0;

/// Least length in points of all the lines of dots of a page in one direction: three sides of a table.
/// A page with fewer has no hairlines, but print that happens to look like one.
const LEAST: f32 = 1000.0;

/// Blank pixels above and below a dot of a hairline, from the second on: the line itself may be two
/// pixels thick. One of them may be noise.
const BLANK: Range<usize> = 2..6;

/// Draws the hairlines of a 1-bit page of `scale` pixels a point through, across and down.
pub fn mend(gray: &mut GrayImage, scale: f32) {
    let (width, height) = (gray.width() as usize, gray.height() as usize);
    let rate = noise(gray);
    let across = Raster { width, height, along: 1, next: width };
    let down = Raster { width: height, height: width, along: width, next: 1 };
    // Both are found before either is drawn: a line must not count as ink beside another's dots.
    let found = [across, down].map(|raster| raster.gaps(gray.as_raw(), scale, rate));
    let pixels: &mut [u8] = gray;
    for (raster, gaps) in [across, down].into_iter().zip(found) {
        for (row, columns) in gaps {
            for column in columns {
                pixels[raster.at(column, row)] = 0;
            }
        }
    }
}

fn is_dark(value: u8) -> bool {
    value < 128
}

/// Share of the pixels that are dark without a dark neighbour to their sides, above or below.
fn noise(gray: &GrayImage) -> f32 {
    let (w, h) = (gray.width() as usize, gray.height() as usize);
    let data = gray.as_raw();
    let lone = |i: usize| {
        is_dark(data[i]) && [i - 1, i + 1, i - w, i + w].iter().all(|&j| !is_dark(data[j]))
    };
    let inner = (1..h.saturating_sub(1)).flat_map(|y| y * w + 1..(y + 1) * w - 1);
    inner.filter(|&i| lone(i)).count() as f32 / (w * h).max(1) as f32
}

/// The picture as rows of pixels, as it is or with rows and columns swapped.
#[derive(Clone, Copy)]
struct Raster {
    width: usize,
    height: usize,
    /// Steps in the data to the next pixel of a row, and to the next row.
    along: usize,
    next: usize,
}

impl Raster {
    fn at(self, column: usize, row: usize) -> usize {
        column * self.along + row * self.next
    }

    /// The gaps of hairlines, as rows and columns: where dots are many, and, along those rows, where
    /// they are fewer.
    fn gaps(self, data: &[u8], scale: f32, rate: f32) -> Vec<(usize, Range<usize>)> {
        let window = (WINDOW * scale) as usize;
        // Two rows count together: a line leans by a pixel.
        let expected = 2.0 * rate * window as f32;
        let beyond = |deviations: f32| expected + deviations * expected.sqrt();
        let many = beyond(BEYOND).max(RUNS * WINDOW) as usize;
        let few = beyond(BEYOND / 2.0).max(RUNS / 2.0 * WINDOW) as usize;
        let rows = BLANK.end..self.height.saturating_sub(BLANK.end + 1);
        let mut runs: Vec<Run> = Vec::new();
        let mut beside: Vec<usize> = Vec::new();
        // Of those found, the ones that have hardly any ink right above or below, noise apart.
        let mut stretches = |runs: &[Run], row: usize, least: usize, dot: f32| {
            let mut found = dense(runs, window, least, (dot * scale) as usize);
            if !found.is_empty() {
                self.count_beside(data, row, &mut beside);
            }
            found.retain(|r| {
                let (from, to) = (runs[r.start].from, runs[r.end - 1].to);
                let inked = beside[to] - beside[from];
                inked as f32 <= (BESIDE + 8.0 * rate) * (to - from) as f32
            });
            found
        };
        let (mut seeds, mut length) = (vec![false; self.height], 0.0);
        for row in rows.clone() {
            self.runs(data, row, &mut runs);
            for found in merged(stretches(&runs, row, many, SPECK)) {
                length += (runs[found.end - 1].to - runs[found.start].from) as f32 / scale;
                seeds[row] = true;
            }
        }
        let mut gaps = Vec::new();
        if length < LEAST {
            return gaps;
        }
        for row in rows.filter(|&row| seeds[row - 1] || seeds[row] || seeds[row + 1]) {
            self.runs(data, row, &mut runs);
            let found = stretches(&runs, row, few, DOT);
            let mut windows = found.iter().peekable();
            for line in merged(found.clone()) {
                // As dense as the line is where it is densest: noise beyond its end is not.
                let own = std::iter::from_fn(|| windows.next_if(|w| w.end <= line.end));
                let dots = own.map(ExactSizeIterator::len).max().unwrap_or(1).max(1);
                let mean = window as f32 / dots as f32;
                let pairs = runs[line].windows(2);
                let near = pairs.filter(|p| (p[1].from - p[0].to) as f32 <= WIDEST * mean);
                gaps.extend(near.map(|p| (p[0].row, p[0].to..p[1].from)));
            }
        }
        gaps
    }

    /// How many columns before each one have ink right above or below a line in this row and the
    /// next.
    fn count_beside(self, data: &[u8], row: usize, counts: &mut Vec<usize>) {
        counts.clear();
        counts.push(0);
        let mut count = 0;
        for column in 0..self.width {
            let mut beside = BLANK.flat_map(|d| [row - d, (row + 1 + d).min(self.height - 1)]);
            count += usize::from(beside.any(|r| is_dark(data[self.at(column, r)])));
            counts.push(count);
        }
    }

    /// The runs of ink in a row and the one below it.
    fn runs(self, data: &[u8], row: usize, runs: &mut Vec<Run>) {
        runs.clear();
        for column in 0..self.width {
            let inked = [row, row + 1].into_iter().find(|&r| is_dark(data[self.at(column, r)]));
            let Some(inked) = inked else { continue };
            let thin = self.is_thin(data, column, inked);
            match runs.last_mut() {
                Some(run) if run.to == column => {
                    run.to = column + 1;
                    run.thin += usize::from(thin);
                }
                _ => {
                    let thin = usize::from(thin);
                    runs.push(Run { row: inked, from: column, to: column + 1, thin });
                }
            }
        }
    }

    fn is_thin(self, data: &[u8], column: usize, row: usize) -> bool {
        let beside = BLANK.flat_map(|d| [row - d, (row + d).min(self.height - 1)]);
        beside.filter(|&r| is_dark(data[self.at(column, r)])).count() <= 1
    }
}

/// Neighbouring pixels of a row that show ink.
#[derive(Clone, Copy)]
struct Run {
    /// Where the first of them is.
    row: usize,
    from: usize,
    to: usize,
    /// So many of them have nothing above or below.
    thin: usize,
}

impl Run {
    fn is_dot(&self, most: usize) -> bool {
        let length = self.to - self.from;
        length <= most && self.thin * 2 > length
    }
}

/// The stretches of a row, as numbers of runs, each about a window long, that hold enough dots and
/// hardly anything that is not thin.
fn dense(runs: &[Run], window: usize, least: usize, dot: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut first, mut dots, mut thin, mut all) = (0, 0, 0, 0);
    for (last, run) in runs.iter().enumerate() {
        dots += usize::from(run.is_dot(dot));
        thin += run.thin;
        all += run.to - run.from;
        while first <= last && runs[first].from + window < run.to {
            dots -= usize::from(runs[first].is_dot(dot));
            thin -= runs[first].thin;
            all -= runs[first].to - runs[first].from;
            first += 1;
        }
        if dots >= least.max(1) && thin as f32 >= THIN * all as f32 {
            found.push(first..last + 1);
        }
    }
    found
}

/// Ascending ranges, those united that overlap.
fn merged(ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut united: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match united.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => united.push(range),
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A page of 800 × 800 pixels, 200 dpi, with noise: every 97th pixel in a scattered order.
    fn noisy() -> GrayImage {
        let mut page = GrayImage::from_pixel(800, 800, Luma([255]));
        let mut seed = 1_u32;
        for pixel in page.pixels_mut() {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if (seed >> 16).is_multiple_of(97) {
                *pixel = Luma([0]);
            }
        }
        page
    }

    const SCALE: f32 = 200.0 / 72.0;

    fn dark(page: &GrayImage, pixels: impl Iterator<Item = (u32, u32)>) -> usize {
        pixels.filter(|&(x, y)| page.get_pixel(x, y)[0] < 128).count()
    }

    #[test]
    fn dots_in_rows_are_lines_again_and_noise_is_none() {
        let lines: Vec<u32> = (100..=700).step_by(100).collect();
        let mut page = noisy();
        for &line in &lines {
            for along in (100..700).step_by(6) {
                page.put_pixel(along, line, Luma([0]));
                page.put_pixel(line, along, Luma([0]));
            }
        }
        let before = page.clone();
        mend(&mut page, SCALE);
        for &line in &lines {
            assert!(dark(&page, (100..696).map(|x| (x, line))) > 550);
            assert!(dark(&page, (100..696).map(|y| (line, y))) > 550);
        }
        // A dot of noise beside a line may take its place; nothing else is drawn.
        let near = |at: u32| lines.iter().any(|line| line.abs_diff(at) <= 2);
        let far = |x: u32, y: u32| !near(x) && !near(y);
        let drawn = page.enumerate_pixels().filter(|(x, y, p)| before.get_pixel(*x, *y) != *p);
        assert_eq!(drawn.filter(|(x, y, _)| far(*x, *y)).count(), 0);
    }

    #[test]
    fn print_and_a_single_row_of_dots_stay_as_they_are() {
        let mut page = noisy();
        for x in (100..700).step_by(7) {
            for y in (190..215).chain(390..415).chain(590..615) {
                page.put_pixel(x, y, Luma([0]));
            }
            page.put_pixel(x, 700, Luma([0]));
        }
        let before = page.clone();
        mend(&mut page, SCALE);
        assert_eq!(page, before);
    }
}
