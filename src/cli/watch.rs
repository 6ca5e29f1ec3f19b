//! `shenbao watch`: converts what comes into a folder.

use super::arguments::{Conversion, wall_clock};
use super::convert::{convert, listen};
use super::exit::{Exit, Failure};
use super::flags::WatchFlags;
use super::signals::Stop;
use anyhow::anyhow;
use shenbao::pipeline::commit;
use shenbao::pipeline::inputs::{Argument, discover};
use shenbao::pipeline::report::shown;
use shenbao::pipeline::settle::Settling;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often a wait looks whether it was stopped.
const TICK: Duration = Duration::from_millis(100);

pub fn run(flags: WatchFlags) -> Result<Exit, Failure> {
    let WatchFlags { convert: flags, every, settle } = flags;
    let [folder] = flags.inputs.inputs.as_slice() else {
        return Err(Failure::usage("name one folder to watch"));
    };
    let folder = folder.clone();
    let out = flags.out.clone();
    refuse(&folder, &out)?;
    let stop = listen()?;
    let mut conversion = Conversion::resolve(flags)?;
    let mut settling = Settling::default();
    let mut done = Vec::new();
    while !stop.flag.load(Ordering::Relaxed) {
        let mut seen = discover(vec![Argument::Path(folder.clone())], Some(&out));
        settling.keep(&mut seen.inputs, Duration::from_secs(settle), wall_clock());
        let state = settling.state(&seen.inputs);
        if !state.is_empty() && state != done {
            conversion.found = seen;
            convert(&conversion, &stop)?;
            done = state;
        }
        wait(Duration::from_secs(every), &stop);
    }
    Ok(stop.exit())
}

/// Outputs inside of the watched folder would be taken for inputs.
fn refuse(folder: &Path, out: &Path) -> Result<(), Failure> {
    let real = folder.canonicalize().ok().filter(|path| path.is_dir()).ok_or_else(|| {
        let error = anyhow!("{} is not a folder", shown(folder.as_os_str()));
        Failure::new(Exit::NoInput, error).hint("name an existing folder to watch")
    })?;
    commit::prepare(out)?;
    if out.canonicalize().is_ok_and(|out| out.starts_with(&real)) {
        return Err(Failure::usage("the output folder lies inside of the watched one")
            .hint("choose another folder with --out"));
    }
    Ok(())
}

fn wait(time: Duration, stop: &Stop) {
    let mut left = time;
    while !left.is_zero() && !stop.flag.load(Ordering::Relaxed) {
        let step = left.min(TICK);
        std::thread::sleep(step);
        left -= step;
    }
}
