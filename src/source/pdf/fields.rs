//! Values of form fields that the file has no picture of.
//!
//! A viewer draws such a value into its box by itself, so that people see it; the interpreter shows
//! pictures (`/AP`) only. Without this, a form that was filled in on screen reads as blank.

use super::glyphs::{decode_text_string, turn_of};
use crate::model::finding::{Finding, Severity};
use crate::model::geometry::Point;
use crate::model::geometry::Rect;
use crate::model::page::{Glyph, Origin, Turn};
use hayro_interpret::hayro_syntax::object::{
    Array, Dict, Name, Object, Rect as PdfRect, String as PdfString,
};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::kurbo::{Affine, Point as At, Rect as Box, Vec2};

/// Not shown (`Hidden`, `NoView`).
const UNSEEN: u32 = 1 << 1 | 1 << 5;

/// `Ff`: text of several lines; a password, shown as dots.
const MULTILINE: u32 = 1 << 12;
const PASSWORD: u32 = 1 << 13;

/// Parents of a field that are looked at: a tree that is deeper may go round in a circle.
const ANCESTORS: usize = 16;

/// Distance of the text from its box, in points; viewers take the border's width twice.
const PADDING: f64 = 2.0;

/// Size in points where the field leaves it to the viewer, at most.
const AUTO_SIZE: f64 = 12.0;

/// Height of a line, and of the part above the baseline and below it, in em.
const LINE: f64 = 1.15;
const ASCENT: f64 = 0.88;
const DESCENT: f64 = 0.12;

/// What the fields of a page show beyond its content, at most `most` characters; `to_page` maps
/// the file's coordinates to the displayed page. `O(annotations + characters)`.
pub(super) fn unpainted(page: &PdfPage<'_>, to_page: Affine, most: usize) -> Vec<Glyph> {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots".as_slice()) else {
        return Vec::new();
    };
    let mut glyphs = Vec::new();
    for annotation in annotations.iter::<Dict<'_>>() {
        if let Some(field) = Field::of(&annotation) {
            field.set(to_page, &mut glyphs);
        }
        if glyphs.len() >= most {
            glyphs.truncate(most);
            break;
        }
    }
    glyphs
}

/// Tells that a page's values were set by us.
pub(super) fn finding(number: u32, characters: usize) -> Finding {
    Finding::new(
        "text.form-fields",
        Severity::Info,
        format!(
            "{characters} characters of page {number} are values of form fields that the file \
             leaves to the viewer to draw"
        ),
        "nothing, if a viewer shows the same values; print the form to a new file to keep them",
    )
    .on_page(number)
}

/// A text or choice field with a value and without a picture of it.
struct Field {
    rect: Box,
    lines: Vec<String>,
    size: f64,
    /// 0 left, 1 centred, 2 right.
    quadding: u32,
    multiline: bool,
}

impl Field {
    fn of(annotation: &Dict<'_>) -> Option<Self> {
        let is = |dict: &Dict<'_>, key: &[u8], name: &[u8]| {
            dict.get::<Name<'_>>(key).is_some_and(|n| &*n == name)
        };
        let unseen = annotation.get::<u32>(b"F".as_slice()).unwrap_or(0) & UNSEEN != 0;
        if !is(annotation, b"Subtype", b"Widget") || unseen || has_picture(annotation) {
            return None;
        }
        let mut chain = vec![annotation.clone()];
        while let Some(parent) = chain.last().and_then(|d| d.get::<Dict<'_>>(b"Parent".as_slice()))
        {
            if chain.len() == ANCESTORS {
                break;
            }
            chain.push(parent);
        }
        let kind = chain.iter().find_map(|d| d.get::<Name<'_>>(b"FT".as_slice()))?;
        let flags = chain.iter().find_map(|d| d.get::<u32>(b"Ff".as_slice())).unwrap_or(0);
        if !(&*kind == b"Tx" || &*kind == b"Ch") || flags & PASSWORD != 0 {
            return None;
        }
        let value = chain.iter().find_map(|d| d.get::<PdfString<'_>>(b"V".as_slice()))?;
        let value = decode_text_string(value.as_bytes());
        let rect = annotation.get::<PdfRect>(b"Rect".as_slice())?;
        let rect = Box::new(rect.x0, rect.y0, rect.x1, rect.y1);
        let look = chain.iter().find_map(|d| d.get::<PdfString<'_>>(b"DA".as_slice()));
        let asked = look.and_then(|s| font_size(s.as_bytes())).filter(|s| *s > 0.0);
        let quadding = chain.iter().find_map(|d| d.get::<u32>(b"Q".as_slice())).unwrap_or(0);
        let multiline = &*kind == b"Tx" && flags & MULTILINE != 0;
        let lines: Vec<String> =
            value.split(['\r', '\n']).filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
        if lines.is_empty() || !(rect.width() > 0.0 && rect.height() > 0.0) {
            return None;
        }
        let own = (rect.height() / LINE).min(AUTO_SIZE);
        Some(Self { rect, lines, size: asked.unwrap_or(own), quadding, multiline })
    }

    /// Sets the value into its box; a long line of a field of several lines is wrapped.
    fn set(&self, to_page: Affine, glyphs: &mut Vec<Glyph>) {
        let room = (self.rect.width() - 2.0 * PADDING).max(self.size);
        let lines: Vec<Vec<char>> = if self.multiline {
            self.lines.iter().flat_map(|l| wrap(l, room / self.size)).collect()
        } else {
            vec![self.lines.concat().chars().collect()]
        };
        let height = self.size * LINE;
        let mut baseline = if self.multiline {
            self.rect.y1 - PADDING - self.size * ASCENT
        } else {
            self.rect.center().y - self.size * (ASCENT - DESCENT) / 2.0
        };
        for line in lines {
            let width: f64 = line.iter().map(|c| em(*c) * self.size).sum();
            let slack = (room - width).max(0.0);
            let mut x = self.rect.x0 + PADDING + slack * f64::from(self.quadding.min(2)) / 2.0;
            for ch in line {
                glyphs.push(placed(ch, At::new(x, baseline), self.size, to_page));
                x += em(ch) * self.size;
            }
            baseline -= height;
        }
    }
}

/// Whether the file has a picture of the annotation, that of its state where it has several.
pub(super) fn has_picture(annotation: &Dict<'_>) -> bool {
    let pictures = annotation.get::<Dict<'_>>(b"AP".as_slice());
    let normal = pictures.and_then(|p| p.get::<Object<'_>>(b"N".as_slice()));
    !matches!(normal, None | Some(Object::Null(_)))
}

/// The operand of `Tf` in an appearance string.
fn font_size(look: &[u8]) -> Option<f64> {
    let look = String::from_utf8_lossy(look);
    let words: Vec<&str> = look.split_ascii_whitespace().collect();
    let at = words.iter().rposition(|w| *w == "Tf")?;
    words.get(at.checked_sub(1)?)?.parse().ok().filter(|s: &f64| s.is_finite())
}

/// Width of a character in em: half for those of a typewriter, whole for ideographs.
fn em(ch: char) -> f64 {
    if ch.is_ascii() { 0.5 } else { 1.0 }
}

/// Breaks a line where it is full, `room` in em.
fn wrap(line: &str, room: f64) -> Vec<Vec<char>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0.0;
    for ch in line.chars() {
        if used + em(ch) > room && used > 0.0 {
            lines.push(Vec::new());
            used = 0.0;
        }
        used += em(ch);
        if let Some(last) = lines.last_mut() {
            last.push(ch);
        }
    }
    lines
}

fn placed(ch: char, at: At, size: f64, to_page: Affine) -> Glyph {
    let body = Box::new(at.x, at.y - size * DESCENT, at.x + em(ch) * size, at.y + size * ASCENT);
    let seen = to_page.transform_rect_bbox(body);
    let [a, b, c, d, ..] = to_page.as_coeffs();
    let origin = to_page * at;
    let turn: Turn = turn_of(Vec2::new(a, b));
    Glyph {
        ch,
        bbox: Rect::new(seen.x0 as f32, seen.y0 as f32, seen.x1 as f32, seen.y1 as f32),
        origin: Point { x: origin.x as f32, y: origin.y as f32 },
        font_size: (size * Vec2::new(c, d).hypot()) as f32,
        turn,
        from: Origin::TextLayer,
        confidence: 1.0,
        pale: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hayro_interpret::hayro_syntax::Pdf;

    /// The text that the fields of a page show, with each character's left edge and baseline.
    fn shown(fields: &[&str]) -> (String, Vec<(f32, f32)>) {
        let refs: Vec<String> = (0..fields.len()).map(|i| format!("{} 0 R", i + 4)).collect();
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Annots[{}]>>", refs.join(" ")),
        ];
        objects.extend(fields.iter().map(|f| format!("<</Subtype/Widget {f}>>")));
        let mut file = "%PDF-1.7\n".to_owned();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (n, object) in objects.iter().enumerate() {
            table += &format!("{:010} 00000 n \n", file.len());
            file += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
        }
        let start = file.len();
        let size = objects.len() + 1;
        file += &format!("{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
        let pdf = Pdf::new(file.into_bytes()).expect("a small PDF");
        let page = &pdf.pages()[0];
        let upright = Affine::new(page.initial_transform(true).as_coeffs());
        let glyphs = unpainted(page, upright, 100);
        let places = glyphs.iter().map(|g| (g.bbox.x0, g.origin.y)).collect();
        (glyphs.iter().map(|g| g.ch).collect(), places)
    }

    const AT: &str = "/Rect[10 40 110 60]/DA(/F1 10 Tf 0 g)";

    #[test]
    fn a_value_without_a_picture_is_set_into_its_box() {
        let (text, places) = shown(&[&format!("/FT/Tx/V<FEFF96F60031>{AT}")]);
        assert_eq!(text, "零1");
        // Half way up the box, which is 40 to 60 points from the top.
        assert!((places[0].0 - 12.0).abs() < 0.1 && (places[1].0 - 22.0).abs() < 0.1);
        assert!((places[0].1 - 53.8).abs() < 0.1, "{places:?}");
        let (_, right) = shown(&[&format!("/FT/Tx/Q 2/V(12.5){AT}")]);
        assert!((right[3].0 - 103.0).abs() < 0.1, "{right:?}");
    }

    #[test]
    fn long_text_is_wrapped_and_inherited() {
        let wide = "/Rect[10 20 44 90]/DA(/F1 10 Tf)";
        let (text, places) = shown(&[&format!("/FT/Tx/Ff 4096/V<FEFF4E004E8C4E0956DB>{wide}")]);
        assert_eq!(text, "一二三四");
        assert!(places[3].1 > places[2].1 + 10.0, "{places:?}");
        // The second widget is a kid of the first field.
        let (text, _) = shown(&["/FT/Tx/V(ab)", &format!("/Parent 4 0 R {AT}")]);
        assert_eq!(text, "ab");
    }

    #[test]
    fn what_is_painted_hidden_or_no_text_is_left_alone() {
        for field in ["/FT/Tx/V(a)/F 2", "/FT/Btn/V/Yes", "/FT/Tx", "/FT/Tx/V(a)/AP<</N<<>> >>"] {
            assert_eq!(shown(&[&format!("{field}{AT}")]).0, "", "{field}");
        }
    }
}
