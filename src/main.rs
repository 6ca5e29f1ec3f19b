//! The `shenbao` command.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

/// The stages hand over many small texts; see benches/RESULTS.md for what this gains.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    shenbao::pipeline::keep_panics_quiet();
    match cli::run() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report();
            failure.exit.into()
        }
    }
}
