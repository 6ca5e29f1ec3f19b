//! The space that a typesetter puts between ideographs and letters or figures by itself.
//!
//! A quarter of an em is the rule (JIS X 4051, 4.7), but TeX takes the blank of the Latin face, which
//! may be half an em wide. It is the same wherever the scripts meet; gaps between cells are not.

use super::pieces::gaps;
use crate::layout::lines::Placed;
use crate::model::script::{is_ideograph, is_wide};

/// No blank of a face is wider, in em.
const WIDEST: f32 = 0.6;

/// Gaps that a typesetter makes alike differ by less, in em, rounded coordinates included.
pub const SLACK: f32 = 0.06;

/// Fewest equal gaps that show a habit.
const HABIT: usize = 4;

/// The space of these lines in em; 0 if they show none. Takes time linear in the characters.
pub fn of(lines: &[Vec<Placed<'_>>]) -> f32 {
    let mut seen: Vec<f32> = Vec::new();
    for line in lines {
        for gap in gaps(line).into_iter().filter(|g| !g.has_blank) {
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
    if alike >= HABIT && alike * 2 > seen.len() { usual.max(0.0) } else { 0.0 }
}

/// Whether one of two characters is an ideograph and the other a letter, figure or mark of another
/// script.
pub fn is_between_scripts(a: char, b: char) -> bool {
    is_ideograph(a) && !is_wide(b) || !is_wide(a) && is_ideograph(b)
}
