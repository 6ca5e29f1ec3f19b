//! The characters that a network knows.

use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Traditional characters that differ from the simplified ones by a stroke or two, which print at
/// the size of a form does not tell: forms of the mainland have the simplified one. None of the
/// first is a simplified character itself.
const VARIANTS: [(char, char); 22] = [
    ('減', '减'),
    ('決', '决'),
    ('況', '况'),
    ('淨', '净'),
    ('涼', '凉'),
    ('湊', '凑'),
    ('沖', '冲'),
    ('毀', '毁'),
    ('戶', '户'),
    ('戸', '户'),
    ('內', '内'),
    ('產', '产'),
    ('溫', '温'),
    ('換', '换'),
    ('強', '强'),
    ('別', '别'),
    ('黃', '黄'),
    ('淸', '清'),
    ('靑', '青'),
    ('値', '值'),
    ('眞', '真'),
    ('彥', '彦'),
];

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
        chars.extend(list.lines().map(|l| simplified(l.chars().next().unwrap_or('\u{fffd}'))));
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

    /// Whether two classes stand for the same character but for its width or script.
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

/// What a form prints for a character that looks like it.
fn simplified(c: char) -> char {
    VARIANTS.iter().find(|(variant, _)| *variant == c).map_or(c, |(_, simplified)| *simplified)
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
    fn a_traditional_variant_is_the_simplified_character() {
        let alphabet = Alphabet::listed("減\n灾\n减");
        assert_eq!((alphabet.char(1), alphabet.char(3)), (Some('减'), Some('减')));
        assert!(alphabet.is_same(1, 3) && !alphabet.is_same(1, 2));
        assert_eq!(alphabet.same(1), [1, 3]);
        let twice = VARIANTS.iter().filter(|(_, plain)| simplified(*plain) != *plain);
        assert_eq!(twice.count(), 0);
    }

    #[test]
    fn widths_of_a_character_belong_together() {
        let alphabet = Alphabet::listed("甲\n,\n，\n乙");
        assert!(alphabet.is_same(2, 3) && !alphabet.is_same(1, 4));
        assert_eq!((alphabet.same(3), alphabet.same(1)), (&[2, 3][..], &[][..]));
    }
}
