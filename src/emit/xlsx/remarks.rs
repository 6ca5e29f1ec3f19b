//! Findings, sorted to the forms and values they are about.

use super::cells;
use super::plan::Link;
use super::style::{Fill, Style};
use crate::emit::json;
use crate::model::finding::{Finding, Severity};
use crate::model::form::Converted;
use crate::model::pointer::Pointer;

/// A finding and where it leads.
#[derive(Clone, Debug)]
pub struct Remark<'a> {
    pub finding: &'a Finding,
    /// Number of the form, from 0.
    pub form: Option<usize>,
    /// Pointer relative to the form's data, if the finding is about a form's value.
    pub at: Option<Pointer>,
    /// Absolute pointer, as in the JSON.
    pub pointer: Option<Pointer>,
    /// The cell of the value in the lists.
    pub in_list: Option<Link>,
    /// The cell on the sheet that mirrors the form.
    pub in_mirror: Option<Link>,
}

/// Every finding, in the order of the JSON.
pub fn of(document: &Converted) -> Vec<Remark<'_>> {
    json::findings(document)
        .map(|(form, finding)| {
            let (form, at, pointer) = match (form, &finding.at) {
                (Some(form), Some(at)) => {
                    (Some(form), Some(at.clone()), Some(at.below(&json::data_pointer(form))))
                }
                (Some(form), None) => (Some(form), None, None),
                (None, Some(pointer)) => {
                    let (form, at) = split(pointer, document.forms.len());
                    (form, at, Some(pointer.clone()))
                }
                (None, None) => (None, None, None),
            };
            Remark { finding, form, at, pointer, in_list: None, in_mirror: None }
        })
        .collect()
}

/// The numbers of the remarks about each of so many forms.
pub fn by_form(remarks: &[Remark<'_>], forms: usize) -> Vec<Vec<usize>> {
    let mut by_form = vec![Vec::new(); forms];
    for (i, remark) in remarks.iter().enumerate() {
        if let Some(of_form) = remark.form.and_then(|form| by_form.get_mut(form)) {
            of_form.push(i);
        }
    }
    by_form
}

/// The form that an absolute pointer leads into, and the rest of the pointer below its data.
fn split(pointer: &Pointer, forms: usize) -> (Option<usize>, Option<Pointer>) {
    let mut steps = pointer.steps();
    let number = steps.next().filter(|step| *step == "forms").and_then(|_| steps.next());
    let Some(form) = number.and_then(|n| n.parse().ok()).filter(|form| *form < forms) else {
        return (None, None);
    };
    let data = steps.next().filter(|step| *step == "data");
    (Some(form), data.map(|_| steps.fold(Pointer::root(), |at, step| at.key(&step))))
}

/// Whether `pointer` leads to the value at `base` or into it.
pub fn is_within(pointer: &str, base: &str) -> bool {
    pointer.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Remark<'_> {
    pub fn fill(&self) -> Fill {
        fill(self.finding.severity)
    }

    /// Code, message and hint, as a note on a cell.
    pub fn note(&self) -> String {
        let f = self.finding;
        format!("[{}] {}\n{}\n→ {}", f.severity.name(), f.code, f.message, f.hint)
    }
}

/// The colour of cells that a finding is about.
pub fn fill(severity: Severity) -> Fill {
    match severity {
        Severity::Info => Fill::Info,
        Severity::Warning => Fill::Warning,
        Severity::Error => Fill::Error,
    }
}

/// Remarks on one cell: its colour and its note.
#[derive(Clone, Debug, Default)]
pub struct Flag {
    severity: Option<Severity>,
    note: String,
    remarks: usize,
}

/// Remarks that are spelled out in one note; more are counted.
const SPELLED_OUT: usize = 5;

impl Flag {
    pub fn add(&mut self, remark: &Remark<'_>) {
        self.severity = self.severity.max(Some(remark.finding.severity));
        self.remarks += 1;
        if self.remarks <= SPELLED_OUT {
            if !self.note.is_empty() {
                self.note.push_str("\n\n");
            }
            self.note.push_str(&remark.note());
        }
    }

    /// Colours a cell and adds the note to what it already has.
    pub fn mark(&self, cell: &mut super::plan::Cell) {
        let Some(severity) = self.severity else { return };
        cell.style = Style { fill: fill(severity), ..cell.style };
        let mut note = cell.note.take().map_or_else(String::new, |note| note + "\n\n");
        note.push_str(&self.note);
        if self.remarks > SPELLED_OUT {
            note.push_str(&format!("\n\n+ {}", self.remarks - SPELLED_OUT));
        }
        cell.note = Some(cells::fit(&note).0);
    }
}

#[cfg(test)]
mod tests {
    use super::{is_within, split};
    use crate::model::pointer::Pointer;

    #[test]
    fn absolute_pointers_lead_into_forms() {
        let split = |dotted: &str| split(&Pointer::from_dotted(dotted), 2);
        let title = Pointer::root().key("title");
        assert_eq!(split("forms.1.data.title"), (Some(1), Some(title)));
        assert_eq!(split("forms.1.data"), (Some(1), Some(Pointer::root())));
        assert_eq!(split("forms.1"), (Some(1), None));
        assert_eq!(split("forms.2.data.title"), (None, None));
        assert_eq!(split("tables.0"), (None, None));
    }

    #[test]
    fn a_row_is_not_within_another_of_the_same_digits() {
        assert!(is_within("/indicators/1/target/value", "/indicators/1"));
        assert!(!is_within("/indicators/10", "/indicators/1"));
    }
}
