//! The second reader in a process of its own, where its panics, prints and hangs do no harm.
//!
//! Parent: [`ChildReader`] starts the program again with the hidden subcommand
//! [`SUBCOMMAND`] and the page number, writes the PDF to its standard input, and waits at most a
//! fixed time. Child: [`serve`] reads the page and writes the glyphs as JSON Lines behind a
//! marker line, since the library that reads prints to standard output as it pleases.

use super::guard;
use crate::model::geometry::{Point, Rect};
use crate::model::page::{Glyph, Origin, Turn};
use crate::model::reader::SecondReader;
use crate::source;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Name of the hidden subcommand.
pub const SUBCOMMAND: &str = "second-reader";

/// Line that begins the answer.
const MARKER: &str = "shenbao second reader 1";

/// Most bytes that a child may answer: a page of 100,000 glyphs, with room to spare.
const LONGEST_ANSWER: u64 = 64 << 20;

/// How long a page may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Reads pages through child processes of `program`, one a page.
#[derive(Clone, Debug)]
pub struct ChildReader {
    /// This program's executable.
    pub program: PathBuf,
    /// After this the child is killed and the page counts as unreadable.
    pub limit: Duration,
}

impl SecondReader for ChildReader {
    fn read(&self, pdf: &[u8], page: u32) -> Option<Vec<Glyph>> {
        let mut child = Command::new(&self.program)
            .arg(SUBCOMMAND)
            .arg(page.to_string())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let answer = exchange(&mut child, pdf, self.limit);
        // A child that has ended is not harmed by this, one that hangs ends here.
        let _ = child.kill();
        let _ = child.wait();
        parse(&answer?)
    }
}

/// Writes the PDF and reads the answer at the same time, so that full pipes block neither side.
fn exchange(child: &mut Child, pdf: &[u8], limit: Duration) -> Option<Vec<u8>> {
    let mut stdin = child.stdin.take()?;
    let stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            // The child may have ended without reading everything.
            let _ = stdin.write_all(pdf);
        });
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = stdout.take(LONGEST_ANSWER).read_to_end(&mut answer);
            let _ = sender.send(read.ok().map(|_| answer));
        });
        let answer = receiver.recv_timeout(limit).ok().flatten();
        // Closes the pipes of a child that still runs, so that both threads end.
        let _ = child.kill();
        answer
    })
}

/// The child's side: reads the PDF from `input`, answers on `output`.
pub fn serve(page: u32, mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut pdf = Vec::new();
    input.read_to_end(&mut pdf)?;
    let Ok(Some(glyphs)) =
        guard::stage("source", Some(page), || source::pdf::second_reader::read(&pdf, page))
    else {
        return Ok(());
    };
    // What the library printed may not end in a line break.
    writeln!(output, "\n{MARKER}")?;
    for glyph in &glyphs {
        serde_json::to_writer(&mut output, &Wire::from(glyph))?;
        writeln!(output)?;
    }
    writeln!(output, "end")?;
    output.flush()
}

/// The glyphs of an answer; `None` unless it is complete.
fn parse(answer: &[u8]) -> Option<Vec<Glyph>> {
    let text = String::from_utf8_lossy(answer);
    let start = text.rfind(&format!("\n{MARKER}\n"))? + MARKER.len() + 2;
    let lines = text.get(start..)?.strip_suffix("end\n")?;
    lines.lines().map(|line| serde_json::from_str::<Wire>(line).ok().map(Glyph::from)).collect()
}

/// A glyph on its way between the processes.
#[derive(Serialize, Deserialize)]
struct Wire {
    c: char,
    b: [f32; 4],
    o: [f32; 2],
    s: f32,
    t: u8,
}

const TURNS: [Turn; 5] = [Turn::None, Turn::Right, Turn::UpsideDown, Turn::Left, Turn::Oblique];

impl From<&Glyph> for Wire {
    fn from(g: &Glyph) -> Self {
        let turn = TURNS.iter().position(|t| *t == g.turn).unwrap_or(0);
        Self {
            c: g.ch,
            b: g.bbox.into(),
            o: [g.origin.x, g.origin.y],
            s: g.font_size,
            t: turn as u8,
        }
    }
}

impl From<Wire> for Glyph {
    fn from(w: Wire) -> Self {
        Self {
            ch: w.c,
            bbox: Rect::from(w.b),
            origin: Point { x: w.o[0], y: w.o[1] },
            font_size: w.s,
            turn: TURNS.get(usize::from(w.t)).copied().unwrap_or_default(),
            from: Origin::SecondReader,
            confidence: 1.0,
            pale: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(ch: char) -> Glyph {
        Glyph {
            ch,
            bbox: Rect::new(1.0, 2.0, 3.5, 4.0),
            origin: Point { x: 1.0, y: 3.0 },
            font_size: 10.5,
            turn: Turn::Left,
            from: Origin::SecondReader,
            confidence: 1.0,
            pale: false,
        }
    }

    fn answer(glyphs: &[Glyph]) -> Vec<u8> {
        let mut out =
            format!("noise of the library\n{MARKER}\nmore noise\n{MARKER}\n").into_bytes();
        for g in glyphs {
            serde_json::to_writer(&mut out, &Wire::from(g)).unwrap();
            out.push(b'\n');
        }
        out.extend(b"end\n");
        out
    }

    #[test]
    fn glyphs_survive_the_trip_and_the_noise() {
        let glyphs = [glyph('项'), glyph('\n'), glyph('"')];
        assert_eq!(parse(&answer(&glyphs)).as_deref(), Some(&glyphs[..]));
        assert_eq!(parse(&answer(&[])), Some(vec![]));
    }

    #[test]
    fn a_cut_answer_counts_as_none() {
        let whole = answer(&[glyph('甲'), glyph('乙')]);
        for end in whole.len() - 60..whole.len() {
            assert_eq!(parse(&whole[..end]), None, "cut at {end}");
        }
        assert_eq!(parse(b""), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_child_that_hangs_is_killed() {
        // `yes` never ends and never reads; its answer is cut off by size or by time.
        let reader =
            ChildReader { program: "/usr/bin/yes".into(), limit: Duration::from_millis(50) };
        assert_eq!(reader.read(&vec![0; 1 << 20], 1), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_no_reader() {
        let reader = ChildReader { program: "/nonexistent/shenbao".into(), limit: TIME_LIMIT };
        assert_eq!(reader.read(b"", 1), None);
    }
}
