"""Copies for a roster: killed and resumed, in shares, into a bucket, one that fails; each the same as `handbook build` makes."""
import base64
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import place
import rosters
from books import Book
from place import BOOKS, CONSTRUCTS, EPOCH, ROOT, TOOLS, run

GROUP = "bulk"
PROJECT = CONSTRUCTS / "manifest"
WORK = BOOKS / "bulk"

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
        expected = 2 * len(rows) + 1
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
    copies = {name: data for name, data in whole.items() if name != "manifest.jsonl"}
    ways = {"csv": b"\xef\xbb\xbf" + roster.read_bytes(), "jsonl": lines.encode(), "yaml": yaml.encode()}
    for name, text in ways.items():
        out = WORK / f"way-{name}"
        status, _, stderr = bulk("-", out, stdin=text)
        found = files(out)
        found.pop("manifest.jsonl", None)
        problem = (status and stderr) or difference(copies, found)
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
    names = sorted(name for name in files(WORK / "asked") if name != "manifest.jsonl")
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
    return difference(whole, found)


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


def start(roster, out, *options, env=None):
    command = [place.PROGRAM, "bulk", roster, "--project", PROJECT, "--out", out, *options]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **(env or {})}
    return subprocess.Popen([str(word) for word in command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def killed(roster, whole, out):
    """Killed at ten random moments, resumed after each: in the end the files of an undisturbed run, and at no moment one
    that is half written."""
    begun = time.monotonic()
    status, _, stderr = bulk(roster, WORK / "timed")
    if status:
        return stderr
    length = time.monotonic() - begun
    chance = random.Random(7)
    moments = 0
    while moments < 10:
        child = start(roster, out, "--resume")
        # Late moments as well as early ones: a resumed run has less and less to do.
        time.sleep(chance.uniform(0.02, 0.35 * length))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stderr.close()
        moments += 1
        problem = half_written(out, whole)
        if problem:
            return f"after {moments} times: {problem}"
        if moments == 5:
            # So that the later moments too fall into a run that has work to do.
            shutil.rmtree(out)
    status, _, stderr = bulk(roster, out, "--resume")
    return (status and stderr) or difference(whole, files(out))


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


@contextmanager
def server():
    """moto's S3 on loopback; yields the variables that lead there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(WORK / "moto.log", "w", encoding="utf-8")
    program = TOOLS / "s3" / "bin" / "moto_server"
    child = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(address + "/moto-api/", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        urllib.request.urlopen(urllib.request.Request(address + "/copies", method="PUT"), timeout=10).close()
        yield {
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }
    finally:
        child.terminate()
        child.wait()
        log.close()


def objects(env, prefix):
    """All objects below a prefix: name, bytes and when each was last sent, by boto3 as another pair of eyes."""
    script = (
        "import boto3, json, sys, base64\n"
        "s3 = boto3.client('s3')\n"
        "found = {}\n"
        "for page in s3.get_paginator('list_objects_v2').paginate(Bucket='copies', Prefix=sys.argv[1] + '/'):\n"
        "    for entry in page.get('Contents', []):\n"
        "        body = s3.get_object(Bucket='copies', Key=entry['Key'])\n"
        "        data = base64.b64encode(body['Body'].read()).decode()\n"
        "        found[entry['Key'].rsplit('/', 1)[1]] = [data, entry['LastModified'].isoformat(), body['ContentType']]\n"
        "json.dump(found, sys.stdout)\n"
    )
    status, stdout, stderr = run([TOOLS / "s3" / "bin" / "python", "-c", script, prefix], env=env)
    if status:
        raise RuntimeError(stderr)
    found = {name: (base64.b64decode(data), when, media) for name, (data, when, media) in json.loads(stdout).items()}
    return {name: entry for name, entry in found.items() if not name.endswith(".log.jsonl")}


def bucket(report, roster, whole):
    """Into an S3-compatible bucket: the same files; nothing sent that is right already; killed and resumed."""
    group = "bucket"
    with server() as env:
        address = "s3://copies/run"
        status, _, stderr = bulk(roster, address, env=env)
        sent = objects(env, "run")
        report.check(group, "a whole run", (status and stderr) or difference(whole, {name: entry[0] for name, entry in sent.items()}))
        media = {name.rsplit(".", 1)[1]: entry[2] for name, entry in sent.items()}
        expected = {"pdf": "application/pdf", "epub": "application/epub+zip", "jsonl": "application/x-ndjson"}
        report.check(group, "media types", media != expected and f"{media}")
        time.sleep(1.1)
        status, stdout, stderr = bulk(roster, address, "--resume", "--json", env=env)
        copies = json.loads(stdout)["copies"] if status == 0 else {}
        report.check(group, "a resumed run makes nothing", (copies.get("made"), copies.get("kept")) != (0, 40) and f"{copies}\n{stderr}")
        status, _, stderr = bulk(roster, address, env=env)
        again = objects(env, "run")
        touched = [name for name, entry in again.items() if entry[1] != sent[name][1] and not name.endswith(".jsonl")]
        report.check(group, "what is right is not sent again", (status and stderr) or (touched and f"{touched[:5]}"))
        report.check(group, "killed and resumed", bucket_killed(roster, whole, env))
        status, _, stderr = bulk(roster, "s3://nowhere/run", env=env)
        report.check(group, "a bucket that is not there", (status != 1 or "NoSuchBucket" not in stderr) and f"exit status {status}: {stderr}")
        for index in (1, 2):
            status, _, stderr = bulk(roster, "s3://copies/shares", "--shard", f"{index}/2", "--archive", "group", env=env)
            report.check(group, f"share {index}", status and stderr)
        shared = {name: entry[0] for name, entry in objects(env, "shares").items() if name.endswith((".pdf", ".epub"))}
        report.check(group, "two shares", difference({name: data for name, data in whole.items() if name != "manifest.jsonl"}, shared))
    status, _, stderr = bulk(roster, "s3://copies/run", env=env)
    report.check(group, "a server that does not answer", (status != 1 or "cannot be written to" not in stderr) and f"exit status {status}: {stderr}")


def bucket_killed(roster, whole, env):
    chance = random.Random(8)
    for _ in range(3):
        child = start(roster, "s3://copies/killed", "--resume", env=env)
        time.sleep(chance.uniform(0.3, 1.0))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stderr.close()
        wrong = [name for name, entry in objects(env, "killed").items() if whole.get(name) != entry[0]]
        if wrong:
            return f"half written: {wrong[:5]}"
    status, _, stderr = bulk(roster, "s3://copies/killed", "--resume", env=env)
    return (status and stderr) or difference(whole, {name: entry[0] for name, entry in objects(env, "killed").items()})


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
