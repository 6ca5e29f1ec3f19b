//! One self-contained HTML page: how a document was read, and why.
//!
//! The page holds everything it shows, so that it works without a network: styles, script,
//! pictures as data URIs, and the data as one block of JSON. What a document says reaches the
//! page as JSON text only, never as markup: `<`, `>` and `&` are written as escapes, and the
//! script sets text, not HTML. A content policy forbids every request all the same.

mod base64;
mod cells;

use super::json;
use crate::model::grid::{Block, Grid};
use crate::model::inspection::{InspectedPage, Inspection};
use crate::model::page::{Axis, Glyph, Rule, Strength};
use crate::model::spec::FormSpec;
use cells::Cells;
use serde_json::{Value, json};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const BODY: &str = include_str!("body.html");

/// The whole page, UTF-8.
#[must_use]
pub fn html(inspection: &Inspection, specs: &[FormSpec]) -> Vec<u8> {
    let mut document: Value =
        serde_json::from_slice(&json::serialize(&inspection.converted)).unwrap_or_default();
    for form in document["forms"].as_array_mut().into_iter().flatten() {
        keep_digits(&mut form["data"]);
    }
    let cells = Cells::new(&inspection.converted, &document, specs);
    let pages: Vec<Value> = inspection.pages.iter().map(|page| page_json(page, &cells)).collect();
    let templates = inspection.templates.iter().map(|(id, rules)| {
        let spec = specs.iter().find(|s| s.id == *id);
        let name = spec.map_or(id.as_str(), |s| s.name.as_str());
        let rules: serde_json::Map<String, Value> = rules
            .iter()
            .map(|r| (r.key.clone(), json!({"line": r.line, "text": r.text})))
            .collect();
        (id.clone(), json!({"name": name, "rules": rules}))
    });
    let templates: serde_json::Map<String, Value> = templates.collect();
    let data = json!({"document": document, "pages": pages, "templates": templates});
    let title = escaped(&inspection.converted.source.file);
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{title} · shenbao inspect</title>\n<style>\n{STYLE}</style></head>\n\
         <body>\n{BODY}<script type=\"application/json\" id=\"data\">{}</script>\n\
         <script>\n{SCRIPT}</script></body></html>\n",
        inert(&data.to_string()),
    );
    page.into_bytes()
}

/// Numbers as the text they are written with: a script would drop the zeros at their end.
fn keep_digits(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(list) => list.iter_mut().for_each(keep_digits),
        Value::Object(record) => record.values_mut().for_each(keep_digits),
        _ => {}
    }
}

/// JSON that no HTML parser takes for markup; the same value.
fn inert(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len() + json.len() / 16), |mut out, c| {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
        out
    })
}

fn escaped(text: &str) -> String {
    let text = text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ");
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn page_json(page: &InspectedPage, cells: &Cells) -> Value {
    let picture = page.picture.as_ref().map(|picture| {
        format!("data:{};base64,{}", picture.media_type, base64::encode(&picture.bytes))
    });
    let grids = page.layout.blocks.iter().filter_map(|block| match block {
        Block::Grid(grid) => Some(grid_json(grid, page.number, cells)),
        Block::Line(_) => None,
    });
    let lines = page.layout.blocks.iter().filter_map(|block| match block {
        Block::Line(line) => Some(cells.line(line)),
        Block::Grid(_) => None,
    });
    json!({
        "number": page.number,
        "size": [tenths(page.size_pt.0), tenths(page.size_pt.1)],
        "picture": picture,
        "glyphs": page.glyphs.iter().filter(|g| !g.ch.is_whitespace()).map(glyph).collect::<Vec<_>>(),
        "rules": page.rules.iter().map(rule).collect::<Vec<_>>(),
        "grids": grids.collect::<Vec<_>>(),
        "lines": lines.collect::<Vec<_>>(),
    })
}

fn glyph(glyph: &Glyph) -> Value {
    let b = glyph.bbox;
    let text = glyph.ch.to_string();
    let place = [b.x0, b.y0, b.x1, b.y1].map(tenths);
    if glyph.confidence < 1.0 {
        json!([place[0], place[1], place[2], place[3], text, hundredths(glyph.confidence)])
    } else {
        json!([place[0], place[1], place[2], place[3], text])
    }
}

/// Both ends, the width, and whether it is only the edge of a fill.
fn rule(rule: &Rule) -> Value {
    let (at, from, to) = (tenths(rule.position), tenths(rule.span.0), tenths(rule.span.1));
    let weak = u8::from(rule.strength == Strength::Weak);
    let width = hundredths(rule.width);
    match rule.axis {
        Axis::Horizontal => json!([from, at, to, at, width, weak]),
        Axis::Vertical => json!([at, from, at, to, width, weak]),
    }
}

fn grid_json(grid: &Grid, page: u32, cells: &Cells) -> Value {
    let kind = format!("{:?}", grid.kind).to_lowercase();
    let nested = grid.cells.iter().flat_map(|c| &c.nested);
    json!({
        "kind": kind,
        "box": grid.bbox.map(|b| [b.x0, b.y0, b.x1, b.y1].map(tenths)),
        "columns": grid.columns,
        "rows": grid.rows,
        "slots": slots(grid),
        "cells": grid.cells.iter().map(|cell| cells.cell(cell, grid, page)).collect::<Vec<_>>(),
        "nested": nested.map(|g| grid_json(g, page, cells)).collect::<Vec<_>>(),
    })
}

/// Positions of the inner borders of the columns and of the rows, in points.
fn slots(grid: &Grid) -> [Vec<f64>; 2] {
    let Some(bbox) = grid.bbox else { return [Vec::new(), Vec::new()] };
    let edges = |start: f32, sizes: &[f32]| {
        let mut at = start;
        let ends = sizes.iter().take(sizes.len().saturating_sub(1)).map(|size| {
            at += size;
            tenths(at)
        });
        ends.collect()
    };
    [edges(bbox.x0, &grid.column_widths), edges(bbox.y0, &grid.row_heights)]
}

/// Points to a tenth, which no eye tells from more.
fn tenths(value: f32) -> f64 {
    (f64::from(value) * 10.0).round() / 10.0
}

fn hundredths(value: f32) -> f64 {
    (f64::from(value) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests;
