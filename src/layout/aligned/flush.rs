//! Amounts that stand flush right against the next column.
//!
//! Where the paddings of two cells are all that parts a figure from the label behind it, the gap is no
//! wider than the one that a typesetter puts between scripts. What tells them apart is the column:
//! figures of several lines end at one place though they begin at others, and what follows them begins
//! at one place too. Within a text, nothing aligns so.

use super::pieces::{Gap, WIDE_GAP};
use crate::layout::lines::Placed;
use crate::model::script::is_ideograph;
use std::collections::BTreeSet;

/// Narrower gaps are no paddings, in em.
const LEAST: f32 = 0.1;

/// Ends of one column differ by less, in points: rounded coordinates.
const ALIGNED: f32 = 0.6;

/// Units of money, which stand right behind their amount.
const UNITS: &str = "元万亿百千";

/// An amount and what stands right behind it.
#[derive(Clone, Copy)]
struct Meeting {
    /// Index of the line and of the first glyph behind the gap.
    place: (usize, usize),
    /// Where the amount begins and ends, and where what follows begins, in points.
    x: [f32; 3],
}

/// The gaps between an amount and the next column, as the line and the first glyph behind them.
pub fn against(lines: &[Vec<Placed<'_>>], gaps: &[Vec<Gap>]) -> BTreeSet<(usize, usize)> {
    let all = lines.iter().zip(gaps).enumerate();
    let mut found: Vec<Meeting> = all.flat_map(|(n, (l, gaps))| meetings(n, l, gaps)).collect();
    found.sort_by(|a, b| a.x[1].total_cmp(&b.x[1]));
    let near = |a: f32, b: f32| (a - b).abs() <= ALIGNED;
    let mut columns = BTreeSet::new();
    for column in found.chunk_by(|a, b| near(a.x[1], b.x[1])) {
        for meeting in column {
            let alike = || column.iter().filter(|m| near(m.x[2], meeting.x[2]));
            if alike().any(|m| !near(m.x[0], meeting.x[0])) {
                columns.insert(meeting.place);
            }
        }
    }
    columns
}

fn meetings(index: usize, line: &[Placed<'_>], gaps: &[Gap]) -> Vec<Meeting> {
    let mut found = Vec::new();
    // Where the figures began that the last gap stands behind.
    let mut start: Option<f32> = line.iter().find(|p| !p.glyph.ch.is_whitespace()).map(|p| p.u0);
    let mut has_point = false;
    for gap in gaps {
        let (before, after) = (&line[gap.before], &line[gap.after]);
        let em = before.glyph.font_size.max(after.glyph.font_size);
        let is_figure = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.');
        has_point |= before.glyph.ch == '.';
        if !is_figure(before.glyph.ch) {
            start = None;
        }
        let follows = is_ideograph(after.glyph.ch) && !UNITS.contains(after.glyph.ch);
        if let Some(from) = start.filter(|_| has_point && follows && gap.bare >= LEAST * em) {
            found.push(Meeting { place: (index, gap.after), x: [from, before.u1, after.u0] });
        }
        if gap.bare > WIDE_GAP * em {
            (start, has_point) = (Some(after.u0), false);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::aligned::pieces::gaps as gaps_of;
    use crate::layout::lines::group;
    use crate::layout::tests::line_of_text;
    use crate::model::page::Glyph;

    /// A line of an amount that ends at 200 pt and a text a third of an em behind it.
    fn line(amount: &str, text: &str, y: f32) -> Vec<Glyph> {
        let amount = line_of_text(amount, 0.0, 10.0);
        let end = amount.last().map_or(0.0, |g| g.bbox.x1);
        let em = amount[0].font_size;
        let text = line_of_text(text, 200.0 + em / 3.0, 10.0);
        let moved = |by: f32| {
            move |mut g: Glyph| {
                (g.bbox.x0, g.bbox.x1, g.origin.x) =
                    (g.bbox.x0 + by, g.bbox.x1 + by, g.origin.x + by);
                (g.bbox.y0, g.bbox.y1, g.origin.y) = (g.bbox.y0 + y, g.bbox.y1 + y, g.origin.y + y);
                g
            }
        };
        amount.into_iter().map(moved(200.0 - end)).chain(text.into_iter().map(moved(0.0))).collect()
    }

    fn cuts(all: &[(&str, &str)]) -> usize {
        let rows = all.iter().enumerate();
        let glyphs: Vec<Glyph> =
            rows.flat_map(|(i, (amount, text))| line(amount, text, 20.0 * i as f32)).collect();
        let lines = group(glyphs.iter());
        let gaps: Vec<Vec<Gap>> = lines.iter().map(|line| gaps_of(line)).collect();
        against(&lines, &gaps).len()
    }

    #[test]
    fn amounts_of_one_column_end_before_what_follows() {
        let rows = [("498,500,953.00", "年度资金总额"), ("0.00", "其他资金")];
        assert_eq!(cuts(&rows), 2);
        assert_eq!(cuts(&rows[..1]), 0, "one line shows no column");
        assert_eq!(cuts(&[("4.00", "年度资金总额"), ("0.00", "其他资金")]), 0, "as long by chance");
        assert_eq!(cuts(&[("498,500,953.00", "元以内"), ("0.00", "万元")]), 0, "their unit");
        assert_eq!(cuts(&[("2026", "年度资金总额"), ("5", "月底前")]), 0, "no amounts");
    }
}
