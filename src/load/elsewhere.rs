//! Files that somebody names as chapters, and that are documents of another program: what each is, and what makes Markdown of it. A name's
//! ending tells, so that the message speaks of a Word document and not of bytes that are no text.

use crate::diag::{Code, Diagnostic, Severity};

/// A document of another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    /// What a person calls it.
    what: &'static str,
    /// What makes Markdown of it.
    by: Converter,
    /// It is text that may be read as Markdown, though not all of it will be what it was meant as.
    text: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Converter {
    Pandoc,
    Notebook,
    /// A program that opens it has to save it as something that Pandoc reads.
    ByHand,
}

/// Kinds by the endings of their names. Pandoc reads neither the old format of Word nor a PDF.
const KINDS: [(&[&str], Kind); 10] = [
    (&["docx", "docm"], Kind { what: "a Word document", by: Converter::Pandoc, text: false }),
    (&["doc"], Kind { what: "a Word document of the old kind", by: Converter::ByHand, text: false }),
    (&["odt"], Kind { what: "a document of LibreOffice", by: Converter::Pandoc, text: false }),
    (&["rtf"], Kind { what: "a document in Rich Text", by: Converter::Pandoc, text: false }),
    (&["pages"], Kind { what: "a document of Pages", by: Converter::ByHand, text: false }),
    (&["epub"], Kind { what: "an e-book", by: Converter::Pandoc, text: false }),
    (&["pdf"], Kind { what: "a PDF", by: Converter::ByHand, text: false }),
    (&["ipynb"], Kind { what: "a notebook", by: Converter::Notebook, text: false }),
    (&["html", "htm", "xhtml"], Kind { what: "a web page", by: Converter::Pandoc, text: true }),
    (&["rst", "org", "tex"], Kind { what: "text in another markup", by: Converter::Pandoc, text: true }),
];

fn kind(path: &str) -> Option<Kind> {
    let (stem, end) = path.rsplit('/').next()?.rsplit_once('.')?;
    let is = |known: &&str| end.eq_ignore_ascii_case(known);
    KINDS.iter().find(|(ends, _)| !stem.is_empty() && ends.iter().any(is)).map(|(_, kind)| *kind)
}

/// What to do with a file that is to be a chapter and is a document of another program; nothing if it is none.
pub(super) fn hint(path: &str) -> Option<String> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let quoted = |name: &str| if name.contains(|c: char| !c.is_alphanumeric() && !"-_./".contains(c)) { format!("\"{name}\"") } else { name.to_string() };
    let (file, made) = (quoted(file), quoted(&format!("{stem}.md")));
    Some(match kind(path)?.by {
        Converter::Pandoc => format!("convert it where it lies: `pandoc {file} --to markdown --extract-media pictures --output {made}`, and name that file"),
        Converter::Notebook => format!("convert it where it lies: `jupyter nbconvert --to markdown {file}`, and name the file that comes of it"),
        Converter::ByHand => "save its text as .docx or .odt with a program that opens it; Pandoc makes Markdown of these".to_string(),
    })
}

/// What to say of a file that a book names as a chapter: an error, unless it is text that can be read as Markdown all the same.
pub(super) fn told(path: &str) -> Option<Diagnostic> {
    let kind = kind(path)?;
    let message = match kind.text {
        true => format!("`{path}` is {}, and is read as if it were Markdown", kind.what),
        false => format!("`{path}` is {}, and a chapter is a Markdown file", kind.what),
    };
    let problem = if kind.text { Diagnostic::warning(Code::ChapterNotMarkdown, message) } else { Diagnostic::error(Code::ChapterNotMarkdown, message) };
    Some(match hint(path) {
        Some(hint) => problem.hint(hint),
        None => problem,
    })
}

/// Whether a file that is a document of another program cannot be read as a chapter.
pub(super) fn stops(problem: &Diagnostic) -> bool {
    problem.severity == Severity::Error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_another_program_is_called_by_its_name() {
        let said = |path: &str| told(path).map(|problem| format!("{problem:?}")).unwrap_or_default();
        assert!(said("ch/My Notes.DOCX").contains("a Word document"));
        assert!(hint("ch/My Notes.DOCX").is_some_and(|hint| hint.contains("pandoc \"My Notes.DOCX\"") && hint.contains("--output \"My Notes.md\"")));
        assert!(told("a.html").is_some_and(|problem| !stops(&problem)) && told("a.odt").is_some_and(|problem| stops(&problem)));
        for markdown in ["a.md", "a.txt", ".docx", "a", "docx", "a.docx/b.md"] {
            assert_eq!(told(markdown), None, "{markdown}");
        }
    }
}
