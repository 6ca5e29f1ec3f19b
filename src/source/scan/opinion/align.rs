//! Two readings of a line, character by character.

/// What aligns; positions count from 0 in the line's own and in the other reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Same {
        own: usize,
    },
    Other {
        own: usize,
        hidden: usize,
    },
    /// The other reading does not have it.
    Surplus {
        own: usize,
    },
    /// Only the other reading has it: in front of the own character `before`.
    Missing {
        before: usize,
        hidden: usize,
    },
}

/// The steps of least edit distance (Levenshtein 1965; Wagner and Fischer 1974) from `own` to
/// `hidden`, in reading order.
pub fn steps(own: &[char], hidden: &[char]) -> Vec<Step> {
    let width = hidden.len() + 1;
    let mut cost = vec![0u32; (own.len() + 1) * width];
    for (i, row) in cost.chunks_exact_mut(width).enumerate() {
        row[0] = i as u32;
    }
    for (j, first) in cost.iter_mut().take(width).enumerate() {
        *first = j as u32;
    }
    for i in 1..=own.len() {
        for j in 1..width {
            let replaced = cost[(i - 1) * width + j - 1] + u32::from(own[i - 1] != hidden[j - 1]);
            let surplus = cost[(i - 1) * width + j] + 1;
            let missing = cost[i * width + j - 1] + 1;
            cost[i * width + j] = replaced.min(surplus).min(missing);
        }
    }
    let (mut i, mut j) = (own.len(), hidden.len());
    let mut steps = Vec::with_capacity(i.max(j));
    while i > 0 || j > 0 {
        let here = cost[i * width + j];
        let is_same = i > 0 && j > 0 && own[i - 1] == hidden[j - 1];
        if i > 0 && j > 0 && here == cost[(i - 1) * width + j - 1] + u32::from(!is_same) {
            (i, j) = (i - 1, j - 1);
            steps.push(if is_same {
                Step::Same { own: i }
            } else {
                Step::Other { own: i, hidden: j }
            });
        } else if i > 0 && here == cost[(i - 1) * width + j] + 1 {
            i -= 1;
            steps.push(Step::Surplus { own: i });
        } else {
            j -= 1;
            steps.push(Step::Missing { before: i, hidden: j });
        }
    }
    steps.reverse();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(own: &str, hidden: &str) -> String {
        let (own, hidden): (Vec<char>, Vec<char>) =
            (own.chars().collect(), hidden.chars().collect());
        let one = |step: &Step| match *step {
            Step::Same { own: i } => own[i].to_string(),
            Step::Other { own: i, hidden: j } => format!("[{}{}]", own[i], hidden[j]),
            Step::Surplus { own: i } => format!("[{}-]", own[i]),
            Step::Missing { before, hidden: j } => format!("[{before}+{}]", hidden[j]),
        };
        steps(&own, &hidden).iter().map(one).collect()
    }

    #[test]
    fn readings_align_with_the_fewest_changes() {
        assert_eq!(shown("环境监测", "环境监测"), "环境监测");
        assert_eq!(shown("环境监侧站", "环境监测站"), "环境监[侧测]站");
        assert_eq!(shown("第季度", "第一季度"), "第[1+一]季度");
        assert_eq!(shown("1.00", "100"), "1[.-]00");
        assert_eq!(shown("", "甲"), "[0+甲]");
        assert_eq!(shown("", ""), "");
    }

    proptest::proptest! {
        #[test]
        fn every_character_is_in_one_step(own in "[ab]{0,12}", hidden in "[ab]{0,12}") {
            let (a, b): (Vec<char>, Vec<char>) = (own.chars().collect(), hidden.chars().collect());
            let steps = steps(&a, &b);
            let count = |of: fn(&Step) -> bool| steps.iter().filter(|s| of(s)).count();
            let surplus = count(|s| matches!(s, Step::Surplus { .. }));
            let missing = count(|s| matches!(s, Step::Missing { .. }));
            proptest::prop_assert_eq!(steps.len() - missing, a.len());
            proptest::prop_assert_eq!(steps.len() - surplus, b.len());
        }
    }
}
