//! The templates of a run: the embedded families and the user's own.

pub use crate::template::Library;

use crate::model::form::FieldKind;
use crate::model::spec::{ColumnRole, FieldSpec, FormSpec, Place};
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

/// The embedded families and the templates in `folder` (`*.toml`, by name). One with the
/// identifier of an embedded family takes its place.
pub fn load(folder: Option<&Path>) -> Result<Library, LibraryError> {
    let mut library = Library::embedded();
    let Some(folder) = folder else { return Ok(library) };
    let mut problems = Vec::new();
    for path in templates_in(folder)? {
        match check(&path) {
            Ok(spec) => match library.specs.iter_mut().find(|s| s.id == spec.id) {
                Some(same) => *same = spec,
                None => library.specs.push(spec),
            },
            Err(LibraryError::Invalid { problems: more }) => problems.extend(more),
            Err(e) => return Err(e),
        }
    }
    if problems.is_empty() { Ok(library) } else { Err(LibraryError::Invalid { problems }) }
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

/// Reads and validates one template.
pub fn check(path: &Path) -> Result<FormSpec, LibraryError> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| LibraryError::Read { path: path.to_owned(), cause })?;
    // SEAM: `template::schema::parse` once it exists.
    toml::from_str(&text).map_err(|e| LibraryError::Invalid {
        problems: vec![format!("{}: {}", path.display(), e.to_string().trim_end())],
    })
}

/// What a template reads and where it expects it, for people.
#[must_use]
pub fn describe(spec: &FormSpec) -> Vec<String> {
    let mut lines = vec![format!("id: {}", spec.id), format!("name: {}", spec.name)];
    lines.extend(spec.source.iter().map(|s| format!("source: {s}")));
    lines.extend(spec.titles.iter().map(|t| format!("title: {t}")));
    lines.push(String::new());
    lines.push("fields:".to_owned());
    lines.extend(spec.fields.iter().map(field));
    if let Some(table) = &spec.indicators {
        lines.push(String::new());
        lines.push(format!("columns of {}:", table.key));
        for column in &table.columns {
            let key = column.key.as_deref().unwrap_or("(completes the target)");
            let optional = if column.optional { ", optional" } else { "" };
            let headers = column.header.join(" | ");
            lines.push(format!("  {key} ({}{optional}): {headers}", role(column.role)));
        }
    }
    lines
}

fn field(field: &FieldSpec) -> String {
    let required = if field.required { ", required" } else { "" };
    let places: Vec<&str> = field.place.iter().map(|p| place(*p)).collect();
    let parts = [
        ("label ", field.label.join(" | ")),
        ("value ", places.join(", else ")),
        ("below ", field.below.clone().unwrap_or_default()),
        ("pattern ", field.pattern.clone().unwrap_or_default()),
    ];
    let parts = parts.iter().filter(|(_, value)| !value.is_empty());
    let parts: Vec<String> = parts.map(|(name, value)| format!("{name}{value}")).collect();
    format!("  {} ({}{required}): {}", field.key, kind(field.kind), parts.join("; "))
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Paragraphs => "paragraphs",
        FieldKind::Label => "label",
        FieldKind::Money => "money",
        FieldKind::Number => "number",
        FieldKind::Integer => "integer",
        FieldKind::Date => "date",
        FieldKind::Target => "target",
        FieldKind::MoneyUnit => "unit of money",
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Right => "right of the label",
        Place::Below => "below the label",
        Place::Inline => "behind the label in its cell",
        Place::Title => "in the title",
        Place::Caption => "near the title",
        Place::Label => "inside the label",
    }
}

fn role(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Level1 => "level 1",
        ColumnRole::Level2 => "level 2",
        ColumnRole::Name => "name",
        ColumnRole::Target => "target",
        ColumnRole::Sign => "sign",
        ColumnRole::Unit => "unit",
        ColumnRole::Other => "other",
    }
}
