//! A document as an indented outline that a person can read: what the reference files of tests hold.

use std::fmt::Write;

use super::document::*;

/// The whole document, a line for each block.
pub fn outline(document: &Document) -> String {
    let mut out = Outline { text: String::new() };
    out.line(0, &format!("book {}{}", inlines(&document.title), labelled(" subtitle ", &document.subtitle)));
    for section in document.sections.iter() {
        out.section(section);
    }
    out.text
}

struct Outline {
    text: String,
}

impl Outline {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.text, "{:1$}{text}", "", depth * 2);
    }

    fn section(&mut self, section: &Section) {
        let number = if section.numbered { " numbered" } else { "" };
        let depth = if section.depth > 0 { format!(" depth {}", section.depth) } else { String::new() };
        let part = section.part.as_ref().map(|p| labelled(" part ", p)).unwrap_or_default();
        let language = section.language.as_ref().map(|l| format!(" lang={l}")).unwrap_or_default();
        let title = inlines(&section.title);
        self.line(0, &format!("section {:?}{number}{depth}{part}{language} #{} {title}", section.kind, section.anchor));
        if let Some(name) = &section.name {
            self.line(1, &format!("called {}", inlines(name)));
        }
        if !section.summary.is_empty() {
            self.line(1, &format!("summary {}", inlines(&section.summary)));
        }
        self.blocks(1, &section.blocks);
        for note in &section.notes {
            self.line(1, &format!("note [^{}]", note.label));
            self.blocks(2, &note.blocks);
        }
    }

    fn blocks(&mut self, depth: usize, blocks: &[Block]) {
        for block in blocks {
            self.block(depth, block);
        }
    }

    fn block(&mut self, depth: usize, block: &Block) {
        let anchor = block.anchor.as_ref().map(|a| format!(" #{a}")).unwrap_or_default();
        let language = block.language.as_ref().map(|l| format!(" lang={l}")).unwrap_or_default();
        let direction = block.direction.map(|d| format!(" dir={}", d.name())).unwrap_or_default();
        let marks = format!("{anchor}{language}{direction} @{}:{}", block.pos.line, block.pos.column);
        let caption = |c: &Option<Vec<Inline>>| c.as_ref().map(|c| labelled(" caption ", c)).unwrap_or_default();
        match &block.kind {
            BlockKind::Heading { level, slug, text } => self.line(depth, &format!("h{level} #{slug}{marks} {}", inlines(text))),
            BlockKind::Paragraph(text) => self.line(depth, &format!("p{marks} {}", inlines(text))),
            BlockKind::List { start, tight, items } => {
                let start = start.map(|s| format!(" from {s}")).unwrap_or_default();
                self.line(depth, &format!("list{start}{}{marks}", if *tight { " tight" } else { "" }));
                items.iter().for_each(|item| self.item(depth + 1, item));
            }
            BlockKind::Quote { blocks, attribution } => {
                self.line(depth, &format!("quote{marks}"));
                self.blocks(depth + 1, blocks);
                if let Some(text) = attribution {
                    self.line(depth + 1, &format!("attribution {}", inlines(text)));
                }
            }
            BlockKind::Callout { kind, blocks } => {
                self.line(depth, &format!("callout {kind:?}{marks}"));
                self.blocks(depth + 1, blocks);
            }
            BlockKind::Code { language, text } => {
                self.line(depth, &format!("code {}{marks}", language.as_deref().unwrap_or("-")));
                text.split('\n').for_each(|line| self.line(depth + 1, &format!("| {line}")));
            }
            BlockKind::Formula(formula) => self.line(depth, &format!("formula{marks} {}", tex(formula))),
            BlockKind::Table(table) => self.table(depth, &format!("{marks}{}", caption(&table.caption)), table),
            BlockKind::Figure { blocks, caption: c } => {
                self.line(depth, &format!("figure{marks}{}", caption(c)));
                self.blocks(depth + 1, blocks);
            }
            BlockKind::Definitions(list) => {
                self.line(depth, &format!("definitions{marks}"));
                list.iter().for_each(|d| self.definition(depth + 1, d));
            }
            BlockKind::Rule => self.line(depth, &format!("rule{marks}")),
            BlockKind::Bibliography => self.line(depth, &format!("bibliography{marks}")),
            BlockKind::PageBreak => self.line(depth, &format!("pagebreak{marks}")),
            BlockKind::Group { kind, caption: c, blocks } => {
                self.line(depth, &format!("group {kind:?}{marks}{}", caption(c)));
                self.blocks(depth + 1, blocks);
            }
            BlockKind::Only(format, blocks) => {
                self.line(depth, &format!("only {format:?}{marks}"));
                self.blocks(depth + 1, blocks);
            }
            BlockKind::RouteMap => self.line(depth, &format!("route map{marks}")),
        }
    }

    fn item(&mut self, depth: usize, item: &ListItem) {
        let task = match item.task {
            Some(true) => " [x]",
            Some(false) => " [ ]",
            None => "",
        };
        let number = item.number.map(|number| format!(" {}.", number.numerals.write(number.value))).unwrap_or_default();
        self.line(depth, &format!("item{task}{number}"));
        self.blocks(depth + 1, &item.blocks);
    }

    fn table(&mut self, depth: usize, marks: &str, table: &Table) {
        let sign = |align: &Align| match align {
            Align::None => '-',
            Align::Left => '<',
            Align::Center => '^',
            Align::Right => '>',
        };
        let align: String = table.align.iter().map(sign).collect();
        self.line(depth, &format!("table {align}{marks}"));
        for (name, rows) in [("head", &table.head), ("row", &table.body)] {
            for row in rows {
                self.line(depth + 1, name);
                row.cells.iter().for_each(|cell| self.cell(depth + 2, cell));
            }
        }
    }

    fn cell(&mut self, depth: usize, cell: &Cell) {
        let span = if (cell.colspan, cell.rowspan) == (1, 1) { String::new() } else { format!(" {}x{}", cell.colspan, cell.rowspan) };
        let name = format!("{}{span}", if cell.header { "header" } else { "cell" });
        match &cell.blocks[..] {
            [] => self.line(depth, &name),
            [Block { kind: BlockKind::Paragraph(text), anchor: None, language: None, direction: None, .. }] => {
                self.line(depth, &format!("{name} {}", inlines(text)));
            }
            blocks => {
                self.line(depth, &name);
                self.blocks(depth + 1, blocks);
            }
        }
    }

    fn definition(&mut self, depth: usize, definition: &Definition) {
        for term in &definition.terms {
            self.line(depth, &format!("term #{} {}", term.slug, inlines(&term.text)));
        }
        for detail in &definition.details {
            self.line(depth, "detail");
            self.blocks(depth + 1, detail);
        }
    }
}

fn labelled(label: &str, content: &[Inline]) -> String {
    if content.is_empty() { String::new() } else { format!("{label}{}", inlines(content)) }
}

/// Inlines in one line: texts in quotation marks, all else by name.
fn inlines(inlines: &[Inline]) -> String {
    inlines.iter().map(inline).collect::<Vec<_>>().join(" ")
}

fn inline(inline: &Inline) -> String {
    let group = |name: &str, content: &[Inline]| format!("{name}({})", inlines(content));
    match &inline.kind {
        InlineKind::Text(text) => format!("{text:?}"),
        InlineKind::Field { name, default: None } => format!("{{{{{name}}}}}"),
        InlineKind::Field { name, default: Some(default) } => format!("{{{{{name}|{default}}}}}"),
        InlineKind::Emphasis(c) => group("em", c),
        InlineKind::Strong(c) => group("strong", c),
        InlineKind::Strike(c) => group("strike", c),
        InlineKind::Superscript(c) => group("sup", c),
        InlineKind::Ruby(c) => group("ruby", c),
        InlineKind::Reading(c) => group("reading", c),
        InlineKind::Subscript(c) => group("sub", c),
        InlineKind::Code(text) => format!("code({text:?})"),
        InlineKind::Keyboard(text) => format!("kbd({text:?})"),
        InlineKind::Link { to, title, content } => {
            let title = title.as_ref().map(|t| format!(" {t:?}")).unwrap_or_default();
            group(&format!("link<{}{title}>", to.replace(BY_NAME, "~")), content)
        }
        InlineKind::Formula(formula) => format!("formula({}{})", if formula.display { "display " } else { "" }, tex(formula)),
        InlineKind::Image(image) => {
            let height = image.height.map(|height| format!(" {height}px high")).unwrap_or_default();
            if let Some(source) = &image.diagram {
                return format!("diagram({:?} {source:?})", image.alt);
            }
            format!("image<{}>({:?}{}{height})", image.source.replace(BY_NAME, "~"), image.alt, width(image.width))
        }
        InlineKind::NoteRef(label) => format!("[^{label}]"),
        InlineKind::Citation(citation) => {
            let work = |work: &Cited| format!("{}{}@{}{}", work.prefix, if work.hide_author { "-" } else { "" }, work.key, work.suffix);
            let works: Vec<String> = citation.works.iter().map(work).collect();
            format!("cite{}[{}]", if citation.textual { " in text" } else { "" }, works.join("; "))
        }
        InlineKind::Break => "break".to_string(),
        InlineKind::Anchor(name) => format!("anchor({name})"),
        InlineKind::IndexTerm(term) => {
            let see = term.see.as_ref().map(|(kind, to)| format!(" {kind:?} {to}")).unwrap_or_default();
            format!("index({}{see})", term.path.join(" > "))
        }
        InlineKind::Span { language, direction, content } => {
            let said = [language.as_deref(), direction.map(|d| d.name())].into_iter().flatten().collect::<Vec<_>>().join(" ");
            group(&format!("span<{said}>"), content)
        }
        InlineKind::Only(format, content) => group(&format!("only<{format:?}>"), content),
    }
}

/// What was written, and what is read where that is more.
fn tex(formula: &Formula) -> String {
    if formula.source == formula.tex { format!("{:?}", formula.source) } else { format!("{:?} as {:?}", formula.source, formula.tex) }
}

fn width(width: Option<ImageWidth>) -> String {
    match width {
        Some(ImageWidth::PerMille(share)) => format!(" {share}/1000"),
        Some(ImageWidth::Pixels(pixels)) => format!(" {pixels}px"),
        None => String::new(),
    }
}
