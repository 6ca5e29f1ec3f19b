//! Forms that were recognised from pictures.

use super::sheet::*;
use crate::model::grid::{Block, Grid};
use crate::model::page::Origin;

/// The same blocks as if they had been recognised.
fn recognised(mut blocks: Vec<Block>) -> Vec<Block> {
    for block in &mut blocks {
        let lines: Vec<_> = match block {
            Block::Line(line) => vec![line],
            Block::Grid(grid) => grid.cells.iter_mut().flat_map(|c| &mut c.lines).collect(),
        };
        for line in lines {
            line.from = Origin::Recognised;
        }
    }
    blocks
}

fn form(rows: &[Vec<Td>]) -> Vec<Block> {
    let grid = ruled(1, 50.0, &WIDTHS, rows);
    vec![line("财政项目支出绩效目标申报表", 1), Block::Grid(grid)]
}

#[test]
fn dirt_beside_a_label_is_none_of_it() {
    let mut rows = [head("甲", "乙"), sample_rows()].concat();
    rows[0][2] = td("项目性质。");
    rows[2][0] = wide("·计划开始日期", 2);
    let header = rows.iter_mut().find(|r| r.iter().any(|c| c.0 == "二级指标")).unwrap();
    header.last_mut().unwrap().0.insert_str(0, "1W13-1");
    let bound = bind(recognised(form(&rows)));
    assert_eq!(troubles(&bound.forms[0]), [""; 0]);
    let exported = bind(form(&rows));
    assert!(!troubles(&exported.forms[0]).is_empty(), "it is printed there");
}

#[test]
fn what_is_left_in_a_row_of_a_scan_makes_the_row_doubtful() {
    // The header of the second column was lost.
    let rows = |known: &str, more: [&str; 2]| {
        let mut rows = head("甲", "乙");
        rows.pop();
        rows.push(vec![
            wide("一级指标", 2),
            td("二级指标"),
            wide("三级指标", 2),
            td(known),
            wide("年度（/项目）指标值", 2),
        ]);
        rows.push(vec![
            wide("产出指标", 2),
            td("数量指标"),
            wide("网点", 2),
            td(more[0]),
            wide("≥3(个)", 2),
        ]);
        rows.push(vec![
            wide("效益指标", 2),
            td("社会效益指标"),
            wide("供应", 2),
            td(more[1]),
            wide("有力", 2),
        ]);
        rows
    };
    let doubts = |more| {
        let bound = bind(recognised(form(&rows("", more))));
        let mut troubles = troubles(&bound.forms[0]);
        troubles.retain(|t| t.starts_with("cell.leftover"));
        troubles
    };
    assert_eq!(doubts(["", ""]), [""; 0]);
    assert_eq!(doubts(["余", ""]), ["cell.leftover /indicators/0"]);
    assert_eq!(doubts(["余", "下"]), ["cell.leftover /indicators"; 2]);
}

#[test]
fn a_grid_on_the_next_page_of_a_scan_may_be_the_rest() {
    let whole = [head("甲", "乙"), sample_rows()].concat();
    let rest = |left: f32| -> Grid {
        let width: f32 = WIDTHS.iter().sum();
        ruled(2, left, &[width / 2.0, width / 2.0], &[vec![td("网点"), td("甲乙丙")]])
    };
    let doubts = |left: f32, scanned: bool| {
        let mut blocks = form(&whole);
        blocks.push(Block::Grid(rest(left)));
        let bound = bind(if scanned { recognised(blocks) } else { blocks });
        troubles(&bound.forms[0])
    };
    assert_eq!(doubts(55.0, true), ["form.unmatched /indicators"]);
    assert_eq!(doubts(55.0, false), [""; 0]);
    assert_eq!(doubts(120.0, true), [""; 0], "another table");
    assert_eq!(doubts(50.0, false), ["form.unmatched /indicators"], "just as wide");
}

#[test]
fn a_label_that_ran_into_a_name_makes_the_levels_doubtful() {
    let doubts = |name: &str| {
        let mut rows = [head("甲", "乙"), sample_rows()].concat();
        rows.push(indicator(Some(tall("效益指标", 2)), Some(tall("社会效益指标", 2)), "甲", "好"));
        rows.push(indicator(None, None, name, "=100.00(%)"));
        let mut found = troubles(&bind(recognised(form(&rows))).forms[0]);
        found.retain(|t| t.starts_with("level.unclear"));
        found
    };
    let last = sample_rows().len() + 1;
    let of = |n: usize, key: &str| format!("level.unclear /indicators/{n}/{key}");
    let both = |key| [of(last, key), of(last - 1, key)];
    let mut found = doubts("质量指标 补贴发放准确率");
    found.sort();
    let mut known = [both("level1"), both("level2")].concat();
    known.sort();
    assert_eq!(found, known);
    assert_eq!(doubts("i\n质量指标达标率").len(), 4);
    // Both levels above hold for a label of the same level 1.
    assert!(doubts("经济效益指标 税收").iter().all(|t| t.ends_with("level2")));
    assert_eq!(doubts("质量指标达标率"), [""; 0]);
    assert_eq!(doubts("服务对象满意度"), [""; 0]);
}

#[test]
fn a_cell_that_is_cut_in_two_under_its_header_is_doubted() {
    let mut rows = [head("甲", "乙"), sample_rows()].concat();
    let level = |one: &str, two: &str| vec![td(""), td(one), td(two)];
    let cut = vec![td("年接待健身人"), wide("", 2), wide("=3.00(次)", 2)];
    rows.push([level("效益指标", "社会效益指标"), cut].concat());
    let last = rows.len() - 11;
    let found = |blocks: Vec<Block>| troubles(&bind(blocks).forms[0]);
    let at = format!("cell.divided /indicators/{last}/level3");
    assert_eq!(found(recognised(form(&rows))), [at]);
    assert_eq!(found(form(&rows)), [""; 0], "as it was printed");
}

#[test]
fn a_value_of_few_is_put_right_or_doubted() {
    let found = |value: &str, scanned: bool| {
        let mut rows = [head("甲", "乙"), sample_rows()].concat();
        rows[0][3] = td(value);
        let blocks = form(&rows);
        let bound = bind(if scanned { recognised(blocks) } else { blocks });
        let form = &bound.forms[0];
        let at = crate::model::pointer::Pointer::from_dotted("project_nature");
        let field = form.fields.iter().find(|f| f.at == at);
        let repaired = field.and_then(|f| f.printed.as_ref()?.repaired.clone());
        let mut troubles = troubles(form);
        troubles.retain(|t| t.starts_with("value."));
        (repaired, troubles)
    };
    let repaired = |text: &str| Some(text.to_owned());
    let at = |code: &str| vec![format!("value.{code} /project_nature")];
    assert_eq!(found("经常性专顼业务费", true), (repaired("经常性专项业务费"), at("repaired")));
    // As near to one as to another.
    assert_eq!(found("其他一常性项目", true), (None, at("unlisted")));
    assert_eq!(found("经常性专项业务费", true), (None, vec![]));
    assert_eq!(found("经常性专顼业务费", false), (None, vec![]), "as it was printed");
}

#[test]
fn headers_of_levels_that_lost_their_numerals_are_told_by_their_order() {
    let rows = |three: &str| {
        let mut rows = [head("甲", "乙"), sample_rows()].concat();
        let header = rows.iter_mut().find(|r| r.iter().any(|c| c.0 == "二级指标")).unwrap();
        for cell in header.iter_mut().filter(|c| c.0.ends_with("级指标")) {
            cell.0 = "级指标".to_owned();
        }
        header[3].0 = three.to_owned();
        form(&rows)
    };
    let bound = bind(recognised(rows("级指标")));
    assert_eq!(indicators(&bound.forms[0]), SAMPLE);
    let repaired = troubles(&bound.forms[0]);
    assert!(repaired.len() == 3 && repaired.iter().all(|t| t == "label.repaired "), "{repaired:?}");
    let unheaded =
        |blocks| troubles(&bind(blocks).forms[0]).iter().any(|t| t.contains("no-header"));
    assert!(unheaded(recognised(rows("具体内容"))), "one is something else");
    assert!(unheaded(rows("级指标")), "no misreading where it was printed");
}
