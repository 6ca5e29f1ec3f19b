//! How deep the form objects of a page contain each other.
//!
//! The interpreter stops following them at some depth without a word (hayro-interpret 0.9: 50).
//! What is drawn deeper is not read, so that it has to be told.

use hayro_interpret::hayro_syntax::object::{Dict, MaybeRef, Name, ObjectIdentifier, Stream};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use rustc_hash::FxHashMap;

/// Whether the page's form objects contain each other more than `most` deep, or themselves.
///
/// Goes by the resources, without reading content; each form is looked at once. `O(forms)`.
pub(super) fn is_deeper(page: &PdfPage<'_>, most: u32) -> bool {
    let Some(resources) = page.raw().get::<Dict<'_>>(b"Resources".as_slice()) else { return false };
    // The way down so far; a page of nested forms would overflow the stack of a recursion.
    let mut path = vec![Level::of(None, &resources)];
    let mut depths: FxHashMap<ObjectIdentifier, Depth> = FxHashMap::default();
    while let Some(level) = path.last_mut() {
        let Some(form) = level.forms.pop() else {
            let (own, depth) = (level.own, level.deepest);
            path.pop();
            if let Some(own) = own {
                depths.insert(own, Depth::Known(depth + 1));
            }
            if let (Some(_), Some(above)) = (own, path.last_mut()) {
                above.deepest = above.deepest.max(depth + 1);
                if above.deepest > most {
                    return true;
                }
            }
            continue;
        };
        match depths.get(&form.obj_id()) {
            // It contains itself, however indirectly.
            Some(Depth::Open) => return true,
            Some(Depth::Known(depth)) => {
                level.deepest = level.deepest.max(*depth);
                if level.deepest > most {
                    return true;
                }
            }
            None => {
                depths.insert(form.obj_id(), Depth::Open);
                let own = form.dict().get::<Dict<'_>>(b"Resources".as_slice()).unwrap_or_default();
                path.push(Level::of(Some(form.obj_id()), &own));
            }
        }
    }
    false
}

#[derive(Clone, Copy)]
enum Depth {
    /// On the way down at the moment.
    Open,
    /// The form and all below it.
    Known(u32),
}

/// A form whose own forms are being looked at.
struct Level<'a> {
    own: Option<ObjectIdentifier>,
    forms: Vec<Stream<'a>>,
    /// Depth of the forms in it.
    deepest: u32,
}

impl<'a> Level<'a> {
    fn of(own: Option<ObjectIdentifier>, resources: &Dict<'a>) -> Self {
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
        Self { own, forms, deepest: 0 }
    }
}
