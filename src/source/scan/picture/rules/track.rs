//! Pieces of ink on one line, and what is seen along them.

use super::super::ink::Ink;
use super::super::strokes::Stroke;
use super::THICK;
use crate::model::page::Axis;
use image::GrayImage;

/// How far beside a stroke others are looked for, in points: the white around a rule, and half
/// the height of a character.
const NEAR: f32 = 1.6;
const FAR: f32 = 3.6;

/// Ink that is so many times as wide as the line, and two pixels of rough edges, crosses it.
const THICKER: f32 = 2.0;

/// Darkness of a rule's paler places as a share of its middle one.
const EVEN: f32 = 0.62;

/// The pieces of one line.
#[derive(Clone, Debug)]
pub struct Track {
    pub from: f32,
    pub to: f32,
    pub pieces: Vec<Stroke>,
}

impl Track {
    pub fn new(piece: Stroke) -> Self {
        Self { from: piece.from, to: piece.to, pieces: vec![piece] }
    }

    pub fn length(&self) -> f32 {
        self.to - self.from
    }

    pub fn covered(&self) -> f32 {
        self.pieces.iter().map(|p| p.covered).sum()
    }

    pub fn width(&self) -> f32 {
        self.pieces.iter().map(|p| p.width * p.covered).sum::<f32>() / self.covered().max(1.0)
    }

    /// Centre across: that of the piece there, between two pieces the straight way.
    pub fn at(&self, along: f32) -> f32 {
        let after = self.pieces.partition_point(|p| p.to <= along);
        match (after.checked_sub(1).map(|i| &self.pieces[i]), self.pieces.get(after)) {
            (_, Some(p)) if p.from <= along => p.at(along),
            (Some(a), Some(b)) => {
                let share = (along - a.to) / (b.from - a.to).max(1.0);
                a.at(a.to) * (1.0 - share) + b.at(b.from) * share
            }
            // Beyond its end a rule goes on straight along the axis.
            (Some(p), None) => p.at(p.to),
            (None, Some(p)) => p.at(p.from),
            (None, None) => 0.0,
        }
    }

    /// Whether the pieces lie at regular gaps, as dashes and dots do.
    pub fn is_pattern(&self) -> bool {
        let mut gaps: Vec<f32> =
            self.pieces.windows(2).map(|w| w[1].from - w[0].to).filter(|g| *g > 0.5).collect();
        if gaps.len() < 3 {
            // Dots so close that they were followed as one stroke.
            let dotted = |p: &Stroke| p.covered < 0.85 * p.length();
            let long: f32 = self.pieces.iter().filter(|p| dotted(p)).map(Stroke::length).sum();
            return long >= 0.8 * self.length();
        }
        gaps.sort_by(f32::total_cmp);
        let typical = gaps[gaps.len() / 2];
        let alike = gaps.iter().filter(|g| (**g - typical).abs() <= 0.3 * typical + 1.0).count();
        alike * 10 >= gaps.len() * 7
    }

    /// The part of the track within a span, which it may not fill.
    pub fn part(&self, (from, to): (f32, f32)) -> Self {
        let inside = |p: &&Stroke| p.from < to && p.to > from;
        Self { from, to, pieces: self.pieces.iter().filter(inside).copied().collect() }
    }

    pub fn mean(&self) -> f32 {
        let weight: f32 = self.pieces.iter().map(Stroke::length).sum();
        self.pieces.iter().map(|p| p.at(p.middle()) * p.length()).sum::<f32>() / weight.max(1.0)
    }
}

/// What is seen along a piece of a line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Share of steps with ink.
    pub dark: f32,
    /// Share of the steps with ink where it is no thicker than the rule.
    pub thin: f32,
    /// Share of the steps' two sides on which nothing stands close by, and within the height of
    /// half a character.
    pub near: f32,
    pub far: f32,
    /// Longest way without ink, in pixels.
    pub gap: f32,
    /// Gaps a pixel of the way.
    pub gaps: f32,
}

/// What a step along a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    White,
    Ink,
    /// Ink that goes on across the line.
    Crossed,
}

/// One direction of the picture: rows of `ink` run along the rules.
pub struct Side<'a> {
    pub ink: &'a Ink,
    pub gray: &'a GrayImage,
    pub axis: Axis,
    pub tracks: Vec<Track>,
}

impl Side<'_> {
    /// Looks along a track from one row to another.
    pub fn look(&self, track: &Track, from: f32, to: f32, thick: f32) -> Seen {
        let reach = (track.width() / 2.0).ceil() as isize + 1;
        let most = thick.max(track.width() * 1.6 + 2.0) as isize;
        let (first, last) = (from.max(0.0) as usize, (to.max(0.0) as usize).min(self.ink.height));
        if first >= last {
            return Seen { dark: 1.0, thin: 1.0, near: 1.0, far: 1.0, gap: 0.0, gaps: 0.0 };
        }
        let (mut dark, mut thin, mut gap, mut longest) = (0, 0, 0, 0);
        let (mut near, mut far, mut gaps) = (0, 0, 0);
        // Where a character's other strokes would stand, if this were one of its strokes.
        let first_beside = reach + 1;
        let beside = |points: f32| first_beside + (thick * points / THICK).ceil() as isize;
        let (last_near, last_far) = (beside(NEAR), beside(FAR));
        for row in first..last {
            let centre = track.at(row as f32 + 0.5) as isize;
            for side in [-1, 1] {
                let hit = (first_beside..=last_far)
                    .find(|d| self.ink.at(centre + side * d, row.cast_signed()))
                    .unwrap_or(isize::MAX);
                near += usize::from(hit > last_near);
                far += usize::from(hit > last_far);
            }
            let found = (0..=reach)
                .flat_map(|d| [centre - d, centre + d])
                .find(|&c| self.ink.at(c, row.cast_signed()));
            let Some(found) = found else {
                gap += 1;
                gaps += usize::from(gap == 2);
                longest = longest.max(gap);
                continue;
            };
            gap = 0;
            dark += 1;
            let out = |step: isize| {
                (1..=most).take_while(|d| self.ink.at(found + step * d, row.cast_signed())).count()
            };
            if out(-1) + out(1) < most as usize {
                thin += 1;
            }
        }
        Seen {
            dark: dark as f32 / (last - first) as f32,
            thin: thin as f32 / (dark as f32).max(1.0),
            near: near as f32 / (2 * (last - first)) as f32,
            far: far as f32 / (2 * (last - first)) as f32,
            gap: longest as f32,
            gaps: gaps as f32 / (last - first) as f32,
        }
    }
}

impl Side<'_> {
    /// What each step along a track shows on its line.
    pub fn steps(&self, track: &Track, from: f32, to: f32) -> Vec<Step> {
        let reach = (track.width() / 2.0).ceil() as isize + 1;
        let most = (THICKER * track.width() + 2.0) as usize;
        let rows = from.max(0.0) as usize..(to.max(0.0) as usize).min(self.ink.height);
        let step = |row: usize| {
            let centre = track.at(row as f32 + 0.5) as isize;
            let inked = |c: &isize| self.ink.at(*c, row.cast_signed());
            let Some(found) = (0..=reach).flat_map(|d| [centre - d, centre + d]).find(|c| inked(c))
            else {
                return Step::White;
            };
            let out = |by: isize| (1..).take_while(|d| inked(&(found + by * d))).take(most).count();
            if out(-1) + out(1) < most { Step::Ink } else { Step::Crossed }
        };
        rows.map(step).collect()
    }

    /// Darkness (255 is black) of each step along a track.
    pub fn darkness(&self, track: &Track, from: f32, to: f32) -> Vec<u8> {
        let steps = from.max(0.0) as usize..(to.max(0.0) as usize).min(self.ink.height);
        let at = |row: usize| {
            let centre = track.at(row as f32 + 0.5) as i32;
            let darkest = (-1..=1).filter_map(|d| {
                let c = (centre + d).max(0) as u32;
                let (x, y) = match self.axis {
                    Axis::Vertical => (c, row as u32),
                    Axis::Horizontal => (row as u32, c),
                };
                self.gray.get_pixel_checked(x, y).map(|p| 255 - p[0])
            });
            darkest.max().unwrap_or(0)
        };
        steps.map(at).collect()
    }

    /// The darkness (255 is black) that half of the steps along a track reach.
    pub fn usual_darkness(&self, track: &Track, from: f32, to: f32) -> f32 {
        let mut all = self.darkness(track, from, to);
        all.sort_unstable();
        all.get(all.len() / 2).map_or(255.0, |&d| f32::from(d))
    }

    /// Whether a line is as dark nearly everywhere as in its middle. Blurred strokes of characters
    /// melt into a line, but a wavy one.
    pub fn is_even(&self, track: &Track, from: f32, to: f32) -> bool {
        let mut all = self.darkness(track, from, to);
        all.sort_unstable();
        match (all.get(all.len() / 6), all.get(all.len() / 2)) {
            (Some(&low), Some(&middle)) => f32::from(low) >= EVEN * f32::from(middle),
            _ => true,
        }
    }
}
