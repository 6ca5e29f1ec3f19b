//! The space that a typesetter puts between ideographs and letters or figures by itself.
//!
//! A quarter of an em is the rule (W3C jlreq, 3.2.6), but TeX takes the blank of the Latin face, which
//! may be half an em wide. It is the same wherever the scripts meet; gaps between cells are not.

use super::pieces::Gap;
use crate::layout::lines::Placed;
use crate::model::script::{is_ideograph, is_wide};

/// No blank of a face is wider, in em.
const WIDEST: f32 = 0.6;

/// Gaps that a typesetter makes alike differ by less, in em, rounded coordinates included.
pub const SLACK: f32 = 0.06;

/// Fewest equal gaps that show a habit, and the same where there are no others.
const HABIT: usize = 4;
const ALL: usize = 2;

/// The space of these lines in em, of which the gaps are given; 0 if they show none.
pub fn of(lines: &[Vec<Placed<'_>>], gaps: &[Vec<Gap>]) -> f32 {
    let mut seen: Vec<f32> = Vec::new();
    for (line, gaps) in lines.iter().zip(gaps) {
        for gap in gaps.iter().filter(|g| !g.has_blank) {
            let (a, b) = (line[gap.before].glyph, line[gap.after].glyph);
            let em = a.font_size.max(b.font_size).max(0.01);
            let words = a.ch.is_alphanumeric() && b.ch.is_alphanumeric();
            if words && is_between_scripts(a.ch, b.ch) && gap.bare <= WIDEST * em {
                seen.push(gap.bare / em);
            }
        }
    }
    seen.sort_by(f32::total_cmp);
    // Half of all gaps or more are the same: the one in the middle is among them.
    let Some(&usual) = seen.get(seen.len() / 2) else { return 0.0 };
    let alike = seen.iter().filter(|g| (*g - usual).abs() <= SLACK / 2.0).count();
    let is_habit = alike >= HABIT && alike * 2 > seen.len() || alike >= ALL && alike == seen.len();
    if is_habit { usual.max(0.0) } else { 0.0 }
}

/// Whether one of two characters is an ideograph and the other a letter, figure or mark of another
/// script.
pub fn is_between_scripts(a: char, b: char) -> bool {
    is_ideograph(a) && !is_wide(b) || !is_wide(a) && is_ideograph(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::aligned::pieces::gaps as gaps_of;
    use crate::layout::lines::group;
    use crate::layout::tests::line_of_text;

    #[test]
    fn equal_gaps_between_scripts_are_the_typesetters() {
        let space = |gaps: &[f32]| {
            let glyphs: Vec<_> = gaps
                .iter()
                .enumerate()
                .flat_map(|(i, gap)| {
                    let mut line = line_of_text("项5", 10.0, 10.0);
                    let em = line[1].font_size;
                    line[1].bbox.x0 += gap * em;
                    line[1].bbox.x1 += gap * em;
                    for glyph in &mut line {
                        glyph.origin.y += 20.0 * i as f32;
                    }
                    line
                })
                .collect();
            let lines = group(glyphs.iter());
            let gaps: Vec<Vec<Gap>> = lines.iter().map(|line| gaps_of(line)).collect();
            of(&lines, &gaps)
        };
        assert!((space(&[0.5, 0.5, 0.5, 0.5, 0.1]) - 0.5).abs() < 0.01);
        assert!((space(&[0.4, 0.4]) - 0.4).abs() < 0.01);
        assert_eq!(space(&[0.4, 0.5]), 0.0);
        assert_eq!(space(&[0.3, 0.4, 0.5, 0.2]), 0.0, "gaps between cells");
    }
}
