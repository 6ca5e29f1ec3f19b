//! D5, F11, X1, X2: what the text of the goals says.

use super::context::Context;
use super::funds::money_keys;
use super::money::yuan_per;
use super::outcome::Outcome;
use super::years::other_year;
use crate::model::finding::{Finding, Severity};
use crate::model::page::Origin;
use crate::model::pointer::Pointer;
use regex::Regex;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::LazyLock;

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    for key in &ctx.spec.checks.goals {
        // A blank goal is a choice of the form, and nothing here speaks about it.
        let Some(text) = ctx.text(key) else { continue };
        findings.extend(other_year(ctx, key, text).into_iter().filter_map(Outcome::finding));
        findings.extend(named_funds(ctx, key, text).into_iter().filter_map(Outcome::finding));
        findings.extend(markup(ctx, key, text).finding());
        findings.extend(quotes(ctx, key, text).finding());
        findings.extend(full_stop(ctx, key, text).finding());
        findings.extend(doubled_word(ctx, key, text).into_iter().filter_map(Outcome::finding));
    }
}

/// F11: an amount in the goal that is one of the funds corroborates both.
fn named_funds(ctx: &Context<'_>, key: &str, text: &str) -> Vec<Outcome> {
    static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(\d[\d,，]*(?:\.\d+)?)\s*((?:亿|千万|百万|万|千|百)?元)")
            .expect("constant pattern")
    });
    let mut amounts = AMOUNT.captures_iter(text).peekable();
    if amounts.peek().is_none() {
        return vec![Outcome::NotApplicable];
    }
    let Some(form_unit) = ctx.money_unit().and_then(yuan_per) else {
        return vec![Outcome::Insufficient(None)];
    };
    let mut seen = BTreeSet::new();
    let mut outcomes = Vec::new();
    for captures in amounts {
        let printed = captures.get(0).map_or("", |m| m.as_str());
        let group = |i: usize| captures.get(i).map_or("", |m| m.as_str());
        let number = group(1).replace([',', '，'], "").parse::<Decimal>().ok();
        let yuan = number.zip(yuan_per(group(2))).and_then(|(n, unit)| n.checked_mul(unit));
        let Some(yuan) = yuan.filter(|y| !y.is_zero()) else { continue };
        let fund = money_keys(ctx).find_map(|key| {
            let amount = ctx.number(key)?;
            (amount.checked_mul(form_unit)? == yuan).then_some((key, amount))
        });
        let Some((fund, amount)) = fund.filter(|_| seen.insert(yuan.normalize())) else { continue };
        outcomes.push(Outcome::Found(ctx.finding(
            "funds.named-in-goal",
            Severity::Info,
            Pointer::from_dotted(key),
            format!(
                "\"{printed}\" in the goal is {} {}",
                ctx.label(fund),
                ctx.printed(fund, amount)
            ),
            "nothing to do: the text confirms the amount",
        )));
    }
    outcomes
}

/// X1: markup of an editor that normalising left in.
fn markup(ctx: &Context<'_>, key: &str, text: &str) -> Outcome {
    static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"</?[A-Za-z][A-Za-z0-9]{0,9}(?:\s[^<>]{0,200})?/?>|&(?:[a-z]{2,8}|#\d{1,6});")
            .expect("constant pattern")
    });
    match MARKUP.find(text) {
        None => Outcome::Holds,
        Some(tag) => Outcome::Found(ctx.finding(
            "goal.markup",
            Severity::Info,
            Pointer::from_dotted(key),
            format!("the goal has the markup \"{}\"", tag.as_str()),
            "remove it if it is not part of the text",
        )),
    }
}

/// X1: quotes that open and do not close.
fn quotes(ctx: &Context<'_>, key: &str, text: &str) -> Outcome {
    let count = |mark: char| text.matches(mark).count();
    let plain = count('"') + count('＂');
    let odd = match () {
        () if plain % 2 == 1 => "\"",
        () if count('“') != count('”') => "“”",
        () if count('《') != count('》') => "《》",
        () => return Outcome::Holds,
    };
    Outcome::Found(ctx.finding(
        "goal.unbalanced-quotes",
        Severity::Info,
        Pointer::from_dotted(key),
        format!("the goal has unbalanced {odd}"),
        "look whether text is missing before or after it",
    ))
}

/// X1: a goal that stops without a full stop may be cut off.
fn full_stop(ctx: &Context<'_>, key: &str, text: &str) -> Outcome {
    const CLOSING: [char; 9] = ['"', '＂', '”', '’', '」', '』', '）', ')', '》'];
    const STOPS: [char; 8] = ['。', '．', '.', '！', '!', '？', '?', '…'];
    const PAUSES: [char; 5] = ['，', ',', '、', '：', '“'];
    const HEADING: usize = 12;
    let end = text.trim_end();
    let ends = end.ends_with(STOPS) || end.trim_end_matches(CLOSING).trim_end().ends_with(STOPS);
    if ends {
        return Outcome::Holds;
    }
    let at = Pointer::from_dotted(key);
    // Recognition loses small marks, and with them may lose more. Behind sentences that end, a line
    // that does not may be a heading of what follows.
    let recognised = ctx.evidence(&at).is_some_and(|e| e.from == Origin::Recognised);
    let mut lines = end.lines().rev().map(str::trim_end);
    let heads = lines.next().is_some_and(|last| last.chars().count() <= HEADING)
        && lines.next().is_some_and(|before| before.ends_with(STOPS));
    let doubtful = recognised || heads || end.ends_with(PAUSES);
    Outcome::Found(ctx.finding(
        "goal.no-full-stop",
        if doubtful { Severity::Warning } else { Severity::Info },
        at,
        format!("the goal ends with \"{}\", without 。", tail(end, 10)),
        "look whether the end of the text is cut off",
    ))
}

/// The last `count` characters.
fn tail(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count.saturating_sub(1)).map_or(0, |(i, _)| i);
    text.get(start..).unwrap_or(text)
}

/// X2: a word of two characters or more, twice in a row.
fn doubled_word(ctx: &Context<'_>, key: &str, text: &str) -> Vec<Outcome> {
    let words: BTreeSet<&str> = doubled(text).into_iter().collect();
    let finding = |word: &str| {
        Outcome::Found(ctx.finding(
            "goal.doubled-word",
            Severity::Info,
            Pointer::from_dotted(key),
            format!("the goal says \"{word}{word}\""),
            "check whether the word is meant twice",
        ))
    };
    if words.is_empty() { vec![Outcome::Holds] } else { words.into_iter().map(finding).collect() }
}

/// Longest doubled word that is looked for, in characters. Bounds the work at each place.
const LONGEST_WORD: usize = 12;

/// Words of two Chinese characters or more that stand twice in a row. 天天天天 repeats one
/// character, and 一步一步 is how the language says "step by step": both are left out.
fn doubled(text: &str) -> Vec<&str> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let offset = |i: usize| chars.get(i).map_or(text.len(), |c| c.0);
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let length = (2..=LONGEST_WORD).find(|&n| {
            let (Some(word), Some(next)) = (chars.get(i..i + n), chars.get(i + n..i + 2 * n))
            else {
                return false;
            };
            let first = word.first().map_or('一', |c| c.1);
            word.iter().zip(next).all(|(a, b)| a.1 == b.1)
                && word.iter().all(|c| is_han(c.1))
                && word.iter().any(|c| c.1 != first)
                && first != '一'
                && !word.iter().all(|c| "零一二三四五六七八九十百千万亿".contains(c.1))
        });
        match length {
            Some(n) => {
                found.extend(text.get(offset(i)..offset(i + n)));
                i += 2 * n;
            }
            None => i += 1,
        }
    }
    found
}

/// Whether a character is a Chinese ideograph.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::{doubled, tail};

    #[test]
    fn finds_doubled_words_and_no_reduplication() {
        assert_eq!(doubled("车辆执行执行机要通信"), ["执行"]);
        assert_eq!(doubled("增加增加就业就业"), ["增加", "就业"]);
        assert_eq!(doubled("促进中心促进中心工作"), ["促进中心"]);
        for sound in [
            "人人各各天天常常渐渐种种",
            "天天天天",
            "一步一步推进",
            "100100",
            "abab",
            "三五三五",
            "数量、数量",
            "",
            "执行",
        ] {
            assert!(doubled(sound).is_empty(), "{sound}");
        }
    }

    #[test]
    fn takes_the_tail() {
        assert_eq!(tail("管理要求", 2), "要求");
        assert_eq!(tail("要求", 10), "要求");
    }
}
