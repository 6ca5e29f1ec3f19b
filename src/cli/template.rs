//! `shenbao template`.

use super::arguments::{known_template, templates};
use super::exit::{Exit, Failure};
use super::flags::{TemplateCommand, TemplateFlags};
use super::terminal;
use shenbao::pipeline::library;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

pub fn run(flags: TemplateFlags) -> Result<Exit, Failure> {
    match flags.command {
        TemplateCommand::List(flags) => {
            let library = templates(&flags)?;
            let widest = library.specs.iter().map(|s| s.id.width()).max().unwrap_or(0);
            terminal::print_lines(library.specs.iter().map(|spec| {
                let pad = " ".repeat(widest - spec.id.width());
                format!("{}{pad}  {}", spec.id, spec.name)
            }))
        }
        TemplateCommand::Show { id, templates: flags } => {
            let library = templates(&flags)?;
            known_template(&library, &id)?;
            let text = library::text(&id, flags.template_dir.as_deref())
                .map_err(|e| Failure::new(Exit::NoInput, e))?;
            terminal::print_text(&text.unwrap_or_default())
        }
        TemplateCommand::Check { file } => check(&file),
    }
}

fn check(file: &Path) -> Result<Exit, Failure> {
    match library::check(file) {
        Ok(spec) => {
            terminal::print_lines([format!("{}: template `{}` is sound", file.display(), spec.id)])
        }
        Err(e) if e.is_missing() => {
            Err(Failure::new(Exit::NoInput, e).hint("check the path and the permissions"))
        }
        Err(e) => {
            terminal::paragraph(&e.to_string());
            Ok(Exit::SomeFailed)
        }
    }
}
