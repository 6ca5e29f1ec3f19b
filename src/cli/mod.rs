//! The command line: the only place with terminal, environment and clock.
//!
//! [`flags`] is what the user typed, [`arguments`] what it means; each command has a module.
//! Everything printed goes through [`terminal`], which escapes what documents and file names
//! may hold.

mod arguments;
mod convert;
mod exit;
mod flags;
mod golden;
mod inspect;
mod progress;
mod reference;
mod report;
mod second_reader;
mod signals;
mod summary;
mod template;
mod terminal;
mod watch;
mod worker;

use clap::{CommandFactory, FromArgMatches};
use exit::{Exit, Failure};
use flags::{Command, Flags};
use std::ffi::OsString;

/// Parses the arguments and does what they ask for.
pub fn run() -> Result<Exit, Failure> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    // Not part of the interface, so it stays out of help, completions and manual.
    if let Some(page) = second_reader::asked_for(&arguments) {
        return Ok(second_reader::serve(page));
    }
    if let Some(parent) = worker::asked_for(&arguments) {
        return Ok(worker::serve(parent));
    }
    let matches = match Flags::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(e) if e.use_stderr() => return Err(Failure::from_usage(&e)),
        // Help and version were asked for.
        Err(e) => return terminal::print(&e.render().to_string()),
    };
    let flags = Flags::from_arg_matches(&matches).map_err(|e| Failure::from_usage(&e))?;
    match flags.command {
        Command::Convert(flags) => convert::run(flags),
        Command::Watch(flags) => watch::run(flags),
        Command::Status(flags) => report::status(&flags),
        Command::Report(flags) => report::report(&flags),
        Command::Inspect(flags) => inspect::run(flags),
        Command::Golden(flags) => golden::run(flags),
        Command::Template(flags) => template::run(flags),
        Command::Schema(flags) => reference::schema(&flags),
        Command::Config(flags) => reference::config(&flags),
        Command::Completions { shell } => reference::completions(shell),
        Command::Man => reference::man(),
    }
}
