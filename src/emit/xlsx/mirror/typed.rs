//! Which piece of a form holds which value.

use super::pieces::{Piece, Source};
use crate::emit::xlsx::cells;
use crate::emit::xlsx::plan::Content;
use crate::emit::xlsx::style::{DateFormat, Format};
use crate::model::form::{Evidence, Form};
use crate::model::geometry::Rect;
use crate::model::pointer::Pointer;
use crate::model::value::Value;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// Finds pieces by where they are printed.
pub struct Places<'a> {
    pieces: &'a [Piece<'a>],
    /// By page and box, in hundredths of a point.
    boxes: FxHashMap<(u32, [i64; 4]), usize>,
    /// By line of a text export.
    lines: FxHashMap<u32, Vec<usize>>,
    /// By each page on which a piece has text or begins.
    pages: FxHashMap<u32, Vec<usize>>,
}

/// What a piece shows instead of its printed lines.
#[derive(Clone, Debug)]
pub struct Typed {
    pub content: Content,
    pub format: Format,
}

impl<'a> Places<'a> {
    pub fn of(pieces: &'a [Piece<'a>]) -> Self {
        let mut boxes = FxHashMap::default();
        let mut lines: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        let mut pages: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for (i, piece) in pieces.iter().enumerate() {
            if let Source::Cell(cell, _) = piece.source
                && let Some(bbox) = cell.bbox
            {
                boxes.entry((cell.page, key(bbox))).or_insert(i);
            }
            let begins = match piece.source {
                Source::Cell(cell, _) => Some(cell.page),
                Source::Line { .. } => None,
            };
            for page in begins.into_iter().chain(piece.lines().iter().map(|line| line.page)) {
                let on_page = pages.entry(page).or_default();
                if on_page.last() != Some(&i) {
                    on_page.push(i);
                }
            }
            for line in piece.lines() {
                if let Some(bbox) = line.bbox {
                    boxes.entry((line.page, key(bbox))).or_insert(i);
                }
                if line.source_line > 0 {
                    lines.entry(line.source_line).or_default().push(i);
                }
            }
        }
        Self { pieces, boxes, lines, pages }
    }

    /// The piece that a value was read from.
    pub fn find(&self, evidence: &Evidence) -> Option<usize> {
        if let Some(bbox) = evidence.bbox {
            return self.at(evidence.page, bbox);
        }
        let candidates = self.lines.get(&evidence.source_line)?;
        let printed = compact(&evidence.text);
        let same = |i: &&usize| self.text(**i).is_some_and(|text| text == printed);
        let within = |i: &&usize| self.text(**i).is_some_and(|text| text.contains(&printed));
        candidates.iter().find(same).or_else(|| candidates.iter().find(within)).copied()
    }

    /// The piece at a box on a page.
    pub fn at(&self, page: u32, bbox: Rect) -> Option<usize> {
        if let Some(&i) = self.boxes.get(&(page, key(bbox))) {
            return Some(i);
        }
        // A part of a piece: a line in a cell, or a cell's part on the next page.
        let center = bbox.center();
        let on_page = self.pages.get(&page)?;
        on_page.iter().copied().find(|i| {
            let Some(piece) = self.pieces.get(*i) else { return false };
            let cell = match piece.source {
                super::pieces::Source::Cell(cell, _) if cell.page == page => cell.bbox,
                _ => None,
            };
            cell.is_some_and(|cell| cell.contains(center))
                || piece.lines().iter().any(|line| {
                    let inside = |line: Rect| bbox.encloses(&line, 1.0) || line.contains(center);
                    line.page == page && line.bbox.is_some_and(inside)
                })
        })
    }

    fn text(&self, piece: usize) -> Option<String> {
        let lines = self.pieces.get(piece)?.lines();
        Some(lines.iter().flat_map(|l| l.text.chars()).filter(|c| !c.is_whitespace()).collect())
    }

    /// The values that whole pieces show: numbers and days as such where a spreadsheet can show
    /// them exactly as printed, and text with its paragraphs.
    pub fn typed(&self, form: &Form) -> FxHashMap<usize, Typed> {
        let mut typed = FxHashMap::default();
        let mut taken: FxHashMap<(u32, &str), usize> = FxHashMap::default();
        for (at, evidence) in &form.evidence {
            let Some(value) = leaf(&form.data, at) else { continue };
            let Some(mut piece) = self.find(evidence) else { continue };
            if evidence.bbox.is_none() {
                // Equal texts on a line belong to the values in their order.
                let turn = taken.entry((evidence.source_line, &evidence.text)).or_default();
                piece = self.nth_alike(piece, evidence.source_line, *turn).unwrap_or(piece);
                *turn += 1;
            }
            let printed = compact(&evidence.text);
            if self.text(piece).is_some_and(|text| text == printed)
                && let Some(shown) = shown(value, &evidence.text)
            {
                typed.insert(piece, shown);
            }
        }
        typed
    }

    /// The `turn`-th piece on a line of a text export with the same text as `piece`.
    fn nth_alike(&self, piece: usize, line: u32, turn: usize) -> Option<usize> {
        let text = self.text(piece);
        let alike = self.lines.get(&line)?.iter().filter(|i| self.text(**i) == text);
        alike.copied().nth(turn)
    }
}

/// The single value at a pointer, if it is one that a piece may show.
fn leaf<'a>(data: &'a Value, at: &Pointer) -> Option<&'a Value> {
    let value = data.at(at)?;
    let single =
        matches!(value, Value::Text(_) | Value::Integer(_) | Value::Number(_) | Value::Date(_));
    single.then_some(value)
}

/// How a value is shown so that it looks as printed; `None` if it cannot.
fn shown(value: &Value, printed: &str) -> Option<Typed> {
    match value {
        Value::Text(text) if compact(text) == compact(printed) => {
            Some(Typed { content: Content::Text(text.clone()), format: Format::General })
        }
        Value::Integer(n) => number(Decimal::from(*n), printed),
        Value::Number(n) => number(*n, printed),
        Value::Date(day) => {
            let printed = folded(printed);
            let format = DateFormat::ALL.into_iter().find(|f| f.display(*day) == printed)?;
            let content = Content::Date(*day);
            cells::has_serial(*day).then_some(Typed { content, format: Format::Date(format) })
        }
        _ => None,
    }
}

fn number(n: Decimal, printed: &str) -> Option<Typed> {
    let printed = folded(printed);
    let plain = n.to_string();
    let format = if printed == plain {
        Format::Plain(n.scale())
    } else if printed == grouped(&plain) {
        Format::Grouped(n.scale())
    } else {
        return None;
    };
    cells::is_exact(n).then_some(Typed { content: Content::Number(n), format })
}

/// Digits before the decimal point in groups of three.
fn grouped(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut text = sign.to_owned();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i < whole && (whole - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Without white space.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// In half width, without white space.
fn folded(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

fn key(bbox: Rect) -> [i64; 4] {
    [bbox.x0, bbox.y0, bbox.x1, bbox.y1].map(|v| (f64::from(v) * 100.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::{grouped, shown};
    use crate::emit::xlsx::style::{DateFormat, Format};
    use crate::model::value::Value;
    use rust_decimal::Decimal;

    #[test]
    fn groups_thousands() {
        for (plain, expected) in [
            ("0.00", "0.00"),
            ("100", "100"),
            ("6421500.00", "6,421,500.00"),
            ("-1234.5", "-1,234.5"),
        ] {
            assert_eq!(grouped(plain), expected);
        }
    }

    #[test]
    fn a_value_is_typed_only_where_it_looks_as_printed() {
        let amount = Value::Number(Decimal::new(642_150_000, 2));
        let format = |value: &Value, printed: &str| shown(value, printed).map(|typed| typed.format);
        assert_eq!(format(&amount, "6,421,500.00"), Some(Format::Grouped(2)));
        assert_eq!(format(&amount, "6421500.00"), Some(Format::Plain(2)));
        assert_eq!(format(&amount, "642.15万元"), None);
        let day = Value::Date(jiff::civil::date(2026, 1, 1));
        assert_eq!(format(&day, "2026/1/1"), Some(Format::Date(DateFormat::Slashes)));
        assert_eq!(format(&day, "2026年1月"), None);
    }
}
