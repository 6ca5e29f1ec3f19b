//! How documents are to be converted.

use crate::model::limits::Limits;
use crate::model::reader::SecondReader;
use crate::model::recognizer::Recognizer;
use crate::normalize;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Which grids are listed under `tables`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tables {
    /// Those that belong to no form.
    #[default]
    Unmatched,
    All,
    None,
}

/// Settings of a run; the same for every document.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Tried on encrypted documents; empty for none.
    pub password: String,
    /// Bind to the template of this identifier only.
    pub template: Option<String>,
    pub tables: Tables,
    /// Keep the printed blocks of each form, which only workbooks show; without them a long
    /// document takes much less memory.
    pub keep_blocks: bool,
    /// Compare the text of every page with the second reader's.
    pub verify: bool,
    /// For pages that the first reader cannot decode, and for `verify`.
    pub second_reader: Option<Arc<dyn SecondReader>>,
    /// Least confidence, 0 to 1, of a recognised value that is not doubted.
    pub trusted: f32,
    /// How much of a document is read.
    pub limits: Limits,
    /// Reads pages that are pictures.
    pub recognizer: Option<Arc<dyn Recognizer>>,
    /// Time since any fixed moment, for [`Timings`]. The library has no clock of its own.
    pub clock: fn() -> Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            password: String::new(),
            template: None,
            tables: Tables::default(),
            keep_blocks: true,
            verify: false,
            second_reader: None,
            trusted: normalize::TRUSTED,
            limits: Limits::default(),
            recognizer: None,
            clock: || Duration::ZERO,
        }
    }
}

/// Time spent in each stage, added up over threads; zero without a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    pub source: Duration,
    pub layout: Duration,
    pub template: Duration,
    pub normalize: Duration,
    pub check: Duration,
    pub emit: Duration,
}

impl Timings {
    /// The stages by name, in their order.
    #[must_use]
    pub fn stages(&self) -> [(&'static str, Duration); 6] {
        [
            ("source", self.source),
            ("layout", self.layout),
            ("template", self.template),
            ("normalize", self.normalize),
            ("check", self.check),
            ("emit", self.emit),
        ]
    }
}

impl std::ops::AddAssign for Timings {
    fn add_assign(&mut self, other: Self) {
        self.source += other.source;
        self.layout += other.layout;
        self.template += other.template;
        self.normalize += other.normalize;
        self.check += other.check;
        self.emit += other.emit;
    }
}

/// A stopwatch over [`Settings::clock`].
pub(super) struct Lap {
    clock: fn() -> Duration,
    last: Duration,
}

impl Lap {
    pub fn start(clock: fn() -> Duration) -> Self {
        Self { clock, last: clock() }
    }

    /// Time since the start or the last lap.
    pub fn lap(&mut self) -> Duration {
        let now = (self.clock)();
        let passed = now.saturating_sub(self.last);
        self.last = now;
        passed
    }
}
