//! Tesseract as recogniser: Debian's `tesseract-ocr` with `tesseract-ocr-chi-sim`, started once a
//! page.
//!
//! # Limitations
//! Confined workers may start no programs, so it serves `--in-process` only. It reads Chinese worse
//! than the model that is built in, digits and signs above all, and says so: much is flagged.

use crate::model::recognizer::{
    LineImage, RecognisedChar, RecognisedLine, Recognizer, RecognizerError,
};
use regex::Regex;
use std::io::{Cursor, Write};
use std::process::Command;
use std::sync::LazyLock;
use tiff::encoder::{TiffEncoder, colortype::Gray8};

/// Name of the program, as found on the path.
const PROGRAM: &str = "tesseract";

/// The language that is recognised: simplified Chinese with Latin letters and digits.
const LANGUAGE: &str = "chi_sim";

/// White space that Tesseract wants around a line, in pixels; its manual's advice is 10.
const BORDER: u32 = 10;

/// What is wanted of its output (hOCR 1.2): pages, words and their certainty, characters with
/// boxes.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"class='ocr_page'|class='ocrx_word'[^>]*x_wconf (?<word>\d+)|class='ocrx_cinfo' title='x_bboxes (?<x0>\d+) \d+ (?<x1>\d+) \d+; x_conf (?<conf>[\d.]+)'>(?<text>[^<]*)<";
    #[expect(clippy::unwrap_used, reason = "the pattern is fixed, and tested")]
    Regex::new(pattern).unwrap()
});

/// Tesseract as a program of its own.
#[derive(Debug)]
pub struct Tesseract;

impl Recognizer for Tesseract {
    fn recognize(&self, lines: &[LineImage]) -> Result<Vec<RecognisedLine>, RecognizerError> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let failed = |e: &dyn std::fmt::Display| RecognizerError::Failed { reason: e.to_string() };
        let pages = pages(lines).map_err(|e| failed(&e))?;
        let mut file =
            tempfile::Builder::new().suffix(".tif").tempfile().map_err(|e| failed(&e))?;
        file.write_all(&pages).map_err(|e| failed(&e))?;
        let output = Command::new(PROGRAM)
            .arg(file.path())
            .args(["stdout", "-l", LANGUAGE, "--psm", "7", "--dpi", "300"])
            .args(["-c", "tessedit_create_hocr=1", "-c", "hocr_char_boxes=1"])
            // Documents are what runs in parallel.
            .env("OMP_THREAD_LIMIT", "1")
            .output()
            .map_err(|e| unavailable(&format!("`{PROGRAM}` cannot be started: {e}")))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("it failed");
            return Err(unavailable(last));
        }
        let read = read(&String::from_utf8_lossy(&output.stdout), lines);
        if read.len() == lines.len() {
            Ok(read)
        } else {
            Err(failed(&format!("Tesseract answered {} of {} lines", read.len(), lines.len())))
        }
    }
}

fn unavailable(reason: &str) -> RecognizerError {
    RecognizerError::Unavailable {
        what: "Tesseract".to_owned(),
        reason: format!("{reason} (Debian: tesseract-ocr and tesseract-ocr-chi-sim)"),
    }
}

/// The lines as the pages of a TIFF file.
fn pages(lines: &[LineImage]) -> Result<Vec<u8>, tiff::TiffError> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file)?;
    for line in lines {
        let (width, height) = (line.width + 2 * BORDER, line.height + 2 * BORDER);
        let mut pixels = vec![255; width as usize * height as usize];
        let rows = line.pixels.chunks_exact(line.width as usize);
        for (row, to) in rows.zip(pixels.chunks_exact_mut(width as usize).skip(BORDER as usize)) {
            to[BORDER as usize..][..row.len()].copy_from_slice(row);
        }
        encoder.write_image::<Gray8>(width, height, &pixels)?;
    }
    Ok(file.into_inner())
}

/// The characters of each page of an hOCR output.
fn read(hocr: &str, lines: &[LineImage]) -> Vec<RecognisedLine> {
    let mut read: Vec<RecognisedLine> = Vec::with_capacity(lines.len());
    let mut word = 0.0_f32;
    for found in MARKUP.captures_iter(hocr) {
        let number = |name| found.name(name).and_then(|m| m.as_str().parse::<f32>().ok());
        if let Some(certain) = number("word") {
            word = certain / 100.0;
        } else if let (Some(text), Some(x0), Some(x1), Some(conf)) =
            (found.name("text"), number("x0"), number("x1"), number("conf"))
        {
            let width = lines.get(read.len().saturating_sub(1)).map_or(0.0, |l| l.width as f32);
            let at = |x: f32| (x - BORDER as f32).clamp(0.0, width);
            let Some(line) = read.last_mut() else { continue };
            // Its boxes may overlap.
            let from = line.chars.last().map_or(0.0, |c| c.span.1);
            let span = (at(x0).max(from), at(x1).max(at(x0)).max(from));
            let confidence = (conf / 100.0).min(word).clamp(0.0, 1.0);
            let chars = unescaped(text.as_str());
            line.chars.extend(chars.chars().map(|ch| RecognisedChar { ch, confidence, span }));
        } else {
            read.push(RecognisedLine::default());
        }
    }
    read
}

/// The text of an element: the five references that XML knows.
fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(width: u32) -> LineImage {
        LineImage { width, height: 2, pixels: vec![0; 2 * width as usize] }
    }

    #[test]
    fn characters_come_with_places_and_the_lesser_confidence() {
        let hocr = "<div class='ocr_page' id='page_1' title='x'>\
            <span class='ocrx_word' id='w' title='bbox 1 2 3 4; x_wconf 92'>\
            <span class='ocrx_cinfo' title='x_bboxes 10 4 30 20; x_conf 98.5'>年</span>\
            <span class='ocrx_cinfo' title='x_bboxes 28 4 50 20; x_conf 60.0'>&lt;</span>\
            </span></div><div class='ocr_page' id='page_2'></div>";
        let found = read(hocr, &[line(40), line(7)]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].text(), "年<");
        assert!(found[1].chars.is_empty());
        let [a, b] = found[0].chars[..] else { panic!("{found:?}") };
        assert_eq!((a.span, a.confidence), ((0.0, 20.0), 0.92));
        assert_eq!((b.span, b.confidence), ((20.0, 40.0), 0.6));
    }

    #[test]
    fn lines_become_pages_with_a_border() {
        let file = pages(&[line(3), line(5)]).unwrap();
        let mut decoder = tiff::decoder::Decoder::new(Cursor::new(file)).unwrap();
        assert_eq!(decoder.dimensions().unwrap(), (23, 22));
        assert!(decoder.more_images());
        decoder.next_image().unwrap();
        assert_eq!(decoder.dimensions().unwrap(), (25, 22));
        assert!(!decoder.more_images());
    }
}
