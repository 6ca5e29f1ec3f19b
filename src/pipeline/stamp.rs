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

/// Blocks of a file that [`of_content`] looks at, and bytes of each.
const BLOCKS: u64 = 64;
const BLOCK: usize = 4096;

/// Tells a large file of numbers, a model, from another one without reading it whole: its size and
/// the hash of blocks that lie evenly over it, in hexadecimal. Training a model again changes all
/// of its numbers. A file that is no longer than the blocks is hashed whole. Its position is not
/// moved.
pub fn of_content(file: &File) -> io::Result<String> {
    let size = file.metadata()?.len();
    let step = (size / BLOCKS).max(BLOCK as u64);
    let mut digest = Sha256::new();
    let mut block = Vec::with_capacity(BLOCK);
    for at in (0..size).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
        block.resize(BLOCK.min(usize::try_from(size - at).unwrap_or(BLOCK)), 0);
        file.read_exact_at(&mut block, at)?;
        digest.update(&block);
    }
    Ok(format!("{size}:{}", hex(&digest.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_by_size_and_by_blocks_all_over() -> io::Result<()> {
        let stamp = |bytes: &[u8]| {
            let mut file = tempfile::tempfile()?;
            io::Write::write_all(&mut file, bytes)?;
            of_content(&file)
        };
        let short = vec![7; 3 * BLOCK + 5];
        let mut other = short.clone();
        *other.last_mut().expect("some bytes") = 8;
        assert_ne!(stamp(&short)?, stamp(&other)?, "a short file is hashed whole");
        let long = vec![7; 100 * BLOCK * 64];
        assert_eq!(stamp(&long)?, stamp(&long)?);
        assert_ne!(stamp(&long)?, stamp(&long[1..])?, "size");
        let mut trained: Vec<u8> = long.clone();
        trained.iter_mut().skip(long.len() / 2).for_each(|b| *b += 1);
        assert_ne!(stamp(&long)?, stamp(&trained)?);
        assert_eq!(stamp(&[])?.split(':').next(), Some("0"));
        Ok(())
    }

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
