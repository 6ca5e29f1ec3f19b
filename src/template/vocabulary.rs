//! Fields with few known values: what was recognised nearly as one of them is that one.
//!
//! Which values a field has is template data. A text layer is never put right by it: there the
//! document may well say something new.

use super::distance::nearest;
use super::scope::Scope;
use crate::model::finding::{Finding, Severity};
use crate::model::form::Printed;
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::FieldSpec;

/// Puts right a recognised value that is a few characters off the only known one like it, and
/// doubts one that is like none.
pub(super) fn settle(scope: &mut Scope, spec: &FieldSpec, printed: &mut Option<Printed>) {
    let Some(cell) = printed.as_mut().filter(|_| !spec.values.is_empty()) else { return };
    let recognised = cell.lines.iter().any(|l| l.from == Origin::Recognised);
    let read = fold(&cell.lines.iter().map(|l| l.text.as_str()).collect::<String>());
    let known: Vec<(String, &String)> = spec.values.iter().map(|v| (fold(v), v)).collect();
    let is_member = known.iter().any(|(folded, _)| *folded == read);
    if !recognised || cell.repaired.is_some() || read.is_empty() || is_member {
        return;
    }
    let label = spec.label.first().map_or("", String::as_str);
    let words = known.iter().enumerate().map(|(i, (folded, _))| (folded.as_str(), i));
    let (code, message, hint) = if let Some((_, i)) = nearest(&read, words) {
        let value = known[i].1;
        cell.repaired = Some(value.clone());
        let message = format!(
            "「{read}」 was recognised; of the values of 「{label}」 it can only be 「{value}」"
        );
        ("value.repaired", message, "compare the value with the picture")
    } else {
        let message = format!("「{read}」 is none of the known values of 「{label}」");
        ("value.unlisted", message, "compare the value with the picture; it may be local wording")
    };
    let mut finding = Finding::new(code, Severity::Warning, message, hint)
        .at(Pointer::from_dotted(&spec.key))
        .in_box(cell.bbox);
    finding.page = Some(cell.page).filter(|&p| p > 0);
    scope.findings.push(finding);
}
