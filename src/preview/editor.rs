//! The editor that a person named: a program with its arguments, in which the place is filled in. No shell ever sees a file's name.

use std::process::{Command, Stdio};

use crate::diag::reason;

use super::places::Spot;

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    words: Vec<String>,
}

impl Editor {
    /// Reads what was named: words divided by spaces, those in quotation marks kept together. Where no word has `{file}` in it the file is
    /// the last argument.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Editor, String> {
        let mut words = split(text)?;
        if words.is_empty() {
            return Err("it names no program".to_string());
        }
        if !words.iter().skip(1).any(|word| word.contains("{file}")) {
            words.push("{file}".to_string());
        }
        Ok(Editor { words })
    }

    /// Opens a place.
    ///
    /// # Errors
    /// Why it cannot be opened, for a person.
    pub(super) fn open(&self, spot: &Spot) -> Result<(), String> {
        let file = spot.file.as_deref().ok_or_else(|| format!("`{}` is no file on the disk", spot.name))?;
        let Some((program, arguments)) = self.words.split_first() else { return Err("no editor is named".to_string()) };
        let mut command = Command::new(program);
        for argument in arguments {
            command.arg(filled(argument, &file.to_string_lossy(), spot));
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| format!("the editor `{program}` cannot be started: {}", reason(&error)))?;
        // It may stay open for as long as it likes; when it ends somebody has to take notice.
        std::thread::spawn(move || drop(child.wait()));
        Ok(())
    }
}

/// An argument with the place in it. What is filled in is not looked at again.
fn filled(argument: &str, file: &str, spot: &Spot) -> String {
    let mut out = String::new();
    let mut rest = argument;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (line, column) = (spot.line.to_string(), spot.column.to_string());
        let known = [("{file}", file), ("{line}", line.as_str()), ("{column}", column.as_str())];
        match known.iter().find(|(mark, _)| rest.starts_with(mark)) {
            Some((mark, value)) => {
                out.push_str(value);
                rest = &rest[mark.len()..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Words divided by spaces; quotation marks of either kind keep a word together.
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quotation mark is not closed".to_string());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_argument_whatever_the_file_is_called() {
        let editor = Editor::parse("'/opt/my editor/ed' -g {file}:{line}:{column} {other}").unwrap_or_else(|why| unreachable!("{why}"));
        let spot = Spot { name: "a.md".to_string(), line: 7, column: 2, file: None };
        let filled: Vec<String> = editor.words.iter().map(|word| filled(word, "/tmp/$(x) {line};.md", &spot)).collect();
        assert_eq!(filled, ["/opt/my editor/ed", "-g", "/tmp/$(x) {line};.md:7:2", "{other}"]);
        assert_eq!(Editor::parse("ed").map(|editor| editor.words), Ok(vec!["ed".to_string(), "{file}".to_string()]));
        assert!(Editor::parse(" ").is_err() && Editor::parse("ed 'x").is_err());
    }
}
