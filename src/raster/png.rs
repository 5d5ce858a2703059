//! Pixels as a PNG file.

use std::collections::HashMap;

use png::{BitDepth, ColorType, Compression, DeflateCompression, Encoder, EncodingError, Filter};
use resvg::tiny_skia::Pixmap;

/// A palette has so many colours at most (PNG, third edition, 11.2.2).
const MOST_COLORS: usize = 256;

/// How well a picture with a palette is compressed. Best (9) takes four times as long for a tenth fewer bytes.
const LEVEL: u8 = 6;

/// A picture as the bytes of a PNG file without transparency. `None` if the format has no place for it.
pub fn png(pixmap: &Pixmap) -> Option<Vec<u8>> {
    match Indexed::of(pixmap) {
        Some(indexed) => indexed.png(pixmap.width(), pixmap.height()),
        None => in_full_color(pixmap),
    }
    .ok()
}

/// A picture of few colours. Drawings and text are: a cover is then half as many bytes, in a tenth of the time.
struct Indexed {
    /// Red, green and blue of each color.
    palette: Vec<u8>,
    /// The number of each pixel's color.
    pixels: Vec<u8>,
}

impl Indexed {
    /// `None` if there are more colours than a palette has.
    fn of(pixmap: &Pixmap) -> Option<Indexed> {
        let mut known: HashMap<[u8; 3], u8> = HashMap::new();
        let (mut palette, mut pixels) = (Vec::new(), Vec::with_capacity(pixmap.pixels().len()));
        let mut last = None;
        for pixel in pixmap.pixels() {
            let color = [pixel.red(), pixel.green(), pixel.blue()];
            let number = match last {
                Some((same, number)) if same == color => number,
                _ => match known.get(&color) {
                    Some(number) => *number,
                    None => {
                        let number = u8::try_from(known.len()).ok().filter(|_| known.len() < MOST_COLORS)?;
                        palette.extend(color);
                        known.insert(color, number);
                        number
                    }
                },
            };
            last = Some((color, number));
            pixels.push(number);
        }
        Some(Indexed { palette, pixels })
    }

    fn png(&self, width: u32, height: u32) -> Result<Vec<u8>, EncodingError> {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, width, height);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_palette(self.palette.as_slice());
        // Numbers of colours next to each other have nothing in common that a filter could take out (PNG, 12.7).
        encoder.set_filter(Filter::NoFilter);
        encoder.set_deflate_compression(DeflateCompression::Level(LEVEL));
        encoder.write_header()?.write_image_data(&self.pixels)?;
        Ok(out)
    }
}

fn in_full_color(pixmap: &Pixmap) -> Result<Vec<u8>, EncodingError> {
    let rgb: Vec<u8> = pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, pixmap.width(), pixmap.height());
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::Adaptive);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::{Color, Pixmap};

    use super::*;

    /// A picture with so many colours.
    fn picture(colors: u32) -> Option<Pixmap> {
        let mut pixmap = Pixmap::new(40, 30)?;
        pixmap.fill(Color::WHITE);
        for (at, pixel) in (0..colors).zip(pixmap.pixels_mut()) {
            *pixel = resvg::tiny_skia::ColorU8::from_rgba(at as u8, (at / 256) as u8, 7, 255).premultiply();
        }
        Some(pixmap)
    }

    #[test]
    fn every_pixel_comes_back() -> Result<(), Box<dyn std::error::Error>> {
        for (colors, kind) in [(1, ColorType::Indexed), (255, ColorType::Indexed), (256, ColorType::Rgb), (1000, ColorType::Rgb)] {
            let pixmap = picture(colors).ok_or("no picture")?;
            let bytes = png(&pixmap).ok_or("no file")?;
            let read = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info()?;
            assert_eq!(read.info().color_type, kind, "{colors} colours and white");
            let decoded = image::load_from_memory(&bytes)?.to_rgb8();
            let expected: Vec<u8> = pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
            assert!(decoded.into_raw() == expected, "{colors} colours");
        }
        Ok(())
    }
}
