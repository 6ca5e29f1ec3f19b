//! Which golden a document belongs to.

use super::store::{MANIFEST, Sample, StoreError, manifest};
use crate::pipeline::inputs::Argument;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Documents and the names of their goldens, as far as manifests tell them.
#[derive(Debug, Default)]
pub struct Samples {
    listed: BTreeMap<PathBuf, Sample>,
}

impl Samples {
    /// Looks at the folders among the arguments: one with a manifest stands for the samples that
    /// it lists, so that their sources and notes are not taken for samples.
    pub fn expand(arguments: Vec<Argument>) -> Result<(Self, Vec<Argument>), StoreError> {
        let mut samples = Self::default();
        let mut expanded = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let listed = match &argument {
                Argument::Path(path) | Argument::Listed(path) => manifest(path)?,
                Argument::Bytes { .. } => None,
            };
            let Some(listed) = listed else {
                expanded.push(argument);
                continue;
            };
            for sample in listed {
                expanded.push(Argument::Listed(sample.file.clone()));
                samples.listed.insert(sample.file.clone(), sample);
            }
        }
        Ok((samples, expanded))
    }

    /// Whether the arguments named a whole manifest rather than single documents.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.listed.is_empty()
    }

    /// The golden of the document at `path`: from a manifest in its folder or one above, else
    /// the stem of its name.
    #[must_use]
    pub fn id(&self, path: &Path) -> String {
        self.sample(path).map_or_else(
            || path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            |sample| sample.id,
        )
    }

    /// Whether a manifest says that recognition is needed to read the document at `path`.
    #[must_use]
    pub fn is_scan(&self, path: &Path) -> bool {
        self.sample(path).is_some_and(|sample| sample.scan)
    }

    fn sample(&self, path: &Path) -> Option<Sample> {
        self.listed.get(path).cloned().or_else(|| listed_above(path))
    }
}

fn listed_above(path: &Path) -> Option<Sample> {
    let real = path.canonicalize().ok()?;
    let folder = real.ancestors().skip(1).find(|folder| folder.join(MANIFEST).is_file())?;
    let same = |file: &Path| file.canonicalize().is_ok_and(|f| f == real);
    manifest(folder).ok()??.into_iter().find(|s| same(&s.file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn manifests_name_the_goldens() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let root = dir.path();
        fs::create_dir_all(root.join("s/sub"))?;
        for file in ["s/sub/a.pdf", "s/sub/other.pdf"] {
            fs::write(root.join(file), "")?;
        }
        let text = "[[sample]]\nid = \"first\"\nfile = \"sub/a.pdf\"\nscan = true\n\
                    [[sample]]\nid = \"gone\"\nfile = \"sub/gone.pdf\"\n";
        fs::write(root.join("s/manifest.toml"), text)?;

        let folder = Argument::Path(root.join("s"));
        let (samples, expanded) = Samples::expand(vec![folder])?;
        assert_eq!(expanded.len(), 2, "the sample that is gone is missed later, not here");
        assert_eq!(
            (samples.id(&root.join("s/sub/a.pdf")), samples.is_whole()),
            ("first".into(), true)
        );

        let (none, _) = Samples::expand(vec![Argument::Path(root.join("s/sub/a.pdf"))])?;
        assert!(!none.is_whole());
        assert_eq!(none.id(&root.join("s/sub/a.pdf")), "first", "found from a file too");
        assert_eq!(none.id(&root.join("s/sub/other.pdf")), "other");
        assert!(none.is_scan(&root.join("s/sub/a.pdf")));
        assert!(!none.is_scan(&root.join("s/sub/other.pdf")));
        Ok(())
    }
}
