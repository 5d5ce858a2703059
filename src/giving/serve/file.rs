//! Files as answers. A copy: its media type, a name for every browser, a tag, and the part of it that was asked for. Tags, ranges and
//! conditions are read and written by the `headers` crate.

use std::ops::Bound;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use headers::{AcceptRanges, ContentLength, ContentRange, ETag, HeaderMapExt, IfNoneMatch, IfRange, Range};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::OwnedSemaphorePermit;
use tokio_stream::StreamExt;

use crate::bulk::media::media_type;
use crate::provenance::digest::{Digest, Digested};

/// Characters that stand for themselves in a name after RFC 8187.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The name under which a file is saved, as RFC 6266 has it: in ASCII for all, and as it is for those who read on.
fn disposition(stem: &str, ending: &str) -> HeaderValue {
    let plain: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let whole = format!("{stem}.{ending}");
    let text = format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{}", utf8_percent_encode(&whole, ATTRIBUTE));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The tag of a copy: what it is made from, by which version of the program, as what. It is known before the copy is made.
pub fn tag(input: &str, ending: &str) -> Option<ETag> {
    let digest = Digest::of(format!("{} {input} {ending}", env!("CARGO_PKG_VERSION")).as_bytes()).to_string();
    format!("\"{}\"", digest.get(..32)?).parse().ok()
}

/// A file that is the same for all, with a tag of its bytes: both are made once.
#[derive(Clone, Debug)]
pub struct PublicFile {
    media: &'static str,
    bytes: Bytes,
    tag: Option<ETag>,
}

impl PublicFile {
    /// A file, whose name tells its media type.
    pub fn new(name: &str, bytes: Bytes) -> PublicFile {
        let tag = format!("\"{}\"", Digest::of(&bytes).to_string().get(..32).unwrap_or_default()).parse().ok();
        PublicFile { media: media_type(name), bytes, tag }
    }

    /// The answer to who asks for it.
    pub fn answer(&self, headers: &HeaderMap) -> Response<Body> {
        let known = is_known(headers, self.tag.as_ref());
        let mut response = Response::new(if known { Body::empty() } else { Body::from(self.bytes.clone()) });
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let own = response.headers_mut();
        own.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media));
        own.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        self.tag.iter().for_each(|tag| own.typed_insert(tag.clone()));
        response
    }
}

/// Whether whoever asks has this very copy already.
pub fn is_known(headers: &HeaderMap, tag: Option<&ETag>) -> bool {
    match (headers.typed_get::<IfNoneMatch>(), tag) {
        (Some(known), Some(tag)) => !known.precondition_passes(tag),
        _ => false,
    }
}

/// Which bytes are asked for. None is all of them: no range, more than one, one of another copy, or one that is no range.
fn part(headers: &HeaderMap, tag: Option<&ETag>, size: u64) -> Option<Result<(u64, u64), ()>> {
    if headers.typed_get::<IfRange>().is_some_and(|only| only.is_modified(tag, None)) {
        return None;
    }
    let range = headers.typed_get::<Range>()?;
    let mut parts = range.satisfiable_ranges(size);
    let Some((from, to)) = parts.next() else { return Some(Err(())) };
    if parts.next().is_some() {
        return None;
    }
    let from = match from {
        Bound::Included(at) => at,
        Bound::Excluded(at) => at.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let to = match to {
        Bound::Included(at) => at.saturating_add(1),
        Bound::Excluded(at) => at,
        Bound::Unbounded => size,
    };
    let to = to.min(size);
    Some(if from < to { Ok((from, to)) } else { Err(()) })
}

/// Bytes that many files share, lent to an answer.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The file's bytes from one place to another, in the two parts in which it is held.
fn pieces(file: Digested, from: u64, to: u64) -> [Bytes; 2] {
    let (shared, own) = file.into_parts();
    let parts = [Bytes::from_owner(Shared(shared)), Bytes::from(own)];
    let mut before = 0;
    parts.map(|part| {
        let (start, end) = (before, before + part.len() as u64);
        before = end;
        let within = |at: u64| (at.clamp(start, end) - start) as usize;
        part.slice(within(from)..within(to).max(within(from)))
    })
}

/// What an answer with a copy needs to know.
pub struct Answer<'a> {
    /// The headers of the request.
    pub headers: &'a HeaderMap,
    /// Name of the file without ending.
    pub stem: &'a str,
    /// `pdf` or `epub`.
    pub ending: &'a str,
    /// Its tag.
    pub tag: Option<ETag>,
    /// Whether parts may be asked for.
    pub ranges: bool,
}

impl Answer<'_> {
    /// The answer to who has this copy already.
    pub fn unchanged(self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        self.common(response.headers_mut());
        response
    }

    /// The answer with the file. `way` is held until its last byte is sent.
    pub fn with(self, file: Digested, way: OwnedSemaphorePermit) -> Response<Body> {
        let size = file.size();
        let part = if self.ranges { part(self.headers, self.tag.as_ref(), size) } else { None };
        let (status, from, to) = match part {
            None => (StatusCode::OK, 0, size),
            Some(Ok((from, to))) => (StatusCode::PARTIAL_CONTENT, from, to),
            Some(Err(())) => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
        };
        let body = match status {
            StatusCode::RANGE_NOT_SATISFIABLE => Body::empty(),
            _ => Body::from_stream(tokio_stream::iter(pieces(file, from, to)).map(move |piece| {
                let _held = &way;
                Ok::<_, std::convert::Infallible>(piece)
            })),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.typed_insert(ContentLength(to - from));
        match status {
            StatusCode::PARTIAL_CONTENT => {
                if let Ok(range) = ContentRange::bytes(from..to, size) {
                    headers.typed_insert(range);
                }
            }
            StatusCode::RANGE_NOT_SATISFIABLE => headers.typed_insert(ContentRange::unsatisfied_bytes(size)),
            _ => {}
        }
        if status != StatusCode::RANGE_NOT_SATISFIABLE {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(self.ending)));
            headers.insert(header::CONTENT_DISPOSITION, disposition(self.stem, self.ending));
        }
        self.common(headers);
        response
    }

    fn common(&self, headers: &mut HeaderMap) {
        if let Some(tag) = &self.tag {
            headers.typed_insert(tag.clone());
        }
        if self.ranges {
            headers.typed_insert(AcceptRanges::bytes());
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::digest::Beginning;

    #[test]
    fn names_of_files_are_safe_in_a_header_and_whole_for_who_reads_on() {
        let text = |stem: &str| disposition(stem, "pdf").to_str().unwrap_or_default().to_string();
        assert_eq!(text("ada-lovelace--cto"), "attachment; filename=\"ada-lovelace--cto.pdf\"; filename*=UTF-8''ada-lovelace--cto.pdf");
        assert_eq!(text("ада"), "attachment; filename=\"___.pdf\"; filename*=UTF-8''%D0%B0%D0%B4%D0%B0.pdf");
        let hostile = text("a\"\r\nSet-Cookie: x=1; \\");
        assert!(!hostile.contains(['\r', '\n', '\\']) && hostile.matches('"').count() == 2, "{hostile}");
    }

    #[test]
    fn a_part_is_cut_out_of_both_halves() {
        let file = Beginning::new(b"shared-".to_vec()).file(b"own".to_vec());
        let cut = |from, to| pieces(file.clone(), from, to).concat();
        for from in 0..=10 {
            for to in from..=10 {
                assert_eq!(cut(from as u64, to as u64), &b"shared-own"[from..to], "{from}..{to}");
            }
        }
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let tag = tag("input", "pdf");
        let asked = |range: &'static str, only: Option<&str>| {
            let mut headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
            if let Some(value) = only.and_then(|only| HeaderValue::from_str(only).ok()) {
                headers.insert(header::IF_RANGE, value);
            }
            part(&headers, tag.as_ref(), 100)
        };
        for (range, expected) in [
            ("bytes=0-9", Some(Ok((0, 10)))),
            ("bytes=90-", Some(Ok((90, 100)))),
            ("bytes=-10", Some(Ok((90, 100)))),
            ("bytes=50-500", Some(Ok((50, 100)))),
            ("bytes=100-", Some(Err(()))),
            ("bytes=0-1,5-6", None),
            ("lines=0-9", None),
        ] {
            assert_eq!(asked(range, None), expected, "{range}");
        }
        assert_eq!(asked("bytes=0-9", Some("\"another\"")), None);
        let own = tag.as_ref().map(|tag| {
            let mut headers = HeaderMap::new();
            headers.typed_insert(tag.clone());
            headers.get(header::ETAG).and_then(|value| value.to_str().ok()).unwrap_or_default().to_string()
        });
        assert_eq!(asked("bytes=0-9", own.as_deref()), Some(Ok((0, 10))));
    }
}
