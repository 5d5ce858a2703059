//! What is found out about a section by reading through it. It is kept with the section, since a chapter is parsed once and then stands in
//! the same book many times: at each edit of another, and for each reader.

use std::collections::{BTreeSet, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::document::*;
use super::walk::{Node, walk};

/// What is known of a section so far. It is no part of it: a copy, which somebody wants to change, knows nothing.
#[derive(Debug, Default)]
pub struct Noted {
    texts: OnceLock<Texts>,
    spoken: OnceLock<Spoken>,
}

impl Clone for Noted {
    fn clone(&self) -> Noted {
        Noted::default()
    }
}

impl Hash for Noted {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// What the texts of a section amount to.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// Words.
    pub words: usize,
    /// Each character beyond ASCII once: fonts must have it.
    pub characters: String,
}

/// What a section speaks of.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    /// Its text as words alone, in small letters, with a space before, between and after them.
    text: String,
    words: HashSet<String, RandomState>,
    /// Links with a fragment: file and fragment.
    pub links: Vec<(String, String)>,
}

impl Spoken {
    /// Bytes that it takes: its texts, and for each of them what a string and a slot of a table take beside.
    #[cfg(test)]
    pub fn weight(&self) -> usize {
        let of = |text: &String| text.capacity() + size_of::<String>();
        let links: usize = self.links.iter().map(|(file, fragment)| of(file) + of(fragment)).sum();
        self.text.capacity() + self.words.iter().map(|word| of(word) + 1).sum::<usize>() * 8 / 7 + links
    }

    /// Whether it has some words one after the other. They are in small letters, with a space between them.
    pub fn has(&self, words: &str) -> bool {
        let each = |word| self.words.contains(word);
        !words.is_empty() && words.split(' ').all(each) && (!words.contains(' ') || self.text.contains(&format!(" {words} ")))
    }
}

impl Section {
    /// What its texts amount to: its words and its code, and what is not in Latin letters of its formulas and diagrams.
    pub(crate) fn texts(&self) -> &Texts {
        self.noted.texts.get_or_init(|| {
            let mut words = 0;
            let mut characters: BTreeSet<char> = BTreeSet::new();
            let mut take = |text: &str| {
                words += words_of(text);
                characters.extend(text.chars().filter(|c| !c.is_ascii()));
            };
            walk(self, &mut |node| match node {
                Node::Inline(Inline { kind: InlineKind::Text(text) | InlineKind::Code(text) | InlineKind::Keyboard(text), .. }) => take(text),
                Node::Block(Block { kind: BlockKind::Code { text, .. }, .. }) => take(text),
                Node::Inline(Inline { kind: InlineKind::Image(Image { diagram: Some(source), .. }), .. }) => take(source),
                // The rest of a formula is set in its own fonts.
                Node::Inline(Inline { kind: InlineKind::Formula(formula), .. }) | Node::Block(Block { kind: BlockKind::Formula(formula), .. }) => {
                    formula.source.split(|c| !is_foreign(c)).for_each(&mut take);
                }
                _ => {}
            });
            Texts { words, characters: characters.into_iter().collect() }
        })
    }

    /// What it speaks of.
    pub(super) fn spoken(&self) -> &Spoken {
        self.noted.spoken.get_or_init(|| {
            let (mut text, mut links) = (String::new(), Vec::new());
            walk(self, &mut |node| match node {
                Node::Inline(Inline { kind: InlineKind::Text(words), .. }) => text.push_str(words),
                Node::Inline(Inline { kind: InlineKind::Link { to, .. }, .. }) => {
                    links.extend(to.split_once('#').map(|(file, fragment)| (file.to_string(), fragment.to_string())));
                }
                Node::Inline(_) => {}
                _ => text.push('\n'),
            });
            let text = format!(" {} ", small_words(&text));
            let words = text.split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect();
            Spoken { text, words, links }
        })
    }
}

/// How many words a text has.
pub(crate) fn words_of(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// A text as its words alone, in small letters, with a space between them.
pub(super) fn small_words(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a character is of a script that the fonts of formulas do not know.
fn is_foreign(c: char) -> bool {
    matches!(c as u32, 0x590..=0x1FFF | 0x2E80..=0x1D3FF | 0x1D800..)
}
