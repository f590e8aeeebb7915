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

    /// Reads a decimal such as `12.34`, `0.0500` or `-3`; digits beyond the fourth decimal are rounded half up.
    /// `None` for anything that is not a plain decimal.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() && decimals.is_empty() {
            return None;
        }
        if !whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let mut fraction = 0_i64;
        for i in 0..4 {
            fraction = fraction * 10 + decimals.as_bytes().get(i).map_or(0, |b| i64::from(b - b'0'));
        }
        if decimals.as_bytes().get(4).is_some_and(|b| *b >= b'5') {
            fraction += 1;
        }
        let units = whole.checked_mul(10_000)?.checked_add(fraction)?;
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
