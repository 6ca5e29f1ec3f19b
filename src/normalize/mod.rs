//! Printed text → typed values.
//!
//! # Steps
//! [`form`] types each field of a [`BoundForm`] by its kind: lines of a cell become clean text
//! ([`text`]), and the text an amount ([`amount`]), a date ([`date`]) or a target value
//! ([`target`]). Fields come as flat pointers and leave as nested records and lists. Every value
//! keeps the cell it came from as evidence; what is not certain becomes a finding at the field.

pub mod amount;
pub mod date;
pub mod doubt;
mod evidence;
mod facts;
mod fold;
mod label;
mod repair;
pub mod target;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod trust;

use crate::model::finding::{AMOUNT_GUESSED, Finding, LOW_CONFIDENCE, Severity};
use crate::model::form::{BoundField, BoundForm, Evidence, FieldKind, Form, Printed};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::value::Value;
use date::End;
use doubt::Doubt;
use evidence::TargetCells;
use facts::Facts;
use indexmap::IndexMap;
use target::TargetContext;
use text::Shape;
use tree::Tree;

pub use trust::TRUSTED;

/// Types every field of a bound form. Takes time linear in the number of fields. Values that were
/// recognised with less confidence than `trusted`, 0 to 1, are doubted.
#[must_use]
pub fn form(bound: BoundForm, trusted: f32) -> Form {
    let facts = Facts::of(&bound.fields);
    let mut typing = Typing {
        facts,
        trusted,
        tree: Tree::new(bound.fields.len() + 1),
        evidence: IndexMap::with_capacity(bound.fields.len()),
        findings: bound.findings,
        name: None,
    };
    let mut before = None;
    for (i, field) in bound.fields.iter().enumerate() {
        typing.field(field, before, bound.fields.get(i + 1));
        before = Some(field);
    }
    // A long document keeps the evidence of thousands of values.
    typing.evidence.shrink_to_fit();
    Form {
        template: bound.template,
        pages: bound.pages,
        data: typing.tree.into_value(),
        evidence: typing.evidence,
        leftovers: bound.leftovers,
        findings: typing.findings,
        blocks: bound.blocks,
    }
}

/// Takes back amounts that were guessed and that nothing in the form confirms: `confirmed` are the
/// pointers of those that it does.
pub fn withdraw_guesses(form: &mut Form, confirmed: &[Pointer]) {
    for finding in form.findings.iter_mut().filter(|f| f.code == AMOUNT_GUESSED) {
        let Some(at) = finding.at.as_ref().filter(|at| !confirmed.contains(at)) else { continue };
        let text = form.evidence.shift_remove(at).map(|e| e.text).unwrap_or_default();
        form.data.clear(at);
        let doubt = amount::unparsed(text.trim());
        finding.code = doubt.code;
        finding.severity = doubt.severity;
        finding.message = doubt.message;
        doubt.hint.clone_into(&mut finding.hint);
    }
}

/// A form while its fields are typed.
struct Typing {
    facts: Facts,
    trusted: f32,
    tree: Tree,
    evidence: IndexMap<Pointer, Evidence>,
    findings: Vec<Finding>,
    /// The last text and the record it stands in: the name of a target that follows there.
    name: Option<(Option<Pointer>, String)>,
}

impl Typing {
    fn field(
        &mut self,
        field: &BoundField,
        before: Option<&BoundField>,
        after: Option<&BoundField>,
    ) {
        let mut doubts = Vec::new();
        let value = match &field.printed {
            Some(printed) => self.value(field, printed, before, after, &mut doubts),
            None => Value::Null,
        };
        if field.kind == FieldKind::MoneyUnit && value.is_null() && self.facts.has_money {
            doubts.push(unit_unknown(self.facts.recognised));
        }
        let mut report = |at: Pointer, d: Doubt| {
            let place = field.printed.as_ref().map(evidence::of);
            let finding = Finding::new(d.code, d.severity, d.message, d.hint);
            self.findings.push(Finding {
                page: place.as_ref().map(|p| p.page),
                bbox: place.as_ref().and_then(|p| p.bbox),
                ..finding.at(at)
            });
        };
        for doubt in doubts {
            report(field.at.clone(), doubt);
        }
        for (member, certainty) in trust::doubted(field, &value, self.trusted) {
            let at = member.map_or(field.at.clone(), |name| field.at.key(name));
            report(at, low_confidence(certainty, field));
        }
        if !self.tree.insert(&field.at, value) {
            self.findings.push(conflict(field));
        }
    }

    /// The value of a printed field; its evidence is added where it is not null.
    fn value(
        &mut self,
        field: &BoundField,
        printed: &Printed,
        before: Option<&BoundField>,
        after: Option<&BoundField>,
        doubts: &mut Vec<Doubt>,
    ) -> Value {
        let shape = match field.kind {
            FieldKind::Paragraphs => Shape::Paragraphs,
            FieldKind::Label => Shape::Label,
            _ => Shape::Run,
        };
        let clean = self.clean(printed, shape);
        if is_unread(printed, &clean.text) {
            doubts.push(unread());
            return Value::Null;
        }
        doubts.extend(clean.doubts);
        let text = clean.text;
        if text.is_empty() {
            return Value::Null;
        }
        let repaired = match field.kind {
            FieldKind::Money => repair::amount(printed, &text),
            FieldKind::Target => {
                repair::without_stroke(printed, &text).or_else(|| self.by_style(printed, &text))
            }
            _ => None,
        };
        if let Some((repaired, doubt)) = repaired {
            doubts.push(doubt);
            let printed = Printed { repaired: Some(repaired), ..printed.clone() };
            return self.value(field, &printed, before, after, doubts);
        }
        let value = match field.kind {
            FieldKind::Text => {
                self.name = Some((field.at.parent(), text.clone()));
                Value::Text(text)
            }
            FieldKind::Paragraphs => Value::Text(text),
            FieldKind::Label => Value::Text(label::without_score(&text).to_owned()),
            FieldKind::Money => {
                let parsed = amount::parse(&text, self.facts.money_unit);
                let guess = (parsed.0.is_none() && printed.repaired.is_none())
                    .then(|| repair::letters(printed, &text));
                if let Some((guess, doubt)) = guess.flatten() {
                    doubts.push(doubt);
                    let printed = Printed { repaired: Some(guess), ..printed.clone() };
                    return self.value(field, &printed, before, after, doubts);
                }
                number(parsed, doubts)
            }
            FieldKind::Number => number(amount::parse_number(&text), doubts),
            FieldKind::Integer => {
                let (value, found) = amount::parse_integer(&text);
                doubts.extend(found);
                value.map_or(Value::Null, Value::Integer)
            }
            FieldKind::Date => date_value(&text, field, before, after, doubts),
            FieldKind::MoneyUnit => {
                amount::money_unit(&text).map_or(Value::Null, |u| Value::Text(u.to_owned()))
            }
            FieldKind::Target => return self.target(field, printed, &text, doubts),
        };
        if !value.is_null() {
            self.evidence.insert(field.at.clone(), evidence::of(printed));
        }
        value
    }

    /// The target that a text must be, as the form's others are printed.
    fn by_style(&self, printed: &Printed, text: &str) -> Option<(String, Doubt)> {
        match () {
            () if self.facts.machine_printed => repair::target(printed, text),
            () if self.facts.groups_thousands => repair::thousands(printed, text),
            () => None,
        }
    }

    fn clean(&self, printed: &Printed, shape: Shape) -> text::Clean {
        match &printed.repaired {
            Some(repaired) => text::clean_str(repaired, shape),
            None => text::clean(&printed.lines, printed.bbox, shape, &self.facts.spacing),
        }
    }

    fn target(
        &mut self,
        field: &BoundField,
        printed: &Printed,
        text: &str,
        doubts: &mut Vec<Doubt>,
    ) -> Value {
        let mut column = |cell: &Option<Printed>| {
            let clean = self.clean(cell.as_ref()?, Shape::Run);
            doubts.extend(clean.doubts);
            Some(clean.text).filter(|t| !t.is_empty())
        };
        let (sign, unit) = (column(&field.sign), column(&field.unit));
        let record = field.at.parent();
        let name = self.name.as_ref().filter(|(at, _)| *at == record);
        let context = TargetContext {
            sign: sign.as_deref(),
            unit: unit.as_deref(),
            fiscal_year: self.facts.fiscal_year,
            level3: name.map(|(_, name)| name.as_str()),
            machine_printed: self.facts.machine_printed,
        };
        let (target, found) = target::parse(text, &context);
        doubts.extend(found);

        // What the text does not say on its own comes from the columns beside it.
        let mut cells = TargetCells { text: evidence::of(printed), sign: None, unit: None };
        if sign.is_some() || unit.is_some() {
            let (alone, _) =
                target::parse(text, &TargetContext { sign: None, unit: None, ..context });
            let operator_differs = alone.operator_explicit != target.operator_explicit;
            cells.sign = field.sign.as_ref().filter(|_| operator_differs).map(evidence::of);
            let unit_differs = alone.unit != target.unit;
            cells.unit = field.unit.as_ref().filter(|_| unit_differs).map(evidence::of);
        }
        evidence::add_target(&field.at, &target, &cells, &mut self.evidence);
        Value::Target(Box::new(target))
    }
}

/// Reads a date. The second of two dates that follow each other in a record ends a period.
fn date_value(
    text: &str,
    field: &BoundField,
    before: Option<&BoundField>,
    after: Option<&BoundField>,
    doubts: &mut Vec<Doubt>,
) -> Value {
    let record = field.at.parent();
    let pairs = |other: &&BoundField| other.kind == FieldKind::Date && other.at.parent() == record;
    let (before, after) = (before.filter(pairs), after.filter(pairs));
    let end = if before.is_some() { End::Last } else { End::First };
    let (value, found) = date::parse(text, end);
    // Both dates are read from the one period that is printed: nothing is lost.
    let lines = |f: &BoundField| f.printed.as_ref().map_or(0, |p| p.lines.len());
    let same = |o: &BoundField| {
        let both = o
            .printed
            .iter()
            .flat_map(|p| &p.lines)
            .zip(field.printed.iter().flat_map(|p| &p.lines));
        lines(o) == lines(field) && both.into_iter().all(|(a, b)| a == b)
    };
    let shared = before.or(after).is_some_and(same);
    doubts.extend(found.into_iter().filter(|d| !(shared && d.code == "date.period")));
    value.map_or(Value::Null, Value::Date)
}

fn number(
    (value, found): (Option<rust_decimal::Decimal>, Vec<Doubt>),
    doubts: &mut Vec<Doubt>,
) -> Value {
    doubts.extend(found);
    value.map_or(Value::Null, Value::Number)
}

/// A form may well not print its unit; on a picture it may also have been missed.
fn unit_unknown(recognised: bool) -> Doubt {
    let doubt = if recognised { Doubt::warning } else { Doubt::info };
    doubt(
        "funds.unit-unknown",
        "The form does not tell the unit of its amounts.".to_owned(),
        "Find out whether the amounts are in 元 or 万元 before adding them to those of other forms.",
    )
}

/// Whether a cell of a picture shows nothing but what the recogniser made nothing of.
fn is_unread(printed: &Printed, text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
        && text.chars().all(|c| c == char::REPLACEMENT_CHARACTER || c.is_whitespace())
        && printed.lines.iter().all(|l| l.from == Origin::Recognised)
}

fn unread() -> Doubt {
    Doubt::warning(
        "field.unread",
        "The cell shows ink of a character's size that was not read.".to_owned(),
        "Look in the picture whether a value is printed there.",
    )
}

fn low_confidence(certainty: f32, field: &BoundField) -> Doubt {
    let cells = [&field.printed, &field.sign, &field.unit];
    let mut lines = cells.into_iter().flatten().flat_map(|c| &c.lines);
    let message = if lines.any(|l| l.from == Origin::Recognised) {
        format!("The text was recognised with a confidence of {certainty:.2}.")
    } else {
        "Which cell the text belongs to is uncertain: it meets a line, other text, or a cell beside it \
         without a line between.".to_owned()
    };
    Doubt::warning(LOW_CONFIDENCE, message, "Compare the value with the page.")
}

fn conflict(field: &BoundField) -> Finding {
    Finding::new(
        "field.conflict",
        Severity::Error,
        format!("Two values are bound to {}; the first is kept.", field.at),
        "Correct the template: each field needs a key of its own.",
    )
    .at(field.at.clone())
}
