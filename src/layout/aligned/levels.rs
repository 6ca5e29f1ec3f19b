//! Labels that stand for several rows.
//!
//! Two habits exist: the label stands in the middle of its rows, or on the first of them with
//! blanks below. Within a column of labels one of the two explains all of them; where both do,
//! the page does not tell and the caller is warned.

use super::rows::CENTRED;

/// One column of labels over consecutive rows.
pub struct Labels<'a> {
    /// Row edges of the rows concerned, one more than rows, in points.
    pub edges: &'a [f32],
    /// Rows covered for certain and vertical middle of each label, top to bottom.
    pub labels: Vec<Label>,
}

#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// First row and the one after the last, counted within the column.
    pub rows: (usize, usize),
    pub middle: f32,
}

/// How a column of labels can be read.
#[derive(Debug, PartialEq)]
pub struct Reading {
    /// Rows of each label if labels stand in the middle of their rows and leave no row without
    /// a label; `None` if that does not fit.
    pub centred: Option<Vec<(usize, usize)>>,
    /// Whether every label stands beside one row, the first label beside the first row.
    pub on_first: bool,
}

impl Labels<'_> {
    fn rows(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// Tries both habits.
    pub fn read(&self) -> Reading {
        let on_first = self.labels.iter().all(|l| l.rows.1 - l.rows.0 == 1)
            && self.labels.first().is_some_and(|l| l.rows.0 == 0);
        Reading { centred: self.centred(false), on_first }
    }

    /// The rows of each label, in whose middle it stands; rows that fit no label stay blank.
    pub fn centred_with_blanks(&self) -> Option<Vec<(usize, usize)>> {
        self.centred(true)
    }

    /// Divides the rows among the labels, each in the middle of its part.
    ///
    /// Once a part's first row is fixed, its middle tells the last one. Without `blanks` each
    /// part begins where the one before ends, and few divisions are feasible; with it rows may
    /// be passed over, at a cost that makes parts as long as they can be. The division with the
    /// least distance between labels and middles is kept.
    fn centred(&self, blanks: bool) -> Option<Vec<(usize, usize)>> {
        let n = self.rows();
        if n == 0 || self.labels.is_empty() {
            return None;
        }
        let height = (self.edges[n] - self.edges[0]) / n as f32;
        let mut steps: Vec<Vec<Step>> = vec![vec![Step::default()]];
        for (k, label) in self.labels.iter().enumerate() {
            let limit = self.labels.get(k + 1).map_or(n, |l| l.rows.0);
            let mut next: Vec<Step> = Vec::new();
            for (from, before) in steps[k].iter().enumerate() {
                let last = if blanks { label.rows.0 } else { before.end };
                for start in before.end..=last.min(label.rows.0) {
                    let skipped = (start - before.end) as f32 * 0.4 * height;
                    let wanted = 2.0 * label.middle - self.edges[start];
                    let guess = self.edges.partition_point(|&e| e < wanted);
                    for end in guess.saturating_sub(1)..=guess {
                        if end < label.rows.1 || end > limit {
                            continue;
                        }
                        let middle = (self.edges[start] + self.edges[end]) / 2.0;
                        let off = (middle - label.middle).abs();
                        if off > CENTRED * height {
                            continue;
                        }
                        let cost = before.cost + skipped + off;
                        match next.iter_mut().find(|s| s.end == end) {
                            Some(s) if s.cost <= cost => {}
                            Some(s) => *s = Step { start, end, cost, from },
                            None => next.push(Step { start, end, cost, from }),
                        }
                    }
                }
            }
            steps.push(next);
        }
        let last = steps.last()?;
        let final_cost = |s: &Step| s.cost + (n - s.end) as f32 * 0.4 * height;
        let mut at = (0..last.len())
            .filter(|&i| blanks || last[i].end == n)
            .min_by(|&a, &b| final_cost(&last[a]).total_cmp(&final_cost(&last[b])))?;
        let mut spans = Vec::with_capacity(self.labels.len());
        for step in steps[1..].iter().rev() {
            spans.push((step[at].start, step[at].end));
            at = step[at].from;
        }
        spans.reverse();
        Some(spans)
    }
}

/// The part of one label in a division.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    start: usize,
    end: usize,
    cost: f32,
    /// Index of the step before.
    from: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(rows: (usize, usize), middle: f32) -> Label {
        Label { rows, middle }
    }

    #[test]
    fn centred_labels_share_the_rows() {
        let edges: Vec<f32> = (0..=7).map(|i| i as f32 * 18.0).collect();
        // Five rows, one, one.
        let labels = vec![label((2, 3), 45.0), label((5, 6), 99.0), label((6, 7), 117.0)];
        let reading = Labels { edges: &edges, labels }.read();
        assert_eq!(reading.centred, Some(vec![(0, 5), (5, 6), (6, 7)]));
        assert!(!reading.on_first);
    }

    #[test]
    fn labels_on_first_rows_are_not_centred() {
        let edges: Vec<f32> = (0..=7).map(|i| i as f32 * 18.0).collect();
        let labels = vec![label((0, 1), 9.0), label((4, 5), 81.0)];
        let reading = Labels { edges: &edges, labels }.read();
        assert_eq!(reading.centred, None);
        assert!(reading.on_first);
    }
}
