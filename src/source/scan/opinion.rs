//! Text hidden in a scan, what some other recogniser made of the page: a second opinion.
//!
//! # Steps
//! 1. Each recognised line is paired with the hidden characters in its box, and the two are
//!    aligned by edit distance, widths folded and blanks left out.
//! 2. A hidden text that differs much from what was read with certainty is no opinion at all.
//! 3. A character that both read alike is trusted more. Where they differ, what was not read with
//!    certainty is doubted, with both readings in a finding; so is every number.
//!
//! Hidden text never becomes a value: it may be wrong anywhere without a sign.

mod align;

use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Rect;
use crate::model::page::{Glyph, Page};
use align::Step;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Share of doubt that is left where another recogniser read the same: two that are independent
/// hardly ever err alike, but characters that look alike mislead both.
const REMAINING: f32 = 0.25;

/// From here on a reading is certain: it stands against the hidden text, but for numbers.
const CERTAIN: f32 = 0.99;

/// Most confidence of what the hidden text contradicts; not enough to be trusted.
const DISPUTED: f32 = 0.85;

/// Least share of a line's characters that are alike, for its other ones to be compared at all:
/// below, the hidden text is that of another place, or worthless.
const SAME_LINE: f32 = 0.6;

/// Least share of all certain characters that the hidden text has too, to be an opinion.
const WORTH: f32 = 0.8;

/// How far a hidden character's centre may be off a line's box, in heights of the line.
const OFF: f32 = 0.25;

/// Longest line that is compared, in characters.
const LONGEST: usize = 400;

/// A recognised line with what is hidden behind it.
struct Pair {
    /// Which of the page's glyphs were recognised, blanks left out.
    own: Vec<usize>,
    hidden: Vec<char>,
    steps: Vec<Step>,
}

/// Weighs what was recognised on a page against its hidden text. Adds a finding that says how many
/// hidden characters there were, and what became of them.
pub(in crate::source) fn weigh(page: &mut Page, mut hidden: Vec<Glyph>) {
    hidden.retain(|g| !g.ch.is_whitespace());
    hidden.sort_by(|a, b| a.bbox.center().y.total_cmp(&b.bbox.center().y));
    let pairs: Vec<Pair> =
        lines(&page.glyphs).into_iter().filter_map(|line| pair(page, line, &hidden)).collect();
    let is_worth_it = is_worth_it(page, &pairs);
    let mut disputes = Vec::new();
    if is_worth_it {
        for pair in &pairs {
            disputes.extend(settle(page, pair));
        }
    }
    page.findings.push(told(page.number, hidden.len(), is_worth_it));
    page.findings.extend(disputes);
}

/// The recognised glyphs by line: those of a line stand together and have the same height.
fn lines(glyphs: &[Glyph]) -> Vec<std::ops::Range<usize>> {
    let goes_on = |a: &Glyph, b: &Glyph| {
        a.bbox.y0 == b.bbox.y0 && a.bbox.y1 == b.bbox.y1 && a.bbox.x0 <= b.bbox.x0
    };
    let mut lines = Vec::new();
    let mut from = 0;
    for i in 1..=glyphs.len() {
        if glyphs.get(i).is_none_or(|next| !goes_on(&glyphs[i - 1], next)) {
            lines.push(from..i);
            from = i;
        }
    }
    lines
}

fn pair(page: &Page, line: std::ops::Range<usize>, hidden: &[Glyph]) -> Option<Pair> {
    let own: Vec<usize> = line.filter(|&i| !page.glyphs[i].ch.is_whitespace()).collect();
    let whole = own.iter().map(|&i| page.glyphs[i].bbox).reduce(|a, b| a.union(&b))?;
    let off = OFF * whole.height();
    let near = Rect::new(whole.x0 - off, whole.y0 - off, whole.x1 + off, whole.y1 + off);
    let first = hidden.partition_point(|g| g.bbox.center().y < near.y0);
    let mut behind: Vec<&Glyph> = hidden[first..]
        .iter()
        .take_while(|g| g.bbox.center().y <= near.y1)
        .filter(|g| near.contains(g.bbox.center()))
        .take(LONGEST + 1)
        .collect();
    if own.len() > LONGEST || behind.len() > LONGEST {
        return None;
    }
    behind.sort_by(|a, b| a.bbox.x0.total_cmp(&b.bbox.x0));
    let hidden: Vec<char> = behind.iter().map(|g| folded(g.ch)).collect();
    let read: Vec<char> = own.iter().map(|&i| folded(page.glyphs[i].ch)).collect();
    let steps = align::steps(&read, &hidden);
    let same = steps.iter().filter(|s| matches!(s, Step::Same { .. })).count();
    let enough = SAME_LINE * read.len().max(hidden.len()) as f32;
    (same > 0 && same as f32 >= enough).then_some(Pair { own, hidden, steps })
}

/// Whether the hidden text says what was read with certainty.
fn is_worth_it(page: &Page, pairs: &[Pair]) -> bool {
    let (mut certain, mut shared) = (0usize, 0usize);
    for pair in pairs {
        for step in &pair.steps {
            let (own, is_same) = match step {
                Step::Same { own } => (own, true),
                Step::Other { own, .. } | Step::Surplus { own } => (own, false),
                Step::Missing { .. } => continue,
            };
            if page.glyphs[pair.own[*own]].confidence >= CERTAIN {
                certain += 1;
                shared += usize::from(is_same);
            }
        }
    }
    certain > 0 && shared as f32 >= WORTH * certain as f32
}

/// Raises and lowers the confidence of a line's characters; tells of both readings where something
/// was doubted.
fn settle(page: &mut Page, pair: &Pair) -> Option<Finding> {
    let glyphs: Vec<Glyph> = pair.own.iter().map(|&i| page.glyphs[i]).collect();
    let disputed = disputed(&glyphs, pair);
    for step in &pair.steps {
        let Step::Same { own } = *step else { continue };
        let confidence = 1.0 - (1.0 - glyphs[own].confidence) * REMAINING;
        page.glyphs[pair.own[own]].confidence = confidence;
    }
    for &own in &disputed {
        page.glyphs[pair.own[own]].confidence = glyphs[own].confidence.min(DISPUTED);
    }
    let place = glyphs.iter().map(|g| g.bbox).reduce(|a, b| a.union(&b));
    let read: String = glyphs.iter().map(|g| g.ch).collect();
    let other: String = pair.hidden.iter().collect();
    (!disputed.is_empty()).then(|| {
        Finding::new(
            "scan.second-opinion",
            Severity::Info,
            format!(
                "“{read}” was recognised on page {}; the text hidden in it says “{other}”",
                page.number
            ),
            "compare both with the picture",
        )
        .on_page(page.number)
        .in_box(place)
    })
}

/// Which of a line's characters the hidden text makes doubtful.
fn disputed(glyphs: &[Glyph], pair: &Pair) -> BTreeSet<usize> {
    let mut disputed = BTreeSet::new();
    let mut doubt = |own: usize, other: Option<char>| {
        let Some(glyph) = glyphs.get(own) else { return };
        let is_number = glyph.ch.is_ascii_digit() || other.is_some_and(|c| c.is_ascii_digit());
        if is_number || glyph.confidence < CERTAIN {
            disputed.insert(own);
        }
    };
    for step in &pair.steps {
        match *step {
            Step::Same { .. } => {}
            Step::Other { own, hidden } => {
                // Points and commas are told apart by nobody.
                if !(is_mark(glyphs[own].ch) && is_mark(pair.hidden[hidden])) {
                    doubt(own, Some(pair.hidden[hidden]));
                }
            }
            Step::Surplus { own } => doubt(own, None),
            Step::Missing { before, hidden } => {
                let other = pair.hidden[hidden];
                if !is_mark(other) {
                    if let Some(previous) = before.checked_sub(1) {
                        doubt(previous, Some(other));
                    }
                    doubt(before, Some(other));
                }
            }
        }
    }
    disputed
}

/// What no reading is judged by.
fn is_mark(ch: char) -> bool {
    !ch.is_alphanumeric() && !matches!(ch, '≥' | '≤' | '>' | '<' | '=' | '%' | '‰' | '-' | '~')
}

/// A character without its width.
fn folded(ch: char) -> char {
    let mut forms = std::iter::once(ch).nfkc();
    match (forms.next(), forms.next()) {
        (Some(one), None) => one,
        _ => ch,
    }
}

/// What became of a page's hidden text.
fn told(number: u32, characters: usize, is_worth_it: bool) -> Finding {
    let (used, hint) = if is_worth_it {
        ("what was recognised was compared with it", "nothing to do")
    } else {
        (
            "it does not fit what was recognised and was not used",
            "nothing to do: the page was read from its picture",
        )
    };
    Finding::new(
        "scan.hidden-text",
        Severity::Info,
        format!("page {number} carries a hidden text layer of {characters} characters; {used}"),
        hint,
    )
    .on_page(number)
}

#[cfg(test)]
mod tests;
