//! Why a document could not be converted, in words a user can act on.

use crate::emit::EmitError;
use crate::source::SourceError;

/// Why one document failed. The others of a run are not affected.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("there is no such file or folder")]
    Missing,
    #[error("no file matches this pattern")]
    NoMatch,
    #[error("the pattern is not valid: {reason}")]
    BadPattern { reason: String },
    #[error("this is neither a file nor a folder (a device, pipe or socket)")]
    NotRegular,
    #[error("it cannot be read: {reason}")]
    Unreadable { reason: String },
    /// A fault of this program, contained to the document that set it off.
    #[error("the program failed in stage {stage}: {message}")]
    Panic { stage: &'static str, page: Option<u32>, message: String },
    #[error("the result cannot be written: {0}")]
    Emit(#[from] EmitError),
}

impl DocumentError {
    /// Stable reason code, dotted kebab-case: `source.password-needed`, `document.panic`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(e) => e.code(),
            Self::Missing => "input.missing",
            Self::NoMatch => "input.no-match",
            Self::BadPattern { .. } => "input.bad-pattern",
            Self::NotRegular => "input.not-regular",
            Self::Unreadable { .. } => "input.unreadable",
            Self::Panic { .. } => "document.panic",
            Self::Emit(_) => "document.emit",
        }
    }

    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Source(e) => e.hint(),
            Self::Missing => "check the path",
            Self::NoMatch => "check the pattern; `**` matches folders at any depth",
            Self::BadPattern { .. } => "write a literal bracket as `[[]`",
            Self::NotRegular => "give a file; `-` reads from standard input",
            Self::Unreadable { .. } => "check the permissions and the disk",
            Self::Panic { .. } => "please report this file; the other documents are not affected",
            Self::Emit(_) => "convert to JSON alone with `--formats json`, and report this file",
        }
    }

    /// The page on which it happened, from 1, if it is known.
    #[must_use]
    pub fn page(&self) -> Option<u32> {
        match self {
            Self::Panic { page, .. } => *page,
            _ => None,
        }
    }
}
