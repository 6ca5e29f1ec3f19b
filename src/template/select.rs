//! Which family a region is a form of, and which regions go on with the form before them.

use super::columns::{self, Header};
use super::compile::Use;
use super::levels::Level;
use super::split::Region;
use super::strip::{ItemId, RowId, Strip};
use crate::model::form::FieldKind;
use crate::model::spec::FormSpec;
use std::collections::BTreeSet;

/// Least score of a form.
const THRESHOLD: f32 = 0.6;

/// What the share of all labels that a form shows counts less where families are compared: one
/// that knows many labels which most forms lack is no worse for it.
const OPTIONAL: f32 = 0.15;

/// What its title counts less where families are compared: several have the same, and of a scan the
/// labels are many where the title is one.
const TITLE: f32 = 0.1;

/// A region that scores this much looks like a declaration form of another family.
const RESEMBLES: f32 = 0.3;

/// How far a region matches a family.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub family: usize,
    /// How much of the family the region shows, 0 to 1.
    pub score: f32,
    /// How much of the region the family explains: the share of cells that read like a label of
    /// any family which are labels of this one, 0 to 1.
    explained: f32,
    /// The share of the family's labels that the region shows, 0 to 1.
    optional: f32,
    titled: bool,
    pub header: Option<Header>,
    /// What a form of the family has and the region has not.
    pub missing: Vec<String>,
    /// Half of the required labels are there.
    plausible: bool,
}

impl Match {
    /// By which families are compared: one that has labels for all that is printed comes before
    /// one that has labels for half of it.
    fn rank(&self) -> f32 {
        let title = TITLE * f32::from(u8::from(self.titled));
        self.explained + self.score - OPTIONAL * self.optional - title
    }

    pub(super) fn is_form(&self) -> bool {
        self.plausible && self.score >= THRESHOLD
    }

    pub(super) fn resembles(&self) -> bool {
        self.score >= RESEMBLES
    }
}

/// The best match of a region among the families that `allowed` admits; the first of equals.
pub(super) fn best(
    strip: &Strip,
    specs: &[FormSpec],
    region: &Region,
    allowed: impl Fn(&FormSpec) -> bool,
) -> Option<Match> {
    let mut best: Option<(Match, usize)> = None;
    let shown = shown_labels(strip, region, specs.len());
    let mut families: Vec<usize> = (0..specs.len())
        .filter(|&f| allowed(&specs[f]) && (shown[f] > 0 || region.titled.contains(&f)))
        .collect();
    families.sort_by_key(|&f| std::cmp::Reverse(shown[f]));
    for family in families {
        // A form of one family is none of another that knows less than half of its labels.
        if best.as_ref().is_some_and(|(b, most)| b.is_form() && shown[family] * 2 < *most) {
            break;
        }
        let found = score(strip, &specs[family], family, region);
        // What is no form of any family is named after the one of which it shows most.
        let key = |m: &Match| {
            let first = std::cmp::Reverse(m.family);
            (m.is_form(), if m.is_form() { m.rank() } else { m.score }, first)
        };
        if best.as_ref().is_none_or(|(b, _)| key(&found) > key(b)) {
            best = Some((found, shown[family]));
        }
    }
    best.map(|(found, _)| found)
}

/// How many labels of each family a region shows.
fn shown_labels(strip: &Strip, region: &Region, families: usize) -> Vec<usize> {
    let mut shown = vec![0; families];
    for id in region.rows.iter().flat_map(|&r| strip.filled(r)) {
        for &(family, what) in strip.uses(id) {
            if matches!(what, Use::Field(_) | Use::Header(_)) {
                shown[family] += 1;
            }
        }
    }
    shown
}

/// A fifth for the title, two for the required labels, one for all labels, one for the headers.
fn score(strip: &Strip, spec: &FormSpec, family: usize, region: &Region) -> Match {
    let parts = &strip.compiled.families[family];
    let mut found = vec![false; parts.fields.len()];
    let mut header = None;
    for &row in &region.rows {
        header = columns::header(strip, family, row);
        if let (Some(header), Some(table)) = (&header, &parts.table) {
            // Fields that stand in columns have their labels here.
            for (column, item) in table.columns.iter().zip(&header.items) {
                if let (Some(f), Some(_)) = (column.field, item) {
                    found[f] = true;
                }
            }
            break;
        }
        if heads_a_list(strip, family, row) {
            continue;
        }
        for id in strip.filled(row) {
            for what in strip.uses_in(family, id) {
                if let Use::Field(f) = what {
                    found[f] = true;
                }
            }
        }
    }
    let mut missing = Vec::new();
    let titled = region.titled.contains(&family);
    if !titled {
        missing.push("its title".to_owned());
    }
    let (mut labels, mut required, mut needed, mut all) = (0, 0, 0, 0);
    for (field, &found) in parts.fields.iter().zip(&found).filter(|(f, _)| !f.labels.is_empty()) {
        all += 1;
        needed += usize::from(field.required);
        labels += usize::from(found);
        required += usize::from(found && field.required);
        if field.required && !found {
            missing.push(format!("the label 「{}」", field.labels[0]));
        }
    }
    let ratio = |part: usize, of: usize| if of == 0 { 1.0 } else { part as f32 / of as f32 };
    let headers = match (&parts.table, &header) {
        (None, _) => 1.0,
        (Some(_), None) => {
            let name = spec.indicators.iter().flat_map(|t| &t.columns).filter(|c| !c.optional);
            let names: Vec<&str> =
                name.filter_map(|c| c.header.first().map(String::as_str)).collect();
            missing.push(format!("the column headers 「{}」", names.join("」, 「")));
            0.0
        }
        (Some(table), Some(header)) => {
            let needed = table.columns.iter().zip(&header.items).filter(|(c, _)| !c.optional);
            let there = needed.clone().filter(|(_, i)| i.is_some()).count();
            ratio(there, needed.count())
        }
    };
    let optional = ratio(labels, all);
    let score = 0.2 * f32::from(u8::from(titled))
        + 0.4 * ratio(required, needed)
        + 0.2 * optional
        + 0.2 * headers;
    let plausible = labels > 0 && required * 2 >= needed;
    let explained = explained(strip, family, region, header.as_ref());
    Match { family, score, explained, optional, titled, header, missing, plausible }
}

/// The share of the labels of any family, down to the column headers, that are labels of this one.
fn explained(strip: &Strip, family: usize, region: &Region, header: Option<&Header>) -> f32 {
    let end = header.map_or(RowId::MAX, |h| h.row);
    // A header that is printed twice heads a part that the family does not know.
    let others = header.map(|h| h.others.as_slice()).unwrap_or_default();
    let (mut own, mut all) = (0_u16, 0_u16);
    for id in region.rows.iter().take_while(|r| **r <= end).flat_map(|&r| strip.filled(r)) {
        if strip.uses(id).is_empty() {
            continue;
        }
        all = all.saturating_add(1);
        let known = strip.uses_in(family, id).next().is_some() && !others.contains(&id);
        own = own.saturating_add(u16::from(known));
    }
    if all == 0 { 0.0 } else { f32::from(own) / f32::from(all) }
}

/// So many labels of a row, each above a value of its own, are headers of a list.
const LIST_HEADERS: usize = 3;

/// Whether a row holds the headers of a list (a register of projects, say): labels that have
/// values below them, where a form has them beside its labels and other labels below.
///
/// A form may have a row of amounts below their labels, so that labels of amounts make a list only
/// with labels of text among them, or where one record follows another.
fn heads_a_list(strip: &Strip, family: usize, row: RowId) -> bool {
    let fields = &strip.compiled.families[family].fields;
    let (mut heads, mut texts, mut records) = (0, 0, 0);
    for id in strip.filled(row) {
        let item = &strip.items[id];
        let field = strip.uses_in(family, id).find_map(|u| match u {
            Use::Field(f) => fields.get(f),
            _ => None,
        });
        let value_below = |n: u32| {
            strip.at(item.block, item.row + item.row_span + n, item.col).is_some_and(|below| {
                let below_item = &strip.items[below];
                let in_column = (below_item.col, below_item.col_span) == (item.col, item.col_span);
                in_column && below_item.filled && strip.uses(below).is_empty()
            })
        };
        let Some(field) = field.filter(|_| value_below(0)) else { continue };
        heads += 1;
        records += usize::from(value_below(1));
        texts += usize::from(matches!(field.kind, FieldKind::Text | FieldKind::Paragraphs));
    }
    heads >= LIST_HEADERS && (texts >= 2 || records >= LIST_HEADERS)
}

/// Whether `next` goes on with the form of `region`: on a later page it repeats nothing but the
/// title, or the title and the head word by word, and then comes the indicator table.
/// If so, returns the rows that are repeated.
pub(super) fn continuation(
    strip: &Strip,
    (region, form): (&Region, &Match),
    next: &Region,
) -> Option<Vec<RowId>> {
    let family = form.family;
    if !follows(strip, region, next) {
        return None;
    }
    let is_header = |row: RowId| columns::header(strip, family, row).is_some();
    let text = |row: RowId| -> Vec<String> {
        strip.filled(row).map(|id| strip.text(id).split_whitespace().collect()).collect()
    };
    let labelled = |row: RowId| {
        let mut uses = strip.filled(row).flat_map(|id| strip.uses_in(family, id));
        uses.any(|u| matches!(u, Use::Field(_)))
    };
    let first_body = |rows: &[RowId]| {
        let mut rows = rows.iter().copied().skip_while(|&r| is_header(r));
        rows.find(|&r| strip.kind(r).is_some() && strip.rows[r].filled > 1).map(text)
    };
    let end = region.rows.iter().position(|&r| is_header(r)).unwrap_or(region.rows.len());
    let (head, body) = region.rows.split_at(end);
    let head: BTreeSet<Vec<String>> = head.iter().map(|&r| text(r)).collect();
    // A title may be marked as continued.
    let title: Vec<RowId> = next.title.iter().map(|&id| strip.row_of(id)).collect();
    let again = |r: RowId| title.contains(&r) || head.contains(&text(r));
    let repeated = next.rows.iter().take_while(|&&r| again(r) && !is_header(r));
    let (repeated, rest) = next.rows.split_at(repeated.count());
    let before_table = rest.iter().position(|&r| is_header(r)).unwrap_or(1).min(rest.len());
    let more_head = rest[..before_table].iter().any(|&r| labelled(r));
    // The same table again from its first row on is the same form printed twice.
    let twice = !body.is_empty() && first_body(rest) == first_body(body);
    let anew = twice || begins_anew(strip, body, rest);
    (!repeated.is_empty() && !rest.is_empty() && !more_head && !anew).then(|| repeated.to_vec())
}

/// The rows with which `next` repeats the title of a form of which `region` shows the beginning alone,
/// at the foot of a page: none of the labels there stands in `next` again.
pub(super) fn completion(
    strip: &Strip,
    (region, begun): (&Region, &Match),
    next: &Region,
) -> Option<Vec<RowId>> {
    if !follows(strip, region, next) {
        return None;
    }
    let text = |row: RowId| -> Vec<&str> { strip.filled(row).map(|id| strip.fold(id)).collect() };
    let seen: BTreeSet<Vec<&str>> = region.rows.iter().map(|&r| text(r)).collect();
    let again = next.rows.iter().take_while(|&&r| seen.contains(&text(r))).count();
    let (repeated, rest) = next.rows.split_at(again);
    let fields = |rows: &[RowId]| -> BTreeSet<usize> {
        let cells = rows.iter().flat_map(|&r| strip.filled(r));
        let uses = cells.flat_map(|id| strip.uses_in(begun.family, id));
        uses.filter_map(|u| if let Use::Field(f) = u { Some(f) } else { None }).collect()
    };
    let (begun, rest) = (fields(&region.rows), fields(rest));
    (again > 0 && !begun.is_empty() && begun.is_disjoint(&rest)).then(|| repeated.to_vec())
}

/// Whether a region begins on a later page, or beside the one before it: two pages may be printed on
/// one sheet.
fn follows(strip: &Strip, region: &Region, next: &Region) -> bool {
    let page = |r: &Region| r.rows.first().map(|&r| strip.rows[r].page);
    let frame = |row: RowId| strip.blocks[strip.rows[row].block].frame;
    let grids = |r: &&RowId| strip.kind(**r).is_some();
    let last = region.rows.iter().rfind(grids).map(|&r| frame(r).1);
    let first = next.rows.iter().find(grids).map(|&r| frame(r).0);
    page(next) > page(region) || last.zip(first).is_some_and(|(last, first)| last < first)
}

/// Whether the indicators of `rest` begin with levels that those of `body` showed and left: a
/// table groups its rows by level, so one that goes on shows its last levels or new ones.
fn begins_anew(strip: &Strip, body: &[RowId], rest: &[RowId]) -> bool {
    let Some([one, two]) = rest.iter().map(|&r| levels(strip, r)).find(Levels::is_any).map(|l| l.0)
    else {
        return false;
    };
    // The last level-1 label, those before it, and the same of the level-2 labels below it.
    let (mut ones, mut twos): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for Levels([one, two]) in body.iter().map(|&r| levels(strip, r)) {
        if let Some(one) = one.filter(|one| ones.last() != Some(one)) {
            ones.push(one);
            twos.clear();
        }
        twos.extend(two.filter(|two| twos.last() != Some(two)));
    }
    let left = |seen: &[&str], label: &str| {
        seen.split_last().is_some_and(|(last, before)| *last != label && before.contains(&label))
    };
    match (one, two) {
        (Some(one), _) if ones.last() != Some(&one) => left(&ones, one),
        (_, Some(two)) => left(&twos, two),
        _ => false,
    }
}

/// The labels of both levels in a row, folded.
struct Levels<'s>([Option<&'s str>; 2]);

impl Levels<'_> {
    fn is_any(&self) -> bool {
        self.0.iter().any(Option::is_some)
    }
}

/// A label is known to the taxonomy in full and stands before a name and a target.
fn levels<'s>(strip: &'s Strip, row: RowId) -> Levels<'s> {
    let cells: Vec<ItemId> = strip.filled(row).collect();
    let labels = &cells[..cells.len().saturating_sub(2)];
    let known = |level: Level| {
        labels.iter().map(|&id| strip.fold(id)).find(|text| {
            let known = strip.compiled.lexicon.known(text);
            known.full && known.is(level)
        })
    };
    let one = known(Level::One);
    Levels([one, known(Level::Two).filter(|two| one != Some(*two))])
}
