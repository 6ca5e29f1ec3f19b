//! Reads the sources and says where they break the rules of the house.
//!
//! It works on text, not on types: comments and literals are blanked out first, then paths and
//! calls are looked for. That is enough for rules about who may name whom.

pub mod code;

use code::{blank, literals, modules, paths};
use std::collections::BTreeSet;

/// A source file of the package: path with `/` from the root, and text.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
}

const STAGES: [&str; 6] = ["source", "layout", "template", "normalize", "check", "emit"];

/// Most lines of a file.
const LONGEST: usize = 600;

/// Names that say nothing about what is inside.
const VAGUE: [&str; 9] =
    ["util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "stuff"];

/// Calls that talk to the terminal, the environment or the clock.
const OUTSIDE: [&str; 15] = [
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "dbg!",
    "std::env",
    "env::var",
    "env::args",
    "io::stdout",
    "io::stderr",
    "io::stdin",
    "Instant",
    "SystemTime",
    "Zoned::now",
    "process::exit",
];

/// Everything that is wrong with these files, one line each.
pub fn violations(sources: &[Source]) -> Vec<String> {
    sources.iter().flat_map(of_file).collect()
}

fn of_file(source: &Source) -> Vec<String> {
    let code = blank(&source.text);
    let mut found = Vec::new();
    let mut report =
        |line: usize, what: String| found.push(format!("{}:{line}: {what}", source.path));

    let lines = source.text.lines().count();
    if lines > LONGEST {
        report(lines, format!("{lines} lines; {LONGEST} is the most"));
    }
    for name in modules(&code).into_iter().chain(own_name(&source.path)) {
        if VAGUE.contains(&name.as_str()) {
            report(1, format!("`{name}` says nothing; name what is inside"));
        }
    }
    let Some(part) = part(&source.path) else { return found };
    for (line, target) in paths(&code, depth(&source.path)) {
        if !allowed(part, &target) {
            report(line, format!("{part} must not name {target}"));
        }
    }
    if part != "cli" {
        for (number, line) in code.lines().enumerate() {
            for call in OUTSIDE.iter().filter(|call| mentions(line, call)) {
                report(number + 1, format!("`{call}` belongs into cli"));
            }
        }
    }
    if part == "main" && lines >= 60 {
        report(lines, "main.rs stays below 60 lines".to_owned());
    }
    found
}

/// The part of the house that a file belongs to: the folder below `src`, or `main`, or `lib`.
fn part(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    Some(rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs"))
}

/// How many modules a file is below the crate: 1 for `src/emit/mod.rs`, 2 for `src/emit/a.rs`.
fn depth(path: &str) -> usize {
    let rest = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    if matches!(rest, "main" | "lib") { 0 } else { rest.split('/').count() }
}

fn own_name(path: &str) -> Option<String> {
    let stem = path.rsplit('/').next()?.trim_end_matches(".rs");
    if stem == "mod" { path.rsplit('/').nth(1).map(str::to_owned) } else { Some(stem.to_owned()) }
}

/// Whether `part` may name the top-level module `target`.
fn allowed(part: &str, target: &str) -> bool {
    let is_stage = |name| STAGES.contains(&name);
    match part {
        "lib" | "main" => true,
        "cli" => matches!(target, "cli" | "pipeline" | "golden" | "model"),
        "golden" => matches!(target, "golden" | "pipeline" | "model"),
        "pipeline" => matches!(target, "pipeline" | "model") || is_stage(target),
        "model" => target == "model",
        stage if is_stage(stage) => target == stage || target == "model",
        _ => false,
    }
}

/// Whether a line of blanked code holds `call` as a whole name.
fn mentions(line: &str, call: &str) -> bool {
    let name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(call).any(|(i, _)| {
        let before = line[..i].chars().next_back();
        let after = line[i + call.len()..].chars().next();
        let goes_on = after.is_some_and(name) && !call.ends_with('!');
        !before.is_some_and(name) && !goes_on
    })
}

/// Literals in program code (not tests) that are keys or labels of a template: form knowledge
/// that belongs into its data.
pub fn form_knowledge(sources: &[Source], known: &BTreeSet<String>) -> Vec<String> {
    let for_tests: Vec<String> = sources.iter().flat_map(test_modules).collect();
    let is_program = |s: &&Source| {
        part(&s.path).is_some() && !for_tests.iter().any(|module| s.path.starts_with(module))
    };
    let mut found = Vec::new();
    for source in sources.iter().filter(is_program) {
        for (line, text) in literals(&source.text) {
            if known.contains(&text) {
                found.push(format!("{}:{line}: `{text}` belongs into a template", source.path));
            }
        }
    }
    found
}

/// Where the modules lie that a file declares for tests only: `src/emit/sample.rs` and
/// `src/emit/sample/`.
fn test_modules(source: &Source) -> Vec<String> {
    let stem = source.path.trim_end_matches(".rs");
    let folder = match stem.strip_suffix("/mod").or_else(|| stem.strip_suffix("/lib")) {
        Some(folder) => folder,
        None => stem,
    };
    let declared = source.text.split("#[cfg(test)]").skip(1).filter_map(|after| {
        let name = after.trim_start().strip_prefix("mod ")?.split(';').next()?;
        name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
    });
    declared.flat_map(|n| [format!("{folder}/{n}.rs"), format!("{folder}/{n}/")]).collect()
}
