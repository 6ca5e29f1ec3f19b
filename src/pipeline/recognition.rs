//! Recognition for a run.

use crate::model::recognizer::Recognizer;
use crate::source::scan::recognize::PaddleRecognizer;
use std::path::Path;
use std::sync::Arc;

/// The default recogniser, its model in `folder`. The model is loaded when the first picture
/// needs it, once for all threads; that it is missing is a finding of each page that does.
#[must_use]
pub fn with_models(folder: &Path) -> Arc<dyn Recognizer> {
    Arc::new(PaddleRecognizer::in_folder(folder))
}
