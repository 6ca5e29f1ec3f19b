//! Pictures drawn in code, through the whole preparation.

use super::*;
use image::Luma;

const DPI: f32 = 144.0;

/// A white page of 800 × 600 pixels, 400 × 300 points.
struct Sheet(GrayImage);

impl Sheet {
    fn new() -> Self {
        Self(GrayImage::from_pixel(800, 600, Luma([255])))
    }

    fn fill(mut self, x: i32, y: i32, w: i32, h: i32, level: u8) -> Self {
        for y in y..y + h {
            for x in x..x + w {
                if let Some(p) = self.0.get_pixel_mut_checked(x.max(0) as u32, y.max(0) as u32) {
                    *p = Luma([level]);
                }
            }
        }
        self
    }

    fn ink(self, x: i32, y: i32, w: i32, h: i32) -> Self {
        self.fill(x, y, w, h, 0)
    }

    /// A box of rules two pixels thick from (100, 100) to (700, 500) with a bar at x = 300.
    fn table(self) -> Self {
        self.ink(100, 100, 602, 2)
            .ink(100, 300, 602, 2)
            .ink(100, 500, 602, 2)
            .ink(100, 100, 2, 400)
            .ink(300, 100, 2, 400)
            .ink(700, 100, 2, 400)
    }

    /// Characters like 王 and 土: strokes of several lengths and a stem, 20 pixels square.
    fn text(mut self, x: i32, y: i32, n: i32) -> Self {
        for i in 0..n {
            let x = x + i * 22;
            for (dy, less) in [(0, i % 2), (9, i % 3), (18, (i + 1) % 3)] {
                self = self.ink(x + 4 * less, y + dy, 20 - 8 * less, 2);
            }
            self = self.ink(x + 9, y, 2, 20);
        }
        // The first and the last character reach all sides.
        self.ink(x, y, 20, 2).ink(x + (n - 1) * 22, y + 18, 20, 2)
    }

    fn ready(self) -> Prepared {
        prepare(DynamicImage::ImageLuma8(self.0), DPI)
    }
}

/// Rules as (position, from, to), rounded to five pixels.
fn rules(ready: &Prepared, axis: Axis) -> Vec<(i32, i32, i32)> {
    let round = |v: f32| (v / 5.0).round() as i32 * 5;
    let own = ready.rules.iter().filter(|r| r.axis == axis);
    own.map(|r| (round(r.position), round(r.span.0), round(r.span.1))).collect()
}

/// The same, rules that go on from each other joined.
fn spans(ready: &Prepared, axis: Axis) -> Vec<(i32, i32, i32)> {
    let mut joined: Vec<(i32, i32, i32)> = Vec::new();
    for rule in rules(ready, axis) {
        match joined.last_mut() {
            Some(last) if last.0 == rule.0 && last.2 == rule.1 => last.2 = rule.2,
            _ => joined.push(rule),
        }
    }
    joined
}

const ROWS: [(i32, i32, i32); 3] = [(100, 100, 700), (300, 100, 700), (500, 100, 700)];
const COLUMNS: [(i32, i32, i32); 3] = [(100, 100, 500), (300, 100, 500), (700, 100, 500)];

#[test]
fn a_clean_table_gives_its_rules_and_lines() {
    let ready = Sheet::new().table().text(320, 150, 10).text(320, 190, 4).text(110, 350, 3).ready();
    assert_eq!(rules(&ready, Axis::Horizontal), ROWS);
    assert_eq!(rules(&ready, Axis::Vertical), COLUMNS);
    let boxes: Vec<_> = ready.lines.iter().map(|l| (l.bbox.x0, l.bbox.y0, l.bbox.x1)).collect();
    assert_eq!(boxes.len(), 3, "{boxes:?}");
    assert!(boxes.contains(&(320, 150, 538)) && boxes.contains(&(110, 350, 174)), "{boxes:?}");
    assert!(ready.marks.is_empty());
}

#[test]
fn crops_show_black_text_on_white_and_no_rule() {
    // The text touches the table's upper rule.
    let ready = Sheet::new().table().text(320, 102, 3).ready();
    assert_eq!(ready.lines.len(), 1);
    let crop = &ready.lines[0].crop;
    let edge = (0..crop.width()).map(|x| crop.get_pixel(x, 0)[0]);
    assert!(edge.into_iter().all(|v| v == 255));
    assert!(crop.pixels().any(|p| p[0] == 0));
}

#[test]
fn skew_is_found_and_put_right() {
    let straight = Sheet::new().table().text(320, 150, 10).0;
    let slope = 0.03_f64; // 1.7°
    let map =
        warp::Homography([1.0, slope, -slope * 300.0, -slope, 1.0, slope * 400.0, 0., 0., 1.]);
    let skewed = warp::resample(&straight, &map, (800, 600));
    let ready = prepare(DynamicImage::ImageLuma8(skewed), DPI);
    assert_eq!(rules(&ready, Axis::Horizontal).len(), 3, "{:?}", ready.rules);
    assert_eq!(rules(&ready, Axis::Vertical).len(), 3, "{:?}", ready.rules);
    let lengths = rules(&ready, Axis::Horizontal).into_iter().map(|r| r.2 - r.1);
    assert!(lengths.into_iter().all(|l| (595..=605).contains(&l)));
    assert_eq!(ready.lines.len(), 1);
}

#[test]
fn gaps_of_a_bad_copy_are_bridged() {
    let gaps = [(150, 298, 20), (420, 298, 12), (640, 98, 9), (200, 498, 14)];
    let sheet = gaps.iter().fold(Sheet::new().table(), |s, &(x, y, w)| s.fill(x, y, w, 6, 255));
    let ready = sheet.fill(298, 400, 6, 16, 255).ready();
    assert_eq!(rules(&ready, Axis::Horizontal), ROWS);
    assert_eq!(rules(&ready, Axis::Vertical), COLUMNS);
}

/// The table with dashed lines, and another one below its first row, 15 points high.
fn dashed() -> Sheet {
    let mut sheet = Sheet::new().table().ink(100, 130, 602, 2);
    for at in (111..695).step_by(12) {
        for y in [98, 128, 298, 498] {
            sheet = sheet.fill(at, y, 5, 6, 255);
        }
        if at < 495 {
            for x in [98, 298, 698] {
                sheet = sheet.fill(x, at, 6, 5, 255);
            }
        }
    }
    sheet
}

const DASHED: [(i32, i32, i32); 4] = [ROWS[0], (130, 100, 700), ROWS[1], ROWS[2]];

#[test]
fn dashes_are_rules_on_a_dashed_page() {
    let ready = dashed().text(320, 150, 10).ready();
    assert_eq!(spans(&ready, Axis::Horizontal), DASHED);
    assert_eq!(spans(&ready, Axis::Vertical), COLUMNS);
}

#[test]
fn a_stroke_in_a_tight_row_is_no_dashed_rule() {
    // As much ink as dashes show there, in one piece.
    let ready = dashed().ink(400, 107, 2, 19).ready();
    assert_eq!(spans(&ready, Axis::Horizontal), DASHED);
    assert_eq!(spans(&ready, Axis::Vertical), COLUMNS);
}

#[test]
fn text_along_a_dashed_rule_does_not_hide_it() {
    let rows = (140..480).step_by(30).filter(|y| !(280..300).contains(y));
    let ready = rows.fold(dashed(), |sheet, y| sheet.ink(307, y, 60, 20)).ready();
    assert_eq!(spans(&ready, Axis::Vertical), COLUMNS);
}

#[test]
fn both_lines_of_a_double_rule_are_kept() {
    let ready = Sheet::new().table().ink(100, 306, 602, 2).ready();
    let rows = rules(&ready, Axis::Horizontal);
    assert_eq!(rows, [ROWS[0], ROWS[1], (305, 100, 700), ROWS[2]]);
}

#[test]
fn a_pale_hairline_is_a_rule() {
    let ready = Sheet::new().table().fill(100, 400, 602, 1, 190).ready();
    assert!(rules(&ready, Axis::Horizontal).contains(&(400, 100, 700)), "{:?}", ready.rules);
}

#[test]
fn rows_of_text_and_underlines_within_cells_are_no_rules() {
    // The strokes of 17 characters lie on three lines each, from border to border nearly.
    let ready = Sheet::new().table().text(312, 150, 17).text(312, 190, 17).ready();
    assert_eq!(rules(&ready, Axis::Horizontal), ROWS);
    let underlined = Sheet::new().table().text(400, 150, 5).ink(400, 174, 110, 2).ready();
    assert!(
        rules(&underlined, Axis::Horizontal)
            .iter()
            .all(|r| ROWS.contains(r) || r.0 == 175 && r.2 < 520),
        "{:?}",
        underlined.rules
    );
    assert_eq!(rules(&underlined, Axis::Vertical), COLUMNS);
}

#[test]
fn a_short_rule_between_two_others_counts() {
    let ready = Sheet::new().table().ink(100, 330, 602, 2).ink(500, 300, 2, 30).ready();
    assert!(rules(&ready, Axis::Vertical).contains(&(500, 300, 330)), "{:?}", ready.rules);
}

/// A row that begins on the page before has no line above it.
#[test]
fn short_rules_of_a_row_that_is_open_above_begin_where_the_long_ones_do() {
    let open = Sheet::new()
        .ink(100, 60, 2, 440)
        .ink(400, 60, 2, 440)
        .ink(700, 60, 2, 440)
        .ink(100, 100, 602, 2)
        .ink(100, 140, 602, 2)
        .ink(100, 500, 602, 2)
        // The columns of two rows alone.
        .ink(200, 60, 2, 82)
        .ink(550, 60, 2, 82);
    let found = spans(&open.ready(), Axis::Vertical);
    for column in [(200, 60, 140), (550, 60, 140)] {
        assert!(found.contains(&column), "{column:?} is not in {found:?}");
    }
}

#[test]
fn a_bracket_on_the_line_of_a_rule_does_not_go_on_with_it() {
    let below = || {
        Sheet::new()
            .ink(100, 100, 602, 2)
            .ink(100, 140, 602, 2)
            .ink(100, 500, 602, 2)
            .ink(100, 100, 2, 400)
            .ink(700, 100, 2, 400)
            .ink(300, 140, 2, 360)
            .text(120, 200, 6)
            .text(320, 200, 12)
            .text(320, 260, 12)
    };
    assert_eq!(spans(&below().ink(300, 108, 2, 24).ready(), Axis::Vertical)[1], (300, 140, 500));
    let broken = below().ink(300, 100, 2, 24);
    assert_eq!(spans(&broken.ready(), Axis::Vertical)[1], (300, 100, 500), "what is left of it");
}

#[test]
fn a_stacked_label_is_one_line_a_character() {
    let mut sheet = Sheet::new().table();
    for i in 0..4 {
        sheet = sheet.text(190, 120 + i * 28, 1);
    }
    let ready = sheet.text(320, 350, 12).ready();
    let stacked: Vec<u32> =
        ready.lines.iter().filter(|l| l.bbox.x1 < 300).map(|l| l.bbox.y0).collect();
    assert_eq!(stacked, [120, 148, 176, 204]);
}

#[test]
fn specks_make_no_lines_and_enter_no_crop() {
    let mut sheet = Sheet::new().table().text(320, 150, 6);
    for i in 0..60 {
        sheet = sheet.fill((i * 127) % 790, (i * 71) % 590, 2, 2, 60);
    }
    let ready = sheet.ready();
    assert_eq!(ready.lines.len(), 1);
    assert!(ready.lines[0].bbox.y1 - ready.lines[0].bbox.y0 <= 24, "{:?}", ready.lines[0].bbox);
}

#[test]
fn a_page_on_its_side_is_turned() {
    let mut sheet = Sheet::new().table();
    for row in 0..4 {
        sheet = sheet.text(320, 110 + row * 45, 12).text(110, 310 + row * 45, 6);
    }
    let upright = sheet.0;
    assert_eq!(prepare(DynamicImage::ImageLuma8(upright.clone()), DPI).turned, 0);
    let side = image::imageops::rotate270(&upright);
    let ready = prepare(DynamicImage::ImageLuma8(side), DPI);
    assert_eq!(ready.turned, 90);
    assert_eq!(rules(&ready, Axis::Horizontal), ROWS);
    assert_eq!(ready.lines.len(), 8);
}

#[test]
fn prose_is_straightened_by_its_lines_and_has_no_rules() {
    let straight = (0..14).fold(Sheet::new(), |s, i| s.text(40 + (i * 7) % 23, 40 + i * 36, 30)).0;
    let slope = 0.04_f64;
    let map =
        warp::Homography([1.0, slope, -slope * 300.0, -slope, 1.0, slope * 400.0, 0., 0., 1.]);
    let ready = prepare(DynamicImage::ImageLuma8(warp::resample(&straight, &map, (800, 600))), DPI);
    assert!(ready.rules.is_empty(), "{:?}", ready.rules);
    assert_eq!(ready.lines.len(), 14);
}

#[test]
fn odd_pictures_are_taken_calmly() {
    for (w, h) in [(0, 0), (1, 1), (1, 900), (900, 1), (3, 3), (20, 20)] {
        for level in [0, 128, 255] {
            let gray = GrayImage::from_pixel(w, h, Luma([level]));
            assert!(prepare(DynamicImage::ImageLuma8(gray.clone()), 200.0).lines.len() < 2);
            prepare(DynamicImage::ImageLuma8(gray).to_rgb8().into(), f32::NAN);
        }
    }
    let mut seed = 1_u32;
    let noise = GrayImage::from_fn(500, 700, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([(seed >> 24) as u8])
    });
    let ready = prepare(DynamicImage::ImageLuma8(noise.clone()), 150.0);
    assert!(ready.rules.is_empty() && ready.lines.is_empty() && !ready.marks.is_empty());
    let bilevel = GrayImage::from_fn(500, 700, |x, y| {
        Luma([if noise.get_pixel(x, y)[0] < 128 { 0 } else { 255 }])
    });
    prepare(DynamicImage::ImageLuma8(bilevel), 200.0);
}

#[test]
fn a_line_from_edge_to_edge_of_the_sheet_is_no_border() {
    let page = || Sheet::new().table().text(320, 150, 10).text(310, 30, 6);
    let pale = page().fill(431, 0, 2, 600, 150).text(320, 150, 10).text(310, 30, 6).ready();
    assert_eq!(rules(&pale, Axis::Vertical), COLUMNS);
    assert_eq!(pale.lines.len(), 2, "print over it is read as one line");
    assert!(matches!(pale.streaks[..], [Streak { dark: false, .. }]), "{:?}", pale.streaks);
    let dark = page().ink(431, 0, 2, 600).ready();
    assert_eq!(spans(&dark, Axis::Horizontal), ROWS, "rules go on through it");
    assert_eq!(rules(&dark, Axis::Vertical), COLUMNS);
    let [streak] = dark.streaks[..] else { panic!("{:?}", dark.streaks) };
    let beside = |x0: u32| PixelBox { x0, y0: 150, x1: x0 + 20, y1: 170 };
    assert!(streak.dark && streak.is_near(&beside(420), 0.0) && !streak.is_near(&beside(460), 5.0));
    let lying = page().ink(0, 400, 800, 2).ready();
    assert_eq!((rules(&lying, Axis::Horizontal), lying.streaks.len()), (ROWS.to_vec(), 1));
}

#[test]
fn a_streak_leans_as_the_sheet_does_not() {
    let straight = Sheet::new().table().text(320, 150, 10).0;
    let slope = 0.02_f64;
    let map =
        warp::Homography([1.0, slope, -slope * 300.0, -slope, 1.0, slope * 400.0, 0., 0., 1.]);
    let skewed = Sheet(warp::resample(&straight, &map, (800, 600)));
    let ready = skewed.ink(200, 0, 3, 600).ready();
    assert_eq!(ready.streaks.len(), 1);
    assert_eq!(ready.rules.iter().filter(|r| r.axis == Axis::Vertical).count(), 3);
}

#[test]
fn borders_of_a_picture_that_was_cut_out_of_a_table_stay() {
    // Its rows go on over all four edges.
    let cut = |sheet: Sheet| {
        sheet
            .ink(0, 200, 800, 2)
            .ink(0, 400, 800, 2)
            .ink(150, 0, 2, 600)
            .ink(350, 0, 2, 600)
            .ink(600, 0, 2, 600)
    };
    let ready = cut(Sheet::new()).ready();
    assert!(ready.streaks.is_empty());
    assert_eq!(ready.rules.iter().filter(|r| r.axis == Axis::Vertical).count(), 3);
    // The desk around a sheet is black; the rules of its table end before that.
    let desk = |sheet: Sheet| {
        sheet.ink(0, 0, 800, 40).ink(0, 560, 800, 40).ink(0, 0, 60, 600).ink(740, 0, 60, 600)
    };
    let laid = desk(Sheet::new().table()).ready();
    assert!(laid.streaks.is_empty());
    // A border that ends with its table reaches the edge of a picture, but no farther.
    let framed = Sheet::new().ink(0, 10, 800, 2).ink(0, 590, 800, 2).ink(300, 0, 2, 600).ready();
    assert!(framed.streaks.is_empty());
}
