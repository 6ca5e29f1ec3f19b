//! The parts of a workbook and the archive that holds them (ECMA-376 parts 1 and 2).
//!
//! Written here rather than by a library because of what a long document costs: with a form a
//! page, 1,000 sheets took `rust_xlsxwriter` 0.102 (the best of them) 123 MB and a thread a sheet
//! when it saves, while a sheet that goes to the archive as soon as it is planned takes nothing.

use super::notes_xml;
use super::plan::{Area, Row, Setup, Sheet, column_name, quoted};
use super::sheet_xml::{self, Marks};
use super::style::StyleSheet;
use crate::emit::EmitError;
use std::io::{Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A workbook that is being written.
pub struct Package<W: Write + Seek> {
    zip: ZipWriter<W>,
    styles: StyleSheet,
    sheets: Vec<Entry>,
    /// First block of shape numbers that no notes have taken yet.
    next_block: usize,
    /// Reused from sheet to sheet.
    buffer: Vec<u8>,
}

/// What the parts about the whole workbook say of a sheet.
struct Entry {
    /// Where the sheet stands among the others, from 0.
    position: usize,
    name: String,
    setup: Setup,
    notes: bool,
}

/// Uncompressed size from which an archive entry needs 64-bit sizes; well below the limit of
/// 2³² − 1, because head and tail of a sheet come on top.
const LARGE: u64 = 4_000_000_000;

impl<W: Write + Seek> Package<W> {
    /// A workbook about `title`, which the file's properties show.
    pub fn new(out: W, title: &str, styles: StyleSheet) -> Result<Self, EmitError> {
        let mut package = Self {
            zip: ZipWriter::new(out),
            styles,
            sheets: Vec::new(),
            next_block: 1,
            buffer: Vec::with_capacity(64 * 1024),
        };
        package.part("_rels/.rels", ROOT_RELATIONS.as_bytes())?;
        let mut core = CORE_START.as_bytes().to_vec();
        sheet_xml::escape(&mut core, title);
        core.extend_from_slice(CORE_END.as_bytes());
        package.part("docProps/core.xml", &core)?;
        Ok(package)
    }

    /// Writes the sheet that stands at `position` (from 0) among the others.
    pub fn sheet(&mut self, position: usize, sheet: Sheet) -> Result<(), EmitError> {
        let mut out = std::mem::take(&mut self.buffer);
        out.clear();
        sheet_xml::head(&mut out, &sheet.setup, position == 0);
        let mut marks = Marks::default();
        for row in &sheet.rows {
            sheet_xml::row(&mut out, row, &mut self.styles, &mut marks);
        }
        sheet_xml::tail(&mut out, &sheet.setup, &sheet.merges, &marks);
        self.part(&format!("xl/worksheets/sheet{}.xml", position + 1), &out)?;
        self.buffer = out;
        if !marks.notes.is_empty() {
            self.notes(position, &sheet.setup, &sheet.rows, &marks)?;
        }
        let notes = !marks.notes.is_empty();
        self.sheets.push(Entry { position, name: sheet.name, setup: sheet.setup, notes });
        Ok(())
    }

    /// Writes a sheet whose rows are already XML, `length` bytes of it.
    pub fn sheet_of_rows(
        &mut self,
        position: usize,
        name: String,
        setup: Setup,
        rows: &mut impl Read,
        length: u64,
    ) -> Result<(), EmitError> {
        let mut out = Vec::new();
        sheet_xml::head(&mut out, &setup, position == 0);
        let path = format!("xl/worksheets/sheet{}.xml", position + 1);
        self.zip.start_file(path, options().large_file(length > LARGE))?;
        self.zip.write_all(&out)?;
        std::io::copy(rows, &mut self.zip)?;
        out.clear();
        sheet_xml::tail(&mut out, &setup, &[], &Marks::default());
        self.zip.write_all(&out)?;
        self.sheets.push(Entry { position, name, setup, notes: false });
        Ok(())
    }

    fn notes(
        &mut self,
        position: usize,
        setup: &Setup,
        rows: &[Row],
        marks: &Marks,
    ) -> Result<(), EmitError> {
        let number = position + 1;
        let relations = format!(
            "{DECLARATION}<Relationships xmlns=\"{RELATIONS}\">\
             <Relationship Id=\"rId1\" Type=\"{OFFICE}/vmlDrawing\" \
             Target=\"../drawings/vmlDrawing{number}.vml\"/>\
             <Relationship Id=\"rId2\" Type=\"{OFFICE}/comments\" \
             Target=\"../comments{number}.xml\"/></Relationships>"
        );
        self.part(&format!("xl/worksheets/_rels/sheet{number}.xml.rels"), relations.as_bytes())?;
        self.part(&format!("xl/comments{number}.xml"), &notes_xml::comments(&marks.notes))?;
        let drawing = notes_xml::drawing(self.next_block, setup, rows, &marks.notes);
        self.next_block += notes_xml::blocks(marks.notes.len());
        self.part(&format!("xl/drawings/vmlDrawing{number}.vml"), &drawing)
    }

    /// Writes the parts about the whole workbook and ends the archive.
    pub fn finish(mut self) -> Result<W, EmitError> {
        self.sheets.sort_by_key(|entry| entry.position);
        let workbook = self.workbook();
        self.part("xl/workbook.xml", &workbook)?;
        let relations = self.workbook_relations();
        self.part("xl/_rels/workbook.xml.rels", relations.as_bytes())?;
        let styles = self.styles.to_xml();
        self.part("xl/styles.xml", styles.as_bytes())?;
        let types = self.content_types();
        self.part("[Content_Types].xml", types.as_bytes())?;
        Ok(self.zip.finish()?)
    }

    fn part(&mut self, path: &str, bytes: &[u8]) -> Result<(), EmitError> {
        self.zip.start_file(path, options().large_file(bytes.len() as u64 > LARGE))?;
        self.zip.write_all(bytes)?;
        Ok(())
    }

    fn workbook(&self) -> Vec<u8> {
        let mut out = format!(
            "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><bookViews>\
             <workbookView xWindow=\"0\" yWindow=\"0\" windowWidth=\"24000\" \
             windowHeight=\"12000\" tabRatio=\"800\"/></bookViews><sheets>"
        )
        .into_bytes();
        for entry in &self.sheets {
            out.extend_from_slice(b"<sheet name=\"");
            sheet_xml::escape(&mut out, &entry.name);
            let number = entry.position + 1;
            out.extend_from_slice(
                format!("\" sheetId=\"{number}\" r:id=\"rId{number}\"/>").as_bytes(),
            );
        }
        out.extend_from_slice(b"</sheets>");
        let mut names = Vec::new();
        for (index, entry) in self.sheets.iter().enumerate() {
            let mut define = |name: &str, hidden: &str, reference: &str| {
                names.extend_from_slice(
                    format!("<definedName name=\"{name}\" localSheetId=\"{index}\"{hidden}>")
                        .as_bytes(),
                );
                sheet_xml::escape(&mut names, &format!("{}!{reference}", quoted(&entry.name)));
                names.extend_from_slice(b"</definedName>");
            };
            if let Some(filter) = entry.setup.filter {
                define("_xlnm._FilterDatabase", " hidden=\"1\"", &absolute(filter));
            }
            if let Some(area) = entry.setup.print_area {
                define("_xlnm.Print_Area", "", &absolute(area));
            }
            let (rows, columns) = entry.setup.frozen;
            if entry.setup.repeats_frozen && rows > 0 {
                let rows = format!("$1:${rows}");
                let name = quoted(&entry.name);
                let both = columns
                    .checked_sub(1)
                    .map(|last| format!("$A:${},{name}!{rows}", column_name(last)));
                define("_xlnm.Print_Titles", "", &both.unwrap_or(rows));
            }
        }
        if !names.is_empty() {
            out.extend_from_slice(b"<definedNames>");
            out.extend_from_slice(&names);
            out.extend_from_slice(b"</definedNames>");
        }
        out.extend_from_slice(b"</workbook>");
        out
    }

    fn workbook_relations(&self) -> String {
        let mut xml = format!("{DECLARATION}<Relationships xmlns=\"{RELATIONS}\">");
        for entry in &self.sheets {
            let number = entry.position + 1;
            xml.push_str(&format!(
                "<Relationship Id=\"rId{number}\" Type=\"{OFFICE}/worksheet\" \
                 Target=\"worksheets/sheet{number}.xml\"/>"
            ));
        }
        let last = self.sheets.len() + 1;
        xml.push_str(&format!(
            "<Relationship Id=\"rId{last}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/>\
             </Relationships>"
        ));
        xml
    }

    fn content_types(&self) -> String {
        let mut xml = format!(
            "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>"
        );
        let mut part = |path: &str, kind: &str| {
            xml.push_str(&format!(
                "<Override PartName=\"{path}\" ContentType=\"application/vnd.{kind}+xml\"/>"
            ));
        };
        part("/docProps/core.xml", "openxmlformats-package.core-properties");
        part("/xl/workbook.xml", &format!("{SPREADSHEET}.sheet.main"));
        part("/xl/styles.xml", &format!("{SPREADSHEET}.styles"));
        for entry in &self.sheets {
            let number = entry.position + 1;
            part(&format!("/xl/worksheets/sheet{number}.xml"), &format!("{SPREADSHEET}.worksheet"));
            if entry.notes {
                part(&format!("/xl/comments{number}.xml"), &format!("{SPREADSHEET}.comments"));
            }
        }
        xml.push_str("</Types>");
        xml
    }
}

/// The same options for every part; the time of writing is no part of the output.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(COMPRESSION))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
}

/// Deflate level: beyond 3 the archive shrinks by a tenth while the time doubles.
const COMPRESSION: i64 = 3;

/// `$A$1:$H$9`
fn absolute(area: Area) -> String {
    let corner = |row: u32, col: u32| format!("${}${}", column_name(col), row + 1);
    format!("{}:{}", corner(area.top, area.left), corner(area.bottom, area.right))
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const SPREADSHEET: &str = "openxmlformats-officedocument.spreadsheetml";

const ROOT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
</Relationships>";

const CORE_START: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>";

const CORE_END: &str = "</dc:title><dc:creator>shenbao</dc:creator></cp:coreProperties>";
