//! SIGINT and SIGTERM: the first ends the run after what is in flight, the second at once.

use super::exit::Exit;
use super::terminal;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// What the user asked for while the run goes on.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// Set by the first signal.
    pub flag: Arc<AtomicBool>,
    signal: Arc<AtomicI32>,
}

impl Stop {
    /// Starts to listen. Outputs are renamed into place, so that an end at any moment leaves no
    /// file half written.
    pub fn listen() -> io::Result<Self> {
        let stop = Self::default();
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let listener = stop.clone();
        std::thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                if listener.flag.swap(true, Ordering::SeqCst) {
                    std::process::exit(status(signal) as i32);
                }
                listener.signal.store(signal, Ordering::SeqCst);
                terminal::line("stopping after the documents in flight; once more stops at once");
            }
        })?;
        Ok(stop)
    }

    /// The exit status of an interrupted run.
    pub fn exit(&self) -> Exit {
        status(self.signal.load(Ordering::SeqCst))
    }
}

fn status(signal: i32) -> Exit {
    if signal == SIGTERM { Exit::Terminated } else { Exit::Interrupted }
}
