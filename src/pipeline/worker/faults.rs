//! Orders to misbehave, for tests of what the supervisor makes of it.
//!
//! They are followed only where the supervisor was started with them switched on; a document
//! begins with the order.

use crate::pipeline::digest::Packed;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// What a document begins with that orders a fault; the name of the fault follows.
const ORDER: &[u8] = b"shenbao fault: ";

/// A way to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Panic,
    Overflow,
    Memory,
    Hang,
    Spin,
    Leave,
    HalfMessage,
    HugeMessage,
    Noise,
    Escape,
    BadDigest,
}

const NAMES: [(&str, Fault); 11] = [
    ("panic", Fault::Panic),
    ("overflow", Fault::Overflow),
    ("memory", Fault::Memory),
    ("hang", Fault::Hang),
    ("spin", Fault::Spin),
    ("leave", Fault::Leave),
    ("half-message", Fault::HalfMessage),
    ("huge-message", Fault::HugeMessage),
    ("noise", Fault::Noise),
    ("escape", Fault::Escape),
    ("bad-digest", Fault::BadDigest),
];

impl Fault {
    /// The fault that a document orders.
    pub fn ordered(document: &[u8]) -> Option<Self> {
        let order = document.strip_prefix(ORDER)?;
        let line = order.split(u8::is_ascii_control).next()?;
        let name = line.split(|b| *b == b' ').next()?;
        NAMES.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, fault)| *fault)
    }

    /// Misbehaves. Some faults leave it to the conversion to go on.
    pub fn commit(self, socket: &UnixStream) {
        let mut socket = socket;
        match self {
            Self::Panic => panic!("ordered by the document \u{1b}[31m"),
            Self::Overflow => drop(overflow(&mut [0; 1024])),
            Self::Memory => {
                let mut held: Vec<Vec<u8>> = Vec::new();
                loop {
                    held.push(vec![1; 16 << 20]);
                }
            }
            Self::Hang => loop {
                std::thread::sleep(Duration::from_hours(1));
            },
            Self::Spin => loop {
                std::hint::spin_loop();
            },
            // Hangs up without an answer.
            Self::Leave => {
                let _ = socket.shutdown(std::net::Shutdown::Write);
                let _ = socket.read(&mut [0]);
            }
            Self::HalfMessage => {
                let _ = socket.write_all(&100u32.to_le_bytes());
                let _ = socket.write_all(b"{\"Answer\"");
                let _ = socket.shutdown(std::net::Shutdown::Write);
            }
            Self::HugeMessage => {
                let _ = socket.write_all(&u32::MAX.to_le_bytes());
                let flood = [b' '; 1 << 12];
                while socket.write_all(&flood).is_ok() {}
            }
            Self::Noise => {
                let _ = socket.write_all(&[0xff; 4096]);
            }
            Self::Escape => escape(),
            // Its time comes with the answer.
            Self::BadDigest => {}
        }
    }

    /// What is sent for the digest of the document, as long as it was announced.
    pub fn garble(self, digest: Packed) -> Packed {
        match self {
            Self::BadDigest => Packed::from_bytes(vec![0xff; digest.bytes().len()]),
            _ => digest,
        }
    }
}

/// Recursion that no optimiser turns into a loop.
#[expect(unconditional_recursion, reason = "that is what it is for")]
fn overflow(frame: &mut [u8; 1024]) -> usize {
    let mut next = *frame;
    next[0] = next[0].wrapping_add(1);
    std::hint::black_box(&mut next);
    overflow(&mut next) + usize::from(next[0])
}

/// Tries what a hostile document would try; panics with what succeeded.
fn escape() {
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::net::UnixDatagram;
    use std::process::Command;
    let tries: [(&str, bool); 13] = [
        ("read a file", std::fs::read("/etc/passwd").is_ok()),
        ("list a folder", std::fs::read_dir("/").is_ok_and(|mut d| d.next().is_some())),
        ("make a file", std::fs::write("shenbao-was-here", "x").is_ok()),
        ("make a temporary file", tempfile::tempfile().is_ok()),
        ("make a folder", std::fs::create_dir("shenbao-folder").is_ok()),
        ("remove a file", std::fs::remove_file("a.txt").is_ok()),
        ("rename a file", std::fs::rename("a.txt", "b.txt").is_ok()),
        ("connect", TcpStream::connect(("127.0.0.1", 9)).is_ok_or_refused()),
        ("listen", TcpListener::bind(("127.0.0.1", 0)).is_ok()),
        ("send a datagram", UdpSocket::bind(("127.0.0.1", 0)).is_ok()),
        ("open a local socket", UnixDatagram::unbound().is_ok()),
        ("start a program", Command::new("/bin/true").spawn().is_ok()),
        ("signal another process", may_signal()),
    ];
    let done: Vec<&str> = tries.iter().filter(|(_, done)| *done).map(|(what, _)| *what).collect();
    assert!(done.is_empty(), "escaped: {}", done.join(", "));
    panic!("confined: none of {} tries succeeded", tries.len());
}

/// A connection that is refused went out all the same.
trait WentOut {
    fn is_ok_or_refused(&self) -> bool;
}

impl<T> WentOut for std::io::Result<T> {
    fn is_ok_or_refused(&self) -> bool {
        match self {
            Ok(_) => true,
            Err(e) => e.kind() == std::io::ErrorKind::ConnectionRefused,
        }
    }
}

fn may_signal() -> bool {
    rustix::process::getppid()
        .is_some_and(|parent| rustix::process::test_kill_process(parent).is_ok())
}
