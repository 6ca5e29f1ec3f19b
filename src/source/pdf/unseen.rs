//! Pages that look blank, though their content says otherwise.
//!
//! The interpreter leaves out what it cannot follow without a word: an operator behind operands
//! without end, a stream whose predictor makes no sense. A page of which nothing else is left would
//! pass for a blank one.

use super::content::CONTENTS;
use super::fields::has_picture;
use crate::model::finding::{Finding, Severity};
use hayro_interpret::hayro_syntax::content::TypedIter;
use hayro_interpret::hayro_syntax::content::ops::TypedInstruction;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;

/// A compressed stream of nothing takes a dozen bytes, in an array or under several filters a few
/// more.
const NOTHING: usize = 64;

/// Why a page with this content, on which nothing was drawn, is not to be taken for a blank one, if
/// it is not.
pub(super) fn reason(page: &PdfPage<'_>, content: Option<&[u8]>) -> Option<&'static str> {
    if has_unpainted_text(page) {
        return Some("its text is in annotations that the file leaves to the viewer to draw");
    }
    let content = content?;
    if content.iter().all(u8::is_ascii_whitespace) {
        return (stored(page) > NOTHING).then_some("nothing is left of its content when decoded");
    }
    let mut operators = TypedIter::new(content);
    while let Some(operator) = operators.next() {
        if matches!(operator, TypedInstruction::Fallback(_)) {
            return Some("its content has no meaning when decoded");
        }
    }
    shows_text(content).then_some("it is to show text, but none of it could be drawn")
}

/// Tells that text is missing from a page which shows something else.
pub(super) fn unpainted(number: u32) -> Finding {
    let message = format!(
        "page {number} has annotations whose text the file leaves to the viewer to draw: it was \
         not read"
    );
    let hint = "compare the page in a viewer; print it to a new file to keep what is typed there";
    Finding::new("text.annotation", Severity::Error, message, hint).on_page(number)
}

/// Whether an annotation without a picture is to show text upon the page.
pub(super) fn has_unpainted_text(page: &PdfPage<'_>) -> bool {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots".as_slice()) else { return false };
    annotations.iter::<Dict<'_>>().any(|annotation| {
        let kind = annotation.get::<Name<'_>>(b"Subtype".as_slice());
        let text = annotation.get::<PdfString<'_>>(b"Contents".as_slice());
        kind.is_some_and(|k| &*k == b"FreeText")
            && !has_picture(&annotation)
            && text.is_some_and(|t| !t.as_bytes().trim_ascii().is_empty())
    })
}

/// Bytes of the content as it is stored, white space aside.
fn stored(page: &PdfPage<'_>) -> usize {
    let size = |stream: Stream<'_>| {
        stream.raw_data().iter().filter(|byte| !byte.is_ascii_whitespace()).count()
    };
    if let Some(stream) = page.raw().get::<Stream<'_>>(CONTENTS) {
        return size(stream);
    }
    let streams = page.raw().get::<Array<'_>>(CONTENTS);
    streams.map_or(0, |streams| streams.iter::<Stream<'_>>().map(size).sum())
}

/// Whether the content shows a string: `(…) Tj`, `[…] TJ`.
fn shows_text(content: &[u8]) -> bool {
    memchr::memchr_iter(b'T', content).any(|at| {
        let (before, operator) = content.split_at(at);
        matches!(operator.get(1), Some(b'j' | b'J'))
            && operator.get(2).is_none_or(|byte| !byte.is_ascii_alphanumeric())
            && matches!(before.trim_ascii_end().last(), Some(b')' | b'>' | b']'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_by_its_operator() {
        assert!(shows_text(b"BT /F1 9 Tf (a) Tj ET"));
        assert!(shows_text(b"[<61> -5 (b)]TJ"));
        assert!(!shows_text(b"q 1 0 0 1 0 0 cm Q"));
        assert!(!shows_text(b"/Tj gs BT ET 9 Tj"));
        assert!(!shows_text(b"(a) Tja"));
    }
}
