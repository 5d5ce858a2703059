//! Diagrams: drawn once the fonts are known, since their labels are measured in them. Each is drawn once for all books of a session.

use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::diagram::{self, Fault};
use crate::load::Pos;
use crate::memo::{Key, Memo, Remembered};
use crate::parse::{Inline, InlineKind, Node, NodeId, walk};
use crate::resolve::{PictureFile, Resolved, drawing};
use crate::typeset::Setter;

/// A diagram that was drawn, or why it was not.
struct Drawn(Result<Arc<PictureFile>, Fault>);

impl Remembered for Drawn {
    fn weight(&self) -> usize {
        self.0.as_ref().map_or(100, |file| file.bytes.len())
    }
}

/// The book with its diagrams drawn. One that cannot be is left as code, with a warning.
pub fn draw_diagrams(mut resolved: Resolved, setter: &Arc<Setter>, memo: &Memo, found: &mut Diagnostics) -> Resolved {
    let mut diagrams: Vec<(NodeId, Pos, Arc<str>)> = Vec::new();
    for section in resolved.document.sections.iter() {
        walk(section, &mut |node| {
            if let Node::Inline(Inline { id, pos, kind: InlineKind::Image(image) }) = node
                && let Some(source) = &image.diagram
            {
                diagrams.push((*id, *pos, source.clone()));
            }
        });
    }
    if diagrams.is_empty() {
        return resolved;
    }
    let one = |source: &Arc<str>| memo.get_or_make(Key::of(&("diagram", setter.key(), source)), || Drawn(drawn(source, setter)));
    let drawn: Vec<Arc<Drawn>> = diagrams.par_iter().map(|(_, _, source)| one(source)).collect();
    let images = Arc::make_mut(&mut resolved.images);
    for ((node, pos, _), drawn) in diagrams.into_iter().zip(drawn) {
        match &drawn.0 {
            Ok(file) => {
                if let Some(picture) = images.get_mut(&node) {
                    picture.file = Some(file.clone());
                }
            }
            Err(fault) => {
                let pos = fault.line.map_or(pos, |line| Pos { line: pos.line + 1 + line, column: 0, ..pos });
                let place = resolved.document.selection.manuscript.sources.place(pos);
                let diagnostic = Diagnostic::warning(Code::DiagramUnreadable, format!("the diagram cannot be drawn: {}", fault.reason));
                found.push(diagnostic.at(place).hint("its source is set as code"));
            }
        }
    }
    resolved
}

fn drawn(source: &str, setter: &Arc<Setter>) -> Result<Arc<PictureFile>, Fault> {
    let svg = diagram::draw(source, setter)?;
    drawing("diagram.svg", svg).map(Arc::new).map_err(|reason| Fault { reason: format!("what was drawn {reason}"), line: None })
}
