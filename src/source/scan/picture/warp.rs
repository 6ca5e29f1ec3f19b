//! Straightening: the homography under which rules run along the axes.
//!
//! Rules drawn parallel have slopes that change little by little over a page seen in perspective.
//! Two straight fits (slope of horizontal rules over y, of vertical ones over x) give the four
//! sides of a quadrilateral that was a rectangle, and four corners give the homography. Single
//! rules may be wrong; the fits only listen to those that agree with the median.

use super::strokes::Stroke;
use image::{GrayImage, Luma};

/// Greatest skew that is put right, as a slope (8°): beyond, what looks like a rule is not one of
/// a page on a scanner's glass.
const STEEPEST: f32 = 0.14;

/// Slopes further than this from the median belong to no rule of the page's grid.
const APART: f32 = 0.02;

/// Shift of a page's edge in pixels below which a picture is left as it is.
const STRAIGHT: f64 = 0.75;

/// A projective map of the plane, row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography(pub [f64; 9]);

impl Homography {
    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let h = &self.0;
        let w = h[6] * x + h[7] * y + h[8];
        ((h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w)
    }

    /// The map back; `None` if points fall together.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        // The adjugate: projective maps do not care for its scale.
        let to = [
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ];
        let determinant = a * to[0] + b * to[3] + c * to[6];
        (determinant.abs() > 1e-12).then_some(Self(to))
    }

    /// The map that takes four points to four others; `None` if three lie on one line.
    pub fn between(from: [(f64, f64); 4], to: [(f64, f64); 4]) -> Option<Self> {
        let mut rows = [[0.0_f64; 9]; 8];
        for (i, (&(x, y), &(u, v))) in from.iter().zip(&to).enumerate() {
            rows[2 * i] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * i + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        // Gaussian elimination with partial pivoting.
        for i in 0..8 {
            let pivot = (i..8).max_by(|&a, &b| rows[a][i].abs().total_cmp(&rows[b][i].abs()))?;
            rows.swap(i, pivot);
            if rows[i][i].abs() < 1e-12 {
                return None;
            }
            for j in 0..8 {
                if i != j {
                    let f = rows[j][i] / rows[i][i];
                    let row = rows[i];
                    rows[j].iter_mut().zip(row).for_each(|(a, b)| *a -= f * b);
                }
            }
        }
        let mut h = [1.0; 9];
        for i in 0..8 {
            h[i] = rows[i][8] / rows[i][i];
        }
        h.iter().all(|v| v.is_finite()).then_some(Self(h))
    }
}

/// How a slope changes across the page: `slope = at0 + change * position`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Trend {
    at0: f64,
    change: f64,
}

impl Trend {
    fn at(self, position: f64) -> f64 {
        self.at0 + self.change * position
    }

    fn negated(self) -> Self {
        Self { at0: -self.at0, change: 0.0 }
    }

    /// Weighted least squares over strokes that agree with the weighted median slope.
    fn of(strokes: &[Stroke]) -> Option<Self> {
        let mut sorted: Vec<&Stroke> =
            strokes.iter().filter(|s| s.slope.abs() <= STEEPEST).collect();
        sorted.sort_by(|a, b| a.slope.total_cmp(&b.slope));
        let total: f32 = sorted.iter().map(|s| s.length()).sum();
        let mut seen = 0.0;
        let median = sorted.iter().find(|s| {
            seen += s.length();
            seen * 2.0 >= total
        })?;
        let median = median.slope;
        let agreeing = sorted.iter().filter(|s| (s.slope - median).abs() <= APART);
        let (mut n, mut p, mut pp, mut s, mut sp) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let mut lines = 0;
        for stroke in agreeing {
            // The variance of a fitted slope falls with the cube of the length.
            let weight = f64::from(stroke.length()).powi(3);
            let at = f64::from(stroke.at(stroke.middle()));
            let slope = f64::from(stroke.slope);
            n += weight;
            p += weight * at;
            pp += weight * at * at;
            s += weight * slope;
            sp += weight * slope * at;
            lines += 1;
        }
        let (mean_p, mean_s) = (p / n, s / n);
        let spread = pp / n - mean_p * mean_p;
        let change = if lines >= 4 && spread > 100.0 * 100.0 {
            (sp / n - mean_p * mean_s) / spread
        } else {
            0.0
        };
        Some(Self { at0: mean_s - change * mean_p, change })
    }
}

/// The map from pixels of the straight picture to pixels of the given one, and the straight
/// picture's size; `None` where the picture is straight already or shows no rules.
///
/// `across` are horizontal strokes (along x), `down` vertical ones, of a `width × height` picture.
pub fn straightening(
    across: &[Stroke],
    down: &[Stroke],
    (width, height): (usize, usize),
) -> Option<(Homography, (u32, u32))> {
    let (rows, columns) = match (Trend::of(across), Trend::of(down)) {
        (Some(rows), Some(columns)) => (rows, columns),
        (Some(rows), None) => (rows, rows.negated()),
        (None, Some(columns)) => (columns.negated(), columns),
        (None, None) => return None,
    };
    let (w, h) = (width as f64, height as f64);
    let shift =
        |trend: Trend, side: f64, other: f64| trend.at(0.0).abs().max(trend.at(other).abs()) * side;
    if shift(rows, w, h).max(shift(columns, h, w)) < STRAIGHT {
        return None;
    }
    // Where the rules are; outside the fits are extended, not trusted to bend.
    let extent = |strokes: &[Stroke], side: f64| {
        let at = strokes.iter().map(|s| f64::from(s.at(s.middle())));
        let (low, high) = at.fold((side, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
        if high - low < side * 0.2 { (0.0, side) } else { (low.max(0.0), high.min(side)) }
    };
    let ((y0, y1), (x0, x1)) = (extent(across, h), extent(down, w));
    let (xc, yc) = (f64::midpoint(x0, x1), f64::midpoint(y0, y1));
    // The side y = y_i + rows(y_i) (x - xc) meets the side x = x_j + columns(x_j) (y - yc).
    let corner = |xj: f64, yi: f64| {
        let (b, c) = (rows.at(yi), columns.at(xj));
        let y = (yi + b * (xj - c * yc - xc)) / (1.0 - b * c);
        (xj + c * (y - yc), y)
    };
    let corners = [corner(x0, y0), corner(x1, y0), corner(x1, y1), corner(x0, y1)];
    let distance = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1);
    let wide = f64::midpoint(distance(corners[0], corners[1]), distance(corners[3], corners[2]));
    let high = f64::midpoint(distance(corners[0], corners[3]), distance(corners[1], corners[2]));
    let straight = [(0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high)];
    // Where the picture's corners come to lie says how large the straight one must be.
    let there = Homography::between(corners, straight)?;
    let ends = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| there.apply(x, y));
    let low = |of: fn(&(f64, f64)) -> f64| ends.iter().map(of).fold(f64::INFINITY, f64::min);
    let top = |of: fn(&(f64, f64)) -> f64| ends.iter().map(of).fold(-f64::INFINITY, f64::max);
    let (left, upper) = (low(|p| p.0), low(|p| p.1));
    let (new_w, new_h) = ((top(|p| p.0) - left).ceil(), (top(|p| p.1) - upper).ceil());
    if !(new_w >= 1.0 && new_h >= 1.0 && new_w <= w * 1.5 + h && new_h <= h * 1.5 + w) {
        return None;
    }
    let placed = straight.map(|(x, y)| (x - left, y - upper));
    Some((Homography::between(placed, corners)?, (new_w as u32, new_h as u32)))
}

/// So many pixels of a row lie evenly between the places of the first and the next one's: over these the
/// perspective of a page bends by less than a hundredth of a pixel.
const EVEN: u8 = 16;

/// Binary places of a pixel's fraction.
const PLACES: u32 = 16;

/// No picture reaches so far, in pixels: steps between two such places cannot overflow.
const FAR: f64 = 1e9;

/// Draws the picture anew, bilinearly; what lies outside is white.
pub fn resample(gray: &GrayImage, from: &Homography, (width, height): (u32, u32)) -> GrayImage {
    let (w, h) = (gray.width() as usize, gray.height() as usize);
    let mut out = GrayImage::from_pixel(width, height, Luma([255]));
    if w < 2 || h < 2 || width == 0 {
        return out;
    }
    let data = gray.as_raw().as_slice();
    let fixed = |v: f64| ((v - 0.5).clamp(-FAR, FAR) * f64::from(1 << PLACES)) as i64;
    let place = |x: usize, y: f64| {
        let (sx, sy) = from.apply(x as f64 + 0.5, y);
        [fixed(sx), fixed(sy)]
    };
    let inside = |[sx, sy]: [i64; 2]| {
        let within = |v: i64, size: u32| v >= 0 && v >> PLACES < i64::from(size) - 1;
        within(sx, gray.width()) && within(sy, gray.height())
    };
    let even = i64::from(EVEN);
    for (y, row) in out.chunks_exact_mut(width as usize).enumerate() {
        let y = y as f64 + 0.5;
        let mut start = place(0, y);
        for (n, values) in row.chunks_mut(usize::from(EVEN)).enumerate() {
            let end = place((n + 1) * usize::from(EVEN), y);
            let step = [0, 1].map(|i| (end[i] - start[i]) / even);
            let last = [0, 1].map(|i| start[i] + step[i] * (even - 1));
            // Between two places inside, all are.
            let whole = inside(start) && inside(last);
            let mut at = start;
            for v in values {
                if whole || inside(at) {
                    *v = mixed(data, w, at);
                }
                at = [at[0] + step[0], at[1] + step[1]];
            }
            start = end;
        }
    }
    out
}

/// The gray level at a place in fixed point, between the four pixels around it; `w` is the width of the
/// picture `data`, in which all four are.
fn mixed(data: &[u8], w: usize, [sx, sy]: [i64; 2]) -> u8 {
    let fraction = |v: i64| (v >> (PLACES - 8)) as u32 & 0xff;
    let (fx, fy) = (fraction(sx), fraction(sy));
    let i = (sy >> PLACES) as usize * w + (sx >> PLACES) as usize;
    let (Some(&[a, b]), Some(&[c, d])) =
        (data[i..].first_chunk::<2>(), data[i + w..].first_chunk::<2>())
    else {
        return 255;
    };
    let top = u32::from(a) * (256 - fx) + u32::from(b) * fx;
    let low = u32::from(c) * (256 - fx) + u32::from(d) * fx;
    ((top * (256 - fy) + low * fy + 0x8000) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_homography_takes_its_four_points_home() {
        let from = [(0.0, 0.0), (100.0, 0.0), (100.0, 50.0), (0.0, 50.0)];
        let to = [(3.0, 5.0), (104.0, 2.0), (99.0, 60.0), (-2.0, 52.0)];
        let map = Homography::between(from, to).expect("a map");
        for ((x, y), (u, v)) in from.into_iter().zip(to) {
            let (a, b) = map.apply(x, y);
            assert!((a - u).abs() < 1e-6 && (b - v).abs() < 1e-6);
        }
        assert!(Homography::between([(0.0, 0.0); 4], to).is_none());
    }

    #[test]
    fn a_horizon_in_the_picture_leaves_white_beyond_it() {
        let gray = GrayImage::from_pixel(40, 40, Luma([0]));
        // The denominator vanishes at x = 20.
        let bent = Homography([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -0.05, 0.0, 1.0]);
        let drawn = resample(&gray, &bent, (64, 8));
        assert_eq!((drawn[(1, 1)][0], drawn[(60, 1)][0]), (0, 255));
    }

    fn stroke(at0: f32, slope: f32, to: f32) -> Stroke {
        Stroke { from: 0.0, to, at0, slope, width: 2.0, covered: to, rough: 0.2 }
    }

    #[test]
    fn skewed_rules_become_straight() {
        let slope = 0.03_f32;
        let across: Vec<_> =
            (0..8).map(|i| stroke(100.0 + i as f32 * 90.0, slope, 900.0)).collect();
        let (map, _) = straightening(&across, &[], (1000, 1000)).expect("skewed");
        let back = |x: f64, y: f64| map.apply(x, y);
        let (a, b) = (back(50.0, 400.0), back(800.0, 400.0));
        assert!(((b.1 - a.1) / (b.0 - a.0) - f64::from(slope)).abs() < 1e-4);
    }

    #[test]
    fn straight_rules_and_none_change_nothing() {
        let across = [stroke(100.0, 0.0001, 900.0)];
        assert!(straightening(&across, &[], (1000, 1000)).is_none());
        assert!(straightening(&[], &[], (1000, 1000)).is_none());
    }
}
