//! Labels with their value behind them in the same cell or line: `项目名称：高技能人才培养`.

use super::compile::Use;
use super::strip::{ItemId, Strip};
use crate::model::grid::TextLine;
use crate::model::label::fold;

/// A label inside a text and what stands behind it.
#[derive(Debug)]
pub(super) struct Inline {
    pub field: usize,
    /// Empty if nothing stands behind the label.
    pub value: Vec<TextLine>,
}

/// The start of a label and of its value: line and byte.
struct Mark {
    fields: Vec<usize>,
    label: (usize, usize),
    value: (usize, usize),
}

/// Every label of the family inside an item, with its value: up to the next label or the end.
/// A label ends with a colon, or is all of the first line of several.
pub(super) fn find(strip: &Strip, family: usize, item: ItemId) -> Vec<Inline> {
    let lines = strip.items[item].lines;
    let fields = |text: &str| -> Vec<usize> {
        let longest = 120;
        if text.len() > longest {
            return Vec::new();
        }
        let field = |u| if let Use::Field(f) = u { Some(f) } else { None };
        strip.compiled.uses_in(family, &fold(text)).filter_map(field).collect()
    };
    let mut marks: Vec<Mark> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (colon, c) in line.text.char_indices().filter(|(_, c)| matches!(c, ':' | '：' | '∶'))
        {
            let before = &line.text[..colon];
            // The whole text before the colon, then less and less of it, word by word.
            let mut start = marks.last().filter(|m| m.value.0 == index).map_or(0, |m| m.value.1);
            let mut found = fields(&before[start..]);
            while found.is_empty() {
                let Some((gap, blank)) =
                    before[start..].char_indices().find(|(_, c)| c.is_whitespace())
                else {
                    break;
                };
                start += gap + blank.len_utf8();
                found = fields(&before[start..]);
            }
            if !found.is_empty() {
                let value = (index, colon + c.len_utf8());
                marks.push(Mark { fields: found, label: (index, start), value });
            }
        }
        if index == 0 && lines.len() > 1 && marks.is_empty() {
            let found = fields(&line.text);
            if !found.is_empty() {
                marks.push(Mark { fields: found, label: (0, 0), value: (0, line.text.len()) });
            }
        }
    }
    let mut all = Vec::new();
    for (i, mark) in marks.iter().enumerate() {
        let end = marks.get(i + 1).map(|m| m.label);
        let value = between(lines, mark.value, end);
        all.extend(mark.fields.iter().map(|&field| Inline { field, value: value.clone() }));
    }
    all
}

fn between(
    lines: &[TextLine],
    (first, from): (usize, usize),
    end: Option<(usize, usize)>,
) -> Vec<TextLine> {
    let (last, to) = end.unwrap_or((lines.len(), 0));
    let cut = |(index, line): (usize, &TextLine)| {
        let text = line.text.as_str();
        let text = if index == last { text.get(..to)? } else { text };
        let text = if index == first { text.get(from..)? } else { text };
        let text = text.trim();
        (!text.is_empty()).then(|| TextLine { text: text.to_owned(), ..line.clone() })
    };
    lines.iter().enumerate().skip(first).take_while(|(i, _)| *i <= last).filter_map(cut).collect()
}
