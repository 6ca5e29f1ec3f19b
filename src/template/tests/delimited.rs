//! Forms from text exports, whose cells have no extent.

use super::sheet::*;
use crate::model::grid::Block;

fn head() -> Vec<Vec<&'static str>> {
    vec![
        vec!["财政项目支出绩效目标申报表", "", "", "", "", ""],
        vec!["(2026 年度)"],
        vec!["项目名称", "甲", "项目性质", "乙", "项目类别", "丙"],
        vec!["项目资金 (元)", "项目资金总额:", "", "年度资金申请总额:", "", "3.00"],
        vec!["", "其中: 财政资金", "", "其中: 当年财政拨款", "", "1.00"],
        vec!["", "", "", "上年结转资金", "", "0.00"],
        vec!["", "其他资金", "", "其他资金", "", "2.00"],
        vec!["项目 绩效 目标", "项目总目标", "", "年度总体目标", "", ""],
        vec!["", "", "", "目标", "", ""],
        vec!["", "一级指标", "二级指标", "三级指标", "", "年度(/项目)指标值"],
    ]
}

fn form(rows: Vec<Vec<&'static str>>) -> Vec<Block> {
    vec![Block::Grid(delimited(&[head(), rows].concat()))]
}

#[test]
fn shifted_funds_fall_back_to_their_order() {
    let mut rows = head();
    // The row of both 其他资金 has slipped: the first stands below the second anchor.
    rows[6] = vec!["", "", "", "其他资金", "7.00", "其他资金", "", "2.00"];
    rows[3] = vec!["项目资金 (元)", "项目资金总额:", "8.00", "年度资金申请总额:", "", "3.00"];
    rows.push(vec!["", "产出指标", "数量指标", "一", "", "1"]);
    let form = bind_one(vec![Block::Grid(delimited(&rows))]);
    let value = |at| field(&form, at).unwrap_or_default();
    assert_eq!(
        (value("/funds/project/total"), value("/funds/annual/total")),
        ("8.00".into(), "3.00".into())
    );
    assert_eq!(
        (value("/funds/project/other"), value("/funds/annual/other")),
        ("7.00".into(), "2.00".into())
    );
}

#[test]
fn a_goal_in_another_column_than_its_label_is_flagged() {
    let mut rows = head();
    rows[8] = vec!["", "", "", "", "目标", ""];
    rows.push(vec!["", "产出指标", "数量指标", "一", "", "1"]);
    let form = bind_one(vec![Block::Grid(delimited(&rows))]);
    assert_eq!(field(&form, "/goals/annual").as_deref(), Some("目标"));
    assert_eq!(troubles(&form), ["field.misaligned /goals/annual"]);
}

#[test]
fn paragraphs_in_rows_of_their_own_are_joined() {
    let mut rows = head();
    rows.insert(9, vec!["", "", "", "第二段", "", ""]);
    rows.push(vec!["", "产出指标", "数量指标", "一", "", "1"]);
    let form = bind_one(vec![Block::Grid(delimited(&rows))]);
    assert_eq!(field(&form, "/goals/annual").as_deref(), Some("目标第二段"));
    assert!(form.leftovers.is_empty());
}

#[test]
fn the_rest_of_a_wrapped_label_is_no_row() {
    let form = bind_one(form(vec![
        vec!["", "满意度指标", "服务对象满意度指", "一", "", "1"],
        vec!["", "", "标", "", "", ""],
        vec!["", "", "", "二", "", "2"],
    ]));
    assert_eq!(
        indicators(&form),
        [
            ["满意度指标", "服务对象满意度指标", "一", "1"],
            ["满意度指标", "服务对象满意度指标", "二", "2"],
        ]
    );
    assert_eq!(troubles(&form), Vec::<String>::new());
}

#[test]
fn rows_with_levels_only_are_no_indicators_but_hold_below() {
    let form = bind_one(form(vec![
        vec!["", "成本指标", "经济成本指标", "", "", ""],
        vec!["", "", "社会成本指标", "", "", ""],
        vec!["", "", "生态环境成本指标", "排放", "", "985米"],
        vec!["产出指标", "数量指标"],
        vec!["", "", "质量指标", "一", "", "1"],
    ]));
    assert_eq!(
        indicators(&form),
        [["成本指标", "生态环境成本指标", "排放", "985米"], ["产出指标", "质量指标", "一", "1"],]
    );
    assert!(form.leftovers.is_empty());
}

#[test]
fn half_rows_are_errors_whatever_their_columns() {
    let form = bind_one(form(vec![
        vec!["", "产出指标", "数量指标", "一", "", ""],
        vec!["", "", "质量指标", "", "", "≥95%"],
        vec!["时效指标", "及时率"],
    ]));
    assert_eq!(field(&form, "/indicators/0/level3").as_deref(), Some("一"));
    assert_eq!(field(&form, "/indicators/0/target"), None);
    let troubles = troubles(&form);
    assert_eq!(troubles[..2], ["row.incomplete /indicators/0", "row.incomplete /indicators/1"]);
    assert!(troubles[2..].iter().any(|t| t.starts_with("cell.leftover")), "{troubles:?}");
}

#[test]
fn a_name_before_the_label_of_its_level_is_put_right_and_told() {
    let form = bind_one(form(vec![
        vec!["", "产出指标", "数量指标", "一", "", "1"],
        vec!["", "", "合格比例", "质量指标", "≥95%", ""],
        vec!["", "效益指标", "知晓程度", "社会效益指标", "", "好"],
    ]));
    assert_eq!(
        indicators(&form)[1..],
        [
            ["产出指标", "质量指标", "合格比例", "≥95%"],
            ["效益指标", "社会效益指标", "知晓程度", "好"]
        ]
    );
    assert_eq!(troubles(&form), ["row.realigned /indicators/1", "row.realigned /indicators/2"]);
}

#[test]
fn a_first_level_follows_from_the_second_where_the_one_above_contradicts() {
    let form = bind_one(form(vec![
        vec!["", "产出指标", "数量指标", "一", "", "1"],
        vec!["", "", "社会效益指标", "二", "", "好"],
        vec!["", "", "", "三", "", "好"],
    ]));
    assert_eq!(
        indicators(&form)[1..],
        [["效益指标", "社会效益指标", "二", "好"], ["效益指标", "社会效益指标", "三", "好"],]
    );
    assert_eq!(codes(&form), ["level.derived"]);
}

#[test]
fn a_label_of_either_level_is_told_by_its_column() {
    let form = bind_one(form(vec![
        vec!["", "产出指标", "数量指标", "一", "", "1"],
        vec!["", "", "成本指标", "二", "", "2"],
        vec!["", "成本指标", "社会成本指标", "三", "", "3"],
    ]));
    assert_eq!(
        indicators(&form)[1..],
        [["产出指标", "成本指标", "二", "2"], ["成本指标", "社会成本指标", "三", "3"],]
    );
}

#[test]
fn local_labels_in_their_columns_are_kept() {
    let form = bind_one(form(vec![
        vec!["", "管理指标", "投入与管理", "一", "", "1"],
        vec!["", "", "其他方面", "二", "", "2"],
    ]));
    assert_eq!(
        indicators(&form),
        [["管理指标", "投入与管理", "一", "1"], ["管理指标", "其他方面", "二", "2"],]
    );
}

#[test]
fn a_form_goes_on_in_the_next_grid_but_another_table_does_not() {
    let rest = delimited(&[
        vec!["", "", "", "二", "", "2"],
        vec!["满意度指标", "服务对象满意度指标", "服务对象满意度", "≥90%", "", ""],
    ]);
    let other = delimited(&[vec!["序号", "内容", "金额"], vec!["1", "培训费", "100"]]);
    let mut blocks = form(vec![vec!["", "产出指标", "数量指标", "一", "", "1"]]);
    blocks.extend([Block::Grid(rest), Block::Grid(other)]);
    let bound = bind(blocks);
    assert_eq!((bound.forms.len(), bound.tables.len()), (1, 1));
    assert_eq!(
        indicators(&bound.forms[0])[1..],
        [
            ["产出指标", "数量指标", "二", "2"],
            ["满意度指标", "服务对象满意度指标", "服务对象满意度", "≥90%"],
        ]
    );
    assert_eq!(troubles(&bound.forms[0]), ["row.realigned /indicators/2"]);
}

#[test]
fn a_cell_with_its_own_label_is_no_value_of_another() {
    let mut rows = head();
    rows[2] = vec!["项目名称", "", "项目性质：乙", "", "项目类别", "丙"];
    rows.push(vec!["", "产出指标", "数量指标", "一", "", "1"]);
    let form = bind_one(vec![Block::Grid(delimited(&rows))]);
    assert_eq!(field(&form, "/project_name"), None);
    assert_eq!(field(&form, "/project_nature").as_deref(), Some("乙"));
}

#[test]
fn dropped_blank_cells_do_not_move_values() {
    let rows: Vec<Vec<&str>> = head()
        .into_iter()
        .chain([vec!["绩效指标", "产出指标", "数量指标", "一", "1"]])
        .map(|row| row.into_iter().filter(|c| !c.is_empty()).collect::<Vec<_>>())
        .collect();
    let form = bind_one(vec![Block::Grid(delimited(&rows))]);
    assert_eq!(indicators(&form), [["产出指标", "数量指标", "一", "1"]]);
    assert_eq!(field(&form, "/funds/project/total"), None);
    assert_eq!(field(&form, "/funds/annual/total").as_deref(), Some("3.00"));
    assert_eq!(field(&form, "/funds/annual/other").as_deref(), Some("2.00"));
    assert_eq!(field(&form, "/funds/project/other"), None);
}

#[test]
fn rows_that_slid_behind_a_break_are_still_the_forms() {
    let first =
        vec![vec!["", "产出指标", "数量指标", "甲", "", "1"], vec!["", "", "", "乙", "", "2"]];
    let rest = [vec!["", "", "", "丙", "", "3"], vec!["", "", "丁", "", "4", ""]];
    let mut blocks = form(first);
    blocks.push(Block::Grid(delimited(&rest)));
    let bound = bind_one(blocks);
    let names: Vec<String> = indicators(&bound).into_iter().map(|row| row[2].clone()).collect();
    assert_eq!(names, ["甲", "乙", "丙", "丁"]);
}

#[test]
fn a_grid_that_follows_at_once_and_is_not_understood_doubts_the_indicators() {
    let first = vec![vec!["", "产出指标", "数量指标", "甲", "", "1"]];
    let mut blocks = form(first);
    let rest = [vec!["一", "二", "三", "四", "五", "六"], vec!["", "七", "八", "九", "", ""]];
    blocks.push(Block::Grid(delimited(&rest)));
    assert_eq!(troubles(&bind(blocks).forms[0]), ["form.unmatched /indicators"]);
}
