//! `--verify`: the second reader as an independent witness of a page's text.

use crate::model::finding::{Finding, Severity};
use crate::model::label::fold;
use crate::model::page::Page;
use crate::model::reader::SecondReader;
use std::collections::BTreeMap;

/// Differing characters that a finding quotes.
const QUOTED: usize = 12;

/// Compares which characters both readers see, how often; order and place are not compared.
///
/// A finding where they differ, or where the second reader cannot read the page; `None` where
/// they agree.
pub(super) fn page(page: &Page, reader: &dyn SecondReader, pdf: &[u8]) -> Option<Finding> {
    let Some(glyphs) = reader.read(pdf, page.number) else {
        return Some(
            Finding::new(
                "text.not-verified",
                Severity::Info,
                "the second reader could not read this page, so its text has one witness only",
                "compare the page with the output where it matters",
            )
            .on_page(page.number),
        );
    };
    let first = count(page.glyphs.iter().map(|g| g.ch));
    let second = count(glyphs.iter().map(|g| g.ch));
    let only_first = surplus(&first, &second);
    let only_second = surplus(&second, &first);
    if only_first.is_empty() && only_second.is_empty() {
        return None;
    }
    Some(
        Finding::new(
            "text.readers-disagree",
            Severity::Warning,
            format!(
                "two readers see different characters: only the first sees {}, only the second {}",
                quote(&only_first),
                quote(&only_second)
            ),
            "compare the page with the output",
        )
        .on_page(page.number),
    )
}

/// Characters after folding (width, brackets, blanks), with their number.
fn count(chars: impl Iterator<Item = char>) -> BTreeMap<char, usize> {
    let text: String = chars.collect();
    fold(&text).chars().fold(BTreeMap::new(), |mut counts, c| {
        *counts.entry(c).or_default() += 1;
        counts
    })
}

fn surplus(a: &BTreeMap<char, usize>, b: &BTreeMap<char, usize>) -> Vec<(char, usize)> {
    a.iter()
        .filter_map(|(c, n)| {
            let more = n.saturating_sub(b.get(c).copied().unwrap_or(0));
            (more > 0).then_some((*c, more))
        })
        .collect()
}

fn quote(surplus: &[(char, usize)]) -> String {
    if surplus.is_empty() {
        return "none more".to_owned();
    }
    let mut text: Vec<String> = surplus
        .iter()
        .take(QUOTED)
        .map(|(c, n)| if *n == 1 { format!("{c}") } else { format!("{c}×{n}") })
        .collect();
    if surplus.len() > QUOTED {
        text.push(format!("and {} more", surplus.len() - QUOTED));
    }
    text.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::{Point, Rect};
    use crate::model::page::{Glyph, Origin, Turn};

    #[derive(Debug)]
    struct Says(Option<&'static str>);

    fn glyphs(text: &str) -> Vec<Glyph> {
        text.chars()
            .map(|ch| Glyph {
                ch,
                bbox: Rect::default(),
                origin: Point::default(),
                font_size: 9.0,
                turn: Turn::None,
                from: Origin::SecondReader,
                confidence: 1.0,
                pale: false,
            })
            .collect()
    }

    impl SecondReader for Says {
        fn read(&self, _: &[u8], _: u32) -> Option<Vec<Glyph>> {
            self.0.map(glyphs)
        }
    }

    fn code(first: &str, second: Option<&'static str>) -> Option<&'static str> {
        let page_read = Page { number: 2, glyphs: glyphs(first), ..Page::default() };
        page(&page_read, &Says(second), b"").map(|f| f.code)
    }

    #[test]
    fn agreement_ignores_order_width_and_blanks() {
        assert_eq!(code("项目 资金（元）100", Some("100元资金项目()")), None);
    }

    #[test]
    fn a_lost_or_changed_character_is_a_finding() {
        assert_eq!(code("100.00", Some("10.00")), Some("text.readers-disagree"));
        assert_eq!(code("≥2", Some("22")), Some("text.readers-disagree"));
        assert_eq!(code("100", None), Some("text.not-verified"));
    }
}
