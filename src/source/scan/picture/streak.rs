//! Streaks: lines that no one printed, from one edge of the picture to the other.
//!
//! Dirt on a scanner's glass or a copier's drum draws a line over the whole sheet, through title and margins;
//! a border ends with its table, and no printer reaches the edges of the paper. A streak would cut cells
//! in two and tell a wrong skew, so it goes before either is looked for. Print that is darker than it stays.

use super::ink::Ink;
use super::rules::{self, track::Track};
use super::strokes::Stroke;
use super::warp::Homography;
use super::{PixelBox, RuleInks};
use crate::model::page::Axis;
use image::GrayImage;

/// A streak in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Streak {
    /// Its two ends, (x, y).
    pub ends: [(f32, f32); 2],
    pub width: f32,
    /// Whether it is as dark as print: what stood under it is lost.
    pub dark: bool,
}

/// What printers leave blank at the edges of a sheet, in points: 4 mm, as their makers tell. A streak
/// reaches into it at both ends, and as far beyond the outermost rules that it crosses.
const MARGIN: f32 = 11.5;

/// Smaller pictures, in points, are no sheets but were cut out of one: their borders may end at the edges.
const SHEET: f32 = 200.0;

/// Share of a streak's way to either edge that shows ink, be it print over it; in the margins no print
/// stands, and it is thin.
const INKED: f32 = 0.9;

/// How far from where it is expected the ink of a streak is found, in pixels, and what a step along it
/// tells of where it goes.
const NEAR: f32 = 1.5;
const TOLD: f32 = 0.1;

/// Gray level on white ground below which print cannot be told from the streak over it.
const DARK: u8 = 120;

/// Print is darker than a streak by so many gray levels; grain is less.
const DARKER: u8 = 40;

/// The blurred edges of a streak, in pixels on each side.
const BLUR: f32 = 1.5;

/// Takes the streaks out of a picture whose long strokes run `across` and `down` it; `scale` is pixels a
/// point.
pub fn lift(
    gray: &mut GrayImage,
    inks: &RuleInks,
    (across, down): (&[Stroke], &[Stroke]),
    scale: f32,
) -> Vec<Streak> {
    let mut found = along(gray, (Axis::Vertical, &inks.upright), (down, across), scale);
    found.extend(along(gray, (Axis::Horizontal, &inks.turned), (across, down), scale));
    found
}

/// Takes out those along one axis, along which the rows of `ink` are counted and some strokes run, and
/// which `other` ones cross.
fn along(
    gray: &mut GrayImage,
    (axis, ink): (Axis, &Ink),
    (along, other): (&[Stroke], &[Stroke]),
    scale: f32,
) -> Vec<Streak> {
    if (ink.height as f32) < SHEET * scale {
        return Vec::new();
    }
    let margin = MARGIN * scale;
    let tracks = rules::join(along.to_vec(), scale);
    let mut found: Vec<(Vec<f32>, f32)> = Vec::new();
    let mut pieces = 0;
    for track in &tracks {
        let is_known = |(path, _): &(Vec<f32>, f32)| {
            let middle = f32::midpoint(track.from, track.to);
            (path[middle as usize] - track.at(middle)).abs() <= 2.0 * NEAR
        };
        if found.iter().any(is_known) {
            pieces += 1;
        } else if let Some(path) = follow(track, ink, margin as usize)
            && crossings(&path, other).all(|at| at > margin && at < ink.height as f32 - margin)
        {
            found.push((path, track.width()));
            pieces += 1;
        }
    }
    // The columns of a picture that was cut out of a table all end at its edges.
    if found.len() > 1 && pieces * 2 > tracks.len() {
        return Vec::new();
    }
    found.into_iter().map(|(path, width)| out(gray, axis, &path, width)).collect()
}

/// The centre of a track in each row of `ink`, from the first to the last, if it goes on to both edges and
/// into the `margin` there.
fn follow(track: &Track, ink: &Ink, margin: usize) -> Option<Vec<f32>> {
    let (first, last) = (track.from as usize, (track.to as usize).min(ink.height));
    if last <= first {
        return None;
    }
    let mut path: Vec<f32> = (0..ink.height).map(|row| track.at(row as f32 + 0.5)).collect();
    let slope = (track.at(track.to) - track.at(track.from)) / track.length();
    let reach = track.width() / 2.0 + NEAR;
    let mut hits = vec![Hit::Thin; ink.height];
    let mut walk = |rows: &mut dyn Iterator<Item = usize>, mut centre: f32, slope: f32| {
        for row in rows {
            centre += slope;
            hits[row] = match seen(ink, row, (centre - reach, centre + reach)) {
                None => Hit::White,
                Some((middle, width)) if width <= track.width() + 2.0 => {
                    centre += TOLD * (middle - centre);
                    Hit::Thin
                }
                Some(_) => Hit::Thick,
            };
            path[row] = centre;
        }
    };
    walk(&mut (0..first).rev(), track.at(track.from), -slope);
    walk(&mut (last..ink.height), track.at(track.to), slope);
    let share = |rows: &[Hit], is_hit: fn(&Hit) -> bool| {
        rows.iter().filter(|hit| is_hit(hit)).count() as f32 >= INKED * rows.len() as f32
    };
    let inked = |rows: &[Hit]| share(rows, |hit| *hit != Hit::White);
    let thin = |rows: &[Hit]| share(rows, |hit| *hit == Hit::Thin);
    let within = margin.min(ink.height);
    // What is black beyond the edge of the sheet is the lid of a copier, or a table.
    let (above, below) = (&hits[..within], &hits[ink.height - within..]);
    let is_streak = inked(&hits[..first]) && inked(&hits[last..]) && thin(above) && thin(below);
    is_streak.then_some(path)
}

/// What a row shows where a streak is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hit {
    White,
    /// Ink no wider than the streak.
    Thin,
    Thick,
}

/// Middle and width of the ink in a row between two places, its ends beyond them included.
fn seen(ink: &Ink, row: usize, (from, to): (f32, f32)) -> Option<(f32, f32)> {
    let row = ink.row(row);
    let (from, to) = (from.max(0.0) as usize, (to.max(0.0) as usize + 1).min(row.len()));
    let first = from + row.get(from..to)?.iter().position(|&v| v != 0)?;
    let start = first - row[..first].iter().rev().take_while(|&&v| v != 0).count();
    let end = first + row[first..].iter().take_while(|&&v| v != 0).count();
    Some(((start + end) as f32 / 2.0, (end - start) as f32))
}

/// Where strokes of the other direction cross a path, along it.
fn crossings(path: &[f32], other: &[Stroke]) -> impl Iterator<Item = f32> {
    other.iter().filter_map(|s| {
        let across = *path.get(s.at(s.middle()).max(0.0) as usize)?;
        (s.from..=s.to).contains(&across).then(|| s.at(across))
    })
}

/// Draws the ground over a streak; print that is darker, or that goes on from one side of it to the other,
/// stays.
fn out(gray: &mut GrayImage, axis: Axis, path: &[f32], width: f32) -> Streak {
    let size = match axis {
        Axis::Vertical => gray.width(),
        Axis::Horizontal => gray.height(),
    };
    let place = |along: usize, across: u32| match axis {
        Axis::Vertical => (across, along as u32),
        Axis::Horizontal => (along as u32, across),
    };
    let half = width / 2.0 + BLUR;
    let columns = |centre: f32| {
        (centre - half).max(0.0) as u32..((centre + half).max(0.0) as u32 + 1).min(size)
    };
    let darkest = |(along, &centre): (usize, &f32)| {
        columns(centre).map(|across| gray[place(along, across)][0]).min()
    };
    let mut levels: Vec<u8> = path.iter().enumerate().filter_map(darkest).collect();
    let middle = levels.len() / 2;
    let level = if levels.is_empty() { 255 } else { *levels.select_nth_unstable(middle).1 };
    let least = if level < DARK { 0 } else { level.saturating_sub(DARKER) };
    for (along, &centre) in path.iter().enumerate() {
        let columns = columns(centre);
        let beside = |across: Option<u32>| {
            across.filter(|&a| a < size).map_or(255, |a| gray[place(along, a)][0])
        };
        let ground = beside(columns.start.checked_sub(1)).max(beside(Some(columns.end)));
        for across in columns {
            let pixel = &mut gray[place(along, across)][0];
            if *pixel >= least {
                *pixel = (*pixel).max(ground);
            }
        }
    }
    let end = |along: usize, across: f32| match axis {
        Axis::Vertical => (across, along as f32),
        Axis::Horizontal => (along as f32, across),
    };
    let last = path.len() - 1;
    Streak { ends: [end(0, path[0]), end(last, path[last])], width, dark: level < DARK }
}

impl Streak {
    /// Turns it clockwise by a quarter, with a picture of this height.
    pub fn turn(&mut self, height: u32) {
        self.ends = self.ends.map(|(x, y)| (height as f32 - y, x));
    }

    /// The box around it.
    pub fn bbox(&self) -> PixelBox {
        let half = self.width / 2.0;
        let corner = |(x, y): (f32, f32)| PixelBox {
            x0: (x - half).max(0.0) as u32,
            y0: (y - half).max(0.0) as u32,
            x1: (x + half).max(0.0) as u32,
            y1: (y + half).max(0.0) as u32,
        };
        corner(self.ends[0]).union(&corner(self.ends[1]))
    }

    /// Moves it to a straightened picture; `back` leads from that to the given one.
    pub fn moved(&mut self, back: &Homography) {
        let Some(there) = back.inverse() else { return };
        self.ends = self.ends.map(|(x, y)| {
            let (x, y) = there.apply(f64::from(x), f64::from(y));
            (x as f32, y as f32)
        });
    }

    /// Whether it runs through a box or so close by, in pixels.
    pub fn is_near(&self, bbox: &PixelBox, aside: f32) -> bool {
        let [a, b] = self.ends;
        let (x, y) = bbox.center();
        let along = |from: f32, to: f32, at: f32| (at - from) / (to - from);
        let upright = (b.1 - a.1).abs() > (b.0 - a.0).abs();
        let half = self.width / 2.0 + BLUR + aside;
        let (at, low, high) = if upright {
            (a.0 + (b.0 - a.0) * along(a.1, b.1, y), bbox.x0, bbox.x1)
        } else {
            (a.1 + (b.1 - a.1) * along(a.0, b.0, x), bbox.y0, bbox.y1)
        };
        at >= low as f32 - half && at <= high as f32 + half
    }
}
