//! Form → findings.
//!
//! Each rule of the domain (arithmetic of the funds, dates, taxonomy, target values, weights,
//! goals) is a function from a typed form to an `Outcome`. The template says on which
//! keys a rule works, the taxonomy's lexicon which words it goes by; no rule names a field or a
//! label. Findings come in the order of the rules and, within a rule, of the form.
//!
//! # Limitations
//!
//! A rule sees the data of one form, and [`document`] the forms of one document. Totals and
//! amounts that stand in the text around the forms are not compared with them.

mod broken_off;
mod context;
mod corroborated;
mod dates;
mod distance;
mod document;
mod funds;
mod goals;
mod indicators;
mod left_over;
mod look_alike;
mod lost;
mod misread;
mod money;
mod outcome;
mod parts;
mod place;
mod recognised;
mod shared;
mod stray;
mod style;
mod targets;
mod taxonomy;
mod unbound;
mod unplaced;
mod vocabulary;
mod weights;
mod years;

#[cfg(test)]
mod tests;

use crate::model::finding::Finding;
use crate::model::form::Form;
use crate::model::pointer::Pointer;
use crate::model::spec::FormSpec;
use crate::model::taxonomy::Taxonomy;
use context::Context;

/// Checks one form; findings point into its data (`/funds/annual/total`) and carry the page and
/// box of the evidence there. The time taken is linear in the number of indicators.
#[must_use]
pub fn form(form: &Form, spec: &FormSpec, taxonomy: &Taxonomy) -> Vec<Finding> {
    let context = Context::new(form, spec, taxonomy);
    let mut findings = Vec::new();
    funds::check(&context, &mut findings);
    dates::check(&context, &mut findings);
    parts::check(&context, &mut findings);
    taxonomy::check(&context, &mut findings);
    indicators::check(&context, &mut findings);
    targets::check(&context, &mut findings);
    weights::check(&context, &mut findings);
    goals::check(&context, &mut findings);
    misread::check(&context, &mut findings);
    shared::check(&context, &mut findings);
    stray::check(&context, &mut findings);
    unplaced::check(&context, &mut findings);
    broken_off::check(&context, &mut findings);
    left_over::check(&context, &mut findings);
    unbound::check(&context, &mut findings);
    lost::check(&context, &mut findings);
    findings
}

/// Recognised values that the form's own arithmetic or the taxonomy confirms, so that a doubt
/// about single characters of theirs is settled.
#[must_use]
pub fn corroborated(form: &Form, spec: &FormSpec, taxonomy: &Taxonomy) -> Vec<Pointer> {
    corroborated::pointers(&Context::new(form, spec, taxonomy))
}

/// The amounts of equations that hold and have no blank part: what was guessed of them is
/// confirmed.
#[must_use]
pub fn added_up(form: &Form, spec: &FormSpec, taxonomy: &Taxonomy) -> Vec<Pointer> {
    corroborated::added_up(&Context::new(form, spec, taxonomy))
}

/// Checks that concern several forms of a document; findings are absolute (`/forms/0/data/…`).
/// A form whose template is not among `specs` is left out.
#[must_use]
pub fn document(forms: &[Form], specs: &[FormSpec], taxonomy: &Taxonomy) -> Vec<Finding> {
    let mut findings = document::check(forms, specs);
    findings.extend(vocabulary::check(forms, &taxonomy.lexicon.telling));
    findings.extend(look_alike::check(forms, &taxonomy.lexicon.look_alikes));
    findings
}
