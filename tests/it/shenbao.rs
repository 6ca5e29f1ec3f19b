//! Running the program.

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The program, with an environment that tells it nothing.
pub fn shenbao() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shenbao"));
    command.env_clear();
    command
}

/// A file of the repository.
pub fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What a run printed, and its exit code.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs the program to its end.
pub fn run(command: &mut Command) -> Outcome {
    let output = command.output().expect("the program starts");
    Outcome {
        code: output.status.code().expect("the program ends by itself"),
        out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}

/// Every file below a folder with its bytes, but for the program's own folder.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in next.read_dir().expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != ".shenbao") {
                    folders.push(path);
                }
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                found.insert(path.strip_prefix(folder).expect("below").to_path_buf(), bytes);
            }
        }
    }
    found
}

/// Names of the files below a folder, with `/`.
pub fn names(folder: &Path) -> Vec<String> {
    files(folder).keys().map(|p| p.to_string_lossy().replace('\\', "/")).collect()
}
