//! The fuzz targets; see `README.md` beside this file.
//!
//! Run by `cargo test` for a fixed number of inputs, and by `make fuzz` for a time.
#![allow(clippy::unwrap_used, reason = "what cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "it is a program")]

mod mutate;
mod targets;

use mutate::Random;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use targets::{TARGETS, Target};

/// New inputs of each target within `cargo test`.
const FEW: u64 = 150;

fn main() -> ExitCode {
    let seconds: u64 =
        std::env::var("SHENBAO_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let only = std::env::var("SHENBAO_FUZZ_TARGET").ok();
    // The harness of `cargo test` asks for a list, or for single tests; there are none.
    if std::env::args().any(|a| a == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    for target in TARGETS.iter().filter(|t| only.as_deref().is_none_or(|only| only == t.name)) {
        failed += crashers(target);
        failed += fresh(target, Duration::from_secs(seconds));
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn folder(target: &Target) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/crashers").join(target.name)
}

/// Runs what failed before; how many of it fail.
fn crashers(target: &Target) -> u32 {
    let mut paths: Vec<PathBuf> =
        folder(target).read_dir().into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    let mut failed = 0;
    for path in paths {
        if !holds(target, &fs::read(&path).unwrap()) {
            println!("{}: {} fails again", target.name, path.display());
            failed += 1;
        }
    }
    failed
}

/// Runs new inputs for a time, or a few of them; 1 if one fails.
fn fresh(target: &Target, time: Duration) -> u32 {
    let begun = Instant::now();
    let seeds = (target.seeds)();
    // What the tests run is always the same; what runs for a time begins elsewhere each time.
    let start = if time.is_zero() { 1 } else { u64::from(std::process::id()) << 32 };
    let last = std::env::temp_dir().join(format!("shenbao-fuzz-{}", target.name));
    let mut slowest = Duration::ZERO;
    let mut number = 0;
    while if time.is_zero() { number < FEW } else { begun.elapsed() < time } {
        let mut random = Random(start + number);
        let mut input = random.choose(&seeds).clone();
        mutate::change(&mut input, &seeds, &mut random);
        if !time.is_zero() {
            // An input that takes the whole process down is found here.
            fs::write(&last, &input).unwrap();
        }
        let one = Instant::now();
        if !holds(target, &input) {
            let path = folder(target).join(format!("{:016x}", start + number));
            fs::create_dir_all(folder(target)).unwrap();
            fs::write(&path, &input).unwrap();
            println!("{}: {} fails", target.name, path.display());
            return 1;
        }
        slowest = slowest.max(one.elapsed());
        number += 1;
    }
    let _ = fs::remove_file(&last);
    println!("{}: {number} inputs, the slowest took {:.2} s", target.name, slowest.as_secs_f64());
    0
}

fn holds(target: &Target, input: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_ok()
}
