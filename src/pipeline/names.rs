//! Names of outputs: the input's tree and stem, one output for each document.

use super::inputs::Input;
use super::report::{HTML, JSON};
use super::{ledger, quarantine};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The workbook over all documents, in the output folder itself.
pub const COMBINED: &str = "shenbao-combined.xlsx";
/// The indicator list over all documents, in the output folder itself.
pub const INDICATORS: &str = "indicators.csv";

/// Longest stem in bytes. File systems allow 255 for a name; the rest is for the extension and
/// for what a collision adds.
const LONGEST_STEM: usize = 230;

/// A document whose outputs could not have the plain name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// Path of the document.
    pub input: String,
    /// What its outputs are called, without the extension, below the output folder.
    pub output: String,
    /// The document that has the plain name, or `None` where the name was too long or is one of
    /// the program's own.
    pub taken_by: Option<String>,
}

/// Extensions of the outputs of one document.
const EXTENSIONS: [&str; 2] = ["json", "xlsx"];

/// What the program itself puts into the output folder.
const OWN: [&str; 6] = [COMBINED, INDICATORS, HTML, JSON, ledger::FOLDER, quarantine::FOLDER];

/// The folder of a document's outputs. One that is called like something of the program's own at
/// the top of the output folder gets another name.
fn output_folder(relative: &Path) -> PathBuf {
    let folder = relative.parent().unwrap_or(Path::new(""));
    let mut components = folder.components();
    let Some(first) = components.next() else { return PathBuf::new() };
    if OWN.iter().any(|own| first.as_os_str().eq_ignore_ascii_case(own)) {
        let mut renamed = first.as_os_str().to_os_string();
        renamed.push("-documents");
        return Path::new(&renamed).join(components.as_path());
    }
    folder.to_path_buf()
}

/// Every folder that holds outputs, and those above.
fn folders(inputs: &[Input]) -> BTreeSet<OsString> {
    let mut folders = BTreeSet::new();
    for input in inputs {
        let folder = output_folder(&input.relative);
        for above in folder.ancestors() {
            if !folders.insert(plainly(above)) {
                break;
            }
        }
    }
    folders
}

/// A path as bytes that are equal for equal paths. Comparing paths themselves, piece by piece, took
/// a sixth of a run that finds nothing to do.
fn plainly(path: &Path) -> OsString {
    path.components().collect::<PathBuf>().into_os_string()
}

/// Whether an output of this name would stand where a folder has to be.
fn is_in_the_way(output: &OsStr, folders: &BTreeSet<OsString>) -> bool {
    EXTENSIONS.iter().any(|extension| {
        let mut name = output.to_os_string();
        name.push(".");
        name.push(extension);
        folders.contains(&name)
    })
}

/// Gives every input its output: the stem (`a` of `a.pdf`), or where that is taken the whole
/// name (`a.txt`), or that with a number (`a.txt-2`). Earlier inputs come first.
pub(super) fn assign(inputs: &mut [Input]) -> Vec<Renamed> {
    let mut taken: BTreeMap<OsString, Option<String>> = BTreeMap::new();
    for own in [COMBINED, INDICATORS, HTML] {
        taken.insert(plainly(&Path::new(own).with_extension("")), None);
    }
    let folders = folders(inputs);
    let mut renamed = Vec::new();
    for input in inputs {
        let folder = &output_folder(&input.relative);
        let name = input.relative.file_name().unwrap_or(OsStr::new("document"));
        let stem = shortened(Path::new(name).file_stem().unwrap_or(name));
        let plain = folder.join(&stem);
        let is_taken =
            |output: &OsStr| taken.contains_key(output) || is_in_the_way(output, &folders);
        let output = if is_taken(&plainly(&plain)) {
            free_name(folder, &shortened(name), |path| is_taken(&plainly(path)))
        } else {
            plain.clone()
        };
        let moved = Some(folder.as_path()) != input.relative.parent();
        if moved || output != plain || Path::new(name).file_stem() != Some(stem.as_os_str()) {
            renamed.push(Renamed {
                input: input.path(),
                output: lossless(output.as_os_str()),
                taken_by: taken.get(&plainly(&plain)).cloned().flatten(),
            });
        }
        taken.insert(plainly(&output), Some(input.path()));
        input.output = output;
    }
    renamed
}

fn free_name(folder: &Path, name: &OsStr, is_taken: impl Fn(&Path) -> bool) -> PathBuf {
    let whole = folder.join(name);
    if !is_taken(&whole) {
        return whole;
    }
    // Names taken are finite, so that one of these numbers is free.
    (2..=u64::MAX)
        .map(|n| {
            let mut numbered = name.to_os_string();
            numbered.push(format!("-{n}"));
            folder.join(numbered)
        })
        .find(|candidate| !is_taken(candidate))
        .unwrap_or(whole)
}

/// Cuts a stem that leaves no room for an extension; a hash of the whole keeps it unique.
fn shortened(stem: &OsStr) -> OsString {
    let bytes = stem.as_encoded_bytes();
    if bytes.len() <= LONGEST_STEM {
        return stem.to_os_string();
    }
    let digest = hex(&Sha256::digest(bytes));
    let text = stem.to_string_lossy();
    let room = LONGEST_STEM - 9;
    let end = text.char_indices().map(|(i, _)| i).take_while(|&i| i <= room).last().unwrap_or(0);
    OsString::from(format!("{}-{}", &text[..end], &digest[..8]))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

/// A name as text that still tells different names apart: bytes that are not UTF-8 as `\xHH`.
#[must_use]
pub fn lossless(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String does not fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::inputs::Origin;

    fn outputs(relatives: &[&str]) -> (Vec<String>, Vec<Renamed>) {
        let mut inputs: Vec<Input> = relatives
            .iter()
            .map(|r| Input {
                origin: Origin::File(PathBuf::from("in").join(r)),
                relative: PathBuf::from(r),
                is_named: false,
                output: PathBuf::new(),
            })
            .collect();
        let renamed = assign(&mut inputs);
        (inputs.iter().map(|i| lossless(i.output.as_os_str())).collect(), renamed)
    }

    #[test]
    fn stems_where_they_are_free() {
        let (names, renamed) = outputs(&["a.pdf", "b.txt", "sub/a.pdf", "表 1.pdf"]);
        assert_eq!(names, ["a", "b", "sub/a", "表 1"]);
        assert!(renamed.is_empty());
    }

    #[test]
    fn collisions_keep_every_document() {
        let (names, renamed) = outputs(&["a.pdf", "a.pdf", "a.pdf", "a.txt", "a.txt.pdf"]);
        assert_eq!(names, ["a", "a.pdf", "a.pdf-2", "a.txt", "a.txt.pdf"]);
        assert_eq!(renamed.len(), 4);
        assert_eq!(renamed[0].taken_by.as_deref(), Some("in/a.pdf"));
    }

    #[test]
    fn the_names_of_the_combined_outputs_are_kept_free() {
        let (names, _) = outputs(&["indicators.txt", "shenbao-combined.pdf", "x/indicators.txt"]);
        assert_eq!(names, ["indicators.txt", "shenbao-combined.pdf", "x/indicators"]);
    }

    #[test]
    fn no_output_stands_where_a_folder_has_to_be() {
        let (names, renamed) = outputs(&["x.json/a.pdf", "x.pdf", "y.xlsx/b/c.pdf", "y.pdf"]);
        assert_eq!(names, ["x.json/a", "x.pdf", "y.xlsx/b/c", "y.pdf"]);
        assert_eq!(renamed.len(), 2);
        let own = ["shenbao-combined.xlsx/a.pdf", ".shenbao/b.pdf", "x/.shenbao/c.pdf"];
        let (names, renamed) = outputs(&own);
        assert_eq!(
            names,
            ["shenbao-combined.xlsx-documents/a", ".shenbao-documents/b", "x/.shenbao/c"]
        );
        assert_eq!(renamed.len(), 2);
    }

    #[test]
    fn long_names_leave_room_for_the_extension() {
        let long = format!("{}.pdf", "长".repeat(83));
        let other = format!("{}短.pdf", "长".repeat(82));
        let (names, renamed) = outputs(&[&long, &other]);
        assert!(names.iter().all(|n| n.len() <= LONGEST_STEM && n.starts_with('长')), "{names:?}");
        assert_ne!(names[0], names[1]);
        assert_eq!(renamed.len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(lossless(OsStr::from_bytes(b"a\xff.pdf")), "a\\xFF.pdf");
        assert_eq!(lossless(OsStr::from_bytes("表.pdf".as_bytes())), "表.pdf");
    }
}
