//! Where sentences end and items of lists begin.

use super::fragment::Fragment;
use regex::Regex;
use std::sync::LazyLock;

/// Ends with a sentence's or an item's punctuation, closing quotes and brackets looked through.
pub(super) fn ends_sentence(text: &str) -> bool {
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

pub(super) fn begins_item(text: &str) -> bool {
    ITEM.as_ref().is_some_and(|r| r.is_match(text)) || text.starts_with("<p")
}

/// The number of an item, and what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ordinal<'a> {
    before: &'a str,
    number: usize,
    after: char,
}

impl Ordinal<'_> {
    pub fn next(&self) -> Self {
        Self { number: self.number + 1, ..*self }
    }
}

/// Reads `2.`, `（二）`, `目标2：`, `二是`, `第二，` at the beginning of a line.
pub(super) fn ordinal(text: &str) -> Option<Ordinal<'_>> {
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
pub(super) fn has_inline_items(fragments: &[Fragment]) -> bool {
    fragments.iter().any(|f| {
        f.text
            .match_indices(['。', '；', ';'])
            .filter_map(|(at, end)| f.text.get(at + end.len()..))
            .any(|rest| begins_item(rest.trim_start()))
    })
}
