//! The form under check, read through its template: the rules ask for keys and rows, never for
//! labels.

use super::place::{Place, Places};
use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, Form};
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::spec::{ColumnRole, FormSpec, IndicatorSpec, SumCode};
use crate::model::target::Target;
use crate::model::taxonomy::Taxonomy;
use crate::model::{pointer::Pointer, value::Value};
use jiff::civil::Date;
use rust_decimal::Decimal;

/// One form with its template and the shared taxonomy.
pub(super) struct Context<'a> {
    pub(super) form: &'a Form,
    pub(super) spec: &'a FormSpec,
    pub(super) taxonomy: &'a Taxonomy,
    /// The indicator rows in printed order.
    pub(super) rows: Vec<Row<'a>>,
}

/// One indicator row. Blank cells are `None`.
pub(super) struct Row<'a> {
    /// Of the row: `/indicators/3`.
    pub(super) at: Pointer,
    pub(super) level1: Option<&'a str>,
    pub(super) level2: Option<&'a str>,
    pub(super) name: Option<&'a str>,
    pub(super) target: Option<&'a Target>,
    /// The part of the indicator table, where it has several.
    pub(super) part: Option<&'a str>,
    /// The name as rules compare it.
    pub(super) folded_name: String,
    /// Where the row's labels stand in the taxonomy.
    pub(super) place: Place<'a>,
    record: &'a Value,
}

impl<'a> Context<'a> {
    pub(super) fn new(form: &'a Form, spec: &'a FormSpec, taxonomy: &'a Taxonomy) -> Self {
        let rows = spec.indicators.as_ref().map(|i| rows(form, i, taxonomy)).unwrap_or_default();
        Self { form, spec, taxonomy, rows }
    }

    /// The value at a dotted key, unless it is blank.
    fn value(&self, key: &str) -> Option<&'a Value> {
        self.form.data.get(key).filter(|v| !v.is_null())
    }

    /// Whether there is a value at a dotted key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Whether the list at a key has any record.
    pub(super) fn has_records(&self, key: &str) -> bool {
        self.value(key).and_then(Value::as_list).is_some_and(|records| !records.is_empty())
    }

    /// Whether the form prints no label for a key: not where a number is left over that may be its
    /// value under another label, nor on a recognised page, which may print what was not read.
    pub(super) fn is_not_printed(&self, key: &str) -> bool {
        let at = Pointer::from_dotted(key);
        let missing = |f: &Finding| f.code == "field.label-missing" && f.at.as_ref() == Some(&at);
        let number = |text: &str| text.chars().any(|c| c.is_ascii_digit());
        self.form.findings.iter().any(missing)
            && !self.form.leftovers.iter().any(|left| number(&left.text))
            && self.form.evidence.values().all(|e| e.from != Origin::Recognised)
    }

    pub(super) fn number(&self, key: &str) -> Option<Decimal> {
        self.value(key)?.as_number()
    }

    pub(super) fn date(&self, key: Option<&String>) -> Option<Date> {
        self.value(key?)?.as_date()
    }

    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value(key)?.as_text().filter(|s| !s.trim().is_empty())
    }

    /// First and last day of the project, where the template has them.
    pub(super) fn span(&self) -> (Option<Date>, Option<Date>) {
        let Some(dates) = &self.spec.checks.dates else { return (None, None) };
        (self.date(dates.start.as_ref()), self.date(dates.end.as_ref()))
    }

    /// The fiscal year.
    pub(super) fn year(&self) -> Option<i16> {
        let key = self.spec.checks.dates.as_ref()?.year.as_ref()?;
        match self.value(key)? {
            Value::Integer(year) => i16::try_from(*year).ok(),
            _ => None,
        }
    }

    /// The printed unit of the form's amounts.
    pub(super) fn money_unit(&self) -> Option<&'a str> {
        self.text(self.spec.checks.money_unit.as_ref()?)
    }

    /// Key of the total that the annual sum states.
    pub(super) fn annual_total_key(&self) -> Option<&'a str> {
        total_key(self.spec, SumCode::AnnualSum)
    }

    /// What the form calls a field: its heading in the template.
    pub(super) fn label<'k>(&self, key: &'k str) -> &'k str
    where
        'a: 'k,
    {
        let field = self.spec.fields.iter().find(|f| f.key == key);
        field
            .and_then(|f| f.heading.as_deref().or(f.label.first().map(String::as_str)))
            .unwrap_or(key)
    }

    /// A number as it is printed, or as it is understood where the print is not known.
    pub(super) fn printed(&self, key: &str, number: Decimal) -> String {
        match self.evidence(&Pointer::from_dotted(key)) {
            Some(e) if !e.text.trim().is_empty() => e.text.trim().replace('\n', " "),
            _ => number.to_string(),
        }
    }

    /// The evidence of a value.
    pub(super) fn evidence(&self, at: &Pointer) -> Option<&'a Evidence> {
        self.form.evidence_at(at)
    }

    /// A finding about one value, placed where the value is printed, or on the form's first page.
    pub(super) fn finding(
        &self,
        code: &'static str,
        severity: Severity,
        at: Pointer,
        message: String,
        hint: impl Into<String>,
    ) -> Finding {
        let evidence = self.evidence(&at);
        self.place(Finding::new(code, severity, message, hint).at(at), evidence)
    }

    /// A finding about one cell of an indicator row. For a blank cell it is placed at the row's
    /// first printed cell.
    pub(super) fn row_finding(
        &self,
        code: &'static str,
        severity: Severity,
        row: &Row<'_>,
        role: ColumnRole,
        message: String,
        hint: impl Into<String>,
    ) -> Finding {
        let at = match self.column(role) {
            Some(key) => row.at.key(key),
            None => row.at.clone(),
        };
        let evidence = self.evidence(&at).or_else(|| self.row_evidence(row));
        self.place(Finding::new(code, severity, message, hint).at(at), evidence)
    }

    /// A finding about a row as a whole: which of its cells is wrong is not known.
    pub(super) fn whole_row_finding(
        &self,
        code: &'static str,
        severity: Severity,
        row: &Row<'_>,
        message: String,
        hint: impl Into<String>,
    ) -> Finding {
        let finding = Finding::new(code, severity, message, hint).at(row.at.clone());
        self.place(finding, self.row_evidence(row))
    }

    /// A finding about the indicator table as a whole, placed at its first row.
    pub(super) fn table_finding(
        &self,
        code: &'static str,
        severity: Severity,
        message: String,
        hint: impl Into<String>,
    ) -> Finding {
        let key = self.spec.indicators.as_ref().map_or("", |i| i.key.as_str());
        let evidence = self.rows.first().and_then(|row| self.row_evidence(row));
        let at = Pointer::from_dotted(key);
        self.place(Finding::new(code, severity, message, hint).at(at), evidence)
    }

    /// Key of the column with a role in each row's record.
    pub(super) fn column(&self, role: ColumnRole) -> Option<&'a str> {
        column(self.spec.indicators.as_ref()?, role)
    }

    fn row_evidence(&self, row: &Row<'_>) -> Option<&'a Evidence> {
        let Value::Record(cells) = row.record else { return None };
        cells.keys().find_map(|key| self.evidence(&row.at.key(key)))
    }

    fn place(&self, finding: Finding, evidence: Option<&Evidence>) -> Finding {
        let page = evidence.map(|e| e.page).or(self.form.pages.first().copied());
        Finding { page, bbox: evidence.and_then(|e| e.bbox), ..finding }
    }
}

impl<'a> Row<'a> {
    /// The cell at a key of the row's record, as a number.
    pub(super) fn number(&self, key: &str) -> Option<Decimal> {
        self.record.get(key)?.as_number()
    }

    /// Whether the cell at a key of the row's record is filled.
    pub(super) fn has(&self, key: &str) -> bool {
        self.record.get(key).is_some_and(|value| !value.is_null())
    }

    /// The name for messages.
    pub(super) fn called(&self) -> &'a str {
        self.name.unwrap_or("(no name)")
    }

    /// Whether anything but labels is printed in the row.
    pub(super) fn is_filled(&self) -> bool {
        self.name.is_some() || self.target.is_some()
    }

    /// The target and the single conditions of a compound one.
    pub(super) fn targets(&self) -> impl Iterator<Item = &'a Target> + use<'a> {
        let parts = self.target.map(|t| t.parts.as_slice()).unwrap_or_default();
        self.target.into_iter().chain(parts)
    }
}

/// Key of the total of one of a template's equations.
pub(super) fn total_key(spec: &FormSpec, code: SumCode) -> Option<&str> {
    spec.checks.sums.iter().find(|s| s.code == code).map(|s| s.total.as_str())
}

fn column(spec: &IndicatorSpec, role: ColumnRole) -> Option<&str> {
    spec.columns.iter().find(|c| c.role == role)?.key.as_deref()
}

fn rows<'a>(form: &'a Form, spec: &'a IndicatorSpec, taxonomy: &'a Taxonomy) -> Vec<Row<'a>> {
    let list = form.data.get(&spec.key).and_then(Value::as_list).unwrap_or_default();
    let at = Pointer::from_dotted(&spec.key);
    let mut places = Places::new(taxonomy);
    let row = |(index, record): (usize, &'a Value)| {
        let text = |role| {
            let text = record.get(column(spec, role)?)?.as_text()?.trim();
            (!text.is_empty()).then_some(text)
        };
        let (level1, level2) = (text(ColumnRole::Level1), text(ColumnRole::Level2));
        let name = text(ColumnRole::Name);
        let target = column(spec, ColumnRole::Target)
            .and_then(|key| record.get(key)?.as_target())
            .filter(|t| !t.text.trim().is_empty());
        Row {
            at: at.index(index),
            level1,
            level2,
            name,
            target,
            part: text(ColumnRole::Part),
            folded_name: name.map(fold).unwrap_or_default(),
            place: places.of(level1, level2),
            record,
        }
    };
    list.iter().enumerate().map(row).collect()
}
