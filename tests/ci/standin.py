"""What stands in for the world around a job: a web server on loopback, `gh`, `cargo`."""
import http.server
import json
import os
import threading
from pathlib import Path


class Server:
    """Answers from `files` (path to status and bytes), takes whatever is sent, and remembers every request."""

    def __init__(self):
        self.files, self.requests, self.statuses = {}, [], {}
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                server.requests.append((self.command, self.path, dict(self.headers), body))
                fallback = (404, b"not found") if self.command == "GET" else (201, b"{}")
                status, data = server.files.get(self.path, fallback)
                status = server.statuses.get((self.command, self.path), status)
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_POST = answer

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()


GH = """\
#!/usr/bin/env python3
import json, os, shutil, sys
from pathlib import Path
home = Path({home!r})
words = sys.argv[1:]
with (home / "calls").open("a") as calls:
    calls.write(json.dumps({{"words": words, "repository": os.environ.get("GH_REPO"), "token": os.environ.get("GH_TOKEN")}}) + "\\n")
if words[:2] == ["attestation", "verify"]:
    sys.exit((home / "refuse").exists())
release = home / "releases" / words[2]
if words[:2] == ["release", "view"]:
    sys.exit(not release.is_dir())
if words[:2] == ["release", "create"]:
    release.mkdir(parents=True)
    shutil.copy(words[words.index("--notes-file") + 1], home / "notes")
elif words[:2] == ["release", "upload"]:
    for file in words[3:]:
        if not file.startswith("--"):
            shutil.copy(file, release)
else:
    sys.exit(f"gh does not know {{words}}")
"""

# What cargo would build is the program that was given.
CARGO = """\
#!/usr/bin/env python3
import shutil, sys
from pathlib import Path
words = sys.argv[1:]
with Path({calls!r}).open("a") as calls:
    calls.write(" ".join(words) + "\\n")
assert words[:3] == ["build", "--release", "--locked"], words
target = Path(words[words.index("--target-dir") + 1]) / "release"
target.mkdir(parents=True)
shutil.copy({program!r}, target / "handbook")
"""


class Commands:
    """A folder with `gh` and `cargo` for the path of a job, and what they were asked."""

    def __init__(self, folder, program):
        self.home = folder
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        self.write("gh", GH.format(home=str(folder)))
        self.write("cargo", CARGO.format(calls=str(folder / "cargo-calls"), program=str(program)))

    def write(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    @property
    def gh_calls(self):
        calls = self.home / "calls"
        return [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []

    @property
    def cargo_calls(self):
        calls = self.home / "cargo-calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def path(self, *, without=()):
        """A PATH of the stand-ins and the system's own commands."""
        for name in without:
            (self.bin / name).unlink()
        return os.pathsep.join([str(self.bin), "/usr/local/bin", "/usr/bin", "/bin"])

    def released(self, tag):
        folder = Path(self.home) / "releases" / tag
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else None
