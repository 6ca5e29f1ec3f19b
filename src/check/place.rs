//! Where a row's printed labels stand in the taxonomy.

use crate::model::taxonomy::{Level1, Level2, Period, Taxonomy};
use std::collections::BTreeMap;

/// A pair of labels that the taxonomy knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub(super) level1: &'a Level1,
    pub(super) level2: &'a Level2,
}

/// What the taxonomy says of a row's labels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place<'a> {
    /// The printed level-1 label, if the taxonomy knows it.
    pub(super) level1: Option<&'a Level1>,
    /// A pair with the printed level-2 label: the printed pair if there is such a one, otherwise
    /// the most usual.
    pub(super) pair: Option<Pair<'a>>,
}

impl<'a> Place<'a> {
    fn find(taxonomy: &'a Taxonomy, level1: Option<&str>, level2: Option<&str>) -> Self {
        let level1 = level1.and_then(|label| taxonomy.level1(label));
        let pairs = level2.into_iter().flat_map(|label| taxonomy.level2(label));
        let pair = pairs
            .map(|(level1, level2)| Pair { level1, level2 })
            // The first of equals: the taxonomy lists the most usual first.
            .min_by_key(|p| {
                let printed = level1.is_some_and(|l| std::ptr::eq(l, p.level1));
                (!printed, p.level2.period != Period::Current)
            });
        Self { level1, pair }
    }

    /// Whether the taxonomy has the printed level-2 label under the printed level-1 label.
    pub(super) fn is_a_pair(&self) -> bool {
        match (self.level1, self.pair) {
            (Some(level1), Some(pair)) => std::ptr::eq(level1, pair.level1),
            _ => false,
        }
    }

    /// Whether one of the canonical labels stands above the row's name, as printed.
    pub(super) fn is_under(&self, labels: &[String]) -> bool {
        let level1 = self.level1.or(self.pair.map(|p| p.level1));
        let has = |name: &String| labels.contains(name);
        level1.is_some_and(|l| has(&l.name)) || self.pair.is_some_and(|p| has(&p.level2.name))
    }

    /// Whether the labels belong to local or older practice, which has its own order.
    pub(super) fn is_local(&self) -> bool {
        self.pair.is_some_and(|p| p.level2.period == Period::Local)
            || self.level1.is_some_and(is_local)
    }
}

/// Whether a level-1 label is found in local or older practice only.
fn is_local(level1: &Level1) -> bool {
    !level1.level2.is_empty() && level1.level2.iter().all(|l| l.period == Period::Local)
}

/// Looks places up once for each distinct pair of printed labels.
pub(super) struct Places<'a> {
    taxonomy: &'a Taxonomy,
    known: BTreeMap<(Option<&'a str>, Option<&'a str>), Place<'a>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(taxonomy: &'a Taxonomy) -> Self {
        Self { taxonomy, known: BTreeMap::new() }
    }

    pub(super) fn of(&mut self, level1: Option<&'a str>, level2: Option<&'a str>) -> Place<'a> {
        let taxonomy = self.taxonomy;
        *self.known.entry((level1, level2)).or_insert_with(|| Place::find(taxonomy, level1, level2))
    }
}
