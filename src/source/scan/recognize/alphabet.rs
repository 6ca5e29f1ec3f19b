//! The characters that a network knows.

use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Classes of a network and the characters they stand for.
pub struct Alphabet {
    /// Blank first, then the listed characters, then the blank between words.
    chars: Vec<char>,
    /// For each class the one that stands for all widths of its character.
    kinds: Vec<usize>,
    /// The classes of a kind, where there are several.
    widths: BTreeMap<usize, Vec<usize>>,
}

impl Alphabet {
    /// From the model's list, one character a line.
    pub fn listed(list: &str) -> Self {
        // Class 0 is no character; an entry of several characters does not occur, and an empty
        // one must keep its place.
        let mut chars = vec!['\u{fffd}'];
        chars.extend(list.lines().map(|l| l.chars().next().unwrap_or('\u{fffd}')));
        chars.push(' ');
        let mut first = BTreeMap::new();
        let mut widths: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let kinds: Vec<usize> = chars
            .iter()
            .enumerate()
            .map(|(class, &c)| {
                let kind = *first.entry(folded(c)).or_insert(class);
                widths.entry(kind).or_default().push(class);
                kind
            })
            .collect();
        widths.retain(|_, classes| classes.len() > 1);
        Self { chars, kinds, widths }
    }

    /// Number of classes.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character of a class; `None` for blank and for classes there are not.
    pub fn char(&self, class: usize) -> Option<char> {
        self.chars.get(class).copied().filter(|_| class != 0)
    }

    /// Whether two classes stand for the same character but for its width.
    pub fn is_same(&self, a: usize, b: usize) -> bool {
        self.kinds.get(a) == self.kinds.get(b)
    }

    /// All classes that stand for this one's character; empty if it is the only one.
    pub fn same(&self, class: usize) -> &[usize] {
        let kind = self.kinds.get(class);
        kind.and_then(|k| self.widths.get(k)).map_or(&[], Vec::as_slice)
    }

    #[cfg(test)]
    pub fn without_space(mut self) -> Self {
        self.chars.pop();
        self.kinds.pop();
        self
    }
}

/// A character without its width; one that unfolds to several (℃) stays what it is.
fn folded(c: char) -> char {
    let mut folded = std::iter::once(c).nfkc();
    match (folded.next(), folded.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_blank_then_listed_then_space() {
        let alphabet = Alphabet::listed("甲\n,\n，");
        let chars: Vec<_> = (0..6).map(|i| alphabet.char(i)).collect();
        assert_eq!(chars, [None, Some('甲'), Some(','), Some('，'), Some(' '), None]);
        assert_eq!(alphabet.len(), 5);
    }

    #[test]
    fn widths_of_a_character_belong_together() {
        let alphabet = Alphabet::listed("甲\n,\n，\n乙");
        assert!(alphabet.is_same(2, 3) && !alphabet.is_same(1, 4));
        assert_eq!((alphabet.same(3), alphabet.same(1)), (&[2, 3][..], &[][..]));
    }
}
