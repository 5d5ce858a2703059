//! Pictures in the text, and the drawn map of the ladder.

use crate::parse::{Block, Image, ImageWidth, NodeId};
use crate::resolve::PictureKind;

use super::scribe::Scribe;

impl Scribe<'_> {
    /// A picture; where there is none its alternative text in brackets, as on the page, so that it is no part of the word beside it.
    pub(super) fn image(&mut self, node: NodeId, image: &Image) {
        let Some(picture) = self.context.resolved.images.get(&node) else { return };
        self.skip_text(image.alt.as_deref().unwrap_or_default());
        let file = picture.file.as_deref().and_then(|file| Some((file, self.context.pictures.path(file)?)));
        let id = self.id(node);
        let Some((file, path)) = file else {
            self.open_with_id("span", node, &[("class", "missing")]);
            self.own_text(&format!("[{}]", picture.in_its_place(&image.source)));
            return self.xml.close("span");
        };
        let style = style(image, file.kind, file.pixels);
        let mut attributes = vec![("src", path), ("alt", picture.alt.as_str())];
        if picture.alt.is_empty() {
            attributes.push(("role", "presentation"));
        }
        if file.kind == PictureKind::Svg {
            attributes.push(("class", "vector"));
        }
        attributes.extend(id.iter().map(|id| ("id", id.as_str())));
        attributes.extend(style.iter().map(|style| ("style", style.as_str())));
        self.xml.empty("img", &attributes);
    }

    /// The map of the ladder, if there is one: drawn within the text, so that it takes the text's colour.
    pub(super) fn route_map(&mut self, block: &Block) {
        self.flush_breaks();
        let Some(svg) = self.context.parts.route_map.as_deref() else { return };
        self.written.svg = true;
        self.container("figure", block.id, &[("class", "route")], |scribe| scribe.xml.raw(svg));
    }
}

/// How wide a picture is shown: as asked for, else a vector picture in proportion to the text and others in their own size.
fn style(image: &Image, kind: PictureKind, pixels: (u32, u32)) -> Option<String> {
    let by_height = image.height.filter(|_| image.width.is_none() && pixels.1 > 0);
    let width = by_height.map(|height| ImageWidth::Pixels((u64::from(height) * u64::from(pixels.0) / u64::from(pixels.1)).min(100_000) as u32));
    match image.width.or(width) {
        Some(ImageWidth::PerMille(share)) => Some(format!("width: {}.{}%", share.min(1000) / 10, share.min(1000) % 10)),
        Some(ImageWidth::Pixels(pixels)) => Some(format!("width: {}em", em(pixels, 16))),
        // A diagram's labels are a little smaller than the text.
        None if image.diagram.is_some() && pixels.0 > 0 => Some(format!("width: {}em", em(pixels.0, 19))),
        None if kind == PictureKind::Svg && pixels.0 > 0 => Some(format!("width: {}em", em(pixels.0, 10))),
        None => None,
    }
}

/// Pixels in ems of so many pixels, with one decimal.
fn em(pixels: u32, of: u32) -> String {
    let tenths = (u64::from(pixels) * 10 / u64::from(of)).min(600);
    format!("{}.{}", tenths / 10, tenths % 10)
}
