//! Durable writing: a file is there whole, or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Why an output could not be written. It ends the run: no document is to blame.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct CommitError {
    pub action: Action,
    pub path: PathBuf,
    pub source: io::Error,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Making the folder, or a new file in it.
    Create,
    /// Writing, syncing or renaming.
    Write,
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Write => "write",
        })
    }
}

/// Makes sure that `folder` exists and that files can be made in it.
pub fn prepare(folder: &Path) -> Result<(), CommitError> {
    create_folder(folder)?;
    temporary(folder).map(drop)
}

/// Writes `bytes` to `target` by way of a temporary file in the same folder, synced and renamed,
/// so that a reader, a crash or a full disk never meets half a file.
pub fn write(target: &Path, bytes: &[u8]) -> Result<(), CommitError> {
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folder(folder)?;
    let mut file = temporary(folder)?;
    let failed = |source| CommitError { action: Action::Write, path: target.into(), source };
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(target).map_err(|e| failed(e.error))?;
    sync_folder(folder).map_err(failed)
}

fn create_folder(folder: &Path) -> Result<(), CommitError> {
    fs::create_dir_all(folder).map_err(|source| CommitError {
        action: Action::Create,
        path: folder.into(),
        source,
    })
}

fn temporary(folder: &Path) -> Result<tempfile::NamedTempFile, CommitError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".shenbao-").suffix(".partial");
    // Temporary files are private by default; the outputs follow the user's umask instead.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map_err(|source| CommitError {
        action: Action::Create,
        path: folder.into(),
        source,
    })
}

/// The rename itself has to reach the disk too. Some file systems cannot sync a folder and say
/// so; that is no reason to reject a file that is written.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder)?.sync_all() {
        Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_whole_files_and_leaves_nothing_else() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let target = dir.path().join("x/y/a.json");
        write(&target, b"one")?;
        write(&target, b"two")?;
        assert_eq!(fs::read(&target)?, b"two");
        assert_eq!(fs::read_dir(dir.path().join("x/y"))?.count(), 1);
        Ok(())
    }

    #[test]
    fn a_failure_keeps_what_was_there() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        fs::create_dir_all(dir.path().join("a.json/inside"))?;
        let Err(e) = write(&dir.path().join("a.json"), b"new") else { panic!("must fail") };
        assert_eq!(e.action, Action::Write);
        assert_eq!(fs::read_dir(dir.path())?.count(), 1, "no temporary file stays");
        fs::write(dir.path().join("file"), b"")?;
        let Err(e) = prepare(&dir.path().join("file")) else { panic!("must fail") };
        assert_eq!(e.action, Action::Create);
        Ok(())
    }
}
