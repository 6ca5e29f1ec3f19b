//! Where goldens lie, and which document belongs to which.

use crate::pipeline::commit::{self, CommitError};
use serde::Deserialize;
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The expected data.
pub const DATA: &str = "data.json";
/// The workbook as text.
pub const WORKBOOK: &str = "workbook.txt";
/// List of samples beside the inputs.
pub const MANIFEST: &str = "manifest.toml";

/// The folder of the goldens.
#[derive(Clone, Debug)]
pub struct Store {
    pub folder: PathBuf,
}

/// Why a golden cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot read {}: {cause}", path.display())]
    Read { path: PathBuf, cause: std::io::Error },
    #[error("{} is not JSON: {cause}", path.display())]
    Json { path: PathBuf, cause: serde_json::Error },
    #[error("{}: {cause}", path.display())]
    Manifest { path: PathBuf, cause: toml::de::Error },
    #[error("{}: `{id}` is no name for a folder", path.display())]
    Id { path: PathBuf, id: String },
}

impl Store {
    /// The path of one file of a golden.
    #[must_use]
    pub fn path(&self, id: &str, file: &str) -> PathBuf {
        self.folder.join(id).join(file)
    }

    /// The expected data; `None` if there is no such golden.
    pub fn data(&self, id: &str) -> Result<Option<Value>, StoreError> {
        let path = self.path(id, DATA);
        read(&path)?
            .map(|text| {
                serde_json::from_str(&text).map_err(|cause| StoreError::Json { path, cause })
            })
            .transpose()
    }

    /// The expected text of the workbook; `None` if there is none.
    pub fn workbook(&self, id: &str) -> Result<Option<String>, StoreError> {
        read(&self.path(id, WORKBOOK))
    }

    /// Names of all goldens, in order.
    pub fn ids(&self) -> Result<Vec<String>, StoreError> {
        let failed = |cause| StoreError::Read { path: self.folder.clone(), cause };
        let mut ids = Vec::new();
        for entry in self.folder.read_dir().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.path().is_dir() {
                ids.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        ids.sort();
        Ok(ids)
    }

    /// A file beside the goldens; `None` if there is none.
    pub fn beside(&self, file: &str) -> Result<Option<String>, StoreError> {
        read(&self.folder.join(file))
    }

    /// Writes a file of a golden; whether its content is new.
    pub fn write(&self, path: &Path, text: &str) -> Result<bool, CommitError> {
        if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(false);
        }
        commit::write(path, text.as_bytes()).map(|_| true)
    }
}

fn read(path: &Path) -> Result<Option<String>, StoreError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        // A file in the place of the folder holds no golden or manifest either.
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(cause) => Err(StoreError::Read { path: path.to_owned(), cause }),
    }
}

/// What this program reads of `manifest.toml`; it holds more for people.
#[derive(Debug, Deserialize)]
struct Manifest {
    #[serde(default)]
    sample: Vec<Sample>,
}

/// One sample of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sample {
    /// Name of the golden.
    pub id: String,
    /// Path relative to the manifest.
    pub file: PathBuf,
    /// Password of an encrypted sample.
    #[serde(default)]
    pub password: Option<String>,
    /// Pages of it are pictures.
    #[serde(default)]
    pub scan: bool,
}

/// The samples listed in `folder`'s manifest, with their paths; `None` if it has no manifest.
pub fn manifest(folder: &Path) -> Result<Option<Vec<Sample>>, StoreError> {
    let path = folder.join(MANIFEST);
    let Some(text) = read(&path)? else { return Ok(None) };
    let manifest: Manifest = toml::from_str(&text)
        .map_err(|cause| StoreError::Manifest { path: path.clone(), cause })?;
    if let Some(bad) = manifest.sample.iter().find(|s| !is_folder_name(&s.id)) {
        return Err(StoreError::Id { path, id: bad.id.clone() });
    }
    let samples = manifest.sample.into_iter();
    Ok(Some(samples.map(|s| Sample { file: folder.join(&s.file), ..s }).collect()))
}

fn is_folder_name(id: &str) -> bool {
    !id.is_empty() && id != "." && id != ".." && !id.contains(['/', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    type Try = Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_manifest_names_files_beside_it() -> Try {
        let dir = tempfile::tempdir()?;
        assert_eq!(manifest(dir.path())?, None);
        let text = "[[sample]]\nid = \"one\"\nfile = \"sub/a.pdf\"\npurpose = \"x\"\n";
        fs::write(dir.path().join(MANIFEST), text)?;
        let samples = manifest(dir.path())?.unwrap_or_default();
        assert_eq!(samples[0].file, dir.path().join("sub/a.pdf"));
        fs::write(dir.path().join(MANIFEST), text.replace("one", "../one"))?;
        assert!(matches!(manifest(dir.path()), Err(StoreError::Id { .. })));
        fs::write(dir.path().join(MANIFEST), "[[sample]]\n")?;
        assert!(matches!(manifest(dir.path()), Err(StoreError::Manifest { .. })));
        Ok(())
    }

    #[test]
    fn a_missing_golden_is_told_from_a_broken_one() -> Try {
        let dir = tempfile::tempdir()?;
        let store = Store { folder: dir.path().to_owned() };
        assert!(store.data("x")?.is_none());
        assert!(store.write(&store.path("x", DATA), "{")?);
        assert!(!store.write(&store.path("x", DATA), "{")?, "nothing new");
        assert!(matches!(store.data("x"), Err(StoreError::Json { .. })));
        Ok(())
    }
}
