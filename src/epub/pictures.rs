//! Pictures: each once by digest, in the formats that every reading system shows.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use fontdb::Database;
use image::{DynamicImage, ImageFormat};
use rayon::prelude::*;

use crate::fonts::FontBook;
use crate::memo::{Memo, Remembered};
use crate::panics::guarded;
use crate::raster::{self, prepared};
use crate::resolve::{PictureFile, PictureKind, Resolved};

/// A picture as the book carries it.
#[derive(Debug)]
pub struct Asset {
    /// Path in the book.
    pub(super) path: String,
    /// Media type.
    pub(super) media: &'static str,
    /// The file.
    pub(super) bytes: Vec<u8>,
    /// The file compressed, once it was: an archive with nothing else.
    pub(super) packed: OnceLock<Vec<u8>>,
}

impl Asset {
    /// What it is and what it holds: a file that every browser shows, without scripts and references to the outside.
    #[cfg(feature = "web")]
    pub(crate) fn content(&self) -> (&'static str, &[u8]) {
        (self.media, &self.bytes)
    }
}

/// One picture as the e-book has it. `None` where it cannot be drawn.
#[cfg(feature = "web")]
pub(crate) fn picture(file: &PictureFile, fonts: &FontBook, memo: &Memo) -> Option<Arc<Asset>> {
    let vectors = (file.kind == PictureKind::Svg).then(|| raster::svg_fonts(fonts));
    prepared(memo, fonts, file, || guarded(|| asset(file, vectors.as_ref())).ok().flatten().ok_or(())).ok()
}

impl Remembered for Asset {
    /// The file as it is, and compressed.
    fn weight(&self) -> usize {
        self.bytes.len() * 2
    }
}

/// All pictures of a book, by the digest of the file they come from.
#[derive(Debug)]
pub(super) struct Pictures {
    /// In the order of their digests.
    pub(super) assets: BTreeMap<String, Arc<Asset>>,
}

impl Pictures {
    /// Takes in every picture that the book shows. One that cannot be read is left out, and its alternative text stands for it.
    pub(super) fn new(resolved: &Resolved, fonts: &FontBook, memo: &Memo) -> Pictures {
        let files: BTreeMap<&str, &PictureFile> =
            resolved.images.values().filter_map(|picture| picture.file.as_deref()).map(|file| (file.digest.as_str(), file)).collect();
        let vectors = files.values().any(|file| file.kind == PictureKind::Svg).then(|| raster::svg_fonts(fonts));
        let files: Vec<&PictureFile> = files.into_values().collect();
        let ready = |file: &PictureFile| prepared(memo, fonts, file, || guarded(|| asset(file, vectors.as_ref())).ok().flatten().ok_or(())).ok();
        let assets = files.par_iter().filter_map(|file| Some((file.digest.clone(), ready(file)?))).collect();
        Pictures { assets }
    }

    /// Where a picture lies in the book.
    pub(super) fn path(&self, file: &PictureFile) -> Option<&str> {
        self.assets.get(&file.digest).map(|asset| asset.path.as_str())
    }
}

fn asset(file: &PictureFile, fonts: Option<&Arc<Database>>) -> Option<Asset> {
    let (extension, media, bytes) = match file.kind {
        PictureKind::Png => ("png", "image/png", file.bytes.to_vec()),
        PictureKind::Jpeg if is_cmyk(&file.bytes) => ("jpg", "image/jpeg", converted(file, ImageFormat::Jpeg)?),
        PictureKind::Jpeg => ("jpg", "image/jpeg", file.bytes.to_vec()),
        PictureKind::Gif => ("gif", "image/gif", file.bytes.to_vec()),
        PictureKind::Webp => ("png", "image/png", converted(file, ImageFormat::Png)?),
        PictureKind::Svg => ("svg", "image/svg+xml", clean_vector(file, fonts?)?.into_bytes()),
    };
    Some(Asset { path: format!("images/{}.{extension}", file.digest), media, bytes, packed: OnceLock::new() })
}

/// The same picture in another format, in sRGB.
fn converted(file: &PictureFile, format: ImageFormat) -> Option<Vec<u8>> {
    let picture = DynamicImage::ImageRgba8(raster::decode(file).ok()?);
    let picture = if format == ImageFormat::Jpeg { DynamicImage::ImageRgb8(picture.into_rgb8()) } else { picture };
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).ok()?;
    Some(out.into_inner())
}

/// Whether a JPEG has four components: its frame header (ITU T.81, B.2.2) says so.
fn is_cmyk(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        let is_frame = (0xC0..=0xCF).contains(&marker) && ![0xC4, 0xC8, 0xCC].contains(&marker);
        if is_frame {
            return bytes.get(at + 9) == Some(&4);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    false
}

/// A vector picture parsed and written anew: without scripts, outside files or fonts that the reader may lack.
fn clean_vector(file: &PictureFile, fonts: &Arc<Database>) -> Option<String> {
    let tree = raster::svg_tree(file, fonts).ok()?;
    let writing = usvg::WriteOptions { indent: usvg::Indent::None, coordinates_precision: 3, transforms_precision: 5, ..usvg::WriteOptions::default() };
    Some(with_view_box(&tree.to_string(&writing), tree.size()))
}

/// Adds the view box, without which some reading systems clip a picture instead of scaling it.
fn with_view_box(svg: &str, size: usvg::Size) -> String {
    match svg.split_once("<svg ") {
        Some((before, after)) => format!("{before}<svg viewBox=\"0 0 {} {}\" {after}", size.width(), size.height()),
        None => svg.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_lose_scripts_outside_files_and_live_text() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10" onload="x()"><script>x()</script>
            <image href="/etc/passwd" width="5" height="5"/><text x="1" y="8" font-family="Source Sans 3">Hi</text></svg>"#;
        let file = PictureFile {
            path: "x.svg".to_string(),
            kind: PictureKind::Svg,
            bytes: svg.to_vec().into(),
            pixels: (20, 10),
            text: "".into(),
            digest: "0".to_string(),
            reduced_from: None,
        };
        let clean = clean_vector(&file, &raster::svg_fonts(&FontBook::built_in())).unwrap_or_default();
        assert!(clean.contains("viewBox=\"0 0 20 10\"") && clean.contains("<path"), "{clean}");
        for trap in ["script", "onload", "passwd", "<text", "<!--"] {
            assert!(!clean.contains(trap), "{trap} in {clean}");
        }
    }

    #[test]
    fn four_colour_jpegs_are_told_by_their_frame() {
        assert!(is_cmyk(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 20, 8, 0, 1, 0, 1, 4]));
        assert!(!is_cmyk(&[0xFF, 0xD8, 0xFF, 0xC2, 0, 17, 8, 0, 1, 0, 1, 3]));
        assert!(!is_cmyk(b"\xFF\xD8"));
    }
}
