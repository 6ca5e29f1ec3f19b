use super::*;
use crate::model::geometry::Point;

/// A line of characters ten points wide at a height of the page, in points.
fn line(text: &str, y: f32, confidence: f32) -> Vec<Glyph> {
    let glyph = |(i, ch): (usize, char)| {
        let x = 100.0 + 10.0 * i as f32;
        Glyph {
            ch,
            bbox: Rect::new(x, y, x + 10.0, y + 10.0),
            origin: Point { x, y: y + 9.0 },
            font_size: 10.0,
            turn: crate::model::page::Turn::None,
            from: crate::model::page::Origin::Recognised,
            confidence,
            pale: false,
        }
    };
    text.chars().enumerate().map(glyph).collect()
}

/// Confidence of each character after the page was weighed, and the codes of the findings.
fn weighed(read: Vec<Glyph>, hidden: Vec<Glyph>) -> (Vec<f32>, Vec<&'static str>, String) {
    let mut page = Page { number: 1, glyphs: read, ..Page::default() };
    weigh(&mut page, hidden);
    let confidences = page.glyphs.iter().map(|g| (g.confidence * 100.0).round() / 100.0).collect();
    let text = page.glyphs.iter().map(|g| g.ch).collect();
    (confidences, page.findings.iter().map(|f| f.code).collect(), text)
}

/// Something that was read with certainty, so that the hidden text is seen to be an opinion.
fn known() -> Vec<Glyph> {
    line("预算单位和项目绩效目标", 20.0, 1.0)
}

fn with_known(text: &str, confidence: f32) -> Vec<Glyph> {
    [known(), line(text, 50.0, confidence)].concat()
}

#[test]
fn agreement_settles_a_small_doubt_and_not_a_great_one() {
    for (before, after) in [(0.9, 0.98), (0.8, 0.95), (0.6, 0.9)] {
        let (confidences, codes, _) =
            weighed(with_known("水质监测", before), with_known("水质监测", 1.0));
        assert_eq!(confidences[11..], [after; 4]);
        assert_eq!(codes, ["scan.hidden-text"]);
    }
}

#[test]
fn widths_and_blanks_are_no_difference() {
    let (confidences, codes, _) =
        weighed(with_known("共 (3)项", 0.9), with_known("共（３）项", 1.0));
    assert_eq!(codes, ["scan.hidden-text"]);
    assert!(confidences[11..].iter().enumerate().all(|(i, c)| i == 1 || *c > 0.95));
}

#[test]
fn a_dispute_doubts_what_was_not_certain_and_keeps_the_reading() {
    let (confidences, codes, text) =
        weighed(with_known("水质监侧", 0.97), with_known("水质监测", 1.0));
    assert_eq!(confidences[11..], [0.99, 0.99, 0.99, 0.85]);
    assert_eq!(codes, ["scan.hidden-text", "scan.second-opinion"]);
    assert!(text.ends_with("监侧"), "hidden text is no value");
    let (confidences, codes, _) = weighed(with_known("水质监测", 1.0), with_known("水质监侧", 1.0));
    assert_eq!((confidences[14], codes.len()), (1.0, 1), "a certain reading stands");
}

#[test]
fn numbers_are_doubted_however_certain() {
    for hidden in ["计755,360.00", "计75,360.00", "计7553,360.00"] {
        let (confidences, codes, text) =
            weighed(with_known("计753,360.00", 1.0), with_known(hidden, 1.0));
        assert!(confidences[11..].contains(&0.85), "{hidden}: {confidences:?}");
        assert_eq!(codes, ["scan.hidden-text", "scan.second-opinion"]);
        assert!(text.ends_with("753,360.00"));
    }
}

#[test]
fn a_swallowed_character_doubts_its_neighbours() {
    let (confidences, _, text) =
        weighed(with_known("第季度完成", 0.98), with_known("第一季度完成", 1.0));
    assert_eq!(confidences[11..13], [0.85, 0.85]);
    assert!(text.ends_with("第季度完成"));
}

#[test]
fn a_text_of_another_place_or_of_nothing_is_no_opinion() {
    let (confidences, codes, _) =
        weighed(with_known("水质监侧", 0.9), line("水质监测", 300.0, 1.0));
    assert!((confidences[14] - 0.9).abs() < 1e-6);
    assert_eq!(codes, ["scan.hidden-text"]);
    let garbage: String = "鼷鼱鼲".chars().cycle().take(11).collect();
    let hidden = [line(&garbage, 20.0, 1.0), line("水质监侧", 50.0, 1.0)].concat();
    let (confidences, ..) = weighed(with_known("水质监侧", 0.9), hidden);
    assert!((confidences[14] - 0.9).abs() < 1e-6, "no certain character supports it");
    let (_, codes, _) = weighed(Vec::new(), known());
    assert_eq!(codes, ["scan.hidden-text"]);
}
