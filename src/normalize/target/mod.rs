//! Printed target values (指标值) → what they mean.
//!
//! ```text
//! value    := empty | scale | deadline | quantity | compound | words
//! quantity := [reference] [op] number [to number] [unit] [modifier] | ± number unit
//! deadline := [year] (month [day] | quarter | half | year) [end] [before] | ISO | from-to
//! compound := value (；|，|且 value)+, each of them a quantity or deadline
//! ```
//!
//! Readings are tried in that order, each on the whole text; what none explains stays words,
//! verbatim, with a doubt if a measurable number is among them.

mod cursor;
mod deadline;
mod number;
mod operator;
mod qualitative;
mod quantity;
mod relation;
mod span;
mod style;
#[cfg(test)]
mod tests;
mod unit;

pub use style::is_machine_printed;
pub(super) use unit::is_known as is_known_unit;

use super::doubt::Doubt;
use crate::model::target::{Operator, Subkind, Target, TargetKind};
use cursor::Folded;
use unit::Unit;

/// What stands around a printed value.
#[derive(Clone, Copy, Debug, Default)]
pub struct TargetContext<'a> {
    /// The sign or nature column: `≥`, `定性`.
    pub sign: Option<&'a str>,
    /// The unit column.
    pub unit: Option<&'a str>,
    /// The form's year, for deadlines without one.
    pub fiscal_year: Option<i16>,
    /// The indicator's name.
    pub level3: Option<&'a str>,
    /// The form prints its values as sign, two decimals and unit in brackets, so that a near
    /// miss is suspect.
    pub machine_printed: bool,
}

/// A reading of a whole text.
#[derive(Clone, Debug, Default)]
struct Found {
    target: Target,
    /// Of a quantity; not yet entered in `target`.
    unit: Option<Unit>,
    doubts: Vec<Doubt>,
}

/// Values longer than this are prose, in characters.
const LONGEST_VALUE: usize = 120;

/// Reads a printed value, which has been cleaned of markup and wraps.
#[must_use]
pub fn parse(text: &str, context: &TargetContext) -> (Target, Vec<Doubt>) {
    let text = text.trim();
    let folded = Folded::new(text);
    let compact = folded.text();
    let mut target = Target { text: text.to_owned(), ..Target::default() };

    if qualitative::is_empty(&compact) {
        target.subkind = Some(Subkind::Empty);
        return (target, Vec::new());
    }
    if qualitative::has_placeholder(&compact) {
        target.subkind = Some(Subkind::Empty);
        let doubt = Doubt::warning(
            "target.placeholder",
            format!("“{text}” has a placeholder where a number belongs."),
            "Ask the declaring unit for the number.",
        );
        return (target, vec![doubt]);
    }
    let words = context.sign.is_some_and(|s| Folded::new(s).text().contains("定性"));
    if words || folded.chars.len() > LONGEST_VALUE {
        return qualitative(target, &folded, context);
    }
    let read = single(&folded, context).or_else(|| compound(text, &compact, context));
    let Some(found) = read else {
        return qualitative(target, &folded, context);
    };
    let mut target = found.target;
    text.clone_into(&mut target.text);
    let mut doubts = found.doubts;
    if context.machine_printed {
        doubts.extend(style::near_miss(text, &target));
    }
    (target, doubts)
}

/// Reads a text as one deadline or quantity and completes it from the columns beside it.
fn single(folded: &Folded, context: &TargetContext) -> Option<Found> {
    let fiscal = context.fiscal_year.filter(|y| (1900..2200).contains(y));
    let column = context.unit.and_then(Unit::from_column);
    let sign = context.sign.and_then(operator::of_column);
    if let Some(mut found) = deadline::parse(folded, fiscal, column.is_some()) {
        let t = &mut found.target;
        if let Some(sign) = sign.filter(|_| t.operator_explicit.is_none() && t.deadline.is_some()) {
            // A period or a day with a sign beside it: the sign is printed.
            if t.operator != Some(Operator::Range) {
                (t.operator, t.operator_explicit) = (Some(sign), Some(true));
            }
        }
        return Some(found);
    }
    let mut found = quantity::parse(folded)?;
    apply_sign(&mut found, sign);
    let mut unit = found.unit.take();
    if let Some(column) = column {
        unit = Some(join_units(unit, column, &mut found.doubts));
    }
    if unit.as_ref().is_none_or(Unit::is_mark) {
        found.doubts.push(Doubt::warning(
            "target.unit-missing",
            format!("“{}” has no unit.", folded.printed(0, folded.chars.len())),
            "Look for the unit in the indicator's name.",
        ));
    }
    quantity::finish(&mut found.target, unit.as_ref());
    Some(found)
}

/// Enters the sign column's operator where the text has none of its own.
fn apply_sign(found: &mut Found, sign: Option<Operator>) {
    let (Some(sign), t) = (sign, &mut found.target) else { return };
    if t.operator_explicit == Some(false) {
        (t.operator, t.operator_explicit) = (Some(sign), Some(true));
    } else if t.operator != Some(sign) && t.operator != Some(Operator::Range) {
        found.doubts.push(quantity::operator_conflict());
    }
}

/// The unit of the value from its text and the unit column: `1.5万` + `人次`.
fn join_units(own: Option<Unit>, column: Unit, doubts: &mut Vec<Doubt>) -> Unit {
    let Some(own) = own else { return column };
    if own.is_mark() && column.base().0 == 0 {
        return Unit { text: format!("{}{}", own.text, column.text), ..column };
    }
    if own.text != column.text {
        doubts.push(Doubt::warning(
            "target.unit-conflict",
            format!(
                "The value carries the unit “{}”, the unit column “{}”; the former is kept.",
                own.text, column.text
            ),
            "Compare both cells with the page.",
        ));
    }
    own
}

/// Reads several conditions in one cell, if every one of them can be read.
fn compound<'a>(text: &'a str, compact: &str, context: &TargetContext) -> Option<Found> {
    let between = |c: char| c.is_whitespace() || matches!(c, ';' | '；' | ',' | '，' | '、');
    let parts =
        [&[';', '；'][..], &[';', '；', ',', '，', '、']].into_iter().find_map(|marks| {
            let pieces =
                conditions(text, marks).flat_map(|p| p.split('且')).flat_map(|p| p.split('并'));
            let pieces: Vec<&str> = pieces
                .map(|p| p.trim().trim_start_matches("同时").trim_matches(between))
                .filter(|p| !p.is_empty())
                .collect();
            if !(2..=10).contains(&pieces.len()) {
                return None;
            }
            let read = |p: &&'a str| single(&Folded::new(p), context).map(|found| (*p, found));
            pieces.iter().map(read).collect::<Option<Vec<_>>>()
        })?;
    let mut found = Found::default();
    found.doubts.push(Doubt::warning(
        "target.compound",
        format!(
            "“{compact}” holds {} conditions; the first is given as the main value.",
            parts.len()
        ),
        "Read all of `parts`.",
    ));
    for (i, (piece, part)) in parts.into_iter().enumerate() {
        let mut target = part.target;
        piece.clone_into(&mut target.text);
        if i == 0 {
            found.target = target.clone();
        }
        found.doubts.extend(part.doubts);
        found.target.parts.push(target);
    }
    found.target.subkind = Some(Subkind::Compound);
    Some(found)
}

/// Splits at any of `marks`, but not inside a number such as `95,00`.
fn conditions<'a>(text: &'a str, marks: &[char]) -> impl Iterator<Item = &'a str> {
    let mut before = None;
    text.split(move |c: char| {
        let inside = before.replace(c).is_some_and(|b: char| b.is_ascii_digit());
        marks.contains(&c) && !(inside && matches!(c, ',' | '，'))
    })
}

/// A value that stays words.
fn qualitative(
    mut target: Target,
    folded: &Folded,
    context: &TargetContext,
) -> (Target, Vec<Doubt>) {
    let scale = qualitative::is_scale(&folded.text());
    target.kind = Some(TargetKind::Qualitative);
    target.subkind = Some(if scale { Subkind::Scale } else { Subkind::Text });
    target.qualitative = Some(target.text.clone());
    let mut doubts = Vec::new();
    if let Some(name) = context.level3.filter(|n| !scale && qualitative::is_rate_name(n)) {
        doubts.push(Doubt::warning(
            "target.rate-with-text",
            format!(
                "“{name}” is a rate, but its value is “{}”.",
                super::text::excerpt(&target.text)
            ),
            "Ask the declaring unit for a percentage.",
        ));
    }
    doubts.extend(qualitative::number_in_text(folded));
    if context.machine_printed {
        doubts.extend(style::near_miss(&target.text, &target));
    }
    (target, doubts)
}
