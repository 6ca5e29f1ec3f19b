//! The network run by rten: pure Rust, part of this program.

use super::super::failed;
use super::{Engine, Input, Output};
use crate::model::recognizer::{LineImage, RecognizerError};
use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The model, loaded by rten.
pub struct Rten {
    model: Model,
    /// Pools of one thread each, those not in use.
    pools: Mutex<Vec<Arc<ThreadPool>>>,
}

impl Rten {
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
        Ok(Self { model, pools: Mutex::new(Vec::new()) })
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
            let data = output.data().ok_or_else(|| failed("its answer is not laid out in rows"))?;
            read(&input, Output { data, shape: output.shape() })
        };
        let all = |pool: &Arc<ThreadPool>| {
            let options = RunOptions::default().with_thread_pool(Some(Arc::clone(pool)));
            lines.iter().map(|line| one(line, &options)).collect()
        };
        self.on_one_thread(all).unwrap_or_else(|_| Err(failed("the network broke off")))
    }
}
