//! Containment of panics: a fault costs one document, never the run.

use super::error::DocumentError;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// How many guards this thread is inside of.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Where the last panic of this thread happened, for the message of its document.
    static LAST_PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Silences the default report of panics inside documents, which would print their contents to
/// the terminal unescaped. The place is kept and becomes part of [`DocumentError::Panic`].
///
/// Acts on the whole process; meant for programs, not for users of the library.
pub fn keep_panics_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if DEPTH.get() == 0 {
            return usual(info);
        }
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line()));
        LAST_PLACE.with(|last| {
            if let Ok(mut last) = last.try_borrow_mut() {
                *last = place;
            }
        });
    }));
}

/// Runs one stage (of one page) and turns a panic into an error that names both.
///
/// The values a stage works on are dropped with it, so none is seen in a half-changed state.
pub(super) fn stage<T>(
    stage: &'static str,
    page: Option<u32>,
    work: impl FnOnce() -> T,
) -> Result<T, DocumentError> {
    DEPTH.set(DEPTH.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(work));
    DEPTH.set(DEPTH.get() - 1);
    result.map_err(|payload| {
        let place = LAST_PLACE.with(|last| last.borrow_mut().take());
        let text = message_of(payload.as_ref());
        let message = match place {
            Some(place) => format!("{text} ({place})"),
            None => text,
        };
        DocumentError::Panic { stage, page, message }
    })
}

/// The text of a panic, cut so that a document cannot flood the terminal through it.
fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic without a message");
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_that_names_stage_and_page() {
        let r: Result<(), _> = stage("layout", Some(7), || panic!("no {}", "row"));
        let Err(e) = r else { panic!("must fail") };
        assert_eq!((e.code(), e.page()), ("document.panic", Some(7)));
        assert!(e.to_string().starts_with("the program failed in stage layout: no row"), "{e}");
    }

    #[test]
    fn long_messages_are_cut() {
        let r: Result<(), _> = stage("emit", None, || panic!("{}", "长".repeat(10_000)));
        let Err(e) = r else { panic!("must fail") };
        assert!(e.to_string().chars().count() < 400);
    }

    #[test]
    fn a_result_passes_through() {
        assert_eq!(stage("emit", None, || 5).ok(), Some(5));
    }
}
