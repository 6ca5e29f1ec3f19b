//! One run an output folder.

use super::commit::{Action, CommitError};
use super::ledger::FOLDER;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// File name of the lock in the program's own folder.
const FILE: &str = "lock";

/// Why an output folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("another run is writing to {}", out.display())]
    Held { out: PathBuf },
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// The right to write to an output folder. The kernel takes it back when the process ends, in
/// whatever way.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the folder, which is made if it is missing.
    pub fn take(out: &Path) -> Result<Self, LockError> {
        super::commit::prepare(out)?;
        let folder = out.join(FOLDER);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |cause: io::Error| CommitError { action: Action::Create, path, cause }
        };
        super::commit::prepare(&folder)?;
        let path = folder.join(FILE);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, path }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held { out: out.to_owned() }),
            Err(TryLockError::Error(e)) => Err(failed(&path)(e).into()),
        }
    }

    /// Whether a run is writing to this folder now.
    #[must_use]
    pub fn is_taken(out: &Path) -> bool {
        let lock = File::open(out.join(FOLDER).join(FILE));
        lock.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Makes sure that the folder is still the one that was taken: removing it during a run would
    /// otherwise lose what was written before without anyone noticing.
    pub fn check(&self) -> Result<(), CommitError> {
        let same = || -> io::Result<bool> {
            let (ours, there) = (self.file.metadata()?, self.path.metadata()?);
            Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino()))
        };
        match same() {
            Ok(true) => Ok(()),
            _ => Err(CommitError {
                action: Action::Write,
                path: self.path.parent().and_then(Path::parent).unwrap_or(&self.path).to_owned(),
                cause: io::Error::other("the folder was removed or replaced during the run"),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_run_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let first = Lock::take(&out).unwrap();
        assert!(matches!(Lock::take(&out), Err(LockError::Held { .. })));
        assert!(first.check().is_ok());
        assert!(Lock::is_taken(&out));
        drop(first);
        assert!(!Lock::is_taken(&out));
        assert!(Lock::take(&out).is_ok());
    }

    #[test]
    fn a_folder_that_was_replaced_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let lock = Lock::take(&out).unwrap();
        std::fs::remove_dir_all(&out).unwrap();
        assert!(lock.check().is_err());
        let _other = Lock::take(&out).unwrap();
        assert!(lock.check().is_err());
    }
}
