//! Paragraphs that fill their cell and end in the middle of a sentence.
//!
//! Office software prints of a cell that is too low for its text what there is room for, and some
//! leaves the rest out of the file altogether: nothing but the text can tell.

use super::fragment::Fragment;
use crate::model::geometry::Rect;

/// Less room beside the last line, in em, is none for another character: a full stop does not begin a
/// line, and takes the character before it to the next one.
const ROOM_BESIDE: f32 = 2.0;

/// Less room below the last line, in em, is none for another one.
const ROOM_BELOW: f32 = 0.9;

/// Less room beside the last line, in em, as wide as the widest of so many lines is, is none for a word.
const ROOM_BY_LINES: f32 = 1.0;
const PARAGRAPH: usize = 3;

/// Marks with which a text may end, that of leaked markup included.
const CLOSING: &str = "。！？；.!?;)）\"”」』》】…>";

/// Whether the last of several lines of a page has room neither beside it for another character nor
/// below it for another line, or is as full as any of the lines, and closes nothing. `cell` is on the page of the first line.
pub(super) fn is_overfull(fragments: &[Fragment], cell: Option<Rect>) -> bool {
    let (Some(cell), [first, .., last]) = (cell, fragments) else { return false };
    let Some(end) = last.bbox.filter(|_| last.page == first.page) else { return false };
    let em = last.font_size;
    let is_open = !last.text.ends_with(|c| CLOSING.contains(c));
    // Where white space alone shows the cell, its lines do how wide it is.
    let boxes = || fragments.iter().filter_map(|f| f.bbox);
    let widest = boxes().map(|b| b.width()).fold(0.0, f32::max);
    if is_open && fragments.len() >= PARAGRAPH && widest - end.width() < ROOM_BY_LINES * em {
        return true;
    }
    let left = boxes().map(|b| b.x0).fold(f32::MAX, f32::min);
    let padding = (left - cell.x0).clamp(0.0, em);
    cell.x1 - padding - end.x1 < ROOM_BESIDE * em && cell.y1 - end.y1 < ROOM_BELOW * em && is_open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_neither_it_nor_its_cell_ends() {
        let line = |text: &str, x1: f32, y0: f32| Fragment {
            text: text.to_owned(),
            bbox: Some(Rect::new(12.0, y0, x1, y0 + 10.0)),
            page: 1,
            font_size: 10.0,
            ..Fragment::default()
        };
        let of = |text: &str, x1: f32, bottom: f32| {
            let lines = [line("一", 205.0, 10.0), line(text, x1, 22.0)];
            is_overfull(&lines, Some(Rect::new(10.0, 5.0, 210.0, bottom)))
        };
        assert!(of("组织业务培训", 203.0, 34.0));
        assert!(!of("组织业务培训", 150.0, 34.0), "a word more had room");
        assert!(!of("组织业务培训", 203.0, 60.0), "a line more had room");
        assert!(!of("组织业务培训。", 203.0, 34.0), "it ends");
        let three = |text: &str, x1: f32| {
            let lines = [line("一", 205.0, 10.0), line("二", 204.0, 22.0), line(text, x1, 34.0)];
            is_overfull(&lines, Some(Rect::new(0.0, 0.0, 300.0, 200.0)))
        };
        assert!(three("组织业务培训", 204.0), "as wide as the lines above");
        assert!(!three("组织业务培训", 150.0) && !three("组织业务培训。", 204.0));
    }
}
