//! The normal form of a printed target value (指标值).

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A target value: its printed text and what it means.
///
/// The text is always kept; everything else is `None` where the text does not say it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// As printed, cleaned of markup and line wraps.
    pub text: String,
    /// `None` for an empty value such as `/`.
    pub kind: Option<TargetKind>,
    pub subkind: Option<Subkind>,
    pub operator: Option<Operator>,
    /// Whether the operator is printed rather than assumed; `None` where there is no operator.
    pub operator_explicit: Option<bool>,
    /// Main number, scale as printed.
    pub value: Option<Decimal>,
    /// Upper end of a range.
    pub value_max: Option<Decimal>,
    /// As printed, brackets off, full width folded: `%`, `万元/年`.
    pub unit: Option<String>,
    /// `value` in the base unit (万 and 亿 resolved).
    pub base_value: Option<Decimal>,
    /// `unit` without 万 and 亿: `元/年`.
    pub base_unit: Option<String>,
    /// Last day.
    pub deadline: Option<TargetDate>,
    /// First day of a period.
    pub deadline_start: Option<TargetDate>,
    /// What a number is relative to: `预算总额` of `预算总额的3%`.
    pub reference: Option<String>,
    /// The text of a qualitative value.
    pub qualitative: Option<String>,
    /// The single conditions of a compound value.
    pub parts: Vec<Target>,
}

/// Names of a target's single members, in the order of the output.
const MEMBERS: [&str; 14] = [
    "text",
    "kind",
    "operator",
    "value",
    "value_max",
    "unit",
    "deadline",
    "deadline_start",
    "reference",
    "subkind",
    "operator_explicit",
    "base_value",
    "base_unit",
    "qualitative",
];

/// A set of a target's members, for instance those that a printed cell shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Members(u16);

impl Members {
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of the output.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        MEMBERS.into_iter().enumerate().filter(move |(i, _)| self.0 >> i & 1 == 1).map(|(_, n)| n)
    }

    #[must_use]
    pub fn contains(self, name: &str) -> bool {
        self.names().any(|n| n == name)
    }

    /// These members without those of some names.
    #[must_use]
    pub fn without(self, names: &[&str]) -> Self {
        let bits = (0..).zip(MEMBERS).filter(|(_, n)| names.contains(n));
        Self(bits.fold(self.0, |set, (i, _)| set & !(1 << i)))
    }
}

impl Target {
    /// The members that are not null; the text never is.
    #[must_use]
    pub fn filled(&self) -> Members {
        let filled = [
            true,
            self.kind.is_some(),
            self.operator.is_some(),
            self.value.is_some(),
            self.value_max.is_some(),
            self.unit.is_some(),
            self.deadline.is_some(),
            self.deadline_start.is_some(),
            self.reference.is_some(),
            self.subkind.is_some(),
            self.operator_explicit.is_some(),
            self.base_value.is_some(),
            self.base_unit.is_some(),
            self.qualitative.is_some(),
        ];
        Members((0..).zip(filled).fold(0, |set, (i, filled)| set | u16::from(filled) << i))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetKind {
    Quantitative,
    Qualitative,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subkind {
    Number,
    Percent,
    Money,
    Range,
    Tolerance,
    Reference,
    Change,
    Duration,
    Recurrence,
    Deadline,
    Compound,
    Text,
    Scale,
    Empty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    AtLeast,
    AtMost,
    Greater,
    Less,
    Equal,
    About,
    Range,
}

/// A day, or a day of a year that the form does not tell (`--11-30` in ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetDate {
    Day(Date),
    YearUnknown { month: i8, day: i8 },
}

impl Operator {
    /// `>= <= > < = ~ range`, as in the output.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::Equal => "=",
            Self::About => "~",
            Self::Range => "range",
        }
    }
}

impl TargetKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quantitative => "quantitative",
            Self::Qualitative => "qualitative",
        }
    }
}

impl Subkind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Percent => "percent",
            Self::Money => "money",
            Self::Range => "range",
            Self::Tolerance => "tolerance",
            Self::Reference => "reference",
            Self::Change => "change",
            Self::Duration => "duration",
            Self::Recurrence => "recurrence",
            Self::Deadline => "deadline",
            Self::Compound => "compound",
            Self::Text => "text",
            Self::Scale => "scale",
            Self::Empty => "empty",
        }
    }
}

impl std::fmt::Display for TargetDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Day(d) => write!(f, "{d}"),
            Self::YearUnknown { month, day } => write!(f, "--{month:02}-{day:02}"),
        }
    }
}
