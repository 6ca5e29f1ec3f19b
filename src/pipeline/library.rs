//! The templates of a run: the embedded families and the user's own.

pub use crate::template::Library;

use crate::model::spec::FormSpec;
use crate::template::schema;
use std::path::{Path, PathBuf};

/// Why the templates of a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("cannot read {}: {cause}", path.display())]
    Read { path: PathBuf, cause: std::io::Error },
    #[error("{}", problems.join("\n"))]
    Invalid { problems: Vec<String> },
}

impl LibraryError {
    /// Whether the folder or file is not there, as opposed to wrong.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Read { .. })
    }
}

/// The file in a folder of templates that holds a taxonomy instead.
const TAXONOMY: &str = "taxonomy.toml";

/// The embedded families and the templates in `folder` (`*.toml`, by name). One with the
/// identifier of an embedded family takes its place, and so does a `taxonomy.toml`.
pub fn load(folder: Option<&Path>) -> Result<Library, LibraryError> {
    folder.map_or(Ok(Vec::new()), texts).and_then(|texts| of_texts(&texts))
}

/// The templates in a folder as they are written: name, text.
pub fn texts(folder: &Path) -> Result<Vec<(String, String)>, LibraryError> {
    let mut texts = Vec::new();
    for path in templates_in(folder)? {
        let is_taxonomy = path.file_name().is_some_and(|name| name == TAXONOMY);
        let name = if is_taxonomy { TAXONOMY.to_owned() } else { path.display().to_string() };
        texts.push((name, read(&path)?));
    }
    Ok(texts)
}

/// The embedded families and these templates (name, text).
pub fn of_texts(texts: &[(String, String)]) -> Result<Library, LibraryError> {
    if texts.is_empty() {
        return Ok(Library::embedded());
    }
    Library::embedded()
        .with_templates(texts.iter().map(|(file, text)| (file.as_str(), text.as_str())))
        .map_err(|errors| invalid(&errors))
}

/// The text of a template as it was written, from `folder` or embedded; `None` if there is none
/// of this identifier.
pub fn text(id: &str, folder: Option<&Path>) -> Result<Option<String>, LibraryError> {
    let has_id = |text: &str| schema::parse("", text).is_ok_and(|spec| spec.id == id);
    for path in folder.map_or(Ok(Vec::new()), templates_in)? {
        let text = read(&path)?;
        if has_id(&text) {
            return Ok(Some(text));
        }
    }
    let embedded = Library::embedded_texts().iter().find(|(_, text)| has_id(text));
    Ok(embedded.map(|(_, text)| (*text).to_owned()))
}

fn templates_in(folder: &Path) -> Result<Vec<PathBuf>, LibraryError> {
    let failed = |cause| LibraryError::Read { path: folder.to_owned(), cause };
    let mut paths = Vec::new();
    for entry in folder.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads and validates one template; returns it with its text.
pub fn check(path: &Path) -> Result<(FormSpec, String), LibraryError> {
    let text = read(path)?;
    let spec = schema::parse(&path.display().to_string(), &text).map_err(|e| invalid(&e))?;
    Ok((spec, text))
}

fn read(path: &Path) -> Result<String, LibraryError> {
    std::fs::read_to_string(path)
        .map_err(|cause| LibraryError::Read { path: path.to_owned(), cause })
}

fn invalid(errors: &[schema::TemplateError]) -> LibraryError {
    LibraryError::Invalid { problems: errors.iter().map(ToString::to_string).collect() }
}
