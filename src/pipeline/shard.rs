//! A share of the documents, for several machines that work on one archive.

use super::inputs::{Discovery, Input, Origin};
use super::names::hex;
use super::{run, stamp};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::num::NonZeroU32;

/// Share `index` (from 1) of `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    pub index: NonZeroU32,
    pub count: NonZeroU32,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once('/').and_then(|(index, count)| {
            Some(Self { index: index.parse().ok()?, count: count.parse().ok()? })
        });
        match numbers {
            Some(shard) if shard.index <= shard.count => Ok(shard),
            _ => Err("write I/N, such as 2/8 for the second of eight shares".to_owned()),
        }
    }
}

impl Shard {
    /// Keeps this share of what was found. Which share a document belongs to follows from its
    /// content alone, so that it does not change when others come and go. What led to no document
    /// is the first share's.
    pub fn keep(self, found: &mut Discovery) {
        let ours: Vec<bool> = found.inputs.par_iter().map(|input| self.has(input)).collect();
        let mut ours = ours.into_iter();
        found.inputs.retain(|_| ours.next().unwrap_or(false));
        if self.index != NonZeroU32::MIN {
            found.problems.clear();
        }
        let kept: BTreeSet<String> = found.inputs.iter().map(Input::path).collect();
        found.renamed.retain(|renamed| kept.contains(&renamed.input));
    }

    fn has(self, input: &Input) -> bool {
        let hash = match &input.origin {
            Origin::Bytes(bytes) => hex(&Sha256::digest(bytes)),
            Origin::File(path) => match run::open(path, input.is_named) {
                Ok(file) => stamp::sha256(&file).unwrap_or_default(),
                Err(_) => String::new(),
            },
        };
        // A file that cannot be read has no content: its first share reports it.
        let number = hash.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok());
        number.unwrap_or(0) % u64::from(self.count.get()) == u64::from(self.index.get() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn found(count: u8) -> Discovery {
        let inputs = (0..count).map(|i| Input {
            origin: Origin::Bytes(vec![i].into()),
            relative: PathBuf::from(format!("{i}")),
            is_named: true,
            output: PathBuf::from(format!("{i}")),
        });
        Discovery { inputs: inputs.collect(), ..Discovery::default() }
    }

    #[test]
    fn every_document_is_in_one_share() {
        let mut all: Vec<PathBuf> = Vec::new();
        for index in 1..=3u32 {
            let mut share = found(60);
            let shard: Shard = format!("{index}/3").parse().unwrap();
            shard.keep(&mut share);
            assert!((10..30).contains(&share.inputs.len()), "{}", share.inputs.len());
            all.extend(share.inputs.into_iter().map(|input| input.output));
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 60);
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["0/3", "4/3", "3", "a/b", "1/0", "/"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
