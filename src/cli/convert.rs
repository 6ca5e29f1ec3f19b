//! `shenbao convert`.

use super::arguments::{Conversion, now};
use super::exit::{Exit, Failure};
use super::flags::ConvertFlags;
use super::progress::Reporter;
use super::signals::Stop;
use super::summary::{Failed, Summary};
use super::terminal;
use anyhow::anyhow;
use shenbao::pipeline::commit;
use shenbao::pipeline::inputs::Input;
use shenbao::pipeline::names;
use shenbao::pipeline::output::Collected;
use shenbao::pipeline::run::{Delivery, End, Plan, run as run_documents};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

pub fn run(flags: ConvertFlags) -> Result<Exit, Failure> {
    let conversion = Conversion::resolve(flags)?;
    if conversion.dry_run {
        return dry_run(&conversion);
    }
    convert(&conversion)
}

/// Lists what would be done.
fn dry_run(conversion: &Conversion) -> Result<Exit, Failure> {
    let mut lines: Vec<String> = Vec::new();
    for input in &conversion.found.inputs {
        let files = conversion.formats.extensions().map(|e| shown(&target(conversion, input, e)));
        lines.push(format!("{} -> {}", input.path(), files.collect::<Vec<_>>().join(", ")));
    }
    let collected = Collected::new(conversion.formats, conversion.found.inputs.len());
    for name in collected.names() {
        lines.push(format!("all -> {}", shown(&conversion.out.join(name))));
    }
    for (path, error) in &conversion.found.problems {
        terminal::line(&format!("failed: {path}: {error}; {}", error.hint()));
    }
    terminal::print_lines(lines)?;
    Ok(if conversion.found.problems.is_empty() { Exit::Success } else { Exit::SomeFailed })
}

fn convert(conversion: &Conversion) -> Result<Exit, Failure> {
    commit::prepare(&conversion.out)?;
    let stop = Stop::listen()
        .map_err(|e| Failure::new(Exit::Usage, anyhow!(e).context("cannot listen to signals")))?;
    let specs = &conversion.library.specs;
    let mut collected = Collected::new(conversion.formats, conversion.found.inputs.len());
    let mut summary = Summary::new(specs);
    let reporter = Reporter::start(conversion);
    for (path, error) in &conversion.found.problems {
        let failed = Failed::new(path, error);
        reporter.failed(&failed);
        summary.failures.push(failed);
    }

    let plan = Plan {
        settings: &conversion.settings,
        library: &conversion.library,
        formats: conversion.formats,
        jobs: conversion.jobs,
    };
    let end = run_documents(&conversion.found.inputs, plan, &stop.flag, |input, result| {
        let delivery = match result {
            Ok(delivery) => delivery,
            Err(error) => {
                let failed = Failed::new(&input.path(), &error);
                reporter.failed(&failed);
                summary.failures.push(failed);
                reporter.advance(&summary);
                return ControlFlow::Continue(());
            }
        };
        match deliver(conversion, input, &delivery, &mut collected) {
            Ok(files) => {
                let counts = summary.converted(&delivery);
                reporter.converted(input, counts, &files);
                reporter.advance(&summary);
                ControlFlow::Continue(())
            }
            Err(failure) => ControlFlow::Break(failure),
        }
    })
    .map_err(|e| Failure::new(Exit::OutputError, anyhow!(e)).hint("try fewer --jobs"))?;

    let exit = match end {
        End::Broken(failure) => {
            reporter.abandon();
            return Err(failure);
        }
        End::Stopped => stop.exit(),
        End::Completed => {
            write_collected(conversion, collected, &mut summary)?;
            summary.exit(conversion.strict)
        }
    };
    reporter.finish(conversion, &summary, exit, now());
    Ok(exit)
}

/// Writes the files of one document and adds it to those over all.
fn deliver(
    conversion: &Conversion,
    input: &Input,
    delivery: &Delivery,
    collected: &mut Collected,
) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::with_capacity(delivery.files.len());
    for file in &delivery.files {
        let path = target(conversion, input, file.extension);
        commit::write(&path, &file.bytes)?;
        files.push(path);
    }
    collected
        .add(&delivery.converted, &conversion.library.specs)
        .map_err(|e| Failure::new(Exit::OutputError, e))?;
    Ok(files)
}

fn write_collected(
    conversion: &Conversion,
    collected: Collected,
    summary: &mut Summary,
) -> Result<(), Failure> {
    let files = collected
        .finish(&conversion.library.specs)
        .map_err(|e| Failure::new(Exit::OutputError, e))?;
    for (name, bytes) in files {
        commit::write(&conversion.out.join(name), &bytes)?;
        summary.wrote(name);
    }
    Ok(())
}

fn target(conversion: &Conversion, input: &Input, extension: &str) -> PathBuf {
    // Not `with_extension`: the name may hold dots of its own.
    let mut name = conversion.out.join(&input.output).into_os_string();
    name.push(".");
    name.push(extension);
    name.into()
}

fn shown(path: &Path) -> String {
    names::lossless(path.as_os_str())
}
