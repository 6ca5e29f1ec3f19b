//! How much the compressed streams of a file unfold to, before anything unfolds them.
//!
//! Goes by the bytes alone, so that no reader has to be trusted: whatever begins like zlib data
//! (RFC 1950, 2.2) behind the keyword `stream` is unfolded into nothing, as far as the limit. The
//! few streams that are large enough to go beyond it are looked at only.
//!
//! # Limitations
//! Encrypted streams and those under another filter first are not seen through; pictures are
//! judged by their pixels. The memory limit of a worker is what holds then.

use crate::model::limits::Limit;
use crate::source::SourceError;
use flate2::read::ZlibDecoder;
use std::io::{BufRead, BufReader, Read};

/// Most that deflate unfolds a byte to (a run of 258 bytes takes two bits at least).
const RATIO: u64 = 1032;

/// Filters on top of each other that are followed; more are no honest work, nor do readers meet
/// them.
const LAYERS: u32 = 4;

/// How far the dictionary of a stream reaches back from its data, in bytes, at most.
const DICTIONARY: usize = 4096;

/// Refuses a file with a stream that unfolds to more than `most_mib` MiB.
pub(super) fn check(bytes: &[u8], most_mib: u32) -> Result<(), SourceError> {
    let most = u64::from(most_mib) << 20;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let start = at + found;
        at = start + b"stream".len();
        let rest = &bytes[at..];
        let data = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"));
        let Some(data) = data.filter(|data| is_zlib(data)) else { continue };
        if is_picture(bytes, start) {
            continue;
        }
        let data = &data[..find(data, b"endstream").unwrap_or(data.len())];
        if unfolds_beyond(data, most) {
            let limit = Limit { key: "inflated_mib", value: most_mib };
            let limit = format!("the stream at offset {at} unfolds beyond {limit}");
            return Err(SourceError::Limit { limit });
        }
        at += data.len();
    }
    Ok(())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, what)
}

/// Deflate with a window of up to 32 KiB, and a header whose check bits are right.
fn is_zlib(data: &[u8]) -> bool {
    match data {
        [method, flags, ..] => {
            method & 0x8f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// Whether the dictionary before the stream at `start` says that it is a picture.
fn is_picture(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[start.saturating_sub(DICTIONARY)..start];
    let own = memchr::memmem::rfind(before, b" obj").map_or(before, |object| &before[object..]);
    find(own, b"/Image").is_some()
}

/// Whether zlib data, and zlib data in it, unfolds to more than `most` bytes.
fn unfolds_beyond(data: &[u8], most: u64) -> bool {
    let mut layer: Box<dyn BufRead + '_> = Box::new(data);
    for depth in 0..LAYERS {
        // One layer makes so much of the shortest data that is left, and no more.
        if depth == 0 && (data.len() as u64).saturating_mul(RATIO) <= most && !is_nested(data) {
            return false;
        }
        let mut unfolded = BufReader::new(ZlibDecoder::new(layer));
        // Damaged data ends where it is damaged, as it does for readers.
        if !unfolded.fill_buf().is_ok_and(is_zlib) {
            return std::io::copy(&mut unfolded.take(most + 1), &mut std::io::sink())
                .is_ok_and(|n| n > most);
        }
        layer = Box::new(unfolded);
    }
    true
}

/// Whether zlib data holds zlib data.
fn is_nested(data: &[u8]) -> bool {
    let mut start = [0; 2];
    ZlibDecoder::new(data).read_exact(&mut start).is_ok() && is_zlib(&start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
        out.write_all(data).unwrap();
        out.finish().unwrap()
    }

    fn file(dictionary: &str, data: &[u8]) -> Vec<u8> {
        [b"1 0 obj <<", dictionary.as_bytes(), b">> stream\r\n", data, b"\nendstream endobj"]
            .concat()
    }

    #[test]
    fn bombs_are_told_from_what_only_looks_large() {
        let three = deflated(&vec![b' '; 3 << 20]);
        let check = |bytes: &[u8], most| check(bytes, most).map_err(|e| e.to_string());
        let refused = check(&file("", &three), 2).unwrap_err();
        assert!(refused.contains("`limits.inflated_mib` = 2"), "{refused}");
        assert_eq!(check(&file("", &three), 3), Ok(()));
        assert!(check(&file("", &deflated(&three)), 2).is_err(), "a bomb in a bomb");
        assert_eq!(check(&file("/Subtype /Image", &three), 2), Ok(()));
        let noise = (0..9_u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8);
        assert_eq!(check(&file("", &noise.collect::<Vec<_>>()), 2), Ok(()));
        let both = [file("", &deflated(b"q Q")), file("", &three)].concat();
        assert!(check(&both, 2).is_err(), "the second stream of a file");
    }
}
