//! Quotation marks by language.

use crate::language::primary;

/// A language's quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quotes {
    /// Double marks, opening and closing.
    pub(super) double: (&'static str, &'static str),
    /// Single marks, opening and closing.
    pub(super) single: (&'static str, &'static str),
}

/// The marks of a language by its BCP 47 tag. French ones carry their narrow no-break spaces.
pub(super) fn quotes(language: &str) -> Quotes {
    let of = |double, single| Quotes { double, single };
    let guillemets = ("«", "»");
    match primary(language).as_str() {
        "de" if region(language, "ch") => of(guillemets, ("‹", "›")),
        "de" => of(("„", "“"), ("‚", "‘")),
        "fr" => of(("«\u{202F}", "\u{202F}»"), ("“", "”")),
        "es" | "it" => of(guillemets, ("“", "”")),
        "pt" if region(language, "pt") => of(guillemets, ("“", "”")),
        "pl" => of(("„", "”"), guillemets),
        "hu" => of(("„", "”"), ("»", "«")),
        "cs" | "sk" => of(("„", "“"), ("‚", "‘")),
        "ro" => of(("„", "”"), guillemets),
        "da" => of(("»", "«"), ("›", "‹")),
        "nb" | "nn" | "no" => of(guillemets, ("‘", "’")),
        "fi" => of(("”", "”"), ("’", "’")),
        "ru" | "uk" | "be" | "bg" => of(guillemets, ("„", "“")),
        "el" => of(guillemets, ("“", "”")),
        "ar" | "fa" | "prs" => of(guillemets, ("‹", "›")),
        "he" | "iw" => of(("”", "”"), ("’", "’")),
        "sv" => of(("”", "”"), ("’", "’")),
        _ => of(("“", "”"), ("‘", "’")),
    }
}

fn region(language: &str, region: &str) -> bool {
    language.split(['-', '_']).skip(1).any(|part| part.eq_ignore_ascii_case(region))
}

/// Turns straight marks into a language's own, and keeps count of what is open in a paragraph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Smart {
    quotes: Quotes,
    open_singles: u32,
    open_doubles: u32,
}

impl Smart {
    /// For a language.
    pub(super) fn new(language: &str) -> Smart {
        Smart { quotes: quotes(language), open_singles: 0, open_doubles: 0 }
    }

    /// A new paragraph begins: nothing is open.
    pub(super) fn restart(&mut self) {
        (self.open_singles, self.open_doubles) = (0, 0);
    }

    /// What to write for a straight mark. `opens` is what the characters around it suggest; `before` and `next` are these. After a digit,
    /// where nothing is open, it is a prime: *a 27″ screen, 6′2″ tall*.
    pub(super) fn mark(&mut self, straight: char, opens: bool, before: Option<char>, next: Option<char>) -> &'static str {
        let after_digit = before.is_some_and(|c| c.is_ascii_digit());
        let opens = opens && !before.is_some_and(char::is_alphanumeric);
        if straight == '"' {
            return match (opens, self.open_doubles) {
                (true, _) => {
                    self.open_doubles += 1;
                    self.quotes.double.0
                }
                (false, 0) if after_digit => "″",
                (false, open) => {
                    self.open_doubles = open.saturating_sub(1);
                    self.quotes.double.1
                }
            };
        }
        if after_digit && self.open_singles == 0 && !next.is_some_and(char::is_alphabetic) {
            return "′";
        }
        let within_word = next.is_some_and(char::is_alphanumeric);
        if opens && !next.is_some_and(|c| c.is_ascii_digit()) {
            self.open_singles += 1;
            self.quotes.single.0
        } else if self.open_singles > 0 && !within_word {
            self.open_singles -= 1;
            self.quotes.single.1
        } else {
            "’"
        }
    }

    /// Splits text that Markdown has not seen (in raw HTML) into pieces: what stands there, and what to show instead.
    pub(super) fn pieces<'t>(&mut self, text: &'t str, before: Option<char>) -> Vec<(&'t str, Option<&'static str>)> {
        let mut out = Vec::new();
        let mut rest = text;
        let mut before = before;
        while let Some(at) = rest.find(['"', '\'', '-', '.']) {
            let (plain, marked) = rest.split_at(at);
            before = plain.chars().next_back().or(before);
            let len = marked_length(marked);
            let (mark, after) = marked.split_at(len);
            if at > 0 {
                out.push((plain, None));
            }
            let next = after.chars().next();
            let shown = match mark {
                "---" => Some("—"),
                "--" => Some("–"),
                "..." => Some("…"),
                "\"" => Some(self.mark('"', opens(before, next), before, next)),
                "'" => Some(self.mark('\'', opens(before, next), before, next)),
                _ => None,
            };
            out.push((mark, shown));
            before = mark.chars().next_back();
            rest = after;
        }
        if !rest.is_empty() {
            out.push((rest, None));
        }
        out
    }
}

/// How many bytes the mark at the start of the text takes.
fn marked_length(text: &str) -> usize {
    ["---", "--", "..."].iter().find(|m| text.starts_with(**m)).map_or(1, |m| m.len())
}

/// A mark opens when a word follows and none stands before it.
fn opens(before: Option<char>, next: Option<char>) -> bool {
    let free = before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '{' | '"' | '\'' | '–' | '—' | '-'));
    free && next.is_some_and(|c| !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(language: &str, text: &str) -> String {
        Smart::new(language).pieces(text, None).iter().map(|(raw, shown)| shown.unwrap_or(raw)).collect()
    }

    #[test]
    fn each_language_has_its_own_marks() {
        let text = "\"It's 'so' --- no...\"";
        assert_eq!(show("en", text), "“It’s ‘so’ — no…”");
        assert_eq!(show("de", text), "„It’s ‚so‘ — no…“");
        assert_eq!(show("fr", text), "«\u{202F}It’s “so” — no…\u{202F}»");
        assert_eq!(show("sv", text), "”It’s ’so’ — no…”");
        assert_eq!(show("pl", text), "„It’s «so» — no…”");
        assert_eq!(show("ru", text), "«It’s „so“ — no…»");
    }

    #[test]
    fn measures_get_primes() {
        assert_eq!(show("en", "A 27\" screen, 6'2\" tall, 5' wide"), "A 27″ screen, 6′2″ tall, 5′ wide");
        assert_eq!(show("de", "27\" Monitor und \"Größe 27\" daneben"), "27″ Monitor und „Größe 27“ daneben");
        assert_eq!(show("en", "'in 1990' and \"no. 5\""), "‘in 1990’ and “no. 5”");
        assert_eq!(show("en", "word\" more, the 1990's"), "word” more, the 1990’s");
    }

    #[test]
    fn a_year_gets_an_apostrophe() {
        assert_eq!(show("en", "in the '90s"), "in the ’90s");
    }
}
