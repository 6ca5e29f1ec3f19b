//! Templates made ready for matching: folded labels, compiled expressions, one index over all
//! families. Built once for a library.

use super::levels::Lexicon;
use crate::model::form::FieldKind;
use crate::model::label::fold;
use crate::model::spec::{ColumnRole, FieldSpec, FormSpec, IndicatorSpec, ListSpec, Place};
use crate::model::taxonomy::Taxonomy;
use regex::{Regex, RegexSet};
use rustc_hash::FxHashMap;

/// All families of a library.
#[derive(Clone, Debug, Default)]
pub(super) struct Compiled {
    pub families: Vec<Family>,
    pub lexicon: Lexicon,
    index: FxHashMap<String, Vec<(usize, Use)>>,
    titles: RegexSet,
    /// The family of each expression in `titles`.
    title_family: Vec<usize>,
}

/// What a folded text may be in a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// The label of the field of this index.
    Field(usize),
    /// The header of the indicator column of this index.
    Header(usize),
    /// A side label or heading without a value.
    Side,
    /// The header of a column in the head: of a matrix, or of a list.
    Heading,
    /// The end of the indicator table.
    End,
    /// The heading of the part of this index of the indicator table.
    Part(usize),
}

#[derive(Clone, Debug)]
pub(super) struct Family {
    pub fields: Vec<Field>,
    pub lists: Vec<List>,
    pub table: Option<Table>,
    pub collections: Vec<Regex>,
    /// Folded labels without a value of their own.
    pub sides: Vec<String>,
    /// The field whose label begins a form that has no title.
    pub lead: Option<usize>,
    /// The table's column that tells forms apart, if one table holds several.
    pub each: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub kind: FieldKind,
    /// Folded; the first is the usual one.
    pub labels: Vec<String>,
    pub pattern: Option<Regex>,
    /// Folded headers of the columns that a value at a cross stands in.
    pub under: Vec<String>,
    /// The field below whose label this one's label counts.
    pub anchor: Option<usize>,
    pub places: Vec<Place>,
    pub required: bool,
}

/// A table of records in the head: for each column its folded headers.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub columns: Vec<ListColumn>,
}

#[derive(Clone, Debug)]
pub(super) struct ListColumn {
    pub headers: Vec<String>,
    pub optional: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The columns of the list, and behind them those that hold fields of the head.
    pub columns: Vec<Column>,
    /// Names of the parts that the table may have.
    pub parts: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub role: ColumnRole,
    /// Folded; the first is the usual one.
    pub headers: Vec<String>,
    pub optional: bool,
    /// The field of the head that stands in this column.
    pub field: Option<usize>,
}

impl Table {
    pub(super) fn column(&self, role: ColumnRole) -> Option<usize> {
        self.columns.iter().position(|c| c.role == role)
    }

    pub(super) fn role(&self, column: usize) -> Option<ColumnRole> {
        self.columns.get(column).map(|c| c.role)
    }
}

impl Compiled {
    /// # Errors
    ///
    /// If an expression is not valid; `schema::parse` reports that earlier and with its place.
    pub(super) fn new(specs: &[FormSpec], taxonomy: &Taxonomy) -> Result<Self, regex::Error> {
        let mut index: FxHashMap<String, Vec<(usize, Use)>> = FxHashMap::default();
        let mut titles = Vec::new();
        let mut title_family = Vec::new();
        let mut families = Vec::with_capacity(specs.len());
        let mut expressions = Expressions::default();
        for (id, spec) in specs.iter().enumerate() {
            titles.extend(spec.titles.iter().map(|t| whole(t)));
            title_family.resize(titles.len(), id);
            let family = family(spec, &mut expressions)?;
            let mut enter = |label: &str, what: Use| {
                let uses = index.entry(label.to_owned()).or_default();
                if !uses.contains(&(id, what)) {
                    uses.push((id, what));
                }
            };
            for (f, field) in family.fields.iter().enumerate() {
                field.labels.iter().for_each(|l| enter(l, Use::Field(f)));
            }
            family.sides.iter().for_each(|l| enter(l, Use::Side));
            family.fields.iter().flat_map(|f| &f.under).for_each(|l| enter(l, Use::Heading));
            let listed = family.lists.iter().flat_map(|l| &l.columns);
            listed.flat_map(|c| &c.headers).for_each(|l| enter(l, Use::Heading));
            let columns = spec.indicators.iter().flat_map(|i| &i.columns);
            for (p, part) in columns.flat_map(|c| &c.parts).enumerate() {
                part.label.iter().for_each(|l| enter(&fold(l), Use::Part(p)));
            }
            for (c, column) in family.table.iter().flat_map(|t| t.columns.iter().enumerate()) {
                column.headers.iter().for_each(|h| enter(h, Use::Header(c)));
            }
            for end in spec.indicators.iter().flat_map(|i| &i.end) {
                enter(&fold(end), Use::End);
            }
            families.push(family);
        }
        let titles = RegexSet::new(&titles)?;
        Ok(Self { families, lexicon: Lexicon::new(taxonomy), index, titles, title_family })
    }

    /// What a folded text may be, in any family. A remark in brackets behind a label and an
    /// enumeration before it do not count.
    pub(super) fn uses(&self, folded: &str) -> &[(usize, Use)] {
        if folded.is_empty() {
            return &[];
        }
        let exact = self.index.get(folded);
        let found = exact.or_else(|| bare(folded).and_then(|b| self.index.get(b)));
        found.map_or(&[], Vec::as_slice)
    }

    /// What a folded text may be in one family.
    pub(super) fn uses_in(&self, family: usize, folded: &str) -> impl Iterator<Item = Use> + '_ {
        self.uses(folded).iter().filter(move |(f, _)| *f == family).map(|(_, u)| *u)
    }

    /// Families one of whose titles is this text (NFKC, no blanks); ascending.
    pub(super) fn titled(&self, plain: &str) -> Vec<usize> {
        let mut found: Vec<usize> =
            self.titles.matches(plain).into_iter().map(|m| self.title_family[m]).collect();
        found.dedup();
        found
    }
}

/// Compiled expressions by their text. Families share most of theirs, and to compile them is much of
/// what a run of one short document does.
#[derive(Default)]
struct Expressions(FxHashMap<String, Regex>);

impl Expressions {
    fn get(&mut self, text: &str) -> Result<Regex, regex::Error> {
        if let Some(known) = self.0.get(text) {
            return Ok(known.clone());
        }
        let compiled = Regex::new(text)?;
        self.0.insert(text.to_owned(), compiled.clone());
        Ok(compiled)
    }
}

fn family(spec: &FormSpec, expressions: &mut Expressions) -> Result<Family, regex::Error> {
    let fields = spec.fields.iter().map(|f| field(f, &spec.fields, expressions));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let labelled = |f: &Field| !f.labels.is_empty();
    let lead = fields
        .iter()
        .position(|f| f.required && labelled(f))
        .or_else(|| fields.iter().position(labelled));
    let collections =
        spec.collections.iter().map(|c| expressions.get(&whole(c))).collect::<Result<_, _>>()?;
    let table = spec.indicators.as_ref().map(|list| table(list, &fields));
    let each = spec.each.as_deref().and_then(|key| {
        let field = spec.fields.iter().position(|f| f.key == key)?;
        table.as_ref()?.columns.iter().position(|c| c.field == Some(field))
    });
    let lead = lead.filter(|_| each.is_none());
    let lists = spec.lists.iter().map(list).collect();
    let sides = spec.labels.iter().map(|l| fold(l)).collect();
    Ok(Family { fields, lists, table, collections, sides, lead, each })
}

fn list(spec: &ListSpec) -> List {
    let columns = spec.columns.iter().map(|c| ListColumn {
        headers: c.header.iter().map(|h| fold(h)).collect(),
        optional: c.optional,
    });
    List { columns: columns.collect() }
}

fn field(
    spec: &FieldSpec,
    all: &[FieldSpec],
    expressions: &mut Expressions,
) -> Result<Field, regex::Error> {
    let labels: Vec<String> = spec.label.iter().map(|l| fold(l)).collect();
    let anchor = spec.below.as_deref().and_then(|below| owner(all, below));
    let places = places(spec);
    Ok(Field {
        kind: spec.kind,
        labels,
        pattern: spec.pattern.as_deref().map(|p| expressions.get(p)).transpose()?,
        under: spec.under.iter().map(|l| fold(l)).collect(),
        anchor,
        places,
        required: spec.required,
    })
}

/// Where a field's value may stand.
fn places(spec: &FieldSpec) -> Vec<Place> {
    if spec.place.is_empty() && !spec.label.is_empty() {
        vec![Place::Right, Place::Inline]
    } else {
        spec.place.clone()
    }
}

/// The field whose value stands beside a label, rather than one that only reads the label's text.
pub(super) fn owner(fields: &[FieldSpec], label: &str) -> Option<usize> {
    let label = fold(label);
    fields.iter().position(|f| {
        f.label.iter().any(|l| fold(l) == label)
            && places(f).iter().any(|p| matches!(p, Place::Right | Place::Below | Place::Cross))
    })
}

fn table(spec: &IndicatorSpec, fields: &[Field]) -> Table {
    let columns = spec.columns.iter().map(|c| Column {
        role: c.role,
        headers: match c.role {
            ColumnRole::Part => Vec::new(),
            _ => c.header.iter().map(|h| fold(h)).collect(),
        },
        optional: c.optional || c.role == ColumnRole::Part,
        field: None,
    });
    let in_columns = fields.iter().enumerate().filter(|(_, f)| f.places.contains(&Place::Column));
    let fields = in_columns.map(|(i, field)| Column {
        role: ColumnRole::Other,
        headers: field.labels.clone(),
        optional: !field.required,
        field: Some(i),
    });
    let parts = spec.columns.iter().flat_map(|c| &c.parts).map(|p| p.name.clone()).collect();
    Table { columns: columns.chain(fields).collect(), parts }
}

fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// A folded label without the enumeration or mark before it and the bracketed remark behind it:
/// `1.项目名称(全称)` → `项目名称`. `None` if it has neither.
pub(super) fn bare(folded: &str) -> Option<&str> {
    let mut label = folded.trim_start_matches(['*', '※', '★', '☆', '●', '■']);
    if let Some((number, rest)) = label.split_once(['、', '.'])
        && !number.is_empty()
        && number.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十()".contains(c))
    {
        label = rest;
    }
    if label.ends_with(')')
        && let Some(open) = label.rfind('(')
    {
        label = &label[..open];
    }
    (label.len() < folded.len() && !label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn bare_labels_have_no_number_mark_or_remark() {
        assert_eq!(bare("1.项目名称(全称)"), Some("项目名称"));
        assert_eq!(bare("一、项目名称"), Some("项目名称"));
        assert_eq!(bare("*项目名称"), Some("项目名称"));
        assert_eq!(bare("项目总体目标(2024年-2026年)"), Some("项目总体目标"));
        assert_eq!(bare("项目名称"), None);
        assert_eq!(bare("(元)"), None);
        assert_eq!(bare("1.5"), Some("5"));
    }
}
