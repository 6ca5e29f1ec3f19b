//! Comparison signs and words.

use super::cursor::Cursor;
use crate::model::target::Operator;

/// Signs and words before a number, as folded. Reading takes the longest that matches.
const BEFORE: [(&str, Operator); 74] = [
    ("≥", Operator::AtLeast),
    (">=", Operator::AtLeast),
    ("=>", Operator::AtLeast),
    ("≥=", Operator::AtLeast),
    ("≮", Operator::AtLeast),
    ("大于等于", Operator::AtLeast),
    ("大于或等于", Operator::AtLeast),
    ("大于或者等于", Operator::AtLeast),
    ("高于或等于", Operator::AtLeast),
    ("不低于", Operator::AtLeast),
    ("不少于", Operator::AtLeast),
    ("不小于", Operator::AtLeast),
    ("不短于", Operator::AtLeast),
    ("不得低于", Operator::AtLeast),
    ("不得少于", Operator::AtLeast),
    ("不得小于", Operator::AtLeast),
    ("不能低于", Operator::AtLeast),
    ("不能少于", Operator::AtLeast),
    ("至少", Operator::AtLeast),
    ("最少", Operator::AtLeast),
    ("最低", Operator::AtLeast),
    ("≤", Operator::AtMost),
    ("<=", Operator::AtMost),
    ("=<", Operator::AtMost),
    ("≤=", Operator::AtMost),
    ("≯", Operator::AtMost),
    ("小于等于", Operator::AtMost),
    ("小于或等于", Operator::AtMost),
    ("小于或者等于", Operator::AtMost),
    ("低于或等于", Operator::AtMost),
    ("不超过", Operator::AtMost),
    ("不超出", Operator::AtMost),
    ("不高于", Operator::AtMost),
    ("不多于", Operator::AtMost),
    ("不大于", Operator::AtMost),
    ("不长于", Operator::AtMost),
    ("不得超过", Operator::AtMost),
    ("不得高于", Operator::AtMost),
    ("不得大于", Operator::AtMost),
    ("不得多于", Operator::AtMost),
    ("不能超过", Operator::AtMost),
    ("不能高于", Operator::AtMost),
    ("未超过", Operator::AtMost),
    ("至多", Operator::AtMost),
    ("最多", Operator::AtMost),
    ("最高", Operator::AtMost),
    ("=", Operator::Equal),
    ("==", Operator::Equal),
    ("等于", Operator::Equal),
    (">", Operator::Greater),
    ("超过", Operator::Greater),
    ("超出", Operator::Greater),
    ("大于", Operator::Greater),
    ("高于", Operator::Greater),
    ("多于", Operator::Greater),
    ("长于", Operator::Greater),
    ("突破", Operator::Greater),
    ("<", Operator::Less),
    ("低于", Operator::Less),
    ("小于", Operator::Less),
    ("不足", Operator::Less),
    ("少于", Operator::Less),
    ("短于", Operator::Less),
    ("不到", Operator::Less),
    ("不满", Operator::Less),
    ("未满", Operator::Less),
    ("≈", Operator::About),
    ("~", Operator::About),
    ("约", Operator::About),
    ("约为", Operator::About),
    ("大约", Operator::About),
    ("约等于", Operator::About),
    ("接近", Operator::About),
    ("将近", Operator::About),
];

/// Words behind a number. 以上, 以下 and 以内 include it, 以外 excludes it (Civil Code of the
/// People's Republic of China, art. 1259).
const AFTER: [(&str, Operator); 16] = [
    ("以上", Operator::AtLeast),
    ("及以上", Operator::AtLeast),
    ("及其以上", Operator::AtLeast),
    ("或以上", Operator::AtLeast),
    ("以下", Operator::AtMost),
    ("及以下", Operator::AtMost),
    ("及其以下", Operator::AtMost),
    ("或以下", Operator::AtMost),
    ("以内", Operator::AtMost),
    ("之内", Operator::AtMost),
    ("及以内", Operator::AtMost),
    ("内", Operator::AtMost),
    ("以外", Operator::Greater),
    ("之外", Operator::Greater),
    ("左右", Operator::About),
    ("上下", Operator::About),
];

/// Reads a sign or word of comparison that stands before a number.
pub(super) fn before(cursor: &mut Cursor) -> Option<Operator> {
    let (token, operator) = longest(cursor, &BEFORE)?;
    cursor.eat(token);
    cursor.eat(":");
    Some(operator)
}

/// What stands behind a number about its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Modifier {
    pub operator: Option<Operator>,
    /// `(含)`: the number itself is meant too.
    pub includes: bool,
}

/// Reads a modifier behind a number, with `(含)` or `(不含)` on either side.
pub(super) fn after(cursor: &mut Cursor) -> Modifier {
    let open = excludes(cursor);
    let Some((token, operator)) = longest(cursor, &AFTER) else {
        return Modifier { operator: None, includes: open == Some(false) };
    };
    cursor.eat(token);
    let open = excludes(cursor).or(open);
    let operator = match (operator, open) {
        (Operator::AtLeast, Some(true)) => Operator::Greater,
        (Operator::AtMost, Some(true)) => Operator::Less,
        _ => operator,
    };
    Modifier { operator: Some(operator), includes: open == Some(false) }
}

/// `(含)`, `(含90%)`, `(包含)` is false, `(不含)` true; `None` if neither stands here.
pub(super) fn excludes(cursor: &mut Cursor) -> Option<bool> {
    const LONGEST: usize = 10;
    let mut c = *cursor;
    if c.eat("含") {
        *cursor = c;
        return Some(false);
    }
    c.eat("(").then_some(())?;
    let without = c.eat_longest(&["不含", "不包含", "不包括"]).is_some();
    if !without {
        c.eat_longest(&["含", "包含", "包括"])?;
    }
    let inside = c.eat_while(|ch| ch != ')' && ch != '(');
    if inside.chars().count() > LONGEST || !c.eat(")") {
        return None;
    }
    *cursor = c;
    Some(without)
}

/// The operator that a sign column prints: `≥`, `＝`, `大于等于`; `None` for anything else.
pub(super) fn of_column(text: &str) -> Option<Operator> {
    let folded = super::cursor::Folded::new(text);
    let text = folded.text();
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text);
    BEFORE.iter().find(|(token, _)| *token == inner).map(|(_, operator)| *operator)
}

/// Shorter words of comparison are like too much else, in characters.
const COMPARABLE: usize = 3;

/// The word of comparison that the end of a text would be but for one character: 小于等于 of
/// 承于等于. A misprint or a misreading, for both change what the value means.
pub(super) fn nearly(text: &[char]) -> Option<&'static str> {
    let words = || BEFORE.iter().map(|(word, _)| *word);
    let tail = |length: usize| text.len().checked_sub(length).map(|from| &text[from..]);
    let differs = |word: &str, by: usize| {
        tail(word.chars().count())
            .is_some_and(|tail| word.chars().zip(tail).filter(|(a, b)| a != *b).count() == by)
    };
    let long = |word: &&str| word.chars().count() >= COMPARABLE;
    if words().filter(long).any(|word| differs(word, 0)) {
        return None;
    }
    words().filter(long).find(|word| differs(word, 1))
}

fn longest(
    cursor: &Cursor,
    tokens: &[(&'static str, Operator)],
) -> Option<(&'static str, Operator)> {
    tokens
        .iter()
        .filter(|(t, _)| cursor.looking_at(t))
        .max_by_key(|(t, _)| t.chars().count())
        .copied()
}
