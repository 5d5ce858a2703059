//! The preview over HTTP: what is asked for, and who may ask.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Json, Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::json;

use crate::fonts::FontBook;
use crate::memo::Memo;
use crate::theme::Weight;
use crate::typeset::Item;

use super::book::{Choices, Shown};
use super::desk::Desk;
use super::editor::Editor;
use super::guard::Guard;
use super::proof::Proof;
use super::register::Register;
use super::state;
use super::svg::{self, Surroundings};

/// Bytes of a request at most.
const BODY: usize = 64 << 10;
/// How often a browser that hears nothing is told that the preview is still there.
const ALIVE: Duration = Duration::from_secs(10);
/// Bytes of pictures made ready that are kept.
const PICTURES: usize = 64 << 20;
/// Letters that are searched for, and pages that are told, at most.
const SEARCHED: usize = 100;
const HITS: usize = 200;

/// What the page may load: from here, and nothing else. Frames are the e-book's chapters.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
/// What a chapter of the e-book may: it runs nothing.
const CHAPTER_POLICY: &str =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// What answers.
pub(super) struct Service {
    desk: Arc<Desk>,
    guard: Guard,
    editor: Option<Editor>,
    register: Register,
    pictures: Memo,
    /// Pages drawn last, by their keys: two browsers ask for the same ones.
    drawn: Mutex<Vec<(String, Arc<str>)>>,
    faces: Interface,
}

/// The faces of the preview's own page.
struct Interface(FontBook);

impl Service {
    pub fn new(desk: Arc<Desk>, guard: Guard, editor: Option<Editor>) -> Arc<Service> {
        let (register, pictures, drawn) = (Register::default(), Memo::new(PICTURES), Mutex::default());
        Arc::new(Service { desk, guard, editor, register, pictures, drawn, faces: Interface(FontBook::built_in()) })
    }

    fn shown(&self) -> Arc<Shown> {
        self.desk.shown().borrow().clone()
    }

    /// A page drawn, counted from 0.
    fn page(&self, proof: &Proof, page: usize) -> Option<Arc<str>> {
        let key = state::short(proof.keys.get(page)?.whole);
        let known = |drawn: &[(String, Arc<str>)]| drawn.iter().find(|(known, _)| *known == key).map(|(_, svg)| svg.clone());
        let layout = &proof.pages.layout;
        let drawn = known(&self.drawn.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(svg) = drawn {
            // What it shows may have been gone in between, and is there again.
            for placed in &layout.pages.get(page)?.body.items {
                if let Item::Picture { file, .. } = &placed.item {
                    self.register.picture(file, proof.pages.fonts());
                }
            }
            return Some(svg);
        }
        let faces = self.register.faces(proof.pages.fonts());
        let around = Surroundings {
            fonts: proof.pages.fonts(),
            tags: &layout.tags,
            paper: layout.paper,
            face_name: &|face| faces.get(usize::from(face)).copied().unwrap_or_default(),
            picture: &|file| format!("/picture/{}", self.register.picture(file, proof.pages.fonts())),
            is_there: &|name| proof.page_of(name).is_some(),
        };
        let svg: Arc<str> = svg::page(layout.pages.get(page)?, &around).into();
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.len() >= 64 {
            drawn.remove(0);
        }
        drawn.push((key, svg.clone()));
        Some(svg)
    }
}

/// All that can be asked for.
pub(super) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/preview.css", get(async || text("text/css; charset=utf-8", include_str!("page/preview.css"))))
        .route("/preview.js", get(async || text("text/javascript; charset=utf-8", include_str!("page/preview.js"))))
        .route("/icon.svg", get(async || text("image/svg+xml", include_str!("page/icon.svg"))))
        .route("/frame/light.css", get(async || text("text/css", ":root { color-scheme: light; background: #fff; } body { margin: 1.5em 8%; }")))
        .route(
            "/frame/dark.css",
            get(async || text("text/css", ":root { color-scheme: dark; background: #16181a; color: #e4e2dd; } body { margin: 1.5em 8%; }")),
        )
        .route("/font/{name}", get(font))
        .route("/state", get(whole_state))
        .route("/events", get(events))
        .route("/page/{number}", get(one_page))
        .route("/picture/{number}", get(picture))
        .route("/search", get(search))
        .route("/place", get(place))
        .route("/named", get(named))
        .route("/message", get(message))
        .route("/chapters", get(chapters))
        .route("/book/{ground}/{*file}", get(chapter))
        .route("/choose", post(choose))
        .route("/open", post(open))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(service.clone(), guarded))
        .with_state(service)
}

/// Every request and every answer goes through here.
async fn guarded(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let allowed = service.guard.host(headers).and_then(|()| match *request.method() {
        Method::GET | Method::HEAD => Ok(()),
        Method::POST => service.guard.acts(headers),
        _ => Err(StatusCode::METHOD_NOT_ALLOWED),
    });
    let mut answer = match allowed {
        Ok(()) => next.run(request).await,
        Err(status) => status.into_response(),
    };
    let headers = answer.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    answer
}

/// Runs work that takes a moment where it keeps nobody waiting.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StatusCode> {
    tokio::task::spawn_blocking(move || crate::panics::guarded(work)).await.ok().and_then(Result::ok).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn text(media: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media)], text).into_response()
}

async fn page(State(service): State<Arc<Service>>) -> Response {
    let page = include_str!("page/preview.html")
        .replace("@token@", service.guard.token())
        .replace("@run@", &service.guard.run())
        .replace("@editor@", if service.editor.is_some() { "yes" } else { "" });
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)], page).into_response()
}

async fn font(State(service): State<Arc<Service>>, Path(name): Path<String>) -> Result<Response, StatusCode> {
    let (family, weight, italic) = match name.as_str() {
        "sans" => ("Source Sans 3", Weight::Regular, false),
        "sans-bold" => ("Source Sans 3", Weight::Semibold, false),
        "serif" => ("Source Serif 4 Display", Weight::Regular, false),
        "code" => ("Source Code Pro", Weight::Regular, false),
        _ => return Err(StatusCode::NOT_FOUND),
    };
    let book = &service.faces.0;
    let face = book.find(family, weight, italic).ok_or(StatusCode::NOT_FOUND)?;
    let headers = [(header::CONTENT_TYPE, "font/ttf"), (header::CACHE_CONTROL, "private, max-age=86400")];
    Ok((headers, book.face(face).data.as_ref().to_vec()).into_response())
}

async fn whole_state(State(service): State<Arc<Service>>) -> Result<Response, StatusCode> {
    let state = aside(move || state::state(&service.shown(), &service.desk.source)).await?;
    Ok(axum::Json(state).into_response())
}

/// What is new, as it comes; at first how things stand, so that whoever was away knows.
async fn events(State(service): State<Arc<Service>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let receiver = service.desk.shown();
    let run: Arc<str> = service.guard.run().into();
    let events = stream::unfold((receiver, true, run), |(mut receiver, first, run)| async move {
        if !first && receiver.changed().await.is_err() {
            return None;
        }
        let shown = receiver.borrow_and_update().clone();
        let event = Event::default().id(shown.version.to_string()).data(state::event(&shown, &run).to_string());
        Some((Ok(event), (receiver, false, run)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE))
}

async fn one_page(State(service): State<Arc<Service>>, Path(number): Path<usize>) -> Result<Response, StatusCode> {
    let proof = service.shown().proof.clone().ok_or(StatusCode::NOT_FOUND)?;
    let page = number.checked_sub(1).filter(|page| *page < proof.keys.len()).ok_or(StatusCode::NOT_FOUND)?;
    let key = proof.keys.get(page).map(|keys| state::short(keys.whole)).unwrap_or_default();
    let svg = aside(move || service.page(&proof, page)).await?.ok_or(StatusCode::NOT_FOUND)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CHAPTER_POLICY)),
        (HeaderName::from_static("x-page-key"), HeaderValue::from_str(&key).unwrap_or(HeaderValue::from_static(""))),
    ];
    Ok((headers, svg.to_string()).into_response())
}

async fn picture(State(service): State<Arc<Service>>, Path(number): Path<usize>) -> Result<Response, StatusCode> {
    let (media, bytes) = aside(move || service.register.shown(number, &service.pictures)).await?.ok_or(StatusCode::NOT_FOUND)?;
    let headers = [(header::CONTENT_TYPE, media), (header::CONTENT_SECURITY_POLICY, CHAPTER_POLICY), (header::CACHE_CONTROL, "private, max-age=3600")];
    Ok((headers, bytes).into_response())
}

#[derive(Deserialize)]
struct Searched {
    text: String,
}

/// The pages on which a text stands, however its letters are written.
async fn search(State(service): State<Arc<Service>>, Query(Searched { text }): Query<Searched>) -> Result<Response, StatusCode> {
    let proof = service.shown().proof.clone().ok_or(StatusCode::NOT_FOUND)?;
    let wanted: String = text.chars().take(SEARCHED).collect::<String>().to_lowercase();
    let wanted = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
    let hits = aside(move || proof.search(&wanted, HITS)).await?;
    let hits = hits.into_iter().map(|(page, item, line)| json!([page + 1, item, line]));
    Ok(axum::Json(json!({ "hits": hits.collect::<Vec<_>>() })).into_response())
}

#[derive(Clone, Copy, Deserialize)]
struct OnPage {
    page: usize,
    item: usize,
}

impl Service {
    fn spot(&self, at: OnPage) -> Option<super::places::Spot> {
        self.shown().proof.as_ref()?.source_of(at.page.checked_sub(1)?, at.item)
    }
}

/// Where a line of a page comes from.
async fn place(State(service): State<Arc<Service>>, Query(at): Query<OnPage>) -> Result<Response, StatusCode> {
    let spot = aside(move || service.spot(at)).await?.ok_or(StatusCode::NOT_FOUND)?;
    Ok(axum::Json(json!({ "file": spot.name, "line": spot.line, "column": spot.column })).into_response())
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// The page of a place that a link names.
async fn named(State(service): State<Arc<Service>>, Query(Named { name }): Query<Named>) -> Result<Response, StatusCode> {
    let page = aside(move || service.shown().proof.as_ref()?.page_of(&name)).await?.ok_or(StatusCode::NOT_FOUND)?;
    Ok(axum::Json(json!({ "page": page + 1 })).into_response())
}

#[derive(Deserialize)]
struct Message {
    number: usize,
}

/// The page that a message is about.
async fn message(State(service): State<Arc<Service>>, Query(Message { number }): Query<Message>) -> Result<Response, StatusCode> {
    let found = aside(move || {
        let shown = service.shown();
        let proof = shown.proof.as_ref()?;
        let place = shown.messages().nth(number)?.place.clone()?;
        proof.page_of_source(&place.file, place.line)
    });
    let (page, item) = found.await?.ok_or(StatusCode::NOT_FOUND)?;
    Ok(axum::Json(json!({ "page": page + 1, "item": item })).into_response())
}

async fn chapters(State(service): State<Arc<Service>>) -> Result<Response, StatusCode> {
    let chapters = aside(move || {
        let proof = service.shown().proof.clone()?;
        let glance = proof.glance()?;
        let chapters = glance.chapters().into_iter().map(|chapter| json!([chapter.file, chapter.title]));
        Some(json!(chapters.collect::<Vec<_>>()))
    });
    Ok(axum::Json(chapters.await?.ok_or(StatusCode::NOT_FOUND)?).into_response())
}

/// A file of the e-book, on a light or a dark ground.
async fn chapter(State(service): State<Arc<Service>>, Path((ground, file)): Path<(String, String)>) -> Result<Response, StatusCode> {
    let dark = match ground.as_str() {
        "light" => false,
        "dark" => true,
        _ => return Err(StatusCode::NOT_FOUND),
    };
    let found = aside(move || service.shown().proof.as_ref()?.glance()?.file(&file)).await?.ok_or(StatusCode::NOT_FOUND)?;
    let mut bytes = found.bytes;
    if found.media == "application/xhtml+xml" {
        bytes = super::ground::on(String::from_utf8_lossy(&bytes).into_owned(), dark).into_bytes();
    }
    let headers = [(header::CONTENT_TYPE, found.media), (header::CONTENT_SECURITY_POLICY, CHAPTER_POLICY)];
    Ok((headers, bytes).into_response())
}

/// Makes the book for somebody else, or otherwise.
async fn choose(State(service): State<Arc<Service>>, Json(choices): Json<Choices>) -> StatusCode {
    if !choices.sound(&service.desk.source) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    service.desk.choose(choices);
    StatusCode::ACCEPTED
}

/// What is to be opened in the editor: a line of a page, or the place of a message.
#[derive(Deserialize)]
#[serde(untagged)]
enum Opened {
    Line(OnPage),
    Message { message: usize },
}

async fn open(State(service): State<Arc<Service>>, Json(opened): Json<Opened>) -> Response {
    let answer = aside(move || {
        let editor = service.editor.as_ref().ok_or((StatusCode::CONFLICT, "no editor is named: start the preview with --editor".to_string()))?;
        let spot = match opened {
            Opened::Line(at) => service.spot(at),
            Opened::Message { message } => {
                let shown = service.shown();
                let place = shown.messages().nth(message).and_then(|said| said.place.clone());
                place.and_then(|place| shown.spot_of(&place))
            }
        };
        let spot = spot.ok_or((StatusCode::NOT_FOUND, "this does not come from a file of the book".to_string()))?;
        editor.open(&spot).map_err(|why| (StatusCode::CONFLICT, why))
    });
    match answer.await {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err((status, why))) => (status, why).into_response(),
        Err(status) => status.into_response(),
    }
}
