//! Pictures: read, recognised and measured, each file once.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::Context;
use super::fields::{Values, plain};
use super::resolved::{Picture, PictureFile, PictureKind};
use super::svg;
use crate::diag::{Code, Diagnostic, nearest};
use crate::load::{AssetError, Assets, Pos, relative_to};
use crate::panics::guarded;
use crate::parse::{Block, BlockKind, Document, Image, Inline, InlineKind, Node, NodeId, walk, walk_blocks};
use crate::theme::Color;

/// No side of a picture is longer, and no picture has more pixels: what is larger would not fit into memory decoded.
const LONGEST_SIDE: u32 = 30_000;
const MOST_PIXELS: u64 = 120_000_000;
/// Memory that decoding one picture may take: that of the most pixels with four channels of sixteen bits, and a little more.
const MEMORY: u64 = 1 << 30;

/// All pictures of a document.
pub(super) struct Pictures {
    pub(super) images: BTreeMap<NodeId, Picture>,
    /// Every picture that carries meaning has an alternative text of its author's.
    pub(super) all_described: bool,
}

/// Where a picture stands: its inline, and the file it means.
struct Mention<'d> {
    inline: &'d Inline,
    image: &'d Image,
    place: Source,
}

/// Where a picture is to be had.
enum Source {
    /// A path relative to the text root.
    File(String),
    /// On the web or in the text itself: not read.
    Elsewhere(&'static str),
}

/// Reads all pictures. One that cannot be had keeps its alternative text and has no file.
pub(super) fn read(cx: &mut Context<'_>, values: &Values) -> Pictures {
    let document = cx.document;
    let mentions = mentions(document);
    let captions = captions(document, values);
    let assets = &document.selection.manuscript.assets;
    let mut paths: Vec<&str> = mentions.iter().filter_map(|m| if let Source::File(path) = &m.place { Some(path.as_str()) } else { None }).collect();
    paths.sort_unstable();
    paths.dedup();
    let files: BTreeMap<&str, Loaded> = paths.par_iter().map(|path| (*path, load(assets, path))).collect::<Vec<_>>().into_iter().collect();
    let mut pictures = Pictures { images: BTreeMap::new(), all_described: true };
    for mention in &mentions {
        let file = file(cx, mention, &files);
        let alt = alt(cx, mention, captions.get(&mention.inline.id));
        pictures.all_described &= mention.image.alt.is_some();
        pictures.images.insert(mention.inline.id, Picture { file, alt });
    }
    pictures
}

/// The author's own cover picture, as the manifest names it. One that cannot be had is warned of, and the theme draws a cover.
pub(super) fn cover(cx: &mut Context<'_>) -> Option<Arc<PictureFile>> {
    let manuscript = &cx.document.selection.manuscript;
    let path = manuscript.book.cover.as_deref()?;
    match load(&manuscript.assets, path).picture {
        Ok(file) => Some(file),
        Err(why) => {
            let message = format!("the cover `{}` {}", shown(path), why.reason());
            cx.diagnostics.push(Diagnostic::warning(Code::Cover, message).hint("a cover is drawn in its place"));
            None
        }
    }
}

fn mentions(document: &Document) -> Vec<Mention<'_>> {
    let mut out = Vec::new();
    for section in document.sections.iter() {
        walk(section, &mut |node| {
            if let Node::Inline(inline) = node
                && let InlineKind::Image(image) = &inline.kind
            {
                out.push(Mention { inline, image, place: source(&section.path, image.source.trim()) });
            }
        });
    }
    out
}

/// The file that a picture written in a chapter means, relative to the text root; none if it is not looked for in the project.
pub(crate) fn picture_path(chapter: &str, written: &str) -> Option<String> {
    match source(chapter, written.trim()) {
        Source::File(path) => Some(path),
        Source::Elsewhere(_) => None,
    }
}

/// Whether a file is a picture of a kind that books can hold, by its first bytes.
pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    kind(bytes).is_some()
}

fn source(chapter: &str, written: &str) -> Source {
    let lower = written.to_ascii_lowercase();
    if lower.starts_with("data:") {
        return Source::Elsewhere("a picture within the text is not read");
    }
    if lower.starts_with("//") || lower.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric())) {
        return Source::Elsewhere("a picture on the web is never fetched");
    }
    Source::File(relative_to(chapter, written.split(['#', '?']).next().unwrap_or("")))
}

/// Captions of the figures around pictures, by the picture.
fn captions(document: &Document, values: &Values) -> BTreeMap<NodeId, String> {
    let mut out = BTreeMap::new();
    for section in document.sections.iter() {
        walk(section, &mut |node| {
            if let Node::Block(Block { kind: BlockKind::Figure { blocks, caption: Some(caption) }, .. }) = node {
                let text = plain(caption, values);
                walk_blocks(blocks, &mut |inner| {
                    if let Node::Inline(Inline { id, kind: InlineKind::Image(_), .. }) = inner {
                        out.insert(*id, text.clone());
                    }
                });
            }
        });
    }
    out
}

/// The alternative text that the formats write.
fn alt(cx: &mut Context<'_>, mention: &Mention<'_>, caption: Option<&String>) -> String {
    if let Some(alt) = &mention.image.alt {
        return alt.clone();
    }
    let name = mention.image.source.rsplit('/').next().unwrap_or(&mention.image.source);
    let stand_in = caption.filter(|c| !c.is_empty()).cloned().unwrap_or_else(|| name.to_string());
    let message = format!("the picture `{}` has no alternative text", mention.image.source);
    cx.warn(Code::PictureAlternative, mention.inline.pos, message, "say in the brackets what it shows, for those who cannot see it");
    stand_in
}

fn file(cx: &mut Context<'_>, mention: &Mention<'_>, files: &BTreeMap<&str, Loaded>) -> Option<Arc<PictureFile>> {
    let pos = mention.inline.pos;
    let name = &mention.image.source;
    let path = match &mention.place {
        Source::File(path) => path,
        Source::Elsewhere(why) => {
            cx.warn(Code::PictureElsewhere, pos, format!("{why}: `{}`", shown(name)), "put the file into the project");
            return None;
        }
    };
    match files.get(path.as_str()) {
        Some(Loaded { picture: Ok(file), left_out }) => {
            if !left_out.is_empty() {
                cx.warn(Code::PicturePartsLeftOut, pos, format!("`{name}` holds {}, which no book may: left out", left_out.join(" and ")), "");
            }
            Some(file.clone())
        }
        Some(Loaded { picture: Err(why), .. }) => {
            let message = format!("the picture `{}` {}", shown(name), why.reason());
            let hint = if *why == Why::NotRead(AssetError::Missing) { missing_hint(cx, path, pos) } else { String::new() };
            cx.warn(Code::PictureUnusable, pos, message, hint);
            None
        }
        None => None,
    }
}

fn missing_hint(cx: &Context<'_>, path: &str, _pos: Pos) -> String {
    let names = cx.document.selection.manuscript.assets.names();
    match nearest(path, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "its alternative text stands in its place".to_string(),
    }
}

/// A name short enough for a message.
fn shown(name: &str) -> String {
    if name.chars().count() <= 80 { name.to_string() } else { name.chars().take(79).chain(['…']).collect() }
}

/// A file that was tried, and what had to be left out of it.
struct Loaded {
    picture: Result<Arc<PictureFile>, Why>,
    left_out: Vec<&'static str>,
}

/// Why a picture cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    NotRead(AssetError),
    UnknownFormat,
    Damaged,
    Drawing(svg::Fault),
    TooLarge(u32, u32),
    Empty,
}

impl Why {
    fn reason(&self) -> String {
        match self {
            Why::NotRead(AssetError::Missing) => "is missing".to_string(),
            Why::NotRead(AssetError::Outside) => "lies outside the project and is not read".to_string(),
            Why::NotRead(AssetError::Hidden) => "is hidden, and is not read from outside the book's own folder".to_string(),
            Why::NotRead(AssetError::Unreadable(why)) => format!("cannot be read: {why}"),
            Why::UnknownFormat => "is of no format that books can hold: PNG, JPEG, WebP or SVG".to_string(),
            Why::Damaged => "is damaged".to_string(),
            Why::Drawing(fault) => fault.reason(),
            Why::TooLarge(width, height) => format!("is too large: {width} × {height} pixels"),
            Why::Empty => "has no size".to_string(),
        }
    }
}

fn load(assets: &Assets, path: &str) -> Loaded {
    let bytes = match assets.read(path) {
        Ok(bytes) => bytes,
        Err(why) => return Loaded { picture: Err(Why::NotRead(why)), left_out: Vec::new() },
    };
    let mut left_out = Vec::new();
    let picture = guarded(|| recognise(path, bytes, &mut left_out).map(Arc::new)).unwrap_or(Err(Why::Damaged));
    Loaded { picture, left_out }
}

fn recognise(path: &str, bytes: Arc<[u8]>, left_out: &mut Vec<&'static str>) -> Result<PictureFile, Why> {
    let mut kind = kind(&bytes).ok_or(Why::UnknownFormat)?;
    let mut text: Arc<str> = "".into();
    let (bytes, pixels) = match kind {
        PictureKind::Svg => {
            let drawing = svg::read(&bytes).map_err(Why::Drawing)?;
            left_out.extend(drawing.left_out);
            text = drawing.text.into();
            (drawing.cleaned.map_or(bytes, |text| text.into_bytes().into()), drawing.size)
        }
        PictureKind::Png | PictureKind::Jpeg | PictureKind::Webp => {
            let raster = raster(&bytes, kind)?;
            if let Some((turned, upright)) = raster.upright {
                kind = turned;
                (upright.into(), raster.pixels)
            } else {
                (bytes, raster.pixels)
            }
        }
    };
    let (width, height) = pixels;
    if width == 0 || height == 0 {
        return Err(Why::Empty);
    }
    if too_large(pixels) {
        return Err(Why::TooLarge(width, height));
    }
    Ok(PictureFile { path: path.to_string(), kind, text, digest: digest(&bytes), bytes, pixels })
}

/// A picture as it would be taken in, for tests of what comes after.
#[cfg(test)]
pub(crate) fn recognise_bitmap(bytes: Vec<u8>) -> Option<PictureFile> {
    recognise("a.png", bytes.into(), &mut Vec::new()).ok()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A drawing that asks for it, by `class="themed"`, in the theme's accent: its own `color` is only what it shows elsewhere.
pub(super) fn themed(file: &PictureFile, accent: Color) -> Option<PictureFile> {
    let text = std::str::from_utf8(&file.bytes).ok().filter(|_| file.kind == PictureKind::Svg)?;
    let begin = text.find("<svg")?;
    let end = begin + text[begin..].find('>')?;
    let root = &text[begin..end];
    let value = root.find(" color=\"").filter(|_| root.contains(" class=\"themed\""))? + " color=\"".len();
    let length = root[value..].find('"')?;
    let bytes: Vec<u8> = [&text[..begin + value], &accent.hex(), &text[begin + value + length..]].concat().into_bytes();
    Some(PictureFile { digest: digest(&bytes), bytes: bytes.into(), ..file.clone() })
}

/// The format by the first bytes; names are not trusted.
fn kind(bytes: &[u8]) -> Option<PictureKind> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some(PictureKind::Png);
    }
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Some(PictureKind::Jpeg);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(PictureKind::Webp);
    }
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes));
    // One in UTF-16 is told as such.
    let head = head.replace(['\0', '\u{FEFF}', '\u{FFFD}'], "");
    let begins = head.trim_start();
    (begins.starts_with('<') && head.contains("<svg")).then_some(PictureKind::Svg)
}

/// What is known of a picture made of pixels.
struct Raster {
    pixels: (u32, u32),
    /// The picture written anew, where a camera only noted which way up it is: programs that show books turn it or do not.
    upright: Option<(PictureKind, Vec<u8>)>,
}

/// Reads a picture made of pixels. It is decoded once here, so that a damaged file is found before a page is made.
fn raster(bytes: &[u8], kind: PictureKind) -> Result<Raster, Why> {
    let format = kind.bitmap_format().ok_or(Why::Damaged)?;
    let damaged = |_| Why::Damaged;
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(damaged)?;
    if too_large((width, height)) {
        return Err(Why::TooLarge(width, height));
    }
    if kind == PictureKind::Jpeg && !has_end(bytes) {
        return Err(Why::Damaged);
    }
    let mut decoder = bitmap(bytes, format).into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    if orientation == Orientation::NoTransforms {
        return Ok(Raster { pixels: (width, height), upright: None });
    }
    picture.apply_orientation(orientation);
    let mut out = Cursor::new(Vec::new());
    let kind = if kind == PictureKind::Jpeg {
        let encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
        picture.to_rgb8().write_with_encoder(encoder).map_err(damaged)?;
        PictureKind::Jpeg
    } else {
        picture.write_to(&mut out, ImageFormat::Png).map_err(damaged)?;
        PictureKind::Png
    };
    Ok(Raster { pixels: (picture.width(), picture.height()), upright: Some((kind, out.into_inner())) })
}

/// Quality of a JPEG that is written anew: nobody sees a difference.
const QUALITY: u8 = 92;

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

fn too_large((width, height): (u32, u32)) -> bool {
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
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Some(PictureKind::Png));
        assert_eq!(kind(b"\xEF\xBB\xBF <?xml version='1.0'?><svg/>"), Some(PictureKind::Svg));
        assert_eq!(kind(b"RIFF1234WEBPVP8 "), Some(PictureKind::Webp));
        assert_eq!(kind(b"GIF89a"), None);
        assert_eq!(kind(b"<html>"), None);
    }

    #[test]
    fn a_damaged_picture_is_found_out() {
        assert_eq!(recognise("a.png", b"\x89PNG\r\n\x1a\nrest"[..].into(), &mut Vec::new()), Err(Why::Damaged));
        assert_eq!(recognise("a.svg", b"<svg"[..].into(), &mut Vec::new()), Err(Why::Drawing(svg::Fault::Malformed)));
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
                let file = recognise("a", photographed(format, orientation).into(), &mut Vec::new()).expect("a picture");
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
            assert!(recognise("a", bytes.clone().into(), &mut Vec::new()).is_ok());
            for share in [2, 3, 10] {
                let cut = bytes[..bytes.len() - bytes.len() / share].to_vec();
                assert_eq!(recognise("a", cut.into(), &mut Vec::new()), Err(Why::Damaged), "{format:?}, a {share}th missing");
            }
        }
    }

    #[test]
    fn nothing_is_fetched() {
        assert!(matches!(source("a.md", "https://a.b/c.png"), Source::Elsewhere(_)));
        assert!(matches!(source("a.md", "//a.b/c.png"), Source::Elsewhere(_)));
        assert!(matches!(source("a.md", "data:image/png;base64,AA"), Source::Elsewhere(_)));
        assert!(matches!(source("x/a.md", "../c d.png"), Source::File(path) if path == "c d.png"));
    }
}
