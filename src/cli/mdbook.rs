//! `handbook mdbook`: a renderer of mdBook. mdBook runs it with the book on standard input, as the book's preprocessors left it.

use std::io::Read;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use crate::diag::{Code, Diagnostic, Diagnostics, nearest, reason};
use crate::limits;
use crate::load::RenderContext;
use crate::project::{Options, Project, ThemeText, named_date};
use crate::select::Reader;
use crate::theme::Medium;

use super::args::TalkArgs;
use super::console::{Console, grouped, size};
use super::invocation::page;
use super::output::{Output, write_all};
use super::{Status, Surroundings};

pub(super) const EXAMPLES: &str = "In book.toml:
  [output.handbook]
  command = \"handbook mdbook\"
  page = \"6x9\"            # as in `handbook build`: theme, page, medium, formats, reader, date, strict, keep-pictures

Then `mdbook build` writes book/handbook/TITLE.pdf and TITLE.epub.";

/// What is typed after `handbook mdbook`: mdBook types nothing.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct MdbookArgs {
    #[command(flatten)]
    talk: TalkArgs,
}

/// What stands under `[output.handbook]`.
struct Settings {
    options: Options,
    reader: Reader,
}

const KEYS: [&str; 8] = ["theme", "page", "medium", "formats", "reader", "date", "strict", "keep-pictures"];
/// Keys that mdBook itself reads.
const OF_MDBOOK: [&str; 3] = ["command", "optional", "renderers"];

/// Runs the command.
pub(super) fn run(args: &MdbookArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let begun = Instant::now();
    let mut diagnostics = Diagnostics::new();
    let made = make(surroundings, &mut diagnostics);
    console.show_all(args.talk.verbose);
    console.diagnostics(&diagnostics, args.talk.quiet);
    let Some(lines) = made else { return Status::Input };
    if !args.talk.quiet {
        // mdBook keeps standard output for itself.
        lines.into_iter().for_each(|line| console.say(line));
        console.say(format!("  in {:.1} seconds", begun.elapsed().as_secs_f64()));
    }
    Status::Done
}

fn make(surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Option<Vec<String>> {
    let result = (|| {
        let context = RenderContext::parse(&standard_input()?)?;
        let settings = settings(&context, surroundings)?;
        Ok::<_, Diagnostics>((context, settings))
    })();
    let (context, settings) = result.map_err(|problems| diagnostics.extend(problems)).ok()?;
    let project = Project::rendered(&context, settings.options).map_err(|problems| diagnostics.extend(problems)).ok()?;
    diagnostics.extend(project.warnings().clone());
    let copy = project.press().and_then(|press| press.copy(&settings.reader));
    let mut copy = copy.map_err(|problems| diagnostics.extend(problems)).ok()?;
    diagnostics.extend(Arc::unwrap_or_clone(std::mem::take(&mut copy.laid.warnings)));
    let stem = crate::names::file_stem(settings.reader.name.as_deref(), &project.manuscript().book.title, None);
    let outputs: Vec<Output<'_>> = copy.files().map(|(format, file)| Output { path: context.destination.join(format!("{stem}.{format}")), file }).collect();
    write_all(&context.destination, &outputs).map_err(|problem| diagnostics.push(problem)).ok()?;
    let about = |output: &Output<'_>| format!("  {}  {}", output.path.display(), size(output.file.size() as usize));
    let head = format!("{}: {} pages, {} words", project.manuscript().book.title, grouped(copy.laid.pages), grouped(copy.laid.words));
    Some(std::iter::once(head).chain(outputs.iter().map(about)).collect())
}

fn standard_input() -> Result<String, Diagnostic> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(limits::FILE + 1).read_to_string(&mut text);
    let problem = |what: String| Diagnostic::error(Code::RenderContext, format!("standard input {what}"));
    match read {
        Ok(length) if length as u64 > limits::FILE => Err(problem(format!("is longer than {} MB", limits::FILE >> 20))),
        Ok(_) => Ok(text),
        Err(error) => Err(problem(format!("cannot be read: {}", reason(&error)))),
    }
}

fn settings(context: &RenderContext, surroundings: &Surroundings) -> Result<Settings, Diagnostics> {
    let mut found = Diagnostics::new();
    let mut options = Options::default();
    let mut reader = Reader::default();
    let mut date = None;
    for (key, value) in &context.settings {
        let result = match key.as_str() {
            "theme" => text(key, value).and_then(|name| ThemeText::named(&name, &context.root)).map(|theme| options.theme = Some(theme)),
            "page" => text(key, value).and_then(|name| page(&name)).map(|page| options.page = Some(page)),
            "medium" => text(key, value).and_then(|name| medium(&name)).map(|medium| options.medium = Some(medium)),
            "formats" => formats(value).map(|(pdf, epub)| (options.pdf, options.epub) = (pdf, epub)),
            "reader" => text(key, value).map(|name| reader.name = Some(name)),
            "date" => text(key, value).map(|named| date = Some(named)),
            "strict" => truth(key, value).map(|strict| options.strict = strict),
            "keep-pictures" => truth(key, value).map(|keep| options.keep_pictures = keep),
            key if OF_MDBOOK.contains(&key) => Ok(()),
            key => {
                let hint = nearest(key, KEYS).map_or_else(|| format!("the settings are {}", KEYS.join(", ")), |near| format!("did you mean `{near}`?"));
                Err(Diagnostic::error(Code::RenderSetting, format!("`{key}` is no setting of `[output.handbook]`")).hint(hint))
            }
        };
        result.unwrap_or_else(|problem| found.push(problem));
    }
    match named_date(date.as_deref(), surroundings.source_date_epoch.as_deref()) {
        Ok(date) => options.date = date,
        Err(problem) => found.push(problem),
    }
    if found.has_errors() { Err(found) } else { Ok(Settings { options, reader: reader.tidy() }) }
}

fn wrong(key: &str, wanted: &str) -> Diagnostic {
    Diagnostic::error(Code::RenderSetting, format!("`{key}` under `[output.handbook]` must be {wanted}"))
}

fn text(key: &str, value: &Value) -> Result<String, Diagnostic> {
    value.as_str().map(str::to_string).ok_or_else(|| wrong(key, "text"))
}

fn truth(key: &str, value: &Value) -> Result<bool, Diagnostic> {
    value.as_bool().ok_or_else(|| wrong(key, "true or false"))
}

fn medium(name: &str) -> Result<Medium, Diagnostic> {
    match name {
        "screen" => Ok(Medium::Screen),
        "print" => Ok(Medium::Print),
        _ => Err(wrong("medium", "`screen` or `print`")),
    }
}

/// Whether the PDF and the EPUB are wanted.
fn formats(value: &Value) -> Result<(bool, bool), Diagnostic> {
    let list = value.as_array().ok_or_else(|| wrong("formats", "a list of `pdf` and `epub`"))?;
    let has = |name: &str| list.iter().any(|item| item.as_str() == Some(name));
    let known = list.iter().all(|item| matches!(item.as_str(), Some("pdf" | "epub")));
    if known && !list.is_empty() { Ok((has("pdf"), has("epub"))) } else { Err(wrong("formats", "a list of `pdf` and `epub`")) }
}
