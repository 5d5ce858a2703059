//! Pictures made of pixels: recognised by their first bytes, decoded once, stood upright, made no larger than anybody can see, and put
//! into a format that books can hold.

use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer, ImageDecoder, ImageFormat, ImageReader, Limits, Pixel};

use super::pictures::Why;
use super::resolved::PictureKind;
use crate::limits;

/// No side of a picture is longer, and no picture has more pixels: what is larger would not fit into memory decoded.
const LONGEST_SIDE: u32 = 30_000;
const MOST_PIXELS: u64 = 120_000_000;
/// Memory that decoding one picture may take: that of the most pixels with four channels of sixteen bits, and a little more.
const MEMORY: u64 = 1 << 30;
/// Quality of a JPEG that is written anew: nobody sees a difference.
const QUALITY: u8 = 92;
/// The longer side of a picture that fills a large screen, and at 300 dots to the inch a page of A4. One of twice as many is reduced.
pub(super) const ENOUGH: u32 = 2_560;

/// The shorter side is not made shorter than this.
const NARROW: u32 = 64;

/// What a file is, by its first bytes; names are not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Books can hold it.
    Held(PictureKind),
    /// It is written anew, as PNG.
    Rewritten(ImageFormat),
    /// A drawing, compressed.
    Compressed,
    /// It cannot be read: how it is called.
    Foreign(&'static str),
    Unknown,
}

/// Recognises a file.
pub(super) fn format(bytes: &[u8]) -> Format {
    let begins = |sign: &[u8]| bytes.starts_with(sign);
    if begins(b"\x89PNG\r\n\x1a\n") {
        return Format::Held(PictureKind::Png);
    }
    if begins(&[0xFF, 0xD8, 0xFF]) {
        return Format::Held(PictureKind::Jpeg);
    }
    if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Format::Held(PictureKind::Webp);
    }
    if begins(b"GIF87a") || begins(b"GIF89a") {
        return Format::Held(PictureKind::Gif);
    }
    if begins(b"BM") && bytes.get(14..18).is_some_and(|size| matches!(size, [12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])) {
        return Format::Rewritten(ImageFormat::Bmp);
    }
    if begins(b"II*\0") || begins(b"MM\0*") {
        return Format::Rewritten(ImageFormat::Tiff);
    }
    if begins(&[0x1F, 0x8B]) {
        return Format::Compressed;
    }
    match (bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"ftyp"), Some(b"avif" | b"avis")) => return Format::Foreign("AVIF"),
        (Some(b"ftyp"), Some(b"heic" | b"heix" | b"mif1" | b"msf1")) => return Format::Foreign("HEIC"),
        _ => {}
    }
    for (sign, name) in [
        (&b"\xFF\x0A"[..], "JPEG XL"),
        (b"\0\0\0\x0CJXL ", "JPEG XL"),
        (b"\0\0\0\x0CjP  ", "JPEG 2000"),
        (b"%PDF", "PDF"),
        (b"%!PS", "PostScript"),
        (b"8BPS", "Photoshop"),
        (b"\0\0\x01\0", "ICO"),
    ] {
        if begins(sign) {
            return Format::Foreign(name);
        }
    }
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes));
    // One in UTF-16 is told as such.
    let head = head.replace(['\0', '\u{FEFF}', '\u{FFFD}'], "");
    if head.trim_start().starts_with('<') && head.contains("<svg") { Format::Held(PictureKind::Svg) } else { Format::Unknown }
}

/// A compressed drawing as it was.
pub(super) fn expanded(bytes: &[u8]) -> Result<Vec<u8>, Why> {
    let mut out = Vec::new();
    let most = limits::TEXT as u64;
    GzDecoder::new(bytes).take(most + 1).read_to_end(&mut out).map_err(|_| Why::Damaged)?;
    if out.len() as u64 > most { Err(Why::TooLong) } else { Ok(out) }
}

/// What is known of a picture made of pixels.
#[derive(Debug)]
pub(super) struct Raster {
    /// As it is shown.
    pub(super) pixels: (u32, u32),
    /// The picture written anew: where a camera only noted which way up it is, for programs that show books turn it or do not; where no
    /// book can hold its format; where it was reduced.
    pub(super) rewritten: Option<(PictureKind, Vec<u8>)>,
    pub(super) reduced: bool,
}

/// Reads a picture made of pixels. It is decoded once here, so that a damaged file is found before a page is made. One that is larger
/// than anybody can see is reduced, unless it is to be kept.
pub(super) fn raster(bytes: &[u8], format: ImageFormat, keep: bool) -> Result<Raster, Why> {
    let damaged = |_| Why::Damaged;
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(damaged)?;
    if too_large((width, height)) {
        return Err(Why::TooLarge(width, height));
    }
    if format == ImageFormat::Jpeg && !has_end(bytes) {
        return Err(Why::Damaged);
    }
    let mut decoder = bitmap(bytes, format).into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    let upright = orientation == Orientation::NoTransforms;
    let held = matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif);
    // Those that move stay as they are.
    let factor = if keep || format == ImageFormat::Gif { 1 } else { (width.max(height) / ENOUGH).min(width.min(height) / NARROW) };
    if upright && held && factor < 2 {
        return Ok(Raster { pixels: (width, height), rewritten: None, reduced: false });
    }
    picture.apply_orientation(orientation);
    if factor >= 2 {
        picture = reduced(&picture, factor);
    }
    let mut out = Cursor::new(Vec::new());
    let kind = if format == ImageFormat::Jpeg {
        let encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
        picture.to_rgb8().write_with_encoder(encoder).map_err(damaged)?;
        PictureKind::Jpeg
    } else {
        // Sixteen bits are more than any page shows.
        let picture = if picture.color().has_alpha() { DynamicImage::ImageRgba8(picture.to_rgba8()) } else { DynamicImage::ImageRgb8(picture.to_rgb8()) };
        picture.write_to(&mut out, ImageFormat::Png).map_err(damaged)?;
        PictureKind::Png
    };
    Ok(Raster { pixels: (picture.width(), picture.height()), rewritten: Some((kind, out.into_inner())), reduced: factor >= 2 })
}

/// A picture of a `factor`th of the width and height, by a box filter in whole numbers, which gives the same on every machine.
fn reduced(picture: &DynamicImage, factor: u32) -> DynamicImage {
    if picture.color().has_alpha() {
        // A pixel counts by how much of it there is.
        let mut premultiplied = picture.to_rgba8();
        let share = |channel: u8, alpha: u8| ((u32::from(channel) * u32::from(alpha) + 127) / 255) as u8;
        premultiplied.pixels_mut().for_each(|p| p.0 = [share(p.0[0], p.0[3]), share(p.0[1], p.0[3]), share(p.0[2], p.0[3]), p.0[3]]);
        let mut small = boxes(&premultiplied, factor);
        let whole = |channel: u8, alpha: u8| if alpha == 0 { 0 } else { ((u32::from(channel) * 255 + u32::from(alpha) / 2) / u32::from(alpha)).min(255) as u8 };
        small.pixels_mut().for_each(|p| p.0 = [whole(p.0[0], p.0[3]), whole(p.0[1], p.0[3]), whole(p.0[2], p.0[3]), p.0[3]]);
        DynamicImage::ImageRgba8(small)
    } else {
        DynamicImage::ImageRgb8(boxes(&picture.to_rgb8(), factor))
    }
}

fn boxes<P: Pixel<Subpixel = u8> + 'static>(picture: &ImageBuffer<P, Vec<u8>>, factor: u32) -> ImageBuffer<P, Vec<u8>> {
    let (width, height) = (picture.width() / factor, picture.height() / factor);
    let (width, height) = (width.max(1), height.max(1));
    let mut out = ImageBuffer::new(width, height);
    for (x, y, to) in out.enumerate_pixels_mut() {
        let mut sums = [0_u32; 4];
        let mut count = 0;
        for dy in 0..factor {
            for dx in 0..factor {
                let at = ((x * factor + dx).min(picture.width() - 1), (y * factor + dy).min(picture.height() - 1));
                let from: &P = picture.get_pixel(at.0, at.1);
                from.channels().iter().zip(&mut sums).for_each(|(channel, sum)| *sum += u32::from(*channel));
                count += 1;
            }
        }
        let to: &mut P = to;
        to.channels_mut().iter_mut().zip(sums).for_each(|(channel, sum)| *channel = ((sum + count / 2) / count) as u8);
    }
    out
}

/// Whether a JPEG goes on to its end (ITU T.81, B.1.1.2): decoders fill up what is missing, and say nothing. Behind the header of a
/// scan the mark of the end cannot stand for anything else.
fn has_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        if marker == 0xFF {
            at += 1;
            continue;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
        if marker == 0xDA {
            break;
        }
    }
    bytes.get(at..).is_some_and(|scan| scan.windows(2).any(|pair| pair == [0xFF, 0xD9]))
}

pub(super) fn too_large((width, height): (u32, u32)) -> bool {
    width > LONGEST_SIDE || height > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS
}

/// A reader of bitmaps with the limits that hold wherever one is decoded.
pub(crate) fn bitmap(bytes: &[u8], format: ImageFormat) -> ImageReader<Cursor<&[u8]>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    reader
}

#[cfg(test)]
mod tests {
    use super::super::pictures::recognise_for_test as recognise;
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        assert_eq!(format(b"\x89PNG\r\n\x1a\n...."), Format::Held(PictureKind::Png));
        assert_eq!(format(b"\xEF\xBB\xBF <?xml version='1.0'?><svg/>"), Format::Held(PictureKind::Svg));
        assert_eq!(format(b"RIFF1234WEBPVP8 "), Format::Held(PictureKind::Webp));
        assert_eq!(format(b"GIF89a"), Format::Held(PictureKind::Gif));
        assert_eq!(format(b"\0\0\0 ftypavif"), Format::Foreign("AVIF"));
        assert_eq!(format(b"BMW is no picture"), Format::Unknown);
        assert_eq!(format(b"<html>"), Format::Unknown);
    }

    #[test]
    fn what_no_book_can_hold_is_written_anew() {
        for kind in [ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::Gif] {
            let picture = image::RgbImage::from_fn(30, 20, |x, y| image::Rgb([(x * 8) as u8, (y * 12) as u8, 0]));
            let mut out = Cursor::new(Vec::new());
            DynamicImage::ImageRgb8(picture).write_to(&mut out, kind).expect("a picture");
            let file = recognise(out.into_inner()).expect("a picture");
            assert_eq!(file.pixels, (30, 20), "{kind:?}");
            assert_eq!(file.kind, if kind == ImageFormat::Gif { PictureKind::Gif } else { PictureKind::Png }, "{kind:?}");
        }
    }

    #[test]
    fn a_picture_larger_than_a_screen_is_reduced() {
        let picture = image::RgbaImage::from_fn(ENOUGH * 2 + 1, 200, |x, _| image::Rgba([if x % 2 == 0 { 100 } else { 200 }, 0, 0, 255]));
        let mut out = Cursor::new(Vec::new());
        DynamicImage::ImageRgba8(picture).write_to(&mut out, ImageFormat::Png).expect("a picture");
        let bytes = out.into_inner();
        let small = raster(&bytes, ImageFormat::Png, false).expect("a picture");
        assert_eq!((small.pixels, small.reduced), ((ENOUGH, 100), true));
        let shown = image::load_from_memory(&small.rewritten.expect("written anew").1).expect("a picture").to_rgb8();
        assert_eq!(shown.get_pixel(7, 2).0, [150, 0, 0]);
        let kept = raster(&bytes, ImageFormat::Png, true).expect("a picture");
        assert!(kept.rewritten.is_none() && kept.pixels == (ENOUGH * 2 + 1, 200));
    }

    /// A picture of 40 × 20 pixels, red in its first corner, with an orientation noted in it as cameras do.
    fn photographed(format: ImageFormat, orientation: u8) -> Vec<u8> {
        let mut picture = image::RgbImage::from_pixel(40, 20, image::Rgb([255, 255, 255]));
        (0..10).for_each(|x| (0..10).for_each(|y| picture.put_pixel(x, y, image::Rgb([255, 0, 0]))));
        let mut out = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(picture).write_to(&mut out, format).expect("a picture");
        let mut bytes = out.into_inner();
        let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        match format {
            ImageFormat::Jpeg => {
                let length = (2 + 6 + exif.len()) as u16;
                let segment = [&[0xFF, 0xE1][..], &length.to_be_bytes(), b"Exif\0\0", &exif].concat();
                bytes.splice(2..2, segment);
            }
            _ => {
                // After the header: length, kind, content, and a sum that is checked.
                let chunk = [b"eXIf", exif.as_slice()].concat();
                let sum = crc(&chunk).to_be_bytes();
                let all = [&(exif.len() as u32).to_be_bytes()[..], &chunk, &sum].concat();
                bytes.splice(33..33, all);
            }
        }
        bytes
    }

    /// The sum that PNG's chunks end in (its specification, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 }))
    }

    #[test]
    fn photographs_stand_upright_whatever_the_camera_noted() {
        // Where the red corner is for each orientation: left or right, top or bottom.
        let corners = [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))];
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            for (orientation, (right, bottom)) in corners {
                let file = recognise(photographed(format, orientation)).expect("a picture");
                let size = if orientation > 4 { (20, 40) } else { (40, 20) };
                assert_eq!(file.pixels, size, "{format:?} {orientation}");
                let shown = image::load_from_memory(&file.bytes).expect("a picture").to_rgb8();
                assert_eq!(shown.dimensions(), size);
                let at = |x: u32, y: u32| shown.get_pixel(x * (size.0 - 1), y * (size.1 - 1)).0;
                assert!(at(right, bottom)[1] < 100, "{format:?} {orientation}: {:?}", at(right, bottom));
                assert!(at(1 - right, 1 - bottom)[1] > 200, "{format:?} {orientation}");
            }
        }
    }

    #[test]
    fn a_picture_that_is_cut_is_found_out() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let mut out = Cursor::new(Vec::new());
            let picture = image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([(x * 4) as u8, (y * 4) as u8, (x * y) as u8]));
            DynamicImage::ImageRgb8(picture).write_to(&mut out, format).expect("a picture");
            let bytes = out.into_inner();
            assert!(recognise(bytes.clone()).is_ok());
            for share in [2, 3, 10] {
                let cut = bytes[..bytes.len() - bytes.len() / share].to_vec();
                assert_eq!(recognise(cut), Err(Why::Damaged), "{format:?}, a {share}th missing");
            }
        }
    }
}
