//! Words of the book's own that its author says otherwise, by the names of [`Words`]'s fields.

use std::collections::BTreeMap;

use super::Words;

macro_rules! own {
    ($($key:ident),* $(,)?) => {
        /// The names of all words that an author may change.
        pub const KEYS: &[&str] = &[$(stringify!($key)),*];

        /// A word by its name. A field of `Words` that is missing here does not compile.
        fn word<'w>(words: &'w mut Words, key: &str) -> Option<&'w mut String> {
            // What has no title is given one by `title`; how numbers are written is the language's own.
            let Words { $($key,)* untitled: _, digits: _, numbers: _ } = words;
            match key {
                $(stringify!($key) => Some($key),)*
                _ => None,
            }
        }
    };
}

own!(
    contents,
    chapter,
    part,
    figure,
    table,
    note,
    tip,
    important,
    warning,
    caution,
    notes,
    index,
    glossary,
    works,
    cover,
    title_page,
    imprint,
    colophon,
    set_in,
    made_with,
    your_route,
    your_milestones,
    road_beyond,
    prepared_for,
    edition,
    copy,
    stage,
    years,
    you_are_here,
    your_target,
    see,
    see_also,
    continued,
    page,
    page_short,
    to_do,
    done,
    ladder,
    route_to,
    route_from,
    stages,
    paths,
    guides,
    path,
    guide,
    date,
    your_paths,
    mentor_note,
    organisation,
    milestones_intro,
    road_beyond_intro,
    whats_new,
    is_new,
    is_changed,
    numbered_chapter,
    numbered_part,
    numbered_caption,
);

impl Words {
    /// These words, but for those that somebody says otherwise, by their names.
    #[must_use]
    pub fn otherwise(mut self, own: &BTreeMap<String, String>) -> Words {
        own.iter().for_each(|(key, text)| self.set(key, text));
        self
    }

    /// What stands before a reader's name and behind it where the book says whom it is for.
    pub fn around_name(&self) -> (&str, &str) {
        self.prepared_for.split_once("{}").unwrap_or((&self.prepared_for, ""))
    }

    /// Says a word otherwise.
    pub fn set(&mut self, key: &str, text: &str) {
        if let Some(word) = word(self, key) {
            *word = text.to_string();
        }
    }
}

/// What is wrong with the text of a word: something that is filled in has no place, or one that nothing fills in is named.
///
/// # Errors
/// The message and what to do.
pub fn check(key: &str, text: &str) -> Result<(), (String, String)> {
    const NUMBER: &[&str] = &["{word}", "{figures}", "{roman}"];
    let (all, any): (&[&str], &[&str]) = match key {
        "prepared_for" | "set_in" | "made_with" | "whats_new" => (&["{}"], &[]),
        "route_to" => (&["{target}"], &[]),
        "route_from" => (&["{from}", "{target}"], &[]),
        "numbered_chapter" | "numbered_part" => (&[], NUMBER),
        "numbered_caption" => (&["{name}"], NUMBER),
        _ => (&[], &[]),
    };
    if let Some(missing) = all.iter().find(|place| !text.contains(**place)) {
        return Err((format!("`{key}` does not say where `{missing}` stands"), format!("put `{missing}` where it is filled in")));
    }
    if !any.is_empty() && !any.iter().any(|place| text.contains(place)) {
        return Err((format!("`{key}` does not say where the number stands"), format!("put one of {} there", crate::diag::listed(any))));
    }
    let named = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| format!("{{{name}}}"));
    match named.into_iter().find(|name| !all.contains(&name.as_str()) && !any.contains(&name.as_str())) {
        Some(unknown) => Err((format!("nothing fills in `{unknown}` in `{key}`"), "take it out".to_string())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn every_word_can_be_said_otherwise_and_passes_as_it_is() {
        for key in KEYS {
            let mut own = words("de");
            own.set(key, "Eigenes");
            assert_ne!(own, words("de"), "{key}");
            for language in ["en", "de", "hu", "ja", "ar"] {
                let mut said = words(language);
                let text = word(&mut said, key).cloned().unwrap_or_default();
                assert_eq!(check(key, &text), Ok(()), "{language}: {key}");
            }
        }
        let mut own = words("en");
        own.set("your_rout", "x");
        assert_eq!(own, words("en"));
    }

    #[test]
    fn what_is_filled_in_has_its_place() {
        assert!(check("route_to", "Your way.").is_err() && check("route_to", "To {target}.").is_ok());
        assert!(check("numbered_chapter", "Chapter").is_err() && check("numbered_chapter", "Week {figures}").is_ok());
        assert!(check("contents", "Inside {target}").is_err() && check("set_in", "Set in {}").is_ok());
    }
}
