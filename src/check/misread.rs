//! Recognised texts that the habits of their own form show to be misread.
//!
//! Recognition loses a full stop, takes a colon for a point, reads a character as one that looks
//! like it. A single text does not betray that; the other paragraphs, items and labels of the form
//! do.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::FieldKind;
use crate::model::label::fold;
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use crate::model::spec::{ColumnRole, FieldSpec, Place};
use crate::model::value::Value;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Shorter labels are like parts of many a title, in characters.
const LABEL: usize = 5;

/// So many paragraphs with a full stop make it the form's habit.
const HABIT: usize = 2;

/// Shorter paragraphs are headings or entries of a list, in characters.
const SENTENCE: usize = 8;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    titles(ctx, findings);
    unpaired(ctx, findings);
    names(ctx, findings);
    separators(ctx, findings);
    let texts: Vec<(&str, &str)> = ctx
        .spec
        .fields
        .iter()
        .filter(|f| f.kind == FieldKind::Paragraphs && is_recognised(ctx, &f.key))
        .filter_map(|f| Some((f.key.as_str(), ctx.text(&f.key)?)))
        .collect();
    full_stops(ctx, &texts, findings);
    for (key, text) in texts {
        findings.extend(item_marks(ctx, key, text));
    }
}

fn is_recognised(ctx: &Context<'_>, key: &str) -> bool {
    ctx.evidence(&Pointer::from_dotted(key)).is_some_and(|e| e.from == Origin::Recognised)
}

/// A title that would hold a label of the form but for one character.
fn titles(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = ctx.spec;
    let parts = spec.fields.iter().filter(|f| f.place.contains(&Place::Title));
    let read: Vec<(&FieldSpec, &str)> = parts
        .filter(|f| is_recognised(ctx, &f.key))
        .filter_map(|f| Some((f, ctx.text(&f.key)?)))
        .collect();
    if read.is_empty() {
        return;
    }
    let labels: BTreeSet<String> = spec
        .fields
        .iter()
        .flat_map(|f| &f.label)
        .chain(&spec.labels)
        .map(|l| fold(l))
        .filter(|l| l.chars().count() >= LABEL)
        .collect();
    for (field, text) in read {
        let title: Vec<char> = fold(text).chars().collect();
        let Some((read, label)) = labels.iter().find_map(|label| {
            let wanted: Vec<char> = label.chars().collect();
            let parts = title.windows(wanted.len());
            let near = |part: &&[char]| part.iter().zip(&wanted).filter(|(a, b)| a != b).count();
            let mut parts = parts.filter(|p| near(p) == 1).map(|p| p.iter().collect::<String>());
            parts.find(|p| !labels.contains(p)).map(|p| (p, label))
        }) else {
            continue;
        };
        findings.push(ctx.finding(
            "title.misread",
            Severity::Warning,
            Pointer::from_dotted(&field.key),
            format!("“{read}” in the title is one character off “{label}”"),
            "compare the title with the picture",
        ));
    }
}

/// Texts with a quotation mark or bracket that has no other half: the other one was not read, and
/// perhaps more with it.
fn unpaired(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for (at, _) in ctx.form.evidence.iter().filter(|(_, e)| e.from == Origin::Recognised) {
        let text = match ctx.form.data.at(at) {
            Some(Value::Text(text)) => text.as_str(),
            Some(Value::Target(target)) => target.text.as_str(),
            _ => continue,
        };
        let Some(mark) = lone_half(text) else { continue };
        findings.push(ctx.finding(
            "text.unpaired",
            Severity::Warning,
            at.clone(),
            format!("the mark {mark} has no other half"),
            "compare the text with the picture",
        ));
    }
}

/// Names of indicators that end with a mark that goes on to something: a speck behind the name.
fn names(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(key) = ctx.column(ColumnRole::Name) else { return };
    for row in &ctx.rows {
        let scanned = ctx.evidence(&row.at.key(key)).is_some_and(|e| e.from == Origin::Recognised);
        let open = row.name.is_some_and(|name| name.ends_with([':', '：', ',', '，', '、']));
        if scanned && open {
            let message = format!("“{}” ends with a mark that nothing follows", row.called());
            let hint = "compare the name with the picture";
            let (code, role) = ("text.open-end", ColumnRole::Name);
            findings.push(ctx.row_finding(code, Severity::Warning, row, role, message, hint));
        }
    }
}

/// Values whose number has a point before its last three digits, and nothing else to tell it from
/// the comma between thousands: `39.730` may well be `39,730`.
fn separators(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    static UNCLEAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^\d.,，])[1-9]\d{0,2}[.．]\d{3}(?:[^\d.,，]|$)")
            .expect("constant pattern")
    });
    let Some(key) = ctx.column(ColumnRole::Target) else { return };
    for row in &ctx.rows {
        let scanned = ctx.evidence(&row.at.key(key)).is_some_and(|e| e.from == Origin::Recognised);
        let Some(target) = row.target.filter(|t| scanned && UNCLEAR.is_match(&t.text)) else {
            continue;
        };
        let message = format!("the point in “{}” may be the comma between thousands", target.text);
        let hint = "compare the number with the picture";
        let (code, role) = ("target.separator", ColumnRole::Target);
        findings.push(ctx.row_finding(code, Severity::Warning, row, role, message, hint));
    }
}

/// The first mark of a text that opens or closes nothing. A bracket behind a number is that of an
/// item: 1）.
fn lone_half(text: &str) -> Option<char> {
    const PAIRS: [(char, char); 5] =
        [('(', ')'), ('《', '》'), ('“', '”'), ('「', '」'), ('[', ']')];
    let narrow = |c: char| match c {
        '（' => '(',
        '）' => ')',
        c => c,
    };
    let chars: Vec<char> = text.chars().map(narrow).collect();
    for (opening, closing) in PAIRS {
        let mut open = 0_usize;
        for (i, &c) in chars.iter().enumerate() {
            let before = i.checked_sub(1).map(|b| chars[b]);
            if c == opening {
                open += 1;
            } else if c == closing && open > 0 {
                open -= 1;
            } else if c == closing
                && !before.is_some_and(|b| b.is_alphanumeric() && !is_plain_ideograph(b))
            {
                return Some(closing);
            }
        }
        if open > 0 {
            return Some(opening);
        }
    }
    (chars.iter().filter(|&&c| c == '"').count() % 2 == 1).then_some('"')
}

/// Whether a character is an ideograph other than a numeral.
fn is_plain_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') && !"一二三四五六七八九十".contains(c)
}

/// A paragraph without a full stop in a form whose paragraphs have one has lost it, and with it
/// perhaps more. How goals end is judged in any form.
fn full_stops(ctx: &Context<'_>, texts: &[(&str, &str)], findings: &mut Vec<Finding>) {
    let ends = |paragraph: &str| {
        let closing = ['"', '”', '’', '」', '』', '）', ')', '》'];
        let stops = ['。', '．', '.', '！', '!', '？', '?', '…', '；', ';', '：', ':'];
        let end = paragraph.trim_end();
        end.ends_with(stops) || end.trim_end_matches(closing).trim_end().ends_with(stops)
    };
    let sentences = |text: &str| -> Vec<String> {
        let long = |p: &&str| p.chars().count() >= SENTENCE;
        text.lines().filter(long).map(str::to_owned).collect()
    };
    let all: Vec<String> = texts.iter().flat_map(|(_, text)| sentences(text)).collect();
    let with = all.iter().filter(|p| ends(p)).count();
    if with < HABIT || with * 2 < all.len() {
        return;
    }
    for (key, text) in texts {
        let mut paragraphs = sentences(text);
        if ctx.spec.checks.goals.iter().any(|goal| goal == key) {
            paragraphs.pop();
        }
        let Some(open) = paragraphs.into_iter().find(|p| !ends(p)) else { continue };
        let tail: String = open.chars().skip(open.chars().count().saturating_sub(10)).collect();
        findings.push(ctx.finding(
            "text.no-full-stop",
            Severity::Warning,
            Pointer::from_dotted(key),
            format!("“…{tail}” ends without the 。 that the form's other paragraphs have"),
            "compare the end of the paragraph with the picture",
        ));
    }
}

/// Items of one list whose numbers are followed by different marks: 目标1：…, 目标2. …
fn item_marks(ctx: &Context<'_>, key: &str, text: &str) -> Option<Finding> {
    static ITEM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(\p{Han}{0,4}?)(?:\d{1,2}|[一二三四五六七八九十]{1,3})([.．:：、,，;；)）])")
            .expect("constant pattern")
    });
    let mark = |m: &str| match m {
        "．" => ".".to_owned(),
        "：" => ":".to_owned(),
        "，" => ",".to_owned(),
        "；" => ";".to_owned(),
        "）" => ")".to_owned(),
        m => m.to_owned(),
    };
    let items: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| ITEM.captures(line))
        .map(|c| (c[1].to_owned(), mark(&c[2])))
        .collect();
    let (word, _) = items.first()?;
    // 目标2 without any mark has lost it.
    let bare = |line: &str| {
        let behind = line.strip_prefix(word.as_str()).filter(|_| word.chars().count() > 1)?;
        let number = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        let unmarked = |c: char| c.is_whitespace() || is_plain_ideograph(c);
        (number.len() < behind.len() && number.starts_with(unmarked))
            .then(|| (word.clone(), "none".to_owned()))
    };
    let items: Vec<(String, String)> =
        items.iter().cloned().chain(text.lines().filter_map(bare)).collect();
    // 自标3 among 目标1 and 目标2.
    let is_misread = |w: &String| {
        w.chars().count() == word.chars().count()
            && w.chars().zip(word.chars()).filter(|(a, b)| a != b).count() == 1
    };
    if word.chars().count() > 1
        && let Some((odd, _)) = items.iter().find(|(w, _)| is_misread(w))
    {
        return Some(ctx.finding(
            "text.item-marks",
            Severity::Warning,
            Pointer::from_dotted(key),
            format!("the items of one list are called {word} and {odd}"),
            "compare the beginnings of the items with the picture",
        ));
    }
    // Items of two levels have words or numerals of two kinds.
    let marks: BTreeSet<&String> = items.iter().map(|(_, mark)| mark).collect();
    if marks.len() < 2 || !items.iter().all(|(w, _)| w == word) {
        return None;
    }
    let marks: Vec<&str> = marks.into_iter().map(String::as_str).collect();
    Some(ctx.finding(
        "text.item-marks",
        Severity::Warning,
        Pointer::from_dotted(key),
        format!("the numbers of the items are followed by different marks: {}", marks.join(" ")),
        "compare the beginnings of the items with the picture",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};

    /// The findings of this module for a form read from `from`, as code and pointer.
    fn found(build: Build, from: Origin) -> Vec<String> {
        let mut form = build.form();
        form.evidence.values_mut().for_each(|e| e.from = from);
        let mut findings = Vec::new();
        check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
        let line =
            |f: Finding| format!("{} {}", f.code, f.at.map(|a| a.to_string()).unwrap_or_default());
        findings.into_iter().map(line).collect()
    }

    #[test]
    fn a_paragraph_without_the_full_stop_of_the_others_is_doubted() {
        let goal = "开展应急演练两次完成。\n完善网点台账和调运方案\n保障全市供应网点运行。";
        let build = || Build::sound().goal(goal);
        assert_eq!(found(build(), Origin::Recognised), ["text.no-full-stop /goals/annual"]);
        assert!(found(build(), Origin::TextLayer).is_empty());
        let whole = Build::sound().goal("开展应急演练两次完成。\n完善网点台账和调运方案。");
        assert!(found(whole, Origin::Recognised).is_empty());
        let bare = Build::sound().goal("开展应急演练两次完成\n完善网点台账和调运方案");
        assert!(found(bare, Origin::Recognised).is_empty());
    }

    #[test]
    fn a_name_that_ends_with_a_colon_is_doubted() {
        let found = |name: &str, from| {
            let form = Build::sound().row("产出指标", "质量指标", name, "≥1(个)");
            found(form, from).into_iter().filter(|f| f.starts_with("text.open-end")).count()
        };
        assert_eq!(found("平台可用率：", Origin::Recognised), 1);
        assert_eq!(found("平台可用率", Origin::Recognised), 0);
        assert_eq!(found("平台可用率：", Origin::TextLayer), 0);
    }

    #[test]
    fn a_point_that_may_be_a_comma_is_doubted() {
        let found = |value: &str, from| {
            let form = Build::sound().row("产出指标", "数量指标", "发放册数", value);
            found(form, from).into_iter().filter(|f| f.starts_with("target.separator")).count()
        };
        assert_eq!(found("≤39.730万元", Origin::Recognised), 1);
        for sound in ["≤39,730万元", "≤39.73万元", "≥0.125个", "≥1,039.730万元"] {
            assert_eq!(found(sound, Origin::Recognised), 0, "{sound}");
        }
        assert_eq!(found("≤39.730万元", Origin::TextLayer), 0, "it is printed so");
    }

    #[test]
    fn marks_that_open_also_close() {
        for lone in
            ["\"建成步道。\n建立机制。", "（一期工程", "实施方案》。", "“智慧水务平台", "用水单位)"]
        {
            assert!(lone_half(lone).is_some(), "{lone}");
        }
        for sound in [
            "“智慧水务”平台(一期)",
            "1）建设。\n二)支持。",
            "\"建成\"",
            "《方案》（试行）",
            "≥95(%)",
        ] {
            assert_eq!(lone_half(sound), None, "{sound}");
        }
        let goal = "建成“旱溪步道和驿站。";
        let doubted = ["text.unpaired /goals/annual"];
        assert_eq!(found(Build::sound().goal(goal), Origin::Recognised), doubted);
        assert!(found(Build::sound().goal(goal), Origin::TextLayer).is_empty());
    }

    #[test]
    fn items_of_one_list_have_one_mark() {
        let found = |goal| found(Build::sound().goal(goal), Origin::Recognised);
        let at = ["text.item-marks /goals/annual"];
        assert_eq!(found("目标1：建设基地。\n目标2：支持攻关。\n目标3. 完善设施。"), at);
        assert_eq!(found("1.建设基地。\n2、支持攻关。"), at);
        assert_eq!(found("目标1：建设基地。\n目标2 支持攻关。"), at);
        assert_eq!(found("目标1：建设基地。\n目标2支持攻关。"), at);
        assert_eq!(found("目标1：建设基地。\n自标2：支持攻关。"), at);
        for sound in ["目标1：建设。\n目标2:支持。", "一、建设。\n任务1.支持。", "1.建设。"]
        {
            assert!(found(sound).is_empty(), "{sound}");
        }
    }

    #[test]
    fn a_title_one_character_off_a_label_is_doubted() {
        let label = SPEC.fields.iter().flat_map(|f| &f.label).map(|l| fold(l));
        let label = label.max_by_key(|l| l.chars().count()).unwrap();
        let misread: String = std::iter::once('囗').chain(label.chars().skip(1)).collect();
        let titled = |t: String| found(Build::sound().text("title", &t), Origin::Recognised);
        assert_eq!(titled(format!("{misread}表")), ["title.misread /title"]);
        assert!(titled(format!("{label}表")).is_empty());
    }
}
