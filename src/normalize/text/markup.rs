//! Markup that rich-text editors leak into a form: `<p>…</p>`, `<br/>`, `&nbsp;`.

/// Longest tag that is looked for, in bytes; editors write long style attributes.
const LONGEST_TAG: usize = 2_000;
/// Longest entity, in bytes: `&thetasym;`.
const LONGEST_ENTITY: usize = 10;

#[rustfmt::skip]
const BLOCK: [&str; 19] = [
    "p", "br", "div", "tr", "li", "ul", "ol", "table", "tbody", "thead", "h1", "h2", "h3",
    "h4", "h5", "h6", "section", "article", "blockquote",
];
const INLINE: [&str; 22] = [
    "span", "b", "i", "u", "s", "strong", "em", "font", "a", "sub", "sup", "td", "th", "img",
    "small", "big", "label", "o:p", "code", "pre", "center", "strike",
];

/// Removes HTML tags and decodes entities in one pass; the end of a block becomes `\n`.
///
/// Only names that HTML has count as tags, so that `<5%` and `<方案>` stay. The result holds
/// no tag and no entity, even where removing one would have made up another. Returns whether
/// anything was found.
pub(super) fn strip(text: &str, out: &mut String) -> bool {
    let mut found = false;
    for c in text.chars() {
        found |= push(c, out);
    }
    found
}

fn push(c: char, out: &mut String) -> bool {
    out.push(c);
    match c {
        '>' => close_tag(out),
        ';' => close_entity(out),
        _ => false,
    }
}

/// If `out` ends with a tag, cuts it off.
fn close_tag(out: &mut String) -> bool {
    let Some(start) = window(out, LONGEST_TAG).rfind('<') else { return false };
    let start = start + out.len() - window(out, LONGEST_TAG).len();
    let Some(block) = out.get(start..).and_then(tag) else { return false };
    out.truncate(start);
    if block {
        out.push('\n');
    }
    true
}

/// Whether `text` (`<…>`) is an HTML tag, and if so, whether it ends a block.
fn tag(text: &str) -> Option<bool> {
    let inner = text.strip_prefix('<')?.strip_suffix('>')?;
    if inner.starts_with("!--") {
        return inner.ends_with("--").then_some(false);
    }
    let inner = inner.trim_start().trim_start_matches('/').trim_start();
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    // What follows a name must look like attributes: `<a 与 b>` is not a tag.
    let rest = rest.trim_end_matches('/').trim();
    if !(rest.is_empty() || rest.contains('=')) {
        return None;
    }
    let is = |names: &[&str]| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    if is(&BLOCK) { Some(true) } else { is(&INLINE).then_some(false) }
}

/// If `out` ends with an entity, puts the character in its place.
fn close_entity(out: &mut String) -> bool {
    let tail = window(out, LONGEST_ENTITY + 2);
    let Some(at) = tail.rfind('&') else { return false };
    let Some(name) = tail.get(at + 1..tail.len() - 1) else { return false };
    let Some(c) = entity(name) else { return false };
    let start = out.len() - (tail.len() - at);
    out.truncate(start);
    if !c.is_control() {
        // The character may close another tag or entity: `&amp;lt;`, `&lt;p&gt;`.
        push(c, out);
    }
    true
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return match char::from_u32(code)? {
            '\u{a0}' => Some(' '),
            c => Some(c),
        };
    }
    Some(match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "middot" => '·',
        "bull" => '•',
        "ge" => '≥',
        "le" => '≤',
        "plusmn" => '±',
        "times" => '×',
        "permil" => '‰',
        "deg" => '°',
        "yen" => '¥',
        _ => return None,
    })
}

/// The last `limit` bytes of `text`, or a little less, cut at a character.
fn window(text: &str, limit: usize) -> &str {
    let mut start = text.len().saturating_sub(limit);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    text.get(start..).unwrap_or("")
}

/// Whether `text` ends inside a tag that a line wrap has cut: `…<spa`, `…<p style="`.
pub(super) fn is_open(text: &str) -> bool {
    let tail = window(text, LONGEST_TAG);
    tail.rfind(['<', '>']).and_then(|at| tail.get(at..)).is_some_and(|tag| {
        let name = tag.trim_start_matches(['<', '/']);
        tag.starts_with('<')
            && (name.is_empty() || name.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_open, strip};

    fn stripped(text: &str) -> String {
        let mut out = String::new();
        strip(text, &mut out);
        out
    }

    #[test]
    fn tags_go_and_blocks_break() {
        assert_eq!(stripped("<p>甲</p> <P class=\"x\">乙</P>"), "\n甲\n \n乙\n");
        assert_eq!(stripped("甲<br/>乙<span style='a:b'>丙</span>"), "甲\n乙丙");
    }

    #[test]
    fn comparisons_stay() {
        for text in ["<5%", "<10且>5", "a<b>c与d", "<方案>", "<p值>0.05", "< 3 >"] {
            assert_eq!(stripped(text), if text == "a<b>c与d" { "ac与d" } else { text });
        }
    }

    #[test]
    fn entities_decode_however_often_encoded() {
        assert_eq!(stripped("A&nbsp;B&amp;C&#8805;5&#x25;"), "A B&C≥5%");
        assert_eq!(stripped("&amp;amp;lt;p&amp;gt;甲&lt;/p&gt;"), "\n甲\n");
        assert_eq!(stripped("甲&乙;&unknown;"), "甲&乙;&unknown;");
    }

    #[test]
    fn removal_never_makes_up_a_tag() {
        assert_eq!(stripped("<<p>p>甲"), "\n甲");
        assert_eq!(stripped("<sp<b>an>甲"), "甲");
    }

    #[test]
    fn open_tags_are_seen() {
        assert!(is_open("甲<spa") && is_open("甲</") && is_open("<p style=\"a"));
        assert!(!is_open("甲<5") && !is_open("<p>甲") && !is_open("甲"));
    }
}
