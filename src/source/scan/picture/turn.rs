//! Which way lines of text run: skew of pages without rules, and quarter turns.

use super::TextLine;
use super::blobs;
use super::ink::Ink;
use super::strokes::Stroke;

/// Greatest skew looked for, as a slope (5°), and the steps of the first and the second look.
const STEEPEST: f32 = 0.0875;
const COARSE: f32 = 0.004;
const FINE: f32 = 0.0005;

/// Blobs that are looked at; more do not tell more.
const ENOUGH: usize = 4000;

/// Share of characters that follow another on their line below which a page may lie on its side.
const SIDEWAYS: f32 = 0.5;

/// Fewer characters than this tell nothing about the direction.
const TOO_FEW: f32 = 12.0;

/// The slope of lines of text, as a stroke over the page, for pages without rules: the slope at
/// which the feet of characters fall onto the fewest rows. `scale` is pixels a point.
pub fn baseline(ink: &Ink, scale: f32) -> Option<Stroke> {
    let (blobs, _) = blobs::find(ink);
    let feet: Vec<(f32, f32)> = blobs
        .iter()
        .map(|b| b.bbox)
        .filter(|b| {
            let (w, h) = (b.width() as f32 / scale, b.height() as f32 / scale);
            w.max(h) >= 3.0 && w.max(h) <= 30.0
        })
        .map(|b| (b.center().0, b.y1 as f32))
        .collect();
    if feet.len() < 40 {
        return None;
    }
    let step = feet.len().div_ceil(ENOUGH);
    let feet: Vec<(f32, f32)> = feet.into_iter().step_by(step).collect();
    let bin = (0.5 * scale).max(1.0);
    let lift = ink.width as f32 * STEEPEST * 1.2;
    let rows = ((ink.height as f32 + 2.0 * lift) / bin) as usize + 2;
    let mut counts = vec![0_u64; rows];
    let mut score = |slope: f32| -> u64 {
        counts.fill(0);
        for &(x, y) in &feet {
            counts[(((y - slope * x + lift) / bin).max(0.0) as usize).min(rows - 1)] += 1;
        }
        counts.iter().map(|n| n * n).sum()
    };
    let mut best = |around: f32, reach: f32, step: f32| -> f32 {
        let n = (reach / step).round() as i32;
        let slopes = (-n..=n).map(|i| around + i as f32 * step);
        // The smaller slope wins a tie.
        let by = |&a: &f32, &b: &f32| score(a).cmp(&score(b)).then(b.abs().total_cmp(&a.abs()));
        slopes.max_by(by).unwrap_or(0.0)
    };
    let slope = best(0.0, STEEPEST, COARSE);
    let slope = best(slope, COARSE, FINE);
    let to = ink.width as f32;
    let at0 = ink.height as f32 / 2.0;
    Some(Stroke { from: 0.0, to, at0, slope, width: 1.0, covered: to, rough: 0.0 })
}

/// Share of characters that follow another on their line, counting a character a square; 1 for a
/// page with too little text to tell. Upright forms have three quarters and more; on their side,
/// single characters stand one above another.
pub fn reading(lines: &[TextLine]) -> f32 {
    let (mut following, mut all) = (0.0, 0.0);
    for line in lines {
        let (w, h) = (line.bbox.width() as f32, line.bbox.height() as f32);
        if h > 1.5 * w {
            all += (h / w).round();
            continue;
        }
        for chunk in chunks(line) {
            let squares = (chunk as f32 / h).round().max(1.0);
            all += squares;
            following += squares - 1.0;
        }
    }
    if all < TOO_FEW { 1.0 } else { following / all }
}

/// Widths of the parts of a line between blanks wider than half its height: where text stands on
/// its side, what looks like a line is a row of single characters of several lines.
fn chunks(line: &TextLine) -> Vec<u32> {
    let crop = &line.crop;
    let most = line.bbox.height() / 2;
    let inked = |x: &u32| (0..crop.height()).any(|y| crop.get_pixel(*x, y)[0] < 128);
    let mut chunks: Vec<(u32, u32)> = Vec::new();
    for x in (0..crop.width()).filter(inked) {
        match chunks.last_mut() {
            Some(chunk) if x - chunk.1 <= most => chunk.1 = x,
            _ => chunks.push((x, x)),
        }
    }
    chunks.into_iter().map(|(from, to)| to + 1 - from).collect()
}

/// Whether a page may lie on its side, so that the other way is worth a try.
pub fn is_doubtful(lines: &[TextLine]) -> bool {
    reading(lines) < SIDEWAYS
}
