//! A picture of a page as it comes: pixels and resolution, within limits.

use crate::model::limits::Limit;
use image::DynamicImage;
use image::imageops::FilterType;

/// Pixels an inch at which pages are rendered, and to which finer pictures are reduced: what is
/// printed at 8 points is 33 pixels high then, and more does not read better.
pub(in crate::source) const RESOLUTION: f32 = 300.0;

/// From this resolution on a picture is reduced to [`RESOLUTION`].
const FINE: f32 = 450.0;

/// Longer and shorter side of an A4 page in inches.
const A4: (f32, f32) = (11.69, 8.27);

/// Shortest and longest side of a sheet that is scanned, in inches: A6 and A2. Pictures whose
/// claimed resolution makes them smaller or larger do not know their resolution.
const SHEET: (f32, f32) = (4.1, 24.0);

/// Why there is no picture of a page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::source) enum PictureError {
    #[error("its picture has {width} × {height} pixels, beyond {limit}")]
    TooLarge { width: u32, height: u32, limit: Limit },
    #[error("its picture cannot be decoded")]
    Undecodable,
}

/// Refuses a picture of more than `megapixels` million pixels.
pub(in crate::source) fn check_size(
    (width, height): (u32, u32),
    megapixels: u32,
) -> Result<(), PictureError> {
    if u64::from(width) * u64::from(height) > u64::from(megapixels) * 1_000_000 {
        let limit = Limit { key: "megapixels", value: megapixels };
        return Err(PictureError::TooLarge { width, height, limit });
    }
    Ok(())
}

/// A picture of a page, and how large its pixels are.
pub(in crate::source) struct Picture {
    pub image: DynamicImage,
    /// Pixels an inch, the same in both directions.
    pub dpi: f32,
    /// Its data ends early; the decoder made up the rest.
    pub cut: bool,
}

/// Whether the data of a JPEG ends before its picture does: no end marker (FF D9) comes after the
/// last start of a scan (FF DA). Inside a scan, FF is always followed by 00 or a restart marker
/// (ITU-T T.81, B.1.1.5). What is no JPEG is not cut.
pub(in crate::source) fn is_cut_jpeg(bytes: &[u8]) -> bool {
    if !bytes.starts_with(b"\xff\xd8") {
        return false;
    }
    let scan = bytes.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap_or(0);
    !bytes[scan..].windows(2).any(|pair| pair == [0xFF, 0xD9])
}

impl Picture {
    /// A picture whose pixels may be oblong, as those of fax are, made square: `dpi_x` and
    /// `dpi_y` are pixels an inch, anything implausible where they are not known.
    pub fn with_resolutions(image: DynamicImage, dpi_x: f32, dpi_y: f32) -> Self {
        let plausible =
            [(image.width(), dpi_x), (image.height(), dpi_y)].iter().all(|(px, dpi)| {
                let inches = *px as f32 / dpi;
                inches >= SHEET.0 && inches <= SHEET.1
            });
        let (dpi_x, dpi_y) = if plausible {
            (dpi_x, dpi_y)
        } else {
            let (long, short) = sides(&image);
            // Whichever side fills the sheet: the other may be cut.
            let dpi = (long as f32 / A4.0).max(short as f32 / A4.1);
            (dpi, dpi)
        };
        let finest = dpi_x.max(dpi_y);
        let dpi = if finest >= FINE { RESOLUTION } else { finest };
        let fit = |px: u32, from: f32| ((px as f32 * dpi / from).round() as u32).max(1);
        let (width, height) = (fit(image.width(), dpi_x), fit(image.height(), dpi_y));
        // A few pixels over the page do not matter.
        let same = |a: u32, b: u32| a.abs_diff(b) * 100 <= b;
        let image = if same(width, image.width()) && same(height, image.height()) {
            image
        } else {
            // Levels between black and white keep the edges of 1-bit pictures where they are.
            image.resize_exact(width, height, FilterType::Triangle)
        };
        Self { image, dpi, cut: false }
    }
}

fn sides(image: &DynamicImage) -> (u32, u32) {
    let (w, h) = (image.width(), image.height());
    (w.max(h), w.min(h))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(w: u32, h: u32, dpi_x: f32, dpi_y: f32) -> (u32, u32, f32) {
        let p = Picture::with_resolutions(DynamicImage::new_luma8(w, h), dpi_x, dpi_y);
        (p.image.width(), p.image.height(), p.dpi)
    }

    #[test]
    fn resolutions_are_kept_evened_out_or_guessed() {
        assert_eq!(picture(1654, 2339, 200.0, 200.0), (1654, 2339, 200.0));
        // Coarse fax: 204 × 98 pixels an inch.
        let (w, h, dpi) = picture(1728, 1078, 204.0, 98.0);
        assert_eq!((w, dpi), (1728, 204.0));
        assert!(h.abs_diff(2244) < 3, "{h}");
        assert_eq!(picture(4960, 7016, 600.0, 600.0), (2480, 3508, 300.0));
        for nothing in [0.0, 1.0, 72.0, f32::NAN, f32::INFINITY] {
            let (_, _, dpi) = picture(2480, 3508, nothing, nothing);
            assert!((dpi - 300.0).abs() < 1.0, "{nothing} became {dpi}");
        }
    }
}
