//! Reading YAML strictly: every key known, every value of the right kind, all mistakes at once and each with its place.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed, nearest};

use super::{Node, Value};

/// One YAML text: a manifest or a front matter.
pub(crate) struct Document<'a> {
    /// That file's name for messages.
    pub(crate) name: &'a str,
    /// The YAML.
    pub(crate) text: &'a str,
    /// The file's line on which it begins, from 1.
    pub(crate) first_line: u32,
    problems: RefCell<Vec<Diagnostic>>,
    /// The nodes that are numbers or truth values, once it was read.
    scalars: RefCell<BTreeSet<u32>>,
    raws: OnceCell<BTreeMap<u32, String>>,
}

impl<'a> Document<'a> {
    pub(crate) fn new(name: &'a str, text: &'a str, first_line: u32) -> Document<'a> {
        Document { name, text, first_line, problems: RefCell::default(), scalars: RefCell::default(), raws: OnceCell::new() }
    }

    /// The root node, or `None` with a diagnostic when this is not YAML.
    pub(crate) fn parse(&self) -> Option<Node> {
        let root = super::parse(self.text).map_err(|problem| self.report(self.syntax_error(&problem))).ok()?;
        self.scalars.replace(super::scalars(&root));
        Some(root)
    }

    /// The diagnostic for a text that is not YAML.
    pub(crate) fn syntax_error(&self, problem: &super::Problem) -> Diagnostic {
        let place = problem.position.map_or_else(|| Place::file(self.name), |at| self.place(at));
        let diagnostic = Diagnostic::error(Code::YamlSyntax, problem.message.clone()).at(place);
        match problem.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }

    /// A scalar that is no text, as it is written.
    fn raw(&self, number: u32) -> Option<String> {
        self.raws.get_or_init(|| super::raw_texts(self.text, &self.scalars.borrow())).get(&number).cloned()
    }

    /// The place of a line and column of the YAML.
    fn place(&self, (line, column): (u32, u32)) -> Place {
        let text = self.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").to_string();
        Place { file: self.name.into(), line: line + self.first_line - 1, column, cut: 0, text }
    }

    /// Keeps a diagnostic until [`Document::finish`].
    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
    }

    /// Hands over what was found, in the order of the file.
    pub(crate) fn finish(self, diagnostics: &mut Diagnostics) {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|p| p.place.as_ref().map(|place| (place.line, place.column)));
        problems.into_iter().for_each(|problem| diagnostics.push(problem));
    }
}

/// A value, with the key that it stands under.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    doc: &'a Document<'a>,
    node: &'a Node,
    key: &'a str,
}

impl<'a> Item<'a> {
    /// The document's root.
    pub(crate) fn root(doc: &'a Document<'a>, node: &'a Node) -> Item<'a> {
        Item { doc, node, key: "" }
    }

    /// Where it begins.
    pub(crate) fn place(&self) -> Place {
        self.doc.place(super::position(self.doc.text, self.node.number))
    }

    /// Reports an error at this value.
    pub(crate) fn error(&self, code: Code, message: impl Into<String>, hint: impl Into<String>) {
        self.doc.report(Diagnostic::error(code, message).at(self.place()).hint(hint));
    }

    fn wrong_kind(&self, wanted: &str) {
        self.wrong_kind_of(&format!("`{}`", self.key), wanted);
    }

    fn wrong_kind_of(&self, what: &str, wanted: &str) {
        let found = match &self.node.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "keys with values",
        };
        self.doc.report(Diagnostic::error(Code::ValueKind, format!("{what} must be {wanted}, and here is {found}")).at(self.place()));
    }

    /// Text; numbers count as the text that was written. Nothing and blanks are `None` without a complaint.
    pub(crate) fn text(&self) -> Option<String> {
        let text = match &self.node.value {
            Value::Text(text) if text.contains('\0') => {
                self.error(Code::ValueCharacter, format!("`{}` holds a NUL, which is no character of any text", self.key), "take it out");
                text.replace('\0', "")
            }
            Value::Text(text) => text.clone(),
            Value::Number | Value::Bool(_) => self.doc.raw(self.node.number)?,
            Value::Null => return None,
            Value::List(_) | Value::Map(_) => {
                self.wrong_kind("text");
                return None;
            }
        };
        Some(text.trim().to_string()).filter(|t| !t.is_empty())
    }

    /// Text, and a complaint when there is none.
    pub(crate) fn required_text(&self) -> Option<String> {
        let text = self.text();
        if text.is_none() && !matches!(self.node.value, Value::List(_) | Value::Map(_)) {
            self.error(Code::ValueEmpty, format!("`{}` is empty", self.key), "write it, or leave the key out");
        }
        text
    }

    /// `true` or `false`.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self.node.value {
            Value::Bool(value) => Some(value),
            Value::Null => None,
            _ => {
                self.wrong_kind("true or false");
                None
            }
        }
    }

    /// Whether this is `false`, where text or `false` may stand.
    pub(crate) fn is_false(&self) -> bool {
        self.node.value == Value::Bool(false)
    }

    /// Whether this is a map, where text or a map may stand.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    /// The items of a list. A single text counts as a list of one where `or_text` says so.
    pub(crate) fn list(&self, or_text: bool) -> Vec<Item<'a>> {
        match &self.node.value {
            Value::List(items) => items.iter().map(|node| Item { node, ..*self }).collect(),
            Value::Null => Vec::new(),
            Value::Text(_) | Value::Number if or_text => vec![*self],
            _ => {
                self.wrong_kind("a list");
                Vec::new()
            }
        }
    }

    /// The texts of a list.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.list(true).iter().filter_map(Item::required_text).collect()
    }

    /// The keys and values of a map. `what` names it in messages.
    pub(crate) fn mapping(&self, what: &'static str) -> Option<Mapping<'a>> {
        match &self.node.value {
            Value::Map(entries) => Some(Mapping::new(*self, entries, what)),
            _ => {
                self.wrong_kind_of(what, "keys with values");
                None
            }
        }
    }

    /// Whether there is nothing under the key.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.node.value {
            Value::Null => true,
            Value::List(items) => items.is_empty(),
            _ => false,
        }
    }
}

/// A map of which every key must be asked for.
pub(crate) struct Mapping<'a> {
    item: Item<'a>,
    entries: Vec<(Item<'a>, &'a str, Item<'a>)>,
    known: RefCell<Vec<&'static str>>,
    missing: RefCell<Vec<&'static str>>,
    /// Keys that are passed over, since other tools have them.
    passed: RefCell<Vec<&'a str>>,
    what: &'static str,
}

impl<'a> Mapping<'a> {
    fn new(item: Item<'a>, entries: &'a [(Node, Node)], what: &'static str) -> Mapping<'a> {
        let mut kept: Vec<(Item<'a>, &'a str, Item<'a>)> = Vec::new();
        for (key, value) in entries {
            let at = Item { node: key, key: "", ..item };
            let Value::Text(name) = &key.value else {
                at.error(Code::ValueKind, format!("a key of {what} must be text"), "put it in quotes");
                continue;
            };
            if kept.iter().any(|(_, k, _)| k == name) {
                at.error(Code::KeyTwice, format!("`{name}` stands twice"), "keep one of the two");
                continue;
            }
            kept.push((at, name, Item { node: value, key: name, ..item }));
        }
        Mapping { item, entries: kept, known: RefCell::default(), missing: RefCell::default(), passed: RefCell::default(), what }
    }

    /// The map itself, for messages about what it lacks.
    pub(crate) fn item(&self) -> Item<'a> {
        self.item
    }

    /// The value under a key, which thereby is a known one.
    pub(crate) fn get(&self, key: &'static str) -> Option<Item<'a>> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.entries.iter().find(|(_, name, _)| *name == key).map(|(_, _, value)| *value)
    }

    /// The text under a key.
    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        self.get(key)?.text()
    }

    /// The text under a key that must be there.
    pub(crate) fn required(&self, key: &'static str) -> Option<String> {
        match self.get(key) {
            Some(item) => item.required_text(),
            None => {
                self.missing.borrow_mut().push(key);
                None
            }
        }
    }

    /// Keys that nobody asked for, each with its value.
    pub(crate) fn others(&self) -> Vec<(&'a str, Item<'a>)> {
        let known = self.known.borrow();
        self.entries.iter().filter(|(_, name, _)| !known.contains(name)).map(|(_, name, value)| (*name, *value)).collect()
    }

    /// Passes over keys that mean something to other tools, and gives those that are there.
    pub(crate) fn pass_over(&self, names: &[&str]) -> Vec<(&'a str, Item<'a>)> {
        let there: Vec<(&'a str, Item<'a>)> = self.others().into_iter().filter(|(name, _)| names.contains(name)).collect();
        self.passed.borrow_mut().extend(there.iter().map(|(name, _)| *name));
        there
    }

    /// Reports every key that nobody asked for, with the nearest known one, and every key that must be there and is not.
    pub(crate) fn finish(self) {
        let known = self.known.borrow();
        let mut meant = Vec::new();
        let passed = self.passed.borrow();
        for (at, name, _) in self.entries.iter().filter(|(_, name, _)| !known.contains(name) && !passed.contains(name)) {
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => {
                    meant.push(near);
                    format!("did you mean `{near}`?")
                }
                None => format!("{} knows {}", self.what, listed(&known)),
            };
            at.error(Code::KeyUnknown, format!("unknown key `{name}`"), hint);
        }
        for key in self.missing.borrow().iter().filter(|key| !meant.contains(*key)) {
            self.item.error(Code::KeyMissing, format!("{} has no `{key}`", self.what), format!("add `{key}: …`"));
        }
    }
}
