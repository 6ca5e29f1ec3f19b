//! Class probabilities of each time step → characters (connectionist temporal classification).
//!
//! The network slides over the line and tells, step by step, which character it sees, or none.
//! A character is a run of steps with the same best class; the class 0, *blank*, parts runs.

use super::alphabet::Alphabet;
use crate::model::recognizer::{RecognisedChar, RecognisedLine};

/// Class of the steps between characters.
const BLANK: usize = 0;

/// A blank step that is less sure than this may have swallowed a character, which makes its
/// neighbours doubtful: what is missing between them cannot carry the doubt itself.
const SURE_BLANK: f32 = 0.9;

/// The best class of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub class: usize,
    /// That it is this class, 0 to 1.
    pub probability: f32,
    /// That it is this character if it is any, 0 to 1; of blank the same as `probability`.
    pub certainty: f32,
    /// The best class but for blank, or blank where that is sure.
    pub runner_up: usize,
}

impl Step {
    /// Looks for the best classes among the probabilities of one step. Of equal ones the first
    /// wins. A character's probability is that of all its widths.
    pub fn of(probabilities: &[f32], alphabet: &Alphabet) -> Self {
        let blank = probabilities.first().copied().unwrap_or(1.0);
        // Most steps, and nobody asks what else they might be.
        if blank >= SURE_BLANK {
            let certainty = blank;
            return Self { class: BLANK, probability: blank, certainty, runner_up: BLANK };
        }
        let (best, most) = greatest(probabilities);
        // A comma may be half or full width; that the network cannot tell is no doubt about the
        // comma.
        let most: f32 = match alphabet.same(best) {
            [] => most,
            same => same.iter().filter_map(|&c| probabilities.get(c)).sum(),
        };
        if most > blank {
            let certainty = most / (1.0 - blank).max(f32::MIN_POSITIVE);
            Self { class: best, probability: most, certainty, runner_up: best }
        } else {
            Self { class: BLANK, probability: blank, certainty: blank, runner_up: best }
        }
    }
}

/// The first of the classes other than blank that no other exceeds, and its probability.
fn greatest(probabilities: &[f32]) -> (usize, f32) {
    /// Compared side by side: the compiler makes one instruction of it.
    const LANES: usize = 16;
    let classes = probabilities.get(BLANK + 1..).unwrap_or_default();
    let (rows, rest) = classes.as_chunks::<LANES>();
    let mut most = [f32::NEG_INFINITY; LANES];
    for row in rows {
        for (most, &p) in most.iter_mut().zip(row) {
            *most = if p > *most { p } else { *most };
        }
    }
    let most = most.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max);
    match classes.iter().position(|&p| p == most) {
        Some(at) => (BLANK + 1 + at, most),
        None => (BLANK, f32::NEG_INFINITY),
    }
}

/// A run of steps with the same class other than blank.
struct Run {
    class: usize,
    from: usize,
    to: usize,
    /// The most probable step's probability.
    seen: f32,
    confidence: f32,
}

/// Characters from the steps of a line. `step` is the width of a step in pixels of the line's
/// picture, which is `width` wide.
pub fn decode(steps: &[Step], alphabet: &Alphabet, step: f32, width: f32) -> RecognisedLine {
    let mut runs: Vec<Run> = Vec::new();
    for (i, s) in steps.iter().enumerate() {
        match runs.last_mut() {
            _ if s.class == BLANK => {}
            Some(run) if run.to == i && alphabet.is_same(run.class, s.class) => {
                run.to = i + 1;
                // The step where the character is seen best tells what it is.
                if s.probability > run.seen {
                    (run.seen, run.confidence) = (s.probability, s.certainty);
                }
            }
            _ => runs.push(Run {
                class: s.class,
                from: i,
                to: i + 1,
                seen: s.probability,
                confidence: s.certainty,
            }),
        }
    }
    doubt_neighbours(&mut runs, steps, alphabet);
    let chars = runs
        .iter()
        .filter_map(|run| {
            Some(RecognisedChar {
                ch: alphabet.char(run.class)?,
                confidence: run.confidence.clamp(0.0, 1.0),
                span: ((run.from as f32 * step).min(width), (run.to as f32 * step).min(width)),
            })
        })
        .collect();
    RecognisedLine { chars }
}

/// Hands the doubt of unsure blank steps to the characters beside them, unless the step is
/// merely the fading edge of one of these.
fn doubt_neighbours(runs: &mut [Run], steps: &[Step], alphabet: &Alphabet) {
    let mut next = 0;
    for (i, s) in steps.iter().enumerate() {
        while runs.get(next).is_some_and(|r| r.to <= i) {
            next += 1;
        }
        if s.class != BLANK || s.probability >= SURE_BLANK {
            continue;
        }
        // White space or none: no character is at stake.
        if alphabet.char(s.runner_up) == Some(' ') {
            continue;
        }
        let before = next.checked_sub(1);
        let beside = [before, Some(next)];
        let is_edge = beside
            .iter()
            .flatten()
            .filter_map(|&r| runs.get(r))
            .any(|r| alphabet.is_same(r.class, s.runner_up) && (r.to == i || r.from == i + 1));
        if is_edge {
            continue;
        }
        for r in beside.into_iter().flatten() {
            if let Some(run) = runs.get_mut(r) {
                run.confidence = run.confidence.min(s.probability);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rows: &[[f32; 4]]) -> RecognisedLine {
        let alphabet = Alphabet::listed("甲\n,\n，").without_space();
        let steps: Vec<Step> = rows.iter().map(|r| Step::of(r, &alphabet)).collect();
        decode(&steps, &alphabet, 8.0, rows.len() as f32 * 8.0 - 4.0)
    }

    const NONE: [f32; 4] = [0.99, 0.01, 0.0, 0.0];
    const FIRST: [f32; 4] = [0.02, 0.97, 0.01, 0.0];
    const SECOND: [f32; 4] = [0.1, 0.0, 0.9, 0.0];
    const WIDE: [f32; 4] = [0.1, 0.0, 0.4, 0.5];

    #[test]
    fn a_gap_that_may_be_a_space_doubts_nobody() {
        let alphabet = Alphabet::listed("甲\n,\n ");
        let unsure = |other: usize| {
            let mut row = vec![0.0; alphabet.len()];
            (row[0], row[other]) = (0.6, 0.4);
            row
        };
        let seen = |class: usize| {
            let mut row = vec![0.0; alphabet.len()];
            row[class] = 1.0;
            row
        };
        let least = |other: usize| {
            let rows = [seen(1), seen(0), unsure(other), seen(0), seen(1)];
            let steps: Vec<Step> = rows.iter().map(|r| Step::of(r, &alphabet)).collect();
            let line = decode(&steps, &alphabet, 8.0, 40.0);
            line.chars.iter().map(|c| c.confidence).fold(1.0, f32::min)
        };
        let space = (1..alphabet.len()).find(|&c| alphabet.char(c) == Some(' ')).unwrap();
        assert_eq!((least(space), least(2)), (1.0, 0.6));
    }

    #[test]
    fn runs_are_characters_and_blanks_part_them() {
        let read = line(&[NONE, FIRST, FIRST, NONE, FIRST, SECOND]);
        assert_eq!(read.text(), "甲甲,");
        let spans: Vec<_> = read.chars.iter().map(|c| c.span).collect();
        assert_eq!(spans, [(8.0, 24.0), (32.0, 40.0), (40.0, 44.0)]);
        assert!((read.chars[2].confidence - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_surest_step_counts_and_nothing_is_nothing() {
        let faint = [0.3, 0.5, 0.2, 0.0];
        assert!((line(&[faint]).chars[0].confidence - 5.0 / 7.0).abs() < 1e-6);
        assert!(line(&[faint, FIRST]).chars[0].confidence > 0.98);
        assert_eq!(line(&[NONE, NONE]), RecognisedLine::default());
        assert_eq!(line(&[]), RecognisedLine::default());
    }

    #[test]
    fn what_may_have_been_swallowed_makes_its_neighbours_doubtful() {
        let unsure = [0.6, 0.0, 0.0, 0.4];
        let read = line(&[FIRST, NONE, unsure, NONE, FIRST]);
        let confidences: Vec<f32> = read.chars.iter().map(|c| c.confidence).collect();
        assert_eq!(confidences, [0.6, 0.6]);
        let fading = [0.6, 0.4, 0.0, 0.0];
        assert!(line(&[FIRST, fading, NONE]).chars[0].confidence > 0.98);
    }

    #[test]
    fn the_two_widths_of_a_character_are_one() {
        let read = line(&[FIRST, WIDE, SECOND, NONE]);
        assert_eq!(read.text(), "甲，");
        assert!(read.chars[1].confidence > 0.99);
    }

    proptest::proptest! {
        #[test]
        fn spans_are_ordered_and_inside(rows in proptest::collection::vec(proptest::array::uniform4(0.0f32..1.0), 0..40)) {
            let read = line(&rows);
            let width = rows.len() as f32 * 8.0 - 4.0;
            let mut x = 0.0;
            for c in &read.chars {
                proptest::prop_assert!(c.span.0 >= x && c.span.1 >= c.span.0 && c.span.1 <= width.max(0.0));
                proptest::prop_assert!((0.0..=1.0).contains(&c.confidence));
                x = c.span.1;
            }
        }
    }
}
