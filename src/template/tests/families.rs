//! The embedded families, and templates from outside.

use super::super::{EMBEDDED, EMBEDDED_TAXONOMY, Library, TAXONOMY, schema};
use super::sheet::*;
use crate::model::grid::{Block, Layout};

#[test]
fn the_embedded_templates_are_sound() {
    let texts = EMBEDDED.into_iter().chain([(TAXONOMY, EMBEDDED_TAXONOMY)]);
    let library = Library::default().with_templates(texts).unwrap_or_else(|e| panic!("{e:#?}"));
    assert_eq!(library.specs.len(), EMBEDDED.len());
    for ((file, _), spec) in EMBEDDED.iter().zip(library.specs.iter()) {
        assert_eq!(*file, format!("{}.toml", spec.id));
    }
    assert!(!library.taxonomy.level1.is_empty());
}

/// The central departments' form: other labels, goals right of their label, weights.
fn central(rows: Vec<Vec<Td>>) -> Vec<Block> {
    let head = vec![
        vec![wide("项目名称", 2), wide("某专项工作经费", 5)],
        vec![wide("主管部门及代码", 2), wide("[126]某部", 2), td("实施单位"), wide("某司", 2)],
        vec![wide("项目属性", 2), wide("新增项目", 2), td("项目期"), wide("2026年-2028年", 2)],
        vec![
            Td("项目资金\n（万元）".into(), 2, 4),
            wide("年度资金总额：", 2),
            td("1200.50"),
            td("执行率分值\n（10）"),
            td("10"),
        ],
        vec![wide("其中：财政拨款", 2), td("1000.50"), wide("", 2)],
        vec![wide("上年结转", 2), td("200.00"), wide("", 2)],
        vec![wide("其他资金", 2), td(""), wide("", 2)],
        vec![td("年度总\n体目标"), wide("目标1：甲。\n目标2：乙。", 6)],
        vec![
            tall("绩效指标", 1 + rows.len() as u32),
            td("一级指标"),
            td("二级指标"),
            wide("三级指标", 2),
            td("指标值"),
            td("分值\n（权重）"),
        ],
    ];
    let grid = ruled(3, 60.0, &[40.0, 70.0, 80.0, 60.0, 80.0, 90.0, 60.0], &[head, rows].concat());
    vec![line("项目支出绩效目标表", 3), line("（2026年度）", 3), Block::Grid(grid)]
}

#[test]
fn labels_tell_more_than_a_title_that_other_families_have_too() {
    let row = vec![td("产出指标"), td("数量指标"), wide("报告数", 2), td("≥3份"), td("20")];
    let mut blocks = central(vec![row]);
    // A misread character before it: this title is none of the family's, but that of another.
    blocks[0] = line("口项目支出绩效目标表", 3);
    if let Block::Grid(grid) = &mut blocks[2] {
        // And a label or two are lost.
        grid.cells.retain(|c| !["上年结转", "其他资金"].contains(&c.compact_text().as_str()));
    }
    let form = bind_one(blocks);
    assert_eq!(form.template, "central-project-target");
    assert_eq!(field(&form, "/project_period").as_deref(), Some("2026年-2028年"));
}

#[test]
fn a_differently_shaped_family_is_data_only() {
    let rows = vec![
        vec![tall("产出指标", 2), tall("数量指标", 2), wide("报告数", 2), td("≥3份"), td("20")],
        vec![wide("会议数", 2), td("≥2次"), td("30")],
        vec![
            td("满意度指标"),
            td("服务对象满意度"),
            wide("服务对象满意度", 2),
            td("≥90%"),
            td("10"),
        ],
    ];
    let form = bind_one(central(rows));
    assert_eq!(form.template, "central-project-target");
    for (at, value) in [
        ("/title", "项目支出绩效目标表"),
        ("/fiscal_year", "2026"),
        ("/project_name", "某专项工作经费"),
        ("/competent_department", "[126]某部"),
        ("/implementing_unit", "某司"),
        ("/project_attribute", "新增项目"),
        ("/project_period", "2026年-2028年"),
        ("/funds/unit", "万元"),
        ("/funds/annual/total", "1200.50"),
        ("/funds/annual/fiscal_appropriation", "1000.50"),
        ("/funds/annual/carry_over", "200.00"),
        ("/execution_weight", "10"),
        ("/goals/annual", "目标1：甲。目标2：乙。"),
        ("/indicators/0/weight", "20"),
        ("/indicators/2/weight", "10"),
    ] {
        assert_eq!(field(&form, at).as_deref(), Some(value), "{at}");
    }
    assert_eq!(field(&form, "/funds/annual/other"), None);
    assert_eq!(
        indicators(&form),
        [
            ["产出指标", "数量指标", "报告数", "≥3份"],
            ["产出指标", "数量指标", "会议数", "≥2次"],
            ["满意度指标", "服务对象满意度", "服务对象满意度", "≥90%"],
        ]
    );
    assert_eq!(codes(&form), Vec::<&str>::new());
}

#[test]
fn only_one_template_can_be_asked_for() {
    let blocks = central(vec![vec![
        td("产出指标"),
        td("数量指标"),
        wide("报告数", 2),
        td("≥3份"),
        td("20"),
    ]]);
    let layout = Layout { blocks, ..Layout::default() };
    let bound = Library::embedded().bind(layout, Some("no-such-template"));
    assert_eq!((bound.forms.len(), bound.tables.len()), (0, 1));
}

/// One wide table of a department with two projects; the second one's cells are cut by a page
/// break after its first row.
fn department() -> Vec<Block> {
    let headers = || {
        [
            "单位名称",
            "项目名称",
            "预算数",
            "年度目标",
            "一级指标",
            "二级指标",
            "三级指标",
            "指标性质",
            "指标值",
            "度量单位",
            "权重",
            "指标方向性",
        ]
        .map(td)
        .to_vec()
    };
    let tail = |cells: [&str; 6]| cells.map(td).to_vec();
    let first = vec![
        headers(),
        [
            vec![
                tall("某局", 3),
                tall("甲项目", 2),
                tall("100,000.00", 2),
                tall("目标甲", 2),
                td("效益指标"),
                td("社会效益指标"),
            ],
            tail(["满意", "定性", "好", "", "20", "正向指标"]),
        ]
        .concat(),
        [vec![td("产出指标"), td("数量指标")], tail(["次数", "≥", "3", "次", "70", "正向指标"])]
            .concat(),
        [
            vec![td("乙项目"), td("50.00"), td("目标乙，"), td("产出指标"), td("数量指标")],
            tail(["人数", "＝", "5", "人", "40", "正向指标"]),
        ]
        .concat(),
    ];
    let second = vec![
        headers(),
        [
            vec![td(""), td(""), td(""), td("续。"), td(""), td("质量指标")],
            tail(["合格率", "≥", "95", "%", "50", "正向指标"]),
        ]
        .concat(),
    ];
    let widths = [40.0, 60.0, 50.0, 90.0, 50.0, 60.0, 90.0, 40.0, 40.0, 40.0, 30.0, 50.0];
    vec![
        line("部门预算项目绩效目标申报表（2023年度）", 1),
        line("金额单位：元", 1),
        Block::Grid(ruled(1, 20.0, &widths, &first)),
        Block::Grid(ruled(2, 20.0, &widths, &second)),
    ]
}

#[test]
fn one_table_may_hold_a_form_for_each_project() {
    let bound = bind(department());
    assert!(bound.tables.is_empty() && bound.findings.is_empty());
    let of = |at: &str| bound.forms.iter().map(|f| field(f, at)).collect::<Vec<_>>();
    let both = |a: &str, b: &str| vec![Some(a.to_owned()), Some(b.to_owned())];
    assert_eq!(of("/project_name"), both("甲项目", "乙项目"));
    assert_eq!(of("/implementing_unit"), both("某局", "某局"));
    assert_eq!(of("/fiscal_year"), both("2023", "2023"));
    assert_eq!(of("/funds/unit"), both("元", "元"));
    assert_eq!(of("/funds/annual/total"), both("100,000.00", "50.00"));
    assert_eq!(of("/goals/annual"), both("目标甲", "目标乙，续。"));
    assert_eq!(of("/indicators/1/weight"), both("70", "50"));
    assert_eq!(
        indicators(&bound.forms[0]),
        [["效益指标", "社会效益指标", "满意", "好"], ["产出指标", "数量指标", "次数", "3"],]
    );
    assert_eq!(
        indicators(&bound.forms[1]),
        [["产出指标", "数量指标", "人数", "5"], ["产出指标", "质量指标", "合格率", "95"],]
    );
    let target =
        bound.forms[1].fields.iter().find(|f| f.at.as_str() == "/indicators/1/target").unwrap();
    assert_eq!([&target.sign, &target.unit].map(|p| text(p.as_ref().unwrap())), ["≥", "%"]);
    let pages: Vec<_> = bound.forms.iter().map(|f| f.pages.clone()).collect();
    assert_eq!(pages, [vec![1], vec![1, 2]]);
    for form in &bound.forms {
        assert_eq!(codes(form), Vec::<&str>::new());
        assert!(form.leftovers.is_empty());
    }
}

const OWN: &str = r#"
id = "leave-request"
name = "Leave request"
titles = ['请假单']
labels = ["假期"]

[[fields]]
key = "person"
kind = "text"
label = ["姓名"]
required = true

[[fields]]
key = "from"
kind = "date"
label = ["起止日期"]
pattern = '^(.+)至'

[[fields]]
key = "to"
kind = "date"
label = ["起止日期"]
pattern = '至(.+)$'

[indicators]
key = "tasks"

[[indicators.columns]]
key = "task"
role = "name"
header = ["待办"]

[[indicators.columns]]
role = "sign"
header = ["性质"]
optional = true

[[indicators.columns]]
key = "goal"
role = "target"
header = ["目标"]

[[indicators.columns]]
role = "unit"
header = ["单位"]
optional = true
"#;

#[test]
fn a_template_from_outside_binds_a_form_of_another_trade() {
    let library = Library::embedded().with_templates([("own.toml", OWN)]).unwrap();
    let grid = ruled(
        1,
        10.0,
        &[50.0, 90.0, 50.0, 90.0],
        &[
            vec![td("姓名"), td("张三"), td("起止日期"), td("2026-01-02 至 2026-01-05")],
            vec![td("待办"), td("性质"), td("目标"), td("单位")],
            vec![td("打扫"), td("≥"), td("2"), td("次")],
            vec![td("盘点"), td(""), td("完成"), td("")],
        ],
    );
    let layout =
        Layout { blocks: vec![line("请假单", 1), Block::Grid(grid)], ..Layout::default() };
    let form = library.bind(layout, None).forms.remove(0);
    assert_eq!(form.template, "leave-request");
    assert_eq!(field(&form, "/from").as_deref(), Some("2026-01-02"));
    assert_eq!(field(&form, "/to").as_deref(), Some("2026-01-05"));
    assert_eq!(field(&form, "/tasks/1/task").as_deref(), Some("盘点"));
    let goal = form.fields.iter().find(|f| f.at.as_str() == "/tasks/0/goal").unwrap();
    let parts = [&goal.sign, &goal.printed, &goal.unit].map(|p| text(p.as_ref().unwrap()));
    assert_eq!(parts, ["≥", "2", "次"]);
    assert_eq!(codes(&form), Vec::<&str>::new());
}

#[test]
fn a_template_of_the_same_identifier_replaces_the_embedded_one() {
    let own = OWN.replace("leave-request", "central-project-target");
    let library = Library::embedded().with_templates([("own.toml", own.as_str())]).unwrap();
    assert_eq!(library.specs.len(), EMBEDDED.len());
    assert_eq!(library.spec("central-project-target").unwrap().name, "Leave request");
    let twice = Library::embedded().with_templates([("a.toml", OWN), ("b.toml", OWN)]);
    let message = twice.unwrap_err()[0].to_string();
    assert!(
        message.starts_with("b.toml:2:1: the identifier `leave-request` is that of a.toml"),
        "{message}"
    );
    let taxonomy = "[[level1]]\nname = \"甲\"\n";
    let library = Library::embedded().with_templates([("taxonomy.toml", taxonomy)]).unwrap();
    assert_eq!(library.taxonomy.level1.len(), 1);
    assert!(schema::parse_taxonomy("taxonomy.toml", "level = 1").is_err());
}
