//! What of a reader a manuscript speaks of. What it never mentions makes no two readers' books differ.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::load::Manuscript;

/// The texts in which a reader's things may be mentioned.
#[derive(Debug)]
pub struct Mentions {
    texts: Vec<String>,
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
        Mentions { texts, known: Mutex::default() }
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
        let is_mention = |text: &str, at: usize| {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + thing.len()..).unwrap_or_default());
            before.ends_with('.') || after.trim_start().starts_with(':')
        };
        !thing.is_empty() && self.texts.iter().any(|text| text.match_indices(thing).any(|(at, _)| is_mention(text, at)))
    }
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
        assert!(!texts("Write an email. Every email counts.").speak_of("email"));
        assert!(!texts("anything").speak_of(""));
    }
}
