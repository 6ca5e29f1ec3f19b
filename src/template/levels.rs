//! Level labels of the indicator table: known ones, damaged ones, and which goes with which.

use super::distance::{tolerance, within};
use crate::model::taxonomy::{Period, Taxonomy, strip_score};

/// The taxonomy made ready for look-up and repair.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    taxonomy: Taxonomy,
    words: Vec<Word>,
}

/// A label or one of its variants.
#[derive(Clone, Debug)]
struct Word {
    level: Level,
    text: String,
    /// The label meant; words of the same label are no rivals.
    label: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    One,
    Two,
}

/// What the taxonomy knows about a printed label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Index of the level-1 label that it is.
    pub one: Option<usize>,
    /// Level-1 labels below which it is a level-2 label, with the period of each.
    pub two: Vec<(usize, Period)>,
    /// Printed as the taxonomy has it, not only after adding a suffix: such a text is hardly the
    /// name of an indicator.
    pub full: bool,
}

impl Known {
    pub(super) fn is(&self, level: Level) -> bool {
        match level {
            Level::One => self.one.is_some(),
            Level::Two => !self.two.is_empty(),
        }
    }

    pub(super) fn is_any(&self) -> bool {
        self.one.is_some() || !self.two.is_empty()
    }

    /// Whether a level-2 label like this may stand below the level-1 label `one`. `None` if the
    /// taxonomy does not know both.
    pub(super) fn fits_below(&self, one: &Known) -> Option<bool> {
        let parent = one.one?;
        if self.two.is_empty() {
            return None;
        }
        Some(self.two.iter().any(|(p, _)| *p == parent))
    }

    /// The level-1 label that this level-2 label implies: that of the current period if it
    /// differs over time.
    pub(super) fn parent(&self) -> Option<usize> {
        let current = self.two.iter().find(|(_, period)| *period == Period::Current);
        current.or(self.two.first()).map(|(parent, _)| *parent)
    }
}

/// Pairs of characters that damage turns into one another (`domain.md` §2).
const CONFUSED: [(char, char); 4] = [('效', '数'), ('质', '资'), ('末', '未'), ('标', '示')];

/// A shorter remainder of a cut label could be anything.
const LEAST_PREFIX: usize = 4;

impl Lexicon {
    pub(super) fn new(taxonomy: &Taxonomy) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut enter = |level, name: &String, variants: &[String]| {
            // A label may be listed below several parents and is one label all the same.
            let same = words.iter().find(|w| w.level == level && w.text == *name);
            let label = same.map_or(words.len(), |w| w.label);
            for text in std::iter::once(name).chain(variants) {
                words.push(Word { level, text: text.clone(), label });
            }
        };
        for one in &taxonomy.level1 {
            enter(Level::One, &one.name, &one.variants);
            one.level2.iter().for_each(|two| enter(Level::Two, &two.name, &two.variants));
        }
        Self { taxonomy: taxonomy.clone(), words }
    }

    /// What a folded text is as a label.
    pub(super) fn known(&self, folded: &str) -> Known {
        let longest = 80;
        if folded.is_empty() || folded.len() > longest {
            return Known::default();
        }
        let index = |one: &crate::model::taxonomy::Level1| {
            self.taxonomy.level1.iter().position(|l| l.name == one.name)
        };
        let one = self.taxonomy.level1(folded).and_then(index);
        let two = self.taxonomy.level2(folded).filter_map(|(l1, l2)| Some((index(l1)?, l2.period)));
        let bare = strip_score(folded);
        let full = self.words.iter().any(|w| w.text == bare);
        Known { one, two: two.collect(), full }
    }

    /// The label that a damaged one of this level was meant to be: cut off behind its fourth or a
    /// later character, or with a few wrong characters. `None` if no label, or several, are near.
    pub(super) fn repair(&self, folded: &str, level: Level) -> Option<&str> {
        let damaged = strip_score(folded);
        let length = damaged.chars().count();
        let words = || self.words.iter().filter(|w| w.level == level);
        if length >= LEAST_PREFIX {
            let cut = words().filter(|w| w.text.starts_with(damaged));
            if let Some(word) = only(cut) {
                return Some(&word.text);
            }
        }
        let limit = tolerance(length);
        let near = |w: &Word| within(damaged, &w.text, limit).filter(|&d| d > 0);
        let least = words().filter_map(near).min()?;
        let nearest = || words().filter(|w| near(w) == Some(least));
        only(nearest())
            .or_else(|| only(nearest().filter(|w| confused(damaged, &w.text))))
            .map(|w| w.text.as_str())
    }

    /// The name of a level-1 label.
    pub(super) fn name(&self, one: usize) -> &str {
        self.taxonomy.level1.get(one).map_or("", |l| &l.name)
    }
}

/// The first of these words if all of them mean the same label.
fn only<'a>(mut words: impl Iterator<Item = &'a Word>) -> Option<&'a Word> {
    let first = words.next()?;
    words.all(|w| w.label == first.label).then_some(first)
}

/// Whether two texts differ in easily confused characters only.
fn confused(a: &str, b: &str) -> bool {
    a.chars().count() == b.chars().count()
        && a.chars().zip(b.chars()).all(|(x, y)| {
            x == y || CONFUSED.iter().any(|&(p, q)| (x, y) == (p, q) || (y, x) == (p, q))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let taxonomy = r#"
            [[level1]]
            name = "产出指标"
            level2 = [
                { name = "数量指标" }, { name = "质量指标" }, { name = "时效指标" },
                { name = "成本指标", period = "former" },
            ]
            [[level1]]
            name = "成本指标"
            level2 = [{ name = "经济成本指标" }, { name = "生态环境成本指标" }]
            [[level1]]
            name = "满意度指标"
            level2 = [{ name = "服务对象满意度指标", variants = ["服务对象和公众满意度指标"] }]
        "#;
        Lexicon::new(&toml::from_str(taxonomy).unwrap())
    }

    #[test]
    fn knows_labels_of_both_levels() {
        let lexicon = lexicon();
        let cost = lexicon.known("成本指标");
        assert_eq!((cost.one, cost.two.len(), cost.full), (Some(1), 1, true));
        let short = lexicon.known("服务对象满意度");
        assert_eq!((short.one, short.parent(), short.full), (None, Some(2), false));
        assert!(lexicon.known("产出指标(50分)").full);
        assert!(!lexicon.known("专项审计").is_any());
        assert_eq!(lexicon.known("数量指标").fits_below(&lexicon.known("成本指标")), Some(false));
        assert_eq!(cost.fits_below(&lexicon.known("产出指标")), Some(true));
        assert_eq!(cost.fits_below(&lexicon.known("别的")), None);
    }

    #[test]
    fn repairs_cut_and_misread_labels_with_one_candidate() {
        let lexicon = lexicon();
        let two = |s| lexicon.repair(s, Level::Two);
        assert_eq!(two("服务对象满意度指"), Some("服务对象满意度指标"));
        assert_eq!(two("服务对象"), Some("服务对象满意度指标"));
        assert_eq!(two("服务对家满意度指标"), Some("服务对象满意度指标"));
        assert_eq!(two("时效指示"), Some("时效指标"));
        assert_eq!(two("效量指标"), Some("数量指标"), "confusion decides the tie");
        assert_eq!(two("致量指标"), None, "数量指标 and 质量指标 are as near");
        assert_eq!(two("产出指标"), None, "a label of the other level");
        assert_eq!(lexicon.repair("满意度指", Level::One), Some("满意度指标"));
        assert_eq!(lexicon.repair("满意", Level::One), None);
    }
}
