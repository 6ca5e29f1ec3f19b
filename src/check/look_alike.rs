//! Recognised texts with a character that is no word where it stands, but whose look-alike is.
//!
//! 农村 is read as 农材 with all confidence. Which characters are taken for each other, and which words
//! they belong to, is data: `lexicon.look-alikes`. A character in a word of its own is not doubted.

use super::recognised;
use crate::model::finding::Finding;
use crate::model::form::Form;
use crate::model::lexicon::LookAlikes;
use rustc_hash::{FxHashMap, FxHashSet};

/// Numerals, and words that stand in their place.
const NUMERALS: &str = "一二三四五六七八九十百千万亿两几每";

/// The groups of a lexicon, to be looked up.
struct Index {
    /// Of each character, the others of its groups.
    others: FxHashMap<char, Vec<char>>,
    words: FxHashSet<[char; 2]>,
}

/// The time taken is linear in the length of the texts.
pub(super) fn check(forms: &[Form], groups: &[LookAlikes]) -> Vec<Finding> {
    let mut texts =
        forms.iter().enumerate().flat_map(|(n, form)| recognised::texts(n, form)).peekable();
    if texts.peek().is_none() {
        return Vec::new();
    }
    let index = Index::of(groups);
    texts
        .filter_map(|text| {
            let (word, usual) = index.misread(&text.chars)?;
            Some(text.unusual(&word, &usual, "is a word"))
        })
        .collect()
}

impl Index {
    fn of(groups: &[LookAlikes]) -> Self {
        let mut others: FxHashMap<char, Vec<char>> = FxHashMap::default();
        for group in groups {
            for c in group.characters.chars() {
                others.entry(c).or_default().extend(group.characters.chars().filter(|o| *o != c));
            }
        }
        let words = groups.iter().flat_map(|g| g.words.split_whitespace());
        let pair = |word: &str| word.chars().collect::<Vec<_>>().try_into().ok();
        Self { others, words: words.filter_map(pair).collect() }
    }

    /// The first two characters of a text that are no word, though they would be if one of them were one
    /// that it is taken for.
    fn misread(&self, text: &[char]) -> Option<([char; 2], [char; 2])> {
        let is_word = |pair: [char; 2]| self.words.contains(&pair);
        text.iter().enumerate().find_map(|(i, &c)| {
            let others = self.others.get(&c)?;
            let before = i.checked_sub(1).map(|b| text[b]);
            let behind = text.get(i + 1).copied();
            // What is counted stands before any word: 15日的, 三人户.
            if before.is_some_and(|b| b.is_ascii_digit() || NUMERALS.contains(b)) {
                return None;
            }
            // As it would read with another character in its place.
            let pairs =
                |c: char| [before.map(|b| [b, c]), behind.map(|b| [c, b])].into_iter().flatten();
            if pairs(c).any(is_word) {
                return None;
            }
            others.iter().find_map(|&other| {
                let usual = pairs(other).find(|pair| is_word(*pair))?;
                let read = if usual[0] == other && behind == Some(usual[1]) {
                    [c, usual[1]]
                } else {
                    [usual[0], c]
                };
                Some((read, usual))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, TAXONOMY};
    use crate::model::page::Origin;

    fn misread(text: &str) -> Option<(String, String)> {
        let index = Index::of(&TAXONOMY.lexicon.look_alikes);
        let chars: Vec<char> = text.chars().collect();
        let word = |pair: [char; 2]| pair.iter().collect();
        index.misread(&chars).map(|(read, usual)| (word(read), word(usual)))
    }

    #[test]
    fn a_look_alike_of_a_word_is_told() {
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(misread("推进农材公路"), pair("农材", "农村"));
        assert_eq!(misread("基层防疫米购单价"), pair("米购", "采购"));
        assert_eq!(misread("规划和白然资源局"), pair("白然", "自然"));
        assert_eq!(misread("加强与相关部内的配合"), pair("部内", "部门"));
    }

    #[test]
    fn words_of_their_own_stay() {
        for text in [
            "大米购置",
            "木材采购",
            "12月15日前完成",
            "内部控制",
            "完成率",
            "≥3人",
            "5月15日的报告",
            "",
        ] {
            assert_eq!(misread(text), None, "{text}");
        }
    }

    #[test]
    fn the_groups_are_sound() {
        for group in &TAXONOMY.lexicon.look_alikes {
            assert!(group.characters.chars().count() >= 2, "{}", group.characters);
            for word in group.words.split_whitespace() {
                assert_eq!(word.chars().count(), 2, "{word}");
                assert!(word.chars().any(|c| group.characters.contains(c)), "{word}");
            }
            let has_word = |c: char| group.words.contains(c);
            assert!(group.characters.chars().all(has_word), "{}", group.characters);
        }
    }

    #[test]
    fn recognised_texts_alone_are_judged() {
        let found = |from| {
            let mut form =
                Build::sound().row("产出指标", "数量指标", "农材公路里程", "≥1(个)").form();
            form.evidence.values_mut().for_each(|e| e.from = from);
            check(&[form], &TAXONOMY.lexicon.look_alikes).len()
        };
        assert_eq!((found(Origin::Recognised), found(Origin::TextLayer)), (1, 0));
    }
}
