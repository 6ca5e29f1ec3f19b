//! One worker process, from its start to its end.

use super::StartError;
use super::death::Death;
use super::patience::{Ended, Patience, PatientReader, TICK};
use crate::pipeline::commit::CommitError;
use crate::pipeline::config::WorkerLimits;
use crate::pipeline::outcome::{Product, Reason};
use crate::pipeline::output::{Drafts, Formats};
use crate::pipeline::recognition;
use crate::pipeline::wire::{self, Answer, Failed, Reply, Request, Setup, Step};
use crate::pipeline::worker::SUBCOMMAND;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a worker may take to be ready, and to take a request.
pub(super) const START: Duration = Duration::from_mins(1);

/// Bytes that are read from a worker at once; the answer of an ordinary document is about that.
const BUFFER: usize = 64 << 10;

/// Bytes of its standard error that are kept, from the end.
const LAST_WORDS: usize = 4096;

/// What came of one try.
pub(super) enum Attempt {
    Answered(Box<Result<Product, Reason>>),
    Died(Death),
    Stopped,
    /// Its output cannot be written.
    Broken(CommitError),
}

/// A document as it is handed over.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    /// File name.
    pub name: &'a str,
    pub file: &'a File,
    /// Where its outputs go.
    pub drafts: &'a Drafts<'a>,
    /// Whether the second reader may be asked.
    pub second_reader: bool,
}

/// A worker that waits for documents. Dropping it ends it.
pub(super) struct Worker {
    child: Child,
    socket: UnixStream,
    last_words: Option<JoinHandle<Vec<u8>>>,
    served: u32,
}

impl Worker {
    /// Starts a worker and waits until it is set up; tells how far it is confined.
    pub fn start(
        program: &Path,
        setup: &Setup,
        mut patience: Patience<'_>,
    ) -> Result<(Self, String), StartError> {
        let failed = |e: io::Error| StartError { reason: e.to_string() };
        let (socket, theirs) = UnixStream::pair().map_err(failed)?;
        socket.set_write_timeout(Some(START)).map_err(failed)?;
        socket.set_read_timeout(Some(TICK)).map_err(failed)?;
        let mut child = Command::new(program)
            .arg0("shenbao")
            .arg(SUBCOMMAND)
            .arg(std::process::id().to_string())
            .env_clear()
            // Arenas of 1 GiB, which the allocator takes by default, would count as memory used.
            .env("MIMALLOC_ARENA_RESERVE", "65536")
            // What one stage releases would be kept for a second, while the next takes as much
            // again: on a thousand pages a quarter of the memory.
            .env("MIMALLOC_PURGE_DELAY", "0")
            // See `recognition::QUIET`.
            .env(recognition::QUIET.0, recognition::QUIET.1)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let last_words = child.stderr.take().map(|pipe| thread::spawn(move || keep_end(pipe)));
        let mut worker = Self { child, socket, last_words, served: 0 };
        let reply = wire::send(&mut &worker.socket, setup)
            .and_then(|()| wire::receive(&mut PatientReader::new(&worker.socket, &mut patience)));
        match reply {
            Ok(Reply::Ready { confinement }) => Ok((worker, confinement)),
            other => {
                let (_, words) = worker.end();
                let why = match other {
                    Err(e) => e.to_string(),
                    Ok(_) => "it does not speak our language".to_owned(),
                };
                Err(StartError { reason: format!("{why} {}", words.trim()) })
            }
        }
    }

    /// Documents that it answered.
    pub fn served(&self) -> u32 {
        self.served
    }

    /// Hands over a document and waits; whether the worker can take another one.
    pub fn convert(
        &mut self,
        task: Task<'_>,
        mut patience: Patience<'_>,
        formats: Formats,
        limits: &WorkerLimits,
    ) -> (Attempt, bool) {
        let mut step = None;
        let request = Request { name: task.name.to_owned(), second_reader: task.second_reader };
        let answer = wire::send_request(&self.socket, task.file, &request)
            .map_err(Failed::Worker)
            .and_then(|()| self.answer(&mut patience, &mut step, formats, limits, task.drafts));
        match answer {
            Ok((result, spent)) => {
                self.served += 1;
                (Attempt::Answered(Box::new(result)), !spent)
            }
            Err(Failed::Output(error)) => (Attempt::Broken(error), false),
            Err(Failed::Worker(e)) => {
                let ended = (e.kind() == ErrorKind::TimedOut).then(|| patience.ended()).flatten();
                if ended == Some(Ended::Stop) {
                    return (Attempt::Stopped, false);
                }
                let nonsense = e.kind() == ErrorKind::InvalidData;
                let (status, words) = self.end();
                (Attempt::Died(Death::of(ended, nonsense, status, &words, step)), false)
            }
        }
    }

    fn answer(
        &self,
        patience: &mut Patience<'_>,
        step: &mut Option<Step>,
        formats: Formats,
        limits: &WorkerLimits,
        drafts: &Drafts<'_>,
    ) -> Result<(Result<Product, Reason>, bool), Failed> {
        let mut reader =
            BufReader::with_capacity(BUFFER, PatientReader::new(&self.socket, patience));
        loop {
            match wire::receive(&mut reader)? {
                Reply::Begins(begun) => {
                    *step = Some(begun);
                    let more = match begun {
                        Step::Recognition => limits.seconds_a_scan,
                        Step::SecondReader { .. } => limits.second_reader_seconds,
                    };
                    reader.get_mut().patience.extend(Duration::from_secs(more));
                }
                Reply::Answer(answer) => {
                    let Answer { spent, .. } = *answer;
                    let most = limits.output_mib << 20;
                    let result = wire::receive_files(&mut reader, *answer, formats, most, drafts)?;
                    return Ok((result, spent));
                }
                Reply::Ready { .. } => {
                    return Err(io::Error::from(ErrorKind::InvalidData).into());
                }
            }
        }
    }

    /// Waits for the end of a worker that has hung up, and ends one that has not.
    fn end(&mut self) -> (Option<ExitStatus>, String) {
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        let status = self.wait_briefly().or_else(|| {
            let _ = self.child.kill();
            self.child.wait().ok()
        });
        let words = self.last_words.take().and_then(|thread| thread.join().ok());
        (status, String::from_utf8_lossy(&words.unwrap_or_default()).into_owned())
    }

    /// A worker that crashed has closed its socket a moment before it can be waited for, longer
    /// where the kernel takes down gigabytes.
    fn wait_briefly(&mut self) -> Option<ExitStatus> {
        const TRIES: u32 = 200;
        for _ in 0..TRIES {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It holds nothing that would have to be saved.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a pipe to its end and keeps the last of it.
fn keep_end(mut pipe: ChildStderr) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut buffer = [0; LAST_WORDS];
    while let Ok(n @ 1..) = pipe.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..n]);
        let surplus = kept.len().saturating_sub(LAST_WORDS);
        kept.drain(..surplus);
    }
    kept
}
