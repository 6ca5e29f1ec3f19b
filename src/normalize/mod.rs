//! Printed text → typed values.

use crate::model::form::{BoundForm, Form};

/// Types every field of a bound form.
pub fn form(bound: BoundForm) -> Form {
    Form { template: bound.template, ..Form::default() }
}
