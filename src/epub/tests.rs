//! Small books built by hand, and what must come of them.

use std::collections::BTreeMap;
use std::io::Read;

use super::*;
use crate::length::Size;
use crate::load::{Assets, BookInfo, Manuscript, Pos, ProjectKind, Sources};
use crate::parse::{Block, BlockKind, CalloutKind, Document, Format, Inline, InlineKind, ListItem, NodeId, NoteDefinition, Section, SectionId};
use crate::resolve::{BookData, ContentsEntry, FieldValue, LinkTo, NoteRefInfo, SectionInfo};
use crate::select::{EntryKind, Reader, Selection};

const SECTION: u32 = 0;

fn node(index: u32) -> NodeId {
    NodeId { section: SectionId(SECTION), index }
}

fn inline(index: u32, kind: InlineKind) -> Inline {
    Inline { id: node(index), pos: Pos::default(), kind }
}

fn text(index: u32, text: &str) -> Inline {
    inline(index, InlineKind::Text(text.to_string()))
}

fn block(index: u32, kind: BlockKind) -> Block {
    Block { id: node(index), pos: Pos::default(), anchor: None, language: None, direction: None, kind }
}

fn paragraph(index: u32, content: &str) -> Block {
    block(index, BlockKind::Paragraph(vec![text(index + 1, content)]))
}

/// A book of one chapter.
pub(super) fn book(blocks: &[Block]) -> Resolved {
    let manuscript = Manuscript {
        kind: ProjectKind::Manifest,
        name: "test".to_string(),
        book: BookInfo { language: "en".to_string(), language_named: true, ..BookInfo::default() },
        stages: Vec::new(),
        paths: Vec::new(),
        guides: Vec::new(),
        chapters: Vec::new(),
        redirects: BTreeMap::new(),
        assets: Assets::BuiltIn,
        sources: Sources::default(),
        works: None,
    };
    let selection = Selection {
        manuscript: Arc::new(manuscript),
        reader: Reader { name: Some("Ada & <b>".to_string()), ..Reader::default() },
        ladder: Vec::new(),
        target: None,
        from: None,
        paths: Vec::new(),
        entries: Arc::default(),
        omitted: Arc::default(),
        fields: BTreeMap::new(),
    };
    let section = Section {
        id: node(0),
        kind: EntryKind::Chapter,
        path: "one.md".to_string(),
        title: vec![text(1, "One")],
        name: None,
        summary: Vec::new(),
        promise: Vec::new(),
        glossary: false,
        depth: 0,
        numbered: true,
        part: None,
        language: None,
        anchor: "one".to_string(),
        blocks: blocks.to_vec(),
        notes: Vec::new(),
        pos: Pos::default(),
        nodes: 1000,
        noted: crate::parse::Noted::default(),
    };
    let document = Document::new(Arc::new(selection), Vec::new(), Vec::new(), vec![Arc::new(section)]);
    let info = SectionInfo { number: Some("1".to_string()), title: "One".to_string(), label: "c01-one".to_string(), ..SectionInfo::default() };
    Resolved {
        document: Arc::new(document),
        sections: vec![info].into(),
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
        contents: vec![ContentsEntry { node: node(0), level: 1, number: Some("1".to_string()), title: "One".to_string(), matter: Matter::Main }].into(),
        index: Arc::default(),
        book: BookData {
            direction: Default::default(),
            title: "A & B".to_string(),
            subtitle: "Of <markup>".to_string(),
            language: "en".to_string(),
            authors: vec!["An Author".to_string()],
            date: "2026-11-01".to_string(),
            identifier: "urn:uuid:53a1a112-2a1f-445c-a260-8c20a1ecea52".to_string(),
            copy_identifier: "urn:uuid:53a1a112-2a1f-445c-a260-8c20a1ecea52".to_string(),
            prepared_for: Some("Prepared for Ada & <b>".to_string()),
        },
        words: crate::words::words("en").into(),
        route_description: String::new(),
        all_pictures_described: true,
        news: None,
    }
}

fn theme() -> Theme {
    Theme::parse("classic", Theme::built_in("classic").unwrap_or_default()).unwrap_or_default()
}

/// A JPEG of one pixel, for a cover.
fn cover() -> Cover {
    let mut out = std::io::Cursor::new(Vec::new());
    let written = image::DynamicImage::new_rgb8(1, 1).write_to(&mut out, image::ImageFormat::Jpeg);
    assert!(written.is_ok());
    Cover { bytes: out.into_inner().into(), size: Size::default(), name: None }
}

fn written(resolved: &Resolved, pages: Option<&[(Folio, Option<Start>)]>) -> Vec<u8> {
    let (fonts, theme) = (FontBook::built_in().into(), theme().into());
    let parts = Parts { pages: pages.map(Arc::from), cover: cover(), route_map: None, fonts, materials: Arc::new(crate::memo::Memo::new(0)), theme };
    write(resolved, &parts, None).map(|file| file.bytes()).unwrap_or_else(|errors| unreachable!("{:?}", errors.iter().collect::<Vec<_>>()))
}

/// The file's entries in order, with their text.
fn entries(epub: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(epub)).unwrap_or_else(|error| unreachable!("{error}"));
    let mut out = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap_or_else(|error| unreachable!("{error}"));
        let mut bytes = Vec::new();
        assert!(file.read_to_end(&mut bytes).is_ok());
        out.push((file.name().map(|n| n.to_string()).unwrap_or_default(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    out
}

/// The chapter's section, without the frame of the file.
fn chapter(resolved: &Resolved, pages: Option<&[(Folio, Option<Start>)]>) -> String {
    let all = entries(&written(resolved, pages));
    let file = all.into_iter().find(|(name, _)| name == "OEBPS/c01-one.xhtml").map(|(_, text)| text).unwrap_or_default();
    let from = file.find("</header>\n").map_or(0, |at| at + "</header>\n".len());
    let to = file.rfind("</section>").unwrap_or(file.len());
    file[from..to].to_string()
}

#[test]
fn the_container_is_in_order_and_the_same_for_any_number_of_threads() {
    let resolved = book(&[paragraph(2, "Text.")]);
    let once = written(&resolved, None);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap_or_else(|error| unreachable!("{error}"));
    assert!(pool.install(|| written(&resolved, None)) == once);
    assert_eq!(&once[30..58], b"mimetypeapplication/epub+zip");
    let names: Vec<String> = entries(&once).into_iter().map(|(name, _)| name).collect();
    let at = |name: &str| names.iter().position(|n| n == name);
    assert!(at("OEBPS/c01-one.xhtml") < at("OEBPS/title-page.xhtml"), "what is personal comes last: {names:?}");
    assert_eq!(names.iter().filter(|n| n.ends_with("content.opf")).count(), 1);
}

#[test]
fn personal_text_is_data_and_isolated() {
    let field = inline(3, InlineKind::Field { name: "reader.name".to_string(), default: None });
    let mut resolved = book(&[block(2, BlockKind::Paragraph(vec![text(4, "Dear "), field]))]);
    resolved.fields.insert(node(3), FieldValue { text: "*Ada* <b>{{x}}</b> \\ \u{202E}א".to_string(), personal: true });
    let body = chapter(&resolved, None);
    assert_eq!(body, "<p>Dear <bdi class=\"personal\">*Ada* &lt;b&gt;{{x}}&lt;/b&gt; \\ \u{202E}א</bdi></p>\n");
}

#[test]
fn notes_pop_up_and_lead_back() {
    let called = |index| inline(index, InlineKind::NoteRef("a".to_string()));
    let mut resolved = book(&[block(2, BlockKind::Paragraph(vec![text(3, "A"), called(4), text(5, " B"), called(6)]))]);
    let document = Arc::make_mut(&mut resolved.document);
    Arc::make_mut(&mut Arc::make_mut(&mut document.sections)[0]).notes.push(NoteDefinition {
        id: node(10),
        label: "a".to_string(),
        blocks: vec![paragraph(11, "Why.")],
        pos: Pos::default(),
    });
    for (index, first) in [(4, true), (6, false)] {
        Arc::make_mut(&mut resolved.note_refs).insert(node(index), NoteRefInfo { note: node(10), number: 1, first });
    }
    Arc::make_mut(&mut resolved.note_numbers).insert(node(10), 1);
    assert_eq!(
        chapter(&resolved, None),
        "<p>A<a epub:type=\"noteref\" role=\"doc-noteref\" class=\"noteref\" href=\"#note-0-10\" id=\"ref-0-10\">1</a> B\
         <a epub:type=\"noteref\" role=\"doc-noteref\" class=\"noteref\" href=\"#note-0-10\" id=\"ref-0-10-2\">1</a></p>\n\
         <section epub:type=\"footnotes\" class=\"notes\" aria-label=\"Notes\">\n\
         <aside epub:type=\"footnote\" role=\"doc-footnote\" id=\"note-0-10\"><div class=\"note-mark\">\
         <a href=\"#ref-0-10\" role=\"doc-backlink\" aria-label=\"Note 1\">1</a></div>\
         <div class=\"note-text\"><p>Why.</p>\n<p class=\"note-places\">\
         <a href=\"#ref-0-10\" role=\"doc-backlink\" aria-label=\"Note 1 a\">a</a> \
         <a href=\"#ref-0-10-2\" role=\"doc-backlink\" aria-label=\"Note 1 b\">b</a> </p></div></aside>\n</section>\n"
    );
}

#[test]
fn page_breaks_fall_between_words_and_stand_in_the_page_list() {
    let resolved = book(&[paragraph(2, "one two three"), block(4, BlockKind::Only(Format::Pdf, vec![paragraph(5, "x")])), paragraph(7, "four")]);
    let page = |number, index, offset| (Folio { number, roman: false }, Some(Start { node: node(index), offset }));
    let pages = [page(1, 0, 0), page(2, 2, 6), page(3, 5, 0)];
    let mark = |n: u32| format!("<span epub:type=\"pagebreak\" role=\"doc-pagebreak\" id=\"page-{n}\" aria-label=\"{n}\"></span>");
    assert_eq!(chapter(&resolved, Some(&pages)), format!("<p>one {}two three</p>\n\n<p>{}four</p>\n", mark(2), mark(3)));
    let all = entries(&written(&resolved, Some(&pages)));
    let navigation = all.iter().find(|(name, _)| name.ends_with("nav.xhtml")).map(|(_, t)| t.as_str()).unwrap_or_default();
    assert!(navigation.contains("<a href=\"c01-one.xhtml#page-2\">2</a>"));
}

#[test]
fn links_lead_to_what_is_shown_or_become_their_text() {
    let link = |index, to: &str| inline(index, InlineKind::Link { to: to.to_string(), title: None, content: vec![text(index + 1, "t")] });
    let hidden = block(20, BlockKind::Only(Format::Pdf, vec![paragraph(21, "x")]));
    let mut resolved = book(&[block(2, BlockKind::Paragraph(vec![link(3, "a"), link(5, "b"), link(7, "c"), link(9, "d")])), paragraph(12, "there"), hidden]);
    Arc::make_mut(&mut resolved.labels).extend([(node(12), "c1-there".to_string()), (node(21), "c1-hidden".to_string())]);
    let to = [(3, LinkTo::Node(node(12))), (5, LinkTo::Node(node(21))), (7, LinkTo::Url("https://a.example/".to_string())), (9, LinkTo::Nothing)];
    Arc::make_mut(&mut resolved.links).extend(to.map(|(index, to)| (node(index), to)));
    assert_eq!(
        chapter(&resolved, None),
        "<p><a href=\"#c1-there\">t</a><a href=\"c01-one.xhtml\">t</a><a href=\"https://a.example/\">t</a>t</p>\n<p id=\"c1-there\">there</p>\n\n"
    );
}

#[test]
fn blocks_say_what_they_are() {
    let item = |index, done| ListItem { id: node(index), task: Some(done), number: None, blocks: vec![paragraph(index + 1, "do")], pos: Pos::default() };
    let blocks = [
        block(2, BlockKind::List { start: None, tight: true, items: vec![item(3, false), item(6, true)] }),
        block(10, BlockKind::Callout { kind: CalloutKind::Tip, blocks: vec![paragraph(11, "x")] }),
        block(14, BlockKind::Code { language: Some("rust".to_string()), text: "fn x\n<".into() }),
        paragraph(16, "שלום"),
    ];
    assert_eq!(
        chapter(&book(&blocks), None),
        "<ul class=\"tasks\">\n\
         <li><span class=\"box\" role=\"img\" aria-label=\"to do\">☐</span> do</li>\n\
         <li><span class=\"box\" role=\"img\" aria-label=\"done\">☑</span> do</li>\n</ul>\n\
         <aside class=\"callout tip\" role=\"note\" aria-label=\"Tip\"><p class=\"callout-label\">Tip</p>\n<p>x</p>\n</aside>\n\
         <pre><code><span class=\"line\"><span class=\"k\">fn</span> <span class=\"n\">x</span>\n</span><span class=\"line\">&lt;\n</span></code></pre>\n\
         <p dir=\"rtl\">שלום</p>\n"
    );
}

#[test]
fn nesting_as_deep_as_hostile_input_makes_it_keeps_its_text() {
    let mut inner = paragraph(2, "deep");
    for _ in 0..90 {
        inner = block(1, BlockKind::Quote { blocks: vec![inner], attribution: None });
    }
    let body = chapter(&book(&[inner]), None);
    assert!(body.contains("<p>deep</p>"));
    assert!(body.matches("<blockquote>").count() < 60);
}

#[test]
fn nothing_in_the_file_is_what_stores_turn_away() {
    let resolved = book(&[paragraph(2, "Text -- with hyphens.")]);
    for (name, text) in entries(&written(&resolved, None)) {
        let is_text = [".xhtml", ".opf", ".ncx", ".css", ".svg", ".xml"].iter().any(|extension| name.ends_with(extension));
        if !is_text {
            continue;
        }
        assert!(!text.contains("<!--"), "a comment in {name}");
        assert!(!text.contains("var(") && !text.contains("{ --"), "a custom property in {name}");
        assert!(!text.contains("alt=\"\""), "an empty alternative text in {name}");
        for id in text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(id.len() <= 40, "{id} in {name} is long");
        }
        if name.ends_with(".opf") {
            assert!(text.contains("properties=\"cover-image\"") && text.contains("<meta name=\"cover\" content=\"cover-image\"/>"));
            assert!(text.contains("<dc:title id=\"title\">A &amp; B</dc:title>"));
        }
    }
}

#[test]
fn a_part_has_its_title_for_a_heading_and_the_glance_has_the_parts_of_the_file() {
    let manifest = "title: T\nlanguage: en\nchapters:\n  - { part: The craft, chapter: a.md }\n";
    let files = [("handbook.yaml", manifest), ("a.md", "# Tools\n\nA hammer. <!-- index: hammer -->\n")];
    let project = crate::Project::in_memory(files.map(|(name, text)| (name.to_string(), text.into())), crate::Options::default());
    let project = project.unwrap_or_else(|problems| unreachable!("{problems}"));
    let press = crate::Session::new().press(&project).unwrap_or_else(|problems| unreachable!("{problems}"));
    let pages = press.pages(&crate::Reader::default(), crate::press::Watch::nobody()).unwrap_or_else(|problems| unreachable!("{problems}"));
    let glance = pages.glance().unwrap_or_else(|problems| unreachable!("{problems}"));
    let chapters = glance.chapters();
    let copy = press.copy(&crate::Reader::default()).unwrap_or_else(|problems| unreachable!("{problems}"));
    let all = entries(&copy.epub().map(|file| file.bytes()).unwrap_or_default());
    for chapter in &chapters {
        let written = all.iter().find(|(name, _)| name.ends_with(&format!("/{}", chapter.file))).unwrap_or_else(|| unreachable!("{}", chapter.file));
        let seen = glance.file(&chapter.file).map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
        assert_eq!(seen.as_ref(), Some(&written.1), "{}", chapter.file);
    }
    let texts = all.iter().filter(|(name, _)| name.ends_with(".xhtml") && !name.ends_with("/nav.xhtml"));
    assert_eq!(texts.count(), chapters.len(), "{chapters:?}");
    let part = chapters.iter().find(|chapter| chapter.title == "The craft").and_then(|chapter| glance.file(&chapter.file));
    let part = part.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default();
    assert!(part.contains("<p class=\"chapter-label\">Part I</p>") && part.contains("<h1 id=\"part\">The craft</h1>"), "{part}");
}
