//! One document from its file to its outputs on disk, on a thread of the run.

use super::{Batch, BatchError, Engine, target};
use crate::pipeline::commit::Draft;
use crate::pipeline::digest::{Counts, Digest, Packed};
use crate::pipeline::error::DocumentError;
use crate::pipeline::inputs::{Input, Origin};
use crate::pipeline::ledger::{FileRecord, Record};
use crate::pipeline::lock::Lock;
use crate::pipeline::names::hex;
use crate::pipeline::outcome::{Facts, Product, Reason};
use crate::pipeline::output::{Drafted, Drafts};
use crate::pipeline::run::{self, LargestInput};
use crate::pipeline::settings::Timings;
use crate::pipeline::stamp;
use crate::pipeline::supervisor::Verdict;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Seek, Write};

/// What came of one document.
pub(super) enum Done {
    Unchanged,
    Finished(Box<Finished>),
    /// The run was stopped before.
    Stopped,
}

/// A document whose outputs are on disk, or that failed.
pub(super) struct Finished {
    pub record: Record,
    pub digest: Option<Packed>,
}

/// An outcome, and how often the document was tried.
type Tried = (Result<Product, Reason>, u8);

impl Batch<'_> {
    /// Converts one document and writes its files.
    pub(super) fn work(&self, input: &Input, lock: &Lock) -> Result<Done, BatchError> {
        let begun = (self.settings.clock)();
        let mut record = Record {
            output: input.output.clone(),
            relative: input.relative.clone(),
            path: input.path(),
            sha256: String::new(),
            key: self.key.clone(),
            stamp: String::new(),
            result: Ok(Counts::default()),
            codes: std::collections::BTreeMap::new(),
            timings: Timings::default(),
            seconds: 0.0,
            attempts: 1,
            files: Vec::new(),
        };
        let result = match self.opened(input) {
            Err(error) => Err(Reason::from(&error)),
            Ok((file, sha256, stamp)) => {
                (record.sha256, record.stamp) = (sha256, stamp);
                match self.converted(input, &file, lock)? {
                    None => return Ok(Done::Stopped),
                    Some((result, attempts)) => {
                        record.attempts = attempts;
                        same_input(result, &record.sha256)
                    }
                }
            }
        };
        let mut digest = None;
        match result {
            Err(reason) => record.result = Err(reason),
            Ok(product) => {
                lock.check()?;
                for file in product.files {
                    let extension = file.extension.to_owned();
                    let (sha256, written) = file.commit()?;
                    record.files.push(FileRecord { extension, sha256, stamp: stamp::of(&written) });
                }
                record.result = Ok(product.facts.counts);
                record.timings = product.timings;
                let codes = product.facts.codes.into_iter();
                record.codes = codes.map(|(severity, code, n)| ((severity, code), n)).collect();
                digest = Some(product.digest);
            }
        }
        record.seconds = (self.settings.clock)().saturating_sub(begun).as_secs_f64();
        Ok(Done::Finished(Box::new(Finished { record, digest })))
    }

    /// The open document, its hash, its stamp.
    fn opened(&self, input: &Input) -> Result<(File, String, String), DocumentError> {
        let unreadable = |e: io::Error| run::unreadable(&e);
        match &input.origin {
            Origin::Bytes(bytes) => {
                let mut file = tempfile::tempfile().map_err(unreadable)?;
                file.write_all(bytes).and_then(|()| file.rewind()).map_err(unreadable)?;
                Ok((file, hex(&Sha256::digest(bytes)), String::new()))
            }
            Origin::File(path) => {
                let file = run::open(path, input.is_named)?;
                let meta = file.metadata().map_err(unreadable)?;
                let stamp = stamp::settled(&meta, (self.now)());
                let sha256 = stamp::sha256(&file).map_err(unreadable)?;
                Ok((file, sha256, stamp))
            }
        }
    }

    /// The outcome and the number of tries; `None` if the run was stopped before.
    fn converted(
        &self,
        input: &Input,
        file: &File,
        lock: &Lock,
    ) -> Result<Option<Tried>, BatchError> {
        let drafts: &Drafts<'_> = &|extension| {
            lock.check()?;
            Draft::new(&target(self.out, &input.output, extension))
        };
        match &self.engine {
            Engine::Workers(crew) => Ok(match crew.convert(&input.name(), file, drafts)? {
                Verdict::Stopped => None,
                Verdict::Done { result, attempts } => Some((*result, attempts)),
            }),
            Engine::InProcess => {
                let result = LargestInput(self.input_bytes).read(file).and_then(|bytes| {
                    let (settings, library) = (self.settings, self.library);
                    run::deliver(&input.name(), bytes, settings, library, self.formats)
                });
                let delivery = match result {
                    Err(error) => return Ok(Some((Err(Reason::from(&error)), 1))),
                    Ok(delivery) => delivery,
                };
                let files = delivery.files.iter().map(|file| Drafted::of(file, drafts));
                let files = files.collect::<Result<_, _>>()?;
                let digest = Digest::of(delivery.converted, &self.library.specs);
                let (facts, packed) = (Facts::of(&digest), Packed::of(&digest));
                let timings = delivery.timings;
                Ok(Some((Ok(Product { facts, digest: packed, files, timings }), 1)))
            }
        }
    }
}

/// Why a document failed whose worker said it was converted, but what it sent for the outputs over
/// all documents is none.
pub(super) fn unreadable_digest() -> Reason {
    Reason::new(
        "worker.bad-answer",
        "the worker's answer made no sense",
        "please report this file; the other documents are not affected",
    )
}

/// What was read has to be what was hashed, or the outputs would stand under a wrong name.
fn same_input(result: Result<Product, Reason>, sha256: &str) -> Result<Product, Reason> {
    match result {
        Ok(product) if product.facts.sha256 != sha256 => Err(Reason::new(
            "input.changed",
            "it changed while it was read",
            "run the same command again when nobody writes to it",
        )),
        result => result,
    }
}
