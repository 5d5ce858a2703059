"""Debian's nginx and Caddy, as the documents set them up: in front of a service, and for what `publish` wrote."""
import re
import urllib.parse
from pathlib import Path

from world import BOOK, HOST, block, document, free_port, replaced

# Requests in which one program may see one request and the next one two. Behind each stands a question that the proxy lets nobody ask.
INNER = "GET /metrics HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
SMUGGLED = {
    "a length, and pieces that end before it": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nINNER",
    "pieces, and a length that ends before them": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nSIZE\r\nINNER\r\n0\r\n\r\n",
    "pieces with a blank before the colon": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: LENGTH\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nINNER",
    "pieces under another name": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: LENGTH\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nINNER",
    "pieces said twice": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: LENGTH\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nINNER",
    "pieces behind a tab": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: LENGTH\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\nINNER",
    "two lengths": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: LENGTH\r\n\r\nINNER",
    "a length with a sign": "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: +0\r\n\r\nINNER",
    "a body of a GET": "GET / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nX: y\r\n\r\nINNER",
    "a header within a header": "GET / HTTP/1.1\r\nHost: HOST\r\nX: y\rINNER\r\n\r\n",
    "a line's end in the path": "GET /%0d%0aINNERPATH HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "an address as the path": "GET http://HOST/metrics HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "a path that goes back": "GET /r/../metrics HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "a path that goes back in percents": "GET /r/%2e%2e/metrics HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "a path with two strokes": "GET //metrics HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "an upgrade to HTTP/2": "GET / HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\nINNER",
}


def smuggled(name):
    inner = INNER.replace("HOST", HOST)
    text = SMUGGLED[name].replace("INNERPATH", "GET%20/metrics").replace("INNER", inner).replace("HOST", HOST)
    return text.replace("LENGTH", str(len(inner) + 5)).replace("SIZE", f"{len(inner):x}").encode()


def proxied(world, port, service, logs):
    """A reader's page and files through a proxy, what it keeps to itself, what it refuses; and no token in any log."""
    copies = world.copies()
    for path in world.paths:
        page = world.ask(port, path)
        assert page.status == 200 and page.headers["Cache-Control"] == "private, no-store" and b"noindex" in page.body, f"{page.status} {page.body[:300]}"
        for ending in ("pdf", "epub"):
            book = world.ask(port, f"{path}book.{ending}", Accept_Encoding="gzip, zstd, br")
            name = re.search(r'filename="([^"]+)"', book.headers["Content-Disposition"] or "")
            made = [file.read_bytes() for file in copies.glob(f"*.{ending}")]
            assert book.status == 200 and name and book.body in made and book.headers["Content-Encoding"] is None, f"{book.status} {dict(book.headers)}"
        part = world.ask(port, f"{path}book.pdf", Range="bytes=10-19")
        assert part.status == 206 and len(part.body) == 10, part.status
        assert world.ask(port, path.rstrip("/")).status == 308
    token = world.paths[0].split("/")[2]
    assert world.ask(port, "/style.css").status == 200
    for path, status in [("/metrics", 404), ("/readyz", 404), (f"/r/{'a' * 32}/", 404), (f"{world.paths[0]}../../metrics", 404), ("/r/", 404)]:
        answer = world.ask(port, path)
        assert answer.status == status and b"handbook_" not in answer.body, f"{path}: {answer.status} {answer.body[:200]}"
    # By a detour.
    for path in ("//r/{}/", "/x/../r/{}/", "/r/{}/../../style.css", "/r/{}/../../../x", "/%72/{}/", "/%72/{}/../../style.css", "/r/{}/book.pdf?x=1"):
        answer = world.ask(port, path.format(world.paths[0].split("/")[2]))
        assert answer.status in (200, 400, 404), f"{path}: {answer.status}"
    world.ask(port, world.paths[0], host="another.example.org")
    # What is wrong with a request under /r/ is an entry for a log of errors.
    wrong = world.raw(port, f"POST {world.paths[0]}book.pdf HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 200000\r\n\r\n".encode() + b"x" * 200_000)
    assert b" 200 " not in wrong[:20], wrong[:300]
    for name in SMUGGLED:
        answer = world.raw(port, smuggled(name))
        assert b"handbook_" not in answer, f"{name}: the inner question was answered: {answer[-600:]}"
    assert world.ask(port, world.paths[1]).status == 200, "after all that it answers nobody"
    # The service is gone: so is the page, and the address is nobody's affair.
    service.__exit__()
    assert world.ask(port, f"{world.paths[0]}book.pdf").status == 502
    for log in logs():
        text = Path(log).read_text(encoding="utf-8", errors="replace")
        for path in world.paths:
            assert path.split("/")[2] not in text, f"{log} has a token: {re.search(r'.*' + path.split('/')[2] + r'.*', text)[0][:400]}"
        assert "Lovelace" not in text and "lovelace" not in text, f"{log} has a name"
    assert token not in service.said()


def nginx_in_front(world):
    """docs/serving/nginx.conf"""
    port, log = free_port(), world.folder / "nginx-error.log"
    with world.service("--verbose") as service:
        config = replaced(
            document("serving/nginx.conf"),
            ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
            ("/etc/ssl/book.example.org.pem", world.chain),
            ("/etc/ssl/book.example.org.key", world.private),
            ("/var/log/nginx/book.log", world.folder / "book.log"),
            ("127.0.0.1:8080", f"127.0.0.1:{service.port}"),
        )
        with world.nginx(config, port, log):
            proxied(world, port, service, lambda: [*world.folder.glob("nginx-*/*.log"), world.folder / "book.log", log])
        assert "/style.css" in (world.folder / "book.log").read_text(), "it logs nothing at all"


def caddy_in_front(world):
    """docs/serving/Caddyfile"""
    port = free_port()
    with world.service("--verbose") as service:
        config = replaced(
            document("serving/Caddyfile"),
            ("{\n\t# What goes wrong", f"{{\n\tadmin off\n\tauto_https disable_redirects\n\thttps_port {port}\n\t# What goes wrong"),
            (f"{HOST} {{", f"{HOST} {{\n\ttls {world.chain} {world.private}"),
            ("127.0.0.1:8080", f"127.0.0.1:{service.port}"),
        )
        with world.caddy(config, port) as caddy:
            proxied(world, port, service, lambda: [caddy.path])
            assert "/style.css" in caddy.said(), "it logs nothing at all"


def shelf(world, port, logs):
    """What `publish` wrote, by a server that only has files."""
    site = world.folder / "site"
    found = {str(file.relative_to(site)): file.read_bytes() for file in site.rglob("*") if file.is_file()}
    media = {"html": "text/html", "pdf": "application/pdf", "epub": "application/epub+zip", "xml": "application/atom+xml", "json": "application/opds+json"}
    personal = {name for name in found if re.match(r"r/[a-z2-7]{32}/", name)}
    public = {name for name in found if name.endswith((".xml", ".json", ".epub"))} - personal
    assert (len(personal), len(public)) == (10, 3), sorted(found)
    for name in sorted(personal | public):
        path = "/" + urllib.parse.quote(name.removesuffix("index.html"))
        answer = world.ask(port, path)
        assert answer.status == 200 and answer.body == found[name], f"{path}: {answer.status}"
        wanted = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"} if name in personal else {"X-Robots-Tag": None}
        assert {key: answer.headers[key] for key in wanted} == wanted, f"{path}: {dict(answer.headers)}"
        assert answer.headers["Content-Type"].split(";")[0] == media[name.rsplit(".", 1)[1]], f"{path}: {answer.headers['Content-Type']}"
    assert world.ask(port, "/").body == found["index.html"] and world.ask(port, "/style.css").status == 200
    nobody = world.ask(port, f"/r/{'a' * 32}/")
    world.ask(port, f"{world.paths[0]}no-such-file.pdf")
    listed = world.ask(port, "/r/")
    assert nobody.status in (403, 404) and listed.body == b"", f"{nobody.status} {listed.status} {listed.body[:300]}"
    for log in logs():
        text = Path(log).read_text(encoding="utf-8", errors="replace")
        assert not any(path.split("/")[2] in text for path in world.paths), f"{log} has a token"


def published(world):
    if not (world.folder / "site").exists():
        public = world.folder / "public"
        world.run("build", BOOK, "--format", "epub", "--no-system-fonts", "--out", public)
        publish = ["publish", world.copies(), "--out", world.folder / "site", "--key", world.key, "--base-url", f"https://{HOST}"]
        world.run(*publish, "--public", *public.glob("*.epub"))


def nginx_for_a_shelf(world):
    """docs/publishing.md, the block for nginx"""
    published(world)
    port, log = free_port(), world.folder / "shelf-error.log"
    location = replaced(block("publishing.md", "nginx"), ("/srv/site", world.folder / "site"))
    server = f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {world.chain}; ssl_certificate_key {world.private};\n{location}\n}}"
    with world.nginx(server, port, log):
        shelf(world, port, lambda: [*world.folder.glob(f"nginx-{port}/*.log"), log])


def caddy_for_a_shelf(world):
    """docs/publishing.md, the block for Caddy"""
    published(world)
    port = free_port()
    site = replaced(block("publishing.md", "caddyfile"), ("/srv/site", world.folder / "site"), ("books.example.org {", f"{HOST} {{\n\tlog\n\ttls {world.chain} {world.private}"))
    with world.caddy(f"{{\n\tadmin off\n\tauto_https disable_redirects\n\thttps_port {port}\n}}\n{site}", port) as caddy:
        shelf(world, port, lambda: [caddy.path])
