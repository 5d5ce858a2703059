//! What a drawing expands to. A few lines of SVG can stand for millions of shapes: a mask that shows two masks that show two masks,
//! a pattern on each tile of a pattern, a marker on each point of a path. The parser behind carries all of that out before anything
//! can be measured, so it is counted here first, from the document as it is written.
//!
//! The count is in steps of about a microsecond, in any order of the drawing's references: what an element costs is counted once and
//! multiplied wherever the element is referred to. It is an upper bound, as far as the parser's own rules go; what refers to itself
//! counts once, since the parser breaks such loops.

use std::collections::{HashMap, HashSet};

use usvg::roxmltree::{Document, Node, NodeId};

use crate::limits;
use crate::load::percent_decoded;
use crate::xml::{self, DocumentType};

/// An element of any kind: attributes are looked up, a node is made, an operator is written.
const ELEMENT: u64 = 5;
/// Numbers of a path or a list of points that take a step.
const NUMBERS: u64 = 4;
/// A primitive of a filter.
const PRIMITIVE: u64 = 200;
/// A character of a text: it is shaped and placed.
const CHARACTER: u64 = 5;
/// The layout of a text looks through all of its characters for each word: so many pairs of characters take a step.
const PAIRS: u64 = 900;
/// A picture within the drawing.
const PICTURE: u64 = 2_000;
/// Drawings lie no deeper in each other as pictures.
const DEEPEST_PICTURE: u8 = 4;

/// Properties whose value a shape takes over from the elements around it, so that one mention counts for each shape within.
const INHERITED: [&str; 6] = ["fill", "stroke", "marker", "marker-start", "marker-mid", "marker-end"];
/// Properties that count where they stand.
const OWN: [&str; 3] = ["mask", "clip-path", "filter"];

/// What is known of an element with all that it refers to.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    steps: u64,
    /// Shapes that are drawn.
    shapes: u64,
    /// Points of their paths, on each of which a marker may stand.
    points: u64,
}

impl Cost {
    fn add(&mut self, other: Cost) {
        self.steps = self.steps.saturating_add(other.steps);
        self.shapes = self.shapes.saturating_add(other.shapes);
        self.points = self.points.saturating_add(other.points);
    }
}

/// Whether a drawing expands to no more than it may.
pub(super) fn is_bounded(document: &Document<'_>) -> bool {
    bounded(document, DEEPEST_PICTURE).is_some()
}

/// Steps that a drawing takes; `None` if they are too many, or if it refers to itself through too many levels.
fn bounded(document: &Document<'_>, pictures: u8) -> Option<u64> {
    let ids = document.descendants().filter_map(|node| Some((node.attribute("id")?, node))).collect();
    let rules = rules(document);
    if rules.len() as u64 * document.descendants().count() as u64 > limits::DRAWING_STEPS * 10 {
        return None;
    }
    let mut counter = Counter { ids, rules, known: HashMap::new(), open: HashSet::new(), pictures };
    let cost = counter.cost(document.root_element(), 0)?;
    (cost.steps <= limits::DRAWING_STEPS).then_some(cost.steps)
}

struct Counter<'a, 'd> {
    ids: HashMap<&'a str, Node<'a, 'd>>,
    rules: Vec<Rule>,
    known: HashMap<NodeId, Cost>,
    open: HashSet<NodeId>,
    pictures: u8,
}

impl<'a, 'd> Counter<'a, 'd> {
    /// What an element costs; `None` if it lies too deep or is too much by itself.
    fn cost(&mut self, node: Node<'a, 'd>, depth: usize) -> Option<Cost> {
        if let Some(known) = self.known.get(&node.id()) {
            return Some(*known);
        }
        if depth > limits::XML_DEPTH {
            return None;
        }
        if !self.open.insert(node.id()) {
            return Some(Cost::default());
        }
        let mut cost = self.own(node)?;
        for child in node.children().filter(Node::is_element) {
            cost.add(self.cost(child, depth + 1)?);
        }
        for attribute in node.attributes().filter(|attribute| attribute.name() == "href") {
            if let Some(target) = attribute.value().trim().strip_prefix('#').and_then(|id| self.ids.get(id).copied()) {
                cost.add(self.cost(target, depth + 1)?);
            }
        }
        for (property, id) in self.mentions(node) {
            let Some(target) = self.ids.get(id.as_str()).copied() else { continue };
            let each = self.cost(target, depth + 1)?.steps;
            let times = match property {
                Property::Own => 1,
                Property::Inherited => cost.shapes.max(1),
                Property::Marker => cost.points.max(1),
            };
            cost.steps = cost.steps.saturating_add(each.saturating_mul(times));
        }
        self.open.remove(&node.id());
        self.known.insert(node.id(), cost);
        (cost.steps <= limits::DRAWING_STEPS).then_some(cost)
    }

    /// What an element costs by itself.
    fn own(&self, node: Node<'a, 'd>) -> Option<Cost> {
        let numbers = |name: &str| node.attribute(name).map_or(0, numbers);
        let shape = |points: u64| Cost { steps: ELEMENT + points / NUMBERS, shapes: 1, points };
        Some(match node.tag_name().name() {
            "path" => shape(numbers("d")),
            "polygon" | "polyline" => shape(numbers("points")),
            "rect" | "circle" | "ellipse" | "line" => shape(8),
            "text" => {
                let count = node.descendants().filter(Node::is_text).filter_map(|node| node.text()).map(|text| text.chars().count() as u64).sum::<u64>();
                Cost { steps: ELEMENT + count * CHARACTER + count.saturating_mul(count) / PAIRS, shapes: 1 + count, points: 0 }
            }
            "image" => Cost { steps: PICTURE + self.picture(node)?, shapes: 1, points: 0 },
            name if name.starts_with("fe") => Cost { steps: PRIMITIVE, ..Cost::default() },
            _ => Cost { steps: ELEMENT, ..Cost::default() },
        })
    }

    /// Steps of a drawing that a picture holds.
    fn picture(&self, node: Node<'a, 'd>) -> Option<u64> {
        let Some(href) = node.attributes().find(|attribute| attribute.name() == "href").map(|attribute| attribute.value().trim()) else { return Some(0) };
        let Some(text) = drawing_of(href) else { return Some(href.len() as u64 / 1000) };
        let deeper = self.pictures.checked_sub(1)?;
        match xml::parse(&text, DocumentType::Taken) {
            Ok(document) => bounded(&document, deeper),
            Err(xml::Refusal::Malformed) => Some(0),
            Err(_) => None,
        }
    }

    /// What an element's attributes, its `style` and the style sheets have it refer to.
    fn mentions(&self, node: Node<'a, 'd>) -> Vec<(Property, String)> {
        let mut found = Vec::new();
        for attribute in node.attributes() {
            if attribute.name() == "style" {
                declarations(attribute.value(), &mut found);
            } else {
                mention(attribute.name(), attribute.value(), &mut found);
            }
        }
        self.rules.iter().filter(|rule| rule.matches(node)).for_each(|rule| found.extend(rule.mentions.iter().cloned()));
        found
    }
}

/// How often what a property refers to is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    Own,
    Inherited,
    Marker,
}

fn mention(name: &str, value: &str, found: &mut Vec<(Property, String)>) {
    let property = match name {
        name if name.starts_with("marker") => Property::Marker,
        name if INHERITED.contains(&name) => Property::Inherited,
        name if OWN.contains(&name) => Property::Own,
        _ => return,
    };
    for (at, _) in value.match_indices("url(") {
        let inner = value[at + 4..].trim_start_matches(['"', '\'', ' ']);
        if let Some(id) = inner.strip_prefix('#') {
            let end = id.find(['"', '\'', ')']).unwrap_or(id.len());
            found.push((property, id[..end].trim().to_string()));
        }
    }
}

fn declarations(text: &str, found: &mut Vec<(Property, String)>) {
    for declaration in text.split(';') {
        if let Some((name, value)) = declaration.split_once(':') {
            mention(name.trim(), value, found);
        }
    }
}

/// A rule of a style sheet that refers to something.
struct Rule {
    /// The last part of its selector; the parts before only make it match less.
    tag: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
    mentions: Vec<(Property, String)>,
}

impl Rule {
    fn matches(&self, node: Node<'_, '_>) -> bool {
        let classes = || node.attribute("class").unwrap_or("").split_whitespace();
        self.tag.as_ref().is_none_or(|tag| node.tag_name().name() == tag)
            && self.id.as_ref().is_none_or(|id| node.attribute("id") == Some(id))
            && self.classes.iter().all(|class| classes().any(|own| own == class))
    }
}

/// Rules that refer to something, of all style sheets.
fn rules(document: &Document<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for sheet in document.descendants().filter(|node| node.tag_name().name() == "style") {
        let text: String = sheet.children().filter_map(|node| node.text()).collect();
        for block in without_comments(&text).split('}') {
            let Some((selectors, body)) = block.rsplit_once('{') else { continue };
            let mut mentions = Vec::new();
            declarations(body, &mut mentions);
            if !mentions.is_empty() {
                // A rule within `@media` comes with its condition, which counts as true.
                let selectors = selectors.rsplit(['{', ';']).next().unwrap_or(selectors);
                rules.extend(selectors.split(',').map(|selector| rule(selector, mentions.clone())));
            }
        }
    }
    rules
}

fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// A rule by the last part of its selector. What is not understood there matches everything.
fn rule(selector: &str, mentions: Vec<(Property, String)>) -> Rule {
    let mut rule = Rule { tag: None, id: None, classes: Vec::new(), mentions };
    let last = selector.trim().rsplit([' ', '>', '+', '~', '\n', '\t']).next().unwrap_or("");
    let is_plain = |c: char| c.is_alphanumeric() || "-_.#".contains(c);
    if !last.chars().all(is_plain) {
        return rule;
    }
    let mut rest = last;
    while !rest.is_empty() {
        let end = rest[1..].find(['.', '#']).map_or(rest.len(), |at| at + 1);
        match rest.as_bytes().first() {
            Some(b'.') => rule.classes.push(rest[1..end].to_string()),
            Some(b'#') => rule.id = Some(rest[1..end].to_string()),
            _ if rest.is_char_boundary(end) => rule.tag = Some(rest[..end].to_string()),
            _ => return rule,
        }
        rest = &rest[end..];
    }
    rule
}

/// How many numbers a list has.
fn numbers(list: &str) -> u64 {
    let mut count = 0;
    let mut within = false;
    for b in list.bytes() {
        let digit = b.is_ascii_digit() || b == b'.';
        count += u64::from(digit && !within);
        within = digit;
    }
    count
}

/// The drawing in a `data:` address, if it is one.
fn drawing_of(href: &str) -> Option<String> {
    let (head, body) = href.strip_prefix("data:")?.split_once(',')?;
    if !head.starts_with("image/svg+xml") {
        return None;
    }
    let bytes = if head.ends_with(";base64") { base64(&percent_decoded(body)) } else { percent_decoded(body).into_bytes() };
    // A compressed one is no text, and nothing here draws it.
    String::from_utf8(bytes).ok()
}

/// Bytes of a text in base 64 (RFC 4648); what is none of its characters is passed over.
fn base64(text: &str) -> Vec<u8> {
    let value = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(content: &str) -> Option<u64> {
        let text = format!("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{content}</svg>");
        bounded(&xml::parse(&text, DocumentType::Taken).expect("a drawing"), DEEPEST_PICTURE)
    }

    /// `depth` levels, each of which refers to the one before twice.
    fn doubled(depth: usize, level: impl Fn(usize, &str) -> String) -> String {
        (1..=depth).map(|n| level(n, &format!("l{}", n - 1))).collect()
    }

    #[test]
    fn what_doubles_at_each_level_is_counted_without_being_drawn() {
        type Level<'l> = &'l dyn Fn(usize, &str) -> String;
        let kinds: [(&str, Level<'_>); 7] = [
            ("masks", &|n, to| format!("<mask id='l{n}'><rect mask='url(#{to})' width='1' height='1'/><rect mask='url(#{to})' width='1' height='1'/></mask>")),
            ("patterns", &|n, to| format!("<pattern id='l{n}'><rect fill='url(#{to})'/><rect style='stroke: url(\"#{to}\")'/></pattern>")),
            ("clip paths", &|n, to| format!("<clipPath id='l{n}'><path clip-path='url(#{to})'/><path clip-path='url(#{to})'/></clipPath>")),
            ("uses", &|n, to| format!("<g id='l{n}'><use href='#{to}'/><use xlink:href='#{to}'/></g>")),
            ("markers", &|n, to| format!("<marker id='l{n}'><path d='M0 0L1 1L2 2' marker-mid='url(#{to})'/></marker>")),
            ("feImage", &|n, to| format!("<filter id='f{n}'><feImage href='#{to}'/><feImage href='#{to}'/></filter><rect id='l{n}' filter='url(#f{n})'/>")),
            ("style sheets", &|n, to| {
                format!("<style>.c{n} {{ fill: url(#{to}) }}</style><pattern id='l{n}'><rect class='c{n}'/><rect class='x c{n}'/></pattern>")
            }),
        ];
        for (name, level) in kinds {
            let first = "<rect id='l0' width='1' height='1'/>";
            assert!(steps(&format!("{first}{}", doubled(4, level))).is_some(), "{name} of four levels");
            assert!(steps(&format!("{first}{}", doubled(24, level))).is_none(), "{name} of 24 levels");
        }
    }

    #[test]
    fn what_is_inherited_counts_for_each_shape() {
        let tile = "<pattern id='p'>".to_string() + &"<rect/>".repeat(1000) + "</pattern>";
        assert!(steps(&format!("{tile}<g fill='url(#p)'>{}</g>", "<rect/>".repeat(100))).is_some());
        assert!(steps(&format!("{tile}<g fill='url(#p)'>{}</g>", "<rect/>".repeat(1000))).is_none());
        assert!(steps(&format!("{tile}<style>g rect {{ fill: url(#p) }}</style>{}", "<rect/>".repeat(1000))).is_none());
        // A pattern that nobody uses costs what it holds.
        assert!(steps(&format!("{tile}{}", "<rect/>".repeat(1000))).is_some());
    }

    #[test]
    fn words_of_one_text_count_more_than_those_of_many() {
        assert!(steps(&format!("<text>{}</text>", "word ".repeat(20_000))).is_none());
        assert!(steps(&"<text>some words of a label</text>".repeat(5_000)).is_some());
    }

    #[test]
    fn drawings_within_drawings_count() {
        let inner = "<svg xmlns='http://www.w3.org/2000/svg'>REST</svg>";
        let address = |rest: &str| format!("<image href=\"data:image/svg+xml,{}\"/>", inner.replace("REST", rest).replace('<', "%3C").replace('>', "%3E"));
        assert!(steps(&address("<rect/>")).is_some());
        assert!(steps(&address(&"<rect/>".repeat(300_000))).is_none());
        assert_eq!(base64("PHN2Zz4="), b"<svg>");
    }

    #[test]
    fn loops_and_long_chains_end() {
        assert!(steps("<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>").is_some());
        let chain: String = (0..5000).map(|n| format!("<mask id='m{n}' mask='url(#m{})'><rect/></mask>", n + 1)).collect();
        assert!(steps(&chain).is_none());
    }

    #[test]
    fn steps_have_a_limit() {
        let rects = |count: u64| steps(&"<rect/>".repeat(count as usize));
        // A rectangle takes seven steps, and the drawing itself five.
        let most = (limits::DRAWING_STEPS - ELEMENT) / (ELEMENT + 8 / NUMBERS);
        assert!(rects(most).is_some());
        assert!(rects(most + 1).is_none());
    }
}
