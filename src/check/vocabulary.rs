//! Recognised words that are one character off a word which the document uses again and again.
//!
//! A character that looks like another is read as that one with all confidence: 攻务云平台. Where the
//! document has 政务云平台 in several other places, its own vocabulary tells.

use super::recognised::{self, Read};
use crate::model::finding::Finding;
use crate::model::form::Form;
use rustc_hash::FxHashMap;

/// Words that are compared: so many ideographs in a row, for texts of less confidence than this. Shorter
/// ones differ from others by chance.
const LENGTHS: [(usize, f32); 2] = [(4, 0.995), (5, 0.9995)];

/// A word that stands in so many other places is the document's own.
const OFTEN: u32 = 2;

/// `telling` are the characters that tell things apart which are named alike.
pub(super) fn check(forms: &[Form], telling: &str) -> Vec<Finding> {
    let texts: Vec<Read<'_>> =
        forms.iter().enumerate().flat_map(|(n, form)| recognised::texts(n, form)).collect();
    let mut findings: Vec<Finding> = Vec::new();
    let mut told: Vec<bool> = vec![false; texts.len()];
    for (length, trusted) in LENGTHS {
        let vocabulary = Vocabulary::of(&texts, length);
        for (text, told) in texts.iter().zip(&mut told) {
            if *told || text.evidence.confidence >= trusted {
                continue;
            }
            let last = text.chars.len().saturating_sub(length);
            let odd = words(&text.chars, length).find_map(|(at, word)| {
                Some((word, vocabulary.near(word, (at == 0, at == last), telling)?))
            });
            if let Some((word, usual)) = odd {
                findings.push(text.unusual(word, &usual, "stands elsewhere in the document"));
                *told = true;
            }
        }
    }
    findings
}

/// The words of a length in a text, runs of ideographs, with the places where they begin.
fn words(chars: &[char], length: usize) -> impl Iterator<Item = (usize, &[char])> {
    let is_word = |w: &&[char]| w.iter().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    chars.windows(length).enumerate().filter(move |(_, w)| is_word(w))
}

/// How often each word of a length stands in a document.
struct Vocabulary<'a> {
    counts: FxHashMap<&'a [char], u32>,
    /// Words by what is left without one of their characters: its place and the others.
    alike: FxHashMap<(usize, Vec<char>), Vec<&'a [char]>>,
}

impl<'a> Vocabulary<'a> {
    fn of(texts: &'a [Read<'_>], length: usize) -> Self {
        let mut counts: FxHashMap<&[char], u32> = FxHashMap::default();
        for (_, word) in texts.iter().flat_map(|t| words(&t.chars, length)) {
            *counts.entry(word).or_default() += 1;
        }
        let mut alike: FxHashMap<(usize, Vec<char>), Vec<&[char]>> = FxHashMap::default();
        for (&word, _) in counts.iter().filter(|(_, n)| **n >= OFTEN) {
            for place in 0..length {
                alike.entry((place, without(word, place))).or_default().push(word);
            }
        }
        // The order of a hash map is none.
        for words in alike.values_mut() {
            words.sort_unstable();
        }
        Self { counts, alike }
    }

    /// The word of the document that a rare one is one character off. Where a word does not begin or
    /// end its text, its first or last character may belong to what stands beside it.
    fn near(
        &self,
        word: &[char],
        (begins, ends): (bool, bool),
        telling: &str,
    ) -> Option<Vec<char>> {
        if self.counts.get(word).is_none_or(|n| *n > 1) {
            return None;
        }
        let differs = |place: usize, other: &[char]| {
            !telling.contains(word[place]) && !telling.contains(other[place])
        };
        let mut places = usize::from(!begins)..word.len() - usize::from(!ends);
        places.find_map(|place| {
            let alike = self.alike.get(&(place, without(word, place)))?;
            alike.iter().find(|other| differs(place, other)).map(|other| other.to_vec())
        })
    }
}

fn without(word: &[char], place: usize) -> Vec<char> {
    let mut rest = word.to_vec();
    rest.remove(place);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::Build;
    use crate::model::page::Origin;

    /// Pointers that are doubted in a form with these names, read with a confidence.
    fn doubted(names: &[&str], confidence: f32, from: Origin) -> Vec<String> {
        let form = names
            .iter()
            .fold(Build::sound(), |form, name| form.row("产出指标", "数量指标", name, "≥1(个)"));
        let mut form = form.form();
        for evidence in form.evidence.values_mut() {
            (evidence.confidence, evidence.from) = (confidence, from);
        }
        let findings = check(&[form], "一二场人份次");
        findings.iter().filter_map(|f| Some(f.at.as_ref()?.to_string())).collect()
    }

    #[test]
    fn a_word_one_character_off_the_documents_own_is_doubted() {
        let names = ["政务云平台建成面积", "政务云平台检测样品", "攻务云平台污水排放量"];
        let found = doubted(&names, 0.99, Origin::Recognised);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with("/level3"), "{found:?}");
        assert!(doubted(&names, 0.9999, Origin::Recognised).is_empty(), "read clearly");
        assert!(doubted(&names, 0.99, Origin::TextLayer).is_empty());
        let others = ["开展应急演练场次", "开展应急演练人数", "两次应急演练"];
        assert!(doubted(&others, 0.99, Origin::Recognised).is_empty(), "another word before it");
        assert!(doubted(&names[1..], 0.99, Origin::Recognised).is_empty(), "seen once");
        let series = ["第一季度公示次数", "第一季度公示份数", "第二季度公示次数"];
        assert!(doubted(&series, 0.99, Origin::Recognised).is_empty());
    }
}
