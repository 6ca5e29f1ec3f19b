use super::*;
use crate::emit::sample;
use crate::model::geometry::{Point, Rect};
use crate::model::grid::PageLayout;
use crate::model::inspection::{PagePicture, TemplateRule};
use crate::model::page::{Origin, Turn};
use std::collections::BTreeMap;

fn inspection(hostile: &str) -> Inspection {
    let mut converted = sample::document();
    converted.source.file = format!("{hostile}.pdf");
    let glyph = Glyph {
        ch: '<',
        bbox: Rect::new(10.0, 10.0, 20.0, 20.0),
        origin: Point { x: 10.0, y: 18.0 },
        font_size: 10.0,
        turn: Turn::None,
        from: Origin::TextLayer,
        confidence: 1.0,
        pale: false,
    };
    let page = InspectedPage {
        number: 1,
        size_pt: (595.28, 841.89),
        picture: Some(PagePicture { media_type: "image/png", bytes: vec![0, 1, 2] }),
        glyphs: vec![glyph],
        rules: Vec::new(),
        layout: PageLayout::default(),
    };
    let rule = TemplateRule { key: "title".to_owned(), line: 1, text: format!("# {hostile}") };
    let templates = BTreeMap::from([(converted.forms[0].template.clone(), vec![rule])]);
    Inspection { converted, pages: vec![page], templates }
}

#[test]
fn what_a_document_says_is_never_markup() {
    let hostile = "</script><img src=x onerror=alert(1)>&\u{2028}";
    let page = String::from_utf8(html(&inspection(hostile), &sample::specs())).unwrap();
    assert!(!page.contains("<img"), "an element of the document's making");
    assert_eq!(page.matches("</script>").count(), 2, "the data and the script, each closed once");
    assert!(page.contains(r"\u003cimg src=x"));
    assert!(!page.contains('\u{2028}'));
}

#[test]
fn the_page_asks_for_nothing() {
    let page = String::from_utf8(html(&inspection("a"), &sample::specs())).unwrap();
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("data:image/png;base64,AAEC"));
    for outside in ["src=\"http", "href=\"http", "@import", "url(http", "fetch("] {
        assert!(!page.contains(outside), "{outside}");
    }
}
