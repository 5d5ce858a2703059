//! Code: lines that wrap with a hanging indent, and classes for what they are made of.

use crate::language::has_rtl;
use crate::parse::Block;
use crate::typeset::{CodeClass, highlighted};

use super::scribe::Scribe;

impl Scribe<'_> {
    /// A block of code.
    pub(super) fn code_block(&mut self, block: &Block, language: Option<&str>, text: &str) {
        self.flush_breaks();
        // Code runs from left to right in any book.
        let direction: &[(&str, &str)] = if self.direction.is_rtl() || has_rtl(text) { &[("dir", "ltr")] } else { &[] };
        self.open_with_id("pre", block.id, direction);
        self.xml.open("code", &[]);
        self.mono = true;
        let lines = highlighted(&self.context.parts.materials, language, text);
        for pieces in &lines.0 {
            self.xml.open("span", &[("class", "line")]);
            for (class, range) in pieces {
                let piece = text.get(range.clone()).unwrap_or_default();
                match name(*class) {
                    Some(name) => {
                        self.xml.open("span", &[("class", name)]);
                        self.text(piece);
                        self.xml.close("span");
                    }
                    None => self.text(piece),
                }
            }
            self.text("\n");
            self.xml.close("span");
        }
        self.mono = false;
        self.xml.close("code");
        self.xml.close("pre");
    }
}

/// Class names in the stylesheet.
fn name(class: CodeClass) -> Option<&'static str> {
    match class {
        CodeClass::Plain => None,
        CodeClass::Keyword => Some("k"),
        CodeClass::Literal => Some("l"),
        CodeClass::Comment => Some("c"),
        CodeClass::Name => Some("n"),
    }
}
