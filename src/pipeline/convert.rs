//! One document through the stages.

use super::assemble::{self, Shown};
use super::error::DocumentError;
use super::faint;
use super::guard::stage;
use super::names::hex;
use super::settings::{Lap, Settings, Tables, Timings};
use super::sniff::{Kind, sniff};
use super::verify;
use crate::model::finding::{AMOUNT_GUESSED, AMOUNT_REPAIRED, Finding, LOW_CONFIDENCE, Severity};
use crate::model::form::{BoundForm, Converted, Form};
use crate::model::grid::{Grid, PageLayout};
use crate::model::page::{Page, SourceInfo, SourceKind};
use crate::source::image::ImageDocument;
use crate::source::pdf::{PdfDocument, PdfOptions};
use crate::template::Library;
use crate::{check, layout, normalize, source};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Fewest pages that are worth a task of their own: each loads the fonts anew.
const LEAST_PAGES_A_TASK: u32 = 8;

/// Most pages of a task: the caches of a reader grow with its pages.
const MOST_PAGES_A_TASK: u32 = 64;

/// A file of so many bytes a page is made of pictures, or has few pages: an exported page takes some 30 KB
/// with its share of the fonts, a fax of one 60 KB and more. To read a picture takes longer than to load
/// fonts.
const BYTES_OF_PICTURE: usize = 48 << 10;

/// How many pages of a document of so many bytes one task reads, so that each thread has several tasks
/// and none waits long for the others at the end.
fn pages_a_task(count: u32, bytes: usize) -> u32 {
    let threads = rayon::current_num_threads() as u32;
    let pictures = bytes / count.max(1) as usize >= BYTES_OF_PICTURE;
    let least = if pictures && threads > 1 { 1 } else { LEAST_PAGES_A_TASK };
    (count / (threads * 4)).clamp(least, MOST_PAGES_A_TASK)
}

/// Converts one document. `name` is its file name, for the output and to settle its type.
///
/// Recoverable trouble is in the findings. An `Err` means that there is no output; a panic
/// anywhere in a stage is one too.
pub fn document(
    name: &str,
    bytes: Vec<u8>,
    settings: &Settings,
    library: &Library,
) -> Result<Converted, DocumentError> {
    timed(name, bytes, settings, library).map(|(converted, _)| converted)
}

/// Like [`document`], with the time each stage took.
pub fn timed(
    name: &str,
    bytes: Vec<u8>,
    settings: &Settings,
    library: &Library,
) -> Result<(Converted, Timings), DocumentError> {
    let sha256 = hex(&Sha256::digest(&bytes));
    let mut timings = Timings::default();
    let read = match sniff(name, &bytes)? {
        Kind::Pdf => read_pdf(bytes, settings)?,
        Kind::Image => read_image(bytes, settings)?,
        Kind::Text => read_text(&bytes, settings)?,
    };
    timings += read.timings;
    let source = SourceInfo {
        file: name.to_owned(),
        sha256,
        pages: read.shown.len() as u32,
        kind: read.kind,
    };
    let mut findings = read.findings;

    let mut lap = Lap::start(settings.clock);
    let layout = stage("layout", None, || layout::join_pages(read.layouts))?;
    timings.layout += lap.lap();
    // Binding takes the grids apart; a copy is kept only where all were asked for.
    let every_grid = (settings.tables == Tables::All).then(|| assemble::all_grids(&layout.blocks));
    let only = settings.template.as_deref();
    // Each form is typed as soon as it is bound: its printed cells take as much memory as its page.
    let mut typed: Vec<Result<Form, DocumentError>> = Vec::new();
    let bound = stage("template", None, || {
        library.bind_each(layout, only, &mut |bound| {
            timings.template += lap.lap();
            typed.push(form(bound, settings, library, &mut timings, &mut lap));
        })
    })?;
    let mut forms = typed.into_iter().collect::<Result<Vec<_>, _>>()?;
    for (form, finding) in bound.later {
        let found = &mut forms[form].findings;
        found.push(finding);
        *found = assemble::deduplicate(std::mem::take(found));
    }
    if settings.keep_blocks {
        for (form, blocks) in forms.iter_mut().zip(bound.blocks) {
            form.blocks = blocks;
        }
    }
    let placed = assemble::pointed(bound.findings, &forms);
    findings.extend(assemble::going_on_unmatched(placed, &read.shown, &forms));
    timings.template += lap.lap();

    let checked = || check::document(&forms, &library.specs, &library.taxonomy);
    findings.extend(stage("check", None, checked)?);
    timings.check += lap.lap();

    findings.extend(assemble::unused(&read.shown, &forms, &bound.tables));
    findings.extend(assemble::unread(&read.shown, &forms));
    findings.extend(faint::doubted(&findings, &forms));
    let tables: Vec<Grid> = match settings.tables {
        Tables::Unmatched => bound.tables,
        Tables::All => every_grid.unwrap_or_default(),
        Tables::None => Vec::new(),
    };
    let findings = assemble::deduplicate(findings);
    Ok((Converted { source, forms, tables, findings }, timings))
}

/// Types and checks one bound form.
fn form(
    bound: BoundForm,
    settings: &Settings,
    library: &Library,
    timings: &mut Timings,
    lap: &mut Lap,
) -> Result<Form, DocumentError> {
    let page = bound.pages.first().copied();
    let mut form = stage("normalize", page, || normalize::form(bound, settings.trusted))?;
    timings.normalize += lap.lap();
    if let Some(spec) = library.specs.iter().find(|s| s.id == form.template) {
        if form.findings.iter().any(|f| f.code == AMOUNT_GUESSED) {
            let confirmed =
                stage("check", page, || check::added_up(&form, spec, &library.taxonomy))?;
            normalize::withdraw_guesses(&mut form, &confirmed);
        }
        let found = stage("check", page, || check::form(&form, spec, &library.taxonomy))?;
        form.findings.extend(found);
        let doubtful = |f: &Finding| [LOW_CONFIDENCE, AMOUNT_REPAIRED].contains(&f.code);
        if form.findings.iter().any(doubtful) {
            let settled =
                stage("check", page, || check::corroborated(&form, spec, &library.taxonomy))?;
            let is_settled = |f: &Finding| f.at.as_ref().is_some_and(|at| settled.contains(at));
            form.findings.retain(|f| !(f.code == LOW_CONFIDENCE && is_settled(f)));
            // That it was repaired stays on record; that the repair is right is known.
            for finding in &mut form.findings {
                if finding.code == AMOUNT_REPAIRED && is_settled(finding) {
                    finding.severity = Severity::Info;
                }
            }
        }
    }
    assemble::weigh_missing_labels(&mut form);
    form.findings = assemble::deduplicate(std::mem::take(&mut form.findings));
    timings.check += lap.lap();
    Ok(form)
}

/// A document after reading and laying out its pages.
struct Read {
    kind: SourceKind,
    shown: Vec<Shown>,
    layouts: Vec<PageLayout>,
    findings: Vec<Finding>,
    timings: Timings,
}

impl Read {
    fn collect(findings: Vec<Finding>, timings: Timings, pages: Vec<LaidOut>) -> Self {
        let mut read =
            Self { kind: SourceKind::Blank, shown: vec![], layouts: vec![], findings, timings };
        for page in pages {
            read.shown.push(page.shown);
            read.findings.extend(page.findings);
            read.layouts.push(page.layout);
            read.timings += page.timings;
        }
        read.kind = assemble::kind(&read.shown);
        read
    }
}

/// A page whose glyphs are gone.
struct LaidOut {
    shown: Shown,
    findings: Vec<Finding>,
    layout: PageLayout,
    timings: Timings,
}

fn lay_out(
    mut page: Page,
    settings: &Settings,
    mut lap: Lap,
    source: Timings,
) -> Result<LaidOut, DocumentError> {
    let shown = Shown::of(&page);
    let findings = std::mem::take(&mut page.findings);
    let mut layout = stage("layout", Some(shown.page), || layout::page(page, &settings.limits))?;
    assemble::compact(&mut layout.blocks);
    let timings = Timings { layout: lap.lap(), ..source };
    Ok(LaidOut { shown, findings, layout, timings })
}

fn read_text(bytes: &[u8], settings: &Settings) -> Result<Read, DocumentError> {
    let mut lap = Lap::start(settings.clock);
    let pages = stage("source", None, || source::text::read(bytes, &settings.limits))??;
    let timings = Timings { source: lap.lap(), ..Timings::default() };
    let pages: Vec<LaidOut> = pages
        .into_iter()
        .map(|page| lay_out(page, settings, Lap::start(settings.clock), Timings::default()))
        .collect::<Result<_, _>>()?;
    Ok(Read { kind: SourceKind::Text, ..Read::collect(Vec::new(), timings, pages) })
}

fn read_image(bytes: Vec<u8>, settings: &Settings) -> Result<Read, DocumentError> {
    let file = stage("source", None, || ImageDocument::open(bytes, &settings.limits))??;
    let pages: Vec<Result<LaidOut, DocumentError>> = (1..=file.page_count())
        .into_par_iter()
        .map(|number| {
            let mut lap = Lap::start(settings.clock);
            let recognizer = settings.recognizer.as_deref();
            let page = stage("source", Some(number), || file.read(number, recognizer))?;
            let source = Timings { source: lap.lap(), ..Timings::default() };
            lay_out(page, settings, lap, source)
        })
        .collect();
    let pages = pages.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Read::collect(Vec::new(), Timings::default(), pages))
}

fn read_pdf(bytes: Vec<u8>, settings: &Settings) -> Result<Read, DocumentError> {
    let mut lap = Lap::start(settings.clock);
    let witness = settings.second_reader.as_deref().filter(|_| settings.verify);
    let witness = witness.map(|reader| (reader, bytes.clone()));
    let options = PdfOptions {
        password: settings.password.clone(),
        second_reader: settings
            .second_reader
            .clone()
            .map(|reader| Arc::new(move |pdf: &[u8], page| reader.read(pdf, page)) as Arc<_>),
        recognizer: settings.recognizer.clone(),
        limits: settings.limits,
    };
    let length = bytes.len();
    let pdf = stage("source", None, || PdfDocument::open(bytes, &options))??;
    let timings = Timings { source: lap.lap(), ..Timings::default() };

    let count = pdf.page_count();
    let size = pages_a_task(count, length);
    let read_task = |first: u32| -> Result<Vec<LaidOut>, DocumentError> {
        let mut reader = pdf.reader();
        (first..=count.min(first + size - 1))
            .map(|number| {
                let mut lap = Lap::start(settings.clock);
                let mut page = stage("source", Some(number), || reader.read(number))?;
                if let Some((second, bytes)) = &witness {
                    page.findings.extend(verify::page(&page, *second, bytes));
                }
                let source = Timings { source: lap.lap(), ..Timings::default() };
                lay_out(page, settings, lap, source)
            })
            .collect()
    };
    // Collected before it is judged: the error of the first bad page is the one reported,
    // whichever thread meets its own first.
    let tasks: Vec<Result<Vec<LaidOut>, DocumentError>> =
        (0..count.div_ceil(size)).into_par_iter().map(|task| read_task(task * size + 1)).collect();
    let mut pages = Vec::with_capacity(count as usize);
    for task in tasks {
        pages.extend(task?);
    }
    Ok(Read::collect(pdf.findings().to_vec(), timings, pages))
}
