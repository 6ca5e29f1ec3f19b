//! `shenbao golden`.

use super::arguments::{inputs, jobs, now, settings, templates};
use super::exit::{Exit, Failure};
use super::flags::{GoldenCheckFlags, GoldenCommand, GoldenFlags, GoldenUpdateFlags};
use super::terminal;
use anyhow::{Error, anyhow};
use shenbao::golden::check::{Output, Verdict, check, unusable};
use shenbao::golden::report::{html, junit, table};
use shenbao::golden::samples::{Sample, samples};
use shenbao::golden::store::Store;
use shenbao::golden::update::{Change, update, update_scoreboard};
use std::path::Path;

pub fn run(flags: GoldenFlags) -> Result<Exit, Failure> {
    match flags.command {
        GoldenCommand::Check(flags) => run_check(flags),
        GoldenCommand::Update(flags) => run_update(flags),
    }
}
