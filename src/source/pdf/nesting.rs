//! How deep the form objects of a page contain each other, and how often they draw each other.
//!
//! The interpreter stops following them at some depth without a word (hayro-interpret 0.9: 50).
//! What is drawn deeper is not read, so that it has to be told. Within that depth, forms that each
//! draw the next one twice would keep it busy for ever.

use hayro_interpret::hayro_syntax::object::{Dict, MaybeRef, Name, ObjectIdentifier, Stream};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use rustc_hash::FxHashMap;

/// What is known of a page's form objects before they are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Nesting {
    /// How many contain each other, a form without forms being one; the most there is if one
    /// contains itself.
    pub depth: u32,
    /// How often forms are drawn at most, one in another counted each time.
    pub drawn: u64,
}

impl Nesting {
    const WITHOUT_END: Self = Self { depth: u32::MAX, drawn: 1 };
}

/// How the page's form objects contain each other.
///
/// Goes by the resources; only the content of what contains forms is looked at, for how often it
/// draws something. Each form is looked at once. `O(forms)`.
pub(super) fn of(page: &PdfPage<'_>) -> Nesting {
    let Some(resources) = page.raw().get::<Dict<'_>>(b"Resources".as_slice()) else {
        return Nesting::default();
    };
    // The way down so far; a page of nested forms would overflow the stack of a recursion.
    let mut path = vec![Level::of(None, &resources)];
    let mut known: FxHashMap<ObjectIdentifier, Option<Nesting>> = FxHashMap::default();
    loop {
        let Some(level) = path.last_mut() else { return Nesting::default() };
        let Some(form) = level.forms.pop() else {
            let (own, inner) = (level.own.take(), level.inner);
            path.pop();
            let content = match &own {
                _ if inner == Nesting::default() => 0,
                Some(own) => own.decoded().map_or(0, |content| draws(&content)),
                None => page.page_stream().map_or(0, draws),
            };
            // What draws itself does so at each depth that is followed.
            let explodes = inner.depth == u32::MAX && content > 1;
            let drawn = if explodes { u64::MAX } else { content.saturating_mul(inner.drawn) };
            let Some(own) = own else { return Nesting { drawn, ..inner } };
            let own_nesting =
                Nesting { depth: inner.depth.saturating_add(1), drawn: drawn.saturating_add(1) };
            known.insert(own.obj_id(), Some(own_nesting));
            if let Some(above) = path.last_mut() {
                above.add(own_nesting);
            }
            continue;
        };
        match known.get(&form.obj_id()) {
            // It contains itself, however indirectly; the interpreter leaves that at its depth.
            Some(None) => level.add(Nesting::WITHOUT_END),
            Some(Some(nesting)) => level.add(*nesting),
            None => {
                known.insert(form.obj_id(), None);
                let own = form.dict().get::<Dict<'_>>(b"Resources".as_slice()).unwrap_or_default();
                path.push(Level::of(Some(form), &own));
            }
        }
    }
}

/// How often a content draws an object: `/X1 Do`.
fn draws(content: &[u8]) -> u64 {
    let draws = memchr::memmem::find_iter(content, b"Do").filter(|&at| {
        let ends = |byte: Option<&u8>| byte.is_none_or(|b| !b.is_ascii_alphanumeric());
        at > 0 && ends(content.get(at - 1)) && ends(content.get(at + 2))
    });
    draws.count() as u64
}

/// A form whose own forms are being looked at; the page itself is none.
struct Level<'a> {
    own: Option<Stream<'a>>,
    forms: Vec<Stream<'a>>,
    /// The most of the forms in it.
    inner: Nesting,
}

impl<'a> Level<'a> {
    fn of(own: Option<Stream<'a>>, resources: &Dict<'a>) -> Self {
        let objects = resources.get::<Dict<'a>>(b"XObject".as_slice()).unwrap_or_default();
        let forms = objects
            .entries()
            .filter(|(_, object)| matches!(object, MaybeRef::Ref(_)))
            .filter_map(|(name, _)| objects.get::<Stream<'a>>(&*name))
            .filter(|s| {
                let kind = s.dict().get::<Name<'a>>(b"Subtype".as_slice());
                kind.is_some_and(|kind| &*kind == b"Form")
            })
            .collect();
        Self { own, forms, inner: Nesting::default() }
    }

    fn add(&mut self, form: Nesting) {
        self.inner.depth = self.inner.depth.max(form.depth);
        self.inner.drawn = self.inner.drawn.max(form.drawn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_drawn_are_counted() {
        assert_eq!(draws(b"q /X0 Do Q /X1 Do\n/Don gs Do"), 3);
        assert_eq!(draws(b"(Done) Tj /DoX gs"), 0);
    }
}
