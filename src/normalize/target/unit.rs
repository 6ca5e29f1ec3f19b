//! Units of target values.

use super::cursor::Cursor;
use rust_decimal::Decimal;

/// A unit and how it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unit {
    /// Full width folded, brackets off: `万元/年`.
    pub text: String,
    /// Stood in brackets, as the budget system prints its unit column.
    pub bracketed: bool,
    /// The closing bracket is missing.
    pub open: bool,
    /// Neither the number of the unit nor the unit is in the lists below.
    pub unlisted: bool,
}

/// Units of time: a number of them is a duration.
#[rustfmt::skip]
const TIME: [&str; 24] = [
    "个工作日", "工作日", "个自然日", "自然日", "日历天", "个日历日", "天", "日", "小时",
    "个小时", "分钟", "秒", "个月", "周", "个星期", "星期", "年", "个季度", "季度", "个年度",
    "h", "min", "学年", "个学期",
];

/// Measure words and units of measurement that forms print behind a number.
#[rustfmt::skip]
const LISTED: [&str; 220] = [
    // ratios
    "%", "‰", "个百分点", "百分点", "百分比", "倍", "岁", "周岁",
    // people
    "人", "人次", "名", "位", "户", "户次", "人天", "人日", "人月", "人年", "人·次", "万人次",
    "家庭",
    // occurrences
    "次", "场", "场次", "届", "回", "轮", "期", "批", "批次", "班次", "车次", "台次", "件次",
    "趟", "遍", "例", "起", "宗", "笔", "单", "单元", "项次", "频次", "班", "课时", "学时",
    "节", "堂", "课", "门", "讲",
    // things
    "个", "件", "套", "台", "台套", "台/套", "台(套)", "部", "辆", "艘", "架", "把", "张",
    "块", "版", "份", "本", "册", "篇", "条", "项", "种", "类", "处", "座", "所", "间", "栋",
    "幢", "家", "村", "社区", "街道", "镇", "乡", "县", "区", "市", "校", "幅", "枚", "只",
    "头", "匹", "羽", "尾", "株", "棵", "盆", "支", "根", "片", "颗", "粒", "对", "双", "副",
    "组", "队", "支队", "批件", "封", "卷", "盒", "箱", "袋", "瓶", "桶", "罐", "包", "捆",
    "卡", "盏", "杆", "口", "眼", "道", "扇", "樘", "面", "盘", "席", "床", "床位", "张床位",
    "车位", "座位", "席位", "标段", "点位", "站点", "网点", "岗位", "孔", "井", "塘", "路",
    "端", "节点", "字", "页", "行", "屏", "帧", "级", "星级", "号", "版本", "型", "代", "分",
    "档", "步", "层", "楼", "集", "部门", "单位", "企业", "机构", "学校", "项目", "课题",
    // area, length, volume, mass
    "平方米", "平方公里", "平米", "公顷", "亩", "公亩", "顷", "㎡", "m²", "m2", "km²", "km2",
    "米", "延米", "延长米", "公里", "千米", "厘米", "毫米", "里", "立方米", "立方", "方",
    "m³", "m3", "升", "毫升", "吨", "公斤", "千克", "斤", "克", "吨标准煤",
    // energy, data
    "千瓦", "兆瓦", "千瓦时", "度", "伏", "千伏", "兆",
    // money
    "元", "圆", "美元", "港元", "欧元",
];

/// Units written in letters; others are taken only where an operator says that a number stands.
const LATIN: [&str; 50] = [
    "m", "cm", "mm", "km", "nm", "μm", "m2", "km2", "m3", "m²", "km²", "m³", "cm2", "㎡", "㎥",
    "㎞", "㎏", "hm2", "hm²", "ha", "g", "kg", "mg", "t", "L", "l", "ml", "mL", "h", "s", "min",
    "kW", "KW", "kw", "MW", "kWh", "kV", "KV", "V", "Hz", "dB", "GB", "TB", "MB", "PB", "Mbps",
    "Gbps", "℃", "Mb", "M",
];

/// Words that begin with a numeral's mark but are one unit.
#[rustfmt::skip]
const WHOLE: [&str; 15] = [
    "千米", "千克", "千瓦", "千瓦时", "千伏", "千伏安", "千帕", "千焦", "千卡", "千兆",
    "千赫", "百分点", "百分比", "万向", "百度",
];

/// Measure words whose number is a name or a rank where a noun follows: `2级等保`, `5号楼`.
const NAMING: [&str; 11] = ["级", "星级", "号", "版本", "型", "代", "类", "届", "路", "层", "档"];

impl Unit {
    /// A unit column's text; `None` for a blank or a stroke.
    pub fn from_column(text: &str) -> Option<Self> {
        let text: String = super::cursor::Folded::new(text).text();
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text);
        let blank = crate::normalize::fold::is_blank_mark(inner);
        (!blank).then(|| Self { text: inner.to_owned(), bracketed: true, ..Self::default() })
    }

    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// One of the known measure words and units.
    pub fn is_listed(&self) -> bool {
        LISTED.contains(&self.text.as_str())
    }

    /// Letters that are no known unit: `5G`, `4A`.
    pub fn is_lettered(&self) -> bool {
        self.unlisted && self.text.starts_with(|c: char| c.is_ascii_alphabetic())
    }

    pub fn is_time(&self) -> bool {
        TIME.contains(&self.text.as_str())
    }

    pub fn is_money(&self) -> bool {
        let what = self.base().1.and_then(|b| b.split('/').next());
        matches!(what, Some("元" | "圆" | "元人民币" | "美元" | "港元" | "欧元"))
    }

    pub fn is_percent(&self) -> bool {
        matches!(self.text.as_str(), "%" | "‰" | "个百分点" | "百分点")
    }

    /// Counts occurrences in a period: `次/月`.
    pub fn is_recurrence(&self) -> bool {
        self.text.split_once('/').is_some_and(|(what, per)| {
            matches!(what, "次" | "场次" | "场" | "期" | "回" | "轮") && is_period(per)
        })
    }

    pub fn is_naming(&self) -> bool {
        !self.bracketed && NAMING.contains(&self.text.as_str())
    }

    /// Only 万 or 亿: what is counted is not said.
    pub fn is_mark(&self) -> bool {
        self.base().1.is_none()
    }

    /// The factor of the leading 万 and 亿 as a power of ten, and the unit without them.
    pub fn base(&self) -> (u32, Option<&str>) {
        let mut exponent = 0;
        let mut rest = self.text.as_str();
        while let Some((c, power)) = rest.chars().next().and_then(|c| Some((c, power(c)?))) {
            if WHOLE.iter().any(|w| rest.starts_with(w)) || exponent > 12 {
                break;
            }
            exponent += power;
            rest = rest.strip_prefix(c).unwrap_or(rest);
        }
        (exponent, Some(rest).filter(|r| !r.is_empty()))
    }
}

/// Whether a text is a unit that is listed, perhaps with 万 before it or a period behind it:
/// `万元/年`.
pub(in crate::normalize) fn is_known(text: &str) -> bool {
    let listed = |what: &str| Unit::plain(what).base().1.is_none_or(|b| LISTED.contains(&b));
    match text.split_once('/') {
        Some((what, per)) => listed(what) && (is_period(per) || listed(per)),
        None => listed(text),
    }
}

fn power(mark: char) -> Option<u32> {
    match mark {
        '百' => Some(2),
        '千' => Some(3),
        '万' => Some(4),
        '亿' => Some(8),
        _ => None,
    }
}

/// `value` · 10^`exponent`, without decimals that the factor uses up: 154.33 · 10⁴ = 1543300.
pub(super) fn scaled(value: Decimal, exponent: u32) -> Option<Decimal> {
    if exponent <= value.scale() {
        return Decimal::try_from_i128_with_scale(value.mantissa(), value.scale() - exponent).ok();
    }
    let factor = 10_i128.checked_pow(exponent - value.scale())?;
    Decimal::try_from_i128_with_scale(value.mantissa().checked_mul(factor)?, 0).ok()
}

/// Whether `text` names a period in which something recurs.
pub(super) fn is_period(text: &str) -> bool {
    matches!(
        text,
        "年" | "年度"
            | "月"
            | "月度"
            | "季"
            | "季度"
            | "半年"
            | "周"
            | "星期"
            | "天"
            | "日"
            | "工作日"
            | "旬"
            | "学期"
            | "学年"
            | "小时"
            | "分钟"
            | "秒"
    )
}

/// Reads a unit behind a number: in brackets, from the list, in Latin letters, composite with
/// `/`, or short unknown words. Leaves the cursor where it is if there is none.
pub(super) fn unit(cursor: &mut Cursor) -> Option<Unit> {
    bracketed(cursor).or_else(|| plain(cursor))
}

fn bracketed(cursor: &mut Cursor) -> Option<Unit> {
    let mut c = *cursor;
    if !(c.eat("(") || c.eat("[")) {
        return None;
    }
    let mut depth = 1;
    let mut text = String::new();
    while let Some(ch) = c.next() {
        match ch {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        text.push(ch);
    }
    // (含) and (不含) speak about the limit; a remark is longer than a unit or holds numbers.
    let speaks = text.starts_with('含') || text.starts_with("不含") || text.starts_with('包');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if text.is_empty() || speaks || text.chars().count() > 12 || digits > 1 {
        return None;
    }
    if text.contains(['≥', '≤', '=', '<', '>', ',', '。', ';', ':']) {
        return None;
    }
    *cursor = c;
    Some(Unit { text, bracketed: true, open: depth != 0, unlisted: false })
}

fn plain(cursor: &mut Cursor) -> Option<Unit> {
    let mut c = *cursor;
    c.eat(" ");
    let mut unit = Unit { text: marks(&mut c), ..Unit::default() };
    if let Some(word) = word(&mut c, &mut unit.unlisted) {
        unit.text.push_str(&word);
        // 人·次, 元/人/年
        for _ in 0..2 {
            let mut next = c;
            let Some(join) = next.next().filter(|j| matches!(j, '/' | '·' | '*' | '每')) else {
                break;
            };
            next.eat("每");
            let join = if join == '每' { '/' } else { join };
            let mut part = marks(&mut next);
            match word_behind_stroke(&mut next) {
                Some(w) => part.push_str(&w),
                None => break,
            }
            unit.text.push(join);
            unit.text.push_str(&part);
            unit.unlisted = false;
            c = next;
        }
    }
    if unit.text.is_empty() {
        return None;
    }
    *cursor = c;
    Some(unit)
}

/// Leading 万, 亿, 千, 百 that multiply.
fn marks(cursor: &mut Cursor) -> String {
    let mut text = String::new();
    while let Some(c) = cursor.peek().filter(|c| power(*c).is_some()) {
        if WHOLE.iter().any(|w| cursor.looking_at(w)) {
            break;
        }
        text.push(c);
        cursor.next();
    }
    text
}

/// A listed unit, Latin letters, or unknown words up to the end or a modifier.
fn word(cursor: &mut Cursor, unlisted: &mut bool) -> Option<String> {
    if let Some(listed) = listed(cursor) {
        // Any measure word may count occurrences: 架次, 艘次, 课次.
        let counts = listed.chars().count() == 1 && cursor.eat("次");
        return Some(format!("{listed}{}", if counts { "次" } else { "" }));
    }
    if let Some(latin) = latin(cursor) {
        *unlisted = !LATIN.contains(&latin.as_str());
        return Some(latin);
    }
    let text = unknown(cursor, 6)?;
    *unlisted = true;
    Some(text)
}

fn word_behind_stroke(cursor: &mut Cursor) -> Option<String> {
    const PERIODS: [&str; 8] = ["月", "月度", "年度", "季", "季度", "半年", "学期", "旬"];
    if let Some(period) = cursor.eat_longest(&PERIODS) {
        return Some(period.to_owned());
    }
    word(cursor, &mut false)
}

fn listed(cursor: &mut Cursor) -> Option<&'static str> {
    let longest = |c: &mut Cursor, list: &[&'static str]| {
        let token = c.eat_longest(list)?;
        c.at -= token.chars().count();
        Some(token)
    };
    let a = longest(cursor, &LISTED);
    let b = longest(cursor, &TIME).or_else(|| longest(cursor, &WHOLE));
    let token = [a, b].into_iter().flatten().max_by_key(|t| t.chars().count())?;
    // Letters go on: `m` of `mm`, `h` of `hm²`.
    let ascii = token.ends_with(|c: char| c.is_ascii_alphanumeric());
    let after = cursor.rest().get(token.chars().count());
    if ascii && after.is_some_and(char::is_ascii_alphanumeric) {
        return None;
    }
    cursor.eat(token);
    Some(token)
}

fn latin(cursor: &mut Cursor) -> Option<String> {
    let mut c = *cursor;
    let letter = |c: char| {
        c.is_ascii_alphabetic()
            || matches!(c, '℃' | '°' | 'Ω' | 'μ' | 'µ' | '㎡' | '㎥' | '㎞' | '㎏' | '℉')
    };
    let mut text = c.eat_while(letter);
    if text.is_empty() || text.chars().count() > 6 {
        return None;
    }
    // m2, km³
    if let Some(power) = c.peek().filter(|p| matches!(p, '²' | '³' | '2' | '3'))
        && !c.rest().get(1).is_some_and(char::is_ascii_alphanumeric)
    {
        text.push(power);
        c.next();
    }
    *cursor = c;
    Some(text)
}

/// Words that end or modify a value, so that an unknown unit stops before them.
const STOPS: [&str; 24] = [
    "以上", "以下", "以内", "之内", "以外", "及以", "左右", "上下", "完成", "达标", "至", "到",
    "的", "且", "和", "内", "前", "余", "多", "以", "、", "左", "每", "为",
];

fn unknown(cursor: &mut Cursor, longest: usize) -> Option<String> {
    let mut c = *cursor;
    let mut text = String::new();
    while let Some(ch) = c.peek() {
        if !crate::model::script::is_ideograph(ch) || STOPS.iter().any(|s| c.looking_at(s)) {
            break;
        }
        text.push(ch);
        c.next();
    }
    let n = text.chars().count();
    if n == 0 || n > longest {
        return None;
    }
    *cursor = c;
    Some(text)
}
