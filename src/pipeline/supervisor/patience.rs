//! How long to wait for a worker.

use crate::pipeline::config::WorkerLimits;
use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a wait looks at the clock and at the stop: the read timeout of the socket.
pub(super) const TICK: Duration = Duration::from_millis(50);

/// What a document in flight gets when the run is stopped; with what is left to write it stays
/// below the five seconds that service managers are told.
const GRACE: Duration = Duration::from_secs(4);

/// Why a wait ended without data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The document took longer than it may.
    Time,
    /// The run was stopped, and the document did not end soon after.
    Stop,
}

/// The time that one document has.
#[derive(Clone, Debug)]
pub(super) struct Patience<'a> {
    clock: fn() -> Duration,
    stop: &'a AtomicBool,
    until: Duration,
    at_most: Duration,
    stopped: &'a OnceLock<Duration>,
}

impl<'a> Patience<'a> {
    /// `stopped` is when a stop was first noticed, which all waits of a run share.
    pub fn new(
        clock: fn() -> Duration,
        stop: &'a AtomicBool,
        stopped: &'a OnceLock<Duration>,
        limits: &WorkerLimits,
    ) -> Self {
        let now = clock();
        let at_most = now.saturating_add(Duration::from_secs(limits.most_seconds));
        let until = now.saturating_add(Duration::from_secs(limits.seconds)).min(at_most);
        Self { clock, stop, until, at_most, stopped }
    }

    /// Waits longer, up to the most that a document may take.
    pub fn extend(&mut self, by: Duration) {
        self.until = self.until.saturating_add(by).min(self.at_most);
    }

    /// Whether it is over.
    pub fn ended(&mut self) -> Option<Ended> {
        let now = (self.clock)();
        if self.stop.load(Ordering::Relaxed) {
            let stopped = *self.stopped.get_or_init(|| now);
            if now >= stopped.saturating_add(GRACE) {
                return Some(Ended::Stop);
            }
        }
        (now >= self.until).then_some(Ended::Time)
    }
}

/// Reads from a worker as long as there is patience; then [`ErrorKind::TimedOut`].
pub(super) struct PatientReader<'p, 'a> {
    socket: &'p UnixStream,
    pub patience: &'p mut Patience<'a>,
}

impl<'p, 'a> PatientReader<'p, 'a> {
    pub fn new(socket: &'p UnixStream, patience: &'p mut Patience<'a>) -> Self {
        Self { socket, patience }
    }
}

impl Read for PatientReader<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            // Looked at each time, for a worker that never stops talking.
            if self.patience.ended().is_some() {
                return Err(ErrorKind::TimedOut.into());
            }
            match self.socket.read(into) {
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                result => return result,
            }
        }
    }
}
