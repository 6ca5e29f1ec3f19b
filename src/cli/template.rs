//! `shenbao template`.

use super::arguments::{known_template, settings, templates};
use super::exit::{Exit, Failure};
use super::flags::{ModelFlags, TemplateCommand, TemplateFlags};
use super::terminal;
use anyhow::anyhow;
use shenbao::pipeline::library::{self, Library};
use shenbao::pipeline::{DocumentError, commit, describe};
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
        TemplateCommand::New { document, id, out, models } => {
            new(&document, id, out.as_deref(), &models)
        }
        TemplateCommand::Check { file, document, models } => {
            check(&file, document.as_deref(), &models)
        }
    }
}

fn new(
    document: &Path,
    id: Option<String>,
    out: Option<&Path>,
    models: &ModelFlags,
) -> Result<Exit, Failure> {
    let id = id.unwrap_or_else(|| identifier(document));
    let (name, bytes) = read(document)?;
    let drafted = describe::draft(&name, bytes, &id, &settings(models), &Library::embedded());
    let text = drafted.map_err(|e| unreadable(document, &e))?.ok_or_else(|| {
        let error =
            anyhow!("{} shows no table, so there is no form to describe", document.display());
        Failure::new(Exit::SomeFailed, error).hint("look at it with `shenbao inspect`")
    })?;
    match out {
        None => terminal::print_text(&text),
        Some(out) => {
            commit::write(out, text.as_bytes())?;
            let todo = text.matches("# TODO").count();
            terminal::print_lines([
                format!("{}: template `{id}`, {todo} keys to name", out.display()),
                format!("next: shenbao template check {} {}", out.display(), document.display()),
            ])
        }
    }
}

/// An identifier from the name of a file: its letters and digits, in lower case.
fn identifier(document: &Path) -> String {
    let stem = document.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let words = stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let id = words.collect::<Vec<_>>().join("-");
    if id.is_empty() { "my-form".to_owned() } else { id }
}

fn read(document: &Path) -> Result<(String, Vec<u8>), Failure> {
    let name = document.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match std::fs::read(document) {
        Ok(bytes) => Ok((name, bytes)),
        Err(e) => {
            let error = anyhow!(e).context(format!("cannot read {}", document.display()));
            Err(Failure::new(Exit::NoInput, error).hint("check the path and the permissions"))
        }
    }
}

fn unreadable(document: &Path, error: &DocumentError) -> Failure {
    Failure::new(Exit::SomeFailed, anyhow!("{}: {error}", document.display())).hint(error.hint())
}

fn check(file: &Path, document: Option<&Path>, models: &ModelFlags) -> Result<Exit, Failure> {
    let (spec, text) = match library::check(file) {
        Ok(checked) => checked,
        Err(e) if e.is_missing() => {
            return Err(Failure::new(Exit::NoInput, e).hint("check the path and the permissions"));
        }
        Err(e) => {
            terminal::paragraph(&e.to_string());
            return Ok(Exit::SomeFailed);
        }
    };
    let sound = format!("{}: template `{}` is sound", file.display(), spec.id);
    let Some(document) = document else { return terminal::print_lines([sound]) };
    let name = file.display().to_string();
    let library = Library::embedded().with_templates([(name.as_str(), text.as_str())]);
    let library = library.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::new(Exit::SomeFailed, anyhow!(lines.join("\n")))
    })?;
    let (name, bytes) = read(document)?;
    let document_bytes = (name.as_str(), bytes);
    let lines = describe::explain(&text, &spec.id, document_bytes, &settings(models), &library)
        .map_err(|e| unreadable(document, &e))?;
    terminal::print_lines(std::iter::once(sound).chain(lines))
}

#[cfg(test)]
mod tests {
    use super::identifier;
    use std::path::Path;

    #[test]
    fn identifiers_come_from_file_names() {
        assert_eq!(identifier(Path::new("a/Leave_Request (2).pdf")), "leave-request-2");
        assert_eq!(identifier(Path::new("请假表.pdf")), "my-form");
    }
}
