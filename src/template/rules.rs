//! What a template must keep to beyond its syntax.

use super::compile::owner;
use crate::model::label::fold;
use crate::model::spec::{
    ColumnRole, FieldSpec, FormSpec, IndicatorSpec, ListSpec, Place, SumSpec,
};
use regex::RegexBuilder;
use std::collections::{BTreeMap, BTreeSet};

/// A violated rule.
pub(super) struct Fault {
    /// The way to the value in the TOML.
    pub path: Vec<Step>,
    pub message: String,
    pub mend: String,
}

/// One step of a path in the TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(&'static str),
    Index(usize),
}

use Step::{Index, Key};

/// Every rule that a template violates.
pub(super) fn faults(spec: &FormSpec) -> Vec<Fault> {
    let mut found = Faults(Vec::new());
    found.identity(spec);
    found.keys(spec);
    for (i, field) in spec.fields.iter().enumerate() {
        found.field(i, field, spec);
    }
    found.shared_labels(spec);
    if let Some(indicators) = &spec.indicators {
        found.indicators(indicators);
    }
    found.checks(spec);
    found.0
}

/// Most bytes of a compiled expression. Those of the embedded families take a few thousand; all
/// titles together are compiled once more, up to ten times this.
const EXPRESSION_BYTES: usize = 1 << 20;

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, path: &[Step], message: impl Into<String>, mend: impl Into<String>) {
        let (message, mend) = (message.into(), mend.into());
        self.0.push(Fault { path: path.to_vec(), message, mend });
    }

    fn identity(&mut self, spec: &FormSpec) {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if spec.id.is_empty() || !spec.id.chars().all(kebab) {
            let message = format!("`{}` is not an identifier", spec.id);
            self.add(&[Key("id")], message, "use lower-case letters, digits and hyphens");
        }
        if spec.titles.is_empty() {
            self.add(&[Key("titles")], "no title", "add the printed title as `titles = ['…']`");
        }
        if spec.fields.iter().all(|f| f.label.is_empty()) {
            let mend = "add a field with a `label`";
            self.add(&[Key("fields")], "no field has a label", mend);
        }
        if let Some(each) = &spec.each {
            let column = |f: &FieldSpec| f.key == *each && f.place.contains(&Place::Column);
            if !spec.fields.iter().any(column) {
                let message = format!("no field `{each}` has the place `column`");
                self.add(&[Key("each")], message, "name the key of such a field");
            }
        }
        for (i, title) in spec.titles.iter().enumerate() {
            self.expression(&[Key("titles"), Index(i)], title, 0);
        }
        for (i, line) in spec.collections.iter().enumerate() {
            self.expression(&[Key("collections"), Index(i)], line, 1);
        }
        for (i, label) in spec.labels.iter().enumerate().filter(|(_, l)| fold(l).is_empty()) {
            let path = [Key("labels"), Index(i)];
            self.add(&path, format!("the label `{label}` is empty"), "remove it");
        }
    }

    fn expression(&mut self, path: &[Step], pattern: &str, groups: usize) {
        match RegexBuilder::new(pattern).size_limit(EXPRESSION_BYTES).build() {
            Err(regex::Error::CompiledTooBig(_)) => {
                let message = "the expression grows too large when it is compiled";
                let mend =
                    "repeat less: `{1,1000}` inside another repetition multiplies, `*` does not";
                self.add(path, message, mend);
            }
            Err(e) => {
                let text = e.to_string();
                let reason = text.lines().last().unwrap_or_default().trim();
                let message = format!("not a regular expression ({reason})");
                self.add(path, message, "see https://docs.rs/regex for the syntax");
            }
            Ok(regex) if regex.captures_len() <= groups => {
                let mend = "put round brackets around the part that is the value";
                self.add(path, "the expression has no group", mend);
            }
            Ok(_) => {}
        }
    }

    fn keys(&mut self, spec: &FormSpec) {
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        let all = spec
            .fields
            .iter()
            .enumerate()
            .map(|(i, f)| (vec![Key("fields"), Index(i), Key("key")], f.key.as_str()));
        let table = spec.indicators.iter().map(|t| (vec![Key("indicators"), Key("key")], &*t.key));
        let lists = spec.lists.iter().enumerate();
        let lists = lists.map(|(i, l)| (vec![Key("lists"), Index(i), Key("key")], &*l.key));
        for (path, key) in all.chain(lists).chain(table) {
            if !is_key(key) {
                let mend = "use lower-case words joined by `_`, records divided by `.`";
                self.add(&path, format!("`{key}` is not a key"), mend);
            } else if !keys.insert(key) {
                self.add(&path, format!("the key `{key}` stands twice"), "rename one of the two");
            }
        }
        for (i, list) in spec.lists.iter().enumerate() {
            self.list(i, list);
        }
        for (i, field) in spec.fields.iter().enumerate() {
            let inner = format!("{}.", field.key);
            if let Some(below) = keys.iter().find(|k| k.starts_with(&inner)) {
                let path = [Key("fields"), Index(i), Key("key")];
                let message = format!("the key `{}` is a value and holds `{below}`", field.key);
                self.add(&path, message, "rename one of the two");
            }
        }
    }

    fn list(&mut self, i: usize, list: &ListSpec) {
        if list.key.contains('.') {
            let path = [Key("lists"), Index(i), Key("key")];
            let message = format!("the key `{}` of a list has a dot", list.key);
            self.add(&path, message, "join its words by `_`");
        }
        let mut keys = BTreeSet::new();
        for (c, column) in list.columns.iter().enumerate() {
            let at = |key| [Key("lists"), Index(i), Key("columns"), Index(c), Key(key)];
            if !is_key(&column.key) || column.key.contains('.') {
                let mend = "use lower-case words joined by `_`";
                self.add(&at("key"), format!("`{}` is not a key", column.key), mend);
            } else if !keys.insert(&column.key) {
                let message = format!("the key `{}` stands twice", column.key);
                self.add(&at("key"), message, "rename one of the two");
            }
            if column.header.iter().all(|h| fold(h).is_empty()) {
                self.add(&at("header"), "no header", "add the printed header of the column");
            }
        }
        if list.columns.iter().filter(|c| !c.optional).count() < 2 {
            let path = [Key("lists"), Index(i), Key("columns")];
            let mend = "a list is known by two headers that every form prints";
            self.add(&path, "fewer than two columns are not optional", mend);
        }
    }

    fn field(&mut self, i: usize, field: &FieldSpec, spec: &FormSpec) {
        let at = |key| [Key("fields"), Index(i), Key(key)];
        if let Some(pattern) = &field.pattern {
            self.expression(&at("pattern"), pattern, 1);
        }
        for place in &field.place {
            let name = format!("{place:?}").to_lowercase();
            let by_label = !matches!(place, Place::Title | Place::Caption | Place::Anywhere);
            if by_label && field.label.is_empty() {
                let message = format!("the place `{name}` needs a label");
                self.add(&at("place"), message, "add `label = [\"…\"]`");
            }
            if matches!(place, Place::Caption | Place::Label | Place::Anywhere)
                && field.pattern.is_none()
            {
                let message = format!("the place `{name}` needs a pattern");
                self.add(&at("place"), message, "add `pattern = '(…)'`");
            }
        }
        if field.place.contains(&Place::Cross) == field.under.is_empty() {
            let mend = "give both: `place = [\"cross\"]` and `under = [\"…\"]`";
            let message = "the place `cross` and the header in `under` need each other";
            self.add(&at("place"), message, mend);
        }
        if field.place.contains(&Place::Column) && spec.indicators.is_none() {
            let mend = "add `[indicators]`, or use another place";
            self.add(&at("place"), "the place `column` needs an indicator table", mend);
        }
        if field.place.is_empty() && field.label.is_empty() {
            let mend = "add `label = [\"…\"]`, or `place = [\"title\"]`";
            self.add(&at("key"), format!("`{}` has neither label nor place", field.key), mend);
        }
        if field.label.iter().any(|l| fold(l).is_empty()) {
            self.add(&at("label"), "an empty label", "remove it");
        }
        if let Some(below) = &field.below {
            match owner(&spec.fields, below).map(|i| &spec.fields[i]) {
                None => {
                    let message = format!("no field has the label `{below}`");
                    self.add(&at("below"), message, "name the label of another field");
                }
                Some(owner) if owner.below.is_some() => {
                    let message = format!("`{below}` itself counts only below another label");
                    self.add(&at("below"), message, "name a label that stands alone");
                }
                Some(_) => {}
            }
        }
    }

    /// Two fields may share a label only if each has its own `below` or its own `pattern`.
    fn shared_labels(&mut self, spec: &FormSpec) {
        type Owner = (String, Option<String>, Option<String>);
        let mut owners: BTreeMap<Owner, Vec<usize>> = BTreeMap::new();
        for (i, field) in spec.fields.iter().enumerate() {
            let under = field.under.first().map(|l| fold(l));
            for label in &field.label {
                let owner = (fold(label), field.below.as_deref().map(fold), under.clone());
                owners.entry(owner).or_default().push(i);
            }
        }
        for ((label, ..), fields) in owners {
            let [first, others @ ..] = fields.as_slice() else { continue };
            for &i in others {
                if i == *first || spec.fields[i].pattern != spec.fields[*first].pattern {
                    continue;
                }
                let owner = &spec.fields[*first].key;
                let message = format!("`{label}` is also the label of `{owner}`");
                let mend = "tell them apart with `below`, `under` or `pattern`";
                self.add(&[Key("fields"), Index(i), Key("label")], message, mend);
            }
        }
    }

    fn indicators(&mut self, table: &IndicatorSpec) {
        let columns = [Key("indicators"), Key("columns")];
        for role in [ColumnRole::Name, ColumnRole::Target] {
            if !table.columns.iter().any(|c| c.role == role && !c.optional) {
                let name = format!("{role:?}").to_lowercase();
                let message = format!("no column has the role `{name}`");
                self.add(&columns, message, "every indicator has a name and a target");
            }
        }
        let mut keys = BTreeSet::new();
        let mut headers: BTreeMap<String, usize> = BTreeMap::new();
        for (i, column) in table.columns.iter().enumerate() {
            let at = |key| [Key("indicators"), Key("columns"), Index(i), Key(key)];
            let role = format!("{:?}", column.role).to_lowercase();
            let single = column.role != ColumnRole::Other;
            if single && table.columns.iter().take(i).any(|c| c.role == column.role) {
                let message = format!("a second column has the role `{role}`");
                self.add(&at("role"), message, "use the role `other` for one of them");
            }
            let own = !matches!(column.role, ColumnRole::Sign | ColumnRole::Unit);
            match &column.key {
                None if own => {
                    let message = format!("a column of the role `{role}` needs a key");
                    self.add(&at("role"), message, "add `key = \"…\"`");
                }
                Some(key) if !is_key(key) || key.contains('.') => {
                    let mend = "use lower-case words joined by `_`";
                    self.add(&at("key"), format!("`{key}` is not a key"), mend);
                }
                Some(key) if !keys.insert(key) => {
                    let message = format!("the key `{key}` stands twice");
                    self.add(&at("key"), message, "rename one of the two");
                }
                _ => {}
            }
            if column.header.iter().all(|h| fold(h).is_empty()) {
                self.add(&at("header"), "no header", "add the printed header of the column");
            }
            if (column.role == ColumnRole::Part) == column.parts.is_empty() {
                let mend = "give both: `role = \"part\"` and `parts = [{ name = …, label = […] }]`";
                self.add(&at("role"), "the role `part` and `parts` need each other", mend);
            }
            for header in column.header.iter().map(|h| fold(h)) {
                // What heads an optional column may head a required one where that one is missing.
                let first = *headers.entry(header.clone()).or_insert(i);
                if first != i && table.columns[first].optional == column.optional {
                    let message = format!("`{header}` heads two columns");
                    self.add(&at("header"), message, "keep it at one of them");
                }
            }
        }
    }

    fn checks(&mut self, spec: &FormSpec) {
        let checks = &spec.checks;
        let fields: BTreeSet<&str> = spec.fields.iter().map(|f| f.key.as_str()).collect();
        let mut known = |path: &[Step], key: &str| {
            if !fields.contains(key) {
                let path = [&[Key("checks")], path].concat();
                self.add(&path, format!("there is no field `{key}`"), "name the key of a field");
            }
        };
        for (i, sum) in checks.sums.iter().enumerate() {
            known(&[Key("sums"), Index(i), Key("total")], &sum.total);
            for (n, key) in sum.addends.iter().enumerate() {
                known(&[Key("sums"), Index(i), Key("addends"), Index(n)], key);
            }
        }
        for (i, circle) in circles(&checks.sums) {
            let message = format!("the sums go in a circle: {circle}");
            let mend = "a total cannot be a part of itself: remove one of these addends";
            self.add(&[Key("checks"), Key("sums"), Index(i), Key("total")], message, mend);
        }
        let mut known = |path: &[Step], key: &str| {
            if !fields.contains(key) {
                let path = [&[Key("checks")], path].concat();
                self.add(&path, format!("there is no field `{key}`"), "name the key of a field");
            }
        };
        for (i, pair) in checks.at_least.iter().enumerate() {
            known(&[Key("at-least"), Index(i), Key("upper")], &pair.upper);
            known(&[Key("at-least"), Index(i), Key("lower")], &pair.lower);
        }
        if let Some(dates) = &checks.dates {
            let keys = [("start", &dates.start), ("end", &dates.end), ("year", &dates.year)];
            for (name, key) in keys {
                if let Some(key) = key {
                    known(&[Key("dates"), Key(name)], key);
                }
            }
        }
        for (i, key) in checks.goals.iter().enumerate() {
            known(&[Key("goals"), Index(i)], key);
        }
        if let Some(key) = &checks.nature {
            known(&[Key("nature")], key);
        }
        if let Some(key) = &checks.money_unit {
            known(&[Key("money-unit")], key);
        }
        if let Some(weights) = &checks.weights {
            let columns = spec.indicators.iter().flat_map(|t| &t.columns);
            if !columns.filter_map(|c| c.key.as_ref()).any(|k| *k == weights.column) {
                let path = [Key("checks"), Key("weights"), Key("column")];
                let message = format!("there is no column `{}`", weights.column);
                self.add(&path, message, "name the key of an indicator column");
            }
        }
    }
}

/// The sums that lead back to their own total, each circle once: the sum that begins it, and the
/// way round.
fn circles(sums: &[SumSpec]) -> Vec<(usize, String)> {
    let parts = |total: &str| -> Vec<&str> {
        let own = sums.iter().filter(|s| s.total == total);
        own.flat_map(|s| s.addends.iter().map(String::as_str)).collect()
    };
    let mut found = Vec::new();
    let mut closed: BTreeSet<&str> = BTreeSet::new();
    for (i, sum) in sums.iter().enumerate() {
        // The way from this total to each key below it, shortest first.
        let mut ways: Vec<Vec<&str>> = vec![vec![&sum.total]];
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next = 0;
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            for part in way.last().into_iter().flat_map(|key| parts(key)) {
                let longer = [way.as_slice(), &[part]].concat();
                if part == sum.total && !closed.contains(part) {
                    closed.extend(way.iter().copied());
                    found.push((i, longer.join(" → ")));
                } else if seen.insert(part) {
                    ways.push(longer);
                }
            }
        }
    }
    found
}

fn is_key(key: &str) -> bool {
    let word = |w: &str| {
        w.starts_with(|c: char| c.is_ascii_lowercase())
            && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    key.split('.').all(word)
}
