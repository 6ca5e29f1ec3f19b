//! The size that encoded pictures have by their own account.
//!
//! Decoders go by the header inside the data, not by the numbers beside it; a picture that is
//! declared small may unfold to gigabytes.

use hayro_interpret::hayro_syntax::object::Stream;

/// How much of a stream is searched for its header. Cameras put previews and colour profiles
/// before it.
const SEARCHED: usize = 1 << 20;

/// Width and height in pixels as the data of a JPEG, JPEG 2000 or JBIG2 stream has it; `None`
/// for other encodings, whose size is the declared one.
pub(super) fn size(stream: &Stream<'_>) -> Option<(u32, u32)> {
    let data = stream.raw_data();
    size_of(&data[..data.len().min(SEARCHED)])
}

fn size_of(data: &[u8]) -> Option<(u32, u32)> {
    jpeg(data).or_else(|| jpeg_2000(data)).or_else(|| jbig2(data))
}

fn be16(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at + 2)?;
    Some(u32::from(bytes[0]) << 8 | u32::from(bytes[1]))
}

fn be32(data: &[u8], at: usize) -> Option<u32> {
    Some(be16(data, at)? << 16 | be16(data, at + 2)?)
}

/// From the start-of-frame segment (ITU-T T.81, B.2.2).
fn jpeg(data: &[u8]) -> Option<(u32, u32)> {
    if !data.starts_with(b"\xff\xd8") {
        return None;
    }
    let mut at = 2;
    loop {
        while *data.get(at)? != 0xff {
            at += 1;
        }
        while *data.get(at)? == 0xff {
            at += 1;
        }
        let marker = *data.get(at)?;
        at += 1;
        match marker {
            // Stand alone, without a length.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((be16(data, at + 5)?, be16(data, at + 3)?));
            }
            _ => at += be16(data, at)?.max(2) as usize,
        }
    }
}

/// From the image-and-tile-size segment (ITU-T T.800, A.5.1).
fn jpeg_2000(data: &[u8]) -> Option<(u32, u32)> {
    let is_box = data.get(4..8) == Some(b"jP  ");
    if !is_box && !data.starts_with(b"\xff\x4f") {
        return None;
    }
    let at = data.windows(4).position(|w| w == b"\xff\x4f\xff\x51")? + 4;
    let side = |end: usize, start: usize| {
        Some(be32(data, at + end)?.saturating_sub(be32(data, at + start)?))
    };
    Some((side(4, 12)?, side(8, 16)?))
}

/// From the page information segment (ITU-T T.88, 7.2 and 7.4.8), which embedded streams begin
/// with, unless they begin with something stranger.
fn jbig2(data: &[u8]) -> Option<(u32, u32)> {
    const PAGE_INFORMATION: u8 = 48;
    let embedded = be32(data, 0)? <= 16 && data.get(4)? & 0x3f == PAGE_INFORMATION;
    // Segment number, flags, referred-to count, page association, length.
    let at = 4 + 1 + 1 + 1 + 4;
    if !embedded || be32(data, 7)? != 19 {
        return None;
    }
    let (width, height) = (be32(data, at)?, be32(data, at + 4)?);
    // An unknown height is all ones.
    Some((width, if height == u32::MAX { 0 } else { height }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_tell_the_size() {
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc2\x00\x11\x08\xc3\x50\x00\x10\x03";
        assert_eq!(size_of(jpeg), Some((16, 50_000)));
        let mut codestream = b"\xff\x4f\xff\x51\x00\x29\x00\x00".to_vec();
        for v in [300u32, 200, 0, 10] {
            codestream.extend(v.to_be_bytes());
        }
        assert_eq!(size_of(&codestream), Some((300, 190)));
        let mut page = vec![0, 0, 0, 0, 48, 0, 1];
        for v in [19u32, 2480, 3508] {
            page.extend(v.to_be_bytes());
        }
        assert_eq!(size_of(&page), Some((2480, 3508)));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(start in 0usize..4, bytes in proptest::collection::vec(0u8.., 0..64)) {
            let starts: [&[u8]; 4] = [b"", b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\0\0\0\0\x30\0\x01"];
            let _ = size_of(&[starts[start], &bytes].concat());
        }
    }
}
