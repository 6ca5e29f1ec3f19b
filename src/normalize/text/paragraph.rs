//! Which wraps of a cell are paragraph ends.
//!
//! A word wrapper breaks a line only where the next word does not fit. So a line that had room
//! for the first word of the next line was ended on purpose. Weak evidence of that kind (little
//! room, a first-line indent, a gap between lines) needs the language's support: a sentence that
//! ends, or a number that begins an item.

use super::characters::{Noticed, repair};
use super::seam::Room;
use crate::model::geometry::Rect;
use crate::model::grid::TextLine;
use crate::model::script::{is_ideograph, is_wide};
use regex::Regex;
use std::cell::LazyCell;
use std::sync::LazyLock;

/// A first-line indent is at least so many ems (Chinese typesetting uses 2).
const INDENT: f32 = 1.5;
/// Slack when asking whether a word would have fitted, in ems: justification and side bearings.
const SLACK: f32 = 0.4;
/// With so many more ems of room a line ended on purpose whatever the language says.
const CLEARLY: f32 = 2.0;
/// The same where the right edge of the text is known exactly.
const CLEARLY_FIRM: f32 = 0.8;
/// Lines that end so many ems from the right edge, or less, end at it.
const FLUSH: f32 = 0.1;
/// Padding at the right edge may exceed that at the left by so many ems.
const WIDE_PADDING: f32 = 3.0;
/// A distance between lines of so many times the least one separates paragraphs.
const GAP: f32 = 1.4;

/// A line, or the part of it up to a line feed.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragment {
    /// Characters repaired, blanks at the ends removed.
    pub text: String,
    /// Width of the blanks before the text, in ems.
    lead: f32,
    pub trailing_blank: bool,
    /// A line feed, or blank lines, stand before it.
    pub after_feed: bool,
    bbox: Option<Rect>,
    page: u32,
    font_size: f32,
}

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
        let boxes =
            measures.as_ref().and_then(|m| Some((m, *m.boxes.get(i)?, *m.boxes.get(i + 1)?)));
        let signs = Signs::of(above, below, boxes, paragraphs);
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

/// The text column of a page.
#[derive(Clone, Copy, Debug)]
struct Column {
    page: u32,
    left: f32,
    right: f32,
    /// The least distance between centres of neighbouring lines.
    pitch: f32,
    /// Several lines end at the right edge exactly, so it is known.
    firm: bool,
    /// Lines are stretched to the right edge: one that falls short is the last of a paragraph.
    justified: bool,
}

/// How the page's axes lie to the text's: lines may run in any quarter turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Upright,
    UpsideDown,
    /// Lines run down the page, the next one left of the last.
    Down,
    /// Lines run up the page, the next one right of the last.
    Up,
}

impl Frame {
    /// Longer lines than tall, or taller than long; and which way the next line lies.
    fn of(fragments: &[Fragment], boxes: &[Rect]) -> Self {
        let long = fragments.iter().zip(boxes).filter(|(f, _)| f.text.chars().count() > 2);
        let (mut across, mut along) = (0.0, 0.0);
        for (_, b) in long {
            across += b.width();
            along += b.height();
        }
        let steps = fragments.windows(2).zip(boxes.windows(2));
        let step = steps.filter_map(|(f, b)| match (f, b) {
            ([f, g], [a, b]) if f.page == g.page => Some((a.center(), b.center())),
            _ => None,
        });
        let (dx, dy) = step.fold((0.0, 0.0), |(x, y), (a, b)| (x + b.x - a.x, y + b.y - a.y));
        if along > across {
            if dx > 0.0 { Self::Up } else { Self::Down }
        } else if dy < 0.0 {
            Self::UpsideDown
        } else {
            Self::Upright
        }
    }

    /// A box as the reader sees it: x along the line, y towards the next line.
    fn turn(self, b: Rect) -> Rect {
        match self {
            Self::Upright => b,
            Self::UpsideDown => Rect::new(-b.x1, -b.y1, -b.x0, -b.y0),
            Self::Down => Rect::new(b.y0, -b.x1, b.y1, -b.x0),
            Self::Up => Rect::new(-b.y1, b.x0, -b.y0, b.x1),
        }
    }
}

/// Geometry of a cell's text.
#[derive(Debug)]
struct Measures {
    /// Of each fragment, as the reader sees it.
    boxes: Vec<Rect>,
    columns: Vec<Column>,
    /// Points.
    em: f32,
    /// Lines are centred, so x0 says nothing.
    centred: bool,
}

impl Measures {
    /// `None` if a fragment has no box.
    fn of(fragments: &[Fragment], cell: Option<Rect>) -> Option<Self> {
        let boxes: Vec<Rect> = fragments.iter().filter_map(|f| f.bbox).collect();
        if boxes.len() < fragments.len() {
            return None;
        }
        let frame = Frame::of(fragments, &boxes);
        let boxes: Vec<Rect> = boxes.into_iter().map(|b| frame.turn(b)).collect();
        let cell = cell.map(|c| frame.turn(c));
        let em = median_em(fragments, &boxes)?;
        let mut columns: Vec<Column> = Vec::new();
        let mut above: Option<(u32, f32)> = None;
        for (f, b) in fragments.iter().zip(&boxes) {
            let centre = b.center().y;
            let pitch = above
                .filter(|(page, y)| *page == f.page && centre - y > 0.5 * em)
                .map_or(f32::INFINITY, |(_, y)| centre - y);
            above = Some((f.page, centre));
            match columns.last_mut().filter(|c| c.page == f.page) {
                Some(c) => {
                    c.left = c.left.min(b.x0);
                    c.right = c.right.max(b.x1);
                    c.pitch = c.pitch.min(pitch);
                }
                None => {
                    let (left, right) = (b.x0, b.x1);
                    columns.push(Column {
                        page: f.page,
                        left,
                        right,
                        pitch,
                        firm: false,
                        justified: false,
                    });
                }
            }
        }
        let centred = is_centred(&boxes, &columns, em);
        // The cell's right edge, less the padding that the left side shows. Where several lines
        // end together a little before it, the padding is wider on the right.
        if let (Some(cell), Some(c)) = (cell, columns.first_mut()) {
            let padding = (c.left - cell.x0).clamp(0.0, em);
            let edge = cell.x1 - padding;
            let page = fragments.iter().zip(&boxes).filter(|(f, _)| f.page == c.page);
            let agreeing = page.filter(|(_, b)| c.right - b.x1 <= em).count();
            if !(agreeing >= 3 && edge - c.right <= WIDE_PADDING * em) {
                c.right = c.right.max(edge);
            }
        }
        let widest = columns.iter().map(|c| c.right - c.left).fold(0.0, f32::max);
        for c in &mut columns {
            c.right = c.right.max(c.left + widest);
            let page = fragments.iter().zip(&boxes).filter(|(f, _)| f.page == c.page);
            let flush = page.filter(|(_, b)| c.right - b.x1 <= FLUSH * em);
            // Lines of ideographs and half-width digits are equally long without being stretched:
            // then the column is a whole number of half ems wide.
            let mixed = |f: &Fragment| f.text.chars().any(|ch| ch.is_ascii_alphanumeric());
            let (all, mixed) =
                flush.fold((0, 0), |(n, m), (f, _)| (n + 1, m + usize::from(mixed(f))));
            let halves = (c.right - c.left) / em * 2.0;
            let stretched = (halves - halves.round()).abs() > 0.15;
            c.firm = all >= 3;
            let lines = fragments.iter().filter(|f| f.page == c.page).count();
            c.justified = all >= 3 && all * 5 >= lines * 3 && mixed >= 2 && stretched;
        }
        Some(Self { boxes, columns, em, centred })
    }

    fn column(&self, page: u32) -> Option<&Column> {
        self.columns.iter().find(|c| c.page == page)
    }
}

/// The median font size, or the median height of the lines where sizes are not known.
fn median_em(fragments: &[Fragment], boxes: &[Rect]) -> Option<f32> {
    let mut sizes: Vec<f32> = fragments
        .iter()
        .zip(boxes)
        .map(|(f, b)| if f.font_size > 0.0 { f.font_size } else { b.height() })
        .filter(|s| s.is_finite() && *s > 0.0)
        .collect();
    sizes.sort_by(f32::total_cmp);
    sizes.get(sizes.len() / 2).copied()
}

/// Some line is shorter on both sides than its column, and all lines share their middle.
fn is_centred(boxes: &[Rect], columns: &[Column], em: f32) -> bool {
    let [column] = columns else { return false };
    let middle = f32::midpoint(column.left, column.right);
    boxes.len() > 1
        && boxes.iter().all(|b| (b.center().x - middle).abs() < 0.5 * em)
        && boxes.iter().any(|b| b.x0 - column.left > em)
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
    /// `boxes` are those of the two lines. Without `wording` only the room is looked at.
    fn of(
        above: &Fragment,
        below: &Fragment,
        boxes: Option<(&Measures, Rect, Rect)>,
        wording: bool,
    ) -> Self {
        let mut signs = Self {
            sentence_ends: wording && ends_sentence(&above.text),
            item_begins: wording && begins_item(&below.text),
            set_off: (below.lead >= INDENT).then_some(SetOff::Indent),
            ..Self::default()
        };
        let Some((m, a, b)) = boxes else { return signs };
        let (Some(column), Some(below_column)) = (m.column(above.page), m.column(below.page))
        else {
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

/// Ends with a sentence's or an item's punctuation, closing quotes and brackets looked through.
fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['”', '’', '"', '）', ')', '>'])
        .ends_with(['。', '！', '？', '；', '.', '!', '?', ';', '：', ':', '…'])
        || text.ends_with('>')
}

/// `1.` `（2）` `三、` `①` `一是` `第一，` `目标1：` `阶段性目标:` `•` at the beginning of a line.
static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = "[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3}";
    Regex::new(&format!(
        "^(?:[（(](?:{number})[）)]|(?:{number})[）)、．]|[0-9]{{1,2}}[.:：](?:[^0-9]|$)\
         |[①-⑳⑴-⒇•●■◆◇□➢✓·]|[一二三四五六七八九十]是|第(?:{number})[，、,:：]\
         |[\\p{{Han}}（(）)]{{2,10}}[0-9０-９一二三四五六七八九十]{{0,2}}[：:])"
    ))
    .ok()
});

fn begins_item(text: &str) -> bool {
    ITEM.as_ref().is_some_and(|r| r.is_match(text)) || text.starts_with("<p")
}

/// The number of an item, and what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ordinal<'a> {
    before: &'a str,
    number: usize,
    after: char,
}

impl Ordinal<'_> {
    fn next(&self) -> Self {
        Self { number: self.number + 1, ..*self }
    }
}

/// Reads `2.`, `（二）`, `目标2：`, `二是`, `第二，` at the beginning of a line.
fn ordinal(text: &str) -> Option<Ordinal<'_>> {
    const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let head = text.char_indices().take(6);
    let is_number = |c: char| c.is_ascii_digit() || NUMERALS.iter().any(|n| n.starts_with(c));
    let (at, _) = head.into_iter().find(|(_, c)| is_number(*c))?;
    let (before, rest) = text.split_at(at);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = if digits > 0 {
        let (digits, rest) = rest.split_at(digits);
        (digits.parse().ok()?, rest)
    } else {
        let found = NUMERALS.iter().position(|n| rest.starts_with(n))?;
        (found + 1, rest.get("一".len()..)?)
    };
    Some(Ordinal { before, number, after: rest.chars().next()? })
}

/// Items stand inside lines, behind the end of a sentence: the writer does not break before them.
fn has_inline_items(fragments: &[Fragment]) -> bool {
    fragments.iter().any(|f| {
        f.text
            .match_indices(['。', '；', ';'])
            .filter_map(|(at, end)| f.text.get(at + end.len()..))
            .any(|rest| begins_item(rest.trim_start()))
    })
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
