//! Forms from a compact description, with evidence for every leaf.

use crate::model::finding::{Finding, Severity};
use crate::model::form::{Evidence, Form};
use crate::model::geometry::Rect;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::FormSpec;
use crate::model::target::{Members, Operator, Subkind, Target, TargetDate, TargetKind};
use crate::model::taxonomy::Taxonomy;
use crate::model::value::Value;
use indexmap::IndexMap;
use jiff::civil::Date;
use regex::Regex;
use rust_decimal::Decimal;
use std::sync::LazyLock;

pub(in crate::check) static TAXONOMY: LazyLock<Taxonomy> = LazyLock::new(|| {
    toml::from_str(include_str!("../../template/families/taxonomy.toml")).unwrap()
});

pub(in crate::check) static SPEC: LazyLock<FormSpec> =
    LazyLock::new(|| toml::from_str(include_str!("family.toml")).unwrap());

/// A form under construction.
#[derive(Clone)]
pub(in crate::check) struct Build {
    data: IndexMap<String, Value>,
    rows: Vec<Value>,
    printed: Vec<(String, String)>,
}

impl Build {
    /// A form of which no rule has anything to say.
    pub(in crate::check) fn sound() -> Self {
        Self::blank()
            .set("fiscal_year", Value::Integer(2026))
            .text("project_nature", "经常性专项业务费")
            .date("start_date", "2026-01-01")
            .date("end_date", "2026-12-31")
            .text("funds.unit", "元")
            .amount("funds.annual.total", "300.00")
            .amount("funds.annual.fiscal_appropriation", "200.00")
            .amount("funds.annual.carry_over", "60.00")
            .amount("funds.annual.other", "40.00")
            .text("goals.annual", "保障设备正常运行。")
            .row("产出指标", "数量指标", "培训人数", "≥100.00(人)")
            .row("产出指标", "时效指标", "培训完成及时率", "=100.00(%)")
            .row("效益指标", "社会效益指标", "提升技能水平", "得到提升")
            .row("满意度指标", "服务对象满意度指标", "学员满意度", "≥90.00(%)")
    }

    pub(in crate::check) fn blank() -> Self {
        Self { data: IndexMap::new(), rows: Vec::new(), printed: Vec::new() }
    }

    /// A value at a dotted key.
    pub(in crate::check) fn set(mut self, key: &str, value: Value) -> Self {
        insert(&mut self.data, key, value);
        self
    }

    pub(in crate::check) fn text(self, key: &str, text: &str) -> Self {
        self.set(key, Value::Text(text.to_owned()))
    }

    pub(in crate::check) fn goal(self, text: &str) -> Self {
        self.text("goals.annual", text)
    }

    pub(in crate::check) fn amount(self, key: &str, amount: &str) -> Self {
        self.set(key, Value::Number(amount.parse().unwrap()))
    }

    pub(in crate::check) fn date(self, key: &str, date: &str) -> Self {
        self.set(key, Value::Date(date.parse().unwrap()))
    }

    pub(in crate::check) fn null(self, key: &str) -> Self {
        self.set(key, Value::Null)
    }

    /// What is printed for a value, where it is not the value itself.
    pub(in crate::check) fn printed(mut self, pointer: &str, text: &str) -> Self {
        self.printed.push((pointer.to_owned(), text.to_owned()));
        self
    }

    /// An indicator row; an empty cell is blank.
    pub(in crate::check) fn row(
        self,
        level1: &str,
        level2: &str,
        name: &str,
        target: &str,
    ) -> Self {
        let target = (!target.is_empty()).then(|| read_target(target));
        self.row_with(level1, level2, name, target)
    }

    pub(in crate::check) fn row_with(
        mut self,
        level1: &str,
        level2: &str,
        name: &str,
        target: Option<Target>,
    ) -> Self {
        let cell = |t: &str| if t.is_empty() { Value::Null } else { Value::Text(t.to_owned()) };
        self.rows.push(Value::Record(IndexMap::from([
            ("level1".to_owned(), cell(level1)),
            ("level2".to_owned(), cell(level2)),
            ("level3".to_owned(), cell(name)),
            ("target".to_owned(), target.map_or(Value::Null, |t| Value::Target(Box::new(t)))),
        ])));
        self
    }

    /// A number in another column of the last row.
    pub(in crate::check) fn with(mut self, column: &str, number: &str) -> Self {
        if let Some(Value::Record(cells)) = self.rows.last_mut() {
            cells.insert(column.to_owned(), Value::Number(number.parse().unwrap()));
        }
        self
    }

    pub(in crate::check) fn no_rows(mut self) -> Self {
        self.rows.clear();
        self
    }

    pub(in crate::check) fn form(mut self) -> Form {
        self.data.insert("indicators".to_owned(), Value::List(self.rows));
        let data = Value::Record(self.data);
        let mut evidence = IndexMap::new();
        leaves(&data, &Pointer::root(), &mut evidence);
        for (pointer, text) in &self.printed {
            let entry = evidence.iter_mut().find(|(p, _)| p.as_str() == pointer);
            entry.unwrap().1.text = text.as_str().into();
        }
        let template = SPEC.id.clone();
        Form { template, pages: vec![4, 5], data, evidence, ..Form::default() }
    }

    /// The findings of the form.
    pub(in crate::check) fn check(self) -> Vec<Finding> {
        crate::check::form(&self.form(), &SPEC, &TAXONOMY)
    }

    /// The findings as `code severity at`.
    pub(in crate::check) fn found(self) -> Vec<String> {
        self.check().iter().map(line).collect()
    }
}

pub(super) fn line(finding: &Finding) -> String {
    let at = finding.at.as_ref().map_or("-", Pointer::as_str);
    let severity = match finding.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    format!("{} {severity} {at}", finding.code)
}

fn insert(data: &mut IndexMap<String, Value>, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            data.insert(key.to_owned(), value);
        }
        Some((first, rest)) => {
            let empty = || Value::Record(IndexMap::new());
            let Value::Record(inner) = data.entry(first.to_owned()).or_insert_with(empty) else {
                panic!("{first} is no record");
            };
            insert(inner, rest, value);
        }
    }
}

fn leaves(value: &Value, at: &Pointer, evidence: &mut IndexMap<Pointer, Evidence>) {
    let (at, text) = match value {
        Value::Null => return,
        Value::Record(map) => {
            return map.iter().for_each(|(key, v)| leaves(v, &at.key(key), evidence));
        }
        Value::List(list) => {
            return list.iter().enumerate().for_each(|(i, v)| leaves(v, &at.index(i), evidence));
        }
        Value::Target(t) => (at.clone(), t.text.clone()),
        Value::Text(t) => (at.clone(), t.clone()),
        Value::Integer(n) => (at.clone(), n.to_string()),
        Value::Number(n) => (at.clone(), n.to_string()),
        Value::Date(d) => (at.clone(), d.to_string()),
    };
    let members = match value {
        Value::Target(t) => t.filled(),
        _ => Members::default(),
    };
    let top = evidence.len() as f32;
    let bbox = Some(Rect { x0: 0.0, y0: top, x1: 10.0, y1: top + 1.0 });
    let entry = Evidence {
        page: 5,
        bbox,
        text: text.into(),
        confidence: 1.0,
        from: Origin::TextLayer,
        repaired: None,
        source_line: 0,
        members,
    };
    evidence.insert(at, entry);
}

/// A reading of the few forms of target values that the tests use.
pub(super) fn read_target(text: &str) -> Target {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^([≥≤=><]?)(\d+(?:\.\d+)?)\(?([^()\d-]*)\)?$").unwrap());
    static PART: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(.+标准)的 ?(\d+)%$").unwrap());
    static DAY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(\d{4}-\d{2}-\d{2})前$").unwrap());
    let base = Target { text: text.to_owned(), ..Target::default() };
    let quantity = Target { kind: Some(TargetKind::Quantitative), ..base.clone() };
    if let Some(day) = DAY.captures(text) {
        let day: Date = day[1].parse().unwrap();
        return Target {
            subkind: Some(Subkind::Deadline),
            operator: Some(Operator::AtMost),
            deadline: Some(TargetDate::Day(day)),
            ..quantity
        };
    }
    if text == "11月底前完成" {
        return Target {
            subkind: Some(Subkind::Deadline),
            operator: Some(Operator::AtMost),
            deadline: Some(TargetDate::YearUnknown { month: 11, day: 30 }),
            ..quantity
        };
    }
    if let Some(part) = PART.captures(text) {
        return Target {
            subkind: Some(Subkind::Reference),
            operator: Some(Operator::Equal),
            operator_explicit: Some(false),
            value: part[2].parse().ok(),
            unit: Some("%".to_owned()),
            reference: Some(part[1].to_owned()),
            ..quantity
        };
    }
    let Some(parts) = NUMBER.captures(text) else {
        return Target {
            kind: Some(TargetKind::Qualitative),
            subkind: Some(Subkind::Text),
            qualitative: Some(text.to_owned()),
            ..base
        };
    };
    let value: Decimal = parts[2].parse().unwrap();
    let unit = &parts[3];
    let (factor, base_unit) = match unit.strip_prefix('万') {
        Some(rest) => (10_000, rest),
        None => (1, unit),
    };
    let operator = match &parts[1] {
        "≥" => Operator::AtLeast,
        "≤" => Operator::AtMost,
        ">" => Operator::Greater,
        "<" => Operator::Less,
        _ => Operator::Equal,
    };
    let subkind = match base_unit {
        "%" => Subkind::Percent,
        u if u.starts_with('元') => Subkind::Money,
        _ => Subkind::Number,
    };
    Target {
        subkind: Some(subkind),
        operator: Some(operator),
        operator_explicit: Some(!parts[1].is_empty()),
        value: Some(value),
        unit: (!unit.is_empty()).then(|| unit.to_owned()),
        base_value: value.checked_mul(Decimal::from(factor)),
        base_unit: (!unit.is_empty()).then(|| base_unit.to_owned()),
        ..quantity
    }
}
