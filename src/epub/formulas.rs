//! Formulas: as MathML, or drawn where the book asks for that.

use crate::formula;
use crate::parse::{Block, Formula, NodeId};
use crate::raster;
use crate::typeset::{Artifact, Mark};

use super::scribe::Scribe;

impl Scribe<'_> {
    /// A formula on a line of its own.
    pub(super) fn display(&mut self, block: &Block, formula: &Formula) {
        self.flush_breaks();
        self.container("div", block.id, &[("class", "formula")], |scribe| scribe.formula_markup(block.id, formula, true));
    }

    /// A formula in a line.
    pub(super) fn formula(&mut self, node: NodeId, formula: &Formula) {
        self.skip_text(&formula.source);
        let id = self.id(node);
        if let Some(id) = &id {
            self.xml.open("span", &[("id", id)]);
        }
        self.formula_markup(node, formula, false);
        if id.is_some() {
            self.xml.close("span");
        }
    }

    fn formula_markup(&mut self, node: NodeId, formula: &Formula, alone: bool) {
        let resolved = self.context.resolved;
        let tex = resolved.formulas.get(&node).unwrap_or(&formula.tex);
        if resolved.document.selection.manuscript.book.drawn_formulas && self.drawn(tex, formula) {
            return;
        }
        match formula::read(tex).or_else(|_| formula::read(&formula.tex)) {
            Ok(reading) => {
                self.written.mathml = true;
                self.xml.raw(&formula::mathml(&reading, formula.display, alone, &formula.source));
            }
            // It was read before; should that ever be untrue, its text stands here.
            Err(_) => self.code_like("code", &formula.source),
        }
    }

    /// The formula as a drawing within the text, in its colour and on its baseline; says whether there is one.
    fn drawn(&mut self, tex: &str, formula: &Formula) -> bool {
        let setter = self.context.setter();
        let style = setter.theme.styles.text;
        let Some((frame, size, depth)) = setter.formula_picture(tex, formula.display, &style, Mark::Artifact(Artifact::Layout)) else { return false };
        let em = |length: crate::length::Length| format!("{:.3}em", length.to_pt() / style.size.to_pt());
        let css = format!("width: {}; height: {}; vertical-align: -{}", em(size.width), em(size.height), em(depth));
        self.written.svg = true;
        self.written.drawn_formulas = true;
        self.xml.raw(&raster::formula(&frame, size, &setter.fonts, &formula.source, &css));
        true
    }
}
