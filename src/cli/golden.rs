//! `shenbao golden`.

use super::arguments::{arguments, discovered, has_models, jobs, now, settings, templates};
use super::exit::{Exit, Failure};
use super::flags::{
    GoldenCheckFlags, GoldenCommand, GoldenCommonFlags, GoldenFlags, GoldenUpdateFlags,
};
use super::signals::Stop;
use super::terminal;
use shenbao::golden::check::{Output, Verdict, check, skipped, unusable, whole};
use shenbao::golden::diff::Reading;
use shenbao::golden::report::{html, junit, table};
use shenbao::golden::samples::Samples;
use shenbao::golden::store::Store;
use shenbao::golden::update::{Change, update, update_scoreboard};
use shenbao::model::spec::FormSpec;
use shenbao::pipeline::inputs::{Discovery, Input, Origin};
use shenbao::pipeline::output::{Formats, workbook_text};
use shenbao::pipeline::run::{Delivery, End, Plan, run as run_documents};
use shenbao::pipeline::{DocumentError, Timings, commit};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

pub fn run(flags: GoldenFlags) -> Result<Exit, Failure> {
    match flags.command {
        GoldenCommand::Check(flags) => run_check(flags),
        GoldenCommand::Update(flags) => run_update(flags),
    }
}

fn run_check(flags: GoldenCheckFlags) -> Result<Exit, Failure> {
    let store = Store { folder: flags.common.golden.clone() };
    let mut verdicts = Vec::new();
    let printed = if flags.accept_doubted { Reading::Doubtable } else { Reading::Printed };
    let exit = each_sample(flags.common, printed, |sample| {
        let path = sample.path;
        verdicts.push(match sample.result {
            Sampled::Skipped => skipped(sample.id, path, SKIPPED),
            Sampled::Missing(error) => unusable(sample.id, path, &error),
            Sampled::Converted(result) => {
                check(&store, sample.id, path, sample.reading, result.as_ref())
            }
        });
        Ok(())
    })?;
    verdicts.sort_by(|a, b| a.id.cmp(&b.id));
    // Nobody keeps goldens and a board of documents that nobody looked at.
    if exit == (Exit::Success, true) && !flags.accept_doubted {
        let more = whole(&store, &verdicts).map_err(|e| Failure::new(Exit::NoInput, e))?;
        verdicts.extend(more);
    }
    if let Some(path) = flags.junit {
        commit::write(&path, junit::render(&verdicts).as_bytes())?;
    }
    if let Some(path) = flags.html {
        commit::write(&path, html::render(&verdicts).as_bytes())?;
    }
    terminal::print_lines(table::render(&verdicts))?;
    report_time(&verdicts);
    Ok(match exit.0 {
        Exit::Success if verdicts.iter().any(Verdict::fails) => Exit::GoldenDiffers,
        exit => exit,
    })
}

fn run_update(flags: GoldenUpdateFlags) -> Result<Exit, Failure> {
    let store = Store { folder: flags.common.golden.clone() };
    let mut verdicts = Vec::new();
    let mut changes: Vec<Change> = Vec::new();
    let exit = each_sample(flags.common, Reading::Printed, |sample| {
        let result = match &sample.result {
            Sampled::Skipped => {
                verdicts.push(skipped(sample.id, sample.path, SKIPPED));
                return Ok(());
            }
            Sampled::Missing(error) => Err(error),
            Sampled::Converted(result) => result.as_ref(),
        };
        match result {
            // What is recognised gets better in steps that are no news; only its data is compared.
            Ok(_) if sample.reading == Reading::Recognised => {}
            Ok(output) => {
                let new = update(&store, sample.id, output, flags.accept_data);
                changes.extend(new.map_err(|e| Failure::new(Exit::OutputError, e))?);
            }
            Err(error) => terminal::line(&format!("failed: {}: {error}", sample.path)),
        }
        verdicts.push(check(&store, sample.id, sample.path, sample.reading, result));
        Ok(())
    })?;
    verdicts.sort_by(|a, b| a.id.cmp(&b.id));
    let (exit, _) = exit;
    if exit == Exit::Success {
        let board = update_scoreboard(&store, &verdicts);
        changes.extend(board.map_err(|e| Failure::new(Exit::OutputError, e))?);
    }
    let mut lines = Vec::new();
    for change in &changes {
        lines.push(format!("changed {}", change.path.display()));
        lines.extend(change.differences.iter().flat_map(table::difference));
    }
    lines.push(format!("{} files changed", changes.len()));
    lines.extend(
        verdicts
            .iter()
            .filter(|v| v.fails())
            .map(|v| format!("{}: {} differences remain", v.id, v.comparison.differences.len())),
    );
    lines.extend(
        verdicts.iter().filter_map(|v| Some(format!("{}: skipped, {}", v.id, v.skipped.as_ref()?))),
    );
    terminal::print_lines(lines)?;
    let same = changes.is_empty() && !verdicts.iter().any(Verdict::fails);
    Ok(if exit == Exit::Success && !same { Exit::GoldenDiffers } else { exit })
}

/// A document, its golden's name, and what became of it.
struct Sample<'a> {
    id: &'a str,
    path: &'a str,
    reading: Reading,
    result: Sampled,
}

enum Sampled {
    Converted(Result<Output, DocumentError>),
    /// The document itself could not be found.
    Missing(DocumentError),
    /// It cannot be read on this machine.
    Skipped,
}

/// Why scans are skipped.
const SKIPPED: &str = "a scan, and there is no recognition model: `make setup` fetches it";

/// Converts every document in memory; interrupted, it ends early with the exit for that. Those
/// that are no scans are to be read as `printed`. Tells too whether the arguments were a whole
/// manifest.
fn each_sample(
    flags: GoldenCommonFlags,
    printed: Reading,
    mut visit: impl FnMut(Sample) -> Result<(), Failure>,
) -> Result<(Exit, bool), Failure> {
    let library = templates(&flags.templates)?;
    let jobs = jobs(&flags.inputs);
    let (samples, arguments) = Samples::expand(arguments(flags.inputs)?)
        .map_err(|e| Failure::new(Exit::NoInput, e).hint("mend the manifest"))?;
    let mut found: Discovery = discovered(arguments, None)?;
    for (path, error) in found.problems {
        let id = samples.id(Path::new(&path));
        let result = Sampled::Missing(error);
        visit(Sample { id: &id, path: &path, reading: printed, result })?;
    }
    let reading = |input: &Input| {
        if samples.is_scan(&location(input)) { Reading::Recognised } else { printed }
    };
    if !has_models(&flags.models) {
        let (scans, others): (Vec<Input>, Vec<Input>) = std::mem::take(&mut found.inputs)
            .into_iter()
            .partition(|input| reading(input) == Reading::Recognised);
        found.inputs = others;
        for scan in scans {
            let (id, path) = (samples.id(&location(&scan)), scan.path());
            let (reading, result) = (Reading::Recognised, Sampled::Skipped);
            visit(Sample { id: &id, path: &path, reading, result })?;
        }
    }
    let settings = settings(&flags.models);
    let formats = Formats { json: true, ..Formats::NONE };
    let plan = Plan { settings: &settings, library: &library, formats, jobs };
    let stop = Stop::listen().map_err(|e| Failure::new(Exit::Usage, e))?;
    let end = run_documents(&found.inputs, plan, &stop.flag, |input, result| {
        let id = samples.id(&location(input));
        let path = input.path();
        let result = result.and_then(|delivery| output(&delivery, &library.specs));
        let (reading, result) = (reading(input), Sampled::Converted(result));
        match visit(Sample { id: &id, path: &path, reading, result }) {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => ControlFlow::Break(failure),
        }
    });
    match end.map_err(|e| Failure::new(Exit::OutputError, e))? {
        End::Broken(failure) => Err(failure),
        End::Stopped => Ok((stop.exit(), false)),
        End::Completed => Ok((Exit::Success, samples.is_whole())),
    }
}

fn location(input: &Input) -> PathBuf {
    match &input.origin {
        Origin::File(path) => path.clone(),
        Origin::Bytes(_) => input.relative.clone(),
    }
}

fn output(delivery: &Delivery, specs: &[FormSpec]) -> Result<Output, DocumentError> {
    let json = delivery.files.iter().find(|f| f.extension == "json");
    let json = json.map_or(&b""[..], |f| &f.bytes);
    Ok(Output {
        // Compared as it is written, not as it is in memory.
        json: serde_json::from_slice(json).unwrap_or_default(),
        workbook: workbook_text(&delivery.converted, specs)?,
        timings: delivery.timings,
    })
}

/// Times go to the terminal alone; what is committed does not change from run to run.
fn report_time(verdicts: &[Verdict]) {
    let mut sum = Timings::default();
    for v in verdicts {
        sum += v.timings;
    }
    let stages: Vec<String> =
        sum.stages().iter().map(|(name, t)| format!("{name} {:.2}", t.as_secs_f64())).collect();
    terminal::line(&format!("time: {:.2} s ({})", now().as_secs_f64(), stages.join(", ")));
}
