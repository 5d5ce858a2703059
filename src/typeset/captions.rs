//! Captions, with their numbers: above tables, under figures and code.

use crate::parse::{Block, Inline, NodeId};

use super::builder::{Builder, Context};
use super::setter::Alignment;
use super::tags::Role;
use super::text::{ParagraphText, SpanStyle};

impl Builder<'_> {
    /// A caption with its number, above a table or under a figure.
    #[allow(clippy::too_many_arguments)] // a caption is where all of these meet
    pub(super) fn caption(&mut self, node: NodeId, caption: &[Inline], word: &str, parent: u32, block: &Block, cx: &Context, with_next: bool) {
        let theme = &self.setter.theme;
        let style = theme.styles.caption;
        let tag = self.tag(parent, Role::Caption, None);
        let mut text = ParagraphText::default();
        if let Some(number) = self.input.caption_numbers.get(&node) {
            let label = SpanStyle::new(theme.styles.caption_label, self.mark(tag));
            text.push(&self.input.words.caption_label(word, number).replace(' ', "\u{A0}"), &label);
            text.push("  ", &SpanStyle::new(style, self.mark(tag)));
        }
        let own = self.text(caption, &style, tag, block.pos);
        text.append(own);
        let cx = Context { style, alignment: Alignment::Left, ..cx.clone() };
        let mut stack = self.heading_stack(text, node, &cx);
        stack.keep.with_next = with_next;
        (stack.before, stack.after) = (theme.spaces.caption / 2, theme.spaces.caption / 2);
        self.push(stack);
    }
}
