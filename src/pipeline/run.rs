//! Many documents: in parallel, delivered in order, in bounded memory.

use super::convert;
use super::error::DocumentError;
use super::guard;
use super::inputs::{Input, Origin};
use super::output::{self, Formats, Rendered};
use super::settings::{Lap, Settings, Timings};
use crate::model::form::Converted;
use crate::source::SourceError;
use crate::template::Library;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::any::Any;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

/// Stack of a worker thread in bytes. Readers of nested structures recurse; the default of 2 MiB
/// is not enough for what damaged files nest.
pub(super) const STACK: usize = 16 << 20;

/// Documents that are begun but not delivered, as a multiple of the threads, where all that became
/// of them is held until then: few enough that memory does not grow with their number.
const WINDOW: usize = 2;

/// Largest input in bytes; it is held in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct LargestInput(pub u64);

impl Default for LargestInput {
    fn default() -> Self {
        Self(1 << 30)
    }
}

/// What every document of a run shares.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    pub settings: &'a Settings,
    pub library: &'a Library,
    /// Outputs to render for each document.
    pub formats: Formats,
    /// Worker threads.
    pub jobs: NonZeroUsize,
}

/// A converted document and its outputs.
#[derive(Debug)]
pub struct Delivery {
    pub converted: Converted,
    pub files: Vec<Rendered>,
    pub timings: Timings,
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End<E> {
    /// Every document was delivered.
    Completed,
    /// `stop` was set; what had been begun was finished and delivered.
    Stopped,
    /// The sink broke off.
    Broken(E),
}

/// The threads of the run could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the worker threads: {0}")]
pub struct StartError(#[from] rayon::ThreadPoolBuildError);

/// Converts `inputs` in parallel and hands each result to `sink`, in the order of `inputs` and on
/// the calling thread, whatever the number of threads.
///
/// Setting `stop` ends the run after what is in flight; a sink that breaks ends it at once as
/// far as it is concerned.
pub fn run<E>(
    inputs: &[Input],
    plan: Plan<'_>,
    stop: &AtomicBool,
    mut sink: impl FnMut(&Input, Result<Delivery, DocumentError>) -> ControlFlow<E>,
) -> Result<End<E>, StartError> {
    let threads = Threads { jobs: plan.jobs, window: plan.jobs.get().saturating_mul(WINDOW) };
    let arrive = |_, _: &mut _| ControlFlow::Continue(());
    let deliver = |i: usize, result| sink(&inputs[i], result);
    ordered(inputs, threads, stop, |input| one(input, plan), arrive, deliver)
}

/// One document from its file to its outputs.
fn one(input: &Input, plan: Plan<'_>) -> Result<Delivery, DocumentError> {
    let bytes = match &input.origin {
        Origin::Bytes(bytes) => bytes.to_vec(),
        Origin::File(path) => LargestInput::default().read(open(path, input.is_named)?)?,
    };
    deliver(&input.name(), bytes, plan.settings, plan.library, plan.formats)
}

/// One document from its bytes to its outputs. `name` is its file name.
pub(super) fn deliver(
    name: &str,
    bytes: Vec<u8>,
    settings: &Settings,
    library: &Library,
    formats: Formats,
) -> Result<Delivery, DocumentError> {
    guard::stage("pipeline", None, || {
        let (converted, mut timings) = convert::timed(name, bytes, settings, library)?;
        let mut lap = Lap::start(settings.clock);
        let files =
            guard::stage("emit", None, || output::render(&converted, &library.specs, formats))??;
        timings.emit += lap.lap();
        Ok(Delivery { converted, files, timings })
    })?
}

/// Opens a document that is a regular file; what was found in a folder is no link, whatever has
/// happened since.
pub(super) fn open(path: &Path, is_named: bool) -> Result<File, DocumentError> {
    // Opening a pipe must not wait for its other end.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let flags = if is_named { flags } else { flags | OFlags::NOFOLLOW };
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::LOOP | Errno::NXIO) => return Err(DocumentError::NotRegular),
        Err(e) => return Err(unreadable(&e.into())),
    };
    if !file.metadata().map_err(|e| unreadable(&e))?.is_file() {
        return Err(DocumentError::NotRegular);
    }
    Ok(file)
}

pub(super) fn unreadable(e: &std::io::Error) -> DocumentError {
    match e.kind() {
        std::io::ErrorKind::NotFound => DocumentError::Missing,
        _ => DocumentError::Unreadable { reason: e.to_string() },
    }
}

impl LargestInput {
    /// Refuses a file that is larger than this, before it fills the memory.
    pub fn check(self, file: &File) -> Result<(), DocumentError> {
        let size = file.metadata().map_err(|e| unreadable(&e))?.len();
        if size > self.0 { Err(self.reached()) } else { Ok(()) }
    }

    fn reached(self) -> DocumentError {
        let limit = format!("the file is larger than `input.mib` = {}", self.0 >> 20);
        SourceError::Limit { limit }.into()
    }

    /// The whole of `from`, unless it is larger than this.
    pub fn read(self, from: impl Read) -> Result<Vec<u8>, DocumentError> {
        let mut bytes = Vec::new();
        from.take(self.0.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
        if bytes.len() as u64 > self.0 {
            return Err(self.reached());
        }
        Ok(bytes)
    }
}

/// How [`ordered`] works.
#[derive(Clone, Copy, Debug)]
pub(super) struct Threads {
    pub jobs: NonZeroUsize,
    /// Items that are begun and not delivered. While one takes long, so many others get done.
    pub window: usize,
}

/// A parallel map with ordered delivery. Each result is shown to `arrive` as soon as it is there,
/// and handed to `sink` in the order of `items`, both on the calling thread; a result that `arrive`
/// broke off at is not delivered.
pub(super) fn ordered<T: Sync, R: Send, E>(
    items: &[T],
    threads: Threads,
    stop: &AtomicBool,
    work: impl Fn(&T) -> R + Sync,
    mut arrive: impl FnMut(usize, &mut R) -> ControlFlow<E>,
    mut sink: impl FnMut(usize, R) -> ControlFlow<E>,
) -> Result<End<E>, StartError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.jobs.get())
        .stack_size(STACK)
        .thread_name(|i| format!("shenbao-{i}"))
        .build()?;
    let window = threads.window.max(1);
    let (sender, receiver) = mpsc::channel::<(usize, Result<R, Box<dyn Any + Send>>)>();
    let work = &work;
    Ok(pool.in_place_scope(|scope| {
        let mut broken = None;
        let mut waiting = BTreeMap::new();
        let (mut begun, mut delivered) = (0, 0);
        loop {
            while begun < items.len()
                && begun - delivered < window
                && broken.is_none()
                && !stop.load(Ordering::Relaxed)
            {
                let (index, item, sender) = (begun, &items[begun], sender.clone());
                scope.spawn(move |_| {
                    let result = catch_unwind(AssertUnwindSafe(|| work(item)));
                    // The receiver outlives the scope.
                    let _ = sender.send((index, result));
                });
                begun += 1;
            }
            if delivered == begun {
                break;
            }
            let Ok((index, result)) = receiver.recv() else { break };
            let mut result = result.unwrap_or_else(|panic| resume_unwind(panic));
            if let ControlFlow::Break(why) = arrive(index, &mut result) {
                broken = broken.or(Some(why));
            }
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&delivered) {
                if broken.is_none()
                    && let ControlFlow::Break(why) = sink(delivered, result)
                {
                    broken = Some(why);
                }
                delivered += 1;
            }
        }
        match broken {
            Some(why) => End::Broken(why),
            None if delivered < items.len() => End::Stopped,
            None => End::Completed,
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    const THREE: Threads =
        Threads { jobs: NonZeroUsize::MIN.saturating_add(2), window: 3 * WINDOW };

    fn arrives<R, E>(_: usize, _: &mut R) -> ControlFlow<E> {
        ControlFlow::Continue(())
    }

    #[test]
    fn results_come_in_order_and_few_are_held() {
        let items: Vec<usize> = (0..300).collect();
        let begun = AtomicUsize::new(0);
        let mut got = Vec::new();
        let mut most_ahead = 0;
        let end = ordered(
            &items,
            THREE,
            &AtomicBool::new(false),
            |i| {
                begun.fetch_add(1, Ordering::SeqCst);
                // Uneven work, so that later items finish first.
                (0..(300 - i) * 50).map(|x| x ^ i).fold(0, usize::wrapping_add);
                i * 2
            },
            arrives,
            |i, r| {
                most_ahead = most_ahead.max(begun.load(Ordering::SeqCst) - i);
                got.push(r);
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(matches!(end, Ok(End::Completed)));
        assert_eq!(got, items.iter().map(|i| i * 2).collect::<Vec<_>>());
        assert!(most_ahead <= 3 * WINDOW, "{most_ahead} begun and not delivered");
    }

    #[test]
    fn a_stop_finishes_what_is_in_flight() {
        let items: Vec<usize> = (0..100).collect();
        let stop = AtomicBool::new(false);
        let mut got = Vec::new();
        let end = ordered(
            &items,
            THREE,
            &stop,
            |i| *i,
            arrives,
            |_, r| {
                got.push(r);
                stop.store(r >= 10, Ordering::Relaxed);
                ControlFlow::<()>::Continue(())
            },
        );
        assert!(matches!(end, Ok(End::Stopped)));
        assert!(got.len() >= 11 && got.len() <= 11 + 3 * WINDOW, "{}", got.len());
        assert_eq!(got, items[..got.len()]);
    }

    #[test]
    fn a_sink_that_breaks_is_not_called_again() {
        let items: Vec<usize> = (0..100).collect();
        let mut calls = 0;
        let end = ordered(
            &items,
            THREE,
            &AtomicBool::new(false),
            |i| *i,
            arrives,
            |_, r| {
                calls += 1;
                if r == 5 { ControlFlow::Break("full") } else { ControlFlow::Continue(()) }
            },
        );
        assert!(matches!(end, Ok(End::Broken("full"))));
        assert_eq!(calls, 6);
    }

    #[test]
    fn a_panic_of_the_work_does_not_hang_the_run() {
        let run = catch_unwind(|| {
            ordered(
                &[1, 2, 3],
                THREE,
                &AtomicBool::new(false),
                |i| assert_ne!(*i, 2, "planted"),
                arrives,
                |_, ()| ControlFlow::<()>::Continue(()),
            )
        });
        assert!(run.is_err());
    }

    #[test]
    fn results_arrive_while_an_earlier_item_takes_long() {
        let items: Vec<usize> = (0..50).collect();
        let threads = Threads { window: items.len(), ..THREE };
        let arrived = AtomicUsize::new(0);
        let mut order = Vec::new();
        let end = ordered(
            &items,
            threads,
            &AtomicBool::new(false),
            |&i| {
                // The first one waits for all others.
                while i == 0 && arrived.load(Ordering::SeqCst) < items.len() - 1 {
                    std::thread::yield_now();
                }
                i
            },
            |_, _| {
                arrived.fetch_add(1, Ordering::SeqCst);
                ControlFlow::<()>::Continue(())
            },
            |_, r| {
                order.push(r);
                ControlFlow::Continue(())
            },
        );
        assert!(matches!(end, Ok(End::Completed)));
        assert_eq!(order, items);
    }

    #[test]
    fn no_items_end_at_once() {
        let end = ordered::<(), (), ()>(
            &[],
            Threads { jobs: NonZeroUsize::MIN, window: 1 },
            &AtomicBool::new(false),
            |()| (),
            arrives,
            |_, ()| ControlFlow::Continue(()),
        );
        assert!(matches!(end, Ok(End::Completed)));
    }
}
