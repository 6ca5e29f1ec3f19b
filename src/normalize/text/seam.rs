//! What stands at a line wrap: nothing, or the blank that the wrap swallowed.

use crate::model::script::{is_ideograph, is_wide};

/// How much room was left on the line above a wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Room {
    /// There is no geometry.
    #[default]
    Unknown,
    /// Not one more character would have fitted: the wrap may have cut a word.
    None,
    /// More would have fitted: the wrap stands at a blank.
    Some,
}

/// Whether a writer sets blanks between ideographs and other characters, by counting.
///
/// A wrap swallows the blank it stands at, so what is printed inside the lines decides what
/// stood at their ends: `每月 15 日` and `每月15日` are both right, in different documents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spacing([Votes; KINDS]);

#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    with: u32,
    without: u32,
}

const KINDS: usize = 7;

/// Index into [`Spacing`]: the kinds of neighbours between which writers differ.
fn junction(a: char, b: char) -> Option<usize> {
    Some(match (a, b) {
        (a, b) if is_ideograph(a) && b.is_ascii_digit() => 0,
        (a, b) if a.is_ascii_digit() && is_ideograph(b) => 1,
        (a, b) if is_ideograph(a) && b.is_ascii_alphabetic() => 2,
        (a, b) if a.is_ascii_alphabetic() && is_ideograph(b) => 3,
        ('%' | ')', b) if is_ideograph(b) => 4,
        (',' | ';' | ':' | '!' | '?', b) if is_ideograph(b) => 5,
        ('.', b) if is_ideograph(b) => 6,
        _ => return None,
    })
}

/// Kinds whose habit stands in for one that never occurs: the mirror (`基地 1000` for
/// `1000 万元`), then letters for digits.
const LIKE: [&[usize]; KINDS] =
    [&[0, 1, 2, 3], &[1, 0, 3, 2], &[2, 3, 0, 1], &[3, 2, 1, 0], &[4], &[5], &[6]];

/// A number of at most two digits, then the punctuation of a heading.
fn is_item_number(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    text.len() - rest.len() <= 2 && rest.starts_with(['：', ':', '、', '.', '）', ')'])
}

impl Spacing {
    /// Counts the junctions inside one printed line.
    pub fn count(&mut self, line: &str) {
        let mut before: Option<char> = None;
        let mut blank = false;
        for (at, c) in line.char_indices() {
            if c.is_whitespace() {
                blank = true;
                continue;
            }
            // 目标1：, 第2项: numbers of items are set close by every writer.
            let rest = line.get(at..).unwrap_or("");
            let labels = c.is_ascii_digit() && !blank && is_item_number(rest);
            if labels {
                before = Some(c);
                continue;
            }
            if let Some(votes) = before.and_then(|a| junction(a, c)).and_then(|k| self.0.get_mut(k))
            {
                if blank {
                    votes.with += 1;
                } else {
                    votes.without += 1;
                }
            }
            before = Some(c);
            blank = false;
        }
    }

    /// Whether this junction usually has a blank; `None` if it occurs as often with as without.
    fn habit(&self, kind: usize) -> Option<bool> {
        let votes = self.0.get(kind)?;
        (votes.with != votes.without).then_some(votes.with > votes.without)
    }
}

/// What decides about a seam besides its two sides.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    /// Counted in the same cell.
    pub cell: Spacing,
    /// Counted in the whole form; decides where the cell does not.
    pub form: Spacing,
}

impl Habits {
    fn has_blank(&self, kind: usize) -> bool {
        let like = LIKE.get(kind).copied().unwrap_or_default();
        like.chunks(2)
            .flat_map(|kinds| [(&self.cell, kinds), (&self.form, kinds)])
            .find_map(|(spacing, kinds)| kinds.iter().find_map(|k| spacing.habit(*k)))
            .unwrap_or(false)
    }
}

/// Whether a blank stands between a line and the next one of the same paragraph.
///
/// None between wide characters; one between Latin words; between the two what the writer does
/// elsewhere, else none. A number, date or word that is cut in the middle closes up.
pub(super) fn blank_at(before: &str, after: &str, room: Room, habits: &Habits) -> bool {
    let (Some(a), Some(b)) = (before.chars().next_back(), after.chars().next()) else {
        return false;
    };
    if let Some(kind) = junction(a, b) {
        return habits.has_blank(kind);
    }
    if is_wide(a) || is_wide(b) {
        return is_between_words(before, after);
    }
    if is_inside_number(before, after) {
        return room == Room::Some && a.is_ascii_digit() && b.is_ascii_digit();
    }
    match (a.is_alphanumeric(), b.is_alphanumeric()) {
        (true, true) => !(room == Room::None && is_one_token(before)),
        (true, false) => matches!(b, '(' | '[' | '"' | '<') && is_between_words(before, after),
        (false, true) => match a {
            '-' | '/' | '_' | '@' | '=' | '&' | '#' | '+' | '\\' | '~' | '$' | '<' | '>' => {
                before.ends_with([' ', '-']) && before.trim_end_matches('-').ends_with(' ')
            }
            '.' | ':' | '?' if is_address(before) => false,
            ',' | ';' | ':' | '.' | '!' | '?' | ')' | ']' | '%' | '"' => true,
            _ => false,
        },
        (false, false) => false,
    }
}

/// A number, date or time of day that goes on after the wrap: `1,234,567.` / `00`.
fn is_inside_number(before: &str, after: &str) -> bool {
    let mut a = before.chars().rev();
    let mut b = after.chars();
    match (a.next(), b.next()) {
        (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => true,
        (Some('.' | ',' | ':'), Some(y)) => {
            y.is_ascii_digit() && a.next().is_some_and(|c| c.is_ascii_digit())
        }
        (Some(x), Some('.' | ',' | ':')) => {
            x.is_ascii_digit() && b.next().is_some_and(|c| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// Latin letters on both sides, quotes and brackets looked through: `the` / `“word”`.
fn is_between_words(before: &str, after: &str) -> bool {
    let closers: &[char] = &['”', '’', ')', ']', '"', '\'', ',', '.', ';', ':', '!', '?'];
    let openers: &[char] = &['“', '‘', '(', '[', '"', '\'', '<'];
    let a = before.trim_end_matches(closers).chars().next_back();
    let b = after.trim_start_matches(openers).chars().next();
    let meets_closer = before.ends_with(openers) && !before.ends_with(['"', '\'']);
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && !is_wide(c));
    latin(a) && latin(b) && !meets_closer
}

/// The line is a single word: only then can a word wrapper have cut it.
fn is_one_token(line: &str) -> bool {
    !line.contains(char::is_whitespace) && !line.chars().any(is_wide)
}

/// The last token is an internet address.
fn is_address(line: &str) -> bool {
    let token = line.rsplit(|c: char| c.is_whitespace() || is_wide(c)).next().unwrap_or("");
    token.contains("://") || token.starts_with("www.") || token.contains('@')
}

#[cfg(test)]
mod tests {
    use super::{Habits, Room, blank_at};

    fn join(before: &str, after: &str, room: Room) -> String {
        let mut habits = Habits::default();
        habits.cell.count(before);
        habits.cell.count(after);
        let blank = blank_at(before, after, room, &habits);
        format!("{before}{}{after}", if blank { " " } else { "" })
    }

    #[test]
    fn wide_characters_close_up_and_words_stay_apart() {
        assert_eq!(join("就业促", "进中心", Room::Unknown), "就业促进中心");
        assert_eq!(join("完成，", "并验收", Room::Unknown), "完成，并验收");
        assert_eq!(join("Microsoft", "Office", Room::Unknown), "Microsoft Office");
        assert_eq!(join("said", "“hello”", Room::Unknown), "said “hello”");
        assert_eq!(join("Windows", "10", Room::Some), "Windows 10");
        assert_eq!(join("C++,", "Java", Room::Unknown), "C++, Java");
    }

    #[test]
    fn cut_tokens_close_up() {
        for (a, b) in [
            ("1,234,567.", "00"),
            ("1,234,", "567.00"),
            ("1,234,567", ".00"),
            ("2026-01-", "01"),
            ("2026/1", "/1"),
            ("≥95.00(", "%)"),
            ("≥95.00", "(%)"),
            ("12", "345.00"),
            ("09:", "30"),
            ("https://www.example.", "com"),
            ("state-of-", "the-art"),
        ] {
            assert_eq!(join(a, b, Room::None), format!("{a}{b}"));
        }
        assert_eq!(join("Internationali", "sation", Room::None), "Internationalisation");
        assert_eq!(join("5", "10", Room::Some), "5 10");
    }

    #[test]
    fn the_writers_habit_decides_between_scripts() {
        assert_eq!(join("每月 15 日、每周", "3 次", Room::Unknown), "每月 15 日、每周 3 次");
        assert_eq!(join("每月15日、每周", "3次", Room::Unknown), "每月15日、每周3次");
        assert_eq!(join("甲, 乙, 丙,", "丁", Room::Unknown), "甲, 乙, 丙, 丁");
        assert_eq!(join("甲,乙,丙,", "丁", Room::Unknown), "甲,乙,丙,丁");
        assert_eq!(join("开展", "Python", Room::Unknown), "开展Python");
    }
}
