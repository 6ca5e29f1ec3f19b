//! Notes on cells: their texts, and the boxes that spreadsheet programs draw for them.
//!
//! A note is drawn from legacy VML (ECMA-376 part 4, 19); without the drawing a program takes the
//! workbook for damaged.

use super::plan::{Column, DEFAULT_WIDTH, Row, Setup, cell_name};
use super::sheet_xml::text_element;
use crate::emit::text;
use std::io::Write;

/// Who the notes are by.
const AUTHOR: &str = "shenbao";

/// Size of a note's box in points, room for some 36 half-width characters a line.
const BOX_WIDTH: f32 = 220.0;
const LINE_HEIGHT: f32 = 13.0;
const LINE_COLUMNS: usize = 36;
/// Height of a row that has none of its own, in points.
const ROW_HEIGHT: f32 = 15.0;

/// `xl/comments<n>.xml` for notes of the form (row, column, text).
pub fn comments(notes: &[(u32, u32, String)]) -> Vec<u8> {
    let mut out = Vec::new();
    xml(
        &mut out,
        format_args!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <comments xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <authors><author>{AUTHOR}</author></authors><commentList>"
        ),
    );
    for (row, col, note) in notes {
        xml(
            &mut out,
            format_args!(
                "<comment ref=\"{}\" authorId=\"0\"><text><r><rPr><sz val=\"9\"/><color indexed=\"81\"/><rFont val=\"宋体\"/><charset val=\"134\"/></rPr>",
                cell_name(*row, *col)
            ),
        );
        text_element(&mut out, note);
        out.extend_from_slice(b"</r></text></comment>");
    }
    out.extend_from_slice(b"</commentList></comments>");
    out
}

/// Shape numbers come in blocks of 1,024, each of which belongs to one sheet.
const BLOCK: usize = 1024;

/// Blocks of shape numbers that so many notes take.
pub fn blocks(notes: usize) -> usize {
    notes / BLOCK + 1
}

/// `xl/drawings/vmlDrawing<n>.vml` for the same notes, with shape numbers from `first_block` on.
pub fn drawing(
    first_block: usize,
    setup: &Setup,
    rows: &[Row],
    notes: &[(u32, u32, String)],
) -> Vec<u8> {
    let mut out = Vec::new();
    let last_block = first_block + blocks(notes.len());
    let block_list: Vec<String> = (first_block..last_block).map(|b| b.to_string()).collect();
    xml(
        &mut out,
        format_args!(
            "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" \
             xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
             xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
             <o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{}\"/>\
             </o:shapelayout><v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" \
             o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
             <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>",
            block_list.join(",")
        ),
    );
    for (i, (row, col, note)) in notes.iter().enumerate() {
        let lines: usize =
            note.lines().map(|l| text::columns(l).div_ceil(LINE_COLUMNS).max(1)).sum();
        let height = (lines as f32 + 1.0) * LINE_HEIGHT;
        let left = col + 1;
        let right = walk(left, BOX_WIDTH, |c| {
            let default = Column { width: DEFAULT_WIDTH, hidden: false };
            setup.columns.get(c as usize).copied().unwrap_or(default).to_points()
        });
        let top = row.saturating_sub(1);
        let bottom = walk(top, height, |r| {
            let found = rows.binary_search_by_key(&r, |row| row.index).ok();
            found.and_then(|i| rows.get(i)).and_then(|row| row.height).unwrap_or(ROW_HEIGHT)
        });
        let shape = first_block * BLOCK + i + 1;
        xml(
            &mut out,
            format_args!(
                "<v:shape id=\"_x0000_s{shape}\" type=\"#_x0000_t202\" \
                 style=\"position:absolute;width:{BOX_WIDTH}pt;height:{height}pt;z-index:{};\
                 visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
                 <v:fill color2=\"#ffffe1\"/><v:shadow color=\"black\" obscured=\"t\"/>\
                 <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">\
                 <div style=\"text-align:left\"></div></v:textbox>\
                 <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
                 <x:Anchor>{left}, 10, {top}, 5, {}, {}, {}, {}</x:Anchor>\
                 <x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{col}</x:Column>\
                 </x:ClientData></v:shape>",
                i + 1,
                right.0,
                right.1,
                bottom.0,
                bottom.1,
            ),
        );
    }
    out.extend_from_slice(b"</xml>");
    out
}

/// Goes `length` points from the start of track `from`; the track reached and the pixels into it.
fn walk(from: u32, length: f32, size: impl Fn(u32) -> f32) -> (u32, u32) {
    let mut rest = length;
    let mut at = from;
    loop {
        let size = size(at).max(1.0);
        if rest <= size {
            return (at, (rest * 96.0 / 72.0) as u32);
        }
        rest -= size;
        at += 1;
    }
}

fn xml(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a Vec cannot fail.
    let _ = out.write_fmt(text);
}
