//! Bounded edit distance between short labels.

/// The Levenshtein distance of two texts in characters, if it is at most `limit`.
///
/// Only the diagonal band that can stay within the limit is computed (Ukkonen 1985).
pub(super) fn within(a: &str, b: &str, limit: usize) -> Option<usize> {
    if a.chars().count().abs_diff(b.chars().count()) > limit {
        return None;
    }
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for (i, ca) in a.iter().enumerate() {
        let from = i.saturating_sub(limit);
        let to = (i + limit + 1).min(b.len());
        row.fill(limit + 1);
        if from == 0 {
            row[0] = i + 1;
        }
        for j in from..to {
            let swap = above[j] + usize::from(*ca != b[j]);
            row[j + 1] = swap.min(above[j + 1] + 1).min(row[j] + 1).min(limit + 1);
        }
        if row.iter().all(|&d| d > limit) {
            return None;
        }
        std::mem::swap(&mut above, &mut row);
    }
    above.last().copied().filter(|&d| d <= limit)
}

/// How many damaged characters a label of this many characters may have: one up to six, two
/// beyond (`domain.md` §2); labels of one or two characters are not repaired.
pub(super) fn tolerance(characters: usize) -> usize {
    match characters {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    }
}

/// The one nearest of `words` to `damaged`, if it is near enough and no other is as near.
/// Words of the same `T` count as one.
pub(super) fn nearest<'a, T: PartialEq + Copy>(
    damaged: &str,
    words: impl Iterator<Item = (&'a str, T)>,
) -> Option<(&'a str, T)> {
    let mut best: Option<(usize, &str, T)> = None;
    let mut tie = false;
    for (word, what) in words {
        let limit = tolerance(word.chars().count());
        let Some(d) = within(damaged, word, limit).filter(|&d| d > 0) else { continue };
        match best {
            Some((least, _, same)) if d == least => tie |= same != what,
            Some((least, ..)) if d > least => {}
            _ => (best, tie) = (Some((d, word, what)), false),
        }
    }
    best.filter(|_| !tie).map(|(_, word, what)| (word, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_edits_up_to_the_limit() {
        assert_eq!(within("服务对象满意度指", "服务对象满意度指标", 2), Some(1));
        assert_eq!(within("实施单位", "实旌单位", 1), Some(1));
        assert_eq!(within("实施单位", "主管部门", 2), None);
        assert_eq!(within("", "", 0), Some(0));
        assert_eq!(within("ab", "", 2), Some(2));
    }

    #[test]
    fn a_tie_has_no_winner() {
        let words = [("数量指标", 0), ("质量指标", 1)];
        assert_eq!(nearest("致量指标", words.into_iter()), None);
        assert_eq!(nearest("质量指示", words.into_iter()), Some(("质量指标", 1)));
    }

    fn full(a: &[char], b: &[char]) -> usize {
        match (a, b) {
            ([], _) => b.len(),
            (_, []) => a.len(),
            ([x, xs @ ..], [y, ys @ ..]) => {
                let swap = full(xs, ys) + usize::from(x != y);
                swap.min(full(xs, b) + 1).min(full(a, ys) + 1)
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(a in "[ab国]{0,6}", b in "[ab国]{0,6}", limit in 0usize..4) {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let expected = Some(full(&x, &y)).filter(|&d| d <= limit);
            prop_assert_eq!(within(&a, &b, limit), expected);
        }
    }
}
