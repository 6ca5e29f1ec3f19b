//! Typed values of a form.

use super::pointer::Pointer;
use super::target::Target;
use indexmap::IndexMap;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A value of a form's data. Records keep the template's order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Printed blank, or not printed.
    #[default]
    Null,
    Text(String),
    /// A year or a count.
    Integer(i64),
    /// An exact decimal with the scale as printed: an amount (unit beside it), a weight, a score.
    Number(Decimal),
    Date(Date),
    Target(Box<Target>),
    Record(IndexMap<String, Value>),
    List(Vec<Value>),
}

impl Value {
    /// The value at a dotted key (`funds.annual.total`, `indicators.0.level1`); `None` if absent.
    #[must_use]
    pub fn get(&self, dotted: &str) -> Option<&Self> {
        dotted.split('.').try_fold(self, |v, step| match v {
            Self::Record(map) => map.get(step),
            Self::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The value at a pointer relative to this one; `None` if absent, or a part of a target.
    #[must_use]
    pub fn at(&self, pointer: &Pointer) -> Option<&Self> {
        pointer.steps().try_fold(self, |v, step| match v {
            Self::Record(map) => map.get(step.as_ref()),
            Self::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Makes the value at a pointer null, if it is there.
    pub fn clear(&mut self, pointer: &Pointer) {
        let found = pointer.steps().try_fold(self, |v, step| match v {
            Self::Record(map) => map.get_mut(step.as_ref()),
            Self::List(items) => items.get_mut(step.parse::<usize>().ok()?),
            _ => None,
        });
        if let Some(value) = found {
            *value = Self::Null;
        }
    }

    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(s) => Some(s),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_number(&self) -> Option<Decimal> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Integer(n) => Some(Decimal::from(*n)),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Date(d) => Some(*d),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_target(&self) -> Option<&Target> {
        match self {
            Self::Target(t) => Some(t),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}
