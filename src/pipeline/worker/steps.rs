//! Work that the supervisor is told of before it begins: what takes long gets more time, what
//! breaks the worker is left out at the second try.

use crate::model::page::Glyph;
use crate::model::reader::SecondReader;
use crate::model::recognizer::{LineImage, RecognisedLine, Recognizer, RecognizerError};
use crate::pipeline::guard;
use crate::pipeline::run::STACK;
use crate::pipeline::wire::{self, Reply, Step};
use crate::source;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// The way to the supervisor, shared by the threads of a document.
#[derive(Clone, Debug)]
pub(super) struct Announcer(pub Arc<Mutex<UnixStream>>);

impl Announcer {
    fn begins(&self, step: Step) {
        let mut socket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A supervisor that has gone is noticed when the answer is sent.
        let _ = wire::send(&mut *socket, &Reply::Begins(step));
    }

    /// The same recogniser, with each of its calls announced.
    pub fn recognizer(&self, inner: Arc<dyn Recognizer>) -> Arc<dyn Recognizer> {
        Arc::new(AnnouncedRecognizer { inner, announcer: self.clone() })
    }
}

#[derive(Debug)]
struct AnnouncedRecognizer {
    inner: Arc<dyn Recognizer>,
    announcer: Announcer,
}

impl Recognizer for AnnouncedRecognizer {
    fn recognize(&self, lines: &[LineImage]) -> Result<Vec<RecognisedLine>, RecognizerError> {
        self.announcer.begins(Step::Recognition);
        self.inner.recognize(lines)
    }
}

/// The second reader on a thread of its own, which is left behind where it takes too long: the
/// worker then answers and ends. A worker that the second reader breaks costs a try.
#[derive(Clone, Debug)]
pub(super) struct ThreadReader {
    announcer: Announcer,
    limit: Duration,
    has_stray_thread: Arc<AtomicBool>,
}

impl ThreadReader {
    pub fn new(announcer: Announcer, limit: Duration) -> Self {
        Self { announcer, limit, has_stray_thread: Arc::default() }
    }

    /// Whether a page took too long, so that this process has to end.
    pub fn has_stray_thread(&self) -> bool {
        self.has_stray_thread.load(Ordering::Relaxed)
    }
}

impl SecondReader for ThreadReader {
    fn read(&self, pdf: &[u8], page: u32) -> Option<Vec<Glyph>> {
        self.announcer.begins(Step::SecondReader { page });
        let (sender, receiver) = mpsc::channel();
        let pdf = pdf.to_vec();
        let work = move || {
            let glyphs =
                guard::stage("source", Some(page), || source::pdf::second_reader::read(&pdf, page));
            // Nobody may be waiting any more.
            let _ = sender.send(glyphs.ok().flatten());
        };
        thread::Builder::new().stack_size(STACK).spawn(work).ok()?;
        let Ok(glyphs) = receiver.recv_timeout(self.limit) else {
            self.has_stray_thread.store(true, Ordering::Relaxed);
            return None;
        };
        // As they arrive from a process of its own, see `pipeline::second_reader`.
        glyphs.map(|all| all.into_iter().map(|g| Glyph { confidence: 1.0, ..g }).collect())
    }
}
