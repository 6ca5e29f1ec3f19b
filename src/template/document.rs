//! A whole document: its regions in order, each bound or left as tables.

use super::bind::{self, Part};
use super::carve;
use super::compile::Use;
use super::rejoin;
use super::scope::{Scope, quote};
use super::select::{self, Match};
use super::split::{self, Region};
use super::strip::{RowId, Strip, lines_text};
use super::{Library, Remains};
use crate::model::finding::{Finding, Severity};
use crate::model::form::BoundForm;
use crate::model::grid::{Block, Grid, GridKind, Layout};
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use std::collections::BTreeMap;

/// Labels that make a nested grid worth taking out of its frame.
const FRAMED_LABELS: usize = 2;

/// What is remembered of a form that was handed on.
struct Taken {
    family: usize,
    last_page: u32,
}

/// A form, or rows of none.
struct Stretch {
    region: Region,
    best: Option<Match>,
}

/// Hands each form to `take` as soon as it is bound.
pub(super) fn bind(
    library: &Library,
    layout: Layout,
    only: Option<&str>,
    take: &mut dyn FnMut(BoundForm),
) -> Remains {
    let compiled = library.compiled();
    let is_form = |grid: &Grid| {
        let labels = grid.cells.iter().filter(|c| {
            let uses = compiled.uses(&fold(&c.compact_text()));
            uses.iter().any(|(_, u)| matches!(u, Use::Field(_) | Use::Header(_)))
        });
        labels.take(FRAMED_LABELS).count() == FRAMED_LABELS
    };
    let mut blocks = carve::unframe(layout.blocks, &is_form);
    rejoin::cut_rows(&mut blocks, compiled);
    let mut findings = layout.findings;
    let (later, owner, forms) = {
        let strip = Strip::new(&blocks, compiled);
        let stretches = stretches(library, &strip, only);
        let mut claimed = vec![false; strip.items.len()];
        let mut owner: Vec<Option<usize>> = vec![None; strip.rows.len()];
        let mut taken: Vec<Taken> = Vec::new();
        let mut collection: Option<(usize, RowId)> = None;
        for stretch in &stretches {
            let Some(found) = stretch.best.as_ref().filter(|b| b.is_form()) else {
                collection = collection_year(library, &strip, &stretch.region.rows).or(collection);
                continue;
            };
            let mut scope = Scope {
                strip: &strip,
                family: found.family,
                spec: &library.specs[found.family],
                claimed: std::mem::take(&mut claimed),
                findings: Vec::new(),
                year: None,
            };
            let parts = bind::bind(&mut scope, &stretch.region, found);
            claimed = std::mem::take(&mut scope.claimed);
            let mut rows: Vec<RowId> = Vec::new();
            for Part { mut form, rows: own } in parts {
                if let Some((year, row)) = collection {
                    form.findings.extend(other_year(&scope, &form, year, row));
                }
                for row in own.iter().copied() {
                    owner[row] = Some(taken.len());
                }
                rows.extend(own);
                let last_page = form.pages.last().copied().unwrap_or(0);
                taken.push(Taken { family: found.family, last_page });
                take(form);
            }
            let behind: Vec<RowId> = stretch
                .region
                .rows
                .iter()
                .copied()
                .filter(|r| rows.binary_search(r).is_err())
                .collect();
            collection = collection_year(library, &strip, &behind).or(collection);
        }
        report_unmatched(library, &strip, &stretches, &owner, &mut findings);
        let later = report_rests(library, &strip, &owner, &taken);
        (later, Owner::new(&strip, &owner), taken.len())
    };
    let (blocks, tables) = owner.distribute(blocks, forms);
    Remains { blocks, tables, findings, later }
}

/// The regions of a document with their best family, continuations joined.
fn stretches(library: &Library, strip: &Strip, only: Option<&str>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let best = |region: &Region| {
        select::best(strip, &library.specs, region, |s| only.is_none_or(|id| s.id == id))
    };
    for mut region in split::regions(strip) {
        if region.rows.is_empty() {
            continue;
        }
        let before = stretches.last_mut().and_then(|s| {
            let found = s.best.as_ref().filter(|b| b.is_form() || b.resembles())?;
            let parts = (&s.region, found);
            let repeated = if found.is_form() {
                select::continuation(strip, parts, &region)?
            } else {
                select::completion(strip, parts, &region)?
            };
            Some((s, repeated))
        });
        if let Some((stretch, repeated)) = before {
            stretch.region.rows.append(&mut region.rows);
            stretch.region.repeated.extend(repeated);
            // What the first page shows settles the family; it may have ended above the headers.
            if stretch.best.as_ref().is_some_and(|b| b.header.is_none() || !b.is_form()) {
                stretch.best = best(&stretch.region);
            }
            continue;
        }
        let best = best(&region);
        stretches.push(Stretch { region, best });
    }
    stretches
}

/// The year of a headline over several forms among some rows: the last one and its row.
fn collection_year(library: &Library, strip: &Strip, rows: &[RowId]) -> Option<(usize, RowId)> {
    let found = |row: RowId| {
        let id = strip.filled(row).next().filter(|_| strip.rows[row].filled == 1)?;
        let plain = super::plain::Plain::new(strip.items[id].lines).text;
        let mut patterns = library.compiled().families.iter().flat_map(|f| &f.collections);
        let year = patterns.find_map(|p| p.captures(&plain)?.get(1)?.as_str().parse().ok())?;
        Some((year, row))
    };
    rows.iter().rev().find_map(|&r| found(r))
}

/// D3: the headline over the forms names another year than this form.
fn other_year(scope: &Scope, form: &BoundForm, year: usize, row: RowId) -> Option<Finding> {
    let key = scope.spec.checks.dates.as_ref()?.year.as_deref()?;
    let at = Pointer::from_dotted(key);
    let printed = form.fields.iter().find(|f| f.at == at)?.printed.as_ref()?;
    let text: String = lines_text(&printed.lines);
    let own: usize = fold(&text).parse().ok()?;
    let headline = scope.strip.filled(row).next().map(|id| scope.quote(id))?;
    let message = format!("the form is of {own}, the headline {headline} of {year}");
    let hint = "check which year is meant";
    let finding = Finding::new("form.title-year", Severity::Warning, message, hint);
    (own != year).then(|| finding.at(at).on_page(printed.page).in_box(printed.bbox))
}

/// A finding for every stretch that shows a grid and is no form.
fn report_unmatched(
    library: &Library,
    strip: &Strip,
    stretches: &[Stretch],
    owner: &[Option<usize>],
    findings: &mut Vec<Finding>,
) {
    let whole: Vec<bool> =
        strip.blocks.iter().map(|view| view.rows.clone().all(|r| owner[r].is_none())).collect();
    for stretch in stretches {
        let free = |r: &&RowId| owner[**r].is_none() && strip.kind(**r).is_some();
        let mut grids: BTreeMap<usize, RowId> = BTreeMap::new();
        for &row in stretch.region.rows.iter().filter(free) {
            let block = strip.rows[row].block;
            if strip.rows[row].filled > usize::from(!whole[block]) {
                grids.entry(block).or_insert(row);
            }
        }
        let form = stretch.best.as_ref().filter(|b| b.is_form());
        let near = stretch.best.as_ref().filter(|b| form.is_none() && b.resembles());
        for (n, &row) in grids.values().enumerate() {
            let first = strip.filled(row).next();
            let begins = first.map(|id| quote(&strip.text(id))).unwrap_or_default();
            let (severity, message, hint) = match near.filter(|_| n == 0) {
                Some(near) => (
                    Severity::Warning,
                    format!(
                        "the grid beginning with {begins} looks like the form `{}` but lacks {}; \
                         it is listed under tables",
                        library.specs[near.family].id,
                        near.missing.join(" and "),
                    ),
                    "check the page; a template for this form can be given with --template-dir",
                ),
                None if first.is_some_and(|id| strip.is_recognised(id)) => (
                    Severity::Warning,
                    format!(
                        "the grid beginning with {begins} is no form known, as far as it could be \
                         read; it is listed under tables"
                    ),
                    "compare it with the picture; if it is a form, scan it again, darker",
                ),
                None if is_labelled(strip, stretch, strip.rows[row].block) => (
                    Severity::Warning,
                    format!(
                        "the grid beginning with {begins} shows labels of a form, but could not be \
                         read as one; it is listed under tables"
                    ),
                    "check the page; if it is a form, enter it by hand or give a template with \
                     --template-dir",
                ),
                None => (
                    Severity::Info,
                    format!(
                        "the grid beginning with {begins} is no form known; it is listed under tables"
                    ),
                    "nothing, if it is no declaration form; else give a template with --template-dir",
                ),
            };
            let mut finding = Finding::new("form.unmatched", severity, message, hint);
            finding.page = Some(strip.rows[row].page);
            finding.bbox = first.and_then(|id| strip.items[id].bbox);
            findings.push(finding);
        }
    }
}

/// So many rows with labels are no register, which has its labels in a row of headers.
const LABELLED: usize = 3;

/// Whether rows of a block show labels of fields: a form that was not understood.
fn is_labelled(strip: &Strip, stretch: &Stretch, block: usize) -> bool {
    let rows = stretch.region.rows.iter().filter(|&&r| strip.rows[r].block == block);
    let labelled = |row: RowId| {
        let mut uses = strip.filled(row).flat_map(|id| strip.uses(id));
        uses.any(|(_, what)| matches!(what, Use::Field(_)))
    };
    rows.filter(|&&r| labelled(r)).nth(LABELLED - 1).is_some()
}

/// Frames of one table on two scanned sheets differ by no more than this, in points.
const SCANNED_FRAME: f32 = 24.0;

/// The same of pages that a program made.
const FRAME: f32 = 3.0;

/// A finding, and the number of its form, for each form that may go on in a grid of the same width
/// which begins the next page, or follows at once in a text export, but was not understood as its
/// rest: rows may be missing.
fn report_rests(
    library: &Library,
    strip: &Strip,
    owner: &[Option<usize>],
    forms: &[Taken],
) -> Vec<(usize, Finding)> {
    let mut found = Vec::new();
    let grids = |b: &usize| strip.blocks[*b].kind.is_some();
    let blocks: Vec<usize> = (0..strip.blocks.len()).filter(grids).collect();
    for pair in blocks.windows(2) {
        let (above, below) = (&strip.blocks[pair[0]], &strip.blocks[pair[1]]);
        let Some(form) = above.rows.clone().next_back().and_then(|r| owner[r]) else { continue };
        let Some(first) = below.rows.clone().find(|&r| strip.rows[r].filled > 1) else { continue };
        if owner[first].is_some() {
            continue;
        }
        // Another form may stand flush below.
        let is_shared = below.rows.clone().any(|r| owner[r].is_some());
        let Taken { family, last_page: last } = forms[form];
        let Some(id) = strip.filled(first).next() else { continue };
        let from = |origin| strip.items[id].lines.iter().any(|l| l.from == origin);
        let frame = if from(Origin::Recognised) { SCANNED_FRAME } else { FRAME };
        let near = |a: f32, b: f32| (a - b).abs() <= frame;
        let sides = [near(above.frame.0, below.frame.0), near(above.frame.1, below.frame.1)];
        // Rules alone do not show a side whose cells are merged over the break, and a form that stands
        // flush may be wider.
        let needed = if is_shared || below.kind == Some(GridKind::RowRuled) { 1 } else { 2 };
        let same = sides.into_iter().filter(|&side| side).count() >= needed;
        let page = strip.rows[first].page;
        // A single line above may run along the margin; more are the heading of another table.
        let lines = strip.blocks[pair[0] + 1..pair[1]].iter().flat_map(|b| b.rows.clone());
        let headed = lines.filter(|&r| strip.rows[r].page == page).count() > 1;
        let next = same && page == last + 1 && (from(Origin::Recognised) || !headed);
        let is_text = from(Origin::TextExport);
        let at_once = is_text && pair[0] + 1 == pair[1] && above.frame == below.frame;
        let list = library.specs[family].indicators.as_ref();
        let (true, Some(list)) = (next && !is_text || at_once, list) else { continue };
        let message = format!(
            "the grid beginning with {} may be the rest of the indicators",
            quote(&strip.text(id))
        );
        let hint = "compare the rows with the document; enter by hand what is missing";
        let finding = Finding::new("form.unmatched", Severity::Warning, message, hint);
        let finding = finding.at(Pointer::from_dotted(&list.key));
        let finding = finding.on_page(page).in_box(strip.items[id].bbox);
        found.push((form, finding));
    }
    found
}

/// Which form each row of each block belongs to.
struct Owner {
    /// By block: the owner and how many of its rows show something, for each run of rows.
    runs: Vec<Vec<Run>>,
}

struct Run {
    /// First row inside the grid.
    from: u32,
    form: Option<usize>,
    /// Some row has more than one filled cell: a table, not a headline.
    table: bool,
}

impl Owner {
    fn new(strip: &Strip, owner: &[Option<usize>]) -> Self {
        let mut runs: Vec<Vec<Run>> = Vec::with_capacity(strip.blocks.len());
        for view in &strip.blocks {
            let mut block: Vec<Run> = Vec::new();
            for row in view.rows.clone() {
                let table = strip.rows[row].filled > 1;
                match block.last_mut() {
                    Some(run) if run.form == owner[row] => run.table |= table,
                    _ => {
                        let from = strip.rows[row].inside;
                        block.push(Run { from, form: owner[row], table });
                    }
                }
            }
            // A grid without any form is a table, one too large to look into, too.
            match block.as_mut_slice() {
                [] => block.push(Run { from: 0, form: None, table: true }),
                [whole] => whole.table = true,
                _ => {}
            }
            runs.push(block);
        }
        Self { runs }
    }

    /// The blocks of each of so many forms, and the tables of none.
    fn distribute(self, blocks: Vec<Block>, forms: usize) -> (Vec<Vec<Block>>, Vec<Grid>) {
        let mut own: Vec<Vec<Block>> = (0..forms).map(|_| Vec::new()).collect();
        let mut tables = Vec::new();
        for (block, runs) in blocks.into_iter().zip(self.runs) {
            match block {
                Block::Line(line) => {
                    if let Some(form) = runs.first().and_then(|r| r.form) {
                        own[form].push(Block::Line(line));
                    }
                }
                Block::Grid(grid) => {
                    let cuts: Vec<u32> = runs.iter().map(|r| r.from).collect();
                    for (part, run) in carve::cut(grid, &cuts).into_iter().zip(runs) {
                        match run.form {
                            Some(form) => own[form].push(Block::Grid(part)),
                            None if run.table => tables.push(part),
                            // A headline or spacing between the forms of one grid.
                            None => {}
                        }
                    }
                }
            }
        }
        (own, tables)
    }
}
