//! Lists: hanging markers, figures aligned at their stops, boxes to tick; definition lists.

use crate::length::{Length, Point, Size};
use crate::parse::{Block, BlockKind, Definition, ListItem, NodeId, definitions_run, list_runs};
use crate::theme::{Figures, TextStyle, Weight};

use super::builder::{Builder, Context};
use super::frame::{Item, Placed};
use super::galley::{Flow, Keep, Stack};
use super::setter::{Alignment, Piece};
use super::tags::Role;
use super::text::{Description, ParagraphText, SpanStyle};

impl Builder<'_> {
    pub(super) fn list(&mut self, start: Option<u64>, tight: bool, items: &[ListItem], node: NodeId, cx: &Context) {
        let tasks = items.iter().any(|i| i.task.is_some());
        let ordered = if tasks { None } else { Some(start.is_some()) };
        let list = self.tag(cx.parent, Role::List { ordered }, Some(node));
        let cx = &Context { direction: list_runs(cx.direction, items), ..cx.clone() };
        let indent = self.list_indent(start, items, cx);
        let gap = self.setter.theme.spaces.item;
        let gap = cx.card.map_or(gap, |card| card.between_items(gap));
        let begins = self.flow.len();
        for (index, item) in items.iter().enumerate() {
            let element = self.tag(list, Role::ListItem, Some(item.id));
            let label = self.tag(element, Role::Label, None);
            let body = self.tag(element, Role::ListBody, None);
            let inner = Context { parent: body, lists: cx.lists + 1, ..cx.marked(indent) };
            // The marker stands in the room that there is.
            let indent = cx.measure - inner.measure;
            let number = start.map(|n| item.number.map_or_else(|| n.saturating_add(index as u64).to_string(), |number| number.numerals.write(number.value)));
            let number = number.map(|number| self.input.words.figures(&number).into_owned());
            let lead = self.marker(number, item, label, indent, cx);
            let begin = self.flow.len();
            self.item(item, lead, &inner, tight);
            self.space(begin, gap, gap);
            if items.len() > 1 && index == 0 && tight {
                // The first item of a list stays with its second line of text.
                if let Some(Flow::Stack(stack)) = self.flow.get_mut(begin) {
                    stack.keep.head = stack.keep.head.max(1);
                }
            }
        }
        if cx.lists == 0 {
            self.keep_list(begins, node);
        }
    }

    /// A short list stays whole.
    fn keep_list(&mut self, begins: usize, node: NodeId) {
        let stacks = self.flow[begins..].iter_mut().filter_map(|flow| if let Flow::Stack(stack) = flow { Some(stack) } else { None });
        stacks.for_each(|stack| stack.list = Some(node));
        self.keep_short(begins, usize::from(self.setter.theme.keeps.list_lines));
    }

    /// What is set from `begins` on stays whole if it has so many lines at most, a short page being the price. What holds a reader's words
    /// is left as it is: another reader's may take more lines.
    pub(super) fn keep_short(&mut self, begins: usize, limit: usize) {
        let set = self.flow.get_mut(begins..).unwrap_or_default();
        let mut stacks: Vec<&mut Stack> = set.iter_mut().filter_map(|flow| if let Flow::Stack(stack) = flow { Some(stack) } else { None }).collect();
        let lines: usize = stacks.iter().map(|stack| stack.metrics(0).len()).sum();
        let height: Length = stacks.iter().flat_map(|stack| stack.metrics(0)).map(|line| line.height).sum();
        if lines > limit || height > self.setter.theme.leading() * limit as i32 || stacks.iter().any(|stack| stack.is_personal() || stack.float) {
            return;
        }
        let last = stacks.len().saturating_sub(1);
        for (index, stack) in stacks.iter_mut().enumerate() {
            stack.keep.together = true;
            stack.keep.with_next |= index < last;
        }
    }

    /// Room for the markers: that of the theme, more for long numbers.
    pub(super) fn list_indent(&self, start: Option<u64>, items: &[ListItem], cx: &Context) -> Length {
        let theme = self.setter.theme.spaces.list_indent;
        let Some(start) = start else { return theme };
        let last = start.saturating_add(items.len() as u64);
        let width = |number: &str| self.setter.line(&[Piece::new(&self.input.words.figures(&format!("{number}. ")), &figures(&cx.style), self.mark(0))]).width;
        // Of numbers that are no figures the longest may be any.
        let own = items.iter().filter_map(|item| item.number).map(|number| number.numerals.write(number.value)).max_by_key(String::len);
        let widest = own.map_or_else(|| width(&last.to_string()), |own| width(&own));
        theme.max(widest + self.setter.theme.spaces.marker)
    }

    fn item(&mut self, item: &ListItem, lead: Vec<Placed>, cx: &Context, tight: bool) {
        let mut blocks = item.blocks.as_slice();
        // The marker stands on the first line of the item's first paragraph.
        if let Some(first) = blocks.first()
            && let BlockKind::Paragraph(text) = &first.kind
        {
            blocks = &blocks[1..];
            if first.anchor.is_some() {
                self.name_next(first.id);
            }
            let tag = if tight { cx.parent } else { self.tag(cx.parent, Role::Paragraph, Some(first.id)) };
            let mut set = self.text(text, &cx.style, tag, first.pos);
            if item.task.is_some() {
                set.label = Description::of_inlines(text, self.input);
            }
            self.set_text(set, first.id, cx, Length::ZERO, lead);
            self.lead(text, blocks.first());
        } else {
            // Otherwise the marker gets a line of its own.
            let mut line = self.natural_line(Vec::new(), &cx.style, Length::ZERO);
            let down = Point::new(Length::ZERO, super::setter::baseline(&cx.style));
            line.frame.items.extend(lead.into_iter().map(|p| Placed { at: p.at + down, ..p }));
            let keep = Keep { with_next: !item.blocks.is_empty(), head: 1, tail: 1, together: true };
            self.push_lines(cx, item.id, vec![line], keep);
        }
        self.blocks(blocks, cx);
    }

    fn marker(&mut self, number: Option<String>, item: &ListItem, label: u32, indent: Length, cx: &Context) -> Vec<Placed> {
        if let Some(checked) = item.task {
            return self.check_box(checked, item, label, cx);
        }
        let numbered = number.is_some();
        let (text, style) = match number {
            Some(n) => (format!("{n}."), figures(&cx.style)),
            None => (self.bullet(cx.lists), cx.style),
        };
        // In text from right to left the stop stands at the left of its number.
        let line = self.setter.line_in(cx.direction, &[Piece::new(&text, &style, self.mark(label))]);
        // Numbers end at the same place; bullets stand near the edge.
        let from = if numbered { indent - line.width - self.setter.theme.spaces.marker } else { (indent - line.width).scale(4, 10) };
        let x = cx.beside(from, line.width);
        line.items.into_iter().map(|p| Placed { at: p.at + Point::new(x, Length::ZERO), ..p }).collect()
    }

    /// The marker of a level.
    fn bullet(&self, level: usize) -> String {
        let bullets = &self.setter.theme.lists.bullets;
        bullets.get(level).or(bullets.last()).cloned().unwrap_or_default()
    }

    /// A box to tick. What it says is the paragraph that it stands beside (`ParagraphText::label`).
    fn check_box(&mut self, checked: bool, item: &ListItem, label: u32, cx: &Context) -> Vec<Placed> {
        let form = self.tag(label, Role::Form, Some(item.id));
        let side = cx.style.size.scale(82, 100);
        let at = Point::new(cx.beside(Length::pt(2), side), -side + cx.style.size.scale(8, 100));
        vec![Placed { at, mark: self.mark(form), item: Item::CheckBox { size: Size::new(side, side), label: String::new(), checked } }]
    }

    /// The entries of a glossary: each begins with its term, in the line of its text, and hangs.
    fn glossary(&mut self, list: &[Definition], element: u32, cx: &Context) {
        let style = self.setter.theme.styles.glossary;
        let bold = TextStyle { weight: Weight::Semibold, ..style };
        let hang = self.setter.theme.spaces.index_indent;
        for definition in list {
            let item = self.tag(element, Role::ListItem, Some(definition.id));
            let label = self.tag(item, Role::Label, definition.terms.first().map(|term| term.id));
            let body = self.tag(item, Role::ListBody, None);
            let mut text = ParagraphText::default();
            for (number, term) in definition.terms.iter().enumerate() {
                self.name_next(term.id);
                if number > 0 {
                    text.push(", ", &SpanStyle::new(bold, self.mark(label)));
                }
                let term = self.text(&term.text, &bold, label, Default::default());
                text.append(term);
            }
            text.push("\u{2002}", &SpanStyle::new(style, self.mark(label)));
            let mut details = definition.details.iter().flatten();
            let mut rest: Vec<&Block> = Vec::new();
            match details.next() {
                Some(Block { kind: BlockKind::Paragraph(first), pos, .. }) => {
                    let first = self.text(first, &style, body, *pos);
                    text.append(first);
                }
                Some(other) => rest.push(other),
                None => {}
            }
            rest.extend(details);
            let inner = Context { style, top: false, parent: body, ..cx.begun(hang) };
            let begin = self.flow.len();
            self.set_text(text, definition.id, &inner, Length::ZERO - hang, Vec::new());
            for block in rest {
                self.blocks(std::slice::from_ref(block), &inner);
            }
            let gap = self.setter.theme.spaces.item;
            self.space(begin, gap, gap);
        }
    }

    pub(super) fn definitions(&mut self, list: &[Definition], node: NodeId, cx: &Context) {
        let element = self.tag(cx.parent, Role::List { ordered: None }, Some(node));
        if cx.top && self.here().is_some_and(|here| here.section.glossary) {
            let cx = Context { direction: definitions_run(cx.direction, list), ..cx.clone() };
            return self.glossary(list, element, &cx);
        }
        let style = TextStyle { weight: Weight::Semibold, ..cx.style };
        let gap = self.setter.theme.spaces.item;
        let cx = &Context { direction: definitions_run(cx.direction, list), ..cx.clone() };
        for definition in list {
            let item = self.tag(element, Role::ListItem, Some(definition.id));
            let mut label_start = self.flow.len();
            for term in &definition.terms {
                label_start = self.flow.len();
                self.name_next(term.id);
                let label = self.tag(item, Role::Label, Some(term.id));
                let text = self.text(&term.text, &style, label, Default::default());
                let begin = self.flow.len();
                let cx = Context { style, alignment: Alignment::Left, top: false, ..cx.clone() };
                let stack = self.heading_stack(text, term.id, &cx);
                self.push(stack);
                self.space(begin, gap * 2, Length::ZERO);
            }
            let body = self.tag(item, Role::ListBody, None);
            for detail in &definition.details {
                let inner = Context { parent: body, ..cx.begun(self.setter.theme.spaces.quote_indent) };
                let begin = self.flow.len();
                self.blocks(detail, &inner);
                if let Some(Flow::Stack(first)) = self.flow.get_mut(begin) {
                    first.before = Length::ZERO;
                }
            }
            if !definition.terms.is_empty() {
                self.bind(label_start);
            }
        }
    }
}

/// Figures that stand under each other.
fn figures(style: &TextStyle) -> TextStyle {
    TextStyle { figures: Figures::Tabular, ..*style }
}
