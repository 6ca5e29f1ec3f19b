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
