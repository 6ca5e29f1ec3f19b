//! Lines of text that run over the border of their cell.
//!
//! Print that is too wide for its cell goes on beyond the rule. What is left of the character on the rule
//! belongs to neither cell: 2023 reads as 023 with all confidence. Its strokes show on both sides.
//! Print that all but touches its border loses the strokes next to it to the border's rough edge: 河 reads
//! as 可. There the edge is rougher than elsewhere.

use super::PixelBox;
use super::PixelRule;
use super::ink::Ink;
use super::strike::RULE;
use crate::model::page::Axis;

/// How far from the end of a line its rule stands, in heights of the line: half a character.
const NEAR: f32 = 0.6;

/// How far beside a rule the strokes of one character are looked for, in heights of the line, and the least
/// number of pixels.
const REACH: f32 = 0.12;
const LEAST: usize = 3;

/// Share of the line's height on which ink stands on both sides of the rule.
const ROWS: f32 = 0.08;

/// Whether the characters at the left and at the right end of a line stand on one of the `rules`, whose
/// ink is struck out of `ink`.
pub fn ends(line: &PixelBox, rules: &[PixelRule], ink: &Ink) -> [bool; 2] {
    let height = line.height() as f32;
    let middle = line.center().1;
    let mut crossed = [false; 2];
    let upright = rules.iter().filter(|r| r.axis == Axis::Vertical);
    for rule in upright.filter(|r| (r.span.0..=r.span.1).contains(&middle)) {
        for (end, x) in [line.x0, line.x1].into_iter().enumerate() {
            if (rule.position - x as f32).abs() <= NEAR * height && !crossed[end] {
                crossed[end] = is_crossed(rule, line, ink)
                    || is_worn(rule, (line, end), ink)
                    || spills(rule, (line, end), ink)
                    || stands_on(rule, (line, end), ink);
            }
        }
    }
    crossed
}

fn is_crossed(rule: &PixelRule, line: &PixelBox, ink: &Ink) -> bool {
    let height = line.height() as f32;
    // As much as is struck out of a rule, and of its rough edges.
    let half = (rule.width / 2.0).ceil() as usize + 3;
    let centre = rule.position.max(0.0) as usize;
    let reach = LEAST.max((REACH * height) as usize);
    let (left, right) = (centre.saturating_sub(half), centre + half);
    let has_ink = |row: &[u8], from: usize, to: usize| {
        row.get(from..to.min(row.len())).is_some_and(|part| part.contains(&1))
    };
    let rows = (line.y0 as usize..line.y1 as usize).filter(|&y| {
        let row = ink.row(y);
        has_ink(row, left.saturating_sub(reach), left + 2)
            && has_ink(row, right - 1, right + 1 + reach)
    });
    rows.count() as f32 >= (ROWS * height).max(2.0)
}

/// Share of a line's height on which ink stands right beyond its border if a character begins there.
const SPILLED: f32 = 0.1;

/// Where nothing stands beyond the border if what is next to it is a piece of one character and no print
/// of the cell there, in heights of the line from the border.
const BLANK: std::ops::Range<f32> = 0.8..1.3;

/// Whether a line's first (0) or last (1) character begins beyond a rule, and little of it is left on this
/// side: a lone piece of print touches the rule there.
fn spills(rule: &PixelRule, (line, end): (&PixelBox, usize), ink: &Ink) -> bool {
    let height = line.height() as f32;
    let half = (rule.width / 2.0).ceil() as usize + 3;
    let centre = rule.position.max(0.0) as usize;
    let reach = LEAST.max((REACH * height) as usize);
    let away = |heights: f32| (heights * height) as usize;
    let (next, beyond) = match end {
        0 => (
            centre.saturating_sub(half + reach)..centre.saturating_sub(half),
            centre.saturating_sub(away(BLANK.end))..centre.saturating_sub(away(BLANK.start)),
        ),
        _ => (
            centre + half + 1..centre + half + 1 + reach,
            centre + away(BLANK.start)..centre + away(BLANK.end),
        ),
    };
    let rows = line.y0 as usize..(line.y1 as usize).min(ink.height);
    let has_ink = |y: usize, columns: &std::ops::Range<usize>| {
        let row = ink.row(y);
        row.get(columns.start..columns.end.min(row.len())).is_some_and(|part| part.contains(&1))
    };
    let inked = rows.clone().filter(|&y| has_ink(y, &next)).count();
    inked as f32 >= (SPILLED * height).max(2.0) && !rows.clone().any(|y| has_ink(y, &beyond))
}

/// Share of a line's height on which print touches a rule if a character stands on it.
const TOUCHING: f32 = 0.25;

/// Share of a line's height on which the edge of its border is rough if that holds strokes of print, beyond
/// the share of the whole border.
const ROUGH: f32 = 0.12;

/// Whether the edge of a rule is rougher beside a line, to whose left (0) or right (1) it stands, than
/// elsewhere.
fn is_worn(rule: &PixelRule, (line, end): (&PixelBox, usize), ink: &Ink) -> bool {
    is_rougher(rule, line, edge(rule, end == 0, STRUCK), ink)
}

/// Whether the first (0) or last (1) character of a line stands on a rule: it touches that, and the rule's
/// other edge, which took up what is left of the character there, is rougher than elsewhere.
fn stands_on(rule: &PixelRule, (line, end): (&PixelBox, usize), ink: &Ink) -> bool {
    let own = edge(rule, end == 0, STRUCK);
    let beyond = own.start.saturating_sub(usize::from(end == 1))..own.end + usize::from(end == 0);
    let rows = line.y0 as usize..(line.y1 as usize).min(ink.height);
    let touches = |y: &usize| ink.row(*y).get(beyond.clone()).is_some_and(|part| part.contains(&1));
    let touching = rows.filter(touches).count() as f32;
    touching >= (TOUCHING * line.height() as f32).max(2.0)
        && is_rougher(rule, line, edge(rule, end != 0, STRUCK - 1), ink)
}

/// So many pixels beside a rule are beyond what is struck out of any.
const STRUCK: usize = 2;

/// The two columns of pixels so far beside a rule, at its right or left.
fn edge(rule: &PixelRule, right: bool, away: usize) -> std::ops::Range<usize> {
    let half = (rule.width / 2.0).ceil() as usize + away;
    let centre = rule.position.max(0.0) as usize;
    if right {
        centre + half..centre + half + 2
    } else {
        centre.saturating_sub(half + 1)..(centre + 1).saturating_sub(half)
    }
}

/// Whether an edge of a rule is rougher beside a line than elsewhere.
fn is_rougher(rule: &PixelRule, line: &PixelBox, edge: std::ops::Range<usize>, ink: &Ink) -> bool {
    let is_rough =
        |y: &usize| ink.row(*y).get(edge.clone()).is_some_and(|part| part.contains(&RULE));
    let share = |rows: std::ops::Range<usize>| {
        let rows = rows.start..rows.end.min(ink.height);
        rows.clone().filter(is_rough).count() as f32 / rows.len().max(1) as f32
    };
    let beside = share(line.y0 as usize..line.y1 as usize);
    beside >= ROUGH + share(rule.span.0.max(0.0) as usize..rule.span.1.max(0.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;

    /// A border at column 50 from the top to a row.
    fn border(to: f32) -> PixelRule {
        PixelRule {
            axis: Axis::Vertical,
            position: 50.0,
            span: (0.0, to),
            width: 2.0,
            strength: Strength::Drawn,
        }
    }

    #[test]
    fn strokes_on_both_sides_of_a_border_are_told() {
        let rule = border(60.0);
        let line = PixelBox { x0: 54, y0: 20, x1: 100, y1: 44 };
        let ends = |stroke: fn(usize) -> bool| {
            let inked = |x: usize, y: usize| (24..30).contains(&y) && stroke(x);
            let data = (0..120 * 60).map(|i| u8::from(inked(i % 120, i / 120))).collect();
            ends(&line, &[rule], &Ink { width: 120, height: 60, data })
        };
        assert_eq!(ends(|x| (42..60).contains(&x)), [true, false]);
        assert_eq!(ends(|x| (54..60).contains(&x)), [false, false], "within the cell");
        assert_eq!(ends(|x| (30..40).contains(&x) || (54..60).contains(&x)), [false, false]);
        assert_eq!(ends(|x| (42..47).contains(&x)), [true, false], "the piece beyond alone");
        assert_eq!(ends(|x| (2..47).contains(&x)), [false, false], "print of the cell there");
    }

    #[test]
    fn a_border_that_is_rough_beside_a_line_alone_took_strokes_of_it() {
        let rule = border(200.0);
        let line = PixelBox { x0: 56, y0: 20, x1: 100, y1: 44 };
        let ends = |rough: fn(usize) -> bool| {
            let value = |x: usize, y: usize| match x {
                48..53 => RULE,
                53..55 if rough(y) => RULE,
                _ => 0,
            };
            let data = (0..120 * 200).map(|i| value(i % 120, i / 120)).collect();
            ends(&line, &[rule], &Ink { width: 120, height: 200, data })
        };
        assert_eq!(ends(|y| (24..36).contains(&y)), [true, false]);
        assert_eq!(ends(|y| y % 3 == 0), [false, false], "rough all along");
    }

    /// The left half of a digit went with the rough edge of the border that it stands on.
    #[test]
    fn a_digit_that_touches_its_border_may_go_on_behind_it() {
        let rule = border(200.0);
        let line = PixelBox { x0: 55, y0: 20, x1: 100, y1: 44 };
        let ends = |behind: fn(usize) -> bool| {
            let value = |x: usize, y: usize| match x {
                49..53 => RULE,
                46..49 if behind(y) => RULE,
                53..60 if (24..40).contains(&y) => 1,
                _ => 0,
            };
            let data = (0..120 * 200).map(|i| value(i % 120, i / 120)).collect();
            ends(&line, &[rule], &Ink { width: 120, height: 200, data })
        };
        assert_eq!(ends(|y| (26..36).contains(&y)), [true, false]);
        assert_eq!(ends(|_| false), [false, false], "it begins at the border");
        assert_eq!(ends(|y| y % 3 == 0), [false, false], "rough all along");
    }
}
