//! Which documents have outputs that are there and true.

use super::{Batch, BatchError, Seen, target};
use crate::pipeline::inputs::{Input, Origin};
use crate::pipeline::ledger::{FileRecord, Ledger, Record};
use crate::pipeline::names::{hex, lossless};
use crate::pipeline::outcome::Reason;
use crate::pipeline::{run, stamp};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;

/// What has to be done about a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing: the ledger knows its outcome.
    Unchanged,
    /// It is to be converted.
    Open,
}

pub(super) struct Survey {
    /// One for each input.
    pub states: Vec<State>,
    /// Hash of the content of all outputs, if every document is unchanged.
    pub content: Option<String>,
}

impl Batch<'_> {
    /// Looks at every document; tells `observer` of those that are unchanged.
    pub(super) fn survey(
        &self,
        ledger: &Ledger,
        problems: &[(&str, Reason)],
        observer: &mut impl FnMut(&Seen),
    ) -> Result<Survey, BatchError> {
        let mut content = self.content(problems);
        let mut states = Vec::with_capacity(self.inputs.len());
        for input in self.inputs {
            let state = match ledger.find(&input.output)? {
                Some(record) if self.is_unchanged(input, &record, ledger)? => {
                    content.add(&lossless(input.relative.as_os_str()), &record);
                    observer(&Seen { input, record: &record, is_unchanged: true });
                    State::Unchanged
                }
                _ => State::Open,
            };
            states.push(state);
        }
        let all = states.iter().all(|state| *state == State::Unchanged);
        Ok(Survey { states, content: all.then(|| content.finish().hash) })
    }

    fn is_unchanged(
        &self,
        input: &Input,
        record: &Record,
        ledger: &Ledger,
    ) -> Result<bool, BatchError> {
        let may_stay = match &record.result {
            Ok(_) => true,
            Err(reason) => !self.retry && !reason.is_passing(),
        };
        if !may_stay || record.key != self.key || record.relative != input.relative {
            return Ok(false);
        }
        if record.result.is_ok() {
            for extension in self.formats.extensions() {
                let Some(file) = record.files.iter().find(|f| f.extension == extension) else {
                    return Ok(false);
                };
                let path = target(self.out, &record.output, extension);
                match intact(&path, file, self.recheck) {
                    None => return Ok(false),
                    Some(stamp) if stamp != file.stamp => {
                        ledger.file_seen(&record.output, &FileRecord { stamp, ..file.clone() })?;
                    }
                    Some(_) => {}
                }
            }
        }
        let Some(stamp) = self.same_content(input, record) else { return Ok(false) };
        let path = input.path();
        if stamp != record.stamp || path != record.path {
            ledger.seen(&record.output, &path, &stamp)?;
        }
        Ok(true)
    }

    /// The stamp of an input that has the content of the record.
    fn same_content(&self, input: &Input, record: &Record) -> Option<String> {
        match &input.origin {
            Origin::Bytes(bytes) => {
                (hex(&Sha256::digest(bytes)) == record.sha256).then(String::new)
            }
            Origin::File(path) => {
                let meta =
                    if input.is_named { path.metadata() } else { path.symlink_metadata() }.ok()?;
                let stamp = stamp::settled(&meta, (self.now)());
                if !self.recheck && !stamp.is_empty() && stamp == record.stamp {
                    return Some(stamp);
                }
                let file = run::open(path, input.is_named).ok()?;
                (stamp::sha256(&file).ok()? == record.sha256).then_some(stamp)
            }
        }
    }
}

/// The stamp of an output that is as it was written: by its stamp, or else (and with `recheck`
/// always) by its content.
pub(super) fn intact(path: &Path, file: &FileRecord, recheck: bool) -> Option<String> {
    let meta = path.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?;
    let stamp = stamp::of(&meta);
    if !recheck && stamp == file.stamp {
        return Some(stamp);
    }
    let content = File::open(path).and_then(|file| stamp::sha256(&file)).ok()?;
    (content == file.sha256).then_some(stamp)
}
