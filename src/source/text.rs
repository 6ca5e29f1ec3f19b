//! Tab-separated text exports → pages of delimited rows.
//!
//! A text export has no geometry: one line is one row, tabs divide its cells, a form feed begins
//! a new page. Any UTF-8 text is readable this way; prose becomes rows of a single cell.

use super::SourceError;
use crate::model::page::{DelimitedRow, Page, PageKind};

/// Most cells that one export may hold: room for a thousand pages of forms many times over,
/// while a file of nothing but tabs cannot exhaust the memory.
const MAX_CELLS: usize = 2_000_000;

/// Reads a text export: UTF-8 with or without a byte order mark, lines ended by LF, CRLF or CR.
///
/// Control characters are dropped, blanks at both ends of a cell too. Line numbers count through
/// the whole file, over page breaks.
///
/// # Errors
///
/// [`SourceError::Empty`] if nothing but white space is there, [`SourceError::NotUtf8`] with the
/// offset of the first bad byte, [`SourceError::Limit`] beyond two million cells.
pub fn read(bytes: &[u8]) -> Result<Vec<Page>, SourceError> {
    let text =
        std::str::from_utf8(bytes).map_err(|e| SourceError::NotUtf8 { offset: e.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(SourceError::Empty);
    }

    let mut pages = vec![blank_page(1)];
    let mut cells = 0;
    for (index, line) in lines(text).enumerate() {
        for (part, piece) in line.split('\u{c}').enumerate() {
            if part > 0 {
                pages.push(blank_page(pages.len() as u32 + 1));
                // The break itself is no line: what stands alone before or behind it is.
                if piece.is_empty() {
                    continue;
                }
            } else if piece.is_empty() && line.len() > piece.len() {
                continue;
            }
            let row = DelimitedRow { line: index as u32 + 1, cells: split_cells(piece) };
            cells += row.cells.len();
            if cells > MAX_CELLS {
                return Err(SourceError::Limit {
                    limit: format!("more than {MAX_CELLS} cells (line {})", row.line),
                });
            }
            if let Some(page) = pages.last_mut() {
                if !row.cells.is_empty() {
                    page.kind = PageKind::Exported;
                }
                page.rows.push(row);
            }
        }
    }
    // Exporters end the last page with a form feed as well.
    while pages.len() > 1 && pages.last().is_some_and(|p| p.kind == PageKind::Blank) {
        pages.pop();
    }
    Ok(pages)
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
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        read(text.as_bytes()).unwrap().remove(0).rows.into_iter().map(|r| r.cells).collect()
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
        let pages = read(b"a\n\x0cb\nc\x0cd\n\x0c\n").unwrap();
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
        assert_eq!(read(b"ab\xff").unwrap_err(), SourceError::NotUtf8 { offset: 2 });
        assert_eq!(read(b"\xff\xfea\0").unwrap_err(), SourceError::NotUtf8 { offset: 0 });
        assert_eq!(read(b" \r\n\t").unwrap_err(), SourceError::Empty);
        assert_eq!(read("\u{feff}".as_bytes()).unwrap_err(), SourceError::Empty);
    }

    #[test]
    fn a_cell_of_forty_thousand_characters_passes() {
        let long = "长".repeat(40_000);
        assert_eq!(rows(&format!("a\t{long}\tb")), [vec!["a", &long, "b"]]);
    }

    #[test]
    fn stops_at_the_limit_of_cells() {
        let text = format!("a{}", "\t".repeat(MAX_CELLS));
        assert!(matches!(read(text.as_bytes()), Err(SourceError::Limit { .. })));
    }

    proptest! {
        #[test]
        fn never_panics_and_loses_no_visible_character(text in "[a-z国\t\r\n\u{c} ]{0,60}") {
            let visible = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            match read(text.as_bytes()) {
                Err(e) => prop_assert_eq!((e, visible(&text)), (SourceError::Empty, String::new())),
                Ok(pages) => {
                    let all: String =
                        pages.iter().flat_map(|p| &p.rows).flat_map(|r| &r.cells).cloned().collect();
                    prop_assert_eq!(visible(&all), visible(&text));
                }
            }
        }
    }
}
