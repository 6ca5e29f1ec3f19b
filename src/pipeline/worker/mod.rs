//! The worker's side of a conversion: a process that reads documents which may be hostile.
//!
//! # Steps
//! 1. [`serve`] takes its setup from the supervisor over the socket that is its standard input;
//! 2. [`confine`] gives up all that reading a document does not need;
//! 3. each document comes as an open file; it is read, converted and rendered in memory, and the
//!    answer goes back over the socket. It writes no file.
//!
//! A worker ends when the supervisor closes the socket or is gone.

mod confine;
mod faults;
mod steps;

use super::digest::{Digest, Packed};
use super::error::DocumentError;
use super::guard;
use super::library;
use super::outcome::{Facts, PANIC, Reason};
use super::output::Rendered;
use super::run::{self, Delivery, LargestInput, STACK};
use super::settings::{Settings, Timings};
use super::wire::{self, Answer, Reply, Request, Setup};
use faults::Fault;
use std::fs::File;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use steps::Announcer;

/// Name of the hidden subcommand.
pub const SUBCOMMAND: &str = "worker";

/// Memory of a process that is the second reader, in MiB.
const SECOND_READER_MIB: u64 = 4096;

/// Confines a process that is the second reader alone, see [`super::second_reader`].
pub fn confine_second_reader() {
    // As far as the system can; its parent judges it by the answer alone.
    let _ = confine::limit(SECOND_READER_MIB);
    confine::forbid(None);
}

/// Serves one supervisor over `socket` until it is gone. `parent` is its process id, `clock` what
/// [`Settings::clock`] is.
///
/// # Errors
/// The socket failed, or the setup is not usable; the supervisor learns that from the end of this
/// process.
pub fn serve(socket: UnixStream, parent: u32, clock: fn() -> Duration) -> io::Result<()> {
    confine::die_with(parent)?;
    let mut socket = socket;
    let setup: Setup = wire::receive(&mut socket)?;
    let library = library::of_texts(&setup.templates).map_err(io::Error::other)?;
    confine::limit(setup.limits.memory_mib)?;
    let recognizer = setup.models.as_deref().map(|folder| setup.engine.recognizer(folder));
    let recognizer = recognizer.transpose().map_err(io::Error::other)?;
    if let Some(recognizer) = &recognizer {
        recognizer.prepare();
    }
    let confinement = confine::forbid(setup.models.as_deref());
    // Threads inherit the confinement, so none is left over from before.
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(setup.threads)
        .stack_size(STACK)
        .build()
        .map_err(io::Error::other)?;
    let announcer = Announcer(Arc::new(Mutex::new(socket.try_clone()?)));
    let second_reader = steps::ThreadReader::new(
        announcer.clone(),
        Duration::from_secs(setup.limits.second_reader_seconds),
    );
    let settings = Settings {
        password: setup.password,
        template: setup.template,
        tables: setup.tables,
        keep_blocks: setup.keep_blocks,
        verify: setup.verify,
        trusted: setup.trusted,
        limits: setup.reading,
        second_reader: None,
        recognizer: recognizer.map(|inner| announcer.recognizer(inner)),
        clock,
    };
    let with_second_reader =
        Settings { second_reader: Some(Arc::new(second_reader.clone())), ..settings.clone() };
    wire::send(&mut socket, &Reply::Ready { confinement })?;

    // On a thread of the pool, which would otherwise have to be woken for each document.
    threads.install(|| {
        let largest = LargestInput(setup.input_bytes);
        let mut spent = false;
        while !spent && let Some(file) = wire::receive_file(&socket)? {
            let request: Request = wire::receive(&mut socket)?;
            confine::limit_processor(setup.limits.cpu_seconds)?;
            let settings = if request.second_reader { &with_second_reader } else { &settings };
            let mut fault = None;
            let result = guard::stage("worker", None, || {
                let bytes = read(&file, largest)?;
                fault = Fault::ordered(&bytes).filter(|_| setup.faults);
                if let Some(fault) = fault {
                    fault.commit(&socket);
                }
                run::deliver(&request.name, bytes, settings, &library, setup.formats)
            });
            drop(file);
            let result = result.and_then(|result| result);
            let is_panic = result.as_ref().is_err_and(|error| error.code() == PANIC);
            spent = is_panic || second_reader.has_stray_thread();
            let most = setup.limits.output_mib << 20;
            let (answer, digest, files) = answer(result, &library.specs, most, spent);
            let digest = match fault {
                Some(fault) => fault.garble(digest),
                None => digest,
            };
            wire::send_answer(&mut socket, answer, &digest, &files)?;
        }
        Ok(())
    })
}

/// What is sent of a result: the answer, the digest and the files that it announces.
fn answer(
    result: Result<Delivery, DocumentError>,
    specs: &[crate::model::spec::FormSpec],
    most: u64,
    spent: bool,
) -> (Answer, Packed, Vec<Rendered>) {
    let failed = |reason| {
        let (files, timings) = (Vec::new(), Timings::default());
        let answer = Answer { result: Err(reason), digest: 0, files, timings, spent };
        (answer, Packed::default(), Vec::new())
    };
    match result {
        Err(error) => failed(Reason::from(&error)),
        Ok(delivery) => {
            let size: u64 = delivery.files.iter().map(|file| file.bytes.len() as u64).sum();
            if size > most {
                return failed(too_much_output(size, most));
            }
            let files = delivery
                .files
                .iter()
                .map(|file| (file.extension.to_owned(), file.bytes.len() as u64))
                .collect();
            let digest = Digest::of(delivery.converted, specs);
            let packed = Packed::of(&digest);
            let answer = Answer {
                result: Ok(Facts::of(&digest)),
                digest: packed.bytes().len() as u64,
                files,
                timings: delivery.timings,
                spent,
            };
            (answer, packed, delivery.files)
        }
    }
}

fn too_much_output(size: u64, most: u64) -> Reason {
    Reason::new(
        "limit.output",
        format!("its outputs take {} MiB; {} are allowed", size.div_ceil(1 << 20), most >> 20),
        "split the file, or raise `worker.output_mib` in the configuration",
    )
}

/// The whole document. The file may be read at the same time by another process that has it open,
/// so that its own position is left alone.
fn read(file: &File, largest: LargestInput) -> Result<Vec<u8>, DocumentError> {
    largest.check(file)?;
    largest.read(PositionedReader { file, at: 0 })
}

/// Reads a file from its start without moving its position.
struct PositionedReader<'a> {
    file: &'a File,
    at: u64,
}

impl io::Read for PositionedReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = std::os::unix::fs::FileExt::read_at(self.file, into, self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}
