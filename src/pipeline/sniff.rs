//! What an input is, judged by its bytes; the name only settles what the bytes leave open.

use crate::source::SourceError;

/// The readers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    /// A tab-separated text export in UTF-8, or in UTF-16 with its mark.
    Text,
    /// A picture, or several: PNG, JPEG, TIFF.
    Image,
}

/// How far into a file readers look for the header; Acrobat's limit (ISO 32000-1, annex H.3.4.1).
const HEADER_WITHIN: usize = 1024;

/// Tells what to read `bytes` as. `name` is the file name; only its extension matters.
pub fn sniff(name: &str, bytes: &[u8]) -> Result<Kind, SourceError> {
    if bytes.is_empty() {
        return Err(SourceError::Empty);
    }
    let claim = claimed(name);
    if has_pdf_header(bytes) && !(claim == Some(Kind::Text) && is_text(bytes)) {
        return Ok(Kind::Pdf);
    }
    // Spreadsheets save tab-separated text as UTF-16 with a mark.
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if marked && claim == Some(Kind::Text) {
        return Ok(Kind::Text);
    }
    if is_image(bytes) {
        return Ok(Kind::Image);
    }
    if let Some(format) = known_format(bytes) {
        return Err(SourceError::NotAPdf { found: format.to_owned() });
    }
    match (claim, std::str::from_utf8(bytes)) {
        (Some(Kind::Text), Ok(_)) => Ok(Kind::Text),
        (None, Ok(text)) if text.contains('\t') && is_text(bytes) => Ok(Kind::Text),
        (Some(Kind::Text), Err(e)) => Err(SourceError::NotUtf8 { offset: e.valid_up_to() }),
        (_, Ok(_)) if is_text(bytes) => {
            Err(SourceError::NotAPdf { found: format!("the plain text {}", beginning(bytes)) })
        }
        _ => Err(SourceError::NotAPdf { found: format!("the bytes {}", beginning(bytes)) }),
    }
}

/// What the extension says, if it says anything.
pub(super) fn claimed(name: &str) -> Option<Kind> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "pdf" => Some(Kind::Pdf),
        "txt" | "tsv" => Some(Kind::Text),
        "png" | "jpg" | "jpeg" | "tif" | "tiff" => Some(Kind::Image),
        _ => None,
    }
}

fn has_pdf_header(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEADER_WITHIN)];
    head.windows(5).any(|w| w == b"%PDF-")
}

fn is_image(bytes: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*"];
    SIGNATURES.iter().any(|magic| bytes.starts_with(magic))
}

/// UTF-8 without the control characters that text does not hold.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        !text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | b'\x0c'))
    })
}

/// Signatures of formats that people take for a PDF or store under its name.
fn known_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(zip_content(bytes));
    }
    const SIGNATURES: [(&[u8], &str); 15] = [
        (b"PK\x05\x06", "the signature of an empty ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the signature of an old Office file (doc, xls)"),
        (b"GIF8", "the signature of a GIF picture"),
        (b"\x1f\x8b", "the signature of a gzip archive"),
        (b"7z\xbc\xaf\x27\x1c", "the signature of a 7z archive"),
        (b"Rar!\x1a\x07", "the signature of a RAR archive"),
        (b"%!PS", "the signature of a PostScript file"),
        (b"{\\rtf", "the signature of a rich text file (rtf)"),
        (b"AT&TFORM", "the signature of a DjVu file"),
        (b"\xff\xfe", "the mark of UTF-16 text"),
        (b"\xfe\xff", "the mark of UTF-16 text"),
        (b"\x7fELF", "the signature of a program"),
        (b"MZ\x90\0", "the signature of a program"),
        (b"SQLite format 3\0", "the signature of a database"),
        (b"version https://git-lfs", "a Git LFS pointer instead of the file itself"),
    ];
    if let Some((_, name)) = SIGNATURES.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(name);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("the signature of a WebP picture");
    }
    markup(bytes)
}

/// The office formats are ZIP archives; their first entries give them away.
fn zip_content(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(4096)];
    let holds = |needle: &[u8]| head.windows(needle.len()).any(|w| w == needle);
    if holds(b"OFD.xml") {
        "the signature of an OFD document; print it to PDF first"
    } else if holds(b"[Content_Types].xml") || holds(b"_rels/") {
        "the signature of an Office file (docx, xlsx, pptx)"
    } else if holds(b"mimetypeapplication/vnd.oasis") {
        "the signature of an OpenDocument file (odt, ods)"
    } else {
        "the signature of a ZIP archive"
    }
}

fn markup(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(HEADER_WITHIN)];
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |tag: &[u8]| head.get(..tag.len()).is_some_and(|h| h.eq_ignore_ascii_case(tag));
    if begins(b"<!doctype html") || begins(b"<html") || begins(b"<head") || begins(b"<body") {
        Some("the HTML of a web page, perhaps an error page saved in place of the file")
    } else if begins(b"<?xml") {
        let text = head.to_ascii_lowercase();
        let is_html = text.windows(5).any(|w| w == b"<html");
        Some(if is_html { "the XHTML of a web page" } else { "an XML declaration" })
    } else {
        None
    }
}

/// The first bytes in a form that is safe to show.
fn beginning(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(16)];
    format!("`{}`", head.escape_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, bytes: &[u8]) -> String {
        match sniff(name, bytes) {
            Err(SourceError::NotAPdf { found }) => found,
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn a_pdf_is_known_by_its_header_under_any_name() {
        for name in ["a.pdf", "a.PDF", "a", "a.bin", "stdin"] {
            assert_eq!(sniff(name, b"junk\n%PDF-1.7\n\xff\xfe"), Ok(Kind::Pdf), "{name}");
        }
        assert_eq!(sniff("a.txt", b"%PDF-1.7\n\xff\xfe"), Ok(Kind::Pdf), "binary under .txt");
        let late = [vec![b' '; 1100], b"%PDF-1.7".to_vec()].concat();
        assert!(sniff("a.pdf", &late).is_err());
    }

    #[test]
    fn an_export_that_speaks_of_pdf_is_text() {
        assert_eq!(sniff("a.txt", "格式\t%PDF-1.7\n".as_bytes()), Ok(Kind::Text));
    }

    #[test]
    fn tabs_make_a_text_export_where_the_name_is_silent() {
        assert_eq!(sniff("stdin", "项目名称\t甲\n".as_bytes()), Ok(Kind::Text));
        assert!(found("stdin", "项目名称 甲\n".as_bytes()).starts_with("the plain text"));
        assert!(found("a.pdf", b"a\tb\n").starts_with("the plain text"));
        assert_eq!(sniff("a.TSV", "甲\n".as_bytes()), Ok(Kind::Text));
    }

    #[test]
    fn other_formats_are_named() {
        assert!(found("x.pdf", b"\n <!DOCTYPE HTML><html>").contains("HTML"));
        assert!(found("x.txt", b"<html>\t").contains("HTML"));
        assert!(found("x.pdf", b"PK\x03\x04......word/[Content_Types].xml").contains("docx"));
        assert!(found("x.pdf", b"PK\x03\x04......OFD.xml").contains("OFD"));
        assert!(found("x.pdf", b"GIF89a").contains("GIF"));
        assert!(found("x.pdf", b"\xff\xfea\0").contains("UTF-16"));
        assert_eq!(sniff("x.txt", b"\xff\xfea\0"), Ok(Kind::Text));
        assert_eq!(found("x.pdf", b"\x00\x1b[31m"), "the bytes `\\x00\\x1b[31m`");
    }

    #[test]
    fn pictures_are_known_by_their_signatures() {
        for bytes in [&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff\xe0", b"II*\0", b"MM\0*"] {
            assert_eq!(sniff("x.pdf", bytes), Ok(Kind::Image));
        }
    }

    #[test]
    fn empty_and_badly_encoded_inputs_say_so() {
        assert_eq!(sniff("x.pdf", b""), Err(SourceError::Empty));
        let gbk = b"ab\t\xcf\xee\xc4\xbf";
        assert_eq!(sniff("x.txt", gbk), Err(SourceError::NotUtf8 { offset: 3 }));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(name in ".{0,12}", bytes in proptest::collection::vec(0u8.., 0..64)) {
            let _ = sniff(&name, &bytes);
        }
    }
}
