//! How many characters two labels are apart.

/// The edit distance (Levenshtein) of two texts in characters; anything above `limit` may come
/// out as `limit + 1`.
pub(super) fn distance(a: &str, b: &str, limit: usize) -> usize {
    let b: Vec<char> = b.chars().collect();
    if a.chars().count().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    // `row[j]` is the distance of what is read of `a` to the first `j` characters of `b`.
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let above = *cell;
            left = (diagonal + usize::from(ca != *cb)).min(above + 1).min(left + 1);
            *cell = left;
            diagonal = above;
        }
    }
    row.last().map_or(limit + 1, |d| (*d).min(limit + 1))
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn counts_edits() {
        assert_eq!(distance("数量指标", "数量指标", 2), 0);
        assert_eq!(distance("教量指标", "数量指标", 2), 1);
        assert_eq!(distance("量指标", "数量指标", 2), 1);
        assert_eq!(distance("数量指", "数量指标", 2), 1);
        assert_eq!(distance("量数指标", "数量指标", 2), 2);
        assert_eq!(distance("社会指标", "数量效益", 2), 3);
        assert_eq!(distance("", "数量指标", 2), 3);
        assert_eq!(distance("", "", 0), 0);
    }
}
