//! Picture files made visible: bitmaps decoded, SVG parsed with the book's own fonts.

use std::collections::BTreeSet;
use std::sync::Arc;

use fontdb::{Database, Source};
use image::RgbaImage;
use resvg::usvg::{self, ImageHrefResolver, Options, Tree};

use crate::fonts::{FontBook, FontData};
use crate::resolve::{PictureFile, bitmap};

/// Decodes a bitmap, in sRGB. It stands upright: what a camera had noted was carried out when the picture was read.
///
/// # Errors
/// Says what is wrong with the file.
pub(crate) fn decode(file: &PictureFile) -> Result<RgbaImage, String> {
    let format = file.kind.bitmap_format().ok_or("it is a vector")?;
    let image = bitmap(&file.bytes, format).decode().map_err(|error| error.to_string())?;
    Ok(image.into_rgba8())
}

/// The book's fonts for SVG. What a drawing asks for and the book lacks becomes the book's own sans.
pub(crate) fn svg_fonts(book: &FontBook) -> Arc<Database> {
    let mut database = Database::new();
    let mut known = BTreeSet::new();
    for face in book.text_faces() {
        // A collection is one file with several faces.
        if known.insert(face.data.as_ref().as_ptr() as usize) {
            let data: FontData = face.data.clone();
            database.load_font_source(Source::Binary(Arc::new(data)));
        }
    }
    let sans = "Source Sans 3";
    database.set_sans_serif_family(sans);
    // Drawings that ask for a serif mostly ask for Times, in boxes drawn for its narrow letters: the sans is as narrow.
    database.set_serif_family(sans);
    database.set_monospace_family("Source Code Pro");
    database.set_cursive_family(sans);
    database.set_fantasy_family(sans);
    Arc::new(database)
}

/// Parses an SVG. It can name no file: what a drawing shows must be in it.
///
/// # Errors
/// Says what is wrong with the file.
pub(crate) fn svg_tree(file: &PictureFile, fonts: &Arc<Database>) -> Result<Tree, String> {
    let options = Options {
        font_family: "Source Sans 3".to_string(),
        fontdb: fonts.clone(),
        image_href_resolver: ImageHrefResolver { resolve_data: ImageHrefResolver::default_data_resolver(), resolve_string: Box::new(|_, _| None) },
        ..Options::default()
    };
    usvg::Tree::from_data(&file.bytes, &options).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::recognise_bitmap;

    /// A PNG of one colour.
    fn png(width: u32, height: u32) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder.write_header()?.write_image_data(&vec![0; width.div_ceil(8) as usize * height as usize])?;
        Ok(bytes)
    }

    #[test]
    fn what_is_taken_in_can_be_decoded() -> Result<(), Box<dyn std::error::Error>> {
        for (width, height) in [(1, 1), (20_001, 3), (3, 30_000)] {
            let file = recognise_bitmap(png(width, height)?).ok_or("not taken in")?;
            assert_eq!(decode(&file).map(|image| image.dimensions()), Ok((width, height)));
        }
        for (width, height) in [(30_001, 1), (1, 30_001), (29_999, 29_999)] {
            assert!(recognise_bitmap(png(width, height)?).is_none(), "{width} × {height}");
        }
        Ok(())
    }
}
