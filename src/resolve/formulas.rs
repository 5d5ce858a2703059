//! Numbers of formulas, and what refers to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Context;
use super::resolved::SectionInfo;
use crate::diag::{Code, nearest};
use crate::formula;
use crate::load::Pos;
use crate::parse::{Block, BlockKind, Formula, Inline, InlineKind, Node, NodeId, walk};

/// The numbered formulas of a book.
#[derive(Debug, Default)]
pub(super) struct Formulas {
    /// What is set of the formulas that hold labels or references: with numbers in their places.
    pub(super) tex: BTreeMap<NodeId, Arc<str>>,
    /// For each label the formula that it names, and the number.
    labels: BTreeMap<String, (NodeId, String)>,
}

impl Formulas {
    /// What a reference leads to, and what it shows without brackets.
    pub(super) fn find(&self, label: &str) -> Option<(NodeId, &str)> {
        self.labels.get(label).map(|(node, number)| (*node, number.as_str()))
    }

    /// What to do about a label that nothing has.
    pub(super) fn hint(&self, label: &str) -> String {
        match nearest(label, self.labels.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("give the formula a label: `\\label{{{label}}}`"),
        }
    }
}

/// Numbers the formulas that have labels, from 1 in each chapter; the chapters nested in it count on. One whose author numbered it with
/// `\tag` keeps that number.
pub(super) fn number(cx: &mut Context<'_>, sections: &[SectionInfo]) -> Formulas {
    let document = cx.document;
    let mut found: Vec<(NodeId, Pos, &Formula)> = Vec::new();
    let mut formulas = Formulas::default();
    let (mut chapter, mut count): (Option<String>, u32) = (None, 0);
    for (section, info) in document.sections.iter().zip(sections) {
        if section.depth == 0 {
            (chapter, count) = (info.number.clone(), 0);
        }
        let first = found.len();
        walk(section, &mut |node| {
            let (id, pos, formula) = match node {
                Node::Block(Block { id, pos, kind: BlockKind::Formula(formula), .. })
                | Node::Inline(Inline { id, pos, kind: InlineKind::Formula(formula) }) => (*id, *pos, formula),
                _ => return,
            };
            if formula::is_referring(&formula.tex) {
                found.push((id, pos, formula));
            }
        });
        for (id, pos, formula) in &found[first..] {
            for label in formula::labels(&formula.tex) {
                if formulas.labels.contains_key(&label.name) {
                    let message = format!("two formulas have the label `{}`; what refers to it means the first", label.name);
                    cx.warn(Code::FormulaLabel, *pos, message, "give each a label of its own");
                    continue;
                }
                let number = label.tag.unwrap_or_else(|| {
                    count += 1;
                    chapter.as_ref().map_or_else(|| count.to_string(), |chapter| format!("{chapter}.{count}"))
                });
                formulas.labels.insert(label.name, (*id, number));
            }
        }
    }
    for (id, pos, formula) in found {
        for label in formula::references(&formula.tex) {
            if formulas.find(&label).is_none() {
                cx.warn(Code::FormulaLabel, pos, format!("no formula has the label `{label}`"), formulas.hint(&label));
            }
        }
        let tex = formula::numbered(&formula.tex, &|label| formulas.find(label).map(|(_, number)| number.to_string()));
        formulas.tex.insert(id, tex.into());
    }
    formulas
}
