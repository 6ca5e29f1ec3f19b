//! Labels that stand for several rows.
//!
//! Two habits exist: a label stands in the middle of its rows, or on the first of them with
//! blanks below. Within a column of labels one of the two must explain all of them. A page break
//! cuts labels of the first kind: above the first label rows may belong to the page before, and
//! the last label may stand at the top of what is left of its cell.

use super::rows::{CENTRED, Heights};

/// Price of each row that no label takes, in heights of the lowest row.
const SKIPPED: f32 = 0.3;

/// The same at the top of a table, where rows may go on from the page before.
const BEFORE: f32 = 0.05;

/// Most rows in front of a label that are nobody's.
const MAX_BLANK: usize = 3;

/// Price of a last label at the top of a cell that a page break cuts, in heights of the lowest
/// row.
const OPEN: f32 = 0.5;

/// Price of a last label below the middle of such a cell, in heights of the lowest row.
const LOW: f32 = 2.0;

/// Price of a part that ends where no part of the finer column ends, in heights of the lowest row.
const ACROSS: f32 = 0.3;

/// Divisions whose prices differ by less, in heights of the lowest row, are equally good.
const DOUBT: f32 = 0.12;

/// One column of labels over consecutive rows.
pub struct Labels<'a> {
    /// The rows concerned.
    pub heights: Heights<'a>,
    pub labels: Vec<Label>,
    /// The column begins with the table and may go on from the page before.
    pub at_start: bool,
    /// The column reaches the end of the table and may go on over the page break.
    pub at_end: bool,
}

/// A label, top to bottom in its column.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// Rows that it stands beside: first and the one after the last, counted within the column.
    pub rows: (usize, usize),
    /// Its vertical middle, in points.
    pub middle: f32,
}

/// The rows of each label.
#[derive(Clone, Debug, PartialEq)]
pub struct Division {
    /// First row and the one after the last of each label.
    pub spans: Vec<(usize, usize)>,
    /// Every row has a label, and every label stands in the middle.
    pub is_exact: bool,
    /// Another division is as good.
    pub is_doubtful: bool,
}

impl Labels<'_> {
    fn rows(&self) -> usize {
        self.heights.rows.len()
    }

    /// Whether some label stands between rows: labels are in the middle then.
    pub fn stand_between(&self) -> bool {
        self.labels.iter().any(|l| l.rows.1 - l.rows.0 > 1)
    }

    /// Whether each label stands beside one row and no row precedes the first.
    pub fn begin_rows(&self) -> bool {
        !self.stand_between() && self.labels.first().is_some_and(|l| l.rows.0 == 0)
    }

    /// Whether the first rows of the table go on with a label of the page before.
    pub fn goes_on(&self) -> bool {
        self.at_start && self.labels.first().is_some_and(|l| l.rows.0 > 0)
    }

    /// The rows of each label down to the next one.
    pub fn until_next(&self) -> Vec<(usize, usize)> {
        let starts = self.labels.iter().map(|l| l.rows.0);
        let ends = starts.clone().skip(1).chain([self.rows()]);
        starts.zip(ends).collect()
    }

    /// Whether each part begins with the row beside which its label stands.
    pub fn is_begun_by(&self, spans: &[(usize, usize)]) -> bool {
        spans.iter().zip(&self.labels).all(|(span, label)| span.0 == label.rows.0)
    }

    /// Divides the rows among the labels, each in the middle of its part; `finer` says after
    /// which rows parts of the next finer column end, if that is known.
    ///
    /// Once a part's first row is fixed, its middle tells the last one, so few divisions are
    /// feasible; the one with the least price is taken.
    pub fn divide(&self, finer: Option<&[bool]>) -> Option<Division> {
        self.divide_with(finer, 0).or_else(|| {
            // A label between rows shows the habit; some cells may be blank all the same.
            if self.stand_between() { self.divide_with(finer, MAX_BLANK) } else { None }
        })
    }

    /// Divides the rows with up to `blank` rows before each label that are nobody's.
    fn divide_with(&self, finer: Option<&[bool]>, blank: usize) -> Option<Division> {
        let n = self.rows();
        let count = self.labels.len();
        if n == 0 || count == 0 {
            return None;
        }
        let height = self.heights.pitch();
        let across = |end: usize| match finer {
            Some(ends) if end < n && !ends.get(end).copied().unwrap_or(true) => ACROSS * height,
            _ => 0.0,
        };
        let mut steps: Vec<Vec<Step>> = vec![vec![Step::default()]];
        for (k, label) in self.labels.iter().enumerate() {
            let mut next: Vec<Step> = Vec::new();
            let mut reach = |step: Step| match next.iter_mut().find(|s| s.end == step.end) {
                Some(s) if s.price <= step.price => s.rival = s.rival.min(step.price),
                Some(s) => *s = Step { rival: s.price.min(step.rival), ..step },
                None => next.push(step),
            };
            for (from, before) in steps[k].iter().enumerate() {
                // Above the first label stand rows of other columns, or of the page before; a header
                // that is repeated stands above them.
                let is_first = k == 0 || k == 1 && self.at_start && before.end == 1;
                let skip = if is_first { label.rows.0 } else { blank };
                for start in before.end..=(before.end + skip).min(label.rows.0) {
                    let each = if is_first && self.at_start { BEFORE } else { SKIPPED };
                    let price = before.price + each * height * (start - before.end) as f32;
                    for (end, off) in self.ends(k, start) {
                        let price = price + off + across(end);
                        reach(Step { start, end, price, from, rival: f32::INFINITY });
                    }
                    if let Some(cut) = self.cut(k, start) {
                        let price = price + cut;
                        reach(Step { start, end: n, price, from, rival: f32::INFINITY });
                    }
                }
            }
            steps.push(next);
        }
        self.trace(&steps)
    }

    /// Where the part of label `k` may end if it begins at `start`, and how far the label then
    /// is from the middle.
    fn ends(&self, k: usize, start: usize) -> impl Iterator<Item = (usize, f32)> {
        let label = self.labels[k];
        let limit = self.labels.get(k + 1).map_or(self.rows(), |l| l.rows.0);
        let slack = CENTRED * self.heights.pitch();
        self.heights.ends(start, label.middle).filter_map(move |end| {
            if end < label.rows.1 || end > limit {
                return None;
            }
            let off = self.heights.off((start, end), label.middle);
            (off <= slack).then_some((end, off))
        })
    }

    /// The price at which the last label's part may be all rows from `start` on although it is
    /// not in their middle: a page break cuts its cell, and it stands at the top, or below the
    /// middle of what is left.
    fn cut(&self, k: usize, start: usize) -> Option<f32> {
        let (n, label) = (self.rows(), self.labels[k]);
        if !self.at_end || k + 1 < self.labels.len() || start + 1 >= n {
            return None;
        }
        let middle = f32::midpoint(self.heights.edges[start], self.heights.edges[n]);
        if label.rows.0 == start {
            Some(OPEN * self.heights.pitch())
        } else {
            (middle < label.middle).then_some(LOW * self.heights.pitch())
        }
    }

    fn trace(&self, steps: &[Vec<Step>]) -> Option<Division> {
        let (n, height) = (self.rows(), self.heights.pitch());
        let last = steps.last()?;
        let mut at = last.iter().position(|s| s.end == n)?;
        let mut spans = Vec::with_capacity(self.labels.len());
        let mut margin = f32::INFINITY;
        for step in steps[1..].iter().rev() {
            let step = step[at];
            spans.push((step.start, step.end));
            margin = margin.min(step.rival - step.price);
            at = step.from;
        }
        spans.reverse();
        let centred =
            |(s, l): (&(usize, usize), &Label)| self.heights.off(*s, l.middle) <= CENTRED * height;
        Some(Division {
            is_exact: spans.first().is_some_and(|s| s.0 == 0)
                && spans.windows(2).all(|w| w[0].1 == w[1].0)
                && spans.iter().zip(&self.labels).all(centred),
            is_doubtful: margin < DOUBT * height,
            spans,
        })
    }
}

/// The part of one label in a division.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    start: usize,
    end: usize,
    price: f32,
    /// Index of the step before.
    from: usize,
    /// Price of the next best way to the same end.
    rival: f32,
}

#[cfg(test)]
mod tests {
    use super::super::rows::Row;
    use super::*;

    fn spans(rows: usize, labels: &[((usize, usize), f32)]) -> Option<Division> {
        let edges: Vec<f32> = (0..=rows).map(|i| i as f32 * 18.0).collect();
        let texts: Vec<Row> =
            edges.windows(2).map(|w| Row { top: w[0] + 4.0, bottom: w[1] - 4.0 }).collect();
        let labels = labels.iter().map(|&(rows, at)| Label { rows, middle: at * 18.0 }).collect();
        let heights = Heights { edges: &edges, rows: &texts };
        Labels { heights, labels, at_start: true, at_end: true }.divide(None)
    }

    #[test]
    fn centred_labels_share_the_rows() {
        let found = spans(7, &[((2, 3), 2.5), ((5, 6), 5.5), ((6, 7), 6.5)]).unwrap();
        assert_eq!(found.spans, [(0, 5), (5, 6), (6, 7)]);
        assert!(found.is_exact && !found.is_doubtful);
    }

    #[test]
    fn labels_on_first_rows_are_not_centred() {
        let found = spans(7, &[((0, 1), 0.5), ((4, 5), 4.5), ((5, 6), 5.5)]);
        assert!(found.is_none_or(|found| !found.is_exact));
    }

    #[test]
    fn rows_of_the_page_before_may_follow_a_repeated_header() {
        // A row whose label is on the page before; the last label is at the top of what is left.
        let found = spans(9, &[((0, 1), 0.5), ((2, 3), 2.5)]).unwrap();
        assert_eq!(found.spans, [(0, 1), (2, 9)]);
        assert!(!found.is_exact);
    }

    #[test]
    fn a_page_break_cuts_the_first_and_the_last_label() {
        // Two rows of the page before, four centred, three whose label stands at the top.
        let found = spans(9, &[((3, 5), 4.0), ((6, 7), 6.5)]).unwrap();
        assert_eq!(found.spans, [(2, 6), (6, 9)]);
        assert!(!found.is_exact);
    }
}
