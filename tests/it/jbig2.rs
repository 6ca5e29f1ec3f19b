//! A 1-bit TIFF as a PDF whose picture is coded with JBIG2.
//!
//! JBIG2 knows the coding of fax (MMR, ITU-T T.88, 6.2.6), so that the strips of the file become
//! regions of the picture as they are.

use crate::pdf::Pdf;
use std::fmt::Write;

/// Segment types of ITU-T T.88, 7.3.
const PAGE_INFORMATION: u8 = 48;
const IMMEDIATE_REGION: u8 = 39;

/// Tags of TIFF 6.0.
const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const OFFSETS: u16 = 273;
const ROWS: u16 = 278;
const COUNTS: u16 = 279;

/// One page of A4 that shows the picture of a little-endian TIFF in CCITT group 4, 200 dots an inch.
pub fn pdf_of(tiff: &[u8]) -> Vec<u8> {
    let size = |tag| values(tiff, tag)[0];
    let (width, height, rows) = (size(WIDTH), size(HEIGHT), size(ROWS));
    let mut data = Vec::new();
    let head: Vec<u8> = [width, height, 0, 0].iter().flat_map(|v| v.to_be_bytes()).collect();
    segment(&mut data, PAGE_INFORMATION, &[&head[..], &[0, 0, 0]].concat());
    for (i, (at, count)) in values(tiff, OFFSETS).into_iter().zip(values(tiff, COUNTS)).enumerate()
    {
        let top = i as u32 * rows;
        let place = [width, rows.min(height - top), 0, top];
        let mut region: Vec<u8> = place.iter().flat_map(|v| v.to_be_bytes()).collect();
        // Put upon the page with OR; coded as MMR.
        region.extend([0, 1]);
        region.extend(&tiff[at as usize..(at + count) as usize]);
        segment(&mut data, IMMEDIATE_REGION, &region);
    }
    let hex = data.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String");
        hex
    });
    let (wide, high) = (f64::from(width) * 0.36, f64::from(height) * 0.36);
    let content = format!("q {wide} 0 0 {high} 0 0 cm /S Do Q");
    // The file counts black as 0, the coding as 1.
    let picture = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 1 \
         /ColorSpace /DeviceGray /Decode [1 0] /Filter [/ASCIIHexDecode /JBIG2Decode] \
         /Length {} >>\nstream\n{hex}>\nendstream",
        hex.len() + 1
    );
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents 4 0 R \
         /Resources << /XObject << /S 5 0 R >> >> >>"
    );
    let objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        page,
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        picture,
    ];
    Pdf { objects }.bytes()
}

/// Appends a segment of the first page that refers to no other; its number need only grow.
fn segment(data: &mut Vec<u8>, kind: u8, content: &[u8]) {
    let number = data.len() as u32;
    data.extend(number.to_be_bytes());
    data.extend([kind, 0, 1]);
    data.extend((content.len() as u32).to_be_bytes());
    data.extend(content);
}

/// The values of a tag of the first directory, which are whole numbers.
fn values(tiff: &[u8], tag: u16) -> Vec<u32> {
    let short = |at: usize| u32::from(u16::from_le_bytes([tiff[at], tiff[at + 1]]));
    let long = |at: usize| short(at) | short(at + 2) << 16;
    let directory = long(4) as usize;
    let entries = (0..short(directory) as usize).map(|i| directory + 2 + 12 * i);
    let entry = entries.into_iter().find(|&at| short(at) == u32::from(tag)).expect("the tag");
    let count = long(entry + 4) as usize;
    let wide = if short(entry + 2) == 3 { 2 } else { 4 };
    let first = if wide * count <= 4 { entry + 8 } else { long(entry + 8) as usize };
    let at = |i: usize| first + wide * i;
    (0..count).map(|i| if wide == 2 { short(at(i)) } else { long(at(i)) }).collect()
}
