//! Level labels in the middle of their rows, where no rules show which rows these are.
//!
//! A merged cell without borders shows its label half-way down. Read from the top, the rows above
//! the label would fall to the label before. The middles tell the groups: the first begins with
//! the first row, its label stands in its middle, so its last row follows, and so on down to the
//! last row, which must come out. It is only done where reading from the top fails; where both work
//! out, the rows in question carry a finding.

use super::carry::{LevelCells, Source, Tag};
use super::strip::Strip;
use crate::model::grid::GridKind;

/// From which to which y a row shows its values, in points.
type Extent = (f32, f32);

/// Gives every row of borderless grids the label in whose middle it stands, if reading from the
/// top fails and the middles work out. Returns for each row and level whether a label taken from
/// above may be the wrong one.
pub(super) fn spread(
    strip: &Strip,
    rows: &[LevelCells],
    own: &mut [[Option<Tag>; 2]],
) -> Vec<[bool; 2]> {
    let mut doubts = vec![[false; 2]; rows.len()];
    let mut start = 0;
    while start < rows.len() {
        let next = rows[start + 1..].iter().position(|r| r.begins_page);
        let end = next.map_or(rows.len(), |n| start + 1 + n);
        if rows[start].kind == GridKind::Aligned {
            let page = Page { rows: &rows[start..end], opens: start == 0 };
            page.spread(strip, &mut own[start..end], &mut doubts[start..end]);
        }
        start = end;
    }
    doubts
}

/// Rows of one page.
struct Page<'r> {
    rows: &'r [LevelCells],
    /// The table begins here.
    opens: bool,
}

impl Page<'_> {
    fn spread(&self, strip: &Strip, own: &mut [[Option<Tag>; 2]], doubts: &mut [[bool; 2]]) {
        // Rows that only show a label stand between those with values.
        let valued: Vec<usize> = (0..own.len()).filter(|&i| self.rows[i].y.is_some()).collect();
        let extents: Vec<Extent> = valued.iter().filter_map(|&i| self.rows[i].y).collect();
        let labels = [0, 1].map(|l| own.iter().filter_map(|o| o[l].clone()).collect::<Vec<Tag>>());
        let middles = [0, 1].map(|l| {
            let middles: Option<Vec<f32>> = labels[l].iter().map(|t| middle(strip, t)).collect();
            groups(&extents, &middles?)
        });
        let from_top = self.reads_from_top(strip, own);
        // Nothing tells the two readings apart if the middles work out for every level.
        let both = (0..2).all(|l| labels[l].is_empty() || middles[l].is_some());
        for level in 0..2 {
            match &middles[level] {
                Some(last_rows) if !from_top => {
                    for labels in own.iter_mut() {
                        labels[level] = None;
                    }
                    for (label, rows) in labels[level].iter().zip(spans(last_rows)) {
                        for &row in &valued[rows] {
                            let source = Source::Centred;
                            own[row][level] = Some(Tag { source, ..label.clone() });
                        }
                    }
                }
                Some(last_rows) if both => {
                    let mut top: Option<&Tag> = None;
                    let mut n = 0;
                    for (label, rows) in labels[level].iter().zip(spans(last_rows)) {
                        for &row in &valued[rows] {
                            while n <= row {
                                top = own[n][level].as_ref().or(top);
                                n += 1;
                            }
                            doubts[row][level] = top.is_none_or(|t| t.cells != label.cells);
                        }
                    }
                }
                None if !from_top => doubts.iter_mut().for_each(|d| d[level] = true),
                _ => {}
            }
        }
    }

    /// Whether the labels stand in the first row of their groups, as far as the rows tell: the
    /// first row of the table has them, each is level with its row, and no level contradicts the
    /// other.
    fn reads_from_top(&self, strip: &Strip, own: &[[Option<Tag>; 2]]) -> bool {
        let first = own.first().filter(|_| self.opens).is_none_or(|o| {
            let shown = |l: usize| own.iter().any(|o| o[l].is_some());
            (0..2).all(|l| o[l].is_some() || !shown(l))
        });
        let level = self.rows.iter().zip(own).all(|(row, labels)| {
            labels.iter().flatten().all(|label| match (row.y, middle(strip, label)) {
                (Some((top, bottom)), Some(y)) => {
                    (f32::midpoint(top, bottom) - y).abs() <= (bottom - top) / 2.0
                }
                _ => false,
            })
        });
        let mut above: Option<&Tag> = None;
        let contradicts = own.iter().any(|[one, two]| {
            above = one.as_ref().or(above);
            match (one, above, two) {
                (None, Some(one), Some(two)) => two.known.fits_below(&one.known) == Some(false),
                _ => false,
            }
        });
        first && level && !contradicts
    }
}

/// The rows of each group from their last rows.
fn spans(last_rows: &[usize]) -> impl Iterator<Item = std::ops::RangeInclusive<usize>> + '_ {
    let mut first = 0;
    last_rows.iter().map(move |&last| std::mem::replace(&mut first, last + 1)..=last)
}

fn middle(strip: &Strip, label: &Tag) -> Option<f32> {
    let lines = label.cells.iter().flat_map(|&id| strip.items[id].lines);
    let boxes = lines.filter_map(|l| l.bbox);
    boxes.reduce(|a, b| a.union(&b)).map(|b| f32::midpoint(b.y0, b.y1))
}

/// The last row of each group, if groups around these middles take up all rows in order.
fn groups(rows: &[Extent], middles: &[f32]) -> Option<Vec<usize>> {
    let mut last_rows = Vec::with_capacity(middles.len());
    let mut first = 0;
    for (n, &middle) in middles.iter().enumerate() {
        let top = rows.get(first)?.0;
        let off = |last: usize| (f32::midpoint(top, rows[last].1) - middle).abs();
        let mut last = first;
        while last + 1 < rows.len() && off(last + 1) < off(last) {
            last += 1;
        }
        // Off by less than half of a row, else the label stands in the middle of nothing.
        let height = rows[first].1 - rows[first].0;
        if off(last) > height.abs() / 2.0 + 1.0
            || (n + 1 == middles.len()) != (last + 1 == rows.len())
        {
            return None;
        }
        last_rows.push(last);
        first = last + 1;
    }
    Some(last_rows)
}

#[cfg(test)]
mod tests {
    use super::groups;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn middles_tell_the_groups(
            sizes in prop::collection::vec(1usize..6, 1..6),
            heights in prop::collection::vec(9.0f32..40.0, 30),
        ) {
            let mut y = 0.0;
            let rows: Vec<(f32, f32)> = heights
                .iter()
                .take(sizes.iter().sum())
                .map(|h| { y += h + 6.0; (y - h, y) })
                .collect();
            let (mut first, mut expected, mut middles) = (0, Vec::new(), Vec::new());
            for size in sizes {
                let last = first + size - 1;
                middles.push(f32::midpoint(rows[first].0, rows[last].1));
                expected.push(last);
                first = last + 1;
            }
            prop_assert_eq!(groups(&rows, &middles), Some(expected));
        }
    }

    #[test]
    fn labels_at_the_top_have_no_middles() {
        let rows: Vec<(f32, f32)> =
            (0u8..5).map(|i| (f32::from(i) * 20.0, f32::from(i) * 20.0 + 10.0)).collect();
        assert_eq!(groups(&rows, &[5.0, 65.0]), None);
        assert_eq!(groups(&rows, &[]), Some(vec![]));
        assert_eq!(groups(&[], &[5.0]), None);
    }
}
