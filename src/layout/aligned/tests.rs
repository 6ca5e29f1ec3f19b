use crate::layout::{page as lay_out, tests::line_of_text};
use crate::model::geometry::{Point, Rect};
use crate::model::grid::{Block, Grid, GridKind};
use crate::model::limits::Limits;
use crate::model::page::{Axis, Glyph, Origin, Page, Rule, Strength};

/// Type of 10 pt whose top is at `y`.
fn text(text: &str, x: f32, y: f32) -> Vec<Glyph> {
    let at = |g: Glyph| Glyph {
        bbox: Rect { y0: g.bbox.y0 + y, y1: g.bbox.y1 + y, ..g.bbox },
        origin: Point { x: g.origin.x, y: g.origin.y + y },
        ..g
    };
    line_of_text(text, x, 10.0).into_iter().map(at).collect()
}

/// A page with texts (text, x, top) and horizontal rules (y, from, to).
pub(super) fn page(texts: &[(&str, f32, f32)], rules: &[(f32, f32, f32)]) -> Page {
    let rule = |&(y, from, to): &(f32, f32, f32)| Rule {
        axis: Axis::Horizontal,
        position: y,
        span: (from, to),
        width: 0.5,
        strength: Strength::Drawn,
    };
    Page {
        number: 1,
        size_pt: (595.0, 842.0),
        glyphs: texts.iter().flat_map(|&(t, x, y)| text(t, x, y)).collect(),
        rules: rules.iter().map(rule).collect(),
        ..Page::default()
    }
}

pub(super) fn grids(page: Page) -> Vec<Grid> {
    let blocks = lay_out(page, &Limits::default()).blocks.into_iter();
    blocks.filter_map(|b| if let Block::Grid(g) = b { Some(g) } else { None }).collect()
}

/// First row and number of rows of the cell with a text.
fn rows_of(grid: &Grid, text: &str) -> Option<(u32, u32)> {
    let cell = grid.cells.iter().find(|c| c.compact_text().contains(text))?;
    Some((cell.row, cell.row_span))
}

/// A head of labels and values, rows of 20 pt.
const HEAD: [(&str, f32, f32); 10] = [
    ("项目名称", 60.0, 100.0),
    ("湿地生态保护", 300.0, 100.0),
    ("主管部门", 60.0, 120.0),
    ("某市水务局", 160.0, 120.0),
    ("实施单位", 320.0, 120.0),
    ("某市水文中心", 440.0, 120.0),
    ("项目属性", 60.0, 140.0),
    ("新增项目", 165.0, 140.0),
    ("项目期限", 320.0, 140.0),
    ("三年", 460.0, 140.0),
];

#[test]
fn paragraphs_that_end_early_do_not_make_rows_of_a_goal() {
    let wrapped = "一、建立健全水质监测长效管理制度，推动湿地生态品牌建设，确保供水安全平";
    let goal = [
        (wrapped, 130.0, 160.0),
        ("稳运行。", 130.0, 173.0),
        ("二、完善巡查机制。", 130.0, 186.0),
        ("三、提高资金使用效益。", 130.0, 199.0),
        ("总体目标", 60.0, 179.5),
    ];
    let rows = [
        ("一级指标", 60.0, 219.0),
        ("二级指标", 160.0, 219.0),
        ("三级指标", 320.0, 219.0),
        ("指标值", 440.0, 219.0),
        ("产出指标", 60.0, 239.0),
        ("数量指标", 160.0, 239.0),
        ("监测断面", 320.0, 239.0),
        ("12处", 445.0, 239.0),
    ];
    let found = grids(page(&[&HEAD[..], &goal, &rows].concat(), &[]));
    assert_eq!(found.len(), 1);
    let grid = &found[0];
    assert_eq!(grid.rows, 6);
    assert_eq!(rows_of(grid, "提高资金使用效益"), rows_of(grid, "建立健全水质监测"));
    assert_eq!(rows_of(grid, "主管部门"), Some((1, 1)));
    assert_eq!(rows_of(grid, "项目属性"), Some((2, 1)));
}

#[test]
fn a_label_between_two_rows_set_solid_stands_for_both() {
    let row = |y: f32, cells: [&'static str; 3]| {
        let xs = [200.0, 340.0, 460.0];
        cells.into_iter().zip(xs).map(move |(t, x)| (t, x, y)).collect::<Vec<_>>()
    };
    let mut texts = vec![("二级指标", 60.0, 100.0)];
    texts.extend(row(100.0, ["三级指标", "指标值", "分值"]));
    texts.extend(row(112.0, ["示范茶园", "2个", "10"]));
    texts.push(("数量指标", 60.0, 118.0));
    texts.extend(row(124.0, ["培训茶农", "300人", "10"]));
    for (label, y, cells) in [
        ("质量指标", 136.0, ["防控覆盖", "80%", "20"]),
        ("时效指标", 148.0, ["完成时限", "3个月", "20"]),
        ("成本指标", 160.0, ["防控成本", "420元", "40"]),
    ] {
        texts.push((label, 60.0, y));
        texts.extend(row(y, cells));
    }
    let found = grids(page(&texts, &[]));
    assert_eq!(found.len(), 1);
    let label = rows_of(&found[0], "数量指标");
    assert_eq!((rows_of(&found[0], "示范茶园"), label), (Some((1, 1)), Some((1, 2))));
    assert_eq!(rows_of(&found[0], "培训茶农"), Some((2, 1)));
}

#[test]
fn two_columns_of_texts_with_room_are_rows_of_a_label_between_them() {
    // No sign of a third column: only the pitch and the room behind the names tell.
    let rows = [
        ("生态效益", "湿地绿化覆盖情况", "674平方米以内", 124.0),
        ("持续影响", "长效机制建设", "持续加强", 136.0),
        ("公众满意", "群众满意", "较为满意", 148.0),
    ];
    let grid = |upper: &'static str, lower: &'static str| {
        let mut texts = vec![("社会效益", 60.0, 106.0)];
        texts.extend([(upper, 200.0, 100.0), ("五千元以上", 340.0, 100.0)]);
        texts.extend([(lower, 200.0, 112.0), ("不高于三千套", 340.0, 112.0)]);
        for (label, name, target, y) in rows {
            texts.extend([(label, 60.0, y), (name, 200.0, y), (target, 340.0, y)]);
        }
        grids(page(&texts, &[])).remove(0)
    };
    let apart = grid("安全事故", "公共服务水平");
    assert_eq!(rows_of(&apart, "安全事故"), Some((0, 1)));
    assert_eq!(rows_of(&apart, "公共服务水平"), Some((1, 1)));
    assert_eq!(rows_of(&apart, "社会效益"), Some((0, 2)));
}

/// Rows of a list whose level label stands alone beside them, as a page break leaves it.
fn list(from: f32) -> Vec<(&'static str, f32, f32)> {
    let rows = [
        ("社会成本", "占道时长", "不高于95元"),
        ("数量指标", "检测样品", "22372批"),
        ("质量指标", "验收合格", "达到83%"),
        ("时效指标", "完成及时", "五月底前"),
    ];
    let cells = rows.into_iter().enumerate().flat_map(|(n, (level, name, value))| {
        let y = from + 20.0 * n as f32;
        [(level, 180.0, y), (name, 300.0, y), (value, 440.0, y)]
    });
    cells.collect()
}

#[test]
fn a_label_beside_rows_does_not_end_their_table() {
    let mut texts = list(60.0);
    texts.push(("产出指标", 60.0, 110.0));
    let found = grids(page(&texts, &[]));
    assert_eq!(found.len(), 1);
    assert!(rows_of(&found[0], "五月底前").is_some() && rows_of(&found[0], "不高于95元").is_some());
}

#[test]
fn rules_around_rows_are_sides_though_no_text_stands_beside_the_rows() {
    let texts = list(60.0);
    // The label at the left was printed on the page before.
    let rules = [(56.0, 50.0, 520.0), (76.0, 160.0, 520.0), (96.0, 160.0, 520.0)];
    let rules = [&rules[..], &[(116.0, 160.0, 520.0), (136.0, 50.0, 520.0)]].concat();
    let found = grids(page(&texts, &rules));
    assert_eq!(found.iter().map(|g| g.kind).collect::<Vec<_>>(), [GridKind::RowRuled]);
    assert_eq!(rows_of(&found[0], "占道时长"), Some((0, 1)));
    // A rule at the head of the page is none of its sides.
    let high = [&[(20.0, 50.0, 520.0)], &rules[1..]].concat();
    let found = grids(page(&texts, &high));
    assert!(!found.is_empty() && found.iter().all(|g| g.bbox.is_some_and(|b| b.y0 > 25.0)));
}

#[test]
fn a_table_without_rules_on_a_scan_is_doubted() {
    let severity = |from: Origin| {
        let mut page = page(&list(60.0), &[]);
        page.glyphs.iter_mut().for_each(|g| g.from = from);
        let findings = lay_out(page, &Limits::default()).findings;
        let found = findings.iter().find(|f| f.code == "table.borderless").map(|f| f.severity);
        found.map(|s| s.name().to_owned())
    };
    assert_eq!(severity(Origin::TextLayer).as_deref(), Some("info"));
    assert_eq!(severity(Origin::Recognised).as_deref(), Some("warning"));
}

/// Rows of a list at these heights, with the texts of each.
fn rows<'t>(rows: &[(f32, &[(&'t str, f32)])]) -> Vec<(&'t str, f32, f32)> {
    rows.iter().flat_map(|&(y, texts)| texts.iter().map(move |&(t, x)| (t, x, y))).collect()
}

/// A head of labels and values, rows of 36 pt.
fn loose_head() -> Vec<(&'static str, f32, f32)> {
    HEAD.iter().map(|&(t, x, y)| (t, x, 100.0 + (y - 100.0) * 1.8)).collect()
}

#[test]
fn a_head_right_below_a_goal_is_a_row_of_its_own() {
    let goal = [
        ("建立健全水质监测长效管理制度，推动湿地生态品牌建设，确保", 130.0, 208.0),
        ("供水安全平稳。", 130.0, 222.0),
        ("总体目标", 60.0, 215.0),
    ];
    let list = rows(&[
        (240.0, &[("一级指标", 60.0), ("二级指标", 160.0), ("三级指标", 320.0), ("指标值", 450.0)]),
        (276.0, &[("产出指标", 60.0), ("数量指标", 160.0), ("监测断面", 320.0), ("12处", 455.0)]),
        (312.0, &[("质量指标", 160.0), ("验收合格", 320.0), ("达标", 455.0)]),
    ]);
    let found = grids(page(&[loose_head(), goal.to_vec(), list].concat(), &[]));
    assert_eq!(found.len(), 1);
    let at = |text: &str| rows_of(&found[0], text);
    assert_eq!(
        (at("建立健全"), at("一级指标"), at("监测断面")),
        (Some((3, 1)), Some((4, 1)), Some((5, 1)))
    );
}

#[test]
fn a_value_that_stands_lower_than_its_label_is_of_its_row() {
    let list = rows(&[
        (208.0, &[("立项依据", 60.0)]),
        (215.5, &[("《湿地保护管理办法》第十二条", 230.0)]),
        (244.0, &[("实施方案", 60.0)]),
        (251.5, &[("对八个片区开展水质监测和植被恢复", 210.0)]),
        (280.0, &[("一级指标", 60.0), ("二级指标", 160.0), ("三级指标", 320.0), ("指标值", 450.0)]),
        (316.0, &[("产出指标", 60.0), ("数量指标", 160.0), ("监测断面", 320.0), ("12处", 455.0)]),
    ]);
    let found = grids(page(&[loose_head(), list].concat(), &[]));
    let at = |text: &str| rows_of(&found[0], text);
    assert_eq!((at("立项依据"), at("湿地保护管理")), (Some((3, 1)), Some((3, 1))));
    assert_eq!((at("实施方案"), at("对八个片区")), (Some((4, 1)), Some((4, 1))));
}

#[test]
fn a_label_of_several_lines_that_begins_beside_a_row_tells_that_all_do() {
    let row = |y: f32, name: &'static str| rows(&[(y, &[(name, 320.0), ("达标", 455.0)])]);
    let found = grids(page(
        &[
            row(40.0, "绿化覆盖情况"),
            row(60.0, "水质达标情况"),
            rows(&[(80.0, &[("满意度指标", 60.0), ("服务对象满意", 160.0)])]),
            rows(&[(93.0, &[("度指标", 160.0)])]),
            row(80.0, "学员的满意度"),
            row(100.0, "居民的满意度"),
            row(120.0, "单位的满意度"),
        ]
        .concat(),
        &[],
    ));
    assert_eq!(rows_of(&found[0], "服务对象满意度指标"), Some((2, 3)));
}

#[test]
fn amounts_that_break_off_show_that_cells_wrap() {
    let amounts = |y: f32, label: &'static str, upper: &'static str| {
        rows(&[
            (y, &[(upper, 300.0), (upper, 470.0)]),
            (y + 7.0, &[(label, 140.0), (label, 380.0)]),
            (y + 14.0, &[("8.00", 340.0), ("8.00", 510.0)]),
        ])
    };
    let list = rows(&[
        (260.0, &[("一级指标", 60.0), ("二级指标", 160.0), ("三级指标", 320.0), ("指标值", 450.0)]),
        (278.0, &[("产出指标", 60.0), ("数量指标", 160.0), ("监测断面", 320.0), ("12处", 455.0)]),
    ]);
    let texts = [
        HEAD.to_vec(),
        amounts(160.0, "资金总额", "559,098,31"),
        amounts(193.0, "财政资金", "420,151,19"),
        amounts(226.0, "其他资金", "138,947,12"),
        list,
    ];
    let found = grids(page(&texts.concat(), &[]));
    let at = |text: &str| rows_of(&found[0], text);
    assert_eq!((at("559,098,318.00"), at("420,151,198.00")), (Some((3, 1)), Some((4, 1))));
    assert_eq!((at("138,947,128.00"), at("一级指标")), (Some((5, 1)), Some((6, 1))));
}

#[test]
fn the_short_end_of_an_indented_paragraph_goes_on_with_it() {
    let goal = [
        ("总体目标", 60.0, 166.0),
        ("为群众提供便捷高效的服务，进一步完善血液安全工作机", 150.0, 160.0),
        ("制。", 130.0, 173.0),
    ];
    let list = rows(&[
        (196.0, &[("一级指标", 60.0), ("二级指标", 160.0), ("三级指标", 320.0), ("指标值", 450.0)]),
        (216.0, &[("产出指标", 60.0), ("数量指标", 160.0), ("监测断面", 320.0), ("12处", 455.0)]),
    ]);
    let found = grids(page(&[HEAD.to_vec(), goal.to_vec(), list].concat(), &[]));
    assert_eq!(rows_of(&found[0], "血液安全工作机制。"), Some((3, 1)));
}

#[test]
fn a_label_between_two_rows_of_two_columns_set_solid_stands_for_both() {
    let names = [
        "节约开支",
        "带动社会投入",
        "河道堤防带动社会投入",
        "产值增长",
        "供热管网带动社会投入",
        "知晓情况",
    ];
    let mut texts = vec![("经济效益指标", 160.0, 74.0), ("效益指标", 60.0, 82.5)];
    for (n, name) in (0_u8..).zip(names) {
        let y = 40.0 + 17.0 * f32::from(n);
        texts.extend([(name, 250.0, y), ("逐步建立", 440.0, y)]);
    }
    let found = grids(page(&texts, &[]));
    let rows = names.map(|name| rows_of(&found[0], name));
    assert_eq!(rows, [0, 1, 2, 3, 4, 5].map(|row| Some((row, 1))));
    assert_eq!(rows_of(&found[0], "效益指标").map(|(row, _)| row), Some(0));
}

#[test]
fn lines_with_room_for_what_follows_are_rows() {
    let texts = rows(&[
        (
            40.0,
            &[
                ("效益指标", 60.0),
                ("社会效益指标", 130.0),
                ("公共服务水平", 250.0),
                ("显著提升", 440.0),
            ],
        ),
        (57.0, &[("知晓情况", 250.0), ("逐步建立", 440.0)]),
        (74.0, &[("标准化菜市场公共服务水平", 250.0), ("=11568.56(吨)", 430.0)]),
        (91.0, &[("生态效益指标", 130.0), ("水质优良比例", 250.0), ("≥65.00(%)", 435.0)]),
    ]);
    let found = grids(page(&texts, &[]));
    assert_eq!(found[0].rows, 4);
    assert_eq!(rows_of(&found[0], "知晓情况"), Some((1, 1)));
}

#[test]
fn rows_far_apart_are_not_set_solid_because_of_labels_between_them() {
    let texts = rows(&[
        (40.0, &[("一级指标", 60.0), ("二级指标", 150.0), ("三级指标", 260.0), ("指标值", 440.0)]),
        (62.0, &[("产值增长", 260.0), ("保质保量", 440.0)]),
        (73.0, &[("经济效益指标", 140.0)]),
        (84.0, &[("节约开支", 260.0), ("逐步建立", 440.0)]),
        (95.0, &[("效益指标", 60.0)]),
        (106.0, &[("重大安全事故", 250.0), ("不发生", 445.0)]),
        (117.0, &[("社会效益指标", 140.0)]),
        (128.0, &[("公共服务水平", 250.0), ("不断完善", 440.0)]),
    ]);
    let grid = grids(page(&texts, &[])).remove(0);
    assert_eq!(grid.rows, 5);
    let spans = ["经济效益指标", "社会效益指标", "一级指标"].map(|label| rows_of(&grid, label));
    assert_eq!(spans, [Some((1, 2)), Some((3, 2)), Some((0, 1))]);
    let one = grid.cells.iter().find(|c| c.compact_text() == "效益指标").unwrap();
    assert_eq!((one.row, one.row_span), (1, 4));
}
