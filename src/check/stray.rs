//! Recognised texts with characters that cannot stand where they do.
//!
//! Print keeps rules that dirt does not know: no line begins with a mark that closes something, a word
//! of Latin letters does not begin with a digit, a dash between two parts of a name is two em long.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::FieldKind;
use crate::model::page::Origin;
use crate::model::script::{STROKES, is_comparison};
use crate::model::target::Target;
use crate::model::value::Value;
use regex::Regex;
use std::sync::LazyLock;

/// Marks that begin no line (W3C, Requirements for Chinese Text Layout: prohibited at its start).
const CLOSING: [char; 16] =
    ['、', '，', '。', '；', '：', '！', '？', '）', '》', '”', '」', '』', ',', '·', '.', '．'];

/// Words behind a number and its unit.
const BEHIND: [&str; 14] = [
    "以上", "以下", "以内", "之内", "以外", "左右", "上下", "内", "前", "后", "整", "起", "多",
    "余",
];

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let paragraphs = |at: &str| {
        let fields = &ctx.spec.fields;
        fields.iter().any(|f| f.kind == FieldKind::Paragraphs && f.key.replace('.', "/") == at)
    };
    let recognised = ctx.form.evidence.iter().filter(|(_, e)| e.from == Origin::Recognised);
    for (at, _) in recognised {
        let is_prose = || paragraphs(at.as_str().trim_start_matches('/'));
        let what = match ctx.form.data.at(at) {
            Some(Value::Text(text)) if is_prose() => stray(text, true),
            Some(Value::Text(text)) => stray(text, false).or_else(|| at_its_ends(text)),
            Some(Value::Target(target)) => stray(&target.text, false)
                .or_else(|| behind_unit(target))
                .or_else(|| around_value(&target.text)),
            _ => continue,
        };
        let Some(what) = what else { continue };
        findings.push(ctx.finding(
            "text.stray-mark",
            Severity::Warning,
            at.clone(),
            format!("“{what}” cannot stand where it does"),
            "compare the text with the picture",
        ));
    }
}

/// What of a text no print shows there. The dashes of prose wrap.
fn stray(text: &str, is_prose: bool) -> Option<String> {
    static UNLIKELY: LazyLock<Regex> = LazyLock::new(|| {
        // A stroke before a capital and a small letter; a point behind an ideograph that
        // another, a bracket or a number follows; a ring of % read twice; 5G.
        Regex::new(
            r"(?:^|[^0-9A-Za-z.])([1il|][A-Z][a-z])|\p{Han}([.．])[\p{Han}（(《“0-9]|(%[0-9oO])|\b(SG)\p{Han}",
        )
            .expect("constant pattern")
    });
    static DASHES: LazyLock<Regex> = LazyLock::new(|| {
        // One, or more than two.
        Regex::new(r"\p{Han}(—(?:——+)?)\p{Han}").expect("constant pattern")
    });
    static DOT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\p{Han}(·)[\p{Han}（(《“]").expect("constant pattern"));
    if let Some(mark) = text.chars().next().filter(|c| CLOSING.contains(c)) {
        return Some(mark.to_string());
    }
    // Foreign names apart, which forms hardly hold, it was a comma or dirt.
    if let Some(dot) = DOT.captures(text).and_then(|found| found.get(1)) {
        return Some(dot.as_str().to_owned());
    }
    let dashes = || DASHES.captures(text).filter(|_| !is_prose)?.get(1);
    let marks = || UNLIKELY.captures(text).and_then(|found| (1..=4).find_map(|n| found.get(n)));
    marks().or_else(dashes).map(|found| found.as_str().to_owned())
}

/// A stroke that stands apart before a name, or a mark behind it that ends nothing: names are no
/// sentences.
fn at_its_ends(name: &str) -> Option<String> {
    let mut chars = name.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    if STROKES.contains(&first) && second.is_whitespace() {
        return Some(first.to_string());
    }
    let is_stray = |c: &char| {
        let closes = matches!(c, '）' | '》' | '”' | '」' | '』' | '！' | '？');
        CLOSING.contains(c) && !closes || STROKES.contains(c) && *c != '一'
    };
    name.chars().last().filter(is_stray).map(|c| c.to_string())
}

/// One or two ideographs behind the unit of a number that are none of the words which stand there.
fn behind_unit(target: &Target) -> Option<String> {
    let unit = target.unit.as_deref().filter(|_| target.value.is_some())?;
    let (_, rest) = target.text.rsplit_once(unit)?;
    let rest = rest.trim();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let is_short = (1..=2).contains(&rest.chars().count()) && rest.chars().all(is_han);
    (is_short && !BEHIND.contains(&rest)).then(|| rest.to_owned())
}

/// A longer text may be a sentence, in characters.
const PHRASE: usize = 12;

/// A stroke before the sign of a value, or a full stop behind a value that is no sentence.
fn around_value(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let (first, last) = (chars.next()?, chars.next_back()?);
    let next = chars.clone().find(|c| !c.is_whitespace());
    let signed = next.is_some_and(is_comparison);
    if STROKES.contains(&first) && signed {
        return Some(first.to_string());
    }
    // The month's numeral was read as something else.
    if let Some((before, _)) = text.split_once('月')
        && let Some(odd) = before.chars().next_back().filter(|c| !is_before_month(*c))
    {
        return Some(odd.to_string());
    }
    let phrase = text.chars().count() <= PHRASE && !text.contains(['，', ',', '；', '、']);
    (phrase && last == '。').then(|| last.to_string())
}

/// Whether a month follows such a character: numerals, words, and blanks and brackets around it.
fn is_before_month(c: char) -> bool {
    c.is_alphanumeric()
        || c.is_whitespace()
        || matches!(c, '(' | '（' | '、' | '，' | '“' | '"' | '/' | '-' | '~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::builder::{Build, SPEC, TAXONOMY};

    #[test]
    fn what_no_print_shows_is_told() {
        for dirty in [
            "、及时",
            "，完成",
            "1Pv6改造",
            "更新lPv6设备",
            "iPv6改造",
            "馆藏—修复",
            "馆藏———修复",
            "配合．确保运行",
        ] {
            assert!(stray(dirty, false).is_some(), "{dirty}");
        }
        assert_eq!(stray("馆藏—修复", true), None);
        assert!(stray("正常运行·内涝点位减少", true).is_some());
        assert!(stray("社区养·老", false).is_some());
        assert!(stray("标准化菜市场·（含附属设施）", true).is_some());
        assert!(stray("不超过.12189万元", false).is_some());
        assert!(stray("96%0", false).is_some() && stray("SG专网种质资源", false).is_some());
        assert!(stray("96%以上", false).is_none() && stray("5G专网", false).is_none());
        for sound in
            ["及时", "IPv6改造", "5G专网", "A1Bc", "馆藏——修复", "2026—2027年", "1.建设", "≥1KB"]
        {
            assert_eq!(stray(sound, false), None, "{sound}");
        }
    }

    #[test]
    fn a_name_ends_with_no_mark_and_begins_with_no_stroke() {
        for dirty in ["一 项目申报表", "某某管理所。", "某某局、", "某某局-"] {
            assert!(at_its_ends(dirty).is_some(), "{dirty}");
        }
        for sound in ["一般公共服务", "某某局（本级）", "“五一”", "某某所 二期", "之一"]
        {
            assert_eq!(at_its_ends(sound), None, "{sound}");
        }
    }

    #[test]
    fn a_value_begins_with_its_sign_and_is_no_sentence() {
        for dirty in ["一≤69196元", "- ≥5个", "不断完善。", "+月底前完成"] {
            assert!(around_value(dirty).is_some(), "{dirty}");
        }
        for sound in [
            "4月底前",
            "每月1次",
            "≥10元/月",
            "一级",
            "-5",
            "≥5",
            "不断完善",
            "按要求完成，成果验收合格。",
        ] {
            assert_eq!(around_value(sound), None, "{sound}");
        }
    }

    #[test]
    fn what_stands_behind_a_unit_is_a_word_for_it() {
        let stray = |text: &str| {
            let (value, unit) = (Some(28568.into()), Some("元".to_owned()));
            behind_unit(&Target { text: text.to_owned(), value, unit, ..Target::default() })
        };
        assert_eq!(stray("≤28568元亡").as_deref(), Some("亡"));
        assert_eq!(stray("≤28568元以内"), None);
        assert_eq!(stray("≤28568元"), None);
    }

    #[test]
    fn recognised_texts_alone_are_judged() {
        let found = |from| {
            let mut form = Build::sound().row("产出指标", "数量指标", "1Pv6改造", "≥1(个)").form();
            form.evidence.values_mut().for_each(|e| e.from = from);
            let mut findings = Vec::new();
            check(&Context::new(&form, &SPEC, &TAXONOMY), &mut findings);
            findings.len()
        };
        assert_eq!((found(Origin::Recognised), found(Origin::TextLayer)), (1, 0));
    }
}
