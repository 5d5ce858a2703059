//! YAML with places, for manifests, front matter, rosters and themes. The only module that knows `serde_yaml`;
//! [`strict`] reads what it gives with every key known.
//!
//! serde gives values without positions. So nodes are numbered in the order in which the parser meets them, and the
//! position of a node is found when a message needs it: the text is read once more, and the reader stops on purpose
//! at that node, which makes the parser say where it stands. Only a mistake costs the second reading.

pub(crate) mod strict;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

/// No YAML text of a project may be longer than this many bytes.
const LONGEST: usize = 1024 * 1024;

/// What is said of texts that are nested without end.
const TOO_DEEP: &str = "this is nested too deeply";

/// What is said of YAML's tags.
const TAGS: &str = "tags such as `!name` are not used here";

/// A node, numbered in the order of reading.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Its number, by which [`position`] and [`raw_texts`] know it.
    pub(crate) number: u32,
    /// Its value.
    pub(crate) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing, or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number; its text as written is among [`raw_texts`].
    Number,
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of writing, with keys that stand twice.
    Map(Vec<(Node, Node)>),
}

/// A text that is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// What is wrong.
    pub(crate) message: String,
    /// Line and column from 1, when the parser knows.
    pub(crate) position: Option<(u32, u32)>,
    /// What to do, when that is plain.
    pub(crate) hint: Option<&'static str>,
}

/// Reads one document.
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
    read(text, false)
}

/// Reads a document of another tool, whose tags (`!ENV`, `!!python/name:…`) are passed over: their values count as they are written.
pub(crate) fn parse_foreign(text: &str) -> Result<Node, Problem> {
    read(text, true)
}

fn read(text: &str, tags: bool) -> Result<Node, Problem> {
    if text.len() > LONGEST {
        return Err(Problem { message: format!("this YAML is longer than {} KB", LONGEST / 1024), position: None, hint: None });
    }
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Node { number: 0, value: Value::Null });
    }
    if let Some(position) = too_deep(text) {
        return Err(Problem { message: TOO_DEEP.to_string(), position: Some(position), hint: None });
    }
    let counter = Cell::new(0);
    Seed { counter: &counter, aim: Aim::Nodes, tags }.deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| problem(&error))
}

/// Where more brackets are open than any sound text has, if anywhere. The parser would say so too, but it takes time that
/// grows with the square of their number first. Brackets in texts count as well; that is why so many are allowed.
fn too_deep(text: &str) -> Option<(u32, u32)> {
    const DEEPEST: usize = 1000;
    let mut depth = 0usize;
    for (number, line) in (1..).zip(text.lines()) {
        // Lists within lists on one line.
        if ["- ", "? "].iter().any(|mark| line.trim_start().starts_with(&mark.repeat(DEEPEST))) {
            return Some((number, 1));
        }
        for (column, c) in (1..).zip(line.chars()) {
            match c {
                '[' | '{' => depth += 1,
                ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Some((number, column));
            }
        }
    }
    None
}

/// Line and column, from 1, of node `number` of a text that [`parse`] has read.
pub(crate) fn position(text: &str, number: u32) -> (u32, u32) {
    let counter = Cell::new(0);
    let seed = Seed { counter: &counter, aim: Aim::Stop(number), tags: true };
    let result = seed.deserialize(serde_yaml::Deserializer::from_str(text));
    result.err().and_then(|error| error.location()).map_or((1, 1), |at| (at.line() as u32, at.column() as u32))
}

/// The texts of plain scalars that are no text, as they are written, by their nodes' numbers: the edition `2026.10` is not the number
/// 2026.1. `wanted` are the [`scalars`] of what the text was read to; one more reading has all of them.
pub(crate) fn raw_texts(text: &str, wanted: &BTreeSet<u32>) -> BTreeMap<u32, String> {
    let (counter, found) = (Cell::new(0), RefCell::default());
    let seed = Seed { counter: &counter, aim: Aim::Keep { wanted, found: &found }, tags: true };
    // It was read before, so it can be read.
    let _ = seed.deserialize(serde_yaml::Deserializer::from_str(text));
    found.into_inner()
}

/// Numbers of the nodes that are numbers or truth values.
pub(crate) fn scalars(root: &Node) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Number | Value::Bool(_) => drop(found.insert(node.number)),
            Value::List(items) => open.extend(items),
            Value::Map(entries) => open.extend(entries.iter().flat_map(|(key, value)| [key, value])),
            Value::Null | Value::Text(_) => {}
        }
    }
    found
}

fn problem(error: &serde_yaml::Error) -> Problem {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).split(" at position ").next().unwrap_or(&text).to_string();
    let (message, hint) = match message.as_str() {
        m if m.contains(TAGS) => (TAGS.to_string(), None),
        m if m.contains("repetition limit") => ("aliases make this endless".to_string(), Some("write it out")),
        m if m.contains("recursion limit") => (TOO_DEEP.to_string(), None),
        m => (format!("this is not YAML: {m}"), hint(m)),
    };
    Problem { message, position: error.location().map(|at| (at.line() as u32, at.column() as u32)), hint }
}

/// What to do about the parser's own messages.
fn hint(message: &str) -> Option<&'static str> {
    let hints = [
        ("mapping values are not allowed", "put a text that holds a colon in quotes"),
        ("cannot start any token", "indent with spaces, and put a text that begins with `@`, `%` or a backquote in quotes"),
        ("more than one document", "a line of three dashes begins a second document: leave it out"),
        ("did not find expected", "a bracket, a comma or an indent is missing here or above"),
        ("quoted scalar", "a quotation mark is not closed"),
        ("end of stream", "a quotation mark or a bracket is not closed"),
    ];
    hints.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint)
}

/// What a text is read for.
#[derive(Clone, Copy)]
enum Aim<'a> {
    /// Its nodes.
    Nodes,
    /// The place of this node: there the reading fails on purpose.
    Stop(u32),
    /// Scalars as they are written.
    Keep { wanted: &'a BTreeSet<u32>, found: &'a RefCell<BTreeMap<u32, String>> },
}

/// Fails, so that the parser adds its position. It does so too when there is a list or a map instead.
struct Stop;

impl Visitor<'_> for Stop {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a place to stop")
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Node, E> {
        Err(E::custom("stopped"))
    }
}

/// Keeps a scalar of a node's number.
struct Keep<'a>(u32, &'a RefCell<BTreeMap<u32, String>>);

impl Visitor<'_> for Keep<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
        self.1.borrow_mut().insert(self.0, text.to_string());
        Ok(Node { number: self.0, value: Value::Null })
    }
}

/// Reads a node and those below it, counting.
#[derive(Clone, Copy)]
struct Seed<'a> {
    counter: &'a Cell<u32>,
    aim: Aim<'a>,
    /// Tags are passed over.
    tags: bool,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let number = self.counter.get();
        self.counter.set(number + 1);
        match self.aim {
            Aim::Stop(wanted) if wanted == number => deserializer.deserialize_str(Stop),
            Aim::Keep { wanted, found } if wanted.contains(&number) => deserializer.deserialize_str(Keep(number, found)),
            _ => Ok(Node { number, value: deserializer.deserialize_any(self)? }),
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, a list or keys with values")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Number)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Value, E> {
        Ok(Value::Number)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Value, E> {
        Ok(Value::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(self)? {
            map.push((key, entries.next_value_seed(self)?));
        }
        Ok(Value::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        if !self.tags {
            return Err(de::Error::custom(TAGS));
        }
        let (_, content) = tagged.variant::<de::IgnoredAny>()?;
        Ok(content.newtype_variant_seed(self)?.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(node: &Node, out: &mut Vec<u32>) {
        out.push(node.number);
        match &node.value {
            Value::List(list) => list.iter().for_each(|n| nodes(n, out)),
            Value::Map(map) => map.iter().for_each(|(k, v)| {
                nodes(k, out);
                nodes(v, out);
            }),
            _ => {}
        }
    }

    #[test]
    fn every_node_has_its_position() {
        let text = "a: 1\nb:\n  - x\n  - { c: [2026.10, ~], d: \"q\" }\n";
        let root = parse(text).expect("sound YAML");
        let mut numbers = Vec::new();
        nodes(&root, &mut numbers);
        let at: Vec<_> = numbers.iter().map(|n| position(text, *n)).collect();
        let expected = [(1, 1), (1, 1), (1, 4), (2, 1), (3, 3), (3, 5), (4, 5), (4, 7), (4, 10), (4, 11), (4, 20), (4, 24), (4, 27)];
        assert_eq!(at, expected);
        assert_eq!(raw_texts(text, &scalars(&root)), BTreeMap::from([(2, "1".to_string()), (9, "2026.10".to_string())]));
    }

    #[test]
    fn tags_of_other_tools_are_passed_over() {
        let text = "a: !ENV [X, y]\nb: !!python/name:material.extensions.emoji.twemoji\nc: !relative\nd: z\n";
        assert!(parse(text).is_err());
        let Ok(Node { value: Value::Map(map), .. }) = parse_foreign(text) else { panic!("a map") };
        assert_eq!(map.len(), 4);
        assert_eq!(map.last().map(|(_, value)| &value.value), Some(&Value::Text("z".to_string())));
    }

    #[test]
    fn what_is_not_yaml_says_where() {
        let problem = parse("title: a: b\n").expect_err("a colon too many");
        assert_eq!((problem.position, problem.hint.is_some()), (Some((1, 9)), true));
        assert!(parse("a: [1, 2\n").is_err());
        assert!(parse("a: &a [*a]\n").is_err());
        assert_eq!(parse("# nothing\n").map(|n| n.value), Ok(Value::Null));
    }

    #[test]
    fn hostile_nesting_is_an_error() {
        for deep in ["[", "{a: ", "- ", "? "] {
            let begun = std::time::Instant::now();
            assert_eq!(parse(&deep.repeat(100_000)).map_err(|p| p.message), Err(TOO_DEEP.to_string()));
            assert!(begun.elapsed().as_secs() < 2, "{deep}");
        }
        assert!(parse(&format!("a: '{}'\n", "[".repeat(999))).is_ok());
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
        assert!(parse(bomb).is_err());
    }
}
