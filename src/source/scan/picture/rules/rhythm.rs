//! The rhythm of a page's dashed lines.
//!
//! All dashed lines of a form have one pattern. Between two joints of a tight row there is room for
//! two dashes or three, and the upright stroke of 目 or 中 shows as much ink as these; but it is one
//! piece, longer than a dash, and the white around it is wider than a gap. Where strokes look like
//! dashes, other strokes cross them.

use super::track::{Side, Step};

/// Dashed long lines of a page from which on its rhythm is known.
const DASHED: usize = 4;

/// A line with a larger share of ink has no gaps that tell a rhythm.
const SOLID: f32 = 0.85;

/// A piece or a gap keeps the rhythm if it is not longer or shorter than so many of the page's usual
/// ones, and so many pixels more or less: a scanner's raster and a crossing line.
const LONGER: f32 = 1.5;
const SHORTER: f32 = 0.6;
const RASTER: f32 = 2.0;

/// Where the pattern begins anew with each cell, the end of a dash and the beginning of the next one
/// are a longer piece. That is believed of ways so many times as long as a dash and a gap: no
/// character's strokes go on so far.
const JOINED: f32 = 2.0;
const FAR: f32 = 4.0;

/// A way so many times as long as a dash and a gap has two dashes at least.
const TWO: f32 = 2.0;

/// Longest dash and gap in points: those of office programs are up to 6. The pieces of a line that a
/// bad copy broke are longer.
const LONGEST: f32 = 9.0;

/// Share of a line between two joints that keeps the rhythm where it is drawn, and the same where no
/// other rule stands on that line.
pub const KEPT: f32 = 0.8;
pub const KEPT_ALONE: f32 = 0.97;

/// Most of a dashed line's ink that goes on across it: the crossing lines are not looked at.
const CROSSED: f32 = 0.12;

/// The usual length of a dash and of the gap behind it, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    dash: f32,
    gap: f32,
}

impl Rhythm {
    /// What the chosen tracks of both directions have in common at `scale` pixels a point; `None` where
    /// too few of them are dashed.
    pub fn of(sides: [(&Side, &[usize]); 2], scale: f32) -> Option<Self> {
        let (mut dashes, mut gaps, mut lines) = (Vec::new(), Vec::new(), 0);
        let mut all = 0;
        for (side, chosen) in sides {
            all += chosen.len();
            let tracks = chosen.iter().map(|&i| &side.tracks[i]);
            for track in tracks.filter(|t| t.is_pattern() && t.covered() < SOLID * t.length()) {
                lines += 1;
                let steps = side.steps(track, track.from, track.to);
                for (inked, length) in inner(&runs(&steps)) {
                    if *inked { &mut dashes } else { &mut gaps }.push(*length as f32);
                }
            }
        }
        let middle = |mut lengths: Vec<f32>| {
            lengths.sort_by(f32::total_cmp);
            lengths.get(lengths.len() / 2).copied()
        };
        // Single lines of a bad copy look dashed: where a form has dashes, most of its lines are.
        if lines < DASHED || lines * 2 < all {
            return None;
        }
        let (dash, gap) = (middle(dashes)?, middle(gaps)?);
        (dash.max(gap) <= LONGEST * scale).then_some(Self { dash, gap })
    }

    /// Whether ink along a way, step by step, comes and goes as in the page's dashed lines on at least
    /// a share of it.
    pub fn is_kept(self, steps: &[Step], least: f32) -> bool {
        let runs = runs(steps);
        let last = runs.len().saturating_sub(1);
        let periods = steps.len() as f32 / (self.dash + self.gap);
        let is_far = periods >= FAR;
        let fits = runs.iter().enumerate().filter(|(i, (inked, length))| {
            let (usual, longer) = match inked {
                true if is_far => (self.dash, JOINED),
                true => (self.dash, LONGER),
                false => (self.gap, LONGER),
            };
            let length = *length as f32;
            // The first and the last are cut off by where the way begins and ends.
            let is_cut = *i == 0 || *i == last;
            length <= longer * usual + RASTER && (is_cut || length >= SHORTER * usual - RASTER)
        });
        let kept: usize = fits.map(|(_, (_, length))| length).sum();
        let dashes = runs.iter().filter(|(inked, _)| *inked).count();
        if dashes < 2 && periods >= TWO {
            return false;
        }
        let count = |wanted: Step| steps.iter().filter(|s| **s == wanted).count() as f32;
        let (ink, crossed) = (count(Step::Ink), count(Step::Crossed));
        ink > 0.0
            && crossed <= CROSSED * (ink + crossed)
            && kept as f32 >= least * steps.len() as f32
    }
}

/// Alternating ink and white with their lengths.
fn runs(steps: &[Step]) -> Vec<(bool, usize)> {
    let inked = |step: &Step| *step != Step::White;
    let runs = steps.chunk_by(|a, b| inked(a) == inked(b));
    runs.map(|run| (run.first().is_some_and(inked), run.len())).collect()
}

/// All but the first and the last, which may be cut.
fn inner<T>(runs: &[T]) -> &[T] {
    runs.get(1..runs.len().saturating_sub(1)).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(lengths: &[usize]) -> Vec<Step> {
        let step = |i: usize| if i.is_multiple_of(2) { Step::Ink } else { Step::White };
        let runs = lengths.iter().enumerate();
        runs.flat_map(|(i, &n)| std::iter::repeat_n(step(i), n)).collect()
    }

    #[test]
    fn a_stroke_is_longer_than_the_dashes_of_the_page() {
        let rhythm = Rhythm { dash: 12.0, gap: 12.0 };
        let kept = |steps: &[Step]| rhythm.is_kept(steps, KEPT);
        assert!(kept(&steps(&[4, 12, 12, 12, 12, 8])));
        assert!(kept(&steps(&[12, 14, 16])), "a crossing line is thick");
        assert!(!kept(&steps(&[0, 10, 36, 12])), "an upright stroke of 目");
        let joined = steps(&[4, 12, 22, 12, 12, 12, 22, 12, 8]);
        assert!(kept(&joined), "cells that end within a dash");
        assert!(!kept(&joined[..60]), "too few to tell from strokes");
        assert!(!kept(&steps(&[0, 60])), "white");
        assert!(!kept(&steps(&[0, 16, 20, 16])), "a short stroke in the middle of a row");
        assert!(!kept(&steps(&[12, 40, 8])), "two strokes far apart");
        assert!(!kept(&steps(&[2, 4, 16, 3, 16, 4, 2])), "broken strokes of 指");
        let mut crossed = steps(&[4, 12, 12, 12, 12, 8]);
        crossed[20..23].fill(Step::Crossed);
        assert!(kept(&crossed[..17]) && !kept(&crossed[4..32]), "目");
    }
}
