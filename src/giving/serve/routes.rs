//! What is answered at which address.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Extension, Form, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use axum::{Router, http};
use bytes::BytesMut;
use headers::{Authorization, HeaderMapExt, authorization::Bearer};
use maud::Markup;
use tokio::sync::mpsc::UnboundedSender;
use tokio_stream::StreamExt;

use crate::bulk::check::Job;
use crate::bulk::media::media_type;
use crate::giving::catalog::{self, ATOM, ATOM_TYPE, Acquisition, JSON, JSON_TYPE, Whose};
use crate::giving::page::{FileLink, ReaderPage};
use crate::giving::token::page_of;
use crate::select::Reader;

use super::asked::{self, Asked, Wrong};
use super::file::{Answer, is_known, tag};
use super::form::{Filled, form_of};
use super::gate::Refused;
use super::service::{NoCopy, Service};

/// Bytes of a request's body.
const BODY: usize = 64 << 10;

/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(20);

/// Of a body that is refused so much is heard out, for so long.
const HEARD: usize = 64 << 20;
const HEARD_TIME: Duration = Duration::from_secs(5);

/// After how many seconds to ask again when there is too much to do.
const AGAIN: u64 = 5;

/// What pages may do: show themselves and their own picture, and send their own form.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

type Answered = Response<Body>;
type App = State<Arc<Service>>;

/// Who asks, as far as that is counted.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// What is told of a request, if anything is to be told.
pub type Tell = Option<UnboundedSender<String>>;

/// All addresses of a service.
pub fn router(service: Arc<Service>, tell: Tell) -> Router {
    let probes = Router::new().route("/healthz", get(healthy)).route("/readyz", get(ready)).route("/metrics", get(metrics));
    let own = Router::new()
        .route("/", get(front).post(form))
        .route("/{file}", get(public))
        .route("/favicon.ico", get(no_icon))
        .route("/copies", post(copies))
        .route("/r/{token}", get(towards_reader))
        .route("/r/{token}/", get(reader))
        .route("/r/{token}/{file}", get(reader_file))
        .fallback(nothing)
        .layer(from_fn_with_state(service.clone(), only_our_hosts));
    // Whatever is not answered by a handler, such as a method that an address does not have, gets the same headers.
    probes.merge(own).layer(from_fn_with_state((service.clone(), tell), around)).with_state(service)
}

/// What all answers have in common: headers that close what is open by default, a count, and if asked for a line without a word on who asked.
async fn around(State((service, tell)): State<(Arc<Service>, Tell)>, request: Request, next: Next) -> Answered {
    let begun = Instant::now();
    let (method, route) = (request.method().clone(), route(request.uri().path()));
    let personal = route.starts_with("/r/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if personal {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let status = response.status().as_u16();
    service.metrics.answered(status);
    if let Some(tell) = tell {
        // Nobody listens any more only when the service has ended.
        let _ = tell.send(format!("{method} {route} {status} {:.1} ms", begun.elapsed().as_secs_f64() * 1e3));
    }
    response
}

/// The name of a route, in which no token stands.
fn route(path: &str) -> &'static str {
    match path {
        "/" => "/",
        "/style.css" => "/style.css",
        path if path.starts_with("/cover") => "/cover…",
        "/copies" => "/copies",
        "/healthz" => "/healthz",
        "/readyz" => "/readyz",
        "/metrics" => "/metrics",
        path if path.starts_with("/r/") => match path.rsplit_once('/') {
            Some((_, "book.pdf")) => "/r/…/book.pdf",
            Some((_, "book.epub")) => "/r/…/book.epub",
            _ => "/r/…",
        },
        _ => "elsewhere",
    }
}

async fn only_our_hosts(State(service): App, request: Request, next: Next) -> Answered {
    if service.settings.hosts.has(request.headers(), request.uri()) {
        return next.run(request).await;
    }
    plain(StatusCode::MISDIRECTED_REQUEST, "this host is not served here\n")
}

fn plain(status: StatusCode, text: &'static str) -> Answered {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

async fn healthy() -> Answered {
    plain(StatusCode::OK, "ok\n")
}

async fn ready(State(service): App) -> Answered {
    if service.is_ready() { plain(StatusCode::OK, "ready\n") } else { plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n") }
}

async fn metrics(State(service): App) -> Answered {
    let text = service.metrics.text(service.plates(), service.gate.waiting());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

/// A file that is the same for all.
async fn public(State(service): App, Path(file): Path<String>, headers: HeaderMap) -> Answered {
    match service.public.get(&file) {
        Some(file) => file.answer(&headers),
        None => nothing(State(service)).await,
    }
}

/// What browsers ask for of their own accord.
async fn no_icon() -> Answered {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "public, max-age=86400")]).into_response()
}

async fn nothing(State(service): App) -> Answered {
    why_nothing(&service, StatusCode::NOT_FOUND, service.pages.says.nothing_here)
}

/// A page that says why there is no more on it.
fn why_nothing(service: &Service, status: StatusCode, why: &str) -> Answered {
    (status, Html(service.pages.nothing(why, &format!("{}/", service.root())))).into_response()
}

/// The book, and the form in open mode.
async fn front(State(service): App) -> Answered {
    let form = service.invited().is_none().then(|| form_of(&service, &Filled::default()));
    let mut response = front_page(&service, StatusCode::OK, form);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn front_page(service: &Service, status: StatusCode, form: Option<Markup>) -> Answered {
    (status, Html(service.pages.front(&form.unwrap_or_default()))).into_response()
}

/// The body of a request, as long as it may be and no longer.
async fn whole(request: Request) -> Result<(http::request::Parts, Bytes), StatusCode> {
    let (parts, body) = request.into_parts();
    let announced = parts.headers.typed_get::<headers::ContentLength>().map_or(0, |length| length.0);
    let mut pieces = body.into_data_stream();
    let reading = async {
        if announced > BODY as u64 {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let mut bytes = BytesMut::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| StatusCode::BAD_REQUEST)?;
            if bytes.len() + piece.len() > BODY {
                return Err(StatusCode::PAYLOAD_TOO_LARGE);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.freeze())
    };
    match tokio::time::timeout(BODY_TIME, reading).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)) {
        Ok(bytes) => Ok((parts, bytes)),
        Err(status) => {
            tokio::spawn(hear_out(pieces));
            Err(status)
        }
    }
}

/// Reads what is left of a body for a while and forgets it: a line that is closed on somebody who still speaks takes away the answer too.
async fn hear_out(mut pieces: BodyDataStream) {
    let mut heard = 0;
    let listening = async {
        while heard < HEARD
            && let Some(Ok(piece)) = pieces.next().await
        {
            heard += piece.len();
        }
    };
    // Whoever goes on is cut off.
    let _ = tokio::time::timeout(HEARD_TIME, listening).await;
}

/// A form that was sent: the answer is the file.
async fn form(State(service): App, Extension(peer): Extension<Peer>, request: Request) -> Answered {
    if service.invited().is_some() {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "there is no form here\n");
    }
    let (parts, body) = match whole(request).await {
        Ok(whole) => whole,
        Err(status) => return again(&service, status, Vec::new(), "too long"),
    };
    let headers = parts.headers.clone();
    let Ok(Form(fields)) = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, Body::from(body)), &()).await else {
        return again(&service, StatusCode::BAD_REQUEST, Vec::new(), "this is no form");
    };
    if let Err(refused) = service.gate.knock(peer.0) {
        return later(&service, refused);
    }
    let Asked { reader, ending } = match asked::of_form(&fields, &service.ask) {
        Ok(asked) => asked,
        Err(Wrong::NoName) => {
            let filled = Filled { fields, fault: Some(service.pages.says.no_name.to_string()), of_name: true };
            return front_page(&service, StatusCode::UNPROCESSABLE_ENTITY, Some(form_of(&service, &filled)));
        }
        Err(Wrong::Long(why)) => return again(&service, StatusCode::PAYLOAD_TOO_LARGE, fields, &why),
        Err(Wrong::Not(why)) => return again(&service, StatusCode::UNPROCESSABLE_ENTITY, fields, &why),
        Err(Wrong::Revoked) => return again(&service, StatusCode::GONE, fields, ""),
    };
    match given(&service, &headers, reader, &ending, false).await {
        Ok(answer) => answer,
        Err(NoCopy::Refused(refused)) => later(&service, refused),
        Err(NoCopy::Input(why)) => again(&service, StatusCode::UNPROCESSABLE_ENTITY, fields, &why),
        Err(NoCopy::Fault) => why_nothing(&service, StatusCode::INTERNAL_SERVER_ERROR, service.pages.says.busy),
    }
}

/// The form again, with what was filled in and what is wrong.
fn again(service: &Service, status: StatusCode, fields: Vec<(String, String)>, why: &str) -> Answered {
    let filled = Filled { fields, fault: Some(format!("{} {why}", service.pages.says.not_taken)), of_name: false };
    front_page(service, status, Some(form_of(service, &filled)))
}

/// A page that says when to come again.
fn later(service: &Service, refused: Refused) -> Answered {
    let (status, seconds) = wait(refused);
    let mut response = why_nothing(service, status, service.pages.says.busy);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn wait(refused: Refused) -> (StatusCode, u64) {
    match refused {
        Refused::TooOften(wait) => (StatusCode::TOO_MANY_REQUESTS, wait.as_secs() + 1),
        Refused::Busy => (StatusCode::SERVICE_UNAVAILABLE, AGAIN),
    }
}

/// A copy as an answer.
async fn given(service: &Arc<Service>, headers: &HeaderMap, reader: Reader, ending: &str, ranges: bool) -> Result<Answered, NoCopy> {
    let Some(ending) = service.endings().into_iter().find(|own| *own == ending) else {
        return Err(NoCopy::Input("this format is not made here".to_string()));
    };
    let stem = service.stem(&reader);
    let answer = Answer { headers, stem: &stem, ending, tag: tag(&service.input(&reader), ending), ranges };
    if ranges && is_known(headers, answer.tag.as_ref()) {
        return Ok(answer.unchanged());
    }
    let way = service.gate.way().map_err(NoCopy::Refused)?;
    Ok(answer.with(service.copy(reader, ending).await?, way))
}

/// For machines: the JSON of a roster's line, answered by the file.
async fn copies(State(service): App, Extension(peer): Extension<Peer>, request: Request) -> Answered {
    let key = request.headers().typed_get::<Authorization<Bearer>>();
    let has_key = key.as_ref().is_some_and(|key| service.settings.keys.as_ref().is_some_and(|keys| keys.has(key.token())));
    if !has_key && (service.invited().is_some() || request.headers().contains_key(header::AUTHORIZATION)) {
        let mut response = told(StatusCode::UNAUTHORIZED, "a key is needed: `Authorization: Bearer KEY`");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    }
    let is_json = request.headers().typed_get::<headers::ContentType>().is_some_and(|media| headers::Mime::from(media).essence_str() == "application/json");
    if !is_json {
        return told(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send JSON, as `application/json`");
    }
    let (parts, body) = match whole(request).await {
        Ok(whole) => whole,
        Err(StatusCode::PAYLOAD_TOO_LARGE) => return told(StatusCode::PAYLOAD_TOO_LARGE, "a request has 64 KB at most"),
        Err(status) => return told(status, "the request did not come to its end"),
    };
    // A machine with a key is known, and bounded by what is done at once.
    if !has_key && let Err(refused) = service.gate.knock(peer.0) {
        return told_later(refused);
    }
    let Ok(text) = std::str::from_utf8(&body) else { return told(StatusCode::BAD_REQUEST, "the request is not UTF-8") };
    let asked = match asked::of_json(text, (!has_key).then_some(service.ask.as_slice())) {
        Ok(asked) => asked,
        Err(Wrong::NoName) => return told(StatusCode::UNPROCESSABLE_ENTITY, "`name` is not there"),
        Err(Wrong::Not(why)) => return told(StatusCode::UNPROCESSABLE_ENTITY, &why),
        Err(Wrong::Long(why)) => return told(StatusCode::PAYLOAD_TOO_LARGE, &why),
        Err(Wrong::Revoked) => return told(StatusCode::GONE, "this reader is no longer given the book"),
    };
    match given(&service, &parts.headers, asked.reader, &asked.ending, false).await {
        Ok(answer) => answer,
        Err(NoCopy::Refused(refused)) => told_later(refused),
        Err(NoCopy::Input(why)) => told(StatusCode::UNPROCESSABLE_ENTITY, &why),
        Err(NoCopy::Fault) => told(StatusCode::INTERNAL_SERVER_ERROR, "the copy could not be made"),
    }
}

/// A message for a program.
fn told(status: StatusCode, message: &str) -> Answered {
    (status, [(header::CONTENT_TYPE, "application/json")], serde_json::json!({ "error": message }).to_string()).into_response()
}

fn told_later(refused: Refused) -> Answered {
    let (status, seconds) = wait(refused);
    let mut response = told(status, "too much is asked at once: ask again later");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Why there is nothing at a reader's address.
enum Missing {
    /// It is nobody's.
    Nobody,
    /// It was taken back.
    Gone,
}

/// Whom a token belongs to.
fn job(service: &Service, token: &str) -> Result<Job, Missing> {
    let job = service.invited().and_then(|invited| invited.get(token).cloned()).ok_or(Missing::Nobody)?;
    if job.entry.revoked { Err(Missing::Gone) } else { Ok(job) }
}

fn missing(service: &Service, why: &Missing) -> Answered {
    match why {
        Missing::Nobody => why_nothing(service, StatusCode::NOT_FOUND, service.pages.says.nothing_here),
        Missing::Gone => why_nothing(service, StatusCode::GONE, service.pages.says.gone),
    }
}

/// A reader's page without its last stroke, from which no file could be found.
async fn towards_reader(State(service): App, Path(token): Path<String>) -> Answered {
    match job(&service, &token) {
        // The token is one of ours, so it is plain letters. Relative, since what stands before it is the proxy's affair.
        Ok(_) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, format!("{token}/"))]).into_response(),
        Err(why) => missing(&service, &why),
    }
}

async fn reader(State(service): App, Path(token): Path<String>) -> Answered {
    let job = match job(&service, &token) {
        Ok(job) => job,
        Err(why) => return missing(&service, &why),
    };
    let files: Vec<FileLink> =
        service.endings().into_iter().map(|ending| FileLink { href: format!("book.{ending}"), ending: ending.to_string(), bytes: None }).collect();
    let (name, stage) = (job.entry.reader.name.as_deref(), job.stage.as_deref());
    let links = catalog::links();
    let catalogues = if service.settings.base.is_some() { links.as_slice() } else { &[] };
    let page = ReaderPage { name, stage, files: &files, catalogues };
    let mut response = Html(service.pages.reader(&page)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

async fn reader_file(State(service): App, Extension(peer): Extension<Peer>, Path((token, file)): Path<(String, String)>, headers: HeaderMap) -> Answered {
    let job = match job(&service, &token) {
        Ok(job) => job,
        Err(why) => return missing(&service, &why),
    };
    if file == ATOM || file == JSON {
        return match catalogue(&service, &token, &job, &file) {
            Some(answer) => answer,
            None => nothing(State(service)).await,
        };
    }
    let Some(ending) = file.strip_prefix("book.").filter(|ending| service.endings().contains(ending)) else {
        return nothing(State(service)).await;
    };
    if let Err(refused) = service.gate.knock(peer.0) {
        return later(&service, refused);
    }
    match given(&service, &headers, job.entry.reader, ending, true).await {
        Ok(answer) => answer,
        Err(NoCopy::Refused(refused)) => later(&service, refused),
        // The roster was checked: what is wrong is nobody's here.
        Err(NoCopy::Input(_) | NoCopy::Fault) => why_nothing(&service, StatusCode::INTERNAL_SERVER_ERROR, service.pages.says.busy),
    }
}

/// A reader's catalogue for a reading app; none where the service does not know its own address, since catalogues have whole ones.
fn catalogue(service: &Service, token: &str, job: &Job, file: &str) -> Option<Answered> {
    let (base, identity) = (service.settings.base.as_deref()?, job.entry.identity()?);
    let page = page_of(base, &token.to_ascii_lowercase());
    let file_of = |ending: &str| Acquisition { href: format!("{page}book.{ending}"), media: media_type(ending), bytes: None, open: false };
    let catalogue = catalog::catalogue(
        service.book(),
        base,
        &page,
        Some(Whose { identity, stage: job.stage.as_deref() }),
        service.endings().into_iter().map(file_of).collect(),
    );
    let (media, text) = if file == ATOM { (ATOM_TYPE, catalog::atom(&catalogue)) } else { (JSON_TYPE, catalog::json(&catalogue)) };
    Some(([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "private, no-store")], text).into_response())
}
