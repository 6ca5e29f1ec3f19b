//! Text that runs over the lines around its cell is kept together.
//!
//! A piece of text whose characters follow one another without any correction of the pen was set
//! as one, so it belongs to one cell: to the one that holds most of it, or to none if most of it
//! stands beside the table. What merely stands close to it starts anew and is another piece.

use crate::model::page::{Glyph, Turn};

/// The pen goes on if a glyph begins within this share of an em of where the last one ended.
/// Advances are rounded to thousandths of an em, coordinates to hundredths of a point.
const PEN: f32 = 0.02;

/// Gives all glyphs of a piece the home of most of them. `homes` has an entry for each glyph.
pub fn keep_together(glyphs: &[Glyph], homes: &mut [Option<u64>]) {
    let goes_on = |a: &Glyph, b: &Glyph| {
        let em = a.font_size.max(b.font_size);
        a.turn == Turn::None
            && b.turn == Turn::None
            && (a.origin.y - b.origin.y).abs() < PEN * em
            && (b.origin.x - a.bbox.x1).abs() < PEN * em
    };
    let mut start = 0;
    for piece in glyphs.chunk_by(goes_on) {
        let own = &mut homes[start..start + piece.len()];
        start += piece.len();
        if own.iter().all(|h| *h == own[0]) {
            continue;
        }
        // A line of text crosses few cells: those it meets, with how many glyphs each holds.
        let mut met: Vec<(Option<u64>, usize)> = Vec::new();
        let visible = piece.iter().zip(own.iter()).filter(|(g, _)| !g.ch.is_whitespace());
        for (_, home) in visible {
            match met.iter_mut().find(|(h, _)| h == home) {
                Some((_, n)) => *n += 1,
                None => met.push((*home, 1)),
            }
        }
        let all: usize = met.iter().map(|(_, n)| n).sum();
        if let Some((home, _)) = met.into_iter().find(|(_, n)| n * 2 > all) {
            own.fill(home);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::tests::line_of_text;

    fn text(text: &str, x: f32) -> Vec<Glyph> {
        line_of_text(text, x, 5.0)
    }

    fn homes(glyphs: &[Glyph], line: f32) -> Vec<Option<u64>> {
        let home = |g: &Glyph| Some(u64::from(g.bbox.center().x > line));
        let mut homes: Vec<Option<u64>> = glyphs.iter().map(home).collect();
        keep_together(glyphs, &mut homes);
        homes
    }

    #[test]
    fn a_number_over_the_line_stays_in_its_cell() {
        let mut glyphs = text("66,068,208.00", 10.0);
        // The next cell's text begins close behind it.
        glyphs.extend(text("abc", 75.6));
        let found = homes(&glyphs, 65.0);
        assert!(found[..13].iter().all(|h| *h == Some(0)), "{found:?}");
        assert!(found[13..].iter().all(|h| *h == Some(1)), "{found:?}");
    }

    #[test]
    fn text_that_is_half_here_and_half_there_is_left_alone() {
        assert_eq!(homes(&text("abcd", 0.0), 10.0), [Some(0), Some(0), Some(1), Some(1)]);
    }
}
