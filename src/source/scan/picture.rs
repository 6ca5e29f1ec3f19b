//! STAND-IN until the picture front end is merged: clean, straight pictures only.

use crate::model::page::{Axis, Strength};
use image::{DynamicImage, GrayImage};

pub(in crate::source) struct PixelRule {
    pub axis: Axis,
    pub position: f32,
    pub span: (f32, f32),
    pub width: f32,
    pub strength: Strength,
}

pub(in crate::source) struct TextLine {
    pub bbox: (f32, f32, f32, f32),
    pub crop: GrayImage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum MarkKind {
    Seal,
    Handwriting,
}

pub(in crate::source) struct Mark {
    pub kind: MarkKind,
    pub bbox: (f32, f32, f32, f32),
}

pub(in crate::source) struct Prepared {
    pub image: GrayImage,
    pub dpi: f32,
    pub rules: Vec<PixelRule>,
    pub lines: Vec<TextLine>,
    pub turned: u16,
    pub marks: Vec<Mark>,
}

pub(in crate::source) fn prepare(image: DynamicImage, dpi: f32) -> Prepared {
    let mut image = image.into_luma8();
    let (w, h) = image.dimensions();
    let long = (dpi / 300.0 * 100.0) as u32;
    let mut rules = Vec::new();
    let dark = |img: &GrayImage, x: u32, y: u32| img.get_pixel(x, y).0[0] < 140;
    let mut erase: Vec<(u32, u32, u32, u32)> = Vec::new();
    let runs = |n: u32, m: u32, get: &dyn Fn(u32, u32) -> bool| {
        let mut found: Vec<(u32, u32, u32, u32)> = Vec::new();
        for j in 0..m {
            let mut i = 0;
            while i < n {
                let start = i;
                while i < n && get(i, j) {
                    i += 1;
                }
                if i - start >= long {
                    match found
                        .iter_mut()
                        .rev()
                        .take(40)
                        .find(|f| f.3 + 1 >= j && f.0 < i && start < f.1)
                    {
                        Some(f) => *f = (f.0.min(start), f.1.max(i), f.2, j),
                        None => found.push((start, i, j, j)),
                    }
                }
                i += 1;
            }
        }
        found
    };
    for (axis, found) in [
        (Axis::Horizontal, runs(w, h, &|i, j| dark(&image, i, j))),
        (Axis::Vertical, runs(h, w, &|i, j| dark(&image, j, i))),
    ] {
        for (a, b, p, q) in found {
            if q - p > (dpi / 20.0) as u32 {
                continue;
            }
            rules.push(PixelRule {
                axis,
                position: (p + q + 1) as f32 / 2.0,
                span: (a as f32, b as f32),
                width: (q - p + 1) as f32,
                strength: Strength::Drawn,
            });
            let (p, q) = (p.saturating_sub(2), q + 2);
            erase.push(if axis == Axis::Horizontal { (a, p, b, q) } else { (p, a, q, b) });
        }
    }
    let mut barrier = vec![false; (w * h) as usize];
    for (x0, y0, x1, y1) in erase {
        for y in y0..=y1.min(h - 1) {
            for x in x0..=x1.min(w - 1) {
                image.put_pixel(x, y, image::Luma([255]));
                barrier[(y * w + x) as usize] = true;
            }
        }
    }
    let gap = (dpi / 300.0 * 22.0) as u32;
    // Smear ink horizontally, stopping at rules.
    let mut smeared = vec![false; (w * h) as usize];
    for y in 0..h {
        let mut last: Option<u32> = None;
        for x in 0..w {
            if barrier[(y * w + x) as usize] {
                last = None;
            } else if dark(&image, x, y) {
                let from = last.filter(|l| x - l <= gap).unwrap_or(x);
                for i in from..=x {
                    smeared[(y * w + i) as usize] = true;
                }
                last = Some(x);
            }
        }
    }
    let mut lines = Vec::new();
    let mut seen = vec![false; (w * h) as usize];
    let mut boxes: Vec<(u32, u32, u32, u32)> = Vec::new();
    for start in 0..seen.len() {
        if !smeared[start] || seen[start] {
            continue;
        }
        let mut stack = vec![start];
        seen[start] = true;
        let (mut x0, mut y0, mut x1, mut y1) = (w, h, 0, 0);
        while let Some(i) = stack.pop() {
            let (x, y) = (i as u32 % w, i as u32 / w);
            (x0, y0, x1, y1) = (x0.min(x), y0.min(y), x1.max(x), y1.max(y));
            for (dx, dy) in [(-1i64, 0), (1, 0), (0, -1), (0, 1)] {
                let (nx, ny) = (i64::from(x) + dx, i64::from(y) + dy);
                if nx < 0 || ny < 0 || nx >= i64::from(w) || ny >= i64::from(h) {
                    continue;
                }
                let n = (ny as u32 * w + nx as u32) as usize;
                if smeared[n] && !seen[n] {
                    seen[n] = true;
                    stack.push(n);
                }
            }
        }
        boxes.push((x0, y0, x1 + 1, y1 + 1));
    }
    // Parts of the same line of text: overlapping in height, near in x, no rule between.
    let mut merged = true;
    while merged {
        merged = false;
        'outer: for i in 0..boxes.len() {
            for j in i + 1..boxes.len() {
                let (a, b) = (boxes[i], boxes[j]);
                let over = a.3.min(b.3) as i64 - a.1.max(b.1) as i64;
                let near = a.0.max(b.0) as i64 - a.2.min(b.2) as i64;
                let least = (a.3 - a.1).min(b.3 - b.1) as i64;
                let y = ((a.1.max(b.1) + a.3.min(b.3)) / 2).min(h - 1);
                let (from, to) = (a.2.min(b.2), a.0.max(b.0));
                let walled = (from..to).any(|x| barrier[(y * w + x) as usize]);
                if over * 2 > least && near <= i64::from(gap) * 2 && !walled {
                    boxes[i] = (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3));
                    boxes.swap_remove(j);
                    merged = true;
                    continue 'outer;
                }
            }
        }
    }
    boxes.sort_by_key(|b| (b.1, b.0));
    for (x0, y0, x1, y1) in boxes {
        if y1 - y0 < 3 && x1 - x0 < 3 {
            continue;
        }
        let pad = (dpi / 300.0 * 5.0) as u32;
        let (a, b) = (x0.saturating_sub(pad), y0.saturating_sub(pad));
        let (c, d) = ((x1 + pad).min(w), (y1 + pad).min(h));
        let crop = image::imageops::crop_imm(&image, a, b, c - a, d - b).to_image();
        lines.push(TextLine { bbox: (a as f32, b as f32, c as f32, d as f32), crop });
    }
    Prepared { image, dpi, rules, lines, turned: 0, marks: Vec::new() }
}
