//! Whether the picture of > or < shows the bar that makes it ≥ or ≤.
//!
//! The recogniser tells the two apart badly, for at its size they differ in a row or two of
//! pixels. The picture has more of them: a column through the open side of ≥ crosses three
//! strokes, one of > two.

use super::unread;
use crate::model::recognizer::RecognisedChar;
use image::GrayImage;

/// Confidence of a sign whose bar was seen by both.
const AGREED: f32 = 0.97;

/// Confidence of a sign whose bar the recogniser did not see.
const DISPUTED: f32 = 0.6;

/// Part of a sign's width, from its open side, in which its strokes are well apart.
const OPEN: std::ops::Range<f32> = 0.1..0.5;

/// Share of the columns there that must show the bar.
const MOST: f32 = 0.6;

/// A wider piece of ink, in heights of the picture, holds more than the sign.
const WIDEST: f32 = 1.2;

/// Share of a picture's height that is so wide to both sides of a numeral's middle that it crosses
/// all of its strokes.
const ACROSS: f32 = 0.12;

/// Least distance of the strokes of 二 in em.
const SPREAD: f32 = 0.5;

/// Confidence below which a character that stands alone may be a sign of another shape.
const UNSURE: f32 = 0.95;

/// The arms of a sign are so many times as far apart near its open side as in its middle; strokes
/// that run along each other are not.
const WEDGE: f32 = 1.35;

/// A coarse picture melts the bar and the arm above it into one: the lower half of such a sign is so many
/// times as dark as the upper one. Of > both are alike.
const HEAVY: f32 = 1.2;

/// Settles the signs of a line by its picture, and doubts numerals that show other strokes.
pub fn settle(chars: &mut [RecognisedChar], crop: &GrayImage) {
    let em = unread::em(chars);
    if let [c] = chars {
        let before = c.ch;
        lone_sign(c, crop);
        if c.ch != before {
            return;
        }
    }
    for c in chars {
        let count = match c.ch {
            '一' => 1,
            '二' => 2,
            '三' => 3,
            _ => 0,
        };
        if count > 0 && !shows_numeral(crop, c.span, count, em) {
            c.confidence = c.confidence.min(DISPUTED);
        }
        let barred = match c.ch {
            '>' | '≥' | '⩾' => '≥',
            '<' | '≤' | '⩽' => '≤',
            _ => continue,
        };
        let is_bare = matches!(c.ch, '>' | '<');
        if has_bar(crop, c.span, barred == '≥') {
            c.confidence = if is_bare { DISPUTED } else { c.confidence.max(AGREED) };
            c.ch = barred;
        } else if is_bare && is_heavy_below(crop, c.span, barred == '≥') {
            c.confidence = c.confidence.min(DISPUTED);
            c.ch = barred;
        }
    }
}

/// Whether the picture shows a numeral of so many strokes in a span, or nothing that tells. The
/// strokes of 二 are `SPREAD` em apart at least, as two of the three of 三 are not.
fn shows_numeral(crop: &GrayImage, span: (f32, f32), count: usize, em: Option<f32>) -> bool {
    let middle = f32::midpoint(span.0, span.1);
    let side = ACROSS * crop.height() as f32;
    let Some(last) = crop.width().checked_sub(1) else { return true };
    let columns = (middle - side).max(0.0) as u32..=((middle + side).max(0.0) as u32).min(last);
    let dark = middle_gray(crop);
    let is_dark = |x: u32, y: u32| crop.get_pixel(x, y)[0] < dark;
    // Of each column the strokes and how far the last begins below the first.
    let mut shown: Vec<(usize, u32)> = columns
        .map(|x| {
            let begins =
                (0..crop.height()).filter(|&y| is_dark(x, y) && !(y > 0 && is_dark(x, y - 1)));
            let begins: Vec<u32> = begins.collect();
            let apart = begins.last().zip(begins.first()).map_or(0, |(last, first)| last - first);
            (begins.len(), apart)
        })
        .filter(|(strokes, _)| *strokes > 0)
        .collect();
    shown.sort_unstable();
    let Some(&(strokes, apart)) = shown.get(shown.len() / 2) else { return true };
    let is_narrow = em.is_some_and(|em| (apart as f32) < SPREAD * em);
    strokes == count && !(count == 2 && is_narrow)
}

/// Takes a character that stands alone, as in a column of signs, for ≥ or ≤ if its picture shows
/// that and the recogniser, which knows signs by what stands beside them, is not sure or took it for
/// the other one.
fn lone_sign(c: &mut RecognisedChar, crop: &GrayImage) {
    let whole = (0.0, crop.width() as f32);
    for (sign, other, opens_left) in [('≥', '≤', true), ('≤', '≥', false)] {
        let is_unsure = c.confidence < UNSURE && c.ch != sign || c.ch == other;
        if is_unsure && has_bar(crop, whole, opens_left) && is_wedge(crop, opens_left) {
            (c.ch, c.span) = (sign, whole);
            c.confidence = c.confidence.min(DISPUTED);
            return;
        }
    }
}

/// Whether the first two strokes that columns cross come closer away from the open side.
fn is_wedge(crop: &GrayImage, opens_left: bool) -> bool {
    let dark = middle_gray(crop);
    let inked: Vec<u32> = (0..crop.width()).filter(|&x| crossed(crop, x, dark) > 0).collect();
    let apart = |share: f32| {
        let place = (share * inked.len() as f32) as usize;
        let place = if opens_left { place } else { inked.len().checked_sub(place + 1)? };
        let x = *inked.get(place)?;
        let is_dark = |y: u32| crop.get_pixel(x, y)[0] < dark;
        let mut begins = (0..crop.height()).filter(|&y| is_dark(y) && !(y > 0 && is_dark(y - 1)));
        let first = begins.next()?;
        Some(begins.next()? - first)
    };
    match (apart(OPEN.start), apart(OPEN.end)) {
        (Some(open), Some(middle)) => open as f32 >= WEDGE * middle as f32,
        _ => false,
    }
}

/// How many strokes a column crosses.
fn crossed(crop: &GrayImage, x: u32, dark: u8) -> usize {
    let mut count = 0;
    let mut within = false;
    for y in 0..crop.height() {
        let is_dark = crop.get_pixel(x, y)[0] < dark;
        count += usize::from(is_dark && !within);
        within = is_dark;
    }
    count
}

/// The first and the last column of the ink that lies in a span of columns or nearest to it; `None` where
/// that is more than a sign.
fn extent(crop: &GrayImage, span: (f32, f32), dark: u8) -> Option<(u32, u32)> {
    let width = crop.width();
    let strokes = |x: u32| crossed(crop, x, dark);
    let centre = (f32::midpoint(span.0, span.1).max(0.0) as u32).min(width.saturating_sub(1));
    // The recogniser's span may lie beside the ink by a little.
    let near = |d: u32| [centre.checked_sub(d), Some(centre + d).filter(|&x| x < width)];
    let inside = (0..=crop.height() / 4).flat_map(near).flatten().find(|&x| strokes(x) > 0)?;
    let left = (0..inside).rev().take_while(|&x| strokes(x) > 0).last().unwrap_or(inside);
    let right = (inside + 1..width).take_while(|&x| strokes(x) > 0).last().unwrap_or(inside);
    ((right + 1 - left) as f32 <= WIDEST * crop.height() as f32).then_some((left, right))
}

/// Whether the sign in a span of columns, which opens to the left or to the right, has a bar.
fn has_bar(crop: &GrayImage, span: (f32, f32), opens_left: bool) -> bool {
    let dark = middle_gray(crop);
    let strokes = |x: u32| crossed(crop, x, dark);
    let Some((left, right)) = extent(crop, span, dark) else { return false };
    let wide = (right + 1 - left) as f32;
    let place = |share: f32| (share * wide).round() as u32;
    let open: Vec<u32> = (place(OPEN.start)..place(OPEN.end).max(1))
        .map(|d| if opens_left { left + d } else { right.saturating_sub(d) })
        .collect();
    let barred = open.iter().filter(|&&x| strokes(x) == 3).count();
    !open.is_empty() && barred as f32 >= MOST * open.len() as f32
}

/// Whether the sign in a span of columns is darker below its tip than above it.
fn is_heavy_below(crop: &GrayImage, span: (f32, f32), opens_left: bool) -> bool {
    let Some((left, right)) = extent(crop, span, middle_gray(crop)) else { return false };
    let darkness = |x: u32, y: u32| f32::from(255 - crop.get_pixel(x, y)[0]);
    // The tip is what the closed third shows; its middle is where the two arms meet.
    let third = (right + 1 - left).div_ceil(3);
    let closed = if opens_left { right + 1 - third..=right } else { left..=left + third - 1 };
    let weigh = |columns: std::ops::RangeInclusive<u32>, weight: &dyn Fn(u32) -> f32| -> f32 {
        let rows = 0..crop.height();
        rows.map(|y| columns.clone().map(|x| darkness(x, y)).sum::<f32>() * weight(y)).sum()
    };
    let all = weigh(closed.clone(), &|_| 1.0);
    let tip = weigh(closed, &|y| y as f32) / all.max(1.0);
    let above = weigh(left..=right, &|y| f32::from(u8::from((y as f32) < tip - 0.5)));
    let below = weigh(left..=right, &|y| f32::from(u8::from(y as f32 > tip + 0.5)));
    below >= HEAVY * above
}

/// The gray level half-way between a picture's ink and its ground.
pub fn middle_gray(crop: &GrayImage) -> u8 {
    let darkest = crop.as_raw().iter().copied().min().unwrap_or(0);
    u8::midpoint(darkest, 255)
}

/// In each column of a line's picture the first row of ink darker than a gray level, and the one behind
/// the last.
pub fn ink_rows(crop: &GrayImage, dark: u8) -> Vec<Option<(u32, u32)>> {
    let rows = |x: u32| {
        let mut rows = (0..crop.height()).filter(|&y| crop.get_pixel(x, y)[0] < dark);
        let first = rows.next()?;
        Some((first, rows.next_back().unwrap_or(first) + 1))
    };
    (0..crop.width()).map(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A sign that opens to the left, 24 wide, with a slanting or level bar or none, before a digit.
    fn sign(bar: Option<f32>) -> GrayImage {
        GrayImage::from_fn(60, 40, |x, y| {
            let (fx, fy) = (x as f32 - 4.0, y as f32);
            let near = |at: f32| (fy - at).abs() < 1.5;
            let wedge = near(6.0 + fx * 0.4) || near(26.0 - fx * 0.4);
            let barred = bar.is_some_and(|slope| near(33.0 - fx * slope));
            let dark = (0.0..24.0).contains(&fx) && (wedge || barred) || (36..52).contains(&x);
            Luma([if dark { 40 } else { 250 }])
        })
    }

    fn settled(ch: char, picture: &GrayImage) -> (char, f32) {
        let mut chars = [RecognisedChar { ch, confidence: 0.9, span: (8.0, 16.0) }];
        settle(&mut chars, picture);
        (chars[0].ch, chars[0].confidence)
    }

    #[test]
    fn a_bar_that_is_seen_confirms_or_corrects_the_sign() {
        for bar in [0.0, 0.4] {
            let picture = sign(Some(bar));
            assert_eq!(settled('≥', &picture), ('≥', AGREED));
            assert_eq!(settled('>', &picture), ('≥', DISPUTED));
            let turned = image::imageops::flip_horizontal(&picture);
            let mut chars = [RecognisedChar { ch: '<', confidence: 1.0, span: (44.0, 52.0) }];
            settle(&mut chars, &turned);
            assert_eq!((chars[0].ch, chars[0].confidence), ('≤', DISPUTED));
        }
    }

    #[test]
    fn without_a_bar_nothing_is_concluded() {
        assert_eq!(settled('>', &sign(None)), ('>', 0.9));
        assert_eq!(settled('≥', &sign(None)), ('≥', 0.9));
        let mut chars =
            ['=', '1'].map(|ch| RecognisedChar { ch, confidence: 0.9, span: (8.0, 16.0) });
        settle(&mut chars, &sign(Some(0.0)));
        assert_eq!((chars[0].ch, chars[0].confidence), ('=', 0.9), "beside others");
        assert_eq!(settled('>', &GrayImage::new(0, 0)), ('>', 0.9));
    }

    #[test]
    fn a_bar_that_melts_into_the_arm_above_it_is_seen_by_its_weight() {
        // The lower arm is as thick as two.
        let melted = GrayImage::from_fn(60, 40, |x, y| {
            let (fx, fy) = (x as f32 - 4.0, y as f32 - 18.0);
            let arm = 10.0 - fx * 0.4;
            let wedge = (fy + arm).abs() < 1.5 || (-1.5..5.0).contains(&(fy - arm));
            let dark = (0.0..24.0).contains(&fx) && wedge || (36..52).contains(&x);
            Luma([if dark { 40 } else { 250 }])
        });
        assert_eq!(settled('>', &melted), ('≥', DISPUTED));
        assert_eq!(settled('≥', &melted), ('≥', 0.9));
    }

    #[test]
    fn a_sign_that_stands_alone_is_known_by_its_shape() {
        let alone = |picture: &GrayImage, confidence: f32| {
            let mut chars = [RecognisedChar { ch: 'M', confidence, span: (8.0, 16.0) }];
            settle(&mut chars, picture);
            (chars[0].ch, chars[0].confidence)
        };
        let cut = |picture: GrayImage| image::imageops::crop_imm(&picture, 0, 0, 32, 40).to_image();
        let sign = cut(sign(Some(0.4)));
        assert_eq!(alone(&sign, 0.7), ('≥', DISPUTED));
        assert_eq!(alone(&sign, 0.99), ('M', 0.99));
        let mut other = [RecognisedChar { ch: '≤', confidence: 0.99, span: (8.0, 16.0) }];
        settle(&mut other, &sign);
        assert_eq!((other[0].ch, other[0].confidence), ('≥', DISPUTED));
        assert_eq!(alone(&image::imageops::flip_horizontal(&sign), 0.5), ('≤', 0.5));
        let bars = GrayImage::from_fn(32, 40, |x, y| {
            Luma([if (4..28).contains(&x) && y % 12 < 3 && y < 36 { 20 } else { 255 }])
        });
        assert_eq!(alone(&bars, 0.7), ('M', 0.7), "three level strokes");
    }

    /// Confidence of a numeral among ideographs 30 pixels apart, whose picture shows strokes at
    /// some heights.
    fn numeral(ch: char, strokes: &[u32]) -> f32 {
        let ink = |x: u32, y: u32| match x / 30 {
            0 => (4..26).contains(&x) && strokes.iter().any(|s| (*s..s + 3).contains(&y)),
            _ => x % 30 > 3 && y > 5 && y < 35,
        };
        let picture = GrayImage::from_fn(180, 40, |x, y| Luma([if ink(x, y) { 20 } else { 255 }]));
        let mut line: Vec<RecognisedChar> = [ch, '年', '建', '成', '绿', '廊']
            .into_iter()
            .enumerate()
            .map(|(i, ch)| {
                let x = i as f32 * 30.0;
                RecognisedChar { ch, confidence: 0.99, span: (x + 12.0, x + 18.0) }
            })
            .collect();
        settle(&mut line, &picture);
        line[0].confidence
    }

    #[test]
    fn numerals_show_their_strokes() {
        assert_eq!(numeral('三', &[7, 18, 30]), 0.99);
        assert_eq!(numeral('二', &[9, 30]), 0.99);
        assert_eq!(numeral('一', &[18]), 0.99);
        // The first stroke of 三 was lost.
        assert_eq!(numeral('二', &[18, 30]), DISPUTED);
        assert_eq!(numeral('二', &[7, 18, 30]), DISPUTED);
        assert_eq!(numeral('三', &[9, 30]), DISPUTED);
    }
}
