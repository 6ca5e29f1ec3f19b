//! Strokes that are too pale to be found by themselves: the bars of 一 and 三 in a blurred scan, the
//! ring of 。 whose dark parts are mere dots.
//!
//! Lines are found by dark ink alone, for shade and print that shines through are pale too. Once
//! it is known where a line is, pale ink joined to its dark ink is its own, and so is a pale
//! stroke that stands beside its characters.

use super::PixelBox;
use super::blobs::{Blob, Run};
use image::GrayImage;
use std::ops::Range;

/// How far beyond a line's ends pale strokes are looked for, in heights of the line.
const BESIDE: f32 = 0.9;

/// Height of such a stroke in heights of the line: ≥ is higher than the digits behind it.
const TALLER: f32 = 1.8;

/// Width of the bar 一 in heights of a line, and its greatest height.
const BAR: std::ops::Range<f32> = 0.5..1.2;
const BAR_HEIGHT: f32 = 0.3;

/// Pale ink joined to a line may stand out of it by this share of the line's height.
const OUT: f32 = 0.35;

/// Contrast of a stroke in that of its line's print, if it is print too.
const PRINT: f32 = 0.45;

/// The end of a stroke may be paler than print, for so much of the line's height.
const OFF: f32 = 0.2;

/// Pale ink, and the lines that each piece of it belongs to.
pub struct Faint<'a> {
    pub runs: &'a [Run],
    /// Of each blob, the lines whose dark ink it holds or beside which it stands.
    pub lines: Vec<Vec<u32>>,
    /// Strokes that stand beside no line.
    pub lost: Vec<PixelBox>,
    /// Ends of lines (first, last) beyond which a stroke stands that may be print or shine through.
    pub doubtful: Vec<[bool; 2]>,
}

/// Gray levels of a part of a row.
pub fn row(gray: &GrayImage, y: u32, columns: Range<u32>) -> &[u8] {
    let first = y as usize * gray.width() as usize;
    &gray.as_raw()[first + columns.start as usize..first + columns.end as usize]
}

/// The gray level of ink's core: of its darkest quarter, in the mean. The darkest point alone is that of
/// the grain. White if there is none.
pub fn core(mut pixels: Vec<u8>) -> u8 {
    let quarter = pixels.len().div_ceil(4);
    if quarter == 0 {
        return 255;
    }
    pixels.select_nth_unstable(quarter - 1);
    let sum: u32 = pixels[..quarter].iter().map(|&g| u32::from(g)).sum();
    (sum / quarter as u32) as u8
}

/// Finds out which pale blobs belong to which lines and widens the lines' boxes by them.
///
/// `dark` are the runs of dark ink with the line of each dark blob, or `u32::MAX`; `boxes` of the
/// lines come with the regions that they stand in. `stroke` tells of a pale blob that is in no line
/// yet its region and the gray level of its core, if it may be a stroke of a character.
pub fn claim<'a>(
    (blobs, runs): (&[Blob], &'a [Run]),
    (dark, owner): (&[Run], &[u32]),
    gray: &GrayImage,
    (boxes, regions): (&mut [PixelBox], &[u32]),
    stroke: impl Fn(usize) -> Option<(u32, u8)>,
) -> Faint<'a> {
    let mut lines: Vec<Vec<u32>> = vec![Vec::new(); blobs.len()];
    let mut next = 0;
    for run in dark {
        while runs.get(next).is_some_and(|r| (r.y, r.x1) <= (run.y, run.x0)) {
            next += 1;
        }
        let Some(pale) = runs.get(next).filter(|r| r.y == run.y && r.x0 <= run.x0) else {
            continue;
        };
        let blob = pale.blob as usize;
        let line = owner[run.blob as usize];
        if line != u32::MAX && !lines[blob].contains(&line) {
            lines[blob].push(line);
        }
    }
    let mut print: Vec<Vec<u8>> = vec![Vec::new(); boxes.len()];
    for run in dark {
        if let Some(own) = print.get_mut(owner[run.blob as usize] as usize) {
            own.extend(row(gray, run.y, run.x0..run.x1));
        }
    }
    let print: Vec<u8> = print.into_iter().map(core).collect();
    let unclaimed = (0..blobs.len()).filter(|&i| lines[i].is_empty());
    let alone: Vec<(usize, (u32, u8))> = unclaimed.filter_map(|i| Some((i, stroke(i)?))).collect();
    widen(boxes, (blobs, runs), &lines, (gray, &print));
    let mut doubtful = vec![[false; 2]; boxes.len()];
    let lost = beside(blobs, alone, (boxes, regions, &print), (&mut lines, &mut doubtful));
    Faint { runs, lines, lost: lost.into_iter().map(|i| blobs[i].bbox).collect(), doubtful }
}

/// Widens the boxes of lines by the pale ink that is joined to each. Where it goes on beyond the ends of
/// the line, far paler than its print, a rule of the other side shines through. `print` are the gray
/// levels of the lines' cores.
fn widen(
    boxes: &mut [PixelBox],
    (blobs, runs): (&[Blob], &[Run]),
    lines: &[Vec<u32>],
    (gray, print): (&GrayImage, &[u8]),
) {
    let given = boxes.to_vec();
    // Ink that joins two lines stays within their boxes.
    let line_of = |blob: usize| match lines[blob][..] {
        [line] => Some(line as usize).filter(|&l| stands_in(&blobs[blob].bbox, &given[l])),
        _ => None,
    };
    let mut beyond: Vec<[Vec<u8>; 2]> = vec![Default::default(); blobs.len()];
    for run in runs {
        let Some(line) = line_of(run.blob as usize) else { continue };
        let [before, after] = &mut beyond[run.blob as usize];
        let (left, right) = (given[line].x0, given[line].x1);
        before.extend(row(gray, run.y, run.x0..run.x1.min(left).max(run.x0)));
        after.extend(row(gray, run.y, run.x0.max(right).min(run.x1)..run.x1));
    }
    for (i, (blob, beyond)) in blobs.iter().zip(beyond).enumerate() {
        let Some(line) = line_of(i) else { continue };
        let mut own = blob.bbox;
        let [left, right] = beyond.map(|pixels| core(pixels) >= palest(print[line]));
        let near = (OFF * given[line].height() as f32) as u32;
        if left {
            own.x0 = own.x0.max(given[line].x0.saturating_sub(near));
        }
        if right {
            own.x1 = own.x1.min(given[line].x1 + near);
        }
        boxes[line] = boxes[line].union(&own);
    }
}

/// Whether ink has the shape of 一 in a line of this height.
fn is_bar(ink: &PixelBox, high: f32) -> bool {
    BAR.contains(&(ink.width() as f32 / high)) && ink.height() as f32 <= BAR_HEIGHT * high
}

/// The gray level of the palest strokes of a line whose core has this one.
fn palest(core: u8) -> u8 {
    255 - (f32::from(255 - core) * PRINT) as u8
}

/// Whether a piece of ink keeps to the rows of a line.
fn stands_in(blob: &PixelBox, line: &PixelBox) -> bool {
    let out = OUT * line.height() as f32;
    blob.y0 as f32 >= line.y0 as f32 - out && blob.y1 as f32 <= line.y1 as f32 + out
}

/// Gives strokes (blob, region and core) to the lines of their region among or beside whose characters
/// they stand, and returns the others. Beyond its ends what is far paler than a line's print may shine
/// through, and makes that end doubtful. A line that has won a stroke reaches farther for the next.
fn beside(
    blobs: &[Blob],
    mut alone: Vec<(usize, (u32, u8))>,
    (boxes, regions, print): (&mut [PixelBox], &[u32], &[u8]),
    (lines, doubtful): (&mut [Vec<u32>], &mut [[bool; 2]]),
) -> Vec<usize> {
    // By column, so that a sweep to the right and one to the left meet each stroke in turn.
    alone.sort_by_key(|&(i, _)| (blobs[i].bbox.x0, i));
    let mut order: Vec<u32> = (0..boxes.len() as u32).collect();
    order.sort_by_key(|&l| (boxes[l as usize].y0, l));
    let tallest = boxes.iter().map(PixelBox::height).max().unwrap_or(0);
    let mut give = |(i, (region, core)): (usize, (u32, u8))| {
        let b = blobs[i].bbox;
        let (_, middle) = b.center();
        // Lines that begin above the stroke and not farther than the tallest line.
        let last = order.partition_point(|&l| boxes[l as usize].y0 as f32 <= middle);
        let near = order[..last].iter().rev();
        let near = near.take_while(|&&l| boxes[l as usize].y0 + tallest >= b.y0);
        let home = near
            .filter(|&&l| {
                let line = &boxes[l as usize];
                let aside = BESIDE * line.height() as f32;
                regions[l as usize] == region
                    && middle <= line.y1 as f32
                    && b.height() as f32 <= TALLER * line.height() as f32
                    && b.x1 as f32 >= line.x0 as f32 - aside
                    && b.x0 as f32 <= line.x1 as f32 + aside
            })
            .min_by_key(|&&l| {
                let line = &boxes[l as usize];
                (line.x0.saturating_sub(b.x1) + b.x0.saturating_sub(line.x1), l)
            });
        let Some(&home) = home else { return false };
        let line = &boxes[home as usize];
        let beyond = [b.x1 <= line.x0 + b.width() / 2, b.x0 + b.width() / 2 >= line.x1];
        if beyond != [false; 2] && core >= palest(print[home as usize]) {
            let ends = &mut doubtful[home as usize];
            let bar = is_bar(&b, line.height() as f32);
            *ends = [ends[0] | beyond[0] && bar, ends[1] | beyond[1] && bar];
            return false;
        }
        boxes[home as usize] = boxes[home as usize].union(&b);
        lines[i].push(home);
        true
    };
    alone.retain(|&stroke| !give(stroke));
    alone.reverse();
    alone.retain(|&stroke| !give(stroke));
    alone.into_iter().map(|(i, _)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(x0: u32, y0: u32, x1: u32, y1: u32) -> Blob {
        Blob { bbox: PixelBox { x0, y0, x1, y1 }, area: 0 }
    }

    fn page(gray: u8) -> GrayImage {
        GrayImage::from_pixel(200, 80, image::Luma([gray]))
    }

    #[test]
    fn strokes_beside_a_line_are_its_own_from_near_to_far() {
        let pale = [
            blob(40, 14, 60, 16),
            blob(70, 14, 90, 16),
            blob(150, 14, 170, 16),
            blob(70, 60, 90, 62),
        ];
        let mut boxes = [PixelBox { x0: 92, y0: 5, x1: 120, y1: 25 }];
        let faint =
            claim((&pale, &[]), (&[], &[]), &page(90), (&mut boxes, &[1]), |_| Some((1, 90)));
        assert_eq!(faint.lines, [vec![0], vec![0], vec![], vec![]]);
        assert_eq!(faint.lost, [pale[2].bbox, pale[3].bbox]);
        assert_eq!(boxes[0], PixelBox { x0: 40, y0: 5, x1: 120, y1: 25 });
    }

    #[test]
    fn far_paler_strokes_are_print_among_the_characters_alone() {
        let given = PixelBox { x0: 30, y0: 10, x1: 90, y1: 22 };
        let home = |x: u32, core: u8| {
            let pale = [blob(x, 15, x + 12, 17)];
            let mut boxes = [given];
            let mut ghost = page(220);
            (30..60).for_each(|x| ghost.put_pixel(x, 12, image::Luma([90])));
            let dark = [Run { y: 12, x0: 30, x1: 60, blob: 0 }];
            let ends = (&mut boxes[..], &[1][..]);
            let faint = claim((&pale, &[]), (&dark, &[0]), &ghost, ends, |_| Some((1, core)));
            (faint.lines[0].len(), faint.doubtful[0])
        };
        assert_eq!(home(60, 200), (1, [false; 2]), "进一步");
        assert_eq!(home(93, 120), (1, [false; 2]));
        assert_eq!(home(93, 200), (0, [false, true]));
        assert_eq!(home(16, 200), (0, [true, false]));
    }

    #[test]
    fn a_sign_may_be_higher_than_its_digits_but_not_another_line() {
        let given = PixelBox { x0: 30, y0: 10, x1: 60, y1: 22 };
        let home = |top: u32, bottom: u32| {
            let pale = [blob(8, top, 26, bottom)];
            let mut boxes = [given];
            claim((&pale, &[]), (&[], &[]), &page(90), (&mut boxes, &[1]), |_| Some((1, 90))).lines
                [0]
            .len()
        };
        assert_eq!([home(6, 26), home(0, 40), home(24, 30)], [1, 0, 0]);
    }

    #[test]
    fn a_stroke_of_the_next_cell_is_not_taken() {
        let pale = [blob(8, 6, 26, 26)];
        let mut boxes = [PixelBox { x0: 30, y0: 10, x1: 60, y1: 22 }];
        let faint =
            claim((&pale, &[]), (&[], &[]), &page(90), (&mut boxes, &[1]), |_| Some((2, 90)));
        assert_eq!((faint.lines[0].len(), faint.lost.len()), (0, 1));
    }

    #[test]
    fn pale_ink_joined_to_a_line_widens_it_but_never_over_another() {
        let run = |y, x0, x1, blob| Run { y, x0, x1, blob };
        let runs = [run(10, 5, 40, 0), run(30, 0, 9, 1), run(31, 0, 9, 1)];
        let pale = [blob(5, 10, 40, 11), blob(0, 2, 9, 60)];
        let dark = [run(10, 20, 30, 0), run(30, 2, 5, 1), run(31, 2, 5, 2)];
        let line = |y0, y1| PixelBox { x0: 20, y0, x1: 30, y1 };
        let mut boxes = [line(5, 15), line(25, 35), line(26, 36)];
        let boxes_of = (&mut boxes[..], &[1, 1, 1][..]);
        let faint =
            claim((&pale, &runs), (&dark, &[0, 1, 2]), &page(90), boxes_of, |_| Some((1, 90)));
        assert_eq!(faint.lines, [vec![0], vec![1, 2]]);
        assert_eq!(boxes[0], PixelBox { x0: 5, y0: 5, x1: 40, y1: 15 });
        assert_eq!(boxes[1..], [line(25, 35), line(26, 36)]);
        // Where it is far paler than the print it shines through.
        let mut boxes = [line(5, 15), line(25, 35), line(26, 36)];
        let boxes_of = (&mut boxes[..], &[1, 1, 1][..]);
        let mut ghost = page(220);
        (20..30).for_each(|x| ghost.put_pixel(x, 10, image::Luma([90])));
        claim((&pale, &runs), (&dark, &[0, 1, 2]), &ghost, boxes_of, |_| Some((1, 90)));
        assert_eq!(boxes[0], PixelBox { x0: 18, y0: 5, x1: 32, y1: 15 });
    }
}
