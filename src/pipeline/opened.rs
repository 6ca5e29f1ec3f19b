//! A document whose pages are read one by one, for those who want to see how.

use super::error::DocumentError;
use super::guard::stage;
use super::settings::Settings;
use super::sniff::{Kind, sniff};
use crate::layout;
use crate::model::grid::{Layout, PageLayout};
use crate::model::limits::Limits;
use crate::model::page::Page;
use crate::model::recognizer::Recognizer;
use crate::source::image::ImageDocument;
use crate::source::pdf::{PdfDocument, PdfOptions};
use crate::source::text;
use image::RgbImage;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::sync::Arc;

/// A document of any kind.
pub(super) enum Opened {
    Pdf(Box<PdfDocument>),
    Image(Box<ImageDocument>, Option<Arc<dyn Recognizer>>),
    Text(Vec<Page>),
}

impl Opened {
    /// Opens a document; `name` is its file name, to settle its type.
    pub fn open(name: &str, bytes: Vec<u8>, settings: &Settings) -> Result<Self, DocumentError> {
        Ok(match sniff(name, &bytes)? {
            Kind::Pdf => {
                let options = PdfOptions {
                    password: settings.password.clone(),
                    second_reader: settings.second_reader.clone().map(|reader| {
                        Arc::new(move |pdf: &[u8], page| reader.read(pdf, page)) as Arc<_>
                    }),
                    recognizer: settings.recognizer.clone(),
                    limits: settings.limits,
                };
                let pdf = stage("source", None, || PdfDocument::open(bytes, &options))??;
                Self::Pdf(Box::new(pdf))
            }
            Kind::Image => {
                let file = stage("source", None, || ImageDocument::open(bytes, &settings.limits))??;
                Self::Image(Box::new(file), settings.recognizer.clone())
            }
            Kind::Text => {
                Self::Text(stage("source", None, || text::read(&bytes, &settings.limits))??)
            }
        })
    }

    pub fn page_count(&self) -> u32 {
        match self {
            Self::Pdf(pdf) => pdf.page_count(),
            Self::Image(file, _) => file.page_count(),
            Self::Text(pages) => pages.len() as u32,
        }
    }

    /// Reads a page (from 1).
    pub fn read(&self, number: u32) -> Result<Page, DocumentError> {
        stage("source", Some(number), || match self {
            Self::Pdf(pdf) => pdf.read_page(number),
            Self::Image(file, recognizer) => file.read(number, recognizer.as_deref()),
            Self::Text(pages) => {
                let at = (number as usize).checked_sub(1);
                at.and_then(|i| pages.get(i)).cloned().unwrap_or_default()
            }
        })
    }

    /// A picture of a page (from 1), `side` pixels along its longer side.
    pub fn preview(&self, number: u32, side: u16) -> Option<RgbImage> {
        match self {
            Self::Pdf(pdf) => pdf.preview(number, side),
            Self::Image(file, _) => file.preview(number, side),
            Self::Text(_) => None,
        }
    }

    /// The whole document laid out.
    pub fn layout(&self, limits: &Limits) -> Result<Layout, DocumentError> {
        let pages: Vec<Result<PageLayout, DocumentError>> = (1..=self.page_count())
            .into_par_iter()
            .map(|n| {
                let page = self.read(n)?;
                stage("layout", Some(n), || layout::page(page, limits))
            })
            .collect();
        let pages = pages.into_iter().collect::<Result<Vec<_>, _>>()?;
        stage("layout", None, || layout::join_pages(pages))
    }
}
