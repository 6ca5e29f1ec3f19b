//! Cost of each stage, by the page, the rule and the glyph.
//!
//! Run with `cargo bench --bench stages`; read ratios, not absolute times.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use shenbao::layout;
use shenbao::model::geometry::{Point, Rect};
use shenbao::model::grid::PageLayout;
use shenbao::model::limits::Limits;
use shenbao::model::page::{Axis, Glyph, Origin, Page, Rule, Strength, Turn};
use shenbao::source::pdf::{PdfDocument, PdfOptions};

const SAMPLE: &[u8] = include_bytes!("../samples/seed/seed-calc.pdf");

fn main() {
    divan::main();
}

/// Reading alone: pages a second of the interpreter with our device.
fn laid_out(page: Page) -> PageLayout {
    layout::page(page, &Limits::default())
}

#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    let document = PdfDocument::open(SAMPLE.to_vec(), &PdfOptions::default()).expect("sample");
    let pages = document.page_count();
    bencher.counter(ItemsCount::new(pages)).bench_local(|| {
        let mut reader = document.reader();
        for n in 1..=pages {
            black_box(reader.read(n));
        }
    });
}

/// Layout alone, on pages that are read already.
#[divan::bench]
fn lay_out(bencher: Bencher<'_, '_>) {
    let document = PdfDocument::open(SAMPLE.to_vec(), &PdfOptions::default()).expect("sample");
    let mut reader = document.reader();
    let pages: Vec<Page> = (1..=document.page_count()).map(|n| reader.read(n)).collect();
    bencher
        .counter(ItemsCount::new(pages.len()))
        .with_inputs(|| pages.clone())
        .bench_local_values(|pages| pages.into_iter().map(laid_out).collect::<Vec<_>>());
}

/// A page of graph paper: time per rule must stay flat.
#[divan::bench(args = [500, 5_000, 50_000])]
fn rules(bencher: Bencher<'_, '_>, n: usize) {
    let page = graph_paper(n);
    bencher.counter(ItemsCount::new(n)).with_inputs(|| page.clone()).bench_local_values(laid_out);
}

/// A page full of text in one ruled cell pair: time per glyph must stay flat.
#[divan::bench(args = [1_000, 10_000, 100_000])]
fn glyphs(bencher: Bencher<'_, '_>, n: usize) {
    let mut page = graph_paper(40);
    page.glyphs = (0..n).map(|i| glyph((i % 200) as f32 * 5.0, (i / 200) as f32 * 8.0)).collect();
    bencher.counter(ItemsCount::new(n)).with_inputs(|| page.clone()).bench_local_values(laid_out);
}

fn glyph(x: f32, y: f32) -> Glyph {
    Glyph {
        ch: '字',
        bbox: Rect::new(x, y, x + 5.0, y + 5.0),
        origin: Point { x, y: y + 4.4 },
        font_size: 5.0,
        turn: Turn::None,
        from: Origin::TextLayer,
        confidence: 1.0,
        pale: false,
    }
}

/// A square grid drawn with `n` unit segments, as spreadsheets export it.
fn graph_paper(n: usize) -> Page {
    let side = ((n / 2) as f64).sqrt() as usize;
    let unit = 10.0;
    let mut page = Page { number: 1, size_pt: (2000.0, 2000.0), ..Page::default() };
    for i in 0..n {
        let axis = if i % 2 == 0 { Axis::Horizontal } else { Axis::Vertical };
        let (a, b) = ((i / 2) / side, (i / 2) % side);
        page.rules.push(Rule {
            axis,
            position: a as f32 * unit,
            span: (b as f32 * unit, (b + 1) as f32 * unit),
            width: 0.5,
            strength: Strength::Drawn,
        });
    }
    page.glyphs.push(glyph(3.0, 3.0));
    page
}
