//! Messages between the supervisor and its workers.
//!
//! A message is a length (4 bytes, little endian), so many bytes of JSON, and after an answer the
//! bytes of the files that it announces. A document is preceded by one byte that carries the open
//! file itself. Both sides are of the same program, but the worker has read a document that may
//! be hostile: the supervisor believes no length and no text.

use super::digest::Digest;
use super::outcome::{Product, Reason};
use super::output::{Formats, Rendered};
use super::settings::{Tables, Timings};
use crate::model::limits::Limits;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// Longest JSON that is taken; the digest of a document of 50,000 pages is far below it.
const LONGEST: usize = 256 << 20;

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
    pub result: Result<Digest, Reason>,
    /// Extension and length in bytes of the files that follow.
    pub files: Vec<(String, u64)>,
    pub timings: Timings,
    /// The worker cannot take another document.
    pub spent: bool,
}

/// Sends a message.
pub(super) fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).ok().filter(|n| *n as usize <= LONGEST);
    let length = length.ok_or_else(|| io::Error::from(ErrorKind::InvalidInput))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&json)
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

/// Sends an answer with its files.
pub(super) fn send_answer(
    to: &mut impl Write,
    answer: Answer,
    files: &[Rendered],
) -> io::Result<()> {
    send(to, &Reply::Answer(Box::new(answer)))?;
    files.iter().try_for_each(|file| to.write_all(&file.bytes))
}

/// Receives the files that an answer announces: of `formats` only, `most` bytes at most.
pub(super) fn receive_files(
    from: &mut impl Read,
    answer: Answer,
    formats: Formats,
    most: u64,
) -> io::Result<Result<Product, Reason>> {
    let announced = answer.files.iter().map(|(extension, _)| extension.as_str());
    let is_converted = answer.result.is_ok();
    let complete =
        if is_converted { announced.eq(formats.extensions()) } else { announced.count() == 0 };
    let total = answer.files.iter().try_fold(0u64, |sum, (_, length)| sum.checked_add(*length));
    if !complete || total.is_none_or(|total| total > most) {
        return Err(invalid("the files are not those that were asked for"));
    }
    let mut files = Vec::new();
    for (extension, (_, length)) in formats.extensions().zip(&answer.files) {
        files.push(Rendered { extension, bytes: read_exactly(from, *length)? });
    }
    Ok(answer.result.map(|digest| Product { digest, files, timings: answer.timings }))
}

/// Hands over an open file.
pub(super) fn send_file(to: &UnixStream, file: &File) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let handles = [file.as_fd()];
    if !control.push(SendAncillaryMessage::ScmRights(&handles)) {
        return Err(ErrorKind::OutOfMemory.into());
    }
    // A socket that the other side has closed is an error here, not a signal.
    sendmsg(to, &[IoSlice::new(&[1])], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
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
        let answer = |result, files: &[(&str, u64)]| Answer {
            result,
            files: files.iter().map(|(e, n)| ((*e).to_owned(), *n)).collect(),
            timings: Timings::default(),
            spent: false,
        };
        let take = |answer| receive_files(&mut &b"12345"[..], answer, formats, 4);
        assert!(take(answer(Err(reason.clone()), &[])).unwrap().is_err());
        assert!(take(answer(Err(reason), &[("json", 1)])).is_err());
        let digest: Digest = serde_json::from_str(
            r#"{"source": {"file": "a", "sha256": "", "pages": 1, "kind": "text"}, "forms": [],
             "findings": [], "counts": {"pages": 1, "forms": 0, "indicators": 0, "tables": 0,
             "findings": [0, 0, 0]}}"#,
        )
        .unwrap();
        let ok = |files: &[(&str, u64)]| take(answer(Ok(digest.clone()), files));
        assert_eq!(ok(&[("json", 3)]).unwrap().unwrap().files[0].bytes, b"123");
        assert!(ok(&[("json", 5)]).is_err(), "more than is allowed");
        assert!(ok(&[("json", u64::MAX)]).is_err());
        assert!(ok(&[("../x", 1)]).is_err());
        assert!(ok(&[]).is_err());
    }

    #[test]
    fn an_open_file_goes_through_a_socket() {
        let (here, there) = UnixStream::pair().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"content").unwrap();
        send_file(&here, &file).unwrap();
        let mut taken = receive_file(&there).unwrap().unwrap();
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
