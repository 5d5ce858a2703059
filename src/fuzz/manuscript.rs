//! Manuscripts made of bytes: every kind of block and inline within every other, on pages of any size, with words that can be found again.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::Reader;
use crate::language::Direction;

/// Blocks within each other.
const DEPTH: usize = 6;
/// Words of a manuscript: it should be set in milliseconds.
const WORDS: usize = 4000;

/// A book of one ladder, its reader, and the words that must be in both files.
#[derive(Debug)]
pub(super) struct Manuscript {
    pub(super) files: Vec<(String, Vec<u8>)>,
    pub(super) reader: Reader,
    pub(super) words: Vec<String>,
    /// How its lines run.
    pub(super) direction: Direction,
}

impl<'a> Arbitrary<'a> for Manuscript {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Manuscript> {
        let mut writer = Writer { words: Vec::new(), notes: String::new(), notes_made: 0 };
        let mut text = String::from("# ");
        writer.inlines(u, &mut text, false)?;
        text.push_str("\n\n");
        writer.blocks(u, &mut text, "", 0)?;
        text.push_str(&writer.notes);
        let theme = ["classic", "plain"][usize::from(bool::arbitrary(u)?)];
        let (width, height) = (u.int_in_range(90..=220)?, u.int_in_range(130..=300)?);
        let mut title = String::new();
        writer.line(u, &mut title)?;
        let language = u.choose(&["en", "de", "fr", "ar", "he", "ja", "hu"])?;
        let manifest = format!("title: {title}\nlanguage: {language}\ntheme: {theme}\npage: {{ width: {width}mm, height: {height}mm }}\nchapters: [a.md]\n");
        let files = [("handbook.yaml", manifest), ("a.md", text)].map(|(name, text)| (name.to_string(), text.into_bytes())).into();
        // The name is none of the words: it stands nowhere but where the book itself puts it.
        let words = writer.words.clone();
        let reader = if bool::arbitrary(u)? { Reader::named(writer.word()) } else { Reader::default() };
        Ok(Manuscript { files, reader, words, direction: Direction::of_language(language) })
    }
}

/// Writes Markdown and remembers its words.
struct Writer {
    words: Vec<String>,
    notes: String,
    notes_made: usize,
}

impl Writer {
    /// A word that is in no other one: `z`, its number in the letters from `a` to `p`, `z`.
    fn word(&mut self) -> String {
        let mut number = self.words.len();
        let mut word = String::from("z");
        while number > 0 || word.len() == 1 {
            word.push(char::from(b'a' + (number % 16) as u8));
            number /= 16;
        }
        word.push('z');
        self.words.push(word.clone());
        word
    }

    /// Some words on one line.
    fn line(&mut self, u: &mut Unstructured<'_>, out: &mut String) -> Result<()> {
        for index in 0..=u.int_in_range(0..=5)? {
            out.push_str(if index == 0 { "" } else { " " });
            out.push_str(&self.word());
        }
        Ok(())
    }

    /// The text of a paragraph; `notes` may be called from it.
    fn inlines(&mut self, u: &mut Unstructured<'_>, out: &mut String, notes: bool) -> Result<()> {
        for index in 0..=u.int_in_range(0..=12)? {
            // Without a blank between them, they are one word of several runs.
            if index > 0 && u.ratio(9_u8, 10)? {
                out.push(' ');
            }
            let word = self.word();
            match u.int_in_range(0..=23)? {
                0 => out.push_str(&format!("*{word}*")),
                1 => out.push_str(&format!("**{word}**")),
                2 => out.push_str(&format!("`{word}`")),
                3 => out.push_str(&format!("[{word}](https://example.org/a)")),
                4 => out.push_str(&format!("~~{word}~~")),
                5 => out.push_str(&format!("<kbd>{word}</kbd>")),
                6 => out.push_str(&format!("<sub>{word}</sub>")),
                7 => out.push_str(&format!("<span lang=\"de\">{word}</span>")),
                8 => out.push_str(&format!("\u{201c}{word}\u{201d}")),
                9 => out.push_str(&format!("{word}{}", "x".repeat(u.int_in_range(0..=400)?))),
                10 if notes => {
                    out.push_str(&word);
                    self.note(u, out)?;
                }
                11 => out.push_str(&format!("{word}  \n")),
                12 => out.push_str(&format!("\u{5e9}\u{5dc} {word}")),
                13 => out.push_str(&format!("{word} $x^2$")),
                14 => out.push_str(&format!("<ruby>{word}<rt>y</rt></ruby>")),
                _ => out.push_str(&word),
            }
        }
        Ok(())
    }

    fn note(&mut self, u: &mut Unstructured<'_>, out: &mut String) -> Result<()> {
        self.notes_made += 1;
        let number = self.notes_made;
        out.push_str(&format!("[^n{number}]"));
        let mut text = String::new();
        // A note may call another.
        self.inlines(u, &mut text, number < 40)?;
        self.notes.push_str(&format!("[^n{number}]: {}\n\n", text.replace('\n', " ")));
        Ok(())
    }

    /// Blocks, each line of them begun with `indent`.
    fn blocks(&mut self, u: &mut Unstructured<'_>, out: &mut String, indent: &str, depth: usize) -> Result<()> {
        let most = if depth == 0 { 24 } else { 4 };
        for _ in 0..=u.int_in_range(0..=most)? {
            if self.words.len() > WORDS || u.is_empty() {
                break;
            }
            self.block(u, out, indent, depth)?;
            out.push_str(indent.trim_end());
            out.push('\n');
        }
        Ok(())
    }

    fn block(&mut self, u: &mut Unstructured<'_>, out: &mut String, indent: &str, depth: usize) -> Result<()> {
        match u.int_in_range(0..=16)? {
            0 if depth == 0 => {
                out.push_str(&format!("{} ", "#".repeat(u.int_in_range(2..=6)?)));
                self.line(u, out)?;
                out.push('\n');
            }
            1 if depth < DEPTH => self.inner(u, out, indent, depth, "> ")?,
            2 | 3 if depth < DEPTH => {
                let marker = *u.choose(&["- ", "1. ", "- [x] "])?;
                for _ in 0..=u.int_in_range(0..=3)? {
                    let inner = format!("{indent}{}", " ".repeat(if marker == "1. " { 3 } else { 2 }));
                    out.push_str(&format!("{indent}{marker}"));
                    self.paragraph(u, out, &inner)?;
                    out.push_str(&format!("{}\n", indent.trim_end()));
                    if bool::arbitrary(u)? {
                        self.blocks(u, out, &inner, depth + 1)?;
                    }
                }
            }
            4 => {
                out.push_str(&format!("{indent}```{}\n{indent}", u.choose(&["", "rust", "yaml", "text"])?));
                self.line(u, out)?;
                out.push_str(&format!("\n{indent}```\n"));
            }
            5 | 6 => self.table(u, out, indent)?,
            7 if depth < DEPTH => {
                out.push_str(&format!("{indent}> [!{}]\n", u.choose(&["NOTE", "WARNING", "TIP"])?));
                self.inner(u, out, indent, depth, "> ")?;
            }
            8 if depth == 0 => {
                let (term, meaning) = (self.word(), self.word());
                out.push_str(&format!("{term}\n: {meaning}\n"));
            }
            9 => {
                let (term, meaning) = (self.word(), self.word());
                out.push_str(&format!("{indent}<dl><dt>{term}</dt><dd>{meaning}</dd></dl>\n"));
            }
            10 => {
                let caption = self.word();
                out.push_str(&format!("{indent}![{caption}](missing.png)\n"));
            }
            11 => out.push_str(&format!("{indent}***\n")),
            12 => {
                let word = self.word();
                out.push_str(&format!("{indent}<div><p>{word}</p></div>\n"));
            }
            _ => {
                out.push_str(indent);
                self.paragraph(u, out, indent)?;
            }
        }
        Ok(())
    }

    /// A paragraph whose first line has begun; further ones begin with `indent`.
    fn paragraph(&mut self, u: &mut Unstructured<'_>, out: &mut String, indent: &str) -> Result<()> {
        let mut text = String::new();
        self.inlines(u, &mut text, true)?;
        out.push_str(&text.trim_end().replace('\n', &format!("\n{indent}")));
        out.push('\n');
        Ok(())
    }

    fn inner(&mut self, u: &mut Unstructured<'_>, out: &mut String, indent: &str, depth: usize, mark: &str) -> Result<()> {
        let inner = format!("{indent}{mark}");
        out.push_str(&inner);
        self.paragraph(u, out, &inner)?;
        out.push_str(&format!("{}\n", inner.trim_end()));
        self.blocks(u, out, &inner, depth + 1)
    }

    fn table(&mut self, u: &mut Unstructured<'_>, out: &mut String, indent: &str) -> Result<()> {
        let columns = u.int_in_range(1..=9)?;
        for row in 0..=u.int_in_range(0..=6)? {
            out.push_str(indent);
            for _ in 0..columns {
                out.push_str("| ");
                self.line(u, out)?;
                out.push(' ');
            }
            out.push_str("|\n");
            if row == 0 {
                out.push_str(&format!("{indent}{}|\n", "|---".repeat(columns)));
            }
        }
        Ok(())
    }
}
