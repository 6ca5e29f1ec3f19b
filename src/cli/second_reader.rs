//! The hidden subcommand behind [`shenbao::pipeline::second_reader`].

use super::exit::Exit;
use shenbao::pipeline::second_reader::{self, SUBCOMMAND};
use shenbao::pipeline::worker;
use std::ffi::OsString;
use std::io;

/// The page number, if this process was started as a second reader.
pub fn asked_for(arguments: &[OsString]) -> Option<u32> {
    match arguments {
        [_, name, page] if name == SUBCOMMAND => page.to_str()?.parse().ok(),
        _ => None,
    }
}

/// Reads a PDF from standard input and answers on standard output. The parent judges by the
/// answer alone, so that nothing is reported here.
pub fn serve(page: u32) -> Exit {
    worker::confine_second_reader();
    let _ = second_reader::serve(page, io::stdin().lock(), io::stdout());
    Exit::Success
}
