"""Copies for a roster: killed and resumed, in shares, into a bucket, one that fails; each the same as `handbook build` makes."""
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import place
import rosters
import s3
from books import Book
from place import BOOKS, CONSTRUCTS, EPOCH, ROOT, run

GROUP = "bulk"
PROJECT = CONSTRUCTS / "manifest"
WORK = BOOKS / "bulk"

# What stands beside the copies.
BESIDE = ("manifest.jsonl", "manifest.csv", "book.json", "cover.png", "cover-first.png", "cover-second.png")

# Copies of the handbook itself that are held against `build` and then go before all judges.
COPIES = 10


def bulk(roster, out, *options, project=PROJECT, env=None, stdin=None):
    """Runs the command; status, standard output, standard error."""
    command = [place.PROGRAM, "bulk", roster, "--project", project, "--out", out, *options]
    if stdin is None:
        return run(command, env=env)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, cwd=ROOT, env=environment, timeout=300)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def files(folder):
    """All that a run left, but for the log of times: by name."""
    found = {file.name: file for file in Path(folder).rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if not name.endswith(".log.jsonl")}


def only_copies(found):
    """The copies among a run's files."""
    return {name: data for name, data in found.items() if name.endswith((".pdf", ".epub"))}


def difference(expected, found):
    """What differs between two sets of files, or None."""
    missing, more = sorted(expected.keys() - found.keys()), sorted(found.keys() - expected.keys())
    other = sorted(name for name in expected.keys() & found.keys() if expected[name] != found[name])
    parts = [(missing, "missing"), (more, "too many"), (other, "different")]
    return "; ".join(f"{what}: {', '.join(names[:5])}" for names, what in parts if names) or None


def check_bulk(report, _books):
    """All that can be tried with a small book."""
    with report.timed(GROUP):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        rows = rosters.readers(40, stages=3, paths=["side", "guide"])
        roster = rosters.write(WORK / "readers.csv", rows)
        status, _, stderr = bulk(roster, WORK / "whole")
        whole = files(WORK / "whole")
        expected = 2 * len(rows) + len(BESIDE)
        problem = (status and stderr) or (len(whole) != expected and f"{len(whole)} files, not {expected}")
        report.check(GROUP, "a whole run", problem)
        if problem:
            return
        report.check(GROUP, "a second run", second(roster, whole))
        report.check(GROUP, "other ways to give a roster", other_ways(roster, rows, whole))
        report.check(GROUP, "one that fails", one_fails(roster))
        for count in (2, 3, 7):
            report.check(GROUP, f"{count} shares", shares(roster, count, whole))
        for archive in ("reader", "group"):
            report.check(GROUP, f"archives for each {archive}", archives(roster, archive))
        report.check(GROUP, "killed and resumed", killed(roster, whole, WORK / "killed"))
        for name, problem in worked_files(roster, whole):
            report.check(GROUP, f"docs/clusters.md: {name}", problem)
        report.check(GROUP, "the same as build", same_as_build(WORK / "whole", rows, PROJECT, random.Random(1).sample(range(40), 8)))
        report.check(GROUP, "nobody else can read them", unreadable(WORK / "whole"))
        bucket(report, roster, whole)


def second(roster, whole):
    """Another run, on one thread, and one that finds everything right, one file changed, one missing."""
    status, _, stderr = bulk(roster, WORK / "second", "--jobs", "1")
    problem = (status and stderr) or difference(whole, files(WORK / "second"))
    if problem:
        return problem
    names = sorted(name for name in whole if name.endswith(".pdf"))
    (WORK / "second" / names[0]).unlink()
    (WORK / "second" / names[1]).write_bytes(whole[names[1]] + b"x")
    status, stdout, stderr = bulk(roster, WORK / "second", "--resume", "--json")
    copies = json.loads(stdout)["copies"] if status == 0 else None
    if copies is None or (copies["made"], copies["kept"]) != (2, 38):
        return f"{copies}\n{stderr}"
    return difference(whole, files(WORK / "second"))


def other_ways(roster, rows, whole):
    """From standard input, with a byte order mark, as JSON lines and as YAML."""
    lines = "".join(json.dumps({key: value for key, value in row.items() if value != ""}) + "\n" for row in rows)
    yaml = "".join("- " + json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    copies = only_copies(whole)
    ways = {"csv": b"\xef\xbb\xbf" + roster.read_bytes(), "jsonl": lines.encode(), "yaml": yaml.encode()}
    for name, text in ways.items():
        out = WORK / f"way-{name}"
        status, _, stderr = bulk("-", out, stdin=text)
        problem = (status and stderr) or difference(copies, only_copies(files(out)))
        if problem:
            return f"{name}: {problem}"
    return None


def one_fails(roster):
    """A field that the book asks for and one reader lacks: the others get their copies, and the exit status remembers."""
    project = WORK / "asking"
    shutil.copytree(PROJECT, project)
    letter = project / "front" / "letter.md"
    letter.write_text(letter.read_text(encoding="utf-8") + "\n\nColour: {{ field.colour }}.\n", encoding="utf-8")
    lines = WORK / "colours.jsonl"
    lines.write_text('{"name": "Ada", "colour": "red"}\n{"name": "Bob"}\n{"name": "Eve", "colour": "blue"}\n', encoding="utf-8")
    status, _, stderr = bulk(lines, WORK / "asked", project=project)
    names = sorted(only_copies(files(WORK / "asked")))
    if status != 3 or names != ["ada--third.epub", "ada--third.pdf", "eve--third.epub", "eve--third.pdf"] or "bob--third" not in stderr:
        return f"exit status {status}, {names}\n{stderr}"
    failed = [json.loads(line) for line in (WORK / "asked" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    return None if [record["status"] for record in failed] == ["made", "failed", "made"] else f"{failed}"


def shares(roster, count, whole):
    """The union of all shares is the whole run, the manifests too."""
    out = WORK / f"shares-{count}"
    for index in range(1, count + 1):
        status, _, stderr = bulk(roster, out, "--shard", f"{index}/{count}")
        if status:
            return stderr
    found = files(out)
    parts = [found.pop(f"manifest-{index}-of-{count}.jsonl").decode().splitlines() for index in range(1, count + 1)]
    lines = sorted((line for part in parts for line in part), key=lambda line: json.loads(line)["row"])
    found["manifest.jsonl"] = "".join(line + "\n" for line in lines).encode()
    # The tables for mail merges, without the line of their heads that each of them has.
    tables = [found.pop(f"manifest-{index}-of-{count}.csv").splitlines() for index in range(1, count + 1)]
    if {table[0] for table in tables} != {whole["manifest.csv"].splitlines()[0]}:
        return "the shares' tables have other heads"
    if sorted(row for table in tables for row in table[1:]) != sorted(whole["manifest.csv"].splitlines()[1:]):
        return "the shares' tables have other rows"
    return difference({name: data for name, data in whole.items() if name != "manifest.csv"}, found)


def archives(roster, kind):
    """Two runs give the same archives; `unzip` finds nothing wrong with them."""
    sets = []
    for number in (1, 2):
        out = WORK / f"archive-{kind}-{number}"
        status, _, stderr = bulk(roster, out, "--archive", kind, "--jobs", number)
        if status:
            return stderr
        sets.append(files(out))
    zips = [name for name in sets[0] if name.endswith(".zip")]
    if len(zips) != (40 if kind == "reader" else 3):
        return f"{len(zips)} archives"
    for name in zips[:5]:
        status, stdout, stderr = run(["unzip", "-tq", WORK / f"archive-{kind}-1" / name])
        if status:
            return stdout + stderr
    return difference(sets[0], sets[1])


# What stands in for the programs around `handbook` in the worked files of docs/clusters.md: `aws s3 cp FROM TO` copies the
# roster, `parallel` runs its command once for each word after `:::`.
STAND_INS = {
    "aws": """#!/bin/sh
test "$1 $2" = "s3 cp" && exec cp roster.csv "$4"
exit 64
""",
    "parallel": """#!/usr/bin/env python3
import subprocess, sys
at = sys.argv.index(":::")
done = [subprocess.run([word.replace("{}", item) for word in sys.argv[1:at]]).returncode for item in sys.argv[at + 1 :]]
sys.exit(sum(code != 0 for code in done))
""",
}


def worked_files(roster, whole):
    """The commands of docs/clusters.md as they stand there, each run for all of its eight shares: together they make the whole."""
    text = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")
    place_of = WORK / "worked"
    programs = place_of / "bin"
    programs.mkdir(parents=True)
    for name, script in STAND_INS.items():
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    (programs / "handbook").symlink_to(place.PROGRAM)
    shutil.copy(roster, place_of / "readers.csv")
    shutil.copy(roster, place_of / "roster.csv")
    (place_of / "my-book").symlink_to(PROJECT)
    for name, wanted in {"GNU parallel": 1, "GitHub Actions": 8, "Kubernetes": 8, "Slurm": 8}.items():
        yield name, worked_file(name, wanted, text, place_of, whole)


def worked_file(name, wanted, text, folder, whole):
    section = re.search(rf"\*\*{name}\*\*.*?```\w+\n(.*?)```", text, re.S)
    if not section:
        return "it has no worked file"
    out = folder / "".join(filter(str.isalpha, name))
    script = command_of(name, section[1])
    if not script or "handbook bulk" not in script:
        return f"no command in it: {script}"
    # Paths and buckets of the example become a folder here.
    script = re.sub(r"--out \S+", f"--out {out}", script).replace("/roster/readers.csv", "readers.csv").replace("/book", "my-book")
    script = script.replace("/my-my-book", "/my-book")
    for share in range(1, wanted + 1):
        env = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        env |= {"JOB_COMPLETION_INDEX": str(share - 1)}
        env |= {"SLURM_ARRAY_TASK_ID": str(share), "SLURM_ARRAY_TASK_COUNT": "8", "SLURM_CPUS_PER_TASK": "4"}
        status, _, stderr = run(["sh", "-ec", script.replace("${{ matrix.shard }}", str(share))], env=env, cwd=folder)
        if status:
            return f"share {share}: exit status {status}\n{script}\n{stderr}"
    found = files(out)
    manifests = sorted(name for name in found if name.startswith("manifest"))
    if manifests != [f"manifest-{share}-of-8.{ending}" for share in range(1, 9) for ending in ("csv", "jsonl")]:
        return f"{manifests}"
    return difference(only_copies(whole), only_copies(found))


def command_of(name, text):
    """The shell script in a worked file."""
    if name in ("GNU parallel", "Slurm"):
        return text
    # The last block text of the YAML, or the arguments of the container: all lines that are indented further.
    lines = text.splitlines()
    at = max((number for number, line in enumerate(lines) if re.search(r"(run: \||- >-)$", line)), default=None)
    if at is None:
        return None
    indent = len(lines[at]) - len(lines[at].lstrip())
    block = [line.strip() for line in lines[at + 1 :]]
    deeper = [len(line) - len(line.lstrip()) > indent for line in lines[at + 1 :]]
    block = block[: deeper.index(False)] if False in deeper else block
    return (" " if lines[at].endswith(">-") else "\n").join(block)


def start(roster, out, *options, env=None):
    command = [place.PROGRAM, "bulk", roster, "--project", PROJECT, "--out", out, *options]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **(env or {})}
    return subprocess.Popen([str(word) for word in command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def killed(roster, whole, out):
    """Killed at ten random moments, resumed after each: in the end the files of an undisturbed run, and at no moment one
    that is half written. Half of the moments are by the clock, so that they fall into the reading of roster and book as
    well; half as soon as some random number of further files is there, so that they fall among the copies on any machine."""
    begun = time.monotonic()
    status, _, stderr = bulk(roster, WORK / "timed")
    if status:
        return stderr
    length = time.monotonic() - begun
    chance = random.Random(7)
    among = 0
    for moment in range(1, 11):
        there = count(out)
        child = start(roster, out, "--resume")
        if moment % 2:
            time.sleep(chance.uniform(0.02, 0.35 * length))
        else:
            wanted = there + chance.randint(1, max(1, (len(whole) - there) // 2))
            while count(out) < wanted and child.poll() is None:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.01))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stderr.close()
        among += there < count(out) < len(whole)
        problem = half_written(out, whole)
        if problem:
            return f"after {moment} times: {problem}"
        if moment == 5:
            # So that the later moments too fall into a run that has work to do.
            shutil.rmtree(out, ignore_errors=True)
    if among < 4:
        return f"only {among} of ten moments fell among the copies"
    status, _, stderr = bulk(roster, out, "--resume")
    return (status and stderr) or difference(whole, files(out))


def count(out):
    """How many files are in their place."""
    return sum(1 for file in Path(out).glob("*") if file.is_file()) if Path(out).is_dir() else 0


def half_written(out, whole):
    """Every file beside the working folder is one of an undisturbed run, byte for byte."""
    found = {file.name: file.read_bytes() for file in Path(out).glob("*") if file.is_file() and not file.name.endswith(".log.jsonl")} if Path(out).is_dir() else {}
    wrong = [name for name, data in found.items() if whole.get(name) != data]
    return f"{wrong[:5]}" if wrong else None


def same_as_build(folder, rows, project, numbers):
    """Copies as `handbook build` makes them for the same reader, byte for byte."""
    records = [json.loads(line) for line in (Path(folder) / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    for number in numbers:
        out = WORK / "built" / str(number)
        shutil.rmtree(out, ignore_errors=True)
        arguments = rosters.build_arguments(rows[number], number + 1)
        status, _, stderr = run([place.PROGRAM, "build", project, *arguments, "--out", out])
        if status:
            return stderr
        for file in records[number]["files"]:
            built = next(out.glob("*." + file["path"].rsplit(".", 1)[1]))
            if built.read_bytes() != (Path(folder) / file["path"]).read_bytes():
                return f"{file['path']} is not what build makes: {' '.join(map(str, arguments))[:300]}"
    return None


def unreadable(folder):
    """Copies and manifest can be read by their owner only."""
    open_to_others = [file.name for file in Path(folder).glob("*") if file.stat().st_mode & 0o077]
    return f"{open_to_others[:5]}" if open_to_others else None


def bucket(report, roster, whole):
    """Into an S3-compatible bucket: the same files; nothing sent that is right already; killed and resumed."""
    group = "bucket"
    with s3.server(WORK) as env:
        address = "s3://copies/run"
        status, _, stderr = bulk(roster, address, env=env)
        sent = s3.objects(env, "run")
        report.check(group, "a whole run", (status and stderr) or difference(whole, {name: entry[0] for name, entry in sent.items()}))
        media = {name.rsplit(".", 1)[1]: entry[2] for name, entry in sent.items()}
        expected = {"pdf": "application/pdf", "epub": "application/epub+zip", "jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8", "json": "application/json", "png": "image/png"}
        report.check(group, "media types", media != expected and f"{media}")
        time.sleep(1.1)
        status, stdout, stderr = bulk(roster, address, "--resume", "--json", env=env)
        copies = json.loads(stdout)["copies"] if status == 0 else {}
        report.check(group, "a resumed run makes nothing", (copies.get("made"), copies.get("kept")) != (0, 40) and f"{copies}\n{stderr}")
        status, _, stderr = bulk(roster, address, env=env)
        again = s3.objects(env, "run")
        touched = [name for name, entry in again.items() if entry[1] != sent[name][1] and name not in BESIDE]
        report.check(group, "what is right is not sent again", (status and stderr) or (touched and f"{touched[:5]}"))
        report.check(group, "what is missing or another's is made again", mended(roster, whole, env))
        report.check(group, "killed and resumed", bucket_killed(roster, whole, env))
        report.check(group, "a server that fails now and then", unsteady(roster, whole, env))
        status, _, stderr = bulk(roster, "s3://nowhere/run", env=env)
        report.check(group, "a bucket that is not there", (status != 1 or "NoSuchBucket" not in stderr) and f"exit status {status}: {stderr}")
        for index in (1, 2):
            status, _, stderr = bulk(roster, "s3://copies/shares", "--shard", f"{index}/2", "--archive", "group", env=env)
            report.check(group, f"share {index}", status and stderr)
        shared = {name: entry[0] for name, entry in s3.objects(env, "shares").items() if name.endswith((".pdf", ".epub"))}
        report.check(group, "two shares", difference(only_copies(whole), shared))
    status, _, stderr = bulk(roster, "s3://copies/run", env=env)
    report.check(group, "a server that does not answer", (status != 1 or "cannot be written to" not in stderr) and f"exit status {status}: {stderr}")


def mended(roster, whole, env):
    """One object deleted, one put by somebody else: a resumed run makes these two copies, and no other."""
    names = sorted(name for name in whole if name.endswith(".epub"))
    delete = f"s3.delete_object(Bucket=bucket, Key={'run/' + names[0]!r})"
    put = f"s3.put_object(Bucket=bucket, Key={'run/' + names[1]!r}, Body=b'something else')"
    problem = s3.command(env, delete, put)
    if problem:
        return problem
    status, stdout, stderr = bulk(roster, "s3://copies/run", "--resume", "--json", env=env)
    copies = json.loads(stdout)["copies"] if status == 0 else {}
    if (copies.get("made"), copies.get("kept")) != (2, 38):
        return f"{copies}\n{stderr}"
    return difference(whole, {name: entry[0] for name, entry in s3.objects(env, "run").items()})


class Unsteady(BaseHTTPRequestHandler):
    """Hands requests on to a server, but refuses every third one, by turns with a status and by hanging up."""

    protocol_version = "HTTP/1.1"
    behind = None
    lock = threading.Lock()
    asked = refused = 0

    def hand_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with Unsteady.lock:
            Unsteady.asked += 1
            fails = Unsteady.asked % 3 == 0
            Unsteady.refused += fails
            hangs_up = Unsteady.refused % 2 == 0
        if fails and hangs_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if fails:
            self.send_response(503, "Slow Down")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        connection = http.client.HTTPConnection(*Unsteady.behind)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for key, value in answer.getheaders():
            if key.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(key, value)
        # The answer to HEAD has a length and no body.
        self.send_header("Content-Length", answer.getheader("Content-Length", "0") if self.command == "HEAD" else str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        connection.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = hand_on

    def log_message(self, *_):
        pass


def unsteady(roster, whole, env):
    """A third of all requests fails: every copy is there all the same, and the run knows of no failure."""
    host, port = env["AWS_ENDPOINT_URL"].removeprefix("http://").split(":")
    Unsteady.behind = (host, int(port))
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Unsteady)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        address = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{proxy.server_port}"}
        status, _, stderr = bulk(roster, "s3://copies/unsteady", env=env | address)
    finally:
        proxy.shutdown()
        proxy.server_close()
    if status:
        return stderr
    if Unsteady.refused < len(whole) // 3:
        return f"only {Unsteady.refused} requests of {Unsteady.asked} were refused"
    return difference(whole, {name: entry[0] for name, entry in s3.objects(env, "unsteady").items()})


def bucket_killed(roster, whole, env):
    chance = random.Random(8)
    among = 0
    for _ in range(3):
        there = len(s3.objects(env, "killed"))
        child = start(roster, "s3://copies/killed", "--resume", env=env)
        wanted = there + chance.randint(2, 20)
        while len(s3.keys(env, "killed")) < wanted and child.poll() is None:
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stderr.close()
        found = s3.objects(env, "killed")
        among += there < len(found) < len(whole)
        wrong = [name for name, entry in found.items() if whole.get(name) != entry[0]]
        if wrong:
            return f"half written: {wrong[:5]}"
    if among < 2:
        return f"only {among} of three moments fell among the copies"
    status, _, stderr = bulk(roster, "s3://copies/killed", "--resume", env=env)
    return (status and stderr) or difference(whole, {name: entry[0] for name, entry in s3.objects(env, "killed").items()})


def copied_books(report):
    """Copies of the handbook itself, in many scripts: held against `build`, and given to all judges."""
    WORK.mkdir(parents=True, exist_ok=True)
    rows = rosters.readers(COPIES, seed=11)
    folder = BOOKS / "copies"
    shutil.rmtree(folder, ignore_errors=True)
    status, _, stderr = bulk(rosters.write(BOOKS / "copies.csv", rows), folder, project=ROOT / "handbook")
    report.check(GROUP, "copies of the handbook", status and stderr)
    if status:
        return []
    report.check(GROUP, "copies of the handbook are what build makes", same_as_build(folder, rows, ROOT / "handbook", range(COPIES)))
    return as_books(folder)


def as_books(folder):
    """The copies of a run as books for the judges."""
    books = []
    for line in (Path(folder) / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        book = Book(f"copy-{record['copy']}", [], "copy")
        book.pdf, book.epub = (Path(folder) / file["path"] for file in record["files"])
        books.append(book)
    return books
