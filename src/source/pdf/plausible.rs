//! Whether ideographs read like Chinese at all: fonts whose character map is wrong, rather than
//! missing, give sound characters that mean nothing.

use crate::model::page::Glyph;

/// Fewer ideographs say nothing.
const ENOUGH: usize = 40;

/// Least share of common characters. Forms have 0.4 and more, lists of names and addresses some
/// 0.2, characters taken at random from the 20,902 of Unicode 1.1 hardly 0.03.
const LEAST: f32 = 0.1;

/// Characters that are common in modern Chinese, simplified; about two thirds of any text.
const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发\
年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加\
量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内\
数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系情者最立代想已通并提直题程展五果\
料员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别手期根论运农指几九区强\
放决西被干做必先回则任取据处队南给色光门即保治北造百规热领七海口东导器世金增济思术极交受联认六共权收\
证改清美再采转更单风教速带安场车例真务具万每目至达积示议报完类八名确科信节整空元况今集传土步群广石记\
需段研界律究观织装算低持众书布复容际商非验连断深难近千周委素技备半办省列习约支般史便团历市除消构府称\
准精值号率维划选标写存候快效院查型按格养易置派层片始专状育厂识适属住调满县局照参细该价严项预财绩申填";

/// Whether too few of many ideographs are common ones.
pub(super) fn is_nonsense(glyphs: &[Glyph]) -> bool {
    let ideographs = || glyphs.iter().filter(|g| matches!(g.ch, '\u{4e00}'..='\u{9fff}'));
    let all = ideographs().count();
    let wanted = (LEAST * all as f32).ceil() as usize;
    // Sound text has shown so many in its first quarter.
    all >= ENOUGH && ideographs().filter(|g| COMMON.contains(g.ch)).take(wanted).count() < wanted
}

/// Whether two readings of a page are of the same text: at least half of the characters of the
/// one, blanks left out, are among those of the other.
pub(super) fn is_alike(read: &[Glyph], seen: &[Glyph]) -> bool {
    let sorted = |glyphs: &[Glyph]| {
        let mut chars: Vec<char> =
            glyphs.iter().map(|g| g.ch).filter(|c| !c.is_whitespace()).collect();
        chars.sort_unstable();
        chars
    };
    let (read, seen) = (sorted(read), sorted(seen));
    let mut others = seen.iter().peekable();
    let shared = read.iter().filter(|&c| {
        while others.next_if(|other| *other < c).is_some() {}
        others.next_if(|other| *other == c).is_some()
    });
    2 * shared.count() >= read.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::{Point, Rect};

    fn glyphs(text: &str) -> Vec<Glyph> {
        let glyph = |ch| Glyph {
            ch,
            bbox: Rect::default(),
            origin: Point { x: 0.0, y: 0.0 },
            font_size: 10.0,
            turn: crate::model::page::Turn::None,
            from: crate::model::page::Origin::TextLayer,
            confidence: 1.0,
            pale: false,
        };
        text.chars().map(glyph).collect()
    }

    #[test]
    fn text_is_told_from_a_wrong_character_map() {
        let text = "白屿市港航事业发展中心疏浚航道二十六公里，通航水深保证率不低于百分之九十八，\
                    危险货物监管到位，港口责任事故零发生，船员满意度达到九成以上。";
        assert!(!is_nonsense(&glyphs(text)));
        let moved = |c: char| match u32::from(c).checked_sub(0x4e00) {
            Some(code @ 0..20902) => char::from_u32(0x4e00 + (code + 7919) % 20902).unwrap(),
            _ => c,
        };
        let nonsense: String = text.chars().map(moved).collect();
        assert!(is_nonsense(&glyphs(&nonsense)));
        assert!(!is_nonsense(&glyphs(&nonsense.chars().take(30).collect::<String>())));
        assert!(!is_nonsense(&glyphs(
            "plain words, and none of them is Chinese at all, however long"
        )));
        assert!(is_alike(&glyphs(text), &glyphs(text)));
        assert!(!is_alike(&glyphs(&nonsense), &glyphs(text)));
        assert!(is_alike(&[], &[]) && !is_alike(&glyphs("甲乙丙"), &glyphs("甲")));
    }

    #[test]
    fn names_and_traditional_characters_are_no_nonsense() {
        let names =
            "张伟王芳李娜刘洋陈静杨磊赵敏黄涛周杰吴刚徐丽孙明马超朱琳胡军郭涛何平高峰林海罗兰";
        let traditional = "預算單位應當按照規定的時間報送項目支出績效目標申報表，由財政部門審核後批復，\
                           並作為預算執行監控和績效評價的依據，任何單位不得擅自調整。";
        assert!(!is_nonsense(&glyphs(names)));
        assert!(!is_nonsense(&glyphs(traditional)));
    }
}
