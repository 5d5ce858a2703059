//! Pictures: read, recognised and measured, each file once.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::Context;
use super::bitmap::{self, Format};
use super::fields::{Values, plain};
use super::links::written_from;
use super::resolved::{Picture, PictureFile, PictureKind};
use super::svg;
use crate::diag::{Code, Diagnostic, Place, nearest};
use crate::load::{AssetError, Assets, relative_to};
use crate::memo::{Key, Memo, Remembered};
use crate::panics::guarded;
use crate::parse::{BY_NAME, Block, BlockKind, Document, FIELDS, Image, Inline, InlineKind, Node, NodeId, walk, walk_blocks};
use crate::theme::Color;

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
    /// A file by its name, wherever it lies, as wikis have it; where it would lie beside the chapter.
    Named(String),
    /// On the web or in the text itself: not read.
    Elsewhere(&'static str),
    /// A diagram, which is drawn once the fonts are known.
    Diagram,
}

/// Reads all pictures. One that cannot be had keeps its alternative text and has no file.
pub(super) fn read(cx: &mut Context<'_>, values: &Values, materials: &Memo) -> Pictures {
    let document = cx.document;
    let mentions = mentions(document);
    let captions = captions(document, values);
    let assets = &document.selection.manuscript.assets;
    let keep = document.selection.manuscript.book.keep_pictures;
    let mut paths: Vec<&str> = mentions.iter().filter_map(|m| if let Source::File(path) = &m.place { Some(path.as_str()) } else { None }).collect();
    paths.sort_unstable();
    paths.dedup();
    let files: BTreeMap<&str, Arc<Loaded>> =
        paths.par_iter().map(|path| (*path, load(assets, path, keep, materials))).collect::<Vec<_>>().into_iter().collect();
    let mut pictures = Pictures { images: BTreeMap::new(), all_described: true };
    for mention in &mentions {
        let file = file(cx, mention, &files);
        let alt = alt(cx, mention, captions.get(&mention.inline.id));
        pictures.all_described &= mention.image.alt.is_some();
        pictures.images.insert(mention.inline.id, Picture { file, alt });
    }
    pictures
}

/// What to say of a drawing that has a field in it: fields are filled in text alone.
fn unfilled(cx: &Context<'_>, name: &str, file: &PictureFile) -> Option<(String, &'static str)> {
    if file.kind != PictureKind::Svg || !cx.document.selection.manuscript.has_fields() {
        return None;
    }
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let field = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(field, _)| field.trim()).find(|field| {
        let head = field.split('.').next().unwrap_or_default();
        field.contains('.') && FIELDS.contains(&head)
    })?;
    let message = format!("the drawing `{}` has `{{{{ {field} }}}}` in it, which stays as it is written", shown(name));
    Some((message, "fields are filled in the book's text and not in drawings; a cover that the book draws has the reader's name"))
}

/// The author's own cover picture, as the manifest names it. One that cannot be had is warned of, and the theme draws a cover.
pub(super) fn cover(cx: &mut Context<'_>, materials: &Memo) -> Option<Arc<PictureFile>> {
    let manuscript = &cx.document.selection.manuscript;
    let path = manuscript.book.cover.as_deref()?;
    match &load(&manuscript.assets, path, manuscript.book.keep_pictures, materials).picture {
        Ok(file) => {
            if let Some((message, hint)) = unfilled(cx, path, file) {
                cx.diagnostics.push(Diagnostic::warning(Code::FieldOpen, message).at(Place::file(path)).hint(hint));
            }
            Some(file.clone())
        }
        Err(why) => {
            let message = format!("the cover `{}` {}", shown(path), why.reason());
            cx.diagnostics.push(Diagnostic::warning(Code::Cover, message).hint("a cover is drawn in its place"));
            None
        }
    }
}

fn mentions(document: &Document) -> Vec<Mention<'_>> {
    let mut out = Vec::new();
    let assets = &document.selection.manuscript.assets;
    let mut names = None;
    for section in document.sections.iter() {
        walk(section, &mut |node| {
            if let Node::Inline(inline) = node
                && let InlineKind::Image(image) = &inline.kind
            {
                let place = if image.diagram.is_some() { Source::Diagram } else { by_name(source(&section.path, image.source.trim()), assets, &mut names) };
                out.push(Mention { inline, image, place });
            }
        });
    }
    out
}

/// The file that is meant by a name: beside the chapter, else the first so called, wherever it lies. `names` are those of all files.
fn by_name(source: Source, assets: &Assets, names: &mut Option<Vec<String>>) -> Source {
    let Source::Named(path) = source else { return source };
    let names = names.get_or_insert_with(|| assets.names());
    // Those that are known are not read for that, others may be written in another way.
    if names.binary_search(&path).is_ok() || assets.read(&path).is_ok() {
        return Source::File(path);
    }
    let wanted = path.rsplit('/').next().unwrap_or(&path).to_lowercase();
    let found = names.iter().find(|name| name.rsplit('/').next().is_some_and(|last| last.to_lowercase() == wanted));
    Source::File(found.cloned().unwrap_or(path))
}

/// The file that a picture written in a chapter means, relative to the text root; none if it is not looked for in the project.
pub(crate) fn picture_path(chapter: &str, written: &str) -> Option<String> {
    match source(chapter, written.trim()) {
        Source::File(path) | Source::Named(path) => Some(path),
        Source::Elsewhere(_) | Source::Diagram => None,
    }
}

/// Whether a file is a picture of a kind that books can hold, by its first bytes.
pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    !matches!(bitmap::format(bytes), Format::Unknown | Format::Foreign(_))
}

fn source(chapter: &str, written: &str) -> Source {
    if let Some(name) = written.strip_prefix(BY_NAME) {
        return Source::Named(relative_to(chapter, name));
    }
    let lower = written.to_ascii_lowercase();
    if lower.starts_with("data:") {
        return Source::File(format!("data:{}", &written["data:".len()..]));
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
    if mention.image.diagram.is_some() {
        let hint = "say in it what it shows, for those who cannot see it: `accTitle: …` and `accDescr: …`";
        cx.warn(Code::PictureAlternative, mention.inline.pos, "the diagram has no description", hint);
        return caption.filter(|c| !c.is_empty()).cloned().unwrap_or_else(|| "diagram".to_string());
    }
    let source = mention.image.source.trim_start_matches(BY_NAME);
    let within = source.len() > 5 && source.as_bytes()[..5].eq_ignore_ascii_case(b"data:");
    // A picture within the text has no name.
    let name = if within { "picture" } else { source.rsplit('/').next().unwrap_or(source) };
    let stand_in = caption.filter(|c| !c.is_empty()).cloned().unwrap_or_else(|| name.to_string());
    let message = format!("the picture `{}` has no alternative text", shown(source));
    cx.warn(Code::PictureAlternative, mention.inline.pos, message, "say in the brackets what it shows, for those who cannot see it");
    stand_in
}

fn file(cx: &mut Context<'_>, mention: &Mention<'_>, files: &BTreeMap<&str, Arc<Loaded>>) -> Option<Arc<PictureFile>> {
    let pos = mention.inline.pos;
    let name = &mention.image.source.trim_start_matches(BY_NAME).to_string();
    let path = match &mention.place {
        Source::Diagram => return None,
        Source::File(path) | Source::Named(path) => path,
        Source::Elsewhere(why) => {
            cx.warn(Code::PictureElsewhere, pos, format!("{why}: `{}`", shown(name)), "put the file into the project");
            return None;
        }
    };
    match files.get(path.as_str()).map(|file| &**file) {
        Some(Loaded { picture: Ok(file), left_out }) => {
            if !left_out.is_empty() {
                cx.warn(Code::PicturePartsLeftOut, pos, format!("`{}` holds {}, which no book may: left out", shown(name), left_out.join(" and ")), "");
            }
            if let Some((message, hint)) = unfilled(cx, name, file) {
                cx.warn(Code::FieldOpen, pos, message, hint);
            }
            Some(file.clone())
        }
        Some(Loaded { picture: Err(why), .. }) => {
            let from = cx.document.index_of(mention.inline.id.section).and_then(|at| cx.document.sections.get(at)).map_or_else(String::new, |s| s.path.clone());
            let message = format!("the picture `{}` {}", shown(name), why.reason());
            let hint = if *why == Why::NotRead(AssetError::Missing) { missing_hint(cx, path, &from) } else { String::new() };
            cx.warn(Code::PictureUnusable, pos, message, hint);
            None
        }
        None => None,
    }
}

/// The file that was meant, as it is written from the chapter that names it.
fn missing_hint(cx: &Context<'_>, path: &str, from: &str) -> String {
    let names = cx.document.selection.manuscript.assets.names();
    match nearest(path, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{}`?", written_from(from, near)),
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
pub(super) enum Why {
    NotRead(AssetError),
    UnknownFormat,
    /// Of a format that is known and cannot be read.
    Foreign(&'static str),
    /// Compressed, and longer than any drawing is.
    TooLong,
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
            Why::UnknownFormat => "is of no format that books can hold: PNG, JPEG, WebP, GIF or SVG".to_string(),
            Why::Foreign(name) => format!("is {name}, which this program does not read: convert it to PNG, JPEG or SVG"),
            Why::TooLong => format!("unpacks to more than {} MB", crate::limits::TEXT >> 20),
            Why::Damaged => "is damaged".to_string(),
            Why::Drawing(fault) => fault.reason(),
            Why::TooLarge(width, height) => format!("is too large: {width} × {height} pixels"),
            Why::Empty => "has no size".to_string(),
        }
    }
}

impl Remembered for Loaded {
    fn weight(&self) -> usize {
        self.picture.as_ref().map_or(0, |picture| picture.bytes.len())
    }
}

/// Reads a file and takes it in as a picture, if its bytes were not taken in before.
fn load(assets: &Assets, path: &str, keep: bool, materials: &Memo) -> Arc<Loaded> {
    let read = match path.strip_prefix("data:").map(|_| within_text(path)) {
        Some(decoded) => decoded.map(|bytes| (format!("data-{}", digest(&bytes)), bytes.into())),
        None => assets.read(path).map(|bytes| (path.to_string(), bytes)).map_err(Why::NotRead),
    };
    let (path, bytes) = match read {
        Ok(read) => read,
        Err(why) => return Loaded { picture: Err(why), left_out: Vec::new() }.into(),
    };
    materials.get_or_make(Key::of(&(&path, &bytes, keep)), || {
        let mut left_out = Vec::new();
        let picture = guarded(|| recognise(&path, bytes, keep, &mut left_out).map(Arc::new)).unwrap_or(Err(Why::Damaged));
        Loaded { picture, left_out }
    })
}

/// The bytes of a picture that stands in the text itself, as an address that begins with `data:` (RFC 2397).
fn within_text(address: &str) -> Result<Vec<u8>, Why> {
    let address = data_url::DataUrl::process(address).map_err(|_| Why::Damaged)?;
    address.decode_to_vec().map(|(bytes, _)| bytes).map_err(|_| Why::Damaged)
}

/// A drawing that the program made itself, taken in as those of files are.
///
/// # Errors
/// What is wrong with it, after what it is called.
pub(crate) fn drawing(path: &str, svg: String) -> Result<PictureFile, String> {
    recognise(path, svg.into_bytes().into(), false, &mut Vec::new()).map_err(|why| why.reason())
}

fn recognise(path: &str, bytes: Arc<[u8]>, keep: bool, left_out: &mut Vec<&'static str>) -> Result<PictureFile, Why> {
    let (bytes, format) = match bitmap::format(&bytes) {
        Format::Compressed => {
            let drawing: Arc<[u8]> = bitmap::expanded(&bytes)?.into();
            let format = bitmap::format(&drawing);
            (drawing, format)
        }
        format => (bytes, format),
    };
    let (mut kind, format) = match format {
        Format::Held(kind) => (kind, kind.bitmap_format()),
        Format::Rewritten(format) => (PictureKind::Png, Some(format)),
        Format::Foreign(name) => return Err(Why::Foreign(name)),
        Format::Compressed | Format::Unknown => return Err(Why::UnknownFormat),
    };
    let mut text: Arc<str> = "".into();
    let mut reduced_from = None;
    let (bytes, pixels) = match format {
        None => {
            let drawing = svg::read(&bytes).map_err(Why::Drawing)?;
            left_out.extend(drawing.left_out);
            text = drawing.text.into();
            (drawing.cleaned.map_or(bytes, |text| text.into_bytes().into()), drawing.size)
        }
        Some(format) => {
            let raster = bitmap::raster(&bytes, format, keep)?;
            reduced_from = raster.reduced.then_some(bytes.len());
            match raster.rewritten {
                Some((written, anew)) => {
                    kind = written;
                    (anew.into(), raster.pixels)
                }
                None => (bytes, raster.pixels),
            }
        }
    };
    let (width, height) = pixels;
    if width == 0 || height == 0 {
        return Err(Why::Empty);
    }
    if bitmap::too_large(pixels) {
        return Err(Why::TooLarge(width, height));
    }
    Ok(PictureFile { path: path.to_string(), kind, text, digest: digest(&bytes), bytes, pixels, reduced_from })
}

/// A picture as it would be taken in, for tests of what comes after.
#[cfg(test)]
pub(crate) fn recognise_bitmap(bytes: Vec<u8>) -> Option<PictureFile> {
    recognise_for_test(bytes).ok()
}

#[cfg(test)]
pub(super) fn recognise_for_test(bytes: Vec<u8>) -> Result<PictureFile, Why> {
    recognise("a", bytes.into(), false, &mut Vec::new())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_picture_is_found_out() {
        assert_eq!(recognise_for_test(b"\x89PNG\r\n\x1a\nrest".to_vec()), Err(Why::Damaged));
        assert_eq!(recognise_for_test(b"<svg".to_vec()), Err(Why::Drawing(svg::Fault::Malformed)));
    }

    #[test]
    fn nothing_is_fetched() {
        assert!(matches!(source("a.md", "https://a.b/c.png"), Source::Elsewhere(_)));
        assert!(matches!(source("a.md", "//a.b/c.png"), Source::Elsewhere(_)));
        assert_eq!(within_text("data:image/png;base64,AAE="), Ok(vec![0, 1]));
        assert_eq!(within_text("data:image/png;base64,*"), Err(Why::Damaged));
        assert!(matches!(source("x/a.md", "../c d.png"), Source::File(path) if path == "c d.png"));
    }
}
