//! Openings: part titles, chapter openings with number, title and standfirst, titles of nested chapters.

use crate::length::Length;
use crate::parse::{Inline, InlineKind, Section};
use crate::resolve::{Matter, opening_label};
use crate::select::EntryKind;

use super::builder::{Builder, Context, stacked};
use super::galley::{Flow, Keep, Line, LineMetrics};
use super::setter::{Alignment, Piece};
use super::tags::Role;
use crate::theme::{OpenerDesign, TextStyle};

impl Builder<'_> {
    /// The page that opens a part.
    pub(super) fn part(&mut self, section: &Section, cx: &Context) {
        let Some((number, title)) = self.here().and_then(|here| here.part) else { return };
        let theme = &self.setter.theme;
        let tag = self.tag(cx.parent, Role::Paragraph, None);
        let mark = self.mark(tag);
        let mut lines = vec![blank(theme.leading() * i32::from(theme.page.part_drop))];
        if !number.is_empty() {
            let label = self.setter.paragraph(
                &[Piece::new(&format!("{} ", theme.styles.part_label.label(number)), &theme.styles.part_label, mark)],
                cx.measure,
                Alignment::Left,
                false,
            );
            lines.extend(label);
            lines.push(blank(theme.leading()));
        }
        lines.extend(self.smaller(&theme.styles.part_title, |builder, style| {
            builder.setter.paragraph(&[Piece::new(title, style, mark)], cx.measure, Alignment::Left, false)
        }));
        self.push_opening(lines, section, Keep { together: true, with_next: false, head: 1, tail: 1 }, cx);
        self.flow.push(Flow::PageBreak);
    }

    /// The opening of a chapter.
    pub(super) fn opening(&mut self, section: &Section, cx: &Context) {
        let theme = &self.setter.theme;
        let leading = theme.leading();
        let Some(info) = self.here() else { return };
        if theme.openers.design == OpenerDesign::Page && info.matter == Matter::Main && self.opener(section, cx) {
            return;
        }
        // What stands before and behind the chapters opens higher: it is read once, or looked up, and should not spread.
        let aside = info.matter != Matter::Main || section.kind == EntryKind::RoadBeyond;
        let drop = if aside { theme.page.front_drop } else { theme.page.opening_drop };
        let mut lines = vec![blank(leading * i32::from(drop))];
        let heading = self.tag(cx.parent, Role::Heading(1), Some(section.id));
        let number = info.number;
        if let Some(number) = number.filter(|_| info.matter == Matter::Main) {
            // The space is not seen, but heard between the label and the title.
            let label = theme.styles.chapter_label.label(&opening_label(self.input.words, section.kind, number)) + " ";
            // The book's words stand where the chapter's lines begin, whichever way they run themselves.
            let side = if cx.direction == self.setter.direction { Alignment::Left } else { Alignment::Right };
            let set = self.setter.paragraph(&[Piece::new(&label, &theme.styles.chapter_label, self.mark(heading))], cx.measure, side, false);
            lines.extend(set);
            lines.push(blank(leading / 2));
        }
        lines.extend(self.smaller(&theme.styles.chapter_title, |builder, style| {
            let cx = Context { style: *style, alignment: Alignment::Left, ..cx.clone() };
            builder.title_lines(&section.title, heading, section, &cx)
        }));
        if !section.summary.is_empty() {
            lines.push(blank(leading));
            let tag = self.tag(cx.parent, Role::Paragraph, None);
            let cx = Context { style: theme.styles.standfirst, alignment: Alignment::Left, ..cx.clone() };
            lines.extend(self.title_lines(&section.summary, tag, section, &cx));
        }
        // The text begins on the grid, a line and a half or more below.
        let height: Length = lines.iter().map(|line| line.metrics.height).sum();
        lines.push(blank((height + leading * 3 / 2).round_up(leading) - height));
        self.name_next(section.id);
        self.push_opening(lines, section, Keep { together: true, with_next: true, head: 1, tail: 1 }, cx);
    }

    /// Lines of a title in a style, or in a smaller one if they would fill half a page.
    fn smaller(&mut self, style: &TextStyle, mut set: impl FnMut(&mut Self, &TextStyle) -> Vec<Line>) -> Vec<Line> {
        let half = self.setter.theme.text_height() / 2;
        let mut lines = set(self, style);
        if lines.iter().map(|line| line.metrics.height).sum::<Length>() > half {
            lines = set(self, &TextStyle { size: style.size.scale(55, 100), leading: style.leading.scale(55, 100), ..*style });
        }
        lines
    }

    /// What opens a part or a chapter, in one piece, or as lines that may be parted if no page could hold it with a little text.
    fn push_opening(&mut self, lines: Vec<Line>, section: &Section, keep: Keep, cx: &Context) {
        let theme = &self.setter.theme;
        let height: Length = lines.iter().map(|line| line.metrics.height).sum();
        if height + theme.leading() * 3 <= theme.text_height() {
            return self.push_lines(cx, section.id, vec![stacked(lines)], keep);
        }
        self.push_lines(cx, section.id, lines, Keep { together: false, head: 2, tail: 2, ..keep });
    }

    /// The title of a chapter nested in another, on the page where it comes.
    pub(super) fn nested_title(&mut self, section: &Section, cx: &Context) {
        let theme = &self.setter.theme;
        let level = section.depth.saturating_add(1).min(6);
        let heading = self.tag(cx.parent, Role::Heading(level), Some(section.id));
        self.name_next(section.id);
        let style = if section.depth <= 1 { theme.styles.nested_title } else { theme.styles.heading2 };
        let mut title = section.title.clone();
        if let Some(number) = self.here().and_then(|here| here.number) {
            title.insert(0, Inline { id: section.id, pos: section.pos, kind: InlineKind::Text(format!("{number}\u{2002}")) });
        }
        let text = self.title(&title, &style, heading, section.pos);
        let cx = Context { style, alignment: Alignment::Left, ..cx.clone() };
        let mut stack = self.heading_stack(text, section.id, &cx);
        (stack.before, stack.after) = (theme.spaces.heading2_before * 4 / 3, theme.spaces.heading2_after);
        self.push(stack);
    }

    pub(super) fn title_lines(&mut self, text: &[Inline], tag: u32, section: &Section, cx: &Context) -> Vec<Line> {
        let text = self.title(text, &cx.style, tag, section.pos);
        let shape = self.shape(cx, &cx.style, Length::ZERO, Vec::new());
        self.set(text, shape).build(0, self.setter)
    }
}

/// Empty room of a height.
pub(super) fn blank(height: Length) -> Line {
    Line { metrics: LineMetrics { height, ..LineMetrics::default() }, ..Line::default() }
}
