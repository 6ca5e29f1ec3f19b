//! Lines of a cell as fragments: characters repaired, blanks at the ends taken off.

use super::characters::{Noticed, repair};
use crate::model::geometry::Rect;
use crate::model::grid::TextLine;
use crate::model::script::{is_ideograph, is_wide};

/// A line, or the part of it up to a line feed.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragment {
    /// Characters repaired, blanks at the ends removed.
    pub text: String,
    /// Width of the blanks before the text, in ems.
    pub lead: f32,
    pub trailing_blank: bool,
    /// A line feed, or blank lines, stand before it.
    pub after_feed: bool,
    pub bbox: Option<Rect>,
    pub page: u32,
    pub font_size: f32,
}

/// Repairs the lines' characters and takes off the blanks at their ends. Blank lines are dropped.
pub(super) fn fragments(lines: &[TextLine], noticed: &mut Noticed) -> Vec<Fragment> {
    let mut out = Vec::with_capacity(lines.len());
    let mut repaired = String::new();
    let mut after_feed = false;
    for line in lines {
        repaired.clear();
        repair(&line.text, &mut repaired, noticed);
        // The repair turns U+3000 into a blank, so an indent is measured before it.
        let lead = line.text.chars().take_while(|c| c.is_whitespace());
        let lead = lead.map(|c| if c == '\u{3000}' { 1.0 } else { 0.5 }).sum();
        for (i, part) in repaired.split('\n').enumerate() {
            after_feed |= i > 0;
            let text = part.trim_matches(' ');
            if text.is_empty() {
                after_feed |= line.bbox.is_none();
                continue;
            }
            out.push(Fragment {
                text: unspread(text),
                lead: if i == 0 { lead } else { 0.0 },
                trailing_blank: part.ends_with(' '),
                after_feed,
                // A box of several lines says nothing about one of them.
                bbox: line.bbox.filter(|_| !repaired.contains('\n')),
                page: line.page,
                font_size: line.font_size,
            });
            after_feed = false;
        }
    }
    out
}

/// Closes up a line whose characters were spread over the width (`开 展 培 训`, `目 标 。`).
///
/// A line is spread if every one of at least three pairs of ideographs has a blank between, or
/// if a blank stands before closing punctuation, where no writer sets one.
fn unspread(text: &str) -> String {
    let (mut pairs, mut apart) = (0, 0);
    let mut before = None;
    let mut blank = false;
    let mut before_closing = false;
    for c in text.chars() {
        if c == ' ' {
            blank = true;
            continue;
        }
        if before.is_some_and(is_ideograph) {
            let pair = is_ideograph(c);
            pairs += usize::from(pair);
            apart += usize::from(pair && blank);
            before_closing |= blank && "，。、；：！？）》」』】〕".contains(c);
        }
        before = Some(c);
        blank = false;
    }
    if !(before_closing || (pairs >= 3 && apart == pairs)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        out.push_str(word);
        let next = words.peek().and_then(|w| w.chars().next());
        if next.is_some_and(|n| !(is_wide(n) && word.ends_with(is_wide))) {
            out.push(' ');
        }
    }
    out
}
