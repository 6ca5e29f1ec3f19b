//! Expected outputs: compare, update, report.
//!
//! A golden is a folder `<id>/` with `data.json` (templates and data of the forms, codes of the
//! error findings; derived from the truth, not from this program) and, where it exists,
//! `workbook.txt` (the workbook as text). [`check`] compares a converted document with it,
//! [`update`] rewrites it, [`report`] renders the results.

pub mod check;
pub mod diff;
pub mod report;
pub mod samples;
pub mod store;
pub mod update;
