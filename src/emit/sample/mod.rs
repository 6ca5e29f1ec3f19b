//! A converted document made by hand, for the tests of the emitters: two forms on the family's
//! printed grid of eight columns, a table with a table inside, and findings of each weight.

mod printed;

use crate::model::finding::{Finding, Severity};
use crate::model::form::{Converted, Form, Leftover};
use crate::model::geometry::Rect;
use crate::model::grid::{Cell, Grid};
use crate::model::page::{SourceInfo, SourceKind};
use crate::model::pointer::Pointer;
use crate::model::spec::FormSpec;
use crate::model::target::{Operator, Subkind, Target, TargetDate, TargetKind};
use crate::model::value::Value;
use indexmap::IndexMap;
use jiff::civil::{Date, date};
use printed::Printer;
use rust_decimal::Decimal;

/// The family of the sample's forms.
pub fn specs() -> Vec<FormSpec> {
    vec![toml::from_str(include_str!("family.toml")).expect("the sample's family is valid")]
}

/// What is printed on one form.
#[derive(Clone, Debug)]
pub struct Content {
    pub page: u32,
    pub project: String,
    pub dates: (Date, Date),
    /// Total, fiscal, other of the project.
    pub project_funds: [Option<Decimal>; 3],
    /// Total, current, carried over, other of the year.
    pub annual_funds: [Option<Decimal>; 4],
    pub goals: (Option<String>, String),
    /// Levels, name, target, and the weight.
    pub indicators: Vec<(&'static str, &'static str, String, Target)>,
}

pub fn yuan(fen: i64) -> Decimal {
    Decimal::new(fen, 2)
}

/// `=100.00(%)` and the like.
pub fn number_target(text: &str, operator: Operator, value: Decimal, unit: &str) -> Target {
    Target {
        text: text.into(),
        kind: Some(TargetKind::Quantitative),
        subkind: Some(Subkind::Number),
        operator: Some(operator),
        operator_explicit: Some(true),
        value: Some(value),
        unit: Some(unit.into()),
        base_value: Some(value),
        base_unit: Some(unit.into()),
        ..Target::default()
    }
}

fn text_target(text: &str) -> Target {
    Target {
        text: text.into(),
        kind: Some(TargetKind::Qualitative),
        subkind: Some(Subkind::Text),
        qualitative: Some(text.into()),
        ..Target::default()
    }
}

fn deadline_target(text: &str, day: Date) -> Target {
    Target {
        text: text.into(),
        kind: Some(TargetKind::Quantitative),
        subkind: Some(Subkind::Deadline),
        operator: Some(Operator::AtMost),
        operator_explicit: Some(false),
        deadline: Some(TargetDate::Day(day)),
        ..Target::default()
    }
}

pub fn first() -> Content {
    Content {
        page: 1,
        project: "高技能人才培养基地建设资助".into(),
        dates: (date(2026, 1, 1), date(2026, 12, 31)),
        project_funds: [None; 3],
        annual_funds: [Some(yuan(642_150_000)), Some(yuan(642_150_000)), Some(yuan(0)), Some(yuan(0))],
        goals: (
            None,
            "通过高技能人才培养基地建设项目资助，提高基地的职业技能培训水平，提升本市企业职工整体素质，\
             加强技能人才队伍建设，加快经济发展方式转变，促进产业升级。\n第二段：完成验收。"
                .into(),
        ),
        indicators: vec![
            (
                "产出指标",
                "数量指标",
                "高技能人才培养基地资助项目验收完成率".into(),
                number_target("=100.00(%)", Operator::Equal, Decimal::new(10_000, 2), "%"),
            ),
            ("产出指标", "质量指标", "立项评审规范性".into(), text_target("规范")),
            (
                "产出指标",
                "时效指标",
                "验收完成时间".into(),
                deadline_target("2026年11月底前", date(2026, 11, 30)),
            ),
            ("效益指标", "经济效益指标", "示范引领".into(), text_target("示范引领")),
            (
                "满意度指标",
                "服务对象满意度指标",
                "受资助项目所涉高技能人才培养基地满意度".into(),
                number_target("≥90.00(%)", Operator::AtLeast, Decimal::new(9_000, 2), "%"),
            ),
        ],
    }
}

pub fn second() -> Content {
    let whole =
        number_target("≥2.00(版)且≤3.00(版)", Operator::AtLeast, Decimal::new(200, 2), "版");
    let compound = Target {
        subkind: Some(Subkind::Compound),
        parts: vec![
            number_target("≥2.00(版)", Operator::AtLeast, Decimal::new(200, 2), "版"),
            number_target("≤3.00(版)", Operator::AtMost, Decimal::new(300, 2), "版"),
        ],
        ..whole
    };
    let yearless = Target {
        deadline: Some(TargetDate::YearUnknown { month: 6, day: 30 }),
        ..deadline_target("6月底前", date(2026, 6, 30))
    };
    Content {
        page: 2,
        project: "@宣传工作/经费: \"春风\" & <行动>".into(),
        dates: (date(2025, 7, 1), date(2026, 12, 31)),
        project_funds: [Some(yuan(500_000_000)), Some(yuan(400_000_000)), Some(yuan(100_000_000))],
        annual_funds: [
            Some(yuan(200_000_001)),
            Some(yuan(150_000_000)),
            Some(yuan(50_000_001)),
            None,
        ],
        goals: (
            Some("三年内形成氛围。".into()),
            "形成全社会共同关心和支持就业创业的良好氛围。".into(),
        ),
        indicators: vec![
            ("产出指标", "数量指标", "-解放日报版面".into(), compound),
            ("产出指标", "时效指标", "完成及时率".into(), yearless),
            ("产出指标", "质量指标", "+宣传质量".into(), text_target("@保质保量")),
        ],
    }
}

/// The form that `content` is printed as.
pub fn form(content: &Content) -> Form {
    let mut printer = Printer::new(content.page);
    printer.print(content);
    let mut form = Form {
        template: "shanghai-project-target".into(),
        pages: vec![content.page],
        data: data(content),
        blocks: printer.blocks(),
        ..Form::default()
    };
    form.evidence = printer.evidence;
    form
}

fn data(content: &Content) -> Value {
    let text = |t: &str| Value::Text(t.into());
    let money = |n: Option<Decimal>| n.map_or(Value::Null, Value::Number);
    let record = |members: Vec<(&str, Value)>| {
        Value::Record(
            members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<IndexMap<_, _>>(),
        )
    };
    let [project, fiscal, other] = content.project_funds.map(money);
    let [total, current, carried, rest] = content.annual_funds.map(money);
    let indicators = content.indicators.iter().map(|(level1, level2, name, target)| {
        record(vec![
            ("level1", text(level1)),
            ("level2", text(level2)),
            ("level3", text(name)),
            ("target", Value::Target(Box::new(target.clone()))),
            ("weight", Value::Null),
        ])
    });
    record(vec![
        ("title", text("财政项目支出绩效目标申报表")),
        ("fiscal_year", Value::Integer(2026)),
        ("project_name", text(&content.project)),
        ("project_nature", text("经常性专项业务费")),
        ("project_category", text("特定目标类")),
        ("competent_department", text("上海市人力资源和社会保障局")),
        ("implementing_unit", text("上海市就业促进中心")),
        ("start_date", Value::Date(content.dates.0)),
        ("end_date", Value::Date(content.dates.1)),
        (
            "funds",
            record(vec![
                ("unit", text("元")),
                ("project", record(vec![("total", project), ("fiscal", fiscal), ("other", other)])),
                (
                    "annual",
                    record(vec![
                        ("total", total),
                        ("fiscal_appropriation", current),
                        ("carry_over", carried),
                        ("other", rest),
                    ]),
                ),
            ]),
        ),
        (
            "goals",
            record(vec![
                ("project", content.goals.0.as_deref().map_or(Value::Null, text)),
                ("annual", text(&content.goals.1)),
            ]),
        ),
        ("indicators", Value::List(indicators.collect())),
    ])
}

/// The whole document.
pub fn document() -> Converted {
    let mut one = form(&first());
    one.leftovers.push(Leftover {
        text: "填报人：=张三".into(),
        page: 1,
        bbox: Some(Rect::new(50.0, 780.0, 150.0, 790.0)),
        in_table: false,
    });
    let mut two = form(&second());
    two.findings = vec![
        Finding::new(
            "funds.annual-sum",
            Severity::Error,
            "年度资金申请总额 2,000,000.01 is not the sum of its parts.",
            "Compare the three amounts with the printed form.",
        )
        .at(Pointer::from_dotted("funds.annual.total"))
        .on_page(2),
        Finding::new(
            "label.repaired",
            Severity::Warning,
            "数量指 was read as 数量指标.",
            "Compare the label with the printed form.",
        )
        .at(Pointer::from_dotted("indicators.0.level2"))
        .on_page(2),
        Finding::new(
            "indicator.no-satisfaction",
            Severity::Warning,
            "No 满意度指标 row.",
            "Add one.",
        )
        .at(Pointer::from_dotted("indicators")),
    ];
    Converted {
        source: SourceInfo {
            file: "样例 \"a\".pdf".into(),
            sha256: "0".repeat(64),
            pages: 3,
            kind: SourceKind::Exported,
        },
        forms: vec![one, two],
        tables: vec![table()],
        findings: vec![
            Finding::new(
                "page.needs-recognition",
                Severity::Error,
                "Page 3 is a picture.",
                "Recognise it.",
            )
            .on_page(3)
            .in_box(Some(Rect::new(0.0, 0.0, 595.276, 841.89))),
            Finding::new(
                "dates.collection-year",
                Severity::Warning,
                "The title says 2025.",
                "Check it.",
            )
            .at(Pointer::from_dotted("forms.0.data.fiscal_year")),
        ],
    }
}

/// A table of 2 × 2 cells with a table in the last one.
fn table() -> Grid {
    let printer = Printer::new(3);
    let mut grid = printer.grid(&[100.0, 200.0], 100.0);
    grid.row_heights = vec![20.0, 60.0];
    grid.rows = 2;
    let mut inner = printer.grid(&[80.0, 80.0], 130.0);
    inner.bbox = Some(Rect::new(170.0, 130.0, 330.0, 160.0));
    inner.rows = 1;
    inner.row_heights = vec![30.0];
    inner.cells =
        vec![printer.cell(&inner, (0, 0, 1, 1), "里"), printer.cell(&inner, (0, 1, 1, 1), "1,5")];
    let cell = |at, text| -> Cell { printer.cell(&grid, at, text) };
    let mut last = cell((1, 1, 1, 1), "含");
    last.nested = vec![inner];
    grid.cells = vec![cell((0, 0, 1, 2), "附表 new"), cell((1, 0, 1, 1), "=1+1"), last];
    grid
}

/// The blocks of a form read from a text export, without any geometry.
pub fn delimited(form: &Form) -> Form {
    printed::without_geometry(form)
}
