#!/usr/bin/env python3
"""Kills and failures of the machine, at every call to the file system, for every command that writes.

usage: run.py [PROGRAM] [--kills N] [--most N] [--only COMMAND] [--seed N]

First a table: each command is run once for every call that it makes to write, read, rename, sync, truncate, remove or make a folder, and that
call fails (an error of the disk, a disk that is full from then on, no rights) or the process is killed before it. --most bounds the runs of
one row, evenly over its calls. Then a loop: `bulk --resume` is killed at a random call or moment, again and again (--kills, 1000).

After every run each file that can be seen is, byte for byte, what it was before or what an undisturbed run makes; the command says what
went wrong; and the same command again (for `bulk` with --resume) ends with exactly the files of an undisturbed run.
needs a C compiler, for `failing.c`, which stands between the program and the system.
"""
import argparse
import errno
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KINDS = {"o": "open", "w": "write", "r": "read", "n": "rename", "s": "sync", "t": "truncate", "u": "remove", "m": "make a folder"}
FAILURES = {"EIO": (errno.EIO, False), "ENOSPC": (errno.ENOSPC, True), "EACCES": (errno.EACCES, False), "kill": (0, False)}
READERS = 12


class World:
    """A folder with a project and a roster, in which commands run with the shim between them and the system."""

    def __init__(self, program, shim, folder):
        self.program, self.shim, self.folder = program, shim, folder
        self.runs = 0
        (folder / "book").mkdir()
        (folder / "book" / "handbook.yaml").write_text("title: A Book\nlanguage: en\nchapters: [a.md]\n")
        (folder / "book" / "a.md").write_text("# A\n\nDear {{ reader.name }}, this is text.\n")
        rows = "".join(f"Reader {n},{'one' if n % 2 else 'two'},{n},reader{n}@example.org\n" for n in range(READERS))
        (folder / "roster.csv").write_text("name,group,id,email\n" + rows)
        # What `links`, `publish` and `send` begin with: a key, and copies of two editions.
        for words in (["keygen", "links.key", "--links"], [*BULK[:-1], "copies"], [*BULK[:-1], "earlier", "--date", "2020-01-01"]):
            status, said = self.run(words, "")
            assert status == 0, said

    def run(self, words, out, calls="", at=0, error=0, lasts=False, count=None, killed_after=None):
        """Runs a command; its status and what it said."""
        self.runs += 1
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1793491200", "TMPDIR": str(self.folder / "tmp")}
        (self.folder / "tmp").mkdir(exist_ok=True)
        if calls:
            environment |= {"LD_PRELOAD": str(self.shim), "FAIL_CALLS": calls, "FAIL_AT": str(at), "FAIL_ERRNO": str(error), "FAIL_UNDER": str(self.folder)}
            environment |= {"FAIL_LASTS": "1"} if lasts else {}
            environment |= {"FAIL_COUNT": str(count)} if count else {}
        line = [str(self.program), *(str(word).replace("OUT", str(out)) for word in words)]
        child = subprocess.Popen(line, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            said = child.communicate(timeout=killed_after or 120)[1]
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            said = child.communicate()[1]
        return child.returncode, said.decode(errors="replace")


def seen(folder, hidden=False):
    """Name and bytes of every file; those that cannot be seen only if asked for. The log of times is another at every run."""
    if not folder.exists():
        return {}
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".log.jsonl"))
    parts = {path: path.relative_to(folder).parts for path in files}
    return {"/".join(p): path.read_bytes() for path, p in parts.items() if hidden or not any(part.startswith(".") for part in p)}


# Name: (the command, the same command to go on after a failure, what stands there before)
BULK = ["bulk", "roster.csv", "--project", "book", "--no-system-fonts", "--jobs", "2", "--out", "OUT"]
PUBLISH = ["publish", "copies", "--key", "links.key", "--base-url", "https://books.example.org", "--out", "OUT"]
COMMANDS = {
    "build": (["build", "book", "--no-system-fonts", "--out", "OUT"], None, None),
    "build over another": (["build", "book", "--no-system-fonts", "--out", "OUT"], None, ["build", "book", "--no-system-fonts", "--date", "2020-01-01", "--out", "OUT"]),
    "bulk": (BULK, [*BULK, "--resume"], None),
    "bulk over another": ([*BULK, "--resume"], [*BULK, "--resume"], [*BULK, "--date", "2020-01-01"]),
    "bulk, archive of groups": ([*BULK, "--archive", "group"], [*BULK, "--archive", "group", "--resume"], None),
    "bulk, archive of readers": ([*BULK, "--archive", "reader"], [*BULK, "--archive", "reader", "--resume"], None),
    "keygen": (["keygen", "OUT/handbook.key"], None, None),
    "links": (["links", "roster.csv", "--project", "book", "--key", "links.key", "--base-url", "https://books.example.org", "--out", "OUT/links.csv"], None, None),
    "publish": (PUBLISH, None, None),
    "publish over another": (PUBLISH, None, ["publish", "earlier", *PUBLISH[2:]]),
    "send, letters in a folder": (["send", "copies", "--from", "books@example.org", "--attach", "pdf", "--campaign", "one", "--dry-run", "--out", "OUT"], None, None),
}
# A key or a roster that cannot be read is told as a mistake of the command line, which names it.
KEYS = dict.fromkeys(("links", "publish", "publish over another"), (2,))
# Those that write a file into a folder that is there.
INTO = ("keygen", "links")


def compile_shim(folder):
    shim = folder / "failing.so"
    subprocess.run(["cc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", shim, HERE / "failing.c"], check=True)
    return shim


def whole(files, before, after, alike):
    """What is neither as it was nor as it is to be."""
    for name, content in files.items():
        if content in (before.get(name), after.get(name)) or not alike:
            continue
        # A manifest may hold the lines of the copies that were made, and say of others that they failed.
        lines = set(after.get(name, b"").splitlines()) | set(before.get(name, b"").splitlines())
        strange = [line for line in content.splitlines() if line not in lines and b'"status":"failed"' not in line]
        if name.endswith(".jsonl") and not strange and content.endswith(b"\n"):
            continue
        # A group's zip has the copies that were made.
        if name.endswith(".zip") and members(content).items() <= members(after.get(name)).items():
            continue
        yield f"{name} is neither what it was nor what it is to be ({len(content)} bytes)"


def members(archive):
    """The files of a zip by name; an archive that is not whole has one that no other has."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive or b"")) as files:
            return {name: files.read(name) for name in files.namelist()}
    except zipfile.BadZipFile:
        return {"": archive}


def reset(out, kept):
    shutil.rmtree(out, ignore_errors=True)
    if kept.exists():
        shutil.copytree(kept, out)


def torture(world, name, most):
    """All failures of one command. Returns rows of the table, and what went wrong."""
    words, again, earlier = COMMANDS[name]
    out, kept = world.folder / "out", world.folder / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    reset(out, kept)
    if name in INTO:
        out.mkdir()
    if earlier:
        status, said = world.run(earlier, out)
        assert status == 0, said
    if out.exists():
        shutil.copytree(out, kept)
    before = seen(out)
    status, said = world.run(words, out)
    assert status == 0, said
    after, everything = seen(out), set(seen(out, hidden=True))
    # Keys are random: only whether there is a whole one can be said.
    alike = name != "keygen"
    found, rows = [], []
    for calls, title in KINDS.items():
        reset(out, kept)
        count = world.folder / "count"
        world.run(words, out, calls=calls, count=count)
        number = int(count.read_text() or 0) if count.exists() else 0
        for failure, (error, lasts) in FAILURES.items():
            at_calls = range(1, number + 1) if number <= most else sorted({1 + n * (number - 1) // (most - 1) for n in range(most)})
            wrong = 0
            for at in at_calls:
                reset(out, kept)
                status, said = world.run(words, out, calls=calls, at=at, error=error, lasts=lasts)
                problems = list(whole(seen(out), before, after, alike))
                if failure == "kill":
                    problems += [] if status in (-signal.SIGKILL, 0) else [f"exit status {status}"]
                else:
                    problems += [f"exit status {status}: {said[:300]}"] if status not in (0, 1, 3, *KEYS.get(name, ())) else []
                    problems += ["it failed and says nothing"] if status and "error" not in said else []
                    problems += [f"a fault of the program: {said[:300]}"] if "please report" in said else []
                    problems += ["it says that all is well, and it is not"] if status == 0 and alike and seen(out) != after else []
                if again or alike:
                    last, words_again = world.run(again or words, out)
                    problems += [f"again: exit status {last}: {words_again[:300]}"] if last else []
                    if not last:
                        end = seen(out)
                        problems += [f"again: {file} is not as it should be" for file in sorted(after.keys() | end.keys()) if after.get(file) != end.get(file)]
                        left = set(seen(out, hidden=True)) - everything
                        problems += [f"left behind: {left}"] if left and failure != "kill" else []
                wrong += bool(problems)
                found += [f"{name}: {failure} at {title} {at} of {number}: {problem}" for problem in problems]
            rows.append((name, title, failure, number, len(at_calls), wrong))
    return rows, found


def killed(world, kills, seed):
    """`bulk --resume`, killed again and again until it is done, and then from the beginning."""
    draw = random.Random(seed)
    out = world.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    words = [*BULK, "--resume"]
    start = time.perf_counter()
    assert world.run(words, out)[0] == 0
    usual = time.perf_counter() - start
    after, done, ended, found = seen(out), 0, 0, []
    count = world.folder / "count"
    shutil.rmtree(out)
    world.run(words, out, calls="owrnstum", count=count)
    number = int(count.read_text())
    shutil.rmtree(out)
    while done < kills:
        by_call = draw.random() < 0.5
        more = {"calls": "owrnstum", "at": draw.randint(1, number)} if by_call else {"killed_after": draw.uniform(0.001, usual * 1.1)}
        status, said = world.run(words, out, **more)
        found += list(whole(seen(out), {}, after, True))
        if status == -signal.SIGKILL:
            done += 1
        elif status == 0:
            ended += 1
            found += ["it ended, and the files are not those of an undisturbed run"] if seen(out) != after else []
            shutil.rmtree(out)
        else:
            found.append(f"exit status {status}: {said[:300]}")
            shutil.rmtree(out, ignore_errors=True)
    return done, ended, found


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", nargs="?", type=Path, default=ROOT / "target" / "release" / "handbook")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        world = World(asked.program.resolve(), compile_shim(folder), folder)
        print("| command | call | failure | calls | runs | wrong |\n|---|---|---|---:|---:|---:|")
        for name in COMMANDS:
            if asked.only in name:
                rows, problems = torture(world, name, asked.most)
                found += problems
                for row in rows:
                    print("| " + " | ".join(map(str, row)) + " |", flush=True)
        if asked.kills:
            done, ended, problems = killed(world, asked.kills, asked.seed)
            found += problems
            print(f"\n{done} kills of `bulk --resume`, {ended} runs that ended between them; {len(problems)} files or runs not right")
        print(f"{world.runs} runs in all")
    print("\n".join(found[:60]))
    print(f"{len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
