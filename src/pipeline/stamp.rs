//! Telling whether a file is still the one that was seen, without reading it.

use super::names::hex;
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::time::Duration;

/// A change this shortly after a file was seen may leave its times as they are: file systems
/// count in steps of up to two seconds (FAT).
const SETTLED: Duration = Duration::from_secs(2);

/// Place, size and times of a file. Equal stamps mean the same content: no program can set the
/// time of change back without setting the clock of the machine.
#[must_use]
pub fn of(meta: &Metadata) -> String {
    format!(
        "{}:{}:{}:{}.{:09}:{}.{:09}",
        meta.dev(),
        meta.ino(),
        meta.size(),
        meta.mtime(),
        meta.mtime_nsec(),
        meta.ctime(),
        meta.ctime_nsec()
    )
}

/// The stamp of a file that others may write, blank where it changed so lately (`now` is the time
/// since the epoch) that a second change could go unnoticed.
#[must_use]
pub fn settled(meta: &Metadata, now: Duration) -> String {
    let changed = Duration::from_secs(u64::try_from(meta.ctime()).unwrap_or(u64::MAX));
    if changed.saturating_add(SETTLED) < now { of(meta) } else { String::new() }
}

/// SHA-256 of an open file in hexadecimal. Its position is not moved.
pub fn sha256(file: &File) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    let mut at = 0;
    loop {
        match file.read_at(&mut buffer, at) {
            Ok(0) => return Ok(hex(&digest.finalize())),
            Ok(n) => {
                digest.update(&buffer[..n]);
                at += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_changes_with_the_file() -> io::Result<()> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("a");
        std::fs::write(&path, "one")?;
        let first = of(&path.metadata()?);
        assert_eq!(first, of(&path.metadata()?));
        std::fs::write(&path, "longer")?;
        assert_ne!(first, of(&path.metadata()?));
        Ok(())
    }

    #[test]
    fn a_file_just_changed_is_not_settled() -> io::Result<()> {
        let meta = tempfile::tempfile()?.metadata()?;
        let changed = Duration::from_secs(u64::try_from(meta.ctime()).unwrap_or(0));
        assert_eq!(settled(&meta, changed), "");
        assert_eq!(settled(&meta, Duration::ZERO), "", "a clock that was set back");
        assert_eq!(settled(&meta, changed + Duration::from_mins(1)), of(&meta));
        Ok(())
    }

    #[test]
    fn the_hash_is_that_of_the_whole_content() -> io::Result<()> {
        use std::io::Write;
        let mut file = tempfile::tempfile()?;
        file.write_all(&vec![b'a'; 300_000])?;
        assert_eq!(sha256(&file)?, hex(&Sha256::digest(vec![b'a'; 300_000])));
        Ok(())
    }
}
