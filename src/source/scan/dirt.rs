//! Dirt that was read as a line of its own.
//!
//! A hair or a scratch on the glass has the shape of 一, - or 1, and is read as one with confidence. A
//! speck is read as anything. Beside print neither is told from a character by what it says, but it
//! stands apart, and it is no larger than dirt.

use super::glyphs::BESIDE_SPECK;
use super::lone::{cell, is_in};
use super::picture::ends::is_small;
use super::picture::{PixelBox, PixelRule, Prepared};
use crate::model::page::Axis;
use crate::model::recognizer::RecognisedLine;

/// What scratches are read as.
const STROKES: &str = "一—–-－_丨|丿丶、,，.·'’‘`/\\lI1";

/// What stands before an item, a little off.
const BULLETS: &str = "•·●○▪■□◆";

/// A mark that may stand in a line of its own.
const STOP: &str = "。";

/// Bullets are as high as wide, up to this factor.
const ROUND: f32 = 1.6;

/// A bullet is no further from its item, in heights of the usual line.
const ITEM: f32 = 1.5;

/// Specks are read as no more characters than this.
const FEW: usize = 2;

/// Strokes of characters are longer than this, as a share of the height of the page's usual line: a
/// hyphen is.
const SPECK: f32 = 0.25;

/// No stroke of one character is longer, as a share of the same.
const LONG: f32 = 1.3;

/// Print that a stroke may belong to is no further away, in heights of the usual line.
const APART: f32 = 12.0;

/// Where dirt lies.
enum Place {
    /// Beside the print of this line, on its right if so.
    Beside(usize, bool),
    /// In the cell of this line, above or below it.
    Near(usize),
    /// Off the tables, and beside nothing.
    Margin,
}

/// Clears the lines that are dirt, and doubts the character nearest to each that is no mere speck.
/// `usual` is the height of the page's usual line in pixels. Returns what was read there.
pub(super) fn clear(
    prepared: &Prepared,
    lines: &mut [RecognisedLine],
    usual: f32,
) -> Vec<(PixelBox, String)> {
    let found: Vec<(usize, Place)> = (0..lines.len().min(prepared.lines.len()))
        .filter_map(|i| Some((i, place(prepared, lines, i, usual)?)))
        .collect();
    let mut cleared = Vec::with_capacity(found.len());
    for (i, place) in found {
        let ink = prepared.lines[i].bbox;
        cleared.push((ink, lines[i].text()));
        lines[i].chars.clear();
        let nearest = match place {
            Place::Beside(neighbour, false) => lines[neighbour].chars.first_mut(),
            Place::Beside(neighbour, true) | Place::Near(neighbour) => {
                lines[neighbour].chars.last_mut()
            }
            Place::Margin => None,
        };
        let is_speck = (ink.width().max(ink.height()) as f32) < SPECK * usual;
        if let Some(c) = nearest.filter(|_| !is_speck) {
            c.confidence = c.confidence.min(BESIDE_SPECK);
        }
    }
    cleared
}

/// Where a line lies, if it is dirt.
fn place(prepared: &Prepared, lines: &[RecognisedLine], i: usize, usual: f32) -> Option<Place> {
    let ink = prepared.lines[i].bbox;
    let is_small = is_small(&ink, usual) && (1..=FEW).contains(&shown(&lines[i]));
    if !is_small && !is_stroke(&lines[i], &ink, usual) {
        return None;
    }
    match beside(prepared, lines, i, usual) {
        Some((item, false)) if is_bullet(&lines[i], &ink, &prepared.lines[item].bbox, usual) => {
            None
        }
        Some((neighbour, is_last)) => Some(Place::Beside(neighbour, is_last)),
        None if !is_small => None,
        None if is_aside(&prepared.rules, &ink) => Some(Place::Margin),
        // A typesetter may wrap the last full stop alone.
        None if lines[i].text().trim() == STOP => None,
        None => near(prepared, lines, i).map(Place::Near),
    }
}

/// Whether a line that stands before another is the bullet of it.
fn is_bullet(line: &RecognisedLine, ink: &PixelBox, item: &PixelBox, usual: f32) -> bool {
    let (wide, high) = (ink.width() as f32, ink.height() as f32);
    let close = item.x0 as f32 - ink.x1 as f32 <= ITEM * usual;
    let middle = item.height() as f32 / 3.0;
    let is_central = (item.y0 as f32 + middle..=item.y1 as f32 - middle).contains(&ink.center().1);
    line.text().trim().chars().all(|c| BULLETS.contains(c))
        && close
        && is_central
        && wide.max(high) <= ROUND * wide.min(high)
}

/// The print nearest above or below ink in its cell.
fn near(prepared: &Prepared, lines: &[RecognisedLine], i: usize) -> Option<usize> {
    let own = prepared.lines[i].bbox;
    let walls = cell(&prepared.rules, &own)?;
    let apart = |b: &PixelBox| (b.center().1 - own.center().1).abs();
    let print = prepared.lines.iter().zip(lines).enumerate();
    let print =
        print.filter(|(n, (line, read))| *n != i && shown(read) > 1 && is_in(&line.bbox, &walls));
    let nearest = print.min_by(|a, b| apart(&a.1.0.bbox).total_cmp(&apart(&b.1.0.bbox)));
    nearest.map(|(n, _)| n)
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

/// Whether ink lies beside, above or below the tables of a page that has some.
fn is_aside(rules: &[PixelRule], ink: &PixelBox) -> bool {
    let (x, y) = ink.center();
    let beside = |r: &&PixelRule| r.axis == Axis::Vertical && (r.span.0..=r.span.1).contains(&y);
    let mut walls = rules.iter().filter(beside).map(|r| r.position).peekable();
    if walls.peek().is_none() {
        return is_outside(rules, y);
    }
    let (left, right) = walls.fold((f32::MAX, f32::MIN), |(a, b), x| (a.min(x), b.max(x)));
    left < right && !(left..=right).contains(&x)
}

#[cfg(test)]
mod tests {
    use super::super::picture::TextLine;
    use super::*;
    use crate::model::page::Strength;
    use crate::model::recognizer::RecognisedChar;
    use image::GrayImage;

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
    fn a_speck_below_the_text_of_a_cell_is_dirt_and_a_full_stop_is_none() {
        let line =
            |bbox: PixelBox| TextLine { bbox, crop: GrayImage::new(1, 1), crossed: [false; 2] };
        let text = PixelBox { x0: 20, y0: 20, x1: 180, y1: 40 };
        let small = PixelBox { x0: 20, y0: 56, x1: 26, y1: 62 };
        let rules = [
            rule(Axis::Vertical, 10.0, (10.0, 90.0)),
            rule(Axis::Vertical, 190.0, (10.0, 90.0)),
            rule(Axis::Horizontal, 10.0, (10.0, 190.0)),
            rule(Axis::Horizontal, 90.0, (10.0, 190.0)),
        ];
        let prepared = Prepared {
            image: GrayImage::new(200, 100),
            dpi: 150.0,
            rules: rules.to_vec(),
            lines: vec![line(text), line(small)],
            turned: 0,
            marks: Vec::new(),
            streaks: Vec::new(),
        };
        let cleared = |below: &str| {
            let mut lines = [read("保障设备正常运行"), read(below)];
            let cleared = clear(&prepared, &mut lines, 20.0);
            (cleared.len(), lines[0].chars.iter().any(|c| c.confidence < 0.9))
        };
        assert_eq!(cleared("d"), (1, true));
        assert_eq!(cleared("。"), (0, false));
        assert_eq!(cleared("多个字"), (0, false), "too much for a speck");
    }

    #[test]
    fn what_lies_aside_is_beyond_the_walls_at_its_height() {
        let walls = [
            rule(Axis::Vertical, 20.0, (100.0, 300.0)),
            rule(Axis::Vertical, 200.0, (100.0, 300.0)),
        ];
        let at =
            |x: u32, y: u32| is_aside(&walls, &PixelBox { x0: x, y0: y, x1: x + 4, y1: y + 2 });
        assert!(at(5, 150) && at(220, 150) && at(100, 40));
        assert!(
            !at(100, 150) && !is_aside(&walls[..1], &PixelBox { x0: 5, y0: 150, x1: 9, y1: 152 })
        );
    }

    #[test]
    fn bullets_are_round_and_close_to_the_middle_of_their_item() {
        let item = PixelBox { x0: 40, y0: 0, x1: 200, y1: 20 };
        let is = |read_as: &str, ink: PixelBox| is_bullet(&read(read_as), &ink, &item, 20.0);
        let dot = PixelBox { x0: 20, y0: 8, x1: 25, y1: 13 };
        assert!(is("•", dot) && !is("4", dot));
        assert!(!is("•", PixelBox { y0: 15, y1: 20, ..dot }), "low");
        assert!(!is("·", PixelBox { x0: 14, ..dot }), "a scratch");
    }

    #[test]
    fn outside_is_above_or_below_all_columns() {
        let rules =
            [rule(Axis::Vertical, 5.0, (100.0, 300.0)), rule(Axis::Vertical, 50.0, (100.0, 200.0))];
        assert!(is_outside(&rules, 50.0) && is_outside(&rules, 400.0));
        assert!(!is_outside(&rules, 250.0) && !is_outside(&[], 250.0));
    }
}
