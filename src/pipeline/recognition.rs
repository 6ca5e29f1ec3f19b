//! Recognition for a run.

mod tesseract;

use crate::model::recognizer::Recognizer;
use crate::source::scan::recognize::{LIBRARY, MODEL, PaddleRecognizer};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tesseract::Tesseract;

/// Name and value of the environment variable without which ONNX Runtime's builds tell their
/// maker of each process that loads them, and keep a database of it in the user's cache. They look
/// at it once, before anything can be asked of them; their interface turns it off too late.
pub const QUIET: (&str, &str) = ("ORT_DISABLE_TELEMETRY", "1");

/// What reads pictures of text lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// PP-OCRv6 small, run by rten: part of this program.
    #[default]
    Rten,
    /// The same model, run by ONNX Runtime: faster, with a shared library beside the model. To be
    /// used only in a process that was started with [`QUIET`], as workers are.
    Ort,
    /// The program `tesseract` of this machine with its language `chi_sim`. Only in a process that
    /// may start programs, as workers may not.
    Tesseract,
}

/// Why an engine cannot be had at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    #[error(
        "`recognition.engine = \"ort\"` needs a program that was built with `--features ort`; \
         this one has \"rten\""
    )]
    NotBuiltIn,
}

impl Engine {
    /// A recogniser, its files in the folder `models`. They are loaded when the first picture
    /// needs them, once for all threads; that they are missing is a finding of each page that does.
    ///
    /// # Errors
    /// This program does not have the engine.
    pub fn recognizer(self, models: &Path) -> Result<Arc<dyn Recognizer>, EngineError> {
        match self {
            Self::Rten => Ok(Arc::new(<PaddleRecognizer>::in_folder(models))),
            #[cfg(feature = "ort")]
            Self::Ort => {
                use crate::source::scan::recognize::OnnxRuntime;
                Ok(Arc::new(PaddleRecognizer::<OnnxRuntime>::in_folder(models)))
            }
            #[cfg(not(feature = "ort"))]
            Self::Ort => Err(EngineError::NotBuiltIn),
            Self::Tesseract => Ok(Arc::new(Tesseract)),
        }
    }

    /// Whether it reads its files from a folder of models.
    #[must_use]
    pub fn needs_models(self) -> bool {
        self != Self::Tesseract
    }

    /// The files in the folder `models` that decide what is read.
    #[must_use]
    pub fn files(self, models: &Path) -> Vec<PathBuf> {
        let names = match self {
            Self::Rten => &[MODEL][..],
            Self::Ort => &[MODEL, LIBRARY],
            Self::Tesseract => &[],
        };
        names.iter().map(|name| models.join(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_was_left_out_is_named() {
        let folder = Path::new("/nonexistent");
        assert!(Engine::default().recognizer(folder).is_ok());
        let ort = Engine::Ort.recognizer(folder);
        if cfg!(feature = "ort") {
            assert!(ort.is_ok());
            assert_eq!(Engine::Ort.files(folder).len(), 2);
        } else {
            assert!(ort.unwrap_err().to_string().contains("--features ort"));
        }
    }
}
