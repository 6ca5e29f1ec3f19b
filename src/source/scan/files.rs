//! Image files → pictures of pages: PNG, JPEG, and TIFF with one page or many.
//!
//! # Limitations
//! BigTIFF files give their first page only, and say so by their page count.

use super::raw::{Picture, PictureError, check_size, is_cut_jpeg};
use crate::model::limits::{Limit, Limits};
use crate::source::SourceError;
use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, tiff::TiffDecoder};
use image::{DynamicImage, ImageDecoder, ImageError, Limits as DecoderLimits};
use std::collections::BTreeSet;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

/// Most bytes a pixel that a decoder may hold at once: four, and as much to work in.
const BYTES_A_PIXEL: u64 = 8;

/// An image file whose pages can be decoded one by one.
pub(in crate::source) struct ImageFile {
    bytes: Vec<u8>,
    format: Format,
    megapixels: u32,
}

enum Format {
    Png,
    Jpeg,
    /// Where each page's directory begins, in bytes.
    Tiff(Vec<u32>),
}

impl ImageFile {
    /// Looks at the signature and counts the pages.
    ///
    /// # Errors
    /// It is no image file we know, or has more pages than it may.
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self, SourceError> {
        let format = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Format::Png
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Format::Jpeg
        } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
            Format::Tiff(Directories { bytes: &bytes }.all(limits.pages)?)
        } else {
            return Err(SourceError::Damaged { reason: "it is no picture".to_owned() });
        };
        Ok(Self { bytes, format, megapixels: limits.megapixels })
    }

    pub fn page_count(&self) -> u32 {
        match &self.format {
            Format::Png | Format::Jpeg => 1,
            Format::Tiff(pages) => pages.len().max(1) as u32,
        }
    }

    /// Decodes page `number` (from 1), turned as the file says.
    pub fn picture(&self, number: u32) -> Result<Picture, PictureError> {
        let cursor = Cursor::new(self.bytes.as_slice());
        let undecodable = |_: ImageError| PictureError::Undecodable;
        let (image, dpi) = match &self.format {
            Format::Png => {
                let decoder = PngDecoder::new(cursor).map_err(undecodable)?;
                (decode(decoder, self.megapixels)?, png_resolution(&self.bytes))
            }
            Format::Jpeg => {
                let decoder = JpegDecoder::new(cursor).map_err(undecodable)?;
                (decode(decoder, self.megapixels)?, jfif_resolution(&self.bytes))
            }
            Format::Tiff(pages) => {
                let page = pages.get(number.saturating_sub(1) as usize).copied();
                let page = page.ok_or(PictureError::Undecodable)?;
                let from_page = BufReader::new(FromPage::new(&self.bytes, page));
                let decoder = TiffDecoder::new(from_page).map_err(undecodable)?;
                (
                    decode(decoder, self.megapixels)?,
                    Directories { bytes: &self.bytes }.resolution(page),
                )
            }
        };
        let (x, y) = dpi.unwrap_or((0.0, 0.0));
        Ok(Picture { cut: is_cut_jpeg(&self.bytes), ..Picture::with_resolutions(image, x, y) })
    }
}

fn decode(mut decoder: impl ImageDecoder, megapixels: u32) -> Result<DynamicImage, PictureError> {
    check_size(decoder.dimensions(), megapixels)?;
    let mut limits = DecoderLimits::no_limits();
    limits.max_alloc = Some(u64::from(megapixels) * 1_000_000 * BYTES_A_PIXEL);
    decoder.set_limits(limits).map_err(|_| PictureError::Undecodable)?;
    let orientation = decoder.orientation();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Undecodable)?;
    if let Ok(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

const INCHES_A_METRE: f32 = 39.370_08;
const CENTIMETRES_AN_INCH: f32 = 2.54;

/// Pixels an inch from the `pHYs` chunk.
fn png_resolution(bytes: &[u8]) -> Option<(f32, f32)> {
    let mut at = 8;
    loop {
        let length = be32(bytes, at)? as usize;
        let kind = bytes.get(at + 4..at + 8)?;
        if kind == b"pHYs" {
            // 1 is metres; 0 tells the shape of pixels only.
            let metres = *bytes.get(at + 16)? == 1;
            let per_inch = |v: u32| v as f32 / INCHES_A_METRE;
            let (x, y) = (be32(bytes, at + 8)?, be32(bytes, at + 12)?);
            return metres.then(|| (per_inch(x), per_inch(y)));
        }
        if kind == b"IDAT" {
            return None;
        }
        at = at.checked_add(length)?.checked_add(12)?;
    }
}

/// Pixels an inch from the JFIF header.
fn jfif_resolution(bytes: &[u8]) -> Option<(f32, f32)> {
    if bytes.get(6..11)? != b"JFIF\0" {
        return None;
    }
    let be16 = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let (x, y) = (f32::from(be16(14)?), f32::from(be16(16)?));
    match bytes.get(13)? {
        1 => Some((x, y)),
        2 => Some((x * CENTIMETRES_AN_INCH, y * CENTIMETRES_AN_INCH)),
        _ => None,
    }
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// The directories of a TIFF file, one a page (TIFF 6.0, section 2).
struct Directories<'b> {
    bytes: &'b [u8],
}

impl Directories<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let two: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        let little = self.bytes.starts_with(b"II");
        Some(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let four: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let little = self.bytes.starts_with(b"II");
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }

    /// Where the directories begin; a chain that bites its tail ends there.
    fn all(&self, most: u32) -> Result<Vec<u32>, SourceError> {
        let (mut found, mut known) = (Vec::new(), BTreeSet::new());
        let mut next = self.u32(4).unwrap_or(0);
        while next != 0 && known.insert(next) {
            let Some(entries) = self.u16(next as usize) else { break };
            if found.len() >= most as usize {
                let limit = Limit { key: "pages", value: most };
                return Err(SourceError::Limit { limit: format!("more pages than {limit}") });
            }
            found.push(next);
            let after = next as usize + 2 + 12 * usize::from(entries);
            next = self.u32(after).unwrap_or(0);
        }
        Ok(found)
    }

    /// Pixels an inch as the directory at `page` has them.
    fn resolution(&self, page: u32) -> Option<(f32, f32)> {
        const X: u16 = 282;
        const Y: u16 = 283;
        const UNIT: u16 = 296;
        let start = page as usize + 2;
        let entries = usize::from(self.u16(page as usize)?);
        let entry =
            |tag: u16| (0..entries).map(|i| start + 12 * i).find(|&e| self.u16(e) == Some(tag));
        let rational = |tag: u16| {
            let at = self.u32(entry(tag)? + 8)? as usize;
            Some(self.u32(at)? as f32 / self.u32(at.checked_add(4)?)? as f32)
        };
        // Without a unit it is inches.
        let factor = match entry(UNIT).and_then(|e| self.u16(e + 8)) {
            Some(1) => return None,
            Some(3) => CENTIMETRES_AN_INCH,
            _ => 1.0,
        };
        Some((rational(X)? * factor, rational(Y)? * factor))
    }
}

/// A TIFF file that seems to begin with another of its pages: the decoder takes the first.
struct FromPage<'b> {
    bytes: &'b [u8],
    /// The first eight bytes, with the page's directory as the first one.
    header: [u8; 8],
    at: u64,
}

impl<'b> FromPage<'b> {
    fn new(bytes: &'b [u8], page: u32) -> Self {
        let mut header = [0; 8];
        for (to, from) in header.iter_mut().zip(bytes) {
            *to = *from;
        }
        let offset = if bytes.starts_with(b"II") { page.to_le_bytes() } else { page.to_be_bytes() };
        header[4..].copy_from_slice(&offset);
        Self { bytes, header, at: 0 }
    }
}

impl Read for FromPage<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let at = usize::try_from(self.at).unwrap_or(usize::MAX);
        let rest = match self.header.get(at..) {
            Some(rest) if !rest.is_empty() => rest,
            _ => self.bytes.get(at..).unwrap_or_default(),
        };
        let n = rest.len().min(buffer.len());
        buffer[..n].copy_from_slice(&rest[..n]);
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for FromPage<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let mut whole = Cursor::new(self.bytes);
        whole.set_position(self.at);
        self.at = whole.seek(to)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ExtendedColorType, ImageEncoder};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(&vec![7; (width * height) as usize], width, height, ExtendedColorType::L8)
            .unwrap();
        bytes
    }

    /// A TIFF file of 1 × 1 pixels pages, `levels` their gray levels.
    fn tiff(levels: &[u8]) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for (i, level) in levels.iter().enumerate() {
            let entries: [(u16, u16, u32, u32); 8] = [
                (256, 4, 1, 1),
                (257, 4, 1, 1),
                (258, 3, 1, 8),
                (259, 3, 1, 1),
                (262, 3, 1, 1),
                (273, 4, 1, bytes.len() as u32 + 2 + 8 * 12 + 4),
                (278, 4, 1, 1),
                (279, 4, 1, 1),
            ];
            bytes.extend(8u16.to_le_bytes());
            for (tag, kind, count, value) in entries {
                bytes.extend(tag.to_le_bytes());
                bytes.extend(kind.to_le_bytes());
                bytes.extend(count.to_le_bytes());
                bytes.extend(value.to_le_bytes());
            }
            let next = if i + 1 < levels.len() { bytes.len() as u32 + 4 + 2 } else { 0 };
            bytes.extend(next.to_le_bytes());
            bytes.extend([*level, 0]);
        }
        bytes
    }

    fn open(bytes: Vec<u8>) -> Result<ImageFile, SourceError> {
        ImageFile::open(bytes, &Limits::default())
    }

    #[test]
    fn more_pages_than_allowed_are_refused_and_loops_end() {
        let two = Limits { pages: 2, ..Limits::default() };
        assert!(ImageFile::open(tiff(&[1, 2]), &two).is_ok());
        let refused = ImageFile::open(tiff(&[1, 2, 3]), &two).err().map(|e| e.to_string());
        assert_eq!(refused.as_deref(), Some("limit reached: more pages than `limits.pages` = 2"));
    }

    #[test]
    fn every_page_of_a_tiff_is_read() {
        let file = open(tiff(&[10, 20, 30])).unwrap();
        assert_eq!(file.page_count(), 3);
        let level = |n| file.picture(n).map(|p| p.image.into_luma8().get_pixel(0, 0).0[0]);
        assert_eq!([level(1), level(2), level(3)], [Ok(10), Ok(20), Ok(30)]);
        assert!(level(4).is_err());
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        let mut bytes = png(1, 1);
        bytes[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        // The checksum of the changed header.
        let sum = flate2::Crc::new();
        let mut sum = sum;
        sum.update(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.sum().to_be_bytes());
        let file = open(bytes).unwrap();
        assert_eq!(
            file.picture(1).err().map(|e| e.to_string()).as_deref(),
            Some("its picture has 50000 × 50000 pixels, beyond `limits.megapixels` = 100")
        );
    }

    #[test]
    fn cut_files_are_told() {
        let whole = png(40, 40);
        for end in [8, 20, 40, whole.len() - 20] {
            let file = open(whole[..end].to_vec()).unwrap();
            assert_eq!(file.picture(1).err(), Some(PictureError::Undecodable), "cut at {end}");
        }
        let mut whole = Vec::new();
        let picture = image::GrayImage::from_fn(64, 64, |x, y| image::Luma([(x * y) as u8]));
        picture.write_to(&mut Cursor::new(&mut whole), image::ImageFormat::Jpeg).unwrap();
        // A decoder makes up the rest of a JPEG.
        for (end, cut) in [(whole.len(), false), (whole.len() - 2, true), (whole.len() - 40, true)]
        {
            let file = open(whole[..end].to_vec()).unwrap();
            assert_eq!(file.picture(1).map(|p| p.cut), Ok(cut), "cut at {end}");
        }
        let whole = tiff(&[1, 2]);
        for end in 8..whole.len() {
            let file = open(whole[..end].to_vec()).unwrap();
            for page in 1..=file.page_count() {
                let _ = file.picture(page);
            }
        }
    }

    #[test]
    fn resolutions_are_read() {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x09pHYs".to_vec();
        bytes.extend(11_811u32.to_be_bytes());
        bytes.extend(11_811u32.to_be_bytes());
        bytes.push(1);
        let (x, y) = png_resolution(&bytes).unwrap();
        assert!((x - 300.0).abs() < 0.01 && x == y);
        let jfif = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\x02\0\x76\0\x76\0\0";
        let (x, _) = jfif_resolution(jfif).unwrap();
        assert!((x - 299.72).abs() < 0.01);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(start in 0usize..4, bytes in proptest::collection::vec(0u8.., 0..80)) {
            let starts: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"];
            if let Ok(file) = open([starts[start], &bytes].concat()) {
                for page in 1..=file.page_count().min(3) {
                    let _ = file.picture(page);
                }
            }
        }
    }
}
