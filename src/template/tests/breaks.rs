//! Forms over page breaks whose grids layout has not joined.

use super::sheet::*;
use crate::model::form::BoundForm;
use crate::model::geometry::Rect;
use crate::model::grid::{Block, Grid, GridKind};

fn first_page(rows: Vec<Vec<Td>>) -> Vec<Block> {
    let grid = ruled(1, 50.0, &WIDTHS, &[head("甲项目", "目标"), rows].concat());
    vec![line("财政项目支出绩效目标申报表", 1), line("（2026年度）", 1), Block::Grid(grid)]
}

fn over(first: Vec<Vec<Td>>, second: Grid) -> BoundForm {
    let mut blocks = first_page(first);
    blocks.extend([line("第 1 页", 1), line("— 2 —", 2), Block::Grid(second)]);
    bind_one(blocks)
}

fn page_two(rows: &[Vec<Td>]) -> Grid {
    ruled(2, 50.0, &WIDTHS, rows)
}

fn row(one: &str, two: &str, name: &str, target: &str) -> Vec<Td> {
    indicator(Some(td(one)), Some(td(two)), name, target)
}

fn start() -> Vec<Vec<Td>> {
    vec![row("产出指标", "数量指标", "一", "1个")]
}

const START: [&str; 4] = ["产出指标", "数量指标", "一", "1个"];

#[test]
fn blank_levels_on_top_of_a_page_go_on_from_the_page_before() {
    let rest = [
        indicator(Some(tall("", 2)), Some(tall("", 2)), "二", "2个"),
        indicator(None, None, "三", "3个"),
        row("满意度指标", "服务对象满意度指标", "四", "好"),
    ];
    let form = over(start(), page_two(&rest));
    assert_eq!(
        indicators(&form),
        [
            START,
            ["产出指标", "数量指标", "二", "2个"],
            ["产出指标", "数量指标", "三", "3个"],
            ["满意度指标", "服务对象满意度指标", "四", "好"],
        ]
    );
    assert_eq!(codes(&form), ["cell.leftover"; 2], "the two page numbers, as information");
    assert_eq!((form.pages.as_slice(), form.blocks.len()), ([1, 2].as_slice(), 6));
}

#[test]
fn a_label_printed_on_the_later_page_holds_for_the_rows_before() {
    let first = vec![
        row("产出指标", "数量指标", "一", "1个"),
        indicator(Some(tall("", 3)), Some(td("时效指标")), "二", "及时"),
        indicator(None, Some(tall("", 2)), "三", "好"),
        indicator(None, None, "四", "好"),
    ];
    let rest = [row("效益指标", "社会效益指标", "五", "好")];
    let form = over(first, page_two(&rest));
    assert_eq!(
        indicators(&form),
        [
            START,
            // 效益指标 does not go with 时效指标: the cell is blank, not cut.
            ["产出指标", "时效指标", "二", "及时"],
            // These two may be either by their second level; the first level decides.
            ["产出指标", "时效指标", "三", "好"],
            ["产出指标", "时效指标", "四", "好"],
            ["效益指标", "社会效益指标", "五", "好"],
        ]
    );

    let first = vec![
        row("产出指标", "数量指标", "一", "1个"),
        indicator(Some(td("效益指标")), Some(td("")), "二", "好"),
    ];
    let rest = [row("", "社会效益指标", "三", "好")];
    let form = over(first, page_two(&rest));
    assert_eq!(
        indicators(&form),
        [START, ["效益指标", "社会效益指标", "二", "好"], ["效益指标", "社会效益指标", "三", "好"],]
    );
    assert!(codes(&form).contains(&"level.derived"));
}

#[test]
fn a_first_level_printed_on_the_later_page_holds_where_it_fits() {
    let first = vec![
        row("产出指标", "数量指标", "一", "1个"),
        indicator(Some(td("")), Some(td("经济效益指标")), "二", "好"),
    ];
    let form = over(first, page_two(&[row("效益指标", "社会效益指标", "三", "好")]));
    assert_eq!(indicators(&form)[1], ["效益指标", "经济效益指标", "二", "好"]);
    let levels = form.fields.iter().find(|f| f.at.as_str() == "/indicators/1/level1").unwrap();
    assert_eq!(levels.printed.as_ref().unwrap().page, 2);
}

#[test]
fn a_label_cut_in_two_by_the_break_is_joined() {
    let first =
        vec![row("产出指标", "数量指标", "一", "1个"), row("满意度指标", "服务对象", "二", "好")];
    let form = over(first, page_two(&[row("", "满意度指标", "三", "好")]));
    assert_eq!(indicators(&form)[1], ["满意度指标", "服务对象满意度指标", "二", "好"]);
    assert_eq!(indicators(&form)[2], ["满意度指标", "服务对象满意度指标", "三", "好"]);
}

#[test]
fn mirrored_margins_other_sizes_and_fewer_columns_do_not_matter() {
    let rows = |wide_name: u32, wide_value: u32| {
        vec![
            vec![td(""), td(""), td(""), wide("二", wide_name), wide("2个", wide_value)],
            vec![
                td(""),
                td("满意度指标"),
                td("服务对象满意度指标"),
                wide("三", wide_name),
                wide("好", wide_value),
            ],
        ]
    };
    let expected = [
        START,
        ["产出指标", "数量指标", "二", "2个"],
        ["满意度指标", "服务对象满意度指标", "三", "好"],
    ];
    let larger = WIDTHS.map(|w| w * 1.4);
    let fewer = [30.0, 60.0, 80.0, 210.0, 120.0];
    for grid in [
        ruled(2, 80.0, &WIDTHS, &rows(3, 2)),
        ruled(2, 30.0, &larger, &rows(3, 2)),
        ruled(2, 50.0, &fewer, &rows(1, 1)),
        ruled(2, 75.0, &fewer, &rows(1, 1)),
    ] {
        assert_eq!(indicators(&over(start(), grid)), expected);
    }
}

#[test]
fn missing_level_columns_on_the_next_page_are_blank_levels() {
    let grid =
        ruled(2, 220.0, &[210.0, 120.0], &[vec![td("二"), td("2个")], vec![td("三"), td("3个")]]);
    let form = over(start(), grid);
    assert_eq!(
        indicators(&form),
        [START, ["产出指标", "数量指标", "二", "2个"], ["产出指标", "数量指标", "三", "3个"],]
    );
}

#[test]
fn repeated_headers_titles_and_heads_are_dropped() {
    let expected = [START, ["产出指标", "数量指标", "二", "2个"]];
    let more = || row("", "", "二", "2个");
    // Column headers alone.
    let form = over(start(), page_two(&[headers("", 1), more()]));
    assert_eq!(indicators(&form), expected);
    // The title line and the column headers.
    let mut blocks = first_page(start());
    blocks.extend([
        line("财政项目支出绩效目标申报表", 2),
        Block::Grid(page_two(&[headers("", 1), more()])),
    ]);
    assert_eq!(indicators(&bind_one(blocks)), expected);
    // The title and the rows alone; the title marked as continued.
    for title in ["财政项目支出绩效目标申报表", "财政项目支出绩效目标申报表（续）"]
    {
        let mut blocks = first_page(start());
        blocks.extend([line(title, 2), Block::Grid(page_two(&[more()]))]);
        assert_eq!(indicators(&bind_one(blocks)), expected);
    }
    // Everything.
    let mut blocks = first_page(start());
    let again = page_two(&[head("甲项目", "目标"), vec![more()]].concat());
    blocks.extend([
        line("财政项目支出绩效目标申报表", 2),
        line("（2026年度）", 2),
        Block::Grid(again),
    ]);
    let form = bind_one(blocks);
    assert_eq!(indicators(&form), expected);
    assert_eq!(codes(&form), Vec::<&str>::new());
}

#[test]
fn the_same_head_with_its_own_table_is_another_form() {
    let mut blocks = first_page(start());
    let grid = page_two(&[head("甲项目", "目标"), start()].concat());
    blocks.extend([
        line("财政项目支出绩效目标申报表", 2),
        line("（2026年度）", 2),
        Block::Grid(grid),
    ]);
    assert_eq!(bind(blocks).forms.len(), 2);
    // Its first row is another one, but of levels that the table before has left.
    let mut blocks = first_page(sample_rows());
    let rows = vec![row("产出指标", "数量指标", "另一", "9个"), row("", "质量指标", "二", "好")];
    blocks.extend([
        line("财政项目支出绩效目标申报表", 2),
        line("（2026年度）", 2),
        Block::Grid(page_two(&[head("甲项目", "目标"), rows].concat())),
    ]);
    assert_eq!(bind(blocks).forms.len(), 2);
    let mut blocks = first_page(start());
    let other = page_two(&[head("乙项目", "目标"), vec![row("", "", "二", "2个")]].concat());
    blocks.extend([
        line("财政项目支出绩效目标申报表", 2),
        line("（2026年度）", 2),
        Block::Grid(other),
    ]);
    let bound = bind(blocks);
    assert_eq!(bound.forms.len(), 2);
    assert_eq!(
        troubles(&bound.forms[1]),
        ["level.missing /indicators/0/level1", "level.missing /indicators/0/level2",]
    );
}

#[test]
fn a_row_cut_by_the_break_is_put_together() {
    for (first, second, expected) in [
        (("甲乙", "2个"), ("丙", ""), ["甲乙丙", "2个"]),
        (("甲乙丙", "对外宣传"), ("", "无舆情"), ["甲乙丙", "对外宣传无舆情"]),
        (("甲乙丙", ""), ("", "2个"), ["甲乙丙", "2个"]),
    ] {
        let rows = vec![row("产出指标", "数量指标", first.0, first.1)];
        let rest = [row("", "", second.0, second.1), row("", "质量指标", "三", "好")];
        let form = over(rows, page_two(&rest));
        let found = indicators(&form);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0][2..], expected);
        assert_eq!(found[1], ["产出指标", "质量指标", "三", "好"]);
        assert!(codes(&form).contains(&"row.joined") && !codes(&form).contains(&"row.incomplete"));
    }
}

#[test]
fn a_half_row_with_its_own_levels_is_no_rest() {
    let form = over(start(), page_two(&[row("", "质量指标", "二", "")]));
    assert_eq!(indicators(&form)[1], ["产出指标", "质量指标", "二", ""]);
    assert_eq!(troubles(&form), ["row.incomplete /indicators/1"]);
}

#[test]
fn a_goal_cut_by_the_break_goes_on() {
    let mut rows = head("甲", "目标一，");
    let table = rows.split_off(9);
    let grid = ruled(1, 50.0, &WIDTHS, &rows);
    let rest = vec![vec![td(""), wide("", 4), wide("目标二。", 3)]];
    let second = page_two(&[rest, table, start()].concat());
    let form = bind_one(vec![
        line("财政项目支出绩效目标申报表", 1),
        Block::Grid(grid),
        Block::Grid(second),
    ]);
    assert_eq!(field(&form, "/goals/annual").as_deref(), Some("目标一，目标二。"));
    assert_eq!(field(&form, "/goals/project"), None);
    assert_eq!(indicators(&form), [START]);
    assert!(form.leftovers.is_empty());
}

#[test]
fn a_goal_may_begin_on_the_next_page() {
    let mut rows = head("甲", "目标");
    let table = rows.split_off(8);
    rows[7][0] = td("项目\n绩效\n目标");
    let grid = ruled(1, 50.0, &WIDTHS, &rows);
    let goals = [vec![td("")], table[0].clone()].concat();
    let second = page_two(&[vec![goals], table[1..].to_vec(), start()].concat());
    let form = bind_one(vec![
        line("财政项目支出绩效目标申报表", 1),
        Block::Grid(grid),
        Block::Grid(second),
    ]);
    assert_eq!(field(&form, "/goals/annual").as_deref(), Some("目标"));
    assert_eq!(indicators(&form), [START]);
}

#[test]
fn head_and_table_may_be_grids_of_their_own() {
    let mut rows = head("甲", "目标");
    let table = rows.split_off(9);
    let head = ruled(1, 50.0, &WIDTHS, &rows);
    let table = ruled(1, 50.0, &WIDTHS, &[table, sample_rows()].concat());
    let form = bind_one(vec![
        line("财政项目支出绩效目标申报表", 1),
        Block::Grid(head),
        Block::Grid(table),
    ]);
    assert_eq!(indicators(&form), SAMPLE);
}

#[test]
fn a_joined_grid_with_rows_of_two_pages_names_both() {
    let mut blocks = first_page(sample_rows());
    if let Some(Block::Grid(grid)) = blocks.last_mut() {
        for cell in grid.cells.iter_mut().filter(|c| c.row >= 12) {
            cell.page = 2;
            cell.lines.iter_mut().for_each(|l| l.page = 2);
        }
    }
    let form = bind_one(blocks);
    assert_eq!(indicators(&form), SAMPLE);
    assert_eq!(form.pages, [1, 2]);
}

#[test]
fn a_table_on_the_next_page_with_the_same_outline_is_no_rest() {
    let other = ruled(
        2,
        50.0,
        &[100.0, 300.0, 100.0],
        &[vec![td("序号"), td("支出内容"), td("金额")], vec![td("1"), td("培训费"), td("100")]],
    );
    let mut blocks = first_page(start());
    blocks.push(Block::Grid(other));
    let bound = bind(blocks);
    assert_eq!((bound.forms.len(), bound.tables.len()), (1, 1));
    assert_eq!(indicators(&bound.forms[0]), [START]);
}

#[test]
fn a_blank_at_the_end_of_a_page_is_as_above_where_the_list_has_blanks_elsewhere() {
    let blank = |name, target| indicator(Some(td("")), Some(td("")), name, target);
    let first = vec![
        row("成本指标", "经济成本指标", "一", "1个"),
        blank("二", "好"),
        row("产出指标", "数量指标", "三", "3个"),
        blank("四", "好"),
    ];
    let form = over(first.clone(), page_two(&[row("产出指标", "质量指标", "五", "好")]));
    assert_eq!(indicators(&form)[3], ["产出指标", "数量指标", "四", "好"]);
    // The last row is as good as any.
    let rest = [row("产出指标", "质量指标", "五", "好"), blank("六", "好")];
    let form = over(first[..2].to_vec(), page_two(&rest));
    assert_eq!(indicators(&form)[1], ["成本指标", "经济成本指标", "二", "好"]);
    // No other blank: the cell is the upper part of the label's on the next page, for certain only in
    // a list that has merged cells.
    let rest = |rows: &[Vec<Td>]| over(vec![first[0].clone(), blank("二", "好")], page_two(rows));
    let form = rest(&[row("产出指标", "质量指标", "五", "好")]);
    assert_eq!(indicators(&form)[1], ["产出指标", "质量指标", "二", "好"]);
    assert!(codes(&form).contains(&"level.unclear"), "{:?}", codes(&form));
    let merged = [
        indicator(Some(tall("产出指标", 2)), Some(tall("质量指标", 2)), "五", "好"),
        indicator(None, None, "六", "好"),
    ];
    let form = rest(&merged);
    assert_eq!(indicators(&form)[1], ["产出指标", "质量指标", "二", "好"]);
    assert!(!codes(&form).contains(&"level.unclear"), "{:?}", codes(&form));
}

#[test]
fn a_form_that_begins_at_the_foot_of_a_page_goes_on_below_its_title() {
    let titles = vec![vec![wide("财政项目支出绩效目标申报表", 8)], vec![wide("(2026年度)", 8)]];
    let bound = |name: &str, again: &[Vec<Td>]| {
        let mut rows = head(name, "目标");
        let rest = rows.split_off(1);
        let first = ruled(1, 50.0, &WIDTHS, &[titles.clone(), rows].concat());
        let second = page_two(&[&titles[..], again, &rest, &start()].concat());
        bind(vec![Block::Grid(first), Block::Grid(second)]).forms
    };
    let forms = bound("甲项目", &[]);
    assert_eq!(forms.len(), 1);
    assert_eq!(field(&forms[0], "/project_name").as_deref(), Some("甲项目"));
    assert_eq!(field(&forms[0], "/competent_department").as_deref(), Some("甲局"));
    assert_eq!(indicators(&forms[0]), [START]);
    // The same label again begins the form anew.
    let again = head("乙项目", "目标").remove(0);
    let forms = bound("甲项目", &[again]);
    assert_eq!(field(&forms[0], "/project_name").as_deref(), Some("乙项目"));
}

#[test]
fn a_label_that_wraps_is_cut_with_its_row() {
    let rest = [row("", "标", "", "关制度"), row("", "质量指标", "三", "好")];
    let form = over(vec![row("产出指标", "数量指", "甲乙", "执行相")], page_two(&rest));
    assert_eq!(
        indicators(&form),
        [["产出指标", "数量指标", "甲乙", "执行相关制度"], ["产出指标", "质量指标", "三", "好"]]
    );
    // A label of its own begins another row.
    let rest = [row("", "时效指标", "", "关制度")];
    let form = over(vec![row("产出指标", "数量指标", "甲乙", "执行相")], page_two(&rest));
    assert_eq!(indicators(&form).len(), 2);
}

#[test]
fn a_label_that_runs_down_beside_inferred_rows_is_no_name() {
    // Nothing tells where the cell of the rest of 绩效指标 ends: its row has no other text before
    // the target.
    let rest = vec![vec![wide("指标", 6), wide("元/人", 2)], row("质量指标", "", "二", "2个")];
    let mut grid = page_two(&rest);
    grid.kind = GridKind::Aligned;
    let label = &mut grid.cells[0].lines[0];
    label.bbox = label.bbox.map(|b| Rect::new(b.x0 + 6.0, b.y0, b.x0 + 24.0, b.y1));
    let form = over(start(), grid);
    let indicators = indicators(&form);
    assert_eq!(indicators[0][3], "1个元/人");
    assert_eq!(indicators.len(), 2);
}

#[test]
fn a_piece_of_a_side_label_beside_a_wrapped_level_is_no_row() {
    let mut first = start();
    first.extend([
        vec![td("绩"), td("产出指"), td("质量指标"), wide("二", 3), wide("2个", 2)],
        vec![td("效"), td("标"), td(""), wide("", 3), wide("", 2)],
    ]);
    let mut blocks = first_page(first);
    if let Some(Block::Grid(grid)) = blocks.last_mut() {
        grid.kind = GridKind::Aligned;
    }
    let form = bind_one(blocks);
    assert_eq!(indicators(&form)[1..], [["产出指标", "质量指标", "二", "2个"]]);
}
