//! PDF → pages of glyphs, rules and images.
//!
//! # Steps
//! 1. [`preflight`]: is it a PDF at all, how many pages does a second library count?
//! 2. The interpreter runs each page's content once; [`device`] collects what it draws.
//! 3. [`decode`] finds characters that fonts do not tell.
//! 4. [`classify`] judges whether the text layer can be used.
//! 5. [`scanned`] has a page without one recognised from its picture.

mod classify;
mod clipped;
mod content;
mod decode;
mod device;
mod encoded;
mod fields;
mod glyphs;
mod inflation;
mod misfit;
mod nesting;
mod paths;
mod plausible;
mod preflight;
mod raster;
mod repeated;
mod scanned;
pub mod second_reader;
mod squares;
mod stripes;
mod strokes;
mod unseen;

use super::SourceError;
use crate::model::finding::{Finding, Severity};
use crate::model::limits::{Limit, Limits};
use crate::model::page::{Glyph, Page, PageKind};
use crate::model::recognizer::Recognizer;
use decode::Decoders;
use device::{Collector, Marks};
use hayro_interpret::hayro_syntax::page::Rotation;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::{Affine, Rect as KurboRect};
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, InterpreterWarning, WarningSinkFn,
};
use image::RgbImage;
use raster::PictureSource;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Longest side of a page in points; PDF 1.7 ends at 14,400 (200 inches), larger boxes are
/// mistakes or attacks.
const MAX_SIDE: f32 = 14_400.0;

/// Reads single pages in another way, isolated from this process.
pub type SecondReader = dyn Fn(&[u8], u32) -> Option<Vec<Glyph>> + Send + Sync;

/// How to open a PDF.
#[derive(Clone, Default)]
pub struct PdfOptions {
    /// User or owner password; empty for none.
    pub password: String,
    /// Asked about pages that the first reader cannot decode.
    pub second_reader: Option<Arc<SecondReader>>,
    /// Reads pages that are pictures.
    pub recognizer: Option<Arc<dyn Recognizer>>,
    pub limits: Limits,
}

/// An opened PDF whose pages can be read from any thread.
pub struct PdfDocument {
    pdf: Pdf,
    bytes: Arc<Vec<u8>>,
    options: PdfOptions,
    findings: Vec<Finding>,
}

impl PdfDocument {
    /// Opens a PDF after pre-flight.
    ///
    /// # Errors
    /// Whatever makes every page unreadable: not a PDF, damaged beyond repair, encrypted with a
    /// password that was not given, or beyond the [`Limits`] of a document.
    pub fn open(bytes: Vec<u8>, options: &PdfOptions) -> Result<Self, SourceError> {
        preflight::check_header(&bytes)?;
        let limits = options.limits;
        inflation::check(&bytes, limits.inflated_mib)?;
        let bytes = Arc::new(bytes);
        let claimed = quietly(|| preflight::claimed_pages(&bytes, &options.password)).flatten();
        let pdf = quietly(|| Pdf::new_with_password(Arc::clone(&bytes), &options.password))
            .unwrap_or(Err(LoadPdfError::Invalid))
            .map_err(|e| refused(e, claimed))?;
        let pages = pdf.pages().len();
        if pages == 0 {
            return Err(SourceError::Damaged { reason: "its page tree is empty".to_owned() });
        }
        at_most(pages, "pages", Limit { key: "pages", value: limits.pages })?;
        at_most(pdf.len(), "objects", Limit { key: "objects", value: limits.objects })?;
        let mut findings = Vec::new();
        if let Some(claimed) = claimed.filter(|&c| c != 0 && c as usize != pages) {
            findings.push(Finding::new(
                "pdf.page-count",
                Severity::Warning,
                format!("{pages} pages could be read, but the document says that it has {claimed}"),
                "the file may be cut off or damaged: compare it with its publisher's copy",
            ));
        }
        Ok(Self { pdf, bytes, options: options.clone(), findings })
    }

    /// Number of pages.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        self.pdf.pages().len() as u32
    }

    /// Findings about the document as a whole.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// A reader for several pages on one thread: fonts are loaded once.
    #[must_use]
    pub fn reader(&self) -> PageReader<'_> {
        let lost_fonts = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&lost_fonts);
        let warning_sink: WarningSinkFn = Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::UnsupportedFont) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        PageReader {
            document: self,
            cache: InterpreterCache::new(),
            decoders: Decoders::default(),
            settings: InterpreterSettings { warning_sink, ..InterpreterSettings::default() },
            lost_fonts,
        }
    }

    /// Renders a page (from 1) for people to look at: `side` pixels along its longer side. `None`
    /// where there is no such page or it cannot be rendered.
    #[must_use]
    pub fn preview(&self, number: u32, side: u16) -> Option<RgbImage> {
        let page = self.pdf.pages().get((number as usize).checked_sub(1)?)?;
        let (width, height) = page.render_dimensions();
        let scale = f32::from(side) / width.max(height).max(1.0);
        quietly(|| raster::at_scale(page, &InterpreterSettings::default(), scale)).flatten()
    }

    /// Reads one page (from 1) by itself; see [`PdfDocument::reader`] for several.
    #[must_use]
    pub fn read_page(&self, number: u32) -> Page {
        self.reader().read(number)
    }
}

/// Reads pages of one document on one thread.
pub struct PageReader<'d> {
    document: &'d PdfDocument,
    cache: InterpreterCache<'d>,
    decoders: Decoders,
    settings: InterpreterSettings,
    /// Times that a font could not be loaded: what it shows is left out by the interpreter.
    lost_fonts: Arc<AtomicU32>,
}

impl PageReader<'_> {
    /// Reads page `number` (from 1). Trouble is told by the page's findings.
    #[must_use]
    pub fn read(&mut self, number: u32) -> Page {
        quietly(|| self.interpret(number)).unwrap_or_else(|| {
            // What a panic left half done must not serve the next page.
            self.cache = InterpreterCache::new();
            self.decoders = Decoders::default();
            unreadable(number, "the reader failed on its content")
        })
    }

    fn interpret(&mut self, number: u32) -> Page {
        let pages = self.document.pdf.pages();
        let Some(page) = (number as usize).checked_sub(1).and_then(|i| pages.get(i)) else {
            return unreadable(number, "there is no such page");
        };
        let size_pt = page.render_dimensions();
        let limits = &self.document.options.limits;
        let content = content::of(page);
        let operators = content.as_deref().unwrap_or_default();
        let nesting = nesting::of(page, operators);
        if nesting.drawn > u64::from(limits.forms) {
            let findings = vec![drawn_too_often(number, limits.forms)];
            return Page { number, size_pt, findings, ..Page::default() };
        }
        let mut collector = Collector::new(size_pt, limits);
        let transform = Affine::new(page.initial_transform(true).as_coeffs());
        let bounds = KurboRect::new(0.0, 0.0, f64::from(size_pt.0), f64::from(size_pt.1));
        let xref = self.document.pdf.xref();
        let settings = content::handed_over(&self.settings);
        let mut context = Context::new(transform, bounds, &self.cache, xref, settings);
        self.lost_fonts.store(0, Ordering::Relaxed);
        content::draw(page, operators, &mut context, &mut collector);
        let lost_fonts = self.lost_fonts.load(Ordering::Relaxed) > 0;

        let (mut marks, undecoded) = collector.finish();
        self.decoders.resolve(&mut marks.glyphs, &undecoded, page);
        let room = (limits.glyphs as usize).saturating_sub(marks.glyphs.len());
        let mut filled_in = fields::unpainted(page, transform, room);
        let characters = filled_in.len();
        marks.glyphs.append(&mut filled_in);
        let mut verdict = classify::classify(number, size_pt, &marks);
        if characters > 0 {
            verdict.findings.push(fields::finding(number, characters));
        }
        if (verdict.doubtful || lost_fonts) && self.second_opinion(number, &mut marks) {
            verdict = classify::classify(number, size_pt, &marks);
            verdict.findings.push(second_reader_used(number));
        } else if lost_fonts {
            verdict.findings.push(font_lost(number));
        }
        repeated::drop_repeated(&mut marks.glyphs);
        let doubtful = classify::doubt(&mut marks.glyphs);
        if nesting.depth > limits.nesting {
            verdict.findings.push(nested(number, limits.nesting));
        }
        if marks.outside > 0 {
            let [crop, media] =
                [page.crop_box(), page.media_box()].map(|b| [b.x0, b.y0, b.x1, b.y1]);
            let cropped = crop != media;
            verdict.findings.push(outside(number, marks.outside, cropped));
        }
        if size_pt.0.max(size_pt.1) > MAX_SIDE {
            verdict.findings.push(oversized(number, size_pt));
        }
        if verdict.kind == PageKind::Blank && content.is_none() && has_contents(page) {
            return unreadable(number, "its content stream cannot be decoded");
        }
        if verdict.kind == PageKind::Blank
            && marks.shows_nothing()
            && let Some(why) = unseen::reason(page, content.as_deref())
        {
            return unreadable(number, why);
        }
        if unseen::has_unpainted_text(page) {
            verdict.findings.push(unseen::unpainted(number));
        }
        let read = Page {
            number,
            size_pt,
            rotation: match page.rotation() {
                Rotation::None => 0,
                Rotation::Horizontal => 90,
                Rotation::Flipped => 180,
                Rotation::FlippedHorizontal => 270,
            },
            kind: verdict.kind,
            glyphs: marks.glyphs,
            rules: marks.rules,
            images: marks.images,
            cuts: marks.cuts,
            outside: marks.outside.try_into().unwrap_or(u32::MAX),
            shapes: marks.shapes > 0,
            rows: Vec::new(),
            findings: verdict.findings,
        };
        let source =
            PictureSource { page, settings: &self.settings, megapixels: limits.megapixels };
        let recognizer = self.document.options.recognizer.as_deref();
        match read.kind {
            _ if verdict.outlined => scanned::outlined(read, &source, recognizer),
            PageKind::Scanned => scanned::recognised(read, &source, recognizer, marks.hidden),
            PageKind::Exported | PageKind::Mixed if verdict.unusable && recognizer.is_some() => {
                scanned::instead(read, &source, recognizer, verdict.confidence)
            }
            PageKind::Mixed if !scanned::has_lattice(&read.rules) => {
                let read = classify::distrusted(read, verdict.confidence);
                scanned::completed(read, &source, recognizer)
            }
            PageKind::Exported | PageKind::Mixed if !doubtful.is_empty() => {
                let read = classify::distrusted(read, verdict.confidence);
                scanned::patched(read, &source, recognizer, &doubtful)
            }
            _ => classify::distrusted(read, verdict.confidence),
        }
    }

    /// Asks the second reader; takes its text only where it reads more characters.
    fn second_opinion(&self, number: u32, marks: &mut Marks) -> bool {
        let Some(reader) = &self.document.options.second_reader else { return false };
        let Some(second) = reader(&self.document.bytes, number) else { return false };
        let readable = |glyphs: &[Glyph]| {
            glyphs
                .iter()
                .filter(|g| !g.ch.is_whitespace() && !classify::is_unreadable(g.ch))
                .count()
        };
        let unreadable = second.iter().filter(|g| classify::is_unreadable(g.ch)).count();
        if unreadable > 0 || readable(&second) <= readable(&marks.glyphs) {
            return false;
        }
        marks.glyphs = second;
        true
    }
}

fn has_contents(page: &hayro_interpret::hayro_syntax::page::Page<'_>) -> bool {
    page.raw().contains_key(content::CONTENTS)
}

fn unreadable(number: u32, why: &str) -> Page {
    let finding = Finding::new(
        "page.unreadable",
        Severity::Error,
        format!("page {number} could not be read: {why}"),
        "fetch the file again from its publisher, or repair it with `qpdf`",
    )
    .on_page(number);
    Page { number, findings: vec![finding], ..Page::default() }
}

fn oversized(number: u32, size: (f32, f32)) -> Finding {
    Finding::new(
        "page.oversized",
        Severity::Warning,
        format!("page {number} is {:.0} × {:.0} points large", size.0, size.1),
        "check the page box: PDF pages end at 14,400 points",
    )
    .on_page(number)
}

/// What a crop box leaves out was left out by somebody; what does not fit on its page was lost.
fn outside(number: u32, characters: usize, cropped: bool) -> Finding {
    let severity = if cropped { Severity::Info } else { Severity::Warning };
    let message = format!(
        "{characters} characters stand beyond the edges of page {number}: nobody sees them"
    );
    let hint = "if the page looks cut off, ask its publisher for a copy that shows all";
    Finding::new("text.outside-page", severity, message, hint).on_page(number)
}

fn nested(number: u32, most: u32) -> Finding {
    let limit = Limit { key: "nesting", value: most };
    Finding::new(
        "page.limit",
        Severity::Error,
        format!("the form objects of page {number} contain each other beyond {limit}"),
        "compare the page with its print: what is drawn deeper may be missing",
    )
    .on_page(number)
}

fn drawn_too_often(number: u32, most: u32) -> Finding {
    let limit = Limit { key: "forms", value: most };
    Finding::new(
        "page.limit",
        Severity::Error,
        format!("the form objects of page {number} draw each other beyond {limit}; it is not read"),
        "look at the page: it may be made to do harm; or raise the limit",
    )
    .on_page(number)
}

fn at_most(found: usize, what: &str, limit: Limit) -> Result<(), SourceError> {
    if found <= limit.value as usize {
        return Ok(());
    }
    Err(SourceError::Limit { limit: format!("{found} {what}, beyond {limit}") })
}

fn font_lost(number: u32) -> Finding {
    Finding::new(
        "text.font-lost",
        Severity::Error,
        format!("a font of page {number} cannot be loaded: text may be missing or wrong"),
        "compare the page with its print; ask the publisher for a PDF with sound fonts",
    )
    .on_page(number)
}

fn second_reader_used(number: u32) -> Finding {
    Finding::new(
        "text.second-reader",
        Severity::Warning,
        format!(
            "page {number} was read by the second reader, because the first could not decode it"
        ),
        "compare the values of this page with the print",
    )
    .on_page(number)
}

fn refused(error: LoadPdfError, claimed: Option<u32>) -> SourceError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => SourceError::PasswordNeeded,
        LoadPdfError::Decryption(e) => {
            SourceError::UnsupportedEncryption { reason: format!("{e:?}") }
        }
        LoadPdfError::Invalid => SourceError::Damaged {
            reason: match claimed {
                Some(n) if n > 0 => format!("it claims {n} pages, but none can be reached"),
                _ => "its structure cannot be read".to_owned(),
            },
        },
    }
}

/// Runs a call into a foreign library; a panic there is an answer, not an end.
fn quietly<T>(f: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(f)).ok()
}
