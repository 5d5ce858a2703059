//! Commands for the formulas of a whole book, as mdbook-katex reads them from a file: `\name:{what it stands for}`, a line each.

use crate::diag::Place;
use crate::load::assets::relative_to;
use crate::load::manuscript::{ChapterSource, Text};
use crate::load::text_file::Reading;

/// Lets every chapter that may have formulas begin with a formula that holds nothing but the definitions.
pub(super) fn define(path: &str, text_root: &str, chapters: &mut [ChapterSource], reading: &mut Reading<'_>) {
    // Named from the book's folder, and files are from the folder of the text.
    let up: String = text_root.split('/').filter(|part| !part.is_empty()).map(|_| "../").collect();
    let path = relative_to("", &format!("{up}{path}"));
    let Some(file) = reading.wished_for(&path, &Place::file(super::CONFIG), "formulas do without its commands") else { return };
    let definitions: String = file.text.lines().filter_map(definition).collect();
    if definitions.is_empty() {
        return;
    }
    for chapter in chapters.iter_mut().filter(|chapter| chapter.text.text.contains('$')) {
        let mut text = Text::default();
        for line in ["$$\n", &format!("{definitions}\n"), "$$\n", "\n"] {
            text.push(line, (file.id, 1));
        }
        text.append(&chapter.text, &chapter.text.line_starts(), 0..chapter.text.text.len());
        chapter.text = text;
    }
}

/// `\name:{body}`, with `#1`, `#2` in the body for what follows it.
fn definition(line: &str) -> Option<String> {
    let (name, body) = line.trim().strip_prefix('\\')?.split_once(':')?;
    let name = name.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let body = body.trim();
    let body = body.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(body);
    let arguments = (1..=9).rev().find(|number| body.contains(&format!("#{number}"))).unwrap_or(0);
    let arguments = if arguments == 0 { String::new() } else { format!("[{arguments}]") };
    Some(format!("\\newcommand{{\\{name}}}{arguments}{{{body}}}"))
}

#[cfg(test)]
mod tests {
    use super::definition;

    #[test]
    fn a_line_defines_a_command() {
        assert_eq!(definition("\\repr:{r_{#1}^{#2}}").as_deref(), Some("\\newcommand{\\repr}[2]{r_{#1}^{#2}}"));
        assert_eq!(definition("\\Repr:{\\star}").as_deref(), Some("\\newcommand{\\Repr}{\\star}"));
        assert_eq!(definition("# Conventions"), None);
        assert_eq!(definition(""), None);
    }
}
