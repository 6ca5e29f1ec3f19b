//! One sheet as XML (ECMA-376 part 1, 18.3), row by row.
//!
//! Texts stand inline in their cells instead of in a table shared by all sheets, so that a
//! workbook of any length is written while it is planned and nothing of it stays in memory but
//! the compressed bytes.

use super::plan::{
    Area, Cell, Column, Content, Link, MAX_COLUMNS, MAX_ROWS, Row, Setup, Tab, cell_name, quoted,
};
use super::style::StyleSheet;
use crate::emit::digits;
use jiff::civil::Date;
use std::io::Write;

/// What stands in rows already written and is listed behind them.
#[derive(Debug, Default)]
pub struct Marks {
    pub notes: Vec<(u32, u32, String)>,
    pub links: Vec<(u32, u32, Link)>,
}

/// Links that a sheet can hold (a limit of spreadsheet programs). Those beyond it are left out;
/// their cells say where they lead.
const MAX_LINKS: usize = 65_530;

/// Everything before the first row.
pub fn head(out: &mut Vec<u8>, setup: &Setup, selected: bool) {
    out.extend_from_slice(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
          <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
          xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheetPr>",
    );
    match setup.tab {
        Tab::Plain => {}
        Tab::Warning => out.extend_from_slice(b"<tabColor rgb=\"FFFFC000\"/>"),
        Tab::Error => out.extend_from_slice(b"<tabColor rgb=\"FFFF0000\"/>"),
    }
    out.extend_from_slice(b"<pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView");
    if !setup.gridlines {
        out.extend_from_slice(b" showGridLines=\"0\"");
    }
    if selected {
        out.extend_from_slice(b" tabSelected=\"1\"");
    }
    out.extend_from_slice(b" workbookViewId=\"0\">");
    pane(out, setup.frozen);
    out.extend_from_slice(b"</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>");
    columns(out, &setup.columns);
    out.extend_from_slice(b"<sheetData>");
}

fn pane(out: &mut Vec<u8>, (rows, columns): (u32, u32)) {
    let name = match (rows, columns) {
        (0, 0) => return,
        (_, 0) => "bottomLeft",
        (0, _) => "topRight",
        _ => "bottomRight",
    };
    out.extend_from_slice(b"<pane");
    if columns > 0 {
        xml(out, format_args!(" xSplit=\"{columns}\""));
    }
    if rows > 0 {
        xml(out, format_args!(" ySplit=\"{rows}\""));
    }
    let corner = cell_name(rows, columns);
    xml(
        out,
        format_args!(
            " topLeftCell=\"{corner}\" activePane=\"{name}\" state=\"frozen\"/>\
             <selection pane=\"{name}\" activeCell=\"{corner}\" sqref=\"{corner}\"/>"
        ),
    );
}

fn columns(out: &mut Vec<u8>, columns: &[Column]) {
    if columns.is_empty() {
        return;
    }
    out.extend_from_slice(b"<cols>");
    for (i, column) in columns.iter().enumerate().take(MAX_COLUMNS as usize) {
        let hidden = if column.hidden { " hidden=\"1\"" } else { "" };
        xml(
            out,
            format_args!(
                "<col min=\"{0}\" max=\"{0}\" width=\"{1}\"{hidden} customWidth=\"1\"/>",
                i + 1,
                column.width
            ),
        );
    }
    out.extend_from_slice(b"</cols>");
}

/// One row. Rows come in ascending order.
pub fn row(out: &mut Vec<u8>, row: &Row, styles: &mut StyleSheet, marks: &mut Marks) {
    out.extend_from_slice(b"<row r=\"");
    digits::push(out, u64::from(row.index) + 1);
    if let Some(height) = row.height.filter(|h| h.is_finite()) {
        xml(out, format_args!("\" ht=\"{:.2}\" customHeight=\"1", height.clamp(1.0, MAX_HEIGHT)));
    }
    out.extend_from_slice(b"\">");
    for cell in &row.cells {
        self::cell(out, row.index, cell, styles);
        if let Some(note) = &cell.note {
            marks.notes.push((row.index, cell.col, note.clone()));
        }
        if let Some(link) = &cell.link {
            marks.links.push((row.index, cell.col, link.clone()));
        }
    }
    out.extend_from_slice(b"</row>");
}

/// Height of the tallest row, in points (a limit of spreadsheet programs).
pub const MAX_HEIGHT: f32 = 409.0;

fn cell(out: &mut Vec<u8>, row: u32, cell: &Cell, styles: &mut StyleSheet) {
    out.extend_from_slice(b"<c r=\"");
    reference(out, row, cell.col);
    out.extend_from_slice(b"\" s=\"");
    digits::push(out, u64::from(styles.number(cell.style)));
    match &cell.content {
        Content::Blank => out.extend_from_slice(b"\"/>"),
        Content::Text(text) => {
            out.extend_from_slice(b"\" t=\"inlineStr\"><is>");
            text_element(out, text);
            out.extend_from_slice(b"</is></c>");
        }
        Content::Number(number) => xml(out, format_args!("\"><v>{number}</v></c>")),
        Content::Date(day) => {
            out.extend_from_slice(b"\"><v>");
            digits::push(out, u64::from(serial(*day)));
            out.extend_from_slice(b"</v></c>");
        }
        Content::Sum(area, value) => {
            xml(out, format_args!("\"><f>SUM({area})</f><v>{value}</v></c>"));
        }
    }
}

/// Everything behind the last row.
pub fn tail(out: &mut Vec<u8>, setup: &Setup, merges: &[Area], marks: &Marks) {
    out.extend_from_slice(b"</sheetData>");
    if let Some(filter) = setup.filter {
        xml(out, format_args!("<autoFilter ref=\"{filter}\"/>"));
    }
    if !merges.is_empty() {
        xml(out, format_args!("<mergeCells count=\"{}\">", merges.len()));
        for merge in merges {
            xml(out, format_args!("<mergeCell ref=\"{merge}\"/>"));
        }
        out.extend_from_slice(b"</mergeCells>");
    }
    if !marks.links.is_empty() {
        out.extend_from_slice(b"<hyperlinks>");
        for (row, col, link) in marks.links.iter().take(MAX_LINKS) {
            out.extend_from_slice(b"<hyperlink ref=\"");
            reference(out, *row, *col);
            out.extend_from_slice(b"\" location=\"");
            escape(out, &quoted(&link.sheet));
            out.push(b'!');
            reference(out, link.row, link.col);
            out.extend_from_slice(b"\"/>");
        }
        out.extend_from_slice(b"</hyperlinks>");
    }
    let pages = setup.pages_wide.max(1);
    let orientation = if setup.landscape { "landscape" } else { "portrait" };
    xml(
        out,
        format_args!(
            "<printOptions horizontalCentered=\"1\"/>\
             <pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" \
             footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"{orientation}\" \
             fitToWidth=\"{pages}\" fitToHeight=\"0\"/>\
             <headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter>\
             <ignoredErrors><ignoredError sqref=\"A1:{}\" numberStoredAsText=\"1\"/>\
             </ignoredErrors>",
            cell_name(MAX_ROWS - 1, MAX_COLUMNS - 1)
        ),
    );
    if !marks.notes.is_empty() {
        out.extend_from_slice(b"<legacyDrawing r:id=\"rId1\"/>");
    }
    out.extend_from_slice(b"</worksheet>");
}

/// Days since 1899-12-30, the number that spreadsheets store for a day from 1900-03-01 on.
fn serial(day: Date) -> u32 {
    let epoch = jiff::civil::date(1899, 12, 30);
    u32::try_from(day.duration_since(epoch).as_hours() / 24).unwrap_or(0)
}

fn reference(out: &mut Vec<u8>, row: u32, col: u32) {
    if col < 26 {
        out.push(b'A' + col as u8);
    } else {
        out.extend_from_slice(super::plan::column_name(col).as_bytes());
    }
    digits::push(out, u64::from(row) + 1);
}

/// `<t>` with a text in it; blanks at its ends and line feeds are kept.
pub fn text_element(out: &mut Vec<u8>, text: &str) {
    let keep = text.starts_with(char::is_whitespace)
        || text.ends_with(char::is_whitespace)
        || text.contains('\n');
    out.extend_from_slice(if keep { b"<t xml:space=\"preserve\">" } else { b"<t>" });
    escape(out, text);
    out.extend_from_slice(b"</t>");
}

/// Text for XML. What XML cannot hold is written as `_xHHHH_`, the escape of the file format
/// (ECMA-376 part 1, 22.9.2.19), and text that looks like such an escape is escaped itself.
pub fn escape(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut replace = |out: &mut Vec<u8>, at: usize, length: usize, by: &[u8]| {
        out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
        out.extend_from_slice(by);
        copied = at + length;
    };
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'&' => replace(out, at, 1, b"&amp;"),
            b'<' => replace(out, at, 1, b"&lt;"),
            b'>' => replace(out, at, 1, b"&gt;"),
            b'"' => replace(out, at, 1, b"&quot;"),
            b'\t' | b'\n' => {}
            0x00..=0x1f => replace(out, at, 1, format!("_x{byte:04X}_").as_bytes()),
            b'_' if looks_escaped(bytes.get(at..at + 7)) => replace(out, at, 1, b"_x005F_"),
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF in UTF-8.
            0xef if bytes.get(at + 1) == Some(&0xbf) => match bytes.get(at + 2) {
                Some(0xbe) => replace(out, at, 3, b"_xFFFE_"),
                Some(0xbf) => replace(out, at, 3, b"_xFFFF_"),
                _ => {}
            },
            _ => {}
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
}

fn looks_escaped(bytes: Option<&[u8]>) -> bool {
    matches!(bytes, Some([b'_', b'x', hex @ .., b'_']) if hex.iter().all(u8::is_ascii_hexdigit))
}

fn xml(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a Vec cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::{escape, serial};

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_what_xml_cannot_hold() {
        assert_eq!(escaped("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
        assert_eq!(escaped("\u{0}\u{1f}\r\n\t"), "_x0000__x001F__x000D_\n\t");
        assert_eq!(escaped("指\u{fffe}标\u{ffff}"), "指_xFFFE_标_xFFFF_");
        assert_eq!(escaped("_x0041_ _x41_"), "_x005F_x0041_ _x41_");
        // U+FFFD shares two bytes with the characters that are escaped.
        assert_eq!(escaped("\u{fffd}"), "\u{fffd}");
    }

    #[test]
    fn numbers_days_like_a_spreadsheet() {
        assert_eq!(serial(jiff::civil::date(1900, 3, 1)), 61);
        assert_eq!(serial(jiff::civil::date(2026, 1, 1)), 46_023);
    }
}
