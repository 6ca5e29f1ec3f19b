//! What the head of a form does not tell, as findings.

use super::Head;
use crate::model::finding::{Finding, Severity};
use crate::model::spec::Place;

impl Head<'_, '_> {
    /// Reports fields that are blank, though something else stands at the place of their value.
    pub(super) fn report_others(&mut self) {
        for f in 0..self.fields.len() {
            let state = &self.fields[f];
            let Some(other) = state.other.filter(|_| state.printed.is_none()) else { continue };
            let name = self.field(f).labels.first().map_or("", String::as_str);
            let message =
                format!("{} stands where the value of 「{name}」 should", self.scope.quote(other));
            let hint = "compare the cell with the page; the value may have been misread";
            let finding = Finding::new("field.not-understood", Severity::Warning, message, hint)
                .at(self.pointer(f));
            self.scope.report(finding, Some(other));
        }
    }

    /// Reports fields whose labels the form does not show.
    pub(super) fn report_missing(&mut self) {
        for f in 0..self.fields.len() {
            let field = self.field(f);
            // Columns are missed with the indicator table.
            let column = field.places.contains(&Place::Column);
            let found = self.fields[f].found || !self.labels[f].is_empty();
            if found || column || field.labels.is_empty() {
                continue;
            }
            let severity = if field.required { Severity::Warning } else { Severity::Info };
            let message = format!("the form has no label 「{}」", field.labels[0]);
            let hint = "check the document if it prints this field under another label, and add \
                        that label to the template";
            let finding =
                Finding::new("field.label-missing", severity, message, hint).at(self.pointer(f));
            let first = self.rows.first().and_then(|&r| self.scope.strip.filled(r).next());
            self.scope.report_on_page(finding, first);
        }
    }
}
