//! Which wraps of a cell are paragraph ends.
//!
//! A word wrapper breaks a line only where the next word does not fit. So a line that had room
//! for the first word of the next line was ended on purpose. Weak evidence of that kind (little
//! room, a first-line indent, a gap between lines) needs the language's support: a sentence that
//! ends, or a number that begins an item.

use super::fragment::Fragment;
use super::item::{Ordinal, begins_item, ends_sentence, has_inline_items, ordinal};
use super::measure::Measures;
use super::seam::Room;
use crate::model::geometry::Rect;
use crate::model::script::{is_ideograph, is_wide};
use std::cell::LazyCell;

/// A first-line indent is at least so many ems (Chinese typesetting uses 2).
const INDENT: f32 = 1.5;
/// Slack when asking whether a word would have fitted, in ems: justification and side bearings.
const SLACK: f32 = 0.4;
/// With so many more ems of room a line ended on purpose whatever the language says.
const CLEARLY: f32 = 2.0;
/// The same where the right edge of the text is known exactly.
const CLEARLY_FIRM: f32 = 0.8;
/// A distance between lines of so many times the least one separates paragraphs.
const GAP: f32 = 1.4;

/// What stands before each fragment (the first entry says nothing).
#[derive(Clone, Debug, Default)]
pub(super) struct Breaks {
    pub before: Vec<Boundary>,
    /// Somewhere the evidence was balanced.
    pub uncertain: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Boundary {
    pub paragraph: bool,
    /// Room on the line above.
    pub room: Room,
}

/// Decides for each fragment whether a paragraph begins there. Without `paragraphs` only the
/// room at the line ends is looked at.
pub(super) fn breaks(fragments: &[Fragment], cell: Option<Rect>, paragraphs: bool) -> Breaks {
    let Some(first) = fragments.first() else { return Breaks::default() };
    let measures = Measures::of(fragments, cell.filter(|_| first.bbox.is_some()));
    let explicit = measures.is_none() && feeds_are_meant(fragments);
    let mut out = Breaks { before: vec![Boundary::default()], uncertain: false };
    let mut indents_seen = false;
    let (mut certain, mut listed) = (false, false);
    let inline_items = LazyCell::new(|| has_inline_items(fragments));
    let mut item = ordinal(&first.text);
    for (i, pair) in fragments.windows(2).enumerate() {
        let [above, below] = pair else { continue };
        let mut boundary = Boundary::default();
        let signs = match &measures {
            Some(measures) => Signs::printed(above, below, measures, i, paragraphs),
            None => Signs::worded(above, below, paragraphs),
        };
        boundary.room = signs.room;
        if paragraphs {
            let seen = signs.paragraph();
            boundary.paragraph = if measures.is_none() {
                explicit || below.after_feed || signs.sentence_ends || signs.item_begins
            } else {
                below.after_feed || seen
            };
            indents_seen |= boundary.paragraph && signs.set_off == Some(SetOff::Indent);
            // A full line before an item: the list decides.
            if !boundary.paragraph && signs.item_begins {
                let next = ordinal(&below.text);
                let follows = next.is_some() && next == item.as_ref().map(Ordinal::next);
                boundary.paragraph =
                    (follows || (signs.sentence_ends && !indents_seen)) && !*inline_items;
                listed |= boundary.paragraph;
            }
            certain |= seen || below.after_feed;
            if boundary.paragraph {
                item = ordinal(&below.text).or(item);
            }
        }
        out.before.push(boundary);
    }
    // Items that all happen to begin lines may stand in one paragraph.
    out.uncertain |= listed && !certain;
    // Paragraphs without indents: one that ends at the right edge cannot be told from a wrap.
    if paragraphs && !indents_seen && out.before.iter().any(|b| b.paragraph) {
        out.uncertain |= fragments.windows(2).zip(out.before.iter().skip(1)).any(|(pair, b)| {
            !b.paragraph
                && measures.is_some()
                && pair.first().is_some_and(|f| ends_sentence(&f.text))
        });
    }
    out
}

/// How a line stands to the right edge of its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    /// The next word did not fit: a wrap.
    #[default]
    Wrapped,
    /// The first word of the line below would have fitted.
    Ended,
    /// It would have fitted with much room to spare.
    ClearlyEnded,
}

/// What speaks for a paragraph end between two lines.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    room: Room,
    ending: Ending,
    /// The line below is indented, or stands farther off than lines do.
    set_off: Option<SetOff>,
    sentence_ends: bool,
    item_begins: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SetOff {
    Indent,
    Gap,
}

impl Signs {
    /// What the text alone says, if `wording` is to be looked at.
    fn worded(above: &Fragment, below: &Fragment, wording: bool) -> Self {
        Self {
            sentence_ends: wording && ends_sentence(&above.text),
            item_begins: wording && begins_item(&below.text),
            set_off: (below.lead >= INDENT).then_some(SetOff::Indent),
            ..Self::default()
        }
    }

    /// What text and geometry say; `above` is the fragment at `index`.
    fn printed(
        above: &Fragment,
        below: &Fragment,
        m: &Measures,
        index: usize,
        wording: bool,
    ) -> Self {
        let mut signs = Self::worded(above, below, wording);
        let (Some(a), Some(b)) = (m.boxes.get(index), m.boxes.get(index + 1)) else { return signs };
        let (Some(column), Some(below_column)) = (m.column(index), m.column(index + 1)) else {
            return signs;
        };
        let same_page = above.page == below.page;
        let same_line = same_page && a.y0.max(b.y0) < a.center().y.min(b.center().y);
        if same_line && b.x0 >= a.x1 - 0.5 * m.em {
            return Self { room: Room::Some, ..Self::default() };
        }
        let width = column.right - column.left;
        let free = if m.centred { width - a.width() } else { column.right - a.x1 };
        // Half an em is about one digit or Latin letter.
        signs.room = if free > 0.7 * m.em { Room::Some } else { Room::None };
        let spare = free / m.em - first_word(&below.text);
        signs.ending = match spare {
            s if s > if column.firm { CLEARLY_FIRM } else { CLEARLY } => Ending::ClearlyEnded,
            s if s > SLACK || (column.justified && free > SLACK * m.em) => Ending::Ended,
            _ => Ending::Wrapped,
        };
        if !m.centred && b.x0 - below_column.left >= INDENT * m.em {
            signs.set_off = Some(SetOff::Indent);
        } else if same_page && b.center().y - a.center().y > GAP * column.pitch {
            signs.set_off = signs.set_off.or(Some(SetOff::Gap));
        }
        signs
    }

    fn paragraph(self) -> bool {
        let begins = self.set_off.is_some() || self.item_begins;
        match self.ending {
            Ending::ClearlyEnded => true,
            Ending::Ended => self.sentence_ends || begins,
            Ending::Wrapped => self.sentence_ends && self.set_off.is_some(),
        }
    }
}

/// Estimated width of the part of `text` that a wrapper moves as a whole, in ems.
///
/// A blank between an ideograph and a number may be a no-break space (`续 50 年`), so what it
/// ties together is counted.
fn first_word(text: &str) -> f32 {
    let mut width = 0.0;
    let mut before: Option<char> = None;
    let mut tied = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if c == ' ' {
            if !before.zip(next).is_some_and(|(a, b)| ties(a, b) || ties(b, a)) {
                break;
            }
            width += 0.3;
            tied = true;
            continue;
        }
        // Closing punctuation never begins a line, so it moves with the character before it.
        let closes = "，。、；：！？）》」』】〕”’,.;:!?)]}%".contains(c);
        let narrow = !is_wide(c);
        let opened = before.is_some_and(|a| "（《「『【〔“‘([{".contains(a));
        if before.is_some_and(|a| !(closes || opened || tied || (narrow && !is_wide(a)))) {
            break;
        }
        width += if narrow { 0.6 } else { 1.0 };
        before = Some(c);
        tied = false;
    }
    width
}

fn ties(a: char, b: char) -> bool {
    is_ideograph(a) && b.is_ascii_digit()
}

/// Whether the line feeds of a text without geometry end paragraphs. They are wraps if at least
/// two lines reach the same width without ending a sentence.
fn feeds_are_meant(fragments: &[Fragment]) -> bool {
    let width =
        |f: &Fragment| -> f32 { f.text.chars().map(|c| if is_wide(c) { 1.0 } else { 0.5 }).sum() };
    let widest = fragments.iter().map(width).fold(0.0, f32::max);
    let full = |f: &&Fragment| !ends_sentence(&f.text) && widest - width(f) <= 1.5;
    fragments.iter().rev().skip(1).filter(full).count() < 2
}
