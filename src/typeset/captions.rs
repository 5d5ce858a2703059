//! Captions, with their numbers: above tables, under figures and code.

use crate::length::Length;
use crate::parse::{Block, Inline, NodeId};

use super::builder::{Builder, Context, stacked};
use super::galley::{Keep, Line};
use super::setter::Alignment;
use super::tags::Role;
use super::text::{ParagraphText, SpanStyle};

impl Builder<'_> {
    /// The gap before the column at the side, and its width, if the theme has one and this is running text.
    fn caption_column(&self, cx: &Context) -> Option<(Length, Length)> {
        let theme = &self.setter.theme;
        theme.side().filter(|_| self.boxes == 0 && cx.x == Length::ZERO && cx.measure == theme.measure())
    }

    /// A caption as a line without height in a column at the side.
    fn side_caption(&mut self, text: ParagraphText, (gap, width): (Length, Length), cx: &Context) -> Line {
        let cx = Context { x: self.setter.theme.measure() + gap, measure: width, ..cx.clone() };
        let shape = self.shape(&cx, &cx.style, Length::ZERO, Vec::new());
        let mut line = stacked(self.set(text, shape).build(0, self.setter));
        line.metrics.height = Length::ZERO;
        line
    }

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
        if let Some(column) = self.caption_column(&cx) {
            // It stands beside what it is the caption of, and takes no line of it.
            let line = self.side_caption(text, column, &cx);
            self.push_lines(&cx, node, vec![line], Keep { together: true, with_next, head: 1, tail: 1 });
            return;
        }
        let mut stack = self.heading_stack(text, node, &cx);
        stack.keep.with_next = with_next;
        (stack.before, stack.after) = (theme.spaces.caption / 2, theme.spaces.caption / 2);
        self.push(stack);
    }
}
