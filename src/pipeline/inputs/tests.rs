use super::*;
use std::fs;

type Try = Result<(), Box<dyn std::error::Error>>;

/// A folder with the given files, each holding its own path.
fn tree(files: &[&str]) -> Result<tempfile::TempDir, std::io::Error> {
    let dir = tempfile::tempdir()?;
    for file in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap_or(dir.path()))?;
        fs::write(path, file)?;
    }
    Ok(dir)
}

fn find(dir: &Path, arguments: &[&str]) -> Discovery {
    let arguments = arguments.iter().map(|a| Argument::Path(dir.join(a))).collect();
    discover(arguments, Some(&dir.join("out")))
}

fn outputs(found: &Discovery) -> Vec<String> {
    found.inputs.iter().map(|i| names::lossless(i.output.as_os_str())).collect()
}

fn codes(found: &Discovery) -> Vec<&'static str> {
    found.problems.iter().map(|(_, e)| e.code()).collect()
}

#[test]
fn a_folder_yields_its_documents_in_order_and_keeps_its_tree() -> Try {
    let dir = tree(&[
        "in/b.PDF",
        "in/a.txt",
        "in/2026/甲.tsv",
        "in/x.pdf/inside.pdf",
        "in/notes.docx",
        "in/.hidden.pdf",
        "in/out/old.txt",
    ])?;
    let found = find(dir.path(), &["in"]);
    assert_eq!(
        outputs(&found),
        [".hidden", "2026/甲", "a", "b", "out/old", "x.pdf/inside"],
        "another folder called out is no output folder"
    );
    assert_eq!(found.others, 1);
    assert!(found.problems.is_empty());
    Ok(())
}

#[test]
fn the_output_folder_is_skipped_unless_it_is_the_input() -> Try {
    let dir = tree(&["a.pdf", "out/old.txt"])?;
    assert_eq!(outputs(&find(dir.path(), &[""])), ["a"]);
    assert_eq!(outputs(&find(dir.path(), &["out"])), ["old"]);
    Ok(())
}

#[test]
fn a_document_reached_twice_is_converted_once() -> Try {
    let dir = tree(&["in/a.pdf", "in/b.pdf"])?;
    let found = find(dir.path(), &["in", "in/a.pdf", "in/../in/b.pdf", "in/*.pdf"]);
    assert_eq!(outputs(&found), ["a", "b"]);
    assert!(found.renamed.is_empty());
    Ok(())
}

#[test]
fn the_order_of_arguments_does_not_matter() -> Try {
    let dir = tree(&["x/a.pdf", "x/b.pdf", "y/a.pdf", "y/a.txt"])?;
    let one = find(dir.path(), &["x", "y"]);
    let other = find(dir.path(), &["y/a.txt", "y/a.pdf", "x/b.pdf", "x/a.pdf"]);
    let pairs = |d: &Discovery| d.inputs.iter().map(|i| (i.path(), i.output.clone())).collect();
    let one: Vec<_> = pairs(&one);
    assert_eq!(one, pairs(&other));
    assert_eq!(one.len(), 4);
    Ok(())
}

#[test]
fn patterns_are_expanded_where_the_shell_did_not() -> Try {
    let dir = tree(&["in/1/a.pdf", "in/2/a.pdf", "in/2/b.dat", "in/2/deep/c.pdf", "in/[x].pdf"])?;
    let names = |pattern: &str| outputs(&find(dir.path(), &[pattern]));
    assert_eq!(names("in/*/a.pdf"), ["1/a", "2/a"]);
    assert_eq!(names("in/**/*.pdf"), ["1/a", "2/a", "2/deep/c", "[x]"]);
    assert_eq!(names("in/2*"), ["2/a", "2/deep/c"], "a matched folder is walked");
    assert_eq!(names("in/*/*"), ["1/a", "2/a", "2/deep/c"], "only what can be converted");
    assert_eq!(names("in/2/*.dat"), ["b"], "a pattern that names a type means it");
    assert_eq!(names("in/[x].pdf"), ["[x]"], "a file of that very name comes first");
    assert_eq!(codes(&find(dir.path(), &["in/*.xls"])), ["input.no-match"]);
    assert_eq!(codes(&find(dir.path(), &["in/[a.pdf"])), ["input.bad-pattern"]);
    Ok(())
}

#[test]
fn listed_paths_are_never_patterns() -> Try {
    let dir = tree(&["a.pdf"])?;
    let found = discover(vec![Argument::Listed(dir.path().join("*.pdf"))], None);
    assert_eq!(codes(&found), ["input.missing"]);
    Ok(())
}

#[test]
fn what_is_missing_is_a_problem_of_its_own() -> Try {
    let dir = tree(&["a.pdf"])?;
    let found = find(dir.path(), &["a.pdf", "b.pdf"]);
    assert_eq!((outputs(&found), codes(&found)), (vec!["a".to_owned()], vec!["input.missing"]));
    Ok(())
}

#[cfg(unix)]
#[test]
fn links_and_special_files_in_folders_are_left_alone() -> Try {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    let dir = tree(&["in/a.pdf", "other/b.pdf"])?;
    symlink(dir.path().join("other"), dir.path().join("in/loop"))?;
    symlink(dir.path().join("other/b.pdf"), dir.path().join("in/b.pdf"))?;
    let _socket = UnixListener::bind(dir.path().join("in/s.pdf"))?;
    let found = find(dir.path(), &["in"]);
    assert_eq!((outputs(&found), found.links), (vec!["a".to_owned()], 2));
    assert_eq!(codes(&find(dir.path(), &["in/s.pdf"])), ["input.not-regular"]);
    let named = find(dir.path(), &["in/b.pdf", "in/loop"]);
    assert_eq!(outputs(&named), ["b"], "a link that was named is followed, and b found once");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_kept() -> Try {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let dir = tempfile::tempdir()?;
    let name = OsStr::from_bytes(b"\xcf\xee.pdf");
    fs::write(dir.path().join(name), "")?;
    let found = find(dir.path(), &[""]);
    let output = found.inputs.first().map(|i| i.output.clone().into_os_string().into_vec());
    assert_eq!(output, Some(b"\xcf\xee".to_vec()));
    assert_eq!(found.inputs.first().map(Input::name), Some("\\xCF\\xEE.pdf".to_owned()));
    Ok(())
}
