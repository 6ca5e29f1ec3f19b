//! One document through the stages, and many documents through a pool of threads.
//!
//! - [`inputs`] finds the documents that arguments mean and [`names`] their outputs;
//! - [`convert`] takes one document through `source → layout → template → normalize → check`;
//! - [`output`] serialises it; [`run`] does both for many documents, in parallel, and delivers
//!   the results in order; [`commit`] writes files whole or not at all.
//!
//! Nothing here prints, reads the environment or looks at a clock; the caller hands in what it
//! wants used ([`Settings`]).

pub mod assemble;
pub mod batch;
pub mod commit;
pub mod config;
pub mod convert;
pub mod describe;
pub mod digest;
pub mod error;
mod faint;
mod guard;
pub mod inputs;
pub mod inspect;
pub mod key;
pub mod ledger;
pub mod library;
pub mod lock;
pub mod names;
mod opened;
pub mod outcome;
pub mod output;
pub mod quarantine;
pub mod recognition;
pub mod report;
pub mod run;
pub mod second_reader;
mod settings;
pub mod settle;
pub mod shard;
mod sniff;
mod stamp;
pub mod supervisor;
mod verify;
mod wire;
pub mod worker;

pub use error::DocumentError;
pub use guard::keep_panics_quiet;
pub use settings::{Settings, Tables, Timings};
