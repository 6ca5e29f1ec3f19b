//! The supervisor's side of a conversion: it starts workers, hands them documents, and outlives
//! whatever happens to them. It never parses a document.
//!
//! # Steps
//! 1. [`Crew::convert`] takes a worker that waits, or starts one, and hands it the open file; more
//!    threads than there are workers may call it, so that none waits for the disk;
//! 2. it waits for the answer, no longer than the document may take ([`patience`]);
//! 3. a worker that dies is asked what of ([`death`]); the document is tried once more, in a
//!    fresh worker, while no other document is being converted.

mod death;
mod patience;
mod process;

use super::commit::CommitError;
use super::config::{Config, WorkerLimits};
use super::outcome::{PANIC, Product, Reason};
use super::output::{Drafts, Formats};
use super::settings::Settings;
use super::wire::Setup;
use patience::{Patience, TICK};
use process::{Attempt, START, Task, Worker};
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// How often a worker is started that does not come up.
const STARTS: u32 = 3;

/// How workers are started and what they are told.
#[derive(Debug)]
pub struct Orders {
    /// This program's executable.
    pub program: PathBuf,
    /// Templates beside the embedded ones: name, text.
    pub templates: Vec<(String, String)>,
    /// Folder of the recognition models.
    pub models: Option<PathBuf>,
    pub formats: Formats,
    pub config: Config,
    /// Processes at the same time.
    pub workers: NonZeroUsize,
    /// Threads for the pages of one document.
    pub threads: NonZeroUsize,
    /// Take some documents for orders to misbehave: for tests.
    pub faults: bool,
}

/// A worker cannot be started at all; no document is to blame.
#[derive(Debug, thiserror::Error)]
#[error("cannot start a worker process: {reason}")]
pub struct StartError {
    pub reason: String,
}

/// Why the run cannot go on. No document is to blame.
#[derive(Debug, thiserror::Error)]
pub enum CrewError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// What came of handing out a document.
#[derive(Debug)]
pub enum Verdict {
    Done {
        // An answer is large beside the other outcomes.
        result: Box<Result<Product, Reason>>,
        /// How often it was tried: 1 or 2.
        attempts: u8,
    },
    /// The run was stopped before there was an answer.
    Stopped,
}

/// The workers of a run.
pub struct Crew<'a> {
    program: PathBuf,
    setup: Setup,
    formats: Formats,
    documents: u32,
    clock: fn() -> Duration,
    stop: &'a AtomicBool,
    /// When the stop was noticed.
    stopped: OnceLock<Duration>,
    /// Places that are free, those with a worker that waits last.
    places: Mutex<Vec<Option<Worker>>>,
    /// Told of each place that becomes free.
    free: Condvar,
    /// Read by every document, written by one that is tried alone.
    alone: RwLock<()>,
    confinement: OnceLock<String>,
}

impl<'a> Crew<'a> {
    /// A crew without any worker yet. Setting `stop` gives the documents in flight a few seconds.
    #[must_use]
    pub fn new(orders: Orders, settings: &Settings, stop: &'a AtomicBool) -> Self {
        let setup = Setup {
            password: settings.password.clone(),
            template: settings.template.clone(),
            tables: settings.tables,
            keep_blocks: settings.keep_blocks,
            verify: settings.verify,
            trusted: settings.trusted,
            reading: settings.limits,
            formats: orders.formats,
            templates: orders.templates,
            engine: orders.config.recognition.engine,
            models: orders.models,
            threads: orders.threads.get(),
            input_bytes: orders.config.input.mib << 20,
            limits: orders.config.worker,
            faults: orders.faults,
        };
        Self {
            program: orders.program,
            formats: orders.formats,
            documents: setup.limits.documents,
            setup,
            clock: settings.clock,
            stop,
            stopped: OnceLock::new(),
            places: Mutex::new((0..orders.workers.get()).map(|_| None).collect()),
            free: Condvar::new(),
            alone: RwLock::new(()),
            confinement: OnceLock::new(),
        }
    }

    /// What the kernel enforces on the workers, once one was started.
    pub fn confinement(&self) -> Option<&str> {
        self.confinement.get().map(String::as_str)
    }

    /// Converts one document; `name` is its file name, `drafts` takes its outputs. Blocks until
    /// there is a verdict.
    ///
    /// # Errors
    /// No worker can be started, or an output cannot be written.
    pub fn convert(
        &self,
        name: &str,
        file: &File,
        drafts: &Drafts<'_>,
    ) -> Result<Verdict, CrewError> {
        let mut task = Task { name, file, drafts, second_reader: true };
        let first = {
            let _among_others = self.alone.read().unwrap_or_else(PoisonError::into_inner);
            let Some(place) = self.take_place(Vec::pop) else { return Ok(Verdict::Stopped) };
            self.attempt(place, task)?
        };
        task.second_reader = match first {
            Attempt::Stopped => return Ok(Verdict::Stopped),
            Attempt::Broken(error) => return Err(error.into()),
            Attempt::Died(death) => !death.is_of_second_reader(),
            Attempt::Answered(result) => {
                if !result.as_ref().as_ref().is_err_and(|reason| reason.code == PANIC) {
                    return Ok(Verdict::Done { result, attempts: 1 });
                }
                true
            }
        };
        let _alone = self.alone.write().unwrap_or_else(PoisonError::into_inner);
        let first = |places: &mut Vec<_>| (!places.is_empty()).then(|| places.remove(0));
        let Some(mut place) = self.take_place(first) else { return Ok(Verdict::Stopped) };
        // Whoever sits there, if anybody, has nothing to do with this document.
        place.worker = None;
        let result = match self.attempt(place, task)? {
            Attempt::Stopped => return Ok(Verdict::Stopped),
            Attempt::Broken(error) => return Err(error.into()),
            Attempt::Answered(result) => result,
            Attempt::Died(death) => Box::new(Err(death.reason())),
        };
        Ok(Verdict::Done { result, attempts: 2 })
    }

    /// Waits for a place, which `take` chooses; `None` if the run is stopped before there is one.
    fn take_place(
        &self,
        take: impl Fn(&mut Vec<Option<Worker>>) -> Option<Option<Worker>>,
    ) -> Option<Place<'_>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(worker) = take(&mut places) {
                return Some(Place { worker, places: &self.places, free: &self.free });
            }
            let waited = self.free.wait_timeout(places, TICK);
            places = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// One try; a worker that is fit for more stays in its place.
    fn attempt(&self, mut place: Place<'_>, task: Task<'_>) -> Result<Attempt, StartError> {
        let limits = &self.setup.limits;
        let patience = |limits: &_| Patience::new(self.clock, self.stop, &self.stopped, limits);
        let mut tries = 0;
        let mut worker = loop {
            if let Some(worker) = place.worker.take() {
                break worker;
            }
            tries += 1;
            let limits = WorkerLimits { seconds: START.as_secs(), ..limits.clone() };
            match Worker::start(&self.program, &self.setup, patience(&limits)) {
                Ok((worker, confinement)) => {
                    self.confinement.get_or_init(|| confinement);
                    break worker;
                }
                Err(_) if self.stop.load(Ordering::Relaxed) => return Ok(Attempt::Stopped),
                // Whoever kills workers does not look whether they have begun.
                Err(_) if tries < STARTS => {}
                Err(error) => return Err(error),
            }
        };
        let (attempt, fit) = worker.convert(task, patience(limits), self.formats, limits);
        if fit && worker.served() < self.documents {
            place.worker = Some(worker);
        }
        Ok(attempt)
    }
}

/// A place for a worker, which is free again when this is dropped.
struct Place<'a> {
    worker: Option<Worker>,
    places: &'a Mutex<Vec<Option<Worker>>>,
    free: &'a Condvar,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let worker = self.worker.take();
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        match worker {
            Some(_) => places.push(worker),
            None => places.insert(0, None),
        }
        drop(places);
        self.free.notify_one();
    }
}

/// The executable of this very process, whatever has become of its name.
#[must_use]
pub fn own_program(found: Option<PathBuf>) -> PathBuf {
    let own = PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && own.exists() { own } else { found.unwrap_or(own) }
}
