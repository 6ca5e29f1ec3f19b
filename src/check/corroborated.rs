//! Recognised values that the form itself confirms.
//!
//! A character that was not seen clearly makes its field doubtful. Where the field fits exactly
//! into what else the form says, so that a misreading would have broken the fit, the doubt is
//! settled.

use super::context::{Context, Row};
use super::funds;
use super::outcome::Outcome;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::ColumnRole;

/// An amount read worse than this is not trusted whatever it adds up to: where a total repeats
/// its only part, both may be misread alike.
const AMOUNT: f32 = 0.8;

/// A label read worse than this is not trusted whatever it looks like. The labels of a level
/// differ in two characters and more, so a better one is not another one misread.
const LABEL: f32 = 0.5;

/// Values that a second source confirms, of those that were recognised.
pub(super) fn pointers(ctx: &Context<'_>) -> Vec<Pointer> {
    let seen = |at: &Pointer, least: f32| {
        ctx.evidence(at).is_some_and(|e| e.from == Origin::Recognised && e.confidence >= least)
    };
    let mut found = Vec::new();
    for sum in &ctx.spec.checks.sums {
        if funds::sum(ctx, sum) != Outcome::Holds {
            continue;
        }
        let keys = std::iter::once(&sum.total).chain(&sum.addends);
        let terms: Vec<Pointer> = keys.map(|key| Pointer::from_dotted(key)).collect();
        // Confirmed together or not at all: one that is guessed confirms nothing.
        if terms.iter().all(|at| ctx.evidence(at).is_none() || seen(at, AMOUNT)) {
            found.extend(terms);
        }
    }
    if ctx.spec.checks.taxonomy {
        found.extend(ctx.rows.iter().flat_map(|row| labels(ctx, row)).filter(|at| seen(at, LABEL)));
    }
    found
}

/// The labels of a row that stand in the taxonomy as a pair.
fn labels(ctx: &Context<'_>, row: &Row<'_>) -> Vec<Pointer> {
    if !row.place.is_a_pair() {
        return Vec::new();
    }
    let roles = [ColumnRole::Level1, ColumnRole::Level2];
    roles.into_iter().filter_map(|role| Some(row.at.key(ctx.column(role)?))).collect()
}
