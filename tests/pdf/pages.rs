//! A builder of pages by hand: text in real fonts, one glyph a character, nothing shaped or broken.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use handbook::fonts::{FaceId, FontBook};
use handbook::furniture::{Folio, Layout, OutlineEntry, Page, Side};
use handbook::length::{Length, Point, Size};
use handbook::load::{Assets, BookInfo, Manuscript, ProjectKind, Sources};
use handbook::parse::Document;
use handbook::resolve::{BookData, PictureFile, PictureKind, Resolved, Words};
use handbook::select::{Reader, Selection};
use handbook::theme::{Color, Weight};
use handbook::typeset::{Artifact, Frame, Glyph, Item, LinkTarget, Mark, Role, TagId, TagTree, TextRun};
use image::{ImageFormat, RgbImage, RgbaImage};
use sha2::{Digest, Sha256};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size as FontSize};

pub fn pt(points: f64) -> Length {
    Length::from_pt(points)
}

pub fn at(x: f64, y: f64) -> Point {
    Point::new(pt(x), pt(y))
}

pub fn size(width: f64, height: f64) -> Size {
    Size::new(pt(width), pt(height))
}

pub const ACCENT: Color = Color { r: 0x0f, g: 0x4c, b: 0x5c };

/// A book in the making.
pub struct Book {
    pub fonts: FontBook,
    pub pages: Vec<Page>,
    pub tree: TagTree,
    pub outline: Vec<OutlineEntry>,
}

impl Book {
    pub fn new() -> Book {
        Book { fonts: FontBook::built_in(), pages: Vec::new(), tree: TagTree::new(Role::Section, None), outline: Vec::new() }
    }

    /// Adds an element to the book's one section and gives its mark.
    pub fn tag(&mut self, parent: Option<Mark>, role: Role) -> Mark {
        let parent = match parent {
            Some(Mark::Tag(id)) => id.index,
            _ => 0,
        };
        Mark::Tag(TagId { tree: 0, index: self.tree.add(parent, role, None) })
    }

    pub fn language(&mut self, mark: Mark, language: &str) {
        if let Mark::Tag(id) = mark {
            self.tree.nodes[id.index as usize].language = Some(language.into());
        }
    }

    /// A new page with a running head, a rule and a folio.
    pub fn page(&mut self) -> &mut Page {
        let number = self.pages.len() as u32 + 1;
        let folio = Folio { number, roman: number <= 2 };
        let mut furniture = Frame::default();
        furniture.push(at(50.0, 30.0), Mark::Artifact(Artifact::Header), Item::Text(self.run("Running head", 8.0)));
        furniture.push(at(50.0, 34.0), Mark::Artifact(Artifact::Layout), Item::Rect { size: size(300.0, 0.4), color: ACCENT });
        furniture.push(at(200.0, 570.0), Mark::Artifact(Artifact::Footer), Item::Text(self.run(&folio.to_string(), 8.5)));
        self.pages.push(Page {
            size: size(420.0, 595.25),
            folio,
            side: if number % 2 == 1 { Side::Recto } else { Side::Verso },
            body: Frame::default(),
            furniture,
            stamp: Frame::default(),
            start: None,
            own: Vec::new(),
        });
        self.pages.last_mut().expect("it was just added")
    }

    pub fn put(&mut self, place: Point, mark: Mark, item: Item) {
        let page = self.pages.last_mut().expect("there is a page");
        if matches!(&item, Item::Text(run) if run.personal) {
            page.own.push(page.body.items.len()..page.body.items.len() + 1);
        }
        page.body.push(place, mark, item);
    }

    /// Text on the last page, in the text face at 10.5 pt.
    pub fn text(&mut self, x: f64, y: f64, mark: Mark, text: &str) {
        let run = self.run(text, 10.5);
        self.put(at(x, y), mark, Item::Text(run));
    }

    pub fn run(&self, text: &str, points: f64) -> TextRun {
        self.run_in("Source Serif 4", text, points)
    }

    /// A run with one glyph for each character, at natural widths.
    pub fn run_in(&self, family: &str, text: &str, points: f64) -> TextRun {
        let face = self.fonts.find(family, Weight::Regular, false).expect("the family is built in");
        self.run_of(face, text, points)
    }

    pub fn run_of(&self, id: FaceId, text: &str, points: f64) -> TextRun {
        let face = self.fonts.face(id);
        let font = face.font().expect("it is a font");
        let metrics = font.glyph_metrics(FontSize::unscaled(), LocationRef::default());
        let glyphs = text
            .char_indices()
            .map(|(cluster, c)| {
                let id = face.glyph(c).unwrap_or_else(|| panic!("{} has no {c:?}", face.postscript));
                let advance = metrics.advance_width(id.into()).unwrap_or(0.0);
                Glyph { id, cluster: cluster as u16, advance: pt(f64::from(advance) * points / f64::from(face.upem)), dx: 0, dy: 0 }
            })
            .collect();
        TextRun { face: id, size: pt(points), color: Color::BLACK, scale: 1000, glyphs, text: text.into(), actual: None, personal: false, turned: false }
    }

    pub fn layout(self) -> (Layout, FontBook) {
        let page_map = self.pages.iter().map(|page| (page.folio, None)).collect();
        let layout = Layout {
            pages: self.pages.into_iter().map(Into::into).collect(),
            tags: vec![self.tree.into()],
            outline: self.outline,
            cover: Some(0),
            cover_name: None,
            page_map,
            paper: Length::ZERO,
            bleed: Length::ZERO,
            node_pages: BTreeMap::new(),
        };
        (layout, self.fonts)
    }
}

/// A book's data, with nothing else resolved.
pub fn resolved() -> Resolved {
    let manuscript = Manuscript {
        kind: ProjectKind::Folder,
        name: "by hand".into(),
        book: BookInfo::default(),
        stages: Vec::new(),
        paths: Vec::new(),
        guides: Vec::new(),
        chapters: Vec::new(),
        redirects: BTreeMap::new(),
        assets: Assets::Memory(BTreeMap::new()),
        sources: Sources::default(),
        works: None,
    };
    let selection = Selection {
        manuscript: Arc::new(manuscript),
        reader: Reader::default(),
        ladder: Vec::new(),
        target: None,
        from: None,
        paths: Vec::new(),
        entries: Arc::default(),
        omitted: Arc::default(),
        fields: BTreeMap::new(),
    };
    let document = Document::new(Arc::new(selection), Vec::new(), Vec::new(), Vec::new());
    let book = BookData {
        direction: Default::default(),
        title: "Pages by Hand – a Proof".into(),
        subtitle: "Every kind of item".into(),
        language: "en-GB".into(),
        authors: vec!["Ada Lovelace".into(), "Łukasz Żółć".into()],
        date: "2026-11-23".into(),
        identifier: "urn:uuid:00000000-0000-5000-8000-000000000000".into(),
        copy_identifier: "urn:uuid:00000000-0000-5000-8000-000000000000".into(),
        prepared_for: None,
    };
    Resolved {
        document: Arc::new(document),
        sections: Arc::default(),
        heading_levels: Arc::default(),
        caption_numbers: Arc::default(),
        formulas: Arc::default(),
        links: Arc::default(),
        link_texts: Arc::default(),
        note_refs: Arc::default(),
        note_numbers: Arc::default(),
        fields: BTreeMap::new(),
        personal: Arc::default(),
        images: Arc::default(),
        cover: None,
        labels: Arc::default(),
        contents: Arc::default(),
        index: Arc::default(),
        book,
        words: Words { cover: "Cover".into(), ..Words::default() }.into(),
        route_description: String::new(),
        all_pictures_described: true,
        news: None,
    }
}

pub fn picture(kind: PictureKind, pixels: (u32, u32), bytes: Vec<u8>) -> Arc<PictureFile> {
    let digest = Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Arc::new(PictureFile { path: format!("picture.{kind:?}"), kind, bytes: bytes.into(), pixels, digest, text: "".into(), reduced_from: None })
}

fn encode(image: image::DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("a picture can be encoded");
    bytes.into_inner()
}

pub fn photograph() -> Arc<PictureFile> {
    let image = RgbImage::from_fn(48, 32, |x, y| image::Rgb([(x * 5) as u8, (y * 7) as u8, (x * y) as u8]));
    picture(PictureKind::Jpeg, (48, 32), encode(image.into(), ImageFormat::Jpeg))
}

/// Many colours, half of it seen through.
pub fn veil() -> Arc<PictureFile> {
    let image = RgbaImage::from_fn(40, 40, |x, y| image::Rgba([(x * 6) as u8, (y * 6) as u8, 200, (x * 6) as u8]));
    picture(PictureKind::Png, (40, 40), encode(image.into(), ImageFormat::Png))
}

/// Two colours, losslessly as WebP.
pub fn stripes() -> Arc<PictureFile> {
    let image = RgbaImage::from_fn(30, 10, |x, _| image::Rgba(if x % 3 == 0 { [15, 76, 92, 255] } else { [255, 255, 255, 255] }));
    picture(PictureKind::Webp, (30, 10), encode(image.into(), ImageFormat::WebP))
}

pub fn greys() -> Arc<PictureFile> {
    let image = image::ImageBuffer::from_fn(300, 2, |x, y| image::Luma([(x * 200 + y * 311) as u16]));
    picture(PictureKind::Png, (300, 2), encode(image::DynamicImage::ImageLuma16(image), ImageFormat::Png))
}

pub const DRAWING: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60">
<defs><linearGradient id="g"><stop offset="0" stop-color="#0f4c5c"/><stop offset="1" stop-color="#fff" stop-opacity="0.3"/></linearGradient></defs>
<rect x="2" y="2" width="116" height="56" fill="url(#g)" stroke="#000"/>
<g opacity="0.5"><circle cx="40" cy="30" r="20" fill="#8c8c8c"/><circle cx="60" cy="30" r="20" fill="#0f4c5c"/></g>
<text x="60" y="34" font-family="sans-serif" font-size="9" text-anchor="middle">Five rungs</text>
<image href="/etc/passwd" width="10" height="10"/>
</svg>"##;

pub fn drawing() -> Arc<PictureFile> {
    picture(PictureKind::Svg, (120, 60), DRAWING.as_bytes().to_vec())
}

/// A book with every kind of item and element.
pub fn everything() -> Book {
    let mut book = Book::new();
    cover(&mut book);
    contents(&mut book);
    chapter(&mut book);
    tables_and_pictures(&mut book);
    let stamp = book.run_in("Source Sans 3", "Prepared for ", 7.0);
    let mut name = book.run_in("Source Sans 3", "Ada Lovelace", 7.0);
    name.personal = true;
    let width = stamp.width();
    for page in book.pages.iter_mut().skip(1) {
        page.stamp.push(at(50.0, 585.0), Mark::Artifact(Artifact::Footer), Item::Text(stamp.clone()));
        page.stamp.push(at(50.0 + width.to_pt(), 585.0), Mark::Artifact(Artifact::Footer), Item::Text(name.clone()));
    }
    book
}

fn cover(book: &mut Book) {
    book.page();
    let part = book.tag(None, Role::Part);
    let title = book.tag(Some(part), Role::Paragraph);
    let run = book.run_in("Source Serif 4 Display", "Pages by Hand", 40.0);
    book.put(at(50.0, 200.0), title, Item::Text(run));
    let reader = book.tag(Some(part), Role::Paragraph);
    let mut run = book.run("for Ada Lovelace – Адa Λάβλεϊς", 14.0);
    run.personal = true;
    book.put(at(50.0, 240.0), reader, Item::Text(run));
    for rung in 0..5 {
        let path = handbook::typeset::Path {
            segments: vec![
                handbook::typeset::Segment::Move(at(0.0, 0.0)),
                handbook::typeset::Segment::Line(at(20.0 * f64::from(rung), 0.0)),
                handbook::typeset::Segment::Curve(at(30.0, 0.0), at(40.0, 5.0), at(50.0, 5.0)),
            ],
            fill: None,
            stroke: Some((ACCENT, pt(1.5))),
            dash: (rung == 3).then(|| (pt(2.0), pt(1.0))),
        };
        book.put(at(50.0, 300.0 + 15.0 * f64::from(rung)), Mark::Artifact(Artifact::Layout), Item::Path(path));
    }
}

fn contents(book: &mut Book) {
    book.page();
    let heading = book.tag(None, Role::Heading(1));
    book.text(50.0, 70.0, heading, "Contents");
    let list = book.tag(None, Role::Contents);
    for (index, title) in ["One", "Two"].into_iter().enumerate() {
        let y = 100.0 + 14.0 * index as f64;
        let item = book.tag(Some(list), Role::ContentsItem);
        let link = book.tag(Some(item), Role::Link);
        book.text(50.0, y, link, title);
        book.text(300.0, y, link, "3");
        let to = LinkTarget::Destination("c1".into());
        book.put(at(50.0, y - 10.0), link, Item::Link { size: size(260.0, 14.0), to, description: format!("{title}, page 3") });
    }
}

fn chapter(book: &mut Book) {
    book.page();
    book.put(at(50.0, 60.0), Mark::Artifact(Artifact::Layout), Item::Destination("c1".into()));
    book.outline.push(OutlineEntry { level: 0, title: "One – with a dash".into(), destination: "c1".into(), page: 2 });
    book.outline.push(OutlineEntry { level: 1, title: "A section".into(), destination: "nowhere".into(), page: 2 });
    let heading = book.tag(None, Role::Heading(1));
    book.text(50.0, 70.0, heading, "One");

    let paragraph = book.tag(None, Role::Paragraph);
    let emphasis = book.tag(Some(paragraph), Role::Emphasis);
    let link = book.tag(Some(paragraph), Role::Link);
    let reference = book.tag(Some(paragraph), Role::Reference);
    let french = book.tag(Some(paragraph), Role::Span);
    book.language(french, "fr");
    book.text(50.0, 100.0, paragraph, "Before ");
    book.text(90.0, 100.0, emphasis, "stressed");
    book.text(140.0, 100.0, paragraph, " and ");
    book.text(170.0, 100.0, link, "an address");
    let to = LinkTarget::Url("https://example.org/ü?a=(b)".into());
    book.put(at(170.0, 90.0), link, Item::Link { size: size(50.0, 14.0), to, description: "an address: example.org".into() });
    book.put(at(170.0, 102.0), Mark::Artifact(Artifact::Layout), Item::Rect { size: size(50.0, 0.4), color: Color::BLACK });
    book.text(225.0, 100.0, reference, "1");
    book.text(50.0, 114.0, paragraph, "second line, ");
    book.text(120.0, 114.0, french, "déjà vu");
    let mut hyphen = book.run("-", 10.5);
    hyphen.actual = Some("\u{ad}".into());
    book.text(180.0, 114.0, paragraph, "hyphen");
    book.put(at(215.0, 114.0), paragraph, Item::Text(hyphen));
    book.text(50.0, 128.0, paragraph, "ated, ");
    // Glyphs that do not say what they show, in the middle of a paragraph: what follows must not be lost.
    let mut framed = book.run("1F0", 6.0);
    framed.actual = Some("\u{1F0A1}".into());
    book.put(at(80.0, 128.0), paragraph, Item::Text(framed));
    book.text(95.0, 128.0, paragraph, " and on");

    let quote = book.tag(None, Role::BlockQuote);
    let quoted = book.tag(Some(quote), Role::Paragraph);
    book.text(64.0, 150.0, quoted, "Quoted.");

    lists(book);
    let code = book.tag(None, Role::Paragraph);
    let inner = book.tag(Some(code), Role::Code);
    book.put(at(48.0, 290.0), Mark::Artifact(Artifact::Layout), Item::Rect { size: size(310.0, 30.0), color: Color { r: 245, g: 245, b: 245 } });
    let run = book.run_in("Source Code Pro", "let x = 1;", 8.2);
    book.put(at(53.0, 302.0), inner, Item::Text(run));

    let note = book.tag(None, Role::Note);
    let number = book.tag(Some(note), Role::Label);
    let text = book.tag(Some(note), Role::Paragraph);
    book.text(50.0, 540.0, number, "1");
    book.text(60.0, 540.0, text, "A note.");

    let across = book.tag(None, Role::Paragraph);
    book.text(50.0, 500.0, across, "From this page");
    book.page();
    book.text(50.0, 70.0, across, "to the next.");
}

fn lists(book: &mut Book) {
    for (index, ordered) in [Some(true), Some(false), None].into_iter().enumerate() {
        let y = 180.0 + 30.0 * index as f64;
        let list = book.tag(None, Role::List { ordered });
        let item = book.tag(Some(list), Role::ListItem);
        let label = book.tag(Some(item), Role::Label);
        let body = book.tag(Some(item), Role::ListBody);
        if ordered.is_some() {
            book.text(50.0, y, label, if index == 0 { "1." } else { "•" });
        } else {
            let form = book.tag(Some(label), Role::Form);
            let check = |label: &str, checked| Item::CheckBox { size: size(8.0, 8.0), label: label.to_string(), checked };
            book.put(at(50.0, y - 8.0), form, check("Do it – today", true));
            let second = book.tag(Some(list), Role::ListItem);
            let second = book.tag(Some(second), Role::Label);
            let form = book.tag(Some(second), Role::Form);
            book.put(at(50.0, y + 6.0), form, check("Then this", false));
        }
        let paragraph = book.tag(Some(body), Role::Paragraph);
        book.text(66.0, y, paragraph, "Item text");
    }
}

fn tables_and_pictures(book: &mut Book) {
    let table = book.tag(None, Role::Table);
    let head = book.tag(Some(table), Role::TableHead);
    let body = book.tag(Some(table), Role::TableBody);
    let row = book.tag(Some(head), Role::TableRow);
    for (index, title) in ["Skill", "Level"].into_iter().enumerate() {
        let cell = book.tag(Some(row), Role::HeaderCell { row: false, colspan: 1, rowspan: 1 });
        book.text(50.0 + 100.0 * index as f64, 100.0, cell, title);
    }
    let row = book.tag(Some(body), Role::TableRow);
    let cell = book.tag(Some(row), Role::HeaderCell { row: true, colspan: 1, rowspan: 1 });
    book.text(50.0, 114.0, cell, "Testing");
    book.tag(Some(row), Role::DataCell { colspan: 1, rowspan: 1 });
    let row = book.tag(Some(body), Role::TableRow);
    let cell = book.tag(Some(row), Role::DataCell { colspan: 2, rowspan: 1 });
    book.text(50.0, 128.0, cell, "across both");

    for (index, file) in [photograph(), veil(), stripes(), greys(), drawing(), drawing()].into_iter().enumerate() {
        let x = 50.0 + 110.0 * (index % 3) as f64;
        let y = 150.0 + 100.0 * (index / 3) as f64;
        let figure = book.tag(None, Role::Figure { alt: format!("Picture {index}") });
        let caption = book.tag(Some(figure), Role::Caption);
        book.put(at(x, y), figure, Item::Picture { file, size: size(90.0, 60.0), turned: false });
        book.text(x, y + 75.0, caption, "Figure");
    }
    let index = book.tag(None, Role::Index);
    let entry = book.tag(Some(index), Role::Paragraph);
    book.text(50.0, 380.0, entry, "office, 3");
    // A ligature, a glyph that stands for another text than in the rest of the book, a raised and a shifted one.
    let odd = book.tag(None, Role::Paragraph);
    let mut ligature = book.run("oﬁce", 10.5);
    ligature.text = "ofice".replace("fi", "ffi").into();
    ligature.glyphs[2].cluster = 4;
    ligature.glyphs[3].cluster = 5;
    book.put(at(50.0, 400.0), odd, Item::Text(ligature));
    let mut raised = book.run(" a2b", 10.5);
    raised.glyphs[2].dy = 300;
    raised.glyphs[3].dx = 100;
    raised.scale = 1020;
    for glyph in &mut raised.glyphs {
        glyph.advance = glyph.advance.scale(1020, 1000);
    }
    book.put(at(90.0, 400.0), odd, Item::Text(raised));
    let division = book.tag(None, Role::Division);
    let label = book.tag(Some(division), Role::Paragraph);
    let strong = book.tag(Some(label), Role::Strong);
    book.text(50.0, 420.0, strong, "Note");
    // Nothing stands in it, so it must not be in the file.
    book.tag(Some(division), Role::Paragraph);
}
