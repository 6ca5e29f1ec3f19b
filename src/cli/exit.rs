//! Exit codes and failures of a whole command.

use super::terminal;
use anyhow::Error;
use shenbao::pipeline::batch::BatchError;
use shenbao::pipeline::commit::{Action, CommitError};
use shenbao::pipeline::ledger::LedgerError;
use shenbao::pipeline::lock::LockError;
use shenbao::pipeline::output::CollectError;
use std::io;
use std::process::ExitCode;

/// How the program ends. The numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Success = 0,
    /// Finished; some documents failed.
    SomeFailed = 2,
    /// Finished with findings of severity error, under `--strict`.
    ErrorFindings = 3,
    GoldenDiffers = 4,
    Usage = 64,
    NoInput = 66,
    CannotCreate = 73,
    OutputError = 74,
    /// Another run holds the output folder.
    Locked = 75,
    Interrupted = 130,
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    pub error: Error,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, error: impl Into<Error>) -> Self {
        Self { exit, error: error.into(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, Error::msg(message.into())).hint("see `shenbao --help`")
    }

    pub fn from_usage(e: &clap::Error) -> Self {
        let text = e.render().to_string();
        let text = text.trim_end();
        Self::new(Exit::Usage, Error::msg(text.strip_prefix("error: ").unwrap_or(text).to_owned()))
    }

    /// One message on standard error: what failed, and what to do.
    pub fn report(&self) {
        terminal::paragraph(&format!("error: {:#}", self.error));
        if let Some(hint) = &self.hint {
            terminal::line(&format!("hint: {hint}"));
        }
    }
}

impl From<CommitError> for Failure {
    fn from(e: CommitError) -> Self {
        let full = is_full(&e.cause);
        let exit = match e.action {
            Action::Create if !full => Exit::CannotCreate,
            _ => Exit::OutputError,
        };
        let hint = match exit {
            Exit::CannotCreate => "choose another folder with --out, or change its permissions",
            _ if full => "free some space and run the same command again",
            _ => "check the disk and run the same command again",
        };
        Self::new(exit, e).hint(hint)
    }
}

impl From<CollectError> for Failure {
    fn from(e: CollectError) -> Self {
        match e {
            CollectError::Commit(e) => e.into(),
            // The emitters write to temporary files here, so that no document is to blame.
            e @ (CollectError::Emit(_) | CollectError::Broken(_)) => {
                Self::new(Exit::OutputError, e).hint(
                    "free some space (temporary files included) and run the same command again",
                )
            }
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(e: LedgerError) -> Self {
        Self::new(Exit::OutputError, e)
            .hint("free some space or check the disk, and run the same command again")
    }
}

impl From<BatchError> for Failure {
    fn from(e: BatchError) -> Self {
        match e {
            BatchError::Lock(LockError::Commit(e)) | BatchError::Commit(e) => e.into(),
            BatchError::Lock(e @ LockError::Held { .. }) => {
                Self::new(Exit::Locked, e).hint("wait for it, or choose another folder with --out")
            }
            BatchError::Collect(e) => e.into(),
            BatchError::Ledger(e) => e.into(),
            BatchError::Threads(e) => Self::new(Exit::OutputError, e).hint("try fewer --jobs"),
            BatchError::Start(e) => Self::new(Exit::OutputError, e)
                .hint("raise `worker.memory_mib` or the limits of the system, or try fewer --jobs"),
        }
    }
}

fn is_full(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
