//! Recognised lines → glyphs, in points.

use super::{bar, dash, em, stray, unread};
use crate::model::geometry::{Point, Rect};
use crate::model::page::{Glyph, Origin, Turn};
use crate::model::recognizer::{RecognisedChar, RecognisedLine};
use image::GrayImage;
use unicode_normalization::UnicodeNormalization;

/// Confidence of a character that is probably another; too low for a label to settle it.
const UNLIKELY: f32 = 0.3;

/// Confidence of what stands beside a speck that was dropped: enough for a label that is known
/// otherwise, too little to be trusted.
pub const BESIDE_SPECK: f32 = 0.6;

/// Numerals that are strokes and nothing else betray a misreading no more than digits do: they have
/// so much of the room for doubt that other words have.
const NUMERALS: f32 = 0.6;

/// Two ideographs whose centres are farther apart than this, in usual distances of the line, have
/// something between them that was not read.
const MISSED: f32 = 1.7;

/// Distance of neighbouring ideographs in that of the next two; the recogniser is off by a quarter
/// at either end.
const ONE_PLACE: std::ops::Range<f32> = 0.55..1.4;

/// Pairs of ideographs that tell what is usual.
const PAIRS: usize = 4;

/// The glyphs of a line. `bbox` is the place of its picture `crop` on the page, `usual` the page's type
/// size in its unit.
///
/// The recogniser knows about where a character is, not where it begins and ends: what it saw
/// between two characters is shared by both, so that only a blank that was recognised is one.
pub fn of_line(
    line: &RecognisedLine,
    crop: &GrayImage,
    bbox: Rect,
    usual: em::Usual,
) -> Vec<Glyph> {
    let mut chars = line.chars.clone();
    dash::insert(&mut chars, crop);
    unread::doubt(&mut chars, crop);
    dash::settle(&mut chars, crop);
    let mut chars = settled(&chars);
    bar::settle(&mut chars, crop);
    let scale = bbox.width() / crop.width().max(1) as f32;
    let (font_size, base) = usual.measure(line, (bbox.y0, bbox.y1));
    let mut glyphs = Vec::with_capacity(chars.len());
    for (i, c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let left = before.map_or(c.span.0, |b| f32::midpoint(b.span.1, c.span.0));
        let right = chars.get(i + 1).map_or(c.span.1, |a| f32::midpoint(c.span.1, a.span.0));
        let (x0, x1) = (bbox.x0 + left * scale, bbox.x0 + right * scale);
        glyphs.push(Glyph {
            ch: c.ch,
            bbox: Rect::new(x0, bbox.y0, x1, bbox.y1),
            origin: Point { x: x0, y: base },
            font_size,
            turn: Turn::None,
            from: Origin::Recognised,
            confidence: c.confidence,
            pale: false,
        });
    }
    glyphs
}

/// The characters of a line with what recognition typically garbles put right or doubted. Nothing
/// of it becomes trusted: whatever was changed has a low confidence.
fn settled(given: &[RecognisedChar]) -> Vec<RecognisedChar> {
    let mut chars = given.to_vec();
    for i in 0..chars.len() {
        if chars[i].ch.is_whitespace() {
            // How wide a gap is a blank says nothing about the characters beside it.
            chars[i].confidence = 1.0;
            continue;
        }
        let at = |i: usize| given.get(i).map(|c| narrow(c.ch));
        let before = i.checked_sub(1).and_then(at);
        let least = |c: &mut RecognisedChar| c.confidence = c.confidence.min(UNLIKELY);
        match look_alike(before, narrow(given[i].ch), at(i + 1)) {
            Look::Itself if is_numeral(chars[i].ch) => {
                let doubt = (1.0 - chars[i].confidence) / NUMERALS;
                chars[i].confidence = (1.0 - doubt).max(0.0);
            }
            Look::Itself => {}
            Look::Doubtful => least(&mut chars[i]),
            Look::Other(ch) => {
                chars[i].ch = ch;
                least(&mut chars[i]);
            }
        }
    }
    doubt_dashes(&mut chars);
    // The second ring of ‰, read by itself.
    let mut i = 1;
    while i < chars.len() {
        if chars[i - 1].ch == '‰' && is_ring(chars[i].ch) {
            let ring = chars.remove(i);
            chars[i - 1].span.1 = ring.span.1;
        } else {
            i += 1;
        }
    }
    drop_doubled_strokes(&mut chars);
    drop_speck(&mut chars, 0, 1);
    if let Some(last) = chars.len().checked_sub(1) {
        drop_speck(&mut chars, last, last.wrapping_sub(1));
    }
    // A number does not begin with a mark.
    if let [sign, mark, digit, ..] = &chars[..]
        && matches!(sign.ch, '≥' | '≤' | '=' | '>' | '<')
        && matches!(mark.ch, '.' | ',' | '·' | ':')
        && digit.ch.is_ascii_digit()
    {
        chars[0].confidence = chars[0].confidence.min(BESIDE_SPECK);
        chars.remove(1);
    }
    drop_specks_at_marks(&mut chars);
    stray::drop(&mut chars);
    doubt_gaps(&mut chars);
    chars
}

/// Drops a letter that is the first or last stroke of the numeral beside it, read twice: IⅣ is Ⅳ.
/// Which numeral it is, is as doubtful as before.
fn drop_doubled_strokes(chars: &mut Vec<RecognisedChar>) {
    let is_numeral = |c: char| matches!(c, 'Ⅰ'..='Ⅻ');
    let is_stroke = |c: char| matches!(c, 'I' | 'l' | '|');
    let mut i = 0;
    while i < chars.len() {
        let beside = [i.checked_sub(1), Some(i + 1)];
        let numeral = beside
            .into_iter()
            .flatten()
            .find(|&j| chars.get(j).is_some_and(|c| is_numeral(c.ch)))
            .filter(|_| is_stroke(chars[i].ch));
        if let Some(j) = numeral {
            chars[j].confidence = chars[j].confidence.min(UNLIKELY);
            chars.remove(i);
        } else {
            i += 1;
        }
    }
}

/// Drops specks beside the punctuation of a text: 制.，扩 has no point.
fn drop_specks_at_marks(chars: &mut Vec<RecognisedChar>) {
    let is_speck = |c: char| matches!(c, '.' | '．' | '·' | '\'' | '`' | '´' | '•' | '˙');
    let is_mark = |c: char| matches!(c, '，' | '。' | '；' | '：' | '、' | ',' | ';' | ':');
    let mut i = 1;
    while i + 1 < chars.len() {
        let (before, after) = (chars[i - 1].ch, chars[i + 1].ch);
        let beside =
            (is_ideograph(before) && is_mark(after)) || (is_mark(before) && is_ideograph(after));
        if is_speck(chars[i].ch) && beside {
            for j in [i - 1, i + 1] {
                chars[j].confidence = chars[j].confidence.min(BESIDE_SPECK);
            }
            chars.remove(i);
        } else {
            i += 1;
        }
    }
}

/// Doubts several dashes among ideographs: a worn 一 falls into pieces. Where they stand before
/// ideographs and take the place of one, they are one.
fn doubt_dashes(chars: &mut Vec<RecognisedChar>) {
    let is_dash = |c: &RecognisedChar| matches!(c.ch, '-' | '_' | '–');
    let is_piece = |c: &&RecognisedChar| is_dash(c) || c.ch == '一';
    let mut i = 0;
    while i < chars.len() {
        let run = chars[i..].iter().take_while(|c| is_dash(c)).count();
        let behind = i.checked_sub(1).is_some_and(|b| is_ideograph(chars[b].ch));
        let ahead = chars.get(i + run).is_some_and(|c| is_ideograph(c.ch));
        let pieces = chars[i..].iter().take_while(is_piece).count();
        let dashed = chars[i..i + pieces].iter().any(is_dash);
        if pieces > 1 && dashed && (behind || i == 0) && is_one_place(&chars[i..], pieces) {
            chars[i].ch = '一';
            chars[i].confidence = chars[i].confidence.min(UNLIKELY);
            chars[i].span.1 = chars[i + pieces - 1].span.1;
            chars.drain(i + 1..i + pieces);
            i += 1;
            continue;
        }
        if run > 1 && behind && ahead {
            for c in &mut chars[i..i + run] {
                c.confidence = c.confidence.min(UNLIKELY);
            }
        }
        i += run.max(1);
    }
}

/// Whether the first `run` of some characters stand as far before the next one as that before the one
/// behind it, both being ideographs.
fn is_one_place(chars: &[RecognisedChar], run: usize) -> bool {
    let [next, after, ..] = &chars[run..] else { return false };
    let middle = |from: f32, to: f32| f32::midpoint(from, to);
    let own = middle(chars[0].span.0, chars[run - 1].span.1);
    let first = middle(next.span.0, next.span.1);
    let pitch = middle(after.span.0, after.span.1) - first;
    let share = (first - own) / pitch;
    is_ideograph(next.ch) && is_ideograph(after.ch) && ONE_PLACE.contains(&share)
}

/// What a character probably is.
enum Look {
    Itself,
    Doubtful,
    Other(char),
}

/// Judges a character by its neighbours: a stroke among ideographs is 一 or a part of one (工 read
/// as I), a ring behind % the second one of ‰. A sign whose bar is all that tells it from another
/// may have lost that bar.
fn look_alike(before: Option<char>, ch: char, after: Option<char>) -> Look {
    let (behind, ahead) = (before.is_some_and(is_ideograph), after.is_some_and(is_ideograph));
    let among = behind && ahead;
    match ch {
        '-' | '—' | '–' | '_' if among => Look::Other('一'),
        // A word may end with a letter, but hardly with one that is a mere stroke.
        '|' | 'I' | 'l' | '-' | '—' | '_' if behind && (ahead || after.is_none()) => {
            Look::Doubtful
        }
        '=' if among => Look::Doubtful,
        c if among && (c.is_ascii_alphabetic() || (!is_ideograph(c) && c.is_alphabetic())) => {
            Look::Doubtful
        }
        '%' if after.is_some_and(is_ring) => Look::Other('‰'),
        // The day of a date; nobody speaks on a form.
        '曰' if before.is_some_and(|c| c.is_ascii_digit()) => Look::Other('日'),
        // The rings of % run together; degrees hardly stand alone or in brackets.
        '°' if before.is_some_and(|c| c.is_ascii_digit() || c == '(')
            && after.is_none_or(|c| c == ')') =>
        {
            Look::Other('%')
        }
        // Forms hardly count below nought: a speck before a number.
        '-' | '—' | '–' if before.is_none() && after.is_some_and(|c| c.is_ascii_digit()) => {
            Look::Doubtful
        }
        '>' | '<' => Look::Doubtful,
        // Forms count neither in euros nor by arrows: a sign whose strokes ran together.
        '€' if before.is_none() && after.is_some_and(|c| c.is_ascii_digit()) => Look::Other('≤'),
        '→' if before.is_none() && after.is_some_and(|c| c.is_ascii_digit()) => Look::Other('≥'),
        _ => Look::Itself,
    }
}

/// Whether a stroke more or less makes another numeral of it.
fn is_numeral(ch: char) -> bool {
    matches!(ch, '一' | '二' | '三')
}

fn is_ring(ch: char) -> bool {
    matches!(ch, 'o' | 'O' | '°')
}

pub fn is_ideograph(ch: char) -> bool {
    matches!(ch, '\u{4e00}'..='\u{9fff}')
}

/// Compatibility forms as the characters that they stand for.
fn narrow(ch: char) -> char {
    let mut forms = std::iter::once(ch).nfkc();
    match (forms.next(), forms.next()) {
        (Some(single), None) => single,
        _ => ch,
    }
}

/// Drops a mark at the end of a line that is more likely a speck: ideographs are neither preceded
/// nor followed by a point of their own there. A line of prose may end with a full stop, though.
fn drop_speck(chars: &mut Vec<RecognisedChar>, at: usize, neighbour: usize) {
    // The foot of a line is no character of print, but what is left of a rule.
    let is_mark = |c: char| matches!(c, '.' | '．' | '·' | '\'' | '`' | '´' | '•' | '˙' | '_');
    // No print begins with a colon.
    let is_colon = |c: char| at == 0 && matches!(c, ':' | '：');
    if !chars.get(at).is_some_and(|c| is_mark(c.ch) || is_colon(c.ch)) {
        return;
    }
    // A unit of a number is not followed by a point, either.
    let is_unit = |c: char| at > 0 && matches!(c, '%' | '％' | '‰' | '℃' | ')' | '）');
    // Nor does a number begin with anything but a decimal point.
    let is_point = matches!(chars[at].ch, '.' | '．' | '_');
    let is_digit = |c: char| at == 0 && !is_point && c.is_ascii_digit();
    if !chars.get(neighbour).is_some_and(|c| {
        is_ideograph(c.ch)
            || is_digit(c.ch)
            || is_unit(c.ch)
            || matches!(c.ch, '。' | '=' | '≥' | '≤')
    }) {
        return;
    }
    let is_prose = chars.iter().any(|c| matches!(c.ch, '，' | '；' | '。' | ','));
    if at > 0 && is_prose && chars[neighbour].ch != '。' {
        chars[at].ch = '。';
        chars[at].confidence = chars[at].confidence.min(UNLIKELY);
        return;
    }
    chars[neighbour].confidence = chars[neighbour].confidence.min(BESIDE_SPECK);
    chars.remove(at);
}

/// Doubts ideographs between which a character is missing: thin strokes fade first, and 一 is
/// nothing else.
fn doubt_gaps(chars: &mut [RecognisedChar]) {
    let centre = |c: &RecognisedChar| f32::midpoint(c.span.0, c.span.1);
    let pair = |w: &[RecognisedChar]| is_ideograph(w[0].ch) && is_ideograph(w[1].ch);
    let mut steps: Vec<f32> =
        chars.windows(2).filter(|w| pair(w)).map(|w| centre(&w[1]) - centre(&w[0])).collect();
    if steps.len() < PAIRS {
        return;
    }
    let middle = steps.len() / 2;
    let usual = *steps.select_nth_unstable_by(middle, f32::total_cmp).1;
    for i in 1..chars.len() {
        let two = [chars[i - 1], chars[i]];
        if pair(&two) && centre(&two[1]) - centre(&two[0]) > MISSED * usual {
            for c in &mut chars[i - 1..=i] {
                c.confidence = c.confidence.min(UNLIKELY);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<RecognisedChar> {
        let place = |i: usize| (i as f32 * 10.0, i as f32 * 10.0 + 9.0);
        text.chars()
            .enumerate()
            .map(|(i, ch)| RecognisedChar { ch, confidence: 1.0, span: place(i) })
            .collect()
    }

    /// The text that is made of a line, and its least confidence.
    fn read(text: &str) -> (String, f32) {
        let chars = settled(&chars(text));
        let least = chars.iter().map(|c| c.confidence).fold(1.0, f32::min);
        (chars.iter().map(|c| c.ch).collect(), least)
    }

    #[test]
    fn a_speck_beside_an_ideograph_at_the_edge_is_dropped_with_doubt() {
        for (text, known) in [
            ("质量指标.", "质量指标"),
            ("·质量", "质量"),
            ("_质量指标_", "质量指标"),
            (".=3.00", "=3.00"),
            (":≥92", "≥92"),
            ("·2024年1月底前", "2024年1月底前"),
            ("≥.12", "≥12"),
            ("≥90%.", "≥90%"),
            ("=3.00(个)·", "=3.00(个)"),
            ("分馆制.，扩大", "分馆制，扩大"),
            ("分馆制，·扩大", "分馆制，扩大"),
        ] {
            assert_eq!(read(text), (known.to_owned(), BESIDE_SPECK), "{text}");
        }
        assert_eq!(read("资金，体系.").0, "资金，体系。");
        assert_eq!(read("资金，体系.").1, UNLIKELY);
        for sound in ["1.质量", "95.00", "质量。", ".", "甲·乙", "A.，乙", "完成。"] {
            assert_eq!(read(sound), (sound.to_owned(), 1.0));
        }
    }

    #[test]
    fn what_looks_like_another_character_is_doubted_or_put_right() {
        assert_eq!(read("第-季"), ("第一季".to_owned(), UNLIKELY));
        assert_eq!(read("11月20曰"), ("11月20日".to_owned(), UNLIKELY));
        assert_eq!(read("<1%o"), ("<1‰".to_owned(), UNLIKELY));
        assert_eq!(read("达到IⅣ类"), ("达到Ⅳ类".to_owned(), UNLIKELY));
        assert_eq!(read("≥90.00(°)"), ("≥90.00(%)".to_owned(), UNLIKELY));
        for doubtful in ["-2个", "养护---级绿地", "施I期", "施Ⅰ期", "付施I", ">95.00(%)"]
        {
            assert_eq!(read(doubtful), (doubtful.to_owned(), UNLIKELY));
        }
        for sound in
            ["A类", "维生素C", "1月5日", "100%", "≥95.00(%)", "2026-01-01", "超过95%。", "30°C"]
        {
            assert_eq!(read(sound), (sound.to_owned(), 1.0));
        }
    }

    #[test]
    fn dashes_in_the_place_of_one_ideograph_are_a_worn_one() {
        let mut line = chars("--级指标");
        (line[0].span, line[1].span) = ((10.0, 13.0), (15.0, 19.0));
        let read = settled(&line);
        assert_eq!(read.iter().map(|c| c.ch).collect::<String>(), "一级指标");
        assert_eq!(read[0].confidence, UNLIKELY);
        let mut line = chars("-一-级指标");
        for (c, x) in line.iter_mut().zip([10.0, 13.0, 16.0, 22.0, 32.0, 42.0]) {
            c.span = (x, x + 2.0);
        }
        assert_eq!(settled(&line).iter().map(|c| c.ch).collect::<String>(), "一级指标");
        // Two places are a dash of prose.
        let apart: String = settled(&chars("--级指标")).iter().map(|c| c.ch).collect();
        assert_eq!(apart, "--级指标");
    }

    #[test]
    fn numerals_of_strokes_are_trusted_like_digits() {
        let least = |text: &str| {
            let mut line = chars(text);
            for c in &mut line {
                c.confidence = 0.96;
            }
            settled(&line).iter().map(|c| c.confidence).fold(1.0, f32::min)
        };
        assert!(least("三年建成") < 0.95 && least("八年建成") > 0.95);
    }

    #[test]
    fn blanks_doubt_nothing() {
        let mut line = chars("≥ 95");
        line[1].confidence = 0.5;
        assert!(settled(&line).iter().all(|c| c.confidence == 1.0));
    }

    #[test]
    fn a_gap_between_ideographs_doubts_both() {
        let mut line = chars("乐业上海第站线上");
        for c in &mut line[5..] {
            c.span = (c.span.0 + 10.0, c.span.1 + 10.0);
        }
        let doubted: String =
            settled(&line).iter().filter(|c| c.confidence < 1.0).map(|c| c.ch).collect();
        assert_eq!(doubted, "第站");
    }

    #[test]
    fn characters_share_what_lies_between_them() {
        let c = |ch, span| RecognisedChar { ch, confidence: 0.9, span };
        let line = RecognisedLine { chars: vec![c('甲', (10.0, 20.0)), c('1', (30.0, 40.0))] };
        let picture = GrayImage::new(100, 20);
        let glyphs =
            of_line(&line, &picture, Rect::new(100.0, 50.0, 150.0, 60.0), em::Usual::default());
        assert_eq!(glyphs[0].bbox, Rect::new(105.0, 50.0, 112.5, 60.0));
        assert_eq!(glyphs[1].bbox, Rect::new(112.5, 50.0, 120.0, 60.0));
        assert_eq!((glyphs[1].from, glyphs[1].confidence), (Origin::Recognised, 0.9));
    }
}
