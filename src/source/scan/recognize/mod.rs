//! The default recogniser: PP-OCRv6 small, run in this process.
//!
//! # Steps
//! 1. [`shape`]: each picture in the network's height, its levels from −1 to 1.
//! 2. An [`engine`] runs the network, which tells, for each step along the line, how probable each
//!    character is.
//! 3. [`decode`]: steps → characters with confidence and place.
//!
//! Each line is run by itself, at its own width. Filling lines up to a common width, as batches
//! need, costs more than a batch saves on a processor, and lets neighbours change a line's text.

mod alphabet;
mod decode;
mod engine;
mod shape;

use crate::model::recognizer::{LineImage, RecognisedLine, Recognizer, RecognizerError};
use alphabet::Alphabet;
use decode::{Step, decode};
use engine::{Engine, Input, Output};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

#[cfg(feature = "ort")]
pub use engine::onnxruntime::OnnxRuntime;
pub use engine::rten::Rten;

/// File name of the model, as in the wheel that it comes in.
pub const MODEL: &str = "PP-OCRv6_rec_small.onnx";

/// File name of ONNX Runtime's shared library, beside the model.
pub const LIBRARY: &str = "libonnxruntime.so";

/// Metadata entry of the model that lists its characters, one a line.
const CHARACTERS: &str = "character";

/// PP-OCR's recognition network, loaded when it is first used and shared by all threads; `E` is
/// what runs it.
pub struct PaddleRecognizer<E = Rten> {
    path: PathBuf,
    network: OnceLock<Result<Network<E>, RecognizerError>>,
}

struct Network<E> {
    engine: E,
    alphabet: Alphabet,
}

impl<E> fmt::Debug for PaddleRecognizer<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaddleRecognizer").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<E: Engine> PaddleRecognizer<E> {
    /// The recogniser whose model lies in `folder`. Nothing is read before it is needed.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join(MODEL), network: OnceLock::new() }
    }

    fn network(&self) -> Result<&Network<E>, RecognizerError> {
        self.network.get_or_init(|| Network::load(&self.path)).as_ref().map_err(Clone::clone)
    }
}

impl<E: Engine> Recognizer for PaddleRecognizer<E> {
    fn recognize(&self, lines: &[LineImage]) -> Result<Vec<RecognisedLine>, RecognizerError> {
        let network = self.network()?;
        // Forms repeat themselves: equal pictures are recognised once.
        let mut first: BTreeMap<&LineImage, usize> = BTreeMap::new();
        let mut distinct: Vec<&LineImage> = Vec::new();
        let which: Vec<usize> = lines
            .iter()
            .map(|line| {
                *first.entry(line).or_insert_with(|| {
                    distinct.push(line);
                    distinct.len() - 1
                })
            })
            .collect();
        let read = network.engine.run(&distinct, |input, output| network.read(input, output))?;
        Ok(which.into_iter().map(|i| read[i].clone()).collect())
    }

    fn prepare(&self) {
        if E::NEEDS_FILES {
            // What is wrong is told by the first page that needs it.
            let _ = self.network();
        }
    }
}

fn failed(reason: impl fmt::Display) -> RecognizerError {
    RecognizerError::Failed { reason: reason.to_string() }
}

impl<E: Engine> Network<E> {
    fn load(path: &Path) -> Result<Self, RecognizerError> {
        let shown = path.display().to_string();
        if !path.is_file() {
            return Err(RecognizerError::Missing { path: shown });
        }
        let engine = E::load(path)?;
        let characters = engine.metadata(CHARACTERS).ok_or_else(|| RecognizerError::Unusable {
            path: shown,
            reason: "it does not tell its characters".to_owned(),
        })?;
        let alphabet = Alphabet::listed(&characters);
        Ok(Self { engine, alphabet })
    }

    /// The text of a line from the network's answer to it.
    fn read(&self, input: &Input, output: Output) -> Result<RecognisedLine, RecognizerError> {
        let Output { data, shape: [_, count, classes] } = output;
        if classes != self.alphabet.len() {
            return Err(failed(format!(
                "the network knows {classes} classes, but names {}",
                self.alphabet.len()
            )));
        }
        let steps: Vec<Step> =
            data.chunks_exact(classes.max(1)).map(|row| Step::of(row, &self.alphabet)).collect();
        let width = input.line.width as f32;
        let step = input.width as f32 / count.max(1) as f32 * (width / input.scaled as f32);
        Ok(decode(&steps, &self.alphabet, step, width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_model_is_named() {
        let recognizer = PaddleRecognizer::<Rten>::in_folder(Path::new("/nonexistent"));
        let line = LineImage { width: 1, height: 1, pixels: vec![0] };
        let Err(RecognizerError::Missing { path }) = recognizer.recognize(&[line]) else {
            panic!("it was found");
        };
        assert!(path.ends_with(MODEL), "{path}");
    }

    #[test]
    fn a_file_that_is_no_model_is_unusable() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(MODEL), b"no model").unwrap();
        let recognizer = PaddleRecognizer::<Rten>::in_folder(folder.path());
        let line = LineImage { width: 1, height: 1, pixels: vec![0] };
        assert!(matches!(recognizer.recognize(&[line]), Err(RecognizerError::Unusable { .. })));
    }
}
