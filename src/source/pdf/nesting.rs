//! How deep the form objects of a page contain each other, and how often they draw each other.
//!
//! The interpreter stops following them at some depth without a word (hayro-interpret 0.9: 50).
//! What is drawn deeper is not read, so that it has to be told. Within that depth, forms that each
//! draw the next one twice would keep it busy for ever.

use hayro_interpret::hayro_syntax::object::{Dict, Name, ObjectIdentifier, Stream};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;

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
    const LEAF: Self = Self { depth: 1, drawn: 1 };
    const WITHOUT_END: Self = Self { depth: u32::MAX, drawn: 1 };
}

/// How the form objects of a page with this content contain each other.
///
/// Goes by what the contents draw, found without reading them in full: a string that looks like an
/// operator is counted as well. Each form is looked at once for each form whose resources it uses.
/// `O(bytes)` of the contents that have forms to draw.
pub(super) fn of(page: &PdfPage<'_>, content: &[u8]) -> Nesting {
    let Some(resources) = page.raw().get::<Dict<'_>>(b"Resources".as_slice()) else {
        return Nesting::default();
    };
    let Some(root) = Level::of(None, resources, None, || Some(Cow::Borrowed(content))) else {
        return Nesting::default();
    };
    // The way down so far; a page of nested forms would overflow the stack of a recursion.
    let mut path = vec![root];
    let mut known: FxHashMap<Key, Option<Nesting>> = FxHashMap::default();
    loop {
        let Some(level) = path.last_mut() else { return Nesting::default() };
        let Some((form, times)) = level.forms.pop() else {
            let nesting = level.nesting();
            let Some((key, times)) = level.own.take() else { return level.inner };
            path.pop();
            known.insert(key, Some(nesting));
            if let Some(above) = path.last_mut() {
                above.add(nesting, times);
            }
            continue;
        };
        let own = form.dict().get::<Dict<'_>>(b"Resources".as_slice());
        let scope = if own.is_some() { Some(form.obj_id()) } else { level.scope };
        let key = (form.obj_id(), scope);
        match known.get(&key) {
            // It contains itself, however indirectly; the interpreter leaves that at its depth.
            Some(None) => level.add(Nesting::WITHOUT_END, times),
            Some(Some(nesting)) => level.add(*nesting, times),
            None => {
                // A form without resources of its own uses those of what draws it.
                let resources = own.unwrap_or_else(|| level.resources.clone());
                match Level::of(Some((key, times)), resources, scope, || form.decoded().ok()) {
                    None => {
                        known.insert(key, Some(Nesting::LEAF));
                        level.add(Nesting::LEAF, times);
                    }
                    Some(next) => {
                        known.insert(key, None);
                        path.push(next);
                    }
                }
            }
        }
    }
}

/// A form, and the one whose resources it uses; none is the page.
type Key = (ObjectIdentifier, Option<ObjectIdentifier>);

/// A form whose own forms are being looked at, or the page itself.
struct Level<'a> {
    /// The form, and how often the level above draws it.
    own: Option<(Key, u64)>,
    resources: Dict<'a>,
    /// The form that these resources are of.
    scope: Option<ObjectIdentifier>,
    /// What it draws and was not looked at yet, and how often.
    forms: Vec<(Stream<'a>, u64)>,
    inner: Nesting,
    /// How often it draws what draws it.
    loops: u64,
}

impl<'a> Level<'a> {
    /// `None` if it draws no forms.
    fn of<'c>(
        own: Option<(Key, u64)>,
        resources: Dict<'a>,
        scope: Option<ObjectIdentifier>,
        content: impl FnOnce() -> Option<Cow<'c, [u8]>>,
    ) -> Option<Self> {
        let objects = resources.get::<Dict<'a>>(b"XObject".as_slice())?;
        let form = |name: &[u8]| {
            let object = objects.get::<Stream<'a>>(name)?;
            let kind = object.dict().get::<Name<'a>>(b"Subtype".as_slice());
            kind.is_some_and(|kind| &*kind == b"Form").then_some(object)
        };
        if !objects.keys().any(|name| form(&name).is_some()) {
            return None;
        }
        let drawn = drawn(&content()?);
        let forms = drawn.into_iter().filter_map(|(name, times)| Some((form(&name)?, times)));
        let forms: Vec<_> = forms.collect();
        let (inner, loops) = (Nesting::default(), 0);
        (!forms.is_empty()).then_some(Self { own, resources, scope, forms, inner, loops })
    }

    fn add(&mut self, form: Nesting, times: u64) {
        self.inner.depth = self.inner.depth.max(form.depth);
        self.inner.drawn = self.inner.drawn.saturating_add(form.drawn.saturating_mul(times));
        if form.depth == u32::MAX {
            self.loops = self.loops.saturating_add(times);
        }
    }

    /// Of the form that this is, all its forms having been added.
    fn nesting(&self) -> Nesting {
        // What draws itself twice does so at each depth that is followed.
        let drawn = if self.loops > 1 { u64::MAX } else { self.inner.drawn.saturating_add(1) };
        Nesting { depth: self.inner.depth.saturating_add(1), drawn }
    }
}

/// Names that a content draws, `/X1 Do`, and how often each.
fn drawn(content: &[u8]) -> BTreeMap<Vec<u8>, u64> {
    let mut found = BTreeMap::new();
    for at in memchr::memmem::find_iter(content, b"Do") {
        let (before, after) = (&content[..at], content.get(at + 2));
        if [before.last(), after].into_iter().flatten().any(|&byte| is_regular(byte)) {
            continue;
        }
        let before = before.trim_ascii_end();
        let slash = before.iter().rposition(|&byte| !is_regular(byte));
        if let Some(slash) = slash.filter(|&i| before[i] == b'/')
            && let Some(name) = Name::new(&before[slash + 1..])
        {
            *found.entry(name.to_vec()).or_default() += 1;
        }
    }
    found
}

/// Whether a byte may be part of a name: neither blank nor a delimiter (ISO 32000-1, 7.2.2).
const fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        b'\0'
            | b'\t'
            | b'\n'
            | b'\x0c'
            | b'\r'
            | b' '
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_drawn_are_counted_by_name() {
        let of = |content: &[u8]| {
            let names = drawn(content).into_iter();
            names.map(|(name, n)| (String::from_utf8(name).unwrap(), n)).collect::<Vec<_>>()
        };
        let two = [("X0".to_owned(), 2), ("X1".to_owned(), 1)];
        assert_eq!(of(b"q /X0 Do Q /X1 Do\n/X#30\tDo/Don gs Do"), two);
        assert_eq!(of(b"(Done) Tj /DoX gs /X1Do"), []);
        assert_eq!(of(b"/X Do[1] 0 d"), [("X".to_owned(), 1)]);
    }
}
