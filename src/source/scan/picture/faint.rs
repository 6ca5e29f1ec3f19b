//! Strokes that are too pale to be found by themselves: the bars of 一 and 三 in a blurred scan, the
//! ring of 。 whose dark parts are mere dots.
//!
//! Lines are found by dark ink alone, for shade and print that shines through are pale too. Once
//! it is known where a line is, pale ink joined to its dark ink is its own, and so is a pale
//! stroke that stands beside its characters.

use super::PixelBox;
use super::blobs::{Blob, Run};

/// How far beyond a line's ends pale strokes are looked for, in heights of the line.
const BESIDE: f32 = 0.9;

/// Height of such a stroke in heights of the line: ≥ is higher than the digits behind it.
const TALLER: f32 = 1.8;

/// Pale ink joined to a line may stand out of it by this share of the line's height.
const OUT: f32 = 0.35;

/// Pale ink, and the lines that each piece of it belongs to.
pub struct Faint<'a> {
    pub runs: &'a [Run],
    /// Of each blob, the lines whose dark ink it holds or beside which it stands.
    pub lines: Vec<Vec<u32>>,
    /// Strokes that stand beside no line.
    pub lost: Vec<PixelBox>,
}

/// Finds out which pale blobs belong to which lines and widens the lines' boxes by them.
///
/// `dark` are the runs of dark ink, `owner` the line of each dark blob, or `u32::MAX`; `boxes` of
/// the lines come with the regions that they stand in. `stroke` tells of a pale blob that is in no
/// line yet its region, if it may be a stroke of a character.
pub fn claim<'a>(
    (blobs, runs): (&[Blob], &'a [Run]),
    dark: &[Run],
    owner: &[u32],
    (boxes, regions): (&mut [PixelBox], &[u32]),
    stroke: impl Fn(usize) -> Option<u32>,
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
    let unclaimed = (0..blobs.len()).filter(|&i| lines[i].is_empty());
    let alone: Vec<(usize, u32)> = unclaimed.filter_map(|i| Some((i, stroke(i)?))).collect();
    let given = boxes.to_vec();
    for (blob, own) in blobs.iter().zip(&lines) {
        // Ink that joins two lines stays within their boxes.
        if let [line] = own[..]
            && stands_in(&blob.bbox, &given[line as usize])
        {
            boxes[line as usize] = boxes[line as usize].union(&blob.bbox);
        }
    }
    let lost = beside(blobs, alone, (boxes, regions), &mut lines);
    Faint { runs, lines, lost: lost.into_iter().map(|i| blobs[i].bbox).collect() }
}

/// Whether a piece of ink keeps to the rows of a line.
fn stands_in(blob: &PixelBox, line: &PixelBox) -> bool {
    let out = OUT * line.height() as f32;
    blob.y0 as f32 >= line.y0 as f32 - out && blob.y1 as f32 <= line.y1 as f32 + out
}

/// Gives strokes (blob, region) to the lines of their region beside whose characters they stand,
/// and returns the others. A line that has won a stroke reaches farther for the next.
fn beside(
    blobs: &[Blob],
    mut alone: Vec<(usize, u32)>,
    (boxes, regions): (&mut [PixelBox], &[u32]),
    lines: &mut [Vec<u32>],
) -> Vec<usize> {
    // By column, so that a sweep to the right and one to the left meet each stroke in turn.
    alone.sort_by_key(|&(i, _)| (blobs[i].bbox.x0, i));
    let mut order: Vec<u32> = (0..boxes.len() as u32).collect();
    order.sort_by_key(|&l| (boxes[l as usize].y0, l));
    let tallest = boxes.iter().map(PixelBox::height).max().unwrap_or(0);
    let mut give = |(i, region): (usize, u32)| {
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

    #[test]
    fn strokes_beside_a_line_are_its_own_from_near_to_far() {
        let pale = [
            blob(40, 14, 60, 16),
            blob(70, 14, 90, 16),
            blob(150, 14, 170, 16),
            blob(70, 60, 90, 62),
        ];
        let mut boxes = [PixelBox { x0: 92, y0: 5, x1: 120, y1: 25 }];
        let faint = claim((&pale, &[]), &[], &[], (&mut boxes, &[1]), |_| Some(1));
        assert_eq!(faint.lines, [vec![0], vec![0], vec![], vec![]]);
        assert_eq!(faint.lost, [pale[2].bbox, pale[3].bbox]);
        assert_eq!(boxes[0], PixelBox { x0: 40, y0: 5, x1: 120, y1: 25 });
    }

    #[test]
    fn a_sign_may_be_higher_than_its_digits_but_not_another_line() {
        let given = PixelBox { x0: 30, y0: 10, x1: 60, y1: 22 };
        let home = |top: u32, bottom: u32| {
            let pale = [blob(8, top, 26, bottom)];
            let mut boxes = [given];
            claim((&pale, &[]), &[], &[], (&mut boxes, &[1]), |_| Some(1)).lines[0].len()
        };
        assert_eq!([home(6, 26), home(0, 40), home(24, 30)], [1, 0, 0]);
    }

    #[test]
    fn a_stroke_of_the_next_cell_is_not_taken() {
        let pale = [blob(8, 6, 26, 26)];
        let mut boxes = [PixelBox { x0: 30, y0: 10, x1: 60, y1: 22 }];
        let faint = claim((&pale, &[]), &[], &[], (&mut boxes, &[1]), |_| Some(2));
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
        let faint = claim((&pale, &runs), &dark, &[0, 1, 2], boxes_of, |_| Some(1));
        assert_eq!(faint.lines, [vec![0], vec![1, 2]]);
        assert_eq!(boxes[0], PixelBox { x0: 5, y0: 5, x1: 40, y1: 15 });
        assert_eq!(boxes[1..], [line(25, 35), line(26, 36)]);
    }
}
