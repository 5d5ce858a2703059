//! Small manuscripts and what must come of them: each file of `tests/cases/parse` is read, and its document, what was
//! resolved of it, and what a person is told are compared with a reference.
//!
//! A case may begin with a line `%% key=value …` (`kind`, `language`, `smart`, `title`, `reader`) and may hold several
//! chapters, each after a line `=== path`, with `numbered`, `depth=1`, `part=…` or `omitted` behind the path.

#![allow(clippy::panic, clippy::unwrap_used)] // a helper of tests fails a test by a panic

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use handbook::diag::{Diagnostics, Warned};
use handbook::load::{Assets, BookInfo, ChapterSource, FrontMatter, Manuscript, Pos, ProjectKind, Role, Sources, Text};
use handbook::memo::Memo;
use handbook::parse::{self, Node, parse};
use handbook::resolve::{self, resolve};
use handbook::select::{Entry, EntryKind, Omitted, Reader, Selection};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A manuscript as a test writes it.
struct Case {
    kind: ProjectKind,
    book: BookInfo,
    reader: Reader,
    chapters: Vec<Chapter>,
}

struct Chapter {
    path: String,
    options: BTreeMap<String, String>,
    text: String,
}

impl Case {
    fn one(kind: ProjectKind, text: &str) -> Case {
        let chapter = Chapter { path: "case.md".to_string(), options: BTreeMap::new(), text: text.to_string() };
        Case {
            kind,
            book: BookInfo { title: "Book".to_string(), language: "en".to_string(), language_named: true, ..BookInfo::default() },
            reader: Reader::default(),
            chapters: vec![chapter],
        }
    }

    fn read(source: &str) -> Case {
        let (head, text) = match source.strip_prefix("%%").and_then(|s| s.split_once('\n')) {
            Some((head, text)) => (options(head), text),
            None => (BTreeMap::new(), source),
        };
        let get = |key: &str| head.get(key).cloned();
        let mut case = Case::one(ProjectKind::Manifest, text);
        case.kind = match get("kind").as_deref() {
            Some("mdbook") => ProjectKind::MdBook,
            Some("folder") => ProjectKind::Folder,
            Some("quarto") => ProjectKind::Quarto,
            Some("mkdocs") => ProjectKind::MkDocs,
            _ => ProjectKind::Manifest,
        };
        case.book.smart_punctuation = head.contains_key("smart");
        case.book.language = get("language").unwrap_or_else(|| "en".to_string());
        case.book.title = get("title").unwrap_or_else(|| "Book".to_string());
        case.reader.name = get("reader");
        if text.starts_with("=== ") {
            case.chapters = text.split("=== ").skip(1).map(chapter).collect();
        }
        case
    }

    fn selection(&self) -> Selection {
        let mut sources = Sources::default();
        let mut entries = Vec::new();
        let mut omitted = Vec::new();
        for chapter in &self.chapters {
            let file = sources.add(&chapter.path, &chapter.text);
            let has = |key: &str| chapter.options.contains_key(key);
            let get = |key: &str| chapter.options.get(key).map(|v| v.replace('_', " "));
            if has("omitted") {
                omitted.push(Omitted { path: chapter.path.clone(), title: get("omitted").unwrap_or_default(), why: String::new() });
                continue;
            }
            entries.push(Entry {
                kind: EntryKind::Chapter,
                path: chapter.path.clone(),
                title: get("own").or(get("title")),
                meta: FrontMatter { title: get("own"), summary: get("summary"), language: get("language"), ..FrontMatter::default() },
                depth: get("depth").and_then(|d| d.parse().ok()).unwrap_or(0),
                numbered: !has("unnumbered"),
                part: get("part"),
                text: Text::whole(file, &chapter.text, 1),
                pos: Pos { file, line: 1, column: 1 },
                why: String::new(),
            });
        }
        let fields = [("reader.name", self.reader.name.clone()), ("book.edition", Some("2026.11".to_string())), ("reader.email", None)];
        let manuscript = Manuscript {
            kind: self.kind,
            name: "case".to_string(),
            book: self.book.clone(),
            stages: Vec::new(),
            paths: Vec::new(),
            guides: Vec::new(),
            chapters: self.chapters.iter().map(named).collect(),
            redirects: [("old.html".to_string(), "a/one.html#second-place".to_string())].into(),
            assets: Assets::Memory(assets()),
            sources,
            works: None,
        };
        Selection {
            manuscript: Arc::new(manuscript),
            reader: self.reader.clone(),
            ladder: Vec::new(),
            target: None,
            from: None,
            paths: Vec::new(),
            entries: entries.into(),
            omitted: omitted.into(),
            fields: fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect(),
        }
    }

    /// Document, resolved and messages, for a person to read.
    fn shown(&self) -> String {
        let Warned { value: document, warnings: mut diagnostics } = parse(self.selection().into(), &Memo::new(0));
        let document = Arc::new(document);
        let mut out = parse::outline(&document);
        out.push_str("\nresolved\n");
        match resolve(document, "2026-11-23", &handbook::memo::Memo::new(0)).map(|resolved| (resolved.value, resolved.warnings)) {
            Ok((resolved, more)) => {
                diagnostics.extend(more);
                out.push_str(&resolve::outline(&resolved));
            }
            Err(problems) => {
                diagnostics.extend(problems);
                out.push_str("stopped\n");
            }
        }
        for diagnostic in diagnostics.iter() {
            out.push_str(&format!("\n{diagnostic}\n"));
        }
        out
    }
}

fn options(line: &str) -> BTreeMap<String, String> {
    line.split_whitespace().map(|o| o.split_once('=').unwrap_or((o, ""))).map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

/// A chapter of the manuscript, by its path.
fn named(chapter: &Chapter) -> ChapterSource {
    ChapterSource {
        path: chapter.path.clone(),
        role: Role::Chapter { depth: 0, numbered: true },
        listed_title: None,
        meta: FrontMatter::default(),
        pos: Pos::default(),
        part: None,
        text: Text::default(),
        draft: false,
    }
}

fn chapter(source: &str) -> Chapter {
    let (head, text) = source.split_once('\n').unwrap_or((source, ""));
    let (path, rest) = head.split_once(' ').unwrap_or((head, ""));
    Chapter { path: path.replace("%20", " "), options: options(rest), text: text.to_string() }
}

/// Pictures that cases may show.
fn assets() -> BTreeMap<String, Arc<[u8]>> {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 20'><rect width='30' height='20'/></svg>";
    let scripted = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 3 2'><script>1</script><rect width='3' height='2'/></svg>";
    let files: [(&str, Vec<u8>); 4] =
        [("pic.svg", svg.into()), ("img/scripted.svg", scripted.into()), ("img/broken.png", b"\x89PNG\r\n\x1a\n".to_vec()), ("note.txt", b"text".to_vec())];
    files.into_iter().map(|(name, bytes)| (name.to_string(), bytes.into())).collect()
}

#[test]
fn every_case_becomes_its_reference() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/parse");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the cases").map(|f| f.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= 50, "only {} cases", files.len());
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let source = fs::read_to_string(&file).expect("a case");
        common::reference(&format!("parse/{name}.txt"), &Case::read(&source).shown());
    }
}

/// Words that Markdown's own events have, and words in the tree.
fn words(case: &Case) -> (Vec<String>, Vec<String>) {
    use pulldown_cmark::{Event, Options, Parser};
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    let mut wanted = String::new();
    for event in Parser::new_ext(&case.chapters[0].text, options) {
        match event {
            Event::Text(text) | Event::Code(text) => wanted.push_str(&text),
            Event::Start(tag)
                if !matches!(
                    tag,
                    pulldown_cmark::Tag::Emphasis
                        | pulldown_cmark::Tag::Strong
                        | pulldown_cmark::Tag::Strikethrough
                        | pulldown_cmark::Tag::Link { .. }
                        | pulldown_cmark::Tag::Image { .. }
                ) =>
            {
                wanted.push(' ')
            }
            Event::SoftBreak | Event::HardBreak | Event::Rule => wanted.push(' '),
            _ => {}
        }
    }
    let document = parse(Arc::new(case.selection()), &Memo::new(0)).value;
    let mut got = String::new();
    for section in document.sections.iter() {
        parse::walk(section, &mut |node| push_words(node, &mut got));
    }
    (sorted(&wanted), sorted(&got))
}

fn push_words(node: Node<'_>, out: &mut String) {
    use handbook::parse::{BlockKind, InlineKind};
    match node {
        Node::Inline(inline) => match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::Keyboard(text) => out.push_str(text),
            InlineKind::Formula(formula) => out.push_str(&formula.source),
            InlineKind::Image(image) => out.push_str(image.alt.as_deref().unwrap_or("")),
            InlineKind::Break => out.push(' '),
            _ => {}
        },
        Node::Block(block) => {
            out.push(' ');
            match &block.kind {
                BlockKind::Code { text, .. } => out.push_str(text),
                BlockKind::Formula(formula) => out.push_str(&formula.source),
                _ => {}
            }
        }
        _ => out.push(' '),
    }
}

/// All letters and digits, sorted: notes and terms may stand elsewhere, but nothing is lost and nothing twice.
fn sorted(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text.chars().filter(|c| c.is_alphanumeric()).map(String::from).collect();
    words.sort();
    words
}

/// Pieces that Markdown and HTML are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,6} ?",
        2 => Just("\n".to_string()),
        2 => Just("\n\n".to_string()),
        6 => proptest::sample::select(vec![
            "# ", "## ", "> ", "- ", "1. ", "    ", "```\n", "~~~", "*", "**", "_", "`", "``", "[", "](", ")", "![", "](b)", "|", "|-|-|\n", "| a | b |\n",
            "[^n]", "[^n]: ", ": ", "- [ ] ", "- [x] ", "> [!NOTE]\n", "---\n", "===\n", "\\", "&amp;", "&lt;", "^", "~", "~~", "\"", "'", "--", "...",
            "{{", "}}", "{#id}", "$$", "https://a.org/b", "www.c.de", "a@b.org", "\t", "\u{FDD0}", "漢字", "\u{202E}", "é",
        ]).prop_map(str::to_string),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Raw HTML in any order, well-formed or not.
fn html() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<ul>",
        "<ol start=3>",
        "</ul>",
        "<li>",
        "</li>",
        "<table>",
        "<thead>",
        "<tr>",
        "<td colspan=3>",
        "<th rowspan=9>",
        "</td>",
        "</tr>",
        "</table>",
        "<caption>",
        "</caption>",
        "<details>",
        "<summary>",
        "</summary>",
        "</details>",
        "<figure>",
        "<figcaption>",
        "</figcaption>",
        "</figure>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<b>",
        "</b>",
        "<a href=x>",
        "<a id=y>",
        "</a>",
        "<span lang=de>",
        "</span>",
        "<script>",
        "</script>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<Listing number=1 caption='a *b* c'>",
        "</Listing>",
        "<T>",
        "<br>",
        "<hr>",
        "<img src=a alt=b>",
        "<q>",
        "</q>",
        "<h2>",
        "</h2>",
        "<blockquote>",
        "</blockquote>",
        "<!-- only format: pdf -->",
        "<!-- else -->",
        "<!-- end -->",
        "<!-- index: a > b; c -->",
        "<!-- pagebreak -->",
        "<!--",
        "word ",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "*",
        "[",
        "](",
        "| a |\n|-|\n",
        "</",
        "<!",
        "<?",
        "&nbsp;",
        "<kbd>",
    ]);
    proptest::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn markdown_loses_no_words(text in pieces()) {
        let case = Case::one(ProjectKind::Folder, &format!("x\n\n{text}"));
        let (wanted, got) = words(&case);
        let mut wanted = wanted;
        if title(&case) == "Case" {
            // The file's name stands in for a title that the text does not have.
            wanted.extend(sorted("Case"));
            wanted.sort();
        }
        prop_assert_eq!(wanted, got);
    }

    #[test]
    fn nothing_breaks_the_tree(text in html(), smart in any::<bool>()) {
        let mut case = Case::one(ProjectKind::Manifest, &text);
        case.book.smart_punctuation = smart;
        case.shown();
    }
}

fn title(case: &Case) -> String {
    parse::plain_text(&parse(Arc::new(case.selection()), &Memo::new(0)).value.sections[0].title)
}

/// What would take for ever or fall over, were it not looked after.
#[test]
fn hostile_nesting_is_kept_at_bay() {
    let many = 100_000;
    let long = |piece: &str| piece.repeat(many);
    let cases = [
        long(">"),
        long("> "),
        long("["),
        long("*"),
        long("*a "),
        long("- "),
        long("<div>"),
        long("<b>"),
        long("<div>\n\n"),
        long("`"),
        long("![a]("),
        long("{{"),
        long("\0"),
        long("<ul><li>"),
        long("<T>"),
        long("<q>"),
        format!("{}\n{}\n{}", long("|a"), long("|-"), long("|b")),
        format!("|a|b|\n|-|-|\n{}", "|c|d|\n".repeat(20_000)),
        (0..500).map(|n| format!("{}- a{n}\n", "  ".repeat(n))).collect(),
        format!("<table>{}", "<tr><td rowspan=60000 colspan=60000>x".repeat(2_000)),
        format!("{}x", "<!-- only format: pdf -->".repeat(10_000)),
        "[^a]: b\n\n".repeat(2_000),
        "# a\n\n".repeat(5_000),
        long("www."),
        long("@"),
        long("a.b@"),
        long("https://"),
        long("<!-- index: a -->"),
    ];
    for (number, text) in cases.iter().enumerate() {
        let start = std::time::Instant::now();
        Case::one(ProjectKind::Manifest, text).shown();
        let seconds = start.elapsed().as_secs_f32();
        eprintln!("{number}: {seconds}");
        // Quadratic, each would take hours: this is no measure of speed, which machines differ in.
        assert!(seconds < 180.0, "case {number} took {seconds} s");
    }
}

/// The three books of the corpus, whose folder `HANDBOOK_CORPUS` names: no error, and how long it takes.
#[test]
#[ignore = "needs the corpus"]
fn the_corpus_is_read() {
    let corpus = std::env::var("HANDBOOK_CORPUS").expect("HANDBOOK_CORPUS");
    for name in ["small", "whole", "mdbook"] {
        let mut diagnostics = Diagnostics::new();
        let manuscript = diagnostics.noting(handbook::load::load(Some(Path::new(name)), Path::new(&corpus))).expect("a book");
        let selection = diagnostics.noting(handbook::select::select(&Arc::new(manuscript), &Reader::default())).expect("a selection");
        let selection = Arc::new(selection);
        let start = std::time::Instant::now();
        let document = Arc::new(diagnostics.noting(Ok(parse(selection, &Memo::new(0)))).expect("parsing never stops"));
        let parsed = start.elapsed();
        if let Some(folder) = std::env::var_os("HANDBOOK_OUTLINES") {
            fs::write(Path::new(&folder).join(format!("{name}.txt")), parse::outline(&document)).expect("written");
        }
        let start = std::time::Instant::now();
        let resolved = diagnostics.noting(resolve(document, "2026-11-23", &handbook::memo::Memo::new(0))).expect("no errors");
        eprintln!("{name}: parsed in {parsed:?}, resolved in {:?}, {} sections, {} messages", start.elapsed(), resolved.sections.len(), diagnostics.len());
        if let Some(folder) = std::env::var_os("HANDBOOK_OUTLINES") {
            let messages: String = diagnostics.iter().map(|d| format!("{d}\n\n")).collect();
            fs::write(Path::new(&folder).join(format!("{name}.resolved.txt")), resolve::outline(&resolved) + &messages).expect("written");
        }
    }
}
