//! Text that is painted twice with a small offset, as fake bold and shadows are, counts once.

use super::glyphs::{HIDDEN, UNKNOWN};
use crate::model::page::{Glyph, Turn};
use rustc_hash::{FxHashMap, FxHashSet};

/// Sizes that differ by a larger factor are not those of a text and its shadow.
const SAME_SIZE: f32 = 1.1;

/// Removes glyphs that are painted again at almost the same place, and those that are not seen.
///
/// Two glyphs count as one if they show the same character in the same size and direction and
/// their origins differ by at most a sixth of that size; a watermark may begin with a character
/// where the text below it has the same. Real neighbours are at least a quarter of an
/// em apart (`ii` in a condensed face). Only neighbouring squares are compared, and those of
/// characters alone that are near their like somewhere; on most pages there are none. A glyph's
/// own square comes first: whatever of its size is in there is near, so that the others are
/// searched once a square. `O(n)` for each size of one character, however many are near each other.
pub(super) fn drop_repeated(glyphs: &mut Vec<Glyph>) {
    glyphs.retain(|g| g.ch != HIDDEN);
    let suspects = suspects(glyphs);
    if !suspects.is_empty() {
        drop_identical(glyphs, &suspects);
        drop_near(glyphs, &suspects);
    }
}

fn is_wanted(g: &Glyph) -> bool {
    g.ch != UNKNOWN && !g.ch.is_whitespace()
}

/// How near is near, in points.
fn reach(g: &Glyph) -> f32 {
    (g.font_size / 6.0).max(0.2)
}

fn square(along: f32, side: f32) -> i64 {
    (along / side).floor() as i64
}

/// Characters of which two may be near each other; seldom one more, never one less.
fn suspects(glyphs: &[Glyph]) -> FxHashSet<char> {
    /// Characters that share a place in the table share the larger reach, too.
    const PLACES: usize = 1024;
    let mut widest = [0.0_f32; PLACES];
    for g in glyphs.iter().filter(|g| is_wanted(g)) {
        let widest = &mut widest[g.ch as usize % PLACES];
        *widest = widest.max(reach(g));
    }
    let mut taken = FxHashSet::with_capacity_and_hasher(glyphs.len(), rustc_hash::FxBuildHasher);
    let mut suspects = FxHashSet::default();
    for g in glyphs.iter().filter(|g| is_wanted(g)) {
        let reach = widest[g.ch as usize % PLACES];
        // Squares a little wider than twice the reach, so that what is near lies in one of four
        // however its place is rounded.
        let side = 2.001 * reach;
        let key = |x: i64, y: i64| {
            let low = |v: i64| v as u64 & 0x1f_ffff;
            u64::from(u32::from(g.ch)) << 42 | low(x) << 21 | low(y)
        };
        let around = |v: f32| [square(v - reach, side), square(v + reach, side)];
        let ([left, right], [upper, lower]) = (around(g.origin.x), around(g.origin.y));
        let places = [key(left, upper), key(right, upper), key(left, lower), key(right, lower)];
        if places.iter().any(|place| taken.contains(place)) {
            suspects.insert(g.ch);
        }
        taken.insert(key(square(g.origin.x, side), square(g.origin.y, side)));
    }
    suspects
}

/// Removes glyphs that are painted again at the very same place. They would be found below, too,
/// but a heap of them, each compared with all others, takes hours. `O(n)`.
fn drop_identical(glyphs: &mut Vec<Glyph>, suspects: &FxHashSet<char>) {
    let place = |g: &Glyph| (g.ch, [g.origin.x, g.origin.y, g.font_size].map(f32::to_bits));
    // Whether each is seen well: some shadows are painted below their text.
    let mut seen = FxHashMap::default();
    for g in glyphs.iter().filter(|g| suspects.contains(&g.ch)) {
        *seen.entry(place(g)).or_insert(true) &= g.pale;
    }
    glyphs.retain_mut(|g| match seen.remove(&place(g)) {
        Some(pale) => {
            g.pale = pale;
            true
        }
        None => !suspects.contains(&g.ch),
    });
}

/// What a text and its shadow have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    ch: char,
    turn: Turn,
    /// Sizes of one class differ by [`SAME_SIZE`] at most.
    size: i32,
}

impl Kind {
    fn of(g: &Glyph) -> Self {
        let size = (g.font_size.max(0.01).ln() / SAME_SIZE.ln()).floor() as i32;
        Self { ch: g.ch, turn: g.turn, size }
    }

    /// Itself first, then the neighbouring sizes: rounding may part what is equal.
    fn alike(self) -> impl Iterator<Item = Self> {
        [0, -1, 1].into_iter().map(move |by| Self { size: self.size.saturating_add(by), ..self })
    }
}

fn drop_near(glyphs: &mut Vec<Glyph>, suspects: &FxHashSet<char>) {
    let wanted = |g: &Glyph| suspects.contains(&g.ch);
    let mut widest: FxHashMap<char, f32> = FxHashMap::default();
    for g in glyphs.iter().filter(|g| wanted(g)) {
        let widest = widest.entry(g.ch).or_default();
        *widest = widest.max(reach(g));
    }
    // Of two glyphs the upper one tells how near is near, to a tenth of a point; then the earlier.
    let order = |i: u32| ((glyphs[i as usize].origin.y * 10.0).clamp(-1e9, 1e9) as i64, i);
    let same = |i: u32, j: u32| {
        let (first, other) = if order(i) < order(j) { (i, j) } else { (j, i) };
        let (first, other) = (&glyphs[first as usize], &glyphs[other as usize]);
        (other.origin.x - first.origin.x).abs() <= reach(first)
            && (other.origin.y - first.origin.y).abs() <= reach(first)
    };
    // Squares as wide as the widest reach, so that whatever is near is in one of nine.
    let mut squares: FxHashMap<(Kind, i64, i64), Vec<u32>> = FxHashMap::default();
    let mut repeated = vec![false; glyphs.len()];
    // Pale ones that are painted again, dark: the shadow of a text below it.
    let mut dark = Vec::new();
    for (i, g) in glyphs.iter().enumerate().filter(|(_, g)| wanted(g)) {
        let side = widest.get(&g.ch).copied().unwrap_or(1.0);
        let (x, y) = (square(g.origin.x, side), square(g.origin.y, side));
        let around = (x.saturating_sub(1)..=x.saturating_add(1))
            .flat_map(|x| (y.saturating_sub(1)..=y.saturating_add(1)).map(move |y| (x, y)));
        let around = std::iter::once((x, y)).chain(around);
        // What was painted first stays.
        let i = i as u32;
        let kind = Kind::of(g);
        let before = around
            .flat_map(|(x, y)| kind.alike().map(move |kind| (kind, x, y)))
            .filter_map(|place| squares.get(&place))
            .find_map(|before| before.iter().copied().find(|&j| same(i, j)));
        if let Some(j) = before {
            repeated[i as usize] = true;
            if !g.pale {
                dark.push(j as usize);
            }
        }
        squares.entry((kind, x, y)).or_default().push(i);
    }
    for i in dark {
        glyphs[i].pale = false;
    }
    let mut repeated = repeated.into_iter();
    glyphs.retain(|_| !repeated.next().unwrap_or(false));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::{Point, Rect};
    use crate::model::page::Origin;
    use proptest::prelude::*;

    fn glyph(ch: char, x: f32, y: f32, font_size: f32) -> Glyph {
        Glyph {
            ch,
            bbox: Rect::new(x, y - 9.0, x + 10.0, y + 1.0),
            origin: Point { x, y },
            font_size,
            turn: Turn::None,
            from: Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        }
    }

    #[test]
    fn a_watermark_does_not_take_away_the_character_it_begins_on() {
        let watermark = Glyph { turn: Turn::Oblique, ..glyph('公', 100.0, 100.0, 60.0) };
        let large = glyph('公', 100.0, 100.0, 60.0);
        for mark in [watermark, large] {
            let text = glyph('公', 101.0, 100.5, 9.0);
            let mut glyphs = vec![text, mark];
            drop_repeated(&mut glyphs);
            assert_eq!(glyphs, [text, mark]);
        }
    }

    /// A character map that makes 64,000 characters of one took minutes.
    #[test]
    fn a_crowd_in_one_place_is_looked_at_once() {
        let mut glyphs: Vec<Glyph> =
            (0..400_000_u32).map(|i| glyph('A', i as f32 / 100_000.0, 9.0, 12.0)).collect();
        drop_repeated(&mut glyphs);
        assert_eq!(glyphs.len(), 1, "each is near the one before");
    }

    #[test]
    fn fake_bold_counts_once_and_doubled_letters_twice() {
        let mut glyphs: Vec<Glyph> = [('项', 0.0), ('项', 0.4), ('0', 20.0), ('0', 25.0)]
            .map(|(ch, x)| glyph(ch, x, 9.0, 10.0))
            .into();
        drop_repeated(&mut glyphs);
        let text: String = glyphs.iter().map(|g| g.ch).collect();
        assert_eq!(text, "项00");
    }

    #[test]
    fn heaps_of_one_character_leave_the_first_and_end_soon() {
        let mut glyphs: Vec<Glyph> =
            (0..20_000).map(|i| glyph('x', 50.0 + (i % 997) as f32 * 0.001, 9.0, 10.0)).collect();
        glyphs.push(glyph('x', 60.0, 9.0, 10.0));
        drop_repeated(&mut glyphs);
        let left: Vec<f32> = glyphs.iter().map(|g| g.origin.x).collect();
        assert_eq!(left, [50.0, 60.0]);
    }

    proptest! {
        #[test]
        fn whoever_is_near_its_like_is_suspected(
            places in prop::collection::vec((0..3_u8, -30..30_i16, -30..30_i16, 1..40_u8), 0..40),
        ) {
            let glyphs: Vec<Glyph> = places
                .iter()
                .map(|&(c, x, y, size)| {
                    glyph(char::from(b'a' + c), f32::from(x), f32::from(y), f32::from(size))
                })
                .collect();
            let suspects = suspects(&glyphs);
            for (i, a) in glyphs.iter().enumerate() {
                let near = |b: &&Glyph| {
                    let reach = reach(a).max(reach(b));
                    b.ch == a.ch
                        && (a.origin.x - b.origin.x).abs() <= reach
                        && (a.origin.y - b.origin.y).abs() <= reach
                };
                prop_assert!(!glyphs[..i].iter().any(|b| near(&b)) || suspects.contains(&a.ch));
            }
        }
    }
}
