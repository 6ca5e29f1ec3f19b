//! Numbers with operator, unit and what they are relative to: `number_exp` of the grammar.

use super::cursor::{Cursor, Folded};
use super::number::{Number, begins_number, number};
use super::relation::{NEUTRAL, Relation};
use super::unit::{Unit, is_period, scaled, unit};
use super::{Found, operator};
use crate::model::target::{Operator, Subkind, Target, TargetKind};
use crate::normalize::doubt::Doubt;
use rust_decimal::Decimal;
/// Words behind a number that say no more than that it is reached.
const REACHED: [&str; 9] =
    ["完成", "全部完成", "完成验收", "达标", "达到", "到位", "覆盖", "验收合格", "及时完成"];

/// Longest prefix that is looked at, in characters; prose is no value.
const LONGEST_PREFIX: usize = 40;

/// A number with its operator and unit, and where it ends.
#[derive(Clone, Debug)]
pub(super) struct Core {
    pub operator: Option<Operator>,
    /// The operator is a sign, not a word.
    pub sign: bool,
    tolerance: bool,
    first: Number,
    last: Option<Number>,
    unit: Option<Unit>,
    doubts: Vec<Doubt>,
    end: usize,
}

/// Reads a whole text as a quantity.
pub(super) fn parse(folded: &Folded) -> Option<Found> {
    if !folded.chars.iter().any(|c| begins_number(*c)) {
        return None;
    }
    if let Some(found) = recurrence(folded) {
        return Some(found);
    }
    let (at, core) = (0..folded.chars.len().min(LONGEST_PREFIX))
        .find_map(|at| core(folded, at).map(|core| (at, core)))?;
    let relation = Relation::of(folded, at, &core)?;
    found(folded, at, core, relation)
}

/// `[op] num [sep num] [unit] [post]`, or `± num unit`, beginning at `at` and reaching the end
/// but for words that hold no number.
fn core(folded: &Folded, at: usize) -> Option<Core> {
    let mut c = folded.cursor(at);
    let mut tolerance = eat_tolerance(&mut c);
    let operator = if tolerance { None } else { operator::before(&mut c) };
    let sign = c.at > at && folded.chars.get(at).is_some_and(|s| "≥≤=<>≈≮≯~±+".contains(*s));
    tolerance |= operator.is_some() && eat_tolerance(&mut c);
    if operator.is_some() || tolerance {
        c.eat_longest(&["在", "为", "达到", "于"]);
    }
    let currency = c.eat("¥");
    let first = number(&mut c)?;
    // 3(含)次以上
    let mut inner = c;
    if operator::excludes(&mut inner).is_some() && !inner.is_done() && unit(&mut inner).is_some() {
        operator::excludes(&mut c);
    }
    let mut core = Core {
        operator,
        sign,
        tolerance,
        unit: own_unit(&mut c, &first),
        first,
        last: None,
        doubts: Vec::new(),
        end: c.at,
    };
    if !tolerance {
        range(&mut core, &mut c)?;
    }
    if currency && core.unit.as_ref().is_none_or(Unit::is_mark) {
        let marks = core.unit.take().map(|u| u.text).unwrap_or_default();
        core.unit = Some(Unit::plain(&format!("{marks}元")));
    }
    core.post(&mut c);
    core.end = c.at;
    core.accepts_rest(folded).then_some(core)
}

fn eat_tolerance(c: &mut Cursor) -> bool {
    c.eat_longest(&["±", "+/-", "+-", "正负"]).is_some()
}

/// The unit behind a number, or the one its writing implies.
fn own_unit(c: &mut Cursor, number: &Number) -> Option<Unit> {
    match number.unit {
        Some(implied) => Some(Unit::plain(implied)),
        None => unit(c),
    }
}

/// The upper end of a range. `None` if there is one, but its unit contradicts the lower end's.
fn range(core: &mut Core, cursor: &mut Cursor) -> Option<()> {
    let mut c = *cursor;
    if c.eat_longest(&["--", "-", "~", "至", "到"]).is_none() {
        return Some(());
    }
    let Some(last) = number(&mut c) else { return Some(()) };
    let upper = own_unit(&mut c, &last);
    core.unit = match (core.unit.take(), upper) {
        (None, unit) | (unit, None) => unit,
        (Some(lower), Some(upper)) => {
            // 5万-10万元
            if lower.text != upper.text && !upper.text.starts_with(&lower.text) {
                return None;
            }
            Some(upper)
        }
    };
    if last.value < core.first.value {
        core.doubts.push(Doubt::warning(
            "target.range-order",
            format!("The range ends lower ({}) than it begins ({}).", last.value, core.first.value),
            "Compare both numbers with the page.",
        ));
    }
    core.last = Some(last);
    *cursor = c;
    Some(())
}

impl Core {
    fn post(&mut self, c: &mut Cursor) {
        c.eat_longest(&["范围"]);
        let modifier = operator::after(c);
        // 大于3次(含)
        if modifier.includes {
            self.operator = match self.operator {
                Some(Operator::Greater) => Some(Operator::AtLeast),
                Some(Operator::Less) => Some(Operator::AtMost),
                other => other,
            };
        }
        let Some(post) = modifier.operator else { return };
        let agrees = match self.operator {
            _ if self.tolerance || self.last.is_some() => post != Operator::AtLeast,
            None | Some(Operator::About) => true,
            Some(Operator::AtLeast | Operator::Greater) => {
                matches!(post, Operator::AtLeast | Operator::Greater)
            }
            Some(Operator::AtMost | Operator::Less) => {
                matches!(post, Operator::AtMost | Operator::Less)
            }
            Some(_) => false,
        };
        if !agrees {
            self.doubts.push(operator_conflict());
        }
        if self.operator.is_none() || (self.operator == Some(Operator::About) && agrees) {
            self.operator = Some(post);
        }
    }

    /// What follows the value may only be words, and only where it cannot change the meaning.
    fn accepts_rest(&mut self, folded: &Folded) -> bool {
        // 三公经费, 二级, 十分: numerals begin words and names.
        let counted = self.unit.as_ref().is_some_and(|u| !u.unlisted && !u.is_naming());
        if self.first.numerals && self.operator.is_none() && !counted {
            return false;
        }
        if self.operator.is_none() && self.unit.as_ref().is_some_and(Unit::is_lettered) {
            return false;
        }
        let rest: String = folded.cursor(self.end).rest().iter().collect();
        if rest.is_empty() {
            return true;
        }
        let held = |c: char| c.is_ascii_digit() || "≥≤=<>±%‰~/:;,。+-".contains(c);
        if rest.contains(held) || rest.starts_with('的') || rest.chars().count() > 12 {
            return false;
        }
        if self.operator.is_none() && self.last.is_none() {
            let Some(unit) = &self.unit else { return false };
            // 24小时值班, 2级等保, 一次性: names, not values.
            if unit.is_time() || unit.is_naming() || unit.unlisted || self.first.numerals {
                return false;
            }
        }
        if REACHED.contains(&rest.as_str()) {
            return true;
        }
        self.doubts.push(Doubt::info(
            "target.text-beside-number",
            format!("“{rest}” stands behind the number and is kept in the text only."),
            "Nothing to do, unless the words change what the number means.",
        ));
        true
    }
}

pub(super) fn operator_conflict() -> Doubt {
    Doubt::warning(
        "target.operator-conflict",
        "Two comparisons are printed that contradict each other; the first is kept.".to_owned(),
        "Compare the signs and words with the page.",
    )
}

fn found(folded: &Folded, at: usize, core: Core, relation: Relation) -> Option<Found> {
    let mut found = Found { doubts: core.doubts, ..Found::default() };
    if core.first.letters || core.last.as_ref().is_some_and(|n| n.letters) {
        found.doubts.push(Doubt::warning(
            "target.letter-digit",
            format!("Letters in “{}” were read as digits.", folded.printed(0, folded.chars.len())),
            "Compare the number with the page.",
        ));
    }
    let mut unit = core.unit;
    if unit.as_ref().is_some_and(|u| u.open) {
        found.doubts.push(Doubt::warning(
            "target.bracket-open",
            "The bracket around the unit is not closed.".to_owned(),
            "Compare the end of the value with the page: characters may be missing.",
        ));
    }
    if unit.as_ref().is_some_and(|u| u.unlisted && !u.bracketed && core.operator.is_none()) {
        found.doubts.push(Doubt::info(
            "target.unit-unknown",
            "The words behind the number were taken for its unit, which is not a known one."
                .to_owned(),
            "Nothing to do, if they are the unit.",
        ));
    }
    let controlled = folded.chars.iter().take(at).collect::<String>().contains("控制在");
    let operator = core
        .operator
        .or(match &relation {
            Relation::Reference(_, operator) => *operator,
            _ => None,
        })
        .or((controlled && core.last.is_none()).then_some(Operator::AtMost));
    if let Relation::Each(each) = &relation {
        let mut u = unit?;
        u.text = format!("{}/{each}", u.text);
        unit = Some(u);
    }
    let t = &mut found.target;
    t.kind = Some(TargetKind::Quantitative);
    let value = core.first.value;
    if core.tolerance {
        let reach = value.abs();
        (t.value, t.value_max) = (Some(-reach), Some(reach));
        (t.operator, t.operator_explicit) = (Some(Operator::Range), Some(true));
        t.subkind = Some(Subkind::Tolerance);
    } else if let Some(last) = core.last {
        (t.value, t.value_max) = (Some(value), Some(last.value));
        (t.operator, t.operator_explicit) = (Some(Operator::Range), Some(true));
        t.subkind = Some(Subkind::Range);
    } else {
        t.value = Some(value);
        t.operator = Some(operator.unwrap_or(Operator::Equal));
        t.operator_explicit = Some(operator.is_some());
    }
    match relation {
        Relation::Reference(of, _) => {
            t.reference = Some(of);
            t.subkind.get_or_insert(Subkind::Reference);
        }
        Relation::Change(phrase) => {
            t.reference = Some(phrase);
            t.subkind.get_or_insert(Subkind::Change);
        }
        Relation::Subject => {
            let before: Vec<char> =
                folded.chars.iter().copied().take_while(|c| !c.is_ascii_digit()).collect();
            found.doubts.push(match operator::nearly(&before) {
                Some(word) => Doubt::warning(
                    "target.operator-unclear",
                    format!("What stands before the number is not “{word}” by one character."),
                    "Compare the words before the number with the document.",
                ),
                None => Doubt::info(
                    "target.text-beside-number",
                    format!(
                        "“{}” stands before the number and is kept in the text only.",
                        folded.printed(0, at)
                    ),
                    "Nothing to do, unless the words change what the number means.",
                ),
            });
        }
        Relation::Plain | Relation::Each(_) => {}
    }
    found.unit = unit;
    Some(found)
}

/// `每季度1次`, `每月不少于2次`, `一年两次`: unit `次/季度`.
fn recurrence(folded: &Folded) -> Option<Found> {
    let mut c = folded.cursor(0);
    c.eat_longest(&NEUTRAL);
    let period = period(&mut c)?;
    c.eat_longest(&["开展", "举办", "组织", "召开", "进行", "完成", "巡查", "检查", "各"]);
    let mut core = core(folded, c.at)?;
    let mut unit = core.unit.take().filter(|u| !u.text.contains('/') && !u.is_time())?;
    unit.text = format!("{}/{period}", unit.text);
    let numerals = core.first.numerals;
    core.unit = Some(unit);
    let mut found = found(folded, c.at, core, Relation::Plain)?;
    let plain_count = found.target.value.is_some_and(|v| v > Decimal::ZERO) || !numerals;
    found.target.subkind = Some(match found.target.subkind {
        Some(Subkind::Range) => Subkind::Range,
        _ => Subkind::Recurrence,
    });
    plain_count.then_some(found)
}

fn period(cursor: &mut Cursor) -> Option<String> {
    #[rustfmt::skip]
    const PERIODS: [&str; 17] = [
        "年度", "年", "月度", "月", "季度", "季", "半年", "周", "星期", "天", "日", "工作日",
        "学期", "学年", "旬", "小时", "个月",
    ];
    let mut c = *cursor;
    let each = c.eat("每");
    let mut count = String::new();
    if let Some(n) = number(&mut c) {
        // 每两年一次, 一年两次
        c.eat("个");
        if n.value != Decimal::ONE {
            count = n.value.to_string();
        }
        if !each && (n.value != Decimal::ONE || !n.numerals) {
            return None;
        }
    } else if !each {
        return None;
    }
    c.eat("个");
    let period = c.eat_longest(&PERIODS)?;
    c.eat_longest(&["内"]);
    *cursor = c;
    let per = if period == "个月" { "月" } else { period };
    is_period(per).then(|| format!("{count}{per}"))
}

/// Adds the unit and what follows from it to a target whose numbers are known.
pub(super) fn finish(target: &mut Target, unit: Option<&Unit>) {
    let subkind = match unit {
        Some(u) if u.is_recurrence() => Subkind::Recurrence,
        // A count of months in the unit column is a count; a limit in months is a duration.
        Some(u) if u.is_time() && (!u.bracketed || is_upper(target.operator)) => Subkind::Duration,
        Some(u) if u.is_percent() => Subkind::Percent,
        Some(u) if u.is_money() => Subkind::Money,
        _ => Subkind::Number,
    };
    target.subkind.get_or_insert(subkind);
    target.unit = unit.map(|u| u.text.clone());
    if target.value_max.is_some() {
        return;
    }
    let (exponent, base) = unit.map_or((0, None), Unit::base);
    target.base_value = target.value.and_then(|v| scaled(v, exponent));
    target.base_unit = base.map(str::to_owned);
}

fn is_upper(operator: Option<Operator>) -> bool {
    matches!(operator, Some(Operator::AtMost | Operator::Less))
}
