//! What one field of a form tells about the others.

use super::text::{Shape, Spacing, clean};
use super::{amount, repair, target};
use crate::model::form::{BoundField, FieldKind, Printed};
use crate::model::page::Origin;

/// Facts that a form's fields share, gathered before any of them is typed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// The first whole number of the form: what else is an integer stands in rows below.
    pub fiscal_year: Option<i16>,
    pub money_unit: Option<&'static str>,
    /// Some amount is printed.
    pub has_money: bool,
    /// Most values with a number have the pattern of the budget system.
    pub machine_printed: bool,
    /// Some target value has a comma between its thousands.
    pub groups_thousands: bool,
    /// Some value was read from a picture.
    pub recognised: bool,
    pub spacing: Spacing,
}

impl Facts {
    pub fn of(fields: &[BoundField]) -> Self {
        let mut facts = Self::default();
        let (mut machine, mut other) = (0, 0);
        for field in fields {
            let Some(printed) = &field.printed else { continue };
            facts.recognised |= printed.lines.iter().any(|l| l.from == Origin::Recognised);
            match field.kind {
                FieldKind::Integer if facts.fiscal_year.is_none() => {
                    let (year, _) = amount::parse_integer(&run(printed));
                    facts.fiscal_year = year.and_then(|y| y.try_into().ok());
                }
                FieldKind::MoneyUnit if facts.money_unit.is_none() => {
                    facts.money_unit = amount::money_unit(&run(printed));
                }
                FieldKind::Money => facts.has_money = true,
                FieldKind::Text | FieldKind::Paragraphs => {
                    for line in &printed.lines {
                        facts.spacing.count(&line.text);
                    }
                }
                FieldKind::Target => {
                    let text = run(printed);
                    facts.groups_thousands |= repair::has_groups(&text);
                    if target::is_machine_printed(&text) {
                        machine += 1;
                    } else if text.contains(|c: char| c.is_ascii_digit())
                        && !repair::resembles(printed, &text)
                    {
                        other += 1;
                    }
                }
                _ => {}
            }
        }
        facts.machine_printed = machine >= 2 && machine >= 2 * other;
        facts
    }
}

fn run(printed: &Printed) -> String {
    match &printed.repaired {
        Some(repaired) => repaired.clone(),
        None => clean(&printed.lines, None, Shape::Run, &Spacing::default()).text,
    }
}
