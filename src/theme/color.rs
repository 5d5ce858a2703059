//! Sums with colours: how well two can be told apart, what lies between them, what a hue gives.
//!
//! Shades that reach a page are whole numbers all the way, and those of the e-book are sums, products and quotients, which are the same on
//! every platform; powers from a library of mathematics need not be.

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
    luminance_of([color.r, color.g, color.b].map(linear))
}

/// Relative luminance of linear components.
fn luminance_of([r, g, b]: [f64; 3]) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// How much light a component of sRGB stands for, from 0 to 1 (IEC 61966-2-1): its power 2.4, which is the square and the fifth root of
/// that.
fn linear(component: u8) -> f64 {
    let c = f64::from(component) / 255.0;
    if c <= 0.04045 {
        return c / 12.92;
    }
    let square = ((c + 0.055) / 1.055) * ((c + 0.055) / 1.055);
    square * fifth_root(square)
}

/// The component of sRGB that stands for so much light, or the next darker one.
fn component(light: f64) -> u8 {
    (0..=u8::MAX).take_while(|component| linear(*component) <= light).last().unwrap_or(0)
}

/// A colour of the same hue whose relative luminance is as given: mixed with white, or darkened.
pub(crate) fn at_luminance(color: Color, wanted: f64) -> Color {
    let linear = [color.r, color.g, color.b].map(linear);
    let now = luminance_of(linear);
    let mixed = if now > wanted {
        linear.map(|c| c * wanted / now)
    } else {
        // First as bright as the hue allows, then towards white.
        let brightest = linear.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let scale = if now > 0.0 { (wanted / now).min(1.0 / brightest) } else { 0.0 };
        let scaled = linear.map(|c| c * scale);
        let reached = luminance_of(scaled);
        let white = ((wanted - reached) / (1.0 - reached)).clamp(0.0, 1.0);
        scaled.map(|c| c + (1.0 - c) * white)
    };
    let [r, g, b] = mixed.map(component);
    Color { r, g, b }
}

/// The fifth root of a number between 0 and 1, by Newton's method: from above it comes nearer with each step until it stands.
fn fifth_root(number: f64) -> f64 {
    (0..64).fold(1.0_f64, |root, _| (4.0 * root + number / (root * root * root * root)) / 5.0)
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
    fn light_and_components_are_each_other_s_inverse() {
        assert!((linear(255) - 1.0).abs() < 1e-12 && linear(0) == 0.0);
        // The value that tables of sRGB have for a mid grey.
        assert!((linear(128) - 0.215_860_5).abs() < 1e-6);
        assert!((0..=u8::MAX).all(|c| component(linear(c)) == c && linear(c) <= 1.0 + 1e-12));
        assert_eq!((component(-1.0), component(2.0)), (0, 255));
    }

    #[test]
    fn contrast_goes_from_one_to_twenty_one() {
        assert!((contrast(Color::BLACK, Color::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Color::BLACK, Color::BLACK) - 1.0).abs() < 1e-9);
    }
}
