//! Durable writing: a file is there whole, or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Why an output could not be written. It ends the run: no document is to blame.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {cause}", path.display())]
pub struct CommitError {
    pub action: Action,
    pub path: PathBuf,
    pub cause: io::Error,
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

/// Writes `bytes` to `target`, whole or not at all; what the file system says of the new file.
pub fn write(target: &Path, bytes: &[u8]) -> Result<Metadata, CommitError> {
    let mut draft = Draft::new(target)?;
    draft.append(bytes)?;
    draft.commit()
}

/// Removes an output that is no longer true; that there is none is fine.
pub fn remove(target: &Path) -> Result<(), CommitError> {
    match fs::remove_file(target) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        result => result,
    }
    .and_then(|()| sync_folder(folder_of(target)))
    .map_err(|cause| CommitError { action: Action::Write, path: target.to_owned(), cause })
}

/// Removes the drafts that a killed run left behind in `folder` and below.
pub fn sweep(folder: &Path) -> Result<(), CommitError> {
    let failed = |cause| CommitError { action: Action::Write, path: folder.to_owned(), cause };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if kind.is_dir() {
            sweep(&entry.path())?;
        } else if name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// How drafts are called.
const PREFIX: &str = ".shenbao-";
const SUFFIX: &str = ".partial";

/// An output in the making: a temporary file in the target's folder, which takes the target's
/// name when it is complete and on disk, so that a reader, a crash or a full disk never meets
/// half a file. Dropped without [`Draft::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    file: tempfile::NamedTempFile,
}

impl Draft {
    /// Begins an output; its folder is made if it is missing.
    pub fn new(target: &Path) -> Result<Self, CommitError> {
        let folder = folder_of(target);
        create_folder(folder)?;
        Ok(Self { target: target.to_owned(), file: temporary(folder)? })
    }

    /// Adds to its end.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), CommitError> {
        self.file.write_all(bytes).map_err(|cause| self.failed(cause))
    }

    /// Puts the output in its place.
    pub fn commit(self) -> Result<Metadata, CommitError> {
        let synced = self.file.as_file().sync_all();
        synced.map_err(|cause| self.failed(cause))?;
        let failed =
            |cause| CommitError { action: Action::Write, path: self.target.clone(), cause };
        let file = self.file.persist(&self.target).map_err(|e| failed(e.error))?;
        sync_folder(folder_of(&self.target)).map_err(&failed)?;
        file.metadata().map_err(failed)
    }

    fn failed(&self, cause: io::Error) -> CommitError {
        CommitError { action: Action::Write, path: self.target.clone(), cause }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Draft {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder and those above it. Each is on disk when this returns, as far as the file
/// system can tell.
fn create_folder(folder: &Path) -> Result<(), CommitError> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        create_folder(parent)?;
    }
    let failed = |cause| CommitError { action: Action::Create, path: folder.into(), cause };
    match fs::create_dir(folder) {
        // Another thread was faster.
        Err(e) if e.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(e) => Err(failed(e)),
        Ok(()) => sync_folder(folder_of(folder)).map_err(failed),
    }
}

fn temporary(folder: &Path) -> Result<tempfile::NamedTempFile, CommitError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // Temporary files are private by default; the outputs follow the user's umask instead.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map_err(|cause| CommitError {
        action: Action::Create,
        path: folder.into(),
        cause,
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
    fn drafts_are_swept_and_nothing_else() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let inner = dir.path().join("x");
        fs::create_dir(&inner)?;
        for name in [".shenbao-abc.partial", ".shenbao-abc", "a.partial", "a.json"] {
            fs::write(inner.join(name), "")?;
        }
        sweep(dir.path())?;
        let mut left: Vec<_> =
            fs::read_dir(&inner)?.map(|e| e.map(|e| e.file_name())).collect::<Result<_, _>>()?;
        left.sort();
        assert_eq!(left, [".shenbao-abc", "a.json", "a.partial"]);
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
