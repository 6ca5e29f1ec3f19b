//! Dirt that was read as a dash of its own.
//!
//! A hair or a scratch on the glass has the shape of 一, - or 1, and is read as one with confidence.
//! Beside print on the same line it is not told from a character by what it says, but it stands apart,
//! and it is no larger than dirt.

use super::glyphs::BESIDE_SPECK;
use super::lone::{cell, is_in};
use super::picture::{PixelBox, PixelRule, Prepared};
use crate::model::page::Axis;
use crate::model::recognizer::RecognisedLine;

/// What scratches are read as.
const STROKES: &str = "一—–-－_丨|丿丶、,，.·'’‘`/\\lI1";

/// Strokes of characters are longer than this, as a share of the height of the page's usual line: a
/// hyphen is.
const SPECK: f32 = 0.25;

/// No stroke of one character is longer, as a share of the same.
const LONG: f32 = 1.3;

/// Print that a stroke may belong to is no further away, in heights of the usual line.
const APART: f32 = 12.0;

/// Clears the lines that are dirt beside other print, and doubts the character nearest to each that is no
/// mere speck. `usual` is the height of the page's usual line in pixels. Returns what was read there.
pub(super) fn clear(
    prepared: &Prepared,
    lines: &mut [RecognisedLine],
    usual: f32,
) -> Vec<(PixelBox, String)> {
    let found: Vec<(usize, (usize, bool))> = (0..lines.len().min(prepared.lines.len()))
        .filter(|&i| is_stroke(&lines[i], &prepared.lines[i].bbox, usual))
        .filter_map(|i| Some((i, beside(prepared, lines, i, usual)?)))
        .collect();
    let mut cleared = Vec::with_capacity(found.len());
    for (i, (neighbour, is_last)) in found {
        let ink = prepared.lines[i].bbox;
        cleared.push((ink, lines[i].text()));
        lines[i].chars.clear();
        let chars = &mut lines[neighbour].chars;
        let nearest = if is_last { chars.last_mut() } else { chars.first_mut() };
        let is_speck = (ink.width().max(ink.height()) as f32) < SPECK * usual;
        if let Some(c) = nearest.filter(|_| !is_speck) {
            c.confidence = c.confidence.min(BESIDE_SPECK);
        }
    }
    cleared
}

fn shown(line: &RecognisedLine) -> usize {
    line.chars.iter().filter(|c| !c.ch.is_whitespace()).count()
}

fn is_stroke(line: &RecognisedLine, ink: &PixelBox, usual: f32) -> bool {
    let mut chars = line.chars.iter().filter(|c| !c.ch.is_whitespace());
    let only = chars.next().filter(|_| chars.next().is_none());
    only.is_some_and(|c| STROKES.contains(c.ch))
        && (ink.width().max(ink.height()) as f32) <= LONG * usual
}

/// The line of print beside a stroke, in its cell and at its height, and whether its last character
/// is the nearest.
fn beside(
    prepared: &Prepared,
    lines: &[RecognisedLine],
    stroke: usize,
    usual: f32,
) -> Option<(usize, bool)> {
    let own = prepared.lines[stroke].bbox;
    let (x, y) = own.center();
    // Where cells have no walls, the columns of a table may hold a dash or a 1.
    let walls = match cell(&prepared.rules, &own) {
        Some(walls) => Some(walls),
        None if is_outside(&prepared.rules, y) => None,
        None => return None,
    };
    let apart = |b: &PixelBox| (b.x0 as f32 - x).max(x - b.x1 as f32);
    let candidates = prepared.lines.iter().zip(lines).enumerate().filter(|(i, (line, read))| {
        let b = &line.bbox;
        *i != stroke
            && shown(read) > 1
            && (b.y0 as f32..=b.y1 as f32).contains(&y)
            && (0.0..=APART * usual).contains(&apart(b))
            && walls.is_none_or(|walls| is_in(b, &walls))
    });
    let nearest = candidates.min_by(|a, b| apart(&a.1.0.bbox).total_cmp(&apart(&b.1.0.bbox)))?;
    Some((nearest.0, nearest.1.0.bbox.x1 as f32 <= x))
}

/// Whether a height is above or below the tables of a page that has some.
fn is_outside(rules: &[PixelRule], y: f32) -> bool {
    let mut columns = rules.iter().filter(|r| r.axis == Axis::Vertical).peekable();
    columns.peek().is_some() && columns.all(|r| y < r.span.0 || r.span.1 < y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Strength;
    use crate::model::recognizer::RecognisedChar;

    fn read(text: &str) -> RecognisedLine {
        let char = |(i, ch)| {
            let span = (10.0 * i as f32, 10.0 * (i + 1) as f32);
            RecognisedChar { ch, confidence: 0.99, span }
        };
        RecognisedLine { chars: text.chars().enumerate().map(char).collect() }
    }

    fn rule(axis: Axis, position: f32, span: (f32, f32)) -> PixelRule {
        PixelRule { axis, position, span, width: 1.0, strength: Strength::Drawn }
    }

    #[test]
    fn only_single_strokes_are_dirt() {
        let ink = PixelBox { x0: 0, y0: 0, x1: 12, y1: 3 };
        assert!(is_stroke(&read("一"), &ink, 12.0) && is_stroke(&read(" - "), &ink, 12.0));
        assert!(!is_stroke(&read("一级"), &ink, 12.0) && !is_stroke(&read("7"), &ink, 12.0));
        assert!(!is_stroke(&read("一"), &PixelBox { x1: 40, ..ink }, 12.0), "a line");
    }

    #[test]
    fn outside_is_above_or_below_all_columns() {
        let rules =
            [rule(Axis::Vertical, 5.0, (100.0, 300.0)), rule(Axis::Vertical, 50.0, (100.0, 200.0))];
        assert!(is_outside(&rules, 50.0) && is_outside(&rules, 400.0));
        assert!(!is_outside(&rules, 250.0) && !is_outside(&[], 250.0));
    }
}
