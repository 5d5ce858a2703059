//! Scripts and languages: lines from right to left, lines without spaces, fonts that lack a character, words and marks of a language.
//!
//! The fonts that these tests need are named by their folders, so that no other font of a system can change a result. They are those of
//! Debian's `fonts-noto-core` and `fonts-noto-cjk`; `make tools` installs them.

#![allow(clippy::panic)] // a helper of tests fails a test by a panic

mod common;

use std::path::Path;
use std::sync::Arc;

use handbook::diag::{Diagnostics, Severity};
use handbook::fonts::{FontBook, FontData};
use handbook::length::Length;
use handbook::paginate::{Body, paginate, trace};
use handbook::select::Reader;
use handbook::theme::Theme;
use handbook::typeset::{Item, Placed, Setter, chapters, typeset};

use common::layouts::{FONTS, layout, placed, resolved, theme};

const NOTO: &str = "/usr/share/fonts/truetype/noto";
const NOTO_CJK: &str = "/usr/share/fonts/opentype/noto";

/// The fonts of the binary and some of a system.
fn fonts(files: &[(&str, &str)]) -> Arc<FontBook> {
    let mut book = FontBook::built_in();
    for (folder, file) in files {
        let path = Path::new(folder).join(file);
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{} cannot be read ({e}): `make tools` installs it", path.display()));
        assert!(book.add(FontData::Shared(bytes.into()), false) > 0, "{} is no font", path.display());
    }
    Arc::new(book)
}

fn every_script() -> Arc<FontBook> {
    fonts(&[(NOTO, "NotoSerifHebrew-Regular.ttf"), (NOTO, "NotoNaskhArabic-Regular.ttf"), (NOTO_CJK, "NotoSerifCJK-Regular.ttc")])
}

/// The pages of a case, and what was said.
fn pages(case: &str, fonts: &Arc<FontBook>, theme: &Arc<Theme>) -> (Body, Diagnostics) {
    let mut said = Diagnostics::new();
    let file = common::root().join("tests/cases/scripts").join(case);
    let resolved = resolved(&file, &Reader::default(), &mut said).unwrap_or_else(|| panic!("{case} cannot be read: {said:?}"));
    let setter = Setter::new(theme, fonts, &resolved.book.language);
    let mut all = Body::default();
    for sections in chapters(&resolved) {
        let (galley, findings) = typeset(&resolved.chapter(&sections), &setter);
        placed(&resolved, findings).for_each(|finding| said.push(finding));
        all.pages.extend(paginate(&galley, theme, &setter).pages);
    }
    (all, said)
}

/// Lines of text: left and right ends, and their text in the order of the frame.
fn lines(body: &Body) -> Vec<(Length, Length, String)> {
    let mut lines: Vec<(Length, Length, Length, String)> = Vec::new();
    for placed in body.pages.iter().flat_map(|page| &page.frame.items) {
        let Item::Text(run) = &placed.item else { continue };
        let (from, to) = (placed.at.x, placed.at.x + run.width());
        match lines.last_mut() {
            Some(line) if line.0 == placed.at.y => {
                (line.1, line.2) = (line.1.min(from), line.2.max(to));
                line.3.push_str(&run.text);
            }
            _ => lines.push((placed.at.y, from, to, run.text.to_string())),
        }
    }
    lines.into_iter().map(|(_, from, to, text)| (from, to, text)).collect()
}

#[test]
fn every_script_is_set_as_its_reference_says() {
    let (fonts, theme) = (every_script(), Arc::new(theme("classic")));
    let mut differences = Vec::new();
    for case in ["arabic", "chinese", "hebrew", "japanese", "mixed"] {
        let (body, said) = pages(&format!("{case}.md"), &fonts, &theme);
        assert!(said.is_empty(), "{case}: {said:?}");
        differences.extend(common::compare(&format!("layout/script-{case}.txt"), &trace(&body, &theme)).err());
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A small text set in a book of a language: where its items stand, and the measure.
fn set(name: &str, language: &str, text: &str) -> (Vec<Placed>, Length) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("direction-{name}.md"));
    std::fs::write(&file, format!("---\nlanguage: {language}\n---\n\n# T\n\n{text}\n")).expect("a file can be written");
    let (theme, fonts) = (Arc::new(theme("classic")), every_script());
    let resolved = resolved(&file, &Reader::default(), &mut Diagnostics::new()).expect("the text can be read");
    let setter = Setter::new(&theme, &fonts, &resolved.book.language);
    let mut items = Vec::new();
    for sections in chapters(&resolved) {
        let (galley, _) = typeset(&resolved.chapter(&sections), &setter);
        items.extend(paginate(&galley, &theme, &setter).pages.into_iter().flat_map(|page| page.frame.items.clone()));
    }
    (items, theme.measure())
}

/// The runs in the order of the page, from left to right.
fn texts(items: &[Placed]) -> Vec<String> {
    items.iter().filter_map(|placed| if let Item::Text(run) = &placed.item { Some(run.text.to_string()) } else { None }).collect()
}

/// Left and right end of the runs that hold a text.
fn ends_of(items: &[Placed], text: &str) -> (Length, Length) {
    let mut runs = items.iter().filter_map(|placed| match &placed.item {
        Item::Text(run) if run.text.contains(text) => Some((placed.at.x, placed.at.x + run.width())),
        _ => None,
    });
    runs.next_back().unwrap_or_else(|| panic!("no `{text}` on the page"))
}

#[test]
fn the_language_decides_which_way_lines_run_whatever_letter_they_begin_with() {
    // What the text begins with stands at the edge where lines begin, and what ends it farthest from there.
    for (name, text, first, last) in [
        ("paragraph-1", "Rust هي لغة برمجة. وهي سريعة.", "Rust", "سريعة"),
        ("paragraph-2", "`cargo` أداة، وهي سريعة", "cargo", "سريعة"),
        ("paragraph-3", "Ada كتبت 12 سطرًا", "Ada", "سطر"),
    ] {
        let (items, measure) = set(name, "ar", text);
        assert!(measure - ends_of(&items, first).1 < Length::pt(1), "{text}: {first} ends at {:?} of {measure:?}", ends_of(&items, first).1);
        assert!(ends_of(&items, last).0 < ends_of(&items, first).0, "{text}");
    }
    // The full stop stands at the left of what it ends.
    let (items, _) = set("stop", "ar", "Rust هي Cargo.");
    assert!(texts(&items).iter().any(|run| run == ".Cargo"), "{:?}", texts(&items));
    // In a book from left to right a word from right to left turns nothing.
    for (name, text, first, last) in [("english-1", "سلام means peace.", "سلام", "peace"), ("english-2", "12 سلام, then peace", "12", "peace")] {
        let (items, _) = set(name, "en", text);
        assert!(ends_of(&items, first).0 < Length::pt(1) && ends_of(&items, last).0 > ends_of(&items, first).0, "{text}");
    }
}

#[test]
fn markers_of_lists_stand_where_lines_begin() {
    for (name, text, marker) in [("list-1", "- Cargo، مدير", "•"), ("list-2", "3. Cargo، مدير", "٣"), ("list-3", "- `x`", "•")] {
        let (items, measure) = set(name, "ar", text);
        let (from, to) = ends_of(&items, marker);
        assert!(measure - to < Length::pt(12), "{text}: the marker stands at {from:?} of {measure:?}");
    }
    let (items, measure) = set("list-4", "he", "- [x] Rust תחילה");
    let ticked = items.iter().find(|placed| matches!(placed.item, Item::CheckBox { .. })).expect("a box");
    assert!(ticked.at.x > measure - Length::pt(20));
    let (items, _) = set("list-5", "en", "- שלום, peace");
    assert!(ends_of(&items, "•").1 < Length::pt(12));
}

#[test]
fn the_first_column_of_a_table_stands_where_lines_begin() {
    for (name, text) in [
        ("table-1", "| Tool | العدد |\n|---|---|\n| rustc | 3 |"),
        ("table-2", "| Tool | العدد |\n|:---|---:|\n| rustc | 3 |"),
        ("table-3", "<table><tr><th>Tool</th><th>العدد</th></tr><tr><td>rustc</td><td>3</td></tr></table>"),
    ] {
        let (items, _) = set(name, "ar", text);
        assert!(ends_of(&items, "Tool").0 > ends_of(&items, "العدد").1, "{text}");
        assert!(ends_of(&items, "rustc").0 > ends_of(&items, "العدد").1, "{text}");
    }
    let (items, _) = set("table-4", "en", "| العدد | Tool |\n|---|---|\n| 3 | rustc |");
    assert!(ends_of(&items, "العدد").0 < ends_of(&items, "Tool").0);
}

#[test]
fn a_passage_runs_as_its_own_language_or_direction_says() {
    let (items, _) = set("passage-1", "ar", "## عنوان\n\n<div lang=\"en\">\n\nEnglish here.\n\n- one\n\n</div>");
    assert!(ends_of(&items, "English").0 < Length::pt(1) && ends_of(&items, "•").1 < Length::pt(12));
    let (items, measure) = set("passage-2", "en", "## Intro\n\n<div dir=\"rtl\">\n\nRust שפה\n\n- Cargo\n\n</div>");
    assert!(measure - ends_of(&items, "Rust").1 < Length::pt(1) && measure - ends_of(&items, "•").1 < Length::pt(12));
    // A span keeps its own order: its comma stands at the right of its words.
    let (items, _) = set("passage-3", "ar", "كلمة <span lang=\"en\">one, two,</span> ثم");
    assert!(ends_of(&items, "كلمة").0 > ends_of(&items, "two,").1 && ends_of(&items, "ثم").1 < ends_of(&items, "one").0);
}

#[test]
fn fallback_fonts_have_their_bold_and_stress_in_the_habit_of_the_script() {
    let files = [
        (NOTO, "NotoSerifHebrew-Regular.ttf"),
        (NOTO, "NotoSerifHebrew-Bold.ttf"),
        (NOTO, "NotoSansHebrew-Regular.ttf"),
        (NOTO_CJK, "NotoSerifCJK-Regular.ttc"),
        (NOTO_CJK, "NotoSerifCJK-Bold.ttc"),
    ];
    let (fonts, theme) = (fonts(&files), Arc::new(theme("classic")));
    let face = |language: &str, markdown: &str, text: &str| {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("face-{language}.md"));
        std::fs::write(&file, format!("---\nlanguage: {language}\n---\n\n# T\n\n{markdown}\n")).expect("a file can be written");
        let resolved = resolved(&file, &Reader::default(), &mut Diagnostics::new()).expect("the text can be read");
        let setter = Setter::new(&theme, &fonts, language);
        let (galley, _) = typeset(&resolved.chapter(&chapters(&resolved)[0]), &setter);
        let items: Vec<Placed> = paginate(&galley, &theme, &setter).pages.into_iter().flat_map(|page| page.frame.items.clone()).collect();
        let dots = items.iter().filter(|placed| matches!(placed.item, Item::Path(_))).count();
        let run = items.iter().find_map(|placed| if let Item::Text(run) = &placed.item { run.text.contains(text).then_some(run.face) } else { None });
        (fonts.face(run.expect("a run of the text")).postscript.clone(), dots)
    };
    assert_eq!(face("zh", "平常的**加粗**字", "加"), ("NotoSerifCJKjp-Bold".to_string(), 0));
    assert_eq!(face("zh", "平常的*强调*字", "强"), ("NotoSerifCJKjp-Regular".to_string(), 2));
    assert_eq!(face("ja", "これは*強調*です", "強"), ("NotoSerifCJKjp-Regular".to_string(), 2));
    assert_eq!(face("he", "מילה **חזקה** כאן", "חזקה").0, "NotoSerifHebrew-Bold");
    assert_eq!(face("he", "מילה *מודגשת* כאן", "מודגשת").0, "NotoSansHebrew-Regular");
}

#[test]
fn wide_letters_of_code_take_two_cells() {
    for (name, code, wide) in [("cells-1", "├ 目录|\n├ abcd|", 2), ("cells-2", "│ ファイル|\n│ 12345678|", 4), ("cells-3", "파일|\nabcd|", 2)] {
        let (items, _) = set(name, "zh", &format!("```text\n{code}\n```"));
        let bars: Vec<Length> =
            items.iter().filter_map(|p| if let Item::Text(run) = &p.item { run.text.ends_with('|').then(|| p.at.x + run.width()) } else { None }).collect();
        assert_eq!(bars.len(), 2, "{code}");
        assert!((bars[0] - bars[1]).raw().abs() < 100, "{code}: {bars:?}, {wide} wide letters");
    }
}

#[test]
fn right_to_left_paragraphs_begin_and_end_at_their_edges() {
    let (fonts, theme) = (every_script(), Arc::new(theme("classic")));
    let (measure, slack) = (theme.measure(), Length::pt(3));
    for (case, paragraph) in [("hebrew.md", "שומר המגדלור כתב"), ("arabic.md", "كان حارس المنارة يكتب")] {
        let (body, _) = pages(case, &fonts, &theme);
        let lines = lines(&body);
        // Words of a line stand in visual order: the first one in the text is the last one in the frame.
        let first = lines.iter().position(|(_, _, text)| paragraph.split(' ').all(|word| text.contains(word))).unwrap_or_else(|| panic!("{case}: {lines:?}"));
        let (from, to, _) = &lines[first];
        assert!(*from < slack && *to > measure - slack, "{case}: a full line from {from:?} to {to:?}");
        let (from, to, text) = &lines[first + 2];
        assert!(*from > slack && *to > measure - slack, "{case}: the last line from {from:?} to {to:?}: {text}");
    }
    let (body, _) = pages("hebrew.md", &fonts, &theme);
    for sign in ["•", "12"] {
        let (_, to, _) = lines(&body).into_iter().find(|(_, _, text)| text.contains(sign)).unwrap_or_else(|| panic!("no {sign}"));
        assert!(to > measure / 2, "{sign} stands at {to:?}, on the left");
    }
}

#[test]
fn lines_without_spaces_are_broken_where_no_rule_forbids_it() {
    let (fonts, theme) = (every_script(), Arc::new(theme("classic")));
    for case in ["chinese.md", "japanese.md"] {
        let (body, _) = pages(case, &fonts, &theme);
        let lines = lines(&body);
        assert!(lines.len() > 5, "{case}: {lines:?}");
        for (_, to, text) in &lines {
            assert!(*to <= theme.measure() + Length::pt(8), "{case}: {text} ends at {to:?}");
            assert!(!text.starts_with(['、', '。', '，', '」', '”', '？', '！']), "{case}: {text} begins with a mark that ends");
            assert!(!text.trim_end().ends_with(['「', '“', '（']), "{case}: {text} ends with a mark that begins");
        }
    }
}

#[test]
fn a_character_that_no_font_has_is_named_with_its_place_and_a_package() {
    let (body, said) = pages("mixed.md", &FONTS, &Arc::new(theme("classic")));
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    for (character, package) in [("ל", "fonts-noto-core"), ("ل", "fonts-noto-core"), ("灯", "fonts-noto-cjk")] {
        let about = said.iter().find(|s| s.contains(&format!("`{character}`"))).unwrap_or_else(|| panic!("{character} is not named in {said:?}"));
        assert!(about.starts_with("warning") && about.contains("mixed.md:3:") && about.contains(package), "{about}");
    }
    // Each stands in a frame as its code point, and is still that character to who copies or hears it.
    let runs = || body.pages.iter().flat_map(|p| &p.frame.items).filter_map(|p| if let Item::Text(run) = &p.item { Some(run) } else { None });
    let framed = runs().find(|run| run.actual.as_deref() == Some("灯")).expect("a run that stands for the character");
    assert_eq!(&*framed.text, "70");
    assert!(runs().flat_map(|run| &run.glyphs).all(|glyph| glyph.id != 0), "a page shows .notdef");
}

#[test]
fn a_readers_name_that_no_font_can_set_is_an_error() {
    let reader = |name: &str| Reader { name: Some(name.to_string()), ..Reader::default() };
    let project = common::root().join("tests/constructs/manifest");
    let theme = Arc::new(theme("classic"));
    let errors = |name: &str, fonts: &Arc<FontBook>| layout(&project, &reader(name), &theme, fonts).1.iter().filter(|d| d.severity == Severity::Error).count();
    assert!(errors("ליאה", &FONTS) > 0);
    assert_eq!(errors("ליאה", &every_script()), 0);
}

/// All text of a small book in a language, page furniture too.
fn book_in(language: &str, text: &str) -> String {
    let manifest = format!("title: T\nlanguage: {language}\nchapters: [a.md, b.md]\n");
    let files = [("handbook.yaml", manifest), ("a.md", format!("# A\n\n{text}\n\n> [!WARNING]\n> x\n")), ("b.md", "# B\n\nx\n".to_string())];
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("language-{language}"));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("a file can be written");
    }
    let (book, said) = layout(&folder, &Reader::default(), &Arc::new(theme("classic")), &FONTS);
    assert!(said.is_empty(), "{said:?}");
    let text_of = |p: &handbook::typeset::Placed| if let Item::Text(run) = &p.item { run.text.to_string() } else { String::new() };
    book.pages.iter().map(|page| page.body.items.iter().map(text_of).collect::<String>() + "\n").collect()
}

#[test]
fn the_books_own_words_and_marks_are_those_of_its_language() {
    let expected = [
        ("en-US", "Contents", "chapter one", "warning", "“so ‘it’ is”"),
        ("en-GB", "Contents", "chapter one", "warning", "“so ‘it’ is”"),
        ("de", "Inhalt", "kapitel eins", "warnung", "„so ‚it‘ is“"),
        ("fr", "Table des matières", "chapitre un", "avertissement", "«\u{202F}so “it” is\u{202F}»"),
        ("es", "Índice", "capítulo uno", "advertencia", "«so “it” is»"),
        ("it", "Indice", "capitolo uno", "avvertenza", "«so “it” is»"),
        ("pt", "Sumário", "capítulo um", "aviso", "“so ‘it’ is”"),
        ("nl", "Inhoud", "hoofdstuk een", "waarschuwing", "“so ‘it’ is”"),
        ("pl", "Spis treści", "rozdział jeden", "ostrzeżenie", "„so «it» is”"),
        ("sv", "Innehåll", "kapitel ett", "varning", "”so ’it’ is”"),
        ("ru", "Содержание", "глава 1", "предупреждение", "«so „it“ is»"),
        ("uk", "Зміст", "розділ 1", "попередження", "«so „it“ is»"),
        ("cs", "Obsah", "kapitola 1", "varování", "„so ‚it‘ is“"),
        ("da", "Indhold", "kapitel 1", "advarsel", "»so ›it‹ is«"),
        ("nb", "Innhold", "kapittel 1", "advarsel", "«so ‘it’ is»"),
        ("fi", "Sisällys", "luku 1", "varoitus", "”so ’it’ is”"),
        ("tr", "İçindekiler", "bölüm 1", "uyarı", "“so ‘it’ is”"),
        ("el", "Περιεχόμενα", "κεφάλαιο 1", "προειδοποίηση", "«so “it” is»"),
        ("hu", "Tartalom", "1. fejezet", "figyelmeztetés", "„so »it« is”"),
        ("ro", "Cuprins", "capitolul 1", "avertisment", "„so «it» is”"),
    ];
    for (language, contents, chapter, warning, quoted) in expected {
        let text = book_in(language, "Here \"so 'it' is\" said.");
        for words in [contents, chapter, warning, quoted] {
            assert!(text.contains(words), "{language}: `{words}` is missing in\n{text}");
        }
    }
}
