//! The hidden subcommand behind [`shenbao::pipeline::worker`].

use super::arguments::now;
use super::exit::Exit;
use shenbao::pipeline::worker::{self, SUBCOMMAND};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::ffi::OsString;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

/// The process id of the supervisor, if this process was started as a worker.
pub fn asked_for(arguments: &[OsString]) -> Option<u32> {
    match arguments {
        [_, name, parent] if name == SUBCOMMAND => parent.to_str()?.parse().ok(),
        _ => None,
    }
}

/// Works for the supervisor at the other end of standard input until it is gone. It reads the
/// last words of a worker that fails, so that they are printed plainly.
pub fn serve(parent: u32) -> Exit {
    // The terminal and the service manager signal every process of a run; the supervisor alone
    // decides what becomes of the documents in flight.
    for signal in [SIGINT, SIGTERM] {
        let _ = signal_hook::flag::register(signal, Arc::default());
    }
    let socket = std::io::stdin().as_fd().try_clone_to_owned().map(UnixStream::from);
    match socket.and_then(|socket| worker::serve(socket, parent, now)) {
        Ok(()) => Exit::Success,
        Err(e) => {
            super::terminal::line(&e.to_string());
            Exit::OutputError
        }
    }
}
