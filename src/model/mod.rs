//! Plain data that flows between the stages. No I/O, no knowledge of any form.

pub mod finding;
pub mod form;
pub mod geometry;
pub mod grid;
pub mod inspection;
pub mod label;
pub mod lexicon;
pub mod limits;
pub mod page;
pub mod pointer;
pub mod reader;
pub mod recognizer;
pub mod script;
pub mod spec;
pub mod target;
pub mod taxonomy;
pub mod value;
