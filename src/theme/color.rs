//! Sums with colours: how well two can be told apart, what lies between them, what a hue gives.
//!
//! Shades that reach a page are whole numbers all the way, so that every platform draws the same; only [`contrast`], which checks
//! them, takes roots.

use super::values::Color;

impl Color {
    /// A colour on the way to another, by thousandths.
    #[must_use]
    pub fn mixed(self, other: Color, share: u32) -> Color {
        let share = share.min(1000);
        let of = |a: u8, b: u8| ((u32::from(a) * (1000 - share) + u32::from(b) * share + 500) / 1000) as u8;
        Color { r: of(self.r, other.r), g: of(self.g, other.g), b: of(self.b, other.b) }
    }

    /// A colour of a hue in degrees, with saturation and lightness in thousandths (HSL).
    pub fn of_hue(hue: u16, saturation: i64, lightness: i64) -> Color {
        let chroma = (1000 - (2 * lightness - 1000).abs()) * saturation / 1000;
        let hue = i64::from(hue % 360);
        let second = chroma * (60 - (hue % 120 - 60).abs()) / 60;
        let (r, g, b) = match hue / 60 {
            0 => (chroma, second, 0),
            1 => (second, chroma, 0),
            2 => (0, chroma, second),
            3 => (0, second, chroma),
            4 => (second, 0, chroma),
            _ => (chroma, 0, second),
        };
        let least = lightness - chroma / 2;
        let byte = |part: i64| (((part + least).clamp(0, 1000) * 255 + 500) / 1000) as u8;
        Color { r: byte(r), g: byte(g), b: byte(b) }
    }

    /// A colour of a list that is spread over a number of places: the first for the first, the last for the last, and what lies between
    /// where there are more places than colours. Black for an empty list.
    pub fn spread(list: &[Color], place: usize, places: usize) -> Color {
        let Some(last) = list.len().checked_sub(1) else { return Color::BLACK };
        let steps = places.saturating_sub(1).max(1);
        let at = place.min(steps) * last;
        let (index, rest) = (at / steps, at % steps);
        match list.get(index + 1) {
            Some(next) => list[index].mixed(*next, (rest * 1000 / steps) as u32),
            None => list[last],
        }
    }
}

/// Contrast of two colours as WCAG 2.2 has it: from 1 to 21.
pub fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// Relative luminance (WCAG 2.2).
fn luminance(color: Color) -> f64 {
    let linear = |component: u8| {
        let c = f64::from(component) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_colours_is_spread_over_any_number_of_places() {
        let grey = |g: u8| Color { r: g, g, b: g };
        let list = [grey(0), grey(100), grey(200)];
        let spread = |places: usize| -> Vec<u8> { (0..places).map(|place| Color::spread(&list, place, places).r).collect() };
        assert_eq!(spread(3), [0, 100, 200]);
        assert_eq!(spread(5), [0, 50, 100, 150, 200]);
        assert_eq!(spread(2), [0, 200]);
        assert_eq!(spread(1), [0]);
        assert_eq!(Color::spread(&[], 0, 3), Color::BLACK);
    }

    #[test]
    fn a_hue_is_what_painters_call_it() {
        assert_eq!([0, 120, 240, 60].map(|hue| Color::of_hue(hue, 1000, 500).hex()), ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]);
        assert_eq!(Color::of_hue(200, 0, 1000), Color::WHITE);
    }

    #[test]
    fn contrast_goes_from_one_to_twenty_one() {
        assert!((contrast(Color::BLACK, Color::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Color::BLACK, Color::BLACK) - 1.0).abs() < 1e-9);
    }
}
