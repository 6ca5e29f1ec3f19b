//! The default recogniser: PP-OCRv6 small, run in this process.
//!
//! # Steps
//! 1. [`shape`]: each picture in the network's height, its levels from −1 to 1.
//! 2. The network tells, for each step along the line, how probable each character is.
//! 3. [`decode`]: steps → characters with confidence and place.
//!
//! Each line is run by itself, at its own width. Filling lines up to a common width, as batches
//! need, costs more than a batch saves on a processor, and lets neighbours change a line's text.

mod alphabet;
mod decode;
mod shape;

use crate::model::recognizer::{LineImage, RecognisedLine, Recognizer, RecognizerError};
use alphabet::Alphabet;
use decode::{Step, decode};
use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// File name of the model, as in the wheel that it comes in.
pub const MODEL: &str = "PP-OCRv6_rec_small.onnx";

/// Metadata entry of the model that lists its characters, one a line.
const CHARACTERS: &str = "character";

/// PP-OCR's recognition network, loaded when it is first used and shared by all threads.
pub struct PaddleRecognizer {
    path: PathBuf,
    network: OnceLock<Result<Network, RecognizerError>>,
    /// Pools of one thread each, those not in use.
    pools: Mutex<Vec<Arc<ThreadPool>>>,
}

struct Network {
    model: Model,
    alphabet: Alphabet,
}

impl fmt::Debug for PaddleRecognizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaddleRecognizer").field("path", &self.path).finish_non_exhaustive()
    }
}

impl PaddleRecognizer {
    /// The recogniser whose model lies in `folder`. Nothing is read before it is needed.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join(MODEL), network: OnceLock::new(), pools: Mutex::new(Vec::new()) }
    }

    fn network(&self) -> Result<&Network, RecognizerError> {
        // On a plain thread, for the reason given below: a thread of the run would take up another
        // page while it waits for the load, and wait for itself there.
        let load = || {
            let loaded =
                std::thread::scope(|scope| scope.spawn(|| Network::load(&self.path)).join());
            loaded.unwrap_or_else(|_| Err(failed("the network could not be loaded")))
        };
        self.network.get_or_init(load).as_ref().map_err(Clone::clone)
    }

    /// Runs `work` on a pool of one thread, so that the network does not start threads of its
    /// own beside those of the run.
    fn on_one_thread<R: Send>(
        &self,
        work: impl FnOnce(&Arc<ThreadPool>) -> R + Send,
    ) -> std::thread::Result<R> {
        let lock = || self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = lock().pop().unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        // A worker that waited for another pool would meanwhile begin more of its own tasks, one
        // inside the other, each with its page in memory. A plain thread just waits.
        let result = std::thread::scope(|scope| scope.spawn(|| pool.run(|| work(&pool))).join());
        lock().push(pool);
        result
    }
}

impl Recognizer for PaddleRecognizer {
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
        let read = self
            .on_one_thread(|pool| {
                let options = RunOptions::default().with_thread_pool(Some(Arc::clone(pool)));
                distinct.iter().map(|line| network.read(line, &options)).collect()
            })
            .unwrap_or_else(|_| Err(failed("the network broke off")))?;
        let read: Vec<RecognisedLine> = read;
        Ok(which.into_iter().map(|i| read[i].clone()).collect())
    }
}

fn failed(reason: impl fmt::Display) -> RecognizerError {
    RecognizerError::Failed { reason: reason.to_string() }
}

impl Network {
    fn load(path: &Path) -> Result<Self, RecognizerError> {
        let shown = path.display().to_string();
        if !path.is_file() {
            return Err(RecognizerError::Missing { path: shown });
        }
        let unusable = |reason: String| RecognizerError::Unusable { path: shown.clone(), reason };
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load_file(path)
            .map_err(|e| unusable(e.to_string()))?;
        let characters = model
            .metadata()
            .get(CHARACTERS)
            .ok_or_else(|| unusable("it does not tell its characters".to_owned()))?;
        let alphabet = Alphabet::listed(characters);
        Ok(Self { model, alphabet })
    }

    fn read(
        &self,
        line: &LineImage,
        options: &RunOptions,
    ) -> Result<RecognisedLine, RecognizerError> {
        let scaled = shape::scaled_width(line);
        let width = shape::input_width(scaled) as usize;
        let plane = shape::normalised(line, scaled);
        // The network takes three colours; gray is all of them.
        let input = NdTensor::from_data([1, 3, shape::HEIGHT as usize, width], plane.repeat(3));
        let output =
            self.model.run_one(input.view().into(), Some(options.clone())).map_err(failed)?;
        let output: NdTensor<f32, 3> = output.try_into().map_err(failed)?;
        let [_, count, classes] = output.shape();
        if classes != self.alphabet.len() {
            return Err(failed(format!(
                "the network knows {classes} classes, but names {}",
                self.alphabet.len()
            )));
        }
        let data = output.data().ok_or_else(|| failed("its answer is not laid out in rows"))?;
        let steps: Vec<Step> =
            data.chunks_exact(classes.max(1)).map(|row| Step::of(row, &self.alphabet)).collect();
        let scale = line.width as f32 / scaled as f32;
        let step = width as f32 / count.max(1) as f32 * scale;
        Ok(decode(&steps, &self.alphabet, step, line.width as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_model_is_named() {
        let recognizer = PaddleRecognizer::in_folder(Path::new("/nonexistent"));
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
        let recognizer = PaddleRecognizer::in_folder(folder.path());
        let line = LineImage { width: 1, height: 1, pixels: vec![0] };
        assert!(matches!(recognizer.recognize(&[line]), Err(RecognizerError::Unusable { .. })));
    }
}
