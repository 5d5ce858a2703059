//! Lengths, in fixed point so that every platform sets the same pages.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// A length: a 32-bit count of 1/65536 pt, the unit TeX computes in.
///
/// Arithmetic saturates, so that a hostile manuscript makes an ugly page and not a panic.
/// The range is ±32,767 pt; sums over whole chapters are kept by page or in wider integers.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(i32);

impl Length {
    /// No length at all.
    pub const ZERO: Length = Length(0);
    /// The longest length there is.
    pub const MAX: Length = Length(i32::MAX);
    /// Units in a point.
    const ONE: i32 = 65536;

    /// A whole number of points.
    pub const fn pt(points: i32) -> Length {
        Length(points.saturating_mul(Self::ONE))
    }

    /// A length from its raw count of 1/65536 pt.
    pub const fn from_raw(raw: i32) -> Length {
        Length(raw)
    }

    /// A length from a wide raw count, saturating.
    pub fn from_wide(raw: i64) -> Length {
        Length(raw.clamp(i64::from(-i32::MAX), i64::from(i32::MAX)) as i32)
    }

    /// The raw count of 1/65536 pt.
    pub const fn raw(self) -> i32 {
        self.0
    }

    /// The nearest length to a number of points. For numbers that people or font files give.
    pub fn from_pt(points: f64) -> Length {
        Length::from_wide((points * f64::from(Self::ONE)).round() as i64)
    }

    /// The nearest length to a number of millimetres.
    pub fn from_mm(mm: f64) -> Length {
        Length::from_pt(mm * 72.0 / 25.4)
    }

    /// In points, for writers only.
    pub fn to_pt(self) -> f64 {
        f64::from(self.0) / f64::from(Self::ONE)
    }

    /// `self × num / den` without overflow on the way; `den` must not be zero.
    pub fn scale(self, num: i64, den: i64) -> Length {
        Length::from_wide(i64::from(self.0) * num / den)
    }

    /// How often `unit` fits, rounded up; 0 for an empty or negative length.
    pub fn div_ceil(self, unit: Length) -> i32 {
        if self.0 <= 0 || unit.0 <= 0 { 0 } else { ((i64::from(self.0) + i64::from(unit.0) - 1) / i64::from(unit.0)) as i32 }
    }

    /// The next multiple of `unit` that is not smaller.
    pub fn round_up(self, unit: Length) -> Length {
        unit * self.div_ceil(unit)
    }

    /// Absolute value.
    pub fn abs(self) -> Length {
        Length(self.0.saturating_abs())
    }
}

impl fmt::Debug for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}pt", self.to_pt())
    }
}

impl Add for Length {
    type Output = Length;
    fn add(self, other: Length) -> Length {
        Length(self.0.saturating_add(other.0))
    }
}

impl Sub for Length {
    type Output = Length;
    fn sub(self, other: Length) -> Length {
        Length(self.0.saturating_sub(other.0))
    }
}

impl Neg for Length {
    type Output = Length;
    fn neg(self) -> Length {
        Length(self.0.saturating_neg())
    }
}

impl Mul<i32> for Length {
    type Output = Length;
    fn mul(self, by: i32) -> Length {
        Length(self.0.saturating_mul(by))
    }
}

impl Div<i32> for Length {
    type Output = Length;
    fn div(self, by: i32) -> Length {
        Length(self.0 / by)
    }
}

impl AddAssign for Length {
    fn add_assign(&mut self, other: Length) {
        *self = *self + other;
    }
}

impl SubAssign for Length {
    fn sub_assign(&mut self, other: Length) {
        *self = *self - other;
    }
}

impl Sum for Length {
    fn sum<I: Iterator<Item = Length>>(iter: I) -> Length {
        iter.fold(Length::ZERO, Add::add)
    }
}

/// A point on a page: x to the right, y down, from the top left corner of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Point {
    /// Distance from the left edge.
    pub x: Length,
    /// Distance from the top edge.
    pub y: Length,
}

impl Point {
    /// A point from its coordinates.
    pub const fn new(x: Length, y: Length) -> Point {
        Point { x, y }
    }
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point::new(self.x + other.x, self.y + other.y)
    }
}

/// Width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Size {
    /// Horizontal extent.
    pub width: Length,
    /// Vertical extent.
    pub height: Length,
}

impl Size {
    /// A size from its sides.
    pub const fn new(width: Length, height: Length) -> Size {
        Size { width, height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_instead_of_wrapping() {
        assert_eq!(Length::MAX + Length::pt(1), Length::MAX);
        assert_eq!(Length::pt(40_000), Length::MAX);
        assert_eq!(Length::pt(7) * 2, Length::pt(14));
    }

    #[test]
    fn rounding_up_lands_on_the_grid() {
        assert_eq!(Length::pt(15).round_up(Length::pt(7)), Length::pt(21));
        assert_eq!(Length::pt(14).round_up(Length::pt(7)), Length::pt(14));
        assert_eq!(Length::ZERO.round_up(Length::pt(7)), Length::ZERO);
    }
}
