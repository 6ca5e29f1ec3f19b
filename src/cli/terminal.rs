//! Printing. Control characters of documents and file names never reach a terminal.

use super::exit::{Exit, Failure};
use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

/// Prints what was asked for on standard output, as it is. A reader that has gone away, as in
/// `shenbao schema | head`, is no error.
pub fn print(text: &str) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::OutputError,
            anyhow::Error::new(e).context("cannot write to standard output"),
        )),
        _ => Ok(Exit::Success),
    }
}

/// Prints lines on standard output, each escaped.
pub fn print_lines<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> Result<Exit, Failure> {
    print_lines_raw(lines.into_iter().map(|line| escape(line.as_ref()).into_owned()))
}

fn print_lines_raw(lines: impl Iterator<Item = String>) -> Result<Exit, Failure> {
    print(&lines.fold(String::new(), |text, line| text + &line + "\n"))
}

/// Prints a text file on standard output; its line breaks and tabs stay.
pub fn print_text(text: &str) -> Result<Exit, Failure> {
    print_lines_raw(text.lines().map(|line| {
        let cells: Vec<Cow<'_, str>> = line.split('\t').map(escape).collect();
        cells.join("\t")
    }))
}

/// Prints one line on standard error, escaped. There is nowhere left to report a failure to.
pub fn line(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", escape(text));
}

/// Prints several lines on standard error, each escaped.
pub fn paragraph(text: &str) {
    for l in text.lines() {
        line(l);
    }
}

/// Prints an event on standard error as one line of JSON, escaped.
pub fn json_line(event: &serde_json::Value) {
    let _ = writeln!(io::stderr().lock(), "{}", escape_json(&event.to_string()));
}

/// Replaces what could steer a terminal or hide text: control characters, marks of direction,
/// invisible characters, line and paragraph separators.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().fold(String::with_capacity(text.len() + 8), |mut s, c| {
        if is_unsafe(c) {
            s.extend(c.escape_default());
        } else {
            s.push(c);
        }
        s
    });
    Cow::Owned(escaped)
}

/// The same for JSON text, in JSON's own notation; it stays the same value.
fn escape_json(json: &str) -> String {
    let mut units = [0; 2];
    json.chars().fold(String::with_capacity(json.len()), |mut s, c| {
        if is_unsafe(c) {
            s.extend(c.encode_utf16(&mut units).iter().map(|u| format!("\\u{u:04x}")));
        } else {
            s.push(c);
        }
        s
    })
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}'      // zero width, marks of direction
            | '\u{2028}'..='\u{202e}'    // separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}'    // invisible operators, isolates
            | '\u{feff}' | '\u{61c}'
            | '\u{fff9}'..='\u{fffb}'    // interlinear annotation
            | '\u{e0000}'..='\u{e007f}') // tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(escape("表 1.pdf"), "表 1.pdf");
        assert_eq!(escape("a\u{1b}[31mb\r\n\t\u{9b}c"), r"a\u{1b}[31mb\r\n\t\u{9b}c");
        assert_eq!(escape("fdp\u{202e}.exe"), r"fdp\u{202e}.exe");
    }

    #[test]
    fn escaped_json_is_the_same_value() -> Result<(), serde_json::Error> {
        let value = serde_json::json!({"file": "a\u{1b}\u{9b}\u{202e}\u{e0041}甲\"\\"});
        let text = escape_json(&value.to_string());
        assert!(!text.contains(is_unsafe), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text)?, value);
        Ok(())
    }
}
