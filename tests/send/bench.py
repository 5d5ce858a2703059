"""What all parts of tests/send share: the program, a place to work, copies of a small book, and what is wanted."""
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from servers import Certificates

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "tests" / "constructs" / "manifest"
FROM = "The Programme <books@example.org>"
MESSAGE = """# Your copy of {{ book.title }}

Dear {{ reader.first-name | friend }},

here is the book for the way to **{{ target.title }}**.
"""


# Whom copies are made for, where it does not matter.
READERS = [(f"Reader {n}", f"reader{n}@example.org") for n in range(1, 9)]


class Failed(Exception):
    pass


def wanted(true, why):
    if not true:
        raise Failed(why)


class Bench:
    """The program, a place to work, and copies of a small book."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.certificates = Certificates(folder)
        self.message = folder / "message.md"
        self.message.write_text(MESSAGE)
        self.copies = self.made("copies", READERS)

    def made(self, name, readers, out=None, env=None):
        """Copies for readers, their name and address, in a folder of that name or somewhere else."""
        roster = self.folder / f"{name}.csv"
        roster.write_text("name,email,stage\n" + "".join(f'"{who}",{address},1\n' for who, address in readers))
        out = out or self.folder / name
        command = [self.program, "bulk", roster, "--project", BOOK, "--out", out, "--format", "epub", "--quiet"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, env={**os.environ, **(env or {})})
        wanted(done.returncode == 0, done.stderr)
        return out

    def many(self, name, count):
        """Copies of a few bytes for as many readers: what is tried is the post, and not the press."""
        out = self.folder / name
        out.mkdir()
        shutil.copy(self.copies / "book.json", out)
        like = json.loads((self.copies / "manifest.jsonl").read_text().splitlines()[0])
        with open(out / "manifest.jsonl", "w") as manifest:
            for number in range(count):
                stem, data = f"reader-{number}--first", f"the book of reader {number}\n".encode()
                (out / f"{stem}.epub").write_bytes(data)
                file = {"path": f"{stem}.epub", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                about = {"row": number + 1, "copy": number + 1, "name": stem, "reader": f"Reader {number}", "email": f"reader{number}@example.org"}
                manifest.write(json.dumps(like | about | {"files": [file]}) + "\n")
        return out

    def command(self, copies, port, *options, scheme="smtp", message=True, files=True):
        command = [self.program, "send", copies, "--from", FROM, "--campaign", "test", *(["--attach", "epub"] if files else []), *options]
        if message:
            command += ["--message", self.message]
        return [str(word) for word in command + (["--smtp", f"{scheme}://localhost:{port}"] if port else [])]

    def environment(self, **more):
        return {**os.environ, "SSL_CERT_FILE": str(self.certificates.authority), "SSL_CERT_DIR": "", **more}

    def send(self, copies, port, *options, env=None, **more):
        command = self.command(copies, port, *options, **more)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=self.environment(**(env or {})))
        return done.returncode, done.stdout, done.stderr

    def run(self, *command, expected=0, env=None):
        """Another command of the program; all that it says."""
        done = subprocess.run([str(word) for word in (self.program, *command)], capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})})
        wanted(done.returncode == expected, f"{command[0]}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def fresh(self, copies):
        """No letter was sent yet."""
        (copies / "letters.jsonl").unlink(missing_ok=True)
        return copies


def fates(copies):
    """The last fate of each reader, with the Message-ID."""
    last = {}
    for line in (copies / "letters.jsonl").read_text().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        last[entry["reader"]] = (entry["fate"].replace("sending", "unknown"), entry["message_id"])
    return last


def tree(folder):
    """All files below a folder, by name."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
