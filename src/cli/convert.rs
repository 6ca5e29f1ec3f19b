//! `shenbao convert`.

use super::arguments::{Conversion, arguments, discovered, jobs, now, wall_clock};
use super::exit::{Exit, Failure};
use super::flags::ConvertFlags;
use super::progress::Reporter;
use super::report::write_metrics;
use super::signals::Stop;
use super::summary::{Failed, Summary};
use super::terminal;
use anyhow::anyhow;
use shenbao::pipeline::batch::{Batch, Engine, target};
use shenbao::pipeline::outcome::Reason;
use shenbao::pipeline::output::Collected;
use shenbao::pipeline::supervisor::{Crew, Orders, own_program};
use shenbao::pipeline::{key, names};
use std::num::NonZeroUsize;
use std::path::Path;

/// Version of the program and of the very sources it was built from: outputs of another build are
/// not taken for its own.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("SHENBAO_BUILD"));

pub fn run(mut flags: ConvertFlags) -> Result<Exit, Failure> {
    let inputs = std::mem::take(&mut flags.inputs);
    let (out, shard) = (flags.out.clone(), flags.shard);
    let mut conversion = Conversion { jobs: jobs(&inputs), ..Conversion::resolve(flags)? };
    conversion.found = discovered(arguments(inputs)?, Some(&out))?;
    if let Some(shard) = shard {
        shard.keep(&mut conversion.found);
    }
    if conversion.dry_run {
        return dry_run(&conversion);
    }
    convert(&conversion, &listen()?)
}

/// Begins to listen to signals.
pub fn listen() -> Result<Stop, Failure> {
    Stop::listen()
        .map_err(|e| Failure::new(Exit::Usage, anyhow!(e).context("cannot listen to signals")))
}

/// Lists what would be done.
fn dry_run(conversion: &Conversion) -> Result<Exit, Failure> {
    let mut lines: Vec<String> = Vec::new();
    for input in &conversion.found.inputs {
        let files = conversion
            .formats
            .extensions()
            .map(|e| shown(&target(&conversion.out, &input.output, e)));
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

/// Converts what was found.
pub fn convert(conversion: &Conversion, stop: &Stop) -> Result<Exit, Failure> {
    let found = &conversion.found;
    let mut summary = Summary::default();
    let reporter = Reporter::start(conversion);
    for (path, error) in &found.problems {
        let failed = Failed::new(path, &Reason::from(error));
        reporter.failed(&failed, false);
        summary.failures.push(failed);
    }
    let (jobs, engine) = engine(conversion, stop);
    let batch = Batch {
        inputs: &found.inputs,
        problems: &found.problems,
        out: &conversion.out,
        engine,
        settings: &conversion.settings,
        library: &conversion.library,
        formats: conversion.formats,
        jobs,
        key: key::of(
            VERSION,
            &conversion.settings,
            &conversion.config,
            &conversion.templates,
            conversion.models.as_deref(),
        ),
        version: VERSION,
        input_bytes: conversion.config.input.mib << 20,
        now: wall_clock,
        recheck: conversion.recheck,
        retry: conversion.retry,
        stop: &stop.flag,
    };
    let ended = batch.run(|seen| {
        match &seen.record.result {
            Ok(counts) => {
                summary.converted(seen, *counts);
                reporter.converted(conversion, seen, *counts);
            }
            Err(reason) => {
                let failed = Failed::new(&seen.record.path, reason);
                reporter.failed(&failed, seen.is_unchanged);
                summary.failed_before += usize::from(seen.is_unchanged);
                summary.failures.push(failed);
            }
        }
        reporter.advance(&summary);
    });
    let ended = match ended {
        Ok(ended) => ended,
        Err(error) => {
            reporter.abandon();
            return Err(error.into());
        }
    };
    summary.files.clone_from(&ended.files);
    ended.engine().clone_into(&mut summary.engine);
    let exit = if ended.is_stopped { stop.exit() } else { summary.exit(conversion.strict) };
    ended.end(&summary.end(exit, wall_clock(), now()))?;
    reporter.finish(conversion, &summary, exit, now());
    if let Some(path) = &conversion.metrics {
        write_metrics(&conversion.out, path)?;
    }
    Ok(exit)
}

/// How many documents are converted at the same time, and how. Where there are fewer documents
/// than jobs, each worker takes several pages at a time instead.
fn engine<'a>(conversion: &Conversion, stop: &'a Stop) -> (NonZeroUsize, Engine<'a>) {
    let jobs = conversion.jobs;
    if conversion.in_process {
        return (jobs, Engine::InProcess);
    }
    let documents = NonZeroUsize::new(conversion.found.inputs.len()).unwrap_or(NonZeroUsize::MIN);
    let workers = jobs.min(documents);
    let orders = Orders {
        program: own_program(std::env::current_exe().ok()),
        templates: conversion.templates.clone(),
        models: conversion.models.clone(),
        formats: conversion.formats,
        config: conversion.config.clone(),
        workers,
        threads: NonZeroUsize::new(jobs.get() / workers).unwrap_or(NonZeroUsize::MIN),
        faults: std::env::var_os("SHENBAO_FAULTS").is_some(),
    };
    (workers, Engine::Workers(Box::new(Crew::new(orders, &conversion.settings, &stop.flag))))
}

fn shown(path: &Path) -> String {
    names::lossless(path.as_os_str())
}
