//! From arguments to documents: files, folders, patterns and bytes in memory.

use super::error::DocumentError;
use super::names;
use super::sniff::claimed;
use globset::{GlobBuilder, GlobMatcher};
use ignore::{DirEntry, WalkBuilder};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// What the user asked to be converted.
#[derive(Clone, Debug)]
pub enum Argument {
    /// A file, a folder, or a pattern that the shell left as it is.
    Path(PathBuf),
    /// A file or a folder from a list: never a pattern.
    Listed(PathBuf),
    /// Bytes that were read elsewhere, such as standard input, under a name.
    Bytes { name: String, bytes: Arc<[u8]> },
}

/// A document to convert.
#[derive(Clone, Debug)]
pub struct Input {
    pub origin: Origin,
    /// Folder and name below the argument that led to it: `2026/a.pdf` of `in/2026/a.pdf` where
    /// the argument is `in`.
    pub relative: PathBuf,
    /// Whether a link may lead to it: the user named it. What a folder holds is never a link.
    pub is_named: bool,
    /// Where its outputs go below the output folder, without an extension. Unique in a run.
    pub output: PathBuf,
}

/// Where the bytes of a document are.
#[derive(Clone, Debug)]
pub enum Origin {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

impl Input {
    /// The file name for the output's `source` object; bytes that are not UTF-8 as `\xHH`.
    #[must_use]
    pub fn name(&self) -> String {
        names::lossless(self.relative.file_name().unwrap_or_default())
    }

    /// The path for messages; bytes that are not UTF-8 as `\xHH`.
    #[must_use]
    pub fn path(&self) -> String {
        match &self.origin {
            Origin::File(path) => names::lossless(path.as_os_str()),
            Origin::Bytes(_) => self.name(),
        }
    }
}

/// All that the arguments led to.
#[derive(Debug, Default)]
pub struct Discovery {
    /// In the order in which they are converted: by relative path, then by path.
    pub inputs: Vec<Input>,
    /// Arguments and folders that could not be used.
    pub problems: Vec<(String, DocumentError)>,
    /// Outputs that got another name, because two documents would have written the same files.
    pub renamed: Vec<names::Renamed>,
    /// Links inside folders; they are not followed.
    pub links: u64,
    /// Files inside folders that are of none of the types that can be converted, by their names.
    pub others: u64,
}

/// Finds the documents. `out`, the output folder, is skipped where it lies inside a given folder.
///
/// A document reached twice is listed once. The order does not depend on that of the arguments,
/// so that a list from `find` gives the same outputs on every run.
#[must_use]
pub fn discover(arguments: Vec<Argument>, out: Option<&Path>) -> Discovery {
    let mut search = Search {
        out: out.and_then(|p| p.canonicalize().ok()),
        found: Discovery::default(),
        seen: BTreeSet::new(),
        folder: None,
    };
    let mut candidates = Vec::new();
    for argument in arguments {
        match argument {
            Argument::Path(path) => search.path(&path, true, &mut candidates),
            Argument::Listed(path) => search.path(&path, false, &mut candidates),
            Argument::Bytes { name, bytes } => candidates.push(Input {
                origin: Origin::Bytes(bytes),
                relative: PathBuf::from(name),
                is_named: true,
                output: PathBuf::new(),
            }),
        }
    }
    candidates.sort_by(|a, b| (&a.relative, place(a)).cmp(&(&b.relative, place(b))));
    for input in candidates {
        if search.is_new(&input) {
            search.found.inputs.push(input);
        }
    }
    search.found.renamed = names::assign(&mut search.found.inputs);
    search.found
}

fn place(input: &Input) -> Option<&Path> {
    match &input.origin {
        Origin::File(path) => Some(path),
        Origin::Bytes(_) => None,
    }
}

struct Search {
    out: Option<PathBuf>,
    found: Discovery,
    seen: BTreeSet<OsString>,
    /// The folder of the last document, and where it really is.
    folder: Option<(PathBuf, Option<PathBuf>)>,
}

impl Search {
    fn is_new(&mut self, input: &Input) -> bool {
        let real = place(input).and_then(|path| self.real(path, input.is_named));
        real.is_none_or(|real| self.seen.insert(real.into_os_string()))
    }

    /// The path without links. What was found in a folder is none itself, and its neighbours come
    /// one after another: a folder is asked for once.
    fn real(&mut self, path: &Path, is_named: bool) -> Option<PathBuf> {
        let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), is_named) else {
            return path.canonicalize().ok();
        };
        match &self.folder {
            Some((known, _)) if known == folder => {}
            _ => {
                let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                self.folder = Some((folder.to_owned(), here.canonicalize().ok()));
            }
        }
        let (_, real) = self.folder.as_ref()?;
        real.as_ref().map(|real| real.join(name))
    }

    fn problem(&mut self, path: &Path, error: DocumentError) {
        self.found.problems.push((names::lossless(path.as_os_str()), error));
    }

    fn path(&mut self, path: &Path, may_be_pattern: bool, into: &mut Vec<Input>) {
        match path.metadata() {
            Ok(meta) if meta.is_dir() => self.folder(path, into),
            Ok(meta) if meta.is_file() => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                into.push(Input { is_named: true, ..file(path.to_path_buf(), name.into()) });
            }
            Ok(_) => self.problem(path, DocumentError::NotRegular),
            Err(e) => match path.to_str().filter(|p| may_be_pattern && has_meta(p)) {
                Some(pattern) => self.pattern(pattern, into),
                None if e.kind() == std::io::ErrorKind::NotFound => {
                    self.problem(path, DocumentError::Missing);
                }
                None => self.problem(path, unreadable(&e)),
            },
        }
    }

    fn folder(&mut self, root: &Path, into: &mut Vec<Input>) {
        self.walk(root, |search, entry, relative| {
            search.take_by_extension(entry, relative, into);
        });
    }

    fn pattern(&mut self, pattern: &str, into: &mut Vec<Input>) {
        let (base, rest) = split_pattern(pattern);
        let matcher = match compile(&rest) {
            Ok(matcher) => matcher,
            Err(e) => {
                let reason = e.kind().to_string();
                return self.problem(Path::new(pattern), DocumentError::BadPattern { reason });
            }
        };
        // `*.dat` asks for these files whatever they are; `*` asks for what can be converted.
        let names_a_type = rest.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let before = into.len();
        let mut matched_folder: Option<PathBuf> = None;
        let root = if base.as_os_str().is_empty() { Path::new(".") } else { &base };
        if root.is_dir() {
            self.walk(root, |search, entry, relative| {
                let is_folder = entry.file_type().is_some_and(|t| t.is_dir());
                let below = matched_folder.as_ref().is_some_and(|f| relative.starts_with(f));
                if below || (!is_folder && matcher.is_match(relative) && !names_a_type) {
                    search.take_by_extension(entry, relative, into);
                } else if matcher.is_match(relative) {
                    if is_folder {
                        matched_folder = Some(relative.to_path_buf());
                    } else {
                        into.push(file(base.join(relative), relative.to_path_buf()));
                    }
                }
            });
        }
        if into.len() == before {
            self.problem(Path::new(pattern), DocumentError::NoMatch);
        }
    }

    /// Visits everything below `root` in the order of names, following no links.
    fn walk(&mut self, root: &Path, mut visit: impl FnMut(&mut Self, &DirEntry, &Path)) {
        let out = self.out.clone();
        let walk = WalkBuilder::new(root)
            .standard_filters(false)
            .follow_links(false)
            .sort_by_file_name(OsStr::cmp)
            .filter_entry(move |entry| entry.depth() == 0 || !is_folder_at(entry, out.as_deref()))
            .build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.depth() == 0 => {}
                Ok(entry) => {
                    let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
                    visit(self, &entry, relative);
                }
                Err(e) => {
                    let reason = e.to_string();
                    self.problem(root, DocumentError::Unreadable { reason });
                }
            }
        }
    }

    fn take_by_extension(&mut self, entry: &DirEntry, relative: &Path, into: &mut Vec<Input>) {
        let Some(kind) = entry.file_type() else { return };
        if kind.is_symlink() {
            self.found.links += 1;
        } else if kind.is_file() {
            if claimed(&entry.file_name().to_string_lossy()).is_some() {
                into.push(file(entry.path().to_path_buf(), relative.to_path_buf()));
            } else {
                self.found.others += 1;
            }
        }
    }
}

fn file(path: PathBuf, relative: PathBuf) -> Input {
    Input { origin: Origin::File(path), relative, is_named: false, output: PathBuf::new() }
}

fn unreadable(e: &std::io::Error) -> DocumentError {
    DocumentError::Unreadable { reason: e.to_string() }
}

fn is_folder_at(entry: &DirEntry, out: Option<&Path>) -> bool {
    let is_folder = entry.file_type().is_some_and(|t| t.is_dir());
    is_folder
        && out.is_some()
        && entry.path().canonicalize().is_ok_and(|p| Some(p.as_path()) == out)
}

fn has_meta(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Splits a pattern into the folder to search and the rest: `in/2026-*/*.pdf` → `in`, `2026-*/*.pdf`.
fn split_pattern(pattern: &str) -> (PathBuf, String) {
    let mut base = PathBuf::new();
    let mut rest: Vec<&str> = Vec::new();
    for component in Path::new(pattern).components() {
        let text = component.as_os_str().to_str().unwrap_or_default();
        if rest.is_empty() && (!matches!(component, Component::Normal(_)) || !has_meta(text)) {
            base.push(component);
        } else {
            rest.push(text);
        }
    }
    (base, rest.join("/"))
}

fn compile(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    Ok(GlobBuilder::new(pattern).literal_separator(true).build()?.compile_matcher())
}

#[cfg(test)]
mod tests;
