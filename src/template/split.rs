//! Where a form begins and ends: a document's strip → regions of one form each.

use super::columns;
use super::compile::Use;
use super::plain::Plain;
use super::strip::{ItemId, RowId, Strip};
use crate::model::form::FieldKind;
use crate::model::grid::TextLine;
use crate::model::spec::Place;

/// Rows that belong together: one form, and what follows it up to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    /// Ascending.
    pub rows: Vec<RowId>,
    /// The cells of the title, mostly one; empty if there is none.
    pub title: Vec<ItemId>,
    /// Families of whose titles it is one.
    pub titled: Vec<usize>,
    /// Rows on later pages that repeat the title or the head; ascending.
    pub repeated: Vec<RowId>,
}

/// A longer line (in bytes) is no title.
const TITLE_BYTES: usize = 240;

/// So many lines above a head without a known title may be its title and captions.
const LINES_ABOVE: usize = 3;

/// Splits a strip at titles, and at the leading label of a family where a head begins without a
/// title. The first region holds what stands before the first form.
pub(super) fn regions(strip: &Strip) -> Vec<Region> {
    let mut regions = vec![Region::default()];
    // Families whose leading label the region has shown.
    let mut led: Vec<usize> = Vec::new();
    let mut second_half = None;
    for row in 0..strip.rows.len() {
        let titled = titles(strip, row);
        if let Some((titled, title)) = titled
            && second_half != Some(row)
        {
            second_half = Some(row + 1).filter(|_| title.len() == 2);
            let above =
                captions_above(strip, regions.last().map_or(&[], |r| &r.rows), row, &titled);
            let taken = regions.last_mut().map(|r| r.rows.split_off(r.rows.len() - above));
            let rows = taken.unwrap_or_default();
            regions.push(Region { rows, title, titled, ..Region::default() });
            led.clear();
        } else {
            let leads = leads(strip, row);
            let fresh = regions.last().is_some_and(|r| !r.title.is_empty()) && led.is_empty();
            if leads.iter().any(|f| led.contains(f))
                || (!leads.is_empty() && led.is_empty() && !fresh)
            {
                let above = heading(strip, regions.last().map_or(&[], |r| &r.rows));
                let taken = regions.last_mut().map(|r| r.rows.split_off(r.rows.len() - above));
                regions.push(Region { rows: taken.unwrap_or_default(), ..Region::default() });
                led.clear();
            }
            for family in leads {
                if !led.contains(&family) {
                    led.push(family);
                }
            }
        }
        if let Some(region) = regions.last_mut() {
            region.rows.push(row);
        }
    }
    regions
}

/// The families of whose titles a row is one, and the title: one cell, or two lines.
fn titles(strip: &Strip, row: RowId) -> Option<(Vec<usize>, Vec<ItemId>)> {
    let id = title_cell(strip, row)?;
    let lines = strip.items[id].lines;
    let families = strip.compiled.titled(&Plain::new(lines).text);
    if !families.is_empty() {
        return Some((families, vec![id]));
    }
    // A title broken over two lines outside every grid.
    let next = title_cell(strip, row + 1)?;
    let line =
        |id: ItemId| strip.items[id].lines.first().filter(|_| strip.items[id].lines.len() == 1);
    let both: Vec<TextLine> = vec![line(id)?.clone(), line(next)?.clone()];
    let outside = strip.kind(row).is_none() && strip.kind(row + 1).is_none();
    if !outside || both[0].page != both[1].page {
        return None;
    }
    let second = Plain::new(&both[1..]).text;
    let families = strip.compiled.titled(&Plain::new(&both).text);
    (!families.is_empty() && strip.compiled.titled(&second).is_empty())
        .then(|| (families, vec![id, next]))
}

/// The cell of a row that may be a title: the only filled one, or one beside a cell that is no
/// label (a form's number, the unit of its amounts).
fn title_cell(strip: &Strip, row: RowId) -> Option<ItemId> {
    let count = strip.rows.get(row)?.filled;
    if !(1..=2).contains(&count) {
        return None;
    }
    let short = |id: &ItemId| {
        let bytes = strip.items[*id].lines.iter().map(|l| l.text.len()).sum::<usize>();
        (1..=TITLE_BYTES).contains(&bytes)
    };
    let labelled =
        strip.filled(row).any(|id| strip.uses(id).iter().any(|(_, u)| matches!(u, Use::Field(_))));
    if count == 2 && labelled {
        return None;
    }
    let titled = |id: &ItemId| {
        count == 1 || !strip.compiled.titled(&Plain::new(strip.items[*id].lines).text).is_empty()
    };
    strip.filled(row).filter(short).find(titled)
}

/// The families whose head begins in a row: their leading label is its first filled cell but for
/// side labels, a value follows, and this or the next row shows another label.
fn leads(strip: &Strip, row: RowId) -> Vec<usize> {
    let mut found = Vec::new();
    if strip.kind(row).is_none() {
        return found;
    }
    let filled = strip.filled(row);
    let side = |id: &ItemId| strip.uses(*id).iter().any(|(_, u)| *u == Use::Side);
    let mut cells = filled.skip_while(side);
    let (Some(first), Some(_)) = (cells.next(), cells.next()) else { return found };
    let mut led = strip.uses(first).iter().filter(|(family, what)| {
        let lead = strip.compiled.families[*family].lead;
        matches!(what, Use::Field(f) if lead == Some(*f))
    });
    // Headers of a table over several forms read like labels, too.
    let wide = |family: usize| strip.compiled.families[family].each.is_some();
    let families = 0..strip.compiled.families.len();
    if led.next().is_none()
        || families.into_iter().any(|f| wide(f) && columns::header(strip, f, row).is_some())
    {
        return found;
    }
    for &(family, what) in strip.uses(first) {
        let Use::Field(f) = what else { continue };
        if strip.compiled.families[family].lead != Some(f) || found.contains(&family) {
            continue;
        }
        let near = [row, row + 1]
            .into_iter()
            .filter(|&r| strip.rows.get(r).is_some_and(|x| x.block == strip.rows[row].block));
        let mut uses =
            near.flat_map(|r| strip.filled(r)).flat_map(|other| strip.uses_in(family, other));
        if uses.any(|u| matches!(u, Use::Field(g) if g != f)) {
            found.push(family);
        }
    }
    found
}

/// How many rows at the end of `rows` stand above a head as its heading: lines, or rows of a
/// single cell.
fn heading(strip: &Strip, rows: &[RowId]) -> usize {
    let ends =
        |row: RowId| strip.filled(row).any(|id| strip.uses(id).iter().any(|(_, u)| *u == Use::End));
    let Some(page) = rows.last().map(|&r| strip.rows[r].page) else { return 0 };
    rows.iter()
        .rev()
        .take(LINES_ABOVE)
        .take_while(|&&r| strip.rows[r].filled <= 1 && strip.rows[r].page == page && !ends(r))
        .count()
}

/// How many lines at the end of `rows`, right above a title of these families, are captions of
/// theirs: the unit of the amounts stands there on some forms. A year does not tell whether a line
/// belongs to this form or is the date of the one before.
fn captions_above(strip: &Strip, rows: &[RowId], title: RowId, families: &[usize]) -> usize {
    let told = |id: ItemId| {
        let lines = strip.items[id].lines;
        let plain = Plain::new(lines);
        let fields = families.iter().flat_map(|&f| &strip.compiled.families[f].fields);
        fields
            .filter(|f| f.kind == FieldKind::MoneyUnit && f.places.contains(&Place::Caption))
            .filter_map(|field| field.pattern.as_ref())
            .any(|pattern| plain.capture(pattern, lines).is_some())
    };
    let page = strip.rows[title].page;
    rows.iter()
        .rev()
        .take(LINES_ABOVE)
        .take_while(|&&r| strip.kind(r).is_none() && strip.rows[r].page == page)
        .take_while(|&&r| strip.filled(r).all(told))
        .count()
}
