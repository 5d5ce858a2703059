//! `handbook send`: what `bulk` made, by e-mail.

mod dry;
mod told;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::bulk::manifest::{FileRecord, Record};
use crate::bulk::out::Out;
use crate::diag::{Code, Diagnostic, Diagnostics, Place, listed, nearest, reason};
use crate::files;
use crate::giving::copies::Copies;
use crate::giving::ledger::{Entry, Fate, LEDGER, Ledger};
use crate::giving::letter::{Message, Sender, mailbox};
use crate::giving::mailing::{Addressed, Addresses, Attach, Mailing, addresses, default_message};
use crate::giving::post::{News, Pace, Parcel, Round, Server};
use crate::giving::token::{LinksKey, page_of};

use super::console::Console;
use super::links::{base_url, links_key};
use super::{Status, Surroundings, fault_of};

use dry::dry_run;
use told::{line, told};

pub(super) const EXAMPLES: &str = "Examples:
  handbook send copies --from 'The Programme <books@example.org>' --dry-run     writes the letters into the folder letters
  handbook send copies --from books@example.org --smtp smtps://books@mail.example.org --password-file secret.txt
  handbook send copies --from … --smtp … --resume      after a crash, or later, for who was not reached
  handbook send copies --from … --smtp … --attach link --key links.key --base-url https://books.example.org/
  handbook send copies --from … --smtp … --to kindle --attach epub

The password may stand in the variable HANDBOOK_SMTP_PASSWORD instead. What became of each letter is written into letters.jsonl beside
the copies; nobody gets a letter twice. docs/sending.md has the rest.

Exit status: 0 all letters are sent, 1 the input was at fault or the server takes no letters, 2 the command line was, 3 some letters were
refused, wait, or have an unknown fate.";

/// A message is no longer than this.
const MESSAGE: u64 = 256 << 10;
/// Nor is a password.
const PASSWORD: u64 = 4 << 10;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct SendArgs {
    /// The folder or bucket that `handbook bulk` wrote
    #[arg(value_name = "COPIES")]
    copies: PathBuf,
    /// In whose name: an address, or NAME <ADDRESS>
    #[arg(long, value_name = "MAILBOX", help_heading = "Letter")]
    from: String,
    /// Where answers go, if somewhere else
    #[arg(long, value_name = "MAILBOX", help_heading = "Letter")]
    reply_to: Option<String>,
    /// What the letters say: Markdown with the fields of the book; its first heading is the subject
    #[arg(long, value_name = "FILE.md", help_heading = "Letter")]
    message: Option<PathBuf>,
    /// What brings the copy: pdf, epub, both divided by a comma, or link for the address of the reader's page
    #[arg(long, value_name = "WHAT", value_delimiter = ',', default_value = "pdf,epub", help_heading = "Letter")]
    attach: Vec<AttachArg>,
    /// The key that `handbook keygen --links` made, for --attach link
    #[arg(long, value_name = "FILE", requires = "base_url", help_heading = "Letter")]
    key: Option<PathBuf>,
    /// Where readers' pages are, for --attach link: what `publish` or `serve` was told
    #[arg(long, value_name = "URL", value_parser = base_url, requires = "key", help_heading = "Letter")]
    base_url: Option<String>,
    /// The column of the roster with the addresses; `email` if none is named
    #[arg(long, value_name = "COLUMN", help_heading = "Letter")]
    to: Option<String>,
    /// The server: smtps://[USER@]HOST[:PORT], or smtp://[USER@]HOST[:PORT] for STARTTLS
    #[arg(long, value_name = "URL", required_unless_present = "dry_run", help_heading = "Server")]
    smtp: Option<String>,
    /// The user's name there, where it does not stand in the address
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    user: Option<String>,
    /// A file with the password in its first line
    #[arg(long, value_name = "FILE", help_heading = "Server")]
    password_file: Option<PathBuf>,
    /// Send without TLS: everybody on the way can read the letters and the password
    #[arg(long, help_heading = "Server")]
    in_the_clear: bool,
    /// No more letters than this in a minute
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Server")]
    rate: Option<u32>,
    /// How often a letter is tried that the server refuses for now
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Server")]
    tries: u32,
    /// Seconds until such a letter is tried again; twice as many each time
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, help_heading = "Server")]
    wait: Duration,
    /// What these letters are for; the edition if it is not named. Nobody gets two letters of a campaign
    #[arg(long, value_name = "ID", help_heading = "Campaign")]
    campaign: Option<String>,
    /// Go on with a campaign that has begun
    #[arg(long, help_heading = "Campaign")]
    resume: bool,
    /// Send to this reader, by name or name of the files, whatever became of the letter before; as often as needed
    #[arg(long, value_name = "NAME", help_heading = "Campaign")]
    again: Vec<String>,
    /// Where it is written down what became of each letter; `letters.jsonl` beside the copies if it is not named
    #[arg(long, value_name = "FILE", help_heading = "Campaign")]
    ledger: Option<PathBuf>,
    /// Send nothing; write the letters as .eml files
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
    /// Folder for the letters of --dry-run
    #[arg(long, value_name = "DIR", default_value = "letters", requires = "dry_run", help_heading = "Output")]
    out: PathBuf,
    /// Say nothing but errors
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    /// Write what became of each letter as JSON, a line for each
    #[arg(long, help_heading = "Output")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum AttachArg {
    /// The typeset book
    Pdf,
    /// The e-book
    Epub,
    /// The address of the reader's page
    Link,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().map_err(|_| "it is a number of seconds".to_string())?;
    Duration::try_from_secs_f64(seconds).ok().filter(|time| *time <= Duration::from_secs(86_400)).ok_or_else(|| "it is between 0 and 86400".to_string())
}

/// A problem and whose fault it is.
type Refusal = (Diagnostics, Status);

/// Runs the command.
pub(super) fn run(args: &SendArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    match send(args, surroundings, console) {
        Ok(status) => status,
        Err((problems, status)) => {
            console.diagnostics(&problems, args.quiet);
            status
        }
    }
}

fn send(args: &SendArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Result<Status, Refusal> {
    let sender = sender(args)?;
    let attach = attach(args)?;
    let server = args.smtp.as_deref().map(|address| server(address, args, surroundings)).transpose()?;
    let place = Out::of(&args.copies, &surroundings.here).map_err(command_line)?;
    let ledger = ledger_path(args, &place, surroundings)?;
    let copies = Copies::open(&place).map_err(|problem| (problem.into(), fault_of(&surroundings.here, place.folder())))?;
    let book = &copies.book;
    let message = message(args, surroundings, &copies, &attach)?;
    let campaign = campaign(args, &copies)?;
    let links = links(args, &attach, surroundings)?;
    let date = written(surroundings);
    let mailing = Mailing { book, message: &message, sender: &sender, attach: &attach, to: args.to.as_deref(), campaign: &campaign, date };
    let find = |record: &Record| -> Option<Addresses> {
        let (key, base) = links.as_ref()?;
        Some(addresses(&page_of(base, &key.token(&book.identifier, record.identity()?)), record))
    };
    let records = copies.records().collect::<Result<Vec<Record>, Diagnostic>>().map_err(at_fault)?;
    let addressed = mailing.address(records, &find).map_err(|problems| (problems, Status::Input))?;
    let read = |file: &FileRecord| copies.read(file);
    let write = |addressed: &Addressed| mailing.letter(addressed, &read).map(|letter| letter.formatted());
    if args.dry_run {
        copies.check(mailing.files(&addressed)).map_err(|problems| (problems, Status::Input))?;
        return dry_run(args, surroundings, console, &addressed, &write);
    }
    let (Some(server), Some(path)) = (server, ledger) else { return Ok(Status::CommandLine) };
    let mut ledger = Ledger::open(&path, &campaign).map_err(|error| at_fault(ledger_trouble(&path, &error)))?;
    if ledger.has_begun() && !args.resume && args.again.is_empty() {
        let problem =
            Diagnostic::error(Code::Ledger, format!("letters of the campaign `{campaign}` have been sent")).at(Place::file(&path.display().to_string()));
        return Err(command_line(
            problem.hint("`--resume` sends those that are missing; `--campaign ID` begins another one, in which everybody gets a letter"),
        ));
    }
    let chosen = chosen(args, &ledger, addressed)?;
    copies.check(mailing.files(&chosen.now)).map_err(|problems| (problems, Status::Input))?;
    let pace = Pace { gap: args.rate.map_or(Duration::ZERO, |rate| Duration::from_secs(60) / rate), tries: args.tries, wait: args.wait };
    let bar = bar(surroundings.terminal && !args.quiet, chosen.now.len());
    let by_name: std::collections::HashMap<&str, &Addressed> = chosen.now.iter().map(|addressed| (addressed.parcel.name.as_str(), addressed)).collect();
    let write = |parcel: &Parcel| by_name.get(parcel.name.as_str()).ok_or_else(|| "there is no such copy".to_string()).and_then(|addressed| write(addressed));
    let parcels = chosen.now.iter().map(|addressed| addressed.parcel.clone()).collect();
    let mut tell = |news: News<'_>| match news {
        News::Fate(entry) => {
            bar.inc(u64::from(entry.fate != Fate::Waiting));
            if args.json {
                console.result(line(entry));
            }
        }
        News::Unreachable(why, wait) if !args.quiet => {
            bar.suspend(|| console.say(format!("`{}` cannot be reached ({why}); trying again in {} s", server.name(), wait.as_secs_f32().ceil())));
        }
        News::Unreachable(..) => {}
    };
    let round = Round { server: &server, from: &sender.from.email, pace, ledger: &mut ledger }.run(parcels, &write, &mut tell);
    bar.finish_and_clear();
    let report = round.map_err(|error| at_fault(ledger_trouble(&path, &error)))?;
    Ok(told(args, console, &server, &report, &chosen))
}

/// Who gets a letter now, and of the others who does not and why.
struct Chosen {
    now: Vec<Addressed>,
    before: usize,
    unknown: Vec<Entry>,
    refused: Vec<Entry>,
}

fn chosen(args: &SendArgs, ledger: &Ledger, addressed: Vec<Addressed>) -> Result<Chosen, Refusal> {
    let mut problems = Diagnostics::new();
    let named = |wanted: &str, to: &Addressed| {
        [Some(to.parcel.name.as_str()), Some(to.parcel.reader.as_str()), to.record.reader.as_deref()].into_iter().flatten().any(|name| name == wanted)
    };
    for wanted in &args.again {
        let found: Vec<&str> = addressed.iter().filter(|to| named(wanted, to)).map(|to| to.parcel.name.as_str()).collect();
        let problem = match found.as_slice() {
            [_] => continue,
            [] => {
                let problem = Diagnostic::error(Code::LetterAddress, format!("there is no copy of `{wanted}`"));
                match nearest(wanted, addressed.iter().map(|to| to.parcel.name.as_str())) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint("name the reader as the roster does, or the files of the copy"),
                }
            }
            several => Diagnostic::error(Code::LetterAddress, format!("`{wanted}` are several readers")).hint(format!("name the files: {}", listed(several))),
        };
        problems.push(problem);
    }
    if !problems.is_empty() {
        return Err((problems, Status::CommandLine));
    }
    let mut chosen = Chosen { now: Vec::new(), before: 0, unknown: Vec::new(), refused: Vec::new() };
    for to in addressed {
        if args.again.iter().any(|wanted| named(wanted, &to)) {
            chosen.now.push(to);
            continue;
        }
        // With `--again` alone it is only about those who are named.
        if !args.resume && !args.again.is_empty() {
            continue;
        }
        let known = ledger.get(&to.parcel.reader);
        match known.map(|entry| entry.fate) {
            Some(Fate::Sent) => chosen.before += 1,
            Some(Fate::Unknown | Fate::Sending) => chosen.unknown.extend(known.cloned()),
            // Another address is another try: somebody mended the roster.
            Some(Fate::Refused) if known.is_some_and(|entry| entry.to == to.parcel.to.to_string()) => chosen.refused.extend(known.cloned()),
            Some(Fate::Refused | Fate::Waiting) | None => chosen.now.push(to),
        }
    }
    Ok(chosen)
}

fn sender(args: &SendArgs) -> Result<Sender, Refusal> {
    let of = |option: &str, written: &str| {
        mailbox(written).map_err(|why| {
            let problem = Diagnostic::error(Code::LetterAddress, format!("`{option} {written}`: {why}"));
            command_line(problem.hint("write `books@example.org` or `'The Programme <books@example.org>'`"))
        })
    };
    Ok(Sender { from: of("--from", &args.from)?, reply_to: args.reply_to.as_deref().map(|written| of("--reply-to", written)).transpose()? })
}

fn attach(args: &SendArgs) -> Result<Attach, Refusal> {
    if args.attach.contains(&AttachArg::Link) {
        if args.attach.len() > 1 {
            let problem = Diagnostic::error(Code::LetterMessage, "a letter brings files or a link, not both");
            return Err(command_line(problem.hint("the page behind the link has the files: `--attach link`")));
        }
        return Ok(Attach::Links);
    }
    let ending = |what: &AttachArg| if *what == AttachArg::Pdf { "pdf" } else { "epub" };
    let mut endings: Vec<&str> = args.attach.iter().map(ending).collect();
    endings.dedup();
    Ok(Attach::Files(endings))
}

/// The key and the base of readers' pages, if letters name them.
fn links(args: &SendArgs, attach: &Attach, surroundings: &Surroundings) -> Result<Option<(LinksKey, String)>, Refusal> {
    if *attach != Attach::Links {
        return Ok(None);
    }
    let (Some(path), Some(base)) = (&args.key, &args.base_url) else {
        let problem = Diagnostic::error(Code::LetterMessage, "`--attach link` needs to know where readers' pages are");
        return Err(command_line(problem.hint("name the key and the address: `--key links.key --base-url https://books.example.org/`")));
    };
    let key = links_key(&surroundings.here, path).map_err(command_line)?;
    Ok(Some((key, base.clone())))
}

/// Where it is written down what becomes of the letters; nowhere if none is sent.
fn ledger_path(args: &SendArgs, copies: &Out, surroundings: &Surroundings) -> Result<Option<PathBuf>, Refusal> {
    match (&args.ledger, copies) {
        _ if args.dry_run => Ok(None),
        (Some(path), _) => Ok(Some(surroundings.here.join(path))),
        (None, Out::Folder(folder, _)) => Ok(Some(folder.join(LEDGER))),
        (None, Out::Bucket(address)) => {
            let problem = Diagnostic::error(Code::Ledger, format!("`{address}` has no place where it can be written down what becomes of each letter"));
            Err(command_line(problem.hint("name a file of this machine, and keep it: `--ledger letters.jsonl`")))
        }
    }
}

fn server(address: &str, args: &SendArgs, surroundings: &Surroundings) -> Result<Server, Refusal> {
    let password = match &args.password_file {
        Some(path) => {
            Some(files::text(&surroundings.here.join(path), PASSWORD).map(|text| text.lines().next().unwrap_or_default().to_string()).map_err(|why| {
                command_line(Diagnostic::error(Code::MailServer, format!("the password cannot be read: {why}")).at(Place::file(&path.display().to_string())))
            })?)
        }
        None => surroundings.smtp_password.clone(),
    };
    Server::parse(address, args.user.as_deref(), password, args.in_the_clear)
        .map_err(|(what, hint)| command_line(Diagnostic::error(Code::MailServer, what).hint(hint)))
}

fn message(args: &SendArgs, surroundings: &Surroundings, copies: &Copies, attach: &Attach) -> Result<Message, Refusal> {
    let (name, text) = match &args.message {
        Some(path) => {
            let name = path.display().to_string();
            let text = files::text(&surroundings.here.join(path), MESSAGE)
                .map_err(|why| command_line(Diagnostic::error(Code::LetterMessage, format!("the message cannot be read: {why}")).at(Place::file(&name))))?;
            (name, text)
        }
        None => ("the message of who names none".to_string(), default_message(&copies.book, attach)),
    };
    Message::read(&name, &text).map_err(|problems| (problems, Status::Input))
}

fn campaign(args: &SendArgs, copies: &Copies) -> Result<String, Refusal> {
    match args.campaign.clone().or_else(|| copies.book.edition.clone()) {
        Some(campaign) if !campaign.trim().is_empty() => Ok(campaign),
        _ => {
            let problem = Diagnostic::error(Code::Ledger, "these letters have no name that tells them from others: the book names no edition");
            Err(command_line(problem.hint("name the campaign: `--campaign spring-2027`")))
        }
    }
}

/// When letters are written: now, or when everything is said to be made.
fn written(surroundings: &Surroundings) -> SystemTime {
    let epoch = surroundings.source_date_epoch.as_ref().and_then(|epoch| epoch.to_str()?.parse().ok());
    epoch.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds))).unwrap_or_else(SystemTime::now)
}

fn ledger_trouble(path: &Path, error: &io::Error) -> Diagnostic {
    let place = Place::file(&path.display().to_string());
    match error.kind() {
        io::ErrorKind::WouldBlock => Diagnostic::error(Code::Ledger, "another `handbook send` is at work with this ledger").at(place).hint("wait for it"),
        io::ErrorKind::InvalidData => Diagnostic::error(Code::Ledger, format!("line {error} is none of a ledger's"))
            .at(place)
            .hint("nothing is sent on a ledger that cannot be read: mend the line, or name the right file with `--ledger`"),
        _ => Diagnostic::error(Code::Ledger, format!("what became of the letters cannot be written down: {}", reason(error)))
            .at(place)
            .hint("nothing more was sent; when the file can be written, `--resume` goes on"),
    }
}

fn bar(shown: bool, letters: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(letters as u64), if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() });
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} letters {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn command_line(problem: Diagnostic) -> Refusal {
    (problem.into(), Status::CommandLine)
}

fn at_fault(problem: Diagnostic) -> Refusal {
    (problem.into(), Status::Input)
}
