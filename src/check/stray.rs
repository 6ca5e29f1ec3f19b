//! Recognised texts with characters that cannot stand where they do.
//!
//! Print keeps rules that dirt does not know: no line begins with a mark that closes something, a word
//! of Latin letters does not begin with a digit, a dash between two parts of a name is two em long.

use super::context::Context;
use crate::model::finding::{Finding, Severity};
use crate::model::form::FieldKind;
use crate::model::page::Origin;
use crate::model::value::Value;
use regex::Regex;
use std::sync::LazyLock;

/// Marks that begin no line (W3C, Requirements for Chinese Text Layout: prohibited at its start).
const CLOSING: [char; 16] =
    ['、', '，', '。', '；', '：', '！', '？', '）', '》', '”', '」', '』', ',', '·', '.', '．'];

pub(super) fn check(ctx: &Context<'_>, findings: &mut Vec<Finding>) {
    let paragraphs = |at: &str| {
        let fields = &ctx.spec.fields;
        fields.iter().any(|f| f.kind == FieldKind::Paragraphs && f.key.replace('.', "/") == at)
    };
    let recognised = ctx.form.evidence.iter().filter(|(_, e)| e.from == Origin::Recognised);
    for (at, _) in recognised {
        let text = match ctx.form.data.at(at) {
            Some(Value::Text(text)) => text.as_str(),
            Some(Value::Target(target)) => target.text.as_str(),
            _ => continue,
        };
        let is_prose = paragraphs(at.as_str().trim_start_matches('/'));
        let Some(what) = stray(text, is_prose) else { continue };
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
        // A stroke before a capital and a small letter; a point among ideographs.
        Regex::new(r"(?:^|[^0-9A-Za-z.])([1il|][A-Z][a-z])|\p{Han}([.．])\p{Han}")
            .expect("constant pattern")
    });
    static DASHES: LazyLock<Regex> = LazyLock::new(|| {
        // One, or more than two.
        Regex::new(r"\p{Han}(—(?:——+)?)\p{Han}").expect("constant pattern")
    });
    if let Some(mark) = text.chars().next().filter(|c| CLOSING.contains(c)) {
        return Some(mark.to_string());
    }
    let dashes = || DASHES.captures(text).filter(|_| !is_prose)?.get(1);
    let marks = || UNLIKELY.captures(text).and_then(|found| found.get(1).or(found.get(2)));
    marks().or_else(dashes).map(|found| found.as_str().to_owned())
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
        for sound in
            ["及时", "IPv6改造", "5G专网", "A1Bc", "馆藏——修复", "2026—2027年", "1.建设", "≥1KB"]
        {
            assert_eq!(stray(sound, false), None, "{sound}");
        }
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
