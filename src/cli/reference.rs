//! What the program tells about itself: schema, completions, manual.

use super::arguments::{config as configuration, templates};
use super::exit::{Exit, Failure};
use super::flags::{ConfigFlags, Flags, SchemaFlags};
use super::terminal;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use shenbao::pipeline::output;
use std::io;

pub fn schema(flags: &SchemaFlags) -> Result<Exit, Failure> {
    let library = templates(&flags.templates)?;
    terminal::print(&output::schema(&library.specs))
}

pub fn config(flags: &ConfigFlags) -> Result<Exit, Failure> {
    terminal::print(&configuration(flags.config.as_deref())?.text())
}

pub fn completions(shell: Shell) -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Flags::command(), "shenbao", &mut bytes);
    terminal::print(&String::from_utf8_lossy(&bytes))
}

/// The manual pages of the program and its commands, one after another.
pub fn man() -> Result<Exit, Failure> {
    let mut bytes = Vec::new();
    let mut root = Flags::command();
    // Gives the commands their whole names, in the manner of git-log(1).
    root.build();
    render(&root, &mut bytes)
        .map_err(|e| Failure::new(Exit::OutputError, anyhow::Error::new(e)))?;
    terminal::print(&String::from_utf8_lossy(&bytes))
}

fn render(command: &Command, into: &mut Vec<u8>) -> io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(into)?;
    command.get_subcommands().try_for_each(|sub| render(sub, into))
}
