//! The interface of optical recognition: pictures of text lines → characters.

use std::fmt::Debug;

/// A picture of one line of text: dark on light, one byte a pixel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineImage {
    /// In pixels; at least 1.
    pub width: u32,
    /// In pixels; at least 1.
    pub height: u32,
    /// Row by row from the top, 0 black to 255 white; `width * height` bytes.
    pub pixels: Vec<u8>,
}

/// A character as it was recognised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecognisedChar {
    pub ch: char,
    /// 0 to 1.
    pub confidence: f32,
    /// Left and right end in pixels of the line's picture, left to right without overlap.
    pub span: (f32, f32),
}

/// What a line's picture says; no characters where nothing was recognised.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecognisedLine {
    pub chars: Vec<RecognisedChar>,
}

impl RecognisedLine {
    /// The characters alone.
    #[must_use]
    pub fn text(&self) -> String {
        self.chars.iter().map(|c| c.ch).collect()
    }

    /// Mean confidence of the characters, 0 to 1; 0 where there is none.
    #[must_use]
    pub fn mean_confidence(&self) -> f32 {
        let sum: f32 = self.chars.iter().map(|c| c.confidence).sum();
        sum / self.chars.len().max(1) as f32
    }
}

/// Why nothing can be recognised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecognizerError {
    #[error("there is no recognition model at {path}")]
    Missing { path: String },
    #[error("the recognition model {path} cannot be used: {reason}")]
    Unusable { path: String, reason: String },
    /// What runs the model, or a recogniser that is no part of this program.
    #[error("{what} is not available: {reason}")]
    Unavailable { what: String, reason: String },
    #[error("recognition failed: {reason}")]
    Failed { reason: String },
}

/// Reads pictures of text lines.
///
/// What it says of a line depends on that line alone, not on those it is given with.
pub trait Recognizer: Debug + Send + Sync {
    /// One answer for each of `lines`, in their order.
    fn recognize(&self, lines: &[LineImage]) -> Result<Vec<RecognisedLine>, RecognizerError>;

    /// Called before this process gives up files and programs: time to load or start what it could
    /// not have afterwards. No thread of this process outlives the call.
    fn prepare(&self) {}
}
