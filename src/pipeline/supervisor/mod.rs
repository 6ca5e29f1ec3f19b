//! The supervisor's side of a conversion: it starts workers, hands them documents, and outlives
//! whatever happens to them. It never parses a document.
//!
//! # Steps
//! 1. [`Crew::convert`] takes an idle worker, or starts one, and hands it the open file;
//! 2. it waits for the answer, no longer than the document may take ([`patience`]);
//! 3. a worker that dies is asked what of ([`death`]); the document is tried once more, in a
//!    fresh worker, while no other document is being converted.

mod death;
mod patience;
mod process;

use super::config::Config;
use super::outcome::{PANIC, Product, Reason};
use super::output::Formats;
use super::settings::Settings;
use super::wire::Setup;
use process::{Attempt, Worker};
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

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
    idle: Mutex<Vec<Worker>>,
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
            idle: Mutex::default(),
            alone: RwLock::new(()),
            confinement: OnceLock::new(),
        }
    }

    /// What the kernel enforces on the workers, once one was started.
    pub fn confinement(&self) -> Option<&str> {
        self.confinement.get().map(String::as_str)
    }

    /// Converts one document; `name` is its file name. Blocks until there is a verdict.
    ///
    /// # Errors
    /// No worker can be started.
    pub fn convert(&self, name: &str, file: &File) -> Result<Verdict, StartError> {
        let first = {
            let _among_others = self.alone.read().unwrap_or_else(PoisonError::into_inner);
            let worker = match self.take_idle() {
                Some(worker) => worker,
                None => self.start()?,
            };
            self.attempt(worker, name, file, true)
        };
        let with_second_reader = match first {
            Attempt::Stopped => return Ok(Verdict::Stopped),
            Attempt::Died(death) => !death.is_of_second_reader(),
            Attempt::Answered(result) => {
                if !result.as_ref().as_ref().is_err_and(|reason| reason.code == PANIC) {
                    return Ok(Verdict::Done { result, attempts: 1 });
                }
                true
            }
        };
        let _alone = self.alone.write().unwrap_or_else(PoisonError::into_inner);
        let result = match self.attempt(self.start()?, name, file, with_second_reader) {
            Attempt::Stopped => return Ok(Verdict::Stopped),
            Attempt::Answered(result) => result,
            Attempt::Died(death) => Box::new(Err(death.reason())),
        };
        Ok(Verdict::Done { result, attempts: 2 })
    }

    fn take_idle(&self) -> Option<Worker> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn start(&self) -> Result<Worker, StartError> {
        let (worker, confinement) =
            Worker::start(&self.program, &self.setup, self.clock, self.stop)?;
        self.confinement.get_or_init(|| confinement);
        Ok(worker)
    }

    /// One try; a worker that is fit for more is idle afterwards.
    fn attempt(&self, mut worker: Worker, name: &str, file: &File, second_reader: bool) -> Attempt {
        let patience = patience::Patience::new(self.clock, self.stop, &self.setup.limits);
        let (attempt, fit) =
            worker.convert(name, file, second_reader, patience, self.formats, &self.setup.limits);
        if fit && worker.served() < self.documents {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        }
        attempt
    }
}

/// The executable of this very process, whatever has become of its name.
#[must_use]
pub fn own_program(found: Option<PathBuf>) -> PathBuf {
    let own = PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && own.exists() { own } else { found.unwrap_or(own) }
}
