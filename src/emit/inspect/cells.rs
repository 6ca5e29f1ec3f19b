//! What became of each cell: a value, a label, something left over, a cell of a table.

use crate::model::form::Converted;
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Cell, Grid, TextLine};
use crate::model::label::fold;
use crate::model::spec::FormSpec;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

/// Where something stands: page and box.
type Place = (u32, Rect);

/// A line of text by page and box, to find it again in a joined grid.
type LineKey = (u32, [u32; 4]);

/// The fate of every cell of a document.
pub(super) struct Cells {
    /// By page: the box of each value and its pointer.
    values: FxHashMap<u32, Vec<(Rect, String)>>,
    /// By page: the boxes of cells that no field claimed.
    leftovers: FxHashMap<u32, Vec<Rect>>,
    /// By page: boxes of grids that belong to no form, and their numbers.
    tables: FxHashMap<u32, Vec<(Rect, usize)>>,
    /// The joined cell that a line belongs to.
    joined: FxHashMap<LineKey, Place>,
    /// Folded labels of the templates in use, with what they mean there.
    labels: FxHashMap<String, Vec<String>>,
    forms: Vec<(Vec<u32>, String)>,
}

impl Cells {
    /// `document` is the converted document as JSON.
    pub(super) fn new(converted: &Converted, document: &Value, specs: &[FormSpec]) -> Self {
        let mut cells = Self {
            values: FxHashMap::default(),
            leftovers: FxHashMap::default(),
            tables: FxHashMap::default(),
            joined: FxHashMap::default(),
            labels: FxHashMap::default(),
            forms: Vec::new(),
        };
        for (at, evidence) in document["evidence"].as_object().into_iter().flatten() {
            let page = evidence["page"].as_u64().and_then(|p| u32::try_from(p).ok());
            let bbox: Option<[f32; 4]> = serde_json::from_value(evidence["bbox"].clone()).ok();
            if let (Some(page), Some(bbox)) = (page, bbox) {
                cells.values.entry(page).or_default().push((bbox.into(), at.clone()));
            }
        }
        for form in &converted.forms {
            for left in &form.leftovers {
                cells.leftovers.entry(left.page).or_default().extend(left.bbox);
            }
            for block in &form.blocks {
                match block {
                    Block::Grid(grid) => cells.join(grid),
                    Block::Line(line) => cells.join_line(line, (line.page, line.bbox)),
                }
            }
            cells.forms.push((form.pages.clone(), form.template.clone()));
            if let Some(spec) = specs.iter().find(|s| s.id == form.template) {
                cells.enter_labels(spec);
            }
        }
        for (number, table) in converted.tables.iter().enumerate() {
            cells.tables.entry(table.page).or_default().extend(table.bbox.map(|b| (b, number)));
        }
        cells
    }

    fn join(&mut self, grid: &Grid) {
        for cell in &grid.cells {
            for line in &cell.lines {
                self.join_line(line, (cell.page, cell.bbox));
            }
            cell.nested.iter().for_each(|g| self.join(g));
        }
    }

    fn join_line(&mut self, line: &TextLine, (page, bbox): (u32, Option<Rect>)) {
        if let (Some(key), Some(bbox)) = (line_key(line), bbox) {
            self.joined.insert(key, (page, bbox));
        }
    }

    fn enter_labels(&mut self, spec: &FormSpec) {
        let mut enter = |label: &str, what: String| {
            let known = self.labels.entry(fold(label)).or_default();
            if !known.contains(&what) {
                known.push(what);
            }
        };
        for field in &spec.fields {
            field.label.iter().for_each(|l| enter(l, format!("the label of `{}`", field.key)));
            field.under.iter().for_each(|l| enter(l, format!("the column of `{}`", field.key)));
        }
        spec.labels.iter().for_each(|l| enter(l, "a heading of the form".to_owned()));
        for column in spec.indicators.iter().flat_map(|i| &i.columns) {
            let key = column.key.as_deref().unwrap_or("the target's parts");
            column.header.iter().for_each(|l| enter(l, format!("the column header of `{key}`")));
            for part in &column.parts {
                part.label
                    .iter()
                    .for_each(|l| enter(l, format!("the heading of the part {}", part.name)));
            }
        }
        for column in spec.lists.iter().flat_map(|l| &l.columns) {
            column
                .header
                .iter()
                .for_each(|l| enter(l, format!("the column header of `{}`", column.key)));
        }
    }

    /// A cell: its box, where it stands in its grid, what it says and what became of it.
    pub(super) fn cell(&self, cell: &Cell, grid: &Grid, page: u32) -> Value {
        let text = lines_text(&cell.lines);
        let place = cell.lines.iter().find_map(|l| self.joined.get(&line_key(l)?)).copied();
        let place = place.or(cell.bbox.map(|b| (page, b)));
        let mut shown = self.fate(&text, place, grid.bbox.map(|b| (page, b)));
        shown["box"] = rect(cell.bbox);
        shown["slot"] = json!([cell.row, cell.col, cell.row_span, cell.col_span]);
        shown
    }

    /// A line outside every grid.
    pub(super) fn line(&self, line: &TextLine) -> Value {
        let place = line.bbox.map(|b| (line.page, b));
        let mut shown = self.fate(&line.text, place, None);
        shown["box"] = rect(line.bbox);
        shown
    }

    fn fate(&self, text: &str, place: Option<Place>, grid: Option<Place>) -> Value {
        let mut shown = json!({"text": text});
        let Some((page, bbox)) = place else {
            shown["fate"] = json!("unknown");
            return shown;
        };
        let middle = bbox.center();
        let values = self.values.get(&page).into_iter().flatten();
        let at: Vec<&str> =
            values.filter(|(b, _)| b.contains(middle)).map(|(_, at)| at.as_str()).collect();
        let left = self.leftovers.get(&page).into_iter().flatten();
        let table = grid.and_then(|(page, bbox)| {
            let tables = self.tables.get(&page)?;
            tables.iter().find(|(b, _)| b.contains(bbox.center())).map(|(_, n)| *n)
        });
        let label = fold(text);
        let known = self.labels.get(&label).or_else(|| {
            let bare = label.split('(').next().filter(|b| !b.is_empty())?;
            self.labels.get(bare)
        });
        let fate = if text.trim().is_empty() {
            "blank"
        } else if let Some(number) = table {
            shown["table"] = json!(number);
            "table"
        } else if !at.is_empty() {
            shown["values"] = json!(at);
            "value"
        } else if left.clone().any(|b| b.contains(middle)) {
            "leftover"
        } else if let Some(known) = known {
            shown["means"] = json!(known);
            "label"
        } else if self.forms.iter().any(|(pages, _)| pages.contains(&page)) {
            "heading"
        } else {
            "outside"
        };
        shown["fate"] = json!(fate);
        shown
    }
}

fn line_key(line: &TextLine) -> Option<LineKey> {
    let b = line.bbox?;
    Some((line.page, [b.x0, b.y0, b.x1, b.y1].map(f32::to_bits)))
}

fn rect(bbox: Option<Rect>) -> Value {
    json!(bbox.map(|b| [b.x0, b.y0, b.x1, b.y1].map(super::tenths)))
}

fn lines_text(lines: &[TextLine]) -> String {
    let texts: Vec<&str> = lines.iter().map(|l| l.text.as_str()).collect();
    texts.join("\n")
}
