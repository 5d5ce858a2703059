//! Stage 5, *typeset*: the resolved document to galleys of one measure: shaping, line breaking, blocks.

mod blocks;
mod breaks;
mod broken;
mod builder;
mod captions;
mod cards;
mod code;
mod direction;
mod figures;
mod formulas;
mod frame;
mod galley;
mod highlight;
mod hyphenate;
mod inlines;
mod ladder;
mod linebreak;
mod lines;
mod lists;
mod notes;
mod opener;
mod opening;
mod paragraph;
mod rows;
mod setter;
mod shape;
mod tables;
mod tags;
mod text;
mod toml_code;
mod units;
mod widths;

pub use frame::*;
pub use galley::*;
pub use highlight::{CodeClass, CodeLine, Highlighted, highlighted};
pub use inlines::font_hint;
pub use ladder::route_map;
pub use paragraph::{Paragraph, SetLine, Setting};
pub use setter::*;
pub use tags::*;

use std::ops::Range;

use crate::diag::Diagnostic;
use crate::length::Length;
use crate::load::Pos;
use crate::resolve::{ChapterInput, Matter, Resolved, SectionInput};

use builder::{Builder, Context};

/// The sections of each galley: a chapter with those nested in it.
pub fn chapters(resolved: &Resolved) -> Vec<Range<usize>> {
    let sections = &resolved.document.sections;
    let starts: Vec<usize> = (0..sections.len()).filter(|i| *i == 0 || sections[*i].depth == 0).collect();
    starts.iter().enumerate().map(|(n, start)| *start..starts.get(n + 1).copied().unwrap_or(sections.len())).collect()
}

/// Sets one chapter. Chapters know nothing of each other, so they may be set side by side, and of the book no more than is in
/// `input`, so that a chapter set once serves every book with the same input. What there is to say has places in the source.
pub fn typeset(input: &ChapterInput<'_>, setter: &Setter) -> (Galley, Vec<(Pos, Diagnostic)>) {
    let mut builder = Builder::new(input, setter);
    for (index, SectionInput { section, number, matter, .. }) in input.sections.iter().enumerate() {
        builder.section = index;
        let mut tree = TagTree::new(Role::Section, Some(section.id));
        tree.nodes[0].language = section.language.as_deref().map(Into::into);
        builder.tags.push(tree);
        let theme = &setter.theme;
        let cx = Context {
            x: Length::ZERO,
            measure: theme.measure(),
            parent: 0,
            style: theme.styles.text,
            decorations: Vec::new(),
            top: true,
            alignment: Alignment::Justified,
            lists: 0,
            depth: section.depth,
            divide: false,
            card: None,
            language: section.language.as_deref().and_then(|language| builder.foreign(language)),
            direction: input.direction_of(section),
        };
        if index == 0 {
            builder.part(section, &cx);
            builder.opening(section, &cx);
            builder.begins = *matter == Matter::Main && number.is_some();
        } else {
            builder.nested_title(section, &cx);
        }
        builder.blocks(&section.blocks, &cx);
        // A destination at the very end of a section has only an empty line to stand on.
        if !builder.pending.is_empty() {
            builder.push_lines(&cx, section.id, vec![Line::default()], Keep { head: 1, tail: 1, ..Keep::default() });
        }
    }
    builder.finish()
}
