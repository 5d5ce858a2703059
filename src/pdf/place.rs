//! Places on a page, the one step from a frame's coordinates (y down from the top left) to the file's (y up from the bottom left).

use crate::length::{Length, Point, Size};

/// A count of 1/1000 pt: the grain of everything that is written. Sums of them stay exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Milli(pub i64);

impl Milli {
    /// The nearest one to a length.
    pub fn of(length: Length) -> Milli {
        Milli((i64::from(length.raw()) * 1000 + 32768).div_euclid(65536))
    }

    /// In points. Three decimals survive in an `f32` on any page that can be printed.
    pub fn pt(self) -> f32 {
        (self.0 as f64 / 1000.0) as f32
    }
}

impl std::ops::Sub for Milli {
    type Output = Milli;
    fn sub(self, other: Milli) -> Milli {
        Milli(self.0 - other.0)
    }
}

/// A place in the file's coordinates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub x: Milli,
    pub y: Milli,
}

/// A rectangle in the file's coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub left: Milli,
    pub bottom: Milli,
    pub right: Milli,
    pub top: Milli,
}

impl Area {
    /// The smallest one that holds both.
    pub fn join(self, other: Area) -> Area {
        Area { left: self.left.min(other.left), bottom: self.bottom.min(other.bottom), right: self.right.max(other.right), top: self.top.max(other.top) }
    }

    /// As the array that `/Rect` and `/BBox` take.
    pub fn corners(self) -> [f32; 4] {
        [self.left.pt(), self.bottom.pt(), self.right.pt(), self.top.pt()]
    }
}

/// A page's frame of reference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axes {
    /// Height of the page.
    pub height: Length,
}

impl Axes {
    /// A place in the file's coordinates.
    pub fn spot(self, at: Point) -> Spot {
        Spot { x: Milli::of(at.x), y: Milli::of(self.height - at.y) }
    }

    /// A rectangle from its top left corner and size.
    pub fn area(self, at: Point, size: Size) -> Area {
        let top = self.spot(at);
        let bottom = self.spot(at + Point::new(size.width, size.height));
        Area { left: top.x, bottom: bottom.y, right: bottom.x, top: top.y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn y_turns_over_and_rounds_to_the_nearest_thousandth() {
        let axes = Axes { height: Length::pt(100) };
        let area = axes.area(Point::new(Length::from_pt(1.0004), Length::pt(10)), Size::new(Length::pt(5), Length::pt(20)));
        assert_eq!(area.corners(), [1.0, 70.0, 6.0, 90.0]);
        assert_eq!(Milli::of(Length::from_pt(-0.0006)), Milli(-1));
    }
}
