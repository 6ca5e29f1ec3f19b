//! One document, converted and opened up for people to look into.

use super::error::DocumentError;
use super::guard::stage;
use super::opened::Opened;
use super::settings::{Settings, Tables};
use super::{convert, library};
use crate::emit::inspect;
use crate::layout;
use crate::model::inspection::{InspectedPage, Inspection, PagePicture};
use crate::model::limits::Limits;
use crate::model::page::Page;
use crate::template::Library;
use crate::template::outline::outline;
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder};
use image::{DynamicImage, RgbImage};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::BTreeMap;
use std::path::Path;

/// Longer side of a page's picture in pixels: text of 9 points can be read on few pages; on many
/// the whole must stay small enough for a browser.
const SIDE: [(usize, u16); 3] = [(12, 1600), (40, 1200), (usize::MAX, 900)];

/// Quality of a picture in colours, of 100.
const JPEG_QUALITY: u8 = 60;

/// Why a document cannot be inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error("there is no page {page}: the document has {pages}")]
    NoSuchPage { page: u32, pages: u32 },
}

/// One self-contained HTML page that shows how a document was read; `page` (from 1) limits what
/// is shown, not what is read. `template_dir` is where templates of the user's own lie.
///
/// # Errors
/// Whatever makes the document unreadable as a whole, and a page that it has not.
pub fn html(
    name: &str,
    bytes: Vec<u8>,
    page: Option<u32>,
    settings: &Settings,
    library: &Library,
    template_dir: Option<&Path>,
) -> Result<Vec<u8>, InspectError> {
    let settings = Settings { keep_blocks: true, tables: Tables::Unmatched, ..settings.clone() };
    let converted = convert::document(name, bytes.clone(), &settings, library)?;
    let count = converted.source.pages;
    if let Some(page) = page.filter(|p| !(1..=count).contains(p)) {
        return Err(InspectError::NoSuchPage { page, pages: count });
    }
    let wanted: Vec<u32> = page.map_or_else(|| (1..=count).collect(), |page| vec![page]);
    let pages = pages(&Opened::open(name, bytes, &settings)?, &wanted, &settings.limits)?;
    let mut templates = BTreeMap::new();
    for id in converted.forms.iter().map(|f| &f.template) {
        if !templates.contains_key(id) {
            let text = library::text(id, template_dir).ok().flatten().unwrap_or_default();
            templates.insert(id.clone(), outline(&text));
        }
    }
    Ok(inspect::html(&Inspection { converted, pages, templates }, &library.specs))
}

fn pages(
    opened: &Opened,
    wanted: &[u32],
    limits: &Limits,
) -> Result<Vec<InspectedPage>, DocumentError> {
    let side = SIDE.iter().find(|(most, _)| wanted.len() <= *most).map_or(900, |(_, side)| *side);
    let pages: Vec<Result<InspectedPage, DocumentError>> = wanted
        .into_par_iter()
        .map(|&n| inspected(opened.read(n)?, opened.preview(n, side).as_ref(), limits))
        .collect();
    pages.into_iter().collect()
}

fn inspected(
    page: Page,
    picture: Option<&RgbImage>,
    limits: &Limits,
) -> Result<InspectedPage, DocumentError> {
    let (number, size_pt) = (page.number, page.size_pt);
    let (glyphs, rules) = (page.glyphs.clone(), page.rules.clone());
    let layout = stage("layout", Some(number), || layout::page(page, limits))?;
    let picture = picture.and_then(encoded);
    Ok(InspectedPage { number, size_pt, picture, glyphs, rules, layout })
}

/// A picture in the smaller of two encodings; grey where it has no colours.
fn encoded(picture: &RgbImage) -> Option<PagePicture> {
    let colourless = |p: &image::Rgb<u8>| p.0.iter().max() == p.0.iter().min();
    let all = DynamicImage::ImageRgb8(picture.clone());
    let shown = if picture.pixels().all(colourless) { all.to_luma8().into() } else { all };
    let (mut png, mut jpeg) = (Vec::new(), Vec::new());
    shown.write_with_encoder(PngEncoder::new(&mut png)).ok()?;
    shown.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)).ok()?;
    let (media_type, bytes) =
        if png.len() <= jpeg.len() { ("image/png", png) } else { ("image/jpeg", jpeg) };
    Some(PagePicture { media_type, bytes })
}
