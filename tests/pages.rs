//! What only an eye can judge: chosen pages as small pictures, drawn from the same frames as the PDF.
//!
//! A picture may differ a little from its reference in `tests/refs/pages`, as another machine's rounding would make it. Where it
//! differs more, the new one is written to `target/pages`, to be looked at and then accepted with `make bless`.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use handbook::furniture::Layout;
use handbook::raster;
use handbook::select::Reader;
use handbook::theme::{Medium, Theme};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{GrayImage, ImageEncoder, Luma};

use common::layouts::{FONTS, layout, theme};

/// Width of the pictures in pixels.
const WIDTH: u32 = 400;
/// Greys in a picture: enough for an eye, and small files.
const GREYS: u8 = 15;
/// A pixel has changed when its grey has by more than this.
const CHANGED: u8 = 64;
/// Pixels that may have changed, in a million.
const TOLERANCE: usize = 500;

fn ada(stage: &str) -> Reader {
    Reader { name: Some("Ada Lovelace".to_string()), stage: Some(stage.to_string()), copy: Some(7), ..Reader::default() }
}

fn book(project: &str, stage: &str, theme: Theme) -> Layout {
    layout(&common::root().join(project), &ada(stage), &Arc::new(theme), &FONTS).0
}

fn print(name: &str) -> Theme {
    let mut theme = theme(name);
    theme.page.medium = Medium::Print;
    theme
}

#[test]
fn chosen_pages_look_as_their_pictures_do() {
    let proof = book("docs/proof", "master", theme("classic"));
    let plain = book("docs/proof", "journeyman", print("plain"));
    let handbook = book("handbook", "cto", theme("classic"));
    let chosen: [(&str, &Layout, Find); 10] = [
        ("cover", &handbook, Find::Cover),
        ("route", &handbook, Find::Entry("Your route", 0)),
        ("contents", &proof, Find::Entry("Contents", 0)),
        ("part", &proof, Find::Entry("The line", 0)),
        ("opening", &proof, Find::Entry("Words in a row", 0)),
        ("callouts", &proof, Find::Entry("Callouts", 1)),
        ("code", &proof, Find::Entry("Code", 0)),
        ("tables", &proof, Find::Entry("Tables", 1)),
        ("turned", &proof, Find::Turned),
        ("plain-lists", &plain, Find::Entry("Lists and quotations", 0)),
    ];
    let differences: Vec<String> = chosen.iter().filter_map(|(name, book, find)| compare(name, &picture(name, book, find)).err()).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Which page of a book.
enum Find {
    Cover,
    /// So many pages after the one that a bookmark leads to.
    Entry(&'static str, usize),
    /// The first with a turned table.
    Turned,
}

fn picture(name: &str, book: &Layout, find: &Find) -> GrayImage {
    let is_turned =
        |page: &std::sync::Arc<handbook::furniture::Page>| page.body.items.iter().any(|p| matches!(&p.item, handbook::typeset::Item::Text(run) if run.turned));
    let page = match find {
        Find::Cover => book.cover,
        Find::Entry(title, after) => book.outline.iter().find(|entry| entry.title.ends_with(title)).map(|entry| entry.page + after),
        Find::Turned => book.pages.iter().position(is_turned),
    };
    let titles = || book.outline.iter().map(|entry| entry.title.clone()).collect::<Vec<_>>();
    let page = page.and_then(|page| book.pages.get(page)).unwrap_or_else(|| panic!("there is no page for `{name}` among {:?}", titles()));
    let pixels = raster::page(page, &FONTS, WIDTH).unwrap_or_else(|| panic!("`{name}` cannot be drawn"));
    GrayImage::from_fn(pixels.width(), pixels.height(), |x, y| {
        let grey = pixels.pixel(x, y).map_or(255.0, |p| 0.299 * f32::from(p.red()) + 0.587 * f32::from(p.green()) + 0.114 * f32::from(p.blue()));
        let step = 255.0 / f32::from(GREYS);
        Luma([((grey / step).round() * step) as u8])
    })
}

fn compare(name: &str, picture: &GrayImage) -> Result<(), String> {
    let file = common::root().join("tests/refs/pages").join(format!("{name}.png"));
    if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
        // One that has not changed stays as it is.
        if known(&file).is_none_or(|known| difference(&known, picture).is_some()) {
            write(&file, picture);
        }
        return Ok(());
    }
    let difference = match known(&file) {
        Some(known) => difference(&known, picture),
        None => Some("there is no reference for it".to_string()),
    };
    difference.map_or(Ok(()), |difference| {
        let new = common::root().join("target/pages").join(format!("{name}.png"));
        write(&new, picture);
        Err(format!("the page `{name}` has changed: {difference}; look at {} and accept with `make bless`", new.display()))
    })
}

fn known(file: &Path) -> Option<GrayImage> {
    Some(image::load_from_memory(&std::fs::read(file).ok()?).ok()?.into_luma8())
}

/// What differs by more than the tolerance.
fn difference(known: &GrayImage, picture: &GrayImage) -> Option<String> {
    if known.dimensions() != picture.dimensions() {
        return Some(format!("it was {:?} pixels and is {:?}", known.dimensions(), picture.dimensions()));
    }
    let changed: Vec<(u32, u32)> = known
        .enumerate_pixels()
        .zip(picture.pixels())
        .filter(|((_, _, before), after)| before.0[0].abs_diff(after.0[0]) > CHANGED)
        .map(|((x, y, _), _)| (x, y))
        .collect();
    let all = known.len().max(1);
    if changed.len() * 1_000_000 / all <= TOLERANCE {
        return None;
    }
    let (top, bottom) = (changed.iter().map(|(_, y)| *y).min().unwrap_or(0), changed.iter().map(|(_, y)| *y).max().unwrap_or(0));
    let height = known.height().max(1);
    Some(format!(
        "{:.2} % of its pixels differ, from {} % to {} % of its height",
        changed.len() as f64 * 100.0 / all as f64,
        top * 100 / height,
        bottom * 100 / height
    ))
}

fn write(file: &Path, picture: &GrayImage) {
    let mut bytes = Cursor::new(Vec::new());
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::NoFilter);
    encoder.write_image(picture, picture.width(), picture.height(), image::ExtendedColorType::L8).expect("a picture can be written to memory");
    std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder can be made");
    std::fs::write(file, bytes.into_inner()).expect("the picture can be written");
}

#[test]
fn a_change_that_an_eye_would_see_is_one_and_rounding_is_none() {
    let page = GrayImage::from_fn(100, 140, |x, y| Luma([if (x + y) % 7 == 0 { 0 } else { 255 }]));
    let mut rounded = page.clone();
    rounded.pixels_mut().for_each(|p| p.0[0] = p.0[0].saturating_sub(17));
    assert_eq!(difference(&page, &rounded), None);
    let moved = GrayImage::from_fn(100, 140, |x, y| if y < 70 { *page.get_pixel(x, y) } else { *page.get_pixel((x + 1) % 100, y) });
    let said = difference(&page, &moved).unwrap_or_default();
    assert!(said.contains("from 50 %"), "{said}");
}
