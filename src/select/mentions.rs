//! What of a reader a manuscript speaks of. What it never mentions makes no two readers' books differ.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::load::Manuscript;

/// The texts in which a reader's things may be mentioned.
#[derive(Debug)]
pub struct Mentions {
    texts: Vec<String>,
    /// A field is written in a way that only a parser can read, so it may be any.
    odd: bool,
    /// What was asked for before.
    known: Mutex<HashMap<String, bool>>,
}

impl Mentions {
    /// Those of a manuscript.
    pub fn of(manuscript: &Manuscript) -> Mentions {
        let sources = manuscript.sources.files.iter().map(|file| file.text.to_string());
        Mentions::in_texts(sources.chain([format!("{:?}", manuscript.book)]).collect())
    }

    fn in_texts(texts: Vec<String>) -> Mentions {
        let odd = texts.iter().any(|text| has_odd_field(text));
        Mentions { texts, odd, known: Mutex::default() }
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
        let texts = |text: &str| Mentions::in_texts(vec![text.to_string()]);
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
}
