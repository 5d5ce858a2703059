//! Pictures: each embedded once, whatever stands on how many pages. JPEG goes through as it is, other bitmaps become
//! Flate with PNG's predictors, SVG becomes a form.

use std::collections::BTreeMap;
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbaImage};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use rayon::prelude::*;

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::fonts::FontBook;
use crate::memo::{Memo, Remembered};
use crate::panics::guarded;
use crate::raster::{decode, prepared, svg_fonts, svg_tree};
use crate::resolve::{PictureFile, PictureKind};

use super::object::{Digest, compressed, deflate};
use super::profile::{COLOR, GREY};

/// A picture's name among the resources.
pub(super) fn name(file: &PictureFile) -> String {
    format!("I{}", file.digest)
}

/// A picture ready to be taken into a file: objects, and which of them is the picture.
#[derive(Debug)]
pub struct Ready(Document, ObjectId);

impl Remembered for Ready {
    fn weight(&self) -> usize {
        let stream = |object: &Object| object.as_stream().map_or(64, |stream| stream.content.len());
        self.0.objects.values().map(stream).sum()
    }
}

/// Pictures ready to be taken into the file.
#[derive(Debug, Default)]
pub(super) struct Pictures(Vec<(String, Arc<Ready>)>);

impl Pictures {
    /// Prepares pictures on all cores, those that were not before. Each ends up as a form or an image on the unit square.
    ///
    /// # Errors
    /// Names each picture that cannot be drawn.
    pub fn of(files: &BTreeMap<String, Arc<PictureFile>>, fonts: &FontBook, memo: &Memo) -> Result<Pictures, Diagnostics> {
        let vectors = files.values().any(|file| file.kind == PictureKind::Svg);
        let database = if vectors { svg_fonts(fonts) } else { Arc::default() };
        let files: Vec<&Arc<PictureFile>> = files.values().collect();
        let make = |file: &PictureFile| match file.kind {
            PictureKind::Svg => vector(file, &database),
            PictureKind::Jpeg => jpeg(file),
            PictureKind::Png | PictureKind::Webp | PictureKind::Gif => Ok(bitmap(&decode(file)?)),
        };
        let make = |file: &PictureFile| guarded(|| make(file)).unwrap_or_else(Err);
        let done: Vec<Result<Arc<Ready>, String>> = files.par_iter().map(|file| prepared(memo, fonts, file, || make(file))).collect();
        let mut pictures = Vec::with_capacity(files.len());
        let mut problems = Diagnostics::new();
        for (file, result) in files.into_iter().zip(done) {
            match result {
                Ok(ready) => pictures.push((name(file), ready)),
                Err(why) => problems.push(
                    Diagnostic::error(Code::PictureUnusable, format!("the picture cannot be drawn: {why}"))
                        .at(Place::file(&file.path))
                        .hint("open and save it anew in a picture editor, or leave it out"),
                ),
            }
        }
        if problems.is_empty() { Ok(Pictures(pictures)) } else { Err(problems) }
    }

    /// Takes the pictures into the file and a dictionary of resources. Streams that several of them have (colour
    /// profiles, for the most part) are written once.
    pub fn write(self, doc: &mut Document, resources: &mut Dictionary) {
        let mut shared = BTreeMap::new();
        for (name, picture) in self.0 {
            let id = take_in(doc, &picture.0, picture.1, &mut shared);
            resources.set(name, id);
        }
    }
}

/// Copies an object and all it refers to into the file, under new numbers in the order in which they are referred to:
/// svg2pdf numbers fonts in the order of a hash table.
fn take_in(doc: &mut Document, from: &Document, root: ObjectId, shared: &mut BTreeMap<Digest, ObjectId>) -> ObjectId {
    let mut numbers = BTreeMap::new();
    let mut missing = Vec::new();
    let mut next = vec![root];
    while let Some(old) = next.pop() {
        if numbers.contains_key(&old) {
            continue;
        }
        let Some(object) = from.objects.get(&old) else { continue };
        next.extend(references(object).into_iter().rev());
        let known = stream_digest(object).map(|digest| *shared.entry(digest).or_insert_with(|| doc.new_object_id()));
        let new = known.unwrap_or_else(|| doc.new_object_id());
        numbers.insert(old, new);
        if !doc.objects.contains_key(&new) {
            missing.push((new, object));
        }
    }
    for (new, object) in missing {
        let mut object = object.clone();
        renumber(&mut object, &numbers);
        doc.set_object(new, object);
    }
    numbers.get(&root).copied().unwrap_or(root)
}

/// A digest of a stream that refers to nothing else.
fn stream_digest(object: &Object) -> Option<Digest> {
    let stream = object.as_stream().ok()?;
    let plain = stream.dict.iter().all(|(_, value)| !matches!(value, Object::Reference(_) | Object::Array(_) | Object::Dictionary(_)));
    plain.then(|| Digest::of(&[format!("{:?}", stream.dict).as_bytes(), &stream.content].concat()))
}

/// Nothing is nested deeply in what svg2pdf writes; the limit is for what nobody foresaw.
const DEEPEST: u8 = 64;

/// What an object refers to, in order.
fn references(object: &Object) -> Vec<ObjectId> {
    fn walk(object: &Object, found: &mut Vec<ObjectId>, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match object {
            Object::Reference(id) => found.push(*id),
            Object::Array(items) => items.iter().for_each(|item| walk(item, found, depth)),
            Object::Dictionary(dict) => dict.iter().for_each(|(_, item)| walk(item, found, depth)),
            Object::Stream(stream) => stream.dict.iter().for_each(|(_, item)| walk(item, found, depth)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(object, &mut found, DEEPEST);
    found
}

fn renumber(object: &mut Object, numbers: &BTreeMap<ObjectId, ObjectId>) {
    fn walk(object: &mut Object, numbers: &BTreeMap<ObjectId, ObjectId>, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match object {
            Object::Reference(id) => *id = numbers.get(id).copied().unwrap_or(*id),
            Object::Array(items) => items.iter_mut().for_each(|item| walk(item, numbers, depth)),
            Object::Dictionary(dict) => dict.iter_mut().for_each(|(_, item)| walk(item, numbers, depth)),
            Object::Stream(stream) => stream.dict.iter_mut().for_each(|(_, item)| walk(item, numbers, depth)),
            _ => {}
        }
    }
    walk(object, numbers, DEEPEST);
}

/// Puts the entries of all dictionaries in the order of their names. svg2pdf writes resources in that of a hash table,
/// which is another one in every run.
fn in_order(object: &mut Object) {
    fn sort(dict: &mut Dictionary, depth: u8) {
        let mut entries: Vec<(Vec<u8>, Object)> = std::mem::take(dict).into_iter().collect();
        entries.iter_mut().for_each(|(_, item)| walk(item, depth));
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        *dict = entries.into_iter().collect();
    }
    fn walk(object: &mut Object, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match object {
            Object::Array(items) => items.iter_mut().for_each(|item| walk(item, depth)),
            Object::Dictionary(dict) => sort(dict, depth),
            Object::Stream(stream) => sort(&mut stream.dict, depth),
            _ => {}
        }
    }
    walk(object, DEEPEST);
}

fn vector(file: &PictureFile, fonts: &Arc<fontdb::Database>) -> Result<Ready, String> {
    let tree = svg_tree(file, fonts)?;
    let options = svg2pdf::ConversionOptions { embed_text: spelled(tree.root()), pdfa: true, ..svg2pdf::ConversionOptions::default() };
    let pdf = svg2pdf::to_pdf(&tree, options, svg2pdf::PageOptions::default()).map_err(|e| e.to_string())?;
    let mut doc = Document::load_mem(&pdf).map_err(|e| e.to_string())?;
    doc.objects.values_mut().for_each(in_order);
    let page = doc.get_pages().values().next().copied().ok_or("it is empty")?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let form = form_of_page(&doc, page, width, height).ok_or("it is empty")?;
    let id = doc.add_object(form);
    Ok(Ready(doc, id))
}

/// Whether each glyph of a drawing's labels stands for some text of its own: then they are written as text, with their
/// fonts, which takes a tenth of the room of their outlines. PDF/A has no place for a glyph without a text.
fn spelled(group: &usvg::Group) -> bool {
    group.children().iter().all(|node| {
        let own = match node {
            usvg::Node::Group(inner) => spelled(inner),
            usvg::Node::Text(text) => text.layouted().iter().flat_map(|span| &span.positioned_glyphs).all(|glyph| glyph.id.0 != 0 && !glyph.text.is_empty()),
            usvg::Node::Image(image) => match image.kind() {
                usvg::ImageKind::SVG(inner) => spelled(inner.root()),
                _ => true,
            },
            usvg::Node::Path(_) => true,
        };
        // Patterns, masks and clips hold drawings too.
        let mut all = own;
        node.subroots(|inner| all = all && spelled(inner));
        all
    })
}

/// A page as a form on the unit square. Its transparency group comes along, with the colour space it blends in.
fn form_of_page(doc: &Document, page: ObjectId, width: f32, height: f32) -> Option<Stream> {
    let page = doc.get_dictionary(page).ok()?;
    let content = page.get(b"Contents").and_then(Object::as_reference).and_then(|id| doc.get_object(id)).and_then(Object::as_stream).ok()?;
    let mut form = content.clone();
    form.dict.set("Type", "XObject");
    form.dict.set("Subtype", "Form");
    form.dict.set("BBox", vec![0.into(), 0.into(), Object::Real(width), Object::Real(height)]);
    form.dict.set("Matrix", vec![Object::Real(1.0 / width), 0.into(), 0.into(), Object::Real(1.0 / height), 0.into(), 0.into()]);
    for key in ["Resources", "Group"] {
        if let Ok(value) = page.get(key.as_bytes()) {
            form.dict.set(key, value.clone());
        }
    }
    Some(form)
}

/// The bytes of a baseline or progressive JPEG in grey or three colours go into the file as they are: that they can be decoded was seen
/// when the picture was read, and what did not stand upright was written anew. All others are decoded (which turns CMYK to sRGB) and
/// encoded anew.
fn jpeg(file: &PictureFile) -> Result<Ready, String> {
    if let Some(header) = JpegHeader::read(&file.bytes)
        && let Some(space) = match header.components {
            1 => Some(GREY),
            3 => Some(COLOR),
            _ => None,
        }
    {
        let stream = image_stream((header.width.into(), header.height.into()), space.into(), 8, "DCTDecode", file.bytes.to_vec());
        return Ok(alone(stream));
    }
    let image = DynamicImage::ImageRgba8(decode(file)?).to_rgb8();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 92).encode_image(&image).map_err(|e| e.to_string())?;
    Ok(alone(image_stream(image.dimensions(), COLOR.into(), 8, "DCTDecode", bytes)))
}

/// What the head of a JPEG says.
#[derive(Debug, PartialEq, Eq)]
struct JpegHeader {
    width: u16,
    height: u16,
    components: u8,
}

impl JpegHeader {
    /// Reads the segments up to the first frame (ITU T.81, annex B); `None` unless that frame has 8 bits a sample and
    /// Huffman coding.
    fn read(bytes: &[u8]) -> Option<JpegHeader> {
        let mut at = 2;
        loop {
            if *bytes.get(at)? != 0xFF {
                return None;
            }
            let marker = *bytes.get(at + 1)?;
            if marker == 0xFF {
                at += 1;
                continue;
            }
            let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
            let segment = bytes.get(at + 4..at + 2 + length)?;
            match marker {
                0xC0..=0xC2 if *segment.first()? == 8 => {
                    let number = |at: usize| Some(u16::from_be_bytes([*segment.get(at)?, *segment.get(at + 1)?]));
                    return Some(JpegHeader { height: number(1)?, width: number(3)?, components: *segment.get(5)? });
                }
                0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xD9 | 0xDA => return None,
                _ => {}
            }
            at += 2 + length;
        }
    }
}

/// A bitmap: indexed if it has few colours, grey if it has none, with a soft mask if any of it can be seen through.
fn bitmap(image: &RgbaImage) -> Ready {
    let size = image.dimensions();
    let mut doc = Document::new();
    let mut stream = match palette(image) {
        Some((colors, pixels)) => indexed(size, &colors, &pixels),
        None if image.pixels().all(|p| p.0[0] == p.0[1] && p.0[1] == p.0[2]) => {
            let grey: Vec<u8> = image.pixels().map(|p| p.0[0]).collect();
            predicted(size, GREY, 1, &grey)
        }
        None => {
            let rgb: Vec<u8> = image.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2]]).collect();
            predicted(size, COLOR, 3, &rgb)
        }
    };
    if image.pixels().any(|p| p.0[3] != 255) {
        let alpha: Vec<u8> = image.pixels().map(|p| p.0[3]).collect();
        let mask = doc.add_object(predicted(size, GREY, 1, &alpha));
        stream.dict.set("SMask", mask);
    }
    let id = doc.add_object(stream);
    Ready(doc, id)
}

/// The colours in order and each pixel's index, if there are at most 256. What cannot be seen at all counts as white.
fn palette(image: &RgbaImage) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    let color = |p: &image::Rgba<u8>| if p.0[3] == 0 { [255; 3] } else { [p.0[0], p.0[1], p.0[2]] };
    let mut colors = std::collections::BTreeSet::new();
    for pixel in image.pixels() {
        colors.insert(color(pixel));
        if colors.len() > 256 {
            return None;
        }
    }
    let colors: Vec<[u8; 3]> = colors.into_iter().collect();
    let pixels = image.pixels().map(|pixel| colors.binary_search(&color(pixel)).unwrap_or(0) as u8).collect();
    Some((colors, pixels))
}

/// Indices in as few bits as they need.
fn indexed(size: (u32, u32), colors: &[[u8; 3]], pixels: &[u8]) -> Stream {
    let bits: usize = match colors.len() {
        0..=2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        _ => 8,
    };
    let packed: Vec<u8> = pixels
        .chunks(size.0.max(1) as usize)
        .flat_map(|row| {
            row.chunks(8 / bits).map(move |group| {
                let filled = group.iter().fold(0_usize, |byte, index| byte << bits | usize::from(*index));
                (filled << (8 - bits * group.len())) as u8
            })
        })
        .collect();
    let lookup = Object::String(colors.concat(), lopdf::StringFormat::Hexadecimal);
    let space = vec!["Indexed".into(), COLOR.into(), Object::Integer(colors.len() as i64 - 1), lookup];
    image_stream(size, space.into(), bits, "FlateDecode", deflate(&packed))
}

/// Samples with PNG's predictors, row by row the best one: the data of a PNG file is just that.
fn predicted(size: (u32, u32), space: &str, channels: u8, samples: &[u8]) -> Stream {
    let color = if channels == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
    let parameters = dictionary! {
        "Predictor" => 15,
        "Colors" => i64::from(channels),
        "BitsPerComponent" => 8,
        "Columns" => i64::from(size.0),
    };
    match encoder.write_image(samples, size.0, size.1, color) {
        Ok(()) => {
            let mut stream = image_stream(size, space.into(), 8, "FlateDecode", png_data(&png));
            stream.dict.set("DecodeParms", parameters);
            stream
        }
        Err(_) => image_stream(size, space.into(), 8, "FlateDecode", deflate(samples)),
    }
}

/// The contents of a PNG's `IDAT` chunks.
fn png_data(png: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(png.len());
    let mut rest = png.get(8..).unwrap_or(&[]);
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if head[4..] == *b"IDAT" {
            data.extend(after.get(..length).unwrap_or(&[]));
        }
        rest = after.get(length + 4..).unwrap_or(&[]);
    }
    data
}

fn image_stream(size: (u32, u32), space: Object, bits: usize, filter: &str, bytes: Vec<u8>) -> Stream {
    let dict = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(size.0),
        "Height" => i64::from(size.1),
        "ColorSpace" => space,
        "BitsPerComponent" => bits as i64,
        "Interpolate" => false,
    };
    let mut stream = compressed(dict, bytes);
    stream.dict.set("Filter", filter);
    stream
}

fn alone(stream: Stream) -> Ready {
    let mut doc = Document::new();
    let id = doc.add_object(stream);
    Ready(doc, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionaries_are_put_in_order_however_deep_they_lie() {
        let inner = || dictionary! { "gs1" => 1, "gs0" => vec![Object::Dictionary(dictionary! { "Z" => 1, "A" => 2 })] };
        let mut object = Object::Stream(Stream::new(dictionary! { "Resources" => dictionary! { "XObject" => 0, "ExtGState" => inner() } }, Vec::new()));
        in_order(&mut object);
        let ordered = dictionary! { "gs0" => vec![Object::Dictionary(dictionary! { "A" => 2, "Z" => 1 })], "gs1" => 1 };
        let resources = object.as_stream().ok().and_then(|stream| stream.dict.get(b"Resources").ok());
        let expected = Object::Dictionary(dictionary! { "ExtGState" => ordered, "XObject" => 0 });
        assert_eq!(resources.map(|found| format!("{found:?}")), Some(format!("{expected:?}")));
    }

    /// A drawing as it goes into a file, every time the same.
    fn taken_in(svg: &str) -> String {
        let taken = || {
            let file = PictureFile {
                path: "x.svg".into(),
                kind: PictureKind::Svg,
                bytes: svg.as_bytes().into(),
                pixels: (20, 10),
                text: "".into(),
                digest: "0".into(),
                reduced_from: None,
            };
            let files = BTreeMap::from([("0".to_string(), Arc::new(file))]);
            let (mut doc, mut forms) = (Document::new(), Dictionary::new());
            Pictures::of(&files, &FontBook::built_in(), &Memo::new(0)).unwrap_or_default().write(&mut doc, &mut forms);
            format!("{:?}", doc.objects)
        };
        let first = taken();
        for _ in 0..8 {
            assert!(first == taken(), "two runs differ");
        }
        first
    }

    #[test]
    fn labels_are_text_and_no_hash_table_s_order_is_seen() {
        let label = |family: &str, x: u8| format!("<text x=\"{x}\" y=\"8\" font-family=\"{family}\" opacity=\"0.{x}\">Label</text>");
        let labels: String =
            ["Source Sans 3", "Source Serif 4", "Source Code Pro", "Noto Sans Symbols 2"].iter().zip(1..).map(|(family, x)| label(family, x)).collect();
        let written = taken_in(&format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\">{labels}</svg>"));
        for part in ["/FontFile2", "/ToUnicode", "SourceSans3-Regular", "SourceCodePro-Regular"] {
            assert!(written.contains(part), "{part} in {written}");
        }
    }

    #[test]
    fn a_jpeg_s_head_is_read_and_rubbish_is_not() {
        let mut bytes = Vec::new();
        let grey = image::GrayImage::new(5, 3);
        JpegEncoder::new(&mut bytes).encode_image(&grey).ok();
        assert_eq!(JpegHeader::read(&bytes), Some(JpegHeader { width: 5, height: 3, components: 1 }));
        for cut in 0..bytes.len().min(200) {
            let _ = JpegHeader::read(&bytes[..cut]);
        }
        assert_eq!(JpegHeader::read(b"GIF89a rubbish"), None);
    }

    #[test]
    fn few_colours_are_packed_into_few_bits() {
        let image = RgbaImage::from_fn(9, 2, |x, _| image::Rgba(if x % 2 == 0 { [0, 0, 0, 255] } else { [255, 255, 255, 255] }));
        let (colors, pixels) = palette(&image).unwrap_or_default();
        assert_eq!(colors, [[0; 3], [255; 3]]);
        let stream = indexed((9, 2), &colors, &pixels);
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&*stream.content), &mut plain).ok();
        assert_eq!(plain, [0b0101_0101, 0, 0b0101_0101, 0]);
    }
}
