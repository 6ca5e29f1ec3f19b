//! Forms on the true ruled grid, on one page.

use super::sheet::*;
use crate::model::grid::{Block, Grid};

fn whole(name: &str, goal: &str, rows: Vec<Vec<Td>>) -> Grid {
    ruled(1, 50.0, &WIDTHS, &[head(name, goal), rows].concat())
}

fn titled(grid: Grid) -> Vec<Block> {
    vec![line("财政项目支出绩效目标申报表", 1), line("（2026 年度）", 1), Block::Grid(grid)]
}

#[test]
fn a_form_on_the_true_grid_is_read_whole() {
    let form = bind_one(titled(whole("甲项目", "目标一\n目标二", sample_rows())));
    assert_eq!(form.template, "shanghai-project-target");
    for (at, value) in [
        ("/title", "财政项目支出绩效目标申报表"),
        ("/fiscal_year", "2026"),
        ("/project_name", "甲项目"),
        ("/project_nature", "经常性专项业务费"),
        ("/project_category", "特定目标类"),
        ("/competent_department", "甲局"),
        ("/implementing_unit", "乙中心"),
        ("/start_date", "2026-01-01"),
        ("/end_date", "2026-12-31"),
        ("/funds/unit", "元"),
        ("/funds/project/total", "900.00"),
        ("/funds/project/fiscal", "600.00"),
        ("/funds/project/other", "300.00"),
        ("/funds/annual/total", "300.00"),
        ("/funds/annual/fiscal_appropriation", "100.00"),
        ("/funds/annual/carry_over", "150.00"),
        ("/funds/annual/other", "50.00"),
        ("/goals/annual", "目标一目标二"),
    ] {
        assert_eq!(field(&form, at).as_deref(), Some(value), "{at}");
    }
    assert_eq!(field(&form, "/goals/project"), None);
    assert_eq!(indicators(&form), SAMPLE);
    assert_eq!(codes(&form), Vec::<&str>::new());
    assert!(form.leftovers.is_empty());
    assert_eq!((form.pages.as_slice(), form.blocks.len()), ([1].as_slice(), 3));
}

#[test]
fn inherited_levels_carry_the_box_of_the_merged_cell() {
    let form = bind_one(titled(whole("甲", "乙", sample_rows())));
    let boxed = |at: &str| {
        let field = form.fields.iter().find(|f| f.at.as_str() == at).unwrap();
        field.printed.as_ref().unwrap().bbox.unwrap()
    };
    assert_eq!(boxed("/indicators/0/level1"), boxed("/indicators/2/level1"));
    assert_eq!(boxed("/indicators/2/level1").height(), 60.0);
}

#[test]
fn a_title_inside_the_grid_is_found() {
    let inside = vec![vec![wide("财政项目支出绩效目标申报表", 8)], vec![wide("(2026年度)", 8)]];
    let grid = ruled(1, 50.0, &WIDTHS, &[inside, head("甲", "乙"), sample_rows()].concat());
    let form = bind_one(vec![Block::Grid(grid)]);
    assert_eq!(field(&form, "/fiscal_year").as_deref(), Some("2026"));
    assert_eq!(indicators(&form), SAMPLE);
}

#[test]
fn a_title_may_hold_the_year_or_be_broken_over_two_lines() {
    let grid = || Block::Grid(whole("甲", "乙", sample_rows()));
    let form = bind_one(vec![line("财政项目支出绩效目标申报表（2026年度）", 1), grid()]);
    assert_eq!(field(&form, "/title").as_deref(), Some("财政项目支出绩效目标申报表"));
    assert_eq!(field(&form, "/fiscal_year").as_deref(), Some("2026"));
    let form = bind_one(vec![line("财政项目支出绩效", 1), line("目标申报表", 1), grid()]);
    assert_eq!(field(&form, "/title").as_deref(), Some("财政项目支出绩效目标申报表"));
    assert_eq!(codes(&form), Vec::<&str>::new());
}

#[test]
fn a_form_without_any_title_is_recognised_by_its_labels() {
    let form = bind_one(vec![Block::Grid(whole("甲", "乙", sample_rows()))]);
    assert_eq!(field(&form, "/project_name").as_deref(), Some("甲"));
    assert_eq!((field(&form, "/title"), field(&form, "/fiscal_year")), (None, None));
    assert_eq!(troubles(&form), ["form.untitled /title", "form.untitled /fiscal_year"]);
}

#[test]
fn two_forms_in_one_grid_are_cut_apart() {
    let title = || vec![vec![wide("财政项目支出绩效目标申报表", 8)]];
    let one = [title(), head("甲", "一"), sample_rows()].concat();
    let two = [title(), head("乙", "二"), sample_rows()].concat();
    let bound = bind(vec![Block::Grid(ruled(1, 50.0, &WIDTHS, &[one, two].concat()))]);
    assert!(bound.tables.is_empty());
    let names: Vec<_> = bound.forms.iter().map(|f| field(f, "/project_name").unwrap()).collect();
    assert_eq!(names, ["甲", "乙"]);
    for form in &bound.forms {
        assert_eq!(indicators(form), SAMPLE);
        let [Block::Grid(grid)] = form.blocks.as_slice() else { panic!("one grid") };
        assert_eq!((grid.rows, grid.row_heights.len()), (15, 15));
    }
}

#[test]
fn a_goal_in_one_cell_with_its_label_is_taken_out_and_reported() {
    let with = |goals: [&str; 2]| {
        let mut rows = head("甲", "目标");
        rows.remove(8);
        rows[7] = vec![td("项目\n绩效\n目标"), wide(goals[0], 4), wide(goals[1], 3)];
        bind_one(titled(ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat())))
    };
    let form = with(["项目总目标", "年度总体目标\n目标一"]);
    assert_eq!(field(&form, "/goals/project"), None);
    assert_eq!(field(&form, "/goals/annual").as_deref(), Some("目标一"));
    assert_eq!(troubles(&form), ["field.label-in-cell /goals/annual"]);
    let form = with(["项目总目标\n三年建成", "年度总体目标\n目标一"]);
    assert_eq!(field(&form, "/goals/project").as_deref(), Some("三年建成"));
    assert_eq!(field(&form, "/goals/annual").as_deref(), Some("目标一"));
}

#[test]
fn two_forms_without_titles_are_cut_apart_too() {
    let form = |name: &str| [head(name, "一"), sample_rows()].concat();
    let bound =
        bind(vec![Block::Grid(ruled(1, 50.0, &WIDTHS, &[form("甲"), form("乙")].concat()))]);
    let names: Vec<_> = bound.forms.iter().map(|f| field(f, "/project_name").unwrap()).collect();
    assert_eq!(names, ["甲", "乙"]);
}

#[test]
fn a_form_inside_a_frame_is_found() {
    let mut frame = ruled(1, 40.0, &[600.0], &[vec![td("财政项目支出绩效目标申报表\n(2026年度)")]]);
    frame.cells[0].nested = vec![whole("甲", "乙", sample_rows())];
    let form = bind_one(vec![Block::Grid(frame)]);
    assert_eq!(field(&form, "/fiscal_year").as_deref(), Some("2026"));
    assert_eq!(indicators(&form), SAMPLE);
}

#[test]
fn values_that_read_like_labels_stay_values() {
    for name in [
        "年度总体目标",
        "项目名称",
        "其他资金",
        "项目绩效目标",
        "三级指标",
        "产出指标",
        "财政项目支出绩效目标申报表",
    ] {
        let form = bind_one(titled(whole(name, "项目总目标", sample_rows())));
        assert_eq!(field(&form, "/project_name").as_deref(), Some(name));
        assert_eq!(field(&form, "/project_nature").as_deref(), Some("经常性专项业务费"));
        assert_eq!(field(&form, "/funds/project/other").as_deref(), Some("300.00"), "{name}");
        assert_eq!(field(&form, "/funds/annual/other").as_deref(), Some("50.00"));
        assert_eq!(indicators(&form), SAMPLE);
    }
}

#[test]
fn names_that_read_like_labels_stay_names() {
    let rows = vec![
        indicator(Some(td("产出指标")), Some(td("数量指标")), "质量指标", "项目名称"),
        indicator(
            Some(td("满意度指标")),
            Some(td("服务对象满意度")),
            "服务对象满意度指标",
            "实施单位",
        ),
    ];
    let form = bind_one(titled(whole("甲", "乙", rows)));
    let expected = [
        ["产出指标", "数量指标", "质量指标", "项目名称"],
        ["满意度指标", "服务对象满意度", "服务对象满意度指标", "实施单位"],
    ];
    assert_eq!(indicators(&form), expected);
    assert_eq!(codes(&form), Vec::<&str>::new());
}

#[test]
fn rows_may_be_divided_otherwise_than_the_headers() {
    let rows = vec![
        // The name ends before its header does, and beyond it.
        vec![td(""), td("产出指标"), td("数量指标"), wide("人数", 2), wide("3人", 3)],
        vec![td(""), td("满意度指标"), td("服务对象满意度"), wide("满意度", 4), wide("90%", 1)],
        // A label over both level columns, and a name over the second one.
        vec![td(""), wide("满意度指标", 2), wide("好评", 3), wide("95%", 2)],
        vec![td(""), td("满意度指标"), wide("表扬", 4), wide("3次", 2)],
    ];
    let form = bind_one(titled(whole("甲", "乙", rows)));
    assert_eq!(
        indicators(&form),
        [
            ["产出指标", "数量指标", "人数", "3人"],
            ["满意度指标", "服务对象满意度", "满意度", "90%"],
            ["满意度指标", "满意度指标", "好评", "95%"],
            ["满意度指标", "满意度指标", "表扬", "3次"],
        ]
    );
    assert!(form.leftovers.is_empty());
}

#[test]
fn a_blank_first_level_follows_from_the_second() {
    let rows = vec![
        indicator(Some(td("")), Some(td("生态环境成本指标")), "排放", "985米"),
        indicator(Some(td("产出指标")), Some(td("数量指标")), "人数", "3人"),
        indicator(Some(td("")), Some(td("质量指标")), "合格率", "95%"),
        indicator(Some(td("")), Some(td("社会效益指标")), "影响", "好"),
        indicator(Some(td("效益指标")), Some(td("")), "声誉", "好"),
    ];
    let form = bind_one(titled(whole("甲", "乙", rows)));
    let levels: Vec<_> = indicators(&form).into_iter().map(|[a, b, ..]| [a, b]).collect();
    assert_eq!(
        levels,
        [
            ["成本指标", "生态环境成本指标"],
            ["产出指标", "数量指标"],
            ["产出指标", "质量指标"],
            ["效益指标", "社会效益指标"],
            ["效益指标", "社会效益指标"],
        ]
    );
    assert_eq!(codes(&form), ["level.derived"; 4]);
    let derived = form.fields.iter().find(|f| f.at.as_str() == "/indicators/0/level1").unwrap();
    let printed = derived.printed.as_ref().unwrap();
    assert_eq!(printed.repaired.as_deref(), Some("成本指标"));
    assert!(printed.bbox.is_some() && printed.lines.iter().all(|l| l.text.is_empty()));
}

#[test]
fn a_level_that_nothing_tells_is_an_error() {
    let rows = vec![
        indicator(Some(td("产出指标")), Some(td("数量指标")), "人数", "3人"),
        indicator(Some(td("效益指标")), Some(td("")), "影响", "好"),
    ];
    let form = bind_one(titled(whole("甲", "乙", rows)));
    assert_eq!(field(&form, "/indicators/1/level2"), None);
    assert_eq!(troubles(&form), ["level.missing /indicators/1/level2"]);
}

#[test]
fn half_rows_are_errors_and_empty_ones_nothing() {
    let rows = vec![
        indicator(Some(tall("产出指标", 4)), Some(td("数量指标")), "人数", ""),
        indicator(None, Some(td("质量指标")), "", "≥95%"),
        indicator(None, Some(td("时效指标")), "", ""),
        indicator(None, Some(td("成本指标")), "成本", "≤5万元"),
    ];
    let form = bind_one(titled(whole("甲", "乙", rows)));
    assert_eq!(
        indicators(&form),
        [
            ["产出指标", "数量指标", "人数", ""],
            ["产出指标", "质量指标", "", "≥95%"],
            ["产出指标", "成本指标", "成本", "≤5万元"],
        ]
    );
    assert_eq!(troubles(&form), ["row.incomplete /indicators/0", "row.incomplete /indicators/1"]);
    assert!(form.leftovers.is_empty());
}

#[test]
fn damaged_labels_are_repaired_with_a_finding() {
    let mut rows = head("甲", "乙");
    rows[0][2] = td("项日性质");
    rows[3][3] = wide("年度资金申清总额：", 2);
    rows[6][2] = wide("其它资金", 2);
    rows.push(indicator(Some(td("满意度指")), Some(td("服务对家满意度指标")), "满意", "好"));
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &rows)));
    assert_eq!(field(&form, "/project_nature").as_deref(), Some("经常性专项业务费"));
    assert_eq!(field(&form, "/funds/annual/total").as_deref(), Some("300.00"));
    assert_eq!(field(&form, "/funds/annual/other").as_deref(), Some("50.00"));
    assert_eq!(indicators(&form), [["满意度指标", "服务对象满意度指标", "满意", "好"]]);
    assert_eq!(
        troubles(&form),
        [
            "label.repaired /project_nature",
            "label.repaired /funds/annual/total",
            "label.repaired /indicators/0/level1",
            "label.repaired /indicators/0/level2",
        ]
    );
}

#[test]
fn cells_that_no_field_claims_are_reported() {
    let mut rows = head("甲", "乙");
    rows.insert(3, vec![wide("立项依据", 2), wide("某文件", 6)]);
    let rows = [rows, sample_rows(), vec![vec![wide("备注", 3), wide("无", 5)]]].concat();
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &rows)));
    let left: Vec<_> = form.leftovers.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(left, ["立项依据", "某文件", "备注", "无"]);
    assert_eq!(troubles(&form), ["cell.leftover "; 4]);
    assert_eq!(indicators(&form), SAMPLE);
}

#[test]
fn headers_of_other_wording_are_taken_by_their_place_with_a_finding() {
    let mut rows = head("甲", "乙");
    rows[9] = vec![
        td(""),
        td("一级指标"),
        td("二级指标"),
        wide("考核内容", 3),
        wide("年度（/项目）指标直", 2),
    ];
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat())));
    assert_eq!(indicators(&form), SAMPLE);
    assert_eq!(troubles(&form), ["label.repaired /indicators"; 2]);
}

#[test]
fn the_first_header_is_taken_by_its_place_though_none_stands_before_it() {
    let mut rows = head("甲", "乙");
    rows[9] = vec![
        td(""),
        td("一及旨一"),
        td("二级指标"),
        wide("三级指标", 3),
        wide("年度（/项目）指标值", 2),
    ];
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat())));
    assert_eq!(indicators(&form), SAMPLE);
    assert_eq!(troubles(&form), ["label.repaired /indicators"]);
}

#[test]
fn a_table_without_headers_is_read_by_its_labels_with_a_finding() {
    let mut rows = head("甲", "乙");
    rows.truncate(9);
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat())));
    assert_eq!(indicators(&form), SAMPLE);
    assert_eq!(troubles(&form), ["table.no-header /indicators"]);
}

#[test]
fn signatures_below_the_table_are_no_indicators() {
    let rows =
        [sample_rows(), vec![vec![wide("填表人：张三", 4), wide("联系电话：123", 4)]]].concat();
    let form = bind_one(titled(whole("甲", "乙", rows)));
    assert_eq!(indicators(&form), SAMPLE);
    let left: Vec<_> = form.leftovers.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(left, ["填表人：张三", "联系电话：123"]);
}

#[test]
fn a_side_table_over_name_and_target_is_no_indicator() {
    let rows = [sample_rows(), vec![vec![wide("其他情况", 3), wide("没有。", 5)]]].concat();
    let form = bind_one(titled(whole("甲", "乙", rows)));
    assert_eq!(indicators(&form), SAMPLE);
    assert_eq!(form.leftovers.len(), 2);
}

#[test]
fn another_grid_behind_the_form_is_a_table() {
    let other = ruled(
        1,
        50.0,
        &[100.0, 100.0, 100.0],
        &[vec![td("序号"), td("支出内容"), td("金额")], vec![td("1"), td("培训费"), td("100")]],
    );
    let mut blocks = titled(whole("甲", "乙", sample_rows()));
    blocks.push(Block::Grid(other));
    let bound = bind(blocks);
    assert_eq!((bound.forms.len(), bound.tables.len()), (1, 1));
    assert_eq!(indicators(&bound.forms[0]), SAMPLE);
    let codes: Vec<_> = bound.findings.iter().map(|f| (f.code, f.severity.name())).collect();
    assert_eq!(codes, [("form.unmatched", "info")]);
}

#[test]
fn labels_of_a_form_in_a_grid_of_nobody_warn() {
    let rows = ["项目名称", "主管部门", "计划开始日期"].map(|label| vec![td(label), td("甲")]);
    let codes = |rows: &[Vec<_>]| {
        let mut blocks = titled(whole("甲", "乙", sample_rows()));
        blocks.push(Block::Grid(ruled(1, 50.0, &[100.0, 200.0], rows)));
        let found = bind(blocks).findings;
        found.iter().map(|f| (f.code, f.severity.name())).collect::<Vec<_>>()
    };
    assert_eq!(codes(&rows), [("form.unmatched", "warning")]);
    assert_eq!(codes(&rows[..2]), [("form.unmatched", "info")], "may be another list");
}

#[test]
fn a_form_of_an_unknown_family_names_the_nearest_one() {
    let other = ruled(
        2,
        50.0,
        &[100.0, 100.0],
        &[
            vec![td("项目名称"), td("甲")],
            vec![td("项目性质"), td("乙")],
            vec![td("金额"), td("3")],
        ],
    );
    let bound = bind(vec![line("财政项目支出绩效目标申报表", 2), Block::Grid(other)]);
    assert!(bound.forms.is_empty());
    let finding = &bound.findings[0];
    assert_eq!(
        (finding.code, finding.severity.name(), finding.page),
        ("form.unmatched", "warning", Some(2))
    );
    assert!(finding.message.contains("`shanghai-project-target`"), "{}", finding.message);
    assert!(finding.message.contains("年度总体目标"), "{}", finding.message);
}

#[test]
fn labels_and_values_may_share_a_cell() {
    let mut rows = head("", "乙");
    rows[0] = vec![
        wide("项目名称：甲项目", 4),
        wide("项目性质: 一次性", 2),
        wide("项目类别：特定目标类", 2),
    ];
    rows[8] = vec![wide("", 4), wide("项目名称：不是它", 3)];
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat())));
    assert_eq!(field(&form, "/project_name").as_deref(), Some("甲项目"));
    assert_eq!(field(&form, "/project_nature").as_deref(), Some("一次性"));
    assert_eq!(field(&form, "/goals/annual").as_deref(), Some("项目名称：不是它"));
    assert_eq!(codes(&form), Vec::<&str>::new());
}

#[test]
fn a_headline_of_another_year_is_reported() {
    let mut blocks = vec![line("某中心2025年度项目绩效目标汇总表", 1)];
    blocks.extend(titled(whole("甲", "乙", sample_rows())));
    let form = bind_one(blocks);
    assert_eq!(troubles(&form), ["form.title-year /fiscal_year"]);
}

#[test]
fn a_list_of_projects_is_no_form() {
    let header = ["项目名称", "项目性质", "项目类别", "主管部门", "实施单位", "年度总体目标"];
    let record = |name: &str| {
        let cells = [name, "经常性专项业务费", "特定目标类", "甲局", "乙中心", "完成全部工作。"];
        cells.map(td).to_vec()
    };
    let levels = ["一级指标", "二级指标", "三级指标", "年度(/项目)指标值"].map(td).to_vec();
    let indicator = ["产出指标", "数量指标", "某项工作", "≥3.00(次)"].map(td).to_vec();
    let all = vec![header.map(td).to_vec(), record("甲项目"), record("乙项目"), record("丙项目")];
    for rows in [&all[..2], &all] {
        let blocks = vec![
            Block::Grid(ruled(1, 50.0, &[80.0; 6], rows)),
            Block::Grid(ruled(2, 50.0, &[120.0; 4], &[levels.clone(), indicator.clone()])),
        ];
        let bound = bind(blocks);
        assert_eq!((bound.forms.len(), bound.tables.len()), (0, 2));
    }
}

#[test]
fn the_unit_of_the_amounts_may_stand_above_the_title_and_a_date_there_is_not_the_year() {
    let mut rows = head("甲", "乙");
    rows[3][0] = Td("项目资金".into(), 2, 4);
    let grid = ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat());
    let blocks = vec![
        line("填报日期：2025年12月1日", 1),
        line("单位：万元", 1),
        line("财政项目支出绩效目标申报表", 1),
        line("（2026年度）", 1),
        Block::Grid(grid),
    ];
    let form = bind_one(blocks);
    assert_eq!(field(&form, "/funds/unit").as_deref(), Some("万元"));
    assert_eq!(field(&form, "/fiscal_year").as_deref(), Some("2026"));
}

#[test]
fn a_cell_with_the_values_of_several_fields_puts_the_form_in_doubt() {
    let mut rows = head("", "乙");
    rows[0][1] = Td("甲项目丙局".into(), 2, 2);
    rows[1].remove(1);
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat())));
    assert!(troubles(&form).contains(&"field.shared-cell ".to_owned()), "{:?}", troubles(&form));
}

#[test]
fn a_label_with_the_beginning_of_its_value_puts_the_blank_field_in_doubt() {
    let mut rows = head("甲", "乙");
    rows[4][0] = wide("其中：财政资金2,865,00", 2);
    rows[4][1] = td("0,000.00");
    let form = bind_one(titled(ruled(1, 50.0, &WIDTHS, &[rows, sample_rows()].concat())));
    let doubted = "field.unplaced /funds/project/fiscal".to_owned();
    assert!(troubles(&form).contains(&doubted), "{:?}", troubles(&form));
}

#[test]
fn a_row_that_a_line_cuts_is_one_row() {
    let levels = |rows| [td(""), tall("产出指标", rows), tall("数量指标", rows)];
    let both = |upper: [Td; 2], lower: Vec<Td>| {
        let first = [levels(2).to_vec(), upper.to_vec()].concat();
        let second = [vec![td("")], lower].concat();
        let last = indicator(Some(td("满意度指标")), Some(td("服务对象满意度指标")), "群众", "好");
        bind_one(titled(whole("甲", "乙", vec![first, second, last])))
    };
    let (name, target) = (Td("培训人数".into(), 3, 2), Td("100人".into(), 2, 2));
    let forms = [
        // Through one of the cells.
        (both([name, wide("", 2)], vec![wide("100人", 2)]), false),
        (both([wide("", 3), target], vec![wide("培训人数", 3)]), false),
        // Between the two of them.
        (both([wide("培训人数", 3), wide("", 2)], vec![wide("", 3), wide("100人", 2)]), true),
        (both([wide("", 3), wide("100人", 2)], vec![wide("培训人数", 3), wide("", 2)]), true),
    ];
    for (form, is_mended) in forms {
        let found = indicators(&form);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], ["产出指标", "数量指标", "培训人数", "100人"]);
        assert_eq!(codes(&form).contains(&"row.joined"), is_mended, "{:?}", codes(&form));
        assert!(!codes(&form).contains(&"row.incomplete"));
    }
}
