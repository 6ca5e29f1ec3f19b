//! Single characters: font artefacts to the characters meant, invisible ones dropped.

use crate::model::script::meant;
use crate::normalize::doubt::Doubt;

/// What was noticed while repairing the characters of one field.
#[derive(Clone, Debug, Default)]
pub(super) struct Noticed {
    /// Code points that no table explains; they stay in the text.
    undecodable: Vec<char>,
    /// Symbol-font codes that were read as operators or marks.
    symbols: Vec<(char, char)>,
}

/// Repairs the characters of `text`, appending to `out`.
///
/// Every kind of blank becomes an ordinary one, line feeds stay, other control characters and
/// zero-width characters go, Latin ligatures are taken apart. Width is kept.
pub(super) fn repair(text: &str, out: &mut String, noticed: &mut Noticed) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\u{2010}' | '\u{2011}' | '\u{2e80}'.. => {
                artefact(c, chars.peek().copied(), out, noticed);
            }
            c if c.is_ascii_graphic() => out.push(c),
            c if c.is_whitespace() => out.push(' '),
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
    }
}

fn artefact(c: char, next: Option<char>, out: &mut String, noticed: &mut Noticed) {
    match c {
        '\u{fb00}'..='\u{fb06}' => {
            unicode_normalization::char::decompose_compatible(c, |d| out.push(d));
        }
        // Variation selectors, byte order mark, annotation marks, tags.
        '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e01ef}' => {}
        c => match meant(c) {
            '\u{3000}' => out.push(' '),
            same if same == c && is_undecodable(c) => {
                if let Some(symbol) = symbol_font(c, next) {
                    noticed.symbols.push((c, symbol));
                    out.push(symbol);
                } else {
                    noticed.undecodable.push(c);
                    out.push(c);
                }
            }
            mapped => out.push(mapped),
        },
    }
}

/// Soft hyphen, zero-width characters, direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

fn is_undecodable(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..)
}

/// The character of a Symbol or Wingdings font, which PDF producers show as U+F000 + its code.
///
/// The same code means different marks in different fonts; an operator is read only where a
/// number follows, and no mark is read where fonts disagree.
fn symbol_font(c: char, next: Option<char>) -> Option<char> {
    let number_follows = next.is_some_and(|n| n.is_ascii_digit() || ('０'..='９').contains(&n));
    match c {
        '\u{f0a3}' if number_follows => Some('≤'),
        '\u{f0b3}' if number_follows => Some('≥'),
        '\u{f0b1}' if number_follows => Some('±'),
        '\u{f0b7}' => Some('•'),
        '\u{f06c}' => Some('●'),
        '\u{f06e}' => Some('■'),
        '\u{f0d8}' => Some('➢'),
        '\u{f0fc}' => Some('✓'),
        '\u{f0fe}' => Some('☑'),
        _ => None,
    }
}

impl Noticed {
    pub(super) fn is_empty(&self) -> bool {
        self.undecodable.is_empty() && self.symbols.is_empty()
    }

    /// Observations about the field whose clean text is `text`.
    pub(super) fn doubts(&self, text: &str, doubts: &mut Vec<Doubt>) {
        if !self.undecodable.is_empty() {
            let codes: Vec<_> = self
                .undecodable
                .iter()
                .take(5)
                .map(|c| format!("U+{:04X}", u32::from(*c)))
                .collect();
            doubts.push(Doubt::error(
                "text.undecodable",
                format!(
                    "{} character(s) of “{}” have no known meaning ({}).",
                    self.undecodable.len(),
                    super::excerpt(text),
                    codes.join(", ")
                ),
                "Compare the field with the page: the font does not tell which characters it shows.",
            ));
        }
        if let Some((code, symbol)) = self.symbols.first() {
            doubts.push(Doubt::warning(
                "text.symbol-font",
                format!(
                    "“{}” holds the private code U+{:04X}, read as “{symbol}”.",
                    super::excerpt(text),
                    u32::from(*code)
                ),
                "Compare the symbol with the page: a symbol font does not tell what it shows.",
            ));
        }
    }
}
