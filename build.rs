//! Tells the program which sources it was built from: what it converted before is converted again
//! when they change.
#![allow(clippy::print_stdout, reason = "cargo is told on standard output")]

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let mut files = vec![PathBuf::from("Cargo.lock")];
    list(Path::new("src"), &mut files);
    files.sort();
    let mut hash = Fnv::default();
    for path in &files {
        hash.add(path.to_string_lossy().as_bytes());
        // A file that cannot be read stops the compiler soon enough.
        hash.add(&fs::read(path).unwrap_or_default());
    }
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.lock");
    println!("cargo::rustc-env=SHENBAO_BUILD={:016x}", hash.0);
}

fn list(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// FNV-1a, 64 bits (draft-eastlake-fnv).
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
