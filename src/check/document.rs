//! D3, F9: one form against the others of its document.

use super::context::total_key;
use super::money::{is_about_times, yuan_per};
use crate::model::finding::{Finding, Severity};
use crate::model::form::Form;
use crate::model::label::fold;
use crate::model::pointer::Pointer;
use crate::model::spec::{FormSpec, SumCode};
use crate::model::value::Value;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Fewer forms have no common year that one of them could contradict.
const LEAST_FORMS_WITH_YEAR: usize = 4;

/// Fewer other forms show no usual size of amounts.
const LEAST_OTHERS: usize = 3;

/// 万元 for 元.
const TEN_THOUSAND: u32 = 10_000;

/// A total so many times off all others calls for an explanation.
const FAR_OFF: u32 = 100;

/// A form of the document with its template.
struct Member<'a> {
    index: usize,
    form: &'a Form,
    spec: &'a FormSpec,
}

/// A form's annual total.
#[derive(Clone, Copy)]
struct Total<'a> {
    member: &'a Member<'a>,
    key: &'a str,
    printed: Decimal,
    yuan: Decimal,
}

pub(super) fn check(forms: &[Form], specs: &[FormSpec]) -> Vec<Finding> {
    let members: Vec<Member<'_>> = forms
        .iter()
        .enumerate()
        .filter_map(|(index, form)| {
            let spec = specs.iter().find(|s| s.id == form.template)?;
            Some(Member { index, form, spec })
        })
        .collect();
    let mut findings = odd_years(&members);
    let totals: Vec<Total<'_>> = members.iter().filter_map(total).collect();
    findings.extend(swapped_units(&totals));
    findings
}

impl Member<'_> {
    fn finding(&self, code: &'static str, key: &str, message: String, hint: &str) -> Finding {
        let at = Pointer::from_dotted(key);
        let evidence = self.form.evidence_at(&at);
        let prefix = Pointer::root().key("forms").index(self.index).key("data");
        let finding = Finding::new(code, Severity::Warning, message, hint).at(at.below(&prefix));
        Finding {
            page: evidence.map(|e| e.page).or(self.form.pages.first().copied()),
            bbox: evidence.and_then(|e| e.bbox),
            ..finding
        }
    }

    fn text(&self, key: Option<&String>) -> Option<String> {
        let text = fold(self.form.data.get(key?)?.as_text()?);
        (!text.is_empty()).then_some(text)
    }
}

/// D3: the forms of one collection are for one year. The collection's title is no part of the
/// forms; the year of nearly all of them stands for it.
fn odd_years(members: &[Member<'_>]) -> Vec<Finding> {
    let year = |m: &Member<'_>| {
        let key = m.spec.checks.dates.as_ref()?.year.as_ref()?;
        match m.form.data.get(key)? {
            Value::Integer(year) => Some(*year),
            _ => None,
        }
    };
    let mut count: BTreeMap<i64, usize> = BTreeMap::new();
    for year in members.iter().filter_map(year) {
        *count.entry(year).or_default() += 1;
    }
    let all: usize = count.values().sum();
    let usual = count.iter().find(|(_, n)| **n * 4 >= all * 3 && **n < all);
    let Some((usual, n)) = usual.filter(|_| all >= LEAST_FORMS_WITH_YEAR) else {
        return Vec::new();
    };
    let odd = members.iter().filter_map(|m| Some((m, year(m).filter(|y| y != usual)?)));
    odd.map(|(m, year)| {
        let key = m.spec.checks.dates.as_ref().and_then(|d| d.year.as_deref());
        m.finding(
            "dates.document-year",
            key.unwrap_or_default(),
            format!(
                "the form is for {year}, but {n} of {all} forms in this document are for {usual}"
            ),
            "compare the year in the title with the document",
        )
    })
    .collect()
}

fn total<'a>(member: &'a Member<'a>) -> Option<Total<'a>> {
    let key = total_key(member.spec, SumCode::AnnualSum)?;
    let printed = member.form.data.get(key)?.as_number().filter(|n| *n > Decimal::ZERO)?;
    let unit = member.text(member.spec.checks.money_unit.as_ref())?;
    let yuan = printed.checked_mul(yuan_per(&unit)?)?;
    Some(Total { member, key, printed, yuan })
}

/// F9: 元 for 万元. Either one project has two totals at that ratio, or a total lies far off those
/// of all other forms and falls among them once the unit is changed.
fn swapped_units(totals: &[Total<'_>]) -> Vec<Finding> {
    let mut by_project: BTreeMap<String, Total<'_>> = BTreeMap::new();
    let mut sorted: Vec<Decimal> = totals.iter().map(|t| t.yuan).collect();
    sorted.sort_unstable();
    let mut findings = Vec::new();
    for total in totals {
        let earlier = total
            .member
            .text(total.member.spec.checks.project.as_ref())
            .map(|name| *by_project.entry(name).or_insert(*total));
        let pair = earlier.filter(|e| {
            is_about_times(e.yuan, total.yuan, TEN_THOUSAND)
                || is_about_times(total.yuan, e.yuan, TEN_THOUSAND)
        });
        let why = match pair {
            Some(earlier) => {
                let (number, other) = (earlier.member.index + 1, earlier.printed);
                format!("form {number} has {other} for the same project")
            }
            None if is_far_off(total.yuan, &sorted) => "it is far off the totals of all other \
                forms and among them once the unit is changed"
                .to_owned(),
            None => continue,
        };
        findings.push(total.member.finding(
            "funds.unit-swap",
            total.key,
            format!("the annual total {} may be in the wrong unit: {why}", total.printed),
            "check whether the amounts of this form are in 元 or 万元",
        ));
    }
    findings
}

/// Whether a total is at least [`FAR_OFF`] times off every other, and lies among them once 元 and
/// 万元 are swapped. Takes all totals in ascending order.
fn is_far_off(total: Decimal, sorted: &[Decimal]) -> bool {
    if sorted.len() <= LEAST_OTHERS {
        return false;
    }
    let inside = |rest: &[Decimal], moved: Option<Decimal>| {
        let (Some(first), Some(last), Some(moved)) = (rest.first(), rest.last(), moved) else {
            return false;
        };
        (*first..=*last).contains(&moved)
    };
    let far = |low: Option<&Decimal>, high: Option<&Decimal>| {
        let (Some(low), Some(high)) = (low, high) else { return false };
        low.checked_mul(Decimal::from(FAR_OFF)).is_some_and(|l| l <= *high)
    };
    let factor = Decimal::from(TEN_THOUSAND);
    if sorted.first() == Some(&total) {
        let rest = sorted.get(1..).unwrap_or_default();
        return far(Some(&total), rest.first()) && inside(rest, total.checked_mul(factor));
    }
    if sorted.last() == Some(&total) {
        let rest = sorted.get(..sorted.len() - 1).unwrap_or_default();
        return far(rest.last(), Some(&total)) && inside(rest, total.checked_div(factor));
    }
    false
}
