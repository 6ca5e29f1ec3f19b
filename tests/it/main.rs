//! Tests of the program from outside, and of the house as a whole.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the names are our own")]

mod architecture;
mod bad_input;
mod convert;
mod cut;
mod golden;
mod house;
mod inspect;
mod jbig2;
mod nightly;
mod office;
mod pdf;
mod reference;
mod scan;
mod schema;
mod seed;
mod shenbao;
mod template;
