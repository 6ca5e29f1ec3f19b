//! Tests of text cleaning.

use super::{Clean, Shape, Spacing, clean, clean_str};
use crate::model::geometry::Rect;
use crate::model::grid::{Certainty, TextLine};
use crate::model::page::Origin;
use crate::model::script::is_wide;
use proptest::prelude::*;

const EM: f32 = 10.0;

fn line(text: &str, x0: f32, y: f32) -> TextLine {
    let width: f32 = text.chars().map(|c| if is_wide(c) { EM } else { EM / 2.0 }).sum();
    TextLine {
        text: text.to_owned(),
        page: 1,
        bbox: Some(Rect::new(x0, y, x0 + width, y + EM)),
        font_size: EM,
        from: Origin::TextLayer,
        confidence: 1.0,
        certainty: Certainty::default(),
        source_line: 0,
    }
}

/// Wraps paragraphs as a typesetter does: `columns` ems wide, first lines indented.
fn typeset(
    paragraphs: &[&str],
    columns: f32,
    indent: f32,
    leading: f32,
    gap: f32,
) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let mut y = 2.0;
    for p in paragraphs {
        let (mut text, mut x, mut used) = (String::new(), indent, indent);
        for word in words(p) {
            let width: f32 = word.chars().map(|c| if is_wide(c) { 1.0 } else { 0.5 }).sum();
            if used + width > columns && !text.trim().is_empty() {
                lines.push(line(text.trim_end(), 4.0 + x * EM, y));
                y += leading * EM;
                (text, x, used) = (String::new(), 0.0, 0.0);
            }
            if !(text.is_empty() && word == " ") {
                text.push_str(&word);
                used += width;
            }
        }
        lines.push(line(text.trim_end(), 4.0 + x * EM, y));
        y += (leading + gap) * EM;
    }
    lines
}

/// What a wrapper moves as a whole: a wide character with its closing punctuation, or a word.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in text.chars() {
        let joins = out.last().is_some_and(|w| {
            let narrow = !w.ends_with(' ') && !w.ends_with(is_wide);
            "，。、；：！？）”".contains(c) || (narrow && !is_wide(c) && c != ' ')
        });
        match out.last_mut() {
            Some(w) if joins => w.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

fn cell(columns: f32) -> Rect {
    Rect::new(0.0, 0.0, columns * EM + 8.0, 500.0)
}

fn paragraphs(lines: &[TextLine], columns: f32) -> Clean {
    clean(lines, Some(cell(columns)), Shape::Paragraphs, &Spacing::default())
}

fn run(lines: &[&str]) -> String {
    let lines: Vec<_> =
        lines.iter().enumerate().map(|(i, t)| line(t, 4.0, i as f32 * 12.0)).collect();
    clean(&lines, None, Shape::Run, &Spacing::default()).text
}

const GOALS: [&str; 3] = [
    "完成航海人才公共实训基地 1000 万元尾款支付，由建设运营单位按照立项建设方向加强项目管理，实现既定建设目标。",
    "目标二：举办 12 期培训班，培训学员不少于 1,200 人次，学员满意度超过 95%。",
    "形成长效机制。",
];

#[test]
fn paragraphs_come_back_from_every_way_of_setting_them() {
    for columns in [12.0, 15.5, 20.0, 31.0, 44.0, 80.0] {
        for (indent, gap) in [(0.0, 0.0), (2.0, 0.0), (0.0, 0.8)] {
            let lines = typeset(&GOALS, columns, indent, 1.2, gap);
            let got = paragraphs(&lines, columns);
            assert_eq!(got.text, GOALS.join("\n"), "{columns} columns, indent {indent}, gap {gap}");
        }
    }
}

#[test]
fn lines_may_run_in_any_direction() {
    type Turn = fn(Rect) -> Rect;
    let turns: [Turn; 3] = [
        |b| Rect::new(600.0 - b.x1, 800.0 - b.y1, 600.0 - b.x0, 800.0 - b.y0),
        |b| Rect::new(600.0 - b.y1, b.x0, 600.0 - b.y0, b.x1),
        |b| Rect::new(b.y0, 800.0 - b.x1, b.y1, 800.0 - b.x0),
    ];
    for turn in turns {
        let mut lines = typeset(&GOALS, 16.0, 2.0, 1.2, 0.0);
        for l in &mut lines {
            l.bbox = l.bbox.map(turn);
        }
        let got = clean(&lines, Some(turn(cell(16.0))), Shape::Paragraphs, &Spacing::default());
        assert_eq!(got.text, GOALS.join("\n"));
    }
}

#[test]
fn what_a_blank_may_tie_together_is_no_paragraph() {
    let lines =
        [line("保障后", 4.0, 0.0), line("续 50 年设计使", 4.0, 12.0), line("用年限", 4.0, 24.0)];
    assert_eq!(paragraphs(&lines, 7.0).text, "保障后续 50 年设计使用年限");
}

#[test]
fn one_paragraph_stays_one() {
    for columns in [11.0, 14.0, 17.5, 25.0, 60.0] {
        for indent in [0.0, 2.0] {
            let lines = typeset(&GOALS[..1], columns, indent, 1.5, 0.0);
            assert_eq!(paragraphs(&lines, columns).text, GOALS[0], "{columns} {indent}");
        }
    }
}

#[test]
fn centred_lines_are_one_run() {
    let lines = [line("本市城镇职工月最低", 5.0, 0.0), line("工资标准的80%", 12.5, 12.0)];
    let got = clean(
        &lines,
        Some(Rect::new(0.0, 0.0, 100.0, 40.0)),
        Shape::Paragraphs,
        &Spacing::default(),
    );
    assert_eq!(got.text, "本市城镇职工月最低工资标准的80%");
}

#[test]
fn hanging_indents_are_no_paragraphs() {
    let lines = [
        line("1.完成公共实训基地的建设和", 4.0, 0.0),
        line("验收，组织专家联合会审", 24.0, 12.0),
        line("工作。", 24.0, 24.0),
        line("2.开展培训。", 4.0, 36.0),
    ];
    let got = paragraphs(&lines, 13.0);
    assert_eq!(got.text, "1.完成公共实训基地的建设和验收，组织专家联合会审工作。\n2.开展培训。");
}

#[test]
fn inline_numbering_does_not_break() {
    let text = "总体目标是：1.完成建设；2.完成验收；3.完成拨付；4.完成评价。";
    for columns in [8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0] {
        let lines = typeset(&[text], columns, 0.0, 1.2, 0.0);
        assert_eq!(paragraphs(&lines, columns).text, text, "{columns}");
    }
}

#[test]
fn a_paragraph_runs_on_over_a_page_break() {
    let mut lines = typeset(&GOALS, 20.0, 2.0, 1.2, 0.0);
    for (i, l) in lines.iter_mut().enumerate().skip(2) {
        l.page = 2;
        let width = l.bbox.map_or(0.0, |b| b.width());
        let x = l.bbox.map_or(0.0, |b| b.x0);
        l.bbox = Some(Rect::new(x, i as f32 * 12.0, x + width, i as f32 * 12.0 + EM));
    }
    assert_eq!(paragraphs(&lines, 20.0).text, GOALS.join("\n"));
}

#[test]
fn markup_makes_paragraphs() {
    let got = clean_str("<p>甲,</p> <p>乙: 1&nbsp;万元</p>", Shape::Paragraphs);
    assert_eq!(got.text, "甲,\n乙: 1 万元");
    assert_eq!(got.doubts.first().map(|d| d.code), Some("text.markup"));
    assert_eq!(clean_str("<p>甲</p><p>乙</p>", Shape::Run).text, "甲乙");
    let wrapped = [
        line("<p>培训教师</p><", 4.0, 0.0),
        line("p style=\"x\">满意度</p", 4.0, 12.0),
        line(">", 4.0, 24.0),
    ];
    let got = paragraphs(&wrapped, 11.0);
    assert_eq!(got.text, "培训教师\n满意度");
}

#[test]
fn printed_blanks_stay_and_wraps_leave_none() {
    assert_eq!(run(&["本市城镇职工月最低工资", "标准的 80%"]), "本市城镇职工月最低工资标准的 80%");
    assert_eq!(run(&["  Microsoft ", "Office  365 "]), "Microsoft Office 365");
    assert_eq!(run(&["≥1,234,567.", "00(元)"]), "≥1,234,567.00(元)");
    assert_eq!(run(&["开 展 职 业 培 训"]), "开展职业培训");
    assert_eq!(run(&["实现既定建设目 标 。"]), "实现既定建设目标。");
    assert_eq!(run(&["合 计"]), "合 计");
    assert_eq!(run(&["合理性。 阶段性目标: 甲"]), "合理性。 阶段性目标: 甲");
    assert_eq!(clean_str("满意度指\n标 (50)", Shape::Label).text, "满意度指标(50)");
}

#[test]
fn artefacts_are_mapped_and_the_rest_is_reported() {
    let got = clean_str("⻓期\u{200b}有⽊材ﬁx\u{1}\u{ad}︵甲︶", Shape::Run);
    assert_eq!(got, Clean { text: "长期有木材fix（甲）".into(), doubts: vec![] });
    let got = clean_str("\u{f0b3}95.00(%)", Shape::Run);
    assert_eq!(got.text, "≥95.00(%)");
    assert_eq!(got.doubts[0].code, "text.symbol-font");
    for lost in ["满\u{fffd}度", "满\u{e123}度"] {
        let got = clean_str(lost, Shape::Run);
        assert_eq!((got.text.as_str(), got.doubts[0].code), (lost, "text.undecodable"));
    }
}

#[test]
fn stray_quotes_go_only_around_the_whole() {
    let got = clean_str("\"甲。\n乙。\"", Shape::Paragraphs);
    assert_eq!((got.text.as_str(), got.doubts[0].code), ("甲。\n乙。", "text.stray-quotes"));
    assert_eq!(clean_str("\"甲\"和\"乙\"", Shape::Run).text, "\"甲\"和\"乙\"");
    assert_eq!(clean_str("\"甲\"\"乙\"\"丙\"", Shape::Run).text, "甲\"乙\"丙");
    assert_eq!(clean_str("\"甲", Shape::Run).text, "\"甲");
}

#[test]
fn feeds_of_a_text_export_are_paragraphs_unless_they_wrap() {
    assert_eq!(
        clean_str("完成甲项目建设任务\n完成乙项目", Shape::Paragraphs).text,
        "完成甲项目建设任务\n完成乙项目"
    );
    let wrapped: Vec<_> = [
        "总体上通过委托银行代发失业保",
        "险待遇及技能提升专项资金，确",
        "保准确。",
        "二是提高效率。",
    ]
    .iter()
    .map(|t| TextLine { bbox: None, font_size: 0.0, ..line(t, 0.0, 0.0) })
    .collect();
    let got = clean(&wrapped, None, Shape::Paragraphs, &Spacing::default());
    assert_eq!(
        got.text,
        "总体上通过委托银行代发失业保险待遇及技能提升专项资金，确保准确。\n二是提高效率。"
    );
}

proptest! {
    #[test]
    fn cleaning_is_idempotent(text in "(<p>|</p>|&amp;|&lt;|\"|\n|[ -~]|[一-龥]|，|。|\\PC){0,40}") {
        for shape in [Shape::Run, Shape::Paragraphs, Shape::Label] {
            let once = clean_str(&text, shape).text;
            prop_assert_eq!(clean_str(&once, shape).text, once);
        }
    }

    #[test]
    fn wrapping_is_undone(
        parts in proptest::collection::vec("[一-龥]{1,30}[，。]|[A-Za-z]{1,8} [A-Za-z]{1,8}，|[0-9]{1,6}\\.[0-9]{2}元", 1..8),
        columns in 16u8..60,
    ) {
        let text = parts.concat();
        let lines = typeset(&[&text], f32::from(columns), 0.0, 1.2, 0.0);
        let got = clean(&lines, Some(cell(f32::from(columns))), Shape::Run, &Spacing::default());
        prop_assert_eq!(got.text, text);
    }
}
