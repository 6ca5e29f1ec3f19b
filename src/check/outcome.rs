//! What a rule says about a form: not two answers but several.

use crate::model::finding::Finding;

/// The outcome of one rule on one form or value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    /// The rule was decided, and nothing is to be said.
    Holds,
    /// The rule was decided, and someone should know.
    Found(Finding),
    /// The form has nothing of what the rule speaks about.
    NotApplicable,
    /// A value that the rule needs is blank or unknown. Blank is not zero: the rule stays
    /// undecided, and at most a note of severity info says so.
    Insufficient(Option<Finding>),
}

impl Outcome {
    /// What is left to report.
    pub(super) fn finding(self) -> Option<Finding> {
        match self {
            Self::Found(finding) | Self::Insufficient(Some(finding)) => Some(finding),
            Self::Holds | Self::NotApplicable | Self::Insufficient(None) => None,
        }
    }
}
