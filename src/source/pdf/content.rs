//! The content of a page, decoded for as long as the page is being read.
//!
//! The reader could do this itself, but keeps what it decodes until the document is closed: for a
//! thousand pages more than all that we keep of them.

use hayro_interpret::hayro_syntax::content::TypedIter;
use hayro_interpret::hayro_syntax::object::{Array, MaybeRef, Object, Stream};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::{
    Context, Device, InterpreterSettings, RenderContent, interpret, interpret_page,
};

/// Where a page's content stands in its dictionary: a stream, or several in an array.
pub(super) const CONTENTS: &[u8] = b"Contents";

/// The operators of a page; `None` if there are none, or if they cannot be decoded. Streams of an
/// array are joined as if a blank stood between them (ISO 32000-1, 7.8.2); those that cannot be
/// decoded are left out.
pub(super) fn of(page: &PdfPage<'_>) -> Option<Vec<u8>> {
    let decoded = |stream: Stream<'_>| Some(stream.decoded_data().ok()?.into_owned());
    if let Some(stream) = page.raw().get::<Stream<'_>>(CONTENTS) {
        return decoded(stream);
    }
    let parts = page.raw().get::<Array<'_>>(CONTENTS)?;
    let mut content = Vec::new();
    for part in parts.raw_iter() {
        let stream = match part {
            MaybeRef::Ref(at) => page.xref().get::<Stream<'_>>(at.into()),
            MaybeRef::NotRef(Object::Stream(stream)) => Some(stream),
            MaybeRef::NotRef(_) => None,
        };
        if let Some(mut part) = stream.and_then(decoded) {
            content.append(&mut part);
            content.push(b' ');
        }
    }
    Some(content)
}

/// Settings for [`draw`]: what is left to the interpreter is the annotations.
pub(super) fn handed_over(settings: &InterpreterSettings) -> InterpreterSettings {
    InterpreterSettings { render_content: RenderContent::ANNOTATIONS, ..settings.clone() }
}

/// Draws a page with this content, and its annotations. The settings of `context` are those of
/// [`handed_over`], or the content would be drawn twice.
pub(super) fn draw<'a>(
    page: &PdfPage<'a>,
    content: &[u8],
    context: &mut Context<'a>,
    device: &mut impl Device<'a>,
) {
    interpret(TypedIter::new(content), page.resources(), context, device);
    interpret_page(page, context, device);
}
