//! The command line as it is typed. What it means is decided in [`super::invocation`].

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Parser, Subcommand, ValueEnum};

const STYLES: Styles =
    Styles::styled().header(AnsiColor::Cyan.on_default().bold()).usage(AnsiColor::Cyan.on_default().bold()).literal(AnsiColor::Green.on_default());

/// Turns one manuscript in Markdown into a book for each reader: a typeset PDF and an EPUB 3.
#[derive(Clone, Debug, Parser)]
#[command(name = "handbook", version, styles = STYLES, subcommand_required = true, arg_required_else_help = true, after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXAMPLES: &str = "Examples:
  handbook new my-book                                 a small project to begin with
  handbook build --reader \"Ada Lovelace\" --stage cto   the handbook in this program
  handbook build my-book                               a folder with a book
  handbook check my-book --strict                      what could go wrong

Exit status: 0 done, 1 the input was at fault, 2 the command line was, 3 some copies of a bulk run failed.";

const BUILD_EXAMPLES: &str = "Examples:
  handbook build --reader \"Ada Lovelace\" --stage cto
  handbook build my-book --reader Ada --stage 3 --from 1 --path startup-co-founder --note @note.txt
  handbook build my-book --format epub --out public --date 2026-11-01
  handbook build ../some-mdbook --page 6x9 --medium print";

const CHECK_EXAMPLES: &str = "Examples:
  handbook check my-book             for every stage of the ladder
  handbook check my-book --strict    warnings count as errors, as in the build of a published edition
  handbook check my-book --stage 2 --reader \"Ada Lovelace\"
  handbook check my-book --format sarif >book.sarif";

#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Makes a book, as PDF and as EPUB
    #[command(after_help = BUILD_EXAMPLES)]
    Build(BuildArgs),
    /// Makes a copy for every reader in a roster
    #[command(after_help = super::bulk::EXAMPLES)]
    Bulk(super::bulk::BulkArgs),
    /// Says what changed between two editions of a book
    #[command(after_help = super::diff::EXAMPLES)]
    Diff(super::diff::DiffArgs),
    /// Makes a pair of keys: one to seal copies with, one to hold seals against
    #[command(after_help = super::keygen::EXAMPLES)]
    Keygen(super::keygen::KeygenArgs),
    /// Writes what `bulk` made as pages and catalogues for any web server or bucket
    #[cfg(feature = "web")]
    #[command(after_help = super::publish::EXAMPLES)]
    Publish(super::publish::PublishArgs),
    /// Mails each reader the copy that `bulk` made
    #[cfg(feature = "mail")]
    #[command(after_help = super::send::EXAMPLES)]
    Send(super::send::SendArgs),
    /// Says whose copy a file is, which edition, and whether it is as it was made
    #[command(after_help = super::verify::EXAMPLES)]
    Verify(super::verify::VerifyArgs),
    /// Writes the address of each reader of a roster, as a table
    #[cfg(feature = "web")]
    #[command(after_help = super::links::EXAMPLES)]
    Links(super::links::LinksArgs),
    /// Gives copies on request, over HTTP: to anybody, or to whom a roster names
    #[cfg(feature = "web")]
    #[command(after_help = super::serve::EXAMPLES)]
    Serve(super::serve::ServeArgs),
    /// Makes a book for mdBook, as one of its renderers, after the book's own preprocessors have run
    #[command(after_help = super::mdbook::EXAMPLES)]
    Mdbook(super::mdbook::MdbookArgs),
    /// Finds everything that could go wrong, without writing a book
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Makes a small project that builds, to be written over
    #[command(after_help = super::new::EXAMPLES)]
    New(super::new::NewArgs),
    /// Shows the book in a browser while it is written, changed pages at once
    #[cfg(feature = "web")]
    #[command(after_help = super::preview::EXAMPLES)]
    Preview(Box<super::preview::PreviewArgs>),
    /// Writes what a shell needs to complete the command line
    #[command(after_help = super::completions::EXAMPLES)]
    Completions(super::completions::CompletionsArgs),
    /// Writes the manual: a page for the program and one for each command
    #[command(after_help = super::man::EXAMPLES)]
    Man(super::man::ManArgs),
    /// Writes what a manifest or a theme may say, as a JSON Schema for editors
    #[command(after_help = super::schema::EXAMPLES)]
    Schema(super::schema::SchemaArgs),
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct BuildArgs {
    #[command(flatten)]
    pub(super) project: ProjectArgs,
    #[command(flatten)]
    pub(super) reader: ReaderArgs,
    #[command(flatten)]
    pub(super) book: BookArgs,
    /// Formats to make, divided by commas
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', ignore_case = true, default_value = "pdf,epub", help_heading = "Output")]
    pub(super) format: Vec<FormatArg>,
    /// Folder to write to
    #[arg(long, value_name = "DIR", default_value = "out", value_parser = folder, help_heading = "Output")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) project: ProjectArgs,
    #[command(flatten)]
    pub(super) reader: ReaderArgs,
    #[command(flatten)]
    pub(super) book: BookArgs,
    /// Whom the messages are for; `--json` is `--format json`
    #[arg(long, value_name = "FORM", default_value = "human", conflicts_with = "json", help_heading = "Output")]
    pub(super) format: CheckForm,
    #[command(flatten)]
    pub(super) talk: TalkArgs,
}

impl CheckArgs {
    /// The form in which it is told.
    pub(super) fn form(&self) -> CheckForm {
        if self.talk.json { CheckForm::Json } else { self.format }
    }
}

/// How the messages of `check` are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckForm {
    /// A person, each message with its line
    Human,
    /// A script
    Json,
    /// A runner of GitHub, which shows each message at its line
    Github,
    /// Editors and servers of code that read SARIF 2.1.0
    Sarif,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct ProjectArgs {
    /// A folder with handbook.yaml, a project of mdBook, GitBook, MkDocs or Quarto, a folder of .md files, or one such file
    ///
    /// Without it: the current folder if it holds a handbook.yaml, book.toml, mkdocs.yml or _quarto.yml; in a folder of other Markdown
    /// that is an error, and anywhere else it is the handbook that this program carries.
    #[arg(value_name = "PROJECT")]
    pub(super) project: Option<PathBuf>,
    /// The handbook that this program carries, whatever the current folder holds
    #[arg(long, conflicts_with = "project")]
    pub(super) built_in: bool,
}

#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Reader")]
pub(super) struct ReaderArgs {
    /// The reader's name; without it the book is made for nobody by name
    #[arg(long = "reader", value_name = "NAME")]
    pub(super) name: Option<String>,
    /// The first name, where it is not the name's first word
    #[arg(long, value_name = "NAME")]
    pub(super) first_name: Option<String>,
    /// Target stage by id, number or title; the last one if there is none
    #[arg(long, value_name = "STAGE")]
    pub(super) stage: Option<String>,
    /// Present stage, likewise
    #[arg(long, value_name = "STAGE")]
    pub(super) from: Option<String>,
    /// A path or guide to put in by id or title, as often as needed
    #[arg(long = "path", value_name = "ID")]
    pub(super) paths: Vec<String>,
    /// Put everything in, whatever the stage
    #[arg(long)]
    pub(super) all: bool,
    /// The reader's organisation
    #[arg(long, value_name = "NAME")]
    pub(super) organisation: Option<String>,
    /// The reader's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub(super) email: Option<String>,
    /// The group that the reader belongs to
    #[arg(long, value_name = "NAME")]
    pub(super) group: Option<String>,
    /// A note from the mentor, or @FILE to read it from a file
    #[arg(long, value_name = "TEXT|@FILE")]
    pub(super) note: Option<String>,
    /// A value for {{ field.KEY }} in the text, as often as needed
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = field)]
    pub(super) fields: Vec<(String, String)>,
    /// Number of this copy
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) copy: Option<u64>,
}

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Book")]
pub(super) struct BookArgs {
    /// Mark what is new since an old edition: one that the manifest names, a folder, or git:REVISION
    #[arg(long, value_name = "OLD")]
    pub(super) since: Option<String>,
    /// Built-in theme (classic, plain, modern) or a theme's file
    #[arg(long, value_name = "THEME")]
    pub(super) theme: Option<String>,
    /// Page size: a4, a5, letter, 6x9, or WIDTHxHEIGHT such as 152mmx229mm
    #[arg(long, value_name = "PAGE")]
    pub(super) page: Option<String>,
    /// For the screen, or for the press with mirrored margins and chapters on right-hand pages
    #[arg(long, value_name = "MEDIUM", alias = "edition")]
    pub(super) medium: Option<MediumArg>,
    /// Paper around the page with marks where to cut it, and 3mm of bleed where the theme has none
    #[arg(long)]
    pub(super) crop_marks: bool,
    /// Leave pictures as they are that are larger than a page or a screen can show
    #[arg(long)]
    pub(super) keep_pictures: bool,
    /// Date of the edition, YYYY-MM-DD
    ///
    /// Without it: SOURCE_DATE_EPOCH, else the manifest's date, else a fixed one. Never the clock's.
    #[arg(long, value_name = "DATE")]
    pub(super) date: Option<String>,
    /// Do not use the system's fonts for characters that no other font has
    #[arg(long)]
    pub(super) no_system_fonts: bool,
    /// Folder around the project from which it may take files; the repository that it is part of if there is none
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Seal the copy with a secret key that `handbook keygen` made
    #[arg(long, value_name = "KEY")]
    pub(super) seal: Option<PathBuf>,
    /// How much a copy says of itself in its metadata
    #[arg(long, value_name = "HOW", default_value = "full")]
    pub(super) provenance: ProvenanceArg,
    /// Turn warnings into errors
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(super) struct TalkArgs {
    /// Say what was chosen and why
    #[arg(short, long, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Write the result as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Threads to work with; all cores if there is none
    #[arg(long, value_name = "N", action = ArgAction::Set, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// The typeset book
    Pdf,
    /// The e-book
    Epub,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ProvenanceArg {
    /// Edition, copy number, the reader's name and target stage
    Full,
    /// Edition and copy number
    Minimal,
    /// Nothing: `verify` cannot tell whose it is, and nothing can be sealed
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum MediumArg {
    /// Even margins, no blank pages
    Screen,
    /// Mirrored margins, chapters on the right-hand page
    Print,
}

/// A folder to write to. Nobody means one that is called like a book.
pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    let lower = text.to_lowercase();
    if lower.ends_with(".pdf") || lower.ends_with(".epub") || lower.ends_with(".zip") {
        return Err("it names a folder; the files in it are called after reader and stage, and `--format` says which there are".to_string());
    }
    Ok(PathBuf::from(text))
}

/// Divides `KEY=VALUE`.
fn field(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it KEY=VALUE")?;
    let sound = !key.is_empty() && key.len() <= 60 && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
    if sound { Ok((key.to_string(), value.to_string())) } else { Err(format!("`{key}` cannot be a field's name: it has small letters, digits, `-` and `_`")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn fields_have_a_key_and_a_value() {
        assert_eq!(field("team=a=b"), Ok(("team".to_string(), "a=b".to_string())));
        assert!(field("team").is_err() && field("=x").is_err() && field("a b=x").is_err());
    }
}
