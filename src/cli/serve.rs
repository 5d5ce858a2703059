//! `handbook serve`: copies on request, over HTTP.

use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, RwLock};

use ipnet::IpNet;

use crate::diag::{Code, Diagnostic, Diagnostics, Place, reason};
use crate::giving::serve::{ApiKeys, Hosts, Invited, Limits, Mode, Proxies, RosterFile, Service, Settings, serve};
use crate::{files, limits};

use super::args::{BookArgs, FormatArg, ProjectArgs, ReaderArgs, TalkArgs};
use super::console::Console;
use super::invocation::{Asked, Invocation};
use super::links::{base_url, links_key};
use super::{Status, Surroundings, fault_of};

pub(super) const EXAMPLES: &str = "Examples:
  handbook serve my-book                          a page with a form, on http://127.0.0.1:8080
  handbook serve my-book --listen 0.0.0.0:8080 --base-url https://book.example.org --trust-proxy 10.0.0.0/8
  handbook serve my-book --roster readers.csv --key links.key --base-url https://book.example.org
  curl -d '{\"name\":\"Ada\",\"stage\":\"cto\",\"format\":\"pdf\"}' -H 'Content-Type: application/json' -OJ http://127.0.0.1:8080/copies

Nothing is kept and nobody is logged. Behind a proxy that speaks TLS: docs/serving.md. Which personal data is where: docs/privacy.md.";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    project: ProjectArgs,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", help_heading = "Service")]
    listen: SocketAddr,
    /// What all addresses begin with; only its host is answered
    #[arg(long, value_name = "URL", value_parser = base_url, help_heading = "Service")]
    base_url: Option<String>,
    /// By invitation: only the readers of this roster, each at an address of their own. SIGHUP reads it anew
    #[arg(long, value_name = "ROSTER", requires = "key", help_heading = "Service")]
    roster: Option<PathBuf>,
    /// The key that `handbook keygen --links` made
    #[arg(long, value_name = "KEY", requires = "roster", help_heading = "Service")]
    key: Option<PathBuf>,
    /// Keys of machines that may ask for any copy, one a line
    #[arg(long, value_name = "FILE", help_heading = "Service")]
    api_keys: Option<PathBuf>,
    /// Networks of proxies whose X-Forwarded-For counts, divided by commas
    #[arg(long, value_name = "CIDR", value_delimiter = ',', help_heading = "Service")]
    trust_proxy: Vec<IpNet>,
    /// Copies that one address may ask for in a minute; 0 for no limit
    #[arg(long, value_name = "N", default_value = "120", help_heading = "Service")]
    rate: u32,
    #[command(flatten)]
    book: BookArgs,
    /// Formats to give, divided by commas
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', ignore_case = true, default_value = "pdf,epub", help_heading = "Output")]
    format: Vec<FormatArg>,
    #[command(flatten)]
    talk: TalkArgs,
}

/// Runs the command until the system says to end.
pub(super) fn run(args: &ServeArgs, surroundings: &Surroundings, console: &mut Console<'_>) -> Status {
    let mut diagnostics = Diagnostics::new();
    let ready = ready(args, surroundings, &mut diagnostics);
    console.diagnostics(&diagnostics, args.talk.quiet);
    let (service, listener) = match ready {
        Ok(ready) => ready,
        Err(status) => return status,
    };
    let address = listener.local_addr().map_or_else(|_| args.listen.to_string(), |address| address.to_string());
    let shown = format!("http://{address}/");
    if args.talk.json {
        console.result(serde_json::json!({ "listening": shown, "readers": service.invited().map(|invited| invited.readers().len()) }));
    } else {
        let whom = match service.invited() {
            Some(invited) => format!("for {} readers by invitation", invited.readers().len()),
            None => "for anybody who asks".to_string(),
        };
        console.result(format!("listening on {shown} {whom}"));
    }
    let quiet = args.talk.quiet;
    let mut say = |line: &str| {
        if !quiet {
            console.say(line);
        }
    };
    match serve(service, listener, &mut say) {
        Ok(()) => Status::Done,
        Err(problems) => {
            console.diagnostics(&problems, false);
            Status::Input
        }
    }
}

/// The service and its address.
fn ready(args: &ServeArgs, surroundings: &Surroundings, diagnostics: &mut Diagnostics) -> Result<(Arc<Service>, TcpListener), Status> {
    let refused = |diagnostics: &mut Diagnostics, problem: Diagnostic, status: Status| {
        diagnostics.push(problem);
        status
    };
    if args.roster.is_none() && args.book.seal.is_some() {
        let problem = Diagnostic::error(Code::SealOpen, "a copy that anybody may ask for is not sealed: the seal would vouch for any name");
        return Err(refused(diagnostics, problem.hint("leave `--seal` out, or serve by invitation with `--roster`"), Status::CommandLine));
    }
    let nobody = ReaderArgs::default();
    let ProjectArgs { project, built_in } = &args.project;
    let asked = Asked { project: project.as_deref(), built_in: *built_in, reader: &nobody, book: &args.book, formats: &args.format, talk: &args.talk };
    let project = Invocation::of(asked, surroundings, diagnostics)?.project;
    if diagnostics.has_errors() {
        return Err(Status::Input);
    }
    let fault = |path: &PathBuf| fault_of(&surroundings.here, [path.as_path()]);
    let keys = args.api_keys.as_ref().map(|path| api_keys(surroundings, path).map_err(|problem| (problem, fault(path)))).transpose();
    let keys = keys.map_err(|(problem, status)| refused(diagnostics, problem, status))?;
    let mode = match (&args.roster, &args.key) {
        (Some(roster), Some(key)) => {
            let key = links_key(&surroundings.here, key).map_err(|problem| refused(diagnostics, problem, fault(key)))?;
            let file = RosterFile { path: surroundings.here.join(roster), shown: roster.display().to_string(), key };
            let invited = Invited::read(&file, &project).map_err(|problems| {
                diagnostics.extend(without_texts(problems));
                fault(roster)
            })?;
            Mode::Invited(file, RwLock::new(Arc::new(invited)))
        }
        _ => Mode::Open,
    };
    let listening = |e: &std::io::Error| Diagnostic::error(Code::ListenAddress, format!("`{}` cannot be listened on: {}", args.listen, reason(e)));
    let listener = TcpListener::bind(args.listen)
        .map_err(|e| refused(diagnostics, listening(&e).hint("`--listen 127.0.0.1:0` takes any port that is free"), Status::Input))?;
    let bound = listener.local_addr().unwrap_or(args.listen);
    let settings = Settings {
        hosts: Hosts::of(args.base_url.as_deref(), bound),
        mode,
        keys,
        proxies: Proxies(args.trust_proxy.clone()),
        base: args.base_url.clone().or_else(|| bound.ip().is_loopback().then(|| format!("http://{bound}"))),
        limits: Limits { per_minute: NonZeroU32::new(args.rate), ..Limits::default() },
        verbose: args.talk.verbose,
    };
    let service = project.press().and_then(|press| Service::new(press, settings)).map_err(|problems| {
        diagnostics.extend(problems);
        Status::Input
    })?;
    service.metrics.rosters.store(u64::from(service.invited().is_some()), Ordering::Relaxed);
    Ok((Arc::new(service), listener))
}

/// Problems of a roster without what stands in it: what is written here may be a log, and `bulk --dry-run` shows all of it.
fn without_texts(problems: Diagnostics) -> Diagnostics {
    let without = |problem: &Diagnostic| {
        let place = problem.place.clone().map(|place| Place { text: String::new(), cut: 0, ..place });
        let message = format!("the roster cannot be used: {}", problem.code.about().trim_end_matches('.'));
        Diagnostic { message, place, hint: Some("`handbook bulk ROSTER --dry-run` shows what stands there".to_string()), ..problem.clone() }
    };
    problems.iter().map(without).collect()
}

fn api_keys(surroundings: &Surroundings, path: &std::path::Path) -> Result<ApiKeys, Diagnostic> {
    let place = |line: u32| Place { line, ..Place::file(&path.display().to_string()) };
    let text = files::text(&surroundings.here.join(path), limits::SMALL_TEXT)
        .map_err(|why| Diagnostic::error(Code::KeyFile, format!("the keys cannot be read: {why}")).at(place(0)))?;
    ApiKeys::parse(&text).map_err(|(line, what)| Diagnostic::error(Code::KeyFile, format!("this is no file of keys: {what}")).at(place(line)))
}
