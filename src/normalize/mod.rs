//! Printed text → typed values.

pub mod amount;
pub mod date;
pub mod doubt;
mod fold;
pub mod target;
pub mod text;

use crate::model::form::{BoundForm, Form};

/// Types every field of a bound form.
pub fn form(bound: BoundForm) -> Form {
    Form { template: bound.template, ..Form::default() }
}
