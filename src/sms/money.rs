//! Money as the vendor counts it: four decimals, never a float.
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

/// An amount in ten-thousandths of the account's unit (RMB unless the account says otherwise).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From ten-thousandths of the unit.
    #[must_use]
    pub const fn from_units(ten_thousandths: i64) -> Self {
        Self(ten_thousandths)
    }

    /// In ten-thousandths of the unit.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Reads a decimal such as `12.34`, `0.0500` or `-3`, also as JSON writes small ones (`5e-2`); digits beyond the
    /// fourth decimal are rounded half away from zero. `None` for anything else, or an amount too great to keep.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((text, exponent)) => (text, exponent.parse::<i32>().ok().filter(|e| e.abs() <= 18)?),
            None => (text, 0),
        };
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole.bytes().chain(decimals.bytes());
        if whole.len() + decimals.len() == 0 || !digits.clone().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // The digits before the fourth decimal make the amount, the next one rounds it.
        let kept = i32::try_from(whole.len()).ok()? + exponent + 4;
        let mut digits = digits.map(|b| i64::from(b - b'0'));
        let mut units = 0_i64;
        for _ in 0..kept {
            units = units.checked_mul(10)?.checked_add(digits.next().unwrap_or(0))?;
        }
        if kept >= 0 && digits.next().is_some_and(|digit| digit >= 5) {
            units = units.checked_add(1)?;
        }
        Some(Self(if negative { -units } else { units }))
    }

    /// This amount `n` times; saturates instead of overflowing.
    #[must_use]
    pub fn times(self, n: u64) -> Self {
        Self(self.0.saturating_mul(i64::try_from(n).unwrap_or(i64::MAX)))
    }

    /// With all four decimals, no grouping: `1231.2000`, what exports and JSON write.
    #[must_use]
    pub fn exact(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        format!("{sign}{}.{:04}", units / 10_000, units % 10_000)
    }
}

/// For people: two decimals, groups of three, no currency sign: `8,412.55`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = (self.0.unsigned_abs() + 50) / 100;
        let sign = if self.0 < 0 && cents > 0 { "-" } else { "" };
        f.pad(&format!("{sign}{}.{:02}", crate::words::Grouped(cents / 100), cents % 100))
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_decimal_is_read_to_four_places_and_rounded_after_them() {
        for (text, units) in [
            ("12.34", 123_400),
            ("0.0500", 500),
            ("-3", -30_000),
            (".5", 5_000),
            ("7.", 70_000),
            (" 1.00005 ", 10_001),
            ("0.99995", 10_000),
            ("0.00004", 0),
            ("+1.5", 15_000),
            ("5e-2", 500),
            ("1.5E3", 15_000_000),
        ] {
            assert_eq!(Money::parse(text).map(Money::units), Some(units), "{text}");
        }
        for text in ["", ".", "-", "1,5", "abc", "1.2.3", "--1", "NaN", "99999999999999999999", "1e99", "e5"] {
            assert_eq!(Money::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn people_see_two_decimals_and_files_all_four() {
        let money = Money::from_units(84_125_499);
        assert_eq!((money.to_string().as_str(), money.exact().as_str()), ("8,412.55", "8412.5499"));
        assert_eq!(Money::from_units(-12_345).to_string(), "-1.23");
        assert_eq!(Money::from_units(-1).to_string(), "0.00");
        assert_eq!(Money::from_units(-1).exact(), "-0.0001");
    }

    #[test]
    fn sums_saturate_instead_of_wrapping() {
        assert_eq!(Money::from_units(i64::MAX) + Money::from_units(1), Money::from_units(i64::MAX));
        assert_eq!(Money::from_units(500).times(3), Money::from_units(1500));
        assert_eq!(Money::from_units(2).times(u64::MAX).units(), i64::MAX);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn reading_an_exact_amount_gives_it_back(units in -1_000_000_000_000_i64..1_000_000_000_000) {
            let money = Money::from_units(units);
            prop_assert_eq!(Money::parse(&money.exact()), Some(money));
        }
    }
}
