//! The lines of a cell as one text.

use crate::model::grid::Cell;
use unicode_width::UnicodeWidthChar;

/// The text of a cell: wrapped lines joined, without a blank where Chinese meets anything and
/// with one between words of other scripts. Tables nested in the cell are not part of it.
pub fn of_cell(cell: &Cell) -> String {
    if cell.vertical {
        return cell.compact_text();
    }
    join(cell.lines.iter().map(|line| line.text.as_str()))
}

/// Joins the lines of one run of text.
pub fn join<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        let (Some(first), last) = (line.chars().next(), text.chars().next_back()) else {
            continue;
        };
        if last.is_some_and(|last| !is_wide(last) && !is_wide(first)) {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// Whether the character takes two columns, which is how CJK text and its punctuation are set.
pub fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

/// Width in half-width columns; control characters have none.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::{columns, join};

    #[test]
    fn joins_chinese_without_and_latin_with_a_blank() {
        assert_eq!(join(["服务对象", "满意度指", "标"].into_iter()), "服务对象满意度指标");
        assert_eq!(join(["new", "York "].into_iter()), "new York");
        assert_eq!(join(["共计", "100 元", "", "整"].into_iter()), "共计100 元整");
        assert_eq!(join([].into_iter()), "");
    }

    #[test]
    fn measures_in_half_width_columns() {
        assert_eq!(columns("指标A1"), 6);
        assert_eq!(columns("\u{1}"), 0);
    }
}
