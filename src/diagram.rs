//! Diagrams in Mermaid's language, drawn as SVG by merman: in the theme's sans face and colours, with labels measured by the shaper that sets
//! the text. Nothing of it depends on a clock or on chance.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use merman::svg::{
    DeterministicTextMeasurer, HostTheme, LayoutOptions, MeasurementProfileId, Presentation, RenderResourcePolicy, SvgPipeline, SvgRenderOptions,
    TextMeasurementPolicy, TextMeasurementProfile, TextMeasurementProfileIdentity, TextStyle as LabelStyle, ThemeRole,
};
use merman::{Engine, MermaidConfig, OperationControl, RenderError, RenderOutput, RenderRequest, Renderer, SvgEnvironment, SvgRequest};

use crate::length::Length;
use crate::limits;
use crate::panics::guarded;
use crate::theme::{Color, Family, TextStyle, Weight};
use crate::typeset::{Artifact, Mark, Piece, Setter};

/// Size of labels in CSS pixels: what Mermaid's distances are made for.
pub(crate) const LABEL: i64 = 16;
/// Width that a diagram which fills its page is drawn for, in CSS pixels.
const WIDTH: f64 = 680.0;
/// Bytes of stack for drawing: the parsers call themselves for what is nested.
const STACK: usize = 16 << 20;

/// Why a diagram cannot be drawn, and in which of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// In words.
    pub reason: String,
    /// Counted from 0.
    pub line: Option<u32>,
}

/// Draws a diagram.
///
/// # Errors
/// What is not understood, or is too much.
pub(crate) fn draw(source: &str, setter: &Arc<Setter>) -> Result<String, Fault> {
    let fault = |reason: String| Fault { reason, line: None };
    if source.len() > limits::DIAGRAM {
        return Err(fault(format!("it has {} bytes, and {} is the most", source.len(), limits::DIAGRAM)));
    }
    let work = || guarded(|| drawn(source, setter)).unwrap_or_else(|said| Err(fault(format!("the program that draws diagrams failed: {said}"))));
    std::thread::scope(|scope| match std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work) {
        Ok(thread) => thread.join().unwrap_or_else(|_| Err(fault("the program that draws diagrams failed".to_string()))),
        Err(error) => Err(fault(format!("there is no thread to draw it on: {error}"))),
    })
}

fn drawn(source: &str, setter: &Arc<Setter>) -> Result<String, Fault> {
    let fault = |reason: String| Fault { reason, line: None };
    let theme = theme(setter).map_err(|error| fault(error.to_string()))?;
    let resolved = Presentation::new().with_theme(theme).resolve();
    let site = serde_json::json!({ "look": "classic", "flowchart": { "look": "classic", "minNodeWidth": 0 } });
    let engine = Engine::new().with_site_config(MermaidConfig::from_value(site));
    let renderer = Renderer::new().with_engine(resolved.materialize_engine(engine));
    // C4 sets as many in a row as its page has room for.
    let width = if source.lines().any(|line| line.trim_start().starts_with("C4")) { WIDTH * 2.0 } else { WIDTH };
    let environment =
        SvgEnvironment::deterministic().with_resource_policy(RenderResourcePolicy::interactive()).with_text_measurement_policy(measuring(setter)?);
    let request = SvgRequest {
        environment,
        layout: LayoutOptions::headless_svg_defaults().with_container_size(width, width),
        options: SvgRenderOptions { diagram_id: Some("diagram".to_string()), ..SvgRenderOptions::default() },
        pipeline: Some(SvgPipeline::resvg_safe()),
        presentation: resolved.render_policy(),
        ..SvgRequest::default()
    };
    let drawing = without_description(source);
    match renderer.render(RenderRequest::svg(&drawing, OperationControl::new(), request)) {
        Ok(RenderOutput::Svg(Some(svg))) => Ok(with_short_names(&with_white_numbers(svg.into_parts().0))),
        Ok(_) => Err(fault("it does not say what kind of diagram it is".to_string())),
        Err(error) => Err(told(&drawing, &error)),
    }
}

/// The numbers of a sequence's messages stand on dark discs.
fn with_white_numbers(svg: String) -> String {
    const RULE: &str = ".sequenceNumber{fill:";
    match svg.split_once(RULE).and_then(|(before, after)| Some((before, after.split_once('}')?.1))) {
        Some((before, after)) => format!("{before}{RULE}#ffffff;}}{after}"),
        None => svg,
    }
}

/// The drawing with short names for what is referred to, and without the others: Mermaid gives one name to several things, and long ones.
fn with_short_names(svg: &str) -> String {
    const NAME: &str = " id=\"";
    // Colons and points end a name in a style sheet, and are part of one elsewhere.
    let of = |rest: &str, colons: bool| {
        rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || colons && (c == ':' || c == '.'))).map_or(rest.len(), |end| end)
    };
    let given: HashSet<&str> = svg.split(NAME).skip(1).filter_map(|rest| rest.split_once('"').map(|(name, _)| name)).collect();
    let named = |rest: &str| [true, false].iter().map(|colons| of(rest, *colons)).find(|end| given.contains(&rest[..*end]));
    let mut short: HashMap<&str, String> = HashMap::new();
    for rest in svg.split('#').skip(1) {
        if let Some(end) = named(rest) {
            let next = format!("d{}", short.len());
            short.entry(&rest[..end]).or_insert(next);
        }
    }
    let mut out = String::with_capacity(svg.len());
    let mut there: HashSet<&str> = HashSet::new();
    let mut rest = svg;
    while let Some(at) = rest.find(['#', ' ']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some((name, after)) = from.strip_prefix(NAME).and_then(|after| after.split_once('"')) {
            if let Some(new) = short.get(name).filter(|_| there.insert(name)) {
                out.push_str(&format!("{NAME}{new}\""));
            }
            rest = after;
        } else if let Some(end) = from.strip_prefix('#').and_then(named) {
            out.push('#');
            out.push_str(short.get(&from[1..=end]).map_or("", String::as_str));
            rest = &from[end + 1..];
        } else {
            out.push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

/// What went wrong, in one line.
fn told(source: &str, error: &RenderError) -> Fault {
    let (said, span) = match error {
        RenderError::Parse(diagnostic) => (diagnostic.terminal_safe_message(), diagnostic.terminal_diagnostic_details().span),
        other => (other.to_string(), None),
    };
    let reason: String = said.lines().next().unwrap_or_default().chars().take(200).collect();
    let line = span.map(|span| source.get(..span.start.min(source.len())).unwrap_or("").matches('\n').count() as u32);
    Fault { reason: reason.trim_end_matches(['.', ':']).to_string(), line: line.or_else(|| line_in(&reason)) }
}

/// The line that a message names, as parsers do: `… on line 3`.
fn line_in(message: &str) -> Option<u32> {
    let (_, after) = message.split_once("line ")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse::<u32>().ok()?.checked_sub(1)
}

/// The book's colours and face in Mermaid's roles.
fn theme(setter: &Setter) -> Result<HostTheme, merman::svg::PresentationError> {
    let colors = &setter.theme.colors;
    let light = |color: Color, percent: u16| {
        let step = |value: u8| (255 - (255 - u16::from(value)) * percent / 100) as u8;
        Color { r: step(color.r), g: step(color.g), b: step(color.b) }.hex()
    };
    let roles = [
        (ThemeRole::Surface, light(colors.accent, 10)),
        (ThemeRole::SurfaceAlt, light(colors.accent, 18)),
        (ThemeRole::SurfaceMuted, colors.tint.hex()),
        (ThemeRole::Text, colors.text.hex()),
        (ThemeRole::SubtleText, colors.muted.hex()),
        (ThemeRole::Border, colors.accent.hex()),
        (ThemeRole::Line, colors.muted.hex()),
        (ThemeRole::EdgeLabelBackground, "#ffffff".to_string()),
        (ThemeRole::ClusterBackground, colors.tint.hex()),
        (ThemeRole::ClusterBorder, colors.rule.hex()),
        (ThemeRole::NoteBackground, colors.tint.hex()),
        (ThemeRole::NoteBorder, colors.rule.hex()),
        (ThemeRole::NoteText, colors.text.hex()),
        (ThemeRole::ActorBackground, light(colors.accent, 10)),
        (ThemeRole::ActorBorder, colors.accent.hex()),
        (ThemeRole::ActorText, colors.text.hex()),
        (ThemeRole::ActivationBackground, light(colors.accent, 25)),
        (ThemeRole::ActivationBorder, colors.accent.hex()),
    ];
    let series = [
        light(colors.accent, 55),
        light(colors.code_literal, 45),
        light(colors.code_name, 45),
        light(colors.rule, 70),
        light(colors.accent, 28),
        light(colors.code_literal, 22),
        light(colors.code_name, 22),
        light(colors.rule, 40),
    ];
    let mut theme = HostTheme::new().try_with_font_family(format!("'{}'", setter.theme.fonts.sans))?.try_with_font_size(format!("{LABEL}px"))?;
    for (role, color) in roles {
        theme = theme.try_with_role(role, color)?;
    }
    theme.try_with_series_palette(series)
}

/// Labels are as wide as the shaper makes them.
fn measuring(setter: &Arc<Setter>) -> Result<TextMeasurementPolicy, Fault> {
    let setter = setter.clone();
    let width = move |text: &str, style: &LabelStyle| -> f64 {
        let heavy = style.font_weight.as_deref().is_some_and(|weight| weight.starts_with("bold") || weight.parse::<u32>().is_ok_and(|weight| weight >= 600));
        let label = TextStyle {
            family: Family::Sans,
            weight: if heavy { Weight::Bold } else { Weight::Regular },
            italic: style.font_style.as_deref() == Some("italic"),
            size: Length::pt(100),
            ..setter.theme.styles.caption
        };
        let line = setter.line(&[Piece::new(text, &label, Mark::Artifact(Artifact::Layout))]);
        line.width.to_pt() / 100.0 * style.font_size.clamp(0.0, 1000.0)
    };
    let name = || MeasurementProfileId::new("book").and_then(|id| TextMeasurementProfileIdentity::new(id, "1"));
    let identity = name().map_err(|error| Fault { reason: error.to_string(), line: None })?;
    Ok(TextMeasurementPolicy::uniform(TextMeasurementProfile::new(identity, DeterministicTextMeasurer::default().with_width_callback(width))))
}

/// What a diagram says of itself to somebody who cannot see it: `accTitle` and `accDescr`.
pub(crate) fn description(source: &str) -> Option<String> {
    let mut parts = described(source).1;
    parts.retain(|part| !part.is_empty());
    let sentence = |part: &String| if part.ends_with(['.', '!', '?', '。']) { part.clone() } else { format!("{part}.") };
    match parts.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        all => Some(all.iter().map(sentence).collect::<Vec<_>>().join(" ")),
    }
}

/// The source with empty lines for its description: not every kind of diagram of merman's takes every sign in it.
fn without_description(source: &str) -> String {
    let (mut lines, _) = described(source);
    if !source.ends_with('\n') {
        lines.pop();
    }
    lines
}

/// The lines of a source without its description, and the parts of the description.
fn described(source: &str) -> (String, Vec<String>) {
    let (mut kept, mut parts) = (String::with_capacity(source.len() + 1), Vec::new());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let rest = line.trim_start();
        let rest = rest.strip_prefix("accTitle").or_else(|| rest.strip_prefix("accDescr")).map(str::trim_start);
        if let Some(text) = rest.and_then(|rest| rest.strip_prefix(':')) {
            parts.push(text.trim().to_string());
        } else if let Some(text) = rest.and_then(|rest| rest.strip_prefix('{')) {
            let mut words: Vec<&str> = text.split('}').next().unwrap_or("").split_whitespace().collect();
            if !text.contains('}') {
                for line in lines.by_ref() {
                    words.extend(line.split('}').next().unwrap_or("").split_whitespace());
                    kept.push('\n');
                    if line.contains('}') {
                        break;
                    }
                }
            }
            parts.push(words.join(" "));
        } else if !line.trim_start().starts_with("%%|") {
            kept.push_str(line);
        }
        kept.push('\n');
    }
    (kept, parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::FontBook;
    use crate::theme::Theme;

    fn setter() -> Arc<Setter> {
        let theme = Arc::new(Theme::parse("classic", Theme::built_in("classic").unwrap_or_default()).unwrap_or_default());
        Arc::new(Setter::new(&theme, &Arc::new(FontBook::built_in()), "en"))
    }

    #[test]
    fn a_diagram_is_drawn_the_same_each_time_without_what_no_book_can_show() {
        let setter = setter();
        for source in ["flowchart LR\n  a[One] --> b{Two}", "sequenceDiagram\n  A->>B: Hello", "gantt\n  title A\n  section S\n  One :a, 2026-01-01, 3d"] {
            let svg = draw(source, &setter).unwrap_or_else(|fault| unreachable!("{source}: {fault:?}"));
            assert!(svg.contains("<svg") && !svg.contains("foreignObject") && svg.contains("Source Sans 3"), "{svg}");
            assert_eq!(draw(source, &setter).as_ref(), Ok(&svg));
        }
    }

    #[test]
    fn names_are_short_and_given_once() {
        let svg = r##"<svg id="d"><style>#d .a{fill:#fff}</style><g id="x"/><g id="long-name"/><g id="long-name"/><use href="#long-name"/> text</svg>"##;
        let short = r##"<svg id="d0"><style>#d0 .a{fill:#fff}</style><g/><g id="d1"/><g/><use href="#d1"/> text</svg>"##;
        assert_eq!(with_short_names(svg), short);
    }

    #[test]
    fn what_cannot_be_drawn_is_said_with_its_line() {
        let setter = setter();
        let fault = |source: &str| draw(source, &setter).err();
        assert!(fault("flowchart LR\n  a --> b\n  c ==[ d").is_some_and(|fault| !fault.reason.is_empty()));
        assert!(fault("nothing known").is_some());
        assert!(fault(&"a".repeat(limits::DIAGRAM + 1)).is_some_and(|fault| fault.reason.contains("bytes")));
        assert_eq!(line_in("parse error on line 3: no"), Some(2));
    }

    #[test]
    fn a_diagram_describes_itself() {
        assert_eq!(description("flowchart\n accTitle: The way\n accDescr: From a to b\n a --> b").as_deref(), Some("The way. From a to b."));
        assert_eq!(description("pie\n accDescr {\n  Two\n  halves\n }\n").as_deref(), Some("Two halves"));
        assert_eq!(description("pie"), None);
        assert_eq!(without_description("pie\n accDescr {\n  Two; halves\n }\n accTitle: a\n \"a\": 1"), "pie\n\n\n\n\n \"a\": 1");
    }
}
