//! The command line: what is typed ([`args`]), what it means ([`invocation`]), and the commands.
//!
//! [`run`] is the whole command in one function, with its surroundings as arguments, so that tests can call it.
//! Only this module and those below it talk to a person.

mod args;
mod audit;
mod build;
mod bulk;
mod check;
mod completions;
mod console;
mod diff;
mod invocation;
mod keygen;
#[cfg(feature = "web")]
mod links;
mod man;
mod mdbook;
mod meant;
mod new;
mod output;
#[cfg(feature = "web")]
mod preview;
mod progress;
#[cfg(feature = "web")]
mod publish;
mod report;
mod schema;
#[cfg(feature = "mail")]
mod send;
#[cfg(feature = "web")]
mod serve;
mod verify;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches};

use crate::panics::{failure, guarded};

use self::args::{Args, Command};
use self::console::Console;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything was made.
    Done,
    /// The input was at fault: a manuscript, a theme, a place to write to.
    Input,
    /// The command line was.
    CommandLine,
    /// Some copies of a bulk run failed.
    Copies,
}

impl Status {
    /// The exit status that scripts see.
    pub fn code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::Input => 1,
            Status::CommandLine => 2,
            Status::Copies => 3,
        }
    }
}

/// Whose fault it is that files cannot be read: the command line's, where it names one that is not there, else the input's.
fn fault_of<'p>(here: &Path, named: impl IntoIterator<Item = &'p Path>) -> Status {
    let missing = |path: &Path| path != Path::new("-") && !here.join(path).try_exists().unwrap_or(true);
    if named.into_iter().any(missing) { Status::CommandLine } else { Status::Input }
}

/// What a command sees of the machine besides its arguments.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The current folder; paths of the command line are relative to it.
    pub here: PathBuf,
    /// The variable `SOURCE_DATE_EPOCH`.
    pub source_date_epoch: Option<OsString>,
    /// Whether a person watches the error stream.
    pub terminal: bool,
    /// The variable `HANDBOOK_SMTP_PASSWORD`.
    pub smtp_password: Option<String>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Surroundings {
        Surroundings {
            here: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            source_date_epoch: std::env::var_os("SOURCE_DATE_EPOCH"),
            terminal: std::io::IsTerminal::is_terminal(&std::io::stderr()),
            smtp_password: std::env::var("HANDBOOK_SMTP_PASSWORD").ok(),
        }
    }
}

/// Runs the command with its arguments (the first one is the program's name) and gives its exit status.
pub fn run(args: impl IntoIterator<Item = OsString>, surroundings: &Surroundings, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let mut command = Args::command();
    if !surroundings.terminal {
        command = command.term_width(100);
    }
    let mut console = Console::new(out, err);
    let args: Vec<OsString> = args.into_iter().collect();
    let parsed = command.try_get_matches_from(&args).and_then(|matches| Args::from_arg_matches(&matches));
    let ended = guarded(|| match parsed {
        Ok(Args { command: Command::Build(args) }) => build::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Bulk(args) }) => bulk::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Diff(args) }) => diff::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Keygen(args) }) => keygen::run(&args, surroundings, &mut console),
        #[cfg(feature = "web")]
        Ok(Args { command: Command::Links(args) }) => links::run(&args, surroundings, &mut console),
        #[cfg(feature = "web")]
        Ok(Args { command: Command::Serve(args) }) => serve::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Mdbook(args) }) => mdbook::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Verify(args) }) => verify::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Check(args) }) => check::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Completions(args) }) => completions::run(&args, Args::command(), &mut console),
        Ok(Args { command: Command::Man(args) }) => man::run(&args, Args::command(), surroundings, &mut console),
        Ok(Args { command: Command::New(args) }) => new::run(&args, surroundings, &mut console),
        #[cfg(feature = "web")]
        Ok(Args { command: Command::Preview(args) }) => preview::run(&args, surroundings, &mut console),
        #[cfg(feature = "web")]
        Ok(Args { command: Command::Publish(args) }) => publish::run(&args, surroundings, &mut console),
        #[cfg(feature = "mail")]
        Ok(Args { command: Command::Send(args) }) => send::run(&args, surroundings, &mut console),
        Ok(Args { command: Command::Schema(args) }) => schema::run(&args, &mut console),
        Err(answer) => console.answer(&answer, &args, surroundings.terminal),
    });
    let status = ended.unwrap_or_else(|said| {
        console.diagnostics(&failure(&said).into(), false);
        Status::Input
    });
    console.end(status).code()
}
