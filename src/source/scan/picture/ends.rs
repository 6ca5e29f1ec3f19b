//! Small ink that stands off the ends of a line: dirt, more often than a character.
//!
//! Read together with the line it passes for a character of it, 3年一, and spoils its neighbours. So it
//! is made a line of its own, whose size and reading then show what it is.

use super::PixelBox;
use super::blobs::Blob;
use super::text::bbox;

/// White between such ink and the line, in em: more than there is before a mark that stands in the middle
/// of its place.
const OFF: f32 = 0.65;

/// The same before a full stop. Its ring is no smaller and no larger than this, in em, and about as high
/// as wide.
const OFF_RING: f32 = 1.0;
const RING: std::ops::Range<f32> = 0.16..0.42;
const ROUND: f32 = 1.35;

/// Ink that is lower and narrower, in em, is no digit, letter or ideograph.
pub const LOW: f32 = 0.5;
pub const NARROW: f32 = 0.7;

/// Whether ink is too small for a character that is no mark. `em` is in pixels.
pub fn is_small(ink: &PixelBox, em: f32) -> bool {
    (ink.height() as f32) < LOW * em && (ink.width() as f32) < NARROW * em
}

/// Takes small ink off both ends of a line, whose `members` are ordered from left to right: the line, and
/// what was taken off.
pub fn part(blobs: &[Blob], mut members: Vec<usize>, em: f32) -> Vec<Vec<usize>> {
    let mut parts = Vec::new();
    while let Some(from) = tail(blobs, &members, em) {
        parts.push(members.split_off(from));
    }
    while let Some(to) = head(blobs, &members, em) {
        let rest = members.split_off(to);
        parts.push(std::mem::replace(&mut members, rest));
    }
    parts.push(members);
    parts.reverse();
    parts
}

/// The index from which on a line is small ink that stands off.
fn tail(blobs: &[Blob], members: &[usize], em: f32) -> Option<usize> {
    let mut left = u32::MAX;
    for i in (1..members.len()).rev() {
        left = left.min(blobs[members[i]].bbox.x0);
        let ink = bbox(blobs, &members[i..]);
        if !is_small(&ink, em) {
            return None;
        }
        // A line has few members that reach further right than those behind them.
        let end = members[..i].iter().rev().take(REACH).map(|&m| blobs[m].bbox.x1).max()?;
        let off = if is_ring(&ink, em) { OFF_RING } else { OFF };
        if left as f32 - end as f32 >= off * em {
            return Some(i);
        }
    }
    None
}

/// Whether ink may be a full stop.
fn is_ring(ink: &PixelBox, em: f32) -> bool {
    let (wide, high) = (ink.width() as f32, ink.height() as f32);
    let (less, more) = (wide.min(high), wide.max(high));
    RING.contains(&(less / em)) && RING.contains(&(more / em)) && more <= ROUND * less
}

/// So many members before one are looked at for the end of what stands before it.
const REACH: usize = 32;

/// The index up to which a line is small ink that stands off.
fn head(blobs: &[Blob], members: &[usize], em: f32) -> Option<usize> {
    let mut end = 0;
    for i in 1..members.len() {
        end = end.max(blobs[members[i - 1]].bbox.x1);
        if !is_small(&bbox(blobs, &members[..i]), em) {
            return None;
        }
        if blobs[members[i]].bbox.x0 as f32 - end as f32 >= OFF * em {
            return Some(i);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blobs of a line with an em of 20 pixels: left, top, width, height.
    fn parted(blobs: &[(u32, u32, u32, u32)]) -> Vec<Vec<usize>> {
        let blob = |&(x, y, w, h): &(u32, u32, u32, u32)| Blob {
            bbox: PixelBox { x0: x, y0: y, x1: x + w, y1: y + h },
            area: w * h,
        };
        let blobs: Vec<Blob> = blobs.iter().map(blob).collect();
        part(&blobs, (0..blobs.len()).collect(), 20.0)
    }

    #[test]
    fn small_ink_off_the_ends_is_no_part_of_the_line() {
        let [a, b] = [(30, 0, 18, 20), (50, 0, 18, 20)];
        let stop = (70, 14, 5, 5);
        assert_eq!(parted(&[a, b, stop]), [[0, 1, 2]], "a mark stands close");
        assert_eq!(parted(&[a, b, (82, 11, 5, 6)]), [[0, 1, 2]], "a full stop in its middle");
        assert_eq!(parted(&[a, b, (84, 3, 10, 4)]), [vec![0, 1], vec![2]]);
        assert_eq!(parted(&[(4, 9, 9, 6), a, b]), [vec![1, 2], vec![0]]);
        assert_eq!(parted(&[a, b, (84, 2, 8, 15)]), [[0, 1, 2]], "a digit");
        assert_eq!(parted(&[a, b, (84, 9, 17, 3)]), [[0, 1, 2]], "一");
        assert_eq!(parted(&[a, b, (84, 9, 7, 3), (106, 9, 7, 3)]).len(), 3);
    }
}
