//! Looks at a file before the reader does: is it a PDF, can it be opened, how many pages does
//! it claim to have?

use crate::source::SourceError;

/// How far into a file the `%PDF-` header may stand (ISO 32000-1, annex H.3, note 13).
const HEADER_WINDOW: usize = 1024;

/// Refuses what is no PDF, saying what it is instead.
pub(super) fn check_header(bytes: &[u8]) -> Result<(), SourceError> {
    if bytes.is_empty() {
        return Err(SourceError::Empty);
    }
    let window = &bytes[..bytes.len().min(HEADER_WINDOW)];
    if window.windows(5).any(|w| w == b"%PDF-") {
        return Ok(());
    }
    Err(SourceError::NotAPdf { found: describe(window) })
}

/// Names what a file is by its first bytes.
fn describe(start: &[u8]) -> String {
    const SIGNATURES: [(&[u8], &str); 11] = [
        (b"PK\x03\x04", "a ZIP archive (perhaps an office document)"),
        (b"\xD0\xCF\x11\xE0", "an OLE file (perhaps an old office document)"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xFF\xD8\xFF", "a JPEG picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"GIF8", "a GIF picture"),
        (b"{\\rtf", "an RTF document"),
        (b"%!PS", "a PostScript program"),
        (b"Rar!", "a RAR archive"),
        (b"\x1F\x8B", "a gzip archive"),
    ];
    if let Some((_, name)) = SIGNATURES.iter().find(|(magic, _)| start.starts_with(magic)) {
        return (*name).to_owned();
    }
    let text = String::from_utf8_lossy(start);
    let lower = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']).to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return "an HTML page (perhaps an error page saved in place of the file)".to_owned();
    }
    if lower.starts_with("<?xml") {
        return "an XML file".to_owned();
    }
    if start.iter().all(|&b| b == 0) {
        return "zero bytes only".to_owned();
    }
    let shown: String = text.chars().take(12).flat_map(char::escape_default).collect();
    format!("\"{shown}\"")
}

/// The number of pages that the second library counts, without reading their content; `None` if
/// it cannot tell.
pub(super) fn claimed_pages(bytes: &[u8], password: &str) -> Option<u32> {
    let metadata = if password.is_empty() {
        lopdf::Document::load_metadata_mem(bytes)
    } else {
        lopdf::Document::load_metadata_mem_with_password(bytes, password)
    };
    metadata.ok().map(|m| m.page_count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_no_pdf() {
        let found = |bytes: &[u8]| match check_header(bytes) {
            Err(SourceError::NotAPdf { found }) => found,
            other => format!("{other:?}"),
        };
        assert!(found(b"<!DOCTYPE html><html>").contains("HTML"));
        assert!(found(b"PK\x03\x04rest").contains("ZIP"));
        assert_eq!(found(b"hello\x1b world"), "\"hello\\u{1b} world\"");
        assert_eq!(check_header(b""), Err(SourceError::Empty));
        assert_eq!(check_header(b"junk\n%PDF-1.4"), Ok(()));
    }
}
