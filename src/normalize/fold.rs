//! Width and look-alikes: the form of a character in which numbers and dates are parsed.

/// Folds one character: full width to half width, minus signs and dashes to `-`, small forms
/// and look-alike operators to the usual ones, every blank to a space.
///
/// One character in, one out, so that positions still point into the printed text.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{ffe5}' => '¥',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | '━' | '﹣' | '⁃' | '﹘' | '➖' => {
            '-'
        }
        '〜' | '∼' | '∽' | '⁓' | '˜' => '~',
        '≧' | '⩾' | '⪰' | '≽' | '⋝' => '≥',
        '≦' | '⩽' | '⪯' | '≼' | '⋜' => '≤',
        '﹥' | '›' => '>',
        '﹤' | '‹' => '<',
        '﹦' | '═' | '꞊' => '=',
        '﹪' | '٪' => '%',
        '﹢' | '➕' => '+',
        '∶' | '︰' | '﹕' => ':',
        '﹐' => ',',
        '﹒' | '․' => '.',
        '﹔' => ';',
        '﹙' | '⁽' => '(',
        '﹚' | '⁾' => ')',
        '∕' | '⁄' | '╱' => '/',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// The text folded with [`narrow`], without any blank.
pub(super) fn compact(text: &str) -> String {
    text.chars().map(narrow).filter(|c| *c != ' ').collect()
}

/// Whether a printed text stands for "nothing": blank, dashes, strokes, `无`.
pub(super) fn is_blank_mark(compact: &str) -> bool {
    compact
        .chars()
        .all(|c| matches!(c, '-' | '/' | '\\' | '_' | '|' | '*' | '.' | '…' | '·' | '、'))
        || matches!(compact, "无" | "暂无" | "空" | "略" | "N/A" | "n/a" | "NA" | "不适用")
}
