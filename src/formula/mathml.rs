//! A formula as MathML (MathML Core, W3C), from RaTeX's tree: what the e-book shows.

use std::fmt::Write;

use ratex_parser::Mode;
use ratex_parser::parse_node::{AlignSpec, AlignType, ArrayTag, AtomFamily, Measurement, ParseNode, ProofBranch, StyleStr};

use ratex_types::color::Color;

use super::alphabets::Alphabet;
use super::read::Reading;
use super::symbols::shown;
use crate::xml::{escaped, push_escaped};

/// A `math` element, on a line of its own or within one. `alternative` is what is said where it cannot be shown.
pub(crate) fn mathml(reading: &Reading, display: bool, alone: bool, alternative: &str) -> String {
    let style = Style { display, alphabet: None };
    let tags = reading.nodes.iter().filter_map(|node| if let ParseNode::Tag { tag, .. } = node { Some(tag.as_slice()) } else { None });
    let mut body = style.rows(&reading.nodes);
    for tag in tags {
        let _ = write!(body, "<mspace width=\"2em\"/>{}", number(tag));
    }
    let block = match (alone, display) {
        (true, _) => " display=\"block\"",
        (false, true) => " displaystyle=\"true\"",
        (false, false) => "",
    };
    format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\"{block} alttext=\"{}\"><mrow>{body}</mrow></math>", escaped(alternative))
}

/// The number of a formula.
fn number(tag: &[ParseNode]) -> String {
    let mut text = String::new();
    tag.iter().for_each(|node| words(node, &mut text));
    element("mtext", "", &text)
}

/// The space between a function's name and what it is applied to.
const THIN: &str = "<mspace width=\"0.1667em\"/>";

/// What surrounds a node.
#[derive(Clone, Copy)]
struct Style {
    /// Operators have their limits above and below.
    display: bool,
    alphabet: Option<Alphabet>,
}

impl Style {
    /// A row, or rows under each other where lines end in it.
    fn rows(self, nodes: &[ParseNode]) -> String {
        let lines: Vec<&[ParseNode]> = nodes.split(|node| matches!(node, ParseNode::Cr { .. })).collect();
        if let [line] = lines[..] {
            return self.row(line);
        }
        let rows: String = lines.into_iter().map(|line| format!("<mtr><mtd>{}</mtd></mtr>", self.row(line))).collect();
        format!("<mtable>{rows}</mtable>")
    }

    /// Nodes beside each other: figures that follow each other are one number.
    fn row(self, nodes: &[ParseNode]) -> String {
        let mut out = String::new();
        let mut figures = String::new();
        let is_figure =
            |node: &ParseNode| matches!(node, ParseNode::TextOrd { text, mode: Mode::Math, .. } if text.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        let mut before: Option<Prescripts<'_>> = None;
        let mut last = 0;
        for (at, node) in nodes.iter().enumerate() {
            if let Some(scripts) = Prescripts::of(node) {
                // Room is left for them first, and then they stand in it.
                before = before.map_or(Some(scripts), |earlier| Some(earlier.with(scripts)));
                continue;
            }
            if let Some(scripts) = before.take_if(|scripts| !scripts.is_empty()) {
                let of =
                    |script: Option<&ParseNode>| script.map_or_else(|| "<mrow></mrow>".to_string(), |script| Style { display: false, ..self }.single(script));
                let (sub, sup) = (of(scripts.sub), of(scripts.sup));
                let _ = write!(out, "<mmultiscripts>{}<mprescripts/>{sub}{sup}</mmultiscripts>", self.single(node));
                continue;
            }
            before = None;
            // Scripts beside nothing belong to what stands before them.
            if let ParseNode::SupSub { base, .. } = node
                && base.as_deref().is_none_or(is_nothing)
                && figures.is_empty()
                && let Some(of) = out.get(last..).filter(|of| is_one(of)).map(str::to_string)
            {
                out.truncate(last);
                out.push_str(&self.scripts_of(&of, node));
                continue;
            }
            if let ParseNode::TextOrd { text, .. } = node
                && is_figure(node)
            {
                if figures.is_empty() && at.checked_sub(1).and_then(|at| nodes.get(at)).is_some_and(is_function) {
                    out.push_str(THIN);
                }
                figures.push_str(text);
                continue;
            }
            // The last figure of a number bears its exponent: that is the number's.
            if let ParseNode::SupSub { base: Some(base), .. } = node
                && is_figure(base)
                && !figures.is_empty()
                && at > 0
            {
                let whole = figures.clone() + base.symbol_text().unwrap_or("");
                figures.clear();
                out.push_str(&self.scripts_of(&self.figures(&whole), node));
                continue;
            }
            if !figures.is_empty() {
                out.push_str(&self.figures(&figures));
                figures.clear();
            }
            // A function's name is no operator to MathML, and has the space of one.
            let previous = at.checked_sub(1).and_then(|at| nodes.get(at));
            if is_function(node) && previous.is_some_and(is_term) || previous.is_some_and(is_function) && is_term(node) {
                out.push_str(THIN);
            }
            last = out.len();
            out.push_str(&self.node(node));
        }
        if !figures.is_empty() {
            out.push_str(&self.figures(&figures));
        }
        out
    }

    fn figures(self, figures: &str) -> String {
        if figures.bytes().all(|b| b == b'.') {
            return element("mo", "", figures);
        }
        element("mn", "", &self.lettered(figures))
    }

    fn lettered(self, text: &str) -> String {
        self.alphabet.map_or_else(|| text.to_string(), |alphabet| text.chars().map(|c| alphabet.letter(c)).collect())
    }

    /// Nodes as one element.
    fn one(self, nodes: &[ParseNode]) -> String {
        match nodes {
            [node] if !matches!(node, ParseNode::OrdGroup { .. } | ParseNode::SpacingNode { .. }) => {
                let made = self.node(node);
                if is_one(&made) { made } else { format!("<mrow>{made}</mrow>") }
            }
            [ParseNode::OrdGroup { body, .. }] => self.one(body),
            nodes => format!("<mrow>{}</mrow>", self.rows(nodes)),
        }
    }

    fn single(self, node: &ParseNode) -> String {
        self.one(std::slice::from_ref(node))
    }

    fn node(self, node: &ParseNode) -> String {
        match node {
            ParseNode::MathOrd { text, mode, .. } => self.identifier(text, *mode, false),
            ParseNode::TextOrd { text, mode, .. } => self.text_symbol(text, *mode),
            ParseNode::Atom { family, text, mode, .. } => self.atom(*family, text, *mode),
            ParseNode::OpToken { text, mode, .. } | ParseNode::AccentToken { text, mode, .. } => element("mo", "", &shown(text, *mode)),
            ParseNode::SpacingNode { text, .. } => match text.as_str() {
                "\\nobreak" | "\\allowbreak" => String::new(),
                _ => element("mtext", "", "\u{A0}"),
            },
            ParseNode::OrdGroup { body, .. } => format!("<mrow>{}</mrow>", self.rows(body)),
            ParseNode::SupSub { base, .. } => {
                let base = base.as_deref().map_or_else(|| "<mrow></mrow>".to_string(), |base| self.single(base));
                self.scripts_of(&base, node)
            }
            ParseNode::GenFrac { numer, denom, has_bar_line, left_delim, right_delim, bar_size, .. } => {
                let inner = Style { display: false, ..self };
                let rule = match (has_bar_line, bar_size) {
                    (false, _) => " linethickness=\"0\"".to_string(),
                    (true, Some(size)) => format!(" linethickness=\"{}\"", length(size)),
                    (true, None) => String::new(),
                };
                let fraction = format!("<mfrac{rule}>{}{}</mfrac>", inner.single(numer), inner.single(denom));
                let (left, right) = (left_delim.as_deref().unwrap_or("."), right_delim.as_deref().unwrap_or("."));
                if left == "." && right == "." { fraction } else { format!("<mrow>{}{fraction}{}</mrow>", fence(left, "prefix"), fence(right, "postfix")) }
            }
            ParseNode::Sqrt { body, index: None, .. } => format!("<msqrt>{}</msqrt>", self.single(body)),
            ParseNode::Sqrt { body, index: Some(index), .. } => {
                format!("<mroot>{}{}</mroot>", self.single(body), Style { display: false, ..self }.single(index))
            }
            ParseNode::Accent { label, is_stretchy, base, .. } => {
                let mark = element("mo", if *is_stretchy == Some(true) { " stretchy=\"true\"" } else { " stretchy=\"false\"" }, accent(label));
                match label.as_str() {
                    "\\c" => format!("<munder accentunder=\"true\">{}{mark}</munder>", self.single(base)),
                    _ => format!("<mover accent=\"true\">{}{mark}</mover>", self.single(base)),
                }
            }
            ParseNode::AccentUnder { label, base, .. } => {
                format!("<munder accentunder=\"true\">{}{}</munder>", self.single(base), element("mo", " stretchy=\"true\"", accent(label)))
            }
            ParseNode::Op { symbol, name, body, .. } => self.operator(*symbol, name.as_deref(), body.as_deref()),
            ParseNode::OperatorName { body, .. } => {
                let mut text = String::new();
                body.iter().for_each(|node| words(node, &mut text));
                function(&text)
            }
            ParseNode::Font { font, body, .. } => {
                // The alphabet nearest to a letter counts; bold over an upright one is upright.
                let alphabet = match (self.alphabet, Alphabet::of(font)) {
                    (Some(Alphabet::BoldItalic), Some(Alphabet::Upright)) => Some(Alphabet::Bold),
                    (outer, inner) => inner.or(outer),
                };
                let style = Style { alphabet, ..self };
                // Letters set upright beside each other are a word.
                match (alphabet, letters(body)) {
                    (Some(Alphabet::Upright), Some(word)) if word.chars().count() > 1 => element("mi", "", &word),
                    _ => style.node(body),
                }
            }
            ParseNode::Text { body, font, .. } => self.text(body, font.as_deref()),
            ParseNode::Color { color, body, .. } => format!("<mrow{}>{}</mrow>", colored("mathcolor", color), self.rows(body)),
            ParseNode::Styling { style, body, .. } => {
                let (display, level) = match style {
                    StyleStr::Display => (true, 0),
                    StyleStr::Text => (false, 0),
                    StyleStr::Script => (false, 1),
                    StyleStr::Scriptscript => (false, 2),
                };
                format!("<mstyle displaystyle=\"{display}\" scriptlevel=\"{level}\">{}</mstyle>", Style { display, ..self }.rows(body))
            }
            ParseNode::Sizing { size, body, .. } => {
                // From `\tiny` to `\Huge`.
                const SIZES: [&str; 11] = ["50%", "60%", "70%", "80%", "90%", "100%", "120%", "144%", "173%", "207%", "249%"];
                let size = SIZES.get(usize::from(*size).saturating_sub(1)).unwrap_or(&"100%");
                format!("<mstyle mathsize=\"{size}\">{}</mstyle>", self.rows(body))
            }
            ParseNode::DelimSizing { size, mclass, delim, .. } => {
                const SIZES: [&str; 4] = ["1.2em", "1.8em", "2.4em", "3em"];
                let height = SIZES.get(usize::from(*size).saturating_sub(1)).unwrap_or(&"1em");
                let form = match mclass.as_str() {
                    "mopen" => " form=\"prefix\" fence=\"true\"",
                    "mclose" => " form=\"postfix\" fence=\"true\"",
                    _ => " fence=\"false\"",
                };
                if delim == "." {
                    String::new()
                } else {
                    element("mo", &format!("{form} stretchy=\"true\" minsize=\"{height}\" maxsize=\"{height}\""), &delimiter(delim))
                }
            }
            ParseNode::LeftRight { body, left, right, .. } => {
                format!("<mrow>{}{}{}</mrow>", fence(left, "prefix"), self.rows(body), fence(right, "postfix"))
            }
            ParseNode::Middle { delim, .. } => element("mo", " fence=\"true\" stretchy=\"true\" lspace=\"0.05em\" rspace=\"0.05em\"", &delimiter(delim)),
            ParseNode::Overline { body, .. } => format!("<mover>{}<mo stretchy=\"true\">‾</mo></mover>", self.single(body)),
            ParseNode::Underline { body, .. } => format!("<munder>{}<mo stretchy=\"true\">‾</mo></munder>", self.single(body)),
            ParseNode::Rule { width, height, .. } => {
                format!("<mspace style=\"background-color: currentColor\" width=\"{}\" height=\"{}\"/>", length(width), length(height))
            }
            ParseNode::Kern { dimension, .. } => format!("<mspace width=\"{}\"/>", length(dimension)),
            ParseNode::Phantom { body, .. } => format!("<mphantom>{}</mphantom>", self.rows(body)),
            ParseNode::VPhantom { body, .. } => format!("<mpadded width=\"0\"><mphantom>{}</mphantom></mpadded>", self.single(body)),
            ParseNode::Smash { body, .. } if is_nothing(body) => String::new(),
            ParseNode::Smash { body, smash_height, smash_depth, .. } => {
                let height = if *smash_height { " height=\"0\"" } else { "" };
                let depth = if *smash_depth { " depth=\"0\"" } else { "" };
                format!("<mpadded{height}{depth}>{}</mpadded>", self.single(body))
            }
            ParseNode::MClass { mclass, body, .. } => self.classed(mclass, body),
            ParseNode::Array { .. } => self.array(node),
            ParseNode::Verb { body, .. } => element("mtext", " style=\"font-family: monospace\"", body),
            ParseNode::Href { body, .. } | ParseNode::Html { body, .. } | ParseNode::HBox { body, .. } => format!("<mrow>{}</mrow>", self.rows(body)),
            ParseNode::Url { url, .. } => element("mtext", "", url),
            ParseNode::Raw { string, .. } => element("mtext", "", string),
            ParseNode::HorizBrace { .. } => self.braced(node, None),
            ParseNode::Enclose { label, background_color, border_color, body, .. } => {
                self.enclosed(label, background_color.as_deref(), border_color.as_deref(), body)
            }
            ParseNode::Lap { body, .. } => format!("<mpadded width=\"0\">{}</mpadded>", self.single(body)),
            ParseNode::MathChoice { display, text, .. } => self.rows(if self.display { display } else { text }),
            ParseNode::RaiseBox { dy, body, .. } => format!("<mpadded voffset=\"{}\">{}</mpadded>", length(dy), self.single(body)),
            ParseNode::VCenter { body, .. } | ParseNode::CdLabelParent { fragment: body, .. } | ParseNode::CdLabel { label: body, .. } => self.single(body),
            ParseNode::XArrow { label, body, below, .. } => self.arrow(label, body, below.as_deref()),
            ParseNode::Pmb { body, .. } => format!("<mrow>{}</mrow>", Style { alphabet: Some(Alphabet::Bold), ..self }.rows(body)),
            ParseNode::HtmlMathMl { mathml, .. } => self.rows(mathml),
            ParseNode::IncludeGraphics { alt, .. } => element("mtext", "", alt),
            ParseNode::CdArrow { direction, label_above, label_below, .. } => self.cd_arrow(direction, label_above.as_deref(), label_below.as_deref()),
            ParseNode::ProofTree { tree, .. } => self.proof(tree),
            ParseNode::LeftRightRight { delim, .. } => fence(delim, "postfix"),
            ParseNode::Tag { .. }
            | ParseNode::NoNumber { .. }
            | ParseNode::Cr { .. }
            | ParseNode::ColorToken { .. }
            | ParseNode::Size { .. }
            | ParseNode::Environment { .. }
            | ParseNode::Infix { .. }
            | ParseNode::Internal { .. } => String::new(),
        }
    }

    /// A letter that stands for something. `upright` letters keep their shape.
    fn identifier(self, text: &str, mode: Mode, upright: bool) -> String {
        let text = shown(text, mode);
        if mode == Mode::Text {
            return element("mtext", "", &text);
        }
        let lettered = self.lettered(&text);
        let upright = upright && self.alphabet.is_none() || self.alphabet.is_some() && lettered == text;
        // One that has another alphabet is a character of its own, and a single one without any is set in italics.
        let normal = if upright && text.chars().count() == 1 { " mathvariant=\"normal\"" } else { "" };
        element("mi", normal, &lettered)
    }

    fn text_symbol(self, text: &str, mode: Mode) -> String {
        if mode == Mode::Text {
            return element("mtext", "", &shown(text, mode));
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return self.figures(text);
        }
        match text {
            "\\prime" | "'" => element("mo", " lspace=\"0\" rspace=\"0\"", "′"),
            _ => self.identifier(text, mode, true),
        }
    }

    fn atom(self, family: AtomFamily, text: &str, mode: Mode) -> String {
        let attributes = match family {
            // Bars are no delimiters unless that is said.
            AtomFamily::Open => " form=\"prefix\" fence=\"true\" stretchy=\"false\" lspace=\"0\" rspace=\"0\"",
            AtomFamily::Close => " form=\"postfix\" fence=\"true\" stretchy=\"false\" lspace=\"0\" rspace=\"0\"",
            AtomFamily::Punct => " separator=\"true\"",
            // Arrows stretch only where they are asked to.
            AtomFamily::Rel => " stretchy=\"false\"",
            AtomFamily::Bin | AtomFamily::Inner => "",
        };
        let text = match text {
            "\\@not" => "\u{338}".to_string(),
            text if matches!(family, AtomFamily::Open | AtomFamily::Close) => delimiter(text),
            text => shown(text, mode),
        };
        element("mo", attributes, &text)
    }

    fn operator(self, symbol: bool, name: Option<&str>, body: Option<&[ParseNode]>) -> String {
        match (name, body) {
            (Some(name), _) if symbol => element("mo", "", &shown(name, Mode::Math)),
            (Some(name), _) => function(name.trim_start_matches('\\')),
            (None, Some(body)) => self.one(body),
            (None, None) => String::new(),
        }
    }

    /// What stands beside, above or below a base that was written already.
    fn scripts_of(self, base: &str, node: &ParseNode) -> String {
        let ParseNode::SupSub { base: written, sup, sub, .. } = node else { return base.to_string() };
        let written = written.as_deref();
        if let Some(brace @ ParseNode::HorizBrace { .. }) = written {
            return self.braced(brace, sup.as_deref().or(sub.as_deref()));
        }
        let small = Style { display: false, ..self };
        let over = written.is_some_and(|base| self.has_limits(base));
        let (sub, sup) = (sub.as_deref().map(|sub| small.single(sub)), sup.as_deref().map(|sup| small.single(sup)));
        match (sub, sup, over) {
            (Some(sub), Some(sup), true) => format!("<munderover>{base}{sub}{sup}</munderover>"),
            (Some(sub), None, true) => format!("<munder>{base}{sub}</munder>"),
            (None, Some(sup), true) => format!("<mover>{base}{sup}</mover>"),
            (Some(sub), Some(sup), false) => format!("<msubsup>{base}{sub}{sup}</msubsup>"),
            (Some(sub), None, false) => format!("<msub>{base}{sub}</msub>"),
            (None, Some(sup), false) => format!("<msup>{base}{sup}</msup>"),
            (None, None, _) => base.to_string(),
        }
    }

    /// Whether the scripts of a base stand above and below it.
    fn has_limits(self, base: &ParseNode) -> bool {
        match base {
            ParseNode::Op { limits, always_handle_sup_sub, .. } => *limits && (self.display || *always_handle_sup_sub == Some(true)),
            ParseNode::OperatorName { limits, always_handle_sup_sub, .. } => *always_handle_sup_sub && (self.display || *limits),
            _ => false,
        }
    }

    fn braced(self, node: &ParseNode, script: Option<&ParseNode>) -> String {
        let ParseNode::HorizBrace { label, is_over, base, .. } = node else { return String::new() };
        let mark = match label.trim_start_matches('\\') {
            "underbrace" => "⏟",
            "overbracket" => "⎴",
            "underbracket" => "⎵",
            "overparen" | "overgroup" => "⏜",
            "underparen" | "undergroup" => "⏝",
            _ => "⏞",
        };
        let tag = if *is_over { "mover" } else { "munder" };
        let braced = format!("<{tag}>{}<mo stretchy=\"true\">{mark}</mo></{tag}>", self.single(base));
        match script {
            Some(script) => format!("<{tag}>{braced}{}</{tag}>", Style { display: false, ..self }.single(script)),
            None => braced,
        }
    }

    /// Something that takes part in its row as an operator or a relation does.
    fn classed(self, mclass: &str, body: &[ParseNode]) -> String {
        if let [ParseNode::Font { font, .. }] = body
            && font == "boldsymbol"
        {
            return self.rows(body);
        }
        if let ("mbin" | "mrel", [node @ (ParseNode::TextOrd { text, mode, .. } | ParseNode::MathOrd { text, mode, .. })]) = (mclass, body)
            && node.mode() == Mode::Math
        {
            return element("mo", " stretchy=\"false\"", &shown(text, *mode));
        }
        let content = self.one(body);
        let space = match mclass {
            // What is an operator to MathML has its space.
            "mbin" | "mrel" if content.starts_with("<mo") || content.contains("><mo") => "",
            "mbin" => "<mspace width=\"0.2222em\"/>",
            "mrel" => "<mspace width=\"0.2778em\"/>",
            _ => "",
        };
        if space.is_empty() { content } else { format!("<mrow>{space}{content}{space}</mrow>") }
    }

    fn arrow(self, label: &str, body: &ParseNode, below: Option<&ParseNode>) -> String {
        let arrow = element("mo", " stretchy=\"true\" minsize=\"2.5em\"", arrow(label));
        let small = Style { display: false, ..self };
        let padded = |node: &ParseNode| format!("<mpadded lspace=\"0.3em\" width=\"+0.6em\">{}</mpadded>", small.single(node));
        let is_empty = |node: &ParseNode| matches!(node, ParseNode::OrdGroup { body, .. } if body.is_empty());
        match below.filter(|below| !is_empty(below)) {
            Some(below) if is_empty(body) => format!("<munder>{arrow}{}</munder>", padded(below)),
            Some(below) => format!("<munderover>{arrow}{}{}</munderover>", padded(below), padded(body)),
            None => format!("<mover>{arrow}{}</mover>", padded(body)),
        }
    }

    fn cd_arrow(self, direction: &str, above: Option<&ParseNode>, below: Option<&ParseNode>) -> String {
        let small = Style { display: false, ..self };
        let label = |node: Option<&ParseNode>| node.map_or_else(|| "<mrow></mrow>".to_string(), |node| small.single(node));
        let mark = match direction {
            "right" => "→",
            "left" => "←",
            "up" => "↑",
            "down" => "↓",
            "horiz_eq" => "=",
            "vert_eq" => "∥",
            _ => return String::new(),
        };
        if matches!(direction, "up" | "down" | "vert_eq") {
            return format!("<mrow>{}{}{}</mrow>", label(above), element("mo", " stretchy=\"true\"", mark), label(below));
        }
        format!("<munderover>{}{}{}</munderover>", element("mo", " stretchy=\"true\" minsize=\"2.5em\"", mark), label(below), label(above))
    }

    fn enclosed(self, label: &str, background: Option<&str>, border: Option<&str>, body: &ParseNode) -> String {
        let content = self.single(body);
        let notation = match label.trim_start_matches('\\') {
            "cancel" => "updiagonalstrike",
            "bcancel" => "downdiagonalstrike",
            "xcancel" => "updiagonalstrike downdiagonalstrike",
            "sout" => "horizontalstrike",
            "fbox" | "boxed" => "box",
            "phase" => "phasorangle",
            "angl" => "actuarial",
            "colorbox" | "fcolorbox" => {
                let background = background.map(|color| colored("mathbackground", color)).unwrap_or_default();
                let border = border.and_then(hex).map(|color| format!(" style=\"border: 0.05em solid {color}\"")).unwrap_or_default();
                return format!("<mrow{background}{border}>{content}</mrow>");
            }
            "centernot" | "slashed" => return format!("<menclose notation=\"updiagonalstrike\">{content}</menclose>"),
            _ => return content,
        };
        format!("<menclose notation=\"{notation}\">{content}</menclose>")
    }

    /// Text with formulas in it: pieces of text, each whole.
    fn text(self, body: &[ParseNode], font: Option<&str>) -> String {
        let style = match font.unwrap_or("").trim_start_matches('\\') {
            "textbf" => " style=\"font-weight: bold\"",
            "textit" | "textsl" | "emph" => " style=\"font-style: italic\"",
            "texttt" => " style=\"font-family: monospace\"",
            "textsf" => " style=\"font-family: sans-serif\"",
            "textsc" => " style=\"font-variant: small-caps\"",
            _ => "",
        };
        let mut out = String::new();
        let mut text = String::new();
        let flush = |text: &mut String, out: &mut String| {
            if !text.is_empty() {
                out.push_str(&element("mtext", style, text));
                text.clear();
            }
        };
        for node in body {
            if is_text(node) {
                words(node, &mut text);
            } else {
                flush(&mut text, &mut out);
                out.push_str(&Style { display: false, alphabet: None }.node(node));
            }
        }
        flush(&mut text, &mut out);
        format!("<mrow>{out}</mrow>")
    }

    fn array(self, node: &ParseNode) -> String {
        let ParseNode::Array { body, cols, hlines_before_row, col_separation_type, tags, .. } = node else { return String::new() };
        let columns: Vec<&AlignSpec> = cols.iter().flatten().filter(|column| matches!(column.align_type, AlignType::Align)).collect();
        let kind = col_separation_type.as_deref().unwrap_or("");
        let aligned = matches!(kind, "align" | "alignat");
        let tagged = tags.iter().flatten().any(|tag| matches!(tag, ArrayTag::Explicit(_)));
        let rules = rules(cols.as_deref());
        let rows: String = body
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let mut cells: String = row
                    .iter()
                    .enumerate()
                    .map(|(column, cell)| {
                        let mut css = String::new();
                        match columns.get(column).and_then(|column| column.align.as_deref()) {
                            Some("l") => css.push_str("text-align: left"),
                            Some("r") => css.push_str("text-align: right"),
                            _ => css.push_str("text-align: center"),
                        }
                        if aligned {
                            // Two columns make an equation: nothing stands between them.
                            css.push_str(if column % 2 == 0 { "; padding-right: 0" } else { "; padding-left: 0" });
                        }
                        if hlines_before_row.get(at).is_some_and(|lines| !lines.is_empty()) {
                            css.push_str("; border-top: 0.05em solid");
                        }
                        if at + 1 == body.len() && hlines_before_row.get(at + 1).is_some_and(|lines| !lines.is_empty()) {
                            css.push_str("; border-bottom: 0.05em solid");
                        }
                        if rules.contains(&column) {
                            css.push_str("; border-left: 0.05em solid");
                        }
                        if column + 1 == row.len() && rules.contains(&(column + 1)) {
                            css.push_str("; border-right: 0.05em solid");
                        }
                        format!("<mtd style=\"{css}\">{}</mtd>", self.single(cell))
                    })
                    .collect();
                if tagged {
                    let tag = match tags.as_ref().and_then(|tags| tags.get(at)) {
                        Some(ArrayTag::Explicit(tag)) => number(tag),
                        _ => String::new(),
                    };
                    let _ = write!(cells, "<mtd style=\"padding-left: 2em\">{tag}</mtd>");
                }
                format!("<mtr>{cells}</mtr>")
            })
            .collect();
        format!("<mtable{}>{rows}</mtable>", if aligned || kind == "gather" { " displaystyle=\"true\"" } else { "" })
    }

    /// A proof: what follows stands under what it follows from.
    fn proof(self, tree: &ProofBranch) -> String {
        let conclusion = format!("<mrow>{}</mrow>", self.rows(&tree.conclusion));
        if tree.premises.is_empty() {
            return conclusion;
        }
        let premises: Vec<String> = tree.premises.iter().map(|premise| self.proof(premise)).collect();
        let premises = format!("<mrow>{}</mrow>", premises.join("<mspace width=\"2em\"/>"));
        let (above, below) = if tree.root_at_top { (conclusion, premises) } else { (premises, conclusion) };
        let label = |label: &Option<Vec<ParseNode>>| label.as_ref().map(|label| format!("<mrow>{}</mrow>", self.rows(label))).unwrap_or_default();
        format!("<mrow>{}<mfrac>{above}{below}</mfrac>{}</mrow>", label(&tree.left_label), label(&tree.right_label))
    }
}

/// Columns before which a rule stands; the number of columns for one behind the last.
fn rules(cols: Option<&[AlignSpec]>) -> Vec<usize> {
    let mut column = 0;
    let mut out = Vec::new();
    for spec in cols.unwrap_or_default() {
        match spec.align_type {
            AlignType::Align => column += 1,
            AlignType::Separator => out.push(column),
        }
    }
    out
}

/// An element with text in it.
fn element(tag: &str, attributes: &str, text: &str) -> String {
    let mut out = format!("<{tag}{attributes}>");
    push_escaped(&mut out, text, false);
    let _ = write!(out, "</{tag}>");
    out
}

/// A function's name, which is applied to what follows.
fn function(name: &str) -> String {
    // One letter would be set in italics.
    let upright = if name.chars().count() == 1 { " mathvariant=\"normal\"" } else { "" };
    element("mi", upright, name)
}

fn fence(mark: &str, form: &str) -> String {
    if mark == "." {
        return String::new();
    }
    element("mo", &format!(" form=\"{form}\" fence=\"true\" stretchy=\"true\""), &delimiter(mark))
}

/// A delimiter. Bars are those of Unicode that stretch: the others are relations.
fn delimiter(text: &str) -> String {
    match shown(text, Mode::Math).as_str() {
        "∣" => "|".to_string(),
        "∥" => "‖".to_string(),
        other => other.to_string(),
    }
}

/// Scripts before a base, as `mhchem` writes those of isotopes: beside nothing, moved to the left over room that was left for them.
#[derive(Clone, Copy, Default)]
struct Prescripts<'n> {
    sub: Option<&'n ParseNode>,
    sup: Option<&'n ParseNode>,
}

impl<'n> Prescripts<'n> {
    fn of(node: &'n ParseNode) -> Option<Prescripts<'n>> {
        let ParseNode::SupSub { base, sup, sub, .. } = node else { return None };
        if !base.as_deref().is_none_or(is_nothing) {
            return None;
        }
        let moved = |script: &'n ParseNode| match seen(script) {
            None => Some(None),
            Some(ParseNode::Lap { body, alignment, .. }) if alignment == "llap" => Some(Some(&**body)),
            Some(_) => None,
        };
        let script = |script: &'n Option<Box<ParseNode>>| script.as_deref().map_or(Some(None), moved);
        Some(Prescripts { sub: script(sub)?, sup: script(sup)? })
    }

    fn with(self, other: Prescripts<'n>) -> Prescripts<'n> {
        Prescripts { sub: other.sub.or(self.sub), sup: other.sup.or(self.sup) }
    }

    fn is_empty(&self) -> bool {
        self.sub.is_none() && self.sup.is_none()
    }
}

/// Whether a node is a function's name, with or without scripts.
fn is_function(node: &ParseNode) -> bool {
    match node {
        ParseNode::OperatorName { .. } => true,
        ParseNode::Op { symbol, name, .. } => !symbol && name.is_some(),
        ParseNode::SupSub { base: Some(base), .. } => is_function(base),
        _ => false,
    }
}

/// Whether a node is a term, from which a function's name is set apart.
fn is_term(node: &ParseNode) -> bool {
    let is_sign = matches!(
        node,
        ParseNode::Atom { .. } | ParseNode::SpacingNode { .. } | ParseNode::Kern { .. } | ParseNode::MClass { .. } | ParseNode::DelimSizing { .. }
    );
    !is_sign && !matches!(node, ParseNode::LeftRight { .. } | ParseNode::Cr { .. } | ParseNode::Tag { .. } | ParseNode::NoNumber { .. })
}

/// Whether nothing is seen of a node: it only makes room.
fn is_nothing(node: &ParseNode) -> bool {
    match node {
        ParseNode::OrdGroup { body, .. } => body.iter().all(is_nothing),
        ParseNode::Smash { body, .. } => is_nothing(body),
        ParseNode::VPhantom { .. } | ParseNode::Phantom { .. } => true,
        _ => false,
    }
}

/// The only thing that is seen of a group; the group if there are several.
fn seen(node: &ParseNode) -> Option<&ParseNode> {
    let ParseNode::OrdGroup { body, .. } = node else { return Some(node).filter(|node| !is_nothing(node)) };
    let mut all = body.iter().filter(|node| !is_nothing(node));
    match (all.next(), all.next()) {
        (None, _) => None,
        (Some(one), None) => seen(one),
        (Some(_), Some(_)) => Some(node),
    }
}

/// Whether markup is a single element.
fn is_one(markup: &str) -> bool {
    let Some(name) = markup.strip_prefix('<').map(|rest| &rest[..rest.find([' ', '>', '/']).unwrap_or(rest.len())]) else { return false };
    let end = format!("</{name}>");
    markup.ends_with(&end) && markup.matches(&format!("<{name}")).count() == 1 && markup.matches(&end).count() == 1
}

fn is_text(node: &ParseNode) -> bool {
    match node {
        ParseNode::OrdGroup { body, .. } => body.iter().all(is_text),
        ParseNode::TextOrd { .. } | ParseNode::MathOrd { .. } | ParseNode::Atom { .. } => node.mode() == Mode::Text,
        ParseNode::SpacingNode { .. } => true,
        _ => false,
    }
}

/// The letters of a group of nothing but letters.
fn letters(node: &ParseNode) -> Option<String> {
    let letter = |node: &ParseNode| match node {
        ParseNode::MathOrd { text, .. } if text.chars().all(char::is_alphabetic) => Some(text.clone()),
        _ => None,
    };
    match node {
        ParseNode::OrdGroup { body, .. } => body.iter().map(letter).collect(),
        node => letter(node),
    }
}

/// The text of nodes that are read as words.
fn words(node: &ParseNode, out: &mut String) {
    match node {
        ParseNode::SpacingNode { text, .. } if matches!(text.as_str(), "\\nobreak" | "\\allowbreak") => {}
        ParseNode::SpacingNode { .. } => out.push('\u{A0}'),
        ParseNode::Kern { dimension, .. } if dimension.number > 0.0 => out.push('\u{2009}'),
        ParseNode::OrdGroup { body, .. } | ParseNode::Text { body, .. } | ParseNode::Styling { body, .. } | ParseNode::MClass { body, .. } => {
            body.iter().for_each(|node| words(node, out));
        }
        ParseNode::Font { body, .. } => words(body, out),
        ParseNode::HtmlMathMl { mathml, .. } => mathml.iter().for_each(|node| words(node, out)),
        node => out.extend(node.symbol_text().map(|text| shown(text, node.mode()))),
    }
}

/// The character of an accent.
fn accent(label: &str) -> &'static str {
    match label.trim_start_matches('\\') {
        "acute" | "'" => "´",
        "grave" | "`" => "`",
        "ddot" | "\"" => "¨",
        "dddot" => "\u{20DB}",
        "ddddot" => "\u{20DC}",
        "tilde" | "~" | "widetilde" | "utilde" => "~",
        "bar" | "=" => "¯",
        "breve" | "u" => "˘",
        "check" | "v" | "widecheck" => "ˇ",
        "vec" | "overrightarrow" | "underrightarrow" => "→",
        "dot" | "." => "˙",
        "mathring" | "r" => "˚",
        "H" => "˝",
        "c" => "¸",
        "overleftarrow" | "underleftarrow" => "←",
        "overleftrightarrow" | "underleftrightarrow" => "↔",
        "Overrightarrow" => "⇒",
        "overgroup" => "⏜",
        "undergroup" => "⏝",
        "overlinesegment" | "underlinesegment" => "―",
        "overleftharpoon" => "↼",
        "overrightharpoon" => "⇀",
        "textcircled" => "○",
        _ => "^",
    }
}

/// The character of an arrow that stretches over or under what is written along it.
fn arrow(label: &str) -> &'static str {
    match label.trim_start_matches('\\') {
        "xleftarrow" => "←",
        "xRightarrow" => "⇒",
        "xLeftarrow" => "⇐",
        "xleftrightarrow" => "↔",
        "xLeftrightarrow" => "⇔",
        "xhookleftarrow" => "↩",
        "xhookrightarrow" => "↪",
        "xmapsto" => "↦",
        "xrightharpoondown" => "⇁",
        "xrightharpoonup" => "⇀",
        "xleftharpoondown" => "↽",
        "xleftharpoonup" => "↼",
        "xrightleftharpoons" | "xrightequilibrium" => "⇌",
        "xleftrightharpoons" | "xleftequilibrium" => "⇋",
        "xtwoheadrightarrow" => "↠",
        "xtwoheadleftarrow" => "↞",
        "xlongequal" => "=",
        "xtofrom" | "xrightleftarrows" => "⇄",
        _ => "→",
    }
}

/// An attribute for a colour; none for one that nobody knows.
fn colored(attribute: &str, color: &str) -> String {
    hex(color).map(|color| format!(" {attribute}=\"{color}\"")).unwrap_or_default()
}

/// A colour in the only way that all versions of MathML know.
fn hex(color: &str) -> Option<String> {
    Color::parse(color).map(|color| super::drawing::color(color).hex())
}

/// A length of TeX in em.
fn length(measure: &Measurement) -> String {
    let em = match measure.unit.as_str() {
        "em" => 1.0,
        "ex" => 0.431,
        "mu" => 1.0 / 18.0,
        "pt" => 0.1,
        "mm" => 0.2845,
        "cm" => 2.845,
        "in" => 7.227,
        "bp" => 0.100_375,
        "pc" => 1.2,
        "dd" => 0.107,
        "cc" => 1.284,
        "px" => 0.100_375,
        _ => 0.0,
    };
    let value = measure.number * em;
    let value = if value.is_finite() { value.clamp(-100.0, 100.0) } else { 0.0 };
    let text = format!("{value:.4}");
    format!("{}em", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn written(tex: &str) -> String {
        let reading = read(tex).unwrap_or_else(|fault| unreachable!("{tex}: {fault:?}"));
        let math = mathml(&reading, false, false, tex);
        let start = math.find("<mrow>").unwrap_or(0) + "<mrow>".len();
        math[start..].trim_end_matches("</mrow></math>").to_string()
    }

    #[test]
    fn formulas_are_presentation_mathml() {
        assert_eq!(written("x+1"), "<mi>x</mi><mo>+</mo><mn>1</mn>");
        assert_eq!(written("3.14^2"), "<msup><mn>3.14</mn><mn>2</mn></msup>");
        assert_eq!(written("\\frac{a}{b}"), "<mfrac><mi>a</mi><mi>b</mi></mfrac>");
        assert_eq!(written("\\sqrt[3]{x}"), "<mroot><mi>x</mi><mn>3</mn></mroot>");
        assert_eq!(written("a-b"), "<mi>a</mi><mo>−</mo><mi>b</mi>");
        assert_eq!(written("\\Gamma\\alpha"), "<mi mathvariant=\"normal\">Γ</mi><mi>α</mi>");
        assert_eq!(written("\\mathbb{R}\\mathbf{x}"), "<mi>ℝ</mi><mi>𝐱</mi>");
        assert_eq!(written("\\mathrm{d}x"), "<mi mathvariant=\"normal\">d</mi><mi>x</mi>");
        assert_eq!(written("\\sin x"), "<mi>sin</mi><mspace width=\"0.1667em\"/><mi>x</mi>");
        assert_eq!(written("2\\log(10) + \\sin 2x").matches("mspace").count(), 2);
        assert_eq!(written("f'"), "<msup><mi>f</mi><mo lspace=\"0\" rspace=\"0\">′</mo></msup>");
        assert_eq!(written("x \\neq y"), "<mi>x</mi><mo stretchy=\"false\">≠</mo><mi>y</mi>");
        assert_eq!(
            written("\\ce{H2O}"),
            "<msub><mi mathvariant=\"normal\">H</mi><mpadded height=\"0\"><mn>2</mn></mpadded></msub><mi mathvariant=\"normal\">O</mi>"
        );
        assert!(written("\\ce{^{227}_{90}Th}").contains("<mmultiscripts><mi>Th</mi><mprescripts/>"));
        assert_eq!(written("\\binom{n}{k}").matches("linethickness=\"0\"").count(), 1);
        assert_eq!(
            written("\\text{if $x$ is}"),
            "<mrow><mtext>if\u{A0}</mtext><mstyle displaystyle=\"false\" scriptlevel=\"0\"><mi>x</mi></mstyle><mtext>\u{A0}is</mtext></mrow>"
        );
    }

    #[test]
    fn what_is_written_is_well_formed() {
        let all = [
            "\\sum_{i=0}^n i^2 = \\frac{n(n+1)(2n+1)}{6} \\tag{1}",
            "\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}^{-1}",
            "\\begin{align*} a &= b \\tag{1} \\\\ c &< d \\end{align*}",
            "\\left\\{ \\begin{array}{l|r} 1 & 2 \\\\ \\hline 3 & 4 \\end{array} \\right.",
            "\\overbrace{a+b}^{n} \\underbrace{c}_{m} \\hat{x} \\vec{y} \\overline{z}",
            "\\ce{2H2 + O2 -> 2H2O} \\quad \\pu{12 kJ//mol}",
            "\\xrightarrow[below]{above} \\xleftarrow{x} \\stackrel{!}{=}",
            "\\operatorname*{arg\\,max}_{x} \\limsup_{n} \\lim_{x \\to 0}",
            "\\cancel{x} \\boxed{y} \\colorbox{red}{z} \\color{blue} w",
            "\\begin{CD} A @>a>> B \\\\ @VbVV @AAcA \\\\ C @= D \\end{CD}",
            "\\big( \\Big[ \\bigg\\{ x \\bigg\\} \\left( y \\middle| z \\right)",
            "a \\\\ b",
            "\\text{\\textbf{bold} \"quotes\" <\\&>} \\verb|x<y|",
            "x^{2}_{i} {}_a^b X \\not= \\phantom{x} \\smash{y} \\rule{1em}{2em} \\raisebox{1em}{z}",
        ];
        for tex in all {
            let reading = read(tex).unwrap_or_else(|fault| unreachable!("{tex}: {fault:?}"));
            let math = mathml(&reading, true, true, tex);
            let document = crate::xml::parse(&math, crate::xml::DocumentType::Refused);
            assert!(document.is_ok(), "{tex}\n{math}");
        }
    }
}
