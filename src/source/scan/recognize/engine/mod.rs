//! What runs the network: a line's picture in, probabilities out. All else is shared.

#[cfg(feature = "ort")]
pub mod onnxruntime;
pub mod rten;

use super::shape;
use crate::model::recognizer::{LineImage, RecognizerError};
use std::path::Path;

/// A line as the network takes it.
pub struct Input<'a> {
    pub line: &'a LineImage,
    /// Width of the line's picture at the network's height, in pixels.
    pub scaled: u32,
    /// Width of the network's input in pixels.
    pub width: usize,
    /// [`Self::shape`] values from −1 to 1, colour by colour, row by row.
    pub values: Vec<f32>,
}

impl<'a> Input<'a> {
    /// Scales and fills up a line.
    pub fn of(line: &'a LineImage) -> Self {
        let scaled = shape::scaled_width(line);
        let width = shape::input_width(scaled) as usize;
        // The network takes three colours; gray is all of them.
        Self { line, scaled, width, values: shape::normalised(line, scaled).repeat(3) }
    }

    /// Pictures, colours, rows, columns.
    pub fn shape(&self) -> [usize; 4] {
        [1, 3, shape::HEIGHT as usize, self.width]
    }
}

/// The network's answer to one line.
#[derive(Clone, Copy)]
pub struct Output<'a> {
    /// The probability of each class, 0 to 1, step by step.
    pub data: &'a [f32],
    /// Pictures (1), steps along the line, classes.
    pub shape: [usize; 3],
}

/// Something that runs the network.
pub trait Engine: Sized + Send + Sync {
    /// Whether it takes files beside the model, so that it must be loaded while these can be read.
    const NEEDS_FILES: bool;

    /// Loads the model, a file that exists.
    ///
    /// # Errors
    /// The file is no such model, or what runs it is missing.
    fn load(model: &Path) -> Result<Self, RecognizerError>;

    /// An entry of the model's metadata.
    fn metadata(&self, key: &str) -> Option<String>;

    /// Runs the network on each of `lines`, on a single thread, and hands what it says to `read`.
    /// One answer for each line, in their order.
    ///
    /// # Errors
    /// The network broke off, or `read` failed.
    fn run<T: Send>(
        &self,
        lines: &[&LineImage],
        read: impl Fn(&Input, Output) -> Result<T, RecognizerError> + Sync,
    ) -> Result<Vec<T>, RecognizerError>;
}
