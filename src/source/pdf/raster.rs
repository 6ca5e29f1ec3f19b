//! A page as a picture: its own, decoded as it is stored, or the page rendered.
//!
//! A scanned page is usually one picture that fills it. Decoding that picture by itself keeps
//! its pixels as the scanner made them; rendering would resample them.

use super::encoded;
use crate::model::page::ImageBox;
use crate::source::scan::{Picture, PictureError, RESOLUTION, check_size, is_cut_jpeg};
use hayro::hayro_interpret::font::GlyphRun;
use hayro::kurbo::{Affine, BezPath, Rect as KurboRect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image as PdfImage, ImageData,
    ImageDrawProps, InterpreterCache, InterpreterSettings, LumaData, SoftMask, interpret_page,
};
use image::{DynamicImage, GrayImage, RgbImage};

/// A picture that covers at least this share of what all pictures of the page cover stands for
/// the page.
const WHOLE: f32 = 0.95;

/// A page of which a picture can be had.
pub(super) struct PictureSource<'p> {
    pub page: &'p PdfPage<'p>,
    pub settings: &'p InterpreterSettings,
    /// Most pixels of a picture, in millions.
    pub megapixels: u32,
}

/// Where a picture stands on its page, in points from the top left.
pub(super) struct Placed {
    pub picture: Picture,
    /// Left and upper edge on the page as displayed, in points.
    pub at: (f32, f32),
}

/// The picture of a page that shows pictures only: the single one it holds, else the page
/// rendered.
pub(super) fn of_scan(
    source: &PictureSource<'_>,
    images: &[ImageBox],
) -> Result<Placed, PictureError> {
    match images {
        [only] => {
            check_size(only.pixels, source.megapixels)?;
            if let Some(placed) = decoded(source, only)? {
                return Ok(placed);
            }
        }
        _ => {
            for image in images {
                check_size(image.pixels, source.megapixels)?;
            }
        }
    }
    rendered(source)
}

/// Renders a page at [`RESOLUTION`], or as near to it as the limit of pixels allows.
pub(super) fn rendered(source: &PictureSource<'_>) -> Result<Placed, PictureError> {
    let (width, height) = source.page.render_dimensions();
    let most = (source.megapixels as f32 * 1e6 / (width * height).max(1.0)).sqrt();
    // The renderer counts pixels in 16 bits.
    let scale = (RESOLUTION / 72.0).min(most).min(f32::from(u16::MAX) / width.max(height).max(1.0));
    let image = at_scale(source.page, source.settings, scale).ok_or(PictureError::Undecodable)?;
    let picture = Picture { image: DynamicImage::ImageRgb8(image), dpi: scale * 72.0, cut: false };
    Ok(Placed { picture, at: (0.0, 0.0) })
}

/// Renders a page at `scale` pixels a point; the caller keeps the size within reason.
pub(super) fn at_scale(
    page: &PdfPage<'_>,
    settings: &InterpreterSettings,
    scale: f32,
) -> Option<RgbImage> {
    let pixmap = hayro::render(
        page,
        &RenderCache::new(),
        settings,
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let (w, h) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let rgb: Vec<u8> = pixmap.data().iter().flat_map(|p| [p.r, p.g, p.b]).collect();
    RgbImage::from_raw(w, h, rgb)
}

/// The only picture of a page, decoded and turned as displayed; `None` if it is drawn obliquely
/// or can only be had by rendering.
fn decoded(source: &PictureSource<'_>, shown: &ImageBox) -> Result<Option<Placed>, PictureError> {
    let page = source.page;
    let (width, height) = page.render_dimensions();
    let bounds = KurboRect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let transform = Affine::new(page.initial_transform(true).as_coeffs());
    let cache = InterpreterCache::new();
    let mut context = Context::new(transform, bounds, &cache, page.xref(), source.settings.clone());
    let mut picker = Picker::within(source.megapixels);
    interpret_page(page, &mut context, &mut picker);
    if let Some(error) = picker.refused {
        return Err(error);
    }
    let Some((image, transform)) = picker.picked else { return Ok(None) };
    let [a, b, c, d, e, f] = transform.as_coeffs();
    let Some(turn) = Turned::of(a, b, c, d) else { return Ok(None) };
    let placed = transform.transform_rect_bbox(KurboRect::new(
        0.0,
        0.0,
        f64::from(image.width()),
        f64::from(image.height()),
    ));
    let seen = shown.bbox.area() / (placed.width() * placed.height()).max(1.0) as f32;
    // What the page's edge or a clip cuts off is no part of the page.
    if seen < WHOLE || !(e.is_finite() && f.is_finite()) {
        return Ok(None);
    }
    let upright = turn.apply(image);
    let dpi_x = upright.width() as f32 * 72.0 / placed.width() as f32;
    let dpi_y = upright.height() as f32 * 72.0 / placed.height() as f32;
    let picture = Picture { cut: picker.cut, ..Picture::with_resolutions(upright, dpi_x, dpi_y) };
    Ok(Some(Placed { picture, at: (placed.x0 as f32, placed.y0 as f32) }))
}

/// How the axes of a picture stand on the displayed page.
struct Turned {
    swapped: bool,
    mirrored_x: bool,
    mirrored_y: bool,
}

impl Turned {
    /// From the linear part of the picture's transform; `None` if it is turned by anything but
    /// quarters.
    fn of(a: f64, b: f64, c: f64, d: f64) -> Option<Self> {
        // A third of a degree moves the far end of a line by half its height.
        let slight = 0.006;
        let swapped = if b.abs().max(c.abs()) <= slight * a.abs().min(d.abs()) {
            false
        } else if a.abs().max(d.abs()) <= slight * b.abs().min(c.abs()) {
            true
        } else {
            return None;
        };
        let (along_x, along_y) = if swapped { (c, b) } else { (a, d) };
        Some(Self { swapped, mirrored_x: along_x < 0.0, mirrored_y: along_y < 0.0 })
    }

    fn apply(&self, image: DynamicImage) -> DynamicImage {
        // Transposing is a quarter turn and a mirror.
        let image = if self.swapped { image.rotate90().fliph() } else { image };
        let image = if self.mirrored_x { image.fliph() } else { image };
        if self.mirrored_y { image.flipv() } else { image }
    }
}

/// Decodes the picture that a page draws.
struct Picker {
    /// Most pixels of a picture, in millions.
    megapixels: u32,
    picked: Option<(DynamicImage, Affine)>,
    refused: Option<PictureError>,
    cut: bool,
}

impl Picker {
    fn within(megapixels: u32) -> Self {
        Self { megapixels, picked: None, refused: None, cut: false }
    }
}

impl<'a> Device<'a> for Picker {
    fn draw_image(&mut self, image: PdfImage<'a, '_>, props: ImageDrawProps<'a>) {
        let stream = match &image {
            PdfImage::Stencil(stencil) => stencil.stream(),
            PdfImage::Raster(raster) => raster.stream(),
        };
        let encoded = encoded::size(stream);
        self.cut |= is_cut_jpeg(&stream.raw_data());
        let declared = (image.width(), image.height());
        let mut sizes = encoded.into_iter().chain([declared]);
        if let Err(error) = sizes.try_for_each(|size| check_size(size, self.megapixels)) {
            self.refused = Some(error);
            return;
        }
        // A mask shows what lies below; only rendering knows what that is.
        if props.soft_mask.is_some() {
            return;
        }
        let mut picked = None;
        match image {
            PdfImage::Stencil(stencil) => {
                stencil.with_stencil(|luma, _| picked = ink(luma), None);
            }
            PdfImage::Raster(raster) => raster.with_rgba(
                |data, alpha| {
                    if alpha.is_none() {
                        picked = pixels(data);
                    }
                },
                None,
            ),
        }
        if let Some((image, factors)) = picked {
            // The transform is that of the declared size.
            let stretch = Affine::scale_non_uniform(f64::from(factors.0), f64::from(factors.1));
            self.picked = Some((image, props.transform * stretch));
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_rect(&mut self, _: &KurboRect, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &KurboRect) {}
    fn pop_clip(&mut self) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_transparency_group(&mut self) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
}

type Decoded = Option<(DynamicImage, (f32, f32))>;

fn pixels(data: ImageData) -> Decoded {
    match data {
        ImageData::Rgb(d) => RgbImage::from_raw(d.width, d.height, d.data)
            .map(|i| (DynamicImage::ImageRgb8(i), d.scale_factors)),
        ImageData::Luma(d) => GrayImage::from_raw(d.width, d.height, d.data)
            .map(|i| (DynamicImage::ImageLuma8(i), d.scale_factors)),
    }
}

/// A stencil paints where it is opaque; whatever the paint, that is the ink.
fn ink(luma: LumaData) -> Decoded {
    let factors = luma.scale_factors;
    let mut image = GrayImage::from_raw(luma.width, luma.height, luma.data)?;
    image::imageops::invert(&mut image);
    Some((DynamicImage::ImageLuma8(image), factors))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 2 / 3 4
    fn four() -> DynamicImage {
        DynamicImage::ImageLuma8(GrayImage::from_raw(2, 2, vec![1, 2, 3, 4]).unwrap())
    }

    fn shown(a: f64, b: f64, c: f64, d: f64) -> Option<Vec<u8>> {
        Turned::of(a, b, c, d).map(|t| t.apply(four()).into_luma8().into_raw())
    }

    #[test]
    fn pictures_are_turned_as_displayed() {
        assert_eq!(shown(1.0, 0.0, 0.0, 1.0), Some(vec![1, 2, 3, 4]));
        assert_eq!(shown(-1.0, 0.0, 0.0, -1.0), Some(vec![4, 3, 2, 1]));
        // x runs down, y runs left: a clockwise quarter.
        assert_eq!(shown(0.0, 1.0, -1.0, 0.0), Some(vec![3, 1, 4, 2]));
        assert_eq!(shown(0.0, -1.0, 1.0, 0.0), Some(vec![2, 4, 1, 3]));
        assert_eq!(shown(0.7, 0.7, -0.7, 0.7), None);
    }
}
