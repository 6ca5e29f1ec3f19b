//! Which recognised values are doubted, and which members of a target value.
//!
//! A cell is as certain as its least certain character. The members of a target stand in different
//! characters, often in cells of their own: one that was seen clearly is not doubted for another's
//! sake.

use super::evidence;
use super::target::is_known_unit;
use crate::model::form::{BoundField, FieldKind, Printed};
use crate::model::grid::{Certainty, TextLine};
use crate::model::target::Target;
use crate::model::value::Value;

/// Below this confidence a recognised value is not trusted, unless a user says otherwise. Measured
/// on simulated scans: cells whose least certain character reached it were right in 99.9 % of
/// cases on clean pages.
pub const TRUSTED: f32 = 0.95;

/// Room for doubt about digits as a share of that about words. Of 24 numbers of simulated scans
/// that were read with 0.9 to 0.95 one was wrong, of 33 words one, and nothing in a wrong number
/// looks odd.
const DIGITS: f32 = 0.6;

/// The same for free text, names and goals: no list and no sum tells of a character that looks like
/// another. Of the 5 such texts of 17,000 leaves of simulated scans that were wrong and trusted, 3 were
/// read with 0.96 to 0.98, as was one in a thousand of those that were right.
const FREE: f32 = 0.4;

/// The same for a unit that is known: a character misread makes another text of it. Of a number it
/// makes but another number, so that agreeing with how numbers are written says nothing.
const AGREED: f32 = 4.0;

/// Least confidence at a `share` of the room for doubt that `trusted` leaves.
fn least(share: f32, trusted: f32) -> f32 {
    1.0 - share * (1.0 - trusted)
}

/// What of a field's value is doubted, with its confidence: the members of a target by name, or
/// the value as a whole.
pub(super) fn doubted(
    field: &BoundField,
    value: &Value,
    trusted: f32,
) -> Vec<(Option<&'static str>, f32)> {
    let cells = [&field.printed, &field.sign, &field.unit];
    let whole = cells.into_iter().flatten().map(evidence::confidence).fold(1.0, f32::min);
    // No kind of value is trusted less than free text.
    if value.is_null() || whole >= least(FREE, trusted) {
        return Vec::new();
    }
    if let (Value::Target(target), Some(printed)) = (value, &field.printed)
        && is_quantity(target)
    {
        return members(field, printed, target, trusted);
    }
    let share = match field.kind {
        FieldKind::Money
        | FieldKind::Number
        | FieldKind::Integer
        | FieldKind::Date
        | FieldKind::Target => DIGITS,
        FieldKind::Text | FieldKind::Paragraphs => FREE,
        FieldKind::Label | FieldKind::MoneyUnit => 1.0,
    };
    let is_doubted = whole < least(share, trusted);
    is_doubted.then_some((None, whole)).into_iter().collect()
}

/// Whether a target is one number with a unit, and nothing else is read from its text.
fn is_quantity(target: &Target) -> bool {
    target.value.is_some()
        && target.unit.is_some()
        && target.value_max.is_none()
        && target.reference.is_none()
        && target.deadline.is_none()
        && target.parts.is_empty()
}

/// The doubted members of a quantity; all of it where no member is trusted.
fn members(
    field: &BoundField,
    printed: &Printed,
    target: &Target,
    trusted: f32,
) -> Vec<(Option<&'static str>, f32)> {
    let own = certainty(printed);
    let all = own.signs.min(own.digits).min(own.words);
    let cell = |cell: &Option<Printed>| cell.as_ref().map_or(1.0, evidence::confidence);
    // An operator that is not printed as a sign may be one that was not seen at all.
    let signed = target.text.trim_start().starts_with(['≥', '≤', '=', '>', '<', '＝', '＞', '＜']);
    let beside = field.sign.is_some() && target.operator_explicit == Some(true);
    let operator = match (signed, beside) {
        (true, _) => own.signs,
        (false, true) => 1.0,
        (false, false) => all,
    };
    let operator = operator.min(cell(&field.sign));
    let unit = match &field.unit {
        Some(_) => cell(&field.unit),
        None => own.words,
    };
    // The sign of a number below nought is a part of it; dirt and the strokes of = look like one.
    let is_negative = target.value.is_some_and(|value| value.is_sign_negative());
    let value = if is_negative { all } else { own.digits };
    // One ring more makes ‰ of %.
    let known = target.unit.as_deref().is_some_and(|unit| unit != "%" && is_known_unit(unit));
    let unit_share = if known { AGREED } else { DIGITS };
    let doubts =
        [("operator", operator, DIGITS), ("value", value, DIGITS), ("unit", unit, unit_share)];
    let found: Vec<(&str, f32)> = doubts
        .into_iter()
        .filter(|(_, confidence, share)| *confidence < least(*share, trusted))
        .map(|(name, confidence, _)| (name, confidence))
        .collect();
    // A number between two characters that were not read well may have lost digits to them.
    let is_doubted = |name: &str| found.iter().any(|f| f.0 == name);
    let is_between = signed && field.unit.is_none() && is_doubted("operator") && is_doubted("unit");
    if found.len() == doubts.len() || is_between {
        let whole = all.min(cell(&field.sign)).min(cell(&field.unit));
        return vec![(None, whole)];
    }
    // The text is doubted for what stands in it, not for the cells beside.
    let in_text = |name: &str| match name {
        "operator" => signed && own.signs < least(DIGITS, trusted),
        "unit" => field.unit.is_none(),
        _ => true,
    };
    let missed = !signed && field.sign.is_none() && all < least(DIGITS, trusted);
    let text = found.iter().any(|(name, _)| in_text(name)) || missed;
    let text = text.then_some(("text", all));
    text.into_iter().chain(found).map(|(name, confidence)| (Some(name), confidence)).collect()
}

/// The certainty of a cell's lines by kind.
fn certainty(printed: &Printed) -> Certainty {
    printed.lines.iter().map(TextLine::sure).fold(Certainty::default(), Certainty::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Origin;
    use crate::model::pointer::Pointer;
    use crate::normalize::target::{TargetContext, parse};

    fn cell(text: &str, certainty: Certainty) -> Printed {
        let Certainty { signs, digits, words } = certainty;
        let line = TextLine {
            text: text.to_owned(),
            page: 1,
            bbox: None,
            font_size: 10.0,
            from: Origin::Recognised,
            confidence: signs.min(digits).min(words),
            certainty,
            source_line: 0,
        };
        Printed { lines: vec![line], ..Printed::default() }
    }

    /// Names of the doubted members of a target, the whole of it being "all".
    fn found(text: &str, own: Certainty, sign: Option<(&str, f32)>) -> Vec<&'static str> {
        let words = |c| Certainty { words: c, signs: c, digits: c };
        let field = BoundField {
            at: Pointer::from_dotted("rows.0.target"),
            kind: FieldKind::Target,
            printed: Some(cell(text, own)),
            sign: sign.map(|(text, c)| cell(text, words(c))),
            unit: None,
        };
        let context = TargetContext { sign: sign.map(|s| s.0), ..TargetContext::default() };
        let value = Value::Target(Box::new(parse(text, &context).0));
        let doubted = doubted(&field, &value, TRUSTED);
        doubted.into_iter().map(|(name, _)| name.unwrap_or("all")).collect()
    }

    #[test]
    fn a_member_is_doubted_for_its_own_characters() {
        let clear = Certainty::default();
        let unsure = |signs, digits, words| Certainty { signs, digits, words };
        assert!(found("≥95%", clear, None).is_empty());
        assert_eq!(found("≥95%", unsure(0.3, 1.0, 1.0), None), ["text", "operator"]);
        assert_eq!(found("≥95%", unsure(1.0, 0.5, 1.0), None), ["text", "value"]);
        assert_eq!(found("≥95%", unsure(0.3, 0.3, 0.3), None), ["all"]);
        // A unit that is known need be seen less clearly; a digit misread is a digit again.
        assert!(found("≥95个", unsure(1.0, 1.0, 0.85), None).is_empty());
        assert_eq!(found("≥95个", unsure(1.0, 0.85, 0.85), None), ["text", "value"]);
        assert_eq!(found("≥95%", unsure(1.0, 1.0, 0.85), None), ["text", "unit"], "or ‰");
        assert_eq!(found("≥95魁", unsure(1.0, 0.85, 0.85), None), ["text", "value", "unit"]);
        assert_eq!(found("≥95%", unsure(0.6, 1.0, 0.6), None), ["all"], "a digit may be lost");
        // Words as a whole are as certain as their least certain character.
        assert_eq!(found("及时完成", unsure(1.0, 1.0, 0.85), None), ["all"]);
    }

    #[test]
    fn a_sign_that_was_not_seen_is_doubted_with_the_rest() {
        let unsure = Certainty { words: 0.85, ..Certainty::default() };
        assert_eq!(found("95个", unsure, None), ["text", "operator"]);
        assert_eq!(found("95%", Certainty::default(), Some(("≥", 0.6))), ["operator"]);
        assert_eq!(found("95%", Certainty::default(), Some(("z", 0.6))), ["operator"]);
        assert!(found("95%", Certainty::default(), Some(("≥", 1.0))).is_empty());
        let unsure = Certainty { signs: 0.3, ..Certainty::default() };
        assert!(found("-2次", unsure, None).contains(&"value"), "of =2次");
        assert!(!found("≥2次", unsure, None).contains(&"value"));
    }
}
