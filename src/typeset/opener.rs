//! Openers: a page in the colour of its stage that says what the stage is and promises what will have been done at its end; for paths
//! and guides a band of the quiet colour with their letter.

use crate::length::{Length, Point, Size};
use crate::parse::{Inline, Section, plain_text};
use crate::resolve::StageInput;
use crate::select::EntryKind;
use crate::theme::{Color, TextStyle};

use super::builder::{Builder, Context, stacked};
use super::frame::{Artifact, Frame, Item, Mark};
use super::galley::{Flow, Keep, Line, LineMetrics};
use super::opening::blank;
use super::setter::{Alignment, Piece, baseline};
use super::tags::Role;

/// Thickness of the rule over the promise.
const RULE: Length = Length::pt(1);
/// Side of the promise's box, and what is free beside it.
const BOX: Length = Length::pt(14);
const BESIDE: Length = Length::pt(10);

impl Builder<'_> {
    /// The opener that the theme draws for such a chapter. False where there is none, or no room for it: the chapter then opens as others do.
    pub(super) fn opener(&mut self, section: &Section, cx: &Context) -> bool {
        let Some(here) = self.here() else { return false };
        let (number, stage) = (here.number.unwrap_or_default(), here.stage);
        // Set on the side first: what has no room must not leave half an opening behind.
        let fits = |builder: &mut Self| match (section.kind, stage) {
            (EntryKind::Stage { .. }, Some(stage)) => builder.apart().stage_page(section, number, stage, cx).is_some(),
            (EntryKind::Path | EntryKind::Guide, _) => builder.apart().band(section, number, cx).is_some(),
            _ => false,
        };
        if !fits(self) {
            return false;
        }
        let whole = Keep { together: true, with_next: false, head: 1, tail: 1 };
        match stage {
            Some(stage) => {
                let page = self.stage_page(section, number, stage, cx);
                self.name_next(section.id);
                self.push_lines(cx, section.id, page.into_iter().collect(), whole);
                self.flow.push(Flow::PageBreak);
            }
            None => {
                let band = self.band(section, number, cx);
                self.name_next(section.id);
                self.push_lines(cx, section.id, band.into_iter().collect(), Keep { with_next: true, ..whole });
            }
        }
        true
    }

    /// A stage's page: its number, name and summary from the head down, its promise at the foot.
    fn stage_page(&mut self, section: &Section, number: &str, stage: StageInput<'_>, cx: &Context) -> Option<Line> {
        let theme = &self.setter.theme;
        let (styles, leading) = (&theme.styles, theme.leading());
        let color = theme.stage(stage.rung, stage.rungs);
        let heading = self.tag(cx.parent, Role::Heading(1), Some(section.id));
        let mut page = Page::new(color, true, leading * i32::from(theme.openers.drop));
        let words = self.input.words;
        // The word and the number are heard before the title, and the years after it.
        let numeral = self.setter.line(&[Piece::new(&format!("{number} "), &styles.opener_numeral, self.mark(heading))]);
        let label = self.setter.line(&[Piece::new(&format!("{} ", words.stage), &styles.opener_label, self.mark(heading))]);
        page.line(cx, label.items, label.width, &styles.opener_label, Length::ZERO);
        let side = styles.opener_numeral.size / 60;
        page.line(cx, numeral.items, numeral.width, &styles.opener_numeral, Length::ZERO - side);
        page.skip(leading / 2);
        let title = self.opener_title(section, heading, cx, theme.text_height() / 3);
        page.lines(title);
        if !stage.years.is_empty() {
            page.skip(leading / 2);
            let tag = self.tag(cx.parent, Role::Paragraph, None);
            let years = format!("{}\u{2002}{}", words.years, stage.years);
            page.lines(self.side_text(&years, &styles.opener_label, tag, cx));
        }
        if !section.summary.is_empty() {
            page.skip(leading);
            page.lines(self.opener_text(&section.summary, cx, section, Length::ZERO, None));
        }
        let foot = self.promise(section, cx);
        let room = theme.text_height() - page.height();
        let high = foot.as_ref().map_or(Length::ZERO, |foot| foot.metrics.height + leading);
        if high > room {
            return None;
        }
        if let Some(foot) = foot {
            page.skip(room - foot.metrics.height);
            page.lines(vec![foot]);
        }
        Some(page.finish(theme.text_height()))
    }

    /// A band across the head of the page: letter, title and summary.
    fn band(&mut self, section: &Section, letter: &str, cx: &Context) -> Option<Line> {
        let theme = &self.setter.theme;
        let (styles, leading) = (&theme.styles, theme.leading());
        let heading = self.tag(cx.parent, Role::Heading(1), Some(section.id));
        let mut page = Page::new(theme.colors.quiet, false, leading);
        if !letter.is_empty() {
            let numeral = styles.opener_numeral;
            let style = TextStyle { size: numeral.size.scale(2, 5), leading: numeral.leading.scale(2, 5), ..numeral };
            let set = self.setter.line(&[Piece::new(&format!("{letter} "), &style, self.mark(heading))]);
            page.line(cx, set.items, set.width, &style, Length::ZERO);
            page.skip(leading / 2);
        }
        page.lines(self.opener_title(section, heading, cx, theme.text_height() / 4));
        if !section.summary.is_empty() {
            page.skip(leading);
            page.lines(self.opener_text(&section.summary, cx, section, Length::ZERO, None));
        }
        page.skip(leading);
        let bottom = page.height().round_up(leading);
        // As with all openings, a few lines of text must have room below.
        (bottom + leading * 6 <= theme.text_height()).then(|| page.finish_at(bottom, (bottom + leading * 3 / 2).round_up(leading)))
    }

    /// The title, smaller where it would be higher than the room for it.
    fn opener_title(&mut self, section: &Section, heading: u32, cx: &Context, room: Length) -> Vec<Line> {
        let style = self.setter.theme.styles.opener_title;
        let mut lines = Vec::new();
        for percent in [100, 75, 55] {
            let style = TextStyle { size: style.size.scale(percent, 100), leading: style.leading.scale(percent, 100), ..style };
            lines = self.title_lines(&section.title, heading, section, &Context { style, alignment: Alignment::Left, ..cx.clone() });
            if lines.iter().map(|line| line.metrics.height).sum::<Length>() <= room {
                break;
            }
        }
        lines
    }

    /// A passage of an opener's text, moved in by `indent`.
    fn opener_text(&mut self, text: &[Inline], cx: &Context, section: &Section, indent: Length, tag: Option<u32>) -> Vec<Line> {
        let style = self.setter.theme.styles.opener_text;
        let tag = tag.unwrap_or_else(|| self.tag(cx.parent, Role::Paragraph, None));
        let cx = Context { style, alignment: Alignment::Left, ..cx.begun(indent) };
        self.title_lines(text, tag, section, &cx)
    }

    /// A line of the book's own words, where the chapter's lines begin.
    fn side_text(&self, text: &str, style: &TextStyle, tag: u32, cx: &Context) -> Vec<Line> {
        let side = if cx.direction == self.setter.direction { Alignment::Left } else { Alignment::Right };
        self.setter.paragraph(&[Piece::new(text, style, self.mark(tag))], cx.measure, side, false)
    }

    /// The promise under its rule, with a box to tick.
    fn promise(&mut self, section: &Section, cx: &Context) -> Option<Line> {
        if section.promise.is_empty() {
            return None;
        }
        let theme = &self.setter.theme;
        let style = theme.styles.opener_text;
        let gap = theme.leading();
        let list = self.tag(cx.parent, Role::List { ordered: None }, None);
        let item = self.tag(list, Role::ListItem, None);
        let label = self.tag(item, Role::Label, None);
        let form = self.tag(label, Role::Form, None);
        let body = self.tag(item, Role::ListBody, None);
        let mut frame = Frame::default();
        frame.push(
            Point::new(cx.x, Length::ZERO),
            Mark::Artifact(Artifact::Layout),
            Item::Rect { size: Size::new(cx.measure, RULE), color: theme.colors.reversed },
        );
        let top = gap + baseline(&style) - BOX + style.size / 8;
        let at = Point::new(cx.beside(Length::ZERO, BOX), top);
        let size = Size::new(BOX, BOX);
        // Paper for the pencil.
        frame.push(at, Mark::Artifact(Artifact::Layout), Item::Rect { size, color: Color::WHITE });
        frame.push(at, self.mark(form), Item::CheckBox { size, label: plain_text(&section.promise), checked: false });
        let text = stacked(self.opener_text(&section.promise, cx, section, BOX + BESIDE, Some(body)));
        let height = gap + text.metrics.height;
        frame.place(Point::new(Length::ZERO, gap), text.frame);
        Some(Line { metrics: LineMetrics { height, ..LineMetrics::default() }, frame })
    }
}

/// What stands on colour, from the head down.
struct Page {
    lines: Vec<Line>,
    ground: (Color, bool),
}

impl Page {
    fn new(color: Color, whole: bool, drop: Length) -> Page {
        Page { lines: vec![blank(drop)], ground: (color, whole) }
    }

    fn height(&self) -> Length {
        self.lines.iter().map(|line| line.metrics.height).sum()
    }

    fn skip(&mut self, height: Length) {
        self.lines.push(blank(height));
    }

    fn lines(&mut self, lines: Vec<Line>) {
        self.lines.extend(lines);
    }

    /// One line of natural width, `from` away from the edge at which lines begin.
    fn line(&mut self, cx: &Context, items: Vec<super::frame::Placed>, width: Length, style: &TextStyle, from: Length) {
        let mut frame = Frame::default();
        frame.place(Point::new(cx.beside(from, width), baseline(style)), Frame { items });
        self.lines.push(Line { metrics: LineMetrics { height: style.leading, ..LineMetrics::default() }, frame });
    }

    /// The whole page as one line.
    fn finish(self, height: Length) -> Line {
        self.finish_at(Length::ZERO, height)
    }

    /// The same with its ground down to `bottom`.
    fn finish_at(self, bottom: Length, height: Length) -> Line {
        let (color, whole) = self.ground;
        let mut page = Line::default();
        page.frame.push(Point::new(Length::ZERO, bottom), Mark::Artifact(Artifact::Layout), Item::Ground { color, whole });
        page.frame.items.append(&mut stacked(self.lines).frame.items);
        page.metrics.height = height;
        page
    }
}
