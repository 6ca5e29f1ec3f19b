//! Characters that fonts put in place of the ones meant.
//!
//! PDF producers pick any code point that shares a glyph with the character meant: a Kangxi
//! radical for an ideograph, a vertical form for a comma, a private code for a GBK character.

use unicode_normalization::char::decompose_compatible;

/// Whether `c` fills a whole square: ideographs, kana, and the punctuation set among them.
///
/// Quotes, dashes and the ellipsis that both scripts share count as wide.
#[must_use]
pub fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}'
        | '“' | '”' | '‘' | '’' | '—' | '…' | '·' | '\u{2460}'..='\u{24ff}')
}

/// Whether `c` is an ideograph (not punctuation).
#[must_use]
pub fn is_ideograph(c: char) -> bool {
    matches!(c,
        '〇' | '々' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// The character meant by one that a font put in its place; `c` itself if it stands for itself.
///
/// Covers the radicals (U+2E80–2FD5), the compatibility ideographs, the vertical presentation
/// forms, the private codes of GB 18030 and the hyphens. Width is kept: a vertical comma becomes `，`.
#[must_use]
pub fn meant(c: char) -> char {
    match c {
        // Fonts give all hyphens one glyph, and producers write down the last of its code points.
        '\u{2010}' | '\u{2011}' => '-',
        '\u{0}'..='\u{2e7f}' => c,
        // Fonts for simplified Chinese draw this radical with the glyph of 户, which Unicode takes
        // for 戶; of all the radicals it is the only one whose equivalent they write differently.
        '\u{2f3e}' => '户',
        '\u{2e80}'..='\u{2ef3}' => RADICALS.get(c as usize - 0x2e80).copied().unwrap_or(c),
        '\u{2f00}'..='\u{2fd5}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' => {
            let mut out = c;
            decompose_compatible(c, |d| out = d);
            out
        }
        '\u{e5e5}' => '\u{3000}',
        '\u{e78d}'..='\u{e864}' => gb18030(c),
        '\u{fe10}'..='\u{fe48}' => vertical(c),
        c => c,
    }
}

/// Unicode's EquivalentUnifiedIdeograph.txt for U+2E80–2EF3; the two code points without an
/// equivalent stand for themselves.
#[rustfmt::skip]
const RADICALS: [char; 0x74] = [
    '\u{2e80}', '厂', '乛', '乚', '乙', '亻', '冂', '𠘨', '刀', '刂', '卜', '㔾',
    '小', '小', '兀', '尣', '尢', '𡯂', '巳', '幺', '彑', '彐', '忄', '心',
    '扌', '攵', '\u{2e9a}', '旡', '日', '月', '歺', '母', '民', '氵', '氺', '灬',
    '爫', '爫', '丬', '牛', '犭', '王', '𤴔', '目', '示', '礻', '𥫗', '糹',
    '纟', '罓', '罒', '㓁', '冗', '𦉫', '羊', '𦍌', '𦍋', '耂', '肀', '聿',
    '肉', '𦥑', '艹', '艹', '艹', '虎', '衤', '覀', '西', '见', '角', '𧢲',
    '讠', '贝', '𧾷', '车', '辶', '辶', '辶', '邑', '钅', '長', '镸', '长',
    '门', '𨸏', '阝', '雨', '青', '韦', '页', '风', '飞', '食', '𩙿', '飠',
    '饣', '𩠐', '马', '骨', '鬼', '鱼', '鸟', '卤', '麦', '黄', '黾', '斉',
    '齐', '歯', '齿', '竜', '龙', '龜', '亀', '龟',
];

/// GB 18030-2000 assigned these private codes; the editions of 2005 and 2022 moved them.
fn gb18030(c: char) -> char {
    match c {
        '\u{e78d}' => '，',
        '\u{e78e}' => '。',
        '\u{e78f}' => '、',
        '\u{e790}' => '：',
        '\u{e791}' => '；',
        '\u{e792}' => '！',
        '\u{e793}' => '？',
        '\u{e794}' => '〖',
        '\u{e795}' => '〗',
        '\u{e796}' => '…',
        '\u{e7c7}' => 'ḿ',
        '\u{e7c8}' => 'ǹ',
        '\u{e81e}' => '\u{9fb4}',
        '\u{e826}' => '\u{9fb5}',
        '\u{e82b}' => '\u{9fb6}',
        '\u{e82c}' => '\u{9fb7}',
        '\u{e832}' => '\u{9fb8}',
        '\u{e843}' => '\u{9fb9}',
        '\u{e854}' => '\u{9fba}',
        '\u{e864}' => '\u{9fbb}',
        c => c,
    }
}

/// Vertical forms; U+FE30 is what Big5 fonts draw for a colon.
fn vertical(c: char) -> char {
    match c {
        '︐' => '，',
        '︑' => '、',
        '︒' => '。',
        '︓' | '︰' => '：',
        '︔' => '；',
        '︕' => '！',
        '︖' => '？',
        '︗' => '〖',
        '︘' => '〗',
        '︙' => '…',
        '︱' => '—',
        '︲' => '–',
        '︵' => '（',
        '︶' => '）',
        '︷' => '｛',
        '︸' => '｝',
        '︹' => '〔',
        '︺' => '〕',
        '︻' => '【',
        '︼' => '】',
        '︽' => '《',
        '︾' => '》',
        '︿' => '〈',
        '﹀' => '〉',
        '﹁' => '「',
        '﹂' => '」',
        '﹃' => '『',
        '﹄' => '』',
        '﹇' => '［',
        '﹈' => '］',
        c => c,
    }
}

/// What the remnant of a border, or dirt as thin, is recognised as.
pub const STROKES: [char; 8] = ['一', '—', '–', '-', '_', '丨', '|', '~'];

/// Whether a character compares, as a target value begins; wide forms included.
#[must_use]
pub fn is_comparison(c: char) -> bool {
    matches!(c, '≥' | '≤' | '=' | '＝' | '>' | '<' | '＞' | '＜' | '⩾' | '⩽' | '≧' | '≦')
}

#[cfg(test)]
mod tests {
    use super::{is_wide, meant};

    #[test]
    fn radicals_become_ideographs() {
        let printed = "⻓⻔⻚⻛⻜⻢⻥⻬⻩⻅⻉⻋⻆⻘⻝⺠⺟⻄⻁⻨⻰⻳⼀⼈⾦⽬⼾";
        let plain: String = printed.chars().map(meant).collect();
        assert_eq!(plain, "长门页风飞马鱼齐黄见贝车角青食民母西虎麦龙龟一人金目户");
    }

    #[test]
    fn forms_keep_their_width() {
        assert_eq!(meant('︵'), '（');
        assert_eq!(meant('，'), '，');
        assert_eq!(meant(','), ',');
        assert_eq!(meant('\u{2011}'), '-');
        assert_eq!(meant('\u{f9dc}'), '隆');
    }

    #[test]
    fn every_table_entry_is_stable() {
        for c in '\u{2e80}'..='\u{fe48}' {
            assert_eq!(meant(meant(c)), meant(c), "{c:?}");
        }
        assert!(is_wide('中') && is_wide('，') && !is_wide('a') && !is_wide(','));
    }
}
