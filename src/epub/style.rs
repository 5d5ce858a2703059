//! The stylesheet: one template, filled with the theme's families and colours, the latter made readable on any ground.

use crate::theme::{Color, Theme, at_luminance};

use super::fonts::Font;
use super::scribe::Characters;

/// Relative luminance (WCAG 2.2) at which a colour stands out from white by 4.6 : 1 and from black by 4.3 : 1.
const BETWEEN: f64 = 0.163;

/// Relative luminance for the accent where the page is said to be light: 7 : 1 on white, and still 3 : 1 where that is not true.
const ON_LIGHT: f64 = 0.099;

/// Relative luminance for text on a dark ground: 7 : 1 or more on anything up to `#222222`.
const ON_DARK: f64 = 0.45;

/// The stylesheet for a theme, with the fonts that the book carries, and rules for what is in it.
pub(super) fn sheet(theme: &Theme, rungs: usize, fonts: &[Font], characters: &Characters) -> String {
    let mut css = String::new();
    let (charset, rules) = include_str!("style.css").split_once('\n').unwrap_or_default();
    css.push_str(charset);
    css.push('\n');
    for font in fonts {
        css.push_str(&font_face(font));
    }
    css.push_str(rules);
    css.push_str(&of_stages(theme, rungs));
    if characters.rtl {
        css.push_str(include_str!("rtl.css"));
    }
    if characters.without_italics {
        css.push_str(include_str!("cjk.css"));
    }
    filled(css, theme, fonts)
}

/// What stands in the colour of its stage: lines, and the words that are in the accent's colour elsewhere.
const STAGE_LINES: [&str; 7] = [" > header", " .card", " .promise", " .callout.note", " .callout.tip", " .callout.important", " .changed"];
const STAGE_WORDS: [&str; 7] = [" .chapter-label", " .callout-label", " .label", " a.noteref", " .note-mark a", " .note-places a", " .cards td + td::before"];

/// The colours of the ladder's stages, never behind text: what a reading system does to text and ground, nobody knows.
fn of_stages(theme: &Theme, rungs: usize) -> String {
    if rungs == 0 {
        return String::new();
    }
    let all = |luminance: f64| (0..rungs).map(move |rung| words_of_stage(rung, at_luminance(theme.stage(rung, rungs), luminance))).collect::<String>();
    let lines: String = (0..rungs).map(|rung| lines_of_stage(rung, theme.stage(rung, rungs))).collect();
    let quiet = lines_of_letters(theme.colors.quiet);
    format!("{lines}{quiet}{}@media (prefers-color-scheme: light) {{\n{}}}\n", all(BETWEEN), all(ON_LIGHT))
}

/// The same where the page is dark.
fn of_stages_in_the_dark(theme: &Theme, rungs: usize) -> String {
    if rungs == 0 {
        return String::new();
    }
    let dark = |rung: usize| at_luminance(theme.stage(rung, rungs), ON_DARK);
    let stages: String = (0..rungs).map(|rung| lines_of_stage(rung, dark(rung)) + &words_of_stage(rung, dark(rung))).collect();
    stages + &lines_of_letters(at_luminance(theme.colors.quiet, ON_DARK))
}

fn lines_of_stage(rung: usize, color: Color) -> String {
    format!("{} {{ border-color: {}; }}\n", within_stage(rung, &STAGE_LINES), color.hex())
}

fn words_of_stage(rung: usize, color: Color) -> String {
    format!("{} {{ color: {}; }}\n", within_stage(rung, &STAGE_WORDS), color.hex())
}

fn lines_of_letters(color: Color) -> String {
    format!(".lettered > header, .lettered .card {{ border-color: {}; }}\n", color.hex())
}

fn within_stage(rung: usize, selectors: &[&str]) -> String {
    selectors.iter().map(|selector| format!(".stage-{}{selector}", rung + 1)).collect::<Vec<_>>().join(", ")
}

/// What is added where the page is dark: a sheet of its own, because tools that make other formats of a book turn every rule on that
/// stands under a condition. Those pass over a sheet for devices with colours, `(color)`, which dark screens are.
pub(super) fn dark_sheet(theme: &Theme, rungs: usize) -> String {
    filled(include_str!("dark.css").to_string() + &of_stages_in_the_dark(theme, rungs), theme, &[])
}

/// A template with the theme's families and colours.
fn filled(css: String, theme: &Theme, fonts: &[Font]) -> String {
    let colors = &theme.colors;
    let between = |color: Color| at_luminance(color, BETWEEN).hex();
    let dark = |color: Color| at_luminance(color, ON_DARK).hex();
    let values = [
        ("@text@", quoted(&theme.fonts.text)),
        ("@display@", quoted(&theme.fonts.display)),
        ("@sans@", quoted(&theme.fonts.sans)),
        ("@mono@", quoted(&theme.fonts.mono)),
        (
            "@fallback@",
            theme.fonts.fallback.iter().filter(|family| fonts.iter().any(|f| f.family == **family)).map(|f| format!("\"{}\", ", quoted(f))).collect(),
        ),
        ("@accent@", between(colors.accent)),
        ("@accent-light@", at_luminance(colors.accent, ON_LIGHT).hex()),
        ("@accent-dark@", dark(colors.accent)),
        ("@rule@", between(colors.rule)),
        ("@keyword@", between(colors.code_keyword)),
        ("@literal@", between(colors.code_literal)),
        ("@comment@", between(colors.code_comment)),
        ("@name@", between(colors.code_name)),
        ("@keyword-light@", between(colors.code_keyword)),
        ("@literal-light@", between(colors.code_literal)),
        ("@name-light@", between(colors.code_name)),
        ("@keyword-dark@", dark(colors.code_keyword)),
        ("@literal-dark@", dark(colors.code_literal)),
        ("@comment-dark@", dark(colors.code_comment)),
        ("@name-dark@", dark(colors.code_name)),
    ];
    values.iter().fold(css, |css, (key, value)| css.replace(key, value))
}

fn font_face(font: &Font) -> String {
    let style = if font.italic { "italic" } else { "normal" };
    format!(
        "@font-face {{ font-family: \"{}\"; font-weight: {}; font-style: {style}; src: url({}) format(\"truetype\"); }}\n",
        quoted(&font.family),
        font.weight,
        font.path
    )
}

/// A family's name as it may stand between quotation marks.
fn quoted(family: &str) -> String {
    family.chars().filter(|c| !c.is_control() && !"\"\\@<>{}".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::contrast;

    #[test]
    fn colours_can_be_read_on_paper_and_on_black() {
        // The tint behind code on a white page: six hundredths of mid grey.
        let tint = Color { r: 247, g: 247, b: 247 };
        for color in ["0f4c5c", "7a3b00", "5c5c5c", "1f3a7a", "000000", "ffff00", "ff0000"] {
            let byte = |at: usize| u8::from_str_radix(&color[at..at + 2], 16).unwrap_or_default();
            let color = Color { r: byte(0), g: byte(2), b: byte(4) };
            let between = at_luminance(color, BETWEEN);
            assert!(contrast(between, tint) >= 4.5, "{} on the tint: {}", between.hex(), contrast(between, tint));
            assert!(contrast(between, Color::BLACK) >= 4.0, "{} on black: {}", between.hex(), contrast(between, Color::BLACK));
            let light = at_luminance(color, ON_LIGHT);
            let white = Color { r: 255, g: 255, b: 255 };
            assert!(contrast(light, white) >= 7.0, "{} on white: {}", light.hex(), contrast(light, white));
            assert!(contrast(light, Color::BLACK) >= 2.9, "{} on black: {}", light.hex(), contrast(light, Color::BLACK));
            let dark = at_luminance(color, ON_DARK);
            let ground = Color { r: 0x2b, g: 0x2b, b: 0x2b };
            assert!(contrast(dark, ground) >= 4.5, "{} on dark: {}", dark.hex(), contrast(dark, ground));
        }
    }

    #[test]
    fn nothing_in_the_template_stays_unfilled_and_no_custom_property_is_used() {
        let theme = Theme::parse("classic", Theme::built_in("classic").unwrap_or_default()).unwrap_or_default();
        let css = sheet(&theme, 5, &[], &Characters::default());
        let filled = css.replace("@charset", "").replace("@media", "").replace("@font-face", "");
        assert!(!filled.contains('@'), "{filled}");
        assert!(!css.contains("prefers-color-scheme: dark"), "a condition that some tools turn on");
        let dark = dark_sheet(&theme, 5);
        assert!(dark.contains(".k {") && !dark.replace("@charset", "").contains('@'));
        assert!(dark.contains(".stage-5 .promise"), "a stage stays as dark as the page");
        assert!(!css.contains("var(") && !css.contains("--"), "custom property");
    }
}
