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
    for name in Collected::names(conversion.formats, conversion.documents()) {
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
    let mut collected = Collected::new(conversion.formats, conversion.documents(), specs)?;
    let mut summary = Summary::new(specs);
    let reporter = Reporter::start(conversion);
    for (path, error) in &conversion.found.problems {
        let failed = Failed::new(path, error);
        collected.push_failure(path, &failed.message)?;
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
        let path = names::lossless(input.relative.as_os_str());
        let written = match result {
            Ok(delivery) => deliver(conversion, input, &delivery).and_then(|files| {
                collected.push(&delivery.converted, &path)?;
                reporter.converted(input, summary.converted(&delivery), &files);
                Ok(())
            }),
            Err(error) => {
                let failed = Failed::new(&input.path(), &error);
                reporter.failed(&failed);
                let reason = format!("{}; {}", failed.message, failed.hint);
                summary.failures.push(failed);
                collected.push_failure(&path, &reason).map_err(Failure::from)
            }
        };
        reporter.advance(&summary);
        match written {
            Ok(()) => ControlFlow::Continue(()),
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
            // Nothing converted is nothing to sum up; older outputs stay as they are.
            if summary.documents > 0 {
                summary.files = collected.finish(&conversion.out)?;
            }
            summary.exit(conversion.strict)
        }
    };
    reporter.finish(conversion, &summary, exit, now());
    Ok(exit)
}

/// Writes the files of one document.
fn deliver(
    conversion: &Conversion,
    input: &Input,
    delivery: &Delivery,
) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::with_capacity(delivery.files.len());
    for file in &delivery.files {
        let path = target(conversion, input, file.extension);
        commit::write(&path, &file.bytes)?;
        files.push(path);
    }
    Ok(files)
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
