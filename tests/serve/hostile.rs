//! Requests that somebody made to do harm, and the answer to each.

use crate::server::Server;

/// A request that somebody made to do harm, and the status that answers it.
type Hostile = (&'static str, &'static str, u16);

/// `HOST` is the service's own.
const HOSTILE: &[Hostile] = &[
    ("a path that leads out", "GET /../../etc/passwd HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("the same in percents", "GET /r/%2e%2e%2f%2e%2e%2fetc%2fpasswd/ HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("the same twice encoded", "GET /r/%252e%252e/book.pdf HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("a null", "GET /r/%00/book.pdf HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("a path that is no text", "GET /r/%ff%fe/ HTTP/1.1\r\nHost: HOST\r\n\r\n", 400),
    ("backslashes", "GET /r/..\\..\\book.pdf HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("an empty token", "GET /r// HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("the list of all", "GET /r/ HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("a guess", "GET /r/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/ HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("a guess at a file", "GET /r/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/book.pdf HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("a header in a path", "GET /r/x%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: HOST\r\n\r\n", 404),
    ("another's host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    ("another's host in the line", "GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\n\r\n", 421),
    ("a host that only begins like ours", "GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", 421),
    ("two hosts", "GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n", 421),
    ("no host", "GET / HTTP/1.1\r\n\r\n", 421),
    ("two lengths", "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nname=", 400),
    (
        "a length and pieces",
        "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",
        400,
    ),
    ("an encoding that is none", "POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    ("a header of two lines", "GET / HTTP/1.1\r\nHost: HOST\r\nX-A: a\r\n b\r\n\r\n", 400),
    ("a name with a blank", "GET / HTTP/1.1\r\nHost : HOST\r\n\r\n", 400),
    ("no HTTP", "hello\r\n\r\n", 400),
    ("a version of its own", "GET / HTTP/9.9\r\nHost: HOST\r\n\r\n", 400),
    ("another method", "DELETE / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n", 405),
    ("a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    (
        "a body of a gigabyte",
        "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1073741824\r\n\r\nname=",
        413,
    ),
    ("a body that is no form", "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nname=", 400),
    (
        "a key that is none",
        "POST /copies HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\n\r\n{}",
        401,
    ),
    ("JSON that is none", "POST /copies HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[[[", 422),
    ("no JSON at all", "POST /copies HTTP/1.1\r\nHost: HOST\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415),
];

#[test]
fn hostile_requests_are_answered_as_the_table_says() {
    let here = tempfile::tempdir().unwrap();
    let server = Server::start(here.path(), &["--rate", "0"]);
    for (what, request, status) in HOSTILE {
        let answer = server.raw(&request.replace("HOST", &server.address).as_bytes().close());
        assert_eq!(answer.status, *status, "{what}: {}", answer.head);
        assert!(answer.header("set-cookie").is_none() && !answer.text().contains("root:"), "{what}: {}", answer.head);
    }
    // What a name holds becomes neither a header, nor a file's name, nor markup.
    for (name, shown) in [
        ("..%2F..%2Fetc%2Fpasswd", "etc-passwd--third.pdf"),
        ("%22%3B+filename%3Dx.exe", "filename-x-exe--third.pdf"),
        ("%3Cimg+src%3Dx+onerror%3Dalert(1)%3E", "img-src-x-onerror-alert-1--third.pdf"),
        ("%7B%7B+reader.email+%7D%7D", "reader-email--third.pdf"),
    ] {
        let answer = server.form(&format!("name={name}&format=pdf"));
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        assert!(answer.header("set-cookie").is_none());
        let disposition = answer.header("content-disposition").unwrap();
        assert_eq!(disposition, format!("attachment; filename=\"{shown}\"; filename*=UTF-8''{shown}"));
    }
    let lines = server.form("name=A%0D%0ASet-Cookie%3A+x%3D1&format=pdf");
    assert!(lines.status == 422 && lines.header("set-cookie").is_none(), "{}", lines.head);
    let long = "n".repeat(201);
    assert_eq!(server.form(&format!("name={long}&format=pdf")).status, 413);
    assert_eq!(server.json(&format!("{{\"name\":\"{long}\",\"format\":\"pdf\"}}"), &[]).status, 413);
    assert_eq!(server.form(&format!("name=A&x={}", "n".repeat(70_000))).status, 413);
    for refused in ["note=x", "email=a%40b.c", "copy=7", "organisation=x", "all=yes"] {
        assert_eq!(server.form(&format!("name=A&format=pdf&{refused}")).status, 422, "{refused}");
    }
    assert_eq!(server.json("{\"name\":\"A\",\"note\":\"x\",\"format\":\"pdf\"}", &[]).status, 422);
    assert_eq!(server.get("/healthz").status, 200);
}

/// Requests of the table do not say that they are the last one: the line is closed for writing instead.
trait Close {
    fn close(&self) -> Vec<u8>;
}

impl Close for [u8] {
    fn close(&self) -> Vec<u8> {
        let text = String::from_utf8_lossy(self);
        match text.split_once("\r\n\r\n") {
            Some((head, body)) if !head.contains("Connection:") && head.contains("HTTP/1.1") => {
                format!("{head}\r\nConnection: close\r\n\r\n{body}").into_bytes()
            }
            _ => self.to_vec(),
        }
    }
}
