//! A page that is a picture: recognised, or reported.

use super::raster;
use crate::model::page::Page;
use crate::model::recognizer::Recognizer;
use crate::source::scan;
use hayro_interpret::InterpreterSettings;
use hayro_interpret::hayro_syntax::page::Page as PdfPage;

/// Fills a page without a text layer with what its picture says.
pub(super) fn recognised(
    mut read: Page,
    page: &PdfPage<'_>,
    settings: &InterpreterSettings,
    recognizer: Option<&dyn Recognizer>,
) -> Page {
    let Some(recognizer) = recognizer else {
        read.findings.push(scan::needs_recognition(read.number, None));
        return read;
    };
    let placed = match raster::of_scan(page, &read.images, settings) {
        Ok(placed) => placed,
        Err(error) => {
            read.findings.push(scan::no_picture(read.number, &error));
            return read;
        }
    };
    match scan::read(placed.picture, read.number, recognizer) {
        Ok(scan) => {
            scan.onto(&mut read, placed.at);
            read
        }
        Err(error) => {
            read.findings.push(scan::unrecognised(read.number, &error));
            read
        }
    }
}
