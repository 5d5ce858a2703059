//! Formulas on their way into the tree: read once, to see whether they can be, and put where they stand.

use std::sync::Arc;

use super::builder::{Builder, Kind, Layer};
use super::document::*;
use super::mathematics::{Found, MASK, Tex, What, mask_length};
use crate::diag::Code;
use crate::formula;
use crate::load::Pos;

impl Builder<'_> {
    /// Puts the formula that stands at an offset of the text, or the reference to one.
    pub(super) fn put_formula(&mut self, offset: usize) {
        let Some(Found { range, what }) = self.places.formula(offset).cloned() else { return };
        let pos = self.places.pos(range.start);
        let (inner, display, escaped, in_table, label) = match what {
            What::Reference { label, brackets } => {
                let to = format!("\\{}{{{label}}}", if brackets { "eqref" } else { "ref" });
                return self.put_inline(pos, InlineKind::Link { to, title: None, content: Vec::new() }, 'x');
            }
            What::Formula { inner, display, escaped, in_table, label } => (inner, display, escaped, in_table, label),
        };
        let tex = Tex::of(self.places.written(), &inner, escaped, in_table);
        let alone = display && self.stands_alone();
        match self.formula(&tex.text, display, label.as_deref(), |builder, at| builder.places.pos(tex.origin(at))) {
            Reading::Formula(formula) if alone => self.formula_alone(pos, formula),
            Reading::Formula(formula) => self.put_inline(pos, InlineKind::Formula(formula), 'x'),
            Reading::Definitions => {}
            Reading::Unreadable if alone => self.leaf(pos, BlockKind::Code { language: Some("latex".to_string()), text: tex.text.as_str().into() }),
            Reading::Unreadable => {
                let written = self.places.written().get(range).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
                self.put_inline(pos, InlineKind::Code(written), 'x');
            }
        }
    }

    /// A block of code that is a formula; says whether it was one.
    pub(super) fn code_formula(&mut self, pos: Pos, source: &str) -> bool {
        let line_of = |_: &Builder<'_>, at: usize| {
            let before = source.get(..at).unwrap_or("");
            let column = before.chars().rev().take_while(|c| *c != '\n').count() as u32 + 1;
            Pos { line: pos.line + 1 + before.matches('\n').count() as u32, column, ..pos }
        };
        match self.formula(source, true, None, line_of) {
            Reading::Formula(formula) => self.formula_alone(pos, formula),
            Reading::Definitions => {}
            Reading::Unreadable => return false,
        }
        true
    }

    /// Reads a formula. `label` stands behind it; `place` knows where an offset of it is.
    fn formula(&mut self, source: &str, display: bool, label: Option<&str>, place: impl Fn(&Self, usize) -> Pos) -> Reading {
        if let Some(definitions) = formula::definitions(source) {
            self.definitions.push_str(&definitions);
            return Reading::Definitions;
        }
        let label = label.map(|label| format!("\n\\label{{{label}}}")).unwrap_or_default();
        let tex = format!("{}{source}{label}", self.definitions);
        match formula::read(&tex) {
            Ok(_) => {
                let source: Arc<str> = source.into();
                let tex = if tex.len() == source.len() { source.clone() } else { tex.into() };
                Reading::Formula(Formula { source, tex, display })
            }
            Err(fault) => {
                let at = fault.at.saturating_sub(self.definitions.len()).min(source.len());
                let pos = place(self, at);
                let hint = "it is shown as it is written; `docs/authoring.md` tells what formulas may hold";
                self.findings.warn(Code::FormulaUnreadable, pos, format!("the formula cannot be read: {}", fault.reason), hint);
                Reading::Unreadable
            }
        }
    }

    /// A formula as a block of its own. Its first label names it.
    fn formula_alone(&mut self, pos: Pos, formula: Formula) {
        let anchor = self.take_anchor().or_else(|| formula::labels(&formula.tex).into_iter().next().map(|label| label.name));
        self.add_block(Block { id: NodeId::default(), pos, anchor, language: None, direction: None, kind: BlockKind::Formula(formula) });
    }

    /// Whether a formula may have lines of its own here: not in headings, captions and cells.
    fn stands_alone(&self) -> bool {
        let mut around = self.frames.iter().rev().skip_while(|frame| frame.kind.layer() == Layer::Inline);
        match around.next().map(|frame| &frame.kind) {
            Some(Kind::Paragraph) => !matches!(around.next().map(|frame| &frame.kind), Some(Kind::Cell { .. })),
            Some(kind) => kind.layer() == Layer::Blocks && !matches!(kind, Kind::Cell { .. }),
            None => false,
        }
    }

    /// A piece of the masked text with what was masked in it: formulas as they are written, or with their marks.
    pub(super) fn unmasked(&self, text: &str, source: impl Fn(usize) -> usize, marks: bool) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(MASK) {
            out.push_str(&rest[..at]);
            let begin = text.len() - rest.len() + at;
            let written = self.places.formula(source(begin)).map(|found| match &found.what {
                What::Formula { inner, .. } if !marks => inner.clone(),
                _ => found.range.clone(),
            });
            out.push_str(written.and_then(|range| self.places.written().get(range)).unwrap_or(""));
            rest = &rest[at + mask_length(&rest[at..])..];
        }
        out.push_str(rest);
        out
    }
}

/// What became of a formula.
enum Reading {
    Formula(Formula),
    /// It only defines what others use.
    Definitions,
    Unreadable,
}
