//! The hierarchy of indicator labels as data: what `template/families/taxonomy.toml` holds.

use super::label::fold;
use super::lexicon::Lexicon;
use serde::Deserialize;

/// Level-1 labels with their level-2 labels, of every period, and the words that go with them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taxonomy {
    pub level1: Vec<Level1>,
    #[serde(default)]
    pub lexicon: Lexicon,
}

/// A level-1 label.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level1 {
    pub name: String,
    #[serde(default)]
    pub variants: Vec<String>,
    /// T3: a complete form has at least one indicator under this label.
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub level2: Vec<Level2>,
}

/// A level-2 label below a level-1 label.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level2 {
    pub name: String,
    #[serde(default)]
    pub variants: Vec<String>,
    /// `current`, or the older period or local practice in which the pair is found; a pair that
    /// is not current is accepted with a warning where the form mixes periods.
    #[serde(default)]
    pub period: Period,
}

/// When a pair of labels is in use (`domain.md` §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Since 财预〔2021〕101号, and pairs common to both.
    #[default]
    Current,
    /// 2015–2021: 成本指标 under 产出指标.
    Former,
    /// Local or older practice.
    Local,
}

/// Strips a score glued to a label: `产出指标(50分)`, `成本指标(0-20)分`. Takes folded text.
#[must_use]
pub fn strip_score(folded: &str) -> &str {
    let bytes = folded.trim_end_matches(['分', ')', '(']);
    let end = bytes.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '~' | '.'));
    if end.len() == bytes.len() || end.is_empty() {
        return folded;
    }
    end.trim_end_matches('(')
}

impl Taxonomy {
    /// The canonical level-1 label of a printed one, if it is one (suffix 指标 optional).
    #[must_use]
    pub fn level1(&self, printed: &str) -> Option<&Level1> {
        let folded = fold(printed);
        let label = strip_score(&folded);
        self.level1.iter().find(|l| matches(label, &l.name, &l.variants))
    }

    /// Every (level 1, level 2) pair whose level-2 label is the printed one.
    pub fn level2<'a>(
        &'a self,
        printed: &str,
    ) -> impl Iterator<Item = (&'a Level1, &'a Level2)> + use<'a> {
        let folded = fold(printed);
        let label = strip_score(&folded).to_owned();
        self.level1
            .iter()
            .flat_map(|l1| l1.level2.iter().map(move |l2| (l1, l2)))
            .filter(move |(_, l2)| matches(&label, &l2.name, &l2.variants))
    }
}

fn matches(label: &str, name: &str, variants: &[String]) -> bool {
    let same = |n: &str| label == n || n.strip_suffix("指标").is_some_and(|short| label == short);
    !label.is_empty() && (same(name) || variants.iter().any(|v| same(v)))
}

#[cfg(test)]
mod tests {
    use super::strip_score;

    #[test]
    fn strips_glued_scores_only() {
        assert_eq!(strip_score("产出指标(50分)"), "产出指标");
        assert_eq!(strip_score("成本指标(0-20)分"), "成本指标");
        assert_eq!(strip_score("产出指标50分"), "产出指标");
        assert_eq!(strip_score("产出指标"), "产出指标");
        assert_eq!(strip_score("得分"), "得分");
    }
}
