//! The text against which a template's regular expressions are matched: NFKC without blanks,
//! with the way back to the printed characters.

use crate::model::grid::TextLine;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// A printed text in NFKC without white space.
pub(super) struct Plain {
    pub text: String,
    /// For each character of `text`: its byte offset there, the line it is printed in, and the
    /// byte range there.
    origin: Vec<Origin>,
}

struct Origin {
    at: usize,
    line: usize,
    from: usize,
    to: usize,
}

impl Plain {
    pub(super) fn new(lines: &[TextLine]) -> Self {
        let mut plain = Self { text: String::new(), origin: Vec::new() };
        for (index, line) in lines.iter().enumerate() {
            for (from, c) in line.text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
                for folded in std::iter::once(c).nfkc().filter(|c| !c.is_whitespace()) {
                    let at = plain.text.len();
                    plain.origin.push(Origin { at, line: index, from, to: from + c.len_utf8() });
                    plain.text.push(folded);
                }
            }
        }
        plain
    }

    /// What the first group of `pattern` (or the whole match, without groups) covers in `lines`,
    /// the lines that this text was made from. `None` if it does not match or covers nothing.
    pub(super) fn capture(&self, pattern: &Regex, lines: &[TextLine]) -> Option<Vec<TextLine>> {
        let found = pattern.captures(&self.text)?;
        let group = found.get(1).or_else(|| found.get(0).filter(|_| found.len() == 1))?;
        self.slice(group.range(), lines)
    }

    /// The printed characters behind a byte range of the text, line by line.
    pub(super) fn slice(
        &self,
        range: std::ops::Range<usize>,
        lines: &[TextLine],
    ) -> Option<Vec<TextLine>> {
        let first = self.origin.partition_point(|o| o.at < range.start);
        let last = self.origin.partition_point(|o| o.at < range.end);
        let covered = self.origin.get(first..last)?;
        let mut parts: Vec<(usize, usize, usize)> = Vec::new();
        for origin in covered {
            match parts.last_mut() {
                Some((line, _, to)) if *line == origin.line => *to = origin.to.max(*to),
                _ => parts.push((origin.line, origin.from, origin.to)),
            }
        }
        let cut = |(line, from, to): (usize, usize, usize)| {
            let line = lines.get(line)?;
            Some(TextLine { text: line.text.get(from..to)?.trim().to_owned(), ..line.clone() })
        };
        let lines: Vec<TextLine> = parts.into_iter().filter_map(cut).collect();
        (!lines.is_empty()).then_some(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::Origin;
    use proptest::prelude::*;

    fn line(text: &str) -> TextLine {
        TextLine {
            text: text.to_owned(),
            page: 1,
            bbox: None,
            font_size: 0.0,
            from: Origin::TextLayer,
            confidence: 1.0,
            certainty: crate::model::grid::Certainty::default(),
            source_line: 0,
        }
    }

    fn captured(texts: &[&str], pattern: &str) -> Option<Vec<String>> {
        let lines: Vec<_> = texts.iter().map(|t| line(t)).collect();
        let pattern = Regex::new(pattern).unwrap();
        let found = Plain::new(&lines).capture(&pattern, &lines)?;
        Some(found.into_iter().map(|l| l.text).collect())
    }

    #[test]
    fn finds_the_printed_part_behind_folded_text() {
        assert_eq!(captured(&["（２０２６ 年度）"], r"(\d{4})年").unwrap(), ["２０２６"]);
        assert_eq!(captured(&["项目资金 (万", "元)"], r"\((.+?)\)").unwrap(), ["万", "元"]);
        assert_eq!(captured(&["㎡ 和 ㈱x"], "x").unwrap(), ["x"]);
        assert_eq!(captured(&["填报人： 张 三 "], "填报人:(.*)").unwrap(), ["张 三"]);
        assert_eq!(captured(&["abc"], "d"), None);
        assert_eq!(captured(&["abc"], "b(x)?"), None);
    }

    proptest! {
        #[test]
        fn any_slice_is_printed_text(texts in prop::collection::vec("[a-c ㎡（Ａ国\u{3000}]{0,6}", 0..4)) {
            let lines: Vec<_> = texts.iter().map(|t| line(t)).collect();
            let plain = Plain::new(&lines);
            let all = plain.slice(0..plain.text.len(), &lines).unwrap_or_default();
            let strip = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let back: String = all.iter().map(|l| strip(&l.text)).collect();
            let given: String = texts.iter().map(|t| strip(t)).collect();
            prop_assert_eq!(back, given);
        }
    }
}
