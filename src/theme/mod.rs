//! Themes: every length, font and colour of a book, as data.
//!
//! A theme is one YAML file; `classic`, `plain` and `modern` are built in (`themes/`). Lengths are written with a unit
//! (`14pt`, `112mm`), colours as `#rrggbb`. [`design`] and [`styles`] say what there is, [`values`] how it is written, [`read`] how it is
//! checked; `docs/themes.md` tells it to people.

mod color;
mod design;
mod read;
mod styles;
mod values;

use crate::diag::{Code, Diagnostics, listed, nearest};
use crate::length::{Length, Size};
use crate::limits;
use crate::yaml::strict::{Document, Item, Mapping};

pub(crate) use color::at_luminance;
pub use color::contrast;
pub use design::*;
pub use styles::*;
pub use values::*;

use read::Field;

/// A theme.
#[derive(Clone, Debug, PartialEq, Default, Hash)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// The page.
    pub page: PageDesign,
    /// Font families by role.
    pub fonts: Families,
    /// Colours.
    pub colors: Colors,
    /// Colours of the ladder's stages, from the lowest to the highest: spread over as many rungs as there are.
    pub stages: Vec<Color>,
    /// The cover.
    pub cover: CoverTheme,
    /// What opens stages, paths and guides.
    pub openers: Openers,
    /// Paragraphs.
    pub paragraph: ParagraphDesign,
    /// Text styles by role.
    pub styles: Styles,
    /// Spaces.
    pub spaces: Spaces,
    /// Rules.
    pub rules: Rules,
    /// Lists.
    pub lists: Lists,
    /// The ornament of a thematic break.
    pub ornament: Ornament,
    /// The contents.
    pub contents: ContentsDesign,
    /// The ladder.
    pub ladder: LadderDesign,
    /// What is kept together.
    pub keeps: Keeps,
}

/// Gives a macro all keys that a theme's file has beside `base`.
macro_rules! every_key {
    ($of:ident) => {
        $of!(name, page, fonts, colors, stages, cover, openers, paragraph, styles, spaces, rules, lists, ornament, contents, ladder, keeps)
    };
}

impl Theme {
    /// The measure: width of the text area.
    pub fn measure(&self) -> Length {
        self.page.width - self.page.inner - self.page.outer
    }

    /// Where the column in the outer margin begins, from the edge of the text, and how wide it is; none if there is no such column.
    pub fn side(&self) -> Option<(Length, Length)> {
        (self.page.side > Length::ZERO).then_some((self.page.side_gap, self.page.side))
    }

    /// The leading of the grid.
    pub fn leading(&self) -> Length {
        self.styles.text.leading
    }

    /// Height of the text area.
    pub fn text_height(&self) -> Length {
        self.leading() * i32::from(self.page.lines)
    }

    /// The colour for a role.
    pub fn color(&self, role: ColorRole) -> Color {
        match role {
            ColorRole::Text => self.colors.text,
            ColorRole::Accent => self.colors.accent,
            ColorRole::Muted => self.colors.muted,
            ColorRole::Reversed => self.colors.reversed,
            ColorRole::CodeKeyword => self.colors.code_keyword,
            ColorRole::CodeLiteral => self.colors.code_literal,
            ColorRole::CodeComment => self.colors.code_comment,
            ColorRole::CodeName => self.colors.code_name,
        }
    }

    /// The colour of a stage, by its rung from 0, of a ladder with so many.
    pub fn stage(&self, rung: usize, rungs: usize) -> Color {
        Color::spread(&self.stages, rung, rungs)
    }

    /// The same theme on another page size: margins scale with the width, the number of lines follows the height.
    pub fn resized(&self, size: Size) -> Theme {
        let mut theme = self.clone();
        let scale = |l: Length| l.scale(i64::from(size.width.raw()), i64::from(self.page.width.raw()).max(1));
        theme.page.width = size.width;
        theme.page.height = size.height;
        theme.page.inner = scale(self.page.inner);
        theme.page.outer = scale(self.page.outer);
        theme.page.side = scale(self.page.side);
        theme.page.side_gap = scale(self.page.side_gap);
        let foot = self.page.height - self.page.head - self.text_height();
        let room = size.height - self.page.head - foot;
        theme.page.lines = (room.raw() / self.leading().raw().max(1)).clamp(4, 200) as u16;
        theme
    }

    /// Names of the built-in themes.
    pub const BUILT_IN: [&'static str; 3] = ["classic", "plain", "modern"];

    /// A built-in theme's YAML by name.
    pub fn built_in(name: &str) -> Option<&'static str> {
        match name {
            "classic" => Some(include_str!("../../themes/classic.yaml")),
            "plain" => Some(include_str!("../../themes/plain.yaml")),
            "modern" => Some(include_str!("../../themes/modern.yaml")),
            _ => None,
        }
    }

    /// All keys, as paths: `page.width`, `styles.text`; the keys of a style as `style.size`.
    pub fn keys() -> Vec<String> {
        let groups: [(&str, &[&str]); 15] = [
            ("page", PageDesign::KEYS),
            ("fonts", Families::KEYS),
            ("colors", Colors::KEYS),
            ("cover", CoverTheme::KEYS),
            ("openers", Openers::KEYS),
            ("paragraph", ParagraphDesign::KEYS),
            ("styles", Styles::KEYS),
            ("style", TextStyle::KEYS),
            ("spaces", Spaces::KEYS),
            ("rules", Rules::KEYS),
            ("lists", Lists::KEYS),
            ("ornament", Ornament::KEYS),
            ("contents", ContentsDesign::KEYS),
            ("ladder", LadderDesign::KEYS),
            ("keeps", Keeps::KEYS),
        ];
        groups.iter().flat_map(|(group, keys)| keys.iter().map(move |key| format!("{group}.{key}"))).collect()
    }

    /// What a theme's file may say, as a JSON Schema: made from what reads it.
    pub fn schema() -> serde_json::Value {
        let theme = Theme::default();
        macro_rules! keys {
            ($($key:ident),*) => {
                [$((stringify!($key).to_string(), theme.$key.schema())),*]
            };
        }
        let own = every_key!(keys);
        let base = ("base".to_string(), serde_json::json!({ "enum": Theme::BUILT_IN }));
        let mut schema = read::object(own.into_iter().chain([base]));
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
        schema["title"] = "A theme of handbook".into();
        schema
    }

    /// Reads a theme's YAML. `file` names it in messages. What it does not say is as in the theme that its `base` names,
    /// `classic` if it names none.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn parse(file: &str, yaml: &str) -> Result<Theme, Diagnostics> {
        let mut said = Diagnostics::new();
        let document = Document::new(file, yaml, 1);
        let theme = document.parse().and_then(|root| {
            let keys = Item::root(&document, &root).mapping("a theme")?;
            let mut theme = Theme { name: file.to_string(), ..base(file, &keys) };
            theme.take(&keys);
            theme.check(&keys);
            keys.finish();
            Some(theme)
        });
        document.finish(&mut said);
        match theme {
            Some(theme) if !said.has_errors() => Ok(theme),
            _ => Err(said),
        }
    }

    fn take(&mut self, keys: &Mapping<'_>) {
        macro_rules! take {
            ($($key:ident),*) => {
                $(if let Some(item) = keys.get(stringify!($key)) {
                    self.$key.take(&item);
                })*
            };
        }
        every_key!(take);
    }

    /// What no key alone can tell: whether there is room for text, and whether text has a size.
    fn check(&self, keys: &Mapping<'_>) {
        let page = keys.get("page").unwrap_or_else(|| keys.item());
        if self.measure() < Length::pt(72) {
            page.error(Code::ThemeRoom, "the margins leave no room for text", "`inner` and `outer` together must be an inch less than `width`");
        }
        if self.page.lines < 4 || self.page.head + self.text_height() > self.page.height {
            let (lines, leading, head) = (self.page.lines, self.leading().to_pt(), self.page.head.to_pt());
            page.error(
                Code::ThemeRoom,
                format!("{lines} lines of {leading} pt below a head of {head:.0} pt do not fit the page's height"),
                "give it fewer `lines`, at least 4, or a smaller `head`",
            );
        }
        if self.page.side + self.page.side_gap > self.page.outer {
            page.error(
                Code::ThemeRoom,
                "the column at the side is wider than the margin that it stands in",
                "`side` and `side_gap` together must fit into `outer`",
            );
        }
        let sound = |style: &TextStyle| style.size >= Length::pt(1) && style.leading >= Length::pt(1);
        if let Some((name, _)) = Styles::KEYS.iter().zip(self.styles.all()).find(|(_, style)| !sound(style)) {
            let styles = keys.get("styles").unwrap_or_else(|| keys.item());
            styles.error(Code::ThemeRoom, format!("the style `{name}` has no size"), "`size` and `leading` must be 1pt or more");
        }
        let running = [("text", &self.styles.text), ("code", &self.styles.code), ("note", &self.styles.note)];
        if let Some((name, style)) = running.into_iter().find(|(_, style)| sound(style) && style.leading < style.size) {
            let styles = keys.get("styles").unwrap_or_else(|| keys.item());
            let (size, leading) = (style.size.to_pt(), style.leading.to_pt());
            styles.error(
                Code::ThemeRoom,
                format!("the lines of the style `{name}` would run into each other: {leading} pt for letters of {size} pt"),
                "`leading` is the distance of lines: about 1.3 times `size`",
            );
            return;
        }
        let sides = [("width", self.page.width), ("height", self.page.height)];
        let millimetres = |length: Length| length.to_pt() * 25.4 / 72.0;
        if let Some((name, length)) = sides.into_iter().find(|(_, length)| !limits::SIDES.contains(&millimetres(*length).round())) {
            let (least, most) = (limits::SIDES.start(), limits::SIDES.end());
            page.error(
                Code::ThemeRoom,
                format!("the page's {name} is {:.0} mm", millimetres(length)),
                format!("a page is from {least} to {most} mm wide and high"),
            );
        }
        // A page must have room for two lines of anything, and a line for two letters.
        let fits = |style: &TextStyle| style.size <= self.measure() / 2 && style.leading <= self.text_height() / 2;
        if let Some((name, _)) = Styles::KEYS.iter().zip(self.styles.all()).find(|(_, style)| sound(style) && !fits(style)) {
            let styles = keys.get("styles").unwrap_or_else(|| keys.item());
            styles.error(
                Code::ThemeRoom,
                format!("the style `{name}` is too large for the page"),
                "two of its lines must fit the page's text, and two of its letters a line",
            );
        }
        self.check_colours(keys);
        if let Some(long) = self.lists.bullets.iter().find(|bullet| bullet.chars().count() > limits::BULLET) {
            let lists = keys.get("lists").unwrap_or_else(|| keys.item());
            let shown: String = long.chars().take(12).collect();
            lists.error(
                Code::ThemeRoom,
                format!("the bullet `{shown}…` has no room before its item"),
                format!("a bullet has {} characters at most", limits::BULLET),
            );
        }
    }
}

impl Theme {
    /// Text on paper and what stands on colour can be read, and neighbours are told apart in grey.
    fn check_colours(&self, keys: &Mapping<'_>) {
        let on_paper = [("text", self.colors.text), ("accent", self.colors.accent), ("muted", self.colors.muted)];
        if let Some((name, color)) = on_paper.into_iter().find(|(_, color)| contrast(*color, Color::WHITE) < ON_COLOUR) {
            let colors = keys.get("colors").unwrap_or_else(|| keys.item());
            let message = format!("`{name}`, {}, has a contrast of {:.1} : 1 on white", color.hex(), contrast(color, Color::WHITE));
            colors.error(Code::ThemeContrast, message, "4.5 : 1 is the least that everybody can read: make it darker");
        }
        let stages = keys.get("stages").or_else(|| keys.get("colors")).unwrap_or_else(|| keys.item());
        let grounds = self.stages.iter().copied().chain([self.colors.quiet]);
        if let Some(ground) = grounds.into_iter().find(|ground| contrast(*ground, self.colors.reversed) < ON_COLOUR) {
            let (ground, text, is) = (ground.hex(), self.colors.reversed.hex(), contrast(ground, self.colors.reversed));
            let message = format!("text in {text} on {ground} has a contrast of {is:.1} : 1");
            stages.error(Code::ThemeContrast, message, "4.5 : 1 is the least that everybody can read: make the one darker or the other lighter");
        }
        if let Some(pair) = self.stages.windows(2).find(|pair| contrast(pair[0], pair[1]) < APART) {
            let message = format!("the stages {} and {} are the same in grey", pair[0].hex(), pair[1].hex());
            stages.error(Code::ThemeContrast, message, "neighbours should have a contrast of 1.25 : 1: make each a step darker than the one before");
        }
    }
}

/// Least contrast of text on colour: WCAG 2.2, 1.4.3.
const ON_COLOUR: f64 = 4.5;
/// Least contrast of stages side by side, so that they differ in grey too.
const APART: f64 = 1.25;

/// The theme on which another is based. Built-in ones stand on nothing.
fn base(file: &str, keys: &Mapping<'_>) -> Theme {
    let named = keys.get("base");
    if Theme::BUILT_IN.contains(&file) {
        return Theme::default();
    }
    let name = named.and_then(|item| item.text()).unwrap_or_else(|| Theme::BUILT_IN[0].to_string());
    match Theme::built_in(&name).map(|yaml| Theme::parse(&name, yaml)) {
        Some(Ok(theme)) => theme,
        _ => {
            let known = || format!("the themes are {}", listed(&Theme::BUILT_IN));
            let hint = nearest(&name, Theme::BUILT_IN).map_or_else(known, |near| format!("did you mean `{near}`?"));
            named.unwrap_or_else(|| keys.item()).error(Code::ThemeUnknown, format!("there is no theme `{name}` to base this one on"), hint);
            // So that what else is wrong is said of a sound one.
            Theme::built_in(Theme::BUILT_IN[0]).and_then(|yaml| Theme::parse(Theme::BUILT_IN[0], yaml).ok()).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(yaml: &str) -> String {
        Theme::parse("my.yaml", yaml).err().map(|said| said.iter().map(|d| format!("{d}\n")).collect()).unwrap_or_default()
    }

    fn built_in(name: &str) -> Theme {
        Theme::parse(name, Theme::built_in(name).unwrap_or_default()).unwrap_or_default()
    }

    #[test]
    fn the_built_in_themes_are_sound_and_name_every_key() {
        for name in Theme::BUILT_IN {
            let yaml = Theme::built_in(name).unwrap_or_default();
            let theme = Theme::parse(name, yaml);
            assert!(theme.is_ok(), "{theme:?}");
            for key in Theme::keys().iter().filter(|key| !key.starts_with("style.")) {
                let (_, last) = key.split_once('.').unwrap_or_default();
                assert!(yaml.contains(&format!("\n  {last}:")), "{name} has no {key}");
            }
        }
    }

    #[test]
    fn a_wrong_key_is_named_with_its_place_and_the_nearest_right_one() {
        let said = said(&Theme::built_in("classic").unwrap_or_default().replace("letter_fit:", "leter_fit:"));
        assert!(said.contains("unknown key `leter_fit`") && said.contains("my.yaml:") && said.contains("did you mean `letter_fit`?"), "{said}");
    }

    #[test]
    fn all_mistakes_are_found_at_once() {
        let said = said("page: { width: 12, lines: many }\ncolors: { accent: blue }\nstyles: { text: { family: serif } }\nspaces: { block: -3pt }\n");
        for wrong in ["`12` is not a length", "`many` is no whole number", "`blue` is not a colour", "`serif` is not known here", "`-3pt` is not a length"] {
            assert!(said.contains(wrong), "{wrong} is missing in\n{said}");
        }
    }

    #[test]
    fn what_a_theme_does_not_say_is_as_in_its_base() {
        let theme = Theme::parse("my.yaml", "name: my\nbase: plain\nstyles:\n  text: { size: 12pt }\n").unwrap_or_default();
        let plain = built_in("plain");
        assert_eq!(theme.styles.text, TextStyle { size: Length::pt(12), ..plain.styles.text });
        assert_eq!(theme.page, plain.page);
        let wrong = said("base: plane\n");
        assert!(wrong.contains("did you mean `plain`?") && !wrong.contains("no room"), "{wrong}");
    }

    #[test]
    fn text_stands_out_from_every_colour_and_stages_from_each_other() {
        for name in Theme::BUILT_IN {
            let theme = built_in(name);
            let colors = &theme.colors;
            for ground in theme.stages.iter().chain([&colors.quiet]) {
                assert!(contrast(*ground, colors.reversed) >= 4.5, "{name}: {}", ground.hex());
            }
            assert!(theme.stages.windows(2).all(|pair| contrast(pair[0], pair[1]) >= 1.25), "{name}");
            // Spread over as many rungs as ladders have, text is as clear as on the colours themselves.
            for rungs in 2..=8 {
                assert!((0..rungs).all(|rung| contrast(theme.stage(rung, rungs), colors.reversed) >= 4.4), "{name}, {rungs} rungs");
            }
            assert!(
                contrast(colors.text, Color::WHITE) >= 7.0 && contrast(colors.accent, Color::WHITE) >= 4.5 && contrast(colors.muted, Color::WHITE) >= 4.5,
                "{name}"
            );
            assert!(contrast(colors.rule, Color::WHITE) >= 3.0, "{name}");
            let code = [colors.code_keyword, colors.code_literal, colors.code_comment, colors.code_name];
            assert!(code.iter().all(|color| contrast(*color, colors.tint) >= 4.5), "{name}");
        }
        let wrong = said("stages: ['#ffcc00', '#1a1a1a']\n");
        assert!(wrong.contains("#ffffff on #ffcc00 has a contrast of 1.5 : 1"), "{wrong}");
        assert!(said("stages: ['#444444', '#494949']\n").contains("are the same in grey"));
        assert!(said("stages: ['#444444']\n").contains("fewer than two colours"));
    }

    #[test]
    fn a_page_without_room_is_an_error() {
        assert!(said("page: { inner: 70mm, outer: 70mm }\n").contains("no room for text"));
        assert!(said("page: { lines: 60 }\n").contains("do not fit"));
        assert!(said("styles: { note: { size: 0pt } }\n").contains("`note` has no size"));
    }
}
