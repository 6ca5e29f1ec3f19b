//! The network run by rten: pure Rust, part of this program.
//!
//! # Steps
//! 1. The network is run up to its pooling layer, for which rten 0.27 takes 15 % of the time though
//!    it is next to no arithmetic; [`pooled`] does it instead.
//! 2. It goes on to what it has seen at each step of the line.
//! 3. Its last layer, a matrix of 2 million weights that rten lays out anew each time, tells the
//!    characters of several lines at once. A step's answer depends on that step alone.
//!
//! A model that does not name its layers so runs as a whole.

mod pool;

use super::super::failed;
use super::{Engine, Input, Output};
use crate::model::recognizer::{LineImage, RecognizerError};
use pool::pooled;
use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What goes into the pooling layer of PP-OCRv6, what comes out of it, and what goes into the last
/// layer, as its file names them.
const LAYERS: [&str; 3] = ["p2o.pd_op.relu.0.0", "p2o.pd_op.pool2d.0.0", "p2o.pd_op.squeeze.0.0"];

/// Steps that go through the last layer at once, if a line is not longer by itself: some ten lines,
/// whose answer takes 40 MB.
const STEPS: usize = 512;

/// The model, loaded by rten.
pub struct Rten {
    model: Model,
    /// Where the network is parted, if it can be.
    parts: Option<Parts>,
    /// Pools of one thread each, those not in use.
    pools: Mutex<Vec<Arc<ThreadPool>>>,
}

/// Values within the network.
#[derive(Clone, Copy)]
struct Parts {
    input: NodeId,
    /// Before and behind the pooling layer: pictures, channels, rows, columns.
    before: NodeId,
    behind: NodeId,
    /// Before the last layer: pictures, channels, steps.
    features: NodeId,
    output: NodeId,
}

impl Parts {
    fn of(model: &Model) -> Option<Self> {
        let [before, behind, features] = LAYERS.map(|name| model.find_node(name));
        let (&[input], &[output]) = (model.input_ids(), model.output_ids()) else { return None };
        Some(Self { input, before: before?, behind: behind?, features: features?, output })
    }
}

impl Rten {
    /// What the network sees in a line: pictures (1), channels, steps.
    fn features(
        &self,
        parts: Parts,
        input: &Input,
        options: &RunOptions,
    ) -> Result<NdTensor<f32, 3>, RecognizerError> {
        let line = NdTensorView::from_data(input.shape(), input.values.as_slice());
        let run = |inputs, output| self.model.run_n(inputs, [output], Some(options.clone()));
        let [stem] = run(vec![(parts.input, line.into())], parts.before).map_err(failed)?;
        let stem: NdTensor<f32, 4> = stem.try_into().map_err(failed)?;
        let pooled = pooled(stem.view());
        let inputs = vec![(parts.before, stem.into()), (parts.behind, pooled.into())];
        let [features] = run(inputs, parts.features).map_err(failed)?;
        features.try_into().map_err(failed)
    }

    /// Hands to `read` what the last layer says to the features of several lines.
    fn tell<T>(
        &self,
        parts: Parts,
        lines: &[(Input, NdTensor<f32, 3>)],
        options: &RunOptions,
        read: impl Fn(&Input, Output) -> Result<T, RecognizerError>,
    ) -> Result<Vec<T>, RecognizerError> {
        let steps = |features: &NdTensor<f32, 3>| features.size(2);
        let Some(channels) = lines.first().map(|(_, f)| f.size(1)) else { return Ok(Vec::new()) };
        let total = lines.iter().map(|(_, f)| steps(f)).sum();
        let mut side_by_side = Vec::with_capacity(channels * total);
        for channel in 0..channels {
            for (_, features) in lines {
                side_by_side.extend(features.slice((0, channel)).iter().copied());
            }
        }
        let features = NdTensor::from_data([1, channels, total], side_by_side);
        let inputs = vec![(parts.features, features.into())];
        let run = self.model.run_n(inputs, [parts.output], Some(options.clone()));
        let [answer] = run.map_err(failed)?;
        let answer: NdTensor<f32, 3> = answer.try_into().map_err(failed)?;
        let data = answer.data().ok_or_else(not_in_rows)?;
        let classes = answer.size(2);
        let mut rest = data;
        let mut told = Vec::with_capacity(lines.len());
        for (input, features) in lines {
            let count = steps(features);
            let own = rest.split_at_checked(count * classes).ok_or_else(not_in_rows)?;
            rest = own.1;
            told.push(read(input, Output { data: own.0, shape: [1, count, classes] })?);
        }
        Ok(told)
    }

    /// Runs the network part by part on each of some lines.
    fn in_parts<T>(
        &self,
        parts: Parts,
        lines: &[&LineImage],
        options: &RunOptions,
        read: impl Fn(&Input, Output) -> Result<T, RecognizerError>,
    ) -> Result<Vec<T>, RecognizerError> {
        let mut told = Vec::with_capacity(lines.len());
        let (mut waiting, mut steps) = (Vec::new(), 0);
        for (i, line) in lines.iter().enumerate() {
            let mut input = Input::of(line);
            let features = self.features(parts, &input, options)?;
            input.values = Vec::new();
            steps += features.size(2);
            waiting.push((input, features));
            if steps >= STEPS || i + 1 == lines.len() {
                told.extend(self.tell(parts, &waiting, options, &read)?);
                (waiting, steps) = (Vec::new(), 0);
            }
        }
        Ok(told)
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

fn not_in_rows() -> RecognizerError {
    failed("its answer is not laid out in rows")
}

impl Engine for Rten {
    const NEEDS_FILES: bool = false;

    fn load(model: &Path) -> Result<Self, RecognizerError> {
        // On a plain thread, for the reason given above: a thread of the run would take up another
        // page while it waits for the load, and wait for itself there.
        let load = || {
            ModelOptions::with_all_ops().prepack_weights(true).load_file(model).map_err(|e| {
                let path = model.display().to_string();
                RecognizerError::Unusable { path, reason: e.to_string() }
            })
        };
        let loaded = std::thread::scope(|scope| scope.spawn(load).join());
        let model = loaded.unwrap_or_else(|_| Err(failed("the network could not be loaded")))?;
        let parts = Parts::of(&model);
        Ok(Self { model, parts, pools: Mutex::new(Vec::new()) })
    }

    fn metadata(&self, key: &str) -> Option<String> {
        self.model.metadata().get(key).map(ToOwned::to_owned)
    }

    fn run<T: Send>(
        &self,
        lines: &[&LineImage],
        read: impl Fn(&Input, Output) -> Result<T, RecognizerError> + Sync,
    ) -> Result<Vec<T>, RecognizerError> {
        let one = |line: &LineImage, options: &RunOptions| {
            let input = Input::of(line);
            let tensor = NdTensorView::from_data(input.shape(), input.values.as_slice());
            let output = self.model.run_one(tensor.into(), Some(options.clone()));
            let output: NdTensor<f32, 3> = output.map_err(failed)?.try_into().map_err(failed)?;
            let data = output.data().ok_or_else(not_in_rows)?;
            read(&input, Output { data, shape: output.shape() })
        };
        let all = |pool: &Arc<ThreadPool>| {
            let options = RunOptions::default().with_thread_pool(Some(Arc::clone(pool)));
            match self.parts {
                Some(parts) => self.in_parts(parts, lines, &options, &read),
                None => lines.iter().map(|line| one(line, &options)).collect(),
            }
        };
        self.on_one_thread(all).unwrap_or_else(|_| Err(failed("the network broke off")))
    }
}
