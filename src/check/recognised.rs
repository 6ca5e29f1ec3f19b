//! The texts of a document that were recognised, for checks that compare their words.

use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, Form};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::value::Value;

/// A text that was recognised.
pub(super) struct Read<'a> {
    form: usize,
    at: &'a Pointer,
    pub evidence: &'a Evidence,
    pub chars: Vec<char>,
}

/// The recognised texts of a form, labels of levels apart: those have a vocabulary of their own.
pub(super) fn texts(number: usize, form: &Form) -> impl Iterator<Item = Read<'_>> {
    let recognised = |e: &Evidence| e.from == Origin::Recognised && e.repaired.is_none();
    let evidence = form.evidence.iter().filter(move |(_, e)| recognised(e));
    evidence.filter_map(move |(at, evidence)| {
        let text = match form.data.at(at)? {
            Value::Text(text) => text.as_str(),
            Value::Target(target) => target.text.as_str(),
            _ => return None,
        };
        Some(Read { form: number, at, evidence, chars: text.chars().collect() })
    })
}

impl Read<'_> {
    /// Doubts the text for a word of it that is one character off a usual one; `why` says what makes that
    /// usual.
    pub fn unusual(&self, word: &[char], usual: &[char], why: &str) -> Finding {
        let [word, usual] = [word, usual].map(|w| w.iter().collect::<String>());
        let prefix = Pointer::root().key("forms").index(self.form).key("data");
        Finding::new(
            "text.unusual",
            Severity::Warning,
            format!("“{word}” is one character off “{usual}”, which {why}"),
            "compare the text with the picture",
        )
        .at(self.at.below(&prefix))
        .on_page(self.evidence.page)
        .in_box(self.evidence.bbox)
    }
}
