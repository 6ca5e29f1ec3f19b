//! Exact arithmetic on printed amounts.

use crate::model::label::fold;
use rust_decimal::Decimal;

/// How many 元 one `unit` is; `None` for a unit that is not money, or is not known.
pub(super) fn yuan_per(unit: &str) -> Option<Decimal> {
    let folded = fold(unit);
    match folded.strip_prefix("人民币").unwrap_or(&folded) {
        "元" => Some(Decimal::ONE),
        "百元" => Some(Decimal::from(100)),
        "千元" => Some(Decimal::from(1_000)),
        "万元" => Some(Decimal::from(10_000)),
        "百万元" => Some(Decimal::from(1_000_000)),
        "千万元" => Some(Decimal::from(10_000_000)),
        "亿元" => Some(Decimal::from(100_000_000)),
        _ => None,
    }
}

/// Amounts as integers of one common smallest unit: of 分 for amounts in 元 with two decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exact {
    /// In the order given.
    pub(super) units: Vec<i128>,
    /// Decimals that the smallest unit stands for.
    pub(super) scale: u32,
}

impl Exact {
    /// Brings amounts to the finest scale among them; `None` if one is too large to hold.
    pub(super) fn of(amounts: &[Decimal]) -> Option<Self> {
        let scale = amounts.iter().map(Decimal::scale).max()?;
        let units = amounts
            .iter()
            .map(|a| a.mantissa().checked_mul(10i128.checked_pow(scale - a.scale())?))
            .collect::<Option<_>>()?;
        Some(Self { units, scale })
    }

    /// An integer of the smallest unit as an amount.
    pub(super) fn amount(&self, units: i128) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(units, self.scale).ok()
    }
}

/// Whether `a` is `factor` times `b` within a half per cent: the trace of a slipped unit.
pub(super) fn is_about_times(a: Decimal, b: Decimal, factor: u32) -> bool {
    let Some(expected) = b.checked_mul(Decimal::from(factor)) else { return false };
    let (Some(difference), Some(slack)) =
        (a.checked_sub(expected), expected.checked_mul(Decimal::new(5, 3)))
    else {
        return false;
    };
    !expected.is_zero() && difference.abs() <= slack.abs()
}

/// Half of the last printed decimal place of a number with `scale` decimals.
pub(super) fn half_a_place(scale: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(5, scale + 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Exact, half_a_place, is_about_times, yuan_per};
    use rust_decimal::Decimal;

    #[test]
    fn reads_units() {
        assert_eq!(yuan_per("元"), Some(Decimal::ONE));
        assert_eq!(yuan_per("人民币 万元"), Some(Decimal::from(10_000)));
        assert_eq!(yuan_per("人次"), None);
    }

    #[test]
    fn finds_the_common_scale() {
        let exact = Exact::of(&[Decimal::new(15, 1), Decimal::new(2, 0), Decimal::new(125, 2)]);
        assert_eq!(exact, Some(Exact { units: vec![150, 200, 125], scale: 2 }));
        assert_eq!(Exact::of(&[Decimal::MAX, Decimal::new(1, 28)]), None);
        assert_eq!(Exact::of(&[]), None);
    }

    #[test]
    fn knows_a_slipped_unit() {
        assert!(is_about_times(Decimal::from(6_421_500), Decimal::new(64215, 2), 10_000));
        assert!(!is_about_times(Decimal::from(6_421_500), Decimal::from(700), 10_000));
        assert!(!is_about_times(Decimal::ZERO, Decimal::ZERO, 10));
        assert!(!is_about_times(Decimal::ONE, Decimal::MAX, 10));
    }

    #[test]
    fn halves_a_place() {
        assert_eq!(half_a_place(2), Decimal::new(5, 3));
        assert_eq!(half_a_place(0), Decimal::new(5, 1));
    }
}
