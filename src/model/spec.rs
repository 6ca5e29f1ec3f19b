//! A form template as data: what `template/families/*.toml` holds.
//!
//! A template describes a family of forms by its printed labels. No Rust names a form's field.

use super::form::FieldKind;
use serde::Deserialize;

/// A family of forms.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FormSpec {
    /// Stable identifier, kebab-case.
    pub id: String,
    /// What people call the form.
    pub name: String,
    /// Where the description comes from.
    #[serde(default)]
    pub source: Option<String>,
    /// Regular expressions for the title, matched whole against the text in NFKC without blanks.
    pub titles: Vec<String>,
    /// Regular expressions for the headline over several forms (a collection), matched whole like
    /// a title; the first group is its year, which should be the year of its forms.
    #[serde(default)]
    pub collections: Vec<String>,
    /// Key of a field with the place `column`: one table holds several forms, one for each cell
    /// of that column.
    #[serde(default)]
    pub each: Option<String>,
    /// Fields of the head: header values, funds, goals.
    pub fields: Vec<FieldSpec>,
    /// Printed labels that belong to the form but hold no value of their own (side labels,
    /// headings). They are claimed, so that they are not reported as left over.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Tables of records in the head, such as the tasks of a department.
    #[serde(default)]
    pub lists: Vec<ListSpec>,
    pub indicators: Option<IndicatorSpec>,
    #[serde(default)]
    pub checks: CheckSpec,
}

/// One field of the head.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FieldSpec {
    /// Dotted key in the output: `funds.annual.total`.
    pub key: String,
    pub kind: FieldKind,
    /// The label and its variants, compared after folding (see [`super::label::fold`]).
    #[serde(default)]
    pub label: Vec<String>,
    /// Where the value stands, in order of preference; right of the label or behind it in the
    /// same cell if not given.
    #[serde(default)]
    pub place: Vec<Place>,
    /// The label counts only below this label and within its columns, down to the next `below`
    /// anchor: tells 其他资金 of the project from 其他资金 of the year.
    #[serde(default)]
    pub below: Option<String>,
    /// For the place `cross`: the header of the value's column and its variants; `YYYY` stands for the
    /// year of the form, `YYYY-1` for the year before.
    #[serde(default)]
    pub under: Vec<String>,
    /// A regular expression whose first group is the value; applied to the NFKC text.
    #[serde(default)]
    pub pattern: Option<String>,
    /// The values that such a field may have, if they are few: what was recognised nearly as one
    /// of them is put right, what is like none is doubted. A text layer may say anything.
    #[serde(default)]
    pub values: Vec<String>,
    /// A form without it is not of this family.
    #[serde(default)]
    pub required: bool,
    /// Title of the column in the summary sheet; the first label by default.
    #[serde(default)]
    pub heading: Option<String>,
}

/// Where a value stands in relation to its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the next cell to the right.
    Right,
    /// In the cell below, within the label's columns.
    Below,
    /// In the label's own cell, behind the label.
    Inline,
    /// The form's title line.
    Title,
    /// In a line or cell near the title, found by `pattern`.
    Caption,
    /// In any short cell of the head, found by `pattern`: a unit behind whatever label.
    Anywhere,
    /// Inside the label's own text, found by `pattern` (a unit in brackets).
    Label,
    /// In a column of the indicator table that the label heads, merged down over the form's rows.
    Column,
    /// Where the label's row meets the column that one of `under` heads.
    Cross,
}

/// A table of records in the head: a row of headers, and below it a row for each record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListSpec {
    /// Key of the list in the output, without dots; a form without the table has no such key.
    pub key: String,
    pub columns: Vec<ListColumnSpec>,
}

/// One column of a list in the head.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ListColumnSpec {
    /// Key in each record.
    pub key: String,
    pub kind: FieldKind,
    /// Column headers and their variants, compared after folding.
    pub header: Vec<String>,
    #[serde(default)]
    pub optional: bool,
}

/// The indicator table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IndicatorSpec {
    /// Dotted key of the list in the output.
    pub key: String,
    pub columns: Vec<ColumnSpec>,
    /// Folded labels that end the table (signature lines, remarks).
    #[serde(default)]
    pub end: Vec<String>,
}

/// One part of an indicator table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartSpec {
    /// The value in each row's record.
    pub name: String,
    /// What is printed beside the rows of the part, or above its columns.
    pub label: Vec<String>,
}

/// One column of the indicator table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ColumnSpec {
    /// Key in each row's record. Sign and unit columns have none of their own.
    #[serde(default)]
    pub key: Option<String>,
    pub role: ColumnRole,
    /// Column headers and their variants, compared after folding.
    pub header: Vec<String>,
    #[serde(default)]
    pub optional: bool,
    /// For columns of the role `other`.
    #[serde(default)]
    pub kind: Option<FieldKind>,
    /// For the role `part`: the parts in printed order. Parts side by side without headings are
    /// the last ones of these.
    #[serde(default)]
    pub parts: Vec<PartSpec>,
}

/// What a column of the indicator table means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnRole {
    Level1,
    Level2,
    /// The indicator's name (三级指标).
    Name,
    /// The target value.
    Target,
    /// A sign or nature column (指标性质) that completes the target.
    Sign,
    /// A unit column (度量单位) that completes the target.
    Unit,
    /// Anything else: weight, score, remark.
    Other,
    /// Not printed as a column: the part of the table in which the row stands, where a form has
    /// one for the long term and one for the year, one below another or side by side.
    Part,
}

/// Which checks of the domain apply, and on which keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CheckSpec {
    /// Whether the level labels follow the budget taxonomy (T1–T7).
    pub taxonomy: bool,
    pub sums: Vec<SumSpec>,
    pub at_least: Vec<AtLeastSpec>,
    pub dates: Option<DateSpec>,
    /// Keys with free text that is read for years, amounts, markup, doubled words.
    pub goals: Vec<String>,
    /// Key of the project's nature (一次性, 经常性, 阶段性).
    pub nature: Option<String>,
    /// Key of the unit of amounts.
    pub money_unit: Option<String>,
    /// Key of the project's name, by which forms of a document are paired.
    pub project: Option<String>,
    pub weights: Option<WeightSpec>,
    pub execution: Option<ExecutionSpec>,
}

/// `total` = Σ `addends`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SumSpec {
    /// Last part of the finding's code: `funds.<code>`.
    pub code: SumCode,
    pub total: String,
    pub addends: Vec<String>,
}

/// Which equation of the funds block a sum is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SumCode {
    /// F1: `funds.annual-sum`.
    AnnualSum,
    /// F2: `funds.project-sum`.
    ProjectSum,
    /// F3: `funds.fiscal-sum`.
    FiscalSum,
}

/// F4 and F5: a multi-year figure is at least the annual one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AtLeastSpec {
    /// Multi-year figure.
    pub upper: String,
    /// Annual figure.
    pub lower: String,
}

/// Keys of the dates that D1–D6 compare.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DateSpec {
    pub start: Option<String>,
    pub end: Option<String>,
    pub year: Option<String>,
}

/// W1, W2: the weights and scores of a form add up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WeightSpec {
    /// Key in each indicator row.
    pub column: String,
    /// Sums that are right, usually 100 and 90.
    pub totals: Vec<i64>,
    /// Key in each indicator row of the score reached (得分).
    #[serde(default)]
    pub score: Option<String>,
    /// Dotted key of the printed sum of all scores.
    #[serde(default)]
    pub total_score: Option<String>,
}

/// W2, W3: dotted keys of the budget-execution line of a self-evaluation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExecutionSpec {
    /// 全年预算数.
    pub budget: Option<String>,
    /// 全年执行数.
    pub spent: Option<String>,
    /// 执行率, in per cent.
    pub rate: Option<String>,
    /// 分值.
    pub weight: Option<String>,
    /// 得分.
    pub score: Option<String>,
}
