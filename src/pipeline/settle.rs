//! Which files of a watched folder are complete.

use super::inputs::{Input, Origin};
use super::stamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Remembers a folder from one look to the next.
#[derive(Debug, Default)]
pub struct Settling {
    stamps: BTreeMap<PathBuf, String>,
}

impl Settling {
    /// Keeps the documents that did not change since the last look, nor for so long before `now`
    /// (since the epoch): a program that is still writing one would have touched it.
    pub fn keep(&mut self, inputs: &mut Vec<Input>, settled_for: Duration, now: Duration) {
        let mut stamps = BTreeMap::new();
        inputs.retain(|input| {
            let Origin::File(path) = &input.origin else { return false };
            let Some((stamp, changed)) = look(path) else { return false };
            let same = self.stamps.get(path) == Some(&stamp);
            stamps.insert(path.clone(), stamp);
            same && changed.saturating_add(settled_for) <= now
        });
        self.stamps = stamps;
    }

    /// What there is to convert: equal as long as nothing came, changed or went.
    #[must_use]
    pub fn state(&self, inputs: &[Input]) -> Vec<(PathBuf, String)> {
        let stamp = |path| self.stamps.get(path).cloned().unwrap_or_default();
        let states = inputs.iter().filter_map(|input| match &input.origin {
            Origin::File(path) => Some((path.clone(), stamp(path))),
            Origin::Bytes(_) => None,
        });
        states.collect()
    }
}

/// The stamp of a regular file, and when it was last written.
fn look(path: &Path) -> Option<(String, Duration)> {
    use std::os::unix::fs::MetadataExt;
    let meta = path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
    let changed = Duration::from_secs(u64::try_from(meta.ctime()).unwrap_or(0));
    Some((stamp::of(&meta), changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_when_it_rests() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.pdf");
        std::fs::write(&path, "half").unwrap();
        let input = Input {
            origin: Origin::File(path.clone()),
            relative: "a.pdf".into(),
            is_named: false,
            output: "a".into(),
        };
        let mut settling = Settling::default();
        let (_, changed) = look(&path).unwrap();
        let later = changed + Duration::from_mins(1);
        let mut taken = |now| {
            let mut inputs = vec![input.clone()];
            settling.keep(&mut inputs, Duration::from_secs(5), now);
            inputs.len()
        };
        assert_eq!(taken(later), 0, "seen for the first time");
        assert_eq!(taken(changed), 0, "written just now");
        assert_eq!(taken(later), 1);
        assert_eq!(taken(Duration::ZERO), 0, "the clock was set back: it waits");
        assert_eq!(taken(later + Duration::from_secs(1 << 33)), 1, "the clock was set forward");
        std::fs::write(&path, "whole file").unwrap();
        assert_eq!(taken(later), 0, "it changed");
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("elsewhere", &path).unwrap();
        assert_eq!((taken(later), taken(later)), (0, 0), "a link");
    }
}
