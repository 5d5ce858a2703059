//! Openings: part titles, chapter openings with number, title and standfirst, titles of nested chapters.

use crate::language::first_strong_is_rtl;
use crate::length::Length;
use crate::parse::{Inline, InlineKind, Section};
use crate::resolve::Matter;

use super::builder::{Builder, Context, stacked};
use super::galley::{Flow, Keep, Line, LineMetrics};
use super::setter::{Alignment, Piece};
use super::tags::Role;

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
                &[Piece::new(&format!("{} ", number.to_lowercase()), &theme.styles.part_label, mark)],
                cx.measure,
                Alignment::Left,
                false,
            );
            lines.extend(label);
            lines.push(blank(theme.leading()));
        }
        lines.extend(self.setter.paragraph(&[Piece::new(title, &theme.styles.part_title, mark)], cx.measure, Alignment::Left, false));
        self.push_lines(cx, section.id, vec![stacked(lines)], Keep { together: true, with_next: false, head: 1, tail: 1 });
        self.flow.push(Flow::PageBreak);
    }

    /// The opening of a chapter.
    pub(super) fn opening(&mut self, section: &Section, cx: &Context) {
        let theme = &self.setter.theme;
        let leading = theme.leading();
        let Some(info) = self.here() else { return };
        // Front matter opens higher: it is read once and should not spread.
        let drop = if info.matter == Matter::Front { theme.page.front_drop } else { theme.page.opening_drop };
        let mut lines = vec![blank(leading * i32::from(drop))];
        let heading = self.tag(cx.parent, Role::Heading(1), Some(section.id));
        let number = info.number;
        if let Some(number) = number.filter(|_| info.matter == Matter::Main) {
            // The space is not seen, but heard between the label and the title.
            let label = self.chapter_label(number) + " ";
            let side = if first_strong_is_rtl(info.title) == Some(true) { Alignment::Right } else { Alignment::Left };
            let set = self.setter.paragraph(&[Piece::new(&label, &theme.styles.chapter_label, self.mark(heading))], cx.measure, side, false);
            lines.extend(set);
            lines.push(blank(leading / 2));
        }
        let title_cx = Context { style: theme.styles.chapter_title, alignment: Alignment::Left, ..cx.clone() };
        lines.extend(self.title_lines(&section.title, heading, section, &title_cx));
        if !section.summary.is_empty() {
            lines.push(blank(leading));
            let tag = self.tag(cx.parent, Role::Paragraph, None);
            let cx = Context { style: theme.styles.standfirst, alignment: Alignment::Left, ..cx.clone() };
            lines.extend(self.title_lines(&section.summary, tag, section, &cx));
        }
        let line = stacked(lines);
        // The text begins on the grid, a line and a half or more below.
        let height = (line.metrics.height + leading * 3 / 2).round_up(leading);
        let line = Line { metrics: LineMetrics { height, ..line.metrics }, ..line };
        self.name_next(section.id);
        self.push_lines(cx, section.id, vec![line], Keep { together: true, with_next: true, head: 1, tail: 1 });
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
        let text = self.text(&title, &style, heading, section.pos).without_hairlines();
        let cx = Context { style, alignment: Alignment::Left, ..cx.clone() };
        let mut stack = self.heading_stack(text, section.id, &cx);
        (stack.before, stack.after) = (theme.spaces.heading2_before * 4 / 3, theme.spaces.heading2_after);
        self.push(stack);
    }

    fn title_lines(&mut self, text: &[Inline], tag: u32, section: &Section, cx: &Context) -> Vec<Line> {
        let text = self.text(text, &cx.style, tag, section.pos).without_hairlines();
        let shape = self.shape(cx, &cx.style, Length::ZERO, Vec::new());
        super::paragraph::Paragraph::set(self.setter, text, shape).build(0, self.setter)
    }

    /// `chapter one`, in figures beyond the words at hand; `chapter 2.1` and `appendix a` as they are.
    fn chapter_label(&self, number: &str) -> String {
        let words = self.input.words;
        let spelled = number.parse::<usize>().ok().and_then(|n| words.numbers.get(n.checked_sub(1)?));
        format!("{} {}", words.chapter, spelled.map_or(number, |s| s.as_str())).to_lowercase()
    }
}

/// Empty room of a height.
pub(super) fn blank(height: Length) -> Line {
    Line { metrics: LineMetrics { height, ..LineMetrics::default() }, ..Line::default() }
}
