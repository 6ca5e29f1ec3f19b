//! Many documents, durably: each is converted once, whatever happens to the run.
//!
//! # Steps
//! 1. [`Batch::run`] takes the output folder, opens its ledger, and sweeps up what a killed run
//!    left;
//! 2. [`survey`] finds the documents whose outputs are there and true;
//! 3. [`work`] converts the others, in workers or in this process, and writes their files;
//! 4. the rows of what is on disk go into the ledger, a few at a time;
//! 5. the outputs over all documents are made from the digests, those of unchanged documents from
//!    the ledger, so that a resumed run yields what an undisturbed one does.

mod content;
mod survey;
mod work;

use super::commit::{self, CommitError};
use super::digest::Packed;
use super::error::DocumentError;
use super::inputs::Input;
use super::ledger::{FileRecord, Ledger, LedgerError, Record, RunEnd, RunStart};
use super::lock::{Lock, LockError};
use super::outcome::Reason;
use super::output::{CollectError, Collected, Formats};
use super::quarantine::{self, QuarantineError};
use super::run::{self, End, Threads};
use super::settings::Settings;
use super::supervisor::{self, Crew, CrewError};
use super::{names, stamp};
use crate::template::Library;
use content::Content;
use std::cell::RefCell;
use std::fs::File;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use survey::State;
use work::{Done, Finished};

/// Rows are put on disk when there are so many, or after so long: often enough that a kill costs
/// little, seldom enough that waiting for the disk does not slow the run.
const ROWS: usize = 64;
const ROWS_AFTER: Duration = Duration::from_secs(1);

/// Documents that are done while one before them takes long; of each its row and its digest are in
/// memory, some kilobytes.
const AHEAD: usize = 512;

const THREADS_A_WORKER: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

/// How documents are converted.
pub enum Engine<'a> {
    /// In processes of their own.
    Workers(Box<Crew<'a>>),
    /// In this process, for those who trust their documents.
    InProcess,
}

/// A run over many documents.
pub struct Batch<'a> {
    pub inputs: &'a [Input],
    /// Arguments that led to no document.
    pub problems: &'a [(String, DocumentError)],
    pub out: &'a Path,
    pub engine: Engine<'a>,
    pub settings: &'a Settings,
    pub library: &'a Library,
    pub formats: Formats,
    /// Documents that are converted at the same time.
    pub jobs: NonZeroUsize,
    /// Configuration and version of the program, see [`super::key`].
    pub key: String,
    pub version: &'a str,
    /// Largest input in bytes.
    pub input_bytes: u64,
    /// Time since the epoch.
    pub now: fn() -> Duration,
    /// Read inputs and outputs again instead of trusting their sizes and times.
    pub recheck: bool,
    /// Try documents again that failed before.
    pub retry: bool,
    pub stop: &'a AtomicBool,
}

/// Why a run broke off. No document is to blame.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Collect(#[from] CollectError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Start(supervisor::StartError),
    #[error(transparent)]
    Threads(#[from] run::StartError),
}

impl From<CrewError> for BatchError {
    fn from(error: CrewError) -> Self {
        match error {
            CrewError::Start(e) => Self::Start(e),
            CrewError::Commit(e) => Self::Commit(e),
        }
    }
}

impl From<QuarantineError> for BatchError {
    fn from(error: QuarantineError) -> Self {
        match error {
            QuarantineError::Ledger(e) => e.into(),
            QuarantineError::Commit(e) => e.into(),
        }
    }
}

/// A document that the run is done with.
#[derive(Debug)]
pub struct Seen<'a> {
    pub input: &'a Input,
    pub record: &'a Record,
    /// Its outputs are from a run before.
    pub is_unchanged: bool,
}

/// A run that is over, all but for its exit status.
pub struct Ended {
    ledger: Ledger,
    run: i64,
    /// Keeps the output folder until the run is in the ledger.
    _lock: Lock,
    engine: String,
    /// Whether it was stopped before the last document.
    pub is_stopped: bool,
    /// Files over all documents that there are.
    pub files: Vec<&'static str>,
}

impl Ended {
    /// Writes into the ledger what the run came to.
    pub fn end(&self, end: &RunEnd) -> Result<(), LedgerError> {
        self.ledger.end(self.run, &self.engine, end)
    }

    /// How documents were converted, and how far workers are confined.
    pub fn engine(&self) -> &str {
        &self.engine
    }
}

/// What changes while a run goes on.
struct Progress<'b, O> {
    ledger: &'b Ledger,
    run: i64,
    collected: Collected,
    content: Content,
    observer: O,
    rows: usize,
    saved: Duration,
}

impl Batch<'_> {
    /// Converts what is not converted yet; tells `observer` of every document.
    ///
    /// # Errors
    /// The run broke off; what was finished is in the ledger, as far as that can be written.
    pub fn run(&self, observer: impl FnMut(&Seen)) -> Result<Ended, BatchError> {
        let lock = Lock::take(self.out)?;
        let ledger = Ledger::open(self.out)?;
        if !ledger.was_left_in_order()? {
            commit::sweep(self.out)?;
        }
        let run = ledger.begin(&RunStart {
            started: (self.now)().as_secs_f64(),
            version: self.version.to_owned(),
            key: self.key.clone(),
            jobs: self.jobs.get(),
            engine: self.engine_name(),
        })?;
        ledger.gather()?;
        let problems: Vec<(&str, Reason)> =
            self.problems.iter().map(|(path, e)| (path.as_str(), Reason::from(e))).collect();
        for (path, reason) in &problems {
            ledger.problem(run, path, reason)?;
        }

        let mut observer = observer;
        let survey = self.survey(&ledger, &problems, &mut observer)?;
        ledger.save()?;
        let documents = self.inputs.len() + self.problems.len();
        let names: Vec<&'static str> = Collected::names(self.formats, documents).collect();
        let mut files = names.clone();
        let mut is_stopped = false;
        let is_current = survey.states.iter().all(|state| *state == State::Unchanged)
            && self.collected_is_current(&ledger, &names, survey.content.as_deref())?;
        if !is_current {
            let mut collected = Collected::new(self.formats, documents, &self.library.specs)?;
            for (path, reason) in &problems {
                collected.push_failure(path, &reason.message)?;
            }
            let mut progress = Progress {
                ledger: &ledger,
                run,
                collected,
                content: self.content(&problems),
                observer,
                rows: 0,
                saved: (self.settings.clock)(),
            };
            let end = self.convert(&lock, &survey.states, &mut progress);
            // What is on disk is worth a row, whatever ended the run.
            let saved = ledger.save();
            is_stopped = end?;
            saved?;
            if is_stopped {
                files.clear();
            } else {
                files = self.collect(&lock, &ledger, progress.collected, progress.content)?;
            }
        }
        lock.check()?;
        quarantine::update(self.out, &ledger)?;
        let engine = self.engine_name();
        Ok(Ended { ledger, run, _lock: lock, engine, is_stopped, files })
    }

    /// Threads of this process: each reads a document's bytes, waits for its conversion, and puts
    /// its files on disk. Where workers convert, twice as many, so that no worker waits for a disk.
    fn threads(&self) -> NonZeroUsize {
        match self.engine {
            Engine::InProcess => self.jobs,
            Engine::Workers(_) => self.jobs.saturating_mul(THREADS_A_WORKER),
        }
    }

    fn engine_name(&self) -> String {
        match &self.engine {
            Engine::InProcess => "in process".to_owned(),
            Engine::Workers(crew) => match crew.confinement() {
                Some(confinement) => format!("workers, {confinement}"),
                None => "workers".to_owned(),
            },
        }
    }

    /// Converts what the survey left; whether the run was stopped.
    fn convert<O: FnMut(&Seen)>(
        &self,
        lock: &Lock,
        states: &[State],
        progress: &mut Progress<'_, O>,
    ) -> Result<bool, BatchError> {
        let items: Vec<usize> = (0..self.inputs.len()).collect();
        let progress = RefCell::new(progress);
        let end = run::ordered(
            &items,
            Threads { jobs: self.threads(), window: AHEAD },
            self.stop,
            |&i| match states[i] {
                State::Unchanged => Ok(Done::Unchanged),
                State::Open => self.work(&self.inputs[i], lock),
            },
            |_, done| match done {
                Ok(Done::Finished(finished)) => {
                    let noted = self.note(finished, &mut progress.borrow_mut());
                    noted.map_or_else(|e| ControlFlow::Break(Some(e)), ControlFlow::Continue)
                }
                Ok(_) => ControlFlow::Continue(()),
                // A full disk does not wait for the documents before.
                Err(_) => match std::mem::replace(done, Ok(Done::Stopped)) {
                    Err(e) => ControlFlow::Break(Some(e)),
                    Ok(_) => ControlFlow::Continue(()),
                },
            },
            |i, done| {
                let progress = &mut progress.borrow_mut();
                match done.and_then(|done| self.take(&self.inputs[i], done, lock, progress)) {
                    Ok(true) => ControlFlow::Continue(()),
                    Ok(false) => ControlFlow::Break(None),
                    Err(e) => ControlFlow::Break(Some(e)),
                }
            },
        )?;
        match end {
            End::Completed => Ok(false),
            End::Stopped | End::Broken(None) => Ok(true),
            End::Broken(Some(error)) => Err(error),
        }
    }

    /// Notes in the ledger what became of a document, as soon as its files are on disk.
    fn note<O>(
        &self,
        finished: &Finished,
        progress: &mut Progress<'_, O>,
    ) -> Result<(), BatchError> {
        let ledger = progress.ledger;
        self.remove_what_is_not_true(&finished.record, ledger)?;
        ledger.gather()?;
        ledger.record(progress.run, &finished.record, finished.digest.as_ref())?;
        progress.rows += 1;
        let now = (self.settings.clock)();
        if progress.rows >= ROWS || now >= progress.saved.saturating_add(ROWS_AFTER) {
            ledger.save()?;
            (progress.rows, progress.saved) = (0, now);
        }
        Ok(())
    }

    /// Takes one document in the order of the inputs; `false` if it was not finished.
    fn take<O: FnMut(&Seen)>(
        &self,
        input: &Input,
        done: Done,
        lock: &Lock,
        progress: &mut Progress<'_, O>,
    ) -> Result<bool, BatchError> {
        let ledger = progress.ledger;
        let path = names::lossless(input.relative.as_os_str());
        let (record, digest) = match done {
            Done::Stopped => return Ok(false),
            Done::Unchanged => {
                let record = ledger.find(&input.output)?;
                let digest = ledger.digest(&input.output)?;
                match record {
                    Some(record) if digest.is_some() || record.result.is_err() => (record, digest),
                    // Its digest cannot be read: as if it had never been converted.
                    _ => match self.work(input, lock)? {
                        Done::Finished(finished) => {
                            self.note(&finished, progress)?;
                            return self.take(input, Done::Finished(finished), lock, progress);
                        }
                        _ => return Ok(false),
                    },
                }
            }
            Done::Finished(finished) => {
                let Finished { mut record, digest } = *finished;
                let packed = digest.filter(|_| self.formats.collect());
                let digest = packed.as_ref().and_then(Packed::unpack);
                if packed.is_some() && digest.is_none() {
                    // It would be missing from the outputs over all documents without a word.
                    record = Record { result: Err(work::unreadable_digest()), ..record };
                    self.withdraw(&mut record, progress)?;
                }
                (progress.observer)(&Seen { input, record: &record, is_unchanged: false });
                (record, digest)
            }
        };
        progress.content.add(&path, &record);
        match (&record.result, digest) {
            (Ok(_), Some(digest)) => progress.collected.push(&digest.document(), &path)?,
            (Ok(_), None) => {}
            (Err(reason), _) => {
                let text = format!("{}; {}", reason.message, reason.hint);
                progress.collected.push_failure(&path, &text)?;
            }
        }
        Ok(true)
    }

    /// Takes back a document that was noted as converted.
    fn withdraw<O>(
        &self,
        record: &mut Record,
        progress: &mut Progress<'_, O>,
    ) -> Result<(), BatchError> {
        for file in std::mem::take(&mut record.files) {
            commit::remove(&target(self.out, &record.output, &file.extension))?;
        }
        record.codes.clear();
        progress.ledger.gather()?;
        progress.ledger.record(progress.run, record, None)?;
        progress.rows += 1;
        Ok(())
    }

    /// Removes outputs of an earlier state of a document that this one does not replace.
    fn remove_what_is_not_true(&self, record: &Record, ledger: &Ledger) -> Result<(), BatchError> {
        let Some(before) = ledger.find(&record.output)? else { return Ok(()) };
        for file in &before.files {
            if record.files.iter().all(|new| new.extension != file.extension) {
                commit::remove(&target(self.out, &record.output, &file.extension))?;
            }
        }
        Ok(())
    }

    /// What the outputs over all documents are made of, to begin with.
    fn content(&self, problems: &[(&str, Reason)]) -> Content {
        let mut content = Content::new(&self.key, self.formats);
        for (path, reason) in problems {
            content.add_problem(path, reason);
        }
        content
    }

    /// Whether the files over all documents are there, made from this very content.
    fn collected_is_current(
        &self,
        ledger: &Ledger,
        names: &[&str],
        content: Option<&str>,
    ) -> Result<bool, BatchError> {
        for name in names {
            let Some((known, file)) = ledger.collected(name)? else { return Ok(false) };
            let there = survey::intact(&self.out.join(name), &file, self.recheck).is_some();
            if Some(known.as_str()) != content || !there {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes the files over all documents.
    fn collect(
        &self,
        lock: &Lock,
        ledger: &Ledger,
        collected: Collected,
        content: Content,
    ) -> Result<Vec<&'static str>, BatchError> {
        let content = content.finish();
        lock.check()?;
        // Nothing converted is nothing to sum up; older outputs stay as they are.
        if !content.has_documents {
            return Ok(Vec::new());
        }
        let files = collected.finish(self.out)?;
        for name in &files {
            let path = self.out.join(name);
            if let Ok((sha256, stamp)) = File::open(&path)
                .and_then(|file| Ok((stamp::sha256(&file)?, stamp::of(&file.metadata()?))))
            {
                let extension = (*name).to_owned();
                ledger.collect(&content.hash, &FileRecord { extension, sha256, stamp })?;
            }
        }
        Ok(files)
    }
}

/// Where an output of a document goes.
#[must_use]
pub fn target(out: &Path, output: &Path, extension: &str) -> PathBuf {
    // Not `with_extension`: the name may hold dots of its own.
    let mut name = out.join(output).into_os_string();
    name.push(".");
    name.push(extension);
    name.into()
}
