//! Tab-separated text exports → pages of delimited rows.
//!
//! A text export has no geometry: one line is one row, tabs divide its cells, a form feed begins
//! a new page. Any UTF-8 text is readable this way; prose becomes rows of a single cell.

use super::SourceError;
use crate::model::limits::{Limit, Limits};
use crate::model::page::{DelimitedRow, Page, PageKind};
use std::borrow::Cow;

/// Lines that a quoted cell may run over; a stray quotation mark must not swallow the file.
const MAX_QUOTED_LINES: usize = 200;

/// Reads a text export: UTF-8 with or without a byte order mark or UTF-16 with one, lines ended by LF, CRLF or CR.
///
/// Control characters are dropped, blanks at both ends of a cell too. Line numbers count through
/// the whole file, over page breaks. A cell of several lines, which spreadsheets put in quotation
/// marks, keeps its line feeds.
///
/// # Errors
///
/// [`SourceError::Empty`] if nothing but white space is there, [`SourceError::NotUtf8`] with the
/// offset of the first bad byte, [`SourceError::Limit`] beyond the limits of cells and pages: a file of
/// nothing but tabs must not exhaust the memory.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Page>, SourceError> {
    let text = decode(bytes)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err(SourceError::Empty);
    }
    let lines: Vec<&str> = lines(text).collect();
    let mut export = Export { pages: vec![blank_page(1)], cells: 0, limits };
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        let number = (lines.len() - rest.len()) as u32 + 1;
        if let Some((cells, taken)) = quoted_row(rest) {
            export.push(number, cells)?;
            rest = &rest[taken..];
            continue;
        }
        export.push_line(number, line)?;
        rest = after;
    }
    Ok(export.finish())
}

/// The characters of a file: UTF-16 by its mark (what spreadsheets call Unicode text), else UTF-8.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SourceError> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => {
            let utf8 = std::str::from_utf8(bytes);
            let bad = |e: std::str::Utf8Error| SourceError::NotUtf8 { offset: e.valid_up_to() };
            return utf8.map(Cow::Borrowed).map_err(bad);
        }
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 0;
    for c in char::decode_utf16(pairs.iter().map(|p| unit(*p))) {
        let c = c.map_err(|_| SourceError::NotUtf8 { offset })?;
        offset += 2 * c.len_utf16();
        text.push(c);
    }
    if rest.is_empty() { Ok(Cow::Owned(text)) } else { Err(SourceError::NotUtf8 { offset }) }
}

/// The pages read so far.
struct Export<'l> {
    pages: Vec<Page>,
    cells: usize,
    limits: &'l Limits,
}

impl Export<'_> {
    /// Adds a line, which form feeds may divide among pages.
    fn push_line(&mut self, number: u32, line: &str) -> Result<(), SourceError> {
        let breaks = line.contains('\u{c}');
        for (part, piece) in line.split('\u{c}').enumerate() {
            if part > 0 {
                if self.pages.len() >= self.limits.pages as usize {
                    let limit = Limit { key: "pages", value: self.limits.pages };
                    let limit = format!("more pages than {limit} (line {number})");
                    return Err(SourceError::Limit { limit });
                }
                self.pages.push(blank_page(self.pages.len() as u32 + 1));
            }
            // The break itself is no line: only what stands before or behind it.
            if !breaks || !piece.is_empty() {
                self.push(number, split_cells(piece))?;
            }
        }
        Ok(())
    }

    fn push(&mut self, line: u32, cells: Vec<String>) -> Result<(), SourceError> {
        self.cells += cells.len();
        if self.cells > self.limits.cells as usize {
            let limit = Limit { key: "cells", value: self.limits.cells };
            let limit = format!("more cells than {limit} (line {line})");
            return Err(SourceError::Limit { limit });
        }
        if let Some(page) = self.pages.last_mut() {
            if !cells.is_empty() {
                page.kind = PageKind::Exported;
            }
            page.rows.push(DelimitedRow { line, cells });
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<Page> {
        // Exporters end the last page with a form feed as well.
        while self.pages.len() > 1 && self.pages.last().is_some_and(|p| p.kind == PageKind::Blank) {
            self.pages.pop();
        }
        self.pages
    }
}

fn blank_page(number: u32) -> Page {
    Page { number, kind: PageKind::Blank, ..Page::default() }
}

/// The lines of a text whichever way they end; `str::lines` does not know a lone CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

fn split_cells(line: &str) -> Vec<String> {
    if line.trim().is_empty() && !line.contains('\t') {
        return Vec::new();
    }
    line.split('\t').map(clean).collect()
}

/// A row whose last cell is quoted and goes on in the next lines, and over how many lines it
/// runs. `None` if the row ends with its line, or if the quotation mark is merely printed: then a
/// tab or an unpaired mark follows before one that ends a cell.
fn quoted_row(lines: &[&str]) -> Option<(Vec<String>, usize)> {
    let mut line = *lines.first()?;
    let mut cells = Vec::new();
    let mut taken = 1;
    loop {
        let (before, last) = line.rsplit_once('\t').map_or((None, line), |(b, l)| (Some(b), l));
        if line.contains('\u{c}') {
            return None;
        }
        let open = last.trim_start().strip_prefix('"').filter(|t| t.matches('"').count() % 2 == 0);
        let Some(mut text) = open else {
            cells.extend(line.split('\t').map(clean));
            return (taken > 1).then_some((cells, taken));
        };
        cells.extend(before.into_iter().flat_map(|b| b.split('\t')).map(clean));
        let mut cell = String::new();
        line = loop {
            match closing_mark(text) {
                Mark::Closes(end) => {
                    cell.push_str(&text[..end]);
                    break text[end + 1..].strip_prefix('\t').unwrap_or_default();
                }
                Mark::None => cell.push_str(text),
                Mark::Printed => return None,
            }
            cell.push('\n');
            text = lines.get(taken).filter(|_| taken < MAX_QUOTED_LINES)?;
            taken += 1;
            if text.contains(['\u{c}']) {
                return None;
            }
        };
        let unescaped = cell.replace("\"\"", "\"");
        cells.push(unescaped.split('\n').map(clean).collect::<Vec<_>>().join("\n"));
        if line.is_empty() {
            return Some((cells, taken));
        }
    }
}

/// What the quotation marks of a line say that may be the inside of a quoted cell.
enum Mark {
    /// The cell ends at this byte.
    Closes(usize),
    /// The cell does not end in this line.
    None,
    /// This is no quoted cell: the mark that opened it is a part of the text.
    Printed,
}

fn closing_mark(text: &str) -> Mark {
    let mut marks = text.char_indices().filter(|(_, c)| matches!(c, '"' | '\t'));
    while let Some((at, c)) = marks.next() {
        let after = &text[at + 1..];
        match c {
            '"' if after.starts_with('"') => {
                marks.next();
            }
            '"' if after.is_empty() || after.starts_with('\t') => return Mark::Closes(at),
            _ => return Mark::Printed,
        }
    }
    Mark::None
}

fn clean(cell: &str) -> String {
    if cell.contains(char::is_control) {
        let kept: String = cell.chars().filter(|c| !c.is_control()).collect();
        kept.trim().to_owned()
    } else {
        cell.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_read_by_its_mark() {
        let units = |text: &str| -> Vec<u16> { text.encode_utf16().collect() };
        let text = "\u{feff}项目名称\t𠮷田\r\n";
        let little: Vec<u8> = units(text).iter().flat_map(|u| u.to_le_bytes()).collect();
        let big: Vec<u8> = units(text).iter().flat_map(|u| u.to_be_bytes()).collect();
        for bytes in [little, big] {
            assert_eq!(read_all(&bytes).unwrap()[0].rows[0].cells, ["项目名称", "𠮷田"]);
        }
    }
    use proptest::prelude::*;

    fn read_all(bytes: &[u8]) -> Result<Vec<Page>, SourceError> {
        read(bytes, &Limits::default())
    }

    fn rows(text: &str) -> Vec<Vec<String>> {
        read_all(text.as_bytes()).unwrap().remove(0).rows.into_iter().map(|r| r.cells).collect()
    }

    #[test]
    fn splits_at_tabs_and_keeps_blank_cells() {
        assert_eq!(rows("a\t\t b \t\n"), [vec!["a", "", "b", ""], vec![]]);
    }

    #[test]
    fn knows_every_line_end_and_the_byte_order_mark() {
        for text in ["\u{feff}a\tb\nc", "a\tb\r\nc", "a\tb\rc"] {
            assert_eq!(rows(text), [vec!["a", "b"], vec!["c"]], "{text:?}");
        }
    }

    #[test]
    fn a_tab_only_line_is_a_row_and_a_blank_line_is_none() {
        assert_eq!(rows("a\n\t\n \u{3000}\nb"), [vec!["a"], vec!["", ""], vec![], vec!["b"]]);
    }

    #[test]
    fn form_feeds_begin_pages_and_lines_count_on() {
        let pages = read_all(b"a\n\x0cb\nc\x0cd\n\x0c\n").unwrap();
        let seen: Vec<_> = pages
            .iter()
            .map(|p| p.rows.iter().filter(|r| !r.cells.is_empty()).map(|r| (r.line, &*r.cells[0])))
            .map(Iterator::collect::<Vec<_>>)
            .collect();
        assert_eq!(seen, [vec![(1, "a")], vec![(2, "b"), (3, "c")], vec![(3, "d")]]);
        assert_eq!(pages.iter().map(|p| p.number).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn drops_control_characters() {
        assert_eq!(rows("a\0b\u{1b}\tc\u{7f}"), [vec!["ab", "c"]]);
    }

    #[test]
    fn names_the_first_bad_byte() {
        assert_eq!(read_all(b"ab\xff").unwrap_err(), SourceError::NotUtf8 { offset: 2 });
        // Half a character, and half of a pair.
        assert_eq!(read_all(b"\xff\xfea\0b").unwrap_err(), SourceError::NotUtf8 { offset: 4 });
        assert_eq!(read_all(b"\xff\xfe\0\xd8").unwrap_err(), SourceError::NotUtf8 { offset: 2 });
        assert_eq!(read_all(b" \r\n\t").unwrap_err(), SourceError::Empty);
        assert_eq!(read_all("\u{feff}".as_bytes()).unwrap_err(), SourceError::Empty);
    }

    #[test]
    fn a_cell_of_forty_thousand_characters_passes() {
        let long = "长".repeat(40_000);
        assert_eq!(rows(&format!("a\t{long}\tb")), [vec!["a", &long, "b"]]);
    }

    #[test]
    fn a_quoted_cell_keeps_its_lines() {
        let text = "a\t\"one\r\ntwo \"\"2\"\"\r\n\r\nthree\"\tb\nc\td";
        let page = read_all(text.as_bytes()).unwrap().remove(0);
        let rows: Vec<_> = page.rows.iter().map(|r| (r.line, r.cells.clone())).collect();
        let cells = |c: &[&str]| c.iter().map(|&s| s.to_owned()).collect::<Vec<_>>();
        assert_eq!(rows[0], (1, cells(&["a", "one\ntwo \"2\"\n\nthree", "b"])));
        assert_eq!(rows[1], (5, cells(&["c", "d"])));
    }

    #[test]
    fn a_printed_quotation_mark_swallows_nothing() {
        for text in ["a\t\"goal\nb\tc", "a\t\"goal\nb\"x\nc", "a\t\"goal\nb", "a\t\"goal\"\nb"] {
            let first = rows(text).swap_remove(0);
            assert_eq!(first, text.lines().next().unwrap().split('\t').collect::<Vec<_>>());
        }
    }

    #[test]
    fn stops_at_the_limits_of_cells_and_pages() {
        let limits = Limits { cells: 3, pages: 2, ..Limits::default() };
        let refused = |text: &str| super::read(text.as_bytes(), &limits).map_err(|e| e.to_string());
        assert!(refused("a\tb\tc").is_ok());
        assert!(refused("a\tb\tc\td").unwrap_err().contains("`limits.cells` = 3 (line 1)"));
        assert!(refused("a\u{c}b").is_ok());
        assert!(
            refused("a\n\u{c}b\u{c}\u{c}").unwrap_err().contains("`limits.pages` = 2 (line 2)")
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_loses_no_visible_character(text in "[a-z国\"\t\r\n\u{c} ]{0,60}") {
            let visible =
                |s: &str| s.chars().filter(|c| !c.is_whitespace() && *c != '"').collect::<String>();
            match read_all(text.as_bytes()) {
                Err(e) => {
                    prop_assert_eq!((e, visible(&text)), (SourceError::Empty, String::new()));
                }
                Ok(pages) => {
                    let all: String =
                        pages.iter().flat_map(|p| &p.rows).flat_map(|r| &r.cells).cloned().collect();
                    prop_assert_eq!(visible(&all), visible(&text));
                }
            }
        }
    }
}
