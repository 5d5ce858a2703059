"""What the tests of tests/serve/around.py share: examples as they stand in the documents, programs that run, and a service with its readers."""
import csv
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path

import trustme

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SERVERS = ROOT / "target" / "tools" / "servers"
BOOK = ROOT / "tests" / "constructs" / "manifest"
HOST = "book.example.org"
ROSTER = "name,stage,id\nAda Lovelace,first,a-1\nЛяля,second,l-1\n"


def document(name):
    return (DOCS / name).read_text(encoding="utf-8")


def block(name, language):
    """The only block of a language in a document."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", document(name), re.S | re.M)
    assert len(found) == 1, f"{name} has {len(found)} blocks of {language}"
    return found[0]


def replaced(text, *pairs):
    """A text with parts of an example put in place of what only the example's own machine has. Each must be there."""
    for old, new in pairs:
        assert old in text, f"`{old}` is not in the example"
        text = text.replace(old, str(new))
    return text


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def until(what, done, seconds=60):
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"never {what}"
        time.sleep(0.05)


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()


class Running:
    """A program of ours or of others, for the length of a block. All that it says is in its log."""

    def __init__(self, command, log, port, env=None, cwd=None):
        self.log, self.port, self.path = open(log, "wb"), port, log
        environment = {**os.environ, **(env or {})}
        self.process = subprocess.Popen([str(word) for word in command], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=environment, cwd=cwd)

    def listens(self):
        assert self.process.poll() is None, f"it ended: {self.said()}"
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def said(self):
        return Path(self.path).read_text(encoding="utf-8", errors="replace")

    def __enter__(self):
        try:
            until("listening", self.listens)
        except AssertionError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


class World:
    """The program, a place to work, certificates, a roster with its key, copies of it."""

    def __init__(self, program, folder):
        self.program, self.folder, self.remarks = program, folder, []
        # Servers that begin as root go on as somebody else.
        folder.chmod(0o755)
        authority = trustme.CA()
        certificate = authority.issue_cert(HOST)
        self.chain, self.private = folder / "chain.pem", folder / "private.pem"
        certificate.private_key_pem.write_to_path(self.private)
        self.chain.write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
        self.trust = ssl.create_default_context()
        authority.configure_trust(self.trust)
        self.roster, self.key = folder / "readers.csv", folder / "links.key"
        self.roster.write_text(ROSTER, encoding="utf-8")
        self.run("keygen", self.key, "--links")
        table = self.run("links", self.roster, "--project", BOOK, "--key", self.key, "--base-url", f"https://{HOST}")
        self.paths = [row["url"].removeprefix(f"https://{HOST}") for row in csv.DictReader(table.splitlines())]

    def run(self, *words):
        done = subprocess.run([str(word) for word in (self.program, *words)], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{words[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def copies(self):
        out = self.folder / "copies"
        if not out.exists():
            self.run("bulk", self.roster, "--project", BOOK, "--out", out, "--no-system-fonts", "--quiet")
        return out

    def service(self, *options):
        """By invitation, behind a proxy on this machine."""
        port = free_port()
        command = [self.program, "serve", BOOK, "--listen", f"127.0.0.1:{port}", "--base-url", f"https://{HOST}", "--trust-proxy", "127.0.0.1/32"]
        return Running([*command, "--roster", self.roster, "--key", self.key, "--no-system-fonts", *options], self.folder / "service.log", port)

    def nginx(self, config, port, log):
        """Debian's nginx with a part of `http { … }`."""
        place = self.folder / f"nginx-{port}"
        place.mkdir()
        temporary = "".join(f"{name}_temp_path {place}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "scgi", "uwsgi"))
        # What it says of itself goes to its log, with all that goes wrong anywhere.
        whole = f"daemon off;\npid {place}/pid;\nerror_log {log};\nevents {{}}\nhttp {{\naccess_log {place}/access.log;\n{temporary}{config}\n}}\n"
        (place / "nginx.conf").write_text(whole)
        # What this machine lacks lies beside it.
        libraries = {"LD_LIBRARY_PATH": os.pathsep.join(str(SERVERS / name) for name in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"))}
        return Running([SERVERS / "usr" / "sbin" / "nginx", "-p", place, "-c", place / "nginx.conf", "-e", log], place / "out.log", port, env=libraries)

    def caddy(self, config, port):
        place = self.folder / f"caddy-{port}"
        place.mkdir()
        (place / "Caddyfile").write_text(config)
        home = {"HOME": str(place), "XDG_DATA_HOME": str(place), "XDG_CONFIG_HOME": str(place)}
        command = [SERVERS / "usr" / "bin" / "caddy", "run", "--adapter", "caddyfile", "--config", place / "Caddyfile"]
        return Running(command, place / "out.log", port, env=home)

    def ask(self, port, path, method="GET", host=HOST, tls=True, body=None, **headers):
        headers = {"Host": host, "Connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        if tls:
            connection.sock = self.trust.wrap_socket(connection.sock, server_hostname=HOST)
        connection.request(method, path, body=body, headers=headers)
        return Answer(connection.getresponse())

    def raw(self, port, request):
        """Bytes as they are, over TLS, and all that comes back."""
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain, self.trust.wrap_socket(plain, server_hostname=HOST) as stream:
            stream.settimeout(1)
            answer = b""
            try:
                stream.sendall(request)
                while piece := stream.recv(1 << 16):
                    answer += piece
            except OSError:
                pass
            return answer
