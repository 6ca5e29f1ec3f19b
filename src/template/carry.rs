//! The level labels of each indicator row: printed, inherited, or implied.
//!
//! A level label is printed once over all its rows. Where rules show the merged cell, it belongs
//! to the rows that the cell covers. A blank cell takes the label above it, or, where a page
//! break cuts a merged cell, the label that the rest of the cell shows on the next page (unless
//! the list has blank cells elsewhere); never one that contradicts the other level (`domain.md`
//! §0.1, §0.4).

use super::centred;
use super::levels::{Known, Level, Lexicon};
use super::strip::{ItemId, Strip};
use crate::model::grid::GridKind;
use crate::model::label::fold;

/// The level cells of an indicator row.
#[derive(Clone, Debug, Default)]
pub(super) struct LevelCells {
    /// Level 1 and level 2: the cell, blank or not, where there is one.
    pub cell: [Option<ItemId>; 2],
    /// A following row that only holds the rest of the label.
    pub rest: [Option<ItemId>; 2],
    /// In a ruled grid a blank cell is not a part of the one above.
    pub kind: GridKind,
    /// From which to which y the row shows its values, in points; `None` for a row without
    /// values, and for a text export.
    pub y: Option<(f32, f32)>,
    /// A page or grid begins with this row.
    pub begins_page: bool,
}

/// The label of one level of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tag {
    /// The cells that print the label; for an implied one the blank cell or the cell that
    /// implies it.
    pub cells: Vec<ItemId>,
    /// The label, if it is not what the cells print.
    pub repaired: Option<String>,
    pub known: Known,
    /// The cells do not print the label: it follows from the level below.
    pub implied: bool,
    pub source: Source,
}

/// How a row came by its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// By its own cell or the merged cell that covers it.
    Printed,
    /// By the label in whose middle it stands, without rules to show it.
    Centred,
    /// From above, though it could as well be the label below, or from a cell that contradicts the
    /// other level.
    Unclear,
    /// From above, as blank cells under a label are meant.
    Above,
    /// From above, though its own cell is blank and separate.
    AboveBlank,
    /// From the next page.
    Ahead,
    /// Implied by the level-2 label.
    Derived,
}

/// Confidence of recognised text that shows nothing but print.
const SURE: f32 = 0.95;

const LEVELS: [Level; 2] = [Level::One, Level::Two];

/// The labels of all rows, level 1 and level 2.
pub(super) fn resolve(strip: &Strip, rows: &[LevelCells]) -> Vec<[Option<Tag>; 2]> {
    let lexicon = &strip.compiled.lexicon;
    let mut own: Vec<[Option<Tag>; 2]> =
        rows.iter().map(|r| [0, 1].map(|l| printed(strip, lexicon, r, l))).collect();
    join_cut_labels(strip, lexicon, rows, &mut own);
    read_from_below(strip, lexicon, rows, &mut own);
    let doubts = centred::spread(strip, rows, &mut own);
    let ahead = [0, 1].map(|l| labels_ahead(rows, &own, l));
    let blanks_go_on = blanks_go_on(rows, &own);
    let merges = merges(rows);
    let mut above: [Option<Tag>; 2] = [None, None];
    let mut resolved = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        let [own1, own2] = &own[i];
        let from_above = |tag: &Option<Tag>, l: usize| {
            let tag = tag.clone()?;
            let blank = row.cell[l].filter(|_| row.kind.has_drawn_rows());
            let source = match i.checked_sub(1).map(|j| &rows[j]) {
                // The next row of the same blank cell came by its label the same way.
                Some(before) if blank.is_some() && before.cell[l] == blank => tag.source,
                _ if blank.is_some() && !row.begins_page => Source::AboveBlank,
                _ if doubts[i][l] => Source::Unclear,
                _ => Source::Above,
            };
            Some(Tag { source, ..tag })
        };
        // A level-2 label does not run on under a new level-1 label unless it may stand there.
        let new_one = match (own1, &above[0]) {
            (Some(own), Some(above)) => own.known != above.known || !own.known.is_any(),
            _ => false,
        };
        // All rows of one blank cell have the same label.
        let same_cell = |l: usize| {
            row.cell[l].is_some()
                && i.checked_sub(1).is_some_and(|j| rows[j].cell[l] == row.cell[l])
        };
        let own_of = |j: usize, l: usize| own[j][l].is_some();
        let candidates = |own: &Option<Tag>, l: usize| -> Vec<Tag> {
            let above = from_above(&above[l], l);
            if let Some(own) = own {
                return vec![own.clone()];
            }
            if same_cell(l) && above.is_some() {
                return above.into_iter().collect();
            }
            let ahead = ahead[l][i].clone();
            // A blank cell over a whole page rather goes on from a label than towards one.
            let goes_on =
                blanks_go_on || row.begins_page && i.checked_sub(1).is_some_and(|j| own_of(j, l));
            if goes_on && ahead.is_some() {
                let above = above.map(|t| Tag { source: Source::AboveBlank, ..t });
                return above.into_iter().chain(ahead).collect();
            }
            ahead.into_iter().chain(above).collect()
        };
        let (ones, twos) = (candidates(own1, 0), candidates(own2, 1));
        let settled = own1.is_some() || (same_cell(0) && !ones.is_empty());
        let fits = |one: &Tag, two: &Tag| {
            let runs_on =
                matches!(two.source, Source::Above | Source::AboveBlank | Source::Unclear);
            two.known.fits_below(&one.known).unwrap_or(!(runs_on && new_one))
        };
        // The first pair that does not contradict itself, in the order of preference.
        let pair = twos.iter().find_map(|two| {
            let one = ones.iter().find(|one| fits(one, two)).cloned();
            let implied = || implied(lexicon, two, row).filter(|_| !settled);
            one.or_else(implied).map(|one| (one, two.clone()))
        });
        let unclear = |tag: Tag| Tag { source: Source::Unclear, ..tag };
        // What is meant as the label above would do as well.
        let is_ahead = |tag: &&Tag| tag.source == Source::Ahead;
        let behind = |two: &Tag| ones.iter().filter(|t| !is_ahead(t)).any(|one| fits(one, two));
        let either = !merges && twos.iter().filter(|t| !is_ahead(t)).any(behind);
        let pair = pair.map(|(one, two)| {
            let doubted = |tag: Tag| if either && is_ahead(&&tag) { unclear(tag) } else { tag };
            (doubted(one), doubted(two))
        });
        // Where white space alone shows the rows of a label, either may be the wrong one; the level
        // above follows from the one below.
        let guessed = row.kind == GridKind::Aligned && own1.is_some();
        let (one, two) = match pair {
            Some((one, two)) => (Some(one), Some(two)),
            None if guessed => match own2 {
                Some(two) => {
                    let one = implied(lexicon, two, row).or_else(|| own1.clone());
                    (one.map(unclear), Some(unclear(two.clone())))
                }
                None => (own1.clone().map(unclear), None),
            },
            // Printed labels stay, even if they contradict each other.
            None => (ones.first().cloned(), own2.clone()),
        };
        above = [one.clone().or(above[0].take()), two.clone()];
        resolved.push([one, two]);
    }
    resolved
}

/// The label that a row's own cell shows, repaired if it is damaged.
fn printed(strip: &Strip, lexicon: &Lexicon, row: &LevelCells, level: usize) -> Option<Tag> {
    let cell = row.cell[level].filter(|&id| strip.items[id].filled)?;
    let mut cells = vec![cell];
    cells.extend(row.rest[level]);
    let text: String = cells.iter().map(|&id| strip.fold(id)).collect();
    let mut known = lexicon.known(&text);
    let mut repaired = None;
    if !known.is_any()
        && let Some(label) = lexicon.repair(&text, LEVELS[level])
    {
        known = lexicon.known(label);
        repaired = Some(label.to_owned());
    } else if strip.is_recognised(cell) {
        repaired = without_dirt(strip, lexicon, &cells, &text);
    }
    Some(Tag { cells, repaired, known, implied: false, source: Source::Printed })
}

/// A recognised label without the marks that dirt and remnants of rules left beside it, if it is one then
/// and was none with them.
fn without_dirt(strip: &Strip, lexicon: &Lexicon, cells: &[ItemId], text: &str) -> Option<String> {
    let bare = text.trim_matches(|c: char| !c.is_alphabetic() || c.is_ascii_alphabetic());
    let printed: String = cells.iter().map(|&id| fold(&strip.text(id))).collect();
    // A score behind a label stands in brackets or is called one; anything else is as doubtful as it
    // was read.
    let is_score = printed.ends_with([')', '分']);
    let is_sure = is_sure(strip, cells);
    let is_dirty = printed != bare && !(lexicon.known(&printed).full && (is_score || is_sure));
    (is_dirty && lexicon.known(bare).full).then(|| bare.to_owned())
}

/// Whether all that some cells print was read surely.
fn is_sure(strip: &Strip, cells: &[ItemId]) -> bool {
    let lines = cells.iter().flat_map(|&id| strip.items[id].lines);
    lines.into_iter().all(|line| line.confidence >= SURE)
}

/// Joins a label whose text is cut by a page break: its beginning stands at the end of one page,
/// the rest on top of the next.
fn join_cut_labels(
    strip: &Strip,
    lexicon: &Lexicon,
    rows: &[LevelCells],
    own: &mut [[Option<Tag>; 2]],
) {
    for i in 1..rows.len() {
        if !rows[i].begins_page {
            continue;
        }
        for level in 0..2 {
            let (Some(first), Some(rest)) = (&own[i - 1][level], &own[i][level]) else { continue };
            if first.repaired.is_none() && first.known.is_any() {
                continue;
            }
            let cells = [first.cells.as_slice(), &rest.cells].concat();
            let text: String = cells.iter().map(|&id| strip.fold(id)).collect();
            let known = lexicon.known(&text);
            if !known.is(LEVELS[level]) {
                continue;
            }
            let tag = Tag { cells, known, repaired: None, ..first.clone() };
            let same = |a: &Option<Tag>, b: &Tag| a.as_ref().is_some_and(|a| a.cells == b.cells);
            let (first, rest) = (first.clone(), rest.clone());
            let before = (0..i).rev().take_while(|&j| same(&own[j][level], &first)).count();
            let after = (i..rows.len()).take_while(|&j| same(&own[j][level], &rest)).count();
            for labels in own.iter_mut().take(i + after).skip(i - before) {
                labels[level] = Some(tag.clone());
            }
        }
    }
}

/// Takes a label of level 1 that could not be read for the one to which all labels of level 2 beside it
/// belong: half of its print may stand on the other side of a page break.
fn read_from_below(
    strip: &Strip,
    lexicon: &Lexicon,
    rows: &[LevelCells],
    own: &mut [[Option<Tag>; 2]],
) {
    let mut start = 0;
    while start < rows.len() {
        let cell = rows[start].cell[0];
        let end = start + rows[start..].iter().take_while(|r| r.cell[0] == cell).count();
        let is_legible =
            |tag: &Tag| is_sure(strip, &tag.cells) || tag.known.is_any() || tag.repaired.is_some();
        let read =
            own[start][0].as_ref().filter(|_| cell.is_some_and(|id| strip.is_recognised(id)));
        if let Some(tag) = read.filter(|tag| !is_legible(tag)).cloned() {
            let mut parents =
                own[start..end].iter().filter_map(|o| Some(o[1].as_ref()?.known.parent()));
            let first = parents.next().flatten();
            if let Some(parent) = first.filter(|_| parents.all(|p| p == first)) {
                let name = lexicon.name(parent).to_owned();
                let known = lexicon.known(&name);
                let tag = Tag { repaired: Some(name), known, ..tag };
                own[start..end].iter_mut().for_each(|o| o[0] = Some(tag.clone()));
            }
        }
        start = end;
    }
}

/// For each row in a blank ruled cell at the end of a page: the label of that column on top of
/// the next page.
fn labels_ahead(rows: &[LevelCells], own: &[[Option<Tag>; 2]], level: usize) -> Vec<Option<Tag>> {
    let mut ahead: Vec<Option<Tag>> = vec![None; rows.len()];
    for i in (0..rows.len().saturating_sub(1)).rev() {
        let next = &rows[i + 1];
        let ruled = rows[i].kind.has_drawn_rows();
        if !ruled || own[i][level].is_some() || rows[i].cell[level].is_none() {
            continue;
        }
        ahead[i] = if next.begins_page {
            let label = own[i + 1][level].clone().map(|t| Tag { source: Source::Ahead, ..t });
            label.or_else(|| ahead[i + 1].clone())
        } else if next.cell[level] == rows[i].cell[level] {
            ahead[i + 1].clone()
        } else {
            None
        };
    }
    ahead
}

/// Whether a list has merged cells for its levels; one without has none for a page break to cut, and its
/// blank cells may all be meant as the label above.
fn merges(rows: &[LevelCells]) -> bool {
    let merged =
        |w: &[LevelCells]| (0..2).any(|l| w[0].cell[l].is_some() && w[0].cell[l] == w[1].cell[l]);
    rows.windows(2).any(merged)
}

/// Whether the list prints each label once and leaves the ruled cells below it blank: it has such
/// a cell where no page ends, so that one at the end of a page says nothing of the next page.
fn blanks_go_on(rows: &[LevelCells], own: &[[Option<Tag>; 2]]) -> bool {
    (0..2).any(|level| {
        (1..rows.len()).any(|i| {
            let (cell, before) = (rows[i].cell[level], rows[i - 1].cell[level]);
            let blank = rows[i].kind.has_drawn_rows() && cell.is_some() && own[i][level].is_none();
            let is_inside = || {
                let behind = rows[i..].iter().find(|r| r.cell[level] != cell);
                !rows[i].begins_page && behind.is_none_or(|row| !row.begins_page)
            };
            blank && cell != before && is_inside()
        })
    })
}

/// The level-1 label that a level-2 label implies.
fn implied(lexicon: &Lexicon, two: &Tag, row: &LevelCells) -> Option<Tag> {
    let parent = two.known.parent()?;
    let name = lexicon.name(parent).to_owned();
    let cells = row.cell[0].map_or_else(|| two.cells.clone(), |c| vec![c]);
    let known = lexicon.known(&name);
    Some(Tag { cells, known, repaired: Some(name), implied: true, source: Source::Derived })
}
