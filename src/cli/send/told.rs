//! What a round of letters came to, for people and for scripts.

use serde_json::json;

use crate::cli::Status;
use crate::cli::console::{Console, grouped};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::giving::copies::AGAIN;
use crate::giving::ledger::Entry;
use crate::giving::post::{Report, Server};

use super::{Chosen, SendArgs};

/// Says how it went.
pub(super) fn told(args: &SendArgs, console: &mut Console<'_>, server: &Server, report: &Report, chosen: &Chosen) -> Status {
    let mut problems = Diagnostics::new();
    for entry in report.refused.iter().chain(&chosen.refused) {
        let problem = Diagnostic::error(Code::LetterRefused, format!("the letter to `{}` was refused for good: {}", entry.name, entry.answer));
        problems.push(problem.hint(format!(
            "mend the address in the roster and make the copies anew, and `--resume` sends it; one that is too large goes with `--attach link --again {}`",
            entry.name
        )));
    }
    for entry in report.unknown.iter().chain(&chosen.unknown) {
        let problem = Diagnostic::error(Code::LetterUnknown, format!("nobody knows whether `{}` has the letter {}", entry.name, entry.message_id));
        problems.push(problem.hint(format!("look for this Message-ID in the server's log, or ask; `--again {}` sends it", entry.name)));
    }
    for entry in &report.waiting {
        let problem = Diagnostic::error(Code::LetterWaiting, format!("the letter to `{}` waits: {}", entry.name, entry.answer));
        problems.push(problem.hint("`--resume` tries it again"));
    }
    for (name, why) in &report.unmade {
        problems.push(Diagnostic::error(Code::LetterIncomplete, format!("no letter to `{name}`: {why}")).hint(AGAIN));
    }
    if let Some((left, why)) = &report.stopped {
        let problem = Diagnostic::error(Code::MailServer, format!("`{}` takes no letters: {why}", server.name()));
        problems.push(problem.hint(format!("{} letters were not sent; `--resume` goes on", grouped(*left))));
    }
    let counts = [
        (report.sent, "sent"),
        (chosen.before, "sent before"),
        (report.refused.len() + chosen.refused.len(), "refused"),
        (report.unknown.len() + chosen.unknown.len(), "unknown"),
        (report.waiting.len(), "waiting"),
        (report.unmade.len(), "not made"),
        (report.stopped.as_ref().map_or(0, |(left, _)| *left), "not tried"),
    ];
    console.diagnostics(&problems, args.quiet);
    if args.json {
        let summary: serde_json::Map<String, serde_json::Value> = counts.iter().map(|(count, what)| (what.replace(' ', "_"), (*count).into())).collect();
        console.result(json!({ "summary": summary }));
    } else if !args.quiet {
        let parts: Vec<String> =
            counts.iter().filter(|(count, what)| *count > 0 || *what == "sent").map(|(count, what)| format!("{} {what}", grouped(*count))).collect();
        console.result(format!("letters: {}", parts.join(", ")));
    }
    match () {
        () if report.stopped.is_some() => Status::Input,
        () if !problems.is_empty() => Status::Copies,
        () => Status::Done,
    }
}

/// What became of a letter, for scripts.
pub(super) fn line(entry: &Entry) -> serde_json::Value {
    json!({ "name": entry.name, "reader": entry.reader, "to": entry.to, "message_id": entry.message_id, "fate": entry.fate, "answer": entry.answer })
}
