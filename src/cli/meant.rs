//! What was meant by options and commands that are none: those of other tools, and what is set elsewhere.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Options, and what to do instead.
const OPTIONS: [(&str, &str); 34] = [
    ("--author", "the authors stand in the manifest: `authors: [Ada Lovelace]`"),
    ("--authors", "the authors stand in the manifest: `authors: [Ada Lovelace]`"),
    ("--config", "name the project's folder: its manifest is `handbook.yaml`"),
    ("--cover", "a cover of your own stands in the manifest: `cover: cover.png`"),
    ("--css", "how the book looks is said by a theme: `--theme FILE.yaml`"),
    ("--epub", "formats are named with `--format epub`"),
    ("--filename", "`--out` names a folder; the files in it are called after reader and stage"),
    ("--first", "a reader's first name is `--first-name`"),
    ("--font", "fonts are said by a theme: `--theme FILE.yaml`"),
    ("--for", "the reader is `--reader NAME`"),
    ("--lang", "the language stands in the manifest: `language: de`"),
    ("--language", "the language stands in the manifest: `language: de`"),
    ("--level", "the target stage is `--stage STAGE`"),
    ("--mentee", "the reader is `--reader NAME`"),
    ("--name", "the reader is `--reader NAME`"),
    ("--no-cover", "a book has a cover: one of your own stands in the manifest, `cover: cover.png`"),
    ("--no-toc", "what the contents list is said by a theme: `contents: { depth: 1 }`"),
    ("--organization", "the reader's organisation is `--organisation NAME`"),
    ("--output", "the folder to write to is `--out DIR`"),
    ("--output-dir", "the folder to write to is `--out DIR`"),
    ("--page-size", "the page is `--page a5`"),
    ("--paper", "the page is `--page a5`"),
    ("--pdf", "formats are named with `--format pdf`"),
    ("--recipient", "the reader is `--reader NAME`"),
    ("--standalone", "a book is always whole: leave the option out"),
    ("--subtitle", "the subtitle stands in the manifest: `subtitle: …`"),
    ("--target", "the target stage is `--stage STAGE`"),
    ("--template", "how the book looks is said by a theme: `--theme FILE.yaml`"),
    ("--title", "the title stands in the manifest: `title: …`"),
    ("--toc", "a book has contents always; how deep they go is said by a theme: `contents: { depth: 1 }`"),
    ("--toc-depth", "how deep the contents go is said by a theme: `contents: { depth: 1 }`"),
    ("epub", "formats are divided by commas: `--format pdf,epub`"),
    ("pdf", "formats are divided by commas: `--format pdf,epub`"),
    ("-o", "the folder to write to is `--out DIR`"),
];

/// Commands, and what to do instead.
const COMMANDS: [(&str, &str); 18] = [
    ("compile", "a book is made by `handbook build`"),
    ("convert", "a book is made by `handbook build`"),
    ("create", "a project is begun by `handbook new DIR`"),
    ("epub", "a book is made by `handbook build --format epub`"),
    ("export", "a book is made by `handbook build`"),
    ("generate", "a book is made by `handbook build`"),
    ("init", "a project is begun by `handbook new DIR`"),
    ("lint", "mistakes are found by `handbook check`"),
    ("make", "a book is made by `handbook build`"),
    ("manual", "the manual is written by `handbook man DIR`"),
    ("pdf", "a book is made by `handbook build --format pdf`"),
    ("render", "a book is made by `handbook build`"),
    ("start", "a project is begun by `handbook new DIR`"),
    ("test", "mistakes are found by `handbook check`"),
    ("theme", "the built-in themes are `classic`, `plain` and `modern`: `--theme plain`"),
    ("themes", "the built-in themes are `classic`, `plain` and `modern`: `--theme plain`"),
    ("validate", "mistakes are found by `handbook check`"),
    ("version", "the version is `handbook --version`"),
];

/// What to say of a word that the command line does not know, and what was meant by it.
pub(super) fn meant(answer: &clap::Error) -> Option<String> {
    let said = |kind| answer.get(kind).and_then(|value| if let ContextValue::String(text) = value { Some(text.as_str()) } else { None });
    let (list, what, written): (&[(&str, &str)], &str, &str) = match answer.kind() {
        ErrorKind::UnknownArgument => (&OPTIONS, "option", said(ContextKind::InvalidArg)?),
        ErrorKind::InvalidSubcommand => (&COMMANDS, "command", said(ContextKind::InvalidSubcommand)?),
        _ => return None,
    };
    let name = written.split(['=', ' ']).next().unwrap_or(written);
    let (_, meant) = list.iter().find(|(known, _)| *known == name)?;
    Some(format!("error: there is no {what} `{name}`: {meant}\n\nFor more information, try '--help'."))
}

/// What to say of an option of several letters that was written with one hyphen: `-reader`.
pub(super) fn with_one_hyphen(answer: &clap::Error, args: &[OsString], command: &clap::Command) -> Option<String> {
    if answer.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let word = args.iter().filter_map(|arg| arg.to_str()).find_map(|arg| arg.strip_prefix('-').filter(|word| word.len() > 1 && !word.starts_with('-')))?;
    let name = word.split('=').next().unwrap_or(word);
    let is_known = |command: &clap::Command| command.get_arguments().any(|arg| arg.get_long() == Some(name));
    command
        .get_subcommands()
        .any(is_known)
        .then(|| format!("error: there is no option `-{name}`: it has two hyphens, `--{name}`\n\nFor more information, try '--help'."))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Args;

    /// Every option and command of the program.
    fn known(command: &clap::Command) -> Vec<String> {
        let own = command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}"));
        let commands = command.get_subcommands().map(|inner| inner.get_name().to_string());
        own.chain(commands).chain(command.get_subcommands().flat_map(known)).collect()
    }

    #[test]
    fn nothing_that_is_known_is_explained_away_and_what_is_meant_is_there() {
        let known = known(&Args::command());
        for (name, meant) in OPTIONS.iter().chain(&COMMANDS) {
            assert!(!known.iter().any(|known| known == name), "{name}");
            // What follows an option is its value.
            for named in meant.split('`').skip(1).step_by(2).flat_map(str::split_whitespace).filter(|word| word.starts_with("--") && *word != "--version") {
                assert!(known.iter().any(|known| known == named), "{name}: {named}");
            }
        }
    }
}
