//! `shenbao inspect`.

use super::arguments::{known_template, settings, templates};
use super::exit::{Exit, Failure};
use super::flags::InspectFlags;
use super::terminal;
use anyhow::anyhow;
use shenbao::pipeline::inspect::{self, InspectError};
use shenbao::pipeline::{Settings, commit};
use std::path::PathBuf;

pub fn run(flags: InspectFlags) -> Result<Exit, Failure> {
    let library = templates(&flags.templates)?;
    if let Some(id) = &flags.template {
        known_template(&library, id)?;
    }
    let shown = flags.file.display().to_string();
    let bytes = std::fs::read(&flags.file).map_err(|e| {
        let error = anyhow!(e).context(format!("cannot read {shown}"));
        Failure::new(Exit::NoInput, error).hint("check the path and the permissions")
    })?;
    let name = flags.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let settings =
        Settings { password: flags.password, template: flags.template, ..settings(&flags.models) };
    let folder = flags.templates.template_dir.as_deref();
    let html = inspect::html(&name, bytes, flags.page, &settings, &library, folder);
    let html = html.map_err(|e| match e {
        InspectError::NoSuchPage { .. } => Failure::usage(e.to_string()),
        InspectError::Document(e) => {
            let hint = e.hint();
            Failure::new(Exit::SomeFailed, anyhow!("{shown}: {e}")).hint(hint)
        }
    })?;
    let stem = flags.file.file_stem().unwrap_or_default().to_string_lossy();
    let out = flags.out.unwrap_or_else(|| PathBuf::from(format!("{stem}.inspect.html")));
    commit::write(&out, &html)?;
    terminal::print_lines([format!("{} ({} kB)", out.display(), html.len().div_ceil(1024))])
}
