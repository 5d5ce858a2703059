//! What of a reader a manuscript speaks of. What it never mentions makes no two readers' books differ.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::load::Manuscript;

use super::conditions::FIELD;
use super::passages::conditions;

/// The texts in which a reader's things may be mentioned.
#[derive(Debug)]
pub struct Mentions {
    texts: Vec<String>,
    /// A field is written in a way that only a parser can read, so it may be any.
    odd: bool,
    /// What was asked for before.
    known: Mutex<HashMap<String, bool>>,
    /// Fields of the readers' own that the text prints or has conditions on, by their key.
    fields: OnceLock<BTreeSet<String>>,
    /// What conditions are about: `stages`, `field.team`.
    compared: OnceLock<BTreeSet<String>>,
    /// The book's language.
    language: String,
}

impl Mentions {
    /// Those of a manuscript.
    pub fn of(manuscript: &Manuscript) -> Mentions {
        let sources = manuscript.sources.files.iter().map(|file| file.text.to_string());
        Mentions::in_texts(sources.chain([format!("{:?}", manuscript.book)]).collect(), &manuscript.book.language)
    }

    fn in_texts(texts: Vec<String>, language: &str) -> Mentions {
        let odd = texts.iter().any(|text| has_odd_field(text));
        Mentions { odd, known: Mutex::default(), fields: OnceLock::new(), compared: OnceLock::new(), language: language.to_string(), texts }
    }

    /// Found when it is asked for: most books are made for readers without fields of their own, and the texts have to be parsed for it.
    fn compared(&self) -> &BTreeSet<String> {
        self.compared.get_or_init(|| self.texts.iter().flat_map(|text| compared(text)).collect())
    }

    fn all_fields(&self) -> &BTreeSet<String> {
        self.fields.get_or_init(|| {
            let own = self.compared().iter().filter_map(|key| key.strip_prefix(FIELD)).map(str::to_string);
            self.texts.iter().flat_map(|text| printed_fields(text)).chain(own).collect()
        })
    }

    /// The keys of all fields of the readers' own that the text asks for, in order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.all_fields().iter().map(String::as_str)
    }

    /// Whether the text prints a field of the readers' own, or has a condition on it.
    pub fn ask_for(&self, key: &str) -> bool {
        self.odd || self.all_fields().contains(key)
    }

    /// Whether a condition compares a field of the readers' own: then its value decides what they get.
    pub fn compare(&self, key: &str) -> bool {
        self.compared().iter().any(|known| known.strip_prefix(FIELD) == Some(key))
    }

    /// The groups that passages are for, as they are written.
    pub fn groups(&self) -> BTreeSet<&str> {
        let tests = self.texts.iter().flat_map(|text| conditions(text)).flat_map(|condition| condition.split(" or ").flat_map(|all| all.split(" and ")));
        let values = tests.filter_map(|test| test.trim().strip_prefix("group:")).flat_map(|values| values.split(',').map(str::trim));
        values.filter(|value| !value.is_empty() && *value != "given").collect()
    }

    /// Whether some passage is for a group.
    pub fn depend_on_groups(&self) -> bool {
        self.compared().contains("group")
    }

    /// The book's language.
    pub(super) fn language(&self) -> &str {
        &self.language
    }

    /// Whether a thing is mentioned as a field, `{{ reader.email }}`, or in a condition, `<!-- only email: given -->`. More may
    /// look like a mention than is one: that only costs time.
    pub fn speak_of(&self, thing: &str) -> bool {
        let known = |known: &HashMap<String, bool>| known.get(thing).copied();
        if let Some(known) = known(&self.known.lock().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let found = self.look_for(thing);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(thing.to_string(), found);
        found
    }

    fn look_for(&self, thing: &str) -> bool {
        self.odd || self.looks_mentioned(thing)
    }

    fn looks_mentioned(&self, thing: &str) -> bool {
        let is_mention = |text: &str, at: usize| {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + thing.len()..).unwrap_or_default());
            before.ends_with('.') || after.trim_start().starts_with(':')
        };
        !thing.is_empty() && self.texts.iter().any(|text| text.match_indices(thing).any(|(at, _)| is_mention(text, at)))
    }
}

/// Keys of the fields that a text prints: `{{ field.KEY }}`.
fn printed_fields(text: &str) -> Vec<String> {
    let names = text.split("{{").skip(1).filter_map(|rest| rest.split(['}', '|', '\\']).next());
    names.filter_map(|name| Some(name.trim().strip_prefix(FIELD)?.trim().to_string())).collect()
}

/// The keys of the conditions of a text's passages: `stages` and `field.team` of `<!-- only stages: 1 and field.team: tools -->`.
fn compared(text: &str) -> Vec<String> {
    let keys = conditions(text).into_iter().flat_map(|condition| condition.split(':').filter_map(|before| before.split_whitespace().next_back()));
    keys.map(str::to_string).collect()
}

/// Whether some field's name has an escape, an entity or a line's end in it.
fn has_odd_field(text: &str) -> bool {
    text.match_indices("{{").any(|(at, _)| {
        let field = text.get(at..).and_then(|rest| rest.split("}}").next()).unwrap_or_default();
        let name = field.split('|').next().unwrap_or_default();
        name.contains(['\\', '&']) || name.trim().contains('\n')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_conditions_are_mentions() {
        let texts = |text: &str| Mentions::in_texts(vec![text.to_string()], "en");
        for mention in ["{{ reader.email | you }}", "<!-- only email: given -->", "<!-- only stages: 2 and email : given -->"] {
            assert!(texts(mention).speak_of("email"), "{mention}");
        }
        assert!(texts("{{ field.team size }}").speak_of("team size"));
        for odd in ["{{ field.team\\_size }}", "{{ field.R&amp;D }}", "{{ field.team\nsize | x }}"] {
            assert!(texts(odd).speak_of("anything"), "{odd}");
        }
        assert!(!texts("Write an email. Every email counts.").speak_of("email"));
        assert!(!texts("anything").speak_of(""));
    }

    #[test]
    fn the_readers_own_fields_are_known_by_their_keys() {
        let text = "{{ field.team }} {{field.a-b|x}} {{ reader.name }} <!-- only stages: 1 and field.shift: night -->x<!-- end --> `field.c: d`";
        let mentions = Mentions::in_texts(vec![text.to_string()], "en");
        assert_eq!(mentions.fields().collect::<Vec<_>>(), ["a-b", "shift", "team"]);
        assert!(mentions.compare("shift") && !mentions.compare("team") && mentions.ask_for("team") && !mentions.ask_for("c"));
    }
}
