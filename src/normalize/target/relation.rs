//! What the words before a number make of it: nothing, its name, what it is relative to.

use super::cursor::Folded;
use super::operator;
use super::quantity::Core;
use super::unit::{Unit, is_period};
use crate::model::target::Operator;

/// Words before a number that add nothing to it.
#[rustfmt::skip]
pub(super) const NEUTRAL: [&str; 43] = [
    "达到", "达", "达成", "实现", "完成", "保持", "维持", "保持在", "维持在", "稳定在", "在",
    "为", "是", "共", "共计", "合计", "总计", "总数", "累计", "全年", "年度", "预计", "计划",
    "应", "须", "需", "要", "应当", "力争", "确保", "本年度", "本年", "当年", "原则上",
    "控制在", "控制", "误差", "偏差", "误差在", "每年度", "年内", "成交价", "数量",
];
/// Nouns that name a quantity: `合格率≥95%`, `数量3个`.
const QUANTITY: [&str; 43] = [
    "率", "度", "数", "量", "额", "比", "比例", "占比", "比重", "成本", "费用", "金额", "总额",
    "面积", "长度", "时间", "时长", "时限", "期限", "周期", "次数", "人数", "价格", "单价", "均价",
    "得分", "分值", "评分", "标准", "规模", "新增", "人次", "户数", "里程", "产值", "收入", "支出",
    "投资", "资金", "误差", "偏差", "增幅", "降幅",
];
/// Verbs of change; what they lead to (`提高到`) is no change but a level.
#[rustfmt::skip]
const CHANGE: [&str; 30] = [
    "提高", "提升", "增长", "增加", "上升", "上涨", "升高", "扩大", "增幅", "涨幅", "降低",
    "下降", "减少", "减", "压缩", "压减", "节约", "缩短", "下浮", "上浮", "降幅", "缩小",
    "节省", "递增", "递减", "提高了", "增长了", "下降了", "减少了", "增加了",
];

/// Verbs before a reference; what follows them is what the number relates to.
#[rustfmt::skip]
const LEADING: [&str; 17] = [
    "达到", "达", "实现", "完成", "保持在", "保持", "维持在", "控制在", "控制", "应", "须",
    "为", "是", "占", "按照", "按", "相当于",
];

/// What the words before a number make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Plain,
    /// Words that name the quantity; they stay in the text only.
    Subject,
    /// What the number is relative to, and the operator before that.
    Reference(String, Option<Operator>),
    Change(String),
    /// `每人`: the number holds for each of these.
    Each(String),
}

impl Relation {
    pub fn of(folded: &Folded, at: usize, core: &Core) -> Option<Self> {
        let prefix: String = folded.chars.iter().take(at).collect();
        let bare = prefix.trim_end_matches(':');
        if is_neutral(bare) {
            return Some(Self::Plain);
        }
        if bare.contains([',', '。', ';', '!', '?', '、']) {
            return None;
        }
        if let Some(each) = bare.strip_prefix('每') {
            // 每人每年500元
            let steps: Vec<&str> = each.split('每').collect();
            let known = steps.iter().all(|s| Unit::plain(s).is_listed() || is_period(s));
            return known.then(|| Self::Each(steps.join("/")));
        }
        if bare.ends_with('的') {
            let (from, operator) = reference_start(folded, at)?;
            let of = folded.printed(from, at).trim_end_matches('的').trim_end().to_owned();
            return (!of.is_empty()).then_some(Self::Reference(of, operator));
        }
        if ends_with_any(bare, &CHANGE) {
            let phrase = folded.printed(0, at).trim_end_matches([':', '：']).to_owned();
            return Some(Self::Change(phrase));
        }
        // 提升至95%, 合格率达到95%, 合格率: ≥95%
        let stem = strip_neutral_end(bare);
        let leads = stem.len() < bare.len() || bare.ends_with(['至', '到']);
        let level = stem.trim_end_matches(['至', '到']);
        let named = ends_with_any(stem, &QUANTITY) || (leads && ends_with_any(level, &CHANGE));
        let compared = core.sign || core.operator.is_some_and(|o| o != Operator::About);
        let digits = bare.contains(|c: char| c.is_ascii_digit());
        (named || (compared && !digits)).then_some(Self::Subject)
    }
}

/// Consists of words that add nothing.
fn is_neutral(prefix: &str) -> bool {
    prefix.is_empty() || strip_neutral_end(prefix).is_empty()
}

/// Takes off words that add nothing, from the end.
fn strip_neutral_end(mut text: &str) -> &str {
    while let Some(rest) =
        NEUTRAL.iter().filter_map(|w| text.strip_suffix(w)).min_by_key(|rest| rest.len())
    {
        text = rest;
    }
    text
}

fn ends_with_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| text.ends_with(w))
}

/// Where a reference begins, and the operator before it: `不低于上年水平的90%`.
fn reference_start(folded: &Folded, end: usize) -> Option<(usize, Option<Operator>)> {
    let mut c = folded.cursor(0);
    let mut operator = None;
    loop {
        let at = c.at;
        c.eat_longest(&LEADING);
        operator = operator::before(&mut c).or(operator);
        if c.at == at {
            return (c.at < end).then_some((c.at, operator));
        }
    }
}
