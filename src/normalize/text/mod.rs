//! Lines of a cell → clean text.
//!
//! Text stays as printed, punctuation width included, after: font artefacts mapped to the
//! characters meant, invisible characters dropped, wrapped lines joined, markup dropped, runs of
//! blanks reduced to one. Real paragraphs stay, joined with `\n`, where a field has paragraphs.

mod characters;
mod fragment;
mod item;
mod markup;
mod measure;
mod overfull;
mod paragraph;
mod seam;
#[cfg(test)]
mod tests;

pub use seam::Spacing;

use super::doubt::Doubt;
use crate::model::geometry::Rect;
use crate::model::grid::TextLine;
use crate::model::script::is_wide;
use characters::Noticed;
use fragment::Fragment;
use seam::{Habits, Room, blank_at};

/// Clean text and what was noticed on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clean {
    pub text: String,
    pub doubts: Vec<Doubt>,
}

/// How the lines of a field belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One run: every wrap is joined.
    Run,
    /// Real paragraphs stay, joined with `\n`.
    Paragraphs,
    /// One run without any blank.
    Label,
}

/// Cleans the lines of a cell.
///
/// `cell` is the cell's box on the page of its first line, in points: its right edge tells
/// whether a line was wrapped or ended. `form` counts how the form's writer sets blanks (see
/// [`Spacing`]).
#[must_use]
pub fn clean(lines: &[TextLine], cell: Option<Rect>, shape: Shape, form: &Spacing) -> Clean {
    let mut noticed = Noticed::default();
    let fragments = fragment::fragments(lines, &mut noticed);
    finish(&fragments, cell, shape, form, &noticed)
}

/// Cleans a text whose line feeds are meant: a repaired value, or a string from elsewhere.
///
/// Cleaning what is clean changes nothing.
#[must_use]
pub fn clean_str(text: &str, shape: Shape) -> Clean {
    let line = TextLine {
        text: text.to_owned(),
        page: 0,
        bbox: None,
        font_size: 0.0,
        from: crate::model::page::Origin::TextExport,
        confidence: 1.0,
        certainty: crate::model::grid::Certainty::default(),
        source_line: 0,
    };
    clean(&[line], None, shape, &Spacing::default())
}

fn finish(
    fragments: &[Fragment],
    cell: Option<Rect>,
    shape: Shape,
    form: &Spacing,
    noticed: &Noticed,
) -> Clean {
    if let [only] = fragments
        && noticed.is_empty()
        && is_plain(&only.text, shape)
    {
        return Clean { text: only.text.clone(), doubts: Vec::new() };
    }
    let mut habits = Habits { cell: Spacing::default(), form: *form };
    for fragment in fragments {
        habits.cell.count(&fragment.text);
    }
    let breaks = paragraph::breaks(fragments, cell, shape == Shape::Paragraphs);
    let joined = join(fragments, &breaks, &habits);

    let mut doubts = Vec::new();
    let mut stripped = String::with_capacity(joined.len());
    if markup::strip(&joined, &mut stripped) {
        doubts.push(Doubt::info(
            "text.markup",
            format!("Markup was removed from “{}”.", excerpt(&joined)),
            "Nothing to do; correct the entry in the system that printed the form.",
        ));
    }
    let mut text = tidy(&stripped, shape, &habits);
    if shape != Shape::Label && unquote(&mut text) {
        doubts.push(Doubt::info(
            "text.stray-quotes",
            format!("Straight quotes around the whole text were removed: “{}”.", excerpt(&text)),
            "Nothing to do; correct the entry in the system that printed the form.",
        ));
        text = tidy(&text, shape, &habits);
    }
    noticed.doubts(&text, &mut doubts);
    if shape == Shape::Paragraphs && overfull::is_overfull(fragments, cell) {
        doubts.push(Doubt::warning(
            "field.cut",
            format!("“{}” fills its cell and ends in no mark.", excerpt(&text)),
            "Compare its end with the original; the cell may have been too low for the text.",
        ));
    }
    if breaks.uncertain && text.contains('\n') {
        doubts.push(Doubt::info(
            "text.paragraphs-uncertain",
            format!("Where the paragraphs of “{}” begin is not certain.", excerpt(&text)),
            "Compare the paragraphs with the page: a full line ends with a sentence, and nothing shows whether a paragraph ends too.",
        ));
    }
    Clean { text, doubts }
}

/// Whether nothing is to be done on a text: most fields are a few characters on one line.
fn is_plain(text: &str, shape: Shape) -> bool {
    let marks = text.bytes().any(|b| matches!(b, b'<' | b'&' | b'"' | b'\n'));
    let blanks = match shape {
        Shape::Label => text.contains(char::is_whitespace),
        Shape::Run | Shape::Paragraphs => {
            text.trim().len() < text.len()
                || text.contains("  ")
                || text.contains(|c: char| c.is_whitespace() && c != ' ')
        }
    };
    !marks && !blanks
}

/// Joins the fragments: `\n` where a paragraph begins, else what belongs at the seam.
fn join(fragments: &[Fragment], breaks: &paragraph::Breaks, habits: &Habits) -> String {
    let mut out = String::with_capacity(fragments.iter().map(|f| f.text.len() + 1).sum());
    let mut above: Option<&Fragment> = None;
    for (fragment, boundary) in fragments.iter().zip(&breaks.before) {
        if let Some(above) = above {
            if markup::is_open(&out) && !(boundary.paragraph && fragment.after_feed) {
                // A wrap inside a tag: inside its name nothing belongs, elsewhere a blank.
                if !out.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '<' || c == '/')
                    || fragment.text.contains('=')
                {
                    out.push(' ');
                }
            } else if boundary.paragraph {
                out.push('\n');
            } else if blank_at(&above.text, &fragment.text, boundary.room, habits)
                || printed_blank(above, fragment)
            {
                out.push(' ');
            }
        }
        out.push_str(&fragment.text);
        above = Some(fragment);
    }
    out
}

/// A blank that is printed at the line's end, kept unless both sides are wide.
fn printed_blank(above: &Fragment, below: &Fragment) -> bool {
    let wide_above = above.text.ends_with(is_wide);
    let wide_below = below.text.starts_with(is_wide);
    above.trailing_blank && !(wide_above && wide_below)
}

/// Reduces blanks: none at the ends of paragraphs, one at most between words, and none between
/// characters that were only spread over the line.
fn tidy(text: &str, shape: Shape, habits: &Habits) -> String {
    let mut out = String::with_capacity(text.len());
    for paragraph in text.split('\n') {
        let start = out.len();
        for word in paragraph.split_whitespace() {
            if shape != Shape::Label && out.len() > start {
                out.push(' ');
            } else if start > 0 && out.len() == start {
                match shape {
                    Shape::Paragraphs => out.push('\n'),
                    Shape::Run if blank_at(&out, word, Room::Unknown, habits) => out.push(' '),
                    Shape::Run | Shape::Label => {}
                }
            }
            out.push_str(word);
        }
    }
    out
}

/// Removes straight quotes that wrap the whole text, and undoubles those inside (as a table
/// export writes them).
fn unquote(text: &mut String) -> bool {
    let mut found = false;
    while let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        let undoubled = inner.replace("\"\"", "");
        if inner.trim().is_empty() || undoubled.contains('"') {
            break;
        }
        let inner = inner.replace("\"\"", "\"").trim().to_owned();
        *text = inner;
        found = true;
    }
    found
}

/// The beginning of a text, for messages.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut out: String =
        text.chars().take(LONGEST).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}
