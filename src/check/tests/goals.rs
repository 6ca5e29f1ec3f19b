use super::builder::Build;

fn goal(text: &str) -> Vec<String> {
    Build::sound().goal(text).found()
}

#[test]
fn d5_another_year_where_this_one_is_meant() {
    let at = ["goal.other-year warning /goals/annual"];
    for text in [
        "项目实施贯穿 2025 年整个年度,按需供货。",
        "确保2025年任务全部完成。",
        "完成2024年度采购。",
        "计划于2027年度完成采购。",
        "开展工作，2025年12月底前完成。",
        "\"保障2025年设备正常运行。\"",
    ] {
        assert_eq!(goal(text), at, "{text}");
    }
    for text in [
        "完成2026年度采购。",
        "落实《上海市促进就业2025年行动方案》。",
        "落实“2025年民心工程”。",
        "根据沪府〔2025〕6号文件开展工作。",
        "落实2021-2025年规划，落实2021年至2025年的工作，落实2024年、2025年的工作。",
        "完成率较2025年提高5%，与2025年持平，在2025年的基础上提高。",
        "根据2025年工作要求开展工作。",
        "2025年已完成一期。",
        "自2024年起每年开展。",
        "到2030年实现碳达峰。",
        "2018年以来持续推进，2010年开工。",
        "编号12025年。",
        "保障后续 50 年的运营。",
    ] {
        assert_eq!(goal(text), [""; 0], "{text}");
    }
    // Every year of the project is its own.
    let years = Build::sound()
        .text("project_nature", "阶段性项目")
        .date("start_date", "2025-01-01")
        .goal("完成2025年度采购。");
    assert_eq!(years.found(), [""; 0]);
}

#[test]
fn d5_reports_each_year_once() {
    let text = "完成2025年度采购，完成2025年度验收，完成2024年度审计。";
    let messages: Vec<String> =
        Build::sound().goal(text).check().into_iter().map(|f| f.message).collect();
    assert_eq!(
        messages,
        [
            "the goal of a form for 2026 says \"完成2025年度采购\"",
            "the goal of a form for 2026 says \"完成2024年度审计\""
        ]
    );
}

#[test]
fn f11_the_goal_names_a_fund() {
    let form = |text| Build::sound().text("funds.unit", "万元").goal(text).found();
    let at = ["funds.named-in-goal info /goals/annual"];
    assert_eq!(form("支付 300 万元尾款，合计300.00万元。"), at);
    assert_eq!(form("支付3,000,000元。"), at);
    assert_eq!(form("支付300元。"), [""; 0]);
    assert_eq!(Build::sound().null("funds.unit").goal("支付300元。").found().len(), 1);
}

#[test]
fn x1_markup_quotes_and_full_stop() {
    assert_eq!(
        goal("<p>保障运行。</p>"),
        ["goal.markup info /goals/annual", "goal.no-full-stop info /goals/annual"]
    );
    assert_eq!(goal("保障&nbsp;运行。"), ["goal.markup info /goals/annual"]);
    assert_eq!(goal("温度<5度，湿度>3度，A&B。"), [""; 0]);
    assert_eq!(goal("保障\"运行。"), ["goal.unbalanced-quotes info /goals/annual"]);
    assert_eq!(goal("保障“运行。"), ["goal.unbalanced-quotes info /goals/annual"]);
    assert_eq!(goal("\"保障“安全”运行。\""), [""; 0]);
    assert_eq!(goal("保障运行"), ["goal.no-full-stop info /goals/annual"]);
    assert_eq!(goal("保障运行（含设备。）\n"), [""; 0]);
}

#[test]
fn x2_doubled_words() {
    assert_eq!(goal("车辆执行执行公务。"), ["goal.doubled-word info /goals/annual"]);
    assert_eq!(goal("人人参与，天天进步，一步一步推进。"), [""; 0]);
}
