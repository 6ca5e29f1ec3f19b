//! Glyph runs → characters with boxes, in the page's displayed coordinates.
//!
//! # Rules
//! - The em box of a glyph runs from 0.12 em below to 0.88 em above the baseline, the extent of
//!   an ideographic em square (OpenType `ideo` baseline convention).
//! - `/ActualText` replaces what the glyphs themselves say (ISO 32000-1, 14.9.4).

use super::clipped::{is_beyond, is_hidden, is_next_line, remnant};
use super::device::to_rect;
use super::misfit;
use crate::model::geometry::{Point, Rect};
use crate::model::limits::Limit;
use crate::model::page::{Glyph, Origin, Turn};
use hayro_interpret::font::{FontData, Glyph as FontGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::kurbo::{self, Affine};

/// Stands for a glyph whose character is not known.
pub(super) const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// Stands for a glyph that is drawn, but not seen; taken for a blank afterwards.
pub(super) const HIDDEN: char = '\u{200b}';

/// Confidence of a character that is not what its glyph shows, see [`misfit`].
pub(super) const MISFIT: f32 = 0.0;

/// Text smaller than this cannot be read on paper, in points.
const MIN_SIZE: f64 = 1.5;

/// Confidence of text of which only a part is seen.
const CUT: f32 = 0.5;

/// Of a glyph that is cut off above or below so much of its height shows that there is text: less
/// may be the space around it.
const GLIMPSE: f32 = 0.25;

/// Glyphs further apart than this, in em, are two pieces of text.
const PIECE: f32 = 0.3;

/// The em square, in thousandths of an em from the baseline.
pub(super) const ASCENT: f64 = 880.0;
pub(super) const DESCENT: f64 = -120.0;

/// A glyph whose character the font does not tell, with what may help to find out.
pub(super) struct Undecoded {
    /// Position in the list of glyphs.
    pub index: usize,
    pub char_code: u32,
    pub glyph_id: u32,
    pub font: FontProgram,
}

/// The embedded font of an undecoded glyph.
#[derive(Clone)]
pub(super) struct FontProgram {
    /// Name without the subset prefix.
    pub name: Option<String>,
    pub data: Option<FontData>,
    /// Equal for equal programs.
    pub key: u128,
}

/// An open marked-content sequence.
struct Marked {
    actual: Option<String>,
    /// Number of glyphs when it began.
    start: usize,
}

/// A piece of text in the list of glyphs.
#[derive(Clone, Copy)]
struct Piece {
    /// Where it begins.
    from: usize,
    /// So many glyphs of the list are known to be of text that is cut, as far as they belong here.
    cut_until: usize,
}

#[derive(Default)]
pub(super) struct GlyphSink {
    glyphs: Vec<Glyph>,
    undecoded: Vec<Undecoded>,
    marked: Vec<Marked>,
    /// What is drawn, but not seen.
    hidden: Vec<Glyph>,
    /// Characters too small to be read, which are left out.
    tiny: usize,
    /// Characters beyond the edges of the page, which are left out.
    outside: usize,
    page: Rect,
    /// Most glyphs that are kept.
    most: u32,
    full: bool,
    /// The last glyph taken in, and its piece of text.
    last: Option<(Placed, Piece)>,
    /// The last glyph of a piece that is not seen, until another is.
    lost: Option<Placed>,
}

impl GlyphSink {
    /// A sink for at most so many glyphs of a page with the given box.
    pub fn new(most: u32, page: Rect) -> Self {
        Self { page, most, ..Self::default() }
    }

    /// The limit, if it was reached.
    pub fn reached(&self) -> Option<Limit> {
        self.full.then_some(Limit { key: "glyphs", value: self.most })
    }

    pub fn len(&self) -> usize {
        self.glyphs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    /// Takes back glyphs from number `from` on that turn out not to be seen.
    pub fn hide_from(&mut self, from: usize, hidden: impl Fn(&Glyph) -> bool) {
        for glyph in self.glyphs.iter_mut().skip(from) {
            if !glyph.ch.is_whitespace() && hidden(glyph) {
                // The place stays, so that marked content and undecoded glyphs keep their numbers.
                self.hidden.push(*glyph);
                glyph.ch = HIDDEN;
            }
        }
    }

    /// Marks glyphs from number `from` on that hardly stand out from their ground.
    pub fn mark_pale_from(&mut self, from: usize, pale: impl Fn(&Glyph) -> bool) {
        for glyph in self.glyphs.iter_mut().skip(from) {
            glyph.pale = pale(glyph);
        }
    }

    /// Number of characters that are too small to be read.
    pub fn tiny(&self) -> usize {
        self.tiny
    }

    /// Number of characters beyond the edges of the page.
    pub fn outside(&self) -> usize {
        self.outside
    }

    /// The visible glyphs, those that could not be decoded, and the hidden ones.
    pub fn finish(mut self) -> (Vec<Glyph>, Vec<Undecoded>, Vec<Glyph>) {
        while !self.marked.is_empty() {
            self.end_marked_content();
        }
        self.undecoded.retain(|u| self.glyphs.get(u.index).is_some_and(|g| g.ch == UNKNOWN));
        (self.glyphs, self.undecoded, self.hidden)
    }

    pub fn run(&mut self, run: &GlyphRun<'_, '_>, ctm: Affine, invisible: bool, clip: Rect) {
        if invisible {
            each_placed(run, ctm, |glyph, placed| {
                if let (Some(BfString::Char(c)), Some(placed)) = (glyph.as_unicode(), placed) {
                    self.hidden.push(placed.glyph(c));
                }
                self.hidden.len() < self.most as usize
            });
            return;
        }
        // Glyphs since the last gap, and whether some of them are seen.
        let mut piece: Vec<(&FontGlyph<'_>, Placed)> = Vec::new();
        each_placed(run, ctm, |glyph, placed| {
            if self.glyphs.len() + piece.len() >= self.most as usize {
                self.full = true;
                return false;
            }
            let Some(placed) = placed else {
                self.tiny += usize::from(!is_blank(glyph));
                return true;
            };
            if piece.last().is_some_and(|(_, last)| !placed.follows(last)) {
                self.push_piece(&mut piece, clip);
            }
            piece.push((glyph, placed));
            true
        });
        self.push_piece(&mut piece, clip);
    }

    /// Takes a piece of text in if some of it is seen, or if it goes on with what is.
    ///
    /// What a clip or the page's edge cuts off belongs to the same word or number: it is kept, and
    /// the whole is not to be trusted. Some producers show each glyph by itself, so the end of the
    /// last piece is remembered.
    fn push_piece(&mut self, piece: &mut Vec<(&FontGlyph<'_>, Placed)>, clip: Rect) {
        let Some((first, last)) = piece.first().zip(piece.last()).map(|(f, l)| (f.1, l.1)) else {
            return;
        };
        let hidden = |(glyph, placed): &(&FontGlyph<'_>, Placed)| is_hidden(glyph, placed, clip);
        let goes_on = self.last.is_some_and(|(end, _)| first.follows(&end));
        let unseen = !goes_on && piece.iter().all(hidden);
        let off_page = is_beyond(self.page, clip, first.bbox.center());
        let glimpsed = unseen
            && (piece.iter().any(|(g, placed)| !is_blank(g) && placed.is_glimpsed(clip))
                || !off_page && self.last.is_some_and(|(end, _)| is_next_line(&first, &end, clip)));
        if unseen && !glimpsed {
            self.last = None;
            self.lost = piece.iter().any(|(g, _)| !is_blank(g)).then_some(last);
            let beyond = |(glyph, placed): &(&FontGlyph<'_>, Placed)| {
                !is_blank(glyph) && is_beyond(self.page, clip, placed.bbox.center())
            };
            self.outside += piece.iter().filter(|p| beyond(p)).count();
            piece.clear();
            return;
        }
        let lost = self.lost.take().is_some_and(|end| first.follows(&end));
        let cut = lost || piece.iter().any(|p| hidden(p) && !is_blank(p.0));
        let own = self.glyphs.len();
        let before = self.last.filter(|_| goes_on).map(|(_, piece)| piece);
        let mut cut_until = before.map_or(0, |piece| piece.cut_until);
        let from = before.map_or(own, |piece| piece.from.min(own));
        for (glyph, mut placed) in piece.drain(..) {
            if glimpsed {
                // It belongs where its text is seen, not to the row below.
                placed.bbox = remnant(placed.bbox, clip);
            }
            self.push(glyph, placed);
        }
        if cut {
            // A long piece may be cut at every glyph: what is marked is not marked again.
            for glyph in self.glyphs.iter_mut().skip(from.max(cut_until)) {
                glyph.confidence = CUT;
            }
            cut_until = self.glyphs.len();
        }
        self.last = Some((last, Piece { from, cut_until }));
    }

    fn push(&mut self, glyph: &FontGlyph<'_>, placed: Placed) {
        match glyph.as_unicode() {
            Some(BfString::Char(c)) => {
                let is_misfit = misfit::is_misfit(c, placed.advance, glyph);
                let confidence = if is_misfit { MISFIT } else { 1.0 };
                self.glyphs.push(Glyph { confidence, ..placed.glyph(c) });
            }
            Some(BfString::String(s)) => {
                let n = s.chars().count().max(1);
                self.glyphs.extend(s.chars().enumerate().map(|(i, c)| placed.part(i, n).glyph(c)));
            }
            None => {
                if let FontGlyph::Outline(g) = glyph {
                    let data = g.font_data();
                    self.undecoded.push(Undecoded {
                        index: self.glyphs.len(),
                        char_code: g.char_code(),
                        glyph_id: g.glyph_id().to_u32(),
                        font: FontProgram {
                            name: data.as_ref().and_then(|d| d.postscript_name.clone()),
                            key: data.as_ref().map_or(0, |d| d.cache_key),
                            data: data.map(|d| d.data),
                        },
                    });
                }
                self.glyphs.push(placed.glyph(UNKNOWN));
            }
        }
    }

    pub fn begin_marked_content(&mut self, properties: Option<&Dict<'_>>) {
        let actual = properties
            .and_then(|p| p.get::<PdfString<'_>>(b"ActualText"))
            .map(|s| decode_text_string(s.as_bytes()));
        self.marked.push(Marked { actual, start: self.glyphs.len() });
    }

    pub fn end_marked_content(&mut self) {
        let Some(Marked { actual: Some(text), start }) = self.marked.pop() else { return };
        let Some(replaced) = self.glyphs.get(start..) else { return };
        let Some(new) = replace_text(replaced, &text) else { return };
        self.glyphs.truncate(start);
        self.undecoded.retain(|u| u.index < start);
        self.glyphs.extend(new);
    }
}

/// Hands each glyph of a run to `visit`, until that says that it is enough, with its place; `None`
/// if it is too small to be read.
fn each_placed<'r, 'a>(
    run: &'r GlyphRun<'_, 'a>,
    ctm: Affine,
    mut visit: impl FnMut(&'r FontGlyph<'a>, Option<Placed>) -> bool,
) {
    let glyphs = run.glyphs();
    let mut next = glyphs.first().map(|g| ctm * g.transform());
    for (i, positioned) in glyphs.iter().enumerate() {
        let Some(m) = next else { break };
        next = glyphs.get(i + 1).map(|g| ctm * g.transform());
        let advance = match &**positioned {
            FontGlyph::Outline(g) => g.advance_width(),
            FontGlyph::Type3(g) => g.advance_width(),
        };
        let advance = advance.filter(|a| a.is_finite()).map_or(500.0, f64::from);
        let following = next.map(|n| n.translation().to_point());
        if !visit(positioned, Placed::new(m, advance, following)) {
            break;
        }
    }
}

fn is_blank(glyph: &FontGlyph<'_>) -> bool {
    matches!(glyph.as_unicode(), Some(BfString::Char(c)) if c.is_whitespace())
}

/// Puts the characters of an `/ActualText` on the places of the glyphs it replaces; `None` if
/// the two cannot be aligned, so that the glyphs' own characters stay.
fn replace_text(glyphs: &[Glyph], text: &str) -> Option<Vec<Glyph>> {
    // What the glyphs themselves mean does not matter any more.
    let trusted = |g: &Glyph| Glyph {
        confidence: if g.confidence == MISFIT { 1.0 } else { g.confidence },
        ..*g
    };
    let first = trusted(glyphs.first()?);
    let chars: Vec<char> = text.chars().filter(|c| !c.is_control()).collect();
    if chars.len() == glyphs.len() {
        return Some(
            glyphs.iter().zip(&chars).map(|(g, &ch)| Glyph { ch, ..trusted(g) }).collect(),
        );
    }
    // An empty replacement means that the glyphs are no text, for instance a soft hyphen.
    if chars.is_empty() {
        return Some(Vec::new());
    }
    let same_line =
        glyphs.iter().all(|g| (g.origin.y - first.origin.y).abs() < 0.1 * first.font_size);
    // A long run with another number of characters is a tagged paragraph, not a ligature.
    if !same_line || glyphs.len() > 8 || first.turn != Turn::None {
        return None;
    }
    let whole = glyphs.iter().fold(first.bbox, |b, g| b.union(&g.bbox));
    let step = whole.width() / chars.len() as f32;
    Some(
        chars
            .iter()
            .enumerate()
            .map(|(i, &ch)| {
                let x0 = whole.x0 + step * i as f32;
                Glyph {
                    ch,
                    bbox: Rect { x0, x1: x0 + step, ..whole },
                    origin: Point { x: x0, y: first.origin.y },
                    ..first
                }
            })
            .collect(),
    )
}

/// Decodes a PDF text string (ISO 32000-2, 7.9.2.2): UTF-16BE or UTF-8 by its mark, else
/// PDFDocEncoding, which for letters equals Latin-1.
pub(super) fn decode_text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|c| u16::from_be_bytes([c[0], c[1]]));
            char::decode_utf16(units).map(|r| r.unwrap_or(UNKNOWN)).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        other => other.iter().map(|&b| char::from(b)).collect(),
    }
}

/// Where a glyph stands.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub bbox: Rect,
    pub origin: kurbo::Point,
    pub font_size: f32,
    /// To the next glyph, as the font has it, in em.
    pub advance: f32,
    pub turn: Turn,
}

impl Placed {
    /// `m` maps the glyph's space of 1000 units an em to the page; `advance` is in those units.
    pub fn new(m: Affine, advance: f64, next: Option<kurbo::Point>) -> Option<Self> {
        let [a, b, c, d, x, y] = m.as_coeffs();
        let origin = kurbo::Point::new(x, y);
        let (along, up) = (kurbo::Vec2::new(a, b), kurbo::Vec2::new(c, d));
        let size = up.hypot() * 1000.0;
        if !(origin.x.is_finite() && origin.y.is_finite() && size.is_finite() && size > MIN_SIZE) {
            return None;
        }
        let mut width = advance;
        if let Some(next) = next {
            // A substituted font is stretched, which scales the advance too; the next glyph's
            // origin tells the true one.
            let step = (next - origin).dot(along) / along.hypot2().max(f64::MIN_POSITIVE);
            if step > 0.0 && step < width {
                width = step;
            }
        }
        let em = kurbo::Rect::new(0.0, DESCENT, width, ASCENT);
        Some(Self {
            bbox: to_rect(m.transform_rect_bbox(em)),
            origin,
            font_size: size as f32,
            advance: (width / 1000.0) as f32,
            turn: turn_of(along),
        })
    }

    /// Whether a clip leaves the upper or the lower edge of it to be seen: the last line of a cell
    /// that is too low for its text.
    fn is_glimpsed(&self, clip: Rect) -> bool {
        clip.intersection(&self.bbox).is_some_and(|seen| {
            seen.width() >= 0.9 * self.bbox.width() && seen.height() >= GLIMPSE * self.bbox.height()
        })
    }

    /// Whether it stands close behind another glyph on one horizontal line.
    fn follows(&self, before: &Self) -> bool {
        let em = self.font_size;
        self.turn == Turn::None
            && before.turn == Turn::None
            && (self.origin.y - before.origin.y).abs() < f64::from(0.1 * em)
            && (self.bbox.x0 - before.bbox.x1).abs() < PIECE * em
    }

    fn glyph(&self, ch: char) -> Glyph {
        Glyph {
            ch,
            bbox: self.bbox,
            origin: Point { x: self.origin.x as f32, y: self.origin.y as f32 },
            font_size: self.font_size,
            turn: self.turn,
            from: Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        }
    }

    /// The place of character `i` of `n` that one glyph shows (a ligature).
    fn part(&self, i: usize, n: usize) -> Self {
        let (i, n) = (i as f32, n as f32);
        let b = self.bbox;
        let mut part = *self;
        let (w, h) = (b.width() / n, b.height() / n);
        part.bbox = match self.turn {
            Turn::Right => Rect { y0: b.y0 + h * i, y1: b.y0 + h * (i + 1.0), ..b },
            Turn::Left => Rect { y0: b.y1 - h * (i + 1.0), y1: b.y1 - h * i, ..b },
            Turn::UpsideDown => Rect { x0: b.x1 - w * (i + 1.0), x1: b.x1 - w * i, ..b },
            Turn::None | Turn::Oblique => Rect { x0: b.x0 + w * i, x1: b.x0 + w * (i + 1.0), ..b },
        };
        if self.turn == Turn::None {
            part.origin.x = f64::from(part.bbox.x0);
        }
        part
    }
}

/// The reading direction of a baseline vector in displayed coordinates (y downwards), within
/// 3 degrees of a quarter turn.
pub(super) fn turn_of(along: kurbo::Vec2) -> Turn {
    const TAN_3_DEG: f64 = 0.0524;
    if along.y.abs() <= along.x.abs() * TAN_3_DEG {
        if along.x > 0.0 { Turn::None } else { Turn::UpsideDown }
    } else if along.x.abs() <= along.y.abs() * TAN_3_DEG {
        if along.y > 0.0 { Turn::Right } else { Turn::Left }
    } else {
        Turn::Oblique
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(ch: char, x: f32) -> Glyph {
        Glyph {
            ch,
            bbox: Rect::new(x, 0.0, x + 10.0, 10.0),
            origin: Point { x, y: 9.0 },
            font_size: 10.0,
            turn: Turn::None,
            from: Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        }
    }

    #[test]
    fn actual_text_replaces_glyph_by_glyph_and_ligatures() {
        let radicals = [glyph('⾦', 0.0), glyph('⼈', 10.0)];
        let new = replace_text(&radicals, "金人").unwrap();
        assert_eq!(new.iter().map(|g| g.ch).collect::<String>(), "金人");
        let ligature = [glyph('ﬁ', 0.0)];
        let new = replace_text(&ligature, "fi").unwrap();
        assert_eq!(new.len(), 2);
        assert!((new[1].bbox.x0 - 5.0).abs() < 0.01);
    }

    #[test]
    fn the_upper_part_of_a_line_shows_that_there_is_one() {
        let m = Affine::new([0.01, 0.0, 0.0, -0.01, 100.0, 200.0]);
        let placed = Placed::new(m, 1000.0, None).unwrap();
        let (b, page) = (placed.bbox, Rect::new(0.0, 0.0, 600.0, 800.0));
        let above = |share: f32| Rect { y1: b.y0 + share * b.height(), ..page };
        assert!(placed.is_glimpsed(above(0.4)));
        assert!(!placed.is_glimpsed(above(0.1)), "it may be the space around it");
        assert!(!placed.is_glimpsed(Rect { x1: b.x0 + 0.4 * b.width(), ..page }), "a cut word");
    }

    #[test]
    fn text_strings_decode_by_their_mark() {
        assert_eq!(decode_text_string(&[0xFE, 0xFF, 0x91, 0xD1]), "金");
        assert_eq!(decode_text_string("\u{feff}金".as_bytes()), "金");
        assert_eq!(decode_text_string(b"abc"), "abc");
    }
}
