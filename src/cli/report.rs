//! `shenbao status` and `shenbao report`.

use super::exit::{Exit, Failure};
use super::flags::{ReportFlags, StatusFlags};
use super::terminal;
use anyhow::anyhow;
use shenbao::pipeline::commit;
use shenbao::pipeline::ledger::Ledger;
use shenbao::pipeline::lock::Lock;
use shenbao::pipeline::report::{HTML, JSON, Report, html, json, lines, metrics, shown};
use std::path::Path;

pub fn status(flags: &StatusFlags) -> Result<Exit, Failure> {
    let report = read(&flags.out)?;
    terminal::print_lines(lines::render(&report, Lock::is_taken(&flags.out)))
}

pub fn report(flags: &ReportFlags) -> Result<Exit, Failure> {
    let report = read(&flags.out)?;
    let html_path = flags.html.clone().unwrap_or_else(|| flags.out.join(HTML));
    let json_path = flags.json.clone().unwrap_or_else(|| flags.out.join(JSON));
    let title = shown(flags.out.as_os_str());
    commit::write(&html_path, html::render(&report, &title).as_bytes())?;
    commit::write(&json_path, json::render(&report).as_bytes())?;
    terminal::print_lines([html_path, json_path].map(|path| shown(path.as_os_str())))
}

/// Writes the metrics of an output folder.
pub fn write_metrics(out: &Path, to: &Path) -> Result<(), Failure> {
    commit::write(to, metrics::render(&read(out)?).as_bytes())?;
    Ok(())
}

fn read(out: &Path) -> Result<Report, Failure> {
    let ledger = Ledger::read(out)?.ok_or_else(|| {
        let error = anyhow!("no run has written to {}", shown(out.as_os_str()));
        Failure::new(Exit::NoInput, error).hint("name a folder that was given to `convert --out`")
    })?;
    Ok(Report::of(&ledger)?)
}
