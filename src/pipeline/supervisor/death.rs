//! What a worker died of.

use super::patience::Ended;
use crate::pipeline::outcome::Reason;
use crate::pipeline::wire::Step;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// The end of a worker that owed an answer.
#[derive(Clone, Debug)]
pub(super) struct Death {
    cause: Cause,
    /// What it had begun last, as far as it said.
    step: Option<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// Killed by the supervisor.
    TimeLimit,
    ProcessorLimit,
    OutOfMemory,
    StackOverflow,
    /// Killed by somebody else; the kernel is one who does so when memory runs out.
    Killed,
    Signal(i32),
    /// Ended as if all were well.
    NoAnswer,
    /// Killed by the supervisor, for what it said made no sense.
    BadAnswer,
}

// Numbers of signals on Linux (signal(7)), the same on every architecture we build for.
const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;
const SIGXCPU: i32 = 24;

impl Death {
    /// Makes out the cause: `ended` if the supervisor lost patience, `spoke_nonsense` if it did
    /// not understand the worker, otherwise by the exit status and the last words.
    pub fn of(
        ended: Option<Ended>,
        spoke_nonsense: bool,
        status: Option<ExitStatus>,
        last_words: &str,
        step: Option<Step>,
    ) -> Self {
        let cause = match (ended, spoke_nonsense, status.and_then(|status| status.signal())) {
            (Some(_), _, _) => Cause::TimeLimit,
            (None, true, _) => Cause::BadAnswer,
            // As the standard library reports them before it aborts.
            (None, false, Some(SIGABRT)) if last_words.contains("memory allocation of") => {
                Cause::OutOfMemory
            }
            (None, false, Some(SIGABRT)) if last_words.contains("overflowed its stack") => {
                Cause::StackOverflow
            }
            (None, false, Some(SIGXCPU)) => Cause::ProcessorLimit,
            (None, false, Some(SIGKILL | SIGTERM)) => Cause::Killed,
            (None, false, Some(signal)) => Cause::Signal(signal),
            (None, false, None) => Cause::NoAnswer,
        };
        Self { cause, step }
    }

    /// Whether the second reader is the likely culprit, so that the next try goes without it.
    pub fn is_of_second_reader(&self) -> bool {
        // A kill from outside hits whatever is being done.
        self.cause != Cause::Killed && matches!(self.step, Some(Step::SecondReader { .. }))
    }

    pub fn reason(&self) -> Reason {
        const REPORT: &str = "please report this file; the other documents are not affected";
        let raise = |key| format!("split the file, or raise `worker.{key}` in the configuration");
        let (code, message, hint) = match &self.cause {
            Cause::TimeLimit => {
                ("worker.time-limit", "it took longer than it may".to_owned(), raise("seconds"))
            }
            Cause::ProcessorLimit => (
                "worker.processor-limit",
                "it took more processor time than it may".to_owned(),
                raise("cpu_seconds"),
            ),
            Cause::OutOfMemory => (
                "worker.out-of-memory",
                "it needs more memory than a worker may use".to_owned(),
                raise("memory_mib"),
            ),
            Cause::StackOverflow => {
                ("worker.stack-overflow", "it nests too deeply".to_owned(), REPORT.to_owned())
            }
            Cause::Killed => (
                "worker.killed",
                "somebody killed the worker; the kernel does so when memory runs out".to_owned(),
                "run the same command again, with fewer --jobs if memory is short".to_owned(),
            ),
            Cause::Signal(signal) => (
                "worker.crashed",
                format!("the worker crashed with signal {signal}"),
                REPORT.to_owned(),
            ),
            Cause::NoAnswer => (
                "worker.no-answer",
                "the worker ended without an answer".to_owned(),
                REPORT.to_owned(),
            ),
            Cause::BadAnswer => (
                "worker.bad-answer",
                "the worker's answer made no sense".to_owned(),
                REPORT.to_owned(),
            ),
        };
        let page = match self.step {
            Some(Step::SecondReader { page }) => Some(page),
            _ => None,
        };
        Reason { page, ..Reason::new(code, message, &hint) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(status: i32, last_words: &str) -> String {
        let status = ExitStatus::from_raw(status);
        Death::of(None, false, Some(status), last_words, None).reason().code
    }

    #[test]
    fn causes_are_told_apart() {
        assert_eq!(code(SIGABRT, "memory allocation of 5 bytes failed"), "worker.out-of-memory");
        assert_eq!(code(SIGABRT, "thread 'x' has overflowed its stack"), "worker.stack-overflow");
        assert_eq!(code(SIGABRT, ""), "worker.crashed");
        assert_eq!(code(SIGXCPU, ""), "worker.processor-limit");
        assert_eq!(code(SIGKILL, ""), "worker.killed");
        assert_eq!(code(0, ""), "worker.no-answer");
        assert_eq!(code(1 << 8, ""), "worker.no-answer");
        let killed = Some(ExitStatus::from_raw(SIGKILL));
        let late = Death::of(Some(Ended::Time), false, killed, "", None);
        assert_eq!(late.reason().code, "worker.time-limit");
        assert_eq!(Death::of(None, true, killed, "", None).reason().code, "worker.bad-answer");
    }

    #[test]
    fn the_second_reader_is_blamed_for_its_crashes_only() {
        let step = Some(Step::SecondReader { page: 3 });
        let of = |status| Death::of(None, false, Some(ExitStatus::from_raw(status)), "", step);
        assert!(of(SIGABRT).is_of_second_reader());
        assert_eq!(of(SIGABRT).reason().page, Some(3));
        assert!(!of(SIGKILL).is_of_second_reader());
        assert!(!Death::of(None, false, None, "", Some(Step::Recognition)).is_of_second_reader());
    }
}
