//! Black and white picture → strokes: thin, straight pieces of ink along one axis.
//!
//! Written for one direction: *along* counts rows of the picture handed in, *across* counts its
//! columns. Vertical strokes come from the picture itself, horizontal ones from its transpose.
//! Each row's runs of ink that are no wider than a rule continue a stroke of the row before, as in
//! a line adjacency graph (Pavlidis 1986); time is linear in pixels and skew does not matter.

use super::ink::{Ink, runs};

/// A straight piece of ink, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// First row and the row after the last.
    pub from: f32,
    pub to: f32,
    /// Centre across at row 0, and its change a row: `across = at0 + slope * along`.
    pub at0: f32,
    pub slope: f32,
    /// Mean thickness across.
    pub width: f32,
    /// Rows that show ink.
    pub covered: f32,
    /// Root mean square distance of the centres from the line.
    pub rough: f32,
}

impl Stroke {
    pub fn length(&self) -> f32 {
        self.to - self.from
    }

    /// Centre across at a row.
    pub fn at(&self, along: f32) -> f32 {
        self.at0 + self.slope * along
    }

    pub fn middle(&self) -> f32 {
        f32::midpoint(self.from, self.to)
    }
}

/// What counts as a stroke, in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Greatest thickness.
    pub thick: usize,
    /// Least length.
    pub long: usize,
    /// Most rows without ink, or hidden under thicker ink, that are bridged.
    pub gap: usize,
    pub hidden: usize,
}

/// A stroke under way.
#[derive(Clone, Debug)]
struct Open {
    start: usize,
    last: usize,
    /// Last row in which ink, thin or thick, covered the stroke.
    seen: usize,
    run: (usize, usize),
    n: f64,
    sum_r: f64,
    sum_c: f64,
    sum_rr: f64,
    sum_rc: f64,
    sum_cc: f64,
    widths: f64,
}

impl Open {
    fn new(row: usize, run: (usize, usize)) -> Self {
        let mut new = Self {
            start: row,
            last: row,
            seen: row,
            run,
            n: 0.0,
            sum_r: 0.0,
            sum_c: 0.0,
            sum_rr: 0.0,
            sum_rc: 0.0,
            sum_cc: 0.0,
            widths: 0.0,
        };
        new.add(row, run);
        new
    }

    fn add(&mut self, row: usize, run: (usize, usize)) {
        let r = (row - self.start) as f64;
        let c = (run.0 + run.1) as f64 / 2.0;
        self.n += 1.0;
        self.sum_r += r;
        self.sum_c += c;
        self.sum_rr += r * r;
        self.sum_rc += r * c;
        self.sum_cc += c * c;
        self.widths += (run.1 - run.0) as f64;
        (self.last, self.seen, self.run) = (row, row, run);
    }

    fn finish(&self) -> Stroke {
        let (mean_r, mean_c) = (self.sum_r / self.n, self.sum_c / self.n);
        let spread = self.sum_rr - self.n * mean_r * mean_r;
        let joint = self.sum_rc - self.n * mean_r * mean_c;
        let slope = if spread > 0.5 { joint / spread } else { 0.0 };
        let rest = (self.sum_cc - self.n * mean_c * mean_c - slope * joint).max(0.0);
        Stroke {
            from: self.start as f32,
            to: (self.last + 1) as f32,
            at0: (mean_c - slope * (self.start as f64 + 0.5 + mean_r)) as f32,
            slope: slope as f32,
            width: (self.widths / self.n) as f32,
            covered: self.n as f32,
            rough: (rest / self.n).sqrt() as f32,
        }
    }
}

/// The strokes that run down the rows of `ink`, ordered by where they end.
pub fn down(ink: &Ink, limits: Limits) -> Vec<Stroke> {
    let mut found = Vec::new();
    // Ordered by `run.0`; none is wider than `thick`.
    let mut open: Vec<Open> = Vec::new();
    let mut new: Vec<Open> = Vec::new();
    for y in 0..ink.height {
        let mut first = 0;
        for run in runs(ink.row(y)) {
            while open.get(first).is_some_and(|s| s.run.0 + limits.thick < run.0) {
                first += 1;
            }
            let thin = run.1 - run.0 <= limits.thick;
            // (twice the shift of the centre, index)
            let mut best: Option<(usize, usize)> = None;
            let near = open.iter_mut().enumerate().skip(first);
            for (i, stroke) in near.take_while(|(_, s)| s.run.0 <= run.1) {
                if stroke.run.1 < run.0 || stroke.last == y {
                    continue;
                }
                if thin {
                    let shift = (stroke.run.0 + stroke.run.1).abs_diff(run.0 + run.1);
                    if shift <= 3 && best.is_none_or(|(least, _)| shift < least) {
                        best = Some((shift, i));
                    }
                } else if y - stroke.last <= limits.hidden {
                    stroke.seen = y;
                }
            }
            match best {
                Some((_, i)) => open[i].add(y, run),
                None if thin => new.push(Open::new(y, run)),
                None => {}
            }
        }
        open.retain(|s| {
            let goes_on = y - s.seen <= limits.gap;
            if !goes_on && s.last + 1 - s.start >= limits.long {
                found.push(s.finish());
            }
            goes_on
        });
        open.append(&mut new);
        open.sort_by_key(|s| s.run.0);
    }
    found.extend(open.iter().filter(|s| s.last + 1 - s.start >= limits.long).map(Open::finish));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { thick: 6, long: 20, gap: 3, hidden: 12 };

    fn drawn(width: usize, height: usize, dark: impl Fn(usize, usize) -> bool) -> Ink {
        let at = |i: usize| u8::from(dark(i % width, i / width));
        Ink { width, height, data: (0..width * height).map(at).collect() }
    }

    #[test]
    fn a_slanting_line_is_one_stroke_with_its_slope() {
        let ink = drawn(100, 400, |x, y| (20 + y / 12..23 + y / 12).contains(&x));
        let found = down(&ink, LIMITS);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].slope - 1.0 / 12.0).abs() < 0.002, "{found:?}");
        assert!((found[0].at(0.0) - 21.0).abs() < 0.5, "{found:?}");
        assert!((found[0].width - 3.0).abs() < 0.01);
    }

    #[test]
    fn small_gaps_and_crossings_do_not_cut() {
        let ink = drawn(60, 200, |x, y| {
            (30..32).contains(&x) && !(50..53).contains(&y) || (100..108).contains(&y)
        });
        let found = down(&ink, LIMITS);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].from, found[0].to), (0.0, 200.0));
        let wide = drawn(60, 200, |x, y| (30..32).contains(&x) && !(50..60).contains(&y));
        assert_eq!(down(&wide, LIMITS).len(), 2);
    }

    #[test]
    fn thick_and_short_ink_is_no_stroke() {
        let ink = drawn(100, 100, |x, y| x < 30 || (60..62).contains(&x) && y < 15);
        assert!(down(&ink, LIMITS).is_empty());
        assert!(down(&drawn(0, 0, |_, _| true), LIMITS).is_empty());
    }
}
