//! The network run by ONNX Runtime: faster, a shared library beside the model.
//!
//! # Limitations
//! A process has one runtime: the library that was loaded first serves every recogniser.

use super::super::{LIBRARY, failed};
use super::{Engine, Input, Output};
use crate::model::recognizer::{LineImage, RecognizerError};
use ort::environment::Environment;
use ort::session::Session;
use ort::value::TensorRef;
use std::fmt::Display;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The runtime of this process.
static RUNTIME: OnceLock<Result<Environment, String>> = OnceLock::new();

/// The model, loaded by ONNX Runtime.
pub struct OnnxRuntime {
    /// The model's file: each thread has a session of its own, as the runtime asks for.
    model: Vec<u8>,
    /// Sessions that are not in use.
    sessions: Mutex<Vec<Session>>,
}

fn runtime(library: &Path) -> Result<&'static Environment, RecognizerError> {
    let load = || {
        if !library.is_file() {
            return Err("there is no such file; `make setup-ort` fetches it".to_owned());
        }
        let builder = ort::init_from(library).map_err(|e| e.to_string())?;
        // Without a logger it prints.
        let builder = builder.with_telemetry(false).with_logger(Arc::new(|_, _, _, _, _| {}));
        builder.build().map_err(|e| e.to_string())
    };
    RUNTIME.get_or_init(load).as_ref().map_err(|reason| RecognizerError::Unavailable {
        what: library.display().to_string(),
        reason: reason.clone(),
    })
}

/// A session that runs on the thread that calls it, so that its answers do not depend on how many
/// there are.
fn session(runtime: &Environment, model: &[u8]) -> Result<Session, String> {
    fn told(error: impl Display) -> String {
        error.to_string()
    }
    let builder = Session::builder(runtime).map_err(told)?;
    let builder = builder.with_intra_threads(1).map_err(told)?;
    let builder = builder.with_inter_threads(1).map_err(told)?;
    builder.with_parallel_execution(false).map_err(told)?.commit_from_memory(model).map_err(told)
}

impl OnnxRuntime {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for OnnxRuntime {
    const NEEDS_FILES: bool = true;

    fn load(model: &Path) -> Result<Self, RecognizerError> {
        let unusable =
            |reason| RecognizerError::Unusable { path: model.display().to_string(), reason };
        let runtime = runtime(&model.with_file_name(LIBRARY))?;
        let bytes = std::fs::read(model).map_err(|e| unusable(e.to_string()))?;
        let first = session(runtime, &bytes).map_err(unusable)?;
        Ok(Self { model: bytes, sessions: Mutex::new(vec![first]) })
    }

    fn metadata(&self, key: &str) -> Option<String> {
        self.lock().first()?.metadata().ok()?.custom(key)
    }

    fn run<T: Send>(
        &self,
        lines: &[&LineImage],
        read: impl Fn(&Input, Output) -> Result<T, RecognizerError> + Sync,
    ) -> Result<Vec<T>, RecognizerError> {
        let idle = self.lock().pop();
        let mut session = match (idle, RUNTIME.get()) {
            (Some(session), _) => session,
            (None, Some(Ok(runtime))) => session(runtime, &self.model).map_err(failed)?,
            (None, _) => return Err(failed("its runtime is gone")),
        };
        let mut one = |line: &LineImage| {
            let input = Input::of(line);
            let tensor = TensorRef::from_array_view((input.shape(), input.values.as_slice()));
            let outputs = session.run(ort::inputs![tensor.map_err(failed)?]).map_err(failed)?;
            let output = outputs.values().next().ok_or_else(|| failed("it says nothing"))?;
            let (shape, data) = output.try_extract_tensor::<f32>().map_err(failed)?;
            let extent = |axis: usize| {
                let extent = shape.get(axis).and_then(|n| usize::try_from(*n).ok());
                extent.ok_or_else(|| failed("its answer has another shape"))
            };
            let shape = [extent(0)?, extent(1)?, extent(2)?];
            read(&input, Output { data, shape })
        };
        let read = lines.iter().map(|line| one(line)).collect();
        self.lock().push(session);
        read
    }
}
