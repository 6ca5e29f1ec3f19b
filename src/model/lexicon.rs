//! Words of indicator names and goals that the checks go by, as data: the table `lexicon` of
//! `template/families/taxonomy.toml`.

use serde::Deserialize;

/// What the wording of a name or a goal says about it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Lexicon {
    /// T1: how labels end. A label that ends so and is like no known one is local wording.
    pub label_suffixes: Vec<String>,
    /// T7: names that belong, or do not belong, under a label.
    pub belongs: Vec<BelongsRule>,
    /// V1: names of shares, which cannot exceed 100 %.
    pub share: NamePattern,
    /// V3: names of rates, whose value is a number.
    pub rate: NamePattern,
    /// V3: names of counts, whose value is not a percentage.
    pub count: NamePattern,
    /// V2: names whose value is good when high.
    pub satisfaction: NamePattern,
    /// V2, V6: names whose value is good when low, and amounts of money.
    pub cost: NamePattern,
    /// V2, V6: canonical labels (level 1 or 2) under which every amount is a cost.
    pub cost_levels: Vec<String>,
    /// Characters that tell things apart which are named alike: numerals, places, times, what is counted.
    /// Two words that differ in one of them alone are two.
    pub telling: String,
    /// Characters that recognition takes for each other.
    pub look_alikes: Vec<LookAlikes>,
    /// Units that mean per cent, folded.
    pub percent_units: Vec<String>,
    /// D4: what the project's nature says about its length.
    pub natures: Vec<NatureRule>,
    /// D5: what stands around a year that is rightly another one.
    pub other_year: YearWords,
}

/// Characters that look alike, and the words that tell which of them is printed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LookAlikes {
    /// The characters, at least two.
    pub characters: String,
    /// Words of two characters, one of which is among `characters`, between blanks.
    pub words: String,
}

/// Names recognised by the words in them. A name is compared folded (see
/// [`super::label::fold`]) and without a remark in brackets at its end.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct NamePattern {
    /// The name ends with one of these.
    pub ends: Vec<String>,
    /// The name has one of these anywhere.
    pub contains: Vec<String>,
    /// Not a name that starts with one of these.
    pub except_starts: Vec<String>,
    /// Not a name that ends with one of these.
    pub except_ends: Vec<String>,
    /// Not a name that has one of these anywhere.
    pub except: Vec<String>,
}

/// The word by which a name was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordMatch<'a> {
    pub word: &'a str,
    /// Byte offset in the name at which the word ends.
    pub end: usize,
}

/// T7: where an indicator with a certain name belongs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BelongsRule {
    pub name: NamePattern,
    /// Canonical labels (level 1 or 2), one of which must stand above the name.
    #[serde(default)]
    pub under: Vec<String>,
    /// Canonical labels none of which may stand above the name.
    #[serde(default)]
    pub not_under: Vec<String>,
}

/// D4: a word in the project's nature and the length that it implies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NatureRule {
    pub words: Vec<String>,
    pub span: NatureSpan,
}

/// How long a project of a certain nature lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NatureSpan {
    /// Twelve months at most.
    OneYear,
    /// More than twelve months.
    LongerThanAYear,
}

/// D5: the words around a year in a goal.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct YearWords {
    /// Immediately before the year: it is rightly another one.
    pub before: Vec<String>,
    /// Immediately after 年: it is rightly another one.
    pub next: Vec<String>,
    /// Anywhere later in the clause: it is rightly another one.
    pub later: Vec<String>,
    /// Immediately after 年: the year of the plan is meant, however far the year is off.
    pub plan: Vec<String>,
}

impl NamePattern {
    /// The word by which a folded name is recognised. In Chinese the head of a name stands
    /// last, so of several words the one that ends last counts, and of those the longest.
    #[must_use]
    pub fn find(&self, folded: &str) -> Option<WordMatch<'_>> {
        let name = without_remark(folded);
        if self.except_starts.iter().any(|w| name.starts_with(w.as_str()))
            || self.except_ends.iter().any(|w| name.ends_with(w.as_str()))
            || self.except.iter().any(|w| name.contains(w.as_str()))
        {
            return None;
        }
        let at_end = self.ends.iter().filter(|w| name.ends_with(w.as_str()));
        let at_end = at_end.map(|w| WordMatch { word: w, end: name.len() });
        let inside = self.contains.iter().filter_map(|w| {
            let start = name.rfind(w.as_str())?;
            Some(WordMatch { word: w, end: start + w.len() })
        });
        at_end.chain(inside).max_by_key(|m| (m.end, m.word.len()))
    }
}

/// The name without a remark in brackets at its end: `及时率(%)` → `及时率`.
fn without_remark(folded: &str) -> &str {
    match folded.strip_suffix(')').and_then(|s| s.rfind('(')) {
        Some(open) if open > 0 => &folded[..open],
        _ => folded,
    }
}

#[cfg(test)]
mod tests {
    use super::{NamePattern, WordMatch};

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|w| (*w).to_owned()).collect()
    }

    #[test]
    fn the_last_and_longest_word_counts() {
        let pattern = NamePattern {
            ends: words(&["率", "及时率"]),
            contains: words(&["满意度"]),
            ..NamePattern::default()
        };
        assert_eq!(pattern.find("满意度调查"), Some(WordMatch { word: "满意度", end: 9 }));
        assert_eq!(pattern.find("满意度调查及时率").map(|m| m.word), Some("及时率"));
        assert_eq!(pattern.find("支付及时率(%)").map(|m| m.word), Some("及时率"));
        assert_eq!(pattern.find("率先支付"), None);
        assert_eq!(pattern.find("(及时率)"), None);
    }

    #[test]
    fn exceptions_win() {
        let pattern = NamePattern {
            ends: words(&["率"]),
            except_starts: words(&["提高"]),
            except_ends: words(&["效率"]),
            except: words(&["增长"]),
            ..NamePattern::default()
        };
        assert!(pattern.find("合格率").is_some());
        assert!(pattern.find("效率达标率").is_some());
        assert!(pattern.find("提高合格率").is_none());
        assert!(pattern.find("工作效率").is_none());
        assert!(pattern.find("产值增长率").is_none());
    }
}
