//! Image files as documents: every picture is a page.

use super::SourceError;
use super::scan::{self, files::ImageFile};
use crate::model::geometry::Rect;
use crate::model::limits::Limits;
use crate::model::page::{ImageBox, Page, PageKind};
use crate::model::recognizer::{Recognizer, RecognizerError};
use image::RgbImage;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An opened image file whose pages can be read from any thread.
pub struct ImageDocument {
    file: ImageFile,
}

impl ImageDocument {
    /// Opens a PNG, JPEG or TIFF file.
    ///
    /// # Errors
    /// Where the file is of another kind, or has too many pages. That a page cannot be decoded is a finding.
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self, SourceError> {
        Ok(Self { file: ImageFile::open(bytes, limits)? })
    }

    /// Number of pages.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        self.file.page_count()
    }

    /// A page's picture (from 1) for people to look at: at most `side` pixels along its longer
    /// side. `None` where it cannot be decoded.
    #[must_use]
    pub fn preview(&self, number: u32, side: u16) -> Option<RgbImage> {
        let draw = || {
            let picture = self.file.picture(number).ok()?;
            Some(picture.image.thumbnail(side.into(), side.into()).into_rgb8())
        };
        catch_unwind(AssertUnwindSafe(draw)).ok().flatten()
    }

    /// Reads one page (from 1). Trouble is told by the page's findings.
    #[must_use]
    pub fn read(&self, number: u32, recognizer: Option<&dyn Recognizer>) -> Page {
        let read = || self.recognised(number, recognizer);
        catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
            let reason = "the reader failed on it".to_owned();
            let mut page = Page { number, ..Page::default() };
            page.findings.push(scan::unrecognised(number, &RecognizerError::Failed { reason }));
            page
        })
    }

    fn recognised(&self, number: u32, recognizer: Option<&dyn Recognizer>) -> Page {
        let mut page = Page { number, kind: PageKind::Scanned, ..Page::default() };
        let picture = match self.file.picture(number) {
            Ok(picture) => picture,
            Err(error) => {
                page.findings.push(scan::no_picture(number, &error));
                return page;
            }
        };
        let pixels = (picture.image.width(), picture.image.height());
        let points = 72.0 / picture.dpi;
        page.size_pt = (pixels.0 as f32 * points, pixels.1 as f32 * points);
        let bbox = Rect::new(0.0, 0.0, page.size_pt.0, page.size_pt.1);
        page.images = vec![ImageBox { bbox, pixels }];
        match recognizer.map(|r| scan::read(picture, number, r)) {
            None => page.findings.push(scan::needs_recognition(number, None)),
            Some(Err(error)) => page.findings.push(scan::unrecognised(number, &error)),
            Some(Ok(scan)) => scan.onto(&mut page, (0.0, 0.0)),
        }
        page
    }
}
