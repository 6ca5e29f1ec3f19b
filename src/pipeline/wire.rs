//! Messages between the supervisor and its workers.
//!
//! A message is a length (4 bytes, little endian), so many bytes of JSON, and after an answer the
//! bytes of the digest and of the files that it announces. A request is preceded by one byte that
//! carries the open document itself. Each message is one write where it fits the buffer of the
//! socket: every write wakes the other side. Both sides are of the same program, but the worker
//! has read a document that may be hostile: the supervisor believes no length and no text.

use super::commit::CommitError;
use super::digest::Packed;
use super::outcome::{Facts, Product, Reason};
use super::output::{Drafted, Drafts, Formats, Rendered};
use super::settings::{Tables, Timings};
use crate::model::limits::Limits;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// Longest message that is taken.
const LONGEST: usize = 1 << 20;

/// Longest digest that is taken, packed; that of a document of 50,000 pages is far below it.
const LONGEST_DIGEST: u64 = 64 << 20;

/// Bytes that are gathered before they are written: what a socket holds by default on Linux.
const GATHERED: usize = 208 << 10;

/// Bytes of a file that are in memory while it is taken.
const CHUNK: usize = 64 << 10;

/// The first message: what all documents of the worker share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    pub password: String,
    pub template: Option<String>,
    pub tables: Tables,
    pub keep_blocks: bool,
    pub verify: bool,
    pub trusted: f32,
    /// How much of a document is read.
    pub reading: Limits,
    pub formats: Formats,
    /// Templates beside the embedded ones: name, text.
    pub templates: Vec<(String, String)>,
    pub engine: super::recognition::Engine,
    /// Folder of the recognition models.
    pub models: Option<PathBuf>,
    /// Threads for the pages of one document.
    pub threads: usize,
    pub limits: super::config::WorkerLimits,
    /// Most bytes of an input.
    pub input_bytes: u64,
    /// Take some documents for orders to misbehave: for tests.
    pub faults: bool,
}

/// A document to convert.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// File name, for the output and to settle its type.
    pub name: String,
    /// Whether the second reader may be asked.
    pub second_reader: bool,
}

/// What a worker says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    /// It is set up and confined; how far.
    Ready {
        confinement: String,
    },
    /// It begins something that may break it, or may take long.
    Begins(Step),
    Answer(Box<Answer>),
}

/// Work of which the supervisor is told before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Step {
    /// Recognising the lines of a page.
    Recognition,
    /// The second reader, at this page.
    SecondReader { page: u32 },
}

/// What became of a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub result: Result<Facts, Reason>,
    /// Length in bytes of the packed digest that follows.
    pub digest: u64,
    /// Extension and length in bytes of the files that follow the digest.
    pub files: Vec<(String, u64)>,
    pub timings: Timings,
    /// The worker cannot take another document.
    pub spent: bool,
}

/// Why an answer could not be taken.
#[derive(Debug)]
pub(super) enum Failed {
    /// The worker is gone, late, or makes no sense.
    Worker(io::Error),
    /// Its output cannot be written.
    Output(CommitError),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Worker(error)
    }
}

impl From<CommitError> for Failed {
    fn from(error: CommitError) -> Self {
        Self::Output(error)
    }
}

/// Sends a message.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    to.write_all(&framed(message)?)
}

/// A message behind its length.
fn framed(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, message)?;
    let length = bytes.len() - 4;
    if length > LONGEST {
        return Err(ErrorKind::InvalidInput.into());
    }
    bytes[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(bytes)
}

/// Receives a message; [`ErrorKind::UnexpectedEof`] where the other side has gone.
pub(super) fn receive<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(invalid("a message of this length is none"));
    }
    let json = read_exactly(from, length as u64)?;
    serde_json::from_slice(&json).map_err(|e| invalid(&e.to_string()))
}

/// Reads so many bytes; memory grows as they come, not as they are announced.
fn read_exactly(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}

/// Sends an answer with its digest and its files.
pub(super) fn send_answer(
    to: &mut impl Write,
    answer: Answer,
    digest: &Packed,
    files: &[Rendered],
) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(GATHERED, to);
    send(&mut to, &Reply::Answer(Box::new(answer)))?;
    to.write_all(digest.bytes())?;
    files.iter().try_for_each(|file| to.write_all(&file.bytes))?;
    to.flush()
}

/// Receives what an answer announces: files of `formats` only, `most` bytes at most. They go into
/// `drafts` as they come.
pub(super) fn receive_files(
    from: &mut impl Read,
    answer: Answer,
    formats: Formats,
    most: u64,
    drafts: &Drafts<'_>,
) -> Result<Result<Product, Reason>, Failed> {
    let announced = answer.files.iter().map(|(extension, _)| extension.as_str());
    let is_converted = answer.result.is_ok();
    let complete =
        if is_converted { announced.eq(formats.extensions()) } else { announced.count() == 0 };
    let total = answer.files.iter().try_fold(0u64, |sum, (_, length)| sum.checked_add(*length));
    let fits = answer.digest <= if is_converted { LONGEST_DIGEST } else { 0 };
    if !complete || !fits || total.is_none_or(|total| total > most) {
        return Err(invalid("the files are not those that were asked for").into());
    }
    let digest = Packed::from_bytes(read_exactly(from, answer.digest)?);
    let mut files = Vec::new();
    for (extension, (_, length)) in formats.extensions().zip(&answer.files) {
        files.push(receive_draft(from, extension, *length, drafts)?);
    }
    let timings = answer.timings;
    Ok(answer.result.map(|facts| Product { facts, digest, files, timings }))
}

fn receive_draft(
    from: &mut impl Read,
    extension: &'static str,
    length: u64,
    drafts: &Drafts<'_>,
) -> Result<Drafted, Failed> {
    let mut drafted = Drafted::begin(extension, drafts)?;
    let mut chunk = vec![0; CHUNK.min(usize::try_from(length).unwrap_or(CHUNK))];
    let mut left = length;
    while left > 0 {
        let most = chunk.len().min(usize::try_from(left).unwrap_or(CHUNK));
        match from.read(&mut chunk[..most])? {
            0 => return Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
            n => {
                drafted.append(&chunk[..n])?;
                left -= n as u64;
            }
        }
    }
    Ok(drafted)
}

/// Sends a request with the open document.
pub(super) fn send_request(to: &UnixStream, file: &File, request: &Request) -> io::Result<()> {
    let mut bytes = vec![1];
    bytes.extend(framed(request)?);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let handles = [file.as_fd()];
    if !control.push(SendAncillaryMessage::ScmRights(&handles)) {
        return Err(ErrorKind::OutOfMemory.into());
    }
    // A socket that the other side has closed is an error here, not a signal.
    let sent = sendmsg(to, &[IoSlice::new(&bytes)], &mut control, SendFlags::NOSIGNAL)?;
    let mut to = to;
    to.write_all(bytes.get(sent..).unwrap_or_default())
}

/// Takes an open file; `None` where the other side has closed.
pub(super) fn receive_file(from: &UnixStream) -> io::Result<Option<File>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    let message = loop {
        let mut into = [IoSliceMut::new(&mut byte)];
        match recvmsg(from, &mut into, &mut control, RecvFlags::CMSG_CLOEXEC) {
            Err(rustix::io::Errno::INTR) => {}
            result => break result?,
        }
    };
    if message.bytes == 0 {
        return Ok(None);
    }
    if message.flags.contains(ReturnFlags::CTRUNC) {
        return Err(invalid("the file was cut off"));
    }
    let files = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(handles) => Some(handles),
        _ => None,
    });
    files.flatten().map(File::from).next().map(Some).ok_or_else(|| invalid("there is no file"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::commit::Draft;
    use std::io::{Seek, SeekFrom};

    #[test]
    fn messages_arrive_whole_or_are_refused() {
        let mut bytes = Vec::new();
        send(&mut bytes, &Request { name: "表.pdf".into(), second_reader: true }).unwrap();
        let back: Request = receive(&mut &bytes[..]).unwrap();
        assert_eq!((back.name.as_str(), back.second_reader), ("表.pdf", true));
        for end in 0..bytes.len() {
            let cut = receive::<Request>(&mut &bytes[..end]).unwrap_err();
            assert_eq!(cut.kind(), ErrorKind::UnexpectedEof, "cut at {end}");
        }
        let huge = u32::MAX.to_le_bytes();
        let refused = receive::<Request>(&mut &huge[..]).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn only_the_files_asked_for_are_taken() {
        let reason = Reason::new("x", "x", "x");
        let formats = Formats { xlsx: false, ..Formats::ALL };
        let answer = |result: Result<Facts, Reason>, files: &[(&str, u64)]| Answer {
            digest: if result.is_ok() { 2 } else { 0 },
            result,
            files: files.iter().map(|(e, n)| ((*e).to_owned(), *n)).collect(),
            timings: Timings::default(),
            spent: false,
        };
        let dir = tempfile::tempdir().unwrap();
        let drafts: &Drafts<'_> = &|extension| Draft::new(&dir.path().join(extension));
        let take = |answer| receive_files(&mut &b"12345"[..], answer, formats, 4, drafts);
        assert!(take(answer(Err(reason.clone()), &[])).unwrap().is_err());
        assert!(take(Answer { digest: 1, ..answer(Err(reason.clone()), &[]) }).is_err());
        assert!(take(answer(Err(reason), &[("json", 1)])).is_err());
        let ok = |files: &[(&str, u64)]| take(answer(Ok(Facts::default()), files));
        let product = ok(&[("json", 3)]).unwrap().unwrap();
        assert_eq!(product.digest.bytes(), b"12");
        for file in product.files {
            file.commit().unwrap();
        }
        assert_eq!(std::fs::read(dir.path().join("json")).unwrap(), b"345");
        assert!(ok(&[("json", 4)]).is_err(), "more than there is");
        assert!(ok(&[("json", 5)]).is_err(), "more than is allowed");
        assert!(ok(&[("json", u64::MAX)]).is_err());
        assert!(ok(&[("../x", 1)]).is_err());
        assert!(ok(&[]).is_err());
        let left = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(left, 1, "no draft of an answer that was refused stays");
    }

    #[test]
    fn an_output_that_cannot_be_written_is_not_the_worker_s_fault() {
        let answer = Answer {
            result: Ok(Facts::default()),
            digest: 0,
            files: vec![("json".to_owned(), 1)],
            timings: Timings::default(),
            spent: false,
        };
        let formats = Formats { json: true, ..Formats::NONE };
        let nowhere: &Drafts<'_> = &|_| Draft::new(std::path::Path::new("/dev/null/a.json"));
        let failed = receive_files(&mut &b"1"[..], answer, formats, 4, nowhere);
        assert!(matches!(failed, Err(Failed::Output(_))));
    }

    #[test]
    fn an_open_file_goes_through_a_socket() {
        let (here, there) = UnixStream::pair().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"content").unwrap();
        let request = Request { name: "表.pdf".into(), second_reader: true };
        send_request(&here, &file, &request).unwrap();
        let mut taken = receive_file(&there).unwrap().unwrap();
        assert_eq!(receive::<Request>(&mut &there).unwrap().name, "表.pdf");
        taken.seek(SeekFrom::Start(0)).unwrap();
        let mut text = String::new();
        taken.read_to_string(&mut text).unwrap();
        assert_eq!(text, "content");
        (&here).write_all(b"x").unwrap();
        assert!(receive_file(&there).is_err(), "a byte without a file");
        drop(here);
        assert!(receive_file(&there).unwrap().is_none());
    }
}
