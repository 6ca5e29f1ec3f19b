//! Lines of text → pieces: what stands together on a line, between gaps wider than any blank.

use super::{autospace, flush};
use crate::layout::lines::{Placed, is_wide};
use crate::model::page::Turn;
use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::ops::Range;

/// Gap next to an ideograph that hardly any typesetter leaves inside a cell, in em: more than the
/// quarter em between scripts; [`autospace`] tells of the others. What a justified line adds to all
/// its gaps comes on top.
pub const WIDE_GAP: f32 = 0.34;

/// The same between two figures; groups of three stand a blank apart.
const FIGURE_GAP: f32 = 0.5;

/// The same between Latin letters or figures: a justified line stretches its blanks up to here.
const LATIN_GAP: f32 = 0.9;

/// What justification adds to a blank at most, in em; wider gaps are not looked at for it.
const STRETCHED: f32 = 1.4;

/// Widest gap inside a label whose characters are spread over its cell, in em.
const SPREAD: f32 = 2.6;

/// Text between two gaps of a line; lengths in points.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Index of its line.
    pub line: usize,
    /// Its glyphs within the line.
    pub glyphs: Range<usize>,
    pub x0: f32,
    pub x1: f32,
    pub base: f32,
    pub size: f32,
    /// Printed characters.
    pub chars: u32,
    /// Width of its first word, or of its first ideograph.
    pub first_word: f32,
    /// Equal for equal texts.
    pub key: u64,
    /// It begins with a small letter or an opening bracket.
    pub begins_low: bool,
    /// It ends with a colon: what follows is something else.
    pub ends_open: bool,
    /// It begins as the caption of a table or a figure does.
    pub is_caption: bool,
    /// Nothing but a number, an amount, a date or a dash.
    pub is_number: bool,
    /// Its last sign ends a sentence or a clause, as no label does.
    pub ends_sentence: bool,
    /// An amount that stops within a group of thousands or at its point: a narrow cell wraps it.
    pub breaks_off: bool,
}

impl Piece {
    /// Top of the em box.
    pub fn top(&self) -> f32 {
        self.base - 0.88 * self.size
    }

    /// Bottom of the em box.
    pub fn bottom(&self) -> f32 {
        self.base + 0.12 * self.size
    }

    pub fn width(&self) -> f32 {
        self.x1 - self.x0
    }
}

/// Splits lines into pieces, in the order of the lines and from left to right. Lines that do
/// not run from left to right have none.
pub fn split(lines: &[Vec<Placed<'_>>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let gaps: Vec<Vec<Gap>> = lines.iter().map(|line| gaps(line)).collect();
    let between_scripts = WIDE_GAP.max(autospace::of(lines, &gaps) + autospace::SLACK);
    let flush = flush::against(lines, &gaps);
    for (index, (line, gaps)) in lines.iter().zip(&gaps).enumerate() {
        if line.first().is_none_or(|p| p.glyph.turn != Turn::None) {
            continue;
        }
        let first = pieces.len();
        let ends = |after: usize| flush.contains(&(index, after));
        split_line(index, (line, gaps), (between_scripts, &ends), &mut pieces);
        join_spread(line, &mut pieces, first);
    }
    pieces
}

/// `between_scripts` is the widest gap, in em, that stands inside a cell between an ideograph and a
/// letter or a figure; `ends` tells of a glyph whether another column begins with it all the same.
fn split_line(
    index: usize,
    (line, gaps): (&[Placed<'_>], &[Gap]),
    (between_scripts, ends): (f32, &dyn Fn(usize) -> bool),
    pieces: &mut Vec<Piece>,
) {
    let stretch = (stretch(line, gaps, true), stretch(line, gaps, false));
    let Some(mut start) = line.iter().position(|p| !is_blank(p.glyph.ch)) else { return };
    let mut last = start;
    for gap in gaps {
        let (before, p) = (&line[gap.before], &line[gap.after]);
        let em = before.glyph.font_size.max(p.glyph.font_size).max(0.01);
        let (a, b) = (before.glyph.ch, p.glyph.ch);
        let limit = if autospace::is_between_scripts(a, b) {
            between_scripts * em + 2.0 * stretch.0
        } else if is_wide(a) || is_wide(b) {
            WIDE_GAP * em + 2.0 * stretch.0
        } else if ends_number(a) && begins_number(b) {
            FIGURE_GAP * em
        } else {
            (LATIN_GAP * em).max(2.2 * stretch.1)
        };
        if gap.bare > limit || ends(gap.after) {
            pieces.push(piece(index, line, start..last + 1));
            start = gap.after;
        }
        last = gap.after;
    }
    pieces.push(piece(index, line, start..last + 1));
}

fn ends_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '%' | ':' | '…' | '*')
}

fn begins_number(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '-' | '–' | '−' | '+' | ':' | '…' | '<' | '>' | '≥' | '≤' | '=')
}

/// The space between two printed characters of a line, which stand at these places.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    pub before: usize,
    pub after: usize,
    /// Its width without the blanks that are printed in it, in points.
    pub bare: f32,
    /// Whether a blank is printed in it.
    pub has_blank: bool,
}

/// The gaps between the printed characters of a line or a part of it.
pub fn gaps(line: &[Placed<'_>]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut last: Option<usize> = None;
    // Room that printed blanks take between the last character and the next.
    let mut blank = 0.0_f32;
    let mut has_blank = false;
    for (i, p) in line.iter().enumerate() {
        if is_blank(p.glyph.ch) {
            blank += p.u1 - p.u0;
            has_blank = true;
            continue;
        }
        if let Some(before) = last {
            let gap = p.u0 - line[before].u1;
            // A blank that is wider than its gap was stretched back by the producer.
            let bare = gap - blank.clamp(0.0, gap.max(0.0));
            gaps.push(Gap { before, after: i, bare, has_blank });
        }
        (last, blank, has_blank) = (Some(i), 0.0, false);
    }
    gaps
}

/// The usual gap between two ideographs (`wide`) or two words of a line: more than a printed
/// blank where lines are justified.
fn stretch(line: &[Placed<'_>], gaps: &[Gap], wide: bool) -> f32 {
    let mut usual: Vec<f32> = gaps
        .iter()
        .filter(|g| {
            let (a, b) = (&line[g.before], &line[g.after]);
            let both = is_wide(a.glyph.ch) && is_wide(b.glyph.ch);
            let em = a.glyph.font_size.max(b.glyph.font_size);
            if wide { both } else { !both && g.has_blank && g.bare <= STRETCHED * em }
        })
        .map(|g| g.bare.max(0.0))
        .collect();
    // In a line of a few labels the gaps between cells would be the usual ones.
    if usual.len() < if wide { 8 } else { 4 } {
        return 0.0;
    }
    usual.sort_by(f32::total_cmp);
    usual[usual.len() / 2]
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{200b}'
}

/// The piece made of some glyphs of a line.
pub fn piece(line: usize, all: &[Placed<'_>], glyphs: Range<usize>) -> Piece {
    let own = &all[glyphs.clone()];
    let printed = || own.iter().filter(|p| !is_blank(p.glyph.ch));
    let size = printed().map(|p| p.glyph.font_size).fold(0.0, f32::max);
    // The baseline of the largest characters: the others may be raised.
    let base =
        printed().find(|p| p.glyph.font_size >= size * 0.99).map_or(0.0, |p| p.glyph.origin.y);
    let x0 = own.first().map_or(0.0, |p| p.u0);
    let x1 = printed().map(|p| p.u1).fold(x0, f32::max);
    let mut end_of_word = x0;
    for (i, p) in own.iter().enumerate() {
        if is_blank(p.glyph.ch) || (i > 0 && is_wide(p.glyph.ch)) {
            break;
        }
        end_of_word = p.u1;
    }
    Piece {
        line,
        glyphs,
        x0,
        x1,
        base,
        size,
        chars: printed().count() as u32,
        first_word: end_of_word - x0,
        key: key(printed().map(|p| p.glyph.ch)),
        begins_low: printed()
            .next()
            .is_some_and(|p| p.glyph.ch.is_lowercase() || matches!(p.glyph.ch, '(' | '（')),
        ends_open: printed().next_back().is_some_and(|p| matches!(p.glyph.ch, ':' | '：')),
        is_caption: is_caption(printed().map(|p| p.glyph.ch)),
        is_number: is_number(printed().map(|p| p.glyph.ch)),
        ends_sentence: printed().next_back().is_some_and(|p| matches!(p.glyph.ch, '。' | '；')),
        breaks_off: breaks_off(&printed().map(|p| p.glyph.ch)),
    }
}

fn key(chars: impl Iterator<Item = char>) -> u64 {
    let mut hasher = FxHasher::default();
    chars.for_each(|c| hasher.write_u32(u32::from(c)));
    hasher.finish()
}

/// Words with which captions begin, in the languages of the documents that were looked at.
const CAPTIONS: [&str; 14] = [
    "table", "tab.", "tableau", "tabelle", "tabla", "tabella", "figure", "fig.", "chart", "graph",
    "表", "图", "附表", "附图",
];

/// Whether a text begins with one of these words and a number.
fn is_caption(chars: impl Iterator<Item = char>) -> bool {
    let start: String = chars.take(12).flat_map(char::to_lowercase).collect();
    CAPTIONS.iter().any(|word| {
        start.strip_prefix(word).is_some_and(|rest| {
            let mut rest = rest.chars();
            match rest.next() {
                Some(c) if c.is_numeric() => true,
                // Appendices count with letters: `Table A1`.
                Some(c) => c.is_alphabetic() && rest.next().is_some_and(char::is_numeric),
                None => false,
            }
        })
    })
}

/// Whether an amount with groups of thousands is not complete: `1,234,5`, `1,234.`.
fn breaks_off(chars: &(impl DoubleEndedIterator<Item = char> + Clone)) -> bool {
    let figures = chars.clone().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'));
    let mut groups = chars.clone().rev().map_while(|c| (c != ',').then_some(c));
    let is_grouped = chars.clone().any(|c| c == ',');
    let ends_whole = groups.clone().any(|c| c == '.') || groups.clone().count() == 3;
    figures && is_grouped && (groups.next() == Some('.') || !ends_whole)
}

/// Figures with the signs that stand in amounts, dates and percentages.
fn is_number(chars: impl Iterator<Item = char>) -> bool {
    let mut any = false;
    for c in chars {
        let sign = matches!(
            c,
            ',' | '.'
                | '-'
                | '–'
                | '—'
                | '−'
                | '+'
                | '%'
                | '/'
                | '('
                | ')'
                | '*'
                | '$'
                | '€'
                | '£'
                | '¥'
                | '￥'
                | '≥'
                | '≤'
                | '='
                | '<'
                | '>'
                | '±'
                | ':'
                | '…'
                | '，'
                | '（'
                | '）'
        );
        if !sign && !c.is_numeric() {
            return false;
        }
        any = true;
    }
    any
}

/// Joins single ideographs that are spread over a cell with equal gaps (`项　目`): a label in
/// distributed alignment.
fn join_spread(line: &[Placed<'_>], pieces: &mut Vec<Piece>, first: usize) {
    let single = |p: &Piece| p.chars == 1 && is_wide(line[p.glyphs.start].glyph.ch);
    let apart = pieces.split_off(first);
    let mut from = 0;
    while from < apart.len() {
        let mut to = from + 1;
        let mut gap = None;
        while to < apart.len() && single(&apart[to - 1]) && single(&apart[to]) {
            let next = (apart[to].x0 - apart[to - 1].x1) / apart[to].size.max(0.01);
            if next > SPREAD || gap.is_some_and(|g: f32| (g - next).abs() > 0.2) {
                break;
            }
            gap = Some(next);
            to += 1;
        }
        // Two characters far apart may be two cells; three in step are a word.
        if to - from >= 3 || (to - from == 2 && gap.is_some_and(|g| g <= 2.0)) {
            let glyphs = apart[from].glyphs.start..apart[to - 1].glyphs.end;
            pieces.push(piece(apart[from].line, line, glyphs));
        } else {
            to = from + 1;
            pieces.push(apart[from].clone());
        }
        from = to;
    }
}
